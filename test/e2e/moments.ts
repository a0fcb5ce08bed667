/** Harm at a certain moment of a run. */
import type { Stage } from './stage';

/** Calls `then` once, when the action says a line like `pattern`. */
export function when(pattern: RegExp, then: () => unknown): (line: string) => void {
  let done = false;
  return (line) => {
    if (done || !pattern.test(line)) return;
    done = true;
    void then();
  };
}

/** SIGKILL to all processes of the step that runs on the host. */
export function killStep(stage: Stage): () => Promise<string> {
  return () =>
    stage.host.root(
      `cd /srv/stack/.runbook/steps; read -r pid start <"$(ls -d "$(ls -t | head -n 1)")/process"; kill -s KILL -- "-$pid"`,
    );
}
