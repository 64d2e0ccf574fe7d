/** Proves what one can do in the Activity room, in both browsers on a real server: find, filter, pause, jump, save, open a file. Pictures go to out/. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ElementHandle } from 'puppeteer-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { aFileOf, aFlawedFile } from '../support/activity-files.ts';
import { type ApiClient, clientOf } from '../support/api-client.ts';
import { type BrowserKind, type ExtensionBrowserProcess, openBrowser } from '../support/browsers.ts';
import { startEverything } from '../support/everything.ts';
import { startKv } from '../support/kv.ts';
import { openPanelPage, type PanelPage } from '../support/panel-page.ts';
import { openFreshPopup } from '../support/popup-page.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { eventually } from '../support/surfaces.ts';
import { shoot, type Watch, watch } from '../support/surfaces-look.ts';

const SIZES = { widths: [320, 460, 800], height: 800 };
const SEARCH = /^Search the activity/;

/** Opens a server session as the comments of a command say, and runs the command in it. */
async function runAgainst(serverUrl: string, command: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const send = (message: object, more: Record<string, string> = {}) =>
    fetch(serverUrl, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify({ jsonrpc: '2.0', ...message }) });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a shell', version: '1' } };
  const greeting = await send({ id: 0, method: 'initialize', params });
  await greeting.text();
  const session = greeting.headers.get('mcp-session-id') ?? '';
  await send({ method: 'notifications/initialized' }, { 'mcp-session-id': session });
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('<session-id>', session)]);
  return stdout;
}

