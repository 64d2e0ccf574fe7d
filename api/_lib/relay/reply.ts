/**
 * Owns the answer to one call, whoever reads it: numbered events and an end, handed to every reader, also to those who come later.
 * A reader gets one JSON text when the response comes soon and alone, else a stream whose first bytes go out at once.
 * What is said comes from call.ts, or from another instance by way of the ledger (remote-call.ts).
 */
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcId } from '../../../shared/json-rpc.ts';
import { MAX_CALL_EVENTS, MAX_CALL_EVENTS_BYTES } from '../../../shared/limits.ts';
import { rpcProblemResponse, toRpcError } from '../http/problem.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

/** A call that takes longer than this is answered with a stream, ms: long enough for most calls, too short to be felt. */
const STREAM_AFTER_MS = 50;

/** The client closed the request: for the log alone. Source: nginx, 499. */
const LEFT = 499;

export type Ending =
  /**
   * The final response as JSON text; `status` is the server's own where it was an error of the protocol. `id` is the one in it, so that
   * who asked for the same act under another id gets his own.
   */
  | { kind: 'response'; text: string; status: number; id?: JsonRpcId }
  | { kind: 'failure'; error: AppError }
  /** No response: the client cancelled and expects none. */
  | { kind: 'abandoned' };

export type ReaderOptions = {
  /** Id of the request, for a failure that is told outside of a stream. */
  id: JsonRpcId;
  /** False for a client that takes JSON only: it gets the response alone. */
  streams: boolean;
  /** Whether the client knows events that have an id and no message (from revision 2025-11-25 on). */
  primes: boolean;
  /** Number of the last event that this client has; a client that has none gets the response as JSON when it is soon there. */
  after?: number;
  /** Aborted when the client goes away; with an AppError when it has to, which is its last word. */
  left: AbortSignal;
  /** Called when this reader gets nothing more. */
  done?: () => void;
  /** How long this reader may be kept waiting, ms: then its stream ends, and it comes back with the last event id. */
  until: number | undefined;
  onLeave?: () => void;
};

export type Reply = {
  /** A message before the response. @param number Where another instance has numbered it. */
  message(text: string, number?: number): void;
  /** Ends the answer; only the first end counts. */
  end(ending: Ending): void;
  readonly ending: Ending | undefined;
  /** Ends the streams without an end of the call: their readers come back to it elsewhere. */
  suspend(): void;
  /** Answers one more client. */
  attach(reader: ReaderOptions): Promise<Response>;
  /** Number of clients that can be asked something: those that read a stream, or would. */
  audience(): number;
  hasReaders(): boolean;
  /** Whether any reader got a stream: then somebody may come back to it. */
  hasStreamed(): boolean;
  /** Returns the events since it was last asked, for the ledger. */
  takeNews(): { from: number; texts: string[] } | undefined;
};

type Reader = {
  /** Number of the last event that it was given. */
  given: number;
  /** @param isLast Whether there will be no later occasion to give it to a client that is behind. */
  event(number: number, text: string, isLast?: boolean): void;
  gap(upTo: number): void;
  end(ending: Ending): void;
  comeBack(): void;
  readonly streams: boolean;
};

/**
 * Opens the answer to a call.
 *
 * @param key Key of the call in the ledger: event ids begin with it. Undefined for what is not in the ledger: then there are no ids.
 * @param onStream Told once, when the first reader's stream opens: from then on the call is worth keeping for others.
 */
