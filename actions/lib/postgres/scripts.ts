/**
 * The host's pieces for databases. In a module of their own, in plain syntax: the bundler takes a file along only
 * where it can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { psqlPiece } from '../stack/psql';

export function psqlScript(): string {
  return `${psqlPiece()}\n${readFileSync(join(__dirname, 'without-rows.sh'), 'utf8')}`;
}

/** After {@link psqlScript}, as all that follow. */
export function factsPiece(): string {
  return readFileSync(join(__dirname, 'facts.sh'), 'utf8');
}

export function rolesPiece(): string {
  return readFileSync(join(__dirname, 'roles.sh'), 'utf8');
}

/** After `psqlPiece`. */
export function roleStepPiece(): string {
  return readFileSync(join(__dirname, 'role-step.sh'), 'utf8');
}

export function dumpPiece(): string {
  return readFileSync(join(__dirname, 'dump.sh'), 'utf8');
}

export function throwawayPiece(): string {
  return readFileSync(join(__dirname, 'throwaway.sh'), 'utf8');
}

/** A shell function that prints a text. Nothing of it stands in an argument of a process. */
export function printer(name: string, text: string): string {
  // The shell's own printf.
  return `${name}() { printf '%s\\n' '${text.replaceAll("'", `'\\''`)}'; }`;
}
