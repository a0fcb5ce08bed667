/** The action's log: a group for each step; what a host sent is shown and never obeyed. */
import * as core from '@actions/core';
import { UserError } from '../errors';
import type { Redactor } from '../procedure/redact';
import type { Progress } from '../procedure/report';

/** Lines that GitHub's runner would take as commands: `::error…` and `##[error]`. */
const COMMAND = /^(\s*)(::|##\[)/;

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
    core.info(`  | ${this.#clean(line)}`);
  }

  warning(text: string): void {
    core.warning(this.#clean(text));
  }

  secret(value: string): void {
    this.#redactor.add(value);
    // The runner masks whole lines only, so each form is told to it by itself.
    if (process.env.GITHUB_ACTIONS === 'true') for (const form of this.#redactor.forms()) core.setSecret(form);
  }

  /** The one annotation of a failure. A bug shows its stack. */
  failure(error: unknown): void {
    this.close();
    if (error instanceof UserError) core.setFailed(this.#redactor.apply(error.message));
    else
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
    // An invisible character in front is enough to make a command plain text.
    return this.#redactor.apply(text).replace(/\r/g, '').replace(COMMAND, '$1\u200b$2');
  }
}
