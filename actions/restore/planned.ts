/** What a restore, an undo or a settlement would do: a hash and words for the person who approves it. Pure. */
import type { Manifest } from '../lib/backup/manifest';
import { type PlanIdentity, requireExpected } from '../lib/procedure/expected';
import { hashOf } from '../lib/stack/identity';
import type { State } from '../lib/stack/model';
import type { RestoreInputs } from './inputs';
import type { Planned } from './qdrant';

/** The lines on host and inputs, whatever is restored. */
interface Asked {
  readonly request: RestoreInputs;
  readonly session: { readonly state: Pick<State, 'machine' | 'current' | 'interrupted'> };
}

/** The lines on a backup and on the data that it replaces. */
interface Bringing {
  readonly manifest: Manifest;
  readonly place: string;
  /** What is exchanged, a line each. */
  readonly exchanged: readonly string[];
  readonly qdrant: readonly Pick<Planned, 'part' | 'plan'>[];
}

/** @throws {UserError} RB-PLAN-CHANGED */
export function plannedRestore(asked: Asked, { manifest, place, exchanged, qdrant }: Bringing): PlanIdentity {
  const lines = [
    `backup ${manifest.id} from ${place} is restored: ${hashOf(manifest).slice(0, 12)}`,
    ...exchanged,
    ...qdrant.map(({ part, plan }) => {
      const aliases = [...plan.aliases].map(([alias, collection]) => `${alias} for ${collection ?? 'nothing'}`);
      return `${part.service}: collections replaced: ${said(plan.replaced)}; made: ${said(plan.made)}; aliases: ${said(aliases)}`;
    }),
  ];
  return planned(asked, lines);
}

/** @param subjects what goes back @throws {UserError} RB-PLAN-CHANGED */
export function plannedUndo(asked: Asked, newest: string, subjects: readonly string[]): PlanIdentity {
  return planned(asked, [`the restore of ${newest} is undone for ${said(subjects)}`]);
}

/** @throws {UserError} RB-PLAN-CHANGED */
export function plannedSettlement(asked: Asked, decision: string): PlanIdentity {
  const { interrupted } = asked.session.state;
  return planned(asked, [
    interrupted === null
      ? 'no restore is open'
      : `the interrupted restore goes ${decision}: ${JSON.stringify(interrupted)}`,
  ]);
}

function planned({ request, session }: Asked, work: readonly string[]): PlanIdentity {
  const { roles, newerServer, locale, tablespaces, acceptDifferences } = request;
  const lines = [
    `machine ${session.state.machine}`,
    `release ${session.state.current?.id ?? 'none'} is live`,
    ...work,
    `roles ${roles}, newer-server ${newerServer}, locale ${locale}, tablespaces ${tablespaces}, accept-differences ${said(acceptDifferences)}`,
  ];
  const present = { hash: hashOf(lines), lines };
  requireExpected(present, request, { lifetime: request.runbook.planLifetime });
  return present;
}

function said(names: readonly string[]): string {
  return names.join(', ') || 'none';
}
