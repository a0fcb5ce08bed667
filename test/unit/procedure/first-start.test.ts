/** What a person is told where a server reads a new value only at its first start. */
import { describe, expect, it } from 'vitest';
import type { Host } from '../../../actions/lib/host/host';
import { checkFirstStarts } from '../../../actions/lib/procedure/first-start';
import type { Recorder } from '../../../actions/lib/procedure/record';

it('the command for the server has its user as a word of the shell', async () => {
  const host = { run: async () => ({ outcome: 'exited', code: 6, stdout: '', stderr: '' }) } as Partial<Host> as Host;
  const asked = checkFirstStarts(
    {
      host,
      stack: 'shop',
      found: [
        {
          service: 'db',
          names: ['POSTGRES_PASSWORD'],
          server: 'postgres',
          environment: { POSTGRES_USER: "o'neil $(x)", POSTGRES_PASSWORD: 'new' },
        },
      ],
      accepted: [],
    },
    { info: () => {} } as Partial<Recorder> as Recorder,
  );
  await expect(asked).rejects.toThrow(String.raw`psql -U 'o'\''neil $(x)'`);
});

describe('a login proves', () => {
  /** A server with these passwords, and files that its container has. @returns what was told of the variables */
  async function told(
    names: readonly string[],
    environment: Record<string, string>,
    passwords: Record<string, string>,
    files: Record<string, string> = {},
  ): Promise<{ error: string; infos: string[]; secrets: string[] }> {
    const run = async (script: string, { input }: { input?: string } = {}) => {
      const exit = (code: number, stdout = '') => ({ outcome: 'exited', code, stdout, stderr: '' });
      if (input === undefined) {
        const path = Object.keys(files).find((one) => script.includes(` cat ${one} `));
        return path === undefined ? exit(1) : exit(0, files[path]);
      }
      const user = Object.keys(passwords).find((one) => script.includes(` sh ${one} `));
      return exit(user !== undefined && passwords[user] === input ? 0 : 6);
    };
    const [infos, secrets]: [string[], string[]] = [[], []];
    const recorder = { info: (text: string) => infos.push(text), secret: (text: string) => secrets.push(text) };
    const found = [{ service: 'db', names, server: 'postgres' as const, environment }];
    const error = await checkFirstStarts(
      { host: { run } as Partial<Host> as Host, stack: 'shop', found, accepted: [] },
      recorder as Partial<Recorder> as Recorder,
    ).then(
      () => '',
      (thrown: Error) => thrown.message,
    );
    return { error, infos, secrets };
  }

  const bitnami = {
    POSTGRESQL_USERNAME: 'app',
    POSTGRESQL_PASSWORD: 'app-1',
    POSTGRESQL_POSTGRES_PASSWORD: 'super-2',
  };

  it('nothing of the superuser beside it', async () => {
    const { error } = await told(['POSTGRESQL_POSTGRES_PASSWORD'], bitnami, { app: 'app-1', postgres: 'super-1' });
    expect(error).toContain('db reads POSTGRESQL_POSTGRES_PASSWORD only at its first start');
    expect(error).toContain('psql -U postgres');
  });

  it('each role by its own variable', async () => {
    const both = ['POSTGRESQL_PASSWORD', 'POSTGRESQL_POSTGRES_PASSWORD'];
    const { error, infos } = await told(both, bitnami, { app: 'app-1', postgres: 'super-2' });
    expect(error).toBe('');
    expect(infos).toEqual([
      'db takes the new POSTGRESQL_PASSWORD: seen by a query over TCP as app',
      'db takes the new POSTGRESQL_POSTGRES_PASSWORD: seen by a query over TCP as postgres',
    ]);
  });

  it('the password for the user that a file names', async () => {
    const environment = { POSTGRES_USER_FILE: '/run/secrets/user', POSTGRES_PASSWORD: 'new' };
    const files = { '/run/secrets/user': 'app\n' };
    const { error, infos, secrets } = await told(['POSTGRES_PASSWORD'], environment, { app: 'new' }, files);
    expect(error).toBe('');
    expect(secrets).not.toContain('app');
    expect(infos).toEqual(['db takes the new POSTGRES_PASSWORD: seen by a query over TCP as app']);
  });

  it('the password in a file, which is masked', async () => {
    const environment = { POSTGRES_USER: 'app', POSTGRES_PASSWORD_FILE: '/run/secrets/two' };
    const files = { '/run/secrets/two': 'in the file\n' };
    const { error, secrets } = await told(['POSTGRES_PASSWORD_FILE'], environment, { app: 'in the file' }, files);
    expect(error).toBe('');
    expect(secrets).toContain('in the file');
  });

  it('nothing where the container does not have the file', async () => {
    const environment = { POSTGRES_USER: 'app', POSTGRES_PASSWORD_FILE: '/run/secrets/three' };
    const { error } = await told(['POSTGRES_PASSWORD_FILE'], environment, { app: '' });
    expect(error).toContain('it was not seen or confirmed');
  });

  it('nothing of the options of initdb', async () => {
    const environment = { POSTGRES_USER: 'app', POSTGRES_PASSWORD: 'p', POSTGRES_INITDB_ARGS: '--data-checksums' };
    const { error } = await told(['POSTGRES_DB', 'POSTGRES_INITDB_ARGS'], environment, { app: 'p' });
    expect(error).toContain('db reads POSTGRES_INITDB_ARGS only at its first start');
    expect(error).toContain('first-start: POSTGRES_INITDB_ARGS');
  });
});
