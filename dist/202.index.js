"use strict";
exports.id = 202;
exports.ids = [202];
exports.modules = {

/***/ 19202:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  actionsIn: () => (/* binding */ actionsIn),
  command: () => (/* binding */ command),
  usesOf: () => (/* binding */ usesOf)
});

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/init/check.ts + 1 modules
var check = __webpack_require__(3568);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/load.ts + 11 modules
var load = __webpack_require__(35914);
// EXTERNAL MODULE: ./actions/lib/init/checklist.ts
var checklist = __webpack_require__(76037);
// EXTERNAL MODULE: ./actions/lib/init/compose.ts + 2 modules
var init_compose = __webpack_require__(51413);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(78157);
;// CONCATENATED MODULE: ./actions/lib/init/host-look.ts
/** What runs on the host already, read by one script over the operator's own SSH. Changes nothing there. */




/**
 * @param services of the repository; the project with the most of them is the right one, if it also has an image that
 *   only this application has
 */
function hostLookScript(services, paths) {
    const lines = services.map(({ name, image }) => `${name} ${repositoryOf(image ?? '')}`);
    return [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `SERVICES=${(0,quote/* quote */.h)(lines.join('\n'))} PATHS=${(0,quote/* quote */.h)(paths.join('\n'))}`,
        (0,stack_sections/* sectionsScript */.Q)(),
        (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "host-look.sh", 'utf8'),
    ].join('\n');
}
function parseHostLook(output) {
    const sections = (0,stack_sections/* sectionsOf */.K)(output);
    const lines = (name) => (sections.get(name) ?? []).filter((line) => line !== '');
    const [stack = null, directory = null] = lines('project');
    const files = lines('compose').map((path) => below(path, directory));
    const postgres = lines('postgres').map((line) => {
        const [service = '', user = '', database = ''] = line.split('\t');
        return [service, { user: user || 'postgres', database: database || user || 'postgres' }];
    });
    const [env] = lines('environment');
    return {
        says: lines('says'),
        stack,
        directory,
        compose: files.filter((path) => path !== null),
        envFile: env === undefined ? null : below(env, directory),
        running: new Set(lines('services')),
        images: new Map(lines('images').map((line) => [line.replace(/ .*/, ''), line.replace(/^\S+ /, '')])),
        postgres: new Map(postgres),
        probes: lines('probes'),
        crontab: lines('crontab'),
        look: lines('look'),
    };
}
/** A host path relative to its folder; `null`: it lies elsewhere. */
function below(path, folder) {
    return folder !== null && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}
/** The image without tag and digest; empty: not known. */
function repositoryOf(image) {
    const [text = ''] = image.split('@');
    const repository = text.replace(/:(\$\{[^}]*\}|[^/:{}]*)+$/, '');
    return repository.includes('$') ? '' : repository;
}

;// CONCATENATED MODULE: ./actions/lib/init/image-tags.ts
/** How the tags of the application's images are spelled. Pure. */
/**
 * @param images service → image: as the host runs it, else as the Compose files have it, whose variables count by their
 *   defaults
 * @returns a tag of three numbers, if every version among the tags is spelled so, without a v; `null`: nothing tells that
 */
function bareTag(images, versioned) {
    const tags = versioned.flatMap((service) => tagOf(images.get(service) ?? '') ?? []);
    const versions = tags.filter((tag) => /^v?\d/.test(tag));
    return versions.length > 0 && versions.every((tag) => /^\d+\.\d+\.\d+/.test(tag)) ? (versions[0] ?? null) : null;
}
function tagOf(image) {
    const plain = image.replace(/\$\{\w+(?::?-([^}]*))?\}/g, (_, value) => value ?? '');
    return /:([^/:@]+)(?:@|$)/.exec(plain)?.[1] ?? null;
}

// EXTERNAL MODULE: ./actions/lib/init/needs.ts
var needs = __webpack_require__(15400);
;// CONCATENATED MODULE: ./actions/lib/init/other-workflows.ts
/** What is to be said of the repository's own workflows, which stay as they are. Pure. */
const OURS = /uses:\s*\S*\/actions\/([a-z-]+)(?:@\S+)?/;
/** A command of Compose or of a stack of Swarm, and a way to another machine. */
const CHANGES = /docker[ -]compose\b[^\n]*\b(up|pull|restart)\b|docker stack deploy/;
const AFAR = /appleboy\/ssh-action|\bssh\s+(-\S+\s+)*\S*@|DOCKER_HOST\S*\s*ssh:|docker context/;
/**
 * @param texts file name → text
 * @param kept paths of files for which `init` had its own text, too
 * @param config path of the runbook file
 */
