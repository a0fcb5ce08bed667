/** A report as the Markdown of a job summary. */

import type { Listing } from '../procedure/define';
import { lastTime } from '../procedure/plan-text';
import type { Recovered, Report } from '../procedure/report';
import { gantt, isCharted, timeLine } from '../procedure/timeline';
import type { Drift } from '../stack/drift';
import type { ServiceChange } from '../stack/model';
import { renderBlock, renderLine } from './blocks';
import { compareItems } from './compare';
import { code, fence, plain, table } from './markdown';
import { homeOf, pageOf, pages } from './run';

const HEADLINE: Record<Report['status'], string> = {
  succeeded: '✅',
  unchanged: '✅ (nothing to do)',
  planned: '📋 (dry run)',
  failed: '❌',
  cancelled: '⚠️ (cancelled)',
};

/** Bytes, with room to spare: GitHub refuses summaries above 1 MiB. */
const LARGEST = 1_000_000;
/** Characters of a line in the log of a container. */
const LONGEST_LINE = 500;

export function renderReport(report: Report): string {
  const parts = [
    `## ${HEADLINE[report.status]} ${plain(report.title)}`,
    ...(report.verdict === undefined ? [] : [`**${plain(report.verdict)}**`]),
    warnings(report.warnings ?? []),
    overview(report),
    ways(report),
  ];
  if (report.error) parts.push(failure(report.error));
  if (report.recovered) parts.push(recovery(report.recovered));
  if (report.plan) parts.push(changes(report.plan.changes), files(report.plan.files), drift(report.plan.drift));
  parts.push(withIt(report), ...(report.blocks ?? []).map(renderBlock));
  if (report.health.length > 0) {
    parts.push(
      '### Health',
      ...report.health.map(
        ({ service, text, ok }) => `- ${ok === null ? '⚠️' : ok ? '✅' : '❌'} **${plain(service)}**: ${plain(text)}`,
      ),
    );
  }
  parts.push(...times(report));
  if (report.notes.length > 0) parts.push('### To know', ...report.notes.map((note) => `- ${plain(note)}`));
  return `${fitting(parts.filter((part) => part !== '')).join('\n\n')}\n`;
}

/** The time of a dry run does not matter. */
function times({ timeline, status }: Report): string[] {
  if (timeline.length === 0 || status === 'planned') return [];
  const line = plain(timeLine(timeline));
  if (!isCharted(timeline)) return line === '' ? [] : [`Time: ${line}`];
  return [`<details><summary>Time: ${line}</summary>`, fence('mermaid', gantt(timeline)), '</details>'];
}

/** Leaves out whole parts that do not fit, so that no fence is cut, and says so. */
function fitting(parts: readonly string[]): readonly string[] {
  let size = 0;
  const kept = parts.filter((part) => {
    const next = size + Buffer.byteLength(part) + 2;
    if (next > LARGEST) return false;
    size = next;
    return true;
  });
  return kept.length === parts.length ? parts : [...kept, 'Some of this report is too long for a job summary.'];
}

function overview({ status, stack, host, previousRelease, release, seconds, planHash, planUntil }: Report): string {
  const moved =
    previousRelease === release
      ? `release ${code(release ?? 'none')}`
      : `${code(previousRelease ?? 'none')} → ${code(release ?? 'none')}`;
  // The hash of a dry run is shown whole, because people copy it.
  const hash = planHash === null ? '' : ` · plan ${code(status === 'planned' ? planHash : planHash.slice(0, 12))}`;
  const until = planUntil === undefined ? '' : ` · valid until ${planUntil}`;
  return `${code(stack)} on ${code(host)} · ${moved} · ${seconds.toFixed(1)} s${hash}${until}`;
}

function warnings(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return ['> [!WARNING]', texts.map((text) => `> ${plain(text)}`).join('\n>\n')].join('\n');
}

/** The commits that come with a release, or that go with it. */
function withIt({ status, commits = null }: Report): string {
  const home = homeOf();
  if (commits === null || home === null || (status !== 'planned' && status !== 'succeeded')) return '';
  const items = compareItems(commits, home).map((item) => `- ${item}`);
  const title = commits.back ? 'What goes with it' : 'What comes with it';
  return items.length === 0 ? '' : [`### ${title}`, '', ...items].join('\n');
}

