/**
 * Owns what an instance remembers of what it has opened, so that it is not opened again at every call: a share for each session, and one
 * budget of bytes for all of them together. What does not fit any more is opened again when it is asked for; nothing is lost with it.
 */
import { weigh } from '../weigh.ts';

/** More than a session has; beyond it what was opened is opened again. */
const MAX_OPENED_OF_SESSION = 2000;

/** What is remembered for one session. */
export type OpenedValues = {
  /** Returns what `read` returned for this very text at this place, as long as it is remembered; else asks it. */
  once<T>(place: string, text: string, read: () => T): T;
  /** Returns what is remembered for this place, whatever it was read from. */
  find(place: string): unknown;
  forget(): void;
};

/** @param mostBytes Of memory, for all that is remembered. What was asked for longest ago goes first, by whole sessions. */
export function openOpenedValues(mostBytes: number): { bytes(): number; ofSession(): OpenedValues } {
  type Share = { values: Map<string, { text: string; value: unknown; bytes: number }>; bytes: number };
  /** In the order of their last use. */
  const shares = new Set<Share>();
  let total = 0;
  const use = (share: Share): void => {
    shares.delete(share);
    shares.add(share);
  };
  const forget = (share: Share): void => {
    total -= share.bytes;
    share.bytes = 0;
    share.values.clear();
    shares.delete(share);
  };
  const count = (share: Share, bytes: number): void => {
    share.bytes += bytes;
    total += bytes;
  };
  return {
    bytes: () => total,
    ofSession() {
      const share: Share = { values: new Map(), bytes: 0 };
      return {
        once<T>(place: string, text: string, read: () => T): T {
          const known = share.values.get(place);
          if (known?.text === text) {
            use(share);
            return known.value as T;
          }
          const value = read();
          if (share.values.size >= MAX_OPENED_OF_SESSION) forget(share);
          const bytes = weigh(value) + weigh(place) + text.length;
          count(share, bytes - (share.values.get(place)?.bytes ?? 0));
          share.values.set(place, { text, value, bytes });
          use(share);
          for (const oldest of shares) {
            if (total <= mostBytes) break;
            forget(oldest);
          }
          return value;
        },
        find: (place) => share.values.get(place)?.value,
        forget: () => forget(share),
      };
    },
  };
}
