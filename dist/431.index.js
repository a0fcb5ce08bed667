"use strict";
exports.id = 431;
exports.ids = [431];
exports.modules = {

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


/***/ }),

/***/ 63431:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rollback: () => (/* binding */ rollback)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/closing.ts
var closing = __webpack_require__(50931);
// EXTERNAL MODULE: ./actions/lib/procedure/edit-current.ts
var edit_current = __webpack_require__(17286);
// EXTERNAL MODULE: ./actions/lib/procedure/env-file.ts
var env_file = __webpack_require__(66302);
// EXTERNAL MODULE: ./actions/lib/config/sections/secrets.ts
var secrets = __webpack_require__(68939);
// EXTERNAL MODULE: ./actions/lib/postgres/login.ts
var postgres_login = __webpack_require__(37409);
// EXTERNAL MODULE: ./actions/lib/secrets/dotenv.ts + 1 modules
var dotenv = __webpack_require__(90660);
// EXTERNAL MODULE: ./actions/lib/secrets/made.ts + 2 modules
var secrets_made = __webpack_require__(97361);
;// CONCATENATED MODULE: ./actions/lib/secrets/keep.ts
/**
 * Puts the present secrets into the env file of a release from before a rotation. Pure; messages have names, never
 * values.
 */



/** @param then text of the env file of the release to bring back @param now text of the present env file */
function keepRotated(then, now, policies) {
    const [was, is] = [then, now].map((text) => valuesOf(text));
    const rotated = Object.entries(policies).flatMap(([name, policy]) => rotatedOf(name, policy, was, is));
    const made = (0,secrets_made/* madeOf */.F6)(then, was, rotated);
    const text = (0,secrets_made/* withValues */.tV)(then, made.values);
    const values = valuesOf(text);
    const from = (name) => made.derived.get(name) ?? [];
    const kept = [...made.values.keys(), ...made.following.keys()].toSorted().map((name) => [name, from(name)]);
    const back = [...values.keys()].filter((name) => values.get(name) !== is.get(name) && !from(name).length);
    return {
        text,
        kept: new Map(kept),
        back: back.toSorted(),
        gone: [...is.keys()].filter((name) => !values.has(name)).toSorted(),
        doubts: made.doubts,
        locked: (0,secrets_made/* madeOf */.F6)(then, was, rotated.filter(({ name }) => policies[name]?.postgres !== undefined)).doubts,
        unsure: unsureOf(then, now, policies),
    };
}
/** One of two roles that take turns, or a single secret. */
function rotatedOf(name, { derived, unrelated, postgres }, was, is) {
    const [old, fresh] = [was.get(name), is.get(name)];
    if (old === undefined || fresh === undefined)
        return [];
    const user = postgres?.user;
    const [before, after] = [was, is].map((values) => (user === undefined ? undefined : values.get(user)));
    const turned = user !== undefined && before !== undefined && after !== undefined && before !== after;
    if (old === fresh && !turned)
        return [];
    const role = turned ? { role: { name: user, old: before, fresh: after } } : {};
    return [{ name, old, fresh, derived, unrelated, ...role }];
}
/** Problems in lines that this reader refuses and Compose may accept, if a secret differs between the two files. */
function unsureOf(then, now, policies) {
    const problems = [then, now].flatMap((text) => (0,dotenv/* readEnv */.sx)(text).problems.map(({ said }) => said));
    if (problems.length === 0)
        return [];
    const names = Object.entries(policies).flatMap(([name, policy]) => (0,secrets/* namesOf */.eZ)(name, policy));
    const differs = names.some((name) => linesOf(then, name) !== linesOf(now, name));
    return differs ? problems : [];
}
function linesOf(text, name) {
    return [...text.matchAll(new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:].*$`, 'gm'))]
        .map(([line]) => line)
        .join('\n');
}
function valuesOf(text) {
    return new Map((0,dotenv/* readEnv */.sx)(text).entries.map(({ name, value }) => [name, value]));
}

// EXTERNAL MODULE: ./actions/lib/stack/release/delivery.ts
var release_delivery = __webpack_require__(39391);
// EXTERNAL MODULE: ./actions/lib/stack/release/files.ts
var files = __webpack_require__(11040);
// EXTERNAL MODULE: ./actions/lib/stack/resolve/secrets.ts + 1 modules
var resolve_secrets = __webpack_require__(56931);
// EXTERNAL MODULE: ./actions/lib/procedure/other-env.ts
var other_env = __webpack_require__(67472);
;// CONCATENATED MODULE: ./actions/lib/procedure/keep-secrets.ts









/**
 * For the names that have a policy in the runbook.
 *
 * @throws {UserError} RB-SECRET-FORMER: a former login would come back that is refused now, or may be; and what
 *   `resolve` throws
 */
async function withPresentSecrets(run, release) {
    const { inputs, session, recorder } = run;
    const { state, host, root } = session;
    const { current } = state;
    const as = { release, delivery: null, runbook: inputs.runbook, notes: [], envFile: null };
    const path = (0,other_env/* envFileIn */.hG)(release, inputs.runbook);
    if (Object.keys(inputs.runbook.secrets).length === 0 || current === null || path === null)
        return as;
    const nowPath = (0,other_env/* envFileIn */.hG)(current, inputs.runbook);
    if (nowPath === null || current.files[nowPath] === release.files[path])
        return as;
    recorder.step('Compare the secrets');
    const [there, running] = await Promise.all([release, current].map((one) => (0,files/* readFiles */.Ul)(host, root, one)));
    const textOf = (files = there, of) => files?.find((file) => file.path === of)?.content.toString('utf8') ?? '';
    const [then, now] = [textOf(there, path), textOf(running, nowPath)];
    const kept = keepRotated(then, now, inputs.runbook.secrets);
    for (const text of [then, now, kept.text])
        for (const secret of (0,resolve_secrets/* secretsIn */.VY)(text))
            recorder.secret(secret);
    refuseDoubts(kept, release);
    await requireLogins(run, release, kept.text, now);
    const notes = saidOf(kept, release);
    if (kept.kept.size === 0)
        return { ...as, notes };
    const runbook = { ...inputs.runbook, envFile: path };
    requireSameFiles(release, runbook, kept);
    const { changed, ask } = await (0,other_env/* otherEnv */._C)(run, { release, runbook, there: there, text: kept.text });
    const resolved = await ask(changed);
    if (resolved.staging !== null)
        run.discard(resolved.staging);
    for (const warning of resolved.warnings)
        recorder.warning(warning);
    const next = (0,other_env/* releaseWith */.CJ)(run, resolved, runbook, { ...state, current: release });
    const made = { ...next.release, back: release.back ?? release.id };
    const { compose, sharedFiles } = next;
    const archive = await (0,release_delivery/* packDelivery */.m)({
        release: made,
        compose,
        sharedFiles,
        filesList: resolved.filesList,
        logins: [],
        adopted: null,
    });
    const delivery = { archive, staging: resolved.staging ?? '', pull: [], adopts: false };
    const envFile = `env file: ${path} as release ${release.id} has it, with the present values of the secrets that were rotated since`;
    return { release: made, delivery, runbook, notes, envFile };
}
function refuseDoubts({ unsure, locked }, release) {
    if (unsure.length > 0)
        throw former(release, `secrets were changed since release ${release.id}, and its env file or the present one has lines that not every program reads alike`, unsure.join('; '));
    if (locked.length > 0)
        throw former(release, `release ${release.id} has a database login from before a rotation in a place where it cannot be replaced`, locked.join('; '));
}
/** Refuses logins of the release that differ from the present ones and that the server does not take. */
async function requireLogins({ inputs, session }, release, text, now) {
    const [has, running] = [text, now].map((one) => new Map((0,dotenv/* readEnv */.sx)(one).entries.map(({ name, value }) => [name, value])));
    for (const [name, policy] of Object.entries(inputs.runbook.secrets)) {
        const { postgres } = policy;
        const names = (0,secrets/* namesOf */.eZ)(name, policy);
        if (postgres === undefined || names.some((one) => !has.has(one)))
            continue;
        if (names.every((one) => has.get(one) === running.get(one)))
            continue;
        const { service, user, roles, database } = postgres;
        const login = { user: user === undefined ? roles[0] : has.get(user), password: has.get(name) };
        const why = await (0,postgres_login/* whyNoLogin */.h)(session.host, { stack: inputs.runbook.stack, service, database, ...login });
        if (why === null)
            continue;
        throw former(release, `release ${release.id} has ${names.join(' and ')} from before a rotation, and ${service} would refuse its services' logins`, why);
    }
}
function requireSameFiles(release, { compose }, { kept }) {
    const missing = compose.filter((file) => release.files[file] === undefined);
    if (missing.length === 0)
        return;
    throw former(release, `release ${release.id} was not made of ${missing.join(', ')}, so that the present ${[...kept.keys()].join(', ')} cannot be put into it`, 'runbook.yml names other Compose files than it did when that release was deployed');
}
function former({ version }, what, why) {
    return new errors/* UserError */.y('RB-SECRET-FORMER', {
        what,
        why,
        remedy: `deploy version ${version}: that takes its images with the present values; or take the key out of \`secrets\` of the runbook file, then it goes back to the value that the release had`,
    });
}
function saidOf({ kept, back, gone, doubts }, { id }) {
    const names = [...kept].map(([name, of]) => (of.length > 0 ? `${name} (from ${of.join(', ')})` : name));
    return [
        ...(names.length > 0
            ? [`Rotated since release ${id}, and kept at their present values: ${names.join(', ')}.`]
            : []),
        ...(back.length > 0 ? [`Back to the values that release ${id} has: ${back.join(', ')}.`] : []),
        ...(gone.length > 0 ? [`Not in the env file of release ${id}: ${gone.join(', ')}.`] : []),
        ...(doubts.length > 0
            ? [`Back to the values of release ${id}, though they may hold a former secret: ${doubts.join('; ')}.`]
            : []),
    ];
}

