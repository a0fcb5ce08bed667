/** What holds for each kind of data, and what an exchange makes of those that stand beside the live data. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../actions/lib/backup/manifest';
import type { Filling, Seen, Subjects, Swapped } from '../../../actions/lib/data/kind';
import { BESIDE, eachKind } from '../../../actions/lib/data/kinds';
import { titlesOf } from '../../../actions/lib/data/wanted';
import type { LoadTarget } from '../../../actions/lib/restore/load';

const ID = '20260102T030405Z';
const NOW = '20260103T030405Z';
const manifest = {
  databases: [
    {
      service: 'db',
      user: 'acme',
      database: 'acme',
      format: 'custom',
      properties: null,
      beyond: null,
      bytes: 1,
      databaseBytes: 9,
      tables: [{ rows: 2 }, { rows: null }],
    },
  ],
  globals: [{ service: 'db', bytes: 1 }],
  volumes: [{ name: 'uploads', bytes: 1, volumeBytes: 7, entries: 3 }],
  qdrant: [{ service: 'vectors', bytes: 1 }],
} as unknown as Manifest;
const subjects: Subjects = {
  databases: [{ service: 'db', user: 'acme', database: 'acme' }],
  volumes: ['uploads'],
};
const seen = {
  facts: {
    now: NOW,
    servers: new Map([['db', { container: 'c1', properties: new Map(), databases: new Map([['acme', 9]]) }]]),
  },
  volumes: new Map([['uploads', { source: 'shop_uploads', bytes: 7, free: null, beside: [], live: null }]]),
} as unknown as Seen;

const swappedFrom = (from: 'restore' | 'before'): Swapped =>
  Object.assign({ servers: [], volumes: [] }, ...BESIDE.map((one) => one.swapped(subjects, seen, from, ID)));

describe('the kinds of data', () => {
  it('name their parts, for people and in full', () => {
    expect(titlesOf(manifest)).toEqual(['acme', 'uploads', 'Qdrant (vectors)']);
    expect(eachKind((kind) => kind.parts(manifest).map(kind.fullName)).flat()).toEqual([
      'db/acme',
      'uploads',
      'vectors',
    ]);
    expect(eachKind((kind) => kind.extras(manifest).map(({ title }) => title)).flat()).toEqual(['roles of db']);
  });

  it('count what a summary shows', () => {
    expect(eachKind((kind) => kind.parts(manifest).map(kind.counted)).flat()).toEqual([
      { plainBytes: 9, tables: 2, rows: 2 },
      { plainBytes: 7, tables: null, rows: null },
      { plainBytes: null, tables: null, rows: null },
    ]);
  });

  it('find their configured parts in the manifest that a backup of them writes', () => {
    const settings = { ...subjects, qdrant: [{ service: 'vectors', url: '', apiKey: null }] };
    for (const [wanted, has] of eachKind((kind) => [
      kind.configured(settings as never),
      kind.parts(manifest).map(kind.fullName),
    ]))
      expect(wanted).toEqual(has);
  });
});

describe('what a load fills', () => {
  const filling: Filling = {
    facts: { ...seen.facts, unpacks: false },
    ...{ alone: false, locale: 'ask', tablespaces: 'keep', volumeFor: (name) => name },
    archive: (part, unpacks) => ({ on: 'host', path: `${part.bytes}${unpacks ? '' : ' of the runner'}`, sha256: 'a' }),
  };
  const targets = (more: Partial<Filling> = {}): readonly LoadTarget[] =>
    eachKind((kind) => kind.targets?.(kind.parts(manifest), { ...filling, ...more }) ?? []).flat();

  it('stands beside what is live, under the names that an exchange knows, and Qdrant has none', () => {
    const moves = BESIDE.flatMap((one) =>
      one.moves(Object.assign({}, ...BESIDE.map((kind) => kind.swapped(subjects, seen, 'restore', NOW))), 'shop', seen),
    );
    expect(targets().map(({ subject, incoming }) => [subject, incoming])).toEqual(
      moves.map(({ live, incoming }) => [live, incoming]),
    );
  });

  it('has in a drill the names of the backup where these are free, in volumes of its own', () => {
    const drill = { alone: true, volumeFor: () => 'volume-0' };
    const empty = { ...filling.facts, servers: new Map() };
    expect(targets({ ...drill, facts: empty }).map(({ subject, incoming }) => [subject, incoming])).toEqual([
      ['acme', 'acme'],
      ['volume-0', `.restore-${NOW}`],
    ]);
    expect(targets(drill)[0]?.incoming).toBe(`acme_restore_${NOW}`);
  });

  it('is filled by commands of its own kind, with the archive that belongs to it', () => {
    const lines = targets().map(({ commands }, index) => commands(index, 'SOURCE').at(-1));
    expect(lines).toEqual([
      expect.stringMatching(/^restore_finish 0 db acme 'dbname=\S*postgres/),
      `fill_volume 1 uploads .restore-${NOW} SOURCE || exit 1`,
    ]);
    expect(targets()[0]?.commands(0, 'SOURCE')[5]).toMatch(/^restore_load 0 .* custom SOURCE \|\| exit 1$/);
    expect(targets({ tablespaces: 'default' })[0]?.commands(0, 'SOURCE')[5]).toContain(' custom-plain SOURCE');
  });
});

describe('somebody who restores', () => {
  it('reads what each part is and what it meets, and each exchange in the plan', () => {
    expect(eachKind((kind) => kind.parts(manifest).map((part) => kind.facing(part, seen))).flat()).toEqual([
      'db/acme: 1 MiB at its time, 1 MiB packed; 1 MiB now',
      'uploads: 3 files, folders and links, 1 MiB packed; 1 MiB now',
      null,
    ]);
    const nobody = { ...seen, facts: { ...seen.facts, servers: new Map() } };
    expect(BESIDE.flatMap((one) => one.planned(subjects, seen))).toEqual([
      'db/acme in container c1 is exchanged',
      'the content of uploads is exchanged',
    ]);
    expect(BESIDE.flatMap((one) => one.planned(subjects, nobody))[0]).toMatch(/is made$/);
  });

  it('reads how much came back', () => {
    const loaded = [{ tables: [{ schema: 'public', table: 'a', rows: 2 }], entries: 0 }];
    expect(eachKind((kind) => kind.came(kind.parts(manifest), loaded))).toEqual([
      ['1 tables', '2 rows'],
      ['1 volumes', '3 files, folders and links'],
      ['1 Qdrant', 'snapshots'],
    ]);
  });
});

describe('data that restores put aside', () => {
  it('is named with its size and the command that removes it', () => {
    const after = {
      facts: {
        ...seen.facts,
        servers: new Map([
          [
            'db',
            {
              databases: new Map([
                ['acme', 9],
                [`acme_before_${ID}`, 3],
                [`acme_restore_${ID}`, 1],
                ['acme_before_lunch', 1],
              ]),
            },
          ],
        ]),
      },
      volumes: new Map([
        [
          'uploads',
          {
            source: 'shop_uploads',
            besideBytes: new Map([
              [`.undone-${ID}`, 5],
              [`.restore-${ID}`, 1],
            ]),
          },
        ],
      ]),
    } as unknown as Seen;
    const kept = BESIDE.flatMap((one) => one.kept(subjects, after, 'shop'));
    expect(kept.map(({ title, bytes }) => [title, bytes])).toEqual([
      [`database acme_before_${ID} of db`, 3],
      [`folder .undone-${ID} in uploads`, 5],
    ]);
    expect(kept[0]?.removal).toContain(`dropdb -U acme -- acme_before_${ID}`);
    expect(kept[1]?.removal).toContain(`shop_uploads)"/.undone-${ID}`);
  });
});

describe('an exchange', () => {
  it('puts the live data aside, under a name that an undo finds', () => {
    const moves = BESIDE.flatMap((one) => one.moves(swappedFrom('restore'), 'shop', seen));
    expect(moves.map(({ live, incoming, outgoing, reversed }) => [live, incoming, outgoing, reversed])).toEqual([
      ['acme', `acme_restore_${ID}`, `acme_before_${NOW}`, `acme_undone_${ID}`],
      ['uploads', `.restore-${ID}`, `.before-${NOW}`, `.undone-${ID}`],
    ]);
    const after = {
      facts: { ...seen.facts, servers: new Map([['db', { databases: new Map([[`acme_before_${NOW}`, 9]]) }]]) },
      volumes: new Map([['uploads', { beside: [`.before-${NOW}`, '.lost'] }]]),
    } as unknown as Seen;
    expect(BESIDE.flatMap((one) => one.former(subjects, after)).map(({ id, line }) => [id, line])).toEqual([
      [NOW, `acme: back to acme_before_${NOW}`],
      [NOW, `uploads: back to .before-${NOW}`],
    ]);
  });

  it('of an undo keeps what was live, and reverses to the same names', () => {
    const moves = BESIDE.flatMap((one) => one.moves(swappedFrom('before'), 'shop', seen));
    expect(moves.map(({ incoming, outgoing, reversed }) => [incoming, outgoing, reversed === incoming])).toEqual([
      [`acme_before_${ID}`, `acme_undone_${NOW}`, true],
      [`.before-${ID}`, `.undone-${NOW}`, true],
    ]);
  });

  it('gives the command that removes the former data', () => {
    const moves = BESIDE.flatMap((one) => one.moves(swappedFrom('restore'), 'shop', seen));
    expect(moves.map(({ was, is, removal }) => `${was} ${is('x')}. ${removal('x')}`)).toEqual([
      `acme x now. To drop it: docker exec $(docker ps -q --filter label=com.docker.compose.project=shop --filter label=com.docker.compose.service=db) dropdb -U acme -- x`,
      `in uploads in its folder x now. To remove it: sudo rm -rf "$(docker volume inspect --format '{{.Mountpoint}}' shop_uploads)"/x`,
    ]);
  });

  it('removes the folder of exactly that directory, whatever its characters mean to a shell', () => {
    const path = '/srv/a$HOME;b&(c)';
    const seenThere = { ...seen, volumes: new Map([[path, { ...seen.volumes.get('uploads'), source: path }]]) } as Seen;
    const strange = { databases: [], volumes: [path] };
    const swapped: Swapped = Object.assign({}, ...BESIDE.map((one) => one.swapped(strange, seenThere, 'restore', NOW)));
    const [move] = BESIDE.flatMap((one) => one.moves({ ...swapped, servers: [] }, 'shop', seenThere));
    const [, words = ''] = move?.removal('.before').split(/(?=sudo)/) ?? [];
    expect(execFileSync('sh', ['-c', `printf '%s\n' ${words}`], { encoding: 'utf8' }).trimEnd()).toBe(
      `sudo\nrm\n-rf\n${path}/.before`,
    );
  });

  it('drops the database of exactly that name, whatever its characters mean to a shell', () => {
    const odd = "it's $(odd)";
    const strange = { ...subjects, databases: [{ service: 'db', user: "o'neil", database: odd }] };
    const swapped: Swapped = Object.assign({}, ...BESIDE.map((one) => one.swapped(strange, seen, 'restore', NOW)));
    const moves = BESIDE.flatMap((one) => one.moves(swapped, 'shop', seen));
    const [, words = ''] = moves[0]?.removal(`-${odd}`).split(/(?=dropdb)/) ?? [];
    expect(
      execFileSync('sh', ['-c', `printf '%s\n' ${words}`], { encoding: 'utf8' })
        .trimEnd()
        .split('\n'),
    ).toEqual(['dropdb', '-U', "o'neil", '--', `-${odd}`]);
  });

  it('names as its witness a database before a volume', () => {
    const of = (swapped: Swapped): unknown => BESIDE.map((one) => one.witness(swapped)).find((one) => one !== null);
    const swapped = swappedFrom('restore');
    expect(of(swapped)).toEqual({ service: 'db', user: 'acme', live: 'acme', database: `acme_before_${NOW}` });
    expect(of({ ...swapped, servers: [] })).toEqual({ volume: 'uploads', folder: `.before-${NOW}` });
  });
});
