/** What a host shows of the backups in its own folder, as it stands there. Pure. */

/** Raw: whose backups count is not decided here. */
export interface SeenBackups {
  /** The host's name, and a hash of what tells its machine from others; empty where it has none. */
  readonly host: string;
  readonly machine: string;
  /** What `.runbook/installation` says; `null`: there is none. */
  readonly noted: string | null;
  /** Something there is closed to the SSH user. */
  readonly closed: boolean;
  /** The newest manifests, oldest first: the beginning of each, and the lines of it that name its databases. */
  readonly manifests: readonly { readonly head: string; readonly databases: string }[];
}

/** @param lines `host NAME`, `machine HASH`, `noted LINE`, `closed`, and `backup HEAD<tab>DATABASES` for each */
export function parseSeenBackups(lines: readonly string[]): SeenBackups {
  const one = (word: string): string | null =>
    lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? null;
  const manifests = lines
    .filter((line) => line.startsWith('backup '))
    .map((line) => {
      const [head = '', databases = ''] = line.slice('backup '.length).split('\t');
      return { head, databases };
    });
  return {
    host: one('host') ?? '',
    machine: one('machine') ?? '',
    noted: one('noted'),
    closed: lines.includes('closed'),
    manifests,
  };
}
