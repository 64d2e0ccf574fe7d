/** Proves how the answer to a call looks over HTTP: JSON when it comes soon and alone, else a stream; and that it can be read again from any event on. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_UNREAD_BYTES } from '../../../../api/_lib/limits.ts';
import { openEventStream } from '../../../../api/_lib/relay/event-stream.ts';
import { openReply, type ReaderOptions, type Reply } from '../../../../api/_lib/relay/reply.ts';
import { AppError } from '../../../../shared/errors.ts';
import { HEARTBEAT_MS, MAX_CALL_EVENTS } from '../../../../shared/limits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const GRACE_MS = 50;
const KEY = 'key-of-the-call';
const result = JSON.stringify({ jsonrpc: '2.0', id: 7, result: { content: [] } });
const progress = (n: number) =>
  JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: n } });
const event = (number: number, text: string): string => `id: ${KEY}.${number}\nevent: message\ndata: ${text}\n\n`;
const OPEN = ': open\n\n';
const BEAT = ': still here\n\n';
const unreachable = new AppError('SERVER_UNREACHABLE', 'Nobody is there.');
const failure = { jsonrpc: '2.0', id: 7, error: { message: 'Nobody is there.', data: { code: 'SERVER_UNREACHABLE', status: 502 } } };

let left: number;
let streamed: number;
const open = (): Reply => {
  left = 0;
  streamed = 0;
  return openReply(KEY, () => {
    streamed++;
  });
};
const read = (reply: Reply, more: Partial<ReaderOptions> = {}): Promise<Response> =>
  reply.attach({
    id: 7,
    streams: true,
    primes: false,
    left: new AbortController().signal,
    until: undefined,
    onLeave: () => {
      left++;
    },
    ...more,
  });
const respond = (reply: Reply, text = result, status = 200) => reply.end({ kind: 'response', text, status });
const fail = (reply: Reply) => reply.end({ kind: 'failure', error: unreachable });
const typeOf = (response: Response) => response.headers.get('content-type');
/** Reads what has been sent so far, chunk by chunk. */
const reading = (response: Response) => {
  if (!response.body) throw new Error('no body');
  const reader = response.body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  return { next: async () => (await reader.read()).value };
};

describe('an answer that comes soon', () => {
  it('is one JSON text with the status of the server', async () => {
    const reply = open();
    const reader = read(reply);
    respond(reply, result, 400);
    const response = await reader;
    expect([response.status, typeOf(response), await response.text(), streamed]).toEqual([400, 'application/json', result, 0]);
  });

  it('that is a failure has the status of its code', async () => {
    const reply = open();
    const reader = read(reply);
    fail(reply);
    expect((await reader).status).toBe(502);
    expect(await (await reader).json()).toMatchObject(failure);
  });

  it('is given once, also to who asks later: what follows is nothing', async () => {
    const reply = open();
    const reader = read(reply);
    respond(reply);
    reply.message(progress(1));
    fail(reply);
    reply.end({ kind: 'abandoned' });
    expect(await (await reader).text()).toBe(result);
    expect(await (await read(reply)).text()).toBe(result);
  });

  it('that nobody waits for any more is empty', async () => {
    const reply = open();
    const reader = read(reply);
    reply.end({ kind: 'abandoned' });
    expect([(await reader).status, await (await reader).text()]).toEqual([202, '']);
  });
});

