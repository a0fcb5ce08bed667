"use strict";
exports.id = 647;
exports.ids = [647];
exports.modules = {

/***/ 3990:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Z: () => (/* binding */ change),
  m: () => (/* binding */ releaseOutputs)
});

// EXTERNAL MODULE: ./actions/lib/stack/apply.ts + 12 modules
var apply = __webpack_require__(3492);
// EXTERNAL MODULE: ./actions/lib/stack/checks.ts
var checks = __webpack_require__(2536);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(2863);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(1957);
// EXTERNAL MODULE: ./actions/lib/stack/inventory.ts
var inventory = __webpack_require__(7205);
;// CONCATENATED MODULE: ./actions/lib/stack/checks-mounts.ts
/** Data stays where it is: what containers write to now, the new ones must find at the same place. Pure. */




/** Of the host itself: a container that no longer sees them has lost nothing of its own. */
const HOSTS_OWN = ['/proc', '/sys', '/dev', '/run', '/var/run', '/lib/modules'];
const HOSTS_FILES = ['/etc/localtime', '/etc/timezone', '/etc/hosts', '/etc/resolv.conf', '/etc/machine-id'];
/**
 * Compares what Docker mounts where, by target: the Compose file's name of a volume says little, for its real name, its
 * place in the container and its kind can change under the same name.
 *
 * @param directory the stack's
 * @throws {UserError} RB-MOUNT-CHANGED
 */
