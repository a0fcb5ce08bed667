/** What a plan says of files that change under running containers. */
import { expect, it } from 'vitest';
import type { Plan } from '../../../actions/lib/stack/model';
import { earlyFileNotes } from '../../../actions/lib/stack/plan/early-files';
import { release, service } from './model-host';

const current = release('1-a', { web: service('web', 'v1', '1-a', { mounts: { a: '1', b: '1', c: '1', d: '1' } }) });
const notes = (kind: string, ...files: string[]): string[] =>
  earlyFileNotes(
    {
      changes: [{ service: 'web', kind }] as unknown as Plan['changes'],
      files: Object.fromEntries(files.map((path) => [path, 'change'])) as unknown as Plan['files'],
    },
    current,
    'proxy',
  );

it('a note names files that the running containers of a service mount, where they run beside the new ones', () => {
  expect(notes('rolling', 'b', 'a', 'other')[0]).toMatch(/^The running containers of web mount a, b, and see/);
  expect(notes('stand-in', 'd', 'c', 'b', 'a')[0]).toContain('mount a, b, c and 1 more, and');
});

it('no note names files of other services, of containers that stop before, or where nothing runs', () => {
  expect([...notes('rolling', 'other'), ...notes('recreate', 'a'), ...notes('reload', 'a')]).toEqual([]);
  const changes = [{ service: 'web', kind: 'rolling' }] as unknown as Plan['changes'];
  const files = { a: 'add' } as unknown as Plan['files'];
  expect(earlyFileNotes({ changes, files }, null, null)).toEqual([]);
  expect(earlyFileNotes({ changes, files }, current, 'web')).toEqual([]);
});

it('no note names files that only the new containers get', () => {
  const changes = [{ service: 'web', kind: 'rolling' }] as unknown as Plan['changes'];
  const files = { a: 'change', b: 'change' } as unknown as Plan['files'];
  expect(earlyFileNotes({ changes, files }, current, 'proxy', ['a'])[0]).toContain('of web mount b, and');
});
