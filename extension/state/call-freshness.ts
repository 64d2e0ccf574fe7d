/** Owns when the popup reads the calls that run: while somebody looks, each second. */
import { effect } from '@preact/signals';
import { now } from './clock.ts';
import { sessions } from './stored-state.ts';

/** Sessions whose calls are read at the same time; the others are told by their number alone. */
const MAX_READ = 10;

/**
 * Reads the calls of every session that has some, now and each second, as long as the clock runs.
 *
 * @returns Stops reading.
 */
export function keepCallsFresh(): () => void {
  return effect(() => {
    const nowMs = now.value;
    const busy = sessions.value.flatMap(({ id, ended, running }) => (!ended && running > 0 ? [id] : [])).slice(0, MAX_READ);
    if (busy.length > 0) void import('./call-reading.ts').then(({ readDue }) => readDue(busy, nowMs));
  });
}
