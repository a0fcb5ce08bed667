"use strict";
exports.id = 442;
exports.ids = [442];
exports.modules = {

/***/ 53912:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   bD: () => (/* binding */ ident),
/* harmony export */   eu: () => (/* binding */ literal),
/* harmony export */   mM: () => (/* binding */ maintenance),
/* harmony export */   q4: () => (/* binding */ besideName),
/* harmony export */   ws: () => (/* binding */ besideId)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _stack_psql__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(50781);
/** Names in SQL, and the names of databases beside the live one. */


/** Bytes; PostgreSQL would cut a longer name without an error. Source: NAMEDATALEN, less the zero at the end. */
const LONGEST = 63;
/** `20260102T030405Z` */
const ID = '\\d{8}T\\d{6}Z';
function ident(name) {
    return `"${name.replaceAll('"', '""')}"`;
}
function literal(text) {
    const quoted = text.replaceAll("'", "''");
    return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
/** A database to connect to for statements that must not run in one of `used`. */
function maintenance(used) {
    return (0,_stack_psql__WEBPACK_IMPORTED_MODULE_1__/* .connection */ .FI)(used.includes('postgres') ? 'template1' : 'postgres');
}
/** @param id time as `YYYYMMDDTHHMMSSZ` */
function besideName(database, kind, id) {
    return `${prefix(database, kind)}${id}`;
}
/** The ID in a name that {@link besideName} made for this database; `null` for any other name. */
function besideId(name, database, kind) {
    const start = prefix(database, kind);
    if (!name.startsWith(start))
        return null;
    return new RegExp(`^${ID}$`).exec(name.slice(start.length))?.[0] ?? null;
}
function prefix(database, kind) {
    const room = LONGEST - `_${kind}_20260102T030405Z`.length;
    if (Buffer.byteLength(database) <= room)
        return `${database}_${kind}_`;
    // The hash keeps two long names apart that begin alike.
    const mark = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(database).digest('hex').slice(0, 8);
    let kept = database;
    while (Buffer.byteLength(kept) > room - mark.length - 1)
        kept = [...kept].slice(0, -1).join('');
    return `${kept}~${mark}_${kind}_`;
}


/***/ }),

/***/ 17428:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ runProgram)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_3__);
/**
 * Runs a program on the runner with exactly the given environment, away from everything that it could find by chance.
 */




/** Runs in an empty folder, which is also its home and is removed afterwards. Never rejects because of the program. */
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
            // A program that ends without reading its input is judged by its status.
            child.stdin.on('error', () => { });
            child.stdin.end(input ?? '');
        });
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(folder, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 78918:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FF: () => (/* binding */ without),
/* harmony export */   O2: () => (/* binding */ recipientProblems),
/* harmony export */   sG: () => (/* binding */ ruleFor)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(38815);
/** Compares the recipients of a SOPS file with those that `.sops.yaml` names for it. */



/**
 * Finds the rule as sops does: the nearest `.sops.yaml` above the file, and in it the first rule that fits the path.
 *
 * @param root folder above which it does not look
 * @returns `null` where there is no such file; a sentence where it cannot be read
 */
function ruleFor(file, root) {
    const config = nearest((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(file), root);
    if (config === null)
        return null;
    const [path, below] = [(0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(root, config), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(config), file)];
    try {
        const found = (0,yaml__WEBPACK_IMPORTED_MODULE_2__/* .parse */ .qg)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(config, 'utf8'));
        const rules = found?.creation_rules ?? [];
        const rule = rules.find(({ path_regex: pattern }) => {
            if (pattern === undefined)
                return true;
            return isOnlyInGo(pattern) || regexOf(pattern).test(below);
        });
        if (rule?.path_regex !== undefined && isOnlyInGo(rule.path_regex))
            return `${path} has a path_regex that cannot be followed here, so that its recipients are not compared: ${rule.path_regex}`;
        return { config, path, below, ages: rule === undefined ? [] : agesIn(rule), text: plainly(JSON.stringify(rule)) };
    }
    catch {
        return `${path} cannot be read, or has an invalid path_regex`;
    }
}
/**
 * @param root folder above which it does not look for a `.sops.yaml` @param others keys of the file that are not age's
 * @returns sentences on differences; none where there are none, or where no rule names recipients
 */
function recipientProblems(file, root, recipients, others = []) {
    const rule = ruleFor(file, root);
    if (typeof rule === 'string')
        return [rule];
    if (rule === null || rule.ages.length === 0)
        return [];
    const { path, ages, text } = rule;
    const missing = without(ages, recipients);
    const unnamed = others.filter(({ id }) => !text.includes(plainly(id))).map(({ title }) => title);
    const left = [...without(recipients, ages), ...unnamed];
    return [
        ...(missing.length > 0 ? [`${missing.join(', ')} of ${path} cannot read it: run \`mode: rekey\``] : []),
        ...(left.length > 0
            ? [
                `${left.join(', ')} can read it but is not in ${path}: run \`mode: rekey\`, and replace the values, which that key can have read`,
            ]
            : []),
    ];
}
/** Fingerprints are written in groups and in small letters, too. */
function plainly(text = '') {
    return text.replace(/\s/g, '').toUpperCase();
}
/** A rule with groups has no other keys for SOPS. Source: config/config.go of SOPS */
function agesIn({ age, key_groups: groups = [] }) {
    return groups.length > 0 ? groups.flatMap(agesOfGroup) : keysOf(age);
}
function agesOfGroup({ age, merge = [] }) {
    return [...keysOf(age), ...merge.flatMap(agesOfGroup)];
}
function keysOf(keys = []) {
    return [keys]
        .flat()
        .flatMap((one) => one.split(','))
        .map((one) => one.trim())
        .filter(Boolean);
}
/** Flags, classes and quotes of Go's expressions, which have another meaning here or none. Source: golang.org/pkg/regexp/syntax */
const ONLY_IN_GO = /\(\?[a-zA-Z-]+[:)]|\(\?P<|\[\[:|\\[QECpP]/;
function isOnlyInGo(pattern) {
    return ONLY_IN_GO.test(pattern.replace(/^\(\?i\)/, ''));
}
/** The same expression here. Go's `\A` and `\z` are the ends of the text, and `(?i)` at the start makes case equal. */
function regexOf(pattern) {
    const [, flag, rest = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(pattern) ?? [];
    const plain = rest.replace(/\\[\s\S]/g, (sign) => ({ '\\A': '^', '\\z': '$' })[sign] ?? sign);
    return new RegExp(plain, flag === undefined ? '' : 'i');
}
function without(all, others) {
    return [...new Set(all)].filter((one) => !others.includes(one));
}
function nearest(folder, root) {
    const file = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, '.sops.yaml');
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(file))
        return file;
    return folder === root || folder === (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(folder) || (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(root, folder).startsWith('..')
        ? null
        : nearest((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(folder), root);
}


/***/ }),

/***/ 76881:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RX: () => (/* binding */ containerScript),
/* harmony export */   ZV: () => (/* binding */ ADDRESS_SCRIPT),
/* harmony export */   ci: () => (/* binding */ addressOf)
/* harmony export */ });
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51957);

/**
 * Part of a script: puts the ID of the service's first container that runs into `id`, and ends where there is none.
 */
function containerScript(stack, service) {
    return `id=$(docker ps -q --no-trunc --filter label=com.docker.compose.project=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(stack)} \\
  --filter label=com.docker.compose.service=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(service)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || exit 0`;
}
/** Part of a script: prints the address of that container in its first network, by IPv6 where it has no IPv4. */
const ADDRESS_SCRIPT = `docker inspect --format '{{range .NetworkSettings.Networks}}{{json .IPAddress}} {{json .GlobalIPv6Address}} {{end}}' "$id" | tr -d '"' | tr ' ' '\\n' | grep . | head -n 1`;
/** @returns `null`: it does not run, or is on no network of its own */
async function addressOf(host, stack, service) {
    const outcome = await host.run(`${containerScript(stack, service)}\n${ADDRESS_SCRIPT}`);
    return outcome.stdout.trim() || null;
}


/***/ }),

/***/ 34442:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rotateSecrets: () => (/* binding */ rotateSecrets)
});

// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(66302);
// EXTERNAL MODULE: ./actions/lib/procedure/first-start.ts
var first_start = __webpack_require__(67831);
// EXTERNAL MODULE: ./actions/lib/procedure/other-env.ts
var other_env = __webpack_require__(67472);
// EXTERNAL MODULE: ./actions/lib/stack/plan/first-start.ts
var plan_first_start = __webpack_require__(75446);
// EXTERNAL MODULE: ./actions/lib/stack/release/delivery.ts
var delivery = __webpack_require__(39391);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(17286);
// EXTERNAL MODULE: ./actions/lib/secrets/containers.ts
var containers = __webpack_require__(30678);
// EXTERNAL MODULE: ./actions/lib/stack/plan/checks.ts
var checks = __webpack_require__(95924);
// EXTERNAL MODULE: ./actions/lib/stack/plan/strategy.ts
var strategy = __webpack_require__(94640);
// EXTERNAL MODULE: ./actions/lib/stack/release/files.ts
var files = __webpack_require__(11040);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var secrets = __webpack_require__(56931);
;// CONCATENATED MODULE: ./actions/rotate-secrets/scene.ts
/** The current release, and what the decrypted env file would change in it. Changes nothing. */







/** @throws {UserError} RB-NOT-DEPLOYED, RB-FILE-MISSING, RB-IMAGE-MISSING, RB-RECORD-UNREADABLE, RB-ENV-INVALID, and what `resolve` throws */
async function look(run) {
    const { inputs, recorder, session } = run;
    const { host, state, root } = session;
    const current = (0,edit_current/* requireCurrent */.$L)(state);
    (0,other_env/* requireFiles */.PO)(current, inputs.runbook);
    recorder.step('Resolve the release');
    const there = await (0,files/* readFiles */.Ul)(host, root, current);
    const envFile = (0,other_env/* envFileIn */.hG)(current, inputs.runbook) ?? inputs.runbook.envFile;
    const textOf = (files, wanted) => files.find(({ path }) => path === wanted)?.content.toString('utf8') ?? '';
    const [former, given] = [textOf(there, envFile), textOf(inputs.files, inputs.runbook.envFile)];
    for (const secret of (0,secrets/* secretsIn */.VY)(former))
        recorder.secret(secret);
    const runbook = { ...inputs.runbook, envFile };
    const found = await (0,other_env/* otherEnv */._C)(run, { release: current, runbook, there, text: given });
    recorder.keep(Object.keys(current.services));
    checkImages(found.changed, current, state.images, runbook);
    (0,containers/* checkContainers */.h)(found.after.model.services, given, inputs.sops.path);
    const compose = there
        .filter(({ path }) => runbook.compose.includes(path))
        .map(({ content }) => content.toString('utf8'));
    return {
        files: there.filter(({ path }) => path !== envFile),
        compose,
        current,
        runbook,
        envFile,
        former,
        given,
        ...found,
    };
}
/**
 * Refuses if a service that gets new containers needs an image that neither the host nor a registry has. An image that
 * nothing starts may be missing, such as that of a one-shot that has run.
 *
 * @throws {UserError} RB-IMAGE-MISSING
 */