function sayOthers(texts, kept, config) {
    return [...texts].flatMap(([name, text]) => {
        const path = `.github/workflows/${name}`;
        const changes = CHANGES.test(text) && AFAR.test(text);
        return [
            ...(kept.includes(path) ? sayKept(path, text, config) : []),
            ...(changes
                ? [
                    `${name} also changes containers over SSH. It does not take the lock of these actions, and each of its changes is drift (RB-DRIFT). Switch this workflow off before the first deploy of these actions.`,
                ]
                : []),
        ];
    });
}
function sayKept(path, text, config) {
    if (!OURS.test(text)) {
        const title = titleOf(path);
        return [
            `${path} does not run these actions, so ${title} has no workflow. Rename or remove this file, and run init again.`,
        ];
    }
    const isDefault = config === 'runbook.yml';
    if (isDefault ? !/^\s*config: (?!\$\{\{)/m.test(text) : text.includes(`config: ${config}`))
        return [];
    return [
        `${path} is for another stack: it has no line config: ${config}. Copy this file under another name, and write that line into the copy.`,
    ];
}
/** `.github/workflows/restore-drill.yml` → `Restore drill`. */
function titleOf(path) {
    const name = path
        .replace(/^.*\//, '')
        .replace(/\.ya?ml$/, '')
        .replaceAll('-', ' ');
    return name.charAt(0).toUpperCase() + name.slice(1);
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(38815);
;// CONCATENATED MODULE: ./actions/lib/init/publishing.ts
/** The image tags that the repository's own workflows push, read from docker/metadata-action's patterns. Pure. */

/** @param workflows file name → text */
function publishingOf(workflows) {
    for (const [file, text] of workflows) {
        if (!/docker\/build-push-action|docker(\s+buildx)?\s+(build|push)|docker\/bake-action/.test(text))
            continue;
        const bare = /type=semver,pattern=\{\{\s*version\s*\}\}/.test(text);
        const asTagged = /type=ref,event=tag|type=semver,pattern=v\{\{\s*version\s*\}\}|\$\{\{\s*github\.ref_name\s*\}\}/.test(text);
        return { file, tag: asTagged ? 'v1.4.0' : bare ? '1.4.0' : null, ofTags: startsByTags(text) };
    }
    return null;
}
/** GitHub starts a workflow for pushes of branches alone where these are named and tags are not. */
function startsByTags(text) {
    const events = eventsIn(text);
    if (typeof events !== 'object' || events === null || Array.isArray(events))
        return true;
    const { push, ...others } = events;
    if (['release', 'create', 'workflow_call', 'workflow_run'].some((name) => name in others))
        return true;
    if (!('push' in events))
        return false;
    const filter = typeof push === 'object' && push !== null ? push : {};
    const hasBranches = 'branches' in filter || 'branches-ignore' in filter;
    return !hasBranches || 'tags' in filter || 'tags-ignore' in filter;
}
function eventsIn(text) {
    try {
        return (0,dist/* parse */.qg)(text)?.on;
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./actions/lib/init/registries.ts
/** @param services those whose images a deploy pulls by its version */
function sayRegistries(services) {
    const registries = new Map();
    for (const { name, image } of services) {
        const registry = image === null ? null : registryOf(image);
        if (registry !== null)
            registries.set(registry, [...(registries.get(registry) ?? []), name]);
    }
    return [...registries].map(([registry, names]) => `The ${names.length === 1 ? 'image' : 'images'} of ${names.join(', ')} ${names.length === 1 ? 'comes' : 'come'} from ${registry}. If it asks for a login, set the variable REGISTRY to ${registry}, the variable REGISTRY_USER and the secret REGISTRY_PASSWORD.`);
}
/** As Docker reads a name: its first part is a registry if it has a dot or a port. `null`: a variable decides. */
function registryOf(image) {
    const [first = '', ...rest] = image.split('/');
    if (first.includes('$'))
        return null;
    return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

// EXTERNAL MODULE: ./actions/lib/init/repository.ts
var repository = __webpack_require__(47497);
;// CONCATENATED MODULE: ./actions/lib/init/runbook-text.ts
/** Writes the `runbook.yml` for a survey, with the findings beside each key. Pure. */

function runbookText(survey, { reference, schema, bare, seen }) {
    const { stack, directory, compose, envFile, versioned, proxy, door, domain, probes } = survey;
    const lines = [
        `# yaml-language-server: $schema=${schema}`,
        `# What the procedures must know about this stack. Written by init; all keys: ${reference}`,
        line(`stack: ${stack}`, `${seen ? '' : 'a guess, as no host was read: '}the project that \`docker compose ls\` shows`),
        line(`directory: ${runbook_text_text(directory)}`, seen ? 'on the host' : 'on the host; a guess, as no host was read'),
        ...(domain === null ? [] : [`url: https://${domain}`]),
        `compose: ${flow(compose)}`,
        envFile === null
            ? line('env-file: null', 'no env file was found')
            : line(`env-file: ${runbook_text_text(envFile)}`, 'for variables in the Compose files, and for services that name it'),
        ...(survey.profiles.length === 0 ? [] : [line(`profiles: ${flow(survey.profiles)}`, 'active on the host')]),
        ...(survey.files.length === 0
            ? []
            : [
                line(`files: ${flow(survey.files)}`, 'uploaded completely, because a variable decides which part is mounted'),
            ]),
        line(`versioned: ${flow(versioned)}`, 'a deploy sets the image tag of these to its version'),
        ...(bare ? [line('tag: "{semver}"', 'Git tag v1.4.0 → image tag 1.4.0')] : []),
        ...services(survey),
        'proxy:',
        ...(proxy === null
            ? [
                '  service: null',
                ...(door === null ? [] : [line(`  url: ${door.url}`, `a port of ${door.service}`)]),
                ...(door !== null || domain === null
                    ? []
                    : [
                        line('  url: https://localhost', 'requested from the host itself, where a proxy of another stack answers'),
                        `  host-header: ${domain}`,
                    ]),
            ]
            : [
                `  service: ${runbook_text_text(proxy.service)}`,
                line(`  url: ${proxy.tls ? 'https' : 'http'}://localhost`, 'requested from the host itself'),
                ...(domain === null
                    ? [line('  # host-header: shop.example', "the site's name; without it probes ask for localhost")]
                    : [`  host-header: ${domain}`]),
            ]),
        line(`  probes: ${flow(probes.length > 0 ? probes : ['/'])}`, `${probes.length > 0 ? '' : 'a guess; '}requested before and after the cutover: none may answer worse, and a path that fails before is left out`),
        'migration:',
        survey.migration === null
            ? line('  service: null', 'no service that only migrates was found')
            : `  service: ${runbook_text_text(survey.migration)}`,
        ...backup(survey),
        ...(survey.writers.length === 0
            ? []
            : ['restore:', line(`  writers: ${flow(survey.writers)}`, 'stopped while restored data becomes live')]),
        ...defaults(),
    ];
    return `${lines.join('\n')}\n`;
}
/** What holds without being written, from the schema itself. */
function defaults() {
    const { keepReleases, planLifetime, defaults: service, watch } = (0,load/* parseRunbook */.w)('', 'runbook.yml');
    return [
        '# Defaults, which you can write here with other values (durations in seconds):',
        `# keep-releases: ${keepReleases}`,
        `# plan-lifetime: ${planLifetime}`,
        `# defaults: { drain-timeout: ${service.drainTimeout}, stable-for: ${service.stableFor} }`,
        `# watch: { duration: ${watch.duration}, error-rate: ${watch.errorRate}, p95: ${watch.p95} }`,
    ];
}
function services({ health, interrupted, shareable }) {
    const names = [...new Set([...health.keys(), ...interrupted.keys()])].sort();
    if (names.length === 0)
        return [];
    return [
        'services:',
        ...names.flatMap((name) => {
            const asked = health.get(name);
            const why = interrupted.get(name);
            const shared = shareable.get(name);
            return [
                ...(why === undefined ? [] : [`  # A deploy of ${name} stops it for a moment, because ${why}.`]),
                ...(shared === undefined
                    ? []
                    : [`  # If two containers may write there at the same time, give it shared-volumes: ${flow(shared)}`]),
                ...(asked === undefined
                    ? []
                    : [
                        `  ${runbook_text_text(name)}: { health-path: ${runbook_text_text(asked.path)}${asked.port === null ? '' : `, health-port: ${asked.port}`} }`,
                    ]),
            ];
        }),
    ].flatMap((one, index, all) => index === 0 && all.every((other, at) => at === 0 || other.startsWith('  #')) ? ['# services:'] : [one]);
}
function backup({ databases, volumes, qdrant, redpanda }) {
    return [
        'backup:',
        line('  directory: /opt/backups', 'on the host; make it there, and let ssh-user own it'),
        ...(databases.length === 0
            ? ['  databases: []']
            : [
                '  databases:',
                ...databases.map(({ service, user, database }) => `    - { service: ${runbook_text_text(service)}, user: ${runbook_text_text(user)}, database: ${runbook_text_text(database)} }`),
            ]),
        ...(volumes.length === 0 ? [] : [`  volumes: ${flow(volumes)}`]),
        ...(qdrant.length === 0 ? [] : [`  qdrant: [${qdrant.map((name) => `{ service: ${runbook_text_text(name)} }`).join(', ')}]`]),
        ...(redpanda.length === 0 ? [] : [`  redpanda: ${flow(redpanda)}`]),
        '  keep: { days: 30 }',
        line('  # s3: { bucket: …, region: … }', 'copies off the host: set this up in the first week'),
        line('  # recipients: [age1…]', 'age-keygen -o backup.key; keep that file outside GitHub too'),
    ];
}
function line(key, comment) {
    return `${key.padEnd(34)} # ${comment}`;
}
function flow(values) {
    return `[${values.map(runbook_text_text).join(', ')}]`;
}
/** Plain where YAML reads it as the same string, otherwise quoted. */
function runbook_text_text(value) {
    return /^[A-Za-z/.][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|\.|~)$/i.test(value)
        ? value
        : JSON.stringify(value);
}

;// CONCATENATED MODULE: ./actions/lib/init/site.ts
/** The files for proxies in the repository, and the site's name in them. */



const NAME = /^(?:https?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?::\d+)?$/i;
/** Bytes; larger files were not written by people. */
const LARGEST = 200_000;
/** Comments are left out: a name in them is an example. */
const COMMENT = /(^|\s)#.*$/gm;
/** Texts of the files that a service mounts from the repository. @param proxy name of the service */
function filesOf(folder, { services }, proxy) {
    const service = services.find(({ name }) => name === proxy);
    if (service === undefined)
        return [];
    return service.mounts
        .filter(({ source, kind }) => kind === 'bind' && source.startsWith('.'))
        .flatMap(({ source }) => textsAt((0,external_node_path_.join)(folder, source)))
        .map((text) => filled(text.replace(COMMENT, '$1'), service));
}
/** `{$SITE}` and `{$SITE:default}` of a Caddyfile, `${SITE}` of a template for nginx, where the Compose files give the value. */
function filled(text, { environment }) {
    return text.replace(/\{\$(\w+)(?::([^{}]*))?\}|\$\{(\w+)\}/g, (all, caddy, missing, nginx) => (0,init_compose/* defaultOf */.HA)(environment.get(caddy ?? nginx ?? '') ?? '') ?? missing ?? all);
}
function textsAt(path) {
    if (!(0,external_node_fs_.existsSync)(path))
        return [];
    const facts = (0,external_node_fs_.statSync)(path);
    if (facts.isDirectory())
        return (0,external_node_fs_.readdirSync)(path)
            .filter((name) => /\.(conf|conf\.template|caddy|cfg)$|^Caddyfile$/.test(name))
            .sort()
            .flatMap((name) => textsAt((0,external_node_path_.join)(path, name)));
    return facts.isFile() && facts.size <= LARGEST ? [(0,external_node_fs_.readFileSync)(path, 'utf8')] : [];
}
/** @param texts from {@link filesOf} @returns the first name of the first site that answers itself; `null`: none is written there */
function siteIn(texts) {
    const sites = texts.flatMap(sitesIn);
    // A site that only redirects says nothing about the application.
    return (sites.find(({ redirects }) => !redirects) ?? sites[0])?.name ?? null;
}
/**
 * nginx's `server_name`, the address before a block of a Caddyfile, the name in a rule of HAProxy, Apache's
 * `ServerName`. Source: caddyserver.com/docs/caddyfile/concepts
 */
function sitesIn(text) {
    const lines = /^[ \t]*(?:server_name\s+([^;]+);|([^\s{}()@*][^{}()\n]*)\{[ \t]*$|.*\bhdr\(host\)\s+(?:-i\s+)?(\S.*)$|servername\s+(\S+)$)/gim;
    return [...text.matchAll(lines)].flatMap(({ index, 1: nginx, 2: caddy, 3: haproxy, 4: apache }) => {
        const block = nginx !== undefined ? around(text, index) : caddy !== undefined ? blockAt(text, index) : '';
        const redirects = /^\s*(return\s+30\d|redir)\b/m.test(block) && !/_pass|\broot\b|location|reverse_proxy/.test(block);
        return (nginx ?? caddy ?? haproxy ?? apache ?? '').split(/[\s,]+/).flatMap((word) => {
            const name = NAME.exec(word)?.[1];
            return name === undefined ? [] : [{ name, redirects }];
        });
    });
}
/** The block that contains this place. */
function around(text, at) {
    let depth = 0;
    for (let start = at; start >= 0; start -= 1) {
        if (text[start] === '}')
            depth += 1;
        else if (text[start] === '{')
            depth -= 1;
        if (depth < 0)
            return blockAt(text, start);
    }
    return '';
}
/** From the next brace to the one that closes it. */
function blockAt(text, at) {
    const start = text.indexOf('{', at);
    let depth = 0;
    for (let end = start; end >= 0 && end < text.length; end += 1) {
        if (text[end] === '{')
            depth += 1;
        else if (text[end] === '}')
            depth -= 1;
        if (depth === 0)
            return text.slice(start, end + 1);
    }
    return '';
}

;// CONCATENATED MODULE: ./actions/lib/init/images.ts
/** Roles of well-known images, by the last part of their names, because registries and mirrors differ. */
const ROLES = [
    [/^(nginx|nginx-unprivileged|openresty|nginx-proxy|swag)$/, 'nginx'],
    [/^caddy/, 'caddy'],
    [/^traefik$/, 'traefik'],
    [/^haproxy/, 'haproxy'],
    [/^(httpd|apache)$/, 'apache'],
    [/^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?|supabase-postgres|citus)$/, 'postgres'],
    [/^qdrant$/, 'qdrant'],
    [/^redpanda$/, 'redpanda'],
    [/^(certbot|dns-.*)$/, 'certbot'],
    [
        /^(mysql|mariadb|percona(-server)?|mongo|mongodb.*|redis|redis-stack(-server)?|dragonfly|valkey|keydb|memcached|elasticsearch|opensearch|kafka|cp-kafka|rabbitmq|minio|clickhouse(-server)?|influxdb|couchdb|cassandra|neo4j|meilisearch|typesense|weaviate|milvus|chroma|etcd|nats)$/,
        'other-data',
    ],
];
/** @returns the image's name without registry, owner, tag and digest */
function baseName(image) {
    const [path = ''] = image.replace(/\$\{[^}]*\}/g, '').split('@');
    return (path.split('/').at(-1) ?? '').split(':')[0] ?? '';
}
/** @returns `null` for an image that is not well known, such as the application itself */
function roleOf(image) {
    if (image === null)
        return null;
    const name = baseName(image);
    return ROLES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
/** Whether an image is a program that migrates databases and does nothing else. */
function isMigrator(image) {
    return image !== null && /^(migrate|flyway|liquibase|dbmate|atlas|goose(-docker)?|sqitch)$/.test(baseName(image));
}
/** Whether an image is official or a vendor's: nobody gives such an image the application's version as tag. */
function isForeign(image) {
    return roleOf(image) !== null || !image.replace(/\$\{[^}]*\}/g, '').includes('/');
}

;// CONCATENATED MODULE: ./actions/lib/init/look-at.ts
/** What an operator should look at in the Compose files, as sentences. Pure. */


const MIGRATES = /\b(migrat(e|ions?)|alembic\s+upgrade|db:migrate|db:prepare|flyway|liquibase|goose\s+up|prisma\s+db\s+push)\b/i;
/** What to do about a migration that runs whenever a container starts. */
const OWN_SERVICE = 'Move the migration to a service of its own (depends_on: condition: service_completed_successfully). A deploy runs that service once, and changes nothing if it fails.';
function lookAt(services, { directory, proxy, door, domain, migration, databases, copied }) {
    const look = [];
    for (const { name, image, command, entrypoint, builds } of services) {
        if (name !== migration && MIGRATES.test(`${command} ${entrypoint}`))
            look.push(`${name} migrates the database when it starts: each new container does this before its release is judged, and a rollback does not undo it. ${OWN_SERVICE}`);
        if (image === null && builds)
            look.push(`${name} has build: and no image: in the Compose file. Give it an image: from a registry, and push that image from a workflow. The host builds nothing.`);
        if (roleOf(image) === 'other-data')
            look.push(`${name} (${image}) holds data that no backup of these actions contains: back it up with its own tools.`);
        if (roleOf(image) === 'certbot')
            look.push(`${name} renews certificates; nginx serves a renewed certificate only after a reload.`);
    }
    if (proxy === null)
        look.push(`No proxy was found in these files, so runbook.yml says proxy.service: null. Probes request ${door === null
            ? domain === null
                ? 'https://localhost on the host, where the proxy of another stack may answer. Set proxy.url and proxy.host-header so that the probes reach your site.'
                : `https://localhost on the host under the name ${domain}, where the proxy of another stack has to answer. If it does not listen on port 443 of the host, set proxy.url.`
            : `${door.url} on the host, a port of ${door.service}. If ${door.service} itself is a proxy, in an image of your own, name it as proxy.service. If a proxy outside of these files is in front of it, set proxy.url and proxy.host-header so that the probes reach your site through that proxy.`}`);
    else if (proxy.kind !== 'nginx')
        look.push(`A deploy counts the answers of the proxy ${proxy.service}${proxy.service === proxy.kind ? '' : ` (${proxy.kind})`} only where it logs requests to its output, and sends its own probes in any case. PROXIES.md says what a changed configuration does.`);
    if (proxy?.tls === true && domain === null)
        look.push('The name of the site was not found. Write it in runbook.yml as proxy.host-header. Without it the probes ask for localhost, for which the proxy may have no certificate and no site, and probes that fail before a deploy are left out.');
    look.push(...sayColours(services));
    look.push(...sayFolders(services, proxy?.service ?? null, directory));
    if (databases.length === 0)
        look.push(copied.length > 0
            ? 'No PostgreSQL was found: backups copy volumes only.'
            : 'No data was found that a backup could copy, so no workflow makes backups.');
    return look;
}
/** Two services of which one stands still, and which people or scripts exchange. */
function sayColours(services) {
    const names = new Set(services.map(({ name }) => name));
    return [...names].flatMap((blue) => {
        const [, start, mark] = /^(.*?)([-_]?)blue$/.exec(blue) ?? [];
        const green = `${start}${mark}green`;
        if (start === undefined || !names.has(green))
            return [];
        const one = start === '' ? 'app' : start;
        return [
            `${blue} and ${green} seem to be a blue/green deployment of your own. A deploy would run both, and does not know which of them the proxy calls. Make one service of them (such as ${one}), let the proxy call it, and stop the scripts that exchange them: a deploy itself starts the new ${one} beside the old one.`,
        ];
    });
}
/** Folders that are the host's own, or not data. */
const HOSTS = /^\/(dev|etc|lib|proc|run|sys|usr|var\/(lib\/docker|log|run))(\/|$)|^\.\/?$/;
function sayFolders(services, proxy, directory) {
    return services.flatMap(({ name, image, mounts }) => {
        const binds = mounts.filter(({ kind }) => kind === 'bind');
        const outside = new Set(binds.filter(({ source }) => source.startsWith('../')).map(({ source }) => source));
        // A name with a dot in it is a file's.
        const data = binds.filter(({ source, readOnly }) => !readOnly && !HOSTS.test(source) && !/[$]|\/[^/]+\.[^/]*$/.test(source));
        const own = roleOf(image) === null && name !== proxy ? new Set(data.map(({ source }) => source)) : new Set();
        return [
            ...(own.size === 0
                ? []
                : [
                    `${name} writes to ${[...own].join(', ')} on the host, which no backup contains. If this is data, write in runbook.yml under backup: volumes: [${[...own].map((source) => (source.startsWith('~') ? source : external_node_path_.posix.resolve(directory, source))).join(', ')}]`,
                ]),
            ...[...outside].map((source) => `${name} mounts ${source}, which is outside of the folder of runbook.yml, so a deploy does not upload it.`),
        ];
    });
}

;// CONCATENATED MODULE: ./actions/lib/init/start-files.ts
/** Files of the repository with which an image starts, and that migrate: the Compose files do not show this. */



/** Of the repository, and of each folder directly in it. */
const FOLDERS = ['', 'bin', 'docker', 'scripts'];
const NAMES = ['Dockerfile', 'docker-entrypoint', 'docker-entrypoint.sh', 'entrypoint', 'entrypoint.sh', 'start.sh'];
/** Bytes; larger files were not written by people. */
const start_files_LARGEST = 100_000;
/** A sentence for each file; the services whose images start with it are not known. */
function sayStartFiles(folder) {
    const parts = (0,external_node_fs_.readdirSync)(folder, { withFileTypes: true }).filter((one) => one.isDirectory() && !one.name.startsWith('.') && one.name !== 'node_modules' && !FOLDERS.includes(one.name));
    return ['', ...parts.map(({ name }) => name)]
        .flatMap((part) => FOLDERS.flatMap((at) => NAMES.map((name) => (0,external_node_path_.join)(part, at, name))))
        .filter((path) => isSmallFile((0,external_node_path_.join)(folder, path)) && migrates(path, (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(folder, path), 'utf8')))
        .map((path) => `${path} migrates the database. If an image of this stack starts with it, each new container migrates before its release is judged, and a rollback does not undo it. ${OWN_SERVICE}`);
}
function isSmallFile(path) {
    if (!(0,external_node_fs_.existsSync)(path))
        return false;
    const facts = (0,external_node_fs_.statSync)(path);
    return facts.isFile() && facts.size <= start_files_LARGEST;
}
/** Of a Dockerfile only the instructions that say how a container starts count: its image may also copy migrations. */
function migrates(path, text) {
    const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
    const starts = path.endsWith('Dockerfile') ? lines.filter((line) => /^\s*(CMD|ENTRYPOINT)\b/i.test(line)) : lines;
    return MIGRATES.test(starts.join('\n'));
}

// EXTERNAL MODULE: ./actions/lib/stack/project-name.ts
var project_name = __webpack_require__(70722);
;// CONCATENATED MODULE: ./actions/lib/init/door.ts
/** @param services those without data @returns `null`: no port tells it */
function doorOf(services) {
    const open = services.flatMap(({ name, ports }) => ports.flatMap((port) => doorAt(name, port)));
    const known = ['https://localhost', 'http://localhost'];
    const [found = null] = known.flatMap((url) => open.find((one) => one.url === url) ?? []);
    return found ?? (open.length === 1 ? (open[0] ?? null) : null);
}
function doorAt(service, { published, udp }) {
    const port = /^\$\{\w+:?-(\d+)\}$/.exec(published ?? '')?.[1] ?? published ?? '';
    if (udp || !/^\d+$/.test(port))
        return [];
    const url = port === '443' ? 'https://localhost' : `http://localhost${port === '80' ? '' : `:${port}`}`;
    return [{ service, url }];
}

;// CONCATENATED MODULE: ./actions/lib/init/health.ts
/** @returns `null`: neither of the two names a path */
function healthOf({ healthcheck, labels }) {
    const asked = askedIn(healthcheck);
    if (asked !== null || /https?:\/\//.test(healthcheck))
        return asked;
    const label = (end) => [...labels].find(([name]) => name.startsWith('traefik.http.services.') && name.endsWith(end))?.[1] ?? null;
    const path = label('.loadbalancer.healthcheck.path');
    const port = label('.loadbalancer.server.port') ?? '';
    return path === null || !/^\/[\x21-\x7e]*$/.test(path) || path.includes('$')
        ? null
        : { path, port: /^\d+$/.test(port) ? Number(port) : null };
}
/** Finds `http://localhost:8080/healthz` in a healthcheck. */
function askedIn(healthcheck) {
    const [, port, path = '/'] = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(\/[\x21-\x7e]*)?/.exec(healthcheck) ?? [];
    if (!/https?:\/\//.test(healthcheck) || path.includes('$'))
        return null;
    return { path: path.replace(/["')\]|;]+.*$/, ''), port: port === undefined ? null : Number(port) };
}

;// CONCATENATED MODULE: ./actions/lib/init/interruption.ts
/** Whether a service names another one: in `depends_on`, or as a host in a variable. */
function callsService({ dependsOn, environment }, service) {
    return dependsOn.has(service) || [...environment.values()].some((value) => hostOf(service).test(value));
}
/** As a host: the last part of a path, such as `/var/www/certbot` or `/run/secrets/db`, names none. */
function hostOf(service) {
    return new RegExp(`(^|//|[@,=(\\s"'])${service.replace(/[^\w-]/g, '.')}($|[:/,;)\\s"'])`);
}
/** Whether anybody can notice that the service stops: a caller, its own healthcheck, a rule or a file of a proxy tells. */
function isServing(service, services, proxyFiles) {
    const { name, ports, healthcheck, labels, environment } = service;
    return (ports.length > 0 ||
        /https?:\/\//.test(healthcheck) ||
        [...labels.keys()].some((label) => /^traefik\.(http|tcp)\./.test(label)) ||
        environment.has('VIRTUAL_HOST') ||
        proxyFiles.some((text) => hostOf(name).test(text)) ||
        services.some((one) => one.name !== name && callsService(one, name)));
}
/** @param proxyFiles texts of the files that proxies mount @returns the service's name and why; nothing if it is not interrupted */
function interruption(service, services, proxyFiles) {
    const { name, containerName } = service;
    const writes = writtenBy(service);
    const why = [
        ...(containerName ? ['it has a container_name'] : []),
        ...(service.hostNetwork ? ["it is in the host's network"] : []),
        ...(publishes(service) ? ['it publishes a port of the host'] : []),
        ...(writes.length > 0 ? [`it writes to ${writes.join(', ')}`] : []),
    ];
    return why.length === 0 || !isServing(service, services, proxyFiles) ? [] : [[name, why.join(' and ')]];
}
/** @returns the service's name and what it writes to, where `shared-volumes` alone would avoid the interruption */
function shareable(service) {
    const writes = writtenBy(service);
    const isFixed = service.containerName || service.hostNetwork || publishes(service);
    return isFixed || writes.length === 0 || writes.some((source) => source.includes('$'))
        ? []
        : [[service.name, writes]];
}
function writtenBy({ mounts }) {
    const writes = mounts.filter(({ readOnly, source }) => !readOnly && source !== '/var/run/docker.sock');
    return [...new Set(writes.map(({ source }) => source))];
}
function publishes({ ports }) {
    return ports.some(({ published }) => published !== null);
}

;// CONCATENATED MODULE: ./actions/lib/init/versioned.ts

/** Owners of images that many stacks run beside their application. */
const VENDORS = /(^|\/)(adminer|amacneil|apache|arigaio|authelia|axllent|bitnami|bitnamilegacy|browserless|cadvisor|centrifugo|cloudflare|confluentinc|containrrr|crazymax|dbgate|dpage|dragonflydb|edoburu|elastic|flyway|getmeili|goauthentik|gomicro|gotenberg|grafana|hashicorp|hasura|jaegertracing|jc21|jwilder|keycloak|kong|kukymbr|linuxserver|liquibase|louislam|mailhog|mcuadros|metabase|mher|migrate|minio|n8nio|nginx|nginxproxy|oauth2-proxy|offen|oliver006|ollama|open-telemetry|otel|portainer|postgrest|prodrigestivill|prom|prometheuscommunity|quickwit|redis|soketi|sonatype|sosedoff|tecnativa|temporalio|traefik|unleashorg|valkey|vaultwarden|victoriametrics|willfarrell|zitadel)$/;
/** Tags that people move, versions, and the absence of a tag. */
const OWN_TAG = /^$|^(latest|main|master|stable|edge|live|prod|production|release|staging)$|^v?\d+\.\d+|^sha-/;
/**
 * What is built here, has a variable as its tag, or has the owner of such an image. If nothing tells that, tags do; images
 * of vendors never count.
 */
function versionedOf(services) {
    const parts = services.map((one) => ({ ...one, ...partsOf(one.image ?? '') }));
    const outside = ({ image, owner }) => image !== null && (isForeign(image) || VENDORS.test(owner));
    const sure = parts.filter((one) => !outside(one) && (one.builds || one.tag.includes(VARIABLE)));
    const owners = new Set(sure.flatMap(({ image, owner }) => (image === null ? [] : [owner])));
    const own = parts.filter((one) => sure.includes(one) ||
        (one.image !== null &&
            !outside(one) &&
            (owners.size > 0 ? owners.has(one.owner) : sure.length === 0 && OWN_TAG.test(one.tag))));
    return {
        services: own.map(({ name }) => name),
        others: parts
            .filter((one) => !own.includes(one) && one.image?.includes('/') && !isForeign(one.image))
            .map(({ name }) => name),
    };
}
const VARIABLE = '\0';
/** Registry and owner, and the tag; a digest is left out. */
function partsOf(image) {
    const [text = ''] = image.replace(/\$\{[^}]*\}|\$\w+/g, VARIABLE).split('@');
    const slash = text.lastIndexOf('/');
    const last = text.slice(slash + 1);
    const colon = last.indexOf(':');
    return { owner: text.slice(0, Math.max(slash, 0)), tag: colon < 0 ? '' : last.slice(colon + 1) };
}

;// CONCATENATED MODULE: ./actions/lib/init/profiles.ts


/** Compose itself starts no service of a profile that nobody names. @param running names of services on the host */
function activeIn(services, running) {
    const profiles = new Set(services.flatMap(({ name, profiles: own }) => (running.has(name) ? own.slice(0, 1) : [])));
    const isActive = ({ profiles: own }) => own.length === 0 || own.some((one) => profiles.has(one));
    const versioned = new Set(versionedOf(services).services);
    return {
        services: services.filter(isActive),
        profiles: [...profiles],
        look: services
            .filter((one) => !isActive(one))
            .map(({ name, profiles: [profile], command, entrypoint }) => {
            const migrates = MIGRATES.test(`${name} ${command} ${entrypoint}`);
            const keys = [
                ...(versioned.has(name) ? ['under versioned'] : []),
                ...(migrates ? ['as migration.service'] : []),
            ].join(' and ');
            return `${name} belongs to the profile ${profile}, which does not seem to be active, so init left it out. If deploys should include it, write profiles: [${profile}] in runbook.yml${keys === '' ? '' : `, and ${name} ${keys}`}.`;
        }),
    };
}

;// CONCATENATED MODULE: ./actions/lib/init/survey.ts
/** What belongs to a stack, read from its Compose files and the host. Pure. */










/**
 * @param folder name of the repository's folder
 * @param envFiles env files in the repository
 * @param filesOf texts of the files that a service mounts from the repository
 */
function survey(project, { folder, envFiles, host, filesOf, }) {
    const { services, profiles, look: leftOut } = activeIn(project.services, host?.running ?? new Set());
    const found = [];
    const look = [...project.notFollowed, ...leftOut];
    const proxy = proxyOf(services);
    const own = (0,project_name/* normalized */.A9)(project.name?.includes('$') === false ? project.name : folder) || 'app';
    const directory = host?.directory ?? `/opt/${own}`;
    const { services: versioned, others } = versionedOf(services);
    const databases = databasesOf(services, host, look);
    const migration = migrationOf(services);
    const dataServices = new Set(services.filter(({ image }) => isData(roleOf(image))).map(({ name }) => name));
    const inFront = proxy?.service ?? null;
    const application = services.filter(({ name }) => !dataServices.has(name) && name !== inFront);
    const envFile = host?.envFile ?? envFiles[0] ?? application.flatMap((one) => one.envFiles)[0] ?? null;
    const proxyFiles = services.filter(({ image }) => isProxy(roleOf(image))).flatMap(({ name }) => filesOf(name));
    // What runs to its end serves nobody.
    const serving = application.filter(({ name }) => name !== migration && !awaitedIn(services).has(name));
    const interrupted = new Map(serving.flatMap((one) => interruption(one, services, proxyFiles)));
    const volumes = volumesOf(application);
    const qdrant = named(services, 'qdrant');
    const door = proxy === null ? doorOf(application) : null;
    const domain = domainIn(services) ?? (inFront === null ? null : siteIn(filesOf(inFront)));
    look.push(...lookAt(services, { directory, proxy, door, domain, migration, databases, copied: [...volumes, ...qdrant] }));
    const open = envFile === null ? openIn(services) : [];
    if (open.length > 0)
        look.push(`The Compose files use ${open.join(', ')} without a default, and no env file was found. If the server has one, write its path as env-file in runbook.yml: without it a deploy is refused (RB-VARIABLE-UNSET).`);
    if (proxy !== null)
        found.push(`${proxy.service} is the proxy in front (${proxy.kind}).`);
    if (migration !== null)
        found.push(`${migration} migrates the database; a deploy runs it to its end before anything changes.`);
    for (const one of databases)
        found.push(`PostgreSQL in ${one.service}: user ${one.user}, database ${one.database}.`);
    if (others.length > 0)
        found.push(`${others.join(', ')} ${others.length === 1 ? 'keeps the image tag' : 'keep the image tags'} of the Compose files.`);
    if (versioned.length === 0)
        look.push('No service was found whose image has the version of a deploy. Write such services under versioned in runbook.yml. Without them, a tag changes only files and settings.');
    const health = new Map(services.flatMap((one) => {
        const asked = healthOf(one);
        return asked === null || dataServices.has(one.name) ? [] : [[one.name, asked]];
    }));
    const known = host?.probes ?? [];
    return {
        stack: host?.stack ?? own,
        directory,
        compose: project.files,
        files: foldersOf(services),
        envFile,
        versioned,
        profiles,
        proxy,
        door,
        domain,
        probes: known.length > 0 ? known : [...new Set([...health.values()].map(({ path }) => path))],
        health,
        migration,
        databases,
        qdrant,
        redpanda: named(services, 'redpanda'),
        volumes,
        writers: application
            .filter((one) => one.name !== migration && databases.some(({ service }) => callsService(one, service)))
            .map(({ name }) => name),
        certbot: services.some(({ image, mounts }) => roleOf(image) === 'certbot' || mounts.some(({ target }) => target.startsWith('/etc/letsencrypt'))),
        interrupted,
        shareable: new Map(serving.filter(({ name }) => interrupted.has(name)).flatMap(shareable)),
        found,
        look,
    };
}
function named(services, role) {
    return services.filter(({ image }) => roleOf(image) === role).map(({ name }) => name);
}
function isData(role) {
    return role === 'postgres' || role === 'qdrant' || role === 'redpanda' || role === 'other-data';
}
function proxyOf(services) {
    const publishing = (port) => services.filter(({ ports, hostNetwork, image }) => hostNetwork ? isProxy(roleOf(image)) : ports.some(({ published, udp }) => !udp && (0,init_compose/* defaultOf */.HA)(published) === port));
    const tls = publishing('443');
    const candidates = tls.length > 0 ? tls : publishing('80');
    const service = candidates.find(({ image }) => isProxy(roleOf(image)));
    const kind = roleOf(service?.image ?? null);
    return service === undefined || kind === null ? null : { service: service.name, kind, tls: tls.length > 0 };
}
function isProxy(role) {
    return role === 'nginx' || role === 'caddy' || role === 'traefik' || role === 'haproxy' || role === 'apache';
}
function migrationOf(services) {
    const awaited = awaitedIn(services);
    const oneShots = services.filter(({ name, restart }) => awaited.has(name) || restart === 'no' || restart === 'false');
    const tools = services.filter(({ image, restart }) => isMigrator(image) && !/^(always|unless-stopped)$/.test(restart));
    const migrates = oneShots.filter((one) => MIGRATES.test(`${one.name} ${one.command} ${one.entrypoint}`));
    return (migrates.find(({ name }) => awaited.has(name)) ?? migrates[0] ?? tools[0])?.name ?? null;
}
/** Services that others wait for to end well. */
function awaitedIn(services) {
    return new Set(services.flatMap(({ dependsOn }) => [...dependsOn].flatMap(([name, how]) => (how === 'service_completed_successfully' ? [name] : []))));
}
/** The names of the same variables in Bitnami's image. */
const BITNAMIS = { POSTGRES_USER: 'POSTGRESQL_USERNAME', POSTGRES_DB: 'POSTGRESQL_DATABASE' };
function databasesOf(services, host, look) {
    return services
        .filter(({ image }) => roleOf(image) === 'postgres')
        .map(({ name, environment, envFiles }) => {
        const seen = host?.postgres.get(name);
        const value = (key) => environment.get(key) ?? environment.get(BITNAMIS[key]);
        const user = seen?.user ?? (0,init_compose/* defaultOf */.HA)(value('POSTGRES_USER') ?? '') ?? 'postgres';
        const database = seen?.database ?? (0,init_compose/* defaultOf */.HA)(value('POSTGRES_DB') ?? '') ?? user;
        const keys = ['POSTGRES_USER', 'POSTGRES_DB'];
        const open = keys.filter((key) => value(key) && (0,init_compose/* defaultOf */.HA)(value(key) ?? '') === null);
        const unread = envFiles.length === 0 ? [] : keys.filter((key) => value(key) === undefined);
        if (seen === undefined && unread.length > 0)
            look.push(`${unread.join(' and ')} of ${name} may be set in ${envFiles.join(', ')}, which init did not read: correct backup.databases in runbook.yml.`);
        if (seen === undefined && open.length > 0)
            look.push(`${open.join(' and ')} of ${name} come from a variable: correct backup.databases in runbook.yml.`);
        const filed = keys.filter((key) => environment.has(`${key}_FILE`) || environment.has(`${BITNAMIS[key]}_FILE`));
        if (seen === undefined && filed.length > 0)
            look.push(`${filed.join(' and ')} of ${name} come from a file: correct backup.databases in runbook.yml.`);
        return { service: name, user: user || 'postgres', database: database || user || 'postgres' };
    });
}
/** Volumes of services that are neither databases nor proxies; a volume that they only read belongs to another service. */
function volumesOf(services) {
    const names = services.flatMap(({ mounts }) => mounts.filter(({ kind, readOnly }) => kind === 'volume' && !readOnly).map(({ source }) => source));
    return [...new Set(names)];
}
/** `./nginx/${VARIANT:-plain}` → `nginx`: a deploy itself finds paths without variables. */
function foldersOf(services) {
    const folders = services.flatMap(({ mounts }) => mounts.flatMap(({ source }) => /^\.\/([\w.-]+(?:\/[\w.-]+)*)\/[^/]*\$/.exec(source)?.[1] ?? []));
    return [...new Set(folders)];
}
/** Names of variables that have no default, in what a container gets. */
function openIn(services) {
    const texts = services.flatMap(({ command, environment }) => [command, ...environment.values()]);
    const names = texts.flatMap((text) => [...text.matchAll(/(?<!\$)\$(?:\{(\w+)(?::?\?[^}]*)?\}|([A-Za-z_]\w*))/g)].map(([, braced, bare]) => braced ?? bare ?? ''));
    return [...new Set(names)].sort();
}
/** The site's name in Traefik's rule, or in the variables of other proxies. */
function domainIn(services) {
    for (const { labels, environment } of services) {
        for (const [name, value] of labels) {
            const [, domain] = /^traefik\.http\.routers\..*\.rule$/.test(name) ? (/Host\(`([^`$]+)`/.exec(value) ?? []) : [];
            if (domain !== undefined)
                return domain;
        }
        for (const name of ['VIRTUAL_HOST', 'DOMAIN', 'SERVER_NAME']) {
            const value = (0,init_compose/* defaultOf */.HA)(environment.get(name) ?? '');
            if (value !== null && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(value))
                return value;
        }
    }
    return null;
}

;// CONCATENATED MODULE: ./actions/lib/init/workflows.ts
/** Adapts the ready workflows to another repository: in this one they name the actions by their paths. Pure. */
/** Without the note behind it, which holds only for an action that lies in the same repository. */
const LOCAL = /^(\s*(?:- )?uses: )\.\/actions\/([a-z-]+)(?: #.*)?$/;
function workflowText(template, { uses, envOnHost, ghcr, config, timezone }) {
    const lines = template.split('\n').flatMap((line) => {
        const [, head, action] = LOCAL.exec(line) ?? [];
        if (head !== undefined)
            return [
                `${head}${uses.repository}/actions/${action}@${uses.ref}${uses.version === uses.ref ? '' : ` # ${uses.version}`}`,
            ];
        // With the variable RUNBOOK two stacks of a repository could not differ.
        if (/^\s*config: /.test(line) && config !== 'runbook.yml')
            return [`${indentOf(line)}config: ${quoted(config)}`];
        if (/^\s*timezone: /.test(line))
            return [`${indentOf(line)}timezone: ${timezone}`];
        if (/^\s*env-content:/.test(line) && envOnHost)
            return [
                `${indentOf(line)}# The env file lies on the host and stays there. To send one instead:`,
                line.replace('env-content', '# env-content'),
            ];
        if (/^\s*registry:/.test(line) && ghcr)
            return [`${indentOf(line)}registry: ghcr.io`];
        if (/^\s*registry-user:/.test(line) && ghcr)
            return [`${indentOf(line)}registry-user: \${{ github.actor }}`];
        if (/^\s*registry-password:/.test(line) && ghcr)
            return [`${indentOf(line)}registry-password: \${{ github.token }} # packages: read; not kept on the host`];
        return [line];
    });
    const text = lines.join('\n');
    return ghcr && /registry: ghcr\.io/.test(text)
        ? text.replace(/^(\s*)contents: read(.*)$/gm, '$1contents: read$2\n$1packages: read # to pull the images')
        : text;
}
function quoted(path) {
    return /^[A-Za-z][\w./-]*$/.test(path) ? path : JSON.stringify(path);
}
function indentOf(line) {
    return /^\s*/.exec(line)?.[0] ?? '';
}
/** The name of the operator's time zone as GitHub takes it: Node also has names that are in no tz database. */
function clockOf(zone) {
    return zone.includes('/') && zone !== 'Etc/Unknown' ? zone : 'Etc/UTC';
}

;// CONCATENATED MODULE: ./actions/lib/init/init.ts
/**
 * `init`: reads a repository and, over the operator's own SSH, the running stack; writes `runbook.yml` and the
 * workflows. It changes nothing on the host, and no existing file.
 */



















const APPROVALS = ['reviewers', 'branch', 'hash'];
const PATHS = ['/healthz', '/readyz', '/health', '/api/health', '/healthcheck', '/up', '/ping', '/status', '/'];
const ENV_FILES = ['.env.production', '.env.prod', '.env'];
/** @throws {UserError} RB-COMPOSE-INVALID, and the errors of `ask`; nothing is written then */
async function init(request) {
    const { uses, timezone } = request;
    const { folder, compose } = (0,repository/* stackFolder */.pl)(request.folder, request.compose);
    const chosen = (0,init_compose/* composeFilesIn */.tQ)(folder);
    const named = compose ?? chosen.files;
    if (named.length === 0)
        throw (0,repository/* noComposeFile */.iE)(folder);
    const first = (0,init_compose/* readProject */.Wh)(folder, named);
    const host = request.ask === null ? null : parseHostLook(await request.ask(hostLookScript(first.services, PATHS)));
    // The files with which the stack was started tell more than names.
    const running = host?.compose.filter((path) => (0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, path))) ?? [];
    const files = compose === null && host !== null && running.length > 0 && running.length === host.compose.length ? running : named;
    const project = files === named ? first : (0,init_compose/* readProject */.Wh)(folder, files);
    const envFiles = ENV_FILES.filter((name) => (0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, name)));
    const found = survey(project, {
        ...{ folder: (0,external_node_path_.basename)((0,external_node_path_.resolve)(folder)), envFiles, host },
        filesOf: (service) => filesOf(folder, project, service),
    });
    const workflows = (0,repository/* workflowFolder */.Mf)(folder);
    const config = (0,repository/* fromTop */.k$)(folder, 'runbook.yml');
    const publishing = publishingOf(textsIn(workflows));
    const images = new Map(project.services.map(({ name, image }) => [name, host?.images.get(name) ?? image]));
    const spelled = publishing?.tag ? null : bareTag(images, found.versioned);
    const bare = publishing?.tag === '1.4.0' || spelled !== null;
    const ghcr = project.services.some(({ image }) => image?.startsWith('ghcr.io/') === true);
    const tracked = found.envFile !== null && (0,repository/* isTracked */.Xz)(folder, found.envFile);
    const envOnHost = found.envFile === null || (host?.envFile === found.envFile && !tracked);
    const page = `https://github.com/${uses.repository}/blob/${uses.ref}/actions/RUNBOOK.md`;
    const texts = new Map([
        [
            config,
            runbookText(found, {
                reference: page,
                schema: `https://raw.githubusercontent.com/${uses.repository}/${uses.ref}/actions/lib/config/runbook.schema.json`,
                bare,
                seen: host !== null && host.stack !== null,
            }),
        ],
        ...[...templatesOf(request)]
            .filter(([name, text]) => /^\s*(- )?uses: \.\/actions\//m.test(text) && fits(name, found, folder))
            .map(([name, text]) => [
            `.github/workflows/${name}`,
            workflowText(text, { uses, envOnHost, ghcr, config, timezone }),
        ]),
    ]);
    const top = (0,repository/* topOf */.HX)(folder);
    const kept = [...texts.keys()].filter((path) => (0,external_node_fs_.existsSync)((0,external_node_path_.join)(top, path)));
    const written = [...texts.keys()].filter((path) => !kept.includes(path));
    for (const path of written) {
        (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)((0,external_node_path_.join)(top, path)), { recursive: true });
        (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(top, path), texts.get(path) ?? '', { flag: 'wx' });
    }
    const { runbook, unreadable } = runbookIn(folder);
    const settings = (0,checklist/* byHand */.XL)((0,needs/* needsOf */.h)(textsIn(workflows), request.actions, runbook));
    const others = chosen.others.filter((name) => ![...project.files, ...project.followed].includes(name));
    const look = [
        ...(host?.look ?? []),
        ...found.look,
        ...(found.migration === null ? sayStartFiles(folder) : []),
        ...(others.length === 0
            ? []
            : [`Not used: ${others.join(', ')}. Name the right files under compose: if production needs them.`]),
        ...unreadable,
        ...(tracked
            ? [
                `${found.envFile} is in the repository, but the workflows send the secret ENV_PRODUCTION instead. To use the file itself, remove the lines env-content from the workflows.`,
            ]
            : []),
        ...sayOthers(textsIn(workflows), kept, config),
        ...sayPublishing(publishing),
        ...(spelled === null
            ? []
            : [
                `The application's images have tags such as ${spelled}, so runbook.yml says tag: "{semver}": the Git tag v1.4.0 deploys the image tag 1.4.0. Remove that line if images get the v of Git tags.`,
            ]),
        ...(ghcr ? [] : sayRegistries(project.services.filter(({ name }) => found.versioned.includes(name)))),
        ...(written.some((path) => texts.get(path)?.includes(`timezone: ${timezone}`))
            ? [`Schedules run by the clock of ${timezone}. To change that, edit timezone in the workflows.`]
            : []),
        ...(host?.crontab ?? []).map((line) => `A crontab of the host also does this work: ${line}`),
    ];
    return { folder, written, kept, survey: found, host, look, settings };
}
/** Reads the existing file, which may hold anything. */
function runbookIn(folder) {
    try {
        return { runbook: (0,inputs/* readRunbook */.j_)(folder, 'runbook.yml'), unreadable: [] };
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        return { runbook: (0,load/* parseRunbook */.w)('', 'runbook.yml'), unreadable: [error.message.split('\n')[0] ?? ''] };
    }
}
/** Ready workflows by their names; for another kind of approval another workflow of deploy is taken. */
function templatesOf({ templates, approval }) {
    const texts = textsIn(templates);
    if (approval === 'reviewers')
        return texts;
    const file = (0,external_node_path_.join)(templates, '..', 'approvals', `deploy-by-${approval}.yml`);
    return texts.set('deploy.yml', (0,external_node_fs_.readFileSync)(file, 'utf8'));
}
/** Leaves out schedules that would have nothing to do: their runs would be red, or noise. */
function fits(workflow, { certbot, databases, volumes, qdrant, migration }, folder) {
    if (/^(?:renew|issue)-certs\.yml$/.test(workflow))
        return certbot;
    if (/^(?:rotate|check)-secrets\.yml$/.test(workflow))
        return [folder, (0,repository/* topOf */.HX)(folder)].some((one) => (0,external_node_fs_.existsSync)((0,external_node_path_.join)(one, '.sops.yaml')));
    if (workflow === 'migrate.yml')
        return migration !== null;
    // Only for operators who close the site with an end.
    if (workflow === 'maintenance-reminder.yml')
        return false;
    if (/^(backup|restore)/.test(workflow))
        return databases.length + volumes.length + qdrant.length > 0;
    return true;
}
function sayPublishing(publishing) {
    if (publishing === null)
        return [
            'No workflow of this repository pushes images. A deploy pulls them from a registry, by the tag that you give it.',
        ];
    const { file, tag, ofTags } = publishing;
    if (!ofTags)
        return [
            `${file} pushes images, but not for a Git tag. A tag starts deploy.yml, which would wait for images that nobody pushes. Let ${file} run for tags, too (on: push: tags).`,
        ];
    if (tag === '1.4.0')
        return [`${file} pushes 1.4.0 for the Git tag v1.4.0: runbook.yml says tag: "{semver}".`];
    if (tag === null)
        return [`${file} pushes images, but it is not clear which tag they get.`];
    return [
        `${file} pushes images for a Git tag. deploy.yml starts with the same tag, so it has to wait for these images (image-timeout).`,
    ];
}
/** File name → text of the YAML files in a folder. */
function textsIn(folder) {
    if (!(0,external_node_fs_.existsSync)(folder))
        return new Map();
    const names = (0,external_node_fs_.readdirSync)(folder)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort();
    return new Map(names.map((name) => [name, (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(folder, name), 'utf8')]));
}

// EXTERNAL MODULE: ./actions/lib/init/reviewers.ts
var reviewers = __webpack_require__(83237);
;// CONCATENATED MODULE: ./actions/lib/init/say.ts
function sayInitialised({ folder, written, kept, survey, host, look, settings }, { server }) {
    const { stack, directory, compose, versioned, interrupted, shareable } = survey;
    return [
        `Repository   ${folder}: ${compose.join(', ')}`,
        ...(server === null
            ? ['Server       none was named: --host user@host also reads what runs there']
            : [`Server       ${server}: ${host?.says.join(', ') ?? ''}`]),
        ...(host === null
            ? []
            : [
                host.stack === null
                    ? '             none of these services runs there yet'
                    : `             project ${stack} runs from ${directory}; the first deploy adopts it and restarts nothing for that`,
            ]),
        '',
        'Found',
        ...mark('✓', survey.found),
        ...mark('✓', versioned.length === 0 ? [] : [`The version of a deploy is the image tag of ${versioned.join(', ')}.`]),
        ...mark('✓', survey.envFile === null ? [] : [`The env file is ${survey.envFile}.`]),
        '',
        ...(look.length + interrupted.size === 0
            ? []
            : [
                'Look at',
                ...mark('!', look),
                ...mark('!', [...interrupted].map(([name, why]) => {
                    const shared = shareable.get(name);
                    return `A deploy of ${name} stops it for a moment, because ${why}.${shared === undefined ? '' : ` If two containers may write there at the same time, say so in runbook.yml: shared-volumes: [${shared.join(', ')}] under services.${name}.`}`;
                })),
                '',
            ]),
        ...(written.length === 0 ? [] : ['Wrote', ...written.map((path) => `  ${path}`), '']),
        ...(kept.length === 0 ? [] : ['Left as it is, because it existed already', ...kept.map((path) => `  ${path}`), '']),
        ...(settings.length === 0 ? [] : ['To set on GitHub', ...settings.map((line) => `  ${line}`), '']),
        `Next         read runbook.yml. Then \`access --host ${server ?? 'you@your.server'}\` gives the workflows their key and settings, \`check\` says what is missing, and \`deploy --host ${server ?? 'you@your.server'} --dry-run\` shows the plan.`,
    ].join('\n');
}
function mark(sign, sentences) {
    return sentences.map((sentence) => `  ${sign} ${sentence}`);
}

// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var reader = __webpack_require__(434);
// EXTERNAL MODULE: ./actions/lib/terminal/destination.ts
var destination = __webpack_require__(36103);
;// CONCATENATED MODULE: ./actions/lib/terminal/flags.ts
/** The inputs of an action as flags, environment variables and files. */






/** Inputs that only have a meaning on GitHub. */
const ELSEWHERE = new Set([
    'comment',
    'notify-url',
    'ping-url',
    'github-token',
    'environment',
    'environment-url',
    'report-failures',
]);
/** Inputs that are not allowed as flags: everybody who lists the processes of a machine sees their arguments. */
const SECRET = new Set([
    'ssh-key',
    'ssh-passphrase',
    'ssh-jump-key',
    'registry-password',
    'env-content',
    'age-key',
    'values',
    'identity',
]);
/** Inputs with several lines, which people have in a file. */
const FILED = new Set([...SECRET, 'ssh-known-hosts', 'expected-plan-text', 'variables']);
/** @param actionFile text of action.yml */
function declaredIn(actionFile) {
    const { inputs } = (0,dist/* parse */.qg)(actionFile);
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => !ELSEWHERE.has(name)));
}
/**
 * @param name of the procedure
 * @throws {UserError} RB-INPUT-INVALID
 */
function flagsOf(name, declared, args, env) {
    const values = parsed(name, declared, args);
    const text = (flag) => {
        const value = values[flag];
        return value === undefined ? undefined : String(value);
    };
    const given = new Map();
    for (const input of Object.keys(declared)) {
        const file = text(`${input}-file`);
        const value = file === undefined ? (text(input) ?? env[variableOf(input)]) : contentOf(file, `${input}-file`);
        if (value !== undefined)
            given.set(input, value);
    }
    const help = values.help === true;
    const host = text('host');
    const agent = help ? null : place(given, host === undefined ? null : (0,destination.destinationOf)(host, env), env);
    return {
        get: (input) => given.get(input) ?? declared[input]?.default ?? (declared[input] === undefined ? undefined : ''),
        folder: text('folder') ?? '.',
        yes: values.yes === true,
        help,
        agent,
    };
}
/** Adds inputs that were not given and that ssh knows. @returns the agent's socket where its keys are used */
function place(given, destination, env) {
    const set = (input, value) => {
        if (!given.has(input) && value !== '')
            given.set(input, value);
    };
    if (destination !== null) {
        set('ssh-host', destination.host);
        set('ssh-user', destination.user);
        set('ssh-port', destination.port);
        set('ssh-jump', destination.jump);
        set('ssh-known-hosts', destination.knownHosts);
    }
    if (given.has('ssh-key'))
        return null;
    const agent = destination === null ? (env.SSH_AUTH_SOCK ?? null) : destination.agent;
    const [key] = destination?.keys ?? [];
    if (agent === null && key !== undefined)
        set('ssh-key', contentOf(key, 'ssh-key-file'));
    return given.has('ssh-key') ? null : agent;
}
function parsed(name, declared, args) {
    const options = {
        host: { type: 'string' },
        folder: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
    };
    for (const [input, { default: value }] of Object.entries(declared)) {
        if (!SECRET.has(input))
            options[input] = { type: value === 'true' || value === 'false' ? 'boolean' : 'string' };
        if (FILED.has(input))
            options[`${input}-file`] = { type: 'string', ...(input === 'ssh-key' ? { short: 'i' } : {}) };
    }
    const open = args
        .map((arg) => /^--([a-z-]+)/.exec(arg)?.[1] ?? '')
        .find((flag) => SECRET.has(flag) && flag in declared);
    if (open !== undefined)
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `--${open} is not a flag`,
            why: 'every user of this machine could see it in the process list, and the shell would store it in its history',
            remedy: `put it into a file and give --${open}-file FILE, or into the environment as ${variableOf(open)}`,
        });
    try {
        const { values } = (0,external_node_util_.parseArgs)({ args: [...args], options, allowPositionals: false });
        return values;
    }
    catch (error) {
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: error.message,
            remedy: `see what it takes: runbook-actions ${name} --help`,
        });
    }
}
/** @throws {UserError} RB-INPUT-INVALID */
function contentOf(file, flag) {
    try {
        return (0,external_node_fs_.readFileSync)(file, 'utf8');
    }
    catch (error) {
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `the file of --${flag} cannot be read`,
            why: error.message,
            remedy: 'correct its path',
        });
    }
}
function variableOf(input) {
    return `RUNBOOK_${input.toUpperCase().replaceAll('-', '_')}`;
}
/** The text of `--help` for a procedure. */
function helpOf(name, declared) {
    const lines = Object.entries(declared).map(([input, { description, default: value }]) => {
        const flag = SECRET.has(input) ? `--${input}-file FILE` : `--${input}`;
        const missing = value === undefined || value === '' || value === reader/* NOT_GIVEN */.y ? '' : ` [${value}]`;
        return `  ${flag.padEnd(28)} ${description}${missing}`;
    });
    return [
        `runbook-actions ${name} --host user@host [-i KEY] [--yes] [inputs]`,
        '',
        'Shows the plan first and asks; then carries out that plan and no other. An input NAME may also stand in the',
        'environment, as RUNBOOK_NAME with _ for -. Secrets are taken from files or the environment only.',
        '',
        '  --host                       as ssh takes it: user@host, user@host:port, or a name of ~/.ssh/config',
        '  -i, --ssh-key-file FILE      private key; without it those of the ssh-agent, or the first of ~/.ssh',
        '  --ssh-known-hosts-file FILE  default: the known hosts of your ssh',
        '  --folder                     the repository with runbook.yml; default: this folder',
        '  -y, --yes                    carry the plan out without asking',
        '',
        ...lines,
    ].join('\n');
}

