/** Where a new connection goes by the rules of a redirect, worked out from the rules themselves. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { redirectScript } from '../../../actions/lib/stack/redirect/redirect';

const program = `${import.meta.dirname}/../../../actions/lib/stack/redirect/rules.awk`;

interface Rule {
  readonly destination: string;
  readonly ports: readonly string[] | null;
  readonly probability: number;
  readonly target: string | null;
}

function rulesOf(table: string, family = 4): Rule[] {
  const text = execFileSync(
    'awk',
    ['-v', `family=${family}`, '-v', 'chain=RUNBOOK-1', '-v', 'comment=2-v2 run', '-f', program],
    {
      input: `${table}\nend\n`,
      encoding: 'utf8',
    },
  );
  return [...text.matchAll(/^-A RUNBOOK-1 -d (\S+)(.*) -j (?:RETURN|DNAT --to-destination (\S+))$/gm)].map(
    ([, destination = '', match = '', target]) => ({
      destination,
      ports: / --dports (\S+)/.exec(match)?.[1]?.split(',') ?? null,
      probability: Number(/ --probability (\S+)/.exec(match)?.[1] ?? 1),
      target: target ?? null,
    }),
  );
}

/** Every container that a connection may reach, with its share. */
function reached(rules: readonly Rule[], address: string, port = '8080'): Record<string, number> {
  const shares: Record<string, number> = {};
  let rest = 1;
  for (const { destination, ports, probability, target } of rules) {
    const prefix = destination.endsWith('.0/24') ? destination.slice(0, -4) : null;
    if (prefix === null ? destination !== address : !address.startsWith(prefix)) continue;
    if (ports !== null && !ports.includes(port)) continue;
    const to = target ?? address;
    if (rest === 0) break;
    shares[to] = (shares[to] ?? 0) + rest * probability;
    rest *= 1 - probability;
  }
  if (rest > 0) shares[address] = (shares[address] ?? 0) + rest;
  return shares;
}

const networks = `
subnet backend edge 4 10.0.1.0/24
subnet backend internal 4 10.0.2.0/24
subnet backend metrics 4 10.0.3.0/24
address backend retire edge 4 10.0.1.2
address backend retire internal 4 10.0.2.2
address backend retire metrics 4 10.0.3.2
known edge 4 10.0.1.2
known edge 4 10.0.1.9
known internal 4 10.0.2.2
known metrics 4 10.0.3.2
`;

describe('the guard', () => {
  const rules = rulesOf(`service backend guard 8080,9000${networks}`);

  it.each([1, 2, 3])('hides whoever is not known, in network %i of three', (network) => {
    expect(reached(rules, `10.0.${network}.77`)).toEqual({ [`10.0.${network}.2`]: 1 });
    expect(reached(rules, `10.0.${network}.77`, '9000')).toEqual({ [`10.0.${network}.2`]: 1 });
  });

  it('leaves who is known, and other ports, alone', () => {
    expect(reached(rules, '10.0.1.2')).toEqual({ '10.0.1.2': 1 });
    expect(reached(rules, '10.0.1.9')).toEqual({ '10.0.1.9': 1 });
    expect(reached(rules, '10.0.2.77', '5432')).toEqual({ '10.0.2.77': 1 });
  });

  it('takes every port where they are more than one rule can name', () => {
    const many = Array.from({ length: 16 }, (_, index) => 8000 + index).join(',');
    const all = rulesOf(`service backend guard ${many}${networks}`);
    expect(reached(all, '10.0.3.77', '1')).toEqual({ '10.0.3.2': 1 });
  });

  it('sends what still dials a container that is gone to one that is there, also where another has its address', () => {
    const table = `service backend guard 8080${networks}address backend gone edge 4 10.0.1.9\n`;
    expect(reached(rulesOf(table), '10.0.1.9')).toEqual({ '10.0.1.2': 1 });
  });

  it('is of one service, and not of another beside it', () => {
    const table = `service backend guard 8080${networks}service web narrow 80
subnet web edge 4 10.0.1.0/24
address web keep edge 4 10.0.1.20
address web new edge 4 10.0.1.21
`;
    const both = rulesOf(table);
    expect(reached(both, '10.0.1.21', '80')).toEqual({ '10.0.1.20': 1 });
    expect(reached(both, '10.0.2.77')).toEqual({ '10.0.2.2': 1 });
  });
});

