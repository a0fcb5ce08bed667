import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComposeModel, ComposeService } from '../../../actions/lib/stack/compose-model';
import { definitionOf } from '../../../actions/lib/stack/resolve/definition';
import { pin } from '../../../actions/lib/stack/resolve/pin';
import { traitsOf } from '../../../actions/lib/stack/resolve/traits';
import type { ResolvedService } from '../../../actions/lib/stack/resolve/types';

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const service: fc.Arbitrary<ComposeService> = fc.record(
  {
    image: fc.constantFrom('a', 'b'),
    environment: fc.dictionary(word, fc.string()),
    labels: fc.dictionary(word, fc.string()),
    command: fc.option(fc.array(fc.string())),
    networks: fc.dictionary(word, fc.constant(null)),
    deploy: fc.record(
      { replicas: fc.nat(5), resources: fc.constant({ limits: { memory: '1' } }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['image'] },
);
const model: fc.Arbitrary<ComposeModel> = fc
  .dictionary(word, service, { minKeys: 1 })
  .map((services) => ({ name: 'x', services }));

function known(services: ComposeModel['services']): Record<string, ResolvedService> {
  const entries = Object.entries(services).map(([name, definition]): [string, ResolvedService] => [
    name,
    {
      image: String(definition.image),
      digest: null,
      imageId: null,
      replicas: 1,
      definition: definitionOf(definition, { services }),
      mounts: {},
      traits: traitsOf(definition, { services }),
    },
  ]);
  return Object.fromEntries(entries);
}

/** The same value with its keys in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

function pinned(of: ComposeModel, since = '1-v1'): string {
  const releases = Object.fromEntries(
    Object.keys(of.services).map((name) => [name, { since, configHash: null, image: '' }]),
  );
  return pin({ model: of, services: known(of.services) }, 'stack', releases);
}

describe('the pinned Compose file', () => {
  it('is a pure function, and independent of the order of keys', () => {
    fc.assert(
      fc.property(model, (of) => {
        const before = JSON.stringify(of);
        expect(pinned(of)).toBe(pinned(reversed(of) as ComposeModel));
        expect(JSON.stringify(of)).toBe(before);
      }),
    );
  });

  it('adds labels and nothing else', () => {
    fc.assert(
      fc.property(model, (of) => {
        const services = JSON.parse(pinned(of)).services as Record<string, ComposeService>;
        for (const [name, { labels, ...rest }] of Object.entries(services)) {
          const { labels: own, ...definition } = of.services[name] ?? {};
          expect(rest).toEqual(definition);
          expect(labels).toEqual({
            ...(own as object | undefined),
            'runbook.stack': 'stack',
            'runbook.release': '1-v1',
            'runbook.definition': known(of.services)[name]?.definition,
          });
        }
      }),
    );
  });
});

describe('a definition', () => {
  it('knows neither image nor number', () => {
    fc.assert(
      fc.property(service, fc.nat(9), (of, replicas) => {
        const other = {
          ...of,
          image: 'other',
          build: { context: '/x' },
          scale: replicas,
          pull_policy: 'always',
          deploy: { ...(of.deploy as object | undefined), replicas },
        };
        expect(definitionOf(other, { services: {} })).toBe(definitionOf(of, { services: {} }));
      }),
    );
  });

  it.each([
    ['environment', { environment: { A: '1' } }, { environment: { A: '2' } }],
    ['a label', { labels: { a: '1' } }, { labels: {} }],
    [
      'limits',
      { deploy: { resources: { limits: { memory: '1' } } } },
      { deploy: { resources: { limits: { memory: '2' } } } },
    ],
    ['an empty command', { command: [] }, { command: null }],
  ])('changes with %s', (_what, a, b) => {
    expect(definitionOf(a, { services: {} })).not.toBe(definitionOf(b, { services: {} }));
  });

  it('changes with what it names at top level, and with nothing else there', () => {
    const of = { networks: { front: null }, volumes: [{ type: 'volume', source: 'data', target: '/d' }] };
    const top = { networks: { front: { name: 'x_front' } }, volumes: { data: { name: 'x_data' } }, services: {} };
    const base = definitionOf(of, top);
    expect(definitionOf(of, { ...top, volumes: { data: { name: 'other' } } })).not.toBe(base);
    expect(definitionOf(of, { ...top, networks: { ...top.networks, back: { name: 'x_back' } } })).toBe(base);
  });
});
