/** Owns the list of sessions: filter, order of focus, arrow keys. One row is session-row.tsx. */

import { useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { backendState, listingError } from '../../state/backend-state.ts';
import { listedAtMs, sessions } from '../../state/stored-state.ts';
import { clockTime } from '../../state/time-left.ts';
import { lazily } from '../kit/lazily.tsx';
import { Empty } from '../kit/marks.tsx';
import { SessionRow } from './session-row.tsx';
import { shortUrl } from './short-url.ts';

// Loaded for those who have many.
const SessionFilter = lazily(async () => (await import('./session-filter.tsx')).SessionFilter);

/** From here on looking for a name is slower than typing it. */
const FILTER_FROM = 8;

const matches = (session: StoredSession, words: readonly string[]) => {
  const text = `${session.name} ${session.server.name} ${session.server.title ?? ''} ${shortUrl(session.url)}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

/** Says how old the list is, while nobody can bring it up to date. */
function AsOf() {
  const isAway = backendState.value.kind === 'failed' || listingError.value !== undefined;
  if (!isAway || listedAtMs.value === undefined) return null;
  return <span class="sessions-count">{t('popup_asOf', clockTime(listedAtMs.value))}</span>;
}

export function SessionList() {
  const list = useRef<HTMLUListElement>(null);
  const [filter, setFilter] = useState('');
  const [activeId, setActiveId] = useState<string>();
  const all = sessions.value;
  if (all.length === 0) return null;
  const words = all.length > FILTER_FROM ? filter.toLowerCase().split(/\s+/).filter(Boolean) : [];
  const shown = words.length > 0 ? all.filter((session) => matches(session, words)) : all;
  const active = shown.some(({ id }) => id === activeId) ? activeId : shown[0]?.id;

  const move = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.matches('input') || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('.session-open') ?? [])];
    const at = rows.findIndex((row) => row.closest('li')?.contains(document.activeElement));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(next, rows.length - 1))]?.focus();
  };

  return (
    <section class="sessions" aria-labelledby="sessions-title">
      <div class="sessions-head">
        <h2 id="sessions-title">{t('popup_sessions')}</h2>
        <AsOf />
        {all.length > FILTER_FROM && (
          <>
            <span class="sessions-count">{words.length > 0 ? t('kit_countOf', shown.length, all.length) : all.length}</span>
            <SessionFilter
              value={filter}
              onInput={setFilter}
              onDown={() => list.current?.querySelector<HTMLElement>('.session-open')?.focus()}
            />
          </>
        )}
      </div>
      {shown.length === 0 ? (
        <Empty title={t('popup_noMatch')}>{t('popup_noMatchHint')}</Empty>
      ) : (
        <ul ref={list} class="sessions-list" onKeyDown={move}>
          {shown.map((session) => (
            <SessionRow key={session.id} session={session} isActive={session.id === active} onActive={() => setActiveId(session.id)} />
          ))}
        </ul>
      )}
    </section>
  );
}
