/** Reads inputs one by one and collects their mistakes, so that all of them are reported together. */
import { UserError } from '../errors';
import { duration, webUrl } from './sections/values';

/** Returns the text of an input; empty or `undefined`: it was not given. */
export type GetInput = (name: string) => string | undefined;

/**
 * Default in action.yml for inputs that must not get lost on the way. The runner gives an action an empty text both for
 * an input that the workflow leaves out and for an input whose secret does not exist; a default only for the former.
 */
export const NOT_GIVEN = '(not given)';

export class Reader {
  readonly #get: GetInput;
  readonly #problems: string[] = [];

  constructor(get: GetInput) {
    this.#get = get;
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Without spaces around it. */
  text(name: string): string {
    return this.content(name).trim();
  }

  /** The unchanged text: content of a file. */
  content(name: string): string {
    return this.#get(name) ?? '';
  }

  /**
   * The unchanged text; `null` if the workflow leaves the input out. An empty text is a mistake: the secret or output
   * that the workflow names does not exist.
   */
  wired(name: string): string | null {
    const value = this.#get(name);
    if (value === undefined || value === NOT_GIVEN) return null;
    if (value.trim() === '')
      this.problem(
        `${name} is given but empty: the secret, variable or output that it names does not exist here (a typing error, another environment, a run from a fork); correct the name, or remove the line`,
      );
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === '') this.problem(`${name} is missing`);
    return value;
  }

  host(name: string): string {
    const value = this.required(name);
    if (value !== '' && !isHost(value))
      this.problem(`${name} is ${JSON.stringify(value)}, which is not a host name or address`);
    return value;
  }

  user(name: string): string {
    const value = this.required(name);
    if (value !== '' && !isUser(value))
      this.problem(`${name} is ${JSON.stringify(value)}, which is not a name of a user`);
    return value;
  }

  port(name: string, missing: number): number {
    const value = this.text(name);
    if (value === '') return missing;
    if (!isPort(value)) this.problem(`${name} is ${JSON.stringify(value)}, which is not a port`);
    return Number(value);
  }

  /** `user@host` or `user@host:port`; an IPv6 address in brackets. */
  hop(name: string): { user: string; host: string; port: number } | null {
    const value = this.text(name);
    if (value === '') return null;
    const [, user = '', bracketed, plain = '', port = '22'] =
      /^(.+)@(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(value) ?? [];
    const host = bracketed ?? plain;
    if (isUser(user) && isHost(host) && isPort(port)) return { user, host, port: Number(port) };
    this.problem(`${name} is ${JSON.stringify(value)}; write user@host or user@host:port`);
    return null;
  }

  seconds<T extends number | null>(name: string, missing: T): number | T {
    const value = this.text(name);
    if (value === '') return missing;
    const parsed = duration.safeParse(value);
    if (!parsed.success) this.problem(`${name}: ${JSON.stringify(value)} ${parsed.error.issues[0]?.message}`);
    return parsed.data ?? missing;
  }

  boolean(name: string): boolean {
    const value = this.text(name).toLowerCase();
    if (!['', 'true', 'false'].includes(value))
      this.problem(`${name} is ${JSON.stringify(value)}; write true or false`);
    return value === 'true';
  }

  choice<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = this.text(name);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined && value !== '')
      this.problem(`${name} is ${JSON.stringify(value)}; write ${allowed.join(' or ')}`);
    return found ?? allowed[0];
  }

  url(name: string): string | null {
    const value = this.text(name);
    if (value === '') return null;
    if (!webUrl.safeParse(value).success)
      this.problem(`${name} is ${JSON.stringify(value)}, which is not an http or https URL`);
    return value;
  }

  /** A URL that must not be shown. */
  secretUrl(name: string): string | null {
    const value = this.text(name);
    if (value !== '' && !webUrl.safeParse(value).success) this.problem(`${name} is not an http or https URL`);
    return value || null;
  }

  /** Items separated by commas or line breaks. */
  list(name: string): string[] {
    return listIn(this.text(name));
  }

  /** The same for an input that must not get lost on the way. */
  wiredList(name: string): string[] {
    return listIn(this.wired(name) ?? '');
  }

  /** @throws {UserError} RB-INPUT-INVALID with everything that was wrong */
  finish(): void {
    if (this.#problems.length === 0) return;
    throw new UserError('RB-INPUT-INVALID', {
      what: this.#problems.join('; '),
      why: 'the inputs of the step are incomplete or contradict each other',
      remedy: 'correct them under `with:` of the step; the README of the action lists them all',
    });
  }
}

function listIn(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Whether the text is a host name, an IPv4 address, or an IPv6 address without brackets. */
function isHost(value: string): boolean {
  return /^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/.test(value);
}

/** Directory services have users such as `DOMAIN\name` and `name@domain`. */
function isUser(value: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]*\$?$/.test(value);
}

function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535;
}
