/** The demo shows people what happens, and nothing twice. */
import { expect, it } from 'vitest';
import { retell, tableOf } from '../../demo/story';

it('the story of a run tells steps, changes and the turning points', () => {
  expect(retell('::group::Plan')).toEqual(['  Plan']);
  expect(
    retell('backend rolls: new containers beside the old: image v1 → v2 [localhost:5000/acme/backend:v2 d35c312beb17]'),
  ).toEqual(['    backend rolls: new containers beside the old: image v1 → v2']);
  expect(retell('cut over: new connections go to the new backend')).toHaveLength(1);
  expect(retell('backend: 1 of 1 healthy (healthcheck); GET /healthz 200, stable for 2 s')).toHaveLength(1);
  expect(retell('  | migrate: done')).toEqual(['    migrate: done']);
});

it('the story of a run leaves out repetitions and lines for machines', () => {
  const noise = [
    '::endgroup::',
    'watch: 1 of 5 s',
    'backend: 0 of 1 healthy, 1 s',
    'db: 1 of 1 healthy, stable for 0 of 3 s; worker: 1 of 1 running, stable for 1 of 3 s',
    `plan ${'a'.repeat(64)}`,
    'file nginx/plain/default.conf: add',
    '  | pulling localhost:5000/acme/backend@sha256:9583',
    '  |  Container acme-worker-1  Recreate',
  ];
  expect(noise.flatMap(retell)).toEqual([]);
});

it("the story of a run shows an error's text as the runner does, without the containers' last lines", () => {
  expect(
    retell('::error::RB-WATCH-WORSE: worse%0ACause: 45.6 %25 of 68 answers%0ALast 2 lines of backend:%0Aa%0Ab'),
  ).toEqual(['    RB-WATCH-WORSE: worse', '    Cause: 45.6 % of 68 answers']);
});

it('the story of a run has a table without quotes, numbers to the right', () => {
  const rows = [
    ['deploy v1', 29, '-'],
    ['roll back', 4, '12 v1'],
  ];
  expect(tableOf(['phase', 'seconds', 'answers'], rows).split('\n')).toEqual([
    'phase      seconds  answers',
    '---------  -------  -------',
    'deploy v1       29  -',
    'roll back        4  12 v1',
  ]);
});
