"use strict";
exports.id = 908;
exports.ids = [908];
exports.modules = {

/***/ 9908:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  bringLive: () => (/* binding */ bringLive),
  deploy: () => (/* binding */ deploy)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./actions/lib/config/files.ts + 1 modules
var config_files = __webpack_require__(2563);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(2863);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 6 modules
var change = __webpack_require__(3220);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(6302);
// EXTERNAL MODULE: ./actions/lib/procedure/first-start.ts + 1 modules
var first_start = __webpack_require__(7584);
// EXTERNAL MODULE: ./actions/lib/secrets/containers.ts
var containers = __webpack_require__(678);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(1957);
// EXTERNAL MODULE: ./actions/lib/version.ts
var version = __webpack_require__(5726);
// EXTERNAL MODULE: ./actions/lib/stack/compose-script.ts
var compose_script = __webpack_require__(485);
// EXTERNAL MODULE: ./actions/lib/stack/identity.ts
var identity = __webpack_require__(4795);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var migrations = __webpack_require__(6668);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/compose.ts
var compose = __webpack_require__(1862);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/definition.ts
var resolve_definition = __webpack_require__(397);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/hidden.ts
var resolve_hidden = __webpack_require__(6020);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/payload.ts
var payload = __webpack_require__(9888);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/pin.ts
var pin = __webpack_require__(4777);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/reference.ts
var reference = __webpack_require__(1167);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/script.ts
var script = __webpack_require__(9487);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/traits.ts + 1 modules
var traits = __webpack_require__(1849);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/versions.ts
var versions = __webpack_require__(1473);
// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(8157);
// EXTERNAL MODULE: ./actions/lib/stack/shared.ts
var shared = __webpack_require__(9444);
;// CONCATENATED MODULE: ./actions/lib/stack/adopt.ts
/** Makes a stack that already runs release 0, from what Compose and Docker say about it. Nothing is restarted. */




















/** Whether containers run here of which no release is known. */
function needsAdoption(state) {
    return (state.current === null && state.containers.some((container) => container.state === 'running' && !container.oneOff));
}
/** Whether releases of ours made what runs, and somebody took their records away. */
function lostReleases(state) {
    const { containers, folders, unfinished } = state;
    // What a first release left that never became current is no lost one.
    if (!needsAdoption(state) || folders.length > 0 || unfinished !== null)
        return false;
    return containers.some((container) => container.state === 'running' && isOurs(container));
}
function isOurs({ release, definition, oneOff }) {
    return release !== null && definition !== null && !oneOff;
}
/**
 * One session channel; reads, and changes nothing.
 *
 * @param files of this run: where records are lost, they stand for those that are gone with them, and name the variables
 *   that tags of images stood in
 * @throws {UserError} RB-COMPOSE-INVALID
 */
async function adopt(host, state, runbook, files, run, now) {
    const lost = lostReleases(state);
    const gone = await (0,payload/* packPayload */.u)(lost ? files.filter(({ path }) => state.files[path] === undefined) : [], {}, []);
    const variables = {
        PROJECT: runbook.stack,
        ...(lost ? { ...placesOf(state, runbook, files), KEEP: '0', BYTES: String(gone.archive.length) } : {}),
    };
    const pieces = [
        (0,compose_script/* composeScript */.I)(),
        (0,script/* resolveScript */.o)(),
        (0,stack_sections/* sectionsScript */.Q)(),
        (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "adopt.sh", 'utf8'),
    ];
    const outcome = await host.run([...Object.entries(variables).map(([name, value]) => `${name}=${(0,quote/* quote */.h)(value)}`), ...pieces].join('\n'), lost ? { input: gone.archive } : {});
    const sections = (0,stack_sections/* sectionsOf */.K)(outcome.stdout);
    const config = (sections.get('config') ?? []).join('\n');
    const [folder = runbook.directory] = sections.get('labels') ?? [];
    if (config === '') {
        throw new errors/* UserError */.y('RB-COMPOSE-INVALID', {
            what: 'the stack that runs cannot be adopted',
            why: `Docker Compose does not read the files that it was started from: ${(sections.get('error') ?? []).join(' ')}`,
            remedy: lost
                ? `its releases are gone from ${runbook.directory}/.runbook, so put the env file back to where it was in ${runbook.directory}, or bring it with this run (nothing is restarted for that), or .runbook from a copy`
                : `put the Compose and env files back to where they were in ${folder}, with a value for every variable that the login had when the stack was started, or stop the stack to start anew`,
        });
    }
    return adoptFrom((0,compose/* parseModel */.Xh)(config, folder, lost ? runbook.directory : folder), hashesOf(sections.get('hashes') ?? []), state, runbook, run, now);
}
/** Where a release has put its files, and what it gave Compose beside them. */
function placesOf(state, runbook, files) {
    const tags = state.containers.filter(isOurs).flatMap(({ service, image }) => {
        const tag = (0,reference/* parseReference */.F2)(image)?.tag;
        return tag ? [[service, tag]] : [];
    });
    return {
        DIRECTORY: runbook.directory,
        COMPOSE_FILES: runbook.compose.join('\n'),
        ENV_FILE: runbook.envFile ?? '',
        COMPOSE_VARIABLES: Object.entries((0,versions/* tagVariables */.i)({ runbook, files, versions: Object.fromEntries(tags) }))
            .map(([name, value]) => `${name}=${value}`)
            .join(' '),
    };
}
/** The pure part of {@link adopt}. `hashes`: Compose's hash of each service as its files say it now. */
function adoptFrom(model, hashes, state, runbook, run, now) {
    const services = {};
    const models = {};
    const labels = {};
    const notes = [];
    const place = { directory: runbook.directory, physicalDirectory: state.physicalDirectory };
    for (const [name, service] of Object.entries(model.services)) {
        const containers = state.containers.filter((container) => container.service === name && !container.oneOff);
        const running = containers.filter((container) => container.state === 'running');
        const shown = running[0] ?? containers[0];
        if (shown === undefined)
            continue;
        const ours = isOurs(shown);
        const definition = (0,resolve_definition/* definitionOf */.F)((0,resolve_hidden/* hidden */.R)(service, model, place), model);
        const faithful = ours ? definition === shown.definition : hashes.get(name) === shown.configHash;
        // Compose's hash of it has what Compose alone knows of the other container.
        if (!faithful && !ours && service.volumes_from !== undefined)
            notes.push(`${name} has volumes of another container (volumes_from): whether it is as its files say is not known, so a deploy makes it anew.`);
        else if (!faithful)
            notes.push(`${name} runs with other settings than its files say now; a rollback to the adopted release uses the files.`);
        // What nobody knows differs from everything.
        const known = faithful ? definition : `unknown ${shown.configHash}`;
        const base = {
            ...imageOf(shown, state),
            replicas: running.length,
            mounts: (0,traits/* mountsOf */.cS)(service, model, runbook.directory, state.files),
            // Who removed the records has taken with them what an empty folder was mounted over.
            traits: { ...(0,traits/* traitsOf */.JC)(service, model), ...(ours ? {} : (0,resolve_hidden/* runbookAt */.WD)((0,resolve_hidden/* sightsOf */.qn)(service, model, place))) },
        };
        services[name] = ours
            ? // What its labels say is what it is, whatever became of the files.
                { ...base, definition: shown.definition ?? '', since: shown.release ?? '', configHash: null }
            : { ...base, definition: known, since: '0-adopted', configHash: shown.configHash };
        labels[name] = { ...services[name], definition: known };
        models[name] = ours ? pinned((0,resolve_hidden/* hidden */.R)(service, model, place), services[name]) : service;
    }
    const shown = { ...model, name: runbook.stack, services: models };
    const compose = (0,pin/* pin */.y_)({ model: shown, services: labels }, runbook.stack, services);
    const migration = runbook.migration.service === null ? undefined : services[runbook.migration.service];
    const release = {
        format: 1,
        id: '0-adopted',
        stack: runbook.stack,
        version: 'adopted',
        services,
        files: state.files,
        compose: (0,external_node_crypto_.createHash)('sha256').update(compose).digest('hex'),
        shared: (0,shared/* sharedOf */.LV)(shown),
        schema: migration !== undefined && migratedByHand(migration, state, runbook) ? (0,migrations/* schemaName */.l_)(migration) : null,
        schemaCompatible: true,
        maintenance: false,
        createdAt: now.toISOString(),
        createdBy: 'adopted',
        run,
        adopted: true,
        writer: version/* VERSION */.x,
    };
    const filesList = Object.entries(state.files)
        .map(([path, sha]) => `${sha} ${path === runbook.envFile ? '600' : modeOf(state.modes?.[path])} ${path}\n`)
        .join('');
    return { release, compose, sharedFiles: (0,pin/* sharedFiles */.Nt)(shown, runbook.stack), filesList, notes };
}
/**
 * Whether the migration ran as it is now: its container ended well, and nothing that it reads can be other than it was
 * then. In doubt it runs with the first release.
 */
function migratedByHand(migration, { containers }, { migration: { service } }) {
    const ran = containers.filter((container) => container.service === service && !container.oneOff);
    const ended = ran.some(({ state, exitCode }) => state === 'exited' && exitCode === 0);
    return ended && Object.keys(migration.mounts).length === 0 && !migration.definition.startsWith('unknown ');
}
/** As a release has it. */
function pinned({ build: _built, pull_policy: _pulled, ...service }, of) {
    return { ...service, image: of.digest === null ? (of.imageId ?? of.image) : `${of.image}@${of.digest}` };
}
/** By the digest under which the image came from its registry, else by its local ID. */
function imageOf({ image: reference, imageId, release }, { images }) {
    // A release pins what the Compose file names by its tag.
    const image = release === null ? reference : reference.replace(/(?<=:[^/@]+)@.*$/, '');
    const prefix = `${(0,identity/* repositoryOf */._M)(image)}@`;
    const found = Object.keys(images).find((name) => name.startsWith(prefix) && images[name] === imageId);
    const digest = found?.slice(prefix.length) ?? null;
    return { image, digest, imageId: digest === null ? imageId : null };
}
/** Lines `SERVICE HASH`. */
function hashesOf(lines) {
    return new Map(lines.map((line) => line.split(' ')));
}
/** Without bits that a file of a release has no use for. */
function modeOf(mode = '644') {
    return (Number.parseInt(mode, 8) & 0o777).toString(8).padStart(3, '0');
}

// EXTERNAL MODULE: ./actions/lib/stack/checks.ts
var checks = __webpack_require__(2536);
// EXTERNAL MODULE: ./actions/lib/stack/checks-exposed.ts
var checks_exposed = __webpack_require__(2669);
// EXTERNAL MODULE: ./actions/lib/stack/checks-files.ts
var checks_files = __webpack_require__(9754);
// EXTERNAL MODULE: ./actions/lib/stack/first-start.ts
var stack_first_start = __webpack_require__(962);
// EXTERNAL MODULE: ./actions/lib/stack/next.ts
var next = __webpack_require__(8680);
// EXTERNAL MODULE: ./actions/lib/stack/one-shots.ts
var one_shots = __webpack_require__(7625);
// EXTERNAL MODULE: ./actions/lib/stack/project-name.ts
var project_name = __webpack_require__(722);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(1842);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/await.ts
/** A tag that starts a deploy often starts the build of its images too: they may be pushed minutes later. */



/**
 * Looks again and again while images are missing. Where they stay so, it is tried whether the registry has them under the
 * version with its v, or without it.
 *
 * @param look `resolve`
 * @throws {UserError} what `look` throws; RB-IMAGE-NOT-FOUND with the version that was meant, where one is found
 */
async function resolveInTime(look, request, { timeout, pause, say }) {
    const since = performance.now();
    for (let told = false;; told = true) {
        try {
            return await look(request);
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.y) || error.code !== 'RB-IMAGE-NOT-FOUND')
                throw error;
            const left = timeout - (performance.now() - since);
            if (left <= 0)
                throw await meant(look, request, error);
            if (!told)
                say(`${error.details.what}; waiting up to ${Math.round(timeout / 1000)} s until it is pushed`);
            await (0,promises_.setTimeout)(Math.min(pause, left), undefined, { signal: request.signal }).catch(() => undefined);
            (0,endings/* requireGoing */.cm)(request.signal);
        }
    }
}
async function meant(look, request, error) {
    const versions = Object.fromEntries(Object.entries(request.versions).map(([service, version]) => [service, otherSpelling(version)]));
    const [spelled] = Object.entries(versions).filter(([service, version]) => version !== request.versions[service]);
    if (spelled === undefined)
        return error;
    try {
        await look({ ...request, versions, keepStaging: false });
    }
    catch {
        return error;
    }
    const [, version] = spelled;
    return new errors/* UserError */.y(error.code, {
        ...error.details,
        why: `the registry has it as ${version}`,
        remedy: `deploy version ${version}${version.startsWith('v') ? '' : '; or write `tag: "{semver}"` in runbook.yml, which takes the v of a Git tag away'}`,
    });
}
/** `v1.4.0` and `1.4.0`; a digest stays. */
function otherSpelling(version) {
    if (/^v\d/.test(version))
        return version.slice(1);
    return /^\d+\.\d/.test(version) ? `v${version}` : version;
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/names.ts
var names = __webpack_require__(2906);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/resolve.ts + 4 modules
var resolve = __webpack_require__(5513);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var secrets = __webpack_require__(6931);
// EXTERNAL MODULE: ./actions/lib/stack/store/delivery.ts
var delivery = __webpack_require__(4171);
// EXTERNAL MODULE: ./actions/lib/stack/store/stored.ts
var store_stored = __webpack_require__(6868);
// EXTERNAL MODULE: ./actions/deploy/inputs.ts
var inputs = __webpack_require__(947);
;// CONCATENATED MODULE: ./actions/deploy/deploy.ts
/** Deploy: brings a version live. Reads like the runbook's section. */






















/** Milliseconds from one look at a registry to the next. */
const IMAGE_PAUSE = 10_000;
const deploy = {
    name: 'deploy',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.mm,
    read: inputs/* readDeployInputs */.Jj,
    title: ({ version }) => `Deploy ${version || 'the version that runs'}`,
    prepare: env_file/* withSecrets */.a9,
    secrets: secretsGiven,
    names: ({ runbook, files }) => {
        const compose = files.filter(({ path }) => runbook.compose.includes(path));
        return (0,names/* namesOf */.e)(runbook, { compose: compose.map(({ content }) => content.toString('utf8')) });
    },
    paths: ({ files }) => files.map(({ path }) => path),
    run: (run) => bringLive(run),
};
/** @param more of the target, where a part of it is another procedure's */
async function bringLive(run, more = {}) {
    const { recorder, session } = run;
    const { host } = session;
    const { runbook, files, said } = (0,env_file/* chooseEnvFile */.Zi)(run.inputs, { state: session.state, onHost: session.envFile });
    const inputs = { ...run.inputs, runbook, files };
    for (const secret of secretsGiven(inputs))
        recorder.secret(secret);
    (0,checks_files/* checkOverwritten */.G8)(files, session.state);
    (0,project_name/* checkProjectName */.xX)(runbook, files, session.state.current);
    const adopted = needsAdoption(session.state)
        ? await adopt(host, session.state, runbook, files, run.run, new Date())
        : null;
    if (lostReleases(session.state))
        recorder.warning(`what runs was made by releases of which ${session.root} knows nothing any more: somebody has removed them. It is adopted as it runs; a rollback to an older release is not possible`);
    const state = adopted === null ? session.state : withAdopted(session.state, adopted);
    if (adopted !== null)
        recorder.info(`this stack runs already: it becomes release ${adopted.release.id}; nothing is restarted for that`);
    recorder.step('Resolve the release');
    recorder.info(said);
    const request = {
        runbook,
        files,
        inRepository: (path) => (0,config_files/* isThere */.$B)((0,external_node_path_.join)(inputs.folder, path)),
        present: state.files,
        versions: inputs.versions,
        refresh: [...Object.keys(inputs.versions), ...(inputs.services ?? [])],
        only: adopted === null ? inputs.services : null,
        current: state.current,
        ...staying(inputs, state),
        images: state.images,
        physicalDirectory: state.physicalDirectory,
        logins: inputs.logins,
        keepStaging: !inputs.dryRun,
        signal: run.signal,
    };
    const resolved = await resolveInTime((one) => (0,resolve/* resolve */.h)(host, one), request, {
        timeout: inputs.imageTimeout * 1000,
        pause: IMAGE_PAUSE,
        say: (text) => recorder.info(text),
    });
    if (resolved.staging !== null)
        run.discard(resolved.staging);
    recorder.keep(Object.keys(resolved.services));
    for (const secret of (0,secrets/* secretsInModel */.cC)(resolved.model))
        recorder.secret(secret);
    for (const secret of (0,secrets/* secretsInFiles */.Mz)(resolved.model, files, runbook.directory))
        recorder.secret(secret);
    if (inputs.sops !== null)
        (0,containers/* checkContainers */.h)(resolved.model.services, envText(inputs), inputs.sops.path);
    session.requirePlace(Object.keys(resolved.services));
    for (const warning of resolved.warnings)
        recorder.warning(warning);
    (0,checks_exposed/* checkExposed */.J)(resolved.model, { directory: runbook.directory, physicalDirectory: state.physicalDirectory });
    if (adopted === null)
        await checkServers(run, resolved);
    const target = await targetOf(run, state, resolved, adopted);
    for (const note of target.notes)
        recorder.info(note);
    (0,checks/* checkDisk */.Op)(resolved.images, state);
    (0,checks/* checkPorts */.v5)(resolved.model.services, state);
    return await (0,change/* change */.Zg)(run, state, { ...target, envFile: said, ...more }, runbook);
}
/** Passwords that another env file would change for everybody but the server itself. @throws {UserError} */
async function checkServers({ inputs, session, recorder }, resolved) {
    const { host, root, state } = session;
    const { current } = state;
    if (current === null)
        return;
    const changed = Object.entries(resolved.services).flatMap(([name, { definition }]) => current.services[name] !== undefined && current.services[name].definition !== definition ? [name] : []);
    if (!(0,stack_first_start/* readOnce */.W)(resolved.model, changed))
        return;
    const stored = await (0,store_stored/* readStored */.CL)(host, root, current).catch((error) => {
        if (!(error instanceof errors/* UserError */.y) || error.code !== 'RB-RECORD-UNREADABLE')
            throw error;
        recorder.warning(`whether a password of a server changes was not seen: ${error.details.why}`);
        return null;
    });
    const found = stored === null ? [] : (0,stack_first_start/* firstStarts */.M)(stored.model, resolved.model, changed);
    await (0,first_start/* checkFirstStarts */.A)({ host, stack: inputs.runbook.stack, found, accepted: inputs.firstStart }, recorder);
}
/** Without a version the versioned services keep the images that they run, whatever tag the Compose files have. */
function staying({ versions, runbook }, { current }) {
    if (Object.keys(versions).length > 0 || current === null)
        return {};
    const services = Object.entries(current.services).filter(([name]) => runbook.versioned.includes(name));
    return { imagesOf: { ...current, services: Object.fromEntries(services) } };
}
async function targetOf({ inputs, actor, run }, state, resolved, adopted) {
    const { release, compose, sharedFiles } = (0,next/* nextRelease */.zH)({
        resolved,
        state,
        runbook: inputs.runbook,
        version: inputs.version || (state.current?.version ?? 'latest'),
        schemaCompatible: inputs.schemaCompatible,
        createdAt: new Date().toISOString(),
        createdBy: actor,
        run,
    });
    const archive = await (0,delivery/* packDelivery */.m)({
        release,
        compose,
        sharedFiles,
        filesList: resolved.filesList,
        logins: inputs.logins,
        adopted,
    });
    const pull = resolved.images.filter((image) => !image.local).map((image) => image.ref);
    return {
        release,
        migrate: true,
        delivery: { archive, staging: resolved.staging ?? '', pull, adopts: adopted !== null },
        notes: [...(adopted?.notes ?? []), ...(0,one_shots/* unnamedMigrations */.Yy)(resolved.model, release, inputs.runbook)],
    };
}
function withAdopted(state, { release }) {
    const { schema } = release;
    const migrations = schema === null ? state.migrations : [{ schema, release: release.id, compatible: true }];
    return { ...state, current: release, releases: [release], migrations };
}
function secretsGiven(inputs) {
    const passwords = inputs.logins.map((login) => login.password);
    return [...passwords, ...(0,secrets/* secretsIn */.VY)(envText(inputs))].filter((secret) => secret !== '');
}
function envText({ files, runbook }) {
    return files.find((file) => file.path === runbook.envFile)?.content.toString('utf8') ?? '';
}


/***/ }),

