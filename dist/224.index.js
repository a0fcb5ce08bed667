"use strict";
exports.id = 224;
exports.ids = [224];
exports.modules = {

/***/ 3981:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ readAgeKey),
/* harmony export */   w: () => (/* binding */ recipientsOf)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/** The age key of a run: checks the content of an input before it is used. */

const IDENTITY = /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/;
/**
 * Reads what `age-keygen` writes: identities, one on each line, and comments. Identities of plugins are refused,
 * because they need another program.
 *
 * @returns identities, each once
 * @throws {UserError} RB-SOPS-KEY, without any part of the given text
 */
function readAgeKey(text) {
    const lines = text
        .split(/\s*[\r\n]\s*/)
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
    const wrong = lines.find((line) => !IDENTITY.test(line));
    if (lines.length > 0 && wrong === undefined)
        return [...new Set(lines)];
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SOPS-KEY', {
        what: 'age-key is not an age identity',
        why: whyNot(wrong ?? ''),
        remedy: 'put the output of `age-keygen` into the secret, with its line AGE-SECRET-KEY-1…',
    });
}
/** The public keys of these identities, in the form of a SOPS file's recipients. @throws {UserError} RB-SOPS-KEY */
async function recipientsOf(identities) {
    const { identityToRecipient } = await __webpack_require__.e(/* import() */ 539).then(__webpack_require__.bind(__webpack_require__, 81539));
    try {
        return await Promise.all(identities.map((identity) => identityToRecipient(identity)));
    }
    catch {
        // The message of the library would quote the key.
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SOPS-KEY', {
            what: 'age-key is not an age identity',
            why: 'its checksum is wrong: a character is missing or was changed',
            remedy: 'copy the whole line AGE-SECRET-KEY-1… into the secret',
        });
    }
}
function whyNot(line) {
    if (line === '')
        return 'it holds comments only';
    if (/^age1/.test(line))
        return 'it is a public key (age1…), which can only encrypt';
    if (/^AGE-PLUGIN-/.test(line))
        return 'it is the identity of a plugin, which needs a program and a device';
    if (/PRIVATE KEY/.test(line))
        return 'it is an SSH or PEM key';
    if (/^[./~][^\s]*$/.test(line))
        return 'it is the path of a file, not its content';
    return 'it has a line that is neither a comment nor AGE-SECRET-KEY-1…';
}


/***/ }),

/***/ 15224:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   rekey: () => (/* binding */ rekey)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(32863);
/* harmony import */ var _age_key__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3981);
/* harmony import */ var _program__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(17428);
/* harmony import */ var _recipients__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(78918);
/* harmony import */ var _sops__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(83358);
/* harmony import */ var _sops_file__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(74700);
/* harmony import */ var _sops_tool__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(19724);
/**
 * A SOPS file for the recipients that `.sops.yaml` names now, with a new data key, so that each value is encrypted
 * anew. sops makes it in a copy, which is decrypted again and compared before it is used. Former versions in a history
 * stay as they are.
 */










/** Milliseconds. */
const PATIENCE = 60_000;
/**
 * A whole ciphertext with its tag: sops uses the same nonce again, and the ciphertext of one byte may repeat by chance.
 */
const CIPHERTEXT = /ENC\[AES256_GCM,[^\]]+\]/g;
/**
 * The file itself is only read.
 *
 * @param root folder above which it does not look for a `.sops.yaml`
 * @throws {UserError} the errors of `decrypt`, RB-SOPS-RULE, RB-SOPS-OLD, RB-SOPS-FAILED
 */
