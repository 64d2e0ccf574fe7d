/** Owns one session's row: what it shows, its menu, and what replaces it while it is renamed or about to be ended. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { backendState, listingError } from '../../state/backend-state.ts';
import { now } from '../../state/clock.ts';
import { reconnecting, stopReconnect } from '../../state/reconnecting.ts';
import { runningCalls } from '../../state/running-calls.ts';
import { nameAndVersion } from '../../state/server-words.ts';
import { type Contact, summarizeSession } from '../../state/session-summary.ts';
import { clearSessionError, isFresh, sessionErrors } from '../../state/sessions.ts';
import { selectedSessionId, stored } from '../../state/stored-state.ts';
import type { Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { lazily } from '../kit/lazily.tsx';
import { Dot } from '../kit/marks.tsx';
import { Menu } from '../kit/menu.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { copyDetails } from './copying.ts';
import { openSettings } from './open-settings.ts';
import { reconnectRow } from './reconnect-row.ts';
import type { Mode } from './session-menu.tsx';
import { shortUrl, transportLabel } from './short-url.ts';
import { showInspector } from './show-inspector.ts';
import { Failure } from './trouble.tsx';

// Loaded with the first call that runs.
const SessionCalls = lazily(async () => (await import('./session-calls.tsx')).SessionCalls);
// Loaded with the first rename or end.
const RenameForm = lazily(async () => (await import('./session-edit.tsx')).RenameForm);
const EndQuestion = lazily(async () => (await import('./session-edit.tsx')).EndQuestion);
// Loaded with the first menu that opens.
const SessionMenu = lazily(async () => (await import('./session-menu.tsx')).SessionMenu);
// Loaded with the first server that wants a key or a sign-in.
const HeadersForm = lazily(async () => (await import('../server-access/headers-form.tsx')).HeadersForm);
const SignInCard = lazily(async () => (await import('../server-access/sign-in-card.tsx')).SignInCard);

type RowProps = { session: StoredSession; isActive: boolean; onActive: () => void };

export function SessionRow({ session, isActive, onActive }: RowProps) {
  const [mode, setMode] = useState<Mode>('shown');
  const row = useRef<HTMLLIElement>(null);
  const wasEdited = useRef(false);
  // After renaming or a kept session the focus goes back to where it came from.
  useLayoutEffect(() => {
    if (mode !== 'shown') wasEdited.current = true;
    else if (wasEdited.current) row.current?.querySelector<HTMLElement>('.session-open')?.focus();
  }, [mode]);
  const error = sessionErrors.value.get(session.id);
  // A sign-in goes on while the popup is closed; one that was found is shown to its end.
  const foundSignIn = useRef(false);
  if (stored.value?.signIns.some(({ sessionId }) => sessionId === session.id)) foundSignIn.current = true;
  const isSigningIn = mode === 'signing-in' || foundSignIn.current;
  const endSignIn = () => {
    foundSignIn.current = false;
    setMode('shown');
  };
  const running = session.ended ? undefined : runningCalls.value.get(session.id);
  const act = (remedy: Remedy): (() => void) | undefined => {
    if (!error) return undefined;
    if (remedy === 'open-settings') return openSettings;
    if (remedy === 'copy-details') return () => void copyDetails(error);
    if (remedy === 'sign-in') return () => setMode('signing-in');
    if (remedy === 'edit-headers') return () => setMode('headers');
    if (session.ended && (remedy === 'retry' || remedy === 'reconnect')) return () => void reconnectRow(session);
    return undefined;
  };
  const keys = (event: KeyboardEvent) => {
    if (mode !== 'shown' || !(event.target instanceof HTMLElement) || !event.target.matches('.session-open')) return;
    if (event.key === 'F2') setMode('renaming');
    else if (event.key === 'Delete')
      session.ended ? void import('./remove-row.ts').then(({ removeRow }) => removeRow(session)) : setMode('ending');
    else return;
    event.preventDefault();
  };
  return (
    <li
      ref={row}
      class={`session${session.ended ? ' ended' : ''}`}
      aria-current={session.id === selectedSessionId.value && !session.ended ? 'true' : undefined}
      onFocusCapture={onActive}
      onKeyDown={keys}
    >
      {mode === 'renaming' ? (
        <RenameForm session={session} onDone={() => setMode('shown')} />
      ) : (
        <ShownRow session={session} isActive={isActive} isSigningIn={isSigningIn} setMode={setMode} />
      )}
      {running !== undefined && (running.calls.length > 0 || running.error !== undefined) && (
        <SessionCalls session={session} running={running} />
      )}
      {mode === 'ending' && <EndQuestion session={session} onDone={() => setMode('shown')} />}
      {mode === 'headers' && <HeadersForm session={session} onDone={() => setMode('shown')} />}
      {(mode === 'signing-in' || foundSignIn.current) && <SignInCard session={session} begins={mode === 'signing-in'} onDone={endSignIn} />}
      {error && (
        <div class="session-error">
          <Failure failure={error} act={act}>
            <Button small kind="quiet" onClick={() => clearSessionError(session.id)}>
              {t('kit_dismiss')}
            </Button>
          </Failure>
        </div>
      )}
    </li>
  );
}

type ShownRowProps = { session: StoredSession; isActive: boolean; isSigningIn: boolean; setMode: (mode: Mode) => void };

function ShownRow({ session, isActive, isSigningIn, setMode }: ShownRowProps) {
  const { id, name, url, transport, ended } = session;
  const { tone, state, sentence, left, isSoonOver } = summarizeSession(session, now.value, contactNow());
  const tabIndex = isActive ? 0 : -1;
  const version = nameAndVersion(session);
  return (
    <div class="session-row">
      <button
        type="button"
        class="session-open"
        tabIndex={tabIndex}
        title={spellHidden(ended ? `${name}\n${url}` : `${t('popup_openInspectorFor', name)}\n${url}\n${transportLabel(transport)}`)}
        aria-keyshortcuts="F2 Delete"
        onClick={() => (ended ? void reconnectRow(session) : void showInspector(id))}
      >
        <span class="session-letter" aria-hidden="true">
          {firstLetter(name)}
        </span>
        <span class="session-text">
          <span class="session-name">
            <Dot tone={tone} label={state} />
            <bdi class="clip">
              <VisibleText text={name} />
            </bdi>
          </span>
          <span class={sentence === undefined ? 'session-facts clip' : 'session-facts'} dir={sentence === undefined ? 'ltr' : undefined}>
            {sentence ?? (
              <>
                <bdi>{shortUrl(url)}</bdi> · {transport === 'sse' ? 'SSE' : 'HTTP'}
                {version !== '' && (
                  <>
                    {' · '}
                    <bdi>
                      <VisibleText text={version} />
                    </bdi>
                  </>
                )}
              </>
            )}
          </span>
        </span>
        {left !== undefined && (
          <span class={`session-left${isSoonOver ? ' soon' : ''}`} title={t('popup_timeLeft')}>
            <span aria-hidden="true">{left}</span>
            <span class="unseen">{t('time_left', left)}</span>
          </span>
        )}
      </button>
      {!ended && !isSigningIn && session.status === 'authorization-required' && (
        <Button small kind="quiet" tabIndex={tabIndex} aria-label={t('popup_signInTo', name)} onClick={() => setMode('signing-in')}>
          {t('popup_signIn')}
        </Button>
      )}
      {ended && <ReconnectButton session={session} tabIndex={tabIndex} />}
      <Menu
        label={t('popup_actionsFor', spellHidden(name))}
        tabIndex={tabIndex}
        items={(place) => <SessionMenu {...place} session={session} setMode={setMode} />}
      />
    </div>
  );
}

function contactNow(): Contact {
  const refusal = listingError.value;
  if (refusal?.code === 'UNAUTHORIZED') return 'refused';
  return isFresh.value && backendState.value.kind === 'ready' && refusal === undefined ? 'confirmed' : 'unconfirmed';
}

function ReconnectButton({ session, tabIndex }: { session: StoredSession; tabIndex: number }) {
  return reconnecting.value.has(session.id) ? (
    <Button small tabIndex={tabIndex} onClick={() => stopReconnect(session.id)}>
      <Spinner /> {t('kit_cancel')}
    </Button>
  ) : (
    <Button
      small
      kind="quiet"
      tabIndex={tabIndex}
      aria-label={t('popup_reconnectNamed', spellHidden(session.name))}
      onClick={() => void reconnectRow(session)}
    >
      {t('popup_reconnect')}
    </Button>
  );
}

const firstLetter = (name: string) => [...name.replace(/^[^\p{L}\p{N}]+/u, '')][0]?.toUpperCase() ?? '?';
