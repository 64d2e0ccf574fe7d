/** Owns how the request of a call leaves, and that its answer outlasts the connection that brings it. Reading on is call-stream.ts. */
import * as z from 'zod/mini';
import { parseJson, parseProblem, parseResponse, parseRpcFailure } from './call-failure.ts';
import { type CallMessage, CallRefused, readMessages } from './call-stream.ts';
import { readJson, readText } from './large-bodies.ts';
import type { CallFailure, CallWatch, ToolResult } from './mcp-connection.ts';

export type SentCall = {
  /** Idempotency-Key of the user's act. */
  key: string;
  /** The user's own wish to stop. */
  signal: AbortSignal | undefined;
  onContact: CallWatch['onContact'];
  /** Set when its stream could not be read to its end: why. */
  refused?: CallFailure;
  /** Set when its result is so large that it goes past the client: what it is. */
  large?: ToolResult;
};

/** Characters of a response up to which the client reads it itself: it does so in one go, twenty milliseconds a megabyte. */
const LARGE_LENGTH = 250_000;
const TAKEN = { result: { resultType: 'complete' } };

/**
 * Sends a call and hands the client one stream that lasts until the call's end, though it may be made of several.
 *
 * A request whose answer is lost is not sent again: what became of it is read from the call.
 */
export async function sendCall({ url, token }: { url: string; token: string }, act: SentCall, init: RequestInit): Promise<Response> {
  const { key, onContact } = act;
  const signal = AbortSignal.any([init.signal, act.signal].filter((given) => given instanceof AbortSignal));
  /** Stands for what the caller takes from the act. */
  const answer = (members: object) => JSON.stringify({ jsonrpc: '2.0', id: idOf(init.body), ...members });
  let begun: ReadableStream<Uint8Array> | undefined;
  try {
    const response = await fetch(url, init);
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) begun = response.body ?? undefined;
    else {
      const text = await readText(response.body);
      if (text.length >= LARGE_LENGTH && response.ok) {
        const message = await readJson(text);
        if (takeLarge(act, { text, message, outcome: parseResponse(message) })) return toResponse(response, answer(TAKEN));
      }
      // A 5xx without our body comes from what stands before the backend: it says nothing about the call.
      if (response.status < 500 || !isVagueBody(text)) return toResponse(response, text);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    onContact({ kind: 'lost', code: 'BACKEND_UNREACHABLE' });
  }
  const messages = readMessages({ url, token, key, begun, onContact, signal });
  const encoder = new TextEncoder();
  const frame = (message: string) => encoder.encode(`data: ${message.replaceAll('\n', '\ndata: ')}\n\n`);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await messages.next();
        if (!done) return controller.enqueue(frame(takeLarge(act, value) ? answer(TAKEN) : value.text));
      } catch (error) {
        if (!(error instanceof CallRefused)) return controller.error(error);
        act.refused = error.failure ?? { kind: begun === undefined ? 'network' : 'interrupted' };
        // The client waits for a response, not for the end of a stream.
        controller.enqueue(frame(answer({ error: { code: -32_000, message: 'Refused' } })));
      }
      controller.close();
    },
    cancel: async () => void (await messages.return()),
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** Keeps a large result with the act. One that asks for something before it is complete is the client's to deal with. */
function takeLarge(act: SentCall, { text, outcome }: CallMessage): boolean {
  if (text.length < LARGE_LENGTH || outcome?.kind !== 'done' || (outcome.value['resultType'] ?? 'complete') !== 'complete') return false;
  act.large = outcome.value;
  return true;
}

/** Returns a response whose body was read; one that never has any gets none. */
const toResponse = ({ status, headers }: Response, text: string): Response => new Response(text === '' ? null : text, { status, headers });

const isVagueBody = (text: string): boolean => parseProblem(text) === undefined && parseRpcFailure(parseJson(text)) === undefined;

/** Returns the id of the request that a body holds. */
export function idOf(body: RequestInit['body']): unknown {
  const request = z.looseObject({ id: z.unknown() }).safeParse(parseJson(String(body)));
  return request.success ? request.data.id : null;
}
