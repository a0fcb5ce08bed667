/** Operations as lines of the host's script, and what Docker's words for an address mean. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../../actions/lib/stack/apply/failures';
import { render } from '../../../actions/lib/stack/apply/render';
import { release, runbook, service, settings } from './model-host';

describe('the lines of a script', () => {
  it('have whole seconds, however they were written: a shell knows no others', () => {
    const target = release('2', { api: service('api', 'v2', '2') });
    const uneven = { ...settings, healthTimeout: 20.5, stableFor: 0.25, drainTimeout: 1.5 };
    const asked = { ...runbook, defaults: uneven, watch: { ...runbook.watch, duration: 2.5 } };
    const lines = render({ plan: { changes: [] } as never, target, current: null, runbook: asked, delivery: null }, [
      { op: 'gate', name: 'started', services: ['api'], stable: true },
      { op: 'watch', services: ['api'], drain: 1.5 },
      { op: 'drain', services: ['api'], drain: 1.5 },
      { op: 'one-shot', service: 'api', timeout: 0.5, migration: false },
    ]).join('\n');
    expect(lines).toMatch(/op_gate 'started' '21' 'api'|op_gate started 21 api/);
    expect(lines).toMatch(/op_watch '?3'? '?2'? /);
    expect(lines).not.toMatch(/[0-9]\.[0-9]/);
  });
});

describe('an address that is in use', () => {
  const code = (line: string) => explain({ kind: 'start', subject: 'api', log: [line] }).code;

  it('is a port only where Docker speaks of one', () => {
    for (const line of [
      'Error response from daemon: failed to set up container networking: Address already in use',
      'Error response from daemon: Address already in use',
    ])
      expect(code(line)).toBe('RB-START-FAILED');
    for (const line of [
      'Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use',
      'failed to bind host port 0.0.0.0:80/tcp: address already in use',
      'Bind for 0.0.0.0:80 failed: port is already allocated',
    ])
      expect(code(line)).toBe('RB-PORT-TAKEN');
  });
});
