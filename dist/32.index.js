"use strict";
exports.id = 32;
exports.ids = [32];
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

/***/ 11040:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ul: () => (/* binding */ readFiles)
/* harmony export */ });
/* unused harmony exports filesScript, parseFiles */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(51957);
/* harmony import */ var _sections__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(78157);
/* harmony import */ var _records__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(49393);
/** Reads the uploaded files of a release from its host, in one round trip. Changes nothing. */





/** The most bytes of an answer: files of that size are not configuration. */
const MOST = 128 * 2 ** 20;
const TIMEOUT = 120_000;
/**
 * The uploaded files with their content. Holds secrets.
 *
 * @param root `<directory>/.runbook`
 * @throws {UserError} RB-RECORD-UNREADABLE: a file is gone or damaged; RB-CONNECTION-LOST
 */
async function readFiles(host, root, release) {
    const outcome = await host.run(filesScript(root, release.id), { keep: MOST, timeout: TIMEOUT });
    if (outcome.outcome === 'unknown') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-CONNECTION-LOST', {
            what: 'the files of the current release could not be read',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    return parseFiles(outcome.stdout, release);
}
/** Each file is two lines: its entry of `files.list`, and its content in base64. */
function filesScript(root, id) {
    return `cd ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .h)(root)} || exit 1
printf '#rb-section files\\n'
while IFS= read -r line; do
  sha=\${line%% *}
  [ "$sha" != - ] || continue
  printf '%s\\n=' "$line"
  base64 <"blobs/$sha" | tr -d '\\n'
  echo
done <${(0,_host_quote__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .h)(`releases/${id}/files.list`)}
printf '#rb-section end\\n'`;
}
/** @throws {UserError} RB-RECORD-UNREADABLE */
function parseFiles(output, release) {
    const sections = (0,_sections__WEBPACK_IMPORTED_MODULE_2__/* .sectionsOf */ .K)(output);
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
        throw (0,_records__WEBPACK_IMPORTED_MODULE_3__/* .unreadableError */ .Sw)({ id: release.id, why, writer: `version ${release.writer || 'unknown'}` });
    });
}
function hashOf(content) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex');
}


/***/ }),

/***/ 68032:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  maintenance: () => (/* binding */ maintenance_maintenance)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var procedure_report = __webpack_require__(15092);
// EXTERNAL MODULE: ./actions/lib/stack/closed.ts
var stack_closed = __webpack_require__(49905);
// EXTERNAL MODULE: ./actions/lib/stack/freeze.ts
var freeze = __webpack_require__(20642);
// EXTERNAL MODULE: ./actions/lib/procedure/expected.ts
var expected = __webpack_require__(56770);
// EXTERNAL MODULE: ./actions/lib/stack/identity.ts
var identity = __webpack_require__(84795);
// EXTERNAL MODULE: ./actions/lib/steps/failures.ts
var failures = __webpack_require__(32443);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var config_inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/config/sections/maintenance.ts
var maintenance = __webpack_require__(47981);
// EXTERNAL MODULE: ./actions/lib/config/sections/values.ts
var values = __webpack_require__(85790);
// EXTERNAL MODULE: ./actions/lib/nginx/close.ts
var nginx_close = __webpack_require__(23781);
;// CONCATENATED MODULE: ./actions/lib/nginx/page.ts
/** The page of a closed site, if the user has none. It loads nothing from elsewhere. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Down for maintenance</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.1rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; padding: 2rem; text-align: center; }
h1 { font-size: 1.6rem; }
</style>
</head>
<body>
<main>
<h1>We are doing maintenance</h1>
<p>This site is not available for a short while. Please come back later.</p>
</main>
</body>
</html>
`;

;// CONCATENATED MODULE: ./actions/maintenance/inputs.ts
/** Inputs of the action maintenance as typed data. */









