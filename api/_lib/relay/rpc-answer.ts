/**
 * Owns reading what a server answers a POST or GET with: one JSON text, or a stream of server-sent events.
 * Which message belongs to whom, and what a missing one means, is decided by the callers.
 */
import { createParser } from 'eventsource-parser';
import { AppError } from '../../../shared/errors.ts';
import { type ParsedMessage, parseMessage } from '../../../shared/json-rpc.ts';
import { parseJsonText } from '../../../shared/json-text.ts';
import { MAX_ERROR_TEXT } from '../limits.ts';

export type Received = { parsed: ParsedMessage; bytes: number };
export type StreamEvent = { received: Received | undefined; eventId: string | undefined };

/** What the SDK's servers store for an event that had an id and no data, and send when the stream is taken up again. */
const REPLAYED_PRIMING = '{}';

export const mediaTypeOf = (response: Response): string =>
  response.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';

/**
 * Parses the messages of one JSON text; servers of 2025-03-26 may answer with several in an array.
 *
 * @throws AppError SERVER_NOT_MCP when it is no JSON-RPC.
 */
export function parseReceived(text: string): Received[] {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch (cause) {
    throw new AppError('SERVER_NOT_MCP', 'The server answered with something that is not JSON.', { cause });
  }
  const single = Array.isArray(value) ? undefined : parseMessage(value);
  if (single) return [{ parsed: single, bytes: Buffer.byteLength(text) }];
  const several = (Array.isArray(value) ? value : []).map((item) => ({
    parsed: parseMessage(item),
    bytes: Buffer.byteLength(JSON.stringify(item)),
  }));
  const valid = several.flatMap(({ parsed, bytes }) => (parsed ? [{ parsed, bytes }] : []));
  if (valid.length === 0) throw new AppError('SERVER_NOT_MCP', 'The server answered with JSON that is not JSON-RPC.');
  return valid;
}

/** Returns the beginning of an answer's body, for what may be said about it. */
export async function readErrorText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_ERROR_TEXT) break;
  }
  return text.slice(0, MAX_ERROR_TEXT);
}

/**
 * Yields the events of a stream as they come. An event cut off by the end of the stream is never yielded.
 *
 * @param onRetry Told how long the server wants to be left alone before the stream is taken up again, ms.
 * @throws whatever reading the body throws; AppError SERVER_NOT_MCP for an event that is no JSON-RPC.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onRetry: (retryMs: number) => void = () => {},
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  const ready: StreamEvent[] = [];
  let broken: unknown;
  const parser = createParser({
    onRetry,
    onEvent: ({ event, data, id }) => {
      if (broken !== undefined || (event !== undefined && event !== 'message')) return;
      try {
        // A priming event has an id and no data. Source: MCP 2025-11-25, Transports > Streamable HTTP.
        if (data === '' || data === REPLAYED_PRIMING) ready.push({ received: undefined, eventId: id });
        else for (const received of parseReceived(data)) ready.push({ received, eventId: id });
      } catch (error) {
        broken = error;
      }
    },
  });
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* ready.splice(0);
    if (broken !== undefined) throw broken;
  }
}