async function rekey(request, root, find = _sops_tool__WEBPACK_IMPORTED_MODULE_9__/* .findSops */ .Tt) {
    const before = await (0,_sops__WEBPACK_IMPORTED_MODULE_7__.decrypt)(request, find);
    const rule = await requireRule(request, root);
    const wanted = rule.ages;
    (0,_sops_tool__WEBPACK_IMPORTED_MODULE_9__/* .requireRecipients */ .Yr)(before.tool, wanted, rule.path);
    const original = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(request.file, 'utf8');
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_1__.tmpdir)(), 'runbook-rekey-'));
    try {
        // The copies keep their relative paths, because the rule that fits the file has to fit the copy.
        const [config, copy] = [(0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, '.sops.yaml'), (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, rule.below)];
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(copy), { recursive: true });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.copyFile)(rule.config, config);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.copyFile)(request.file, copy);
        await sops(['updatekeys', '--yes', '--input-type', before.file.kind, copy], config, before, request);
        const types = ['--input-type', before.file.kind, '--output-type', before.file.kind];
        await sops(['rotate', '--in-place', ...types, copy], config, before, request);
        const after = await (0,_sops__WEBPACK_IMPORTED_MODULE_7__.decrypt)({ ...request, file: copy }, async () => before.tool);
        const content = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(copy);
        requireNew({ before, after, wanted, path: request.path }, original, content.toString('utf8'));
        const [former, recipients] = [readersOf(original, before), readersOf(content.toString('utf8'), after)];
        return { content, recipients, added: (0,_recipients__WEBPACK_IMPORTED_MODULE_6__/* .without */ .FF)(recipients, former), removed: (0,_recipients__WEBPACK_IMPORTED_MODULE_6__/* .without */ .FF)(former, recipients) };
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(folder, { recursive: true, force: true });
    }
}
function readersOf(text, { file }) {
    return [...file.recipients, ...(0,_sops_file__WEBPACK_IMPORTED_MODULE_8__/* .otherKeysIn */ ._D)(text, file).map(({ title }) => title)];
}
/** @throws {UserError} RB-SOPS-RULE where the rule names no recipients, or not the key of this run; RB-SOPS-KEY */
async function requireRule({ file, path, ageKey }, root) {
    const rule = (0,_recipients__WEBPACK_IMPORTED_MODULE_6__/* .ruleFor */ .sG)(file, root);
    if (rule === null)
        throw unruled(path, 'there is no .sops.yaml in its folder or in a folder above');
    if (typeof rule === 'string')
        throw unruled(path, rule);
    if (rule.ages.length === 0)
        throw unruled(path, `no rule of ${rule.path} matches it and names an age key`);
    const own = await (0,_age_key__WEBPACK_IMPORTED_MODULE_4__/* .recipientsOf */ .w)((0,_age_key__WEBPACK_IMPORTED_MODULE_4__/* .readAgeKey */ .t)(ageKey));
    if (own.some((one) => rule.ages.includes(one)))
        return rule;
    throw unruled(path, `${rule.path} does not name ${own.join(', ')}, the key of this run, which could not read the new file`);
}
function unruled(path, why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-SOPS-RULE', {
        what: `.sops.yaml does not name all recipients of ${path}`,
        why,
        remedy: `name all recipients in a creation rule of .sops.yaml (\`age: age1…, age1…\`), also the key of this run`,
    });
}
/** The output of sops is not shown: it may contain decrypted values. */
async function sops(args, config, { tool }, { path, ageKey }) {
    const { code } = await (0,_program__WEBPACK_IMPORTED_MODULE_5__/* .runProgram */ .m)(tool.path, ['--config', config, ...args], {
        env: { SOPS_AGE_KEY: (0,_age_key__WEBPACK_IMPORTED_MODULE_4__/* .readAgeKey */ .t)(ageKey).join('\n'), SOPS_DISABLE_VERSION_CHECK: '1' },
        patience: PATIENCE,
    });
    if (code !== 0)
        throw failed(path, `sops ${args[0]} ended with ${code ?? 'no exit status'}`);
}
/**
 * Checks that values are the same, the recipients are the wanted ones, and no former ciphertext remains.
 *
 * @throws {UserError} RB-SOPS-FAILED
 */
