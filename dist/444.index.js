"use strict";
exports.id = 444;
exports.ids = [444];
exports.modules = {

/***/ 36990:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ incompleteIn),
/* harmony export */   j: () => (/* binding */ sayIncomplete)
/* harmony export */ });
/* harmony import */ var _manifest__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(34380);
/**
 * Finds backups whose files are gone or cut, though the manifest is there: a job that removes large old files, a lifecycle
 * rule, a disk that was repaired. They must not count as good ones, for which others are removed. Pure.
 */

/** @param sizes ID → file → bytes, as they lie there */
function incompleteIn(manifests, sizes) {
    return manifests.flatMap((manifest) => {
        const there = sizes.get(manifest.id);
        const wrong = (0,_manifest__WEBPACK_IMPORTED_MODULE_0__/* .partsOf */ .CI)(manifest).find(({ file, bytes }) => there?.get(file) !== bytes);
        if (wrong === undefined)
            return [];
        const found = there?.get(wrong.file);
        const why = found === undefined ? 'is missing' : `has ${found} bytes instead of ${wrong.bytes}`;
        return [{ id: manifest.id, why: `its file ${wrong.file} ${why}` }];
    });
}
/** A sentence; `null` where all are complete. */
function sayIncomplete(incomplete, place) {
    if (incomplete.length === 0)
        return null;
    const said = incomplete.map(({ id, why }) => `${id} (${why})`).join(', ');
    return `${place}: these backups have a manifest, but not all of their files: ${said}. They are not counted and not removed.`;
}


/***/ }),

/***/ 49674:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ explainBackup)
/* harmony export */ });
/* unused harmony export backupWords */
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _stack_interrupted__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(65195);
/* harmony import */ var _steps_failures__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(32443);
/** What a failed backup means to the person who reads it. */



const NOTHING = 'nothing was published, and no older backup was removed';
/** Messages of pg_dump, psql, zstd and tee, with their causes. */
const KNOWN = [
    {
        pattern: /no space left on device/i,
        code: 'RB-DISK-SHORT',
        what: 'the disk of the host ran full while the backup was written',
        remedy: 'free space, or have fewer backups kept on the host (backup.keep), and run it again',
    },
    {
        pattern: /password authentication failed|no password supplied/,
        code: 'RB-DATABASE-DOWN',
        what: 'the database refused the password that its container has',
        remedy: "see that POSTGRES_PASSWORD of the database's container (Bitnami's image: POSTGRESQL_PASSWORD, and POSTGRESQL_POSTGRES_PASSWORD for the user postgres), or the file that the same name with _FILE at its end leads to, is the server's real password, and that a shell in the container can read it",
    },
    {
        pattern: /database ".*" does not exist/,
        code: 'RB-DATABASE-UNKNOWN',
        what: 'a database that the runbook file names does not exist',
        remedy: 'correct backup.databases in the runbook file',
    },
    {
        pattern: /permission denied for/,
        code: 'RB-BACKUP-FAILED',
        what: 'the user of the backup may not read everything',
        remedy: 'name a superuser in backup.databases in the runbook file',
    },
];
/**
 * @param failure from the host script's `failed` event
 * @param nothing what became of the backup
 */
function explainBackup(failure, nothing = NOTHING) {
    // The word with which a restore tells the step to end.
    const by = /^restore\b ?(.*)$/.exec(failure.kind)?.[1];
    if (by !== undefined)
        return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-PREEMPTED', {
            what: 'a restore ended this backup',
            why: `a confirmed restore ends backups, which can be made again (${by || 'its run is not known'}); ${nothing}`,
            remedy: 'make the backup again when the restore has ended',
        });
    return (0,_steps_failures__WEBPACK_IMPORTED_MODULE_2__/* .explained */ .to)(failure, backupWords(nothing)) ?? notWhole('the step on the host ended early', nothing)(failure);
}
/**
 * For each KIND with which a script that makes or keeps backups can `fail`. @param nothing what became of the backup
 */
function backupWords(nothing) {
    return {
        unsettled: () => (0,_stack_interrupted__WEBPACK_IMPORTED_MODULE_1__/* .unsettled */ .NZ)({ phase: 'unknown', rebooted: false, since: '' }, []),
        'no-database': ({ subject }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DATABASE-DOWN', {
            what: `the database service ${subject} does not run`,
            why: 'none of its containers runs',
            remedy: 'start it on the host or deploy the stack, and run this again',
        }),
        folder: ({ subject, log }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-HOST-UNSUITABLE', {
            what: `the backup directory ${subject} cannot be written`,
            why: log[0] ?? 'it belongs to another user',
            remedy: `on the host, as root: mkdir -p ${subject} && chown USER: ${subject}, with the user of ssh-user`,
        }),
        room: ({ subject }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DISK-SHORT', {
            what: `the disk of the host was almost full while ${subject || 'the backup'} was written`,
            why: `a backup that fills the disk takes the stack down with it, so this one was ended; ${nothing}`,
            remedy: 'free space, or have fewer backups kept on the host (backup.keep), and run it again',
        }),
        'no-volume': ({ subject }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VOLUME-UNKNOWN', {
            what: `the volume ${subject} no longer exists`,
            why: nothing,
            remedy: 'correct backup.volumes in the runbook file, and run it again',
        }),
        changed: (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-FAILED', {
            what: `files of ${failure.subject} changed while they were read, three times in a row`,
            why: `a file that is half old and half new is not a backup; ${nothing}`,
            remedy: 'back it up when nothing writes there, or leave it out (backup.volumes) and save it with its own tools',
            ...own(failure),
        }),
        written: (failure) => {
            const known = knownOf(failure);
            return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(known?.code ?? 'RB-BACKUP-FAILED', {
                what: known?.what ?? `${failure.subject} does not hold what was written to it`,
                why: `its SHA-256 differs when it is read back; ${nothing}`,
                remedy: known?.remedy ?? 'look at the disk of the host, and run it again',
                ...own(failure),
            });
        },
        flush: (failure) => {
            const known = knownOf(failure);
            return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(known?.code ?? 'RB-BACKUP-FAILED', {
                what: known?.what ?? `the disk of the host did not take ${failure.subject}`,
                why: `it may be lost in a power failure; ${nothing}`,
                remedy: known?.remedy ?? 'look at the disk of the host (`dmesg`, its SMART values), and run it again',
                ...own(failure),
            });
        },
        publish: (failure) => {
            const known = knownOf(failure);
            return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(known?.code ?? 'RB-BACKUP-FAILED', {
                what: known?.what ?? 'the backup could not be moved to its place on the host',
                why: nothing,
                remedy: known?.remedy ?? 'read the lines below, and run it again',
                ...own(failure),
            });
        },
        remove: (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-STORAGE-FAILED', {
            what: `${failure.subject} could not be removed from the host`,
            why: 'a file in it belongs to another user, or the disk is read-only; the new backup is not affected',
            remedy: `on the host, see \`ls -la ${failure.subject}\`, and remove it or give it to the user of ssh-user`,
            ...own(failure),
        }),
        blocked: ({ subject, log }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-BLOCKED', {
            what: `the dump of a database of ${subject} waited for a lock for longer than backup.blocked-timeout`,
            why: `${log[0] === undefined ? 'the session that holds the lock is not known' : `it ${log[0]}`}; ${nothing}`,
            remedy: 'end the session that holds the lock (select pg_terminate_backend(PID); a prepared transaction: rollback prepared), or wait until it is done, and run it again',
        }),
        connect: notWhole('the server refused the connection', nothing),
        counts: notWhole('the rows of its tables could not be counted in the snapshot of the dump', nothing),
        part: notWhole('the step on the host ended early', nothing),
        aborted: notWhole('the runner ended it, or gave no more signs of life', nothing),
        silent: notWhole('the host did not report its end', nothing),
    };
}
/** A part that is not proven. @param why for the case that no process of the part's pipe gives a reason */
function notWhole(why, nothing) {
    return (failure) => {
        const text = failure.log.join('\n');
        const known = knownOf(failure);
        // A killed process is the cause; the others only found their pipe closed.
        const ended = /^#exit (?!docker|write|tee)(\w+) (137)$/m.exec(text) ??
            /^#exit (?!docker|host_pack|write|tee)(\w+) ([1-9]\d*)$/m.exec(text) ??
            /^#exit (\w+) ([1-9]\d*)$/m.exec(text);
        return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(known?.code ?? 'RB-BACKUP-FAILED', {
            what: known?.what ?? `the copy of ${failure.subject || 'the stack'} is incomplete`,
            why: `${ended === null ? why : `${WORD[ended[1] ?? ''] ?? ended[1]} ended with exit status ${ended[2]}`}; ${nothing}`,
            remedy: known?.remedy ?? 'read the lines below, and run it again',
            ...own(failure),
        });
    };
}
function knownOf({ log }) {
    const text = log.join('\n');
    return KNOWN.find(({ pattern }) => pattern.test(text));
}
/** The lines below an error, without the lines of processes of a pipe that ended well. */
function own(failure) {
    return (0,_steps_failures__WEBPACK_IMPORTED_MODULE_2__/* .shown */ .SP)({ ...failure, log: failure.log.filter((line) => !/^#(exit \w+ 0|sha256)/.test(line)) });
}
const WORD = {
    pack: 'the compressor',
    host_pack: 'the compressor',
    write: 'the writer of the file',
    pg_restore: 'pg_restore, which reads the archive back,',
    docker: '`docker exec`',
    unpack: 'gzip, which reads the archive back,',
    complete: 'the check for the closing line of the dump',
    read: 'tar, which reads the volume,',
    tar: 'tar, which reads the archive back,',
};


/***/ }),

/***/ 43409:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  sb: () => (/* binding */ examine),
  W: () => (/* binding */ partFolder),
  mk: () => (/* binding */ publish),
  TF: () => (/* binding */ remove),
  hr: () => (/* binding */ requireRoom),
  X0: () => (/* binding */ sweep)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/bytes.ts
var bytes = __webpack_require__(46597);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var scripts = __webpack_require__(98428);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
// EXTERNAL MODULE: ./actions/lib/backup/failures.ts
var failures = __webpack_require__(49674);
;// CONCATENATED MODULE: ./actions/lib/backup/mount.ts
/** Whether the disk is there on which a folder is to lie. */

/**
 * Script that prints what is known of a folder, which need not exist yet, a line each: `writable` or `refused`; its free
 * KiB; the mount point that it lies on, with the name of the disk; the mount point of `/etc/fstab` that it should lie on
 * and that is not mounted, or nothing.
 */
function lookAtFolder(folder) {
    return `f=${(0,quote/* quote */.h)(folder)} d=$f
while [ ! -e "$d" ]; do d=\${d%/*}; [ -n "$d" ] || d=/; done
[ -w "$d" ] && echo writable || echo refused
# Names of devices and folders may have spaces, so the fields count from the right and by their form.
df -Pk "$d" | awk 'NR > 1 && match($0, / (-|[0-9]+%) +[/]/) {
  mount = substr($0, RSTART + RLENGTH - 1)
  count = split(substr($0, 1, RSTART - 1), fields)
  print fields[count]
  device = substr($0, 1, RSTART - 1)
  sub(/ +[-0-9]+ +[-0-9]+ +[-0-9]+ *$/, "", device)
  print mount " (" device ")"
  found = 1
  exit
} END { if (!found) { print ""; print "" } }'
if real=$(cd "$d" 2>/dev/null && pwd -P); then real="\${real%/}\${f#"$d"}"; else real=$f; fi
RB_FOLDER=$real awk 'BEGIN { folder = ENVIRON["RB_FOLDER"] "/"; gsub(/ /, "\\\\040", folder) }
FILENAME ~ /mounts$/ { mounted[$2] = 1; next }
$2 ~ /^[/]./ && !/^[ \\t]*#/ {
  point = $2
  sub(/[/]+$/, "", point)
  if (!(point in mounted) && index(folder, point "/") == 1) { print point; exit }
}' /proc/self/mounts /etc/fstab 2>/dev/null || :
`;
}

;// CONCATENATED MODULE: ./actions/lib/backup/host-place.ts
/** The directory for backups on the host, `<root>/<stack>/<id>/`: its room, publishing, removing. */









/** Looks without changing anything; the directory need not exist yet. */
async function examine(host, root, stack) {
    const directory = `${root}/${stack}`;
    const outcome = await host.run(lookAtFolder(directory));
    const [word, free = '', mount = '', unmounted = ''] = outcome.stdout.split('\n');
    return {
        directory,
        writable: word === 'writable',
        free: /^\d+$/.test(free) ? Number(free) * 1024 : null,
        mount: mount || null,
        unmounted: unmounted || null,
    };
}
/**
 * The folder of the files until they are published. Lists of backups do not show it. Its name holds the installation,
 * because other hosts may share the disk, and each removes only its own.
 */
function partFolder({ directory }, { id, uid }) {
    return `${directory}/.${id}.${uid}.part`;
}
/** @throws {UserError} RB-HOST-UNSUITABLE, RB-DISK-SHORT */
function requireRoom(place, root, needed) {
    if (!place.writable)
        throw (0,failures/* explainBackup */.I)({ kind: 'folder', subject: root, log: [] });
    if (place.free === null || place.free >= needed)
        return;
    throw new errors/* UserError */.y('RB-DISK-SHORT', {
        what: `a backup takes about ${(0,bytes/* mib */.jO)(needed)} MiB in ${place.directory}, and ${(0,bytes/* mib */.jO)(place.free)} MiB are free`,
        why: 'a backup that fills the disk takes the stack down with it; the estimate comes from the last one',
        remedy: 'free space, or have fewer backups kept on the host (backup.keep), and run it again',
    });
}
/** Makes the files a backup, by renaming their folder. @throws {UserError} */
function publish(place, folder, manifest, steps) {
    const script = `publish ${(0,quote/* quote */.h)(folder)} ${(0,quote/* quote */.h)(`${place.directory}/${manifest.id}`)} || exit 1\ncommitted`;
    return step(steps, 'publish', 'Publish', script, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}
/** @throws {UserError} */
function remove({ directory }, ids, steps) {
    const script = `remove_backups ${(0,quote/* quote */.h)(directory)} ${ids.map(quote/* quote */.h).join(' ')} || exit 1`;
    return step(steps, 'prune', 'Remove old backups', script);
}
/** Days after which an unpublished folder counts as left by a killed run. */
const LEFT_FOR = 2;
/**
 * Removes leftovers of killed runs, and completes interrupted removals. Not to be used while a clock is in doubt.
 * @throws {UserError}
 */
function sweep(directory, steps, onGone) {
    const script = `sweep_backups ${(0,quote/* quote */.h)(directory)} ${LEFT_FOR} || exit 1`;
    return step(steps, 'sweep', 'Remove leftovers of killed runs', script, undefined, onGone);
}
async function step(steps, id, title, script, input, onGone) {
    const whole = [(0,scripts/* psqlScript */.Qe)(), (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "host.sh", 'utf8'), script].join('\n');
    const error = await (0,on_host/* onHost */.G)(steps, { id, script: whole, input }, {
        onEvent: ({ name, fields }) => {
            if (name === 'swept')
                onGone?.(fields.name ?? '');
        },
        lost: {
            what: `the connection to the host was lost: ${title.toLowerCase()}`,
            remedy: 'run it again; the action restore lists the backups that exist',
        },
        explain: (told) => (0,failures/* explainBackup */.I)(told),
    });
    if (error !== null)
        throw error;
}


/***/ }),

/***/ 40975:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Sm: () => (/* binding */ lacksFormer),
/* harmony export */   Uj: () => (/* binding */ readKnown),
/* harmony export */   ex: () => (/* binding */ knownFile),
/* harmony export */   mq: () => (/* binding */ noteKnown)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(92857);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51957);
/**
 * What the host remembers of the places that its backups are in. A folder whose disk is not mounted, or a bucket that
 * somebody emptied, looks as if this were the first backup.
 */


const schema = zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ikc({ place: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), newest: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), mount: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().nullable() }));
/** `null`: the record is damaged. @param root `<directory>/.runbook` */
async function readKnown(host, root) {
    const outcome = await host.run(`f=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(knownFile(root))}; [ ! -e "$f" ] || { cat "$f" && echo; }`);
    if (outcome.outcome !== 'exited' || outcome.code !== 0)
        return null;
    if (outcome.stdout.trim() === '')
        return [];
    try {
        return schema.parse(JSON.parse(outcome.stdout));
    }
    catch {
        return null;
    }
}
/** A killed run leaves the whole record or the former one. @returns false where it cannot be written */
async function noteKnown(host, root, known) {
    const file = (0,_host_quote__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(knownFile(root));
    const outcome = await host.run(`umask 077 && printf '%s\\n' ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(JSON.stringify(known))} >${file}.part && mv -f ${file}.part ${file} && echo noted`);
    return outcome.stdout.trim() === 'noted';
}
/**
 * Whether the backups that were in a place are not there any more, although nobody can have removed them there: a folder
 * lies on another disk now, or a bucket is empty. What is gone from the same disk, somebody removed.
 *
 * @param ids of what is there, with those whose manifest cannot be read
 * @param mount disk of the place now; `null`: it does not lie on the host
 */
function lacksFormer(known, ids, mount) {
    if (ids.some((id) => id >= known.newest))
        return false;
    return known.mount === null ? ids.length === 0 : known.mount !== mount;
}
function knownFile(root) {
    return `${root}/backup-places.json`;
}


/***/ }),

/***/ 68707:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  w: () => (/* binding */ acceptedNow),
  x: () => (/* binding */ lossesIn)
});

// EXTERNAL MODULE: ./actions/lib/bytes.ts
var lib_bytes = __webpack_require__(46597);
;// CONCATENATED MODULE: ./actions/lib/backup/open-loss.ts
/** Follows one number from backup to backup, and finds the point from which on most of it is missing. Pure. */
/**
 * A loss stays open until a later backup has its content again: the backup after the bad one has no less than that one.
 *
 * @param points oldest first
 * @param isLoss whether the second value has much less than the first
 * @param isLack whether the second value still has much less than the first
 * @param mayReturn `false`: what was lost and came back once comes and goes by itself, and is no loss any more
 */
function openLoss(points, isLoss, isLack = isLoss, mayReturn = true) {
    let open = null;
    let before = null;
    for (const point of points) {
        if (open !== null) {
            if (!isLack(open.good.value, point.value)) {
                open = null;
                if (!mayReturn)
                    return null;
            }
        }
        else if (before !== null && isLoss(before.value, point.value))
            open = { good: before, since: point };
        before = point;
    }
    return open;
}

;// CONCATENATED MODULE: ./actions/lib/backup/loss-tables.ts

/** A smaller table may be empty now and then. */
const FEW_ROWS = 1000;
/** Another table that has this share of the rows of one that is gone may be that one under another name. */
const SHARE = 0.5;
/**
 * Left out are tables that come and go by themselves: partitions, which differ in their digits from tables that have
 * rows; tables that were renamed; and tables that lost everything once before, and were filled again. A few new rows do not
 * bring back those that were lost.
 *
 * @param points the tables of one database, oldest backup first
 */
function emptiedTables(points) {
    const rows = points.map(({ id, value }) => ({
        id,
        value: new Map(value.map(({ schema, table, rows: count }) => [`${schema}.${table}`, count])),
    }));
    const last = rows.at(-1)?.value ?? new Map();
    const full = [...last].filter(([, count]) => (count ?? 0) > 0);
    const kinds = new Set(full.map(([name]) => kindOf(name)));
    const large = new Set(rows.flatMap(({ value }) => [...value].filter(([, count]) => (count ?? 0) >= FEW_ROWS).map(([name]) => name)));
    return [...large].flatMap((name) => {
        if ((last.get(name) ?? 0) === 0 && kinds.has(kindOf(name)))
            return [];
        const own = rows.flatMap(({ id, value }) => {
            const count = value.get(name);
            // An extension's own table, whose rows no archive holds, is not counted.
            return count === null ? [] : [{ id, value: count ?? null }];
        });
        const open = openLoss(own, (then, now) => (then ?? 0) >= FEW_ROWS && (now ?? 0) === 0, (then, now) => (now ?? 0) < (then ?? 0) * SHARE, false);
        if (open === null)
            return [];
        const then = rows.find(({ id }) => id === open.good.id)?.value;
        const renamed = full.some(([other, count]) => then?.has(other) === false && (count ?? 0) >= (open.good.value ?? 0) * SHARE);
        return open.since.value === null && renamed ? [] : [{ name, open, rows: last.get(name) ?? null }];
    });
}
function kindOf(name) {
    return name.replace(/\d+/g, '0');
}

;// CONCATENATED MODULE: ./actions/lib/backup/loss.ts
/**
 * Finds what backups have much less of than a backup before. Such a backup is proven like any other, and in time the
 * rules of retention would remove the good one for it. Pure.
 */



/** With less than this a database or a volume is young, and any change is normal, unless nothing at all is left. */
const loss_FEW_ROWS = 1000;
const FEW_ENTRIES = 100;
const FEW_BYTES = 64 * 2 ** 20;
/** A smaller share of the former content than this is a loss. */
const loss_SHARE = 0.5;
/**
 * What the newest backup lacks: of each database and volume more than half, and of each table of some size everything.
 * A loss stays until the content is back, or until a person accepts it.
 *
 * @param backups of the same installation, oldest first; a part that one of them lacks is compared with the newest that
 * has it
 */
function lossesIn(backups) {
    const newest = backups.at(-1);
    if (newest === undefined)
        return [];
    const accepted = backups.at(-2)?.accepted ?? '';
    const looked = backups.filter((one) => one === newest || one.id > accepted);
    const databases = new Set(newest.databases.map(titleOf));
    const volumes = new Set(newest.volumes.map(({ name }) => name));
    // A part that failed is still lost.
    for (const { databases: all, volumes: others } of looked) {
        for (const title of all.map(titleOf))
            if (newest.left.includes(title))
                databases.add(title);
        for (const { name } of others)
            if (newest.left.includes(name))
                volumes.add(name);
    }
    const ofDatabase = (title) => looked.flatMap(({ id, databases: all }) => all.flatMap((one) => (titleOf(one) === title && one.tables !== null ? [{ id, value: one.tables }] : [])));
    return [
        ...[...databases].flatMap((title) => lossesOfDatabase(title, ofDatabase(title), newest.id)),
        ...[...volumes].flatMap((name) => lossOfVolume(name, looked, newest.id)),
    ];
}
/**
 * ID of the backup up to which losses are accepted from now on. A loss that nobody has seen yet cannot be accepted.
 *
 * @param asked a person asks for all removals, and has looked
 */
function acceptedNow(made, earlier, asked) {
    const last = earlier.at(-1);
    const accepts = asked && !lossesIn([...earlier, made]).some(({ fresh }) => fresh);
    return (accepts ? last?.id : last?.accepted) ?? null;
}
function titleOf({ service, database }) {
    return `${service}/${database}`;
}
function lossesOfDatabase(title, points, newest) {
    const lost = openLoss(points, (then, now) => isLoss(rowsOf(then), rowsOf(now), loss_FEW_ROWS));
    const last = points.at(-1);
    if (last === undefined)
        return [];
    if (lost === null)
        return emptiedTables(points).map(({ name, open, rows }) => ({
            ...base(open, newest),
            text: `${title}: the table ${name} ${rows === null ? 'is gone' : `has ${rows} rows`}${since(open, newest)}, and had ${open.good.value} rows in the backup before (${open.good.id}). ${LOOK}`,
        }));
    const { good } = lost;
    const left = new Map(last.value.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
    const emptied = good.value
        .filter(({ schema, table, rows }) => (rows ?? 0) > 0 && (left.get(`${schema}.${table}`) ?? 0) === 0)
        .toSorted((a, b) => (b.rows ?? 0) - (a.rows ?? 0))
        .map(({ schema, table, rows }) => `${schema}.${table} (${rows})`);
    const names = emptied.length === 0 ? '' : `; without a row now: ${listed(emptied)}`;
    const text = `${title} has ${rowsOf(last.value)} rows${since(lost, newest)}, and ${rowsOf(good.value)} in the backup before (${good.id})${names}. ${LOOK}`;
    return [{ ...base(lost, newest), text }];
}
function lossOfVolume(name, backups, newest) {
    const points = backups.flatMap(({ id, volumes }) => volumes.flatMap((one) => (one.name === name ? [{ id, value: one }] : [])));
    const files = openLoss(points, (then, now) => isLoss(then.entries, now.entries, FEW_ENTRIES));
    const last = points.at(-1);
    if (last === undefined)
        return [];
    if (files !== null) {
        const { good } = files;
        const text = `${name} has ${last.value.entries} files, folders and links${since(files, newest)}, and ${good.value.entries} in the backup before (${good.id}). ${LOOK}`;
        return [{ ...base(files, newest), text }];
    }
    const sizes = points.flatMap(({ id, value }) => value.volumeBytes === null ? [] : [{ id, value: value.volumeBytes }]);
    const bytes = openLoss(sizes, (then, now) => isLoss(then, now, FEW_BYTES));
    if (bytes === null)
        return [];
    const { good } = bytes;
    const now = (0,lib_bytes/* mib */.jO)(sizes.at(-1)?.value ?? 0);
    const text = `${name} has ${now} MiB${since(bytes, newest)}, and ${(0,lib_bytes/* mib */.jO)(good.value)} MiB in the backup before (${good.id}). ${LOOK}`;
    return [{ ...base(bytes, newest), text }];
}
function isLoss(then, now, few) {
    return now < then * loss_SHARE && (then >= few || now === 0);
}
function base({ good, since }, newest) {
    return { good: good.id, fresh: since.id === newest };
}
/** Nothing where the newest backup is the first that lacks it. */
function since(open, newest) {
    return open.since.id === newest ? '' : ` since ${open.since.id}`;
}
const LOOK = 'If that is not intended, restore the older backup: no rule removes it. If it is intended, a run with `prune: all` says so.';
function rowsOf(tables) {
    return tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
}
function listed(names) {
    const shown = names.slice(0, 5).join(', ');
    return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}


/***/ }),

/***/ 34380:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $d: () => (/* binding */ sizeOf),
/* harmony export */   CI: () => (/* binding */ partsOf),
/* harmony export */   Ng: () => (/* binding */ parseManifest)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(92857);
/* harmony import */ var _config_sections_values__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(85790);
/* harmony import */ var _postgres_beyond__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(28473);
/* harmony import */ var _postgres_properties__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83107);
/**
 * The manifest: the contents of a backup, and what was proven about them. It is written last; without it there is no
 * backup.
 */




