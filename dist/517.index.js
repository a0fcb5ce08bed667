"use strict";
exports.id = 517;
exports.ids = [517];
exports.modules = {

/***/ 73444:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ composePaths)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(38815);
/** Paths that Compose files name: what services mount and read, and further Compose files. Pure but for `read`. */


/**
 * Each path once. Left out are paths with variables, which only Compose can resolve, and paths elsewhere on the host.
 * If one service may write to a path or keeps secrets in it, this counts although others only read it.
 */
function composePaths(request) {
    const found = new Map();
    const seen = new Set();
    const add = (base, value, care) => {
        const path = typeof value === 'string' ? below(base, value, request.directory) : null;
        if (path !== null)
            found.set(path, found.get(path) ?? care);
        return path;
    };
    /** Adds a file that Compose itself reads. */
    const addRead = (base, value, care) => add(base, typeof value === 'string' ? (request.filled?.(value) ?? value) : value, care);
    const documentOf = (path) => {
        const text = request.read(path);
        try {
            return mapping(text === null ? null : (0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .parse */ .qg)(text, { merge: true, logLevel: 'silent' }));
        }
        catch {
            return {};
        }
    };
    const service = (name, definition, base, document) => {
        for (const volume of list(definition.volumes)) {
            const { source, writable } = bindOf(volume);
            add(base, source, writable ? `${name} may write to it` : null);
        }
        for (const file of [definition.env_file ?? []].flat()) {
            addRead(base, mapping(file).path ?? file, `it is an env file of ${name}`);
        }
        for (const file of [definition.label_file ?? []].flat())
            addRead(base, file, null);
        const { file, service: other } = mapping(definition.extends);
        const own = typeof definition.extends === 'string' ? definition.extends : other;
        if (typeof own !== 'string')
            return;
        const path = file === undefined ? null : addRead(base, file, null);
        if (file !== undefined && path === null)
            return;
        if (seen.has(`${path} ${base} ${own}`))
            return;
        seen.add(`${path} ${base} ${own}`);
        const there = path === null ? document : documentOf(path);
        service(own, mapping(mapping(there.services)[own]), path === null ? base : node_path__WEBPACK_IMPORTED_MODULE_0__.posix.dirname(path), there);
    };
    /** Profiles of services, by all Compose files together: lists are joined, and an empty list (`!reset`) ends those before. */
    const profiled = new Map();
    for (const path of request.compose)
        for (const [name, definition] of Object.entries(mapping(documentOf(node_path__WEBPACK_IMPORTED_MODULE_0__.posix.normalize(path)).services))) {
            const { profiles = null } = mapping(definition);
            const own = list(profiles).map(String);
            const isReset = Object.hasOwn(mapping(definition), 'profiles') && own.length === 0;
            profiled.set(name, isReset ? [] : [...(profiled.get(name) ?? []), ...own]);
        }
    const file = (path, base) => {
        if (seen.has(`${path} ${base}`))
            return;
        seen.add(`${path} ${base}`);
        const document = documentOf(path);
        for (const [name, definition] of Object.entries(mapping(document.services))) {
            const profiles = profiled.get(name) ?? list(mapping(definition).profiles).map(String);
            const active = ['*', ...profiles].some((profile) => request.profiles.includes(profile));
            if (active || profiles.length === 0)
                service(name, mapping(definition), base, document);
        }
        for (const [name, secret] of Object.entries(mapping(document.secrets)))
            add(base, mapping(secret).file, `it is the secret ${name}`);
        for (const config of Object.values(mapping(document.configs)))
            add(base, mapping(config).file, null);
        for (const included of list(document.include)) {
            const { path: paths = included, project_directory: project, env_file: environment } = mapping(included);
            for (const one of [environment ?? []].flat())
                addRead(base, one, 'it is the env file of an include');
            const files = [paths].flat().map((one) => addRead(base, one, null));
            const [first] = files;
            const place = typeof project === 'string' ? below(base, project, request.directory) : null;
            for (const one of files)
                if (one !== null)
                    file(one, place ?? node_path__WEBPACK_IMPORTED_MODULE_0__.posix.dirname(first ?? one));
        }
    };
    for (const path of request.compose)
        file(node_path__WEBPACK_IMPORTED_MODULE_0__.posix.normalize(path), '.');
    return [...found].map(([path, care]) => ({ path, care })).sort((a, b) => (a.path < b.path ? -1 : 1));
}
/** Reads `./conf:/etc/conf:ro`, or the long form. */
function bindOf(volume) {
    if (typeof volume === 'string') {
        const [source = '', target] = volume.split(':');
        const bind = target !== undefined && /^[./~]/.test(source);
        return { source: bind ? source : null, writable: !/:(?:[^:]*,)?(?:ro|readonly)(?:,[^:]*)?$/.test(volume) };
    }
    const { type, source, read_only: only } = mapping(volume);
    return { source: type === 'bind' ? source : null, writable: only !== true };
}
/** The path relative to the stack's directory; `null`: it lies elsewhere. */
function below(base, value, directory) {
    if (value === '' || /(?<!\$)(?:\$\$)*\$(?!\$)/.test(value))
        return null;
    const plain = value.replaceAll('$$', '$');
    if (plain.startsWith('~'))
        return null;
    const path = plain.startsWith('/')
        ? node_path__WEBPACK_IMPORTED_MODULE_0__.posix.relative(node_path__WEBPACK_IMPORTED_MODULE_0__.posix.normalize(directory), node_path__WEBPACK_IMPORTED_MODULE_0__.posix.normalize(plain))
        : node_path__WEBPACK_IMPORTED_MODULE_0__.posix.normalize(node_path__WEBPACK_IMPORTED_MODULE_0__.posix.join(base, plain));
    const clean = path.replace(/\/+$/, '');
    return clean === '..' || clean.startsWith('../') ? null : clean || '.';
}
function mapping(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}
function list(value) {
    return Array.isArray(value) ? value : [];
}


/***/ }),

/***/ 37409:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ tryLogin),
/* harmony export */   h: () => (/* binding */ whyNoLogin)
/* harmony export */ });
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51957);

/** Milliseconds; enough for a busy host. */
const TIMEOUT = 120_000;
/** Logs in by the container's address, because most servers ask for no password on the socket and on loopback. */
async function tryLogin(host, login) {
    const { service, user, password } = login;
    // The password goes to standard input, where no other process sees it and its length does not matter.
    const outcome = await host.run(loginScript(login), { input: password, timeout: TIMEOUT });
    if (outcome.outcome === 'unknown')
        return { taken: null, why: `the outcome is not known: ${outcome.reason}` };
    if (outcome.code === 0)
        return { taken: true };
    if (outcome.code === 3)
        return { taken: null, why: `${service} does not run` };
    if (outcome.code === 4)
        return { taken: null, why: `${service} does not ask its clients for a password, so that no login can prove one` };
    if (outcome.code === 6)
        return { taken: false, why: `${service} refuses a login as ${user} over TCP` };
    return { taken: null, why: `${service} neither accepts nor refuses a login as ${user} over TCP` };
}
/** @returns `null` if the server accepts the password; else why not */
async function whyNoLogin(host, login) {
    const tried = await tryLogin(host, login);
    return tried.taken === true ? null : tried.why;
}
function loginScript({ stack, service, user, database }) {
    return `id=$(docker ps -q --no-trunc --filter ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(`label=com.docker.compose.project=${stack}`)} \\
  --filter ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(`label=com.docker.compose.service=${service}`)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || exit 3
docker exec -i "$id" sh -c ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(INSIDE)} sh ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(user)} ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(database)} 2>/dev/null`;
}
/**
 * Tries a wrong password first: a server that accepts it accepts any. If the server answers the given password with the
 * same message, it refuses it, in whatever language. Any other message (the server starts, has too many clients, does
 * not answer) says nothing about the password.
 */
