"use strict";
exports.id = 61;
exports.ids = [61];
exports.modules = {

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

/***/ 6061:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rollback: () => (/* binding */ rollback)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(2863);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 6 modules
var change = __webpack_require__(3220);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(6302);
// EXTERNAL MODULE: ./actions/lib/stack/checks.ts
var checks = __webpack_require__(2536);
// EXTERNAL MODULE: ./actions/lib/stack/history.ts
var stack_history = __webpack_require__(3545);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var migrations = __webpack_require__(6668);
// EXTERNAL MODULE: ./actions/lib/stack/store/records.ts
var records = __webpack_require__(4069);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
;// CONCATENATED MODULE: ./actions/rollback/inputs.ts
/** Inputs of the action rollback as typed data. */


/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readRollbackInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const common = (0,inputs/* readCommon */.Cy)(reader);
    const release = reader.text('release');
    const list = reader.boolean('list');
    const preempt = reader.boolean('preempt');
    reader.finish();
    return { ...(0,inputs/* withRunbook */.rG)(common, workspace), preempt, release: release === 'previous' ? null : release || null, list };
}

;// CONCATENATED MODULE: ./actions/rollback/rollback.ts
/** Rollback: brings a retained release back, from the host's own images, with its files and settings. */








const rollback = {
    name: 'rollback',
    lease: 'stack',
    passesFreeze: true,
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.mm,
    read: readRollbackInputs,
    title: ({ release }) => `Roll back to ${release ?? 'the release before'}`,
    list: { wanted: ({ list }) => list, show: listReleases },
    run: async (run) => {
        const { inputs, recorder, session } = run;
        const { host, state } = session;
        const release = choose(state, inputs.release);
        recorder.info(`${host.name}: release ${state.current?.id} runs, back to ${release.id} of ${release.createdAt}`);
        const obstacle = obstacleTo(release, state);
        if (obstacle !== null)
            throw obstacle;
        const notes = state.migrations.at(-1)?.schema === (0,migrations/* schemaOf */.pP)(release, inputs.runbook)
            ? []
            : ['The schema stays as the newer release left it; the migrations say that this release can use it.'];
        const envFile = (0,env_file/* envFileOf */.Nt)(release, inputs.runbook);
        return await (0,change/* change */.Zg)(run, state, { release, delivery: null, migrate: false, notes, envFile });
    },
};
/** What can be rolled back to. */
async function listReleases({ session, recorder }) {
    const { state } = session;
    const current = state.current?.id ?? null;
    const left = (0,stack_history/* leftByRollback */.RE)(state.history);
    const releases = state.releases.map((release) => ({
        id: release.id,
        version: release.version,
        createdAt: release.createdAt,
        current: release.id === current,
        obstacle: obstacleTo(release, state)?.details.what ?? null,
        leftByRollback: left.has(release.id),
    }));
    for (const one of state.unreadable)
        recorder.warning((0,records/* unreadableError */.Sw)(one).message);
    return {
        title: 'Releases',
        empty: 'There is none on this host yet.',
        head: ['release', 'version', 'created', 'by', 'can be brought back'],
        rows: releases.map(({ id, version, createdAt, obstacle, ...one }, index) => [
            [
                { code: id },
                ...(one.current ? [' ', { strong: 'current' }] : []),
                one.leftByRollback ? ' ↩ rolled back from' : '',
            ],
            { code: version },
            createdAt,
            state.releases[index]?.createdBy ?? '',
            obstacle === null ? '✅' : `❌ ${obstacle}`,
        ]),
        lines: releases.map(({ id, version, obstacle, ...one }) => `${id} (${version}) ${obstacle ?? 'can be brought back'}${one.leftByRollback ? ', somebody rolled back from it' : ''}${one.current ? ', current' : ''}`),
        outputs: { releases: JSON.stringify(releases) },
    };
}
/** @throws {UserError} RB-RELEASE-UNKNOWN, RB-RECORD-UNREADABLE */
function choose(state, wanted) {
    const { current, releases, history, unreadable } = state;
    const known = releases.map((release) => release.id).join(', ') || 'none';
    const id = wanted ?? (0,stack_history/* waysBack */.ed)(history).find((way) => state.folders.includes(way));
    const found = releases.find((release) => release.id === id);
    if (current !== null && found !== undefined)
        return found;
    const damaged = unreadable.find((one) => one.id === id);
    if (damaged !== undefined)
        throw (0,records/* unreadableError */.Sw)(damaged);
    const left = [...(0,stack_history/* leftByRollback */.RE)(history)].filter((one) => state.folders.includes(one));
    const why = `the host has ${known}; the current one is ${current?.id ?? 'none'}`;
    throw new errors/* UserError */.y('RB-RELEASE-UNKNOWN', {
        what: wanted === null
            ? 'there is no release before the current one'
            : `there is no release ${JSON.stringify(wanted)} on the host`,
        why: left.length === 0 ? why : `${why}; somebody rolled back from ${left.join(', ')}`,
        remedy: 'choose one of these, or deploy the version that you want',
    });
}
/** Why a release cannot be brought back as it is. */
function obstacleTo(release, state) {
    const missing = (0,checks/* missingImage */.iQ)(release, state.images);
    if (missing !== null)
        return missing;
    const breaking = (0,migrations/* breakingSince */.k_)(state.migrations, release);
    if (breaking === null)
        return null;
    return new errors/* UserError */.y('RB-SCHEMA-BREAKING', {
        what: `release ${release.id} cannot use the schema that the database has now`,
        why: `release ${breaking.release} migrated it in a way that it calls breaking`,
        remedy: 'restore the backup from before that migration, or deploy a corrected newer version',
    });
}


/***/ })

};
;