/***/ 947:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Aj: () => (/* binding */ withCommon),
/* harmony export */   Jj: () => (/* binding */ readDeployInputs),
/* harmony export */   aR: () => (/* binding */ readWish),
/* harmony export */   oT: () => (/* binding */ withFiles)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _lib_config_files__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2563);
/* harmony import */ var _lib_config_inputs__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(324);
/* harmony import */ var _lib_config_reader__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(434);
/* harmony import */ var _lib_config_version__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2997);
/* harmony import */ var _lib_secrets_inputs__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6199);
/** Inputs of the action deploy as typed data. */







/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-VERSION-INVALID, RB-FILE-MISSING */
function readDeployInputs(get, workspace) {
    const reader = new _lib_config_reader__WEBPACK_IMPORTED_MODULE_4__/* .Reader */ .m(get);
    const wish = readWish(reader, workspace);
    const services = reader.list('services');
    const firstStart = reader.list('first-start');
    // For whoever shows the plan.
    reader.boolean('comment');
    reader.finish();
    const read = withCommon(wish, workspace);
    const versions = (0,_lib_config_version__WEBPACK_IMPORTED_MODULE_5__/* .parseVersions */ .J)(wish.version, read.runbook.versioned, read.runbook.tag);
    return { ...withFiles(wish, read, workspace), versions, services: services.length > 0 ? services : null, firstStart };
}
/** To be read before `reader.finish()`. */
function readWish(reader, workspace) {
    const common = (0,_lib_config_inputs__WEBPACK_IMPORTED_MODULE_3__/* .readCommon */ .Cy)(reader);
    const version = reader.text('version');
    const schema = reader.choice('schema', ['compatible', 'breaking']);
    const imageTimeout = reader.seconds('image-timeout', 0);
    const logins = readLogin(reader);
    const named = (0,_lib_config_inputs__WEBPACK_IMPORTED_MODULE_3__/* .readPath */ .G7)(reader, 'env-file', '');
    const files = reader.list('files');
    const envContent = reader.wired('env-content');
    const sops = (0,_lib_secrets_inputs__WEBPACK_IMPORTED_MODULE_6__/* .readSops */ .m)(reader, workspace);
    if (sops !== null && envContent !== null)
        reader.problem('sops-file and env-content are both given: one of them is the env file');
    return {
        common,
        version,
        schemaCompatible: schema === 'compatible',
        imageTimeout,
        logins,
        named,
        files,
        envContent,
        sops,
    };
}
/** Once all inputs are read. @throws {UserError} RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function withCommon({ common }, workspace) {
    return (0,_lib_config_inputs__WEBPACK_IMPORTED_MODULE_3__/* .withRunbook */ .rG)(common, workspace);
}
/** @throws {UserError} RB-FILE-MISSING and what else speaks against the files */
function withFiles({ common, version, schemaCompatible, imageTimeout, logins, named, files, envContent, sops }, { runbook, ...rest }, workspace) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(workspace, common.config));
    const envFile = named || runbook.envFile;
    // Without its content the env file that is on the host is used, unless an input names one.
    const committed = named !== '' || (envFile !== null && (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, envFile)));
    const envSource = sops !== null ? 'sops' : envContent !== null ? 'input' : committed ? 'repository' : 'host';
    if (envSource === 'sops' && envFile === null)
        throw (0,_lib_config_files__WEBPACK_IMPORTED_MODULE_2__/* .noEnvFile */ .H4)('sops-file');
    return {
        ...rest,
        runbook: { ...runbook, envFile, envFileNamed: named !== '' || runbook.envFileNamed },
        version,
        files: (0,_lib_config_files__WEBPACK_IMPORTED_MODULE_2__/* .collectFiles */ .C0)({
            folder,
            directory: runbook.directory,
            profiles: runbook.profiles,
            compose: runbook.compose,
            files: [...runbook.files, ...files],
            envFile: envSource === 'host' || envSource === 'sops' ? null : envFile,
            envContent,
        }),
        folder,
        envSource,
        sops,
        logins,
        schemaCompatible,
        imageTimeout,
    };
}
/** One login, or several: the same line of each of the three inputs belongs together. */
function readLogin(reader) {
    const lines = (name) => reader
        .text(name)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    const registries = lines('registry');
    const users = lines('registry-user');
    // The password of one registry may have lines of its own, as a key in JSON has.
    const whole = reader.text('registry-password');
    const passwords = registries.length === 1 && whole !== '' ? [whole] : lines('registry-password');
    if (registries.length !== users.length || users.length !== passwords.length) {
        const several = Math.max(registries.length, users.length, passwords.length) > 1;
        const counts = several
            ? `: one line each for every registry (${registries.length}, ${users.length} and ${passwords.length} lines)`
            : '';
        reader.problem(`registry, registry-user and registry-password belong together${counts}`);
        return [];
    }
    for (const [index, registry] of registries.entries()) {
        if (!/^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/.test(registry))
            reader.problem(`registry is ${JSON.stringify(registry)}; write host or host:port, e.g. ghcr.io`);
        if (registries.indexOf(registry) !== index)
            reader.problem(`registry has ${registry} twice`);
    }
    return registries.map((registry, index) => ({
        registry,
        username: users[index] ?? '',
        password: passwords[index] ?? '',
    }));
}


