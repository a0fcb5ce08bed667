/**
 * Programs besides the proxy that use a certificate of certbot, such as a broker or a mail server. They are asked for
 * their certificate, and told to read it again.
 */
import type { Runbook } from '../config/runbook';
import { quote } from '../host/quote';
import type { Container } from '../stack/model';
import type { Asked } from './ask';
import type { Front } from './look';
import { addressOf, type Place, plainPlace } from './places';

type Consumer = Runbook['certificates']['consumers'][number];

/** The questions to ask them, and a sentence for each program that cannot be asked. */
export function consumersOf(
  { certificates }: Pick<Runbook, 'certificates'>,
  containers: readonly Container[],
  lineages: readonly { readonly name: string }[],
): { places: Place[]; lacking: string[] } {
  const lacking: string[] = [];
  const places = certificates.consumers.flatMap((consumer): Place[] => {
    const { service, port, name = null, lineage } = consumer;
    if (!lineages.some((one) => one.name === lineage)) {
      lacking.push(
        `certificates.consumers has ${service} with the lineage ${lineage}, which certbot does not have here`,
      );
      return [];
    }
    const running = containers.filter((one) => one.service === service && one.state === 'running' && !one.oneOff);
    if (running.length === 0) lacking.push(`the service ${service} of certificates.consumers does not run`);
    return running.map((container) => plainPlace(container, addressOf(container), { name, port, lineage }));
  });
  return { places, lacking };
}

/** Whether a proxy or a consumer is known to use the lineage. */
export function isUsed(
  lineage: string,
  { certificates }: Pick<Runbook, 'certificates'>,
  proxies: readonly Pick<Front, 'nginx'>[],
  asked: readonly Pick<Asked, 'lineage'>[],
): boolean {
  const paths = proxies.flatMap(({ nginx }) => (nginx?.servers ?? []).flatMap((server) => server.certificates));
  return (
    // A proxy may name it by a link or from another folder.
    asked.some((one) => one.lineage === lineage) ||
    paths.some((path) => path.includes(`/live/${lineage}/`)) ||
    certificates.consumers.some((consumer) => consumer.lineage === lineage)
  );
}

/** Defines `reread_consumers` for the step; it returns false where a program could not be told. */
export function consumersScript(consumers: readonly Consumer[]): string {
  const lines = consumers.map(
    ({ service, reread, copy = '' }) => `  reread ${quote(service)} ${reread} ${quote(copy)} || return 1`,
  );
  return ['reread_consumers() {', ...lines, '  :', '}'].join('\n');
}
