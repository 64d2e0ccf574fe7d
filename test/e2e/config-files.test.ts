/** Proves that the config files of other clients come in and go out, with keys on the way to the backend alone, and that the palette finds it all. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle } from 'puppeteer-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Door, startDoor } from '../support/door.ts';
import { startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, watch } from '../support/surfaces-look.ts';

const KEY = 'canary-imported-key';
const SIZES = { widths: [320, 460], height: 800 };

describe.each<BrowserKind>(['chromium', 'firefox'])('config files in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let door: Door;
  let panel: PanelPage;
  let plainUrl: string;

  beforeAll(async () => {
    const [kv, server] = await Promise.all([startKv(), startEverything()]);
    plainUrl = server.url;
    [backend, door, extension] = await Promise.all([startBackend(kv.env), startDoor(server.url), openBrowser(kind)]);
    door.guard(({ headers }) => (headers['x-api-key'] === KEY ? undefined : 401));
    const popup = await openFreshPopup(extension, backend.url);
    await popup.see('Saved in KV');
    await popup.page.close();
  });

  it('are opened from a panel without sessions, filled in, and connected to', async () => {
    panel = await openPanelPage(extension);
    const seen = await watch(extension, panel);
    await panel.click('button', 'Import servers…');
    const flaws = await shoot(extension, panel, 'config-import-empty', SIZES);
    const config = {
      inputs: [{ type: 'promptString', id: 'key', description: 'Key of the keyed server', password: true }],
      servers: {
        plain: { type: 'http', url: plainUrl },
        keyed: { type: 'http', url: door.url, headers: { 'X-Api-Key': `\${input:key}` } },
        gone: { url: 'http://127.0.0.1:9/mcp' },
        files: {
          command: 'npx',
          args: ['-y', '@modelcontextprotocol/server-filesystem', '/srv/files/a-folder-with-a-long-name/and/another/one/below/it'],
        },
        [`a-very-long-name-${'that-goes-on-'.repeat(6)}`]: {
          url: `https://${'sub.'.repeat(12)}example.com/${'path/'.repeat(12)}mcp`,
          disabled: true,
        },
      },
    };
    const file = join(await mkdtemp(join(tmpdir(), 'mooring-config-')), 'mcp.json');
    await writeFile(file, `// as editors write it\n${JSON.stringify(config, null, 2)}`);
    const input = (await panel.page.$('input[type=file]')) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(file);
    await panel.find('button', 'Connect 4 servers');
    await panel.see('npx mcp-proxy --port 8080 -- npx -y @modelcontextprotocol/server-filesystem');
    // The long one is not for this network.
    await panel.page.locator('.import-row:last-child input[type=checkbox]').click();
    await panel.type('Key of the keyed server', KEY);
    flaws.push(...(await shoot(extension, panel, 'config-import-list', SIZES)));
    await panel.click('button', 'Connect 3 servers');
    await panel.see('2 servers connected');
    await panel.find('button', 'Connect 1 server');
    flaws.push(...(await shoot(extension, panel, 'config-import-outcome', SIZES)));
    expect(door.knocks.at(-1)?.headers['x-api-key']).toBe(KEY);
    expect((await panel.stored()).sessions?.map(({ name }) => name).toSorted()).toStrictEqual(['keyed', 'plain']);
    expect(JSON.stringify(await panel.stored())).not.toContain(KEY);
    await panel.click('button', 'Done');
    await panel.echo('over an imported key');
    expect([...flaws, ...(await seen.problems())]).toStrictEqual([]);
  });

  it('say what is wrong with them', async () => {
    await panel.click('button', 'More');
    await panel.click('menuitem', /^Import servers/);
    await panel.type('Config of another client', '{ "mcpServers": { "a" } }');
    await panel.see('This is not JSON: look at line 1');
    await panel.type('Config of another client', '{ "theme": "dark" }');
    await panel.see('No MCP server is named in it.');
    expect(await shoot(extension, panel, 'config-import-error', SIZES)).toStrictEqual([]);
  });

  it('are written for other clients, without a key', async () => {
    await panel.click('tab', 'Export');
    await panel.choose('For', 'VS Code (.vscode/mcp.json)');
    await panel.see('places stand for them');
    const text = await panel.valueOf('mcp.json');
    expect(JSON.parse(text)).toMatchObject({
      inputs: [{ id: 'keyed_x_api_key', password: true }],
      servers: { keyed: { url: door.url, headers: { 'x-api-key': `\${input:keyed_x_api_key}` } }, plain: { url: plainUrl } },
    });
    expect(text).not.toContain(KEY);
    expect(await shoot(extension, panel, 'config-export', SIZES)).toStrictEqual([]);
    await panel.click('button', 'Back to the session');
  });

  const openPalette = async () => {
    await panel.press('k', 'Control');
    await panel.page.waitForSelector('.palette input:focus');
  };

  it('make room for the tool that the popup asks for, also where list and detail do not fit beside each other', async () => {
    await panel.page.setViewport({ width: 320, height: 800 });
    const { sessions = [], selectedSessionId } = await panel.stored();
    const sessionId = sessions.find(({ id }) => id === selectedSessionId)?.id;
    const note = JSON.stringify({ panelTarget: { sessionId, room: 'tools', tool: 'get-env' } });
    await panel.page.evaluate(`(globalThis.browser ?? globalThis.chrome).storage.session.set(${note})`);
    await panel.find('heading', 'get-env');
    await panel.click('button', 'Back to the list');
    await panel.missing('heading', 'get-env');
    await panel.page.evaluate(`(globalThis.browser ?? globalThis.chrome).storage.session.set(${note})`);
    await panel.find('heading', 'get-env');
    await panel.page.setViewport({ width: 460, height: 800 });
  });

  it('are reached by the palette too, as are rooms, tools and sessions', async () => {
    // Its key stands in the head of a wide panel, and opens it when it is clicked.
    await panel.page.setViewport({ width: 800, height: 800 });
    await panel.click('button', /^Commands/);
    await panel.page.waitForSelector('.palette input:focus');
    await panel.press('Escape');
    await panel.page.setViewport({ width: 460, height: 800 });
    await panel.missing('button', /^Commands/);
    await openPalette();
    expect(await shoot(extension, panel, 'palette', SIZES)).toStrictEqual([]);
    await panel.page.keyboard.type('sum');
    await panel.page.keyboard.press('Enter');
    await panel.find('heading', 'get-sum');
    const before = (await panel.stored()).selectedSessionId;
    await openPalette();
    await panel.page.keyboard.type(
      before === (await panel.stored()).sessions?.find(({ name }) => name === 'plain')?.id ? 'keyed' : 'plain',
    );
    await panel.page.keyboard.press('Enter');
    await eventually(async () => expect((await panel.stored()).selectedSessionId).not.toBe(before));
    await openPalette();
    await panel.page.keyboard.type('no such thing');
    await panel.see('Nothing matches.');
    await panel.page.keyboard.press('Escape');
    await panel.lose('Nothing matches.');
    await openPalette();
    await panel.page.keyboard.type('go session');
    await panel.page.keyboard.press('Enter');
    await panel.see('Cold starts');
    // Lists that nobody has looked at yet are read when the palette opens.
    await openPalette();
    await panel.page.keyboard.type('arguments pr');
    await panel.find('option', /^Prompt Arguments Prompt/);
    await panel.page.keyboard.press('Enter');
    await panel.find('heading', /arg/i);
    await panel.openRoom('Tools');
    await panel.press('/');
    expect(await panel.focused()).toMatch(/^Filter/);
  });
});
