/**
 * The MCP endpoint of a session: takes what a client sends, answers what the gateway knows itself, passes on the rest.
 * It knows no tools and no prompts; what it does know is listed in DESIGN: Shape. Who may use the session was checked before.
 */
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcNotification, JsonRpcRequest, JsonRpcResponse } from '../../../shared/json-rpc.ts';
import type { InputRequest, InputRequestState, QuestionList, QuestionOutcome } from '../../../shared/question-contract.ts';
import type { Root } from '../../../shared/roots.ts';
import { toRpcError } from '../http/problem.ts';
import { MAX_LISTENERS } from '../limits.ts';
import type { CallOpening, StoredCall } from '../store/call-ledger.ts';
import type { Credential } from '../store/device-registry.ts';
import type { Entered, StoredSession } from '../store/store.ts';
import { cancelled } from './call-hold.ts';
import type { ClientMessage, EnteringMessage, LedgerEntry } from './client-message.ts';
import { passOn, takeAnswer, takeNotification } from './client-notifications.ts';
import { deadlineOf, doesPrime, takeRequest, toOpening } from './client-requests.ts';
import { openEventStream } from './event-stream.ts';
import { answerInput, askInput, forgetInputs, listInputs, staleInputs, withdrawInput } from './input-requests.ts';
import { findCall, type LiveSession, type LiveSessions, type RelayParts } from './live-session.ts';
import { listCompleted, listQuestions } from './open-questions.ts';
import { followRemoteCall, requestIdOf } from './remote-call.ts';
import { followServerStream } from './server-stream.ts';
import { answerRoots, changeRoots } from './session-roots.ts';
import { holdSseLink } from './sse-link.ts';

export type ListeningClient = {
  /** Revision that the client says it speaks. */
  revision: string | undefined;
  /** Aborted when the client goes away; with an AppError when it has to, which is its last word. */
  left: AbortSignal;
  /** Called when the client gets nothing more. */
  done(): void;
};

export type Relay = {
  /** Returns how a request is to be entered in the ledger; undefined for what is answered here or of no consequence. */
  toOpening(sessionId: string, request: JsonRpcRequest, message: EnteringMessage): CallOpening | undefined;
  post(entered: Entered, message: ClientMessage, ledger: LedgerEntry | undefined): Promise<Response>;
  /** Opens the stream on which the server speaks on its own. */
  listen(entered: Entered, client: ListeningClient & { connection: string | undefined; lastEventId: string | undefined }): Response;
  /** Opens the stream of a call that this client was reading, after the event that it has. */
  resume(entered: Entered, call: StoredCall, after: number, credential: Credential, client: ListeningClient): Promise<Response>;
  /** Lists what waits for a person. */
  questions(entered: Entered): Promise<QuestionList>;
  /** Takes a person's answer to a question of the server. */
  answer(entered: Entered, answer: JsonRpcResponse): Promise<QuestionOutcome['outcome']>;
  /** Asks every device what a stateless server wants to know, or tells what was answered. */
  askInput(entered: Entered, request: InputRequest): Promise<InputRequestState>;
  withdrawInput(entered: Entered, requestId: string): Promise<void>;
  /** Replaces the roots of the session. */
  changeRoots(entered: Entered, roots: readonly Root[]): Promise<StoredSession>;
  /** Cancels a call, wherever it runs: the server is told, and its holder ends it. */
  cancel(entered: Entered, call: StoredCall): Promise<void>;
};

