/**
 * The host's pieces for volumes. In a module of their own, in plain syntax: the bundler takes a file along only
 * where it can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyImageScript } from '../steps/scripts';

/** Functions that find a volume and work in it; all that follow need them. */
export function volumeScript(): string {
  return `${emptyImageScript()}\n${readFileSync(join(__dirname, 'volume-helper.sh'), 'utf8')}`;
}

/** Needs the piece for parts, too. */
export function readPiece(): string {
  return readFileSync(join(__dirname, 'volume-read.sh'), 'utf8');
}

export function volumeFactsPiece(): string {
  return readFileSync(join(__dirname, 'volume-facts.sh'), 'utf8');
}

/** Needs the piece for archives, too. */
export function fillPiece(): string {
  return readFileSync(join(__dirname, 'volume-fill.sh'), 'utf8');
}

export function volumeSwapPiece(): string {
  return readFileSync(join(__dirname, 'volume-swap.sh'), 'utf8');
}
