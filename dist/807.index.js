"use strict";
exports.id = 807;
exports.ids = [807,154];
exports.modules = {

/***/ 24223:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TH: () => (/* binding */ idOf),
/* harmony export */   Tv: () => (/* binding */ sayAhead),
/* harmony export */   Y0: () => (/* binding */ isAhead),
/* harmony export */   ie: () => (/* binding */ clockOf),
/* harmony export */   l3: () => (/* binding */ mayBeLate)
/* harmony export */ });
/* harmony import */ var _retention__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(60596);
/** The time of a backup. Two or three clocks tell it, the host's, the runner's and the bucket's, and each may be wrong. */

/**
 * Milliseconds by which two clocks may differ, and by which an ID may lie ahead: a question to the host may take so
 * long.
 */
const TOLERANCE = 3600 * 1000;
/**
 * The host's time where the other clocks agree with it. Otherwise the runner's: GitHub's runners have their time from
 * NTP, and a host may boot without it. A runner of one's own may be the host; then the clock of the bucket decides.
 *
 * @param host `YYYYMMDDTHHMMSSZ`, the host's time
 * @param runner milliseconds since the epoch, of the same moment
 */
function clockOf(host, runner, { time: third, own } = { time: null, own: false }) {
    const said = `The clock of the host says ${host || 'nothing'}, that of the runner ${idOf(runner)}${third === null ? '' : `, that of the bucket's server ${idOf(third)}`}.`;
    const agree = (a, b) => Math.abs(a - b) <= TOLERANCE;
    const both = agree((0,_retention__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(host), runner);
    const single = own && third === null;
    if (both && (third === null || agree(third, runner)))
        return { id: host, now: (0,_retention__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(host), doubt: null, single };
    const [name, now] = third !== null && both && own
        ? ["the server's", third]
        : both || (third !== null && agree((0,_retention__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(host), third))
            ? ["the host's", (0,_retention__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(host)]
            : ["the runner's", runner];
    const id = idOf(now);
    return {
        id,
        now: (0,_retention__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(id),
        single,
        doubt: `${said} ${name[0]?.toUpperCase()}${name.slice(1)} clock is used, and no backup is removed before they agree: set ${both ? 'the clocks' : "the host's clock"} by NTP.`,
    };
}
/** @param time milliseconds since the epoch */
function idOf(time) {
    return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}
/** Whether a clock that was wrong named this backup. @param now milliseconds since the epoch */
function isAhead(id, now) {
    return (0,_retention__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(id) - now > TOLERANCE;
}
/** One wrong date by less than this is rather a present clock that is late than a clock that was early. */
const YEAR = 366 * 24 * 3600 * 1000;
/**
 * Whether backups that are dated ahead make it likely that both clocks are late now: then ages and periods are wrong, too. A
 * clock that begins anew where a machine was switched off is late by less than a year, and several backups are ahead of it.
 *
 * @param ids of backups that are dated ahead @param now milliseconds since the epoch
 */
function mayBeLate(ids, now) {
    return ids.length > 1 || ids.some((id) => (0,_retention__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(id) - now < YEAR);
}
/**
 * Sentences on backups that look newer than now and do not count as the newest; `null` where there are none. Which of the
 * clocks is wrong, the present or the former, only a person can tell.
 */
function sayAhead(ids, place, now) {
    if (ids.length === 0)
        return null;
    const names = `${place}: ${ids.join(', ')}`;
    const early = `it is ${idOf(now)} now by the clocks of this run. If that is too early, set the clocks: ${ids.at(-1)} may then be the latest backup.`;
    return ids.length === 1
        ? `${names} is dated in the future: ${early} If it is right, a clock was wrong when this backup was made. It does not count as the latest backup, and no rule removes it. To restore it, give its name.`
        : `${names} are dated in the future: ${early} If it is right, a clock was wrong when these backups were made. They do not count as the latest backup, and no rule removes them. To restore one of them, give its name.`;
}


/***/ }),

/***/ 67097:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AN: () => (/* binding */ titleOfInstallation),
/* harmony export */   HV: () => (/* binding */ UNKNOWN),
/* harmony export */   Qt: () => (/* binding */ madeByCopy),
/* harmony export */   _t: () => (/* binding */ ownOf),
/* harmony export */   bD: () => (/* binding */ noteInstallation),
/* harmony export */   bf: () => (/* binding */ ownerOf),
/* harmony export */   hy: () => (/* binding */ sayCopy),
/* harmony export */   oJ: () => (/* binding */ installationOf),
/* harmony export */   wd: () => (/* binding */ parseNote),
/* harmony export */   xN: () => (/* binding */ readIdentity),
/* harmony export */   yv: () => (/* binding */ sayTwin)
/* harmony export */ });
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51957);

/** What a person types for an `unknown` installation. */
const UNKNOWN = 'unknown';
/** @param root `<directory>/.runbook` */
async function readIdentity(host, root) {
    const outcome = await host.run(`uname -n
if [ -s /etc/machine-id ]; then { echo runbook; cat /etc/machine-id; } | sha256sum | cut -c 1-16; else echo; fi
cat ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(fileOf(root))} 2>/dev/null || :`);
    const [name = '', machine = '', noted = ''] = outcome.stdout.split('\n').map((line) => line.trim());
    return { host: name, machine, noted: parseNote(noted) };
}
/** @param line of `.runbook/installation`, empty where there is none */
function parseNote(line) {
    const [, id, on = ''] = /^([0-9a-f]{16})(?: ([0-9a-f]{16}))?$/.exec(line.trim()) ?? [];
    return id === undefined ? null : { id, machine: on };
}
/**
 * The ID of this installation. If the file was lost together with `.runbook`, the backups that this machine made in its
 * own folder tell it. If the file came here with a copy of another machine's disk, it does not count.
 *
 * @param manifests those in the host's own folder, oldest first
 * @returns `null` where there is no ID yet
 */
function installationOf({ host, machine, noted }, manifests) {
    if (noted !== null && !isCopy(noted, machine))
        return noted.id;
    const own = manifests.findLast(({ installation }) => !!installation &&
        installation.uid !== noted?.id &&
        installation.machine === machine &&
        (machine !== '' || installation.host === host));
    return own?.installation?.uid ?? null;
}
/** A sentence on a note that another machine made; `null`: this machine made it. */
function sayCopy({ machine, noted }, root) {
    if (noted === null || !isCopy(noted, machine))
        return null;
    return `${fileOf(root)} comes from another machine (installation ${noted.id}), so this host counts as an installation of its own. If it replaces the other for good: echo '${noted.id} ${machine}' >${fileOf(root)}`;
}
function isCopy(noted, machine) {
    return noted.machine !== '' && machine !== '' && noted.machine !== machine;
}
/** Written once; a killed run leaves the whole line or nothing. */
async function noteInstallation(host, root, { uid, machine }) {
    const file = (0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(fileOf(root));
    const outcome = await host.run(`umask 077 && printf '%s\\n' ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(`${uid} ${machine}`.trim())} >${file}.part && mv -f ${file}.part ${file} && echo noted`);
    return outcome.stdout.trim() === 'noted';
}
/**
 * @param id this installation's; `null`: it has none yet
 * @param onHost the backup lies in the host's own folder, where old backups can only be its own
 */
function ownerOf({ installation }, id, onHost) {
    if (!installation)
        return onHost ? 'own' : 'unknown';
    return installation.uid === id ? 'own' : 'foreign';
}
/**
 * Backups in the name of this installation from another host: a machine that was started from a snapshot of this one may
 * have brought its ID along, and then has its data. They are known by this host's own backups from before. A host that
 * was only renamed made none under its present name before.
 *
 * @param manifests oldest first
 */
function madeByCopy(manifests, asker) {
    const own = manifests.filter(({ installation }) => asker.id !== null && installation?.uid === asker.id);
    const first = own.findIndex(({ installation }) => installation?.host === asker.host);
    return first === -1 ? [] : own.slice(first).filter(({ installation }) => installation?.host !== asker.host);
}
/** This installation's backups, oldest first. @param manifests of one place, oldest first */
function ownOf(manifests, asker, onHost) {
    const copied = new Set(madeByCopy(manifests, asker));
    return manifests.filter((one) => ownerOf(one, asker.id, onHost) === 'own' && !copied.has(one));
}
/** A sentence on such backups; `null`: there are none. */
function sayTwin(copied, place) {
    const hosts = [...new Set(copied.map(({ installation }) => installation?.host))];
    if (hosts.length === 0)
        return null;
    return `${place}: ${hosts.join(', ')} ${hosts.length === 1 ? 'makes' : 'make'} backups in the name of this installation, as a copy of this machine does: they are neither counted nor removed. Give the copy a machine ID of its own: on it, rm /etc/machine-id && systemd-machine-id-setup.`;
}
/** The name in messages. */
function titleOfInstallation(installation) {
    return !installation ? 'an unknown installation' : `${installation.host} (${installation.uid})`;
}
function fileOf(root) {
    return `${root}/installation`;
}


/***/ }),

/***/ 60596:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  aw: () => (/* binding */ retain),
  nR: () => (/* binding */ timeOf),
  vv: () => (/* binding */ withinShare)
});

;// CONCATENATED MODULE: ./actions/lib/backup/ages.ts
/** How old backups are, by the backups that came after them and not by the present clocks alone. Pure. */
/** The largest part of `keep.days` by which one pause between two backups makes older backups older. */
const SHARE = 1 / 4;
/** Nights are not equally long: a pause of so many milliseconds always counts as a whole. */
const NIGHT = 36 * 3600 * 1000;
/**
 * Where the host is its own runner, both clocks are one clock. If it jumps ahead by a year, all backups seem to be a year
 * old, although none was made in that year. So a longer pause counts as a part of `days` only: a backup gets old by the
 * backups that are made after it.
 *
 * @param times of all backups, milliseconds since the epoch; those after `now` and `NaN` are left out
 * @param days milliseconds for which the rules keep every backup
 * @returns time of a backup → its age in milliseconds
 */
function agesOf(times, now, days) {
    const most = Math.max(NIGHT, days * SHARE);
    const ages = new Map();
    let [after, age] = [now, 0];
    for (const time of times.filter((one) => one <= now).toSorted((a, b) => b - a)) {
        age += Math.min(after - time, most);
        after = time;
        ages.set(time, age);
    }
    return ages;
}

;// CONCATENATED MODULE: ./actions/lib/backup/retention.ts

const DAY = 24 * 3600 * 1000;
/**
 * The largest share of the backups in a place that one run may remove: rules that would remove most are probably wrong.
 */
const retention_SHARE = 1 / 3;
/**
 * Only a verified backup stands for its day, week or month, so that a damaged one never takes the place of a good one.
 * A backup from the future, named by a wrong clock, does not stand for a period either. The newest verified backup
 * stays whatever the rules say; without a verified one nothing is removed.
 *
 * @param now milliseconds since the epoch, by the same clock as the IDs
 * @param single no second clock confirms it: then ages are those of {@link agesOf}, because a clock that is early must not
 * make backups old
 * @returns newest first
 */
function retain(backups, rules, now, single = false) {
    const times = backups.map(({ id }) => timeOf(id));
    const ages = single ? agesOf(times, now, rules.days * DAY) : new Map();
    const newestFirst = backups.toSorted((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
    const verified = newestFirst.filter((backup) => backup.verified && timeOf(backup.id) <= now);
    const [last] = verified;
    if (last === undefined)
        return newestFirst.map(({ id }) => ({ id, keep: true, why: 'no past backup is verified' }));
    const standing = new Map();
    for (const { name, count, period } of periodsOf(rules)) {
        for (const [key, id] of newestOf(verified, period).slice(0, count))
            if (!standing.has(id))
                standing.set(id, `the newest of its ${name} (${key})`);
    }
    return newestFirst.map(({ id }) => {
        if (id === last.id)
            return { id, keep: true, why: 'the last verified one' };
        const age = now - timeOf(id);
        // A backup that a wrong clock has dated into the future is not removed.
        if (Number.isNaN(age) || age < 0)
            return { id, keep: true, why: 'its time lies in the future' };
        if (age < rules.days * DAY)
            return { id, keep: true, why: `younger than ${rules.days} days` };
        if ((ages.get(timeOf(id)) ?? age) < rules.days * DAY)
            return { id, keep: true, why: `younger than ${rules.days} days, if pauses between backups count only in part` };
        const why = standing.get(id);
        if (why !== undefined)
            return { id, keep: true, why };
        return { id, keep: false, why: `${Math.floor(age / DAY)} days old, and no rule keeps it` };
    });
}
/**
 * One run removes at most a third of the backups, the oldest first, but always one: a wrong clock or a mistake in the
 * rules is noticed before it has removed everything.
 *
 * @param verdicts newest first
 */
function withinShare(verdicts) {
    const most = Math.max(1, Math.floor(verdicts.length * retention_SHARE));
    const going = verdicts.filter(({ keep }) => !keep).slice(-most);
    return verdicts.map((verdict) => verdict.keep || going.includes(verdict)
        ? verdict
        : { ...verdict, keep: true, why: `${verdict.why}; one run removes a third at most, so a later run removes it` });
}
/** @returns milliseconds since the epoch; `NaN` for a text that is not an ID */
function timeOf(id) {
    const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(id) ?? [];
    return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}
function periodsOf({ daily, weekly, monthly }) {
    return [
        { name: 'day', count: daily, period: (id) => id.slice(0, 8) },
        { name: 'week', count: weekly, period: weekOf },
        { name: 'month', count: monthly, period: (id) => id.slice(0, 6) },
    ];
}
/** Period → ID of its newest backup, newest period first. */
function newestOf(newestFirst, period) {
    const found = new Map();
    for (const { id } of newestFirst)
        if (!found.has(period(id)))
            found.set(period(id), id);
    return [...found];
}
/** The Monday on which the week begins; numbered weeks would have two names at the turn of the year. */
function weekOf(id) {
    const time = timeOf(id);
    if (Number.isNaN(time))
        return id;
    const monday = time - ((new Date(time).getUTCDay() + 6) % 7) * DAY;
    return new Date(monday).toISOString().slice(0, 10);
}


/***/ }),