const part = {
    file: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().regex(/^[A-Za-z0-9._-]+$/),
    bytes: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(),
    sha256: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().regex(/^[0-9a-f]{64}$/),
};
const schema = zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
    stack: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
    id: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().regex(/^\d{8}T\d{6}Z$/),
    createdAt: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
    installation: zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ uid: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(), host: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(), machine: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP() }).nullable().default(null),
    run: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable().default(null),
    release: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable(),
    schema: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable(),
    migrated: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable().default(null),
    seconds: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable().default(null),
    verified: zod__WEBPACK_IMPORTED_MODULE_3__/* .boolean */ .zMY().default(false),
    left: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP()).default([]),
    bare: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP()).nullable().default(null),
    accepted: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable().default(null),
    databases: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
        ...part,
        service: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
        database: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
        user: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
        format: zod__WEBPACK_IMPORTED_MODULE_3__/* ["enum"] */ .k5n(['custom', 'sql']).default('custom'),
        major: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(),
        server: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable().default(null),
        tool: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable().default(null),
        image: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable().default(null),
        databaseBytes: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(),
        extensions: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP()),
        roles: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP()),
        tables: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ schema: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(), table: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(), rows: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable() })).nullable(),
        properties: _postgres_properties__WEBPACK_IMPORTED_MODULE_2__/* .propertiesSchema */ .DS.nullable().default(null),
        tablespaces: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP()).default([]),
        beyond: _postgres_beyond__WEBPACK_IMPORTED_MODULE_1__/* .beyondSchema */ .Be.nullable().default(null),
    })),
    globals: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ ...part, service: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP() })),
    volumes: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
        ...part,
        name: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().regex(_config_sections_values__WEBPACK_IMPORTED_MODULE_0__/* .VOLUME */ .PM),
        entries: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(),
        volumeBytes: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable().default(null),
    }))
        .default([]),
    qdrant: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ ...part, service: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(), checked: zod__WEBPACK_IMPORTED_MODULE_3__/* .boolean */ .zMY() })).default([]),
    brokers: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
        service: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
        topics: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
            name: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
            partitions: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ partition: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(), start: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable(), end: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable() })),
        })),
        groups: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
            name: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
            state: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
            lag: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(),
            offsets: zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
                topic: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(),
                partition: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(),
                committed: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable(),
                end: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable(),
                lag: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().nullable(),
            })),
        })),
        problem: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().nullable(),
    }))
        .default([]),
});
/** `null` for what is not a manifest of this stack. */
function parseManifest(text, stack) {
    try {
        const found = schema.parse(JSON.parse(text));
        return found.stack === stack ? found : null;
    }
    catch {
        return null;
    }
}
function partsOf({ databases, globals, volumes, qdrant }) {
    return [...databases, ...globals, ...volumes, ...qdrant];
}
/** Bytes of all files together. */
function sizeOf(manifest) {
    return partsOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
}


/***/ }),

/***/ 27073:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ measure)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_1__);
/** Size and hash of a stream. */


/** A stream that changes nothing; call `result` after its end, and `bytes` for the number of bytes so far. */
function measure() {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    let bytes = 0;
    const stream = new node_stream__WEBPACK_IMPORTED_MODULE_1__.Transform({
        transform(chunk, _encoding, next) {
            hash.update(chunk);
            bytes += chunk.length;
            next(null, chunk);
        },
    });
    return { stream, bytes: () => bytes, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}


/***/ }),

/***/ 88411:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  l: () => (/* binding */ s3Destination)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/backup/complete.ts
var complete = __webpack_require__(36990);
// EXTERNAL MODULE: ./actions/lib/backup/manifest.ts
var manifest = __webpack_require__(34380);
;// CONCATENATED MODULE: ./actions/lib/backup/s3-client.ts
const DEFAULT_LIMITS = { stallMs: 120_000, connectMs: 10_000, attempts: 3, pageSize: 1000 };
/** Does not connect yet. Credentials are read from the environment when they are needed: variables, OIDC, a role. */
async function connectS3(settings, limits) {
    // Loaded only when needed: the SDK is larger than the rest of the bundle.
    const { S3 } = await __webpack_require__.e(/* import() */ 711).then(__webpack_require__.t.bind(__webpack_require__, 53711, 19));
    const { endpoint, region, pathStyle = endpoint !== null } = settings;
    const common = {
        region,
        forcePathStyle: pathStyle,
        maxAttempts: limits.attempts,
        // Servers and proxies that never say "100 Continue" would cost seconds for every part.
        expectContinueHeader: false,
        // The SHA-256 proves what was read. The SDK's own check would hide a broken connection from the reader.
        responseChecksumValidation: 'WHEN_REQUIRED',
        ...(endpoint === null ? {} : { endpoint }),
    };
    const { connectMs: connectionTimeout, stallMs } = limits;
    const s3 = new S3({ ...common, requestHandler: { connectionTimeout, socketTimeout: stallMs } });
    let ahead = null;
    // Next to the network, so that refusals are seen, too: they have a date as well.
    s3.middlewareStack.add((next) => async (request) => {
        const result = await next(request);
        const { headers = {} } = result.response;
        const date = Date.parse(headers.date ?? headers.Date ?? '');
        ahead = Number.isNaN(date) ? null : date - Date.now();
        return result;
    }, { step: 'deserialize', priority: 'low', name: 'serverClock' });
    return {
        ahead: () => ahead,
        s3,
        reading: new S3({
            ...common,
            requestHandler: { connectionTimeout, socketTimeout: 0, requestTimeout: stallMs, throwOnRequestTimeout: true },
        }),
    };
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
;// CONCATENATED MODULE: ./actions/lib/backup/s3-content.ts
/** The content of an object as a stream that goes on after the connection broke. */

/** After so many bytes without a failure, earlier failures do not count any more. */
const PROGRESS = 16 * 1024 * 1024;
/**
 * @param first the whole content, just opened
 * @param bytes size of the content; `null`: the server does not say it
 * @param open opens the content from this byte on
 * @param explain makes the error of the stream
 */
function lastingContent(first, bytes, open, { stallMs, attempts }, explain) {
    let source = first;
    let chunks = source[Symbol.asyncIterator]();
    let at = 0;
    let failures = 0;
    let failedAt = 0;
    async function next() {
        for (;;) {
            try {
                const { value, done } = await inTime(chunks.next(), stallMs);
                if (done !== true) {
                    at += value.length;
                    return value;
                }
                if (bytes === null || at >= bytes)
                    return null;
                throw new Error('aborted');
            }
            catch (error) {
                source.destroy();
                if (at - failedAt >= PROGRESS)
                    failures = 0;
                failedAt = at;
                failures++;
                if (failures >= attempts || stream.destroyed)
                    throw error;
                if (at === bytes)
                    return null;
            }
            source = await open(at);
            if (stream.destroyed)
                source.destroy();
            chunks = source[Symbol.asyncIterator]();
        }
    }
    const stream = new external_node_stream_.Readable({
        read() {
            next().then((chunk) => stream.destroyed || stream.push(chunk), (error) => stream.destroy(explain(error)));
        },
        destroy(error, done) {
            source.destroy();
            done(error);
        },
    });
    return stream;
}
/** Counts only the time for which the reader waits for a byte, not the time in which the reader wants none. */
async function inTime(work, ms) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(Object.assign(new Error('no byte came'), { name: 'TimeoutError' })), ms);
    });
    try {
        return await Promise.race([work, late]);
    }
    finally {
        clearTimeout(timer);
    }
}

;// CONCATENATED MODULE: ./actions/lib/backup/s3-errors.ts
/** What a failure of S3 means, and its remedy. */

/** The object does not exist. Decided by the code, not by the status: a missing bucket or user is 404 too. */
function isMissing(error) {
    // An answer to `HEAD` has no code of S3; the SDK makes up `NotFound`.
    return ['NoSuchKey', 'NotFound'].includes(seen(error).name);
}
/** The server cannot do this, or not with these credentials. For requests that a backup can do without. */
function isRefused(error) {
    const { name, status } = seen(error);
    return name === 'NotImplemented' || [403, 405, 501].includes(status);
}
/** @returns why this one object cannot be read, as a clause; `null` where the error concerns more than one object */
function whyOneObject(error, settings) {
    const found = seen(error);
    const { name, status } = found;
    if (status < 400 || status >= 500 || status === 401 || status === 429)
        return null;
    if (WRONG_KEYS.includes(name) || ['RequestTimeTooSkewed', 'NoSuchBucket'].includes(name))
        return null;
    return reasonOf(found, settings).why;
}
/** @param what the sentence on what could not be done */
function storageFailed(what, error, settings) {
    // The error is not attached as cause: it holds the request, whose headers are signed.
    if (error instanceof errors/* UserError */.y)
        return error;
    return new errors/* UserError */.y('RB-STORAGE-FAILED', { what, ...reasonOf(seen(error), settings) });
}
function seen(error) {
    const { name, code, message, $metadata } = (error ?? {});
    return {
        name: typeof name === 'string' ? name : '',
        status: $metadata?.httpStatusCode ?? 0,
        system: typeof code === 'string' ? code : '',
        message: typeof message === 'string' ? message : String(error),
    };
}
function reasonOf(error, settings) {
    const { name, status, system, message } = error;
    const server = serverOf(settings);
    const is = (...names) => names.includes(name) || names.includes(system);
    if (is('CredentialsProviderError') || /credential is missing|Could not load credentials/i.test(message))
        return {
            why: 'there are no credentials for S3',
            remedy: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as `env` of the step, from secrets, or let aws-actions/configure-aws-credentials get them by OIDC before it',
        };
    if (is(...WRONG_KEYS) || status === 401)
        return {
            why: `${server} refuses the credentials (${name})`,
            remedy: 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a role, AWS_SESSION_TOKEN; a role may have expired',
        };
    if (is('RequestTimeTooSkewed'))
        return { why: 'the clock of the runner is wrong', remedy: 'set the clock of the runner by NTP' };
    if (is('NoSuchBucket'))
        return {
            why: `${server} has no bucket ${settings.bucket}`,
            remedy: 'create the bucket, or correct its name or the endpoint',
        };
    if (is('PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException') || status === 301)
        return {
            why: `the bucket does not lie in the region ${settings.region}`,
            remedy: 'set the region that the bucket lies in',
        };
    if (is('QuotaExceeded', 'XMinioStorageFull', 'InsufficientCapacity') || status === 507)
        return { why: `${server} has no space left`, remedy: 'remove older backups there, or raise the quota' };
    if (is('BadDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch', 'InvalidDigest'))
        return {
            why: 'the data that arrived there differ from the data that were sent',
            remedy: 'run it again; if it persists, look at the network devices on the way',
        };
    if (is('InvalidObjectState'))
        return {
            why: 'it lies in an archive class (Glacier, Deep Archive or the like)',
            remedy: 'restore it from the archive first (aws s3api restore-object, for every file of the backup), or exempt manifest.json and what you may need soon from the lifecycle rule',
        };
    if (/^KMS\./.test(name) || /kms/i.test(message))
        return {
            why: `it is encrypted with a key that these credentials may not use (${name})`,
            remedy: 'allow kms:Decrypt on that key, or choose a backup under another key',
        };
    if (status === 403)
        return {
            why: `${server} denies the access (${name})`,
            remedy: `allow s3:ListBucket, s3:ListBucketMultipartUploads and s3:AbortMultipartUpload, s3:GetObject, s3:PutObject, s3:DeleteObject on ${settings.bucket}, and check that it is the right bucket`,
        };
    if (name === 'NoSuchKey' || name === 'NotFound')
        return { why: 'it is not there', remedy: 'check whether another program removes objects there' };
    if (is('SlowDown', 'TooManyRequests') || status === 429 || status >= 500)
        return { why: `${server} cannot serve now: ${status} ${name}`, remedy: 'run it again later' };
    if (status === 0)
        return besideProxy(reasonOfNetwork(error, server, settings), error, settings);
    return {
        why: `${server} refuses: ${status} ${name}: ${withoutKeys(message)}`,
        remedy: 'look up this code in the manual of the server',
    };
}
function reasonOfNetwork({ name, system, message }, server, settings) {
    if (UNREACHABLE.includes(system))
        return {
            why: `${server} cannot be reached: ${system}`,
            remedy: settings.endpoint === null
                ? 'check the region, and that the runner may connect to AWS'
                : 'check the endpoint, and that it runs; if it knows no host names of buckets, use path style',
        };
    if (/^(ECONNRESET|EPIPE)$/.test(system) || /socket hang up|aborted/i.test(message))
        return { why: `${server} or something on the way cut the connection`, remedy: 'run it again' };
    // Comes after the checks above, because the SDK gives their errors the same name.
    if (name === 'TimeoutError' || system === 'ETIMEDOUT')
        return {
            why: `${server} did not answer in time`,
            remedy: 'run it again; check the endpoint and the network on the way',
        };
    if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_(TLS|SSL)/.test(system))
        return {
            why: `${server} has no certificate that is trusted: ${system}`,
            remedy: 'give it a valid certificate, or name its authority in NODE_EXTRA_CA_CERTS',
        };
    if (/^Exceeded \d+ parts/.test(message))
        return {
            why: 'it is larger than 10,000 parts of the size that was chosen for what was expected',
            remedy: 'divide the data into several parts',
        };
    return {
        why: withoutKeys(`${name}: ${message}`),
        remedy: 'run it again; if it persists, check the settings of the store',
    };
}
/** A runner that reaches the server only by a proxy gets no answer, whatever endpoint and region are. */
function besideProxy({ why, remedy }, { name, system }, { endpoint }) {
    const proxy = (endpoint?.startsWith('http:') ? ['HTTP_PROXY', 'http_proxy'] : ['HTTPS_PROXY', 'https_proxy']).find((one) => process.env[one]);
    if (proxy === undefined || !(NO_ANSWER.includes(system) || name === 'TimeoutError'))
        return { why, remedy };
    return {
        why: `${why}; ${proxy} is set, and this action goes to S3 without a proxy`,
        remedy: `let the runner connect to the server directly, or ${remedy}`,
    };
}
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const NO_ANSWER = [...UNREACHABLE, 'ETIMEDOUT'];
const WRONG_KEYS = [
    'InvalidAccessKeyId',
    'XAdminUserNotFound', // Versity's
    'SignatureDoesNotMatch',
    'InvalidToken',
    'InvalidClientTokenId',
    'InvalidIdentityToken',
    'ExpiredToken',
    'ExpiredTokenException',
    'TokenRefreshRequired',
];
/** Without a user and password in the URL. */
function serverOf({ endpoint, region }) {
    if (endpoint === null)
        return `S3 in ${region}`;
    return URL.canParse(endpoint) ? new URL(endpoint).host : 'the endpoint';
}
/** A server may quote the keys that it was given. */
function withoutKeys(text) {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    return [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]
        .filter((key) => key !== undefined && key !== '')
        .reduce((rest, key) => rest.replaceAll(key, '***'), text)
        .replace(/\bA[A-Z]{3}[A-Z0-9]{16}\b/g, '***');
}

;// CONCATENATED MODULE: ./actions/lib/backup/s3-litter.ts
/** The file that makes a folder a backup. */
const MANIFEST = 'manifest.json';
/**
 * @param folder of the stack, without a slash at its end
 * @param known names of backups that have a manifest, readable or not
 * @param before milliseconds since the epoch, by the server's clock; younger files may belong to a run that goes on
 * @returns names of folders without a manifest in which nothing is younger
 */
