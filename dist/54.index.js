"use strict";
exports.id = 54;
exports.ids = [54];
exports.modules = {

/***/ 50931:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cT: () => (/* binding */ closedFiles),
/* harmony export */   sc: () => (/* binding */ sha256),
/* harmony export */   vm: () => (/* binding */ openedFiles)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _nginx_close__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(23781);
/* harmony import */ var _nginx_parse__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(46934);
/* harmony import */ var _nginx_tree__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(50361);
/* harmony import */ var _proxy_look__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(33162);
/** The uploaded files of a release as they are while its site is closed, and as they were. */






/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE */
function closedFiles(request) {
    const { seen, uploads, insertions } = request;
    const { texts, origins } = configured(request);
    const site = parsed(() => (0,_nginx_close__WEBPACK_IMPORTED_MODULE_2__/* .close */ .VN)(texts, insertions, (path) => origins.has(path), isAlone(request)));
    refuseOthers(site, texts, origins, request);
    const changed = new Map([...site.texts].map(([path, text]) => [origins.get(path), text]));
    const originals = {};
    const files = uploads.map((file) => {
        const text = changed.get(file.path);
        if (text === undefined)
            return file;
        originals[file.path] = sha256(openedBytes(file));
        return { ...file, content: Buffer.from(text, 'latin1') };
    });
    // In the network of the host nginx's own addresses and ports are those of the host.
    const inHost = Object.hasOwn(seen.container.networks, 'host');
    const doors = (0,_nginx_close__WEBPACK_IMPORTED_MODULE_2__/* .doorsOf */ .lJ)(site.closed).flatMap(({ address, ...door }) => inHost
        ? [{ ...door, ...(address === undefined ? {} : { address }) }]
        : (seen.ports.get(door.port) ?? []).map((place) => ({ ...door, ...place })));
    return { files, originals, doors, notes: notesOf(site, [...changed.keys()], texts, origins) };
}
/**
 * The files as they were before the site was closed.
 *
 * @param originals as the release has them
 * @throws {UserError} RB-MAINTENANCE-UNSUITABLE: one of them has changed
 */
function openedFiles(uploads, originals) {
    return uploads.map((file) => {
        const wanted = originals[file.path];
        if (wanted === undefined)
            return file;
        const content = openedBytes(file);
        if (sha256(content) === wanted)
            return { ...file, content };
        throw (0,_proxy_look__WEBPACK_IMPORTED_MODULE_4__/* .unsuitable */ .Pq)(`${file.path} cannot be brought back to what it was before the site was closed`, 'its copy on the host differs from the one that the release records', 'deploy, with the repository as it should be: its files take the place of those on the host');
    });
}
/** What nginx will read, with the uploaded files in the place of those that the container has of them. */
function configured({ seen, uploads, state, runbook }) {
    const roots = [runbook.directory, state.physicalDirectory].filter((root) => root !== '');
    const { mounts } = seen.container;
    const places = new Map();
    for (const file of uploads)
        for (const target of targetsOf(file.path, roots, mounts))
            places.set(target, file);
    const made = rendered(seen, places);
    const texts = new Map();
    const origins = new Map();
    const put = (path, file) => {
        texts.set(path, file.content.toString('latin1'));
        origins.set(path, file.path);
    };
    // The first file stays the first, because nginx begins there. Files that were uploaded before and no longer are, are
    // left out.
    for (const [path, text] of seen.files) {
        const file = places.get(path) ?? made.get(path);
        if (file !== undefined)
            put(path, file);
        else if (!isOfStack(path, roots, mounts))
            texts.set(path, text);
    }
    for (const [path, file] of [...places, ...made])
        if (!texts.has(path) && isText(file))
            put(path, file);
    return { texts, origins };
}
/** Whether the proxy shares its network neither with the host nor with another container, as of a tunnel. */
function isAlone({ seen: { container }, state }) {
    const { id, name, joins, networks } = container;
    const joined = state.containers.some((other) => other.joins.includes(id) || other.joins.includes(name));
    return !joined && joins.length === 0 && !Object.hasOwn(networks, 'host');
}
/** The paths at which the container sees a file. */
function targetsOf(path, roots, mounts) {
    return mounts.flatMap((mount) => {
        const whole = roots.map((root) => node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(root, path)).find((one) => isBelow(one, mount.source));
        if (whole === undefined || mount.type !== 'bind')
            return [];
        const place = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(mount.target, node_path__WEBPACK_IMPORTED_MODULE_1__.posix.relative(mount.source, whole));
        return mountOf(place, mounts) === mount ? [place] : [];
    });
}
/** Whether a path of the container lies in the stack's directory. */
function isOfStack(path, roots, mounts) {
    const mount = mountOf(path, mounts);
    if (mount?.type !== 'bind')
        return false;
    const whole = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(mount.source, node_path__WEBPACK_IMPORTED_MODULE_1__.posix.relative(mount.target, path));
    return roots.some((root) => isBelow(whole, root));
}
/** A mount below another mount hides that part of it. */
function mountOf(path, mounts) {
    return mounts.filter(({ target }) => isBelow(path, target)).sort((a, b) => b.target.length - a.target.length)[0];
}
function isBelow(path, folder) {
    const base = folder.replace(/(?<=.)\/+$/, '');
    return path === base || path.startsWith(base === '/' ? '/' : `${base}/`);
}
/**
 * The files that the entrypoint of nginx's image renders from templates: path of the result → template. Source:
 * 20-envsubst-on-templates.sh
 */
function rendered({ environment }, places) {
    const from = environment.NGINX_ENVSUBST_TEMPLATE_DIR || '/etc/nginx/templates';
    const to = environment.NGINX_ENVSUBST_OUTPUT_DIR || '/etc/nginx/conf.d';
    const suffix = environment.NGINX_ENVSUBST_TEMPLATE_SUFFIX || '.template';
    const found = [...places].flatMap(([path, file]) => isBelow(path, from) && path.endsWith(suffix)
        ? [[node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(to, node_path__WEBPACK_IMPORTED_MODULE_1__.posix.relative(from, path)).slice(0, -suffix.length), file]]
        : []);
    return new Map(found);
}
/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE where a server would stay open, or may */
function refuseOthers({ closed, left }, texts, origins, { seen, loaded, runbook }) {
    const service = runbook.proxy.service ?? '';
    const { servers } = parsed(() => (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_3__/* .configurationOf */ .QV)(plainly(texts)));
    const open = servers.filter((server) => !origins.has(server.path) && !isWelcome(server));
    if (open.length > 0) {
        const paths = [...new Set(open.map(({ path }) => path))];
        throw (0,_proxy_look__WEBPACK_IMPORTED_MODULE_4__/* .unsuitable */ .Pq)(`${service} has servers in ${paths.join(', ')}, which would stay open`, 'no file of the stack is mounted there: the file is in the image or in a volume, or the container writes it as it starts', `mount ${paths.length === 1 ? 'it' : 'them'} from a file of the repository, or as a template of nginx's image (/etc/nginx/templates), and deploy that`);
    }
    if (closed.length === 0)
        throw noServer(service, servers, left);
    if (!loaded)
        return;
    const count = (all) => all
        .map(({ path }) => path)
        .sort()
        .join('\n');
    if (count(parsed(() => (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_3__/* .configurationOf */ .QV)(plainly(seen.files))).servers) !== count(servers))
        throw (0,_proxy_look__WEBPACK_IMPORTED_MODULE_4__/* .unsuitable */ .Pq)(`${service} has loaded a configuration that differs from the files of the current release`, 'its files were edited by hand on the host or in the container', 'deploy first, then run this again');
}
function noServer(service, servers, left) {
    const what = `${service} has no server that could answer`;
    if (left.length > 0)
        return (0,_proxy_look__WEBPACK_IMPORTED_MODULE_4__/* .unsuitable */ .Pq)(what, "its servers listen only on the container's own loopback, which nobody else reaches", 'let a server of it listen on a port that visitors reach, and deploy that');
    const [first] = servers;
    if (first === undefined)
        return (0,_proxy_look__WEBPACK_IMPORTED_MODULE_4__/* .unsuitable */ .Pq)(what, 'its `http` block contains no `server`', 'see `nginx -T` in its container');
    return (0,_proxy_look__WEBPACK_IMPORTED_MODULE_4__/* .unsuitable */ .Pq)(what, `its only server is that of its image, in ${first.path}, which is no file of the stack`, `mount ${first.path} from a file of the repository, and deploy that`);
}
function plainly(texts) {
    return new Map([...texts].map(([path, text]) => [path, (0,_nginx_close__WEBPACK_IMPORTED_MODULE_2__/* .opened */ .Sg)(text)]));
}
/** The default server of nginx's image, for a site that is not set up yet. */
function isWelcome(server) {
    const passes = server.body.some(({ name, block }) => /_pass$/.test(name) || (block ?? []).some((one) => /_pass$/.test(one.name)));
    return (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_3__/* .namesOf */ .eZ)(server).every((name) => name === 'localhost') && !passes && (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_3__/* .namesOf */ .eZ)(server).length > 0;
}
function notesOf({ closed, left, others }, paths, texts, origins) {
    const addresses = (servers) => servers
        .map((server) => (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_3__/* .listensOf */ .QQ)(server)
        .map(({ port }) => port ?? 'a socket')
        .join(' and '))
        .join(', ');
    const silent = closed.filter(_nginx_close__WEBPACK_IMPORTED_MODULE_2__/* .refusesStrangers */ .hU);
    const nameOf = (server) => (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_3__/* .namesOf */ .eZ)(server)[0] ?? `port ${addresses([server])}`;
    const welcome = parsed(() => (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_3__/* .configurationOf */ .QV)(plainly(texts))).servers.filter(({ path }) => !origins.has(path));
    return [
        `Closed: ${closed.length} ${closed.length === 1 ? 'server' : 'servers'} of nginx in ${paths.join(', ')}.`,
        ...(left.length === 0
            ? []
            : [`Not closed: servers that listen only on the container's own loopback (port ${addresses(left)}).`]),
        ...(welcome.length === 0 ? [] : [`Not closed: the server of the image for localhost (${welcome[0].path}).`]),
        ...(silent.length === 0
            ? []
            : [
                `Closed, and not asked for a proof: what refuses whoever has no certificate by TLS (${silent.map(nameOf).join(', ')}).`,
            ]),
        ...(others.length === 0
            ? []
            : [
                `Not closed: \`${others.join('`, `')}\`, whose servers do not speak HTTP; where they lead to a server of \`http\`, that one is closed.`,
            ]),
    ];
}
/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE */
function parsed(work) {
    try {
        return work();
    }
    catch (error) {
        if (!(error instanceof _nginx_parse__WEBPACK_IMPORTED_MODULE_5__/* .NginxSyntaxError */ .A))
            throw error;
        throw (0,_proxy_look__WEBPACK_IMPORTED_MODULE_4__/* .unsuitable */ .Pq)('the configuration of the proxy cannot be read', error.message, 'correct that line and deploy it');
    }
}
/** Other mounted files may be certificates or pictures. */
function isText({ content }) {
    return content.length < 2 ** 20 && !content.includes(0);
}
function openedBytes({ content }) {
    return Buffer.from((0,_nginx_close__WEBPACK_IMPORTED_MODULE_2__/* .opened */ .Sg)(content.toString('latin1')), 'latin1');
}
function sha256(content) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(content).digest('hex');
}


