/** Proves that a thousand tools are listed, filtered and moved through without a frame that one notices. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, openBrowser } from '../support/browsers.ts';
import { startFormServer } from '../support/form-server.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';

/** A frame that one does not notice, ms: the design's limit. Two browsers share two cores here, so it is the median of the acts that keeps it. */
const MAX_FRAME_MS = 50;

describe.each<BrowserKind>(['chromium', 'firefox'])('a thousand tools in %s', (kind) => {
  let panel: PanelPage;

  beforeAll(async () => {
    const kv = await startKv();
    const [backend, server, extension] = await Promise.all([startBackend(kv.env), startFormServer({ isLong: true }), openBrowser(kind)]);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension, { width: 800, height: 900 });
    await eventually(async () => expect((await panel.names('option')).length).toBeGreaterThan(1000));
  });

  it('are filtered and selected at once', async () => {
    /** The longest frame of each act. */
    const longest = (await panel.page.evaluate(async () => {
      const input = document.querySelector<HTMLInputElement>('.filter input');
      if (input === null) throw new Error('no filter');
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const measure = async (act: () => void): Promise<number> => {
        let before = await frame();
        act();
        let worst = 0;
        for (let n = 0; n < 10; n++) {
          const at = await frame();
          worst = Math.max(worst, at - before);
          before = at;
        }
        return worst;
      };
      const type = (text: string) => () => {
        input.value = text;
        input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      };
      const select = (at: number) => () => document.querySelectorAll<HTMLElement>('.tool-list [role=option]')[at]?.click();
      const frames: number[] = [];
      for (const act of [
        type('t'),
        type('to'),
        type('tool-9'),
        type('tool-99'),
        type('tool-9'),
        type(''),
        select(2),
        select(500),
        select(900),
      ])
        frames.push(await measure(act));
      return frames;
    })) as number[];
    const median = longest.toSorted((a, b) => a - b)[Math.floor(longest.length / 2)];
    expect(median, longest.map(Math.round).join(', ')).toBeLessThan(MAX_FRAME_MS);
    await panel.find('heading', /./);
  });
});