/** Links to the released version, to the whole log, and to the rollback. */
function ways({ status, release, previousRelease }: Report): string {
  const moved = status === 'succeeded' && previousRelease !== null && release !== previousRelease;
  return [...pages({ rollback: moved })].map(([name, url]) => `[${plain(name)}](${url})`).join(' · ');
}

function changes(list: readonly ServiceChange[]): string {
  if (list.length === 0) return '';
  const rows = list.map(({ service, kind, from, to, reasons, downtime }) => [
    code(service),
    kind === 'remove' && to !== null ? 'stopped' : HOW[kind],
    side(from),
    side(to),
    downtime === null
      ? kind === 'remove'
        ? '–'
        : 'none'
      : `⏸ about ${downtime.seconds} s: ${plain(downtime.why + lastTime(downtime))}`,
    plain(reasons.join(', ')),
  ]);
  return table(['service', 'what happens', 'from', 'to', 'downtime', 'why'], rows);
}

const HOW: Readonly<Record<ServiceChange['kind'], string>> = {
  create: 'started',
  rolling: 'new containers beside the old, then the cutover',
  'stand-in': 'replaced while a stand-in serves',
  scale: 'other number of containers',
  'drain-and-replace': 'stopped with its grace period, then started new',
  recreate: 'stopped, then started new',
  'one-shot': 'runs to its end',
  reload: 'reads its files again',
  remove: 'removed',
};

function side(value: ServiceChange['from']): string {
  if (value === null) return '–';
  const tag = value.image.slice(value.image.lastIndexOf('/') + 1);
  const digest = value.digest === null ? '' : `<br>${code(value.digest.slice(7, 19))}`;
  return `${code(tag)}${value.replicas === 1 ? '' : ` × ${value.replicas}`}${digest}`;
}

function recovery({ procedure, run, to, lines }: Recovered): string {
  return [
    '### Recovered first',
    '',
    `${plain(procedure)} of ${plain(run)} was interrupted; ${to === '' ? 'what it had started was removed' : `release ${code(to)} was restored`}:`,
    '',
    ...lines.map((line) => `- ${plain(line)}`),
  ].join('\n');
}

function files(changed: Readonly<Record<string, string>>): string {
  const paths = Object.entries(changed);
  return paths.length === 0 ? '' : `Files: ${paths.map(([path, what]) => `${code(path)} (${what})`).join(', ')}`;
}

function drift(all: readonly Drift[]): string {
  const part = (title: string, found: readonly Drift[]): string[] =>
    found.length === 0 ? [] : [title, ...found.map(({ service, what }) => `- ${code(service)} ${plain(what)}`)];
  return [
    ...part(
      '### Changed by hand, left alone',
      all.filter(({ undone }) => undone !== true),
    ),
    ...part(
      '### Changed by hand, undone by this plan',
      all.filter(({ undone }) => undone === true),
    ),
  ].join('\n');
}

function failure({ code: name, what, why, remedy, log, logOf }: NonNullable<Report['error']>): string {
  const page = pageOf(name);
  const title = page === null ? plain(name) : `[${plain(name)}](${page})`;
  const lines = ['> [!CAUTION]', `> **${title}**: ${plain(what)}`];
  if (why) lines.push('>', `> Cause: ${plain(why)}`);
  lines.push('>', `> What to do: ${plain(remedy)}`);
  if (log.length === 0) return lines.join('\n');
  const shown = log.slice(-50).map((line) => line.slice(0, LONGEST_LINE));
  return [
    ...lines,
    '',
    `<details open><summary>Last ${shown.length} lines of ${plain(logOf ?? 'the log')}</summary>`,
    '',
    fence('text', shown.join('\n')),
    '',
    '</details>',
  ].join('\n');
}

/** A list that a run shows instead of changing anything. */
export function renderListing({ title, empty, head, rows }: Listing): string {
  const body =
    rows.length === 0
      ? empty
      : table(
          head,
          rows.map((row) => row.map(renderLine)),
        );
  return `## ${title}\n\n${body}\n`;
}