/***/ 82077:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ groupBy)
/* harmony export */ });
/** Items by what they have in common, in their order. `Map.groupBy` does the same, and Node 20 does not have it. */
function groupBy(items, keyOf) {
    const groups = new Map();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined)
            groups.set(key, [item]);
        else
            group.push(item);
    }
    return groups;
}


/***/ }),

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
 * Pieces of host scripts for databases. They have a module of their own, in plain syntax, because the bundler includes
 * a file only if it understands the call that reads the file.
 */



function psqlScript() {
    return `${(0,_stack_psql__WEBPACK_IMPORTED_MODULE_2__/* .psqlPiece */ .tO)()}\n${(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "without-rows.sh", 'utf8')}`;
}
/** Comes after {@link psqlScript}, as do all pieces below. */
function factsPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "facts.sh", 'utf8');
}
function rolesPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "roles.sh", 'utf8');
}
/** Comes after {@link psqlScript}. */
function roleStepPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "role-step.sh", 'utf8');
}
function dumpPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "dump.sh", 'utf8');
}
function throwawayPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "throwaway.sh", 'utf8');
}
/** A shell function that prints a text, without an argument of a process that other users could see. */
function printer(name, text) {
    // The printf is built into the shell, so it starts no process.
    return `${name}() { printf '%s\\n' '${text.replaceAll("'", `'\\''`)}'; }`;
}


/***/ }),

/***/ 35807:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Zg: () => (/* binding */ change),
  iS: () => (/* binding */ planOutputs),
  mm: () => (/* binding */ releaseOutputs)
});

// EXTERNAL MODULE: ./actions/lib/stack/apply/apply.ts + 9 modules
var apply = __webpack_require__(26950);
// EXTERNAL MODULE: ./actions/lib/stack/apply/judge-watch.ts + 1 modules
var judge_watch = __webpack_require__(19317);
// EXTERNAL MODULE: ./actions/lib/stack/closed.ts
var stack_closed = __webpack_require__(49905);
// EXTERNAL MODULE: ./actions/lib/stack/interrupted.ts
var interrupted = __webpack_require__(65195);
// EXTERNAL MODULE: ./actions/lib/stack/plan/ailing.ts
var ailing = __webpack_require__(4463);
// EXTERNAL MODULE: ./actions/lib/stack/plan/apart-files.ts
var apart_files = __webpack_require__(4089);
// EXTERNAL MODULE: ./actions/lib/stack/plan/checks.ts
var checks = __webpack_require__(95924);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/stack/plan/stranded.ts
var stranded = __webpack_require__(37100);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-connected.ts



/**
 * @param policy with `discard` the containers are replaced all the same
 * @throws {UserError} RB-DRIFT
 */
function checkConnected(plan, target, state, policy = 'refuse') {
    const [first] = policy === 'discard' ? [] : connectedByHand(plan, target, state);
    if (first !== undefined)
        throw refusal(first, policy);
}
/** Sentences on the connections that end, where {@link checkConnected} lets the plan pass. */
function connectedNotes(plan, target, state) {
    return connectedByHand(plan, target, state).map(({ service, container, network, others }) => `${container} was connected by hand to the network ${network}, on which ${are(others)}; the new containers of ${service} are not on it (drift: discard).`);
}
function connectedByHand({ changes }, target, state) {
    const { current } = state;
    return changes.flatMap(({ service, start, retire }) => {
        const was = current?.services[service];
        // Only with both is it known which networks the files gave the container.
        if (start === 0 || !current?.shared || was === undefined || was.traits.networkMode !== null)
            return [];
        if (Object.keys(was.traits.shares).length > 0 || was.definition.startsWith('unknown '))
            return [];
        const given = [...(0,stranded/* networksOf */.Nd)(service, current), ...(0,stranded/* networksOf */.Nd)(service, target)];
        const own = state.containers.filter((container) => container.service === service).map(({ name }) => name);
        return state.containers.flatMap((container) => {
            // What an interrupted run made has the networks of a release that never became current.
            const made = container.release === null || container.release === was.since;
            if (!retire.includes(container.id) || !made)
                return [];
            return Object.keys(container.networks)
                .sort()
                .flatMap((network) => {
                const others = (state.networks[network]?.users ?? []).filter((user) => !own.includes(user)).sort();
                const isTheirs = !given.includes(network) && others.length > 0;
                return isTheirs ? [{ service, container: container.name, network, others }] : [];
            });
        });
    });
}
function refusal({ service, container, network, others }, policy) {
    const kept = policy === 'accept' ? '; `drift: accept` cannot keep what a new container replaces' : '';
    return new errors/* UserError */.y('RB-DRIFT', {
        what: `${container} was connected by hand to the network ${network}, on which ${are(others)}, and the new containers of ${service} would not be`,
        why: `the Compose files do not give ${service} that network: after the change the two would no longer reach each other${kept}`,
        remedy: `write it into the Compose files: \`networks: {x: {external: true, name: ${network}}}\`, and x among the networks of ${service} (beside \`default\`, if it names none); or, if it is not needed, run it again with \`drift: discard\`, or \`docker network disconnect ${(0,quote/* quote */.h)(network)} ${(0,quote/* quote */.h)(container)}\`. Nothing was changed`,
    });
}
function are(others) {
    return `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'}`;
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/checks-exposed.ts
var checks_exposed = __webpack_require__(96065);
// EXTERNAL MODULE: ./actions/lib/stack/plan/assets.ts
var assets = __webpack_require__(68052);
// EXTERNAL MODULE: ./actions/lib/stack/plan/diff-notes.ts
var diff_notes = __webpack_require__(3462);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-called.ts
/** Refuses to remove a container whose own name something calls. Pure. */


/**
 * nginx resolves the names in its files when it starts and when it reloads, and does neither once one of them is gone.
 *
 * @throws {UserError} RB-SERVICE-UNSUITABLE
 */
function checkCalled(plan, target, state) {
    for (const change of plan.changes) {
        // The new containers may get the names of those that go.
        if (change.keep.length > 0 && change.start > 0)
            continue;
        const called = target.services[change.service]?.traits.calledNames ?? {};
        const gone = (0,diff_notes/* namesGone */.Ax)(change, state).filter((name) => Object.hasOwn(called, name));
        if (gone.length === 0)
            continue;
        const places = [...new Set(gone.map((name) => called[name]))].join(', ');
        throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
            what: `${places} calls ${gone.join(', ')} of ${change.service} by name, and this plan removes that`,
            why: 'such calls would fail, and an nginx with such a name in its files neither reloads nor starts',
            remedy: `call ${change.service} by the name of the service, or remove ${gone.join(', ')} from ${places}, and deploy that first; else leave as many containers of ${change.service} as there are`,
        });
    }
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/checks-hooks.ts
var checks_hooks = __webpack_require__(3205);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/stack/observe/inventory.ts
var inventory = __webpack_require__(44898);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-mounts.ts
/** Checks that new containers find the data to which the present ones write, at the same place. Pure. */




/** Folders and files of the host itself: a container that no longer sees them has lost no data of its own. */
const HOSTS_OWN = ['/proc', '/sys', '/dev', '/run', '/var/run', '/lib/modules'];
const HOSTS_FILES = ['/etc/localtime', '/etc/timezone', '/etc/hosts', '/etc/resolv.conf', '/etc/machine-id'];
/**
 * Compares Docker's mounts by their target. The Compose file's name of a volume is not enough: its real name, its place
 * in the container and its kind can change under the same name.
 *
 * @param directory path of the stack's directory
 * @throws {UserError} RB-MOUNT-CHANGED
 */
