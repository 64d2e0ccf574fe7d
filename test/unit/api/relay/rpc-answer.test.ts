/** Proves that a server's answer is read the same however it is cut into chunks, and that nothing malformed is taken for a message. */
import { describe, expect, it } from 'vitest';
import { mediaTypeOf, parseReceived, readErrorText, readEvents } from '../../../../api/_lib/relay/rpc-answer.ts';

const encoder = new TextEncoder();

function toBody(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

async function readAll(body: ReadableStream<Uint8Array>) {
  const events: { id: string | undefined; message: unknown }[] = [];
  for await (const { received, eventId } of readEvents(body)) events.push({ id: eventId, message: received?.parsed.message });
  return events;
}

const first = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'é 😀 \u2028 漢字' } };
const second = { jsonrpc: '2.0', id: 'm:c:0', result: { content: [{ type: 'text', text: '😀'.repeat(20) }] } };
const STREAM = [
  ': a comment\n\n',
  'id: 0\nretry: 100\ndata:\n\n',
  `event: message\nid: 1\ndata: ${JSON.stringify(first)}\n\n`,
  'event: ping\ndata: not for us\n\n',
  `id: 2\r\ndata: ${JSON.stringify(second)}\r\n\r\n`,
].join('');
const EVENTS = [
  { id: '0', message: undefined },
  { id: '1', message: first },
  { id: '2', message: second },
];

describe('a stream of events', () => {
  const bytes = encoder.encode(STREAM);
  it.each([1, 2, 3, 5, 7, 64, bytes.length])('is read the same in chunks of %i bytes, characters cut in two included', async (size) => {
    expect(await readAll(toBody(cut(bytes, size)))).toEqual(EVENTS);
  });

  it('is read the same wherever it is cut in two', async () => {
    for (let at = 1; at < bytes.length; at++) expect(await readAll(toBody([bytes.subarray(0, at), bytes.subarray(at)]))).toEqual(EVENTS);
  });

  it('that ends in mid-event yields what was whole', async () => {
    const whole = STREAM.length - 2;
    for (const text of [STREAM.slice(0, whole), STREAM.slice(0, whole - 40)])
      expect(await readAll(toBody([encoder.encode(text)]))).toEqual(EVENTS.slice(0, 2));
  });

  it('yields each event as it comes, not at the end', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const events = readEvents(readable);
    void writer.write(encoder.encode(`data: ${JSON.stringify(first)}\n\n`));
    expect((await events.next()).value?.received?.parsed.message).toEqual(first);
    await events.return(undefined);
    await expect(writer.closed).rejects.toBeUndefined();
  });

  it('takes the replay of an event without data for what it was', async () => {
    const stream = `id: 7\ndata: {}\n\nid: 8\ndata: ${JSON.stringify(first)}\n\n`;
    expect(await readAll(toBody([encoder.encode(stream)]))).toEqual([
      { id: '7', message: undefined },
      { id: '8', message: first },
    ]);
  });

  it('may bring several messages in one event', async () => {
    expect(await readAll(toBody([encoder.encode(`id: 7\ndata: ${JSON.stringify([first, second])}\n\n`)]))).toEqual([
      { id: '7', message: first },
      { id: '7', message: second },
    ]);
  });

  it.each(['Welcome', '{"jsonrpc":', '[]', '{"jsonrpc":"1.0","id":1,"result":{}}', '['.repeat(10_000)])(
    'yields what came before an event that is none, then fails: %s',
    async (data) => {
      const seen: unknown[] = [];
      const read = async () => {
        const text = `data: ${JSON.stringify(first)}\n\ndata: ${data}\n\ndata: ${JSON.stringify(second)}\n\n`;
        for await (const { received } of readEvents(toBody([encoder.encode(text)]))) seen.push(received?.parsed.message);
      };
      await expect(read()).rejects.toMatchObject({ code: 'SERVER_NOT_MCP' });
      expect(seen).toEqual([first]);
    },
  );

  it('that breaks throws what broke it', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode('data: {"json'));
        controller.error(new Error('reset'));
      },
    });
    await expect(readAll(body)).rejects.toThrow('reset');
  });
});

describe('one JSON text', () => {
  it('is one message with its size in bytes', () => {
    const text = JSON.stringify(first);
    expect(parseReceived(text)).toEqual([{ parsed: { kind: 'notification', message: first }, bytes: Buffer.byteLength(text) }]);
  });

  it('that is an array gives the messages in it, and nothing for what is none', () => {
    const kinds = parseReceived(JSON.stringify([first, 5, null, {}, second, { jsonrpc: '2.0', id: 1, method: 'ping' }])).map(
      ({ parsed }) => parsed.kind,
    );
    expect(kinds).toEqual(['notification', 'response', 'request']);
  });

  it.each([
    '',
    'null',
    '5',
    '"x"',
    '{}',
    '[]',
    '[{}]',
    '<html>',
    '{"jsonrpc":"2.0","id":null,"result":{}}',
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  ])('that holds no message is refused: %s', (text) => {
    expect(() => parseReceived(text)).toThrow(expect.objectContaining({ code: 'SERVER_NOT_MCP' }));
  });
});

describe('the text of a refusal', () => {
  it('is read to its end, or to the limit', async () => {
    expect(await readErrorText(new Response(null))).toBe('');
    expect(await readErrorText(new Response('é'.repeat(10)))).toBe('é'.repeat(10));
    expect(await readErrorText(new Response('x'.repeat(100_000)))).toBe('x'.repeat(16_384));
  });

  it('that has no end is not waited for', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(encoder.encode('x'.repeat(4096)));
      },
      cancel() {
        cancelled = true;
      },
    });
    expect(await readErrorText(new Response(body))).toHaveLength(16_384);
    expect(cancelled).toBe(true);
  });
});

it.each([
  ['text/event-stream; charset=utf-8', 'text/event-stream'],
  ['Application/JSON', 'application/json'],
  [' application/json ;x=y', 'application/json'],
])('the media type of %j is %j', (header, expected) => {
  expect(mediaTypeOf(new Response(null, { headers: { 'content-type': header } }))).toBe(expected);
});
it('there may be no media type', () => {
  expect(mediaTypeOf(new Response(null))).toBe('');
});
