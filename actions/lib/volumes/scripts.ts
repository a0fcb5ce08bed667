/**
 * Pieces of host scripts for volumes. They have a module of their own, in plain syntax, because the bundler includes a
 * file only if it understands the call that reads the file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyImageScript } from '../steps/scripts';

/** Functions that find a volume and work in it; all pieces below need them. */
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
