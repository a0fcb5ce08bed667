/**
 * How long a backup takes from its start to the proof, and how large it is, next to `pg_dump -Fc` as it comes, for the
 * same database in the same run; and how much memory the action takes while a copy goes to a bucket, for a database
 * and for one four times larger.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { sql } from '../e2e/restore/backups';
import { REGION, startS3 } from '../lab/s3';
import { round, Site } from './site';

/** Rows of the smaller database: somewhat more than 500 MiB. */
const ROWS = 2_900_000;
/** Each way is measured so often, in turn; the fastest counts, for a noisy machine only ever adds. */
const ROUNDS = 3;
const MIB = 2 ** 20;

export async function run(): Promise<object> {
  const one = await measure(ROWS, ROUNDS);
  const four = await measure(4 * ROWS, 1);
  return {
    ratio: round(one.seconds / one.plainSeconds),
    sizeRatio: round(one.bytes / one.plainBytes),
    peakMiB: round(one.peak),
    peakMiB4x: round(four.peak),
    peakRatio: round(four.peak / one.peak),
    databaseMiB: one.mib,
    databaseMiB4x: four.mib,
    seconds: round(one.seconds),
    plainSeconds: round(one.plainSeconds),
    seconds4x: round(four.seconds),
    idle: round(one.idle),
  };
}

async function measure(rows: number, rounds: number) {
  const site = await Site.open();
  const bucket = await startS3();
  try {
    await site.run('deploy', { version: 'v1', 'watch-duration': '2s' });
    await site.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
    await sql(
      site.host,
      `create table events as select n as id, now() + n * interval '1 second' as at, md5((n % 5000)::text) as customer,
         'order ' || n || ' of the day, shipped by carrier ' || n % 7 as note, md5(n::text) as token,
         (n * 7919::bigint) % 100000 / 100.0 as amount from generate_series(1, ${rows}) n;
       alter table events add primary key (id); vacuum analyze events;`,
    );
    const [size = '0'] = await sql(site.host, "select pg_database_size('acme') / 1048576");
    const ours: number[] = [];
    const plain: number[] = [];
    let [bytes, plainBytes] = [0, 0];
    const before = idleTime();
    for (let count = 0; count < rounds; count++) {
      const { outputs } = await site.run('backup', {});
      bytes = Number(outputs.bytes);
      const manifest = await site.host.root(`cat /opt/backups/acme/${outputs.backup}/manifest.json`);
      ours.push((JSON.parse(manifest) as { seconds: number }).seconds);
      const dump = await site.host.root(
        `begun=$(date +%s.%N); docker exec $(docker ps -q --filter label=com.docker.compose.service=db) pg_dump -U acme -Fc acme >/opt/backups/plain || exit 1
sync /opt/backups/plain; echo "$begun $(date +%s.%N) $(wc -c </opt/backups/plain)"; rm /opt/backups/plain`,
        { timeout: 600_000 },
      );
      const [begun = 0, ended = 0, length = 0] = dump.trim().split(' ').map(Number);
      plain.push(ended - begun);
      plainBytes = length;
    }
    const idle = idleTime();
    const peak = await peakOf(site, bucket);
    console.log(
      `${size} MiB: ours ${ours.map(round).join(', ')} s, ${round(bytes / MIB)} MiB; pg_dump -Fc ${plain.map(round).join(', ')} s, ${round(plainBytes / MIB)} MiB; the action with a bucket ${round(peak)} MiB`,
    );
    return {
      seconds: Math.min(...ours),
      plainSeconds: Math.min(...plain),
      bytes,
      plainBytes,
      peak,
      mib: Number(size),
      idle: (idle.idle - before.idle) / (idle.all - before.all),
    };
  } finally {
    await bucket.stop();
    await site.close();
  }
}

/** MiB that the action had at most while a backup went to the host and to a bucket. */
async function peakOf(site: Site, bucket: Awaited<ReturnType<typeof startS3>>): Promise<number> {
  site.edit('runbook.yml', (text) =>
    text.replace(
      /^backup:\n/m,
      `backup:\n  s3: { bucket: ${bucket.bucket}, region: ${REGION}, endpoint: "http://127.0.0.1:${bucket.port}" }\n`,
    ),
  );
  let peak = 0;
  let timer: NodeJS.Timeout | null = null;
  const onStart = (pid: number): void => {
    timer = setInterval(() => {
      try {
        // Source: proc_pid_status(5); the kernel itself keeps the largest.
        peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? peak);
      } catch {
        // It has ended.
      }
    }, 100);
  };
  await site.run('backup', {}, { onStart, env: { ...bucket.credentials, AWS_EC2_METADATA_DISABLED: 'true' } });
  if (timer !== null) clearInterval(timer);
  return peak / 1024;
}

function idleTime(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (pick: (time: (typeof times)[number]) => number): number =>
    times.reduce((total, time) => total + pick(time), 0);
  return {
    idle: sum(({ idle }) => idle),
    all: sum(({ idle, user, sys, nice, irq }) => idle + user + sys + nice + irq),
  };
}
