/** Notes with each lab test how its last action ended: a failed test behind a green run is the worst kind. */
import { afterEach } from 'vitest';
import { lastExit } from '../run-action';

declare module 'vitest' {
  interface TaskMeta {
    /** Exit status of the action that ended last in this file. */
    lastExit?: number | null;
  }
}

afterEach(({ task }) => {
  task.meta.lastExit = lastExit;
});