/***/ }),

/***/ 66302:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nt: () => (/* binding */ envFileOf),
/* harmony export */   Zi: () => (/* binding */ chooseEnvFile),
/* harmony export */   a9: () => (/* binding */ withSecrets)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _secrets_sops_file__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(74700);
/* harmony import */ var _stack_resolve_secrets__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(56931);



/** The file that Compose reads by default: the env file of stacks whose runbook names none. */
const COMPOSES_OWN = '.env';
/** Decrypts the env file if it comes from SOPS; its values are masked before anything is shown. @throws {UserError} */
async function withSecrets(inputs, recorder) {
    const { runbook, sops } = inputs;
    const path = runbook.envFile;
    if (sops === null || path === null)
        return inputs;
    for (const line of sops.ageKey.split(/[\r\n]+/))
        if (!line.startsWith('#'))
            recorder.secret(line);
    recorder.step('Decrypt the secrets');
    const { decrypt } = await __webpack_require__.e(/* import() */ 358).then(__webpack_require__.bind(__webpack_require__, 83358));
    const { text, values, tool } = await decrypt(sops);
    for (const secret of (0,_stack_resolve_secrets__WEBPACK_IMPORTED_MODULE_2__/* .secretsIn */ .VY)(text))
        recorder.secret(secret);
    recorder.info(`${tool.said}: ${values.size} values of ${sops.path}`);
    const decrypted = { path, content: Buffer.from(text), mode: 0o600 };
    return { ...inputs, files: [...inputs.files.filter((file) => file.path !== path), decrypted] };
}
/**
 * A run that brings no env file takes the host's as it is, so that the release is complete and that file is not removed
 * as a leftover.
 *
 * @throws {UserError} RB-FILE-MISSING: the env file that the runbook names, or that a release had, does not exist;
 *   RB-ENV-ENCRYPTED
 */
function chooseEnvFile(request, there) {
    const chosen = choose(request, there);
    const { envFile } = chosen.runbook;
    const text = chosen.files.find(({ path }) => path === envFile)?.content.toString('utf8') ?? '';
    if (envFile === null || !(0,_secrets_sops_file__WEBPACK_IMPORTED_MODULE_1__/* .isEncrypted */ .ph)(text))
        return chosen;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-ENV-ENCRYPTED', {
        what: `${envFile} is encrypted by SOPS, and the containers would get the encrypted values`,
        why: chosen.said,
        remedy: `name it as sops-file, and give age-key; the decrypted content becomes ${envFile} on the host`,
    });
}
function choose({ runbook, files, envSource, sops }, { state, onHost }) {
    const { envFile, envFileNamed } = runbook;
    if (envFile === null)
        return { runbook, files, said: 'env file: none, as the runbook says' };
    if (envSource !== 'host') {
        const from = envSource === 'sops'
            ? `${sops?.path}, decrypted`
            : envSource === 'input'
                ? 'the input env-content'
                : 'the repository';
        return { runbook, files, said: `env file: ${envFile} from ${from}` };
    }
    const own = { ...runbook, envFile: COMPOSES_OWN };
    if (onHost?.path !== envFile && !envFileNamed && files.some(({ path }) => path === COMPOSES_OWN)) {
        const secret = files.map((file) => (file.path === COMPOSES_OWN ? { ...file, mode: 0o600 } : file));
        return { runbook: own, files: secret, said: `env file: ${COMPOSES_OWN} from the repository` };
    }
    if (onHost !== null) {
        const kept = { path: onHost.path, content: onHost.content, mode: 0o600 };
        return {
            runbook: { ...runbook, envFile: onHost.path },
            files: [...files.filter(({ path }) => path !== onHost.path), kept],
            said: `env file: ${onHost.path} as it is on the host, changed there on ${onHost.changedAt}; this run brings none`,
        };
    }
    refuseLost(runbook, envFile, state);
    return { runbook, files, said: `env file: none; neither this run nor the host has ${envFile}` };
}
function refuseLost({ directory, envFileNamed }, envFile, state) {
    const names = envFileNamed ? [envFile] : [envFile, COMPOSES_OWN];
    const had = [state.current, ...state.releases.toReversed()].flatMap((release) => names.flatMap((path) => (release?.files[path] ? [{ path, id: release.id, sha: release.files[path] }] : [])))[0];
    if (had !== undefined) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-FILE-MISSING', {
            what: `there is no env file: this run brings none, and the host has no ${directory}/${had.path}`,
            why: `release ${had.id} had one: the file was removed from the host since, or the SSH user cannot read it`,
            remedy: `give env-content, or put it back on the host: install -m 600 ${directory}/.runbook/blobs/${had.sha} ${directory}/${had.path}`,
        });
    }
    if (!envFileNamed)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-FILE-MISSING', {
        what: `the env file ${envFile} was not found: this run brings none, and the host has no ${directory}/${envFile}`,
        why: 'the runbook file or the input env-file names it',
        remedy: 'give env-content, put the file on the host, or write `env-file: null` where the stack needs none',
    });
}
/** For a release that the host has already. */
function envFileOf({ id, files }, { envFile }) {
    if (envFile === null)
        return 'env file: none, as the runbook says';
    const path = [envFile, COMPOSES_OWN].find((name) => files[name] !== undefined);
    return path === undefined
        ? `env file: ${envFile} as it is on the host; release ${id} brought none`
        : `env file: ${path} as release ${id} has it`;
}


