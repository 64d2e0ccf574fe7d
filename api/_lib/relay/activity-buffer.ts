/**
 * Owns what an instance has still to write of a session: activity and what calls changed. One storage request writes it all,
 * off the path of any answer; calls that end together share one.
 * Accepted loss: a process that dies takes at most the last second of activity with it, never a session.
 */
import type { ActivityMark, ActivityMessage, ActivityRecord } from '../../../shared/contract.ts';
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';
import { MAX_ACTIVITY_BODY_BYTES } from '../../../shared/limits.ts';
import type { BackgroundWork } from '../background-work.ts';
import type { Settlement, Store } from '../store/store.ts';

/** Entries that wait for storage at most; a flood of progress must not fill the memory. */
const MAX_WAITING = 300;
/** While a call runs, what passes is written this often, ms, so that another device sees it. */
const WRITE_EVERY_MS = 1000;
/** What calls leave behind waits this long for those that follow at once, ms. In this process writing would also hold their answers up. */
const GATHER_MS = 10;

type Change = Omit<Settlement, 'activity'>;

export type ActivityBuffer = {
  message(entry: Omit<ActivityMessage, 'kind' | 'at' | 'message'>, message: JsonRpcMessage): void;
  mark(mark: ActivityMark['mark'], facts?: Omit<ActivityMark, 'kind' | 'at' | 'mark'>): void;
  /** Remembers what the session must know of after a recovery. */
  change(change: Change): void;
  /** Has what waits written, after the answer that is on its way. */
  flush(): void;
};

export function createActivityBuffer(sessionId: string, store: Pick<Store, 'settle'>, work: BackgroundWork): ActivityBuffer {
  let waiting: ActivityRecord[] = [];
  let changes: Change[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing = false;
  let hurry = (): void => {};

  const add = (record: ActivityRecord): void => {
    if (waiting.length >= MAX_WAITING) waiting.shift();
    waiting.push(record);
    if (waiting.length > MAX_WAITING / 2) hurry();
    timer ??= setTimeout(flush, WRITE_EVERY_MS);
  };
  /** What recovery needs must not be lost with the process: it waits for the answer alone. */
  const untilDue = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const gathering = setTimeout(resolve, GATHER_MS);
    hurry = () => {
      clearTimeout(gathering);
      setImmediate(resolve);
    };
    if (changes.length > 0) hurry();
    return promise;
  };
  const write = async (): Promise<void> => {
    await untilDue();
    while (waiting.length > 0 || changes.length > 0) {
      // A settlement holds one subscription; nearly always there is none, so that one request does.
      const [change = {}, ...laterChanges] = changes;
      const activity = waiting;
      waiting = [];
      changes = laterChanges;
      try {
        await store.settle(sessionId, { activity, ...change });
      } catch (error) {
        waiting = [...activity, ...waiting].slice(-MAX_WAITING);
        changes = [change, ...changes];
        timer ??= setTimeout(flush, WRITE_EVERY_MS * 5);
        throw error;
      }
    }
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (changes.length > 0) hurry();
    if (writing || (waiting.length === 0 && changes.length === 0)) return;
    writing = true;
    work.add(
      'settle',
      write().finally(() => {
        writing = false;
        // What came in the turn between the last look and now asked for a write that was still going on.
        if (timer === undefined) flush();
      }),
    );
  };

  return {
    message(entry, message) {
      const keepsBody = entry.bytes <= MAX_ACTIVITY_BODY_BYTES;
      add({ kind: 'message', at: new Date().toISOString(), ...entry, ...(keepsBody && { message }) });
    },
    mark: (mark, facts) => add({ kind: 'mark', at: new Date().toISOString(), mark, ...facts }),
    change: (change) => changes.push(change),
    flush,
  };
}