describe('an answer that takes longer', () => {
  it('is a stream whose first bytes go out at once', async () => {
    const reply = open();
    const reader = read(reply);
    vi.advanceTimersByTime(GRACE_MS - 1);
    expect(await Promise.race([reader, Promise.resolve('waiting')])).toBe('waiting');
    vi.advanceTimersByTime(1);
    const response = await reader;
    expect([response.status, typeOf(response), response.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-cache, no-transform',
    ]);
    const stream = reading(response);
    expect(await stream.next()).toBe(OPEN);
    reply.message(progress(1));
    expect(await stream.next()).toBe(event(1, progress(1)));
    respond(reply, result, 400);
    expect([await stream.next(), await stream.next(), streamed]).toEqual([event(2, result), undefined, 1]);
  });

  it('begins with an event id for clients that know such events', async () => {
    const reply = open();
    const reader = read(reply, { primes: true });
    vi.advanceTimersByTime(GRACE_MS);
    respond(reply);
    expect(await (await reader).text()).toBe(`id: ${KEY}.0\ndata: \n\n${event(1, result)}`);
  });

  it('becomes a stream with the first message, however soon', async () => {
    const reply = open();
    const reader = read(reply);
    reply.message(progress(1));
    reply.message(progress(2));
    fail(reply);
    const text = await (await reader).text();
    expect(text.startsWith(OPEN + event(1, progress(1)) + event(2, progress(2)))).toBe(true);
    expect(JSON.parse(text.split('data: ').at(-1) ?? '')).toMatchObject(failure);
  });

  it('ends without a response when it is abandoned', async () => {
    const reply = open();
    const reader = read(reply);
    reply.message(progress(1));
    reply.end({ kind: 'abandoned' });
    expect(await (await reader).text()).toBe(OPEN + event(1, progress(1)));
  });

  it('is JSON all the same for a client that takes nothing else', async () => {
    const reply = open();
    const reader = read(reply, { streams: false });
    reply.message(progress(1));
    vi.advanceTimersByTime(60_000);
    respond(reply);
    expect([typeOf(await reader), await (await reader).text()]).toEqual(['application/json', result]);
  });

  it('tells when the client goes, once, however it is told', async () => {
    const reply = open();
    const gone = new AbortController();
    const reader = read(reply, { left: gone.signal });
    vi.advanceTimersByTime(GRACE_MS);
    gone.abort();
    await (await reader).body?.cancel();
    respond(reply);
    vi.advanceTimersByTime(HEARTBEAT_MS * 3);
    expect([left, reply.hasReaders()]).toEqual([1, false]);
  });

  it('ends in time when a reader may not be kept longer, and goes on for the next', async () => {
    const reply = open();
    const reader = read(reply, { until: 1000 });
    reply.message(progress(1));
    vi.advanceTimersByTime(1000);
    expect(await (await reader).text()).toBe(OPEN + event(1, progress(1)));
    const again = read(reply, { after: 1 });
    respond(reply);
    expect(await (await again).text()).toBe(OPEN + event(2, result));
  });
});

describe('an answer that is read again', () => {
  it('goes on after the event that the reader has', async () => {
    const reply = open();
    for (let n = 1; n <= 3; n++) reply.message(progress(n));
    const again = read(reply, { after: 2 });
    respond(reply);
    expect(await (await again).text()).toBe(OPEN + event(3, progress(3)) + event(4, result));
  });

  it('is given whole to a second reader, while the first reads on', async () => {
    const reply = open();
    const first = read(reply);
    reply.message(progress(1));
    const second = read(reply);
    respond(reply);
    const whole = OPEN + event(1, progress(1)) + event(2, result);
    expect([await (await first).text(), await (await second).text(), streamed]).toEqual([whole, whole, 1]);
  });

  it('says where events are missing, and keeps a bounded number', async () => {
    const reply = open();
    for (let n = 1; n <= MAX_CALL_EVENTS + 10; n++) reply.message(progress(n));
    const again = read(reply, { after: 0 });
    respond(reply);
    const text = await (await again).text();
    expect(text.startsWith(`${OPEN}id: ${KEY}.10\nevent: gap\ndata: \n\n${event(11, progress(11))}`)).toBe(true);
    expect(text.split('event: message')).toHaveLength(MAX_CALL_EVENTS + 2);
  });

  it('hands the ledger each event once', () => {
    const reply = open();
    reply.message(progress(1));
    reply.message(progress(2));
    expect(reply.takeNews()).toEqual({ from: 1, texts: [progress(1), progress(2)] });
    expect(reply.takeNews()).toBeUndefined();
    reply.message(progress(3));
    expect(reply.takeNews()).toEqual({ from: 3, texts: [progress(3)] });
  });

  it('has no event ids when it is not in the ledger', async () => {
    const reply = openReply(undefined, () => {});
    const reader = read(reply);
    reply.message(progress(1));
    respond(reply);
    expect(await (await reader).text()).not.toContain('id:');
  });
});

