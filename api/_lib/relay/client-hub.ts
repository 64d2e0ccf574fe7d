/**
 * Owns handing out what the server says outside of a call's own stream, questions included: to every client stream of this instance, and by
 * way of storage to those of others and to clients that were away. Messages arrive as clients shall see them; how they are gathered is
 * message-inbox.ts. Storage numbers the messages; while it does not answer they go out at once, without a number (message-doubts.ts).
 */
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';
import type { BackgroundWork } from '../background-work.ts';
import type { ServerMessages } from '../store/server-messages.ts';
import { hears } from './connection.ts';
import { createMessageDoubts } from './message-doubts.ts';
import { type Batch, createMessageInbox } from './message-inbox.ts';
import { forNewcomer } from './newcomer.ts';
import { createOthersWatch } from './others-watch.ts';

export type Listener = {
  /** Connection of the client: what it gets on the stream of a call of its own is not handed to it here. */
  connection: string | undefined;
  /** False while the client is behind: then it gets the rest from storage as soon as it has read on, and catches up. */
  hasRoom(): boolean;
  /** @param number Absent for a message that could not be stored. */
  send(text: string, number?: number): void;
  /** Tells the number to come back with: from here on it hears everything. */
  ready?(number: number): void;
  /** Tells that messages up to this number are missing. */
  gap(number: number): void;
  /** Tells it that nothing more will come. */
  end(): void;
};

export type ClientHub = {
  /**
   * Begins to listen, after the message that the client has; without one, with the questions that are still open.
   *
   * @returns How to stop.
   */
  join(listener: Listener, after: number | undefined): () => void;
  /** Number of listeners. */
  size(): number;
  /** The connections of those who listen. */
  connections(): (string | undefined)[];
  /**
   * Hands a message to everybody, in the order of the calls.
   *
   * @param cursor Where the server's own stream stands after it: stored with it, so that another instance can go on from there.
   */
  deliver(message: JsonRpcMessage, cursor?: string): void;
  /** Notes that the server's own stream went on without a message for everybody; stored with what comes next. */
  pass(cursor: string): void;
  /** Resolves when more may be delivered; undefined while there is room. Whoever reads a server's stream waits for it. */
  whenRoom(): Promise<void> | undefined;
  /**
   * Stores what waits here and fetches what other instances have handed in.
   *
   * @returns Where the server's own stream stood when the last message of it was stored.
   */
  catchUp(): Promise<string | undefined>;
  /** Whether it is worth to fetch soon what others hand in. */
  expectsOthers(): boolean;
  /** Tells everybody that nobody need answer the question any more. */
  announceEnd(id: string, reason: string): void;
  onChange(listener: (size: number) => void): void;
  /** Ends all listeners. */
  end(): void;
};

type Joined = {
  listener: Listener;
  /** Number of the last message that it has; below 0 as long as storage did not tell where it comes in. */
  last: number;
  ready: boolean;
  /** Numbers of messages that it was handed before they had one. */
  early: Set<number>;
  /** It was behind when something came that could not be stored. */
  missed: boolean;
};