const MODES = ['status', 'on', 'off', 'remind', 'freeze', 'unfreeze'];
const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };
/** RFC 3339: without a zone the time is ambiguous. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
/** Characters: it stands in one line of a log. */
const LONGEST_REASON = 300;
/** Seconds; a longer freeze would be forgotten. */
const LONGEST = 90 * 86_400;
/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-FILE-MISSING */
function readMaintenanceInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const common = (0,config_inputs/* readCommon */.Cy)(reader);
    const mode = reader.choice('mode', MODES);
    const reason = reader.text('reason');
    const until = reader.text('until');
    const allow = reader.list('allow');
    const ahead = reader.seconds('ahead', 1800);
    const begins = mode === 'freeze' || mode === 'on';
    const end = mode === 'freeze' || (mode === 'on' && until !== '') ? readEnd(reader, until) : null;
    if (begins)
        checkReason(reader, reason, mode === 'freeze' ? 'changes are frozen' : 'the site is closed');
    else if (reason !== '' || until !== '')
        reader.problem(`reason and until are for mode: freeze and mode: on, and mode is ${mode}`);
    if (allow.length > 0 && mode !== 'on')
        reader.problem(`allow is for mode: on, and mode is ${mode}`);
    for (const one of allow)
        if (!(0,maintenance/* isNetwork */.t)(one))
            reader.problem(`allow has ${JSON.stringify(one)}, which is not an IP address or a network such as 203.0.113.0/24`);
    // The readers of the issue see it again.
    reader.boolean('issue');
    reader.finish();
    // What only looks takes no lease.
    const dryRun = common.dryRun || mode === 'status' || mode === 'remind';
    const inputs = (0,config_inputs/* withRunbook */.rG)(common, workspace);
    const page = mode === 'on' ? pageOf(inputs, (0,external_node_path_.dirname)((0,external_node_path_.join)(workspace, common.config))) : PAGE;
    return { ...inputs, dryRun, mode, reason, end, allow, page, ahead };
}
/** @throws {UserError} RB-FILE-MISSING, RB-INPUT-INVALID */
function pageOf({ runbook }, folder) {
    const { page } = runbook.maintenance;
    if (page === null)
        return PAGE;
    const file = (0,external_node_path_.join)(folder, page);
    if (!(0,external_node_fs_.existsSync)(file) || !(0,external_node_fs_.statSync)(file).isFile())
        throw new errors/* UserError */.y('RB-FILE-MISSING', {
            what: `${page}, the page of a closed site, is not in the repository`,
            why: 'maintenance.page of runbook.yml names it; the path counts from the folder of runbook.yml',
            remedy: 'correct the path, check out the repository before this step, or remove the line for a plain page',
        });
    const content = (0,external_node_fs_.readFileSync)(file);
    const text = content.toString('utf8');
    const wrong = content.length > nginx_close/* LARGEST_PAGE */.LS
        ? `it has ${content.length} bytes, more than ${nginx_close/* LARGEST_PAGE */.LS}: nginx keeps it in its configuration`
        : content.includes(0) || !Buffer.from(text).equals(content)
            ? 'it is not text in UTF-8'
            : text.trim() === ''
                ? 'it is empty'
                : (0,nginx_close/* isConfusing */.fz)(text)
                    ? 'it has a line that is reserved for marks in configurations: "# runbook-maintenance"'
                    : null;
    if (wrong === null)
        return text;
    throw new errors/* UserError */.y('RB-INPUT-INVALID', {
        what: `${page} cannot be the page of a closed site`,
        why: wrong,
        remedy: 'embed pictures and styles in the page, or load them from another site; everything else of this site is closed',
    });
}
function checkReason(reader, reason, what) {
    if (reason === '')
        reader.problem(`reason is missing: why ${what}`);
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
    else if (TIME.test(until) && !Number.isNaN(Date.parse(until)) && (0,values/* isDay */.N)(until))
        return { at: new Date(until) };
    else
        reader.problem(`until is ${JSON.stringify(until)}; write 30m, 8h, 3d, or a time with its zone as 2026-01-31T02:00:00Z`);
    return null;
}

;// CONCATENATED MODULE: ./actions/maintenance/freeze.ts
/** Freezes changes for a time, so that no deploy disturbs other work on the stack. */