async function litterIn({ s3 }, { Bucket, folder }, known, before) {
    const newest = new Map();
    const seen = (key, time) => {
        const id = /^(\d{8}T\d{6}Z)\//.exec(key?.slice(folder.length + 1) ?? '')?.[1];
        if (id === undefined || !key?.startsWith(`${folder}/`))
            return;
        // A folder with a manifest is a backup, even if the server did not give out that manifest a moment ago.
        const at = key.endsWith(`/${MANIFEST}`) ? undefined : time?.getTime();
        newest.set(id, Math.max(newest.get(id) ?? 0, at ?? Number.POSITIVE_INFINITY));
    };
    let token;
    do {
        const page = await s3.listObjectsV2({
            Bucket,
            Prefix: `${folder}/`,
            ContinuationToken: token,
        });
        for (const { Key, LastModified } of page.Contents ?? [])
            seen(Key, LastModified);
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    const { Uploads = [] } = await s3.listMultipartUploads({ Bucket, Prefix: `${folder}/` });
    for (const { Key, Initiated } of Uploads)
        seen(Key, Initiated);
    return [...newest].filter(([id, time]) => !known.has(id) && time < before).map(([id]) => id);
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./actions/lib/backup/s3-upload.ts
/** Uploads a stream as one object, in parts. */



const MIB = 1024 * 1024;
/** The smallest part that S3 takes. */
const PART = 5 * MIB;
/** Parts that are sent at the same time; these and the part that is being filled lie in memory. */
const QUEUE = 3;
/** S3 takes 10,000 parts; some are kept back, because the expected size is only an estimate. */
const PARTS = 9000;
/** Milliseconds between attempts to end an upload of which parts still arrive. */
const ENDINGS = [50, 200, 1000, 3000];
/** The checksum with which S3 compares each part that arrives. */
const ChecksumAlgorithm = 'CRC32';
/** @param bytes of the whole object; `null`: not known @returns bytes, whole mebibytes */
function partSize(bytes) {
    return Math.max(PART, Math.ceil((bytes ?? 0) / PARTS / MIB) * MIB);
}
/**
 * Sends all of `content`, and has S3 compare what arrived with what was sent: every part by its checksum, the whole by
 * its size. If anything fails, the parts are removed, and no more of `content` is read.
 *
 * @param bytes expected size of `content`; `null`: not known
 * @throws the first error: of `content`, or of a request
 */
async function upload({ s3 }, target, content, bytes) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let sent = 0;
    const parts = new Parts(s3, target, partSize(bytes));
    const chunks = content[Symbol.asyncIterator]();
    const next = () => parts.unlessBroken(chunks.next().catch((error) => {
        throw unread(target.Key, error);
    }));
    try {
        for (let chunk = await next(); chunk.done !== true; chunk = await next()) {
            hash.update(chunk.value);
            sent += chunk.value.length;
            await parts.add(chunk.value);
        }
        await parts.end();
    }
    catch (error) {
        content.destroy();
        await parts.giveUp();
        throw error;
    }
    const { ContentLength } = await s3.headObject(target);
    if (ContentLength !== sent)
        throw new errors/* UserError */.y('RB-STORAGE-FAILED', {
            what: `${target.Key} in the bucket ${target.Bucket} differs from the data that were sent`,
            why: `it has ${ContentLength ?? 'an unknown number of'} bytes instead of ${sent}`,
            remedy: 'run it again; if it persists, do not trust this place',
        });
    return { bytes: sent, sha256: hash.digest('hex') };
}
/**
 * The parts of one object. They share a few buffers: memory that was allocated for every part would stay with the
 * process long after.
 */
class Parts {
    #s3;
    #target;
    #size;
    #free = [];
    #buffers = 0;
    #current = null;
    #filled = 0;
    #upload = null;
    #count = 0;
    #done = [];
    #sending = [];
    #broken = null;
    #interrupt = (_) => undefined;
    #wake = () => undefined;
    constructor(s3, target, size) {
        this.#s3 = s3;
        this.#target = target;
        this.#size = size;
    }
    /** A part that fails ends every wait: otherwise a stream that stands still would delay the error. */
    unlessBroken(promise) {
        return new Promise((resolve, reject) => {
            if (this.#broken !== null)
                reject(this.#broken.error);
            this.#interrupt = reject;
            promise.then(resolve, reject);
        });
    }
    async add(bytes) {
        for (let from = 0; from < bytes.length;) {
            this.#current ??= await this.#buffer();
            const copied = bytes.copy(this.#current, this.#filled, from);
            from += copied;
            this.#filled += copied;
            if (this.#filled === this.#size)
                await this.#send();
        }
    }
    /** Waits until all parts have arrived, and makes them one object. */
    async end() {
        if (this.#upload === null) {
            const Body = this.#current?.subarray(0, this.#filled) ?? Buffer.alloc(0);
            await this.#s3.putObject({ ...this.#target, Body, ChecksumAlgorithm });
            return;
        }
        if (this.#filled > 0)
            await this.#send();
        await Promise.all(this.#sending);
        if (this.#broken !== null)
            throw this.#broken.error;
        const [UploadId, MultipartUpload] = [this.#upload, { Parts: this.#done }];
        await this.#s3.completeMultipartUpload({ ...this.#target, UploadId, MultipartUpload });
    }
    /**
     * Removes the parts, as far as the server can be reached. A part that is on its way may outlive the end of the upload
     * (S3 API, AbortMultipartUpload). So this waits for the parts that it can wait for, and then asks the server whether
     * the upload is gone.
     */
    async giveUp() {
        await Promise.all(this.#sending);
        if (this.#upload === null)
            return;
        const upload = { ...this.#target, UploadId: this.#upload };
        try {
            for (const pause of ENDINGS) {
                await this.#s3.abortMultipartUpload(upload);
                // Fails once the upload does not exist any more.
                await this.#s3.listParts(upload);
                await (0,promises_.setTimeout)(pause);
            }
        }
        catch {
            // The upload is gone, or nobody can tell: removing the backup will remove what is left.
        }
    }
    async #buffer() {
        for (;;) {
            const free = this.#free.pop();
            if (free !== undefined)
                return free;
            if (this.#buffers <= QUEUE) {
                this.#buffers += 1;
                return Buffer.allocUnsafeSlow(this.#size);
            }
            await this.unlessBroken(new Promise((resolve) => {
                this.#wake = resolve;
            }));
        }
    }
    async #send() {
        const [buffer, Body] = [this.#current, this.#current.subarray(0, this.#filled)];
        this.#current = null;
        this.#filled = 0;
        this.#upload ??= await this.#begin();
        this.#count += 1;
        const PartNumber = this.#count;
        const part = { ...this.#target, UploadId: this.#upload, PartNumber, Body, ChecksumAlgorithm };
        this.#sending.push(this.#s3.uploadPart(part).then(({ ETag, ChecksumCRC32 }) => {
            this.#done[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
            this.#free.push(buffer);
            this.#wake();
        }, (error) => {
            this.#broken ??= { error };
            this.#interrupt(error);
        }));
    }
    async #begin() {
        const { UploadId } = await this.#s3.createMultipartUpload({ ...this.#target, ChecksumAlgorithm });
        if (UploadId === undefined)
            throw new Error('the server did not begin a multipart upload');
        return UploadId;
    }
}
function unread(key, error) {
    if (error instanceof errors/* UserError */.y)
        return error;
    return new errors/* UserError */.y('RB-STORAGE-FAILED', {
        what: `the data to be stored as ${key} broke off`,
        why: error instanceof Error ? error.message : String(error),
        remedy: 'run it again',
    });
}

// EXTERNAL MODULE: ./actions/lib/backup/source.ts
var source = __webpack_require__(30860);
;// CONCATENATED MODULE: ./actions/lib/backup/s3.ts
/** A bucket of S3, or of anything that speaks S3, as a place for backups: `<prefix>/<stack>/<id>/<file>`. */










/** Prefix of the empty object that reserves a backup's name until the backup is published. */
const CLAIM = '.claim-';
/** Requests at the same time for many small objects. */
const WIDTH = 8;
/** @param limits timeouts and sizes; tests pass short ones, the defaults suit slow servers */
function s3Destination(settings, stack, limits = {}) {
    const bounds = { ...DEFAULT_LIMITS, ...limits };
    const { bucket: Bucket } = settings;
    const folder = [...settings.prefix.split('/').filter((name) => name !== ''), stack].join('/');
    const name = `s3://${Bucket}/${folder}`;
    let connection = null;
    const connected = () => {
        connection ??= connectS3(settings, bounds);
        return connection;
    };
    /** Does the work, and explains a failure. */
    const explained = async (what, work) => {
        try {
            return await work(await connected());
        }
        catch (error) {
            throw storageFailed(what, error, settings);
        }
    };
    /** Objects whose keys begin with the prefix, or with a delimiter its folders; page by page. */
    async function* objects({ s3 }, prefix, delimiter) {
        let token;
        do {
            const page = await s3.listObjectsV2({
                Bucket,
                Prefix: prefix,
                MaxKeys: bounds.pageSize,
                Delimiter: delimiter,
                ContinuationToken: token,
            });
            yield page;
            token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
            // The newest backups come last: without them an older one would count as the latest.
            if (page.IsTruncated === true && token === undefined)
                throw new Error('the server cut off the list of objects, and does not say how it goes on');
        } while (token !== undefined);
    }
    async function* pages(connection, prefix, delimiter) {
        for await (const page of objects(connection, prefix, delimiter))
            yield delimiter === undefined
                ? (page.Contents ?? []).flatMap(({ Key }) => Key ?? [])
                : (page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []);
    }
    /** An unfinished backup, or one that is being removed, has no manifest. */
    const manifestIn = async ({ s3 }, prefix) => {
        const id = prefix.slice(folder.length + 1, -1);
        try {
            const { Body } = await s3.getObject({ Bucket, Key: `${prefix}${MANIFEST}` });
            return (0,manifest/* parseManifest */.Ng)((await Body?.transformToString()) ?? '', stack) ?? { id, why: source/* DAMAGED */.Ax };
        }
        catch (error) {
            if (isMissing(error))
                return null;
            const why = whyOneObject(error, settings);
            if (why === null)
                throw error;
            firstRefusal ??= error;
            return { id, why };
        }
    };
    let firstRefusal = null;
    const survey = () => explained(`the backups in ${name} could not be listed`, async (connection) => {
        const manifests = [];
        const unreadable = [];
        firstRefusal = null;
        for await (const page of pages(connection, `${folder}/`, '/')) {
            const ids = page.filter((prefix) => /\/\d{8}T\d{6}Z\/$/.test(prefix));
            await each(ids, async (prefix) => {
                const found = await manifestIn(connection, prefix);
                if (found !== null && 'why' in found)
                    unreadable.push(found);
                else if (found !== null)
                    manifests.push(found);
            });
        }
        // If not one manifest can be read, the cause is not a single object.
        if (manifests.length === 0 && firstRefusal !== null)
            throw firstRefusal;
        const byId = (a, b) => (a.id < b.id ? -1 : 1);
        return { manifests: manifests.sort(byId), unreadable: unreadable.sort(byId) };
    });
    /** Called once the backup is published. With credentials that may not remove anything, the empty object stays. */
    const unclaim = async (connection, prefix) => {
        try {
            for await (const keys of pages(connection, prefix))
                await each(keys, (Key) => removeObject(connection, Bucket, Key));
        }
        catch (error) {
            if (!isRefused(error))
                throw error;
        }
    };
    const remove = (id) => explained(`the backup ${id} could not be removed from ${name}`, async (connection) => {
        const prefix = keyOf(folder, id, '');
        try {
            await removeObject(connection, Bucket, `${prefix}${MANIFEST}`);
        }
        catch (error) {
            // These credentials may only write, or the objects are locked: what is there cannot be removed.
            if (isRefused(error))
                return false;
            throw error;
        }
        for await (const keys of pages(connection, prefix))
            await each(keys, (Key) => removeObject(connection, Bucket, Key));
        await abandonUploads(connection, Bucket, prefix);
        return true;
    });
    return {
        name,
        path: () => null,
        survey,
        list: async () => (await survey()).manifests,
        incomplete: (manifests) => explained(`the files of the backups in ${name} could not be listed`, async (connection) => {
            const sizes = new Map();
            for await (const page of objects(connection, `${folder}/`))
                for (const { Key = '', Size = 0 } of page.Contents ?? []) {
                    const [id = '', file = ''] = Key.slice(folder.length + 1).split('/');
                    sizes.set(id, (sizes.get(id) ?? new Map()).set(file, Size));
                }
            return (0,complete/* incompleteIn */.C)(manifests, sizes);
        }),
        read: async (manifest, { file }) => {
            const Key = keyOf(folder, manifest.id, file);
            const explain = (error) => isMissing(error)
                ? new errors/* UserError */.y('RB-BACKUP-UNKNOWN', {
                    what: `s3://${Bucket}/${Key}, which the manifest names, does not exist`,
                    remedy: 'choose another backup, or another place with `from`',
                })
                : storageFailed(`s3://${Bucket}/${Key} could not be read`, error, settings);
            try {
                const { reading } = await connected();
                const { Body, ContentLength = null, ETag } = await reading.getObject({ Bucket, Key });
                // Makes sure that the rest comes from the same object.
                const same = ETag === undefined ? {} : { IfMatch: ETag };
                const open = async (from) => {
                    const rest = await reading.getObject({ Bucket, Key, Range: `bytes=${from}-`, ...same });
                    if (rest.ContentRange?.startsWith(`bytes ${from}-`) === true)
                        return rest.Body;
                    rest.Body.destroy();
                    throw new Error('aborted, and the server cannot continue from the middle');
                };
                return lastingContent(Body, ContentLength, open, bounds, explain);
            }
            catch (error) {
                throw explain(error);
            }
        },
        write: async (id, file, content, bytes) => {
            // An error before the first read must not crash the process; the reader gets it later.
            content.on('error', () => undefined);
            try {
                return await explained(`${file} could not be stored in ${name}/${id}`, async (connection) => {
                    const stored = await upload(connection, { Bucket, Key: keyOf(folder, id, file) }, content, bytes);
                    return { file, ...stored };
                });
            }
            finally {
                content.destroy();
            }
        },
        discard: async (id, file) => {
            try {
                await removeObject(await connected(), Bucket, keyOf(folder, id, file));
            }
            catch {
                // The object is removed with its backup.
            }
        },
        claim: async (id) => {
            try {
                const connection = await connected();
                const Key = keyOf(folder, id, `${CLAIM}${(0,external_node_crypto_.randomUUID)()}`);
                await connection.s3.putObject({ Bucket, Key, Body: id, ChecksumAlgorithm: 'CRC32' });
                // The second run sees the first one's claim; if both see each other, both take another name.
                for await (const keys of pages(connection, keyOf(folder, id, '')))
                    if (keys.some((key) => key !== Key)) {
                        await removeObject(connection, Bucket, Key);
                        return false;
                    }
            }
            catch {
                // If the failure matters, the upload of the parts meets it too and reports it.
            }
            return true;
        },
        publish: (manifest) => explained(`the manifest of ${manifest.id} could not be stored in ${name}`, async ({ s3 }) => {
            const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
            const target = { Bucket, Key: keyOf(folder, manifest.id, MANIFEST) };
            await s3.putObject({ ...target, Body: text, ContentType: 'application/json', ChecksumAlgorithm: 'CRC32' });
            await unclaim(await connected(), keyOf(folder, manifest.id, CLAIM));
        }),
        remove,
        ahead: async () => {
            try {
                const connection = await connected();
                await connection.s3.headBucket({ Bucket }).catch(() => { });
                return connection.ahead();
            }
            catch {
                return null;
            }
        },
        sweep: async (known, before) => {
            try {
                const left = await litterIn(await connected(), { Bucket, folder }, known, before);
                const gone = [];
                for (const id of left)
                    if (await remove(id))
                        gone.push(id);
                return gone;
            }
            catch {
                return [];
            }
        },
        afterRemoval: async () => {
            try {
                const { Status } = await (await connected()).s3.getBucketVersioning({ Bucket });
                return Status === 'Enabled' || Status === 'Suspended'
                    ? `${name}: the bucket keeps versions, so removed backups still take room there, and can be brought back, until a lifecycle rule (NoncurrentVersionExpiration) removes them.`
                    : null;
            }
            catch {
                return null;
            }
        },
    };
}
/** One by one, because not every server can remove many objects at once. */
async function removeObject({ s3 }, Bucket, Key) {
    try {
        await s3.deleteObject({ Bucket, Key });
    }
    catch (error) {
        if (!isMissing(error))
            throw error;
    }
}
/** Ends uploads that a killed run left: nobody sees their parts, but they cost money. */
async function abandonUploads({ s3 }, Bucket, Prefix) {
    try {
        const { Uploads = [] } = await s3.listMultipartUploads({ Bucket, Prefix });
        await each(Uploads, async ({ Key, UploadId }) => {
            if (Key?.startsWith(Prefix))
                await s3.abortMultipartUpload({ Bucket, Key, UploadId });
        });
    }
    catch (error) {
        // The backup is removed all the same. Not every server lists uploads, and not all credentials may list them.
        if (!isRefused(error))
            throw error;
    }
}
/** Rejects an empty or foreign ID, which would name more than one backup. */
function keyOf(folder, id, file) {
    if (!/^[A-Za-z0-9_-]+$/.test(id))
        throw new Error(`not an ID of a backup: ${id}`);
    return `${folder}/${id}/${file}`;
}
async function each(items, work) {
    const waiting = items.values();
    const worker = async () => {
        for (const item of waiting)
            await work(item);
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
}


/***/ }),

/***/ 30860:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ax: () => (/* binding */ DAMAGED),
/* harmony export */   Ei: () => (/* binding */ hostSource),
/* harmony export */   WG: () => (/* binding */ folderSource),
/* harmony export */   l9: () => (/* binding */ sayUnreadable),
/* harmony export */   zI: () => (/* binding */ folderDestination)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(46466);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_stream_promises__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(32863);
/* harmony import */ var _group__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(82077);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(51957);
/* harmony import */ var _complete__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(36990);
/* harmony import */ var _manifest__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(34380);
/* harmony import */ var _measure__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(27073);
/** Places that backups come from. */











/** @returns `null` where all manifests can be read */
function sayUnreadable(unreadable, place) {
    if (unreadable.length === 0)
        return null;
    const reasons = (0,_group__WEBPACK_IMPORTED_MODULE_9__/* .groupBy */ .$)(unreadable, ({ why }) => why);
    const said = [...reasons].map(([why, some]) => `${some.map(({ id }) => id).join(', ')} (${why})`);
    return `${place}: these backups have a manifest that cannot be read: ${said.join('; ')}. They are not counted and not removed.`;
}
const DAMAGED = 'it is damaged, or of another stack';
/** Bytes of manifests that are read at most: each names all tables, and beginnings that are cut off would be backups less. */
const KEPT = 256 * 2 ** 20;
/** The host's own folder, `<root>/<stack>/<id>/`. */
function hostSource(host, root, stack) {
    const folder = `${root}/${stack}`;
    const path = (manifest, { file }) => `${folder}/${manifest.id}/${file}`;
    const survey = async () => {
        const outcome = await host.run(`for f in ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_10__/* .quote */ .h)(folder)}/*/manifest.json; do
  [ -e "$f" ] || continue
  d=\${f%/*} && printf '%s ' "\${d##*/}" && if [ -r "$f" ]; then tr -d '\\n' <"$f"; fi; echo
done`, { keep: KEPT });
        if (outcome.outcome === 'unknown')
            throw cutOff(folder, outcome.reason);
        const lines = outcome.stdout.split('\n').filter((line) => line !== '');
        return surveyOf(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]), stack);
    };
    return {
        name: folder,
        survey,
        list: async () => (await survey()).manifests,
        path,
        incomplete: async (manifests) => (0,_complete__WEBPACK_IMPORTED_MODULE_6__/* .incompleteIn */ .C)(manifests, await sizesIn(host, folder)),
        read: async (manifest, part) => {
            const sink = new node_stream__WEBPACK_IMPORTED_MODULE_3__.PassThrough();
            // A failure of the stream destroys the sink with its error.
            host.stream(`cat ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_10__/* .quote */ .h)(path(manifest, part))}`, sink).catch((error) => sink.destroy(error));
            return node_stream__WEBPACK_IMPORTED_MODULE_3__.Readable.from(explained(sink), { objectMode: false });
        },
    };
}
/** Name of a backup → file → bytes. Names of files in manifests have no spaces. */
async function sizesIn(host, folder) {
    const outcome = await host.run(`for d in ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_10__/* .quote */ .h)(folder)}/*/; do
  d=\${d%/}
  [ ! -e "$d/manifest.json" ] || LC_ALL=C ls -lnL "$d" 2>/dev/null | id=\${d##*/} awk '/^-/ { print ENVIRON["id"], $5, $NF }'
done`, { keep: KEPT });
    if (outcome.outcome === 'unknown')
        throw cutOff(folder, outcome.reason);
    const files = outcome.stdout.split('\n').map((line) => line.split(' '));
    const byId = (0,_group__WEBPACK_IMPORTED_MODULE_9__/* .groupBy */ .$)(files, ([id = '']) => id);
    return new Map([...byId].map(([id, all]) => [id, new Map(all.map(([, bytes = '', file = '']) => [file, Number(bytes)]))]));
}
function cutOff(folder, why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-CONNECTION-LOST', {
        what: `the backups in ${folder} could not be listed to the end`,
        why,
        remedy: 'run it again; nothing was changed',
    });
}
/** @param texts names and the text of their manifests, empty where it cannot be read */
function surveyOf(texts, stack) {
    const found = texts.map(([id, text]) => ({ id, text, manifest: (0,_manifest__WEBPACK_IMPORTED_MODULE_7__/* .parseManifest */ .Ng)(text, stack) }));
    return {
        manifests: found.flatMap(({ manifest }) => manifest ?? []).sort((a, b) => (a.id < b.id ? -1 : 1)),
        unreadable: found
            .filter(({ manifest }) => manifest === null)
            .map(({ id, text }) => ({ id, why: text === '' ? 'this user may not read it, or it is empty' : DAMAGED })),
    };
}
/** A folder on the runner with `<stack>/<id>/`, such as a downloaded artifact. */
function folderSource(root, stack) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, stack);
    const survey = async () => {
        const ids = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(folder) ? (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder).sort() : [];
        const files = ids.map((id) => [id, (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id, 'manifest.json')]);
        return surveyOf(files.filter(([, file]) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(file)).map(([id, file]) => [id, (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file, 'utf8')]), stack);
    };
    return {
        name: folder,
        survey,
        list: async () => (await survey()).manifests,
        path: () => null,
        incomplete: async () => [],
        read: async (manifest, { file }) => {
            const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, manifest.id, file);
            if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path))
                return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(path);
            throw new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-BACKUP-UNKNOWN', {
                what: `${path}, which the manifest names, does not exist`,
                remedy: 'download the whole backup, or choose another backup',
            });
        },
    };
}
/** The same folder as a destination: for an artifact of the workflow. */
function folderDestination(root, stack) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(root, stack);
    const refused = (error) => error instanceof _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y
        ? error
        : new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-STORAGE-FAILED', {
            what: `the backup could not be written to the folder ${folder} on the runner`,
            why: error instanceof Error ? error.message : String(error),
            remedy: 'see that the runner has room, and run it again',
        });
    return {
        ...folderSource(root, stack),
        claim: async (id) => !(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id)),
        write: async (id, file, content) => {
            const counted = (0,_measure__WEBPACK_IMPORTED_MODULE_8__/* .measure */ .x)();
            try {
                await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id), { recursive: true, mode: 0o700 });
                const sink = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createWriteStream)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id, file), { mode: 0o600, flush: true });
                await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_4__.pipeline)(content, counted.stream, sink);
                const { bytes, sha256 } = counted.result();
                const { size } = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.stat)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id, file));
                if (size !== bytes)
                    throw new Error(`${file} has ${size} bytes instead of ${bytes}`);
                return { file, bytes, sha256 };
            }
            catch (error) {
                await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id, file), { force: true });
                throw refused(error);
            }
        },
        discard: (id, file) => (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id, file), { force: true }).catch(() => { }),
        publish: async (manifest) => {
            try {
                await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, manifest.id, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, {
                    mode: 0o600,
                    flush: true,
                });
            }
            catch (error) {
                throw refused(error);
            }
        },
        remove: async (id) => {
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, id), { recursive: true, force: true });
            return true;
        },
        sweep: async () => [],
        ahead: async () => null,
        afterRemoval: async () => null,
    };
}
async function* explained(stream) {
    try {
        yield* stream;
    }
    catch (error) {
        throw error instanceof _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y && error.code === 'RB-COMMAND-FAILED' ? unreadable(error) : error;
    }
}
function unreadable({ details }) {
    return new _errors__WEBPACK_IMPORTED_MODULE_5__/* .UserError */ .y('RB-BACKUP-UNKNOWN', {
        what: 'a file that the manifest names does not exist or cannot be read',
        why: details.log?.at(-1) ?? 'it could not be opened',
        remedy: 'choose another backup, or another place with `from`',
    });
}


/***/ }),

/***/ 69655:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ checkRestorable)
/* harmony export */ });
/* harmony import */ var _restore_check__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(21763);
/* harmony import */ var _kinds__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8898);
/** Checks parts of all kinds before they are restored. */


/** To be called before anything is changed. @throws {UserError} RB-IDENTITY, and the errors of each kind's check */
function checkRestorable(parts, meeting) {
    (0,_restore_check__WEBPACK_IMPORTED_MODULE_0__/* .checkIdentity */ .Z0)((0,_kinds__WEBPACK_IMPORTED_MODULE_1__/* .eachKind */ .u)((kind) => kind.parts(parts)).flat(), meeting);
    (0,_kinds__WEBPACK_IMPORTED_MODULE_1__/* .eachKind */ .u)((kind) => kind.check(kind.parts(parts), meeting));
}


/***/ }),

/***/ 66960:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  O: () => (/* binding */ database),
  U: () => (/* binding */ serversOf)
});

// EXTERNAL MODULE: ./actions/lib/bytes.ts
var lib_bytes = __webpack_require__(46597);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/postgres/names.ts
var names = __webpack_require__(53912);
// EXTERNAL MODULE: ./actions/lib/restore/check.ts
var check = __webpack_require__(21763);
// EXTERNAL MODULE: ./actions/lib/postgres/properties.ts
var postgres_properties = __webpack_require__(83107);
// EXTERNAL MODULE: ./actions/lib/stack/psql.ts
var psql = __webpack_require__(50781);
;// CONCATENATED MODULE: ./actions/lib/data/database-dump.ts



/** The databases of each server, followed by its roles. */
function databaseItems(servers, dumping) {
    const { format, nameOf } = dumping;
    return servers.flatMap((server) => {
        const { service, user } = server;
        const globals = nameOf('globals', service, 'sql');
        return [
            ...server.databases.map((name) => databaseItem(server, name, dumping)),
            {
                kind: 'globals',
                title: `roles of ${service}`,
                file: globals,
                bytes: null,
                server: { service, user },
                extra: true,
                hasFacts: false,
                command: (index) => `dump_globals ${at(index, server)} ${(0,quote/* quote */.h)(globals)} ${format}`,
                begin: (index) => `begin_globals ${at(index, server)} ${(0,quote/* quote */.h)(globals)} ${format}`,
                entry: (part) => ({ globals: [{ ...part, service }] }),
            },
        ];
    });
}
function databaseItem(server, name, { format, nameOf, seen }) {
    const { service, user } = server;
    const file = nameOf('db', service, name, format === 'sql' ? 'sql' : 'dump');
    return {
        kind: 'database',
        title: `${service}/${name}`,
        file,
        server: { service, user },
        bytes: seen.facts.servers.get(service)?.databases.get(name) ?? null,
        extra: false,
        hasFacts: true,
        begin: null,
        command: (index) => `dump_database ${at(index, server)} ${(0,quote/* quote */.h)((0,psql/* connection */.FI)(name))} ${(0,quote/* quote */.h)(file)} ${format}`,
        entry: (part, dumped) => ({ databases: [databasePart(server, name, format, part, dumped, seen)] }),
    };
}
function at(index, { service, user }) {
    return `${index} ${(0,quote/* quote */.h)(service)} ${(0,quote/* quote */.h)(user)}`;
}
function databasePart({ service, user }, database, format, part, { facts: found, tool, tables }, { facts }) {
    if (found === null)
        throw new Error(`${part.file} has no facts`);
    const server = facts.servers.get(service);
    const properties = server?.properties.get(database) ?? null;
    const owners = properties === null ? [] : (0,postgres_properties/* rolesOf */.R7)(properties);
    return {
        ...part,
        service,
        database,
        user,
        format,
        major: Math.floor(found.version / 10_000),
        server: found.server,
        tool,
        image: server?.image ?? null,
        databaseBytes: found.bytes,
        extensions: found.extensions,
        roles: [...new Set([...(server?.rolesOf.get(database) ?? []), ...owners])].sort(),
        properties,
        beyond: found.beyond,
        tablespaces: found.tablespaces,
        tables,
    };
}

// EXTERNAL MODULE: ./actions/lib/postgres/facts.ts
var postgres_facts = __webpack_require__(55539);
// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var scripts = __webpack_require__(98428);
// EXTERNAL MODULE: ./actions/lib/restore/sql.ts
var sql = __webpack_require__(58367);
;// CONCATENATED MODULE: ./actions/lib/data/database-load.ts






/** One target for each part, in their order. */
function databaseTargets(parts, filling) {
    const other = (0,quote/* quote */.h)((0,names/* maintenance */.mM)(parts.map(({ database }) => database)));
    return parts.map((part) => {
        const { service, user, database } = part;
        const server = filling.facts.servers.get(service);
        // Some extensions work only under the database name of the backup.
        const isFree = filling.alone && server?.databases.has(database) !== true;
        const incoming = isFree ? database : (0,names/* besideName */.q4)(database, 'restore', filling.facts.now);
        const making = makingOf(part, filling);
        return {
            subject: database,
            incoming,
            rest: 'indexes and constraints follow',
            archive: filling.archive(part, server?.unpacks ?? false),
            commands: (index, source) => {
                const how = making.tablespaces ? part.format : `${part.format}-plain`;
                const at = `${index} ${(0,quote/* quote */.h)(service)} ${(0,quote/* quote */.h)(user)}`;
                const there = (0,quote/* quote */.h)((0,psql/* connection */.FI)(incoming));
                return [
                    (0,scripts/* printer */.ll)(`create_sql_${index}`, (0,sql/* createSql */.PQ)(incoming, making)),
                    (0,scripts/* printer */.ll)(`empty_sql_${index}`, (0,sql/* emptySql */.QM)(making)),
                    (0,scripts/* printer */.ll)(`finish_sql_${index}`, (0,sql/* finishSql */._H)(incoming, making.properties)),
                    (0,scripts/* printer */.ll)(`drop_sql_${index}`, (0,sql/* dropSql */.SA)(incoming)),
                    `restore_begin ${at} ${other} ${there} || exit 1`,
                    `restore_load ${at} ${there} ${how} ${source} || exit 1`,
                    `restore_finish ${at} ${other} ${there} ${(0,quote/* quote */.h)(making.silent ? '-c event_triggers=off' : '')} || exit 1`,
                ];
            },
        };
    });
}
/**
 * How the database is made: as the backup says, unless an input says otherwise; where the backup says nothing, like the
 * live one.
 */
function makingOf(part, { facts, alone, locale, tablespaces }) {
    const server = facts.servers.get(part.service);
    const live = (alone ? null : server?.properties.get(part.database)) ?? null;
    const own = part.properties ?? live;
    const properties = own !== null && live !== null && locale === 'live'
        ? { ...own, ...pick(live, ['encoding', 'collate', 'ctype', 'provider', 'locale', 'rules']) }
        : own;
    return {
        properties,
        beyond: part.beyond,
        silent: (0,postgres_facts/* canSilence */.I)(server),
        owner: part.user,
        major: server?.major ?? part.major,
        tablespaces: tablespaces === 'keep',
    };
}
function pick(from, keys) {
    return Object.fromEntries(keys.map((key) => [key, from[key]]));
}

// EXTERNAL MODULE: ./actions/lib/data/kind.ts
var kind = __webpack_require__(83889);
;// CONCATENATED MODULE: ./actions/lib/data/database.ts
/** Databases of PostgreSQL. */







/** Share of a database's size that its packed archive may take, for data that the last backup did not contain. */
const FIRST = 0.6;
const beside = {
    former: ({ databases }, { facts }) => databases.flatMap((one) => [...(facts.servers.get(one.service)?.databases.keys() ?? [])].flatMap((name) => {
        const id = (0,names/* besideId */.ws)(name, one.database, 'before');
        if (id === null)
            return [];
        const line = `${one.database}: back to ${name}`;
        return [{ id, subjects: { databases: [one] }, fullName: fullName(one), line }];
    })),
    kept: ({ databases }, { facts }, stack) => databases.flatMap(({ service, user, database: live }) => [...(facts.servers.get(service)?.databases ?? [])]
        .filter(([name]) => (0,names/* besideId */.ws)(name, live, 'before') !== null || (0,names/* besideId */.ws)(name, live, 'undone') !== null)
        .map(([name, bytes]) => ({
        title: `database ${name} of ${service}`,
        bytes,
        removal: dropCommand(stack, { service, user }, name),
    }))),
    swapped: ({ databases: parts }, { facts }, from, id) => ({
        servers: serversOf(parts).map(({ service, user, databases }) => {
            const aside = from === 'restore' ? 'before' : 'undone';
            const server = facts.servers.get(service);
            const exchanges = databases.map((live) => {
                const outgoing = server?.databases.has(live) ? (0,names/* besideName */.q4)(live, aside, facts.now) : null;
                const incoming = (0,names/* besideName */.q4)(live, from, id);
                const reversed = from === 'restore' ? (0,names/* besideName */.q4)(live, 'undone', id) : incoming;
                const own = from === 'restore' ? parts.find((part) => part.service === service && part.database === live) : null;
                const comment = own?.properties ? { comment: own.properties.comment } : {};
                return { live, incoming, outgoing, reversed, ...comment };
            });
            return { service, user, container: server?.container ?? '', exchanges };
        }),
    }),
    witness: ({ servers: [server] }) => {
        const [exchange] = server?.exchanges ?? [];
        if (server === undefined || exchange === undefined)
            return null;
        const { live, outgoing } = exchange;
        return { service: server.service, user: server.user, live, database: outgoing ?? live };
    },
    planned: ({ databases }, { facts }) => databases.map((one) => {
        const server = facts.servers.get(one.service);
        const container = (server?.container ?? '').slice(0, 12);
        return `${fullName(one)} in container ${container} is ${server?.databases.has(one.database) ? 'exchanged' : 'made'}`;
    }),
    moves: ({ servers }, stack) => servers.flatMap(({ service, user, exchanges }) => exchanges.map(({ live, incoming, outgoing, reversed }) => ({
        live,
        incoming,
        outgoing,
        reversed,
        was: live,
        is: (name) => `${name} now`,
        removal: (name) => `To drop it: ${dropCommand(stack, { service, user }, name)}`,
    }))),
    filled: ({ databases }) => ({ servers: serversOf(databases) }),
    left: ({ databases }, { facts }) => ({
        servers: serversOf(databases).filter(({ service, databases: live }) => [...(facts.servers.get(service)?.databases.keys() ?? [])].some((name) => live.some((database) => (0,names/* besideId */.ws)(name, database, 'restore') !== null))),
    }),
};
const database = {
    key: 'databases',
    heading: 'databases',
    noun: 'database',
    parts: ({ databases }) => databases,
    extras: ({ globals }) => globals.map((part) => ({ ...part, title: `roles of ${part.service}` })),
    name: (part) => part.database,
    fullName,
    title: (part) => part.database,
    configured: ({ databases }) => databases.map(fullName),
    counted: ({ databaseBytes, tables }) => ({
        plainBytes: databaseBytes,
        tables: tables?.length ?? null,
        rows: tables?.reduce((sum, { rows }) => sum + (rows ?? 0), 0) ?? null,
    }),
    size: (name, { servers }) => {
        for (const [service, { databases }] of servers)
            for (const [one, bytes] of databases)
                if (fullName({ service, database: one }) === name)
                    return bytes;
        return 0;
    },
    room: (last, now) => (last?.bytes ?? 0) * kind/* GROWTH */.A + Math.max(0, now - (last?.databaseBytes ?? 0)) * FIRST,
    compare: (part, loaded, accepted) => (0,check/* compareRows */.fz)(part, loaded?.tables ?? [], accepted),
    items: ({ servers }, dumping) => databaseItems(servers, dumping),
    check: check/* checkDatabases */.Rv,
    facing: ({ service, database: name, bytes, databaseBytes }, { facts }) => {
        const present = facts.servers.get(service)?.databases.get(name);
        const live = present === undefined ? 'not there yet' : `${(0,lib_bytes/* mib */.jO)(present)} MiB now`;
        return `${service}/${name}: ${(0,lib_bytes/* mib */.jO)(databaseBytes)} MiB at its time, ${(0,lib_bytes/* mib */.jO)(bytes)} MiB packed; ${live}`;
    },
    targets: databaseTargets,
    came: (_parts, loaded) => {
        const tables = loaded.flatMap((one) => one.tables);
        return [`${tables.length} tables`, `${tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0)} rows`];
    },
    beside,
};
/** The names are quoted for a shell; after `--` a name that begins with a dash is none of dropdb's options. */
function dropCommand(stack, { service, user }, name) {
    return `docker exec $(docker ps -q --filter label=com.docker.compose.project=${stack} --filter label=com.docker.compose.service=${service}) dropdb -U ${(0,quote/* quote */.h)(user)} -- ${(0,quote/* quote */.h)(name)}`;
}
function fullName({ service, database: name }) {
    return `${service}/${name}`;
}
/** Servers with the given databases, each server once. */
function serversOf(databases) {
    return [...new Set(databases.map(({ service }) => service))].map((service) => {
        const own = databases.filter((one) => one.service === service);
        return { service, user: own[0]?.user ?? 'postgres', databases: own.map((one) => one.database) };
    });
}


/***/ }),

/***/ 83889:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ GROWTH)
/* harmony export */ });
/** Factor on the size in the last backup: data grows, and may become harder to pack. */
const GROWTH = 1.2;


/***/ }),

/***/ 8898:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Z: () => (/* binding */ BESIDE),
  u: () => (/* binding */ eachKind)
});

// EXTERNAL MODULE: ./actions/lib/data/database.ts + 2 modules
var database = __webpack_require__(66960);
// EXTERNAL MODULE: ./actions/lib/data/kind.ts
var kind = __webpack_require__(83889);
;// CONCATENATED MODULE: ./actions/lib/data/qdrant.ts

const qdrant = {
    key: 'qdrant',
    heading: 'Qdrant',
    noun: 'Qdrant of the service',
    parts: (manifest) => manifest.qdrant,
    extras: () => [],
    name: ({ service }) => service,
    fullName: ({ service }) => service,
    title: ({ service }) => `Qdrant (${service})`,
    configured: (settings) => settings.qdrant.map(({ service }) => service),
    counted: () => ({ plainBytes: null, tables: null, rows: null }),
    size: () => 0,
    room: (last) => (last?.bytes ?? 0) * kind/* GROWTH */.A,
    // Its collections are counted while they are changed.
    compare: () => [],
    items: null,
    check: () => { },
    facing: () => null,
    targets: null,
    came: (parts) => [`${parts.length} Qdrant`, 'snapshots'],
    beside: null,
};

