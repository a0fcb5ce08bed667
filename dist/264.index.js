"use strict";
exports.id = 264;
exports.ids = [264];
exports.modules = {

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


/***/ }),

/***/ 87264:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  asking: () => (/* binding */ asking),
  performInTerminal: () => (/* binding */ performInTerminal)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:readline/promises"
var promises_ = __webpack_require__(26848);
// EXTERNAL MODULE: ./actions/lib/backup/memory.ts + 1 modules
var memory = __webpack_require__(2013);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/procedure/record.ts
var record = __webpack_require__(12811);
// EXTERNAL MODULE: ./actions/lib/procedure/redact.ts
var redact = __webpack_require__(34791);
// EXTERNAL MODULE: ./actions/lib/procedure/run.ts + 8 modules
var procedure_run = __webpack_require__(82381);
;// CONCATENATED MODULE: ./actions/lib/terminal/log.ts
/** Shows a procedure's progress on a terminal; text from a host cannot move the cursor. */

/** Control characters except line breaks and tabs: ESC begins sequences that a terminal obeys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
class TerminalLog {
    #redactor;
    #write;
    /** @param write prints one line */
    constructor(redactor, write) {
        this.#redactor = redactor;
        this.#write = write;
    }
    step(title) {
        this.#lines('', `\n== ${title}`);
    }
    info(text) {
        this.#lines('   ', text);
    }
    remote(line) {
        this.#lines('   | ', line);
    }
    warning(text) {
        this.#lines(' ! ', text);
    }
    secret(value) {
        this.#redactor.add(value);
    }
    masked(text) {
        return this.#redactor.apply(text);
    }
    keep(names) {
        this.#redactor.keep(names);
    }
    /** Prints a separate text, such as a report. */
    text(text) {
        this.#lines('', text);
    }
    /** The error of a bug shows its stack. */
    failure(error) {
        const text = error instanceof errors/* UserError */.y
            ? error.message
            : `This is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
        this.#lines('', `\n${text}`);
    }
    #lines(before, text) {
        for (const line of this.#redactor.apply(text).split('\n'))
            this.#write(before + line.replace(CONTROLS, ''));
    }
}

// EXTERNAL MODULE: ./actions/lib/procedure/timeline.ts
var timeline = __webpack_require__(4281);
;// CONCATENATED MODULE: ./actions/lib/terminal/report.ts

const HEADLINE = {
    succeeded: 'DONE',
    unchanged: 'NOTHING TO DO',
    planned: 'PLAN',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
};
function reportText(report) {
    const { status, title, verdict, stack, host, previousRelease, release, error, health, notes, blocks = [] } = report;
    const moved = previousRelease === release ? (release ?? 'none') : `${previousRelease ?? 'none'} → ${release ?? 'none'}`;
    const parts = [
        [
            `${HEADLINE[status]}: ${title}`,
            ...(verdict === undefined ? [] : [verdict]),
            ...(report.warnings ?? []).map((text) => `WARNING: ${text}`),
            `${stack} on ${host}, release ${moved}, ${report.seconds.toFixed(1)} s`,
        ],
        error === null ? [] : errorLines(error),
        report.recovered === null ? [] : ['Recovered first', ...report.recovered.lines.map(item)],
        ...blocks.map(blockLines),
        health.length === 0
            ? []
            : ['Health', ...health.map(({ service, text, ok }) => item(`${ok ? 'good' : 'BAD'} ${service}: ${text}`))],
        status === 'planned' || (0,timeline/* timeLine */.wQ)(report.timeline) === '' ? [] : [`Time: ${(0,timeline/* timeLine */.wQ)(report.timeline)}`],
        notes.length === 0 ? [] : ['To know', ...notes.map(item)],
    ];
    return said(parts);
}
function listingText({ title, empty, head, rows }) {
    return said([[title], rows.length === 0 ? [empty] : table(head, rows)]);
}
function errorLines({ code, what, why, remedy, log, logOf }) {
    return [
        `${code}: ${what}`,
        ...(why === undefined ? [] : [`Cause: ${why}`]),
        `What to do: ${remedy}`,
        ...(log.length === 0
            ? []
            : [`Last ${log.length} lines of ${logOf ?? 'the log'}:`, ...log.map((line) => `  | ${line}`)]),
    ];
}
function blockLines(block) {
    switch (block.kind) {
        case 'heading':
        case 'text':
            return [lineText(block.text)];
        case 'list':
            return [
                ...(block.lead === undefined ? [] : [lineText(block.lead)]),
                ...block.items.map((one) => item(lineText(one))),
            ];
        case 'table':
            return table(block.head, block.rows);
        case 'log':
            return [
                `${block.title}:`,
                ...(block.lines.length === 0 ? ['  no line'] : block.lines.map((line) => `  | ${line}`)),
            ];
        case 'times':
            return [
                lineText(block.lead),
                ...block.parts.map(({ name, seconds }) => item(`${name}: ${seconds.toFixed(1)} s`)),
            ];
        case 'bars':
            return [
                `${block.title} (${block.unit})`,
                ...block.values.map(({ label, value }) => item(`${label}: ${value.toFixed(2)}`)),
            ];
    }
}
function table(head, rows) {
    const cells = [head, ...rows.map((row) => row.map(lineText))];
    const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
    return cells.map((row) => row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd());
}
function lineText(line) {
    return (Array.isArray(line) ? line : [line]).map(spanText).join('');
}
function spanText(span) {
    if (typeof span === 'string')
        return span;
    return 'code' in span ? span.code : span.strong;
}
function item(text) {
    return `  - ${text}`;
}
/** Joins parts with an empty line before each. */
function said(parts) {
    return parts
        .filter((lines) => lines.length > 0)
        .map((lines) => `\n${lines.join('\n')}`)
        .join('\n');
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
;// CONCATENATED MODULE: ./actions/lib/terminal/worktree.ts
/**
 * Compares a deploy's files with their commit: a runner has a fresh checkout, but a person's folder may have other
 * contents.
 */


const WORDS = [
    [/^!!/, 'ignored by Git'],
    [/^\?\?/, 'not committed'],
    [/^.?D/, 'removed'],
];
/**
 * @param config path of the runbook file; the other files lie beside it
 * @returns a sentence; `null`: all files are as committed
 */
function strayFiles(config, { compose, files, envFile }) {
    const folder = (0,external_node_path_.dirname)(config);
    const paths = [(0,external_node_path_.basename)(config), ...compose, ...files, ...(envFile === null ? [] : [envFile])];
    const git = (...args) => (0,external_node_child_process_.spawnSync)('git', ['-C', folder, ...args], { encoding: 'utf8' });
    const { status, stdout } = git('status', '--porcelain', '-z', '--ignored', '--no-renames', '--', ...paths);
    if (status !== 0)
        return `${folder} is not a clone that Git can read: its files are used as they are.`;
    const found = stdout
        .split('\0')
        .filter((line) => line !== '')
        .map((line) => `${line.slice(3)} (${WORDS.find(([sign]) => sign.test(line))?.[1] ?? 'changed'})`);
    if (found.length === 0)
        return null;
    const commit = git('rev-parse', '--short', 'HEAD').stdout.trim();
    return `Used although ${commit === '' ? 'not committed' : `different from commit ${commit}`}: ${found.join(', ')}.`;
}

;// CONCATENATED MODULE: ./actions/terminal.ts
/** A procedure from a person's own machine, without GitHub: the plan, a question, and that plan carried out. */











/** Milliseconds after which a resource that was left open no longer holds the command up. */
const FORGOTTEN = 10_000;
/** Never rejects: a failure is printed, and becomes the exit status. */
async function performInTerminal(procedure, request) {
    if (procedure.streams)
        (0,memory/* limitYoungGeneration */.a)();
    const log = new TerminalLog((0,redact/* createRedactor */.l)(), (line) => console.log(line));
    const signal = cancellation(log);
    try {
        if (!(await carriedOut(procedure, request, log, signal)))
            process.exitCode = 1;
    }
    catch (error) {
        log.failure(error instanceof errors/* UserError */.y ? forTerminal(error, procedure.name) : error);
        process.exitCode = 1;
    }
    setTimeout(() => process.exit(), FORGOTTEN).unref();
}
/** @returns whether all is well */
async function carriedOut(procedure, request, log, signal) {
    const read = (more) => {
        return inputsOf(procedure, (name) => more[name] ?? request.get(name), request);
    };
    const inputs = read({});
    const around = (one) => ({
        title: procedure.title(one),
        run: `${(0,external_node_os_.userInfo)().username}@${(0,external_node_os_.hostname)()}, process ${process.pid}`,
        actor: (0,external_node_os_.userInfo)().username,
        signal,
        lease: {
            timeout: one.leaseTimeout,
            preempt: one.preempt,
            say: (text) => log.info(text),
            hasEnded: async () => false,
        },
        recorder: new record/* Recorder */.v(log),
        pushed: null,
        repository: async () => {
            throw new errors/* UserError */.y('RB-REPOSITORY-REFUSED', {
                what: 'only a run on GitHub can put new values into the repository, and this is not one',
                remedy: 'set them with `sops edit` or `mode: encrypt`, commit the file, then `mode: apply`',
            });
        },
    });
    const run = async (one) => {
        const outcome = await (0,procedure_run/* carryOut */.u)(procedure, one, around(one));
        log.text(reportText(outcome.report));
        return outcome;
    };
    if (procedure.list?.wanted(inputs)) {
        log.text(listingText(await (0,procedure_run/* list */.p)(procedure, inputs, around(inputs))));
        return true;
    }
    const config = (0,external_node_path_.join)(request.folder, request.get('config') || 'runbook.yml');
    const stray = strayFiles(config, inputs.runbook);
    if (stray !== null)
        log.warning(stray);
    if (inputs.dryRun)
        return (await run(inputs)).report.error === null;
    const { stack } = inputs.runbook;
    let approved = {};
    if (inputs.preempt)
        log.text('\nThere is no plan: it is not known beforehand what the deploy that is ended will leave.');
    else {
        const { report, outputs = {} } = await run(read({ 'dry-run': 'true' }));
        if (report.error !== null)
            return false;
        if ('expected-plan' in request.declared)
            approved = { 'expected-plan': report.planHash ?? '', 'expected-plan-text': outputs['plan-text'] ?? '' };
    }
    const typed = await confirmed(request, stack, inputs.target.host, log);
    if ('confirm' in request.declared && typed !== null)
        approved = { ...approved, confirm: typed };
    const { report } = await run(read(approved));
    return report.error === null;
}
/** A key of the agent is used instead of the given key. */
function inputsOf(procedure, get, { agent, folder }) {
    if (agent === null)
        return procedure.read(get, folder);
    const inputs = procedure.read((name) => (name === 'ssh-key' ? 'ssh-agent' : get(name)), folder);
    const { jump, ...target } = inputs.target;
    const through = jump === undefined ? {} : { jump: { ...jump, privateKey: '', agent } };
    return { ...inputs, target: { ...target, ...through, privateKey: '', agent } };
}
/** @returns what was typed; `null`: no question was asked @throws {UserError} RB-CANCELLED */
async function confirmed({ yes, ask }, stack, host, log) {
    if (yes)
        return null;
    if (ask === null)
        throw new errors/* UserError */.y('RB-CANCELLED', {
            what: 'there is no person to ask, and --yes was not given; nothing was changed on the host',
            why: 'standard input is not a terminal',
            remedy: 'run it in a terminal, or give --yes',
        });
    log.text('');
    const typed = (await ask(`Type ${stack}, the name of the stack, to carry this out on ${host}: `)).trim();
    if (typed === stack)
        return typed;
    throw new errors/* UserError */.y('RB-CANCELLED', {
        what: `${JSON.stringify(typed)} is not ${stack}; nothing was changed on the host`,
        remedy: 'run it again if you want it',
    });
}
/** Asks on the terminal; `null` where there is none. */
function asking() {
    if (!process.stdin.isTTY)
        return null;
    return async (question) => {
        const lines = (0,promises_.createInterface)({ input: process.stdin, output: process.stdout });
        try {
            return await new Promise((typed, failed) => {
                const end = () => failed(unanswered());
                // Ctrl-C, Ctrl-D, or a terminal that is gone.
                lines.once('SIGINT', end);
                lines.once('close', end);
                lines.question(question).then(typed, failed);
            });
        }
        finally {
            lines.close();
        }
    };
}
function unanswered() {
    return new errors/* UserError */.y('RB-CANCELLED', {
        what: 'nothing was typed; nothing was changed on the host',
        remedy: 'run it again if you want it',
    });
}
function cancellation(log) {
    const controller = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.on(name, () => {
            if (!controller.signal.aborted)
                log.warning(`${name}: this run is cancelled; it stops at the next safe point`);
            controller.abort();
        });
    }
    return controller.signal;
}
/** Inputs are flags here. */
function forTerminal(error, name) {
    const { details } = error;
    if (error.code !== 'RB-INPUT-INVALID' || !details.remedy.includes('`with:`'))
        return error;
    const remedy = `each input NAME is the flag --NAME, a secret the flag --NAME-file; see runbook-actions ${name} --help`;
    return new errors/* UserError */.y(error.code, { ...details, remedy });
}


/***/ })

};
;