function requireNew({ before, after, wanted, path }, was, is) {
    const names = [...new Set([...before.values.keys(), ...after.values.keys()])];
    const wrong = names.filter((name) => before.values.get(name) !== after.values.get(name));
    if (wrong.length > 0)
        throw failed(path, `in the new file, ${wrong.join(', ')} would have another value`);
    if (before.text !== after.text)
        throw failed(path, 'in the new file, the order or the comments would differ');
    const { recipients } = after.file;
    const others = [...(0,_recipients__WEBPACK_IMPORTED_MODULE_6__/* .without */ .FF)(wanted, recipients), ...(0,_recipients__WEBPACK_IMPORTED_MODULE_6__/* .without */ .FF)(recipients, wanted)];
    if (others.length > 0)
        throw failed(path, `its recipients would differ from the rule: ${others.join(', ')}`);
    const old = new Set(ciphertexts(was));
    if (ciphertexts(is).some((one) => old.has(one)))
        throw failed(path, 'a value would still have its old ciphertext');
}
function ciphertexts(text) {
    return [...text.matchAll(CIPHERTEXT)].map(([one]) => one);
}
function failed(path, why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-SOPS-FAILED', {
        what: `${path} could not be encrypted again; the file is unchanged`,
        why,
        remedy: `run \`sops updatekeys ${path}\` and \`sops rotate -i ${path}\` where you have a key`,
    });
}


/***/ }),

/***/ 19724:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ce: () => (/* binding */ requireSet),
/* harmony export */   Tt: () => (/* binding */ findSops),
/* harmony export */   Yr: () => (/* binding */ requireRecipients)
/* harmony export */ });
/* unused harmony export here */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(32863);
/* harmony import */ var _program__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(17428);
/** Finds sops for the runner: on PATH, else a release whose SHA-256 is written here. */







