/** Images that are not pushed yet: waited for, or named as they are spelled. */
import { expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { resolveInTime } from '../../../actions/lib/stack/resolve/await';
import type { Resolved, ResolveRequest } from '../../../actions/lib/stack/resolve/types';

const missing = (): UserError =>
  new UserError('RB-IMAGE-NOT-FOUND', { what: 'ghcr.io/me/app:v1.4.0 is not there', remedy: 'check the version' });
const found = {} as Resolved;
const request = (version: string, signal?: AbortSignal) =>
  ({
    versions: { app: version, db: `sha256:${'a'.repeat(64)}` },
    keepStaging: true,
    signal,
  }) as unknown as ResolveRequest;

it('a deploy looks again until the image is there, and says once what it waits for', async () => {
  const said: string[] = [];
  let looks = 0;
  const look = async (): Promise<Resolved> => {
    looks += 1;
    if (looks < 4) throw missing();
    return found;
  };
  expect(
    await resolveInTime(look, request('v1.4.0'), { timeout: 60_000, pause: 1, say: (text) => said.push(text) }),
  ).toBe(found);
  expect(looks).toBe(4);
  expect(said).toEqual(['ghcr.io/me/app:v1.4.0 is not there; waiting up to 60 s until it is pushed']);
});

it.each([
  ['v1.4.0', '1.4.0', 'tag: "{semver}"'],
  ['1.4.0', 'v1.4.0', 'deploy version v1.4.0'],
])('an error says of %s that the registry has it as %s', async (given, other, remedy) => {
  const asked: ResolveRequest[] = [];
  const look = async (one: ResolveRequest): Promise<Resolved> => {
    asked.push(one);
    if (one.versions.app !== other) throw missing();
    return found;
  };
  const failed = resolveInTime(look, request(given), { timeout: 0, pause: 1, say: () => undefined });
  await expect(failed).rejects.toMatchObject({
    details: { why: `the registry has it as ${other}`, remedy: expect.stringContaining(remedy) },
  });
  expect(asked.at(-1)).toMatchObject({ keepStaging: false, versions: { db: `sha256:${'a'.repeat(64)}` } });
});

it('a wait ends with the first error where there is no other spelling, and at once for any other error', async () => {
  let looks = 0;
  const refused = new UserError('RB-REGISTRY-LOGIN', { what: 'no', remedy: 'x' });
  const look = async (): Promise<Resolved> => {
    looks += 1;
    throw looks === 1 ? refused : missing();
  };
  const awaiting = { timeout: 0, pause: 1, say: () => undefined };
  await expect(resolveInTime(look, request('v1'), { ...awaiting, timeout: 60_000 })).rejects.toBe(refused);
  expect(looks).toBe(1);
  await expect(resolveInTime(look, request('main'), awaiting)).rejects.toMatchObject({
    details: { remedy: 'check the version' },
  });
});

it('a cancelled run waits no longer', async () => {
  const cancel = new AbortController();
  const look = async (): Promise<Resolved> => {
    cancel.abort();
    throw missing();
  };
  const failed = resolveInTime(look, request('v1', cancel.signal), {
    timeout: 60_000,
    pause: 60_000,
    say: () => undefined,
  });
  await expect(failed).rejects.toMatchObject({ code: 'RB-CANCELLED' });
});