const INSIDE = `PGPASSWORD=$(cat; echo x)
right=\${PGPASSWORD%x} address=$(hostname -i | cut -d ' ' -f 1)
PGCONNECT_TIMEOUT=30 LC_ALL=C
export PGPASSWORD PGCONNECT_TIMEOUT LC_ALL
ask() { psql -XqAt -h "$address" -U "$1" -d "$2" -c 'select 1' </dev/null 2>&1; }
! wrong=$(ask "$1" "$2") || exit 4
PGPASSWORD=$right
! said=$(ask "$1" "$2") || { [ "$(printf '%s\\n' "$said" | tail -n 1)" = 1 ] && exit 0; exit 5; }
case $said in *'timeout expired'* | *'onnection refused'* | *'losed the connection'* | *'too many '* | *' slots are reserved'* | *'database system is'*) exit 5 ;; esac
[ "$said" = "$wrong" ] && exit 6
exit 5`;


/***/ }),

/***/ 70722:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A9: () => (/* binding */ normalized),
/* harmony export */   cd: () => (/* binding */ interpolated),
/* harmony export */   ht: () => (/* binding */ variablesOf),
/* harmony export */   xX: () => (/* binding */ checkProjectName)
/* harmony export */ });
/* unused harmony export nameOf */
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _secrets_assignments__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(30538);
/** The project's name that Compose takes from the files, when a person starts the stack by hand. Pure. */



const REFERENCE = /\$\$|\$(?:(\w+)|\{(\w+)(?:(:?[-])([^{}]*))?\})/g;
/**
 * Refuses files that give the project another name than the runbook. Compose would get the runbook's name, but a stack
 * of the other name has volumes of its own, and it is not known which is meant.
 *
 * @param files uploaded files, including the env file if there is one
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
        why: `started by hand the stack is called ${name}, started by the procedures ${stack}: these would be two stacks, each with volumes of its own`,
        remedy: current === null
            ? `write "stack: ${name}" in runbook.yml; if ${stack} is right, give the project that name in ${named.by}, or in a further file under "compose:"`
            : `release ${current.id} of ${stack} runs here: give the project the name ${stack} in ${named.by}, or in a further file under "compose:"`,
    });
}
/**
 * The name that Compose takes without `-p`: the variable, or `name:` of the last file that has it. `null`: not given.
 */
function nameOf(files, variables, envFile) {
    const set = variables.get('COMPOSE_PROJECT_NAME') ?? '';
    if (set !== '')
        return set.includes('$') ? null : { name: set, by: `COMPOSE_PROJECT_NAME in ${envFile}` };
    const found = files.flatMap(({ path, text }) => {
        const name = topName(text);
        return name === null ? [] : [{ name, by: `"name:" in ${path}` }];
    });
    const last = found.at(-1);
    // A name that is made of the project's name gets the runbook's.
    if (last === undefined || /\$\{?COMPOSE_PROJECT_NAME\b/.test(last.name))
        return null;
    const name = interpolated(last.name, variables);
    return name === null || name === '' ? null : { ...last, name };
}
/** The project's name that Compose makes of a folder's name. */
function normalized(name) {
    return name
        .toLowerCase()
        .replace(/[^a-z0-9_-]/g, '')
        .replace(/^[_-]+/, '');
}
function topName(text) {
    // Compose itself refuses a file that is not YAML.
    const { contents } = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, { logLevel: 'silent', merge: true });
    const name = contents?.get?.('name');
    return typeof name === 'string' && name !== '' ? name : null;
}
/** A name or path with its variables replaced; `null`: it has a form that only Compose understands. */
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


/***/ }),

/***/ 4911:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BT: () => (/* binding */ checkSources),
/* harmony export */   G8: () => (/* binding */ checkOverwritten),
/* harmony export */   eY: () => (/* binding */ checkNamed),
/* harmony export */   kV: () => (/* binding */ checkAbove),
/* harmony export */   u0: () => (/* binding */ sourcesOf),
/* harmony export */   xp: () => (/* binding */ checkRead)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _config_compose_paths__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(73444);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(51957);
/* harmony import */ var _project_name__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(70722);
/**
 * Refuses files that services mount if they exist nowhere, were left out of the upload, or would replace others
 * unasked.
 */






/** Paths of bind mounts, secrets and configs of the services. Pure. */
function sourcesOf(model, directory) {
    const found = new Map();
    for (const [service, definition] of Object.entries(model.services)) {
        const volumes = (definition.volumes ?? []);
        const sources = volumes.flatMap(({ type, source }) => (type === 'bind' && source ? [source] : []));
        for (const kind of ['secrets', 'configs']) {
            const entries = (model[kind] ?? {});
            for (const { source } of (definition[kind] ?? []))
                sources.push(entries[source]?.file ?? '');
        }
        for (const source of sources) {
            if (!source.startsWith('/'))
                continue;
            const path = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.relative(node_path__WEBPACK_IMPORTED_MODULE_1__.posix.normalize(directory), node_path__WEBPACK_IMPORTED_MODULE_1__.posix.normalize(source.replaceAll('$$', '$')));
            // Each step makes and knows its own folder.
            if (path === '.runbook' || path.startsWith('.runbook/'))
                continue;
            if (path !== '' && path !== '..' && !path.startsWith('../') && !found.has(path))
                found.set(path, service);
        }
    }
    return [...found].map(([path, service]) => ({ path, service }));
}
/**
 * Refuses relative paths that lead out of the stack's directory. In the folder where Compose is asked they lead to places
 * beside it, which are gone by the time that containers start.
 *
 * @param staging the folder of the run, in which `tree` stands for the stack's directory
 * @throws {UserError} RB-SOURCE-ABOVE
 */
