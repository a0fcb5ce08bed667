/** Causes that Docker, Compose and registries name in their own words. */
import type { ErrorCode } from '../../errors';

export interface Cause {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly why: string;
  readonly remedy: string;
}

const DISK_FULL: Cause = {
  pattern: /no space left on device/i,
  code: 'RB-DISK-FULL',
  why: 'the disk of the host is full',
  remedy: 'free space on the host (`docker system df` shows what takes it) and run it again',
};

/** What Docker and Compose say when a container does not start. */
export const START: readonly Cause[] = [
  {
    pattern: /port is already allocated|bind: address already in use|failed to bind host port/i,
    code: 'RB-PORT-TAKEN',
    why: 'another process or container of the host holds a port that it publishes',
    remedy: 'find the holder with `ss -ltnp` on the host, stop it or publish another port, and run it again',
  },
  {
    // Docker's message for an address of a network; the message for a port has the port before it.
    pattern: /address already in use/i,
    code: 'RB-START-FAILED',
    why: 'another container has the address that its Compose file gives it (`ipv4_address`, `ipv6_address`)',
    remedy:
      'find the holder with `docker network inspect` on the host, and give one of the two another address, or no address: Docker chooses a free one then',
  },
  {
    pattern: /no such image|pull access denied|image .* not found|unable to find image/i,
    code: 'RB-IMAGE-MISSING',
    why: 'the image is not on the host',
    remedy: 'deploy the version again, so that it is pulled',
  },
  DISK_FULL,
];

/** What Docker and registries say when a pull fails. */
export const PULL: readonly Cause[] = [
  DISK_FULL,
  {
    pattern:
      /verification failed|digest mismatch|unexpected content digest|filesystem layer verification|content digest|unexpected commit (digest|size)|invalid checksum/i,
    code: 'RB-DIGEST-MISMATCH',
    why: 'the content that the registry sent does not match its digest',
    remedy: 'push the image again; do not deploy from this registry until you know why',
  },
  {
    pattern: /unauthorized|authentication required|denied|no basic auth credentials|forbidden/i,
    code: 'RB-REGISTRY-LOGIN',
    why: 'the registry refuses these credentials',
    remedy: 'check the inputs registry, registry-user and registry-password, and that the token may read packages',
  },
  {
    pattern: /manifest unknown|not found|does not exist|name unknown/i,
    code: 'RB-IMAGE-NOT-FOUND',
    why: 'the registry does not have this image',
    remedy: 'check the version, and that its images were pushed',
  },
];
