/** Proves what becomes of a call whose stream ends or breaks before its response, at the server's end and at the client's. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../support/scripted-server.ts';
import { failedWith, openScriptedSession, type ScriptedSession } from './scripted-session.ts';

let session: ScriptedSession;
beforeEach(async () => {
  session = await openScriptedSession();
});

const act = { name: 'act', arguments: {} };
const call = () => session.ask('tools/call', act);
const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

/** Takes the next request of a method, and leaves the server to behave again. */
function take(method: string): Promise<Exchange> {
  return new Promise((resolve) => {
    session.server.on(method, (exchange) => {
      session.server.on(method);
      resolve(exchange);
    });
  });
}

describe('a stream without event ids', () => {
  it('that ends without the response leaves a call unknown, sent once', async () => {
    session.server.on('tools/call', (exchange) => {
      exchange.event({ method: 'notifications/message', params: { level: 'info', data: 'on the way' } });
      exchange.end();
    });
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect([session.server.ran('tools/call'), session.server.listened.length]).toEqual([1, 0]);
  });

  it('that is cut in mid-event shows nothing of that event', async () => {
    session.server.on('tools/call', (exchange) => {
      exchange.raw(`data: ${JSON.stringify({ jsonrpc: '2.0', id: exchange.message.id, result: text('half') })}`);
      exchange.reset();
    });
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect(session.server.ran('tools/call')).toBe(1);
    expect(JSON.stringify(await session.activity())).not.toContain('half');
  });

  it('that ends under a list is asked for again, unless something of it was shown', async () => {
    session.server.on('tools/list', (exchange) => {
      session.server.on('tools/list');
      exchange.raw(': nothing yet\n\n');
      exchange.end();
    });
    expect(await session.ask('tools/list')).toMatchObject({ body: { result: { tools: [{ name: 'act' }] } } });
    session.server.on('tools/list', (exchange) => {
      exchange.event({ method: 'notifications/message', params: { level: 'info', data: 'shown' } });
      exchange.end();
    });
    expect(await session.ask('tools/list')).toMatchObject(failedWith('SERVER_FAILED'));
    expect(session.server.ran('tools/list')).toBe(3);
  });
});

describe('a stream with event ids', () => {
  it('is taken up where it broke, and the call runs once', async () => {
    const taken = take('tools/call');
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act });
    const exchange = await taken;
    exchange.raw('id: first\ndata:\n\n');
    exchange.event({ method: 'notifications/message', params: { level: 'info', data: 'half-way' } }, 'second');
    exchange.raw('id: cut off\ndata: {"jsonrpc":');
    expect(await stream.next()).toMatchObject({ params: { data: 'half-way' } });
    session.server.on('GET', (resumed) => {
      resumed.event({ id: exchange.message.id ?? null, result: text('done') }, 'third');
      resumed.end();
    });
    exchange.reset();
    expect(await stream.next()).toMatchObject({ id: 1, result: text('done') });
    expect(await stream.next()).toBeUndefined();
    expect([session.server.ran('tools/call'), session.server.listened]).toEqual([1, ['second']]);
  });

  it('may be let go by the server again and again while it works, and is taken up as late as it asks', async () => {
    let id: Exchange['message']['id'] = null;
    session.server.on('tools/call', (exchange) => {
      ({ id } = exchange.message);
      exchange.raw('id: 0\nretry: 20\ndata:\n\n');
      exchange.end();
    });
    session.server.on('GET', (exchange) => {
      const { length } = session.server.listened;
      if (length < 12) exchange.raw(`id: ${length}\ndata:\n\n`);
      else exchange.event({ id: id ?? null, result: text('done') }, 'last');
      exchange.end();
    });
    expect(await call()).toMatchObject({ body: { id: 1, result: text('done') } });
    expect([session.server.ran('tools/call'), session.server.listened]).toEqual([1, Array.from({ length: 12 }, (_, n) => `${n}`)]);
  });

  it('drops what belongs to other calls when the server sends all again', async () => {
    const connection = await session.shakeHands();
    const params = (progressToken: number) => ({ ...act, _meta: { progressToken } });
    const [first, second] = [take('tools/call'), session.follow({ id: 1, method: 'tools/call', params: params(7) }, { connection })];
    const firstExchange = await first;
    const others = await session.shakeHands();
    const otherTaken = take('tools/call');
    const other = session.follow({ id: 1, method: 'tools/call', params: params(7) }, { connection: others });
    const otherExchange = await otherTaken;
    const tokenOf = ({ message }: Exchange) => (message.params?.['_meta'] as { progressToken?: string } | undefined)?.progressToken;
    expect(tokenOf(firstExchange)).not.toBe(tokenOf(otherExchange));

    session.server.on('GET', (exchange) => {
      for (const [owner, value] of [
        [otherExchange, 'theirs'],
        [firstExchange, 'mine'],
      ] as const) {
        exchange.event({ method: 'notifications/progress', params: { progressToken: tokenOf(owner), progress: 1, message: value } }, value);
        exchange.event({ id: owner.message.id ?? null, result: text(value) }, value);
      }
      exchange.end();
    });
    firstExchange.raw('id: first\ndata:\n\n');
    firstExchange.end();
    const mine = await second;
    expect(await mine.next()).toMatchObject({ method: 'notifications/progress', params: { progressToken: 7, message: 'mine' } });
    expect(await mine.next()).toMatchObject({ id: 1, result: text('mine') });
    expect(await mine.next()).toBeUndefined();
    otherExchange.result(text('theirs, in their own stream'));
    expect(await (await other).next()).toMatchObject({ id: 1, result: text('theirs, in their own stream') });
  });

  it.each<[string, (exchange: Exchange) => void]>([
    ['is refused', (exchange) => exchange.send(400)],
    ['finds the session forgotten', (exchange) => exchange.send(404)],
    ['breaks too', (exchange) => exchange.reset()],
    ['ends empty', (exchange) => exchange.raw(': nothing\n\n') ?? exchange.end()],
  ])('that %s when it is taken up leaves a call unknown, sent once', async (_name, answer) => {
    session.server.on('tools/call', (exchange) => {
      exchange.raw('id: first\ndata:\n\n');
      exchange.end();
    });
    session.server.on('GET', answer);
    expect(await call()).toMatchObject(failedWith('CALL_OUTCOME_UNKNOWN'));
    expect([session.server.ran('tools/call'), session.server.handshakes()]).toEqual([1, 1]);
    expect(session.server.listened.length).toBeGreaterThan(0);
    expect(session.server.listened.length).toBeLessThan(10);
  });

  it('whose server is gone when it is taken up leaves a call unknown: a server that comes back does not get it twice', async () => {
    // So that the attempt is refused, and not merely made on a connection that is found dead.
    session = await openScriptedSession({ keepAlive: false });
    const taken = take('tools/call');
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act });
    (await taken).event({ method: 'notifications/message', params: { level: 'info', data: 'begun' } }, 'first');
    expect(await stream.next()).toMatchObject({ params: { data: 'begun' } });
    await session.server.shut();
    expect(await stream.next()).toMatchObject({ id: 1, error: { data: { code: 'CALL_OUTCOME_UNKNOWN' } } });
    await session.server.reopen();
    expect(session.server.ran('tools/call')).toBe(1);
  });
});

