/** This run: its URL, the event that started it, and links to pages. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** URL of this run with its attempt; outside of GitHub a text in its place. */
export function runUrl(): string {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: id,
    GITHUB_RUN_ATTEMPT: attempt,
  } = process.env;
  return server && repository && id
    ? `${server}/${repository}/actions/runs/${id}/attempts/${attempt ?? 1}`
    : `local run, process ${process.pid}`;
}

/**
 * The tag whose push started this run, and its commit; `null`: something else started it. A person who starts a
 * workflow by hand on a tag has decided to do so.
 */
export function tagOfEvent(): { readonly tag: string; readonly commit: string; readonly repository: string } | null {
  const { GITHUB_EVENT_NAME: event, GITHUB_REF_TYPE: type, GITHUB_REF_NAME: tag, GITHUB_SHA: commit } = process.env;
  if (type !== 'tag' || !tag || !commit || !['push', 'create', 'release'].includes(event ?? '')) return null;
  const home = homeOf();
  return { tag, commit, repository: home === null ? '' : `${new URL(home.server).host}/${home.repository}` };
}

/** The repository of this run; `null` outside of GitHub. */
export function homeOf(): { readonly server: string; readonly repository: string } | null {
  const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: repository = '' } = process.env;
  return URL.canParse(server) && repository !== '' ? { server, repository } : null;
}

/**
 * URL of the page that explains an error code, in the repository and version of the action; `null` where the runner
 * does not tell them, as for an action in the workflow's own repository.
 */
export function pageOf(code: string): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = process.env;
  return server && repository && ref
    ? `${server}/${repository}/blob/${ref}/actions/ERRORS.md#${code.toLowerCase()}`
    : null;
}

/** The name that `init` gives to the workflow. */
const ROLLBACK = 'rollback.yml';

/** Pages of GitHub for readers of a summary: name → URL, in the order of their questions; none outside of GitHub. */
export function pages(options: { readonly rollback: boolean }): ReadonlyMap<string, string> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = process.env;
  const { GITHUB_SHA: commit, GITHUB_WORKSPACE: workspace } = process.env;
  const found = new Map<string, string>();
  if (!server || !repository || !id) return found;
  const home = `${server}/${repository}`;
  if (commit) found.set(`commit ${commit.slice(0, 7)}`, `${home}/commit/${commit}`);
  found.set('this run', runUrl());
  if (options.rollback && workspace && existsSync(join(workspace, '.github', 'workflows', ROLLBACK)))
    found.set('roll back', `${home}/actions/workflows/${ROLLBACK}`);
  return found;
}
