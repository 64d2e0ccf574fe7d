/** Proves that what a stateless server wants to know can be answered wherever the session is open, and that its call then goes on, once. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { QuestionList } from '../../shared/question-contract.ts';
import { type ApiClient, clientOf } from '../support/api-client.ts';
import { type AskingServer, startAskingServer } from '../support/asking-server.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup, openPopupPage, type PopupPage } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { calm, press, settle } from '../support/question-cards.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, watch } from '../support/surfaces-look.ts';

describe.each<BrowserKind>(['chromium', 'firefox'])('a question of a stateless server in %s', (kind) => {
  let server: AskingServer;
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let popup: PopupPage;
  let panel: PanelPage;
  let api: ApiClient;
  let token: string;
  let sessionId: string;

  beforeAll(async () => {
    const kv = await startKv();
    [backend, extension] = await Promise.all([startBackend(kv.env), openBrowser(kind)]);
    api = clientOf(backend.url);
  });
  beforeEach(async () => {
    server = await startAskingServer();
    popup = await openFreshPopup(extension, backend.url);
    ({ id: sessionId } = await popup.connect(server.url));
    token = (await popup.stored()).credentials?.[0]?.token ?? '';
    await popup.page.close();
    panel = await openPanelPage(extension);
    return async () => {
      for (const { page } of [panel, popup]) if (!page.isClosed()) await page.close();
    };
  });

  const questions = async () => ((await api.ask('GET', `/sessions/${sessionId}/questions`, { token })).body as QuestionList).questions;
  const answer = (id: string | undefined, name: string) =>
    api.ask('POST', `/sessions/${sessionId}/questions`, { token, body: { id, result: { action: 'accept', content: { name } } } });
  async function run(tool: string): Promise<void> {
    await panel.openTool(tool);
    await panel.click('button', 'Run');
  }
  async function openPopup(): Promise<void> {
    popup = await openPopupPage(extension);
    await popup.page.bringToFront();
  }

  it('is answered in the panel, round after round', async () => {
    const watched = await watch(extension, panel);
    await run('two-rounds');
    await panel.see('What is your name?');
    await settle(panel);
    await panel.type(/^name/, 'Ada');
    await press(panel, 'Send');
    await panel.see('And of your friend?');
    await settle(panel);
    await panel.type(/^name/, 'Grace');
    await press(panel, 'Send');
    await panel.see('Ada and Grace');
    expect(server.done).toEqual(['Ada and Grace']);
    expect(await watched.problems()).toEqual([]);
  });

  it('is answered in the popup while the panel is open, and the call goes on there', async () => {
    await run('greet');
    await settle(panel);
    await openPopup();
    await popup.see('What is your name?');
    await settle(popup);
    await popup.type(/^name/, 'Ada');
    await press(popup, 'Send');
    await popup.see('Answer kept. The call goes on in the panel where it began');
    expect(await shoot(extension, popup, 'popup-input-kept', { widths: [320, 380], height: 600 })).toEqual([]);
    await panel.page.bringToFront();
    await panel.see('Hello Ada');
    await panel.see('Answered elsewhere, or no longer asked.');
    expect(server.done).toEqual(['Hello Ada']);
  });

  it('waits in the popup while the panel is closed, and the call goes on with the answer in the next one', async () => {
    await run('greet');
    await settle(panel);
    await panel.page.close();
    await openPopup();
    await settle(popup);
    await popup.type(/^name/, 'Grace');
    await press(popup, 'Send');
    await popup.see('Answer kept.');
    expect(server.done).toEqual([]);
    panel = await openPanelPage(extension);
    await panel.openTool('greet');
    await panel.see('Hello Grace');
    expect(server.done).toEqual(['Hello Grace']);
  });

  it('is asked again by the next panel, and counts the first of two answers', async () => {
    await run('greet');
    await settle(panel);
    const [asked] = await questions();
    await panel.page.close();
    panel = await openPanelPage(extension);
    await panel.see('What is your name?');
    expect((await questions()).map(({ id }) => id)).toEqual([asked?.id]);
    expect(await answer(asked?.id, 'Elsewhere')).toMatchObject({ body: { outcome: 'taken' } });
    expect(await answer(asked?.id, 'Too late')).toMatchObject({ body: { outcome: 'answered-before' } });
    await panel.openTool('greet');
    await panel.see('Hello Elsewhere');
    expect(server.done).toEqual(['Hello Elsewhere']);
  });

  it('is asked for prompts and resources too', async () => {
    await panel.openRoom('Prompts');
    await panel.click('option', /^letter/);
    await panel.click('button', 'Get messages');
    await panel.see('Who gets the letter?');
    await openPopup();
    await settle(popup);
    await popup.type(/^name/, 'Ada');
    await press(popup, 'Send');
    await popup.see('Answer kept.');
    await panel.page.bringToFront();
    await panel.see('Dear Ada');
    await calm(panel);
    await panel.openRoom('Resources');
    await panel.click('option', /^diary/);
    await panel.see('Whose diary is it?');
    await settle(panel);
    await panel.type(/^name/, 'Grace');
    await press(panel, 'Send');
    await panel.see('Diary of Grace');
  });

  it('goes everywhere when its call is cancelled, which nobody sends again', async () => {
    await run('greet');
    await settle(panel);
    await panel.click('button', 'Cancel');
    await panel.see(/cancelled/i);
    await panel.lose('What is your name?');
    await eventually(async () => expect(await questions()).toEqual([]));
    expect(server.done).toEqual([]);
  });
});