;// CONCATENATED MODULE: ./actions/command.ts
/** The command line: `npx github:<owner>/runbook-actions init`, or `… deploy`. The same bundle as the actions use. */












const HELP = `runbook-actions init [--host user@host] [--folder .] [--compose a.yml,b.yml] [--uses owner/runbook-actions@v1]
                     [--approval reviewers|branch|hash]
runbook-actions check [--host user@host] [--folder .]
runbook-actions access --host you@host [--user deploy] [--key FILE] [--reviewer LOGIN,…] [--print | --yes] [--folder .]
runbook-actions PROCEDURE --host user@host [-i KEY] [inputs of its action]

Reads the Compose files of a repository and, with --host, what runs on the server (over your own ssh; nothing is changed
there). Writes runbook.yml and the workflows; a file that is there is never overwritten.

  --host      as ssh takes it: user@host, or a name of ~/.ssh/config
  --folder    the folder of the Compose files and runbook.yml; default: this folder. Workflows go to the repository's top
  --compose   Compose files, as with -f; default: found by their names, or as the server started them
  --uses      where the workflows find the actions; default: where this command came from
  --approval  who approves a deploy: reviewers of the environment (default), those of the protected branch production, or
              whoever starts a second run with the hash of the plan; see actions/APPROVALS.md

check says what is missing before the workflows can run: variables, secrets, environments and their protection (by gh,
where you are logged in with it), and over your own ssh the rights and keys on the host. It changes nothing.

access gives the workflows what check finds missing: a key of their own (kept outside of the repository), a user, its
folders and its rights on the host by your own ssh, and variables, environments and the secret SSH_KEY by gh. It shows each
command before it runs it; with --print it runs none. --reviewer names who approves what the environment production carries
out: up to six logins, and teams as organisation/team.

A PROCEDURE (PROCEDURES) is carried out from this machine, without GitHub: it shows its plan and asks first. Its inputs:
runbook-actions PROCEDURE --help`;
/** @param packageFolder of this command, with its workflows */
async function command(args, packageFolder, procedures) {
    try {
        const [name = '', ...rest] = args;
        const start = Object.hasOwn(procedures, name) ? procedures[name] : undefined;
        if (start === undefined)
            await obey(args, packageFolder, procedures);
        else
            await carryOut(name, start, rest, packageFolder);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        console.error(error.message);
        process.exitCode = 1;
    }
}
/** A procedure, as its action declares its inputs. @throws {UserError} RB-INPUT-INVALID */
async function carryOut(name, start, args, packageFolder) {
    const declared = declaredIn((0,external_node_fs_.readFileSync)((0,external_node_path_.join)(packageFolder, 'actions', name, 'action.yml'), 'utf8'));
    const flags = flagsOf(name, declared, args, process.env);
    if (flags.help) {
        console.log(helpOf(name, declared));
        return;
    }
    const folder = (0,external_node_path_.resolve)(flags.folder);
    if (!(0,external_node_fs_.existsSync)(folder))
        throw misused(`the folder ${folder} does not exist`);
    const { asking, performInTerminal } = await __webpack_require__.e(/* import() */ 264).then(__webpack_require__.bind(__webpack_require__, 87264));
    await start((procedure) => performInTerminal(procedure, { ...flags, folder, declared, ask: asking() }));
}
async function obey(args, packageFolder, procedures) {
    const { name, values } = command_parsed(args);
    if (values.help === true || name === undefined || name === 'help') {
        console.log(HELP.replace('(PROCEDURES)', `(${Object.keys(procedures).join(', ')})`));
        return;
    }
    if (name !== 'init' && name !== 'check' && name !== 'access')
        throw misused(`there is no command ${JSON.stringify(name)}`);
    const folder = (0,external_node_path_.resolve)(values.folder ?? '.');
    if (!(0,external_node_fs_.existsSync)(folder))
        throw misused(`the folder ${folder} does not exist`);
    const { host } = values;
    const ask = host === undefined ? null : (script) => overSsh(host, script);
    const actions = actionsIn(packageFolder);
    const askGitHub = (path, query) => askGh(folder, path, query);
    if (name === 'access' && !(await giveAccess(values, { folder, actions, ask, askGitHub })))
        return;
    if (name === 'check' || name === 'access') {
        if (name === 'access')
            console.log('\nWhat check says now:');
        const { lines, good } = await (0,check/* check */.z)({ folder, actions, askGitHub, ask });
        console.log(lines.join('\n'));
        // What check still finds missing after access is beyond what access promises to set up.
        if (!good && name === 'check')
            process.exitCode = 1;
        return;
    }
    const done = await init({
        folder,
        compose: values.compose === undefined ? null : values.compose.split(',').map((file) => file.trim()),
        uses: usesOf(values.uses, packageFolder),
        ask,
        actions,
        approval: approvalOf(values.approval),
        timezone: clockOf(Intl.DateTimeFormat().resolvedOptions().timeZone ?? ''),
        templates: (0,external_node_path_.join)(packageFolder, '.github', 'workflows'),
    });
    console.log(sayInitialised(done, { server: host ?? null }));
}
/** @returns whether all of it is there now @throws {UserError} */
async function giveAccess({ host, user, key, reviewer, print = false, yes = false }, { folder, actions, ask, askGitHub }) {
    if (host === undefined || ask === null)
        throw misused('access needs --host, as your own ssh reaches it');
    const { destinationOf } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 36103));
    const { inShell, logInAsWorkflow, publicKeyOf } = await __webpack_require__.e(/* import() */ 936).then(__webpack_require__.bind(__webpack_require__, 70555));
    const { asking } = await __webpack_require__.e(/* import() */ 264).then(__webpack_require__.bind(__webpack_require__, 87264));
    const { access } = await __webpack_require__.e(/* import() */ 613).then(__webpack_require__.bind(__webpack_require__, 90613));
    const to = destinationOf(host, process.env);
    if (to.jump !== '')
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `your ssh reaches ${host} through ${to.jump}`,
            why: "GitHub's runner has to use that jump host as well, and the generated workflows have no line for it",
            remedy: 'give each step the input ssh-jump, and follow ACCESS.md by hand',
        });
    const question = asking();
    const done = await access({
        folder,
        actions,
        print,
        yes,
        server: host,
        address: to,
        user: user ?? null,
        reviewers: (0,reviewers/* reviewersOf */.G)(reviewer),
        key: key === undefined ? null : (0,external_node_path_.resolve)(key),
        home: (0,external_node_path_.join)(process.env.XDG_CONFIG_HOME || (0,external_node_path_.join)(process.env.HOME ?? (0,external_node_os_.homedir)(), '.config'), 'runbook-actions'),
    }, {
        say: (line) => console.log(line),
        agree: question === null ? null : async (text) => /^y(es)?$/i.test((await question(text)).trim()),
        here: (line) => inShell(folder, line),
        host: ask,
        publicKey: publicKeyOf,
        logIn: logInAsWorkflow,
        askGitHub,
    });
    if (!done && !print)
        process.exitCode = 1;
    return done;
}
function command_parsed(args) {
    try {
        const { positionals, values } = (0,external_node_util_.parseArgs)({
            args: [...args],
            allowPositionals: true,
            options: {
                host: { type: 'string' },
                folder: { type: 'string' },
                compose: { type: 'string' },
                uses: { type: 'string' },
                approval: { type: 'string' },
                user: { type: 'string' },
                key: { type: 'string', short: 'i' },
                reviewer: { type: 'string' },
                print: { type: 'boolean' },
                yes: { type: 'boolean' },
                help: { type: 'boolean', short: 'h' },
            },
        });
        return { name: positionals[0], values };
    }
    catch (error) {
        throw misused(error.message);
    }
}
function approvalOf(given) {
    const found = APPROVALS.find((one) => one === (given ?? 'reviewers'));
    if (found === undefined)
        throw misused(`--approval ${JSON.stringify(given)} is not one of ${APPROVALS.join(', ')}`);
    return found;
}
function misused(what) {
    return new errors/* UserError */.y('RB-INPUT-INVALID', { what, remedy: `see what it takes:\n\n${HELP}` });
}
/** @param given `owner/repository@ref` @throws {UserError} RB-INPUT-INVALID where it is not known */
function usesOf(given, packageFolder) {
    const { version } = JSON.parse((0,external_node_fs_.readFileSync)((0,external_node_path_.join)(packageFolder, 'package.json'), 'utf8'));
    const found = given ?? installedFrom(packageFolder);
    const [, repository, ref] = /^([\w.-]+\/[\w.-]+)@([\w./-]+)$/.exec(found ?? '') ?? [];
    if (repository === undefined || ref === undefined)
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: given === undefined
                ? 'the repository of the actions is not known'
                : `--uses ${JSON.stringify(given)} is not of the form owner/repository@ref`,
            why: 'the workflows name the actions by their repository and a commit or tag of it',
            remedy: 'give --uses OWNER/runbook-actions@COMMIT, with the commit that you have looked at',
        });
    return { repository, ref, version: /^[0-9a-f]{40}$/.test(ref) ? `v${version}` : ref };
}
/** npm records in node_modules/.package-lock.json where a package was installed from. */
function installedFrom(packageFolder) {
    const lock = (0,external_node_path_.join)(packageFolder, '..', '.package-lock.json');
    if (!(0,external_node_fs_.existsSync)(lock))
        return undefined;
    const { packages } = JSON.parse((0,external_node_fs_.readFileSync)(lock, 'utf8'));
    for (const { resolved = '' } of Object.values(packages ?? {})) {
        const [, repository, commit] = /github\.com[/:]([\w.-]+\/runbook-actions)(?:\.git)?#([0-9a-f]{40})$/.exec(resolved) ?? [];
        if (repository !== undefined)
            return `${repository}@${commit}`;
    }
    return undefined;
}
/** Inputs of every action, by its name. */
function actionsIn(packageFolder) {
    const folder = (0,external_node_path_.join)(packageFolder, 'actions');
    const names = (0,external_node_fs_.readdirSync)(folder).filter((name) => (0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, name, 'action.yml')));
    return new Map(names.map((name) => [name, declaredIn((0,external_node_fs_.readFileSync)((0,external_node_path_.join)(folder, name, 'action.yml'), 'utf8'))]));
}
/** Runs the user's own gh in the repository. */
async function askGh(folder, path, query) {
    const { status, stdout, stderr, error } = (0,external_node_child_process_.spawnSync)('gh', ['api', '--paginate', path, '--jq', query], {
        cwd: folder,
        encoding: 'utf8',
    });
    if (error !== undefined)
        throw new Error('gh is not installed');
    if (status === 0)
        return stdout.split('\n').filter((line) => line !== '');
    if (stderr.includes('HTTP 404'))
        return null;
    throw new Error(stderr.trim().split('\n')[0] ?? 'gh failed');
}
/** With the user's keys, known hosts and configuration; ssh asks for a passphrase by itself. @throws {UserError} RB-HOST-UNREACHABLE */
function overSsh(host, script) {
    if (host.startsWith('-'))
        throw misused(`--host ${JSON.stringify(host)} is not a host`);
    // ssh takes a port only in a URI.
    const place = /^(?:[^:]*|[^:]*\[.*\]):\d+$/.test(host) ? `ssh://${host}` : host;
    return new Promise((done, failed) => {
        const child = (0,external_node_child_process_.spawn)('ssh', ['-T', '-o', 'ConnectTimeout=15', '--', place, 'sh -s'], {
            stdio: ['pipe', 'pipe', 'inherit'],
        });
        const output = [];
        child.stdout.on('data', (chunk) => output.push(chunk));
        child.stdin.on('error', () => undefined);
        child.on('error', (error) => failed(unreachable(host, error.message)));
        child.on('close', (code) => {
            if (code === 0)
                done(Buffer.concat(output).toString('utf8'));
            else
                failed(unreachable(host, `ssh ended with exit status ${code}`));
        });
        child.stdin.end(`${script}\nexit 0\n`);
    });
}
function unreachable(host, why) {
    return new errors/* UserError */.y('RB-HOST-UNREACHABLE', {
        what: `${host} could not be read`,
        why,
        remedy: `see that \`ssh ${host} true\` works, or leave --host out`,
    });
}


