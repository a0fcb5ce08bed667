import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engineOf } from '../../faults/engine';

const ROOT = join(__dirname, '../../..');
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'runbook-engine-'));
  cpSync(join(ROOT, 'actions'), join(copy, 'actions'), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true }));

it('a result stands until the code changes that it is about', () => {
  const before = engineOf(copy);
  expect(before).toBe(engineOf(ROOT));
  writeFileSync(join(copy, 'actions/renew-certs/renew-certs.ts'), '');
  writeFileSync(join(copy, 'actions/deploy/README.md'), '');
  expect(engineOf(copy)).toBe(before);
  writeFileSync(join(copy, 'actions/lib/stack/apply/late-callers.sh'), '');
  const after = engineOf(copy);
  expect(after).not.toBe(before);
  renameSync(join(copy, 'actions/lib/stack/apply/late-callers.sh'), join(copy, 'actions/lib/stack/apply/late.sh'));
  expect(engineOf(copy)).not.toBe(after);
});
