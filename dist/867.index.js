"use strict";
exports.id = 867;
exports.ids = [867];
exports.modules = {

/***/ 45867:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   hasEnded: () => (/* binding */ hasEnded)
/* harmony export */ });
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(92413);
/** Whether the workflow run that holds a lease still lives. */

/** Milliseconds for one call. */
const TIMEOUT = 10_000;
const RUN = /^(https?:\/\/[^/]+)\/([^/]+)\/([^/]+)\/actions\/runs\/(\d+)\/attempts\/(\d+)$/;
/**
 * @param owner a run's URL with its attempt, as `runUrl` gives it
 * @returns true only where this GitHub says that the run is completed
 */
async function hasEnded(owner, token) {
    const [, server, user = '', repo = '', run, attempt] = RUN.exec(owner) ?? [];
    if (server === undefined || server !== process.env.GITHUB_SERVER_URL)
        return false;
    const { data } = await (0,_actions_github__WEBPACK_IMPORTED_MODULE_0__.getOctokit)(token).rest.actions.getWorkflowRunAttempt({
        owner: user,
        repo,
        run_id: Number(run),
        attempt_number: Number(attempt),
        request: { signal: AbortSignal.timeout(TIMEOUT) },
    });
    return data.status === 'completed';
}


/***/ })

};
;