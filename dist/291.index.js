"use strict";
exports.id = 291;
exports.ids = [291];
exports.modules = {

/***/ 2291:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deploy: () => (/* binding */ deploy)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./actions/lib/config/files.ts + 1 modules
var config_files = __webpack_require__(2563);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts + 2 modules
var inputs = __webpack_require__(8824);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 2 modules
var change = __webpack_require__(3990);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(6302);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var lib_errors = __webpack_require__(2863);
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
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/elsewhere.ts
const PLACES = {
    login: "the login's environment on the host",
    '.env': 'the .env on the host, which is not the env file of the runbook',
};
/** Lines `NAME PLACE`. */
function parseElsewhere(text) {
    const lines = text.split('\n').map((line) => line.split(' '));
    return new Map(lines.flatMap(([name = '', place = '']) => (PLACES[place] ? [[name, PLACES[place]]] : [])));
}
/** Why variables that lack a value may have had one; `undefined` when nothing is known. */
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
 * Warnings about variables that the Compose files use, that the host has elsewhere, and the env file has not: they
 * have their defaults now, or are gone from the containers.
 *
 * @param config Compose's model as it printed it
 */
function leftOut(config, { runbook, files }, elsewhere) {
    const text = (path) => files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
    const used = runbook.compose.flatMap((path) => [...text(path).matchAll(USED)].map(([, a, b]) => a ?? b ?? ''));
    const { services = {} } = JSON.parse(config);
    const passed = Object.values(services).flatMap(({ environment = {} }) => Object.entries(environment).flatMap(([name, value]) => (value === null ? [name] : [])));
    const given = runbook.envFile === null ? '' : text(runbook.envFile);
    const missing = [...new Set([...used, ...passed])].filter((name) => elsewhere.has(name) && !new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:]`, 'm').test(given));
    return missing.map((name) => `${name} is set in ${elsewhere.get(name)} and used by the Compose files: a release takes nothing from there; set it in the env file`);
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/pin.ts
var pin = __webpack_require__(4777);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/compose.ts
/** What `docker compose config` said: its model with the paths of the stack's directory, or why not. */



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
        return variableUnset(names, hint(names, elsewhere) ?? said);
    }
    const errors = lines.filter(({ level }) => level !== 'warning').map(({ text }) => text);
    return new lib_errors/* UserError */.y('RB-COMPOSE-INVALID', {
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
 * @param idle variables that only services need which no active profile asks for: without them nothing runs otherwise
 * @throws UserError RB-VARIABLE-UNSET: Compose would go on with an empty value, which is how a database
 *   gets an empty password
 */
function composeWarnings(stderr, elsewhere = new Map(), idle = new Set()) {
    const unset = [...new Set([...stderr.matchAll(UNSET)].map(([, name = '']) => name))].filter((name) => !idle.has(name));
    if (unset.length > 0)
        throw variableUnset(unset, hint(unset, elsewhere));
    return [...new Set(messages(stderr).map(({ text }) => text))];
}
function variableUnset(names, why) {
    const [first = ''] = names;
    return new lib_errors/* UserError */.y('RB-VARIABLE-UNSET', {
        what: `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} not set, and the Compose files or env files need ${names.length > 1 ? 'them' : 'it'}`,
        ...(why === undefined ? {} : { why }),
        remedy: `set ${names.length > 1 ? 'them' : 'it'} in the env file, or give a default: \${${first}:-}; where a literal dollar sign is meant, write $$ in a Compose file and single quotes around the value in an env file`,
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
 * Compose's model, with every path below the staging tree meaning the stack's directory.
 *
 * @param tree the folder in which Compose was asked; unique, so that it can stand nowhere by chance
 */
function parseModel(config, tree, directory) {
    // Compose's output writes a dollar sign as two, in paths as well.
    const escaped = directory.replaceAll('$', '$$$$');
    const place = (value) => value.replaceAll(tree, () => escaped);
    const model = (0,pin/* withDefinitions */.pe)(JSON.parse(config, (_key, value) => (typeof value === 'string' ? place(value) : value)));
    refuseEnvironmentFiles(model);
    const services = Object.entries(model.services ?? {}).map(([name, { profiles: _active, ...service }]) => [
        name,
        withoutUnset(service),
    ]);
    const rest = Object.entries(model).filter(([key]) => !key.startsWith('x-'));
    return { ...Object.fromEntries(rest), services: Object.fromEntries(services) };
}
/** Variables that are passed on from the shell and had no value there: Compose leaves them out, a release as well. */
function withoutUnset(service) {
    if (service.environment === undefined)
        return service;
    const set = Object.entries(service.environment).filter(([, value]) => value !== null);
    return { ...service, environment: Object.fromEntries(set) };
}
/** A release must not need the environment of the run that made it. */
function refuseEnvironmentFiles(model) {
    for (const kind of ['secrets', 'configs']) {
        for (const [name, entry] of Object.entries((model[kind] ?? {}))) {
            if (entry.environment === undefined)
                continue;
            throw new lib_errors/* UserError */.y('RB-COMPOSE-INVALID', {
                what: `${kind}.${name} takes its content from the environment variable ${entry.environment}`,
                why: 'a release could not be rolled back to without the environment of the run that deployed it',
                remedy: `use "file:" for ${name}, and upload the file`,
            });
        }
    }
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/definition.ts
/** Identity of a service beyond its image and number: equal definitions give equal containers. */

/** What does not make a container different: how many there are, how an image is had, when it starts. */
const IRRELEVANT = new Set(['image', 'build', 'scale', 'pull_policy', 'profiles', 'depends_on', 'develop']);
/** SHA-256 over what makes the containers of a service, independent of the order of keys. */
function definitionOf(service, model) {
    const relevant = Object.entries(service).filter(([key, value]) => value !== null && !IRRELEVANT.has(key) && !key.startsWith('x-'));
    const { replicas: _number, ...deploy } = (service.deploy ?? {});
    return (0,identity/* hashOf */.qQ)(compact({ ...Object.fromEntries(relevant), deploy, ...used(service, model) }));
}
/** Definitions of the networks, volumes, secrets and configs that the service names. */
function used(service, model) {
    const names = {
        networks: Object.keys((service.networks ?? {})),
        volumes: (service.volumes ?? []).map(({ source }) => source),
        secrets: (service.secrets ?? []).map(({ source }) => source),
        configs: (service.configs ?? []).map(({ source }) => source),
    };
    return Object.fromEntries(Object.entries(names).map(([kind, wanted]) => [
        `top-level ${kind}`,
        Object.fromEntries(Object.entries((model[kind] ?? {})).filter(([name]) => wanted.includes(name))),
    ]));
}
/** Without empty objects: Compose's versions differ in which of them they print. */
function compact(value) {
    if (Array.isArray(value))
        return value.map(compact);
    if (value === null || typeof value !== 'object')
        return value;
    const entries = Object.entries(value).map(([key, inner]) => [key, compact(inner)]);
    return Object.fromEntries(entries.filter(([, inner]) => !isEmptyObject(inner)));
}
function isEmptyObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

// EXTERNAL MODULE: ./node_modules/tar-stream/index.js
var tar_stream = __webpack_require__(6118);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/login.ts
/** Content of a `config.json` for a private `DOCKER_CONFIG` folder (mode 0600). */
function dockerConfig(logins) {
    const auths = logins.map(({ registry, username, password }) => [
        serverOf(registry),
        { auth: Buffer.from(`${username}:${password}`).toString('base64') },
    ]);
    return `${JSON.stringify({ auths: Object.fromEntries(auths) })}\n`;
}
/** Value of the header `X-Registry-Auth` of Docker's API. */
function registryAuth({ registry, username, password }) {
    return Buffer.from(JSON.stringify({ username, password, serveraddress: serverOf(registry) })).toString('base64url');
}
/** Docker Hub is known by an address of its own. */
function serverOf(registry) {
    return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/payload.ts
/** The archive of uploaded files that the host's script reads, and the list that names them all. */




/**
 * @param present path → SHA-256 of what the host has already; that content is left out
 * @throws UserError RB-FILE-MISSING for a path that lies outside the directory or cannot be listed
 */
async function packPayload(uploaded, present, logins) {
    const files = {};
    const lines = [];
    const blobs = new Map();
    for (const { path, content, mode } of [...uploaded].sort((a, b) => (a.path < b.path ? -1 : 1))) {
        requirePath(path);
        const sha256 = (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
        files[path] = sha256;
        lines.push(fileLine(sha256, mode, path));
        if (present[path] !== sha256)
            blobs.set(sha256, content);
    }
    const filesList = lines.join('');
    const archive = (0,tar_stream.pack)();
    archive.entry({ name: 'files.list', mode: 0o600 }, filesList);
    for (const [sha256, content] of blobs)
        archive.entry({ name: `blobs/${sha256}`, mode: 0o600 }, content);
    logins.forEach((login, index) => {
        archive.entry({ name: `logins/${index}/config.json`, mode: 0o600 }, dockerConfig([login]));
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
    throw new lib_errors/* UserError */.y('RB-FILE-MISSING', {
        what: `${JSON.stringify(path)} cannot be uploaded`,
        why: 'a path lies below the folder of runbook.yml, outside .runbook, and has no "..", no empty part and no line break',
        remedy: 'correct it in runbook.yml',
    });
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/reference.ts
/** Image references, as Docker's grammar has them: `[host[:port]/]path[:tag][@digest]`. */


const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const REPOSITORY = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*$`);
/** `null` when no image can have this name. */
function parseReference(image) {
    const [named = '', digest = null, ...rest] = image.split('@');
    const repository = familiar((0,identity/* repositoryOf */._M)(named));
    const tag = named.length > (0,identity/* repositoryOf */._M)(named).length ? named.slice((0,identity/* repositoryOf */._M)(named).length + 1) : null;
    if (rest.length > 0 || !REPOSITORY.test(repository))
        return null;
    if ((tag !== null && !TAG.test(tag)) || (digest !== null && !DIGEST.test(digest)))
        return null;
    return { repository, tag, digest };
}
function formatReference({ repository, tag, digest }) {
    return `${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}
/**
 * An image of another version.
 *
 * @param version a tag, `sha256:…`, or `tag@sha256:…`
 * @throws UserError RB-VERSION-INVALID
 */
function withVersion(image, version) {
    const [first = '', second] = version.split('@', 2);
    const tag = first.startsWith('sha256:') ? null : first;
    const digest = tag === null ? first : (second ?? null);
    const known = parseReference((0,identity/* repositoryOf */._M)(image));
    const valid = (tag === null || TAG.test(tag)) &&
        (digest === null || DIGEST.test(digest)) &&
        formatVersion(tag, digest) === version;
    if (known === null || !valid) {
        throw new lib_errors/* UserError */.y('RB-VERSION-INVALID', {
            what: `${JSON.stringify(version)} is no version that ${(0,identity/* repositoryOf */._M)(image)} can have`,
            why: 'a tag has letters, digits, "_", "." and "-", at most 128; a digest is "sha256:" and 64 hexadecimal digits',
            remedy: 'give a tag such as v1.4.0, a digest, or tag@digest',
        });
    }
    return { repository: known.repository, tag, digest };
}
function formatVersion(tag, digest) {
    return [tag, digest].filter((part) => part !== null).join('@');
}
/** The registry that an image comes from; `docker.io` when it names none. */
function registryOf(repository) {
    const first = repository.split('/')[0] ?? '';
    const named = repository.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
    return named ? first : 'docker.io';
}
/** Docker speaks plain HTTP to a registry on the host itself. */
function isLoopback(registry) {
    return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry);
}
function familiar(repository) {
    return repository.replace(/^(index\.)?docker\.io\//, '').replace(/^library\/(?=[^/]+$)/, '');
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/script.ts
/**
 * The host's part of resolving a release. In a module of its own, in plain syntax: the bundler takes a file
 * along only where it can read the call that opens it.
 */


function resolveScript() {
    return (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "resolve.sh", 'utf8');
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/shares.ts
const NAMESPACES = {
    network_mode: 'network namespace',
    ipc: 'IPC namespace',
    pid: 'PID namespace',
    uts: 'UTS namespace',
    cgroup: 'control group',
};
/** Service → what of it, in words; `container:NAME` counts where the stack makes a container of that name. */
function sharesOf(service, model) {
    const found = {};
    const add = (reference, what) => {
        const name = serviceOf(reference, model);
        if (name !== null && model.services[name] !== service)
            found[name] = [...(found[name] ?? []), what];
    };
    for (const [key, what] of Object.entries(NAMESPACES)) {
        const mode = service[key];
        if (typeof mode === 'string' && /^(?:service|container):/.test(mode))
            add(mode, what);
    }
    for (const from of (service.volumes_from ?? [])) {
        add(from.startsWith('container:') ? from : `service:${from}`, 'volumes');
    }
    return Object.fromEntries(Object.entries(found).map(([name, whats]) => [name, [...new Set(whats)].join(' and ')]));
}
/** @param reference `service:NAME` or `container:NAME`, with what may follow another colon */
function serviceOf(reference, { name: stack, services }) {
    const [kind, name = ''] = reference.split(':');
    if (kind === 'service')
        return services[name] === undefined ? null : name;
    return (Object.keys(services).find((key) => {
        const own = services[key]?.container_name;
        const numbered = name.startsWith(`${stack}-${key}-`) && /-\d+$/.test(name);
        return typeof own === 'string' && own !== ''
            ? own === name
            : numbered && !name.slice(`${stack}-${key}-`.length).includes('-');
    }) ?? null);
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/traits.ts
/** What the planner must know of a service, read from Compose's resolved model. */


/** Compose's own default for `stop_grace_period`, in seconds. */
const STOP_GRACE_PERIOD = 10;
function traitsOf(service, model) {
    const volumes = [...volumesOf(service), ...volumesFrom(service, model)];
    const writable = volumes.filter(({ type, read_only }) => (type === 'volume' || type === 'bind') && read_only !== true);
    const shares = sharesOf(service, model);
    return {
        containerName: traits_text(service.container_name),
        hostPorts: hostPorts(service),
        networkMode: traits_text(service.network_mode),
        dependsOn: dependsOn(service, shares),
        shares,
        restartsWith: restartsWith(service).filter((name) => shares[name] === undefined),
        hooks: ['post_start', 'pre_start', 'pre_stop'].filter((hook) => (service[hook] ?? []).length > 0),
        fixed: fixedAddresses(service),
        networks: Object.keys((service.networks ?? {})).sort(),
        writableVolumes: writable.map(({ source, target }) => source ?? target),
        volumes: volumes.map(mountText).sort(),
        stopSignal: traits_text(service.stop_signal),
        stopGracePeriod: seconds(service.stop_grace_period) ?? STOP_GRACE_PERIOD,
        hasHealthcheck: hasHealthcheck(service),
        memoryReservation: memoryReservation(service),
        restart: traits_text(service.restart),
    };
}
/** How many containers: `deploy.replicas`, or `scale`, or one. */
function replicasOf(service) {
    const replicas = service.deploy?.replicas ?? service.scale;
    return replicas === undefined || replicas === null ? 1 : Number(replicas);
}
/**
 * Uploaded files that containers of a service see through bind mounts, secrets and configs.
 *
 * @param files path below `directory` → SHA-256
 */
function mountsOf(service, model, directory, files) {
    const sources = volumesOf(service).flatMap(({ type, source }) => type === 'bind' && source !== undefined ? [source] : []);
    for (const kind of ['secrets', 'configs']) {
        const entries = (model[kind] ?? {});
        for (const used of (service[kind] ?? []))
            sources.push(entries[used.source]?.file ?? '');
    }
    const mounted = sources.filter((source) => source !== '').map((source) => source.replaceAll('$$', '$'));
    const seen = Object.entries(files).filter(([path]) => mounted.some((source) => holds(source, external_node_path_.posix.join(directory, path))));
    return Object.fromEntries(seen);
}
/** Whether `path` is `folder` or lies below it. */
function holds(folder, path) {
    const base = folder.replace(/\/+$/, '');
    return path === base || path.startsWith(`${base}/`);
}
/** Of other services, as `volumes_from: [data:ro]` brings them; those of a container that is no service are not known. */
function volumesFrom(service, model, seen = []) {
    return (service.volumes_from ?? []).flatMap((from) => {
        if (from.startsWith('container:'))
            return [{ type: 'from', source: from, target: '' }];
        const [name = '', mode] = from.split(':');
        const other = model.services[name];
        if (other === undefined || seen.includes(name))
            return [];
        const volumes = [...volumesOf(other), ...volumesFrom(other, model, [...seen, name])];
        return volumes.map((volume) => (mode === 'ro' ? { ...volume, read_only: true } : volume));
    });
}
function mountText({ type, source = '', target, volume }) {
    const part = volume?.subpath === undefined ? '' : `/${volume.subpath}`;
    return `${type}:${source}${part}:${target}`;
}
function volumesOf(service) {
    return (service.volumes ?? []);
}
function hostPorts(service) {
    const ports = (service.ports ?? []);
    const numbers = ports.flatMap(({ published = '' }) => {
        const [first = NaN, last = first] = String(published)
            .split('-')
            .filter((part) => part !== '')
            .map(Number);
        return Number.isNaN(first) || first === 0
            ? []
            : Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
    return [...new Set(numbers)].sort((a, b) => a - b);
}
function fixedAddresses(service) {
    const networks = Object.values((service.networks ?? {}));
    const words = [service, ...networks].flatMap((at) => [
        ...[at?.ipv4_address, at?.ipv6_address].map((address) => [address, 'address']),
        [at?.mac_address, 'MAC address'],
    ]);
    return words.flatMap(([value, what]) => (typeof value === 'string' && value !== '' ? [`${what} ${value}`] : []));
}
/** Where it lives in another's container, it starts after that, whether Compose knows or not. */
function dependsOn(service, shares) {
    const entries = Object.entries((service.depends_on ?? {}));
    return Object.fromEntries([
        ...Object.keys(shares).map((name) => [name, 'service_started']),
        ...entries.map(([name, { condition }]) => [name, condition ?? 'service_started']),
    ]);
}
function restartsWith(service) {
    const entries = Object.entries((service.depends_on ?? {}));
    return entries.flatMap(([name, { restart }]) => (restart === true ? [name] : [])).sort();
}
function hasHealthcheck(service) {
    const check = service.healthcheck;
    return check !== undefined && check.disable !== true && (check.test?.length ?? 0) > 0 && check.test?.[0] !== 'NONE';
}
function memoryReservation(service) {
    const deploy = service.deploy;
    return Number(deploy?.resources?.reservations?.memory ?? service.mem_reservation ?? 0);
}
/** Go's durations: `1m30s`, `500ms`. */
function seconds(duration) {
    if (typeof duration !== 'string')
        return null;
    const units = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
    const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g)];
    return parts.length === 0
        ? null
        : parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0);
}
function traits_text(value) {
    return typeof value === 'string' && value !== '' ? value : null;
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/versions.ts
/** How the `version` of a service reaches the Compose files: as its image's tag, and as the variable that names it. */

/** `image: ghcr.io/acme/api:${TAG:-latest}`: a tag that is one variable and nothing else. */
const TAG_VARIABLE = /:\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?[-?+][^{}]*)?\})$/;
/**
 * Variables that stand for the tag of a versioned service's image, with the tag they get. So a required
 * `${TAG:?}` is satisfied, and `APP_VERSION: ${TAG}` says the truth. A variable that two services with
 * different versions share is left alone.
 */
function tagVariables(request) {
    const tags = new Map();
    for (const [service, image] of imagesIn(request)) {
        const tag = tagIn(request.versions[service]);
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
/** `[service, image]` as written; files that Compose alone can judge are passed over. */
function imagesIn({ runbook, files }) {
    return files
        .filter(({ path }) => runbook.compose.includes(path))
        .flatMap(({ content }) => {
        let document;
        try {
            document = (0,dist/* parse */.qg)(content.toString('utf8'), { merge: true, logLevel: 'silent' });
        }
        catch {
            return [];
        }
        return Object.entries(document?.services ?? {}).flatMap(([service, definition]) => typeof definition?.image === 'string' ? [[service, definition.image]] : []);
    });
}

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
    const gone = await packPayload(lost ? files.filter(({ path }) => state.files[path] === undefined) : [], {}, []);
    const variables = {
        PROJECT: runbook.stack,
        ...(lost ? { ...placesOf(state, runbook, files), KEEP: '0', BYTES: String(gone.archive.length) } : {}),
    };
    const pieces = [
        (0,compose_script/* composeScript */.I)(),
        resolveScript(),
        (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "sections.sh", 'utf8'),
        (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "adopt.sh", 'utf8'),
    ];
    const outcome = await host.run([...Object.entries(variables).map(([name, value]) => `${name}=${(0,quote/* quote */.h)(value)}`), ...pieces].join('\n'), lost ? { input: gone.archive } : {});
    const sections = (0,stack_sections/* sectionsOf */.K)(outcome.stdout);
    const config = (sections.get('config') ?? []).join('\n');
    const [folder = runbook.directory] = sections.get('labels') ?? [];
    if (config === '') {
        throw new lib_errors/* UserError */.y('RB-COMPOSE-INVALID', {
            what: 'the stack that runs cannot be adopted',
            why: `Docker Compose does not read the files that it was started from: ${(sections.get('error') ?? []).join(' ')}`,
            remedy: lost
                ? `its releases are gone from ${runbook.directory}/.runbook, so put the env file back to where it was in ${runbook.directory}, or bring it with this run (nothing is restarted for that), or .runbook from a copy`
                : `put the Compose and env files back to where they were in ${folder}, with a value for every variable that the login had when the stack was started, or stop the stack to start anew`,
        });
    }
    return adoptFrom(parseModel(config, folder, lost ? runbook.directory : folder), hashesOf(sections.get('hashes') ?? []), state, runbook, run, now);
}
/** Where a release has put its files, and what it gave Compose beside them. */
function placesOf(state, runbook, files) {
    const tags = state.containers.filter(isOurs).flatMap(({ service, image }) => {
        const tag = parseReference(image)?.tag;
        return tag ? [[service, tag]] : [];
    });
    return {
        DIRECTORY: runbook.directory,
        COMPOSE_FILES: runbook.compose.join('\n'),
        ENV_FILE: runbook.envFile ?? '',
        COMPOSE_VARIABLES: Object.entries(tagVariables({ runbook, files, versions: Object.fromEntries(tags) }))
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
    for (const [name, service] of Object.entries(model.services)) {
        const containers = state.containers.filter((container) => container.service === name && !container.oneOff);
        const running = containers.filter((container) => container.state === 'running');
        const shown = running[0] ?? containers[0];
        if (shown === undefined)
            continue;
        const ours = isOurs(shown);
        const definition = definitionOf(service, model);
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
            mounts: mountsOf(service, model, runbook.directory, state.files),
            traits: traitsOf(service, model),
        };
        services[name] = ours
            ? // What its labels say is what it is, whatever became of the files.
                { ...base, definition: shown.definition ?? '', since: shown.release ?? '', configHash: null }
            : { ...base, definition: known, since: '0-adopted', configHash: shown.configHash };
        labels[name] = { ...services[name], definition: known };
        models[name] = ours ? pinned(service, services[name]) : service;
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
;// CONCATENATED MODULE: ./actions/lib/stack/checks-exposed.ts
/** Who of the stack can read `.runbook`, which has the env files and secrets of all kept releases. Pure. */

/**
 * Sentences on services that mount the stack's directory, a folder above it or `.runbook` itself. Nothing is mounted over
 * it for that: a container whose mount has no place any more does not start again. Who mounts the whole host means to
 * see it.
 */
function exposures(model, { directory }, { physicalDirectory }) {
    const roots = [directory, physicalDirectory].filter((path) => path !== '').map((path) => `${clean(path)}/.runbook`);
    const devices = devicesOf(model);
    return Object.entries(model.services).flatMap(([service, { volumes }]) => (volumes ?? []).flatMap(({ type, source = '', target, read_only }) => {
        const path = clean(plain(type === 'bind' ? source : (devices[source] ?? '')));
        if (path === '' || !roots.some((root) => checks_exposed_holds(path, root) || checks_exposed_holds(root, path)))
            return [];
        const more = read_only === true ? '' : ', and may change it or take it from the SSH user, which stops every run';
        return [
            `${service} has ${path} of the host at ${plain(target)}: with it, it can read .runbook, where the env files and secrets of all kept releases are${more}; mount the folders below ${directory} that it needs, and not .runbook`,
        ];
    }));
}
/** Volumes that are a folder of the host under a name: key → folder. */
function devicesOf(model) {
    const volumes = Object.entries((model.volumes ?? {}));
    return Object.fromEntries(volumes.flatMap(([key, volume]) => {
        const { o = '', device = '' } = volume?.driver_opts ?? {};
        const bound = String(o)
            .split(',')
            .some((option) => option === 'bind' || option === 'rbind');
        return bound ? [[key, String(device)]] : [];
    }));
}
/** Whether `path` is `folder` or lies below it. */
function checks_exposed_holds(folder, path) {
    return path === folder || path.startsWith(`${folder}/`);
}
/** The whole host is the empty path. */
function clean(path) {
    return path === '' ? '' : external_node_path_.posix.normalize(path).replace(/\/+$/, '');
}
/** A dollar sign stands twice in Compose's model. */
function plain(text) {
    return text.replaceAll('$$', '$');
}

;// CONCATENATED MODULE: ./actions/lib/stack/checks-files.ts
/** Files that Compose uses, the repository and the host: what is nowhere, left out or would be lost is refused. */




/** Bind mounts, secrets and configs of the services. Pure. */
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
            const path = external_node_path_.posix.relative(external_node_path_.posix.normalize(directory), external_node_path_.posix.normalize(source.replaceAll('$$', '$')));
            // Of its own folder each step knows.
            if (path === '.runbook' || path.startsWith('.runbook/'))
                continue;
            if (path !== '' && path !== '..' && !path.startsWith('../') && !found.has(path))
                found.set(path, service);
        }
    }
    return [...found].map(([path, service]) => ({ path, service }));
}
/**
 * What the runner could not tell from the Compose files, as a variable is in it.
 *
 * @param has whether the repository has a file there, or a folder with files
 * @throws {UserError} RB-FILE-UNNAMED
 */
function checkNamed(sources, files, has) {
    for (const { path, service } of sources) {
        if (isUploaded(path, files) || !has(path))
            continue;
        throw new lib_errors/* UserError */.y('RB-FILE-UNNAMED', {
            what: `${service} mounts ./${path}, which the repository has and runbook.yml does not name`,
            why: 'only a path without variables is found by itself, and never a .env: the one on the host would be used',
            remedy: `name it in runbook.yml: files: [${JSON.stringify(path)}]; where the one on the host is meant, take it out of the repository`,
        });
    }
}
/**
 * @param missing what the host has not, nor gets
 * @throws {UserError} RB-SOURCE-MISSING
 */
function checkSources(missing, sources, directory) {
    const [first] = sources.filter(({ path }) => missing.includes(path));
    if (first === undefined)
        return;
    const place = `${directory.replace(/\/+$/, '')}/${first.path}`;
    throw new lib_errors/* UserError */.y('RB-SOURCE-MISSING', {
        what: `${first.service} mounts ./${first.path}, which is neither in the repository nor on the host (${place})`,
        why: 'Docker would make an empty folder of that name there',
        remedy: `correct the path in the Compose files, or put the file into the repository; where it is a folder for data, make it on the host (mkdir -p ${(0,quote/* quote */.h)(place)}); nothing was started`,
    });
}
/**
 * Content that the host alone has is not replaced unasked.
 *
 * @param state before an adoption
 * @throws {UserError} RB-FILE-DIFFERS
 */
function checkOverwritten(files, state) {
    for (const { path, content, care } of files) {
        const there = state.files[path];
        if (care === undefined || there === undefined)
            continue;
        const known = [state.current, ...state.releases].some((release) => release?.files[path] === there);
        const sha = (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
        // What the current release has already is not put there again.
        if (known || sha === there || sha === state.current?.files[path])
            continue;
        throw new lib_errors/* UserError */.y('RB-FILE-DIFFERS', {
            what: `${path} in the repository differs from the one on the host, which no release put there`,
            why: `only the Compose files name it, and ${care}: what the host has may be worth more`,
            remedy: `name it in \`files:\` of runbook.yml to have it replaced by the one of the repository, or take it out of the repository to keep the one of the host`,
        });
    }
}
function isUploaded(path, files) {
    return files.some((file) => file.path === path || file.path.startsWith(`${path}/`));
}

