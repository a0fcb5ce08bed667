/** In which operations of a deploy a fault leaves the most to repair. */
import type { Operation } from '../../actions/lib/stack/plan/program';

/**
 * When callers see the stack differently than before: from an operation to the end of the program, during that operation
 * alone, or never.
 */
type Window = 'onwards' | 'itself' | 'none';

export const windows: Readonly<Record<Operation['op'], Window>> = {
  'keep-volumes': 'none',
  'make-shared': 'none',
  create: 'none',
  'one-shot': 'none',
  'await-migration': 'none',
  'start-beside': 'none',
  'redirect-away': 'none',
  replace: 'itself',
  'start-stand-in': 'none',
  divert: 'onwards',
  'replace-behind': 'onwards',
  return: 'onwards',
  'end-stand-in': 'onwards',
  gate: 'none',
  'test-proxy': 'none',
  place: 'none',
  cut: 'onwards',
  'reload-proxy': 'onwards',
  'ask-again': 'onwards',
  'tell-proxy': 'itself',
  watch: 'none',
  drain: 'none',
  sweep: 'none',
  commit: 'onwards',
  retire: 'onwards',
  'remove-redirect': 'onwards',
  remove: 'onwards',
};
