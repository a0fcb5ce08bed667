"use strict";
exports.id = 596;
exports.ids = [596,739];
exports.modules = {

/***/ 6739:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ renderBackup),
/* harmony export */   renderBackups: () => (/* binding */ renderBackups)
/* harmony export */ });
/* harmony import */ var _markdown__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1331);

/** @param backups oldest first; the newest stands on top */
function renderBackups(backups) {
    if (backups.length === 0)
        return '## Backups\n\nThere is none of this stack there.\n';
    const rows = backups
        .toReversed()
        .map(({ id, createdAt, release, installation, databases, volumes, qdrant }) => [
        `<code>${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(id)}</code>`,
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(createdAt),
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(installation === null ? 'not told' : `${installation.host} (${installation.uid})`),
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(release ?? 'none'),
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(databases.map(({ database, bytes }) => `${database} (${mib(bytes)})`).join(', ')),
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(volumes.map(({ name, bytes }) => `${name} (${mib(bytes)})`).join(', ')),
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(qdrant.map(({ service, bytes }) => `${service} (${mib(bytes)})`).join(', ')),
    ]);
    return `## Backups\n\n${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(['backup', 'created', 'of', 'release', 'databases', 'volumes', 'Qdrant'], rows)}\n`;
}
/** What a run of the action backup made, as parts of a job summary. */
function renderBackup({ made, places, drill }) {
    return [
        ...(made === null ? [] : [renderMade(made)]),
        ...places.flatMap((place) => [renderPlace(place), chart(place)]),
        ...(drill === null ? [] : [renderDrill(drill)]),
    ];
}
function renderMade({ id, seconds, parts }) {
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const before = parts.reduce((sum, { plainBytes }) => sum + (plainBytes ?? 0), 0);
    const rate = seconds > 0 ? `, ${mib(before / seconds)}/s` : '';
    const ratio = bytes > 0 && before > 0 ? `, packed ${(before / bytes).toFixed(1)} to 1` : '';
    const rows = parts.map(({ name, file, bytes: size, plainBytes, tables, rows: count }) => [
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(name),
        `<code>${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(file)}</code>`,
        plainBytes === null ? '' : mib(plainBytes),
        mib(size),
        tables === null ? '' : `${tables} tables, ${count ?? 0} rows`,
    ]);
    return [
        `### Backup <code>${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(id)}</code>`,
        `${mib(bytes)} in ${seconds.toFixed(1)} s${rate}${ratio}. Every process ended well, every archive was read to its end.`,
        (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .table */ .tp)(['what', 'file', 'on the server', 'packed', 'counted in its snapshot'], rows),
    ].join('\n\n');
}
function renderPlace({ name, kept, removed, others, lastVerified }) {
    const gone = removed.map(({ id, why }) => `- removed <code>${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(id)}</code>: ${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(why)}`);
    const verified = lastVerified === null ? 'none is verified' : `the last verified one is <code>${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(lastVerified)}</code>`;
    return [
        `**${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(name)}**: ${kept.length} backups, ${verified}.`,
        ...others.map((text) => `- ${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(text)}`),
        ...gone,
    ].join('\n');
}
/** Sizes of the last 30 there. */
function chart({ kept }) {
    const last = kept.slice(-30);
    if (last.length < 2)
        return '';
    const sizes = last.map(({ bytes }) => (bytes / 2 ** 20).toFixed(2));
    return (0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .fence */ .EU)('mermaid', [
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
        `<code>${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(backup)}</code> from ${(0,_markdown__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(place)} came back in what was thrown away afterwards in **${seconds.toFixed(1)} s**: ${tables} tables with ${rows} rows${more}, as its manifest counted them.`,
    ].join('\n\n');
}
function mib(bytes) {
    return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}


/***/ }),

/***/ 1331:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EU: () => (/* binding */ fence),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   pj: () => (/* binding */ plain),
/* harmony export */   tp: () => (/* binding */ table)
/* harmony export */ });
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


/***/ }),

/***/ 3596:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  renderReleases: () => (/* binding */ renderReleases),
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

