/**
 * Proves that nothing a server says gets out of its place as text, in the real pages of both browsers: nothing runs, nothing is asked for,
 * nothing is hidden. And that the rules of the pages hold where a component would fail to treat it so.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Beacon, markup, startBeacon, startHostileServer } from '../support/hostile-content.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import type { ScriptedServer } from '../support/scripted-server.ts';
import { eventually, type Surface } from '../support/surfaces.ts';

/** What of a page is not the extension's own, and whether anything ran. It is sent into the page as text. */
const inspect = `(() => {
  const isOwn = (address) => new URL(address, location.href).origin === location.origin;
  const foreign = 'iframe, frame, object, embed, form[action], base, style, meta[http-equiv], video, math, svg [href], [srcset], [ping], [srcdoc], script:not([src])';
  const handlers = [...document.querySelectorAll('*')].flatMap(({ attributes }) => [...attributes]).filter(({ name }) => name.startsWith('on'));
  return {
    elements: [...document.querySelectorAll(foreign)].map(({ outerHTML }) => outerHTML.slice(0, 200)),
    handlers: handlers.map(({ name, value }) => name + '=' + value.slice(0, 100)),
    sources: [...document.querySelectorAll('[src], [href], [action], [poster], [background]')]
      .flatMap((element) => ['src', 'href', 'action', 'poster', 'background'].map((name) => element.getAttribute(name)))
      .filter((source) => source !== null && !isOwn(source)),
    asked: performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
    ran: String(window.ran),
    polluted: String({}.polluted),
  };
})()`;
/** What every browser reports as refused; the ways to scripts and plug-ins are closed before the browser has to. */
const CLOSED = ['img-src', 'media-src', 'frame-src', 'style-src-elem', 'form-action'];

/** Tries, inside of a page, every way out that its rules must close; waits until the browser has refused each kind. */
const tryWalls = `async (beacon, markup) => {
  const closed = new Set();
  const kinds = ${JSON.stringify(CLOSED)};
  const allClosed = new Promise((resolve) => document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    closed.add(effectiveDirective);
    if (kinds.every((kind) => closed.has(kind))) resolve();
  }));
  const refused = [];
  const attempt = (what, way) => { try { way(); } catch { refused.push(what); } };
  const div = document.createElement('div');
  attempt('innerHTML', () => { div.innerHTML = markup; });
  attempt('parseFromString', () => new DOMParser().parseFromString(markup, 'text/html'));
  const make = (tag, attributes) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) attempt(tag + ' ' + name, () => element.setAttribute(name, value));
    document.body.append(element);
    return element;
  };
  make('img', { onerror: "window.ran = 'onerror'", src: beacon + '/img' });
  // Where scripts need a trusted address they are refused before they are asked for.
  make('script', { src: beacon + '/script' });
  attempt('script text', () => { make('script', {}).textContent = "window.ran = 'script'"; });
  make('iframe', { src: beacon + '/iframe' });
  make('object', { data: beacon + '/object' });
  make('embed', { src: beacon + '/embed' });
  make('link', { rel: 'stylesheet', href: beacon + '/css' });
  // No link with rel=prefetch: Chromium takes it for a connection, and the pages must reach whatever backend the user has. No text makes one.
  make('style', {}).textContent = '@import "' + beacon + '/import"; body { background: url(' + beacon + '/style) }';
  make('div', { style: 'background: url(' + beacon + '/inline)' });
  make('video', { src: beacon + '/video', poster: beacon + '/poster' });
  attempt('form', () => make('form', { action: beacon + '/form', method: 'post' }).submit());
  make('a', { href: "javascript:window.ran = 'javascript'" }).click();
  // In a task of its own: what a debugger evaluates may itself evaluate.
  await new Promise((resolve) => setTimeout(() => {
    attempt('eval', () => (0, eval)("window.ran = 'eval'"));
    attempt('Function', () => new Function("window.ran = 'Function'")());
    resolve();
  }));
  await Promise.race([allClosed, new Promise((resolve) => setTimeout(resolve, 5000))]);
  return { closed: [...closed], refused, ran: String(window.ran) };
}`;

type Inspected = { elements: string[]; handlers: string[]; sources: string[]; asked: string[]; ran: string; polluted: string };