function checkMounts(plan, target, state, directory) {
    for (const { service, kind } of plan.changes) {
        if (kind === 'reload' || target.services[service] === undefined)
            continue;
        const wanted = wantedOf(service, target);
        // Of a container that is no service nobody knows what it brings.
        if (wanted.some(({ type }) => type === 'from'))
            continue;
        for (const container of state.containers) {
            if (container.service !== service || container.oneOff)
                continue;
            for (const mount of container.mounts) {
                const there = wanted.find((one) => clean(one.target) === clean(mount.target));
                if (!mount.writable || stays(mount, there, state, directory) || isNoData(mount, state, directory))
                    continue;
                throw lost(service, container, mount, there, wanted);
            }
        }
    }
}
function wantedOf(service, { services, shared, stack }) {
    return (services[service]?.traits.volumes ?? []).map((text) => {
        const [, type = '', named = '', target = ''] = /^([^:]*):(.*):([^:]*)$/.exec(text) ?? [];
        if (type === 'bind' || named === '')
            return { type, source: plain(named), target: plain(target) };
        const [key = '', ...part] = named.split('/');
        const name = shared?.volumes[key]?.name ?? `${stack}_${key}`;
        return { type, source: plain([name, ...part].join('/')), target: plain(target) };
    });
}
function stays(mount, there, state, directory) {
    // Whether the new image has a volume there is known once it is on the host.
    if ((0,inventory/* isAnonymous */.ok)(mount))
        return there === undefined || there.source === '' || there.source === mount.source;
    if (there === undefined || there.type !== mount.type)
        return false;
    if (mount.type === 'volume')
        return there.source === mount.source;
    return physical(there.source, state, directory) === physical(mount.source, state, directory);
}
/** Files that came with a release, and what is the host's own. */
function isNoData({ type, source }, state, directory) {
    if (type !== 'bind')
        return false;
    const path = clean(source);
    if (HOSTS_FILES.includes(path) || HOSTS_OWN.some((own) => path === own || path.startsWith(`${own}/`)))
        return true;
    const below = external_node_path_.posix.relative(physical(directory, state, directory), physical(path, state, directory));
    return below.startsWith('.runbook/') || state.current?.files[below] !== undefined;
}
/** The stack's directory may be reached by a link, and people may have started the stack by the other path. */
function physical(path, { physicalDirectory }, directory) {
    const [found, own] = [clean(path), clean(directory)];
    const inside = found === own || found.startsWith(`${own}/`);
    return inside && physicalDirectory !== '' ? `${physicalDirectory}${found.slice(own.length)}` : found;
}
function lost(service, { name }, mount, there, wanted) {
    const { source, target } = mount;
    const elsewhere = wanted.find((one) => one.source === source && one !== there);
    const now = there === undefined
        ? `nothing at ${target}`
        : `${there.source || (there.type === 'tmpfs' ? 'memory' : 'another volume')} at ${target}`;
    const moved = elsewhere === undefined ? '' : `, and ${source} at ${elsewhere.target}`;
    const copy = elsewhere !== undefined || there === undefined || there.source === ''
        ? ''
        : ` copy it first (\`docker run --rm -v ${(0,quote/* quote */.h)(`${source}:/from:ro`)} -v ${(0,quote/* quote */.h)(`${there.source}:/to`)} IMAGE cp -a /from/. /to\`, ${service} stopped),`;
    return new errors/* UserError */.y('RB-MOUNT-CHANGED', {
        what: `${service} would lose ${source}, which it writes to at ${target}`,
        why: `the release mounts ${now}${moved}`,
        remedy: `mount ${(0,inventory/* isAnonymous */.ok)(mount) ? `that volume (external, \`name: ${source}\`)` : 'it'} where it was; to leave or move the data on purpose,${copy} remove the container that has it (\`docker rm -f ${(0,quote/* quote */.h)(name)}\`) and run this again`,
    });
}
function clean(path) {
    return external_node_path_.posix.normalize(path).replace(/(.)\/$/, '$1');
}
/** A dollar sign stands twice in Compose's model. */
function plain(text) {
    return text.replaceAll('$$', '$');
}

// EXTERNAL MODULE: ./actions/lib/stack/shared.ts
var shared = __webpack_require__(9444);
;// CONCATENATED MODULE: ./actions/lib/stack/checks-shared.ts
/** Networks and volumes that are not what a release says: refused before anything is touched. Pure. */



/** @throws {UserError} RB-NETWORK-CHANGED, RB-NETWORK-MISSING, RB-VOLUME-CHANGED, RB-VOLUME-MISSING */
function checkShared(target, state) {
    for (const kind of ['networks', 'volumes']) {
        for (const [key, wanted] of Object.entries(target.shared?.[kind] ?? {})) {
            const there = state[kind][wanted.name];
            if (there === undefined) {
                if (wanted.external)
                    throw absent(kind, key, wanted);
                continue;
            }
            const before = state.current?.shared?.[kind][key] ?? null;
            const found = (0,shared/* differences */.tX)(wanted, there, before?.name === wanted.name ? before : null);
            if (found.length > 0)
                throw changed(kind, key, wanted, there, found);
        }
    }
}
const CODES = {
    networks: { missing: 'RB-NETWORK-MISSING', changed: 'RB-NETWORK-CHANGED' },
    volumes: { missing: 'RB-VOLUME-MISSING', changed: 'RB-VOLUME-CHANGED' },
};
function absent(kind, key, { name }) {
    const what = kind.slice(0, -1);
    return new errors/* UserError */.y(CODES[kind].missing, {
        what: `there is no ${what} ${name} on the host`,
        why: `the Compose files call ${kind}.${key} external, so that somebody else makes it`,
        remedy: `make it (\`docker ${what} create ${(0,quote/* quote */.h)(name)}\`), correct its name, or leave \`external\` out to have it made`,
    });
}
function changed(kind, key, { name }, { users }, found) {
    const what = kind.slice(0, -1);
    const list = found.map((difference) => inWords(kind, difference)).join('; ');
    const stop = users.length > 0 ? `\`docker stop ${users.toSorted().map(quote/* quote */.h).join(' ')}\` and ` : '';
    const remedy = kind === 'networks'
        ? `take the change back in the Compose files; or allow it its downtime: on the host ${stop}\`docker network rm ${(0,quote/* quote */.h)(name)}\`, then run this again, which makes it and starts what was stopped; or give the new one another \`name\``
        : `take the change back in the Compose files; or give the new one another \`name\` and copy the data into it; or, where its data is not needed, remove it with the containers that have it: \`docker volume rm ${(0,quote/* quote */.h)(name)}\``;
    return new errors/* UserError */.y(CODES[kind].changed, {
        what: `${what} ${name} is not what the Compose files say (${kind}.${key}): ${list}`,
        why: `Docker cannot change a ${what} that is there, and nothing was touched`,
        remedy,
    });
}
/** Options of volumes may be passwords, and are known as hashes alone. */
function inWords(kind, { fact, there, wanted }) {
    const secret = kind === 'volumes' && fact.startsWith('driver_opts.');
    const said = (value) => (secret || value === 'yes' || value === '' ? '' : ` ${value}`);
    if (wanted === null)
        return `it still has ${fact}${said(there ?? '')}`;
    if (there === null)
        return `it lacks ${fact}${said(wanted)}`;
    return secret ? `${fact} has another value` : `${fact} is${said(there)}, not${said(wanted)}`;
}

// EXTERNAL MODULE: ./actions/lib/stack/diff.ts + 2 modules
var diff = __webpack_require__(8555);
// EXTERNAL MODULE: ./actions/lib/stack/interrupted.ts
var interrupted = __webpack_require__(5195);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/command.ts
var command = __webpack_require__(2271);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(1842);
// EXTERNAL MODULE: ./actions/lib/procedure/plan-text.ts
var plan_text = __webpack_require__(8197);
// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var report = __webpack_require__(2711);
;// CONCATENATED MODULE: ./actions/lib/procedure/change.ts










/**
 * @param state as the way begins there
 * @param runbook as it holds for this release
 * @returns a report that holds what failed on the host
 * @throws {UserError} for what speaks against the plan; nothing was changed by it then
 */
async function change(run, state, target, runbook = run.inputs.runbook) {
    const { inputs, recorder, session } = run;
    (0,interrupted/* requireSettled */.rj)(state.interrupted, !inputs.dryRun);
    recorder.step('Plan');
    const plan = (0,diff/* diff */.U)(state, target.release, { runbook, migrate: target.migrate, named: new Set(target.named) });
    recorder.info(target.envFile);
    for (const line of (0,plan_text/* renderPlan */.E)(plan))
        recorder.info(line);
    const hash = (0,checks/* planHash */.SH)(plan, state);
    recorder.info(`plan ${hash}`);
    (0,checks/* checkExpected */.vi)(hash, inputs.expectedPlan);
    checkShared(target.release, state);
    checkMounts(plan, target.release, state, runbook.directory);
    run.notes.push(...headNotes(target), ...plan.notes, ...driftNotes(plan, state, runbook));
    const previousRelease = state.current?.id ?? null;
    const finish = (status, more) => {
        const planned = { plan, planHash: hash, recovered: run.recovered };
        return { report: run.report(status, { ...planned, previousRelease, release: previousRelease, ...more }) };
    };
    if (inputs.dryRun)
        return finish('planned', { release: target.release.id, verdict: foretold(plan) });
    if ((0,diff/* isEmpty */.I)(plan)) {
        recorder.info(`nothing to do: release ${target.release.id} runs already`);
        return finish('unchanged', { verdict: `Release ${target.release.id} runs already; nothing was changed.` });
    }
    (0,checks/* checkDowntime */.K$)(plan, inputs.allowDowntime);
    (0,endings/* requireGoing */.cm)(run.signal);
    recorder.step('Apply');
    const request = {
        plan,
        target: target.release,
        current: state.current,
        runbook,
        delivery: target.delivery,
        run: run.run,
        procedure: target.procedure ?? (target.migrate ? 'deploy' : 'rollback'),
        history: state.history,
    };
    const applied = await (0,apply/* apply */.B)(request, {
        host: session.host,
        steps: run.steps(target.release.id),
        progress: recorder,
    });
    run.notes.push(...aftermath(applied, target.release, state.current !== null));
    const health = applied.evidence;
    const verdict = verdictOf(applied, plan, state.current?.id ?? null);
    if (applied.error === null)
        return finish('succeeded', { release: target.release.id, health, ...verdict });
    const release = applied.committed ? target.release.id : previousRelease;
    return finish((0,report/* statusOf */.c2)(applied.error), { release, health, error: (0,report/* describe */.q0)(applied.error), ...verdict });
}
/** What of a plan its users may notice, half a sentence; a plan knows of downtime, and of what runs no more after it. */
function noticed({ changes }) {
    const down = changes.flatMap(({ service, downtime }) => downtime === null ? [] : [`${service} is down for about ${downtime.seconds} s`]);
    const gone = changes.flatMap(({ service, kind, to }) => kind === 'remove' ? [`${service} is ${to === null ? 'removed' : 'stopped'}`] : []);
    return [...(down.length === 0 ? ['no downtime'] : down), ...gone].join(', ');
}
function foretold(plan) {
    return `Nothing was changed. ${(0,diff/* isEmpty */.I)(plan) ? 'There is nothing to do.' : `By the plan: ${noticed(plan)}.`}`;
}
/** Nothing where nobody looked: a failure before anything was touched is said by its error. */
function verdictOf({ error, committed, back }, plan, former) {
    if (error === null)
        return { verdict: `Release ${plan.to} is live. By its plan: ${noticed(plan)}.` };
    if (committed)
        return { verdict: `Release ${plan.to} is live and serves; only clearing up failed.` };
    if (former !== null && back !== null && back > 0)
        return { verdict: `Release ${former} is live: what ran before was seen to run, attached as it was.` };
    return {};
}
/** What a procedure that leads to a release has for later steps of the workflow. */
function releaseOutputs({ release, previousRelease, plan, planHash }) {
    return {
        release: release ?? '',
        'previous-release': previousRelease ?? '',
        'changed-services': JSON.stringify(plan?.changes.map(({ service }) => service) ?? []),
        plan: JSON.stringify(plan),
        'plan-hash': planHash ?? '',
    };
}
function headNotes({ envFile, notes }) {
    return [`${envFile.replace(/^e/, 'E')}.`, ...notes];
}
function aftermath({ committed, migrated, error }, target, follows) {
    if (error === null)
        return [];
    if (committed)
        return [];
    const migration = `The migration of ${target.id} ran and its schema stays`;
    if (!follows)
        return migrated ? [`${migration}.`] : [];
    const notes = [];
    if (migrated) {
        const meaning = target.schemaCompatible
            ? 'the release before can use it'
            : 'it was announced as breaking: check the release before now';
        notes.push(`${migration}; ${meaning}.`);
    }
    return notes;
}
/** Drift is named with the command that would undo it, and otherwise left alone. */
function driftNotes(plan, state, runbook) {
    if (plan.drift.length === 0 || state.current === null)
        return [];
    const { current } = state;
    const services = [...new Set(plan.drift.map(({ service }) => service))].filter((name) => Object.hasOwn(current.services, name));
    return [
        `Changed by hand since ${current.id}: ${plan.drift.map(({ service, what }) => `${service} ${what}`).join('; ')}.`,
        ...services.map((service) => `The command line that makes ${service} equal the release: ${(0,command/* composeCommand */.e)(runbook.stack, runbook.directory, current.id, service)}`),
    ];
}


/***/ }),

