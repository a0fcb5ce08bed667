"use strict";
exports.id = 416;
exports.ids = [416];
exports.modules = {

/***/ 65416:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  restore: () => (/* binding */ restore)
});

// EXTERNAL MODULE: ./actions/lib/backup/clock.ts
var clock = __webpack_require__(24223);
// EXTERNAL MODULE: ./actions/lib/backup/source.ts
var backup_source = __webpack_require__(30860);
// EXTERNAL MODULE: ./actions/lib/data/check.ts
var check = __webpack_require__(69655);
// EXTERNAL MODULE: ./actions/lib/data/database.ts + 2 modules
var database = __webpack_require__(66960);
// EXTERNAL MODULE: ./actions/lib/data/kinds.ts + 3 modules
var kinds = __webpack_require__(8898);
// EXTERNAL MODULE: ./actions/lib/data/wanted.ts
var data_wanted = __webpack_require__(61956);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/restore/feed.ts
var restore_feed = __webpack_require__(27691);
// EXTERNAL MODULE: ./actions/lib/restore/open.ts
var restore_open = __webpack_require__(8235);
// EXTERNAL MODULE: ./actions/lib/restore/roles.ts + 3 modules
var restore_roles = __webpack_require__(68037);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var migrations = __webpack_require__(6668);
// EXTERNAL MODULE: ./actions/lib/data/load.ts + 1 modules
var load = __webpack_require__(80624);
;// CONCATENATED MODULE: ./actions/restore/beside.ts
/** What is loaded beside the live data, and compared with the manifest before anything is exchanged. */


/** Fills what is new. @throws {UserError} */
async function loadBeside(scene, manifest, parts, facts) {
    const { request, session, steps, recorder, notes } = scene;
    if (!(0,load/* isLoadable */.Z)(parts))
        return;
    recorder.step('Restore beside the live data');
    const { accepted } = await (0,load/* loadParts */.B)(request.runbook.stack, parts, fillingOf(scene, manifest, facts), {
        host: session.host,
        steps,
        folder: `${session.root}/steps/${session.token}-load`,
        progress: recorder,
    }, request.acceptDifferences);
    for (const text of accepted)
        notes.push(`Accepted, as accept-differences has it: ${text}.`);
}
function fillingOf({ request, source }, manifest, facts) {
    const { locale, tablespaces, identity } = request;
    return {
        facts,
        locale,
        tablespaces,
        alone: false,
        volumeFor: (name) => name,
        // What is encrypted is decrypted on the runner: the identity never gets to the host.
        archive: (part, unpacks) => {
            const there = (unpacks || !part.file.endsWith('.zst')) && !(0,restore_feed/* isEncrypted */.ph)(part);
            const path = there ? source.path(manifest, part) : null;
            return path === null
                ? { on: 'runner', open: () => (0,restore_feed/* feedOf */.qu)(source, manifest, part, identity) }
                : { on: 'host', path, sha256: part.sha256 };
        },
    };
}

// EXTERNAL MODULE: ./actions/lib/backup/host-place.ts + 1 modules
var host_place = __webpack_require__(43409);
// EXTERNAL MODULE: ./actions/lib/backup/installation.ts
var backup_installation = __webpack_require__(67097);
// EXTERNAL MODULE: ./actions/lib/backup/known-places.ts
var known_places = __webpack_require__(40975);
// EXTERNAL MODULE: ./actions/lib/backup/loss.ts + 2 modules
var loss = __webpack_require__(68707);
// EXTERNAL MODULE: ./actions/lib/restore/choose.ts
var choose = __webpack_require__(73202);
;// CONCATENATED MODULE: ./actions/restore/chosen.ts
/** The backup that a restore takes, and what a person should know of it before. */









/** Notes what speaks against it. @throws {UserError} RB-BACKUP-UNKNOWN, RB-BACKUP-FOREIGN, RB-STORAGE-FAILED */
async function chosen({ request, session, recorder, source, notes }) {
    const { backup, stack } = request.runbook;
    const { manifests: all, unreadable } = await source.survey();
    const { wanted } = request;
    const found = wanted.by === 'id' ? unreadable.find(({ id }) => id === wanted.id) : undefined;
    if (found !== undefined)
        throw new errors/* UserError */.y('RB-STORAGE-FAILED', {
            what: `the manifest of ${found.id} in ${source.name} cannot be read`,
            why: found.why,
            remedy: 'bring it back or allow reading it, or choose another backup; `list: true` shows the backups',
        });
    const unread = wanted.by === 'id' ? null : (0,backup_source/* sayUnreadable */.l9)(unreadable, source.name);
    if (unread !== null) {
        recorder.warning(unread);
        notes.push(unread);
    }
    const now = Date.now();
    const onHost = request.from === 'host';
    if (onHost && wanted.by !== 'id')
        await requireDisk(session, request, source.name, [...all, ...unreadable]);
    const local = onHost ? all : await (0,backup_source/* hostSource */.Ei)(session.host, backup.directory, stack).list();
    const identity = await (0,backup_installation/* readIdentity */.xN)(session.host, session.root);
    const installation = (0,backup_installation/* installationOf */.oJ)(identity, local);
    const asking = { installation, host: identity.host, onHost, fromHost: request.fromHost };
    const manifest = (0,choose/* chooseBackup */.S)(all, wanted, source.name, now, asking, (one) => (0,data_wanted/* hasWanted */.sh)(one, request));
    for (const { id, left } of wanted.by === 'latest' ? passedOver(all, manifest, now) : [])
        notes.push(`The newer backup ${id} lacks ${left.join(', ')}, so it was not used; name it to restore the parts that it has.`);
    if (manifest.left.length > 0)
        notes.push(`The backup ${manifest.id} lacks ${manifest.left.join(', ')}: it could not be read when it was made.`);
    for (const { text } of (0,loss/* lossesIn */.x)(upTo(all, manifest, now))) {
        recorder.warning(text);
        notes.push(text);
    }
    if ((0,backup_installation/* ownerOf */.bf)(manifest, installation, onHost) !== 'own')
        notes.push(`The backup ${manifest.id} is of ${(0,backup_installation/* titleOfInstallation */.AN)(manifest.installation)}.`);
    const ahead = all.map(({ id }) => id).filter((id) => (0,clock/* isAhead */.Y0)(id, now));
    const said = (0,clock/* sayAhead */.Tv)(ahead, source.name, now);
    if (said !== null && request.wanted.by !== 'id') {
        recorder.warning(said);
        notes.push(said);
    }
    return manifest;
}
/** Newer backups of the same installation that lack something. */
function passedOver(all, { id, installation }, now) {
    const own = all.filter((one) => one.installation?.uid === installation?.uid && !(0,clock/* isAhead */.Y0)(one.id, now));
    return own.filter((one) => one.id > id && one.left.length > 0);
}
/** The backup, and those of the same installation before it. */
function upTo(all, { id, installation }, now) {
    return all.filter((one) => one.installation?.uid === installation?.uid && one.id <= id && !(0,clock/* isAhead */.Y0)(one.id, now));
}
/**
 * The latest backup is not known where the disk of the backups is not mounted: an old one may lie below it.
 *
 * @throws {UserError} RB-BACKUP-UNKNOWN
 */
async function requireDisk({ host, root }, { runbook: { backup, stack } }, name, there) {
    const { mount, unmounted } = await (0,host_place/* examine */.sb)(host, backup.directory, stack);
    const known = (await (0,known_places/* readKnown */.Uj)(host, root))?.find(({ place }) => place === name);
    const lost = known !== undefined &&
        (0,known_places/* lacksFormer */.Sm)(known, there.map(({ id }) => id), mount);
    if (unmounted === null && !lost)
        return;
    throw new errors/* UserError */.y('RB-BACKUP-UNKNOWN', {
        what: lost
            ? `the last backup of this host, ${known.newest}, is not in ${name}`
            : `${name} belongs on a disk that is not mounted`,
        why: lost
            ? `the folder lay on the disk ${known.mount}, and now lies on ${mount ?? 'an unknown one'}`
            : `/etc/fstab has ${unmounted}, and nothing is mounted there`,
        remedy: 'mount the disk of the backups, and run it again; or name the backup that you want, or another place with `from`',
    });
}

// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var report = __webpack_require__(15092);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
// EXTERNAL MODULE: ./actions/lib/restore/failures.ts
var failures = __webpack_require__(57160);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/postgres/names.ts
var names = __webpack_require__(53912);
// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var scripts = __webpack_require__(98428);
// EXTERNAL MODULE: ./actions/lib/stack/psql.ts
var psql = __webpack_require__(50781);
// EXTERNAL MODULE: ./actions/lib/steps/data-lock.ts
var data_lock = __webpack_require__(67794);
// EXTERNAL MODULE: ./actions/lib/steps/scripts.ts
var steps_scripts = __webpack_require__(87006);
// EXTERNAL MODULE: ./actions/lib/volumes/scripts.ts
var volumes_scripts = __webpack_require__(83294);
// EXTERNAL MODULE: ./actions/lib/restore/scripts.ts
var restore_scripts = __webpack_require__(27871);
// EXTERNAL MODULE: ./actions/lib/restore/sql.ts
var sql = __webpack_require__(58367);
;// CONCATENATED MODULE: ./actions/lib/restore/swap-script.ts
/** Scripts for the host: the swap of databases and volumes, its reversal, and the end of an interrupted swap. */









