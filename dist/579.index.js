"use strict";
exports.id = 579;
exports.ids = [579];
exports.modules = {

/***/ 17286:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $L: () => (/* binding */ requireCurrent),
/* harmony export */   $c: () => (/* binding */ currentOf),
/* harmony export */   GG: () => (/* binding */ requireDispensable),
/* harmony export */   mQ: () => (/* binding */ changeByEdit),
/* harmony export */   qw: () => (/* binding */ requireServices)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _stack_plan_order__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(13101);
/* harmony import */ var _stack_plan_strategy__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(94640);
/* harmony import */ var _stack_proxy_files__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(23383);
/* harmony import */ var _stack_release_delivery__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(39391);
/* harmony import */ var _stack_release_edit__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(32211);
/* harmony import */ var _stack_release_stored__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(91456);
/* harmony import */ var _change__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(35807);
/* harmony import */ var _closing__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(50931);
/* harmony import */ var _env_file__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(66302);










/** @throws {UserError} RB-NOT-DEPLOYED, RB-RECORD-UNREADABLE, RB-CONNECTION-LOST */
async function currentOf({ session }) {
    return await (0,_stack_release_stored__WEBPACK_IMPORTED_MODULE_5__/* .readStored */ .CL)(session.host, session.root, requireCurrent(session.state));
}
/** @throws {UserError} for what speaks against the plan; nothing was changed by it then */
async function changeByEdit(run, { current, edits, by, notes, site, proof, back }) {
    const { session, recorder, inputs } = run;
    const { state } = session;
    const made = { createdAt: new Date().toISOString(), createdBy: run.actor, run: run.run };
    const changed = changedOf(site);
    const wanted = { ...edits, ...madeAnew(run, current.release, changed) };
    const { release, compose, sharedFiles } = (0,_stack_release_edit__WEBPACK_IMPORTED_MODULE_4__/* .edited */ .o)({
        current,
        state,
        by,
        directory: inputs.runbook.directory,
        edits: wanted,
        ...(site === undefined ? {} : { site: { files: shaOf(changed), closed: site.closed } }),
        ...made,
        ...(back === undefined ? {} : { back }),
    });
    const archive = await (0,_stack_release_delivery__WEBPACK_IMPORTED_MODULE_3__/* .packDelivery */ .m)({
        release,
        compose,
        sharedFiles,
        filesList: listed(current.filesList, changed),
        logins: [],
        adopted: null,
        blobs: new Map([...changed.values()].map((content) => [(0,_closing__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(content), content])),
    });
    for (const note of notes)
        recorder.info(note);
    // Its files are those of the current release, which the host has.
    const staging = `${session.root}/staging/none`;
    const same = release.id === state.current?.id;
    return await (0,_change__WEBPACK_IMPORTED_MODULE_6__/* .change */ .Zg)(run, state, {
        release,
        notes,
        migrate: false,
        procedure: by,
        named: Object.keys(edits),
        ...(proof === undefined ? {} : { proof }),
        delivery: same ? null : { archive, staging, pull: [], adopts: false },
        envFile: (0,_env_file__WEBPACK_IMPORTED_MODULE_8__/* .envFileOf */ .Nt)(release, inputs.runbook),
    });
}
/** Path → content that the release does not have. */
function changedOf(site) {
    const was = new Map(site?.uploads.map(({ path, content }) => [path, content]));
    const others = site?.files.filter(({ path, content }) => was.get(path)?.equals(content) === false) ?? [];
    return new Map(others.map(({ path, content }) => [path, content]));
}
/** Services that read these files only as they start. */
function madeAnew({ inputs, session }, release, changed) {
    const name = inputs.runbook.proxy.service ?? '';
    const service = release.services[name];
    if (service === undefined || changed.size === 0)
        return {};
    const sums = shaOf(changed);
    const mounts = Object.fromEntries(Object.entries(service.mounts).map(([path, sha]) => [path, sums[path] ?? sha]));
    return (0,_stack_proxy_files__WEBPACK_IMPORTED_MODULE_2__/* .readAtStart */ .A7)(name, { ...service, mounts }, service, session.state, inputs.runbook).length > 0
        ? { [name]: { anew: true } }
        : {};
}
function shaOf(files) {
    return Object.fromEntries([...files].map(([path, content]) => [path, (0,_closing__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(content)]));
}
/** Text of a `files.list` with the sums of these. */
function listed(text, changed) {
    return text.replace(/^\S+ (\S+) (.*)$/gm, (line, mode, path) => {
        const content = changed.get(path);
        return content === undefined ? line : `${(0,_closing__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(content)} ${mode} ${path}`;
    });
}
/** @throws {UserError} RB-NOT-DEPLOYED */
function requireCurrent({ current, containers }) {
    if (current !== null)
        return current;
    const runs = containers.some(({ state, oneOff }) => state === 'running' && !oneOff);
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-NOT-DEPLOYED', {
        what: 'the host has no release of this stack that could be changed',
        why: runs
            ? 'the containers there were started by hand, and no deploy has adopted them yet'
            : 'nothing of this stack was deployed there yet',
        remedy: runs
            ? 'deploy once: that adopts the running containers, and restarts only what differs'
            : 'deploy it first',
    });
}
/** @throws {UserError} RB-SERVICE-UNKNOWN, RB-SERVICE-UNSUITABLE for a service that runs to its end */
function requireServices(names, release, { runbook }) {
    const known = Object.keys(release.services);
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${unknown.map((name) => JSON.stringify(name)).join(', ')} in release ${release.id}`,
            why: `it has ${known.join(', ')}`,
            remedy: 'correct the name; if the service was added to the Compose files since, deploy them first',
        });
    }
    const ending = names.find((name) => (0,_stack_plan_strategy__WEBPACK_IMPORTED_MODULE_1__/* .isOneShot */ .hb)(name, release, runbook));
    if (ending === undefined)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNSUITABLE', {
        what: `${ending} runs to its end, and does not run between deploys`,
        why: 'other services wait for it to complete, or runbook.yml names it as a migration or a one-shot',
        remedy: 'leave it out; a deploy runs it when it has changed',
    });
}
/** Refuses to stop the proxy, and services that others need, unless downtime is allowed. @throws {UserError} RB-DOWNTIME-REFUSED */
function requireDispensable(stopped, release, { allowDowntime, runbook }) {
    if (allowDowntime)
        return;
    for (const name of stopped) {
        if (name === runbook.proxy.service)
            throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DOWNTIME-REFUSED', {
                what: `${name} would be stopped, and visitors reach the site through it`,
                why: 'runbook.yml names it as proxy.service; without it nothing answers them, not even a page',
                remedy: 'close the site with a page (maintenance, mode: on), or allow it with `allow-downtime: true`',
            });
        const others = (0,_stack_plan_order__WEBPACK_IMPORTED_MODULE_9__/* .dependentsOf */ .yk)(name, release).filter((other) => !stopped.includes(other) && release.services[other].replicas > 0 && !(0,_stack_plan_strategy__WEBPACK_IMPORTED_MODULE_1__/* .isOneShot */ .hb)(other, release, runbook));
        if (others.length === 0)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DOWNTIME-REFUSED', {
            what: `${name} would be stopped, and ${others.join(', ')} ${others.length === 1 ? 'depends' : 'depend'} on it`,
            why: 'while it is stopped they fail, and some (nginx with its name in the configuration) cannot even start again',
            remedy: 'stop them too, or allow it with `allow-downtime: true`',
        });
    }
}


/***/ }),

/***/ 32211:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ filesModel),
/* harmony export */   o: () => (/* binding */ edited)
/* harmony export */ });
/* harmony import */ var _version__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(95726);
/* harmony import */ var _closed__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(49905);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(84795);
/* harmony import */ var _resolve_assemble__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(93148);
/* harmony import */ var _resolve_definition__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(10397);
/* harmony import */ var _resolve_hidden__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(16020);
/* harmony import */ var _resolve_limits__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(48088);
/* harmony import */ var _resolve_pin__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(74777);
/* harmony import */ var _resources__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(62092);
/* harmony import */ var _adjust__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(26020);
/* harmony import */ var _next__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(44018);
/* harmony import */ var _store__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(35502);
/**
 * Makes the next release by editing the current one: services made anew, with another number of containers, other
 * limits or other variables. Needs neither Compose files nor a registry. Pure.
 */












/** Returns the current release itself if nothing would differ from it. */
function edited(request) {
    const { current, state, edits, by, directory, site } = request;
    const { release: was } = current;
    const id = (0,_store__WEBPACK_IMPORTED_MODULE_10__/* .nextReleaseId */ .gp)((0,_next__WEBPACK_IMPORTED_MODULE_9__/* .takenIds */ .On)(state), was.version);
    const model = filesModel(current.model);
    const place = { directory, physicalDirectory: state.physicalDirectory };
    const services = {};
    const definitions = {};
    for (const [name, service] of Object.entries(was.services)) {
        const edit = Object.hasOwn(edits, name) ? edits[name] : {};
        const made = editedService(service, model.services[name] ?? {}, model, edit, { by, release: id, place });
        services[name] =
            site === undefined ? made.service : { ...made.service, mounts: withFiles(made.service.mounts, site) };
        definitions[name] = made.definition;
    }
    const next = { ...model, services: definitions };
    const compose = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .pin */ .y_)({ model: next, services }, was.stack, services);
    const { closed: _closed, ...rest } = was;
    const closed = site === undefined ? was.closed : (site.closed ?? undefined);
    const release = {
        ...rest,
        id,
        ...(request.back === undefined ? {} : { back: request.back }),
        services,
        files: site === undefined ? was.files : withFiles(was.files, site),
        maintenance: site === undefined ? was.maintenance : closed !== undefined,
        ...(closed === undefined ? {} : { closed }),
        compose: (0,_next__WEBPACK_IMPORTED_MODULE_9__/* .hashText */ .qj)(compose),
        shared: (0,_resources__WEBPACK_IMPORTED_MODULE_7__/* .sharedOf */ .LV)({ ...next, name: was.stack }),
        createdAt: request.createdAt,
        createdBy: request.createdBy,
        run: request.run,
        adopted: false,
        writer: _version__WEBPACK_IMPORTED_MODULE_11__/* .VERSION */ .x,
    };
    const unchanged = (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .contentOf */ .$E)({ ...release, shared: was.shared }) === (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .contentOf */ .$E)(was) && (0,_closed__WEBPACK_IMPORTED_MODULE_0__/* .sameClosed */ .p1)(release.closed, was.closed);
    return { release: unchanged ? was : release, compose, sharedFiles: (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .sharedFiles */ .Nt)(next, was.stack) };
}
function withFiles(was, { files }) {
    return Object.fromEntries(Object.entries(was).map(([path, sha]) => [path, files[path] ?? sha]));
}
/** The model of a release as its Compose files gave it: without what pinning changed and without our labels. */
function filesModel(stored) {
    const model = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .withDefinitions */ .pe)(stored);
    const services = Object.entries(model.services).map(([name, service]) => [name, (0,_resolve_assemble__WEBPACK_IMPORTED_MODULE_2__/* .unlabelled */ .h0)(service)]);
    return { ...model, services: Object.fromEntries(services) };
}
function editedService(was, there, model, { anew, asFiles = [], ...given }, { place, ...by }) {
    const { adjusted: recorded, ...rest } = was;
    const back = asFiles.flatMap((key) => (recorded?.[key] === undefined ? [] : [[key, recorded[key].files]]));
    const values = { ...Object.fromEntries(back), ...given };
    const replicas = values.replicas ?? was.replicas;
    const remade = anew === true || makesOthers(values, there);
    // An adopted service ran by its tag, and its definition is unknown where its containers differ from its files.
    const adopted = remade && was.configHash !== null;
    const seen = remade ? (0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_4__/* .hidden */ .R)(there, model, place) : there;
    const made = { ...(0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .withValues */ .tV)(seen, values), ...(adopted ? { image: imageOf(was) } : {}) };
    const byFiles = recorded?.definition ?? (adopted ? (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_3__/* .definitionOf */ .F)(seen, model) : was.definition);
    const adjusted = (0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .adjustedTo */ .Eq)(recorded, there, values, { ...by, definition: byFiles });
    const record = adjusted === undefined ? {} : { adjusted };
    if (!remade)
        return { service: { ...rest, replicas, ...record }, definition: made };
    const definition = adopted || seen !== there || makesOthers(values, there) ? (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_3__/* .definitionOf */ .F)(made, model) : was.definition;
    const traits = { ...rest.traits, limits: (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_5__/* .limitsOf */ .Af)(made), ...(0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_4__/* .runbookAt */ .WD)((0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_4__/* .sightsOf */ .qn)(there, model, place)) };
    return {
        service: { ...rest, traits, replicas, definition, since: by.release, configHash: null, ...record },
        definition: made,
    };
}
/** Whether the running containers have to be made anew to get these values. */
function makesOthers({ memory, cpus, variables = {} }, there) {
    const asked = (0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .variablesOf */ .ht)((0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .withValues */ .tV)(there, { variables }));
    return ((memory !== undefined && memory !== (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_5__/* .limitOf */ .LF)(there, 'memory')) ||
        (cpus !== undefined && cpus !== (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_5__/* .limitOf */ .LF)(there, 'cpus')) ||
        Object.keys(variables).some((name) => (0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .variablesOf */ .ht)(there)[name] !== asked[name]));
}
/** The reference of the image as a release pins it. */
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
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(17286);
// EXTERNAL MODULE: ./actions/lib/stack/plan/strategy.ts
var strategy = __webpack_require__(94640);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
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
/** Restart: replaces the containers of services by new ones of the same release, without a dropped request where possible; or stops and starts services. */





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
/** Services of which the release wants any container; those that were stopped on purpose stay stopped. */
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
/** @throws {UserError} RB-SERVICE-UNSUITABLE if the release wants no container of the service */
function refuseStopped(mode, services, release) {
    for (const name of services) {
        const { replicas, adjusted } = release.services[name];
        if (replicas > 0 || mode === 'stop')
            continue;
        if (mode === 'start' && (adjusted?.replicas?.files ?? 0) > 0)
            continue;
        throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
            what: `${name} should run in 0 containers, so there is nothing to ${mode}`,
            why: adjusted?.replicas === undefined ? 'its Compose files say so' : `${adjusted.replicas.by} set that`,
            remedy: mode === 'start' ? 'scale it to another number' : 'start it, or scale it to another number',
        });
    }
}
function staysStopped(name) {
    return `${name} stays stopped, also through deploys, until it is started again or the number in its Compose files changes.`;
}


/***/ })

};
;