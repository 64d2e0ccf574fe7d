/**
 * Owns handing out what the server sends outside of any call: to every client stream of this instance, or, while nobody listens,
 * to a short queue for whoever comes next. Messages arrive as clients shall see them.
 */
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';

/** What waits for a listener at most; the oldest goes first. */
const MAX_WAITING = 100;
const MAX_REMEMBERED_ANSWERS = 500;

type Listener = {
  send(text: string): void;
  /** Tells it that nothing more will come. */
  end(): void;
};

export type ClientHub = {
  /** Begins to listen: what waited comes first. Returns how to stop. */
  join(listener: Listener): () => void;
  /** Number of listeners. */
  size(): number;
  deliver(message: JsonRpcMessage): void;
  /** Tells whether this answer to a question of the server is the first; later ones are not passed on. */
  isFirstAnswer(id: string): boolean;
  /** Lets the question be answered again: the answer did not get through. */
  forgetAnswer(id: string): void;
  onChange(listener: (size: number) => void): void;
  /** Ends all listeners. */
  end(): void;
};

export function createClientHub(): ClientHub {
  const listeners = new Set<Listener>();
  const waiting: string[] = [];
  const answered = new Set<string>();
  let changed: (size: number) => void = () => {};
  return {
    join(listener) {
      for (const text of waiting.splice(0)) listener.send(text);
      listeners.add(listener);
      changed(listeners.size);
      return () => {
        if (listeners.delete(listener)) changed(listeners.size);
      };
    },
    size: () => listeners.size,
    deliver(message) {
      const text = JSON.stringify(message);
      for (const listener of listeners) listener.send(text);
      if (listeners.size > 0) return;
      waiting.push(text);
      if (waiting.length > MAX_WAITING) waiting.shift();
    },
    isFirstAnswer(id) {
      if (answered.has(id)) return false;
      answered.add(id);
      const oldest = answered.size > MAX_REMEMBERED_ANSWERS ? answered.values().next().value : undefined;
      if (oldest !== undefined) answered.delete(oldest);
      return true;
    },
    forgetAnswer: (id) => {
      answered.delete(id);
    },
    onChange(listener) {
      changed = listener;
    },
    end() {
      for (const listener of [...listeners]) listener.end();
    },
  };
}
