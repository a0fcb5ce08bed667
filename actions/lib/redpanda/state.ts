/** Reads topics and consumer groups by `rpk`, in a container of Redpanda. Messages stay where they are. */
import type { Host } from '../host/host';
import { quote } from '../host/quote';

/** Offsets in the partition's log; `null` where rpk prints none. */
interface PartitionState {
  readonly partition: number;
  readonly start: number | null;
  /** Offset of the next message. */
  readonly end: number | null;
}

interface TopicState {
  readonly name: string;
  readonly partitions: readonly PartitionState[];
}

interface OffsetState {
  readonly topic: string;
  readonly partition: number;
  readonly committed: number | null;
  readonly end: number | null;
  readonly lag: number | null;
}

interface GroupState {
  readonly name: string;
  /** The state in rpk's words: Stable, Empty … */
  readonly state: string;
  /** Messages that the group has not read yet. */
  readonly lag: number;
  readonly offsets: readonly OffsetState[];
}

export interface BrokerState {
  readonly service: string;
  readonly topics: readonly TopicState[];
  readonly groups: readonly GroupState[];
  /** Why the state, or a part of it, is not known; `null`: all of it is known. */
  readonly problem: string | null;
}

/** Milliseconds for all questions together. */
const PATIENCE = 300_000;

/** Does not throw if the broker does not answer, because none of its data is in danger. */
export async function readBroker(host: Host, stack: string, service: string): Promise<BrokerState> {
  const outcome = await host.run(stateScript(stack, service), { timeout: PATIENCE });
  if (outcome.outcome === 'unknown') return { service, topics: [], groups: [], problem: outcome.reason };
  return parseBroker(service, outcome.stdout);
}

/**
 * Asks one question after the other; each answer stands between a line `#question WORDS` and a line `#exit STATUS`.
 * Reads tables instead of JSON, because older versions of rpk print no JSON.
 */
function stateScript(stack: string, service: string): string {
  return `id=$(docker ps -q --no-trunc --filter label=com.docker.compose.project=${quote(stack)} \\
  --filter label=com.docker.compose.service=${quote(service)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || { echo '#none'; exit 0; }
rpk() { docker exec "$id" rpk "$@" </dev/null; }
ask() {
  printf '#question %s\\n' "$*"
  rpk "$@" 2>&1
  echo "#exit $?"
}
ask topic list
rpk topic list 2>/dev/null | awk 'NR > 1 { print $1 }' | while IFS= read -r topic; do ask topic describe -p "$topic"; done
ask group list
rpk group list 2>/dev/null | awk 'NR > 1 { print $2 }' | while IFS= read -r group; do ask group describe "$group"; done`;
}

interface Answer {
  readonly words: readonly string[];
  readonly lines: readonly string[];
  readonly status: number;
}

function parseBroker(service: string, text: string): BrokerState {
  const answers = answersIn(text);
  const failed = answers.find(({ status }) => status !== 0);
  const problem =
    answers.length === 0
      ? 'none of its containers runs'
      : failed === undefined
        ? null
        : `rpk ${failed.words.join(' ')}: ${failed.lines.at(-1) ?? `exit status ${failed.status}`}`;
  const good = answers.filter(({ status }) => status === 0);
  return {
    service,
    topics: good.flatMap(({ words, lines }) =>
      words[0] === 'topic' && words[1] === 'describe' ? [topicOf(words, lines)] : [],
    ),
    groups: good.flatMap(({ words, lines }) =>
      words[0] === 'group' && words[1] === 'describe' ? [groupOf(words, lines)] : [],
    ),
    problem,
  };
}

function answersIn(text: string): Answer[] {
  const found: Answer[] = [];
  let words: readonly string[] = [];
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const asked = /^#question (.*)$/.exec(line)?.[1];
    const status = /^#exit (\d+)$/.exec(line)?.[1];
    if (asked !== undefined) {
      words = asked.split(' ');
      lines = [];
    } else if (status !== undefined) found.push({ words, lines, status: Number(status) });
    else if (line.trim() !== '') lines.push(line);
  }
  return found;
}

function topicOf(words: readonly string[], lines: readonly string[]): TopicState {
  const partitions = rowsOf(lines, 'PARTITION').map((row) => ({
    partition: Number(row.get('PARTITION')),
    start: numberIn(row.get('LOG-START-OFFSET')),
    end: numberIn(row.get('HIGH-WATERMARK')),
  }));
  return { name: words.at(-1) ?? '', partitions };
}

function groupOf(words: readonly string[], lines: readonly string[]): GroupState {
  const one = (name: string): string =>
    lines.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length).trim()] : []))[0] ?? '';
  const offsets = rowsOf(lines, 'TOPIC').map((row) => ({
    topic: row.get('TOPIC') ?? '',
    partition: Number(row.get('PARTITION')),
    committed: numberIn(row.get('CURRENT-OFFSET')),
    end: numberIn(row.get('LOG-END-OFFSET')),
    lag: numberIn(row.get('LAG')),
  }));
  return { name: words.at(-1) ?? '', state: one('STATE'), lag: numberIn(one('TOTAL-LAG')) ?? 0, offsets };
}

/**
 * Rows of the table whose heading begins with this word. Cells stand below their headings, and may be empty or hold
 * spaces.
 */
function rowsOf(lines: readonly string[], first: string): Map<string, string>[] {
  const at = lines.findIndex((line) => line.startsWith(`${first} `) && / {2}\S/.test(line) && !/\d/.test(line));
  const head = lines[at];
  if (head === undefined) return [];
  const columns = [...head.matchAll(/\S+/g)].map(({ 0: name, index }) => ({ name, index }));
  return lines.slice(at + 1).map((line) => {
    return new Map(columns.map(({ name, index }, i) => [name, line.slice(index, columns[i + 1]?.index).trim()]));
  });
}

function numberIn(text = ''): number | null {
  return /^-?\d+$/.test(text) ? Number(text) : null;
}
