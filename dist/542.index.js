"use strict";
exports.id = 542;
exports.ids = [542];
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

/***/ 74542:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/stack/release/edit.ts
var edit = __webpack_require__(32211);
;// CONCATENATED MODULE: ./actions/lib/commands/command.ts


/** The program and its arguments, as they run without an entrypoint. */
function wordsOf({ command }) {
    return typeof command === 'string' ? ['sh', '-c', command] : command;
}
/** A form for people that cannot be pasted into a shell by mistake. */
function shownCommand({ command }) {
    return typeof command === 'string' ? `sh -c ${JSON.stringify(command)}` : JSON.stringify(command);
}
/**
 * Settings for which two containers of a service would collide, of services that keep running, or that wait for others.
 */
const NOT_OF_ONE = [
    ...['ports', 'container_name', 'mac_address', 'depends_on', 'healthcheck', 'restart', 'scale', 'tty', 'stdin_open'],
    ...['build', 'develop', 'pull_policy', 'post_start', 'pre_stop', 'profiles', 'logging', 'labels', 'command'],
];
const NOT_OF_ONE_NETWORK = ['aliases', 'ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'];
/** A log that Docker keeps and the run can read, whatever logging the service has. Bounded. */
const LOGGING = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } };
/**
 * The model of a release in which the service is one container that runs the command and gets no traffic.
 *
 * @param stored the release's `compose.json`, `$` escaped as `$$`
 */
