/**
 * The host's pieces for databases. In a module of their own, in plain syntax: the bundler takes a file along only
 * where it can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { psqlPiece } from '../stack/psql';

export function psqlScript(): string {
  return `${psqlPiece()}\n${readFileSync(join(__dirname, 'restore-psql.sh'), 'utf8')}`;
}

/** After {@link psqlScript}, as all that follow. */
export function factsPiece(): string {
  return readFileSync(join(__dirname, 'restore-facts.sh'), 'utf8');
}

export function loadPiece(): string {
  return readFileSync(join(__dirname, 'restore-load.sh'), 'utf8');
}

export function swapPiece(): string {
  return readFileSync(join(__dirname, 'restore-swap.sh'), 'utf8');
}

/** How far a swap came; the pieces for the swap and for its reversal need it. */
export function phasePiece(): string {
  return readFileSync(join(__dirname, 'restore-phase.sh'), 'utf8');
}

/** How the services that write are stopped, started and found by the proxy; before the swap and its reversal. */
export function writersPiece(): string {
  return readFileSync(join(__dirname, 'restore-writers.sh'), 'utf8');
}

export function reversePiece(): string {
  return readFileSync(join(__dirname, 'restore-reverse.sh'), 'utf8');
}

export function recoverPiece(): string {
  return readFileSync(join(__dirname, 'restore-recover.sh'), 'utf8');
}

export function rolesPiece(): string {
  return readFileSync(join(__dirname, 'restore-roles.sh'), 'utf8');
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
