"use strict";
exports.id = 554;
exports.ids = [554];
exports.modules = {

/***/ 9554:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  backup: () => (/* binding */ backup)
});

;// CONCATENATED MODULE: ./actions/lib/backup/empty.ts
/**
 * Sentences on databases without a row and volumes without a file.
 *
 * @param ignore what `backup.ignore` names
 */
function sayEmpty({ databases, volumes }, ignore) {
    const empty = databases.flatMap(({ service, database, tables }) => {
        if (tables === null || tables.some(({ rows }) => rows !== 0 && rows !== null))
            return [];
        if (ignore.includes(database) || ignore.includes(`${service}/${database}`))
            return [];
        const what = tables.length === 0 ? 'has no table' : `has ${tables.length} tables, and no row in them`;
        return `${service}/${database} ${what}: if the application has its data in another database, name that one in backup.databases.`;
    });
    const bare = volumes.flatMap(({ name, entries }) => entries > 0 || ignore.includes(name)
        ? []
        : `${name} is empty: if its disk is not mounted, or the application writes elsewhere, the backup holds nothing of that.`);
    return [...empty, ...bare];
}

// EXTERNAL MODULE: ./actions/lib/backup/loss.ts + 2 modules
var loss = __webpack_require__(68707);
// EXTERNAL MODULE: ./actions/lib/backup/manifest.ts
var backup_manifest = __webpack_require__(34380);
// EXTERNAL MODULE: ./actions/lib/backup/s3.ts + 5 modules
var backup_s3 = __webpack_require__(88411);
// EXTERNAL MODULE: ./actions/lib/backup/source.ts
var source = __webpack_require__(30860);
// EXTERNAL MODULE: ./actions/lib/data/kinds.ts + 3 modules
var kinds = __webpack_require__(8898);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var report = __webpack_require__(15092);
// EXTERNAL MODULE: ./actions/lib/restore/feed.ts
var feed = __webpack_require__(27691);
// EXTERNAL MODULE: ./actions/lib/restore/open.ts
var restore_open = __webpack_require__(8235);
// EXTERNAL MODULE: ./actions/lib/backup/installation.ts
var backup_installation = __webpack_require__(67097);
// EXTERNAL MODULE: ./actions/lib/data/check.ts
var check = __webpack_require__(69655);
// EXTERNAL MODULE: ./actions/lib/data/database.ts + 2 modules
var database = __webpack_require__(66960);
// EXTERNAL MODULE: ./actions/lib/data/load.ts + 1 modules
var load = __webpack_require__(80624);
// EXTERNAL MODULE: ./actions/lib/data/wanted.ts
var data_wanted = __webpack_require__(61956);
// EXTERNAL MODULE: ./actions/lib/postgres/facts.ts
var postgres_facts = __webpack_require__(55539);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
// EXTERNAL MODULE: ./actions/lib/volumes/scripts.ts
var scripts = __webpack_require__(83294);
// EXTERNAL MODULE: ./actions/lib/postgres/scripts.ts
var postgres_scripts = __webpack_require__(98428);
;// CONCATENATED MODULE: ./actions/lib/postgres/throwaway.ts
/**
 * Servers and empty volumes for a drill: to restore into, and to throw away. The servers run the images of the stack's
 * servers, and have no network.
 */






/** The project of the drill's containers, in place of the stack's. Compose allows no project of people a dot. */
function drillProject(stack) {
    return `${stack}.drill`;
}
/** @param volumes names of the volumes @throws {UserError} RB-DRILL-FAILED; no server or volume is left then */
function startThrowaways(project, servers, volumes, steps) {
    return run(steps, 'drill-start', 'Create the throwaway server and volumes', project, [
        'throwaway_remove',
        'undo_push throwaway_remove',
        ...volumes.map((name) => `throwaway_volume ${(0,quote/* quote */.h)(name)} || exit 1`),
        ...servers.map(({ service, user, image, container }) => `throwaway_start ${[service, user, image, container].map(quote/* quote */.h).join(' ')} || exit 1`),
        'committed',
    ]);
}
function removeThrowaways(project, steps) {
    return run(steps, 'drill-end', 'Remove the throwaway server and volumes', project, ['throwaway_remove']);
}
async function run(steps, id, title, project, lines) {
    const script = [`PROJECT=${(0,quote/* quote */.h)(project)}`, (0,postgres_scripts/* psqlScript */.Qe)(), (0,scripts/* volumeScript */.au)(), (0,postgres_scripts/* throwawayPiece */.BG)(), ...lines].join('\n');
    const failed = (why, log, logOf) => new errors/* UserError */.y('RB-DRILL-FAILED', {
        what: `${title.toLowerCase()}: that failed on the host`,
        why,
        remedy: 'read the lines below; the backup itself is not affected',
        ...(log.length > 0 ? { log, logOf } : {}),
    });
    const error = await (0,on_host/* onHost */.G)(steps, { id, script }, {
        lost: {
            what: `${title.toLowerCase()}: the connection to the host was lost`,
            remedy: 'run it again; the backup itself is not affected',
        },
        explain: ({ kind, subject, log }) => (0,endings/* isEnding */.yp)(kind) ? (0,endings/* ending */.K1)(kind) : failed(log.at(-1) ?? 'the step ended with an error', log, subject),
    });
    if (error !== null)
        throw error;
}

// EXTERNAL MODULE: ./actions/lib/restore/choose.ts
var choose = __webpack_require__(73202);
// EXTERNAL MODULE: ./actions/lib/restore/roles.ts + 3 modules
var roles = __webpack_require__(68037);
// EXTERNAL MODULE: ./actions/lib/volumes/facts.ts
var volumes_facts = __webpack_require__(83257);
// EXTERNAL MODULE: ./actions/lib/backup/clock.ts
var backup_clock = __webpack_require__(24223);
;// CONCATENATED MODULE: ./actions/backup/scene.ts
/** The data that all parts of a backup work with. */


/** Warnings for the log now and for the summary later. */
function tell({ recorder, notes }, text) {
    recorder.warning(text);
    notes.push(text);
}
/** This installation's backups in a place, oldest first, without those dated in the future; warns about these. */
async function pastOf(scene, place, now, asker) {
    const all = (0,backup_installation/* ownOf */._t)(await place.list(), asker, place === scene.local);
    const ahead = all.flatMap(({ id }) => ((0,backup_clock/* isAhead */.Y0)(id, now) ? [id] : []));
    const said = (0,backup_clock/* sayAhead */.Tv)(ahead, place.name, now);
    // A drill looks again, later.
    const told = scene.notes.some((note) => note.startsWith(`${place.name}: ${ahead.join(', ')} `));
    if (said !== null && !told)
        tell(scene, said);
    return all.filter(({ id }) => !(0,backup_clock/* isAhead */.Y0)(id, now));
}

;// CONCATENATED MODULE: ./actions/backup/drill.ts
/** The drill: a backup restored into a server and volumes that are thrown away, and compared with its manifest. */














/**
 * Restores a copy off the host, or the host's own where there is no other.
 *
 * @param made ID of the backup that this run made; `null`: the newest one there is meant. The runner's clock tells which
 * one is the newest, and may be wrong, so that a backup just made has its name asked for.
 * @throws {UserError} for a backup that could not be brought back; the throwaway server is gone in any case
 */
async function drill(scene, made) {
    const { request, session, recorder, steps, remote, local } = scene;
    const { runbook } = request;
    recorder.step('Restore drill');
    const source = remote[0] ?? local;
    const now = Date.now();
    const identity = await (0,backup_installation/* readIdentity */.xN)(session.host, session.root);
    const installation = (0,backup_installation/* installationOf */.oJ)(identity, await local.list());
    const own = made === null ? await pastOf(scene, source, now, { id: installation, host: identity.host }) : [];
    const wanted = made === null ? { by: 'latest' } : { by: 'id', id: made };
    const manifest = (0,choose/* chooseBackup */.S)(own.length > 0 ? own : await source.list(), wanted, source.name, now, {
        installation,
        host: identity.host,
        onHost: source === local,
        fromHost: '',
    });
    const all = (0,kinds/* eachKind */.u)(({ key, targets }) => [key, targets === null ? [] : ['*']]);
    const parts = (0,data_wanted/* partsWanted */.Qy)(manifest, Object.fromEntries(all));
    const volumeNames = new Map(parts.volumes.map(({ name }, index) => [name, `volume-${index}`]));
    const servers = (0,database/* serversOf */.U)(parts.databases);
    const live = await (0,postgres_facts/* readFacts */.M)(session.host, {
        stack: runbook.stack,
        root: session.root,
        servers: (0,database/* serversOf */.U)(runbook.backup.databases),
        writers: [],
    });
    const project = drillProject(runbook.stack);
    recorder.info(`${manifest.id} from ${source.name}: ${Math.ceil((0,backup_manifest/* sizeOf */.$d)(manifest) / 2 ** 20)} MiB`);
    const begun = performance.now();
    await startThrowaways(project, servers.map(({ service, user }) => {
        const { imageId = '', container = '' } = live.servers.get(service) ?? {};
        return { service, user, image: imageId, container };
    }), [...volumeNames.values()], steps);
    try {
        const facts = await (0,postgres_facts/* readFacts */.M)(session.host, { stack: project, root: session.root, servers, writers: [] });
        const room = await (0,volumes_facts/* readVolumes */.mq)(session.host, {
            stack: project,
            root: session.leaseRoot,
            names: [...volumeNames.values()],
        });
        (0,check/* checkRestorable */.u)(parts, {
            manifest,
            servers: facts.servers,
            volumeFacts: new Map([...volumeNames].map(([name, own]) => [name, room.get(own)])),
            state: session.state,
            runbook,
            roles: true,
            newerServer: false,
            beside: false,
            locale: 'backup',
            tablespaces: 'default',
            identity: request.identity,
        });
        const { host } = session;
        await (0,roles/* bringRoles */.s)({ stack: project, host, source, manifest, identity: request.identity, servers, facts, steps });
        const { counts } = await (0,load/* loadParts */.B)(project, parts, {
            facts,
            alone: true,
            locale: 'backup',
            tablespaces: 'default',
            volumeFor: (name) => volumeNames.get(name) ?? '',
            archive: (part) => ({ on: 'runner', open: () => (0,feed/* feedOf */.qu)(source, manifest, part, request.identity) }),
        }, {
            host: session.host,
            steps,
            folder: `${session.leaseRoot}/steps/${session.token}-load`,
            progress: recorder,
            apart: false,
        }, []);
        const seconds = (performance.now() - begun) / 1000;
        const counted = counts.map(([things, content]) => `${things}, ${content}`).join('; ');
        recorder.info(`${manifest.id} was restored in ${seconds.toFixed(1)} s: ${counted}`);
        return { backup: manifest.id, place: source.name, seconds, counts };
    }
    finally {
        await removeThrowaways(project, steps);
    }
}

// EXTERNAL MODULE: ./actions/lib/backup/known-places.ts
var known_places = __webpack_require__(40975);
;// CONCATENATED MODULE: ./actions/backup/former.ts




/**
 * Asks before anything is written. A folder on the host that lost its backups is no place for another one: its disk is
 * probably not mounted, and the backup would fill the disk below it.
 *
 * @throws {UserError} RB-HOST-UNSUITABLE
 */
