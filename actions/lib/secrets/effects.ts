/** The effects of a new value: for people, and for data that was made with the old value. Pure. */

const EFFECTS: readonly (readonly [name: RegExp, effect: string])[] = [
  [/SESSION|COOKIE/, 'everyone is logged out: present sessions end'],
  [/JWT|SIGN(?:ING|ATURE)/, 'tokens signed with the old value are refused: everyone has to log in again'],
  [/SECRET_KEY(?:_BASE)?$|(?:^|_)(?:APP|AUTH|NEXTAUTH)_SECRET$/, 'everyone is logged out if it signs sessions'],
  [/WEBHOOK/, 'senders of webhooks with the old value are refused until they have the new one'],
  [/TOKEN|API_?KEY|PASS/, 'clients outside of this stack with the old value are refused until they have the new one'],
];
/** Names of keys that encrypt stored data: with another key the data cannot be read any more. */
const ENCRYPTS = /ENCRYPT|CIPHER|FERNET|(?:^|_)(?:MASTER|VAULT|APP|DATA|STORAGE|KMS)_KEY$/;

/** Half a sentence; `null`: the name tells no effect. @param said the effect that the runbook states */
export function effectOf(name: string, said: string | undefined): string | null {
  return said ?? EFFECTS.find(([pattern]) => pattern.test(name.toUpperCase()))?.[1] ?? null;
}

/** Whether the name says that stored data was encrypted with this value, and the runbook does not state the effect. */
export function mayLoseData(name: string, said: string | undefined): boolean {
  return said === undefined && ENCRYPTS.test(name.toUpperCase());
}

/** Lengths in bytes of oauth2-proxy's cookie secret: AES-128, -192, -256. */
const COOKIE_BYTES = [16, 24, 32];

/**
 * How oauth2-proxy reads its cookie secret (`pkg/encryption/cipher.go`): as base64 if that has a right length, else as
 * text.
 */
export function fitsOauth2Proxy(value: string): boolean {
  const text = value.replace(/=+$/, '');
  const decoded = /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1 ? Buffer.from(text, 'base64url').length : 0;
  return COOKIE_BYTES.includes(decoded) || COOKIE_BYTES.includes(Buffer.byteLength(value));
}

/** Whether the name says that an issuer of logins has this value, too. */
export function hasIssuer(name: string): boolean {
  return /(?:^|_)CLIENT_SECRET$/.test(name.toUpperCase());
}
