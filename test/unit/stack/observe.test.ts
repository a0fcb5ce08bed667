import { describe, expect, it } from 'vitest';
import { parseState } from '../../../actions/lib/stack/observe';

/** What a host printed that has nothing but these sections. */
function output(...sections: readonly string[]): string {
  const first = ['engine\n28.5.2', 'compose\n2.40.3', 'directory\nready\n/srv/real'];
  return [...first, ...sections, 'end'].map((section) => `#rb-section ${section}\n`).join('');
}

describe('what a host says of itself', () => {
  it('has networks and volumes by name, and the path of the directory without links', () => {
    const network =
      '{"Name":"a_b","Driver":"bridge","Internal":true,"Attachable":false,"EnableIPv6":false,"Options":null,"Labels":null,"IPAM":{"Config":null},"Containers":{"x":{"Name":"a-1"}}}';
    const volume = '{"Name":"a_data","Driver":"local","Options":null,"Labels":{"team":"web"}}';
    const state = parseState(output(`networks\n${network}`, `volumes\n${volume}`), 'a');
    expect(state.networks.a_b).toMatchObject({ facts: { driver: 'bridge', internal: 'true' }, users: ['a-1'] });
    expect(state.volumes.a_data?.facts).toEqual({ driver: 'local', 'labels.team': 'web' });
    expect(state.physicalDirectory).toBe('/srv/real');
  });

  it('is not taken for an empty stack where Docker does not tell of its containers', () => {
    expect(() => parseState(output('unreadable'), 'a')).toThrow('RB-HOST-UNSUITABLE');
    expect(parseState(output(), 'a').containers).toEqual([]);
  });
});