async function lookForFormer(scene, place, asker) {
    const { request, session, local } = scene;
    const { to } = request.runbook.backup;
    if (to.includes('host') && place.unmounted !== null)
        throw unmounted(place.directory, place.unmounted);
    const known = await (0,known_places/* readKnown */.Uj)(session.host, session.root);
    if (known === null)
        tell(scene, `${(0,known_places/* knownFile */.ex)(session.root)} cannot be read, so this run does not know whether earlier backups are missing. It writes the file anew.`);
    const of = (name) => known?.find((one) => one.place === name);
    const onHost = to.includes('host') ? of(local.name) : undefined;
    // A folder that this user may not write to is refused later, with that reason.
    if (onHost !== undefined && place.writable) {
        const ids = await idsIn(local, asker, true);
        if ((0,known_places/* lacksFormer */.Sm)(onHost, ids, place.mount))
            throw lostOnHost(onHost, place, session.root);
        tellNewest(scene, onHost, ids);
    }
    const lost = [];
    for (const destination of bucketsOf(scene)) {
        const one = of(destination.name);
        if (one === undefined)
            continue;
        try {
            const ids = await idsIn(destination, asker, false);
            if ((0,known_places/* lacksFormer */.Sm)(one, ids, null))
                lost.push(one);
            else
                tellNewest(scene, one, ids);
        }
        catch (error) {
            // If the bucket cannot be read, what removes old backups there fails later and says so.
            if (!(error instanceof errors/* UserError */.y))
                throw error;
        }
    }
    for (const one of lost)
        tell(scene, `${sayLost(one)}.`);
    return { known: known ?? [], lost };
}
/** Remembers the new backup in all places but those that lost theirs. */
async function noteFormer(scene, place, { known, lost }, id) {
    const { session, request, local } = scene;
    const now = [
        ...(request.runbook.backup.to.includes('host') ? [{ place: local.name, newest: id, mount: place.mount }] : []),
        ...bucketsOf(scene).map(({ name }) => ({ place: name, newest: id, mount: null })),
    ].filter((one) => !lost.some((other) => other.place === one.place));
    const others = known.filter((one) => !now.some((other) => other.place === one.place));
    if (await (0,known_places/* noteKnown */.mq)(session.host, session.root, [...others, ...now]))
        return;
    tell(scene, `${(0,known_places/* knownFile */.ex)(session.root)} could not be written, so the next run does not notice if these backups are missing.`);
}
/** @throws {UserError} RB-STORAGE-FAILED where a place off the host lost its backups; the new one is there */
function requireFormer({ session }, { lost: [one] }) {
    if (one === undefined)
        return;
    throw new errors/* UserError */.y('RB-STORAGE-FAILED', {
        what: sayLost(one),
        why: 'somebody or a lifecycle rule removed them, or the bucket is another one with the same name',
        remedy: `find out what removed them: the new backup is there, and no older backup was removed. If it is right that they are gone, remove ${(0,known_places/* knownFile */.ex)(session.root)} on the host, and run it again`,
    });
}
/** A folder for an artifact is empty in every run. */
function bucketsOf({ request, remote }) {
    return request.runbook.backup.to.includes('s3') ? remote.slice(0, 1) : [];
}
async function idsIn(place, asker, onHost) {
    const { manifests, unreadable } = await place.survey();
    return [...(0,backup_installation/* ownOf */._t)(manifests, asker, onHost), ...unreadable].map(({ id }) => id);
}
function sayLost({ place, newest }) {
    return `${place} has none of the backups that this installation made there, the last of them ${newest}`;
}
function tellNewest(scene, { place, newest }, ids) {
    if (ids.some((id) => id >= newest))
        return;
    const all = ids.length === 0 ? ', and all before it, are gone' : ', is gone';
    tell(scene, `${place}: the last backup of this installation there, ${newest}${all}; this action did not remove it.`);
}
function unmounted(directory, point) {
    return new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
        what: `${directory} belongs on a disk that is not mounted`,
        why: `/etc/fstab has ${point}, and nothing is mounted there; the backup would go to the disk below, and the older ones would seem to be gone`,
        remedy: `mount it (mount ${point}), and run it again; nothing was backed up`,
    });
}
function lostOnHost(known, { directory, mount }, root) {
    return new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
        what: sayLost(known),
        why: `${directory} lay on the disk ${known.mount}, and now lies on ${mount ?? 'an unknown one'}: the other disk is probably not mounted`,
        remedy: `mount the disk of the backups, and run it again; nothing was backed up. If the backups have another disk now, remove ${(0,known_places/* knownFile */.ex)(root)} on the host, and run it again`,
    });
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var config_inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/config/sections/values.ts
var values = __webpack_require__(85790);
;// CONCATENATED MODULE: ./actions/backup/inputs.ts
/** Inputs of the action backup as typed data. */




/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readBackupInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const { config, ...base } = (0,config_inputs/* readBase */.wZ)(reader);
    const to = readPlaces(reader);
    const recipients = reader.wiredList('recipients');
    const path = reader.text('path') || 'backup';
    if (!(0,values/* isRelativePath */.Kb)(path))
        reader.problem(`path is ${JSON.stringify(path)}, which is not a path within the workspace`);
    const inputs = {
        folder: (0,external_node_path_.join)(workspace, path),
        drill: reader.choice('drill', ['none', 'after', 'only']),
        identity: reader.content('identity').trim() || null,
        pingUrl: reader.secretUrl('ping-url'),
        reportFailures: reader.boolean('report-failures'),
        pruneAll: reader.choice('prune', ['share', 'all']) === 'all',
    };
    reader.finish();
    const runbook = (0,config_inputs/* readRunbook */.j_)(workspace, config);
    const backup = {
        ...runbook.backup,
        to: to ?? runbook.backup.to,
        recipients: recipients.length > 0 ? recipients : runbook.backup.recipients,
    };
    checkPlaces(backup, inputs.drill);
    return { ...base, ...inputs, runbook: { ...runbook, backup } };
}
function readPlaces(reader) {
    const named = reader.list('to');
    const known = ['host', 's3', 'file'];
    const wrong = named.filter((name) => !known.includes(name));
    if (wrong.length > 0)
        reader.problem(`to names ${wrong.join(', ')}; write some of ${known.join(', ')}`);
    return named.length > 0 ? [...new Set(named)] : null;
}
/** Mistakes that show only when inputs and runbook file are taken together. */
function checkPlaces({ to, s3, recipients }, drill) {
    const reader = new config_reader/* Reader */.m(() => '');
    if (to.length === 0)
        reader.problem('to names no place for the backup');
    if (to.includes('s3') && s3 === null)
        reader.problem('to names s3, and the runbook file has no backup.s3 with a bucket');
    if (to.includes('file') && recipients.length === 0)
        reader.problem('to names file, whose copy goes into an artifact: it needs recipients, so that it is encrypted');
    if (drill === 'only' && to.every((place) => place === 'file'))
        reader.problem('drill: only restores a backup from host or s3, and to names neither of them');
    reader.finish();
}

// EXTERNAL MODULE: ./actions/lib/postgres/facts-sql.ts
var facts_sql = __webpack_require__(72438);
// EXTERNAL MODULE: ./actions/lib/stack/psql.ts
var psql = __webpack_require__(50781);
// EXTERNAL MODULE: ./actions/lib/steps/data-lock.ts
var data_lock = __webpack_require__(67794);
// EXTERNAL MODULE: ./actions/lib/stack/waits.ts
var waits = __webpack_require__(35231);
// EXTERNAL MODULE: ./actions/lib/backup/failures.ts
var failures = __webpack_require__(49674);
;// CONCATENATED MODULE: ./actions/lib/backup/dump-told.ts



