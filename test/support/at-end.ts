/** Owns what must be ended after the tests of a file, whether they passed or not. setup-processes.ts calls `endEverything`. */
import { endChildren } from '../../api/_local/children.ts';

const closers = new Set<() => Promise<unknown>>();

/**
 * Has something ended after the tests, unless it ended before.
 *
 * @returns A function for whoever ended it earlier.
 */
export function endLater(close: () => Promise<unknown>): () => void {
  closers.add(close);
  return () => closers.delete(close);
}

/** Ends all that was registered, then every process that was started. */
export async function endEverything(): Promise<void> {
  const closing = [...closers].map((close) => close());
  closers.clear();
  await Promise.allSettled(closing);
  await endChildren();
}
