"use strict";
exports.id = 590;
exports.ids = [590];
exports.modules = {

/***/ 17286:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $L: () => (/* binding */ requireCurrent),
/* harmony export */   $c: () => (/* binding */ currentOf),
/* harmony export */   GG: () => (/* binding */ requireDispensable),
/* harmony export */   mQ: () => (/* binding */ changeByEdit),
/* harmony export */   qw: () => (/* binding */ requireServices)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _stack_plan_order__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(13101);
/* harmony import */ var _stack_plan_strategy__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(94640);
/* harmony import */ var _stack_proxy_files__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(23383);
/* harmony import */ var _stack_release_delivery__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(39391);
/* harmony import */ var _stack_release_edit__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(32211);
/* harmony import */ var _stack_release_stored__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(91456);
/* harmony import */ var _change__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(35807);
/* harmony import */ var _closing__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(50931);
/* harmony import */ var _env_file__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(66302);










/** @throws {UserError} RB-NOT-DEPLOYED, RB-RECORD-UNREADABLE, RB-CONNECTION-LOST */
async function currentOf({ session }) {
    return await (0,_stack_release_stored__WEBPACK_IMPORTED_MODULE_5__/* .readStored */ .CL)(session.host, session.root, requireCurrent(session.state));
}
/** @throws {UserError} for what speaks against the plan; nothing was changed by it then */
async function changeByEdit(run, { current, edits, by, notes, site, proof, back }) {
    const { session, recorder, inputs } = run;
    const { state } = session;
    const made = { createdAt: new Date().toISOString(), createdBy: run.actor, run: run.run };
    const changed = changedOf(site);
    const wanted = { ...edits, ...madeAnew(run, current.release, changed) };
    const { release, compose, sharedFiles } = (0,_stack_release_edit__WEBPACK_IMPORTED_MODULE_4__/* .edited */ .o)({
        current,
        state,
        by,
        directory: inputs.runbook.directory,
        edits: wanted,
        ...(site === undefined ? {} : { site: { files: shaOf(changed), closed: site.closed } }),
        ...made,
        ...(back === undefined ? {} : { back }),
    });
    const archive = await (0,_stack_release_delivery__WEBPACK_IMPORTED_MODULE_3__/* .packDelivery */ .m)({
        release,
        compose,
        sharedFiles,
        filesList: listed(current.filesList, changed),
        logins: [],
        adopted: null,
        blobs: new Map([...changed.values()].map((content) => [(0,_closing__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(content), content])),
    });
    for (const note of notes)
        recorder.info(note);
    // Its files are those of the current release, which the host has.
    const staging = `${session.root}/staging/none`;
    const same = release.id === state.current?.id;
    return await (0,_change__WEBPACK_IMPORTED_MODULE_6__/* .change */ .Zg)(run, state, {
        release,
        notes,
        migrate: false,
        procedure: by,
        named: Object.keys(edits),
        ...(proof === undefined ? {} : { proof }),
        delivery: same ? null : { archive, staging, pull: [], adopts: false },
        envFile: (0,_env_file__WEBPACK_IMPORTED_MODULE_8__/* .envFileOf */ .Nt)(release, inputs.runbook),
    });
}
/** Path → content that the release does not have. */
function changedOf(site) {
    const was = new Map(site?.uploads.map(({ path, content }) => [path, content]));
    const others = site?.files.filter(({ path, content }) => was.get(path)?.equals(content) === false) ?? [];
    return new Map(others.map(({ path, content }) => [path, content]));
}
/** Services that read these files only as they start. */
function madeAnew({ inputs, session }, release, changed) {
    const name = inputs.runbook.proxy.service ?? '';
    const service = release.services[name];
    if (service === undefined || changed.size === 0)
        return {};
    const sums = shaOf(changed);
    const mounts = Object.fromEntries(Object.entries(service.mounts).map(([path, sha]) => [path, sums[path] ?? sha]));
    return (0,_stack_proxy_files__WEBPACK_IMPORTED_MODULE_2__/* .readAtStart */ .A7)(name, { ...service, mounts }, service, session.state, inputs.runbook).length > 0
        ? { [name]: { anew: true } }
        : {};
}
function shaOf(files) {
    return Object.fromEntries([...files].map(([path, content]) => [path, (0,_closing__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(content)]));
}
/** Text of a `files.list` with the sums of these. */
function listed(text, changed) {
    return text.replace(/^\S+ (\S+) (.*)$/gm, (line, mode, path) => {
        const content = changed.get(path);
        return content === undefined ? line : `${(0,_closing__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(content)} ${mode} ${path}`;
    });
}
/** @throws {UserError} RB-NOT-DEPLOYED */
function requireCurrent({ current, containers }) {
    if (current !== null)
        return current;
    const runs = containers.some(({ state, oneOff }) => state === 'running' && !oneOff);
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-NOT-DEPLOYED', {
        what: 'the host has no release of this stack that could be changed',
        why: runs
            ? 'the containers there were started by hand, and no deploy has adopted them yet'
            : 'nothing of this stack was deployed there yet',
        remedy: runs
            ? 'deploy once: that adopts the running containers, and restarts only what differs'
            : 'deploy it first',
    });
}
/** @throws {UserError} RB-SERVICE-UNKNOWN, RB-SERVICE-UNSUITABLE for a service that runs to its end */
function requireServices(names, release, { runbook }) {
    const known = Object.keys(release.services);
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${unknown.map((name) => JSON.stringify(name)).join(', ')} in release ${release.id}`,
            why: `it has ${known.join(', ')}`,
            remedy: 'correct the name; if the service was added to the Compose files since, deploy them first',
        });
    }
    const ending = names.find((name) => (0,_stack_plan_strategy__WEBPACK_IMPORTED_MODULE_1__/* .isOneShot */ .hb)(name, release, runbook));
    if (ending === undefined)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNSUITABLE', {
        what: `${ending} runs to its end, and does not run between deploys`,
        why: 'other services wait for it to complete, or runbook.yml names it as a migration or a one-shot',
        remedy: 'leave it out; a deploy runs it when it has changed',
    });
}
/** Refuses to stop the proxy, and services that others need, unless downtime is allowed. @throws {UserError} RB-DOWNTIME-REFUSED */
function requireDispensable(stopped, release, { allowDowntime, runbook }) {
    if (allowDowntime)
        return;
    for (const name of stopped) {
        if (name === runbook.proxy.service)
            throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DOWNTIME-REFUSED', {
                what: `${name} would be stopped, and visitors reach the site through it`,
                why: 'runbook.yml names it as proxy.service; without it nothing answers them, not even a page',
                remedy: 'close the site with a page (maintenance, mode: on), or allow it with `allow-downtime: true`',
            });
        const others = (0,_stack_plan_order__WEBPACK_IMPORTED_MODULE_9__/* .dependentsOf */ .yk)(name, release).filter((other) => !stopped.includes(other) && release.services[other].replicas > 0 && !(0,_stack_plan_strategy__WEBPACK_IMPORTED_MODULE_1__/* .isOneShot */ .hb)(other, release, runbook));
        if (others.length === 0)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DOWNTIME-REFUSED', {
            what: `${name} would be stopped, and ${others.join(', ')} ${others.length === 1 ? 'depends' : 'depend'} on it`,
            why: 'while it is stopped they fail, and some (nginx with its name in the configuration) cannot even start again',
            remedy: 'stop them too, or allow it with `allow-downtime: true`',
        });
    }
}


/***/ }),

/***/ 67472:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CJ: () => (/* binding */ releaseWith),
/* harmony export */   PO: () => (/* binding */ requireFiles),
/* harmony export */   _C: () => (/* binding */ otherEnv),
/* harmony export */   hG: () => (/* binding */ envFileIn)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _stack_release_next__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(44018);
/* harmony import */ var _stack_resolve_resolve__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(71181);
/* harmony import */ var _stack_resolve_secrets__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(56931);




/** @throws {UserError} what `resolve` throws */
async function otherEnv({ inputs, recorder, session, signal }, { release, runbook, there, text }) {
    const { host, state } = session;
    const path = runbook.envFile;
    const wanted = [...there.filter((file) => file.path !== path), { path, content: Buffer.from(text), mode: 0o600 }];
    const request = {
        runbook,
        inRepository: () => false,
        present: state.files,
        versions: {},
        refresh: [],
        current: release,
        imagesOf: release,
        asksNone: true,
        images: state.images,
        logins: [],
        signal,
        physicalDirectory: state.physicalDirectory,
    };
    const ask = async (files, only) => {
        const resolved = await (0,_stack_resolve_resolve__WEBPACK_IMPORTED_MODULE_2__/* .resolve */ .h)(host, { ...request, files, only, keepStaging: only !== null && !inputs.dryRun });
        for (const secret of (0,_stack_resolve_secrets__WEBPACK_IMPORTED_MODULE_3__/* .secretsInModel */ .cC)(resolved.model))
            recorder.secret(secret);
        return resolved;
    };
    // The same Compose reads both, so that nothing but the env file makes the difference.
    const before = await ask(there, null);
    const after = await ask(wanted, null);
    const changed = Object.keys(release.services).filter((name) => before.services[name]?.definition !== after.services[name]?.definition);
    return { before, after, changed, ask: (only) => ask(wanted, only) };
}
/** What is made of a release with another env file. @param state as if that release were the current one */
function releaseWith(run, resolved, runbook, state) {
    const { version, schemaCompatible } = state.current;
    const made = { createdAt: new Date().toISOString(), createdBy: run.actor, run: run.run };
    return (0,_stack_release_next__WEBPACK_IMPORTED_MODULE_1__/* .nextRelease */ .zH)({ resolved, state, runbook, version, schemaCompatible, ...made });
}
/** @throws {UserError} RB-FILE-MISSING */
function requireFiles({ id, files }, { compose }) {
    const missing = compose.filter((path) => files[path] === undefined);
    if (missing.length === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-FILE-MISSING', {
        what: `release ${id} was made without ${missing.join(', ')}`,
        why: 'runbook.yml names other Compose files than it did when that release was deployed',
        remedy: 'deploy: it takes sops-file and age-key, and the new Compose files',
    });
}
/** The env file of the release; a stack whose runbook names none may have a `.env`. `null`: none. */
function envFileIn({ files }, { envFile, envFileNamed }) {
    if (envFile === null || files[envFile] !== undefined)
        return envFile;
    return !envFileNamed && files['.env'] !== undefined ? '.env' : null;
}


/***/ }),

/***/ 97361:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  mI: () => (/* binding */ made),
  F6: () => (/* binding */ madeOf),
  tV: () => (/* binding */ withValues)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/secrets/rewrite.ts
var rewrite = __webpack_require__(30396);
;// CONCATENATED MODULE: ./actions/lib/secrets/rewrite-pair.ts
/**
 * A user with its password inside another text: in a URL, a connection string, JSON, a password file, or base64 of
 * these. Pure.
 */

/** Names of the user in connection strings and in the parameters of a URL. */
const USER = 'user|username|uid|user id|login';
const PASSWORD = 'password|passwd|pwd';
/**
 * @param user names of letters, digits, `_` and `-`, which no encoding changes
 * @returns the text with both replaced where they stand together; otherwise the same text
 */
function rewritePair(text, user, password, depth = 0) {
    const made = [...(0,rewrite/* formsOf */.XP)(password.old)].reduce((now, [form, encode]) => oneForm(now, user, { form, encode, ...password }), text);
    return (0,rewrite/* inBase64 */.LD)(made, depth, (inner) => rewritePair(inner, user, password, depth + 1));
}
function oneForm(text, user, { form, encode, old, fresh }) {
    const [u, p] = [user.old, form].map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const next = encode(fresh);
    const inUrl = encode(old) === old ? encodeURIComponent(fresh) : next;
    const together = text
        .replace(new RegExp(`(?<=://)${u}:${p}(?=@)`, 'g'), () => `${user.fresh}:${inUrl}`)
        // host:port:database:user:password of a .pgpass, user:password of HTTP
        .replace(new RegExp(`(?<=^|^[^\\n/]*:)${u}:${p}(?=$)`, 'gm'), () => `${user.fresh}:${next}`);
    return [
        [
            `((?:^|[?&;,\\s])(?:${USER})\\s*=\\s*['"]?)${u}(?=$|['"&;,\\s])`,
            `((?:^|[?&;,\\s])(?:${PASSWORD})\\s*=\\s*['"]?)${p}(?=$|['"&;,\\s])`,
        ],
        [`("(?:${USER})"\\s*:\\s*")${u}(?=")`, `("(?:${PASSWORD})"\\s*:\\s*")${p}(?=")`],
    ].reduce((now, [userPlace = '', passwordPlace = '']) => {
        const [one, other] = [new RegExp(userPlace, 'gi'), new RegExp(passwordPlace, 'gi')];
        // A text with two users does not tell which of them the password belongs to.
        if ([...now.matchAll(one)].length !== 1 || [...now.matchAll(other)].length !== 1)
            return now;
        const value = now.includes('://') ? inUrl : next;
        return now
            .replace(one, (_all, before) => `${before}${user.fresh}`)
            .replace(other, (_all, before) => `${before}${value}`);
    }, together);
}

;// CONCATENATED MODULE: ./actions/lib/secrets/derive.ts
/**
 * Values of an env file that contain another value: a URL with a password, a header in base64. They are found by their
 * content, and rewritten. Pure.
 */


/** @param values of the whole file before the change */
function derive(values, rotated) {
    const own = new Set(rotated.flatMap(({ name, role }) => [name, ...(role === undefined ? [] : [role.name])]));
    const made = new Map();
    const from = new Map();
    const doubts = [];
    // The longest value first, so that a shorter one that it contains does not break it.
    const ordered = [...rotated].sort((a, b) => b.old.length - a.old.length);
    for (const [name, value] of values) {
        if (own.has(name) || value === '')
            continue;
        for (const one of ordered) {
            if (one.unrelated.includes(name))
                continue;
            const present = made.get(name) ?? value;
            const doubt = doubtOf(name, value, one) ?? partDoubt(name, present, one);
            if (doubt !== null)
                doubts.push(doubt);
            else {
                const next = rewritten(name, present, one);
                if (next === null)
                    doubts.push(`${name} holds ${one.name}, but not its user beside it`);
                if (next === present || next === null)
                    continue;
                made.set(name, next);
                from.set(name, [...(from.get(name) ?? []), one.name]);
            }
        }
    }
    return { values: made, from, doubts };
}
/** `null`: the password would change without its user. */
function rewritten(name, text, { old, fresh, derived, role }) {
    const anywhere = (0,rewrite/* isTelling */.c0)(old) || derived.includes(name);
    if (role === undefined || text === old)
        return (0,rewrite/* rewriteIn */.MX)(text, old, fresh, anywhere);
    const made = rewritePair(text, role, { old, fresh });
    return (0,rewrite/* rewriteIn */.MX)(made, old, `${old}\u0000`, anywhere) === made ? made : null;
}
function doubtOf(name, value, { name: of, old, derived }) {
    if (derived.includes(name))
        return null;
    if (value === old)
        return `${name} has the same value as ${of}`;
    if ((0,rewrite/* isTelling */.c0)(old))
        return null;
    // Where the value's place in a URL shows that it is the password, the same word elsewhere in the URL does not matter.
    if ((0,rewrite/* rewriteIn */.MX)(value, old, `${old}\u0000`, false) !== value)
        return null;
    return (0,rewrite/* encodedForms */.wV)(old).some((form) => standsIn(value, form))
        ? `${name} may hold ${of}, which is short or a word`
        : null;
}
/** A longer word that has the value in it may be another secret, whose server does not get another value. */
function partDoubt(name, present, { name: of, old, derived }) {
    if (derived.includes(name) || !(0,rewrite/* isTelling */.c0)(old))
        return null;
    return (0,rewrite/* encodedForms */.wV)(old).some((form) => isPart(present, form))
        ? `${name} holds ${of} as a part of a longer word`
        : null;
}
function isPart(text, form) {
    const literally = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // Not the letters of an encoded sign or an escape: `%3D`, `\n`.
    const before = /^\w/.test(form) ? [`(?<=[\\w-])(?<!%[0-9A-Fa-f]{2})(?<!\\\\[a-z])${literally}`] : [];
    const after = /\w$/.test(form) ? [`${literally}(?=[\\w-])`] : [];
    return [...before, ...after].some((pattern) => new RegExp(pattern).test(text));
}
/** Whether the form stands in the text as a separate word. */
function standsIn(text, form) {
    const literally = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(?<![A-Za-z0-9])${literally}(?![A-Za-z0-9])`).test(text);
}

// EXTERNAL MODULE: ./actions/lib/secrets/dotenv.ts + 1 modules
var dotenv = __webpack_require__(90660);
;// CONCATENATED MODULE: ./actions/lib/secrets/made.ts
/** Computes how new values change a whole env file: which other values contain them, and what a person must decide. Pure. */



/**
 * @param text of the env file before the change
 * @throws {UserError} RB-SECRET-SHARED
 */
function made(text, before, rotated) {
    const found = madeOf(text, before, rotated);
    if (found.doubts.length > 0)
        throw new errors/* UserError */.y('RB-SECRET-SHARED', {
            what: found.doubts.join('; '),
            why: 'a copy that keeps the old value stops working, and a value that is equal only by chance must not change',
            remedy: 'say in the policy of the key which of the two it is: `derived: [NAME]` if NAME holds a copy, `unrelated: [NAME]` if the values are equal only by chance; or give NAME a value of its own first',
        });
    (0,dotenv/* parseEnv */.vc)(withValues(text, found.values), 'the new values');
    return found;
}
/**
 * The same, but returns its doubts; the values that they concern stay as they are. @throws {UserError} RB-ENV-INVALID
 */
function madeOf(text, before, rotated) {
    const own = new Map(rotated.flatMap(({ name, fresh, role }) => [
        [name, fresh],
        ...(role === undefined ? [] : [[role.name, role.fresh]]),
    ]));
    const { entries } = (0,dotenv/* readEnv */.sx)(text);
    // A value that names another one by `${NAME}` has the new value already.
    const now = new Map((0,dotenv/* readEnv */.sx)(withValues(text, own)).entries.map(({ name, value }) => [name, value]));
    const following = new Map([...now].filter(([name, value]) => !own.has(name) && before.get(name) !== value));
    const texts = new Map(entries.map((entry) => [entry.name, entry.text]));
    const namedBy = (name) => rotated.flatMap((one) => (texts.get(name)?.includes(`\${${one.name}}`) ? [one.name] : []));
    const broken = [...following.keys()].flatMap((name) => {
        const unsafe = namedBy(name).filter((of) => !/^[\w.~-]*$/.test(own.get(of)));
        return before.get(name).includes('://') && unsafe.length > 0
            ? [
                `${name} has ${unsafe.map((of) => `\${${of}}`).join(', ')} in a URL, where the new value would need percent-encoding`,
            ]
            : [];
    });
    const rest = new Map([...before].filter(([name]) => !following.has(name)));
    const { values, from, doubts } = derive(rest, rotated);
    const derived = new Map([...from, ...[...following.keys()].map((name) => [name, namedBy(name)])]);
    return { values: new Map([...own, ...values]), following, derived, doubts: [...doubts, ...broken] };
}
/**
 * The env file with new values for names that it has; all other lines stay as they are. @throws {UserError}
 * RB-ENV-INVALID
 */
function withValues(text, values) {
    const lines = text.split('\n');
    for (const { name, line } of (0,dotenv/* readEnv */.sx)(text).entries)
        if (values.has(name))
            lines[line - 1] = (0,dotenv/* writeEntry */.cD)(name, values.get(name), 'a new value');
    return lines.join('\n');
}


/***/ }),

/***/ 30396:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LD: () => (/* binding */ inBase64),
/* harmony export */   MX: () => (/* binding */ rewriteIn),
/* harmony export */   XP: () => (/* binding */ formsOf),
/* harmony export */   c0: () => (/* binding */ isTelling),
/* harmony export */   wV: () => (/* binding */ encodedForms)
/* harmony export */ });
/** One value inside another text: unencoded, percent-encoded, JSON-escaped, or within base64. Pure. */
/** Levels of base64 within base64. */
const DEEPEST = 2;
/** Base64 texts that are decoded; shorter ones are words. */
const TOKEN = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
/** Whether a value is so long and mixed that it occurs nowhere by chance: it is not short, a word or a number. */
function isTelling(value) {
    return value.length >= 8 && new Set(value).size >= 5 && !/^(?:[A-Za-z]+|\d+)$/.test(value);
}
/**
 * The forms in which texts contain the value, the value itself first. Percent-encoding as in RFC 3986, JavaScript and
 * HTML forms.
 */
function encodedForms(value) {
    return [...formsOf(value).keys()];
}
/** Each form, with the function that makes the same form of another value. */
function formsOf(value) {
    const forms = new Map();
    const add = (encode) => {
        const form = encode(value);
        if (!forms.has(form))
            forms.set(form, encode);
    };
    add((text) => text);
    if (!value.isWellFormed())
        return forms;
    for (const percent of [encodeURIComponent, strict, (text) => strict(text).replaceAll('%20', '+')]) {
        add(percent);
        add((text) => percent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
    }
    add((text) => JSON.stringify(text).slice(1, -1));
    return forms;
}
function strict(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
/**
 * @param anywhere false: only where a password stands in a URL or a connection string; for short values and words
 * @returns the text with the new value in place of the old one; the same text where the old value does not occur
 */
function rewriteIn(text, old, fresh, anywhere, depth = 0) {
    if (old === '')
        return text;
    const plain = anywhere ? replaced(text, old, fresh) : replacedAsPassword(text, old, fresh, depth);
    return inBase64(plain, depth, (inner) => rewriteIn(inner, old, fresh, anywhere, depth + 1));
}
/** Changes the content of base64 within a text. */
function inBase64(text, depth, change) {
    return depth >= DEEPEST ? text : text.replace(TOKEN, (token) => withinBase64(token, change));
}
function replaced(text, old, fresh) {
    const forms = formsOf(old);
    const pattern = [...forms.keys()]
        .sort((a, b) => b.length - a.length)
        .map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|');
    return text.replace(new RegExp(pattern, 'g'), (form, at) => {
        const encode = forms.get(form);
        if (encode(old) !== old)
            return encode(fresh);
        // An old value that needed no encoding does not tell how to encode the new one; its place in a URL does.
        if (/:\/\/\S*$/.test(text.slice(0, at)) && !isProperties(text.slice(0, at)))
            return encodeURIComponent(fresh);
        return isJson(text) ? JSON.stringify(fresh).slice(1, -1) : fresh;
    });
}
/** In `jdbc:sqlserver://host;password=…` nothing is percent-encoded: these are properties behind a host. */
function isProperties(before) {
    return /jdbc:sqlserver:\/\/\S*$/i.test(before);
}
function isJson(text) {
    if (!/^\s*[[{]/.test(text))
        return false;
    try {
        JSON.parse(text);
        return true;
    }
    catch {
        return false;
    }
}
/** `scheme://user:HERE@host`, `password=HERE`; within base64 `user:HERE`, as in HTTP. */
const PLACES = [
    /(?<=:\/\/[^\s/@:]*:)[^\s@/]+(?=@)/g,
    /(?<=(?:^|[?&;,\s])(?:password|passwd|pwd)=)[^&;,\s]+/gi,
    /(?<=^[^\s:/]+:)\S+$/g,
];
function replacedAsPassword(text, old, fresh, depth) {
    const forms = formsOf(old);
    return PLACES.slice(0, depth > 0 ? 3 : 2).reduce((made, place, index) => made.replace(place, (found) => {
        const encode = forms.get(found);
        if (encode === undefined)
            return found;
        return index === 0 && encode(old) === old ? encodeURIComponent(fresh) : encode(fresh);
    }), text);
}
/** Returns the token unchanged if it is not base64 of text, or if its text does not change. */
function withinBase64(token, change) {
    const urlSafe = /[-_]/.test(token);
    if (urlSafe && /[+/]/.test(token))
        return token;
    const bytes = Buffer.from(token, 'base64');
    const encode = (content) => {
        const text = content.toString('base64');
        const padded = token.endsWith('=') || token.length % 4 === 0 ? text : text.replace(/=+$/, '');
        return urlSafe ? padded.replaceAll('+', '-').replaceAll('/', '_') : padded;
    };
    const inner = bytes.toString('utf8');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters tell that it is not text
    if (encode(bytes) !== token || inner.includes('\ufffd') || /[\0-\x08\x0e-\x1f]/.test(inner))
        return token;
    const made = change(inner);
    return made === inner ? token : encode(Buffer.from(made));
}


/***/ }),

/***/ 32211:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ filesModel),
/* harmony export */   o: () => (/* binding */ edited)
/* harmony export */ });
/* harmony import */ var _version__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(95726);
/* harmony import */ var _closed__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(49905);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(84795);
/* harmony import */ var _resolve_assemble__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(93148);
/* harmony import */ var _resolve_definition__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(10397);
/* harmony import */ var _resolve_hidden__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(16020);
/* harmony import */ var _resolve_limits__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(48088);
/* harmony import */ var _resolve_pin__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(74777);
/* harmony import */ var _resources__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(62092);
/* harmony import */ var _adjust__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(26020);
/* harmony import */ var _next__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(44018);
/* harmony import */ var _store__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(35502);
/**
 * Makes the next release by editing the current one: services made anew, with another number of containers, other
 * limits or other variables. Needs neither Compose files nor a registry. Pure.
 */












