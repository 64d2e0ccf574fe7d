/** Proves how lists look on a server of the official SDK: icons that came along are drawn, none is fetched, and names that begin alike are told apart. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Beacon, startBeacon } from '../support/hostile-content.ts';
import { ALIKE, ICON, startIconsServer } from '../support/icons-server.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, type Watch, watch } from '../support/surfaces-look.ts';

const SIZES = { widths: [320, 460, 800], height: 800 };
/** Sources of the icons in the list, and of the one beside the name of what is shown; what could not be drawn is told. */
const ICONS = `['.options .item-icon img', '.tool-head .item-icon img'].map((place) => [...document.querySelectorAll(place)]
  .map((img) => img.complete && img.naturalWidth === 10 ? img.currentSrc : 'not drawn: ' + img.src))`;
const PLACES = `document.querySelectorAll('.option-icon').length`;

describe.each<BrowserKind>(['chromium', 'firefox'])('lists in %s', (kind) => {
  let extension: ExtensionBrowserProcess;
  let panel: PanelPage;
  let beacon: Beacon;
  let watched: Watch;

  beforeAll(async () => {
    beacon = await startBeacon();
    const [backend, server, opened] = await Promise.all([startBackend(), startIconsServer(beacon.url), openBrowser(kind)]);
    extension = opened;
    const popup = await openFreshPopup(extension, backend.url);
    await popup.connect(server.url);
    panel = await openPanelPage(extension);
    watched = await watch(extension, panel);
    await panel.find('option', ALIKE[0] ?? '');
  });

  const look = async (name: string): Promise<void> => {
    expect(await shoot(extension, panel, `icons-${name}`, SIZES)).toEqual([]);
    await panel.page.setViewport({ width: 460, height: SIZES.height });
  };

  it('show every name of tools whole, beside what is chosen', async () => {
    const cut = `[...document.querySelectorAll('.option-name')].filter((name) => name.scrollHeight > name.clientHeight + 1 || name.scrollWidth > name.clientWidth)
      .map((name) => name.textContent)`;
    expect(await panel.names('option')).toEqual(ALIKE);
    for (const width of [320, 460, 800]) {
      await panel.page.setViewport({ width, height: SIZES.height });
      await eventually(async () => expect(await panel.page.evaluate(cut)).toEqual([]));
    }
    await look('tools');
  });

  it('draw the icons that came along, in line and beside the name', async () => {
    await panel.openTool(ALIKE[0] ?? '');
    await eventually(async () => expect(await panel.page.evaluate(ICONS)).toEqual([[ICON], [ICON]]));
    expect(await panel.page.evaluate(PLACES)).toBe(ALIKE.length);
    await look('tool');
    await panel.openRoom('Resources');
    await panel.click('option', 'near');
    await panel.see('Read demo://near');
    await eventually(async () => expect(await panel.page.evaluate(ICONS)).toEqual([[ICON], [ICON]]));
    await look('resource');
    await panel.openRoom('Prompts');
    await panel.click('option', 'near');
    await panel.find('heading', 'near');
    await eventually(async () => expect(await panel.page.evaluate(ICONS)).toEqual([[ICON], [ICON]]));
    await look('prompt');
  });

  it('fetch none, and draw nothing where one would have to be fetched', async () => {
    for (const [room, name] of [
      ['Tools', ALIKE[1] ?? ''],
      ['Resources', 'far'],
      ['Prompts', 'far'],
    ] as const) {
      await panel.openRoom(room);
      await panel.click('option', name);
      await panel.find('heading', name);
      await eventually(async () => expect(await panel.page.evaluate(ICONS)).toEqual([[ICON], []]));
    }
    expect(beacon.heard).toEqual([]);
    expect(await watched.problems()).toEqual([]);
  });
});
