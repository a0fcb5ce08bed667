/**
 * Pieces of host scripts for databases. They have a module of their own, in plain syntax, because the bundler includes
 * a file only if it understands the call that reads the file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { psqlPiece } from '../stack/psql';

export function psqlScript(): string {
  return `${psqlPiece()}\n${readFileSync(join(__dirname, 'without-rows.sh'), 'utf8')}`;
}

/** Comes after {@link psqlScript}, as do all pieces below. */
export function factsPiece(): string {
  return readFileSync(join(__dirname, 'facts.sh'), 'utf8');
}

export function rolesPiece(): string {
  return readFileSync(join(__dirname, 'roles.sh'), 'utf8');
}

/** Comes after {@link psqlScript}. */
export function roleStepPiece(): string {
  return readFileSync(join(__dirname, 'role-step.sh'), 'utf8');
}

export function dumpPiece(): string {
  return readFileSync(join(__dirname, 'dump.sh'), 'utf8');
}

export function throwawayPiece(): string {
  return readFileSync(join(__dirname, 'throwaway.sh'), 'utf8');
}

/** A shell function that prints a text, without an argument of a process that other users could see. */
export function printer(name: string, text: string): string {
  // The printf is built into the shell, so it starts no process.
  return `${name}() { printf '%s\\n' '${text.replaceAll("'", `'\\''`)}'; }`;
}
