/**
 * Owns handing out what the server says outside of a call's own stream, questions included: to every client stream of this instance, and by
 * way of storage to those of others and to clients that were away. Messages arrive as clients shall see them.
 *
 * Storage numbers the messages. While it does not answer they go out at once, without a number; it gets them when it answers again, within
 * the time in which it knows an addition again. Later than that they would be no news.
 */
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';
import type { BackgroundWork } from '../background-work.ts';
import type { ServerMessages } from '../store/server-messages.ts';
import { decodeServerId } from './ids.ts';

const MAX_REMEMBERED_ANSWERS = 500;
/** Messages whose number is not known, at most, and for how long, ms: shorter than storage knows an addition again. */
const MAX_DOUBTS = 200;
const KNOWN_AGAIN_MS = 50_000;

export type Listener = {
  /** Connection of the client: what it gets on the stream of a call of its own is not handed to it here. */
  connection: string | undefined;
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
  /** Hands a message to everybody, in the order of the calls. */
  deliver(message: JsonRpcMessage): void;
  /** Fetches what other instances have handed in. */
  catchUp(): Promise<void>;
  /** Tells whether this answer to a question of the server is the first anywhere; later ones are not passed on. */
  claimAnswer(id: string): Promise<boolean>;
  /** Lets the question be answered again here: the answer did not get through. */
  forgetAnswer(id: string): void;
  /** Tells everybody that the question is answered. */
  announceAnswer(id: string, device: string): void;
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
};

/** @param isCurrent Tells whether a question of this epoch can still be answered: its server session is the present one. */
export function createClientHub(
  sessionId: string,
  store: ServerMessages,
  work: BackgroundWork,
  isCurrent: (epoch: number) => boolean,
): ClientHub {
  const owner = crypto.randomUUID();
  const listeners = new Set<Joined>();
  const answered = new Set<string>();
  let changed: (size: number) => void = () => {};
  /** Number of the last message that anybody here heard: what came while nobody listened is for whoever comes next. */
  let heard: number | undefined;
  /** What was handed out while storage did not answer: it may be stored all the same, and must not come a second time. */
  const doubts: { id: string; text: string; atMs: number; handedTo: Joined[] }[] = [];
  /** One step after the other, so that nothing overtakes. */
  let queue: Promise<void> = Promise.resolve();

  const inTurn = (what: string, step: () => Promise<void>): Promise<void> => {
    const done = queue.then(step);
    queue = done.catch(() => {});
    work.add(what, queue);
    return done;
  };
  const send = ({ listener }: Joined, text: string, number?: number): void => {
    const { id } = JSON.parse(text) as { id?: unknown };
    const isOwn = listener.connection !== undefined && decodeServerId(id)?.origin === listener.connection;
    if (!isOwn) listener.send(text, number);
  };
  /** Finds out the numbers of what was handed out without. @throws AppError while storage does not answer. */
  const settleDoubts = async (): Promise<void> => {
    for (let [doubt] = doubts; doubt; [doubt] = doubts) {
      const isKnownAgain = performance.now() - doubt.atMs < KNOWN_AGAIN_MS;
      const number = isKnownAgain ? await store.addServerMessages(sessionId, doubt.id, [doubt.text]) : undefined;
      if (number !== undefined) for (const joined of doubt.handedTo) joined.early.add(number);
      doubts.shift();
    }
  };
  const comeIn = async (joined: Joined): Promise<void> => {
    joined.last = (await store.readServerMessages(sessionId, Number.MAX_SAFE_INTEGER)).last;
  };
  const catchUpOne = async (joined: Joined): Promise<void> => {
    await settleDoubts();
    if (joined.last < 0) return comeIn(joined);
    const { messages, gap } = await store.readServerMessages(sessionId, joined.last);
    const [first] = messages;
    if (gap && first) joined.listener.gap(first.number - 1);
    for (const { number, text } of messages) {
      if (!joined.early.delete(number)) send(joined, text, number);
      joined.last = number;
    }
    heard = Math.max(heard ?? 0, joined.last);
  };
  const welcome = async (joined: Joined, after: number | undefined): Promise<void> => {
    if (after !== undefined) {
      joined.last = after;
      await catchUpOne(joined);
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
  const publish = async (text: string): Promise<void> => {
    const id = crypto.randomUUID();
    const number = await settleDoubts()
      .then(() => store.addServerMessages(sessionId, id, [text]))
      .catch(() => {
        doubts.push({ id, text, atMs: performance.now(), handedTo: [...listeners].filter(({ ready }) => ready) });
        if (doubts.length > MAX_DOUBTS) doubts.shift();
        return undefined;
      });
    for (const joined of listeners) {
      if (!joined.ready) continue;
      // It came while storage did not answer: what was said before is no news to it.
      if (number !== undefined && joined.last < 0) joined.last = number - 1;
      // Somebody else's messages came in between: they go first.
      if (number !== undefined && joined.last + 1 < number) await catchUpOne(joined).catch(() => {});
      if (number !== undefined && joined.last >= number) continue;
      send(joined, text, number);
      if (number !== undefined) heard = joined.last = number;
    }
  };

  return {
    join(listener, after) {
      const joined: Joined = { listener, last: -1, ready: false, early: new Set() };
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
    deliver(message) {
      void inTurn('hand out message', () => publish(JSON.stringify(message)));
    },
    catchUp: () =>
      inTurn('catch up', async () => {
        for (const joined of listeners) if (joined.ready) await catchUpOne(joined);
      }),
    async claimAnswer(id) {
      if (answered.has(id)) return false;
      answered.add(id);
      const oldest = answered.size > MAX_REMEMBERED_ANSWERS ? answered.values().next().value : undefined;
      if (oldest !== undefined) answered.delete(oldest);
      return store.claimAnswer(sessionId, id, owner);
    },
    forgetAnswer: (id) => {
      answered.delete(id);
    },
    announceAnswer(id, device) {
      const params = { requestId: id, reason: `Answered on ${device}.` };
      this.deliver({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    },
    onChange(listener) {
      changed = listener;
    },
    end() {
      for (const { listener } of [...listeners]) listener.end();
    },
  };
}

type Numbered = { number: number; text: string };

/** Returns what nobody has heard, and the questions that nobody has answered, the server has not taken back, and that can still be answered. */
function forNewcomer(messages: readonly Numbered[], heard: number, isCurrent: (epoch: number) => boolean): Numbered[] {
  const open = new Map<unknown, Numbered>();
  const unheard = new Set<Numbered>();
  for (const message of messages) {
    const { id, method, params } = JSON.parse(message.text) as { id?: unknown; method?: unknown; params?: { requestId?: unknown } };
    if (id === undefined && message.number > heard) unheard.add(message);
    if (method === 'notifications/cancelled') open.delete(params?.requestId);
    else if (isCurrent(decodeServerId(id)?.epoch ?? -1)) open.set(id, message);
  }
  const questions = new Set(open.values());
  return messages.filter((message) => unheard.has(message) || questions.has(message));
}
