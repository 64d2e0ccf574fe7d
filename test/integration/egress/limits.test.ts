/** Proves the limits of size and time, and that streams arrive as they are sent. */

import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openFetch, startServer, startTcpServer, verdictOf } from './test-servers.ts';

const MAX = 1_000_000;
const tooLarge = { kind: 'too-large', sent: true };
const readAll = async (promise: Promise<Response>) => (await promise).arrayBuffer();
const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };

it('ends a compressed body that grows past the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * MAX), { level: 9 });
  expect(bomb.length).toBeLessThan(MAX);
  const server = await startServer((_, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb);
  });
  expect(await verdictOf(readAll(openFetch()(server.url)))).toEqual(tooLarge);
});

it('ends a body without a length that grows past the limit, and lets the server go', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, JSON_TYPE);
    const more = () => {
      while (response.write(Buffer.alloc(100_000)));
    };
    response.on('drain', more);
    more();
  });
  expect(await verdictOf(readAll(openFetch()(server.url)))).toEqual(tooLarge);
  await expect.poll(server.open).toBe(0);
});

it('refuses a body that names too large a length without reading it', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': MAX + 1 });
    response.write('{');
  });
  expect(await verdictOf(openFetch()(server.url))).toEqual(tooLarge);
  await expect.poll(server.open).toBe(0);
});

it.each<[string, (response: ServerResponse, body: Buffer) => void]>([
  ['with a length', (response, body) => response.writeHead(200, { ...JSON_TYPE, 'content-length': body.length }).end(body)],
  [
    'in chunks',
    (response, body) => {
      response.writeHead(200, JSON_TYPE).write(body.subarray(0, 10));
      response.end(body.subarray(10));
    },
  ],
  ['compressed', (response, body) => response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync(body))],
])('passes a body of the limit, %s', async (_, answer) => {
  const body = Buffer.alloc(MAX, 'x');
  const server = await startServer((_request, response) => answer(response, body));
  const response = await openFetch()(`${server.url}/mcp`);
  expect([response.status, response.url, response.headers.get('content-type')]).toEqual([200, `${server.url}/mcp`, 'application/json']);
  expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
});

it('passes an event stream of any size', async () => {
  const event = `data: ${'x'.repeat(100_000)}\n\n`;
  const server = await startServer((_, response) => {
    response.writeHead(200, EVENTS);
    for (let i = 0; i < 30; i++) response.write(event);
    response.end();
  });
  expect((await readAll(openFetch()(server.url))).byteLength).toBe(30 * event.length);
});

it('ends an event stream whose event grows past the limit, and lets the server go', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, EVENTS).write('data: 1\n\nid: 2\n');
    const more = () => {
      while (response.write(`data: ${'x'.repeat(100_000)}\n`));
    };
    response.on('drain', more);
    more();
  });
  expect(await verdictOf(readAll(openFetch()(server.url)))).toEqual(tooLarge);
  await expect.poll(server.open).toBe(0);
});

it('passes an answer without a body, and one to HEAD', async () => {
  const server = await startServer(({ method }, response) => {
    response.writeHead(method === 'HEAD' ? 200 : 202, method === 'HEAD' ? { 'content-length': MAX * 2 } : {}).end();
  });
  const fetch = openFetch();
  expect([(await fetch(server.url, { method: 'HEAD' })).status, (await fetch(server.url, { method: 'POST', body: '{}' })).status]).toEqual([
    200, 202,
  ]);
});

it('hands on each event as it is sent', async () => {
  const sends: ((text: string) => void)[] = [];
  const server = await startServer((_, response) => {
    response.writeHead(200, EVENTS);
    response.flushHeaders();
    sends.push((text) => response.write(text));
  });
  const response = await openFetch()(server.url);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  // The next event is sent only after the one before has been read.
  for (const text of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
    sends[0]?.(text);
    expect(await reader?.read()).toEqual({ done: false, value: text });
  }
  await reader?.cancel();
  await expect.poll(server.open).toBe(0);
});

it('closes the connection when the caller aborts, waiting for an answer or reading it', async () => {
  const server = await startServer(({ url }, response) => {
    if (url === '/stream') response.writeHead(200, EVENTS).write('data: 1\n\n');
  });
  const fetch = openFetch();
  for (const path of ['/silent', '/stream']) {
    const controller = new AbortController();
    const call = fetch(server.url + path, { method: 'POST', body: '{}', signal: controller.signal });
    const outcome = verdictOf(path === '/stream' ? call.then((response) => response.text()) : call);
    await expect.poll(() => server.received.some(({ url }) => url === path)).toBe(true);
    if (path === '/stream') await call;
    controller.abort();
    expect(await outcome).toEqual({ kind: 'aborted', sent: true });
    await expect.poll(server.open).toBe(0);
  }
});

it('knows an abort by the signal, whatever its reason, and a timeout of the caller', async () => {
  const server = await startServer(() => {});
  const fetch = openFetch();
  expect(await verdictOf(fetch(server.url, { signal: AbortSignal.abort('enough') }))).toEqual({ kind: 'aborted', sent: false });
  expect(server.connections()).toBe(0);
  const controller = new AbortController();
  const call = verdictOf(fetch(server.url, { signal: controller.signal }));
  await expect.poll(() => server.received.length).toBe(1);
  controller.abort('enough');
  expect(await call).toEqual({ kind: 'aborted', sent: true });
  expect(await verdictOf(fetch(server.url, { signal: AbortSignal.timeout(20) }))).toEqual({ kind: 'timeout', sent: true });
});

it('waits for headers only so long', async () => {
  const server = await startServer(() => {});
  expect(await verdictOf(openFetch({ timeouts: { headersMs: 50 } })(server.url))).toEqual({ kind: 'timeout', sent: true });
  expect(server.received.length).toBe(1);
  await expect.poll(server.open).toBe(0);
});

it('waits for a silent body only so long', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, EVENTS).write('data: 1\n\n');
  });
  const response = await openFetch({ timeouts: { idleMs: 50 } })(server.url);
  expect(await verdictOf(response.text())).toEqual({ kind: 'timeout', sent: true });
  await expect.poll(server.open).toBe(0);
});

it('waits for a connection only so long', async () => {
  const fetch = openFetch({ lookup: () => {}, timeouts: { connectMs: 50 } });
  expect(await verdictOf(fetch('http://mcp.example.com/'))).toEqual({ kind: 'timeout', sent: false });
});

it('ends an answer whose headers do not end', async () => {
  const server = await startTcpServer((socket) => {
    socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`));
  });
  expect(await verdictOf(openFetch()(server.url))).toEqual(tooLarge);
});
