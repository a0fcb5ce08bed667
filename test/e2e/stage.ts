/** A lab host with the sample stack's repository beside it, and what tests ask of both. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { LabHost, type LabHostOptions } from '../lab/host';
import { type Load, startLoad } from '../load/load';
import type { LoadOptions, LoadReport } from '../load/report';
import { mermaidBlocks, parseMermaid } from '../mermaid';
import { type ActionResult, declaredBy, type RunActionOptions, runAction } from '../run-action';
import { canaries, expectNoCanary, keyLines, loggedCanary } from './canary';
import { attempts, failures, redirected } from './network';
import { connection, freshWorkspace } from './workspace';

type Inputs = Readonly<Record<string, string>>;

export interface StageOptions extends RunActionOptions {
  readonly onLine?: (line: string, kill: () => void) => void;
}

export interface Running {
  readonly id: string;
  readonly service: string;
  readonly image: string;
}

/** Where no test says otherwise, tests do not wait long; for what a slow machine takes long to start, they do. For actions with these inputs. */
const QUICK: Inputs = { 'watch-duration': '2s', 'health-timeout': '90s', 'drain-timeout': '5s' };

/** Requests that a drain has to wait for, shorter than it. */
const SLOW = [
  { share: 0.01, seconds: 2 },
  { share: 0.005, seconds: 3 },
];

/** What steps keep on the host. One that goes on without its runner still needs what was sent to it. */
const recorded = `cd /srv/stack/.runbook 2>/dev/null || exit 0
  cat journal.jsonl 2>/dev/null
  for step in steps/*; do
    read -r pid start 2>/dev/null <"$step/process" && [ -d "/proc/$pid" ] && set -- ! -name input ! -path '*/delivery/*' || set --
    find "$step" -type f "$@" -exec cat {} + 2>/dev/null
  done; :`;

export class Stage {
  readonly host: LabHost;
  /** The user's repository. */
  workspace: string;

  private constructor(host: LabHost) {
    this.host = host;
    this.workspace = freshWorkspace();
  }

  static async open(options: LabHostOptions = {}): Promise<Stage> {
    return new Stage(await LabHost.start(options));
  }

  async close(): Promise<void> {
    rmSync(this.workspace, { recursive: true });
    await this.host.destroy();
  }

  /** The sample's repository again, unedited. */
  restoreFiles(): void {
    rmSync(this.workspace, { recursive: true });
    this.workspace = freshWorkspace();
  }

  /** An empty host and the sample's repository. */
  async reset(): Promise<void> {
    this.restoreFiles();
    await this.host.reset();
  }

  read(path: string): string {
    return readFileSync(join(this.workspace, path), 'utf8');
  }