/***/ 6302:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nt: () => (/* binding */ envFileOf),
/* harmony export */   Zi: () => (/* binding */ chooseEnvFile),
/* harmony export */   a9: () => (/* binding */ withSecrets)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2863);
/* harmony import */ var _secrets_sops_file__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4700);
/* harmony import */ var _stack_resolve_secrets__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6931);



/** What Compose reads by itself: the env file of stacks whose runbook names none. */
const COMPOSES_OWN = '.env';
/** Decrypts the env file where it comes from SOPS; nothing of it is shown before its masks are set. @throws {UserError} */
async function withSecrets(inputs, recorder) {
    const { runbook, sops } = inputs;
    const path = runbook.envFile;
    if (sops === null || path === null)
        return inputs;
    for (const line of sops.ageKey.split(/[\r\n]+/))
        if (!line.startsWith('#'))
            recorder.secret(line);
    recorder.step('Decrypt the secrets');
    const { decrypt } = await __webpack_require__.e(/* import() */ 358).then(__webpack_require__.bind(__webpack_require__, 3358));
    const { text, values, tool } = await decrypt(sops);
    for (const secret of (0,_stack_resolve_secrets__WEBPACK_IMPORTED_MODULE_2__/* .secretsIn */ .VY)(text))
        recorder.secret(secret);
    recorder.info(`${tool.said}: ${values.size} values of ${sops.path}`);
    const decrypted = { path, content: Buffer.from(text), mode: 0o600 };
    return { ...inputs, files: [...inputs.files.filter((file) => file.path !== path), decrypted] };
}
/**
 * A run that brings no env file takes the host's as it is, so that the release has all that it needs and nobody takes
 * that file for one that has to go.
 *
 * @throws {UserError} RB-FILE-MISSING: the env file that the runbook names, or that a release had, is nowhere;
 *   RB-ENV-ENCRYPTED
 */