function swapScript(request) {
    const { stack, proxy, healthTimeout, servers, writers, volumes } = request;
    return [
        `PROJECT=${(0,quote/* quote */.h)(stack)} PROXY=${(0,quote/* quote */.h)(proxy ?? '')} HEALTH=${Math.ceil(healthTimeout)} VOLUMES=${volumes.length}`,
        (0,steps_scripts/* processes */.uF)(),
        (0,scripts/* psqlScript */.Qe)(),
        (0,data_lock/* dataLockScript */.V)(),
        (0,restore_scripts/* phasePiece */.QA)(),
        (0,restore_scripts/* writersPiece */.zK)(),
        (0,restore_scripts/* swapPiece */.oJ)(),
        (0,volumes_scripts/* volumeScript */.au)(),
        (0,volumes_scripts/* volumeSwapPiece */.Of)(),
        'data_lock claim 1800 || { fail data-lock "$PROJECT"; exit 1; }',
        (0,scripts/* printer */.ll)('write_process_functions', (0,steps_scripts/* processes */.uF)()),
        (0,scripts/* printer */.ll)('reversal_text', reversalText(request)),
        // Only the host knows the writers' containers. A reversal must stop and start exactly these.
        `write_reversal() { printf "RB_ROOT='%s' WRITERS='%s' SERVICES='%s'\\n" "$RB_ROOT" "$(echo $writers)" ${(0,quote/* quote */.h)(writers.join(' '))} && reversal_text; }`,
        ...perServer('swap_servers', servers, ({ exchanges }) => (0,sql/* swapSql */.gS)(exchanges)),
        'live_servers() {',
        '  :',
        ...servers.flatMap(({ container, user, exchanges }) => exchanges.map(({ live }) => `  echo 'select 1' | sql ${container} ${(0,quote/* quote */.h)(user)} ${(0,quote/* quote */.h)((0,psql/* connection */.FI)(live))} || return 1`)),
        '}',
        ...perVolume('volume_writers', volumes, ({ name }) => `volume_users ${(0,quote/* quote */.h)(name)}`),
        ...perVolume('swap_volumes', volumes, (volume) => `volume_swap ${words(volume)}`),
        ...perServer('reopen_servers', servers, ({ exchanges }) => (0,sql/* reopenSql */.u8)(exchanges)),
        `swap ${writers.map(quote/* quote */.h).join(' ')} || exit 1`,
        // People may want to look into the former databases; a failure here does not matter.
        `reopen_servers >"$RB_STEP/reopen.log" 2>&1 || :`,
    ].join('\n');
}
function reversalText({ stack, proxy, healthTimeout, servers, volumes }) {
    return [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `PROJECT=${(0,quote/* quote */.h)(stack)} PROXY=${(0,quote/* quote */.h)(proxy ?? '')} HEALTH=${Math.ceil(healthTimeout)}`,
        (0,restore_scripts/* phasePiece */.QA)(),
        (0,restore_scripts/* writersPiece */.zK)(),
        (0,scripts/* psqlScript */.Qe)(),
        (0,volumes_scripts/* volumeScript */.au)(),
        (0,volumes_scripts/* volumeSwapPiece */.Of)(),
        ...perServer('reverse_servers', servers, ({ exchanges }) => (0,sql/* reverseSql */.v8)(exchanges), 'awake'),
        ...perServer('whole_servers', servers, ({ exchanges }) => (0,sql/* wholeSql */.yC)(exchanges), 'whole'),
        ...perServer('reopen_servers', servers, ({ exchanges }) => (0,sql/* reopenSql */.u8)(exchanges), 'awake'),
        ...perVolume('reverse_volumes', volumes.toReversed(), (volume) => `volume_reverse ${words(volume)}`),
        ...perVolume('whole_volumes', volumes, (volume) => `volume_whole ${words(volume)}`),
        (0,restore_scripts/* reversePiece */.t6)(),
    ].join('\n');
}
function recoverScript(stack, { servers, volumes }, way) {
    return [
        `PROJECT=${(0,quote/* quote */.h)(stack)} WAY=${way}`,
        (0,scripts/* psqlScript */.Qe)(),
        (0,volumes_scripts/* volumeScript */.au)(),
        (0,volumes_scripts/* fillPiece */.wW)(),
        ...servers.map(({ databases }, index) => (0,scripts/* printer */.ll)(`clean_sql_${index}`, databases.map(sql/* cleanSql */.iX).join('\n'))),
        'clean_servers() {',
        '  :',
        ...servers.map(({ service, user, databases }, index) => `  clean_sql_${index} | sql "$(database_container ${(0,quote/* quote */.h)(service)})" ${(0,quote/* quote */.h)(user)} ${(0,quote/* quote */.h)((0,names/* maintenance */.mM)(databases))} || return 1`),
        '}',
        'clean_volumes() {',
        '  :',
        ...[...volumes].flatMap(([name, folders]) => [
            `  volume_forget "$(volume_mount ${(0,quote/* quote */.h)(name)})" ${folders.map(quote/* quote */.h).join(' ')} >&2 || return 1`,
            ...folders.map((folder) => `  echo ${(0,quote/* quote */.h)(`${name}/${folder}`)}`),
        ]),
        '}',
        (0,restore_scripts/* recoverPiece */.tD)(),
    ].join('\n');
}
/** A shell function that runs one command for each volume, in order, until one fails. */
function perVolume(name, volumes, command) {
    return [`${name}() {`, '  :', ...volumes.map((volume) => `  ${command(volume)} || return 1`), '}'];
}
function words({ name, incoming, outgoing, reversed }) {
    return [name, incoming, outgoing, reversed].map(quote/* quote */.h).join(' ');
}
/**
 * A shell function that runs one text of SQL on each server, in order, until one fails.
 *
 * @param how `awake`: in the container that the service has by now, once the server answers; `whole`: the same, and
 *   every answer must be the word `whole`
 */
function perServer(name, servers, text, how = null) {
    const lines = servers.map(({ service, user, container, exchanges }, index) => {
        const at = `${(0,quote/* quote */.h)(user)} ${(0,quote/* quote */.h)((0,names/* maintenance */.mM)(exchanges.map(({ live }) => live)))}`;
        if (how === null)
            return `  ${name}_sql_${index} | sql ${container} ${at} || return 1`;
        const ask = `${name}_sql_${index} | sql "$server" ${at}`;
        const done = how === 'whole' ? `[ "$(${ask})" = whole ]` : ask;
        return `  server_awake ${container} ${(0,quote/* quote */.h)(service)} ${at} && ${done} || return 1`;
    });
    return [
        ...servers.map((server, index) => (0,scripts/* printer */.ll)(`${name}_sql_${index}`, text(server))),
        `${name}() {`,
        '  :',
        ...lines,
        '}',
    ];
}

;// CONCATENATED MODULE: ./actions/lib/restore/swap.ts
/**
 * Exchanges databases by their names, and the content of volumes by their folders: one step on the host that reverses
 * itself until its commit.
 */





const MARKS = {
    stopping: 'stopping the writers',
    stopped: 'writers stopped',
    swapped: 'names swapped',
    started: 'writers started',
    healthy: 'writers healthy',
    committed: 'committed',
    undoing: 'reversing',
};
/**
 * Carries out the swap.
 *
 * @throws {UserError} if the swap was not committed; RB-RESTORE-UNSETTLED or RB-WRITERS-DOWN if not everything is as
 *   it was before
 */
async function swap(request, { steps, mark, remote, onEnd }) {
    const observer = new SwapObserver(mark, remote);
    const error = await (0,on_host/* onHost */.G)(steps, { id: 'swap', script: swapScript(request) }, {
        ...observer.listening,
        lost: {
            what: 'it is not known how the swap ended',
            remedy: 'the host finishes or goes back by itself; then undo: true with dry-run: true names the data that was put aside, if the swap finished',
        },
        // A failure after the commit reverses nothing.
        explain: (told) => (observer.committed ? null : withEnd((0,failures/* explainRestore */._)(told), observer.end)),
    });
    if (error === null)
        return { stopped: observer.stopped, untold: observer.untold };
    if (!(0,endings/* isUnknownEnd */.YS)(error) && observer.end !== null)
        onEnd?.(observer.end);
    throw error;
}
/** Clears up what an interrupted restore left. @returns a sentence on each thing that was done @throws {UserError} */
async function endInterrupted(stack, left, steps, id, way = 'leave') {
    const done = [];
    const observer = new SwapObserver(() => { }, () => { }, done);
    const error = await (0,on_host/* onHost */.G)(steps, { id, script: recoverScript(stack, left, way) }, {
        ...observer.listening,
        lost: {
            what: 'the connection to the host was lost while an earlier restore was cleared up',
            remedy: 'run it again',
        },
        explain: (told) => withEnd((0,failures/* explainRestore */._)(told), observer.end),
    });
    if (error !== null)
        throw error;
    return done;
}
/** A sentence for people. */
function sayUntold(why) {
    return why === 'kind'
        ? 'A proxy could not be told that services have other addresses now: restart it if it resolves names only when it starts.'
        : 'nginx did not accept its configuration and may still call services at their former addresses: correct it (`nginx -t`), and reload it.';
}
class SwapObserver {
    committed = false;
    stopped = [];
    untold = null;
    #mark;
    #remote;
    #done;
    #due = false;
    #exchanged = false;
    #end = null;
    constructor(mark, remote, done = []) {
        this.#mark = mark;
        this.#remote = remote;
        this.#done = done;
    }
    get listening() {
        return { onEvent: (event) => this.#hear(event), onLine: (line) => this.#remote(line) };
    }
    #hear({ name, fields }) {
        if (name === 'committed')
            this.committed = true;
        if (name === 'stopping') {
            this.#due = true;
            this.stopped = (fields.services ?? '').split(' ').filter((one) => one !== '');
        }
        if (name === 'swapped')
            this.#exchanged = true;
        if (name === 'untold')
            this.#untell(fields.why === 'kind' ? 'kind' : 'refused');
        if (name === 'settled')
            this.#settled(fields);
        else if (name === 'dropped')
            this.#done.push(`${fields.name}, left by an interrupted restore, was removed.`);
        else if (MARKS[name] !== undefined)
            this.#mark(MARKS[name]);
    }
    /** The end of a swap that began and was not committed; `null`: there was no such swap. */
    get end() {
        const { untold } = this;
        if (this.#end !== null)
            return { ...this.#end, untold };
        return this.#due && !this.committed ? { data: 'stuck', down: [], exchanged: this.#exchanged, untold } : null;
    }
    #untell(why) {
        if (this.untold !== 'refused')
            this.untold = why;
        this.#done.push(sayUntold(why));
    }
    #settled({ data = '', writers = '' }) {
        const down = writers.split(',').filter((one) => one !== '');
        this.#end = { data: data, down, exchanged: this.#exchanged };
        if (data === 'back')
            this.#done.push('An unfinished swap was reversed: the former data is live.');
        if (data === 'kept')
            this.#done.push('An unfinished swap was ended: what the restore brought stays.');
        if (down.length > 0)
            this.#done.push(`Services that write to the data do not run, or are not healthy: ${down.join(', ')}.`);
    }
}
/**
 * The error of a failed swap. Its first line tells the result of the reversal, unless everything is as it was before.
 */
function withEnd(error, end) {
    if (end === null || (end.data === 'back' && end.down.length === 0))
        return error;
    const { what, log, logOf } = error.details;
    const more = { log, logOf };
    if (end.data === 'back') {
        return new errors/* UserError */.y('RB-WRITERS-DOWN', {
            what: `the former data is live again, but ${end.down.join(', ')} do not run or are not healthy`,
            why: `they were to start after a swap that failed: ${what}`,
            remedy: 'see `docker ps -a` and `docker logs` on the host, correct what keeps them from starting, and start them',
            ...more,
        });
    }
    return new errors/* UserError */.y('RB-RESTORE-UNSETTLED', {
        what: `the swap failed and could not be put back: ${what}`,
        why: 'its reversal did not come to its end; which data is live must be looked at',
        remedy: 'mend what the lines below say, and run restore with interrupted: back (the former data) or, where all of it was exchanged, interrupted: forward',
        ...more,
    });
}

