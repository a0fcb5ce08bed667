/** The hosts that one round after the other is tried on; one that is not as it should be is thrown away. */
import { Stage } from '../e2e/stage';
import { begin } from './goal';

export class Hosts {
  #stage: Stage | null = null;
  #small: Stage | null = null;

  async stage(): Promise<Stage> {
    this.#stage ??= await opened(() => Stage.open());
    return this.#stage;
  }

  /** One with disks that can be filled. They do not outlive a reboot. */
  async small(): Promise<Stage> {
    this.#small ??= await opened(async () => {
      const stage = await Stage.open({ smallDisk: 800 });
      await stage.host.root('mount -t tmpfs -o size=16m,mode=755 stack /srv/stack; chown deploy: /srv/stack');
      return stage;
    });
    return this.#small;
  }

  /** The next round gets a fresh one. */
  async drop(stage: Stage): Promise<void> {
    if (this.#stage === stage) this.#stage = null;
    if (this.#small === stage) this.#small = null;
    await stage.close();
  }

  async close(): Promise<void> {
    await this.#stage?.close();
    await this.#small?.close();
  }
}

async function opened(open: () => Promise<Stage>): Promise<Stage> {
  const stage = await open();
  try {
    return await begin(stage);
  } catch (error) {
    await stage.close();
    throw error;
  }
}