/** Returns the current release itself if nothing would differ from it. */
function edited(request) {
    const { current, state, edits, by, directory, site } = request;
    const { release: was } = current;
    const id = (0,_store__WEBPACK_IMPORTED_MODULE_10__/* .nextReleaseId */ .gp)((0,_next__WEBPACK_IMPORTED_MODULE_9__/* .takenIds */ .On)(state), was.version);
    const model = filesModel(current.model);
    const place = { directory, physicalDirectory: state.physicalDirectory };
    const services = {};
    const definitions = {};
    for (const [name, service] of Object.entries(was.services)) {
        const edit = Object.hasOwn(edits, name) ? edits[name] : {};
        const made = editedService(service, model.services[name] ?? {}, model, edit, { by, release: id, place });
        services[name] =
            site === undefined ? made.service : { ...made.service, mounts: withFiles(made.service.mounts, site) };
        definitions[name] = made.definition;
    }
    const next = { ...model, services: definitions };
    const compose = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .pin */ .y_)({ model: next, services }, was.stack, services);
    const { closed: _closed, ...rest } = was;
    const closed = site === undefined ? was.closed : (site.closed ?? undefined);
    const release = {
        ...rest,
        id,
        ...(request.back === undefined ? {} : { back: request.back }),
        services,
        files: site === undefined ? was.files : withFiles(was.files, site),
        maintenance: site === undefined ? was.maintenance : closed !== undefined,
        ...(closed === undefined ? {} : { closed }),
        compose: (0,_next__WEBPACK_IMPORTED_MODULE_9__/* .hashText */ .qj)(compose),
        shared: (0,_resources__WEBPACK_IMPORTED_MODULE_7__/* .sharedOf */ .LV)({ ...next, name: was.stack }),
        createdAt: request.createdAt,
        createdBy: request.createdBy,
        run: request.run,
        adopted: false,
        writer: _version__WEBPACK_IMPORTED_MODULE_11__/* .VERSION */ .x,
    };
    const unchanged = (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .contentOf */ .$E)({ ...release, shared: was.shared }) === (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .contentOf */ .$E)(was) && (0,_closed__WEBPACK_IMPORTED_MODULE_0__/* .sameClosed */ .p1)(release.closed, was.closed);
    return { release: unchanged ? was : release, compose, sharedFiles: (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .sharedFiles */ .Nt)(next, was.stack) };
}
function withFiles(was, { files }) {
    return Object.fromEntries(Object.entries(was).map(([path, sha]) => [path, files[path] ?? sha]));
}
/** The model of a release as its Compose files gave it: without what pinning changed and without our labels. */
function filesModel(stored) {
    const model = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_6__/* .withDefinitions */ .pe)(stored);
    const services = Object.entries(model.services).map(([name, service]) => [name, (0,_resolve_assemble__WEBPACK_IMPORTED_MODULE_2__/* .unlabelled */ .h0)(service)]);
    return { ...model, services: Object.fromEntries(services) };
}
function editedService(was, there, model, { anew, asFiles = [], ...given }, { place, ...by }) {
    const { adjusted: recorded, ...rest } = was;
    const back = asFiles.flatMap((key) => (recorded?.[key] === undefined ? [] : [[key, recorded[key].files]]));
    const values = { ...Object.fromEntries(back), ...given };
    const replicas = values.replicas ?? was.replicas;
    const remade = anew === true || makesOthers(values, there);
    // An adopted service ran by its tag, and its definition is unknown where its containers differ from its files.
    const adopted = remade && was.configHash !== null;
    const seen = remade ? (0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_4__/* .hidden */ .R)(there, model, place) : there;
    const made = { ...(0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .withValues */ .tV)(seen, values), ...(adopted ? { image: imageOf(was) } : {}) };
    const byFiles = recorded?.definition ?? (adopted ? (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_3__/* .definitionOf */ .F)(seen, model) : was.definition);
    const adjusted = (0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .adjustedTo */ .Eq)(recorded, there, values, { ...by, definition: byFiles });
    const record = adjusted === undefined ? {} : { adjusted };
    if (!remade)
        return { service: { ...rest, replicas, ...record }, definition: made };
    const definition = adopted || seen !== there || makesOthers(values, there) ? (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_3__/* .definitionOf */ .F)(made, model) : was.definition;
    const traits = { ...rest.traits, limits: (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_5__/* .limitsOf */ .Af)(made), ...(0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_4__/* .runbookAt */ .WD)((0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_4__/* .sightsOf */ .qn)(there, model, place)) };
    return {
        service: { ...rest, traits, replicas, definition, since: by.release, configHash: null, ...record },
        definition: made,
    };
}
/** Whether the running containers have to be made anew to get these values. */
function makesOthers({ memory, cpus, variables = {} }, there) {
    const asked = (0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .variablesOf */ .ht)((0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .withValues */ .tV)(there, { variables }));
    return ((memory !== undefined && memory !== (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_5__/* .limitOf */ .LF)(there, 'memory')) ||
        (cpus !== undefined && cpus !== (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_5__/* .limitOf */ .LF)(there, 'cpus')) ||
        Object.keys(variables).some((name) => (0,_adjust__WEBPACK_IMPORTED_MODULE_8__/* .variablesOf */ .ht)(there)[name] !== asked[name]));
}
/** The reference of the image as a release pins it. */
function imageOf({ image, digest, imageId }) {
    return digest === null ? (imageId ?? image) : `${image.split('@')[0]}@${digest}`;
}