// EXTERNAL MODULE: ./actions/lib/bytes.ts
var lib_bytes = __webpack_require__(46597);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/restore/check.ts
var check = __webpack_require__(21763);
;// CONCATENATED MODULE: ./actions/lib/volumes/names.ts
/** Names of the folders beside the live content of volumes and directories. */
/** @param id time as `YYYYMMDDTHHMMSSZ` */
function besideFolder(kind, id) {
    return `.${kind}-${id}`;
}
/** The ID in a name that {@link besideFolder} made; `null` for any other name. */
function besideFolderId(folder, kind) {
    return new RegExp(`^\\.${kind}-(\\d{8}T\\d{6}Z)$`).exec(folder)?.[1] ?? null;
}

;// CONCATENATED MODULE: ./actions/lib/data/volume.ts
/** Volumes and directories of the host. */





const beside = {
    former: ({ volumes }, seen) => volumes.flatMap((name) => (seen.volumes.get(name)?.beside ?? []).flatMap((folder) => {
        const id = besideFolderId(folder, 'before');
        if (id === null)
            return [];
        return [{ id, subjects: { volumes: [name] }, fullName: name, line: `${name}: back to ${folder}` }];
    })),
    kept: ({ volumes }, seen) => volumes.flatMap((name) => [...(seen.volumes.get(name)?.besideBytes ?? [])]
        .filter(([folder]) => besideFolderId(folder, 'before') !== null || besideFolderId(folder, 'undone') !== null)
        .map(([folder, bytes]) => ({
        title: `folder ${folder} in ${name}`,
        bytes,
        removal: removeCommand(name, folder, seen),
    }))),
    swapped: ({ volumes }, { facts }, from, id) => ({
        volumes: volumes.map((name) => {
            const aside = from === 'restore' ? 'before' : 'undone';
            const incoming = besideFolder(from, id);
            const reversed = from === 'restore' ? besideFolder('undone', id) : incoming;
            return { name, incoming, outgoing: besideFolder(aside, facts.now), reversed };
        }),
    }),
    witness: ({ volumes: [volume] }) => (volume === undefined ? null : { volume: volume.name, folder: volume.outgoing }),
    planned: ({ volumes }) => volumes.map((name) => `the content of ${name} is exchanged`),
    moves: ({ volumes }, _stack, seen) => volumes.map(({ name, incoming, outgoing, reversed }) => ({
        live: name,
        incoming,
        outgoing,
        reversed,
        was: `in ${name}`,
        is: (folder) => `in its folder ${folder} now`,
        removal: (folder) => `To remove it: ${removeCommand(name, folder, seen)}`,
    })),
    filled: ({ volumes }, id) => ({ volumes: new Map(volumes.map((name) => [name, [besideFolder('restore', id)]])) }),
    left: (_of, { volumes }) => {
        const all = [...volumes].map(([name, { beside: folders }]) => {
            return [name, folders.filter((folder) => besideFolderId(folder, 'restore') !== null)];
        });
        return { volumes: new Map(all.filter(([, folders]) => folders.length > 0)) };
    },
};
const volume = {
    key: 'volumes',
    heading: 'volumes',
    noun: 'volume',
    parts: ({ volumes }) => volumes,
    extras: () => [],
    name: ({ name }) => name,
    fullName: ({ name }) => name,
    title: ({ name }) => name,
    configured: ({ volumes }) => volumes,
    counted: ({ volumeBytes }) => ({ plainBytes: volumeBytes, tables: null, rows: null }),
    size: (name, { volumes }) => volumes.get(name)?.bytes ?? 0,
    // New content may be impossible to compress, so it counts in full.
    room: (last, now) => (last?.bytes ?? 0) * kind/* GROWTH */.A + Math.max(0, now - (last?.volumeBytes ?? last?.bytes ?? 0)),
    compare: (part, loaded) => {
        (0,check/* compareVolume */.ql)(part, loaded?.entries ?? 0);
        return [];
    },
    items: ({ volumes }, { nameOf, seen }) => volumes.map((name) => {
        const file = nameOf('volume', name, 'tar');
        const bytes = seen.volumes.get(name)?.bytes ?? null;
        return {
            kind: 'volume',
            title: name,
            file,
            bytes,
            server: null,
            extra: false,
            hasFacts: false,
            begin: null,
            command: (index) => `read_volume ${index} ${(0,quote/* quote */.h)(name)} ${(0,quote/* quote */.h)(file)}`,
            entry: (part, { entries }) => ({ volumes: [{ ...part, name, entries, volumeBytes: bytes }] }),
        };
    }),
    check: check/* checkVolumes */.wc,
    facing: ({ name, bytes, entries }, { volumes }) => `${name}: ${entries} files, folders and links, ${(0,lib_bytes/* mib */.jO)(bytes)} MiB packed; ${(0,lib_bytes/* mib */.jO)(volumes.get(name)?.bytes ?? 0)} MiB now`,
    targets: (parts, { facts, archive, volumeFor }) => parts.map((part) => {
        const incoming = besideFolder('restore', facts.now);
        const name = volumeFor(part.name);
        return {
            subject: name,
            incoming,
            rest: null,
            archive: archive(part, facts.unpacks),
            commands: (index, source) => [`fill_volume ${index} ${(0,quote/* quote */.h)(name)} ${(0,quote/* quote */.h)(incoming)} ${source} || exit 1`],
        };
    }),
    came: (parts) => {
        const entries = parts.reduce((sum, part) => sum + part.entries, 0);
        return [`${parts.length} volumes`, `${entries} files, folders and links`];
    },
    beside,
};
function removeCommand(name, folder, seen) {
    return `sudo rm -rf ${pathOf(name, seen)}/${folder}`;
}
/** The folder's path, in the spelling for a shell. */
function pathOf(name, { volumes }) {
    const source = volumes.get(name)?.source ?? name;
    return name.startsWith('/') ? (0,quote/* quote */.h)(name) : `"$(docker volume inspect --format '{{.Mountpoint}}' ${source})"`;
}

;// CONCATENATED MODULE: ./actions/lib/data/kinds.ts



/** Calls `visit` for each kind and returns its results. */
function eachKind(visit) {
    return [visit(database/* database */.O), visit(volume), visit(qdrant)];
}
/** The functions of all kinds that stand beside the live data until an exchange. */
const BESIDE = eachKind(({ beside }) => beside).filter((one) => one !== null);


/***/ }),

/***/ 80624:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Z: () => (/* binding */ isLoadable),
  B: () => (/* binding */ loadParts)
});

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/postgres/facts-sql.ts
var facts_sql = __webpack_require__(72438);
// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var scripts = __webpack_require__(98428);
// EXTERNAL MODULE: ./actions/lib/steps/data-lock.ts
var data_lock = __webpack_require__(67794);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
// EXTERNAL MODULE: ./actions/lib/steps/scripts.ts
var steps_scripts = __webpack_require__(87006);
// EXTERNAL MODULE: ./actions/lib/volumes/scripts.ts
var volumes_scripts = __webpack_require__(83294);
// EXTERNAL MODULE: ./actions/lib/restore/failures.ts
var failures = __webpack_require__(57160);
// EXTERNAL MODULE: ./actions/lib/restore/scripts.ts
var restore_scripts = __webpack_require__(27871);
;// CONCATENATED MODULE: ./actions/lib/restore/load.ts










const ID = 'load';
/** Milliseconds; the step ends by itself when the runner is gone. */
const FEED_TIMEOUT = 24 * 3600 * 1000;
/**
 * Fills all targets.
 *
 * @returns one entry for each target, in the order of the targets
 * @throws {UserError} for an archive that is damaged or does not fit; the new databases and folders are gone then
 */
async function load(stack, targets, tools) {
    const observer = new LoadObserver(targets, tools);
    const error = await (0,on_host/* onHost */.G)(tools.steps, { id: ID, script: loadScript(stack, targets, tools.apart) }, {
        ...observer.listening,
        onStart: (step) => observer.attach((word) => step.send(word)),
        onEnd: () => observer.end(),
        lost: {
            what: 'the connection to the host was lost during the restore',
            remedy: 'run it again: the live data serves, and the next run removes the data that this one was loading',
        },
        // Unless the run was cancelled, the runner's own finding comes first: the host saw only that its input ended.
        explain: (told) => (told.isEnded ? null : observer.refusal) ?? (0,failures/* explainRestore */._)(told),
    });
    if (error !== null)
        throw error;
    return observer.loaded;
}
function loadScript(stack, targets, apart = true) {
    return [
        `PROJECT=${(0,quote/* quote */.h)(stack)}`,
        (0,steps_scripts/* processes */.uF)(),
        (0,scripts/* psqlScript */.Qe)(),
        (0,data_lock/* dataLockScript */.V)(),
        (0,restore_scripts/* archivePiece */.LV)(),
        (0,restore_scripts/* loadPiece */.xc)(),
        (0,volumes_scripts/* volumeScript */.au)(),
        (0,volumes_scripts/* fillPiece */.wW)(),
        // A backup must not read a database that is about to change its name.
        ...(apart ? ['data_lock claim 1800 || { fail data-lock "$PROJECT"; exit 1; }'] : []),
        (0,scripts/* printer */.ll)('counts_sql', facts_sql/* COUNTS */.Js),
        ...targets.flatMap(({ archive, commands }, index) => commands(index, archive.on === 'host' ? `${(0,quote/* quote */.h)(archive.path)} ${archive.sha256}` : "feed ''")),
        'committed',
    ].join('\n');
}
class LoadObserver {
    loaded;
    #targets;
    #tools;
    #feeds = [];
    #reading = new Map();
    refusal = null;
    #over = new AbortController();
    #send = () => { };
    constructor(targets, tools) {
        this.#targets = targets;
        this.#tools = tools;
        this.loaded = targets.map(() => ({ tables: [], entries: 0 }));
    }
    attach(send) {
        this.#send = send;
    }
    get listening() {
        return { onEvent: (event) => this.#hear(event), onLine: (line) => this.#read(line) };
    }
    #hear({ name, fields }) {
        const target = this.#targets[Number(fields.index)];
        const subject = target?.subject ?? '';
        if (name === 'loading') {
            this.#reading.set(Number(fields.index), { since: Date.now(), read: null });
            this.#tools.progress.info(`${subject}: filling ${target?.incoming}`);
        }
        else if (name === 'progress')
            this.#progress(Number(fields.index), subject, fields);
        else if (name === 'counting')
            this.#tools.progress.info(`${subject}: filled; counting rows`);
        else if (name === 'entries')
            this.#entries(Number(fields.index), subject, Number(fields.count));
        else if (name === 'feed')
            this.#feeds.push(this.#feed(Number(fields.index)));
    }
    #read(line) {
        const [, index, json] = /^counts (\d+) (\[.*\])$/.exec(line) ?? [];
        if (json === undefined) {
            this.#tools.progress.remote(line);
            return;
        }
        const [schema = '', table = '', rows = null] = JSON.parse(json);
        this.loaded[Number(index)]?.tables.push({ schema, table, rows });
    }
    /** Stops sending: no reader is left. */
    async end() {
        this.#over.abort();
        await Promise.all(this.#feeds);
    }
    #entries(index, subject, count) {
        const loaded = this.loaded[index];
        if (loaded !== undefined)
            loaded.entries = count;
        this.#tools.progress.info(`${subject}: filled with ${count} files, folders and links`);
    }
    #progress(index, subject, { bytes, of }) {
        const { since, read } = this.#reading.get(index) ?? { since: Date.now(), read: null };
        const at = read?.() ?? { bytes: Number(bytes), of: Number(of) };
        const text = sayProgress(at, (Date.now() - since) / 1000, this.#targets[index]?.rest ?? null);
        this.#tools.progress.info(`${subject}: ${text}`);
    }
    async #feed(index) {
        const archive = this.#targets[index]?.archive;
        if (archive?.on !== 'runner')
            return;
        const { host, folder } = this.#tools;
        try {
            const { stream, proven, read } = await archive.open();
            this.#reading.set(index, { since: this.#reading.get(index)?.since ?? Date.now(), read });
            const sent = await host.run(`cat >${(0,quote/* quote */.h)(`${folder}/feed-${index}`)}`, {
                input: stream,
                timeout: FEED_TIMEOUT,
                signal: this.#over.signal,
            });
            // If the reader stopped reading, the step itself reports why.
            if (sent.outcome === 'unknown' || sent.code !== 0)
                return;
            await proven();
            this.#send(`whole ${index}`);
        }
        catch (error) {
            this.refusal ??= error instanceof errors/* UserError */.y ? error : damaged(error);
            this.#send('abort');
        }
    }
}
/**
 * A sentence on how much is read, and how long the rest may take.
 *
 * @param seconds since the reading began
 * @param rest see {@link LoadTarget}
 */
function sayProgress({ bytes, of }, seconds, rest) {
    const share = bytes / of;
    const since = `after ${Math.round(seconds)} s`;
    if (!(share > 0))
        return `still filling ${since}`;
    if (share >= 0.999)
        return `the archive is read to its end ${since}${rest === null ? '' : `; ${rest}`}`;
    const left = Math.ceil((seconds * (1 - share)) / share);
    return `${Math.floor(share * 100)} % of the archive is read ${since}; the rest takes about ${left} s`;
}
function damaged(error) {
    return new errors/* UserError */.y('RB-ARCHIVE-DAMAGED', {
        what: 'the archive cannot be read to its end',
        why: error instanceof Error ? error.message : String(error),
        remedy: 'restore another backup; `list: true` shows the backups',
    });
}

// EXTERNAL MODULE: ./actions/lib/data/kinds.ts + 3 modules
var kinds = __webpack_require__(8898);
;// CONCATENATED MODULE: ./actions/lib/data/load.ts
/** Fills parts of a backup beside the live data, or where none is, and compares them with the counts of the backup. */


/** Whether {@link loadParts} fills any of these parts. */
function isLoadable(parts) {
    return (0,kinds/* eachKind */.u)((kind) => kind.targets !== null && kind.parts(parts).length > 0).includes(true);
}
/**
 * Leaves out parts of kinds that cannot stand beside live data.
 *
 * @param accepted tables as `schema.table` that may differ
 * @throws {UserError} RB-RESTORE-DIFFERS, and the errors of {@link load}
 */
async function loadParts(stack, parts, filling, tools, accepted) {
    const all = (0,kinds/* eachKind */.u)((kind) => {
        const own = kind.targets === null ? [] : kind.parts(parts);
        return {
            targets: kind.targets?.(own, filling) ?? [],
            settle: (loaded) => ({
                accepted: own.flatMap((part, index) => kind.compare(part, loaded[index], accepted).map((text) => `${kind.title(part)}, ${text}`)),
                counts: own.length === 0 ? [] : [kind.came(own, loaded)],
            }),
        };
    });
    const loaded = await load(stack, all.flatMap(({ targets }) => targets), tools);
    let from = 0;
    const settled = all.map(({ targets, settle }) => {
        from += targets.length;
        return settle(loaded.slice(from - targets.length, from));
    });
    return { accepted: settled.flatMap((one) => one.accepted), counts: settled.flatMap((one) => one.counts) };
}


/***/ }),

/***/ 61956:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B7: () => (/* binding */ titlesOf),
/* harmony export */   BA: () => (/* binding */ everythingOr),
/* harmony export */   Qy: () => (/* binding */ partsWanted),
/* harmony export */   TR: () => (/* binding */ byPresentUsers),
/* harmony export */   sh: () => (/* binding */ hasWanted)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _restore_choose__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73202);
/* harmony import */ var _kinds__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8898);



/** Selects everything of a kind. */
const ALL = '*';
/** Whether a backup contains everything that was named; if nothing was named, whether it lacks nothing. */
function hasWanted(manifest, wanted) {
    if ((0,_restore_choose__WEBPACK_IMPORTED_MODULE_1__/* .isWhole */ .w)(manifest))
        return true;
    const named = (0,_kinds__WEBPACK_IMPORTED_MODULE_2__/* .eachKind */ .u)(({ key }) => wanted[key] ?? []).flat();
    if (named.length === 0 || named.includes(ALL))
        return false;
    try {
        partsWanted(manifest, wanted);
        return true;
    }
    catch {
        return false;
    }
}
/** Everything, or only the parts that were named. @throws {UserError} RB-BACKUP-UNKNOWN */
function partsWanted(manifest, wanted) {
    const meant = everythingOr(wanted);
    const chosen = (0,_kinds__WEBPACK_IMPORTED_MODULE_2__/* .eachKind */ .u)((kind) => [kind.key, partsNamed(kind, manifest, meant[kind.key])]);
    if (chosen.some(([, parts]) => parts.length > 0))
        return Object.fromEntries(chosen);
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-UNKNOWN', {
        what: `the backup ${manifest.id} has none of the data that was asked for`,
        why: `it has ${titlesOf(manifest).join(', ') || 'neither databases nor volumes nor Qdrant'}`,
        remedy: 'correct the inputs databases, volumes and qdrant, or choose another backup',
    });
}
/**
 * The parts, to be restored by the roles that the runbook file names: a new host may have another superuser than the
 * host of the backup had.
 */
function byPresentUsers(parts, configured) {
    const users = new Map(configured.toReversed().map(({ service, user }) => [service, user]));
    return { ...parts, databases: parts.databases.map((one) => ({ ...one, user: users.get(one.service) ?? one.user })) };
}
/** Titles of all parts of a backup. */
function titlesOf(manifest) {
    return (0,_kinds__WEBPACK_IMPORTED_MODULE_2__/* .eachKind */ .u)((kind) => kind.parts(manifest).map(kind.title)).flat();
}
/** If any kind was named, kinds that were not named are left out; otherwise everything is selected. */
function everythingOr(wanted) {
    if ((0,_kinds__WEBPACK_IMPORTED_MODULE_2__/* .eachKind */ .u)(({ key }) => wanted[key]).every((names) => names === null))
        return wanted;
    const all = (names) => names?.includes(ALL) ? null : (names ?? []);
    return Object.fromEntries((0,_kinds__WEBPACK_IMPORTED_MODULE_2__/* .eachKind */ .u)(({ key }) => [key, all(wanted[key])]));
}
/**
 * @param wanted names, in full where two parts have the same name; `null`: all
 *
 * @throws {UserError} RB-BACKUP-UNKNOWN
 */
function partsNamed(kind, manifest, wanted) {
    const parts = kind.parts(manifest);
    if (wanted === null)
        return parts;
    const isNamed = (part, name) => name === kind.name(part) || name === kind.fullName(part);
    const missing = wanted.filter((name) => !parts.some((part) => isNamed(part, name)));
    if (missing.length === 0)
        return parts.filter((part) => wanted.some((name) => isNamed(part, name)));
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-UNKNOWN', {
        what: `the backup ${manifest.id} has no ${kind.noun} ${missing.join(', ')}`,
        why: `it has ${parts.map(kind.fullName).join(', ') || 'none'}`,
        remedy: `correct the input ${kind.key}, or choose another backup`,
    });
}


/***/ }),

/***/ 28473:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Be: () => (/* binding */ beyondSchema),
/* harmony export */   M8: () => (/* binding */ SERVER_SETTINGS),
/* harmony export */   RP: () => (/* binding */ serverRemarks),
/* harmony export */   hj: () => (/* binding */ lacksSql),
/* harmony export */   mP: () => (/* binding */ BEYOND),
/* harmony export */   ne: () => (/* binding */ beyondRemarks)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92857);
/* harmony import */ var _group__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(82077);
/* harmony import */ var _names__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(53912);
/**
 * What a database has that its archive lacks or that a restore leaves out: versions and owners of extensions, slots,
 * subscriptions, dropped parts of `template0`, rows of extensions' own tables, security labels of the database, and
 * settings of the server for all databases. Pure.
 */



/** Parts of a new database that come from `template0`, and that no archive removes. */
const FROM_TEMPLATE = ['schema public', 'extension plpgsql'];
const beyondSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    extensions: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), version: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), owner: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() })),
    /** Logical replication slots. */
    slots: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), plugin: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() })),
    subscriptions: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), slot: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(), publications: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()) })),
    /** Parts that a new database has, and this one does not. */
    lacks: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(FROM_TEMPLATE)),
    /** Tables of extensions that have rows and that no archive gets rows of: the extension did not ask for that. */
    own: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ extension: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), table: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() })).default([]),
    /** Security labels of the database itself. */
    labels: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ provider: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), label: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() })).default([]),
    /** `name=value`: settings for every session on the server, by `ALTER ROLE ALL`. */
    everyone: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
    /** Names of the settings that `ALTER SYSTEM` made on the server. Their values may be secret, so they are not kept. */
    system: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
});
/** SQL expressions for the last two keys, which belong to a server. */
const SERVER_SETTINGS = `'everyone', (select coalesce(json_agg(c order by c), '[]')
    from pg_db_role_setting s cross join unnest(s.setconfig) as c where s.setrole = 0 and s.setdatabase = 0),
  'system', (select coalesce(json_agg(name order by name), '[]') from pg_settings where sourcefile like '%postgresql.auto.conf')`;
/** An SQL expression that gives all of it as a JSON object; to be asked in the database itself. */
const BEYOND = `json_build_object(
  'extensions', (select coalesce(json_agg(json_build_object('name', extname, 'version', extversion, 'owner', pg_get_userbyid(extowner))
    order by extname), '[]') from pg_extension),
  'slots', (select coalesce(json_agg(json_build_object('name', slot_name, 'plugin', plugin) order by slot_name), '[]')
    from pg_replication_slots where database = current_database() and not temporary),
  'subscriptions', (select coalesce(json_agg(json_build_object('name', s.subname, 'slot', s.subslotname, 'publications', s.subpublications)
    order by s.subname), '[]') from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname = current_database()),
  'lacks', (select coalesce(json_agg(name), '[]') from (values
    ('schema public', exists (select from pg_namespace where nspname = 'public')),
    ('extension plpgsql', exists (select from pg_extension where extname = 'plpgsql'))) as t (name, there) where not there),
  'own', (select coalesce(json_agg(json_build_object('extension', e.extname, 'table', format('%I.%I', n.nspname, c.relname))
    order by n.nspname, c.relname), '[]')
    from pg_depend d join pg_extension e on e.oid = d.refobjid join pg_class c on c.oid = d.objid join pg_namespace n on n.oid = c.relnamespace
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
      and c.relkind = 'r' and pg_relation_size(c.oid) > 0 and c.oid <> all(coalesce(e.extconfig, '{}'))),
  'labels', (select coalesce(json_agg(json_build_object('provider', l.provider, 'label', l.label) order by l.provider), '[]')
    from pg_shseclabel l join pg_database d on d.oid = l.objoid
    where l.classoid = 'pg_database'::regclass and d.datname = current_database()),
  ${SERVER_SETTINGS})`;
/** Statements that drop what the database does not have; for the new database, before it is filled. */
function lacksSql({ lacks }) {
    return lacks.map((one) => `drop ${one};\n`).join('');
}
/**
 * Sentences on what a database lacks, or has otherwise, after a restore.
 *
 * @param user role that loads the archive
 */
function beyondRemarks(database, user, backup, server) {
    const versions = backup.extensions.flatMap(({ name, version }) => {
        const given = server.versions.get(name);
        return given === undefined || given === version
            ? []
            : `The extension ${name} of ${database} has version ${given} after the restore, and ${version} in the backup: an archive names no version, and the server installs its default version.`;
    });
    const owners = backup.extensions
        .filter(({ name, owner }) => owner !== user && name !== 'plpgsql')
        .map(({ name, owner }) => `The extension ${name} of ${database} belongs to ${user} after the restore, and to ${owner} in the backup: an archive names no owner of extensions. Only ${user} can update or drop it then, not ${owner}.`);
    const isThere = (all, name) => all.some((one) => one.database === database && one.name === name);
    // A subscription or slot of the live database goes aside with it, and another sentence tells of that.
    const subscriptions = backup.subscriptions
        .filter(({ name }) => !isThere(server.subscriptions, name))
        .map(({ name, slot, publications }) => `The subscription ${name} of ${database} is not restored, as two copies of it would read from one slot: the restored database gets nothing from its publisher. If you need it: create subscription ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(name)} with its connection, publication ${publications.map(_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD).join(', ')}, and (create_slot = false, slot_name = ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(slot ?? name)}, copy_data = false), or with a fresh copy of the tables.`);
    const slots = backup.slots
        .filter(({ name }) => !isThere(server.slots, name))
        .map(({ name, plugin }) => `The replication slot ${name} of ${database} is not restored: no backup can contain one. If you need its consumer, in ${database}: select pg_create_logical_replication_slot(${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(name)}, ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(plugin)}); then let the consumer start again, from a copy of the tables.`);
    const own = (0,_group__WEBPACK_IMPORTED_MODULE_2__/* .groupBy */ .$)(backup.own, ({ extension }) => extension);
    const rows = [...own].map(([extension, tables]) => `Rows of ${listed(tables.map(({ table }) => table))} are not restored: these tables belong to the extension ${extension} of ${database}, which gives no archive their rows. After the restore they have the rows that create extension makes; a table that was added to the extension by hand is missing.`);
    const labels = backup.labels.map(({ provider, label }) => `The security label of ${database} is not restored. If you need it: security label for ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(provider)} on database ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(database)} is ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(label)};`);
    return [...versions, ...owners, ...subscriptions, ...slots, ...rows, ...labels];
}
function listed(names) {
    const shown = names.slice(0, 5).join(', ');
    return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
/** Sentences on settings that the server of the backup had for all databases, and this server does not have. */
function serverRemarks(service, backup, server) {
    const split = (one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)];
    const here = new Map(server.everyone.map(split));
    return [
        ...backup.everyone
            .map(split)
            .flatMap(([name, value]) => here.get(name) === value
            ? []
            : `On ${service} the setting for all roles ${name} is ${here.get(name) ?? 'unset'}, and ${value} in the backup (alter role all set …); it stays as it is.`),
        ...backup.system
            .filter((name) => !server.system.includes(name))
            .map((name) => `On ${service} the setting of the server ${name} was set by alter system on the server of the backup, but not here; it stays as it is.`),
    ];
}


/***/ }),

/***/ 72438:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Js: () => (/* binding */ COUNTS),
/* harmony export */   Z3: () => (/* binding */ DUMP_FACTS),
/* harmony export */   qY: () => (/* binding */ FACTS)
/* harmony export */ });
/* harmony import */ var _beyond__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(28473);
/* harmony import */ var _properties__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83107);
/** Queries for facts of a server and its databases. */


/**
 * Roles that own something in a database or have rights there, for a row `d` of `pg_database`. Names of roles must be
 * read in the database that wrote them: another database may have another encoding.
 */
const ROLES_OF = `(select coalesce(json_agg(distinct r.rolname), '[]') from pg_shdepend s join pg_roles r on r.oid = s.refobjid
      where s.refclassid = 'pg_authid'::regclass and r.rolname !~ '^pg_' and s.dbid = d.oid)`;
