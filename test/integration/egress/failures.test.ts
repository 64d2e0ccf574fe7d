/** Proves that each way to fail is told as what it is, and that a request is never sent twice. */
import { createServer as createHttpsServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { makeSelfSigned } from './self-signed.ts';
import { listenLocally, openFetch, scriptLookup, startServer, startTcpServer, verdictOf } from './test-servers.ts';

const post = { method: 'POST', body: '{"id":1}' };
const reset = { kind: 'reset', sent: true };
const tls = { kind: 'tls', sent: false };

it('tells a closed port, at one address and at all of them', async () => {
  const { port, connections } = await startServer();
  const fetch = openFetch({ lookup: scriptLookup(['127.0.0.8', '127.0.0.9', '::1']) });
  expect(await verdictOf(fetch(`http://127.0.0.9:${port}/`, post))).toEqual({ kind: 'refused', sent: false });
  expect(await verdictOf(fetch(`http://mcp.example.com:${port}/`, post))).toEqual({ kind: 'refused', sent: false });
  expect(connections()).toBe(0);
});

it('counts a connection that ends before the answer as possibly sent, and sends once', async () => {
  let bytes = 0;
  const server = await startTcpServer((socket) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      socket.resetAndDestroy();
    });
  });
  expect(await verdictOf(openFetch()(server.url, post))).toEqual(reset);
  expect([server.connections(), bytes > 0]).toEqual([1, true]);
});

it('does not send again when a connection that is used again breaks', async () => {
  const server = await startServer(({ url }, response) => {
    if (url === '/break') response.socket?.resetAndDestroy();
    else response.end('ok');
  });
  const fetch = openFetch();
  await (await fetch(`${server.url}/`, post)).text();
  expect(await verdictOf(fetch(`${server.url}/break`, post))).toEqual(reset);
  expect(server.received.map(({ url }) => url)).toEqual(['/', '/break']);
});

it.each([
  ['with a length', { 'content-length': '100' }],
  ['in chunks', {}],
  ['compressed', { 'content-encoding': 'gzip' }],
])('tells an answer that breaks off, %s', async (_, headers) => {
  const server = await startServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.write('{"jsonrpc"', () => response.socket?.resetAndDestroy());
  });
  expect(await verdictOf(openFetch()(server.url, post).then((response) => response.text()))).toEqual(reset);
  expect(server.received.length).toBe(1);
});

it('tells a server that speaks no HTTP', async () => {
  const server = await startTcpServer((socket) => {
    socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
  });
  expect(await verdictOf(openFetch()(server.url, post))).toEqual(reset);
});

it('tells https to a server without TLS, and to one that hangs up', async () => {
  const plain = await startServer();
  const mute = await startTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const fetch = openFetch();
  expect(await verdictOf(fetch(`https://127.0.0.1:${plain.port}/`, post))).toEqual(tls);
  expect(await verdictOf(fetch(`https://127.0.0.1:${mute.port}/`, post))).toEqual(tls);
  expect(plain.received).toEqual([]);
});

it('accepts a certificate that is trusted and has the name, and no other', async () => {
  const { key, cert } = makeSelfSigned('mcp.example.com');
  const served: string[] = [];
  const server = await listenLocally(
    createHttpsServer({ key, cert }, (request, response) => {
      served.push(`${request.headers.host}`);
      response.end('secure');
    }),
  );
  const fetch = openFetch();
  const url = `https://mcp.example.com:${server.port}/`;
  expect(await verdictOf(fetch(url, post))).toEqual(tls);

  const trusted = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(trusted));
  setDefaultCACertificates([cert]);
  expect(await (await fetch(url, post)).text()).toBe('secure');
  expect(await verdictOf(fetch(`https://other.example.com:${server.port}/`, post))).toEqual(tls);
  expect(served).toEqual([`mcp.example.com:${server.port}`]);
});

it('rejects a request that cannot exist as fetch does', async () => {
  const server = await startServer();
  await expect(openFetch()(server.url, { headers: { 'bad header': 'x' } })).rejects.toThrow(TypeError);
  expect(server.connections()).toBe(0);
});
