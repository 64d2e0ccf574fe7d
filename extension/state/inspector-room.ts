/** Owns what the panel remembers of a session between two openings: room, what is selected in each, filters and what was typed. */
import { signal } from '@preact/signals';
import { loadRoom, saveRoom, saveRoomOnLeaving } from '../platform/stored-rooms.ts';
import { type ActivityView, parseActivityView } from './inspector-activity-filter.ts';
import { isText, type KeptValues, parseKeptValues, parseRootRows, parseSubscriptions, type RootRow } from './kept-values.ts';
import { type Draft, parseDraft } from './schema-form/draft.ts';
import { type LogLevel, parseLogLevel } from './server-log.ts';

/** Quiet time after the last change before it is stored, milliseconds. */
const SAVE_DELAY_MS = 50;
/** Characters of typed arguments that are kept over all tools of a session; the tools used longest ago lose theirs first. */
const MAX_DRAFTS_LENGTH = 150_000;
/** The same for the values of a session's templates, and of its prompts. */
const MAX_VALUES_LENGTH = 15_000;

export const ROOMS = ['tools', 'resources', 'prompts', 'activity', 'session'] as const;
export type RoomName = (typeof ROOMS)[number];
/** How text of a server is looked at. */
export const LOOKS = ['plain', 'markdown', 'json'] as const;
export type Look = (typeof LOOKS)[number];
/** Texts whose look is remembered; the one chosen longest ago goes first. */
const MAX_LOOKS = 100;

export type RoomState = {
  room: RoomName;
  tool: string | undefined;
  toolFilter: string;
  /** URI of the selected resource; undefined while a template is selected, or nothing. */
  resource: string | undefined;
  /** The selected URI template, as the server wrote it. */
  template: string | undefined;
  resourceFilter: string;
  /** URIs whose changes this panel asked to be told of. */
  subscriptions: string[];
  /** By template, most recently typed last. */
  templateValues: KeptValues;
  prompt: string | undefined;
  promptFilter: string;
  /** By prompt, most recently typed last. */
  promptValues: KeptValues;
  activity: ActivityView;
  /** Roots that were typed and are not saved yet; undefined when there are none. */
  roots: RootRow[] | undefined;
  /** From which level on the server was asked to log; undefined: nobody asked. */
  logLevel: LogLevel | undefined;
  /** From which level on its log is shown. */
  logShown: LogLevel;
  /** By tool name, most recently typed last. */
  drafts: { [tool: string]: Draft };
  /** By place of the text, most recently chosen last; what is not here is plain. */
  looks: { [place: string]: Look };
  /** Whether long lines of results are broken; undefined as long as nobody chose. */
  isWrapped: boolean | undefined;
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
    resource: isText(stored['resource']) ? stored['resource'] : undefined,
    template: isText(stored['template']) ? stored['template'] : undefined,
    resourceFilter: isText(stored['resourceFilter']) ? stored['resourceFilter'] : '',
    subscriptions: parseSubscriptions(stored['subscriptions']),
    templateValues: parseKeptValues(stored['templateValues']),
    prompt: isText(stored['prompt']) ? stored['prompt'] : undefined,
    promptFilter: isText(stored['promptFilter']) ? stored['promptFilter'] : '',
    promptValues: parseKeptValues(stored['promptValues']),
    activity: parseActivityView(stored['activity']),
    roots: parseRootRows(stored['roots']),
    logLevel: parseLogLevel(stored['logLevel']),
    logShown: parseLogLevel(stored['logShown']) ?? 'debug',
    looks: parseLooks(stored['looks']),
    isWrapped: typeof stored['isWrapped'] === 'boolean' ? stored['isWrapped'] : undefined,
    drafts: Object.fromEntries(
      drafts.flatMap(([tool, value]) => {
        const draft = parseDraft(value);
        return draft === undefined ? [] : [[tool, draft]];
      }),
    ),
  };
}

function parseLooks(raw: unknown): RoomState['looks'] {
  const entries = typeof raw === 'object' && raw !== null ? Object.entries(raw) : [];
  const known = entries.flatMap(([place, value]) => {
    const look = LOOKS.find((name) => name === value);
    return look === undefined ? [] : [[place, look] as const];
  });
  return Object.fromEntries(known.slice(-MAX_LOOKS));
}

/** Returns the looks with one more, the newest last. */
export function withLook(looks: RoomState['looks'], place: string, look: Look): RoomState['looks'] {
  const { [place]: _, ...others } = looks;
  return Object.fromEntries([...Object.entries(others), [place, look] as const].slice(-MAX_LOOKS));
}

/** Returns what was typed for a tool, whatever it is called. */
export const draftOfTool = (drafts: RoomState['drafts'], tool: string): Draft | undefined =>
  Object.hasOwn(drafts, tool) ? drafts[tool] : undefined;

/** Returns what fits of what was typed, newest first to stay. */
export function fitDrafts<Typed>(drafts: { [of: string]: Typed }, maxLength = MAX_DRAFTS_LENGTH): { [of: string]: Typed } {
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
    const { drafts, templateValues, promptValues, ...rest } = state.value;
    const kept = Object.entries(drafts).map(([tool, draft]) => [tool, storable.get(tool)?.(draft) ?? draft] as const);
    return {
      ...rest,
      drafts: fitDrafts(Object.fromEntries(kept)),
      templateValues: fitDrafts(templateValues, MAX_VALUES_LENGTH),
      promptValues: fitDrafts(promptValues, MAX_VALUES_LENGTH),
    };
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

  /** Takes what was typed for a template or a prompt and makes it the newest. */
  function setValues(of: 'templateValues' | 'promptValues', name: string, values: KeptValues[string]): void {
    const { [name]: _, ...others } = state.value[of];
    update({ [of]: { ...others, [name]: values } });
  }

  return { state, update, setDraft, setValues, flush, leave };
}
