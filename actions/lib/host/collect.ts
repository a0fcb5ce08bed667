/** Runs a script to its end and collects its output. */
import { endWithin, feed, outcomeOf, type Running } from './channel';
import type { Outcome, RunOptions } from './host';
import { LineSplitter, Tail } from './output';

const TIMEOUT = 60_000;
const KEEP = 16 * 1024 * 1024;

export async function collect(running: Running, options: RunOptions): Promise<Outcome> {
  const { channel } = running;
  const { keep = KEEP, onLine } = options;
  const stdout = new Tail(keep);
  const stderr = new Tail(keep);
  const lines = new LineSplitter();
  channel.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    if (onLine) for (const line of lines.push(chunk)) onLine(line);
  });
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.resume();
  const ended = endWithin(running, options.timeout ?? TIMEOUT, options.signal);
  const [end] = await Promise.all([ended, feed(channel, ended, options.input)]);
  if (onLine) for (const line of lines.end()) onLine(line);
  return outcomeOf(end, stdout, stderr);
}
