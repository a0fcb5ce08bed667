"use strict";
exports.id = 815;
exports.ids = [815];
exports.modules = {

/***/ 4294:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Eq: () => (/* binding */ adjustedTo),
/* harmony export */   LF: () => (/* binding */ limitOf),
/* harmony export */   ht: () => (/* binding */ variablesOf),
/* harmony export */   tV: () => (/* binding */ withValues),
/* harmony export */   zK: () => (/* binding */ withAdjustments)
/* harmony export */ });
/* unused harmony export valuesOf */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _resolve_definition__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(397);
/* harmony import */ var _resolve_traits__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1849);
/** What can be set of a service beside its Compose files: how many containers, their limits, their variables. Pure. */



/** Each limit has two places in a Compose file: its own key, and one below `deploy.resources.limits`. */
const OWN_KEY = { memory: 'mem_limit', cpus: 'cpus' };
/** The limit of one container: bytes, or a number of CPUs; `null`: none. */
function limitOf(service, limit) {
    const value = limitsOf(service)?.[limit] ?? service[OWN_KEY[limit]];
    const number = value === undefined || value === null ? 0 : Number(value);
    return number > 0 ? number : null;
}
function variablesOf(service) {
    return (service.environment ?? {});
}
/**
 * The service with other values, each where its Compose file has it: Compose takes no two that differ. What it says
 * already it does not say anew.
 */
function withValues(service, { replicas, memory, cpus, variables = {} }) {
    let made = service;
    if (replicas !== undefined && replicas !== (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_2__/* .replicasOf */ .N4)(service))
        made = withReplicas(made, replicas);
    if (memory !== undefined && memory !== limitOf(service, 'memory'))
        made = withLimit(made, 'memory', memory === null ? null : String(memory));
    if (cpus !== undefined && cpus !== limitOf(service, 'cpus'))
        made = withLimit(made, 'cpus', cpus);
    const others = Object.entries(variables).filter(([name, value]) => variablesOf(service)[name] !== escaped(value));
    if (others.length === 0)
        return made;
    const added = Object.fromEntries(others.map(([name, value]) => [name, escaped(value)]));
    return { ...made, environment: { ...variablesOf(made), ...added } };
}
/** What a release records of values that differ from those of the files; `undefined` where none does. */
function adjustedTo(before, service, values, made) {
    const { definition, ...where } = made;
    const one = (was, is, there) => {
        if (is === undefined)
            return was;
        const files = was === undefined ? there : was.files;
        if (is === files || is === null)
            return undefined;
        return was?.is === is ? was : { is, files, ...where };
    };
    const own = variablesOf(service);
    const variables = Object.entries(values.variables ?? {}).flatMap(([name, is]) => {
        const was = before?.variables?.[name];
        const files = was === undefined ? hashed(own[name]) : was.files;
        if (files === hashed(escaped(is)))
            return [];
        return [[name, was?.is === is ? was : { is, files, ...where }]];
    });
    const kept = Object.entries(before?.variables ?? {}).filter(([name]) => values.variables?.[name] === undefined);
    return whole({
        definition,
        replicas: one(before?.replicas, values.replicas, (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_2__/* .replicasOf */ .N4)(service)),
        memory: one(before?.memory, values.memory, limitOf(service, 'memory')),
        cpus: one(before?.cpus, values.cpus, limitOf(service, 'cpus')),
        variables: Object.fromEntries([...kept, ...variables]),
    });
}
/**
 * What the files resolved to, with the values that procedures set beside them: each as long as the files say of it what
 * they said then. A value that the files name by now is theirs.
 *
 * @param before services of the current release
 */