/***/ }),

/***/ 33162:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Pq: () => (/* binding */ unsuitable),
/* harmony export */   b1: () => (/* binding */ lookAtNginx)
/* harmony export */ });
/* unused harmony exports ownPaths, portsOf */
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51957);
/* harmony import */ var _nginx_tree__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(50361);
/* harmony import */ var _stack_sections__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(78157);
/** Reads the configuration that the running nginx in front of a stack has loaded. Changes nothing. */




/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE, RB-CONNECTION-LOST */
async function lookAtNginx(host, state, { proxy }) {
    const container = nginxOf(state, proxy.service);
    const outcome = await host.run(lookScript(container.id));
    if (outcome.outcome === 'unknown') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-CONNECTION-LOST', {
            what: 'the configuration of the proxy could not be read',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    const sections = (0,_stack_sections__WEBPACK_IMPORTED_MODULE_2__/* .sectionsOf */ .K)(outcome.stdout);
    const bytes = (name) => Buffer.from((sections.get(name) ?? []).join(''), 'base64');
    const text = (name) => bytes(name).toString('utf8');
    const files = (0,_nginx_tree__WEBPACK_IMPORTED_MODULE_1__/* .filesIn */ .nG)(bytes('config').toString('latin1'));
    if (files.size === 0) {
        const [said = ''] = text('errors')
            .split('\n')
            .filter((line) => /\[emerg\]|rror/.test(line));
        throw unsuitable(`${proxy.service} does not show its configuration (\`nginx -T\`)`, said || text('errors').trim().slice(0, 300) || 'nginx said nothing', 'correct what is wrong with it, e.g. by a deploy, then run this again');
    }
    return {
        ...{ container, files, environment: environmentOf(text('environment')) },
        ...{ own: ownPaths(text('healthcheck')), ports: portsOf(text('ports')) },
    };
}
/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE */
function nginxOf(state, service) {
    const remedy = 'close the site at its entrance: at the load balancer, or at an nginx in front of it that is `proxy.service` of runbook.yml';
    if (service === null)
        throw unsuitable('this stack has no proxy that could serve the page', 'runbook.yml says proxy.service: null', remedy);
    const running = state.containers.filter((one) => one.service === service && one.state === 'running' && !one.oneOff);
    const [first] = running;
    if (first === undefined)
        throw unsuitable(`${service} does not run`, 'its configuration is read from the container', 'start it first');
    const other = running.find(({ proxy }) => proxy?.program !== 'nginx');
    if (other === undefined)
        return first;
    const what = other.proxy === undefined ? 'a proxy that this action does not know' : NAMES[other.proxy.program];
    throw unsuitable(`${service} cannot serve the page of a closed site`, `it runs ${what}; only nginx can`, remedy);
}
const NAMES = { nginx: 'nginx', haproxy: 'HAProxy', caddy: 'Caddy', traefik: 'Traefik', apache: 'Apache' };
/**
 * nginx may be installed elsewhere and read another file: its master process shows its arguments as one text. Angie's
 * shows them in brackets, behind its version and the number of its configuration.
 */
function lookScript(id) {
    return `id=${(0,_host_quote__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .h)(id)}
line=$(docker top "$id" -o args 2>/dev/null | grep -E '(nginx|angie): master process' | head -n 1)
program=nginx
case $line in *angie:*) program=angie ;; esac
line=$(printf '%s\\n' "$line" | sed -E 's/.*: master process ?//; s/^v[0-9][^[]*(\\[(.*)\\])?$/\\2/')
[ -z "\${line%% *}" ] || program=\${line%% *}
set --
for option in p c; do
  value=$(printf '%s\\n' "$line" | sed -n "s/.* -$option  *\\([^ ]*\\).*/\\1/p")
  [ -z "$value" ] || set -- "$@" "-$option" "$value"
done
errors=$(mktemp) || exit 1
printf '#rb-section config\\n'; docker exec "$id" "$program" -T "$@" 2>"$errors" </dev/null | base64
printf '#rb-section errors\\n'; base64 <"$errors"; rm -f "$errors"
printf '#rb-section environment\\n'; docker inspect --format '{{json .Config.Env}}' "$id" | base64
printf '#rb-section healthcheck\\n'; docker inspect --format '{{json .Config.Healthcheck}}' "$id" | base64
printf '#rb-section ports\\n'; docker inspect --format '{{json .NetworkSettings.Ports}}' "$id" | base64`;
}
function environmentOf(json) {
    const lines = (JSON.parse(json || 'null') ?? []);
    return Object.fromEntries(lines.map((line) => [line.replace(/=.*/s, ''), line.replace(/^[^=]*=/, '')]));
}
/** Paths of URLs such as `http://localhost:80/ok` in the command. */
function ownPaths(json) {
    const { Test = [] } = (JSON.parse(json || 'null') ?? {});
    const found = Test.join(' ').matchAll(/(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(\/[^\s"'|;&)]*)?(?=[\s"'|;&)]|$)/g);
    return [...new Set([...found].map(([, path]) => path ?? '/'))];
}
/** `{"8080/tcp":[{"HostIp":"0.0.0.0","HostPort":"80"}],"8443/tcp":null}` */
function portsOf(json) {
    const all = (JSON.parse(json || 'null') ?? {});
    const found = Object.entries(all).flatMap(([port, places]) => {
        if (!port.endsWith('/tcp') || places === null)
            return [];
        const made = places.map(({ HostIp = '', HostPort }) => ({
            port: Number(HostPort),
            ...(HostIp === '' || HostIp === '0.0.0.0' || HostIp === '::' ? {} : { address: HostIp }),
        }));
        // A port is published for IPv4 and for IPv6.
        const each = new Map(made.map((place) => [JSON.stringify(place), place]));
        return [[Number.parseInt(port, 10), [...each.values()]]];
    });
    return new Map(found);
}
function unsuitable(what, why, remedy) {
    return new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-MAINTENANCE-UNSUITABLE', { what, why, remedy });
}


/***/ }),

/***/ 74700:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DT: () => (/* binding */ namesInClear),
/* harmony export */   _D: () => (/* binding */ otherKeysIn),
/* harmony export */   a6: () => (/* binding */ readSopsFile),
/* harmony export */   ph: () => (/* binding */ isEncrypted)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38815);
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(32863);
/** What a SOPS file tells without any key. Pure. Source: `stores` of getsops/sops. */


/** Members that SOPS writes into each file, whatever it encrypts. */
const NEEDED = ['mac', 'lastmodified', 'version'];
const ENCRYPTED = /ENC\[AES256_GCM,/;
/** A value, and nothing but its ciphertext. */
const WHOLE = /^ENC\[AES256_GCM,[^\]]*\]$/;
/** Whether SOPS has encrypted values in it; the file may be damaged. */
function isEncrypted(text) {
    return /^[^#\n]*[=:]\s*"?ENC\[AES256_GCM,data:/m.test(text);
}
/**
 * @param path of the file, for messages
 * @throws {UserError} RB-SOPS-FORMAT, RB-SOPS-DAMAGED, RB-SOPS-RECIPIENT
 */
function readSopsFile(text, path) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const file = lines.some((line) => /^(?:sops_\w+|[A-Za-z_][\w.-]*)=/.test(line))
        ? dotenv(lines, text, path)
        : structured(text, path);
    if (file.recipients.length > 0)
        return file;
    throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-RECIPIENT', {
        what: `${path} has no age recipient: no age key decrypts it`,
        why: 'it was encrypted for PGP, or for the key service of a cloud, only',
        remedy: `add one: sops rotate -i --add-age age1… ${path}`,
    });
}
function dotenv(lines, text, path) {
    if (lines.some((line) => line.endsWith('\r')))
        throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-FORMAT', {
            what: `${path} has the line ends of Windows, which SOPS takes for a part of the values`,
            why: 'Git may have put them there when the file was checked out',
            remedy: `write \`${path} text eol=lf\` into .gitattributes, and take the file from the repository anew`,
        });
    const own = lines.filter((line) => line.startsWith('sops_'));
    const has = (name) => own.some((line) => line.startsWith(`sops_${name}=`) && !line.endsWith('='));
    if (!NEEDED.every(has))
        throw own.length > 0 || ENCRYPTED.test(text) ? damaged(path) : plain(path);
    const recipients = own.flatMap((line) => /^sops_\w*age__list_\d+__map_recipient=(.+)$/.exec(line)?.[1] ?? []);
    const names = lines.filter((line) => !line.startsWith('sops_')).map((line) => line.slice(0, line.indexOf('=')));
    return { kind: 'dotenv', recipients, names };
}
/**
 * Names whose values anybody can read in the file: its rule (`encrypted_regex`, `unencrypted_suffix`, …) leaves them
 * out. SOPS encrypts no empty value, which tells nothing either.
 */
