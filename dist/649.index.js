"use strict";
exports.id = 649;
exports.ids = [649];
exports.modules = {

/***/ 21649:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Deployment: () => (/* binding */ Deployment)
/* harmony export */ });
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(92413);
/* harmony import */ var _run__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16161);
/** A GitHub deployment with its status. GitHub's errors never fail a deploy: they become warnings. */


/** Milliseconds for one call. */
const TIMEOUT = 10_000;
class Deployment {
    #request;
    #warn;
    #id = null;
    constructor(request, warn) {
        this.#request = request;
        this.#warn = warn;
    }
    /** Creates the deployment, in progress. */
    async begin() {
        const { environment, description } = this.#request;
        await this.#try('create the deployment', async (octokit, options) => {
            const { data } = await octokit.rest.repos.createDeployment({
                ...options,
                ..._actions_github__WEBPACK_IMPORTED_MODULE_0__.context.repo,
                ref: _actions_github__WEBPACK_IMPORTED_MODULE_0__.context.sha,
                environment,
                description,
                // This run has been allowed already; other checks of the commit must not stop it.
                required_contexts: [],
                auto_merge: false,
            });
            this.#id = 'id' in data ? data.id : null;
        });
        await this.#state('in_progress');
    }
    async end(state) {
        await this.#state(state);
    }
    async #state(state) {
        const id = this.#id;
        if (id === null)
            return;
        const { url, environment } = this.#request;
        await this.#try('set the status of the deployment', async (octokit, options) => {
            await octokit.rest.repos.createDeploymentStatus({
                ...options,
                ..._actions_github__WEBPACK_IMPORTED_MODULE_0__.context.repo,
                deployment_id: id,
                state,
                environment,
                log_url: (0,_run__WEBPACK_IMPORTED_MODULE_1__/* .runUrl */ .Vp)(),
                ...(url === null ? {} : { environment_url: url }),
            });
        });
    }
    async #try(what, call) {
        try {
            await call((0,_actions_github__WEBPACK_IMPORTED_MODULE_0__.getOctokit)(this.#request.token), { request: { signal: AbortSignal.timeout(TIMEOUT) } });
        }
        catch (error) {
            const missing = error instanceof Error && 'status' in error && error.status === 403;
            this.#warn(`could not ${what}: ${error instanceof Error ? error.message : String(error)}${missing ? '; the job needs "permissions: deployments: write"' : ''}`);
        }
    }
}


/***/ })

};
;