function withAdjustments(resolved, before) {
    const services = { ...resolved.services };
    const definitions = { ...resolved.model.services };
    for (const [name, service] of Object.entries(resolved.services)) {
        const was = Object.hasOwn(before, name) ? before[name].adjusted : undefined;
        const definition = resolved.model.services[name];
        // One that this deploy leaves out has its record, and its definition by it, already.
        if (was === undefined || definition === undefined || service.adjusted !== undefined)
            continue;
        const adjusted = stillMeant(was, definition, service.definition);
        if (adjusted === undefined)
            continue;
        const made = withValues(definition, valuesOf(adjusted));
        definitions[name] = made;
        services[name] = {
            ...service,
            replicas: (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_2__/* .replicasOf */ .N4)(made),
            definition: (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_1__/* .definitionOf */ .F)(made, resolved.model),
            adjusted,
        };
    }
    return { ...resolved, services, model: { ...resolved.model, services: definitions } };
}
function valuesOf({ replicas, memory, cpus, variables }) {
    return {
        ...(replicas === undefined ? {} : { replicas: replicas.is }),
        ...(memory === undefined ? {} : { memory: memory.is }),
        ...(cpus === undefined ? {} : { cpus: cpus.is }),
        ...(variables === undefined
            ? {}
            : { variables: Object.fromEntries(Object.entries(variables).map(([name, { is }]) => [name, is])) }),
    };
}
function stillMeant(was, service, definition) {
    const same = (one, said) => (one?.files === said ? one : undefined);
    const own = variablesOf(service);
    const variables = Object.entries(was.variables ?? {}).filter(([name, { files }]) => files === hashed(own[name]));
    return whole({
        definition,
        replicas: same(was.replicas, (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_2__/* .replicasOf */ .N4)(service)),
        memory: same(was.memory, limitOf(service, 'memory')),
        cpus: same(was.cpus, limitOf(service, 'cpus')),
        variables: Object.fromEntries(variables),
    });
}
/** Without what is not adjusted; equal records have equal keys. */
function whole({ definition, replicas, memory, cpus, variables = {} }) {
    const found = {
        ...(replicas === undefined ? {} : { replicas }),
        ...(memory === undefined ? {} : { memory }),
        ...(cpus === undefined ? {} : { cpus }),
        ...(Object.keys(variables).length === 0 ? {} : { variables }),
    };
    return Object.keys(found).length === 0 ? undefined : { definition, ...found };
}
function withReplicas(service, replicas) {
    const deploy = service.deploy;
    if (deploy?.replicas === undefined && service.scale !== undefined)
        return { ...service, scale: replicas };
    return { ...service, deploy: { ...deploy, replicas } };
}
function limitsOf(service) {
    const deploy = service.deploy;
    return deploy?.resources?.limits;
}
function withLimit(service, limit, value) {
    const own = OWN_KEY[limit];
    const { [own]: _own, ...rest } = service;
    if (service[own] !== undefined && limitsOf(service)?.[limit] === undefined)
        return value === null ? rest : { ...rest, [own]: value };
    const { [limit]: _was, ...others } = limitsOf(service) ?? {};
    const deploy = (service.deploy ?? {});
    const limits = value === null ? others : { ...others, [limit]: value };
    return { ...rest, deploy: { ...deploy, resources: { ...deploy.resources, limits } } };
}
/** Compose's model writes `$` as `$$`. */
function escaped(text) {
    return text.replaceAll('$', '$$$$');
}
function hashed(value) {
    return value === undefined ? null : (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(value).digest('hex');
}


/***/ }),

/***/ 8680:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   On: () => (/* binding */ takenIds),
/* harmony export */   qj: () => (/* binding */ hashText),
/* harmony export */   zH: () => (/* binding */ nextRelease)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _version__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5726);
/* harmony import */ var _adjust__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4294);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4795);
/* harmony import */ var _migrations__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6668);
/* harmony import */ var _resolve_pin__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4777);
/* harmony import */ var _shared__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9444);
/* harmony import */ var _store_release__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7435);
/** Computes the next release from what the uploaded files resolved to and what runs now. Pure. */








/** The current release itself when nothing would differ from it. */
function nextRelease(request) {
    const { state, runbook } = request;
    const { current } = state;
    const resolved = (0,_adjust__WEBPACK_IMPORTED_MODULE_1__/* .withAdjustments */ .zK)(request.resolved, current?.services ?? {});
    // Of releases whose records are lost, containers still tell; what a failed first release left does not run.
    const running = state.folders.length > 0 ? [] : state.containers.filter(({ state }) => state === 'running');
    const made = running.flatMap(({ release }) => release ?? []);
    const id = (0,_store_release__WEBPACK_IMPORTED_MODULE_6__/* .nextReleaseId */ .gp)([...takenIds(state), ...made], request.version);
    const services = {};
    for (const [name, service] of Object.entries(resolved.services)) {
        // A digest says all: what the host calls the image is known only after the pull.
        const imageId = service.digest === null ? service.imageId : null;
        const made = { ...service, imageId, since: id, configHash: null };
        const was = current?.services[name];
        // The proxy reads changed files by a reload: its containers stay.
        const same = was !== undefined &&
            was.definition === made.definition &&
            (0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .sameImage */ .G4)(was, made) &&
            ((0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .sameMounts */ .T7)(was, made) || name === runbook.proxy.service);
        services[name] = same ? { ...made, since: was.since, configHash: was.configHash } : made;
    }
    const compose = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_4__/* .pin */ .y_)(resolved, runbook.stack, services);
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
        shared: (0,_shared__WEBPACK_IMPORTED_MODULE_5__/* .sharedOf */ .LV)({ ...resolved.model, name: runbook.stack }),
        schema: migration === undefined ? null : (0,_migrations__WEBPACK_IMPORTED_MODULE_3__/* .schemaName */ .l_)(migration),
        schemaCompatible: request.schemaCompatible,
        maintenance: current?.maintenance ?? false,
        createdAt: request.createdAt,
        createdBy: request.createdBy,
        run: request.run,
        adopted: false,
        writer: _version__WEBPACK_IMPORTED_MODULE_7__/* .VERSION */ .x,
    };
    const files = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_4__/* .sharedFiles */ .Nt)(resolved.model, runbook.stack);
    const same = current !== null && (0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .contentOf */ .$E)(current) === (0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .contentOf */ .$E)(release);
    return { release: same ? current : release, compose, sharedFiles: files };
}
/** Numbers of releases never come again. */
function takenIds({ folders, history }) {
    return [...folders, ...history.map(({ release }) => release)];
}
function hashText(text) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(text).digest('hex');
}


