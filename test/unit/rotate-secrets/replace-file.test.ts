import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../../actions/rotate-secrets/replace-file';

test('the target of a link gets the content, and the link stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-replace-'));
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/production.env'), 'old');
  symlinkSync('secrets/production.env', join(folder, 'production.env'));
  await replaceFile(join(folder, 'production.env'), Buffer.from('new'));
  expect(lstatSync(join(folder, 'production.env')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'secrets/production.env'), 'utf8')).toBe('new');
  expect(readdirSync(join(folder, 'secrets'))).toEqual(['production.env']);
  rmSync(folder, { recursive: true });
});
