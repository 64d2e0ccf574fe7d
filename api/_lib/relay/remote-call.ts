/**
 * Owns following a call that another instance runs, by way of the ledger: its events as they are stored, its end, and, where that
 * instance was lost, taking the call's stream at the server up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { type JsonRpcId, JsonRpcId as RpcId } from '../../../shared/json-rpc.ts';
import { CALL_LEASE_MS } from '../limits.ts';
import type { CallResult, StoredCall } from '../store/call-ledger.ts';
import type { Credential } from '../store/device-registry.ts';
import { openCall, runCall } from './call.ts';
import type { LiveSession, RelayParts } from './live-session.ts';
import { type Ending, openReply, type Reply } from './reply.ts';

const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 1000;

/** Returns how a settled call ended, as a reply tells it. */
export function toEnding({ call, response, droppedBytes }: CallResult): Ending {
  if (response !== undefined) return { kind: 'response', text: response, status: 200, id: requestIdOf(call) };
  const failure = (code: AppError['code'], detail: string): Ending => ({ kind: 'failure', error: new AppError(code, detail) });
  if (call.state === 'unknown')
    return failure('CALL_OUTCOME_UNKNOWN', 'The answer to this call was lost. It may have run. Check before you run it again.');
  if (call.state === 'failed') return failure('CALL_CANCELLED', 'The call was cancelled.');
  const size = droppedBytes === undefined ? 'Its result' : `Its result of ${droppedBytes} bytes`;
  return failure('RESULT_NOT_KEPT', `The call is done. ${size} was delivered when it came, and is not kept.`);
}

/** Returns the id that the client gave the request. */
export function requestIdOf({ requestId }: StoredCall): JsonRpcId {
  try {
    return RpcId.parse(JSON.parse(requestId));
  } catch {
    return '';
  }
}

/** Runs a call here that nobody holds any more and that was never sent; false where that is not so. Only who has its request can. */
export type TakeOver = (into: Reply) => Promise<boolean>;

/**
 * Opens a reply that follows the call until its end, or until nobody reads it any more.
 *
 * @param after Number of the last event that the reader has.
 * @param takeOver How the call is begun anew where its holder was lost before it sent anything.
 */
export function followRemoteCall(
  live: LiveSession,
  parts: RelayParts,
  credential: Credential,
  call: StoredCall,
  after: number,
  takeOver: TakeOver = async () => false,
): Reply {
  const reply = openReply(call.key, () => {});
  // A tick later: the caller attaches its reader first.
  const following = Promise.resolve().then(() => follow(live, parts, credential, call, after, reply, takeOver));
  parts.work.add('follow call', following);
  return reply;
}

async function follow(
  live: LiveSession,
  parts: RelayParts,
  credential: Credential,
  call: StoredCall,
  after: number,
  reply: Reply,
  takeOver: TakeOver,
): Promise<void> {
  let seen = after;
  for (let pauseMs = FIRST_PAUSE_MS; reply.hasReaders(); pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    // An outage is not the call's end: the reader waits on, and is told by the heartbeat that it is still here.
    const read = await parts.store.readCall(credential, live.stored.id, call.key, { after: seen }).catch(() => undefined);
    if (read && (read.kind !== 'ok' || !read.result))
      return reply.end({
        kind: 'failure',
        error: new AppError('CALL_OUTCOME_UNKNOWN', 'The call is no longer known here. It may have run.'),
      });
    if (read?.kind === 'ok' && read.result) {
      for (const { number, text } of read.events) reply.message(text, number);
      seen = read.events.at(-1)?.number ?? seen;
      const { state, serverEventId } = read.result.call;
      if (state !== 'pending' && state !== 'sent') return reply.end(toEnding(read.result));
      if (state === 'pending' && (await takeOver(reply).catch(() => false))) return;
      if (serverEventId !== undefined && (await adopt(live, parts, read.result.call, reply))) return;
    }
    await pause(pauseMs);
  }
}

/** Takes the call over when its holder is gone; what comes of it goes to the reply that was followed. */
async function adopt(live: LiveSession, parts: RelayParts, call: StoredCall, followed: Reply): Promise<boolean> {
  const owner = crypto.randomUUID();
  const adopted = await parts.store.adoptCall(live.stored.id, call.key, owner, CALL_LEASE_MS).catch(() => undefined);
  if (!adopted) return false;
  await resumeOrphan(live, parts, adopted, owner, followed);
  return true;
}

/** Runs an orphaned call on, by its stream at the server; it becomes `unknown` where that is not there any more. */
export async function resumeOrphan(live: LiveSession, parts: RelayParts, orphan: StoredCall, owner: string, into: Reply): Promise<void> {
  const request = { jsonrpc: '2.0' as const, id: requestIdOf(orphan), method: orphan.method };
  const input = { key: orphan.key, hasOwnKey: true, owner, request, bytes: 0, connection: '', device: orphan.device, headers: {} };
  const { call, hold } = openCall(live, parts, input, orphan, into);
  const sameServerSession = orphan.epoch === live.stored.epoch;
  await runCall(
    live,
    parts,
    call,
    hold,
    sameServerSession && orphan.serverEventId !== undefined ? { eventId: orphan.serverEventId } : 'lost',
  );
}
