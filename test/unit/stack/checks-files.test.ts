/** Files that Compose uses: what is left out, nowhere, or would be lost is refused by name. */
import { describe, expect, it } from 'vitest';
import type { UploadedFile } from '../../../actions/lib/config/files';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import { hashOf } from '../../../actions/lib/stack/identity';
import { diff } from '../../../actions/lib/stack/plan/diff';
import {
  checkNamed,
  checkOverwritten,
  checkRead,
  checkSources,
  sourcesOf,
} from '../../../actions/lib/stack/resolve/checks-files';
import { emptyHost, release, runbook } from './model-host';

const model = {
  services: {
    api: {
      volumes: [
        { type: 'bind', source: '/srv/shop/conf$$x', target: '/c' },
        { type: 'bind', source: '/etc/other', target: '/o' },
        { type: 'bind', source: '/srv/shop', target: '/all' },
        { type: 'bind', source: '/srv/shop/.runbook', target: '/own' },
        { type: 'volume', source: 'data', target: '/d' },
      ],
      secrets: [{ source: 'key' }],
      configs: [{ source: 'text' }],
    },
  },
  secrets: { key: { file: '/srv/shop/key' }, unused: { file: '/srv/shop/unused' } },
  configs: { text: { content: 'hello' } },
} as unknown as ComposeModel;
const sources = sourcesOf(model, '/srv/shop/');
const file = (path: string, content: string, care?: string): UploadedFile => ({
  path,
  content: Buffer.from(content),
  mode: 0o644,
  ...(care === undefined ? {} : { care }),
});

describe('what services mount', () => {
  it('is looked for below the directory of the stack', () => {
    expect(sources.map(({ path }) => path)).toEqual(['conf$x', 'key']);
  });

  it('is refused where it is nowhere, before Docker makes a folder of it', () => {
    expect(() => checkSources(['key'], sources, '/srv/shop')).toThrow(
      /RB-SOURCE-MISSING.*api mounts .\/key.*mkdir -p/s,
    );
    expect(() => checkSources([''], sources, '/srv/shop')).not.toThrow();
  });

  it('is refused where the repository has it and it would not be uploaded', () => {
    expect(() => checkNamed(sources, [], (path) => path === 'key')).toThrow(/RB-FILE-UNNAMED.*files: \["key"\]/s);
    expect(() => checkNamed(sources, [file('key', ''), file('conf$x/a', '')], () => true)).not.toThrow();
    expect(() => checkNamed(sources, [], () => false)).not.toThrow();
  });
});

describe('a file that Compose reads by a path with a variable', () => {
  const refusal = (compose: string, env: string, uploaded: readonly string[] = []): string => {
    const files = [file('compose.yml', compose), file('.env.prod', env), ...uploaded.map((path) => file(path, ''))];
    const stack = { ...runbook, envFile: '.env.prod' };
    try {
      checkRead({ runbook: stack, files, inRepository: (path) => /^(env|parts)\/prod\.|^\.env/.test(path) });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ['an env file', 'services: {api: {env_file: "./env/${STAGE}.env"}}', 'env/prod.env'],
    [
      'an optional env file',
      'services: {api: {env_file: [{path: "env/${STAGE:-x}.env", required: false}]}}',
      'env/prod.env',
    ],
    ['a file with labels', 'services: {api: {label_file: "env/$STAGE.labels"}}', 'env/prod.labels'],
    ['a Compose file', 'include: ["parts/${STAGE}.yml"]', 'parts/prod.yml'],
    ['an extended service', 'services: {api: {extends: {file: "parts/${STAGE}.yml", service: a}}}', 'parts/prod.yml'],
    ['a default', 'services: {api: {env_file: "env/${OTHER:-prod}.env"}}', 'env/prod.env'],
  ])('is refused where the repository has it and it would not be uploaded: %s', (_what, compose, path) => {
    expect(refusal(compose, 'STAGE=prod\n')).toMatch(
      new RegExp(`^RB-FILE-UNNAMED: the Compose files read \\./${path}, which is in the repository`),
    );
    expect(refusal(compose, 'STAGE=prod\n', [path])).toBe('');
    expect(refusal(compose.replace(':-prod', ':-test'), 'STAGE=test\n')).toBe('');
  });

  it('may be one whose name is not known here, or a .env', () => {
    expect(refusal('services: {api: {env_file: "env/${STAGE:?}.env"}}', '')).toBe('');
    expect(refusal('services: {api: {env_file: "${NAME}"}}', 'NAME=.env\n')).toBe('');
  });
});

describe('a file on the host that only the Compose files name', () => {
  const sha = '98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4';
  const state = (content: string, before?: string) => ({
    files: { 'a.env': content },
    current: before === undefined ? null : release('1', {}, { files: { 'a.env': before } }),
    releases: [],
  });
  const files = [file('a.env', 'hi\n', 'it is an env file of api')];

  it('is not replaced by one that differs, unless a release put it there', () => {
    expect(() => checkOverwritten(files, state(hashOf('theirs')))).toThrow(/RB-FILE-DIFFERS.*env file of api/s);
    expect(() => checkOverwritten(files, state(hashOf('theirs'), hashOf('then')))).toThrow(/RB-FILE-DIFFERS/);
    expect(() => checkOverwritten(files, state(hashOf('then'), hashOf('then')))).not.toThrow();
    expect(() => checkOverwritten(files, state(sha))).not.toThrow();
    // A container has written to it since, and the repository has what it had.
    expect(() => checkOverwritten(files, state(hashOf('theirs'), sha))).not.toThrow();
    expect(() => checkOverwritten([file('a.env', 'hi\n')], state(hashOf('theirs')))).not.toThrow();
  });

  it('stays where a container or somebody made something else of it and no release has it any more', () => {
    const current = release('1', {}, { files: { a: hashOf('then'), b: hashOf('b') } });
    const host = { ...emptyHost, current, releases: [current], files: { a: hashOf('written'), b: hashOf('b') } };
    const { files: changes } = diff(host, release('2', {}, { files: {} }), { runbook, migrate: false });
    expect(changes).toEqual({ b: 'remove' });
  });
});
