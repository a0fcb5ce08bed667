import { expect, it } from 'vitest';
import { checkContainers } from '../../../actions/lib/secrets/containers';

const TEXT = 'A=\'a $b\'\nB=plain\nC="x\\ny"\n';

it('containers that get values without their quotes are right, and so are those that have their own', () => {
  const services = {
    x: { environment: { A: 'a $$b', B: 'plain', C: 'x\ny' } },
    y: { environment: { A: 'own' } },
    z: {},
  };
  expect(() => checkContainers(services, TEXT, 'p.env')).not.toThrow();
});

it('containers that would get quotes are refused by service and name', () => {
  const services = { x: { environment: { A: "'a $$b'", B: 'plain', C: '"x\\ny"' } } };
  expect(() => checkContainers(services, TEXT, 'p.env')).toThrow(
    /^RB-ENV-INVALID: p\.env: x would get A with its quotes; x would get C with its quotes\n/,
  );
});
