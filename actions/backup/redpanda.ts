/** Redpanda in a backup: its topics and the positions of its consumers, but none of its messages. */
import { type BrokerState, readBroker } from '../lib/redpanda/state';
import type { Scene } from './scene';

/** The summary says of each broker that its messages are in no backup. */
export async function recordBrokers({ request, session, recorder, notes }: Scene): Promise<readonly BrokerState[]> {
  const { stack, backup } = request.runbook;
  if (backup.redpanda.length > 0) recorder.step('State of Redpanda');
  const states: BrokerState[] = [];
  for (const service of backup.redpanda) {
    const state = await readBroker(session.host, stack, service);
    const text = sentence(state);
    if (state.problem === null) recorder.info(text);
    else recorder.warning(text);
    notes.push(text);
    states.push(state);
  }
  return states;
}

function sentence({ service, topics, groups, problem }: BrokerState): string {
  const absent = `Messages of ${service} are not in this backup; if its volume is lost, they are lost`;
  if (problem !== null) return `${absent}. Its state is not known either: ${problem}.`;
  const lag = groups.reduce((sum, group) => sum + group.lag, 0);
  const read =
    groups.length === 0 ? 'no consumer group' : `${groups.length} consumer groups, ${lag} messages not read yet`;
  return `${absent}. The manifest has its state: ${topics.length} topics, ${read}.`;
}
