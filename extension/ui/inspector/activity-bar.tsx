/** Owns what stands above the activity: search, kinds, further filters, pause, and the menu for files. */
import type { VNode } from 'preact';
import { formatNumber, t } from '../../platform/i18n.ts';
import type { ActivityRow } from '../../state/inspector-activity.ts';
import { ACTIVITY_KINDS, type ActivityKind, type ActivityView, countFilters } from '../../state/inspector-activity-filter.ts';
import { IconButton } from '../kit/button.tsx';
import { Menu } from '../kit/menu.tsx';
import type { MenuItem } from '../kit/menu-list.tsx';

const KIND_LABELS: Record<ActivityKind, string> = {
  all: t('activity_all'),
  calls: t('activity_calls'),
  notifications: t('activity_notifications'),
  marks: t('activity_marks'),
  errors: t('activity_errors'),
};

type Props = {
  view: ActivityView;
  rows: readonly ActivityRow[];
  onView: (change: Partial<ActivityView>) => void;
  /** How many matches there are, and how to go through them; drawn while something is searched. */
  matches: VNode | null;
  onStep: (step: 1 | -1) => void;
  hasFilters: boolean;
  onFilters: () => void;
  /** Undefined where nothing is added. */
  pause: { isPaused: boolean; onToggle: () => void } | undefined;
  menu: readonly MenuItem[];
};

export function ActivityBar({ view, rows, onView, matches, onStep, hasFilters, onFilters, pause, menu }: Props) {
  const filters = countFilters(view);
  const filterLabel = filters === 0 ? t('activity_filters') : t('activity_filtersSet', filters);
  return (
    <div class="activity-bar">
      <div class="bar-line">
        <input
          class="input"
          type="search"
          placeholder={t('activity_search')}
          aria-label={t('activity_searchLabel')}
          value={view.query}
          onInput={(event) => onView({ query: event.currentTarget.value.slice(0, MAX_QUERY) })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape' && view.query !== '') onView({ query: '' });
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <IconButton icon="settings" label={filterLabel} aria-expanded={hasFilters} data-on={filters > 0} onClick={onFilters} />
        {pause !== undefined && (
          <IconButton
            icon={pause.isPaused ? 'play' : 'pause'}
            label={t(pause.isPaused ? 'activity_resume' : 'activity_pause')}
            data-on={pause.isPaused}
            onClick={pause.onToggle}
          />
        )}
        <Menu label={t('activity_menu')} items={menu} />
      </div>
      {matches}
      <div class="kinds" role="toolbar" aria-label={t('activity_kinds')}>
        {ACTIVITY_KINDS.map((kind) => (
          <button key={kind} type="button" class="chip" aria-pressed={kind === view.kind} onClick={() => onView({ kind })}>
            {KIND_LABELS[kind]}
            {kind === 'errors' && <ErrorCount rows={rows} />}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Characters that are searched; what is longer was pasted by mistake. */
const MAX_QUERY = 200;

function ErrorCount({ rows }: { rows: readonly ActivityRow[] }) {
  const count = rows.filter(({ isError }) => isError).length;
  return count === 0 ? null : <small> {formatNumber(count)}</small>;
}

type MatchesProps = { at: number; count: number; isSearching: boolean; onStep: (step: 1 | -1) => void };

/** Where one is among the matches, and the way to the next. */
export function Matches({ at, count, isSearching, onStep }: MatchesProps) {
  const words =
    count === 0
      ? t(isSearching ? 'activity_searching' : 'activity_noMatch')
      : t('activity_matches', at < 0 ? '–' : formatNumber(at + 1), formatNumber(count));
  return (
    <div class="bar-line matches">
      <span class="quiet tabular" role="status">
        {words}
      </span>
      <span class="spacer" />
      <span class="turned">
        <IconButton icon="chevron" label={t('activity_previous')} aria-disabled={count === 0} onClick={() => onStep(-1)} />
      </span>
      <IconButton icon="chevron" label={t('activity_next')} aria-disabled={count === 0} onClick={() => onStep(1)} />
    </div>
  );
}