// EXTERNAL MODULE: ./actions/lib/procedure/kept-closed.ts
var kept_closed = __webpack_require__(10959);
// EXTERNAL MODULE: ./actions/lib/stack/history.ts
var stack_history = __webpack_require__(63545);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var migrations = __webpack_require__(6668);
// EXTERNAL MODULE: ./actions/lib/stack/plan/checks.ts
var checks = __webpack_require__(95924);
// EXTERNAL MODULE: ./actions/lib/stack/release/records.ts
var records = __webpack_require__(49393);
// EXTERNAL MODULE: ./actions/lib/stack/release/stored.ts
var release_stored = __webpack_require__(91456);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
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
    goesForward: true,
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
            : ['The schema stays as the newer release left it; by the record of migrations this release can use it.'];
        const { notes: secrets, runbook, ...comeback } = await withPresentSecrets(run, release);
        for (const note of secrets)
            recorder.info(note);
        if ((0,kept_closed/* differsInClosed */.$)(release, state.current))
            return await asNow(run, comeback, [...notes, ...secrets]);
        const envFile = comeback.envFile ?? (0,env_file/* envFileOf */.Nt)(release, runbook);
        const target = { ...comeback, migrate: false, notes: [...notes, ...secrets], envFile, procedure: 'rollback' };
        return await (0,change/* change */.Zg)(run, state, target, runbook);
    },
};
/** A release made from the former one, with a site that is closed or open as it is now. @throws {UserError} */
async function asNow(run, { release, delivery }, notes) {
    const { host, root, state } = run.session;
    if (delivery !== null)
        throw new errors/* UserError */.y('RB-MAINTENANCE-UNSUITABLE', {
            what: `release ${release.back} cannot be brought back with the present secrets and with a site that is closed or open as it is now`,
            why: 'secrets were rotated since, and the site is closed in one of the two releases and open in the other',
            remedy: `open the site (maintenance, mode: off) if it is closed; else deploy version ${release.version}`,
        });
    const stored = await (0,release_stored/* readStored */.CL)(host, root, release);
    const uploads = await (0,files/* readFiles */.Ul)(host, root, release);
    const open = (0,closing/* openedFiles */.vm)(uploads, release.closed?.files ?? {});
    const kept = await (0,kept_closed/* keptClosed */.L)(run, state, open, run.inputs.runbook);
    return await (0,edit_current/* changeByEdit */.mQ)(run, {
        current: stored,
        edits: {},
        by: 'rollback',
        back: release.back ?? release.id,
        notes: [...(kept === null ? [] : [kept.note]), ...notes],
        ...(kept === null ? {} : { proof: kept.proof }),
        site: { uploads, files: kept?.files ?? open, closed: kept?.closed ?? null },
    });
}
/** The releases that can be rolled back to. */
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
        empty: 'There is no release on this host yet.',
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
        lines: releases.map(({ id, version, obstacle, ...one }) => `${id} (${version}) ${obstacle ?? 'can be brought back'}${one.leftByRollback ? ', was rolled back from' : ''}${one.current ? ', current' : ''}`),
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
        why: left.length === 0 ? why : `${why}; these were rolled back from: ${left.join(', ')}`,
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
        why: `release ${breaking.release} migrated it in a way that was declared breaking`,
        remedy: 'restore the backup from before that migration, or deploy a corrected newer version',
    });
}


/***/ })

};
;