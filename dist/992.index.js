"use strict";
exports.id = 992;
exports.ids = [992];
exports.modules = {

/***/ 13982:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $B: () => (/* binding */ isThere),
/* harmony export */   C0: () => (/* binding */ collectFiles),
/* harmony export */   H4: () => (/* binding */ noEnvFile)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(32863);
/* harmony import */ var _compose_paths__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(73444);
/* harmony import */ var _sections_values__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(85790);
/**
 * The files that a release uploads: Compose files, the env file, and files that the runbook or the Compose files name.
 */





/** Largest file, in bytes. */
const LARGEST = 64 * 2 ** 20;
/**
 * Limits for a folder that only the Compose files name: files, and their bytes together. More is not a configuration.
 */
const MOST = 1000;
const MOST_BYTES = 64 * 2 ** 20;
/** The beginning of a file whose content Git LFS has elsewhere. Source: Git LFS specification, "The Pointer" */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
/** Sorted by path. @throws {UserError} RB-FILE-MISSING, RB-INPUT-INVALID */
function collectFiles(request) {
    const { folder, compose, files, envFile, envContent } = request;
    const found = new Map();
    const add = (path, mode) => {
        for (const file of readPath(folder, path))
            found.set(file.path, mode === undefined ? file : { ...file, mode });
    };
    for (const path of [...compose, ...files])
        add(path);
    if (envFile !== null) {
        // Only the SSH user may read the file with secrets.
        if (envContent === null)
            add(envFile, 0o600);
        else
            found.set(envFile, { path: envFile, content: Buffer.from(envContent), mode: 0o600 });
    }
    else if (envContent !== null) {
        throw noEnvFile('env-content');
    }
    for (const file of namedByCompose(request))
        if (!found.has(file.path))
            found.set(file.path, file);
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
/** @param given the input with the content of an env file */
function noEnvFile(given) {
    return new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('RB-INPUT-INVALID', {
        what: `${given} was given, but runbook.yml says env-file: null`,
        remedy: `name the env file in runbook.yml, or leave ${given} out`,
    });
}
/**
 * Files that the Compose files name and the repository has. Where `files` names a folder or a part of it, only that is
 * uploaded of it. The env file is chosen elsewhere.
 */
function* namedByCompose({ folder, compose, files, envFile, profiles, directory, }) {
    const read = (path) => {
        const file = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, path);
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(file) && (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(file).isFile() ? (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file, 'utf8') : null;
    };
    const named = [...compose, ...files, ...(envFile === null ? [] : [envFile]), '.env'].map(_sections_values__WEBPACK_IMPORTED_MODULE_4__/* .cleanPath */ .ts);
    let bytes = 0;
    for (const { path, care } of (0,_compose_paths__WEBPACK_IMPORTED_MODULE_3__/* .composePaths */ .H)({ compose, profiles, directory, read })) {
        const said = named.some((one) => one === '.' || isBelow(path, one) || isBelow(one, path));
        if (path === '.' || said || !(0,_sections_values__WEBPACK_IMPORTED_MODULE_4__/* .isRelativePath */ .Kb)(path) || !(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, path)))
            continue;
        let count = 0;
        for (const file of readPath(folder, path)) {
            // Nobody named these files one by one, and they are mostly for developers.
            if (file.path !== path && /^\.env(?:\.|$)/.test(node_path__WEBPACK_IMPORTED_MODULE_1__.posix.basename(file.path)))
                continue;
            count += 1;
            bytes += file.content.length;
            if (count > MOST || bytes > MOST_BYTES)
                throw tooMuch(path, count > MOST);
            yield care === null ? file : { ...file, care };
        }
    }
}
/** Whether a path equals the folder or lies in it. */
function isBelow(path, folder) {
    return path === folder || path.startsWith(`${folder}/`);
}
function tooMuch(path, many) {
    return new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('RB-FILES-TOO-MANY', {
        what: `${JSON.stringify(path)}, which the Compose files mount, is in the repository with more than ${many ? `${MOST} files` : `${MOST_BYTES} bytes in all that they name`}`,
        why: 'so much data is rarely meant to be uploaded with each release',
        remedy: `name in \`files:\` the parts of it to upload (everything: ${JSON.stringify(path)}); then only these are uploaded`,
    });
}
/** Yields files one by one, so that a folder with too much content is not read to its end. */
function* readPath(folder, path) {
    try {
        if (!(0,_sections_values__WEBPACK_IMPORTED_MODULE_4__/* .isRelativePath */ .Kb)(path))
            throw new Error('it is not a path below the folder of runbook.yml');
        yield* walk((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(folder), (0,_sections_values__WEBPACK_IMPORTED_MODULE_4__/* .cleanPath */ .ts)(path), []);
    }
    catch (error) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('RB-FILE-MISSING', {
            what: `${JSON.stringify(path)} cannot be uploaded`,
            why: error instanceof Error ? error.message : String(error),
            remedy: 'check the path in runbook.yml or in the inputs; it counts from the folder of runbook.yml',
        }, { cause: error });
    }
}
/** @param above real paths of the folders on the way here: a link to one of them would never end */
function* walk(root, path, above) {
    if (!(0,_sections_values__WEBPACK_IMPORTED_MODULE_4__/* .isRelativePath */ .Kb)(path))
        throw new Error(`${JSON.stringify(path)} has a name that is refused`);
    const real = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, path));
    if (real !== root && !real.startsWith(root + node_path__WEBPACK_IMPORTED_MODULE_1__.sep))
        throw new Error(`${path} leads out of the repository`);
    const found = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(real);
    if (found.isDirectory()) {
        if (above.includes(real))
            throw new Error(`${path} leads back to a folder that it is in`);
        for (const name of (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(real))
            if (name !== '.git')
                yield* walk(root, (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(path, name), [...above, real]);
        return;
    }
    if (!found.isFile())
        throw new Error(`${path} is neither a file nor a folder`);
    if (found.size > LARGEST)
        throw new Error(`${path} has ${found.size} bytes, more than ${LARGEST}`);
    const content = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(real);
    if (content.subarray(0, LFS_POINTER.length).toString('latin1') === LFS_POINTER)
        throw new Error(`${path} has not been checked out by Git LFS, and is only a pointer (\`lfs: true\` of actions/checkout)`);
    yield { path, content, mode: modeOf(found.mode) };
}
/** Whether a file exists, or a folder that is not empty: Git has no empty folders. */
function isThere(path) {
    if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path))
        return false;
    return !(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isDirectory() || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(path).length > 0;
}
/** A file that only its owner can read stays so. */
function modeOf(mode) {
    const open = (mode & 0o077) !== 0;
    return (mode & 0o100) !== 0 ? (open ? 0o755 : 0o700) : open ? 0o644 : 0o600;
}