describe.each<BrowserKind>(['chromium', 'firefox'])('in %s', (kind) => {
  let backend: BackendProcess;
  let extension: ExtensionBrowserProcess;
  let panel: PanelPage;
  let watched: Watch;
  let api: ApiClient;
  let id: string;
  let serverUrl: string;
  let token: string;

  const call = (name: string, args: Record<string, unknown>) =>
    api.rpc(token, id, { id: crypto.randomUUID(), method: 'tools/call', params: { name, arguments: args } });
  const look = async (name: string): Promise<void> => {
    expect(await shoot(extension, panel, `activity-${name}`, SIZES)).toEqual([]);
    // What Firefox says about a page that is loaded again while it waits for an answer.
    expect((await watched.problems()).filter((text) => !text.includes('context unloaded'))).toEqual([]);
    await panel.page.setViewport({ width: 460, height: SIZES.height });
  };
  const showEverything = async (): Promise<void> => {
    await panel.openRoom('Activity');
    await panel.find('button', 'All');
    // What was looked at last is still open, in the place of the list.
    if ((await panel.names('button')).includes('Back to the list')) await panel.click('button', 'Back to the list');
    await panel.type(SEARCH, '');
    await panel.click('button', 'All');
  };
  const drop = (name: string, text: string) =>
    panel.page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
      const room = document.querySelector('.activity-room');
      for (const type of ['dragenter', 'dragover', 'drop']) room.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    })()`);

  beforeAll(async () => {
    const kv = await startKv();
    const [started, server, opened] = await Promise.all([startBackend(kv.env), startEverything(), openBrowser(kind)]);
    [backend, extension, serverUrl] = [started, opened, server.url];
    api = clientOf(backend.url);
    const popup = await openFreshPopup(extension, backend.url);
    ({ id } = await popup.connect(server.url));
    panel = await openPanelPage(extension);
    watched = await watch(extension, panel);
    await panel.find('option', 'echo');
    token = (await panel.stored()).credentials?.[0]?.token ?? '';
  });

  it('jumps from a result to its messages, from there to the partner, and back to the tool', async () => {
    // Of another tool: while the panel shows a call as running, it begins no second one of the same.
    await call('get-structured-content', { location: 'Chicago' });
    await panel.echo('first');
    await panel.click('button', 'Messages');
    await call('echo', { message: 'after' });
    await panel.find('heading', 'tools/call echo');
    await panel.see('"message": "first"');
    await panel.see('Echo: first');
    await panel.click('button', 'Go to it');
    await panel.find('heading', 'result echo');
    await panel.click('button', 'Go to it');
    await panel.find('heading', 'tools/call echo');
    await look('message');
    // The command itself asks the server, as a client of its own.
    await panel.page.evaluate('navigator.clipboard.writeText = async (text) => { window.copied = text; }');
    await panel.click('button', 'Copy as curl');
    await panel.find('button', 'Copied');
    const command = (await panel.page.evaluate('window.copied')) as string;
    expect(command).not.toContain(token);
    expect(await runAgainst(serverUrl, command)).toContain('Echo: first');
    await panel.click('button', 'Open tool');
    await panel.find('heading', 'echo');
  });

  it('filters by kind, direction, method and device', async () => {
    await call('no-such-tool', {});
    await showEverything();
    await panel.find('listitem', /no-such-tool/);
    await panel.click('button', /^Errors/);
    await panel.missing('listitem', /to the server tools\/call echo/);
    await panel.find('listitem', /no-such-tool/);
    await panel.click('button', 'All');
    await panel.click('button', 'More filters');
    await panel.choose('Method', 'tools/list');
    await panel.missing('listitem', /tools\/call/);
    await panel.find('listitem', /from the server result/);
    await panel.choose('Direction', 'to the server');
    await panel.missing('listitem', /from the server/);
    await look('filters');
    await panel.choose('Method', 'Any');
    await panel.click('button', 'Notifications');
    await panel.choose('Direction', 'from the server');
    await panel.click('button', 'Clear filters');
    await panel.click('button', 'All');
    await panel.find('listitem', /tools\/call echo/);
    await panel.click('button', 'More filters');
  });

  it('finds words in labels and payloads, and goes from one match to the next', async () => {
    for (const at of [1, 2]) await call('echo', { message: `needle ${at}` });
    await showEverything();
    await panel.find('listitem', /from the server result echo/);
    // In the request and in the answer of each.
    await panel.type(SEARCH, 'Needle');
    await panel.see('– of 4');
    await panel.press('Enter');
    await panel.see('1 of 4');
    await panel.see('"message": "needle 1"');
    await panel.press('Enter', 'Shift');
    await panel.see('4 of 4');
    await panel.see('Echo: needle 2');
    await look('search');
    await panel.click('button', 'Next match');
    await panel.see('1 of 4');
    await panel.type(SEARCH, 'nowhere to be found');
    await panel.see('No match');
    await panel.type(SEARCH, '');
  });

  it('waits while it is paused, says how many wait, and goes on', async () => {
    await showEverything();
    await panel.click('button', 'Pause');
    await call('get-sum', { a: 20, b: 22 });
    await panel.see('Paused. 2 more entries wait.');
    await panel.missing('listitem', /get-sum/);
    await look('paused');
    await panel.click('button', 'Go on');
    await panel.find('listitem', /to the server tools\/call get-sum/);
  });

  it('is as it was left when the panel is opened again', async () => {
    await showEverything();
    await panel.click('button', 'Calls');
    await panel.type(SEARCH, 'needle');
    await panel.see('– of 4');
    await panel.press('Enter');
    await panel.see('"message": "needle 1"');
    await eventually(async () => expect(JSON.stringify(await panel.stored())).toMatch(/"query":"needle".*"selected":\d/));
    await panel.page.reload({ waitUntil: [] });
    await panel.see('1 of 4');
    await panel.see('"message": "needle 1"');
    expect(await panel.valueOf(SEARCH)).toBe('needle');
    await panel.press('Escape');
    await showEverything();
  });

  it('moves by keys, and keeps the focus though the list is scrolled away from it', async () => {
    await showEverything();
    for (let at = 0; at < 40; at++) await call('echo', { message: `row ${at}` });
    // All of them are there: the end of the list stays where it is from now on.
    await panel.type(SEARCH, 'row 39');
    await panel.see('– of 2');
    await panel.type(SEARCH, '');
    const request = (await panel.handle('button', /to the server tools\/call echo/)) as ElementHandle<HTMLElement>;
    await request.click();
    await panel.find('region', 'Message');
    await eventually(async () => expect(await panel.focused()).toBe('Back to the list'));
    await panel.press('Escape');
    await eventually(async () => expect(await panel.focused()).toMatch(/to the server tools\/call echo/));
    await panel.press('ArrowDown');
    await eventually(async () => expect(await panel.focused()).toMatch(/from the server result echo/));
    await panel.press('Home');
    await eventually(async () => expect(await panel.focused()).toMatch(/Connected to the server/));
    await panel.page.evaluate(`document.querySelector('.events').scrollTo(0, 1e6)`);
    await panel.find('listitem', /from the server result echo/);
    expect(await panel.focused()).toMatch(/Connected to the server/);
    await panel.press('ArrowDown');
    await eventually(async () => expect(await panel.focused()).toMatch(/to the server/));
    await panel.press('End');
    await eventually(async () => expect(await panel.focused()).toMatch(/from the server result echo/));
    const [sizes, places] = (await panel.page.evaluate(`['setsize', 'posinset'].map((name) =>
      [...document.querySelectorAll('.events li')].map((row) => Number(row.getAttribute('aria-' + name))))`)) as [number[], number[]];
    expect(new Set(sizes).size).toBe(1);
    expect(places.at(-1)).toBe(sizes[0]);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    await look('list');
  });

  it('saves all of it as a file, opens the file again, and goes back to what is live', async () => {
    await showEverything();
    await panel.page.evaluate(`(() => {
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob) => { window.saved = blob; return make(blob); };
    })()`);
    await panel.click('button', 'Save and open');
    await panel.click('menuitem', /^Save as a file/);
    const text = await eventually(async () => {
      const saved = (await panel.page.evaluate('window.saved?.text()')) as string | undefined;
      expect(saved).toContain('mooring-activity');
      return saved ?? '';
    });
    const [header, ...entries] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(header).toMatchObject({ format: 'mooring-activity', version: 1, entries: entries.length });
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    expect(entries[0]).toMatchObject({ kind: 'mark', mark: 'connected' });
    expect(text).not.toContain(token);

    const path = join(await mkdtemp(join(tmpdir(), 'mooring-')), 'saved.jsonl');
    await writeFile(path, text);
    await ((await panel.page.$('input[type=file]')) as ElementHandle<HTMLInputElement>).uploadFile(path);
    await panel.see('saved.jsonl is a file, not live.');
    await panel.find('listitem', /from the server result echo/);
    await call('get-env', {});
    await panel.click('button', 'Back to live');
    await panel.find('listitem', /tools\/call get-env/);
  });

  it('says what is wrong with a file, and shows what is an entry in it', async () => {
    await showEverything();
    await drop('flawed.jsonl', aFlawedFile());
    await panel.see('flawed.jsonl is a file, not live.');
    await panel.see('4 lines are no entries and are left out. At the top: 3, 4, 5, 6.');
    await panel.see('The file ends early: 1 entry that it names is not in it.');
    await panel.see('It was saved by a newer version of Mooring.');
    await panel.see('7 entries are missing here');
    await look('flawed-file');
    await panel.click('button', /to the server tools\/call A device/);
    await panel.see('Messages above 16 kB are not kept');
    await look('too-large');
    await panel.press('Escape');
    await panel.click('button', /Server had forgotten the session/);
    await panel.see('The server no longer knew its session');
    await look('mark');
    await panel.press('Escape');
    await panel.click('button', 'Back to live');
    await drop('other.txt', 'Nothing of this\nis an entry\n');
    await panel.see('other.txt was not opened. It holds no activity');
    await look('refused-file');
    await panel.click('button', 'All right');
    await panel.lose('other.txt was not opened.');
  });

  it('shows ten thousand entries of a file, from the first to the last', async () => {
    await showEverything();
    await drop('long.jsonl', aFileOf(10_000));
    await panel.see('10,000 entries');
    // The last entry is the answer to the last call.
    await panel.find('listitem', /from the server result number-9998/);
    await panel.click('button', /from the server result number-9998/);
    await panel.find('heading', /number-9998$/);
    await panel.press('Escape');
    await eventually(async () => expect(await panel.focused()).toMatch(/number-9998/));
    await panel.press('Home');
    await panel.find('listitem', /to the server tools\/call number-0 /);
    await panel.type(SEARCH, 'number-5000');
    await panel.see('– of 2');
    await panel.press('Enter');
    await panel.find('heading', /number-5000$/);
    const drawn = (await panel.page.evaluate(`document.querySelectorAll('.events li').length`)) as number;
    expect(drawn).toBeLessThan(100);
    await panel.press('Escape');
    await panel.click('button', 'Back to live');
  });

  it('says when there is nothing, and when the backend is away', async () => {
    await showEverything();
    await drop('empty.jsonl', aFileOf(0));
    await panel.see('Nothing yet');
    await look('empty');
    await panel.click('button', 'Back to live');
    await backend.kill();
    await panel.see('The backend is not answering.');
    await look('backend-away');
  });
});
