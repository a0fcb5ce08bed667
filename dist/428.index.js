"use strict";
exports.id = 428;
exports.ids = [428];
exports.modules = {

/***/ 98428:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BG: () => (/* binding */ throwawayPiece),
/* harmony export */   Cw: () => (/* binding */ rolesPiece),
/* harmony export */   Kn: () => (/* binding */ factsPiece),
/* harmony export */   Qe: () => (/* binding */ psqlScript),
/* harmony export */   XI: () => (/* binding */ dumpPiece),
/* harmony export */   fg: () => (/* binding */ roleStepPiece),
/* harmony export */   ll: () => (/* binding */ printer)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _stack_psql__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(50781);
/**
 * The host's pieces for databases. In a module of their own, in plain syntax: the bundler takes a file along only
 * where it can read the call that opens it.
 */



function psqlScript() {
    return `${(0,_stack_psql__WEBPACK_IMPORTED_MODULE_2__/* .psqlPiece */ .tO)()}\n${(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "without-rows.sh", 'utf8')}`;
}
/** After {@link psqlScript}, as all that follow. */
function factsPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "facts.sh", 'utf8');
}
function rolesPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "roles.sh", 'utf8');
}
/** After `psqlPiece`. */
function roleStepPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "role-step.sh", 'utf8');
}
function dumpPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "dump.sh", 'utf8');
}
function throwawayPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "throwaway.sh", 'utf8');
}
/** A shell function that prints a text. Nothing of it stands in an argument of a process. */
function printer(name, text) {
    // The shell's own printf.
    return `${name}() { printf '%s\\n' '${text.replaceAll("'", `'\\''`)}'; }`;
}


/***/ })

};
;