/** A host with the shop, whose secrets are a SOPS file of a repository that the actions reach by its API. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isTelling } from '../../../actions/lib/secrets/rewrite';
import { decrypt } from '../../../actions/lib/secrets/sops';
import { GitHubApi } from '../../lab/github-api';
import type { ActionResult } from '../../run-action';
import { get } from '../../tools/tools.mjs';
import { expectNoCanary } from '../canary';
import { Stage, type StageOptions, succeeded } from '../stage';
import { makeShop, SHOP_ENV } from './shop';
import { type AgePair, agePair, SopsFolder } from './sops-files';

export const PATH = 'secrets.env';
export const DB = '$(docker ps -q --filter label=com.docker.compose.service=db)';

export class ShopStage {
  readonly stage: Stage;
  readonly api: GitHubApi;
  readonly folder = new SopsFolder();
  readonly age: AgePair;

  private constructor(stage: Stage, api: GitHubApi, age: AgePair) {
    this.stage = stage;
    this.api = api;
    this.age = age;
  }

  static async open(): Promise<ShopStage> {
    const api = await GitHubApi.start();
    const shop = new ShopStage(await Stage.open(), api, await agePair());
    const { stage, folder, age } = shop;
    makeShop(stage);
    const plain = `${stage.read('.env.production')}${SHOP_ENV}`;
    rmSync(join(stage.workspace, '.env.production'));
    api.commit(PATH, readFileSync(folder.encrypt(PATH, plain, [age.recipient])));
    shop.checkOut();
    succeeded(await stage.deploy('v2', { version: 'backend=v2\nworker=v2', ...shop.inputs }, { env: shop.env }));
    return shop;
  }

  async close(): Promise<void> {
    this.folder.remove();
    this.api.close();
    await this.stage.close();
  }

  get inputs(): Record<string, string> {
    return { 'sops-file': PATH, 'age-key': this.age.identity };
  }

  get env(): Record<string, string> {
    return {
      PATH: `${dirname(get('sops'))}:${process.env.PATH}`,
      GITHUB_API_URL: this.api.url,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: 'main',
    };
  }

  /** What the workflow does first. */
  checkOut(): void {
    this.stage.write(PATH, this.api.file(PATH)!);
  }

  /** However the run ends, it shows neither the key nor a password from before or after it. */
  async rotate(more: Record<string, string> = {}, on: StageOptions = {}): Promise<ActionResult> {
    const inputs = { mode: 'rotate', ...this.inputs, keys: 'SHOP_PASSWORD', 'github-token': 'ghs_canary', ...more };
    const before = await this.passwords();
    const result = await this.stage.run('rotate-secrets', inputs, { env: this.env, ...on });
    const secrets = [this.age.identity, 'ghs_canary', ...before, ...(await this.passwords())];
    expectNoCanary(secrets, result.shown + this.api.log());
    return result;
  }

  /** In all branches: a run stores its new values in a branch of its own before anything uses them. */
  private async passwords(): Promise<string[]> {
    const found: string[] = [];
    for (const branch of this.api.branches())
      for (const [name, value] of await this.committed(branch))
        if (/PASSWORD$/.test(name) && isTelling(value)) found.push(value);
    return found;
  }

  /** What a branch holds; of one that is not there, nothing. */
  async committed(branch = 'main'): Promise<ReadonlyMap<string, string>> {
    const content = this.api.file(PATH, branch);
    if (content === null) return new Map();
    const file = this.folder.write('committed.env', content);
    const find = async () => ({ path: get('sops'), version: '3.13.3', said: '' });
    return (await decrypt({ file, path: PATH, ageKey: this.age.identity }, find)).values;
  }

  /** The branch in which a run keeps what nobody uses yet. */
  get own(): string | undefined {
    return this.api.branches().find((branch) => branch !== 'main');
  }

  async sql(statement: string): Promise<string> {
    const psql = `docker exec -i ${DB} psql -XqAt -h /var/run/postgresql -U acme -d acme`;
    return (await this.stage.host.root(`${psql} <<'SQL'\n${statement}\nSQL`)).trim();
  }

  /** Over TCP, as clients come. */
  async logsIn(user: string, password: string, statement = 'select 1'): Promise<boolean> {
    const { code } = await this.stage.host.exec(
      `docker exec -e PGPASSWORD=${password} ${DB} sh -c 'psql -XqAt -h "$(hostname -i)" -U ${user} -d acme -c "${statement}"'`,
    );
    return code === 0;
  }

  /** HTTP status of a request that logs in. */
  async ready(): Promise<string> {
    return await this.stage.host.root('curl -sk -o /dev/null -w "%{http_code}" https://localhost/readyz');
  }
}
