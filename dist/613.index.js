"use strict";
exports.id = 613;
exports.ids = [613];
exports.modules = {

/***/ 90613:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  access: () => (/* binding */ access)
});

// UNUSED EXPORTS: wantedOf

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./actions/lib/config/inputs.ts
var inputs = __webpack_require__(30324);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/host/quote.ts
var quote = __webpack_require__(51957);
// EXTERNAL MODULE: ./actions/lib/stack/sections.ts
var stack_sections = __webpack_require__(78157);
;// CONCATENATED MODULE: ./actions/lib/init/access-look.ts
/** What the user of the workflows already has on the host, read over the operator's own SSH. Changes nothing there. */





function accessLookScript({ user, publicKey, folders, inner, files, trees }) {
    const lists = { FOLDERS: [...folders, ...inner], FILES: files, TREES: trees };
    return [
        'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
        `LOGIN=${(0,quote/* quote */.h)(user)} KEY=${(0,quote/* quote */.h)(publicKey.split(' ')[1] ?? '')}`,
        ...Object.entries(lists).map(([name, paths]) => `${name}=${(0,quote/* quote */.h)(paths.join('\n'))}`),
        (0,stack_sections/* sectionsScript */.Q)(),
        (0,external_node_fs_.readFileSync)(__webpack_require__.ab + "access-look.sh", 'utf8'),
    ].join('\n');
}
/** @throws {UserError} RB-COMMAND-FAILED where the script did not come to its end */
function parseAccessLook(output) {
    const sections = (0,stack_sections/* sectionsOf */.K)(output);
    if (!sections.has('end'))
        throw new errors/* UserError */.y('RB-COMMAND-FAILED', {
            what: 'the host was not read to the end',
            why: output.trim().split('\n').at(-1)?.slice(0, 200) || 'it said nothing',
            remedy: 'see that this user can run `sh -s` over ssh, without a program in between that prints or ends',
        });
    const lines = (name) => (sections.get(name) ?? []).filter((line) => line !== '');
    const yes = (name) => lines(name)[0] === 'yes';
    const [tool] = lines('tools');
    const places = lines('places').map((line) => {
        const [state = '', path = ''] = line.split('\t');
        return [path, state];
    });
    return {
        me: lines('me')[0] ?? '',
        root: yes('root'),
        tool: tool === 'useradd' || tool === 'adduser' ? tool : null,
        docker: lines('docker')[0] ?? '',
        dockerGroup: lines('group').length > 0,
        known: yes('known'),
        inGroup: lines('groups').includes('docker'),
        answers: yes('answers'),
        hasKey: yes('key'),
        places: new Map(places),
        hostKeys: lines('keys').map((line) => line.split(' ').slice(0, 2).join(' ')),
    };
}

// EXTERNAL MODULE: ./actions/lib/host/known-hosts.ts
var known_hosts = __webpack_require__(82776);
;// CONCATENATED MODULE: ./actions/lib/init/access-steps.ts
/**
 * The commands that let the workflows reach the host, in a form that a person could type: `access` runs them, and
 * ACCESS.md shows them. Only for what does not exist yet. Pure.
 */



/** A path of this machine; in ACCESS.md the home is written as `~`. */
function local(path) {
    return path.startsWith('~/') ? `~/${(0,quote/* quote */.h)(path.slice(2))}` : (0,quote/* quote */.h)(path);
}
/** Commands that make the key. @param path of the private half */
function keySteps(path, stack) {
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    return [
        {
            what: 'A folder that only you can read, for the key of the workflows',
            command: `mkdir -p ${local(folder)} && chmod 700 ${local(folder)}`,
        },
        {
            what: 'The key. It has no passphrase, because a workflow cannot type one',
            command: `ssh-keygen -q -t ed25519 -N '' -C ${(0,quote/* quote */.h)(`runbook-actions ${stack}`)} -f ${local(path)}`,
        },
    ];
}
/**
 * Commands for root on the host.
 *
 * @throws {UserError} RB-HOST-UNSUITABLE where Docker or a command that adds users does not exist
 */
