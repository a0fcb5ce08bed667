/** Values that nobody must ever see again, and how they are looked for. */
import { deepStrictEqual } from 'node:assert';
import { randomBytes } from 'node:crypto';

/** An env value with a secret's name, one with signs that shells love, a password in a URL, a registry's password. */
export const canaries: readonly string[] = [
  `canary-token-${randomBytes(8).toString('hex')}`,
  `canary $(id) & "quoted" ${randomBytes(8).toString('hex')}`,
  `canaryDsn${randomBytes(8).toString('hex')}`,
  `canary-registry-${randomBytes(8).toString('hex')}`,
];

/** The app itself writes this secret to its log, which Docker keeps on the host; nobody else may see it. */
export const loggedCanary = `canary-logged-${randomBytes(8).toString('hex')}`;

export const registryPassword = canaries[3]!;

/** Raw, base64 at each alignment, URL-encoded. */
function formsOf(secret: string): string[] {
  const encoded = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString('base64');
    // Without what the neighbours have a part in.
    return text.slice(offset === 0 ? 0 : 4, -4);
  });
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...encoded];
}

export function expectNoCanary(secrets: readonly string[], text: string): void {
  const found = secrets.flatMap(formsOf).filter((form) => text.includes(form));
  // Names no more of it than a reader needs to find the place.
  deepStrictEqual(
    found.map(
      (form) => `${form.slice(0, 16)}… near ${text.slice(Math.max(0, text.indexOf(form) - 200), text.indexOf(form))}`,
    ),
    [],
  );
}

/** Lines of a private key that say something. */
export function keyLines(key: string): string[] {
  return key.split('\n').filter((line) => line.length > 30 && !line.startsWith('-----'));
}

/** The same with either half of each, for what is random as a whole. */
export function expectNoHalf(secrets: readonly string[], text: string): void {
  const halves = secrets.flatMap((secret) => {
    const half = Math.floor(secret.length / 2);
    return [secret.slice(0, half), secret.slice(half)];
  });
  expectNoCanary([...secrets, ...halves], text);
}
