import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { readRecords, requireReadable, unreadableError } from '../../../actions/lib/stack/release/records';
import { serializeRelease } from '../../../actions/lib/stack/release/store';
import { VERSION } from '../../../actions/lib/version';
import { release, service } from './model-host';

function line(id: string, mark = 'committed', change: (value: Record<string, unknown>) => unknown = () => {}): string {
  const value = JSON.parse(
    serializeRelease(release(id, { api: service('api', 'v1', id) }, { writer: '7.0.0' })),
  ) as Record<string, unknown>;
  change(value);
  return `${id} ${mark} ${JSON.stringify(value)}`;
}

function refusal(lines: string[], pointer: string, unfinished = false): UserError | null {
  try {
    requireReadable(readRecords(lines, pointer), pointer, unfinished);
    return null;
  } catch (error) {
    return error as UserError;
  }
}

describe('records', () => {
  it('of a newer version may say more', () => {
    const lines = [
      line('1-v1', 'committed', (value) => {
        value.more = { x: 1 };
        (value.services as Record<string, Record<string, unknown>>).api!.colour = 'blue';
      }),
    ];
    const { current } = readRecords(lines, '1-v1');
    expect(current).toMatchObject({ id: '1-v1', more: { x: 1 }, services: { api: { colour: 'blue' } } });
    expect(refusal(lines, '1-v1')).toBeNull();
    expect(serializeRelease(current!)).toContain('"colour":"blue"');
  });

  it.each<[string, string[], string, RegExp]>([
    [
      'of another format',
      [line('1-v1'), line('2-v2', 'committed', (value) => Object.assign(value, { format: 2 }))],
      '2-v2',
      /format 2, and this version knows format 1; it was written by version 7\.0\.0 in run at/,
    ],
    ['that is damaged', [line('1-v1'), '2-v2 committed {"format":1,"id'], '2-v2', /it is damaged/],
    ['that is empty', ['2-v2 committed '], '2-v2', /it is empty/],
    ['that lacks a part', [line('2-v2', '-', (value) => delete value.services)], '2-v2', /its services is not/],
    ['that is gone', [line('1-v1')], '2-v2', /it is gone/],
    ['that nothing points to', [line('1-v1'), line('2-v2')], '', /current is gone or empty/],
  ])('of the current release stop the run: one %s', (_what, lines, pointer, why) => {
    const error = refusal(lines, pointer);
    expect(error).toBeInstanceOf(UserError);
    expect(error?.code).toBe('RB-RECORD-UNREADABLE');
    expect(error?.details.why).toMatch(why);
  });

  it('of other releases stop none', () => {
    const lines = ['1-v1 committed {', line('2-v2'), '3-v3 - {"half', line('4-v4', '-')];
    expect(refusal(lines, '2-v2')).toBeNull();
    const { releases, folders, unreadable, committed } = readRecords(lines, '2-v2');
    expect(releases.map(({ id }) => id)).toEqual(['2-v2', '4-v4']);
    expect(folders).toEqual(['1-v1', '2-v2', '3-v3', '4-v4']);
    expect(committed).toEqual(['1-v1', '2-v2']);
    expect(unreadable.map((one) => unreadableError(one).message)).toEqual([expect.stringContaining('1-v1')]);
  });

  it('of an empty host, of one whose first release never committed, or was interrupted at that', () => {
    expect(refusal([], '')).toBeNull();
    expect(refusal([line('1-v1', '-')], '')).toBeNull();
    expect(refusal([line('1-v1')], '', true)).toBeNull();
  });

  it('name the version that package.json has', () => {
    expect(VERSION).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  });
});