/***/ }),

/***/ 3568:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  z: () => (/* binding */ check),
  c: () => (/* binding */ workflowsIn)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/init/checklist.ts
var checklist = __webpack_require__(76037);
// EXTERNAL MODULE: ./actions/lib/host/known-hosts.ts
var known_hosts = __webpack_require__(82776);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(78157);
;// CONCATENATED MODULE: ./actions/lib/init/host-rights.ts
/** What the user of the workflows may do on the host, and whether the known hosts are really the host's keys. */






/** The oldest version of Compose that has the needed features. */
const LEAST_COMPOSE = [2, 20];
/** @param directory of the stack @param user of the workflows; empty: the user who runs the script */
function hostRightsScript(directory, user) {
    return [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `DIRECTORY=${(0,quote/* quote */.h)(directory)} LOGIN=${(0,quote/* quote */.h)(user)}`,
        (0,stack_sections/* sectionsScript */.Q)(),
        (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "host-rights.sh", 'utf8'),
    ].join('\n');
}
/** @param output of {@link hostRightsScript} */
function rightsFindings(output, directory, login) {
    const sections = (0,stack_sections/* sectionsOf */.K)(output);
    const lines = (name) => (sections.get(name) ?? []).filter((line) => line !== '');
    const [me = ''] = lines('me');
    const user = login.user || me;
    const [docker = ''] = lines('docker');
    const [compose = ''] = lines('compose');
    const [place = '', owner = ''] = lines('directory');
    const findings = [];
    const bad = (text, remedy) => void findings.push({ kind: 'bad', text, remedy });
    const good = (text) => void findings.push({ kind: 'good', text });
    if (/^\d+\./.test(docker))
        good(`Docker ${docker} answers ${me}.`);
    else
        bad(`Docker does not answer ${me}: ${docker || 'it says nothing'}`, `sudo usermod -aG docker ${me}`);
    const [major = 0, minor = 0] = compose.replace(/^v/, '').split('.').map(Number);
    if (major > LEAST_COMPOSE[0] || (major === LEAST_COMPOSE[0] && minor >= LEAST_COMPOSE[1]))
        good(`Compose ${compose}.`);
    else
        bad(`Compose is ${compose || 'not there'}; ${LEAST_COMPOSE.join('.')} or newer is needed.`, 'install docker-compose-plugin of Docker');
    if (user !== me && lines('known').length === 0)
        bad(`The host has no user ${user}, which SSH_USER names.`, `sudo useradd --create-home --groups docker ${user}`);
    else if (user !== me && user !== 'root' && !lines('login').includes('docker'))
        bad(`${user} is not in the group docker.`, `sudo usermod -aG docker ${user}`);
    if (place === 'missing')
        bad(`${directory} is not there.`, `sudo install -d -o ${user} ${directory}`);
    else if (user === me && place === 'unwritable')
        bad(`${me} may not write to ${directory} (${owner}).`, `sudo chown ${me} ${directory}`);
    else if (user !== me && owner.split(' ')[0] !== user)
        findings.push({
            kind: 'look',
            text: `${directory} belongs to ${owner.split(' ').slice(0, 2).join(':')}; whether ${user} may write there was not seen.`,
            remedy: `sudo -u ${user} test -w ${directory} && echo yes`,
        });
    else
        good(`${directory} belongs to ${user}.`);
    return [...findings, ...keyFindings(lines('keys'), login)];
}
/** @param own public keys of the host's sshd */
function keyFindings(own, { host, port, knownHosts }) {
    if (knownHosts.trim() === '' || host === '' || own.length === 0)
        return [];
    const remedy = `compare, and set SSH_KNOWN_HOSTS to: ${own.map((line) => `${port === '22' ? host : `[${host}]:${port}`} ${line.split(' ').slice(0, 2).join(' ')}`).join('\n      ')}`;
    try {
        const known = (0,known_hosts/* knownKeys */.eE)(knownHosts, host, Number(port)).filter(({ revoked }) => !revoked);
        if (known.length === 0)
            return [{ kind: 'bad', text: `SSH_KNOWN_HOSTS has no key for ${host}, port ${port}.`, remedy }];
        const shown = own.map((line) => line.split(' ')[1] ?? '');
        return known.some(({ key }) => shown.includes(key.toString('base64')))
            ? [{ kind: 'good', text: `SSH_KNOWN_HOSTS has a key of the host itself.` }]
            : [{ kind: 'bad', text: `SSH_KNOWN_HOSTS has another key for ${host} than the host.`, remedy }];
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw error;
        return [
            { kind: 'bad', text: `SSH_KNOWN_HOSTS cannot be used: ${error.details.why ?? error.details.what}.`, remedy },
        ];
    }
}

