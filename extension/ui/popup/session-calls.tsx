/** Owns the calls that run in a session, below its row: which, how far, on which device, and the button that cancels. */

import type { Call } from '../../../shared/contract.ts';
import { formatNumber, t, tCount } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { cancelling, cancelRunningCall } from '../../state/call-reading.ts';
import { now } from '../../state/clock.ts';
import type { RunningCalls } from '../../state/running-calls.ts';
import { clockTime, elapsed } from '../../state/time-left.ts';
import { wordsFor } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { showInspector } from './show-inspector.ts';

/** Calls that are drawn of one session; the rest is told by its number. */
const MAX_DRAWN = 5;

export function SessionCalls({ session, running }: { session: StoredSession; running: RunningCalls }) {
  const { calls, asOfMs, error } = running;
  if (calls.length === 0)
    return error === undefined || session.running === 0 ? null : (
      <p class="session-calls">{tCount('popup_callsLastHeard', session.running)}</p>
    );
  return (
    <div class="session-calls">
      <ul aria-label={t('popup_runningIn', session.name)}>
        {calls.slice(0, MAX_DRAWN).map((call) => (
          <RunningCall key={call.key} sessionId={session.id} call={call} isKnown={error === undefined} />
        ))}
      </ul>
      {calls.length > MAX_DRAWN && <p>{tCount('popup_moreCalls', calls.length - MAX_DRAWN)}</p>}
      {error !== undefined && <p role="status">{t('popup_callsAsOf', clockTime(asOfMs))}</p>}
    </div>
  );
}

function RunningCall({ sessionId, call, isKnown }: { sessionId: string; call: Call; isKnown: boolean }) {
  const { key, method, label = method, device, progress, startedAt } = call;
  const failure = cancelling.value.get(key);
  const isCancelling = call.cancelRequested || (cancelling.value.has(key) && failure === undefined);
  const done = progress && formatNumber(progress.progress);
  const count = progress?.total === undefined ? done : t('kit_countOf', formatNumber(progress.progress), formatNumber(progress.total));
  return (
    <li class="session-call">
      {isKnown && <Spinner />}
      <span class="session-call-text">
        <button
          type="button"
          class="session-call-name clip"
          title={t('popup_showCall')}
          onClick={() => void showInspector(sessionId, { room: 'tools', tool: label })}
        >
          <bdi>
            <VisibleText text={label} />
          </bdi>
        </button>
        <span class="session-facts clip" title={spellHidden(`${label}\n${device}`)}>
          {[count, elapsed(startedAt, now.value)].filter(Boolean).join(' · ')} ·{' '}
          <bdi>
            <VisibleText text={device} />
          </bdi>
        </span>
        {progress?.total !== undefined && (
          <progress aria-label={t('popup_progressOf', label)} max={progress.total} value={Math.min(progress.progress, progress.total)} />
        )}
        {failure !== undefined && (
          <span class="session-call-failure" role="alert">
            {t('popup_notCancelled', wordsFor(failure.code).title)}
          </span>
        )}
      </span>
      <Button
        small
        busy={isCancelling}
        aria-label={t('kit_cancelNamed', spellHidden(label))}
        onClick={() => void cancelRunningCall(sessionId, key)}
      >
        {isCancelling ? t('kit_cancelling') : t('kit_cancel')}
      </Button>
    </li>
  );
}
