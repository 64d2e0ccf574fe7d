/** Proves the popup on real sessions: connecting and how it fails, renaming, ending, copying, running out of time. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../api/_local/listen.ts';
import { clientOf } from '../support/api-client.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { type Kv, startKv } from '../support/kv.ts';
import { openFreshPopup, openPopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';
import { startMute, startWebSite } from '../support/surfaces-sites.ts';

const MINUTE_MS = 60_000;

describe.each<BrowserKind>(['chromium', 'firefox'])('the popup in %s', (kind) => {
  let kv: Kv;
  let server: Everything;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;

  beforeAll(async () => {
    [kv, server, extension] = await Promise.all([startKv(), startEverything(), openBrowser(kind)]);
    backend = await startBackend(kv.env);
  });

  it('says at its first run how to start a backend, and goes on by itself when there is one', async () => {
    const port = await findFreePort(0);
    const popup = await openFreshPopup(extension, `http://127.0.0.1:${port}`);
    await popup.see('Start a backend first');
    await popup.see('npm start');
    expect(await popup.focused()).toBe('Address of an MCP server');
    const late = await startBackend({ ...kv.env, PORT: String(port) });
    await popup.see('Saved in KV');
    await popup.lose('Start a backend first');
    await popup.connect(server.url);
    await late.kill();
    await popup.page.close();
  });

  it('tells failures to connect apart, each with the button that helps', async () => {
    const [port, site] = await Promise.all([findFreePort(0), startWebSite('<p>Not an MCP server</p>')]);
    const popup = await openFreshPopup(extension, backend.url);
    await popup.enterAddress('not an address');
    await popup.see('The address contains a space or another character that no URL may have.');
    await popup.enterAddress(`${site.url}/mcp`);
    await popup.see('There is no MCP server at this address.');
    await popup.find('button', 'Change the address');
    await popup.enterAddress('http://169.254.169.254/mcp');
    await popup.see('This backend may not reach that address.');
    await popup.find('button', 'Change the address');
    await popup.enterAddress(`http://127.0.0.1:${port}/mcp`);
    await popup.see('The server cannot be reached.');
    expect(await popup.stored()).not.toHaveProperty('sessions');
    const late = await startEverything('streamable-http', port);
    await popup.click('button', 'Try again');
    await popup.find('listitem', /^live Everything Reference Server/);
    await popup.lose('The server cannot be reached.');
    await late.stop();
    await popup.page.close();
  });

  it('gives up connecting on Cancel, and keeps what was typed', async () => {
    const mute = await startMute();
    const popup = await openFreshPopup(extension, backend.url);
    await popup.enterAddress(mute.url);
    await popup.see(/Connecting to 127\.0\.0\.1/);
    await popup.click('button', 'Cancel');
    await popup.lose('Connecting to');
    expect(await popup.valueOf('Address of an MCP server')).toBe(mute.url);
    expect(await popup.rows()).toEqual([]);
    await popup.connect(server.url);
    await popup.page.close();
  });

  it('renames a session, here and at the backend', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    const { id, name } = await popup.connect(server.url);
    await popup.chooseFromMenu(name, /^Rename/);
    await popup.type('New name', 'Weather');
    await popup.press('Enter');
    await popup.find('listitem', /^live Weather /);
    expect(await popup.focused()).toMatch(/Weather/);
    const token = (await popup.stored()).credentials?.[0]?.token;
    expect((await clientOf(backend.url).ask('GET', `/sessions/${id}`, { token })).body).toMatchObject({ name: 'Weather' });
    await popup.page.close();
  });

  it('ends a session after a question, and the server forgets it too', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    const { id, name } = await popup.connect(server.url);
    const token = (await popup.stored()).credentials?.[0]?.token;
    const serverSession = (await server.seen()).serverSessions.at(-1);
    await popup.chooseFromMenu(name, /^End the session/);
    await popup.click('button', 'Keep it');
    await popup.chooseFromMenu(name, /^End the session/);
    await popup.click('button', 'End session');
    await popup.missing('listitem', /./);
    expect((await clientOf(backend.url).ask('GET', `/sessions/${id}`, { token })).status).toBe(404);
    const { exchanges } = await server.seen();
    expect(exchanges.filter(({ httpMethod }) => httpMethod === 'DELETE').at(-1)).toMatchObject({ serverSession, status: 200 });
    await popup.page.close();
  });

  it('holds two sessions side by side, the one used last first', async () => {
    const sse = await startEverything('sse');
    const popup = await openFreshPopup(extension, backend.url);
    const first = await popup.connect(server.url);
    const second = await popup.connect(sse.url);
    expect(first.id).not.toBe(second.id);
    await eventually(async () =>
      expect(await popup.rows()).toEqual([
        expect.stringMatching(/^live .*:\d+\/sse · SSE/),
        expect.stringMatching(/^live .*:\d+\/mcp · HTTP/),
      ]),
    );
    await popup.page.close();
  });

  it('copies a configuration that works in another MCP client', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    const { id, name } = await popup.connect(server.url);
    await popup.chooseFromMenu(name, /^Copy endpoint/);
    await popup.see('Endpoint copied');
    expect(await popup.paste('Address of an MCP server')).toBe(`${backend.url}/api/mcp/${id}`);
    await popup.chooseFromMenu(name, /^Copy configuration/);
    await popup.see('Configuration copied. Keep it secret.');
    // Pasted where an address is expected, a configuration is looked at as one.
    await popup.paste('Address of an MCP server');
    const config = JSON.parse(await popup.valueOf('Config of another client'));
    await popup.find('button', 'Connect 1 server');
    await popup.click('button', 'Back to the sessions');
    await popup.find('listitem', /^live /);
    expect(config).toEqual({
      mcpServers: { [name]: { type: 'http', url: expect.any(String), headers: { Authorization: expect.stringMatching(/^Bearer /) } } },
    });
    const { url, headers } = config.mcpServers[name];
    const client = new Client({ name: 'another-client', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const result = await client.callTool({ name: 'echo', arguments: { message: 'from elsewhere' } });
    expect(result.content).toEqual([{ type: 'text', text: 'Echo: from elsewhere' }]);
    await client.close();
    await popup.page.close();
  });

  it('counts the time down, and shows the session as expired by itself', async () => {
    const hasty = await startBackend({ ...kv.env, SESSION_TTL_SECONDS: '6' });
    const popup = await openFreshPopup(extension, hasty.url);
    const { name } = await popup.connect(server.url);
    const secondsLeft = async (): Promise<number> => Number(/(\d) s left/.exec(await popup.text())?.[1]);
    const first = await secondsLeft();
    await eventually(async () => expect(await secondsLeft()).toBeLessThan(first));
    await popup.see('Expired just now · settings kept');
    await popup.find('button', `Reconnect ${name}`);
    await hasty.kill();
    await popup.page.close();
  });

  it('shows after 31 minutes that the session has expired; one click connects again', async () => {
    const popup = await openFreshPopup(extension, backend.url);
    const { id, name } = await popup.connect(server.url);
    await popup.page.close();
    await kv.redis.moveClock(29 * MINUTE_MS);
    const early = await openPopupPage(extension);
    await early.find('listitem', /^live /);
    await early.page.close();
    await kv.redis.moveClock(31 * MINUTE_MS);
    const later = await openPopupPage(extension);
    await later.see('Expired just now · settings kept');
    await later.click('button', `Reconnect ${name}`);
    await later.find('listitem', /^live /);
    expect((await later.stored()).sessions?.map((session) => session.id === id)).toEqual([false]);
    await later.page.close();
  });
});