/***/ }),

/***/ 11040:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ul: () => (/* binding */ readFiles)
/* harmony export */ });
/* unused harmony exports filesScript, parseFiles */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(51957);
/* harmony import */ var _sections__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(78157);
/* harmony import */ var _records__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(49393);
/** Reads the uploaded files of a release from its host, in one round trip. Changes nothing. */





/** The most bytes of an answer: files of that size are not configuration. */
const MOST = 128 * 2 ** 20;
const TIMEOUT = 120_000;
/**
 * The uploaded files with their content. Holds secrets.
 *
 * @param root `<directory>/.runbook`
 * @throws {UserError} RB-RECORD-UNREADABLE: a file is gone or damaged; RB-CONNECTION-LOST
 */
async function readFiles(host, root, release) {
    const outcome = await host.run(filesScript(root, release.id), { keep: MOST, timeout: TIMEOUT });
    if (outcome.outcome === 'unknown') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-CONNECTION-LOST', {
            what: 'the files of the current release could not be read',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    return parseFiles(outcome.stdout, release);
}
/** Each file is two lines: its entry of `files.list`, and its content in base64. */
function filesScript(root, id) {
    return `cd ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .h)(root)} || exit 1
printf '#rb-section files\\n'
while IFS= read -r line; do
  sha=\${line%% *}
  [ "$sha" != - ] || continue
  printf '%s\\n=' "$line"
  base64 <"blobs/$sha" | tr -d '\\n'
  echo
done <${(0,_host_quote__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .h)(`releases/${id}/files.list`)}
printf '#rb-section end\\n'`;
}
/** @throws {UserError} RB-RECORD-UNREADABLE */
function parseFiles(output, release) {
    const sections = (0,_sections__WEBPACK_IMPORTED_MODULE_2__/* .sectionsOf */ .K)(output);
    const lines = sections.get('files') ?? [];
    const found = new Map();
    for (let at = 0; at + 1 < lines.length; at += 2) {
        const [, mode = '', path = ''] = /^\S+ (\d+) (.*)$/.exec(lines[at] ?? '') ?? [];
        const content = Buffer.from((lines[at + 1] ?? '').slice(1), 'base64');
        found.set(path, { path, content, mode: Number.parseInt(mode, 8) });
    }
    return Object.entries(release.files).map(([path, sha]) => {
        const file = found.get(path);
        if (sections.has('end') && file !== undefined && hashOf(file.content) === sha)
            return file;
        const why = `its file ${path} is gone from .runbook/blobs, or damaged`;
        throw (0,_records__WEBPACK_IMPORTED_MODULE_3__/* .unreadableError */ .Sw)({ id: release.id, why, writer: `version ${release.writer || 'unknown'}` });
    });
}
function hashOf(content) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex');
}


/***/ })

};
;