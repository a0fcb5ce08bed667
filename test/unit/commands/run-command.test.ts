/** What is said of how a command ended, by what its step on the host tells. */
import { describe, expect, it } from 'vitest';
import { type CommandRequest, runCommand } from '../../../actions/lib/commands/run-command';
import type { StepObserver, Steps } from '../../../actions/lib/steps/step';

const NEW = { model: { name: 'shop', services: { api: { image: 'api' } } }, name: 'shop-api-run-1' };
const RUNNING = { id: 'c1', name: 'shop-api-1' };

/** A command that writes these lines and ends with this exit status. */
const ended = (place: CommandRequest['place'], code: number, ...lines: string[]) => {
  const start = async (_spec: unknown, { onLine, onEvent }: StepObserver) => {
    for (const line of lines) onLine?.(`| ${line}`);
    onEvent?.({ name: 'ended', fields: { code: String(code), oom: 'false' } });
    return { result: Promise.resolve({ outcome: 'exited', code: 0 }) };
  };
  const steps = { start } as unknown as Steps;
  const request = {
    ...{ stack: 'shop', directory: '/srv/shop', place, grace: 10 },
    command: {
      ...{ name: null, service: 'api', command: 'x', environment: {}, timeout: 5 },
      container: 'new' as const,
    },
  };
  return runCommand(request, { steps, clearing: steps, progress: { remote: () => {}, info: () => {} } });
};

const DAEMON = 'Error response from daemon: No such container: x';

describe('a command', () => {
  it('in a running container was not started if Docker says so and nothing else is written', async () => {
    const refused = 'OCI runtime exec failed: exec failed: unable to start container process: exec: "x": not found';
    expect(await ended(RUNNING, 126, refused)).toMatchObject({ started: false, code: 126 });
    expect(await ended(RUNNING, 1, DAEMON)).toMatchObject({ started: false });
  });

  it('was started if it wrote something before it passed on words of Docker', async () => {
    expect(await ended(RUNNING, 1, 'looking for x', DAEMON)).toMatchObject({ started: true, code: 1 });
  });

  it('in a new container was started, because its output is not that of the client of Docker', async () => {
    expect(await ended(NEW, 1, DAEMON)).toMatchObject({ started: true, code: 1 });
    expect(await ended(NEW, 127, DAEMON)).toMatchObject({ started: true, code: 127 });
  });

  it('that ended with another status was started', async () => {
    expect(await ended(RUNNING, 2, DAEMON)).toMatchObject({ started: true, code: 2 });
  });
});
