/** Proves the main promise with everything real: whatever is killed, the session goes on, and nothing runs twice. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BrowserKind, type ExtensionBrowserProcess, makeProfile, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openPopupPage, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('in %s, with KV', (kind) => {
  let profile: string;
  let extension: ExtensionBrowserProcess;
  let backend: BackendProcess;
  let popup: PopupPage;
  let panel: PanelPage;

  beforeAll(async () => {
    profile = await makeProfile();
    const kv = await startKv();
    [backend, extension] = await Promise.all([startBackend(kv.env), openBrowser(kind, { profile })]);
    popup = await openPopupPage(extension);
    await popup.saveBackend(backend.url);
    await popup.see('Saved in KV');
    panel = await openPanelPage(extension);
  });

  /** Connects in the popup and runs `echo` once in the panel. */
  async function begin(transport: 'streamable-http' | 'sse' = 'streamable-http'): Promise<{ server: Everything; id: string }> {
    const server = await startEverything(transport);
    const { id } = await popup.connect(server.url);
    await panel.echo('before');
    expect((await server.seen()).handshakes).toBe(1);
    return { server, id };
  }

  /** What must be true at the end, whatever happened in between: one Mooring session, each call run once. */
  async function expectSame(server: Everything, id: string, { handshakes, echoes }: { handshakes: number; echoes: number }): Promise<void> {
    const { selectedSessionId, sessions = [] } = await panel.stored();
    expect(selectedSessionId).toBe(id);
    expect(sessions.filter(({ url }) => url === server.url)).toMatchObject([{ id }]);
    expect(sessions.find((session) => session.id === id)).not.toHaveProperty('ended');
    const seen = await server.seen();
    expect({ handshakes: seen.handshakes, serverSessions: seen.serverSessions.length, echoes: seen.executions('echo') }).toEqual({
      handshakes,
      serverSessions: handshakes,
      echoes,
    });
  }

  it('the backend is killed and starts cold: same session, same server session, one handshake in all', async () => {
    const { server, id } = await begin();
    await backend.kill();
    await backend.restart();
    await panel.echo('after a cold start');
    await expectSame(server, id, { handshakes: 1, echoes: 2 });
  });

  it('the server is restarted: it gets one new handshake', async () => {
    const { server, id } = await begin();
    await server.restart();
    await panel.echo('after a restart of the server');
    await expectSame(server, id, { handshakes: 2, echoes: 2 });
  });

  it('backend and server are restarted', async () => {
    const { server, id } = await begin();
    await backend.kill();
    await server.restart();
    await backend.restart();
    await panel.echo('after both');
    await expectSame(server, id, { handshakes: 2, echoes: 2 });
  });

  it('the server speaks HTTP+SSE, and the backend is killed', async () => {
    const { server, id } = await begin('sse');
    await backend.kill();
    await backend.restart();
    await panel.echo('after a cold start');
    // A server session of HTTP+SSE is its stream: with the backend it is gone, and one new one takes its place.
    await expectSame(server, id, { handshakes: 2, echoes: 2 });
  });

  it('the worker of the extension is killed', async () => {
    const { server, id } = await begin();
    await extension.killBackground();
    await panel.echo('without a worker');
    await expectSame(server, id, { handshakes: 1, echoes: 2 });
  });

  it('the browser is closed and opened: the popup shows the session, the panel goes on in it', async () => {
    const { server, id } = await begin();
    await extension.close();
    await backend.kill();
    extension = await openBrowser(kind, { profile });
    popup = await openPopupPage(extension);
    // Nobody answers yet: what is shown is what this browser kept.
    expect((await popup.rows())[0]).toContain(`Everything Reference Server 127.0.0.1:${server.port}/mcp`);
    await backend.restart();
    await popup.find('listitem', new RegExp(`^live .* 127\\.0\\.0\\.1:${server.port}/mcp`));
    panel = await openPanelPage(extension);
    await panel.echo('in a new browser');
    await expectSame(server, id, { handshakes: 1, echoes: 2 });
  });
});
