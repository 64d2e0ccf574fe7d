/**
 * Owns the Session room: what the session is and has been through, what lets Mooring in at its server, what that says of itself.
 * What comes later and may be long stands at the end: nothing that can be pressed moves away under the pointer.
 */

import { useEffect, useMemo } from 'preact/hooks';
import { t, tCount } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { capabilityWords } from '../../state/capability-words.ts';
import { now } from '../../state/clock.ts';
import type { Inspector } from '../../state/inspector.ts';
import { openSessionDetails } from '../../state/session-details.ts';
import { signInStages } from '../../state/sign-in.ts';
import { timeAgo, timeLeft } from '../../state/time-left.ts';
import { wordsFor } from '../../state/words.ts';
import { Notice } from '../kit/notice.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { EndSection } from './end-section.tsx';
import { EndpointLine } from './endpoint-line.tsx';
import { Fact, Facts } from './fact-list.tsx';
import { HeadersSection } from './headers-section.tsx';
import { PulseSection } from './pulse-section.tsx';
import { dateWords } from './quantities.ts';
import { RootsSection } from './roots-section.tsx';
import { ServerIcons } from './server-icons.tsx';
import { ServerLog } from './server-log.tsx';
import { SignInDetails } from './sign-in-details.tsx';
import { SignInSection } from './sign-in-section.tsx';
import { TextView } from './text-view.tsx';
import { useWatchedActivity } from './watched-activity.ts';

const TRANSPORTS = { 'streamable-http': 'Streamable HTTP', sse: t('session_transportOf2024') } as const;
const REVISIONS = { stateful: t('session_stateful'), stateless: t('session_stateless') } as const;

export function SessionRoom({ session, inspector }: { session: StoredSession; inspector: Inspector }) {
  const { id, ended } = session;
  const room = useMemo(() => openSessionDetails(id), [id]);
  const isEnded = ended !== undefined;
  const { session: fresh, authorization, error } = room.details.value;
  const stage = signInStages.value.get(id);
  const isBusy = stage !== undefined && stage.kind !== 'failed';
  useWatchedActivity(inspector.activity);
  // Anew when something has happened to the session, here or on another device.
  useEffect(() => {
    if (!isEnded) return room.follow(isBusy);
  }, [room, isEnded, isBusy, session.status, session.lastUsedAt, session.headerNames.length]);
  const capabilities = fresh && capabilityWords(fresh.capabilities);
  const left = timeLeft(session.expiresAt, now.value);
  const facts = (
    <div class="session-room">
      {error && (
        <Notice tone="warn" title={wordsFor(error.code).title} detail={error.detail}>
          {t('session_notUpToDate')}
        </Notice>
      )}
      <Facts title={t('session_facts')}>
        <Fact name={t('session_connected')} text={[dateWords(session.createdAt), timeAgo(session.createdAt, now.value)].join(', ')} />
        <Fact name={t('session_lastUsed')} text={timeAgo(session.lastUsedAt, now.value)} />
        <Fact name={t('session_ends')} text={isEnded ? t('session_hasEnded') : left.text === '' ? '' : t('session_endsIn', left.text)} />
        <Fact name={t('session_coldStarts')} text={timesWords(session.coldStarts, 'session_coldStartsTold')} />
        <Fact name={t('session_renewals')} text={timesWords(session.renewals, 'session_renewalsTold')} />
        {!isEnded && <EndpointLine session={session} />}
      </Facts>
      {!isEnded && <HeadersSection session={session} />}
      {!isEnded && <SignInSection session={session} authorization={authorization} />}
      {!isEnded && <PulseSection inspector={inspector} hasPing={session.revision === 'stateful'} />}
      {!isEnded && <SignInDetails authorization={authorization} />}
      <Facts title={t('session_server')}>
        <Fact name={t('session_name')} text={session.server.title ?? session.server.name} />
        {session.server.title !== undefined && <Fact name={t('session_callsItself')} text={session.server.name} />}
        <ServerIcons icons={fresh?.server.icons ?? []} />
        <Fact name={t('session_version')} text={session.server.version} />
        <Fact name={t('session_address')} text={session.url} isCode />
        <Fact name={t('session_transport')} text={TRANSPORTS[session.transport]} />
        <Fact name={t('session_revision')} text={[REVISIONS[session.revision], session.protocolVersion].filter(Boolean).join(', ')} />
        {capabilities && (
          <>
            <dt>{t('session_can')}</dt>
            <dd>
              {capabilities.length === 0 ? (
                t('session_canNothing')
              ) : (
                <ul class="fact-lines">
                  {capabilities.map((words) => (
                    <li key={words} dir="auto">
                      <VisibleText text={words} />
                    </li>
                  ))}
                </ul>
              )}
            </dd>
          </>
        )}
      </Facts>
      {fresh !== undefined && !isEnded && <RootsSection sessionId={id} roots={fresh.roots} room={inspector.room} />}
      {fresh?.instructions !== undefined && (
        <section class="session-part" aria-label={t('session_instructionsOfServer')}>
          <h2>{t('session_instructions')}</h2>
          <TextView text={fresh.instructions} label={t('session_instructionsText')} />
        </section>
      )}
      {!isEnded && fresh?.capabilities['logging'] !== undefined && <ServerLog inspector={inspector} />}
    </div>
  );
  return (
    <div class="session-frame">
      {facts}
      {/* Below what scrolls and grows: it is always found at the end, and never moves. */}
      {!isEnded && <EndSection session={session} />}
    </div>
  );
}

const timesWords = (count: number, key: 'session_coldStartsTold' | 'session_renewalsTold'): string =>
  count === 0 ? t('session_none') : tCount(key, count);