function checkMounts(plan, target, state, directory) {
    for (const { service, kind } of plan.changes) {
        if (kind === 'reload' || target.services[service] === undefined)
            continue;
        const wanted = wantedOf(service, target);
        // The mounts of a container that is not a service are not known.
        if (wanted.some(({ type }) => type === 'from'))
            continue;
        for (const container of state.containers) {
            if (container.service !== service || container.oneOff)
                continue;
            for (const mount of container.mounts) {
                const there = wanted.find((one) => clean(one.target) === clean(mount.target));
                if (!mount.writable || stays(mount, there, state, directory) || isNoData(mount, state, directory))
                    continue;
                throw lost(service, container, mount, there, wanted);
            }
        }
    }
}
/** @param volumes those of the service's mounts that are asked for, as in its traits. Default: all */
function wantedOf(service, { services, shared, stack }, volumes = services[service]?.traits.volumes ?? []) {
    return volumes.map((text) => {
        const [, type = '', named = '', target = ''] = /^([^:]*):(.*):([^:]*)$/.exec(text) ?? [];
        if (type === 'bind' || named === '')
            return { type, source: plain(named), target: plain(target) };
        const [key = '', ...part] = named.split('/');
        const name = shared?.volumes[key]?.name ?? `${stack}_${key}`;
        return { type, source: plain([name, ...part].join('/')), target: plain(target) };
    });
}
function stays(mount, there, state, directory) {
    // Only once the new image is on the host it is known whether it has a volume there.
    if ((0,inventory/* isAnonymous */.ok)(mount))
        return there === undefined || there.source === '' || there.source === mount.source;
    if (there === undefined || there.type !== mount.type)
        return false;
    if (mount.type === 'volume')
        return there.source === mount.source;
    return physical(there.source, state, directory) === physical(mount.source, state, directory);
}
/** Whether a mount holds no data of the stack: files that came with a release, or files of the host itself. */
function isNoData({ type, source }, state, directory) {
    if (type !== 'bind')
        return false;
    const path = clean(source);
    if (HOSTS_FILES.includes(path) || HOSTS_OWN.some((own) => path === own || path.startsWith(`${own}/`)))
        return true;
    const below = external_node_path_.posix.relative(physical(directory, state, directory), physical(path, state, directory));
    return below.startsWith('.runbook/') || state.current?.files[below] !== undefined;
}
/** The stack's directory may be reached by a link, and people may have started the stack by the other path. */
function physical(path, { physicalDirectory }, directory) {
    const [found, own] = [clean(path), clean(directory)];
    const inside = found === own || found.startsWith(`${own}/`);
    return inside && physicalDirectory !== '' ? `${physicalDirectory}${found.slice(own.length)}` : found;
}
function lost(service, { name }, mount, there, wanted) {
    const { source, target } = mount;
    const elsewhere = wanted.find((one) => one.source === source && one !== there);
    const now = there === undefined
        ? `nothing at ${target}`
        : `${there.source || (there.type === 'tmpfs' ? 'memory' : 'another volume')} at ${target}`;
    const moved = elsewhere === undefined ? '' : `, and ${source} at ${elsewhere.target}`;
    const copy = elsewhere !== undefined || there === undefined || there.source === ''
        ? ''
        : ` copy it first (\`docker run --rm -v ${(0,quote/* quote */.h)(`${source}:/from:ro`)} -v ${(0,quote/* quote */.h)(`${there.source}:/to`)} IMAGE cp -a /from/. /to\`, ${service} stopped),`;
    return new errors/* UserError */.y('RB-MOUNT-CHANGED', {
        what: `${service} would lose ${source}, which it writes to at ${target}`,
        why: `the release mounts ${now}${moved}`,
        remedy: `mount ${(0,inventory/* isAnonymous */.ok)(mount) ? `that volume (external, \`name: ${source}\`)` : 'it'} at its former place; to leave or move the data on purpose,${copy} remove the container that has it (\`docker rm -f ${(0,quote/* quote */.h)(name)}\`) and run this again`,
    });
}
function clean(path) {
    return external_node_path_.posix.normalize(path).replace(/(.)\/$/, '$1');
}
/** Compose's model writes `$` as `$$`. */
function plain(text) {
    return text.replaceAll('$$', '$');
}

// EXTERNAL MODULE: ./actions/lib/stack/limits.ts
var limits = __webpack_require__(46529);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-one-shots.ts
/** Services that run to their end, and that Docker would start again after it. Pure. */


/** @throws {UserError} RB-SERVICE-UNSUITABLE */
function checkOneShots({ changes }, { services }) {
    for (const { service, kind } of changes) {
        const traits = services[service]?.traits;
        if (kind !== 'one-shot' || traits === undefined)
            continue;
        const policy = traits.limits?.restart ?? (0,limits/* policyOf */.US)(traits.restart ?? '', 0);
        if (policy !== 'always' && policy !== 'unless-stopped')
            continue;
        throw new errors/* UserError */.y('RB-SERVICE-UNSUITABLE', {
            what: `${service} should run to its end once, and would run again and again`,
            why: `its restart policy is ${policy}, with which Docker starts its container again after each end, and at each start of the host`,
            remedy: 'give it `restart: "no"` in its Compose file (or on-failure, to try again after a failure), and deploy that',
        });
    }
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/program.ts
var program = __webpack_require__(20337);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-port-handover.ts


/** @throws {UserError} RB-PORT-TAKEN */
function checkPortHandover(plan, target, state, runbook) {
    const operations = (0,program/* programOf */.o)(plan, { runbook, target, proxyFiles: new Set() });
    for (const { service, start } of plan.changes) {
        if (start === 0)
            continue;
        const running = state.containers.filter((container) => container.state === 'running' && !container.standIn);
        const own = running.filter((container) => container.service === service);
        for (const port of target.services[service]?.traits.hostPorts ?? []) {
            if (own.some(({ published }) => has(published, port)))
                continue;
            const holder = running.find((other) => other.service !== service && has(other.published, port));
            // If the files still give the holder the port, the two differ in protocol or address.
            if (holder === undefined || target.services[holder.service]?.traits.hostPorts.includes(port))
                continue;
            const letGo = operations.findIndex((one) => one.op === 'replace' && one.service === holder.service);
            const taken = operations.findIndex((one) => starts(one, service));
            if (letGo !== -1 && letGo < taken)
                continue;
            throw new errors/* UserError */.y('RB-PORT-TAKEN', {
                what: `port ${port}, which ${service} should publish, is published by ${holder.service} until its containers are removed`,
                why: `${holder.service} serves until ${service} is seen to serve, and only one container can have a port`,
                remedy: `deploy it in two steps, first without the port for ${service}, then with it: between the two the port does not answer; or stop ${holder.service} on the host and run this again. Nothing was changed`,
            });
        }
    }
}
function starts(operation, service) {
    const kinds = ['create', 'start-beside', 'replace', 'replace-behind', 'one-shot'];
    return 'service' in operation && operation.service === service && kinds.includes(operation.op);
}
function has(published, port) {
    return published.some((text) => text.split('/')[0] === String(port));
}

// EXTERNAL MODULE: ./actions/lib/stack/resources.ts
var resources = __webpack_require__(62092);
// EXTERNAL MODULE: ./actions/lib/stack/plan/filled.ts
var filled = __webpack_require__(39301);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-shared.ts
/** Refuses networks and volumes that differ from what a release says, before anything is changed. Pure. */




/** @throws {UserError} RB-NETWORK-CHANGED, RB-NETWORK-MISSING, RB-VOLUME-CHANGED, RB-VOLUME-MISSING */
function checkShared(target, state, runbook) {
    for (const kind of ['networks', 'volumes']) {
        for (const [key, wanted] of Object.entries(target.shared?.[kind] ?? {})) {
            const there = state[kind][wanted.name];
            if (there === undefined) {
                if (wanted.external)
                    throw absent(kind, key, wanted);
                if (kind === 'volumes' && hadData(wanted, state) && !(0,filled/* isFilled */.lq)(key, target, runbook))
                    throw checks_shared_lost(key, wanted, state.current?.id ?? '');
                continue;
            }
            const before = state.current?.shared?.[kind][key] ?? null;
            const found = (0,resources/* differences */.tX)(wanted, there, before?.name === wanted.name ? before : null);
            if (found.length > 0)
                throw changed(kind, key, wanted, there, found);
        }
    }
}
const CODES = {
    networks: { missing: 'RB-NETWORK-MISSING', changed: 'RB-NETWORK-CHANGED' },
    volumes: { missing: 'RB-VOLUME-MISSING', changed: 'RB-VOLUME-CHANGED' },
};
/**
 * Refuses to start a database on a volume that was made anew where the migration does not run: it would stay without its
 * tables, because from then on the volume looks as if it had been used all the time.
 *
 * @throws {UserError} RB-VOLUME-MISSING
 */
function checkEmptied({ changes }, target, state, runbook) {
    const { service: migration } = runbook.migration;
    if (migration === null || target.services[migration] === undefined)
        return;
    const volume = (0,filled/* emptiedDatabase */.Kp)(state, target, migration);
    if (volume === null || changes.some(({ service }) => service === migration))
        return;
    throw new errors/* UserError */.y('RB-VOLUME-MISSING', {
        what: `the volume ${volume} was made anew, empty, and this procedure does not run ${migration}`,
        why: 'the database would start without its tables, and no later run would notice it',
        remedy: `deploy: that runs ${migration}; then restore a backup, if you want its data`,
    });
}
function absent(kind, key, { name }) {
    const what = kind.slice(0, -1);
    return new errors/* UserError */.y(CODES[kind].missing, {
        what: `there is no ${what} ${name} on the host`,
        why: `the Compose files call ${kind}.${key} external, so that it must be created outside of this stack`,
        remedy: `create it (\`docker ${what} create ${(0,quote/* quote */.h)(name)}\`), correct its name, or leave \`external\` out so that this action creates it`,
    });
}
/**
 * Whether the current release has this volume, with its data on the host itself. A volume with options such as `device`
 * shows data that lie elsewhere, and is the same when it is made anew.
 */
function hadData({ name }, { current }) {
    const had = Object.values(current?.shared?.volumes ?? {}).find((volume) => volume.name === name);
    return had?.facts.driver === 'local' && !Object.keys(had.facts).some((fact) => fact.startsWith('driver_opts.'));
}
function checks_shared_lost(key, { name }, current) {
    return new errors/* UserError */.y('RB-VOLUME-MISSING', {
        what: `the volume ${name} (volumes.${key}) of the current release is gone from the host`,
        why: "this run would make an empty one in its place, and its service would start without its data; perhaps somebody removed it, or the disk with Docker's data is not mounted",
        remedy: `find out where it is (\`docker volume ls\`, \`df\`, and \`docker info\` for the data directory). To go on without its data, or to restore a backup into it: \`docker volume create --label ${resources/* EMPTY */.wg}=${current} ${(0,quote/* quote */.h)(name)}\`, and deploy: by the label one-shots and the migration run again that had worked on its data`,
    });
}
function changed(kind, key, { name }, { users }, found) {
    const what = kind.slice(0, -1);
    const list = found.map((difference) => inWords(kind, difference)).join('; ');
    const stop = users.length > 0 ? `\`docker stop ${users.toSorted().map(quote/* quote */.h).join(' ')}\` and ` : '';
    const remedy = kind === 'networks'
        ? `take the change back in the Compose files; or allow it its downtime: on the host ${stop}\`docker network rm ${(0,quote/* quote */.h)(name)}\`, then run this again, which creates it and starts the stopped containers; or give the new network another \`name\``
        : `take the change back in the Compose files; or give the new volume another \`name\` and copy the data into it; or, if its data is not needed, remove it with the containers that have it: \`docker volume rm ${(0,quote/* quote */.h)(name)}\``;
    return new errors/* UserError */.y(CODES[kind].changed, {
        what: `${what} ${name} differs from the Compose files (${kind}.${key}): ${list}`,
        why: `Docker cannot change an existing ${what}; nothing was touched`,
        remedy,
    });
}
/** Options of volumes may be passwords, so only their hashes are known, and values are not shown. */
function inWords(kind, { fact, there, wanted }) {
    const secret = kind === 'volumes' && fact.startsWith('driver_opts.');
    const said = (value) => (secret || value === 'yes' || value === '' ? '' : ` ${value}`);
    if (wanted === null)
        return `it still has ${fact}${said(there ?? '')}`;
    if (there === null)
        return `it lacks ${fact}${said(wanted)}`;
    return secret ? `${fact} has another value` : `${fact} is${said(there)}, not${said(wanted)}`;
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/strategy.ts
var strategy = __webpack_require__(94640);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-writers.ts





/** @throws {UserError} RB-VOLUME-IN-USE */
function checkWriters(plan, target, state, runbook) {
    const { directory } = runbook;
    const names = [...new Set(state.containers.map(({ service }) => service))].sort();
    const leaving = names
        .filter((name) => (target.services[name]?.replicas ?? 0) === 0)
        .flatMap((name) => (0,inventory/* runningOf */.Tx)(state, name));
    for (const { service, start } of plan.changes) {
        if (start === 0)
            continue;
        // What the service writes to already, it has written to beside the other one all the time.
        const known = (0,inventory/* runningOf */.Tx)(state, service).flatMap(({ mounts }) => mounts.filter(({ writable }) => writable));
        const fresh = writesOf(service, target, runbook).filter((wanted) => !known.some((mount) => overlap(wanted, mount, state, directory)));
        for (const holder of leaving) {
            const mount = holder.mounts.find((one) => one.writable &&
                !isNoData(one, state, directory) &&
                fresh.some((wanted) => overlap(wanted, one, state, directory)));
            if (mount !== undefined)
                throw inUse(service, holder, mount);
        }
    }
}
/** The mounts that the service writes to, without those that `runbook.yml` lets several containers write to. */
function writesOf(service, target, runbook) {
    const wanted = target.services[service];
    if (wanted === undefined)
        return [];
    const own = (0,strategy/* unshared */.nG)(wanted, (0,strategy/* sharedOf */.LV)(service, runbook));
    const volumes = wanted.traits.volumes.filter((text) => {
        const [, source = ''] = /^[^:]*:(.*):[^:]*$/.exec(text) ?? [];
        return own.some((one) => source === one || source.startsWith(`${one}/`));
    });
    return wantedOf(service, target, volumes);
}
/** Whether the two are the same volume or folder, or the one lies in the other. */
function overlap(wanted, mount, state, directory) {
    if (wanted.type !== mount.type || wanted.source === '')
        return false;
    const [a, b] = [wanted.source, mount.source].map((source) => mount.type === 'bind' ? physical(source, state, directory) : source);
    return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
function inUse(service, { service: other, name }, { source }) {
    return new errors/* UserError */.y('RB-VOLUME-IN-USE', {
        what: `${service} would write to ${source} while ${name} of ${other}, which the release no longer runs, still writes to it`,
        why: `${other} is removed only after ${service} was seen to run; two servers on the same data may destroy it`,
        remedy: `if ${service} takes the place of ${other}, stop that first (\`docker stop ${(0,quote/* quote */.h)(name)}\`: the downtime begins there), and run this again; should the run fail, \`docker start ${(0,quote/* quote */.h)(name)}\` brings it back. If both may write to it at once, name it in \`shared-volumes\` of ${service} in runbook.yml. Nothing was changed`,
    });
}

;// CONCATENATED MODULE: ./actions/lib/stack/plan/checks-plan.ts









/**
 * @param drift what to do with changes by hand that the plan undoes
 * @throws {UserError} the first thing that speaks against it
 */
function checkPlan(plan, target, state, runbook, drift) {
    checkShared(target, state, runbook);
    checkOneShots(plan, target);
    checkEmptied(plan, target, state, runbook);
    checkMounts(plan, target, state, runbook.directory);
    checkWriters(plan, target, state, runbook);
    checkConnected(plan, target, state, drift);
    (0,checks_hooks/* checkHooks */.T)(plan, target, state.current);
    checkCalled(plan, target, state);
    checkPortHandover(plan, target, state, runbook);
    (0,assets/* checkAssets */.U)(plan, target, runbook);
}

// EXTERNAL MODULE: ./actions/lib/stack/plan/diff.ts + 3 modules
var diff = __webpack_require__(1666);
;// CONCATENATED MODULE: ./actions/lib/stack/plan/early-files.ts
/** The most files that a note names. */
const NAMED = 3;
/**
 * Notes on uploaded files that are put in place before anything starts: a running container that mounts such a file
 * reads the new content from then on, or when it starts again. Files that only the proxy mounts are put in place later,
 * and left out.
 *
 * @param apart files that only new containers get
 * @param current the current release; `null`: there is none
 * @param proxy the service that is told to read its files; `null`: none
 */
function earlyFileNotes({ changes, files }, current, proxy, apart = []) {
    return changes.flatMap(({ service, kind }) => {
        if (service === proxy || (kind !== 'rolling' && kind !== 'stand-in'))
            return [];
        const mounts = current !== null && Object.hasOwn(current.services, service) ? current.services[service].mounts : {};
        const paths = Object.keys(files)
            .filter((path) => Object.hasOwn(mounts, path) && !apart.includes(path))
            .toSorted();
        if (paths.length === 0)
            return [];
        const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
        const named = `${paths.slice(0, NAMED).join(', ')}${more}`;
        return [
            `The running containers of ${service} mount ${named}, and see the change before the new ones are healthy: at once, or when they start again. If this run fails, they have the former content again.`,
        ];
    });
}

;// CONCATENATED MODULE: ./actions/lib/stack/plan/outsiders.ts
/**
 * Sentences on services whose containers get other names, while an outside container may call them by the old names.
 */
function outsideNotes({ changes }, state, { shared, services }) {
    const ours = new Set(state.containers.map(({ name }) => name));
    return changes.flatMap(({ service, kind, retire }) => {
        if (kind !== 'rolling')
            return [];
        const networks = (services[service]?.traits.networks ?? []).flatMap((key) => shared?.networks[key] ?? []);
        const outside = networks.flatMap(({ name }) => (state.networks[name]?.users ?? []).filter((user) => !ours.has(user)));
        if (outside.length === 0)
            return [];
        const names = state.containers.filter(({ id }) => retire.includes(id)).map(({ name }) => name);
        return [
            `${[...new Set(outside)].sort().join(', ')} of another project may call ${service}: the names of its containers (${names.join(', ')}) are gone afterwards, only ${service} and its aliases stay.`,
        ];
    });
}

;// CONCATENATED MODULE: ./actions/lib/stack/plan/partings.ts
/**
 * Sentences on pairs of which one service is known to call the other: by `depends_on`, and the proxy may call every
 * service.
 */
function partings(target, current, proxy) {
    if (current === null)
        return [];
    const names = Object.keys(target.services).sort();
    return names.flatMap((caller) => names.flatMap((called) => {
        const calls = caller === proxy ? called !== caller : target.services[caller].traits.dependsOn[called] !== undefined;
        const before = inCommon(caller, called, current);
        const after = inCommon(caller, called, target);
        if (!calls || before === null || after === null || before.length === 0 || after.length > 0)
            return [];
        return [
            `${caller} and ${called} have no network in common any more (it was ${before.join(', ')}): ${caller} does not reach ${called} once its old containers are gone.`,
        ];
    }));
}
/** Docker's names of the networks that both services have; `null` if one of them has no networks of its own. */
function inCommon(one, other, release) {
    const [first, second] = [one, other].map((service) => {
        const traits = release.services[service]?.traits;
        if (traits === undefined || traits.networkMode !== null || traits.networks.length === 0)
            return null;
        return traits.networks.map((key) => release.shared?.networks[key]?.name ?? `${release.stack}_${key}`);
    });
    return first && second ? first.filter((name) => second.includes(name)) : null;
}

// EXTERNAL MODULE: ./actions/lib/stack/proxy-files.ts
var proxy_files = __webpack_require__(23383);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
// EXTERNAL MODULE: ./actions/lib/stack/identity.ts
var identity = __webpack_require__(84795);
;// CONCATENATED MODULE: ./actions/lib/procedure/commits.ts
/** Between which commits a plan leads, as far as images and releases say so. Pure. */

/**
 * @param pulled reference with digest → what a registry says of an image that the host does not have yet
 * @returns `null` where no release is live
 */
function commitsOf(plan, { current, images, told }, target, pulled) {
    if (current === null)
        return null;
    const built = (release, name) => {
        const service = Object.hasOwn(release.services, name) ? release.services[name] : undefined;
        if (service === undefined)
            return null;
        return told?.origins[(0,identity/* localImage */.tY)(service, images) ?? ''] ?? pulled[(0,identity/* imageOf */.dT)(service)] ?? null;
    };
    const found = plan.changes.flatMap(({ service, to }) => {
        const [was, now] = [built(current, service), built(target, service)];
        if (to === null || was === null || now === null || was.commit === now.commit)
            return [];
        if (was.repository.toLowerCase() !== now.repository.toLowerCase())
            return [];
        const { repository, commit } = now;
        return [{ service, image: (0,identity/* repositoryOf */._M)(to.image), repository, from: was.commit, to: commit }];
    });
    return { images: found, from: versioned(current), to: versioned(target), back: ageOf(target) < ageOf(current) };
}
function versioned({ version, origin, run }) {
    return { version, origin: origin ?? null, run };
}
function ageOf({ id, back }) {
    return Number.parseInt(back ?? id, 10);
}

// EXTERNAL MODULE: ./actions/lib/stack/resolve/command.ts
var command = __webpack_require__(42271);
;// CONCATENATED MODULE: ./actions/lib/procedure/drift-notes.ts

/** The notes name each drift, and of what the plan leaves alone the command that would undo it. */
function driftNotes({ drift }, { current }, { stack, directory }) {
    if (current === null)
        return [];
    const left = drift.filter(({ undone }) => undone !== true);
    const undone = drift.filter((one) => one.undone === true);
    const said = (head, found) => found.length === 0
        ? []
        : [`${head} ${current.id}: ${found.map(({ service, what }) => `${service} ${what}`).join('; ')}.`];
    const services = [...new Set(left.map(({ service }) => service))].filter((name) => Object.hasOwn(current.services, name));
    return [
        ...said('Changed by hand since', left),
        ...services.map((service) => {
            const anew = left.some((one) => one.service === service && one.unseen === true);
            return `The command line that makes ${service} equal the release: ${(0,command/* composeCommand */.e)(stack, directory, current.id, service, anew)}`;
        }),
        ...said('Undone by this plan, as it was changed by hand since', undone),
    ];
}

// EXTERNAL MODULE: ./actions/lib/procedure/expected.ts
var expected = __webpack_require__(56770);
// EXTERNAL MODULE: ./actions/lib/stack/psql.ts
var psql = __webpack_require__(50781);
// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(78157);
;// CONCATENATED MODULE: ./actions/lib/postgres/schema-tables.ts
/** The tables in which migration tools record what they have applied, and a query that reads those that exist. */
const ALL = '(select count(*)::int from %1$s)';
const last = (column, order, where = '') => `(select ${column}::text from %1$s ${where} order by ${order} desc limit 1)`;
/** The highest of versions that may be text: as numbers where they are, because as text 9 comes after 10. */
const HIGHEST = `(select version::text from %1$s order by case when version::text ~ '^[0-9]{1,40}$' then version::text::numeric end desc nulls last, version::text desc limit 1)`;
/**
 * Of two with one table the first whose columns are there. Sources: the documentation and the sources of the tools.
 * `schema_migrations` without `dirty` is of Rails, dbmate and Ecto.
 */
const HISTORIES = [
    {
        tool: 'golang-migrate',
        table: 'schema_migrations',
        columns: ['version', 'dirty'],
        version: '(select max(version)::text from %1$s)',
        broken: "(select max('dirty at version ' || version) from %1$s where dirty)",
    },
    {
        tool: 'rows',
        table: 'schema_migrations',
        columns: ['version'],
        version: HIGHEST,
        count: ALL,
    },
    {
        tool: 'flyway',
        table: 'flyway_schema_history',
        columns: ['version', 'description', 'success', 'installed_rank'],
        version: last('coalesce(version, description)', 'installed_rank', 'where success'),
        count: '(select count(*)::int from %1$s where success)',
        broken: "(select string_agg('failed: ' || script, ', ' order by installed_rank) from %1$s where not success)",
    },
    {
        tool: 'alembic',
        table: 'alembic_version',
        columns: ['version_num'],
        version: "(select string_agg(version_num, ', ' order by version_num) from %1$s)",
    },
    {
        tool: 'prisma',
        table: '_prisma_migrations',
        columns: ['migration_name', 'started_at', 'finished_at', 'rolled_back_at'],
        version: last('migration_name', 'started_at', 'where finished_at is not null and rolled_back_at is null'),
        count: '(select count(*)::int from %1$s where finished_at is not null and rolled_back_at is null)',
        broken: "(select string_agg('begun and not finished: ' || migration_name, ', ' order by started_at) from %1$s where finished_at is null and rolled_back_at is null)",
    },
    {
        tool: 'liquibase',
        table: 'databasechangelog',
        columns: ['id', 'orderexecuted'],
        version: last('id', 'orderexecuted'),
        count: ALL,
        broken: "(select max('locked since ' || to_char(lockgranted, 'YYYY-MM-DD HH24:MI:SS') || coalesce(' by ' || lockedby, '')) from %2$s where locked)",
        lock: 'databasechangeloglock',
    },
    {
        tool: 'knex',
        table: 'knex_migrations',
        columns: ['id', 'name', 'migration_time'],
        version: last('name', 'id'),
        count: ALL,
        broken: "(select max('locked by knex_migrations_lock') from %2$s where is_locked = 1)",
        lock: 'knex_migrations_lock',
    },
    // Django
    {
        tool: 'rows',
        table: 'django_migrations',
        columns: ['id', 'app', 'name'],
        version: last("(app || '.' || name)", 'id'),
        count: ALL,
    },
    // Laravel
    {
        tool: 'rows',
        table: 'migrations',
        columns: ['id', 'migration', 'batch'],
        version: last('migration', 'id'),
        count: ALL,
    },
    // TypeORM
    { tool: 'rows', table: 'migrations', columns: ['id', 'timestamp', 'name'], version: last('name', 'id'), count: ALL },
    // Sequelize
    {
        tool: 'rows',
        table: 'SequelizeMeta',
        columns: ['name'],
        version: '(select max(name) from %1$s)',
        count: ALL,
    },
    // Entity Framework Core
    {
        tool: 'rows',
        table: '__EFMigrationsHistory',
        columns: ['MigrationId'],
        version: '(select max("MigrationId") from %1$s)',
        count: ALL,
    },
    // goose
    {
        tool: 'rows',
        table: 'goose_db_version',
        columns: ['id', 'version_id', 'is_applied'],
        version: last('version_id', 'id', 'where is_applied'),
    },
    // sqlx
    {
        tool: 'rows',
        table: '_sqlx_migrations',
        columns: ['version', 'description', 'success'],
        version: '(select max(version)::text from %1$s where success)',
        count: '(select count(*)::int from %1$s where success)',
        broken: "(select max('partially applied: ' || version || ' ' || description) from %1$s where not success)",
    },
    // Drizzle
    {
        tool: 'rows',
        table: '__drizzle_migrations',
        columns: ['hash', 'created_at'],
        version: '(select max(created_at)::text from %1$s)',
        count: ALL,
    },
    // Its own rows begin with a dot. Type 4: somebody has settled it by `atlas migrate set`.
    {
        tool: 'atlas',
        table: 'atlas_schema_revisions',
        columns: ['version', 'applied', 'total', 'type', 'executed_at'],
        version: "(select max(version)::text from %1$s where version !~ '^[.]' and (applied >= total or type & 4 <> 0))",
        count: "(select count(*)::int from %1$s where version !~ '^[.]' and (applied >= total or type & 4 <> 0))",
        broken: "(select string_agg('partially applied: ' || version || ' (' || applied || ' of ' || total || ' statements)', ', ' order by version) from %1$s where version !~ '^[.]' and applied < total and type & 4 = 0)",
    },
    // Sqitch
    {
        tool: 'rows',
        table: 'changes',
        columns: ['change_id', 'change', 'project', 'committed_at'],
        version: last("(project || ':' || change)", 'committed_at'),
        count: ALL,
    },
    // node-pg-migrate
    { tool: 'rows', table: 'pgmigrations', columns: ['id', 'name', 'run_on'], version: last('name', 'id'), count: ALL },
    // Diesel
    {
        tool: 'rows',
        table: '__diesel_schema_migrations',
        columns: ['version', 'run_on'],
        version: HIGHEST,
        count: ALL,
    },
    // Kysely
    {
        tool: 'rows',
        table: 'kysely_migration',
        columns: ['name', 'timestamp'],
        version: last('name', 'name'),
        count: ALL,
    },
    // MikroORM
    {
        tool: 'rows',
        table: 'mikro_orm_migrations',
        columns: ['id', 'name', 'executed_at'],
        version: last('name', 'id'),
        count: ALL,
    },
    // SeaORM
    { tool: 'rows', table: 'seaql_migrations', columns: ['version', 'applied_at'], version: HIGHEST, count: ALL },
    // Doctrine
    {
        tool: 'rows',
        table: 'doctrine_migration_versions',
        columns: ['version', 'executed_at'],
        version: '(select max(version) from %1$s)',
        count: ALL,
    },
];
/**
 * A query whose rows are statements, one for each table that exists; psql's \\gexec runs them. Tables of the same name
 * in other schemas belong to other applications, and are read, too.
 */
function tablesQuery() {
    const known = HISTORIES.map(({ tool, table, columns, version, count = 'null::int', broken = 'null', lock }, place) => {
        const query = (text) => literal(`select ${version}, ${count}, ${text}::text`);
        const asks = [query(lock === undefined ? broken : 'null'), query(broken)];
        const needs = `array[${columns.map(literal).join(', ')}]`;
        const words = [place, literal(tool), literal(table), needs, lock === undefined ? 'null' : literal(lock), ...asks];
        return `(${words.join(', ')})`;
    });
    const names = HISTORIES.flatMap(({ table, lock }) => (lock === undefined ? [table] : [table, lock]));
    return `with known(place, tool, name, needs, lock, alone, locking) as (values
${known.join(',\n')}
), tables as (
  select n.nspname as s, c.relname as t, array_agg(a.attname::text) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and c.relname in (${[...new Set(names)].map(literal).join(', ')})
  group by 1, 2
), found as (
  select distinct on (tables.s, tables.t) tool, tables.s, tables.t, lock,
    case when locks.t is null then alone else locking end as query
  from tables join known on known.name = tables.t and tables.columns @> known.needs
    left join tables as locks on locks.s = tables.s and locks.t = known.lock
  order by tables.s, tables.t, place
)
select format('select json_build_object(''tool'', %L, ''table'', %L, ''version'', v, ''count'', n, ''broken'', coalesce(b, '''')) from (%s) as q(v, n, b)',
  tool, s || '.' || t, format(query, format('%I.%I', s, t), format('%I.%I', s, coalesce(lock, t))))
from found order by s, t
\\gexec`;
}
/**
 * A query for indexes that no query uses: what is left of `create index concurrently` when it is broken off. The index
 * of a partitioned table is valid only once all partitions have it, and has no building of its own.
 */
const INVALID_QUERY = `select json_build_object('invalid', format('%I.%I', n.nspname, c.relname), 'of', t.relname)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
where not i.indisvalid and c.relkind = 'i' and n.nspname !~ '^pg_' order by n.nspname, c.relname limit 10;`;
function literal(text) {
    return `'${text.replaceAll("'", "''")}'`;
}

// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var scripts = __webpack_require__(98428);
;// CONCATENATED MODULE: ./actions/lib/postgres/schema-version.ts





/** Milliseconds for all databases together. */
const TIMEOUT = 30_000;
/** The databases that the migration of a stack changes. */
function migratedDatabases({ migration, backup }) {
    return migration.databases ?? backup.databases;
}
/** Never fails: if a database cannot be read, its state says so. */
async function readSchemas(host, runbook) {
    const databases = migratedDatabases(runbook);
    if (databases.length === 0)
        return [];
    const outcome = await host.run(schemaScript(runbook), { timeout: TIMEOUT }).catch((error) => ({
        outcome: 'unknown',
        reason: error.message,
    }));
    const sections = outcome.outcome === 'unknown' ? new Map() : (0,stack_sections/* sectionsOf */.K)(outcome.stdout);
    return databases.map(({ service, database }, index) => {
        const name = `${service}/${database}`;
        if (outcome.outcome === 'unknown')
            return unknown(name, outcome.reason);
        return parseSchema(name, sections.get(`schema-${index}`) ?? []);
    });
}
/** @param lines output of psql: a line of JSON for each table and each such index; any other line is an error */
function parseSchema(name, lines) {
    const said = lines.filter((line) => line.trim() !== '');
    if (said[0] === 'down')
        return unknown(name, `no container of ${name.split('/')[0]} runs`);
    const versions = [];
    const invalid = [];
    for (const line of said) {
        try {
            const row = JSON.parse(line);
            if ('invalid' in row)
                invalid.push(row);
            else
                versions.push(row);
        }
        catch {
            return unknown(name, said.join(' ').slice(0, 300));
        }
    }
    return { name, versions, invalid, problem: null };
}
function unknown(name, problem) {
    return { name, versions: [], invalid: [], problem };
}
function schemaScript(runbook) {
    const { versionQuery } = runbook.migration;
    const sql = versionQuery === null ? tablesQuery() : queried(versionQuery);
    return [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `PROJECT=${(0,quote/* quote */.h)(runbook.stack)} VERSION_SQL=${(0,quote/* quote */.h)(`${BOUNDS}\n${INVALID_QUERY}\n${sql}`)}`,
        (0,scripts/* psqlScript */.Qe)(),
        ...migratedDatabases(runbook).map(({ service, user, database }, index) => [
            `printf '\\n#rb-section %s\\n' schema-${index}`,
            `container=$(database_container ${(0,quote/* quote */.h)(service)})`,
            `if [ -z "$container" ]; then echo down; else`,
            `  printf '%s\\n' "$VERSION_SQL" | sql_told "$container" ${(0,quote/* quote */.h)(user)} ${(0,quote/* quote */.h)((0,psql/* connection */.FI)(database))}`,
            'fi',
        ].join('\n')),
    ].join('\n');
}
/** These queries must not wait for a migration that holds locks. */
const BOUNDS = `set lock_timeout = '3s';
set statement_timeout = '10s';
set default_transaction_read_only = on;`;
/** The query, wrapped so that it gives one row. A semicolon at its end is removed, or the wrapping would break. */
function queried(query) {
    const text = query.trim().replace(/;+\s*$/, '');
    return `set search_path = "$user", public;
select json_build_object('tool', 'query', 'table', 'version-query', 'version', string_agg(nullif(v, ''), ', '), 'count', null, 'broken', '')
from (select left(trim(both '()' from q::text), 200) as v from (${text}
) as q limit 5) as rows;`;
}

// EXTERNAL MODULE: ./actions/lib/stack/broken-off.ts
var broken_off = __webpack_require__(36548);
// EXTERNAL MODULE: ./actions/lib/stack/plan/one-shots.ts
var one_shots = __webpack_require__(79413);
;// CONCATENATED MODULE: ./actions/lib/procedure/covered.ts


/** Milliseconds. */
const covered_TIMEOUT = 60_000;
/** The mounts of a service that keep their old content, whatever its image brings. */
function lastingMounts({ traits }) {
    return traits.volumes.flatMap((text) => {
        const [type = '', source = '', target = ''] = text.split(':');
        if ((type !== 'volume' && type !== 'bind') || target === '')
            return [];
        return [{ type, source, target }];
    });
}
/**
 * Asks the image itself, by a container that is never started, and the one that has just ended.
 *
 * @returns a sentence; `null` where no mount hides a file of the image, or where that cannot be found out
 */
async function whyUnchanged(host, stack, name, service) {
    const mounts = lastingMounts(service);
    if (mounts.length === 0)
        return null;
    const script = coverScript({ stack, name, image: imageOf(service) }, mounts);
    const outcome = await host.run(script, { timeout: covered_TIMEOUT }).catch(() => null);
    return outcome === null || outcome.outcome === 'unknown' ? null : sayCovered(mounts, outcome.stdout);
}
/** @param output lines `TARGET<tab>FILE` of hidden files */
function sayCovered(mounts, output) {
    const hidden = new Map(output.split('\n').flatMap((line) => pairOf(line)));
    const found = mounts.find(({ target }) => hidden.has(target));
    if (found === undefined)
        return null;
    const { type, source, target } = found;
    const what = type === 'volume' ? `the volume ${source || 'without a name'}` : `${source} of the host`;
    return `The cause: ${what} is mounted over ${target} and hides the image's files there, such as ${hidden.get(target)}. Mount it elsewhere, or not at all.`;
}
function pairOf(line) {
    const tab = line.indexOf('\t');
    return tab < 0 ? [] : [[line.slice(0, tab), line.slice(tab + 1)]];
}
/** Compares names and sizes: prints the first file of the image that the migration's container did not have. */
function coverScript({ stack, name, image }, mounts) {
    const label = (key, value) => `--filter ${(0,quote/* quote */.h)(`label=com.docker.compose.${key}=${value}`)}`;
    return [
        'LC_ALL=C',
        'export LC_ALL',
        `ran=$(docker ps -aq --no-trunc ${label('project', stack)} ${label('service', name)} | head -n 1)`,
        '[ -n "$ran" ] && lists=$(mktemp -d) || exit 1',
        `bare=$(docker create ${(0,quote/* quote */.h)(image)} true) || { rm -rf "$lists"; exit 1; }`,
        `trap 'docker rm "$bare" >/dev/null; rm -rf "$lists"' EXIT`,
        // Size and name of each file.
        `files() { docker cp "$1" - 2>/dev/null | tar -tv 2>/dev/null | sed -n 's/^-[^ ]* *[^ ]* *\\([0-9]*\\) [^ ]* [^ ]* /\\1 /p' | sort; }`,
        ...mounts.map(({ target }) => `files "$bare:"${(0,quote/* quote */.h)(target)} >"$lists/image" && files "$ran:"${(0,quote/* quote */.h)(target)} >"$lists/ran"
hidden=$(comm -23 "$lists/image" "$lists/ran" | head -n 1 | cut -d ' ' -f 2-)
[ -z "$hidden" ] || printf '%s\\t%s\\n' ${(0,quote/* quote */.h)(target)} "$hidden"`),
    ].join('\n');
}
function imageOf({ image, digest, imageId }) {
    return digest === null ? (imageId ?? image) : `${(0,identity/* repositoryOf */._M)(image)}@${digest}`;
}

;// CONCATENATED MODULE: ./actions/lib/procedure/doubts.ts
/** Sentences that are warnings. */
function doubtsOf(service, { suspects }, after) {
    const quoted = suspects.map((line) => JSON.stringify(line.trim())).join(', ');
    return [
        ...(suspects.length === 0
            ? []
            : [
                `${service} ended with exit status 0, and yet its log has errors: ${quoted}. Its tool may go on behind a statement that failed, as psql does without \`-v ON_ERROR_STOP=1\`: see the log.`,
            ]),
        ...after.flatMap(({ name, problem }) => problem === null ? [] : [`Whether ${service} changed ${name} is not known: ${problem}.`]),
    ];
}
/** Sentences on what nobody saw, which may be as it should be. */
function unseenOf(service, { unseen }, after) {
    return [
        ...(hasNoTable(after)
            ? [
                `Whether ${service} changed anything is not known: it ended with exit status 0, and behind it ${namesOf(after)} has no table of a migration tool that is known here. If its tool is one of those, it found no migrations, or it migrated another database or schema; if it is another tool, migration.version-query in runbook.yml can tell the version.`,
            ]
            : []),
        ...(unseen === 0 || after.length === 0
            ? []
            : [
                `Which sessions block ${service} was not watched: in ${unseen} s none of its own was found in ${namesOf(after)}. It reaches the database through a pooler (such as PgBouncer) or from another address, it was connected only for moments, or it migrates another database.`,
            ]),
    ];
}
function hasNoTable(after) {
    return after.length > 0 && after.every(({ problem, versions }) => problem === null && versions.length === 0);
}
function namesOf(after) {
    return after.map(({ name }) => name).join(' and ');
}

;// CONCATENATED MODULE: ./actions/lib/procedure/migration.ts







/** Looks at the schema if the plan migrates or a migration was broken off. Changes nothing; findings become notes. */
async function schemaBefore({ session, recorder, notes }, plan, state, runbook) {
    const migrates = plan.changes.some(({ service }) => service === runbook.migration.service);
    const brokenOff = state.brokenOff ?? null;
    // On an empty host there is no database yet, unless a first deploy broke off there.
    if (brokenOff === null && (!migrates || state.current === null))
        return { migrates, schemas: [] };
    const schemas = await readSchemas(session.host, runbook);
    const known = schemas.length > 0 ? schemas.flatMap(saySchema) : [NO_DATABASE];
    const said = migrates ? known : [];
    for (const text of said)
        recorder.info(text);
    const broken = [
        ...(brokenOff === null ? [] : [(0,broken_off/* sayBrokenOff */.C)(brokenOff)]),
        ...schemas.flatMap(sayBroken),
        ...schemas.flatMap(sayInvalid),
    ];
    for (const text of broken)
        recorder.warning(text);
    notes.push(...said, ...broken);
    return { migrates, schemas };
}
/** How the migration ended: for the report, and for the error if the migration failed. */
async function schemaAfter({ session, recorder, notes }, { migrates, schemas: before }, { applied, plan, target, runbook, backup }) {
    const { error, migrated, migration: told } = applied;
    if (!migrates)
        return { error, blocks: [] };
    const service = runbook.migration.service ?? '';
    const failed = error !== null && !migrated && told.operation === `one-shot ${service}`;
    if (!migrated && !failed)
        return { error, blocks: [] };
    if (failed && (0,endings/* isUnknownEnd */.YS)(error)) {
        notes.push(`That does not break off ${service}: it continues on the host to its end, and the next run waits for it.`);
        return { error, blocks: [] };
    }
    const after = session.host.connected ? await readSchemas(session.host, runbook) : [];
    const blocks = schemaBlocks(before, after);
    if (failed)
        return { error: withState(error, applied, after, backup), blocks };
    const wrong = [
        ...after
            .flatMap(sayBroken)
            .map((text) => `${service} ended with exit status 0, and yet something is wrong. ${text}`),
        ...after.flatMap((state) => sayInvalid(withoutFormer(state, before))),
        ...doubtsOf(service, told, after),
    ];
    for (const text of wrong)
        recorder.warning(text);
    notes.push(...wrong);
    notes.push(...unseenOf(service, told, after));
    if (told.waited !== null)
        notes.push(`Seen while it ran: ${service} ${told.waited}.`);
    const unchanged = whatStayed(before, after);
    const reason = plan.changes.find((change) => change.service === service)?.reasons.join(', ') ?? '';
    if (unchanged !== null && !reason.includes(one_shots/* ASKED */.fg)) {
        const wanted = target.services[service];
        const why = wanted === undefined ? null : await whyUnchanged(session.host, runbook.stack, service, wanted);
        const text = `${service} changed nothing: ${unchanged}, although it ran for a reason (${reason}). ${why ?? NO_CAUSE}`;
        recorder.warning(text);
        notes.push(text);
    }
    return { error, blocks };
}
const NO_DATABASE = 'Nothing was asked about the schema, neither its version nor which sessions block the migration: runbook.yml names no PostgreSQL database (migration.databases, or backup.databases).';
const NO_CAUSE = 'Either this version brings no new migration, or the migration files are not where the tool looks, or the tool migrates another database.';
/** `null` where something changed, or where that is not known. */
function whatStayed(before, after) {
    const known = after.length > 0 && [...before, ...after].every(({ problem }) => problem === null);
    if (!known || after.every(({ versions }) => versions.length === 0))
        return null;
    if (JSON.stringify(before) !== JSON.stringify(after))
        return null;
    return after.flatMap(({ name, versions }) => versions.map((one) => `${name} stays at ${sayVersion(one)}`)).join('; ');
}
function sayVersion({ table, version, count }) {
    const rows = count === null ? '' : ` (${count} ${count === 1 ? 'migration' : 'migrations'})`;
    return `${version ?? 'no version'}${rows} by ${table}`;
}
/** How the schema of a database stands, in sentences. */
function saySchema({ name, versions, problem }) {
    if (problem !== null)
        return [`The version of the schema of ${name} is not known: ${problem}.`];
    if (versions.length === 0)
        return [
            `The version of the schema of ${name} is not known: the database has no table of a migration tool that is known here (golang-migrate, Flyway, Liquibase, Alembic, Django, Prisma, Rails, Laravel and others); migration.version-query in runbook.yml can tell it.`,
        ];
    return versions.map((one) => `The schema of ${name} is at ${sayVersion(one)}.`);
}
/** Sentences on migrations that a tool's own record marks as dirty or failed, with the way out. */
function sayBroken({ name, versions }) {
    return versions
        .filter(({ broken }) => broken !== '')
        .map((one) => `${name}: ${one.table} says ${one.broken}. ${WAYS_OUT[one.tool]}`);
}
/** Sentences on indexes that no query uses, with the way out. */
function sayInvalid({ name, invalid }) {
    return invalid.map((one) => `${name}: the index ${one.invalid} of ${one.of} is not valid, so that no query uses it: its building was broken off, or is still under way. If nothing builds it, run \`reindex index concurrently ${one.invalid}\`, or drop it and let the migration make it again; with \`if not exists\` a migration takes it for made.`);
}
/** The state without those indexes that were not valid before, either. */
function withoutFormer({ name, invalid }, before) {
    const former = before.find((state) => state.name === name)?.invalid.map((one) => one.invalid) ?? [];
    return { name, invalid: invalid.filter((one) => !former.includes(one.invalid)) };
}
const WAYS_OUT = {
    'golang-migrate': 'golang-migrate runs nothing more until that is settled: see which part of that version was applied, complete or undo it, then run `migrate force VERSION` (that version if you completed it, the version before if you undid it), or restore the backup from before.',
    flyway: 'Flyway runs nothing more until that is settled: undo the applied part and run `flyway repair`, or restore the backup from before.',
    prisma: 'Prisma runs nothing more until that is settled: run `prisma migrate resolve --rolled-back NAME` if you undid it, `--applied NAME` if you completed it, or restore the backup from before.',
    liquibase: 'Liquibase waits for that lock, and then fails: if no migration runs, see which change sets were applied and run `liquibase release-locks`, or restore the backup from before.',
    knex: 'Knex runs nothing more while that lock is there: if no migration runs, see which were applied and run `knex migrate:unlock`, or restore the backup from before.',
    atlas: 'Atlas goes on behind the last statement that it applied, once the rest of that file is right; if you completed or undid it by hand, run `atlas migrate set VERSION`, or restore the backup from before.',
    alembic: 'See `alembic current` and `alembic history`, or restore the backup from before.',
    rows: 'See which of its migrations were applied, or restore the backup from before.',
    query: 'See which migrations were applied, or restore the backup from before.',
};
/** The failure of a migration, with the session that blocked it and the state that it left. */
function withState(error, { migration: told }, after, backup) {
    const { details } = error;
    const broken = after.flatMap(sayBroken);
    const status = told.code !== null && /^\d+$/.test(told.code) ? ` (exit status ${told.code})` : '';
    const why = [
        ...(details.why === undefined ? [] : [`${details.why}${status}`]),
        ...(told.waited === null ? [] : [`it ${told.waited}`]),
        ...(mayBeLocked(told.code, details.log) ? told.holders : []).map((holder) => `${holder} holds an advisory lock, with which migration tools keep each other out`),
        ...(told.sessionsEnded > 0 ? [`${told.sessionsEnded} sessions that it had left in the database were ended`] : []),
        ...(broken.length > 0 ? broken : [stateOf(after)]),
        ...after.flatMap(sayInvalid),
    ];
    const remedy = backup === null ? details.remedy : `${details.remedy}; or restore the backup ${backup}, which is from just before`;
    return new errors/* UserError */.y(error.code, { ...details, remedy, why: why.map((text) => text.replace(/\.$/, '')).join('; ') });
}
/** Applications use advisory locks too: a lock is named only where a migration tool may have polled for it. */
function mayBeLocked(code, log = []) {
    return code === 'timeout' || log.some((line) => /\block/i.test(line));
}
function stateOf(after) {
    const said = after.flatMap(({ name, versions }) => versions.map((one) => `${name} is at ${sayVersion(one)}`));
    return said.length > 0
        ? `nothing is marked dirty or failed: ${said.join(', ')}`
        : 'the state of the schema is not known';
}
/** The versions before and after, side by side. */
function schemaBlocks(before, after) {
    const rows = after.flatMap((now) => {
        const then = before.find(({ name }) => name === now.name);
        const tables = [...new Set([...(then?.versions ?? []), ...now.versions].map(({ table }) => table))];
        if (tables.length === 0)
            return [[now.name, '', then?.problem ?? 'not known', now.problem ?? 'not known']];
        return tables.map((table) => [now.name, { code: table }, cellOf(then, table), cellOf(now, table)]);
    });
    if (rows.length === 0)
        return [];
    return [
        { kind: 'heading', text: 'Schema' },
        { kind: 'table', head: ['database', 'told by', 'before', 'after'], rows },
    ];
}
function cellOf(state, table) {
    const version = state?.versions.find((one) => one.table === table);
    if (version === undefined)
        return state?.problem === null ? 'no such table' : 'not known';
    const { version: at, count, broken } = version;
    const rows = count === null ? '' : ` (${count})`;
    return [{ code: at ?? 'none' }, rows, ...(broken === '' ? [] : [', ', { strong: broken }])];
}

// EXTERNAL MODULE: ./actions/lib/procedure/plan-text.ts
var plan_text = __webpack_require__(38197);
// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var report = __webpack_require__(15092);
// EXTERNAL MODULE: ./actions/lib/config/runbook.ts
var config_runbook = __webpack_require__(12241);
// EXTERNAL MODULE: ./actions/lib/group.ts
var group = __webpack_require__(82077);
// EXTERNAL MODULE: ./actions/lib/stack/apply/phases.ts
var phases = __webpack_require__(72460);
;// CONCATENATED MODULE: ./actions/lib/procedure/course.ts
/** How long a plan is expected to take, by what the host's journal tells of earlier runs. Pure. */



/** What takes as long as the service needs: another one tells nothing of it. */
const OWN = new Set([
    ...['create', 'start-beside', 'replace', 'start-stand-in', 'replace-behind', 'one-shot'],
]);
/** What takes long enough to be named where nobody knows how long. */
const LONG = new Set([...OWN, 'deliver', 'fetch', 'gate', 'watch']);
/** Seconds that are worth a bar. */
const SEEN = 0.05;
function expectedOf({ titles }, durations) {
    const known = [];
    const unknown = [];
    let runs = 0;
    for (const title of titles) {
        const found = timesOf(title, durations);
        runs = Math.max(runs, Object.hasOwn(durations, title) ? found.length : Math.min(1, found.length));
        if (found.length > 0)
            known.push({ title, seconds: median(found) });
        else if (LONG.has(opOf(title)))
            unknown.push({ title, seconds: 0 });
    }
    return {
        phases: (0,phases/* phasesOf */.I)(known).filter(({ seconds }) => seconds >= SEEN),
        unknown: [...new Set((0,phases/* phasesOf */.I)(unknown).map(({ name }) => name))],
        runs,
    };
}
function timesOf(title, durations) {
    if (Object.hasOwn(durations, title))
        return durations[title];
    const op = opOf(title);
    if (OWN.has(op))
        return [];
    return Object.entries(durations).flatMap(([other, times]) => (opOf(other) === op ? times : []));
}
function opOf(title) {
    return title.split(' ')[0] ?? '';
}
function median(values) {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
/** The section of a plan's report. */
function courseBlocks(course, durations, runbook) {
    const { phases, unknown, runs } = expectedOf(course, durations);
    const heading = { kind: 'heading', text: 'How it goes' };
    if (runs === 0 || phases.length === 0) {
        const waits = waitsOf(course.operations, runbook);
        const configured = waits.length === 0 ? '' : ` What is configured: ${waits.join('; ')}.`;
        return [heading, { kind: 'text', text: `No earlier run on this host tells how long it takes.${configured}` }];
    }
    const total = phases.reduce((sum, { seconds }) => sum + seconds, 0);
    const by = runs === 1 ? 'the last run that had these parts' : `the last ${runs} runs that had these parts`;
    const rest = unknown.length === 0 ? '' : ` No earlier run had this, and it is not counted: ${unknown.join('; ')}.`;
    const lead = `About ${spelt(total)}, by ${by}.${rest}`;
    return [heading, { kind: 'times', lead, parts: phases }];
}
/** What the runbook lets a plan wait for, in words. */
function waitsOf(operations, runbook) {
    const gated = operations.flatMap((operation) => (operation.op === 'gate' ? operation.services : []));
    const stable = Math.max(0, ...gated.map((service) => (0,config_runbook/* settingsOf */.f)(runbook, service).stableFor));
    const drains = operations.flatMap((operation) => ('drain' in operation ? [operation.drain] : []));
    const watched = operations.some(({ op }) => op === 'watch');
    return [
        ...(gated.length === 0 ? [] : [`new containers have ${healthLimits(gated, runbook)}, and ${stable} s to stay so`]),
        ...(watched ? [`traffic is watched for at least ${runbook.watch.duration} s`] : []),
        ...(drains.length === 0 ? [] : [`old connections have up to ${Math.max(...drains)} s to end`]),
        ...operations.flatMap((operation) => operation.op === 'one-shot' ? [`${operation.service} has up to ${spelt(operation.timeout)}`] : []),
    ];
}
/** E.g. `60 s to be healthy`, or `90 s (backend) and 60 s (worker) to be healthy`. */
function healthLimits(services, runbook) {
    const limits = (0,group/* groupBy */.$)(new Set(services), (service) => (0,config_runbook/* settingsOf */.f)(runbook, service).healthTimeout);
    const own = [...limits].map(([limit, some]) => `${limit} s${limits.size === 1 ? '' : ` (${some.join(', ')})`}`);
    const unnamed = [...new Set(services)].some((service) => (0,config_runbook/* settingsOf */.f)(runbook, service).healthTimeoutNamed !== true);
    return `${own.join(' and ')}${unnamed ? ', or as long as their healthchecks take,' : ''} to be healthy`;
}
/** @param seconds e.g. `8 s`, `1 min 10 s`, `2 h 5 min` */
function spelt(seconds) {
    const whole = Math.max(1, Math.round(seconds));
    if (whole < 60)
        return `${whole} s`;
    const [large, small, unit, rest] = whole < 3600
        ? [Math.floor(whole / 60), whole % 60, 'min', 's']
        : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), 'h', 'min'];
    return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${rest}`;
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(92857);
// EXTERNAL MODULE: ./actions/lib/backup/clock.ts
var clock = __webpack_require__(24223);
// EXTERNAL MODULE: ./actions/lib/backup/installation.ts
var backup_installation = __webpack_require__(67097);
// EXTERNAL MODULE: ./actions/lib/backup/retention.ts + 1 modules
var retention = __webpack_require__(60596);
;// CONCATENATED MODULE: ./actions/lib/backup/seen.ts
/** How old the last backup is that this host knows to be good, by what it shows of its own folder. Pure. */




/** What a manifest begins with. */
const beginning = schemas/* object */.Ikc({
    stack: schemas/* string */.YjP(),
    id: schemas/* string */.YjP().regex(/^\d{8}T\d{6}Z$/),
    installation: schemas/* object */.Ikc({ uid: schemas/* string */.YjP(), host: schemas/* string */.YjP(), machine: schemas/* string */.YjP() }).nullable().default(null),
    verified: schemas/* boolean */.zMY().default(false),
    databases: schemas/* array */.YOg(schemas/* object */.Ikc({ service: schemas/* string */.YjP(), database: schemas/* string */.YjP() })).optional(),
});
/** Backups from which a rhythm is told. */
const FEW = 3;
/** The newest verified backup of this installation, and of the data that is live: not from before a restore. */
function lastVerified(seen, { stack, databases, migrations, now }) {
    const all = seen.manifests.flatMap(({ head, databases: lines }) => readBeginning(head, lines, stack));
    const { host, machine, noted } = seen;
    const installation = (0,backup_installation/* installationOf */.oJ)({ host, machine, noted: (0,backup_installation/* parseNote */.wd)(noted ?? '') }, all);
    const good = all.filter((one) => one.verified &&
        (0,backup_installation/* ownerOf */.bf)(one, installation, true) === 'own' &&
        !(0,clock/* isAhead */.Y0)(one.id, now) &&
        !migrations.some(({ swap }) => swap !== undefined && swap >= one.id));
    const rated = good.map(({ id, has }) => ({
        id,
        age: Math.max(0, (now - (0,retention/* timeOf */.nR)(id)) / 1000),
        lacks: databases.map(({ service, database }) => `${service}/${database}`).filter((name) => !has.has(name)),
    }));
    const found = rated.findLast(({ lacks }) => lacks.length === 0) ?? rated.at(-1);
    return found === undefined ? null : { ...found, rhythm: rhythmOf(good.map(({ id }) => (0,retention/* timeOf */.nR)(id) / 1000)) };
}
/** @param head up to its databases, or all of it @param lines those that name the databases */
function readBeginning(head, lines, stack) {
    for (const text of [head, `${head.trimEnd().replace(/,$/, '')}}`]) {
        try {
            const { databases, ...found } = beginning.parse(JSON.parse(text));
            if (found.stack !== stack)
                return [];
            const names = databases ?? namesIn(lines);
            return [{ ...found, has: new Set(names.map(({ service, database }) => `${service}/${database}`)) }];
        }
        catch {
            // The other form of it, or no manifest.
        }
    }
    return [];
}
function namesIn(lines) {
    const words = [...lines.matchAll(/"(service|database)": ("(?:[^"\\]|\\.)*")/g)];
    const values = words.map(([, key, value]) => ({ key, value: JSON.parse(value ?? '""') }));
    return values.flatMap(({ key, value }, index) => {
        const next = values[index + 1];
        return key === 'service' && next?.key === 'database' ? [{ service: value, database: next.value }] : [];
    });
}
function rhythmOf(times) {
    if (times.length < FEW)
        return null;
    const gaps = times.slice(1).map((time, index) => time - times[index]);
    return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null;
}

// EXTERNAL MODULE: ./actions/lib/stack/history.ts
var stack_history = __webpack_require__(63545);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var migrations = __webpack_require__(6668);
;// CONCATENATED MODULE: ./actions/lib/procedure/if-wrong.ts
/** What happens if a plan goes wrong: what turns back by itself, the way back, and the last backup. Pure. */





/** Seconds: a migration deserves a backup that is younger. */
const YOUNG = 86_400;
/** A backup that is older than so many times from one to the next has not come. */
const LATE = 2;
/** The section of a plan's report, and what its reader must not miss. */
function wrongBlocks(facts) {
    const { plan, runbook, state, copiesFirst } = facts;
    const service = runbook.migration.service ?? '';
    const migrates = plan.changes.some((change) => change.service === service && change.kind === 'one-shot');
    const backup = copiesFirst || state.current === null ? null : backupOf(state, runbook);
    const items = [
        ...turnsBack(facts),
        ...(migrates && state.current !== null ? [schemaOfBack(facts, service)] : []),
        wayBack(facts, migrates),
        ...(backup === null ? [] : [backup.isWorry ? `⚠️ ${backup.text}` : backup.text]),
    ];
    const warnings = migrates && backup !== null && !backup.isYoung
        ? [`${service} runs, and this host knows of no verified backup younger than a day. ${backup.text}`]
        : [];
    return {
        blocks: [
            { kind: 'heading', text: 'If it goes wrong' },
            { kind: 'list', items },
        ],
        warnings,
    };
}
function turnsBack({ operations, runbook }) {
    const gated = operations.flatMap((operation) => (operation.op === 'gate' ? operation.services : []));
    const { duration, errorRate, p95 } = runbook.watch;
    const gate = gated.length === 0 ? [] : [`New containers have ${healthLimits(gated, runbook)}.`];
    const watch = operations.some(({ op }) => op === 'watch')
        ? [
            `Traffic is then watched for at least ${duration} s: more than ${percent(errorRate)} of answers with 5xx beyond the share of the minute before, or probes whose 95th percentile is above ${p95} ms, turn it back.`,
        ]
        : [];
    return [
        [
            { strong: 'Until the commit the host turns back by itself' },
            ` whatever fails, also without the runner. ${[...gate, ...watch].join(' ')}`.trimEnd(),
        ],
    ];
}
function percent(share) {
    return `${Number((share * 100).toFixed(1))} %`;
}
function schemaOfBack({ state, target }, service) {
    const former = state.current?.id ?? '';
    return target.schemaCompatible
        ? `What ${service} does is not undone; ${former} can use the new schema, as this run says (schema: compatible).`
        : [
            { strong: `What ${service} does is not undone, and ${former} cannot use the new schema` },
            ', as this run says (schema: breaking): only a backup leads back behind it.',
        ];
}
/** The release that a rollback would bring back once this plan is carried out. */
function wayBack({ plan, state, target, procedure }, migrates) {
    const { current, history } = state;
    if (current === null)
        return 'This is the first release: there is no other to go back to.';
    const known = history.at(-1)?.release === current.id ? history : [...history, { release: current.id, procedure: '' }];
    const back = target.back === undefined ? {} : { back: target.back };
    const after = plan.from === plan.to ? known : [...known, { release: target.id, procedure, ...back }];
    const release = (0,stack_history/* waysBack */.ed)(after)
        .map((id) => state.releases.find((one) => one.id === id))
        .find((one) => one !== undefined);
    if (release === undefined)
        return 'No older release stays on this host to go back to.';
    if ((migrates && !target.schemaCompatible) || (0,migrations/* breakingSince */.k_)(state.migrations, release) !== null)
        return `Release ${release.id} stays on the host, but a rollback to it is refused: it cannot use the schema.`;
    const missing = (0,checks/* missingImage */.iQ)(release, state.images);
    if (missing !== null)
        return `Release ${release.id} stays on the host, but a rollback to it is refused: ${missing.details.what}.`;
    return ['Afterwards the action rollback leads back: ', { code: release.id }, ' stays on the host.'];
}
function backupOf(state, runbook) {
    const { backup, stack, migration } = runbook;
    const folder = `${backup.directory}/${stack}`;
    const seen = state.told?.backups;
    const last = seen === undefined
        ? null
        : lastVerified(seen, {
            stack,
            databases: migration.databases ?? backup.databases,
            migrations: state.migrations,
            now: Date.parse(state.freeze.now),
        });
    const isYoung = last !== null && last.age < YOUNG && last.lacks.length === 0;
    if (!backup.to.includes('host') && !isYoung) {
        const places = backup.to.map((place) => (place === 's3' ? 'a bucket' : 'a folder of the runner'));
        const text = `Backups go to ${places.join(' and ')} and not to this host: it does not know how old the last one is.`;
        return { text, isYoung, isWorry: false };
    }
    if (last === null) {
        const text = seen?.closed === false ? `No verified backup of this stack lies in ${folder}.` : if_wrong_unknown(folder);
        return { text, isYoung, isWorry: true };
    }
    return { text: sayLast(last), isYoung, isWorry: last.lacks.length > 0 || isLate(last) };
}
function if_wrong_unknown(folder) {
    return `How old the last verified backup is is not known: ${folder} cannot be read with this login.`;
}
function isLate({ age, rhythm }) {
    return rhythm !== null && age > rhythm * LATE;
}
function sayLast(last) {
    const { id, age, lacks, rhythm } = last;
    const late = isLate(last) && rhythm !== null ? `, and one used to come every ${if_wrong_ageOf(rhythm)}` : '';
    const without = lacks.length === 0 ? '' : `; it does not have ${lacks.join(', ')}`;
    return `The last verified backup on this host, ${id}, is ${if_wrong_ageOf(age)} old${late}${without}.`;
}
/** In one unit, the largest that fits. */
function if_wrong_ageOf(seconds) {
    if (seconds < 3600)
        return spelt(Math.max(60, Math.floor(seconds / 60) * 60));
    if (seconds < 2 * 86_400)
        return `${Math.floor(seconds / 3600)} h`;
    return `${Math.floor(seconds / 86_400)} days`;
}

;// CONCATENATED MODULE: ./actions/lib/procedure/screen.ts




/** Nothing of a plan with nothing to do. */
function screenOf(request) {
    const { plan, state, target, runbook, delivery, lacking } = request;
    if ((0,diff/* isEmpty */.I)(plan))
        return {};
    const course = (0,apply/* courseOf */.bx)({ plan, target, current: state.current, runbook, delivery, lacking });
    const { blocks, warnings } = wrongBlocks({ ...request, operations: course.operations });
    return { blocks: [...courseBlocks(course, state.told?.durations ?? {}, runbook), ...blocks], warnings };
}

;// CONCATENATED MODULE: ./actions/lib/procedure/change.ts























/**
 * @param state as it is before the change
 * @param runbook as it holds for this release
 * @returns a report that holds what failed on the host
 * @throws {UserError} for what speaks against the plan; nothing was changed by it then
 */
async function change(run, state, target, runbook = run.inputs.runbook) {
    const { inputs, recorder, session } = run;
    (0,interrupted/* requireSettled */.rj)(state.interrupted, !inputs.dryRun);
    recorder.step('Plan');
    const plan = (0,diff/* diff */.U)(state, target.release, {
        runbook,
        migrate: target.migrate,
        asked: target.asked === true,
        named: new Set(target.named),
    });
    recorder.info(target.envFile);
    for (const line of (0,plan_text/* renderPlan */.E)(plan))
        recorder.info(line);
    // A new release pulls its own images.
    const pulls = (target.delivery?.pull.length ?? 0) > 0;
    const lacking = pulls ? [] : (0,checks/* fetchedImages */.Id)(plan, target.release, state);
    for (const image of lacking)
        recorder.info(`${image} is no longer on the host: it is pulled by its digest`);
    const hash = (0,checks/* planHash */.SH)({ ...plan, content: target.content ?? plan.content }, state);
    recorder.info(`plan ${hash}`);
    const planText = (0,expected/* planLines */.HN)(plan, state);
    (0,expected/* requireExpected */.qw)({ hash, lines: planText }, inputs, { lifetime: runbook.planLifetime, recovered: run.recovered });
    checkPlan(plan, target.release, state, runbook, inputs.drift);
    const place = { directory: runbook.directory, physicalDirectory: state.physicalDirectory };
    const apart = partings(target.release, state.current, runbook.proxy.service);
    for (const text of [...(0,checks_exposed/* exposures */.D)(target.release, place), ...apart])
        recorder.warning(text);
    const ill = (0,ailing/* ailing */.X)(plan, state, target.release, runbook);
    for (const text of ill)
        recorder.warning(text);
    run.notes.push(...headNotes(target), ...apart, ...ill, ...outsideNotes(plan, state, target.release), ...plan.notes, ...(0,judge_watch/* blindNotes */.FA)(plan.changes, runbook, target.release.services, state.containers), ...earlyFileNotes(plan, state.current, runbook.proxy.service, (0,apart_files/* apartFiles */.s)(Object.keys(plan.files), plan, target.release, runbook)), ...connectedNotes(plan, target.release, state), ...driftNotes(plan, state, runbook));
    const schema = await schemaBefore(run, plan, state, runbook);
    const previousRelease = state.current?.id ?? null;
    const procedure = target.procedure ?? (target.migrate ? 'deploy' : 'rollback');
    const finish = (status, more) => {
        const commits = commitsOf(plan, state, target.release, target.origins ?? {});
        const planned = { plan, planHash: hash, planText, commits, recovered: run.recovered };
        return { report: run.report(status, { ...planned, previousRelease, release: previousRelease, ...more }) };
    };
    if (inputs.dryRun && state.unfinished !== null)
        run.notes.push(interruptedNote(state.unfinished));
    if (inputs.dryRun) {
        run.notes.push(...(0,proxy_files/* toldNotes */.tS)(plan, state, runbook));
        const facts = { plan, state, runbook, delivery: target.delivery, lacking, procedure };
        const screen = screenOf({ ...facts, target: target.release, copiesFirst: target.first !== undefined });
        for (const text of screen.warnings ?? [])
            recorder.warning(text);
        const planned = { verdict: foretold(plan), planUntil: (0,expected/* endOf */.pJ)(runbook.planLifetime) };
        return finish('planned', { release: target.release.id, ...planned, ...screen });
    }
    if ((0,diff/* isEmpty */.I)(plan)) {
        recorder.info(`nothing to do: release ${target.release.id} is current already`);
        const how = ill.length === 0 ? 'runs already' : 'is current already, but not all of its services run well';
        return finish('unchanged', { verdict: `Release ${target.release.id} ${how}; nothing was changed.` });
    }
    (0,checks/* checkDowntime */.K$)(plan, inputs.allowDowntime);
    (0,proxy_files/* checkTold */.Eq)(plan, state, runbook, inputs.allowDowntime);
    const backup = (await target.first?.()) ?? null;
    (0,endings/* requireGoing */.cm)(run.signal);
    recorder.step('Apply');
    const request = {
        plan,
        target: target.release,
        current: state.current,
        runbook: (0,stack_closed/* watchedAs */.FE)(runbook, target.release, state.current),
        proof: proofOf(target),
        delivery: target.delivery,
        lacking,
        run: run.run,
        dockerRoot: state.engine.root,
        procedure,
        history: state.history,
        releases: state.releases,
        backup,
        unsettled: state.unfinished !== null,
    };
    const tools = { host: session.host, steps: run.steps(target.release.id), progress: recorder };
    const carried = await (0,apply/* apply */.Bb)(request, tools);
    const { error, blocks } = await schemaAfter(run, schema, {
        applied: carried,
        plan,
        runbook,
        backup,
        target: target.release,
    });
    const applied = { ...carried, error };
    run.notes.push(...aftermath(applied, target.release, state.current !== null));
    const health = applied.evidence;
    // What was not seen, and who could not be told.
    const open = applied.error === null ? health.filter(({ ok }) => ok !== true) : [];
    for (const { service, text } of open) {
        recorder.warning(`${service}: ${text}`);
        run.notes.push(`${service}: ${text}.`);
    }
    // Services that an interrupted procedure took away did not run before this run, so the former release may not be
    // complete.
    const former = (run.recovered?.left.length ?? 0) > 0 ? null : (state.current?.id ?? null);
    const verdict = verdictOf(applied, plan, former);
    const shown = { health, blocks, ...verdict };
    if (applied.error === null)
        return finish('succeeded', { release: target.release.id, ...shown });
    const release = applied.committed ? target.release.id : previousRelease;
    return finish((0,report/* statusOf */.c2)(applied.error), { release, error: (0,report/* describe */.q0)(applied.error), ...shown });
}
function proofOf({ release, proof }) {
    return proof ?? (release.closed === undefined ? null : { closed: true, doors: [], answered: null });
}
/** What users may notice of a plan, half a sentence: downtime, and services that no longer run after it. */
function noticed({ changes }) {
    const down = changes.flatMap(({ service, downtime }) => downtime === null ? [] : [`${service} is down for about ${downtime.seconds} s`]);
    const gone = changes.flatMap(({ service, kind, to }) => kind === 'remove' ? [`${service} is ${to === null ? 'removed' : 'stopped'}`] : []);
    return [...(down.length === 0 ? ['no downtime'] : down), ...gone].join(', ');
}
function foretold(plan) {
    return `Nothing was changed. ${(0,diff/* isEmpty */.I)(plan) ? 'There is nothing to do.' : `By the plan: ${noticed(plan)}.`}`;
}
/** No verdict where the outcome was not observed: if the run failed before it touched anything, its error says so. */
function verdictOf({ error, committed, back }, plan, former) {
    if (error === null)
        return { verdict: `Release ${plan.to} is live. By its plan: ${noticed(plan)}.` };
    if (committed)
        return { verdict: `Release ${plan.to} is live and serves; only clearing up failed.` };
    if (former !== null && back !== null && back > 0)
        return {
            verdict: `Release ${former} is live: its containers were seen running, connected to their networks as before.`,
        };
    return {};
}
/** The outputs of a procedure that leads to a release, for later steps of the workflow. */
function releaseOutputs({ release, previousRelease, plan, ...report }) {
    return {
        release: release ?? '',
        'previous-release': previousRelease ?? '',
        'changed-services': JSON.stringify(plan?.changes.map(({ service }) => service) ?? []),
        plan: JSON.stringify(plan),
        ...planOutputs(report),
    };
}
/** For the run that carries this plan out. */
function planOutputs({ planHash, planText, }) {
    return { 'plan-hash': planHash ?? '', 'plan-text': (0,expected/* planTextOf */.Oc)(planText ?? []) };
}
function headNotes({ envFile, notes }) {
    return [`${envFile.replace(/^e/, 'E')}.`, ...notes];
}
function aftermath({ committed, migrated, error }, target, follows) {
    if (error === null)
        return [];
    if (committed)
        return [];
    const migration = `The migration of ${target.id} ran and its schema stays`;
    if (!follows)
        return migrated ? [`${migration}.`] : [];
    const notes = [];
    if (migrated) {
        const meaning = target.schemaCompatible
            ? 'the release before can use it'
            : 'it was announced as breaking: check the release before now';
        notes.push(`${migration}; ${meaning}.`);
    }
    return notes;
}
/** The plan that is approved now will differ from the plan that remains after the recovery. */
function interruptedNote({ procedure, run }) {
    return `${procedure} of ${run} was interrupted. The next run that changes something puts that right first, and its plan differs from then on: a run with this plan's hash as expected-plan ends after that, and needs a new plan.`;
}


/***/ }),

