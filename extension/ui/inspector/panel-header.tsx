/** Owns the head of the panel: which session, in what state, how much time is left, and the way to another one. */
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { backendState, listingError } from '../../state/backend-state.ts';
import { now } from '../../state/clock.ts';
import { openPalette, showView } from '../../state/panel-view.ts';
import { listedAtMs } from '../../state/stored-state.ts';
import { clockTime, timeLeft } from '../../state/time-left.ts';
import { Dot, type Tone } from '../kit/marks.tsx';
import { Menu } from '../kit/menu.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { COMMAND_KEY } from './keys.ts';

type Props = { session: StoredSession; others: readonly StoredSession[]; onSwitch: (sessionId: string) => void };

export function PanelHeader({ session, others, onSwitch }: Props) {
  const isOutOfReach = backendState.value.kind === 'failed' && !session.ended;
  const isUnlisted = listingError.value !== undefined && !session.ended;
  const asOf = listedAtMs.value === undefined ? '' : ` · as of ${clockTime(listedAtMs.value)}`;
  const away = isOutOfReach ? `Backend not reachable${asOf}` : isUnlisted ? `Not up to date${asOf}` : undefined;
  const { tone, label } = away === undefined ? stateOf(session) : ({ tone: 'idle', label: away } as const);
  const left = timeLeft(session.expiresAt, now.value);
  const { name, title, version } = session.server;
  return (
    <header class="panel-head">
      <Dot tone={tone} label={label} />
      <div class="panel-name">
        <h1 class="clip" dir="auto" title={spellHidden(`${session.name}\n${session.url}`)}>
          <VisibleText text={session.name} />
        </h1>
        <p class="clip quiet" dir="auto">
          {away !== undefined ? label : <VisibleText text={[title ?? name, version].filter(Boolean).join(' ')} />}
        </p>
      </div>
      {others.length > 0 && (
        <Menu
          label="Switch session"
          icon="chevron"
          items={others.map((other) => ({
            label: other.name,
            note: `${other.url} · ${stateOf(other).label}`,
            onSelect: () => onSwitch(other.id),
          }))}
        />
      )}
      <span class="spacer" />
      {!session.ended && left.text !== '' && (
        <span class={`chip ${left.kind}`} title="From last use; every call lets it start again">
          {left.text} left
        </span>
      )}
      <Menu
        label={t('panel_more')}
        items={[
          { label: t('palette_title'), note: `${COMMAND_KEY} K`, onSelect: openPalette },
          { label: t('panel_import'), startsGroup: true, onSelect: () => showView('import') },
          { label: t('panel_export'), onSelect: () => showView('export') },
        ]}
      />
    </header>
  );
}

/** Returns the state of a session as a sign and in words. */
export function stateOf(session: StoredSession): { tone: Tone; label: string } {
  if (session.ended) return { tone: 'bad', label: 'Ended' };
  if (session.status === 'unreachable') return { tone: 'warn', label: 'Server not reachable' };
  if (session.status === 'authorization-required') return { tone: 'warn', label: 'Waits for sign-in' };
  return { tone: 'ok', label: 'Live' };
}