function hostSteps(look, { user, publicKey, folders, inner, files, trees }) {
    if (!/^\d+\./.test(look.docker))
        throw new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
            what: 'Docker does not answer on the host',
            why: look.docker || 'there is no docker',
            remedy: 'install Docker Engine with Compose 2.20 or newer, and start it',
        });
    const steps = [];
    const step = (what, command) => void steps.push({ what, command });
    if (!look.known)
        step(`The user ${user}, without a password`, newUser(look.tool, user));
    if (!look.inGroup && !look.answers) {
        if (!look.dockerGroup)
            throw new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
                what: 'the host has no group docker',
                why: 'Docker runs without root there, or with another group, so it is not known which users may use it',
                remedy: `give --user the name of the user for whom Docker runs, and log in as that user: --host THAT_USER@HOST`,
            });
        step('The user may use Docker, which makes it as powerful as root', look.tool === 'adduser' ? `addgroup ${user} docker` : `usermod --append --groups docker ${user}`);
    }
    if (!look.hasKey) {
        const script = `umask 077; mkdir -p ~/.ssh; echo "restrict,port-forwarding ${publicKey}" >>~/.ssh/authorized_keys`;
        steps.push({
            what: 'The key logs in as that user, without agent forwarding and without a terminal',
            command: look.me === user ? script : `su -s /bin/sh ${user} -c ${(0,quote/* quote */.h)(script)}`,
            own: look.me === user,
        });
    }
    const at = (path) => look.places.get(path);
    const quoted = (paths) => paths.map(quote/* quote */.h).join(' ');
    for (const path of folders) {
        if (at(path) === 'missing')
            step(`The folder ${path}, which the user owns`, `mkdir -p ${(0,quote/* quote */.h)(path)} && chown ${user} ${(0,quote/* quote */.h)(path)}`);
        else if (at(path) === 'folder')
            step(`The user owns the folder ${path}, not its contents`, `chown ${user} ${(0,quote/* quote */.h)(path)}`);
    }
    const inside = inner.filter((path) => at(path) === 'folder');
    if (inside.length > 0)
        step('The user can replace the files that come from the repository', `chown ${user} ${quoted(inside)}`);
    const unread = files.filter((path) => at(path) === 'file');
    if (unread.length > 0)
        step('The user can read the files with which the stack was started', `chown ${user} ${quoted(unread)}`);
    const own = trees.filter((path) => at(path) === 'tree');
    if (own.length > 0)
        step('The user owns the files that these actions keep on the host', `chown -R ${user} ${quoted(own)}`);
    return steps;
}
/**
 * The account is not locked: an SSH server without PAM rejects users whose password is `!`. Source: sshd(8), Login
 * Process.
 */
function newUser(tool, user) {
    if (tool === 'useradd')
        return `useradd --create-home --shell /bin/sh --password '*' ${user}`;
    if (tool === 'adduser')
        return `adduser -D -s /bin/sh ${user} && echo '${user}:*' | chpasswd -e`;
    throw new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
        what: `the user ${user} cannot be made`,
        why: 'the host has neither useradd nor adduser',
        remedy: 'make the user by hand, or give --user the name of a user that exists',
    });
}
/**
 * One line, with the type of key that the SSH library prefers.
 *
 * @param own `type base64`
 * @returns `null`: the host shows no keys
 */