/***/ 56770:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HN: () => (/* binding */ planLines),
/* harmony export */   Oc: () => (/* binding */ planTextOf),
/* harmony export */   pJ: () => (/* binding */ endOf),
/* harmony export */   qw: () => (/* binding */ requireExpected)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _plan_text__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(38197);


/** Characters. The runner gives an input to a step as one environment variable, and Linux takes 128 KiB in one. */
const LARGEST = 60_000;
/** First line of the words, and no part of what is compared. Universal time. */
const MADE = /^planned at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;
/** Characters of an identifier that are enough to tell two apart. */
const SHORT = 12;
/** The plan for another release in words, with everything else that its hash covers: machine, containers, content. */
function planLines(plan, { machine, current }) {
    return [
        `machine ${machine}`,
        current === null ? 'no release is live' : `${current.id} is live: made by ${current.createdBy} in ${current.run}`,
        ...(0,_plan_text__WEBPACK_IMPORTED_MODULE_1__/* .renderPlan */ .E)(plan),
        ...plan.changes.flatMap(({ service, keep, retire }) => keep.length + retire.length === 0
            ? []
            : [`${service} runs in ${[...keep, ...retire].map((id) => id.slice(0, SHORT)).join(', ')}`]),
        `content of ${plan.to}: ${plan.content.slice(0, SHORT)}`,
    ];
}
/** The plan as an output of a step, for a later step: when it was made, and its lines unless they are too long. */
function planTextOf(lines, now = new Date()) {
    const made = `planned at ${now.toISOString().replace(/\.\d+/, '')}`;
    const text = [made, ...lines].join('\n');
    return text.length > LARGEST ? made : text;
}
/** @param lifetime seconds @returns e.g. `2026-12-01 01:40 UTC` */
function endOf(lifetime, now = new Date()) {
    return `${new Date(now.getTime() + lifetime * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
/** @throws {UserError} RB-PLAN-CHANGED, RB-PLAN-EXPIRED */
function requireExpected(present, { expectedPlan, expectedPlanText }, { lifetime, recovered = null, now = new Date() }) {
    if (expectedPlan === null)
        return;
    const all = linesIn(expectedPlanText);
    if (present.hash === expectedPlan) {
        requireYoung(all, lifetime, now);
        return;
    }
    const expected = all.filter((line) => !MADE.test(line));
    const difference = expected.length === 0 ? [] : differenceOf(expected, present.lines);
    const cause = recovered === null
        ? 'since then the running containers, the files, the env file or the machine behind the host name changed'
        : `${recovered.procedure} of ${recovered.run} was interrupted, and this run has put that right first`;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-PLAN-CHANGED', {
        what: 'the plan is not the one that was expected',
        why: `its hash is ${present.hash}, the expected hash was ${expectedPlan}: ${cause}`,
        remedy: 'look at a new dry run, and pass its plan-hash; if the workflow has a job plan, start the workflow again',
        ...(difference.length === 0 ? {} : { log: difference, logOf: 'the difference: - expected, + now' }),
    });
}
/** A plan without a time (a hash that a person typed) is only compared; its age is not checked. */
function requireYoung(lines, lifetime, now) {
    const made = lines.map((line) => MADE.exec(line)?.[1]).find((time) => time !== undefined);
    if (made === undefined)
        return;
    const age = (now.getTime() - Date.parse(made)) / 1000;
    if (age <= lifetime)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-PLAN-EXPIRED', {
        what: `the plan is ${spelt(age)} old, and a plan may be carried out for ${spelt(lifetime)}`,
        why: `it was made at ${made}; a person who approved it then may not want it now`,
        remedy: 'start the workflow again for a new plan; plan-lifetime in runbook.yml says how long a plan is valid',
    });
}
/** @param seconds in whole units, the largest that fits */
function spelt(seconds) {
    const [unit, size] = seconds >= 172_800 ? ['days', 86_400] : seconds >= 7200 ? ['hours', 3600] : ['minutes', 60];
    return seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.floor(seconds / Number(size))} ${unit}`;
}
/** Lines that only one of the two plans has: `-` for the expected plan, `+` for the present one. */
function differenceOf(expected, now) {
    const present = now.flatMap((line) => linesIn(line));
    return [
        ...expected.filter((line) => !present.includes(line)).map((line) => `- ${line}`),
        ...present.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
    ];
}
/** A workflow strips spaces from the ends of a text. */
function linesIn(text) {
    return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
}


