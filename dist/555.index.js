"use strict";
exports.id = 555;
exports.ids = [555];
exports.modules = {

/***/ 1555:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  bringLive: () => (/* binding */ bringLive),
  deploy: () => (/* binding */ deploy)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/config/files.ts
var config_files = __webpack_require__(13982);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(66302);
// EXTERNAL MODULE: ./actions/lib/procedure/first-start.ts
var first_start = __webpack_require__(67831);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/stack/identity.ts
var identity = __webpack_require__(84795);
// EXTERNAL MODULE: ./actions/lib/stack/observe/inventory.ts
var inventory = __webpack_require__(44898);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/first-file.ts
/** The content of a file at a path in a service's containers, by what the service mounts there. Pure. */

/**
 * @param services what of the uploaded files each service mounts
 * @param directory path of the stack's directory
 */
function fileAt(model, services, directory) {
    return (service, path) => {
        const source = sourceOf(model, service, external_node_path_.posix.normalize(path));
        return source === null ? undefined : services[service]?.mounts[external_node_path_.posix.relative(directory, source)];
    };
}
function sourceOf(model, service, path) {
    const definition = model.services[service] ?? {};
    for (const { target, source } of entriesOf(model, service, 'secrets', '/run/secrets'))
        if (target === path)
            return source;
    for (const { target, source } of entriesOf(model, service, 'configs', '/'))
        if (target === path)
            return source;
    for (const { type, source, target = '' } of (definition.volumes ?? [])) {
        const below = external_node_path_.posix.relative(plain(target), path);
        if (type === 'bind' && below !== '..' && !below.startsWith('../'))
            return external_node_path_.posix.join(plain(source), below);
    }
    return null;
}
/** @param folder where a secret or config without a whole path is mounted */
function entriesOf(model, service, kind, folder) {
    const defined = (model[kind] ?? {});
    return (model.services[service]?.[kind] ?? []).flatMap(({ source, target }) => {
        const file = defined[source]?.file;
        return file === undefined ? [] : [{ source: plain(file), target: external_node_path_.posix.resolve(folder, plain(target ?? source)) }];
    });
}
/** Compose's model writes `$` as `$$`. */
function plain(text) {
    return text.replaceAll('$$', '$');
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/first-start.ts
var plan_first_start = __webpack_require__(75446);
// EXTERNAL MODULE: ./actions/lib/stack/release/stored.ts
var stored = __webpack_require__(91456);
;// CONCATENATED MODULE: ./actions/lib/procedure/first-values.ts
/**
 * Which variables that a server reads only at its first start a deploy would change: compared with the current release, or,
 * where the stack is adopted, with what its containers run with.
 */







/** Milliseconds. */
const TIMEOUT = 60_000;
async function firstValues(request, recorder) {
    const { state, resolved, directory } = request;
    const { current } = state;
    if (current === null)
        return [];
    const changed = Object.entries(resolved.services).flatMap(([name, wanted]) => {
        const was = current.services[name];
        return was !== undefined && (was.definition !== wanted.definition || !(0,identity/* sameMounts */.T7)(was, wanted)) ? [name] : [];
    });
    if (!(0,plan_first_start/* readOnce */.WY)(resolved.model, changed))
        return [];
    const before = await modelBefore(request, current, changed, recorder);
    if (before === null)
        return [];
    return (0,plan_first_start/* firstStarts */.MF)(before, resolved.model, changed, {
        before: fileAt(before, current.services, directory),
        after: fileAt(resolved.model, resolved.services, directory),
    });
}
/** `null`: it is not known. */
async function modelBefore({ host, root, state, adopted, resolved }, current, changed, recorder) {
    if (adopted !== null) {
        const running = await environmentsOf(host, state, changed);
        return (0,plan_first_start/* asRunning */.AZ)(JSON.parse(adopted.compose), resolved.model, running);
    }
    try {
        return (await (0,stored/* readStored */.CL)(host, root, current)).model;
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y) || error.code !== 'RB-RECORD-UNREADABLE')
            throw error;
        recorder.warning(`it could not be seen whether a server's password changes: ${error.details.why}`);
        return null;
    }
}
/**
 * The environments of running containers, of one for each service. Where people started a stack, its files may have been
 * edited since. Holds secrets.
 *
 * @throws {UserError} RB-CONNECTION-LOST
 */
