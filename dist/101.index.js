"use strict";
exports.id = 101;
exports.ids = [101];
exports.modules = {

/***/ 22101:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openFile: () => (/* binding */ openFile)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(92413);
// EXTERNAL MODULE: ./actions/lib/errors.ts
var errors = __webpack_require__(32863);
;// CONCATENATED MODULE: ./actions/lib/github/calling.ts
/** Calls of GitHub's API whose failure must end the run with an error. */

/** Milliseconds before the second attempt, and before the third. */
const PAUSES = [500, 3000];
/**
 * Tries again where GitHub or the connection to it failed: only for calls that may be repeated.
 *
 * @param what the purpose of the call, e.g. `read the branch main`
 * @throws {UserError} RB-REPOSITORY-REFUSED
 */
async function calling(what, call) {
    for (const pause of [...PAUSES, null]) {
        try {
            return await call();
        }
        catch (error) {
            const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
            if (pause === null || (status < 500 && status !== 429))
                throw refused(`GitHub does not let this run ${what}`, error instanceof Error ? error.message : String(error));
            await new Promise((resolve) => setTimeout(resolve, pause));
        }
    }
    throw new Error('unreachable');
}
function refused(what, why) {
    return new errors/* UserError */.y('RB-REPOSITORY-REFUSED', {
        what,
        why,
        remedy: 'give the job `permissions: contents: write` (for a pull request `pull-requests: write` too, and allow it in the settings of the repository under Actions), or a token of an app with these rights; then run it again',
    });
}

;// CONCATENATED MODULE: ./actions/lib/github/repository-file.ts
/**
 * Changes a file of the repository by GitHub's API: first in a branch of its own, then in the target branch. Only the
 * branch of its own is ever force-pushed.
 */




/** Attempts to put a commit onto a branch to which others commit, too. */
const TRIES = 5;
/** Attempts until GitHub knows whether a pull request can be merged, and milliseconds between them. */
const LOOKS = 5;
const LOOK_AGAIN = 1000;
/** @param run URL of the run, for messages of commits and pull requests @throws {UserError} RB-REPOSITORY-REFUSED */
async function openFile(request, run) {
    const { path, content, as, place } = request;
    const rest = (0,github.getOctokit)(request.token).rest;
    const branch = request.branch ?? branchOfRun();
    const own = `runbook-actions/${place}`;
    const was = blobHash(content);
    const base = await calling(`read the branch ${branch}`, () => rest.repos.getBranch({ ...github.context.repo, branch }).then(({ data }) => data));
    if (as === 'commit' && base.protected)
        throw new errors/* UserError */.y('RB-REPOSITORY-REFUSED', {
            what: `the branch ${branch} is protected, and may refuse a commit of a run`,
            why: 'that would show only once the new values are in use',
            remedy: 'use `store: pull-request`',
        });
    const there = await hashAt(rest, path, branch);
    if (there !== was)
        throw new errors/* UserError */.y('RB-REPOSITORY-REFUSED', {
            what: `the branch ${branch} ${there === null ? `does not have ${path} of` : `has a file ${path} that differs from`} the checkout`,
            why: 'the branch was changed since, the run belongs to another branch or commit, or the checkout is in a folder of its own',
            remedy: `check out the newest commit of ${branch}, and run it again`,
        });
    const kept = await hashAt(rest, path, own);
    const blob = kept === was ? null : kept;
    return new GitHubFile(rest, request, {
        branch,
        own,
        was,
        run,
        blob,
        head: { commit: base.commit.sha, tree: base.commit.commit.tree.sha },
        kept: blob === null ? null : { content: await contentOf(rest, blob), fits: (await madeOf(rest, own, path)) === was },
    });
}
/** Hash of the file from which the kept file was made. */
async function madeOf(rest, own, path) {
    const { data } = await calling(`read the branch ${own}`, () => rest.repos.getBranch({ ...github.context.repo, branch: own }));
    const [parent] = data.commit.parents;
    return parent?.sha === undefined ? null : await hashAt(rest, path, parent.sha);
}
class GitHubFile {
    branch;
    kept;
    #rest;
    #request;
    #found;
    /** Hash of the kept file. */
    #blob;
    #pull = null;
    constructor(rest, request, found) {
        this.#rest = rest;
        this.#request = request;
        this.#found = found;
        this.#blob = found.blob;
        this.branch = found.branch;
        this.kept = found.kept;
    }
    get where() {
        return this.#pull === null ? `the branch ${this.#found.own}` : `the pull request ${this.#pull.url}`;
    }
    async keep(content, words) {
        const { own, head } = this.#found;
        const { data: blob } = await calling('store the file', () => this.#rest.git.createBlob({ ...github.context.repo, content: content.toString('base64'), encoding: 'base64' }));
        this.#blob = blob.sha;
        const commit = await this.#commit(head, words);
        await calling(`write the branch ${own}`, async () => {
            const there = await found(() => this.#rest.git.getRef({ ...github.context.repo, ref: `heads/${own}` }));
            if (there === null)
                await this.#rest.git.createRef({ ...github.context.repo, ref: `refs/heads/${own}`, sha: commit });
            else
                await this.#rest.git.updateRef({ ...github.context.repo, ref: `heads/${own}`, sha: commit, force: true });
        });
        if (this.#request.as === 'pull-request')
            await this.#propose(words);
    }
    async finish(words) {
        const { branch } = this.#found;
        if (this.#request.as === 'commit') {
            await this.#put(words);
            await this.forget().catch(() => { });
            return `${this.#request.path} of the branch ${branch} has the new values`;
        }
        const pull = await this.#propose(words);
        const other = await hashAt(this.#rest, this.#request.path, branch);
        if (other === this.#blob)
            return `the pull request ${pull.url} is merged`;
        if (other !== this.#found.was || (await this.#mergeable(pull.number)) === false)
            throw refused(`the pull request ${pull.url} cannot be merged`, `the file in ${branch} was changed since`);
        return `merge the pull request ${pull.url} now: until then ${branch} has the old values, and a deploy from it would bring them back`;
    }
    async forget() {
        const { own } = this.#found;
        // GitHub closes a pull request whose branch is removed.
        await calling(`remove the branch ${own}`, () => found(() => this.#rest.git.deleteRef({ ...github.context.repo, ref: `heads/${own}` })));
    }
    /** Commits to the present end of the branch, unless somebody changed this file there. */
    async #put(words) {
        const { branch, was } = this.#found;
        const { path } = this.#request;
        for (let at = 1;; at += 1) {
            const { data } = await calling(`read the branch ${branch}`, () => this.#rest.repos.getBranch({ ...github.context.repo, branch }));
            const there = await hashAt(this.#rest, path, data.commit.sha);
            if (there === this.#blob)
                return;
            if (there !== was)
                throw refused(`${path} cannot be committed to ${branch}`, 'the file was changed there since this run began');
            const commit = await this.#commit({ commit: data.commit.sha, tree: data.commit.commit.tree.sha }, words);
            try {
                await this.#rest.git.updateRef({ ...github.context.repo, ref: `heads/${branch}`, sha: commit, force: false });
                return;
            }
            catch (error) {
                // 422: the commit is not a fast-forward any more. After any error the next attempt sees whether the commit is
                // there.
                if (at >= TRIES)
                    throw refused(`${branch} does not accept the commit`, wordsOf(error));
            }
        }
    }
    async #commit(on, { title, body }) {
        const { path } = this.#request;
        const entry = { path, mode: '100644', type: 'blob', sha: this.#blob };
        return await calling('make the commit', async () => {
            const { data: tree } = await this.#rest.git.createTree({ ...github.context.repo, base_tree: on.tree, tree: [entry] });
            const message = `${title}\n\n${body}`;
            const { data } = await this.#rest.git.createCommit({
                ...github.context.repo,
                message,
                tree: tree.sha,
                parents: [on.commit],
            });
            return data.sha;
        });
    }
    async #propose({ title, body }) {
        const { own, branch, run } = this.#found;
        const head = `${github.context.repo.owner}:${own}`;
        const text = `${body}\n\n${run}`;
        this.#pull = await calling('open the pull request', async () => {
            const { data: open } = await this.#rest.pulls.list({ ...github.context.repo, head, base: branch, state: 'open' });
            const [there] = open;
            if (there !== undefined)
                await this.#rest.pulls.update({ ...github.context.repo, pull_number: there.number, title, body: text });
            const pull = there ?? (await this.#rest.pulls.create({ ...github.context.repo, head: own, base: branch, title, body: text })).data;
            return { number: pull.number, url: pull.html_url };
        });
        return this.#pull;
    }
    /** `null`: GitHub does not know yet. */
    async #mergeable(number) {
        for (let look = 1;; look += 1) {
            const { data } = await calling('look at the pull request', () => this.#rest.pulls.get({ ...github.context.repo, pull_number: number }));
            if (data.mergeable !== null || look >= LOOKS)
                return data.mergeable;
            await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
        }
    }
}
/** Hash of a file's content in Git; `null`: the file or the branch does not exist. @throws {UserError} */
async function hashAt(rest, path, ref) {
    const answer = await calling(`read ${path} of ${ref}`, () => found(() => rest.repos.getContent({ ...github.context.repo, path, ref })));
    const data = answer?.data;
    return data === undefined || Array.isArray(data) || data.type !== 'file' ? null : data.sha;
}
async function contentOf(rest, sha) {
    const { data } = await calling('read what is kept', () => rest.git.getBlob({ ...github.context.repo, file_sha: sha }));
    return Buffer.from(data.content, 'base64');
}
/** `null` where it does not exist on GitHub. */
async function found(call) {
    try {
        return await call();
    }
    catch (error) {
        // GitHub answers 422 when the branch to be removed does not exist.
        if (error instanceof Error && 'status' in error && (error.status === 404 || error.status === 422))
            return null;
        throw error;
    }
}
function branchOfRun() {
    const { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name } = process.env;
    if (type === 'branch' && name)
        return name;
    throw new errors/* UserError */.y('RB-REPOSITORY-REFUSED', {
        what: 'the target branch of the new file is not known',
        why: `the run does not belong to a branch${name ? `, but to ${name}` : ''}`,
        remedy: 'name it with the input branch',
    });
}
/** The hash that Git gives a blob. */
function blobHash(content) {
    return (0,external_node_crypto_.createHash)('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
function wordsOf(error) {
    return error instanceof Error ? error.message : String(error);
}


/***/ })

};
;