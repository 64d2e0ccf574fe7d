/** Owns a session's resources: their lists, what was read of them, which are watched for changes, and which have changed since. */
import { signal } from '@preact/signals';
import type { CallFailure, McpConnection } from '../gateway/mcp-connection.ts';
import type { SharedConnection } from './inspector-connection.ts';
import { createList } from './inspector-list.ts';
import { createReads } from './inspector-reads.ts';
import { MAX_SUBSCRIPTIONS } from './kept-values.ts';
import { parseResource, parseTemplate } from './offer-shapes.ts';
import { isJsonObject } from './schema-form/json-value.ts';

/** URIs that are remembered as changed; a server may tell of any number. */
const MAX_CHANGED = 1000;

export type Watching = {
  /** Being asked for at the moment. */
  isAsking?: boolean;
  failure?: CallFailure;
  /** full: too many are watched · untold: the server does not tell of this one. */
  refusal?: 'full' | 'untold';
};

/** Where the URIs that are watched are remembered. */
export type KeptSubscriptions = { get: () => readonly string[]; set: (uris: string[]) => void };

export function createResources(
  connection: SharedConnection,
  kept: KeptSubscriptions,
  onSettled: (failure: CallFailure | undefined) => void,
) {
  const resources = createList(
    connection,
    { method: 'resources/list', capability: 'resources', member: 'resources', parse: parseResource, keyOf: ({ uri }) => uri },
    onSettled,
  );
  const templates = createList(
    connection,
    {
      method: 'resources/templates/list',
      capability: 'resources',
      member: 'resourceTemplates',
      parse: parseTemplate,
      keyOf: ({ uriTemplate }) => uriTemplate,
    },
    onSettled,
  );
  const reads = createReads(connection, 'resources/read', onSettled);
  /** URIs that the server said have changed since they were read. */
  const changed = signal<ReadonlySet<string>>(new Set());
  /** Whether the server says that it tells of changes to single resources. */
  const canWatch = signal(false);
  const watching = signal<ReadonlyMap<string, Watching>>(new Map());
  /** The URI that was made of a template last, by template. */
  const expanded = signal<ReadonlyMap<string, string>>(new Map());

  function setWatching(uri: string, state: Watching | undefined): void {
    const next = new Map(watching.value);
    if (state) next.set(uri, state);
    else next.delete(uri);
    watching.value = next;
  }

  async function read(uri: string): Promise<void> {
    // What changes while it is read is marked again.
    forgetChange(uri);
    await reads.read(uri, { uri });
  }

  function forgetChange(uri: string): void {
    if (!changed.value.has(uri)) return;
    const next = new Set(changed.value);
    next.delete(uri);
    changed.value = next;
  }

  /** Asks to be told of changes, or not any more. */
  async function watch(uri: string, wanted: boolean): Promise<void> {
    if (watching.value.get(uri)?.isAsking) return;
    if (wanted && kept.get().length >= MAX_SUBSCRIPTIONS) return setWatching(uri, { refusal: 'full' });
    setWatching(uri, { isAsking: true });
    const outcome = await connection.use<unknown>((open) => (wanted ? open.subscribe([uri]) : open.unsubscribe(uri)));
    if (outcome.kind === 'failed') setWatching(uri, { failure: outcome.failure });
    else if (wanted && !(Array.isArray(outcome.value) && outcome.value.includes(uri))) setWatching(uri, { refusal: 'untold' });
    else {
      kept.set(wanted ? [...kept.get(), uri] : kept.get().filter((other) => other !== uri));
      setWatching(uri, undefined);
    }
    onSettled(outcome.kind === 'failed' ? outcome.failure : undefined);
  }

  return {
    resources,
    templates,
    readings: reads.readings,
    read,
    changed,
    canWatch,
    watching,
    watch,
    expanded,
    /** Reads what a template makes of its values. */
    async readExpanded(template: string, uri: string): Promise<void> {
      expanded.value = new Map([...expanded.value, [template, uri]]);
      await read(uri);
    },
    /** Reads both lists again, if they were read before. */
    async refreshLists(): Promise<void> {
      await Promise.all([resources.refreshIfRead(), templates.refreshIfRead()]);
    },
    /** Marks what the server said has changed; it may be a part of what is watched. */
    markChanged(uri: string): void {
      const wholes = kept.get().filter((whole) => uri.startsWith(whole.endsWith('/') ? whole : `${whole}/`));
      if ([uri, ...wholes].every((each) => changed.value.has(each))) return;
      changed.value = new Set([...changed.value, uri, ...wholes].slice(-MAX_CHANGED));
    },
    /** Opens the connection on which changes are told, where there are any to hear of. */
    async keepWatching(): Promise<void> {
      if (kept.get().length > 0) await connection.use(async () => ({ kind: 'done', value: undefined }));
    },
    /** Asks over a connection that was just opened for all that is watched: its server may be another one than before. */
    async watchAgain(open: McpConnection): Promise<void> {
      const { resources: offered } = open.capabilities;
      canWatch.value = isJsonObject(offered) && offered['subscribe'] === true;
      const uris = kept.get();
      if (uris.length > 0) await open.subscribe(uris);
    },
  };
}