/***/ }),

/***/ 12290:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LD: () => (/* binding */ loginFor),
/* harmony export */   QH: () => (/* binding */ withUserFile),
/* harmony export */   SJ: () => (/* binding */ superuserOf),
/* harmony export */   ig: () => (/* binding */ passwordsOf),
/* harmony export */   oT: () => (/* binding */ withFiles)
/* harmony export */ });
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51957);

const USER = ['POSTGRES_USER', 'POSTGRESQL_USERNAME', 'POSTGRESQL_USER'];
const DATABASE = ['POSTGRES_DB', 'POSTGRESQL_DATABASE', 'POSTGRES_DATABASE'];
const PASSWORD = ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD'];
const SUPERUSER = 'postgres';
const SUPERUSER_PASSWORD = ['POSTGRESQL_POSTGRES_PASSWORD', 'POSTGRES_POSTGRES_PASSWORD'];
/** Names that only Bitnami's image knows. */
const BITNAMIS = [...USER.slice(1), ...SUPERUSER_PASSWORD];
/** At the end of a variable that holds the path of a file with the value. */
const FILE = '_FILE';
/** Milliseconds. */
const TIMEOUT = 60_000;
/**
 * Reads the files that the variables name in the container that runs. A variable whose file it does not have stays unknown.
 *
 * @returns the environment, with the content of these files under the names that it stands for; may hold secrets
 */
