import { expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { keepRotated } from '../../../actions/lib/secrets/keep';

const { secrets } = parseRunbook(
  `secrets:
  TOKEN: { generate: hex }
  PASSWORD: { generate: password, postgres: { service: db, user: USER, roles: [shop, shop_2], database: shop } }
`,
  'runbook.yml',
);

const THEN = `# the shop
TOKEN=old-token-1
URL=https://x/?t=old-token-1
NAMED=x-\${TOKEN}
USER=shop
PASSWORD=old-password-1
DATABASE=postgres://shop:old-password-1@db/shop
COLOUR=blue
ONLY_THEN=1
`;
const NOW = `TOKEN=new-token-1
USER=shop_2
PASSWORD=new-password-1
COLOUR=red
FEATURE=on
`;

it('a secret with a policy keeps its present value, with everything made of it; the rest is as it was then', () => {
  const kept = keepRotated(THEN, NOW, secrets);
  expect(kept.text).toBe(`# the shop
TOKEN=new-token-1
URL='https://x/?t=new-token-1'
NAMED=x-\${TOKEN}
USER=shop_2
PASSWORD=new-password-1
DATABASE=postgres://shop_2:new-password-1@db/shop
COLOUR=blue
ONLY_THEN=1
`);
  expect(Object.fromEntries(kept.kept)).toEqual({
    ...{ TOKEN: [], URL: ['TOKEN'], NAMED: ['TOKEN'] },
    ...{ USER: [], PASSWORD: [], DATABASE: ['PASSWORD'] },
  });
  expect([kept.back, kept.gone]).toEqual([['COLOUR', 'ONLY_THEN'], ['FEATURE']]);
  expect([kept.doubts, kept.locked, kept.unsure]).toEqual([[], [], []]);
});

it('where nothing was rotated the text is that of then', () => {
  const kept = keepRotated('TOKEN=a-token-1\nCOLOUR=blue\n', 'TOKEN=a-token-1\nCOLOUR=red\n', secrets);
  expect([kept.text, kept.kept.size, kept.back]).toEqual(['TOKEN=a-token-1\nCOLOUR=blue\n', 0, ['COLOUR']]);
});

it('a secret that only one of the two has is not invented for the other', () => {
  expect(keepRotated('A=1\n', 'TOKEN=new-token-1\n', secrets).text).toBe('A=1\n');
  expect(keepRotated('TOKEN=old-token-1\n', 'A=1\n', secrets)).toMatchObject({ back: ['TOKEN'], gone: ['A'] });
});

it('a single role that gets a new password keeps its name', () => {
  const now = NOW.replace('shop_2', 'shop');
  expect(keepRotated(THEN, now, secrets).text).toContain('DATABASE=postgres://shop:new-password-1@db/shop');
});

it('a copy that may be chance stays and is named; a login without its user is named as one that locks out', () => {
  const copies = keepRotated(`${THEN}COPY=old-token-1\nPART=dbname=shop password=old-password-1\n`, NOW, secrets);
  expect(copies.text).toContain('COPY=old-token-1\nPART=dbname=shop password=old-password-1\n');
  expect(copies.doubts).toEqual([
    'COPY has the same value as TOKEN',
    'PART holds PASSWORD, but not its user beside it',
  ]);
  expect(copies.locked).toEqual(['PART holds PASSWORD, but not its user beside it']);
});

it.each([
  ['TOKEN=old-token-1\nTOKEN=old-token-2\n', NOW],
  ['export TOKEN=old-token-1\n', NOW],
  [THEN, `${NOW}A="open\n`],
])('lines that are not read alike everywhere are named where a secret differs: %j', (then, now) => {
  expect(keepRotated(then, now, secrets).unsure).toHaveLength(1);
});

it('such lines do not matter where no secret differs', () => {
  expect(keepRotated('export A=1\nTOKEN=a-token-1\n', 'TOKEN=a-token-1\n', secrets).unsure).toEqual([]);
});
