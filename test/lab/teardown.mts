/** Ends what the lab started; the top-level commands call it last. */
import { teardown } from './engine';

await teardown();
