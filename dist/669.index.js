"use strict";
exports.id = 669;
exports.ids = [669];
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

/***/ 7428:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ runProgram)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_3__);
/** Runs a program of the runner with an environment that is given whole, away from everything that it could find by chance. */




/** In an empty folder, which is its home too, and is removed afterwards. Never rejects for what the program does. */
async function runProgram(path, args, { env, input, patience }) {
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_2__.tmpdir)(), 'runbook-program-'));
    try {
        return await new Promise((resolve) => {
            const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)(path, args, {
                cwd: folder,
                env: { ...env, HOME: folder },
                stdio: ['pipe', 'pipe', 'pipe'],
                timeout: patience,
                killSignal: 'SIGKILL',
            });
            const [stdout, stderr] = [[], []];
            child.stdout.on('data', (chunk) => stdout.push(chunk));
            child.stderr.on('data', (chunk) => stderr.push(chunk));
            const end = (code, more = '') => resolve({ code, stdout: Buffer.concat(stdout), stderr: `${Buffer.concat(stderr).toString('utf8')}${more}` });
            child.on('error', (error) => end(null, error.message));
            child.on('close', (code) => end(code));
            // One that ends without reading is judged by its status.
            child.stdin.on('error', () => { });
            child.stdin.end(input ?? '');
        });
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(folder, { recursive: true, force: true });
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

/***/ 8669:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rotateSecrets: () => (/* binding */ rotateSecrets)
});

// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 6 modules
var change = __webpack_require__(3220);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(6302);
// EXTERNAL MODULE: ./actions/lib/procedure/first-start.ts + 1 modules
var first_start = __webpack_require__(7584);
// EXTERNAL MODULE: ./actions/lib/stack/first-start.ts
var stack_first_start = __webpack_require__(962);
// EXTERNAL MODULE: ./actions/lib/stack/next.ts
var next = __webpack_require__(8680);
// EXTERNAL MODULE: ./actions/lib/stack/store/delivery.ts
var delivery = __webpack_require__(4171);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(2863);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(7286);
// EXTERNAL MODULE: ./actions/lib/secrets/containers.ts
var containers = __webpack_require__(678);
// EXTERNAL MODULE: ./actions/lib/stack/checks.ts
var checks = __webpack_require__(2536);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/resolve.ts + 4 modules
var resolve = __webpack_require__(5513);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var secrets = __webpack_require__(6931);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(1957);
// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(8157);
// EXTERNAL MODULE: ./actions/lib/stack/store/records.ts
var records = __webpack_require__(4069);
;// CONCATENATED MODULE: ./actions/lib/stack/store/files.ts
/** The uploaded files of a release as only its host has them: one round trip, nothing changed. */





/** Bytes of the answer; files of that size are no configuration. */
const MOST = 128 * 2 ** 20;
const TIMEOUT = 120_000;
/**
 * Holds secrets.
 *
 * @param root `<directory>/.runbook`
 * @throws {UserError} RB-RECORD-UNREADABLE: one is gone or damaged; RB-CONNECTION-LOST
 */
