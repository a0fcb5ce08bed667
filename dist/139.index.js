"use strict";
exports.id = 139;
exports.ids = [139];
exports.modules = {

/***/ 2139:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  renderListing: () => (/* binding */ renderListing),
  renderReport: () => (/* binding */ renderReport)
});

// EXTERNAL MODULE: ./actions/lib/procedure/plan-text.ts
var plan_text = __webpack_require__(8197);
;// CONCATENATED MODULE: ./actions/lib/procedure/timeline.ts
/** Times count from the first step, so that the axis shows minutes and seconds. */
function gantt(timeline) {
    const start = timeline[0]?.begin ?? 0;
    const lines = ['gantt', '  dateFormat x', '  axisFormat %M:%S'];
    for (const [index, entry] of timeline.entries()) {
        const begin = entry.begin - start;
        // A bar without width would not be drawn.
        const end = Math.max(entry.end - start, begin + 1);
        lines.push(`  section ${timeline_name(entry.step)}`);
        lines.push(`  ${timeline_name(seconds(end - begin))} :${TAG[entry.status]}s${index}, ${begin}, ${end}`);
        for (const [number, mark] of entry.marks.entries()) {
            // The sign in front keeps a text like "title" or "weekend friday" from being a keyword.
            lines.push(`  → ${timeline_name(mark.text)} :milestone, s${index}m${number}, ${mark.at - start}, 0ms`);
        }
    }
    return lines.join('\n');
}
const TAG = { done: 'done, ', failed: 'crit, ', reversed: 'active, ' };
/** Letters, digits and a few signs: what a title may hold without meaning something to Mermaid. */
function timeline_name(text) {
    const plain = text
        .normalize('NFKC')
        .replace(/[^\p{L}\p{N} .+()/-]+/gu, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 60);
    return plain === '' ? 'step' : plain;
}
function seconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
}

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

;// CONCATENATED MODULE: ./actions/lib/github/backups.ts

/** What a run of the action backup made, as parts of a job summary. */
function renderBackup({ made, places, drill }) {
    return [
        ...(made === null ? [] : [renderMade(made, drill !== null)]),
        ...places.flatMap((place) => [renderPlace(place), chart(place)]),
        ...(drill === null ? [] : [renderDrill(drill)]),
    ];
}
function renderMade({ id, seconds, parts }, isLoaded) {
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const before = parts.reduce((sum, { plainBytes }) => sum + (plainBytes ?? 0), 0);
    const rate = seconds > 0 ? `, ${mib(before / seconds)}/s` : '';
    const ratio = bytes > 0 && before > 0 ? `, packed ${(before / bytes).toFixed(1)} to 1` : '';
    const rows = parts.map(({ name, file, bytes: size, plainBytes, tables, rows: count }) => [
        plain(name),
        `<code>${plain(file)}</code>`,
        plainBytes === null ? '' : mib(plainBytes),
        mib(size),
        tables === null ? '' : `${tables} tables, ${count ?? 0} rows`,
    ]);
    return [
        `### Backup <code>${plain(id)}</code>`,
        `${mib(bytes)} in ${seconds.toFixed(1)} s${rate}${ratio}. Every process ended well, every archive was read to its end${isLoaded ? ', and loaded in the drill below' : '; it was not loaded: whether it can be, a drill shows'}.`,
        table(['what', 'file', 'on the server', 'packed', 'counted in its snapshot'], rows),
    ].join('\n\n');
}
function renderPlace({ name, kept, removed, others, lastVerified }) {
    const gone = removed.map(({ id, why }) => `- removed <code>${plain(id)}</code>: ${plain(why)}`);
    const verified = lastVerified === null ? 'none is verified' : `the last verified one is <code>${plain(lastVerified)}</code>`;
    return [
        `**${plain(name)}**: ${kept.length} backups, ${verified}.`,
        ...others.map((text) => `- ${plain(text)}`),
        ...gone,
    ].join('\n');
}
/** Sizes of the last 30 there. */
function chart({ kept }) {
    const last = kept.slice(-30);
    if (last.length < 2)
        return '';
    const sizes = last.map(({ bytes }) => (bytes / 2 ** 20).toFixed(2));
    return fence('mermaid', [
        'xychart-beta',
        '  title "Size of the last backups (MiB)"',
        `  x-axis [${last.map(({ id }) => `"${id.slice(4, 8)}"`).join(', ')}]`,
        '  y-axis "MiB"',
        `  bar [${sizes.join(', ')}]`,
    ].join('\n'));
}
function renderDrill({ backup, place, seconds, tables, rows, volumes, entries }) {
    const more = volumes > 0 ? ` and ${volumes} volumes with ${entries} files, folders and links` : '';
    return [
        '### Restore drill',
        `<code>${plain(backup)}</code> from ${plain(place)} came back in what was thrown away afterwards in **${seconds.toFixed(1)} s**: ${tables} tables with ${rows} rows${more}, as its manifest counted them.`,
    ].join('\n\n');
}
function mib(bytes) {
    return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

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
const LONGEST_LINE = 500;
function renderReport(report) {
    const parts = [`## ${HEADLINE[report.status]} ${plain(report.title)}`, overview(report)];
    if (report.error)
        parts.push(failure(report.error));
    if (report.recovered)
        parts.push(recovery(report.recovered));
    if (report.plan)
        parts.push(changes(report.plan.changes), files(report.plan.files), drift(report.plan.drift));
    if (report.backup)
        parts.push(...renderBackup(report.backup));
    if (report.health.length > 0) {
        parts.push('### Health', ...report.health.map(({ service, text, ok }) => `- ${ok ? '✅' : '❌'} **${plain(service)}**: ${plain(text)}`));
    }
    if (report.timeline.length > 0)
        parts.push('### Timeline', fence('mermaid', gantt(report.timeline)));
    if (report.notes.length > 0)
        parts.push('### To know', ...report.notes.map((note) => `- ${plain(note)}`));
    return `${fitting(parts.filter((part) => part !== '')).join('\n\n')}\n`;
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
function overview({ stack, host, previousRelease, release, seconds, planHash }) {
    const moved = previousRelease === release
        ? `release ${code(release ?? 'none')}`
        : `${code(previousRelease ?? 'none')} → ${code(release ?? 'none')}`;
    const hash = planHash === null ? '' : ` · plan ${code(planHash.slice(0, 12))}`;
    return `${code(stack)} on ${code(host)} · ${moved} · ${seconds.toFixed(1)} s${hash}`;
}
function changes(list) {
    if (list.length === 0)
        return '';
    const rows = list.map(({ service, kind, from, to, reasons, downtime }) => [
        code(service),
        kind,
        side(from),
        side(to),
        plain(reasons.join(', ')) +
            (downtime === null ? '' : `<br>⏸ about ${downtime.seconds} s down: ${plain(downtime.why + (0,plan_text/* lastTime */.q)(downtime))}`),
    ]);
    return table(['service', 'how', 'from', 'to', 'why'], rows);
}
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
    const lines = [`> [!CAUTION]`, `> **${plain(name)}**: ${plain(what)}`];
    if (why)
        lines.push('>', `> Cause: ${plain(why)}`);
    lines.push('>', `> What to do: ${plain(remedy)}`);
    if (log.length === 0)
        return lines.join('\n');
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
function renderListing({ title, empty, head, rows }) {
    const body = rows.length === 0
        ? empty
        : table(head, rows.map((row) => row.map(cell)));
    return `## ${title}\n\n${body}\n`;
}
function cell(value) {
    if (typeof value === 'string')
        return plain(value);
    return [code(value.code), ...(value.marks ?? [])].join(' ');
}


/***/ })

};
;