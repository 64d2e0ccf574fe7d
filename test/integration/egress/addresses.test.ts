/** Proves that a connection goes to judged addresses alone: when names change their answer, have several, or are addresses. */
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Verdict } from '../../../api/_lib/egress/address-policy.ts';
import { openEgress } from '../../../api/_lib/egress/egress.ts';
import {
  allowAll,
  allowPublic,
  failureOf,
  openFetch,
  PRIVATE_IP,
  PUBLIC_IP,
  scriptLookup,
  startServer,
  verdictOf,
} from './test-servers.ts';

const forbidden = { kind: 'forbidden-address', sent: false };
const judge = { url: allowAll, address: allowPublic };

async function startPair() {
  const outside = await startServer((_, response) => response.setHeader('connection', 'close').end('outside'), { host: PUBLIC_IP });
  const inside = await startServer(undefined, { host: PRIVATE_IP, port: outside.port });
  return { outside, inside, url: `http://mcp.example.com:${outside.port}/mcp` };
}

it('refuses a name that resolved to a public address once and to a private one later', async () => {
  const { outside, inside, url } = await startPair();
  const lookup = scriptLookup([PUBLIC_IP], [PRIVATE_IP]);
  const fetch = openFetch({ judge, lookup });
  expect(await (await fetch(url)).text()).toBe('outside');
  expect(await verdictOf(fetch(url, { method: 'POST', body: 'x' }))).toEqual(forbidden);
  expect([outside.received.length, inside.connections(), lookup.names.length]).toEqual([1, 0, 2]);
});

it.each([[[PUBLIC_IP, PRIVATE_IP]], [[PRIVATE_IP, PUBLIC_IP]], [[PUBLIC_IP, PUBLIC_IP, '::ffff:127.0.0.1']]])(
  'refuses a name that resolves to %j: one of them is forbidden',
  async (addresses) => {
    const { outside, inside, url } = await startPair();
    expect(await verdictOf(openFetch({ judge, lookup: scriptLookup(addresses) })(url))).toEqual(forbidden);
    expect([outside.connections(), inside.connections()]).toEqual([0, 0]);
  },
);

it('judges an address in the URL, for which nothing is looked up', async () => {
  const { inside } = await startPair();
  const lookup = scriptLookup([PUBLIC_IP]);
  const fetch = openFetch({ judge, lookup });
  const urls = [`http://127.0.0.1:${inside.port}/`, `http://2130706433:${inside.port}/`, `http://[::ffff:127.0.0.1]:${inside.port}/`];
  for (const url of urls) expect(await verdictOf(fetch(url))).toEqual(forbidden);
  expect([inside.connections(), lookup.names]).toEqual([0, []]);
});

it('closes a connection that went elsewhere than judged, before any byte of HTTP', async () => {
  const { inside, url } = await startPair();
  const judged: string[] = [];
  // The address was fine when it was looked up; what the connection then has is not.
  const address = (ip: string): Verdict => (judged.push(ip) === 1 ? { kind: 'allowed' } : { kind: 'forbidden', reason: 'address' });
  const fetch = openFetch({ judge: { url: allowAll, address }, lookup: scriptLookup([PRIVATE_IP]) });
  expect(await verdictOf(fetch(url, { method: 'POST', body: 'secret' }))).toEqual(forbidden);
  await expect.poll(inside.open).toBe(0);
  expect([inside.connections(), inside.received, judged]).toEqual([1, [], [PRIVATE_IP, PRIVATE_IP]]);
});

it('goes on to the next address when the first does not answer', async () => {
  const { outside } = await startPair();
  const fetch = openFetch({ lookup: scriptLookup(['127.0.0.3', '::1', PUBLIC_IP]) });
  expect(await (await fetch(`http://mcp.example.com:${outside.port}/`)).text()).toBe('outside');
});

it('uses a connection again, without another look-up', async () => {
  const server = await startServer();
  const lookup = scriptLookup([PRIVATE_IP]);
  const fetch = openFetch({ lookup });
  for (let i = 0; i < 5; i++) {
    await (await fetch(`http://mcp.example.com:${server.port}/`, { method: 'POST', body: '{}' })).text();
    // A connection is free again one turn of the event loop after the body has ended.
    await setImmediate();
  }
  expect([server.received.length, server.connections(), lookup.names]).toEqual([5, 1, ['mcp.example.com']]);
});

it('serves parallel calls over connections of their own', async () => {
  const waiting: (() => void)[] = [];
  const server = await startServer((_, response) => {
    // Nobody is answered before all are there.
    waiting.push(() => response.end('ok'));
    if (waiting.length === 20) for (const answer of waiting) answer();
  });
  const fetch = openFetch();
  const answers = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(server.url)).text()));
  expect(answers).toEqual(Array.from({ length: 20 }, () => 'ok'));
});

it('tells an unknown name from a forbidden one', async () => {
  const fetch = openFetch({ lookup: (_name, _options, callback) => callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []) });
  expect(await verdictOf(fetch('https://mcp.example.com/'))).toEqual({ kind: 'name-unknown', sent: false });
});

it('that is hosted reaches nothing inside, by name, by address or over http, and what it is allowed by name', async () => {
  const server = await startServer();
  const lookup = scriptLookup([PRIVATE_IP]);
  const open = (allow: string[]) => openEgress({ policy: { kind: 'hosted', allow }, lookup });
  const closed = open([]);
  const urls = [
    `http://127.0.0.1:${server.port}/`,
    'https://127.0.0.1/',
    'https://localhost/',
    'https://169.254.169.254/',
    'http://mcp.example.com/',
  ];
  const verdicts = await Promise.all(urls.map((url) => verdictOf(closed.fetch(url))));
  expect(verdicts).toEqual(urls.map(() => ({ kind: 'forbidden-url', sent: false })));
  expect(lookup.names).toEqual([]);
  expect(await verdictOf(closed.fetch('https://mcp.example.com/'))).toEqual(forbidden);
  expect(server.connections()).toBe(0);

  const named = open([`nas.example.com:${server.port}`]);
  expect(await (await named.fetch(`http://nas.example.com:${server.port}/`)).text()).toBe('ok');
  expect((await failureOf(named.fetch(`http://nas.example.com:${server.port + 1}/`))).reason).toBe('scheme');
  await Promise.all([closed.close(), named.close()]);
});

it('that is local reaches this machine, and never metadata by a name', async () => {
  const server = await startServer();
  const local = openEgress({ policy: { kind: 'local' }, lookup: scriptLookup([PRIVATE_IP], ['169.254.169.254']) });
  expect(await (await local.fetch(`http://nas:${server.port}/`)).text()).toBe('ok');
  expect(await verdictOf(local.fetch('http://rebound.example.com/latest/meta-data/'))).toEqual(forbidden);
  await local.close();
});