async function withFiles(host, place, environment) {
    return await withContent(host, place, environment, [...USER, ...DATABASE, ...PASSWORD, ...SUPERUSER_PASSWORD]);
}
/** The same for the user alone, which is no secret. */
async function withUserFile(host, place, environment) {
    return await withContent(host, place, environment, USER);
}
async function withContent(host, { stack, service }, environment, names) {
    const found = { ...environment };
    for (const name of names) {
        const path = environment[`${name}${FILE}`];
        if (!path || environment[name])
            continue;
        const outcome = await host.run(fileScript(stack, service, path), { timeout: TIMEOUT });
        // As in the entrypoints of the images, line feeds at the end do not belong to the value.
        if (outcome.outcome === 'exited' && outcome.code === 0)
            found[name] = outcome.stdout.replace(/\n+$/, '');
    }
    return found;
}
function fileScript(stack, service, path) {
    return `id=$(docker ps -q --no-trunc --filter ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(`label=com.docker.compose.project=${stack}`)} \\
  --filter ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(`label=com.docker.compose.service=${service}`)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] && docker exec "$id" cat ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(path)} </dev/null 2>/dev/null`;
}
/** The login that proves that the server has the value of a variable; `null`: none can, or the values are not known. */
function loginFor(variable, environment) {
    const name = variable.endsWith(FILE) ? variable.slice(0, -FILE.length) : variable;
    const database = toldBy(DATABASE, environment);
    const made = userOf(environment);
    if (made === null || database === null)
        return null;
    if (SUPERUSER_PASSWORD.includes(name)) {
        const password = toldBy(SUPERUSER_PASSWORD, environment);
        return password ? { user: SUPERUSER, database: database || SUPERUSER, password } : null;
    }
    const password = toldBy(PASSWORD, environment);
    if (![...USER, ...DATABASE, ...PASSWORD].includes(name) || !password)
        return null;
    return { user: made, database: database || (isBitnami(environment) ? SUPERUSER : made), password };
}
/** Names of the variables that hold the password of a role. */
function passwordsOf(role, environment) {
    if (role === userOf(environment))
        return PASSWORD;
    return role === SUPERUSER && isBitnami(environment) ? SUPERUSER_PASSWORD : [];
}
/** The role that may do everything; where a file that is not known tells it, the images' default. */
function superuserOf(environment) {
    return (isBitnami(environment) ? null : userOf(environment)) ?? SUPERUSER;
}
/** The role that the image is told to make; `null`: not known. */
function userOf(environment) {
    const user = toldBy(USER, environment);
    return user === '' ? SUPERUSER : user;
}
/** Empty: not set; `null`: a file that is not known tells it. */
function toldBy(names, environment) {
    const value = names.map((name) => environment[name]).find(Boolean);
    if (value !== undefined)
        return value;
    return names.some((name) => environment[`${name}${FILE}`]) ? null : '';
}
function isBitnami(environment) {
    return BITNAMIS.some((name) => environment[name] || environment[`${name}${FILE}`]);
}


/***/ }),

/***/ 67831:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ checkFirstStarts)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _group__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(82077);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(51957);
/* harmony import */ var _postgres_first_login__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(12290);
/* harmony import */ var _postgres_login__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(37409);
/**
 * Refuses a new value of a variable that a server reads only at its first start, unless the server is seen to have it.
 */





/** @throws {UserError} RB-SECRET-FIRST-START */
async function checkFirstStarts({ host, stack, found, accepted }, recorder) {
    for (const { service, server, names, environment } of found) {
        const open = names.filter((name) => !accepted.includes(name));
        if (open.length === 0)
            continue;
        const given = server === 'postgres' ? await (0,_postgres_first_login__WEBPACK_IMPORTED_MODULE_1__/* .withFiles */ .oT)(host, { stack, service }, environment) : environment;
        for (const [name, value] of Object.entries(given))
            if (name.endsWith('_PASSWORD') && value !== environment[name])
                recorder.secret(value);
        // A login proves nothing of another role's variable.
        const groups = (0,_group__WEBPACK_IMPORTED_MODULE_2__/* .groupBy */ .$)(open, (name) => JSON.stringify(server === 'postgres' ? (0,_postgres_first_login__WEBPACK_IMPORTED_MODULE_1__/* .loginFor */ .LD)(name, given) : null));
        for (const [key, together] of groups) {
            const login = JSON.parse(key);
            const why = login === null
                ? `${service} has its data already, and it was not seen or confirmed that the value was changed there`
                : await (0,_postgres_login__WEBPACK_IMPORTED_MODULE_3__/* .whyNoLogin */ .h)(host, { stack, service, ...login });
            const listed = together.join(', ');
            if (why !== null)
                throw refusal(service, together, why, login?.user ?? null);
            recorder.info(`${service} takes the new ${listed}: seen by a query over TCP as ${login?.user}`);
        }
    }
}
/** @param user by whom the value can be changed in the server; `null`: not known */
function refusal(service, names, why, user) {
    const again = `then run this again with first-start: ${names.join(',')}`;
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SECRET-FIRST-START', {
        what: `${service} reads ${names.join(', ')} only at its first start, and would keep the old value`,
        why,
        remedy: user === null
            ? `change it in ${service} first, ${again}`
            : `change it in the server first (\`docker exec -it … psql -U ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .h)(user)}\`, then \\password), and run this again; where that is not possible, ${again}`,
    });
}


