"use strict";
exports.id = 652;
exports.ids = [652];
exports.modules = {

/***/ 9271:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  freezeOf: () => (/* binding */ freezeOf),
  maintenance: () => (/* binding */ maintenance)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(2863);
// EXTERNAL MODULE: ./actions/lib/stack/freeze.ts
var stack_freeze = __webpack_require__(642);
// EXTERNAL MODULE: ./actions/lib/steps/failures.ts
var failures = __webpack_require__(2443);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(5860);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
;// CONCATENATED MODULE: ./actions/maintenance/inputs.ts
/** Inputs of the action maintenance as typed data. */


const MODES = ['status', 'freeze', 'unfreeze'];
const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };
/** RFC 3339: without a zone nobody knows whose time is meant. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
/** Characters: it stands in one line of a log. */
const LONGEST_REASON = 300;
/** Seconds; who freezes for longer has forgotten it by then. */
const LONGEST = 90 * 86_400;
/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readMaintenanceInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const { config, ...base } = (0,inputs/* readBase */.wZ)(reader);
    const mode = reader.choice('mode', MODES);
    const reason = reader.text('reason');
    const until = reader.text('until');
    const end = mode === 'freeze' ? readEnd(reader, until) : null;
    if (mode === 'freeze')
        checkReason(reader, reason);
    else if (reason !== '' || until !== '')
        reader.problem(`reason and until are for mode: freeze, and mode is ${mode}`);
    reader.finish();
    // What only looks takes no lease.
    const dryRun = base.dryRun || mode === 'status';
    return { ...base, dryRun, mode, reason, end, runbook: (0,inputs/* readRunbook */.j_)(workspace, config) };
}
function checkReason(reader, reason) {
    if (reason === '')
        reader.problem('reason is missing: why changes are frozen');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (/[\0-\x1f\x7f]/.test(reason))
        reader.problem('reason is not one line of text');
    if (reason.length > LONGEST_REASON)
        reader.problem(`reason has ${reason.length} characters; write at most ${LONGEST_REASON}`);
}
function readEnd(reader, until) {
    const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(until) ?? [];
    if (until === '')
        reader.problem('until is missing: when the freeze ends');
    else if (count !== '') {
        const after = Number(count) * (UNITS[unit] ?? 1);
        if (after <= LONGEST)
            return { after };
        reader.problem(`until is ${until}, which is more than 90 days`);
    }
    else if (TIME.test(until) && !Number.isNaN(Date.parse(until)))
        return { at: new Date(until) };
    else
        reader.problem(`until is ${JSON.stringify(until)}; write 30m, 8h, 3d, or a time with its zone as 2026-01-31T02:00:00Z`);
    return null;
}

;// CONCATENATED MODULE: ./actions/maintenance/maintenance.ts
/** Maintenance: changes are frozen for a time, so that nobody deploys into what somebody else does. */