describe('a stream of events', () => {
  it('beats every 15 seconds while it lives', async () => {
    const { response, send, end } = openEventStream({ onLeave: () => {} });
    const stream = reading(response);
    expect(await stream.next()).toBe(OPEN);
    for (let beat = 0; beat < 3; beat++) {
      vi.advanceTimersByTime(HEARTBEAT_MS - 1);
      const early = stream.next();
      expect(await Promise.race([early, Promise.resolve('silence')])).toBe('silence');
      vi.advanceTimersByTime(1);
      expect(await early).toBe(BEAT);
    }
    send('"x"');
    expect(await stream.next()).toBe('event: message\ndata: "x"\n\n');
    end();
    expect(await stream.next()).toBeUndefined();
  });

  it('says nothing after its end, and ends once', async () => {
    let gone = 0;
    const { response, send, end } = openEventStream({
      onLeave: () => {
        gone++;
      },
    });
    end();
    end();
    send('"late"');
    vi.advanceTimersByTime(HEARTBEAT_MS * 2);
    expect(await response.text()).toBe(OPEN);
    expect(gone).toBe(0);
  });

  const large = `"${'x'.repeat(MAX_UNREAD_BYTES)}"`;

  it('has no room for a client that is behind, and tells when it has read on', async () => {
    let roomTold = 0;
    const { response, hasRoom, send, end } = openEventStream({
      onLeave: () => {},
      onRoom: () => {
        roomTold++;
      },
    });
    const stream = reading(response);
    expect([await stream.next(), hasRoom()]).toEqual([OPEN, true]);
    send(large);
    send('"more"');
    expect([hasRoom(), roomTold]).toEqual([false, 0]);
    expect((await stream.next())?.length).toBeGreaterThan(MAX_UNREAD_BYTES);
    await vi.waitFor(() => expect(roomTold).toBe(1));
    expect(hasRoom()).toBe(true);
    end();
    expect([await stream.next(), await stream.next()]).toEqual(['event: message\ndata: "more"\n\n', undefined]);
    expect(roomTold).toBe(1);
  });

  it.each([false, true])('gives up a client that is behind and reads nothing for 15 seconds, also after its end (%s)', async (isEnded) => {
    let gone = 0;
    const { response, send, end } = openEventStream({
      onLeave: () => {
        gone++;
      },
    });
    send(large);
    if (isEnded) end();
    vi.advanceTimersByTime(HEARTBEAT_MS);
    expect(gone).toBe(0);
    vi.advanceTimersByTime(HEARTBEAT_MS);
    expect(gone).toBe(1);
    await expect(response.text()).rejects.toThrow();
  });
});

describe('a reader that is behind', () => {
  const long = (n: number) => JSON.stringify({ n, text: 'x'.repeat(MAX_UNREAD_BYTES) });

  it('gets what was left out when it has read on, with a gap where that is no longer kept, and the response in any case', async () => {
    const reply = open();
    const reader = await read(reply, { after: 0 });
    const stream = reading(reader);
    expect(await stream.next()).toBe(OPEN);
    reply.message(long(1));
    for (let n = 2; n <= MAX_CALL_EVENTS + 10; n++) reply.message(progress(n));
    const other = reading(await read(reply, { after: MAX_CALL_EVENTS + 9 }));
    expect([await other.next(), await other.next()]).toEqual([OPEN, event(MAX_CALL_EVENTS + 10, progress(MAX_CALL_EVENTS + 10))]);
    expect(await stream.next()).toBe(event(1, long(1)));
    expect(await stream.next()).toBe(`id: ${KEY}.10\nevent: gap\ndata: \n\n`);
    for (let n = 11; n <= MAX_CALL_EVENTS + 10; n++) expect(await stream.next()).toBe(event(n, progress(n)));
    reply.message(long(600));
    reply.message(progress(601));
    respond(reply);
    expect(await stream.next()).toBe(event(MAX_CALL_EVENTS + 11, long(600)));
    expect(await stream.next()).toBe(event(MAX_CALL_EVENTS + 12, progress(601)));
    expect(await stream.next()).toBe(event(MAX_CALL_EVENTS + 13, result));
    expect(await stream.next()).toBeUndefined();
    for (let chunk = await other.next(); chunk; chunk = await other.next());
    // Those that were behind at the end are looked after for a while.
    vi.advanceTimersByTime(HEARTBEAT_MS * 2);
  });
});
