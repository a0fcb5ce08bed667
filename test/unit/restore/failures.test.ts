/** What a failed restore means, by the words of the tools. */
import { expect, it } from 'vitest';
import { explainRestore } from '../../../actions/lib/restore/failures';

it.each([
  // Source: PostgreSQL's pg_backup_archiver.c and compress_io.c, as printed by a build without zstd.
  [
    'RB-DATABASE-VERSION',
    'pg_restore: error: cannot restore from compressed archive (this build does not support compression with zstd)',
  ],
  ['RB-ROLE-MISSING', 'pg_restore: error: could not execute query: ERROR:  role "reporting" does not exist'],
  ['RB-DISK-SHORT', 'pg_restore: error: could not execute query: ERROR:  could not extend file "base/1/2"'],
  ['RB-ARCHIVE-DAMAGED', 'pg_restore: error: could not read from input file: end of file'],
  [
    'RB-ARCHIVE-UNLOADABLE',
    'pg_restore: error: could not execute query: ERROR:  function unaccent(text) does not exist',
  ],
])('%s', (code, line) => {
  const error = explainRestore({ kind: 'load', subject: 'db/acme', log: [line] });
  expect(error.code).toBe(code);
  expect(error.message).toContain(line);
});

it('a function that keeps an archive from being loaded is named with its caller', () => {
  const { code, message } = explainRestore({
    kind: 'load',
    subject: 'db',
    log: [
      'pg_restore: error: could not execute query: ERROR:  function unaccent(text) does not exist',
      'CONTEXT:  SQL function "plain"',
      'Command was: CREATE TABLE public.place',
    ],
  });
  expect(code).toBe('RB-ARCHIVE-UNLOADABLE');
  expect(message).toContain(
    'function unaccent(text) does not exist, called by SQL function "plain", in CREATE TABLE public.place',
  );
});
