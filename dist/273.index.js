"use strict";
exports.id = 273;
exports.ids = [273];
exports.modules = {

/***/ 49273:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   abandon: () => (/* binding */ abandon)
/* harmony export */ });
/* harmony import */ var _host_connect__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62933);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51957);
/* harmony import */ var _steps_lease__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(27372);
/** Clears up after a run that was killed before it could: ends its step, gives its lease back. */



/**
 * One handshake and one session channel.
 *
 * @param root where the lease lies: `<directory>/.runbook`, or `backup` below it
 * @param token the fencing token of the killed run; nothing happens if another run has the lease now
 * @returns what was found, one sentence
 */
async function abandon(target, root, token) {
    const host = await (0,_host_connect__WEBPACK_IMPORTED_MODULE_0__/* .connect */ .N)(target);
    try {
        const script = [`RB_ROOT=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(root)}`, (0,_steps_lease__WEBPACK_IMPORTED_MODULE_1__/* .leaseScript */ .AK)(), `lease_abandon ${token}`].join('\n');
        const outcome = await host.run(script, { timeout: 90_000 });
        const word = outcome.stdout.trim().split('\n').at(-1) ?? '';
        return WORDS[word] ?? 'the host did not say what became of the step; the next run finds out';
    }
    finally {
        host.close();
    }
}
const WORDS = {
    other: 'another run has the lease now: there is nothing to do',
    idle: 'no step was under way; the lease is given back',
    ended: 'the step was ended and put back what it had not committed; the lease is given back',
    goes: 'the step goes on to its end by itself; the lease is given back, and the next run waits for that end',
};


/***/ })

};
;