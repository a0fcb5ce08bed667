"use strict";
exports.id = 801;
exports.ids = [801];
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

/***/ 8801:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  scale: () => (/* binding */ scale)
});

// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(17286);
// EXTERNAL MODULE: ./actions/lib/stack/release/edit.ts
var edit = __webpack_require__(32211);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/stack/adjusted.ts
var adjusted = __webpack_require__(99783);
// EXTERNAL MODULE: ./actions/lib/stack/plan/strategy.ts
var strategy = __webpack_require__(94640);
// EXTERNAL MODULE: ./actions/lib/stack/release/adjust.ts
var adjust = __webpack_require__(26020);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/limits.ts
var limits = __webpack_require__(48088);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/traits.ts + 1 modules
var traits = __webpack_require__(31849);
;// CONCATENATED MODULE: ./actions/scale/checks.ts
/** Limits of a service and of the host. Pure; each check throws a UserError. */






function sizeOf(service, release, name, edit) {
    const recorded = release.services[name]?.adjusted;
    const wanted = (key, there) => {
        const given = edit[key];
        if (given !== undefined)
            return given;
        return edit.asFiles?.includes(key) && recorded?.[key] !== undefined ? recorded[key].files : there;
    };
    return {
        replicas: wanted('replicas', release.services[name]?.replicas ?? (0,traits/* replicasOf */.N4)(service)),
        memory: wanted('memory', (0,limits/* limitOf */.LF)(service, 'memory')),
        cpus: wanted('cpus', (0,limits/* limitOf */.LF)(service, 'cpus')),
    };
}
/** @throws {UserError} RB-SERVICE-UNSUITABLE, RB-HOST-SHORT */
function checkScale(request) {
    for (const [name, edit] of Object.entries(request.wanted)) {
        checkNumber(name, edit, request);
        checkLimits(name, edit, request);
        checkVariables(name, edit, request);
    }
    checkMemory(request);
}
function checkNumber(name, edit, { current, services, state, runbook }) {
    const { release } = current;
    const service = release.services[name];
    const { replicas } = sizeOf(services[name], release, name, edit);
    if (replicas <= 1 || replicas <= service.replicas)
        return;
    const several = service.replicas > 1;
    const ports = service.traits.containerName === null && portsFor(services[name]) >= replicas;
    const once = ports && service.traits.fixed.length === 0 ? null : (0,strategy/* whyOnlyOne */.t)(service);
    const why = once ??
        // A service whose files want several containers already may run in several.
        (several
            ? null
            : ((0,strategy/* whyStateful */.vR)(service, runningOf(name, state), (0,strategy/* sharedOf */.LV)(name, runbook)) ?? (0,strategy/* whyHeld */.U4)(name, release, runbook)));
    if (why === null)
        return;
    throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
        what: `${name} cannot run in ${replicas} containers`,
        why,
        remedy: once === null
            ? 'leave its number as it is; if several containers may share the volumes, name them in its `shared-volumes` of runbook.yml, or write `deploy.replicas: 2` or more in its Compose file once and deploy it, then scale'
            : 'remove that from its Compose file and deploy, then scale',
    });
}
/** For how many containers its ports of the host suffice: each range gives one port to each container. */
function portsFor(service) {
    const ports = (service.ports ?? []);
    const counts = ports.map(({ published }) => {
        const [first = 0, last = first] = String(published ?? '')
            .split('-')
            .map(Number);
        return published === undefined || published === '' || first === 0 ? Number.POSITIVE_INFINITY : last - first + 1;
    });
    return Math.min(...counts);
}
function checkLimits(name, edit, { current, services, size }) {
    const service = services[name];
    const { memory, cpus, replicas } = sizeOf(service, current.release, name, edit);
    const before = sizeOf(service, current.release, name, {});
    if (memory !== null && (memory !== before.memory || replicas > before.replicas)) {
        const reserved = current.release.services[name].traits.memoryReservation;
        if (memory < reserved)
            throw unsuitable(name, memory, `it reserves ${(0,adjusted/* bytesInWords */.ob)(reserved)} (reservations.memory), which is more`);
        const swap = Number(service.memswap_limit ?? 0);
        if (swap > 0 && swap < memory)
            throw unsuitable(name, memory, `its memswap_limit is ${(0,adjusted/* bytesInWords */.ob)(swap)}, which is less`);
        if (size.memory > 0 && memory * Math.max(1, replicas) > size.memory)
            throw checks_short(`${name} would be allowed ${(0,adjusted/* bytesInWords */.ob)(memory * Math.max(1, replicas))} of memory (${replicas} × ${(0,adjusted/* bytesInWords */.ob)(memory)})`, `the host has ${(0,adjusted/* bytesInWords */.ob)(size.memory)}`);
    }
    if (cpus === null || cpus === before.cpus)
        return;
    const reserved = cpusReserved(service);
    if (cpus < reserved)
        throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
            what: `${name} cannot be limited to ${cpus} CPUs`,
            why: `it reserves ${reserved} (reservations.cpus), which is more`,
            remedy: 'choose another limit, or change the reservation in its Compose file and deploy',
        });
    if (size.cpus > 0 && cpus > size.cpus)
        throw checks_short(`a container of ${name} would be allowed ${cpus} CPUs`, `the host has ${size.cpus}`);
    if (service.cpu_quota !== undefined || service.cpu_period !== undefined)
        throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
            what: `${name} cannot be limited to ${cpus} CPUs`,
            why: 'its Compose file has cpu_quota or cpu_period, and Docker accepts only one of the two ways',
            remedy: 'change cpu_quota in its Compose file and deploy, or write `cpus` there instead',
        });
}
/** 0: none. */
function cpusReserved({ deploy }) {
    const { resources } = (deploy ?? {});
    return Number(resources?.reservations?.cpus ?? 0) || 0;
}
function unsuitable(name, memory, why) {
    return new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
        what: `${name} cannot be limited to ${(0,adjusted/* bytesInWords */.ob)(memory)} of memory`,
        why,
        remedy: 'choose another limit, or change the other in its Compose file and deploy',
    });
}
function checks_short(what, why) {
    return new errors/* UserError */.y('RB-HOST-SHORT', {
        what,
        why,
        remedy: 'choose fewer containers or a lower limit, or give the host more',
    });
}
/** A variable that the container does not have may only be used in the Compose file: setting it here would change nothing. */
function checkVariables(name, { variables = {} }, { services }) {
    const there = Object.keys((0,adjust/* variablesOf */.ht)(services[name]));
    const unknown = Object.keys(variables).filter((variable) => !there.includes(variable));
    if (unknown.length === 0)
        return;
    throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
        what: `${name} has no variable ${unknown.join(', ')}`,
        why: there.length === 0 ? 'its containers get none from the Compose files' : `it has ${there.sort().join(', ')}`,
        remedy: 'correct the name; to add a variable, deploy Compose files or an env file that have it',
    });
}
/** Checks that the host has the memory for more containers, by the use of the running ones. */
function checkMemory({ wanted, current, services, state }) {
    const { release } = current;
    const needs = Object.entries(wanted).flatMap(([name, edit]) => {
        const more = sizeOf(services[name], release, name, edit).replicas - release.services[name].replicas;
        const each = (0,strategy/* memoryOfOne */.d_)(release.services[name], runningOf(name, state));
        return more > 0 && each > 0 ? [{ name, more, bytes: more * each }] : [];
    });
    const sum = needs.reduce((bytes, need) => bytes + need.bytes, 0);
    if (sum <= state.memoryAvailable)
        return;
    throw checks_short(`${needs.map(({ name, more }) => `${more} more of ${name}`).join(' and ')} would need about ${(0,adjusted/* bytesInWords */.ob)(sum)} of memory`, `the host has ${(0,adjusted/* bytesInWords */.ob)(state.memoryAvailable)} available; the need is estimated from what the running containers use or reserve`);
}
function runningOf(name, { containers }) {
    return containers.filter(({ service, state, oneOff }) => service === name && state === 'running' && !oneOff);
}

// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/config/sections/values.ts
var values = __webpack_require__(85790);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var secrets = __webpack_require__(56931);
;// CONCATENATED MODULE: ./actions/scale/inputs.ts
/** Inputs of scale as typed data: the wanted numbers and limits of each service. */





/** Word for the value of the Compose files. */
const FILES = 'files';
/** A larger number is taken for a typing error. */
const MOST = 1000;
/** Docker's own least limit. */
const LEAST_MEMORY = 6 * 2 ** 20;
const LEAST_CPUS = 0.01;
const UNITS = ['', 'k', 'm', 'g', 't'];
/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readScaleInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const common = (0,inputs/* readCommon */.Cy)(reader);
    const wanted = readWanted(reader);
    reader.finish();
    return { ...(0,inputs/* withRunbook */.rG)(common, workspace), wanted };
}
/** @throws {UserError} RB-INPUT-INVALID */
function requireSomething({ wanted }) {
    if (Object.keys(wanted).length > 0)
        return;
    throw new errors/* UserError */.y('RB-INPUT-INVALID', {
        what: 'there is nothing to scale',
        why: 'replicas, memory, cpus and variables are all empty',
        remedy: 'give one of them, e.g. `replicas: worker=3`',
    });
}
function readWanted(reader) {
    const wanted = {};
    for (const kind of ['replicas', 'memory', 'cpus']) {
        for (const [service, text] of pairs(reader, kind, reader.list(kind))) {
            const before = wanted[service] ?? {};
            if (text === FILES) {
                wanted[service] = { ...before, asFiles: [...(before.asFiles ?? []), kind] };
                continue;
            }
            const value = READ[kind](text);
            if (typeof value === 'string')
                reader.problem(`${kind}: ${service}=${text} ${value}`);
            else
                wanted[service] = { ...before, [kind]: value };
        }
    }
    const lines = reader.text('variables').split(/\n|,(?=\s*[A-Za-z0-9][A-Za-z0-9._-]*\.[A-Za-z_][A-Za-z0-9_]*=)/);
    for (const line of lines.map((text) => text.trim()).filter((text) => text !== '')) {
        const [, service = '', name = '', value = ''] = /^([^=]+)\.([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
        const before = wanted[service] ?? {};
        if (!values/* serviceName */.fe.safeParse(service).success)
            // The line may hold anything, so it is not shown.
            reader.problem('variables: a line is not SERVICE.NAME=VALUE, e.g. worker.CONSUMER_MAX_CONCURRENCY=8');
        else if (/^(["']).*\1$/.test(value))
            reader.problem(`variables: the value of ${service}.${name} is in quotes, which would become a part of it; leave them out`);
        else if (before.variables?.[name] !== undefined)
            reader.problem(`variables: ${service}.${name} is given twice`);
        else if (isSecret(name, value))
            reader.problem(`variables: ${service}.${name} looks like a secret, and would be shown; change it by a deploy`);
        else
            wanted[service] = { ...before, variables: { ...before.variables, [name]: value } };
    }
    return wanted;
}
/** `SERVICE=VALUE`, each service once. */
function pairs(reader, input, parts) {
    const seen = new Set();
    return parts.flatMap((part) => {
        const [, service = '', value = ''] = /^([^=\s]+)\s*=\s*(.+)$/.exec(part) ?? [];
        if (!values/* serviceName */.fe.safeParse(service).success) {
            reader.problem(`${input}: ${JSON.stringify(part)} is not SERVICE=VALUE`);
            return [];
        }
        if (seen.has(service))
            reader.problem(`${input}: ${service} is given twice`);
        seen.add(service);
        return [[service, value]];
    });
}
/** Text → number, or what is wrong with it. */
const READ = {
    replicas: (text) => /^\d{1,6}$/.test(text) && Number(text) <= MOST
        ? Number(text)
        : `is not a number of containers: write 0 to ${MOST}, or files`,
    memory: (text) => {
        const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmgt]?)i?b?$/i.exec(text) ?? [];
        if (number === '')
            return 'is not a size: write 512M or 4G, or files';
        const bytes = Math.floor(Number(number) * 1024 ** UNITS.indexOf(unit.toLowerCase()));
        return bytes < LEAST_MEMORY ? 'is below 6M, the least that Docker accepts' : bytes;
    },
    cpus: (text) => {
        const number = /^\d{1,4}(?:\.\d{1,9})?$/.test(text) ? Number(text) : 0;
        return number < LEAST_CPUS ? 'is not a number of CPUs: write 0.5 or 4, or files' : number;
    },
};
function isSecret(name, value) {
    if (/^(?:\d{1,9}(?:\.\d{1,6})?[a-z]{0,2}|true|false|on|off|yes|no)$/i.test(value))
        return false;
    return [`${name}=${value}`, `${name}=anything`].some((line) => (0,secrets/* secretsIn */.VY)(line).length > 0);
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/callers.ts
var callers = __webpack_require__(78734);
;// CONCATENATED MODULE: ./actions/scale/notes.ts
/** What scale says about the effects of numbers and limits. Pure. */



/** Sentences on effects that people may not expect. */
function notesOn({ wanted, current, services, state, size }) {
    return Object.entries(wanted).flatMap(([name, edit]) => {
        const { replicas, memory, cpus } = sizeOf(services[name], current.release, name, edit);
        const running = runningOf(name, state);
        const notes = [];
        if (replicas > running.length && running.some(({ listens }) => listens.length > 0))
            notes.push(`Callers of ${name} other than the proxy that keep connections open reach its new containers only once they connect again. A program that finds addresses by getaddrinfo, as most do, takes the one nearest to its own: it may call one container alone.`);
        const { once } = current.release.services[name].traits;
        if (once === callers/* SCHEDULES */.Hj && replicas > Math.max(1, current.release.services[name].replicas))
            notes.push(`${name}: ${once}, and each of its ${replicas} containers will start every job.`);
        const used = Math.max(0, ...running.map((container) => container.memory.used));
        const limited = edit.memory !== undefined || edit.asFiles?.includes('memory') === true;
        if (limited && memory !== null && used > memory)
            notes.push(`A container of ${name} has ${(0,adjusted/* bytesInWords */.ob)(used)} of memory now, more than its new limit of ${(0,adjusted/* bytesInWords */.ob)(memory)}: it may be killed when it needs that much again.`);
        if (cpus !== null && size.cpus > 0 && cpus * replicas > size.cpus && (edit.cpus ?? edit.replicas) !== undefined)
            notes.push(`${name} may use ${Number((cpus * replicas).toFixed(2))} CPUs in all (${replicas} × ${cpus}), and the host has ${size.cpus}: its containers share those.`);
        return notes;
    });
}

;// CONCATENATED MODULE: ./actions/scale/scale.ts
/** Scale: changes the numbers, limits or variables of services of the current release. */






const scale = {
    name: 'scale',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.mm,
    read: readScaleInputs,
    check: requireSomething,
    title: ({ wanted }) => `Scale ${Object.keys(wanted).join(', ')}`,
    run: async (run) => {
        const { inputs, session } = run;
        const { wanted, runbook } = inputs;
        (0,edit_current/* requireServices */.qw)(Object.keys(wanted), (0,edit_current/* requireCurrent */.$L)(session.state), inputs);
        const { size, ...current } = await (0,edit_current/* currentOf */.$c)(run);
        const { services } = (0,edit/* filesModel */.d)(current.model);
        const request = { wanted, runbook, current, services, state: session.state, size };
        const numbers = Object.entries(wanted).map(([name, edit]) => [name, sizeOf(services[name], current.release, name, edit).replicas]);
        const none = numbers.filter(([name, count]) => count === 0 && current.release.services[name].replicas > 0);
        (0,edit_current/* requireDispensable */.GG)(none.map(([name]) => name), current.release, inputs);
        checkScale(request);
        return await (0,edit_current/* changeByEdit */.mQ)(run, { current, edits: wanted, by: 'scale', notes: notesOn(request) });
    },
};


/***/ })

};
;