/** The consequence for a part that is not proven. */
const LEFT = 'it was left out, the rest of the backup is not affected, and no older backup was removed';
class DumpObserver {
    #items;
    #parts = new Map();
    #facts = new Map();
    #tools;
    #versions = new Map();
    #tables;
    #told = new on_host/* Told */.u();
    #feeds = new Map();
    #entries = new Map();
    #left = new Map();
    /** Index of an item → the last wait for a lock, as a clause. */
    #waited = new Map();
    #said = new Set();
    refusal = null;
    #step = null;
    constructor(items, tools) {
        this.#items = items;
        this.#tools = tools;
        this.#tables = items.map(() => []);
    }
    attach(step) {
        this.#step = step;
    }
    get listening() {
        return { told: this.#told, onEvent: (event) => this.#hear(event), onLine: (line) => this.#read(line) };
    }
    #hear({ name, fields }) {
        const index = Number(fields.index);
        const item = this.#items[index];
        if (name === 'migration')
            this.#tools.migration(fields.line ?? '');
        else if (item === undefined)
            return;
        else if (name === 'tool')
            this.#versions.set(index, fields.version ?? '');
        else if (name === 'progress')
            this.#tools.progress(item, Number(fields.bytes));
        else if (name === 'waits')
            this.#wait(item, index, fields.row);
        else if (name === 'behind')
            this.#sayOnce(item, 'behind', behindOf(Number(fields.count)));
        else if (name === 'feed')
            this.#feeds.set(index, this.#take(item, index, fields));
        else if (name === 'left')
            this.#leave(index);
        else if (name === 'entries')
            this.#entries.set(index, Number(fields.count));
        else if (name === 'part')
            this.#part(item, index, fields);
    }
    #read(line) {
        const [, word, index, json] = /^(counts|facts) (\d+) ([[{].*)$/.exec(line) ?? [];
        if (json === undefined) {
            this.#tools.remote(line);
            return;
        }
        if (word === 'facts') {
            this.#facts.set(Number(index), JSON.parse(json));
            return;
        }
        const [schema = '', table = '', rows = null] = JSON.parse(json);
        this.#tables[Number(index)]?.push({ schema, table, rows });
    }
    async end() {
        await Promise.all(this.#feeds.values());
    }
    #leave(index) {
        const failure = this.#told.taken();
        const waited = failure.kind === 'blocked' ? this.#waited.get(index) : undefined;
        this.#left.set(index, (0,failures/* explainBackup */.I)(waited === undefined ? failure : { ...failure, log: [waited] }, LEFT));
    }
    #wait(item, index, row) {
        const wait = (0,waits/* readRow */.zK)(row);
        if (wait === null)
            return;
        const text = (0,waits/* sayWait */.Ln)(wait, 'the dump');
        this.#waited.set(index, text);
        this.#sayOnce(item, (0,waits/* waitKey */.b6)(wait), text);
    }
    #sayOnce(item, key, text) {
        const known = `${item.title} ${key}`;
        if (this.#said.has(known))
            return;
        this.#said.add(known);
        this.#tools.waits(item, text);
    }
    dumped() {
        const items = this.#items;
        const proven = items.filter((_item, index) => !this.#left.has(index));
        return {
            items: proven,
            dumped: proven.map((item) => this.#of(item, items.indexOf(item))),
            left: [...this.#left].map(([index, error]) => ({ item: items[index], error })),
        };
    }
    #of(item, index) {
        const part = this.#parts.get(index);
        const facts = this.#facts.get(index) ?? null;
        if (part === undefined || (item.hasFacts && facts === null))
            throw (0,failures/* explainBackup */.I)({ kind: 'silent', subject: item.file, log: [] });
        return {
            ...part,
            facts,
            tool: this.#versions.get(index) ?? null,
            tables: this.#tables[index] ?? [],
            entries: this.#entries.get(index) ?? 0,
        };
    }
    #part(item, index, { file = '', bytes, sha256 = '' }) {
        const size = Number(bytes);
        this.#parts.set(index, { file, sha256, bytes: size < 0 ? null : size });
        this.#tools.info(`${item.title}: every process ended well, the archive was read to its end, SHA-256 ${sha256.slice(0, 12)}…`);
        // The last bytes of the part may still be on their way.
        const feed = this.#feeds.get(index);
        if (feed !== undefined)
            void feed.then(() => this.#step?.send(this.refusal === null ? `taken ${index}` : 'abort'));
    }
    async #take(item, index, { file = '', fifo = '' }) {
        try {
            // A former attempt at the same file has to end first, because the new one takes its place.
            await this.#feeds.get(index);
            await this.#tools.take(item, file, fifo);
        }
        catch (error) {
            this.refusal ??= error;
            this.#step?.send('abort');
        }
    }
}
function behindOf(count) {
    const others = count === 1 ? 'a session' : `${count} sessions`;
    return `keeps ${others} waiting for locks: a session that changes a table waits for the end of the dump, and others wait behind it`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
;// CONCATENATED MODULE: ./actions/lib/backup/scripts.ts
/** The host's script piece for parts of a backup; see the module of the same name for databases. */


/** To be run after the pieces for steps and psql. */
function partPiece() {
    return (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "part.sh", 'utf8');
}

;// CONCATENATED MODULE: ./actions/lib/backup/dump.ts
/** Writes the parts of a backup on the host: one step, which reads every archive to its end before it counts. */










/** @throws {UserError} with nothing left on the host */
async function dump(request, steps, tools) {
    const observer = new DumpObserver(request.items, tools);
    const error = await (0,on_host/* onHost */.G)(steps, { id: 'dump', script: dumpScript(request) }, {
        ...observer.listening,
        onStart: (step) => observer.attach(step),
        onEnd: () => observer.end(),
        lost: {
            what: 'the connection to the host was lost during the backup',
            remedy: 'run it again: nothing was published, and the next run removes the leftovers of this one',
        },
        // The runner's reason comes first, unless the step was cancelled: the host only saw that its reader went away.
        explain: (told) => (told.isEnded ? null : observer.refusal) ?? (0,failures/* explainBackup */.I)(told),
    });
    if (error !== null)
        throw error;
    return observer.dumped();
}
function dumpScript({ stack, items, folder, patience, blocked }) {
    const servers = new Map(items.flatMap(({ server }) => (server === null ? [] : [[server.service, server.user]])));
    return [
        `PROJECT=${(0,quote/* quote */.h)(stack)} FOLDER=${(0,quote/* quote */.h)(folder ?? '')} DUMP_BLOCKED=${blocked ?? ''}`,
        (0,postgres_scripts/* psqlScript */.Qe)(),
        (0,psql/* waitsPiece */.zp)(),
        (0,data_lock/* dataLockScript */.V)(),
        partPiece(),
        (0,postgres_scripts/* dumpPiece */.XI)(),
        (0,scripts/* volumeScript */.au)(),
        (0,scripts/* readPiece */.nt)(),
        (0,postgres_scripts/* printer */.ll)('counts_sql', facts_sql/* COUNTS */.Js),
        (0,postgres_scripts/* printer */.ll)('facts_sql', facts_sql/* DUMP_FACTS */.Z3),
        `data_lock shared ${patience} || { fail data-lock "$PROJECT"; exit 1; }`,
        // A backup of half-exchanged data is worthless. The run that exchanges the data may not hold the lock any more.
        `[ ! -e "\${RB_DATA_LOCK%/*}/restore.pending" ] || { fail unsettled "$PROJECT"; exit 1; }`,
        'tell_migrations',
        'prepare_folder || exit 1',
        `dump_begin ${[...servers].map(([service, user]) => `"$(database_container ${(0,quote/* quote */.h)(service)}):"${(0,quote/* quote */.h)(user)}`).join(' ')}`,
        // Dumps into files of their own may begin together; the runner takes one after the other.
        ...(folder === null ? [] : items.flatMap(({ begin }, index) => (begin === null ? [] : `${begin(index)} || :`))),
        ...items.flatMap((item, index) => [
            `operation ${(0,quote/* quote */.h)(`${item.kind} ${item.file}`)}`,
            `${item.command(index)} || leave_part ${index} ${(0,quote/* quote */.h)(item.file)} || exit 1`,
        ]),
        'committed',
    ].join('\n');
}

// EXTERNAL MODULE: ./actions/lib/backup/host-place.ts + 1 modules
var host_place = __webpack_require__(43409);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./actions/lib/backup/measure.ts
var measure = __webpack_require__(27073);
;// CONCATENATED MODULE: ./actions/lib/backup/ship.ts
/** Takes a part of a backup to places off the host: read once, encrypted, stored everywhere, compared. */




/** @throws {UserError} the error of the first place that failed, or of the content; then no copy counts anywhere */
async function ship(shipment, places) {
    const { id, recipients, bytes } = shipment;
    const file = recipients.length > 0 ? `${shipment.file}.age` : shipment.file;
    const counted = (0,measure/* measure */.x)();
    const branches = places.map(() => new external_node_stream_.PassThrough());
    const stored = places.map((place, index) => place.write(id, file, branches[index], bytes));
    // A place that fails ends its own branch; the first error is the one to report.
    let refusal = null;
    const settled = Promise.allSettled(stored.map((promise, index) => promise.catch((error) => {
        refusal ??= error;
        branches[index]?.destroy();
        throw error;
    })));
    try {
        const plain = compose(shipment.content, counted.stream);
        await (0,promises_.pipeline)(await sealed(plain, recipients), spread(branches));
    }
    catch (error) {
        for (const branch of branches)
            branch.destroy(error);
        await settled;
        throw refusal ?? error;
    }
    await settled;
    if (refusal !== null)
        throw refusal;
    return { ...counted.result(), stored: await Promise.all(stored) };
}
/** A failure on either side ends the other with the same error. */
function compose(content, through) {
    return (0,external_node_stream_.pipeline)(content, through, () => { });
}
/** Writes to all branches at the pace of the slowest one; a branch that is gone ends the stream. */
function spread(branches) {
    return async (source) => {
        for await (const chunk of source)
            await Promise.all(branches.map((branch) => put(branch, chunk)));
        for (const branch of branches)
            branch.end();
    };
}
function put(branch, chunk) {
    if (branch.destroyed)
        return Promise.reject(new Error('a place for backups accepts no more data'));
    if (branch.write(chunk))
        return Promise.resolve();
    return new Promise((resolve, reject) => {
        const done = () => {
            branch.off('drain', done);
            branch.off('close', done);
            if (branch.destroyed)
                reject(new Error('a place for backups accepts no more data'));
            else
                resolve();
        };
        branch.on('drain', done);
        branch.on('close', done);
    });
}
/** The content as the places get it. @throws {UserError} RB-RECIPIENT-INVALID */
async function sealed(content, recipients) {
    if (recipients.length === 0)
        return content;
    const encrypter = await encrypterFor(recipients);
    const web = external_node_stream_.Readable.toWeb(content);
    return external_node_stream_.Readable.fromWeb((await encrypter.encrypt(web)));
}
/** Checks recipients before anything is dumped. @throws {UserError} RB-RECIPIENT-INVALID */
async function encrypterFor(recipients) {
    // Loaded only when needed: most backups on the host are not encrypted.
    const { Encrypter } = await __webpack_require__.e(/* import() */ 539).then(__webpack_require__.bind(__webpack_require__, 81539));
    const encrypter = new Encrypter();
    for (const recipient of recipients) {
        try {
            encrypter.addRecipient(recipient);
        }
        catch {
            throw new errors/* UserError */.y('RB-RECIPIENT-INVALID', {
                what: `${JSON.stringify(recipient)} is not a recipient of age`,
                why: 'it cannot be read: a letter is wrong or missing, or it is a key of another kind',
                remedy: 'write the public key as age-keygen shows it, age1…, in backup.recipients or the input recipients',
            });
        }
    }
    return encrypter;
}

;// CONCATENATED MODULE: ./actions/lib/backup/telling.ts
/** A stream that reports how many bytes have gone through it. */

/** Milliseconds between two reports. */
const SILENCE = 10_000;
/**
 * @param tell called with the bytes so far, at most every ten seconds and only while something moves
 * @param now milliseconds of a clock that never goes back
 */
function telling(tell, now = () => performance.now()) {
    let bytes = 0;
    let told = now();
    return new external_node_stream_.Transform({
        transform(chunk, _encoding, next) {
            bytes += chunk.length;
            if (now() - told >= SILENCE) {
                told = now();
                tell(bytes);
            }
            next(null, chunk);
        },
    });
}

// EXTERNAL MODULE: ./actions/lib/bytes.ts
var lib_bytes = __webpack_require__(46597);
// EXTERNAL MODULE: ./actions/lib/restore/check.ts
var restore_check = __webpack_require__(21763);
// EXTERNAL MODULE: ./actions/lib/stack/migrations.ts
var stack_migrations = __webpack_require__(6668);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./actions/backup/name.ts
/** The name of a backup and its installation: two hosts that share a place do not get in each other's way. */





/** Gives the installation its identity at its first backup. @throws {UserError} RB-HOST-UNSUITABLE */
async function install({ session }, { installation, identity }) {
    const { host, machine, noted } = identity;
    const uid = installation ?? (0,external_node_crypto_.randomBytes)(8).toString('hex');
    const own = { uid, host, machine };
    if (noted?.id === uid && noted.machine === machine)
        return own;
    if (await (0,backup_installation/* noteInstallation */.bD)(session.host, session.root, own))
        return own;
    throw new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
        what: `${session.root}/installation could not be written`,
        why: 'the file says to which installation the backups belong, so that no other host with a stack of this name removes or restores them',
        remedy: 'see that the disk of the host has room and the folder belongs to the user of ssh-user; nothing was backed up',
    });
}
/** Number of names to try, a second apart. */
const NAMES = 120;
/** The time as a name that no backup in any place has yet: another host may make one in the same second. */
async function freeId({ session, remote }, { place, clock }) {
    const seconds = Array.from({ length: NAMES }, (_, second) => (0,backup_clock/* idOf */.TH)(clock.now + second * 1000));
    const outcome = await session.host.run(`cd ${(0,quote/* quote */.h)(place.directory)} 2>/dev/null && for id in ${seconds.join(' ')}; do [ ! -e "$id" ] || echo "$id"; done; :`);
    const taken = new Set(outcome.stdout.split('\n'));
    for (const id of seconds) {
        if (taken.has(id))
            continue;
        const claimed = await Promise.all(remote.map((one) => one.claim(id)));
        if (claimed.every((one) => one))
            return id;
    }
    throw new Error(`no name for a backup is free from ${clock.id} on`);
}

;// CONCATENATED MODULE: ./actions/backup/parts.ts

/** Of what was dumped, an entry each, in the list where it belongs. */
function dumpedParts(items, dumped, parts) {
    const entries = items.map(({ entry }, index) => entry(parts[index], dumped[index]));
    return {
        databases: entries.flatMap(({ databases }) => databases ?? []),
        globals: entries.flatMap(({ globals }) => globals ?? []),
        volumes: entries.flatMap(({ volumes }) => volumes ?? []),
    };
}
/** The manifest with the files as they lie in one place. */
function asStored(manifest, shipped, index) {
    const stored = (part) => ({ ...part, ...shipped.get(part.file)?.stored[index] });
    return {
        ...manifest,
        ...Object.fromEntries((0,kinds/* eachKind */.u)((kind) => [kind.key, kind.parts(manifest).map(stored)])),
        globals: manifest.globals.map(stored),
    };
}

