/**
 * Owns sending a call's request until it is answered: each attempt, and what is put right between two of them. Which attempt is followed by
 * what is decided in recovery-verdict.ts; the call itself is call.ts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { CallHold } from './call-hold.ts';
import { renewAccess } from './live-access.ts';
import type { Call, LiveSession, RelayParts } from './live-session.ts';
import { judgeAttempt } from './recovery-verdict.ts';
import { renewServerSession } from './renewal.ts';
import { checkAccess } from './server-access.ts';
import { sendOverHttp } from './upstream-http.ts';
import { sendOverSse } from './upstream-sse.ts';

/** Before a request is sent again, ms: a server that restarts is back by then more often than not. */
const REPEAT_AFTER_MS = 200;

/** @throws AppError that says why there is no answer, and whether the call may have run. */
export async function attemptUntilAnswered(live: LiveSession, parts: RelayParts, call: Call, hold: CallHold): Promise<void> {
  checkAccess(live.stored);
  const send = live.stored.transport === 'sse' ? sendOverSse : sendOverHttp;
  for (let repeats = 0, renewed = false, wasRenewed = false; ; ) {
    const { epoch } = live.stored;
    const attempt = await send(live, parts, call);
    const verdict = judgeAttempt(attempt, { method: call.input.request.method, repeats, renewed, delivered: call.delivered });
    if (verdict.kind === 'done') return;
    if (verdict.kind === 'fail') throw verdict.error;
    if (verdict.kind === 'renew') {
      await hold.markPending();
      // Over HTTP+SSE the next attempt opens a connection, which is a server session of its own.
      if (live.stored.transport === 'streamable-http') await renewServerSession(live, parts, epoch);
      renewed = true;
    } else if (verdict.kind === 'renew-access') {
      await hold.markPending();
      if (!(await renewAccess(live, parts, { ...verdict.refused, wasRenewed }))) throw verdict.error;
      wasRenewed = true;
    } else {
      repeats++;
      await pause(REPEAT_AFTER_MS, undefined, { signal: call.ended.signal });
    }
  }
}