function knownHostsLine(own, host, port) {
    const of = (type) => own.find((line) => line.startsWith(`${type} `));
    const line = of('ssh-ed25519') ?? own.find((one) => one.startsWith('ecdsa-sha2-')) ?? of('ssh-rsa');
    return line === undefined ? null : `${(0,known_hosts/* nameInKnownHosts */.DE)(host, Number(port))} ${line}`;
}
/** A secret cannot be read back, so it is set again each time. @param settings present ones; `null`: not known */
function gitHubSteps({ needs, environments }, told, settings) {
    const made = environments
        .filter(({ name }) => settings?.environments.has(name) !== true)
        .map(({ name }) => ({
        what: `The environment ${name}`,
        command: `gh api --silent --method PUT ${(0,quote/* quote */.h)(`repos/{owner}/{repo}/environments/${encodeURIComponent(name)}`)}`,
    }));
    const values = new Map([
        ['SSH_HOST', told.host],
        ['SSH_PORT', told.port],
        ['SSH_USER', told.user],
        ['SSH_KNOWN_HOSTS', told.knownHosts],
    ]);
    const variables = needs.flatMap(({ kind, name, environment }) => {
        const value = values.get(name);
        if (kind !== 'variable' || value === undefined)
            return [];
        const own = environment === null ? settings?.variables : settings?.environments.get(environment)?.variables;
        const held = own?.get(name) ?? settings?.variables.get(name) ?? '';
        if (held.trim() === value || (name === 'SSH_PORT' && value === '22' && held.trim() === ''))
            return [];
        const place = environment === null
            ? 'repos/{owner}/{repo}/actions/variables'
            : `repos/{owner}/{repo}/environments/${encodeURIComponent(environment)}/variables`;
        const there = own?.has(name) === true;
        const [method, path] = there ? ['PATCH', `${place}/${name}`] : ['POST', place];
        return [
            {
                what: `${name} of ${environment ?? 'the repository'}${there ? `, which was ${held}` : ''}`,
                command: `gh api --silent --method ${method} ${(0,quote/* quote */.h)(path)} -f name=${name} -f ${(0,quote/* quote */.h)(`value=${value}`)}`,
            },
        ];
    });
    const secrets = needs
        .filter(({ kind, name }) => kind === 'secret' && name === 'SSH_KEY')
        .map(({ environment }) => ({
        what: `The key, for ${environment ?? 'the repository'}`,
        command: `gh secret set SSH_KEY${environment === null ? '' : ` --env ${(0,quote/* quote */.h)(environment)}`} < ${local(told.key)}`,
    }));
    return [...made, ...variables, ...secrets];
}

// EXTERNAL MODULE: ./actions/lib/init/check.ts + 1 modules
var check = __webpack_require__(3568);
// EXTERNAL MODULE: ./actions/lib/init/compose.ts + 2 modules
var init_compose = __webpack_require__(51413);
// EXTERNAL MODULE: ./actions/lib/init/needs.ts
var needs = __webpack_require__(15400);
// EXTERNAL MODULE: ./actions/lib/init/repository.ts
var repository = __webpack_require__(47497);
// EXTERNAL MODULE: ./actions/lib/init/reviewers.ts
var reviewers = __webpack_require__(83237);
// EXTERNAL MODULE: ./actions/lib/init/settings.ts
var settings = __webpack_require__(47888);
;// CONCATENATED MODULE: ./actions/lib/init/access.ts
/**
 * `access`: gives the workflows a key, a user on the host, and their settings on GitHub. Each command is shown before
 * it is run; for what exists already there is no command.
 */












/** Shown for a key that does not exist yet. */
const TO_COME = 'ssh-ed25519 PUBLIC_KEY runbook-actions';
/**
 * @returns whether the workflows have everything now @throws {UserError} where a command fails or the host is
 *   unsuitable
 */