// EXTERNAL MODULE: ./actions/lib/init/needs.ts
var needs = __webpack_require__(15400);
// EXTERNAL MODULE: ./actions/lib/init/repository.ts
var repository = __webpack_require__(47497);
// EXTERNAL MODULE: ./actions/lib/init/settings.ts
var init_settings = __webpack_require__(47888);
;// CONCATENATED MODULE: ./actions/lib/init/check.ts
/** `check`: what is missing on GitHub and on the host before the workflows can run. Changes nothing. */









/** The environment whose settings tell where the host is: all jobs have the same. */
const ONE = 'production';
/** @throws {UserError} RB-CONFIG-INVALID, and the errors of `ask` */
async function check({ folder, actions, askGitHub, ask }) {
    const runbook = (0,inputs/* readRunbook */.j_)(folder, 'runbook.yml');
    const facts = (0,needs/* needsOf */.h)(workflowsIn(folder), actions, runbook);
    if (facts.needs.length === 0)
        throw new errors/* UserError */.y('RB-CONFIG-MISSING', {
            what: `no workflow in ${(0,repository/* workflowFolder */.Mf)(folder)} runs an action of this project`,
            remedy: 'run init first, or give --folder the folder of runbook.yml',
        });
    let settings = null;
    let why = '';
    try {
        settings = await (0,init_settings/* readSettings */.s)(askGitHub);
    }
    catch (error) {
        why = error.message;
    }
    const findings = settings === null ? [] : (0,checklist/* settingsFindings */.aj)(facts, settings);
    const login = settings === null ? UNKNOWN : loginOf(settings);
    if (ask !== null) {
        const output = await ask(hostRightsScript(runbook.directory, login.user));
        findings.push(...rightsFindings(output, runbook.directory, login));
    }
    const bad = findings.filter(({ kind }) => kind === 'bad').length;
    const good = bad === 0 && settings !== null;
    return {
        good,
        lines: [
            ...(settings === null
                ? [
                    `GitHub was not asked: ${why}. To be set there (Settings → Environments, or gh variable set, gh secret set):`,
                    ...(0,checklist/* byHand */.XL)(facts).map((line) => `  ${line}`),
                ]
                : []),
            ...(0,checklist/* sayFindings */.Mm)(findings),
            ...(ask === null ? ['The host was not checked: give --host user@host.'] : []),
            bad > 0
                ? `${bad} to be put right.`
                : settings === null
                    ? 'Not everything was looked at.'
                    : 'Nothing is missing of what can be seen from here. Whether key and values are right, a workflow with dry-run shows.',
        ],
    };
}
const UNKNOWN = { host: '', port: '22', user: '', knownHosts: '' };
function loginOf({ environments, variables }) {
    const read = (name) => (environments.get(ONE)?.variables.get(name) ?? variables.get(name) ?? '').trim();
    return {
        host: read('SSH_HOST'),
        port: read('SSH_PORT') || '22',
        user: read('SSH_USER'),
        knownHosts: read('SSH_KNOWN_HOSTS'),
    };
}
function workflowsIn(folder) {
    const place = (0,repository/* workflowFolder */.Mf)(folder);
    const names = (0,external_node_fs_.existsSync)(place) ? (0,external_node_fs_.readdirSync)(place).filter((name) => /\.ya?ml$/.test(name)) : [];
    return new Map(names.sort().map((name) => [name, (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(place, name), 'utf8')]));
}


