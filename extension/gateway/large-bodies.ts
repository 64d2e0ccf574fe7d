/**
 * Owns reading what may be megabytes without holding the page up: bytes are decoded in parts, JSON is parsed in pieces, and in between
 * the page is drawn. What the text means is elsewhere.
 */
import { parsePiecewise } from '../../shared/json-piecewise.ts';
import { freshTurn, inSlices, nextTurn, takeTurns } from '../platform/in-slices.ts';

/** Bytes that are decoded at once, about a millisecond of work. */
const PART_BYTES = 256 * 1024;
/** Characters of text whose parts take so long to be put together that it has a turn of its own: three milliseconds a million, in Firefox. */
export const SLOW_JOIN_LENGTH = 1_000_000;

/**
 * Yields a body as text, in the parts in which it comes, and no large ones.
 *
 * @param maxSilenceMs After so long without anything the body counts as ended; for ever unless told otherwise.
 * @throws TypeError when it breaks.
 */
export async function* readParts(body: ReadableStream<Uint8Array>, maxSilenceMs?: number): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const turn = takeTurns();
  try {
    for (;;) {
      const silence = maxSilenceMs === undefined ? undefined : setTimeout(() => void reader.cancel(), maxSilenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      // What has come already is read without a pause, by megabytes: a large answer would be one long task.
      for (let from = 0; from < value.length; from += PART_BYTES) {
        yield decoder.decode(value.subarray(from, from + PART_BYTES), { stream: true });
        await turn();
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/**
 * Returns the text of a body.
 *
 * @throws TypeError when it breaks.
 */
export async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const part of body === null ? [] : readParts(body)) {
    parts.push(part);
    length += part.length;
  }
  if (length >= SLOW_JOIN_LENGTH) await freshTurn();
  return parts.join('');
}

/** Parses JSON; undefined where it is none. */
export async function readJson(text: string): Promise<unknown> {
  if (text.length >= SLOW_JOIN_LENGTH) await nextTurn();
  return inSlices(parsePiecewise(text)).catch(() => undefined);
}