function checkAbove(model, staging, tree, directory) {
    const above = (text) => text === staging || text.startsWith(`${staging}/`);
    const named = (kind, name) => {
        const users = Object.entries(model.services).filter(([, service]) => (service[kind] ?? []).some(({ source }) => source === name));
        return users[0]?.[0] ?? `${kind}.${name}`;
    };
    const found = [
        // Nothing is built on the host.
        ...Object.entries(model.services).map(([service, { build: _built, develop: _watched, ...rest }]) => [service, rest]),
        ...['secrets', 'configs', 'volumes'].flatMap((kind) => Object.entries((model[kind] ?? {})).map(([name, entry]) => [named(kind, name), entry])),
    ];
    for (const [service, definition] of found) {
        const [path] = textsIn(definition).filter(above);
        if (path === undefined)
            continue;
        const way = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.relative(tree, path.replaceAll('$$', '$'));
        const place = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(directory, way);
        throw new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-SOURCE-ABOVE', {
            what: `${service} uses ${way}, which lies above the stack's directory ${directory}`,
            why: 'relative paths count from there, and only files below the folder of runbook.yml are uploaded',
            remedy: `if it is a folder or file of the host, write its absolute path in the Compose files (${place}); if it comes from the repository, move runbook.yml to the folder that holds it and the Compose files, and adjust the paths in them. Nothing was started`,
        });
    }
}
function textsIn(value) {
    if (typeof value === 'string')
        return [value];
    return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
/**
 * Refuses a mounted path that the repository has but the run did not upload: paths with variables and a `.env` are not
 * found in the Compose files automatically.
 *
 * @param has whether the repository has a file there, or a folder with files
 * @throws {UserError} RB-FILE-UNNAMED
 */
function checkNamed(sources, files, has) {
    for (const { path, service } of sources) {
        if (isUploaded(path, files) || !has(path))
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-FILE-UNNAMED', {
            what: `${service} mounts ./${path}, which is in the repository, but not named in runbook.yml`,
            why: 'only a path without variables is found automatically, and never a .env: the file on the host would be used',
            remedy: `name it in runbook.yml: files: [${JSON.stringify(path)}]; if the file on the host is right, remove it from the repository`,
        });
    }
}
/**
 * Refuses env files, label files and further Compose files with a variable in their path that the repository has but the
 * run did not upload: Compose would read those of the host, however old they are.
 *
 * @throws {UserError} RB-FILE-UNNAMED
 */
function checkRead({ runbook: { compose, profiles, directory, envFile }, files, inRepository, }) {
    const read = (path) => files.find((file) => file.path === path)?.content.toString('utf8') ?? null;
    const variables = (0,_project_name__WEBPACK_IMPORTED_MODULE_4__/* .variablesOf */ .ht)(envFile === null ? '' : (read(envFile) ?? ''));
    const paths = { compose, profiles, directory, read };
    const found = (0,_config_compose_paths__WEBPACK_IMPORTED_MODULE_2__/* .composePaths */ .H)(paths).map(({ path }) => path);
    for (const { path } of (0,_config_compose_paths__WEBPACK_IMPORTED_MODULE_2__/* .composePaths */ .H)({ ...paths, filled: (text) => (0,_project_name__WEBPACK_IMPORTED_MODULE_4__/* .interpolated */ .cd)(text, variables) })) {
        if (found.includes(path) || path === '.env' || isUploaded(path, files) || !inRepository(path))
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-FILE-UNNAMED', {
            what: `the Compose files read ./${path}, which is in the repository, but not named in runbook.yml`,
            why: 'only a path without variables is found automatically: the file on the host would be used',
            remedy: `name it in runbook.yml: files: [${JSON.stringify(path)}]; if the file on the host is right, remove it from the repository`,
        });
    }
}
/**
 * @param missing paths that the host does not have and does not get
 * @throws {UserError} RB-SOURCE-MISSING
 */
function checkSources(missing, sources, directory) {
    const [first] = sources.filter(({ path }) => missing.includes(path));
    if (first === undefined)
        return;
    const place = `${directory.replace(/\/+$/, '')}/${first.path}`;
    throw new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-SOURCE-MISSING', {
        what: `${first.service} mounts ./${first.path}, which is neither in the repository nor on the host (${place})`,
        why: 'Docker would make an empty folder of that name there',
        remedy: `correct the path in the Compose files, or put the file into the repository; if it is a folder for data, create it on the host (mkdir -p ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(place)}); nothing was started`,
    });
}
/**
 * Refuses to replace content that only the host has, unless `runbook.yml` names the file.
 *
 * @param state as observed, before a stack is adopted
 * @throws {UserError} RB-FILE-DIFFERS
 */
function checkOverwritten(files, state) {
    for (const { path, content, care } of files) {
        const there = state.files[path];
        if (care === undefined || there === undefined)
            continue;
        const known = [state.current, ...state.releases].some((release) => release?.files[path] === there);
        const sha = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex');
        // A file that the current release has already is not written again.
        if (known || sha === there || sha === state.current?.files[path])
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-FILE-DIFFERS', {
            what: `${path} in the repository differs from the file on the host, which no release put there`,
            why: `only the Compose files name it, and ${care}: the file on the host may hold changes that the repository does not have`,
            remedy: `name it in \`files:\` of runbook.yml to replace it with the file of the repository, or remove it from the repository to keep the file on the host`,
        });
    }
}
function isUploaded(path, files) {
    return files.some((file) => file.path === path || file.path.startsWith(`${path}/`));
}


/***/ }),

/***/ 21862:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X0: () => (/* binding */ composeFailure),
/* harmony export */   Xh: () => (/* binding */ parseModel),
/* harmony export */   iD: () => (/* binding */ composeWarnings)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _elsewhere__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(19262);
/* harmony import */ var _pin__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(74777);
/** Reads the output of `docker compose config`: a model with the paths of the stack's directory, or a failure. */



const UNSET = /The \\?"([^"\\]+)\\?" variable is not set/g;
const REQUIRED = /required variable (\S+) is missing a value(?:: (.*))?/;
const MESSAGE = /^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/;
/** The failure that Compose's standard error describes. */
function composeFailure(stderr, elsewhere = new Map()) {
    const lines = messages(stderr);
    const required = REQUIRED.exec(stderr);
    if (required !== null) {
        const names = [required[1] ?? ''];
        const said = required[2] === undefined ? undefined : `the Compose file says: ${required[2]}`;
        return variableUnset(names, (0,_elsewhere__WEBPACK_IMPORTED_MODULE_1__/* .hint */ .aK)(names, elsewhere) ?? said);
    }
    const errors = lines.filter(({ level }) => level !== 'warning').map(({ text }) => text);
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-COMPOSE-INVALID', {
        what: 'Docker Compose refuses the Compose files',
        why: errors.slice(0, 5).join('; ') || 'it gave no reason',
        remedy: 'try "docker compose config" with the same files and correct what it names; nothing was changed',
        log: lines.map(({ text }) => text),
        logOf: 'docker compose config',
    });
}
/**
 * Warnings of a run that succeeded.
 *
 * @param idle variables that only services without an active profile need: these may be unset
 * @throws {UserError} RB-VARIABLE-UNSET: Compose would go on with an empty value, which is how a database
 *   gets an empty password
 */