// EXTERNAL MODULE: ./actions/lib/qdrant/client.ts
var client = __webpack_require__(52654);
// EXTERNAL MODULE: ./actions/lib/qdrant/collections.ts + 1 modules
var qdrant_collections = __webpack_require__(27641);
// EXTERNAL MODULE: ./actions/lib/qdrant/find.ts
var find = __webpack_require__(49594);
// EXTERNAL MODULE: ./actions/lib/qdrant/note.ts
var note = __webpack_require__(35477);
;// CONCATENATED MODULE: ./actions/backup/qdrant.ts
/** Snapshots of Qdrant on their way into a backup: made by its own API, compared with the size and checksum that it reports, removed there. */










/** Milliseconds to write one on the host. */
const LONG = 12 * 3600 * 1000;
/** Every server that answers. Removes snapshots that an ended run left there. @throws {UserError} */
async function findServers(scene, onDown) {
    const { session, recorder, request } = scene;
    const servers = [];
    for (const settings of request.runbook.backup.qdrant) {
        try {
            const server = await (0,find/* findQdrant */.y)(session.host, request.runbook.stack, settings);
            if (server.apiKey !== null)
                recorder.secret(server.apiKey);
            await (0,client/* greet */.KV)(server);
            recorder.info(`${server.service}: Qdrant answers`);
            // One that needs another path or key to tell them makes its snapshot all the same.
            const collections = await (0,qdrant_collections/* listCollections */.IM)(server).catch(() => null);
            if (collections?.length === 0)
                tell(scene, `${server.service} has no collection: the backup has nothing of it. It may be another server, or another storage than the application uses.`);
            if (!request.dryRun)
                await removeLeft(scene, server);
            servers.push(server);
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.y) || !session.host.connected)
                throw error;
            onDown(settings.service, error);
        }
    }
    return servers;
}
/**
 * @param folder on the host for the file; `null`: it goes through the runner alone
 * @throws {UserError} no snapshot is left on the server then
 */
async function takeSnapshot(scene, server, { id, file, folder }) {
    const { session, recorder } = scene;
    const { service } = server;
    const before = await restoresOf(scene, service);
    const snapshot = await (0,client/* createSnapshot */.$p)(server);
    await session.host.run(`umask 077; echo ${(0,quote/* quote */.h)(snapshot.name)} >${(0,quote/* quote */.h)(noteOf(scene, service))}`);
    recorder.info(`${service}: snapshot ${snapshot.name} made, on its way`);
    let problem = null;
    try {
        if ((await restoresOf(scene, service)) !== before)
            throw busy(service);
        const { bytes, sha256, shipped } = await bring(scene, server, snapshot, { id, file, folder });
        if (bytes !== snapshot.size)
            throw (0,client/* failed */.gz)(service, `it has ${bytes} bytes instead of ${snapshot.size}`);
        if (snapshot.checksum !== null && sha256 !== snapshot.checksum)
            throw (0,client/* failed */.gz)(service, 'its SHA-256 differs from the one that Qdrant reports');
        recorder.info(`${service}: snapshot of ${bytes} bytes, ${snapshot.checksum === null ? 'Qdrant names no checksum' : 'SHA-256 as Qdrant reports it'}`);
        return { part: { file, bytes, sha256, service, checked: snapshot.checksum !== null }, shipped };
    }
    catch (error) {
        problem = error;
        throw error;
    }
    finally {
        await forget(scene, server, snapshot.name).catch((error) => {
            // The first error is the one to tell; the next run tries again.
            if (problem === null)
                recorder.warning(`${service}: the snapshot stays there: ${error.message}`);
        });
    }
}
/** A mark that changes when a restore changes the data. @throws {UserError} RB-DATA-BUSY while a restore does */
async function restoresOf({ session }, service) {
    const { pending, done } = await (0,note/* readNotes */.WT)(session.host, session.root);
    const own = pending.filter((note) => note.service === service);
    if (own.some(({ phase }) => phase === 'changing' || phase === 'swapping'))
        throw busy(service);
    return done.find((note) => note.service === service)?.id ?? '';
}
function busy(service) {
    return new errors/* UserError */.y('RB-DATA-BUSY', {
        what: `a restore changes Qdrant (service ${service}), or left it unfinished`,
        why: 'a snapshot now would hold half of the former data and half of the restored data; nothing was published',
        remedy: 'run it again when the restore has ended; if none runs, run the action restore, which first puts that right',
    });
}
async function bring({ request, session, remote }, server, snapshot, { id, file, folder }) {
    const content = new external_node_stream_.PassThrough();
    const answer = await (0,client/* readSnapshot */.RA)(server, snapshot);
    let broken = '';
    answer.once('error', ({ message }) => {
        // Not where a place that accepts no more data ended it.
        if (!content.destroyed)
            broken = message;
    });
    (0,external_node_stream_.pipeline)(answer, content, () => { });
    // A place explains what it refused, but not why its input ended.
    const explained = (error) => {
        if (broken === '' && error instanceof errors/* UserError */.y)
            throw error;
        throw (0,client/* failed */.gz)(server.service, broken || error.message);
    };
    if (folder === null) {
        const { recipients } = request.runbook.backup;
        const shipped = await ship({ id, file, bytes: snapshot.size, content, recipients }, remote).catch(explained);
        return { ...shipped, shipped };
    }
    const counted = (0,measure/* measure */.x)();
    const path = (0,quote/* quote */.h)(`${folder}/${file}`);
    const outcome = await session.host
        .run(`umask 077; cat >${path} && { sync ${path} 2>/dev/null || sync; } && sha256sum <${path}`, {
        input: (0,external_node_stream_.pipeline)(content, counted.stream, () => { }),
        timeout: LONG,
    })
        .catch(explained);
    const { bytes, sha256 } = counted.result();
    if (outcome.outcome === 'unknown')
        throw (0,client/* failed */.gz)(server.service, outcome.reason);
    if (outcome.code !== 0)
        throw (0,client/* failed */.gz)(server.service, `it could not be written: ${outcome.stderr.trim()}`);
    // Reads the stored file, not the stream.
    if (!outcome.stdout.startsWith(sha256))
        throw (0,client/* failed */.gz)(server.service, 'read back on the host, its SHA-256 differs');
    return { bytes, sha256, shipped: null };
}
async function removeLeft(scene, server) {
    const outcome = await scene.session.host.run(`cat ${(0,quote/* quote */.h)(noteOf(scene, server.service))} 2>/dev/null || :`);
    const name = outcome.stdout.trim();
    if (name === '')
        return;
    await forget(scene, server, name).catch(() => { });
    scene.recorder.info(`${server.service}: ${name}, left by an interrupted backup, was removed`);
}
async function forget(scene, server, name) {
    await (0,client/* removeSnapshot */.Bw)(server, name);
    await scene.session.host.run(`rm -f ${(0,quote/* quote */.h)(noteOf(scene, server.service))}`);
}
/** The file on the host that names the snapshot which is under way. */
function noteOf({ session }, service) {
    return `${session.leaseRoot}/qdrant-${service}`;
}

;// CONCATENATED MODULE: ./actions/lib/redpanda/state.ts

/** Milliseconds for all questions together. */
const PATIENCE = 300_000;
/** Does not throw if the broker does not answer, because none of its data is in danger. */
async function readBroker(host, stack, service) {
    const outcome = await host.run(stateScript(stack, service), { timeout: PATIENCE });
    if (outcome.outcome === 'unknown')
        return { service, topics: [], groups: [], problem: outcome.reason };
    return parseBroker(service, outcome.stdout);
}
/**
 * Asks one question after the other; each answer stands between a line `#question WORDS` and a line `#exit STATUS`.
 * Reads tables instead of JSON, because older versions of rpk print no JSON.
 */
function stateScript(stack, service) {
    return `id=$(docker ps -q --no-trunc --filter label=com.docker.compose.project=${(0,quote/* quote */.h)(stack)} \\
  --filter label=com.docker.compose.service=${(0,quote/* quote */.h)(service)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || { echo '#none'; exit 0; }
rpk() { docker exec "$id" rpk "$@" </dev/null; }
ask() {
  printf '#question %s\\n' "$*"
  rpk "$@" 2>&1
  echo "#exit $?"
}
ask topic list
rpk topic list 2>/dev/null | awk 'NR > 1 { print $1 }' | while IFS= read -r topic; do ask topic describe -p "$topic"; done
ask group list
rpk group list 2>/dev/null | awk 'NR > 1 { print $2 }' | while IFS= read -r group; do ask group describe "$group"; done`;
}
function parseBroker(service, text) {
    const answers = answersIn(text);
    const failed = answers.find(({ status }) => status !== 0);
    const problem = answers.length === 0
        ? 'none of its containers runs'
        : failed === undefined
            ? null
            : `rpk ${failed.words.join(' ')}: ${failed.lines.at(-1) ?? `exit status ${failed.status}`}`;
    const good = answers.filter(({ status }) => status === 0);
    return {
        service,
        topics: good.flatMap(({ words, lines }) => words[0] === 'topic' && words[1] === 'describe' ? [topicOf(words, lines)] : []),
        groups: good.flatMap(({ words, lines }) => words[0] === 'group' && words[1] === 'describe' ? [groupOf(words, lines)] : []),
        problem,
    };
}
function answersIn(text) {
    const found = [];
    let words = [];
    let lines = [];
    for (const line of text.split('\n')) {
        const asked = /^#question (.*)$/.exec(line)?.[1];
        const status = /^#exit (\d+)$/.exec(line)?.[1];
        if (asked !== undefined) {
            words = asked.split(' ');
            lines = [];
        }
        else if (status !== undefined)
            found.push({ words, lines, status: Number(status) });
        else if (line.trim() !== '')
            lines.push(line);
    }
    return found;
}
function topicOf(words, lines) {
    const partitions = rowsOf(lines, 'PARTITION').map((row) => ({
        partition: Number(row.get('PARTITION')),
        start: numberIn(row.get('LOG-START-OFFSET')),
        end: numberIn(row.get('HIGH-WATERMARK')),
    }));
    return { name: words.at(-1) ?? '', partitions };
}
function groupOf(words, lines) {
    const one = (name) => lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length).trim()] : []))[0] ?? '';
    const offsets = rowsOf(lines, 'TOPIC').map((row) => ({
        topic: row.get('TOPIC') ?? '',
        partition: Number(row.get('PARTITION')),
        committed: numberIn(row.get('CURRENT-OFFSET')),
        end: numberIn(row.get('LOG-END-OFFSET')),
        lag: numberIn(row.get('LAG')),
    }));
    return { name: words.at(-1) ?? '', state: one('STATE'), lag: numberIn(one('TOTAL-LAG')) ?? 0, offsets };
}
/**
 * Rows of the table whose heading begins with this word. Cells stand below their headings, and may be empty or hold
 * spaces.
 */
function rowsOf(lines, first) {
    const at = lines.findIndex((line) => line.startsWith(`${first} `) && / {2}\S/.test(line) && !/\d/.test(line));
    const head = lines[at];
    if (head === undefined)
        return [];
    const columns = [...head.matchAll(/\S+/g)].map(({ 0: name, index }) => ({ name, index }));
    return lines.slice(at + 1).map((line) => {
        return new Map(columns.map(({ name, index }, i) => [name, line.slice(index, columns[i + 1]?.index).trim()]));
    });
}
function numberIn(text = '') {
    return /^-?\d+$/.test(text) ? Number(text) : null;
}

;// CONCATENATED MODULE: ./actions/backup/redpanda.ts
/** Redpanda in a backup: its topics and the positions of its consumers, but none of its messages. */