/***/ }),

/***/ 76037:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mm: () => (/* binding */ sayFindings),
/* harmony export */   XL: () => (/* binding */ byHand),
/* harmony export */   aj: () => (/* binding */ settingsFindings)
/* harmony export */ });
/** Names as `a, b`. */
const listed = (names) => names.join(', ');
/** Compares the settings on GitHub with those that the workflows need. */
function settingsFindings({ needs, environments, versions }, settings) {
    return [
        ...environments.flatMap((use) => environmentFindings(use, settings)),
        ...needs.map((need) => needFinding(need, settings)).filter((finding) => finding !== null),
        ...versionFindings(versions),
    ];
}
function environmentFindings({ name, changes, scheduled, plans, pulls }, settings) {
    const found = settings.environments.get(name);
    if (found === undefined)
        return [
            {
                kind: 'bad',
                text: `There is no environment ${name}: the first run makes it, without any secret or protection.`,
                remedy: `gh api -X PUT repos/{owner}/{repo}/environments/${name}`,
            },
        ];
    const waits = found.reviewed || found.waits > 0;
    const findings = [];
    if (changes && !found.reviewed)
        findings.push({
            kind: 'look',
            text: `Nobody approves ${name}: what a plan shows is carried out right after it.`,
            remedy: `Settings → Environments → ${name} → Required reviewers, or access --reviewer LOGIN${settings.private ? ' (of a private repository with GitHub Enterprise only; without it, start the workflow with dry-run first)' : ''}`,
        });
    if (changes && found.reviewed)
        findings.push({ kind: 'good', text: `${name} has to be approved.` });
    if (!changes && waits)
        findings.push({
            kind: scheduled ? 'bad' : 'look',
            text: `${name} ${found.reviewed ? 'has to be approved' : `waits ${found.waits} minutes`}: ${scheduled ? 'what runs at night waits for that' : 'a plan waits for that, before there is anything to approve'}.`,
            remedy: `Settings → Environments → ${name}: take that away`,
        });
    if (changes && scheduled && found.reviewed)
        findings.push({ kind: 'look', text: `What runs by a clock in ${name} waits for an approval as well.` });
    if (found.restricted && pulls)
        findings.push({
            kind: 'look',
            text: `${name} allows some branches only: where these are not those of pull requests, GitHub refuses the plan that a pull request shows.`,
            remedy: 'give that workflow an environment of its own, or remove it',
        });
    if (!found.restricted)
        findings.push({
            kind: 'look',
            text: `Every branch may use ${name}: whoever can push one gets its secrets${plans || changes ? ', and with the key the host' : ''}.`,
            remedy: `Settings → Environments → ${name} → Deployment branches and tags: protected ones`,
        });
    return findings;
}
function needFinding({ kind, name, environment, usedBy, required }, settings) {
    const own = environment === null ? undefined : settings.environments.get(environment);
    const at = environment === null ? 'the repository' : environment;
    if (kind === 'variable') {
        const value = own?.variables.get(name) ?? settings.variables.get(name);
        if (own?.variables.get(name)?.trim() === '' && (settings.variables.get(name) ?? '').trim() !== '')
            return {
                kind: 'bad',
                text: `The variable ${name} of ${at} is empty, and hides the one of the repository.`,
                remedy: `gh variable delete ${name} --env ${at}`,
            };
        if (value !== undefined && value.trim() !== '')
            return null;
    }
    else if (own?.secrets.has(name) === true || settings.secrets.has(name))
        return null;
    if (!required)
        return null;
    const flag = environment === null ? '' : ` --env ${environment}`;
    return {
        kind: 'bad',
        text: `The ${kind} ${name} is not set for ${at} (${listed(usedBy)}).`,
        remedy: `gh ${kind} set ${name}${flag}${kind === 'secret' ? (name === 'SSH_KEY' ? ' < KEY' : '') : ' --body VALUE'}`,
    };
}
function versionFindings(versions) {
    const moving = [...versions.keys()].filter((version) => !/^[0-9a-f]{40}$/.test(version));
    return [
        ...(versions.size > 1
            ? [
                {
                    kind: 'look',
                    text: `The workflows use ${versions.size} versions of the actions: ${[...versions].map(([version, files]) => `${version.slice(0, 12)} (${listed(files)})`).join('; ')}.`,
                },
            ]
            : []),
        ...moving.map((version) => ({
            kind: 'look',
            text: `${version} of the actions is a name that may be moved; a commit cannot.`,
        })),
    ];
}
/** Where GitHub cannot be asked: which settings to make, and where. */
function byHand({ needs, environments }) {
    return [...environments.map(({ name }) => name), null].flatMap((environment) => {
        const own = needs.filter((need) => need.environment === environment);
        const names = (required) => listed(own.filter((need) => need.required === required).map(({ kind, name }) => `${name} (${kind})`));
        if (own.length === 0)
            return [];
        const optional = names(false) === '' ? '' : `; where you have it: ${names(false)}`;
        return [`${environment ?? 'the repository'}: ${names(true) || 'nothing has to be set'}${optional}`];
    });
}
function sayFindings(findings) {
    const SIGN = { bad: '✗', look: '!', good: '✓' };
    return ['bad', 'look', 'good'].flatMap((kind) => findings
        .filter((finding) => finding.kind === kind)
        .flatMap(({ text, remedy }) => [`  ${SIGN[kind]} ${text}`, ...(remedy === undefined ? [] : [`      ${remedy}`])]));
}


/***/ }),

/***/ 51413:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  tQ: () => (/* binding */ composeFilesIn),
  HA: () => (/* binding */ defaultOf),
  Wh: () => (/* binding */ readProject)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(38815);
;// CONCATENATED MODULE: ./actions/lib/init/compose-merge.ts
/** Merges parts of Compose files as Compose does. Pure. Source: github.com/compose-spec/compose-spec, 13-merge.md */

