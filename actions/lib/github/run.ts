/** Who runs this, and from where. */

/** This run with its attempt; outside of GitHub what stands for it. */
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
 * Where a code of ours is explained, in the repository and at the version that the action came from; `null` where the
 * runner does not tell, as for an action in the workflow's own repository.
 */
export function pageOf(code: string): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = process.env;
  return server && repository && ref
    ? `${server}/${repository}/blob/${ref}/actions/ERRORS.md#${code.toLowerCase()}`
    : null;
}