function composeWarnings(stderr, elsewhere = new Map(), idle = new Set()) {
    const unset = [...new Set([...stderr.matchAll(UNSET)].map(([, name = '']) => name))].filter((name) => !idle.has(name));
    if (unset.length > 0)
        throw variableUnset(unset, (0,_elsewhere__WEBPACK_IMPORTED_MODULE_1__/* .hint */ .aK)(unset, elsewhere));
    return [...new Set(messages(stderr).map(({ text }) => text))];
}
function variableUnset(names, why) {
    const [first = ''] = names;
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VARIABLE-UNSET', {
        what: `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} not set, and the Compose files or env files need ${names.length > 1 ? 'them' : 'it'}`,
        why,
        remedy: `set ${names.length > 1 ? 'them' : 'it'} in the env file, or give a default: \${${first}:-}; for a literal dollar sign write $$ in a Compose file and single quotes around the value in an env file`,
    });
}
function messages(stderr) {
    return stderr
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
        const [, level = 'error', quoted] = MESSAGE.exec(line) ?? [];
        return { level, text: quoted === undefined ? line : unquoted(quoted) };
    });
}
function unquoted(text) {
    return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}
/**
 * Compose's model, in which every path below the staging tree is replaced by the path below the stack's directory.
 *
 * @param tree the folder in which Compose was asked; its name is unique, so no other text equals it by chance
 */
function parseModel(config, tree, directory) {
    // Compose's output writes a dollar sign as two, in paths as well.
    const escaped = directory.replaceAll('$', '$$$$');
    const place = (value) => value.replaceAll(tree, () => escaped);
    const model = (0,_pin__WEBPACK_IMPORTED_MODULE_2__/* .withDefinitions */ .pe)(JSON.parse(config, (_key, value) => (typeof value === 'string' ? place(value) : value)));
    refuseEnvironmentFiles(model);
    for (const [name, service] of Object.entries(model.services ?? {}))
        refuseUnpinned(name, service);
    const names = Object.keys(model.services ?? {});
    const services = Object.entries(model.services ?? {}).map(([name, { profiles: _active, ...service }]) => [
        name,
        withoutIdle(withoutUnset(service), names),
    ]);
    const rest = Object.entries(model).filter(([key]) => !key.startsWith('x-'));
    return { ...Object.fromEntries(rest), services: Object.fromEntries(services) };
}
/**
 * Without variables that the shell should pass on but does not have: Compose leaves them out, so a release does, too.
 */
function withoutUnset(service) {
    if (service.environment === undefined)
        return service;
    const set = Object.entries(service.environment).filter(([, value]) => value !== null);
    return { ...service, environment: Object.fromEntries(set) };
}
/**
 * Without `depends_on` of services that no active profile asks for. Compose accepted these where they are not
 * `required`; in a release, which has no profiles, it would report an undefined service.
 */
function withoutIdle(service, names) {
    const needs = Object.entries((service.depends_on ?? {}));
    if (needs.every(([name]) => names.includes(name)))
        return service;
    const { depends_on: _all, ...rest } = service;
    const active = needs.filter(([name]) => names.includes(name));
    return active.length > 0 ? { ...rest, depends_on: Object.fromEntries(active) } : rest;
}
/** A release must not need the environment of the run that made it. */
function refuseEnvironmentFiles(model) {
    for (const kind of ['secrets', 'configs']) {
        for (const [name, entry] of Object.entries((model[kind] ?? {}))) {
            if (entry.environment === undefined)
                continue;
            throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-COMPOSE-INVALID', {
                what: `${kind}.${name} takes its content from the environment variable ${entry.environment}`,
                why: 'a release could not be rolled back to without the environment of the run that deployed it',
                remedy: `use "file:" for ${name}, and upload the file`,
            });
        }
    }
}
/** Refuses what no digest can pin and no release can bring back: providers, and images that are mounted. */
function refuseUnpinned(name, { provider, volumes }) {
    if (provider !== undefined && provider !== null) {
        const { type = '' } = provider;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-COMPOSE-INVALID', {
            what: `${name} has no image but the provider ${JSON.stringify(type)}`,
            why: 'a provider is a program on the host that makes something outside the containers: a release cannot pin, check or bring back what it makes',
            remedy: `remove ${name} from the Compose files, or give it a profile that runbook.yml does not name, and set up on the host what it provides; a service that depends on ${name} needs \`required: false\` there, and in the env file the variables that the provider sets`,
        });
    }
    const mounted = (volumes ?? []).find(({ type }) => type === 'image');
    if (mounted === undefined)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-COMPOSE-INVALID', {
        what: `${name} mounts the image ${mounted.source ?? ''} at ${mounted.target} (type: image)`,
        why: 'a release pins and pulls only the images that services run: the content of this mount could change without a deploy, and a rollback would not bring it back',
        remedy: `copy the files into the image that ${name} runs (COPY --from=${mounted.source ?? 'IMAGE'}), or upload them and mount them with \`type: bind\``,
    });
}


/***/ }),

/***/ 19262:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   IX: () => (/* binding */ parseElsewhere),
/* harmony export */   aK: () => (/* binding */ hint),
/* harmony export */   ig: () => (/* binding */ leftOut)
/* harmony export */ });
/* harmony import */ var _secrets_assignments__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(30538);
/** Variables that the host has where Compose is not told to look: in the login's environment, in a `.env`. */

const PLACES = {
    login: "the login's environment on the host",
    '.env': 'the .env on the host, which is not the env file of the runbook',
};
/** Lines `NAME PLACE`. */
function parseElsewhere(text) {
    const lines = text.split('\n').map((line) => line.split(' '));
    return new Map(lines.flatMap(([name = '', place = '']) => (PLACES[place] ? [[name, PLACES[place]]] : [])));
}
/** Where unset variables have a value on the host, in words; `undefined` if that is not known. */
function hint(names, elsewhere) {
    const known = names.filter((name) => elsewhere.has(name));
    if (known.length === 0)
        return undefined;
    const found = known.map((name) => `${name} is set in ${elsewhere.get(name)}`);
    return `${found.join('; ')}: a release takes nothing from there`;
}
/** `${NAME…}` and `$NAME`, but not `$$NAME`. */
const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;
/**
 * Warnings about variables that the Compose files use and the host has, but not in the env file: in the containers they
 * now have their defaults, or are gone.
 *
 * @param config Compose's model as it printed it
 */
function leftOut(config, { runbook, files }, elsewhere) {
    const text = (path) => files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
    const used = runbook.compose.flatMap((path) => [...text(path).matchAll(USED)].map(([, a, b]) => a ?? b ?? ''));
    const { services = {} } = JSON.parse(config);
    const passed = Object.values(services).flatMap(({ environment = {} }) => Object.entries(environment).flatMap(([name, value]) => (value === null ? [name] : [])));
    const given = new Set((0,_secrets_assignments__WEBPACK_IMPORTED_MODULE_0__/* .assignmentsIn */ .s)(runbook.envFile === null ? '' : text(runbook.envFile)).map(({ name }) => name));
    const missing = [...new Set([...used, ...passed])].filter((name) => elsewhere.has(name) && !given.has(name));
    return missing.map((name) => `${name} is set in ${elsewhere.get(name)} and used by the Compose files: a release takes nothing from there; set it in the env file`);
}


/***/ }),

/***/ 60006:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ idleVariables),
/* harmony export */   b: () => (/* binding */ idleMigration)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/** What belongs to services without an active profile: variables that only they need, and a migration. Pure. */

const USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;
/**
 * Names of those variables. None if the files use `include` or `extends`, because then other files may need a variable,
 * too.
 *
 * @param files text of the Compose files
 * @param active services of the resolved model
 */
function idleVariables(files, active) {
    const idle = new Set();
    const needed = new Set();
    for (const text of files) {
        let document;
        try {
            document = ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text, { merge: true, logLevel: 'silent' }) ?? {});
        }
        catch {
            return new Set();
        }
        if (/\b(?:include|extends)\s*:/.test(text))
            return new Set();
        const { services, ...rest } = document;
        for (const [name, service] of Object.entries((services ?? {})))
            for (const variable of usedIn(service))
                (active.includes(name) ? needed : idle).add(variable);
        // A part under `x-` counts only where a service takes it over, and then it is in the service already.
        for (const [name, part] of Object.entries(rest))
            if (!name.startsWith('x-'))
                for (const variable of usedIn(part))
                    needed.add(variable);
    }
    return new Set([...idle].filter((name) => !needed.has(name)));
}
function usedIn(part) {
    return [...(JSON.stringify(part) ?? '').matchAll(USED)].map(([, braced, plain]) => braced ?? plain ?? '');
}
/**
 * A sentence if the migration belongs to a profile that is not active, so that no deploy runs it.
 *
 * @param files text of the Compose files
 * @param active services of the resolved model
 */
function idleMigration(files, active, migration) {
    if (migration === null || active.includes(migration))
        return [];
    const profiles = [...new Set(files.flatMap((text) => profilesOf(text, migration)))];
    if (profiles.length === 0)
        return [];
    return [
        `${migration} is not run, and the schema stays as it is: the service belongs to ${profiles.length === 1 ? 'the profile' : 'the profiles'} ${profiles.join(', ')}, and none is active. To have deploys and the action migrate run it, name one in \`profiles\` of runbook.yml.`,
    ];
}
function profilesOf(text, name) {
    try {
        const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text, { merge: true, logLevel: 'silent' });
        const profiles = document?.services?.[name]?.profiles;
        return Array.isArray(profiles) ? profiles.map(String) : [];
    }
    catch {
        return [];
    }
}


/***/ }),

/***/ 39888:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ packPayload)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var tar_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(56118);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(32863);
/* harmony import */ var _login__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(67511);
/** Packs the archive of uploaded files that the host's script reads, and the list that names all of them. */




/**
 * @param present path → SHA-256 of files on the host; their content is left out
 * @throws {UserError} RB-FILE-MISSING for a path that lies outside the directory or cannot be listed
 */
async function packPayload(uploaded, present, logins) {
    const files = {};
    const lines = [];
    const blobs = new Map();
    for (const { path, content, mode } of [...uploaded].sort((a, b) => (a.path < b.path ? -1 : 1))) {
        requirePath(path);
        const sha256 = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex');
        files[path] = sha256;
        lines.push(fileLine(sha256, mode, path));
        if (present[path] !== sha256)
            blobs.set(sha256, content);
    }
    const filesList = lines.join('');
    const archive = (0,tar_stream__WEBPACK_IMPORTED_MODULE_1__.pack)();
    archive.entry({ name: 'files.list', mode: 0o600 }, filesList);
    for (const [sha256, content] of blobs)
        archive.entry({ name: `blobs/${sha256}`, mode: 0o600 }, content);
    logins.forEach((login, index) => {
        archive.entry({ name: `logins/${index}/config.json`, mode: 0o600 }, (0,_login__WEBPACK_IMPORTED_MODULE_3__/* .dockerConfig */ .p)([login]));
    });
    archive.finalize();
    const chunks = [];
    for await (const chunk of archive)
        chunks.push(chunk);
    const sent = [...blobs.values()].reduce((sum, content) => sum + content.length, 0);
    return { archive: Buffer.concat(chunks), files, filesList, sent };
}
/** One line of `files.list`. The path comes last and may hold anything but a line break. */
function fileLine(sha256, mode, path) {
    return `${sha256} ${(mode & 0o777).toString(8).padStart(3, '0')} ${path}\n`;
}
function requirePath(path) {
    const parts = path.split('/');
    const inside = parts.every((part) => part !== '' && part !== '.' && part !== '..') && parts[0] !== '.runbook';
    if (inside && !/[\n\r\0]/.test(path))
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('RB-FILE-MISSING', {
        what: `${JSON.stringify(path)} cannot be uploaded`,
        why: 'a path must lie below the folder of runbook.yml, outside .runbook, without "..", empty parts and line breaks',
        remedy: 'correct it in runbook.yml',
    });
}


/***/ }),

/***/ 71181:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  h: () => (/* binding */ resolve)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/stack/compose-script.ts
var compose_script = __webpack_require__(485);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/answers.ts
/** Collects the lines `#rb NAME BASE64` of the host's script. */