// EXTERNAL MODULE: ./actions/lib/github/backups.ts
var backups = __webpack_require__(6739);
// EXTERNAL MODULE: ./actions/lib/github/markdown.ts
var markdown = __webpack_require__(1331);
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
    const parts = [`## ${HEADLINE[report.status]} ${(0,markdown/* plain */.pj)(report.title)}`, overview(report)];
    if (report.error)
        parts.push(failure(report.error));
    if (report.recovered)
        parts.push(recovery(report.recovered));
    if (report.plan)
        parts.push(changes(report.plan.changes), files(report.plan.files), drift(report.plan.drift));
    if (report.backup)
        parts.push(...(0,backups/* renderBackup */.F)(report.backup));
    if (report.health.length > 0) {
        parts.push('### Health', ...report.health.map(({ service, text, ok }) => `- ${ok ? '✅' : '❌'} **${(0,markdown/* plain */.pj)(service)}**: ${(0,markdown/* plain */.pj)(text)}`));
    }
    if (report.timeline.length > 0)
        parts.push('### Timeline', (0,markdown/* fence */.EU)('mermaid', gantt(report.timeline)));
    if (report.notes.length > 0)
        parts.push('### To know', ...report.notes.map((note) => `- ${(0,markdown/* plain */.pj)(note)}`));
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
        ? `release ${(0,markdown/* code */.aY)(release ?? 'none')}`
        : `${(0,markdown/* code */.aY)(previousRelease ?? 'none')} → ${(0,markdown/* code */.aY)(release ?? 'none')}`;
    const hash = planHash === null ? '' : ` · plan ${(0,markdown/* code */.aY)(planHash.slice(0, 12))}`;
    return `${(0,markdown/* code */.aY)(stack)} on ${(0,markdown/* code */.aY)(host)} · ${moved} · ${seconds.toFixed(1)} s${hash}`;
}
function changes(list) {
    if (list.length === 0)
        return '';
    const rows = list.map(({ service, kind, from, to, reasons, downtime }) => [
        (0,markdown/* code */.aY)(service),
        kind,
        side(from),
        side(to),
        (0,markdown/* plain */.pj)(reasons.join(', ')) +
            (downtime === null ? '' : `<br>⏸ about ${downtime.seconds} s down: ${(0,markdown/* plain */.pj)(downtime.why + (0,plan_text/* lastTime */.q)(downtime))}`),
    ]);
    return (0,markdown/* table */.tp)(['service', 'how', 'from', 'to', 'why'], rows);
}
function side(value) {
    if (value === null)
        return '–';
    const tag = value.image.slice(value.image.lastIndexOf('/') + 1);
    const digest = value.digest === null ? '' : `<br>${(0,markdown/* code */.aY)(value.digest.slice(7, 19))}`;
    return `${(0,markdown/* code */.aY)(tag)}${value.replicas === 1 ? '' : ` × ${value.replicas}`}${digest}`;
}
function recovery({ procedure, run, to, lines }) {
    return [
        '### Recovered first',
        '',
        `${(0,markdown/* plain */.pj)(procedure)} of ${(0,markdown/* plain */.pj)(run)} was interrupted; ${to === '' ? 'what it had started was removed' : `release ${(0,markdown/* code */.aY)(to)} was restored`}:`,
        '',
        ...lines.map((line) => `- ${(0,markdown/* plain */.pj)(line)}`),
    ].join('\n');
}
function files(changed) {
    const paths = Object.entries(changed);
    return paths.length === 0 ? '' : `Files: ${paths.map(([path, what]) => `${(0,markdown/* code */.aY)(path)} (${what})`).join(', ')}`;
}
function drift(found) {
    if (found.length === 0)
        return '';
    return [
        '### Changed by hand, left alone',
        ...found.map(({ service, what }) => `- ${(0,markdown/* code */.aY)(service)} ${(0,markdown/* plain */.pj)(what)}`),
    ].join('\n');
}
function failure({ code: name, what, why, remedy, log, logOf }) {
    const lines = [`> [!CAUTION]`, `> **${(0,markdown/* plain */.pj)(name)}**: ${(0,markdown/* plain */.pj)(what)}`];
    if (why)
        lines.push('>', `> Cause: ${(0,markdown/* plain */.pj)(why)}`);
    lines.push('>', `> What to do: ${(0,markdown/* plain */.pj)(remedy)}`);
    if (log.length === 0)
        return lines.join('\n');
    const shown = log.slice(-50).map((line) => line.slice(0, LONGEST_LINE));
    return [
        ...lines,
        '',
        `<details open><summary>Last ${shown.length} lines of ${(0,markdown/* plain */.pj)(logOf ?? 'the log')}</summary>`,
        '',
        (0,markdown/* fence */.EU)('text', shown.join('\n')),
        '',
        '</details>',
    ].join('\n');
}
/** Releases that can be brought back. */
function renderReleases(current, releases) {
    if (releases.length === 0)
        return '## Releases\n\nThere is none on this host yet.\n';
    const rows = releases.map(({ release, obstacle, left }) => [
        (0,markdown/* code */.aY)(release.id) + (release.id === current ? ' **current**' : '') + (left ? ' ↩ rolled back from' : ''),
        (0,markdown/* code */.aY)(release.version),
        (0,markdown/* plain */.pj)(release.createdAt),
        (0,markdown/* plain */.pj)(release.createdBy),
        obstacle === null ? '✅' : `❌ ${(0,markdown/* plain */.pj)(obstacle)}`,
    ]);
    return `## Releases\n\n${(0,markdown/* table */.tp)(['release', 'version', 'created', 'by', 'can be brought back'], rows)}\n`;
}


/***/ })

};
;