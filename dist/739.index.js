"use strict";
exports.id = 739;
exports.ids = [739];
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


/***/ })

};
;