/***/ }),

/***/ 30678:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ checkContainers)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _dotenv__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(90660);
/** Checks that containers get the values of an env file as they are meant, by Compose's own model on the host. Pure. */


/**
 * With `format: raw` of an `env_file` a container would get quotes and backslashes as parts of the values.
 *
 * @param path of the env file, for the message
 * @throws {UserError} RB-ENV-INVALID with each service and name
 */
function checkContainers(services, text, path) {
    const quoted = (0,_dotenv__WEBPACK_IMPORTED_MODULE_1__/* .readEnv */ .sx)(text).entries.filter((entry) => entry.text !== entry.value);
    const wrong = Object.entries(services).flatMap(([service, { environment }]) => {
        const given = (environment ?? {});
        // Compose's output doubles each dollar.
        const raw = quoted.filter((entry) => given[entry.name]?.replaceAll('$$', '$') === entry.text.replaceAll('$$', '$'));
        return raw.map(({ name }) => `${service} would get ${name} with its quotes`);
    });
    if (wrong.length === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-ENV-INVALID', {
        what: `${path}: ${wrong.join('; ')}`,
        why: 'the Compose file takes it with `format: raw`, which reads no quotes',
        remedy: 'remove `format: raw` from the Compose file, or write these values without quotes',
    });
}


/***/ }),

/***/ 16199:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ readSops)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _config_sections_values__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(85790);
/** The inputs for a SOPS file, of every action that reads one. */


/** The file's path is relative to the workspace. */
function readSops(reader, workspace) {
    const path = reader.wired('sops-file')?.trim() ?? null;
    const ageKey = reader.wired('age-key');
    if (path === null && ageKey === null)
        return null;
    if (path === null)
        reader.problem('age-key is given without sops-file');
    if (ageKey === null)
        reader.problem('sops-file is given without age-key, which decrypts it');
    if (path !== null && path !== '' && !(0,_config_sections_values__WEBPACK_IMPORTED_MODULE_1__/* .isRelativePath */ .Kb)(path))
        reader.problem(`sops-file is ${JSON.stringify(path)}, which is not a path within the workspace`);
    const clean = (0,_config_sections_values__WEBPACK_IMPORTED_MODULE_1__/* .cleanPath */ .ts)(path ?? '');
    return { file: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(workspace, clean), path: clean, ageKey: ageKey ?? '' };
}


/***/ }),

