/** A script that exchanges lines with the runner while it runs. */
import { type End, outcomeOf, type Running } from './channel';
import type { Session } from './host';
import { LineQueue } from './line-queue';
import { LineSplitter, Tail } from './output';

/** Bytes of output that the outcome keeps: enough for a message. */
const KEEP = 64 * 1024;

/** @param input sent before any line */
export function converse({ channel, ended }: Running, input: Buffer | string | undefined): Session {
  const stdout = new Tail(KEEP);
  const stderr = new Tail(KEEP);
  const splitter = new LineSplitter();
  const lines = new LineQueue(
    () => channel.pause(),
    () => channel.resume(),
  );
  channel.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    lines.push(splitter.push(chunk));
  });
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.on('end', () => {
    lines.push(splitter.end());
    lines.end();
  });
  channel.resume();
  let giveUp: (end: End) => void = () => {};
  const closed = new Promise<End>((resolve) => {
    giveUp = resolve;
  });
  let over = false;
  const done = Promise.race([ended, closed]).then((end) => {
    over = true;
    lines.end();
    return outcomeOf(end, stdout, stderr);
  });
  if (input !== undefined) channel.write(input);
  return {
    lines,
    done,
    write: (line) => {
      if (!over && channel.writable) channel.write(`${line}\n`);
    },
    end: () => {
      if (!over) channel.end();
    },
    close: () => {
      giveUp({ reason: 'closed by this side' });
      lines.drop();
      channel.close();
    },
  };
}