describe.each<BrowserKind>(['chromium', 'firefox'])('a hostile server in %s', (kind) => {
  let beacon: Beacon;
  let server: ScriptedServer;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;

  /** Nothing but text came of it, on this page and at the beacon. */
  const staysText = async (surface: Surface, sources: readonly string[] = []): Promise<void> => {
    const found = (await surface.page.evaluate(inspect)) as Inspected;
    expect({
      ...found,
      asked: [...new Set(found.asked)].filter((origin) => origin !== extension.origin && origin !== backend.url),
    }).toEqual({
      ...{ elements: [], handlers: [], sources, asked: [], ran: 'undefined', polluted: 'undefined' },
    });
    expect(beacon.heard).toEqual([]);
  };
  const run = async (tool: string): Promise<void> => {
    await panel.click('option', new RegExp(`^${tool} `));
    await panel.find('heading', new RegExp(`^${tool} `));
    await panel.click('button', 'Run');
  };

  beforeAll(async () => {
    beacon = await startBeacon();
    [server, backend, extension] = await Promise.all([startHostileServer(beacon.url), startBackend(), openBrowser(kind)]);
    popup = await openFreshPopup(extension, backend.url);
    await popup.enterAddress(server.url);
    await popup.find('button', /^Actions for Hostile /);
    panel = await openPanelPage(extension);
    await panel.find('option', /^answers /);
  });

  it('is named in popup and panel as what it says, with what it hides', async () => {
    for (const surface of [popup, panel]) {
      await surface.see(/Hostile "'><\/p><\/pre>/);
      await staysText(surface);
    }
    const name = await popup.find('button', /^Actions for Hostile /);
    expect(name).not.toMatch(/[\u202e\u200b\u{e0000}-\u{e007f}]/u);
  });

  it('draws its tools as text, their arguments, and a description without end only in part', async () => {
    await panel.click('option', /^answers /);
    await panel.see(/description "'><\/p><\/pre>/);
    await panel.see('U+202E');
    await panel.find('button', 'Show all');
    expect((await panel.text()).length).toBeLessThan(200_000);
    await staysText(panel);
  });

  it('draws results as text: no picture by name, no page, no frame', async () => {
    await run('answers');
    await panel.find('region', 'Result');
    await panel.see('Image 2 of');
    await panel.see('is not shown');
    await panel.see('is too large to show');
    await panel.see(/<script>window\.ran=/);
    await panel.see('U+E0049 U+E0067 U+E006E … 6 hidden characters');
    await staysText(panel);
  });

  it('opens no link but web pages, and those only when the user has seen the whole address', async () => {
    const links = (await panel.names('button')).filter((name) => /^(https?:|javascript:|data:)/.test(name));
    expect(links).toEqual([`${beacon.url}/asked`, 'https://аррӏе.com/login']);
    await panel.click('button', 'https://аррӏе.com/login');
    await panel.see('https://xn--80ak6aa92e.com/login');
    await panel.see('written with other letters');
    await panel.click('button', 'Don’t open');
    await panel.lose('xn--80ak6aa92e');
    await panel.click('button', `${beacon.url}/asked`);
    await panel.see('into your own network');
    await staysText(panel, [`${beacon.url}/asked`]);
    await panel.press('Escape');
    await panel.lose('into your own network');
  });

  it.each([
    ['fails', 'Tool error', /tool-error "'><\/p><\/pre>/],
    ['giant', 'Result', /No end\. No end\./],
  ])('draws what comes of "%s" as text', async (tool, region, text) => {
    await run(tool);
    await panel.find('region', region);
    await panel.see(text);
    await staysText(panel);
  });

  it('draws its errors as text', async () => {
    await run('breaks');
    await panel.see('The server answered with error -32000.');
    await panel.see(/error "'><\/p><\/pre>/);
    await staysText(panel);
  });

  it('is written down in the activity as text', async () => {
    await panel.openRoom('Activity');
    await panel.find('button', /to the server tools\/call answers /);
    await panel.click('button', /to the server tools\/call answers /);
    await panel.find('region', 'Message');
    await staysText(panel);
    await staysText(popup);
  });

  it('would reach nobody even as markup: the rules of the pages hold', async () => {
    for (const page of [popup.page, panel.page]) {
      const outcome = await page.evaluate(
        `(${tryWalls})(${JSON.stringify(`${beacon.url}/wall`)}, ${JSON.stringify(markup(beacon.url, 'wall'))})`,
      );
      expect(outcome).toMatchObject({
        ran: 'undefined',
        closed: expect.arrayContaining(CLOSED),
        refused: expect.arrayContaining(['innerHTML', 'parseFromString', 'script src', 'eval', 'Function']),
      });
      expect(beacon.heard).toEqual([]);
    }
  });

  it('could have been heard: on a page without such rules the same markup asks and runs', async () => {
    const page = await extension.browser.newPage();
    // It sends itself elsewhere before it is done.
    void page.goto(`${beacon.url}/control`).catch(() => {});
    await eventually(async () =>
      expect(beacon.heard).toEqual(expect.arrayContaining(['/page/img', '/page/script', '/page/css', '/page/fetch'])),
    );
    await page.close();
  });
});