function commandModel(stored, command) {
    const { [command.service]: service = {} } = (0,edit/* filesModel */.d)(stored).services;
    const kept = without(service, NOT_OF_ONE);
    const { deploy, networks, environment } = kept;
    const words = wordsOf(command).map(escaped);
    const entrypoint = typeof command.command === 'string' ? [] : command.entrypoint?.map(escaped);
    const own = Object.entries(command.environment).map(([name, value]) => [name, escaped(value)]);
    const made = {
        ...kept,
        ...(deploy === undefined
            ? {}
            : { deploy: without(deploy, ['replicas', 'restart_policy', 'mode', 'update_config']) }),
        ...(networks === undefined ? {} : { networks: eachOf(networks, (one) => one && without(one, NOT_OF_ONE_NETWORK)) }),
        environment: { ...environment, ...Object.fromEntries(own) },
        // With an entrypoint of its own the image's command does not count, and the list becomes the entrypoint's
        // arguments.
        ...(entrypoint === undefined ? { command: words } : { entrypoint: [...entrypoint, ...words] }),
        ...(command.user === undefined ? {} : { user: command.user }),
        restart: 'no',
        pull_policy: 'never',
        healthcheck: { disable: true },
        logging: LOGGING,
    };
    return { ...stored, services: { ...stored.services, [command.service]: made } };
}
function escaped(text) {
    return text.replaceAll('$', '$$$$');
}
function without(whole, names) {
    return Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name)));
}
function eachOf(all, made) {
    return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, made(one)]));
}
/** The command's variables in the format that Docker reads: one on each line, without quotes. */
function envFile(environment) {
    return Object.entries(environment)
        .map(([name, value]) => `${name}=${value}\n`)
        .join('');
}
/** Containers of a service, in the order of their names. */
function containersOf(service, containers) {
    return containers
        .filter((one) => one.service === service && !one.oneOff && !one.standIn)
        .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
/** @throws {UserError} RB-CONTAINER-DOWN */
function runningOf(service, containers) {
    const all = containersOf(service, containers);
    const running = all.filter(({ state }) => state === 'running');
    if (running.length > 0)
        return running;
    const others = [...new Set(containers.map((one) => one.service))].filter((name) => name !== '').sort();
    throw new errors/* UserError */.y('RB-CONTAINER-DOWN', {
        what: `no container of ${service} runs`,
        why: all.length === 0
            ? `the host has no container of it; it has containers of ${others.join(', ') || 'no service of this stack'}`
            : all.map((one) => `${one.name} is ${stateOf(one)}`).join(', '),
        remedy: 'see its log (mode: logs), or run the command in a new container (container: new)',
    });
}
function stateOf({ state, exitCode, restarts }) {
    if (state === 'restarting')
        return `restarting (exit status ${exitCode}, restarted ${restarts} times)`;
    return state === 'exited' ? `exited with status ${exitCode}` : state;
}

// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/progress.ts
var lib_progress = __webpack_require__(48351);
;// CONCATENATED MODULE: ./actions/lib/commands/logs.ts
/** Reads the logs that Docker keeps of containers; changes nothing. */



/** Bytes of a line that are shown. */
const LONGEST = 16_000;
/** Milliseconds; with a pattern a log of gigabytes is read to its end. */
const DEADLINE = 300_000;
/** @throws {UserError} RB-INPUT-INVALID for the pattern, RB-COMMAND-FAILED where Docker has no log, RB-CONNECTION-LOST */
async function readLogs(host, request) {
    const outcome = await host.run(logScript(request), { timeout: DEADLINE, keep: 64 * 2 ** 20 });
    if (outcome.outcome === 'unknown')
        throw new errors/* UserError */.y('RB-CONNECTION-LOST', {
            what: 'the log could not be read to its end',
            why: outcome.reason,
            remedy: 'run it again, with a shorter time (since); nothing was changed',
        });
    return parseLogs(outcome.stdout, request);
}
function logScript({ containers, since, lines, pattern }) {
    const select = pattern === null ? 'cat' : `LC_ALL=C grep -E -e ${(0,quote/* quote */.h)(pattern)}`;
    const options = [
        ...(since === null ? [] : [`--since ${(0,quote/* quote */.h)(since)}`]),
        ...(pattern === null ? [`--tail ${lines + 1}`] : []),
    ].join(' ');
    return [
        'exec 3>&1',
        // The exit status of grep tells whether the pattern is valid.
        ...(pattern === null
            ? []
            : [`printf '' | ${select} >/dev/null 2>&1; [ $? -lt 2 ] || { echo '#pattern'; exit 0; }`]),
        `read_log() {
  code=$({ { docker logs ${options} "$1" 2>&1 </dev/null; echo $? >&4; } |
    tr -d '\\000\\r' | ${select} | cut -b 1-${LONGEST + 1} | tail -n ${lines + 1} | sed 's/^/| /' >&3; } 4>&1)
  printf '#status %s\\n' "$code"
}`,
        ...containers.map(({ id }) => `read_log ${(0,quote/* quote */.h)(id)}`),
        "echo '#end'",
    ].join('\n');
}
/** @throws {UserError} see {@link readLogs} */
function parseLogs(text, { containers, lines: most, pattern }) {
    if (text.startsWith('#pattern'))
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `pattern is ${JSON.stringify(pattern)}, which is not an extended regular expression`,
            why: 'grep -E on the host does not accept it',
            remedy: 'correct it; write a backslash before a literal sign such as ( or *',
        });
    const logs = [];
    let lines = [];
    let whole = false;
    for (const line of text.split('\n')) {
        if (line.startsWith('| '))
            lines.push(line.slice(2));
        else if (line === '#end')
            whole = true;
        const status = /^#status (.*)$/.exec(line)?.[1];
        if (status === undefined)
            continue;
        const name = containers[logs.length]?.name ?? '';
        if (status !== '0')
            throw new errors/* UserError */.y('RB-COMMAND-FAILED', {
                what: `the log of ${name} could not be read`,
                why: 'by the message of Docker: its logging driver may send lines away and keep none, or the container was removed meanwhile',
                remedy: 'read the lines below; if the logs are sent elsewhere, read them there',
                ...(lines.length > 0 ? { log: lines, logOf: '`docker logs`' } : {}),
            });
        const newest = lines.slice(-most);
        const cut = newest.some(isLong);
        logs.push({
            name,
            lines: newest.map((one) => (isLong(one) ? shortened(one) : one)),
            more: lines.length > most,
            cut,
        });
        lines = [];
    }
    if (whole && logs.length === containers.length)
        return logs;
    throw new errors/* UserError */.y('RB-CONNECTION-LOST', {
        what: 'the log could not be read to its end',
        remedy: 'run it again, with a shorter time (since); nothing was changed',
    });
}
function isLong(line) {
    return Buffer.byteLength(line) > LONGEST;
}
/** Cuts between whole characters. */
function shortened(line) {
    const text = Buffer.from(line).subarray(0, LONGEST).toString('utf8');
    return `${text.replace(/\ufffd$/, '')}${lib_progress/* CUT */.T}`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./actions/lib/stack/compose-script.ts
var compose_script = __webpack_require__(485);
// EXTERNAL MODULE: ./actions/lib/stack/redirect/redirect.ts
var redirect = __webpack_require__(86280);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
// EXTERNAL MODULE: ./actions/lib/steps/failures.ts
var failures = __webpack_require__(32443);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
;// CONCATENATED MODULE: ./actions/lib/commands/failures.ts
/** The meaning of a command that did not end by itself. */


const STAYS = 'its effects until then stay: look at them before you run it again';
/** For each kind with which the command's script can `fail`. */
const COMMAND_WORDS = {
    'command-start': (failure) => new errors/* UserError */.y('RB-START-FAILED', {
        what: `no container of ${failure.subject} could be started for the command, which was not run`,
        why: 'Docker refused it',
        remedy: 'read the lines below: the program may not be in the image, or a mount of the service may be missing',
        ...(0,failures/* shown */.SP)(failure),
    }),
    'command-timeout': ({ subject }) => new errors/* UserError */.y('RB-TIMEOUT', {
        what: `the command in ${subject} did not end in its time`,
        why: 'it was ended then, and none of its processes runs any more',
        remedy: `give it more time (timeout); ${STAYS}`,
    }),
    'command-lost': ({ subject }) => new errors/* UserError */.y('RB-COMMAND-FAILED', {
        what: `it is not known how the command in ${subject} ended`,
        why: 'Docker did not report its exit status; none of its processes runs any more',
        remedy: `see whether Docker was restarted; ${STAYS}`,
    }),
    'command-left': ({ subject }) => new errors/* UserError */.y('RB-STOP-FAILED', {
        what: `the command has ended, but its container ${subject} could not be removed`,
        why: 'Docker did not remove it',
        remedy: `docker rm -fv ${subject}`,
    }),
    'not-running': ({ subject }) => new errors/* UserError */.y('RB-CONTAINER-DOWN', {
        what: `the container of ${subject} does not run any more; the command was not run`,
        why: 'it ended or restarted since it was looked at',
        remedy: 'see its log (mode: logs)',
    }),
    'container-ended': ({ subject }) => new errors/* UserError */.y('RB-COMMAND-FAILED', {
        what: `the container of ${subject} ended, or was restarted, while the command ran in it`,
        why: 'the command ended with it, or caused it; its exit status cannot be trusted',
        remedy: `see the log of the service (mode: logs); ${STAYS}`,
    }),
};
/** @param where a command by which a person finds what is left */
function notSeenToEnd(error, where) {
    return new errors/* UserError */.y(error.code, {
        what: `${error.details.what}, and IT MAY STILL RUN`,
        why: `its end could not be confirmed${error.details.why === undefined ? '' : ` (${error.details.why})`}`,
        remedy: `look for it on the host (${where}), and let it end or end it; ${STAYS}`,
    });
}
/** The step that ran the command is gone, and the rest of the command was ended. */
function killedCommand({ code, details }) {
    return new errors/* UserError */.y(code, {
        what: 'the step that ran the command is gone from the host, so that its exit status is not known',
        why: `${details.why ?? 'the reason is not known'}; the command was ended, and none of its processes runs any more`,
        remedy: STAYS,
    });
}
function cancelledCommand() {
    return new errors/* UserError */.y('RB-CANCELLED', {
        what: 'the run was cancelled while the command ran',
        why: 'the command was ended, and none of its processes runs any more',
        remedy: STAYS,
    });
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./actions/lib/commands/scripts.ts
/**
 * The host's script piece for commands. It has a module of its own in plain syntax, because the bundler includes a file
 * only where it can read the call that opens it.
 */


function commandPiece() {
    return (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "command.sh", 'utf8');
}

;// CONCATENATED MODULE: ./actions/lib/commands/run-command.ts
/** Runs a command on the host, from its start to its end. */












/** ID of the step. */
const COMMAND_STEP = 'command';
/** Limits of the output that is shown; of a longer output the beginning, and the last 50 lines. */
const MOST_LINES = 20_000;
const MOST_BYTES = 2_000_000;
/** Bytes of one line. */
const LONGEST_LINE = 60_000;
/**
 * @throws {UserError} where it was not run, did not end by itself, or its end is not known; its exit status is not an
 *   error here
 */
async function runCommand(request, { steps, clearing, progress }) {
    const mark = `RUNBOOK_COMMAND=${(0,external_node_crypto_.randomBytes)(12).toString('hex')}`;
    const told = new on_host/* Told */.u();
    const output = [];
    let cut = false;
    let isLineCut = false;
    let undone = true;
    let begun = false;
    let ended = null;
    const failure = await (0,on_host/* onHost */.G)(steps, { id: COMMAND_STEP, script: commandScript(request, mark), input: inputOf(request, mark) }, {
        told,
        onLine: (line) => {
            if (!line.startsWith('| '))
                return progress.info(line);
            const text = `${line.slice(2)}${isLineCut ? lib_progress/* CUT */.T : ''}`;
            isLineCut = false;
            output.push(text);
            progress.remote(text);
        },
        onEvent: ({ name, fields }) => {
            if (name === 'begun')
                begun = true;
            if (name === 'undo-failed')
                undone = false;
            if (name === 'ended')
                ended = fields;
            if (name === 'line-cut') {
                cut = true;
                isLineCut = true;
                progress.remote(`… (the next line has more than ${LONGEST_LINE} bytes, and is cut there)`);
            }
            if (name !== 'output-cut')
                return;
            cut = true;
            output.push(lib_progress/* CUT */.T);
            progress.remote('… (more than can be shown: the last lines follow)');
        },
        lost: {
            what: 'the connection to the host was lost while the command ran, so that its exit status is not known',
            remedy: 'look at its effects before you run it again',
        },
        explain: (heard) => (0,failures/* explained */.to)(heard, COMMAND_WORDS) ??
            new errors/* UserError */.y('RB-COMMAND-FAILED', {
                what: 'the step that ran the command was ended on the host',
                remedy: 'look at the effects of the command before you run it again',
            }),
    });
    if (failure !== null) {
        if (failure.code === 'RB-CONNECTION-LOST')
            // A step that was killed has not cleared up.
            throw (await cleared(request, mark, clearing))
                ? killedCommand(failure)
                : notSeenToEnd(failure, whereOf(request, mark));
        const wasEnded = begun && told.isEnded && failure.code === 'RB-CANCELLED' && !(0,endings/* isUnknownEnd */.YS)(failure);
        const error = wasEnded ? cancelledCommand() : failure;
        throw undone ? error : notSeenToEnd(error, whereOf(request, mark));
    }
    if (ended === null)
        throw new Error('a command without an end');
    const { code = '', oom } = ended;
    if (!/^\d+$/.test(code))
        throw new Error(`a command that ended with ${JSON.stringify(code)}`);
    return {
        code: Number(code),
        started: 'model' in request.place || !(['126', '127', '1'].includes(code) && REFUSED.test(output[0] ?? '')),
        outOfMemory: oom === 'true',
        output,
        cut,
    };
}
/** Docker's words for a running container; nothing comes before them. A new container's output is only its own. */
const REFUSED = /^(OCI runtime exec failed|Error response from daemon|unable to find user)\b/i;
/** Ends what the command left, where the step itself is gone. */
async function cleared(request, mark, clearing) {
    const script = [...pieces(request, mark), 'model' in request.place ? 'container_gone' : 'end_marked'].join('\n');
    try {
        const lost = { what: 'the connection to the host was lost', remedy: 'look at the host' };
        const error = await (0,on_host/* onHost */.G)(clearing, { id: `${COMMAND_STEP}-clear`, script: `${script} || exit 1\ncommitted` }, { lost, explain: () => new errors/* UserError */.y('RB-STOP-FAILED', lost) });
        return error === null;
    }
    catch {
        return false;
    }
}
function whereOf({ place, command }, mark) {
    return 'model' in place
        ? `docker ps -a --filter name=${place.name}`
        : `in a container of ${command.service}: grep -alF ${mark} /proc/[0-9]*/environ, as root`;
}
function inputOf({ place, command }, mark) {
    if ('model' in place)
        return Buffer.from(JSON.stringify(commandModel(place.model, command)));
    return Buffer.from(`${envFile(command.environment)}${mark}\n`);
}
function pieces({ stack, directory, command, place, grace }, mark) {
    const header = {
        PROJECT: stack,
        DIRECTORY: directory,
        SERVICE: command.service,
        TARGET: 'model' in place ? place.name : place.id,
        MARK: mark,
        SECONDS_LEFT: String(Math.ceil(command.timeout)),
        GRACE: String(Math.ceil(grace)),
        AS_USER: command.user ?? '',
        MOST_LINES: String(MOST_LINES),
        MOST_BYTES: String(MOST_BYTES),
        LONGEST_LINE: String(LONGEST_LINE),
    };
    return [
        ...Object.entries(header).map(([name, value]) => `${name}=${(0,quote/* quote */.h)(value)}`),
        (0,redirect/* redirectScript */.W3)(),
        (0,compose_script/* composeScript */.I)(),
        commandPiece(),
    ];
}
function commandScript(request, mark) {
    const words = wordsOf(request.command).map(quote/* quote */.h).join(' ');
    return [
        ...pieces(request, mark),
        `${'model' in request.place ? 'op_new' : `op_exec ${words}`} || exit 1`,
        'committed',
    ].join('\n');
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var secrets = __webpack_require__(56931);
;// CONCATENATED MODULE: ./actions/lib/commands/secret-files.ts


/** Bytes; a larger file is not a password. */
const LARGEST = 65_536;
/** Values that must not be shown. Those in files that the SSH user cannot read are not known. */
async function secretsOfFiles(host, model) {
    const paths = ['secrets', 'configs'].flatMap((kind) => Object.values((model[kind] ?? {})).flatMap(({ file }) => file ?? []));
    if (paths.length === 0)
        return [];
    const script = paths
        .map((path) => `printf '%s' '|'; head -c ${LARGEST} ${(0,quote/* quote */.h)(path)} 2>/dev/null | base64 | tr -d '\\n'; echo`)
        .join('\n');
    const { stdout } = await host.run(script);
    const files = stdout.split('\n').flatMap((line, index) => {
        const path = paths[index];
        const content = Buffer.from(line.slice(1), 'base64');
        return path === undefined || content.length === 0 ? [] : [{ path: path.replace(/^\//, ''), content }];
    });
    return (0,secrets/* secretsInFiles */.Mz)(model, files, '');
}

// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(17286);
// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var report = __webpack_require__(15092);
// EXTERNAL MODULE: ./actions/lib/stack/plan/checks.ts
var checks = __webpack_require__(95924);
// EXTERNAL MODULE: ./actions/lib/stack/release/stored.ts
var stored = __webpack_require__(91456);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/config/sections/commands.ts
var commands = __webpack_require__(70334);
// EXTERNAL MODULE: ./actions/lib/config/sections/values.ts
var values = __webpack_require__(85790);
;// CONCATENATED MODULE: ./actions/run/inputs.ts
/** Inputs of the action run as typed data: a command, or the service whose log is shown. */






const MODES = ['command', 'logs', 'status'];
const CONTAINERS = ['new', 'running'];
/** Seconds for a command without a name. */
const TIMEOUT = 600;
const inputs_MOST_LINES = 10_000;
const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };
/**
 * What other kinds of regular expressions have, and `grep -E` reads in silence as a letter, or as nothing: no line would
 * match, although the log has it.
 */
const NOT_EXTENDED = /(?<!\\)(?:\\\\)*(\\[dDnrtx]|\(\?)/;
/** RFC 3339; Docker reads a time without a zone in its own zone. */
const TIME = /^\d{4}-\d\d-\d\d(T(?:[01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
/** @throws {UserError} RB-INPUT-INVALID, RB-COMMAND-UNKNOWN, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readRunInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const { config, ...base } = (0,inputs/* readBase */.wZ)(reader);
    const mode = reader.choice('mode', MODES);
    const given = readGiven(reader);
    const log = readLog(reader, given.service);
    if (mode === 'command')
        checkCommand(reader, given);
    else
        checkLook(reader, mode, given);
    reader.finish();
    const runbook = (0,inputs/* readRunbook */.j_)(workspace, config);
    const variables = reader.content('variables');
    if (mode === 'command')
        return { ...base, variables, runbook, wish: { command: commandOf(given, runbook) } };
    // A mode that only looks takes no lease.
    const wish = mode === 'logs' ? { log } : { status: given.service || null };
    return { ...base, variables, runbook, wish, dryRun: true };
}
/** Values of variables for the command that look like secrets. */
function givenSecrets({ variables }) {
    return (0,secrets/* secretsIn */.VY)(variables);
}
function readGiven(reader) {
    const service = reader.text('service');
    if (service !== '' && !values/* serviceName */.fe.safeParse(service).success)
        reader.problem(`service is ${JSON.stringify(service)}, which is not a name of a Compose service`);
    const user = reader.text('user');
    if (user !== '' && !commands/* USER */.m3.test(user))
        reader.problem(`user is ${JSON.stringify(user)}; write a user, or user:group`);
    return {
        name: reader.text('command'),
        service,
        line: reader.content('line').trim() === '' ? '' : reader.content('line'),
        words: readWords(reader),
        container: reader.choice('container', CONTAINERS),
        user,
        variables: readVariables(reader),
        timeout: reader.seconds('timeout', null),
    };
}
function readWords(reader) {
    const text = reader.text('arguments');
    if (text === '')
        return null;
    let parsed;
    try {
        parsed = JSON.parse(text);
    }
    catch {
        // Named below.
    }
    const words = Array.isArray(parsed) ? parsed : [];
    const list = words.filter((word) => typeof word === 'string' && !word.includes('\0'));
    if (list.length > 0 && list.length === words.length)
        return list;
    reader.problem('arguments is not a JSON list of words, e.g. ["psql", "-c", "select 1"]');
    return null;
}
/** The value is everything behind the first equals sign. */
function readVariables(reader) {
    const found = {};
    for (const line of reader.content('variables').split('\n')) {
        if (line.trim() === '')
            continue;
        const [, name = '', value = ''] = /^\s*([^=]*)=(.*?)\r?$/s.exec(line) ?? [];
        // A line that is not a variable may hold anything, so it is not shown.
        if (!commands/* VARIABLE_NAME */.nN.test(name))
            reader.problem('variables: a line is not NAME=VALUE');
        else if (Object.hasOwn(found, name))
            reader.problem(`variables: ${name} is given twice`);
        else if (!(0,commands/* isValue */.ml)(value))
            reader.problem(`variables: ${name} has a line break`);
        else
            found[name] = value;
    }
    return found;
}
function readLog(reader, service) {
    const since = reader.text('since') || '1h';
    const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(since) ?? [];
    if (since !== 'all' && count === '' && !(TIME.test(since) && !Number.isNaN(Date.parse(since)) && (0,values/* isDay */.N)(since)))
        reader.problem(`since is ${JSON.stringify(since)}; write 15m, 2h, 3d, a time as 2026-01-31T02:00:00Z, or all`);
    const lines = reader.text('lines') || '200';
    if (!/^\d{1,5}$/.test(lines) || Number(lines) < 1 || Number(lines) > inputs_MOST_LINES)
        reader.problem(`lines is ${JSON.stringify(lines)}; write a number from 1 to ${inputs_MOST_LINES}`);
    const pattern = reader.text('pattern');
    if (pattern.includes('\n'))
        reader.problem('pattern has a line break');
    const [, other] = NOT_EXTENDED.exec(pattern) ?? [];
    if (other !== undefined)
        reader.problem(`pattern has ${other}, which extended regular expressions (grep -E) do not know; write [0-9] for \\d, [eE] for e in either case`);
    // A day begins at midnight in UTC, whatever the zone of the host.
    const moment = /^\d{4}-\d\d-\d\d$/.test(since) ? `${since}T00:00:00Z` : since;
    return {
        service,
        since: since === 'all' ? null : count === '' ? moment : `${Number(count) * (UNITS[unit] ?? 1)}s`,
        lines: Number(lines),
        pattern: pattern || null,
    };
}
function checkLook(reader, mode, { name, service, line, words, variables }) {
    if (service === '' && mode === 'logs')
        reader.problem('service is missing: whose log is to be shown');
    if (name !== '' || line !== '' || words !== null || Object.keys(variables).length > 0)
        reader.problem(`mode is ${mode}, and a command or variables are given; write one or the other`);
}
function checkCommand(reader, { name, service, line, words, user }) {
    const free = line !== '' || words !== null;
    if (name === '' && !free)
        reader.problem('command is missing: the name of a command in the runbook');
    if (name !== '' && free)
        reader.problem('command and line or arguments are given; write one or the other');
    if (line !== '' && words !== null)
        reader.problem('line and arguments are given; write one or the other');
    if (name === '' && free && service === '')
        reader.problem('service is missing: in whose container the command runs');
    if (name !== '' && (service !== '' || user !== ''))
        reader.problem('service and user are for a command without a name; for a named command the runbook sets them');
}
/** @throws {UserError} RB-COMMAND-UNKNOWN, RB-INPUT-INVALID */
function commandOf(given, { commands, freeCommands }) {
    const { name, variables, timeout } = given;
    if (name === '') {
        if (!freeCommands)
            throw unknown('a command without a name is not allowed', Object.keys(commands));
        return {
            name: null,
            service: given.service,
            command: given.words ?? given.line,
            container: given.container,
            ...(given.user === '' ? {} : { user: given.user }),
            environment: variables,
            timeout: timeout ?? TIMEOUT,
        };
    }
    const named = Object.hasOwn(commands, name) ? commands[name] : null;
    if (named === null)
        throw unknown(`there is no command ${JSON.stringify(name)}`, Object.keys(commands));
    const others = Object.keys(variables).filter((variable) => !Object.hasOwn(named.environment, variable));
    if (others.length > 0)
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `the command ${name} does not take the variable ${others.join(', ')}`,
            why: `its environment in the runbook has ${Object.keys(named.environment).join(', ') || 'no variable'}`,
            remedy: 'correct the name, or give the variable a default there: the input may set the variables that stand there',
        });
    return {
        ...named,
        name,
        environment: { ...named.environment, ...variables },
        timeout: timeout ?? named.timeout,
    };
}
function unknown(what, known) {
    return new errors/* UserError */.y('RB-COMMAND-UNKNOWN', {
        what,
        why: known.length === 0 ? 'the runbook has no section `commands`' : `commands of the runbook are ${known.join(', ')}`,
        remedy: 'correct the name, or write the command into `commands` of the runbook; `free-commands: true` allows any',
    });
}

// EXTERNAL MODULE: ./actions/lib/stack/adjusted.ts
var adjusted = __webpack_require__(99783);
// EXTERNAL MODULE: ./actions/lib/stack/apply/apply.ts + 9 modules
var apply = __webpack_require__(26950);
// EXTERNAL MODULE: ./actions/lib/stack/apply/proxy-probes.ts
var proxy_probes = __webpack_require__(78336);
// EXTERNAL MODULE: ./actions/lib/stack/closed.ts
var stack_closed = __webpack_require__(49905);
// EXTERNAL MODULE: ./actions/lib/stack/plan/ailing.ts
var ailing = __webpack_require__(4463);
// EXTERNAL MODULE: ./actions/lib/stack/probe.ts
var probe = __webpack_require__(47347);
;// CONCATENATED MODULE: ./actions/run/status.ts
/** How the containers of a stack are, and what its site answers: looked at, and nothing changed. */









/** @param service `null`: all @throws {UserError} RB-NOT-DEPLOYED, RB-SERVICE-UNKNOWN */
async function showStatus(run, service) {
    const { session, recorder, notes, inputs } = run;
    const { state } = session;
    const current = (0,edit_current/* requireCurrent */.$L)(state);
    const shown = shownOf(state, current, service);
    recorder.step('Ask the site');
    const probes = service === null ? await answersOf(run, current) : [];
    const ill = [
        ...(service === null ? Object.keys(current.services) : [service]).flatMap((name) => (0,ailing/* ailments */.w)(name, state, current, inputs.runbook)),
        ...shown.flatMap(({ name, health, state: is }) => is === 'running' && health === 'starting' ? [`${name} is not healthy yet`] : []),
        ...probes.flatMap(({ path, status }) => status > 0 && status < 500 ? [] : [`${path} answers ${status === 0 ? 'nothing' : status}`]),
    ];
    const { closed } = current;
    if (closed !== undefined)
        notes.push(`The site is ${(0,stack_closed/* sayClosed */.uQ)(closed, state.freeze.now)}.`);
    const lines = [...shown.map(lineOf), ...probes.map(({ path, status }) => `${path} ${status || 'no answer'}`)];
    for (const line of lines)
        recorder.info(line);
    const table = {
        kind: 'table',
        head: ['container', 'service', 'state', 'health', 'restarts', 'memory'],
        rows: shown.map((one) => [one.name, one.service, status_stateOf(one), one.health, String(one.restarts), memoryOf(one)]),
    };
    const answers = {
        kind: 'table',
        head: ['path', 'answer'],
        rows: probes.map(({ path, status }) => [{ code: path }, String(status || 'none')]),
    };
    const blocks = probes.length === 0 ? [table] : [table, answers];
    const outputs = {
        output: recorder.masked(lines.join('\n')),
        truncated: 'false',
        container: shown.map(({ name }) => name).join(','),
    };
    const { id: release } = current;
    if (ill.length === 0)
        return { report: run.report('succeeded', { release, blocks }), outputs };
    const error = new errors/* UserError */.y('RB-STACK-AILING', {
        what: ill.join('; '),
        why: `that is not as release ${release} wants it; available memory of the host: ${(0,adjusted/* bytesInWords */.ob)(state.memoryAvailable)}`,
        remedy: 'see the log (mode: logs), then restart the service, or roll back',
    });
    return { report: run.report('failed', { release, blocks, error: (0,report/* describe */.q0)(error) }), outputs };
}
/** In the order of services; what has ended of a former release is no part of how the stack is. */
function shownOf({ containers }, current, service) {
    if (service !== null && current.services[service] === undefined)
        throw new errors/* UserError */.y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${JSON.stringify(service)} in release ${current.id}`,
            why: `it has ${Object.keys(current.services).join(', ')}`,
            remedy: 'correct the name',
        });
    return containers
        .filter((one) => !one.oneOff && one.service !== '' && (service === null || one.service === service))
        .toSorted((a, b) => a.service.localeCompare(b.service) || a.name.localeCompare(b.name));
}
/** Of a closed site those paths alone that pass. */
async function answersOf({ session, inputs }, current) {
    const runbook = (0,stack_closed/* watchedAs */.FE)(inputs.runbook, current);
    const probes = new proxy_probes/* ProxyProbes */.I(runbook, (0,probe/* dialThrough */.Ou)(session.host, apply/* DIAL_TIMEOUT */.DO));
    return await Promise.all(probes.watched.map(async (path) => ({ path, status: await probes.status(path) })));
}
function status_stateOf({ state, exitCode }) {
    return state === 'exited' || state === 'dead' ? `${state} (${exitCode})` : state;
}
function memoryOf({ memory }) {
    return memory.used > 0 ? (0,adjusted/* bytesInWords */.ob)(memory.used) : '';
}
function lineOf(one) {
    const health = one.health === 'none' ? 'no healthcheck' : one.health;
    const restarts = one.restarts > 0 ? [`restarted ${one.restarts} times`] : [];
    return [one.name, status_stateOf(one), health, ...restarts, memoryOf(one)].filter((part) => part !== '').join(', ');
}

;// CONCATENATED MODULE: ./actions/run/run.ts
/** Run: a command in a container of the stack, a new one or one that runs; or the log of a service, or how all is. */











/** Bytes of the output `output`. */
const MOST_OUTPUT = 65_536;
/** Lines in the summary. */
const MOST_SHOWN = 200;
const run = {
    name: 'run',
    lease: 'stack',
    passesFreeze: true,
    read: readRunInputs,
    secrets: givenSecrets,
    quiet: (get) => ['logs', 'status'].includes((get('mode') ?? '').trim()),
    title: ({ wish, runbook }) => {
        if ('log' in wish)
            return `Log of ${wish.log.service}`;
        if ('status' in wish)
            return `Status of ${wish.status ?? runbook.stack}`;
        return `Run ${wish.command.name ?? 'a command'} in ${wish.command.service}`;
    },
    run: (run) => {
        const { wish } = run.inputs;
        if ('log' in wish)
            return showLog(run, wish.log);
        return 'status' in wish ? showStatus(run, wish.status) : carryOut(run, wish.command);
    },
};
/** Needs no lease. @throws {UserError} RB-CONTAINER-DOWN; see readLogs */
async function showLog(run, { service, ...wish }) {
    const { session, recorder } = run;
    await hideFiles(run);
    const containers = containersOf(service, session.state.containers);
    if (containers.length === 0)
        throw noContainer(service, session.state);
    recorder.step('Read the log');
    const logs = await readLogs(session.host, { ...wish, containers });
    const what = `${wish.since === null ? 'from the beginning' : `since ${wish.since}`}${wish.pattern === null ? '' : `, matching ${wish.pattern}`}`;
    const blocks = logs.map(({ name, lines, more, cut }) => {
        recorder.info(`${name}, ${what}: ${lines.length === 0 ? 'no line' : `${lines.length} lines${more ? ', the newest' : ''}`}`);
        for (const line of lines)
            recorder.remote(line);
        if (more)
            run.notes.push(`${name} has older matching lines: ask for more (lines), or for a shorter time (since).`);
        if (cut)
            run.notes.push(`${name} has lines that are longer than what is shown of one: those end with "…".`);
        return { kind: 'log', title: `${name}, ${what}`, lines: lines.slice(-MOST_SHOWN) };
    });
    const all = logs.flatMap(({ lines }) => lines);
    const outputs = {
        ...outputOf(run, all, logs.some(({ more, cut }) => more || cut)),
        container: logs.map(({ name }) => name).join(','),
    };
    return { report: run.report('succeeded', { blocks }), outputs };
}
async function carryOut(run, command) {
    const { inputs, session, recorder } = run;
    const place = await placeOf(run, command);
    const where = 'model' in place ? 'a new container' : place.name;
    const shown = shownCommand(command);
    const { unfinished } = session.state;
    if (unfinished !== null)
        run.notes.push(`A ${unfinished.procedure} (${unfinished.run}) was interrupted; the next deploy or rollback puts that right.`);
    const about = {
        kind: 'list',
        items: [
            ['in ', { code: where }, ` of ${command.service}`],
            ['command: ', { code: shown }],
            `at most ${command.timeout} s`,
        ],
    };
    recorder.info(`in ${where} of ${command.service}: ${shown}`);
    if (inputs.dryRun)
        return { report: run.report('planned', { blocks: [about] }), outputs: { container: place.name } };
    recorder.step('Run the command');
    // Its output is not kept on the host: it holds secrets unmasked.
    run.discard(`${session.leaseRoot}/steps/${session.token}-${COMMAND_STEP}/out`);
    const ended = await runCommand({
        stack: inputs.runbook.stack,
        directory: inputs.runbook.directory,
        command,
        place,
        grace: session.state.current?.services[command.service]?.traits.stopGracePeriod ?? 10,
    }, { steps: run.steps(null), clearing: run.clearing, progress: recorder });
    const written = { kind: 'log', title: 'Output', lines: ended.output.slice(-MOST_SHOWN) };
    const blocks = [about, written];
    const outputs = { ...outputOf(run, ended.output, ended.cut), 'exit-code': String(ended.code), container: place.name };
    if (ended.code === 0)
        return { report: run.report('succeeded', { blocks }), outputs };
    const error = (0,report/* describe */.q0)(failed(command, ended));
    return { report: run.report('failed', { blocks, error }), outputs, exitStatus: ended.code };
}
/** @throws {UserError} RB-NOT-DEPLOYED, RB-SERVICE-UNKNOWN, RB-IMAGE-MISSING, RB-CONTAINER-DOWN, RB-RECORD-UNREADABLE */
async function placeOf(run, command) {
    const { session, inputs } = run;
    const { state } = session;
    const { service } = command;
    if (command.container === 'running') {
        await hideFiles(run);
        const [one, ...others] = runningOf(service, state.containers);
        if (others.length > 0)
            run.notes.push(`${service} runs in ${others.length + 1} containers; the command runs only in ${one.name}.`);
        return { id: one.id, name: one.name };
    }
    const current = (0,edit_current/* requireCurrent */.$L)(state);
    const wanted = Object.hasOwn(current.services, service) ? current.services[service] : null;
    if (wanted === null)
        throw new errors/* UserError */.y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${JSON.stringify(service)} in release ${current.id}`,
            why: `it has ${Object.keys(current.services).join(', ')}`,
            remedy: 'correct the name; if the service was added to the Compose files since, deploy them first',
        });
    const missing = (0,checks/* missingImage */.iQ)({ ...current, services: { [service]: wanted } }, state.images);
    if (missing !== null)
        throw missing;
    const { model } = await hideFiles(run);
    const name = `${inputs.runbook.stack}-${service}-run-${session.token}`;
    return { model: model, name };
}
/** Reads the current release, and masks the content of its secrets files. */
async function hideFiles({ session, recorder }) {
    const { current } = session.state;
    if (current === null)
        return { model: null };
    const { model } = await (0,stored/* readStored */.CL)(session.host, session.root, current);
    for (const secret of await secretsOfFiles(session.host, model))
        recorder.secret(secret);
    return { model };
}
function failed({ service, name }, { code, started, outOfMemory, output, cut }) {
    const what = `${name ?? 'the command'} in ${service}`;
    const log = cut || output.length === 0 ? {} : { log: output.slice(-20), logOf: 'its output' };
    if (!started)
        return new errors/* UserError */.y('RB-START-FAILED', {
            what: `${what} could not be started`,
            why: 'by the message of Docker: the container has no such program or user, or no longer runs',
            remedy: 'correct the command; a shell reads it only if it is one text',
            ...log,
        });
    return new errors/* UserError */.y('RB-COMMAND-FAILED', {
        what: `${what} ended with exit status ${code}${code > 128 && code < 193 ? ` (signal ${code - 128})` : ''}`,
        why: outOfMemory ? 'it needed more memory than the limit of its container' : 'its output is below',
        remedy: outOfMemory ? 'give the service a higher limit (scale, memory), then run it again' : 'see its output',
        ...log,
    });
}
/** Masked, as outputs are passed on unchanged. */
function outputOf({ recorder }, lines, more) {
    const text = recorder.masked(lines.join('\n'));
    const kept = Buffer.from(text)
        .subarray(0, MOST_OUTPUT)
        .toString('utf8')
        .replace(/\ufffd$/, '');
    return { output: kept, truncated: String(more || kept.length < text.length) };
}
function noContainer(service, { containers }) {
    const known = [...new Set(containers.map((one) => one.service))].filter((name) => name !== '').sort();
    return new errors/* UserError */.y('RB-CONTAINER-DOWN', {
        what: `the host has no container of ${service}, so there is no log of it`,
        why: `it has containers of ${known.join(', ') || 'no service of this stack'}`,
        remedy: 'correct the name; a container is removed together with its log',
    });
}


/***/ })

};
;