/** Proves what becomes of calls to servers that send too much, too slowly, nothing, or half of it. Memory and executions are counted. */
import { beforeEach, describe, expect, it } from 'vitest';
import { clientOf } from '../support/api-client.ts';
import { startFastBackend } from '../support/fault-backend.ts';
import {
  ACT,
  at,
  failure,
  type SessionUser,
  type SharedSession,
  shareSession,
  takeExchanges,
  textResult,
  useSession,
} from '../support/fault-session.ts';
import { countHeartbeats, readText } from '../support/fault-stream.ts';
import { startBackend } from '../support/processes.ts';
import { type Exchange, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let shared: SharedSession;
beforeEach(async () => {
  server = await startScriptedServer();
  shared = await shareSession(server.url, 2);
});

describe('a stream that is cut at any byte', () => {
  const response = (exchange: Exchange) =>
    `data: ${JSON.stringify({ jsonrpc: '2.0', id: exchange.message.id, result: textResult('é→🛟') })}\n\n`;

  it('without event ids leaves the call unknown, never shows half an event, and runs it once for each act', async () => {
    let length = 0;
    let cutAt = 0;
    server.on('tools/call', (exchange) => {
      const bytes = Buffer.from(response(exchange));
      length = bytes.length;
      exchange.bytes(bytes.subarray(0, cutAt));
      exchange.cut();
    });
    const answers: unknown[] = [];
    do answers.push(await at(shared.users, 0).ask({ key: `cut-at-byte-${cutAt}` }));
    while (++cutAt < length);
    expect(answers.length).toBeGreaterThan(100);
    for (const answer of answers) expect(answer).toMatchObject({ id: 1, ...failure('CALL_OUTCOME_UNKNOWN') });
    expect(server.ran('tools/call')).toBe(answers.length);
    expect(JSON.stringify(await at(shared.users, 0).list())).not.toContain('🛟');
  });

  it('with event ids is taken up after the last whole event: each message arrives once', async () => {
    const next = takeExchanges(server);
    let cutAt = 0;
    let length = 0;
    do {
      const streamed = at(shared.users, 0).follow({ key: `resumed-at-byte-${cutAt}`, params: { ...ACT, _meta: { progressToken: 1 } } });
      const exchange = await next();
      const { progressToken } = (exchange.message.params as { _meta: { progressToken: string } })._meta;
      const toProgress = (progress: number) => ({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress } });
      const events = [
        'id: 0\ndata:\n\n',
        ...[1, 2].map((n) => `id: ${n}\ndata: ${JSON.stringify(toProgress(n))}\n\n`),
        `id: 3\n${response(exchange)}`,
      ];
      server.on('GET', (resumed) => {
        const last = Number(resumed.headers['last-event-id']);
        resumed.raw(events.slice(last + 1).join(''));
        resumed.end();
      });
      const bytes = Buffer.from(events.join(''));
      length = bytes.length;
      // Without a whole first event there is nothing to take up.
      cutAt = Math.max(cutAt, Buffer.byteLength(at(events, 0)));
      exchange.bytes(bytes.subarray(0, cutAt));
      exchange.cut();
      expect(await (await streamed).rest()).toMatchObject([
        { params: { progressToken: 1, progress: 1 } },
        { params: { progressToken: 1, progress: 2 } },
        { id: 1, result: textResult('é→🛟') },
      ]);
    } while (++cutAt < length);
    expect(server.ran('tools/call')).toBeGreaterThan(100);
    expect(server.received.filter(({ method }) => method === 'tools/call')).toHaveLength(server.ran('tools/call'));
  });
});

it('an event that is sent again when a stream is taken up is shown once', async () => {
  const next = takeExchanges(server);
  const streamed = at(shared.users, 0).follow({ key: 'sent-again', params: { ...ACT, _meta: { progressToken: 1 } } });
  const exchange = await next();
  const { progressToken } = (exchange.message.params as { _meta: { progressToken: string } })._meta;
  const tell = (to: Exchange, progress: number) =>
    to.event({ method: 'notifications/progress', params: { progressToken, progress } }, `event-${progress}`);
  for (const n of [1, 2, 3]) tell(exchange, n);
  server.on('GET', (resumed) => {
    // Off by one, and then all that there is.
    for (const n of [3, 1, 2, 3, 4]) tell(resumed, n);
    resumed.event({ id: exchange.message.id ?? null, result: textResult('done') }, 'event-5');
    resumed.end();
  });
  exchange.end();
  const messages = await (await streamed).rest();
  expect(messages.slice(0, -1).map(({ params }) => params?.['progress'])).toEqual([1, 2, 3, 4]);
  expect(messages.at(-1)).toMatchObject({ id: 1, result: textResult('done') });
  expect(server.ran('tools/call')).toBe(1);
});

