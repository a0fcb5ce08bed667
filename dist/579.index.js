"use strict";
exports.id = 579;
exports.ids = [579];
exports.modules = {

/***/ 7286:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $L: () => (/* binding */ requireCurrent),
/* harmony export */   $c: () => (/* binding */ currentOf),
/* harmony export */   GG: () => (/* binding */ requireDispensable),
/* harmony export */   mQ: () => (/* binding */ changeByEdit),
/* harmony export */   qw: () => (/* binding */ requireServices)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2863);
/* harmony import */ var _stack_checks__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2536);
/* harmony import */ var _stack_edit__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(85);
/* harmony import */ var _stack_order__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(5753);
/* harmony import */ var _stack_store_delivery__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4171);
/* harmony import */ var _stack_store_stored__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6868);
/* harmony import */ var _stack_strategy__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7548);
/* harmony import */ var _change__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3220);
/* harmony import */ var _env_file__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6302);









/** @throws {UserError} RB-NOT-DEPLOYED, RB-RECORD-UNREADABLE, RB-CONNECTION-LOST */
async function currentOf({ session }) {
    return await (0,_stack_store_stored__WEBPACK_IMPORTED_MODULE_4__/* .readStored */ .CL)(session.host, session.root, requireCurrent(session.state));
}
/** @throws {UserError} for what speaks against the plan; nothing was changed by it then */
async function changeByEdit(run, { current, edits, by, notes }) {
    const { session, recorder, inputs } = run;
    const { state } = session;
    const missing = (0,_stack_checks__WEBPACK_IMPORTED_MODULE_1__/* .missingImage */ .iQ)(current.release, state.images);
    if (missing !== null)
        throw missing;
    const made = { createdAt: new Date().toISOString(), createdBy: run.actor, run: run.run };
    const { release, compose, sharedFiles } = (0,_stack_edit__WEBPACK_IMPORTED_MODULE_2__/* .edited */ .o)({
        current,
        state,
        edits,
        by,
        directory: inputs.runbook.directory,
        ...made,
    });
    const archive = await (0,_stack_store_delivery__WEBPACK_IMPORTED_MODULE_3__/* .packDelivery */ .m)({
        ...{ release, compose, sharedFiles, filesList: current.filesList },
        ...{ logins: [], adopted: null },
    });
    for (const note of notes)
        recorder.info(note);
    // Its files are those of the current release, which the host has.
    const staging = `${session.root}/staging/none`;
    const same = release.id === state.current?.id;
    return await (0,_change__WEBPACK_IMPORTED_MODULE_6__/* .change */ .Zg)(run, state, {
        ...{ release, notes, migrate: false, procedure: by, named: Object.keys(edits) },
        delivery: same ? null : { archive, staging, pull: [], adopts: false },
        envFile: (0,_env_file__WEBPACK_IMPORTED_MODULE_7__/* .envFileOf */ .Nt)(release, inputs.runbook),
    });
}
/** @throws {UserError} RB-NOT-DEPLOYED */
function requireCurrent({ current, containers }) {
    if (current !== null)
        return current;
    const runs = containers.some(({ state, oneOff }) => state === 'running' && !oneOff);
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-NOT-DEPLOYED', {
        what: 'the host has no release of this stack that could be changed',
        why: runs ? 'what runs there was started by hand, and was not adopted yet' : 'nothing of it was deployed there yet',
        remedy: runs ? 'deploy once: that adopts what runs, and restarts nothing that is equal' : 'deploy it first',
    });
}
/** @throws {UserError} RB-SERVICE-UNKNOWN, RB-SERVICE-UNSUITABLE for what runs to its end */
function requireServices(names, release, { runbook }) {
    const known = Object.keys(release.services);
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${unknown.map((name) => JSON.stringify(name)).join(', ')} in release ${release.id}`,
            why: `it has ${known.join(', ')}`,
            remedy: 'correct the name; a service that the Compose files have got since comes with a deploy',
        });
    }
    const ending = names.find((name) => (0,_stack_strategy__WEBPACK_IMPORTED_MODULE_5__/* .isOneShot */ .hb)(name, release, runbook));
    if (ending === undefined)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNSUITABLE', {
        what: `${ending} runs to its end, and is not running between two deploys`,
        why: 'others wait for it to complete, or runbook.yml calls it a migration or a one-shot',
        remedy: 'leave it out; a deploy runs it when it has changed',
    });
}
/** @throws {UserError} RB-DOWNTIME-REFUSED: others need what would run no more, and nobody allowed that */
function requireDispensable(stopped, release, { allowDowntime, runbook }) {
    if (allowDowntime)
        return;
    for (const name of stopped) {
        const others = (0,_stack_order__WEBPACK_IMPORTED_MODULE_8__/* .dependentsOf */ .y)(name, release).filter((other) => !stopped.includes(other) && release.services[other].replicas > 0 && !(0,_stack_strategy__WEBPACK_IMPORTED_MODULE_5__/* .isOneShot */ .hb)(other, release, runbook));
        if (others.length === 0)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DOWNTIME-REFUSED', {
            what: `${name} would be stopped, and ${others.join(', ')} ${others.length === 1 ? 'depends' : 'depend'} on it`,
            why: 'while it is stopped they fail, and some (nginx with its name in the configuration) cannot even start anew',
            remedy: 'stop them too, or allow it with `allow-downtime: true`',
        });
    }
}


/***/ }),

/***/ 85:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ filesModel),
/* harmony export */   o: () => (/* binding */ edited)
/* harmony export */ });
/* harmony import */ var _version__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(5726);
/* harmony import */ var _adjust__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4294);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4795);
/* harmony import */ var _next__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8680);
/* harmony import */ var _resolve_assemble__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6975);
/* harmony import */ var _resolve_definition__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(397);
/* harmony import */ var _resolve_hidden__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6020);
/* harmony import */ var _resolve_pin__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4777);
/* harmony import */ var _shared__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9444);
/* harmony import */ var _store_release__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7435);
/**
 * The next release by editing the current one: services made anew, in another number, with other limits or variables.
 * Needs no Compose files and no registry. Pure.
 */










/** The current release itself where nothing would differ from it. */
function edited(request) {
    const { current, state, edits, by, directory } = request;
    const { release: was } = current;
    const id = (0,_store_release__WEBPACK_IMPORTED_MODULE_8__/* .nextReleaseId */ .gp)((0,_next__WEBPACK_IMPORTED_MODULE_2__/* .takenIds */ .On)(state), was.version);
    const model = filesModel(current.model);
    const place = { directory, physicalDirectory: state.physicalDirectory };
    const services = {};
    const definitions = {};
    for (const [name, service] of Object.entries(was.services)) {
        const edit = Object.hasOwn(edits, name) ? edits[name] : {};
        const made = editedService(service, model.services[name] ?? {}, model, edit, { by, release: id, place });
        services[name] = made.service;
        definitions[name] = made.definition;
    }
    const next = { ...model, services: definitions };
    const compose = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .pin */ .y_)({ model: next, services }, was.stack, services);
    const release = {
        ...was,
        id,
        services,
        compose: (0,_next__WEBPACK_IMPORTED_MODULE_2__/* .hashText */ .qj)(compose),
        shared: (0,_shared__WEBPACK_IMPORTED_MODULE_7__/* .sharedOf */ .LV)({ ...next, name: was.stack }),
        createdAt: request.createdAt,
        createdBy: request.createdBy,
        run: request.run,
        adopted: false,
        writer: _version__WEBPACK_IMPORTED_MODULE_9__/* .VERSION */ .x,
    };
    const unchanged = (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .contentOf */ .$E)({ ...release, shared: was.shared }) === (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .contentOf */ .$E)(was);
    return { release: unchanged ? was : release, compose, sharedFiles: (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .sharedFiles */ .Nt)(next, was.stack) };
}
/** A release's model as its Compose files led to it. */
function filesModel(stored) {
    const model = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .withDefinitions */ .pe)(stored);
    const services = Object.entries(model.services).map(([name, service]) => [name, (0,_resolve_assemble__WEBPACK_IMPORTED_MODULE_3__/* .unlabelled */ .h0)(service)]);
    return { ...model, services: Object.fromEntries(services) };
}
function editedService(was, there, model, { anew, asFiles = [], ...given }, { place, ...by }) {
    const { adjusted: recorded, ...rest } = was;
    const back = asFiles.flatMap((key) => (recorded?.[key] === undefined ? [] : [[key, recorded[key].files]]));
    const values = { ...Object.fromEntries(back), ...given };
    const replicas = values.replicas ?? was.replicas;
    const remade = anew === true || makesOthers(values, there);
    // What was adopted ran by its tag, and where it was not as its files say nobody knew its definition.
    const adopted = remade && was.configHash !== null;
    const seen = remade ? (0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_5__/* .hidden */ .R)(there, model, place) : there;
    const made = { ...(0,_adjust__WEBPACK_IMPORTED_MODULE_0__/* .withValues */ .tV)(seen, values), ...(adopted ? { image: imageOf(was) } : {}) };
    const byFiles = recorded?.definition ?? (adopted ? (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_4__/* .definitionOf */ .F)(seen, model) : was.definition);
    const adjusted = (0,_adjust__WEBPACK_IMPORTED_MODULE_0__/* .adjustedTo */ .Eq)(recorded, there, values, { ...by, definition: byFiles });
    const record = adjusted === undefined ? {} : { adjusted };
    if (!remade)
        return { service: { ...rest, replicas, ...record }, definition: made };
    const definition = adopted || seen !== there || makesOthers(values, there) ? (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_4__/* .definitionOf */ .F)(made, model) : was.definition;
    const traits = { ...rest.traits, ...(0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_5__/* .runbookAt */ .WD)((0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_5__/* .sightsOf */ .qn)(there, model, place)) };
    return {
        service: { ...rest, traits, replicas, definition, since: by.release, configHash: null, ...record },
        definition: made,
    };
}
/** Whether containers with these values are not those that run. */
function makesOthers({ memory, cpus, variables = {} }, there) {
    const asked = (0,_adjust__WEBPACK_IMPORTED_MODULE_0__/* .variablesOf */ .ht)((0,_adjust__WEBPACK_IMPORTED_MODULE_0__/* .withValues */ .tV)(there, { variables }));
    return ((memory !== undefined && memory !== (0,_adjust__WEBPACK_IMPORTED_MODULE_0__/* .limitOf */ .LF)(there, 'memory')) ||
        (cpus !== undefined && cpus !== (0,_adjust__WEBPACK_IMPORTED_MODULE_0__/* .limitOf */ .LF)(there, 'cpus')) ||
        Object.keys(variables).some((name) => (0,_adjust__WEBPACK_IMPORTED_MODULE_0__/* .variablesOf */ .ht)(there)[name] !== asked[name]));
}
/** As a release pins it. */
function imageOf({ image, digest, imageId }) {
    return digest === null ? (imageId ?? image) : `${image.split('@')[0]}@${digest}`;
}


/***/ }),

/***/ 7579:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  restart: () => (/* binding */ restart)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(2863);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 6 modules
var change = __webpack_require__(3220);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(7286);
// EXTERNAL MODULE: ./actions/lib/stack/strategy.ts
var strategy = __webpack_require__(7548);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
;// CONCATENATED MODULE: ./actions/restart/inputs.ts
/** Inputs of restart as typed data. */


const MODES = ['restart', 'stop', 'start'];
/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readRestartInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const common = (0,inputs/* readCommon */.Cy)(reader);
    const named = reader.list('services');
    const mode = reader.choice('mode', MODES);
    const all = named.length === 0 || named.includes('all');
    if (named.length > 1 && all)
        reader.problem('services names all and others; write one or the other');
    if (all && mode !== 'restart')
        reader.problem(`services is all, and mode is ${mode}; name the services to ${mode}`);
    reader.finish();
    return { ...(0,inputs/* withRunbook */.rG)(common, workspace), mode, services: all ? null : [...new Set(named)] };
}

;// CONCATENATED MODULE: ./actions/restart/restart.ts
/** Restart: services anew as they are, without a dropped request where the engine can; or stopped, and started again. */





const TITLES = { restart: 'Restart', stop: 'Stop', start: 'Start' };
const restart = {
    name: 'restart',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.mm,
    read: readRestartInputs,
    title: ({ mode, services }) => `${TITLES[mode]} ${services?.join(', ') ?? 'all services'}`,
    run: async (run) => {
        const { inputs, session } = run;
        const release = (0,edit_current/* requireCurrent */.$L)(session.state);
        const services = inputs.services ?? thatRun(release, session.state, inputs);
        (0,edit_current/* requireServices */.qw)(services, release, inputs);
        if (inputs.services !== null)
            refuseStopped(inputs.mode, services, release);
        if (inputs.mode === 'stop')
            (0,edit_current/* requireDispensable */.GG)(services, release, inputs);
        const edits = Object.fromEntries(services.map((name) => [name, editOf(inputs.mode, name, release)]));
        const notes = inputs.mode === 'stop' ? services.map(staysStopped) : [];
        return await (0,edit_current/* changeByEdit */.mQ)(run, { current: await (0,edit_current/* currentOf */.$c)(run), edits, by: inputs.mode, notes });
    },
};
/** Those of which the release wants any; where all were stopped on purpose, they stay so. */
function thatRun(release, state, { runbook }) {
    const running = new Set(state.containers.map(({ service }) => service));
    return Object.keys(release.services).filter((name) => !(0,strategy/* isOneShot */.hb)(name, release, runbook) && (release.services[name].replicas > 0 || running.has(name)));
}
function editOf(mode, name, release) {
    if (mode === 'restart')
        return { anew: true };
    if (mode === 'stop')
        return { replicas: 0 };
    return release.services[name]?.replicas === 0 ? { asFiles: ['replicas'] } : {};
}
/** @throws {UserError} RB-SERVICE-UNSUITABLE where none of its containers would be made */
function refuseStopped(mode, services, release) {
    for (const name of services) {
        const { replicas, adjusted } = release.services[name];
        if (replicas > 0 || mode === 'stop')
            continue;
        if (mode === 'start' && (adjusted?.replicas?.files ?? 0) > 0)
            continue;
        throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
            what: `${name} is to run in 0 containers, so there is nothing to ${mode}`,
            why: adjusted?.replicas === undefined ? 'its Compose files say so' : `${adjusted.replicas.by} set that`,
            remedy: mode === 'start' ? 'scale it to another number' : 'start it, or scale it to another number',
        });
    }
}
function staysStopped(name) {
    return `${name} stays stopped, also through deploys, until it is started again or its Compose files say another number.`;
}


/***/ })

};
;