/***/ }),

/***/ 4463:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ ailing),
/* harmony export */   w: () => (/* binding */ ailments)
/* harmony export */ });
/* harmony import */ var _observe_inventory__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(44898);
/* harmony import */ var _stranded__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(37100);
/* harmony import */ var _strategy__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(94640);



/** Sentences, one for each container, and one for each service that has too few. */
function ailing(plan, state, target, runbook) {
    return plan.unchanged.flatMap((service) => ailments(service, state, target, runbook).map((what) => `${what}: the plan leaves it as it is.`));
}
/** What is wrong with containers of a service of the current release: sentences without their full stop. */
function ailments(service, state, target, runbook) {
    if ((0,_strategy__WEBPACK_IMPORTED_MODULE_1__/* .isOneShot */ .hb)(service, target, runbook))
        return [];
    const running = (0,_observe_inventory__WEBPACK_IMPORTED_MODULE_0__/* .runningOf */ .Tx)(state, service);
    const wanted = target.services[service]?.replicas ?? 0;
    const few = `${service} runs ${running.length} of ${wanted} containers`;
    const found = running.flatMap((container) => {
        const what = [howIt(container), ...networksLacking(container, service, target)].filter((text) => text !== null);
        return what.length === 0 ? [] : [`${container.name} ${what.join(', and ')}`];
    });
    return running.length < wanted ? [few, ...found] : found;
}
function howIt({ state, health }) {
    if (state === 'paused')
        return 'is paused';
    if (state === 'restarting')
        return 'ends again and again after its start';
    return health === 'unhealthy' ? 'is unhealthy' : null;
}
function networksLacking(container, service, target) {
    const lacking = (0,_stranded__WEBPACK_IMPORTED_MODULE_2__/* .networksOff */ .RB)(container, service, target);
    const nameless = (0,_stranded__WEBPACK_IMPORTED_MODULE_2__/* .namelessOn */ ._F)(container, service, target);
    return [
        ...(lacking.length === 0 ? [] : [`is not on network ${lacking.join(', ')}`]),
        ...(nameless.length === 0 ? [] : [`is not found by the name ${service} on network ${nameless.join(', ')}`]),
    ];
}


