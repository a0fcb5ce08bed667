"use strict";
exports.id = 17;
exports.ids = [17];
exports.modules = {

/***/ 44017:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  requireCommit: () => (/* binding */ requireCommit)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(92413);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
// EXTERNAL MODULE: ./actions/lib/steps/endings.ts
var endings = __webpack_require__(81842);
;// CONCATENATED MODULE: ./actions/lib/github/checks.ts
/**
 * Which checks a branch requires, and the state of a commit's checks. Pure.
 *
 * Source: docs.github.com/rest, "Get a branch", "Get rules for a branch", "List check runs for a Git reference" and
 * "List commit statuses for a reference"; docs.github.com, "About status checks" and "Troubleshooting required status
 * checks" (a skipped and a neutral check count as passed, and where a check and a status have the same name, both are
 * required).
 */
/** Checks that a branch's protection requires; `null`: GitHub does not tell. @param protection as in GitHub's answer */
function requiredByProtection(branch) {
    const found = branch.protection?.required_status_checks;
    if (found === undefined || found === null)
        return branch.protected === true ? null : [];
    if (found.enforcement_level === 'off')
        return [];
    const checks = (found.checks ?? []).map(({ context, app_id }) => ({ name: context, app: appOf(app_id) }));
    const bare = (found.contexts ?? []).filter((name) => checks.every((one) => one.name !== name));
    return [...checks, ...bare.map((name) => ({ name, app: null }))];
}
/** Checks that rulesets require. */
function requiredByRules(rules) {
    return rules.flatMap(({ type, parameters }) => {
        if (type !== 'required_status_checks')
            return [];
        const { required_status_checks: all = [] } = (parameters ?? {});
        return all.map(({ context, integration_id }) => ({ name: context, app: appOf(integration_id) }));
    });
}
/** Each check once; a check of any app is left out where a certain app must report it. */
function union(...lists) {
    const all = lists.flat();
    const kept = all.filter(({ name, app }) => app !== null || all.every((one) => one.name !== name || one.app === null));
    return kept.filter(({ name, app }, index) => kept.findIndex((one) => one.name === name && one.app === app) === index);
}
/** GitHub writes -1 for any app. */
function appOf(id) {
    return id === undefined || id === null || id < 0 ? null : id;
}
const PASSED = ['success', 'neutral', 'skipped'];
/** @param run ID of this run. Its checks that have not ended are left out: one of them may be the job that asks */
function checkSaid(one, run) {
    const url = one.html_url ?? one.details_url ?? null;
    const ended = one.status === 'completed' && one.conclusion !== null;
    const own = run !== undefined && run !== '' && url?.includes(`/actions/runs/${run}/`) === true;
    if (own && !ended)
        return null;
    return {
        ...{ kind: 'check', id: one.id, name: one.name, app: one.app?.id ?? null, url },
        state: !ended ? 'waiting' : PASSED.includes(one.conclusion ?? '') ? 'passed' : 'failed',
        word: (ended ? (one.conclusion ?? '') : one.status).replaceAll('_', ' '),
    };
}
/** @param app number of the app that set the status; `null`: not known */
function statusSaid(one, app) {
    const { id, context: name, state, target_url: url = null } = one;
    const ended = state !== 'pending';
    return {
        ...{ kind: 'status', id, name, app, url, word: state },
        state: !ended ? 'waiting' : state === 'success' ? 'passed' : 'failed',
    };
}
/** Only the newest report of each name, kind and app counts. */
function standingOf(required, said) {
    const newest = said.filter((one) => said.every((other) => other.name !== one.name || other.app !== one.app || other.kind !== one.kind || other.id <= one.id));
    const found = required.map((wanted) => ({
        wanted,
        of: newest.filter(({ name, app }) => name === wanted.name && (wanted.app === null || app === wanted.app)),
    }));
    const every = (state) => [
        ...new Set(found.flatMap(({ of }) => of.filter((one) => one.state === state))),
    ];
    return {
        failed: every('failed'),
        waiting: every('waiting'),
        absent: found.flatMap(({ wanted, of }) => (of.length === 0 ? [wanted] : [])),
        passed: found.flatMap(({ wanted, of }) => of.length > 0 && of.every(({ state }) => state === 'passed') ? [wanted] : []),
    };
}
/** Compares by GitHub's rules for patterns of branches: `*` stops at a slash, `**` does not. */
function matchesBranch(pattern, name) {
    const text = pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*\*|\*|\?/g, (sign) => (sign === '**' ? '.*' : sign === '*' ? '[^/]*' : '[^/]'));
    return new RegExp(`^${text}$`).test(name);
}

;// CONCATENATED MODULE: ./actions/lib/github/commit.ts
/** Asks GitHub about the commit of a pushed tag: which branch has it, and whether its checks have passed. */





