/** Owns one list of a session's server that is read page by page: resources, templates or prompts. Tools are inspector-tools.ts. */

import { signal } from '@preact/signals';
import type { CallFailure, McpConnection, Outcome, ReadMethod } from '../gateway/mcp-connection.ts';
import { t } from '../platform/i18n.ts';
import type { SharedConnection } from './inspector-connection.ts';

/** Pages that are read of one list; a server whose cursors never end must not keep the panel busy for ever. */
const MAX_PAGES = 200;
/** JSON-RPC: the server does not know the method. */
const METHOD_NOT_FOUND = -32_601;

export type ListState<Item> = {
  /** Undefined until the first page has come. */
  items: readonly Item[] | undefined;
  loading: boolean;
  /** False when the server says that it has no such thing: then it was not asked. */
  isOffered: boolean;
  failure?: CallFailure;
};

export type ListSource<Item> = {
  method: ReadMethod;
  /** What the server names in its capabilities when it has such things. */
  capability: string;
  /** Member of the result that holds the items. */
  member: string;
  /** Returns an item as it can be shown, with what tells it from others; undefined for what is none. */
  parse: (raw: unknown) => Item | undefined;
  keyOf: (item: Item) => string;
};

/** @param onSettled Called after every list that was read: activity and the session's time have moved. */
export function createList<Item>(
  connection: SharedConnection,
  source: ListSource<Item>,
  onSettled: (failure: CallFailure | undefined) => void,
) {
  const list = signal<ListState<Item>>({ items: undefined, loading: false, isOffered: true });
  let turn = 0;

  /** Reads all pages. At first they are shown as they come; what was listed before stays until the new list is whole. */
  async function refresh(): Promise<void> {
    const mine = ++turn;
    const { items: before } = list.value;
    list.value = { items: before, loading: true, isOffered: list.value.isOffered };
    const outcome = await connection.use((open) =>
      open.capabilities[source.capability] === undefined
        ? Promise.resolve({ kind: 'done' as const, value: undefined })
        : readPages(open, source, (items) => {
            if (mine === turn && before === undefined) list.value = { items, loading: true, isOffered: true };
          }),
    );
    if (mine !== turn) return;
    if (outcome.kind === 'done') list.value = { items: outcome.value ?? [], loading: false, isOffered: outcome.value !== undefined };
    else if (isUnknownMethod(outcome.failure)) list.value = { items: [], loading: false, isOffered: false };
    else list.value = { items: list.value.items, loading: false, isOffered: true, failure: outcome.failure };
    onSettled(outcome.kind === 'failed' ? outcome.failure : undefined);
  }

  return {
    list,
    refresh,
    /** Reads the list if somebody has asked for it before: what nobody looks at is read when somebody does. */
    async refreshIfRead(): Promise<void> {
      const { items, failure, loading } = list.value;
      if (items !== undefined || failure !== undefined || loading) await refresh();
    },
  };
}

const isUnknownMethod = (failure: CallFailure): boolean => failure.kind === 'protocol' && failure.code === METHOD_NOT_FOUND;

async function readPages<Item>(
  open: McpConnection,
  { method, member, parse, keyOf }: ListSource<Item>,
  onPage: (items: readonly Item[]) => void,
): Promise<Outcome<readonly Item[]>> {
  // The first of two items with one key is the one that is meant; a list needs distinct keys.
  const items = new Map<string, Item>();
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const outcome = await open.read(method, cursor === undefined ? {} : { cursor });
    if (outcome.kind === 'failed') return outcome;
    const { [member]: raw, nextCursor } = outcome.value;
    if (!Array.isArray(raw)) return { kind: 'failed', failure: { kind: 'unexpected', message: t('error_noList', member) } };
    for (const entry of raw) {
      const item = parse(entry);
      if (item !== undefined && !items.has(keyOf(item))) items.set(keyOf(item), item);
    }
    cursor = typeof nextCursor === 'string' ? nextCursor : undefined;
    if (cursor === undefined || seen.has(cursor)) break;
    seen.add(cursor);
    onPage([...items.values()]);
  }
  return { kind: 'done', value: [...items.values()] };
}