/** From `sops-v3.13.3.checksums.txt` of the release. */
const RELEASE = {
    version: '3.13.3',
    files: {
        x64: ['sops-v3.13.3.linux.amd64', 'e5bec3346a873ae91d871550f3e698c1aad962aff462a080e40f25fde17fef6b'],
        arm64: ['sops-v3.13.3.linux.arm64', '53b0abacd38ef1b12a66d6c100956691b9cefce018d91f81e73ddf7438b94d77'],
    },
};
const BASE = `https://github.com/getsops/sops/releases/download/v${RELEASE.version}`;
/** The oldest version with `sops decrypt`. */
const OLDEST = '3.9.0';
/** The oldest version that reads and writes files with post-quantum recipients. */
const POST_QUANTUM = '3.12.0';
/** The oldest version with `sops set --value-stdin`. */
const SETS = '3.11.0';
/** Milliseconds. */
const PATIENCE = 120_000;
const VERSION_PATIENCE = 20_000;
function here() {
    return { env: process.env, platform: process.platform, arch: process.arch, base: BASE };
}
/** @throws {UserError} RB-SOPS-UNAVAILABLE, RB-SOPS-TAMPERED, RB-SOPS-OLD, RB-SOPS-FAILED */
async function findSops(place = here()) {
    const own = onPath(place.env.PATH ?? '');
    if (own === null) {
        const path = await cached(place);
        return { path, version: RELEASE.version, said: `sops ${RELEASE.version}, its release file with the known SHA-256` };
    }
    const { code, stdout } = await (0,_program__WEBPACK_IMPORTED_MODULE_6__/* .runProgram */ .m)(own, ['--version'], {
        env: { SOPS_DISABLE_VERSION_CHECK: '1' },
        patience: VERSION_PATIENCE,
    });
    const version = /^sops (\d+\.\d+\.\d+)/.exec(stdout.toString('utf8'))?.[1];
    if (code !== 0 || version === undefined) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-SOPS-FAILED', {
            what: `${own}, the sops on PATH, does not print its version`,
            why: 'it is another program, or built for another machine',
            remedy: `remove it from PATH: without one the action brings sops ${RELEASE.version}`,
        });
    }
    requireVersion(version, OLDEST, `${own} is sops ${version}; at least ${OLDEST} is needed`);
    return { path: own, version, said: `sops ${version} of the runner, ${own}` };
}
/** @throws {UserError} RB-SOPS-OLD: this version does not know recipients of this kind */
function requireRecipients({ path, version }, recipients, file) {
    if (!recipients.some((one) => one.startsWith('age1pq1')))
        return;
    requireVersion(version, POST_QUANTUM, `${path} is sops ${version}, and ${file} has a post-quantum recipient (age1pq1…), which sops knows since ${POST_QUANTUM}`);
}
/** @throws {UserError} RB-SOPS-OLD: this version takes values only as arguments, which every user of the runner sees */
function requireSet({ path, version }) {
    requireVersion(version, SETS, `${path} is sops ${version}; to set values without an argument ${SETS} is needed`);
}
function requireVersion(version, least, what) {
    if (compareVersions(version, least) >= 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-SOPS-OLD', {
        what,
        remedy: `install a newer one, or remove it from PATH: without one the action brings sops ${RELEASE.version}`,
    });
}
function compareVersions(a, b) {
    const [x, y] = [a, b].map((one) => one.split('.').map(Number));
    for (let at = 0; at < 3; at += 1)
        if (x[at] !== y[at])
            return (x[at] ?? 0) - (y[at] ?? 0);
    return 0;
}
function onPath(path) {
    const places = path.split(node_path__WEBPACK_IMPORTED_MODULE_4__.delimiter).filter(node_path__WEBPACK_IMPORTED_MODULE_4__.isAbsolute);
    return places.map((folder) => (0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(folder, 'sops')).find(isProgram) ?? null;
}
function isProgram(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.X_OK);
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}
/** Takes sops from the runner's tool cache, and checks it again each time; else downloads it into the cache. */
async function cached({ env, platform, arch, base }) {
    const release = platform === 'linux' && (arch === 'x64' || arch === 'arm64') ? RELEASE.files[arch] : null;
    if (release === null)
        throw unavailable(`this action knows no release of sops for ${platform} ${arch}`);
    const [name, sha] = release;
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(env.RUNNER_TOOL_CACHE || env.RUNNER_TEMP || (0,node_os__WEBPACK_IMPORTED_MODULE_3__.tmpdir)(), 'runbook-sops', RELEASE.version, arch);
    const file = (0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(folder, 'sops');
    if (isProgram(file) && hashOf((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(file)) === sha)
        return file;
    const content = await download(`${base}/${name}`);
    if (hashOf(content) !== sha) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-SOPS-TAMPERED', {
            what: `${name}, downloaded from ${base}, has the SHA-256 ${hashOf(content)} instead of ${sha}`,
            why: 'it was replaced or changed on the way (possibly by a proxy that answers with a page of its own); it was not run',
            remedy: 'check which server answers for github.com on this runner, or install sops on it from a source that you trust',
        });
    }
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdir)(folder, { recursive: true });
        const fresh = `${file}.${process.pid}`;
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.writeFile)(fresh, content, { mode: 0o700 });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.chmod)(fresh, 0o755);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rename)(fresh, file).finally(() => (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(fresh, { force: true }));
    }
    catch (error) {
        throw unavailable(`it cannot be kept in ${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return file;
}
async function download(url) {
    try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
        if (!answer.ok)
            throw new Error(`${url} answers ${answer.status}`);
        return Buffer.from(await answer.arrayBuffer());
    }
    catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
        throw unavailable(`${error instanceof Error ? error.message : String(error)}${cause}`);
    }
}
function hashOf(content) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex');
}
function unavailable(why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-SOPS-UNAVAILABLE', {
        what: `there is no sops on PATH, and sops ${RELEASE.version} could not be downloaded`,
        why,
        remedy: 'install sops in a step before this one (it is one file), or let the runner reach github.com',
    });
}


/***/ }),

/***/ 83358:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  decrypt: () => (/* binding */ decrypt)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/secrets/age-key.ts
var age_key = __webpack_require__(3981);
// EXTERNAL MODULE: ./actions/lib/secrets/dotenv.ts + 1 modules
var dotenv = __webpack_require__(90660);
// EXTERNAL MODULE: ./actions/lib/secrets/program.ts
var program = __webpack_require__(17428);
// EXTERNAL MODULE: ./actions/lib/secrets/sops-file.ts
var sops_file = __webpack_require__(74700);
// EXTERNAL MODULE: ./actions/lib/secrets/sops-tool.ts
var sops_tool = __webpack_require__(19724);
;// CONCATENATED MODULE: ./actions/lib/secrets/structured.ts
/**
 * Values of a SOPS file in YAML or JSON, whose names are those of an env file and whose values may be any text. Pure.
 */

/**
 * @param json the decrypted tree, as sops prints it
 * @throws {UserError} RB-SOPS-FORMAT, with their names, for values that are not texts that a container can get
 */
function flatValues(json, path) {
    const tree = treeOf(json);
    if (tree === null)
        throw refused(path, ['it is not a table of names with values']);
    const problems = [];
    const values = Object.entries(tree).flatMap(([name, value]) => {
        const text = textOf(value);
        if (text === null)
            problems.push(`${name} is ${describe(value)}`);
        return text === null ? [] : [[name, text]];
    });
    if (problems.length > 0)
        throw refused(path, problems);
    return new Map(values);
}
function treeOf(json) {
    try {
        const tree = JSON.parse(json);
        return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : null;
    }
    catch {
        return null;
    }
}
function textOf(value) {
    if (typeof value === 'string')
        return value;
    if (typeof value === 'boolean' || Number.isSafeInteger(value))
        return String(value);
    return null;
}
function describe(value) {
    if (value === null)
        return 'empty: write "" for an empty text';
    if (typeof value === 'number')
        return 'a number that YAML does not keep as written: put it in quotes';
    return 'a list or a table: a container gets text only';
}
function refused(path, problems) {
    return new errors/* UserError */.y('RB-SOPS-FORMAT', {
        what: `${path}: ${problems.join('; ')}`,
        why: 'the file stands for an env file, whose values are texts',
        remedy: `correct it with \`sops edit ${path}\``,
    });
}