/** @param isCurrent Tells whether a question of this epoch can still be answered: its server session is the present one. */
export function createClientHub(
  sessionId: string,
  store: ServerMessages,
  work: BackgroundWork,
  isCurrent: (epoch: number) => boolean,
): ClientHub {
  const listeners = new Set<Joined>();
  let changed: (size: number) => void = () => {};
  /** Number of the last message that anybody here heard: what came while nobody listened is for whoever comes next. */
  let heard: number | undefined;
  const others = createOthersWatch();
  const doubts = createMessageDoubts(sessionId, store);
  /** One step after the other, so that nothing overtakes. */
  let queue: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(what: string, step: () => Promise<T>): Promise<T> => {
    const done = queue.then(step);
    queue = done.catch(() => {});
    work.add(what, queue);
    return done;
  };
  const inbox = createMessageInbox((waited) => {
    const due = () => inTurn('hand out messages', handOutWaiting);
    if (waited) work.add('gather messages', waited.then(due));
    else void due();
  });
  const readyOnes = (): Joined[] => [...listeners].filter(({ ready }) => ready);

  const send = ({ listener }: Joined, text: string, number?: number): void => {
    if (hears(listener.connection, text)) listener.send(text, number);
  };
  /** Hands over the next message; false when the client is behind. */
  const hand = (joined: Joined, text: string, number: number): boolean => {
    if (!joined.early.delete(number)) {
      if (!joined.listener.hasRoom()) return false;
      if (joined.missed) joined.listener.gap(joined.last);
      joined.missed = false;
      send(joined, text, number);
    }
    joined.last = number;
    heard = Math.max(heard ?? 0, number);
    return true;
  };
  /** Brings those that are behind up to a number. @throws AppError while storage does not answer. */
  const bringUp = async (behind: readonly Joined[], until = Number.MAX_SAFE_INTEGER): Promise<string | undefined> => {
    const after = Math.min(...behind.map(({ last }) => (last < 0 ? Number.MAX_SAFE_INTEGER : last)), Number.MAX_SAFE_INTEGER);
    const { messages, gap, last, cursor } = await store.readServerMessages(sessionId, after);
    const first = gap ? (messages[0]?.number ?? last + 1) : after + 1;
    for (const { text } of messages) others.see(text);
    if (messages.length > 0) others.noteMessages();
    for (const joined of behind) {
      // It came while storage did not answer: what was said before is no news to it. Or storage has gone back, and counts from there.
      if (joined.last < 0 || joined.last > last) joined.last = Math.min(last, until);
      if (joined.last + 1 < first && joined.listener.hasRoom()) {
        joined.last = Math.min(first - 1, until);
        joined.listener.gap(joined.last);
      }
      if (joined.last + 1 < first) continue;
      for (const { number, text } of messages) {
        if (number <= joined.last) continue;
        if (number > until || !hand(joined, text, number)) break;
      }
      for (const number of joined.early) if (number <= joined.last) joined.early.delete(number);
      heard = Math.max(heard ?? 0, joined.last);
    }
    return cursor;
  };
  const welcome = async (joined: Joined, after: number | undefined): Promise<void> => {
    if (after !== undefined) {
      joined.last = after;
      await doubts.settle();
      await bringUp([joined]);
    } else {
      const { messages, last } = await store.readServerMessages(sessionId, 0);
      const unheard = listeners.size === 1 && heard !== undefined ? heard : last;
      for (const message of forNewcomer(messages, unheard, isCurrent)) send(joined, message.text, message.number);
      joined.last = last;
    }
    heard = Math.max(heard ?? 0, joined.last);
    joined.listener.ready?.(joined.last);
    joined.ready = true;
  };
  /** Returns who was handed the messages. */
  const sendUnnumbered = ({ texts }: Batch): Joined[] => {
    const [hearing, behind] = [readyOnes().filter(({ listener }) => listener.hasRoom()), readyOnes()];
    for (const joined of behind) joined.missed ||= !hearing.includes(joined);
    for (const joined of hearing) for (const text of texts) send(joined, text);
    return hearing;
  };
  const publish = async (batch: Batch): Promise<void> => {
    const { texts, cursor } = batch;
    const id = crypto.randomUUID();
    texts.forEach(others.see);
    const first = await doubts
      .settle()
      .then(() => store.addServerMessages(sessionId, id, texts, cursor))
      .catch(() => 'unknown' as const);
    if (first === 'unknown') return doubts.note(id, batch, sendUnnumbered(batch));
    // The session has run out: nothing is stored of it any more, but who listens hears it to its end.
    if (first === undefined) return void sendUnnumbered(batch);
    for (const joined of readyOnes()) {
      if (joined.last < 0 || joined.last >= first) joined.last = first - 1;
      if (!joined.listener.hasRoom()) continue;
      // Somebody else's messages came in between: they go first.
      if (joined.last + 1 < first) await bringUp([joined], first - 1).catch(() => {});
      // Else it is behind, or storage did not answer: it gets these from there too.
      if (joined.last + 1 === first) texts.every((text, at) => hand(joined, text, first + at));
    }
  };
  const handOutWaiting = async (): Promise<void> => {
    const batch = inbox.take();
    if (batch.texts.length > 0) return publish(batch);
    if (batch.cursor === undefined) return;
    await store.addServerMessages(sessionId, crypto.randomUUID(), [], batch.cursor);
  };

  return {
    join(listener, after) {
      const joined: Joined = { listener, last: -1, ready: false, early: new Set(), missed: false };
      listeners.add(joined);
      changed(listeners.size);
      const welcomed = inTurn('welcome listener', () => welcome(joined, after));
      // Storage does not answer: from now on it gets what comes.
      welcomed.catch(() => {
        joined.ready = true;
      });
      return () => {
        if (listeners.delete(joined)) changed(listeners.size);
      };
    },
    size: () => listeners.size,
    connections: () => [...listeners].map(({ listener }) => listener.connection),
    // A question is somebody's turn.
    deliver: (message, cursor) => inbox.add(JSON.stringify(message), cursor, 'id' in message),
    pass: (cursor) => inbox.pass(cursor),
    whenRoom: () => inbox.whenRoom(),
    expectsOthers: () => others.expectsMessages(),
    catchUp: () =>
      inTurn('catch up', async () => {
        await handOutWaiting();
        await doubts.settle();
        return bringUp(readyOnes());
      }),
    announceEnd(id, reason) {
      const params = { requestId: id, reason };
      inbox.add(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }), undefined, true);
    },
    onChange(listener) {
      changed = listener;
    },
    end() {
      for (const { listener } of [...listeners]) listener.end();
    },
  };
}