async function access(request, hands) {
    const { folder, address, print } = request;
    const { say } = hands;
    const here = ({ command }) => hands.here(command);
    const runbook = (0,inputs/* readRunbook */.j_)(folder, 'runbook.yml');
    const facts = (0,needs/* needsOf */.h)((0,check/* workflowsIn */.c)(folder), request.actions, runbook);
    if (facts.needs.length === 0)
        throw new errors/* UserError */.y('RB-CONFIG-MISSING', {
            what: `no workflow in ${(0,repository/* workflowFolder */.Mf)(folder)} runs an action of this project`,
            remedy: 'run init first, or give --folder the folder of runbook.yml',
        });
    const { settings, why } = await settingsOf(hands.askGitHub);
    const user = userOf(request.user, settings);
    const key = keyOf(request, runbook.stack);
    const made = hands.publicKey(key);
    const look = await lookAt(hands, wantedOf(folder, runbook, user, made ?? ''));
    if (made === null && !(await carryOut('On this machine', keySteps(key, runbook.stack), here, request, hands)))
        return false;
    const publicKey = hands.publicKey(key) ?? TO_COME;
    const wanted = wantedOf(folder, runbook, user, publicKey);
    const steps = hostSteps(look, wanted);
    requireRoot(look, steps, request);
    const where = `On ${request.server}${look.root ? ', as root' : ''}`;
    if (!(await carryOut(where, steps, (step) => onHost(hands, look, step), request, hands)))
        return false;
    const line = knownHostsLine(look.hostKeys, address.host, address.port);
    if (line === null)
        throw new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
            what: 'the host does not show its own public keys',
            why: '/etc/ssh/ssh_host_*_key.pub cannot be read',
            remedy: 'set SSH_KNOWN_HOSTS by hand, to a line that somebody compared on the host; see ACCESS.md',
        });
    const told = { host: address.host, port: address.port, user, knownHosts: line, key };
    if (!print) {
        await hands.logIn(told, loginScript(wanted));
        say(`✓ ${user} logs in with this key, Docker answers, and ${wanted.folders.join(' and ')} can be written to.`);
    }
    const unknown = settings === null;
    if (unknown)
        say(`GitHub was not asked: ${why}. Run these commands when gh is installed and logged in:`);
    const { steps: approving, kept } = (0,reviewers/* reviewerSteps */.N)(facts, request.reviewers, settings);
    if (kept.length > 0)
        say(`${kept.join(', ')} has reviewers already, and keeps them.`);
    const last = [...gitHubSteps(facts, told, settings), ...approving];
    const done = await carryOut('On GitHub', last, here, { ...request, print: print || unknown }, hands);
    const whole = done && !print && !unknown;
    if (whole)
        say(`The key lies in ${key}, outside of the repository. GitHub has a copy that nobody can read back.`);
    return whole;
}
/** Shows commands, asks, and runs them. @returns whether they were run */
async function carryOut(where, steps, run, { print, yes }, { say, agree }) {
    if (steps.length === 0) {
        say(`${where}: nothing is missing.`);
        return true;
    }
    say(`${where}:`);
    for (const { what, command } of steps)
        say(`  # ${what}\n  ${command.replaceAll('\n', '\n  ')}`);
    if (print)
        return true;
    if (!yes) {
        if (agree === null)
            throw new errors/* UserError */.y('RB-CANCELLED', {
                what: 'there is no person to ask, and --yes was not given; nothing was run',
                why: 'standard input is not a terminal',
                remedy: 'run it in a terminal, or give --yes; or give --print and run the commands yourself',
            });
        if (!(await agree(`Run ${steps.length === 1 ? 'this' : `these ${steps.length}`}? [y/N] `))) {
            say('Nothing was run. Run these commands yourself, then start this again: it goes on from there.');
            return false;
        }
    }
    for (const step of steps)
        await run(step);
    return true;
}
async function onHost({ host }, look, { command, own = false }) {
    const script = `if ${command}\nthen printf '#rb-done\\n'; fi`;
    const whole = look.root && !own ? asRoot(script) : script;
    if (/^#rb-done$/m.test(await host(whole)))
        return;
    throw new errors/* UserError */.y('RB-COMMAND-FAILED', {
        what: `the host could not carry out: ${command}`,
        why: 'the output of the command is above',
        remedy: 'correct the cause and run this again: it does not repeat what is done already',
    });
}
function asRoot(script) {
    return `rb_shell=sh
[ "$(id -u)" = 0 ] || rb_shell='sudo -n sh'
$rb_shell -s <<'RB_SCRIPT'
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH
${script}
RB_SCRIPT`;
}
/** Tests what the workflows need, as their user. */
function loginScript({ folders }) {
    return [
        'docker version >/dev/null || exit 1',
        'docker compose version >/dev/null || exit 1',
        ...folders.map((path) => `test -w ${path} || { echo "${path} cannot be written to" >&2; exit 1; }`),
    ].join('\n');
}
async function lookAt({ host }, wanted) {
    return parseAccessLook(await host(accessLookScript(wanted)));
}
async function settingsOf(ask) {
    try {
        return { settings: await (0,settings/* readSettings */.s)(ask), why: '' };
    }
    catch (error) {
        return { settings: null, why: error.message };
    }
}
/** @throws {UserError} RB-INPUT-INVALID */
function userOf(given, settings) {
    const held = settings?.environments.get('production')?.variables.get('SSH_USER') ?? settings?.variables.get('SSH_USER');
    const user = given ?? (held?.trim() || 'deploy');
    if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
        throw new errors/* UserError */.y('RB-INPUT-INVALID', {
            what: `--user ${JSON.stringify(user)} is not a name of a user`,
            remedy: 'give a name of small letters, digits, - and _',
        });
    if (user !== 'root')
        return user;
    throw new errors/* UserError */.y('RB-INPUT-INVALID', {
        what: 'the workflows would log in as root',
        why: given === null ? 'SSH_USER on GitHub is root' : '--user is root',
        remedy: 'give --user deploy: the user is made if it does not exist, and the workflows need no more rights',
    });
}
/** @throws {UserError} RB-INPUT-INVALID where the key would lie in the repository */
function keyOf({ key, home, folder, address }, stack) {
    const path = key ?? (0,external_node_path_.join)(home, `${stack}@${address.host}`.replace(/[^A-Za-z0-9@._-]/g, '_'));
    const top = (0,repository/* topOf */.HX)((0,external_node_path_.resolve)(folder));
    if (!(0,external_node_path_.resolve)(path).startsWith(`${top}${external_node_path_.sep}`))
        return (0,external_node_path_.resolve)(path);
    throw new errors/* UserError */.y('RB-INPUT-INVALID', {
        what: `the key ${path} would lie in the repository`,
        why: 'one careless commit would publish it',
        remedy: 'leave --key out, or name a place outside',
    });
}
function requireRoot(look, all, { server, print }) {
    const steps = all.filter(({ own }) => own !== true);
    if (look.root || steps.length === 0 || print)
        return;
    throw new errors/* UserError */.y('RB-HOST-UNSUITABLE', {
        what: `${look.me} may not run the missing commands on ${server}`,
        why: `this user is not root, and sudo asks for a password. The commands are: ${steps.map(({ command }) => command).join('; ')}`,
        remedy: 'run these commands there as root, then run this again; or give --host a user who is root',
    });
}
/** The stack's folders and files; of those in the repository only the ones that a release uploads. */
function wantedOf(folder, runbook, user, publicKey) {
    const { directory, compose, files, envFile, backup } = runbook;
    const copied = backup.databases.length + backup.volumes.length + backup.qdrant.length > 0;
    const toHost = backup.to === undefined || backup.to.includes('host');
    const there = compose.filter((file) => (0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, file)));
    const { services, followed } = (0,init_compose/* readProject */.Wh)(folder, there);
    const mounted = services.flatMap(({ mounts }) => mounts.filter(({ kind, source }) => kind === 'bind' && source.startsWith('.')).map(({ source }) => source));
    const taken = [...compose, ...followed, ...files, ...mounted]
        .map((path) => (0,external_node_path_.relative)(folder, (0,external_node_path_.resolve)(folder, path)))
        .filter((path) => path !== '' && !path.startsWith('..') && (0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, path)));
    const inner = taken.flatMap((path) => (0,external_node_fs_.statSync)((0,external_node_path_.join)(folder, path)).isDirectory() ? foldersIn(folder, path) : parentsOf(path));
    return {
        user,
        publicKey,
        folders: [directory, ...(copied && toHost ? [backup.directory] : [])],
        inner: [...new Set(inner)].sort().map((path) => `${directory}/${path}`),
        files: [...compose, ...(envFile === null ? [] : [envFile])].map((path) => `${directory}/${path}`),
        trees: [`${directory}/.runbook`],
    };
}
function foldersIn(folder, path) {
    const below = (0,external_node_fs_.readdirSync)((0,external_node_path_.join)(folder, path), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...parentsOf((0,external_node_path_.join)(path, 'x')), ...below.flatMap(({ name }) => foldersIn(folder, (0,external_node_path_.join)(path, name)))];
}
function parentsOf(path) {
    const parent = (0,external_node_path_.dirname)(path);
    return parent === '.' ? [] : [...parentsOf(parent), parent];
}


/***/ })

};
;