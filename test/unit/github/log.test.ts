import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { Log } from '../../../actions/lib/github/log';
import { createRedactor } from '../../../actions/lib/procedure/redact';

let out = '';
beforeEach(() => {
  out = '';
  vi.stubEnv('GITHUB_ACTIONS', '');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = 0;
});

/** What the runner obeys: `::name…::` at a line's begin behind any white space, `##[name]` anywhere in it. */
function commands(): string[] {
  return out.split(/\r\n|\r|\n/).flatMap((line) => {
    const name = /^[\s\u0085]*::([^: ]+)[^:]*::/.exec(line) ?? /##\[([^\] ]+)[^\]]*\]/.exec(line);
    return name?.[1] === undefined ? [] : [name[1]];
  });
}

const forged = [
  '::set-output name=a::b',
  '  ::error::x',
  '\t::add-mask::x',
  '\u0085::stop-commands::x',
  '\u00a0::error::x',
  'x\r::set-output name=a::b',
  'x\n::set-output name=a::b',
  '\r::error::x',
  '##[error]x',
  'in the middle ##[add-path]/tmp',
  '##[error]x ##[warning]y',
  'x%0A::error::y',
  'x\r\n##[error]y',
];

describe.each(forged)('forged %j', (text) => {
  const log = () => new Log(createRedactor());
  test('as text', () => {
    log().info(text);
    expect(commands()).toEqual([]);
  });
  test('as remote output', () => {
    log().remote(text);
    expect(commands()).toEqual([]);
  });
  test('as a title or a warning it is the data of that one command', () => {
    const here = log();
    here.step(text);
    here.warning(text);
    here.failure(new UserError('RB-HOST-KEY-CHANGED', { what: text, remedy: text }));
    expect(commands()).toEqual(['group', 'warning', 'endgroup', 'error']);
  });
});

test('groups are balanced', () => {
  const log = new Log(createRedactor());
  log.step('one');
  log.step('two');
  log.close();
  log.close();
  expect(commands()).toEqual(['group', 'endgroup', 'group', 'endgroup']);
});

test('secrets are masked, and told to the runner where there is one', () => {
  const log = new Log(createRedactor());
  log.secret('hunter2-hunter2');
  expect(out).toBe('');
  log.info('a hunter2-hunter2');
  log.remote(Buffer.from('hunter2-hunter2').toString('base64'));
  log.step('hunter2-hunter2');
  log.failure(new Error('hunter2-hunter2'));
  expect(out).toContain('***');
  expect(out).not.toMatch(/hunter2-hunter2|aHVudGVyMi1odW50ZXIy/);
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  log.secret('another-one');
  expect(out).toContain('::add-mask::another-one');
});

test('a failure links to the page of its code, at the version of the action', () => {
  vi.stubEnv('GITHUB_SERVER_URL', 'https://github.com');
  vi.stubEnv('GITHUB_ACTION_REPOSITORY', 'someone/runbook-actions');
  vi.stubEnv('GITHUB_ACTION_REF', 'v1');
  new Log(createRedactor()).failure(new UserError('RB-LEASE-HELD', { what: 'held', remedy: 'wait' }));
  expect(out).toContain('https://github.com/someone/runbook-actions/blob/v1/actions/ERRORS.md#rb-lease-held');
});

test('each mask is told to the runner once, and none that hashes hold by chance', () => {
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  const log = new Log(createRedactor());
  const secrets = Array.from({ length: 50 }, (_, n) => `secret-number-${n}-of-fifty`);
  for (const secret of [...secrets, ...secrets, '4711']) log.secret(secret);
  const masks = out.split('\n').filter((line) => line.startsWith('::add-mask::'));
  expect(masks.length).toBeGreaterThan(secrets.length);
  expect(new Set(masks).size).toBe(masks.length);
  expect(masks).not.toContain('::add-mask::4711');
  log.info('4711');
  expect(out).toMatch(/\*\*\*\n$/);
});

test('a secret of several lines is told to the runner line by line, and never as a whole', () => {
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  // Of a value with several lines the runner masks each, and then every brace of the log and of the outputs.
  new Log(createRedactor()).secret('{\n  "password": "quite-secret-word"\n}');
  const masks = out.split('\n').filter((line) => line.startsWith('::add-mask::'));
  expect(masks).toContain('::add-mask::"password": "quite-secret-word"');
  expect(masks.filter((line) => /%0[AD]/.test(line))).toEqual([]);
});
