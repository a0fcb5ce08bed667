"use strict";
exports.id = 992;
exports.ids = [992];
exports.modules = {

/***/ 94992:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  renderListing: () => (/* binding */ renderListing),
  renderReport: () => (/* binding */ renderReport)
});

// EXTERNAL MODULE: ./actions/lib/procedure/plan-text.ts
var plan_text = __webpack_require__(38197);
// EXTERNAL MODULE: ./actions/lib/procedure/timeline.ts
var procedure_timeline = __webpack_require__(4281);
;// CONCATENATED MODULE: ./actions/lib/github/markdown.ts
/** Markdown for job summaries. */
/** Cells are Markdown already. */
function table(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
/** Text from elsewhere that must mean nothing in Markdown or HTML. */
function plain(text) {
    return text
        .replace(/\s+/g, ' ')
        .replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
        .replace(/[\\`*_{}[\]()#+!|~@]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
function code(text) {
    return `<code>${plain(text)}</code>`;
}
/** A fence longer than any in the text. */
function fence(language, text) {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
    const ticks = '`'.repeat(longest + 1);
    return `${ticks}${language}\n${text}\n${ticks}`;
}

;// CONCATENATED MODULE: ./actions/lib/github/blocks.ts

/** Characters of a line that are shown. */
const LONGEST_LINE = 500;
/** Of Mermaid's chart with bars: pixels of the axis and of a letter; letters of its title, of the unit, and of a label. */
const AXIS = 600;
const LETTER = 11;
const TITLE = 50;
const UNIT = 20;
const LABEL = 6;
function renderBlock(block) {
    switch (block.kind) {
        case 'heading':
            return `### ${renderLine(block.text)}`;
        case 'text':
            return renderLine(block.text);
        case 'list': {
            const items = block.items.map((item) => `- ${renderLine(item)}`);
            return [...(block.lead === undefined ? [] : [renderLine(block.lead)]), ...items].join('\n');
        }
        case 'table':
            return table(block.head.map(plain), block.rows.map((row) => row.map(renderLine)));
        case 'log': {
            const lines = block.lines.map((line) => line.slice(0, LONGEST_LINE)).join('\n');
            const text = block.lines.length === 0 ? 'No line.' : fence('text', lines);
            return [`<details open><summary>${plain(block.title)}</summary>`, '', text, '', '</details>'].join('\n');
        }
        case 'bars':
            return fence('mermaid', [
                'xychart-beta',
                `  title ${quoted(shortened(block.title, TITLE))}`,
                `  x-axis [${labelsOf(block.values.map(({ label }) => label))
                    .map(quoted)
                    .join(', ')}]`,
                `  y-axis ${quoted(shortened(block.unit, UNIT))}`,
                `  bar [${block.values.map(({ value }) => value.toFixed(2)).join(', ')}]`,
            ].join('\n'));
    }
}
function renderLine(line) {
    return (Array.isArray(line) ? line : [line]).map(renderSpan).join('');
}
function renderSpan(span) {
    if (typeof span === 'string')
        return plain(span);
    return 'code' in span ? code(span.code) : `**${plain(span.strong)}**`;
}
/**
 * So many of them that none lies over the next. Mermaid draws bars with one label at one place, so that each gets one of its
 * own: signs without width tell them apart.
 */
function labelsOf(labels) {
    const each = Math.floor(AXIS / Math.max(1, labels.length));
    const short = labels.map((label) => shortened(label, Math.max(LABEL, Math.floor(each / LETTER))));
    const widest = Math.max(1, ...short.map((label) => label.length)) + 1;
    const step = Math.max(1, Math.ceil((widest * LETTER) / Math.max(1, each)));
    // The newest stands last, and is named.
    const named = short.map((label, index) => ((labels.length - 1 - index) % step === 0 ? label : ''));
    return named.map((label, index) => {
        const before = named.slice(0, index).filter((one) => one === label).length;
        return label + '\u200b'.repeat(before + (label === '' ? 1 : 0));
    });
}
function shortened(text, most) {
    const letters = [...text.replace(/["\s]+/g, ' ').trim()];
    return letters.length <= most ? letters.join('') : `${letters.slice(0, most - 1).join('')}…`;
}
/** Mermaid's text, which has no way to write a quote. */
function quoted(text) {
    return `"${text.replace(/["\s]+/g, ' ')}"`;
}

// EXTERNAL MODULE: ./actions/lib/github/run.ts
var run = __webpack_require__(16161);
;// CONCATENATED MODULE: ./actions/lib/github/summary.ts
/** A report as the Markdown of a job summary. */





const HEADLINE = {
    succeeded: '✅',
    unchanged: '✅ (nothing to do)',
    planned: '📋 (dry run)',
    failed: '❌',
    cancelled: '⚠️ (cancelled)',
};
/** Bytes, with room to spare: GitHub refuses summaries above 1 MiB. */
const LARGEST = 1_000_000;
/** Of a failing container's log. */
const summary_LONGEST_LINE = 500;
function renderReport(report) {
    const parts = [
        `## ${HEADLINE[report.status]} ${plain(report.title)}`,
        ...(report.verdict === undefined ? [] : [`**${plain(report.verdict)}**`]),
        overview(report),
        ways(report),
    ];
    if (report.error)
        parts.push(failure(report.error));
    if (report.recovered)
        parts.push(recovery(report.recovered));
    if (report.plan)
        parts.push(changes(report.plan.changes), files(report.plan.files), drift(report.plan.drift));
    parts.push(...(report.blocks ?? []).map(renderBlock));
    if (report.health.length > 0) {
        parts.push('### Health', ...report.health.map(({ service, text, ok }) => `- ${ok === null ? '⚠️' : ok ? '✅' : '❌'} **${plain(service)}**: ${plain(text)}`));
    }
    parts.push(...times(report));
    if (report.notes.length > 0)
        parts.push('### To know', ...report.notes.map((note) => `- ${plain(note)}`));
    return `${fitting(parts.filter((part) => part !== '')).join('\n\n')}\n`;
}
/** A dry run is no time that anybody would shorten. */
function times({ timeline, status }) {
    if (timeline.length === 0 || status === 'planned')
        return [];
    const line = plain((0,procedure_timeline/* timeLine */.wQ)(timeline));
    if (!(0,procedure_timeline/* isCharted */.KN)(timeline))
        return line === '' ? [] : [`Time: ${line}`];
    return [`<details><summary>Time: ${line}</summary>`, fence('mermaid', (0,procedure_timeline/* gantt */.VM)(timeline)), '</details>'];
}
/** Parts stay whole, so that no fence is cut open; what does not fit is left out, and that is said. */
function fitting(parts) {
    let size = 0;
    const kept = parts.filter((part) => {
        const next = size + Buffer.byteLength(part) + 2;
        if (next > LARGEST)
            return false;
        size = next;
        return true;
    });
    return kept.length === parts.length ? parts : [...kept, 'Some of this report is too long for a job summary.'];
}
function overview({ status, stack, host, previousRelease, release, seconds, planHash, planUntil }) {
    const moved = previousRelease === release
        ? `release ${code(release ?? 'none')}`
        : `${code(previousRelease ?? 'none')} → ${code(release ?? 'none')}`;
    // A dry run's is to be passed on, whole.
    const hash = planHash === null ? '' : ` · plan ${code(status === 'planned' ? planHash : planHash.slice(0, 12))}`;
    const until = planUntil === undefined ? '' : ` · valid until ${planUntil}`;
    return `${code(stack)} on ${code(host)} · ${moved} · ${seconds.toFixed(1)} s${hash}${until}`;
}
/** To what was deployed, to the whole log, and back. */
function ways({ status, release, previousRelease }) {
    const moved = status === 'succeeded' && previousRelease !== null && release !== previousRelease;
    return [...(0,run/* pages */.Bd)({ rollback: moved })].map(([name, url]) => `[${plain(name)}](${url})`).join(' · ');
}
function changes(list) {
    if (list.length === 0)
        return '';
    const rows = list.map(({ service, kind, from, to, reasons, downtime }) => [
        code(service),
        kind === 'remove' && to !== null ? 'stopped' : HOW[kind],
        side(from),
        side(to),
        downtime === null
            ? kind === 'remove'
                ? '–'
                : 'none'
            : `⏸ about ${downtime.seconds} s: ${plain(downtime.why + (0,plan_text/* lastTime */.q)(downtime))}`,
        plain(reasons.join(', ')),
    ]);
    return table(['service', 'what happens', 'from', 'to', 'downtime', 'why'], rows);
}
const HOW = {
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
function side(value) {
    if (value === null)
        return '–';
    const tag = value.image.slice(value.image.lastIndexOf('/') + 1);
    const digest = value.digest === null ? '' : `<br>${code(value.digest.slice(7, 19))}`;
    return `${code(tag)}${value.replicas === 1 ? '' : ` × ${value.replicas}`}${digest}`;
}
function recovery({ procedure, run, to, lines }) {
    return [
        '### Recovered first',
        '',
        `${plain(procedure)} of ${plain(run)} was interrupted; ${to === '' ? 'what it had started was removed' : `release ${code(to)} was restored`}:`,
        '',
        ...lines.map((line) => `- ${plain(line)}`),
    ].join('\n');
}
function files(changed) {
    const paths = Object.entries(changed);
    return paths.length === 0 ? '' : `Files: ${paths.map(([path, what]) => `${code(path)} (${what})`).join(', ')}`;
}
function drift(found) {
    if (found.length === 0)
        return '';
    return [
        '### Changed by hand, left alone',
        ...found.map(({ service, what }) => `- ${code(service)} ${plain(what)}`),
    ].join('\n');
}
function failure({ code: name, what, why, remedy, log, logOf }) {
    const page = (0,run/* pageOf */.ZZ)(name);
    const title = page === null ? plain(name) : `[${plain(name)}](${page})`;
    const lines = ['> [!CAUTION]', `> **${title}**: ${plain(what)}`];
    if (why)
        lines.push('>', `> Cause: ${plain(why)}`);
    lines.push('>', `> What to do: ${plain(remedy)}`);
    if (log.length === 0)
        return lines.join('\n');
    const shown = log.slice(-50).map((line) => line.slice(0, summary_LONGEST_LINE));
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
function renderListing({ title, empty, head, rows }) {
    const body = rows.length === 0
        ? empty
        : table(head, rows.map((row) => row.map(renderLine)));
    return `## ${title}\n\n${body}\n`;
}


/***/ }),

/***/ 4281:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KN: () => (/* binding */ isCharted),
/* harmony export */   VM: () => (/* binding */ gantt),
/* harmony export */   wQ: () => (/* binding */ timeLine)
/* harmony export */ });
/** Milliseconds; a chart of a shorter run shows no more than a line does. */
const CHARTED = 30_000;
/** Pixels of the chart where GitHub shows it, of the margin beside a section's name, and of the longest name. */
const WIDTH = 850;
const MARGIN = 25;
const LONGEST = 250;
/** Of a mark, wherever the chart is as narrow as that. */
const SHORTEST = 80;
/** Whether a run took so long that its parts are worth a chart. */
function isCharted(timeline) {
    return (timeline.at(-1)?.end ?? 0) - (timeline[0]?.begin ?? 0) >= CHARTED;
}
/** The steps with their seconds, one after the other; those that took no time are left out. */
function timeLine(timeline) {
    return timeline
        .filter(({ begin, end }) => end - begin >= 50)
        .map(({ step, begin, end }) => `${step} ${seconds(end - begin)}`)
        .join(' · ');
}
/** Times count from the first step, so that the axis shows minutes and seconds. */
function gantt(timeline) {
    const start = timeline[0]?.begin ?? 0;
    const padding = MARGIN + Math.max(0, ...timeline.map(({ step }) => width(name(step, LONGEST))));
    // Mermaid writes a mark to the left of its place where a padding and a half are not left to the right of it.
    const room = Math.max(SHORTEST, (WIDTH - 2.5 * padding) / 2);
    const lines = [
        // Else the bars begin below long names.
        `%%{init: {"gantt": {"leftPadding": ${padding}}}}%%`,
        'gantt',
        '  dateFormat x',
        `  axisFormat ${(timeline.at(-1)?.end ?? 0) - start < 60_000 ? '%-S s' : '%-M:%S'}`,
    ];
    for (const [index, entry] of timeline.entries()) {
        const begin = entry.begin - start;
        // A bar without width would not be drawn.
        const end = Math.max(entry.end - start, begin + 1);
        lines.push(`  section ${name(entry.step, LONGEST)}`);
        lines.push(`  ${name(seconds(end - begin), room)} :${TAG[entry.status]}s${index}, ${begin}, ${end}`);
        for (const [number, mark] of entry.marks.entries()) {
            // The sign in front keeps a text like "title" or "weekend friday" from being read as a keyword.
            lines.push(`  → ${name(mark.text, room)} :milestone, s${index}m${number}, ${mark.at - start}, 0ms`);
        }
    }
    return lines.join('\n');
}
const TAG = { done: 'done, ', failed: 'crit, ', reversed: 'active, ' };
/** Letters, digits and a few signs: what a title may hold without meaning something to Mermaid. */
function name(text, pixels) {
    const plain = text
        .normalize('NFKC')
        .replace(/[^\p{L}\p{N} .+()/-]+/gu, ' ')
        .replace(/\s+/g, ' ')
        .trim();
    if (plain === '')
        return 'step';
    const letters = [...plain];
    while (width(letters.join('')) > pixels)
        letters.pop();
    return letters.length < [...plain].length ? `${letters.join('').trim()}…` : plain;
}
/** Pixels that a text takes at most, in Mermaid's 11 of a letter. */
function width(text) {
    return [...text].reduce((sum, letter) => sum + (/[a-ln-vx-z0-9 .()/-]/.test(letter) ? 8 : 12), 0);
}
function seconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
}


/***/ })

};
;