function namesInClear(text, { kind }) {
    if (kind === 'dotenv')
        return text.split('\n').flatMap((line) => {
            const [, name = '', value = ''] = /^([^#=]+)=(.+)$/.exec(line) ?? [];
            return name === '' || name.startsWith('sops_') || WHOLE.test(value) ? [] : [name];
        });
    const isClear = (value) => typeof value === 'object' && value !== null
        ? Object.values(value).some(isClear)
        : value !== null && value !== '' && !WHOLE.test(String(value));
    const tree = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text);
    return Object.keys(tree).filter((name) => name !== 'sops' && isClear(tree[name]));
}
/** By the names that SOPS gives them: where each kind has its identifier. */
const OTHERS = {
    pgp: ['fp', 'PGP key'],
    kms: ['arn', 'AWS key'],
    gcp_kms: ['resource_id', 'Google key'],
    azure_kv: ['vault_url', 'Azure vault'],
    hc_vault: ['vault_address', 'key service'],
};
/** Keys beside those of age that can decrypt the file. */
function otherKeysIn(text, { kind }) {
    const own = kind === 'dotenv' ? null : ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text).sops ?? {});
    const groups = own === null ? [] : [own, ...(own.key_groups ?? [])];
    return Object.entries(OTHERS).flatMap(([name, [member, title]]) => {
        const line = new RegExp(`^sops_(?:key_groups__list_\\d+__map_)?${name}__list_\\d+__map_${member}=(.+)$`, 'gm');
        const ids = own === null
            ? [...text.matchAll(line)].map(([, id = '']) => id)
            : groups.flatMap((group) => (group[name] ?? []).map((one) => String(one[member])));
        return ids.map((id) => ({ title: `the ${title} ${id}`, id }));
    });
}
function structured(text, path) {
    if (/^\[sops\]\s*$/m.test(text))
        throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-FORMAT', {
            what: `${path} is an INI file`,
            why: 'the file stands for an env file: names with values, without sections',
            remedy: 'encrypt an env file, YAML or JSON',
        });
    // A name that stands twice is told apart from damage.
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, { uniqueKeys: false });
    let found = null;
    try {
        if (document.errors.length === 0)
            found = document.toJS();
    }
    catch {
        // An alias that leads nowhere.
    }
    const tree = typeof found === 'object' && found !== null ? found : {};
    const own = tree.sops;
    if (typeof own !== 'object' || own === null)
        throw ENCRYPTED.test(text) ? damaged(path) : plain(path);
    if (!NEEDED.every((name) => Boolean(own[name])))
        throw damaged(path);
    const keys = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(document.contents) ? document.contents.items.map(({ key }) => String(key)) : [];
    const names = keys.filter((name) => name !== 'sops');
    const kind = text.trimStart().startsWith('{') ? 'json' : 'yaml';
    if (kind === 'json' && names.join() === 'data')
        throw binary(path);
    refuseChanged(tree, path);
    const groups = [own, ...(own.key_groups ?? [])];
    return {
        kind,
        recipients: groups
            .flatMap(({ age }) => age ?? [])
            .flatMap(({ recipient }) => (recipient ? [String(recipient)] : [])),
        names,
    };
}
/**
 * SOPS keeps of a number or a date what YAML makes of it, and not its text: `1.0` becomes 1, and a date gets a time.
 *
 * @throws {UserError} RB-SOPS-FORMAT
 */
function refuseChanged(tree, path) {
    const changed = Object.entries(tree).flatMap(([name, value]) => {
        const type = /,type:(float|time)\]$/.exec(String(value))?.[1];
        return type === undefined ? [] : [`${name} is ${type === 'float' ? 'a number with a point' : 'a date'}`];
    });
    if (changed.length === 0)
        return;
    throw new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-FORMAT', {
        what: `${path}: ${changed.join('; ')}`,
        why: 'SOPS does not keep the text of such a value, and a container would get another one',
        remedy: `put it in quotes with \`sops edit ${path}\``,
    });
}
/** SOPS takes a file with another extension as one text: `.env.enc`, `.env.production`. */
function binary(path) {
    return new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-FORMAT', {
        what: `${path} was encrypted as one text, and not as names with values`,
        why: 'by its name SOPS did not see that it is an env file: only `.env` at the end of a name tells that',
        remedy: `decrypt it, and encrypt it again: sops decrypt --input-type binary --output-type binary ${path}, then sops encrypt --input-type dotenv --output-type dotenv FILE`,
    });
}
function plain(path) {
    return new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-FORMAT', {
        what: `${path} is not encrypted by SOPS`,
        why: 'it has none of the fields that SOPS writes into a dotenv, YAML or JSON file: it is another file, or a secret in clear text',
        remedy: `name the encrypted file; if this one was committed in clear text, replace every secret in it`,
    });
}
function damaged(path) {
    return new _errors__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('RB-SOPS-DAMAGED', {
        what: `${path} is cut off or damaged`,
        why: 'a field that SOPS writes into each file (MAC, version, time) is missing',
        remedy: 'take its last undamaged version from the history of the repository',
    });
}


/***/ }),

/***/ 26020:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Eq: () => (/* binding */ adjustedTo),
/* harmony export */   ht: () => (/* binding */ variablesOf),
/* harmony export */   tV: () => (/* binding */ withValues),
/* harmony export */   zK: () => (/* binding */ withAdjustments)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _resolve_definition__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(10397);
/* harmony import */ var _resolve_limits__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(48088);
/* harmony import */ var _resolve_traits__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(31849);
/** Values of a service that procedures set besides its Compose files: number of containers, limits, variables. Pure. */




/** A service's own keys of limits that `deploy.resources.limits` has as well. Source: compose-go, `checkConsistency` */
const OWN_LIMITS = [...Object.values(_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .OWN_KEY */ .Nb), 'pids_limit'];
function variablesOf(service) {
    return (service.environment ?? {});
}
/**
 * The service with other values. Each value is written where the Compose file has it, because Compose refuses two
 * places that differ. A value that the service has already is not written again.
 */
function withValues(service, { replicas, memory, cpus, variables = {} }) {
    let made = service;
    if (replicas !== undefined && replicas !== (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_3__/* .replicasOf */ .N4)(service))
        made = withReplicas(made, replicas);
    if (memory !== undefined && memory !== (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .limitOf */ .LF)(service, 'memory'))
        made = withLimit(made, 'memory', memory === null ? null : String(memory));
    if (cpus !== undefined && cpus !== (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .limitOf */ .LF)(service, 'cpus'))
        made = withLimit(made, 'cpus', cpus);
    const others = Object.entries(variables).filter(([name, value]) => variablesOf(service)[name] !== escaped(value));
    if (others.length === 0)
        return made;
    const added = Object.fromEntries(others.map(([name, value]) => [name, escaped(value)]));
    return { ...made, environment: { ...variablesOf(made), ...added } };
}
/** The record that a release keeps of values that differ from its Compose files; `undefined` if none differs. */
function adjustedTo(before, service, values, made) {
    const { definition, ...where } = made;
    const one = (was, is, there) => {
        if (is === undefined)
            return was;
        const files = was === undefined ? there : was.files;
        if (is === files || is === null)
            return undefined;
        return was?.is === is ? was : { is, files, ...where };
    };
    const own = variablesOf(service);
    const variables = Object.entries(values.variables ?? {}).flatMap(([name, is]) => {
        const was = before?.variables?.[name];
        const files = was === undefined ? hashed(own[name]) : was.files;
        if (files === hashed(escaped(is)))
            return [];
        return [[name, was?.is === is ? was : { is, files, ...where }]];
    });
    const kept = Object.entries(before?.variables ?? {}).filter(([name]) => values.variables?.[name] === undefined);
    return whole({
        definition,
        replicas: one(before?.replicas, values.replicas, (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_3__/* .replicasOf */ .N4)(service)),
        memory: one(before?.memory, values.memory, (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .limitOf */ .LF)(service, 'memory')),
        cpus: one(before?.cpus, values.cpus, (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .limitOf */ .LF)(service, 'cpus')),
        variables: Object.fromEntries([...kept, ...variables]),
    });
}
/**
 * What the files resolved to, with the values that procedures set. Such a value holds as long as the files say the same
 * about it as when it was set; once the files say something else, the value of the files holds.
 *
 * @param before services of the current release
 */