// EXTERNAL MODULE: ./actions/lib/backup/s3.ts + 5 modules
var s3 = __webpack_require__(88411);
// EXTERNAL MODULE: ./actions/lib/procedure/change.ts + 22 modules
var change = __webpack_require__(35807);
// EXTERNAL MODULE: ./actions/lib/procedure/expected.ts
var expected = __webpack_require__(56770);
;// CONCATENATED MODULE: ./actions/restore/scene.ts
/** The data that all parts of a restore work with. */








/** Where the backup comes from. */
function sourceOf({ from, folder, runbook }, host) {
    const { backup, stack } = runbook;
    if (from === 's3' && backup.s3 !== null)
        return (0,s3/* s3Destination */.l)(backup.s3, stack);
    return from === 'file' ? (0,backup_source/* folderSource */.WG)(folder, stack) : (0,backup_source/* hostSource */.Ei)(host, backup.directory, stack);
}
/** Removes data that was loaded in vain, and reports. @param serving which data serves now, as a sentence */
async function failed({ request, session, recorder, clearing, notes }, left, error, finish, serving = 'The former data still serves.') {
    if (!(error instanceof errors/* UserError */.y))
        throw error;
    if (session.host.connected && !(0,endings/* isUnknownEnd */.YS)(error)) {
        try {
            for (const line of await endInterrupted(request.runbook.stack, left, clearing, 'clear'))
                recorder.info(line);
        }
        catch (second) {
            if (!(second instanceof errors/* UserError */.y))
                throw second;
            notes.push(`The leftovers of this restore could not be removed: ${second.details.what}. The next restore tries again.`);
        }
    }
    return finish((0,report/* statusOf */.c2)(error), { error: (0,report/* describe */.q0)(error), verdict: serving });
}
/** Makes the outcome, however the restore ends. @param backup its name; `null`: none is restored */
function finisher({ report, request }, backup, { hash, lines }) {
    const planned = { planHash: hash, planText: lines };
    return (status, more, former = {}) => ({
        report: report(status, {
            ...planned,
            ...(status === 'planned' ? { planUntil: (0,expected/* endOf */.pJ)(request.runbook.planLifetime) } : {}),
            ...more,
        }),
        outputs: { backup: backup ?? '', former: JSON.stringify(former), ...(0,change/* planOutputs */.iS)(planned) },
    });
}

;// CONCATENATED MODULE: ./actions/restore/schema.ts



/**
 * Writes to the host's disk the line that the coming swap will record, and that its reversal will remove; `null`: none.
 * @throws {UserError} RB-RESTORE-FAILED, RB-CONNECTION-LOST
 */
async function noteSchema({ host, root }, record) {
    const file = (0,quote/* quote */.h)(`${root}/restore.schema`);
    const outcome = await host.run(record === null
        ? `rm -f ${file}`
        : `umask 077; cat >${file}.new && { sync ${file}.new 2>/dev/null || sync; } && mv ${file}.new ${file}`, { input: record === null ? '' : `${JSON.stringify(record)}\n` });
    if (outcome.outcome === 'unknown') {
        throw new errors/* UserError */.y('RB-CONNECTION-LOST', {
            what: 'the connection to the host was lost before the swap',
            why: outcome.reason,
            remedy: 'run it again: the live data was not touched',
        });
    }
    if (outcome.code === 0)
        return;
    throw new errors/* UserError */.y('RB-RESTORE-FAILED', {
        what: 'the host cannot store the note on the schema of the restored data',
        why: outcome.stderr.trim() || `exit status ${outcome.code}`,
        remedy: 'see that its disk has room and that the directory belongs to the SSH user, and run it again',
    });
}
/** What the schema of a backup means for the current release; empty if both are the same. */
function schemaRemarks({ session, request }, manifest) {
    const { current } = session.state;
    if (current === null || (0,migrations/* schemaOf */.pP)(current, request.runbook) === null)
        return [];
    const deploy = 'deploy after the restore, so that the migration runs';
    switch ((0,migrations/* compareSchema */.FL)(manifest.schema, session.state, request.runbook)) {
        case 'older':
            return [
                `The backup has the schema of release ${manifest.migrated ?? manifest.release}, which is older than that of the current release ${current.id}: ${deploy}.`,
            ];
        case null:
            return [`The backup does not say which schema it has: ${deploy}.`];
        default:
            return [];
    }
}

;// CONCATENATED MODULE: ./actions/restore/exchange.ts
/** The swap: the data beside the live data become live; Qdrant, which has nothing beside it, changes before that. */







const UNKNOWN = 'Which data serves, the former or the restored, was not known when this run ended.';
/** Makes the databases and folders live that were prepared as `kind` with this ID, and changes Qdrant. */
async function exchange(scene, settled, exchanged, kind, id, finish) {
    const { recorder, notes } = scene;
    const { subjects, qdrant } = exchanged;
    const swapped = swappedOf(subjects, settled, kind, id);
    const moves = kinds/* BESIDE */.Z.flatMap((one) => one.moves(swapped, scene.request.runbook.stack, settled));
    const known = notes.length;
    let swapping = false;
    let end = null;
    let still = { untold: null, pause: 'No service was stopped for it' };
    try {
        await qdrant.make();
        if (moves.length === 0)
            await qdrant.keep();
        else {
            await noteSchema(scene.session, exchanged.schema);
            await qdrant.swapping(witnessOf(swapped));
            swapping = true;
            still = await carryOut(scene, settled, swapped, (reached) => {
                end = reached;
            });
        }
    }
    catch (error) {
        const left = leftoversOf(kind === 'restore' ? subjects : { ...subjects, volumes: [] }, id);
        const isUnknown = swapping && error instanceof errors/* UserError */.y && (0,endings/* isUnknownEnd */.YS)(error);
        // Points that were counted before are no longer there.
        notes.length = known;
        const reached = end;
        const isStuck = reached !== null && reached.data !== 'back';
        let serving = isUnknown || isStuck ? UNKNOWN + qdrant.undecided : await qdrant.back();
        if (reached !== null) {
            notes.push(...reversedNotes(moves, reached));
            if (reached.untold !== null)
                notes.push(sayUntold(reached.untold));
            if (!isStuck && reached.down.length > 0)
                serving = `The former data is live again, but ${reached.down.join(', ')} do not run or are not healthy.`;
        }
        return await failed(scene, left, error, finish, serving);
    }
    if (swapping) {
        await qdrant.keep().catch((error) => {
            if (!(error instanceof errors/* UserError */.y))
                throw error;
            recorder.warning(error.message);
            notes.push('Qdrant has the restored data as well; the next restore finishes the exchange.');
        });
    }
    notes.push(...formerNotes(moves));
    const former = { ...formerOf(moves), ...qdrant.former };
    notes.push(...exchanged.remarks);
    if (kind === 'restore')
        notes.push('To go back: run this action with undo: true.');
    for (const note of notes.slice(known))
        recorder.info(note);
    if (still.untold === 'kind') {
        recorder.warning(sayUntold(still.untold));
        notes.push(sayUntold(still.untold));
    }
    if (still.untold === 'refused') {
        const error = (0,report/* describe */.q0)(notReloaded(scene.request.runbook.proxy.service));
        return finish('failed', { error, verdict: `${exchanged.live}. Users may not reach it.` }, former);
    }
    const kept = kind === 'restore' ? '; the former data is kept' : '';
    return finish('succeeded', { verdict: `${exchanged.live}. ${still.pause}${kept}.` }, former);
}
function swappedOf(subjects, settled, kind, id) {
    const own = kinds/* BESIDE */.Z.map((one) => one.swapped(subjects, settled, kind, id));
    return Object.assign({ servers: [], volumes: [] }, ...own);
}
/** Of the first kind that has any. */
function witnessOf(swapped) {
    return kinds/* BESIDE */.Z.map((one) => one.witness(swapped)).find((witness) => witness !== null) ?? null;
}
/** @throws {UserError} when it did not come to the commit */
async function carryOut({ request, recorder, steps, notes }, { facts }, { servers, volumes }, onEnd) {
    const { runbook } = request;
    recorder.step('Swap');
    const seconds = new Map();
    const { stopped, untold } = await swap({
        stack: runbook.stack,
        writers: servers.length > 0 ? facts.writers : [],
        proxy: runbook.proxy.service,
        healthTimeout: runbook.restore.healthTimeout,
        servers,
        volumes,
    }, {
        steps,
        onEnd,
        remote: (line) => recorder.remote(line),
        mark: (text) => {
            seconds.set(text, performance.now());
            recorder.mark(text);
            recorder.info(text);
        },
    });
    const still = ((seconds.get('writers started') ?? 0) - (seconds.get('stopping the writers') ?? 0)) / 1000;
    notes.push(`The writers (${stopped.join(', ') || 'none ran'}) stood still for ${still.toFixed(1)} s.`);
    const pause = stopped.length === 0
        ? 'No service had to be stopped for it'
        : `${stopped.join(', ')} stood still for ${still.toFixed(1)} s`;
    return { untold, pause };
}
/** The restored data is live, and users may not reach it. */
function notReloaded(proxy) {
    return new errors/* UserError */.y('RB-PROXY-CONFIG', {
        what: `the data is restored and live; ${proxy ?? 'the proxy'} did not reload, and may call services where they were before`,
        why: 'nginx refuses the configuration that it has on the host',
        remedy: `correct the configuration that \`nginx -t\` in ${proxy ?? 'its container'} names, and reload it; do not restore again`,
    });
}
/** Live name → name of the data that was live before. */
function formerOf(moves) {
    return Object.fromEntries(moves.flatMap(({ live, outgoing }) => (outgoing === null ? [] : [[live, outgoing]])));
}
/** How the former data is removed. */
function formerNotes(moves) {
    return moves.flatMap(({ was, outgoing, is, removal }) => outgoing === null ? [] : [`What was ${was} is ${is(outgoing)}. ${removal(outgoing)}`]);
}
/** Data that was live for a moment stays, as clients may have written to it. */
function reversedNotes(moves, end) {
    if (end.data !== 'back' || !end.exchanged)
        return [];
    const kept = 'and is kept, as it was live for a moment';
    return moves
        .filter(({ incoming, reversed }) => incoming !== reversed)
        .map(({ live, reversed, is, removal }) => `What was restored for ${live} is ${is(reversed)}, ${kept}. ${removal(reversed)}`);
}
/** Removed when a restore fails. */
function leftoversOf(subjects, id) {
    const own = kinds/* BESIDE */.Z.map((one) => one.filled(subjects, id));
    return Object.assign({ servers: [], volumes: new Map() }, ...own);
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var config_inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/config/sections/values.ts
var values = __webpack_require__(85790);
;// CONCATENATED MODULE: ./actions/restore/inputs.ts
/** Inputs of the action restore as typed data. */




/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readRestoreInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const { config, ...base } = (0,config_inputs/* readBase */.wZ)(reader);
    const environment = reader.text('environment') || null;
    const environmentUrl = reader.url('environment-url');
    const healthTimeout = reader.seconds('health-timeout', null);
    const wanted = readWanted(reader);
    const databases = reader.list('databases');
    const volumes = reader.list('volumes');
    const qdrant = reader.list('qdrant');
    const place = reader.choice('from', ['host', 's3', 'file', 'auto']);
    const path = reader.text('path');
    if (place !== 'file' && path !== '')
        reader.problem('path belongs to from: file');
    if (path !== '' && !(0,values/* isRelativePath */.Kb)(path))
        reader.problem(`path is ${JSON.stringify(path)}, which is not a path within the workspace`);
    const decision = reader.choice('interrupted', ['ask', 'forward', 'back']);
    const inputs = {
        ...(0,config_inputs/* readExpected */.vX)(reader),
        folder: (0,external_node_path_.join)(workspace, path),
        identity: reader.content('identity').trim() || null,
        wanted,
        databases: databases.length > 0 ? databases : null,
        volumes: volumes.length > 0 ? volumes : null,
        qdrant: qdrant.length > 0 ? qdrant : null,
        fromHost: reader.text('from-host'),
        confirm: reader.text('confirm'),
        roles: reader.boolean('roles'),
        newerServer: reader.boolean('newer-server'),
        locale: reader.choice('locale', ['ask', 'backup', 'live']),
        tablespaces: reader.choice('tablespaces', ['keep', 'default']),
        acceptDifferences: reader.list('accept-differences'),
        list: reader.boolean('list'),
        undo: reader.boolean('undo'),
        interrupted: decision === 'ask' ? null : decision,
    };
    if (inputs.list && inputs.undo)
        reader.problem('list and undo exclude each other');
    if (inputs.interrupted !== null && (inputs.list || inputs.undo))
        reader.problem('interrupted excludes list and undo: it settles an interrupted restore, and does nothing else');
    reader.finish();
    const runbook = (0,config_inputs/* readRunbook */.j_)(workspace, config);
    // What lies on the host is lost with it.
    const from = place !== 'auto' ? place : runbook.backup.to.includes('s3') ? 's3' : 'host';
    if (from === 's3' && runbook.backup.s3 === null) {
        reader.problem('from is s3, and the runbook file has no backup.s3 with a bucket');
        reader.finish();
    }
    const settings = { ...runbook.restore, healthTimeout: healthTimeout ?? runbook.restore.healthTimeout };
    return {
        ...base,
        ...inputs,
        from,
        environment,
        environmentUrl: environmentUrl ?? runbook.url ?? null,
        runbook: { ...runbook, restore: settings },
    };
}
function readWanted(reader) {
    const backup = reader.text('backup');
    const before = reader.text('before');
    if (backup !== '' && backup !== 'latest' && before !== '')
        reader.problem('backup and before exclude each other');
    if (before !== '') {
        const time = new Date(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/.test(before) ? `${before}Z` : before);
        if (Number.isNaN(time.getTime()))
            reader.problem(`before is ${JSON.stringify(before)}, which is not a time; write 2026-01-31T02:00:00Z`);
        return { by: 'before', time };
    }
    if (backup === '' || backup === 'latest')
        return { by: 'latest' };
    if (!/^\d{8}T\d{6}Z$/.test(backup))
        reader.problem(`backup is ${JSON.stringify(backup)}; write latest, or a name like 20260131T020000Z`);
    return { by: 'id', id: backup };
}