const RESET = '\0reset';
const OVERRIDE = '\0override';
/** Keeps Compose's tags `!reset` and `!override`, of which a plain value knows nothing. */
function keepTags(document) {
    (0,dist/* visit */.YR)(document, {
        Pair(_, pair) {
            if (!(0,dist/* isNode */.Ll)(pair.value) || (pair.value.tag !== '!reset' && pair.value.tag !== '!override'))
                return;
            const mark = new dist/* YAMLMap */.CA();
            mark.set(pair.value.tag === '!reset' ? RESET : OVERRIDE, pair.value);
            pair.value.tag = undefined;
            pair.value = mark;
        },
    });
}
/** @returns mappings merged, lists joined, everything else as the later one has it */
function merged(earlier, later) {
    const all = { ...earlier };
    for (const [key, value] of Object.entries(later)) {
        const marks = asRecord(value);
        if (RESET in marks)
            delete all[key];
        else if (OVERRIDE in marks)
            all[key] = marks[OVERRIDE];
        else
            all[key] = mergedValue(key, all[key], value);
    }
    return all;
}
/** A command of the later file replaces the earlier one, word for word. */
const WHOLE = /^(command|entrypoint|test)$/;
function mergedValue(key, earlier, later) {
    if (earlier === undefined || earlier === null || WHOLE.test(key))
        return isRecord(later) ? merged({}, later) : (later ?? earlier);
    if (later === null || later === undefined)
        return earlier;
    if (key === 'environment' || key === 'labels')
        return merged(asMapping(earlier, pairs), asMapping(later, pairs));
    if (key === 'depends_on')
        return merged(asMapping(earlier, dependencies), asMapping(later, dependencies));
    if (key === 'volumes' && Array.isArray(earlier) && Array.isArray(later)) {
        const targets = new Set(later.map(targetOf));
        return [...earlier.filter((mount) => !targets.has(targetOf(mount))), ...later];
    }
    if (isRecord(earlier) && isRecord(later))
        return merged(earlier, later);
    if (!Array.isArray(earlier) && !Array.isArray(later))
        return later;
    const both = [...list(earlier), ...list(later)];
    const texts = both.map((one) => JSON.stringify(one));
    return both.filter((_, at) => texts.indexOf(texts[at] ?? '') === at);
}
function asMapping(value, read) {
    return isRecord(value) ? value : Object.fromEntries(read(value));
}
/** Where a mount is in the container: Compose replaces an earlier mount at the same place. */
function targetOf(mount) {
    if (isRecord(mount))
        return String(mount.target);
    const parts = String(mount).match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
    return parts[1] ?? parts[0] ?? '';
}
function dependencies(value) {
    return new Map(list(value).map((one) => [String(one), { condition: 'service_started' }]));
}
/** A mapping of texts, or a list of `NAME=value`. */
function pairs(value) {
    if (!Array.isArray(value))
        return new Map(Object.entries(asRecord(value)).map(([name, text]) => [name, text === null ? '' : String(text)]));
    return new Map(value.map((one) => {
        const [, name = '', text = ''] = /^([^=]*)=?([\s\S]*)$/.exec(String(one)) ?? [];
        return [name, text];
    }));
}
function list(value) {
    return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
function asRecord(value) {
    return isRecord(value) ? value : {};
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
;// CONCATENATED MODULE: ./actions/lib/init/compose-model.ts
/** Reads Compose files, with those that they include and extend, as one model. Replaces no variables. */





/** @param files relative to the folder, in the order of `-f` @throws {UserError} RB-COMPOSE-INVALID */
function composeModel(folder, files) {
    const names = [];
    const followed = new Set();
    const notFollowed = new Set();
    /** The path of a file that another one names; `null`: it is not in the folder. */
    const follow = (from, base, name, how) => {
        const path = external_node_path_.posix.normalize(external_node_path_.posix.join(base, String(name)));
        if (/^[/~]|\$|:/.test(String(name)) || !(0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, path))) {
            notFollowed.add(`${from} ${how} ${String(name)}, which init could not read.`);
            return null;
        }
        followed.add(path);
        return path;
    };
    /** @param base folder from which the file's paths count @param seen services that lead here */
    const service = (file, base, definition, all, seen) => {
        const own = placed(asRecord(definition), base);
        const { file: other, service: named } = asRecord(own.extends);
        const name = typeof own.extends === 'string' ? own.extends : named;
        if (typeof name !== 'string')
            return own;
        const path = other === undefined ? file : follow(file, base, other, 'extends a service of');
        const key = `${path} ${name}`;
        if (path === null || seen.includes(key))
            return own;
        const services = other === undefined ? all : asRecord(readCompose((0,external_node_path_.join)(folder, path)).services);
        const there = other === undefined ? base : external_node_path_.posix.dirname(path);
        return merged(service(path, there, services[name], services, [...seen, key]), own);
    };
    /** The models of a file's includes, and its own: Compose's tags in it count for those before it. */
    const models = (file, base, seen) => {
        const read = readCompose((0,external_node_path_.join)(folder, file));
        if (typeof read.name === 'string' && seen.length === 0)
            names.push(read.name);
        const services = asRecord(read.services);
        const own = Object.fromEntries(Object.entries(services).map(([name, one]) => [name, service(file, base, one, services, [`${file} ${name}`])]));
        const included = list(read.include).flatMap((entry) => {
            const { path = entry, project_directory: project } = asRecord(entry);
            const paths = list(path).map((one) => follow(file, base, one, 'includes'));
            const [first] = paths;
            const at = typeof project === 'string' ? external_node_path_.posix.join(base, project) : external_node_path_.posix.dirname(first ?? '.');
            return paths.flatMap((one) => (one === null || seen.includes(one) ? [] : models(one, at, [...seen, file])));
        });
        return [...included, own];
    };
    const services = files.flatMap((file) => models(file, '.', [])).reduce(merged, {});
    return {
        name: names.at(-1) ?? null,
        services,
        followed: [...followed].filter((path) => !files.includes(path)),
        notFollowed: [...notFollowed],
    };
}
/** The same service with its paths as seen from the stack's folder: Compose resolves them from the file that has them. */
function placed(service, base) {
    if (base === '.')
        return service;
    const moved = (path) => {
        if (typeof path !== 'string' || /^[/~$]/.test(path))
            return path;
        const joined = external_node_path_.posix.join(base, path);
        return joined.startsWith('..') ? joined : `./${joined}`;
    };
    const { volumes, env_file: envFiles, ...rest } = service;
    return {
        ...rest,
        ...(Array.isArray(volumes)
            ? {
                volumes: volumes.map((mount) => {
                    if (typeof mount === 'string')
                        return mount.startsWith('.') ? mount.replace(/^[^:]+/, (path) => String(moved(path))) : mount;
                    const { type, source } = asRecord(mount);
                    return type === 'bind' ? { ...asRecord(mount), source: moved(source) } : mount;
                }),
            }
            : volumes === undefined
                ? {}
                : { volumes }),
        ...(envFiles === undefined
            ? {}
            : {
                env_file: list(envFiles).map((one) => typeof one === 'string' ? moved(one) : { ...asRecord(one), path: moved(asRecord(one).path) }),
            }),
    };
}
/** @throws {UserError} RB-COMPOSE-INVALID */
function readCompose(file) {
    if (!(0,external_node_fs_.existsSync)(file))
        throw new errors/* UserError */.y('RB-COMPOSE-INVALID', {
            what: `${file} is not there`,
            remedy: 'name a Compose file of this repository',
        });
    const document = (0,dist/* parseDocument */.Tp)((0,external_node_fs_.readFileSync)(file, 'utf8'), { merge: true, logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined)
        throw new errors/* UserError */.y('RB-COMPOSE-INVALID', {
            what: `${file} is not YAML that Compose could read`,
            why: error.message,
            remedy: 'correct it; `docker compose config` says the same',
        });
    keepTags(document);
    return asRecord(document.toJS({ maxAliasCount: 1000 }));
}

;// CONCATENATED MODULE: ./actions/lib/init/compose.ts
/**
 * Reads a repository's Compose files as they are written: replaces no variables and follows no files outside of their
 * folder. For a first look; later Compose's own model counts.
 */




const NAME = /^(docker-)?compose(\.[A-Za-z0-9_-]+)?\.ya?ml$/;
const PRODUCTION = /\.(prod|production|live)\.ya?ml$/;
const BASE = /^(docker-)?compose\.ya?ml$/;
/**
 * The files with which production is started, judged by their names.
 *
 * @returns `others`: Compose files that are not among them
 */
function composeFilesIn(folder) {
    const names = (0,external_node_fs_.readdirSync)(folder)
        .filter((name) => NAME.test(name))
        .sort();
    const production = names.filter((name) => PRODUCTION.test(name));
    const base = names.find((name) => BASE.test(name));
    const [only] = production;
    // A file with images for all of its services stands alone; otherwise it only holds differences.
    const files = only === undefined
        ? base === undefined
            ? []
            : [base]
        : base === undefined || isWhole((0,external_node_path_.join)(folder, only))
            ? [only]
            : [base, only];
    return { files, others: names.filter((name) => !files.includes(name)) };
}
function isWhole(file) {
    const services = Object.values(asRecord(readCompose(file).services)).map(asRecord);
    return services.length > 0 && services.every((one) => ['image', 'build', 'extends'].some((key) => key in one));
}
/** @throws {UserError} RB-COMPOSE-INVALID */
function readProject(folder, files) {
    const { services, ...model } = composeModel(folder, files);
    return { ...model, files, services: Object.entries(services).map(([name, own]) => serviceOf(name, asRecord(own))) };
}
/** A plain value, or the default after `:-`; `null`: only the environment tells. */
function defaultOf(value) {
    if (value === null || value === '')
        return null;
    if (!value.includes('$'))
        return value;
    return /^\$\{\w+:?-([^${}]*)\}$/.exec(value)?.[1] ?? null;
}
function serviceOf(name, own) {
    return {
        name,
        image: typeof own.image === 'string' ? own.image : null,
        builds: own.build !== undefined && own.build !== null,
        command: words(own.command),
        entrypoint: words(own.entrypoint),
        ports: list(own.ports).map(portOf),
        mounts: list(own.volumes).flatMap(mountOf),
        environment: pairs(own.environment),
        envFiles: list(own.env_file).map((one) => (typeof one === 'string' ? one : String(asRecord(one).path ?? ''))),
        dependsOn: new Map(Array.isArray(own.depends_on)
            ? own.depends_on.map((one) => [String(one), 'service_started'])
            : Object.entries(asRecord(own.depends_on)).map(([on, how]) => [
                on,
                String(asRecord(how).condition ?? 'service_started'),
            ])),
        healthcheck: words(asRecord(own.healthcheck).test),
        labels: pairs(own.labels),
        profiles: list(own.profiles).map(String),
        restart: String(own.restart ?? ''),
        containerName: own.container_name !== undefined,
        hostNetwork: own.network_mode === 'host',
    };
}
function portOf(port) {
    if (typeof port === 'object' && port !== null) {
        const { target, published, protocol } = asRecord(port);
        return {
            published: published === undefined ? null : String(published),
            target: String(target),
            udp: protocol === 'udp',
        };
    }
    // `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`; a variable in it may contain colons.
    const [, text = '', protocol = 'tcp'] = /^(.*?)(?:\/(tcp|udp))?$/.exec(String(port)) ?? [];
    const parts = text.match(/(?:\$\{[^}]*\}|\[[^\]]*\]|[^:])+/g) ?? [];
    return {
        published: parts.length > 1 ? (parts.at(-2) ?? null) : null,
        target: parts.at(-1) ?? '',
        udp: protocol === 'udp',
    };
}
function mountOf(mount) {
    if (typeof mount === 'object' && mount !== null) {
        const { type, source, target, read_only } = asRecord(mount);
        if ((type !== 'volume' && type !== 'bind') || source === undefined)
            return [];
        return [{ source: String(source), target: String(target), readOnly: read_only === true, kind: type }];
    }
    const [source = '', target, mode = ''] = String(mount).match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
    if (target === undefined)
        return [];
    const kind = /^[./~$]/.test(source) ? 'bind' : 'volume';
    return [{ source, target, readOnly: mode.split(',').includes('ro'), kind }];
}
function words(value) {
    return Array.isArray(value) ? value.map(String).join(' ') : typeof value === 'string' ? value : '';
}


/***/ }),

/***/ 15400:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ needsOf)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _config_reader__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(434);
/** Which settings on GitHub the workflows of a repository need, read from their text. Pure. */


/** @param texts file name → text of the workflows */
function needsOf(texts, actions, runbook) {
    const needs = new Map();
    const environments = new Map();
    const versions = new Map();
    for (const [file, text] of texts) {
        const workflow = workflowIn(text);
        const events = workflow.on !== null && typeof workflow.on === 'object' ? workflow.on : {};
        const scheduled = 'schedule' in events;
        const pulls = 'pull_request' in events;
        for (const { environment, steps = [] } of Object.values(workflow.jobs ?? {})) {
            const name = (typeof environment === 'object' ? environment?.name : environment) ?? null;
            for (const step of steps) {
                const [, action = '', version] = /(?:^|\/)actions\/([a-z-]+)(?:@(\S+))?$/.exec(String(step.uses ?? '')) ?? [];
                const declared = actions.get(action);
                if (declared === undefined)
                    continue;
                if (version !== undefined)
                    versions.set(version, [...new Set([...(versions.get(version) ?? []), file])]);
                const plans = step.with?.['dry-run'] === true;
                if (name !== null) {
                    const before = environments.get(name) ?? {
                        name,
                        changes: false,
                        scheduled: false,
                        plans: false,
                        pulls: false,
                    };
                    environments.set(name, {
                        name,
                        changes: before.changes || (!plans && !scheduled),
                        scheduled: before.scheduled || scheduled,
                        plans: before.plans || (plans && !scheduled),
                        pulls: before.pulls || (pulls && plans),
                    });
                }
                for (const [kind, setting, required] of wantsOf(step, declared, runbook)) {
                    const key = `${kind} ${setting} ${name}`;
                    const known = needs.get(key);
                    needs.set(key, {
                        kind,
                        name: setting,
                        environment: name,
                        usedBy: [...new Set([...(known?.usedBy ?? []), file])],
                        required: required || known?.required === true,
                    });
                }
            }
        }
    }
    return { needs: [...needs.values()], environments: [...environments.values()], versions };
}
function workflowIn(text) {
    try {
        return ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text) ?? {});
    }
    catch {
        return {};
    }
}
/** Settings that a step reads, and whether the step is refused without them. */
function wantsOf(step, declared, { backup }) {
    const inputs = Object.entries(step.with ?? {}).map(([input, value]) => {
        const { required = false, default: missing } = declared[input] ?? {};
        const encrypted = input === 'identity' && backup.recipients.length > 0;
        return [value, required || missing === _config_reader__WEBPACK_IMPORTED_MODULE_1__/* .NOT_GIVEN */ .y || encrypted];
    });
    const variables = Object.entries(step.env ?? {}).map(([name, value]) => [value, name.startsWith('AWS_') && backup.s3 !== null]);
    return [...inputs, ...variables].flatMap(([value, required]) => [...String(value).matchAll(/\b(secrets|vars)\.([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, context, name = '']) => {
        // A setting with a fallback is not required.
        const optional = String(value).includes('||');
        return [context === 'vars' ? 'variable' : 'secret', name, required && !optional];
    }));
}


/***/ }),

/***/ 47497:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HX: () => (/* binding */ topOf),
/* harmony export */   Mf: () => (/* binding */ workflowFolder),
/* harmony export */   Xz: () => (/* binding */ isTracked),
/* harmony export */   iE: () => (/* binding */ noComposeFile),
/* harmony export */   k$: () => (/* binding */ fromTop),
/* harmony export */   pl: () => (/* binding */ stackFolder)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(32863);
/* harmony import */ var _compose__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(51413);
/** Where things lie in the user's repository: its top, the stack's folder, Compose files in folders below. */





/** The folder with `.git`, which GitHub sees as the repository; without one, the folder itself. */
function topOf(folder) {
    for (let at = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(folder);; at = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(at)) {
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(at, '.git')))
            return at;
        if (at === (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(at))
            return (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(folder);
    }
}
/** GitHub runs only workflows at the repository's top. */
function workflowFolder(folder) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(topOf(folder), '.github', 'workflows');
}
/** A file's path from the repository's top, as workflows write it. */
function fromTop(folder, name) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_2__.relative)(topOf(folder), (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(folder, name)).split(node_path__WEBPACK_IMPORTED_MODULE_2__.sep).join('/');
}
/** Whether Git has the file: a runner's checkout has no other ones. */
function isTracked(folder, name) {
    return (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawnSync)('git', ['-C', folder, 'ls-files', '--error-unmatch', '--', name], { stdio: 'ignore' }).status === 0;
}
/**
 * The stack's folder: the one of the first Compose file, from which Compose resolves paths and takes the project's name.
 *
 * @param compose Compose files, as with `-f`; `null`: to be found by their names
 * @throws {UserError} RB-COMPOSE-INVALID
 */
