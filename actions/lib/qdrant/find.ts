/** Finds out where Qdrant is on the host, which API key it expects, and how much room it has. */
import type { QdrantSettings } from '../config/runbook';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { ADDRESS_SCRIPT, containerScript } from '../stack/address';
import type { QdrantServer } from './http';

export interface QdrantRoom {
  /** Bytes of all collections; `null` if that cannot be measured. */
  readonly used: number | null;
  /** Bytes free on the disk of its storage or that of its snapshots, whichever has less; `null` if not measurable. */
  readonly free: number | null;
}

/** Milliseconds. */
const DIAL = 20_000;
const MEASURE = 3600 * 1000;

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
  return { service, port, apiKey: apiKey === '' ? null : apiKey, dial: () => host.forward(address, port, DIAL) };
}

/** Measures in the container, which may use any disk; without an answer there, Docker's own disk counts. */
export async function roomOfQdrant(host: Host, stack: string, service: string): Promise<QdrantRoom> {
  const outcome = await host.run(roomScript(stack, service), { timeout: MEASURE });
  const numbers = (word: string): number[] =>
    outcome.stdout
      .split('\n')
      .flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.slice(word.length + 1)) * 1024] : []))
      .filter((bytes) => bytes >= 0);
  const free = numbers('free');
  return { used: numbers('used')[0] ?? null, free: free.length > 0 ? Math.min(...free) : null };
}

function findScript(stack: string, service: string, variable: string): string {
  return `${containerScript(stack, service)}
${ADDRESS_SCRIPT}
docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$id" | sed -n ${quote(`s/^${variable}=//p`)}`;
}

/**
 * Finds both folders as Qdrant's documentation says: by settings in its environment, or below its working directory.
 */
function roomScript(stack: string, service: string): string {
  return `${containerScript(stack, service)}
room=$(docker exec "$id" sh -c '
storage=\${QDRANT__STORAGE__STORAGE_PATH:-./storage} snapshots=\${QDRANT__STORAGE__SNAPSHOTS_PATH:-./snapshots}
du -sk "$storage" | sed "s/[^0-9].*//; s/^/used /"
for folder in "$storage" "$snapshots"; do df -Pk "$folder"; done | awk "\\$4 ~ /^[0-9]+\\$/ { print \\"free\\", \\$4 }"
' 2>/dev/null </dev/null)
printf '%s\\n' "$room"
case $room in
  *free*) ;;
  *) df -Pk "$(docker info --format '{{.DockerRootDir}}')" | awk 'NR == 2 { print "free", $4 }' ;;
esac`;
}