/** The summary says of each broker that its messages are in no backup. */
async function recordBrokers({ request, session, recorder, notes }) {
    const { stack, backup } = request.runbook;
    if (backup.redpanda.length > 0)
        recorder.step('State of Redpanda');
    const states = [];
    for (const service of backup.redpanda) {
        const state = await readBroker(session.host, stack, service);
        const text = sentence(state);
        if (state.problem === null)
            recorder.info(text);
        else
            recorder.warning(text);
        notes.push(text);
        states.push(state);
    }
    return states;
}
function sentence({ service, topics, groups, problem }) {
    const absent = `Messages of ${service} are not in this backup; if its volume is lost, they are lost`;
    if (problem !== null)
        return `${absent}. Its state is not known either: ${problem}.`;
    const lag = groups.reduce((sum, group) => sum + group.lag, 0);
    const read = groups.length === 0 ? 'no consumer group' : `${groups.length} consumer groups, ${lag} messages not read yet`;
    return `${absent}. The manifest has its state: ${topics.length} topics, ${read}.`;
}

;// CONCATENATED MODULE: ./actions/backup/make.ts
/** Makes one backup: dumps, proves, publishes, ships. */
















/**
 * @param onPublished called once the backup is complete on the host @returns the manifest as the host has it or would have it @throws {UserError} no part of the backup is left off the host then
 */
async function make(scene, prepared, onPublished) {
    const installation = await install(scene, prepared);
    const id = await freeId(scene, prepared);
    try {
        return await attempt(scene, prepared, { id, installation }, onPublished);
    }
    catch (error) {
        // A copy without a manifest does not count anywhere; the first error is reported.
        const { host } = scene.session;
        const folder = (0,host_place/* partFolder */.W)(prepared.place, { id, uid: installation.uid });
        if (host.connected)
            await host.run(`rm -rf ${(0,quote/* quote */.h)(folder)}`).catch(() => { });
        for (const place of scene.remote)
            await place.remove(id).catch(() => { });
        throw error;
    }
}
async function attempt(scene, prepared, { id, installation }, onPublished) {
    const { place, items } = prepared;
    const { request, session, recorder, steps, remote } = scene;
    const { runbook } = request;
    const begun = Date.now();
    const onHost = runbook.backup.to.includes('host');
    const folder = (0,host_place/* partFolder */.W)(place, { id, uid: installation.uid });
    recorder.step('Dump and read back');
    const shipped = new Map();
    const migrations = [];
    const dumps = await dump({
        stack: runbook.stack,
        items,
        folder: onHost ? folder : null,
        patience: request.leaseTimeout,
        blocked: runbook.backup.blockedTimeout,
    }, steps, {
        info: (text) => recorder.info(text),
        remote: (line) => recorder.remote(line),
        migration: (line) => migrations.push(line),
        waits: (item, text) => tell(scene, `${item.title}: the dump ${text}.`),
        progress: (item, bytes) => recorder.info(`${item.title}: ${(0,lib_bytes/* shortMib */.j)(bytes)} MiB so far`),
        take: async (item, file, fifo) => {
            // The size of its archive is not known; that of the content is about as much as it will ever be.
            shipped.set(file, await send(scene, id, file, item.bytes, fifo));
        },
    });
    const { items: made, dumped } = dumps;
    const left = [...prepared.down, ...dumps.left.map(({ item, error }) => ({ title: item.title, error }))];
    const parts = dumped.map((one) => proven(one, shipped.get(one.file)));
    const snapshots = [];
    if (prepared.qdrant.length > 0)
        recorder.step('Snapshot of Qdrant');
    for (const server of prepared.qdrant) {
        const file = `qdrant.${server.service}.snapshot`;
        try {
            const taken = await takeSnapshot(scene, server, { id, file, folder: onHost ? folder : null });
            if (taken.shipped !== null)
                shipped.set(file, taken.shipped);
            snapshots.push(taken.part);
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.y) || !session.host.connected || error.code === 'RB-STORAGE-FAILED')
                throw error;
            if (onHost)
                await session.host.run(`rm -f ${(0,quote/* quote */.h)(`${folder}/${file}`)}`);
            await discard(scene, id, file);
            left.push({ title: server.service, error });
        }
    }
    // A backup without any data is not made, and roles without a database are not data.
    if (left[0] !== undefined && made.every(({ extra }) => extra) && snapshots.length === 0)
        throw left[0].error;
    for (const { title, error } of left) {
        if (!prepared.down.some((one) => one.title === title))
            recorder.warning(`${title} is left out: ${error.details.what}.`);
    }
    const kept = new Set(parts.map(({ file }) => file));
    for (const file of shipped.keys())
        if (!kept.has(file) && !file.startsWith('qdrant.'))
            await discard(scene, id, file);
    const brokers = await recordBrokers(scene);
    const schema = (0,stack_migrations/* appliedOf */.pZ)((0,stack_migrations/* parseMigrations */.PZ)(migrations)).at(-1);
    const whole = {
        stack: runbook.stack,
        id,
        createdAt: id.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'),
        installation,
        run: scene.run,
        release: session.state.current?.id ?? null,
        schema: schema?.schema || null,
        migrated: schema?.release || null,
        seconds: (Date.now() - begun) / 1000,
        verified: left.length === 0,
        left: left.map(({ title }) => title),
        bare: prepared.bare,
        accepted: null,
        ...dumpedParts(made, dumped, parts),
        qdrant: snapshots,
        brokers,
    };
    const manifest = { ...whole, accepted: (0,loss/* acceptedNow */.w)(whole, prepared.earlier, request.pruneAll) };
    for (const text of (0,restore_check/* sayBound */.w7)(manifest.databases))
        tell(scene, text);
    if (onHost) {
        recorder.step('Publish on the host');
        await (0,host_place/* publish */.mk)(place, folder, manifest, steps);
        onPublished(manifest);
        recorder.info(`${place.directory}/${id}: ${(0,lib_bytes/* shortMib */.j)((0,backup_manifest/* sizeOf */.$d)(manifest))} MiB`);
    }
    const result = { manifest, left: left[0]?.error ?? null };
    if (remote.length === 0)
        return result;
    recorder.step('Copy off the host');
    if (onHost) {
        for (const { file, bytes, sha256 } of (0,backup_manifest/* partsOf */.CI)(manifest)) {
            const sent = await send(scene, id, file, bytes, `${place.directory}/${id}/${file}`);
            if (sent.sha256 !== sha256)
                throw corrupt(file);
            shipped.set(file, sent);
        }
    }
    for (const [index, destination] of remote.entries()) {
        await destination.publish(asStored(manifest, shipped, index));
        recorder.info(`${destination.name}/${id}: published`);
    }
    return result;
}
/** Removes the copies of a file whose source turned out not to be a part of the backup. */
async function discard({ remote, request }, id, file) {
    const name = request.runbook.backup.recipients.length > 0 ? `${file}.age` : file;
    for (const place of remote)
        await place.discard(id, name);
}
/** Streams one file of the host to all places off it. */
async function send(scene, id, file, bytes, path) {
    const { request, session, recorder, remote } = scene;
    const content = telling((bytes) => recorder.info(`${file}: ${(0,lib_bytes/* sayMib */.Oq)(bytes)} sent so far`));
    // A failure there ends the stream with its error.
    session.host
        .stream(`cat ${(0,quote/* quote */.h)(path)}`, content, { timeout: 24 * 3600 * 1000 })
        .catch((error) => content.destroy(error));
    const shipped = await ship({ id, file, bytes, content, recipients: request.runbook.backup.recipients }, remote);
    recorder.info(`${file}: ${(0,lib_bytes/* shortMib */.j)(shipped.bytes)} MiB to ${remote.map(({ name }) => name).join(', ')}`);
    return shipped;
}
/** Both ends must have the same hash. */
function proven({ file, bytes, sha256 }, sent) {
    if (sent !== undefined && sent.sha256 !== sha256)
        throw corrupt(file);
    const size = bytes ?? sent?.bytes;
    if (size === undefined)
        throw new Error(`${file} has no size`);
    return { file, bytes: size, sha256 };
}
function corrupt(file) {
    return new errors/* UserError */.y('RB-TRANSFER-CORRUPT', {
        what: `the copy of ${file} off the host differs from the file on it`,
        why: 'its SHA-256 differs; the copy off the host was not published',
        remedy: 'run it again',
    });
}

// EXTERNAL MODULE: ./actions/lib/certificates/state.ts
var state = __webpack_require__(88222);
// EXTERNAL MODULE: ./actions/lib/postgres/names.ts
var names = __webpack_require__(53912);
;// CONCATENATED MODULE: ./actions/lib/backup/coverage.ts
/** What a stack has that no backup contains, and what a backup contains but may copy half-written. */



/** Folders of the host's own system, and folders whose content may be lost. */
const SYSTEM = [
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/var/run',
    '/tmp',
    '/var/tmp',
    '/usr',
    '/bin',
    '/sbin',
    '/boot',
].concat(['/lib', '/lib64', '/var/log', '/var/lib/docker']);
const ANONYMOUS = /^[0-9a-f]{64}$/;
/** Databases of these servers that are not backed up. */
function bareDatabases({ backup }, { servers }) {
    return [...servers].flatMap(([service, { databases, properties, unused }]) => {
        const named = backup.databases.filter((one) => one.service === service).map(({ database }) => database);
        // Images come with template databases of their own.
        const all = [...databases.keys()].filter((name) => named.includes(name) || !properties.get(name)?.template);
        const isBeside = (name) => all.some((live) => ['restore', 'before', 'undone'].some((kind) => (0,names/* besideId */.ws)(name, live, kind) !== null));
        return all
            .filter((name) => !named.includes(name) && !isBeside(name) && !(name === 'postgres' && unused))
            .map((name) => {
            const at = { live: null, mount: null, ofServer: false };
            return {
                ...at,
                kind: 'database',
                name: `${name} of ${service}`,
                aliases: [name, `${service}/${name}`],
                bytes: databases.get(name) ?? null,
            };
        });
    });
}
/**
 * Volumes and directories that a container of the stack may write to and that no backup contains, and certbot's folder:
 * accounts, keys and renewal files. Left out are those
 * that only database servers write to, if the databases of these servers are backed up.
 *
 * @param volumes those that are backed up
 */
