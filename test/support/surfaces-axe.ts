/** Owns what an accessibility engine finds on a page as it is drawn right now: axe-core, run inside the page. */
import axe from 'axe-core';
import type { Page } from 'puppeteer-core';

const SERIOUS = ['serious', 'critical'];

type Violation = { id: string; impact: string; help: string; nodes: string[] };

// As text: it runs in the page. Frames are none of ours, and what is only advice is no violation.
const RUN = `axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, impact, help, nodes }) => ({
    id,
    impact,
    help,
    nodes: nodes.map(({ html, any, all, none }) => html.slice(0, 160) + ' ' + [...any, ...all, ...none].map(({ message }) => message).join(' ')),
  })),
)`;

/** Returns what is serious or critical, one line for each element. */
export async function findBarriers(page: Page): Promise<string[]> {
  // A page that was loaded again has lost it.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(`${axe.source}; undefined`);
  const violations = (await page.evaluate(RUN)) as Violation[];
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact))
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node}`));
}
