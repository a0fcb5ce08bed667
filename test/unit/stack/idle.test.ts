import { expect, it } from 'vitest';
import { composeWarnings } from '../../../actions/lib/stack/resolve/compose';
import { idleMigration, idleVariables } from '../../../actions/lib/stack/resolve/idle';

const file = `
x-shared: &shared { environment: { S: "\${ONLY_SHARED}" } }
services:
  api: { image: "api:\${TAG}", environment: { A: "\${BOTH}" } }
  debug: { profiles: [debug], environment: { T: "\${DEBUG_TOKEN}", B: $BOTH, C: "$$NOT" } }
  tool: { <<: *shared, profiles: [tools] }
networks: { edge: { name: "\${NET}" } }
`;
const unset = (name: string) =>
  `time="x" level=warning msg="The \\"${name}\\" variable is not set. Defaulting to a blank string."\n`;

it('a variable that only services need which no profile asks for is a warning at most', () => {
  const idle = idleVariables([file], ['api']);
  expect([...idle].sort()).toEqual(['DEBUG_TOKEN', 'ONLY_SHARED']);
  expect(composeWarnings(unset('DEBUG_TOKEN'), new Map(), idle)).toEqual([expect.stringContaining('DEBUG_TOKEN')]);
  expect(() => composeWarnings(unset('BOTH'), new Map(), idle)).toThrow(/^RB-VARIABLE-UNSET: BOTH is not set/);
  expect([...idleVariables([file], ['api', 'debug'])]).toEqual(['ONLY_SHARED']);
});

it('where other files are included, every unset variable counts', () => {
  expect(idleVariables([`include: [db.yml]\n${file}`], ['api']).size).toBe(0);
});

it.each<[what: string, file: string, active: readonly string[], said: RegExp | null]>([
  [
    'of a profile that is not active',
    'services: { migrate: { profiles: [tools] } }',
    ['api'],
    /^migrate is not run.* the profile tools,/,
  ],
  [
    'of several',
    'services:\n  migrate:\n    profiles: [tools, db]\n',
    ['api'],
    /the profiles tools, db, and none is active/,
  ],
  ['of an active one', 'services: { migrate: { profiles: [tools] } }', ['api', 'migrate'], null],
  ['of no profile', 'services: { migrate: {} }', ['api'], null],
  ['that no file has', 'services: { api: {} }', ['api'], null],
  ['in a file that is not YAML', 'services: {', ['api'], null],
])('a migration %s', (_what, text, active, said) => {
  const [note = null, ...more] = idleMigration(['a: 1', text], active, 'migrate');
  if (said === null) expect(note).toBeNull();
  else expect(note).toMatch(said);
  expect(more).toEqual([]);
  expect(idleMigration([text], active, null)).toEqual([]);
});