function chooseEnvFile(request, there) {
    const chosen = choose(request, there);
    const { envFile } = chosen.runbook;
    const text = chosen.files.find(({ path }) => path === envFile)?.content.toString('utf8') ?? '';
    if (envFile === null || !(0,_secrets_sops_file__WEBPACK_IMPORTED_MODULE_1__/* .isEncrypted */ .p)(text))
        return chosen;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-ENV-ENCRYPTED', {
        what: `${envFile} is encrypted by SOPS, and the containers would get it so`,
        why: chosen.said,
        remedy: `name it as sops-file, and give age-key; ${envFile} on the host is what it decrypts to`,
    });
}
function choose({ runbook, files, envSource, sops }, { state, onHost }) {
    const { envFile, envFileNamed } = runbook;
    if (envFile === null)
        return { runbook, files, said: 'env file: none, as the runbook says' };
    if (envSource !== 'host') {
        const from = envSource === 'sops'
            ? `${sops?.path}, decrypted`
            : envSource === 'input'
                ? 'the input env-content'
                : 'the repository';
        return { runbook, files, said: `env file: ${envFile} from ${from}` };
    }
    const own = { ...runbook, envFile: COMPOSES_OWN };
    if (onHost?.path !== envFile && !envFileNamed && files.some(({ path }) => path === COMPOSES_OWN)) {
        const secret = files.map((file) => (file.path === COMPOSES_OWN ? { ...file, mode: 0o600 } : file));
        return { runbook: own, files: secret, said: `env file: ${COMPOSES_OWN} from the repository` };
    }
    if (onHost !== null) {
        const kept = { path: onHost.path, content: onHost.content, mode: 0o600 };
        return {
            runbook: { ...runbook, envFile: onHost.path },
            files: [...files.filter(({ path }) => path !== onHost.path), kept],
            said: `env file: ${onHost.path} as it is on the host, changed there on ${onHost.changedAt}; this run brings none`,
        };
    }
    refuseLost(runbook, envFile, state);
    return { runbook, files, said: `env file: none; neither this run nor the host has ${envFile}` };
}
function refuseLost({ directory, envFileNamed }, envFile, state) {
    const names = envFileNamed ? [envFile] : [envFile, COMPOSES_OWN];
    const had = [state.current, ...state.releases.toReversed()].flatMap((release) => names.flatMap((path) => (release?.files[path] ? [{ path, id: release.id, sha: release.files[path] }] : [])))[0];
    if (had !== undefined) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-FILE-MISSING', {
            what: `there is no env file: this run brings none, and the host has no ${directory}/${had.path}`,
            why: `release ${had.id} had one: it was removed from the host since, or the SSH user cannot read it`,
            remedy: `give env-content, or put it back on the host: install -m 600 ${directory}/.runbook/blobs/${had.sha} ${directory}/${had.path}`,
        });
    }
    if (!envFileNamed)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-FILE-MISSING', {
        what: `the env file ${envFile} is nowhere: this run brings none, and the host has no ${directory}/${envFile}`,
        why: 'the runbook or the input env-file names it',
        remedy: 'give env-content, put the file on the host, or write `env-file: null` where the stack needs none',
    });
}
/** For a release that is there already. */
function envFileOf({ id, files }, { envFile }) {
    if (envFile === null)
        return 'env file: none, as the runbook says';
    const path = [envFile, COMPOSES_OWN].find((name) => files[name] !== undefined);
    return path === undefined
        ? `env file: ${envFile} as it is on the host; release ${id} brought none`
        : `env file: ${path} as release ${id} has it`;
}


