import { expect, it } from 'vitest';
import { type BackupFacts, blocksOf } from '../../../actions/backup/summary';
import { renderBlock } from '../../../actions/lib/github/blocks';
import { parseMermaid } from '../../mermaid';
import { keepSummary } from '../../summaries/keep';

const id = '20260131T020000Z';

const facts: BackupFacts = {
  made: {
    id,
    seconds: 2.5,
    parts: [
      { name: 'db/app', file: 'db.app.dump', bytes: 3 * 2 ** 20, plainBytes: 12 * 2 ** 20, tables: 4, rows: 90 },
      { name: 'roles of db', file: 'db.roles.sql', bytes: 900, plainBytes: null, tables: null, rows: null },
      { name: 'uploads', file: 'uploads.tar.zst', bytes: 2 ** 20, plainBytes: 5 * 2 ** 20, tables: null, rows: null },
    ],
  },
  places: [
    {
      name: '/opt/backups/shop',
      kept: [
        { id: '20260130T020000Z', bytes: 2 ** 20 },
        { id, bytes: 4.2 * 2 ** 20 },
      ],
      removed: [{ id: '20251201T020000Z', why: 'older than 30 days' }],
      others: ['2 backups of another installation: not touched.'],
      lastVerified: id,
    },
    { name: 's3://acme', kept: [], removed: [], others: [], lastVerified: null },
  ],
  drill: {
    backup: id,
    place: 's3://acme',
    seconds: 7.25,
    counts: [
      ['4 tables', '90 rows'],
      ['1 volumes', '12 files, folders and links'],
    ],
  },
};

const shown = (given: BackupFacts): string => {
  const markdown = blocksOf(given).map(renderBlock).join('\n\n');
  keepSummary(markdown);
  return markdown;
};

it('the summary of a backup names its parts, what lies in each place, and what the drill counted', async () => {
  expect(shown(facts)).toBe(`### Backup <code>20260131T020000Z</code>

4.0 MiB in 2.5 s, 6.8 MiB/s, packed 4.2 to 1. Every process succeeded, every archive was read to its end, and loaded in the drill below.

| what | file | on the server | packed | counted in its snapshot |
| --- | --- | --- | --- | --- |
| db/app | <code>db.app.dump</code> | 12.0 MiB | 3.0 MiB | 4 tables, 90 rows |
| roles of db | <code>db.roles.sql</code> |  | 0.0 MiB |  |
| uploads | <code>uploads.tar.zst</code> | 5.0 MiB | 1.0 MiB |  |

**/opt/backups/shop**: 2 backups, the last verified one is <code>20260131T020000Z</code>.
- 2 backups of another installation: not touched.
- removed <code>20251201T020000Z</code>: older than 30 days

\`\`\`mermaid
xychart-beta
  title "Size of the last backups (MiB)"
  x-axis ["0130", "0131"]
  y-axis "MiB"
  bar [1.00, 4.20]
\`\`\`

**s3://acme**: 0 backups, none is verified.

### Restore drill

<code>20260131T020000Z</code> from s3://acme was restored into throwaway servers and volumes in **7.3 s**: 4 tables with 90 rows and 1 volumes with 12 files, folders and links, as its manifest counted them.`);
  await parseMermaid(/```mermaid\n([\s\S]*)\n```/.exec(shown(facts))?.[1] ?? '');
});

it('the summary of a backup that was not loaded says so', () => {
  expect(shown({ ...facts, drill: null })).toContain('was read to its end; it was not loaded');
  expect(shown({ ...facts, drill: null })).not.toContain('### Restore drill');
  expect(shown({ made: null, places: [], drill: null })).toBe('');
});
