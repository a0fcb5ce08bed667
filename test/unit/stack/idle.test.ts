import { expect, it } from 'vitest';
import { composeWarnings } from '../../../actions/lib/stack/resolve/compose';
import { idleVariables } from '../../../actions/lib/stack/resolve/idle';

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