// EXTERNAL MODULE: ./actions/lib/bytes.ts
var lib_bytes = __webpack_require__(46597);
;// CONCATENATED MODULE: ./actions/restore/listing.ts
/** Backups of a place as a list. */



/** @param backups oldest first; the newest stands on top of the table */
function listingOf(backups) {
    return {
        title: 'Backups',
        empty: 'There is no backup of this stack there.',
        head: ['backup', 'created', 'of', 'release', ...(0,kinds/* eachKind */.u)(({ heading }) => heading)],
        rows: backups.toReversed().map((manifest) => {
            const { id, createdAt, installation, release } = manifest;
            return [
                { code: id },
                createdAt,
                installation === null ? 'not told' : `${installation.host} (${installation.uid})`,
                release ?? 'none',
                ...(0,kinds/* eachKind */.u)((kind) => {
                    const parts = kind.parts(manifest).map((part) => `${kind.name(part)} (${(0,lib_bytes/* sayMib */.Oq)(part.bytes)})`);
                    return parts.join(', ');
                }),
            ];
        }),
        lines: backups.map((manifest) => {
            const { id, installation, release } = manifest;
            return `${id} (of ${installation?.host ?? 'an unknown host'}, release ${release ?? 'none'}) ${(0,data_wanted/* titlesOf */.B7)(manifest).join(', ')}`;
        }),
        outputs: { backups: JSON.stringify(backups) },
    };
}

// EXTERNAL MODULE: ./actions/lib/stack/identity.ts
var identity = __webpack_require__(84795);
;// CONCATENATED MODULE: ./actions/restore/planned.ts


/** @throws {UserError} RB-PLAN-CHANGED */
function plannedRestore(asked, { manifest, place, exchanged, qdrant }) {
    const lines = [
        `backup ${manifest.id} from ${place} is restored: ${(0,identity/* hashOf */.qQ)(manifest).slice(0, 12)}`,
        ...exchanged,
        ...qdrant.map(({ part, plan }) => {
            const aliases = [...plan.aliases].map(([alias, collection]) => `${alias} for ${collection ?? 'nothing'}`);
            return `${part.service}: collections replaced: ${said(plan.replaced)}; made: ${said(plan.made)}; aliases: ${said(aliases)}`;
        }),
    ];
    return planned(asked, lines);
}
/** @param subjects what goes back @throws {UserError} RB-PLAN-CHANGED */
function plannedUndo(asked, newest, subjects) {
    return planned(asked, [`the restore of ${newest} is undone for ${said(subjects)}`]);
}
/** @throws {UserError} RB-PLAN-CHANGED */
function plannedSettlement(asked, decision) {
    const { interrupted } = asked.session.state;
    return planned(asked, [
        interrupted === null
            ? 'no restore is open'
            : `the interrupted restore goes ${decision}: ${JSON.stringify(interrupted)}`,
    ]);
}
function planned({ request, session }, work) {
    const { roles, newerServer, locale, tablespaces, acceptDifferences } = request;
    const lines = [
        `machine ${session.state.machine}`,
        `release ${session.state.current?.id ?? 'none'} is live`,
        ...work,
        `roles ${roles}, newer-server ${newerServer}, locale ${locale}, tablespaces ${tablespaces}, accept-differences ${said(acceptDifferences)}`,
    ];
    const present = { hash: (0,identity/* hashOf */.qQ)(lines), lines };
    (0,expected/* requireExpected */.qw)(present, request, { lifetime: request.runbook.planLifetime });
    return present;
}
function said(names) {
    return names.join(', ') || 'none';
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./node_modules/tar-stream/index.js
var tar_stream = __webpack_require__(56118);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(92857);
;// CONCATENATED MODULE: ./actions/lib/qdrant/archive.ts
/**
 * Reads Qdrant's full snapshot: a tar archive with one snapshot for each collection, which only Qdrant understands, and
 * `config.json`, which says which snapshot belongs to which collection.
 */




const CONFIG = 'config.json';
/** Bytes; the file has one line for each collection and alias. */
const LARGEST_CONFIG = 16 * 2 ** 20;
const configSchema = schemas/* object */.Ikc({
    collections_mapping: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()),
    collections_aliases: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish(),
});
/**
 * Reads a full snapshot to its end.
 *
 * @throws {Error} if it is not a full snapshot, or is cut off; the error of the stream
 */
async function readFullSnapshot(stream) {
    const files = new Map();
    let config = null;
    for await (const { name, bytes, content } of entriesOf(stream)) {
        if (name === CONFIG)
            config = await textOf(content, bytes);
        else
            files.set(name, { file: name, bytes, sha256: await hashOf(content) });
    }
    if (config === null)
        throw new Error(`it has no ${CONFIG}, so it is not a full snapshot of Qdrant`);
    return consistent(files, config);
}
/**
 * Reads a full snapshot again, and hands on the snapshot of each collection.
 *
 * @param visit must read the content to its end
 * @throws {Error} as {@link readFullSnapshot}, and what `visit` throws
 */
