/** A database's password rotated under requests that each log in with it: what fails, and how long two passwords hold. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeShop, SHOP_ENV } from '../e2e/secrets/shop';
import { agePair, SopsFolder } from '../e2e/secrets/sops-files';
import { GitHubApi } from '../lab/github-api';
import { startLoad } from '../load/load';
import { total } from '../load/report';
import { get } from '../tools/tools.mjs';
import { round, Site } from './site';
import { expectStill, tell } from './traffic';

const RATE = 50;
const FILE = 'secrets.env';
/** What the log says where the second password begins to hold, and where the first one ends. */
const [TWO, ONE] = [/logs in at db with the new/, /is closed:/];

export async function run(): Promise<object> {
  const api = await GitHubApi.start();
  const folder = new SopsFolder();
  const site = await Site.open();
  try {
    const age = await agePair();
    makeShop(site);
    const plain = join(site.workspace, '.env.production');
    const text = `${readFileSync(plain, 'utf8')}${SHOP_ENV}`;
    rmSync(plain);
    api.commit('README.md', 'The shop.\n');
    api.commit(FILE, readFileSync(folder.encrypt(FILE, text, [age.recipient])));
    writeFileSync(join(site.workspace, FILE), api.file(FILE) ?? '');
    const env = {
      PATH: `${dirname(get('sops'))}:${process.env.PATH}`,
      ...{ GITHUB_API_URL: api.url, GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' },
    };
    const inputs = { 'sops-file': FILE, 'age-key': age.identity, 'watch-duration': '5s' };
    await site.run('deploy', { version: 'backend=v2\nworker=v2', ...inputs }, { env });
    const { address, ports } = site.host;
    const load = startLoad({ address, port: ports.https, serverName: 'stack.test', rate: RATE, webSockets: 2 });
    load.phase('still');
    await sleep(5000);
    load.phase('change');
    const times: number[] = [];
    const { seconds } = await site.run(
      'rotate-secrets',
      { mode: 'rotate', keys: 'SHOP_PASSWORD', 'github-token': 'ghs_bench', ...inputs },
      {
        env,
        onLine: (line) => {
          if (TWO.test(line) || ONE.test(line)) times.push(performance.now());
        },
      },
    );
    await sleep(3000);
    const report = await load.stop();
    tell('rotate', report);
    expectStill(report);
    if (times.length !== 2) throw new Error(`the log tells ${times.length} of the two moments`);
    const { requests, failed } = total(report);
    const [two = 0, one = 0] = times;
    return { requests, failed, secondsTwoCredentials: round((one - two) / 1000), seconds: round(seconds) };
  } finally {
    await site.close();
    folder.remove();
    api.close();
  }
}