;// CONCATENATED MODULE: ./actions/lib/secrets/sops.ts
/**
 * Decrypts a file of the repository on the runner. sops gets the key by its environment, which holds nothing else; the
 * decrypted values stay in memory.
 */








/** Milliseconds. */
const PATIENCE = 60_000;
/**
 * @throws {UserError} RB-FILE-MISSING, RB-ENV-INVALID, RB-ENV-DUPLICATE, RB-SOPS-FORMAT, RB-SOPS-KEY, RB-SOPS-RECIPIENT,
 *   RB-SOPS-MAC, RB-SOPS-DAMAGED, RB-SOPS-OLD, RB-SOPS-UNAVAILABLE, RB-SOPS-TAMPERED, RB-SOPS-FAILED
 */
async function decrypt({ file: absolute, path, ageKey }, find = sops_tool/* findSops */.Tt) {
    const identities = (0,age_key/* readAgeKey */.t)(ageKey);
    const own = await (0,age_key/* recipientsOf */.w)(identities);
    const file = (0,sops_file/* readSopsFile */.a6)(contentOf(absolute, path), path);
    refuseTwice(file.names, path);
    const tool = await find();
    (0,sops_tool/* requireRecipients */.Yr)(tool, file.recipients, path);
    const output = file.kind === 'dotenv' ? 'dotenv' : 'json';
    const result = await (0,program/* runProgram */.m)(tool.path, ['decrypt', '--input-type', file.kind, '--output-type', output, absolute], { env: { SOPS_AGE_KEY: identities.join('\n'), SOPS_DISABLE_VERSION_CHECK: '1' }, patience: PATIENCE });
    if (result.code !== 0)
        throw failure(result.code, path, file.recipients, own);
    const decrypted = result.stdout.toString('utf8');
    const text = output === 'dotenv' ? decrypted : (0,dotenv/* writeEnv */.BX)(flatValues(decrypted, path), path);
    const values = (0,dotenv/* parseEnv */.vc)(text, path);
    if (values.size === 0 || values.size !== file.names.length) {
        throw new errors/* UserError */.y('RB-SOPS-FAILED', {
            what: `${path} has ${file.names.length} names, and sops decrypted ${values.size} of them`,
            remedy: `look into it with \`sops edit ${path}\``,
        });
    }
    return { text, values, file, tool };
}
function contentOf(file, path) {
    try {
        return (0,external_node_fs_.readFileSync)(file, 'utf8');
    }
    catch (error) {
        throw new errors/* UserError */.y('RB-FILE-MISSING', {
            what: `the SOPS file ${JSON.stringify(path)} cannot be read`,
            why: error instanceof Error ? error.message : String(error),
            remedy: 'check out the repository before this step, and correct the input sops-file; it counts from the workspace',
        });
    }
}
/** SOPS encrypts a name that occurs twice, and says "MAC mismatch" where a person added the second one. */
function refuseTwice(names, path) {
    const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
    if (twice.length === 0)
        return;
    throw new errors/* UserError */.y('RB-ENV-DUPLICATE', {
        what: `${path} has ${twice.join(', ')} twice`,
        why: 'two branches that each added it were merged, or it was added by hand; only one of the values would be used',
        remedy: `remove one of them with \`sops edit ${path}\`; if sops refuses that because of the MAC, take the file from before the merge and set the value again`,
    });
}
/** Explains the exit statuses of `cmd/sops/codes`. The output of sops is not shown: it may contain decrypted values. */
function failure(code, path, recipients, own) {
    if (code === 128) {
        const fits = recipients.some((one) => own.includes(one));
        return new errors/* UserError */.y('RB-SOPS-KEY', {
            what: fits
                ? `${path} names the recipient of age-key, but age-key cannot decrypt it`
                : `age-key cannot decrypt ${path}: it is the key of ${own.join(', ')}`,
            why: fits
                ? 'the file was damaged or merged by hand, or needs keys of more than one group'
                : `the file is for ${recipients.map(kindOf).join(', ')}`,
            remedy: `give the key of one of its recipients, or add the key of this run as a recipient: sops rotate -i --add-age ${own[0]} ${path}`,
        });
    }
    if (code === 51 || code === 52) {
        return new errors/* UserError */.y('RB-SOPS-MAC', {
            what: `the MAC of ${path} does not match its values`,
            why: 'it was edited without sops, or two branches that each changed a value were merged by Git; which values are right is not known',
            remedy: 'take the file from before the merge and set the other values again with `sops edit`; never use --ignore-mac',
        });
    }
    if (code === 24 || code === 25) {
        return new errors/* UserError */.y('RB-SOPS-DAMAGED', {
            what: `a value of ${path} cannot be decrypted although the key is right`,
            why: 'the file was edited without sops, merged by Git, or damaged',
            remedy: 'take its last undamaged version from the history of the repository and set the values again with `sops edit`',
        });
    }
    return new errors/* UserError */.y('RB-SOPS-FAILED', {
        what: code === null
            ? `sops could not be run on ${path}, or did not end in time`
            : `sops refuses ${path} with status ${code}`,
        why: 'its message is not shown here, as it may hold a secret',
        remedy: `run \`sops decrypt ${path}\` where you have a key`,
    });
}
function kindOf(recipient) {
    if (recipient.startsWith('ssh-'))
        return 'an SSH key';
    if (recipient.startsWith('age1pq1'))
        return `${recipient.slice(0, 20)}… (post-quantum)`;
    return /^age1[0-9a-z]{58}$/.test(recipient) ? recipient : `${recipient.slice(0, 20)}… (a plugin's)`;
}


/***/ })

};
;