/***/ }),

/***/ 2997:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ parseVersions)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2863);
/** The `version` input: a tag for the versioned services, or one version for each service named. */

/** Source: OCI distribution specification 1.1, tags; image specification 1.1, digests. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const VERSION = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:@sha256:[0-9a-f]{64})?|sha256:[0-9a-f]{64})$/;
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/**
 * @param tag how a version is spelled as a tag, see `tag` in RUNBOOK.md
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
function refused(part, why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VERSION-INVALID', {
        what: `version ${JSON.stringify(part)} ${why}`,
        remedy: 'pass a tag (`v1.4.0`), or lines such as `backend=v1.4.0` or `backend=sha256:…` with 64 hexadecimal digits',
    });
}


/***/ }),

/***/ 722:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A9: () => (/* binding */ normalized),
/* harmony export */   xX: () => (/* binding */ checkProjectName)
/* harmony export */ });
/* unused harmony export nameOf */
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2863);
/* harmony import */ var _secrets_assignments__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(538);
/** The project's name as the Compose files and the env file give it to whoever starts the stack by hand. Pure. */



const REFERENCE = /\$\$|\$(?:(\w+)|\{(\w+)(?:(:?[-])([^{}]*))?\})/g;
/**
 * Compose is told the runbook's name, whatever the files say. Where they say another one, it is not known which is
 * meant, and each has volumes of its own.
 *
 * @param files that are uploaded, the env file among them where there is one
 * @throws {UserError} RB-STACK-MISMATCH
 */