describe('while a stand-in serves', () => {
  const rules = rulesOf(`service backend stood 8080${networks}
address backend gone edge 4 10.0.1.50
address backend gone internal 4 10.0.2.50
`);

  it('who called the others of its service reaches it, in each network', () => {
    expect(reached(rules, '10.0.1.50')).toEqual({ '10.0.1.2': 1 });
    expect(reached(rules, '10.0.2.50')).toEqual({ '10.0.2.2': 1 });
  });

  it('whoever else comes to a network is called where it is, known or not', () => {
    for (const address of ['10.0.1.77', '10.0.1.9', '10.0.3.77'])
      expect(reached(rules, address)).toEqual({ [address]: 1 });
  });
});

describe('after the guard', () => {
  const several = `service backend PHASE -
address backend retire edge 4 10.0.1.2
address backend keep edge 4 10.0.1.3
address backend new edge 4 10.0.1.4
address backend new edge 4 10.0.1.5
address backend retire edge 6 fd00::2
address backend new edge 6 fd00::4
`;

  it('only the new containers are hidden, each old one taking as much', () => {
    const shares = reached(rulesOf(several.replace('PHASE', 'narrow')), '10.0.1.4');
    expect(shares).toEqual({ '10.0.1.2': expect.closeTo(0.5, 6), '10.0.1.3': expect.closeTo(0.5, 6) });
  });

  it('the cut leads from those that go to those that stay and the new, each taking as much', () => {
    const rules = rulesOf(several.replace('PHASE', 'cut'));
    const third = expect.closeTo(1 / 3, 6);
    expect(reached(rules, '10.0.1.2')).toEqual({ '10.0.1.3': third, '10.0.1.4': third, '10.0.1.5': third });
    expect(reached(rules, '10.0.1.3')).toEqual({ '10.0.1.3': 1 });
  });

  it('IPv6 has rules of its own', () => {
    const rules = rulesOf(several.replace('PHASE', 'cut'), 6);
    expect(rules.map(({ destination, target }) => [destination, target])).toEqual([['fd00::2', 'fd00::4']]);
  });

  it('a table whose end is missing gives no rules: a full disk cut it off', () => {
    const table = several.replace('PHASE', 'cut');
    expect(() =>
      execFileSync('awk', ['-v', 'family=4', '-v', 'comment=run', '-f', program], { input: table, stdio: 'pipe' }),
    ).toThrow(expect.objectContaining({ status: 1, stdout: Buffer.from('') }));
  });
});

describe('a container reaches itself', () => {
  const table = `service backend narrow 8080
address backend retire edge 4 10.0.1.2
address backend new edge 4 10.0.1.4
address backend new edge 4 10.0.1.5
own backend aaa edge 4 10.0.1.4
own backend bbb edge 4 10.0.1.5
end
`;
  const rules = (phase: string): string[] =>
    execFileSync('awk', ['-v', 'family=4', '-v', 'chain=RUNBOOK-1', '-v', 'comment=run', '-f', program], {
      input: table.replace('narrow', phase),
      encoding: 'utf8',
    }).split('\n');

  it.each(['narrow', 'cut'])('by its own address, whatever else is redirected: %s', (phase) => {
    expect(rules(phase)[2]).toBe('-A RUNBOOK-1 -m addrtype --dst-type LOCAL -j RETURN');
  });

  it('by every name of its service while it is hidden', () => {
    const own = rules('narrow').flatMap(
      (rule) => /^own (\S+) -A RUNBOOK-1 -d (\S+) .* (\S+)$/.exec(rule)?.slice(1).join(' ') ?? [],
    );
    expect(own).toEqual([
      'aaa 10.0.1.2 10.0.1.4',
      'aaa 10.0.1.5 10.0.1.4',
      'bbb 10.0.1.2 10.0.1.5',
      'bbb 10.0.1.4 10.0.1.5',
    ]);
  });

  it('and others of its service as everybody does once it serves', () => {
    expect(rules('cut').filter((rule) => rule.startsWith('own'))).toEqual([]);
  });
});

describe('the chains of a stack', () => {
  const chainOf = (stack: string): string =>
    execFileSync('sh', ['-c', `PROJECT='${stack}'\n${redirectScript()}\nprintf %s "$RB_CHAIN"`], { encoding: 'utf8' });

  it('are its own: another one on the host does not take them away', () => {
    const names = ['acme', 'acme-staging', 'a', 'x'.repeat(63)].map(chainOf);
    expect(new Set(names).size).toBe(names.length);
    // What iptables takes at most.
    for (const name of names) expect(`${name}-ACCEPT`).toMatch(/^RUNBOOK-\d+-ACCEPT$(?<=^.{1,28})/);
  });
});
