/**
 * Owns hearing that something has changed at the server: its lists, and the resources that somebody wants to be told of.
 * A stateful server says so on its own stream; a stateless one only on the answer to a request that stays open, which is kept open here.
 * Source: MCP 2025-11-25, Resources > Subscriptions; MCP 2026-07-28, Subscriptions.
 */
import type { Client, McpSubscription } from '@modelcontextprotocol/client';
import { ProtocolError } from '@modelcontextprotocol/client';
import type { ServerChange } from './mcp-connection.ts';

/** Servers change several tools one after the other and tell of each: the list is read once for all, milliseconds. */
const LIST_DEBOUNCE_MS = 200;
const LISTEN_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

const LISTS = ['tools', 'resources', 'prompts'] as const;

/** Tells of changes from now on, in either revision; to be called before the client connects. */
export function hearChanges(client: Client, onChange: (change: ServerChange) => void): void {
  for (const kind of LISTS) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    client.setNotificationHandler(`notifications/${kind}/list_changed`, () => {
      clearTimeout(timer);
      timer = setTimeout(() => onChange({ kind }), LIST_DEBOUNCE_MS);
    });
  }
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => onChange({ kind: 'resource', uri: params.uri }));
}

export type Listening = {
  /**
   * Asks to be told of these resources too.
   *
   * @returns Those of them that the server tells of.
   * @throws What the client throws; then the server is asked for what it was asked for before.
   */
  add(uris: readonly string[]): Promise<string[]>;
  remove(uri: string): Promise<void>;
  close(): void;
};

/** Begins to listen to a stateless server: to its lists at once, to resources when they are wanted. */
export function listenStateless(client: Client): Listening {
  const wanted = new Set<string>();
  const closed = new AbortController();
  const lists = listFilter(client);
  let open: McpSubscription | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: each asks for all that is wanted by then. */
  function inTurn<T>(step: () => Promise<T>): Promise<T> {
    const next = turn.then(step);
    turn = next.catch(() => undefined);
    return next;
  }

  /** Opens a stream for all that is wanted and only then lets go of the one before: nothing is missed in between. */
  async function renew(): Promise<string[]> {
    const before = open;
    const filter = { ...lists, ...(wanted.size > 0 && { resourceSubscriptions: [...wanted] }) };
    if (Object.keys(filter).length === 0) open = undefined;
    else {
      const opened = await client.listen(filter, { timeout: LISTEN_TIMEOUT_MS, signal: closed.signal });
      open = opened;
      void opened.closed.then((cause) => {
        if (open === opened && cause !== 'local') void listenAgain();
      });
    }
    await before?.close();
    return open?.honoredFilter.resourceSubscriptions ?? [];
  }

  /** A server or backend that restarts ends the stream: it is opened again for as long as the client is there. */
  async function listenAgain(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (closed.signal.aborted || client.transport === undefined) return;
      try {
        await inTurn(renew);
        return;
      } catch (error) {
        // The server answers, and has no such stream.
        if (error instanceof ProtocolError) return;
      }
    }
  }

  if (Object.keys(lists).length > 0) void inTurn(renew).catch((error) => (error instanceof ProtocolError ? undefined : listenAgain()));

  return {
    add: (uris) =>
      inTurn(async () => {
        const fresh = uris.filter((uri) => !wanted.has(uri));
        for (const uri of fresh) wanted.add(uri);
        let honored: string[] = [];
        try {
          honored = await renew();
          return uris.filter((uri) => honored.includes(uri));
        } finally {
          for (const uri of fresh) if (!honored.includes(uri)) wanted.delete(uri);
        }
      }),
    remove: (uri) =>
      inTurn(async () => {
        if (wanted.delete(uri)) await renew();
      }),
    close: () => closed.abort(),
  };
}

function listFilter(client: Client) {
  const { tools, resources, prompts } = client.getServerCapabilities() ?? {};
  return {
    ...(tools?.listChanged && { toolsListChanged: true as const }),
    ...(resources?.listChanged && { resourcesListChanged: true as const }),
    ...(prompts?.listChanged && { promptsListChanged: true as const }),
  };
}