function bareMounts(settings, { containers, engine }, volumes) {
    const { backup, stack } = settings;
    const servers = new Set(backup.databases.map(({ service }) => service));
    const saved = new Set([...servers, ...backup.qdrant.map(({ service }) => service)]);
    const sources = [...volumes.values()].map(({ source }) => source);
    const found = new Map();
    for (const { service, target, type, source } of writable(containers)) {
        const [name = ''] = type === 'volume' ? source.split('/') : [source];
        const path = type === 'volume' ? `${engine.root}/volumes/${name}/_data` : name;
        if (sources.some((one) => one === name || isBelow(path, one)))
            continue;
        if (type === 'bind' && isNoData(name, settings, engine.root))
            continue;
        const known = found.get(name);
        if (known !== undefined) {
            known.users.add(service);
            continue;
        }
        const title = ANONYMOUS.test(name)
            ? `${service}:${target}`
            : type === 'volume' && name.startsWith(`${stack}_`)
                ? name.slice(stack.length + 1)
                : name;
        found.set(name, {
            kind: type === 'volume' ? 'volume' : 'directory',
            name: title,
            aliases: [title, name],
            bytes: null,
            live: null,
            ofServer: false,
            mount: `type=${type},source=${name}`,
            users: new Set([service]),
        });
    }
    return [...found.values()]
        .filter(({ users }) => ![...users].every((one) => saved.has(one)))
        .map(({ users, ...bare }) => ({ ...bare, ofServer: [...users].some((one) => servers.has(one)) }));
}
function writable(containers) {
    return containers
        .filter(({ oneOff }) => !oneOff)
        .flatMap(({ service, mounts }) => 
    // The proxy only reads certbot's folder, and certbot, which writes it, has no container between two renewals.
    mounts.filter(({ writable, target }) => writable || target === state/* STATE */.c4).map((mount) => ({ service, ...mount })));
}
function isNoData(path, { directory, files, backup }, docker) {
    const ours = [backup.directory, `${directory}/.runbook`, docker, ...files.map((file) => `${directory}/${file}`)];
    return path === '/' || [...SYSTEM, ...ours].some((folder) => isBelow(path, folder));
}
function isBelow(path, folder) {
    return path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
}
/** Without the data that `backup.ignore` says is not wanted. */
function unignored(bare, ignore) {
    return bare.filter(({ aliases }) => !aliases.some((alias) => ignore.includes(alias)));
}
/**
 * Adds what was found in each mount. Leaves out files, and volumes that others see but in which a server that is backed
 * up keeps its data.
 */
function measured(bare, facts) {
    return bare.flatMap((one, index) => {
        const found = facts[index] ?? null;
        if (found === null)
            return [one];
        if (found.absent || (one.ofServer && found.live === 'PostgreSQL'))
            return [];
        return [{ ...one, bytes: found.bytes, live: found.live }];
    });
}
/** The name in a manifest. */
function titleOfBare({ kind, name }) {
    return `${kind} ${name}`;
}
/** A sentence for the report; `null`: the backup contains everything, or the rest is not wanted. */
function sayBare(bare) {
    if (bare.length === 0)
        return null;
    const items = bare.map((one) => {
        const facts = [
            ...(one.bytes === null ? [] : [`${(0,lib_bytes/* mib */.jO)(one.bytes)} MiB`]),
            ...(one.live === null ? [] : [`holds a live database of ${one.live}`]),
        ];
        return facts.length === 0 ? titleOfBare(one) : `${titleOfBare(one)} (${facts.join(', ')})`;
    });
    return `Not backed up: ${items.join(', ')}. Add what you need to backup.databases or backup.volumes of the runbook file, and the rest to backup.ignore.`;
}
/**
 * A sentence on data that is not backed up and that the backup before did not name as such.
 *
 * @param earlier the data that the backup before named as not contained; `null`: it does not tell
 */
function sayNew(bare, earlier) {
    if (earlier === null)
        return null;
    const fresh = bare.map(titleOfBare).filter((title) => !earlier.includes(title));
    return fresh.length === 0 ? null : `New since the backup before, and not backed up: ${fresh.join(', ')}.`;
}
/** Sentences on volumes that are backed up file by file while a database writes to them. */
function sayLive(volumes, ignore) {
    return [...volumes].flatMap(([name, { live }]) => live === null || ignore.includes(name)
        ? []
        : `${name} is backed up file by file, and holds a live database of ${live}: its files are only consistent if nothing writes there. Save it with its own tools (backup.databases for PostgreSQL), or name it in backup.ignore if you know that nothing writes to it.`);
}
/**
 * Sentences on volumes that were found by their own name only, and that no container of the stack mounts: the Compose file
 * may give the volume of this key another name.
 */
function sayUnused(volumes, { containers }, ignore) {
    const mounted = new Set(containers.flatMap(({ mounts }) => mounts.flatMap(({ type, source }) => (type === 'volume' ? source.split('/')[0] : []))));
    return [...volumes].flatMap(([name, { source }]) => source !== name || name.startsWith('/') || mounted.has(name) || ignore.includes(name)
        ? []
        : `${name} is a volume of Docker that no container of this stack mounts, and none of this stack by its labels: if the Compose file gives its volume ${name} another name, write that name in backup.volumes.`);
}

;// CONCATENATED MODULE: ./actions/backup/beside.ts
/** Names, before a backup is made, the parts of the stack that it will not contain, and those that it may contain torn. */



/** @returns how the manifest names it */
async function lookBeside(scene, facts, volumes, last) {
    const { request, session, recorder, notes } = scene;
    const { runbook } = request;
    const { ignore } = runbook.backup;
    for (const text of [...sayLive(volumes, ignore), ...sayUnused(volumes, session.state, ignore)])
        tell(scene, text);
    const mounts = unignored(bareMounts(runbook, session.state, volumes), ignore);
    const found = await (0,volumes_facts/* lookAtMounts */.TV)(session.host, {
        stack: runbook.stack,
        root: session.leaseRoot,
        mounts: mounts.flatMap(({ mount }) => mount ?? []),
    });
    const bare = [...unignored(bareDatabases(runbook, facts), ignore), ...measured(mounts, found)];
    const said = sayBare(bare);
    if (said !== null) {
        recorder.info(said);
        notes.push(said);
    }
    const fresh = sayNew(bare, last?.bare ?? null);
    if (fresh !== null)
        tell(scene, fresh);
    return bare.map(titleOfBare);
}

;// CONCATENATED MODULE: ./actions/backup/content.ts

/** @throws {UserError} RB-CONFIG-INVALID */
function checkContent({ databases, volumes, qdrant, directory, to }) {
    if (databases.length + volumes.length + qdrant.length === 0)
        throw new errors/* UserError */.y('RB-CONFIG-INVALID', {
            what: 'backup.databases, backup.volumes and backup.qdrant of the runbook file are all empty',
            why: 'such a backup contains nothing',
            remedy: 'name what is to be backed up; nothing was backed up',
        });
    const within = to.includes('host')
        ? volumes.find((name) => name.startsWith('/') && `${directory}/`.startsWith(`${name}/`))
        : undefined;
    if (within === undefined)
        return;
    throw new errors/* UserError */.y('RB-CONFIG-INVALID', {
        what: `backup.volumes names ${within}, which contains the folder for backups ${directory}`,
        why: 'each backup would contain all earlier ones, and itself while it is written',
        remedy: 'name the folders in it that hold data, or give backup.directory another place; nothing was backed up',
    });
}

// EXTERNAL MODULE: ./actions/lib/data/kind.ts
var data_kind = __webpack_require__(83889);
;// CONCATENATED MODULE: ./actions/backup/items.ts


/** Bytes that the backup will take: each part as much as last time, plus the growth of its content since. */
function estimate(settings, { servers }, volumes, last) {
    const parts = (0,kinds/* eachKind */.u)((kind) => [
        ...kind.configured(settings).map((name) => {
            const part = last === undefined ? undefined : kind.parts(last).find((one) => kind.fullName(one) === name);
            return kind.room(part, kind.size(name, { servers, volumes }));
        }),
        ...(last === undefined ? [] : kind.extras(last)).map(({ bytes }) => bytes * data_kind/* GROWTH */.A),
    ]);
    return parts.flat().reduce((sum, bytes) => sum + bytes, 0);
}
/** Databases before volumes: a row that names a file is not older than the file. */
function itemsOf(what, format, seen) {
    const taken = new Set();
    const nameOf = (...words) => {
        const plain = words.map((word) => word.replace(/[^A-Za-z0-9_-]/g, '_')).join('.');
        let free = plain;
        for (let count = 2; taken.has(free); count++)
            free = plain.replace(/\.([a-z]+)$/, `.${count}.$1`);
        taken.add(free);
        return free;
    };
    return (0,kinds/* eachKind */.u)((kind) => kind.items?.(what, { format, nameOf, seen }) ?? []).flat();
}

;// CONCATENATED MODULE: ./actions/backup/kept.ts

/** Names them in log and summary, with the command that removes them. */
function tellKept({ request, recorder, notes }, seen) {
    const { stack, backup } = request.runbook;
    const kept = kinds/* BESIDE */.Z.flatMap((one) => one.kept(backup, seen, stack));
    for (const text of sayKept(kept)) {
        recorder.info(text);
        notes.push(text);
    }
}
function sayKept(kept) {
    return kept.map(({ title, bytes, removal }) => `Kept since a restore, in no backup: ${title} (${Math.ceil(bytes / 2 ** 20)} MiB). It stays until you remove it: ${removal}`);
}

;// CONCATENATED MODULE: ./actions/backup/prepare.ts
/** Finds out before a backup is made what it will contain, and what speaks against it. */
















const LEAST_ROOM = 64 * 2 ** 20;
/** Looks at everything that can be known beforehand. Changes nothing. @throws {UserError} */
async function prepare(scene) {
    const { request, session, recorder, local } = scene;
    const { stack, backup } = request.runbook;
    checkContent(backup);
    await encrypterFor(backup.recipients);
    const servers = (0,database/* serversOf */.U)(backup.databases);
    const asked = Date.now();
    const down = [];
    const onDown = (service, error) => {
        const own = backup.databases.filter((one) => one.service === service);
        down.push(...own.map(({ database }) => ({ title: `${service}/${database}`, error })));
    };
    const facts = await (0,postgres_facts/* readFacts */.M)(session.host, { stack, root: session.root, servers, writers: [], onDown });
    const clock = (0,backup_clock/* clockOf */.ie)(facts.now, asked, await witnessOf(scene, asked));
    if (clock.doubt !== null)
        tell(scene, clock.doubt);
    for (const { service, database } of backup.databases.filter((one) => facts.servers.has(one.service))) {
        const bytes = facts.servers.get(service)?.databases.get(database);
        if (bytes === undefined)
            throw unknownDatabase(service, database, facts);
        recorder.info(`${service}/${database}: ${(0,lib_bytes/* shortMib */.j)(bytes)} MiB, PostgreSQL ${facts.servers.get(service)?.major}`);
    }
    const volumes = await (0,volumes_facts/* readVolumes */.mq)(session.host, { stack, root: session.leaseRoot, names: backup.volumes });
    for (const [name, { bytes }] of volumes)
        recorder.info(`${name}: ${(0,lib_bytes/* shortMib */.j)(bytes)} MiB`);
    const qdrant = await findServers(scene, (service, error) => down.push({ title: service, error }));
    // A backup without any data is not made.
    if (down[0] !== undefined && facts.servers.size + volumes.size + qdrant.length === 0)
        throw down[0].error;
    for (const { title, error } of down)
        tell(scene, `${title} is left out: ${error.details.what}.`);
    const place = await (0,host_place/* examine */.sb)(session.host, backup.directory, stack);
    const identity = await (0,backup_installation/* readIdentity */.xN)(session.host, session.root);
    const installation = (0,backup_installation/* installationOf */.oJ)(identity, await local.list());
    const copied = (0,backup_installation/* sayCopy */.hy)(identity, session.root);
    if (copied !== null)
        tell(scene, copied);
    const former = await lookForFormer(scene, place, { id: installation, host: identity.host });
    const earlier = await historyOf(scene, clock.now, { id: installation, host: identity.host });
    tellKept(scene, { facts, volumes });
    if (backup.to.includes('host')) {
        (0,host_place/* requireRoom */.hr)(place, backup.directory, estimate(backup, facts, volumes, earlier.at(-1)) + LEAST_ROOM);
    }
    const bare = await lookBeside(scene, facts, volumes, earlier.at(-1));
    return {
        place,
        former,
        bare,
        facts,
        clock,
        installation,
        identity,
        volumes,
        qdrant,
        down,
        items: itemsOf({ servers: servers.filter(({ service }) => facts.servers.has(service)), volumes: backup.volumes }, backup.format, { facts, volumes }),
        earlier,
    };
}
/** The clock of the bucket where backups go to one. @param asked the runner's time of the question */
async function witnessOf({ request, remote }, asked) {
    const [bucket] = request.runbook.backup.to.includes('s3') ? remote : [];
    const ahead = (await bucket?.ahead()) ?? null;
    // GitHub sets this for every runner. A person's own machine is hardly the host.
    const own = process.env.RUNNER_ENVIRONMENT === 'self-hosted';
    return { time: ahead === null ? null : asked + ahead, own };
}
/** Where the last backups are that this one is compared with: on the host, or in the bucket where they go there alone. */
async function historyOf(scene, now, asker) {
    const { request, local, remote, recorder } = scene;
    const { to } = request.runbook.backup;
    const [bucket] = to.includes('s3') ? remote : [];
    if (to.includes('host') || bucket === undefined)
        return pastOf(scene, local, now, asker);
    try {
        return await pastOf(scene, bucket, now, asker);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        // It can be made all the same; what removes old ones says so, too.
        recorder.warning(`Nothing can be compared with the backups before: ${error.details.what}.`);
        return [];
    }
}
function unknownDatabase(service, database, { servers }) {
    const known = [...(servers.get(service)?.databases.keys() ?? [])];
    return new errors/* UserError */.y('RB-DATABASE-UNKNOWN', {
        what: `${service} has no database ${JSON.stringify(database)}`,
        why: `it has ${known.join(', ')}`,
        remedy: 'correct backup.databases in the runbook file; nothing was backed up',
    });
}

