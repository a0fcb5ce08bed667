/** What the summary of a plan says besides its changes, for the sample stack from v1 to v2. */
import { expect } from 'vitest';
import { commitOf } from '../lab/built-from';
import { mermaidBlocks } from '../mermaid';

const worker = `](https://github.com/acme/worker/compare/${commitOf('v1')}...${commitOf('v2')})`;

/** Of a plan without a migration, after one deploy. */
export function expectScreen(summary: string): void {
  expect(summary).not.toContain('[!WARNING]');
  expect(summary).toContain(`${worker}, by the labels of the images`);
  expect(summary).toContain('](https://github.com/acme/stack/compare/v1...v2), by the tags of these names');
  expect(summary).toMatch(/### How it goes\n\nAbout .*, by the last run that had these parts\..*: Start backend/);
  expect(mermaidBlocks(summary).join()).toMatch(/section Pull images\n[\s\S]*section Watch traffic\n/);
  expect(summary).toContain('Afterwards the action rollback leads back: <code>1-v1</code> stays on the host.');
}

/** Of a plan that migrates on a host without a backup. */
export function expectWarned(summary: string): void {
  expect(summary).toContain(
    '> [!WARNING]\n> migrate runs, and this host knows of no verified backup younger than a day. No verified backup of this stack lies in /opt/backups/acme.',
  );
}
