/** Owns the panel as a whole: the selected session with its rooms, or what to do where there is none. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber, t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { backendState, listingError } from '../../state/backend-state.ts';
import { type Inspector, openInspector } from '../../state/inspector.ts';
import { ROOMS, withLook } from '../../state/inspector-room.ts';
import { panelView, showView, wantedPlace } from '../../state/panel-view.ts';
import { askedQuestions } from '../../state/questions/open-list.ts';
import { reconnect, select, sessionErrors } from '../../state/sessions.ts';
import { selectedSession, sessions, stored } from '../../state/stored-state.ts';
import { wordsFor } from '../../state/words.ts';
import { Announcer } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { lazily } from '../kit/lazily.tsx';
import { Dot, Empty } from '../kit/marks.tsx';
import { Failure, Notice } from '../kit/notice.tsx';
import { PaletteHost } from '../palette/palette-host.tsx';
import { ContentContext, type ContentSurroundings } from './content-context.ts';
import { PanelHeader } from './panel-header.tsx';
import { ROOM_LABELS } from './room-labels.ts';
import { ToolsRoom } from './tools-room.tsx';

// Loaded when somebody goes there.
const ServerListsPage = lazily(async () => (await import('../server-lists/server-lists-page.tsx')).ServerListsPage);
const ResourcesRoom = lazily(async () => (await import('./resources-room.tsx')).ResourcesRoom);
const PromptsRoom = lazily(async () => (await import('./prompts-room.tsx')).PromptsRoom);
const ActivityRoom = lazily(async () => (await import('./activity-room.tsx')).ActivityRoom);
const SessionRoom = lazily(async () => (await import('./session-room.tsx')).SessionRoom);

const QuestionStack = lazily(async () => (await import('../questions/question-stack.tsx')).QuestionStack);
const hasQuestions = () => askedQuestions.value.length > 0 || sessions.value.some(({ ended, questions }) => !ended && questions > 0);

export function Panel() {
  // Where none was chosen, the one that was used last is meant.
  const session = selectedSession.value ?? sessions.value.find(({ ended }) => !ended) ?? sessions.value[0];
  const view = panelView.value;
  if (stored.value === undefined) return null;
  return (
    <main class="panel">
      {view !== 'session' ? (
        <ServerListsPage view={view} />
      ) : session === undefined ? (
        <NoSession />
      ) : (
        <SessionPanel key={session.id} session={session} />
      )}
      <Announcer />
    </main>
  );
}

function NoSession() {
  return (
    <div class="no-session">
      <Empty title={t('panel_noSession')}>
        <p>{t('panel_noSessionHint')}</p>
        <Button onClick={() => showView('import')}>{t('panel_import')}</Button>
      </Empty>
    </div>
  );
}

function SessionPanel({ session }: { session: StoredSession }) {
  const inspector = useInspector(session);
  const isReconnecting = useSignal(false);
  const others = sessions.value.filter(({ id }) => id !== session.id);
  const error = sessionErrors.value.get(session.id);
  const isEnded = session.ended !== undefined;
  const isWell = backendState.value.kind === 'ready' && listingError.value === undefined;
  // At once; when a call began or ended on another device; and when the backend or its storage is back.
  useEffect(() => {
    if (isEnded) return;
    void inspector?.runs.restore();
    void inspector?.resources.keepWatching();
  }, [isEnded, inspector, isWell, session.running, session.lastUsedAt]);
  useEffect(() => {
    if (isEnded) void inspector?.disconnect();
  }, [isEnded, inspector]);
  useWantedPlace(session.id, inspector);
  const isLive = session.status === 'live';
  // A server that has just let Mooring in is asked at once for what it refused before.
  useEffect(() => {
    if (!isLive || inspector === undefined) return;
    if (inspector.tools.list.peek().failure !== undefined) void inspector.tools.refresh();
    for (const { list, refresh } of [inspector.resources.resources, inspector.resources.templates, inspector.prompts.prompts])
      if (list.peek().failure !== undefined) void refresh();
  }, [isLive, inspector]);
  const again = async () => {
    isReconnecting.value = true;
    // What was typed last goes over to the new session too.
    await inspector?.room.flush();
    // What went wrong is in sessionErrors; a session that came of it is selected and replaces this one.
    await reconnect(session).catch(() => undefined);
    isReconnecting.value = false;
  };
  return (
    <>
      <PanelHeader session={session} others={others} onSwitch={(id) => void select(id)} />
      {isEnded && (
        <div class="pad">
          <EndedNotice session={session} isBusy={isReconnecting.value} onReconnect={() => void again()} />
          {error !== undefined && <Failure failure={error} act={(remedy) => (remedy === 'retry' ? () => void again() : undefined)} />}
        </div>
      )}
      {hasQuestions() && <QuestionStack sessionId={session.id} />}
      {inspector !== undefined && <Rooms session={session} inspector={inspector} />}
      <PaletteHost session={session} others={others} inspector={inspector} />
    </>
  );
}

function EndedNotice({ session, isBusy, onReconnect }: { session: StoredSession; isBusy: boolean; onReconnect: () => void }) {
  const { title, meaning } = wordsFor(session.ended?.code ?? 'SESSION_NOT_FOUND');
  return (
    <Notice
      tone="warn"
      title={title}
      detail={session.ended?.hint}
      actions={
        <Button kind="primary" small busy={isBusy} onClick={onReconnect}>
          {t('error_remedy_reconnect')}
        </Button>
      }
    >
      {meaning}
    </Notice>
  );
}

function Rooms({ session, inspector }: { session: StoredSession; inspector: Inspector }) {
  const { room, tools } = inspector;
  const isEnded = session.ended !== undefined;
  const signIn = () => {
    room.update({ room: 'session' });
    void import('../../state/sign-in.ts').then(({ askSignIn }) => askSignIn(session.id));
  };
  const { room: open, looks, isWrapped } = room.state.value;
  const surroundings: ContentSurroundings = {
    onOpenResource: inspector.openResource,
    lookOf: (place) => looks[place],
    onLook: (place, look) => room.update({ looks: withLook(room.state.peek().looks, place, look) }),
    ...(isWrapped !== undefined && { isWrapped }),
    onWrap: (wanted) => room.update({ isWrapped: wanted }),
  };
  const count = tools.list.value.tools?.length;
  const hasChanged = inspector.resources.changed.value.size > 0;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && ROOMS[(ROOMS.indexOf(open) + step + ROOMS.length) % ROOMS.length];
    if (!next) return;
    event.preventDefault();
    room.update({ room: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <ContentContext.Provider value={surroundings}>
      <div class="tabs" role="tablist" aria-label={t('panel_rooms')} onKeyDown={move}>
        {ROOMS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            class="tab"
            id={`tab-${name}`}
            aria-selected={name === open}
            aria-controls={`room-${name}`}
            tabIndex={name === open ? 0 : -1}
            onClick={() => room.update({ room: name })}
          >
            {ROOM_LABELS[name]}
            {name === 'tools' && count !== undefined && <small> {formatNumber(count)}</small>}
            {name === 'resources' && hasChanged && <Dot tone="warn" label={t('resources_changed')} />}
          </button>
        ))}
      </div>
      <div class="room" role="tabpanel" id={`room-${open}`} aria-labelledby={`tab-${open}`}>
        {open === 'tools' ? (
          // An ended session is not asked for its tools: the notice above says what to do.
          isEnded && tools.list.value.tools === undefined ? null : (
            <ToolsRoom inspector={inspector} remedies={{ 'sign-in': signIn }} />
          )
        ) : open === 'resources' ? (
          <ResourcesRoom inspector={inspector} isEnded={isEnded} remedies={{ 'sign-in': signIn }} />
        ) : open === 'prompts' ? (
          <PromptsRoom inspector={inspector} isEnded={isEnded} remedies={{ 'sign-in': signIn }} />
        ) : open === 'activity' ? (
          <ActivityRoom inspector={inspector} session={session} />
        ) : (
          <SessionRoom session={session} inspector={inspector} />
        )}
      </div>
    </ContentContext.Provider>
  );
}

/** Opens the session's inspector, and closes it when another session takes its place or the panel goes. */
function useInspector(session: StoredSession): Inspector | undefined {
  const inspector = useSignal<Inspector | undefined>(undefined);
  const { id, revision } = session;
  useEffect(() => {
    let isGone = false;
    void openInspector({ id, revision }).then((opened) => {
      if (isGone) void opened.close();
      else inspector.value = opened;
    });
    const keep = () => {
      if (document.visibilityState === 'hidden') inspector.value?.room.leave();
    };
    document.addEventListener('visibilitychange', keep);
    return () => {
      isGone = true;
      document.removeEventListener('visibilitychange', keep);
      void inspector.value?.close();
    };
  }, [id, revision, inspector]);
  return inspector.value;
}

/** Goes where the popup asked, as soon as the session it meant is the one that is open. */
function useWantedPlace(sessionId: string, inspector: Inspector | undefined): void {
  const wanted = wantedPlace.value;
  useEffect(() => {
    if (inspector === undefined || inspector.sessionId !== sessionId || wanted?.sessionId !== sessionId) return;
    wantedPlace.value = undefined;
    const room = ROOMS.find((name) => name === wanted.room);
    inspector.goTo({ ...(room !== undefined && { room }), ...(wanted.tool !== undefined && { tool: wanted.tool }) });
  }, [inspector, sessionId, wanted]);
}