// EXTERNAL MODULE: ./actions/lib/backup/complete.ts
var complete = __webpack_require__(36990);
// EXTERNAL MODULE: ./actions/lib/backup/retention.ts + 1 modules
var retention = __webpack_require__(60596);
// EXTERNAL MODULE: ./actions/lib/group.ts
var group = __webpack_require__(82077);
;// CONCATENATED MODULE: ./actions/backup/prune.ts
/** Decides by the rules of each place which of its backups are removed. */











function keepingPlaces({ request, local, remote }) {
    const { to, keep } = request.runbook.backup;
    const bucket = remote.filter((_place, index) => to.includes('s3') && index === 0);
    return [
        ...(to.includes('host') ? [{ place: local, rules: keep.host ?? keep }] : []),
        ...bucket.map((place) => ({ place, rules: keep.s3 ?? keep })),
    ];
}
/**
 * Removes backups that no rule keeps, once the new one is in all places.
 *
 * @param made ID of the new one; nothing is removed in a place that does not show it
 * @throws {UserError} RB-STORAGE-FAILED and others
 */
async function prune(scene, clock, asker, made) {
    const found = [];
    for (const { place, rules } of keepingPlaces(scene)) {
        const { manifests, verdicts, others, doubtful } = await judge(scene, { place, rules }, clock, asker);
        if (!manifests.some(({ id }) => id === made))
            throw notThere(made, place, doubtful);
        const gone = verdicts.filter(({ keep }) => !keep);
        for (const { id, why } of gone)
            scene.recorder.info(`${place.name}: ${id} goes: ${why}`);
        const stayed = gone.length > 0 ? await removeFrom(scene, place, gone) : [];
        const settled = verdicts.map((one) => (stayed.includes(one.id) ? { ...one, keep: true } : one));
        if (clock.doubt === null)
            await sweep(scene, place, clock.now);
        found.push(factsOf(place, manifests, settled, others, clock));
    }
    if (clock.doubt === null)
        await sweepLocal(scene);
    return found;
}
/** Also where backups do not go there now: they may have gone there before. */
async function sweepLocal({ local, recorder, steps, notes }) {
    const gone = [];
    try {
        await (0,host_place/* sweep */.X0)(local.name, steps, (name) => gone.push(name));
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y) || error.code === 'RB-CONNECTION-LOST')
            throw error;
        recorder.warning(`${local.name}: leftovers of killed runs cannot be removed: ${error.details.what}.`);
    }
    if (gone.length > 0)
        notes.push(`${local.name}: leftovers of killed runs were removed: ${gone.join(', ')}.`);
}
/** A run that still writes would have written something since. */
const LEFT_FOR = 2 * 24 * 3600 * 1000;
async function sweep(scene, place, now) {
    const destination = scene.remote.find((one) => one === place);
    if (destination === undefined)
        return;
    const { manifests, unreadable } = await place.survey();
    const known = new Set([...manifests, ...unreadable].map(({ id }) => id));
    const gone = await destination.sweep(known, now - LEFT_FOR);
    if (gone.length > 0)
        scene.notes.push(`${place.name}: leftovers of killed runs were removed: ${gone.join(', ')}.`);
}
/** Says which backups would be removed. */
async function planned(scene, clock, asker) {
    const places = [];
    for (const { place, rules } of keepingPlaces(scene)) {
        const { manifests, verdicts, others } = await judge(scene, { place, rules }, clock, asker);
        for (const { id, keep, why } of verdicts)
            scene.recorder.info(`${place.name}: ${id} ${keep ? 'stays' : 'would be removed'}: ${why}`);
        places.push(factsOf(place, manifests, verdicts, others, clock));
    }
    return places;
}
/** Only backups of this installation: those of others may still be needed there. */
async function judge(scene, { place, rules }, clock, asker) {
    const { manifests: listed, unreadable } = await place.survey();
    const incomplete = await place.incomplete(listed);
    for (const said of [(0,source/* sayUnreadable */.l9)(unreadable, place.name), (0,complete/* sayIncomplete */.j)(incomplete, place.name)])
        if (said !== null)
            tell(scene, said);
    const doubtful = [...unreadable, ...incomplete];
    const all = listed.filter(({ id }) => !incomplete.some((one) => one.id === id));
    const copied = (0,backup_installation/* madeByCopy */.Qt)(all, asker);
    const twin = (0,backup_installation/* sayTwin */.yv)(copied, place.name);
    if (twin !== null)
        tell(scene, twin);
    const manifests = all.filter((one) => {
        if (copied.includes(one))
            return false;
        const owner = (0,backup_installation/* ownerOf */.bf)(one, asker.id, place === scene.local);
        return owner === 'own' || (owner === 'unknown' && scene.request.pruneAll);
    });
    const others = sayOthers(all.filter((one) => !manifests.includes(one) && !copied.includes(one)));
    const why = whyNone(manifests, clock, scene.request.pruneAll);
    if (why !== null)
        return {
            manifests,
            others,
            doubtful,
            verdicts: manifests.map(({ id }) => ({ id, keep: true, why })).reverse(),
        };
    const judged = (0,retention/* retain */.aw)(manifests, rules, clock.now, clock.single && !scene.request.pruneAll);
    const due = withGood(judged, manifests, clock, scene.request.pruneAll);
    const verdicts = scene.request.pruneAll ? due : (0,retention/* withinShare */.vv)(due);
    const later = due.filter(({ keep }) => !keep).length - verdicts.filter(({ keep }) => !keep).length;
    if (later > 0)
        tell(scene, `${place.name}: ${later} more would be removed by the rules. One run removes a third at most; the next runs continue. If you want that now, \`prune: all\` removes them at once.`);
    return { manifests, others, doubtful, verdicts };
}
/**
 * Keeps the last backups with data that later ones lack, until a person has seen that.
 *
 * @param own oldest first @param asked a person asks for all removals; a loss of this run is not known to anybody yet
 */
function withGood(verdicts, own, { now }, asked) {
    const losses = (0,loss/* lossesIn */.x)(own.filter(({ id }) => !(0,backup_clock/* isAhead */.Y0)(id, now))).filter(({ fresh }) => fresh || !asked);
    const good = new Set(losses.map((loss) => loss.good));
    return verdicts.map((one) => one.keep || !good.has(one.id) ? one : { ...one, keep: true, why: 'later backups lack data that it has' });
}
/** Why the ages of all backups are doubtful; `null`: they are not. A person who asks for all removals has looked. */
function whyNone(own, { now, doubt }, pruneAll) {
    if (doubt !== null)
        return 'the clocks differ, so its age is not known';
    const ahead = own.map(({ id }) => id).filter((id) => (0,backup_clock/* isAhead */.Y0)(id, now));
    if (pruneAll || !(0,backup_clock/* mayBeLate */.l3)(ahead, now))
        return null;
    return 'other backups are dated in the future, so that the clocks may be late now and its age is not known';
}
function notThere(made, { name }, doubtful) {
    return new errors/* UserError */.y('RB-STORAGE-FAILED', {
        what: `${name} does not show the backup ${made}, which this run has just published there`,
        why: doubtful.find(({ id }) => id === made)?.why ?? 'its list does not have it',
        remedy: 'see whether something else removes or changes files there, and run it again; no older backup was removed there',
    });
}
/** A sentence for each installation that has backups in a place. */
function sayOthers(others) {
    const groups = (0,group/* groupBy */.$)(others, ({ installation }) => installation?.uid ?? '');
    return [...groups].map(([id, all]) => {
        const size = `${(all.reduce((sum, one) => sum + (0,backup_manifest/* sizeOf */.$d)(one), 0) / 2 ** 20).toFixed(1)} MiB`;
        const held = `${all.length} ${all.length === 1 ? 'backup' : 'backups'} (${size})`;
        return id === ''
            ? `${held} from before backups named their installation: the rules do not remove them. A run with \`prune: all\` counts them as this host's.`
            : `${held} of another installation, ${(0,backup_installation/* titleOfInstallation */.AN)(all[0]?.installation ?? null)}: not touched.`;
    });
}
/** @returns those that the credentials may not remove */
async function removeFrom(scene, place, gone) {
    const ids = gone.map(({ id }) => id);
    const destination = scene.remote.find((one) => one === place);
    if (destination === undefined) {
        await (0,host_place/* remove */.TF)({ directory: place.name }, ids, scene.steps);
        return [];
    }
    const stayed = [];
    for (const id of ids)
        if (!(await destination.remove(id)))
            stayed.push(id);
    if (stayed.length > 0)
        tell(scene, `${place.name}: ${stayed.length} backups would be removed by the rules, but these credentials may not remove them (s3:DeleteObject, or a lock on the objects). Let a lifecycle rule of the bucket remove them, and give keep.s3 the same number of days, or allow the credentials to.`);
    const said = stayed.length < ids.length ? await destination.afterRemoval() : null;
    if (said !== null)
        scene.notes.push(said);
    return stayed;
}
function factsOf({ name }, manifests, verdicts, others, { now }) {
    const gone = new Set(verdicts.filter(({ keep }) => !keep).map(({ id }) => id));
    return {
        name,
        kept: manifests.filter(({ id }) => !gone.has(id)).map((manifest) => ({ id: manifest.id, bytes: (0,backup_manifest/* sizeOf */.$d)(manifest) })),
        removed: verdicts.filter(({ keep }) => !keep).map(({ id, why }) => ({ id, why })),
        others,
        lastVerified: manifests.findLast(({ id, verified }) => verified && !(0,backup_clock/* isAhead */.Y0)(id, now))?.id ?? null,
    };
}

;// CONCATENATED MODULE: ./actions/backup/summary.ts
/** What a run of this action made, and how its report shows it. */

