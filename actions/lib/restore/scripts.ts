/** Pieces of host scripts for a restore. Why this is a module: see `postgres/scripts.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Comes after the pieces for steps and databases, as do all pieces below. */
export function loadPiece(): string {
  return readFileSync(join(__dirname, 'load.sh'), 'utf8');
}

export function swapPiece(): string {
  return readFileSync(join(__dirname, 'swap.sh'), 'utf8');
}

/** Records how far a swap has come; the pieces for the swap and for its reversal need it. */
export function phasePiece(): string {
  return readFileSync(join(__dirname, 'phase.sh'), 'utf8');
}

/** Stops and starts the services that write, and lets the proxy find them; comes before the swap and its reversal. */
export function writersPiece(): string {
  return readFileSync(join(__dirname, 'writers.sh'), 'utf8');
}

export function reversePiece(): string {
  return readFileSync(join(__dirname, 'reverse.sh'), 'utf8');
}

export function recoverPiece(): string {
  return readFileSync(join(__dirname, 'recover.sh'), 'utf8');
}

/** Reads an archive into the command that restores it. */
export function archivePiece(): string {
  return readFileSync(join(__dirname, 'archive.sh'), 'utf8');
}
