/**
 * Owns the Session room: what the session is and has been through, what lets Mooring in at its server, what that says of itself.
 * What comes later and may be long stands at the end: nothing that can be pressed moves away under the pointer.
 */
import { useEffect, useMemo } from 'preact/hooks';
import type { StoredSession } from '../../platform/stored.ts';
import { capabilityWords } from '../../state/capability-words.ts';
import { now } from '../../state/clock.ts';
import { openSessionDetails } from '../../state/session-details.ts';
import { signInStages } from '../../state/sign-in.ts';
import { timeAgo, timeLeft } from '../../state/time-left.ts';
import { wordsFor } from '../../state/words.ts';
import { Notice } from '../kit/notice.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { EndpointLine } from './endpoint-line.tsx';
import { Fact, Facts } from './fact-list.tsx';
import { HeadersSection } from './headers-section.tsx';
import { RootsSection } from './roots-section.tsx';
import { SignInSection } from './sign-in-section.tsx';
import { TextView } from './text-view.tsx';

const TRANSPORTS = { 'streamable-http': 'Streamable HTTP', sse: 'HTTP+SSE, the transport of 2024' } as const;
const REVISIONS = { stateful: 'Stateful', stateless: 'Stateless' } as const;

export function SessionRoom({ session }: { session: StoredSession }) {
  const { id, ended } = session;
  const room = useMemo(() => openSessionDetails(id), [id]);
  const isEnded = ended !== undefined;
  const { session: fresh, authorization, error } = room.details.value;
  const stage = signInStages.value.get(id);
  const isBusy = stage !== undefined && stage.kind !== 'failed';
  // Anew when something has happened to the session, here or on another device.
  useEffect(() => {
    if (!isEnded) return room.follow(isBusy);
  }, [room, isEnded, isBusy, session.status, session.lastUsedAt, session.headerNames.length]);
  const capabilities = fresh && capabilityWords(fresh.capabilities);
  const left = timeLeft(session.expiresAt, now.value);
  return (
    <div class="session-room">
      {error && (
        <Notice tone="warn" title={wordsFor(error.code).title} detail={error.detail}>
          What is shown is the last that was known. It is asked again.
        </Notice>
      )}
      <Facts title="Session">
        <Fact name="Connected" text={`${dateWords(session.createdAt)}, ${timeAgo(session.createdAt, now.value)}`} />
        <Fact name="Last used" text={timeAgo(session.lastUsedAt, now.value)} />
        <Fact name="Ends" text={isEnded ? 'has ended' : left.text === '' ? '' : `in ${left.text}, if nobody uses it`} />
        <Fact name="Cold starts" text={timesWords(session.coldStarts, 'an instance of the backend took it up')} />
        <Fact name="Renewals" text={timesWords(session.renewals, 'the server had forgotten its session')} />
        {!isEnded && <EndpointLine session={session} />}
      </Facts>
      {!isEnded && <HeadersSection session={session} />}
      {!isEnded && <SignInSection session={session} authorization={authorization} />}
      <Facts title="Server">
        <Fact name="Name" text={session.server.title ?? session.server.name} />
        {session.server.title !== undefined && <Fact name="Calls itself" text={session.server.name} />}
        <Fact name="Version" text={session.server.version} />
        <Fact name="Address" text={session.url} isCode />
        <Fact name="Transport" text={TRANSPORTS[session.transport]} />
        <Fact name="Revision" text={[REVISIONS[session.revision], session.protocolVersion].filter(Boolean).join(', ')} />
        {capabilities && (
          <>
            <dt>Can</dt>
            <dd>
              {capabilities.length === 0 ? (
                'nothing that it says'
              ) : (
                <ul>
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
      {fresh !== undefined && !isEnded && <RootsSection sessionId={id} roots={fresh.roots} />}
      {fresh?.instructions !== undefined && (
        <section class="session-part" aria-label="Instructions of the server">
          <h2>Instructions</h2>
          <TextView text={fresh.instructions} label="Text of the instructions" />
        </section>
      )}
    </div>
  );
}

const timesWords = (count: number, what: string): string => (count === 0 ? 'none' : `${count === 1 ? 'once' : `${count} times`}: ${what}`);

function dateWords(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString();
}
