/**
 * Qdrant's collections change in place, with nothing beside them that could change names. So each is saved first, as a
 * snapshot on the server itself, and a note on the host says the way back before the first one changes.
 */
import { mib } from '../lib/bytes';
import { UserError } from '../lib/errors';
import { changeAliases, listSaved, readAliases, removalOf, saveCollection } from '../lib/qdrant/collections';
import type { QdrantServer } from '../lib/qdrant/http';
import { type Note, type Witness, writeNote } from '../lib/qdrant/note';
import { aliasActions, aliasesBefore } from '../lib/qdrant/plan';
import { keepRestored, requireSound, revertCollections } from '../lib/qdrant/settle';
import { type QdrantChange, reach } from './qdrant';
import type { Scene } from './scene';

const SERVES = 'The former data still serves.';
/** Milliseconds between two tries to reach a server that went away. */
const PAUSE = 1000;

export class QdrantChanges {
  readonly #scene: Scene;
  readonly #id: string;
  readonly #changes: readonly QdrantChange[];
  readonly #notes = new Map<QdrantChange, Note>();

  /** @param id the host's time, as databases and volumes of this restore have it in their names */
  constructor(scene: Scene, id: string, changes: readonly QdrantChange[]) {
    this.#scene = scene;
    this.#id = id;
    this.#changes = changes;
  }

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  /** Service and collection → the snapshot that has what was live. */
  get former(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#notes.values()].flatMap(({ service, collections }) =>
        collections.flatMap(({ name, saved }) => (saved === null ? [] : [[`${service}/${name}`, saved.name]])),
      ),
    );
  }

  /** Saves what is live, then changes it. @throws {UserError} whoever calls has to call {@link back} then */
  async make(): Promise<void> {
    const { recorder } = this.#scene;
    if (this.isEmpty) return;
    // It is asked by HTTP, without a step on the host.
    recorder.changed = true;
    recorder.step('Save the collections of Qdrant');
    for (const change of this.#changes) await this.#save(change);
    recorder.step(this.#changes[0]?.kind === 'undo' ? 'Bring Qdrant back to what it was' : 'Restore Qdrant');
    for (const change of this.#changes) await this.#change(change);
  }

  /** From now on the swap decides the outcome. @throws {UserError} */
  async swapping(witness: Witness | null): Promise<void> {
    for (const change of this.#changes) await this.#write(change, { phase: 'swapping', witness });
  }

  /** It stays. @throws {UserError} only before that is certain */
  async keep(): Promise<void> {
    for (const change of this.#changes) await this.#write(change, { phase: 'kept' });
    const { recorder, notes, session } = this.#scene;
    for (const change of this.#changes) {
      const note = this.#noteOf(change);
      for (const { name, saved } of note.collections) {
        if (saved === null) continue;
        notes.push(
          `What was live in ${note.service}/${name} is its snapshot ${saved.name} in Qdrant now. To remove it: ${removalOf(name, saved.name)}`,
        );
      }
      if (change.remark !== undefined) notes.push(change.remark);
      try {
        await keepRestored(session, change.server, note, change.former ?? null);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        recorder.warning(error.message);
        notes.push(
          `Qdrant (${note.service}) has its data; the next restore finishes clearing up: ${error.details.what}.`,
        );
      }
    }
  }

  /** Goes back to the former data. Never rejects with a UserError. @returns which data serves, as a sentence */
  async back(): Promise<string> {
    const { session, recorder, notes } = this.#scene;
    const left: string[] = [];
    for (const [{ server }, note] of [...this.#notes].reverse()) {
      try {
        if (note.phase !== 'saving') recorder.info(`${note.service}: back to the former collections`);
        const there = note.phase === 'saving' ? server : await this.#awaited(note.service);
        notes.push(...(await revertCollections(session, there, note)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        recorder.warning(error.message);
        if (note.phase !== 'saving') left.push(`(service ${note.service}): ${error.details.what}`);
      }
    }
    return left.length === 0 ? SERVES : unsettled(left.join('; '));
  }

  /** The sentence for a swap whose end is not known. */
  get undecided(): string {
    return this.isEmpty ? '' : ' Qdrant has the restored data now; the next restore treats it like the rest.';
  }

  async #save(change: QdrantChange): Promise<void> {
    const { recorder } = this.#scene;
    const { server, kind, backup, removed } = change;
    const { service } = server;
    const aliases = Object.fromEntries(aliasesBefore(await readAliases(server), change.aliases));
    this.#notes.set(change, {
      service,
      kind,
      backup,
      aliases,
      removed: [...removed],
      witness: null,
      collections: [],
      making: null,
      id: this.#id,
      phase: 'saving',
      upload: `runbook-${this.#id}.snapshot`,
    });
    await this.#write(change, {});
    for (const { name, exists } of change.collections) {
      if (exists) await this.#write(change, { making: { name, present: [...(await listSaved(server, name))] } });
      const saved = exists ? await saveCollection(server, name) : null;
      const collections = [...this.#noteOf(change).collections, { name, saved, begun: false }];
      await this.#write(change, { collections, making: null });
      if (saved !== null) recorder.info(`${service}/${name}: saved as ${saved.name}, ${mib(saved.size)} MiB`);
    }
  }

  async #change(change: QdrantChange): Promise<void> {
    const { recorder, notes } = this.#scene;
    const { server, collections } = change;
    await this.#write(change, { phase: 'changing' });
    await change.fill((begun) => this.#begin(change, begun), this.#noteOf(change).upload);
    await changeAliases(server, aliasActions(await readAliases(server), change.aliases));
    const counted: string[] = [];
    for (const { name } of collections) counted.push(`${name} ${await requireSound(server, name)}`);
    const text = `Points in Qdrant (${server.service}): ${counted.join(', ') || 'no collection'}.`;
    recorder.info(text);
    notes.push(text);
  }

  #begin(change: QdrantChange, begun: string): Promise<void> {
    const collections = this.#noteOf(change).collections.map((one) =>
      one.name === begun ? { ...one, begun: true } : one,
    );
    return this.#write(change, { collections });
  }

  async #write(change: QdrantChange, more: Partial<Note>): Promise<void> {
    const { host, root } = this.#scene.session;
    const note = { ...this.#noteOf(change), ...more };
    await writeNote(host, root, note);
    this.#notes.set(change, note);
  }

  #noteOf(change: QdrantChange): Note {
    const note = this.#notes.get(change);
    if (note === undefined) throw new Error(`${change.server.service} has no note`);
    return note;
  }

  /** A server that crashed may start again, with another address. */
  async #awaited(service: string): Promise<QdrantServer> {
    const { session, request } = this.#scene;
    const until = Date.now() + request.runbook.restore.healthTimeout * 1000;
    for (;;) {
      try {
        return await reach(this.#scene, service);
      } catch (error) {
        if (!session.host.connected || Date.now() > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

function unsettled(why: string): string {
  return `Former databases and volumes still serve; it is not known which data Qdrant serves ${why}. The next restore first puts that right.`;
}