const TITLES = {
    status: 'Maintenance: status',
    freeze: 'Freeze changes',
    unfreeze: 'Lift the freeze',
};
const maintenance = {
    name: 'maintenance',
    lease: 'stack',
    passesFreeze: true,
    read: readMaintenanceInputs,
    title: ({ mode, reason }) => `${TITLES[mode]}${mode === 'freeze' ? `: ${reason}` : ''}`,
    run: (run) => ({ status: maintenance_status, freeze, unfreeze })[run.inputs.mode](run),
};
async function maintenance_status({ session, report, notes, recorder }) {
    const { freeze } = session.state;
    const { held, now } = freeze;
    const ended = held !== null && held !== 'unreadable' && (0,stack_freeze/* holding */.G)(freeze) === null ? held : null;
    const holds = (0,stack_freeze/* holding */.G)(freeze);
    notes.length = 0;
    notes.push(holds === null ? 'Changes are not frozen.' : `Frozen: ${(0,stack_freeze/* sayFreeze */.RP)(holds, now)}.`);
    if (ended !== null)
        notes.push(`The last freeze ended by itself at ${ended.until}: ${ended.reason}`);
    for (const note of notes)
        recorder.info(note);
    recorder.info(`the host's clock says ${now}`);
    return { report: report('succeeded'), outputs: outputsOf((0,stack_freeze/* holding */.G)(freeze)) };
}
async function freeze(run) {
    const { inputs, session, recorder, notes } = run;
    const before = session.state.freeze;
    const made = freezeOf(inputs, before.now, run);
    const was = (0,stack_freeze/* holding */.G)(before);
    notes.length = 0;
    if (was !== null)
        notes.push(`It takes the place of another: ${(0,stack_freeze/* sayFreeze */.RP)(was, before.now)}.`);
    const lasts = (0,stack_freeze/* inWords */.r4)((Date.parse(made.until) - Date.parse(before.now)) / 1000);
    const what = `until ${made.until}, which is ${lasts} from now by the host's clock: ${made.reason}`;
    if (inputs.dryRun) {
        notes.push(`Changes would be frozen ${what}`);
        return { report: run.report('planned'), outputs: outputsOf(was) };
    }
    recorder.step('Freeze');
    await write(run, JSON.stringify(made));
    notes.push(`Changes are frozen ${what}`);
    notes.push('Deploys and what else changes the stack are refused with that reason; rollbacks, restores, backups and certificates pass. It ends by itself.');
    return { report: run.report('succeeded'), outputs: outputsOf(made) };
}
async function unfreeze(run) {
    const { inputs, session, recorder, notes } = run;
    const { freeze: before } = session.state;
    const was = (0,stack_freeze/* holding */.G)(before);
    notes.length = 0;
    if (before.held === null) {
        notes.push('Changes were not frozen.');
        return { report: run.report(inputs.dryRun ? 'planned' : 'unchanged'), outputs: outputsOf(null) };
    }
    const said = was === null ? 'a freeze that has ended by itself' : (0,stack_freeze/* sayFreeze */.RP)(was, before.now);
    if (inputs.dryRun) {
        notes.push(`Would be lifted: ${said}.`);
        return { report: run.report('planned'), outputs: outputsOf(was) };
    }
    recorder.step('Lift the freeze');
    await write(run, null);
    notes.push(`Lifted: ${said}.`);
    return { report: run.report('succeeded'), outputs: outputsOf(null) };
}
/** @throws {UserError} RB-INPUT-INVALID for an end that is no future, or too far */
function freezeOf({ end, reason }, clock, { actor, run }) {
    const now = Date.parse(clock);
    if (Number.isNaN(now) || end === null)
        throw new Error(`a freeze by the clock ${JSON.stringify(clock)}`);
    const until = 'at' in end ? end.at.getTime() : now + end.after * 1000;
    const problem = until <= now ? 'is over already' : until > now + LONGEST * 1000 ? 'is more than 90 days from now' : null;
    if (problem !== null)
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `until is ${iso(until)}, which ${problem}`,
            why: `the host's clock says ${clock}`,
            remedy: 'write another end, e.g. 8h from now',
        });
    return { reason, since: iso(now), until: iso(until), by: actor, run };
}
/** Whole seconds. */
function iso(time) {
    return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
function outputsOf(freeze) {
    const { until, reason } = freeze === null || freeze === 'unreadable' ? { until: '', reason: '' } : freeze;
    return { frozen: String(freeze !== null), until, reason };
}
/** @param content `null`: the record goes @throws {UserError} */
async function write({ steps, recorder }, content) {
    const change = content === null
        ? 'rm -f "$RB_ROOT/freeze" && [ ! -e "$RB_ROOT/freeze" ]'
        : '{ cat "$RB_INPUT" && echo; } >"$RB_ROOT/.freeze.part" && to_disk "$RB_ROOT/.freeze.part" && mv -f "$RB_ROOT/.freeze.part" "$RB_ROOT/freeze"';
    const script = ['operation freeze', `${change} || exit 1`, 'to_disk "$RB_ROOT" || :', 'committed'].join('\n');
    const error = await (0,on_host/* onHost */.G)(steps(null), { id: 'freeze', script, ...(content === null ? {} : { input: Buffer.from(content) }) }, {
        onLine: (line) => recorder.remote(line),
        lost: {
            what: 'the connection to the host was lost, and whether changes are frozen is not known',
            remedy: 'run it again with mode: status',
        },
        explain: (told) => (0,failures/* explained */.to)(told, {}) ??
            new errors/* UserError */.y('RB-DISK-FULL', {
                what: 'the record of the freeze could not be written, or not be removed',
                why: 'the disk of the host has no room, or .runbook cannot be written',
                remedy: 'see `df` on the host and the lines above, then run it again; nothing has changed',
            }),
    });
    if (error !== null)
        throw error;
}


/***/ })

};
;