/** One JSON object: version, databases with sizes and properties, roles, tablespaces, available extensions. */
const FACTS = `select json_build_object(
  'version', current_setting('server_version_num')::int,
  'databases', (select json_agg(json_build_object('name', d.datname, 'bytes', pg_database_size(d.oid),
    'properties', ${_properties__WEBPACK_IMPORTED_MODULE_1__/* .PROPERTIES */ .yI}, 'roles', ${ROLES_OF}) order by d.datname)
    from pg_database d where d.datname not in ('template0', 'template1')),
  'tablespaces', (select json_agg(spcname) from pg_tablespace),
  'slots', (select coalesce(json_agg(json_build_object('database', database, 'name', slot_name, 'plugin', plugin)), '[]')
    from pg_replication_slots where database is not null and not temporary),
  'subscriptions', (select coalesce(json_agg(json_build_object('database', d.datname, 'name', s.subname, 'slot', s.subslotname)), '[]')
    from pg_subscription s join pg_database d on d.oid = s.subdbid),
  'roles', (select json_agg(rolname) from pg_roles),
  'unused', (select not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_')),
  ${_beyond__WEBPACK_IMPORTED_MODULE_0__/* .SERVER_SETTINGS */ .M8},
  'super', (select rolsuper from pg_roles where rolname = current_user),
  'extensions', (select coalesce(json_agg(json_build_object('name', name, 'version', default_version)), '[]') from pg_available_extensions));`;
/**
 * One JSON list for each table: schema, name, rows. Of an extension's own table, an archive holds only the rows that
 * the extension asked for: `null` stands for none.
 */
const COUNTS = `with counted as (
  select n.nspname, c.relname,
    exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
      and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e') as owned,
    (select x.condition from pg_extension e, unnest(e.extconfig, e.extcondition) as x (oid, condition)
      where x.oid = c.oid) as condition
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_')
select case when owned and condition is null then format('select json_build_array(%L, %L, null)', nspname, relname)
  else format('select json_build_array(%L, %L, count(*)) from only %I.%I %s', nspname, relname, nspname, relname, condition) end
from counted order by nspname, relname
\\gexec
`;
/** One JSON object about the connected database, for the manifest of a backup. */
const DUMP_FACTS = `select json_build_object(
  'version', current_setting('server_version_num')::int,
  'server', current_setting('server_version'),
  'bytes', pg_database_size(current_database()),
  'extensions', (select coalesce(json_agg(extname order by extname), '[]') from pg_extension),
  'beyond', ${_beyond__WEBPACK_IMPORTED_MODULE_0__/* .BEYOND */ .mP},
  'tablespaces', (select coalesce(json_agg(distinct t.spcname), '[]') from pg_tablespace t
    join pg_class c on c.reltablespace = t.oid where t.spcname <> 'pg_global'));
`;


/***/ }),

/***/ 55539:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ canSilence),
/* harmony export */   M: () => (/* binding */ readFacts)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(51957);
/* harmony import */ var _stack_sections__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(78157);
/* harmony import */ var _facts_sql__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(72438);
/* harmony import */ var _names__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(53912);
/* harmony import */ var _scripts__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(98428);
/** Reads facts of a stack's database servers before a restore. */






/** Whether a session can keep login triggers from running; version 17 brought both. */
function canSilence(server) {
    return server !== undefined && server.major >= 17 && server.super;
}
/** @throws {UserError} RB-DATABASE-DOWN, RB-CONNECTION-LOST */
async function readFacts(host, request) {
    const outcome = await host.run(factsScript(request));
    if (outcome.outcome === 'unknown') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-CONNECTION-LOST', {
            what: 'the database servers could not be queried',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    const sections = (0,_stack_sections__WEBPACK_IMPORTED_MODULE_1__/* .sectionsOf */ .K)(outcome.stdout);
    const one = (name) => sections.get(name)?.[0] ?? '';
    const unpacks = one('unpacks') !== '';
    return {
        now: one('now'),
        pending: one('pending') !== '',
        writers: sections.get('writers') ?? [],
        unpacks,
        servers: new Map(request.servers.flatMap(({ service }) => {
            const answer = answerOf(service, one(`container:${service}`), sections.get(`server:${service}`) ?? []);
            if (answer instanceof _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y) {
                if (request.onDown === undefined)
                    throw answer;
                request.onDown(service, answer);
                return [];
            }
            const free = one(`disk:${service}`);
            const [imageId = '', image = ''] = one(`image:${service}`).split(' ');
            const facts = {
                container: one(`container:${service}`),
                image,
                imageId,
                major: Math.floor(answer.version / 10_000),
                databases: new Map(answer.databases.map(({ name, bytes }) => [name, bytes])),
                properties: new Map(answer.databases.map(({ name, properties }) => [name, properties])),
                tablespaces: new Set(answer.tablespaces),
                slots: answer.slots,
                subscriptions: answer.subscriptions,
                roles: new Set(answer.roles),
                unused: answer.unused,
                extensions: new Set(answer.extensions.map(({ name }) => name)),
                versions: new Map(answer.extensions.map(({ name, version }) => [name, version])),
                everyone: answer.everyone,
                system: answer.system,
                super: answer.super,
                rolesOf: new Map(answer.databases.map(({ name, roles }) => [name, roles])),
                diskFree: free === '' ? null : Number(free) * 1024,
                unpacks: unpacks || one(`unpacks:${service}`) !== '',
            };
            return [[service, facts]];
        })),
    };
}
function factsScript({ stack, root, servers, writers }) {
    return [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `PROJECT=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(stack)} RB_ROOT=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(root)} FACTS_SQL=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(_facts_sql__WEBPACK_IMPORTED_MODULE_2__/* .FACTS */ .qY)} WRITERS=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(writers.join(' '))}`,
        'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
        (0,_scripts__WEBPACK_IMPORTED_MODULE_4__/* .psqlScript */ .Qe)(),
        (0,_scripts__WEBPACK_IMPORTED_MODULE_4__/* .factsPiece */ .Kn)(),
        'facts_begin',
        ...servers.map(({ service, user, databases }) => `facts_of ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(service)} ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)(user)} ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .h)((0,_names__WEBPACK_IMPORTED_MODULE_3__/* .maintenance */ .mM)(databases))} </dev/null`),
    ].join('\n');
}
function answerOf(service, container, lines) {
    try {
        return JSON.parse(lines.join('\n'));
    }
    catch {
        return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DATABASE-DOWN', {
            what: `the database service ${service} does not answer`,
            why: container === '' ? 'none of its containers runs' : lines.join(' ').slice(0, 500),
            remedy: `see \`docker compose ps ${service}\` on the host, start it or deploy the stack, and run this again`,
        });
    }
}


/***/ }),

/***/ 53912:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   bD: () => (/* binding */ ident),
/* harmony export */   eu: () => (/* binding */ literal),
/* harmony export */   mM: () => (/* binding */ maintenance),
/* harmony export */   q4: () => (/* binding */ besideName),
/* harmony export */   ws: () => (/* binding */ besideId)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _stack_psql__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(50781);
/** Names in SQL, and the names of databases beside the live one. */


/** Bytes; PostgreSQL would cut a longer name without an error. Source: NAMEDATALEN, less the zero at the end. */
const LONGEST = 63;
/** `20260102T030405Z` */
const ID = '\\d{8}T\\d{6}Z';
function ident(name) {
    return `"${name.replaceAll('"', '""')}"`;
}
function literal(text) {
    const quoted = text.replaceAll("'", "''");
    return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
/** A database to connect to for statements that must not run in one of `used`. */
function maintenance(used) {
    return (0,_stack_psql__WEBPACK_IMPORTED_MODULE_1__/* .connection */ .FI)(used.includes('postgres') ? 'template1' : 'postgres');
}
/** @param id time as `YYYYMMDDTHHMMSSZ` */
function besideName(database, kind, id) {
    return `${prefix(database, kind)}${id}`;
}
/** The ID in a name that {@link besideName} made for this database; `null` for any other name. */
function besideId(name, database, kind) {
    const start = prefix(database, kind);
    if (!name.startsWith(start))
        return null;
    return new RegExp(`^${ID}$`).exec(name.slice(start.length))?.[0] ?? null;
}
function prefix(database, kind) {
    const room = LONGEST - `_${kind}_20260102T030405Z`.length;
    if (Buffer.byteLength(database) <= room)
        return `${database}_${kind}_`;
    // The hash keeps two long names apart that begin alike.
    const mark = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(database).digest('hex').slice(0, 8);
    let kept = database;
    while (Buffer.byteLength(kept) > room - mark.length - 1)
        kept = [...kept].slice(0, -1).join('');
    return `${kept}~${mark}_${kind}_`;
}


/***/ }),

/***/ 83107:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ay: () => (/* binding */ createStatement),
/* harmony export */   CV: () => (/* binding */ propertyStatements),
/* harmony export */   DS: () => (/* binding */ propertiesSchema),
/* harmony export */   R7: () => (/* binding */ rolesOf),
/* harmony export */   aK: () => (/* binding */ propertyDifferences),
/* harmony export */   q9: () => (/* binding */ localeOf),
/* harmony export */   yI: () => (/* binding */ PROPERTIES)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92857);
/* harmony import */ var _names__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(53912);
/**
 * Properties of a database that no archive of its content holds: encoding, locale, owner, tablespace, limit, comment,
 * grants and settings. Pure.
 */


const propertiesSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    owner: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    encoding: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    collate: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    ctype: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    /** `c`: libc, `i`: ICU, `b`: builtin. */
    provider: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    /** Locale of ICU or of the builtin provider. */
    locale: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    rules: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    tablespace: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    /** The most connections; -1: no limit. */
    limit: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(),
    comment: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    /** `null`: the grants that PostgreSQL gives by default. `to`: a role; `null`: all roles. */
    grants: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        to: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
        right: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
        grantable: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
        /** The role that granted the right; `null`: the owner. */
        by: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().default(null),
    }))
        .nullable(),
    /** `name=value` as in the catalogue. `role`: the setting is for this role only, in this database; `null`: for all. */
    settings: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ role: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(), setting: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() })),
    /** Whether every role that may make databases may copy this one. */
    template: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY().default(false),
});
/**
 * An SQL expression that gives a JSON object for a row `d` of `pg_database`. Columns that not all versions have, or
 * that have another name in some, are read by way of JSON.
 */
const PROPERTIES = `json_build_object(
  'owner', pg_get_userbyid(d.datdba), 'encoding', pg_encoding_to_char(d.encoding),
  'collate', d.datcollate, 'ctype', d.datctype, 'provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
  'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'), 'rules', to_jsonb(d) ->> 'daticurules',
  'tablespace', (select t.spcname from pg_tablespace t where t.oid = d.dattablespace),
  'template', d.datistemplate, 'limit', d.datconnlimit, 'comment', shobj_description(d.oid, 'pg_database'),
  'grants', case when d.datacl is not null then (
    select coalesce(json_agg(json_build_object('to', r.rolname, 'right', a.privilege_type, 'grantable', a.is_grantable,
      'by', case when a.grantor <> d.datdba then pg_get_userbyid(a.grantor) end) order by r.rolname, a.privilege_type, a.grantor), '[]')
    from aclexplode(d.datacl) a left join pg_roles r on r.oid = a.grantee where a.grantee = 0 or r.rolname is not null) end,
  'settings', (
    select coalesce(json_agg(json_build_object('role', r.rolname, 'setting', c.setting) order by r.rolname, c.setting), '[]')
    from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole cross join unnest(s.setconfig) as c (setting)
    where s.setdatabase = d.oid and (s.setrole = 0 or r.rolname is not null)))`;
/** Roles that a server must have for these properties. */
function rolesOf({ owner, grants, settings }) {
    const named = [owner, ...(grants ?? []).flatMap(({ to, by }) => [to, by]), ...settings.map(({ role }) => role)];
    return [...new Set(named.filter((name) => name !== null && !name.startsWith('pg_')))];
}
/** Encoding and locale as one text for people. Two databases with the same text sort and compare alike. */
function localeOf({ encoding, collate, ctype, provider, locale, rules }) {
    const libc = collate === ctype ? collate : `${collate}, ctype ${ctype}`;
    const name = provider === 'i' ? `ICU ${locale}` : provider === 'b' ? `builtin ${locale}` : libc;
    return `${encoding}, ${name}${provider === 'c' ? '' : ` (libc ${libc})`}${rules ? ', with rules' : ''}`;
}
/** Texts on the properties that differ in the live database, encoding and locale left out. */
function propertyDifferences(backup, live) {
    const facts = (one) => new Map([
        ['owner', one.owner],
        ['tablespace', one.tablespace],
        ['connection limit', one.limit === -1 ? 'none' : String(one.limit)],
        ['comment', one.comment ?? 'none'],
        ['template', one.template ? 'yes' : 'no'],
        ['grants', grantsText(one)],
        ...one.settings.map(({ role, setting }) => {
            const at = setting.indexOf('=');
            return [`${setting.slice(0, at)}${role === null ? '' : ` for ${role}`}`, setting.slice(at + 1)];
        }),
    ]);
    const [wanted, found] = [facts(backup), facts(live)];
    return [...new Set([...wanted.keys(), ...found.keys()])]
        .filter((name) => wanted.get(name) !== found.get(name))
        .map((name) => `${name}: ${wanted.get(name) ?? 'unset'} in the backup, ${found.get(name) ?? 'unset'} live`);
}
function grantsText({ grants }) {
    if (grants === null)
        return 'as by default';
    return (grants
        .map(({ to, right, grantable, by }) => `${right} to ${to ?? 'everybody'}${grantable ? ' (may grant)' : ''}${by === null ? '' : ` by ${by}`}`)
        .sort()
        .join(', ') || 'none');
}
/** @param major major version of the server: before 15 there is only one provider, and no option for it */
function createStatement(name, own, major, inTablespace) {
    const { owner, encoding, collate, ctype, provider, locale, rules, tablespace } = own;
    const words = [
        `create database ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(name)} template template0 owner ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(owner)} encoding ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(encoding)}`,
        `lc_collate ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(collate)} lc_ctype ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(ctype)}`,
    ];
    if (provider === 'i')
        words.push(`locale_provider icu icu_locale ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(locale ?? '')}`);
    else if (provider === 'b')
        words.push(`locale_provider builtin builtin_locale ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(locale ?? '')}`);
    else if (major >= 15)
        words.push('locale_provider libc');
    if (rules)
        words.push(`icu_rules ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(rules)}`);
    if (inTablespace && tablespace !== 'pg_default')
        words.push(`tablespace ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(tablespace)}`);
    return `${words.join(' ')};`;
}
/** Statements for limit, grants and settings of a database that exists, with its owner. */
function propertyStatements(name, { owner, limit, grants, settings, template }) {
    const database = (0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(name);
    return [
        ...(grants === null ? [] : grantStatements(database, owner, grants)),
        ...settings.map(({ role, setting }) => {
            const at = setting.indexOf('=');
            const whom = role === null ? `database ${database}` : `role ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(role)} in database ${database}`;
            return `alter ${whom} set ${setting.slice(0, at).split('.').map(_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD).join('.')} to ${valueText(setting.slice(0, at), setting.slice(at + 1))};`;
        }),
        `alter database ${database} connection limit ${limit};`,
        ...(template ? [`alter database ${database} is_template true;`] : []),
    ];
}
function grantStatements(database, owner, grants) {
    return [
        // If the owner still had its rights, they are among the grants that follow.
        `revoke all on database ${database} from public, ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(owner)};`,
        ...inOrder(grants, owner).map(({ to, right, grantable, by }) => {
            const grant = `grant ${right.toLowerCase()} on database ${database} to ${to === null ? 'public' : (0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(to)}${grantable ? ' with grant option' : ''};`;
            return by === null ? grant : `set role ${(0,_names__WEBPACK_IMPORTED_MODULE_0__/* .ident */ .bD)(by)}; ${grant} reset role;`;
        }),
    ];
}
/** The grants, in an order in which each role has a right before it grants that right. */
function inOrder(grants, owner) {
    const done = [];
    let left = grants;
    while (left.length > 0) {
        const may = ({ by, right }) => by === null || by === owner || done.some((one) => one.to === by && one.right === right && one.grantable);
        const next = left.filter(may);
        // The rest was granted by superusers, who need no right themselves.
        done.push(...(next.length > 0 ? next : left));
        left = next.length > 0 ? left.filter((one) => !next.includes(one)) : [];
    }
    return done;
}
/**
 * Settings that are lists of names, each quoted by itself. Source: `variable_is_guc_list_quote` in dumputils.c of
 * PostgreSQL.
 */
const LISTS = new Set([
    'local_preload_libraries',
    'search_path',
    'session_preload_libraries',
    'shared_preload_libraries',
    'temp_tablespaces',
    'unix_socket_directories',
]);
function valueText(setting, value) {
    if (!LISTS.has(setting.toLowerCase()))
        return (0,_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu)(value);
    const names = [...value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
    return names.length === 0 ? "''" : names.map(_names__WEBPACK_IMPORTED_MODULE_0__/* .literal */ .eu).join(', ');
}


/***/ }),

/***/ 52654:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $p: () => (/* binding */ createSnapshot),
/* harmony export */   Bw: () => (/* binding */ removeSnapshot),
/* harmony export */   KV: () => (/* binding */ greet),
/* harmony export */   RA: () => (/* binding */ readSnapshot),
/* harmony export */   WY: () => (/* binding */ described),
/* harmony export */   gz: () => (/* binding */ failed),
/* harmony export */   jF: () => (/* binding */ KEY_REMEDY)
/* harmony export */ });
/* harmony import */ var node_stream_consumers__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38321);
/* harmony import */ var node_stream_consumers__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream_consumers__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(92857);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _http__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(30457);




/** What the API says of a snapshot. */
const described = zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
    name: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().regex(/^[^/\\\0]+$/),
    size: zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig(),
    checksum: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP()
        .regex(/^[0-9a-f]{64}$/i)
        .nullish(),
})
    .transform(({ name, size, checksum }) => ({ name, size, checksum: checksum?.toLowerCase() ?? null }));
/** Checks that the server answers and accepts the key. @throws {UserError} RB-QDRANT-FAILED */
async function greet(server) {
    await (0,node_stream_consumers__WEBPACK_IMPORTED_MODULE_0__.text)(await asked(server, { method: 'GET', path: '/snapshots', timeout: _http__WEBPACK_IMPORTED_MODULE_2__/* .SHORT */ .Pb }));
}
/** Makes a snapshot of the whole storage, on the server's own disk. @throws {UserError} RB-QDRANT-FAILED */
async function createSnapshot(server) {
    const question = { method: 'POST', path: '/snapshots', timeout: _http__WEBPACK_IMPORTED_MODULE_2__/* .LONG */ .Bn };
    return (0,_http__WEBPACK_IMPORTED_MODULE_2__/* .resultOf */ .Bg)(server, question, described).catch((error) => {
        throw explained(server, error);
    });
}
/**
 * Content of a snapshot. If it ends before the promised length, the stream fails. @throws {UserError} RB-QDRANT-FAILED
 */
async function readSnapshot(server, { name }) {
    return await asked(server, { method: 'GET', path: pathOf(name), timeout: _http__WEBPACK_IMPORTED_MODULE_2__/* .LONG */ .Bn });
}
/** @throws {UserError} RB-QDRANT-FAILED */
async function removeSnapshot(server, name) {
    await (0,node_stream_consumers__WEBPACK_IMPORTED_MODULE_0__.text)(await asked(server, { method: 'DELETE', path: pathOf(name), timeout: _http__WEBPACK_IMPORTED_MODULE_2__/* .SHORT */ .Pb }));
}
function pathOf(name) {
    return `/snapshots/${encodeURIComponent(name)}`;
}
function asked(server, question) {
    return (0,_http__WEBPACK_IMPORTED_MODULE_2__/* .ask */ .kA)(server, question).catch((error) => {
        throw explained(server, error);
    });
}
function explained({ service }, error) {
    return error instanceof _http__WEBPACK_IMPORTED_MODULE_2__/* .Refusal */ .P_ ? failed(service, error.message, error.status) : error;
}
function failed(service, why, status = 0) {
    return new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-QDRANT-FAILED', {
        what: `Qdrant (service ${service}) did not give a complete snapshot`,
        why: `${why}; nothing was published, and no older backup was removed`,
        remedy: status === 401 || status === 403
            ? KEY_REMEDY
            : 'see `docker logs` of its container and its free disk, and run it again',
    });
}
/** The remedy when Qdrant refuses the key. */
const KEY_REMEDY = 'name the variable of its container that holds the key in backup.qdrant (api-key-variable)';


/***/ }),

/***/ 27641:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Zt: () => (/* binding */ changeAliases),
  IM: () => (/* binding */ listCollections),
  oB: () => (/* binding */ listSaved),
  NH: () => (/* binding */ readAliases),
  H7: () => (/* binding */ readCollection),
  hB: () => (/* binding */ recoverCollection),
  c6: () => (/* binding */ removalOf),
  rV: () => (/* binding */ removeCollection),
  mS: () => (/* binding */ removeSaved),
  sp: () => (/* binding */ saveCollection),
  Kc: () => (/* binding */ uploadCollection)
});

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(38321);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(92857);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/qdrant/client.ts
var client = __webpack_require__(52654);
// EXTERNAL MODULE: ./actions/lib/qdrant/http.ts
var http = __webpack_require__(30457);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./actions/lib/qdrant/multipart.ts
/** A form with one file (RFC 7578), whose content is sent while it is read. */


/**
 * @param field name of the form's field
 * @returns a body whose content fails if the file is longer or shorter than promised
 */
function multipart(field, { name, bytes, content }) {
    // With 122 random bits, no file contains the boundary by chance.
    const boundary = `runbook-${(0,external_node_crypto_.randomUUID)()}`;
    const head = Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`);
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    async function* framed() {
        yield head;
        let sent = 0;
        for await (const chunk of content) {
            sent += chunk.length;
            if (sent > bytes)
                break;
            yield chunk;
        }
        if (sent !== bytes)
            throw new Error(`${name} does not have ${bytes} bytes`);
        yield tail;
    }
    return {
        type: `multipart/form-data; boundary=${boundary}`,
        bytes: head.length + bytes + tail.length,
        content: external_node_stream_.Readable.from(framed(), { objectMode: false }),
    };
}

;// CONCATENATED MODULE: ./actions/lib/qdrant/collections.ts
/** The part of Qdrant's HTTP API that a restore needs: collections, their snapshots, and aliases. */







/**
 * Names, sorted. Also checks that the key may do all that a restore does.
 *
 * @throws {UserError} RB-QDRANT-FAILED
 */
function listCollections(server) {
    return explained(server, 'did not list its collections', async () => {
        await (0,consumers_.text)(await (0,http/* ask */.kA)(server, { method: 'GET', path: '/snapshots', timeout: http/* SHORT */.Pb }));
        const { collections } = await (0,http/* resultOf */.Bg)(server, { method: 'GET', path: '/collections', timeout: http/* SHORT */.Pb }, schemas/* object */.Ikc({ collections: schemas/* array */.YOg(schemas/* object */.Ikc({ name: schemas/* string */.YjP() })) }));
        return collections.map(({ name }) => name).sort();
    });
}
/** Alias → collection. @throws {UserError} RB-QDRANT-FAILED */
function readAliases(server) {
    return explained(server, 'did not list its collections', async () => {
        const { aliases } = await (0,http/* resultOf */.Bg)(server, { method: 'GET', path: '/aliases', timeout: http/* SHORT */.Pb }, schemas/* object */.Ikc({ aliases: schemas/* array */.YOg(schemas/* object */.Ikc({ alias_name: schemas/* string */.YjP(), collection_name: schemas/* string */.YjP() })) }));
        return new Map(aliases.map(({ alias_name, collection_name }) => [alias_name, collection_name]));
    });
}
/** @throws {UserError} RB-QDRANT-FAILED */
function readCollection(server, name) {
    return explained(server, `did not say how ${name} is`, async () => {
        const { status } = await (0,http/* resultOf */.Bg)(server, { method: 'GET', path: pathOf(name), timeout: http/* SHORT */.Pb }, schemas/* object */.Ikc({ status: schemas/* string */.YjP() }));
        const question = posted('POST', `${pathOf(name)}/points/count`, { exact: true }, http/* LONG */.Bn);
        const { count } = await (0,http/* resultOf */.Bg)(server, question, schemas/* object */.Ikc({ count: schemas/* number */.aig() }));
        return { points: count, status };
    });
}
/** Makes a snapshot of one collection, on the server's own disk. @throws {UserError} RB-QDRANT-FAILED */
function saveCollection(server, name) {
    const question = { method: 'POST', path: `${pathOf(name)}/snapshots?wait=true`, timeout: http/* LONG */.Bn };
    return explained(server, `made no snapshot of ${name}`, () => (0,http/* resultOf */.Bg)(server, question, client/* described */.WY));
}
/** Names of a collection's snapshots on the server. @throws {UserError} RB-QDRANT-FAILED */
function listSaved(server, name) {
    const question = { method: 'GET', path: `${pathOf(name)}/snapshots`, timeout: http/* SHORT */.Pb };
    return explained(server, `did not say which snapshots of ${name} it has`, async () => (await (0,http/* resultOf */.Bg)(server, question, schemas/* array */.YOg(client/* described */.WY))).map((snapshot) => snapshot.name));
}
/**
 * Makes the content of a collection what the snapshot holds; makes the collection if there is none. The server keeps
 * the file among the collection's snapshots.
 *
 * @param file name of that file
 * @throws {UserError} RB-QDRANT-FAILED; the error of the content's stream
 */
function uploadCollection(server, { collection, bytes, sha256 }, file, content) {
    const checksum = sha256 === null ? '' : `&checksum=${sha256}`;
    return explained(server, `did not restore ${collection}`, async () => {
        await (0,http/* resultOf */.Bg)(server, {
            method: 'POST',
            path: `${pathOf(collection)}/snapshots/upload?priority=snapshot&wait=true${checksum}`,
            timeout: http/* LONG */.Bn,
            body: multipart('snapshot', { name: file, bytes, content }),
        }, schemas/* boolean */.zMY());
    });
}
/**
 * Makes the content of a collection what one of its snapshots on the server holds.
 *
 * @param file name for the upload, if the server cannot read from itself and the snapshot goes through the runner
 * @throws {UserError} RB-QDRANT-FAILED
 */
async function recoverCollection(server, collection, snapshot, file) {
    const { apiKey, port } = server;
    const saved = savedPathOf(collection, snapshot.name);
    const recovery = posted('PUT', `${pathOf(collection)}/snapshots/recover?wait=true`, {
        location: `http://127.0.0.1:${port}${saved}`,
        priority: 'snapshot',
        ...(apiKey === null ? {} : { api_key: apiKey }),
        ...(snapshot.checksum === null ? {} : { checksum: snapshot.checksum }),
    }, http/* LONG */.Bn);
    try {
        await (0,http/* resultOf */.Bg)(server, recovery, schemas/* boolean */.zMY());
    }
    catch (error) {
        // The server listens elsewhere, or is too old to send its key to itself.
        if (!(error instanceof http/* Refusal */.P_) || error.status === 0)
            throw explainedError(server, `did not bring back the former content of ${collection}`, error);
        const content = await explained(server, `does not hand out ${snapshot.name}`, () => (0,http/* ask */.kA)(server, { method: 'GET', path: saved, timeout: http/* LONG */.Bn }));
        await uploadCollection(server, { collection, bytes: snapshot.size, sha256: snapshot.checksum }, file, content);
    }
}
/** Removes a snapshot of a collection, if there is such a snapshot. @throws {UserError} RB-QDRANT-FAILED */
function removeSaved(server, collection, name) {
    return gone(server, `did not remove ${name}`, `${savedPathOf(collection, name)}?wait=true`);
}
/** The request by which a person removes a snapshot. */
function removalOf(collection, name) {
    return `DELETE ${savedPathOf(collection, name)}`;
}
/** @throws {UserError} RB-QDRANT-FAILED */
function removeCollection(server, name) {
    return gone(server, `did not remove ${name}`, pathOf(name));
}
/** Carries out all actions in one request. @throws {UserError} RB-QDRANT-FAILED */
async function changeAliases(server, actions) {
    if (actions.length === 0)
        return;
    const question = posted('POST', '/collections/aliases', { actions }, http/* SHORT */.Pb);
    await explained(server, 'did not change its aliases', () => (0,http/* resultOf */.Bg)(server, question, schemas/* boolean */.zMY()));
}
function gone(server, what, path) {
    return explained(server, what, async () => {
        try {
            await (0,consumers_.text)(await (0,http/* ask */.kA)(server, { method: 'DELETE', path, timeout: http/* SHORT */.Pb }));
        }
        catch (error) {
            if (!(error instanceof http/* Refusal */.P_) || error.status !== 404)
                throw error;
        }
    });
}
function pathOf(collection) {
    return `/collections/${encodeURIComponent(collection)}`;
}
function savedPathOf(collection, name) {
    return `${pathOf(collection)}/snapshots/${encodeURIComponent(name)}`;
}
function posted(method, path, value, timeout) {
    const bytes = Buffer.from(JSON.stringify(value));
    return { method, path, timeout, body: { type: 'application/json', bytes: bytes.length, content: streamOf(bytes) } };
}
function streamOf(bytes) {
    return external_node_stream_.Readable.from([bytes], { objectMode: false });
}
async function explained(server, what, work) {
    try {
        return await work();
    }
    catch (error) {
        throw explainedError(server, what, error);
    }
}
function explainedError({ service }, what, error) {
    if (error instanceof errors/* UserError */.y)
        return error;
    const { message, status = 0 } = error;
    return new errors/* UserError */.y('RB-QDRANT-FAILED', {
        what: `Qdrant (service ${service}) ${what}`,
        why: message ?? String(error),
        remedy: remedyOf(status, message ?? ''),
    });
}
function remedyOf(status, message) {
    if (status === 401 || status === 403)
        return client/* KEY_REMEDY */.jF;
    // Qdrant restores a snapshot only into a collection with the same vectors and shards.
    if (/not compatible/i.test(message))
        return 'the live collection has other vectors or shards than the backup: rename or remove it in Qdrant, and run this again';
    return 'see `docker logs` of its container and its free disk, and run it again';
}


