"use strict";
exports.id = 707;
exports.ids = [707];
exports.modules = {

/***/ 7707:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   rollback: () => (/* binding */ rollback)
/* harmony export */ });
/* harmony import */ var _lib_config_inputs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8824);
/* harmony import */ var _lib_errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2863);
/* harmony import */ var _lib_procedure_change__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3990);
/* harmony import */ var _lib_procedure_env_file__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6302);
/* harmony import */ var _lib_stack_history__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3545);
/* harmony import */ var _lib_stack_identity__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4795);
/* harmony import */ var _lib_stack_migrations__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6668);
/* harmony import */ var _lib_stack_store_records__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4069);
/** Rollback: brings a retained release back, from the host's own images, with its files and settings. */








const rollback = {
    name: 'rollback',
    lease: 'stack',
    recovers: ({ drift }) => drift,
    outputs: _lib_procedure_change__WEBPACK_IMPORTED_MODULE_2__/* .releaseOutputs */ .m,
    read: _lib_config_inputs__WEBPACK_IMPORTED_MODULE_0__/* .readRollbackInputs */ .KA,
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
        const notes = state.migrations.at(-1)?.schema === (0,_lib_stack_migrations__WEBPACK_IMPORTED_MODULE_5__/* .schemaOf */ .pP)(release, inputs.runbook)
            ? []
            : ['The schema stays as the newer release left it; the migrations say that this release can use it.'];
        const envFile = (0,_lib_procedure_env_file__WEBPACK_IMPORTED_MODULE_3__/* .envFileOf */ .N)(release, inputs.runbook);
        return await (0,_lib_procedure_change__WEBPACK_IMPORTED_MODULE_2__/* .change */ .Z)(run, state, { release, delivery: null, migrate: false, notes, envFile });
    },
};
/** What can be rolled back to. */
async function listReleases({ session, recorder }) {
    const { state } = session;
    const current = state.current?.id ?? null;
    const left = (0,_lib_stack_history__WEBPACK_IMPORTED_MODULE_7__/* .leftByRollback */ .RE)(state.history);
    const releases = state.releases.map((release) => ({
        ...{ id: release.id, version: release.version, createdAt: release.createdAt, current: release.id === current },
        obstacle: obstacleTo(release, state)?.details.what ?? null,
        leftByRollback: left.has(release.id),
    }));
    for (const one of state.unreadable)
        recorder.warning((0,_lib_stack_store_records__WEBPACK_IMPORTED_MODULE_6__/* .unreadableError */ .Sw)(one).message);
    return {
        title: 'Releases',
        empty: 'There is none on this host yet.',
        head: ['release', 'version', 'created', 'by', 'can be brought back'],
        rows: releases.map(({ id, version, createdAt, obstacle, ...one }, index) => [
            {
                code: id,
                marks: [...(one.current ? ['**current**'] : []), ...(one.leftByRollback ? ['↩ rolled back from'] : [])],
            },
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
    const id = wanted ?? (0,_lib_stack_history__WEBPACK_IMPORTED_MODULE_7__/* .waysBack */ .ed)(history).find((way) => state.folders.includes(way));
    const found = releases.find((release) => release.id === id);
    if (current !== null && found !== undefined)
        return found;
    const damaged = unreadable.find((one) => one.id === id);
    if (damaged !== undefined)
        throw (0,_lib_stack_store_records__WEBPACK_IMPORTED_MODULE_6__/* .unreadableError */ .Sw)(damaged);
    const left = [...(0,_lib_stack_history__WEBPACK_IMPORTED_MODULE_7__/* .leftByRollback */ .RE)(history)].filter((one) => state.folders.includes(one));
    const why = `the host has ${known}; the current one is ${current?.id ?? 'none'}`;
    throw new _lib_errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-RELEASE-UNKNOWN', {
        what: wanted === null
            ? 'there is no release before the current one'
            : `there is no release ${JSON.stringify(wanted)} on the host`,
        why: left.length === 0 ? why : `${why}; somebody rolled back from ${left.join(', ')}`,
        remedy: 'choose one of these, or deploy the version that you want',
    });
}
/** Why a release cannot be brought back as it is. */
function obstacleTo(release, state) {
    for (const [name, service] of Object.entries(release.services)) {
        if ((0,_lib_stack_identity__WEBPACK_IMPORTED_MODULE_4__/* .localImage */ .tY)(service, state.images) !== null)
            continue;
        return new _lib_errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-IMAGE-MISSING', {
            what: `release ${release.id} needs ${service.image}, which is no longer on the host (service ${name})`,
            why: 'somebody removed the image',
            remedy: `deploy version ${release.version} again`,
        });
    }
    const breaking = (0,_lib_stack_migrations__WEBPACK_IMPORTED_MODULE_5__/* .breakingSince */ .k_)(state.migrations, release);
    if (breaking === null)
        return null;
    return new _lib_errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SCHEMA-BREAKING', {
        what: `release ${release.id} cannot use the schema that the database has now`,
        why: `release ${breaking.release} migrated it in a way that it calls breaking`,
        remedy: 'restore the backup from before that migration, or deploy a corrected newer version',
    });
}


/***/ })

};
;