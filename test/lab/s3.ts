/** A real S3 server on loopback (Versity's gateway over a folder), with keys of its own, and a look behind its back. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3 } from '@aws-sdk/client-s3';
import { get } from '../tools/tools.mjs';

export const REGION = 'eu-test-1';

export interface LabS3 {
  /** Port on 127.0.0.1; plain HTTP. */
  readonly port: number;
  readonly bucket: string;
  /** As the SDK takes them from the environment. */
  readonly credentials: { readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string };
  /** Keys of all objects in the bucket, sorted. */
  keys(): Promise<string[]>;
  /** Keys of multipart uploads that were neither completed nor aborted. */
  unfinished(): Promise<string[]>;
  /** An object as text. */
  read(key: string): Promise<string>;
  put(key: string, content: string | Buffer): Promise<void>;
  /** Ends the server and removes what it stored. */
  stop(): Promise<void>;
}

/** It listens, and the bucket is there, when this returns. Builds the server first where it is not there yet. */
export async function startS3(bucket = 'backups'): Promise<LabS3> {
  const program = get('versitygw');
  const folder = mkdtempSync(join(tmpdir(), 'runbook-s3-'));
  mkdirSync(join(folder, 'buckets'));
  const credentials = {
    AWS_ACCESS_KEY_ID: `LAB${randomBytes(8).toString('hex').toUpperCase()}`,
    AWS_SECRET_ACCESS_KEY: randomBytes(20).toString('hex'),
  };
  const port = await freePort();
  const child = spawn(
    program,
    ['--quiet', '--keep-alive', `--port=127.0.0.1:${port}`, `--region=${REGION}`, 'posix', join(folder, 'buckets')],
    {
      // Not as arguments, which every user of the machine sees.
      env: {
        PATH: process.env.PATH,
        ROOT_ACCESS_KEY: credentials.AWS_ACCESS_KEY_ID,
        ROOT_SECRET_KEY: credentials.AWS_SECRET_ACCESS_KEY,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4000)));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const killWithUs = () => child.kill('SIGKILL');
  process.on('exit', killWithUs);
  const client = new S3({
    region: REGION,
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    credentials: {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
    },
  });
  const stop = async () => {
    client.destroy();
    child.kill('SIGTERM');
    const late = setTimeout(killWithUs, 5000);
    await ended;
    clearTimeout(late);
    process.off('exit', killWithUs);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await listening(port, () => child.exitCode !== null);
    await client.createBucket({ Bucket: bucket });
  } catch (error) {
    await stop();
    throw new Error(`the S3 server does not work: ${said}`, { cause: error });
  }
  return {
    port,
    bucket,
    credentials,
    keys: async () => {
      const { Contents = [] } = await client.listObjectsV2({ Bucket: bucket });
      return Contents.map(({ Key }) => Key ?? '').sort();
    },
    unfinished: async () => {
      const { Uploads = [] } = await client.listMultipartUploads({ Bucket: bucket });
      return Uploads.map(({ Key }) => Key ?? '');
    },
    read: async (key) => {
      const { Body } = await client.getObject({ Bucket: bucket, Key: key });
      return (await Body?.transformToString()) ?? '';
    },
    put: async (key, content) => {
      await client.putObject({ Bucket: bucket, Key: key, Body: content });
    },
    stop,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function listening(port: number, isOver: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end && !isOver(); await sleep(50)) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (answered) return;
  }
  throw new Error(`nothing listens on port ${port}`);
}
