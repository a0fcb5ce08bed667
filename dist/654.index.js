"use strict";
exports.id = 654;
exports.ids = [654];
exports.modules = {

/***/ 64273:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   endOvertaken: () => (/* binding */ endOvertaken)
/* harmony export */ });
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(92413);
/**
 * Ends runs that wait for the approval of a plan which another run has made obsolete. Their plans would be refused by
 * their hash, so nobody should have to approve them.
 */

/** Milliseconds for one request. */
const TIMEOUT = 10_000;
/** Never rejects, because the change itself is done. @param place as the log of these runs names it */
async function endOvertaken(token, place, log) {
    const { actions } = (0,_actions_github__WEBPACK_IMPORTED_MODULE_0__.getOctokit)(token).rest;
    const options = () => ({ request: { signal: AbortSignal.timeout(TIMEOUT) } });
    const begun = new Date().toISOString();
    try {
        const { data: waiting } = await actions.listWorkflowRunsForRepo({
            ...{ ..._actions_github__WEBPACK_IMPORTED_MODULE_0__.context.repo, ...options(), status: 'waiting', per_page: 100 },
        });
        for (const run of waiting.workflow_runs) {
            if (run.id === _actions_github__WEBPACK_IMPORTED_MODULE_0__.context.runId || run.created_at > begun)
                continue;
            const { data } = await actions.listJobsForWorkflowRun({ ..._actions_github__WEBPACK_IMPORTED_MODULE_0__.context.repo, ...options(), run_id: run.id });
            const plans = data.jobs.filter(({ conclusion }) => conclusion === 'success');
            const found = await Promise.all(plans.map(async ({ id }) => (await logOf(id)).includes(place)));
            if (!found.includes(true))
                continue;
            try {
                await actions.cancelWorkflowRun({ ..._actions_github__WEBPACK_IMPORTED_MODULE_0__.context.repo, ...options(), run_id: run.id });
                log.info(`ended, for its plan is overtaken: ${run.html_url}`);
            }
            catch (error) {
                log.warning(`${run.html_url} waits for the approval of a plan that is overtaken, and could not be ended (the job needs "permissions: actions: write"): ${messageOf(error)}`);
            }
        }
    }
    catch (error) {
        log.info(`whether another run waits with a plan that is overtaken was not seen: ${messageOf(error)}`);
    }
    async function logOf(job) {
        const { data } = await actions.downloadJobLogsForWorkflowRun({ ..._actions_github__WEBPACK_IMPORTED_MODULE_0__.context.repo, ...options(), job_id: job });
        return typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
    }
}
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}


/***/ })

};
;