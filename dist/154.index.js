"use strict";
exports.id = 154;
exports.ids = [154];
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


/***/ })

};
;