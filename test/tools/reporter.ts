/** Counts tests for the closing line, shows where the time went, and keeps it where the order of files comes from. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** Files in the table. */
const SHOWN = 12;

interface Cost {
  readonly file: string;
  /** Seconds of the tests, with what is before and after each of them. */
  readonly tests: number;
  /** Seconds of everything else: hosts that start and end, stacks that are deployed before the first test. */
  readonly hooks: number;
  readonly count: number;
}

export default class CountReporter implements Reporter {
  readonly #file = process.env.RUNBOOK_TEST_COUNTS;
  /** Where to write seconds by file; see vitest.config.mts. */
  readonly #durations = process.env.RUNBOOK_TEST_DURATIONS;
  readonly #costs: Cost[] = [];
  readonly #begun = performance.now();
  readonly #cpu = readCpu();

  onTestModuleEnd(module: TestModule): void {
    let passed = 0;
    let failed = module.errors().length;
    let tests = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failed += 1;
      tests += (test.diagnostic()?.duration ?? 0) / 1000;
    }
    if (this.#file !== undefined) appendFileSync(this.#file, `${passed} ${failed}\n`);
    const { duration, collectDuration } = module.diagnostic();
    const hooks = Math.max(0, duration / 1000 - tests) + collectDuration / 1000;
    this.#costs.push({ file: relative(process.cwd(), module.moduleId), tests, hooks, count: passed + failed });
  }

  onTestRunEnd(): void {
    const costs = this.#costs.toSorted((a, b) => b.tests + b.hooks - (a.tests + a.hooks));
    const sum = (part: 'tests' | 'hooks') => Math.round(costs.reduce((total, cost) => total + cost[part], 0));
    const wall = (performance.now() - this.#begun) / 1000;
    console.log(`\n   tests    hooks  count  file, of ${costs.length} the slowest, in seconds`);
    for (const { file, tests, hooks, count } of costs.slice(0, SHOWN))
      console.log(
        `${tests.toFixed(1).padStart(8)} ${hooks.toFixed(1).padStart(8)} ${String(count).padStart(6)}  ${file}`,
      );
    console.log(
      `${String(sum('tests')).padStart(8)} ${String(sum('hooks')).padStart(8)}         all, in ${Math.round(wall)} s${cpuSince(this.#cpu)}`,
    );
    if (this.#durations) writeDurations(this.#durations, costs);
  }
}

function writeDurations(path: string, costs: readonly Cost[]): void {
  const seconds = Object.fromEntries(costs.map(({ file, tests, hooks }) => [file, Math.round(tests + hooks)]));
  writeFileSync(path, `${JSON.stringify(seconds, null, 2)}\n`);
}

interface Cpu {
  readonly user: number;
  readonly system: number;
  readonly all: number;
}

/** What all CPUs of this machine have done since it started, in the kernel's ticks. */
function readCpu(): Cpu | null {
  try {
    const [, user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]!
      .split(/\s+/)
      .map(Number);
    return { user: user + nice, system: system + irq + soft, all: user + nice + system + idle + wait + irq + soft };
  } catch {
    return null;
  }
}

function cpuSince(before: Cpu | null): string {
  const now = readCpu();
  if (before === null || now === null || now.all === before.all) return '';
  const share = (part: 'user' | 'system') => Math.round((100 * (now[part] - before[part])) / (now.all - before.all));
  return `; CPUs of the machine: ${share('user')} % programs, ${share('system')} % system`;
}