function withAdjustments(resolved, before) {
    const services = { ...resolved.services };
    const definitions = { ...resolved.model.services };
    for (const [name, service] of Object.entries(resolved.services)) {
        const was = Object.hasOwn(before, name) ? before[name].adjusted : undefined;
        const definition = resolved.model.services[name];
        // A service that this deploy leaves out still has its record, and its definition follows from it.
        if (was === undefined || definition === undefined || service.adjusted !== undefined)
            continue;
        const adjusted = stillMeant(was, definition, service.definition);
        if (adjusted === undefined)
            continue;
        const made = withValues(definition, valuesOf(adjusted));
        definitions[name] = made;
        services[name] = {
            ...service,
            replicas: (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_3__/* .replicasOf */ .N4)(made),
            definition: (0,_resolve_definition__WEBPACK_IMPORTED_MODULE_1__/* .definitionOf */ .F)(made, resolved.model),
            traits: { ...service.traits, limits: (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .limitsOf */ .Af)(made) },
            adjusted,
        };
    }
    return { ...resolved, services, model: { ...resolved.model, services: definitions } };
}
function valuesOf({ replicas, memory, cpus, variables }) {
    return {
        ...(replicas === undefined ? {} : { replicas: replicas.is }),
        ...(memory === undefined ? {} : { memory: memory.is }),
        ...(cpus === undefined ? {} : { cpus: cpus.is }),
        ...(variables === undefined
            ? {}
            : { variables: Object.fromEntries(Object.entries(variables).map(([name, { is }]) => [name, is])) }),
    };
}
function stillMeant(was, service, definition) {
    const same = (one, said) => (one?.files === said ? one : undefined);
    const own = variablesOf(service);
    const variables = Object.entries(was.variables ?? {}).filter(([name, { files }]) => files === hashed(own[name]));
    return whole({
        definition,
        replicas: same(was.replicas, (0,_resolve_traits__WEBPACK_IMPORTED_MODULE_3__/* .replicasOf */ .N4)(service)),
        memory: same(was.memory, (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .limitOf */ .LF)(service, 'memory')),
        cpus: same(was.cpus, (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .limitOf */ .LF)(service, 'cpus')),
        variables: Object.fromEntries(variables),
    });
}
/**
 * The record without keys that are not adjusted, so that equal records have equal keys; `undefined` if none is left.
 */
function whole({ definition, replicas, memory, cpus, variables = {} }) {
    const found = {
        ...(replicas === undefined ? {} : { replicas }),
        ...(memory === undefined ? {} : { memory }),
        ...(cpus === undefined ? {} : { cpus }),
        ...(Object.keys(variables).length === 0 ? {} : { variables }),
    };
    return Object.keys(found).length === 0 ? undefined : { definition, ...found };
}
/** Compose takes `scale` and `deploy.replicas` where they are equal, and writes the one into the other of its model. */
function withReplicas(service, replicas) {
    const deploy = service.deploy;
    const scaled = service.scale === undefined ? service : { ...service, scale: replicas };
    const isDeploys = service.scale === undefined || (deploy?.replicas ?? undefined) !== undefined;
    return isDeploys ? { ...scaled, deploy: { ...deploy, replicas } } : scaled;
}
/** As soon as `deploy` has any limit, Compose requires the service's own limits to be equal there. */
function withLimit(service, limit, value) {
    const own = _resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .OWN_KEY */ .Nb[limit];
    const { [own]: _own, ...rest } = service;
    const there = (0,_resolve_limits__WEBPACK_IMPORTED_MODULE_2__/* .deployedLimits */ .lz)(service) ?? null;
    if (there === null && OWN_LIMITS.some((key) => service[key] !== undefined))
        return value === null ? rest : { ...rest, [own]: value };
    const { [limit]: _was, ...others } = there ?? {};
    const deploy = (service.deploy ?? {});
    const limits = value === null ? others : { ...others, [limit]: value };
    return { ...rest, deploy: { ...deploy, resources: { ...deploy.resources, limits } } };
}
/** Compose's model writes `$` as `$$`. */
function escaped(text) {
    return text.replaceAll('$', '$$$$');
}
function hashed(value) {
    return value === undefined ? null : (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(value).digest('hex');
}


/***/ }),

/***/ 39391:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ packDelivery)
/* harmony export */ });
/* unused harmony export imagesList */
/* harmony import */ var tar_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(56118);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(84795);
/* harmony import */ var _resolve_login__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(67511);
/* harmony import */ var _resolve_reference__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(91167);
/* harmony import */ var _store__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(35502);
/** Packs what a new release sends to the host: the archive that the operation `deliver` unpacks and stores. */





/** Tar archive of `release/`, `adopted/` and, where there are logins, `docker/`; holds secrets. */
async function packDelivery({ logins, adopted, blobs, ...next }) {
    const archive = (0,tar_stream__WEBPACK_IMPORTED_MODULE_0__.pack)();
    const add = (name, content) => void archive.entry({ name, mode: 0o600 }, content);
    // A run without logins of its own uses those of the host.
    if (logins.length > 0) {
        add('docker/config.json', (0,_resolve_login__WEBPACK_IMPORTED_MODULE_4__/* .dockerConfig */ .p)(logins));
        add('docker/registries', logins.map(({ registry }) => `${registry}\n`).join(''));
    }
    for (const [sha, content] of blobs ?? [])
        add(`blobs/${sha}`, content);
    for (const [folder, stored] of Object.entries({ release: next, adopted })) {
        if (stored === null)
            continue;
        add(`${folder}/release.json`, (0,_store__WEBPACK_IMPORTED_MODULE_3__/* .serializeRelease */ .UC)(stored.release));
        add(`${folder}/compose.json`, stored.compose);
        add(`${folder}/files.list`, stored.filesList);
        add(`${folder}/images.list`, imagesList(stored.release));
        for (const [name, text] of Object.entries(stored.sharedFiles))
            add(`${folder}/shared/${name}.json`, text);
    }
    archive.finalize();
    const chunks = [];
    for await (const chunk of archive)
        chunks.push(chunk);
    return Buffer.concat(chunks);
}
/** Lines `REFERENCE TAG`: what each service runs, and the tag that keeps it from being pruned. */
function imagesList({ id, stack, services }) {
    const lines = Object.entries(services).flatMap(([name, { image, digest, imageId }]) => {
        const repository = (0,_resolve_reference__WEBPACK_IMPORTED_MODULE_2__/* .parseReference */ .F2)(image)?.repository ?? image;
        const reference = digest === null ? imageId : `${repository}@${digest}`;
        return reference === null ? [] : [`${reference} runbook/${component(stack)}/${component(name)}:${id}\n`];
    });
    return lines.join('');
}
/**
 * A service's name may have capitals and doubled separators, a part of an image's name may not: a hash keeps them
 * apart.
 */
function component(name) {
    const plain = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '');
    return plain === name ? name : `${plain || 'x'}-${(0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .hashOf */ .qQ)(name).slice(0, 8)}`;
}


/***/ }),

/***/ 44018:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   On: () => (/* binding */ takenIds),
/* harmony export */   qj: () => (/* binding */ hashText),
/* harmony export */   zH: () => (/* binding */ nextRelease)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _version__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(95726);
/* harmony import */ var _closed__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(49905);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(84795);
/* harmony import */ var _migrations__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6668);
/* harmony import */ var _proxy_files__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(23383);
/* harmony import */ var _resolve_pin__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(74777);
/* harmony import */ var _resources__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(62092);
/* harmony import */ var _adjust__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(26020);
/* harmony import */ var _store__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(35502);
/** Computes the next release from what the uploaded files resolved to and what runs now. Pure. */










