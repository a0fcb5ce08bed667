/** What a failed operation on the host means: its code, the thing that it is about, and the lines of what failed. */
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../actions/lib/errors';
import { explain, STACK_WORDS } from '../../../actions/lib/stack/apply/failures';

const failed = (kind: string, line = 'no such thing') => explain({ kind, subject: 'backend', log: [line] });

/** These are about the stack, whatever was under way. */
const OF_THE_STACK = ['redirect-left'];

describe('a failure on the host', () => {
  it.each(Object.keys(STACK_WORDS))('of the kind %s names what it is about, what to do, and what was said', (kind) => {
    const { details } = failed(kind);
    if (!OF_THE_STACK.includes(kind)) expect(`${details.what} ${details.why}`).toContain('backend');
    expect(details.remedy).not.toBe('');
    expect(details.log).toEqual(['no such thing']);
  });

  it.each<[string, ErrorCode]>([
    ['start', 'RB-START-FAILED'],
    ['ended', 'RB-START-CRASHED'],
    ['stood-for', 'RB-START-CRASHED'],
    ['stop', 'RB-STOP-FAILED'],
    ['pull', 'RB-REGISTRY-UNREACHABLE'],
    ['fetch', 'RB-IMAGE-MISSING'],
    ['untagged', 'RB-IMAGE-MISSING'],
    ['shared', 'RB-SHARED-FAILED'],
    ['volume-lost', 'RB-MOUNT-CHANGED'],
    ['redirect', 'RB-REDIRECT-REFUSED'],
    ['proxy-config', 'RB-PROXY-CONFIG'],
    ['one-shot', 'RB-MIGRATION-FAILED'],
    ['migration-blocked', 'RB-MIGRATION-BLOCKED'],
    ['place', 'RB-DISK-FULL'],
    ['no-verdict', 'RB-TIMEOUT'],
    ['lease-lost', 'RB-LEASE-LOST'],
  ])('of the kind %s is %s', (kind, code) => expect(failed(kind).code).toBe(code));

  it('of a kind that nobody knows is named by it', () => {
    expect(failed('sunspots').details.what).toBe('backend failed on the host (sunspots)');
  });

  it('that Docker explains itself has its code', () => {
    expect(failed('start', 'Bind for 0.0.0.0:80 failed: port is already allocated').code).toBe('RB-PORT-TAKEN');
    expect(failed('pull', 'no space left on device').code).toBe('RB-DISK-FULL');
  });

  it.each([
    'filesystem layer verification failed for digest sha256:ab',
    'failed to copy: failed commit on ref "layer-sha256:ab": unexpected commit digest sha256:cd, expected sha256:ab: failed precondition',
    'failed commit on ref "config-sha256:ab": unexpected commit size 12, expected 13: failed precondition',
  ])('of a pull whose content is not what its digest says is that, in the words of either store: %s', (line) => {
    expect(failed('pull', line).code).toBe('RB-DIGEST-MISMATCH');
  });
});