/** Milliseconds between two questions: the token of a job has 1000 requests an hour. */
const PAUSE = 20_000;
/** Questions in a row that may fail. */
const FAILURES = 5;
/** Milliseconds for one request. */
const TIMEOUT = 20_000;
/** @see PushedTag */
async function requireCommit(request) {
    const octokit = (0,github.getOctokit)(request.token);
    const branch = await branchWith(octokit, request);
    request.say(`commit ${commit_short(request.commit)} of ${request.tag} is on the branch ${branch}`);
    const { required, notes } = await requiredOn(octokit, branch, request);
    if (required.length === 0) {
        if (notes.length === 0)
            request.say(`the branch ${branch} requires no checks`);
        return notes;
    }
    await passed(octokit, required, branch, request);
    request.say(`all required checks have passed: ${namesOf(required)}`);
    return notes;
}
/** @throws {UserError} RB-COMMIT-ELSEWHERE */
async function branchWith(octokit, request) {
    const branches = await candidates(octokit, request);
    for (const { name, head } of branches) {
        // A tag may have the branch's name, so the branch's name does not say which commit is compared.
        const basehead = `${head}...${request.commit}`;
        const { status } = await asked(request, `whether the branch ${name} has the commit`, 'contents: read', (options) => octokit.rest.repos.compareCommitsWithBasehead({ ...github.context.repo, ...options, basehead, per_page: 1 }));
        if (status === 'behind' || status === 'identical')
            return name;
    }
    const where = request.branches === null
        ? `the default branch ${branches.map(({ name }) => name).join()}`
        : `any branch that release-branches of runbook.yml names (${request.branches.join(', ')})`;
    throw new errors/* UserError */.y('RB-COMMIT-ELSEWHERE', {
        what: `the commit ${commit_short(request.commit)} of the tag ${request.tag} is not on ${where}`,
        why: branches.length === 0
            ? 'the repository has no branch of such a name'
            : 'the tag was set on another branch, or before the branch was pushed or merged',
        remedy: 'set the tag on a commit of that branch; name the branches that releases come from in runbook.yml, as `release-branches: [main, "release/*"]`; or start the workflow by hand with this version, which asks for no branch',
    });
}
async function candidates(octokit, request) {
    const { branches } = request;
    if (branches === null) {
        const told = github.context.payload.repository?.default_branch;
        const name = told ||
            (await asked(request, 'which branch is the default', 'contents: read', (options) => octokit.rest.repos.get({ ...github.context.repo, ...options }))).default_branch;
        const { object } = await asked(request, `which commit the branch ${name} has`, 'contents: read', (options) => octokit.rest.git.getRef({ ...github.context.repo, ...options, ref: `heads/${name}` }));
        return [{ name, head: object.sha }];
    }
    const all = await asked(request, 'which branches there are', 'contents: read', async (options) => ({
        data: await octokit.paginate(octokit.rest.repos.listBranches, { ...github.context.repo, ...options, per_page: 100 }),
    }));
    const found = all.filter(({ name }) => branches.some((one) => matchesBranch(one, name)));
    // The newest release branch is the most likely one.
    return found
        .sort((a, b) => b.name.localeCompare(a.name, 'en', { numeric: true }))
        .map(({ name, commit }) => ({ name, head: commit.sha }));
}
/**
 * Checks that the branch requires. If GitHub does not tell them all, a note says so, instead of taking them for none.
 */