function stackFolder(folder, compose) {
    const [first] = compose ?? [];
    if (compose === null || first === undefined)
        return { folder, compose };
    const at = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(folder, (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(first));
    const inside = compose.map((file) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.relative)(at, (0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(folder, file)).split(node_path__WEBPACK_IMPORTED_MODULE_2__.sep).join('/'));
    if (inside.every((file) => !file.startsWith('../')))
        return { folder: at, compose: inside };
    throw new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-COMPOSE-INVALID', {
        what: `${compose.join(', ')}: not all of these files are in the folder of the first file, or in a folder below it`,
        why: 'runbook.yml is in the folder of the first Compose file, because Compose resolves all paths from that folder, and cannot name a file outside of it',
        remedy: 'move the files into one folder, or name a file first whose folder contains the others',
    });
}
/** @throws {UserError} RB-COMPOSE-INVALID, with the folders below that have Compose files */
function noComposeFile(folder) {
    const below = foldersWithCompose(folder).map((path) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.relative)(folder, path).split(node_path__WEBPACK_IMPORTED_MODULE_2__.sep).join('/'));
    return new _errors__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y('RB-COMPOSE-INVALID', {
        what: `${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(folder)} has no Compose file`,
        why: `looked for compose.yaml, docker-compose.yml and their production variants, in this folder only${below.length === 0 ? '' : `; there are some in ${below.join(', ')}`}`,
        remedy: `${below.length === 0 ? 'run init in the folder that has it' : `give ${below.map((path) => `--folder ${path}`).join(' or ')}`}, or name it with --compose; this tool needs a Compose file`,
    });
}
/** Folders of the next two levels. */
function foldersWithCompose(folder, depth = 2) {
    if (depth === 0)
        return [];
    const inner = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !/^(\.git|node_modules|vendor)$/.test(entry.name))
        .map(({ name }) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, name))
        .sort();
    return inner.flatMap((path) => [
        ...((0,_compose__WEBPACK_IMPORTED_MODULE_4__/* .composeFilesIn */ .tQ)(path).files.length > 0 ? [path] : []),
        ...foldersWithCompose(path, depth - 1),
    ]);
}


/***/ }),

/***/ 83237:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ reviewersOf),
/* harmony export */   N: () => (/* binding */ reviewerSteps)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51957);
/** Commands that set the reviewers of what the workflows change, in a form that a person could type. Pure. */


/** The largest number of reviewers on GitHub. Source: docs.github.com, "Managing environments for deployment". */
const MOST = 6;
const USER = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/;
const TEAM = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[a-z0-9][a-z0-9_-]*$/;
/** @param given logins, and teams as `organisation/team`, separated by commas @throws {UserError} RB-INPUT-INVALID */
function reviewersOf(given) {
    if (given === undefined)
        return [];
    const all = [...new Set(given.split(',').map((one) => one.trim().replace(/^@/, '')))];
    const odd = all.filter((one) => !USER.test(one) && !TEAM.test(one));
    if (odd.length === 0 && all.length <= MOST)
        return all;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-INPUT-INVALID', {
        what: odd.length > 0
            ? `--reviewer ${JSON.stringify(odd[0])} is neither a login of GitHub nor a team`
            : `--reviewer names ${all.length} reviewers, and GitHub allows ${MOST} for an environment`,
        remedy: 'give --reviewer ann,bob, or a team of an organisation: --reviewer acme/operations; the approval of one person is enough',
    });
}
/**
 * For every environment whose jobs change the host when a person starts them.
 *
 * @param settings present ones; `null`: not known
 */
function reviewerSteps({ environments }, reviewers, settings) {
    const changing = reviewers.length === 0 ? [] : environments.filter(({ changes }) => changes).map(({ name }) => name);
    const kept = changing.filter((name) => settings?.environments.get(name)?.reviewed === true);
    const steps = changing
        .filter((name) => !kept.includes(name))
        .map((name) => ({
        what: `${reviewers.join(', ')} ${reviewers.length === 1 ? 'approves' : 'approve'} what ${name} carries out (in a private repository this needs GitHub Enterprise; APPROVALS.md has two other ways)`,
        command: commandFor(name, reviewers, settings),
    }));
    return { steps, kept };
}
function commandFor(name, reviewers, settings) {
    const asked = reviewers.map((one, index) => {
        const [organisation, team] = one.split('/');
        const path = team === undefined ? `users/${one}` : `orgs/${organisation}/teams/${team}`;
        return `r${index + 1}=$(gh api ${path} --jq .id)`;
    });
    const fields = reviewers.flatMap((one, index) => [
        `-F 'reviewers[][type]=${one.includes('/') ? 'Team' : 'User'}'`,
        `-F "reviewers[][id]=$r${index + 1}"`,
    ]);
    // A single reviewer could never approve runs that he or she starts.
    const others = reviewers.length > 1 || reviewers.some((one) => one.includes('/'));
    const place = (0,_host_quote__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(`repos/{owner}/{repo}/environments/${encodeURIComponent(name)}`);
    return [
        ...asked,
        [
            `gh api --silent --method PUT ${place}`,
            ...fields,
            ...(others ? ['-F prevent_self_review=true'] : []),
            ...kept(),
        ].join(' '),
    ].join(' && ');
    /** GitHub removes every setting that the request does not name. */
    function kept() {
        const found = settings?.environments.get(name);
        if (found === undefined)
            return [];
        const { waits, policy } = found;
        return [
            ...(waits > 0 ? [`-F wait_timer=${waits}`] : []),
            ...(policy === null
                ? []
                : [
                    `-F 'deployment_branch_policy[protected_branches]=${policy.protected_branches}'`,
                    `-F 'deployment_branch_policy[custom_branch_policies]=${policy.custom_branch_policies}'`,
                ]),
        ];
    }
}


/***/ }),

/***/ 47888:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ readSettings)
/* harmony export */ });
/** Settings of a repository on GitHub, read by `gh`. Of secrets only the names: nobody can read their values. */
const HERE = 'repos/{owner}/{repo}';
/** @throws the errors of {@link AskGitHub} */
async function readSettings(ask) {
    const [kind] = (await ask(HERE, '.private')) ?? [];
    if (kind === undefined)
        throw new Error('the login of gh does not see this repository');
    const found = (await ask(`${HERE}/environments?per_page=100`, '.environments[] | @json')) ?? [];
    const environments = new Map();
    for (const line of found) {
        const { name, protection_rules: rules = [], deployment_branch_policy: policy = null, } = JSON.parse(line);
        const path = `${HERE}/environments/${encodeURIComponent(name)}`;
        environments.set(name, {
            reviewed: rules.some(({ type, reviewers }) => type === 'required_reviewers' && (reviewers?.length ?? 0) > 0),
            waits: Math.max(0, ...rules.map(({ wait_timer: minutes = 0 }) => minutes)),
            restricted: policy !== null,
            policy,
            secrets: new Set(await secretsAt(ask, path)),
            variables: new Map(await variablesAt(ask, path)),
        });
    }
    const own = `${HERE}/actions`;
    return {
        environments,
        private: kind === 'true',
        secrets: new Set([...(await secretsAt(ask, own)), ...(await secretsAt(ask, own, 'organization-secrets'))]),
        // The repository's variables override those of the organisation.
        variables: new Map([...(await variablesAt(ask, own, 'organization-variables')), ...(await variablesAt(ask, own))]),
    };
}
async function secretsAt(ask, path, kind = 'secrets') {
    return (await ask(`${path}/${kind}?per_page=100`, '.secrets[].name')) ?? none(path, kind);
}
async function variablesAt(ask, path, kind = 'variables') {
    const found = await ask(`${path}/${kind}?per_page=30`, '.variables[] | [.name, .value] | @json');
    return (found ?? none(path, kind)).map((line) => JSON.parse(line));
}
/**
 * A person's repository has no settings of an organisation. All other settings exist, and are only hidden from this
 * login.
 */
function none(path, kind) {
    if (kind.startsWith('organization-'))
        return [];
    throw new Error(`the login of gh may not see ${path.replace(HERE, 'the repository')}/${kind}`);
}


/***/ }),

/***/ 70722:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A9: () => (/* binding */ normalized),
/* harmony export */   cd: () => (/* binding */ interpolated),
/* harmony export */   ht: () => (/* binding */ variablesOf),
/* harmony export */   xX: () => (/* binding */ checkProjectName)
/* harmony export */ });
/* unused harmony export nameOf */
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/* harmony import */ var _secrets_assignments__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(30538);
/** The project's name that Compose takes from the files, when a person starts the stack by hand. Pure. */



const REFERENCE = /\$\$|\$(?:(\w+)|\{(\w+)(?:(:?[-])([^{}]*))?\})/g;
/**
 * Refuses files that give the project another name than the runbook. Compose would get the runbook's name, but a stack
 * of the other name has volumes of its own, and it is not known which is meant.
 *
 * @param files uploaded files, including the env file if there is one
 * @throws {UserError} RB-STACK-MISMATCH
 */
function checkProjectName({ stack, compose, envFile }, files, current) {
    const text = (path) => files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
    const variables = envFile === null ? new Map() : variablesOf(text(envFile));
    const named = nameOf(compose.map((path) => ({ path, text: text(path) })), variables, envFile);
    if (named === null || normalized(named.name) === stack)
        return;
    const name = normalized(named.name);
    throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-STACK-MISMATCH', {
        what: `${named.by} calls the project ${named.name}, and runbook.yml says stack: ${stack}`,
        why: `started by hand the stack is called ${name}, started by the procedures ${stack}: these would be two stacks, each with volumes of its own`,
        remedy: current === null
            ? `write "stack: ${name}" in runbook.yml; if ${stack} is right, give the project that name in ${named.by}, or in a further file under "compose:"`
            : `release ${current.id} of ${stack} runs here: give the project the name ${stack} in ${named.by}, or in a further file under "compose:"`,
    });
}
/**
 * The name that Compose takes without `-p`: the variable, or `name:` of the last file that has it. `null`: not given.
 */
function nameOf(files, variables, envFile) {
    const set = variables.get('COMPOSE_PROJECT_NAME') ?? '';
    if (set !== '')
        return set.includes('$') ? null : { name: set, by: `COMPOSE_PROJECT_NAME in ${envFile}` };
    const found = files.flatMap(({ path, text }) => {
        const name = topName(text);
        return name === null ? [] : [{ name, by: `"name:" in ${path}` }];
    });
    const last = found.at(-1);
    // A name that is made of the project's name gets the runbook's.
    if (last === undefined || /\$\{?COMPOSE_PROJECT_NAME\b/.test(last.name))
        return null;
    const name = interpolated(last.name, variables);
    return name === null || name === '' ? null : { ...last, name };
}
/** The project's name that Compose makes of a folder's name. */
function normalized(name) {
    return name
        .toLowerCase()
        .replace(/[^a-z0-9_-]/g, '')
        .replace(/^[_-]+/, '');
}
function topName(text) {
    // Compose itself refuses a file that is not YAML.
    const { contents } = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, { logLevel: 'silent', merge: true });
    const name = contents?.get?.('name');
    return typeof name === 'string' && name !== '' ? name : null;
}
/** A name or path with its variables replaced; `null`: it has a form that only Compose understands. */
function interpolated(name, variables) {
    const value = name.replace(REFERENCE, (all, plain, braced, way = '', standard = '') => {
        if (all === '$$')
            return '\0';
        const known = variables.get(plain ?? braced ?? '');
        return known === undefined || (known === '' && way === ':-') ? standard : known;
    });
    return value.includes('$') ? null : value.replaceAll('\0', '$');
}
function variablesOf(envFile) {
    return new Map((0,_secrets_assignments__WEBPACK_IMPORTED_MODULE_2__/* .assignmentsIn */ .s)(envFile).map(({ name, double, single, plain = '' }) => [
        name,
        double ?? single ?? plain.replace(/\s+#.*$/, '').trim(),
    ]));
}


/***/ }),

/***/ 36103:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   destinationOf: () => (/* binding */ destinationOf)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(32863);
/** Finds a host by the user's own ssh: `ssh -G` tells the settings of a name in ~/.ssh/config. */





/**
 * @param given `user@host`, `user@host:port`, `[address]:port`, or a name of ~/.ssh/config
 * @throws {UserError} RB-INPUT-INVALID
 */
function destinationOf(given, env, ask = askSsh) {
    const [, user = '', bracketed, plain = '', port = ''] = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*?))(?::(\d+))?$/.exec(given) ?? [];
    const name = bracketed ?? plain;
    if (name === '' || given.startsWith('-'))
        throw misnamed(given, 'it is not user@host, user@host:port or a name of ~/.ssh/config');
    const options = [...(user === '' ? [] : ['-l', user]), ...(port === '' ? [] : ['-p', port])];
    const answer = ask([...options, '--', name]);
    const config = settingsIn(answer ?? '');
    const only = (key) => config.get(key)?.[0] ?? '';
    const socket = only('identityagent') || 'SSH_AUTH_SOCK';
    const home = env.HOME ?? (0,node_os__WEBPACK_IMPORTED_MODULE_2__.homedir)();
    const files = (key, otherwise) => (config.get(key)?.flatMap((value) => value.split(' ')) ?? otherwise)
        .map((path) => path.replace(/^~(?=\/)/, home))
        .filter((path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(path));
    const proxy = only('proxycommand');
    if (proxy !== '' && proxy !== 'none')
        throw misnamed(given, 'your ssh reaches it by a ProxyCommand, which only ssh itself can use; a ProxyJump works');
    const known = [
        ...files('userknownhostsfile', [(0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(home, '.ssh', 'known_hosts')]),
        ...files('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts']),
    ];
    const found = socket === 'none' ? '' : socket === 'SSH_AUTH_SOCK' ? (env.SSH_AUTH_SOCK ?? '') : socket.replace(/^~(?=\/)/, home);
    return {
        host: only('hostname') || name,
        port: only('port') || port || '22',
        user: only('user') || user || (env.USER ?? ''),
        jump: jumpOf(only('proxyjump'), given, ask),
        knownHosts: known.map((path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(path, 'utf8')).join('\n'),
        keys: files('identityfile', ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((file) => (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(home, '.ssh', file))),
        agent: found === '' ? null : found,
    };
}
function jumpOf(jump, given, ask) {
    if (jump === '' || jump === 'none')
        return '';
    if (jump.includes(','))
        throw misnamed(given, 'your ssh goes through several hosts to reach it; only one is possible here');
    const [, user = '', host = '', port = ''] = /^(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(jump.replace(/^ssh:\/\//, '')) ?? [];
    const options = [...(user === '' ? [] : ['-l', user]), ...(port === '' ? [] : ['-p', port])];
    const config = settingsIn(ask([...options, '--', host.replace(/^\[|\]$/g, '')]) ?? '');
    const address = config.get('hostname')?.[0] ?? host;
    return `${config.get('user')?.[0] ?? user}@${address.includes(':') ? `[${address}]` : address}:${config.get('port')?.[0] ?? '22'}`;
}
/** Lines `key value` → values by key, in their order. */
function settingsIn(text) {
    const settings = new Map();
    for (const line of text.split('\n')) {
        const [, key = '', value = ''] = /^(\S+) (.*)$/.exec(line.trim()) ?? [];
        if (key !== '')
            settings.set(key, [...(settings.get(key) ?? []), value]);
    }
    return settings;
}
/** @throws {UserError} RB-INPUT-INVALID where ssh cannot read its configuration */
function askSsh(args) {
    const { status, stdout, stderr, error } = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawnSync)('ssh', ['-G', ...args], { encoding: 'utf8' });
    if (error !== undefined)
        return null;
    if (status === 0)
        return stdout;
    throw misnamed(args.at(-1) ?? '', stderr.trim());
}
function misnamed(given, why) {
    return new _errors__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .y('RB-INPUT-INVALID', {
        what: `--host ${JSON.stringify(given)} cannot be used`,
        why,
        remedy: 'see that `ssh HOST true` works; or give --ssh-host, --ssh-user, --ssh-port and --ssh-known-hosts-file',
    });
}


/***/ })

};
;