class Answers {
    #session;
    #lines;
    #found = new Map();
    #stopped;
    #stop = () => { };
    /** @param timeout milliseconds from now after which waiting for an answer fails */
    constructor(session, timeout, signal) {
        this.#session = session;
        this.#lines = session.lines[Symbol.asyncIterator]();
        this.#stopped = new Promise((_resolve, reject) => {
            this.#stop = reject;
        });
        this.#stopped.catch(() => { });
        const timer = setTimeout(() => this.#stop(timedOut(timeout)), timeout);
        const abort = () => this.#stop(cancelled());
        if (signal?.aborted)
            abort();
        signal?.addEventListener('abort', abort, { once: true });
        void session.done.then(() => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', abort);
        });
    }
    has(name) {
        return this.#found.has(name);
    }
    /** @throws {Error} if the script did not say `name` */
    text(name) {
        const encoded = this.#found.get(name);
        if (encoded === undefined)
            throw new Error(`resolve: the host said nothing of ${name}`);
        return new TextDecoder('utf-8', { fatal: false }).decode(Buffer.from(encoded, 'base64'));
    }
    registry(index) {
        const part = (name) => this.has(`image-${index}-${name}`) ? this.text(`image-${index}-${name}`) : '';
        return {
            http: part('http'),
            id: part('id'),
            manifest: part('manifest'),
            error: part('error'),
            platform: this.text('platform'),
        };
    }
    /**
     * Reads until the script has said `name`. Rejects if the script ends before that, at the deadline and on
     * cancellation.
     */
    async until(name) {
        while (!this.has(name)) {
            const next = await Promise.race([this.#lines.next(), this.#stopped]);
            if (next.done === true)
                throw await this.#ended();
            const match = /^#rb (\S+) ?(\S*)$/.exec(next.value);
            if (match !== null)
                this.#found.set(match[1] ?? '', match[2] ?? '');
        }
    }
    async #ended() {
        const outcome = await this.#session.done;
        const stderr = outcome.stderr.trim().split('\n').slice(-50);
        if (outcome.outcome === 'exited') {
            return new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
                what: `the host could not resolve the release (exit status ${outcome.code})`,
                remedy: 'see the message of its shell; the host needs Docker, Compose, tar, base64, mktemp, sha256sum and timeout',
                log: stderr,
                logOf: 'the host',
            });
        }
        return new errors/* UserError */.y('RB-CONNECTION-LOST', {
            what: 'the connection broke while the release was resolved',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
}
function timedOut(timeout) {
    return new errors/* UserError */.y('RB-TIMEOUT', {
        what: `the host did not resolve the release within ${Math.round(timeout / 1000)} s`,
        remedy: 'look at the load of the host and at its way to the registry; nothing was changed',
    });
}
function cancelled() {
    return new errors/* UserError */.y('RB-CANCELLED', {
        what: 'cancelled while the release was resolved',
        remedy: 'nothing was changed',
    });
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/assemble.ts
var assemble = __webpack_require__(93148);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/checks-files.ts
var checks_files = __webpack_require__(4911);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/compose.ts
var compose = __webpack_require__(21862);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/elsewhere.ts
var resolve_elsewhere = __webpack_require__(19262);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/idle.ts
var resolve_idle = __webpack_require__(60006);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/reference.ts
var resolve_reference = __webpack_require__(91167);
// EXTERNAL MODULE: ./actions/lib/stack/origin.ts
var stack_origin = __webpack_require__(93275);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/registry.ts
/** Reads the answers that the host got about an image in a registry. Pure. */



/**
 * The digest of an image, or the failure to get it.
 *
 * @param expected the digest that the image must have
 * @throws {UserError} RB-DIGEST-MISMATCH
 */
function judgeAnswer(service, reference, expected, answer) {
    const { http = '', id = '', manifest = '', error = '', platform = '' } = answer ?? {};
    const entry = entryFor(manifest, platform);
    // If the daemon gave no digest, take the client's. For an index the client names only the manifest of this platform.
    const digest = digestIn(http) ?? entry?.Descriptor.digest ?? null;
    if (digest === null)
        return { digest, failure: failureOf(service, reference, http, error) };
    if (expected !== null && expected !== digest)
        throw mismatch(service, reference, digest);
    const { layers, annotations } = entry?.SchemaV2Manifest ?? entry?.OCIManifest ?? {};
    const origin = (0,stack_origin/* originOf */.yv)(annotations?.[stack_origin/* SOURCE */.u2] ?? '', annotations?.[stack_origin/* REVISION */.sP] ?? '');
    return {
        digest,
        imageId: id.trim() === '' ? null : id.trim(),
        layers: (layers ?? []).map(({ digest, size }) => ({ digest, size })),
        ...(origin === null ? {} : { origin }),
        sizeUnknown: lastLine(error) || 'its manifest has no layers for this host',
    };
}
function entryFor(manifest, platform) {
    if (manifest.trim() === '')
        return null;
    const parsed = JSON.parse(manifest);
    if (!Array.isArray(parsed))
        return parsed;
    return parsed.find(({ Descriptor: { platform: p } }) => `${p?.os}/${p?.architecture}` === platform) ?? null;
}
function statusOf(http) {
    return Number(/^HTTP\/1\.[01] (\d{3})/.exec(http)?.[1] ?? 0);
}
function bodyOf(http) {
    try {
        return JSON.parse(http.slice(http.indexOf('\r\n\r\n') + 4));
    }
    catch {
        return {};
    }
}
function digestIn(http) {
    if (statusOf(http) !== 200)
        return null;
    return bodyOf(http).Descriptor?.digest ?? null;
}
function failureOf(service, reference, http, error) {
    const message = String(bodyOf(http).message ?? '') || lastLine(error) || 'the registry did not answer within 30 s';
    const image = (0,resolve_reference/* formatReference */.FH)(reference);
    const registry = (0,resolve_reference/* registryOf */.Fv)(reference.repository);
    const code = classify(message, statusOf(http));
    const texts = {
        'RB-IMAGE-NOT-FOUND': {
            what: `${registry} has no image ${image} (service ${service})`,
            remedy: 'check that the build pushed this tag, and its spelling',
        },
        'RB-REGISTRY-LOGIN': {
            what: `${registry} refuses access to ${image} (service ${service})`,
            remedy: 'check the registry inputs: user name, and a token that may read this package (read:packages); some registries answer this for images that do not exist, too',
        },
        'RB-REGISTRY-UNREACHABLE': {
            what: `${registry} does not answer the host's request for ${image} (service ${service})`,
            remedy: `check on the host: docker pull ${image}`,
        },
    };
    return new errors/* UserError */.y(code, { ...texts[code], why: message });
}
/** By the text: registries and versions of Docker word failures differently, and many failures have status 500. */
function classify(message, status) {
    if (/unauthorized|denied|no basic auth|authentication required|incorrect username|forbidden/i.test(message))
        return 'RB-REGISTRY-LOGIN';
    if (/manifest unknown|name unknown|not found|no such manifest/i.test(message) && !/dial|lookup/i.test(message))
        return 'RB-IMAGE-NOT-FOUND';
    if (status === 401 || status === 403)
        return 'RB-REGISTRY-LOGIN';
    return status === 404 ? 'RB-IMAGE-NOT-FOUND' : 'RB-REGISTRY-UNREACHABLE';
}
function mismatch(service, reference, digest) {
    return new errors/* UserError */.y('RB-DIGEST-MISMATCH', {
        what: `${(0,resolve_reference/* formatReference */.FH)(reference)} (service ${service}) differs from the image in the registry`,
        why: `the registry has ${digest} under this name`,
        remedy: 'the tag was pushed again, or the digest belongs to another image: give the digest that the build printed',
    });
}
function lastLine(text) {
    return text.trim().split('\n').at(-1) ?? '';
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/images.ts
/** Decides which images must be looked up in a registry, and reads the answers. */



/**
 * The image that each service of the model is to run.
 *
 * @throws {UserError} RB-VERSION-INVALID, RB-COMPOSE-INVALID
 */
function wantedImages(services, request) {
    return Object.entries(services).map(([service, definition]) => wantedImage(service, definition, request));
}
function wantedImage(service, definition, request) {
    const { images, versions } = request;
    const left = request.only?.includes(service) === false ? request.current?.services[service] : undefined;
    const stays = request.imagesOf?.services[service] ?? left;
    if (stays !== undefined)
        return staying(service, stays, request);
    const written = typeof definition.image === 'string' && definition.image !== '' ? definition.image : null;
    // Compose gives this name to an image that it builds.
    const named = written ?? `${request.runbook.stack}-${service}`;
    const version = versions[service];
    const reference = version === undefined ? required(service, named) : (0,resolve_reference/* withVersion */.$2)(named, version);
    const base = { service, reference, built: definition.build !== undefined, imageId: null, digest: null, ask: null };
    if (written === null || definition.pull_policy === 'never') {
        const imageId = localId(reference, images);
        if (imageId !== null)
            return { ...base, imageId };
    }
    const refresh = version !== undefined || request.refresh.includes(service) || definition.pull_policy === 'always';
    const was = refresh ? null : kept(service, reference, request.current);
    if (was?.imageId && was.digest === null && images[was.imageId] !== undefined)
        return { ...base, imageId: was.imageId };
    const digest = reference.digest ?? was?.digest ?? null;
    if (digest === null)
        return { ...base, ask: (0,resolve_reference/* formatReference */.FH)(reference) };
    // As an input, tag@digest means: fail if the tag no longer leads to the digest. In a Compose file that tag is a
    // comment.
    if (version !== undefined && reference.tag !== null)
        return { ...base, digest, ask: (0,resolve_reference/* formatReference */.FH)({ ...reference, digest: null }) };
    const ref = `${reference.repository}@${digest}`;
    return { ...base, digest, ask: images[ref] === undefined ? ref : null };
}
/** The image of a service that the request leaves out: as in the current release. */
function staying(service, { image, digest, imageId }, { images, asksNone }) {
    const reference = required(service, image);
    if (digest === null)
        return { service, reference, digest, imageId, ask: null, built: true };
    const ref = `${reference.repository}@${digest}`;
    const ask = asksNone === true || images[ref] !== undefined ? null : ref;
    return { service, reference, digest, imageId: null, ask, built: false };
}
function required(service, image) {
    const reference = (0,resolve_reference/* parseReference */.F2)(image);
    if (reference !== null)
        return reference.tag === null && reference.digest === null ? { ...reference, tag: 'latest' } : reference;
    throw new errors/* UserError */.y('RB-COMPOSE-INVALID', {
        what: `${service} has the image ${JSON.stringify(image)}, which is not a valid image name`,
        remedy: 'correct "image:" in the Compose file, or the variable in it',
    });
}
/** The digest and local ID that the current release has for the same image. */
function kept(service, reference, current) {
    const was = current?.services[service];
    const now = (0,resolve_reference/* parseReference */.F2)(was?.image ?? '');
    const same = now !== null &&
        (0,resolve_reference/* formatReference */.FH)({ ...now, tag: now.tag ?? 'latest' }) ===
            (0,resolve_reference/* formatReference */.FH)({ ...reference, tag: reference.tag ?? 'latest' });
    return was !== undefined && same ? { digest: was.digest, imageId: was.imageId } : null;
}
/** The image in its final form. Throws if it is neither in a registry nor on the host. */
function pinImage(wanted, answer, images) {
    const { service, reference, digest } = wanted;
    if (wanted.imageId !== null)
        return { image: local(wanted.imageId) };
    if (wanted.ask === null && digest !== null)
        return { image: byDigest(reference, digest, images) };
    const judged = judgeAnswer(service, reference, digest, answer);
    if (judged.digest !== null) {
        const image = byDigest(reference, judged.digest, images, judged);
        const unmeasured = !image.local && image.layers.length === 0;
        return unmeasured
            ? { image, warning: `the size of ${(0,resolve_reference/* formatReference */.FH)(reference)} is unknown: ${judged.sizeUnknown}` }
            : { image };
    }
    const { failure } = judged;
    if (digest !== null && failure.code === 'RB-REGISTRY-UNREACHABLE') {
        const image = byDigest(reference, digest, images);
        if (image.local)
            return { image, warning: `${failure.details.what}; the host has ${image.ref} already` };
    }
    const id = digest === null ? localId(reference, images) : null;
    const unpublished = wanted.built || !cameFromRegistry(reference, images);
    if (id !== null && (unpublished || failure.code === 'RB-IMAGE-NOT-FOUND')) {
        return {
            image: local(id),
            warning: `no registry has ${(0,resolve_reference/* formatReference */.FH)(reference)} (${failure.details.why}); the image of that name on the host is used`,
        };
    }
    throw wanted.built ? buildOnly(wanted) : failure;
}
function byDigest(reference, digest, images, found = { layers: [], imageId: null }) {
    const ref = `${reference.repository}@${digest}`;
    const imageId = images[ref] ?? found.imageId;
    const { origin } = found;
    const image = { ref, digest, imageId, layers: imageId === null ? found.layers : [], local: imageId !== null };
    return origin === undefined ? image : { ...image, origin };
}
function local(imageId) {
    return { ref: imageId, digest: null, imageId, layers: [], local: true };
}
function localId({ repository, tag, digest }, images) {
    return images[digest === null ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`] ?? null;
}
function cameFromRegistry({ repository }, images) {
    return Object.keys(images).some((name) => name.startsWith(`${repository}@`));
}
function buildOnly({ service, reference }) {
    return new errors/* UserError */.y('RB-BUILD-ONLY', {
        what: `${service} is built from source, and the host has no image ${(0,resolve_reference/* formatReference */.FH)(reference)}`,
        why: 'images are pulled, never built, on a production host',
        remedy: 'build and push it in the workflow and name it by "image:" in the Compose file, or load it on the host (docker load)',
    });
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/login.ts
var resolve_login = __webpack_require__(67511);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/payload.ts
var resolve_payload = __webpack_require__(39888);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/script.ts
var script = __webpack_require__(59487);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/versions.ts
var versions = __webpack_require__(61473);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/resolve.ts
/** Turns uploaded files into a release's pinned Compose model, on one session channel of the host. */
















/** Milliseconds for all of it; the host waits up to 30 s for a single answer of a registry. */
const TIMEOUT = 120_000;
/** Milliseconds that the script gets to clear away after a failure. */
const CLEANUP_GRACE = 2000;
/**
 * Lays the uploaded files over the stack's directory in a staging folder, asks Compose what they mean and
 * the registries for digests. Changes nothing else on the host.
 *
 * @throws {UserError} RB-COMPOSE-INVALID, RB-VARIABLE-UNSET, RB-SERVICE-UNKNOWN, RB-VERSION-INVALID,
 *   RB-IMAGE-NOT-FOUND, RB-REGISTRY-UNREACHABLE, RB-REGISTRY-LOGIN, RB-DIGEST-MISMATCH, RB-BUILD-ONLY,
 * RB-FILE-MISSING, RB-FILE-UNNAMED, RB-SOURCE-MISSING, RB-SOURCE-ABOVE, RB-TRANSFER-CORRUPT, RB-CONNECTION-LOST, RB-TIMEOUT,
 * RB-CANCELLED
 */
async function resolve(host, request) {
    (0,checks_files/* checkRead */.xp)(request);
    const payload = await (0,resolve_payload/* packPayload */.u)(request.files, request.present, request.logins);
    const session = await host.open(scriptFor(request, payload.archive.length), { input: payload.archive });
    const answers = new Answers(session, request.timeout ?? TIMEOUT, request.signal);
    try {
        await answers.until('config');
        const staging = answers.text('staging');
        const tree = `${staging}/root${directoryOf(request)}`;
        const elsewhere = (0,resolve_elsewhere/* parseElsewhere */.IX)(answers.text('elsewhere'));
        const config = answers.text('config');
        const active = Object.keys(JSON.parse(config).services ?? {});
        const texts = request.files.filter(({ path }) => request.runbook.compose.includes(path));
        const idle = (0,resolve_idle/* idleVariables */.C)(texts.map(({ content }) => content.toString('utf8')), active);
        const warnings = (0,compose/* composeWarnings */.iD)(answers.text('errors'), elsewhere, idle);
        const fresh = (0,compose/* parseModel */.Xh)(config, tree, request.runbook.directory);
        (0,checks_files/* checkAbove */.kV)(fresh, staging, tree, directoryOf(request));
        warnings.push(...(0,resolve_elsewhere/* leftOut */.ig)(config, request, elsewhere));
        const current = answers.has('current') ? JSON.parse(answers.text('current')) : null;
        const model = (0,assemble/* merge */.h1)(fresh, current, request);
        const wanted = wantedImages(model.services, request);
        const asked = wanted.filter(({ ask }) => ask !== null);
        const sources = (0,checks_files/* sourcesOf */.u0)(model, request.runbook.directory);
        (0,checks_files/* checkNamed */.eY)(sources, request.files, request.inRepository);
        for (const { path } of sources)
            if (!/[\r\n]/.test(path))
                session.write(`path ${path}`);
        for (const [index, image] of asked.entries())
            session.write(question(image, index, request));
        session.write('end');
        await answers.until('done');
        (0,checks_files/* checkSources */.BT)(answers.text('missing').split('\n'), sources, request.runbook.directory);
        const assembly = { model, pinned: [], files: payload.files };
        for (const image of wanted) {
            const index = asked.indexOf(image);
            const { image: found, warning } = pinImage(image, index < 0 ? null : answers.registry(index), request.images);
            assembly.pinned.push({ ...image, image: found });
            if (warning !== undefined)
                warnings.push(warning);
        }
        const assembled = (0,assemble/* assemble */.fT)(assembly, request);
        if (request.keepStaging)
            session.write('keep');
        return {
            ...assembled,
            files: payload.files,
            filesList: payload.filesList,
            sent: payload.sent,
            warnings,
            staging: request.keepStaging ? answers.text('staging') : null,
        };
    }
    catch (error) {
        throw explained(error, answers);
    }
    finally {
        // When its input ends, the script clears away what it made, unless it was told to keep it.
        session.end();
        await Promise.race([session.done, (0,promises_.setTimeout)(CLEANUP_GRACE, undefined, { ref: false })]);
        session.close();
    }
}
/** The refusal by Compose or the script, if there was one: it says more than that the session ended. */
function explained(error, answers) {
    if (answers.has('refused-compose')) {
        return (0,compose/* composeFailure */.X0)(answers.text('errors'), (0,resolve_elsewhere/* parseElsewhere */.IX)(answers.text('elsewhere')));
    }
    if (answers.has('refused-transfer')) {
        return new errors/* UserError */.y('RB-TRANSFER-CORRUPT', {
            what: `the received files differ from those that were sent: ${answers.text('refused-transfer')}`,
            why: 'a file on the host changed meanwhile, or the disk is full',
            remedy: 'run it again',
        });
    }
    if (answers.has('refused-directory')) {
        return new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
            what: `the SSH user cannot write to ${answers.text('refused-directory')}`,
            remedy: 'give the directory of the stack to the SSH user, and look for a full disk',
        });
    }
    return error;
}
/** The stack's directory without a slash at its end. */
function directoryOf({ runbook }) {
    return runbook.directory.replace(/\/+$/, '');
}
function scriptFor(request, bytes) {
    const { runbook, current, only } = request;
    const variables = {
        STACK: runbook.stack,
        DIRECTORY: directoryOf(request),
        KEEP: request.keepStaging ? '1' : '0',
        CURRENT: only !== null ? (current?.id ?? '') : '',
        BYTES: String(bytes),
        ENV_FILE: runbook.envFile ?? '',
        COMPOSE_VARIABLES: Object.entries((0,versions/* tagVariables */.i)(request))
            .map(([name, value]) => `${name}=${value}`)
            .join(' '),
    };
    // `./` keeps a leading dash from being taken for an option.
    const options = [
        ...runbook.compose.flatMap((file) => ['-f', `./${file}`]),
        ...runbook.profiles.flatMap((profile) => ['--profile', profile]),
    ];
    return [
        ...Object.entries(variables).map(([name, value]) => `${name}=${(0,quote/* quote */.h)(value)}`),
        (0,compose_script/* composeScript */.I)(),
        (0,script/* resolveScript */.o)(),
        `resolve ${options.map(quote/* quote */.h).join(' ')}`,
    ].join('\n');
}
function question({ reference, ask }, index, { logins }) {
    const registry = (0,resolve_reference/* registryOf */.Fv)(reference.repository);
    const number = logins.findIndex((login) => login.registry === registry);
    const login = logins[number];
    const auth = login === undefined ? '-' : (0,resolve_login/* registryAuth */.I)(login);
    const insecure = (0,resolve_reference/* isLoopback */.U9)(registry) ? 1 : 0;
    return `image ${index} ${ask} ${reference.repository} ${login === undefined ? '-' : number} ${insecure} ${auth}`;
}


/***/ }),

/***/ 59487:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ resolveScript)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/**
 * The host's script that resolves a release. It has a module of its own, in plain syntax, because the bundler includes
 * a file only if it understands the call that reads the file.
 */


function resolveScript() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "resolve.sh", 'utf8');
}


/***/ }),

/***/ 61473:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ tagVariables)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _reference__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(91167);
/** Finds the variables that stand for the `version` of a service in the Compose files. */


/** A tag that is one variable and nothing else: `image: ghcr.io/acme/api:${TAG:-latest}`. */
const TAG_VARIABLE = /:\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?[-?+][^{}]*)?\})$/;
/**
 * Variables that stand for the tag of a versioned service's image, with the tag that they get. So a required
 * `${TAG:?}` is satisfied, and `APP_VERSION: ${TAG}` has the right value. A variable that two services with
 * different versions share is left out.
 */
function tagVariables(request) {
    const { versions, imagesOf } = request;
    const running = Object.entries(imagesOf?.services ?? {}).map(([name, { image }]) => [
        name,
        (0,_reference__WEBPACK_IMPORTED_MODULE_1__/* .parseReference */ .F2)(image)?.tag ?? undefined,
    ]);
    const wanted = { ...Object.fromEntries(running), ...versions };
    const tags = new Map();
    for (const [service, image] of imagesIn(request)) {
        const tag = tagIn(wanted[service]);
        const match = TAG_VARIABLE.exec(image);
        const name = match?.[1] ?? match?.[2];
        if (name !== undefined && tag !== null)
            tags.set(name, (tags.get(name) ?? new Set()).add(tag));
    }
    const single = [...tags].filter(([, values]) => values.size === 1);
    return Object.fromEntries(single.map(([name, values]) => [name, [...values][0] ?? '']));
}
function tagIn(version) {
    const tag = version?.split('@')[0] ?? '';
    return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(tag) ? tag : null;
}
/** `[service, image]` as written; a file that only Compose can read is left out. */
function imagesIn({ runbook, files }) {
    return files
        .filter(({ path }) => runbook.compose.includes(path))
        .flatMap(({ content }) => {
        let document;
        try {
            document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(content.toString('utf8'), { merge: true, logLevel: 'silent' });
        }
        catch {
            return [];
        }
        return Object.entries(document?.services ?? {}).flatMap(([service, definition]) => typeof definition?.image === 'string' ? [[service, definition.image]] : []);
    });
}


/***/ })

};
;