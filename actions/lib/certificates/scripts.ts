/**
 * The host's script pieces for certificates. They have a module of their own in plain syntax, because the bundler
 * includes a file only where it can read the call that opens it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function lookPiece(): string {
  return readFileSync(join(__dirname, 'look.sh'), 'utf8');
}

export function firstPiece(): string {
  return readFileSync(join(__dirname, 'first.sh'), 'utf8');
}

export function renewPiece(): string {
  return readFileSync(join(__dirname, 'renew.sh'), 'utf8');
}

export function generationsPiece(): string {
  return readFileSync(join(__dirname, 'generations.sh'), 'utf8');
}
