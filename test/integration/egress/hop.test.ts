/** Proves that a request and its answer are what the Fetch standard's would be, though another function of undici makes them. */
import { brotliCompressSync, createGzip, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openFetch, startServer } from './test-servers.ts';

const text = JSON.stringify({ said: 'größer ✓' });

it.each([
  ['gzip', gzipSync(text)],
  ['br', brotliCompressSync(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
  ['GZIP', gzipSync(text)],
  ['identity', Buffer.from(text)],
])('reads a body that is coded as %s', async (coding, body) => {
  const server = await startServer((_, response) => response.writeHead(200, { 'content-encoding': coding }).end(body));
  expect(await (await openFetch()(server.url)).text()).toBe(text);
  expect(server.received[0]?.headers['accept-encoding']).toBe('gzip, br');
});

it('hands on each event of a compressed stream as it is sent, and lets go of one that is silent', async () => {
  const server = await startServer((_, response) => {
    const gzip = createGzip();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
    gzip.pipe(response);
    gzip.write('data: 1\n\n');
    gzip.flush();
  });
  const reader = (await openFetch()(server.url)).body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n');
  const pending = reader?.read();
  await reader?.cancel();
  expect(await pending).toEqual({ done: true, value: undefined });
  await expect.poll(server.open).toBe(0);
});

it('fails where a body is no compression at all', async () => {
  const server = await startServer((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'));
  const response = await openFetch()(server.url);
  await expect(response.text()).rejects.toThrow();
});

it('keeps every header, repeated ones and bytes beyond ASCII too', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'x-name': 'caf\u00e9', 'set-cookie': ['a=1', 'b=2'] }).end('{}');
  });
  const { headers } = await openFetch()(server.url);
  expect([headers.get('x-name'), headers.getSetCookie()]).toEqual(['caf\u00e9', ['a=1', 'b=2']]);
});

it('sends a form with its type and its length, and bytes as they are', async () => {
  const server = await startServer();
  const fetch = openFetch();
  await fetch(server.url, { method: 'POST', body: new URLSearchParams({ code: 'a b' }) });
  await fetch(server.url, { method: 'put', body: new TextEncoder().encode('{}') });
  expect(server.received.map(({ method, headers, body }) => [method, headers['content-type'], headers['content-length'], body])).toEqual([
    ['POST', 'application/x-www-form-urlencoded;charset=UTF-8', '8', 'code=a+b'],
    ['PUT', undefined, '2', '{}'],
  ]);
});

it.each([
  ['a body with GET', { method: 'GET', body: 'x' }],
  ['a method that is none', { method: 'NOT ONE' }],
  ['a header that is none', { method: 'POST', body: 'x', headers: { 'x-name': 'line\nfeed' } }],
])('refuses %s as a mistake of the caller', async (_, init) => {
  const server = await startServer();
  await expect(openFetch()(server.url, init)).rejects.toThrow(TypeError);
  expect(server.connections()).toBe(0);
});

it('passes answers without a body, and uses connections again after them', async () => {
  const server = await startServer((request, response) => response.writeHead(request.method === 'POST' ? 202 : 204).end());
  const fetch = openFetch();
  for (let sent = 0; sent < 10; sent++) {
    const response = await fetch(server.url, { method: 'POST', body: '{}' });
    expect([response.status, await response.text()]).toEqual([202, '']);
  }
  // A second one is opened while the first is not yet free.
  expect(server.connections()).toBeLessThan(4);
  for (const method of ['HEAD', 'DELETE', 'GET']) expect(await (await fetch(server.url, { method })).text()).toBe('');
});
