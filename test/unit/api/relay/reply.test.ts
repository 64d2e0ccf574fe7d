/** Proves how the answer to a call looks over HTTP: JSON when it comes soon and alone, else a stream that lives until its end and no longer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEventStream, openReply, type Reply } from '../../../../api/_lib/relay/reply.ts';
import { AppError } from '../../../../shared/errors.ts';
import { HEARTBEAT_MS } from '../../../../shared/limits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const GRACE_MS = 50;
const result = { jsonrpc: '2.0' as const, id: 7, result: { content: [] } };
const progress = { jsonrpc: '2.0' as const, method: 'notifications/progress', params: { progressToken: 1, progress: 1 } };
const event = (message: object): string => `event: message\ndata: ${JSON.stringify(message)}\n\n`;
const OPEN = ': open\n\n';
const BEAT = ': still here\n\n';
const unreachable = new AppError('SERVER_UNREACHABLE', 'Nobody is there.');
const failure = {
  jsonrpc: '2.0',
  id: 7,
  error: { code: -32050, message: 'Nobody is there.', data: { code: 'SERVER_UNREACHABLE', status: 502 } },
};

let left: number;
const open = (streams = true): Reply => {
  left = 0;
  return openReply(7, streams, () => {
    left++;
  });
};
const typeOf = (response: Response) => response.headers.get('content-type');
/** Reads what has been sent so far, chunk by chunk. */
const reading = (response: Response) => {
  if (!response.body) throw new Error('no body');
  const reader = response.body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  return { next: async () => (await reader.read()).value };
};

describe('an answer that comes soon', () => {
  it('is one JSON text with the status of the server', async () => {
    const ok = open();
    ok.finish(result);
    const response = await ok.response;
    expect([response.status, typeOf(response), await response.json()]).toEqual([200, 'application/json', result]);
    const refused = open();
    refused.finish(result, 400);
    expect((await refused.response).status).toBe(400);
  });

  it('that is a failure has the status of its code', async () => {
    const reply = open();
    reply.fail(unreachable);
    const response = await reply.response;
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject(failure);
  });

  it('is given once: what follows is nothing', async () => {
    const reply = open();
    reply.finish(result);
    reply.message(progress);
    reply.finish({ ...result, id: 8 });
    reply.fail(unreachable);
    reply.abandon();
    expect(await (await reply.response).json()).toEqual(result);
    vi.advanceTimersByTime(60_000);
  });

  it('that nobody waits for any more is empty', async () => {
    const reply = open();
    reply.abandon();
    const response = await reply.response;
    expect([response.status, await response.text()]).toEqual([202, '']);
    reply.finish(result);
  });
});

describe('an answer that takes longer', () => {
  it('is a stream whose first bytes go out at once', async () => {
    const reply = open();
    vi.advanceTimersByTime(GRACE_MS - 1);
    const early = await Promise.race([reply.response, Promise.resolve('waiting')]);
    expect(early).toBe('waiting');
    vi.advanceTimersByTime(1);
    const response = await reply.response;
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const stream = reading(response);
    expect(await stream.next()).toBe(OPEN);
    reply.message(progress);
    expect(await stream.next()).toBe(event(progress));
    reply.finish(result, 400);
    expect([await stream.next(), await stream.next()]).toEqual([event(result), undefined]);
  });

  it('becomes one with the first message, however soon', async () => {
    const reply = open();
    reply.message(progress);
    reply.message(progress);
    reply.finish(result);
    expect(await (await reply.response).text()).toBe(OPEN + event(progress) + event(progress) + event(result));
  });

  it('tells a failure in the stream', async () => {
    const reply = open();
    reply.message(progress);
    reply.fail(unreachable);
    reply.fail(unreachable);
    const text = await (await reply.response).text();
    expect(JSON.parse(text.split('data: ').at(-1) ?? '')).toMatchObject(failure);
    expect(text.split('data: ')).toHaveLength(3);
  });

  it('ends without a response when it is abandoned, and takes nothing after that', async () => {
    const reply = open();
    reply.message(progress);
    reply.abandon();
    reply.abandon();
    reply.message(progress);
    reply.finish(result);
    reply.fail(unreachable);
    expect(await (await reply.response).text()).toBe(OPEN + event(progress));
  });

  it('is JSON all the same for a client that takes nothing else', async () => {
    const reply = open(false);
    reply.message(progress);
    vi.advanceTimersByTime(60_000);
    reply.finish(result);
    const response = await reply.response;
    expect([typeOf(response), await response.json()]).toEqual(['application/json', result]);
  });

  it('tells when the client goes, once, and takes what comes afterwards without a word', async () => {
    const reply = open();
    vi.advanceTimersByTime(GRACE_MS);
    await (await reply.response).body?.cancel();
    expect(left).toBe(1);
    reply.message(progress);
    reply.finish(result);
    reply.abandon();
    vi.advanceTimersByTime(HEARTBEAT_MS * 3);
    expect(left).toBe(1);
  });
});

describe('a stream of events', () => {
  it('beats every 15 seconds while it lives', async () => {
    const { response, send, end } = openEventStream(() => {});
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
    const { response, send, end } = openEventStream(() => {
      gone++;
    });
    end();
    end();
    send('"late"');
    vi.advanceTimersByTime(HEARTBEAT_MS * 2);
    expect(await response.text()).toBe(OPEN);
    expect(gone).toBe(0);
  });

  it('may be ended from where its client’s leaving is told', async () => {
    let gone = 0;
    const stream = openEventStream(() => {
      gone++;
      stream.end();
    });
    await stream.response.body?.cancel();
    expect(gone).toBe(1);
    stream.send('"late"');
  });
});
