"use strict";
exports.id = 500;
exports.ids = [500];
exports.modules = {

/***/ 32997:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JK: () => (/* binding */ parseVersions),
/* harmony export */   eU: () => (/* binding */ requireVersion),
/* harmony export */   lF: () => (/* binding */ isVersion)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/** The `version` input: a tag for the versioned services, or one version for each service named. */

/** Source: OCI distribution specification 1.1, tags; image specification 1.1, digests. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const VERSION = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:@sha256:[0-9a-f]{64})?|sha256:[0-9a-f]{64})$/;
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/**
 * @param tag how a version becomes an image tag, see `tag` in RUNBOOK.md
 * @returns service → tag, `sha256:…` or `tag@sha256:…`; empty for an empty text: the Compose file decides
 * @throws {UserError} RB-VERSION-INVALID
 */
function parseVersions(text, versioned, tag = '{version}') {
    const spelled = (version) => (tag === '{semver}' ? version.replace(/^v(?=\d)/, '') : version);
    const parts = text
        .split(/[\n,]/)
        .map((part) => part.trim())
        .filter((part) => part !== '');
    if (parts.length === 0)
        return {};
    const [only = ''] = parts;
    if (parts.length === 1 && !only.includes('=')) {
        if (!TAG.test(only))
            throw refused(only, 'is not a tag of an image');
        return Object.fromEntries(versioned.map((service) => [service, spelled(only)]));
    }
    const versions = {};
    for (const part of parts) {
        const equals = part.indexOf('=');
        const service = part.slice(0, equals);
        const version = part.slice(equals + 1);
        if (equals < 1 || !SERVICE.test(service))
            throw refused(part, 'does not begin with SERVICE=');
        if (!VERSION.test(version))
            throw refused(part, 'names no tag or digest');
        if (Object.hasOwn(versions, service))
            throw refused(part, 'gives a service its second version');
        versions[service] = spelled(version);
    }
    return versions;
}
/** May have words in front, as in `backend-v1.4.0`; also `1.4`, `v2`, `2026-11-30`. */
const NUMBERED = /^(?:[A-Za-z][A-Za-z0-9]*[._-])*[vV]?\d[A-Za-z0-9._-]*$/;
/** Source: semver.org 2.0.0; without `+`, which an image tag cannot contain. */
const SEMVER = /^v?\d+\.\d+\.\d+(?:-[A-Za-z0-9.-]+)?$/;
/**
 * Checks a Git tag whose push starts a deploy: `vendor` begins with a v, but is not a version.
 *
 * @param tag how a version becomes an image tag, see `tag` in RUNBOOK.md
 * @throws {UserError} RB-VERSION-INVALID
 */
function requireVersion(text, tag) {
    if ((tag === '{semver}' ? SEMVER : NUMBERED).test(text))
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VERSION-INVALID', {
        what: `the tag ${JSON.stringify(text)} that was pushed is not a version`,
        why: tag === '{semver}'
            ? 'runbook.yml says `tag: "{semver}"`, and it is not three numbers such as v1.4.0'
            : 'it has no number where a version has one',
        remedy: 'push a tag such as v1.4.0; let the workflow start with tags of versions alone (`tags: ["v[0-9]*"]`); or start it by hand with the version',
    });
}
/** Whether a text has the form of a version, as {@link requireVersion} wants it of a tag. */
function isVersion(text) {
    return NUMBERED.test(text);
}
function refused(part, why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VERSION-INVALID', {
        what: `version ${JSON.stringify(part)} ${why}`,
        remedy: 'pass a tag (`v1.4.0`), or lines such as `backend=v1.4.0` or `backend=sha256:…` with 64 hexadecimal digits',
    });
}


/***/ }),

