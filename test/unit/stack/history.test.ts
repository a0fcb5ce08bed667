import { describe, expect, it } from 'vitest';
import {
  type Commit,
  leftByRollback,
  readHistory,
  serializeHistory,
  waysBack,
  worthKeeping,
} from '../../../actions/lib/stack/history';

const NONE = { lines: [], journal: [], committed: [], current: null };

/** `1 2 1< 3 4! 5<1`: releases that became current, `<` by a rollback, `<1` that brings 1 back, `!` by a restart, `c` as the site was closed or opened. */
function commits(text: string): Commit[] {
  return text.split(' ').map((word) => {
    const [, id, sign, back] = /^(\d+)([<!c]?)(\d*)$/.exec(word) ?? [];
    const procedure = sign === '<' ? 'rollback' : sign === '!' ? 'restart' : sign === 'c' ? 'maintenance' : 'deploy';
    return { release: `${id}-v`, procedure, ...(back ? { back: `${back}-v` } : {}) };
  });
}

const names = (list: Iterable<string>) => [...list].map((id) => id.replace('-v', '')).join(' ');

function lines(text: string): string[] {
  return serializeHistory(commits(text)).split('\n');
}

const read = (text: string[], current: string) =>
  readHistory({ ...NONE, lines: text, current: `${current}-v` })
    .map(({ release, procedure }) => release.replace('-v', procedure === 'rollback' ? '<' : ''))
    .join(' ');

describe('the way back', () => {
  it.each([
    ['1', '', ''],
    ['1 2', '1', ''],
    ['1 2 3', '2 1', ''],
    // Bad, rolled back, and a new one from there.
    ['1 2 1< 3', '1', '2'],
    ['1 2 1< 3 1< 4', '1', '2 3'],
    // One after the other.
    ['1 2 3 2<', '1', '3'],
    ['1 2 3 2< 1<', '', '3 2'],
    ['1 2 3 4 5 2<', '1', '5'],
    ['1 2 3 4 5 2< 6', '2 4 3 1', '5'],
    // Taken back, and brought forward again.
    ['1 2 1< 2<', '1', ''],
    ['0 1 0< 2', '0', '1'],
    // By releases of their own, which bring others back with present secrets.
    ['1 2 3 4<2', '1', '3'],
    ['1 2 3 4<2 5<1', '', '3 4 2'],
    ['1 2 3 4<1 5', '4 2 1', '3'],
    ['1 2 3 4<2 2<', '1', '3'],
    ['1 2 3 4<2 3<', '2 1', ''],
    // The site was closed and opened: the same to whoever goes back.
    ['1 2 3c 4c', '1', ''],
    ['1 2 3c 4 5c', '3 2 1', ''],
    ['1 2c', '', ''],
    // Rolled back while it was closed.
    ['1 2 3c 4<1', '', '3 2'],
    ['1 2 3c 4<1 5c', '', '3 2'],
    ['1 2 3 4c 5<2 6c 7', '6 5 2 1', '4 3'],
  ])('from %j leads to %j, and %j were left', (text, ways, left) => {
    expect(names(waysBack(commits(text)))).toBe(ways);
    expect(names(leftByRollback(commits(text)))).toBe(left);
  });
});

describe('the record of it', () => {
  it('says the same again', () => expect(read(lines('1 2 1< 3'), '3')).toBe('1 2 1< 3'));

  it('does not count a line that the pointer never followed', () => {
    expect(read(lines('1 2 3'), '2')).toBe('1 2');
    const [one = '', two = '', void_ = ''] = lines('1 2 3');
    const next = JSON.stringify({ release: '4-v', from: '2-v', procedure: 'deploy' });
    expect(read([one, two, void_, next], '4')).toBe('1 2 4');
  });

  it('takes what an earlier version did without it', () => {
    const [one = '', two = '', three = ''] = lines('1 2 3');
    const next = JSON.stringify({ release: '5-v', from: '4-v', procedure: 'deploy' });
    expect(read([one, two, three, next], '5')).toBe('1 2 3 4 5');
    expect(read([one, two, three], '1')).toBe('1 2 3 1<');
  });

  it('passes a torn line over', () => expect(read([...lines('1 2'), '{"release":"3-'], '2')).toBe('1 2'));
});

describe('a host that an earlier version wrote', () => {
  const step = (release: string, procedure: string, outcome: string, run = release + procedure) => {
    const entry = { at: '', procedure, step: 'apply', run, release: `${release}-v` };
    const line = (more: object) => JSON.stringify({ ...entry, ...more });
    return [
      line({ event: 'begin' }),
      line({ event: 'begin', operation: 'commit' }),
      line({ event: 'end', operation: 'commit' }),
      ...(outcome === 'killed' ? [] : [line({ event: 'end', outcome })]),
    ];
  };

  it('is known by the numbers of its releases', () => {
    const committed = ['10-v', '2-v', '9-v'];
    const history = readHistory({ ...NONE, committed, current: '10-v' });
    expect(names(waysBack(history))).toBe('9 2');
    expect(names(leftByRollback(readHistory({ ...NONE, committed, current: '9-v' })))).toBe('');
    expect(names(waysBack(readHistory({ ...NONE, committed, current: '9-v' })))).toBe('2');
  });

  it('is known by its journal, as far as that goes', () => {
    const journal = [
      ...step('2', 'deploy', 'done'),
      ...step('1', 'rollback', 'done'),
      ...step('3', 'deploy', 'reversed'),
      ...step('3', 'deploy', 'done', 'again'),
    ];
    const history = readHistory({ ...NONE, journal, committed: ['1-v', '2-v', '3-v'], current: '3-v' });
    expect(names(waysBack(history))).toBe('1');
    expect(names(leftByRollback(history))).toBe('2');
  });

  it('is known although its last step was killed', () => {
    const journal = [...step('2', 'deploy', 'done'), ...step('3', 'deploy', 'killed')];
    const given = { ...NONE, journal, committed: ['1-v', '2-v', '3-v'] };
    expect(names(waysBack(readHistory({ ...given, current: '3-v' })))).toBe('2 1');
    expect(names(waysBack(readHistory({ ...given, current: '2-v' })))).toBe('1');
  });
});

describe('what is worth keeping', () => {
  it.each([
    ['1', ''],
    ['1 2 3', '2 1'],
    ['1 2!', '1'],
    // The last of each version before what a restart every night leaves.
    ['1 2 3! 4! 5! 6!', '5 1 4 3 2'],
    ['1 2! 3! 4 5! 6!', '5 3 4 2 1'],
    ['1 2! 3 4! 5', '4 2 3 1'],
    ['1 2 1< 3! 4!', '3 1'],
  ])('of %s: %s', (text, kept) => {
    expect(names(worthKeeping(commits(text)))).toBe(kept);
  });
});