async function environmentsOf(host, state, services) {
    const ids = services.flatMap((name) => {
        const [found] = (0,inventory/* runningOf */.Tx)(state, name);
        return found === undefined ? [] : [[found.id, name]];
    });
    if (ids.length === 0)
        return {};
    const format = (0,quote/* quote */.h)('{{.Id}} {{json .Config.Env}}');
    const outcome = await host.run(`docker inspect --format ${format} ${ids.map(([id]) => (0,quote/* quote */.h)(id)).join(' ')}`, {
        timeout: TIMEOUT,
    });
    if (outcome.outcome === 'unknown')
        throw new errors/* UserError */.y('RB-CONNECTION-LOST', {
            what: 'the settings of the running containers could not be read',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    const names = new Map(ids);
    const found = outcome.stdout.split('\n').flatMap((line) => {
        const name = names.get(line.split(' ', 1)[0] ?? '');
        const variables = name === undefined ? [] : (JSON.parse(line.slice(line.indexOf(' '))) ?? []);
        return name === undefined ? [] : [[name, Object.fromEntries(variables.map(split))]];
    });
    return Object.fromEntries(found);
}
function split(variable) {
    const at = variable.indexOf('=');
    return [variable.slice(0, at), variable.slice(at + 1)];
}

// EXTERNAL MODULE: ./actions/lib/procedure/kept-closed.ts
var kept_closed = __webpack_require__(10959);
// EXTERNAL MODULE: ./actions/lib/secrets/containers.ts
var containers = __webpack_require__(30678);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./actions/lib/version.ts
var version = __webpack_require__(95726);
// EXTERNAL MODULE: ./actions/lib/stack/compose-script.ts
var compose_script = __webpack_require__(485);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var migrations = __webpack_require__(6668);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/compose.ts
var compose = __webpack_require__(21862);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/definition.ts
var resolve_definition = __webpack_require__(10397);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/hidden.ts
var resolve_hidden = __webpack_require__(16020);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/named-by.ts
var named_by = __webpack_require__(43933);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/payload.ts
var payload = __webpack_require__(39888);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/pin.ts
var pin = __webpack_require__(74777);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/reference.ts
var reference = __webpack_require__(91167);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/script.ts
var script = __webpack_require__(59487);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/traits.ts + 1 modules
var traits = __webpack_require__(31849);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/versions.ts
var versions = __webpack_require__(61473);
// EXTERNAL MODULE: ./actions/lib/stack/resources.ts
var resources = __webpack_require__(62092);
// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(78157);
;// CONCATENATED MODULE: ./actions/lib/stack/observe/adopt.ts
/** Turns a stack that already runs into release 0, from the data of Compose and Docker. Nothing is restarted. */





















/** Whether containers run here that belong to no known release. */
function needsAdoption(state) {
    return (state.current === null && state.containers.some((container) => container.state === 'running' && !container.oneOff));
}
/** Whether our releases made the running containers, but their records were removed. */
function lostReleases(state) {
    const { containers, folders, unfinished } = state;
    // Leftovers of a first release that never became current are not a lost release.
    if (!needsAdoption(state) || folders.length > 0 || unfinished !== null)
        return false;
    return containers.some((container) => container.state === 'running' && isOurs(container));
}
function isOurs({ release, definition, oneOff }) {
    return release !== null && definition !== null && !oneOff;
}
/**
 * Reads the running stack on one session channel; changes nothing.
 *
 * @param files uploaded files of this run. Where records are lost, these replace the recorded files, and name the
 *   variables for tags of images
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
            what: 'the running stack cannot be adopted',
            why: `Docker Compose does not read the files that it was started from: ${(sections.get('error') ?? []).join(' ')}`,
            remedy: lost
                ? `its releases are gone from ${runbook.directory}/.runbook, so put the env file back to its place in ${runbook.directory}, or give it to this run (nothing is restarted for that), or restore .runbook from a copy`
                : `put the Compose and env files back to their places in ${folder}, with a value for every variable that the login had when the stack was started, or stop the stack to start from scratch`,
        });
    }
    const model = (0,compose/* parseModel */.Xh)(config, folder, lost ? runbook.directory : folder);
    const hashes = hashesOf(sections.get('hashes') ?? []);
    return { ...adoptFrom(model, hashes, state, runbook, run, now), profiles: profilesIn(config) };
}
/** @param config Compose's model with all profiles active */
function profilesIn(config) {
    const { services = {} } = JSON.parse(config);
    return Object.fromEntries(Object.entries(services).map(([name, { profiles = [] }]) => [name, profiles]));
}
/** Where a release has put its files, and the variables that it gave Compose. */
function placesOf(state, runbook, files) {
    const tags = state.containers.filter(isOurs).flatMap(({ service, image }) => {
        const tag = (0,reference/* parseReference */.F2)(image)?.tag;
        return tag ? [[service, tag]] : [];
    });
    return {
        DIRECTORY: runbook.directory.replace(/\/+$/, ''),
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
        // Compose's hash then includes facts of the other container that only Compose knows.
        if (!faithful && !ours && service.volumes_from !== undefined)
            notes.push(`${name} has volumes of another container (volumes_from): it is not known whether it matches its files, so a deploy recreates it.`);
        else if (!faithful)
            notes.push(`${name} runs with settings that differ from its present files; a rollback to the adopted release uses the files.`);
        // An unknown definition must differ from every other definition.
        const known = faithful ? definition : `unknown ${shown.configHash}`;
        const base = {
            ...imageOf(shown, state),
            replicas: running.length,
            ...scaledUp(running.length, (0,traits/* replicasOf */.N4)(service), known),
            mounts: (0,traits/* mountsOf */.cS)(service, model, runbook.directory, state.files),
            // With the records, the folder was removed that an empty folder was mounted over; so no place counts as covered.
            traits: {
                ...(0,traits/* traitsOf */.JC)(service, model),
                ...(0,named_by/* namedBy */.T)(name, model, runbook.stack, []),
                ...(ours ? {} : (0,resolve_hidden/* runbookAt */.WD)((0,resolve_hidden/* sightsOf */.qn)(service, model, place))),
                ...(faithful ? {} : { limits: undefined }),
            },
        };
        services[name] = ours
            ? // The labels tell what the container is, even if the files have changed since.
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
        shared: (0,resources/* sharedOf */.LV)(shown),
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
 * Whether the migration has run in its present form: its container succeeded, and nothing that it reads can have
 * changed since. In doubt it runs with the first release.
 */
function migratedByHand(migration, { containers }, { migration: { service } }) {
    const ran = containers.filter((container) => container.service === service && !container.oneOff);
    const ended = ran.some(({ state, exitCode }) => state === 'exited' && exitCode === 0);
    return ended && Object.keys(migration.mounts).length === 0 && !migration.definition.startsWith('unknown ');
}
/**
 * More containers than the files say are there on purpose (`docker compose up --scale`), and the next deploy keeps their
 * number. Fewer may have died.
 */
function scaledUp(is, files, definition) {
    if (is <= files)
        return {};
    return { adjusted: { definition, replicas: { is, files, by: 'people', release: '0-adopted' } } };
}
/** The service as a release pins it. */
function pinned({ build: _built, pull_policy: _pulled, ...service }, of) {
    return { ...service, image: of.digest === null ? (of.imageId ?? of.image) : `${of.image}@${of.digest}` };
}
/** The image, by the digest under which it came from its registry, else by its local ID. */
function imageOf({ image: reference, imageId, release }, { images }) {
    // A container of a release has the tag and the pinned digest; the Compose file names only the tag.
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
/** The mode without bits that files of a release do not need. */
function modeOf(mode = '644') {
    return (Number.parseInt(mode, 8) & 0o777).toString(8).padStart(3, '0');
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/checks.ts
var checks = __webpack_require__(95924);
// EXTERNAL MODULE: ./actions/lib/stack/plan/checks-exposed.ts
var checks_exposed = __webpack_require__(96065);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/checks-names.ts

/** Services that are assumed where `runbook.yml` names none: a stack need not have them. */
const UNSAID = { proxy: 'nginx', migration: 'migrate' };
/**
 * A name counts as known if any uploaded YAML file has it as a key: Compose does not list the services of profiles that
 * are not active, or of files that another file includes or extends.
 *
 * @param services services that Compose lists
 * @throws {UserError} RB-SERVICE-UNKNOWN
 */
function checkServiceNames({ services: settings, proxy, migration }, services, files) {
    const texts = files.filter(({ path }) => /\.ya?ml$/i.test(path)).map(({ content }) => content.toString('utf8'));
    const named = [
        ...Object.keys(settings).map((name) => ['services', name]),
        ['proxy.service', proxy.service === UNSAID.proxy ? null : proxy.service],
        ['migration.service', migration.service === UNSAID.migration ? null : migration.service],
    ];
    const unknown = named.filter(([, name]) => name !== null && !services.includes(name) && !texts.some((text) => hasKey(text, name)));
    if (unknown.length === 0)
        return;
    throw new errors/* UserError */.y('RB-SERVICE-UNKNOWN', {
        what: `the runbook file names ${unknown.map(([where, name]) => `${JSON.stringify(name)} (${where})`).join(', ')}, and the Compose files have no such service`,
        why: `they have ${services.join(', ')}; settings for another name would have no effect`,
        remedy: 'correct the name, or remove it from the runbook file',
    });
}
/** Whether the text of a YAML file has this key anywhere. */
function hasKey(text, name) {
    const literally = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(?:^|[\\s{,])(["']?)${literally}\\1\\s*:`, 'm').test(text);
}

;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-profiles.ts



/**
 * Refuses to remove services that people started with a profile which the run does not know: the Compose files still have
 * them, so nobody meant to remove them.
 *
 * @param profiles of the services that ran before there was a release
 * @param services services that Compose lists
 * @throws {UserError} RB-PROFILE-INACTIVE
 */
function checkProfiles(profiles, services, state, files) {
    const texts = files.filter(({ path }) => /\.ya?ml$/i.test(path)).map(({ content }) => content.toString('utf8'));
    for (const [name, of] of Object.entries(profiles)) {
        if (of.length === 0 || services.includes(name) || !texts.some((text) => hasKey(text, name)))
            continue;
        const [running] = (0,inventory/* runningOf */.Tx)(state, name);
        if (running === undefined)
            continue;
        throw new errors/* UserError */.y('RB-PROFILE-INACTIVE', {
            what: `${name} runs here, and would be removed: none of its profiles (${of.join(', ')}) is active in this run`,
            why: 'it was started with `--profile`, or with COMPOSE_PROFILES of the login; a release has the profiles of runbook.yml and of the env file',
            remedy: `write "profiles: [${of[0]}]" in runbook.yml; if the stack does not need ${name}, remove its container first (docker rm -f ${running.name}). Nothing was changed`,
        });
    }
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/one-shots.ts
var one_shots = __webpack_require__(79413);
// EXTERNAL MODULE: ./actions/lib/stack/project-name.ts
var project_name = __webpack_require__(70722);
// EXTERNAL MODULE: ./actions/lib/stack/release/delivery.ts
var delivery = __webpack_require__(39391);
// EXTERNAL MODULE: ./actions/lib/stack/release/next.ts
var next = __webpack_require__(44018);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
;// CONCATENATED MODULE: ./actions/lib/stack/resolve/await.ts
/** Waits for images: a tag that starts a deploy often starts their build, too, and they are pushed minutes later. */



/**
 * Looks again and again while images are missing. If they are still missing at the end, looks whether the registry has
 * them under the other spelling of the version, with or without a leading v.
 *
 * @param look `resolve`
 * @throws {UserError} what `look` throws; RB-IMAGE-NOT-FOUND, which names the other spelling if the registry has it
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
/** `v1.4.0` for `1.4.0`, and the reverse; a digest stays as it is. */
function otherSpelling(version) {
    if (/^v\d/.test(version))
        return version.slice(1);
    return /^\d+\.\d/.test(version) ? `v${version}` : version;
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/checks-files.ts
var checks_files = __webpack_require__(4911);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/idle.ts
var idle = __webpack_require__(60006);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/names.ts
var names = __webpack_require__(12906);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/resolve.ts + 3 modules
var resolve = __webpack_require__(71181);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var secrets = __webpack_require__(56931);
// EXTERNAL MODULE: ./actions/deploy/inputs.ts
var inputs = __webpack_require__(947);
// EXTERNAL MODULE: ./actions/lib/config/version.ts
var config_version = __webpack_require__(32997);
;// CONCATENATED MODULE: ./actions/deploy/tag.ts
/** A tag that somebody pushed goes live once its commit may. */

/**
 * @returns sentences for the plan: what nobody could find out
 * @throws {UserError} RB-VERSION-INVALID, RB-COMMIT-ELSEWHERE, RB-COMMIT-UNCHECKED, RB-COMMIT-UNKNOWN, RB-CANCELLED
 */
async function awaitTag({ version, runbook, githubToken: token, checksTimeout: timeout }, pushed, { recorder, signal }) {
    // A workflow may spell it in its own way.
    if (version === pushed.tag)
        (0,config_version/* requireVersion */.eU)(version, runbook.tag);
    recorder.step('Commit of the tag');
    const said = token === null ? [unasked(pushed)] : await pushed.require({ token, timeout, signal, ...wishes(runbook, recorder) });
    for (const note of said)
        recorder.warning(note);
    return said;
}
function wishes({ releaseBranches, releaseChecks }, recorder) {
    return {
        branches: releaseBranches ?? null,
        checks: releaseChecks ?? null,
        say: (text) => recorder.info(text),
    };
}
function unasked({ tag, commit }) {
    return `Whether the commit ${commit.slice(0, 7)} of the tag ${tag} is on the default branch, and has passed the checks that it requires, was not asked: this step has no github-token.`;
}

;// CONCATENATED MODULE: ./actions/deploy/deploy.ts
/** Deploy: brings a version live. Reads like the runbook's section. */

























/** Milliseconds from one look at a registry to the next. */
const IMAGE_PAUSE = 10_000;
const deploy = {
    name: 'deploy',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    goesForward: true,
    outputs: change/* releaseOutputs */.mm,
    read: inputs/* readDeployInputs */.Jj,
    title: ({ version }) => `Deploy ${version || 'the version that runs'}`,
    awaited: awaitTag,
    prepare: env_file/* withSecrets */.a9,
    secrets: secretsGiven,
    names: ({ runbook, files }) => {
        const compose = files.filter(({ path }) => runbook.compose.includes(path));
        return (0,names/* namesOf */.e)(runbook, { compose: compose.map(({ content }) => content.toString('utf8')) });
    },
    paths: ({ files }) => files.map(({ path }) => path),
    run: (run) => bringLive(run),
};
/** @param more parts of the target that another procedure adds */
async function bringLive(run, more = {}) {
    const { recorder } = run;
    const { inputs, kept, said } = await filesOf(run);
    const { state, adopted } = await present(run, inputs);
    recorder.step('Resolve the release');
    recorder.info(said);
    const resolved = await resolveRelease(run, inputs, state, adopted);
    checkResolved(run, inputs, state, resolved);
    await checkServers(run, state, resolved, adopted);
    if (adopted !== null)
        checkProfiles(adopted.profiles ?? {}, Object.keys(resolved.services), state, inputs.files);
    const target = await targetOf(run, state, resolved, adopted, kept);
    for (const note of target.notes)
        recorder.info(note);
    (0,checks/* checkDisk */.Op)(resolved.images, state);
    (0,checks/* checkPorts */.v5)(resolved.model.services, state);
    return await (0,change/* change */.Zg)(run, state, { ...target, envFile: said, ...more }, inputs.runbook);
}
/** What is deployed: with which env file, and with the files of a site that stays closed. @throws {UserError} */
async function filesOf(run) {
    const { recorder, session } = run;
    const { state, envFile } = session;
    const { runbook, said, files: chosen } = (0,env_file/* chooseEnvFile */.Zi)(run.inputs, { state, onHost: envFile });
    const kept = await (0,kept_closed/* keptClosed */.L)(run, state, chosen, runbook);
    const { files } = kept ?? { files: chosen };
    const inputs = { ...run.inputs, runbook, files };
    for (const secret of secretsGiven(inputs))
        recorder.secret(secret);
    (0,checks_files/* checkOverwritten */.G8)(files, state);
    (0,project_name/* checkProjectName */.xX)(runbook, files, state.current);
    return { inputs, kept, said };
}
/** What runs now; where it was made by hand, it counts as a release from here on. @throws {UserError} */
async function present({ recorder, session, run }, { runbook, files }) {
    const { host, root, state } = session;
    const adopted = needsAdoption(state) ? await adopt(host, state, runbook, files, run, new Date()) : null;
    if (lostReleases(state))
        recorder.warning(`${root} has no record of the releases that made the running containers: somebody has removed the records. The stack is adopted as it runs; a rollback to an older release is not possible`);
    if (adopted === null)
        return { state, adopted };
    recorder.info(`this stack runs already: it becomes release ${adopted.release.id}; nothing is restarted for that`);
    return { state: withAdopted(state, adopted), adopted };
}
/** Compose files and registries as services with digests; what is secret in them is masked. @throws {UserError} */
async function resolveRelease(run, inputs, state, adopted) {
    const { recorder, session } = run;
    const { runbook, files, versions, services } = inputs;
    const request = {
        runbook,
        files,
        inRepository: (path) => (0,config_files/* isThere */.$B)((0,external_node_path_.join)(inputs.folder, path)),
        present: state.files,
        versions,
        refresh: [...Object.keys(versions), ...(services ?? [])],
        only: adopted === null ? services : null,
        current: state.current,
        ...staying(inputs, state),
        images: state.images,
        physicalDirectory: state.physicalDirectory,
        logins: inputs.logins,
        keepStaging: !inputs.dryRun,
        signal: run.signal,
    };
    const resolved = await resolveInTime((one) => (0,resolve/* resolve */.h)(session.host, one), request, {
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
    return resolved;
}
/** What speaks against it, whatever it changes. @throws {UserError} */
function checkResolved({ recorder, session }, inputs, state, found) {
    const { runbook, files, sops } = inputs;
    const { model, services, warnings } = found;
    if (sops !== null)
        (0,containers/* checkContainers */.h)(model.services, envText(inputs), sops.path);
    checkServiceNames(runbook, Object.keys(services), files);
    session.requirePlace(Object.keys(services));
    for (const warning of warnings)
        recorder.warning(warning);
    (0,checks_exposed/* checkExposed */.J)(model, { directory: runbook.directory, physicalDirectory: state.physicalDirectory });
}
/** Refuses a new password that every service but the server itself would get. @throws {UserError} */
async function checkServers({ inputs, session, recorder }, state, resolved, adopted) {
    const { host, root } = session;
    const { stack, directory } = inputs.runbook;
    const found = await firstValues({ host, root, directory, state, adopted, resolved }, recorder);
    await (0,first_start/* checkFirstStarts */.A)({ host, stack, found, accepted: inputs.firstStart }, recorder);
}
/** Without a version the versioned services keep the images that they run, whatever tag the Compose files have. */
function staying({ versions, runbook }, { current }) {
    if (Object.keys(versions).length > 0 || current === null)
        return {};
    const services = Object.entries(current.services).filter(([name]) => runbook.versioned.includes(name));
    return { imagesOf: { ...current, services: Object.fromEntries(services) } };
}
async function targetOf({ inputs, actor, run, pushed }, state, resolved, adopted, kept) {
    const { release, compose, sharedFiles } = (0,next/* nextRelease */.zH)({
        resolved,
        state,
        runbook: inputs.runbook,
        version: inputs.version || (state.current?.version ?? 'latest'),
        schemaCompatible: inputs.schemaCompatible,
        closed: kept?.closed,
        createdAt: new Date().toISOString(),
        createdBy: actor,
        run,
        origin: originOf(inputs, pushed),
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
        ...(kept === null ? {} : { proof: kept.proof }),
        origins: Object.fromEntries(resolved.images.flatMap(({ ref, origin }) => (origin ? [[ref, origin]] : []))),
        notes: [
            ...(kept === null ? [] : [kept.note]),
            ...(adopted?.notes ?? []),
            ...(0,one_shots/* unnamedMigrations */.Yy)(resolved.model, release, inputs.runbook),
            ...(0,idle/* idleMigration */.b)(textsOf(inputs.files), Object.keys(resolved.services), inputs.runbook.migration.service),
        ],
    };
}
function textsOf(files) {
    return files.filter(({ path }) => /\.ya?ml$/i.test(path)).map(({ content }) => content.toString('utf8'));
}
/** The commit of the tag that was pushed, where that is the version of all that goes live. */
function originOf({ version, services }, pushed) {
    if (pushed === null || pushed.repository === '' || version !== pushed.tag || services !== null)
        return undefined;
    return { repository: pushed.repository, commit: pushed.commit };
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
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _lib_config_files__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(13982);
/* harmony import */ var _lib_config_inputs__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(30324);
/* harmony import */ var _lib_config_reader__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(434);
/* harmony import */ var _lib_config_version__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(32997);
/* harmony import */ var _lib_secrets_inputs__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(16199);
/** Inputs of the action deploy as typed data. */







/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-VERSION-INVALID, RB-FILE-MISSING */
function readDeployInputs(get, workspace) {
    const reader = new _lib_config_reader__WEBPACK_IMPORTED_MODULE_4__/* .Reader */ .m(get);
    const wish = readWish(reader, workspace);
    const services = reader.list('services');
    const firstStart = reader.list('first-start');
    const checksTimeout = reader.seconds('checks-timeout', 1800);
    // Read by the part that shows the plan.
    reader.boolean('comment');
    reader.finish();
    const read = withCommon(wish, workspace);
    const versions = (0,_lib_config_version__WEBPACK_IMPORTED_MODULE_5__/* .parseVersions */ .JK)(wish.version, read.runbook.versioned, read.runbook.tag);
    const named = services.length > 0 ? services : null;
    return { ...withFiles(wish, read, workspace), versions, services: named, firstStart, checksTimeout };
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
    // Without its content the env file on the host is used, unless an input names one.
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
            ? `: give one line for each registry in each of them (${registries.length}, ${users.length} and ${passwords.length} lines)`
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

/***/ 32997:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JK: () => (/* binding */ parseVersions),
/* harmony export */   eU: () => (/* binding */ requireVersion),
/* harmony export */   lF: () => (/* binding */ isVersion)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/** The `version` input: a tag for the versioned services, or one version for each service named. */

/** Source: OCI distribution specification 1.1, tags; image specification 1.1, digests. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const VERSION = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:@sha256:[0-9a-f]{64})?|sha256:[0-9a-f]{64})$/;
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/**
 * @param tag how a version becomes an image tag, see `tag` in RUNBOOK.md
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
/** May have words in front, as in `backend-v1.4.0`; also `1.4`, `v2`, `2026-11-30`. */
const NUMBERED = /^(?:[A-Za-z][A-Za-z0-9]*[._-])*[vV]?\d[A-Za-z0-9._-]*$/;
/** Source: semver.org 2.0.0; without `+`, which an image tag cannot contain. */
const SEMVER = /^v?\d+\.\d+\.\d+(?:-[A-Za-z0-9.-]+)?$/;
/**
 * Checks a Git tag whose push starts a deploy: `vendor` begins with a v, but is not a version.
 *
 * @param tag how a version becomes an image tag, see `tag` in RUNBOOK.md
 * @throws {UserError} RB-VERSION-INVALID
 */
function requireVersion(text, tag) {
    if ((tag === '{semver}' ? SEMVER : NUMBERED).test(text))
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VERSION-INVALID', {
        what: `the tag ${JSON.stringify(text)} that was pushed is not a version`,
        why: tag === '{semver}'
            ? 'runbook.yml says `tag: "{semver}"`, and it is not three numbers such as v1.4.0'
            : 'it has no number where a version has one',
        remedy: 'push a tag such as v1.4.0; let the workflow start with tags of versions alone (`tags: ["v[0-9]*"]`); or start it by hand with the version',
    });
}
/** Whether a text has the form of a version, as {@link requireVersion} wants it of a tag. */
function isVersion(text) {
    return NUMBERED.test(text);
}
function refused(part, why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VERSION-INVALID', {
        what: `version ${JSON.stringify(part)} ${why}`,
        remedy: 'pass a tag (`v1.4.0`), or lines such as `backend=v1.4.0` or `backend=sha256:…` with 64 hexadecimal digits',
    });
}


/***/ }),

/***/ 10959:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ differsInClosed),
/* harmony export */   L: () => (/* binding */ keptClosed)
/* harmony export */ });
/* harmony import */ var _nginx_close__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(23781);
/* harmony import */ var _closing__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(50931);
/* harmony import */ var _proxy_look__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(33162);
/** A closed site stays closed under every new release, whose files are closed like those of the current one. */



/**
 * @param uploads files of the new release, closed or not
 * @returns `null`: the site is open
 * @throws {UserError} RB-MAINTENANCE-UNSUITABLE
 */
async function keptClosed({ session }, state, uploads, runbook) {
    const closed = state.current?.closed;
    if (closed === undefined)
        return null;
    const seen = await (0,_proxy_look__WEBPACK_IMPORTED_MODULE_2__/* .lookAtNginx */ .b1)(session.host, state, runbook);
    const insertions = (0,_nginx_close__WEBPACK_IMPORTED_MODULE_0__/* .insertionsIn */ .ic)(seen.files.values());
    if (insertions === null)
        throw (0,_proxy_look__WEBPACK_IMPORTED_MODULE_2__/* .unsuitable */ .Pq)('the site should be closed, but its proxy has not loaded the configuration that closes it', 'its files were edited by hand on the host or in the container', 'open it (maintenance, mode: off), then run this again');
    const { files, originals, doors } = (0,_closing__WEBPACK_IMPORTED_MODULE_1__/* .closedFiles */ .cT)({ seen, uploads, insertions, state, runbook, loaded: false });
    return {
        files,
        closed: { ...closed, files: originals },
        proof: { closed: true, doors, answered: null },
        note: `The site is closed and stays closed (maintenance: ${closed.reason}): the changes happen behind the page.`,
    };
}
/** Whether a release must be rewritten to be brought back: its files are closed and the site is open, or vice versa. */
function differsInClosed(release, current) {
    return release.closed !== undefined || current?.closed !== undefined;
}


/***/ })

};
;