/** Proves that the messages of an act can be found in the activity: by the key of its call, on request and answer. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ActivityPage, CallList } from '../../../shared/contract.ts';
import { startInProcess } from '../../support/api-client.ts';
import { startEverything } from '../../support/everything.ts';

it('keeps the key of a call with its request and its answer, whoever made the key', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'mooring-')), 'mooring.sqlite');
  const [api, server] = await Promise.all([startInProcess({ MOORING_DATA: file }), startEverything()]);
  const token = await api.register();
  const { id } = await api.connect(token, server.url);
  const call = { method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } };
  const key = crypto.randomUUID();
  await api.rpc(token, id, { id: 1, ...call }, { 'idempotency-key': key });
  await api.rpc(token, id, { id: 2, ...call });
  const read = async () => ActivityPage.parse((await api.ask('GET', `/sessions/${id}/activity`, { token })).body).entries;
  await expect.poll(async () => (await read()).length).toBe(5);
  const messages = (await read()).flatMap((entry) => (entry.kind === 'message' ? [entry] : []));
  const { calls } = CallList.parse((await api.ask('GET', `/sessions/${id}/calls`, { token })).body);
  const made = calls.find((listed) => listed.key !== key)?.key;
  expect(made).toBeDefined();
  expect(messages.map(({ direction, key: kept }) => [direction, kept])).toEqual([
    ['to-server', key],
    ['to-client', key],
    ['to-server', made],
    ['to-client', made],
  ]);
});
