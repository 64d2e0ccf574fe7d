/**
 * Owns reading what comes of one call to its end, whatever breaks on the way: the stream is taken up again after the last event that
 * came, on whichever instance of the backend answers, for as long as somebody wants to know.
 * Source: MCP 2025-11-25, Transports > Resumability and Redelivery. What the messages mean is call-failure.ts.
 */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import * as z from 'zod/mini';
import { HEARTBEAT_MS } from '../../shared/limits.ts';
import { freshTurn } from '../platform/in-slices.ts';
import { parseProblem, parseResponse } from './call-failure.ts';
import { readJson, readParts, SLOW_JOIN_LENGTH } from './large-bodies.ts';
import type { CallFailure, CallWatch, Outcome, ToolResult } from './mcp-connection.ts';
import { pause } from './pause.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;
/** Silence after which a stream is dead, ms: two heartbeats were missed. A network that changed does not always say so. */
const MAX_SILENCE_MS = HEARTBEAT_MS * 2.5;

const ProgressMessage = z.looseObject({
  method: z.literal('notifications/progress'),
  params: z.looseObject({ progress: z.number(), total: z.optional(z.number()), message: z.optional(z.string()) }),
});

export type CallStream = {
  /** The session's MCP endpoint, and this device's token. */
  url: string;
  token: string;
  key: string;
  /** The stream that answered the request itself; without it, the call is read from its first event. */
  begun?: ReadableStream<Uint8Array> | undefined;
  onContact: CallWatch['onContact'];
  signal: AbortSignal;
};

/** The backend answers, and says that there is nothing to read. `failure` is undefined where it does not say why. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly failure: CallFailure | undefined;
  constructor(failure: CallFailure | undefined) {
    super('The backend does not let this call be read.');
    this.failure = failure;
  }
}

/** A message as it came, and what it says; `outcome` where it is the call's response. */
export type CallMessage = { text: string; message: unknown; outcome: Outcome<ToolResult> | undefined };

/**
 * Yields every message of a call once; the last one is its response.
 *
 * @throws CallRefused
 */
export async function* readMessages(stream: CallStream): AsyncGenerator<CallMessage, void> {
  const { key, onContact, signal } = stream;
  let { begun: body } = stream;
  let lastEventId = `${key}.0`;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      body ??= await openAfter(lastEventId, stream);
      onContact({ kind: 'reached' });
      for await (const { id, event, data } of readEvents(body)) {
        pauseMs = FIRST_PAUSE_MS;
        if (id !== undefined) lastEventId = id;
        // A gap: older progress is no longer kept, and newer progress says all that it said.
        if (event === 'gap' || data === '') continue;
        const message = await readJson(data);
        const outcome = parseResponse(message);
        yield { text: data, message, outcome };
        if (outcome !== undefined) return;
      }
    } catch (error) {
      if (error instanceof CallRefused || signal.aborted) throw error;
      onContact({ kind: 'lost', code: error instanceof OutOfReach ? error.code : 'BACKEND_UNREACHABLE' });
    }
    body = undefined;
    await pause(pauseMs, signal);
  }
}

/** Follows a call that somebody else began, or that this surface lost sight of, until it ends. */
export async function followCall(stream: CallStream, watch: CallWatch): Promise<Outcome<ToolResult>> {
  try {
    for await (const { message, outcome } of readMessages(stream)) {
      if (outcome !== undefined) return outcome;
      const progress = ProgressMessage.safeParse(message);
      if (progress.success) watch.onProgress(progress.data.params as Parameters<CallWatch['onProgress']>[0]);
    }
  } catch (error) {
    if (error instanceof CallRefused) return { kind: 'failed', failure: error.failure ?? { kind: 'interrupted' } };
  }
  return { kind: 'failed', failure: { kind: 'interrupted' } };
}

/** An outage, not an answer: it passes. */
class OutOfReach extends Error {
  override readonly name = 'OutOfReach';
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

async function openAfter(lastEventId: string, { url, token, signal }: CallStream): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url, {
    headers: { Accept: 'text/event-stream', Authorization: `Bearer ${token}`, 'Last-Event-ID': lastEventId },
    signal,
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
  });
  if (response.ok && response.body && response.headers.get('content-type')?.startsWith('text/event-stream')) return response.body;
  const failure = parseProblem(await response.text());
  const code = failure?.kind === 'mooring' ? failure.code : undefined;
  if (response.status >= 500 || response.status === 429) throw new OutOfReach(code ?? 'BACKEND_UNREACHABLE');
  throw new CallRefused(failure);
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage, void> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  // A silent stream ends like any other: it is opened again.
  let lineLength = 0;
  for await (const part of readParts(body, MAX_SILENCE_MS)) {
    const isLineEnd = part.includes('\n');
    // The parser puts a line together when its end has come.
    if (isLineEnd && lineLength >= SLOW_JOIN_LENGTH) await freshTurn();
    lineLength = isLineEnd ? 0 : lineLength + part.length;
    parser.feed(part);
    yield* events.splice(0);
  }
}
