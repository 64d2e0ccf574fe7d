/** Proves that a secret would be found in every place that is searched, in every form, and that fixtures tell the secrets they see. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../../api/_local/children.ts';
import { Pairing } from '../../../shared/contract.ts';
import { clientOf } from '../../support/api-client.ts';
import { startKv } from '../../support/kv.ts';
import { startBackend } from '../../support/processes.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { findSecrets, type Place, searchedPlaces, watchSecrets } from '../../support/secret-search.ts';
import { learnedSecrets, MAY_BE_IN, type PlaceKind, type SecretKind } from '../../support/secrets.ts';
import { tapArguments, tapBackend } from '../../support/tapped-backend.ts';

const SECRET = 'canary "ü" +/=?&% 7d1f';
const planted = new Map<string, SecretKind>([[SECRET, 'refresh token']]);

const folder = mkdtempSync(join(tmpdir(), 'mooring-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(watchSecrets);

/** Names of the places where the secret is found. */
const findings = async (secrets = planted): Promise<string[]> =>
  (await findSecrets(secrets)).map((line) => line.replace(/^.* in (?=Redis|the|an )/, '').replace(/\d+$/, 'N'));

describe('a secret is found', () => {
  it.each<[string, string]>([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in an address', `https://a.example/?a=${encodeURIComponent(SECRET)}`],
    ['in a form', new URLSearchParams({ a: SECRET }).toString()],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in upper case hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ...[0, 1, 2].flatMap((shift): [string, string][] => {
      const bytes = Buffer.from(`${'x'.repeat(shift)}${SECRET}yy`);
      return [
        [`in base64, from byte ${shift}`, bytes.toString('base64')],
        [`in base64url, from byte ${shift}`, bytes.toString('base64url')],
      ];
    }),
  ])('%s', async (_form, text) => {
    const place: Place = { kind: 'log', name: 'a text', read: () => `before ${text} after` };
    expect(await findSecrets(planted, [place])).toEqual([`refresh token ${SECRET} in a text`]);
  });

  it('in Redis, also when it is gone again', async () => {
    const kv = await startKv();
    expect(await findings()).toEqual([]);
    const body = JSON.stringify(['SET', 'key', Buffer.from(SECRET).toString('base64url')]);
    const headers = { authorization: `Bearer ${kv.env['KV_REST_API_TOKEN']}` };
    await fetch(kv.front.url, { method: 'POST', headers, body });
    await kv.redis.flush();
    expect(await findings()).toEqual(['Redis at N']);
    await kv.redis.command('HSET', 'key', 'field', 'server session 4711');
    expect(await findSecrets(new Map([['server session 4711', 'server session']]))).toHaveLength(1);
    await kv.front.close();
  });

  it('in the log of a backend and in its file, also when it was replaced', async () => {
    const file = join(folder, 'store.db');
    const before = (await findings()).length;
    const backend = await startBackend({
      MOORING_DATA: file,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`console.error(${JSON.stringify(SECRET)})`)}`,
    });
    expect((await findings()).slice(before)).toEqual(['the log of backend N']);
    const store = new DatabaseSync(file);
    store.exec('create table planted (text text)');
    store.prepare('insert into planted values (?)').run(SECRET);
    store.exec("update planted set text = 'harmless'");
    expect((await findings()).slice(before)).toEqual(['the log of backend N', 'the file of backend N']);
    store.close();
    await backend.kill();
  });

  it('in an error, whatever it came as', async () => {
    const program = `require('node:http').createServer((request, response) => {
      if (request.url === '/fine') return response.end(${JSON.stringify(SECRET)});
      response.writeHead(500, { 'x-what': ${JSON.stringify(encodeURIComponent(SECRET))} }).end('over');
    }).listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;
    const child = startChild({ args: [...tapArguments(), '-e', program], channel: true });
    tapBackend(child, {});
    const url = `http://127.0.0.1:${await child.firstLine}`;
    const before = (await findings()).length;
    await (await fetch(`${url}/fine`)).text();
    expect((await findings()).length).toBe(before);
    await (await fetch(`${url}/broken`)).text();
    expect((await findings()).slice(before)).toEqual(['an error of backend N']);

    const [backend, server] = await Promise.all([startBackend(), startScriptedServer()]);
    const api = clientOf(backend.url);
    const token = await api.register();
    const { id } = await api.connect(token, server.url);
    server.on('tools/call', ({ message, event, end }) => {
      event({ id: message.id ?? null, error: { code: -32_000, message: SECRET } });
      end();
    });
    await api.rpc(token, id, { id: 1, method: 'tools/call', params: { name: 'act', arguments: {} } });
    expect((await findings()).slice(before)).toEqual(['an error of backend N', 'an error of backend N']);
    await backend.kill();
  });
});

it('a kind is let be where it belongs, and nowhere else', async () => {
  for (const kind of Object.keys(MAY_BE_IN) as SecretKind[])
    for (const where of ['store', 'log', 'error', 'extension', 'disk'] satisfies PlaceKind[]) {
      const place: Place = { kind: where, name: where, read: () => SECRET };
      const allowed: readonly PlaceKind[] = MAY_BE_IN[kind];
      expect(await findSecrets(new Map([[SECRET, kind]]), [place])).toHaveLength(allowed.includes(where) ? 0 : 1);
    }
});

it('what passes over the wire of a backend is known as a secret, and found nowhere', async () => {
  const [kv, server] = await Promise.all([startKv(), startScriptedServer()]);
  const backend = await startBackend({ ...kv.env, MOORING_ACCESS_CODE: 'open, you four walls' });
  const api = clientOf(backend.url);
  const { body } = await api.ask('POST', '/devices', { body: { name: 'Laptop', accessCode: 'open, you four walls' } });
  const { token } = body as { token: string };
  const { code } = Pairing.parse((await api.ask('POST', '/pairings', { token })).body);
  await api.connect(token, `${server.url}?key=one-of-the-address`, { headers: { authorization: 'Bearer one-of-the-header' } });
  const places = searchedPlaces().slice(-3);
  expect(places.map(({ kind }) => kind).sort()).toEqual(['error', 'log', 'store']);
  expect(await findSecrets(learnedSecrets(), places)).toEqual([]);
  expect([...learnedSecrets()]).toEqual(
    expect.arrayContaining([
      ['open, you four walls', 'access code'],
      [token.split('_').slice(2).join('_'), 'device token'],
      [code, 'pairing code'],
      ['one-of-the-address', 'key in an address'],
      ['one-of-the-header', 'header value'],
      ['server-session-1', 'server session'],
      [kv.env['KV_REST_API_TOKEN'], 'storage token'],
    ]),
  );
});
