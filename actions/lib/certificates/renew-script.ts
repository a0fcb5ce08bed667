/** The step that renews one lineage, as a script for the host. */
import { isIP } from 'node:net';
import type { Runbook } from '../config/runbook';
import { quote } from '../host/quote';
import { proxyScript } from '../stack/apply/proxy-script';
import { composeScript } from '../stack/compose-script';
import { volumeScript } from '../volumes/scripts';
import type { CertbotWay, Webroot } from './certbot';
import type { Challenge } from './challenge';
import { consumersScript } from './consumers';
import type { Reread } from './reread';
import { firstPiece, generationsPiece, renewPiece } from './scripts';
import { STATE, type StatePlace } from './state';

export interface RenewRequest {
  readonly runbook: Runbook;
  /** `<directory>/.runbook` */
  readonly root: string;
  /** The value for `--cert-name`. */
  readonly lineage: string;
  /** The lineage does not exist yet: nothing can be put back, and no proxy serves it. */
  readonly fresh: boolean;
  /** With `fresh`: a first certificate for a proxy that reads it, so it must be served. */
  readonly first?: {
    /** ID of the proxy's container that does not start without the certificate; empty: the proxy runs. */
    readonly door: string;
    /** A dummy certificate lies in its place. */
    readonly dummy: boolean;
    /** The proxy's configuration names it. */
    readonly named: boolean;
  };
  /** The generation to which its links must lead first; `null`: they stay. */
  readonly relink: number | null;
  /** Programs that do not serve the certificate yet; the others are left alone. */
  readonly reread: Reread;
  readonly state: StatePlace;
  /** `null`: no certificate is ordered. */
  readonly order: {
    readonly way: CertbotWay;
    /** The host's env file, relative to the directory; `null`: none. */
    readonly envFile: string | null;
    /** Name to be validated → the folder for its challenge. */
    readonly names: readonly string[];
    readonly webroots: ReadonlyMap<string, Webroot>;
    /** URL of the CA's directory, for the record of orders. */
    readonly server: string;
    /** A certain profile is asked for. */
    readonly profile: boolean;
    /** Plugin of certbot that answers challenges through the DNS; `null`: files answer them. */
    readonly plugin: string | null;
    /** A file in certbot's folder that the plugin needs, relative to it; `null`: none is known. */
    readonly credentials: string | null;
    readonly args: readonly string[];
    /** Arguments for a rehearsal before the order; empty: none. */
    readonly rehearsal: readonly string[];
  } | null;
}

export function renewScript(request: RenewRequest, challenge: Challenge): string {
  const { runbook, root, lineage, fresh, first, relink, reread, state, order } = request;
  const door = first?.door ?? '';
  const header = {
    PROJECT: runbook.stack,
    DIRECTORY: runbook.directory,
    PROXY: runbook.proxy.service ?? '',
    LINEAGE: lineage,
    FRESH: fresh ? 'yes' : '',
    DOOR: door,
    RELOAD: reread.proxy ? 'yes' : '',
    STATE: state.source,
    INNER: state.inner,
    RECORD: `${root}/certificates.jsonl`,
    TRY: JSON.stringify({
      id: challenge.file,
      lineage,
      server: order?.server ?? '',
      names: [...(order?.names ?? [])].sort(),
    }).slice(1, -1),
  };
  const must = (line: string): string => `${line} || exit 1`;
  const folders =
    order === null
      ? []
      : [...new Map([...order.webroots.values()].map(({ place }) => [JSON.stringify(place), place])).values()];
  const { file, content } = challenge;
  return [
    ...Object.entries(header).map(([key, value]) => `${key}=${quote(value)}`),
    'RB_HELPER=$RB_STEP/helper',
    proxyScript(),
    composeScript(),
    volumeScript(),
    renewPiece(),
    generationsPiece(),
    ...(fresh ? [firstPiece()] : []),
    consumersScript(reread.consumers),
    ...(fresh ? [] : ['operation note', must('note_lineage'), "undo_push 'lineage_back'"]),
    ...(relink === null ? [] : [must(`op_relink ${relink}`)]),
    ...(order === null
      ? []
      : [
          ...certbotFunction(runbook, state, order),
          ...(door === ''
            ? []
            : folders.slice(0, 1).map(({ source, inner }) => must(`op_door ${quote(source)} ${quote(inner)}`))),
          'operation preflight',
          must('test_config'),
          ...(order.names.some((name) => isIP(name) !== 0) ? [must('op_knows_addresses')] : []),
          ...(order.profile ? [must('op_knows_profiles')] : []),
          ...(order.plugin === null ? [] : [must(`op_knows_plugin ${quote(order.plugin)}`)]),
          ...(order.credentials === null ? [] : [must(`op_has_credentials ${quote(order.credentials)}`)]),
          must('op_room'),
          ...folders.flatMap(({ source, inner }) => [
            `undo_push ${quote(`take_challenge ${quote(source)} ${quote(inner)} ${file}`)}`,
            must(`put_challenge ${quote(source)} ${quote(inner)} ${file} ${content}`),
          ]),
          ...(folders.length === 0 ? [] : [must(`op_ask_for ${order.names.map(quote).join(' ')}`)]),
          ...folders.map(({ source, inner }) => `take_challenge ${quote(source)} ${quote(inner)} ${file}`),
          ...(first?.dummy === true ? [must('op_aside')] : []),
          ...(order.rehearsal.length === 0 ? [] : [must(`op_rehearse ${order.rehearsal.map(quote).join(' ')}`)]),
          must(`op_order ${order.args.map(quote).join(' ')}`),
        ]),
    ...(fresh && first?.named !== true ? ['tell_chain'] : [must('op_serve')]),
    ...(first?.dummy === true ? ['aside_back'] : []),
    'committed',
  ].join('\n');
}

