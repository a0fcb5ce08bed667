"use strict";
exports.id = 66;
exports.ids = [66];
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

/***/ 86066:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  migrate: () => (/* binding */ migrate)
});

// EXTERNAL MODULE: ./actions/backup/backup.ts + 26 modules
var backup = __webpack_require__(9554);
// EXTERNAL MODULE: ./actions/deploy/deploy.ts + 7 modules
var deploy = __webpack_require__(1555);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(17286);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(66302);
// EXTERNAL MODULE: ./actions/lib/procedure/run.ts + 8 modules
var procedure_run = __webpack_require__(82381);
// EXTERNAL MODULE: ./actions/lib/stack/history.ts
var stack_history = __webpack_require__(63545);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var stack_migrations = __webpack_require__(6668);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/deploy/inputs.ts
var deploy_inputs = __webpack_require__(947);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/config/version.ts
var version = __webpack_require__(32997);
;// CONCATENATED MODULE: ./actions/migrate/inputs.ts
/** Inputs of migrate as typed data: those of a deploy of one service, and the backup that is required. */




/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-VERSION-INVALID, RB-FILE-MISSING */
function readMigrateInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const wish = (0,deploy_inputs/* readWish */.aR)(reader, workspace);
    const wanted = reader.choice('backup', ['always', 'none']);
    const backupAge = reader.seconds('backup-max-age', 0);
    if (wanted === 'none' && backupAge > 0)
        reader.problem('backup is none, but backup-max-age limits the age of a backup; leave one of them out');
    reader.finish();
    const inputs = (0,deploy_inputs/* withCommon */.Aj)(wish, workspace);
    const { service } = inputs.runbook.migration;
    if (service === null)
        reader.problem('migration.service of the runbook file is null: there is nothing to run');
    reader.finish();
    if (wanted === 'always')
        for (const text of notCopied(inputs.runbook))
            reader.problem(text);
    const versions = (0,version/* parseVersions */.JK)(wish.version, [service ?? ''], inputs.runbook.tag);
    const others = Object.keys(versions).filter((name) => name !== service);
    if (others.length > 0)
        reader.problem(`version names ${others.join(', ')}; this only runs ${service}, and a deploy brings the others`);
    reader.finish();
    const services = [service ?? ''];
    return {
        ...inputs,
        version: wish.version,
        // The release keeps the version of its other services.
        deploy: wish.version === ''
            ? null
            : { ...(0,deploy_inputs/* withFiles */.oT)(wish, inputs, workspace), version: '', versions, services, firstStart: [], checksTimeout: 0 },
        backup: wanted === 'none' ? null : backupOf(inputs, workspace),
        backupAge,
    };
}
/** Databases that would be migrated and are not in any backup. */
function notCopied({ migration, backup }) {
    const copied = backup.databases.map(({ service, database }) => `${service}/${database}`);
    const migrated = (migration.databases ?? []).map(({ service, database }) => `${service}/${database}`);
    return migrated
        .filter((name) => !copied.includes(name))
        .map((name) => `migration.databases of the runbook file names ${name}, and backup.databases does not: add it there`);
}
/** As the action backup makes it, except for the copy that goes into an artifact of its workflow. */
function backupOf(inputs, workspace) {
    const { runbook } = inputs;
    const to = runbook.backup.to.filter((place) => place !== 'file');
    const places = to.length > 0 ? to : ['host'];
    return {
        ...inputs,
        runbook: { ...runbook, backup: { ...runbook.backup, to: [...places] } },
        folder: (0,external_node_path_.join)(workspace, 'backup'),
        drill: 'none',
        identity: null,
        pingUrl: null,
        reportFailures: false,
        pruneAll: false,
    };
}

// EXTERNAL MODULE: ./actions/lib/backup/clock.ts
var clock = __webpack_require__(24223);
// EXTERNAL MODULE: ./actions/lib/backup/installation.ts
var installation = __webpack_require__(67097);
// EXTERNAL MODULE: ./actions/lib/backup/s3.ts + 5 modules
var s3 = __webpack_require__(88411);
// EXTERNAL MODULE: ./actions/lib/backup/source.ts
var source = __webpack_require__(30860);
// EXTERNAL MODULE: ./actions/lib/data/kinds.ts + 3 modules
var kinds = __webpack_require__(8898);
;// CONCATENATED MODULE: ./actions/migrate/young.ts





