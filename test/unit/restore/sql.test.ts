/** Statements that remove a database, as PostgreSQL takes them. */
import { expect, it } from 'vitest';
import { cleanSql, dropSql } from '../../../actions/lib/restore/sql';

it.each([
  ['one by its name', dropSql('app_restore_20260101T000000Z')],
  ['all that were being filled', cleanSql('app')],
])('what is left of a database whose removal was cut off is dropped, but not altered: %s', (_name, statements) => {
  const generated = statements.split('\n\\gexec\n');
  const [altering, dropping] = ['alter database', 'drop database'].map((words) =>
    generated.find((one) => one.includes(`format('${words} %I`)),
  );
  expect(altering).toMatch(/and datconnlimit <> -2$/);
  expect(dropping).not.toContain('datconnlimit');
});
