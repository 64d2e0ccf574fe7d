/** Owns what the panel remembers of a session between two openings: room, selected tool, filters and typed arguments. */
import { signal } from '@preact/signals';
import { loadRoom, saveRoom, saveRoomOnLeaving } from '../platform/stored-rooms.ts';
import { type Draft, parseDraft } from './schema-form/draft.ts';

/** Quiet time after the last change before it is stored, milliseconds. */
const SAVE_DELAY_MS = 50;
/** Characters of typed arguments that are kept over all tools of a session; the tools used longest ago lose theirs first. */
const MAX_DRAFTS_LENGTH = 150_000;

export const ROOMS = ['tools', 'activity', 'session'] as const;
export type RoomName = (typeof ROOMS)[number];
export const ACTIVITY_FILTERS = ['all', 'calls', 'notifications', 'errors'] as const;
export type ActivityFilter = (typeof ACTIVITY_FILTERS)[number];

export type RoomState = {
  room: RoomName;
  tool: string | undefined;
  toolFilter: string;
  activityFilter: ActivityFilter;
  /** By tool name, most recently typed last. */
  drafts: { [tool: string]: Draft };
};

const KEY = 'inspector';

/** Makes what was stored usable, whatever it is. Total. */
export function parseRoomState(raw: unknown): RoomState {
  const stored = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const drafts = typeof stored['drafts'] === 'object' && stored['drafts'] !== null ? Object.entries(stored['drafts']) : [];
  return {
    room: ROOMS.find((name) => name === stored['room']) ?? 'tools',
    tool: typeof stored['tool'] === 'string' ? stored['tool'] : undefined,
    toolFilter: typeof stored['toolFilter'] === 'string' ? stored['toolFilter'] : '',
    activityFilter: ACTIVITY_FILTERS.find((name) => name === stored['activityFilter']) ?? 'all',
    drafts: Object.fromEntries(
      drafts.flatMap(([tool, value]) => {
        const draft = parseDraft(value);
        return draft === undefined ? [] : [[tool, draft]];
      }),
    ),
  };
}

/** Returns the drafts that fit, newest first to stay. */
export function fitDrafts(drafts: RoomState['drafts'], maxLength = MAX_DRAFTS_LENGTH): RoomState['drafts'] {
  let left = maxLength;
  const kept = Object.entries(drafts)
    .toReversed()
    .filter(([tool, draft]) => {
      const length = tool.length + JSON.stringify(draft).length;
      if (length > left) return false;
      left -= length;
      return true;
    });
  return Object.fromEntries(kept.toReversed());
}

/** Opens what is remembered of a session; `save` is called with every change and stores it a moment later. */
export async function openRoomState(sessionId: string) {
  const loaded = await loadRoom(sessionId);
  const state = signal(parseRoomState(loaded[KEY]));
  /** How drafts are stored that may not be stored as they are. */
  const storable = new Map<string, (draft: Draft) => Draft>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSaving = false;

  /** Returns what is not stored yet, as it is stored, and counts it as stored. */
  function takeUnsaved(): RoomState | undefined {
    // What is being stored may not be there in time.
    if (timer === undefined && !isSaving) return undefined;
    clearTimeout(timer);
    timer = undefined;
    const { drafts, ...rest } = state.value;
    const kept = Object.entries(drafts).map(([tool, draft]) => [tool, storable.get(tool)?.(draft) ?? draft] as const);
    return { ...rest, drafts: fitDrafts(Object.fromEntries(kept)) };
  }

  async function flush(): Promise<void> {
    const unsaved = takeUnsaved();
    if (unsaved === undefined) return;
    isSaving = true;
    await saveRoom(sessionId, KEY, unsaved).finally(() => {
      isSaving = false;
    });
  }

  /** Stores what is not stored yet, for a page that may be gone in a moment. */
  function leave(): void {
    const unsaved = takeUnsaved();
    if (unsaved !== undefined) void saveRoomOnLeaving(sessionId, { ...loaded, [KEY]: unsaved });
  }

  function update(change: Partial<RoomState>): void {
    state.value = { ...state.value, ...change };
    // Not put off by what is typed next: a browser may end the page at any time, and some let nothing be stored then.
    timer ??= setTimeout(() => void flush(), SAVE_DELAY_MS);
  }

  /**
   * Takes what was typed for a tool and makes it the newest; undefined forgets it.
   *
   * @param toStorable Takes out of a draft what is never stored.
   */
  function setDraft(tool: string, draft: Draft | undefined, toStorable: (draft: Draft) => Draft): void {
    storable.set(tool, toStorable);
    const { [tool]: _, ...others } = state.value.drafts;
    update({ drafts: draft === undefined ? others : { ...others, [tool]: draft } });
  }

  return { state, update, setDraft, flush, leave };
}
