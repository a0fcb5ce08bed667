/** The action's log: a group for each step; text from a host is shown, but never obeyed as a command. */
import * as core from '@actions/core';
import { UserError } from '../errors';
import type { Redactor } from '../procedure/redact';
import type { Progress } from '../progress';
import { pageOf } from './run';

/** Commands of GitHub's runner: `::error…` after any white space (in .NET U+0085 is one), … */
const COMMAND = /^([\s\u0085]*)(::)/;
/** … and `##[error]` anywhere in a line. */
const OLD_COMMAND = /##\[/g;

/** Characters; shorter forms of a secret are not told to the runner. */
const LEAST_FOR_RUNNER = 6;

export class Log implements Progress {
  readonly #redactor: Redactor;
  #open = false;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  step(title: string): void {
    this.close();
    core.startGroup(this.#clean(title));
    this.#open = true;
  }

  info(text: string): void {
    for (const line of text.split('\n')) core.info(this.#clean(line));
  }

  remote(line: string): void {
    for (const part of line.split('\n')) core.info(`  | ${this.#clean(part)}`);
  }

  warning(text: string): void {
    core.warning(this.#clean(text));
  }

  secret(value: string): void {
    const added = this.#redactor.add(value);
    // The runner masks line by line, so it is told each line of a secret by itself. Of a form with several lines it
    // would mask each, also `}`; and short forms stand in many hashes: it drops a job output in which it finds one.
    if (process.env.GITHUB_ACTIONS === 'true')
      for (const form of added) if (form.length >= LEAST_FOR_RUNNER && !/[\r\n]/.test(form)) core.setSecret(form);
  }

  masked(text: string): string {
    return this.#redactor.apply(text);
  }

  keep(names: readonly string[]): void {
    this.#redactor.keep(names);
  }

  /** The single annotation of a failure. The error of a bug shows its stack. */
  failure(error: unknown): void {
    this.close();
    if (error instanceof UserError) {
      const page = pageOf(error.code);
      core.setFailed(this.#redactor.apply(page === null ? error.message : `${error.message}\n${page}`));
    } else
      core.setFailed(
        this.#redactor.apply(
          `This is a bug of the action: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ),
      );
  }

  close(): void {
    if (this.#open) core.endGroup();
    this.#open = false;
  }

  #clean(text: string): string {
    // An invisible character before the colons, or inside the old form, turns a command into plain text.
    return this.#redactor
      .apply(text)
      .replace(/\r/g, '')
      .replace(COMMAND, '$1\u200b$2')
      .replace(OLD_COMMAND, '##\u200b[');
  }
}
