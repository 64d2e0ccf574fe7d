/** Owns a map of bounded size that forgets what was not asked for: the oldest when it is full, and on request all that has rested for long. */

export type Recent<V> = {
  /** Returns a value, which is the last to be forgotten from then on. */
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  /** Forgets what was neither set nor asked for within this time. */
  sweep(restMs: number): void;
  size(): number;
};

type RecentOptions<V> = {
  /** Milliseconds that only go forward. */
  now?: () => number;
  /** Told of each value that is forgotten or replaced. */
  leave?: (value: V) => void;
};

export function openRecent<V>(most: number, { now = () => 0, leave = () => {} }: RecentOptions<V> = {}): Recent<V> {
  /** In the order of their last use. */
  const entries = new Map<string, { value: V; usedAt: number }>();
  const remove = (key: string, entry: { value: V } | undefined): void => {
    if (!entry) return;
    entries.delete(key);
    leave(entry.value);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entry.usedAt = now();
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value) {
      remove(key, entries.get(key));
      entries.set(key, { value, usedAt: now() });
      const [oldest] = entries.size > most ? entries : [];
      if (oldest) remove(...oldest);
    },
    delete: (key) => remove(key, entries.get(key)),
    sweep(restMs) {
      const before = now() - restMs;
      for (const [key, entry] of entries) {
        if (entry.usedAt >= before) return;
        remove(key, entry);
      }
    },
    size: () => entries.size,
  };
}
