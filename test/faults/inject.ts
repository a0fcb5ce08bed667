/** Watches the journal on the host, and does the harm when the named line appears. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJournal } from '../../actions/lib/steps/journal';
import type { Stage } from '../e2e/stage';
import { engineEndpoint } from '../lab/engine';
import type { Fault, FaultKind, Point } from './matrix';

export interface Injection {
  /** Whether the line appeared and the harm was done; waits for a harm that is being done. */
  done(): Promise<boolean>;
  /** Puts right what the fault broke for good: Docker, the disk, the registry. */
  mend(): Promise<void>;
}

/** Resolves once the watch is on: what the journal has before does not count. */
export async function inject(stage: Stage, fault: Fault, pid: () => number, before: () => void): Promise<Injection> {
  let harm: Promise<void> | undefined;
  const stop = await watchJournal(stage, fault.point, () => {
    harm ??= sleep(fault.point.delay).then(() => {
      before();
      return harms[fault.kind](stage, pid());
    });
    // Whoever asks `done` sees the rejection.
    harm.catch(() => undefined);
  });
  return {
    done: async () => {
      stop();
      await harm;
      return harm !== undefined;
    },
    mend: () => mends[fault.kind]?.(stage) ?? Promise.resolve(),
  };
}

async function watchJournal(stage: Stage, point: Point, then: () => void): Promise<() => void> {
  const script =
    'f=/srv/stack/.runbook/journal.jsonl; n=$(wc -l <$f); echo watching; exec tail -n +$((n + 1)) -s 0.05 -F $f';
  const endpoint = engineEndpoint();
  const child = spawn('docker', ['exec', stage.host.container, 'sh', '-c', script], {
    env: { ...process.env, ...(endpoint === '' ? {} : { DOCKER_HOST: endpoint }) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => reject(new Error('the journal cannot be watched')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'watching') resolve();
      const [entry] = parseJournal([line]);
      if (entry?.operation === point.operation && entry.event === point.event) then();
    });
  });
  return () => {
    child.kill();
    // The client's end does not end what it started on the host.
    void stage.host.exec(`pkill -f '[t]ail -n .* -F /srv/stack/.runbook/journal.jsonl'`);
  };
}

const harms: Readonly<Record<FaultKind, (stage: Stage, pid: number) => Promise<void>>> = {
  'runner-kill': async (_stage, pid) => signal(pid, 'SIGKILL'),
  cancel: async (_stage, pid) => signal(pid, 'SIGINT'),
  'connection-cut': ({ host }) => host.cutConnections(),
  'docker-stop': async ({ host }) => {
    await host.stopDocker();
    await host.startDocker();
  },
  reboot: ({ host }) => host.reboot(),
  // Docker's disk and the stack's own, to the last byte.
  'disk-full': async ({ host }) => {
    await host.root(
      'for disk in /var/lib/docker /srv/stack; do cat /dev/zero >$disk/.faults-fill 2>/dev/null; done; :',
    );
  },
  'registry-gone': ({ host }) => host.registry.stop(),
  // Where none runs at that moment, there is none to kill.
  'helper-kill': async ({ host }) => {
    await host.root('ids=$(docker ps -q --filter label=runbook.helper); [ -z "$ids" ] || docker kill $ids');
  },
  'step-kill': async ({ host }) => {
    await host.root(
      'cd /srv/stack/.runbook/steps; read -r pid start <"$(ls -d "$(ls -t | head -n 1)")/process"; kill -s KILL -- "-$pid" || :',
    );
  },
};

const mends: Partial<Record<FaultKind, (stage: Stage) => Promise<void>>> = {
  'disk-full': async ({ host }) => {
    await host.root('rm -f /var/lib/docker/.faults-fill /srv/stack/.faults-fill');
  },
  'registry-gone': ({ host }) => host.registry.start(),
};

/** One that has ended meanwhile needs no signal. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