async function freeze_freeze(run) {
    const { inputs, session, recorder, notes } = run;
    const planned = plannedAs(run);
    const before = session.state.freeze;
    const made = freezeOf(inputs, before.now, run);
    const was = (0,freeze/* holding */.G)(before);
    notes.length = 0;
    if (was !== null)
        notes.push(`It replaces another freeze: ${(0,freeze/* sayFreeze */.RP)(was, before.now)}.`);
    const lasts = (0,freeze/* inWords */.r4)((Date.parse(made.until) - Date.parse(before.now)) / 1000);
    const what = `until ${made.until}, which is ${lasts} from now by the host's clock: ${made.reason}`;
    if (inputs.dryRun) {
        notes.push(`Changes would be frozen ${what}`);
        return { report: run.report('planned', planned), outputs: outputsOf(was) };
    }
    recorder.step('Freeze');
    await write(run, JSON.stringify(made));
    notes.push(`Changes are frozen ${what}`);
    notes.push('Deploys and other changes of the stack are refused with that reason; rollbacks, restores, backups and certificate renewals may run. The freeze ends by itself.');
    return { report: run.report('succeeded'), outputs: outputsOf(made) };
}
async function unfreeze(run) {
    const { inputs, session, recorder, notes } = run;
    const planned = plannedAs(run);
    const { freeze: before } = session.state;
    const was = (0,freeze/* holding */.G)(before);
    notes.length = 0;
    if (before.held === null) {
        notes.push('Changes were not frozen.');
        return { report: run.report(inputs.dryRun ? 'planned' : 'unchanged', planned), outputs: outputsOf(null) };
    }
    const said = was === null ? 'a freeze that has ended by itself' : (0,freeze/* sayFreeze */.RP)(was, before.now);
    if (inputs.dryRun) {
        notes.push(`Would be lifted: ${said}.`);
        return { report: run.report('planned', planned), outputs: outputsOf(was) };
    }
    recorder.step('Lift the freeze');
    await write(run, null);
    notes.push(`Lifted: ${said}.`);
    return { report: run.report('succeeded'), outputs: outputsOf(null) };
}
/** The plan that a person approves. @throws {UserError} RB-PLAN-CHANGED */
function plannedAs({ inputs }) {
    const { mode, reason, end } = inputs;
    const until = end === null ? [] : ['at' in end ? `until ${end.at.toISOString()}` : `for ${end.after} s`];
    const lines = [mode, ...until, ...(reason === '' ? [] : [reason])];
    const hash = (0,identity/* hashOf */.qQ)(lines);
    (0,expected/* requireExpected */.qw)({ hash, lines }, inputs, { lifetime: inputs.runbook.planLifetime });
    return { planHash: hash, planText: lines };
}
/** @throws {UserError} RB-INPUT-INVALID for an end that is not in the future, or too far away */
function freezeOf({ end, reason }, clock, { actor, run }) {
    if (end === null)
        throw new Error('a freeze without an end');
    const until = endOf(end, clock);
    return { reason, since: iso(Date.parse(clock)), until, by: actor, run };
}
/** @throws {UserError} RB-INPUT-INVALID for an end that is not in the future, or too far away */
function endOf(end, clock) {
    const now = Date.parse(clock);
    if (Number.isNaN(now))
        throw new Error(`the clock says ${JSON.stringify(clock)}`);
    const until = 'at' in end ? end.at.getTime() : now + end.after * 1000;
    const problem = until <= now ? 'is over already' : until > now + LONGEST * 1000 ? 'is more than 90 days from now' : null;
    if (problem !== null)
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `until is ${iso(until)}, which ${problem}`,
            why: `the host's clock says ${clock}`,
            remedy: 'write another end, e.g. 8h from now',
        });
    return iso(until);
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
            what: 'the connection to the host was lost, and it is not known whether changes are frozen',
            remedy: 'run it again with mode: status',
        },
        explain: (told) => (0,failures/* explained */.to)(told, {}) ??
            new errors/* UserError */.y('RB-DISK-FULL', {
                what: 'the record of the freeze could not be written or removed',
                why: 'the disk of the host has no room, or .runbook cannot be written',
                remedy: 'see `df` on the host and the lines above, then run it again; nothing has changed',
            }),
    });
    if (error !== null)
        throw error;
}

// EXTERNAL MODULE: ./actions/lib/procedure/closing.ts
var closing = __webpack_require__(50931);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(17286);
// EXTERNAL MODULE: ./actions/lib/procedure/proxy-look.ts
var proxy_look = __webpack_require__(33162);
// EXTERNAL MODULE: ./actions/lib/stack/apply/apply.ts + 9 modules
var apply = __webpack_require__(26950);
// EXTERNAL MODULE: ./actions/lib/stack/apply/judge-watch.ts + 1 modules
var judge_watch = __webpack_require__(19317);
// EXTERNAL MODULE: ./actions/lib/stack/apply/proof.ts
var apply_proof = __webpack_require__(31740);
// EXTERNAL MODULE: ./actions/lib/stack/probe.ts
var probe = __webpack_require__(47347);
// EXTERNAL MODULE: ./actions/lib/stack/release/edit.ts
var edit = __webpack_require__(32211);
// EXTERNAL MODULE: ./actions/lib/stack/release/files.ts
var release_files = __webpack_require__(11040);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/callers.ts
var callers = __webpack_require__(78734);
;// CONCATENATED MODULE: ./actions/maintenance/others.ts