describe('a server that is slow', () => {
  it('and sends one byte at a time is read to its end, whatever is sent in between', async () => {
    const next = takeExchanges(server);
    const streamed = at(shared.users, 0).follow({ key: 'byte-by-byte' });
    const exchange = await next();
    const bytes = Buffer.from(
      `: slow\n\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: exchange.message.id, result: textResult('é🛟') })}\n\n`,
    );
    for (const byte of bytes) {
      exchange.bytes(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    exchange.end();
    expect((await (await streamed).rest()).at(-1)).toMatchObject({ id: 1, result: textResult('é🛟') });
  });
});

describe('at a backend whose timers run a hundred times as fast', () => {
  let user: SessionUser;
  beforeEach(async () => {
    const backend = await startFastBackend(shared.kv.env);
    user = useSession(clientOf(backend.url), shared.token, shared.id);
  });

  it.each([
    ['is silent', () => {}],
    ['sends one byte a second', (exchange: Exchange) => exchange.bytes(Buffer.from(':'))],
  ])('a server that %s for six minutes keeps its call, and the client its stream by heartbeats', async (_name, beat) => {
    const next = takeExchanges(server);
    const opening = user.open({ key: 'six-minutes' });
    const exchange = await next();
    exchange.raw(': open\n\n');
    const until = readText(await opening);
    // A heartbeat comes every 15 s: 24 of them are six minutes.
    await until((text) => {
      beat(exchange);
      return countHeartbeats(text) >= 24;
    });
    exchange.raw('\n\n');
    exchange.event({ id: exchange.message.id ?? null, result: textResult('at last') });
    exchange.end();
    const text = await until((read) => read.includes('at last'));
    expect(text).not.toContain('CALL_OUTCOME_UNKNOWN');
    expect(server.ran('tools/call')).toBe(1);
  });

  it('a server that never answers is given up: the outcome is unknown, the connection is closed', async () => {
    const next = takeExchanges(server);
    const asked = user.ask({ key: 'never-answers' });
    const exchange = await next();
    expect(await asked).toMatchObject(failure('CALL_OUTCOME_UNKNOWN'));
    await exchange.closed;
    expect(server.ran('tools/call')).toBe(1);
  });
});

describe('at a backend that has little memory', () => {
  const use = async (heapMegabytes: number): Promise<SessionUser> => {
    const backend = await startBackend({ ...shared.kv.env, NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` });
    return useSession(clientOf(backend.url), shared.token, shared.id);
  };

  it.each([
    ['one JSON text', (exchange: Exchange, text: string) => exchange.send(200, text)],
    ['one event', (exchange: Exchange, text: string) => exchange.raw(`data: ${text}\n\n`)],
  ] as const)('a result of 50 MB in %s is delivered whole; it is not kept, and the size is told', async (_name, send) => {
    const user = await use(256);
    const next = takeExchanges(server);
    const asked = user.ask({ key: 'fifty-megabytes' });
    const exchange = await next();
    send(exchange, JSON.stringify({ jsonrpc: '2.0', id: exchange.message.id, result: textResult('x'.repeat(50_000_000)) }));
    const { id, result } = (await asked) as { id: number; result: { content: { text: string }[] } };
    expect([id, result.content[0]?.text.length]).toEqual([1, 50_000_000]);
    await expect
      .poll(() => user.look('fifty-megabytes'), { timeout: 10_000 })
      .toMatchObject({
        state: 'done',
        droppedBytes: expect.any(Number),
      });
    expect(await user.ask({ key: 'fifty-megabytes' })).toMatchObject(failure('RESULT_NOT_KEPT'));
    expect(server.ran('tools/call')).toBe(1);
  });

  it('an answer beyond the limit of 64 MB is told as such, after what had arrived; it ran once, and is never repeated', async () => {
    const user = await use(256);
    const next = takeExchanges(server);
    const streamed = user.follow({ key: 'beyond-the-limit', params: { ...ACT, _meta: { progressToken: 1 } } });
    const exchange = await next();
    const { progressToken } = (exchange.message.params as { _meta: { progressToken: string } })._meta;
    exchange.event({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    exchange.raw('data: ');
    for (let megabyte = 0; megabyte < 70; megabyte++) exchange.raw('x'.repeat(1_000_000));
    const messages = await (await streamed).rest();
    expect(messages).toMatchObject([{ params: { progress: 1 } }, { id: 1, ...failure('SERVER_RESPONSE_TOO_LARGE') }]);
    expect(JSON.stringify(messages.at(-1))).toMatch(/64 MB.*has run/);
    await exchange.closed;
    await expect.poll(() => user.look('beyond-the-limit')).toMatchObject({ state: 'failed', progress: { progress: 1 } });
    expect(await user.ask({ key: 'beyond-the-limit' })).toMatchObject(failure('SERVER_RESPONSE_TOO_LARGE'));
    expect(server.ran('tools/call')).toBe(1);
  });

  it('a line of 1 MB among others passes', async () => {
    const user = await use(48);
    const next = takeExchanges(server);
    const streamed = user.follow({ key: 'one-long-line' });
    const exchange = await next();
    const long = { method: 'notifications/message', params: { level: 'info', data: 'y'.repeat(1_000_000) } };
    exchange.event(long);
    exchange.event({ id: exchange.message.id ?? null, result: textResult('done') });
    exchange.end();
    expect(await (await streamed).rest()).toMatchObject([long, { id: 1, result: textResult('done') }]);
  });

  it('100,000 progress events leave memory bounded, and the call completes', async () => {
    const user = await use(48);
    const next = takeExchanges(server);
    const streamed = user.follow({ key: 'many-events', params: { ...ACT, _meta: { progressToken: 1 } } });
    const exchange = await next();
    const { progressToken } = (exchange.message.params as { _meta: { progressToken: string } })._meta;
    for (let progress = 1; progress <= 100_000; progress += 1000) {
      const batch = Array.from({ length: 1000 }, (_, n) => {
        const params = { progressToken, progress: progress + n };
        return `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params })}\n\n`;
      });
      exchange.raw(batch.join(''));
    }
    exchange.event({ id: exchange.message.id ?? null, result: textResult('done') });
    exchange.end();
    const messages = await (await streamed).rest();
    expect(messages.at(-1)).toMatchObject({ id: 1, result: textResult('done') });
    expect(messages.at(-2)).toMatchObject({ params: { progressToken: 1, progress: 100_000 } });
    await expect.poll(() => user.look('many-events')).toMatchObject({ state: 'done', progress: { progress: 100_000 } });
    expect(server.ran('tools/call')).toBe(1);
  });
});
