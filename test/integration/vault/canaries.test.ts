/**
 * Proves that no secret is where it must not be: each is sent on its way through everything there is, then storage, log and every answer that
 * is an error are searched for all of them, in every form that they could have been written in.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Pairing, RegisteredDevice } from '../../../shared/contract.ts';
import { startInProcess } from '../../support/api-client.ts';
import { CANARIES, findCanaries, startCanaryServer } from '../../support/canaries.ts';
import { useSession } from '../../support/fault-session.ts';
import { startKv } from '../../support/kv.ts';

const KEY = 'canary-act-of-the-user';
/** What only the holder of a token has of it. */
const secretOf = (token: string): string => token.split('_').slice(2).join('_');

/** Sends every secret everywhere. Returns the secrets with those of the devices, what went wrong in words, and the log. */
async function goEverywhere(env: Record<string, string>) {
  const [api, server] = await Promise.all([startInProcess(env), startCanaryServer()]);
  const errors: string[] = [];
  const ask = async (method: string, path: string, token: string | undefined, body?: unknown) => {
    const answer = await api.ask(method, path, { token, ...(body !== undefined && { body }) });
    if (answer.status >= 400) errors.push(JSON.stringify(answer.body));
    return answer;
  };
  const token = await api.register('Laptop');
  const headers = { 'X-Api-Key': CANARIES.headerValue, Authorization: `Bearer ${CANARIES.bearer}` };
  const created = await ask('POST', '/sessions', token, { url: server.url, headers });
  expect(created.status).toBe(201);
  const { id } = created.body as { id: string };
  const { code } = Pairing.parse((await ask('POST', '/pairings', token)).body);
  const phone = RegisteredDevice.parse((await ask('POST', '/devices', undefined, { name: 'Phone', pairingCode: code })).body);
  const { code: openCode } = Pairing.parse((await ask('POST', '/pairings', token)).body);
  await ask('GET', '/sessions', phone.token);
  await ask('POST', `/devices/${phone.deviceId}/admission`, token);

  const user = useSession(api, token, id);
  const connection = await user.shakeHands();
  await user.ask({ method: 'resources/subscribe', params: { uri: `https://${CANARIES.uri}/` }, connection, id: 's' });
  errors.push(JSON.stringify(await user.ask({ method: 'tools/list', params: {}, connection, id: 'l' })).replaceAll(CANARIES.refusal, ''));
  const params = { name: CANARIES.tool, arguments: { text: CANARIES.argument }, _meta: { progressToken: 'p' } };
  const calling = await user.follow({ key: KEY, params, connection, id: 'c' });
  const listening = await user.listen();
  expect((await calling.message())?.method).toBe('notifications/progress');
  const question = await calling.message();
  await user.tell({ id: question?.id ?? '', result: { action: 'accept', content: { text: CANARIES.answer } } }, connection);
  for (let heard = await listening.message(); heard?.method !== 'notifications/message'; heard = await listening.message());
  server.finish();
  expect(JSON.stringify(await calling.rest())).toContain(CANARIES.result);
  await listening.cancel();
  // A key that is known, with other arguments.
  errors.push(JSON.stringify(await user.ask({ key: KEY, params: { ...params, arguments: {} }, connection, id: 'r' })));

  // Refused by the server, or a proxy before it, which say what they were sent.
  for (const status of [500, 403, 401]) {
    server.refuse(status);
    errors.push(JSON.stringify(await user.ask({ params, connection, id: status })));
    await ask('PATCH', `/sessions/${id}`, token, { headers: { 'x-api-key': CANARIES.headerValue } });
  }
  await ask('POST', '/sessions', token, { url: server.url, headers });
  server.refuse(undefined);
  for (const wrong of [
    { host: CANARIES.headerValue },
    { [`${'x'.repeat(12)} ${CANARIES.headerValue}`]: 'x' },
    { a: `${CANARIES.headerValue}\n` },
  ])
    await ask('POST', '/sessions', token, { url: server.url, headers: wrong });
  await ask('POST', '/sessions', token, { url: server.url, headers: { a: [CANARIES.headerValue] } });
  await ask('POST', '/sessions', token, { url: `http://${CANARIES.headerValue}:${CANARIES.bearer}@127.0.0.1/` });
  await ask('GET', '/sessions', `${token.slice(0, -1)}x`);
  await ask('PATCH', `/sessions/${id}`, token, { headers: { ...headers } });
  expect(await api.rpc(phone.token, id, { id: 'again', method: 'resources/subscribe', params: { uri: CANARIES.uri } })).toMatchObject({
    body: { result: {} },
  });
  await api.backend.settled();
  const secrets = { ...CANARIES, laptop: secretOf(token), phone: secretOf(phone.token), openCode, usedCode: code };
  return { secrets, errors, logged: api.logged(), api, token, id };
}

type Walked = Awaited<ReturnType<typeof goEverywhere>>;

/** What was sent is still there for who shows a token: else nothing would have been searched. */
async function expectKept({ api, token, id }: Walked): Promise<void> {
  const kept = await Promise.all(
    ['', '/activity', `/calls/${KEY}`, '/calls'].map((more) => api.ask('GET', `/sessions/${id}${more}`, { token })),
  );
  const text = JSON.stringify(kept.map(({ body }) => body));
  const { query, greeting, tool, argument, result, progress, serverMessage, question, answer, uri } = CANARIES;
  for (const canary of [query, greeting, tool, argument, result, progress, serverMessage, question, answer, uri])
    expect(text).toContain(canary);
}

function expectSilent({ secrets, errors, logged }: Walked): void {
  expect(errors.length).toBeGreaterThan(10);
  expect(errors.flatMap((error) => findCanaries(error, secrets).map((name) => `${name}: ${error}`))).toEqual([]);
  expect(logged.split('\n').length).toBeGreaterThan(20);
  expect(findCanaries(logged, secrets)).toEqual([]);
}

const folder = mkdtempSync(join(tmpdir(), 'mooring-canaries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('no secret is found', () => {
  it('in Redis, in the log or in an error', async () => {
    const kv = await startKv();
    const walked = await goEverywhere(kv.env);
    const dump = await kv.redis.dump();
    expect((await kv.redis.keys()).length).toBeGreaterThan(10);
    expect(dump.includes('v1.1.')).toBe(true);
    expect(findCanaries(dump, walked.secrets)).toEqual([]);
    expectSilent(walked);
    await expectKept(walked);
  });

  it('in the file of the embedded store, its write-ahead log, the log or an error', async () => {
    const walked = await goEverywhere({ MOORING_DATA: join(folder, 'mooring.db') });
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    expect(files.length).toBeGreaterThan(1);
    expect(files.join('').includes('v1.1.')).toBe(true);
    expect(findCanaries(files.join('\n'), walked.secrets)).toEqual([]);
    expectSilent(walked);
    await expectKept(walked);
  });

  it('would be found in whatever form', () => {
    for (const text of ['a canary-a b', Buffer.from('xcanary-a').toString('base64'), Buffer.from('yycanary-a!').toString('base64url')])
      expect(findCanaries(text, { a: 'canary-a' })).toEqual(['a']);
    expect(findCanaries(Buffer.from('canary-a').toString('hex'), { a: 'canary-a', b: 'canary-b' })).toEqual(['a']);
  });
});
