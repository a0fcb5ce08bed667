"use strict";
exports.id = 61;
exports.ids = [61];
exports.modules = {

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
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 2 modules
var change = __webpack_require__(3990);
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
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts + 13 modules
var inputs = __webpack_require__(2247);
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
    recovers: ({ drift }) => drift,
    outputs: change/* releaseOutputs */.m,
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
        return await (0,change/* change */.Z)(run, state, { release, delivery: null, migrate: false, notes, envFile });
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