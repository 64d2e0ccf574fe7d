/** Owns the head of the panel: which session, in what state, how much time is left, and the way to another one. */
import { type MessageKey, t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { backendState, listingError } from '../../state/backend-state.ts';
import { now } from '../../state/clock.ts';
import { openPalette, showView } from '../../state/panel-view.ts';
import { hostOf, nameAndVersion } from '../../state/server-words.ts';
import { listedAtMs } from '../../state/stored-state.ts';
import { clockTime, timeLeft } from '../../state/time-left.ts';
import { Dot, Kbd, type Tone } from '../kit/marks.tsx';
import { Menu } from '../kit/menu.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { COMMAND_KEY, IS_MAC } from './keys.ts';

type Props = { session: StoredSession; others: readonly StoredSession[]; onSwitch: (sessionId: string) => void };

export function PanelHeader({ session, others, onSwitch }: Props) {
  const isOutOfReach = backendState.value.kind === 'failed' && !session.ended;
  const isUnlisted = listingError.value !== undefined && !session.ended;
  const away = isOutOfReach
    ? awayWords('panel_unreachable', 'panel_unreachableAsOf')
    : isUnlisted
      ? awayWords('panel_notUpToDate', 'panel_notUpToDateAsOf')
      : undefined;
  const { tone, label } = away === undefined ? stateOf(session) : ({ tone: 'idle', label: away } as const);
  const left = timeLeft(session.expiresAt, now.value);
  return (
    <header class="panel-head">
      <Dot tone={tone} label={label} />
      <div class="panel-name">
        <h1 class="clip" dir="auto" title={spellHidden(`${session.name}\n${session.url}`)}>
          <VisibleText text={session.name} />
        </h1>
        <p class="clip quiet" dir="auto">
          {away !== undefined ? label : <VisibleText text={serverLine(session)} />}
        </p>
      </div>
      {others.length > 0 && (
        <Menu
          label={t('panel_switchSession')}
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
        <span class={`chip ${left.kind}`} title={t('panel_timeLeft')}>
          {t('time_left', left.text)}
        </span>
      )}
      <button
        type="button"
        class="palette-key"
        title={t('palette_title')}
        aria-keyshortcuts={IS_MAC ? 'Meta+K' : 'Control+K'}
        onClick={openPalette}
      >
        <span class="unseen">{t('palette_title')} </span>
        <Kbd keys={[COMMAND_KEY, 'K']} />
      </button>
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

/** Where the server is, by which servers of one name are told apart; its own name where the session is called otherwise; its version. */
function serverLine(session: StoredSession): string {
  return [hostOf(session.url), nameAndVersion(session)].filter(Boolean).join(' · ');
}

function awayWords(plain: MessageKey, asOf: MessageKey): string {
  const atMs = listedAtMs.value;
  return atMs === undefined ? t(plain) : t(asOf, clockTime(atMs));
}

/** Returns the state of a session as a sign and in words. */
export function stateOf(session: StoredSession): { tone: Tone; label: string } {
  if (session.ended) return { tone: 'bad', label: t('panel_stateEnded') };
  if (session.status === 'unreachable') return { tone: 'warn', label: t('panel_stateUnreachable') };
  if (session.status === 'authorization-required') return { tone: 'warn', label: t('panel_stateSignIn') };
  return { tone: 'ok', label: t('panel_stateLive') };
}