/***/ 38500:
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
/** Cells must be Markdown already. */
function table(head, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
/** Escapes text from elsewhere, so that it has no meaning in Markdown or HTML. */
function plain(text) {
    return text
        .replace(/\s+/g, ' ')
        .replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
        .replace(/[\\`*_{}[\]()#+!|~@]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
function code(text) {
    return `<code>${plain(text)}</code>`;
}
/** Uses a fence that is longer than any in the text. */
function fence(language, text) {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
    const ticks = '`'.repeat(longest + 1);
    return `${ticks}${language}\n${text}\n${ticks}`;
}

;// CONCATENATED MODULE: ./actions/lib/github/blocks.ts


/** Characters of a line that are shown. */
const LONGEST_LINE = 500;
/**
 * Measures of Mermaid's bar chart: pixels of the axis and of a letter; letters of the title, of the unit, and of a
 * label.
 */
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
        case 'times': {
            const timeline = (0,procedure_timeline/* expectedTimeline */.md)(block.parts);
            const line = plain((0,procedure_timeline/* timeLine */.wQ)(timeline));
            const chart = fence('mermaid', (0,procedure_timeline/* gantt */.VM)(timeline));
            return [renderLine(block.lead), `<details><summary>Expected: ${line}</summary>`, chart, '</details>'].join('\n\n');
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
 * Shows only so many labels that none overlaps the next. Mermaid draws bars with the same label at one place, so
 * characters without width make hidden and equal labels different.
 */
function labelsOf(labels) {
    const each = Math.floor(AXIS / Math.max(1, labels.length));
    const short = labels.map((label) => shortened(label, Math.max(LABEL, Math.floor(each / LETTER))));
    const widest = Math.max(1, ...short.map((label) => label.length)) + 1;
    const step = Math.max(1, Math.ceil((widest * LETTER) / Math.max(1, each)));
    // The newest value is the last, and always has its label.
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
/** A string for Mermaid, which cannot escape a quote. */
function quoted(text) {
    return `"${text.replace(/["\s]+/g, ' ')}"`;
}

// EXTERNAL MODULE: ./actions/lib/config/version.ts
var config_version = __webpack_require__(32997);
// EXTERNAL MODULE: ./actions/lib/group.ts
var group = __webpack_require__(82077);
;// CONCATENATED MODULE: ./actions/lib/github/compare.ts
/** Links to the commits between the release that is live and the planned one. What is not known is not said. */



const REPOSITORY = /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/;
/** Digits of a commit that are shown. */
const SHORT = 7;
/** Items of a list, Markdown; none where nothing is known. */
function compareItems({ images, from, to, back }, home) {
    const host = hostOf(home.server);
    if (host === null)
        return [];
    const labelled = images.flatMap((one) => {
        const repository = repositoryOf(one, host, home);
        return repository === null ? [] : [{ ...one, repository }];
    });
    const ranges = (0,group/* groupBy */.$)(labelled, (one) => `${one.repository} ${one.from} ${one.to}`);
    const items = [...ranges.values()].map((some) => {
        const services = some.map(({ service }) => code(service)).join(', ');
        return `${services}: ${compare_link(some[0], home, back)}, by the labels of the images`;
    });
    if (labelled.some(({ repository }) => same(repository, home.repository)))
        return items;
    const own = releasesOf(from, to, host, home);
    return own === null ? items : [...items, `${compare_link(own.range, home, back)}, by ${own.by}`];
}
/** Of images that say so. An image that has its labels from its base says nothing of itself: its owner is another. */
function repositoryOf({ repository, image }, host, home) {
    if (!repository.toLowerCase().startsWith(`${host}/`))
        return null;
    const path = repository.slice(host.length + 1);
    if (!REPOSITORY.test(path))
        return null;
    const owner = path.split('/')[0].toLowerCase();
    const owners = [home.repository.split('/')[0] ?? '', ...image.split('/').slice(0, -1)];
    return owners.some((one) => one.toLowerCase() === owner) ? path : null;
}
/** By the commits that the releases' records have, otherwise by tags of their versions' names. */
function releasesOf(from, to, host, home) {
    if (from.version === to.version)
        return null;
    const commit = ({ origin }) => origin !== null && same(origin.repository, `${host}/${home.repository}`) ? origin.commit : null;
    const tag = ({ version, run }) => (0,config_version/* isVersion */.lF)(version) && run.startsWith(`${home.server}/${home.repository}/`) ? version : null;
    const { repository } = home;
    const [was, now] = [commit(from), commit(to)];
    if (was !== null && now !== null)
        return was === now ? null : { range: { repository, from: was, to: now }, by: 'the commits of the releases' };
    const [older, newer] = [tag(from), tag(to)];
    if (older === null || newer === null)
        return null;
    return { range: { repository, from: older, to: newer }, by: 'the tags of these names, if the repository has them' };
}
function compare_link({ repository, from, to }, { server }, back) {
    const [first, last] = back ? [to, from] : [from, to];
    const words = `${repository} ${shown(first)}…${shown(last)}`;
    const url = `${server}/${repository}/compare/${encodeURIComponent(first)}...${encodeURIComponent(last)}`;
    return `[${plain(words)}](${url})`;
}
function shown(name) {
    return /^[0-9a-f]{40,64}$/.test(name) ? name.slice(0, SHORT) : name;
}
function same(a, b) {
    return a.toLowerCase() === b.toLowerCase();
}
function hostOf(server) {
    return URL.canParse(server) ? new URL(server).host.toLowerCase() : null;
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
/** Characters of a line in the log of a container. */
const summary_LONGEST_LINE = 500;
function renderReport(report) {
    const parts = [
        `## ${HEADLINE[report.status]} ${plain(report.title)}`,
        ...(report.verdict === undefined ? [] : [`**${plain(report.verdict)}**`]),
        warnings(report.warnings ?? []),
        overview(report),
        ways(report),
    ];
    if (report.error)
        parts.push(failure(report.error));
    if (report.recovered)
        parts.push(recovery(report.recovered));
    if (report.plan)
        parts.push(changes(report.plan.changes), files(report.plan.files), drift(report.plan.drift));
    parts.push(withIt(report), ...(report.blocks ?? []).map(renderBlock));
    if (report.health.length > 0) {
        parts.push('### Health', ...report.health.map(({ service, text, ok }) => `- ${ok === null ? '⚠️' : ok ? '✅' : '❌'} **${plain(service)}**: ${plain(text)}`));
    }
    parts.push(...times(report));
    if (report.notes.length > 0)
        parts.push('### To know', ...report.notes.map((note) => `- ${plain(note)}`));
    return `${fitting(parts.filter((part) => part !== '')).join('\n\n')}\n`;
}
/** The time of a dry run does not matter. */
function times({ timeline, status }) {
    if (timeline.length === 0 || status === 'planned')
        return [];
    const line = plain((0,procedure_timeline/* timeLine */.wQ)(timeline));
    if (!(0,procedure_timeline/* isCharted */.KN)(timeline))
        return line === '' ? [] : [`Time: ${line}`];
    return [`<details><summary>Time: ${line}</summary>`, fence('mermaid', (0,procedure_timeline/* gantt */.VM)(timeline)), '</details>'];
}
/** Leaves out whole parts that do not fit, so that no fence is cut, and says so. */
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
    // The hash of a dry run is shown whole, because people copy it.
    const hash = planHash === null ? '' : ` · plan ${code(status === 'planned' ? planHash : planHash.slice(0, 12))}`;
    const until = planUntil === undefined ? '' : ` · valid until ${planUntil}`;
    return `${code(stack)} on ${code(host)} · ${moved} · ${seconds.toFixed(1)} s${hash}${until}`;
}
function warnings(texts) {
    if (texts.length === 0)
        return '';
    return ['> [!WARNING]', texts.map((text) => `> ${plain(text)}`).join('\n>\n')].join('\n');
}
/** The commits that come with a release, or that go with it. */
function withIt({ status, commits = null }) {
    const home = (0,run/* homeOf */.lt)();
    if (commits === null || home === null || (status !== 'planned' && status !== 'succeeded'))
        return '';
    const items = compareItems(commits, home).map((item) => `- ${item}`);
    const title = commits.back ? 'What goes with it' : 'What comes with it';
    return items.length === 0 ? '' : [`### ${title}`, '', ...items].join('\n');
}
/** Links to the released version, to the whole log, and to the rollback. */
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
function drift(all) {
    const part = (title, found) => found.length === 0 ? [] : [title, ...found.map(({ service, what }) => `- ${code(service)} ${plain(what)}`)];
    return [
        ...part('### Changed by hand, left alone', all.filter(({ undone }) => undone !== true)),
        ...part('### Changed by hand, undone by this plan', all.filter(({ undone }) => undone === true)),
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

/***/ 82077:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ groupBy)
/* harmony export */ });
/** Items by what they have in common, in their order. `Map.groupBy` does the same, and Node 20 does not have it. */
function groupBy(items, keyOf) {
    const groups = new Map();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined)
            groups.set(key, [item]);
        else
            group.push(item);
    }
    return groups;
}


/***/ }),

