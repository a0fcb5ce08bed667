/**
 * Finds out from the files whether other services call a service, and whether only one of its containers may run. Pure.
 */
import type { UploadedFile } from '../../config/files';
import type { ComposeModel, ComposeService } from '../compose-model';
import type { ServiceTraits } from '../model';

/** Commands of programs that start jobs by the clock: two such containers start each job twice. */
const SCHEDULERS =
  /\bcelery\b.*\bbeat\b|\bcelery\b.* -[a-zA-Z]*B\b|\bredbeat\b|\b(crond?|supercronic|ofelia|yacron|dkron|chadburn)\b|\bschedule:(work|run)\b|\b(rqscheduler|clockwork|apscheduler|run_huey|sidekiq-(cron|scheduler)|rufus)\b/i;
/** Why only one container of such a program should run. */
export const SCHEDULES = 'its command starts jobs on a schedule';
/** Commands of programs that take jobs from a queue. */
const WORKERS =
  /\bcelery\b|\b(sidekiq|resque|dramatiq|huey|arq|faktory|delayed_job|jobs:work|horizon|queue:(work|listen)|rq worker|solid_queue|good_job|oban|bullmq)\b/i;
/** Names that people give to schedulers and workers. */
const NAMES =
  /(^|[-_.])(beat|cron|crons|cronjobs?|scheduler|clock|timer|ticker|workers?|jobs?|queue|consumer|sidekiq|celery)([-_.]?\d*)$/i;
/** Images of programs that collect metrics from all services: such a call does not make a program a caller. */
export const COLLECTORS =
  /(^|\/)(prometheus|vmagent|victoria-metrics|alloy|grafana-agent|telegraf|opentelemetry-collector[a-z-]*|otel[a-z-]*|netdata|datadog-agent|(datadog|grafana)\/agent)(:|@|$)/i;
/** Labels and variables by which proxies find a service. */
const ROUTED =
  /^(traefik\.(?!enable$)|caddy($|[._])|haproxy\.|sozune\.|com\.df\.)|^(VIRTUAL_HOST|VIRTUAL_PORT|LETSENCRYPT_HOST)$/i;

/**
 * @param name name of the service
 * @param files uploaded files other than Compose files
 */
export function callersOf(
  name: string,
  model: ComposeModel,
  files: readonly Pick<UploadedFile, 'path' | 'content'>[],
): Pick<ServiceTraits, 'once' | 'unnamed'> {
  const service = model.services[name] ?? {};
  const known = [name, ...aliasesOf(service)];
  const others = Object.entries(model.services).filter(([other]) => other !== name);
  const named = new RegExp(`(?<![\\w.-])(${known.map(escaped).join('|')})(?![\\w-])(?!\\.\\w)`);
  const called =
    isRouted(service) ||
    others.some(([, other]) => !COLLECTORS.test(String(other.image ?? '')) && named.test(wordsOf(other))) ||
    others.some(([, other]) => String(other.network_mode ?? '') === `service:${name}`) ||
    others.some(([, other]) => !COLLECTORS.test(String(other.image ?? '')) && named.test(writtenFor(other, model))) ||
    files.some(({ path, content }) => !isCollectors(path, model) && named.test(content.toString('utf8')));
  // A service that waits for this one may call it, or may only share its image.
  const awaited = others.some(([, other]) => Object.hasOwn((other.depends_on ?? {}) as object, name));
  const unnamed = !called && !awaited;
  const once = whyOnce(name, commandOf(service), called, unnamed);
  return { ...(once === null ? {} : { once }), ...(unnamed ? { unnamed } : {}) };
}

function whyOnce(name: string, command: string, called: boolean, unnamed: boolean): string | null {
  if (SCHEDULERS.test(command)) return SCHEDULES;
  if (!called && WORKERS.test(command)) return 'its command takes jobs from a queue, and nothing in the files calls it';
  return unnamed && NAMES.test(name)
    ? 'its name is that of a worker or scheduler, and nothing in the files calls it'
    : null;
}

function commandOf({ entrypoint, command }: ComposeService): string {
  return [entrypoint, command]
    .flat()
    .filter((word) => typeof word === 'string')
    .join(' ');
}

/** Names by which other containers on its networks, or anywhere on the host, can call the service. */
function aliasesOf(service: ComposeService): string[] {
  const networks = Object.values((service.networks ?? {}) as Record<string, { aliases?: string[] | null } | null>);
  const aliases = networks.flatMap((at) => at?.aliases ?? []);
  return [...aliases, service.container_name, service.hostname].filter(
    (one): one is string => typeof one === 'string' && one !== '',
  );
}

/** The settings of another service in which this service's name may stand. */
function wordsOf({
  environment,
  command,
  entrypoint,
  labels,
  links,
  external_links,
  extra_hosts,
  healthcheck,
}: ComposeService): string {
  return JSON.stringify([environment, command, entrypoint, labels, links, external_links, extra_hosts, healthcheck]);
}

/** The configs of a service whose content stands in the Compose file. */
function writtenFor({ configs }: ComposeService, model: ComposeModel): string {
  const contents = (model.configs ?? {}) as Record<string, { content?: string } | null>;
  const sources = ((configs ?? []) as { source?: string }[]).map(({ source = '' }) => source);
  return sources.map((source) => (Object.hasOwn(contents, source) ? (contents[source]?.content ?? '') : '')).join('\n');
}

function isRouted(service: ComposeService): boolean {
  return isLabelled(service) || ((service.ports ?? []) as unknown[]).length > 0;
}

/** Whether its labels or variables tell a proxy of it. */
export function isLabelled({ labels, environment }: ComposeService): boolean {
  const names = [...Object.keys((labels ?? {}) as object), ...Object.keys((environment ?? {}) as object)];
  return names.some((one) => ROUTED.test(one));
}

/** Whether only collectors of metrics mount this file, which is then their list of targets. */
export function isCollectors(path: string, { services }: ComposeModel): boolean {
  const readers = Object.values(services).filter(({ volumes }) =>
    ((volumes ?? []) as { type?: string; source?: string }[]).some(
      ({ type, source = '' }) =>
        type === 'bind' && (source.endsWith(`/${path}`) || `/${path}`.startsWith(`/${last(source)}/`)),
    ),
  );
  return readers.length > 0 && readers.every(({ image }) => COLLECTORS.test(String(image ?? '')));
}

function last(source: string): string {
  return source.split('/').at(-1) ?? '';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
