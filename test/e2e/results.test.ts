/** Proves how results are read in the panel: ten megabytes at once, searched and folded; Markdown, which runs nothing; every kind of content and of error. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Beacon, startBeacon, startHostileServer } from '../support/hostile-content.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { NEEDLE, startResultsServer } from '../support/results-server.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, type Watch, watch } from '../support/surfaces-look.ts';

const SIZES = { widths: [320, 460, 800], height: 800 };

describe.each<BrowserKind>(['chromium', 'firefox'])('results in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;
  let watched: Watch;

  const run = async (tool: string): Promise<void> => {
    await panel.openTool(tool);
    await panel.find('heading', tool);
    await panel.click('button', 'Run');
  };
  const look = async (name: string): Promise<void> => {
    expect(await shoot(extension, panel, `results-${name}`, SIZES)).toEqual([]);
    await panel.page.setViewport({ width: 460, height: 800 });
  };
  const count = (selector: string): Promise<number> => panel.page.evaluate((wanted) => document.querySelectorAll(wanted).length, selector);
  const isInView = (selector: string): Promise<boolean> =>
    panel.page.evaluate((wanted) => {
      const found = document.querySelector(wanted)?.getBoundingClientRect();
      const box = document.querySelector(wanted)?.closest('.code-scroll')?.getBoundingClientRect();
      return found !== undefined && box !== undefined && found.top >= box.top - 1 && found.bottom <= box.bottom + 1;
    }, selector);
  /** Whether what the keys move through is in view, and what it says. */
  const active = (): Promise<string> =>
    panel.page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
      return document.getElementById(id)?.textContent ?? '';
    });

  beforeAll(async () => {
    const server = await startResultsServer();
    [backend, extension] = await Promise.all([startBackend(), openBrowser(kind)]);
    popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension);
    watched = await watch(extension, panel);
    await panel.find('option', 'text');
  });

  it('draws ten megabytes of text where they are seen, and finds a word near the end', async () => {
    await run('text');
    await panel.see('10.0 MB');
    expect(await count('.piece')).toBeLessThan(60);
    // The button says that it did, and keeps its width.
    await panel.page.evaluate('navigator.clipboard.writeText = async () => {}');
    const before = await (await panel.handle('button', 'Copy')).boundingBox();
    await panel.click('button', 'Copy');
    expect(await (await panel.handle('button', 'Copied')).boundingBox()).toEqual(before);
    await panel.click('button', 'Find');
    await panel.type(/^Find in/, NEEDLE);
    await panel.see('1 of 1');
    await eventually(async () => expect(await isInView('.found.current')).toBe(true));
    await look('text');
    await panel.press('Escape');
    expect(await panel.focused()).toBe('Text');
    // Ctrl+F in the result is the result's own.
    await panel.press('f', 'Control');
    await eventually(async () => expect(await panel.focused()).toMatch(/^Find in/));
    await panel.type(/^Find in/, 'QUICK BROWN');
    await panel.see('1 of 10,000+');
    await panel.press('Enter', 'Shift');
    await panel.see('10,000 of 10,000+');
    await panel.type(/^Find in/, 'unheard of');
    await panel.see('nothing');
    expect(await count('.piece')).toBeLessThan(60);
  });

  it('draws ten megabytes of JSON folded, finds what is deep in it, and judges it when asked', async () => {
    await run('rows');
    const tree = await panel.handle('region', 'Structured content');
    await panel.see('0 … 999');
    expect(await count('.json-line')).toBeLessThan(200);
    await panel.click('button', 'Find');
    await panel.type(/^Find in/, NEEDLE);
    await panel.see('1 of 1');
    await eventually(async () => expect(await isInView('.json-line.is-active')).toBe(true));
    expect(await tree.evaluate((element) => element.querySelector('.is-active')?.textContent)).toBe(`"note": "${NEEDLE}"`);
    await look('rows');
    await panel.press('Escape');
    expect(await active()).toBe(`"note": "${NEEDLE}"`);
    await panel.press('ArrowLeft');
    await eventually(async () => expect(await active()).toBe('{'));
    await panel.press('ArrowLeft');
    await eventually(async () => expect(await active()).toMatch(/^\{ "n": -1.*… \},? 5 members$/));
    await panel.press('Home');
    await eventually(async () => expect(await active()).toBe('{'));
    await panel.press('ArrowDown');
    await eventually(async () => expect(await active()).toBe('"rows": ['));
    await panel.click('button', 'Check against outputSchema');
    await panel.see('matches outputSchema');
  });

  it('reads JSON that came as text as a tree, and remembers the look when the panel is opened again', async () => {
    await run('json-text');
    await panel.see(/\{"rows":\[\{"n":0/);
    await panel.click('button', 'JSON');
    await panel.see('0 … 999');
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toContain('"tool json-text 0":"json"'));
    await panel.page.close();
    panel = await openPanelPage(extension);
    watched = await watch(extension, panel);
    await run('json-text');
    await panel.see('0 … 999');
  });

  it('draws Markdown when that is chosen: links ask, pictures are named, markup is text', async () => {
    await run('markdown');
    await panel.see('# Harbour report');
    await panel.click('button', 'Markdown');
    await panel.find('heading', 'Harbour report');
    await panel.lose('# Harbour report');
    await panel.see('<b onclick="alert(1)">');
    await panel.see('no web page (javascript:alert(1))');
    expect(await count('.markdown img, .markdown a, .markdown script, .markdown b')).toBe(0);
    await look('markdown');
    await panel.click('button', 'the register');
    await panel.see('https://example.com/register');
    await panel.click('button', 'Don’t open');
    await panel.click('button', 'Picture: A map');
    await panel.see('https://example.com/map.png');
    await panel.press('Escape');
    // Nothing moved out of the panel.
    expect(await panel.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it('survives Markdown that was made to break it', async () => {
    await run('nasty');
    await panel.click('button', 'Markdown');
    await panel.see('<script>window.ran="markdown"</script>');
    await panel.see('U+202E');
    expect(await panel.page.evaluate(() => String((window as unknown as { ran: unknown }).ran))).toBe('undefined');
    expect(await count('.markdown img, .markdown a, .markdown script')).toBe(0);
    await look('nasty');
  });

  it('draws every kind of content, with what is said beside it, and the whole as it came', async () => {
    await run('kinds');
    await panel.see(/for user · priority 0\.8 · changed .*2026/);
    await panel.find('img', /^Sent by the server, image\/png/);
    await panel.see('is not shown');
    await panel.see('harbour://chart.pdf');
    await panel.see('Tide tables');
    await panel.see('Content of an unknown type 7 of 7');
    await panel.see('does not match outputSchema');
    await look('kinds');
    await panel.click('button', 'Raw JSON');
    await panel.find('region', 'Whole result as JSON');
    await panel.see('"hologram"');
    await look('raw');
    await panel.click('button', 'Raw JSON');
    await panel.see('Tide tables');
  });

  it('tells the tool’s error, the server’s and Mooring’s own apart', async () => {
    await run('fails');
    await panel.find('region', 'Tool error');
    await panel.see('The tool ran and says itself that it failed:');
    await look('tool-error');
    await run('breaks');
    await panel.see('protocol error of the server');
    await panel.see('invalid arguments');
    await panel.see('There is no such berth');
    await panel.missing('region', 'Tool error');
    await look('protocol-error');
    await backend.kill();
    await run('fails');
    await panel.see(/not answering/);
    // Firefox says of a page that was closed above that it was closed.
    expect((await watched.problems()).filter((problem) => !problem.startsWith('Promise resolved after context unloaded'))).toEqual([]);
  });
});

describe.each<BrowserKind>(['chromium', 'firefox'])('Markdown of a hostile server in %s', (kind) => {
  let beacon: Beacon;
  let panel: PanelPage;

  beforeAll(async () => {
    beacon = await startBeacon();
    const [server, backend, extension] = await Promise.all([startHostileServer(beacon.url), startBackend(), openBrowser(kind)]);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.enterAddress(server.url);
    await popup.find('button', /^Actions for Hostile /);
    panel = await openPanelPage(extension);
  });

  it('asks for nothing and runs nothing', async () => {
    await panel.click('option', /^answers /);
    await panel.click('button', 'Run');
    await panel.find('region', 'Result');
    await panel.click('button', 'Markdown');
    await panel.see('Picture: image');
    const made = await panel.page.evaluate(() => [
      document.querySelectorAll('.markdown :is(img, a, script, svg, iframe, style, link, video, form, base)').length,
      String((window as unknown as { ran: unknown }).ran),
    ]);
    expect(made).toEqual([0, 'undefined']);
    expect(beacon.heard).toEqual([]);
  });
});