/***/ 4281:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KN: () => (/* binding */ isCharted),
/* harmony export */   VM: () => (/* binding */ gantt),
/* harmony export */   md: () => (/* binding */ expectedTimeline),
/* harmony export */   wQ: () => (/* binding */ timeLine)
/* harmony export */ });
/** Milliseconds; a chart of a shorter run shows no more than a line does. */
const CHARTED = 30_000;
/** Pixels of the chart where GitHub shows it, of the margin beside a section's name, and of the longest name. */
const WIDTH = 850;
const MARGIN = 25;
const LONGEST = 250;
/** Milliseconds in which an axis has less than a tick a second. */
const FEW = 10_000;
/** Pixels of a number after a name. */
const NUMBER = 40;
/** Of a mark, wherever the chart is as narrow as that. */
const SHORTEST = 80;
/** Whether a run took so long that its parts are worth a chart. */
function isCharted(timeline) {
    return (timeline.at(-1)?.end ?? 0) - (timeline[0]?.begin ?? 0) >= CHARTED;
}
/** The steps with their seconds, one after the other, and their parts; those that took no time are left out. */
function timeLine(timeline) {
    return timeline
        .filter(hasLength)
        .map(({ step, begin, end, parts = [] }) => {
        const within = parts.filter(hasLength).map((part) => `${part.name} ${seconds(part.end - part.begin)}`);
        return `${step} ${seconds(end - begin)}${within.length < 2 ? '' : ` (${within.join(', ')})`}`;
    })
        .join(' · ');
}
/** What nobody has carried out yet, as if it began now. @param parts seconds of each, one after the other */
function expectedTimeline(parts) {
    let at = 0;
    return parts.map(({ name: step, seconds }) => {
        const begin = at;
        at += Math.round(seconds * 1000);
        return { step, begin, end: at, status: 'expected', marks: [] };
    });
}
/** Milliseconds that are worth a word. */
function hasLength({ begin, end }) {
    return end - begin >= 50;
}
/** Each step, or in its place its parts with the marks that came in them. */
function rowsOf(timeline) {
    const rows = timeline.flatMap((entry) => {
        const parts = (entry.parts ?? []).filter(hasLength);
        if (parts.length < 2)
            return [entry];
        return parts.map((part, index) => {
            const isLast = index === parts.length - 1;
            const until = parts[index + 1]?.begin ?? Number.POSITIVE_INFINITY;
            const marks = entry.marks.filter(({ at }) => (index === 0 || at >= part.begin) && at < until);
            const status = isLast || entry.status === 'reversed' ? entry.status : 'done';
            return { step: part.name, begin: part.begin, end: part.end, status, marks };
        });
    });
    // Mermaid takes sections of one name for one, wherever they stand.
    const names = rows.map(({ step }) => name(step, LONGEST));
    return rows.map((row, index) => {
        const before = names.slice(0, index).filter((one) => one === names[index]).length;
        return before === 0 ? row : { ...row, step: `${name(row.step, LONGEST - NUMBER)} ${before + 1}` };
    });
}
/** Times count from the first step, so that the axis shows minutes and seconds. */
function gantt(steps) {
    const timeline = rowsOf(steps);
    const start = timeline[0]?.begin ?? 0;
    const span = (timeline.at(-1)?.end ?? 0) - start;
    const padding = MARGIN + Math.max(0, ...timeline.map(({ step }) => width(name(step, LONGEST))));
    // Mermaid writes a mark to the left of its place where a padding and a half are not left to the right of it.
    const room = Math.max(SHORTEST, (WIDTH - 2.5 * padding) / 2);
    const lines = [
        // Else the bars begin below long names.
        `%%{init: {"gantt": {"leftPadding": ${padding}}}}%%`,
        'gantt',
        '  dateFormat x',
        `  axisFormat ${span < 60_000 ? '%-S s' : '%-M:%S'}`,
        // Else several ticks have the name of one second.
        ...(span < FEW ? ['  tickInterval 1second'] : []),
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
const TAG = {
    done: 'done, ',
    failed: 'crit, ',
    reversed: 'active, ',
    expected: '',
};
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