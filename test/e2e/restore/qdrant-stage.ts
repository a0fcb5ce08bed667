/** A stack with Qdrant and a database, a backup of both, and other live data: what tests of a restore of Qdrant begin with. */
import { expect } from 'vitest';
import { LabQdrant, type QdrantState } from '../../lab/qdrant-host';
import { Stage, succeeded } from '../stage';
import { sql } from './backups';

export const SAVED: QdrantState = {
  collections: { docs: [1, 2, 3], 'my users': [1, 2] },
  aliases: { latest: 'docs', people: 'my users' },
};
/** Something of everything: replaced and kept; aliases that move, go, stay. */
export const LIVE: QdrantState = {
  collections: { docs: [9], 'my users': [8, 7], scratch: [6] },
  aliases: { latest: 'my users', old: 'docs', mine: 'scratch' },
};
export const RESTORED: QdrantState = {
  collections: { ...SAVED.collections, scratch: [6] },
  aliases: { ...SAVED.aliases, mine: 'scratch' },
};

export class QdrantStage {
  readonly stage: Stage;
  readonly qdrant: LabQdrant;
  /** Its name. */
  readonly backup: string;

  private constructor(stage: Stage, qdrant: LabQdrant, backup: string) {
    this.stage = stage;
    this.qdrant = qdrant;
    this.backup = backup;
  }

  static async open(): Promise<QdrantStage> {
    const stage = await Stage.open();
    succeeded(await stage.deploy('v1'));
    await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
    await sql(stage.host, "create table orders (note text); insert into orders values ('backed up')");
    const qdrant = await LabQdrant.start(stage.host, 2_000_000);
    await qdrant.become(SAVED);
    nameQdrant(stage);
    const made = await stage.backup();
    succeeded(made);
    return new QdrantStage(stage, qdrant, made.outputs.backup ?? '');
  }

  /** Other live data than the backup has, and nothing that an earlier restore left. */
  async begin(): Promise<void> {
    const { stage, qdrant } = this;
    stage.restoreFiles();
    nameQdrant(stage);
    await stage.host.root('rm -rf /srv/stack/.runbook/qdrant');
    await qdrant.become(LIVE);
    await sql(stage.host, "update orders set note = 'live'");
  }

  /** What the database has: `live` or `backed up`. */
  async note(): Promise<string> {
    const [note = ''] = await sql(this.stage.host, 'select note from orders');
    return note;
  }

  /** Notes on the host, one a line. */
  left(): Promise<string> {
    return this.stage.host.root('ls /srv/stack/.runbook/qdrant 2>/dev/null || :');
  }

  async untouched(): Promise<void> {
    expect(await this.qdrant.state()).toEqual(LIVE);
    expect(await this.note()).toBe('live');
    expect(await this.qdrant.snapshots()).toEqual([]);
  }
}

function nameQdrant(stage: Stage): void {
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  qdrant: [{ service: qdrant }]\n'));
}