/***/ }),

/***/ 3148:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fT: () => (/* binding */ assemble),
/* harmony export */   h0: () => (/* binding */ unlabelled),
/* harmony export */   h1: () => (/* binding */ merge)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2863);
/* harmony import */ var _definition__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(397);
/* harmony import */ var _pin__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4777);
/* harmony import */ var _reference__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1167);
/* harmony import */ var _traits__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1849);
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
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${JSON.stringify(unknown)} in the Compose files`,
            why: `they have ${Object.keys(fresh.services).join(', ')}`,
            remedy: 'correct the name, or activate the profile that the service belongs to',
        });
    }
    if (only === null || current === null)
        return fresh;
    const former = (0,_pin__WEBPACK_IMPORTED_MODULE_2__/* .withDefinitions */ .pe)(current);
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
    const own = Object.values(_pin__WEBPACK_IMPORTED_MODULE_2__/* .LABELS */ .kg);
    const kept = Object.entries((labels ?? {})).filter(([name]) => !own.includes(name));
    return kept.length > 0 ? { ...service, labels: Object.fromEntries(kept) } : service;
}
function assemble({ model, pinned, files }, { runbook, only, current }) {
    const definitions = {};
    const services = {};
    for (const { service, reference, image } of pinned) {
        const { build: _built, pull_policy: _pulled, ...definition } = model.services[service] ?? {};
        const tagged = { ...reference, digest: image.digest };
        definitions[service] = { ...definition, image: image.digest === null ? image.ref : (0,_reference__WEBPACK_IMPORTED_MODULE_3__/* .formatReference */ .FH)(tagged) };
        services[service] = (only?.includes(service) === false ? stays(current?.services[service]) : null) ?? {
            image: (0,_reference__WEBPACK_IMPORTED_MODULE_3__/* .formatReference */ .FH)(reference),
            digest: image.digest,
            imageId: image.imageId,
            replicas: (0,_traits__WEBPACK_IMPORTED_MODULE_4__/* .replicasOf */ .N4)(definition),
            definition: (0,_definition__WEBPACK_IMPORTED_MODULE_1__/* .definitionOf */ .F)(definition, model),
            mounts: (0,_traits__WEBPACK_IMPORTED_MODULE_4__/* .mountsOf */ .cS)(definition, model, runbook.directory, files),
            traits: (0,_traits__WEBPACK_IMPORTED_MODULE_4__/* .traitsOf */ .JC)(definition, model),
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


/***/ }),

/***/ 397:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ definitionOf)
/* harmony export */ });
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4795);
/** Identity of a service beyond its image and number: equal definitions give equal containers. */

/** What does not make a container different: how many there are, how an image is had, when it starts. */
const IRRELEVANT = new Set(['image', 'build', 'scale', 'pull_policy', 'profiles', 'depends_on', 'develop']);
/** SHA-256 over what makes the containers of a service, independent of the order of keys. */
function definitionOf(service, model) {
    const relevant = Object.entries(service).filter(([key, value]) => value !== null && !IRRELEVANT.has(key) && !key.startsWith('x-'));
    const { replicas: _number, ...deploy } = (service.deploy ?? {});
    return (0,_identity__WEBPACK_IMPORTED_MODULE_0__/* .hashOf */ .qQ)(compact({ ...Object.fromEntries(relevant), deploy, ...used(service, model) }));
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


/***/ }),

/***/ 7511:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ registryAuth),
/* harmony export */   p: () => (/* binding */ dockerConfig)
/* harmony export */ });
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


/***/ }),

/***/ 1167:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $2: () => (/* binding */ withVersion),
/* harmony export */   F2: () => (/* binding */ parseReference),
/* harmony export */   FH: () => (/* binding */ formatReference),
/* harmony export */   Fv: () => (/* binding */ registryOf),
/* harmony export */   U9: () => (/* binding */ isLoopback)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2863);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4795);
/** Image references, as Docker's grammar has them: `[host[:port]/]path[:tag][@digest]`. */


const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const REPOSITORY = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*$`);
/** `null` when no image can have this name. */
function parseReference(image) {
    const [named = '', digest = null, ...rest] = image.split('@');
    const repository = familiar((0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(named));
    const tag = named.length > (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(named).length ? named.slice((0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(named).length + 1) : null;
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
    const known = parseReference((0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(image));
    const valid = (tag === null || TAG.test(tag)) &&
        (digest === null || DIGEST.test(digest)) &&
        formatVersion(tag, digest) === version;
    if (known === null || !valid) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VERSION-INVALID', {
            what: `${JSON.stringify(version)} is no version that ${(0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(image)} can have`,
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


/***/ }),

/***/ 1849:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cS: () => (/* binding */ mountsOf),
  N4: () => (/* binding */ replicasOf),
  JC: () => (/* binding */ traitsOf)
});

// UNUSED EXPORTS: seconds

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
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


/***/ }),