/** Returns the current release itself if nothing would differ from it. */
function nextRelease(request) {
    const { state, runbook } = request;
    const { current } = state;
    const resolved = (0,_adjust__WEBPACK_IMPORTED_MODULE_7__/* .withAdjustments */ .zK)(request.resolved, current?.services ?? {});
    // Where the records of releases are lost, running containers still name them; those that a failed first release left
    // do not run.
    const running = state.folders.length > 0 ? [] : state.containers.filter(({ state }) => state === 'running');
    const made = running.flatMap(({ release }) => release ?? []);
    const id = (0,_store__WEBPACK_IMPORTED_MODULE_8__/* .nextReleaseId */ .gp)([...takenIds(state), ...made], request.version);
    const services = {};
    for (const [name, service] of Object.entries(resolved.services)) {
        // A digest identifies the image; the ID that the host gives it is known only after the pull.
        const imageId = service.digest === null ? service.imageId : null;
        const made = { ...service, imageId, since: id, configHash: null };
        const was = current?.services[name];
        // The proxy's containers stay if a reload is enough to read its changed files.
        const same = was !== undefined &&
            was.definition === made.definition &&
            (0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .sameImage */ .G4)(was, made) &&
            ((0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .sameMounts */ .T7)(was, made) ||
                (name === runbook.proxy.service && (0,_proxy_files__WEBPACK_IMPORTED_MODULE_4__/* .readAtStart */ .A7)(name, made, was, state, runbook).length === 0));
        services[name] = same ? { ...made, traits: asMade(made, was), since: was.since, configHash: was.configHash } : made;
    }
    const compose = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_5__/* .pin */ .y_)(resolved, runbook.stack, services);
    const { service } = runbook.migration;
    const migration = service === null ? undefined : services[service];
    const release = {
        format: 1,
        id,
        stack: runbook.stack,
        version: request.version,
        services,
        files: resolved.files,
        compose: hashText(compose),
        shared: (0,_resources__WEBPACK_IMPORTED_MODULE_6__/* .sharedOf */ .LV)({ ...resolved.model, name: runbook.stack }),
        schema: migration === undefined ? null : (0,_migrations__WEBPACK_IMPORTED_MODULE_3__/* .schemaName */ .l_)(migration),
        schemaCompatible: request.schemaCompatible,
        maintenance: current?.maintenance ?? false,
        ...closedOf(request),
        createdAt: request.createdAt,
        createdBy: request.createdBy,
        run: request.run,
        ...originIn(request, services),
        adopted: false,
        writer: _version__WEBPACK_IMPORTED_MODULE_9__/* .VERSION */ .x,
    };
    const files = (0,_resolve_pin__WEBPACK_IMPORTED_MODULE_5__/* .sharedFiles */ .Nt)(resolved.model, runbook.stack);
    const same = current !== null && (0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .contentOf */ .$E)(current) === (0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .contentOf */ .$E)(release) && (0,_closed__WEBPACK_IMPORTED_MODULE_1__/* .sameClosed */ .p1)(current.closed, release.closed);
    return { release: same ? current : release, compose, sharedFiles: files };
}
function originIn({ origin, version, state, runbook }, services) {
    const was = state.current;
    const stays = was?.version === version &&
        runbook.versioned.every((name) => {
            const [before, after] = [was.services[name], services[name]];
            return before !== undefined && after !== undefined && (0,_identity__WEBPACK_IMPORTED_MODULE_2__/* .sameImage */ .G4)(before, after);
        });
    const found = origin ?? (stays ? was?.origin : undefined);
    return found === undefined ? {} : { origin: found };
}
function closedOf({ closed, state }) {
    const found = closed ?? state.current?.closed;
    return found === undefined ? {} : { closed: found };
}
/** The new traits, with the places where `.runbook` is covered as the running containers were made with them. */
function asMade({ traits: { runbookAt: _wanted, ...traits } }, was) {
    const { runbookAt } = was.traits;
    return runbookAt === undefined ? traits : { ...traits, runbookAt };
}
/** IDs that the next release must not have: the number of a release is never used again. */
function takenIds({ folders, history }) {
    return [...folders, ...history.map(({ release }) => release)];
}
function hashText(text) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(text).digest('hex');
}


/***/ }),

/***/ 91456:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CL: () => (/* binding */ readStored)
/* harmony export */ });
/* unused harmony exports storedScript, parseStored */
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _host_quote__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(51957);
/* harmony import */ var _sections__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(78157);
/* harmony import */ var _next__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(44018);
/* harmony import */ var _records__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(49393);
/**
 * Reads what only the host has of its current release, and the size of the host, in one round trip. Changes nothing.
 */





/**
 * @param root `<directory>/.runbook`
 * @throws {UserError} RB-RECORD-UNREADABLE, RB-CONNECTION-LOST
 */
async function readStored(host, root, release) {
    const outcome = await host.run(storedScript(root, release.id));
    if (outcome.outcome === 'unknown') {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-CONNECTION-LOST', {
            what: 'the current release could not be read',
            why: outcome.reason,
            remedy: 'run it again; nothing was changed',
        });
    }
    return parseStored(outcome.stdout, release);
}
function storedScript(root, id) {
    return [
        `cd ${(0,_host_quote__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .h)(`${root}/releases/${id}`)} || exit 1`,
        "printf '#rb-section compose\\n'; cat compose.json",
        "printf '#rb-section files\\n'; cat files.list",
        "printf '#rb-section size\\n'; docker info --format '{{.NCPU}} {{.MemTotal}}' 2>/dev/null",
        "printf '#rb-section end\\n'",
    ].join('\n');
}
/** @throws {UserError} RB-RECORD-UNREADABLE: the stored files are not what the release says */
function parseStored(output, release) {
    const sections = (0,_sections__WEBPACK_IMPORTED_MODULE_1__/* .sectionsOf */ .K)(output);
    const compose = `${(sections.get('compose') ?? []).join('\n')}\n`;
    if (!sections.has('end') || (0,_next__WEBPACK_IMPORTED_MODULE_2__/* .hashText */ .qj)(compose) !== release.compose) {
        const why = 'its compose.json is gone, or is not the one that the release was made with';
        throw (0,_records__WEBPACK_IMPORTED_MODULE_3__/* .unreadableError */ .Sw)({ id: release.id, why, writer: `version ${release.writer || 'unknown'}` });
    }
    const [cpus = 0, memory = 0] = (sections.get('size')?.[0] ?? '').split(' ').map(Number);
    const filesList = (sections.get('files') ?? []).map((line) => `${line}\n`).join('');
    return { release, model: JSON.parse(compose), filesList, size: { cpus, memory } };
}


/***/ }),

/***/ 93148:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fT: () => (/* binding */ assemble),
/* harmony export */   h0: () => (/* binding */ unlabelled),
/* harmony export */   h1: () => (/* binding */ merge)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _callers__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(78734);
/* harmony import */ var _definition__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(10397);
/* harmony import */ var _hidden__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(16020);
/* harmony import */ var _named_by__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(43933);
/* harmony import */ var _pin__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(74777);
/* harmony import */ var _reference__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(91167);
/* harmony import */ var _traits__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(31849);
/** Puts model, images and files together into what a release needs. Pure. */








/** Kinds of top-level entries that an unchanged service may need. */
const SHARED = ['networks', 'volumes', 'secrets', 'configs'];
/**
 * The new model. Services that the request leaves out are as in the current release.
 *
 * @param current the current release's `compose.json`, or `null` if the request leaves nothing out
 * @throws {UserError} RB-SERVICE-UNKNOWN
 */