/***/ }),

/***/ 4700:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ readSopsFile),
/* harmony export */   p: () => (/* binding */ isEncrypted)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2863);
/** What a file that SOPS has encrypted says of itself without any key. Pure. Source: `stores` of getsops/sops. */


/** What SOPS writes into each file, whatever it encrypts. */
const NEEDED = ['mac', 'lastmodified', 'version'];
const ENCRYPTED = /ENC\[AES256_GCM,/;
/** Whether SOPS has encrypted values of it, whole or not. */
function isEncrypted(text) {
    return /^[^#\n]*[=:]\s*"?ENC\[AES256_GCM,data:/m.test(text);
}
/**
 * @param path of the file, for messages
 * @throws {UserError} RB-SOPS-FORMAT, RB-SOPS-DAMAGED, RB-SOPS-RECIPIENT
 */
function readSopsFile(text, path) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const file = lines.some((line) => /^(?:sops_\w+|[A-Za-z_][\w.-]*)=/.test(line))
        ? dotenv(lines, text, path)
        : structured(text, path);
    if (file.recipients.length > 0)
        return file;
    throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-RECIPIENT', {
        what: `${path} has no age recipient: no age key decrypts it`,
        why: 'it was encrypted for PGP, or for the key service of a cloud, only',
        remedy: `add one: sops rotate -i --add-age age1… ${path}`,
    });
}
function dotenv(lines, text, path) {
    const own = lines.filter((line) => line.startsWith('sops_'));
    const has = (name) => own.some((line) => line.startsWith(`sops_${name}=`) && !line.endsWith('='));
    if (!NEEDED.every(has))
        throw own.length > 0 || ENCRYPTED.test(text) ? damaged(path) : plain(path);
    const recipients = own.flatMap((line) => /^sops_\w*age__list_\d+__map_recipient=(.+)$/.exec(line)?.[1] ?? []);
    const names = lines.filter((line) => !line.startsWith('sops_')).map((line) => line.slice(0, line.indexOf('=')));
    return { kind: 'dotenv', recipients, names };
}
function structured(text, path) {
    let found;
    try {
        found = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text);
    }
    catch {
        throw ENCRYPTED.test(text) ? damaged(path) : plain(path);
    }
    const tree = typeof found === 'object' && found !== null ? found : {};
    const own = tree.sops;
    if (typeof own !== 'object' || own === null)
        throw ENCRYPTED.test(text) ? damaged(path) : plain(path);
    if (!NEEDED.every((name) => Boolean(own[name])))
        throw damaged(path);
    const groups = [own, ...(own.key_groups ?? [])];
    return {
        kind: text.trimStart().startsWith('{') ? 'json' : 'yaml',
        recipients: groups
            .flatMap(({ age }) => age ?? [])
            .flatMap(({ recipient }) => (recipient ? [String(recipient)] : [])),
        names: Object.keys(tree).filter((name) => name !== 'sops'),
    };
}
function plain(path) {
    return new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-FORMAT', {
        what: `${path} is not encrypted by SOPS`,
        why: 'it has none of what SOPS writes into a dotenv, YAML or JSON file: it is another file, or a secret in clear text',
        remedy: `name the encrypted file; if this one was committed in clear text, replace every secret in it`,
    });
}
function damaged(path) {
    return new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-DAMAGED', {
        what: `${path} is cut off or damaged`,
        why: 'a part of what SOPS writes into each file (MAC, version, time) is missing',
        remedy: 'take its last whole version from the history of the repository',
    });
}


