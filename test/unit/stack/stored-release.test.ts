import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { hashText } from '../../../actions/lib/stack/release/next';
import { parseStored, storedScript } from '../../../actions/lib/stack/release/stored';
import { release, service } from './model-host';
import { eachInItsFolder, root, write } from './stored';

eachInItsFolder();

const COMPOSE = '{"name":"shop","services":{"api":{"environment":{"TEXT":"a\\n#rb-section end"}}}}\n';
const LIST = `${'0'.repeat(64)} 644 docker compose.yml\n`;
const current = release('7-v1', { api: service('api', 'v1', '7-v1') }, { compose: hashText(COMPOSE), writer: '0.1.0' });

const read = (): string => execFileSync('sh', ['-uc', storedScript(root, '7-v1')], { encoding: 'utf8' });

it('a release is read from the host as it was stored', () => {
  write(`${root}/releases/7-v1/compose.json`, COMPOSE);
  write(`${root}/releases/7-v1/files.list`, LIST);
  const { model, filesList, size } = parseStored(read(), current);
  expect(model).toEqual(JSON.parse(COMPOSE));
  expect(filesList).toBe(LIST);
  expect(size.cpus).toBeGreaterThanOrEqual(0);
});

it('a release is refused if its compose.json was changed, cut off or removed', () => {
  write(`${root}/releases/7-v1/files.list`, LIST);
  for (const text of [null, COMPOSE.replace('shop', 'shed'), COMPOSE.slice(0, 40)]) {
    if (text !== null) write(`${root}/releases/7-v1/compose.json`, text);
    expect(() => parseStored(read(), current)).toThrow(/RB-RECORD-UNREADABLE: the record of release 7-v1/);
  }
});