export function openReply(key: string | undefined, onStream: () => void): Reply {
  const events: { number: number; text: string }[] = [];
  const readers = new Set<Reader>();
  let bytes = 0;
  let last = 0;
  let told = 0;
  let ending: Ending | undefined;
  let streamed = false;

  const eventId = (number: number): string | undefined => (key === undefined ? undefined : `${key}.${number}`);
  const keep = (number: number, text: string): void => {
    events.push({ number, text });
    bytes += text.length;
    while (events.length > MAX_CALL_EVENTS || (bytes > MAX_CALL_EVENTS_BYTES && events.length > 1))
      bytes -= events.shift()?.text.length ?? 0;
  };
  const openStream = (reader: ReaderOptions, onLeave: () => void, onRoom: () => void): EventStream => {
    if (!streamed) {
      streamed = true;
      onStream();
    }
    return openEventStream({ primeWith: reader.primes ? eventId(reader.after ?? 0) : undefined, onLeave, onRoom });
  };
  const catchUp = (reader: Reader, isLast = false): void => {
    const first = events[0]?.number ?? last + 1;
    if (reader.given + 1 < first) reader.gap(first - 1);
    for (const { number, text } of events) if (number > reader.given) reader.event(number, text, isLast);
  };

  const attach = (options: ReaderOptions): Promise<Response> => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    let stream: EventStream | undefined;
    let timer: NodeJS.Timeout | undefined;
    const stop = (): boolean => {
      clearTimeout(timer);
      clearTimeout(deadline);
      options.left.removeEventListener('abort', leave);
      options.done?.();
      return readers.delete(reader);
    };
    const leave = (): void => {
      if (!stop()) return;
      const { reason } = options.left;
      const lastWord: Ending | undefined = reason instanceof AppError ? { kind: 'failure', error: reason } : undefined;
      if (lastWord && stream) endStream(stream, lastWord, options.id, undefined);
      // Nobody reads it, but a platform runs the invocation until it has an answer.
      resolve(lastWord ? toResponse(lastWord, options.id) : new Response(null, { status: LEFT }));
      options.onLeave?.();
    };
    const comeBack = (): void => {
      toStream().end();
      stop();
    };
    const deadline = options.until === undefined ? undefined : setTimeout(comeBack, options.until);
    options.left.addEventListener('abort', leave);
    const toStream = (): EventStream => {
      clearTimeout(timer);
      stream ??= openStream(options, leave, readOn);
      resolve(stream.response);
      return stream;
    };
    let isBehind = false;
    const readOn = (): void => {
      isBehind = false;
      catchUp(reader);
    };
    const reader: Reader = {
      given: options.after ?? 0,
      streams: options.streams,
      event(number, text, isLast = false) {
        if (!options.streams) return;
        const to = toStream();
        // Once one was left out, so are those after it, until the client has read on.
        isBehind = !isLast && (isBehind || !to.hasRoom());
        if (isBehind) return;
        if (number > reader.given + 1) reader.gap(number - 1);
        to.send(text, eventId(number));
        reader.given = number;
      },
      gap(upTo) {
        toStream().gap(eventId(upTo) ?? '');
        reader.given = upTo;
      },
      comeBack,
      end(ended) {
        stop();
        if (!stream) return resolve(toResponse(ended, options.id));
        if (isBehind) catchUp(reader, true);
        endStream(stream, ended, options.id, eventId(last + 1));
      },
    };
    readers.add(reader);
    if (options.after !== undefined) {
      toStream();
      catchUp(reader);
    } else if (options.streams) {
      if (events.length > 0) catchUp(reader);
      else timer = setTimeout(toStream, STREAM_AFTER_MS);
    }
    if (ending) reader.end(ending);
    return promise;
  };

  return {
    message(text, number = last + 1) {
      if (ending) return;
      last = number;
      keep(number, text);
      for (const reader of readers) reader.event(number, text);
    },
    end(ended) {
      if (ending) return;
      ending = ended;
      for (const reader of [...readers]) reader.end(ended);
    },
    get ending() {
      return ending;
    },
    suspend() {
      for (const reader of [...readers]) reader.comeBack();
    },
    attach,
    audience: () => [...readers].filter(({ streams }) => streams).length,
    hasReaders: () => readers.size > 0,
    hasStreamed: () => streamed,
    takeNews() {
      const fresh = events.filter(({ number }) => number > told);
      const [first] = fresh;
      if (!first) return undefined;
      told = last;
      return { from: first.number, texts: fresh.map(({ text }) => text) };
    },
  };
}

function endStream(stream: EventStream, ending: Ending, id: JsonRpcId, eventId: string | undefined): void {
  if (ending.kind === 'response') stream.send(toTextFor(id, ending), eventId);
  if (ending.kind === 'failure') stream.send(JSON.stringify(toRpcError(ending.error, id)), eventId);
  stream.end();
}

function toTextFor(reader: JsonRpcId, { text, id = reader }: Extract<Ending, { kind: 'response' }>): string {
  return id === reader ? text : JSON.stringify({ ...JSON.parse(text), id: reader });
}

function toResponse(ending: Ending, id: JsonRpcId): Response {
  if (ending.kind === 'abandoned') return new Response(null, { status: 202 });
  if (ending.kind === 'failure') return rpcProblemResponse(ending.error, id);
  return new Response(toTextFor(id, ending), { status: ending.status, headers: { 'content-type': 'application/json' } });
}
