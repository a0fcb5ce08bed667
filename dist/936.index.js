"use strict";
exports.id = 936;
exports.ids = [936];
exports.modules = {

/***/ 70555:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   inShell: () => (/* binding */ inShell),
/* harmony export */   logInAsWorkflow: () => (/* binding */ logInAsWorkflow),
/* harmony export */   publicKeyOf: () => (/* binding */ publicKeyOf)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(32863);
/* harmony import */ var _host_connect__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(62933);
/** What `access` does outside of this process: runs commands and ssh-keygen, and logs in as the workflows will. */




/** Runs a command that was shown, in a folder of this machine. @throws {UserError} RB-COMMAND-FAILED */
function inShell(folder, command) {
    return new Promise((done, failed) => {
        const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)('sh', ['-c', command], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
        const refuse = (why) => failed(new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('RB-COMMAND-FAILED', {
            what: `this failed on your machine: ${command}`,
            why,
            remedy: 'put that right and run this again: what is done already is not done twice',
        }));
        child.on('error', (error) => refuse(error.message));
        child.on('close', (code) => (code === 0 ? done() : refuse(`it ended with exit status ${code}`)));
    });
}
/**
 * The public half of a key, made from the private one, so that the two belong together.
 *
 * @returns `null`: the file does not exist
 * @throws {UserError} RB-KEY-PASSPHRASE, RB-KEY-FORMAT, RB-COMMAND-FAILED
 */
function publicKeyOf(path) {
    if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(path))
        return null;
    const { status, stdout, stderr, error } = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawnSync)('ssh-keygen', ['-y', '-P', '', '-f', path], { encoding: 'utf8' });
    if (status === 0) {
        const [type = '', key = '', comment = 'runbook-actions'] = stdout.trim().split(' ');
        return `${type} ${key} ${comment.replace(/[^A-Za-z0-9@._-]/g, '_')}`;
    }
    const why = error?.message ?? stderr.trim().split('\n')[0] ?? '';
    if (/passphrase/i.test(why))
        throw new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('RB-KEY-PASSPHRASE', {
            what: `the key ${path} has a passphrase`,
            why: 'a workflow has nobody who types it',
            remedy: 'name another by --key; without it one is made for the workflows alone',
        });
    throw new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(error === undefined ? 'RB-KEY-FORMAT' : 'RB-COMMAND-FAILED', {
        what: `the key ${path} cannot be used`,
        why,
        remedy: 'name another by --key; one that is not there yet is made',
    });
}
/** Logs in by the SSH of the actions, with only this key and this host key. @throws {UserError} where that fails */
async function logInAsWorkflow({ host, port, user, knownHosts, key }, script) {
    const privateKey = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(key, 'utf8');
    const found = await (0,_host_connect__WEBPACK_IMPORTED_MODULE_3__/* .connect */ .N)({ host, port: Number(port), user, knownHosts, privateKey });
    try {
        const ended = await found.run(script);
        if (ended.outcome === 'exited' && ended.code === 0)
            return;
        throw new _errors__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('RB-HOST-UNSUITABLE', {
            what: `${user} logs in, and may not do there what the workflows do`,
            why: (ended.outcome === 'exited' ? ended.stderr : ended.reason).trim().slice(0, 400),
            remedy: `put that right on ${host} and run this again; nothing was set on GitHub`,
        });
    }
    finally {
        found.close();
    }
}


/***/ })

};
;