describe('a client that goes away in mid-call', () => {
  it('cancels nothing: the call goes on, and the activity has the mark and the result', async () => {
    const leaving = new AbortController();
    const taken = take('tools/call');
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act }, { signal: leaving.signal });
    const exchange = await taken;
    await stream.cancel();
    leaving.abort();
    exchange.result(text('later'));
    await expect.poll(async () => JSON.stringify(await session.activity())).toContain('later');
    expect(await session.marks()).toEqual(['connected', 'client-left']);
    expect(session.server.received.map(({ method }) => method)).not.toContain('notifications/cancelled');
  });

  it('leaves a question of the server to whoever listens next, who can answer it', async () => {
    const taken = take('tools/call');
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act });
    const exchange = await taken;
    await stream.cancel();
    exchange.event({ id: 5, method: 'elicitation/create', params: { message: 'Sure?' } });
    const listener = await session.listen();
    const question = await listener.next();
    expect(question).toMatchObject({ method: 'elicitation/create', params: { message: 'Sure?' } });
    const answered = take('answer');
    const told = session.tell({ id: question?.id ?? null, result: { action: 'accept' } });
    const answer = await answered;
    expect(answer.message).toEqual({ jsonrpc: '2.0', id: 5, result: { action: 'accept' } });
    answer.send(202);
    expect(await told).toMatchObject({ status: 202 });
    exchange.event({ id: exchange.message.id ?? null, result: text('accepted') });
    exchange.end();
    await listener.cancel();
    await expect.poll(async () => JSON.stringify(await session.activity())).toContain('accepted');
  });

  it('cancels with notifications/cancelled: the server is told in its own ids, and the stream closes', async () => {
    const connection = await session.shakeHands();
    const taken = take('tools/call');
    const stream = await session.follow({ id: 1, method: 'tools/call', params: act }, { connection });
    const exchange = await taken;
    const others = await session.shakeHands();
    await session.tell({ method: 'notifications/cancelled', params: { requestId: 1 } }, others);
    const told = { method: 'notifications/cancelled', params: { requestId: 1, reason: 'enough' } };
    expect(await session.tell(told, connection)).toMatchObject({ status: 202 });
    expect(await stream.next()).toBeUndefined();
    await exchange.closed;
    const cancelled = session.server.received.filter(({ method }) => method === 'notifications/cancelled');
    expect(cancelled.at(-1)?.params).toEqual({ requestId: exchange.message.id, reason: 'enough' });
    expect(cancelled[0]?.params?.['requestId']).not.toBe(exchange.message.id);
    expect(session.server.ran('tools/call')).toBe(1);
  });
});
