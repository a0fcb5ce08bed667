/** What a person is told where a server reads a new value only at its first start. */
import { expect, it } from 'vitest';
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
