/** Proves that a redirect never leads a request, its headers or its body away from the server, and never changes the method. */
import { expect, it } from 'vitest';
import { openFetch, type Received, scriptLookup, startServer, verdictOf } from './test-servers.ts';

const refused = { kind: 'forbidden-redirect', sent: true };
const headers = { 'x-api-key': 'secret', 'mcp-session-id': 'abc', authorization: 'Bearer secret' };

/** Starts a server that redirects `/from` and answers the rest. */
const startRedirecting = (status: number, location: (port: number) => string) =>
  startServer((request, response) => {
    const port = response.socket?.localPort ?? 0;
    if (request.url === '/from') response.writeHead(status, { location: location(port) }).end('moved');
    else response.end(`at ${request.url}`);
  });

const secretsOf = ({ headers: sent }: Received) => Object.keys(headers).map((name) => sent[name]);

it.each([301, 302, 303, 307, 308])('follows %d within the origin for GET, with the same headers', async (status) => {
  const server = await startRedirecting(status, () => '/to?x=1');
  const response = await openFetch()(`${server.url}/from`, { headers });
  expect([await response.text(), response.url]).toEqual(['at /to?x=1', `${server.url}/to?x=1`]);
  expect(server.received.map(secretsOf)).toEqual([Object.values(headers), Object.values(headers)]);
});

it.each([
  [307, 'POST'],
  [308, 'POST'],
  [307, 'DELETE'],
])('follows %d within the origin for %s, with method and body', async (status, method) => {
  const server = await startRedirecting(status, (port) => `http://127.0.0.1:${port}/to`);
  const response = await openFetch()(`${server.url}/from`, { method, headers, body: '{"id":1}' });
  expect(await response.text()).toBe('at /to');
  expect(server.received.map(({ method: seen, url, body }) => [seen, url, body])).toEqual([
    [method, '/from', '{"id":1}'],
    [method, '/to', '{"id":1}'],
  ]);
});

it.each([
  [301, 'POST'],
  [302, 'POST'],
  [303, 'POST'],
  [303, 'DELETE'],
])('refuses %d for %s: it would become a GET', async (status, method) => {
  const server = await startRedirecting(status, () => '/to');
  expect(await verdictOf(openFetch()(`${server.url}/from`, { method, headers }))).toEqual(refused);
  expect(server.received.map(({ url }) => url)).toEqual(['/from']);
});

it.each([301, 302, 303, 307, 308])('refuses %d to another origin: nothing reaches it', async (status) => {
  const other = await startServer();
  const fetch = openFetch({ lookup: scriptLookup(['127.0.0.1']) });
  for (const location of [`${other.url}/to`, `http://localhost:${other.port}/to`]) {
    const server = await startRedirecting(status, () => location);
    for (const init of [{ headers }, { method: 'POST', headers, body: 'secret' }])
      expect(await verdictOf(fetch(`${server.url}/from`, init))).toEqual(refused);
  }
  expect([other.connections(), other.received]).toEqual([0, []]);
});

it.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:169.254.169.254]/',
  'http://2852039166/',
  '//169.254.169.254/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/x',
  'data:text/plain,x',
  'https://127.0.0.1/',
  'http://',
])('refuses a redirect to %s', async (location) => {
  const server = await startRedirecting(302, () => location);
  expect(await verdictOf(openFetch()(`${server.url}/from`))).toEqual(refused);
});

it.each(['user:pass@', 'user@', ':pass@'])('refuses a redirect that adds %s', async (userInfo) => {
  const server = await startRedirecting(302, (port) => `http://${userInfo}127.0.0.1:${port}/to`);
  expect(await verdictOf(openFetch()(`${server.url}/from`))).toEqual(refused);
});

it('judges each hop', async () => {
  const server = await startRedirecting(302, () => '/forbidden');
  const url = (target: string | URL) =>
    String(target).endsWith('/forbidden') ? ({ kind: 'forbidden', reason: 'malformed' } as const) : ({ kind: 'allowed' } as const);
  const fetch = openFetch({ judge: { url, address: () => ({ kind: 'allowed' }) } });
  expect(await verdictOf(fetch(`${server.url}/from`))).toEqual({ kind: 'forbidden-url', sent: true });
  expect(server.received.length).toBe(1);
});

it('follows three hops and refuses the fourth', async () => {
  const server = await startServer((request, response) => {
    const left = Number(request.url.slice(1));
    if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end();
    else response.end('there');
  });
  const fetch = openFetch();
  expect(await (await fetch(`${server.url}/3`)).text()).toBe('there');
  expect(await verdictOf(fetch(`${server.url}/4`))).toEqual(refused);
  expect(server.received.length).toBe(8);
});

it('refuses to send a body again that can be read once', async () => {
  const server = await startRedirecting(307, () => '/to');
  const body = new Blob(['{}']).stream();
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
  expect(await verdictOf(openFetch()(`${server.url}/from`, init))).toEqual(refused);
  expect(server.received.map(({ url, body: seen }) => [url, seen])).toEqual([['/from', '{}']]);
});

it('hands the redirect itself to a caller that asks for it, and fails for one that wants none', async () => {
  const server = await startRedirecting(302, () => 'http://169.254.169.254/');
  const fetch = openFetch();
  const response = await fetch(`${server.url}/from`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location'), await response.text()]).toEqual([302, 'http://169.254.169.254/', 'moved']);
  const within = await startRedirecting(302, () => '/to');
  expect(await verdictOf(fetch(`${within.url}/from`, { redirect: 'error' }))).toEqual(refused);
});
