"use strict";
exports.id = 544;
exports.ids = [544];
exports.modules = {

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


/***/ }),

/***/ 82544:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  renewCerts: () => (/* binding */ renewCerts)
});

// EXTERNAL MODULE: ./actions/lib/procedure/report.ts
var procedure_report = __webpack_require__(15092);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(77030);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./actions/lib/certificates/certificate.ts
/** X.509 certificates, as far as a renewal has to judge them. Everything is read by `node:crypto`. */

const DAY = 24 * 3600 * 1000;
/** @throws {Error} where the content is not a certificate */
function certificateOf(content) {
    const x509 = new external_node_crypto_.X509Certificate(content);
    return {
        serial: x509.serialNumber,
        names: namesIn(x509.subjectAltName ?? ''),
        issuer: /^CN=(.*)$/m.exec(x509.issuer)?.[1] ?? x509.issuer.replaceAll('\n', ', '),
        notBefore: x509.validFromDate.getTime(),
        notAfter: x509.validToDate.getTime(),
        fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
        selfSigned: x509.checkIssued(x509),
        raw: x509.raw,
    };
}
/**
 * The certificates of a PEM file in their order; other blocks are left out. @throws {Error} for a damaged certificate
 */
function chainOf(pem) {
    const found = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    return found.map(certificateOf);
}
/** Node writes `DNS:a.example, IP Address:10.0.0.1`, and a name with a comma or a quote as a JSON string. */
function namesIn(text) {
    const found = [...text.matchAll(/(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)];
    return found.map(([, kind, value = '']) => {
        const name = (value.startsWith('"') ? JSON.parse(value) : value).toLowerCase();
        return kind === 'DNS' ? name : addressName(name);
    });
}
/** One spelling for each IPv6 address. */
function addressName(address) {
    if (!address.includes(':'))
        return address;
    return URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
/** Whether a client that asks for the name accepts the certificate. A star stands for one label (RFC 9525, 6.3). */
function covers({ names }, name) {
    const wanted = addressName(name.toLowerCase());
    const rest = wanted.slice(wanted.indexOf('.'));
    return names.some((one) => one === wanted || (one.startsWith('*.') && wanted.includes('.') && one.slice(1) === rest));
}
/**
 * Why clients would not find a way from the server's certificate to a root; `null` where they would. The last
 * certificate need not be trusted by anyone: it may come from a private CA.
 */
function brokenChain(chain) {
    const [leaf] = chain;
    if (leaf === undefined)
        return 'it contains no certificate';
    if (chain.length === 1 && !leaf.selfSigned)
        return `the chain is missing: nothing leads from it to its issuer ${leaf.issuer}`;
    for (const [index, one] of chain.entries()) {
        const above = chain[index + 1];
        if (above === undefined)
            break;
        const issuer = new external_node_crypto_.X509Certificate(above.raw);
        const own = new external_node_crypto_.X509Certificate(one.raw);
        if (!own.checkIssued(issuer) || !own.verify(issuer.publicKey))
            return `the chain is broken: number ${index + 2} in it did not issue number ${index + 1}`;
    }
    return null;
}
/** The kind of the certificate's key: a client must know the signatures of such keys. */
function keyKindOf({ raw }) {
    const kind = new external_node_crypto_.X509Certificate(raw).publicKey.asymmetricKeyType;
    return kind === 'rsa' || kind === 'ec' ? kind : null;
}
/** Whole lifetime in milliseconds. Both ends belong to it (RFC 5280, 4.1.2.5). */
function lifetimeOf({ notBefore, notAfter }) {
    return notAfter - notBefore + 1000;
}
/** The rest of the lifetime, e.g. `61.5 of 90 days`. */
function leftOf(certificate, now) {
    const days = (certificate.notAfter - now) / DAY;
    return `${days < 10 ? days.toFixed(1) : Math.floor(days)} of ${Math.round(lifetimeOf(certificate) / DAY)} days`;
}
/** The certificate's name in a sentence. */
function nameOf({ serial, notAfter }) {
    return `serial ${serial.toLowerCase()}, valid until ${new Date(notAfter).toISOString().slice(0, 16)}Z`;
}

;// CONCATENATED MODULE: ./actions/lib/certificates/limits.ts
/** Certificates for the very same names. */
const SAME_SET = { most: 5, refill: 34 * 3600 };
/** Failed validations of one name. */
const FAILURES = { most: 5, refill: 12 * 60 };
/** Orders of one account, whatever their end. */
const ORDERS = { most: 300, refill: 36 };
/** New certificates of one registered domain; renewals do not count. */
const DOMAIN = { most: 50, refill: 202 * 60 };
/**
 * @param attempts of the record, oldest first @param now seconds since the epoch, by the host's clock
 *
 * @returns empty: the limits of this CA are not known
 */
function leftOfLimits(attempts, { server, names }, now) {
    if (!isLetsEncrypt(server))
        return [];
    const past = attempts.filter((one) => one.server === server && one.at <= now);
    const failed = past.filter(({ outcome, names: own }) => outcome === 'failed' && own.some((one) => names.includes(one)));
    const left = (of, bucket, all) => {
        const used = Math.ceil(usedOf(all, bucket, now).used);
        return { of, left: Math.max(0, bucket.most - used), most: bucket.most };
    };
    return [
        left('certificates for the same names', SAME_SET, issuedFor(past, names)),
        left('failed validations', FAILURES, failed),
        left('orders of the account', ORDERS, past),
        left('new certificates of the registered domain', DOMAIN, firstOf(past, names)),
    ];
}
/**
 * The first of each set of names, for sets that may belong to the same registered domain. Where a registered domain ends
 * is not known here. It has at least two labels, so those with the same last two are never too few.
 */
function firstOf(attempts, names) {
    const ends = new Set(names.map(endOf));
    const seen = new Set();
    return attempts.filter((one) => {
        const key = [...one.names].sort().join(' ');
        if (!/^(issued|rejected)$/.test(one.outcome) || seen.has(key))
            return false;
        seen.add(key);
        return one.names.some((name) => ends.has(endOf(name)));
    });
}
function endOf(name) {
    return name.split('.').slice(-2).join('.');
}
/** Those that ended with a certificate for exactly these names. */
function issuedFor(attempts, names) {
    const key = [...names].sort().join(' ');
    return attempts.filter((one) => /^(issued|rejected)$/.test(one.outcome) && [...one.names].sort().join(' ') === key);
}
/**
 * @param now seconds since the epoch; left out: at the time of the last of them
 *
 * @returns how much of the bucket is used, and when the last of them was
 */
function usedOf(attempts, { refill }, now) {
    let used = 0;
    let last = 0;
    for (const { at } of [...attempts].sort((a, b) => a.at - b.at)) {
        used = Math.max(0, used - (at - last) / refill) + 1;
        last = at;
    }
    return { used: now === undefined ? used : Math.max(0, used - (now - last) / refill), last };
}
function isLetsEncrypt(server) {
    return URL.canParse(server) && /(^|\.)letsencrypt\.org$/.test(new URL(server).hostname);
}

// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/config/reader.ts
var config_reader = __webpack_require__(434);
;// CONCATENATED MODULE: ./actions/renew-certs/inputs.ts
/** Inputs of the action renew-certs as typed data. */





const MODES = ['renew', 'check', 'list', 'issue'];
const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
/** Names of a certificate at most, by profile. Source: https://letsencrypt.org/docs/profiles, July 2026. */
const MOST = { tlsserver: 25, shortlived: 25 };
const MOST_OF_ANY = 100;
/** The only one in which Let's Encrypt has certificates for addresses. */
const FOR_ADDRESSES = 'shortlived';
const NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** What certbot calls it, which becomes the name of a folder. */
function lineageOf(name) {
    const plain = name.replaceAll(':', '-');
    return plain.startsWith('-') ? `ip${plain}` : plain;
}
/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
function readCertificateInputs(get, workspace) {
    const reader = new config_reader/* Reader */.m(get);
    const { config, ...base } = (0,inputs/* readBase */.wZ)(reader);
    const mode = reader.choice('mode', MODES);
    reader.boolean('report-failures');
    const wish = readWish(reader, mode === 'issue');
    reader.finish();
    // What only looks takes no lease.
    return {
        ...base,
        mode,
        wish,
        dryRun: base.dryRun || mode === 'check' || mode === 'list',
        runbook: (0,inputs/* readRunbook */.j_)(workspace, config),
    };
}
function readWish(reader, wanted) {
    const names = [...new Set(reader.list('names').map((name) => addressName(name.toLowerCase())))];
    const named = reader.text('cert-name');
    const email = reader.text('email');
    const server = reader.url('server') ?? LETS_ENCRYPT;
    const profile = reader.text('profile') || null;
    if (!wanted) {
        if (names.length > 0 || named !== '' || profile !== null)
            reader.problem('names, cert-name and profile are for mode: issue; a renewal keeps the profile of its certificate');
        return null;
    }
    if (names.length === 0)
        reader.problem('names is missing: the names of the certificate, separated by commas');
    if (profile !== null && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(profile))
        reader.problem(`profile is ${JSON.stringify(profile)}; write a name that the CA offers, e.g. classic or shortlived`);
    const letsEncrypt = isLetsEncrypt(server);
    const most = (letsEncrypt && profile !== null ? MOST[profile] : undefined) ?? MOST_OF_ANY;
    if (names.length > most)
        reader.problem(`names has ${names.length} names; a certificate${most === MOST_OF_ANY ? '' : ` of the profile ${profile}`} can have at most ${most}`);
    if (letsEncrypt && profile !== null && profile !== FOR_ADDRESSES && names.some((name) => (0,external_node_net_.isIP)(name) !== 0))
        reader.problem(`profile is ${profile}; for addresses Let's Encrypt has certificates of ${FOR_ADDRESSES} alone`);
    for (const name of names)
        if ((0,external_node_net_.isIP)(name) === 0 && (!NAME.test(name) || /\.\d+$/.test(name)))
            reader.problem(`names has ${JSON.stringify(name)}, which is neither a DNS name nor an IP address${name.startsWith('*') ? ': a wildcard name is ordered by a DNS challenge, not by a file' : ''}`);
    const lineage = named || lineageOf(names[0] ?? '');
    if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(lineage) && named !== '')
        reader.problem(`cert-name is ${JSON.stringify(named)}; write letters, digits, dots and dashes`);
    if (email !== '' && !/^[^\s@-][^\s@]*@[^\s@]+$/.test(email))
        reader.problem(`email is ${JSON.stringify(email)}, which is not an email address`);
    return { lineage, names, email: email || null, server, profile };
}

;// CONCATENATED MODULE: ./actions/lib/certificates/attempts.ts
/**
 * Counts orders, because a CA counts them too. The record lies on the host, because runners are thrown away. A time to
 * wait that the CA named comes before everything else; the other limits are those of Let's Encrypt, which other CAs
 * resemble.
 * Source: https://letsencrypt.org/docs/rate-limits and /docs/integration-guide (retries), August 2026.
 */

const MINUTE = 60;
const HOUR = 3600;
/** Seconds to wait after one, two, three and more failures in a row. */
const PAUSES = [MINUTE, 10 * MINUTE, 100 * MINUTE, 24 * HOUR];
/** Reads lines of JSON, oldest first; leaves out a line that a crash tore. */
function parseAttempts(text) {
    const found = text.split('\n').flatMap((line) => {
        try {
            const entry = JSON.parse(line);
            return typeof entry.at === 'number' && Array.isArray(entry.names) ? [entry] : [];
        }
        catch {
            return [];
        }
    });
    return found.filter(({ id }, index) => id === undefined || !found.slice(index + 1).some((later) => later.id === id));
}
/** @param now seconds since the epoch, by the host's clock @returns `null`: the CA may be asked now */
function waitFor(attempts, wanted, now) {
    // After the host's clock was set back, lines from the future must not stop renewals for ever.
    const past = attempts.filter(({ at, server }) => at <= now && server === wanted.server);
    const own = past.filter(({ lineage }) => lineage === wanted.lineage);
    const waits = [byCa(past, wanted), byPause(own, wanted.emergency), bySet(past, wanted)];
    const ahead = waits.filter((wait) => wait !== null && wait.until > now);
    return ahead.sort((a, b) => b.until - a.until)[0] ?? null;
}
function byCa(past, wanted) {
    const [limited] = past
        .filter((one) => one.until !== undefined && binds(one, wanted))
        .sort((a, b) => (b.until ?? 0) - (a.until ?? 0));
    if (limited?.until === undefined)
        return null;
    const { at, said } = limited;
    const why = `the CA asked for that at ${new Date(at * 1000).toISOString().slice(0, 16)}Z`;
    return { until: limited.until, why: said === undefined ? why : `${why}: ${said}` };
}
/**
 * A refusal binds the lineage that met it. Others only where the CA's words say so: those of the account, those of new
 * accounts (certbot asked for one because it has none, whatever the lineage), those of a name that failed, and those of
 * the registered domain, which does not concern renewals.
 */
function binds({ lineage, said = '' }, wanted) {
    if (lineage === wanted.lineage || /too many new (?:orders|registrations)/i.test(said))
        return true;
    const [, failed] = /too many failed authorizations \(\d+\) for ([a-z0-9.:*-]+)/i.exec(said) ?? [];
    if (failed !== undefined && wanted.names.includes(failed.toLowerCase()))
        return true;
    const [, domain] = /already issued for ([a-z0-9-]+(?:\.[a-z0-9-]+)+)/i.exec(said) ?? [];
    return (wanted.fresh && domain !== undefined && wanted.names.some((name) => `.${name}`.endsWith(`.${domain.toLowerCase()}`)));
}
function byPause(own, emergency) {
    const last = own.findLastIndex(({ outcome }) => outcome === 'issued');
    const failures = own.slice(last + 1);
    const latest = failures.at(-1);
    if (latest === undefined)
        return null;
    const pause = PAUSES[Math.min(failures.length, PAUSES.length) - 1] ?? 0;
    return {
        until: latest.at + (emergency ? Math.min(pause, FAILURES.refill) : pause),
        why: `${failures.length === 1 ? 'the last try' : `the last ${failures.length} tries`} failed, and a CA counts failures`,
    };
}
/** Five certificates for one set of names may be issued at once; every 34 hours one more is allowed. */
function bySet(past, { names, server }) {
    if (!isLetsEncrypt(server))
        return null;
    const { used, last } = usedOf(issuedFor(past, names), SAME_SET);
    const over = used - (SAME_SET.most - 1);
    return over <= 0
        ? null
        : {
            until: Math.ceil(last + over * SAME_SET.refill),
            why: `${SAME_SET.most} certificates for the same names were issued`,
        };
}
const LONGEST_SENTENCE = 300;
function sentenceIn(text) {
    const [found] = /too many (?:certificates|failed|new orders|registrations|currently|requests)[^\n]*|your account is temporarily prevented[^\n]*|[^\n]*error:rateLimited[^\n]*/i.exec(text) ?? [];
    const plain = found?.replace(/https?:\S+/g, '').replace(/[^A-Za-z0-9 .,:()*_-]/g, '');
    return plain?.trim().slice(0, LONGEST_SENTENCE).trim() || null;
}
const BUSY_FOR = HOUR;
/** @param now seconds since the epoch */
function refusalIn(log, now) {
    const text = log.join('\n');
    const [, answered] = /^(?:certbot: )?The CA answered HTTP (\d+)/m.exec(text) ?? [];
    const named = /retry after (\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/i.exec(text);
    const header = /retry-after['"]?[:=]\s*['"]?(\d+)/i.exec(text)?.[1];
    const date = Date.parse(/retry-after: ([A-Z][a-z]{2}, \d[^,]*GMT)/i.exec(text)?.[1] ?? '') / 1000;
    const until = named !== null
        ? Date.parse(`${named[1]}T${named[2]}Z`) / 1000
        : header !== undefined
            ? now + Number(header)
            : Number.isNaN(date)
                ? null
                : date;
    const said = sentenceIn(text);
    const link = /https:\/\/\S*unpause\S*/.exec(text)?.[0].replace(/[).,'"]+$/, '') ?? null;
    if (link !== null || /temporarily prevented/i.test(text))
        return { kind: 'paused', until: until ?? now + 24 * HOUR, link, said };
    if (answered === '429' ||
        /error:rateLimited|too many (certificates|failed|new orders|registrations|currently)/i.test(text))
        return { kind: 'limited', until: until ?? now + HOUR, link, said };
    if (answered === '503' || /\b503 Server Error\b|\bservice busy\b/i.test(text))
        return { kind: 'busy', until: until ?? now + BUSY_FOR, link, said };
    return { kind: 'refused', until, link, said };
}

// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
;// CONCATENATED MODULE: ./actions/lib/certificates/lineages.ts
/**
 * certbot's lineages: `renewal/NAME.conf` (ConfigObj, written by certbot itself), the links in `live/NAME` and the
 * generations in `archive/NAME`. Source: certbot's storage.py.
 */
/** @returns `null` for a file by which certbot could not renew anything */
function parseRenewal(name, content) {
    const values = new Map();
    const webroots = Object.create(null);
    let section = '';
    for (const line of content.split('\n')) {
        const header = /^\s*(\[+)\s*(.*?)\s*\]+\s*$/.exec(line);
        if (header !== null) {
            section = header[2] ?? '';
            continue;
        }
        const [, key = '', text = ''] = /^\s*([^#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
        if (key === '')
            continue;
        const value = withoutRemark(text);
        if (section === 'webroot_map')
            webroots[unquoted(key)] = unquoted(value);
        else if (section === '' || section === 'renewalparams')
            values.set(key, value);
    }
    const authenticator = unquoted(values.get('authenticator') ?? '');
    if (authenticator === '' || !values.has('fullchain'))
        return null;
    const account = unquoted(values.get('account') ?? '');
    const credentials = unquoted(values.get(`${authenticator.replaceAll('-', '_')}_credentials`) ?? '');
    return {
        name,
        ...(account === '' || account === 'None' ? {} : { account }),
        ...(credentials === '' || credentials === 'None' ? {} : { credentials }),
        authenticator,
        server: unquoted(values.get('server') ?? ''),
        webroots: { ...webroots },
        webroot: first(values.get('webroot_path') ?? ''),
        hooks: ['pre_hook', 'post_hook', 'renew_hook'].flatMap((hook) => {
            const command = unquoted(values.get(hook) ?? 'None');
            return command === 'None' || command === '' ? [] : [`${hook}: ${command}`];
        }),
    };
}
/** `webroot # was standalone`, as somebody wrote it by hand: a `#` begins a remark unless it stands in quotes. */
function withoutRemark(value) {
    return value.replace(/^((?:"[^"]*"|'[^']*'|[^"'#])*)#.*$/, '$1').trim();
}
/** A list of ConfigObj: `a, b`, or `a,` with one entry. */
function first(value) {
    return unquoted(value.split(',')[0]?.trim() ?? '') || null;
}
function unquoted(text) {
    return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}
/** Folder for the challenge of a name, as path in certbot's container; `null`: the file does not say. */
function webrootOf({ webroots, webroot }, name) {
    return (Object.hasOwn(webroots, name) ? webroots[name] : undefined) ?? webroot;
}
const PARTS = ['cert', 'chain', 'fullchain', 'privkey'];
/** @param links lines `fullchain.pem ../../archive/NAME/fullchain2.pem` @param files lines `fullchain2.pem BYTES` */
function generationsOf(links, files) {
    const found = {};
    for (const line of links) {
        const [, part, target = '', number] = /^(cert|chain|fullchain|privkey)\.pem .*\/([a-z]+)(\d+)\.pem$/.exec(line) ?? [];
        if (part !== undefined && part === target)
            found[part] = Number(number);
    }
    const parts = new Map();
    for (const line of files) {
        const [, part = '', number, bytes] = /^(cert|chain|fullchain|privkey)(\d+)\.pem (\d+)$/.exec(line) ?? [];
        if (number === undefined || bytes === '0')
            continue;
        parts.set(Number(number), (parts.get(Number(number)) ?? new Set()).add(part));
    }
    const whole = [...parts].filter(([, there]) => there.size === PARTS.length).map(([number]) => number);
    return { links: found, whole: whole.sort((a, b) => a - b) };
}
/**
 * The generation to which all links lead; `null`: they lead to different ones, e.g. after a certbot that was killed.
 */
function linkedTo({ links }) {
    const numbers = new Set(PARTS.map((part) => links[part]));
    const [only] = numbers;
    return numbers.size === 1 && only !== undefined ? only : null;
}

// EXTERNAL MODULE: ./actions/lib/certificates/state.ts
var certificates_state = __webpack_require__(88222);
;// CONCATENATED MODULE: ./actions/lib/certificates/certbot.ts



/** @throws {UserError} RB-CERTBOT-UNKNOWN, RB-CERT-PREFLIGHT */
function certbotWay(runbook, found) {
    const { service, image } = runbook.certificates;
    const services = Object.entries(found.compose?.services ?? {}).filter(([name, one]) => service === undefined ? isCertbot(one.image) : name === service);
    const [only] = services;
    if (service !== undefined && only === undefined)
        throw unknown(`certificates.service is ${service}, which the Compose files on the host do not have`);
    if (services.length > 1)
        throw unknown(`several services have certbot's image: ${services.map(([name]) => name).join(', ')}`);
    if (only !== undefined && (image === undefined || service !== undefined)) {
        requireState(only[0], found);
        return { kind: 'service', service: only[0] };
    }
    if (image !== undefined)
        return { kind: 'image', image };
    const [own, ...more] = found.images;
    if (own === undefined && found.installed !== null)
        return onHost(found.installed, found.state);
    if (own === undefined)
        throw unknown('no service of the Compose files has an image of certbot/, the host has no such image, and no certbot of its own');
    // Tags of one image are the same certbot; among several images the right one cannot be guessed.
    if (more.length > 0)
        throw unknown(`the host has several images of certbot: ${found.images.join(', ')}`);
    return { kind: 'image', image: own };
}
function unknown(why) {
    return new errors/* UserError */.y('RB-CERTBOT-UNKNOWN', {
        what: 'it is not known how certbot runs on this host',
        why,
        remedy: 'name certificates.service (of the Compose files) or certificates.image in runbook.yml; the image must be on the host',
    });
}
function onHost({ program, asRoot }, state) {
    if (!asRoot && program.startsWith('/snap/'))
        throw unknown(`the certbot of the host, ${program}, is a snap, which only root can run`);
    if (state !== null && (state.source !== certificates_state/* STATE */.c4 || state.inner !== ''))
        throw new errors/* UserError */.y('RB-CERT-PREFLIGHT', {
            what: `the certbot of the host does not keep its state where the proxy reads it`,
            why: `it has ${certificates_state/* STATE */.c4} of the host; the proxy reads ${state.source}${state.inner}`,
            remedy: `mount ${certificates_state/* STATE */.c4} of the host into the proxy; nothing was ordered`,
        });
    return { kind: 'host', program, asRoot };
}
/** A certbot service that keeps its state elsewhere would renew certificates that no proxy reads. */
function requireState(service, { compose, state }) {
    const own = (0,certificates_state/* placeOf */.$t)(mountsOf(compose, service), certificates_state/* STATE */.c4);
    if (state !== null && own?.source === state.source && own.inner === state.inner)
        return;
    throw new errors/* UserError */.y('RB-CERT-PREFLIGHT', {
        what: `the service ${service} does not keep its state where the proxy reads it`,
        why: `it has ${own === null ? 'nothing that outlives its container' : `${own.source}${own.inner}`} at ${certificates_state/* STATE */.c4}; the proxy reads ${state === null ? 'no state of certbot' : `${state.source}${state.inner}`}`,
        remedy: `mount the same folder or volume at ${certificates_state/* STATE */.c4} of both; nothing was ordered`,
    });
}
function mountsOf(compose, service) {
    return (compose?.services[service]?.volumes ?? []).flatMap(({ type, source = '', target }) => {
        if (source === '' || (type !== 'bind' && type !== 'volume'))
            return [];
        const name = type === 'volume' ? (compose?.volumes?.[source]?.name ?? source) : source;
        return [{ type, source: name, target, writable: true }];
    });
}
function isCertbot(image) {
    return image !== undefined && /(^|\/)certbot\/[a-z0-9-]+(:|@|$)|(^|\/)certbot(:|@|$)/.test(image);
}
/**
 * @returns name → its webroot; empty where challenges are answered without files (DNS)
 *
 * @throws {UserError} RB-CERT-PREFLIGHT
 */
function webrootsOf(runbook, lineage, names, { compose, proxy, way, }) {
    if (lineage.authenticator.startsWith('dns-'))
        return new Map();
    if (lineage.authenticator !== 'webroot') {
        throw preflight(`the lineage ${lineage.name} is renewed by the authenticator ${lineage.authenticator}`, 'it needs a port that the proxy holds, or a person; only webroot and dns-… can renew beside a running proxy', `certbot reconfigure --cert-name ${lineage.name} --webroot -w FOLDER`);
    }
    const named = runbook.certificates.webroot;
    const found = names.map((name) => {
        const path = webrootOf(lineage, name);
        if (path === null)
            throw preflight(`the renewal file of ${lineage.name} names no folder for challenges of ${name}`, 'webroot_path and webroot_map lack it', `certbot reconfigure --cert-name ${lineage.name} --webroot -w FOLDER`);
        const place = named !== undefined
            ? { source: named, inner: '' }
            : way.kind === 'host'
                ? { source: path, inner: '' }
                : way.kind === 'service'
                    ? (0,certificates_state/* placeOf */.$t)(mountsOf(compose, way.service), path)
                    : (0,certificates_state/* placeOf */.$t)(proxy.mounts, path);
        if (place === null)
            throw preflight(`it is not known where ${path}, the folder for challenges of ${name}, is on the host`, way.kind === 'service' ? `the service ${way.service} mounts nothing there` : 'the proxy mounts nothing there', 'name it as certificates.webroot in runbook.yml');
        return [name, { path, place }];
    });
    return new Map(found);
}
/**
 * certbot runs the hooks of a renewal file by itself. On the host they reach the proxy, without which no challenge is
 * answered; in a container they find no Docker.
 *
 * @throws {UserError} RB-CERT-PREFLIGHT
 */
function requireRunningProxy({ name, hooks }, way) {
    const stops = hooks.filter((hook) => /^(?:pre|post)_hook: .*\b(?:stop|down|kill|pause|rm)\b/.test(hook));
    if (way.kind !== 'host' || stops.length === 0)
        return;
    throw preflight(`the renewal file of ${name} has hooks that stop something: ${hookNames(stops)}`, 'certbot runs them before or after it asks the CA, and a proxy that is stopped serves nobody, and no challenge either', `remove them from renewal/${name}.conf; webroot and dns-… renew beside a running proxy`);
}
/** Without the commands, which may hold a token. */
function hookNames(hooks) {
    return hooks.map((hook) => hook.split(':')[0]).join(', ');
}
function preflight(what, why, remedy) {
    return new errors/* UserError */.y('RB-CERT-PREFLIGHT', { what, why, remedy: `${remedy}; nothing was ordered` });
}

// EXTERNAL MODULE: external "node:dns/promises"
var promises_ = __webpack_require__(71553);
// EXTERNAL MODULE: ./actions/lib/host/http.ts
var http = __webpack_require__(22433);
;// CONCATENATED MODULE: ./actions/lib/certificates/challenge.ts
/**
 * Tests what a CA will see: a file of this run in the folder for challenges, fetched under every name at every address.
 */



/** Milliseconds for one request. */
const PATIENCE = 5000;
/** The number of redirects that Let's Encrypt follows. */
const REDIRECTS = 10;
const LONGEST = 4096;
/** @returns what would keep the CA from validating these names, a sentence each */
async function unreached(names, challenge, reaching) {
    const found = await Promise.all(names.map((name) => unreachedName(name, names, challenge, reaching)));
    return found.flat();
}
async function unreachedName(name, names, challenge, { dial, leads, host, tell }) {
    const wanted = { name, names, challenge };
    const here = await fetchHere(dial, host, wanted);
    if (here !== null)
        return [`port 80 of the host does not serve the challenge file for ${name}: ${here}`];
    const addresses = (0,external_node_net_.isIP)(name) ? [name] : seenByCa([...(leads.get(name) ?? []), ...(await addressesOf(name))]);
    if (addresses.length === 0)
        return [`${name} does not resolve: neither the host nor the runner finds an address for it`];
    const wrong = await Promise.all(addresses.map(async (address) => {
        const throughHost = await fetchAt(dial, address, wanted);
        if (throughHost === null)
            return null;
        // A host may not reach itself by a public address that its router translates.
        const outside = isPublic(address) ? await fetchAt(direct, address, wanted) : throughHost;
        if (outside === null)
            return null;
        if (isPublic(address) && hasNoWay(throughHost) && hasNoWay(outside)) {
            tell(`${name} also resolves to ${address}, which neither the host nor the runner can reach: it is not known whether the CA finds its file there`);
            return null;
        }
        return `${name} also resolves to ${address}, which does not serve the challenge file: ${throughHost}`;
    }));
    return wrong.filter((one) => one !== null);
}
/**
 * Each once, without those of the machine itself: a host often has its own name as 127.0.1.1 in /etc/hosts, where no CA
 * looks. If there are no others, these stay.
 */
function seenByCa(addresses) {
    const all = [...new Set(addresses)];
    const others = all.filter((address) => !/^127\.|^::1$/.test(address));
    return others.length > 0 ? others : all;
}
/**
 * Whether there is no route to an address. A machine without IPv6 cannot reach an IPv6 address, e.g. of a CDN, which
 * says nothing against the address.
 */
function hasNoWay(why) {
    return /network is unreachable|ENETUNREACH|EADDRNOTAVAIL|cannot assign requested address/i.test(why);
}
async function addressesOf(name) {
    try {
        return (await (0,promises_.lookup)(name, { all: true })).map(({ address }) => address);
    }
    catch {
        return [];
    }
}
/** Whether an address is not in a private network, on the machine itself, or reserved for documentation. */
function isPublic(address) {
    return (0,external_node_net_.isIP)(address) === 6
        ? /^[23]/.test(address)
        : !/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(address);
}
/** Opens connections from the runner itself. */
const direct = (host, port) => new Promise((resolve, reject) => {
    const socket = (0,external_node_net_.connect)({ host, port, timeout: PATIENCE });
    socket.on('connect', () => resolve(socket));
    socket.on('timeout', () => socket.destroy(new Error('no connection')));
    socket.on('error', reject);
});
/**
 * At the host itself. A proxy behind a balancer may expect the PROXY protocol on port 80, and closes every connection
 * that begins without it.
 */
async function fetchHere(dial, host, wanted) {
    const plain = await fetchAt(dial, host, wanted);
    if (plain === null || !/ECONNRESET|socket hang up/i.test(plain))
        return plain;
    const balanced = async (address, port) => {
        const socket = await dial(address, port);
        socket.write('PROXY UNKNOWN\r\n');
        return socket;
    };
    return (await fetchAt(balanced, host, wanted)) === null ? null : plain;
}
/**
 * Fetches the file and follows redirects as a CA does, but at the same address as long as they lead to names of the
 * order: the addresses of each of these are tested. @returns why the file did not come, or `null`
 */
async function fetchAt(dial, address, { name, names, challenge: { file, content } }) {
    let url = new URL(`http://${(0,external_node_net_.isIP)(name) === 6 ? `[${name}]` : name}/.well-known/acme-challenge/${file}`);
    let at = address;
    let led = '';
    try {
        for (let step = 0; step <= REDIRECTS; step++) {
            const { status, body, location } = await get(dial, at, url);
            if (status >= 300 && status < 400 && location !== null && URL.canParse(location, url.href)) {
                const next = new URL(location, url);
                if (!/^https?:$/.test(next.protocol) || !/^(80|443)?$/.test(next.port))
                    return `it redirects to ${next.protocol}//${next.host}, and a CA follows only to the ports 80 and 443`;
                if (next.hostname !== url.hostname) {
                    const bare = next.hostname.replace(/^\[|\]$/g, '');
                    at = names.includes(bare) ? address : bare;
                    led = `it redirects to ${next.host}: `;
                }
                url = next;
                continue;
            }
            if (status !== 200)
                return `${led}${url.protocol}//${url.host} answers ${status}`;
            return body.trim() === content ? null : `${led}${url.protocol}//${url.host} answers something else`;
        }
        return 'it redirects too often';
    }
    catch (error) {
        return `${led}${error instanceof Error ? error.message : String(error)}`;
    }
}
async function get(dial, address, url) {
    const tls = url.protocol === 'https:';
    const answer = await (0,http/* exchange */.c)(await dial(address, Number(url.port) || (tls ? 443 : 80)), {
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, 'user-agent': 'runbook-actions' },
        // A CA does not look at the certificate either.
        tls: tls ? { name: url.hostname, verified: false } : undefined,
        timeout: PATIENCE,
    });
    let body = '';
    answer.setEncoding('latin1');
    for await (const chunk of answer)
        body = (body + chunk).slice(0, LONGEST);
    return { status: answer.statusCode ?? 0, body, location: answer.headers.location ?? null };
}

// EXTERNAL MODULE: external "node:url"
var external_node_url_ = __webpack_require__(73136);
;// CONCATENATED MODULE: ./actions/lib/certificates/questions.ts
/** The questions about certificates that the configuration of nginx leads to. */


/** Questions for each name on each of its ports, and the servers that cannot be asked. */
function questionsOf({ servers }) {
    const seen = new Map();
    const ask = [];
    const unasked = [];
    for (const server of servers) {
        const { certificates, ordersItself, proxyProtocol } = server;
        const files = [...certificates].sort().join('\n');
        const behind = new Set();
        let heard = false;
        for (const port of server.ports) {
            const isDefault = server.defaultOn.includes(port);
            // A client that asks for an address sends no name, and gets the certificate of the default server.
            const names = server.names.flatMap(nameToAsk).filter(({ name }) => isDefault || (0,external_node_net_.isIP)(name) === 0);
            const wanted = isDefault && names.length === 0 ? [{ name: null }] : names;
            for (const { name, ...more } of wanted) {
                heard = true;
                const only = server.addresses[port];
                const first = seen.get(`${name} ${port}`);
                if (first !== undefined) {
                    // Of two servers with the same name nginx takes the first one, unless they listen on different addresses.
                    if (first.only !== only && first.files !== files)
                        behind.add(`${only ?? 'any other address'}:${port}`);
                    continue;
                }
                seen.set(`${name} ${port}`, { only, files });
                const inside = server.inside.includes(port);
                const question = {
                    ...{ name, port, ordersItself, inside, proxyProtocol },
                    ...more,
                    ...(only === undefined ? {} : { only }),
                };
                // One question for each kind of key: a client gets the certificate whose signatures it knows.
                if (certificates.length < 2)
                    ask.push({ ...question, certificates, several: false });
                else
                    ask.push(...certificates.map((path) => ({ ...question, certificates: [path], several: true })));
            }
        }
        if (!heard || behind.size > 0)
            unasked.push({ ...server, behind: [...behind] });
    }
    return { ask, unasked };
}
/** Whether an entry of `server_name` is a pattern that does not tell a name to ask for. */
function isPattern(name) {
    return name.startsWith('~') || name.endsWith('.*') || name.includes('$');
}
/** A name to ask for, which leads to this entry of `server_name`. */
function nameToAsk(entry) {
    if (isPattern(entry))
        return [];
    if (entry.startsWith('*.'))
        return [{ name: asSent(`runbook-check${entry.slice(1)}`), madeUp: true }];
    if (entry.startsWith('.'))
        return [{ name: asSent(entry.slice(1)) }];
    return [{ name: asSent(entry.replace(/^\[(.*)\]$/, '$1')) }];
}
/** As clients send it: with other characters than ASCII in the spelling of the DNS (RFC 5890). */
function asSent(name) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all characters of ASCII
    return (/^[\x00-\x7f]*$/.test(name) ? '' : (0,external_node_url_.domainToASCII)(name)) || name.toLowerCase();
}

;// CONCATENATED MODULE: ./actions/lib/certificates/places.ts

/** The question to a port of a program whose configuration is not read: its answer must belong to the lineage. */
function plainPlace(container, address, { name, port, lineage }) {
    const plain = { certificates: [], several: false, ordersItself: false, inside: false, proxyProtocol: false };
    return {
        question: { name, port, ...plain, lineage },
        proxy: { container, nginx: null, broken: [], certbot: false },
        address,
        port,
    };
}
/** All questions. */
function placesOf(runbook, found) {
    const url = new URL(runbook.proxy.url);
    const front = { address: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || 443 };
    const places = found.proxies.flatMap((proxy) => {
        const questions = questionsFor(runbook, proxy);
        // A single port for TLS is the public one, whatever its number in the container.
        const ports = new Set(questions.map(({ port }) => port));
        return questions.flatMap((question) => {
            // The way that every client comes.
            const comes = url.protocol === 'https:' && proxy === found.proxies[0] && (usual(question) || ports.size === 1);
            const own = { question, proxy, address: question.only ?? addressOf(proxy.container), port: question.port };
            return [...(question.inside && comes ? [] : [own]), ...(comes ? [{ question, proxy, ...front }] : [])];
        });
    });
    const seen = new Set();
    return places.filter(({ question: { name, certificates }, address, port }) => {
        const key = `${name} ${address} ${port} ${certificates.join()}`;
        return !seen.has(key) && seen.add(key);
    });
}
function usual({ port, inside }) {
    return port === 443 || inside;
}
function questionsFor(runbook, { nginx }) {
    const own = nginx === null ? [] : questionsOf(nginx).ask;
    const more = namesOf(runbook, nginx === null).filter((name) => !own.some((question) => question.name === name));
    // Names in runbook.yml are for the server with a pattern as its name, if there is only one such server.
    const patterns = (nginx?.servers ?? []).filter(({ names }) => names.some(isPattern));
    const [pattern] = patterns.length === 1 ? patterns : [];
    const from = {
        port: pattern?.ports[0] ?? 443,
        certificates: pattern?.certificates.slice(0, 1) ?? [],
        several: (pattern?.certificates.length ?? 0) > 1,
        ordersItself: pattern?.ordersItself ?? true,
        inside: false,
        proxyProtocol: pattern?.proxyProtocol ?? false,
    };
    return [...own, ...more.map((name) => ({ name, ...(atSocket(name, nginx) ?? from) }))];
}
/** A server that listens on a socket alone is asked as clients reach it, if its name is in runbook.yml. */
function atSocket(name, nginx) {
    const server = nginx?.servers.find(({ sockets, names }) => sockets.length > 0 && names.includes(name));
    if (server === undefined)
        return null;
    const { certificates, ordersItself } = server;
    const several = certificates.length > 1;
    return {
        port: 443,
        certificates: certificates.slice(0, 1),
        several,
        ordersItself,
        inside: true,
        proxyProtocol: false,
    };
}
/** Names for a proxy whose configuration does not tell them. */
function namesOf({ certificates, url, proxy }, guess) {
    const guessed = [
        proxy.hostHeader,
        ...[url, proxy.url].map((one) => (one === undefined ? undefined : new URL(one).hostname)),
    ];
    const usable = guessed.filter((name) => name?.includes('.') === true && !/^[\d.]+$|:/.test(name));
    return [...new Set([...certificates.names, ...(guess ? usable : [])])];
}
/** Address of a container; a container without its own uses the host's. */
function addressOf({ networks }) {
    const addresses = Object.values(networks).flatMap(({ ip, ip6 }) => [ip, ip6]);
    return addresses.find((address) => address !== '') ?? '127.0.0.1';
}

// EXTERNAL MODULE: ./actions/lib/steps/failures.ts
var failures = __webpack_require__(32443);
// EXTERNAL MODULE: ./actions/lib/steps/on-host.ts
var on_host = __webpack_require__(65860);
;// CONCATENATED MODULE: ./actions/lib/certificates/failures.ts
/** Whether a disk was full, in the words of the kernel and of Python. */
function isFull(log) {
    return log.some((line) => /no space left on device|disk quota exceeded|\[Errno (28|122)\]/i.test(line));
}
const REFUSED = {
    order: 'certbot did not get a certificate',
    same: 'certbot reported no failure, but the certificate is the same as before',
    rehearsal: 'the rehearsal failed, so no certificate was ordered',
};
const failures_FAILURES = {
    state: {
        code: 'RB-CERT-PREFLIGHT',
        what: "certbot's folder cannot be read or changed",
        remedy: 'see the log',
    },
    record: {
        code: 'RB-DISK-FULL',
        what: 'the record of orders cannot be written',
        remedy: 'make room on the disk of the host',
    },
    room: {
        code: 'RB-CERT-PREFLIGHT',
        what: "nothing can be written into certbot's folder; no certificate was ordered",
        remedy: 'see the log',
    },
    'no-addresses': {
        code: 'RB-CERT-PREFLIGHT',
        what: 'this certbot cannot order certificates for addresses; no certificate was ordered',
        remedy: 'bring certbot 5.4 or newer to the host (its version is in the log), or order only for names',
    },
    'no-profiles': {
        code: 'RB-CERT-PREFLIGHT',
        what: 'this certbot cannot ask for a profile; no certificate was ordered',
        remedy: 'bring certbot 4.0 or newer to the host (its version is in the log), or leave profile out',
    },
    'no-plugin': {
        code: 'RB-CERT-PREFLIGHT',
        what: 'this certbot does not have the plugin by which the renewal file answers challenges; no certificate was ordered',
        remedy: 'use an image that has it (certbot/dns-…), or install it beside certbot (its plugins are in the log); the renewal file names it as authenticator',
    },
    'no-credentials': {
        code: 'RB-CERT-PREFLIGHT',
        what: 'the file with which the plugin changes the DNS is not there; no certificate was ordered',
        remedy: "bring it to its place in certbot's folder, which the renewal file names as …_credentials",
    },
    challenge: {
        code: 'RB-CERT-PREFLIGHT',
        what: 'nothing can be put into the folder of the challenges; no certificate was ordered',
        remedy: 'see the log',
    },
    unreached: {
        code: 'RB-CERT-PREFLIGHT',
        what: 'the CA would not find its challenge; no certificate was ordered',
        remedy: 'make the proxy answer /.well-known/acme-challenge/ from the folder of the challenges, on every address of the name',
    },
    'proxy-config': {
        code: 'RB-PROXY-CONFIG',
        what: 'the proxy refuses its configuration',
        remedy: 'correct the error that it names',
    },
    'proxy-reload': {
        code: 'RB-CERT-NOT-SERVED',
        what: 'the proxy did not load the new certificate',
        remedy: 'see its log; it may have to be restarted',
    },
    door: {
        code: 'RB-CERT-PREFLIGHT',
        what: 'port 80 could not be answered in place of the proxy, which does not start without a certificate',
        remedy: 'see the log',
    },
    consumer: {
        code: 'RB-CERT-NOT-SERVED',
        what: 'a service of certificates.consumers could not be told of the new certificate',
        remedy: 'see the log',
    },
    refuse: {
        code: 'RB-CERT-INVALID',
        what: 'the issued certificate must not be served',
        remedy: 'see why; the next run orders again',
    },
    unserved: {
        code: 'RB-CERT-NOT-SERVED',
        what: 'the new certificate is in its place, but is not served',
        remedy: 'see why; the next run tries it again, without an order',
    },
    'no-verdict': { code: 'RB-CONNECTION-LOST', what: 'the runner gave no verdict', remedy: 'run it again' },
};

// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/stack/observe/scripts.ts
var scripts = __webpack_require__(1014);
// EXTERNAL MODULE: ./actions/lib/stack/redirect/redirect.ts
var redirect = __webpack_require__(86280);
;// CONCATENATED MODULE: ./actions/lib/stack/apply/proxy-script.ts
/** The reload of the proxy as a piece of a longer script. In plain syntax, so that the bundler includes the files. */




/** `reload_proxy`, `alive`, `fail` and what they need. Given: PROJECT PROXY RB_STEP */
function proxyScript() {
    const apply = (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "apply.sh", 'utf8');
    const proxy = (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "proxy.sh", 'utf8');
    return [(0,redirect/* redirectScript */.W3)(), (0,scripts/* containersScript */.I)(), apply, (0,scripts/* adaptersScript */.q)(), proxy].join('\n');
}

// EXTERNAL MODULE: ./actions/lib/stack/compose-script.ts
var compose_script = __webpack_require__(485);
// EXTERNAL MODULE: ./actions/lib/volumes/scripts.ts
var volumes_scripts = __webpack_require__(83294);
;// CONCATENATED MODULE: ./actions/lib/certificates/consumers.ts


/** The questions to ask them, and a sentence for each program that cannot be asked. */
function consumersOf({ certificates }, containers, lineages) {
    const lacking = [];
    const places = certificates.consumers.flatMap((consumer) => {
        const { service, port, name = null, lineage } = consumer;
        if (!lineages.some((one) => one.name === lineage)) {
            lacking.push(`certificates.consumers has ${service} with the lineage ${lineage}, which certbot does not have here`);
            return [];
        }
        const running = containers.filter((one) => one.service === service && one.state === 'running' && !one.oneOff);
        if (running.length === 0)
            lacking.push(`the service ${service} of certificates.consumers does not run`);
        return running.map((container) => plainPlace(container, addressOf(container), { name, port, lineage }));
    });
    return { places, lacking };
}
/** Whether a proxy or a consumer is known to use the lineage. */
function isUsed(lineage, { certificates }, proxies, asked) {
    const paths = proxies.flatMap(({ nginx }) => (nginx?.servers ?? []).flatMap((server) => server.certificates));
    return (
    // A proxy may name it by a link or from another folder.
    asked.some((one) => one.lineage === lineage) ||
        paths.some((path) => path.includes(`/live/${lineage}/`)) ||
        certificates.consumers.some((consumer) => consumer.lineage === lineage));
}
/** Defines `reread_consumers` for the step; it returns false where a program could not be told. */
function consumersScript(consumers) {
    const lines = consumers.map(({ service, reread, copy = '' }) => `  reread ${(0,quote/* quote */.h)(service)} ${reread} ${(0,quote/* quote */.h)(copy)} || return 1`);
    return ['reread_consumers() {', ...lines, '  :', '}'].join('\n');
}

;// CONCATENATED MODULE: ./actions/lib/certificates/scripts.ts
/**
 * The host's script pieces for certificates. They have a module of their own in plain syntax, because the bundler
 * includes a file only where it can read the call that opens it.
 */


function lookPiece() {
    return (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "look.sh", 'utf8');
}
function firstPiece() {
    return (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "first.sh", 'utf8');
}
function renewPiece() {
    return (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "renew.sh", 'utf8');
}
function generationsPiece() {
    return (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "generations.sh", 'utf8');
}

;// CONCATENATED MODULE: ./actions/lib/certificates/renew-script.ts
/** The step that renews one lineage, as a script for the host. */








function renewScript(request, challenge) {
    const { runbook, root, lineage, fresh, first, relink, reread, state, order } = request;
    const door = first?.door ?? '';
    const header = {
        PROJECT: runbook.stack,
        DIRECTORY: runbook.directory,
        PROXY: runbook.proxy.service ?? '',
        LINEAGE: lineage,
        FRESH: fresh ? 'yes' : '',
        DOOR: door,
        RELOAD: reread.proxy ? 'yes' : '',
        STATE: state.source,
        INNER: state.inner,
        RECORD: `${root}/certificates.jsonl`,
        TRY: JSON.stringify({
            id: challenge.file,
            lineage,
            server: order?.server ?? '',
            names: [...(order?.names ?? [])].sort(),
        }).slice(1, -1),
    };
    const must = (line) => `${line} || exit 1`;
    const folders = order === null
        ? []
        : [...new Map([...order.webroots.values()].map(({ place }) => [JSON.stringify(place), place])).values()];
    const { file, content } = challenge;
    return [
        ...Object.entries(header).map(([key, value]) => `${key}=${(0,quote/* quote */.h)(value)}`),
        'RB_HELPER=$RB_STEP/helper',
        proxyScript(),
        (0,compose_script/* composeScript */.I)(),
        (0,volumes_scripts/* volumeScript */.au)(),
        renewPiece(),
        generationsPiece(),
        ...(fresh ? [firstPiece()] : []),
        consumersScript(reread.consumers),
        ...(fresh ? [] : ['operation note', must('note_lineage'), "undo_push 'lineage_back'"]),
        ...(relink === null ? [] : [must(`op_relink ${relink}`)]),
        ...(order === null
            ? []
            : [
                ...certbotFunction(runbook, state, order),
                ...(door === ''
                    ? []
                    : folders.slice(0, 1).map(({ source, inner }) => must(`op_door ${(0,quote/* quote */.h)(source)} ${(0,quote/* quote */.h)(inner)}`))),
                'operation preflight',
                must('test_config'),
                ...(order.names.some((name) => (0,external_node_net_.isIP)(name) !== 0) ? [must('op_knows_addresses')] : []),
                ...(order.profile ? [must('op_knows_profiles')] : []),
                ...(order.plugin === null ? [] : [must(`op_knows_plugin ${(0,quote/* quote */.h)(order.plugin)}`)]),
                ...(order.credentials === null ? [] : [must(`op_has_credentials ${(0,quote/* quote */.h)(order.credentials)}`)]),
                must('op_room'),
                ...folders.flatMap(({ source, inner }) => [
                    `undo_push ${(0,quote/* quote */.h)(`take_challenge ${(0,quote/* quote */.h)(source)} ${(0,quote/* quote */.h)(inner)} ${file}`)}`,
                    must(`put_challenge ${(0,quote/* quote */.h)(source)} ${(0,quote/* quote */.h)(inner)} ${file} ${content}`),
                ]),
                ...(folders.length === 0 ? [] : [must(`op_ask_for ${order.names.map(quote/* quote */.h).join(' ')}`)]),
                ...folders.map(({ source, inner }) => `take_challenge ${(0,quote/* quote */.h)(source)} ${(0,quote/* quote */.h)(inner)} ${file}`),
                ...(first?.dummy === true ? [must('op_aside')] : []),
                ...(order.rehearsal.length === 0 ? [] : [must(`op_rehearse ${order.rehearsal.map(quote/* quote */.h).join(' ')}`)]),
                must(`op_order ${order.args.map(quote/* quote */.h).join(' ')}`),
            ]),
        ...(fresh && first?.named !== true ? ['tell_chain'] : [must('op_serve')]),
        ...(first?.dummy === true ? ['aside_back'] : []),
        'committed',
    ].join('\n');
}
/**
 * Runs as the shell in certbot's container. The CA names a time to wait in a header, which certbot writes only into its
 * log, and the log is lost with the container.
 */
const CERTBOT = `certbot "$@"
code=$?
[ "$code" = 0 ] && exit
bad= wait=
while IFS= read -r line; do
  case $line in
    'HTTP '[45]*) bad=$line wait= now=yes ;;
    'HTTP '*) now= ;;
    [Rr]etry-[Aa]fter:*) [ -z "$now" ] || wait=$line ;;
  esac
done 2>/dev/null </var/log/letsencrypt/letsencrypt.log
[ -z "$bad" ] || echo "The CA answered $bad\${wait:+, $wait}"
exit "$code"`;
/** Defines the shell function `run_certbot ARGUMENT…`. */
function certbotFunction(runbook, state, { way, envFile, webroots }) {
    const labels = '--label runbook.helper=certbot --label "runbook.root=$RB_ROOT"';
    if (way.kind === 'service') {
        const env = envFile === null ? '/dev/null' : `${runbook.directory}/${envFile}`;
        const files = runbook.compose.map((path) => `-f ${(0,quote/* quote */.h)(path)}`).join(' ');
        return [
            `run_certbot() { (cd "$DIRECTORY" && compose_alone ${(0,quote/* quote */.h)(env)} "$PROJECT" "$DIRECTORY" --profile '*' ${files} run --rm --no-deps -T ${labels} --entrypoint sh ${(0,quote/* quote */.h)(way.service)} -c ${(0,quote/* quote */.h)(CERTBOT)} certbot "$@"); }`,
        ];
    }
    if (way.kind === 'host') {
        const folder = way.program.slice(0, way.program.lastIndexOf('/'));
        const shell = `PATH=$PATH:${(0,quote/* quote */.h)(folder)}\n${CERTBOT}`;
        if (way.asRoot)
            return [`run_certbot() { sh -c ${(0,quote/* quote */.h)(shell)} certbot "$@"; }`];
        return [`run_certbot() { as_root_of_host ${(0,quote/* quote */.h)(shell)} certbot "$@"; }`];
    }
    const mounts = [
        { path: certificates_state/* STATE */.c4, place: state },
        ...new Map([...webroots.values()].map((webroot) => [webroot.path, webroot])).values(),
    ];
    const options = mounts.map(({ path, place: { source, inner } }) => {
        // For Docker a folder in a volume has no path of its own.
        const part = inner === '' ? '' : `,volume-subpath=${inner.slice(1)}`;
        return `--mount "$(volume_mount ${(0,quote/* quote */.h)(source)})"${(0,quote/* quote */.h)(`${part},target=${path}`)}`;
    });
    return [
        `run_certbot() { docker run --rm --pull never --security-opt label=disable ${labels} ${options.join(' ')} --entrypoint sh ${(0,quote/* quote */.h)(way.image)} -c ${(0,quote/* quote */.h)(CERTBOT)} certbot "$@"; }`,
    ];
}

;// CONCATENATED MODULE: ./actions/lib/certificates/renew-step.ts
/** The step that renews one lineage, and the runner's answers to it. */








/**
 * @returns the chain that is served now @throws {UserError} what was changed is put back then, unless the error says
 *   otherwise
 */
async function renewLineage(request, verdicts, { steps, progress }) {
    const name = request.lineage;
    const challenge = {
        file: `runbook-${(0,external_node_crypto_.randomBytes)(12).toString('hex')}`,
        content: (0,external_node_crypto_.randomBytes)(24).toString('hex'),
    };
    const told = new on_host/* Told */.u();
    const watched = new Watched(request, challenge, verdicts, progress, told);
    const error = await (0,on_host/* onHost */.G)(steps, {
        id: `renew-${name.replace(/[^A-Za-z0-9-]/g, '-').toLowerCase()}`,
        script: renewScript(request, challenge),
    }, {
        told,
        onLine: (line) => progress.remote(line),
        onEvent: (event) => watched.hear(event),
        onStart: (step) => watched.attach(step),
        lost: {
            what: `the connection to the host was lost while ${name} was renewed`,
            remedy: 'the host puts back a certificate that was not seen to be served; run it again, the new run continues from the state that it finds',
        },
        explain: () => watched.error(),
    });
    if (error !== null)
        throw error;
    if (watched.next === null)
        throw new Error('a step that served nothing');
    return watched.next;
}
/** Follows the step, and answers it. */
class Watched {
    next = null;
    /** Why the runner refused. */
    #said = '';
    #name;
    #fresh;
    #challenge;
    #verdicts;
    #progress;
    #leads = new Map();
    #moved = new Map();
    #told;
    #why = null;
    #undone = true;
    #refusal = null;
    #step = null;
    #words = [];
    constructor({ lineage, fresh }, challenge, verdicts, progress, told) {
        this.#name = lineage;
        this.#fresh = fresh;
        this.#challenge = challenge;
        this.#verdicts = verdicts;
        this.#progress = progress;
        this.#told = told;
    }
    attach(step) {
        this.#step = step;
        for (const word of this.#words)
            step.send(word);
    }
    hear({ name, fields }) {
        if (name === 'refused')
            this.#noteRefusal(Number(fields.now));
        if (name === 'undoing')
            this.#progress.info(`${this.#name}: the changes are put back`);
        if (name === 'undo-failed')
            this.#undone = false;
        if (name === 'open-webroot')
            this.#progress.warning(`${fields.folder}, the folder of the challenges, may be written by others than root: before version 5.10 certbot lets them change owner and mode of other files while it renews; use a newer certbot, or let root alone write there`);
        if (name === 'leads')
            this.#leads.set(fields.name ?? '', (fields.to ?? '')
                .trim()
                .split(' ')
                .filter((address) => address !== ''));
        if (name === 'placed')
            this.#answer(this.#verdicts.reach(this.#challenge, this.#leads), 'reached', 'unreached');
        if (name === 'chain')
            this.#answer(Promise.resolve().then(() => this.#judge(fields.pem ?? '')), 'take', 'refuse');
        if (name === 'address' && fields.to)
            this.#moved.set(fields.container ?? '', fields.to);
        if (name === 'reloaded')
            this.#answer(this.#verdicts.served(this.next ?? [], this.#moved), 'served', 'unserved');
    }
    /** Tells the step how long to wait, so that it records this on the host. */
    #noteRefusal(now) {
        this.#refusal = refusalIn(this.#told.log, now);
        const { kind, until, said } = this.#refusal;
        const limited = kind !== 'refused' && until !== null;
        this.#step?.send(limited ? `limited ${Math.ceil(until)}${said === null ? '' : ` ${said}`}` : 'failed');
    }
    #judge(encoded) {
        this.next = chainOf(Buffer.from(encoded, 'base64').toString('latin1'));
        return this.#verdicts.take(this.next);
    }
    #answer(verdict, good, bad) {
        const say = (why) => {
            this.#why = why;
            if (why !== null) {
                this.#said ||= bad;
                this.#progress.info(`${this.#name}: ${why}`);
            }
            const word = why === null ? good : bad;
            if (this.#step === null)
                this.#words.push(word);
            else
                this.#step.send(word);
        };
        verdict.then(say, (error) => say(error instanceof Error ? error.message : String(error)));
    }
    error() {
        const stays = this.next === null ? 'nothing else was changed' : `the certificate stays in live/${this.#name}`;
        const back = this.#undone
            ? this.#fresh
                ? stays
                : 'the former links are in place'
            : 'THE CHANGES COULD NOT BE PUT BACK: look at the log';
        const kind = this.#told.kind || this.#said;
        const general = kind === this.#told.kind ? (0,failures/* explained */.to)(this.#told, {}) : null;
        if (general !== null)
            return general;
        const details = (0,failures/* shown */.SP)(this.#told);
        const known = Object.hasOwn(failures_FAILURES, kind) ? failures_FAILURES[kind] : undefined;
        if (isFull(this.#told.log) && (kind === 'order' || kind === 'room'))
            return this.#full(kind, back, details);
        if (kind === 'order' || kind === 'same' || kind === 'rehearsal')
            return this.#refused(kind, back, details);
        return new errors/* UserError */.y(known?.code ?? 'RB-COMMAND-FAILED', {
            what: `${this.#name}: ${known?.what ?? `the step failed (${kind || 'no reason given'})`}`,
            ...(this.#why === null ? {} : { why: this.#why }),
            remedy: `${known?.remedy ?? 'look at the log'}; ${back}`,
            ...details,
        });
    }
    #full(kind, back, details) {
        const ordered = kind === 'order';
        return new errors/* UserError */.y('RB-DISK-FULL', {
            what: ordered
                ? `${this.#name}: the disk ran full while certbot wrote`
                : `${this.#name}: the disk with certbot's folder is full; no certificate was ordered`,
            why: ordered
                ? 'the issued certificate may be lost, and counts against the limits of the CA'
                : 'an ordered certificate could not be stored',
            remedy: `make room on the disk of certbot's folder (live, archive, renewal), and run it again; ${back}`,
            ...details,
        });
    }
    #refused(kind, back, details) {
        const refusal = this.#refusal;
        const limited = refusal !== null && refusal.kind !== 'refused';
        const until = refusal?.until ? ` until ${new Date(refusal.until * 1000).toISOString()}` : '';
        return new errors/* UserError */.y(limited ? 'RB-CERT-RATE-LIMITED' : 'RB-CERT-REFUSED', {
            what: limited
                ? `${this.#name}: the CA does not issue a certificate now (${refusal.kind})${until}`
                : `${this.#name}: ${REFUSED[kind] ?? ''}`,
            why: 'its message is below',
            remedy: `${limited ? (refusal.link === null ? 'runs before that time do not ask it' : `lift it at ${refusal.link}`) : 'see its message'}; ${back}`,
            ...details,
        });
    }
}

;// CONCATENATED MODULE: ./actions/lib/certificates/served.ts
/** Whether the right certificate is served: the whole chain is compared, not one key of it. */

/**
 * @param files the chains of which one must be served: one for each kind of key that the proxy has for this name
 * @param name the name that was asked for; `null`: none, and the names in the certificate do not matter
 * @returns why not, or `null`
 */
function judgeServed(files, served, name) {
    const [leaf] = served;
    if (leaf === undefined)
        return 'no certificate was served';
    const file = files.find(([own]) => own?.fingerprint === leaf.fingerprint);
    if (file === undefined) {
        const wanted = files.flatMap(([own]) => (own === undefined ? [] : [nameOf(own)])).join(' or ') || 'none';
        return `it serves the certificate with ${nameOf(leaf)}, but the file has the one with ${wanted}`;
    }
    if (file.length !== served.length || file.some((one, index) => one.fingerprint !== served[index]?.fingerprint))
        return `it serves a chain of ${served.length} certificates, which differs from the chain of ${file.length} in the file`;
    if (name !== null && !covers(leaf, name))
        return wrongName(leaf, name);
    return null;
}
/** What a server sends of a new chain, whose file is this: `cert.pem` holds the certificate alone. */
function partOf(paths, chain) {
    return paths.some((path) => path.endsWith('/cert.pem')) ? chain.slice(0, 1) : chain;
}
/** What is wrong with a certificate itself, whatever server has it; `null`: nothing. */
function judgeCertificate(chain, name, now) {
    const [leaf] = chain;
    if (leaf === undefined)
        return 'it contains no certificate';
    if (now >= leaf.notAfter)
        return `it expired at ${new Date(leaf.notAfter).toISOString()}`;
    if (now < leaf.notBefore)
        return `it is valid only from ${new Date(leaf.notBefore).toISOString()} on`;
    if (name !== null && !covers(leaf, name))
        return wrongName(leaf, name);
    return brokenChain(chain);
}
/**
 * Whether a certificate may take the place of another: it may not be older, have fewer names, or lack its chain.
 * @returns why not, or `null`
 */
function judgeSuccessor(next, former, now) {
    const [leaf] = next;
    const [before] = former;
    if (leaf === undefined)
        return 'it contains no certificate';
    if (before !== undefined) {
        const lost = before.names.filter((name) => !leaf.names.includes(name) && !covers(leaf, name));
        if (lost.length > 0)
            return `it lacks ${lost.join(', ')}, which the former certificate has`;
        if (leaf.notAfter < before.notAfter)
            return 'it expires before the certificate that it would replace';
    }
    return judgeCertificate(next, null, now);
}
function wrongName({ names }, name) {
    return `it is not for ${name}, but for ${names.join(', ') || 'no name'}`;
}

;// CONCATENATED MODULE: ./actions/lib/certificates/reread.ts

function rereadOf({ lineage, next, asked }, proxies, consumers) {
    const serves = ({ question, served, unseen }) => next !== null && !unseen && judgeServed([partOf(question.certificates, next)], served, null) === null;
    const ofProxy = asked.filter(({ question }) => question.lineage === undefined);
    const done = (service) => {
        const own = asked.filter(({ question, proxy }) => question.lineage === lineage && proxy.container.service === service);
        return own.length > 0 && own.every(serves);
    };
    return {
        proxy: ofProxy.length > 0 ? !ofProxy.every(serves) : proxies.some((proxy) => mayRead(proxy, lineage)),
        consumers: consumers.filter((one) => one.lineage === lineage && !done(one.service)),
    };
}
/**
 * False only where the whole configuration is known, and names files of other lineages alone. A path elsewhere may be a
 * link to the lineage, or a copy of it.
 */
function mayRead({ nginx, broken }, lineage) {
    if (nginx === null || broken.length > 0)
        return true;
    return nginx.files.some((path) => {
        const own = path.includes('$') ? undefined : /\/live\/([^/]+)\//.exec(path)?.[1];
        return own === undefined || own === lineage;
    });
}

;// CONCATENATED MODULE: ./actions/lib/certificates/accounts.ts
/**
 * certbot's accounts at CAs, `accounts/HOST/PATH/ID` in its folder. Without a person certbot can neither choose among
 * several nor bind a new one. Source: certbot's account.py, main.py (`_determine_account`) and client.py (`register`).
 */
/** Servers whose accounts certbot also finds under a former name. */
const FORMER = {
    'acme-v02.api.letsencrypt.org/directory': 'acme-v01.api.letsencrypt.org/directory',
    'acme-staging-v02.api.letsencrypt.org/directory': 'acme-staging.api.letsencrypt.org/directory',
};
/**
 * @param found lines of the paths of `regr.json`, then `end` if all were read @param ini lines of `cli.ini`
 */
function accountsIn(found, ini) {
    const has = (key) => ini.some((line) => key.test(line));
    const known = found.flatMap((line) => /^accounts\/(.+)\/regr\.json$/.exec(line)?.[1] ?? []);
    return {
        known: found.includes('end') ? known : null,
        chosen: has(/^ *account *= *\S/i),
        bound: has(/^ *eab[-_]kid *= *\S/i),
    };
}
/** @returns what keeps certbot from an order, why, and the remedy; `null`: nothing that is known */
function accountLacking({ known, chosen, bound }, { server, account, binding }) {
    if (known === null || !URL.canParse(server))
        return null;
    const own = idsAt(known, server);
    if (account !== null) {
        if (own.includes(account))
            return null;
        return [
            `certbot has no account ${account} at ${server}, which the renewal file names`,
            own.length === 0 ? 'it has none at this CA' : `it has ${own.join(', ')}`,
            own.length === 0
                ? `register it anew (certbot register --server ${server}), and name the new ID as account in the renewal file`
                : 'name one of them as account in the renewal file',
        ];
    }
    if (chosen)
        return null;
    if (own.length > 1)
        return [
            `certbot has several accounts at ${server}: ${own.join(', ')}`,
            'only a person could choose one',
            "name one in certbot's cli.ini: account = ID",
        ];
    if (own.length === 0 && binding && !bound)
        return [
            `${server} takes new accounts only from its customers (external account binding), and certbot has no account there`,
            'an order would fail without the key that the CA gave you',
            `register once: certbot register --server ${server} --eab-kid KID --eab-hmac-key KEY`,
        ];
    return null;
}
function idsAt(known, server) {
    // As certbot writes it: with a port that could be left out, and in the letters of the renewal file.
    const path = server.replace(/^\w+:\/\/|[?#].*$|\/+$/g, '');
    const at = (folder) => known.flatMap((one) => (one.slice(0, one.lastIndexOf('/')) === folder ? one.slice(one.lastIndexOf('/') + 1) : []));
    return [...new Set([...at(path), ...at(FORMER[path])])];
}

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./actions/lib/certificates/caa.ts
/**
 * Which CAs may issue for a name, by its owner's DNS records. Source: RFC 8659 (CAA records), RFC 8657
 * (validationmethods).
 */


/** Properties of CAA records that do not limit certificates for servers. */
const OTHERS = new Set(['iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc']);
/** Milliseconds for one question, and the number of attempts. */
const RESOLVER = { timeout: 2000, tries: 2 };
/** Milliseconds before a question that was answered with SERVFAIL is asked again. */
const AGAIN_AFTER = 2000;
/**
 * @returns `forbidden`: a sentence for each name for which the CA would refuse by its records. `broken`: a sentence for
 *   each name whose DNS servers answer SERVFAIL, twice: the CA refuses it, too (RFC 8659, 4). `unseen`: a sentence for
 *   each name whose records could not be read for another reason, which may be the runner's
 * @param pause milliseconds
 */
async function forbiddenNames(names, question, ask = askDns(), pause = AGAIN_AFTER) {
    const twice = again(ask, pause);
    const found = await Promise.all(names.map(async (name) => {
        try {
            return { forbidden: await forbidden(name, question, twice) };
        }
        catch (error) {
            const code = codeOf(error) ?? String(error);
            // A resolver that knows no name at all says nothing about this one.
            if (code === 'ESERVFAIL' && (await knows(question.control, twice)))
                return {
                    broken: `the DNS servers answer SERVFAIL to the question for the CAA records of ${name}, also when asked again`,
                };
            return { unseen: `CAA records of ${name} could not be seen (${code})` };
        }
    }));
    return {
        forbidden: found.flatMap((one) => one.forbidden ?? []),
        broken: found.flatMap((one) => one.broken ?? []),
        unseen: found.flatMap((one) => one.unseen ?? []),
    };
}
function codeOf(error) {
    return error.code;
}
function again(ask, pause) {
    return (name) => ask(name).catch(async (error) => {
        if (codeOf(error) !== 'ESERVFAIL')
            throw error;
        await (0,external_node_timers_promises_.setTimeout)(pause);
        return ask(name);
    });
}
async function knows(name, ask) {
    if (name === null)
        return true;
    return ask(name).then(() => true, () => false);
}
async function forbidden(name, question, ask) {
    if (/^[\d.]+$|:/.test(name))
        return null;
    const star = name.startsWith('*.');
    const labels = (star ? name.slice(2) : name).split('.');
    for (let index = 0; index < labels.length; index++) {
        const owner = labels.slice(index).join('.');
        const records = await ask(owner);
        if (records.length === 0)
            continue;
        const why = judgeCaa(records, star, question);
        return why === null ? null : `the CAA records of ${owner} do not let the CA issue for ${name}: ${why}`;
    }
    return null;
}
/** @param star whether the name begins with `*.` @returns why the CA may not issue, or `null` */
function judgeCaa(records, star, { identities, method }) {
    const strange = records.find(({ critical, ...more }) => Number(critical) >= 128 && Object.keys(more).some((key) => !/^issue(wild)?$/.test(key) && !OTHERS.has(key)));
    if (strange !== undefined)
        return 'a critical record has a tag that CAs do not know';
    const valuesOf = (key) => records.flatMap((one) => (key in one ? [String(one[key])] : []));
    const wild = star ? valuesOf('issuewild') : [];
    const values = wild.length > 0 ? wild : valuesOf('issue');
    if (values.length === 0)
        return null;
    const parsed = values.map((value) => {
        const [domain = '', ...parameters] = value.split(';').map((part) => part.trim());
        const methods = /^validationmethods\s*=\s*(.*)$/i.exec(parameters.find((one) => /^validationmethods/i.test(one)) ?? '');
        return { domain: domain.toLowerCase(), methods: methods?.[1]?.split(',').map((one) => one.trim()) ?? null };
    });
    const own = parsed.filter(({ domain }) => identities === null ? domain !== '' : identities.some((one) => one.toLowerCase() === domain));
    const allowed = [...new Set(parsed.map(({ domain }) => domain || 'nobody'))].join(', ');
    if (own.length === 0)
        return `they allow ${allowed}${identities === null ? '' : `, and it is ${identities.join(', ')}`}`;
    return own.some(({ methods }) => methods === null || methods.includes(method))
        ? null
        : `they allow this CA, but not the method ${method}`;
}
function askDns() {
    const resolver = new promises_.Resolver(RESOLVER);
    return async (name) => {
        try {
            return (await resolver.resolveCaa(name));
        }
        catch (error) {
            if (/^(ENODATA|ENOTFOUND)$/.test(codeOf(error) ?? ''))
                return [];
            throw error;
        }
    };
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(92857);
;// CONCATENATED MODULE: ./actions/lib/certificates/https.ts

/** Characters of an answer; longer than every answer that is expected here. */
const https_LONGEST = 65_536;
/**
 * @param verified whether the server's certificate must be trusted by the roots that Node brings
 * @throws {Error} where no answer came within `timeout` milliseconds, or its certificate is not trusted
 */
async function getOverTls(dial, url, { verified, timeout }) {
    const { protocol, hostname, host, port, pathname, search } = new URL(url);
    const name = hostname.replace(/^\[|\]$/g, '');
    const tls = protocol === 'https:';
    const answer = await (0,http/* exchange */.c)(await dial(name, Number(port) || (tls ? 443 : 80)), {
        path: `${pathname}${search}`,
        headers: { host, 'user-agent': 'runbook-actions', accept: 'application/json' },
        tls: tls ? { name, verified } : undefined,
        timeout,
    });
    const retryAfter = answer.headers['retry-after'] ?? null;
    return { status: answer.statusCode ?? 0, body: await contentOf(answer), retryAfter };
}
async function contentOf(answer) {
    let content = '';
    answer.setEncoding('utf8');
    for await (const chunk of answer) {
        content += chunk;
        if (content.length > https_LONGEST)
            throw new Error('its answer is too long');
    }
    return content;
}

;// CONCATENATED MODULE: ./actions/lib/certificates/directory.ts
/** The directory of a CA: its offers and their URLs. Source: RFC 8555, 7.1.1; RFC 9773, 3, for `renewalInfo`; draft-ietf-acme-profiles for `profiles`. */


/** Milliseconds for one request. */
const directory_PATIENCE = 5000;
const directories = schemas/* object */.Ikc({
    newOrder: schemas/* string */.YjP(),
    renewalInfo: schemas/* url */.OZ5({ protocol: /^https?$/ })
        .nullish()
        .catch(null),
    meta: schemas/* object */.Ikc({
        caaIdentities: schemas/* array */.YOg(schemas/* string */.YjP()).nullish().catch(null),
        externalAccountRequired: schemas/* boolean */.zMY().nullish().catch(null),
        profiles: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).nullish().catch(null),
    })
        .nullish()
        .catch(null),
});
/** @throws {Error} where the CA could not be asked, or its answer is not a directory */
async function askDirectory(dial, ca) {
    const found = directories.safeParse(json((await askCa(dial, ca, ca.directory)).body));
    if (!found.success)
        throw new Error(`${ca.directory} is not the directory of a CA`);
    const { renewalInfo, meta } = found.data;
    const identities = meta?.caaIdentities ?? [];
    return {
        renewalInfo: renewalInfo ?? null,
        caaIdentities: identities.length === 0 ? null : identities,
        profiles: Object.keys(meta?.profiles ?? {}),
        binding: meta?.externalAccountRequired === true,
    };
}
/** @throws {Error} where the answer is not 200 */
async function askCa(dial, { verified }, url) {
    const answer = await getOverTls(dial, url, { verified, timeout: directory_PATIENCE });
    if (answer.status !== 200)
        throw new Error(`${new URL(url).host} answers ${answer.status}`);
    return answer;
}
/** `null` where the text is not JSON. */
function json(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./actions/renew-certs/allowed.ts
/**
 * Checks before an order whether the owner of the names lets this CA issue for them, whether it offers the wanted
 * profile, and whether certbot has an account there: a refused order would count against the CA's limits.
 */





/** @param authenticator of certbot @param account its ID in the renewal file @param profile `null`: none is asked for @throws {UserError} RB-CERT-PREFLIGHT */
async function requireAllowed({ dial, found, run }, names, { server, authenticator, account = null, profile, }) {
    // An address has no such records.
    const inDns = names.filter((name) => (0,external_node_net_.isIP)(name) === 0);
    const directory = await askDirectory(dial, { directory: server, verified: found.verified }).catch(() => null);
    if (directory !== null && profile !== null && !directory.profiles.includes(profile))
        throw preflight(`${server} does not offer the profile ${profile}`, directory.profiles.length === 0 ? 'it has no profiles' : `it offers ${directory.profiles.join(', ')}`, 'name one of these as profile, or leave it out: the CA then takes its own choice');
    const lacking = accountLacking(found.accounts, { server, account, binding: directory?.binding === true });
    if (lacking !== null)
        throw preflight(...lacking);
    const identities = directory?.caaIdentities ?? null;
    const method = authenticator === 'webroot' ? 'http-01' : 'dns-01';
    const host = URL.canParse(server) ? new URL(server).hostname : '';
    const control = host.includes('.') && (0,external_node_net_.isIP)(host) === 0 ? host : null;
    const { forbidden, broken, unseen } = await forbiddenNames(inDns, { identities, method, control });
    for (const what of unseen)
        run.recorder.info(what);
    if (broken.length > 0)
        throw preflight(broken.join('; '), 'a CA that cannot read the CAA records of a name, or of a zone above it, does not issue for it', 'see whether the name servers of the zone answer, and whether its DNSSEC is valid: dig CAA, or https://dnsviz.net');
    if (forbidden.length === 0)
        return;
    throw preflight(forbidden.join('; '), 'the CA would refuse', `add its name to the CAA records: ${identities?.join(', ') ?? 'see its documentation'}`);
}

;// CONCATENATED MODULE: ./actions/lib/certificates/clocks.ts
/** Whether the host's clock can be right: certificates are judged by it. */
const clocks_MINUTE = 60_000;
/** Milliseconds. CAs date certificates an hour back, so that a clock that is a little slow takes them. */
const clocks_MOST = 30 * clocks_MINUTE;
const SET_CLOCK = 'set the clock of the host (`timedatectl set-ntp true`), or that of the runner if the host is right';
/**
 * The least that the host's clock differs from the runner's. The host tells whole seconds, at some moment between the
 * question and its answer, which may be seconds apart: what is not more than that is no difference.
 *
 * @param told seconds since 1970, by the host
 * @param asked, answered milliseconds since 1970, by the runner
 * @returns milliseconds by which the host's clock is ahead
 */
function skewOf(told, asked, answered) {
    const [earliest, latest] = [told * 1000, told * 1000 + 999];
    if (latest < asked)
        return latest - asked;
    return Math.max(0, earliest - answered);
}
/** @param skew milliseconds by which the host's clock is ahead of the runner's @returns a sentence, or `null` */
function clocksDiffer(skew) {
    if (Math.abs(skew) <= clocks_MOST)
        return null;
    const minutes = Math.round(Math.abs(skew) / clocks_MINUTE);
    const long = minutes < 600 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
    return `the clock of the host is ${long} ${skew > 0 ? 'ahead of' : 'behind'} that of the runner`;
}

// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(78157);
;// CONCATENATED MODULE: ./actions/lib/certificates/compose-services.ts
/** The stack's services, as Docker Compose reads its files. */
/** `null` where Compose could not read them. */
function composeIn(encoded) {
    try {
        const model = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
        return typeof model?.services === 'object' ? model : null;
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./actions/lib/certificates/nginx-config.ts
/**
 * Reads the output of `nginx -T`, as far as it concerns certificates. Source: ngx_conf_file.c (words, quotes, comments)
 * and ngx_http_core_module (listen, server_name).
 */

/** @param dump standard output of `nginx -T` */
function parseNginx(dump) {
    const files = filesIn(dump);
    const [root = ''] = files.keys();
    const trees = new Map([...files].map(([path, text]) => [path, parse(text)]));
    const tree = expand(trees.get(root) ?? [], trees, root.slice(0, root.lastIndexOf('/')), 0);
    const servers = [];
    const state = { stapling: false, issuers: [], files: [] };
    const shared = { tls: socketsWith('ssl', tree), balanced: socketsWith('proxy_protocol', tree) };
    walk(tree, shared, (server) => servers.push(server), state, root.slice(0, root.lastIndexOf('/')));
    return { servers: withDefaults(servers), ...state };
}
/** Splits the dump into files; each begins with a line of its own. */
function filesIn(dump) {
    const files = new Map();
    const parts = dump.split(/^# configuration file (\/.*):$/m);
    for (let index = 1; index < parts.length; index += 2)
        files.set(parts[index] ?? '', parts[index + 1] ?? '');
    return files;
}
function parse(text) {
    const tokens = tokensOf(text);
    let next = 0;
    const block = () => {
        const found = [];
        let words = [];
        for (; next < tokens.length; next++) {
            const token = tokens[next];
            if (token.mark === null)
                words.push(token.text);
            else if (token.mark === '}')
                return found;
            else {
                next += token.mark === '{' ? 1 : 0;
                const [name = '', ...args] = words;
                found.push({ name, args, block: token.mark === '{' ? block() : null });
                words = [];
            }
        }
        return found;
    };
    return block();
}
function tokensOf(text) {
    // A word may contain ${variable}; a backslash escapes the next character.
    const pattern = /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\$\{[^}]*\}|\\.|[^\s{};\\])+)/gs;
    return [...text.matchAll(pattern)].flatMap(([all, double, single, mark, word]) => {
        if (mark !== undefined)
            return [{ text: all, mark: mark }];
        if (word !== undefined)
            return [{ text: word, mark: null }];
        const quoted = double ?? single;
        return quoted === undefined ? [] : [{ text: quoted.replace(/\\(["'\\])/g, '$1'), mark: null }];
    });
}
const DEEPEST = 20;
/** Puts included files in the place of their `include`. */
function expand(tree, trees, folder, depth) {
    if (depth > DEEPEST)
        return [];
    return tree.flatMap((directive) => {
        if (directive.name === 'include' && directive.args[0] !== undefined) {
            const wanted = globOf(absolute(directive.args[0], folder));
            const found = [...trees].filter(([path]) => wanted.test(path)).sort(([a], [b]) => (a < b ? -1 : 1));
            return found.flatMap(([, included]) => expand(included, trees, folder, depth + 1));
        }
        const { block } = directive;
        return [block === null ? directive : { ...directive, block: expand(block, trees, folder, depth) }];
    });
}
function absolute(path, folder) {
    return path.startsWith('/') ? path : `${folder}/${path}`;
}
function globOf(pattern) {
    const body = pattern
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]');
    return new RegExp(`^${body}$`);
}
/** Sockets on which some server listens with this option. */
function socketsWith(option, tree) {
    const found = tree.flatMap(({ name, args, block }) => {
        if (block !== null)
            return [...socketsWith(option, block)];
        return name === 'listen' && args.includes(option) ? [socketOf(args)] : [];
    });
    return new Set(found);
}
/** One spelling for each socket: `443`, `*:443` and `0.0.0.0:443` are the same. */
function socketOf([listen = '']) {
    const [port] = portOf(listen);
    if (port === undefined)
        return listen;
    const address = /^\d+$/.test(listen) ? '' : listen.replace(/:\d+$/, '');
    return `${/^(\*|0\.0\.0\.0|)$/.test(address) ? '*' : address}:${port}`;
}
function walk(tree, inherited, add, state, folder) {
    const own = certificatesOf(tree, folder);
    const here = own.length > 0 ? { ...inherited, certificates: own } : inherited;
    for (const { name, args, block } of tree) {
        if (/certificate/.test(name) && args[0] !== undefined)
            state.files.push(absolute(args[0], folder));
        if (name === 'ssl_stapling' && args[0] === 'on')
            state.stapling = true;
        if (block === null)
            continue;
        if (name === 'acme_issuer')
            state.issuers.push(stateOf(args[0] ?? '', block, folder));
        if (name === 'server') {
            const server = serverOf(block, here, folder);
            if (server !== null)
                add(server);
        }
        walk(block, here, add, state, folder);
    }
}
/**
 * nginx-acme keeps the account and the certificates of an issuer in `acme_NAME` of nginx's prefix, or of a folder that
 * its build names, unless the configuration names another folder or `off`. Source: `state_path` in
 * https://nginx.org/en/docs/http/ngx_http_acme_module.html
 */
function stateOf(name, block, folder) {
    const path = block.findLast((one) => one.name === 'state_path')?.args[0] ?? `acme_${name}`;
    if (path === 'off')
        return [];
    return path.startsWith('/') ? [path] : [folder, '/var/cache/nginx'].map((prefix) => `${prefix}/${path}`);
}
function certificatesOf(tree, folder) {
    return tree
        .filter(({ name }) => name === 'ssl_certificate')
        .map(({ args: [path = ''] }) => (/^(\$|data:|engine:)/.test(path) ? path : absolute(path, folder)));
}
function serverOf(block, inherited, folder) {
    const all = (name) => block.filter((one) => one.name === name);
    const everywhere = all('ssl').some(({ args }) => args[0] === 'on');
    const own = certificatesOf(block, folder);
    const certificates = own.length > 0 ? own : (inherited.certificates ?? []);
    const { tls, balanced } = inherited;
    // A server that leaves out `ssl`, and has a certificate, serves it where another server of the socket says `ssl`.
    const listens = all('listen').filter(({ args }) => everywhere || args.includes('ssl') || (certificates.length > 0 && tls.has(socketOf(args))));
    if (all('ssl_reject_handshake').some(({ args }) => args[0] === 'on'))
        return null;
    const ports = listens.flatMap(({ args: [address = ''] }) => portOf(address));
    const sockets = listens.flatMap(({ args: [address = ''] }) => (address.startsWith('unix:') ? [address] : []));
    if (ports.length === 0 && sockets.length === 0)
        return null;
    const outside = listens.filter(({ args: [address = ''] }) => !/^(127\.|localhost:|\[::1\])/.test(address));
    const open = outside.flatMap(({ args: [address = ''] }) => portOf(address));
    return {
        inside: [...new Set(ports)].filter((port) => !open.includes(port)),
        addresses: nginx_config_addressesOf(outside.map(({ args: [address = ''] }) => address)),
        proxyProtocol: listens.some(({ args }) => balanced.has(socketOf(args))),
        names: all('server_name').flatMap(({ args }) => args.filter((name) => name !== '' && name !== '_')),
        ports: [...new Set(ports)],
        sockets: ports.length === 0 ? [...new Set(sockets)] : [],
        certificates,
        defaultOn: listens
            .filter(({ args }) => args.includes('default_server') || args.includes('default'))
            .flatMap(({ args: [address = ''] }) => portOf(address)),
        ordersItself: all('acme_certificate').length > 0 || certificates.some((path) => path.startsWith('$acme_')),
    };
}
/** Only ports that have no listener for all addresses. */
function nginx_config_addressesOf(listens) {
    const own = listens.flatMap((listen) => {
        const address = listen.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
        const named = (0,external_node_net_.isIP)(address) !== 0 && !/^(0\.0\.0\.0|::)$/.test(address) ? address : null;
        return portOf(listen).map((port) => ({ port, named }));
    });
    const everywhere = new Set(own.filter(({ named }) => named === null).map(({ port }) => port));
    const found = {};
    for (const { port, named } of own)
        if (named !== null && !everywhere.has(port))
            found[port] ??= named;
    return found;
}
function portOf(address) {
    if (address.startsWith('unix:'))
        return [];
    if (/^\d+$/.test(address))
        return [Number(address)];
    const port = /:(\d+)$/.exec(address.replace(/^\[.*\]/, ''))?.[1];
    return [port === undefined ? 80 : Number(port)];
}
/** If no server of a port is marked as its default, the first one is the default. */
function withDefaults(servers) {
    const taken = new Set(servers.flatMap(({ defaultOn }) => defaultOn));
    return servers.map((server) => {
        const more = server.ports.filter((port) => !taken.has(port));
        for (const port of more)
            taken.add(port);
        return { ...server, defaultOn: [...new Set([...server.defaultOn, ...more])] };
    });
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/iso.js
var iso = __webpack_require__(64377);
;// CONCATENATED MODULE: ./actions/lib/certificates/renewal-info.ts
/** When a CA suggests to renew. Source: RFC 9773 (ACME Renewal Information). */


const renewal_info_MINUTE = 60_000;
const renewal_info_DAY = 24 * 60 * renewal_info_MINUTE;
/** Milliseconds until the next question, if the CA names no time. */
const renewal_info_AGAIN_AFTER = 6 * 60 * renewal_info_MINUTE;
/**
 * @param text output of `openssl x509 -text`
 * @returns the key identifier of the issuer, hexadecimal; `null`: the certificate has none
 */
function authorityKeyIn(text) {
    const [, after = ''] = text.split(/X509v3 Authority Key Identifier:[^\n]*\n/);
    const [, found] = /^\s*(?:keyid:)?((?:[0-9A-Fa-f]{2}:)+[0-9A-Fa-f]{2})\s*$/m.exec(after.split(/X509v3 /)[0] ?? '') ?? [];
    return found?.replaceAll(':', '').toLowerCase() ?? null;
}
/** The identifier of a certificate, RFC 9773, 4.1. @param authorityKey hexadecimal */
function certificateId(authorityKey, { serial }) {
    const even = serial.length % 2 === 0 ? serial : `0${serial}`;
    // In DER a first bit that is set would make the number negative.
    const bytes = Buffer.from(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even, 'hex');
    return `${Buffer.from(authorityKey, 'hex').toString('base64url')}.${bytes.toString('base64url')}`;
}
/**
 * @returns `null`: the CA makes no suggestions
 * @throws {Error} where the CA could not be asked, or its answer cannot be used
 */
async function askRenewalInfo(dial, ca, id, now) {
    const { renewalInfo } = await askDirectory(dial, ca);
    if (renewalInfo === null)
        return null;
    return suggestionIn(await askCa(dial, ca, `${renewalInfo.replace(/\/$/, '')}/${id}`), now);
}
const answers = schemas/* object */.Ikc({
    suggestedWindow: schemas/* object */.Ikc({
        start: iso/* datetime */.w$({ offset: true }),
        end: iso/* datetime */.w$({ offset: true }),
    }),
    explanationURL: schemas/* string */.YjP()
        .regex(/^https?:\/\/\S+$/)
        .optional()
        .catch(undefined),
});
/** @throws {Error} where the answer holds no window that begins before it ends */
function suggestionIn({ body, retryAfter }, now) {
    const found = answers.safeParse(json(body));
    if (!found.success)
        throw new Error('its answer has no renewal window');
    const { suggestedWindow, explanationURL = null } = found.data;
    const [start, end] = [Date.parse(suggestedWindow.start), Date.parse(suggestedWindow.end)];
    if (start >= end)
        throw new Error(`it names a window that ends before it begins (${suggestedWindow.start}, ${suggestedWindow.end})`);
    return { start, end, until: now + pauseIn(retryAfter, now), explanation: explanationURL };
}
/** Reads seconds or a date; RFC 9773, 4.3.2: at least a minute, at most a day. */
function pauseIn(text, now) {
    const named = text === null ? Number.NaN : /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
    return Number.isNaN(named) ? renewal_info_AGAIN_AFTER : Math.min(Math.max(named, renewal_info_MINUTE), renewal_info_DAY);
}
const kept = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ start: schemas/* number */.aig(), end: schemas/* number */.aig(), until: schemas/* number */.aig(), explanation: schemas/* string */.YjP().nullable() }));
/** Reads what an earlier run kept on the host; anything else counts as nothing. */
function parseSuggestions(text) {
    const found = kept.safeParse(json(text));
    return found.success ? found.data : {};
}

;// CONCATENATED MODULE: ./actions/lib/certificates/runs.ts
/**
 * How often renewals really run. The workflow's schedule is not known here, and GitHub starts scheduled runs late, or
 * stops them for a repository without activity; so each run writes its time down on the host.
 */
/** Times that are kept. */
const KEPT = 12;
/** Gaps that are judged: the latest ones. The longest of them may be an outage, so the second longest counts. */
const JUDGED = 4;
/** A gap may be so much longer than `every`: GitHub starts runs late. */
const LATE = 1.5;
/** So many times `every` without a run, and two runs at least are missing. */
const MISSED = 2.5;
/** @param text a time in seconds since the epoch on each line @returns milliseconds, oldest first */
function parseRuns(text) {
    const lines = text.split('\n').filter((line) => /^\d{1,12}$/.test(line));
    return lines.map((line) => Number(line) * 1000).sort((a, b) => a - b);
}
/** What is kept on the host after a run. */
function withRun(runs, now) {
    const kept = [...runs.filter((at) => at <= now), now].slice(-KEPT);
    return kept.map((at) => Math.floor(at / 1000)).join('\n');
}
/**
 * @returns milliseconds between two runs by their times on this host, if these are much longer than `every`; `null`:
 *   they are not, or there were too few runs to tell
 */
function thinner(runs, { every, now, renews }) {
    const past = runs.filter((at) => at <= now);
    const times = renews ? [...past, now] : past;
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
    const [, second = 0] = gaps.slice(-JUDGED).sort((a, b) => b - a);
    const last = past.at(-1);
    const open = renews || last === undefined ? 0 : now - last;
    const longest = Math.max(second > every * LATE ? second : 0, open > every * MISSED ? open : 0);
    return longest === 0 ? null : longest;
}

;// CONCATENATED MODULE: ./actions/lib/certificates/look.ts
/** What the host has: proxies with their configuration and files, certbot's state, ways to run certbot. */
















/** Opens two session channels. @throws {UserError} RB-CONNECTION-LOST, RB-CERT-UNSEEN */
async function look(host, request) {
    const { runbook, proxies: containers, down, envFile } = request;
    const env = envFile === null ? '/dev/null' : `${runbook.directory}/${envFile}`;
    const first = await read(host, request, [
        ...containers.map(({ id }) => `look_at_proxy ${(0,quote/* quote */.h)(id)}`),
        ...(down === null ? [] : ['section words', `docker logs --tail 20 ${down.id} 2>&1 </dev/null`]),
        `look_at_certbot ${[env, ...runbook.compose].map(quote/* quote */.h).join(' ')}`,
    ]);
    const proxies = containers.map((container) => frontOf(container, (part) => first.get(`${part}:${container.id}`) ?? []));
    const wanted = proxies.flatMap(({ container, nginx }) => {
        const paths = (nginx?.servers ?? []).flatMap(({ certificates }) => certificates);
        return [...new Set(paths)]
            .filter((path) => path.startsWith('/') && !path.includes('$'))
            .map((path) => ({ container, path }));
    });
    // Before the first certificate no file of a proxy leads to certbot's folder.
    const usual = [...containers, ...(down === null ? [] : [down])].map(({ mounts }) => (0,certificates_state/* placeOf */.$t)(mounts, certificates_state/* STATE */.c4));
    const [led = null] = wanted.map(({ container, path }) => (0,certificates_state/* stateOf */.L4)(container, path)).filter((place) => place !== null);
    const state = led ?? usual.find((place) => place !== null) ?? null;
    const second = await read(host, request, [
        ...wanted.map(({ container, path }, index) => `look_at_file ${index} ${container.id} ${(0,quote/* quote */.h)(path)}`),
        ...(state === null ? [] : [`look_at_state ${(0,quote/* quote */.h)(state.source)} ${(0,quote/* quote */.h)(state.inner)}`]),
    ]);
    // Without certbot's folder nothing would be due, and the run would be green.
    if (state !== null && !second.has('state') && (led !== null || !second.has('nostate')))
        throw new errors/* UserError */.y('RB-CERT-UNSEEN', {
            what: `certbot's folder ${state.source}${state.inner} cannot be read`,
            why: second.has('nostate') ? 'it is not there' : 'the container that should read it did not start',
            remedy: 'try `docker run` on the host, and see whether the folder or volume is there; nothing was changed',
        });
    const lineages = lineagesIn(second);
    return {
        proxies,
        files: new Map([
            ...lineages.map(({ name, generations, chains }) => [
                lineageKey(name),
                chains.get(linkedTo(generations) ?? -1) ?? null,
            ]),
            ...wanted.map(({ container, path }, index) => [
                fileKey(container.id, path),
                chainIn(second.get(`file:${index}`)),
            ]),
        ]),
        state: second.has('state') ? state : null,
        lineages,
        accounts: accountsIn(second.get('accounts') ?? [], second.get('state') ?? []),
        images: first.get('images') ?? [],
        installed: installedIn(first.get('host-certbot') ?? []),
        timers: first.get('timers') ?? [],
        lastWords: first.get('words') ?? [],
        compose: composeIn(first.get('compose')?.[0] ?? ''),
        now: Number(first.get('clock')?.[0] ?? Number.NaN),
        attempts: parseAttempts((first.get('attempts') ?? []).join('\n')),
        runs: parseRuns((first.get('runs') ?? []).join('\n')),
        suggestions: parseSuggestions((first.get('suggestions') ?? []).join('\n')),
        verified: !(second.get('state') ?? []).some((line) => /^ *no[-_]verify[-_]ssl *(= *(true|yes|on|1))? *$/i.test(line)),
    };
}
/** The record of orders as it is now: the CA may have turned one of this very run away. `null`: it could not be read. */
async function readAttempts(host, root) {
    const { outcome, stdout } = await host.run(`cat ${(0,quote/* quote */.h)(`${root}/certificates.jsonl`)} 2>/dev/null`);
    return outcome === 'exited' ? parseAttempts(stdout) : null;
}
/**
 * @param part lines of `config`; of `status`: exit status of `nginx -T`, then the output of `nginx -t` if it is not 0;
 *   of `certbot`: its path
 */
function frontOf(container, part) {
    const [code, ...said] = part('status');
    const certbot = part('certbot').some((line) => line.startsWith('/'));
    // These are Docker's words; nginx uses others for missing files.
    if (code !== '0' && said.some((line) => /exec: "nginx": executable file not found/.test(line)))
        return { container, nginx: null, broken: [], certbot };
    const silent = 'nginx -T failed without a message';
    return {
        container,
        certbot,
        nginx: parseNginx(part('config').join('\n')),
        broken: code === '0' ? [] : said.length > 0 ? said : [silent],
    };
}
/** Key of the files to which the links of a lineage lead, whatever container reads them. */
function lineageKey(lineage) {
    return fileKey('', lineage);
}
function fileKey(container, path) {
    return `${container} ${path}`;
}
async function read(host, { runbook, root }, lines) {
    const script = [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `PROJECT=${(0,quote/* quote */.h)(runbook.stack)} DIRECTORY=${(0,quote/* quote */.h)(runbook.directory)} RB_ROOT=${(0,quote/* quote */.h)(root)}`,
        'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
        (0,volumes_scripts/* volumeScript */.au)(),
        (0,compose_script/* composeScript */.I)(),
        lookPiece(),
        ...lines,
        'section end',
    ].join('\n');
    const outcome = await host.run(script, { timeout: 120_000 });
    const sections = outcome.outcome === 'unknown' ? null : (0,stack_sections/* sectionsOf */.K)(outcome.stdout);
    if (sections?.has('end'))
        return sections;
    throw new errors/* UserError */.y('RB-CONNECTION-LOST', {
        what: 'the certificates could not be looked at',
        why: outcome.outcome === 'unknown' ? outcome.reason : outcome.stderr.slice(-500),
        remedy: 'run it again; nothing was changed',
    });
}
function lineagesIn(sections) {
    const names = [...sections.keys()].flatMap((section) => /^(?:renewal|links):(.+)$/.exec(section)?.[1] ?? []);
    return [...new Set(names)].sort().map((name) => {
        const conf = sections.get(`renewal:${name}`)?.[0];
        const files = [...sections].flatMap(([section, lines]) => {
            const number = section.startsWith(`chain:${name}:`) ? section.slice(`chain:${name}:`.length) : '';
            return /^\d+$/.test(number) ? [[Number(number), lines[0] ?? '']] : [];
        });
        const chains = files.flatMap(([number, encoded]) => {
            const chain = chainIn([encoded]);
            return chain === null ? [] : [[number, chain]];
        });
        return {
            name,
            renewal: conf === undefined ? null : parseRenewal(name, Buffer.from(conf, 'base64').toString('utf8')),
            generations: generationsOf(sections.get(`links:${name}`) ?? [], sections.get(`files:${name}`) ?? []),
            chains: new Map(chains),
            hashes: new Map(files.map(([number, encoded]) => [number, sha256(Buffer.from(encoded, 'base64'))])),
            issuers: new Map(files.map(([number]) => [number, authorityKeyIn((sections.get(`issuer:${name}:${number}`) ?? []).join('\n'))])),
        };
    });
}
function installedIn([program, user]) {
    return program?.startsWith('/') === true ? { program, asRoot: user === '0' } : null;
}
function sha256(content) {
    return (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
}
function chainIn(lines) {
    try {
        const chain = chainOf(Buffer.from(lines?.[0] ?? '', 'base64').toString('latin1'));
        return chain.length === 0 ? null : chain;
    }
    catch {
        return null;
    }
}
/** A lineage with the same certificate; for a proxy's files that lie elsewhere. */
function copiedFrom({ lineages }, { fingerprint }) {
    return lineages.find(({ chains }) => [...chains.values()].some(([own]) => own?.fingerprint === fingerprint));
}
/** The lineage of a file that a proxy reads; `null`: the file lies elsewhere. */
function look_lineageOf(found, container, path) {
    const place = (0,certificates_state/* stateOf */.L4)(container, path);
    const { state } = found;
    if (place === null || state === null || place.source !== state.source || place.inner !== state.inner)
        return null;
    return (0,certificates_state/* livePath */.KM)(path)?.lineage ?? null;
}

;// CONCATENATED MODULE: ./actions/lib/certificates/due.ts
/** When a certificate is to be renewed. Times are milliseconds since the epoch, durations milliseconds. */


const due_DAY = 24 * 3600 * 1000;
/** A certificate with a shorter lifetime is renewed when half of it is left, others when a third is left. */
const SHORT = 10 * due_DAY;
const EMERGENCY = 20;
/** So many runs must fall into the time between due and expired, because one of them may fail. */
const RUNS = 2;
/**
 * @param every milliseconds between two runs
 * @param window `null`: the CA was not asked, did not answer, or said nothing usable
 */
function judgeDue(certificate, now, every, window) {
    const { notAfter } = certificate;
    const lifetime = lifetimeOf(certificate);
    const emergency = notAfter - now < lifetime / EMERGENCY;
    const last = notAfter - Math.max(lifetime / EMERGENCY, Math.min(RUNS * every, lifetime / 2));
    const usable = window !== null && window.start < window.end ? window : null;
    const at = Math.min(last, usable === null ? notAfter - rest(lifetime) : moment(certificate, usable));
    // RFC 9773, 4.2: if the next run comes after that moment, this run renews.
    const due = now >= at || (usable !== null && now + every > at);
    return { due, emergency, at, why: because(certificate, { now, due, at, last, byCa: usable !== null }) };
}
function because({ notAfter }, { now, due, at, last, byCa }) {
    if (now >= notAfter)
        return 'it has expired';
    if (!due)
        return `due from ${new Date(at).toISOString().slice(0, 16)}Z on${byCa ? ', as the CA suggests' : ''}`;
    if (now >= last)
        return 'it is about to expire';
    return byCa ? 'the CA suggests renewing it now' : 'little of its lifetime is left';
}
/** The rest of the lifetime at which a renewal is due; see the integration guide of Let's Encrypt. */
function rest(lifetime) {
    return lifetime < SHORT ? lifetime / 2 : lifetime / 3;
}
/**
 * A moment in the window: different for each certificate, but the same in each run, though runs keep no memory of it.
 */
function moment({ fingerprint }, { start, end }) {
    const number = (0,external_node_crypto_.createHash)('sha256').update(fingerprint).digest().readUInt32BE(0);
    return start + (end - start) * (number / 2 ** 32);
}
/** A duration in words. */
function hours(duration) {
    const count = Math.round(duration / 3_600_000);
    return count >= 72 ? `${Math.round(count / 24)} days` : `${count} hours`;
}
/**
 * Whether runs come often enough for the lifetime. Reported from the first day on, not when the certificate expires.
 * @returns why not, or `null`
 */
function tooSparse(certificate, every) {
    const lifetime = lifetimeOf(certificate);
    if (rest(lifetime) >= RUNS * every)
        return null;
    return `a run every ${hours(every)} is too rare for a certificate of ${Math.round(lifetime / due_DAY)} days: it is renewed in the last ${hours(rest(lifetime))}, and ${RUNS} runs must fall into them, as one may fail`;
}
/** Less than a quarter of the lifetime is left: the automatic renewal, whatever it is, did not work. */
function isLate(certificate, now) {
    return certificate.notAfter - now < lifetimeOf(certificate) / 4;
}

;// CONCATENATED MODULE: ./actions/lib/certificates/plan.ts



function planLineage(lineage, { asked, now, every, window, attempts }) {
    const { generations, chains, hashes, renewal } = lineage;
    const served = asked.map((one) => one.served).sort((a, b) => plan_endOf(a) - plan_endOf(b));
    const former = served[0] ?? [];
    const best = served.at(-1) ?? [];
    const linked = linkedTo(generations);
    const file = linked === null ? null : (chains.get(linked) ?? null);
    const rejected = new Set(attempts.flatMap((one) => (one.outcome === 'rejected' ? [one.file] : [])));
    const relink = generations.whole.findLast((number) => {
        const chain = chains.get(number);
        if (chain === undefined || number === linked || rejected.has(hashes.get(number)))
            return false;
        return judgeSuccessor(chain, best, now) === null && (file === null || plan_endOf(chain) > plan_endOf(file));
    }) ?? null;
    const next = relink === null ? file : (chains.get(relink) ?? null);
    const differs = asked.some(({ problem }) => problem !== null) || relink !== null || file === null;
    const unfit = next === null ? 'its links do not lead to a complete generation' : judgeSuccessor(next, best, now);
    const serve = differs && unfit === null;
    const due = judgeDue(leafOf(serve ? next : null) ?? leafOf(former) ?? NOTHING, now, every, serve ? null : window);
    const base = { lineage, relink: serve ? relink : null, serve, due, former, file, next };
    if (due.due && renewal === null)
        return {
            ...base,
            order: false,
            obstacle: { code: 'RB-CERT-UNMANAGED', what: `${due.why}, and the host has no renewal file of certbot for it` },
        };
    if (next === null)
        return {
            ...base,
            order: false,
            obstacle: {
                code: 'RB-CERT-INVALID',
                what: 'the links in live/ do not lead to one generation with all four parts',
            },
        };
    if (differs && !serve && !due.due)
        return {
            ...base,
            order: false,
            obstacle: {
                code: 'RB-CERT-NOT-SERVED',
                what: `the certificate in the file is not served, and must not be: ${unfit}`,
            },
        };
    return { ...base, order: due.due, obstacle: null };
}
const NOTHING = {
    notBefore: 0,
    notAfter: 0,
    fingerprint: '',
};
function leafOf(chain) {
    return chain?.[0];
}
function plan_endOf(chain) {
    return chain[0]?.notAfter ?? 0;
}

// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(41692);
;// CONCATENATED MODULE: ./actions/lib/certificates/tls.ts
/** Asks a server for its certificates, through a connection that the caller opened. */


/** Signature algorithms, in OpenSSL's spelling. */
const SIGNATURES = {
    rsa: 'RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512',
    ec: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512',
};
/** Certificates; more than any chain has. */
const tls_LONGEST = 20;
/**
 * The chain exactly as the server sent it: with an empty list of roots Node adds nothing to it. Nothing is verified.
 * @param timeout milliseconds
 * @throws {Error} where no handshake was made
 */
async function askTls(dial, { address, port, name, keys, proxyProtocol }, timeout) {
    const raw = await dial(address, port);
    if (proxyProtocol)
        raw.write('PROXY UNKNOWN\r\n');
    try {
        return await new Promise((resolve, reject) => {
            const late = setTimeout(() => reject(new Error(`no TLS handshake within ${timeout / 1000} s`)), timeout);
            const fail = (error) => {
                clearTimeout(late);
                reject(error);
            };
            raw.on('error', fail);
            raw.on('close', () => fail(new Error('the server closed the connection before it had sent a certificate')));
            const socket = (0,external_node_tls_.connect)({
                socket: raw,
                servername: name === null || isAddress(name) ? '' : name,
                rejectUnauthorized: false,
                ca: [],
                ...(keys === null ? {} : { sigalgs: SIGNATURES[keys] }),
                // A server that knows only old versions of TLS is asked all the same.
                minVersion: 'TLSv1',
            });
            socket.on('error', fail);
            socket.on('secureConnect', () => {
                clearTimeout(late);
                const chain = [];
                let one = socket.getPeerCertificate(true);
                while (one?.raw !== undefined && chain.length < tls_LONGEST) {
                    const next = certificateOf(one.raw);
                    if (chain.some(({ fingerprint }) => fingerprint === next.fingerprint))
                        break;
                    chain.push(next);
                    one = one.issuerCertificate;
                }
                resolve(chain);
                socket.destroy();
            });
        });
    }
    finally {
        raw.destroy();
    }
}
function isAddress(name) {
    return /^[\d.]+$/.test(name) || name.includes(':');
}

;// CONCATENATED MODULE: ./actions/lib/certificates/ask.ts
/** Asks every proxy for every name, and compares the answers with the proxy's files. */





/** Milliseconds for one handshake, connection included. */
const ask_PATIENCE = 5000;
const AT_ONCE = 6;
/** Never rejects: an answer that did not come has its reason in `problem`. */
async function askAll(dial, places, found) {
    const answers = [];
    for (let index = 0; index < places.length; index += AT_ONCE) {
        const some = places.slice(index, index + AT_ONCE);
        answers.push(...(await Promise.all(some.map((place) => ask(dial, place, found)))));
    }
    return answers;
}
async function ask(dial, place, found) {
    const { question, proxy, address, port } = place;
    const own = question.ordersItself ? [] : question.certificates;
    const chains = question.lineage === undefined
        ? own.map((path) => found.files.get(fileKey(proxy.container.id, path)) ?? null)
        : [found.files.get(lineageKey(question.lineage)) ?? null];
    const files = chains.filter((chain) => chain !== null);
    const [of = null] = own.map((path) => look_lineageOf(found, proxy.container, path)).filter((name) => name !== null);
    const lineage = question.lineage ?? of;
    const base = { ...place, files, lineage };
    let served = [];
    try {
        // Where a name has several files, asks as a client that knows only the signatures of this file's key.
        const [leaf] = files[0] ?? [];
        const keys = question.several && leaf !== undefined ? keyKindOf(leaf) : null;
        const asked = { address, port, name: question.name, keys };
        served = await askTls(dial, { ...asked, proxyProtocol: false }, ask_PATIENCE).catch((error) => {
            if (!question.proxyProtocol)
                throw error;
            return askTls(dial, { ...asked, proxyProtocol: true }, ask_PATIENCE);
        });
    }
    catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return { ...base, served, unseen: true, problem: `${address} port ${port} did not answer: ${why}` };
    }
    if (!question.ordersItself && chains.length === 0)
        return { ...base, served, unseen: true, problem: 'its configuration names no file' };
    if (!question.ordersItself && files.length < chains.length) {
        const file = own[chains.indexOf(null)] ?? `in live/${lineage}`;
        const problem = file.includes('$')
            ? `its file ${file} has a variable in its path, which only nginx can resolve, so the certificate is not compared with its file: name the path without a variable in nginx's configuration`
            : `its file ${file} cannot be read`;
        return { ...base, served, unseen: true, problem };
    }
    const problem = question.ordersItself ? null : judgeServed(files, served, null);
    return { ...base, served, unseen: false, problem };
}
/**
 * What is wrong with the served certificate itself. A self-signed certificate for clients that send no name is only a
 * placeholder, and counts as right.
 */
function judgeAsked({ question, served }, now) {
    if (question.name === null && served[0]?.selfSigned === true)
        return null;
    return judgeCertificate(served, isOwed(question, served[0]?.names ?? []) ? question.name : null, now);
}
/**
 * Whether clients may expect this name in the certificate. Not a name like `localhost`; not an address beside a
 * certificate for names; and of `*.shop.example` not each name, if the certificate has one below it.
 */
function isOwed({ name, madeUp }, names) {
    if (name === null)
        return false;
    if (madeUp)
        return !names.some((one) => one.endsWith(name.slice(name.indexOf('.'))));
    if ((0,external_node_net_.isIP)(name) !== 0)
        return names.some((one) => (0,external_node_net_.isIP)(one) !== 0);
    return name.includes('.');
}

;// CONCATENATED MODULE: ./actions/renew-certs/served.ts
/** Checks that clients see the right certificate: the new one, or the former one again. */





/** Milliseconds until every name must be served the new certificate. */
const SERVED_WITHIN = 10_000;
/** The same if other programs than the proxy were told, which may have to start again; the step waits for a minute. */
const STARTED_WITHIN = 30_000;
/** Number of right answers in a row: the first answer after a reload may come from an old worker or a new one. */
const IN_A_ROW = 3;
/**
 * @param moved container → address, of programs other than the proxy that were told
 * @returns `null` once every place serves it, several times in a row
 */
async function untilServed(scene, before, next, moved) {
    const places = before.map((one) => movedTo(one, moved));
    scene.asked = scene.asked.map((one) => movedTo(one, moved));
    let why = null;
    let good = 0;
    for (const end = Date.now() + (moved.size > 0 ? STARTED_WITHIN : SERVED_WITHIN); Date.now() < end;) {
        const answers = await askAll(scene.dial, places, scene.found);
        why = served_firstOf(answers.map((one) => {
            const wrong = one.unseen && one.served.length === 0
                ? one.problem
                : judgeServed([partOf(one.question.certificates, next)], one.served, null);
            const { lineage, port } = one.question;
            return wrong === null || lineage === undefined
                ? wrong
                : `${one.proxy.container.service} on port ${port}: ${wrong}`;
        }));
        good = why === null ? good + 1 : 0;
        if (good === IN_A_ROW)
            return null;
        await (0,external_node_timers_promises_.setTimeout)(why === null ? 50 : 300);
    }
    return why ?? 'it was not served often enough in a row';
}
function served_firstOf(reasons) {
    return reasons.find((reason) => reason !== null) ?? null;
}
function movedTo(one, moved) {
    const address = one.question.lineage === undefined ? undefined : moved.get(one.proxy.container.id);
    return address === undefined ? one : { ...one, address };
}
/** The files and answers as they are from now on. */
async function settle(scene, lineage, next) {
    const files = scene.found.files;
    const own = scene.asked.filter((one) => one.lineage === lineage);
    files.set(lineageKey(lineage), next);
    for (const { proxy, question } of own)
        for (const path of question.certificates)
            files.set(fileKey(proxy.container.id, path), partOf([path], next));
    const again = await askAll(scene.dial, own, scene.found);
    scene.asked = scene.asked.map((one) => again[own.indexOf(one)] ?? one);
}
/** The error with the certificates that are served after it. Programs that had to start again get some time. */
async function asBefore(scene, before, error) {
    const places = scene.asked.filter((one) => before.some((former) => isSame(one, former)));
    const others = places.some(({ question }) => question.lineage !== undefined);
    let after = [];
    let changed = [];
    for (const end = Date.now() + (others ? STARTED_WITHIN : 0);; await (0,external_node_timers_promises_.setTimeout)(300)) {
        after = await askAll(scene.dial, places, scene.found);
        changed = after.filter((one) => {
            const former = before.find((known) => isSame(one, known));
            return one.served[0]?.fingerprint !== former?.served[0]?.fingerprint;
        });
        if (changed.length === 0 || Date.now() >= end)
            break;
    }
    scene.asked = scene.asked.map((one) => after[places.indexOf(one)] ?? one);
    const { remedy, ...details } = error.details;
    const now = changed.length === 0
        ? 'the former certificate is served'
        : `THE FORMER CERTIFICATE IS NOT SERVED: ${changed.map(({ question, problem }) => `${question.name ?? 'without a name'}${problem === null ? '' : ` (${problem})`}`).join(', ')}`;
    return new errors/* UserError */.y(error.code, { ...details, remedy: `${remedy}; ${now}` });
}
/** A program may have moved in between. */
function isSame(one, other) {
    return (one.question === other.question &&
        one.port === other.port &&
        (one.address === other.address || one.question.lineage !== undefined));
}

;// CONCATENATED MODULE: ./actions/renew-certs/windows.ts



/** @returns lineage → window; without lineages for which the CA suggests none. Never rejects: the lifetime counts then, and a line says so. */
async function windowsOf(scene) {
    const { found, run } = scene;
    const known = {};
    const windows = new Map();
    for (const lineage of found.lineages) {
        const leaf = servedOf(lineage, scene.asked);
        if (lineage.renewal === null || leaf === null)
            continue;
        const { name } = lineage;
        try {
            const id = idOf(lineage, leaf);
            const suggestion = await suggestionFor(scene, lineage.renewal.server, id);
            if (suggestion === null) {
                run.recorder.info(`${name}: ${lineage.renewal.server} does not suggest a time for renewals`);
                continue;
            }
            known[id] = suggestion;
            windows.set(name, suggestion);
            const between = [suggestion.start, suggestion.end].map((time) => new Date(time).toISOString().slice(0, 16));
            run.recorder.info(`${name}: the CA suggests to renew it between ${between.join('Z and ')}Z${suggestion.explanation === null ? '' : `; its explanation: ${suggestion.explanation}`}`);
        }
        catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            run.notes.push(`${name}: the CA's renewal time is not known (${why}); the remaining lifetime counts.`);
        }
    }
    await keep(scene, known);
    return windows;
}
/** The same, without asking anybody: what the CA has told a run before this one. */
function knownWindows({ found, asked }) {
    const windows = new Map();
    for (const lineage of found.lineages) {
        const leaf = servedOf(lineage, asked);
        try {
            const id = leaf === null ? '' : idOf(lineage, leaf);
            const known = Object.hasOwn(found.suggestions, id) ? found.suggestions[id] : undefined;
            if (known !== undefined)
                windows.set(lineage.name, known);
        }
        catch {
            // Without an ID nobody has asked for it either.
        }
    }
    return windows;
}
/** The oldest served certificate. */
function servedOf({ name }, asked) {
    const own = asked.flatMap(({ lineage, served: [leaf] }) => (lineage === name && leaf !== undefined ? [leaf] : []));
    return own.sort((a, b) => a.notAfter - b.notAfter)[0] ?? null;
}
/** @throws {Error} */
function idOf({ chains, issuers }, leaf) {
    const [number] = [...chains].find(([, [own]]) => own?.fingerprint === leaf.fingerprint) ?? [];
    if (number === undefined)
        throw new Error('the served certificate is not among its last three');
    const issuer = issuers.get(number) ?? null;
    if (issuer === null)
        throw new Error("it does not name its issuer's key, or the host has no openssl to read it");
    return certificateId(issuer, leaf);
}
/** @throws {Error} */
async function suggestionFor({ found, dial, now }, directory, id) {
    const before = Object.hasOwn(found.suggestions, id) ? found.suggestions[id] : undefined;
    if (before !== undefined && now() < before.until)
        return before;
    return askRenewalInfo(dial, { directory, verified: found.verified }, id, now());
}
/** Runners are thrown away. A suggestion that cannot be kept is asked for again. */
async function keep({ run, found, now }, known) {
    if (run.inputs.dryRun)
        return;
    const write = (name, text) => {
        const file = `${run.session.root}/${name}`;
        return `printf '%s\\n' ${(0,quote/* quote */.h)(text)} >${(0,quote/* quote */.h)(`${file}.part`)} && mv ${(0,quote/* quote */.h)(`${file}.part`)} ${(0,quote/* quote */.h)(file)}`;
    };
    const script = [
        write('certificate-runs', withRun(found.runs, now())),
        write('renewal-info.json', JSON.stringify(known)),
    ];
    await run.session.host.run(script.join('\n')).catch(() => undefined);
}

;// CONCATENATED MODULE: ./actions/renew-certs/renew.ts














/** After these errors nothing else is tried. */
const FINAL = new Set(['RB-CANCELLED', 'RB-CONNECTION-LOST', 'RB-LEASE-LOST', 'RB-PREEMPTED', 'RB-TIMEOUT']);
async function renewAll(scene) {
    const renewal = { done: new Map(), problems: [], windows: await windowsOf(scene) };
    for (const plan of plansOf(scene, renewal)) {
        const { name } = plan.lineage;
        try {
            renewal.done.set(name, await carryOut(scene, plan));
        }
        catch (error) {
            if (!(error instanceof errors/* UserError */.y))
                throw error;
            renewal.problems.push(error);
            if (FINAL.has(error.code))
                break;
            // What the CA has just refused may bind the lineages that follow.
            const { host, root } = scene.run.session;
            const attempts = plan.order ? await readAttempts(host, root) : null;
            if (attempts !== null)
                scene.found = { ...scene.found, attempts };
        }
    }
    return renewal;
}
/** Only lineages that can be judged; the others are not touched. */
function plansOf({ run, found, asked, now, every }, { problems, done, windows }) {
    // Another certbot renews its lineages, and two that do would use up each other's orders.
    if (found.proxies.some(({ certbot }) => certbot))
        return [];
    return found.lineages.flatMap((lineage) => {
        // Other services that are down are reported, and must not keep the proxy's certificate from being renewed.
        const own = asked.filter((one) => one.lineage === lineage.name && !isDown(one));
        // A place that cannot be read before cannot be compared afterwards; it is among the problems already.
        if (own.length === 0 || own.some(({ unseen }) => unseen && !isUnreadable(own)))
            return [];
        const window = windows.get(lineage.name) ?? null;
        const plan = planLineage(lineage, { asked: own, now: now(), every, window, attempts: found.attempts });
        run.recorder.info(`${lineage.name}: ${plan.order ? 'to be renewed, as ' : ''}${plan.due.why}${plan.serve ? '; the served certificate is not the one in the file' : ''}`);
        if (plan.obstacle !== null) {
            problems.push(new errors/* UserError */.y(plan.obstacle.code, {
                what: `${lineage.name}: ${plan.obstacle.what}`,
                remedy: `look at live/${lineage.name}, archive/${lineage.name} and renewal/${lineage.name}.conf; nothing was ordered`,
            }));
            return [];
        }
        if (plan.order || plan.serve)
            return [plan];
        done.set(lineage.name, { text: plan.due.why, ordered: false, planned: true });
        return [];
    });
}
/** A program other than the proxy that does not answer. */
function isDown({ question, unseen, served }) {
    return question.lineage !== undefined && unseen && served.length === 0;
}
/** The file that its links lead to is torn, while the proxy still serves the certificate that it has read. */
function isUnreadable(own) {
    return own.every(({ unseen, served }) => !unseen || served.length > 0);
}
/** @throws {UserError} clients are served the former certificate, or the error says otherwise */
async function carryOut(scene, plan) {
    const { run, found } = scene;
    const { name } = plan.lineage;
    if (run.inputs.dryRun)
        return {
            text: `would be ${plan.order ? 'renewed' : 'served'}: ${plan.due.why}`,
            ordered: plan.order,
            planned: true,
        };
    run.recorder.step(`${plan.order ? 'Renew' : 'Serve'} ${name}`);
    if (found.state === null)
        throw new Error('a lineage without a state');
    if (run.inputs.runbook.proxy.service === null)
        throw preflight(`${name}: no service is known that could be told to read the certificate`, 'proxy.service in runbook.yml is null', 'set it to the service that runs nginx');
    if (plan.order)
        requireClock(scene, name);
    const wait = plan.order ? waitOf(scene, plan) : null;
    if (wait !== null && !plan.serve)
        throw wait;
    const order = plan.order && wait === null ? orderOf(scene, plan) : null;
    if (order !== null && plan.lineage.renewal !== null)
        await requireAllowed(scene, order.names, { ...plan.lineage.renewal, profile: null });
    const before = scene.asked.filter((one) => one.lineage === name && !isDown(one));
    const request = {
        runbook: run.inputs.runbook,
        root: run.session.root,
        lineage: name,
        fresh: false,
        relink: plan.relink,
        reread: rereadOf({ lineage: name, next: order === null ? plan.next : null, asked: before }, found.proxies, run.inputs.runbook.certificates.consumers),
        state: found.state,
        order,
    };
    try {
        const next = await renewLineage(request, verdictsOf(scene, plan, before, request), {
            steps: run.steps(null),
            progress: run.recorder,
        });
        await settle(scene, name, next);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y) || FINAL.has(error.code))
            throw error;
        throw await asBefore(scene, before, error);
    }
    if (wait !== null)
        throw wait;
    return {
        text: order === null ? 'the certificate in the file is served now, without an order' : 'renewed, and served',
        ordered: order !== null,
        planned: false,
    };
}
/** @throws {UserError} RB-CERT-PREFLIGHT: by a wrong clock good certificates seem expired, and new ones not valid yet */
function requireClock({ skew }, name) {
    const why = clocksDiffer(skew);
    if (why !== null)
        throw preflight(`${name}: no certificate is ordered by this clock`, why, SET_CLOCK);
}
function waitOf({ found, now }, { lineage, due, file }) {
    const wanted = {
        lineage: lineage.name,
        server: lineage.renewal?.server ?? '',
        names: file?.[0]?.names ?? [],
        emergency: due.emergency,
        fresh: false,
    };
    const wait = waitFor(found.attempts, wanted, now() / 1000);
    if (wait === null)
        return null;
    return new errors/* UserError */.y('RB-CERT-RATE-LIMITED', {
        what: `${lineage.name}: the CA will not be asked before ${new Date(wait.until * 1000).toISOString()}`,
        why: wait.why,
        remedy: 'correct what made the last order fail; a run after that time asks again; nothing was ordered',
    });
}
/** @throws {UserError} RB-CERTBOT-UNKNOWN, RB-CERT-PREFLIGHT */
function orderOf({ run, found }, { lineage, file, former }) {
    const { runbook } = run.inputs;
    const way = certbotWay(runbook, found);
    const names = [...((file ?? former)[0]?.names ?? [])];
    const proxy = found.proxies[0]?.container;
    if (lineage.renewal === null || proxy === undefined)
        throw new Error('an order without a renewal file');
    requireRunningProxy(lineage.renewal, way);
    const webroots = webrootsOf(runbook, lineage.renewal, names, { compose: found.compose, proxy, way });
    return {
        way,
        envFile: run.session.envFile?.path ?? null,
        names,
        webroots,
        server: lineage.renewal.server,
        profile: false,
        ...pluginOf(lineage.renewal),
        args: ['renew', '--cert-name', lineage.name, '--force-renewal', '--no-random-sleep-on-renew'],
        rehearsal: [],
    };
}
/** What certbot needs where challenges are answered through the DNS. Only files in certbot's own folder can be looked at. */
function pluginOf({ authenticator, credentials = '', }) {
    if (!authenticator.startsWith('dns-'))
        return { plugin: null, credentials: null };
    const inside = credentials.startsWith(`${certificates_state/* STATE */.c4}/`) ? credentials.slice(certificates_state/* STATE */.c4.length + 1) : null;
    return { plugin: authenticator, credentials: inside };
}
function verdictsOf(scene, { former }, before, { order }) {
    const best = [former, ...before.map(({ served }) => served)].sort((a, b) => (b[0]?.notAfter ?? 0) - (a[0]?.notAfter ?? 0))[0] ??
        [];
    return {
        reach: async (challenge, leads) => {
            const tell = (text) => scene.run.recorder.warning(text);
            const host = new URL(scene.run.inputs.runbook.proxy.url).hostname.replace(/^\[|\]$/g, '');
            const wrong = await unreached(order?.names ?? [], challenge, { dial: scene.dial, leads, host, tell });
            return wrong.length === 0 ? null : wrong.join('; ');
        },
        take: (next) => judgeSuccessor(next, best, scene.now()),
        served: (next, moved) => untilServed(scene, before, next, moved),
    };
}

;// CONCATENATED MODULE: ./actions/renew-certs/issue.ts
/** The first certificate of a name or an address, or one with further names, through the proxy that runs. */














/** Where everybody's certbot has it in its container. */
const WEBROOT = '/var/www/certbot';
/** @throws {UserError} nothing was ordered then, or the error says so */
async function issue(scene, wish) {
    const { run, found } = scene;
    const { lineage: name, names } = wish;
    const known = found.lineages.find((one) => one.name === name);
    const dummy = known !== undefined && isDummy(scene, known);
    if (known !== undefined && !dummy)
        return there(known, names);
    const proxy = found.proxies[0]?.container ?? scene.down ?? undefined;
    if (found.state === null || proxy === undefined)
        throw preflight('no folder of the host and no volume keeps the certificates', 'the proxy mounts nothing at /etc/letsencrypt: each certificate, and the account with it, would be lost with its container', 'mount a folder or volume there (read-only is enough) and deploy');
    requireClock(scene, name);
    if (scene.down !== null)
        requireLacking(scene, scene.down, name);
    const wanted = { lineage: name, server: wish.server, names, emergency: false, fresh: true };
    const wait = waitFor(found.attempts, wanted, scene.now() / 1000);
    if (wait !== null)
        throw new errors/* UserError */.y('RB-CERT-RATE-LIMITED', {
            what: `${name}: the CA will not be asked before ${new Date(wait.until * 1000).toISOString()}`,
            why: wait.why,
            remedy: 'correct what made the last order fail; a run after that time asks again; nothing was ordered',
        });
    const { runbook } = run.inputs;
    const way = certbotWay(runbook, found);
    const lineage = { name, authenticator: 'webroot', server: wish.server, webroots: {}, webroot: WEBROOT, hooks: [] };
    const webroots = webrootsOf(runbook, lineage, names, { compose: found.compose, proxy, way });
    if (run.inputs.dryRun)
        return { text: `would be ordered from ${wish.server} for ${names.join(', ')}`, ordered: true, planned: true };
    run.recorder.step(`Order ${name}`);
    await requireAllowed(scene, names, { ...lineage, profile: wish.profile });
    const tell = (text) => run.recorder.warning(text);
    const url = new URL(runbook.proxy.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.protocol === 'https:' ? Number(url.port) || 443 : 443;
    const places = scene.down === null
        ? scene.asked.filter((one) => one.lineage === name)
        : names.map((one) => placeOf(scene.down, name, one, { address: host, port }));
    const next = await renewLineage({
        runbook,
        root: run.session.root,
        lineage: name,
        fresh: true,
        relink: null,
        reread: rereadOf({ lineage: name, next: null, asked: [] }, found.proxies, runbook.certificates.consumers),
        state: found.state,
        first: { door: scene.down?.id ?? '', dummy, named: places.length > 0 },
        order: {
            way,
            envFile: run.session.envFile?.path ?? null,
            names,
            webroots,
            server: wish.server,
            profile: wish.profile !== null,
            plugin: null,
            credentials: null,
            args: argumentsOf(wish),
            rehearsal: argumentsOf(wish),
        },
    }, {
        reach: async (challenge, leads) => (await unreached(names, challenge, { dial: scene.dial, leads, host, tell })).join('; ') || null,
        take: (chain) => judgeSuccessor(chain, [], scene.now()),
        served: (chain, moved) => untilServed(scene, places, chain, moved),
    }, { steps: run.steps(null), progress: run.recorder });
    const wrong = judgeSuccessor(next, [], scene.now());
    if (wrong !== null)
        throw new errors/* UserError */.y('RB-CERT-INVALID', {
            what: `${name}: ${wrong}`,
            remedy: 'see what the CA issued, in live/ of certbot',
        });
    if (places.length > 0) {
        if (scene.down !== null)
            scene.asked = places;
        await settle(scene, name, next);
        if (scene.down !== null)
            run.notes.push(`The proxy ${scene.down.service} did not start without ${name}; it runs now.`);
        return { text: 'ordered, and served', ordered: true, planned: false };
    }
    run.notes.push(`${name} lies in /etc/letsencrypt/live/${name}, and is not served to clients yet: name fullchain.pem and privkey.pem there in the configuration of the proxy (ssl_certificate, ssl_certificate_key), and deploy; then run mode: check.`);
    return { text: 'ordered', ordered: true, planned: false };
}
/** A self-signed certificate that was put there so that the proxy starts: certbot does not know it. */
function isDummy({ found }, { name, renewal, generations }) {
    if (renewal !== null || generations.whole.length > 0)
        return false;
    const read = [...found.files].flatMap(([key, chain]) => (key.includes(`/live/${name}/`) ? [chain] : []));
    return read.length > 0 && read.every((chain) => chain?.[0]?.selfSigned === true);
}
/** @throws {UserError} unless it is this certificate that the proxy lacks: an order would not help it */
function requireLacking({ found }, { service }, name) {
    const lacks = found.lastWords.findLast((line) => /\[emerg\].*cannot load certificate/.test(line));
    if (lacks === undefined)
        throw new errors/* UserError */.y('RB-PROXY-CONFIG', {
            what: `${service} does not run, and its log names no missing certificate`,
            remedy: 'make it start first; nothing was ordered',
            log: found.lastWords,
            logOf: service,
        });
    const path = /"([^"]+)"/.exec(lacks)?.[1] ?? '';
    if ((0,certificates_state/* livePath */.KM)(path)?.lineage === name)
        return;
    throw preflight(`${service} does not start without ${path}, which does not belong to ${name}`, 'with the certificate that was asked for it would not start either', `order ${(0,certificates_state/* livePath */.KM)(path)?.lineage ?? 'the missing certificate'} first, with names and cert-name`);
}
function placeOf(container, lineage, name, at) {
    return {
        ...plainPlace(container, at.address, { name, port: at.port, lineage }),
        files: [],
        lineage,
        served: [],
        problem: null,
        unseen: false,
    };
}
/** What is there is not ordered again; a folder that is nobody's would have certbot begin another beside it. */
function there({ name, renewal, generations, chains }, names) {
    const linked = linkedTo(generations);
    const has = (linked === null ? undefined : chains.get(linked))?.[0]?.names ?? [];
    if (renewal === null)
        throw preflight(`live/${name} is there, and renewal/${name}.conf is not`, `certbot would keep the new certificate as ${name}-0001, beside what the proxy reads`, `move live/${name} and archive/${name} away, or bring the renewal file back`);
    const missing = names.filter((one) => !has.includes(one));
    if (missing.length > 0)
        throw preflight(`the lineage ${name} is there without ${missing.join(', ')}`, `it has ${has.join(', ') || 'no certificate'}`, `order ${missing.join(', ')} under another cert-name, or extend it by hand: certbot certonly --cert-name ${name} --expand -d …`);
    return { text: 'there already', ordered: false, planned: true };
}
/** Let's Encrypt has certificates for addresses in this profile alone; a CA without profiles passes over it. */
const issue_FOR_ADDRESSES = ['--preferred-profile', 'shortlived'];
function argumentsOf({ lineage, names, email, server, profile }) {
    return [
        ...['certonly', '--webroot', '-w', WEBROOT, '--cert-name', lineage, '--server', server],
        ...names.flatMap((name) => [(0,external_node_net_.isIP)(name) === 0 ? '-d' : '--ip-address', name]),
        ...(profile !== null
            ? ['--required-profile', profile]
            : names.some((name) => (0,external_node_net_.isIP)(name) !== 0)
                ? issue_FOR_ADDRESSES
                : []),
        ...['--agree-tos', ...(email === null ? ['--register-unsafely-without-email'] : ['--email', email])],
    ];
}

;// CONCATENATED MODULE: ./actions/renew-certs/judge.ts
/** What is wrong with what is served. */









/** All that makes the run red besides what a renewal itself said. */
function problemsIn(scene, { problems: known, done }) {
    const { asked, found } = scene;
    const problems = [];
    const add = (code, what, remedy, log) => {
        problems.push(new errors/* UserError */.y(code, { what, remedy, ...(log === undefined ? {} : { log, logOf: 'nginx' }) }));
    };
    for (const { container, broken, nginx } of found.proxies) {
        // Whatever was served meanwhile passed its check.
        const passed = [...done.values()].some(({ planned }) => !planned);
        if (broken.length > 0 && !passed && !known.some(({ code }) => code === 'RB-PROXY-CONFIG'))
            add('RB-PROXY-CONFIG', `${container.service} refuses its present configuration`, 'correct the error that it names: at its next start it would be down', broken);
        for (const server of nginx === null ? [] : questionsOf(nginx).unasked)
            problems.push(...unasked(scene, container, server));
    }
    if (asked.length === 0)
        add('RB-CERT-UNSEEN', 'nothing can be checked: no name is known that is served over TLS', 'name some under certificates.names in runbook.yml');
    for (const what of scene.lacking)
        add('RB-CERT-UNSEEN', what, 'start it, or correct certificates.consumers in runbook.yml');
    const clocks = clocksDiffer(scene.skew);
    if (clocks !== null)
        add('RB-HOST-UNSUITABLE', `${clocks}: what is said of lifetimes may be wrong`, SET_CLOCK);
    const now = scene.now();
    for (const one of asked) {
        const who = whoOf(one);
        const wrong = one.unseen ? null : judgeAsked(one, now);
        if (one.unseen)
            add('RB-CERT-UNSEEN', `${who}: ${one.problem}`, 'see whether the proxy answers there; sshd must allow forwarding (AllowTcpForwarding), and proxy.url must lead to it');
        else if (wrong !== null)
            add('RB-CERT-INVALID', `${who}: ${wrong}`, 'see its file and its renewal');
        else if (one.problem !== null && !known.some(({ details }) => details.what.startsWith(`${one.lineage}: `)))
            add('RB-CERT-NOT-SERVED', `${who}: ${one.problem}`, one.lineage === null ? 'make the proxy read its files: nginx -s reload' : 'run renew-certs with mode: renew');
    }
    problems.push(...tooSeldom(scene), ...expiring(scene), ...unused(scene));
    return unique(problems);
}
/** A server that no question reaches. If its certificate is seen elsewhere, or not certbot's, a note may be enough. */
function unasked({ asked, found, run }, container, server) {
    const named = run.inputs.runbook.certificates.names;
    const { names, ports, sockets, certificates, behind } = server;
    if (behind.length === 0 && sockets.length > 0 && names.some((name) => named.includes(name)))
        return [];
    const lineages = certificates.map((path) => look_lineageOf(found, container, path));
    // A lineage of which nothing is asked is never due.
    const missed = lineages.filter((one) => renewedHere(found, one) && !asked.some(({ lineage }) => lineage === one));
    const who = names.join(' ') || 'a server without a name';
    const what = (why) => missed.length === 0 ? why : `${why}, so that ${missed.join(', ')} is not renewed`;
    if (behind.length > 0) {
        const hidden = what(`the certificate of ${who} on ${behind.join(', ')} cannot be checked: another server is asked for the same name and port`);
        if (missed.length > 0)
            return [new errors/* UserError */.y('RB-CERT-UNSEEN', { what: hidden, remedy: 'let both servers use the same certificate' })];
        run.notes.push(`${hidden}.`);
        return [];
    }
    const why = sockets.length > 0
        ? `the certificate of ${who} on ${sockets.join(', ')} cannot be checked: nothing reaches this socket from outside of the host`
        : `the certificate of ${who} on port ${ports.join(', ')} cannot be checked: no name is known to lead to it`;
    if (missed.length === 0 && sockets.length > 0)
        run.notes.push(`${why}.`);
    if (missed.length === 0 && (sockets.length > 0 || named.length > 0))
        return [];
    const remedy = sockets.length > 0
        ? 'if clients reach it by a server in front, name it under certificates.names in runbook.yml: it is then asked at proxy.url'
        : `name one under certificates.names in runbook.yml${named.length > 0 ? ', or write the names there into its server_name' : ''}`;
    return [new errors/* UserError */.y('RB-CERT-UNSEEN', { what: what(why), remedy })];
}
/** For certificates that this action renews. */
function tooSeldom({ asked, found, run, every, thin }) {
    if (thin !== null && found.lineages.some(({ name }) => renewedHere(found, name)))
        run.notes.push(`Renewals are rarer than runbook.yml says: ${thin}. See whether the schedule of the workflow runs, or correct certificates.every.`);
    return asked.flatMap(({ served: [leaf], lineage, question }) => {
        const renewed = renewedHere(found, lineage);
        const why = leaf === undefined || !renewed ? null : tooSparse(leaf, every);
        if (why === null)
            return [];
        return [
            new errors/* UserError */.y('RB-CERT-SCHEDULE', {
                what: `${question.name ?? lineage}: ${why}`,
                ...(thin === null ? {} : { why: thin }),
                remedy: 'run the workflow more often, and say so in certificates.every of runbook.yml',
            }),
        ];
    });
}
/** A certificate that nothing here renews is reported early, and makes the run red when little time is left. */
function expiring(scene) {
    const { asked, found, run } = scene;
    const now = scene.now();
    return asked.flatMap((one) => {
        const [leaf] = one.served;
        if (leaf === undefined || (one.question.name === null && leaf.selfSigned) || !isLate(leaf, now))
            return [];
        const renewed = renewedHere(found, one.lineage);
        const text = `${whoOf(one)}: ${leftOf(leaf, now)} are left`;
        run.recorder.warning(text);
        if (renewed || now >= leaf.notAfter)
            return [];
        const copied = copiedFrom(found, leaf);
        return [
            new errors/* UserError */.y('RB-CERT-UNMANAGED', {
                what: `${text}, and nothing on this host renews it`,
                ...(copied === undefined
                    ? {}
                    : { why: `its file is a copy of the lineage ${copied.name}; a renewal does not update it` }),
                remedy: one.question.ordersItself
                    ? 'see why the proxy, or the tool that brings its files, did not renew it'
                    : `make the proxy read the file in live/ of certbot: ${one.question.certificates.join(', ')}`,
            }),
        ];
    });
}
/** Milliseconds after which an expired lineage counts as forgotten. */
const FORGOTTEN = 30 * 24 * 3_600_000;
/**
 * A lineage that no proxy and no consumer is known to use: this action does not renew it. Some other program may use it,
 * for which certbot's own timer renewed it before it was switched off.
 */
function unused({ asked, found, run, now }) {
    return found.lineages.flatMap(({ name, generations, chains }) => {
        const [leaf] = chains.get(linkedTo(generations) ?? -1) ?? [];
        if (leaf === undefined || !renewedHere(found, name) || isUsed(name, run.inputs.runbook, found.proxies, asked))
            return [];
        if (!isLate(leaf, now()) || now() > leaf.notAfter + FORGOTTEN)
            return [];
        return [
            new errors/* UserError */.y('RB-CERT-UNMANAGED', {
                what: `${name}: ${leftOf(leaf, now())} are left, and nothing renews it`,
                why: 'neither the proxy nor a consumer in runbook.yml uses it, so this action leaves it alone, and no other certbot has renewed it',
                remedy: `name the program that uses it under certificates.consumers in runbook.yml; if none does: certbot delete --cert-name ${name}`,
            }),
        ];
    });
}
/** Whether this action renews the lineage. */
function renewedHere({ lineages, proxies }, lineage) {
    if (proxies.some(({ certbot }) => certbot))
        return false;
    return lineages.some(({ name, renewal }) => name === lineage && renewal !== null);
}
function unique(problems) {
    return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
function whoOf({ question, address, port }) {
    return `${question.name ?? 'the server for requests without a name'} (${address} port ${port})`;
}

// EXTERNAL MODULE: ./actions/lib/stack/observe/inventory.ts
var inventory = __webpack_require__(44898);
;// CONCATENATED MODULE: ./actions/lib/certificates/self-ordering.ts
/** Proxies that order their certificates themselves, and the folders in which they keep them. */

/** Sources: the documentation of each proxy, on its image and its storage. */
const KINDS = [
    {
        name: 'Caddy',
        image: /(^|[/-])caddy(-|:|@|$)/,
        folders: /^\/(data|data\/caddy|config\/caddy|(root|var\/lib\/caddy|home\/caddy)(\/\.local(\/share(\/caddy)?)?)?)$/,
    },
    {
        name: 'Traefik',
        image: /(^|[/-])traefik(:|@|$)/,
        folders: /acme[^/]*\.json$|^\/(letsencrypt|acme|certs?|certificates|ssl|data|etc\/traefik(\/(acme|certs?))?)$/,
    },
    { name: 'Nginx Proxy Manager', image: /nginx-proxy-manager/, folders: /^\/etc\/letsencrypt$/ },
    { name: 'SWAG', image: /(^|\/)swag(:|@|$)/, folders: /^\/config$/ },
];
/** @returns `null`: it is none of these proxies, judged by its image and its process */
function selfOrdering({ image, proxy, mounts }) {
    const kind = KINDS.find((one) => one.image.test(image) || one.name.toLowerCase() === proxy?.program);
    if (kind === undefined)
        return null;
    return { name: kind.name, keeps: mounts.some((mount) => !(0,inventory/* isAnonymous */.ok)(mount) && kind.folders.test(mount.target)) };
}
/**
 * Whether nginx that orders its certificates itself keeps all of them, and its accounts, in mounts of its container.
 * Without an issuer it has none to keep.
 */
function keepsIssued({ issuers }, { mounts }) {
    const kept = mounts.filter((mount) => !(0,inventory/* isAnonymous */.ok)(mount)).map(({ target }) => target.replace(/\/+$/, ''));
    const isKept = (path) => kept.some((target) => `${path}/`.startsWith(`${target}/`));
    return issuers.every((paths) => paths.some(isKept));
}

// EXTERNAL MODULE: ./actions/lib/stack/probe.ts
var probe = __webpack_require__(47347);
;// CONCATENATED MODULE: ./actions/renew-certs/schedule.ts
/** The time between two renewals, as `runbook.yml` says it and as the host has seen it. */


function scheduleOf({ runbook, mode, dryRun }, { runs, now }) {
    const every = runbook.certificates.every * 1000;
    const real = thinner(runs, { every, now: now * 1000, renews: mode === 'renew' && !dryRun });
    if (real === null)
        return { every, thin: null };
    const thin = `by the record of this host ${hours(real)} pass between two renewals, or have passed since the last, though certificates.every is ${hours(every)}`;
    return { every: real, thin };
}

;// CONCATENATED MODULE: ./actions/renew-certs/scene.ts
/** The data that a run works on: the host as it was found, and the served certificates. */











/** Milliseconds until a connection must be open. */
const DIAL_TIMEOUT = 5000;
/** Changes nothing. @throws {UserError} RB-CERT-UNSEEN, RB-CONNECTION-LOST */
async function see(run) {
    const { inputs, session, recorder } = run;
    const { runbook } = inputs;
    recorder.step('Look at proxies and files');
    const { containers } = session.state;
    // Before its first certificate it may not start at all.
    const down = inputs.wish === null ? null : downOf(containers, runbook.proxy.service);
    const proxies = down === null ? scene_frontOf(containers, runbook.proxy.service) : [];
    const begun = Date.now();
    const found = await look(session.host, {
        runbook,
        root: session.root,
        proxies,
        down,
        envFile: session.envFile?.path ?? null,
    });
    if (Number.isNaN(found.now))
        throw new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
            what: 'the host does not tell its time',
            remedy: 'try `date +%s` there',
        });
    const skew = skewOf(found.now, begun, Date.now());
    const now = () => Date.now() + skew;
    const dial = (0,probe/* dialThrough */.Ou)(session.host, DIAL_TIMEOUT);
    recorder.step('Ask what is served');
    const others = consumersOf(runbook, containers, found.lineages);
    const asked = await askAll(dial, [...placesOf(runbook, found), ...others.places], found);
    for (const one of asked)
        recorder.info(lineOf(one));
    const scene = { run, found, dial, now, skew, asked, down, lacking: others.lacking, ...scheduleOf(inputs, found) };
    tell(scene);
    return scene;
}
function downOf(containers, service) {
    const own = containers.filter((one) => one.service === service && !one.oneOff);
    return own.some(({ state }) => state === 'running') ? null : (own[0] ?? null);
}
/** @throws {UserError} RB-CERT-UNSEEN */
function scene_frontOf(containers, service) {
    const running = containers.filter(({ state, oneOff }) => state === 'running' && !oneOff);
    const front = running.filter((one) => service === null ? one.published.includes('443/tcp') : one.service === service);
    if (front.length > 0)
        return front;
    throw new errors/* UserError */.y('RB-CERT-UNSEEN', {
        what: service === null ? 'no container of the stack publishes port 443' : `the service ${service} does not run`,
        why: 'so the certificates that are served over TLS cannot be read',
        remedy: 'start it, or correct proxy.service in runbook.yml; nothing was ordered',
    });
}
function lineOf({ question, address, port, served, problem }) {
    const who = `${question.name ?? '(no name)'} at ${address} port ${port}`;
    return `${who}: ${problem ?? `serial ${served[0]?.serial.toLowerCase()}, ${served.length} in the chain`}`;
}
/** Of a proxy that orders its certificates itself. */
const LOST = ' By its mounts it does not keep them anywhere outside its container: each new container orders again.';
/** Notes that are not failures. */
function tell({ run, found, asked }) {
    const { notes, session } = run;
    const { containers } = session.state;
    for (const { container, nginx, certbot } of found.proxies) {
        const own = selfOrdering(container);
        if (own !== null) {
            notes.push(`${container.service} is ${own.name}, which orders its certificates itself; this action only checks what it serves and orders nothing.${own.keeps ? '' : LOST}`);
        }
        else if (certbot)
            notes.push(`The container of ${container.service} has a certbot of its own, which renews by itself; this action only checks what it serves and orders nothing.`);
        else if (nginx === null)
            notes.push(`${container.service} (${container.image}) is neither nginx nor a proxy that is known to order certificates; this action only checks what it serves and orders nothing.`);
        if (nginx?.stapling === true)
            notes.push('ssl_stapling is on: CAs no longer answer OCSP, and nginx only warns; remove the line.');
        if (nginx?.servers.some(({ ordersItself }) => ordersItself) === true)
            notes.push(`nginx orders certificates itself (acme_certificate): this action does not order those.${keepsIssued(nginx, container) ? '' : LOST}`);
    }
    for (const { question, files, lineage } of asked) {
        for (const path of lineage === null ? question.certificates : [])
            if ((0,certificates_state/* livePath */.KM)(path) !== null)
                note(run, `${path} belongs to a certbot folder that this action does not look at: it is not renewed here.`);
        const [own] = files[0] ?? [];
        const of = own === undefined || lineage !== null ? undefined : copiedFrom(found, own);
        if (of !== undefined)
            note(run, `${question.certificates.join(', ')} is a copy of the lineage ${of.name}: a renewal does not update it; make the proxy read the file in live/.`);
    }
    for (const timer of found.state?.source === certificates_state/* STATE */.c4 ? found.timers : [])
        notes.push(`${timer} runs certbot on the host by itself, and does not tell the proxy; hand renewals over: ${/\.timer$/.test(timer) ? `systemctl disable --now ${timer}` : `take its line out of ${timer}`}.`);
    for (const { name, renewal } of found.lineages)
        if (!isUsed(name, run.inputs.runbook, found.proxies, asked))
            notes.push(`No server uses the lineage ${name}${renewal === null ? '' : ', though certbot would renew it'}.`);
    for (const { name, renewal } of found.lineages) {
        if (renewal !== null && !/^(?:webroot|dns-)/.test(renewal.authenticator))
            notes.push(`The lineage ${name} is renewed by the authenticator ${renewal.authenticator}, which this action cannot use beside the proxy: certbot reconfigure --cert-name ${name} --webroot -w FOLDER.`);
        if (renewal !== null && renewal.hooks.length > 0)
            notes.push(`certbot runs the hooks of renewal/${name}.conf by itself: ${hookNames(renewal.hooks)}.`);
    }
    for (const one of containers.filter(({ image, state, oneOff }) => isCertbot(image) && state === 'running' && !oneOff))
        notes.push(`The container ${one.name} runs certbot by itself, and does not tell the proxy; hand renewals over: docker compose stop ${one.service}, and remove the loop from the Compose file.`);
}
/** Each note once, however many names it is about. */
function note({ notes }, text) {
    if (!notes.includes(text))
        notes.push(text);
}

;// CONCATENATED MODULE: ./actions/renew-certs/list.ts
/** The lineages of certbot on the host, and the names that they are served to. */



async function listLineages(run) {
    const { found, asked, now } = await see(run);
    const lineages = found.lineages.map(({ name, renewal, generations, chains }) => {
        const linked = linkedTo(generations);
        const [leaf] = (linked === null ? undefined : chains.get(linked)) ?? [];
        const served = asked.filter(({ lineage, problem }) => lineage === name && problem === null);
        return {
            name,
            names: leaf?.names ?? [],
            left: leaf === undefined ? 'its links do not lead to a complete generation' : leftOf(leaf, now()),
            renewedBy: renewal === null ? 'nobody' : `${renewal.authenticator}, ${renewal.server}`,
            servedTo: [...new Set(served.map(({ question }) => question.name ?? '(no name)'))],
        };
    });
    return {
        title: 'Lineages of certbot',
        empty: 'The proxy does not read any on this host.',
        head: ['lineage', 'names', 'left', 'renewed by', 'served to'],
        rows: lineages.map(({ name, names, left, renewedBy, servedTo }) => [
            { code: name },
            names.join(', '),
            left,
            renewedBy,
            servedTo.join(', ') || 'nobody',
        ]),
        lines: lineages.map(({ name, names, left, renewedBy, servedTo }) => `${name} (${names.join(', ')}): ${left}, renewed by ${renewedBy}, served to ${servedTo.join(', ') || 'nobody'}`),
        outputs: { lineages: JSON.stringify(lineages) },
    };
}

;// CONCATENATED MODULE: ./actions/lib/certificates/outside.ts
/**
 * What clients from outside are served, who follow the DNS: a CDN or a balancer before the host has its own
 * certificate.
 */





/** Milliseconds for one handshake, connection included. */
const outside_PATIENCE = 5000;
/**
 * Asks once for each name where the runner can reach it. Never rejects.
 * @param chains certificates that this host has or had, besides those that are served
 */
async function seenOutside(asked, chains, now, way = { lookup: outside_addressesOf, dial: direct }) {
    const here = asked.filter(({ question, port, served }) => question.name !== null && port === 443 && served.length > 0);
    const names = [...new Set(here.flatMap(({ question: { name } }) => name ?? []))];
    const found = await Promise.all(names.map(async (name) => {
        const own = here.filter(({ question }) => question.name === name).map(({ served }) => served);
        const addresses = (await way.lookup(name)).filter(isPublic);
        const seen = await Promise.all(addresses.map((address) => judge(name, address, { own, chains, now }, way.dial)));
        // A runner without IPv6 has no way to the second address of most names.
        const reached = seen.some(({ kind }) => kind !== 'unseen');
        return seen.filter(({ kind, text }) => !(reached && kind === 'unseen' && hasNoWay(text)));
    }));
    return found.flat();
}
async function judge(name, address, known, dial) {
    let chain = [];
    let silent = 'no certificate came';
    try {
        chain = await askTls(dial, { address, port: 443, name, keys: null, proxyProtocol: false }, outside_PATIENCE);
    }
    catch (error) {
        silent = error instanceof Error ? error.message : String(error);
    }
    const [leaf] = chain;
    if (leaf === undefined)
        return { name, kind: 'unseen', text: `${name} at ${address}: ${silent}`, ends: null };
    return { name, ends: leaf.notAfter, ...kindOf(name, address, chain, leaf, known) };
}
function kindOf(name, address, chain, leaf, { own, chains, now }) {
    const has = ([one]) => one?.fingerprint === leaf.fingerprint;
    const same = own.find(has);
    if (same !== undefined && same.length === chain.length)
        return { kind: 'same', text: '' };
    const who = `${name}: clients from outside, at ${address}, are served`;
    // Some names are asked for though their certificate is for others.
    const owed = own.some(([one]) => one !== undefined && covers(one, name));
    const wrong = judgeCertificate(chain, owed ? name : null, now) ?? (leaf.selfSigned ? 'nobody trusts it' : null);
    if (same !== undefined)
        return wrong === null
            ? { kind: 'same', text: '' }
            : { kind: 'invalid', text: `${who} the certificate of this host with another chain: ${wrong}` };
    const other = `${who} a certificate that is not the one of this host (${nameOf(leaf)})`;
    if (wrong !== null)
        return { kind: 'invalid', text: `${other}: ${wrong}; ${CAUSE}` };
    const older = own.every(([one]) => one !== undefined && leaf.notAfter < one.notAfter);
    if (older && chains.some(has))
        return { kind: 'former', text: `${who} a former certificate of this host (${nameOf(leaf)}); ${COPY}` };
    return { kind: 'other', text: `${other}; ${CAUSE}` };
}
const CAUSE = 'a server in front of the host, such as a CDN or a balancer, or another host has its own, which is not renewed here';
const COPY = 'a server in front of the host, or another host, has a copy of it, which no renewal here replaces';
async function outside_addressesOf(name) {
    try {
        return (await (0,promises_.lookup)(name, { all: true })).map(({ address }) => address);
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./actions/renew-certs/outside.ts
/** What this run makes of the certificates that clients from outside get. */


/** Warns of certificates of others, and notes what could not be asked. */
async function lookOutside({ asked, found, run, now }) {
    const chains = found.lineages.flatMap((one) => [...one.chains.values()]);
    const seen = await seenOutside(asked, chains, now());
    for (const { kind, text } of seen) {
        if (kind !== 'other')
            continue;
        run.recorder.warning(text);
        run.notes.push(`${text}.`);
    }
    const unseen = seen.filter(({ kind }) => kind === 'unseen').map(({ text }) => text);
    if (unseen.length > 0)
        run.notes.push(`Not known is what clients from outside get, as the runner got no answer: ${unseen.join('; ')}.`);
    return seen;
}
function problemsOutside(seen) {
    return seen.flatMap(({ kind, text }) => {
        if (kind !== 'invalid' && kind !== 'former')
            return [];
        return [
            new errors/* UserError */.y(kind === 'invalid' ? 'RB-CERT-INVALID' : 'RB-CERT-NOT-SERVED', {
                what: text,
                remedy: 'see where this address leads, and renew or replace the certificate there; or correct the DNS',
            }),
        ];
    });
}

;// CONCATENATED MODULE: ./actions/renew-certs/table.ts
/** What a summary shows of certificates: what is served, when it is renewed next, and what the CA still allows. */





const table_DAY = 24 * 3600 * 1000;
function blocksOf(scene, renewal) {
    const now = scene.now();
    const rows = scene.asked.map((one) => {
        const [leaf] = one.served;
        const wrong = one.problem ?? judgeAsked(one, now);
        const own = one.lineage === null ? undefined : renewal.done.get(one.lineage);
        const from = one.lineage ?? (one.question.ordersItself ? '' : one.question.certificates.join(', '));
        return [
            { code: `${one.question.name ?? '(no name)'}:${one.question.port}` },
            from === '' ? '' : { code: from },
            leaf?.issuer ?? '',
            leaf === undefined ? '' : leftOf(leaf, now),
            nextOf(scene, renewal, one),
            `${wrong === null ? '✅' : '❌'} ${wrong ?? own?.text ?? 'served as in its file'}`,
        ];
    });
    const once = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
    if (once.length === 0)
        return [];
    return [
        { kind: 'heading', text: 'Certificates as they are served' },
        { kind: 'table', head: ['name', 'lineage', 'issued by', 'left', 'next renewal', 'state'], rows: once },
        ...limitsOf(scene, renewal),
    ];
}
/** When this action renews what is served; empty for what it does not renew. */
function nextOf(scene, { done, windows }, { served: [leaf], lineage }) {
    if (leaf === undefined || lineage === null || !renewedHere(scene.found, lineage))
        return '';
    // What the CA suggested was for the certificate before.
    const window = done.get(lineage)?.planned === false ? null : (windows.get(lineage) ?? null);
    const { due, at } = judgeDue(leaf, scene.now(), scene.every, window);
    return due ? 'due' : `from ${new Date(at).toISOString().slice(0, 16)}Z`;
}
/** Nothing where a CA is asked whose limits are not known. */
function limitsOf(scene, renewal) {
    const now = scene.now() / 1000;
    const wanted = wantedIn(scene);
    // The record was read before the orders of this run.
    const attempts = [...scene.found.attempts, ...wanted.flatMap((one) => ofThisRun(one, renewal, now))];
    const items = wanted.flatMap(({ lineage, ...one }) => {
        const left = leftOfLimits(attempts, one, now);
        if (left.length === 0)
            return [];
        return [[{ code: lineage }, `: ${left.map((limit) => `${limit.left} of ${limit.most} ${limit.of}`).join(', ')}`]];
    });
    if (items.length === 0)
        return [];
    const lead = "What Let's Encrypt still allows, by the record of this host (renewals at the time that it suggests do not count):";
    return [{ kind: 'list', lead, items }];
}
/** What certbot renews, and what was ordered now. */
function wantedIn({ found, run }) {
    const { wish } = run.inputs;
    const renewed = found.lineages.flatMap(({ name, renewal, chains }) => {
        const names = [...chains].at(-1)?.[1][0]?.names ?? [];
        return renewal === null || name === wish?.lineage ? [] : [{ lineage: name, server: renewal.server, names }];
    });
    return wish === null ? renewed : [...renewed, { lineage: wish.lineage, server: wish.server, names: wish.names }];
}
function ofThisRun(wanted, { done, problems }, at) {
    const own = done.get(wanted.lineage);
    if (own?.ordered === true && !own.planned)
        return [{ ...wanted, at, outcome: 'issued' }];
    const refused = problems.some(({ code, details }) => code === 'RB-CERT-REFUSED' && details.what.startsWith(`${wanted.lineage}: `));
    return refused ? [{ ...wanted, at, outcome: 'failed' }] : [];
}
/** Days until the first of what is served expires. */
function soonest(scene) {
    const ends = scene.asked.flatMap(({ served: [leaf] }) => (leaf === undefined ? [] : [leaf.notAfter]));
    return ends.length === 0 ? null : (Math.min(...ends) - scene.now()) / table_DAY;
}

;// CONCATENATED MODULE: ./actions/renew-certs/verdict.ts
/** Whether users meet an invalid certificate, and what this run changed: one or two sentences. Pure. */

const verdict_DAY = 24 * 3600 * 1000;
/**
 * @param asked the present answers @param done lineage → its result @param now milliseconds since the epoch @param touched whether anything was begun on the host, even without effect @param outside what clients from outside get
 */
function verdictOf(asked, done, now, touched, outside) {
    const changed = [...done].filter(([, { planned }]) => !planned).map(([lineage]) => lineage);
    const change = changed.length > 0 ? ` New: ${changed.join(', ')}.` : touched ? '' : ' Nothing was changed.';
    return `${verdict_servedOf(asked, now, outside)}${change}`;
}
function verdict_servedOf(asked, now, outside) {
    const wrong = asked.filter((one) => !one.unseen && judgeAsked(one, now) !== null);
    if (wrong.length > 0)
        return `USERS ARE AFFECTED: the certificate that is served for ${verdict_namesOf(wrong)} is not valid.`;
    const rejected = [...new Set(outside.filter(({ kind }) => kind === 'invalid').map(({ name }) => name))];
    if (rejected.length > 0)
        return `USERS ARE AFFECTED: the certificate that clients from outside get for ${rejected.join(', ')} is not valid, though the one of this host is.`;
    const unseen = asked.filter((one) => one.unseen);
    if (unseen.length > 0 || asked.length === 0)
        return `It is not known whether users are affected: ${asked.length === 0 ? 'no name was asked' : `the certificate that is served for ${verdict_namesOf(unseen)} could not be read`}.`;
    const ends = asked.flatMap(({ served: [leaf] }) => (leaf === undefined ? [] : [leaf.notAfter]));
    ends.push(...outside.flatMap(({ ends: end }) => end ?? []));
    const days = Math.floor((Math.min(...ends) - now) / verdict_DAY);
    return `No user is affected: every name that was asked is served a valid certificate, which lasts for at least ${days} days.`;
}
/** Each once. */
function verdict_namesOf(asked) {
    return [...new Set(asked.map(({ question }) => question.name ?? 'a caller without a name'))].join(', ');
}

;// CONCATENATED MODULE: ./actions/renew-certs/renew-certs.ts











const renewCerts = {
    name: 'renew-certs',
    lease: 'stack',
    passesFreeze: true,
    read: readCertificateInputs,
    title: ({ mode }) => titleOf(mode),
    list: { wanted: ({ mode }) => mode === 'list', show: listLineages },
    watched: (get) => titleOf(get('mode')?.trim() || 'renew'),
    run: renew_certs_carryOut,
};
const TITLES = {
    renew: 'Renew certificates',
    check: 'Check certificates',
    list: 'List certificates',
    issue: 'Order a certificate',
};
function titleOf(mode) {
    return TITLES[mode] ?? TITLES.renew;
}
async function renew_certs_carryOut(run) {
    const scene = await see(run);
    const looksOnly = run.inputs.mode === 'check';
    const renewal = looksOnly
        ? { done: new Map(), problems: [], windows: knownWindows(scene) }
        : await carryOutWish(scene);
    // Certificates of other names do not matter for an order.
    const outside = await lookOutside(scene);
    const abroad = problemsOutside(outside);
    const problems = run.inputs.wish === null ? [...renewal.problems, ...problemsIn(scene, renewal), ...abroad] : renewal.problems;
    if (run.inputs.wish !== null)
        run.notes.push(...abroad.map(({ details }) => `${details.what}.`));
    for (const { message } of problems.slice(1))
        run.notes.push(message.split('\n')[0] ?? '');
    const [first] = problems;
    const changed = [...renewal.done.values()].some(({ planned }) => !planned);
    const status = first !== undefined
        ? (0,procedure_report/* statusOf */.c2)(first)
        : looksOnly
            ? 'succeeded'
            : changed
                ? 'succeeded'
                : run.inputs.dryRun
                    ? 'planned'
                    : 'unchanged';
    const blocks = blocksOf(scene, renewal);
    const verdict = verdictOf(scene.asked, renewal.done, scene.now(), run.recorder.changed, outside);
    const report = run.report(status, { blocks, verdict, ...(first === undefined ? {} : { error: (0,procedure_report/* describe */.q0)(first) }) });
    return { report, outputs: outputsOf(scene, renewal) };
}
async function carryOutWish(scene) {
    const { wish } = scene.run.inputs;
    if (wish === null)
        return renewAll(scene);
    const done = await issue(scene, wish);
    scene.run.recorder.info(`${wish.lineage}: ${done.text}`);
    return { done: new Map([[wish.lineage, done]]), problems: [], windows: new Map() };
}
function outputsOf(scene, { done }) {
    const renewed = [...done].filter(([, { ordered, planned }]) => ordered && !planned).map(([name]) => name);
    const days = soonest(scene);
    return { renewed: JSON.stringify(renewed), 'days-left': days === null ? '' : days.toFixed(1) };
}


/***/ })

};
;