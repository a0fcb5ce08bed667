/** Where Qdrant is on the host, and what it wants to hear. */
import type { QdrantSettings } from '../config/runbook';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import type { QdrantServer } from './client';

const DIAL = 20_000;

/** @throws {UserError} RB-QDRANT-FAILED */
export async function findQdrant(host: Host, stack: string, settings: QdrantSettings): Promise<QdrantServer> {
  const { service, port, apiKeyVariable } = settings;
  const outcome = await host.run(findScript(stack, service, apiKeyVariable));
  const [address = '', ...lines] = outcome.stdout.split('\n');
  if (address === '') {
    throw new UserError('RB-QDRANT-FAILED', {
      what: `the service ${service} does not run, or has no address`,
      why: 'none of its containers runs on a network of the host',
      remedy: 'start it on the host or deploy the stack, or correct backup.qdrant in the runbook file',
    });
  }
  const apiKey = lines.join('\n').trimEnd();
  return { service, apiKey: apiKey === '' ? null : apiKey, dial: () => host.forward(address, port, DIAL) };
}

function findScript(stack: string, service: string, variable: string): string {
  return `id=$(docker ps -q --no-trunc --filter label=com.docker.compose.project=${quote(stack)} \\
  --filter label=com.docker.compose.service=${quote(service)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || exit 0
docker inspect --format '{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}' "$id" | grep . | head -n 1
docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$id" | sed -n ${quote(`s/^${variable}=//p`)}`;
}
