/** The host's pieces for a restore; see the module of the same name for databases. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** After the pieces for steps and databases, as all that follow. */
export function loadPiece(): string {
  return readFileSync(join(__dirname, 'load.sh'), 'utf8');
}

export function swapPiece(): string {
  return readFileSync(join(__dirname, 'swap.sh'), 'utf8');
}

/** How far a swap came; the pieces for the swap and for its reversal need it. */
export function phasePiece(): string {
  return readFileSync(join(__dirname, 'phase.sh'), 'utf8');
}

/** How the services that write are stopped, started and found by the proxy; before the swap and its reversal. */
export function writersPiece(): string {
  return readFileSync(join(__dirname, 'writers.sh'), 'utf8');
}

export function reversePiece(): string {
  return readFileSync(join(__dirname, 'reverse.sh'), 'utf8');
}

export function recoverPiece(): string {
  return readFileSync(join(__dirname, 'recover.sh'), 'utf8');
}

/** Reads an archive into what restores it. */
export function archivePiece(): string {
  return readFileSync(join(__dirname, 'archive.sh'), 'utf8');
}
