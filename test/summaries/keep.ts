/** Keeps each job summary that a test makes, once, for the look at all of them that closes `npm run test:all`. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReport as render } from '../../actions/lib/github/summary';
import type { Report } from '../../actions/lib/procedure/report';

/** @param markdown nothing is kept of an empty one, nor where nobody will look */
export function keepSummary(markdown: string): void {
  const folder = process.env.RUNBOOK_SUMMARIES;
  if (!folder || markdown.trim() === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${createHash('sha256').update(markdown).digest('hex').slice(0, 32)}.md`), markdown);
}

/** The real one; what it makes is kept. */
export function renderReport(report: Report): string {
  const markdown = render(report);
  keepSummary(markdown);
  return markdown;
}