/***/ }),

/***/ 96065:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ exposures),
/* harmony export */   J: () => (/* binding */ checkExposed)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _resolve_hidden__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(16020);
/** Finds services of the stack that can still read or replace `.runbook`. Pure. */



/**
 * Refuses services that mount `.runbook` itself: an empty folder over it would hide just what the service asks for.
 *
 * @throws {UserError} RB-RUNBOOK-EXPOSED
 */
function checkExposed(model, place) {
    for (const [service, definition] of Object.entries(model.services)) {
        const found = (0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_2__/* .sightsOf */ .qn)(definition, model, place).find(({ at }) => at === null);
        if (found === undefined)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-RUNBOOK-EXPOSED', {
            what: `${service} mounts ${found.source} of the host at ${found.target}`,
            why: 'it holds the env files and secrets of all kept releases, and the scripts that runs carry out on the host',
            remedy: `remove that mount from the Compose files, or mount another folder of ${place.directory}; nothing was changed`,
        });
    }
}
/** Sentences on access to `.runbook` that an empty folder over it does not prevent. */
function exposures({ id, services }, place) {
    return Object.entries(services).flatMap(([service, { traits, configHash }]) => {
        const sights = (0,_resolve_hidden__WEBPACK_IMPORTED_MODULE_2__/* .sightsOfMounts */ .Ir)(traits.volumes, place);
        const places = traits.runbookAt ?? sights.flatMap(({ at }) => at ?? []);
        // Its containers were made by people or an earlier version, or the folder below the empty one was removed since.
        const open = configHash !== null || traits.runbookAt === undefined;
        const sees = places.map((at) => `${service} can read .runbook at ${at} as release ${id} runs it, where the env files and secrets of all kept releases are, and may be able to change it: restart it with the action restart, or let a deploy change it: then it has an empty folder there`);
        const above = sights.filter(({ at, target, source }) => at !== null && at !== node_path__WEBPACK_IMPORTED_MODULE_0__.posix.join(target, '.runbook') && traits.writableVolumes.includes(source));
        return [
            ...(open ? sees : []),
            ...above.map(({ source }) => `${service} may write to ${source} of the host, so it may put another folder in the place of ${place.directory}, from which every run takes its releases; mount the folders below ${place.directory} that it needs`),
        ];
    });
}