;// CONCATENATED MODULE: ./actions/lib/stack/checks-hooks.ts
/** Hooks of services: what Compose would run and this would not is refused before anything changes. Pure. */

/**
 * Compose itself runs `post_start` wherever it starts a container of ours. It runs `pre_stop` only where it stops one by
 * its own command, and `pre_start` only where none of the service runs.
 */
const NOT_RUN = {
    pre_stop: 'old containers are stopped by Docker, which knows no hooks',
    pre_start: 'Docker Compose runs it only where no container of the service runs',
};
/** @throws {UserError} RB-HOOK-UNSUPPORTED */
function checkHooks(services) {
    for (const [service, definition] of Object.entries(services)) {
        for (const [hook, why] of Object.entries(NOT_RUN)) {
            if ((definition[hook] ?? []).length === 0)
                continue;
            throw new lib_errors/* UserError */.y('RB-HOOK-UNSUPPORTED', {
                what: `${service} has a ${hook} hook, which this would not run`,
                why,
                remedy: hook === 'pre_stop'
                    ? 'let its program do that on its stop signal (stop_signal, stop_grace_period), and take the hook out of the Compose files; nothing was changed'
                    : 'make it a service of its own that others wait for (depends_on with service_completed_successfully), or let its entrypoint do it; nothing was changed',
            });
        }
    }
}

