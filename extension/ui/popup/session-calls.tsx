/** Owns the calls that run in a session, below its row: which, how far, on which device, and the button that cancels. */
import type { Call } from '../../../shared/contract.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { now } from '../../state/clock.ts';
import { cancelling, cancelRunningCall, type RunningCalls } from '../../state/running-calls.ts';
import { clockTime, elapsed } from '../../state/time-left.ts';
import { wordsFor } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';

/** Calls that are drawn of one session; the rest is told by its number. */
const MAX_DRAWN = 5;

export function SessionCalls({ session, running }: { session: StoredSession; running: RunningCalls }) {
  const { calls, asOfMs, error } = running;
  if (calls.length === 0)
    return error === undefined || session.running === 0 ? null : (
      <p class="session-calls">{session.running === 1 ? '1 call' : `${session.running} calls`} ran when it was last heard of.</p>
    );
  return (
    <div class="session-calls">
      <ul aria-label={`Running in ${session.name}`}>
        {calls.slice(0, MAX_DRAWN).map((call) => (
          <RunningCall key={call.key} sessionId={session.id} call={call} isKnown={error === undefined} />
        ))}
      </ul>
      {calls.length > MAX_DRAWN && <p>{calls.length - MAX_DRAWN} more run.</p>}
      {error !== undefined && <p role="status">As of {clockTime(asOfMs)}. The calls go on at the backend.</p>}
    </div>
  );
}

function RunningCall({ sessionId, call, isKnown }: { sessionId: string; call: Call; isKnown: boolean }) {
  const { key, method, label = method, device, progress, startedAt } = call;
  const failure = cancelling.value.get(key);
  const isCancelling = call.cancelRequested || (cancelling.value.has(key) && failure === undefined);
  const count = progress && (progress.total === undefined ? `${progress.progress}` : `${progress.progress} of ${progress.total}`);
  return (
    <li class="session-call">
      {isKnown && <Spinner />}
      <span class="session-call-text">
        <span class="session-call-name clip">
          <bdi>
            <VisibleText text={label} />
          </bdi>
        </span>
        <span class="session-facts clip" title={spellHidden(`${label}\n${device}`)}>
          {[count, elapsed(startedAt, now.value)].filter(Boolean).join(' · ')} ·
          <bdi>
            <VisibleText text={device} />
          </bdi>
        </span>
        {progress?.total !== undefined && (
          <progress aria-label={`Progress of ${label}`} max={progress.total} value={Math.min(progress.progress, progress.total)} />
        )}
        {failure !== undefined && (
          <span class="session-call-failure" role="alert">
            Could not be cancelled. {wordsFor(failure.code).title}
          </span>
        )}
      </span>
      <Button small busy={isCancelling} aria-label={`Cancel ${spellHidden(label)}`} onClick={() => void cancelRunningCall(sessionId, key)}>
        {isCancelling ? 'Cancelling' : 'Cancel'}
      </Button>
    </li>
  );
}
