/** A GitHub deployment with its status. GitHub's errors never fail a deploy: they become warnings. */
import { context, getOctokit } from '@actions/github';
import { runUrl } from './run';

interface DeploymentRequest {
  readonly token: string;
  readonly environment: string;
  readonly url: string | null;
  readonly description: string;
}

/** Milliseconds for one call. */
const TIMEOUT = 10_000;

export class Deployment {
  readonly #request: DeploymentRequest;
  readonly #warn: (text: string) => void;
  #id: number | null = null;

  constructor(request: DeploymentRequest, warn: (text: string) => void) {
    this.#request = request;
    this.#warn = warn;
  }

  /** Creates the deployment, in progress. */
  async begin(): Promise<void> {
    const { environment, description } = this.#request;
    await this.#try('create the deployment', async (octokit, options) => {
      const { data } = await octokit.rest.repos.createDeployment({
        ...options,
        ...context.repo,
        ref: context.sha,
        environment,
        description,
        // This run has been allowed already; other checks of the commit must not stop it.
        required_contexts: [],
        auto_merge: false,
      });
      this.#id = 'id' in data ? data.id : null;
    });
    await this.#state('in_progress');
  }

  async end(state: 'success' | 'failure'): Promise<void> {
    await this.#state(state);
  }

  async #state(state: 'in_progress' | 'success' | 'failure'): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    const { url, environment } = this.#request;
    await this.#try('set the status of the deployment', async (octokit, options) => {
      await octokit.rest.repos.createDeploymentStatus({
        ...options,
        ...context.repo,
        deployment_id: id,
        state,
        environment,
        log_url: runUrl(),
        ...(url === null ? {} : { environment_url: url }),
      });
    });
  }

  async #try(
    what: string,
    call: (octokit: ReturnType<typeof getOctokit>, options: { request: { signal: AbortSignal } }) => Promise<void>,
  ): Promise<void> {
    try {
      await call(getOctokit(this.#request.token), { request: { signal: AbortSignal.timeout(TIMEOUT) } });
    } catch (error) {
      const missing = error instanceof Error && 'status' in error && error.status === 403;
      this.#warn(
        `could not ${what}: ${error instanceof Error ? error.message : String(error)}${
          missing ? '; the job needs "permissions: deployments: write"' : ''
        }`,
      );
    }
  }
}