function checkImages(changed, current, images, runbook) {
    const started = Object.entries(current.services).filter(([name, { replicas }]) => changed.includes(name) && replicas > 0 && !(0,strategy/* isOneShot */.hb)(name, current, runbook));
    const missing = (0,checks/* missingImage */.iQ)({ ...current, services: Object.fromEntries(started) }, images);
    if (missing !== null)
        throw missing;
}
/** Names only, sorted. */
function variablesThatDiffer(before, after, service) {
    const [was, is] = [before, after].map((model) => (model.services[service]?.environment ?? {}));
    return Object.keys({ ...was, ...is })
        .filter((name) => was?.[name] !== is?.[name])
        .toSorted();
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/apply.ts
/**
 * Mode apply: the current release with another env file. Its Compose files and images stay those of the release, so that nothing else of the repository is deployed, and only services that the env file changes are recreated.
 */






async function apply(run) {
    return await applyTo(run, await look(run));
}
/** @throws {UserError} for what speaks against the plan; nothing was changed by it then */
async function applyTo(run, scene, more) {
    const { inputs, recorder, session } = run;
    const { state } = session;
    const { current, runbook, envFile, before, after, changed, ask } = scene;
    const found = (0,plan_first_start/* firstStarts */.MF)(before.model, after.model, changed);
    const accepted = [...inputs.firstStart, ...(more?.accepted ?? [])];
    await (0,first_start/* checkFirstStarts */.A)({ host: session.host, stack: runbook.stack, found, accepted }, recorder);
    const resolved = await ask(changed);
    if (resolved.staging !== null)
        run.discard(resolved.staging);
    for (const warning of resolved.warnings)
        recorder.warning(warning);
    const { release, compose, sharedFiles } = (0,other_env/* releaseWith */.CJ)(run, resolved, runbook, state);
    const archive = await (0,delivery/* packDelivery */.m)({
        release,
        compose,
        sharedFiles,
        filesList: resolved.filesList,
        logins: [],
        adopted: null,
    });
    const notes = [...(more?.notes ?? []), ...notesOf(changed, { before, after, current })];
    for (const note of notes)
        recorder.info(note);
    return await (0,change/* change */.Zg)(run, state, {
        release,
        notes,
        migrate: true,
        procedure: 'rotate-secrets',
        delivery: { archive, staging: resolved.staging ?? '', pull: [], adopts: false },
        envFile: `env file: ${envFile} from ${inputs.sops.path}, ${more?.said ?? 'decrypted'}; everything else as release ${current.id} has it`,
        ...(more?.content === undefined ? {} : { content: more.content }),
        ...(more?.first === undefined ? {} : { first: more.first }),
    }, runbook);
}
/** Names only. */
function notesOf(changed, { before, after, current }) {
    const made = changed.map((service) => {
        const names = variablesThatDiffer(before.model, after.model, service);
        return `${service}: ${names.length > 0 ? names.join(', ') : 'values of the env file in its definition'}`;
    });
    const older = changed.filter((name) => {
        const service = current.services[name];
        return service?.adjusted === undefined && before.services[name]?.definition !== service?.definition;
    });
    return [
        made.length > 0 ? `Changed values: ${made.join('; ')}.` : 'This env file does not change a value of any service.',
        ...(older.length > 0
            ? [
                `${older.join(', ')}: more than the env file may change, since the running containers were not made from the files of release ${current.id} by the present Compose of the host.`,
            ]
            : []),
    ];
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var report = __webpack_require__(15092);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/secrets/program.ts
var program = __webpack_require__(17428);
;// CONCATENATED MODULE: ./actions/lib/secrets/ages.ts
/** When each value of a file was last changed, by the Git history of its repository. */


/** Milliseconds. */
const PATIENCE = 60_000;
const MARK = '#commit ';
/** @param file absolute path; in a working copy of Git */
async function agesOf(file) {
    const git = (...args) => (0,program/* runProgram */.m)('git', ['-c', 'safe.directory=*', '-C', (0,external_node_path_.dirname)(file), ...args], {
        env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' },
        patience: PATIENCE,
    });
    const shallow = await git('rev-parse', '--is-shallow-repository');
    if (shallow.code !== 0)
        return { unknown: 'the file is in no Git repository here' };
    if (shallow.stdout.toString('utf8').trim() === 'true')
        return { unknown: 'the checkout has no history: set `fetch-depth: 0` of actions/checkout' };
    const log = await git(...['log', '--first-parent', '-m', `--format=${MARK}%cI`, '--patch', '--unified=0', '--no-color', '--no-ext-diff'], ...['--no-textconv', '--', (0,external_node_path_.join)('.', (0,external_node_path_.relative)((0,external_node_path_.dirname)(file), file))]);
    if (log.code !== 0)
        return { unknown: 'Git cannot read the history of the file' };
    const known = parseHistory(log.stdout.toString('utf8'));
    return known.size === 0 ? { unknown: 'no commit has the file' } : { known };
}
/**
 * @param log commits with their patches, the newest first
 * @returns name → the newest commit that added or changed its line; SOPS leaves a line alone while its value stays
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
var dotenv = __webpack_require__(90660);
// EXTERNAL MODULE: ./actions/lib/secrets/recipients.ts
var secrets_recipients = __webpack_require__(78918);
// EXTERNAL MODULE: ./actions/lib/secrets/sops-file.ts
var sops_file = __webpack_require__(74700);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(38815);
;// CONCATENATED MODULE: ./actions/rotate-secrets/environment.ts
/** Variables of a service as its container gets them. Compose's output has each dollar twice. Pure. */
function environmentOf(environment) {
    const entries = Object.entries((environment ?? {}));
    return Object.fromEntries(entries.map(([name, value]) => [name, (value ?? '').replaceAll('$$', '$')]));
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/users.ts
/** Which services have a value of an env file, by their environment, and which parts of the Compose files use it. Pure. */


/** `${NAME…}` and `$NAME`, but not `$$NAME`. */
const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;
/** Names of the services that have it, sorted. */
function usersOf(name, { compose, model, env, values }) {
    const users = new Set();
    for (const [service, { environment }] of Object.entries(model.services))
        if (environmentOf(environment)[name] === (values.get(name) ?? null))
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
        // With tags that only Compose knows.
        return {};
    }
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/check.ts
/**
 * Mode check: whether the file can be applied to the current release, who can read it, which values are unused, and how old each value is. Decryption, MAC and missing variables are checked before this.
 */










async function check(run) {
    const { inputs, recorder } = run;
    const { sops, workspace } = inputs;
    const scene = await look(run);
    const { current, given, before, after, changed } = scene;
    recorder.step('Check the secrets');
    const values = (0,dotenv/* parseEnv */.vc)(given, sops.path);
    const text = (0,external_node_fs_.readFileSync)(sops.file, 'utf8');
    const file = (0,sops_file/* readSopsFile */.a6)(text, sops.path);
    const { recipients } = file;
    const others = (0,sops_file/* otherKeysIn */._D)(text, file);
    const clear = (0,sops_file/* namesInClear */.DT)(text, file);
    const problems = [
        ...(0,secrets_recipients/* recipientProblems */.O2)(sops.file, workspace, recipients, others),
        ...openSecrets(clear, Object.keys(inputs.runbook.secrets)),
        ...openFile(clear, values),
    ];
    const ages = await agesOf(sops.file);
    const used = { compose: scene.compose, model: after.model, env: given, values };
    const rows = [...values.keys()].map((name) => {
        const age = 'known' in ages ? (ages.known.get(name) ?? 'not committed') : 'unknown';
        return [name, age, usersOf(name, used).join(', ') || 'nobody'];
    });
    for (const [name, age, by] of rows)
        recorder.info(`${name}: changed ${age}, used by ${by}`);
    const unused = rows.filter(([, , by]) => by === 'nobody').map(([name]) => name);
    const differing = differencesTo(scene, values);
    const first = (0,plan_first_start/* firstStarts */.MF)(before.model, after.model, changed);
    run.notes.push(`${sops.path} can be read by ${[...recipients, ...others.map(({ title }) => title)].join(', ')}.`, ...(clear.length > 0 ? [`In clear text in ${sops.path}: ${clear.join(', ')}.`] : []), ...('unknown' in ages ? [`The ages of the values are not known: ${ages.unknown}.`] : []), ...(unused.length > 0 ? [`Not used by release ${current.id}: ${unused.join(', ')}.`] : []), ...(differing.length > 0
        ? [
            `Release ${current.id} has other values of ${differing.join(', ')}: \`mode: apply\` would recreate ${changed.join(', ') || 'no service'}.`,
        ]
        : [`Release ${current.id} has these values.`]), ...first.map(({ service, names }) => `${service} reads ${names.join(', ')} only at its first start: change it there before you apply.`));
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
        remedy: 'follow the advice at each of them; then commit the file',
    });
    return { report: run.report('failed', { blocks, error: (0,report/* describe */.q0)(error) }) };
}
/** @returns a sentence if the rule of a file leaves out every value, so that SOPS has encrypted none */
function openFile(clear, values) {
    const hidden = [...values].some(([name, value]) => value !== '' && !clear.includes(name));
    return hidden || clear.length === 0
        ? []
        : [
            'no value in it is encrypted: correct the rule in .sops.yaml, encrypt the file again, and replace those values that are secrets',
        ];
}
/** @param secrets names with a policy @returns a sentence if the file shows the value of one to everybody */
function openSecrets(clear, secrets) {
    const open = clear.filter((name) => secrets.includes(name));
    if (open.length === 0)
        return [];
    return [
        `${open.join(', ')} ${open.length === 1 ? 'stands' : 'stand'} in it in clear text: correct the rule in .sops.yaml (encrypted_regex, unencrypted_regex, encrypted_suffix, unencrypted_suffix), encrypt the file again, and replace the values`,
    ];
}
/** Names whose value differs in the release, or that only one of the two has. */
function differencesTo({ former }, values) {
    const has = new Map((0,dotenv/* readEnv */.sx)(former).entries.map(({ name, value }) => [name, value]));
    const names = new Set([...has.keys(), ...values.keys()]);
    return [...names].filter((name) => has.get(name) !== values.get(name)).toSorted();
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
;// CONCATENATED MODULE: ./actions/rotate-secrets/replace-file.ts
/** Replaces the content of a file of the checkout. */

/** The file always has the old or the new content, never a part. A link to it stays a link. */
async function replaceFile(path, content) {
    const file = await (0,promises_.realpath)(path);
    const part = `${file}.${process.pid}.part`;
    try {
        await (0,promises_.writeFile)(part, content);
        await (0,promises_.rename)(part, file);
    }
    finally {
        await (0,promises_.rm)(part, { force: true });
    }
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/encrypt.ts





/** The env file with its new values; nothing is written yet. */
async function withValues(inputs, recorder) {
    const { values, sops, files } = inputs;
    for (const secret of (0,secrets/* secretsIn */.VY)(values))
        recorder.secret(secret);
    const { setValues } = await __webpack_require__.e(/* import() */ 417).then(__webpack_require__.bind(__webpack_require__, 56417));
    const edited = await setValues(sops, (0,dotenv/* parseEnv */.vc)(values, 'the input values'));
    const content = Buffer.from(edited.text);
    return { ...inputs, edited, files: files.map((file) => ({ ...file, content })) };
}
/** Writes the file only if the current release can use it. */
async function encrypt(run) {
    const { inputs, recorder } = run;
    const { sops, edited, writes } = inputs;
    const { current, before, after, changed } = await look(run);
    recorder.step('Write the file');
    const { names, content } = edited;
    const outputs = { 'changed-names': JSON.stringify(names) };
    const said = names.length === 0 ? `${sops.path} has these values already.` : `${sops.path}: ${names.join(', ')}.`;
    run.notes.push(said, `\`mode: apply\` would recreate ${changed.join(', ') || 'no service'} of release ${current.id}.`, ...(0,plan_first_start/* firstStarts */.MF)(before.model, after.model, changed).map((one) => `${one.service} reads ${one.names.join(', ')} only at its first start: change it there before you apply.`));
    for (const note of run.notes)
        recorder.info(note);
    if (names.length === 0)
        return { report: run.report('unchanged'), outputs };
    if (!writes)
        return { report: run.report('planned'), outputs };
    await replaceFile(sops.file, content);
    return { report: run.report('succeeded'), outputs };
}

// EXTERNAL MODULE: ./actions/lib/config/files.ts
var config_files = __webpack_require__(13982);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var config_inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/secrets/inputs.ts
var secrets_inputs = __webpack_require__(16199);
;// CONCATENATED MODULE: ./actions/rotate-secrets/inputs.ts
/** Inputs of the action rotate-secrets as typed data. */




/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readRotateSecretsInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const common = (0,config_inputs/* readCommon */.Cy)(reader);
    const mode = reader.required('mode') === '' ? 'apply' : reader.choice('mode', ['apply', 'check', 'encrypt', 'rekey', 'rotate']);
    const values = reader.wired('values');
    if (mode === 'encrypt' && values === null)
        reader.problem('values is missing: the values to encrypt');
    if (mode !== 'encrypt' && mode !== 'rotate' && values !== null)
        reader.problem('values is for mode: encrypt and mode: rotate only');
    const rotates = readRotate(reader, mode === 'rotate');
    if (mode === 'rotate' && common.githubToken === null)
        reader.problem('github-token is missing: it is needed to write the new file to the repository');
    const sops = (0,secrets_inputs/* readSops */.m)(reader, workspace);
    if (sops === null)
        reader.problem('sops-file and age-key are missing');
    const firstStart = reader.list('first-start');
    reader.boolean('report-failures');
    reader.finish();
    const inputs = (0,config_inputs/* withRunbook */.rG)(common, workspace);
    if (inputs.runbook.envFile === null)
        throw (0,config_files/* noEnvFile */.H4)('sops-file');
    // A mode that changes nothing on the host needs no lease.
    const dryRun = inputs.dryRun || ['check', 'encrypt', 'rekey'].includes(mode);
    const encrypts = { values: values ?? '', edited: null, rekeyed: null, writes: !inputs.dryRun, rotation: null };
    return {
        ...inputs,
        ...encrypts,
        ...rotates,
        dryRun,
        mode,
        workspace,
        sops: sops,
        envSource: 'sops',
        files: [],
        firstStart,
    };
}
function readRotate(reader, wanted) {
    const keys = reader.list('keys');
    if (wanted && keys.length === 0)
        reader.problem('keys is missing: the names of the secrets to rotate');
    if (!wanted && keys.length > 0)
        reader.problem('keys is for mode: rotate only');
    const twice = keys.filter((name, at) => keys.indexOf(name) !== at);
    if (twice.length > 0)
        reader.problem(`keys names ${[...new Set(twice)].join(', ')} twice`);
    return {
        keys,
        store: reader.choice('store', ['commit', 'pull-request']),
        branch: reader.wired('branch')?.trim() ?? null,
    };
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/rekey.ts

/** Nothing is written yet. */
async function withNewKey(inputs, recorder) {
    const { rekey } = await __webpack_require__.e(/* import() */ 224).then(__webpack_require__.bind(__webpack_require__, 15224));
    const rekeyed = await rekey(inputs.sops, inputs.workspace);
    recorder.info(`${inputs.sops.path} is encrypted anew, and decrypts to the same values: compared name by name`);
    return { ...inputs, rekeyed };
}
/** The values do not change: the host is not asked about them. */
async function rekey(run) {
    const { inputs, recorder } = run;
    const { sops, rekeyed, writes } = inputs;
    const { content, recipients, added, removed } = rekeyed;
    recorder.step('Write the file');
    run.notes.push(`${sops.path} has a new data key, and can be read by ${recipients.join(', ')}.`, ...(added.length > 0 ? [`New recipients: ${added.join(', ')}.`] : []), ...(removed.length > 0
        ? [
            `Removed recipients: ${removed.join(', ')}. Their keys could read the values, and can still read every older version: replace the values (\`mode: rotate\`).`,
        ]
        : []), `Older versions in the history of the repository, its clones and its backups stay readable for their former recipients.`);
    for (const note of run.notes)
        recorder.info(note);
    const outputs = { 'changed-names': '[]' };
    if (!writes)
        return { report: run.report('planned'), outputs };
    await replaceFile(sops.file, content);
    return { report: run.report('succeeded'), outputs };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/stack/psql.ts
var psql = __webpack_require__(50781);
// EXTERNAL MODULE: ./actions/lib/steps/failures.ts
var failures = __webpack_require__(32443);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
// EXTERNAL MODULE: ./actions/lib/postgres/names.ts
var names = __webpack_require__(53912);
// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var scripts = __webpack_require__(98428);
;// CONCATENATED MODULE: ./actions/lib/postgres/alternate.ts






/** Milliseconds. */
const TIMEOUT = 60_000;
/** A query failed. The message is in words, and quotes no statement. */
class SqlFailed extends Error {
}
const FACTS = `select jsonb_build_object(
  'version', current_setting('server_version_num')::int,
  'all', (select rolsuper from pg_roles where rolname = current_user),
  'roles', (select coalesce(jsonb_agg(jsonb_build_object('name', rolname, 'kept', rolpassword, 'login', rolcanlogin,
    'sessions', (select count(*) from pg_stat_activity where usename = rolname))), '[]') from pg_authid where rolname !~ '^pg_'),
  'socket', (select coalesce(jsonb_agg(auth_method), '[]') from pg_hba_file_rules where type = 'local' and auth_method is not null),
  'rules', (select coalesce(jsonb_agg(user_name), '[]') from pg_hba_file_rules where type <> 'local' and user_name is not null));
`;
/** @throws {SqlFailed} */
async function roleFacts(host, server) {
    const text = await statements(host, server, FACTS);
    try {
        return JSON.parse(text.trim().split('\n').at(-1) ?? '');
    }
    catch {
        throw new SqlFailed(`${server.service} does not list its roles`);
    }
}
/**
 * Makes the other role ready to be used, in one transaction. The role in use is not touched.
 *
 * @throws {SqlFailed | UserError}
 */
async function prepareRole(steps, server, turn) {
    await changed(steps, server, `prepare-${turn.to}`, prepareSql(turn));
}
function prepareSql({ owner, from, to, verifier }) {
    const made = to === owner ? '' : partner(owner, to);
    return `begin;
select format('create role %I', ${(0,names/* literal */.eu)(to)}) where not exists (select from pg_roles where rolname = ${(0,names/* literal */.eu)(to)})
\\gexec
alter role ${(0,names/* ident */.bD)(to)} login inherit valid until 'infinity' password ${(0,names/* literal */.eu)(verifier)};
select format('alter role %I connection limit %s', ${(0,names/* literal */.eu)(to)}, rolconnlimit) from pg_roles where rolname = ${(0,names/* literal */.eu)(from)}
\\gexec
${made}commit;
`;
}
/** Makes `to` a member of the owner, with the owner's settings for sessions, which `SET ROLE` does not apply. */
function partner(owner, to) {
    return `grant ${(0,names/* ident */.bD)(owner)} to ${(0,names/* ident */.bD)(to)};
alter role ${(0,names/* ident */.bD)(to)} reset all;
with own as (
  select split_part(one, '=', 1) as name, substr(one, strpos(one, '=') + 1) as value,
    case when setdatabase = 0 then '' else (select format('in database %I', datname) from pg_database where oid = setdatabase) end as place
  from pg_db_role_setting, unnest(setconfig) as one where setrole = (select oid from pg_roles where rolname = ${(0,names/* literal */.eu)(owner)})
)
select format('select set_config(%L, %L, true)', name, value), format('alter role %I %s set %s from current', ${(0,names/* literal */.eu)(to)}, place, name)
from own where name <> 'role'
\\gexec
alter role ${(0,names/* ident */.bD)(to)} set role = ${(0,names/* literal */.eu)(owner)};
`;
}
/**
 * Removes the role's password, so that the server refuses every password. Objects that the role owns stay, and so do
 * logins that need no password.
 *
 * @throws {SqlFailed | UserError}
 */
async function closeRole(steps, server, role) {
    await changed(steps, server, `close-${role}`, `alter role ${(0,names/* ident */.bD)(role)} password null;\n`);
}
/** @returns the open sessions of a role, as `address (application)` @throws {SqlFailed} */
async function sessionsOf(host, server, role) {
    const rows = await statements(host, server, `select coalesce(host(client_addr), 'the socket') || ' (' || application_name || ')' from pg_stat_activity where usename = ${(0,names/* literal */.eu)(role)};\n`);
    return rows.split('\n').filter((row) => row !== '');
}
/**
 * Gives the role in use another password: open sessions go on, new ones with the former password are refused.
 *
 * @param verifier the password as the server keeps it
 * @param id ID of the step
 * @throws {SqlFailed | UserError}
 */
async function setPassword(steps, server, id, role, verifier) {
    await changed(steps, server, `${id}-${role}`, `alter role ${(0,names/* ident */.bD)(role)} password ${(0,names/* literal */.eu)(verifier)};\n`);
}
/** Of a statement that fails, the server reports the SQLSTATE alone, because its message may quote the statement. */
const BRIEF = '\\set VERBOSITY sqlstate\n';
/** Runs queries that change nothing. They go to standard input, so that no process has them as an argument. */
async function statements(host, { stack, service, admin, database }, text) {
    const script = `PROJECT=${(0,quote/* quote */.h)(stack)}
${(0,psql/* psqlPiece */.tO)()}
id=$(database_container ${(0,quote/* quote */.h)(service)})
[ -n "$id" ] || exit 3
sql "$id" ${(0,quote/* quote */.h)(admin)} ${(0,quote/* quote */.h)((0,psql/* connection */.FI)(database))}`;
    const outcome = await host.run(script, { input: `${BRIEF}${text}`, timeout: TIMEOUT });
    if (outcome.outcome === 'unknown')
        throw new SqlFailed(`the outcome is not known: ${outcome.reason}`);
    if (outcome.code === 0)
        return outcome.stdout;
    if (outcome.code === 3 && outcome.stderr === '')
        throw new SqlFailed(`${service} does not run`);
    throw refusedBy(service, admin, /(?:ERROR|FATAL):\s+([0-9A-Z]{5})\b/.exec(outcome.stderr)?.[1]);
}
/**
 * Runs statements as a step on the host, which needs the run's lease. @param id unique for the server within the run
 */
async function changed(steps, server, id, text) {
    const { stack, service, admin, database } = server;
    const script = [
        `PROJECT=${(0,quote/* quote */.h)(stack)}`,
        (0,psql/* psqlPiece */.tO)(),
        (0,scripts/* roleStepPiece */.fg)(),
        `role_statements ${[id, service, admin, (0,psql/* connection */.FI)(database)].map(quote/* quote */.h).join(' ')} || exit 1`,
    ].join('\n');
    const error = await (0,on_host/* onHost */.G)(steps, { id: `${id}-${service}`, script, input: Buffer.from(`${BRIEF}${text}`) }, {
        lost: {
            what: `the connection was lost while a role of ${service} was changed`,
            remedy: 'run it again: the new run finds out what the server has',
        },
        explain: (told) => {
            if (told.kind === 'no-server')
                return new SqlFailed(`${service} does not run`);
            if (told.kind === 'statement')
                return refusedBy(service, admin, told.subject);
            return (0,failures/* explained */.to)(told, {}) ?? new SqlFailed(`${service} did not finish it`);
        },
    });
    if (error !== null)
        throw error;
}
function refusedBy(service, admin, state) {
    return new SqlFailed(`${service} refuses it as ${admin}${state ? ` with SQLSTATE ${state}` : ''}`);
}

// EXTERNAL MODULE: ./actions/lib/postgres/first-login.ts
var first_login = __webpack_require__(12290);
;// CONCATENATED MODULE: ./actions/lib/postgres/scram.ts
/**
 * Computes the verifier that PostgreSQL keeps of a password. So the password itself is in no statement, no argument and
 * no log of the server. Source: RFC 5802, RFC 7677, `src/common/scram-common.c` of PostgreSQL. For ASCII only, which
 * SASLprep (RFC 4013) does not change.
 */

/** The default of PostgreSQL. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const VERIFIER = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;
/** @param password of printable ASCII @returns `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`, for `PASSWORD '…'` */
function scramVerifier(password, salt = (0,external_node_crypto_.randomBytes)(SALT_BYTES), iterations = ITERATIONS) {
    if (!/^[\x20-\x7e]+$/.test(password))
        throw new Error('a password of printable ASCII is needed');
    const salted = (0,external_node_crypto_.pbkdf2Sync)(password, salt, iterations, HASH_BYTES, 'sha256');
    const stored = (0,external_node_crypto_.createHash)('sha256').update(hmac(salted, 'Client Key')).digest('base64');
    const server = hmac(salted, 'Server Key').toString('base64');
    return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
/** Whether `verifier` is that of this password; false also for a text that is not a SCRAM verifier. */
function isVerifierOf(verifier, password) {
    const [, iterations, salt = ''] = VERIFIER.exec(verifier) ?? [];
    if (iterations === undefined || !/^[\x20-\x7e]+$/.test(password))
        return false;
    const own = Buffer.from(scramVerifier(password, Buffer.from(salt, 'base64'), Number(iterations)));
    const other = Buffer.from(verifier);
    return own.length === other.length && (0,external_node_crypto_.timingSafeEqual)(own, other);
}
function hmac(key, text) {
    return (0,external_node_crypto_.createHmac)('sha256', key).update(text).digest();
}

// EXTERNAL MODULE: ./actions/lib/postgres/login.ts
var login = __webpack_require__(37409);
;// CONCATENATED MODULE: ./actions/rotate-secrets/proof.ts
/** Tries whether a database accepts a password, and explains where it does not. */



/** By a query over TCP. */
function proof_login(host, { server }, { role, password }) {
    const { stack, service, database } = server;
    return (0,login/* tryLogin */.X)(host, { stack, service, user: role, database, password });
}
/** @throws {UserError} RB-SECRET-SERVER if the password is not accepted, or that cannot be found out */
function requireTaken(tried, what) {
    if (tried.taken !== true)
        throw refusal(tried.taken === null ? what.unknown : what.refused, tried.why);
}
/** @throws {UserError} RB-SECRET-SERVER for what the server refuses */
async function said(what, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof SqlFailed))
            throw error;
        throw refusal(what, error.message);
    }
}
function refusal(what, why) {
    return new errors/* UserError */.y('RB-SECRET-SERVER', {
        what,
        why,
        remedy: 'put that right in the server, or correct `postgres` of the policy; no service was changed',
    });
}
/** Of the password that is in use. */
function presently({ name, from }) {
    return {
        refused: `${name} is not the present password of ${from.role}`,
        unknown: `it cannot be checked whether ${name} is the present password of ${from.role}`,
    };
}
/** Of the new one. */
function freshly({ name, to }) {
    return {
        refused: `${to.role} does not log in with the new ${name}`,
        unknown: `it cannot be checked whether ${to.role} logs in with the new ${name}`,
    };
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/database.ts






/** Milliseconds that sessions of the former role may last, and between two looks. */
const database_PATIENCE = 60_000;
const PAUSE = 2000;
/** The least version that has SCRAM and shows the lines of its pg_hba.conf. */
const OLDEST = 120_000;
/** The turns of keys that a run gives new values. */
function turnsOf({ runbook, rotation }, model) {
    return rotation.rotated.flatMap(({ name, old, fresh, role }) => {
        const policy = runbook.secrets[name]?.postgres;
        if (policy === undefined)
            return [];
        const [single] = policy.roles;
        const [before, after] = policy.roles.length === 1 ? [single, single] : [role.old, role.fresh];
        const [from, to] = [
            { role: before, password: old },
            { role: after, password: fresh },
        ];
        return [{ name, server: serverOf(policy, runbook.stack, model), owner: policy.roles[0], from, to }];
    });
}
/**
 * The turns of an earlier run that did not finish: the running services have its values, the file still has the former ones.
 *
 * @param differing names whose values differ from the file
 * @param now what runs has
 */
function turnsLeft({ runbook, rotation }, model, differing, now) {
    return Object.entries(runbook.secrets).flatMap(([name, { postgres: policy }]) => {
        // With a single role there is no former role that could be left open.
        if (policy?.user === undefined || policy.roles.length === 1)
            return [];
        const { user } = policy;
        if (![name, user].every((one) => differing.includes(one)))
            return [];
        const side = (values) => ({
            role: values.get(user) ?? '',
            password: values.get(name) ?? '',
        });
        const [from, to] = [side(rotation.before), side(now)];
        if (![from, to].every(({ role }) => policy.roles.includes(role)))
            return [];
        return [{ name, server: serverOf(policy, runbook.stack, model), owner: policy.roles[0], from, to }];
    });
}
/**
 * Keys with a single role that a run does not rotate, for which an earlier, unfinished run stored values.
 *
 * @param kept what it stored
 */
function singlesLeft({ runbook, keys, rotation }, model, kept) {
    return Object.entries(runbook.secrets).flatMap(([name, { postgres: policy }]) => {
        const [before, after] = [rotation.before.get(name), kept.get(name)];
        if (policy?.roles.length !== 1 || keys.includes(name) || before === after)
            return [];
        if (before === undefined || after === undefined)
            return [];
        const [from, to] = [before, after].map((password) => ({ role: policy.roles[0], password }));
        return [{ name, server: serverOf(policy, runbook.stack, model), owner: from.role, from, to }];
    });
}
function serverOf({ service, database }, stack, model) {
    return { stack, service, database, admin: (0,first_login/* superuserOf */.SJ)(environmentOf(model.services[service]?.environment)) };
}
/** Whether a single role gets another password. */
function isSingle({ from, to }) {
    return from.role === to.role;
}
/** @throws {UserError} RB-SECRET-SERVER: the present state does not allow it */
async function factsFor({ session, recorder }, turn) {
    const { server } = turn;
    const facts = await said(`the roles of ${server.service} cannot be read`, () => roleFacts(session.host, server));
    for (const { kept } of facts.roles)
        if (kept !== null)
            recorder.secret(kept);
    const problem = problemOf(facts, turn);
    if (problem !== null)
        throw refusal(...problem);
    return facts;
}
/**
 * Checks the turn of two roles.
 *
 * @returns what there is to say of it; sentences
 * @throws {UserError} RB-SECRET-SERVER: it could not be ended well
 */
async function prove(run, turn) {
    const { name, server, from, to } = turn;
    requireTaken(await proof_login(run.session.host, turn, from), presently(turn));
    const facts = await factsFor(run, turn);
    return [
        `${name}: ${server.service} gives ${to.role} the new password, services change from ${from.role} to ${to.role}, then ${from.role} is closed. Objects that ${to.role} creates belong to ${turn.owner}.`,
        ...alike(facts, turn),
    ];
}
/** Roles that have the same password by chance or for convenience; sentences. */
function alike({ roles }, { server, from, to }) {
    const others = roles
        .filter(({ name, kept }) => ![from.role, to.role].includes(name) && kept !== null && isVerifierOf(kept, from.password))
        .map(({ name }) => name);
    return others.length > 0
        ? [`${others.join(', ')} of ${server.service} has the password of ${from.role} too, and keeps it.`]
        : [];
}
/** The objection to it; `null`: none. Pure. */
function problemOf({ version, all, roles, rules, socket }, { server: { service, admin }, owner, from, to }) {
    const of = (role) => roles.find(({ name }) => name === role);
    if (version < OLDEST)
        return [`${service} is PostgreSQL ${Math.floor(version / 10_000)}`, 'at least 12 is needed'];
    if (!all)
        return [`${admin} of ${service} may not create and change every role`, 'it is not a superuser'];
    if (of(owner) === undefined)
        return [`${service} has no role ${owner}`, 'the first of `roles` must be the owner of the present objects'];
    const kept = of(from.role)?.kept ?? '';
    if (!kept.startsWith('SCRAM-SHA-256$'))
        return [
            `${service} stores the password of ${from.role} in the old format (md5)`,
            'a client that only supports md5 would be refused with a new password, which is stored as SCRAM-SHA-256',
        ];
    if (isSingle({ from, to })) {
        const asks = socket.filter((how) => !['trust', 'peer'].includes(how));
        return admin !== from.role || asks.length === 0
            ? null
            : [
                `the socket of ${service} asks ${admin} for its password (${asks.join(', ')} in pg_hba.conf)`,
                'this password is the one that changes, and could not be put back from there',
            ];
    }
    const lines = rules.filter((users) => users.includes(from.role) && !users.includes(to.role) && !users.includes('all'));
    if (lines.length > 0)
        return [
            `pg_hba.conf of ${service} names ${from.role} and not ${to.role}`,
            `${to.role} could not log in from everywhere`,
        ];
    const sessions = of(to.role)?.sessions ?? 0;
    if (sessions > 0)
        return [
            `${to.role} of ${service} has ${sessions} sessions`,
            'clients other than the services use it, and would be refused with its present password',
        ];
    return null;
}
/** @throws {UserError} RB-SECRET-SERVER */
async function prepare({ session, recorder, steps }, turn) {
    const { name, server, owner, from, to } = turn;
    const verifier = scramVerifier(to.password);
    recorder.secret(verifier);
    await said(`${to.role} could not be made ready in ${server.service}`, () => prepareRole(steps(null), server, { owner, from: from.role, to: to.role, verifier }));
    requireTaken(await proof_login(session.host, turn, to), freshly(turn));
    recorder.info(`${to.role} logs in at ${server.service} with the new ${name}: seen by a query over TCP; no service has it yet`);
}
/**
 * Closes the former role once no session uses it, or the other role if no service got it.
 *
 * @returns what was seen of it, half a sentence
 * @throws {UserError} RB-ROLE-OPEN
 */
async function database_close({ session, recorder, clearing }, turn, { role, password }, patience = database_PATIENCE) {
    const { server } = turn;
    const until = Date.now() + patience;
    try {
        for (;;) {
            const open = await sessionsOf(session.host, server, role);
            if (open.length === 0)
                break;
            if (Date.now() >= until)
                throw openError(server, role, `it has open sessions: ${open.join(', ')}`);
            await new Promise((resolve) => setTimeout(resolve, PAUSE));
        }
        await closeRole(clearing, server, role);
    }
    catch (error) {
        if (error instanceof SqlFailed)
            throw openError(server, role, error.message);
        if (!(error instanceof errors/* UserError */.y) || error.code === 'RB-ROLE-OPEN')
            throw error;
        throw openError(server, role, error.details.what);
    }
    const tried = await proof_login(session.host, turn, { role, password });
    if (tried.taken === true)
        throw openError(server, role, 'its former password is still taken over TCP');
    const seen = tried.taken === false ? 'its former password is refused' : `it has no password now (${tried.why})`;
    recorder.info(`${role} of ${server.service} is closed: ${seen}`);
    return seen;
}
function openError({ service }, role, why) {
    return new errors/* UserError */.y('RB-ROLE-OPEN', {
        what: `the services use the new password, and ${role} of ${service} still takes the old one`,
        why,
        remedy: `end what uses ${role}, then close it (\`alter role "${role}" password null\`) or rotate again: that gives ${role} another password`,
    });
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(92857);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(38321);
// EXTERNAL MODULE: ./actions/lib/host/http.ts
var http = __webpack_require__(22433);
;// CONCATENATED MODULE: ./actions/lib/keycloak/http.ts



/** Keycloak did not answer, or not as its documentation says. */
class KeycloakFailed extends Error {
    /** Whether it may answer a moment later. */
    passing;
    constructor(message, passing = false) {
        super(message);
        this.name = 'KeycloakFailed';
        this.passing = passing;
    }
}
/** Milliseconds for a whole request. */
const http_TIMEOUT = 30_000;
/** @throws {KeycloakFailed} without an answer, or for a server error @throws {UserError} RB-CONNECTION-LOST */
async function ask({ url, dial }, question) {
    const { method, path, token, form, json } = question;
    const content = form !== undefined ? new URLSearchParams(form).toString() : json !== undefined ? JSON.stringify(json) : undefined;
    const type = form !== undefined ? 'application/x-www-form-urlencoded' : 'application/json';
    let status;
    let said;
    try {
        const answer = await (0,http/* exchange */.c)(await dial(), {
            method,
            path: `${url.pathname.replace(/\/$/, '')}${path}`,
            headers: {
                host: url.host,
                ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
                ...(content === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
            },
            tls: url.protocol === 'https:' ? { name: url.hostname, verified: false } : undefined,
            body: content,
            timeout: http_TIMEOUT,
        });
        status = answer.statusCode ?? 0;
        said = await (0,consumers_.text)(answer);
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            throw error;
        throw new KeycloakFailed(`it does not answer: ${error instanceof Error ? error.message : String(error)}`, true);
    }
    if (status >= 500)
        throw new KeycloakFailed(`${method} ${path} was answered with HTTP ${status}`, true);
    return { status, body: parsed(said) };
}
function parsed(said) {
    try {
        return JSON.parse(said);
    }
    catch {
        return null;
    }
}
/** The error in an answer, for people: `invalid_grant: Invalid user credentials`. */
function errorOf({ status, body }) {
    const { error, error_description: more, errorMessage } = (body ?? {});
    const words = [error, more, errorMessage].filter((word) => typeof word === 'string' && word !== '');
    return words.length === 0 ? `HTTP ${status}` : `HTTP ${status}, ${words.join(': ')}`;
}

;// CONCATENATED MODULE: ./actions/lib/keycloak/client-secret.ts
/**
 * The secret of a client in Keycloak, by its admin API. Sources: Keycloak's documentation of the Admin REST API and of
 * client secret rotation, ClientResource and ClientSecretRotationExecutor of its source.
 */


const token = schemas/* object */.Ikc({ access_token: schemas/* string */.YjP() });
const representation = schemas/* looseObject */._H3({
    id: schemas/* string */.YjP(),
    clientId: schemas/* string */.YjP(),
    enabled: schemas/* boolean */.zMY(),
    publicClient: schemas/* boolean */.zMY().optional(),
    bearerOnly: schemas/* boolean */.zMY().optional(),
    clientAuthenticatorType: schemas/* string */.YjP().optional(),
    secret: schemas/* string */.YjP().optional(),
    attributes: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).optional(),
});
const credential = schemas/* object */.Ikc({ value: schemas/* string */.YjP() });
/** Set by the executor `secret-rotation`, in seconds since 1970. */
const EXPIRES = 'client.secret.expiration.time';
/** How a client shows that it has the secret: by the secret itself. Keycloak leaves the default out. */
const BY_SECRET = [undefined, 'client-secret'];
/** @returns an access token, a secret @throws {KeycloakFailed} */
async function signIn(server, { realm, user, password }) {
    const answer = await ask(server, {
        method: 'POST',
        path: `/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`,
        form: { grant_type: 'password', client_id: 'admin-cli', username: user, password },
    });
    return read(answer, token, `${user} cannot sign in to the realm ${realm} as administrator`).access_token;
}
/** @throws {KeycloakFailed} also for a client without a secret */
async function client_secret_look({ server, realm, client }, admin) {
    const path = `/admin/realms/${encodeURIComponent(realm)}/clients?clientId=${encodeURIComponent(client)}`;
    const answer = await ask(server, { method: 'GET', path, token: admin });
    const what = `the client ${client} of the realm ${realm} cannot be read`;
    const [found] = read(answer, schemas/* array */.YOg(representation), what).filter(({ clientId }) => clientId === client);
    if (found === undefined)
        throw new KeycloakFailed(`the realm ${realm} has no client ${client}`);
    const { id, secret, enabled, publicClient, bearerOnly, clientAuthenticatorType, attributes = {} } = found;
    if (!enabled)
        throw new KeycloakFailed(`the client ${client} is disabled`);
    if (publicClient === true || bearerOnly === true || !BY_SECRET.includes(clientAuthenticatorType))
        throw new KeycloakFailed(`the client ${client} does not authenticate by its secret itself`);
    if (secret === undefined)
        throw new KeycloakFailed(`the administrator may not read the secret of ${client}: he needs the role manage-clients`);
    return { id, secret, rotates: attributes[EXPIRES] !== undefined, representation: found };
}
/**
 * Whether Keycloak takes this secret, by a question that every client with a secret may ask: what it knows of a token
 * that does not exist.
 *
 * @throws {KeycloakFailed}
 */
async function takes({ server, realm, client }, secret) {
    const answer = await ask(server, {
        method: 'POST',
        path: `/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token/introspect`,
        form: { token: 'none', client_id: client, client_secret: secret },
    });
    if (answer.status === 200)
        return true;
    // It does not tell a wrong secret from one that has expired.
    if (answer.status === 401)
        return false;
    throw new KeycloakFailed(`the secret of ${client} cannot be tried: ${errorOf(answer)}`);
}
/**
 * Gives the client this secret. With a policy that rotates secrets, the present secret stays valid for some time: only a
 * new secret that Keycloak makes itself puts the present one aside; ours then takes the place of that one.
 *
 * @param inUse the secret that the services have; it must not be pushed out by another one
 * @throws {KeycloakFailed}
 */
async function setSecret(at, admin, secret, inUse) {
    const { server, realm, client } = at;
    let now = await client_secret_look(at, admin);
    const path = `/admin/realms/${encodeURIComponent(realm)}/clients/${encodeURIComponent(now.id)}`;
    // Keycloak wants everything back, also what it noted of a secret that it put aside.
    const put = async (wanted) => {
        const answer = await ask(server, {
            method: 'PUT',
            path,
            token: admin,
            json: { ...now.representation, secret: wanted },
        });
        if (answer.status !== 204)
            throw new KeycloakFailed(`${client} did not get the secret: ${errorOf(answer)}`);
        now = await client_secret_look(at, admin);
    };
    if (now.secret === inUse && secret !== inUse) {
        // Only an update shows whether a policy holds for the client now. A secret that has expired is put aside by it.
        await put(now.secret);
        if (now.rotates && now.secret === inUse) {
            const answer = await ask(server, { method: 'POST', path: `${path}/client-secret`, token: admin });
            read(answer, credential, `${client} did not get another secret`);
            now = await client_secret_look(at, admin);
        }
    }
    await put(secret);
    // After the update Keycloak makes a secret of its own if the one before had expired.
    if (now.secret !== secret)
        await put(secret);
}
function read(answer, shape, what) {
    if (answer.status !== 200)
        throw new KeycloakFailed(`${what}: ${errorOf(answer)}`);
    const found = shape.safeParse(answer.body);
    if (found.success)
        return found.data;
    throw new KeycloakFailed(`${what}: it answers in a way that its documentation does not describe`);
}

// EXTERNAL MODULE: ./actions/lib/stack/address.ts
var stack_address = __webpack_require__(76881);
;// CONCATENATED MODULE: ./actions/rotate-secrets/issuer.ts




/** Milliseconds to reach Keycloak, for which the way back waits while it starts, and between two tries. */
const DIAL = 20_000;
const issuer_PATIENCE = 120_000;
const issuer_PAUSE = 2000;
/** Keys whose client gets another secret, each as its other side. */
function issuersOf(run) {
    const { runbook, rotation } = run.inputs;
    return rotation.rotated.flatMap(({ name, old, fresh }) => {
        const settings = runbook.secrets[name]?.keycloak;
        return settings === undefined ? [] : [issuer(run, { name, settings, from: old, to: fresh })];
    });
}
/**
 * Refuses to overwrite the only copy of a secret that an earlier run set in Keycloak, for keys that this run does not
 * rotate.
 *
 * @param kept what that run stored
 * @throws {UserError} RB-SECRET-SERVER
 */
async function refuseIssued(run, kept) {
    const { runbook, keys, rotation } = run.inputs;
    for (const [name, { keycloak: settings }] of Object.entries(runbook.secrets)) {
        const [from, to] = [rotation.before.get(name), kept.get(name)];
        if (settings === undefined || keys.includes(name) || from === to || from === undefined || to === undefined)
            continue;
        const left = await issuer_said(settings, async () => {
            const at = await clientOf(run, settings);
            return !(await takes(at, from)) && (await takes(at, to));
        });
        if (!left)
            continue;
        throw new errors/* UserError */.y('RB-SECRET-SERVER', {
            what: `${settings.service} has a secret of ${settings.client} that an earlier run set, but the services do not have it`,
            why: 'that run did not finish, and this run would replace the file with that secret',
            remedy: `rotate ${name} first: logins fail until then`,
        });
    }
}
function issuer(run, { name, settings, from, to }) {
    const { service, client } = settings;
    const { recorder, notes } = run;
    let seen;
    /** Whether Keycloak refuses the secret of the services, because an earlier run set another one. */
    let ahead = false;
    /** When Keycloak took the new secret and no longer the former one; `null`: it takes both. */
    let since = null;
    const give = async (secret) => {
        // Keycloak may have been recreated meanwhile; and a token is valid for a minute only.
        const at = await clientOf(run, settings);
        const admin = await signedIn(run, at, settings);
        recorder.changed = true;
        await setSecret(at, admin, secret, from);
        if (await takes(at, secret))
            return at;
        throw new KeycloakFailed(`it does not take the secret that it was given for ${client}`);
    };
    return {
        name,
        prove: (pending) => issuer_said(settings, async () => {
            const at = await clientOf(run, settings);
            seen = await client_secret_look(at, await signedIn(run, at, settings));
            recorder.secret(seen.secret);
            const present = await takes(at, from);
            // Keycloak has it, and does not take it any more.
            const expired = !present && seen.rotates && seen.secret === from;
            ahead = !present && !expired && pending !== null && (await takes(at, pending));
            if (!present && !expired && !ahead)
                throw new KeycloakFailed(`it does not take the present ${name}: is it the secret of another client or realm?`);
            return [
                seen.rotates
                    ? `${name}: a client policy of ${service} rotates the secret of ${client}, so that the former secret stays valid for some time, and no login fails.`
                    : `${name}: by what ${service} shows, it takes one secret of ${client} at a time. It gets the new secret just before services are recreated: from then on logins by each of them fail until it is recreated. With a client policy that rotates secrets (executor \`secret-rotation\`) no login would fail.`,
                ...(expired
                    ? [`The present secret of ${client} has expired in ${service}: logins fail until this run is done.`]
                    : []),
                ...(ahead
                    ? [
                        `${service} has a secret of ${client} that an earlier run set, but the services do not have it: logins fail until this run is done.`,
                    ]
                    : []),
            ];
        }),
        takeBack: async () => {
            if (!ahead)
                return;
            await issuer_said(settings, () => give(from));
            recorder.info(`${service} takes the secret of the services for ${client} again`);
        },
        set: async () => {
            const both = await issuer_said(settings, async () => takes(await give(to), from));
            since = both ? null : Date.now();
            if (seen.rotates && !both) {
                const text = `${service} does not take the former secret of ${client} any more, although a client policy rotates it: logins by each service fail until it is recreated.`;
                recorder.warning(text);
                notes.push(text);
            }
            recorder.info(`${service} takes the new ${name} for ${client}${both ? ', and the former one for some time' : '; logins with the former one fail from now on'}`);
        },
        undo: async () => {
            const why = await patiently(() => give(from));
            if (why === null) {
                recorder.info(`${service} has the former secret of ${client} again`);
                return true;
            }
            const text = `${service} may still have the new secret of ${client}, which the services do not have, so that their logins fail (${why}): run this again; the new run sets another secret and gives it to them.`;
            recorder.warning(text);
            notes.push(text);
            return false;
        },
        finish: async () => {
            if (since === null)
                return;
            notes.push(`${client} of ${service}: at most ${Math.ceil((Date.now() - since) / 1000)} s passed between the new secret there and the last service that has it.`);
        },
    };
}
/** @throws {KeycloakFailed} */
async function clientOf({ inputs, session }, settings) {
    const { service, realm, client } = settings;
    const { host } = session;
    const address = await (0,stack_address/* addressOf */.ci)(host, inputs.runbook.stack, service);
    if (address === null)
        throw new KeycloakFailed('it does not run, or is on no network of its own', true);
    const url = new URL(settings.url);
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const server = { service, url, dial: () => host.forward(address, port, DIAL) };
    return { server, realm, client };
}
/** @throws {KeycloakFailed} */
async function signedIn({ inputs, recorder }, { server }, settings) {
    const { adminUser, adminPassword, adminRealm: realm } = settings;
    const [user, password] = [adminUser, adminPassword].map((name) => inputs.rotation.before.get(name));
    if (user === undefined || password === undefined)
        throw new KeycloakFailed(`the env file has no ${user === undefined ? adminUser : adminPassword}, which the policy names`);
    const token = await signIn(server, { realm, user, password });
    recorder.secret(token);
    return token;
}
/** @returns why not, after some time; `null`: done */
async function patiently(work) {
    const until = Date.now() + issuer_PATIENCE;
    for (;;) {
        try {
            await work();
            return null;
        }
        catch (error) {
            if (!(error instanceof KeycloakFailed) && !(error instanceof errors/* UserError */.y))
                throw error;
            const passing = error instanceof KeycloakFailed && error.passing;
            if (!passing || Date.now() >= until)
                return error instanceof errors/* UserError */.y ? error.details.what : error.message;
        }
        await new Promise((resolve) => setTimeout(resolve, issuer_PAUSE));
    }
}
/** @throws {UserError} RB-SECRET-SERVER for what Keycloak refuses */
async function issuer_said(settings, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof KeycloakFailed))
            throw error;
        throw issuer_refusal(settings, error.message);
    }
}
function issuer_refusal({ service, client }, why) {
    return new errors/* UserError */.y('RB-SECRET-SERVER', {
        what: `the secret of ${client} cannot be changed in ${service}`,
        why,
        remedy: 'put that right in Keycloak, or correct `keycloak` of the policy; no service was changed',
    });
}

// EXTERNAL MODULE: ./actions/lib/procedure/redact.ts
var redact = __webpack_require__(34791);
;// CONCATENATED MODULE: ./actions/lib/secrets/effects.ts
/** The effects of a new value: for people, and for data that was made with the old value. Pure. */
const EFFECTS = [
    [/SESSION|COOKIE/, 'everyone is logged out: present sessions end'],
    [/JWT|SIGN(?:ING|ATURE)/, 'tokens signed with the old value are refused: everyone has to log in again'],
    [/SECRET_KEY(?:_BASE)?$|(?:^|_)(?:APP|AUTH|NEXTAUTH)_SECRET$/, 'everyone is logged out if it signs sessions'],
    [/WEBHOOK/, 'senders of webhooks with the old value are refused until they have the new one'],
    [/TOKEN|API_?KEY|PASS/, 'clients outside of this stack with the old value are refused until they have the new one'],
];
/** Names of keys that encrypt stored data: with another key the data cannot be read any more. */
const ENCRYPTS = /ENCRYPT|CIPHER|FERNET|(?:^|_)(?:MASTER|VAULT|APP|DATA|STORAGE|KMS)_KEY$/;
/** Half a sentence; `null`: the name tells no effect. @param said the effect that the runbook states */
function effectOf(name, said) {
    return said ?? EFFECTS.find(([pattern]) => pattern.test(name.toUpperCase()))?.[1] ?? null;
}
/** Whether the name says that stored data was encrypted with this value, and the runbook does not state the effect. */
function mayLoseData(name, said) {
    return said === undefined && ENCRYPTS.test(name.toUpperCase());
}
/** Lengths in bytes of oauth2-proxy's cookie secret: AES-128, -192, -256. */
const COOKIE_BYTES = [16, 24, 32];
/**
 * How oauth2-proxy reads its cookie secret (`pkg/encryption/cipher.go`): as base64 if that has a right length, else as
 * text.
 */
function fitsOauth2Proxy(value) {
    const text = value.replace(/=+$/, '');
    const decoded = /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1 ? Buffer.from(text, 'base64url').length : 0;
    return COOKIE_BYTES.includes(decoded) || COOKIE_BYTES.includes(Buffer.byteLength(value));
}
/** Whether the name says that an issuer of logins has this value, too. */
function hasIssuer(name) {
    return /(?:^|_)CLIENT_SECRET$/.test(name.toUpperCase());
}

// EXTERNAL MODULE: ./actions/lib/secrets/rewrite.ts
var rewrite = __webpack_require__(30396);
;// CONCATENATED MODULE: ./actions/rotate-secrets/logins.ts


const URLS = /[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:([^\s@/]+)@([^\s:/?,@]+)/gi;
/** Names of variables by which a program logs in at a database, a queue or a mail server. */
const CLIENTS = /^(?:\w*_)?(?:PG|POSTGRES(?:QL)?_?|DB_|DATABASE_|DATASOURCE_|R2DBC_|MYSQL_|MARIADB_|REDIS_|MONGO(?:DB)?_|RABBITMQ_|AMQP_|SMTP_|MAIL_|EMAIL_)(?:\w*_)?(?:PASS|PASSWORD|PWD)$/;
/** Images of servers, which have the same variables for their own password. */
const SERVERS = /redis|valkey|postg|timescale|pgvector|mysql|mariadb|mongo|rabbit/;
/** The server in the same URL, or in the same connection string. */
const IN_URL = /:\/\/(?:[^\s/?@]*@)?([^\s:/?,;@]+)/;
const KEYWORD = /(?:^|[;\s])(?:host|hostaddr|hostname|server|address|addr|data source)\s*=\s*["']?(?:tcp:)?([^;,:\s"']+)/i;
/**
 * Servers of `?password=…` in a URL, of `password=…` in a connection string, and of a line of a `.pgpass`.
 *
 * @returns `null`: not told there
 */
function hostsBeside(value, old) {
    const forms = (0,rewrite/* encodedForms */.wV)(old).map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const any = `(?:${forms.join('|')})`;
    const lines = [...value.matchAll(new RegExp(`^([^\\s#:]+):[^:\\n]*:[^:\\n]*:[^:\\n]*:${any}$`, 'gm'))];
    const found = lines.map(([, host = '']) => host);
    if (!new RegExp(`(?:^|[?&;,\\s])(?:password|passwd|pwd)\\s*=\\s*["']?${any}(?=$|["'&;,\\s])`, 'i').test(value))
        return found;
    return [...found, IN_URL.exec(value)?.[1] ?? KEYWORD.exec(value)?.[1] ?? null];
}
/** Services that log in with one of these, by their environment. */
function loginsOf(before, rotated) {
    return Object.entries(before.services).flatMap(([client, { environment, image }]) => {
        const variables = environmentOf(environment);
        return rotated.flatMap(({ name, old }) => Object.entries(variables).flatMap(([key, value]) => {
            const urls = [...value.matchAll(URLS)].filter(([, password = '']) => password === old || decoded(password) === old);
            const hosts = [...urls.map(([, , host = '']) => host), ...hostsBeside(value, old)];
            const host = CLIENTS.test(key) && value === old && !SERVERS.test(String(image)) ? hostFor(key, variables) : undefined;
            return [...hosts, ...(host === undefined ? [] : [host])].map((one) => ({
                name,
                client,
                host: one,
                server: one === null ? null : serviceOf(one, before),
            }));
        }));
    });
}
/** `DB_PASSWORD` → value of `DB_HOST`; `null`: there is none. */
function hostFor(key, variables) {
    const stem = key.replace(/(?:PASS|PASSWORD|PWD)$/, '');
    for (const end of ['HOST', 'HOSTNAME', 'SERVER', 'ADDR', 'ADDRESS']) {
        const value = variables[`${stem}${end}`];
        if (value)
            return value.split(':')[0];
    }
    return null;
}
/** By its name, its container's name or an alias in a network. */
function serviceOf(host, model) {
    for (const [name, service] of Object.entries(model.services)) {
        const networks = Object.values((service.networks ?? {}));
        if ([name, service.container_name, service.hostname].includes(host))
            return name;
        if (networks.some((network) => network?.aliases?.includes(host)))
            return name;
    }
    return null;
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/role-users.ts
/** Checks that all services that log in with a password get its new user. Pure; names only, never values. */


/** Variables that hold a user. */
const USERS = /(?:USER|USERNAME|LOGIN|ROLE)$/i;
/** Sentences on services that would log in with the new password and the old user, or cannot change their user. */
function rolesThatStay({ rotated, after, files, changed, servers = {} }) {
    return rotated.flatMap(({ name, fresh, role }) => {
        if (role === undefined)
            return [];
        const server = servers[name];
        const forms = (0,rewrite/* encodedForms */.wV)(fresh);
        const has = (text) => forms.some((form) => text.includes(form));
        const services = Object.entries(after.services).flatMap(([service, { environment, ...rest }]) => {
            const variables = environmentOf(environment);
            const wrong = Object.entries(variables).filter(([, value]) => value !== fresh && has(value) && !word(value, role.fresh));
            const said = wrong.map(([key]) => `${key} of ${service} would have the new ${name} beside another user than ${role.fresh}`);
            const bare = Object.values(variables).includes(fresh);
            const users = Object.entries(variables).filter(([key]) => USERS.test(key));
            if (bare && users.some(([, value]) => value === role.old))
                said.push(`${users.find(([, value]) => value === role.old)[0]} of ${service} would stay ${role.old} beside the new ${name}`);
            else if (bare && !Object.values(variables).some((value) => word(value, role.fresh)))
                said.push(`no variable tells ${service} that the new user of ${name} is ${role.fresh}`);
            const definition = JSON.stringify(rest);
            if (has(definition) && !word(definition, role.fresh))
                said.push(`the definition of ${service} would have the new ${name} beside another user than ${role.fresh}`);
            return said;
        });
        const lists = files
            .filter(({ content }) => content.toString('utf8').includes(`"${role.old}" "`))
            .map(({ path }) => `${path} is a user list that has ${role.old}, but not ${role.fresh}`);
        const self = server !== undefined && changed.includes(server)
            ? [
                `${server} uses ${name} or ${role.name} itself, and would be recreated: give the services a role of their own`,
            ]
            : [];
        return [...services, ...lists, ...self];
    });
}
function word(text, user) {
    return new RegExp(`(?<![A-Za-z0-9_-])${user}(?![A-Za-z0-9_-])`).test(text) || base64Words(text, user);
}
/** Within base64, as a header has it. */
function base64Words(text, user) {
    return [...text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)].some(([token]) => Buffer.from(token, 'base64').toString('utf8').includes(user));
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/leftovers.ts
/** Finds places where an old value would stay, and servers that would not get the new one. Pure; names only, never values. */










/** @throws {UserError} RB-SECRET-SHARED, RB-SECRET-SERVER, RB-SECRET-POLICY */
function checkLeftovers(looked) {
    const left = leftIn(looked);
    if (left.length > 0)
        throw new errors/* UserError */.y('RB-SECRET-SHARED', {
            what: left.join('; '),
            why: 'the old value would stay there, and would be refused where it is checked',
            remedy: 'make that place take the value from the env file (`${NAME}`), and deploy it; then rotate',
        });
    const kept = [...serversThatKeep(looked), ...rolesThatStay(looked)];
    if (kept.length > 0)
        throw new errors/* UserError */.y('RB-SECRET-SERVER', {
            what: kept.join('; '),
            why: 'its clients would be refused as soon as they have the new value',
            remedy: 'change it in the server first and give that value: `external: true` in its policy, and the input values',
        });
    const cookies = Object.entries(looked.after.services).filter(([, service]) => {
        const value = environmentOf(service.environment).OAUTH2_PROXY_COOKIE_SECRET;
        return value !== undefined && !fitsOauth2Proxy(value);
    });
    if (cookies.length > 0)
        throw new errors/* UserError */.y('RB-SECRET-POLICY', {
            what: `${cookies.map(([name]) => name).join(', ')} would not start: oauth2-proxy takes a cookie secret of 16, 24 or 32 bytes`,
            remedy: 'write `generate: base64` and `length: 32` in its policy',
        });
}
/** Services whose clients cannot log in between the service's new container and their own; sentences. */
function gaps({ rotated, before, changed }) {
    return loginsOf(before, rotated).flatMap(({ name, client, server }) => server !== null && server !== client && changed.includes(server) && changed.includes(client)
        ? [
            `${client} logs in at ${server} with ${name}: its logins fail after one of the two was recreated and before the other is.`,
        ]
        : []);
}
function leftIn({ rotated, after, files }) {
    const words = rotated.filter(({ old }) => !(0,rewrite/* isTelling */.c0)(old)).flatMap((one) => loginsLeft(one, after));
    const telling = rotated
        .filter(({ old }) => (0,rewrite/* isTelling */.c0)(old))
        .flatMap(({ name, old, unrelated }) => {
        const held = holds(old);
        const models = Object.entries(after.services).flatMap(([service, { environment, ...rest }]) => {
            const variables = Object.entries(environmentOf(environment)).filter(([key]) => !unrelated.includes(key));
            const own = variables.filter(([, value]) => held(value)).map(([key]) => `${key} of ${service}`);
            return held(JSON.stringify(rest).replaceAll('$$', '$')) ? [...own, `the definition of ${service}`] : own;
        });
        const texts = files.filter(({ content }) => held(content.toString('utf8'))).map(({ path }) => path);
        return [...models, ...texts].map((where) => `${where} holds the old value of ${name} itself`);
    });
    return [...words, ...telling];
}
/** A short value or a word may stand anywhere by chance, but not as the password of a URL, or of a client. */
function loginsLeft({ name, old, unrelated }, after) {
    return Object.entries(after.services).flatMap(([service, { environment, image }]) => Object.entries(environmentOf(environment)).flatMap(([key, value]) => {
        const isClient = CLIENTS.test(key) && value === old && !SERVERS.test(String(image));
        const isLeft = isClient || (0,rewrite/* rewriteIn */.MX)(value, old, `${old}\u0000`, false) !== value;
        return isLeft && !unrelated.includes(key) ? [`${key} of ${service} holds the old value of ${name} itself`] : [];
    }));
}
/** In every form that a log is searched for, and as programs store passwords to compare: user lists of PgBouncer, htpasswd. */
function holds(old) {
    const redactor = (0,redact/* createRedactor */.l)();
    redactor.add(old);
    const sums = ['md5', 'sha1', 'sha256', 'sha512'].map((kind) => (0,external_node_crypto_.createHash)(kind).update(old).digest('hex'));
    const short = `{SHA}${(0,external_node_crypto_.createHash)('sha1').update(old).digest('base64')}`;
    return (text) => redactor.apply(text) !== text ||
        sums.some((sum) => text.includes(sum)) ||
        text.includes(short) ||
        [...text.matchAll(/SCRAM-SHA-256\$[^"'\s]+/g)].some(([verifier]) => isVerifierOf(verifier, old)) ||
        [...text.matchAll(/"([^"\n]+)"\s+"md5([0-9a-f]{32})"/g)].some(([, user = '', sum]) => (0,external_node_crypto_.createHash)('md5').update(`${old}${user}`).digest('hex') === sum);
}
function serversThatKeep({ rotated, before, after, changed, servers = {}, setFirst = [] }) {
    const first = (0,plan_first_start/* firstStarts */.MF)(before, after, changed).flatMap(({ service, names }) => names
        .filter((name) => !setFirst.some((one) => one.service === service && one.name === name))
        .map((name) => `${service} reads ${name} only at its first start`));
    const own = (0,plan_first_start/* firstStarts */.MF)(before, after, changed).map(({ service }) => service);
    const invented = new Set(rotated.filter(({ external, role }) => !external && role === undefined).map(({ name }) => name));
    const others = loginsOf(before, rotated).flatMap(({ name, client, server, host }) => {
        if (!invented.has(name) || client === server || own.includes(client))
            return [];
        if (server !== null && changed.includes(server))
            return [];
        // It gets the new value; if no variable names the server, the policy does.
        if (Object.hasOwn(servers, name) && (server === servers[name] || host === null))
            return [];
        const where = server ?? host;
        return [
            `${client} logs in with ${name}${where === null ? ' at a server' : ` at ${where}`}, which would keep the old value`,
        ];
    });
    return [...new Set([...first, ...others])];
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/single.ts
/**
 * A database's password with a single role, which cannot take turns with another: the server gets it first, then the services. Meanwhile their open sessions continue, and their new logins fail. A failure puts the former password back.
 */







/**
 * @param pending the password that an earlier run stored and maybe set, before it was ended; `null`: none @throws {UserError} RB-SECRET-SERVER: it could not succeed
 */
async function proveSingle(run, turn, pending) {
    const { name, server, from } = turn;
    const { host } = run.session;
    const tried = await proof_login(host, turn, from);
    const ahead = tried.taken === false &&
        pending !== null &&
        (await proof_login(host, turn, { role: from.role, password: pending })).taken === true;
    if (!ahead)
        requireTaken(tried, presently(turn));
    const facts = await factsFor(run, turn);
    const kept = facts.roles.find((role) => role.name === from.role).kept;
    const former = { kept: ahead ? scramVerifier(from.password) : kept, ahead };
    run.recorder.secret(former.kept);
    return {
        notes: [
            `${name}: ${server.service} has a single role for it. It gives ${from.role} the new password just before services are recreated: from then on the new logins of each service fail until it is recreated; open sessions continue. With two roles that take turns no login would fail.`,
            ...(ahead
                ? [
                    `${server.service} has a password of ${from.role} that an earlier run set, but the services do not have it: their new logins fail until this run is done.`,
                ]
                : []),
            ...alike(facts, turn),
        ],
        former,
    };
}
/**
 * Refuses to overwrite the only copy of passwords that an earlier run set, for keys that this run does not rotate.
 *
 * @param left as `singlesLeft` has them
 * @throws {UserError} RB-SECRET-SERVER
 */
async function refuseLeft({ session: { host } }, left) {
    for (const turn of left) {
        const { name, server, from, to } = turn;
        if ((await proof_login(host, turn, from)).taken === true)
            continue;
        const { taken } = await proof_login(host, turn, to);
        if (taken === false)
            continue;
        throw new errors/* UserError */.y('RB-SECRET-SERVER', {
            what: `${server.service} ${taken ? 'has' : 'may have'} a password of ${from.role} that an earlier run set, but the services do not have it`,
            why: 'that run did not finish, and this run would replace the file with that password',
            remedy: `rotate ${name} first: the services' logins fail until then`,
        });
    }
}
/** @throws {UserError} RB-SECRET-SERVER */
async function setSingle({ session, recorder, steps }, turn) {
    const { name, server, to } = turn;
    const verifier = scramVerifier(to.password);
    recorder.secret(verifier);
    await said(`${to.role} of ${server.service} did not get the new password`, () => setPassword(steps(null), server, 'set', to.role, verifier));
    requireTaken(await proof_login(session.host, turn, to), freshly(turn));
    recorder.info(`${to.role} logs in at ${server.service} with the new ${name}: seen by a query over TCP; new logins of each service fail until it has the password`);
}
/**
 * Puts the former password back before another one is stored: the password that an earlier run set is stored in one place only.
 *
 * @throws {UserError} RB-SECRET-SERVER
 */
async function takeBack(run, turn, { kept, ahead }) {
    if (!ahead)
        return;
    const { server, from } = turn;
    const why = await tried(run, turn, kept, run.steps(null));
    if (why !== null)
        throw refusal(`${from.role} of ${server.service} did not get its former password back`, why);
    run.recorder.info(`${from.role} of ${server.service} has the password of the services again: seen by a query over TCP`);
}
/**
 * The services keep the former password. If it cannot be put back, a note says so: their logins fail.
 *
 * @returns whether it has it
 */
async function putBack(run, turn, { kept }) {
    const { server, from } = turn;
    const why = await tried(run, turn, kept, run.clearing);
    if (why === null) {
        run.recorder.info(`${from.role} of ${server.service} has its former password again: seen by a query over TCP`);
        return true;
    }
    const text = `${from.role} of ${server.service} may still have the new password, which the services do not have, so that their logins fail (${why}): run this again; the new run sets another password and gives it to them.`;
    run.recorder.warning(text);
    run.notes.push(text);
    return false;
}
/** @returns why not, or `null`; the login counts, whatever the statement returned */
async function tried({ session }, turn, kept, steps) {
    let why = '';
    try {
        await setPassword(steps, turn.server, 'put-back', turn.from.role, kept);
    }
    catch (error) {
        if (error instanceof SqlFailed)
            why = error.message;
        else if (error instanceof errors/* UserError */.y)
            why = error.details.what;
        else
            throw error;
    }
    const had = await proof_login(session.host, turn, turn.from);
    return had.taken === true ? null : why || had.why;
}
/** Variables that a server reads only at its first start and that only hold the password that it gets beforehand. Pure. */
function setBefore({ server, to }, { before, after, changed }) {
    return (0,plan_first_start/* firstStarts */.MF)(before, after, changed).flatMap(({ service, names, environment }) => {
        if (service !== server.service)
            return [];
        const own = (0,first_login/* passwordsOf */.ig)(to.role, environment);
        return names
            .filter((one) => own.includes(one) && environment[one] === to.password)
            .map((one) => ({ service, name: one }));
    });
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/other-side.ts
/** The other side of a secret: a server that has to take the new value, too. */



/** Two roles of PostgreSQL that take turns. */
function twoRoles(run, turn) {
    return {
        name: turn.name,
        prove: () => prove(run, turn),
        takeBack: async () => { },
        set: () => prepare(run, turn),
        undo: async () => {
            await closeUnused(run, turn);
            return true;
        },
        finish: () => closeFormer(run, turn),
    };
}
/** A single role of PostgreSQL. */
function singleRole(run, turn) {
    let former = null;
    return {
        name: turn.name,
        prove: async (pending) => {
            const proven = await proveSingle(run, turn, pending);
            former = proven.former;
            return proven.notes;
        },
        takeBack: () => takeBack(run, turn, former),
        set: () => setSingle(run, turn),
        undo: () => putBack(run, turn, former),
        finish: async () => { },
    };
}
async function closeFormer(run, turn) {
    run.recorder.step(`Close ${turn.from.role}`);
    const seen = await database_close(run, turn, turn.from);
    run.notes.push(`${turn.from.role} of ${turn.server.service} is closed: no session used it, and ${seen}.`);
}
/** A role that got a password that no service has. */
async function closeUnused(run, turn) {
    try {
        await database_close(run, turn, turn.to, 0);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        run.recorder.warning(`${turn.to.role} of ${turn.server.service} may have a new password that no service uses: ${error.details.why ?? error.details.what}`);
    }
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/server-users.ts
/** The user of a server that its container has in a file. */


/** The model in which each server that a policy names has its user as a variable. */
async function withUsers({ session, inputs: { runbook } }, model) {
    const servers = Object.values(runbook.secrets).flatMap(({ postgres }) => postgres?.service ?? []);
    const services = { ...model.services };
    for (const service of new Set(servers)) {
        if (services[service] === undefined)
            continue;
        const own = environmentOf(services[service].environment);
        const found = await (0,first_login/* withUserFile */.QH)(session.host, { stack: runbook.stack, service }, own);
        const doubled = Object.entries(found).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]);
        services[service] = { ...services[service], environment: Object.fromEntries(doubled) };
    }
    return { ...model, services };
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/rotate.ts
/**
 * Mode rotate: new values that this run makes. The order keeps one rule: a value is stored before it is used. So the new file goes into a branch of its own first, then to the host, then into its target branch.
 */














/** After these errors it is not known what the host does. */
const UNKNOWN = new Set(['RB-CONNECTION-LOST', 'RB-LEASE-LOST', 'RB-TIMEOUT']);
async function rotate(run) {
    const { inputs } = run;
    const rotation = inputs.rotation;
    const scene = await look(run);
    run.recorder.step('Look at the repository');
    const file = await run.repository({
        token: inputs.githubToken,
        path: inputs.sops.path,
        content: rotation.original,
        branch: inputs.branch,
        as: inputs.store,
        place: placeOf(inputs),
    });
    const differing = differences(rotation.before, scene.former);
    if (differing.length > 0)
        return await settle(run, scene, file, differing);
    const [before, after] = [await withUsers(run, scene.before.model), await withUsers(run, scene.after.model)];
    const turns = turnsOf(inputs, before);
    const servers = Object.fromEntries(turns.map(({ name, server }) => [name, server.service]));
    const { changed } = scene;
    const setFirst = turns.filter(isSingle).flatMap((turn) => setBefore(turn, { before, after, changed }));
    const models = { before: scene.before.model, after: scene.after.model };
    const looked = { ...scene, ...models, servers, setFirst, rotated: rotation.rotated };
    checkLeftovers(looked);
    const sides = [
        ...turns.map((turn) => (isSingle(turn) ? singleRole(run, turn) : twoRoles(run, turn))),
        ...issuersOf(run),
    ];
    const pending = await keptValues(run, file);
    if (pending !== null) {
        await refuseLeft(run, singlesLeft(inputs, before, pending));
        await refuseIssued(run, pending);
    }
    const proven = [];
    for (const side of sides)
        proven.push(...(await side.prove(pending?.get(side.name) ?? null)));
    let kept = false;
    let ready = false;
    const prepared = [];
    /** Unused values are removed with their file, unless a server may have a value that is stored nowhere else. */
    const unused = async () => {
        let needed = false;
        for (const side of prepared)
            if (!(await side.undo()))
                needed = true;
        if (kept && !needed)
            await forget(run, file);
    };
    const first = async () => {
        for (const side of sides)
            await side.takeBack();
        run.recorder.step('Store the new values');
        kept = true;
        await file.keep(rotation.edited.content, wordsOf(rotation, inputs));
        run.recorder.info(`stored in ${file.where}, encrypted; nothing uses them yet`);
        for (const side of sides) {
            prepared.push(side);
            await side.set();
        }
        ready = true;
        return null;
    };
    let outcome;
    try {
        const notes = [...namesOf(rotation), ...proven, ...gaps(looked), ...rotation.effects];
        const content = contentOf(rotation, changed);
        const accepted = setFirst.map(({ name }) => name);
        outcome = await applyTo(run, scene, { said: 'with new values', notes, content, first, accepted });
    }
    catch (error) {
        // An error that is thrown from here on may come after the first change, except for a cancellation before it.
        if (!ready || (error instanceof errors/* UserError */.y && error.code === 'RB-CANCELLED'))
            await unused();
        throw error;
    }
    const { report } = outcome;
    const outputs = { 'changed-names': JSON.stringify(rotation.edited.names) };
    if (report.status === 'planned')
        return { ...outcome, outputs };
    if (report.release !== report.previousRelease)
        return { ...(await finish(run, file, outcome, sides)), outputs };
    if (report.error !== null && (UNKNOWN.has(report.error.code) || report.error.why === endings/* STILL_ENDING */.V_))
        run.notes.push(`The new values stay in ${file.where}: run this again; the new run finds out whether the host has them.`);
    else if (kept)
        await unused();
    return outcome;
}
/** The values that an earlier, unfinished run stored; `null`: none, or not for this key. */
async function keptValues({ inputs, recorder }, { kept }) {
    if (kept === null)
        return null;
    const { valuesIn } = await __webpack_require__.e(/* import() */ 417).then(__webpack_require__.bind(__webpack_require__, 56417));
    const values = await valuesIn(kept.content, inputs.sops).catch(() => null);
    for (const secret of (0,secrets/* secretsIn */.VY)((0,dotenv/* writeEnv */.BX)(values ?? new Map())))
        recorder.secret(secret);
    return values;
}
/** Brings the applied file into the branch. */
async function finish(run, file, outcome, sides) {
    const { inputs, recorder } = run;
    recorder.step('Finish in the repository');
    try {
        const where = await file.finish(wordsOf(inputs.rotation, inputs, run.run));
        run.notes.push(`${where.charAt(0).toUpperCase()}${where.slice(1)}.`);
        recorder.info(where);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        const unstored = unstoredError(inputs, file, error.details.why ?? error.details.what);
        return { report: { ...outcome.report, status: 'failed', error: (0,report/* describe */.q0)(unstored) } };
    }
    try {
        for (const side of sides)
            await side.finish();
        return outcome;
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        return { report: { ...outcome.report, status: 'failed', error: (0,report/* describe */.q0)(error) } };
    }
}
/** The running services have values that the file does not have: from an unfinished rotation, or changed otherwise. */
async function settle(run, scene, file, differing) {
    const { inputs, recorder } = run;
    const { path } = inputs.sops;
    const kept = await keptValues(run, file);
    if (kept === null || differences(kept, scene.former).length > 0)
        throw new errors/* UserError */.y('RB-ROTATION-DIFFERS', {
            what: `the values of ${differing.join(', ')} in release ${scene.current.id} differ from ${path}`,
            why: 'the file was changed and not applied yet, a rotation waits for its pull request, or the stack was changed by hand',
            remedy: '`mode: apply` brings the file to the host, `mode: check` shows what differs; then rotate',
        });
    const said = `an earlier rotation of ${differing.join(', ')} runs as release ${scene.current.id}, but ${file.branch} does not have it`;
    recorder.info(said);
    if (inputs.dryRun) {
        run.notes.push(`${said.replace(/^a/, 'A')}: this run would finish that, and would not make new values.`);
        return { report: run.report('planned') };
    }
    if (!file.kept.fits)
        throw unstoredError(inputs, file, `${path} of ${file.branch} was changed since`);
    recorder.step('Finish in the repository');
    const words = {
        title: `Rotate ${differing.join(', ')}`,
        body: `Applied as release ${scene.current.id}; its run did not finish.`,
    };
    let where;
    try {
        where = await file.finish(words);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        throw unstoredError(inputs, file, error.details.why ?? error.details.what);
    }
    if (inputs.store === 'pull-request')
        throw unstoredError(inputs, file, where);
    const model = await withUsers(run, scene.before.model);
    for (const turn of turnsLeft(inputs, model, differing, kept))
        await closeFormer(run, turn);
    run.notes.push(`${said.replace(/^a/, 'A')}: this run has finished that, and made no new values. Run it again for new values.`);
    return { report: run.report('succeeded') };
}
function unstoredError({ sops: { path } }, { where, branch }, why) {
    return new errors/* UserError */.y('RB-ROTATION-UNSTORED', {
        what: `new values are in use on the host, but ${path} of ${branch} does not have them; they are in ${where}`,
        why,
        remedy: `run this again: the new run finishes without making new values; if that is not possible, bring ${path} of ${where} into ${branch} by hand. Until then do not deploy from ${branch}: that would bring the old values back`,
    });
}
async function forget({ recorder }, file) {
    try {
        await file.forget();
    }
    catch (error) {
        recorder.warning(`${file.where} remains, with values that are not in use: remove it (${error instanceof Error ? error.message : String(error)})`);
    }
}
/** Names that only one of the two has, or whose values differ. */
function differences(values, text) {
    const has = new Map((0,dotenv/* readEnv */.sx)(text).entries.map(({ name, value }) => [name, value]));
    const names = new Set([...has.keys(), ...values.keys()]);
    return [...names].filter((name) => has.get(name) !== values.get(name)).toSorted();
}
function namesOf({ rotated, derived }) {
    const made = [...derived].map(([name, from]) => `${name} (from ${from.join(', ')})`);
    return [
        `New values: ${rotated.map(({ name, external }) => `${name}${external ? ' (given)' : ''}`).join(', ')}.`,
        ...(made.length > 0 ? [`Rewritten with them: ${made.join(', ')}.`] : []),
    ];
}
function wordsOf(rotation, { runbook }, applied) {
    return {
        title: `Rotate ${rotation.rotated.map(({ name }) => name).join(', ')}`,
        body: [
            ...namesOf(rotation),
            ...rotation.effects,
            applied === undefined ? `Not applied to ${runbook.stack} yet.` : `Applied to ${runbook.stack}: ${applied}`,
        ].join('\n'),
    };
}
/** The same for two runs although each makes its own values; differs if the file or a given value differs. */
function contentOf({ rotated, derived, original }, changed) {
    const given = rotated.map(({ name, fresh, external }) => [name, external ? sha256(fresh) : null]);
    return sha256(JSON.stringify([given, [...derived], changed, sha256(original)]));
}
/** One rotation at a time of one file to one place. */
function placeOf({ runbook: { stack, directory }, target: { host, port, user }, sops: { path }, }) {
    return `rotate-${stack}-${sha256(JSON.stringify([host, port, user, directory, path])).slice(0, 12)}`;
}
function sha256(content) {
    return (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
}

// EXTERNAL MODULE: ./actions/lib/config/sections/secrets.ts
var sections_secrets = __webpack_require__(68939);
;// CONCATENATED MODULE: ./actions/lib/secrets/generate.ts
/** New values by the policy of a secret. All randomness comes from `node:crypto`. */


const LETTERS = /[A-Za-z]/;
/** Base64 of RFC 4648, without the two characters that its URL-safe form replaces. */
const COMMON = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** @returns `null`: the value must come from outside */
function generate(policy) {
    const length = (0,sections_secrets/* lengthOf */.Y5)(policy);
    switch (policy.generate) {
        case undefined:
            return null;
        case 'password':
            return generate_password(policy.alphabet ?? sections_secrets/* SAFE */.A9, length);
        case 'hex':
            return (0,external_node_crypto_.randomBytes)(length / 2).toString('hex');
        case 'base64':
            return base64(length);
        case 'uuid':
            return (0,external_node_crypto_.randomUUID)();
        case 'rsa-key':
            return (0,external_node_crypto_.generateKeyPairSync)('rsa', {
                modulusLength: length,
                publicKeyEncoding: { type: 'spki', format: 'pem' },
                privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
            }).privateKey;
    }
}
/** Begins with a letter where the alphabet has letters: a program would take a leading dash for an option. */
function generate_password(alphabet, length) {
    const signs = [...alphabet];
    const letters = signs.filter((sign) => LETTERS.test(sign));
    const first = letters.length > 0 ? letters : signs;
    return `${pick(first)}${Array.from({ length: length - 1 }, () => pick(signs)).join('')}`;
}
/**
 * Base64 of random bytes whose text is the same in both alphabets of RFC 4648, because some programs read only one of
 * them. This costs less than a bit for 20 bytes. The last character before the padding carries 2 or 4 bits that must be
 * 0.
 */
function base64(bytes) {
    const characters = Math.ceil((bytes * 4) / 3);
    const rest = bytes % 3;
    const last = rest === 0 ? [...COMMON] : [...COMMON].filter((_sign, at) => at % (rest === 1 ? 16 : 4) === 0);
    const text = `${Array.from({ length: characters - 1 }, () => pick([...COMMON])).join('')}${pick(last)}`;
    return text.padEnd(Math.ceil(bytes / 3) * 4, '=');
}
function pick(from) {
    return from[(0,external_node_crypto_.randomInt)(from.length)];
}

// EXTERNAL MODULE: ./actions/lib/secrets/made.ts + 2 modules
var made = __webpack_require__(97361);
;// CONCATENATED MODULE: ./actions/rotate-secrets/rotation.ts
/** Makes the new SOPS file of a rotation on the runner, before the host is reached. */








/** @throws {UserError} RB-INPUT-INVALID, RB-SECRET-POLICY, RB-SECRET-SHARED, and what `setValues` throws */
async function withRotation(inputs, recorder) {
    const { sops, files, keys, runbook, store } = inputs;
    const text = files.find(({ path }) => path === runbook.envFile).content.toString('utf8');
    const before = (0,dotenv/* parseEnv */.vc)(text, sops.path);
    if (store === 'pull-request')
        refuseProposed(keys, runbook.secrets);
    const given = (0,dotenv/* parseEnv */.vc)(inputs.values, 'the input values');
    for (const value of given.values())
        recorder.secret(value);
    const rotated = freshValues(keys, { policies: runbook.secrets, before, given, path: sops.path });
    for (const { old, fresh } of rotated)
        for (const value of [old, fresh])
            recorder.secret(value);
    recorder.keep(Object.keys(runbook.services));
    const { values, following, derived } = (0,made/* made */.mI)(text, before, rotated);
    const after = [...values, ...following].map(([name, value]) => (0,dotenv/* writeEntry */.cD)(name, value)).join('\n');
    for (const secret of (0,secrets/* secretsIn */.VY)(after))
        recorder.secret(secret);
    const { setValues } = await __webpack_require__.e(/* import() */ 417).then(__webpack_require__.bind(__webpack_require__, 56417));
    const original = await (0,promises_.readFile)(sops.file);
    const edited = await setValues(sops, values, { following });
    const content = Buffer.from(edited.text);
    const effects = rotated.flatMap(({ name }) => {
        const effect = effectOf(name, runbook.secrets[name]?.effect);
        return effect === null ? [] : [`${name}: ${effect}.`];
    });
    return {
        ...inputs,
        rotation: { rotated, derived, before, original, edited, effects },
        files: files.map((file) => ({ ...file, content })),
    };
}
/** Each by its policy. @throws {UserError} RB-INPUT-INVALID, RB-SECRET-POLICY */
function freshValues(names, { policies, before, given, path }) {
    const policyOf = (name) => (Object.hasOwn(policies, name) ? policies[name] : undefined);
    const users = names.flatMap((name) => policyOf(name)?.postgres?.user ?? []);
    const roles = names.flatMap((name) => {
        const { service, roles: [role, other] = [] } = policyOf(name)?.postgres ?? {};
        return role === undefined || other !== undefined ? [] : [`${role} of ${service}`];
    });
    const problems = [
        ...names.flatMap((name) => problemsOf(name, policyOf(name), before, path)),
        ...names.flatMap((name) => policyOf(name) === undefined ? [] : rolesProblem(name, policyOf(name), names, before)),
        ...users
            .filter((user, at) => users.indexOf(user) !== at)
            .map((user) => `${user} is the user of two of these keys: rotate one after the other`),
        ...roles
            .filter((role, at) => roles.indexOf(role) !== at)
            .map((role) => `${role} is the role of two of these keys: one of them is a copy, declare it as \`derived\``),
    ];
    if (problems.length > 0)
        throw new errors/* UserError */.y('RB-SECRET-POLICY', {
            what: problems.join('; '),
            remedy: 'describe each of these keys under `secrets:` of the runbook file; actions/RUNBOOK.md lists all settings',
        });
    const external = names.filter((name) => policyOf(name).external);
    const missing = external.filter((name) => !given.has(name));
    const more = [...given.keys()].filter((name) => !external.includes(name));
    const short = external.filter((name) => given.has(name) && [...given.get(name)].length < sections_secrets/* SHORTEST */.tl);
    const same = external.filter((name) => given.get(name) === before.get(name));
    const wrong = [
        ...missing.map((name) => `values has no ${name}, whose policy says that its value comes from there`),
        ...more.map((name) => `values has ${name}, which is not one of keys with \`external: true\``),
        ...short.map((name) => `${name} in values has fewer than ${sections_secrets/* SHORTEST */.tl} characters, and could not be masked in logs`),
        ...(missing.length === 0 ? same.map((name) => `${name} in values equals its present value`) : []),
    ];
    if (wrong.length > 0)
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: wrong.join('; '),
            why: 'the inputs of the step and the policies in the runbook file contradict each other',
            remedy: 'correct keys and values; the value of a key that is not external is made here',
        });
    return names.map((name) => {
        const policy = policyOf(name);
        const { derived, unrelated, external, postgres } = policy;
        const fresh = generate(policy) ?? given.get(name);
        const one = { name, old: before.get(name), fresh, external, derived, unrelated };
        if (postgres?.user === undefined || postgres.roles.length === 1)
            return one;
        const old = before.get(postgres.user);
        return { ...one, role: { name: postgres.user, old, fresh: postgres.roles.find((role) => role !== old) } };
    });
}
/** Until the pull request is merged, a deploy from the branch would bring back the former login, which is refused then. */
function refuseProposed(names, policies) {
    const found = names.filter((name) => {
        const { postgres, keycloak } = Object.hasOwn(policies, name) ? policies[name] : {};
        return postgres !== undefined || keycloak !== undefined;
    });
    if (found.length === 0)
        return;
    throw new errors/* UserError */.y('RB-INPUT-INVALID', {
        what: `${found.join(', ')} cannot be rotated with \`store: pull-request\``,
        why: 'the server refuses the former login at the end, and a deploy before the merge would bring it back to the services',
        remedy: 'rotate it with `store: commit`',
    });
}
function rolesProblem(name, { postgres }, names, before) {
    if (postgres?.user === undefined)
        return [];
    const { user, roles } = postgres;
    const now = before.get(user);
    if (names.includes(user))
        return [`${user} is the user of ${name}, and changes with it: remove it from keys`];
    if (now === undefined)
        return [`the policy of ${name} names ${user}, which is not in the file`];
    if (roles.includes(now))
        return [];
    const all = roles.length === 1 ? `not ${roles[0]}` : `neither ${roles.join(' nor ')}`;
    return [`${user} is ${all}, which the policy of ${name} names`];
}
function problemsOf(name, policy, before, path) {
    if (!before.has(name))
        return [`${name} is not in ${path}: add it with \`mode: encrypt\``];
    if (policy === undefined)
        return [`${name} has no policy`];
    if (mayLoseData(name, policy.effect))
        return [
            `${name} encrypts stored data, by its name: with another value the data could not be read; if it can, confirm that with its \`effect\``,
        ];
    if (hasIssuer(name) && policy.generate !== undefined && policy.keycloak === undefined && policy.effect === undefined)
        return [
            `${name} is the secret of an OAuth client, by its name, and its issuer has to have the new value, too: describe a Keycloak of the stack with \`keycloak\`, write \`external: true\` for a value that the issuer made, or confirm with its \`effect\` that no issuer has it`,
        ];
    const admins = [policy.keycloak?.adminUser, policy.keycloak?.adminPassword].filter((one) => one !== undefined);
    const lacking = admins.find((one) => !before.has(one));
    if (lacking !== undefined)
        return [`the policy of ${name} names ${lacking}, which is not in ${path}`];
    const unknown = [...policy.derived, ...policy.unrelated].filter((other) => !before.has(other));
    return unknown.map((other) => `the policy of ${name} names ${other}, which is not in ${path}`);
}

;// CONCATENATED MODULE: ./actions/rotate-secrets/rotate-secrets.ts
/** Rotates secrets: the values of a SOPS file in the repository become those of the services. */









const rotateSecrets = {
    name: 'rotate-secrets',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.mm,
    read: readRotateSecretsInputs,
    title: ({ mode, sops, keys }) => titleOf(mode, sops.path, keys),
    watched: (get) => titleOf(get('mode')?.trim() ?? '', get('sops-file')?.trim() ?? '', []),
    prepare: async (inputs, recorder) => {
        const decrypted = await (0,env_file/* withSecrets */.a9)(inputs, recorder);
        if (inputs.mode === 'rotate')
            return await withRotation(decrypted, recorder);
        if (inputs.mode === 'rekey')
            return await withNewKey(decrypted, recorder);
        return inputs.mode === 'encrypt' ? await withValues(decrypted, recorder) : decrypted;
    },
    run: async (run) => await { apply: apply, check: check, encrypt: encrypt, rekey: rekey, rotate: rotate }[run.inputs.mode](run),
};
function titleOf(mode, path, keys) {
    if (mode === 'rotate')
        return keys.length === 0 ? `Rotate values of ${path}` : `Rotate ${keys.join(', ')} of ${path}`;
    if (mode === 'encrypt')
        return `Encrypt values in ${path}`;
    if (mode === 'rekey')
        return `Encrypt ${path} with a new data key`;
    return `${mode === 'check' ? 'Check' : 'Apply'} the secrets of ${path}`;
}


/***/ })

};
;