/***/ }),

/***/ 49594:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ roomOfQdrant),
/* harmony export */   y: () => (/* binding */ findQdrant)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51957);
/* harmony import */ var _stack_address__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76881);



/** Milliseconds. */
const DIAL = 20_000;
const MEASURE = 3600 * 1000;
/** @throws {UserError} RB-QDRANT-FAILED */
async function findQdrant(host, stack, settings) {
    const { service, port, apiKeyVariable } = settings;
    const outcome = await host.run(findScript(stack, service, apiKeyVariable));
    const [address = '', ...lines] = outcome.stdout.split('\n');
    if (address === '') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-QDRANT-FAILED', {
            what: `the service ${service} does not run, or has no address`,
            why: 'none of its containers runs on a network of the host',
            remedy: 'start it on the host or deploy the stack, or correct backup.qdrant in the runbook file',
        });
    }
    const apiKey = lines.join('\n').trimEnd();
    return { service, port, apiKey: apiKey === '' ? null : apiKey, dial: () => host.forward(address, port, DIAL) };
}
/** Measures in the container, which may use any disk; without an answer there, Docker's own disk counts. */
async function roomOfQdrant(host, stack, service) {
    const outcome = await host.run(roomScript(stack, service), { timeout: MEASURE });
    const numbers = (word) => outcome.stdout
        .split('\n')
        .flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.slice(word.length + 1)) * 1024] : []))
        .filter((bytes) => bytes >= 0);
    const free = numbers('free');
    return { used: numbers('used')[0] ?? null, free: free.length > 0 ? Math.min(...free) : null };
}
function findScript(stack, service, variable) {
    return `${(0,_stack_address__WEBPACK_IMPORTED_MODULE_1__/* .containerScript */ .RX)(stack, service)}
${_stack_address__WEBPACK_IMPORTED_MODULE_1__/* .ADDRESS_SCRIPT */ .ZV}
docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$id" | sed -n ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(`s/^${variable}=//p`)}`;
}
/**
 * Finds both folders as Qdrant's documentation says: by settings in its environment, or below its working directory.
 */
function roomScript(stack, service) {
    return `${(0,_stack_address__WEBPACK_IMPORTED_MODULE_1__/* .containerScript */ .RX)(stack, service)}
room=$(docker exec "$id" sh -c '
storage=\${QDRANT__STORAGE__STORAGE_PATH:-./storage} snapshots=\${QDRANT__STORAGE__SNAPSHOTS_PATH:-./snapshots}
du -sk "$storage" | sed "s/[^0-9].*//; s/^/used /"
for folder in "$storage" "$snapshots"; do df -Pk "$folder"; done | awk "\\$4 ~ /^[0-9]+\\$/ { print \\"free\\", \\$4 }"
' 2>/dev/null </dev/null)
printf '%s\\n' "$room"
case $room in
  *free*) ;;
  *) df -Pk "$(docker info --format '{{.DockerRootDir}}')" | awk 'NR == 2 { print "free", $4 }' ;;
esac`;
}


/***/ }),

/***/ 30457:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bg: () => (/* binding */ resultOf),
/* harmony export */   Bn: () => (/* binding */ LONG),
/* harmony export */   P_: () => (/* binding */ Refusal),
/* harmony export */   Pb: () => (/* binding */ SHORT),
/* harmony export */   kA: () => (/* binding */ ask)
/* harmony export */ });
/* harmony import */ var node_stream_consumers__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38321);
/* harmony import */ var node_stream_consumers__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream_consumers__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(92857);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _host_http__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22433);




/** There was no answer, or its status is not HTTP 200. */
class Refusal extends Error {
    /** HTTP status; 0: there was no answer. */
    status;
    constructor(message, status = 0) {
        super(message);
        this.name = 'Refusal';
        this.status = status;
    }
}
/** Milliseconds: `LONG` to make, read or restore a whole snapshot, `SHORT` for all other requests. */
const LONG = 12 * 3600 * 1000;
const SHORT = 60_000;
/** Most characters of an explanation that are shown. */
const EXPLANATION = 2000;
/** @throws {Refusal} @throws {UserError} RB-CONNECTION-LOST, or the error of the body's stream */
async function ask(server, question) {
    const { service, apiKey, dial } = server;
    const { method, path, timeout, body } = question;
    try {
        const answer = await (0,_host_http__WEBPACK_IMPORTED_MODULE_2__/* .exchange */ .c)(await dial(), {
            method,
            path,
            headers: {
                host: service,
                ...(apiKey === null ? {} : { 'api-key': apiKey }),
                ...(body === undefined ? {} : { 'content-type': body.type, 'content-length': body.bytes }),
            },
            body: body?.content,
            timeout,
        });
        const { statusCode = 0 } = answer;
        if (statusCode === 200)
            return answer;
        const explanation = await explained(answer);
        throw new Refusal(`${method} ${path.replace(/\?.*/, '')} was answered with HTTP ${statusCode}${explanation === '' ? '' : `: ${explanation}`}`, statusCode);
    }
    catch (error) {
        body?.content.destroy();
        if (error instanceof _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y || error instanceof Refusal)
            throw error;
        throw new Refusal(error instanceof Error ? error.message : String(error));
    }
}
/**
 * The `result` of the answer. @throws {Refusal} also for an answer of another shape @throws {UserError} as {@link ask}
 */
async function resultOf(server, question, result) {
    const answer = await (0,node_stream_consumers__WEBPACK_IMPORTED_MODULE_0__.json)(await ask(server, question)).catch((error) => {
        throw error instanceof _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y || error instanceof Refusal ? error : new Refusal(error.message);
    });
    const found = zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ result }).safeParse(answer);
    if (found.success)
        return found.data.result;
    throw new Refusal(`${question.method} ${question.path} was answered in a way that its documentation does not describe`);
}
/** Qdrant's explanation: `status.error`, or the answer's bare text. */
async function explained(answer) {
    let text = '';
    try {
        for await (const chunk of answer) {
            text += chunk.toString();
            if (text.length > EXPLANATION)
                break;
        }
        const found = zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ status: zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ error: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP() }) }).safeParse(JSON.parse(text));
        if (found.success)
            text = found.data.status.error;
    }
    catch {
        // The answer was cut off or is not JSON: show what came.
    }
    return text.slice(0, EXPLANATION).replace(/\s+/g, ' ').trim();
}


/***/ }),

/***/ 35477:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   IP: () => (/* binding */ writeNote),
/* harmony export */   RT: () => (/* binding */ closeNote),
/* harmony export */   WT: () => (/* binding */ readNotes),
/* harmony export */   XM: () => (/* binding */ pathOf),
/* harmony export */   YJ: () => (/* binding */ forgetDone)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92857);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51957);
/**
 * Notes what a restore has begun on a Qdrant server, in a file on the host, which outlives the runner and describes the
 * way back. Each service has one file while a restore is under way, and one that `undo` reads.
 */



const savedSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), size: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig(), checksum: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable() });
/** A database or folder that exists only if the swap of databases and volumes was committed. */
const witnessSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([
    zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ service: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), user: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), live: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), database: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() }),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ volume: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), folder: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() }),
]);
const schema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    service: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    kind: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['restore', 'undo']),
    /** The host's time when the restore began, as `YYYYMMDDTHHMMSSZ`; the same ID as for databases and volumes. */
    id: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().regex(/^\d{8}T\d{6}Z$/),
    /** ID of the backup. */
    backup: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    /**
     * `saving`: nothing is changed. `changing`: collections that were begun may be in any state. `swapping`: all is
     * changed, and stays if the swap was committed. `kept`: the change stays. `back`: the former collections are live
     * again.
     */
    phase: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['saving', 'changing', 'swapping', 'kept', 'back']),
    /** Name of the uploaded file among a collection's snapshots. */
    upload: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    collections: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
        /** Snapshot of the collection that was live; `null`: there was no such collection. */
        saved: savedSchema.nullable(),
        begun: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
    })),
    /** The collection of which a snapshot is being made, and the snapshots that it had before; `null`: none. */
    making: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), present: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()) })
        .nullable()
        .default(null),
    /** Alias → the collection that it stood for; `null`: it did not exist. Only aliases that change. */
    aliases: zod__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable()),
    /** Collections that are removed at the end. */
    removed: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()),
    witness: witnessSchema.nullable(),
});
/** @param root `<directory>/.runbook` @throws {UserError} RB-QDRANT-FAILED, RB-CONNECTION-LOST */
async function readNotes(host, root) {
    const outcome = await host.run(`cd ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(folderOf(root))} 2>/dev/null || exit 0
for word in pending done; do for f in *."$word"; do [ ! -f "$f" ] || { printf '%s ' "$word"; tr -d '\\n' <"$f"; echo; }; done; done`);
    if (outcome.outcome === 'unknown')
        throw lost(outcome.reason);
    const found = { pending: [], done: [] };
    for (const line of outcome.stdout.split('\n')) {
        const word = /^(pending|done) /.exec(line)?.[1];
        if (word !== undefined)
            found[word].push(parse(line.slice(word.length + 1), root));
    }
    return found;
}
/** Returns once the note is on the disk. @throws {UserError} RB-QDRANT-FAILED, RB-CONNECTION-LOST */
async function writeNote(host, root, note) {
    const file = (0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(pathOf(root, note.service, 'pending'));
    await done(host, `umask 077; mkdir -p ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(folderOf(root))} && cat >${file}.new && { sync ${file}.new 2>/dev/null || sync; } && mv ${file}.new ${file}`, `${JSON.stringify(note)}\n`);
}
/**
 * Closes the pending note; with `done` it becomes the note that an undo reads. @throws {UserError} as {@link writeNote}
 */
async function closeNote(host, root, service, become) {
    const file = (0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(pathOf(root, service, 'pending'));
    await done(host, become === 'done' ? `mv ${file} ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(pathOf(root, service, 'done'))}` : `rm -f ${file}`);
}
/** Removes the note that an undo reads: nothing is left to go back to. @throws {UserError} as {@link writeNote} */
async function forgetDone(host, root, service) {
    await done(host, `rm -f ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(pathOf(root, service, 'done'))}`);
}
/** Path of a note; messages show it to a person who gives up a Qdrant server. */
function pathOf(root, service, word) {
    return `${folderOf(root)}/${service}.${word}`;
}
function folderOf(root) {
    return `${root}/qdrant`;
}
function parse(text, root) {
    try {
        return schema.parse(JSON.parse(text));
    }
    catch {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-QDRANT-FAILED', {
            what: `a note of an earlier restore of Qdrant in ${folderOf(root)} cannot be read`,
            why: 'it was changed, or another version of the action wrote it',
            remedy: 'run the version that wrote it; or find out which data Qdrant serves, and remove the file',
        });
    }
}
async function done(host, script, input = '') {
    const outcome = await host.run(script, { input });
    if (outcome.outcome === 'unknown')
        throw lost(outcome.reason);
    if (outcome.code === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-QDRANT-FAILED', {
        what: 'the host cannot store the note that is needed to bring Qdrant back',
        why: outcome.stderr.trim() || `exit status ${outcome.code}`,
        remedy: 'see that its disk has room and that the directory belongs to the SSH user, and run it again',
    });
}
function lost(reason) {
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-CONNECTION-LOST', {
        what: 'the connection to the host was lost during the restore of Qdrant',
        why: reason,
        remedy: 'run it again: the next restore first puts right what this restore left',
    });
}


/***/ }),

/***/ 21763:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Rv: () => (/* binding */ checkDatabases),
/* harmony export */   Z0: () => (/* binding */ checkIdentity),
/* harmony export */   fz: () => (/* binding */ compareRows),
/* harmony export */   ql: () => (/* binding */ compareVolume),
/* harmony export */   w7: () => (/* binding */ sayBound),
/* harmony export */   wc: () => (/* binding */ checkVolumes)
/* harmony export */ });
/* harmony import */ var _bytes__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(46597);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _postgres_names__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53912);
/* harmony import */ var _postgres_properties__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83107);
/* harmony import */ var _stack_migrations__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6668);
/* harmony import */ var _feed__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(27691);
/**
 * Refuses a restore that cannot succeed, before anything is changed; compares the result with the backup afterwards.
 */






/** Factor of the size that the database had: building indexes needs more room, and so does the write-ahead log. */
const ROOM = 1.2;
const LEAST_ROOM = 64 * 2 ** 20;
/**
 * @throws {UserError} RB-DATABASE-VERSION, RB-EXTENSION-MISSING, RB-EXTENSION-BOUND, RB-ROLE-MISSING,
 * RB-LOCALE-DIFFERS, RB-TABLESPACE-MISSING, RB-DISK-SHORT, RB-SCHEMA-NEWER
 */
function checkDatabases(parts, meeting) {
    const { servers } = meeting;
    for (const part of parts) {
        const server = servers.get(part.service);
        if (server === undefined)
            throw new Error(`no facts of ${part.service}`);
        checkVersion(part, server, meeting.newerServer);
        checkExtensions(part, server);
        if (!meeting.roles)
            checkRoles(part, server);
        if (meeting.beside)
            checkBound(part);
        if (meeting.locale === 'ask')
            checkLocale(part, server);
        if (meeting.tablespaces === 'keep')
            checkTablespaces(part, server);
    }
    for (const [service, server] of servers) {
        checkDisk(service, parts.filter((part) => part.service === service), server);
    }
    if (parts.length > 0)
        checkSchema(meeting);
}
/** @throws {UserError} RB-IDENTITY */
function checkIdentity(parts, { manifest, identity }) {
    if (identity !== null || !parts.some(_feed__WEBPACK_IMPORTED_MODULE_4__/* .isEncrypted */ .ph))
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-IDENTITY', {
        what: `the backup ${manifest.id} is encrypted, and no identity was given`,
        remedy: 'set the input identity to the line AGE-SECRET-KEY-… that belongs to a recipient of the backup',
    });
}
function checkVersion({ service, database, major }, server, newer) {
    if (major === server.major || (newer && major < server.major))
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DATABASE-VERSION', {
        what: `${database} was backed up from PostgreSQL ${major}, and ${service} is PostgreSQL ${server.major}`,
        why: 'an archive is only guaranteed to fit its own major version',
        remedy: major < server.major
            ? 'deploy the database image of that version, or accept the newer server with newer-server: true'
            : 'deploy the database image of that version',
    });
}
function checkExtensions({ service, database, extensions }, server) {
    const missing = extensions.filter((name) => !server.extensions.has(name));
    if (missing.length === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-EXTENSION-MISSING', {
        what: `${database} needs ${missing.join(', ')}, which ${service} does not have`,
        why: 'the database image has no such extension',
        remedy: 'deploy a database image that has it, and restore then',
    });
}
function checkRoles({ service, database, roles }, server) {
    const missing = roles.filter((name) => !server.roles.has(name));
    if (missing.length === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-ROLE-MISSING', {
        what: `${database} belongs to or grants to ${missing.join(', ')}, which ${service} does not have`,
        why: 'roles belong to the server and are in no archive of a database',
        remedy: 'create them, or restore with roles: true, which creates missing roles as in the backup',
    });
}
/** Extensions that can exist only in the database that the server's configuration names. Source: pg_cron's README. */
const BOUND = new Set(['pg_cron']);
/**
 * Extensions whose archives load only between two calls of the extension's functions, in a database that has the
 * extension in the backup's version.
 * Source: TimescaleDB's documentation on logical backups with pg_dump and pg_restore.
 */
const BETWEEN = new Map([
    ['timescaledb', ['timescaledb_pre_restore()', 'timescaledb_post_restore()']],
]);
/** Sentences on databases that cannot be restored beside the live data. */
function sayBound(parts) {
    const between = parts.flatMap(({ database, extensions }) => extensions.flatMap((name) => {
        const calls = BETWEEN.get(name);
        return calls === undefined
            ? []
            : `${database} has ${name}, whose archive loads only between ${calls.join(' and ')}: the action restore refuses this backup of it (RB-EXTENSION-BOUND); it can be restored by hand, see the page BY-HAND.md of that action.`;
    }));
    const alone = parts.flatMap(({ database, extensions }) => {
        const bound = extensions.filter((name) => BOUND.has(name));
        return bound.length === 0
            ? []
            : `${database} has ${bound.join(', ')}, which a server allows only in this database: the action restore refuses this backup of it (RB-EXTENSION-BOUND); it can be restored by hand, see the page BY-HAND.md of that action.`;
    });
    return [...alone, ...between];
}
function checkBound({ database, extensions }) {
    for (const name of extensions) {
        const [before, after] = BETWEEN.get(name) ?? [];
        if (before === undefined)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-EXTENSION-BOUND', {
            what: `${database} has ${name}, whose archive loads only between ${before} and ${after}`,
            why: 'a restore does not make such calls, and without them the loaded data would differ from the backup',
            remedy: `by hand, with the writers stopped: create extension ${name} in a new database, select ${before}, load the archive of the backup with pg_restore, and select ${after} (BY-HAND.md of this action)`,
        });
    }
    const bound = extensions.filter((name) => BOUND.has(name));
    if (bound.length === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-EXTENSION-BOUND', {
        what: `${database} has ${bound.join(', ')}, which the server allows only in the database ${database}`,
        why: 'a restore fills a database of another name first, and its jobs would run in both',
        remedy: `by hand, with the writers stopped: drop extension ${bound.join(', ')} in a copy, or rename the live database away, create ${database}, and load the archive of the backup with pg_restore (BY-HAND.md of this action)`,
    });
}
function checkLocale({ service, database, properties }, server) {
    const live = server.properties.get(database);
    if (properties === null || live === undefined || (0,_postgres_properties__WEBPACK_IMPORTED_MODULE_2__/* .localeOf */ .q9)(properties) === (0,_postgres_properties__WEBPACK_IMPORTED_MODULE_2__/* .localeOf */ .q9)(live))
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-LOCALE-DIFFERS', {
        what: `${database} of ${service} has ${(0,_postgres_properties__WEBPACK_IMPORTED_MODULE_2__/* .localeOf */ .q9)(live)}, and in the backup it has ${(0,_postgres_properties__WEBPACK_IMPORTED_MODULE_2__/* .localeOf */ .q9)(properties)}`,
        why: 'the comparison and order of texts, and which bytes are valid text, depend on it',
        remedy: 'restore with locale: backup (that of the backup) or locale: live (that of the live database)',
    });
}
function checkTablespaces({ service, database, properties, tablespaces }, server) {
    const needed = [...new Set([...(properties === null ? [] : [properties.tablespace]), ...tablespaces])];
    const missing = needed.filter((name) => !server.tablespaces.has(name));
    if (missing.length === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-TABLESPACE-MISSING', {
        what: `${database} has tables in the tablespace ${missing.join(', ')}, which ${service} does not have`,
        why: 'a tablespace is a directory of the server, which no backup contains',
        remedy: 'create it on the server, or restore with tablespaces: default, which puts everything into the default one',
    });
}
function checkDisk(service, parts, { diskFree, databases }) {
    const needed = parts.reduce((sum, { databaseBytes }) => sum + databaseBytes * ROOM, LEAST_ROOM);
    if (diskFree === null || diskFree >= needed)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DISK-SHORT', {
        what: `about ${(0,_bytes__WEBPACK_IMPORTED_MODULE_5__/* .mib */ .jO)(needed)} MiB are needed beside the live database of ${service}, ${(0,_bytes__WEBPACK_IMPORTED_MODULE_5__/* .mib */ .jO)(diskFree)} MiB are free`,
        why: 'a restore fills a second database before it swaps',
        remedy: `free space (${keptOf(parts, databases)}) and run it again`,
    });
}
function keptOf(parts, databases) {
    const kept = [...databases].filter(([name]) => parts.some(({ database }) => (0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .besideId */ .ws)(name, database, 'before') !== null || (0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .besideId */ .ws)(name, database, 'undone') !== null));
    if (kept.length === 0)
        return 'no former database is kept there';
    return `former databases may be dropped: ${kept.map(sized).join('; ')}`;
}
function keptIn(folders = new Map()) {
    if (folders.size === 0)
        return 'no former content is kept in it';
    return `former content in it may be removed: ${[...folders].map(sized).join('; ')}`;
}
function sized([name, bytes]) {
    return `${name}, ${(0,_bytes__WEBPACK_IMPORTED_MODULE_5__/* .mib */ .jO)(bytes)} MiB`;
}
/** For a while the restored content is beside the live content, and needs room. @throws {UserError} RB-DISK-SHORT */
function checkVolumes(volumes, { volumeFacts }) {
    for (const { name, bytes, volumeBytes } of volumes) {
        const free = volumeFacts.get(name)?.free ?? null;
        const needed = Math.max(bytes, volumeBytes ?? 0) + LEAST_ROOM;
        if (free === null || free >= needed)
            continue;
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DISK-SHORT', {
            what: `about ${(0,_bytes__WEBPACK_IMPORTED_MODULE_5__/* .mib */ .jO)(needed)} MiB are needed beside the content of ${name}, ${(0,_bytes__WEBPACK_IMPORTED_MODULE_5__/* .mib */ .jO)(free)} MiB are free`,
            why: 'a restore fills a folder in the volume before it swaps',
            remedy: `free space (${keptIn(volumeFacts.get(name)?.besideBytes)}) and run it again`,
        });
    }
}
function checkSchema({ manifest, state, runbook }) {
    if ((0,_stack_migrations__WEBPACK_IMPORTED_MODULE_3__/* .compareSchema */ .FL)(manifest.schema, state, runbook) !== 'newer')
        return;
    const made = manifest.migrated ?? manifest.release;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SCHEMA-NEWER', {
        what: `the backup ${manifest.id} has the schema of release ${made}, which release ${state.current?.id} does not know`,
        why: state.migrations.some(({ schema }) => schema === manifest.schema)
            ? 'its migration ran after that of the running release'
            : 'that migration never ran on this host',
        remedy: `deploy the version of release ${made} first, and restore then`,
    });
}
/**
 * Compares the numbers of rows. Of an extension's own tables only the rows that an archive holds are compared.
 *
 * @param accepted tables that may differ, as `schema.table`
 * @returns the differences that were accepted
 * @throws {UserError} RB-RESTORE-DIFFERS
 */
function compareRows({ database, tables }, counted, accepted) {
    if (tables === null)
        return [];
    const found = new Map(counted.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
    const wanted = new Map(tables.map(({ schema, table, rows }) => [`${schema}.${table}`, rows]));
    const names = [...new Set([...wanted.keys(), ...found.keys()])].filter((name) => found.get(name) !== null && wanted.get(name) !== null && wanted.get(name) !== found.get(name));
    const said = (name) => `${name}: ${found.get(name) ?? 'absent'} instead of ${wanted.get(name) ?? 'absent'}`;
    const differing = names.filter((name) => !accepted.includes(name));
    if (differing.length === 0)
        return names.map(said);
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-RESTORE-DIFFERS', {
        what: `the rows of ${database} as restored differ from the counts of the backup: ${differing.slice(0, 5).map(said).join('; ')}`,
        why: `${differing.length} of ${wanted.size} tables differ; the live database was not touched`,
        remedy: `restore another backup (\`list: true\` shows the backups); or, if this is the only one and the difference is acceptable, accept-differences: ${[...accepted, ...differing].join(', ')}`,
    });
}
/** @throws {UserError} RB-RESTORE-DIFFERS */
function compareVolume({ name, entries }, found) {
    if (found === entries)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-RESTORE-DIFFERS', {
        what: `${name} as restored has ${found} files, folders and links instead of ${entries}`,
        why: 'the archive differs from the manifest; the live content was not touched',
        remedy: 'restore another backup; `list: true` shows the backups',
    });
}


/***/ }),

/***/ 73202:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ chooseBackup),
/* harmony export */   w: () => (/* binding */ isWhole)
/* harmony export */ });
/* harmony import */ var _backup_clock__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(24223);
/* harmony import */ var _backup_installation__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(67097);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/** Chooses the backup that is meant. */



/**
 * Chooses among the backups of this installation, unless a person typed another. Backups that do not tell their
 * installation count only if the place has none of other installations. A backup from the future got its name from a
 * wrong clock: it is chosen only by that name. An incomplete backup is chosen as the latest, or as the last before a
 * time, only if no older one is complete.
 *
 * @param manifests oldest first
 * @param now milliseconds since the epoch
 * @throws {UserError} RB-BACKUP-UNKNOWN, RB-BACKUP-FOREIGN
 */
