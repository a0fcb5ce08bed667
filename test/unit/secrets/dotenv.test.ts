import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnv, readEnv, writeEntry, writeEnv } from '../../../actions/lib/secrets/dotenv';

const SECRET = 'S3cretValue9';

/** What SOPS keeps of a line and writes again: `\n` is a line break in between. */
function throughSops(line: string): string {
  return line.replaceAll('\\n', '\n').replaceAll('\n', '\\n');
}

describe('an env file gives the container', () => {
  it.each([
    ['A=pa#ss', 'pa#ss'],
    ['A="quo\\"ted"', 'quo"ted'],
    ["A='single $x'", 'single $x'],
    ['A=a=b=c==', 'a=b=c=='],
    ['A=', ''],
    ['A="-----BEGIN X-----\\nabc\\n-----END X-----"', '-----BEGIN X-----\nabc\n-----END X-----'],
    ['A="pa #ss" # a comment', 'pa #ss'],
    ['A="\\$2b\\$12\\$abc"', '$2b$12$abc'],
    ["A='$2b$12$abc'", '$2b$12$abc'],
    ['A=pa$$word', 'pa$word'],
    ['A=$2', '$2'],
    ['A=ends$', 'ends$'],
    ['A="back\\\\"', 'back\\'],
    ["A='a\\nb'", 'a\\nb'],
    ['A="\\x41"', '\\x41'],
    ['A=C:\\temp', 'C:\\temp'],
    ['A=#x', '#x'],
    ["A=it's", "it's"],
  ])('for %s exactly %j', (line, value) => {
    expect(parseEnv(`# first\n\n${line}\n`, 'x')).toEqual(new Map([['A', value]]));
  });

  it('the value of another name of the file, where that stands before', () => {
    const text = 'PASSWORD=\'a$b\'\nURL=postgres://u:${PASSWORD}@db\nQUOTED="${PASSWORD}"\n';
    expect(parseEnv(text, 'x').get('URL')).toBe('postgres://u:a$b@db');
    expect(parseEnv(text, 'x').get('QUOTED')).toBe('a$b');
  });

  it('whatever value was written, and SOPS keeps its line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.string({ unit: fc.constantFrom(...'\'"\\$#`{}() \n\r\ta=é€😀n0x'), maxLength: 12 }),
          fc.string({ minLength: 4096, maxLength: 4096 }),
        ),
        (value) => {
          fc.pre(value.isWellFormed() && !/[\0\ufffd]/.test(value));
          const line = writeEntry('NAME', value);
          expect(line).not.toContain('\n');
          expect(throughSops(line)).toBe(line);
          expect([...parseEnv(`A=1\n${line}\nB=2\n`, 'x').values()]).toEqual(['1', value, '2']);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('the same again once it was written', () => {
    const values = new Map([
      ['A', 'plain'],
      ['B_2', ' # '],
      ['c.d-e', '\'"'],
    ]);
    expect(parseEnv(writeEnv(values), 'x')).toEqual(values);
  });
});

describe('an env file is refused, by line or name and never by value, for', () => {
  it.each([
    [`A=${SECRET} #x`, /^A on line 1 has ` #`/],
    [`A=  ${SECRET}`, /^A on line 1 has blanks/],
    [`A=${SECRET} `, /^A on line 1 has blanks/],
    [`A=${SECRET}\u00a0`, /^A on line 1 has blanks/],
    [`A=-----BEGIN X-----\\n${SECRET}\\n-----END X-----`, /^A on line 1 has \\n without quotes/],
    [`A=$2b$12$${SECRET}`, /^A on line 1 has a `\$`/],
    [`A="$${SECRET}"`, /^A on line 1 has a `\$`/],
    [`A=\${${SECRET}}`, /^A on line 1 has a `\$`/],
    [`A=\${${SECRET}:-x}`, /^A on line 1 has a `\$`/],
    [`A=\${PWD}${SECRET}`, /^A on line 1 has a `\$`/],
    [`export A=${SECRET}`, /^line 1 begins with `export`/],
    [`A: ${SECRET}`, /^line 1 has no `=`/],
    [`A=1\r\nB=${SECRET}\r`, /^line 1 ends in a carriage return/],
    [` A=${SECRET}`, /^line 1 has before its `=`/],
    [`A =${SECRET}`, /^line 1 has before its `=`/],
    [`\ufeffA=${SECRET}`, /^line 1 begins with a byte order mark/],
    [`A='it\\'s ${SECRET}'`, /^A on line 1 has \\' in single quotes/],
    [`A="${SECRET}"x`, /^A on line 1 continues behind/],
    [`A="\\0101${SECRET}"`, /^A on line 1 has an octal escape/],
    [`sops_mac=${SECRET}`, /^line 1 has a name that SOPS keeps/],
    [`A=${SECRET}\ufffd`, /^A on line 1 is not UTF-8/],
    [`A=${SECRET.repeat(20_000)}`, /^A on line 1 is longer/],
    ['  ', /^line 1 holds blanks only/],
    [`A="${SECRET}\nB=${SECRET}"`, /^A on line 1 begins with a " that is not closed/],
    [`A=1\nA=${SECRET}`, /^A stands on line 1 and on line 2/],
  ])('%j', (text, said) => {
    const [problem] = readEnv(text).problems;
    expect(problem?.said).toMatch(said);
    expect(() => parseEnv(text, 'the file')).toThrow(/^RB-ENV-(INVALID|DUPLICATE): the file: /);
    try {
      parseEnv(text, 'the file');
    } catch (error) {
      expect(String(error)).not.toContain(SECRET);
    }
  });

  it('nothing of what follows an open quote or a key of several lines, whose lines may look like names', () => {
    for (const first of ['A="begin', 'A=-----BEGIN RSA PRIVATE KEY-----']) {
      const { problems } = readEnv(`${first}\n${SECRET}=\n${SECRET}=1\n${SECRET}=2\n`);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.said).not.toContain(SECRET);
    }
  });

  it('names and values of another file that cannot be written, with the path of that file', () => {
    expect(() => writeEnv(new Map([[`${SECRET} key`, 'x']]), 'p.yaml')).toThrow(
      /^RB-ENV-INVALID: p\.yaml: a name must consist of/,
    );
    expect(() => writeEnv(new Map([['A', '\0']]), 'p.yaml')).toThrow('p.yaml: A holds a NUL byte');
  });

  it('values that cannot be written', () => {
    for (const [name, value] of [
      ['A', `${SECRET}\0`],
      ['A', `${SECRET}\ud800`],
      [`${SECRET} x`, 'x'],
      ['sops_x', SECRET],
    ] as const) {
      expect(() => writeEntry(name, value)).toThrow(/^RB-ENV-INVALID/);
      expect(() => writeEntry(name, value)).not.toThrow(SECRET);
    }
  });
});