/** Images of programs through which visitors reach the stack without a port of the host. */
const TUNNELS = /(^|\/)(cloudflared|ngrok|frpc|rathole|bore|inlets[a-z-]*|tailscale|newt|pangolin)(:|@|$)/i;
/**
 * Sentences on services other than the proxy that others than the host itself reach; none where there are none.
 *
 * @param services of the release, as its Compose files have them
 */
function othersOpen(services, release, proxy) {
    const others = Object.entries(services).filter(([name]) => name !== proxy && (release.services[name]?.replicas ?? 0) > 0);
    const namesOf = (chosen) => others.flatMap(([name, service]) => (chosen(service) ? [name] : [])).join(', ');
    const open = others.flatMap(([name, service]) => {
        if (service.network_mode === 'host')
            return [`${name} (in the network of the host)`];
        const ports = (service.ports ?? []).filter(({ host_ip: address = '' }) => !isLoopback(address));
        const said = ports.map(({ published, protocol = 'tcp' }) => {
            const port = published === undefined || String(published) === '' ? 'any' : String(published);
            return protocol === 'tcp' ? port : `${port}/${protocol}`;
        });
        return said.length === 0 ? [] : [`${name} (port ${[...new Set(said)].join(', ')})`];
    });
    const routed = namesOf(callers/* isLabelled */.ul);
    const tunnels = namesOf(({ image }) => TUNNELS.test(String(image ?? '')));
    return [
        ...(open.length === 0
            ? []
            : [
                `Not closed: ${open.join(', ')}. These services have ports of the host of their own, and whoever reaches those does not meet the page.`,
            ]),
        ...(routed === ''
            ? []
            : [
                `Not closed: ${routed}, if another proxy leads there: labels or variables tell it of them (Traefik, Caddy, nginx-proxy), and its visitors do not meet the page. Close them there.`,
            ]),
        ...(tunnels === ''
            ? []
            : [
                `Not closed: what ${tunnels} leads to past ${proxy ?? 'the proxy'}: a tunnel may be set up elsewhere to reach any service of the stack, and such visitors do not meet the page.`,
            ]),
    ];
}
function isLoopback(address) {
    return /^127\.|^\[?::1\]?$/.test(address);
}

;// CONCATENATED MODULE: ./actions/maintenance/site.ts
/** Closes the site: the proxy answers 503 with a page, except for addresses and paths that pass; and opens it again. */
