// EXTERNAL MODULE: ./actions/lib/stack/store/release.ts + 1 modules
var store_release = __webpack_require__(7435);
;// CONCATENATED MODULE: ./actions/lib/stack/next.ts
/** Computes the next release from what the uploaded files resolved to and what runs now. Pure. */







/** The current release itself when nothing would differ from it. */
function nextRelease(request) {
    const { resolved, state, runbook } = request;
    const { current } = state;
    // Of releases whose records are lost, containers still tell; what a failed first release left does not run.
    const running = state.folders.length > 0 ? [] : state.containers.filter(({ state }) => state === 'running');
    const made = running.flatMap(({ release }) => release ?? []);
    const id = (0,store_release/* nextReleaseId */.gp)([...state.folders, ...state.history.map(({ release }) => release), ...made], request.version);
    const services = {};
    for (const [name, service] of Object.entries(resolved.services)) {
        // A digest says all: what the host calls the image is known only after the pull.
        const imageId = service.digest === null ? service.imageId : null;
        const made = { ...service, imageId, since: id, configHash: null };
        const was = current?.services[name];
        // The proxy reads changed files by a reload: its containers stay.
        const same = was !== undefined &&
            was.definition === made.definition &&
            (0,identity/* sameImage */.G4)(was, made) &&
            ((0,identity/* sameMounts */.T7)(was, made) || name === runbook.proxy.service);
        services[name] = same ? { ...made, since: was.since, configHash: was.configHash } : made;
    }
    const compose = (0,pin/* pin */.y_)(resolved, runbook.stack, services);
    const { service } = runbook.migration;
    const migration = service === null ? undefined : services[service];
    const release = {
        format: 1,
        id,
        stack: runbook.stack,
        version: request.version,
        services,
        files: resolved.files,
        compose: hashText(compose),
        shared: (0,shared/* sharedOf */.LV)({ ...resolved.model, name: runbook.stack }),
        schema: migration === undefined ? null : (0,migrations/* schemaName */.l_)(migration),
        schemaCompatible: request.schemaCompatible,
        maintenance: current?.maintenance ?? false,
        createdAt: request.createdAt,
        createdBy: request.createdBy,
        run: request.run,
        adopted: false,
        writer: version/* VERSION */.x,
    };
    const files = (0,pin/* sharedFiles */.Nt)(resolved.model, runbook.stack);
    const same = current !== null && (0,identity/* contentOf */.$E)(current) === (0,identity/* contentOf */.$E)(release);
    return { release: same ? current : release, compose, sharedFiles: files };
}
function hashText(text) {
    return (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex');
}

// EXTERNAL MODULE: ./actions/lib/stack/one-shots.ts
var one_shots = __webpack_require__(7625);
;// CONCATENATED MODULE: ./actions/lib/stack/project-name.ts
/** The project's name as the Compose files and the env file give it to whoever starts the stack by hand. Pure. */


const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\n]*))/gm;
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
    throw new lib_errors/* UserError */.y('RB-STACK-MISMATCH', {
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
    const { contents } = (0,dist/* parseDocument */.Tp)(text, { logLevel: 'silent', merge: true });
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
    const lines = [...envFile.replaceAll('\r\n', '\n').matchAll(ASSIGNMENT)];
    return new Map(lines.map(([, key = '', double, single, plain = '']) => [
        key,
        double ?? single ?? plain.replace(/\s+#.*$/, '').trim(),
    ]));
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/names.ts
var names = __webpack_require__(2906);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/answers.ts
/** Collects the lines `#rb NAME BASE64` of the host's script. */

class Answers {
    #session;
    #lines;
    #found = new Map();
    #stopped;
    #stop = () => { };
    /** @param timeout milliseconds from now until the session is given up */
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
    /** @throws Error when the script never said it */
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
    /** Reads on until `name` was said. Rejects when the script ends before, at the deadline and on cancellation. */
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
            return new lib_errors/* UserError */.y('RB-HOST-UNSUITABLE', {
                what: `the host could not resolve the release (exit status ${outcome.code})`,
                remedy: 'see what its shell said; the host needs Docker, Compose, tar, base64, mktemp, sha256sum and timeout',
                log: stderr,
                logOf: 'the host',
            });
        }
        return new lib_errors/* UserError */.y('RB-CONNECTION-LOST', {
            what: 'the connection broke while the release was resolved',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
}
function timedOut(timeout) {
    return new lib_errors/* UserError */.y('RB-TIMEOUT', {
        what: `the host did not resolve the release within ${Math.round(timeout / 1000)} s`,
        remedy: 'look at the load of the host and at its way to the registry; nothing was changed',
    });
}
function cancelled() {
    return new lib_errors/* UserError */.y('RB-CANCELLED', {
        what: 'cancelled while the release was resolved',
        remedy: 'nothing was changed',
    });
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/assemble.ts
/** Puts model, images and files together into what a release needs. Pure. */





/** Kinds of top-level entries that a service which stays as it is may need. */
const SHARED = ['networks', 'volumes', 'secrets', 'configs'];
/**
 * The new model, in which services that the request leaves out are what the current release says.
 *
 * @param current the current release's `compose.json`, or `null` when nothing is left out
 * @throws UserError RB-SERVICE-UNKNOWN
 */
function merge(fresh, current, request) {
    const { only } = request;
    const named = [...(only ?? []), ...Object.keys(request.versions), ...request.refresh];
    const unknown = named.find((service) => fresh.services[service] === undefined);
    if (unknown !== undefined) {
        throw new lib_errors/* UserError */.y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${JSON.stringify(unknown)} in the Compose files`,
            why: `they have ${Object.keys(fresh.services).join(', ')}`,
            remedy: 'correct the name, or activate the profile that the service belongs to',
        });
    }
    if (only === null || current === null)
        return fresh;
    const former = (0,pin/* withDefinitions */.pe)(current);
    const old = Object.entries(former.services).filter(([name]) => !only.includes(name));
    const services = only.map((name) => [name, fresh.services[name]]);
    const shared = SHARED.flatMap((kind) => {
        const both = { ...former[kind], ...fresh[kind] };
        return Object.keys(both).length > 0 ? [[kind, both]] : [];
    });
    return {
        ...fresh,
        ...Object.fromEntries(shared),
        services: Object.fromEntries([...old.map(([name, service]) => [name, unlabelled(service)]), ...services]),
    };
}
/** Our labels name the release; they are no part of what the service is. */
function unlabelled({ labels, ...service }) {
    const own = Object.values(pin/* LABELS */.kg);
    const kept = Object.entries((labels ?? {})).filter(([name]) => !own.includes(name));
    return kept.length > 0 ? { ...service, labels: Object.fromEntries(kept) } : service;
}
function assemble({ model, pinned, files }, { runbook, only, current }) {
    const definitions = {};
    const services = {};
    for (const { service, reference, image } of pinned) {
        const { build: _built, pull_policy: _pulled, ...definition } = model.services[service] ?? {};
        const tagged = { ...reference, digest: image.digest };
        definitions[service] = { ...definition, image: image.digest === null ? image.ref : formatReference(tagged) };
        services[service] = (only?.includes(service) === false ? stays(current?.services[service]) : null) ?? {
            image: formatReference(reference),
            digest: image.digest,
            imageId: image.imageId,
            replicas: replicasOf(definition),
            definition: definitionOf(definition, model),
            mounts: mountsOf(definition, model, runbook.directory, files),
            traits: traitsOf(definition, model),
        };
    }
    const distinct = new Map(pinned.map(({ image }) => [image.ref, image]));
    return { services, model: { ...model, services: definitions }, images: [...distinct.values()] };
}
/** What a release knows of a service, without what the next one says anew. */
function stays(service) {
    if (service === undefined)
        return null;
    const { since: _since, configHash: _configHash, ...rest } = service;
    return rest;
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/idle.ts
/** Variables that only services need which no active profile asks for. Pure. */

const idle_USED = /(?<!\$)(?:\$\$)*\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))/g;
/**
 * Their names; none where `include` or `extends` lets a file or a service in whose use is not seen here.
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
            document = ((0,dist/* parse */.qg)(text, { merge: true, logLevel: 'silent' }) ?? {});
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
        // What stands under `x-` counts where a service takes it over.
        for (const [name, part] of Object.entries(rest))
            if (!name.startsWith('x-'))
                for (const variable of usedIn(part))
                    needed.add(variable);
    }
    return new Set([...idle].filter((name) => !needed.has(name)));
}
function usedIn(part) {
    return [...(JSON.stringify(part) ?? '').matchAll(idle_USED)].map(([, braced, plain]) => braced ?? plain ?? '');
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/registry.ts
/** Reads what the host was told about an image in its registry. Pure. */


/**
 * The digest of an image, or the failure.
 *
 * @param expected the digest that the image must have
 * @throws UserError RB-DIGEST-MISMATCH
 */
function judgeAnswer(service, reference, expected, answer) {
    const { http = '', id = '', manifest = '', error = '', platform = '' } = answer ?? {};
    const entry = entryFor(manifest, platform);
    // Without the daemon's word, the client's: of an index it names only the host's own manifest.
    const digest = digestIn(http) ?? entry?.Descriptor.digest ?? null;
    if (digest === null)
        return { digest, failure: failureOf(service, reference, http, error) };
    if (expected !== null && expected !== digest)
        throw mismatch(service, reference, digest);
    const layers = (entry?.SchemaV2Manifest ?? entry?.OCIManifest)?.layers ?? [];
    return {
        digest,
        imageId: id.trim() === '' ? null : id.trim(),
        layers: layers.map(({ digest, size }) => ({ digest, size })),
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
    const image = formatReference(reference);
    const registry = registryOf(reference.repository);
    const code = classify(message, statusOf(http));
    const texts = {
        'RB-IMAGE-NOT-FOUND': {
            what: `${registry} has no image ${image} (service ${service})`,
            remedy: 'check that the build pushed this tag, and its spelling',
        },
        'RB-REGISTRY-LOGIN': {
            what: `${registry} refuses access to ${image} (service ${service})`,
            remedy: 'check the registry inputs: user name, and a token that may read this package (read:packages); some registries say so of images that do not exist, too',
        },
        'RB-REGISTRY-UNREACHABLE': {
            what: `${registry} does not answer the host's question for ${image} (service ${service})`,
            remedy: `check on the host: docker pull ${image}`,
        },
    };
    return new lib_errors/* UserError */.y(code, { ...texts[code], why: message });
}
/** Registries and Docker's versions word it differently, and many failures come as status 500. */
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
    return new lib_errors/* UserError */.y('RB-DIGEST-MISMATCH', {
        what: `${formatReference(reference)} (service ${service}) is not what the registry has`,
        why: `the registry has ${digest} under this name`,
        remedy: 'somebody pushed the tag again, or the digest is of another image: give the digest that the build printed',
    });
}
function lastLine(text) {
    return text.trim().split('\n').at(-1) ?? '';
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/images.ts
/** Which images must be looked up in a registry, and what the answers mean. */



/** What each service of the model wants to run. Throws RB-VERSION-INVALID, RB-COMPOSE-INVALID. */
function wantedImages(services, request) {
    return Object.entries(services).map(([service, definition]) => wantedImage(service, definition, request));
}
function wantedImage(service, definition, request) {
    const { images, versions } = request;
    const stays = request.only?.includes(service) === false ? request.current?.services[service] : undefined;
    if (stays !== undefined)
        return staying(service, stays, images);
    const written = typeof definition.image === 'string' && definition.image !== '' ? definition.image : null;
    // Compose's own name for what it builds.
    const named = written ?? `${request.runbook.stack}-${service}`;
    const version = versions[service];
    const reference = version === undefined ? required(service, named) : withVersion(named, version);
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
        return { ...base, ask: formatReference(reference) };
    // Somebody who gives tag and digest wants to know when they part; a Compose file's tag is a comment.
    if (version !== undefined && reference.tag !== null)
        return { ...base, digest, ask: formatReference({ ...reference, digest: null }) };
    const ref = `${reference.repository}@${digest}`;
    return { ...base, digest, ask: images[ref] === undefined ? ref : null };
}
/** A service that the request leaves out: its image is what the current release says. */
function staying(service, { image, digest, imageId }, images) {
    const reference = required(service, image);
    if (digest === null)
        return { service, reference, digest, imageId, ask: null, built: true };
    const ref = `${reference.repository}@${digest}`;
    return { service, reference, digest, imageId: null, ask: images[ref] === undefined ? ref : null, built: false };
}
function required(service, image) {
    const reference = parseReference(image);
    if (reference !== null)
        return reference.tag === null && reference.digest === null ? { ...reference, tag: 'latest' } : reference;
    throw new lib_errors/* UserError */.y('RB-COMPOSE-INVALID', {
        what: `${service} has the image ${JSON.stringify(image)}, which no image can have as its name`,
        remedy: 'correct "image:" in the Compose file, or the variable in it',
    });
}
/** What the current release has for the same image. */
function kept(service, reference, current) {
    const was = current?.services[service];
    const now = parseReference(was?.image ?? '');
    const same = now !== null &&
        formatReference({ ...now, tag: now.tag ?? 'latest' }) ===
            formatReference({ ...reference, tag: reference.tag ?? 'latest' });
    return was !== undefined && same ? { digest: was.digest, imageId: was.imageId } : null;
}
/** The image in its final form. Throws when it can be had nowhere. */
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
            ? { image, warning: `the size of ${formatReference(reference)} is unknown: ${judged.sizeUnknown}` }
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
            warning: `no registry gives ${formatReference(reference)} (${failure.details.why}); the image of that name on the host is used`,
        };
    }
    throw wanted.built ? buildOnly(wanted) : failure;
}
function byDigest(reference, digest, images, found = { layers: [], imageId: null }) {
    const ref = `${reference.repository}@${digest}`;
    const imageId = images[ref] ?? found.imageId;
    return { ref, digest, imageId, layers: imageId === null ? found.layers : [], local: imageId !== null };
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
    return new lib_errors/* UserError */.y('RB-BUILD-ONLY', {
        what: `${service} is built from source, and the host has no image ${formatReference(reference)}`,
        why: 'images are pulled, never built, on a production host',
        remedy: 'build and push it in the workflow and name it by "image:" in the Compose file, or load it on the host (docker load)',
    });
}

;// CONCATENATED MODULE: ./actions/lib/stack/resolve/resolve.ts
/** From uploaded files to a release's pinned Compose model, on one session channel of the host. */
















/** Milliseconds; a registry alone may take 30 s to be given up. */
const TIMEOUT = 120_000;
/** Milliseconds that the script gets to clear away after a failure. */
const CLEANUP_GRACE = 2000;
/**
 * Lays the uploaded files over the stack's directory in a staging folder, asks Compose what they mean and
 * the registries for digests. Changes nothing else on the host.
 *
 * @throws UserError RB-COMPOSE-INVALID, RB-VARIABLE-UNSET, RB-SERVICE-UNKNOWN, RB-VERSION-INVALID,
 *   RB-IMAGE-NOT-FOUND, RB-REGISTRY-UNREACHABLE, RB-REGISTRY-LOGIN, RB-DIGEST-MISMATCH, RB-BUILD-ONLY,
 *   RB-FILE-MISSING, RB-FILE-UNNAMED, RB-SOURCE-MISSING, RB-TRANSFER-CORRUPT, RB-CONNECTION-LOST, RB-TIMEOUT, RB-CANCELLED
 */
async function resolve(host, request) {
    const payload = await packPayload(request.files, request.present, request.logins);
    const session = await host.open(scriptFor(request, payload.archive.length), { input: payload.archive });
    const answers = new Answers(session, request.timeout ?? TIMEOUT, request.signal);
    try {
        await answers.until('config');
        const tree = `${answers.text('staging')}/tree`;
        const elsewhere = parseElsewhere(answers.text('elsewhere'));
        const config = answers.text('config');
        const active = Object.keys(JSON.parse(config).services ?? {});
        const texts = request.files.filter(({ path }) => request.runbook.compose.includes(path));
        const idle = idleVariables(texts.map(({ content }) => content.toString('utf8')), active);
        const warnings = composeWarnings(answers.text('errors'), elsewhere, idle);
        const fresh = parseModel(config, tree, request.runbook.directory);
        warnings.push(...leftOut(config, request, elsewhere));
        const current = answers.has('current') ? JSON.parse(answers.text('current')) : null;
        const model = merge(fresh, current, request);
        const wanted = wantedImages(model.services, request);
        const asked = wanted.filter(({ ask }) => ask !== null);
        const sources = sourcesOf(model, request.runbook.directory);
        checkNamed(sources, request.files, request.inRepository);
        for (const { path } of sources)
            if (!/[\r\n]/.test(path))
                session.write(`path ${path}`);
        for (const [index, image] of asked.entries())
            session.write(question(image, index, request));
        session.write('end');
        await answers.until('done');
        checkSources(answers.text('missing').split('\n'), sources, request.runbook.directory);
        const assembly = { model, pinned: [], files: payload.files };
        for (const image of wanted) {
            const index = asked.indexOf(image);
            const { image: found, warning } = pinImage(image, index < 0 ? null : answers.registry(index), request.images);
            assembly.pinned.push({ ...image, image: found });
            if (warning !== undefined)
                warnings.push(warning);
        }
        const assembled = assemble(assembly, request);
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
        // At the end of its input the script clears away what it made and was not told to keep.
        session.end();
        await Promise.race([session.done, (0,promises_.setTimeout)(CLEANUP_GRACE, undefined, { ref: false })]);
        session.close();
    }
}
/** What Compose or the script refused says more than that the session ended. */
function explained(error, answers) {
    if (answers.has('refused-compose')) {
        return composeFailure(answers.text('errors'), parseElsewhere(answers.text('elsewhere')));
    }
    if (answers.has('refused-transfer')) {
        return new lib_errors/* UserError */.y('RB-TRANSFER-CORRUPT', {
            what: `the files did not arrive as they were sent: ${answers.text('refused-transfer')}`,
            why: 'a file on the host changed meanwhile, or the disk is full',
            remedy: 'run it again',
        });
    }
    if (answers.has('refused-directory')) {
        return new lib_errors/* UserError */.y('RB-HOST-UNSUITABLE', {
            what: `the SSH user cannot write to ${answers.text('refused-directory')}`,
            remedy: 'give the directory of the stack to the SSH user, and look for a full disk',
        });
    }
    return error;
}
function scriptFor(request, bytes) {
    const { runbook, current, only } = request;
    const variables = {
        STACK: runbook.stack,
        DIRECTORY: runbook.directory.replace(/\/+$/, ''),
        KEEP: request.keepStaging ? '1' : '0',
        CURRENT: only !== null ? (current?.id ?? '') : '',
        BYTES: String(bytes),
        ENV_FILE: runbook.envFile ?? '',
        COMPOSE_VARIABLES: Object.entries(tagVariables(request))
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
        resolveScript(),
        `resolve ${options.map(quote/* quote */.h).join(' ')}`,
    ].join('\n');
}
function question({ reference, ask }, index, { logins }) {
    const registry = registryOf(reference.repository);
    const number = logins.findIndex((login) => login.registry === registry);
    const login = logins[number];
    const auth = login === undefined ? '-' : registryAuth(login);
    const insecure = isLoopback(registry) ? 1 : 0;
    return `image ${index} ${ask} ${reference.repository} ${login === undefined ? '-' : number} ${insecure} ${auth}`;
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var secrets = __webpack_require__(6931);
;// CONCATENATED MODULE: ./actions/lib/stack/store/delivery.ts
/** What a new release sends to the host: the archive that `store_release` unpacks. */





/** Tar archive of `release/`, `adopted/` and, where there are logins, `docker/config.json`; holds secrets. */
async function packDelivery({ logins, adopted, ...next }) {
    const archive = (0,tar_stream.pack)();
    const add = (name, content) => void archive.entry({ name, mode: 0o600 }, content);
    // Without logins of the run's own the host's hold.
    if (logins.length > 0)
        add('docker/config.json', dockerConfig(logins));
    for (const [folder, stored] of Object.entries({ release: next, adopted })) {
        if (stored === null)
            continue;
        add(`${folder}/release.json`, (0,store_release/* serializeRelease */.UC)(stored.release));
        add(`${folder}/compose.json`, stored.compose);
        add(`${folder}/files.list`, stored.filesList);
        add(`${folder}/images.list`, imagesList(stored.release));
        for (const [name, text] of Object.entries(stored.sharedFiles))
            add(`${folder}/shared/${name}.json`, text);
    }
    archive.finalize();
    const chunks = [];
    for await (const chunk of archive)
        chunks.push(chunk);
    return Buffer.concat(chunks);
}
/** Lines `REFERENCE TAG`: what each service runs, and the tag that keeps it from being pruned. */
function imagesList({ id, stack, services }) {
    const lines = Object.entries(services).flatMap(([name, { image, digest, imageId }]) => {
        const repository = parseReference(image)?.repository ?? image;
        const reference = digest === null ? imageId : `${repository}@${digest}`;
        return reference === null ? [] : [`${reference} runbook/${component(stack)}/${component(name)}:${id}\n`];
    });
    return lines.join('');
}
/** Services may have capitals and doubled separators, parts of an image's name may not: a hash keeps them apart. */
function component(name) {
    const plain = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '');
    return plain === name ? name : `${plain || 'x'}-${(0,identity/* hashOf */.qQ)(name).slice(0, 8)}`;
}

;// CONCATENATED MODULE: ./actions/deploy/deploy.ts
/** Deploy: brings a version live. Reads like the runbook's section. */

















const deploy = {
    name: 'deploy',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.m,
    read: inputs/* readDeployInputs */.Jj,
    title: ({ version }) => `Deploy ${version}`,
    secrets: secretsGiven,
    names: ({ runbook, files }) => {
        const compose = files.filter(({ path }) => runbook.compose.includes(path));
        return (0,names/* namesOf */.e)(runbook, { compose: compose.map(({ content }) => content.toString('utf8')) });
    },
    paths: ({ files }) => files.map(({ path }) => path),
    run: async (run) => {
        const { recorder, session } = run;
        const { host } = session;
        const { runbook, files, said } = (0,env_file/* chooseEnvFile */.Z)(run.inputs, { state: session.state, onHost: session.envFile });
        const inputs = { ...run.inputs, runbook, files };
        for (const secret of secretsGiven(inputs))
            recorder.secret(secret);
        checkOverwritten(files, session.state);
        checkProjectName(runbook, files, session.state.current);
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
        const resolved = await resolve(host, {
            runbook,
            files,
            inRepository: (path) => (0,config_files/* isThere */.$)((0,external_node_path_.join)(inputs.folder, path)),
            present: state.files,
            versions: inputs.versions,
            refresh: [...Object.keys(inputs.versions), ...(inputs.services ?? [])],
            only: adopted === null ? inputs.services : null,
            current: state.current,
            images: state.images,
            logins: inputs.logins,
            keepStaging: !inputs.dryRun,
            signal: run.signal,
        });
        if (resolved.staging !== null)
            run.discard(resolved.staging);
        recorder.keep(Object.keys(resolved.services));
        for (const secret of (0,secrets/* secretsInModel */.cC)(resolved.model))
            recorder.secret(secret);
        for (const secret of (0,secrets/* secretsInFiles */.Mz)(resolved.model, files, runbook.directory))
            recorder.secret(secret);
        session.requirePlace(Object.keys(resolved.services));
        for (const warning of [...resolved.warnings, ...exposures(resolved.model, runbook, state)])
            recorder.warning(warning);
        const target = await targetOf(run, state, resolved, adopted);
        for (const note of target.notes)
            recorder.info(note);
        (0,checks/* checkDisk */.Op)(resolved.images, state);
        (0,checks/* checkPorts */.v5)(resolved.model.services, state);
        checkHooks(resolved.model.services);
        return await (0,change/* change */.Z)(run, state, { ...target, envFile: said }, runbook);
    },
};
async function targetOf({ inputs, actor, run }, state, resolved, adopted) {
    const { release, compose, sharedFiles } = nextRelease({
        resolved,
        state,
        runbook: inputs.runbook,
        version: inputs.version,
        schemaCompatible: inputs.schemaCompatible,
        createdAt: new Date().toISOString(),
        createdBy: actor,
        run,
    });
    const archive = await packDelivery({
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
function secretsGiven({ files, runbook, logins }) {
    const environment = files.find((file) => file.path === runbook.envFile);
    return [
        ...logins.map((login) => login.password),
        ...(environment ? (0,secrets/* secretsIn */.VY)(environment.content.toString('utf8')) : []),
    ].filter((secret) => secret !== '');
}


/***/ })

};
;