function blocksOf({ made, places, drill }) {
    return [
        ...(made === null ? [] : madeBlocks(made, drill !== null)),
        ...places.flatMap((place) => [placeBlock(place), ...sizes(place)]),
        ...(drill === null ? [] : drillBlocks(drill)),
    ];
}
function madeBlocks({ id, seconds, parts }, isLoaded) {
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const before = parts.reduce((sum, { plainBytes }) => sum + (plainBytes ?? 0), 0);
    const rate = seconds > 0 ? `, ${(0,lib_bytes/* sayMib */.Oq)(before / seconds)}/s` : '';
    const ratio = bytes > 0 && before > 0 ? `, packed ${(before / bytes).toFixed(1)} to 1` : '';
    const loaded = isLoaded ? ', and loaded in the drill below' : '; it was not loaded: a drill shows whether it can be';
    return [
        { kind: 'heading', text: ['Backup ', { code: id }] },
        {
            kind: 'text',
            text: `${(0,lib_bytes/* sayMib */.Oq)(bytes)} in ${seconds.toFixed(1)} s${rate}${ratio}. Every process succeeded, every archive was read to its end${loaded}.`,
        },
        {
            kind: 'table',
            head: ['what', 'file', 'on the server', 'packed', 'counted in its snapshot'],
            rows: parts.map(({ name, file, bytes: size, plainBytes, tables, rows }) => [
                name,
                { code: file },
                plainBytes === null ? '' : (0,lib_bytes/* sayMib */.Oq)(plainBytes),
                (0,lib_bytes/* sayMib */.Oq)(size),
                tables === null ? '' : `${tables} tables, ${rows ?? 0} rows`,
            ]),
        },
    ];
}
function placeBlock({ name, kept, removed, others, lastVerified }) {
    const verified = lastVerified === null ? ['none is verified'] : ['the last verified one is ', { code: lastVerified }];
    return {
        kind: 'list',
        lead: [{ strong: name }, `: ${kept.length} backups, `, ...verified, '.'],
        items: [...others, ...removed.map(({ id, why }) => ['removed ', { code: id }, `: ${why}`])],
    };
}
/** Of the last 30 there. */
function sizes({ kept }) {
    const last = kept.slice(-30);
    if (last.length < 2)
        return [];
    const values = last.map(({ id, bytes }) => ({ label: id.slice(4, 8), value: bytes / 2 ** 20 }));
    return [{ kind: 'bars', title: 'Size of the last backups (MiB)', unit: 'MiB', values }];
}
function drillBlocks({ backup, place, seconds, counts }) {
    const came = counts.map(([things, content]) => `${things} with ${content}`).join(' and ');
    return [
        { kind: 'heading', text: 'Restore drill' },
        {
            kind: 'text',
            text: [
                { code: backup },
                ` from ${place} was restored into throwaway servers and volumes in `,
                { strong: `${seconds.toFixed(1)} s` },
                `: ${came}, as its manifest counted them.`,
            ],
        },
    ];
}

;// CONCATENATED MODULE: ./actions/backup/verdict.ts
/** Of a run in which all went well, a drill if there was one. @param to the kinds of places that a backup goes to */
function verdictOf({ made, drill }, to) {
    const came = drill === null ? '' : `was restored in a drill in ${drill.seconds.toFixed(1)} s`;
    if (made !== null) {
        const drilled = drill === null ? '' : ` ${drill.backup === made.id ? 'It' : `Another one, ${drill.backup},`} ${came}.`;
        return `The backup ${made.id} is complete, and is in ${to.join(', ')}.${drilled} No service was stopped for it.`;
    }
    if (drill === null)
        return 'No backup was made.';
    return `The backup ${drill.backup} of ${drill.place} ${came}. No service was stopped for it.`;
}
/** Of a run that failed after it began. @param manifest the backup that this run made; `null`: none is whole */
function verdictOfFailure({ made }, manifest, to) {
    if (manifest === null)
        return 'This run made no backup. No older backup was removed, and no service was stopped.';
    const { id, left } = manifest;
    if (made === null)
        return `The backup ${id} is complete on the host, but in no other place. No older backup was removed.`;
    const what = left.length > 0 ? `lacks ${left.join(', ')}; everything else in it` : 'itself';
    return `The backup ${id} ${what} is complete, and is in ${to.join(', ')}.`;
}

;// CONCATENATED MODULE: ./actions/backup/backup.ts
/** Backup: a snapshot of every database, proven before it counts, in every place; then backups that are too old are removed. */



















/** If the size changes by more than this factor from one backup to the next, either way, a note says so. */
const JUMP = 2;
const backup = {
    name: 'backup',
    lease: 'backup',
    passesFreeze: true,
    streams: true,
    read: readBackupInputs,
    title: ({ drill }) => titleOf(drill),
    watched: (get) => titleOf(get('drill')?.trim() ?? ''),
    ping: ({ dryRun, pingUrl }) => (dryRun ? null : pingUrl),
    secrets: ({ identity }) => (0,feed/* identitiesIn */.Af)(identity ?? ''),
    run: (run) => {
        const { inputs: request, session } = run;
        const { backup, stack } = request.runbook;
        return carryOut({
            ...run,
            request,
            steps: run.steps(null),
            local: (0,source/* hostSource */.Ei)(session.host, backup.directory, stack),
            remote: remotePlaces(request),
        });
    },
};
function titleOf(drill) {
    return drill === 'only' ? 'Restore drill' : 'Backup';
}
async function carryOut(scene) {
    const { request, recorder } = scene;
    const { to } = request.runbook.backup;
    let manifest = null;
    const facts = { made: null, places: [], drill: null };
    const finish = (status, more = {}) => ({
        report: scene.report(status, { blocks: blocksOf(facts), ...more }),
        outputs: outputsOf(request, manifest, facts.drill),
    });
    try {
        if (request.drill !== 'only') {
            recorder.step('Check databases and places');
            const prepared = await prepare(scene);
            if (request.dryRun) {
                facts.places = await planned(scene, prepared.clock, {
                    id: prepared.installation,
                    host: prepared.identity.host,
                });
                return finish('planned', { verdict: 'Nothing was changed. Everything that a backup needs is there.' });
            }
            // Its name and the host's identity are written before the first step.
            recorder.changed = true;
            const { manifest: made, left } = await make(scene, prepared, (published) => {
                manifest = published;
            });
            manifest = made;
            facts.made = madeOf(made);
            await noteFormer(scene, prepared.place, prepared.former, made.id);
            if (left !== null)
                throw left;
            await checkIdentity(scene);
            requireFormer(scene, prepared.former);
            watchSize(made, prepared.earlier, scene);
            recorder.step('Remove old backups');
            const asker = { id: made.installation?.uid ?? null, host: prepared.identity.host };
            facts.places = await prune(scene, prepared.clock, asker, made.id);
        }
        if (request.drill !== 'none' && !request.dryRun)
            facts.drill = await drill(scene, facts.made?.id ?? null);
        return finish('succeeded', { verdict: verdictOf(facts, to) });
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        if (!recorder.changed && request.drill !== 'only')
            throw error;
        return finish((0,report/* statusOf */.c2)(error), { error: (0,report/* describe */.q0)(error), verdict: verdictOfFailure(facts, manifest, to) });
    }
}
function outputsOf(request, manifest, drilled) {
    return {
        backup: manifest?.id ?? '',
        bytes: manifest === null ? '' : String((0,backup_manifest/* sizeOf */.$d)(manifest)),
        path: request.runbook.backup.to.includes('file') && manifest !== null ? request.folder : '',
        'drill-seconds': drilled?.seconds.toFixed(1) ?? '',
    };
}
function remotePlaces({ runbook, folder }) {
    const { to, s3 } = runbook.backup;
    return [
        ...(to.includes('s3') && s3 !== null ? [(0,backup_s3/* s3Destination */.l)(s3, runbook.stack)] : []),
        ...(to.includes('file') ? [(0,source/* folderDestination */.zI)(folder, runbook.stack)] : []),
    ];
}
function madeOf(manifest) {
    const parts = (0,kinds/* eachKind */.u)((kind) => [
        ...kind.parts(manifest).map((part) => ({
            name: kind.fullName(part),
            file: part.file,
            bytes: part.bytes,
            ...kind.counted(part),
        })),
        ...kind.extras(manifest).map(({ title, file, bytes }) => ({
            name: title,
            file,
            bytes,
            plainBytes: null,
            tables: null,
            rows: null,
        })),
    ]);
    return { id: manifest.id, seconds: manifest.seconds ?? 0, parts: parts.flat() };
}
/** Copies that the identity cannot open must not be a reason to remove those that it can. @throws {UserError} RB-IDENTITY */
async function checkIdentity({ request, remote }) {
    const { recipients } = request.runbook.backup;
    if (remote.length === 0 || (await (0,restore_open/* opensWhatIsSealed */.M)(request.identity, recipients)) !== false)
        return;
    throw new errors/* UserError */.y('RB-IDENTITY', {
        what: 'the identity given cannot open what left the host: it was encrypted to other recipients',
        why: `its recipient is not one of ${recipients.join(', ')}`,
        remedy: 'set backup.recipients to the output of age-keygen -y for the identity, or the input identity to the right identity',
    });
}
function watchSize(manifest, earlier, scene) {
    for (const { text } of (0,loss/* lossesIn */.x)([...earlier, manifest]))
        tell(scene, text);
    for (const text of sayEmpty(manifest, scene.request.runbook.backup.ignore))
        tell(scene, text);
    const last = earlier.at(-1);
    if (last === undefined)
        return;
    const factor = (0,backup_manifest/* sizeOf */.$d)(manifest) / Math.max(1, (0,backup_manifest/* sizeOf */.$d)(last));
    if (factor < JUMP && factor > 1 / JUMP)
        return;
    const text = `The backup has ${factor.toFixed(1)} times the size of the one before (${last.id}).`;
    tell(scene, text);
}


/***/ }),

/***/ 88222:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ placeOf),
/* harmony export */   KM: () => (/* binding */ livePath),
/* harmony export */   L4: () => (/* binding */ stateOf),
/* harmony export */   c4: () => (/* binding */ STATE)
/* harmony export */ });
/* harmony import */ var _stack_observe_inventory__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(44898);
/** Where certbot keeps its state, found by the mounts of a container that reads certificates. */

/** certbot's folder for its state, in its image. */
const STATE = '/etc/letsencrypt';
/** Reads a path of the form `…/live/NAME/FILE.pem`. */
function livePath(path) {
    const [, folder, lineage] = /^(.*)\/live\/([^/]+)\/[^/]+$/.exec(path) ?? [];
    return folder === undefined || lineage === undefined ? null : { folder, lineage };
}
/** @returns `null` where the path is not one of certbot's, or its file does not outlive the container */
function stateOf({ mounts }, path) {
    const live = livePath(path);
    return live === null ? null : placeOf(mounts, live.folder);
}
/** The place of a container's folder outside of the container. The deepest mount counts. */
function placeOf(mounts, folder) {
    const over = mounts
        .filter(({ target }) => folder === target || folder.startsWith(target === '/' ? '/' : `${target}/`))
        .sort((a, b) => b.target.length - a.target.length)[0];
    if (over === undefined || (0,_stack_observe_inventory__WEBPACK_IMPORTED_MODULE_0__/* .isAnonymous */ .ok)(over))
        return null;
    const inner = folder.slice(over.target === '/' ? 0 : over.target.length);
    if (over.type === 'bind')
        return { source: `${over.source === '/' ? '' : over.source}${inner}` || '/', inner: '' };
    const [volume = '', ...parts] = over.source.split('/');
    return { source: volume, inner: [...parts.map((part) => `/${part}`), inner].join('') };
}


/***/ })

};
;