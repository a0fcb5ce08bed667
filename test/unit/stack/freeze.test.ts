import { describe, expect, it } from 'vitest';
import { holding, inWords, parseFreeze, requireThawed, sayFreeze } from '../../../actions/lib/stack/freeze';

const now = '2026-01-01T10:00:00Z';
const record = (until: string): string =>
  `held ${JSON.stringify({ reason: 'moving the database', since: '2026-01-01T09:00:00Z', until, by: 'kim', run: 'https://run' })}`;

describe('a freeze', () => {
  it('refuses until its end, with its reason, who froze, and the way out', () => {
    expect(() => requireThawed(parseFreeze([now, record('2026-01-01T12:30:00Z')]))).toThrow(
      /^RB-FROZEN: changes are frozen until 2026-01-01T12:30:00Z \(another 2 h 30 min\): moving the database\n.*kim froze them at 2026-01-01T09:00:00Z \(https:\/\/run\)\n.*mode: unfreeze/,
    );
  });

  it.each([now, '2026-01-01T09:59:59Z'])('that ended at %s refuses nothing', (until) => {
    const observed = parseFreeze([now, record(until)]);
    expect(holding(observed)).toBeNull();
    expect(() => requireThawed(observed)).not.toThrow();
  });

  it.each([[], [now]])('is none where the host has no record: %j', (...lines) => {
    expect(() => requireThawed(parseFreeze(lines))).not.toThrow();
  });

  it.each(['held ', 'held {', 'held {}', 'held null', record('soon')])(
    'that cannot be read holds all the same: %j',
    (line) => {
      expect(() => requireThawed(parseFreeze([now, line]))).toThrow(/^RB-FROZEN: .*cannot be read\n/);
    },
  );

  it('holds where the host does not tell the time', () => {
    expect(() => requireThawed(parseFreeze(['', record('2026-01-01T09:59:59Z')]))).toThrow('RB-FROZEN');
  });
});

it.each([
  [0, '0 s'],
  [59, '59 s'],
  [61, '1 min'],
  [7260, '2 h 1 min'],
  [90_000, '1 d 1 h'],
  [86_400, '1 d'],
])('%s seconds are %s', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});

it('a freeze is one sentence, whatever time is left of it', () => {
  expect(sayFreeze('unreadable', now)).not.toMatch(/\.$/);
});