function chooseBackup(manifests, wanted, place, now, asking = ANYBODY, suffices = isWhole) {
    const past = manifests.filter(({ id }) => !(0,_backup_clock__WEBPACK_IMPORTED_MODULE_1__/* .isAhead */ .Y0)(id, now));
    const pick = (all) => {
        if (wanted.by === 'id')
            return all.find(({ id }) => id === wanted.id);
        const meant = all
            .filter((one) => past.includes(one))
            .filter(({ createdAt }) => wanted.by === 'latest' || new Date(createdAt) < wanted.time);
        return meant.findLast(suffices) ?? meant.at(-1);
    };
    const found = allowed(manifests, asking, wanted.by === 'id').reduce((first, some) => first ?? pick(some), undefined);
    const copied = asking.fromHost === '' ? (0,_backup_installation__WEBPACK_IMPORTED_MODULE_2__/* .madeByCopy */ .Qt)(manifests, { id: asking.installation, host: asking.host }) : [];
    if (found !== undefined && copied.includes(found))
        throw twin(found, place, asking.host);
    if (found !== undefined)
        return found;
    if (asking.fromHost !== '')
        throw unknownHost(manifests, asking.fromHost, place);
    const other = pick(manifests);
    if (other !== undefined)
        throw foreign(other, place);
    const known = manifests.slice(-5).map(({ id }) => id);
    const future = past.length === 0 ? `, all in the future: it is ${(0,_backup_clock__WEBPACK_IMPORTED_MODULE_1__/* .idOf */ .TH)(now)} now by the runner's clock` : '';
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-UNKNOWN', {
        what: `there is no backup ${NAMED[wanted.by](wanted)} in ${place}`,
        why: known.length === 0 ? 'it has no backup of this stack' : `the newest there are ${known.join(', ')}${future}`,
        remedy: 'choose a backup that `list: true` shows, or another place with `from`',
    });
}
/** Whether a backup has everything that was to be in it. */
function isWhole({ left }) {
    return left.length === 0;
}
const ANYBODY = { installation: null, host: '', onHost: true, fromHost: '' };
/** Groups to choose from, the preferred one first. @param named the backup is wanted by its own name */
function allowed(manifests, asking, named) {
    const { installation, onHost, fromHost } = asking;
    if (fromHost !== '')
        return [ofHost(manifests, fromHost)];
    const whose = (owner) => manifests.filter((one) => (0,_backup_installation__WEBPACK_IMPORTED_MODULE_2__/* .ownerOf */ .bf)(one, installation, onHost) === owner);
    return [whose('own'), named || whose('foreign').length === 0 ? whose('unknown') : []];
}
/** Backups of the typed installation. @throws {UserError} RB-INPUT-INVALID for a name that two installations have */
function ofHost(manifests, typed) {
    if (typed === _backup_installation__WEBPACK_IMPORTED_MODULE_2__/* .UNKNOWN */ .HV)
        return manifests.filter(({ installation }) => installation === null);
    const found = manifests.filter(({ installation }) => installation?.uid === typed || installation?.host === typed);
    const ids = [...new Set(found.flatMap(({ installation }) => installation?.uid ?? []))];
    if (ids.length < 2)
        return found;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-INPUT-INVALID', {
        what: `from-host is ${typed}, but ${ids.length} installations have that name`,
        why: `their IDs are ${ids.join(', ')}`,
        remedy: 'set from-host to one of these IDs; `list: true` shows the backups of each',
    });
}
function foreign({ id, installation }, place) {
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-FOREIGN', {
        what: `the backup ${id} in ${place} belongs to ${(0,_backup_installation__WEBPACK_IMPORTED_MODULE_2__/* .titleOfInstallation */ .AN)(installation)}, not to this installation`,
        why: 'staging and production may share the name of the stack and a bucket; this would restore the data of the other installation',
        remedy: `if that is what you want (a new host for a lost one, say), set from-host: ${installation?.host ?? _backup_installation__WEBPACK_IMPORTED_MODULE_2__/* .UNKNOWN */ .HV}`,
    });
}
function twin({ id, installation }, place, host) {
    const other = installation?.host ?? _backup_installation__WEBPACK_IMPORTED_MODULE_2__/* .UNKNOWN */ .HV;
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-FOREIGN', {
        what: `the backup ${id} in ${place} was made by the host ${other} in the name of this installation, whose host is ${host}`,
        why: 'both have made backups, so one is a copy of the other, with the same machine ID and data of its own',
        remedy: `set from-host to the host whose data you want: ${host} or ${other}; then give the copy a machine ID of its own: on it, rm /etc/machine-id && systemd-machine-id-setup`,
    });
}
function unknownHost(manifests, typed, place) {
    const known = [...new Set(manifests.map(({ installation }) => (0,_backup_installation__WEBPACK_IMPORTED_MODULE_2__/* .titleOfInstallation */ .AN)(installation)))];
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-UNKNOWN', {
        what: `${place} does not have this backup of ${typed}`,
        why: known.length === 0 ? 'it has no backup of this stack' : `its backups belong to ${known.join(', ')}`,
        remedy: 'choose a backup that `list: true` shows, and set from-host to the host or ID in that list',
    });
}
const NAMED = {
    latest: () => 'of this stack',
    id: (wanted) => (wanted.by === 'id' ? wanted.id : ''),
    before: (wanted) => (wanted.by === 'before' ? `from before ${wanted.time.toISOString()}` : ''),
};


/***/ }),

/***/ 57160:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ explainRestore)
/* harmony export */ });
/* unused harmony export RESTORE_WORDS */
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _steps_failures__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32443);
/** Explains a failed restore to the person who reads of it. */


const UNTOUCHED = 'the live data still serves';
const OTHER = 'restore another backup; `list: true` shows the backups';
/** Explanations of messages of pg_restore, psql and zstd. */
const LOAD = [
    {
        pattern: /role "[^"]*" does not exist/,
        code: 'RB-ROLE-MISSING',
        what: 'the archive names a role that the server does not have',
        remedy: 'create the role, or restore with roles: true, which takes missing roles from the backup',
    },
    {
        pattern: /extension "[^"]*" (is not available|must be installed)|could not open extension control file|type "[^"]*" does not exist/,
        code: 'RB-EXTENSION-MISSING',
        what: 'the archive needs an extension that the server does not have',
        remedy: 'deploy a database image that has the extension, and restore then',
    },
    {
        pattern: /does not support compression/,
        code: 'RB-DATABASE-VERSION',
        what: 'the pg_restore beside the database was built without the compression of the archive',
        remedy: 'deploy a database image whose tools have zstd, as official ones do, and restore then',
    },
    {
        // An archive is loaded with an empty search path. `operator`: the functions of operators are found by that path,
        // too.
        pattern: /(?:function|operator|relation|type|collation|text search \w+) .* does not exist|no schema has been selected/,
        code: 'RB-ARCHIVE-UNLOADABLE',
        what: 'an object in the database names another object without its schema, which is not found while an archive is loaded',
        remedy: 'see BY-HAND.md of this action for this backup; in the live database: alter function … set search_path = public, pg_temp for each function that an index, a generated column, a check or a materialized view calls, then make a backup with drill: after',
    },
    {
        pattern: /invalid (LC_COLLATE |LC_CTYPE )?locale name|could not (create|open) (collator|locale)|ICU is not supported|encoding .* (does not match|is not supported)/i,
        code: 'RB-LOCALE-DIFFERS',
        what: 'the server does not know the locale that the database had',
        remedy: 'deploy a database image that has it, or restore with locale: live if a live database exists',
    },
    {
        pattern: /tablespace "[^"]*" does not exist/,
        code: 'RB-TABLESPACE-MISSING',
        what: 'the archive needs a tablespace that the server does not have',
        remedy: 'create it, or restore with tablespaces: default',
    },
    {
        pattern: /no space left on device|could not extend file/i,
        code: 'RB-DISK-SHORT',
        what: 'the disk of the host ran full while data was loaded beside the live data',
        remedy: 'free space (former databases named *_before_* and folders .before-* may be removed) and run it again',
    },
    {
        pattern: /unexpected end of file|unexpected EOF|does not look like a tar archive|could not read from input file|did not find magic string|premature end|input file (is too short|appears)|corrupt|unsupported version|Unsupported|Unknown frame|Read error|unrecognized (data|archive)|could not uncompress|not a valid archive|crc|checksum|invalid (block|data|length)/i,
        code: 'RB-ARCHIVE-DAMAGED',
        what: 'the archive is damaged or cut off',
        remedy: OTHER,
    },
];
/** The first error, with the object that it is about if another line names that. */
function causeIn(log) {
    const error = log.find((line) => /error/i.test(line)) ?? 'it was ended';
    const [, entry] = log.flatMap((line) => /^Command was: (.*)$/.exec(line) ?? []);
    const [, caller] = log.flatMap((line) => /^CONTEXT: {2}(.* function .*)$/.exec(line) ?? []);
    return [
        error,
        ...(caller === undefined ? [] : [`called by ${caller}`]),
        ...(entry === undefined ? [] : [`in ${entry}`]),
    ].join(', ');
}
/** The UserError for a failure. */
function explainRestore(failure) {
    const { kind, subject } = failure;
    return ((0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .explained */ .to)(failure, RESTORE_WORDS) ??
        new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-RESTORE-FAILED', {
            what: `the restore failed on the host (${kind || 'the step ended'}${subject ? `, ${subject}` : ''})`,
            why: UNTOUCHED,
            remedy: 'read the lines below and the journal on the host, and run it again',
            ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
        }));
}
/** Words for each kind with which a script that restores or tries a backup can `fail`. */
const RESTORE_WORDS = {
    'archive-missing': ({ subject }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-BACKUP-UNKNOWN', {
        what: `the archive ${subject} does not exist or cannot be read`,
        why: 'its manifest names it, but it was removed or belongs to another user',
        remedy: OTHER,
    }),
    'archive-damaged': (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-ARCHIVE-DAMAGED', {
        what: `the archive ${failure.subject} differs from the backup`,
        why: 'its SHA-256 or its content differs from the manifest',
        remedy: OTHER,
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    }),
    aborted: ({ subject }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-RESTORE-FAILED', {
        what: `the load of ${subject} was ended before it was complete`,
        why: `the runner ended it, or gave no more signs of life; ${UNTOUCHED}`,
        remedy: 'run it again',
    }),
    'no-volume': ({ subject }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VOLUME-UNKNOWN', {
        what: `the volume ${subject} no longer exists`,
        why: UNTOUCHED,
        remedy: 'deploy the stack, and run this again',
    }),
    fill: notFilled,
    load: notFilled,
    create: notFilled,
    'no-database': (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DATABASE-DOWN', {
        what: `the database service ${failure.subject} does not run or does not answer`,
        why: 'the former data is live',
        remedy: 'start it on the host, and run this again',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    }),
    record: ({ subject }) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-DISK-SHORT', {
        what: `the host could not write ${subject}, without which an exchange of data could not be put back`,
        why: `its disk has no room, or did not take what was written; ${UNTOUCHED}`,
        remedy: 'see `df` and `dmesg` on the host, and run it again',
    }),
    swap: (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-RESTORE-FAILED', {
        what: `the live ${failure.subject} could not be exchanged for the restored ${failure.subject}`,
        why: `${failure.log.find((line) => /error/i.test(line)) ?? failure.log.at(-1) ?? 'the host did not say why'}; the exchange was put back`,
        remedy: 'read the lines below, and run it again',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    }),
    start: (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-START-FAILED', {
        what: 'the services that write could not be started on the restored data',
        why: 'the exchange was put back: the former data serves again',
        remedy: 'read the lines below, correct what they name, and run it again',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    }),
    gone: () => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-UNHEALTHY', {
        what: 'a container of a service that writes went away while it was started on the restored data',
        why: 'it was removed from outside; the exchange was put back',
        remedy: 'see `docker ps -a` and the journal on the host, and run it again',
    }),
    ended: notHealthy,
    unhealthy: notHealthy,
    settle: (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-RESTORE-UNSETTLED', {
        what: failure.subject === 'forward'
            ? 'an interrupted swap cannot be completed: not everything was exchanged'
            : 'an interrupted swap could not be put back',
        why: 'its record stays on the host, and nothing was removed',
        remedy: failure.subject === 'forward'
            ? 'run restore with interrupted: back'
            : 'see that the database server and the volumes are there, and run it again',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    }),
    clean: (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-RESTORE-FAILED', {
        what: 'what an interrupted restore left could not be removed',
        why: UNTOUCHED,
        remedy: 'read the lines below; see that the database server and the volumes are there, and run it again',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    }),
    stop: (failure) => new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-STOP-FAILED', {
        what: 'the services that write could not be stopped',
        why: UNTOUCHED,
        remedy: 'see `docker ps` on the host, and run it again',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    }),
};
function notFilled(failure) {
    const text = failure.log.join('\n');
    const known = LOAD.find(({ pattern }) => pattern.test(text));
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(known?.code ?? 'RB-RESTORE-FAILED', {
        what: known?.what ?? `data could not be loaded beside the live data (${failure.subject})`,
        why: `${causeIn(failure.log)}; ${UNTOUCHED}`,
        remedy: known?.remedy ?? 'read the lines below; the new data was removed again',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    });
}
function notHealthy(failure) {
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-UNHEALTHY', {
        what: `${failure.subject} ${failure.kind === 'ended' ? 'ended' : 'did not become healthy'} on the restored data`,
        why: 'the swap was reversed: the former data serves again',
        remedy: 'read its last lines; the backup may not fit the current release',
        ...(0,_steps_failures__WEBPACK_IMPORTED_MODULE_1__/* .shown */ .SP)(failure),
    });
}


/***/ }),

/***/ 27691:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Af: () => (/* binding */ identitiesIn),
/* harmony export */   ph: () => (/* binding */ isEncrypted),
/* harmony export */   qu: () => (/* binding */ feedOf)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(38522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _backup_measure__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(27073);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(32863);
/** Sends a part of a backup through the runner, which checks, decrypts and unpacks it on the way. */





const UNPACK = { '.zst': node_zlib__WEBPACK_IMPORTED_MODULE_2__.createZstdDecompress, '.gz': node_zlib__WEBPACK_IMPORTED_MODULE_2__.createGunzip };
/** @param identity of age, for an encrypted part @throws {UserError} RB-IDENTITY, RB-BACKUP-UNKNOWN */
async function feedOf(source, manifest, part, identity) {
    const counted = (0,_backup_measure__WEBPACK_IMPORTED_MODULE_3__/* .measure */ .x)();
    const stored = (0,node_stream__WEBPACK_IMPORTED_MODULE_1__.pipeline)(await source.read(manifest, part), counted.stream, () => { });
    const plain = isEncrypted(part) ? await decrypted(stored, identity) : stored;
    const unpack = (UNPACK[(0,node_path__WEBPACK_IMPORTED_MODULE_0__.extname)(part.file.replace(/\.age$/, ''))] ?? (() => new node_stream__WEBPACK_IMPORTED_MODULE_1__.PassThrough()))();
    return {
        stream: (0,node_stream__WEBPACK_IMPORTED_MODULE_1__.pipeline)(plain, unpack, () => { }),
        read: () => ({ bytes: counted.bytes(), of: part.bytes }),
        proven: async () => {
            const { bytes, sha256 } = counted.result();
            if (bytes === part.bytes && sha256 === part.sha256)
                return;
            throw new _errors__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .y('RB-ARCHIVE-DAMAGED', {
                what: `${part.file} of the backup ${manifest.id} differs from its manifest`,
                why: `it has ${bytes} bytes instead of ${part.bytes}, or its SHA-256 differs`,
                remedy: 'restore another backup; `list: true` shows the backups',
            });
        },
    };
}
function isEncrypted({ file }) {
    return file.endsWith('.age');
}
async function decrypted(stream, identity) {
    const unusable = [];
    try {
        // The library is loaded only when needed: most backups on the host are not encrypted.
        const { Decrypter } = await __webpack_require__.e(/* import() */ 539).then(__webpack_require__.bind(__webpack_require__, 81539));
        const decrypter = new Decrypter();
        for (const line of identitiesIn(identity ?? '')) {
            try {
                decrypter.addIdentity(line);
            }
            catch {
                // Another line may open the backup.
                unusable.push(line);
            }
        }
        const web = node_stream__WEBPACK_IMPORTED_MODULE_1__.Readable.toWeb(stream);
        return node_stream__WEBPACK_IMPORTED_MODULE_1__.Readable.fromWeb((await decrypter.decrypt(web)));
    }
    catch (error) {
        stream.destroy();
        throw new _errors__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .y('RB-IDENTITY', {
            what: 'the backup cannot be decrypted with the identity given',
            // The library's own message may quote the identity, so it is not shown.
            why: error instanceof Error && /no identity|match/.test(error.message)
                ? whyNone(unusable)
                : 'the head of the file cannot be read',
            remedy: 'set the input identity to the line AGE-SECRET-KEY-… that belongs to a recipient of the backup',
        });
    }
}
/** Why no identity opens a backup. @param unusable lines from which nothing is quoted but a plugin's name */
function whyNone(unusable) {
    const plugins = unusable.flatMap((line) => /^(AGE-PLUGIN-.+-1)[^1]+$/.exec(line)?.[1] ?? []);
    if (plugins.length > 0)
        return `no line AGE-SECRET-KEY-… in it opens the backup, and ${plugins.map((one) => `${one}…`).join(', ')} needs a program and a device, which the runner does not have`;
    if (unusable.length > 0)
        return 'no line in it opens the backup, and some lines are not identities of age';
    return 'it is encrypted to other recipients';
}
/** Lines of a key file of age, without its comments. */
function identitiesIn(text) {
    return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
}


/***/ }),

/***/ 8235:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ tryToOpen),
/* harmony export */   M: () => (/* binding */ opensWhatIsSealed)
/* harmony export */ });
/* harmony import */ var _backup_manifest__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(34380);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _feed__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(27691);
/** Finds out by day whether the given identity opens a backup, so that this is known before a restore at night. */



/**
 * Reads the beginning of the smallest file as a restore does, with the same rights and the identity.
 *
 * @returns a sentence on what was read
 * @throws {UserError} RB-IDENTITY, RB-STORAGE-FAILED, RB-BACKUP-UNKNOWN
 */
async function tryToOpen(source, manifest, identity) {
    const given = identity === null ? 'no identity was given' : 'an identity was given';
    const parts = (0,_backup_manifest__WEBPACK_IMPORTED_MODULE_0__/* .partsOf */ .CI)(manifest);
    const sealed = parts.filter(_feed__WEBPACK_IMPORTED_MODULE_2__/* .isEncrypted */ .ph);
    const [part] = (sealed.length > 0 ? sealed : parts).toSorted((a, b) => a.bytes - b.bytes);
    if (part === undefined)
        return `${manifest.id} has no file; ${given}.`;
    if (sealed.length > 0 && identity === null)
        throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-IDENTITY', {
            what: `the backup ${manifest.id} in ${source.name} is encrypted, and no identity was given`,
            remedy: 'set the input identity to the line AGE-SECRET-KEY-… that belongs to a recipient of the backup, from a secret of the environment that this job names',
        });
    const { stream } = await (0,_feed__WEBPACK_IMPORTED_MODULE_2__/* .feedOf */ .qu)(source, manifest, part, identity);
    try {
        for await (const _ of stream)
            break;
    }
    finally {
        stream.destroy();
    }
    return sealed.length > 0
        ? `${manifest.id}: ${part.file} can be read in ${source.name}, and the identity opens it.`
        : `${manifest.id}: ${part.file} can be read in ${source.name}; it is not encrypted, and ${given}.`;
}
/**
 * Whether the identity can open files that are encrypted to these recipients.
 *
 * @returns `null` if that cannot be known: there is no identity, or it is of a kind that does not tell its recipient
 */
async function opensWhatIsSealed(identity, recipients) {
    if (identity === null || recipients.length === 0)
        return null;
    const { identityToRecipient } = await __webpack_require__.e(/* import() */ 539).then(__webpack_require__.bind(__webpack_require__, 81539));
    const own = await Promise.all((0,_feed__WEBPACK_IMPORTED_MODULE_2__/* .identitiesIn */ .Af)(identity).map((line) => identityToRecipient(line).catch(() => null)));
    const sealedTo = new Set(recipients.map((recipient) => recipient.trim().toLowerCase()));
    if (own.some((recipient) => recipient !== null && sealedTo.has(recipient.toLowerCase())))
        return true;
    return own.includes(null) ? null : false;
}


/***/ }),

/***/ 68037:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  s: () => (/* binding */ bringRoles),
  J: () => (/* binding */ compareRoles)
});

// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(38321);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
;// CONCATENATED MODULE: ./actions/lib/postgres/globals.ts
/** Reads the output of `pg_dumpall --globals-only`, as statements and as facts. Pure. */
const ROLE_NAME = '("(?:[^"]|"")+"|[^\\s";]+)';
/** The statements, without comments and commands of psql; line breaks in quotes stay. */
function statementsOf(globals) {
    const found = [];
    const token = /--[^\n]*\n|^\\[^\n]*\n|[eE]'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|;|[^'";\\\-eE]+|[\s\S]/gmy;
    let statement = '';
    for (const [text] of globals.matchAll(token)) {
        if (/^--|^\\/.test(text) && statement.trim() === '' && text.length > 1)
            continue;
        statement += text;
        if (text !== ';')
            continue;
        found.push(statement.trim());
        statement = '';
    }
    return found;
}
function nameIn(statement, pattern, group = 1) {
    const found = pattern.exec(statement)?.[group];
    if (found === undefined)
        return null;
    return found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found;
}
const GRANT = new RegExp(`^GRANT ${ROLE_NAME} TO ${ROLE_NAME}[ ;]`);
/** `null` for a statement that does not grant a role. */
function membershipIn(statement) {
    const role = nameIn(statement, GRANT, 1);
    const member = nameIn(statement, GRANT, 2);
    if (role === null || member === null)
        return null;
    // Before version 16 `WITH ADMIN OPTION` was the only option.
    const inherit = /[ ,]INHERIT (TRUE|FALSE)/.exec(statement)?.[1];
    const options = [
        `ADMIN ${/ ADMIN (OPTION|TRUE)/.test(statement) ? 'TRUE' : 'FALSE'}`,
        ...(inherit === undefined ? [] : [`INHERIT ${inherit}`, `SET ${/ SET FALSE/.test(statement) ? 'FALSE' : 'TRUE'}`]),
    ];
    return { role, member, options };
}
const PARAMETER = new RegExp(`^GRANT (.*) ON PARAMETER ("(?:[^"]|"")+"|\\S+) TO ${ROLE_NAME}[ ;]`);
/** Empty for a statement that does not grant a right on a parameter. */
function parameterRightsIn(statement) {
    const [, rights = '', parameter = ''] = PARAMETER.exec(statement) ?? [];
    const role = nameIn(statement, PARAMETER, 3);
    if (role === null)
        return [];
    const words = /^ALL/.test(rights) ? ['SET', 'ALTER SYSTEM'] : rights.split(/, ?/);
    return words.map((right) => ({ role, parameter: parameter.replaceAll('"', ''), right }));
}
/** The role that a statement gives a security label; `null` for all others. */
function labelledIn(statement) {
    return nameIn(statement, new RegExp(`^SECURITY LABEL FOR \\S+ ON ROLE ${ROLE_NAME} IS `));
}
function parseGlobals(globals) {
    const roles = new Map();
    const memberships = [];
    const parameters = [];
    const labels = [];
    const create = new RegExp(`^CREATE ROLE ${ROLE_NAME};$`);
    const attributes = new RegExp(`^ALTER ROLE ${ROLE_NAME} WITH ([\\s\\S]*);$`);
    const setting = new RegExp(`^ALTER ROLE ${ROLE_NAME} SET ("[^"]+"|\\S+) TO ([\\s\\S]*);$`);
    for (const statement of statementsOf(globals)) {
        const created = nameIn(statement, create);
        if (created !== null)
            roles.set(created, { attributes: [], validUntil: null, settings: {} });
        const changed = roles.get(nameIn(statement, attributes) ?? '');
        if (changed !== undefined) {
            const words = attributes.exec(statement)?.[2] ?? '';
            changed.validUntil = / VALID UNTIL '([^']*)'/.exec(words)?.[1] ?? null;
            const plain = words.replace(/ PASSWORD '(?:''|[^'])*'/, '').replace(/ VALID UNTIL '[^']*'/, '');
            changed.attributes = plain.match(/CONNECTION LIMIT -?\d+|\S+/g) ?? [];
        }
        const set = roles.get(nameIn(statement, setting) ?? '');
        const [, , name = '', value = ''] = setting.exec(statement) ?? [];
        if (set !== undefined)
            set.settings[name.replaceAll('"', '')] = bare(value);
        const membership = membershipIn(statement);
        if (membership !== null)
            memberships.push(membership);
        parameters.push(...parameterRightsIn(statement));
        if (labelledIn(statement) !== null)
            labels.push(statement);
    }
    return { roles, memberships, parameters, labels };
}
/** A setting's value for comparisons, without quotes and blanks, which differ between statements and the catalogue. */
function bare(value) {
    return value.replace(/['"\s]/g, '');
}

// EXTERNAL MODULE: ./actions/lib/group.ts
var group = __webpack_require__(82077);
;// CONCATENATED MODULE: ./actions/lib/postgres/role-differences.ts
/**
 * Differences between roles of the server and of the backup: a restore leaves existing roles as they are, and says so.
 */


/** The server's roles as one JSON object. */
const ROLE_FACTS = `select json_build_object(
  'roles', (select json_agg(json_build_object('name', rolname, 'attributes', array[
      case when rolsuper then '' else 'NO' end || 'SUPERUSER', case when rolinherit then '' else 'NO' end || 'INHERIT',
      case when rolcreaterole then '' else 'NO' end || 'CREATEROLE', case when rolcreatedb then '' else 'NO' end || 'CREATEDB',
      case when rolcanlogin then '' else 'NO' end || 'LOGIN', case when rolreplication then '' else 'NO' end || 'REPLICATION',
      case when rolbypassrls then '' else 'NO' end || 'BYPASSRLS',
      case when rolconnlimit <> -1 then 'CONNECTION LIMIT ' || rolconnlimit end],
    'validUntil', rolvaliduntil::text,
    'settings', (select coalesce(json_agg(c), '[]') from pg_db_role_setting s, unnest(s.setconfig) c
      where s.setrole = r.oid and s.setdatabase = 0))) from pg_roles r),
  'memberships', (select coalesce(json_agg(distinct jsonb_build_object('role', g.rolname, 'member', m.rolname, 'options',
      array_remove(array['ADMIN ' || upper(a.admin_option::text),
        'INHERIT ' || upper(to_jsonb(a) ->> 'inherit_option'), 'SET ' || upper(to_jsonb(a) ->> 'set_option')], null))), '[]')
    from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member));
select 'select json_agg(json_build_object(''role'', r.rolname, ''parameter'', p.parname, ''right'', a.privilege_type))
  from pg_parameter_acl p cross join aclexplode(p.paracl) a join pg_roles r on r.oid = a.grantee'
where to_regclass('pg_parameter_acl') is not null
\\gexec
`;
/** @param text the answer to {@link ROLE_FACTS} */
function parseRoles(text) {
    const [answer = '', rights = ''] = text.split('\n');
    const { roles, memberships } = JSON.parse(answer);
    return {
        memberships,
        parameters: rights === '' ? [] : JSON.parse(rights),
        labels: [],
        roles: new Map(roles.map(({ name, attributes, validUntil, settings }) => [
            name,
            {
                attributes: attributes.filter((word) => word !== null),
                validUntil,
                settings: Object.fromEntries(settings.map((one) => [one.slice(0, one.indexOf('=')), bare(one.slice(one.indexOf('=') + 1))])),
            },
        ])),
    };
}
/**
 * What the server's roles lack of what they have in the backup. What they have beyond that does not matter.
 *
 * @param made roles that the restore makes from the backup, and that therefore do not differ
 */
function roleDifferences(backup, server, made = new Set()) {
    const there = (name) => server.roles.has(name) && !made.has(name);
    const has = (0,group/* groupBy */.$)(server.memberships, key);
    const memberships = backup.memberships
        .filter((one) => there(one.role) && there(one.member) && !has.has(key(one)))
        .map(({ role, member }) => `grant ${quoted(role)} to ${quoted(member)};`);
    const others = [...backup.roles].flatMap(([name, wanted]) => {
        const found = server.roles.get(name);
        return found === undefined || made.has(name) ? [] : differences(name, wanted, found);
    });
    const otherwise = [...(0,group/* groupBy */.$)(backup.memberships, key)].flatMap(([name, wanted]) => {
        const found = has.get(name);
        const [one] = wanted;
        if (found === undefined || one === undefined || !there(one.role) || !there(one.member))
            return [];
        return membershipDifferences(one, optionsOf(wanted), optionsOf(found));
    });
    const rights = new Set(server.parameters.map(rightKey));
    const lacking = backup.parameters
        .filter((one) => there(one.role) && !rights.has(rightKey(one)))
        .map(({ role, parameter, right }) => `role ${role} lacks a right here that it has in the backup: grant ${right.toLowerCase()} on parameter ${parameter} to ${quoted(role)};`);
    const labels = backup.labels.map((statement) => `the backup has a security label, which a restore does not set: ${statement}`);
    return { memberships, others: [...others, ...otherwise, ...lacking, ...labels] };
}
function differences(name, wanted, found) {
    const said = [];
    const lacks = wanted.attributes.filter((word) => !found.attributes.includes(word));
    const other = found.attributes.filter((word) => !wanted.attributes.includes(word));
    if (lacks.length + other.length > 0)
        said.push(`role ${name} is ${other.join(' ') || 'without a limit'} here, and ${lacks.join(' ') || 'without a limit'} in the backup`);
    if (time(wanted.validUntil) !== time(found.validUntil))
        said.push(`role ${name} is valid until ${found.validUntil ?? 'for ever'} here, and until ${wanted.validUntil ?? 'for ever'} in the backup`);
    for (const setting of new Set([...Object.keys(wanted.settings), ...Object.keys(found.settings)])) {
        const [there, here] = [wanted.settings[setting], found.settings[setting]];
        if (there !== here)
            said.push(`role ${name} has ${setting} ${here ?? 'unset'} here, and ${there ?? 'unset'} in the backup`);
    }
    return said;
}
/** The options that several grants of the same membership give together. */
function optionsOf(grants) {
    const all = grants.flatMap(({ options }) => options);
    return new Set(all.filter((word) => word.endsWith(' TRUE') || !all.includes(word.replace(/ FALSE$/, ' TRUE'))));
}
/** Differences in options that both versions know. */
function membershipDifferences({ role, member }, wanted, found) {
    const opposite = (word) => word.endsWith(' TRUE') ? word.replace(/TRUE$/, 'FALSE') : word.replace(/FALSE$/, 'TRUE');
    const other = [...wanted].filter((word) => found.has(opposite(word)));
    if (other.length === 0)
        return [];
    return [
        `role ${member} is a member of ${role} with ${other.map((word) => opposite(word).toLowerCase()).join(', ')} here, and with ${other.map((word) => word.toLowerCase()).join(', ')} in the backup`,
    ];
}
function rightKey({ role, parameter, right }) {
    return `${role}\n${parameter.toLowerCase()}\n${right}`;
}
function time(text) {
    if (text === null || text === 'infinity')
        return null;
    const parsed = Date.parse(text.replace(/([+-]\d\d)$/, '$1:00'));
    return Number.isNaN(parsed) ? text : parsed;
}
function key({ role, member }) {
    return `${role}\n${member}`;
}
function quoted(name) {
    return `"${name.replaceAll('"', '""')}"`;
}

// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
// EXTERNAL MODULE: ./actions/lib/postgres/names.ts
var names = __webpack_require__(53912);
// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var scripts = __webpack_require__(98428);
;// CONCATENATED MODULE: ./actions/lib/postgres/roles.ts
/** Makes roles that a server lacks, from the output of `pg_dumpall --globals-only`. */








/**
 * Statements that make the missing roles, with their memberships in both directions: the roles that a missing role is a
 * member of, and the roles that are members of it. Otherwise existing roles are not changed.
 *
 * @returns the missing roles, and their statements, which hold verifiers of passwords
 */
function missingRoles(globals, present) {
    const all = statementsOf(globals);
    const names = all
        .map((statement) => nameIn(statement, new RegExp(`^CREATE ROLE ${ROLE_NAME};$`)))
        .filter((name) => name !== null && !present.has(name));
    const missing = new Set(names);
    const own = new RegExp(`^(?:CREATE|ALTER|COMMENT ON) ROLE ${ROLE_NAME}[ ;]`);
    const kept = all.filter((statement) => {
        // Settings of a role for one database are restored with that database.
        if (/^ALTER ROLE ("(?:[^"]|"")+"|\S+) IN DATABASE /.test(statement))
            return false;
        if (missing.has(nameIn(statement, own) ?? ''))
            return true;
        if (parameterRightsIn(statement).some(({ role }) => missing.has(role)))
            return true;
        const membership = membershipIn(statement);
        if (membership === null)
            return false;
        const ends = [membership.role, membership.member];
        return ends.some((name) => missing.has(name)) && ends.every((name) => missing.has(name) || present.has(name));
    });
    // The role that granted it may not exist on this server.
    const statements = kept.map((line) => line.replace(new RegExp(` GRANTED BY ${ROLE_NAME};$`), ';'));
    return { names, statements: statements.map((line) => `${line}\n`).join('') };
}
/** Runs the statements in one transaction. @throws {UserError} RB-RESTORE-FAILED */
async function makeRoles(stack, server, statements, steps) {
    const script = [
        `PROJECT=${(0,quote/* quote */.h)(stack)}`,
        (0,scripts/* psqlScript */.Qe)(),
        (0,scripts/* rolesPiece */.Cw)(),
        `make_roles ${(0,quote/* quote */.h)(server.service)} ${(0,quote/* quote */.h)(server.user)} ${(0,quote/* quote */.h)((0,names/* maintenance */.mM)(server.databases))} || exit 1`,
    ].join('\n');
    const input = Buffer.from(`\\set VERBOSITY terse\nbegin;\n${statements}commit;\n`);
    const what = `the missing roles of ${server.service} could not be made`;
    const remedy = 'create them by hand, then restore without roles: true; no database was changed';
    const error = await (0,on_host/* onHost */.G)(steps, { id: `roles-${server.service}`, script, input }, {
        lost: { what, remedy },
        explain: ({ kind, log }) => (0,endings/* isEnding */.yp)(kind)
            ? (0,endings/* ending */.K1)(kind)
            : new errors/* UserError */.y('RB-RESTORE-FAILED', { what, why: log[0] ?? 'psql ended with an error', remedy }),
    });
    if (error !== null)
        throw error;
}
/** @throws {UserError} RB-DATABASE-DOWN, RB-CONNECTION-LOST */
async function readRoles(host, stack, server) {
    const { service, user, databases } = server;
    const outcome = await host.run([
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `PROJECT=${(0,quote/* quote */.h)(stack)}`,
        (0,scripts/* psqlScript */.Qe)(),
        (0,scripts/* printer */.ll)('ask', ROLE_FACTS),
        `ask | sql "$(database_container ${(0,quote/* quote */.h)(service)})" ${(0,quote/* quote */.h)(user)} ${(0,quote/* quote */.h)((0,names/* maintenance */.mM)(databases))}`,
    ].join('\n'));
    if (outcome.outcome === 'unknown') {
        throw new errors/* UserError */.y('RB-CONNECTION-LOST', {
            what: 'the roles of a database server could not be read',
            why: outcome.reason,
            remedy: 'run it again',
        });
    }
    if (outcome.code === 0)
        return parseRoles(outcome.stdout);
    throw new errors/* UserError */.y('RB-DATABASE-DOWN', {
        what: `the roles of ${service} cannot be read`,
        why: outcome.stderr.trim().slice(0, 500) || `psql ended with exit status ${outcome.code}`,
        remedy: `see \`docker compose ps ${service}\` on the host, and run it again`,
    });
}

// EXTERNAL MODULE: ./actions/lib/restore/feed.ts
var feed = __webpack_require__(27691);
;// CONCATENATED MODULE: ./actions/lib/restore/roles.ts
/** Makes missing roles from a backup's globals: roles belong to a server, and no archive of a database holds them. */






/** Makes the roles that servers lack. Existing roles are never changed. @throws {UserError} */
async function bringRoles(request) {
    for (const server of request.servers) {
        const globals = await readGlobals(request, server);
        if (globals === null)
            continue;
        const { names, statements } = missingRoles(globals, present(request, server));
        if (names.length === 0)
            continue;
        request.onMake?.(server.service, names);
        await makeRoles(request.stack, server, statements, request.steps);
    }
}
/**
 * Sentences on what existing roles lack compared with the backup. A restore changes nothing about these.
 *
 * @param making whether roles that the server lacks are made from the backup
 */
async function compareRoles(request, making) {
    const said = [];
    for (const server of request.servers) {
        try {
            const globals = await readGlobals(request, server);
            if (globals === null)
                continue;
            const { names } = missingRoles(globals, present(request, server));
            const found = roleDifferences(parseGlobals(globals), await readRoles(request.host, request.stack, server), new Set(making ? names : []));
            said.push(...found.memberships.map((grant) => `On ${server.service} a membership of the backup, with its rights, is missing: ${grant}`), ...found.others.map((sentence) => `On ${server.service}, ${sentence}; it stays as it is.`));
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.y))
                throw error;
            said.push(`Roles of ${server.service} could not be compared with the backup's: ${error.details.what}.`);
        }
    }
    return said;
}
function present({ facts }, { service }) {
    return facts.servers.get(service)?.roles ?? new Set();
}
/** `null` if the backup has no globals of that server. */
async function readGlobals({ source, manifest, identity }, server) {
    const part = manifest.globals.find(({ service }) => service === server.service);
    if (part === undefined)
        return null;
    const { stream, proven } = await (0,feed/* feedOf */.qu)(source, manifest, part, identity);
    const globals = await (0,consumers_.text)(stream);
    await proven();
    return globals;
}


/***/ }),

/***/ 27871:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LV: () => (/* binding */ archivePiece),
/* harmony export */   QA: () => (/* binding */ phasePiece),
/* harmony export */   oJ: () => (/* binding */ swapPiece),
/* harmony export */   t6: () => (/* binding */ reversePiece),
/* harmony export */   tD: () => (/* binding */ recoverPiece),
/* harmony export */   xc: () => (/* binding */ loadPiece),
/* harmony export */   zK: () => (/* binding */ writersPiece)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/** Pieces of host scripts for a restore. Why this is a module: see `postgres/scripts.ts`. */


/** Comes after the pieces for steps and databases, as do all pieces below. */
function loadPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "load.sh", 'utf8');
}
function swapPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "swap.sh", 'utf8');
}
/** Records how far a swap has come; the pieces for the swap and for its reversal need it. */
function phasePiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "phase.sh", 'utf8');
}
/** Stops and starts the services that write, and lets the proxy find them; comes before the swap and its reversal. */
function writersPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "writers.sh", 'utf8');
}
function reversePiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "reverse.sh", 'utf8');
}
function recoverPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "recover.sh", 'utf8');
}
/** Reads an archive into the command that restores it. */
function archivePiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "archive.sh", 'utf8');
}


/***/ }),

/***/ 58367:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PQ: () => (/* binding */ createSql),
/* harmony export */   QM: () => (/* binding */ emptySql),
/* harmony export */   SA: () => (/* binding */ dropSql),
/* harmony export */   _H: () => (/* binding */ finishSql),
/* harmony export */   gS: () => (/* binding */ swapSql),
/* harmony export */   iX: () => (/* binding */ cleanSql),
/* harmony export */   u8: () => (/* binding */ reopenSql),
/* harmony export */   v8: () => (/* binding */ reverseSql),
/* harmony export */   yC: () => (/* binding */ wholeSql)
/* harmony export */ });
/* harmony import */ var _postgres_beyond__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(28473);
/* harmony import */ var _postgres_names__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53912);
/* harmony import */ var _postgres_properties__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83107);
/**
 * Statements of a restore. Every name and value in them is quoted here. psql's `\gexec` runs rows of a query as
 * statements.
 */



/** Comment of a database that was never live; the swap gives it another. */
const NEVER_LIVE = 'restore in progress';
/** Makes an empty database that is not live yet. */
function createSql(name, { properties, owner, major, tablespaces }) {
    const create = properties === null
        ? `create database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(name)} template template0 owner ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(owner)};`
        : (0,_postgres_properties__WEBPACK_IMPORTED_MODULE_2__/* .createStatement */ .Ay)(name, properties, major, tablespaces);
    return `${create}\ncomment on database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(name)} is ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(NEVER_LIVE)};\n`;
}
/** Drops what the database shall not have; runs in the empty database, before it is filled. */
function emptySql({ beyond }) {
    return beyond === null ? '' : (0,_postgres_beyond__WEBPACK_IMPORTED_MODULE_0__/* .lacksSql */ .hj)(beyond);
}
/** Grants, settings and limit, which no archive holds. Comes last, because they hold for every later connection. */
function finishSql(name, properties) {
    return properties === null ? '' : `${(0,_postgres_properties__WEBPACK_IMPORTED_MODULE_2__/* .propertyStatements */ .CV)(name, properties).join('\n')}\n`;
}
/** Removes a database, and ends its sessions; does nothing if there is no such database. */
function dropSql(name) {
    return dropWhere(`datname = ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(name)}`);
}
/** Removes databases that earlier restores were filling for `live` and that were never live; prints their names. */
function cleanSql(live) {
    const id = '20260102T030405Z';
    const start = (0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .besideName */ .q4)(live, 'restore', id).slice(0, -id.length);
    const rest = `substr(datname, ${[...start].length + 1})`;
    const which = `starts_with(datname::text, ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(start)}) and ${rest} ~ '^[0-9]{8}T[0-9]{6}Z$'
    and shobj_description(oid, 'pg_database') = ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(NEVER_LIVE)}`;
    return `select datname from pg_database where ${which};\n${dropWhere(which)}`;
}
/** What is left of a database whose removal was cut off (`datconnlimit` -2) can be dropped, but not altered. */
function dropWhere(which) {
    return `select format('alter database %I is_template false allow_connections false', datname) from pg_database where ${which} and datconnlimit <> -2
\\gexec
select pg_terminate_backend(pid) from pg_stat_activity where datname in (select datname from pg_database where ${which})
\\g /dev/null
select format('drop database %I', datname) from pg_database where ${which}
\\gexec
`;
}
/** Exchanges a server's databases in one transaction. The former ones refuse connections until {@link reopenSql}. */
function swapSql(exchanges) {
    const former = exchanges.filter(({ outgoing }) => outgoing !== null).map(({ live }) => live);
    return [
        "set lock_timeout = '5s'; set statement_timeout = '30s';",
        ...former.map((live) => `alter database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(live)} allow_connections false;`),
        // A database that was live before may still refuse connections, if the host went down before it was reopened.
        ...exchanges.map(({ incoming }) => `alter database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(incoming)} allow_connections true;`),
        disconnect(exchanges.flatMap(({ live, incoming }) => [live, incoming])),
        'begin;',
        ...exchanges.flatMap(({ live, incoming, outgoing, comment }) => [
            ...(outgoing === null ? [] : [`alter database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(live)} rename to ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(outgoing)};`]),
            `alter database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(incoming)} rename to ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(live)};`,
            ...(comment === undefined
                ? commented(live, outgoing)
                : [`comment on database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(live)} is ${comment === null ? 'null' : (0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(comment)};`]),
        ]),
        'commit;',
        '',
    ].join('\n');
}
/** Undoes as much of {@link swapSql} as was done, in one transaction; may be run again. */
function reverseSql(exchanges) {
    return [
        "set lock_timeout = '5s'; set statement_timeout = '30s';",
        ...exchanges.flatMap((exchange) => generated(`alter database %I allow_connections false`, [exchange.live], swapped(exchange))),
        disconnect(exchanges.flatMap(({ live, incoming }) => [live, incoming])),
        'begin;',
        ...exchanges.flatMap((exchange) => {
            const { live, reversed, outgoing } = exchange;
            const back = generated('alter database %I rename to %I', [live, reversed], swapped(exchange));
            if (outgoing === null)
                return back;
            const former = generated('alter database %I rename to %I', [outgoing, live], `${exists(outgoing)} and not ${exists(live)}`);
            return [...back, ...former];
        }),
        'commit;',
        ...exchanges.flatMap(({ live, incoming, reversed }) => [...new Set([live, incoming, reversed])].flatMap((name) => generated('alter database %I allow_connections true', [name], exists(name)))),
        '',
    ].join('\n');
}
/** Prints `whole` if all of {@link swapSql} was done. */
function wholeSql(exchanges) {
    const all = exchanges.map(({ live, incoming, outgoing }) => `${exists(live)} and not ${exists(incoming)}${outgoing === null ? '' : ` and ${exists(outgoing)}`}`);
    return `select 'whole' where ${all.join(' and ')};`;
}
/** After the commit: lets people connect to the former databases again. */
function reopenSql(exchanges) {
    return exchanges
        .flatMap(({ outgoing }) => (outgoing === null ? [] : [`alter database ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .ident */ .bD)(outgoing)} allow_connections true;`]))
        .join('\n');
}
/** Copies the comment of the former live database to the one that is live now, if that has none of its own. */
function commented(live, outgoing) {
    const former = outgoing === null
        ? 'null'
        : `(select shobj_description(oid, 'pg_database') from pg_database
    where datname = ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(outgoing)})`;
    return [
        `select format('comment on database %I is %L', ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(live)}, ${former})
  from pg_database where datname = ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(live)} and shobj_description(oid, 'pg_database') = ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(NEVER_LIVE)}`,
        '\\gexec',
    ];
}
function swapped({ live, incoming, outgoing }) {
    const moved = `${exists(live)} and not ${exists(incoming)}`;
    return outgoing === null ? moved : `${exists(outgoing)} and ${moved}`;
}
function exists(name) {
    return `exists (select from pg_database where datname = ${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(name)})`;
}
function generated(statement, names, when) {
    return [`select format(${(0,_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu)(statement)}, ${names.map(_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu).join(', ')}) where ${when}`, '\\gexec'];
}
function disconnect(names) {
    const list = names.map(_postgres_names__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .eu).join(', ');
    return `select pg_terminate_backend(pid) from pg_stat_activity where datname in (${list}) and pid <> pg_backend_pid()\n\\g /dev/null`;
}


/***/ }),

/***/ 76881:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RX: () => (/* binding */ containerScript),
/* harmony export */   ZV: () => (/* binding */ ADDRESS_SCRIPT),
/* harmony export */   ci: () => (/* binding */ addressOf)
/* harmony export */ });
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51957);

/**
 * Part of a script: puts the ID of the service's first container that runs into `id`, and ends where there is none.
 */
function containerScript(stack, service) {
    return `id=$(docker ps -q --no-trunc --filter label=com.docker.compose.project=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(stack)} \\
  --filter label=com.docker.compose.service=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .h)(service)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || exit 0`;
}
/** Part of a script: prints the address of that container in its first network, by IPv6 where it has no IPv4. */
const ADDRESS_SCRIPT = `docker inspect --format '{{range .NetworkSettings.Networks}}{{json .IPAddress}} {{json .GlobalIPv6Address}} {{end}}' "$id" | tr -d '"' | tr ' ' '\\n' | grep . | head -n 1`;
/** @returns `null`: it does not run, or is on no network of its own */
async function addressOf(host, stack, service) {
    const outcome = await host.run(`${containerScript(stack, service)}\n${ADDRESS_SCRIPT}`);
    return outcome.stdout.trim() || null;
}


/***/ }),

/***/ 83257:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   TV: () => (/* binding */ lookAtMounts),
/* harmony export */   mq: () => (/* binding */ readVolumes)
/* harmony export */ });
/* unused harmony export factsFrom */
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51957);
/* harmony import */ var _stack_sections__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(78157);
/* harmony import */ var _scripts__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83294);
/** Reads facts of volumes and directories of the host before a backup or a restore. */




/** Changes nothing. @throws {UserError} RB-VOLUME-UNKNOWN, RB-CONNECTION-LOST */
async function readVolumes(host, request) {
    if (request.names.length === 0)
        return new Map();
    const outcome = await host.run(factsScript(request), { timeout: 3600 * 1000 });
    if (outcome.outcome === 'unknown') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-CONNECTION-LOST', {
            what: 'the volumes could not be looked at',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    const sections = (0,_stack_sections__WEBPACK_IMPORTED_MODULE_1__/* .sectionsOf */ .K)(outcome.stdout);
    return new Map(request.names.map((name, index) => [name, factsFrom(name, sections.get(`volume:${index}`) ?? [])]));
}
/** Changes nothing, and spends little time on each mount. @param mounts mounts as Docker's --mount takes them */
async function lookAtMounts(host, { stack, root, mounts }) {
    if (mounts.length === 0)
        return [];
    const script = [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `PROJECT=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(stack)} RB_ROOT=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(root)}`,
        'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
        (0,_scripts__WEBPACK_IMPORTED_MODULE_2__/* .volumeScript */ .au)(),
        (0,_scripts__WEBPACK_IMPORTED_MODULE_2__/* .volumeFactsPiece */ .Gi)(),
        ...mounts.map((mount, index) => `look_at_mount ${index} ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(mount)}`),
    ].join('\n');
    const outcome = await host.run(script, { timeout: 600 * 1000 });
    if (outcome.outcome === 'unknown')
        return mounts.map(() => null);
    const sections = (0,_stack_sections__WEBPACK_IMPORTED_MODULE_1__/* .sectionsOf */ .K)(outcome.stdout);
    return mounts.map((_mount, index) => {
        const lines = sections.get(`mount:${index}`) ?? [];
        const bytes = Number.parseInt(lines.find((line) => /^\d+\s/.test(line)) ?? '', 10) * 1024;
        if (lines[0] !== 'found')
            return lines[0] === 'absent' ? { absent: true, bytes: null, live: null } : null;
        return { absent: false, bytes: Number.isNaN(bytes) ? null : bytes, live: liveIn(lines) };
    });
}
/** File in the data of a database server → the kind of server. */
const KINDS = [
    [/\/PG_VERSION$/, 'PostgreSQL'],
    [/\/(ibdata1|aria_log_control)$/, 'MySQL or MariaDB'],
    [/\/WiredTiger$/, 'MongoDB'],
    [/-(wal|sqlite)$/, 'SQLite'],
    [/\/appendonly\.aof[^/]*$/, 'Redis or Valkey'],
    [/\/node\.lock$/, 'Elasticsearch or OpenSearch'],
    [/\/data\.mdb$/, 'LMDB (Meilisearch, OpenLDAP)'],
    [/\/meta\.properties$/, 'Kafka'],
    [/\/neostore$/, 'Neo4j'],
    [/\/influxd\.bolt$/, 'InfluxDB'],
    [/\.wal$/, 'etcd'],
    [/\/format_version\.txt$/, 'ClickHouse'],
];
function liveIn(lines) {
    const path = lines.find((line) => line.startsWith('live '));
    return KINDS.find(([pattern]) => path !== undefined && pattern.test(path))?.[1] ?? null;
}
function factsScript({ stack, root, names }) {
    return [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `PROJECT=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(stack)} RB_ROOT=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(root)}`,
        'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
        (0,_scripts__WEBPACK_IMPORTED_MODULE_2__/* .volumeScript */ .au)(),
        (0,_scripts__WEBPACK_IMPORTED_MODULE_2__/* .volumeFactsPiece */ .Gi)(),
        ...names.map((name, index) => `facts_of_volume ${index} ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(name)}`),
    ].join('\n');
}
/** @param lines lines of the volume's section */
function factsFrom(name, lines) {
    const [mount = '', word = '', used = '', disk = '', ...rest] = lines;
    const found = rest.flatMap((line) => {
        const [, kib = '', folder] = /^beside (\d+) (.+)$/.exec(line) ?? [];
        return folder === undefined ? [] : [[folder, Number(kib) * 1024]];
    });
    if (word === 'found') {
        const all = Number.parseInt(used, 10) * 1024 || 0;
        const bytes = found.reduce((left, [, own]) => left - own, all);
        const free = Number(disk.split(/\s+/)[3]) * 1024;
        return {
            source: mount.replace(/^.*source=/, ''),
            bytes: Math.max(0, bytes),
            free: free >= 0 ? free : null,
            beside: found.map(([folder]) => folder),
            besideBytes: new Map(found),
            live: liveIn(lines),
        };
    }
    const directory = name.startsWith('/');
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VOLUME-UNKNOWN', {
        what: `the host has no ${directory ? 'directory' : 'volume'} ${JSON.stringify(name)}`,
        why: mount === 'absent'
            ? 'no volume of the stack or of another stack has that name'
            : lines.slice(1).join(' ').slice(0, 500) || 'it could not be opened',
        remedy: directory
            ? 'correct backup.volumes in the runbook file, or create the directory'
            : 'correct backup.volumes in the runbook file (names as in the Compose file), or deploy the stack first',
    });
}


/***/ }),

/***/ 83294:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gi: () => (/* binding */ volumeFactsPiece),
/* harmony export */   Of: () => (/* binding */ volumeSwapPiece),
/* harmony export */   au: () => (/* binding */ volumeScript),
/* harmony export */   nt: () => (/* binding */ readPiece),
/* harmony export */   wW: () => (/* binding */ fillPiece)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _steps_scripts__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(87006);
/**
 * Pieces of host scripts for volumes. They have a module of their own, in plain syntax, because the bundler includes a
 * file only if it understands the call that reads the file.
 */



/** Functions that find a volume and work in it; all pieces below need them. */
function volumeScript() {
    return `${(0,_steps_scripts__WEBPACK_IMPORTED_MODULE_2__/* .emptyImageScript */ .kB)()}\n${(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "volume-helper.sh", 'utf8')}`;
}
/** Needs the piece for parts, too. */
function readPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "volume-read.sh", 'utf8');
}
function volumeFactsPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "volume-facts.sh", 'utf8');
}
/** Needs the piece for archives, too. */
function fillPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "volume-fill.sh", 'utf8');
}
function volumeSwapPiece() {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(__webpack_require__.ab + "volume-swap.sh", 'utf8');
}


/***/ })

};
;