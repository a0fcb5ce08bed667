/** Who runs this. */

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