function checkProjectName({ stack, compose, envFile }, files, current) {
    const text = (path) => files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
    const variables = envFile === null ? new Map() : variablesOf(text(envFile));
    const named = nameOf(compose.map((path) => ({ path, text: text(path) })), variables, envFile);
    if (named === null || normalized(named.name) === stack)
        return;
    const name = normalized(named.name);
    throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-STACK-MISMATCH', {
        what: `${named.by} calls the project ${named.name}, and runbook.yml says stack: ${stack}`,
        why: `whoever starts it by hand gets a stack ${name}, the procedures one called ${stack}: two, each with volumes of its own`,
        remedy: current === null
            ? `write "stack: ${name}" in runbook.yml; where ${stack} is meant, give the project that name in ${named.by}, or in a further file under "compose:"`
            : `release ${current.id} of ${stack} runs here: give the project the name ${stack} in ${named.by}, or in a further file under "compose:"`,
    });
}
/** What Compose takes without `-p`: the variable, or `name:` of the last file that has one. `null`: nobody says. */
function nameOf(files, variables, envFile) {
    const set = variables.get('COMPOSE_PROJECT_NAME') ?? '';
    if (set !== '')
        return set.includes('$') ? null : { name: set, by: `COMPOSE_PROJECT_NAME in ${envFile}` };
    const found = files.flatMap(({ path, text }) => {
        const name = topName(text);
        return name === null ? [] : [{ name, by: `"name:" in ${path}` }];
    });
    const last = found.at(-1);
    // A name that takes the project's name takes the runbook's.
    if (last === undefined || /\$\{?COMPOSE_PROJECT_NAME\b/.test(last.name))
        return null;
    const name = interpolated(last.name, variables);
    return name === null || name === '' ? null : { ...last, name };
}
/** As Compose makes a name of a folder's. */
function normalized(name) {
    return name
        .toLowerCase()
        .replace(/[^a-z0-9_-]/g, '')
        .replace(/^[_-]+/, '');
}
function topName(text) {
    // What is no YAML, Compose itself refuses.
    const { contents } = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, { logLevel: 'silent', merge: true });
    const name = contents?.get?.('name');
    return typeof name === 'string' && name !== '' ? name : null;
}
/** `null`: it holds what only Compose understands. */
function interpolated(name, variables) {
    const value = name.replace(REFERENCE, (all, plain, braced, way = '', standard = '') => {
        if (all === '$$')
            return '\0';
        const known = variables.get(plain ?? braced ?? '');
        return known === undefined || (known === '' && way === ':-') ? standard : known;
    });
    return value.includes('$') ? null : value.replaceAll('\0', '$');
}
function variablesOf(envFile) {
    return new Map((0,_secrets_assignments__WEBPACK_IMPORTED_MODULE_2__/* .assignmentsIn */ .s)(envFile).map(({ name, double, single, plain = '' }) => [
        name,
        double ?? single ?? plain.replace(/\s+#.*$/, '').trim(),
    ]));
}


/***/ })

};
;