/** The lineages of certbot on the host, and the names that they are served to. */
import { leftOf } from '../lib/certificates/certificate';
import { linkedTo } from '../lib/certificates/lineages';
import type { Listing, Run } from '../lib/procedure/define';
import type { CertificateInputs } from './inputs';
import { see } from './scene';

export async function listLineages(run: Run<CertificateInputs>): Promise<Listing> {
  const { found, asked, now } = await see(run);
  const lineages = found.lineages.map(({ name, renewal, generations, chains }) => {
    const linked = linkedTo(generations);
    const [leaf] = (linked === null ? undefined : chains.get(linked)) ?? [];
    const served = asked.filter(({ lineage, problem }) => lineage === name && problem === null);
    return {
      name,
      names: leaf?.names ?? [],
      left: leaf === undefined ? 'its links do not lead to a complete generation' : leftOf(leaf, now()),
      renewedBy: renewal === null ? 'nobody' : `${renewal.authenticator}, ${renewal.server}`,
      servedTo: [...new Set(served.map(({ question }) => question.name ?? '(no name)'))],
    };
  });
  return {
    title: 'Lineages of certbot',
    empty: 'The proxy does not read any on this host.',
    head: ['lineage', 'names', 'left', 'renewed by', 'served to'],
    rows: lineages.map(({ name, names, left, renewedBy, servedTo }) => [
      { code: name },
      names.join(', '),
      left,
      renewedBy,
      servedTo.join(', ') || 'nobody',
    ]),
    lines: lineages.map(
      ({ name, names, left, renewedBy, servedTo }) =>
        `${name} (${names.join(', ')}): ${left}, renewed by ${renewedBy}, served to ${servedTo.join(', ') || 'nobody'}`,
    ),
    outputs: { lineages: JSON.stringify(lineages) },
  };
}