  /** A file of the repository, with its folder. */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.workspace, path)), { recursive: true });
    writeFileSync(join(this.workspace, path), content);
  }

  edit(path: string, change: (text: string) => string): void {
    const file = join(this.workspace, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${path} is as it was`);
    writeFileSync(file, after);
  }

  /** How long what has started must stay so, e.g. `5s` where it crashes after its start: the run is red at once then. */
  stableFor(duration: string): void {
    this.edit('runbook.yml', (text) => text.replace(/(?<=^ +stable-for: ).*$/m, duration));
  }

  deploy(version: string, inputs: Inputs = {}, options: StageOptions = {}): Promise<ActionResult> {
    return this.run('deploy', { version, ...inputs }, options);
  }

  rollback(inputs: Inputs = {}, options: StageOptions = {}): Promise<ActionResult> {
    return this.run('rollback', inputs, options);
  }

  restore(inputs: Inputs = {}, onLine?: StageOptions['onLine'], options: StageOptions = {}): Promise<ActionResult> {
    return this.run(
      'restore',
      { confirm: 'acme', 'health-timeout': '60s', ...inputs },
      onLine === undefined ? options : { ...options, onLine },
    );
  }

  backup(inputs: Inputs = {}, options: StageOptions = {}): Promise<ActionResult> {
    return this.run('backup', inputs, options);
  }

  /** Any action, by the name of its folder. */
  async run(name: string, inputs: Inputs = {}, { onLine, ...options }: StageOptions = {}): Promise<ActionResult> {
    const { defaults } = await declaredBy(name, options.root);
    const quick = Object.fromEntries(Object.entries(QUICK).filter(([input]) => input in defaults));
    const { host } = this;
    const result = await runAction(
      name,
      {
        ...connection(host),
        ...quick,
        ...inputs,
      },
      this.workspace,
      onLine,
      options,
    );
    for (const block of mermaidBlocks(result.summary)) await parseMermaid(block);
    const secrets = [...canaries, ...keyLines(host.privateKey)];
    expectNoCanary([...secrets, loggedCanary], result.shown);
    expectNoCanary(secrets, await host.root(recorded));
    return result;
  }

  async current(): Promise<string> {
    return (await this.host.root('cat /srv/stack/.runbook/current 2>/dev/null || :')).trim();
  }

  /** Containers of the stack that run, sorted. */
  async running(): Promise<Running[]> {
    const format = '{{.ID}} {{.Label "com.docker.compose.service"}} {{.Image}}';
    const text = await this.host.root(`docker ps --no-trunc --format '${format}'`);
    const lines = text
      .trim()
      .split('\n')
      .filter((line) => line !== '');
    return lines
      .map((line) => {
        const [id = '', service = '', image = ''] = line.split(' ');
        return { id, service, image };
      })
      .sort((a, b) => a.service.localeCompare(b.service) || a.id.localeCompare(b.id));
  }

  async images(service: string): Promise<string[]> {
    const found = (await this.running()).filter((container) => container.service === service);
    const ids = found.map(
      ({ id }) => `docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' ${id} | sed -n s/^VERSION=//p`,
    );
    return (await this.host.root(ids.join('\n') || ':')).trim().split('\n');
  }

  /** Versions that the database's own record of migrations has. */
  async schemas(): Promise<string[]> {
    const text = await this.host.root(
      `docker exec $(docker ps -q --filter label=com.docker.compose.service=db) sh -c 'psql -qAt -h /var/run/postgresql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "select version from schema_version order by 1"'`,
    );
    return text.trim().split('\n');
  }

  /** The repository is what stands on the host. */
  async takeFiles(): Promise<void> {
    writeFileSync(
      join(this.workspace, '.env.production'),
      await this.host.root(`cat ${this.host.directory}/.env.production`),
    );
  }

  /** What of ours is in any network namespace, every process of the host asked: chains and settings. */
  redirected(): Promise<string> {
    return redirected(this.host);
  }

  /** Attempts to connect that a container's kernel still remembers without an answer, once those of the moment are over. */
  attempts(): Promise<string> {
    return attempts(this.host);
  }

  /** Containers that are neither the stack's running ones nor its ended migration: helpers, remains of a try. */
  async remains(): Promise<string> {
    const format = '{{.Names}} {{.Image}} {{.Status}}';
    return this.host.root(
      `docker ps -a --filter status=exited --filter status=created --filter status=dead --filter status=restarting --format '${format}' | grep -v migrate || :`,
    );
  }

  /** What the running worker counted of its calls to the backend since it started. */
  async workerFailures(): Promise<number> {
    const text = await this.host.root(
      "docker logs --tail 20 $(docker ps -q --filter label=com.docker.compose.service=worker) 2>&1 | sed -n 's/.*calls=[0-9]* failed=//p' | tail -n 1",
    );
    return Number(text.trim());
  }

  /** Requests of the load that failed, with what nginx says of them and which connections it has in its books. */
  failures(report: LoadReport): Promise<string> {
    return failures(this.host, report);
  }

  /** Until nginx has answered as it should so many times in a row, on a connection each. */
  async serving(times = 1): Promise<void> {
    await this.host.root(
      `i=0 n=0; while [ $n -lt ${times} ]; do
         if curl -skf -o /dev/null https://localhost/readyz; then n=$((n+1)); else n=0 i=$((i+1)); fi
         [ $i -lt 300 ] || exit 1; sleep 0.1; done`,
    );
  }

  /** Load at a modest rate; the caller stops it. */
  async load({ slow = SLOW, rate = 40 }: Partial<Pick<LoadOptions, 'slow' | 'rate'>> = {}): Promise<Load> {
    const { address, ports } = this.host;
    const load = startLoad({
      address,
      port: ports.https,
      serverName: 'stack.test',
      rate,
      webSockets: 2,
      slow,
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return load;
  }

  /** The same on another published port, as a neighbour of the host calls it. */
  async directLoad(port: number): Promise<Load> {
    const address = await this.host.bridgeAddress();
    const load = startLoad({
      address,
      port,
      serverName: 'stack.test',
      rate: 40,
      webSockets: 2,
      slow: SLOW,
      plain: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return load;
  }
}

/** The message of the one annotation, its line breaks restored. */
export function annotation(result: ActionResult): string {
  const found = [...result.stdout.matchAll(/^::error::(.*)$/gm)].map(([, text = '']) => text);
  expect(found, result.shown).toHaveLength(1);
  return (found[0] ?? '').replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}

export function succeeded(result: ActionResult): void {
  expect(result.code, result.shown).toBe(0);
}