/***/ }),

/***/ 3205:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ checkPauseHooks),
/* harmony export */   T: () => (/* binding */ checkHooks)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _groups__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(40925);
/** Refuses hooks that Compose would run and this action would not, before anything changes. Pure. */


/**
 * Compose runs `post_start` whenever it starts a container of ours. It runs `pre_stop` only if Compose itself stops the
 * container, and `pre_start` only if no container of the service runs.
 */
const NOT_RUN = {
    pre_stop: 'old containers are stopped by Docker, which knows no hooks',
    pre_start: 'Docker Compose runs it only where no container of the service runs',
};
const INSTEAD = {
    pre_stop: 'let its program do that on its stop signal (stop_signal, stop_grace_period), and remove the hook from the Compose files; nothing was changed',
    pre_start: 'make it a service of its own that other services wait for (depends_on with service_completed_successfully), or let its entrypoint do it; nothing was changed',
};
/**
 * Checks the hooks of services that a plan starts or stops. A service that the plan leaves alone may have any hooks.
 *
 * @param current the release that runs
 * @throws {UserError} RB-HOOK-UNSUPPORTED
 */
function checkHooks({ changes }, target, current) {
    for (const { service, start, retire } of changes) {
        const wanted = hooksOf(service, target);
        for (const hook of ['pre_stop', 'pre_start']) {
            if (start === 0 || !wanted.includes(hook))
                continue;
            throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-HOOK-UNSUPPORTED', {
                what: `${service} has a ${hook} hook, which this run would not run`,
                why: NOT_RUN[hook],
                remedy: INSTEAD[hook],
            });
        }
        if (retire.length === 0 || !hooksOf(service, current).includes('pre_stop'))
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-HOOK-UNSUPPORTED', {
            what: `${service} runs with a pre_stop hook, and this run would stop it without running the hook`,
            why: NOT_RUN.pre_stop,
            remedy: `stop it once as it was started, which runs the hook: \`docker compose stop ${service}\` with its Compose files as they were; then run this again, which starts it. Nothing was changed`,
        });
    }
}
/**
 * Checks the hooks of services that a restore stops: it stops and starts the same containers by Docker, not by Compose.
 *
 * @param named services that the restore stops by their names
 * @param volumes volumes whose users the restore stops, by their names in the Compose files or in Docker, or by paths
 * @throws {UserError} RB-HOOK-UNSUPPORTED
 */
