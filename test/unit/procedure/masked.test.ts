/** A report is masked before it is rendered. */
import { describe, expect, test } from 'vitest';
import type { Block } from '../../../actions/lib/procedure/blocks';
import { masked } from '../../../actions/lib/procedure/masked';
import { createRedactor } from '../../../actions/lib/procedure/redact';
import { plainReport } from '../../../actions/lib/procedure/report';
import { renderReport } from '../../summaries/keep';

/** The text that a reader sees: entities are signs again. */
function seen(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, number: string) => String.fromCharCode(Number(number)));
}

describe.each(['p_ss*w#rd!', 'a@b|c~d+e', '<tag>&{x}', 'x[y](z)\\w', 'two  blanks here'])('the secret %j', (secret) => {
  const redactor = createRedactor();
  redactor.add(secret);
  const hide = (text: string): string => redactor.apply(text);
  const text = `login with ${secret} failed`;
  const blocks: Block[] = [
    { kind: 'text', text },
    { kind: 'list', items: [[{ strong: text }, { code: text }]] },
    { kind: 'table', head: [text], rows: [[text]] },
    { kind: 'log', title: text, lines: [text, `${'x'.repeat(495 - 'login with '.length)}${text}`] },
  ];
  const report = plainReport({
    title: text,
    verdict: text,
    warnings: [text],
    status: 'failed',
    host: 'ops@203.0.113.7',
    stack: 'acme',
    timeline: [{ step: text, begin: 0, end: 40_000, status: 'done', marks: [{ at: 5, text }] }],
    health: [{ service: 'api', text, ok: false }],
    notes: [text],
    error: { code: 'RB-COMMAND-FAILED', what: text, why: text, remedy: text, log: [text], logOf: text },
    blocks,
  });

  test('is not shown anywhere in a summary', () => {
    expect(seen(renderReport(report))).toContain(secret.replace(/\s+/g, ' '));
    const shown = seen(renderReport(masked(report, hide)));
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(secret.replace(/\s+/g, ' '));
    expect(shown).not.toContain(secret.slice(0, 4));
    expect(shown).toContain('login with ***');
  });
});

test('words by which the renderer decides stay, also where a secret has the same value', () => {
  const redactor = createRedactor();
  redactor.add('failed');
  const report = plainReport({ title: 'x', status: 'failed', host: 'h', stack: 's', timeline: [] });
  expect(masked(report, (text) => redactor.apply(text)).status).toBe('failed');
});
