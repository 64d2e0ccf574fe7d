/**
 * Proves with real browsers that a request which a browser sends again by itself runs once: both do, when a connection that they kept
 * is reset after the request was written to it, and the page never learns of it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import puppeteer, { type Browser } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { listen } from '../../api/_local/listen.ts';
import { clientOf } from '../support/api-client.ts';
import { endLater } from '../support/at-end.ts';
import { ACT, textResult, useSession } from '../support/fault-session.ts';
import { startKv } from '../support/kv.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { startScriptedServer } from '../support/scripted-server.ts';
import { requireProgram } from '../support/system.ts';

const KEPT_CONNECTIONS = 3;
const CHROMIUM_FLAGS = [
  ...[
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
];

type Proxy = {
  readonly url: string;
  /** How many copies of the request came. */
  copies(): number;
};

/** Passes requests on, without their origin: the page stands for one of the extension. Resets a kept connection once the backend has the POST. */
async function startResettingProxy(backend: BackendProcess, sent: () => number): Promise<Proxy> {
  const used = new WeakSet<Socket>();
  const warming: ServerResponse[] = [];
  let copies = 0;
  let resets = 0;
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isKept = used.has(request.socket);
    used.add(request.socket);
    if (request.url === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>page</title>');
    if (request.url?.startsWith('/warm')) {
      // All at once, so that each has a connection of its own.
      warming.push(response);
      if (warming.length === KEPT_CONNECTIONS)
        for (const one of warming.splice(0)) one.writeHead(200, { 'cache-control': 'no-store' }).end('warm');
      return;
    }
    if (request.method !== 'POST') return void response.writeHead(404).end();
    copies++;
    const { origin: _ofThePage, host: _ofTheProxy, connection: _ofThisHop, ...headers } = request.headers;
    const answer = fetch(`${backend.url}${request.url}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: Buffer.concat(chunks),
    });
    if (isKept && resets < KEPT_CONNECTIONS) {
      resets++;
      await expect.poll(sent).toBeGreaterThan(0);
      request.socket.resetAndDestroy();
      await (await answer).text();
      return;
    }
    const { status, headers: answered } = await answer;
    response.writeHead(status, { 'content-type': answered.get('content-type') ?? '' }).end(await (await answer).text());
  };
  const server = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
  await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, copies: () => copies };
}

async function openBrowser(kind: 'chromium' | 'firefox'): Promise<Browser> {
  const executablePath = requireProgram(kind);
  const browser = await puppeteer.launch(
    kind === 'chromium'
      ? { executablePath, headless: true, pipe: true, args: CHROMIUM_FLAGS }
      : { browser: 'firefox', executablePath, headless: true },
  );
  endLater(() => browser.close());
  return browser;
}

it.each(['chromium', 'firefox'] as const)(
  '%s sends a request again after its connection was reset: it runs once, and the page gets the answer',
  async (kind) => {
    const [kv, server, browser] = await Promise.all([startKv(), startScriptedServer(), openBrowser(kind)]);
    const backend = await startBackend(kv.env);
    const api = clientOf(backend.url);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    const proxy = await startResettingProxy(backend, () => server.ran('tools/call'));
    const page = await browser.newPage();
    await page.goto(`${proxy.url}/`);
    const text = await page.evaluate(
      async (path, init, connections) => {
        await Promise.all(Array.from({ length: connections }, async (_, n) => (await fetch(`/warm?${n}`)).text()));
        return (await fetch(path, init)).text();
      },
      `/api/mcp/${id}`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'idempotency-key': 'sent-again-by-browser',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: ACT }),
      },
      KEPT_CONNECTIONS,
    );
    expect(text).toContain('"text":"done"');
    expect(proxy.copies()).toBeGreaterThan(1);
    expect(server.ran('tools/call')).toBe(1);
    await expect
      .poll(() => useSession(api, token, id).look('sent-again-by-browser'))
      .toMatchObject({ state: 'done', response: { id: 1, result: textResult('done') } });
    await browser.close();
  },
);
