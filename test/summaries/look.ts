/** How a job summary looks: rendered as GitHub does, Markdown by `marked` and diagrams by Mermaid, and measured in the page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { marked } from 'marked';
import { Chromium } from './chromium';

/** Pixels of a summary on GitHub, as a laptop shows it. */
const WIDTH = 900;

export interface Look {
  /** Diagrams in it. */
  readonly diagrams: number;
  /** Sentences; empty: all of it can be read. */
  readonly faults: readonly string[];
}

export class Renderer {
  readonly #browser: Chromium;

  private constructor(browser: Chromium) {
    this.#browser = browser;
  }

  static async start(): Promise<Renderer> {
    const browser = await Chromium.start(WIDTH);
    const mermaid = createRequire(__filename).resolve('mermaid/dist/mermaid.min.js');
    await browser.evaluate(`document.open(); document.write(${JSON.stringify(PAGE)}); document.close();`);
    await browser.evaluate(`${readFileSync(mermaid, 'utf8')}\n;0`);
    await browser.evaluate(`${MEASURE}\n;0`);
    return new Renderer(browser);
  }

  async look(markdown: string): Promise<Look> {
    const html = await marked.parse(markdown, { gfm: true, async: true });
    return await this.#browser.evaluate<Look>(`look(${JSON.stringify(html)})`);
  }

  async stop(): Promise<void> {
    await this.#browser.stop();
  }
}

const PAGE = `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; width: ${WIDTH}px; font: 14px/1.5 "Noto Sans", Helvetica, Arial, sans-serif; }
svg { max-width: 100%; }
</style><div id="summary"></div>`;

/**
 * In the page. A label is read where no other label lies over it, no bar lies over the name of a section, and all of it is
 * within its diagram.
 */
const MEASURE = `
const SLACK = 1.5;
const over = (a, b) =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK;
const shown = (one) => one.textContent.trim() !== '' && getComputedStyle(one).visibility !== 'hidden' && getComputedStyle(one).display !== 'none';
const named = (one) => JSON.stringify(one.textContent.trim());

async function look(html) {
  const place = document.getElementById('summary');
  place.innerHTML = html;
  for (const folded of place.querySelectorAll('details')) folded.open = true;
  const faults = [];
  const codes = [...place.querySelectorAll('code.language-mermaid')];
  for (const [index, code] of codes.entries()) {
    const box = document.createElement('div');
    code.parentElement.replaceWith(box);
    try {
      const { svg } = await mermaid.render('diagram' + index, code.textContent, box);
      box.innerHTML = svg;
    } catch (error) {
      faults.push('Mermaid refuses a diagram: ' + error.message);
    }
  }
  const drawn = [...place.querySelectorAll('svg')];
  if (drawn.length !== codes.length) faults.push(codes.length + ' diagrams are written, and ' + drawn.length + ' are drawn');
  for (const svg of drawn) {
    const frame = svg.getBoundingClientRect();
    const labels = [...svg.querySelectorAll('text, foreignObject')].filter(shown).map((one) => ({ one, box: one.getBoundingClientRect() }));
    if (labels.length === 0) faults.push('a diagram has no label');
    for (const [index, { one, box }] of labels.entries()) {
      if (box.left < frame.left - SLACK || box.right > frame.right + SLACK || box.top < frame.top - SLACK || box.bottom > frame.bottom + SLACK)
        faults.push(named(one) + ' is cut off by the edge of its diagram');
      for (const other of labels.slice(index + 1))
        if (over(box, other.box)) faults.push(named(one) + ' and ' + named(other.one) + ' lie over each other');
    }
    const titles = labels.filter(({ one }) => one.classList.contains('sectionTitle'));
    for (const bar of svg.querySelectorAll('rect.task'))
      for (const { one, box } of titles)
        if (over(box, bar.getBoundingClientRect())) faults.push('a bar lies over ' + named(one));
  }
  const wide = place.scrollWidth - document.body.clientWidth;
  return { diagrams: drawn.length, faults };
}
mermaid.initialize({ startOnLoad: false });
`;