/***/ 75446:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AZ: () => (/* binding */ asRunning),
/* harmony export */   MF: () => (/* binding */ firstStarts),
/* harmony export */   WY: () => (/* binding */ readOnce)
/* harmony export */ });
const SERVERS = [
    {
        image: /postg|timescale|pgvector/,
        names: /^(?:POSTGRES|POSTGRESQL)_(?:PASSWORD|POSTGRES_PASSWORD|USER|USERNAME|DB|DATABASE|INITDB_ARGS)$/,
        server: 'postgres',
    },
    { image: /mysql|mariadb|percona/, names: /^(?:MYSQL|MARIADB)_(?:ROOT_PASSWORD|PASSWORD|USER|DATABASE)$/ },
    { image: /mongo/, names: /^(?:MONGO_INITDB_ROOT_(?:USERNAME|PASSWORD)|MONGODB_(?:ROOT_)?(?:USERNAME|PASSWORD))$/ },
    { image: /rabbitmq/, names: /^RABBITMQ_(?:DEFAULT_(?:USER|PASS|VHOST)|USERNAME|PASSWORD)$/ },
    { image: /keycloak/, names: /^(?:KEYCLOAK_ADMIN(?:_PASSWORD)?|KC_BOOTSTRAP_ADMIN_\w+)$/ },
    { image: /grafana/, names: /^GF_SECURITY_ADMIN_(?:USER|PASSWORD)$/ },
    { image: /influxdb/, names: /^DOCKER_INFLUXDB_INIT_\w+$/ },
    { image: /elasticsearch|opensearch/, names: /^(?:ELASTIC_PASSWORD|OPENSEARCH_INITIAL_ADMIN_PASSWORD)$/ },
    { image: /neo4j/, names: /^NEO4J_AUTH$/ },
    { image: /mssql/, names: /^(?:MSSQL_)?SA_PASSWORD$/ },
    { image: /nextcloud/, names: /^NEXTCLOUD_ADMIN_(?:USER|PASSWORD)$/ },
];
/** Images of clients that are named after a server: they read their variables at each start. */
const CLIENT = /backup|export|dump|bouncer|pool|postgrest|proxy|admin|client|operator|cron|migrat|config|express|render/;
/**
 * @param names services that would be made anew, and ran before
 * @param files default: the content of a file under the same path counts as unchanged
 */
function firstStarts(before, after, names, files) {
    return names.flatMap((service) => {
        const [was, is] = [environmentOf(before.services[service]), environmentOf(after.services[service])];
        const known = serverOf(after.services[service]);
        if (known === undefined)
            return [];
        const changed = Object.keys({ ...was, ...is }).filter((name) => isRead(name, known) && was[name] !== is[name]);
        const told = changed.length === 0 ? [] : [{ names: changed, server: known.server ?? 'other' }];
        const same = Object.keys(is).filter((name) => name.endsWith('FILE') && isRead(name, known) && was[name] === is[name]);
        const filled = same.filter((name) => differs(service, is[name] ?? '', files));
        // The container that runs still has the former content, so that a login by it would prove nothing.
        if (filled.length > 0)
            told.push({ names: filled, server: 'other' });
        return told.map((one) => ({ service, ...one, environment: is }));
    });
}
function differs(service, path, files) {
    const [was, is] = [files?.before(service, path), files?.after(service, path)];
    return was !== undefined && is !== undefined && was !== is;
}
/**
 * A model with the environments that its containers run with, for the variables that one of the two models has: other
 * ones come from the image.
 *
 * @param running service → environment; a service without one stays as it is
 */
function asRunning(model, after, running) {
    const services = Object.entries(model.services).map(([name, service]) => {
        const found = running[name];
        if (found === undefined)
            return [name, service];
        const named = { ...environmentOf(service), ...environmentOf(after.services[name]) };
        const known = Object.entries(found).filter(([variable]) => Object.hasOwn(named, variable));
        const environment = Object.fromEntries(known.map(([variable, value]) => [variable, value.replaceAll('$', '$$$$')]));
        return [name, { ...service, environment }];
    });
    return { ...model, services: Object.fromEntries(services) };
}
/** Whether one of the services has such variables; if not, the former environments need not be read. */
function readOnce(model, names) {
    return names.some((name) => {
        const service = model.services[name];
        return Object.keys(environmentOf(service)).some((variable) => isRead(variable, serverOf(service)));
    });
}
/** Also as the path of a file with the value: `MYSQL_PASSWORD_FILE`, `GF_SECURITY_ADMIN_PASSWORD__FILE`. */
function isRead(variable, server) {
    return server?.names.test(variable.replace(/__?FILE$/, '')) === true;
}
function serverOf(service) {
    const name = String(service?.image ?? '')
        .split('@')[0]
        ?.split('/')
        .at(-1) ?? '';
    return CLIENT.test(name) ? undefined : SERVERS.find(({ image }) => image.test(name));
}
/** The environment of a service; Compose's output writes `$` as `$$`. */
function environmentOf(service) {
    const entries = Object.entries((service?.environment ?? {}));
    return Object.fromEntries(entries.map(([name, value]) => [name, (value ?? '').replaceAll('$$', '$')]));
}


/***/ })

};
;