export function createRelay(parts: RelayParts, sessions: LiveSessions): Relay {
  const following = new WeakSet<LiveSession>();
  sessions.onMeet((live) => {
    live.answerRoots = (request, epoch, asker) => answerRoots(live, parts, request, epoch, asker);
  });
  const meet = (entered: Entered): LiveSession => {
    const live = sessions.meet(entered.session);
    if (!following.has(live)) {
      following.add(live);
      if (live.stored.transport === 'streamable-http' && live.stored.revision === 'stateful') followServerStream(live, parts);
    }
    return live;
  };
  const meetStateless = (entered: Entered): LiveSession => {
    if (entered.session.revision === 'stateless') return meet(entered);
    throw new AppError('METHOD_NOT_ALLOWED', 'This server asks by itself: its questions reach every device without being handed in.');
  };

  return {
    toOpening: (sessionId, request, message) => toOpening(sessions.find(sessionId), request, message),
    async post(entered, received, ledger) {
      const live = meet(entered);
      const message = live.stored.revision === 'stateless' ? received : { ...received, headers: {} };
      const { parsed } = message;
      if (parsed.kind === 'request') return takeRequest(live, parts, parsed.message, entered.device.name, message, ledger);
      if (parsed.kind === 'notification') await takeNotification(live, parts, parsed.message, entered.device.name, message);
      else await takeAnswer(live, parts, parsed.message, entered.device.name, message);
      live.activity.flush();
      return new Response(null, { status: 202 });
    },
    listen(entered, client) {
      const live = meet(entered);
      if (live.stored.revision === 'stateless' || !live.offersServerStream)
        throw new AppError('METHOD_NOT_ALLOWED', 'This server has no stream of its own to listen to.');
      if (live.hub.size() >= MAX_LISTENERS)
        throw new AppError('RATE_LIMITED', `At most ${MAX_LISTENERS} clients can listen to a session at one instance. Close some of them.`);
      if (live.stored.transport === 'sse') parts.work.add('open HTTP+SSE stream', holdSseLink(live, parts));
      return openListener(live, parts, client);
    },
    resume(entered, call, after, credential, { revision, left, done }) {
      const live = meet(entered);
      const reply = findCall(live, call.key)?.reply ?? followRemoteCall(live, parts, credential, call, after);
      return reply.attach({
        id: requestIdOf(call),
        streams: true,
        primes: doesPrime(live, revision),
        after,
        left,
        done,
        until: deadlineOf(parts),
      });
    },
    async questions(entered) {
      const { session } = entered;
      const { messages } = await parts.store.readServerMessages(session.id, 0);
      if (session.revision === 'stateful')
        return {
          questions: listQuestions(session, messages, sessions.find(session.id)?.sseEpoch ?? 0),
          completed: listCompleted(messages),
        };
      const questions = listInputs(session, messages, Date.now());
      const stale = staleInputs(session, questions);
      if (stale.length > 0) forgetInputs(meet(entered), stale);
      return { questions, completed: [] };
    },
    async answer(entered, answer) {
      const live = meet(entered);
      if (live.stored.revision === 'stateless') return answerInput(live, parts, answer);
      const bytes = JSON.stringify(answer).length;
      try {
        return await takeAnswer(live, parts, answer, entered.device.name, { bytes, headers: {} });
      } finally {
        live.activity.flush();
      }
    },
    askInput: async (entered, request) => askInput(meetStateless(entered), parts, request),
    withdrawInput: async (entered, requestId) => withdrawInput(meetStateless(entered), parts, requestId),
    changeRoots: (entered, roots) => changeRoots(meet(entered), parts, roots),
    async cancel(entered, call) {
      const live = meet(entered);
      // First: the user waits for it no longer, whether the server can be told or not.
      findCall(live, call.key)?.ended.abort(cancelled());
      const { epoch } = live.stored;
      try {
        if (call.state === 'sent' && call.epoch === epoch) await passOn(live, parts, cancellationOf(call.exchange), {});
      } finally {
        live.activity.flush();
      }
    },
  };
}

/** Begins the event ids of what the server says on its own; too short to be the key of a call. */
const SERVER_EVENTS = 'server';

const parseServerEventId = (eventId: string): number | undefined => {
  const number = new RegExp(`^${SERVER_EVENTS}\\.(\\d{1,15})$`).exec(eventId)?.[1];
  return number === undefined ? undefined : Number(number);
};

const cancellationOf = (requestId: string): JsonRpcNotification => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId, reason: 'The user cancelled.' },
});

function openListener(
  live: LiveSession,
  parts: RelayParts,
  { connection, lastEventId, revision, left, done }: Parameters<Relay['listen']>[1],
): Response {
  const stop = () => {
    clearTimeout(deadline);
    leave();
    done();
    if (left.reason instanceof AppError) stream.send(JSON.stringify(toRpcError(left.reason, null)));
    stream.end();
  };
  const stream = openEventStream({ onLeave: stop, onRoom: () => void live.hub.catchUp().catch(() => {}) });
  const toEventId = (number: number | undefined): string | undefined => (number === undefined ? undefined : `${SERVER_EVENTS}.${number}`);
  const listener = {
    connection,
    hasRoom: () => stream.hasRoom(),
    send: (text: string, number?: number) => stream.send(text, toEventId(number)),
    ...(doesPrime(live, revision) && { ready: (number: number) => stream.prime(toEventId(number) ?? '') }),
    gap: (number: number) => stream.gap(toEventId(number) ?? ''),
    end: stop,
  };
  const leave = live.hub.join(listener, lastEventId === undefined ? undefined : parseServerEventId(lastEventId));
  const lifetimeMs = deadlineOf(parts);
  const deadline = lifetimeMs === undefined ? undefined : setTimeout(stop, lifetimeMs);
  left.addEventListener('abort', stop, { once: true });
  return stream.response;
}
