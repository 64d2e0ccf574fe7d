/** Proves that a server that says too much, and clients that read nothing, cost neither memory nor storage without bound, and that what is missing is told. */
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import { ACT, addDevice, at, type SharedSession, shareSession, takeExchanges, textResult, useSession } from '../support/fault-session.ts';
import type { EventReader } from '../support/fault-stream.ts';
import { askMutely } from '../support/mute-client.ts';
import { type BackendProcess, startBackend } from '../support/processes.ts';
import { type Exchange, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let shared: SharedSession;
let backend: BackendProcess;
beforeEach(async () => {
  server = await startScriptedServer();
  shared = await shareSession(server.url, 1);
  // A small heap, so that what grows is what is kept and not what was not yet cleared away.
  backend = await startBackend({ ...shared.kv.env, NODE_OPTIONS: '--max-old-space-size=64' });
});

const say = (data: unknown): string =>
  `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } })}\n\n`;

/** Most memory that the process ever had, bytes. Source: Linux, proc(5), status. */
const readPeak = (): number => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${backend.pid()}/status`, 'utf8'))?.[1]) * 1024;

type Heard = { numbers: number[]; gaps: number; repeated: number[]; untold: number[] };

/** Reads to the message with this number of the server's, and tells what came twice, out of order, or was left out without a word. */
async function hear(reader: EventReader, last: number): Promise<Heard> {
  const heard: Heard = { numbers: [], gaps: 0, repeated: [], untold: [] };
  let place: number | undefined;
  for (let event = await reader.next(); event; event = await reader.next()) {
    const number = Number(/^server\.(\d+)$/.exec(event.id ?? '')?.[1]);
    if (event.event === 'gap') heard.gaps++;
    else if (event.data !== '') {
      const said = (JSON.parse(event.data) as { params: { data: { n: number } } }).params.data.n;
      if (said >= 0 && said <= (heard.numbers.at(-1) ?? -1)) heard.repeated.push(said);
      if (place !== undefined && number !== place + 1) heard.untold.push(said);
      if (said >= 0) heard.numbers.push(said);
      if (said === last) return heard;
    }
    place = number;
  }
  throw new Error(`The stream ended after ${heard.numbers.at(-1)}.`);
}

/** Opens the server's stream for a listener, and says one word until all of them are there. */
async function begin(readers: readonly EventReader[], stream: Exchange): Promise<void> {
  const heard = Promise.all(readers.map((reader) => reader.message()));
  let isHeard = false;
  void heard.then(() => {
    isHeard = true;
  });
  await expect
    .poll(
      () => {
        if (!isHeard) stream.raw(say({ n: -1 }));
        return isHeard;
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true);
}

it('a server that floods its own stream costs few requests to storage; every device hears in order, once, and of gaps', async () => {
  const next = takeExchanges(server, 'GET');
  const [here, there] = [useSession(clientOf(backend.url), shared.token, shared.id), at(shared.users, 0)];
  const phone = useSession(there.api, await addDevice(here.api, shared.token, 'Phone'), shared.id);
  const listener = await here.listen();
  const stream = await next();
  stream.raw(': open\n\n');
  const away = await phone.listen();
  await begin([listener, away], stream);
  const before = readPeak();
  shared.kv.front.resetCounts();
  for (let n = 0; n < 20_000; n += 500) stream.raw(Array.from({ length: 500 }, (_, more) => say({ n: n + more })).join(''));
  const [near, far] = await Promise.all([hear(listener, 19_999), hear(away, 19_999)]);
  for (const { repeated, untold } of [near, far]) expect([repeated, untold]).toEqual([[], []]);
  expect(near.numbers.length).toBeGreaterThan(1000);
  // Another instance has only what storage keeps.
  expect(far.gaps).toBeGreaterThan(0);
  expect(shared.kv.front.requests()).toBeLessThan(1000);
  expect(readPeak() - before).toBeLessThan(150_000_000);
  await Promise.all([listener.cancel(), away.cancel()]);
});

describe('clients that read nothing', () => {
  const MUTE = 6;
  const LINES = 6000;
  const LINE = 'x'.repeat(10_000);
  const headers = () => ({ authorization: `Bearer ${shared.token}`, accept: 'application/json, text/event-stream' });
  const path = () => `/api/mcp/${shared.id}`;

  it('while a server streams 60 MB cost no memory and nobody else anything; they read on after a gap, or come back', async () => {
    const next = takeExchanges(server, 'GET');
    const user = useSession(clientOf(backend.url), shared.token, shared.id);
    const listener = await user.listen();
    const stream = await next();
    stream.raw(': open\n\n');
    const mutes = await Promise.all(
      Array.from({ length: MUTE }, () => askMutely(backend.url, { method: 'GET', path: path(), headers: headers() })),
    );
    await begin([listener], stream);
    const before = readPeak();
    for (let n = 0; n < LINES; n++) stream.raw(say({ n, LINE }));
    const heard = await hear(listener, LINES - 1);
    expect([heard.repeated, heard.untold]).toEqual([[], []]);
    // Unbounded, it would be 60 MB for each.
    expect(readPeak() - before).toBeLessThan(200_000_000);
    const text = await at(mutes, 0).readUntil((read) => read.includes(`"n":${LINES - 1},`));
    expect(text).toContain('event: gap');
    at(mutes, 1).leave();
    const back = await user.listen('server.1');
    const missed = await hear(back, LINES - 1);
    expect([missed.gaps, missed.repeated, missed.untold]).toEqual([1, [], []]);
    await Promise.all([listener.cancel(), back.cancel()]);
  });

  it('of their own calls cost no memory; the call ends, and its result is there for who reads on and for everybody else', async () => {
    const next = takeExchanges(server);
    const user = useSession(clientOf(backend.url), shared.token, shared.id);
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...ACT, _meta: { progressToken: 1 } } };
    const ask = (key: string) =>
      askMutely(backend.url, { method: 'POST', path: path(), headers: { ...headers(), 'idempotency-key': key }, body });
    const mute = await ask('reads-nothing');
    const exchange = await next();
    const more = await Promise.all(Array.from({ length: MUTE - 1 }, () => ask('reads-nothing')));
    const reading = user.listen('reads-nothing.0');
    const { progressToken } = (exchange.message.params as { _meta: { progressToken: string } })._meta;
    const before = readPeak();
    for (let progress = 0; progress < LINES; progress++)
      exchange.event({ method: 'notifications/progress', params: { progressToken, progress, message: LINE } });
    exchange.event({ id: exchange.message.id ?? null, result: textResult('done') });
    exchange.end();
    const messages = await (await reading).rest();
    expect(messages.at(-1)).toMatchObject({ id: 1, result: textResult('done') });
    const steps = messages.slice(0, -1).map(({ params }) => params?.['progress'] as number);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(readPeak() - before).toBeLessThan(200_000_000);
    const text = await mute.readUntil((read) => read.includes('"done"'));
    expect(text).toContain('event: gap');
    expect(await user.look('reads-nothing')).toMatchObject({ state: 'done', response: { result: textResult('done') } });
    expect(server.ran('tools/call')).toBe(1);
    for (const one of more) one.leave();
  });
});
