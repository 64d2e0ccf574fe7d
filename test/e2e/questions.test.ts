/** Proves that a server's question which waits for somebody shows on the toolbar button and in the popup, until it is answered. */
import { beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { type Everything, startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openFreshPopup, openPopupPage, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('a question in %s', (kind) => {
  let server: Everything;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, server, extension] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
    popup = await openFreshPopup(extension, backend.url);
  });

  /** A popup asks the backend when it opens. */
  const reopen = async (): Promise<void> => {
    await popup.page.close();
    popup = await openPopupPage(extension);
  };
  const badge = () =>
    popup.page.evaluate(() => {
      const { browser } = globalThis as unknown as { browser: { action: { getBadgeText(of: object): Promise<string> } } };
      return browser.action.getBadgeText({});
    });

  it('shows as a badge and in its session’s row, and is gone when another client has answered it', async () => {
    const { id } = await popup.connect(server.url);
    const token = (await popup.stored()).credentials?.[0]?.token ?? '';
    const api = clientOf(backend.url);
    // What clients answer by themselves, as the server's question for roots, is none for a person.
    expect(await badge()).toBe('');
    const answer = api.rpc(token, id, { id: 1, method: 'tools/call', params: { name: 'trigger-elicitation-request', arguments: {} } });
    const question = await eventually(async () => {
      const { body } = await api.ask('GET', `/sessions/${id}/activity`, { token });
      const asked = (body as { entries: { method?: string; message?: { id?: string } }[] }).entries.find(
        ({ method }) => method === 'elicitation/create',
      );
      expect(asked?.message?.id).toBeTruthy();
      return asked?.message?.id;
    });
    await reopen();
    await popup.see('The server asks something: see above');
    await eventually(async () => expect(await badge()).toBe('1'));
    await api.rpc(token, id, { id: question, result: { action: 'cancel' } });
    expect((await answer).status).toBe(200);
    await reopen();
    await eventually(async () => expect(await badge()).toBe(''));
  });
});