function merge(fresh, current, request) {
    const { only } = request;
    const named = [...(only ?? []), ...Object.keys(request.versions), ...request.refresh];
    const unknown = named.find((service) => fresh.services[service] === undefined);
    if (unknown !== undefined) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-SERVICE-UNKNOWN', {
            what: `there is no service ${JSON.stringify(unknown)} in the Compose files`,
            why: `they have ${Object.keys(fresh.services).join(', ')}`,
            remedy: 'correct the name, or activate the profile that the service belongs to',
        });
    }
    if (only === null || current === null)
        return fresh;
    const former = (0,_pin__WEBPACK_IMPORTED_MODULE_3__/* .withDefinitions */ .pe)(current);
    const old = Object.entries(former.services).filter(([name]) => !only.includes(name));
    const services = only.map((name) => [name, fresh.services[name]]);
    const shared = SHARED.flatMap((kind) => {
        const both = { ...former[kind], ...fresh[kind] };
        return Object.keys(both).length > 0 ? [[kind, both]] : [];
    });
    return {
        ...fresh,
        ...Object.fromEntries(shared),
        services: Object.fromEntries([...old.map(([name, service]) => [name, unlabelled(service)]), ...services]),
    };
}
/** The service without our labels: they name its release, and do not belong to its definition. */
function unlabelled({ labels, ...service }) {
    const own = Object.values(_pin__WEBPACK_IMPORTED_MODULE_3__/* .LABELS */ .kg);
    const kept = Object.entries((labels ?? {})).filter(([name]) => !own.includes(name));
    return kept.length > 0 ? { ...service, labels: Object.fromEntries(kept) } : service;
}
function assemble({ model, pinned, files }, { runbook, only, current, files: uploaded, physicalDirectory }) {
    const texts = uploaded.filter(({ path }) => !runbook.compose.includes(path));
    const definitions = {};
    const services = {};
    for (const { service, reference, image } of pinned) {
        const { build: _built, pull_policy: _pulled, ...asWritten } = model.services[service] ?? {};
        const place = { directory: runbook.directory, physicalDirectory };
        const stayed = only?.includes(service) === false ? stays(current?.services[service]) : null;
        const definition = stayed === null ? (0,_hidden__WEBPACK_IMPORTED_MODULE_2__/* .hidden */ .R)(asWritten, model, place) : asWritten;
        const tagged = { ...reference, digest: image.digest };
        definitions[service] = { ...definition, image: image.digest === null ? image.ref : (0,_reference__WEBPACK_IMPORTED_MODULE_4__/* .formatReference */ .FH)(tagged) };
        services[service] = stayed ?? {
            image: (0,_reference__WEBPACK_IMPORTED_MODULE_4__/* .formatReference */ .FH)(reference),
            digest: image.digest,
            imageId: image.imageId,
            replicas: (0,_traits__WEBPACK_IMPORTED_MODULE_5__/* .replicasOf */ .N4)(definition),
            definition: (0,_definition__WEBPACK_IMPORTED_MODULE_1__/* .definitionOf */ .F)(definition, model),
            mounts: (0,_traits__WEBPACK_IMPORTED_MODULE_5__/* .mountsOf */ .cS)(definition, model, runbook.directory, files),
            traits: {
                ...(0,_traits__WEBPACK_IMPORTED_MODULE_5__/* .traitsOf */ .JC)(definition, model, { directory: runbook.directory, files }),
                ...(0,_callers__WEBPACK_IMPORTED_MODULE_6__/* .callersOf */ .Gt)(service, model, texts),
                ...(0,_named_by__WEBPACK_IMPORTED_MODULE_7__/* .namedBy */ .T)(service, model, runbook.stack, texts),
                ...(0,_hidden__WEBPACK_IMPORTED_MODULE_2__/* .runbookAt */ .WD)((0,_hidden__WEBPACK_IMPORTED_MODULE_2__/* .sightsOf */ .qn)(definition, model, place)),
            },
        };
    }
    const distinct = new Map(pinned.map(({ image }) => [image.ref, image]));
    return { services, model: { ...model, services: definitions }, images: [...distinct.values()] };
}
/** What the current release records of a service, without what the next release sets anew. */
function stays(service) {
    if (service === undefined)
        return null;
    const { since: _since, configHash: _configHash, ...rest } = service;
    return rest;
}


/***/ }),

/***/ 78734:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gt: () => (/* binding */ callersOf),
/* harmony export */   Hj: () => (/* binding */ SCHEDULES),
/* harmony export */   n5: () => (/* binding */ COLLECTORS),
/* harmony export */   t4: () => (/* binding */ isCollectors),
/* harmony export */   ul: () => (/* binding */ isLabelled)
/* harmony export */ });
/** Commands of programs that start jobs by the clock: two such containers start each job twice. */
const SCHEDULERS = /\bcelery\b.*\bbeat\b|\bcelery\b.* -[a-zA-Z]*B\b|\bredbeat\b|\b(crond?|supercronic|ofelia|yacron|dkron|chadburn)\b|\bschedule:(work|run)\b|\b(rqscheduler|clockwork|apscheduler|run_huey|sidekiq-(cron|scheduler)|rufus)\b/i;
/** Why only one container of such a program should run. */
const SCHEDULES = 'its command starts jobs on a schedule';
/** Commands of programs that take jobs from a queue. */
const WORKERS = /\bcelery\b|\b(sidekiq|resque|dramatiq|huey|arq|faktory|delayed_job|jobs:work|horizon|queue:(work|listen)|rq worker|solid_queue|good_job|oban|bullmq)\b/i;
/** Names that people give to schedulers and workers. */
const NAMES = /(^|[-_.])(beat|cron|crons|cronjobs?|scheduler|clock|timer|ticker|workers?|jobs?|queue|consumer|sidekiq|celery)([-_.]?\d*)$/i;
/** Images of programs that collect metrics from all services: such a call does not make a program a caller. */
const COLLECTORS = /(^|\/)(prometheus|vmagent|victoria-metrics|alloy|grafana-agent|telegraf|opentelemetry-collector[a-z-]*|otel[a-z-]*|netdata|datadog-agent|(datadog|grafana)\/agent)(:|@|$)/i;
/** Labels and variables by which proxies find a service. */
const ROUTED = /^(traefik\.(?!enable$)|caddy($|[._])|haproxy\.|sozune\.|com\.df\.)|^(VIRTUAL_HOST|VIRTUAL_PORT|LETSENCRYPT_HOST)$/i;
/**
 * @param name name of the service
 * @param files uploaded files other than Compose files
 */
function callersOf(name, model, files) {
    const service = model.services[name] ?? {};
    const known = [name, ...aliasesOf(service)];
    const others = Object.entries(model.services).filter(([other]) => other !== name);
    const named = new RegExp(`(?<![\\w.-])(${known.map(escaped).join('|')})(?![\\w-])(?!\\.\\w)`);
    const called = isRouted(service) ||
        others.some(([, other]) => !COLLECTORS.test(String(other.image ?? '')) && named.test(wordsOf(other))) ||
        others.some(([, other]) => String(other.network_mode ?? '') === `service:${name}`) ||
        others.some(([, other]) => !COLLECTORS.test(String(other.image ?? '')) && named.test(writtenFor(other, model))) ||
        files.some(({ path, content }) => !isCollectors(path, model) && named.test(content.toString('utf8')));
    // A service that waits for this one may call it, or may only share its image.
    const awaited = others.some(([, other]) => Object.hasOwn((other.depends_on ?? {}), name));
    const unnamed = !called && !awaited;
    const once = whyOnce(name, commandOf(service), called, unnamed);
    return { ...(once === null ? {} : { once }), ...(unnamed ? { unnamed } : {}) };
}
function whyOnce(name, command, called, unnamed) {
    if (SCHEDULERS.test(command))
        return SCHEDULES;
    if (!called && WORKERS.test(command))
        return 'its command takes jobs from a queue, and nothing in the files calls it';
    return unnamed && NAMES.test(name)
        ? 'its name is that of a worker or scheduler, and nothing in the files calls it'
        : null;
}
function commandOf({ entrypoint, command }) {
    return [entrypoint, command]
        .flat()
        .filter((word) => typeof word === 'string')
        .join(' ');
}
/** Names by which other containers on its networks, or anywhere on the host, can call the service. */
function aliasesOf(service) {
    const networks = Object.values((service.networks ?? {}));
    const aliases = networks.flatMap((at) => at?.aliases ?? []);
    return [...aliases, service.container_name, service.hostname].filter((one) => typeof one === 'string' && one !== '');
}
/** The settings of another service in which this service's name may stand. */
function wordsOf({ environment, command, entrypoint, labels, links, external_links, extra_hosts, healthcheck, }) {
    return JSON.stringify([environment, command, entrypoint, labels, links, external_links, extra_hosts, healthcheck]);
}
/** The configs of a service whose content stands in the Compose file. */
function writtenFor({ configs }, model) {
    const contents = (model.configs ?? {});
    const sources = (configs ?? []).map(({ source = '' }) => source);
    return sources.map((source) => (Object.hasOwn(contents, source) ? (contents[source]?.content ?? '') : '')).join('\n');
}
function isRouted(service) {
    return isLabelled(service) || (service.ports ?? []).length > 0;
}
/** Whether its labels or variables tell a proxy of it. */
function isLabelled({ labels, environment }) {
    const names = [...Object.keys((labels ?? {})), ...Object.keys((environment ?? {}))];
    return names.some((one) => ROUTED.test(one));
}
/** Whether only collectors of metrics mount this file, which is then their list of targets. */
function isCollectors(path, { services }) {
    const readers = Object.values(services).filter(({ volumes }) => (volumes ?? []).some(({ type, source = '' }) => type === 'bind' && (source.endsWith(`/${path}`) || `/${path}`.startsWith(`/${last(source)}/`))));
    return readers.length > 0 && readers.every(({ image }) => COLLECTORS.test(String(image ?? '')));
}
function last(source) {
    return source.split('/').at(-1) ?? '';
}
function escaped(text) {
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}


