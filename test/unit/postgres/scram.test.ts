import { expect, it } from 'vitest';
import { isVerifierOf, scramVerifier } from '../../../actions/lib/postgres/scram';

it('the verifier is the one that RFC 7677 computes for its example', () => {
  // Its server key follows from the server signature of the example, its stored key from the client proof.
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
  expect(verifier).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('a verifier tells its own password from others', () => {
  const verifier = scramVerifier('right-1');
  expect(scramVerifier('right-1')).not.toBe(verifier);
  expect([isVerifierOf(verifier, 'right-1'), isVerifierOf(verifier, 'wrong-1')]).toEqual([true, false]);
  expect(isVerifierOf('md5d41d8cd98f00b204e9800998ecf8427e', 'right-1')).toBe(false);
  expect(() => scramVerifier('schön')).toThrow('ASCII');
});
