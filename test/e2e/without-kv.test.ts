/** Proves what a hosted backend without KV promises: all works until it starts cold; then one click brings a session back, with its settings. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { openPanelPage } from '../support/panel-page.ts';
import { openFreshPopup, openPopupPage, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('in %s, hosted without KV', (kind) => {
  let server: Everything;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;

  beforeAll(async () => {
    [server, extension] = await Promise.all([startEverything(), openBrowser(kind)]);
    backend = await startBackend({ VERCEL: '1', MOORING_PUBLIC: '1', MOORING_ALLOW_PRIVATE: `127.0.0.1:${server.port}` });
  });

  async function connectAs(name: string): Promise<{ popup: PopupPage; id: string }> {
    const popup = await openFreshPopup(extension, backend.url);
    await popup.see('Not kept');
    await popup.click('button', /^headers, transport/);
    await popup.type('Name', name);
    const { id } = await popup.connect(server.url);
    return { popup, id };
  }

  it('the popup says all along that sessions are not kept, and why', async () => {
    const { popup } = await connectAs('Short-lived');
    await popup.see('Not kept');
    await popup.click('button', 'Not kept');
    await popup.see(/KV_REST_API_URL/);
    await popup.page.close();
  });

  it('after a cold start the popup shows the ended session with the reason; one click connects it again as it was', async () => {
    const { popup, id } = await connectAs('Lost and found');
    const panel = await openPanelPage(extension);
    await panel.echo('before');
    await Promise.all([popup.page.close(), panel.page.close()]);
    await backend.restart();
    const later = await openPopupPage(extension);
    await later.see(/Lost and found .*Lost by the backend just now · settings kept/);
    expect((await later.stored()).sessions?.[0]).toMatchObject({ id, ended: { code: 'SESSION_NOT_FOUND', hint: /KV/ } });
    await later.click('button', 'Reconnect Lost and found');
    await later.find('listitem', /^live Lost and found .*29 min left/);
    const { sessions = [] } = await later.stored();
    expect(sessions.map(({ name, url, ended }) => ({ name, url, ended }))).toEqual([{ name: 'Lost and found', url: server.url }]);
    expect(sessions[0]?.id).not.toBe(id);
    const again = await openPanelPage(extension);
    await again.echo('after');
    await Promise.all([later.page.close(), again.page.close()]);
  });

  it('after a cold start the panel says so and goes on after one click, with what was typed', async () => {
    const { popup } = await connectAs('In the panel');
    const panel = await openPanelPage(extension);
    await panel.echo('typed before');
    const calls = (await server.seen()).executions('echo');
    await backend.restart();
    await panel.click('button', 'Run');
    await panel.see('The backend no longer has this session.');
    await panel.click('button', 'Reconnect');
    await panel.missing('button', 'Reconnect');
    await panel.find('heading', 'In the panel');
    expect(await panel.valueOf(/^message\b/)).toBe('typed before');
    await panel.echo('goes on');
    // What met no session did not run.
    expect((await server.seen()).executions('echo')).toBe(calls + 1);
    await Promise.all([popup.page.close(), panel.page.close()]);
  });
});
