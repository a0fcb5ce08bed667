/** What happens if a plan goes wrong: what turns back by itself, the way back, and the last backup. Pure. */
import { type LastBackup, lastVerified } from '../backup/seen';
import type { Runbook } from '../config/runbook';
import { waysBack } from '../stack/history';
import { breakingSince } from '../stack/migrations';
import type { Plan, Release, State } from '../stack/model';
import { missingImage } from '../stack/plan/checks';
import type { Operation } from '../stack/plan/program';
import type { Block, Line } from './blocks';
import { healthLimits, spelt } from './course';

/** Seconds: a migration deserves a backup that is younger. */
const YOUNG = 86_400;
/** A backup that is older than so many times from one to the next has not come. */
const LATE = 2;

interface WrongFacts {
  readonly plan: Plan;
  readonly state: State;
  readonly target: Release;
  readonly runbook: Runbook;
  readonly operations: readonly Operation[];
  readonly procedure: string;
  /** The run itself makes a backup before anything else, or has asked whether it shall. */
  readonly copiesFirst: boolean;
}

/** The section of a plan's report, and what its reader must not miss. */
export function wrongBlocks(facts: WrongFacts): { readonly blocks: Block[]; readonly warnings: string[] } {
  const { plan, runbook, state, copiesFirst } = facts;
  const service = runbook.migration.service ?? '';
  const migrates = plan.changes.some((change) => change.service === service && change.kind === 'one-shot');
  const backup = copiesFirst || state.current === null ? null : backupOf(state, runbook);
  const items: Line[] = [
    ...turnsBack(facts),
    ...(migrates && state.current !== null ? [schemaOfBack(facts, service)] : []),
    wayBack(facts, migrates),
    ...(backup === null ? [] : [backup.isWorry ? `⚠️ ${backup.text}` : backup.text]),
  ];
  const warnings =
    migrates && backup !== null && !backup.isYoung
      ? [`${service} runs, and this host knows of no verified backup younger than a day. ${backup.text}`]
      : [];
  return {
    blocks: [
      { kind: 'heading', text: 'If it goes wrong' },
      { kind: 'list', items },
    ],
    warnings,
  };
}

function turnsBack({ operations, runbook }: WrongFacts): Line[] {
  const gated = operations.flatMap((operation) => (operation.op === 'gate' ? operation.services : []));
  const { duration, errorRate, p95 } = runbook.watch;
  const gate = gated.length === 0 ? [] : [`New containers have ${healthLimits(gated, runbook)}.`];
  const watch = operations.some(({ op }) => op === 'watch')
    ? [
        `Traffic is then watched for at least ${duration} s: more than ${percent(errorRate)} of answers with 5xx beyond the share of the minute before, or probes whose 95th percentile is above ${p95} ms, turn it back.`,
      ]
    : [];
  return [
    [
      { strong: 'Until the commit the host turns back by itself' },
      ` whatever fails, also without the runner. ${[...gate, ...watch].join(' ')}`.trimEnd(),
    ],
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

function schemaOfBack({ state, target }: WrongFacts, service: string): Line {
  const former = state.current?.id ?? '';
  return target.schemaCompatible
    ? `What ${service} does is not undone; ${former} can use the new schema, as this run says (schema: compatible).`
    : [
        { strong: `What ${service} does is not undone, and ${former} cannot use the new schema` },
        ', as this run says (schema: breaking): only a backup leads back behind it.',
      ];
}

/** The release that a rollback would bring back once this plan is carried out. */
function wayBack({ plan, state, target, procedure }: WrongFacts, migrates: boolean): Line {
  const { current, history } = state;
  if (current === null) return 'This is the first release: there is no other to go back to.';
  const known = history.at(-1)?.release === current.id ? history : [...history, { release: current.id, procedure: '' }];
  const back = target.back === undefined ? {} : { back: target.back };
  const after = plan.from === plan.to ? known : [...known, { release: target.id, procedure, ...back }];
  const release = waysBack(after)
    .map((id) => state.releases.find((one) => one.id === id))
    .find((one) => one !== undefined);
  if (release === undefined) return 'No older release stays on this host to go back to.';
  if ((migrates && !target.schemaCompatible) || breakingSince(state.migrations, release) !== null)
    return `Release ${release.id} stays on the host, but a rollback to it is refused: it cannot use the schema.`;
  const missing = missingImage(release, state.images);
  if (missing !== null)
    return `Release ${release.id} stays on the host, but a rollback to it is refused: ${missing.details.what}.`;
  return ['Afterwards the action rollback leads back: ', { code: release.id }, ' stays on the host.'];
}

interface BackupSaid {
  readonly text: string;
  /** Younger than a day, with all that is to be in it. */
  readonly isYoung: boolean;
  readonly isWorry: boolean;
}

function backupOf(state: State, runbook: Runbook): BackupSaid {
  const { backup, stack, migration } = runbook;
  const folder = `${backup.directory}/${stack}`;
  const seen = state.told?.backups;
  const last =
    seen === undefined
      ? null
      : lastVerified(seen, {
          stack,
          databases: migration.databases ?? backup.databases,
          migrations: state.migrations,
          now: Date.parse(state.freeze.now),
        });
  const isYoung = last !== null && last.age < YOUNG && last.lacks.length === 0;
  if (!backup.to.includes('host') && !isYoung) {
    const places = backup.to.map((place) => (place === 's3' ? 'a bucket' : 'a folder of the runner'));
    const text = `Backups go to ${places.join(' and ')} and not to this host: it does not know how old the last one is.`;
    return { text, isYoung, isWorry: false };
  }
  if (last === null) {
    const text = seen?.closed === false ? `No verified backup of this stack lies in ${folder}.` : unknown(folder);
    return { text, isYoung, isWorry: true };
  }
  return { text: sayLast(last), isYoung, isWorry: last.lacks.length > 0 || isLate(last) };
}

function unknown(folder: string): string {
  return `How old the last verified backup is is not known: ${folder} cannot be read with this login.`;
}

function isLate({ age, rhythm }: LastBackup): boolean {
  return rhythm !== null && age > rhythm * LATE;
}

function sayLast(last: LastBackup): string {
  const { id, age, lacks, rhythm } = last;
  const late = isLate(last) && rhythm !== null ? `, and one used to come every ${ageOf(rhythm)}` : '';
  const without = lacks.length === 0 ? '' : `; it does not have ${lacks.join(', ')}`;
  return `The last verified backup on this host, ${id}, is ${ageOf(age)} old${late}${without}.`;
}

/** In one unit, the largest that fits. */
function ageOf(seconds: number): string {
  if (seconds < 3600) return spelt(Math.max(60, Math.floor(seconds / 60) * 60));
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