/**
 * Runs as the shell in certbot's container. The CA names a time to wait in a header, which certbot writes only into its
 * log, and the log is lost with the container.
 */
const CERTBOT = `certbot "$@"
code=$?
[ "$code" = 0 ] && exit
bad= wait=
while IFS= read -r line; do
  case $line in
    'HTTP '[45]*) bad=$line wait= now=yes ;;
    'HTTP '*) now= ;;
    [Rr]etry-[Aa]fter:*) [ -z "$now" ] || wait=$line ;;
  esac
done 2>/dev/null </var/log/letsencrypt/letsencrypt.log
[ -z "$bad" ] || echo "The CA answered $bad\${wait:+, $wait}"
exit "$code"`;

/** Defines the shell function `run_certbot ARGUMENT…`. */
function certbotFunction(
  runbook: Runbook,
  state: StatePlace,
  { way, envFile, webroots }: NonNullable<RenewRequest['order']>,
): string[] {
  const labels = '--label runbook.helper=certbot --label "runbook.root=$RB_ROOT"';
  if (way.kind === 'service') {
    const env = envFile === null ? '/dev/null' : `${runbook.directory}/${envFile}`;
    const files = runbook.compose.map((path) => `-f ${quote(path)}`).join(' ');
    return [
      `run_certbot() { (cd "$DIRECTORY" && compose_alone ${quote(env)} "$PROJECT" "$DIRECTORY" --profile '*' ${files} run --rm --no-deps -T ${labels} --entrypoint sh ${quote(way.service)} -c ${quote(CERTBOT)} certbot "$@"); }`,
    ];
  }
  if (way.kind === 'host') {
    const folder = way.program.slice(0, way.program.lastIndexOf('/'));
    const shell = `PATH=$PATH:${quote(folder)}\n${CERTBOT}`;
    if (way.asRoot) return [`run_certbot() { sh -c ${quote(shell)} certbot "$@"; }`];
    return [`run_certbot() { as_root_of_host ${quote(shell)} certbot "$@"; }`];
  }
  const mounts = [
    { path: STATE, place: state },
    ...new Map([...webroots.values()].map((webroot) => [webroot.path, webroot])).values(),
  ];
  const options = mounts.map(({ path, place: { source, inner } }) => {
    // For Docker a folder in a volume has no path of its own.
    const part = inner === '' ? '' : `,volume-subpath=${inner.slice(1)}`;
    return `--mount "$(volume_mount ${quote(source)})"${quote(`${part},target=${path}`)}`;
  });
  return [
    `run_certbot() { docker run --rm --pull never --security-opt label=disable ${labels} ${options.join(' ')} --entrypoint sh ${quote(way.image)} -c ${quote(CERTBOT)} certbot "$@"; }`,
  ];
}
