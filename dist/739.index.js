"use strict";
exports.id = 739;
exports.ids = [739,596];
exports.modules = {

/***/ 6739:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   renderBackups: () => (/* binding */ renderBackups)
/* harmony export */ });
/* harmony import */ var _summary__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3596);
/** Backups as the Markdown of a job summary. */

/** @param backups oldest first; the newest stands on top */
function renderBackups(backups) {
    if (backups.length === 0)
        return '## Backups\n\nThere is none of this stack there.\n';
    const rows = backups
        .toReversed()
        .map(({ id, createdAt, release, databases }) => [
        `<code>${(0,_summary__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .p)(id)}</code>`,
        (0,_summary__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .p)(createdAt),
        (0,_summary__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .p)(release ?? 'none'),
        (0,_summary__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .p)(databases.map(({ database, bytes }) => `${database} (${(bytes / 2 ** 20).toFixed(1)} MiB)`).join(', ')),
    ]);
    return `## Backups\n\n${(0,_summary__WEBPACK_IMPORTED_MODULE_0__/* .table */ .t)(['backup', 'created', 'release', 'databases'], rows)}\n`;
}


/***/ }),

/***/ 3596:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  p: () => (/* binding */ plain),
  renderReleases: () => (/* binding */ renderReleases),
  renderReport: () => (/* binding */ renderReport),
  t: () => (/* binding */ table)
});

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
            (downtime === null ? '' : `<br>⏸ about ${downtime.seconds} s down: ${plain(downtime.why)}`),
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
/** Releases that can be brought back. */
function renderReleases(current, releases) {
    if (releases.length === 0)
        return '## Releases\n\nThere is none on this host yet.\n';
    const rows = releases.map(({ release, obstacle }) => [
        code(release.id) + (release.id === current ? ' **current**' : ''),
        code(release.version),
        plain(release.createdAt),
        plain(release.createdBy),
        obstacle === null ? '✅' : `❌ ${plain(obstacle)}`,
    ]);
    return `## Releases\n\n${table(['release', 'version', 'created', 'by', 'can be brought back'], rows)}\n`;
}
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


/***/ })

};
;