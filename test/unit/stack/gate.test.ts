/** How long a gate waits for new containers, and what it says when that was not enough. */
import { describe, expect, it } from 'vitest';
import type { ServiceSettings } from '../../../actions/lib/config/runbook';
import { Gate, type Sample } from '../../../actions/lib/stack/apply/gate';
import { settings } from './model-host';

const starting: Sample = {
  id: 'a',
  state: 'running',
  health: 'starting',
  restarts: 0,
  exitCode: 0,
  takes: 510,
  addresses: ['10.0.0.2'],
  ports: [8080],
  probe: null,
};

function lookAt(seconds: number, own: ServiceSettings, sample: Sample) {
  const gate = new Gate({ service: 'api', expected: 1, settings: own, stable: true }, 0);
  return gate.judge([sample], seconds);
}

describe('a gate', () => {
  it('waits as long as the healthcheck may take, where nobody named a time', () => {
    for (const seconds of [61, 509]) expect(lookAt(seconds, settings, starting).verdict).toBe('wait');
    expect(lookAt(511, settings, starting).verdict).toBe('abort');
    expect(lookAt(61, settings, { ...starting, takes: 30 }).verdict).toBe('abort');
    expect(lookAt(61, settings, { ...starting, takes: 0 }).verdict).toBe('abort');
  });

  it('waits no longer than somebody said, and says then that the healthcheck may take longer', () => {
    const named = { ...settings, healthTimeoutNamed: true as const };
    expect(lookAt(59, named, starting).verdict).toBe('wait');
    expect(lookAt(61, named, starting)).toMatchObject({
      verdict: 'abort',
      why: 'its healthcheck has not passed yet; `health-timeout` is 60 s, and by its settings the healthcheck may take 510 s',
    });
  });

  it('takes fractions of a second', () => {
    const gate = new Gate({ service: 'api', expected: 1, settings: { ...settings, stableFor: 0.5 }, stable: true }, 0);
    const healthy: Sample = { ...starting, health: 'healthy' };
    expect([0.1, 0.4, 0.7].map((at) => gate.judge([healthy], at).verdict)).toEqual(['wait', 'wait', 'go']);
  });

  it('says how a service is called that is meant to end, where one ended well', () => {
    const ended = { ...starting, state: 'exited', health: 'none' as const };
    const well = lookAt(1, settings, ended);
    expect(well).toMatchObject({ verdict: 'abort', code: 'RB-START-CRASHED', why: 'it is exited, exit status 0' });
    expect(well).toMatchObject({ remedy: expect.stringContaining('services: {"api": {strategy: one-shot}}') });
    const badly = lookAt(1, settings, { ...ended, exitCode: 1 });
    expect(badly).toMatchObject({ remedy: expect.stringMatching(/^read its log below/) });
  });

  it('names the exit status of what was started again, and a kill for want of memory with what helps', () => {
    const again = { ...starting, restarts: 2 };
    expect(lookAt(1, settings, again)).toMatchObject({ why: 'it ended and was started again (2 ×)' });
    const known = lookAt(1, settings, { ...again, lastExit: 3 });
    expect(known).toMatchObject({ why: 'it ended with exit status 3 and was started again (2 ×)' });
    const killed = lookAt(1, settings, { ...again, lastExit: 137, outOfMemory: true });
    expect(killed).toMatchObject({
      why: 'it ended with exit status 137, killed by the kernel for want of memory, and was started again (2 ×)',
      remedy: expect.stringMatching(/^give api more memory/),
    });
    const gone = lookAt(1, settings, { ...starting, state: 'restarting', exitCode: 137, outOfMemory: true });
    expect(gone).toMatchObject({ why: 'it is restarting, exit status 137, killed by the kernel for want of memory' });
  });

  it('waits until a container without a healthcheck listens, where the former ones did', () => {
    const deaf: Sample = { ...starting, health: 'none', takes: 0, ports: [], called: [8000, 9090] };
    const gate = new Gate({ service: 'api', expected: 1, settings, stable: true }, 0);
    expect([1, 10, 30].map((at) => gate.judge([deaf], at).verdict)).toEqual(['wait', 'wait', 'wait']);
    const listens = { ...deaf, ports: [8000] };
    expect([31, 31 + settings.stableFor].map((at) => gate.judge([listens], at).verdict)).toEqual(['wait', 'go']);
    expect(lookAt(61, settings, deaf)).toMatchObject({
      verdict: 'abort',
      code: 'RB-UNHEALTHY',
      why: expect.stringContaining('it listens on no port, where the former containers listened on 8000, 9090'),
    });
  });

  it.each<[string, Partial<Sample>, Partial<ServiceSettings>]>([
    ['has a healthcheck', { health: 'healthy' }, {}],
    ['has a path', { probe: { status: 200 } }, { healthPath: '/healthz' }],
    ['is a worker, as it was', { called: [] }, {}],
    ['is new', { called: undefined }, {}],
    ['listens on another port', { ports: [8080] }, {}],
  ])('does not ask for a port where a container %s', (_, own, more) => {
    const gate = new Gate({ service: 'api', expected: 1, settings: { ...settings, ...more }, stable: false }, 0);
    const sample: Sample = { ...starting, health: 'none', takes: 0, ports: [], called: [8000], ...own };
    expect(gate.judge([sample], 1).verdict).toBe('go');
  });

  it('says what it lacks to ask a container in the network of the host', () => {
    const asking = { ...settings, healthPath: '/healthz' };
    const host = { ...starting, health: 'none' as const, takes: 0, addresses: ['127.0.0.1'], ports: [22, 8080] };
    const named = /has not been requested yet: .*`health-port`/;
    expect(lookAt(61, asking, host)).toMatchObject({ why: expect.stringMatching(named) });
    const asked = lookAt(61, { ...asking, healthPort: 8080 }, host);
    expect(asked).toMatchObject({ why: '/healthz has not been requested yet' });
  });
});