async function requiredOn(octokit, branch, request) {
    if (request.checks !== null)
        return { required: request.checks.map((name) => ({ name, app: null })), notes: [] };
    const where = { ...github.context.repo, branch };
    const untold = [];
    const told = async (ask) => {
        try {
            return await ask();
        }
        catch (error) {
            if (!(error instanceof Untold))
                throw error;
            untold.push(error.message);
            return null;
        }
    };
    const protection = await told(async () => {
        const found = await asked(request, '', null, (options) => octokit.rest.repos.getBranch({ ...where, ...options }));
        const required = requiredByProtection(found);
        if (required === null)
            throw new Untold('the branch is protected, and the answer does not say how');
        return required;
    });
    const rules = await told(async () => {
        const found = await asked(request, '', null, async (options) => ({
            data: await octokit.paginate(octokit.rest.repos.getBranchRules, { ...where, ...options, per_page: 100 }),
        }));
        return requiredByRules(found);
    });
    const required = union(protection ?? [], rules ?? []);
    const rest = required.length === 0 ? 'no check was waited for' : `only these were waited for: ${namesOf(required)}`;
    const notes = untold.map((why) => `Which checks the branch ${branch} requires, GitHub does not tell this run in full (${why}): ${rest}. Name them in runbook.yml, as \`release-checks: [NAME]\`, or \`[]\` for none.`);
    return { required, notes: [...new Set(notes)] };
}
/** @throws {UserError} RB-COMMIT-UNCHECKED */
async function passed(octokit, required, branch, request) {
    const { timeout, signal, say, pause = PAUSE } = request;
    const since = performance.now();
    const bots = new Map();
    for (let told = '';;) {
        const standing = standingOf(required, await saidOf(octokit, request, required, bots));
        if (standing.failed.length > 0)
            throw failed(standing, branch, request);
        if (standing.waiting.length + standing.absent.length === 0)
            return;
        const left = timeout * 1000 - (performance.now() - since);
        if (left <= 0)
            throw late(standing, branch, request);
        const text = `${standing.passed.length} of ${required.length} required checks have passed; ${openOf(standing)}; waiting up to ${Math.ceil(left / 60_000)} min`;
        if (text !== told)
            say(text);
        told = text;
        await (0,promises_.setTimeout)(Math.min(pause, left), undefined, { signal }).catch(() => undefined);
        (0,endings/* requireGoing */.cm)(signal);
    }
}
/** @param bots numbers of the apps that set statuses, by login; new ones are added to it */
async function saidOf(octokit, request, required, bots) {
    const where = { ...github.context.repo, ref: request.commit, per_page: 100 };
    const runs = await asked(request, 'how the checks of the commit stand', 'checks: read', async (options) => ({
        data: await octokit.paginate(octokit.rest.checks.listForRef, { ...where, ...options, filter: 'all' }),
    }));
    const statuses = await asked(request, 'which statuses the commit has', 'statuses: read', async (options) => ({
        data: await octokit.paginate(octokit.rest.repos.listCommitStatusesForRef, { ...where, ...options }),
    }));
    const run = process.env.GITHUB_RUN_ID;
    const said = runs.flatMap((one) => checkSaid(one, run) ?? []);
    const byApp = new Set(required.filter(({ app }) => app !== null).map(({ name }) => name));
    for (const status of statuses) {
        const bot = byApp.has(status.context) && status.creator?.type === 'Bot' ? status.creator.login : null;
        if (bot !== null && !bots.has(bot))
            bots.set(bot, await commit_appOf(octokit, bot));
        said.push(statusSaid(status, bot === null ? null : (bots.get(bot) ?? null)));
    }
    return said;
}
/** The number of an app; a status names only the app's user. @returns `null`: not known */
async function commit_appOf(octokit, login) {
    try {
        const { data } = await octokit.rest.apps.getBySlug({ app_slug: login.replace(/\[bot\]$/, '') });
        return data?.id ?? null;
    }
    catch {
        return null;
    }
}
/** An answer that GitHub refuses to give. */
class Untold extends Error {
}
/**
 * Asks again where GitHub or the connection to it failed.
 *
 * @param permission the permission that the job lacks if GitHub refuses; `null`: then an {@link Untold} is thrown
 * @throws {UserError} RB-COMMIT-UNKNOWN
 */
async function asked({ signal, pause = PAUSE, tag }, what, permission, call) {
    for (let failures = 1;; failures += 1) {
        try {
            return (await call({ request: { signal: AbortSignal.timeout(TIMEOUT) } })).data;
        }
        catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
            const refuses = status < 500 && status !== 429 && !/rate limit/i.test(why);
            if (permission === null && refuses)
                throw new Untold(`HTTP ${status}: ${why.split(' - http')[0]}`);
            if (refuses || failures === FAILURES)
                throw new errors/* UserError */.y('RB-COMMIT-UNKNOWN', {
                    what: `GitHub did not say ${what || 'which checks are required'} (tag ${tag})`,
                    why,
                    remedy: refuses
                        ? `give the job \`permissions: ${permission ?? 'contents: read'}\`, with github-token; or start the workflow by hand with this version, which asks for no checks`
                        : 'run it again once GitHub answers; or start the workflow by hand with this version, which asks for no checks',
                });
            await (0,promises_.setTimeout)(pause, undefined, { signal }).catch(() => undefined);
            (0,endings/* requireGoing */.cm)(signal);
        }
    }
}
function failed(standing, branch, { commit, tag }) {
    return new errors/* UserError */.y('RB-COMMIT-UNCHECKED', {
        what: `${standing.failed.map(({ name, word }) => `${name} (${word})`).join(', ')} of the commit ${commit_short(commit)} of ${tag} did not pass, and the branch ${branch} requires it`,
        why: standing.failed.map(({ url }) => url ?? 'no link').join(' '),
        remedy: 'see the link; once the check has passed, run this again. Started by hand with this version, the workflow asks for no checks',
    });
}
function late(standing, branch, { commit, tag, timeout }) {
    const absent = standing.absent.length > 0;
    return new errors/* UserError */.y('RB-COMMIT-UNCHECKED', {
        what: `after ${timeout} s the checks that the branch ${branch} requires have not all passed for the commit ${commit_short(commit)} of ${tag}: ${openOf(standing)}`,
        why: absent
            ? 'what has not begun may run for pull requests alone, and not for the commit that their merge makes'
            : `it takes longer: ${standing.waiting.map(({ url }) => url ?? 'no link').join(' ')}`,
        remedy: `${absent ? 'let its workflow run on pushes to that branch, too, or name what is to be waited for in runbook.yml, as `release-checks: [NAME]`; ' : ''}wait longer with checks-timeout, or run this again once they have passed`,
    });
}
function openOf({ waiting, absent }) {
    const parts = [
        ...waiting.map(({ name, word }) => `${name} is ${word}`),
        ...(absent.length === 0 ? [] : [`${namesOf(absent)} ${absent.length === 1 ? 'has' : 'have'} not begun`]),
    ];
    return parts.join(', ');
}
function namesOf(required) {
    return required.map(({ name }) => name).join(', ');
}
function commit_short(commit) {
    return commit.slice(0, 7);
}


/***/ })

};
;