/***/ 4171:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ packDelivery)
/* harmony export */ });
/* unused harmony export imagesList */
/* harmony import */ var tar_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6118);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4795);
/* harmony import */ var _resolve_login__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7511);
/* harmony import */ var _resolve_reference__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1167);
/* harmony import */ var _release__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7435);
/** What a new release sends to the host: the archive that `store_release` unpacks. */





/** Tar archive of `release/`, `adopted/` and, where there are logins, `docker/config.json`; holds secrets. */
async function packDelivery({ logins, adopted, ...next }) {
    const archive = (0,tar_stream__WEBPACK_IMPORTED_MODULE_0__.pack)();
    const add = (name, content) => void archive.entry({ name, mode: 0o600 }, content);
    // Without logins of the run's own the host's hold.
    if (logins.length > 0)
        add('docker/config.json', (0,_resolve_login__WEBPACK_IMPORTED_MODULE_4__/* .dockerConfig */ .p)(logins));
    for (const [folder, stored] of Object.entries({ release: next, adopted })) {
        if (stored === null)
            continue;
        add(`${folder}/release.json`, (0,_release__WEBPACK_IMPORTED_MODULE_3__/* .serializeRelease */ .UC)(stored.release));
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
        const repository = (0,_resolve_reference__WEBPACK_IMPORTED_MODULE_2__/* .parseReference */ .F2)(image)?.repository ?? image;
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
    return plain === name ? name : `${plain || 'x'}-${(0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .hashOf */ .qQ)(name).slice(0, 8)}`;
}


/***/ }),

/***/ 6868:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CL: () => (/* binding */ readStored)
/* harmony export */ });
/* unused harmony exports storedScript, parseStored */
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1957);
/* harmony import */ var _next__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8680);
/* harmony import */ var _sections__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8157);
/* harmony import */ var _records__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4069);
/** What only the host has of its current release, with the size of the host: one round trip, nothing changed. */





/**
 * @param root `<directory>/.runbook`
 * @throws {UserError} RB-RECORD-UNREADABLE, RB-CONNECTION-LOST
 */
async function readStored(host, root, release) {
    const outcome = await host.run(storedScript(root, release.id));
    if (outcome.outcome === 'unknown') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-CONNECTION-LOST', {
            what: 'the current release could not be read',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    return parseStored(outcome.stdout, release);
}
function storedScript(root, id) {
    return [
        `cd ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .h)(`${root}/releases/${id}`)} || exit 1`,
        "printf '#rb-section compose\\n'; cat compose.json",
        "printf '#rb-section files\\n'; cat files.list",
        "printf '#rb-section size\\n'; docker info --format '{{.NCPU}} {{.MemTotal}}' 2>/dev/null",
        "printf '#rb-section end\\n'",
    ].join('\n');
}
/** @throws {UserError} RB-RECORD-UNREADABLE: what is there is not what the release says */
function parseStored(output, release) {
    const sections = (0,_sections__WEBPACK_IMPORTED_MODULE_2__/* .sectionsOf */ .K)(output);
    const compose = `${(sections.get('compose') ?? []).join('\n')}\n`;
    if (!sections.has('end') || (0,_next__WEBPACK_IMPORTED_MODULE_1__/* .hashText */ .qj)(compose) !== release.compose) {
        const why = 'its compose.json is gone, or is not the one that the release was made with';
        throw (0,_records__WEBPACK_IMPORTED_MODULE_3__/* .unreadableError */ .Sw)({ id: release.id, why, writer: `version ${release.writer || 'unknown'}` });
    }
    const [cpus = 0, memory = 0] = (sections.get('size')?.[0] ?? '').split(' ').map(Number);
    const filesList = (sections.get('files') ?? []).map((line) => `${line}\n`).join('');
    return { release, model: JSON.parse(compose), filesList, size: { cpus, memory } };
}


/***/ })

};
;