/** @param age seconds @returns its ID; `null`: there is none */
async function youngBackup({ session }, { runbook }, age) {
    const { host, root, state } = session;
    const { backup, stack } = runbook;
    const asked = Date.now();
    const { stdout } = await host.run('date -u +%Y%m%dT%H%M%SZ');
    const { now } = (0,clock/* clockOf */.ie)(stdout.trim(), asked);
    const local = (0,source/* hostSource */.Ei)(host, backup.directory, stack);
    const onHost = await local.list();
    const identity = await (0,installation/* readIdentity */.xN)(host, root);
    const asker = { id: (0,installation/* installationOf */.oJ)(identity, onHost), host: identity.host };
    const places = [
        ...(backup.to.includes('host') ? [local] : []),
        ...(backup.to.includes('s3') && backup.s3 !== null ? [(0,s3/* s3Destination */.l)(backup.s3, stack)] : []),
    ];
    const found = await Promise.all(places.map(async (place) => {
        const all = place === local ? onHost : await place.list();
        const own = (0,installation/* ownOf */._t)(all, asker, place === local);
        return own.filter((one) => isEnough(one, { now, age, backup, migrations: state.migrations })).map(({ id }) => id);
    }));
    // If copies are wanted in two places, it must be in both.
    return found[0]?.filter((id) => found.every((ids) => ids.includes(id))).at(-1) ?? null;
}
/** Verified, young, of all that is to be copied, and of the data that is live: not from before a restore. */
function isEnough(manifest, { now, age, backup, migrations }) {
    const { id, verified, createdAt } = manifest;
    if (!verified || (0,clock/* isAhead */.Y0)(id, now) || now - Date.parse(createdAt) > age * 1000)
        return false;
    if (migrations.some(({ swap }) => swap !== undefined && swap >= id))
        return false;
    return (0,kinds/* eachKind */.u)((kind) => {
        const has = new Set(kind.parts(manifest).map(kind.fullName));
        return kind.configured(backup).every((name) => has.has(name));
    }).every(Boolean);
}

;// CONCATENATED MODULE: ./actions/migrate/migrate.ts
/** Migrate: a verified backup, then the migration of a version or of the current release; everything else stays as it is. */











const migrate = {
    name: 'migrate',
    lease: 'stack',
    streams: true,
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.mm,
    read: readMigrateInputs,
    title: ({ version }) => `Migrate the database by ${version || 'the version that runs'}`,
    prepare: async (inputs, recorder) => inputs.deploy === null ? inputs : { ...inputs, deploy: await (0,env_file/* withSecrets */.a9)(inputs.deploy, recorder) },
    secrets: (inputs) => (inputs.deploy === null ? [] : (deploy.deploy.secrets?.(inputs.deploy) ?? [])),
    names: (inputs) => (inputs.deploy === null ? [] : (deploy.deploy.names?.(inputs.deploy) ?? [])),
    paths: (inputs) => (inputs.deploy === null ? [] : (deploy.deploy.paths?.(inputs.deploy) ?? [])),
    run: async (run) => {
        const { inputs, session, recorder } = run;
        const current = (0,edit_current/* requireCurrent */.$L)(session.state);
        requireMigration(current, inputs);
        let made = null;
        const target = {
            migrate: true,
            asked: true,
            procedure: 'migrate',
            first: async () => {
                made = await copyFirst(run);
                return made;
            },
        };
        // A dry run shows what the backup would refuse.
        if (inputs.dryRun)
            await copyFirst(run);
        const outcome = inputs.deploy === null
            ? await again(run, current, target)
            : await (0,deploy.bringLive)({ ...run, inputs: inputs.deploy }, target);
        const { report } = outcome;
        const meaning = inputs.dryRun || report.error !== null ? [] : [wayBack(run, report.release ?? current.id, made)];
        for (const text of meaning)
            recorder.info(text);
        return { ...outcome, report: { ...report, notes: [...report.notes, ...meaning] } };
    },
};
/** The migration of the release that runs, from the image that the host has. */
async function again(run, current, target) {
    const { session, inputs } = run;
    const envFile = (0,env_file/* envFileOf */.Nt)(current, inputs.runbook);
    return await (0,change/* change */.Zg)(run, session.state, {
        release: current,
        delivery: null,
        notes: [],
        migrate: true,
        envFile,
        ...target,
    });
}
/** @throws {UserError} RB-SERVICE-UNKNOWN */
function requireMigration({ id, services }, { runbook, deploy: deploys }) {
    const service = runbook.migration.service ?? '';
    if (deploys !== null || services[service] !== undefined)
        return;
    throw new errors/* UserError */.y('RB-SERVICE-UNKNOWN', {
        what: `release ${id} has no service ${service}, which migrates the schema`,
        why: `it has ${Object.keys(services).join(', ')}, and migration.service of the runbook file names ${service}`,
        remedy: 'correct migration.service in the runbook file, or deploy a version that has it; if the service has `profiles` in its Compose file, name one in `profiles` of the runbook file and deploy',
    });
}
/**
 * A verified backup: one that is young enough, or one that the backup's own procedure makes now, with its own lease.
 *
 * @returns its ID; `null`: none was wanted, or it is a dry run
 * @throws {UserError} what the backup was refused or failed for; nothing is migrated then
 */
