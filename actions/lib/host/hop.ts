/** One machine on the way to the host: the host itself, or the jump host before it. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** As pasted by people; see {@link readablePrivateKey}. */
  readonly privateKey: string;
  /** Path of the socket of an ssh-agent, whose keys are offered instead of {@link privateKey}. */
  readonly agent?: string;
  readonly passphrase?: string;
  /** Lines of a known_hosts file. */
  readonly knownHosts: string;
}
