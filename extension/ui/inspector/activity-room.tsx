/** Owns the Activity room: what went between devices and server, live or from a file, and the entry that is looked at. Its parts are activity-*.tsx. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import { t, tCount } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import type { Inspector } from '../../state/inspector.ts';
import { type ActivityRow, countBefore, findCall, findRow, partnerOf, toRows } from '../../state/inspector-activity.ts';
import { type ActivityView, filterRows, withoutFilters } from '../../state/inspector-activity-filter.ts';
import { nextMatch, openSearch } from '../../state/inspector-activity-search.ts';
import { wordsFor } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Empty } from '../kit/marks.tsx';
import { Notice } from '../kit/notice.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { ActivityBar, Matches } from './activity-bar.tsx';
import { ActivityDetail } from './activity-detail.tsx';
import { FileBar, FileWork, useActivityFiles } from './activity-files.tsx';
import { ActivityFilters } from './activity-filters.tsx';
import { ActivityList } from './activity-list.tsx';
import { useFileDrop } from './file-drop.ts';
import { useWatchedActivity } from './watched-activity.ts';

type Props = { inspector: Inspector; session: StoredSession };

export function ActivityRoom({ inspector, session }: Props) {
  const { activity, activityFile, room } = inspector;
  const { entries, error } = activity.log.value;
  const opened = activityFile.value;
  const view = opened?.view ?? room.state.value.activity;
  /** The rows as they were when it was paused. */
  const paused = useSignal<readonly ActivityRow[] | undefined>(undefined);
  const hasFilters = useSignal(false);
  const files = useActivityFiles(inspector, session);
  const drop = useFileDrop(files.open);
  useWatchedActivity(inspector.activity);

  const live = useMemo(() => toRows(entries ?? []), [entries]);
  const ofFile = useMemo(() => opened && toRows(opened.file.entries), [opened?.file]);
  const rows = ofFile ?? paused.value ?? live;
  const { kind, direction, method, device, query, selected } = view;
  const shown = useMemo(() => filterRows(rows, { kind, direction, method, device }), [rows, kind, direction, method, device]);
  const search = useMemo(openSearch, [ofFile]);
  useEffect(() => search.close, [search]);
  useEffect(() => search.search(query), [search, query]);
  useLayoutEffect(() => search.setRows(rows), [search, rows]);
  const { found, query: searched, isSearching } = search.state.value;
  const matches = useMemo(() => new Set(found), [found]);
  const shownMatches = useMemo(() => shown.filter(({ seq }) => matches.has(seq)).map(({ seq }) => seq), [shown, matches]);

  const setView = (change: Partial<ActivityView>): void => {
    if (opened) activityFile.value = { ...opened, view: { ...view, ...change } };
    else room.update({ activity: { ...view, ...change } });
  };
  const row = findRow(rows, selected);
  const step = (by: 1 | -1): void => {
    const next = nextMatch(shownMatches, selected, by);
    if (next !== undefined) setView({ selected: next });
  };
  const close = (): void => {
    if (row === undefined) return;
    setView({ selected: undefined });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`.events [data-seq="${row.seq}"]`)?.focus());
  };
  const open = (seq: number): void => {
    // What is gone to is seen, whatever is filtered.
    const isShown = findRow(shown, seq) !== undefined;
    setView({ ...(isShown ? {} : withoutFilters(view)), selected: seq });
  };
  useWantedCall(inspector, paused, live, open);

  const waiting = paused.value === undefined ? 0 : live.length - countBefore(live, (paused.value.at(-1)?.seq ?? 0) + 0.25);
  const menu = [
    { label: t('activity_save'), note: t('activity_saveNote'), onSelect: files.save },
    { label: t('activity_open'), note: t('activity_openNote'), onSelect: () => files.input.current?.click() },
  ];
  return (
    <div class="activity-room" data-open={row !== undefined} {...drop.handlers}>
      {opened && (
        <FileBar
          file={opened.file}
          onClose={() => {
            activityFile.value = undefined;
          }}
        />
      )}
      <ActivityBar
        view={view}
        rows={rows}
        onView={setView}
        matches={
          query.trim() === '' ? null : (
            <Matches
              at={selected === undefined ? -1 : shownMatches.indexOf(selected)}
              count={shownMatches.length}
              isSearching={isSearching || searched !== query.trim()}
              onStep={step}
            />
          )
        }
        onStep={step}
        hasFilters={hasFilters.value}
        onFilters={() => {
          hasFilters.value = !hasFilters.value;
        }}
        pause={
          opened
            ? undefined
            : {
                isPaused: paused.value !== undefined,
                onToggle: () => {
                  // What was looked for and is not there would go on looking, and let it run on.
                  inspector.wantedCall.value = undefined;
                  paused.value = paused.value === undefined ? live : undefined;
                },
              }
        }
        menu={opened ? menu.slice(1) : menu}
      />
      {hasFilters.value && <ActivityFilters view={view} rows={rows} onView={setView} />}
      {!opened && error !== undefined && (
        <div class="pad">
          <Notice tone="warn" title={wordsFor(error.code).title} detail={error.detail}>
            {t('activity_lastKnown')}
          </Notice>
        </div>
      )}
      {!opened && entries === undefined && error === undefined && (
        <p class="quiet waiting-line" role="status">
          <Spinner /> {t('activity_readingActivity')}
        </p>
      )}
      {(opened || entries !== undefined) && shown.length === 0 && (
        <Empty title={rows.length === 0 ? t('activity_nothing') : t('activity_nothingSuch')}>
          {rows.length > 0 && (
            <Button small onClick={() => setView(withoutFilters(view))}>
              {t('activity_showAll')}
            </Button>
          )}
        </Empty>
      )}
      <div class="activity-columns">
        <ActivityList
          key={`${opened?.file.name ?? ''} ${kind} ${direction} ${method} ${device}`}
          rows={shown}
          found={matches}
          selected={selected}
          opensOnMove={row !== undefined}
          onToggle={(seq) => (seq === selected ? close() : open(seq))}
          onOpen={open}
          onClose={close}
        />
        {row !== undefined && (
          <ActivityDetail
            row={row}
            partner={partnerOf(rows, row)}
            facts={opened ? opened.file.session : session}
            schemaOf={opened ? undefined : inspector.schemaOf}
            onOpen={open}
            onTool={opened ? undefined : (name) => room.update({ room: 'tools', tool: name })}
            onClose={close}
          />
        )}
      </div>
      {paused.value !== undefined && !opened && (
        <p class="file-work" role="status">
          <span>{tCount('activity_paused', waiting)}</span>
        </p>
      )}
      <MissingCall inspector={inspector} />
      <FileWork files={files} />
      {drop.isOver && <div class="drop-here">{t('activity_dropHere')}</div>}
    </div>
  );
}

/** Opens the messages of the act that somebody asks for, as soon as they are read. */
function useWantedCall(
  { activityFile, wantedCall }: Inspector,
  paused: Signal<unknown>,
  live: readonly ActivityRow[],
  open: (seq: number) => void,
): void {
  const key = wantedCall.value;
  const isElsewhere = activityFile.value !== undefined || paused.value !== undefined;
  useEffect(() => {
    if (key === undefined) return;
    // They are live, whatever is being looked at.
    activityFile.value = undefined;
    paused.value = undefined;
    const request = findCall(live, key);
    if (isElsewhere || request === undefined) return;
    wantedCall.value = undefined;
    open(request.seq);
  }, [key, live, isElsewhere]);
}

/** Says that the messages of an act are not there. */
function MissingCall({ inspector: { activity, wantedCall } }: Pick<Props, 'inspector'>) {
  if (wantedCall.value === undefined || !activity.log.value.isCaughtUp) return null;
  const dismiss = () => {
    wantedCall.value = undefined;
  };
  return (
    <p class="file-work" role="status">
      <span>{t('activity_callMissing')}</span>
      <span class="spacer" />
      <Button small onClick={dismiss}>
        {t('activity_understood')}
      </Button>
    </p>
  );
}