async function copyFirst(run) {
    const { inputs, recorder, notes } = run;
    const { dryRun } = inputs;
    if (inputs.backup === null) {
        const text = 'No backup was made, because of `backup: none`: data that this migration breaks can only be restored from an older backup.';
        recorder.warning(text);
        notes.push(text);
        return null;
    }
    if (inputs.runbook.backup.databases.length === 0) {
        const text = 'backup.databases in runbook.yml is empty: backups of this stack have no dump of a database.';
        recorder.warning(text);
        notes.push(text);
    }
    const young = inputs.backupAge > 0 ? await youngBackup(run, inputs.backup, inputs.backupAge) : null;
    if (young !== null) {
        const text = `The verified backup ${young} is young enough: none was made.`;
        recorder.info(text);
        notes.push(text);
        return young;
    }
    const lease = { ...run.lease, onTaken: () => { } };
    const { actor, signal, repository } = run;
    const around = { title: 'Backup', run: run.run, actor, signal, lease, recorder, repository, pushed: null };
    const { report, outputs } = await (0,procedure_run/* carryOut */.u)(backup.backup, { ...inputs.backup, dryRun }, around);
    if (report.error !== null) {
        const { code, ...details } = report.error;
        throw new errors/* UserError */.y(code, {
            ...details,
            what: `the backup that has to come first ${dryRun ? 'would be refused' : 'was not made'}, so nothing was migrated: ${details.what}`,
        });
    }
    const id = outputs?.backup ?? '';
    notes.push(dryRun ? 'A backup would be made first.' : `The verified backup ${id} is from just before.`);
    return id === '' ? null : id;
}
/** What a rollback does from now on. */
function wayBack({ session, inputs }, now, made) {
    const { current, history, folders, releases, migrations } = session.state;
    const copy = made === null ? 'a backup from before it' : `the backup ${made}`;
    const id = now === current?.id ? (0,stack_history/* waysBack */.ed)(history).find((way) => folders.includes(way)) : current?.id;
    const release = releases.find((one) => one.id === id);
    if (release === undefined)
        return `There is no release to roll back to; only ${copy} brings the former data back.`;
    const breaks = inputs.deploy?.schemaCompatible === false && now !== current?.id;
    return breaks || (0,stack_migrations/* breakingSince */.k_)(migrations, release) !== null
        ? `A rollback to release ${id} is refused from now on, as a migration since was declared breaking; only ${copy} brings the former data back.`
        : `A rollback leads to release ${id} and leaves the schema as it is now, which was declared compatible; only ${copy} brings the former data back.`;
}


/***/ })

};
;