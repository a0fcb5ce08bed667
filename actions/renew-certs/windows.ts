/** When the CA suggests renewing the served certificates; asked only as often as the CA wishes, and remembered on the host. */
import type { Asked } from '../lib/certificates/ask';
import type { Certificate } from '../lib/certificates/certificate';
import type { Window } from '../lib/certificates/due';
import type { KnownLineage } from '../lib/certificates/look';
import { askRenewalInfo, certificateId, type Suggestion } from '../lib/certificates/renewal-info';
import { withRun } from '../lib/certificates/runs';
import { quote } from '../lib/host/quote';
import type { Scene } from './scene';

/** @returns lineage → window; without lineages for which the CA suggests none. Never rejects: the lifetime counts then, and a line says so. */
export async function windowsOf(scene: Scene): Promise<ReadonlyMap<string, Window>> {
  const { found, run } = scene;
  const known: Record<string, Suggestion> = {};
  const windows = new Map<string, Window>();
  for (const lineage of found.lineages) {
    const leaf = servedOf(lineage, scene.asked);
    if (lineage.renewal === null || leaf === null) continue;
    const { name } = lineage;
    try {
      const id = idOf(lineage, leaf);
      const suggestion = await suggestionFor(scene, lineage.renewal.server, id);
      if (suggestion === null) {
        run.recorder.info(`${name}: ${lineage.renewal.server} does not suggest a time for renewals`);
        continue;
      }
      known[id] = suggestion;
      windows.set(name, suggestion);
      const between = [suggestion.start, suggestion.end].map((time) => new Date(time).toISOString().slice(0, 16));
      run.recorder.info(
        `${name}: the CA suggests to renew it between ${between.join('Z and ')}Z${suggestion.explanation === null ? '' : `; its explanation: ${suggestion.explanation}`}`,
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      run.notes.push(`${name}: the CA's renewal time is not known (${why}); the remaining lifetime counts.`);
    }
  }
  await keep(scene, known);
  return windows;
}

/** The same, without asking anybody: what the CA has told a run before this one. */
export function knownWindows({ found, asked }: Scene): ReadonlyMap<string, Window> {
  const windows = new Map<string, Window>();
  for (const lineage of found.lineages) {
    const leaf = servedOf(lineage, asked);
    try {
      const id = leaf === null ? '' : idOf(lineage, leaf);
      const known = Object.hasOwn(found.suggestions, id) ? found.suggestions[id] : undefined;
      if (known !== undefined) windows.set(lineage.name, known);
    } catch {
      // Without an ID nobody has asked for it either.
    }
  }
  return windows;
}

/** The oldest served certificate. */
function servedOf({ name }: KnownLineage, asked: readonly Asked[]): Certificate | null {
  const own = asked.flatMap(({ lineage, served: [leaf] }) => (lineage === name && leaf !== undefined ? [leaf] : []));
  return own.sort((a, b) => a.notAfter - b.notAfter)[0] ?? null;
}

/** @throws {Error} */
function idOf({ chains, issuers }: KnownLineage, leaf: Certificate): string {
  const [number] = [...chains].find(([, [own]]) => own?.fingerprint === leaf.fingerprint) ?? [];
  if (number === undefined) throw new Error('the served certificate is not among its last three');
  const issuer = issuers.get(number) ?? null;
  if (issuer === null) throw new Error("it does not name its issuer's key, or the host has no openssl to read it");
  return certificateId(issuer, leaf);
}

/** @throws {Error} */
async function suggestionFor({ found, dial, now }: Scene, directory: string, id: string): Promise<Suggestion | null> {
  const before = Object.hasOwn(found.suggestions, id) ? found.suggestions[id] : undefined;
  if (before !== undefined && now() < before.until) return before;
  return askRenewalInfo(dial, { directory, verified: found.verified }, id, now());
}

/** Runners are thrown away. A suggestion that cannot be kept is asked for again. */
async function keep({ run, found, now }: Scene, known: Readonly<Record<string, Suggestion>>): Promise<void> {
  if (run.inputs.dryRun) return;
  const write = (name: string, text: string): string => {
    const file = `${run.session.root}/${name}`;
    return `printf '%s\\n' ${quote(text)} >${quote(`${file}.part`)} && mv ${quote(`${file}.part`)} ${quote(file)}`;
  };
  const script = [
    write('certificate-runs', withRun(found.runs, now())),
    write('renewal-info.json', JSON.stringify(known)),
  ];
  await run.session.host.run(script.join('\n')).catch(() => undefined);
}