/***/ }),

/***/ 2536:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K$: () => (/* binding */ checkDowntime),
/* harmony export */   Op: () => (/* binding */ checkDisk),
/* harmony export */   SH: () => (/* binding */ planHash),
/* harmony export */   iQ: () => (/* binding */ missingImage),
/* harmony export */   v5: () => (/* binding */ checkPorts),
/* harmony export */   vi: () => (/* binding */ checkExpected)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2863);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4795);
/** What a plan must pass before anything is changed. Pure; each check throws a UserError. */


/** Layers are compressed in the registry; on disk they take about so many times the room. */
const UNPACKED = 3;
/** Docker and the stack itself need room to go on working. */
const RESERVE = 64 * 2 ** 20;
/**
 * 64 hexadecimal digits that name a plan, containers included, on this machine: a name may lead to another one by the time
 * somebody has approved.
 */
function planHash(plan, { machine }) {
    const changes = plan.changes.map((change) => ({
        ...change,
        downtime: change.downtime && { ...change.downtime, last: null },
    }));
    return (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .hashOf */ .qQ)({ ...plan, changes, machine });
}
/** @param hash of the plan that is to be carried out now @throws {UserError} RB-PLAN-CHANGED */
function checkExpected(hash, expected) {
    if (expected === null || hash === expected)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-PLAN-CHANGED', {
        what: 'the plan is not the one that was expected',
        why: `its hash is ${hash}, expected was ${expected}: what runs, the files, the env file or the machine behind the name is another since`,
        remedy: 'look at a new dry run, and pass its plan-hash',
    });
}
/** A downtime that comes from the host has to be allowed; one that is the service's nature is announced. */
function checkDowntime(plan, allowed) {
    if (allowed)
        return;
    for (const { service, downtime } of plan.changes) {
        if (downtime === null || downtime.code === null)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(downtime.code, {
            what: `${service} cannot run old and new at once on this host`,
            why: downtime.why,
            remedy: `give the host what it lacks, or allow about ${downtime.seconds} s of downtime with \`allow-downtime: true\``,
        });
    }
}
/** Why a release cannot be started from what the host has; `null`: it can. */
function missingImage(release, images) {
    for (const [name, service] of Object.entries(release.services)) {
        if ((0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .localImage */ .tY)(service, images) !== null)
            continue;
        return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-IMAGE-MISSING', {
            what: `release ${release.id} needs ${service.image}, which is no longer on the host (service ${name})`,
            why: 'somebody removed the image',
            remedy: `deploy version ${release.version} again`,
        });
    }
    return null;
}
/** A port that somebody else has would fail only after the old container was stopped. */
function checkPorts(services, state) {
    const ours = Object.values(state.current?.services ?? {}).flatMap((service) => service.traits.hostPorts);
    for (const [service, { ports }] of Object.entries(services)) {
        for (const { published, protocol, host_ip: address } of (ports ?? [])) {
            const port = Number(published || Number.NaN);
            // Who listens is known by TCP port alone: on another address the same port may be free.
            const anywhere = (protocol ?? 'tcp') === 'tcp' && ['', '0.0.0.0', '::'].includes(address ?? '');
            if (!anywhere || ours.includes(port) || !state.ports.includes(port))
                continue;
            throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-PORT-TAKEN', {
                what: `port ${port}, which ${service} publishes, is in use`,
                why: 'another process or container of the host listens on it',
                remedy: `find it with \`ss -ltnp sport = :${port}\` on the host, stop it or publish another port`,
            });
        }
    }
}
/** Images that only former releases named, which may go to make room: references and sizes are Docker's. */
function checkDisk(images, state) {
    const layers = new Map(images
        .filter((image) => !image.local)
        .flatMap((image) => image.layers.map((layer) => [layer.digest, layer.size])));
    const size = [...layers.values()].reduce((sum, bytes) => sum + bytes, 0);
    const need = size * UNPACKED + (size > 0 ? RESERVE : 0);
    if (need <= state.diskFree)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DISK-FULL', {
        what: 'the images do not fit on the disk of the host',
        why: `about ${mebibytes(need)} are needed below ${state.engine.root}, ${mebibytes(state.diskFree)} are free`,
        remedy: 'free space (`docker system df` shows what takes it), or keep fewer releases (`keep-releases`)',
    });
}
function mebibytes(bytes) {
    return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}


/***/ })

};
;