async function readFiles(host, root, release) {
    const outcome = await host.run(filesScript(root, release.id), { keep: MOST, timeout: TIMEOUT });
    if (outcome.outcome === 'unknown') {
        throw new errors/* UserError */.y('RB-CONNECTION-LOST', {
            what: 'the files of the current release could not be read',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    return parseFiles(outcome.stdout, release);
}
/** Each file is two lines: its entry of `files.list`, and its content in base64. */
function filesScript(root, id) {
    return `cd ${(0,quote/* quote */.h)(root)} || exit 1
printf '#rb-section files\\n'
while IFS= read -r line; do
  sha=\${line%% *}
  [ "$sha" != - ] || continue
  printf '%s\\n=' "$line"
  base64 <"blobs/$sha" | tr -d '\\n'
  echo
done <${(0,quote/* quote */.h)(`releases/${id}/files.list`)}
printf '#rb-section end\\n'`;
}
/** @throws {UserError} RB-RECORD-UNREADABLE */
function parseFiles(output, release) {
    const sections = (0,stack_sections/* sectionsOf */.K)(output);
    const lines = sections.get('files') ?? [];
    const found = new Map();
    for (let at = 0; at + 1 < lines.length; at += 2) {
        const [, mode = '', path = ''] = /^\S+ (\d+) (.*)$/.exec(lines[at] ?? '') ?? [];
        const content = Buffer.from((lines[at + 1] ?? '').slice(1), 'base64');
        found.set(path, { path, content, mode: Number.parseInt(mode, 8) });
    }
    return Object.entries(release.files).map(([path, sha]) => {
        const file = found.get(path);
        if (sections.has('end') && file !== undefined && hashOf(file.content) === sha)
            return file;
        const why = `its file ${path} is gone from .runbook/blobs, or damaged`;
        throw (0,records/* unreadableError */.Sw)({ id: release.id, why, writer: `version ${release.writer || 'unknown'}` });
    });
}
function hashOf(content) {
    return (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/scene.ts
/** What runs, and what of it would be another by the env file that was decrypted. Changes nothing. */







/** @throws {UserError} RB-NOT-DEPLOYED, RB-FILE-MISSING, RB-IMAGE-MISSING, RB-RECORD-UNREADABLE, RB-ENV-INVALID, and what `resolve` throws */
async function look(run) {
    const { inputs, recorder, session } = run;
    const { host, state, root } = session;
    const current = (0,edit_current/* requireCurrent */.$L)(state);
    requireFiles(current, inputs);
    const missing = (0,checks/* missingImage */.iQ)(current, state.images);
    if (missing !== null)
        throw missing;
    recorder.step('Resolve the release');
    const there = await readFiles(host, root, current);
    const envFile = envFileOf(current, inputs);
    const decrypted = inputs.files.find(({ path }) => path === inputs.runbook.envFile);
    const wanted = [...there.filter(({ path }) => path !== envFile), { ...decrypted, path: envFile }];
    const [former, given] = [there, wanted].map((files) => files.find(({ path }) => path === envFile)?.content.toString('utf8') ?? '');
    for (const secret of (0,secrets/* secretsIn */.VY)(former))
        recorder.secret(secret);
    const runbook = { ...inputs.runbook, envFile };
    const request = {
        ...{ runbook, inRepository: () => false, present: state.files, versions: {}, refresh: [] },
        ...{ current, imagesOf: current, images: state.images, logins: [], signal: run.signal },
        physicalDirectory: state.physicalDirectory,
    };
    const ask = async (files, only) => {
        const resolved = await (0,resolve/* resolve */.h)(host, { ...request, files, only, keepStaging: only !== null && !inputs.dryRun });
        for (const secret of (0,secrets/* secretsInModel */.cC)(resolved.model))
            recorder.secret(secret);
        return resolved;
    };
    // The same Compose reads both, so that nothing but the env file makes the difference.
    const before = await ask(there, null);
    const after = await ask(wanted, null);
    recorder.keep(Object.keys(current.services));
    (0,containers/* checkContainers */.h)(after.model.services, given, inputs.sops.path);
    const changed = Object.keys(current.services).filter((name) => before.services[name]?.definition !== after.services[name]?.definition);
    const compose = there
        .filter(({ path }) => runbook.compose.includes(path))
        .map(({ content }) => content.toString('utf8'));
    return {
        ...{ compose, current, runbook, envFile, former, given, before, after, changed },
        ask: (only) => ask(wanted, only),
    };
}
/** Names only, sorted. */
function variablesThatDiffer(before, after, service) {
    const [was, is] = [before, after].map((model) => (model.services[service]?.environment ?? {}));
    return Object.keys({ ...was, ...is })
        .filter((name) => was?.[name] !== is?.[name])
        .toSorted();
}
/** @throws {UserError} RB-FILE-MISSING */
function requireFiles({ id, files }, { runbook }) {
    const missing = runbook.compose.filter((path) => files[path] === undefined);
    if (missing.length === 0)
        return;
    throw new errors/* UserError */.y('RB-FILE-MISSING', {
        what: `release ${id} was not made of ${missing.join(', ')}`,
        why: 'runbook.yml names other Compose files than it did when that release was deployed',
        remedy: 'deploy: it takes sops-file and age-key, and the new Compose files',
    });
}
/** What the release has; a stack whose runbook names none may have a `.env`. */
function envFileOf({ files }, { runbook }) {
    const named = runbook.envFile;
    return files[named] === undefined && !runbook.envFileNamed && files['.env'] !== undefined ? '.env' : named;
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/apply.ts
/**
 * Mode apply: the current release with another env file. Its Compose files and images are those that run, so that nothing
 * of the repository comes along, and only services are made anew of which something differs by the env file.
 */






async function apply(run) {
    const { inputs, recorder, session } = run;
    const { state } = session;
    const { current, runbook, envFile, before, after, changed, ask } = await look(run);
    const found = (0,stack_first_start/* firstStarts */.M)(before.model, after.model, changed);
    await (0,first_start/* checkFirstStarts */.A)({ host: session.host, stack: runbook.stack, found, accepted: inputs.firstStart }, recorder);
    const resolved = await ask(changed);
    if (resolved.staging !== null)
        run.discard(resolved.staging);
    for (const warning of resolved.warnings)
        recorder.warning(warning);
    const made = { createdAt: new Date().toISOString(), createdBy: run.actor, run: run.run };
    const { version, schemaCompatible } = current;
    const { release, compose, sharedFiles } = (0,next/* nextRelease */.zH)({
        resolved,
        state,
        runbook,
        version,
        schemaCompatible,
        ...made,
    });
    const archive = await (0,delivery/* packDelivery */.m)({
        ...{ release, compose, sharedFiles, filesList: resolved.filesList, logins: [], adopted: null },
    });
    const notes = notesOf(changed, { before, after, current });
    for (const note of notes)
        recorder.info(note);
    return await (0,change/* change */.Zg)(run, state, {
        ...{ release, notes, migrate: true, procedure: 'rotate-secrets' },
        delivery: { archive, staging: resolved.staging ?? '', pull: [], adopts: false },
        envFile: `env file: ${envFile} from ${inputs.sops.path}, decrypted; all else as release ${current.id} has it`,
    }, runbook);
}
/** Names only. */
function notesOf(changed, { before, after, current }) {
    const made = changed.map((service) => {
        const names = variablesThatDiffer(before.model, after.model, service);
        return `${service}: ${names.length > 0 ? names.join(', ') : 'what its definition takes from the env file'}`;
    });
    const older = changed.filter((name) => {
        const service = current.services[name];
        return service?.adjusted === undefined && before.services[name]?.definition !== service?.definition;
    });
    return [
        made.length > 0 ? `Other values: ${made.join('; ')}.` : 'No service has another value by this env file.',
        ...(older.length > 0
            ? [
                `${older.join(', ')}: more than the env file may change, since what runs was not made of the files of release ${current.id} by the Compose that the host has now.`,
            ]
            : []),
    ];
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var report = __webpack_require__(2711);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./actions/lib/secrets/program.ts
var program = __webpack_require__(7428);
;// CONCATENATED MODULE: ./actions/lib/secrets/ages.ts
/** When each value of a file was changed last, as far as the history of its repository tells. */


/** Milliseconds. */
const PATIENCE = 60_000;
const MARK = '#commit ';
/** @param file absolute; in a working copy that Git knows */
async function agesOf(file) {
    const git = (...args) => (0,program/* runProgram */.m)('git', ['-c', 'safe.directory=*', '-C', (0,external_node_path_.dirname)(file), ...args], {
        env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' },
        patience: PATIENCE,
    });
    const shallow = await git('rev-parse', '--is-shallow-repository');
    if (shallow.code !== 0)
        return { unknown: 'the file is in no Git repository here' };
    if (shallow.stdout.toString('utf8').trim() === 'true')
        return { unknown: 'the checkout has no history: `fetch-depth: 0` of actions/checkout brings it' };
    const log = await git(...['log', '--first-parent', '-m', `--format=${MARK}%cI`, '--patch', '--unified=0', '--no-color', '--no-ext-diff'], ...['--no-textconv', '--', (0,external_node_path_.join)('.', (0,external_node_path_.relative)((0,external_node_path_.dirname)(file), file))]);
    if (log.code !== 0)
        return { unknown: 'Git cannot read the history of the file' };
    const known = parseHistory(log.stdout.toString('utf8'));
    return known.size === 0 ? { unknown: 'no commit has the file' } : { known };
}
/**
 * @param log commits with their patches, the newest first
 * @returns the newest commit that has added or changed the line of each name, which SOPS leaves alone while the value stays
 */
function parseHistory(log) {
    const found = new Map();
    let at = '';
    for (const line of log.split('\n')) {
        if (line.startsWith(MARK))
            at = new Date(line.slice(MARK.length)).toISOString().replace('.000Z', 'Z');
        const name = /^\+\s*"?([A-Za-z_][\w.-]*)"?\s*[=:]/.exec(line)?.[1];
        if (name !== undefined && at !== '' && !found.has(name))
            found.set(name, at);
    }
    return found;
}

// EXTERNAL MODULE: ./actions/lib/secrets/dotenv.ts + 1 modules
var dotenv = __webpack_require__(8279);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./actions/lib/secrets/recipients.ts
/** Whether those can read a SOPS file whom `.sops.yaml` names for it. */



/**
 * As sops looks for it: the nearest `.sops.yaml` above the file, its first rule that fits the path.
 *
 * @param root folder above which nobody looks
 * @returns sentences; none where they are the same, or nobody names any
 */
function recipientProblems(file, root, recipients) {
    const config = nearest((0,external_node_path_.dirname)(file), root);
    if (config === null)
        return [];
    const path = (0,external_node_path_.relative)(root, config);
    let rules;
    try {
        const found = (0,dist/* parse */.qg)((0,external_node_fs_.readFileSync)(config, 'utf8'));
        rules = found?.creation_rules ?? [];
        const below = (0,external_node_path_.relative)((0,external_node_path_.dirname)(config), file);
        const rule = rules.find(({ path_regex: pattern }) => pattern === undefined || new RegExp(pattern).test(below));
        const wanted = rule === undefined ? [] : agesIn(rule);
        if (wanted.length === 0)
            return [];
        const [missing, left] = [without(wanted, recipients), without(recipients, wanted)];
        return [
            ...(missing.length > 0 ? [`${missing.join(', ')} of ${path} cannot read it: run sops updatekeys`] : []),
            ...(left.length > 0
                ? [
                    `${left.join(', ')} can read it and is not in ${path}: run sops updatekeys, and replace the values, which that key has read`,
                ]
                : []),
        ];
    }
    catch {
        return [`${path} cannot be read, or has a path_regex that is not one`];
    }
}
function agesIn({ age, key_groups: groups }) {
    const own = typeof age === 'string' ? age.split(',') : (age ?? []);
    return [...own, ...(groups ?? []).flatMap((group) => group.age ?? [])].map((one) => one.trim()).filter(Boolean);
}
function without(all, others) {
    return [...new Set(all)].filter((one) => !others.includes(one));
}
function nearest(folder, root) {
    const file = (0,external_node_path_.join)(folder, '.sops.yaml');
    if ((0,external_node_fs_.existsSync)(file))
        return file;
    return folder === root || folder === (0,external_node_path_.dirname)(folder) || (0,external_node_path_.relative)(root, folder).startsWith('..')
        ? null
        : nearest((0,external_node_path_.dirname)(folder), root);
}

// EXTERNAL MODULE: ./actions/lib/secrets/sops-file.ts
var sops_file = __webpack_require__(4700);
;// CONCATENATED MODULE: ./actions/rotate-secrets/users.ts
/** Who has a value of an env file: services by their environment, and what in the Compose files is made of it. Pure. */

/** `${NAME…}` and `$NAME`, but not `$$NAME`. */
const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;
/** Names of those that have it, sorted; empty for nobody. */
function usersOf(name, { compose, model, env }) {
    const users = new Set();
    for (const [service, { environment }] of Object.entries(model.services))
        if (Object.hasOwn((environment ?? {}), name))
            users.add(service);
    for (const text of compose) {
        for (const [service, definition] of Object.entries(servicesIn(text)))
            if (uses(JSON.stringify(definition ?? null), name))
                users.add(service);
        if (users.size === 0 && uses(text, name))
            users.add('the Compose files');
    }
    if (users.size === 0 && uses(env, name))
        users.add('another value');
    return [...users].sort();
}
function uses(text, name) {
    return [...text.matchAll(USED)].some(([, braced, plain]) => (braced ?? plain) === name);
}
function servicesIn(text) {
    try {
        const found = (0,dist/* parse */.qg)(text, { merge: true, logLevel: 'silent' });
        return found?.services ?? {};
    }
    catch {
        // With tags that Compose alone knows.
        return {};
    }
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/check.ts
/**
 * Mode check: whether the file can be applied to what runs, who can read it, what nobody uses, and how old each value is.
 * That it decrypts and its MAC fits, and that Compose lacks no variable, is seen before this.
 */










async function check(run) {
    const { inputs, recorder } = run;
    const { sops, workspace } = inputs;
    const scene = await look(run);
    const { current, given, before, after, changed } = scene;
    recorder.step('Check the secrets');
    const values = (0,dotenv/* parseEnv */.vc)(given, sops.path);
    const { recipients } = (0,sops_file/* readSopsFile */.a)((0,external_node_fs_.readFileSync)(sops.file, 'utf8'), sops.path);
    const problems = recipientProblems(sops.file, workspace, recipients);
    const ages = await agesOf(sops.file);
    const used = { compose: scene.compose, model: after.model, env: given };
    const rows = [...values.keys()].map((name) => {
        const age = 'known' in ages ? (ages.known.get(name) ?? 'not committed') : 'unknown';
        return [name, age, usersOf(name, used).join(', ') || 'nobody'];
    });
    for (const [name, age, by] of rows)
        recorder.info(`${name}: changed ${age}, used by ${by}`);
    const unused = rows.filter(([, , by]) => by === 'nobody').map(([name]) => name);
    const differing = differencesTo(scene, values);
    const first = (0,stack_first_start/* firstStarts */.M)(before.model, after.model, changed);
    run.notes.push(`${sops.path} can be read by ${recipients.join(', ')}.`, ...('unknown' in ages ? [`How old the values are is not known: ${ages.unknown}.`] : []), ...(unused.length > 0 ? [`Not used by release ${current.id}: ${unused.join(', ')}.`] : []), ...(differing.length > 0
        ? [
            `Release ${current.id} has other values of ${differing.join(', ')}: \`mode: apply\` would make ${changed.join(', ') || 'no service'} anew.`,
        ]
        : [`Release ${current.id} has these values.`]), ...first.map(({ service, names }) => `${service} reads ${names.join(', ')} at its first start alone: change it there before you apply.`));
    for (const note of run.notes)
        recorder.info(note);
    const blocks = [
        {
            kind: 'table',
            head: ['name', 'changed', 'used by'],
            rows: rows.map(([name = '', age = '', by = '']) => [{ code: name }, age, by]),
        },
    ];
    if (problems.length === 0)
        return { report: run.report('unchanged', { blocks }) };
    const error = new errors/* UserError */.y('RB-SECRETS-CHECK', {
        what: `${sops.path}: ${problems.join('; ')}`,
        remedy: 'see what to do at each of them; then commit the file',
    });
    return { report: run.report('failed', { blocks, error: (0,report/* describe */.q0)(error) }) };
}
/** Names whose value is another one in the release, or that only one of the two has. */
function differencesTo({ former }, values) {
    const has = new Map((0,dotenv/* readEnv */.sx)(former).entries.map(({ name, value }) => [name, value]));
    const names = new Set([...has.keys(), ...values.keys()]);
    return [...names].filter((name) => has.get(name) !== values.get(name)).toSorted();
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./actions/rotate-secrets/encrypt.ts
/** Mode encrypt: other values into the SOPS file of the checkout, for a later step of the job to commit. */





/** The env file with its new values; nothing is written yet. */
async function withValues(inputs, recorder) {
    const { values, sops, files } = inputs;
    for (const secret of (0,secrets/* secretsIn */.VY)(values))
        recorder.secret(secret);
    const { setValues } = await __webpack_require__.e(/* import() */ 417).then(__webpack_require__.bind(__webpack_require__, 6417));
    const edited = await setValues(sops, (0,dotenv/* parseEnv */.vc)(values, 'the input values'));
    const content = Buffer.from(edited.text);
    return { ...inputs, edited, files: files.map((file) => ({ ...file, content })) };
}
/** Only a file that what runs can use is written. */
async function encrypt(run) {
    const { inputs, recorder } = run;
    const { sops, edited, writes } = inputs;
    const { current, before, after, changed } = await look(run);
    recorder.step('Write the file');
    const { names, content } = edited;
    const outputs = { 'changed-names': JSON.stringify(names) };
    const said = names.length === 0 ? `${sops.path} has these values already.` : `${sops.path}: ${names.join(', ')}.`;
    run.notes.push(said, `\`mode: apply\` would make ${changed.join(', ') || 'no service'} of release ${current.id} anew.`, ...(0,stack_first_start/* firstStarts */.M)(before.model, after.model, changed).map((one) => `${one.service} reads ${one.names.join(', ')} at its first start alone: change it there before you apply.`));
    for (const note of run.notes)
        recorder.info(note);
    if (names.length === 0)
        return { report: run.report('unchanged'), outputs };
    if (!writes)
        return { report: run.report('planned'), outputs };
    await replace(sops.file, content);
    return { report: run.report('succeeded'), outputs };
}
/** The file is the old one or the new one, and never a part of one. */
async function replace(file, content) {
    const part = `${file}.${process.pid}.part`;
    try {
        await (0,promises_.writeFile)(part, content);
        await (0,promises_.rename)(part, file);
    }
    finally {
        await (0,promises_.rm)(part, { force: true });
    }
}

// EXTERNAL MODULE: ./actions/lib/config/files.ts + 1 modules
var files = __webpack_require__(2563);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var config_inputs = __webpack_require__(324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/secrets/inputs.ts
var secrets_inputs = __webpack_require__(6199);
;// CONCATENATED MODULE: ./actions/rotate-secrets/inputs.ts
/** Inputs of the action rotate-secrets as typed data. */




/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readRotateSecretsInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const common = (0,config_inputs/* readCommon */.Cy)(reader);
    const mode = reader.required('mode') === '' ? 'apply' : reader.choice('mode', ['apply', 'check', 'encrypt']);
    const values = reader.wired('values');
    if (mode === 'encrypt' && values === null)
        reader.problem('values is missing: what is to be encrypted');
    if (mode !== 'encrypt' && values !== null)
        reader.problem('values is for mode: encrypt only');
    const sops = (0,secrets_inputs/* readSops */.m)(reader, workspace);
    if (sops === null)
        reader.problem('sops-file and age-key are missing');
    const firstStart = reader.list('first-start');
    reader.boolean('report-failures');
    reader.finish();
    const inputs = (0,config_inputs/* withRunbook */.rG)(common, workspace);
    if (inputs.runbook.envFile === null)
        throw (0,files/* noEnvFile */.H4)('sops-file');
    // What changes nothing on the host needs no lease.
    const dryRun = inputs.dryRun || mode !== 'apply';
    const encrypts = { values: values ?? '', edited: null, writes: !inputs.dryRun };
    return { ...inputs, ...encrypts, dryRun, mode, workspace, sops: sops, envSource: 'sops', files: [], firstStart };
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/rotate-secrets.ts
/** Rotating secrets: what a SOPS file of the repository holds becomes what the services have. */






const rotateSecrets = {
    name: 'rotate-secrets',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.mm,
    read: readRotateSecretsInputs,
    title: ({ mode, sops }) => titleOf(mode, sops.path),
    watched: (get) => titleOf(get('mode')?.trim() ?? '', get('sops-file')?.trim() ?? ''),
    prepare: async (inputs, recorder) => {
        const decrypted = await (0,env_file/* withSecrets */.a9)(inputs, recorder);
        return inputs.mode === 'encrypt' ? await withValues(decrypted, recorder) : decrypted;
    },
    run: async (run) => await { apply: apply, check: check, encrypt: encrypt }[run.inputs.mode](run),
};
function titleOf(mode, path) {
    return mode === 'encrypt'
        ? `Encrypt values in ${path}`
        : `${mode === 'check' ? 'Check' : 'Apply'} the secrets of ${path}`;
}


/***/ })

};
;