async function eachCollection(stream, { collections }, visit) {
    const left = new Map(collections.map((one) => [one.file, one]));
    for await (const { name, content } of entriesOf(stream)) {
        const snapshot = left.get(name);
        left.delete(name);
        const hash = (0,external_node_crypto_.createHash)('sha256');
        // Not every version of Qdrant compares the checksum that a request gives.
        async function* hashed() {
            for await (const chunk of content) {
                hash.update(chunk);
                yield chunk;
            }
        }
        if (snapshot === undefined)
            for await (const _chunk of content)
                ;
        else {
            await visit(snapshot, hashed());
            if (hash.digest('hex') !== snapshot.sha256)
                throw new Error(`read again, ${name} has changed`);
        }
    }
    if (left.size > 0)
        throw new Error(`read again, it has no ${[...left.keys()].join(', ')}`);
}
/** A caller that stops reading ends the stream, too. */
async function* entriesOf(stream) {
    const reader = (0,tar_stream.extract)();
    (0,external_node_stream_.finished)(stream, (error) => {
        if (error)
            reader.destroy(error);
    });
    stream.pipe(reader);
    try {
        for await (const entry of reader) {
            const { name, size = 0, type } = entry.header;
            if (type === 'file')
                yield { name: name.replace(/^\.\//, ''), bytes: size, content: entry };
            else
                entry.resume();
        }
    }
    finally {
        stream.destroy();
    }
}
function consistent(files, config) {
    const found = configSchema.safeParse(parsed(config));
    if (!found.success)
        throw new Error(`its ${CONFIG} is not in the format of Qdrant`);
    const { collections_mapping: mapping, collections_aliases: aliases } = found.data;
    const owners = new Map(Object.entries(mapping).map(([collection, file]) => [file, collection]));
    if (owners.size < Object.keys(mapping).length)
        throw new Error(`its ${CONFIG} names one file for two collections`);
    const missing = [...owners.keys()].filter((file) => !files.has(file));
    if (missing.length > 0)
        throw new Error(`it lacks ${missing.join(', ')}, which its ${CONFIG} names`);
    const unknown = [...files.keys()].filter((file) => !owners.has(file));
    if (unknown.length > 0)
        throw new Error(`it has ${unknown.join(', ')}, which its ${CONFIG} does not name`);
    const astray = Object.entries(aliases ?? {}).filter(([, collection]) => !Object.hasOwn(mapping, collection));
    if (astray.length > 0)
        throw new Error(`its alias ${astray[0]?.[0]} stands for a collection that it does not have`);
    return {
        collections: [...files.values()].map((one) => ({ ...one, collection: owners.get(one.file) ?? '' })),
        aliases: aliases == null ? null : new Map(Object.entries(aliases)),
    };
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}
async function textOf(content, bytes) {
    if (bytes > LARGEST_CONFIG)
        throw new Error(`its ${CONFIG} has ${bytes} bytes`);
    const chunks = [];
    for await (const chunk of content)
        chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
}
async function hashOf(content) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for await (const chunk of content)
        hash.update(chunk);
    return hash.digest('hex');
}

// EXTERNAL MODULE: ./actions/lib/qdrant/collections.ts + 1 modules
var qdrant_collections = __webpack_require__(27641);
// EXTERNAL MODULE: ./actions/lib/qdrant/find.ts
var find = __webpack_require__(49594);
;// CONCATENATED MODULE: ./actions/lib/qdrant/plan.ts
/** Plans what a restore does to the collections and aliases of a server. */


const LEAST_ROOM = 64 * 2 ** 20;
/** @throws {UserError} RB-QDRANT-FAILED if a name would be both a collection and an alias */
function planOf(service, full, live) {
    const names = full.collections.map(({ collection }) => collection);
    const kept = live.collections.filter((name) => !names.includes(name));
    for (const name of names) {
        // Qdrant would restore into the collection that the alias stands for.
        const other = live.aliases.get(name);
        if (other !== undefined)
            throw clash(service, name, `the backup has a collection of that name, which is an alias of ${other} on the server`);
    }
    for (const alias of full.aliases?.keys() ?? []) {
        if (kept.includes(alias))
            throw clash(service, alias, 'the backup has an alias of that name, which is a collection on the server');
    }
    return {
        replaced: names.filter((name) => live.collections.includes(name)),
        made: names.filter((name) => !live.collections.includes(name)),
        kept,
        aliases: full.aliases === null ? new Map() : aliasesWanted(full.aliases, names, live.aliases),
    };
}
/**
 * The aliases of the backup. Any other alias is removed if it stands for a collection of the backup, and stays if not.
 */
function aliasesWanted(wanted, names, live) {
    const gone = [...live].filter(([alias, collection]) => !wanted.has(alias) && names.includes(collection));
    const set = [...wanted].filter(([alias, collection]) => live.get(alias) !== collection);
    return new Map([...gone.map(([alias]) => [alias, null]), ...set]);
}
/** Actions that turn the aliases `now` into the wanted ones. */
function aliasActions(now, wanted) {
    return [...wanted].flatMap(([alias_name, collection_name]) => {
        const present = now.get(alias_name);
        if ((present ?? null) === collection_name)
            return [];
        return [
            ...(present === undefined ? [] : [{ delete_alias: { alias_name } }]),
            ...(collection_name === null ? [] : [{ create_alias: { collection_name, alias_name } }]),
        ];
    });
}
/** The present state of the aliases in `wanted`, for the way back. */
function aliasesBefore(now, wanted) {
    return new Map([...wanted.keys()].map((alias) => [alias, now.get(alias) ?? null]));
}
/**
 * For a while the disk also holds the safety snapshots of the live collections, and either the uploaded snapshots,
 * packed and unpacked, or a safety snapshot that is unpacked on the way back.
 *
 * @param incoming bytes of the uploaded snapshots @throws {UserError} RB-DISK-SHORT
 */
function requireQdrantRoom(service, { used, free }, incoming) {
    const needed = 2 * (used ?? incoming) + incoming + LEAST_ROOM;
    if (free === null || free >= needed)
        return;
    throw new errors/* UserError */.y('RB-DISK-SHORT', {
        what: `about ${(0,lib_bytes/* mib */.jO)(needed)} MiB are needed beside the live collections of Qdrant (service ${service}), ${(0,lib_bytes/* mib */.jO)(free)} MiB are free`,
        why: 'a restore makes a snapshot of each collection before it fills it, and Qdrant unpacks beside the live collections',
        remedy: 'free space (old snapshots of collections may be removed in Qdrant) and run it again',
    });
}
function clash(service, name, why) {
    return new errors/* UserError */.y('RB-QDRANT-FAILED', {
        what: `Qdrant (service ${service}) cannot have both an alias and a collection ${name}`,
        why,
        remedy: 'rename or remove it on the server, and run it again',
    });
}

;// CONCATENATED MODULE: ./actions/restore/qdrant.ts
/** Qdrant in a restore: everything that can be found out and refused before anything changes. */







/**
 * Finds each server and checks that it answers with its key; nothing more.
 *
 * @throws {UserError} RB-QDRANT-FAILED
 */
async function findServers(scene, services) {
    const found = new Map();
    for (const service of services)
        found.set(service, await reach(scene, service));
    return found;
}
/** @throws {UserError} RB-QDRANT-FAILED */
async function reach({ request, session, recorder }, service) {
    const server = await (0,find/* findQdrant */.y)(session.host, request.runbook.stack, settingsOf(request.runbook.backup.qdrant, service));
    if (server.apiKey !== null)
        recorder.secret(server.apiKey);
    await (0,qdrant_collections/* listCollections */.IM)(server);
    return server;
}
/** @throws {UserError} RB-QDRANT-FAILED */
function settingsOf(settings, service) {
    const found = settings.find((one) => one.service === service);
    if (found !== undefined)
        return found;
    throw new errors/* UserError */.y('RB-QDRANT-FAILED', {
        what: `the runbook file does not say how to reach Qdrant (service ${service})`,
        why: `backup.qdrant has ${settings.map((one) => one.service).join(', ') || 'no service'}`,
        remedy: `add { service: ${service} } to backup.qdrant in the runbook file, or name the other data to restore with databases and volumes`,
    });
}
/** Reads each archive to its end. @throws {UserError} RB-ARCHIVE-DAMAGED, RB-DISK-SHORT, RB-QDRANT-FAILED and what the source fails with */
async function planQdrant(scene, manifest, parts, servers) {
    const { request, session, recorder } = scene;
    const { stack, backup } = request.runbook;
    const all = [];
    for (const part of parts) {
        const { service } = part;
        const server = servers.get(service);
        if (server === undefined)
            throw new Error(`${service} was not looked for`);
        const full = await readWhole(scene, manifest, part);
        const live = { collections: await (0,qdrant_collections/* listCollections */.IM)(server), aliases: await (0,qdrant_collections/* readAliases */.NH)(server) };
        const plan = planOf(service, full, live);
        requireQdrantRoom(service, await (0,find/* roomOfQdrant */.f)(session.host, stack, service), sum(full.collections));
        for (const { collection, bytes } of full.collections) {
            const now = plan.replaced.includes(collection)
                ? `${(await (0,qdrant_collections/* readCollection */.H7)(server, collection)).points} points now`
                : 'not there yet';
            recorder.info(`${service}/${collection}: ${(0,lib_bytes/* mib */.jO)(bytes)} MiB in the backup; ${now}`);
        }
        for (const [alias, collection] of plan.aliases)
            recorder.info(`${service}: alias ${alias} ${collection === null ? 'goes' : `for ${collection}`}`);
        if (plan.kept.length > 0)
            recorder.info(`${service}: not in the backup, so it stays: ${plan.kept.join(', ')}`);
        all.push({ settings: settingsOf(backup.qdrant, service), server, part, full, plan });
    }
    return all;
}
/** The function that fills the collections from the backup. */
function changeFor(scene, manifest, { server, part, full, plan }) {
    const { source, request, recorder } = scene;
    const { service } = part;
    return {
        kind: 'restore',
        server,
        backup: manifest.id,
        aliases: plan.aliases,
        removed: [],
        collections: full.collections.map(({ collection }) => ({
            name: collection,
            exists: plan.replaced.includes(collection),
        })),
        fill: async (begin, upload) => {
            const feed = await (0,restore_feed/* feedOf */.qu)(source, manifest, part, request.identity);
            const visit = async (snapshot, content) => {
                await begin(snapshot.collection);
                recorder.info(`${service}/${snapshot.collection}: on its way, ${(0,lib_bytes/* mib */.jO)(snapshot.bytes)} MiB`);
                await (0,qdrant_collections/* uploadCollection */.Kc)(server, snapshot, upload, content);
            };
            await eachCollection(feed.stream, full, visit).catch((error) => {
                throw error instanceof errors/* UserError */.y ? error : damaged(manifest, part, error);
            });
        },
        ...(plan.kept.length === 0
            ? {}
            : { remark: `Qdrant (${service}) keeps collections that the backup does not have: ${plan.kept.join(', ')}.` }),
    };
}
async function readWhole({ source, request }, manifest, part) {
    try {
        const { stream, proven } = await (0,restore_feed/* feedOf */.qu)(source, manifest, part, request.identity);
        const full = await readFullSnapshot(stream);
        await proven();
        return full;
    }
    catch (error) {
        throw error instanceof errors/* UserError */.y ? error : damaged(manifest, part, error);
    }
}
function damaged({ id }, { file }, error) {
    return new errors/* UserError */.y('RB-ARCHIVE-DAMAGED', {
        what: `${file} of the backup ${id} is not a whole snapshot of Qdrant`,
        why: error instanceof Error ? error.message : String(error),
        remedy: 'restore another backup; `list: true` shows what is there',
    });
}
function sum(parts) {
    return parts.reduce((total, { bytes }) => total + bytes, 0);
}

// EXTERNAL MODULE: ./actions/lib/qdrant/note.ts
var qdrant_note = __webpack_require__(35477);
;// CONCATENATED MODULE: ./actions/lib/qdrant/settle.ts
/** The two ways to end a restore of Qdrant: go back, or keep what was restored. Each can be run again. */




/**
 * Brings collections that a restore began to change back to their former content, from the snapshots that the note
 * names.
 *
 * @returns sentences on snapshots that only a person may remove
 * @throws {UserError} if that fails; the note stays then
 */
async function revertCollections({ host, root }, server, note) {
    const { service, collections, upload } = note;
    const begun = collections.filter((one) => one.begun);
    if (note.phase !== 'saving' && note.phase !== 'back') {
        for (const { name, saved } of begun) {
            if (saved === null)
                continue;
            await (0,qdrant_collections/* recoverCollection */.hB)(server, name, saved, upload);
            await requireSound(server, name);
        }
        const aliases = new Map(Object.entries(note.aliases));
        await (0,qdrant_collections/* changeAliases */.Zt)(server, aliasActions(await (0,qdrant_collections/* readAliases */.NH)(server), aliases));
        // From here on the snapshots are no longer needed.
        await (0,qdrant_note/* writeNote */.IP)(host, root, { ...note, phase: 'back' });
    }
    const present = await (0,qdrant_collections/* listCollections */.IM)(server);
    for (const { name, saved, begun: was } of collections) {
        if (!present.includes(name))
            continue;
        if (was)
            await (0,qdrant_collections/* removeSaved */.mS)(server, name, upload);
        if (saved !== null)
            await (0,qdrant_collections/* removeSaved */.mS)(server, name, saved.name);
        else if (was)
            await (0,qdrant_collections/* removeCollection */.rV)(server, name);
    }
    const { making } = note;
    const strays = making === null || !present.includes(making.name) ? [] : await straysOf(server, making);
    await (0,qdrant_note/* closeNote */.RT)(host, root, service, 'nothing');
    return strays;
}
/**
 * Qdrant names a snapshot only once it is made, so the host cannot know who made a snapshot that appeared meanwhile.
 */
async function straysOf(server, { name, present }) {
    const came = (await (0,qdrant_collections/* listSaved */.oB)(server, name)).filter((snapshot) => !present.includes(snapshot));
    return came.map((snapshot) => `Qdrant (${server.service}) has a snapshot ${snapshot} of ${name} that an interrupted restore may have begun. If it was not made by someone else, remove it: ${(0,qdrant_collections/* removalOf */.c6)(name, snapshot)}`);
}
/**
 * Keeps what a restore or an undo changed, and removes what it needed for the way back.
 *
 * @param former note of the restore that an undo reversed: the content of its snapshots is live now
 * @throws {UserError} if that fails; the note stays then
 */
async function keepRestored({ host, root }, server, note, former) {
    const { service, kind, collections, upload, removed } = note;
    const present = await (0,qdrant_collections/* listCollections */.IM)(server);
    for (const { name } of collections)
        if (present.includes(name))
            await (0,qdrant_collections/* removeSaved */.mS)(server, name, upload);
    if (kind === 'restore') {
        await (0,qdrant_note/* closeNote */.RT)(host, root, service, 'done');
        return;
    }
    for (const { name, saved } of former?.collections ?? [])
        if (saved !== null && present.includes(name))
            await (0,qdrant_collections/* removeSaved */.mS)(server, name, saved.name);
    for (const name of removed)
        await (0,qdrant_collections/* removeCollection */.rV)(server, name);
    await (0,qdrant_note/* forgetDone */.YJ)(host, root, service);
    await (0,qdrant_note/* closeNote */.RT)(host, root, service, 'nothing');
}
/** @returns number of points of a collection that Qdrant can serve @throws {UserError} RB-QDRANT-FAILED */
async function requireSound(server, name) {
    const { status, points } = await (0,qdrant_collections/* readCollection */.H7)(server, name);
    if (status !== 'red')
        return points;
    throw new errors/* UserError */.y('RB-QDRANT-FAILED', {
        what: `Qdrant (service ${server.service}) restored ${name}, but cannot serve it`,
        why: 'Qdrant reports its status as red',
        remedy: 'see `docker logs` of its container and its free disk, and run it again',
    });
}

;// CONCATENATED MODULE: ./actions/restore/qdrant-change.ts
/**
 * Qdrant's collections change in place, with nothing beside them that could change names. So each is saved first, as a
 * snapshot on the server itself, and a note on the host says the way back before the first one changes.
 */







const SERVES = 'The former data still serves.';
/** Milliseconds between two tries to reach a server that went away. */
const PAUSE = 1000;
class QdrantChanges {
    #scene;
    #id;
    #changes;
    #notes = new Map();
    /** @param id the host's time, as databases and volumes of this restore have it in their names */
    constructor(scene, id, changes) {
        this.#scene = scene;
        this.#id = id;
        this.#changes = changes;
    }
    get isEmpty() {
        return this.#changes.length === 0;
    }
    /** Service and collection → the snapshot that has what was live. */
    get former() {
        return Object.fromEntries([...this.#notes.values()].flatMap(({ service, collections }) => collections.flatMap(({ name, saved }) => (saved === null ? [] : [[`${service}/${name}`, saved.name]]))));
    }
    /** Saves what is live, then changes it. @throws {UserError} whoever calls has to call {@link back} then */
    async make() {
        const { recorder } = this.#scene;
        if (this.isEmpty)
            return;
        // It is asked by HTTP, without a step on the host.
        recorder.changed = true;
        recorder.step('Save the collections of Qdrant');
        for (const change of this.#changes)
            await this.#save(change);
        recorder.step(this.#changes[0]?.kind === 'undo' ? 'Bring Qdrant back to what it was' : 'Restore Qdrant');
        for (const change of this.#changes)
            await this.#change(change);
    }
    /** From now on the swap decides the outcome. @throws {UserError} */
    async swapping(witness) {
        for (const change of this.#changes)
            await this.#write(change, { phase: 'swapping', witness });
    }
    /** It stays. @throws {UserError} only before that is certain */
    async keep() {
        for (const change of this.#changes)
            await this.#write(change, { phase: 'kept' });
        const { recorder, notes, session } = this.#scene;
        for (const change of this.#changes) {
            const note = this.#noteOf(change);
            for (const { name, saved } of note.collections) {
                if (saved === null)
                    continue;
                notes.push(`What was live in ${note.service}/${name} is its snapshot ${saved.name} in Qdrant now. To remove it: ${(0,qdrant_collections/* removalOf */.c6)(name, saved.name)}`);
            }
            if (change.remark !== undefined)
                notes.push(change.remark);
            try {
                await keepRestored(session, change.server, note, change.former ?? null);
            }
            catch (error) {
                if (!(error instanceof errors/* UserError */.y))
                    throw error;
                recorder.warning(error.message);
                notes.push(`Qdrant (${note.service}) has its data; the next restore finishes clearing up: ${error.details.what}.`);
            }
        }
    }
    /** Goes back to the former data. Never rejects with a UserError. @returns which data serves, as a sentence */
    async back() {
        const { session, recorder, notes } = this.#scene;
        const left = [];
        for (const [{ server }, note] of [...this.#notes].reverse()) {
            try {
                if (note.phase !== 'saving')
                    recorder.info(`${note.service}: back to the former collections`);
                const there = note.phase === 'saving' ? server : await this.#awaited(note.service);
                notes.push(...(await revertCollections(session, there, note)));
            }
            catch (error) {
                if (!(error instanceof errors/* UserError */.y))
                    throw error;
                recorder.warning(error.message);
                if (note.phase !== 'saving')
                    left.push(`(service ${note.service}): ${error.details.what}`);
            }
        }
        return left.length === 0 ? SERVES : unsettled(left.join('; '));
    }
    /** The sentence for a swap whose end is not known. */
    get undecided() {
        return this.isEmpty ? '' : ' Qdrant has the restored data now; the next restore treats it like the rest.';
    }
    async #save(change) {
        const { recorder } = this.#scene;
        const { server, kind, backup, removed } = change;
        const { service } = server;
        const aliases = Object.fromEntries(aliasesBefore(await (0,qdrant_collections/* readAliases */.NH)(server), change.aliases));
        this.#notes.set(change, {
            service,
            kind,
            backup,
            aliases,
            removed: [...removed],
            witness: null,
            collections: [],
            making: null,
            id: this.#id,
            phase: 'saving',
            upload: `runbook-${this.#id}.snapshot`,
        });
        await this.#write(change, {});
        for (const { name, exists } of change.collections) {
            if (exists)
                await this.#write(change, { making: { name, present: [...(await (0,qdrant_collections/* listSaved */.oB)(server, name))] } });
            const saved = exists ? await (0,qdrant_collections/* saveCollection */.sp)(server, name) : null;
            const collections = [...this.#noteOf(change).collections, { name, saved, begun: false }];
            await this.#write(change, { collections, making: null });
            if (saved !== null)
                recorder.info(`${service}/${name}: saved as ${saved.name}, ${(0,lib_bytes/* mib */.jO)(saved.size)} MiB`);
        }
    }
    async #change(change) {
        const { recorder, notes } = this.#scene;
        const { server, collections } = change;
        await this.#write(change, { phase: 'changing' });
        await change.fill((begun) => this.#begin(change, begun), this.#noteOf(change).upload);
        await (0,qdrant_collections/* changeAliases */.Zt)(server, aliasActions(await (0,qdrant_collections/* readAliases */.NH)(server), change.aliases));
        const counted = [];
        for (const { name } of collections)
            counted.push(`${name} ${await requireSound(server, name)}`);
        const text = `Points in Qdrant (${server.service}): ${counted.join(', ') || 'no collection'}.`;
        recorder.info(text);
        notes.push(text);
    }
    #begin(change, begun) {
        const collections = this.#noteOf(change).collections.map((one) => one.name === begun ? { ...one, begun: true } : one);
        return this.#write(change, { collections });
    }
    async #write(change, more) {
        const { host, root } = this.#scene.session;
        const note = { ...this.#noteOf(change), ...more };
        await (0,qdrant_note/* writeNote */.IP)(host, root, note);
        this.#notes.set(change, note);
    }
    #noteOf(change) {
        const note = this.#notes.get(change);
        if (note === undefined)
            throw new Error(`${change.server.service} has no note`);
        return note;
    }
    /** A server that crashed may start again, with another address. */
    async #awaited(service) {
        const { session, request } = this.#scene;
        const until = Date.now() + request.runbook.restore.healthTimeout * 1000;
        for (;;) {
            try {
                return await reach(this.#scene, service);
            }
            catch (error) {
                if (!session.host.connected || Date.now() > until)
                    throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, PAUSE));
        }
    }
}
function unsettled(why) {
    return `Former databases and volumes still serve; it is not known which data Qdrant serves ${why}. The next restore first puts that right.`;
}

// EXTERNAL MODULE: ./actions/lib/postgres/beyond.ts
var postgres_beyond = __webpack_require__(28473);
// EXTERNAL MODULE: ./actions/lib/postgres/properties.ts
var postgres_properties = __webpack_require__(83107);
;// CONCATENATED MODULE: ./actions/restore/remarks.ts



/** Properties that differ afterwards. */
function propertyRemarks({ service, database, properties }, { servers }) {
    const live = servers.get(service)?.properties.get(database);
    if (properties === null || live === undefined)
        return [];
    return (0,postgres_properties/* propertyDifferences */.aK)(properties, live).map((text) => `${database} becomes as the backup has it; ${text}.`);
}
/** Objects of these databases and servers that no archive contains. */
function archiveRemarks(parts, { servers }) {
    const said = parts.flatMap(({ service, database, user, beyond }) => {
        const server = servers.get(service);
        if (beyond === null || server === undefined)
            return [];
        return [...(0,postgres_beyond/* beyondRemarks */.ne)(database, user, beyond, server), ...(0,postgres_beyond/* serverRemarks */.RP)(service, beyond, server)];
    });
    return [...new Set(said)];
}
/** Objects that are tied to the database that is put aside, and do not move by themselves. */
function replicationRemarks({ service, database }, { servers, now }) {
    const server = servers.get(service);
    const aside = (0,names/* besideName */.q4)(database, 'before', now);
    const slots = (server?.slots ?? []).filter((slot) => slot.database === database);
    const subscriptions = (server?.subscriptions ?? []).filter((one) => one.database === database);
    return [
        ...slots.map(({ name, plugin }) => `The replication slot ${name} stays with the database that is put aside: its consumer gets nothing of the restored one, and the server keeps its log for it until the disk is full. To move it, stop its consumer; in ${aside}: select pg_drop_replication_slot(${(0,names/* literal */.eu)(name)}); in ${database}: select pg_create_logical_replication_slot(${(0,names/* literal */.eu)(name)}, ${(0,names/* literal */.eu)(plugin)}); then let the consumer start anew, from a copy of the tables.`),
        ...subscriptions.map(({ name, slot }) => `The subscription ${name} stays with the database that is put aside, and goes on there; the restored one gets nothing from its publisher. To move it, in ${aside}: alter subscription ${(0,names/* ident */.bD)(name)} disable; alter subscription ${(0,names/* ident */.bD)(name)} set (slot_name = none); drop subscription ${(0,names/* ident */.bD)(name)}; in ${database}: create subscription ${(0,names/* ident */.bD)(name)} with its connection and publications and (create_slot = false, slot_name = ${(0,names/* literal */.eu)(slot ?? name)}, copy_data = false), or with a fresh copy where what the publisher sent since the backup is wanted.`),
    ];
}

// EXTERNAL MODULE: ./actions/lib/postgres/facts.ts
var facts = __webpack_require__(55539);
// EXTERNAL MODULE: ./actions/lib/stack/interrupted.ts
var stack_interrupted = __webpack_require__(65195);
// EXTERNAL MODULE: ./actions/lib/volumes/facts.ts
var volumes_facts = __webpack_require__(83257);
;// CONCATENATED MODULE: ./actions/restore/qdrant-undo.ts
/** Qdrant back to what the last restore saved; and what an interrupted restore left of it. */










/** Changes nothing. @throws {UserError} RB-QDRANT-FAILED, RB-UNDO-UNKNOWN, RB-DISK-SHORT */
async function changeBack(scene, note) {
    const { request, session, recorder } = scene;
    const { service, collections } = note;
    const server = await reach(scene, service);
    const present = await (0,qdrant_collections/* listCollections */.IM)(server);
    for (const { name, saved } of collections) {
        if (saved === null)
            continue;
        if (!present.includes(name) || !(await (0,qdrant_collections/* listSaved */.oB)(server, name)).includes(saved.name))
            throw gone(service, name, saved.name);
        recorder.info(`${service}/${name}: back to its snapshot ${saved.name}`);
    }
    const removed = collections.filter(({ name, saved }) => saved === null && present.includes(name));
    for (const { name } of removed)
        recorder.info(`${service}/${name}: is removed, as the restore had made it`);
    const incoming = collections.reduce((sum, { saved }) => sum + (saved?.size ?? 0), 0);
    requireQdrantRoom(service, await (0,find/* roomOfQdrant */.f)(session.host, request.runbook.stack, service), incoming);
    return {
        kind: 'undo',
        server,
        backup: null,
        former: note,
        aliases: new Map(Object.entries(note.aliases)),
        collections: collections.flatMap(({ name, saved }) => (saved === null ? [] : [{ name, exists: true }])),
        removed: removed.map(({ name }) => name),
        fill: async (begin, upload) => {
            for (const { name, saved } of collections) {
                if (saved === null)
                    continue;
                await begin(name);
                await (0,qdrant_collections/* recoverCollection */.hB)(server, name, saved, upload);
            }
        },
        ...(removed.length === 0
            ? {}
            : {
                remark: `Removed from Qdrant (${service}), as the restore had made them: ${removed.map(({ name }) => name).join(', ')}. The backup ${note.backup} has them.`,
            }),
    };
}
/**
 * Puts right what an interrupted restore left, whatever this run restores. Writes to Qdrant are not stopped for a restore: going back loses what was written since, so a person must have asked for it.
 *
 * @throws {UserError} RB-RESTORE-UNSETTLED; nothing was begun then
 */
async function settleQdrant(scene, decision) {
    const { session, request, recorder, notes } = scene;
    const { pending, done } = await (0,qdrant_note/* readNotes */.WT)(session.host, session.root);
    for (const note of pending) {
        const { service, phase } = note;
        if (request.dryRun && session.state.interrupted?.running)
            continue;
        if (request.dryRun && (decision !== null || isSettled(phase))) {
            notes.push(`An interrupted restore left Qdrant (${service}) unfinished; the next restore first puts that right.`);
            continue;
        }
        const server = await reach(scene, service).catch((error) => {
            throw stuck(error, (0,qdrant_note/* pathOf */.XM)(session.root, service, 'pending'));
        });
        const committed = phase === 'swapping' && (await wasCommitted(scene, note.witness));
        if (decision === null && !committed && !isSettled(phase))
            throw (0,stack_interrupted/* unsettled */.NZ)(null, [service]);
        const stays = phase === 'kept' || committed || (decision === 'forward' && !isSettled(phase));
        const former = done.find((one) => one.service === service) ?? null;
        // It is asked by HTTP, without a step on the host.
        recorder.changed = true;
        const strays = stays
            ? await keepRestored(session, server, note, former)
            : await revertCollections(session, server, note);
        const line = stays
            ? `An interrupted restore of Qdrant (${service}) was finished: the restored data stays.`
            : phase === 'saving'
                ? `Snapshots in Qdrant (${service}), left by an interrupted restore, were removed.`
                : `Qdrant (${service}) went back to what it was before an interrupted restore.`;
        recorder.info(line);
        notes.push(line, ...(strays ?? []));
    }
}
/** Nothing remains to be decided. */
function isSettled(phase) {
    return phase === 'saving' || phase === 'kept' || phase === 'back';
}
/** By what a commit leaves and a reversal takes away. */
async function wasCommitted({ session, request }, witness) {
    const { host, root } = session;
    const { stack } = request.runbook;
    if (witness === null)
        return false;
    if ('volume' in witness) {
        const volumes = await (0,volumes_facts/* readVolumes */.mq)(host, { stack, root, names: [witness.volume] });
        return volumes.get(witness.volume)?.beside.includes(witness.folder) ?? false;
    }
    const { service, user, live, database } = witness;
    const { servers } = await (0,facts/* readFacts */.M)(host, {
        stack,
        root,
        servers: [{ service, user, databases: [live] }],
        writers: [],
    });
    return servers.get(service)?.databases.has(database) ?? false;
}
function gone(service, collection, snapshot) {
    return new errors/* UserError */.y('RB-UNDO-UNKNOWN', {
        what: `Qdrant (service ${service}) has no snapshot ${snapshot} of ${collection} any more`,
        why: 'the snapshot or the collection was removed since the restore',
        remedy: 'restore a backup instead, or name the other data to go back with databases and volumes',
    });
}
function stuck(error, path) {
    if (!(error instanceof errors/* UserError */.y) || error.code !== 'RB-QDRANT-FAILED')
        return error;
    const { details } = error;
    return new errors/* UserError */.y(error.code, {
        what: `what an interrupted restore left of Qdrant cannot be put right: ${details.what}`,
        why: details.why,
        remedy: `${details.remedy}; if that Qdrant is no longer used, remove ${path} on the host`,
    });
}

;// CONCATENATED MODULE: ./actions/restore/settle.ts
/** Settles a restore that was interrupted in its swap: a person says which data stay, and this run does only that. */




const NOTHING = { servers: [], volumes: new Map() };
/** @throws {UserError} a restore that could not be settled stays recorded */
async function settle(scene, decision) {
    const { request, session, recorder, steps, notes } = scene;
    const finish = finisher(scene, null, plannedSettlement(scene, decision));
    recorder.step('Settle the interrupted restore');
    const { interrupted } = session.state;
    if (interrupted === null || (interrupted.running && request.dryRun)) {
        const verdict = interrupted === null ? 'No restore was interrupted: there is nothing to settle.' : 'A restore is under way.';
        return finish('unchanged', { verdict });
    }
    if (interrupted.data !== null) {
        const { phase, since } = interrupted.data;
        recorder.info(`the swap of ${since || 'an unknown time'} was interrupted in its phase "${phase}"`);
        if (request.dryRun)
            notes.push(PLANNED[decision]);
        else {
            const way = decision === 'forward' ? 'forward' : 'reverse';
            for (const line of await endInterrupted(request.runbook.stack, NOTHING, steps, 'settle', way)) {
                recorder.info(line);
                notes.push(line);
            }
        }
    }
    await settleQdrant(scene, decision);
    return request.dryRun
        ? finish('planned', { verdict: 'Nothing was changed.' })
        : finish('succeeded', { verdict: SETTLED[decision] });
}
const SETTLED = {
    forward: 'The interrupted restore is settled: the restored data stays where all of it was exchanged.',
    back: 'The interrupted restore is settled: the former data is live.',
};
const PLANNED = {
    forward: 'The restored data would stay where all of it was exchanged; the former data is kept beside it.',
    back: 'The former data would be live again; the restored data, with everything that was written to it since, is kept beside it under a name with "undone".',
};

// EXTERNAL MODULE: ./actions/lib/stack/plan/checks-hooks.ts
var checks_hooks = __webpack_require__(3205);
;// CONCATENATED MODULE: ./actions/restore/settled.ts
/** The facts after clearing up everything of an interrupted restore that needs no decision. */








/**
 * Reads the facts after clearing up what an interrupted restore left. Data that it had exchanged already is not decided here.
 *
 * @throws {UserError} RB-RESTORE-UNSETTLED
 */
async function settledFacts(scene, subjects) {
    const { request, session, recorder, steps, notes } = scene;
    const { stack, restore: settings } = request.runbook;
    const servers = (0,database/* serversOf */.U)(subjects.databases);
    const clear = async (id, left, way) => {
        for (const line of await endInterrupted(stack, left, steps, id, way)) {
            recorder.info(line);
            notes.push(line);
        }
    };
    const ask = async () => ({
        facts: await (0,facts/* readFacts */.M)(session.host, { stack, root: session.root, servers, writers: settings.writers }),
        volumes: await (0,volumes_facts/* readVolumes */.mq)(session.host, { stack, root: session.root, names: subjects.volumes }),
    });
    const { interrupted } = session.state;
    const data = interrupted === null || (interrupted.running && request.dryRun) ? null : interrupted.data;
    if (data !== null && (0,stack_interrupted/* isUndecided */.Ae)(data))
        throw (0,stack_interrupted/* unsettled */.NZ)(data, []);
    if (data !== null && !request.dryRun)
        await clear('recover', { servers: [], volumes: new Map() }, 'reverse');
    await settleQdrant(scene, null);
    const settled = await ask();
    const own = kinds/* BESIDE */.Z.map((one) => one.left(subjects, settled));
    const left = Object.assign({ servers: [], volumes: new Map() }, ...own);
    if (left.servers.length + left.volumes.size === 0 || request.dryRun)
        return settled;
    await clear('clean', left, 'leave');
    return await ask();
}
/** Checks before anything is loaded the services that the exchange will stop and start again. @throws {UserError} RB-HOOK-UNSUPPORTED */
function requireNoHooks({ session }, { facts }, volumes) {
    (0,checks_hooks/* checkPauseHooks */.P)(session.state, facts.writers, volumes);
}

;// CONCATENATED MODULE: ./actions/restore/undo.ts
/** The way back: the data that the last restore put aside becomes live again. */











/** @throws {UserError} RB-UNDO-UNKNOWN */
async function undoLastRestore(scene) {
    const { request, recorder, session } = scene;
    recorder.step('Find the former data');
    const { backup } = request.runbook;
    const wanted = (0,data_wanted/* everythingOr */.BA)(request);
    const configured = backup.databases.filter(({ database }) => wanted.databases?.includes(database) ?? true);
    const names = wanted.volumes ?? backup.volumes;
    const settled = await settledFacts(scene, { databases: configured, volumes: names });
    const { facts } = settled;
    const found = kinds/* BESIDE */.Z.flatMap((one) => one.former({ databases: configured, volumes: names }, settled));
    const saved = (await (0,qdrant_note/* readNotes */.WT)(session.host, session.root)).done.filter(({ service }) => wanted.qdrant?.includes(service) ?? true);
    const newest = [...found, ...saved]
        .map(({ id }) => id)
        .sort()
        .at(-1);
    if (newest === undefined) {
        throw new errors/* UserError */.y('RB-UNDO-UNKNOWN', {
            what: 'no restore has left anything to go back to',
            why: `none of ${[...configured.map(({ database }) => database), ...names].join(', ') || 'the databases and volumes'} has former data, named *before*, and no snapshot of Qdrant is saved`,
            remedy: 'restore a backup instead',
        });
    }
    const former = found.filter(({ id }) => id === newest);
    const subjects = {
        databases: former.flatMap((one) => one.subjects.databases ?? []),
        volumes: former.flatMap((one) => one.subjects.volumes ?? []),
    };
    for (const { line } of former)
        recorder.info(line);
    requireNoHooks(scene, settled, subjects.volumes);
    const changes = [];
    for (const note of saved)
        if (note.id === newest)
            changes.push(await changeBack(scene, note));
    const titles = [
        ...former.map(({ fullName }) => fullName),
        ...changes.map(({ server, former }) => `${server.service} (${former?.backup ?? ''})`),
    ];
    const finish = finisher(scene, null, plannedUndo(scene, newest, titles));
    const before = `the data from before the restore of ${newest}`;
    if (request.dryRun) {
        const verdict = `Nothing was changed. The undo would make ${before} live again: ${titles.join(', ')}.`;
        return finish('planned', { verdict });
    }
    const qdrant = new QdrantChanges(scene, facts.now, changes);
    // Only data that comes back as a whole has the schema that was recorded then.
    const undoes = request.databases === null || subjects.databases.length === backup.databases.length ? newest : null;
    const schema = subjects.databases.length > 0 ? (0,migrations/* undoneRecord */.bo)(undoes, facts.now, session.state.migrations) : null;
    const live = `${before.replace(/^t/, 'T')} is live again: ${titles.join(', ')}`;
    return await exchange(scene, settled, { subjects, live, qdrant, schema, remarks: [] }, 'before', newest, finish);
}

;// CONCATENATED MODULE: ./actions/restore/restore.ts
/** Restore: a backup beside the live data, then an exchange with it; or back from one. */

























const restore = {
    name: 'restore',
    lease: 'stack',
    passesFreeze: true,
    settles: true,
    streams: true,
    read: readRestoreInputs,
    title: ({ interrupted, undo }) => interrupted !== null ? 'Settle an interrupted restore' : undo ? 'Undo the last restore' : 'Restore',
    check: checkConfirmed,
    secrets: ({ identity }) => (0,restore_feed/* identitiesIn */.Af)(identity ?? ''),
    list: { wanted: ({ list }) => list, show: listBackups },
    run: async (run) => {
        const { inputs: request, session } = run;
        const scene = { ...run, request, steps: run.steps(null), source: sourceOf(request, session.host) };
        if (request.interrupted !== null)
            return await settle(scene, request.interrupted);
        return request.undo ? await undoLastRestore(scene) : await bringBack(scene);
    },
};
/** Backups of a place, oldest first, and a word on whether the newest could be read now. */
async function listBackups({ inputs, session, recorder }) {
    const source = sourceOf(inputs, session.host);
    const { manifests: all, unreadable } = await source.survey();
    const said = (0,backup_source/* sayUnreadable */.l9)(unreadable, source.name);
    if (said !== null)
        recorder.warning(said);
    const newest = all.findLast(({ id }) => !(0,clock/* isAhead */.Y0)(id, Date.now()));
    if (newest !== undefined)
        await sayWhetherItOpens(source, newest, inputs.identity, recorder);
    return listingOf(all);
}
/** A list only warns about what is missing for a restore; a dry run ends with it. */
async function sayWhetherItOpens(source, newest, identity, recorder) {
    try {
        recorder.info(await (0,restore_open/* tryToOpen */.F)(source, newest, identity));
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        recorder.warning(`A restore would fail now: ${error.message.split('\n').join(' ')}`);
    }
}
function checkConfirmed({ confirm, dryRun, runbook }) {
    if ((dryRun && confirm === '') || confirm === runbook.stack)
        return;
    throw new errors/* UserError */.y('RB-RESTORE-UNCONFIRMED', {
        what: confirm === ''
            ? 'the input confirm is empty'
            : `the input confirm is ${JSON.stringify(confirm)}, which is not the name of this stack`,
        why: 'a restore replaces the data of the stack, so its name has to be typed',
        remedy: `look with dry-run: true, and then set confirm: ${runbook.stack}`,
    });
}
async function bringBack(scene) {
    const { request, session, recorder, source } = scene;
    recorder.step('Choose the backup and check it');
    const manifest = await chosen(scene);
    const parts = (0,data_wanted/* byPresentUsers */.TR)((0,data_wanted/* partsWanted */.Qy)(manifest, request), request.runbook.backup.databases);
    const { databases, qdrant } = parts;
    const subjects = { databases, volumes: parts.volumes.map(({ name }) => name) };
    recorder.info(`backup ${manifest.id} of ${manifest.createdAt}, release ${manifest.release ?? '(none)'}`);
    const servers = await findServers(scene, qdrant.map(({ service }) => service));
    const settled = await settledFacts(scene, subjects);
    const { facts } = settled;
    requireNoHooks(scene, settled, subjects.volumes);
    (0,check/* checkRestorable */.u)(parts, {
        ...request,
        beside: true,
        manifest,
        servers: facts.servers,
        state: session.state,
        volumeFacts: settled.volumes,
    });
    for (const text of (0,kinds/* eachKind */.u)((kind) => kind.parts(parts).map((part) => kind.facing(part, settled))).flat())
        if (text !== null)
            recorder.info(text);
    for (const text of databases.flatMap((part) => propertyRemarks(part, facts))) {
        recorder.info(text);
        scene.notes.push(text);
    }
    for (const text of [
        ...databases.flatMap((part) => replicationRemarks(part, facts)),
        ...archiveRemarks(databases, facts),
    ]) {
        recorder.warning(text);
        scene.notes.push(text);
    }
    const remarks = databases.length > 0 ? schemaRemarks(scene, manifest) : [];
    for (const remark of remarks)
        recorder.info(remark);
    if (request.dryRun)
        recorder.info(await (0,restore_open/* tryToOpen */.F)(source, manifest, request.identity));
    const planned = await planQdrant(scene, manifest, qdrant, servers);
    const roles = {
        stack: request.runbook.stack,
        host: session.host,
        source,
        manifest,
        identity: request.identity,
        servers: (0,database/* serversOf */.U)(databases),
        facts,
    };
    for (const sentence of await (0,restore_roles/* compareRoles */.J)(roles, request.roles)) {
        recorder.warning(sentence);
        scene.notes.push(sentence);
    }
    const plan = plannedRestore(scene, {
        manifest,
        place: source.name,
        exchanged: kinds/* BESIDE */.Z.flatMap((one) => one.planned(subjects, settled)),
        qdrant: planned,
    });
    for (const line of plan.lines)
        recorder.info(line);
    const finish = finisher(scene, manifest.id, plan);
    const titles = (0,data_wanted/* titlesOf */.B7)(parts).join(', ');
    if (request.dryRun) {
        const verdict = `Nothing was changed. The restore would make the data of the backup ${manifest.id} live: ${titles}.`;
        return finish('planned', { verdict });
    }
    if (request.roles)
        await (0,restore_roles/* bringRoles */.s)({
            ...roles,
            steps: scene.steps,
            onMake: (service, names) => {
                recorder.step(`Make missing roles of ${service}`);
                recorder.info(names.join(', '));
                scene.notes.push(`Roles made on ${service}, as the backup has them: ${names.join(', ')}.`);
            },
        });
    try {
        await loadBeside(scene, manifest, parts, facts);
    }
    catch (error) {
        return await failed(scene, leftoversOf(subjects, facts.now), error, finish);
    }
    const changes = new QdrantChanges(scene, facts.now, planned.map((one) => changeFor(scene, manifest, one)));
    const whole = databases.length === manifest.databases.length;
    const schema = databases.length > 0 ? (0,migrations/* restoredRecord */.ws)(manifest, whole, facts.now, session.state.migrations) : null;
    const live = `The data of the backup ${manifest.id} is live: ${titles}`;
    const exchanged = { subjects, live, qdrant: changes, schema, remarks };
    return await exchange(scene, settled, exchanged, 'restore', facts.now, finish);
}


/***/ })

};
;