/***/ }),

/***/ 10397:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ definitionOf)
/* harmony export */ });
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(84795);
/** Identity of a service apart from its image and number of containers: equal definitions give equal containers. */

/** Keys that do not change a container: how many there are, how the image is obtained, when the service starts. */
const IRRELEVANT = new Set(['image', 'build', 'scale', 'pull_policy', 'profiles', 'depends_on', 'develop']);
/** SHA-256 over what makes the containers of a service, independent of the order of keys. */
function definitionOf(service, model) {
    const relevant = Object.entries(service).filter(([key, value]) => value !== null && !IRRELEVANT.has(key) && !key.startsWith('x-'));
    const { replicas: _number, ...deploy } = (service.deploy ?? {});
    return (0,_identity__WEBPACK_IMPORTED_MODULE_0__/* .hashOf */ .qQ)(compact({ ...Object.fromEntries(relevant), deploy, ...used(service, model) }));
}
/** Definitions of the networks, volumes, secrets and configs that the service names. */
function used(service, model) {
    const names = {
        networks: Object.keys((service.networks ?? {})),
        volumes: (service.volumes ?? []).map(({ source }) => source),
        secrets: (service.secrets ?? []).map(({ source }) => source),
        configs: (service.configs ?? []).map(({ source }) => source),
    };
    return Object.fromEntries(Object.entries(names).map(([kind, wanted]) => [
        `top-level ${kind}`,
        Object.fromEntries(Object.entries((model[kind] ?? {})).filter(([name]) => wanted.includes(name))),
    ]));
}
/** Without empty objects: Compose's versions differ in which of them they print. */
function compact(value) {
    if (Array.isArray(value))
        return value.map(compact);
    if (value === null || typeof value !== 'object')
        return value;
    const entries = Object.entries(value).map(([key, inner]) => [key, compact(inner)]);
    return Object.fromEntries(entries.filter(([, inner]) => !isEmptyObject(inner)));
}
function isEmptyObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}


/***/ }),

/***/ 67511:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ registryAuth),
/* harmony export */   p: () => (/* binding */ dockerConfig)
/* harmony export */ });
/** Content of a `config.json` for a private `DOCKER_CONFIG` folder (mode 0600). */
function dockerConfig(logins) {
    const auths = logins.map(({ registry, username, password }) => [
        serverOf(registry),
        { auth: Buffer.from(`${username}:${password}`).toString('base64') },
    ]);
    return `${JSON.stringify({ auths: Object.fromEntries(auths) })}\n`;
}
/** Value of the header `X-Registry-Auth` of Docker's API. */
function registryAuth({ registry, username, password }) {
    return Buffer.from(JSON.stringify({ username, password, serveraddress: serverOf(registry) })).toString('base64url');
}
/** Docker keeps credentials of Docker Hub under this address. */
function serverOf(registry) {
    return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}


/***/ }),

/***/ 43933:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ namedBy)
/* harmony export */ });
/* harmony import */ var _callers__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(78734);

/** Comments in files of settings: a name in them calls nothing. */
const COMMENTS = /^\s*(?:#|\/\/).*$/gm;
/** @param files uploaded files other than Compose files */
function namedBy(service, model, stack, files) {
    const others = Object.entries(model.services).filter(([name]) => name !== service);
    const linking = others.find(([, other]) => linksOf(other).some((link) => link.split(':')[0] === service));
    if (linking !== undefined)
        return {
            namedBy: `\`links\` of ${linking[0]} lead to the name of its container; without them it is found by the name of the service`,
        };
    const number = '[1-9]\\d{0,2}';
    const called = new RegExp(`(?<![\\w.-])${escaped(stack)}([-_])${escaped(service)}\\1${number}(?![\\w-])(?!\\.\\w)`, 'g');
    const texts = [
        ...others.flatMap(([name, other]) => _callers__WEBPACK_IMPORTED_MODULE_0__/* .COLLECTORS */ .n5.test(String(other.image ?? '')) ? [] : [[name, JSON.stringify(other)]]),
        ...Object.entries((model.configs ?? {})).map(([key, { content = '' }]) => [`configs.${key}`, content.replace(COMMENTS, '')]),
        ...files.flatMap(({ path, content }) => (0,_callers__WEBPACK_IMPORTED_MODULE_0__/* .isCollectors */ .t4)(path, model) ? [] : [[path, content.toString('utf8').replace(COMMENTS, '')]]),
    ];
    const found = new Map();
    for (const [where, text] of texts)
        for (const [name] of text.matchAll(called))
            if (!found.has(name))
                found.set(name, where);
    const [first] = found;
    if (first === undefined)
        return {};
    return {
        namedBy: `${first[1]} calls its container by the name ${first[0]}`,
        calledNames: Object.fromEntries(found),
    };
}
function linksOf({ links }) {
    return (links ?? []);
}
function escaped(text) {
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}


/***/ }),

/***/ 91167:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $2: () => (/* binding */ withVersion),
/* harmony export */   F2: () => (/* binding */ parseReference),
/* harmony export */   FH: () => (/* binding */ formatReference),
/* harmony export */   Fv: () => (/* binding */ registryOf),
/* harmony export */   U9: () => (/* binding */ isLoopback)
/* harmony export */ });
/* harmony import */ var _errors__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(32863);
/* harmony import */ var _identity__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(84795);
/** Image references, as Docker's grammar has them: `[host[:port]/]path[:tag][@digest]`. */


const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const REPOSITORY = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*$`);
/** `null` when no image can have this name. */
function parseReference(image) {
    const [named = '', digest = null, ...rest] = image.split('@');
    const repository = familiar((0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(named));
    const tag = named.length > (0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(named).length ? named.slice((0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(named).length + 1) : null;
    if (rest.length > 0 || !REPOSITORY.test(repository))
        return null;
    if ((tag !== null && !TAG.test(tag)) || (digest !== null && !DIGEST.test(digest)))
        return null;
    return { repository, tag, digest };
}
function formatReference({ repository, tag, digest }) {
    return `${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}
/**
 * The image in another version.
 *
 * @param version a tag, `sha256:…`, or `tag@sha256:…`
 * @throws {UserError} RB-VERSION-INVALID
 */
function withVersion(image, version) {
    const [first = '', second] = version.split('@', 2);
    const tag = first.startsWith('sha256:') ? null : first;
    const digest = tag === null ? first : (second ?? null);
    const known = parseReference((0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(image));
    const valid = (tag === null || TAG.test(tag)) &&
        (digest === null || DIGEST.test(digest)) &&
        formatVersion(tag, digest) === version;
    if (known === null || !valid) {
        throw new _errors__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('RB-VERSION-INVALID', {
            what: `${JSON.stringify(version)} is not a version that ${(0,_identity__WEBPACK_IMPORTED_MODULE_1__/* .repositoryOf */ ._M)(image)} can have`,
            why: 'a tag has letters, digits, "_", "." and "-", at most 128; a digest is "sha256:" and 64 hexadecimal digits',
            remedy: 'give a tag such as v1.4.0, a digest, or tag@digest',
        });
    }
    return { repository: known.repository, tag, digest };
}
function formatVersion(tag, digest) {
    return [tag, digest].filter((part) => part !== null).join('@');
}
/** The registry that an image comes from; `docker.io` if the repository names none. */
function registryOf(repository) {
    const first = repository.split('/')[0] ?? '';
    const named = repository.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
    return named ? first : 'docker.io';
}
/** Whether the registry is on the host itself: Docker speaks plain HTTP to it. */
function isLoopback(registry) {
    return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry);
}
function familiar(repository) {
    return repository.replace(/^(index\.)?docker\.io\//, '').replace(/^library\/(?=[^/]+$)/, '');
}


/***/ })

};
;