/** The stacks of RECIPES.md, and what `init` makes of each. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { actionsIn } from '../../actions/command';
import { init } from '../../actions/lib/init/init';

const root = join(import.meta.dirname, '..', '..');

export interface Recipe {
  readonly name: string;
  /** Path → text. */
  readonly files: ReadonlyMap<string, string>;
}

/** A block of code whose first line is `# PATH` is a file; a section has its mark. */
export function recipesIn(page: string): Recipe[] {
  return page.split(/^## /m).flatMap((section) => {
    const name = /^<!-- ([a-z]+) -->$/m.exec(section)?.[1];
    if (name === undefined) return [];
    const own = section.slice(0, section.indexOf(`<!-- ${name} -->`));
    const blocks = [...own.matchAll(/^```\w*\n# (\S+)\n([\s\S]*?)^```$/gm)];
    return [{ name, files: new Map(blocks.map(([, path = '', text = '']): [string, string] => [path, text])) }];
  });
}

/** Lines of the first block: what a person types. */
export function typedIn(page: string): string[] {
  const [, block = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(page) ?? [];
  return block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

export function putRecipe({ files }: Recipe, folder: string): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** What `init` writes and says without a server. */
export async function initialised(
  recipe: Recipe,
): Promise<{ readonly runbook: string; readonly look: readonly string[] }> {
  const folder = join(mkdtempSync(join(tmpdir(), 'runbook-recipe-')), 'shop');
  try {
    mkdirSync(folder);
    putRecipe(recipe, folder);
    const { look } = await init({
      ...{ folder, compose: null, approval: 'reviewers', ask: null, actions: actionsIn(root), timezone: 'Etc/UTC' },
      uses: { repository: '<owner>/runbook-actions', ref: 'v1', version: 'v1' },
      templates: join(root, '.github', 'workflows'),
    });
    return { runbook: readFileSync(join(folder, 'runbook.yml'), 'utf8'), look };
  } finally {
    rmSync(dirname(folder), { recursive: true });
  }
}