/** Last parts of the paths that load balancers and monitors request. */
const HEALTH = /^\.?(health|healthz|healthcheck|ready|readyz|readiness|live|livez|liveness|alive|ping|up|status|heartbeat)$/;
/** @throws {UserError} */
async function closeSite(run) {
    const { inputs, session, recorder } = run;
    const { state, host } = session;
    const release = (0,edit_current/* requireCurrent */.$L)(state);
    const { now } = state.freeze;
    const until = inputs.end === null ? null : endOf(inputs.end, now);
    recorder.step('Read the configuration of the proxy');
    const seen = await (0,proxy_look/* lookAtNginx */.b1)(host, state, inputs.runbook);
    const stored = await (0,edit_current/* currentOf */.$c)(run);
    const uploads = await (0,release_files/* readFiles */.Ul)(host, session.root, release);
    const { allow, retryAfter } = inputs.runbook.maintenance;
    const pass = passing(inputs);
    const allowed = [...new Set([...allow, ...inputs.allow])];
    const insertions = (0,nginx_close/* insertionsOf */.G9)({
        page: inputs.page,
        retryAfter: Math.max(1, retryAfter),
        pass,
        own: seen.own,
        allow: allowed,
    });
    const site = (0,closing/* closedFiles */.cT)({ seen, uploads, insertions, state, runbook: inputs.runbook, loaded: true });
    const answered = release.closed?.answered ?? (await (0,apply_proof/* statusOfSite */.J)(inputs.runbook, (0,probe/* dialThrough */.Ou)(host, apply/* DIAL_TIMEOUT */.DO)));
    const closed = {
        since: release.closed?.since ?? iso(Date.parse(now)),
        until,
        reason: inputs.reason,
        by: run.actor,
        run: run.run,
        pass,
        files: site.originals,
        answered,
    };
    const proof = { closed: true, doors: site.doors, answered };
    const notes = [
        ...site.notes,
        ...othersOpen((0,edit/* filesModel */.d)(stored.model).services, release, inputs.runbook.proxy.service),
        `Paths that pass: /.well-known/acme-challenge/${pass.map((path) => `, ${path}`).join('')}.`,
        allowed.length === 0 ? 'No address passes.' : `Addresses that pass: ${allowed.join(', ')}, as nginx sees them.`,
        ...(until === null
            ? ['No end was given: `until` announces one.']
            : [`The site should be open again at ${until}; this time is only announced, the site does not open by itself.`]),
        'The site stays closed through deploys, rollbacks and restarts, until mode: off.',
    ];
    const outcome = await (0,edit_current/* changeByEdit */.mQ)(run, {
        current: stored,
        edits: {},
        by: 'maintenance',
        notes,
        proof,
        site: { uploads, files: site.files, closed },
    });
    const verdict = `The site is closed${until === null ? '' : ` until ${until}`}: visitors get 503 and the page.`;
    return await ended(run, outcome, proof, closed, verdict);
}
/** @throws {UserError} */
async function openSite(run) {
    const { session, notes, report, inputs } = run;
    const release = (0,edit_current/* requireCurrent */.$L)(session.state);
    const { closed } = release;
    if (closed === undefined) {
        notes.push('The site is open.');
        return {
            report: report(inputs.dryRun ? 'planned' : 'unchanged'),
            outputs: siteOutputs(undefined, session.state.freeze.now),
        };
    }
    const stored = await (0,edit_current/* currentOf */.$c)(run);
    const uploads = await (0,release_files/* readFiles */.Ul)(session.host, session.root, release);
    const files = (0,closing/* openedFiles */.vm)(uploads, closed.files);
    const proof = { closed: false, doors: [], answered: closed.answered };
    const outcome = await (0,edit_current/* changeByEdit */.mQ)(run, {
        current: stored,
        edits: {},
        by: 'maintenance',
        proof,
        notes: [`Opened: ${Object.keys(closed.files).join(', ')} as the repository has them.`],
        site: { uploads, files, closed: null },
    });
    return await ended(run, outcome, proof, undefined, 'The site is open, and answers.');
}
/** Probed once more from outside, whatever the change was. */
async function ended({ inputs, session, report }, outcome, proof, wanted, verdict) {
    const { now } = session.state.freeze;
    const { status } = outcome.report;
    if (inputs.dryRun || (status !== 'succeeded' && status !== 'unchanged'))
        return { ...outcome, outputs: siteOutputs(session.state.current?.closed, now) };
    const outputs = siteOutputs(wanted, now);
    const why = await (0,apply_proof/* prove */.z)(proof, inputs.runbook, (0,probe/* dialThrough */.Ou)(session.host, apply/* DIAL_TIMEOUT */.DO));
    if (why === null) {
        const announce = wanted === undefined
            ? { kind: 'open', text: verdict }
            : { kind: 'closed', text: `The site of ${inputs.runbook.stack} is ${(0,stack_closed/* sayClosed */.uQ)(wanted, now)}.` };
        return { ...outcome, outputs, report: { ...outcome.report, verdict }, announce };
    }
    const { release, previousRelease, plan, planHash, planText } = outcome.report;
    const error = (0,procedure_report/* describe */.q0)((0,judge_watch/* unproven */.gm)(proof.closed, why));
    return {
        ...outcome,
        outputs,
        report: report('failed', { release, previousRelease, plan, planHash, planText: planText ?? [], error }),
    };
}
/** @throws {UserError} RB-CONFIG-INVALID */
function passing({ runbook }) {
    const { pass } = runbook.maintenance;
    if (pass === null) {
        const probes = runbook.proxy.probes.map(stack_closed/* pathOf */.XM);
        return [...new Set(probes.filter((path) => HEALTH.test(external_node_path_.posix.basename(path))))];
    }
    const query = pass.find((path) => /[?#]/.test(path));
    if (query === undefined)
        return [...new Set(pass.map(stack_closed/* pathOf */.XM))];
    throw new errors/* UserError */.y('RB-CONFIG-INVALID', {
        what: `maintenance.pass has ${JSON.stringify(query)}`,
        why: 'a path passes with any query',
        remedy: 'write the path alone',
    });
}
/** For later steps of the workflow, e.g. to show it somewhere. */
function siteOutputs(closed, now) {
    const overdue = closed !== undefined && (0,stack_closed/* isOverdue */.Jv)(closed, now);
    const { since = null, until = null, reason = null } = closed ?? {};
    return {
        closed: String(closed !== undefined),
        'closed-until': until ?? '',
        overdue: String(overdue),
        'status-json': JSON.stringify({ maintenance: closed !== undefined, since, until, reason, overdue }),
    };
}

;// CONCATENATED MODULE: ./actions/maintenance/maintenance.ts
/** Maintenance: the site is closed with a page, and opened again; or changes are frozen for a time. */








const TITLES = {
    status: 'Maintenance: status',
    on: 'Close the site',
    off: 'Open the site',
    remind: 'Maintenance: what is announced',
    freeze: 'Freeze changes',
    unfreeze: 'Lift the freeze',
};
const maintenance_maintenance = {
    name: 'maintenance',
    lease: 'stack',
    passesFreeze: true,
    recovers: ({ mode, drift }) => (mode === 'on' || mode === 'off' ? drift : undefined),
    outputs: (report) => (report.plan === null ? (0,change/* planOutputs */.iS)(report) : (0,change/* releaseOutputs */.mm)(report)),
    quiet: (get) => ['', 'status', 'remind'].includes((get('mode') ?? '').trim()),
    read: readMaintenanceInputs,
    title: ({ mode, reason }) => `${TITLES[mode]}${reason === '' ? '' : `: ${reason}`}`,
    run: (run) => ({ status: maintenance_status, on: closeSite, off: openSite, remind, freeze: freeze_freeze, unfreeze: unfreeze })[run.inputs.mode](run),
};
async function maintenance_status({ session, report, notes, recorder }) {
    const { freeze: observed, current } = session.state;
    const { held, now } = observed;
    const holds = (0,freeze/* holding */.G)(observed);
    const ended = held !== null && held !== 'unreadable' && holds === null ? held : null;
    const closed = current?.closed;
    notes.length = 0;
    notes.push(closed === undefined ? 'The site is open.' : `The site is ${(0,stack_closed/* sayClosed */.uQ)(closed, now)}.`);
    if (closed !== undefined && (0,stack_closed/* isOverdue */.Jv)(closed, now))
        notes.push('The maintenance is overdue: mode: off opens the site.');
    notes.push(holds === null ? 'Changes are not frozen.' : `Frozen: ${(0,freeze/* sayFreeze */.RP)(holds, now)}.`);
    if (ended !== null)
        notes.push(`The last freeze ended by itself at ${ended.until}: ${ended.reason}`);
    for (const note of notes)
        recorder.info(note);
    recorder.info(`the host's clock says ${now}`);
    return { report: report('succeeded'), outputs: { ...outputsOf(holds), ...siteOutputs(closed, now) } };
}
/** For scheduled runs: says that the end comes near, or has passed. */
async function remind({ session, report, notes, recorder, inputs }) {
    const { freeze: observed, current } = session.state;
    const { now } = observed;
    const closed = current?.closed;
    const outputs = { ...outputsOf((0,freeze/* holding */.G)(observed)), ...siteOutputs(closed, now) };
    if (closed === undefined) {
        notes.push('The site is open.');
        return { report: report('succeeded'), outputs, announce: { kind: 'open', text: 'The site is open.' } };
    }
    const text = `The site of ${inputs.runbook.stack} is ${(0,stack_closed/* sayClosed */.uQ)(closed, now)}.`;
    notes.push(text);
    recorder.info(text);
    if ((0,stack_closed/* isOverdue */.Jv)(closed, now)) {
        const error = new errors/* UserError */.y('RB-MAINTENANCE-OVERDUE', {
            what: `the site is ${(0,stack_closed/* sayClosed */.uQ)(closed, now)}`,
            why: `it should have been open again at ${closed.until}, and the host's clock says ${now}`,
            remedy: 'open it (maintenance, mode: off), or give another end (mode: on with reason and until)',
        });
        return {
            report: report('failed', { error: (0,procedure_report/* describe */.q0)(error) }),
            outputs,
            announce: { kind: 'overdue', text: `Overdue. ${text}` },
        };
    }
    const left = closed.until === null ? Number.POSITIVE_INFINITY : (Date.parse(closed.until) - Date.parse(now)) / 1000;
    const soon = left <= inputs.ahead;
    return {
        report: report('succeeded'),
        outputs,
        ...(soon ? { announce: { kind: 'soon', text: `The maintenance ends soon. ${text}` } } : {}),
    };
}


/***/ })

};
;