function checkPauseHooks({ current, containers }, named, volumes) {
    if (current === null)
        return;
    const paused = Object.keys(current.services).filter((service) => named.includes(service) || volumes.some((volume) => writesTo(service, volume, current)));
    const all = new Set(paused.flatMap((service) => [service, ...(0,_groups__WEBPACK_IMPORTED_MODULE_1__/* .tiedTo */ .Sl)(service, current)]));
    for (const service of all) {
        const hook = hooksOf(service, current).find((name) => name === 'pre_stop' || name === 'post_start');
        const runs = containers.some((one) => one.service === service && !one.oneOff && one.state === 'running');
        if (hook === undefined || !runs)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-HOOK-UNSUPPORTED', {
            what: `${service} has a ${hook} hook, which a restore would not run as it stops ${service} and starts it again`,
            why: 'Docker stops and starts the existing containers, and knows no hooks',
            remedy: `stop it before, and start it after the restore, by Docker Compose, which runs its hooks: \`docker compose stop ${service}\`, \`docker compose start ${service}\`. Nothing was changed`,
        });
    }
}
function hooksOf(service, release) {
    return release?.services[service]?.traits.hooks ?? [];
}
function writesTo(service, volume, { services, shared }) {
    const sources = (services[service]?.traits.writableVolumes ?? []).flatMap((source) => [
        source,
        shared?.volumes[source]?.name ?? source,
    ]);
    return sources.some((source) => source === volume || source.startsWith(`${volume}/`));
}


/***/ })

};
;