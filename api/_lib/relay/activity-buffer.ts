/**
 * Owns what an instance has still to write of a session: activity, what calls changed and how they ended. One storage request writes it
 * all, off the path of any answer; calls that end together share one. A settlement whose fate is not known is written again as it was:
 * its id keeps it from counting twice.
 * Accepted loss: a process that dies takes at most the last second of activity with it, never a session.
 */
import type { ActivityMark, ActivityMessage, ActivityRecord } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { JsonRpcMessage } from '../../../shared/json-rpc.ts';
import { MAX_ACTIVITY_BODY_BYTES } from '../../../shared/limits.ts';
import type { BackgroundWork } from '../background-work.ts';
import { MAX_NEWS_LENGTH, MAX_RESPONSES_LENGTH, MAX_WAITING_CHANGES, MAX_WAITING_ENTRIES, MAX_WAITING_MESSAGE_BYTES } from '../limits.ts';
import type { CallNews, CallSettlement } from '../store/call-ledger.ts';
import type { Settlement, Store } from '../store/store.ts';

/** While a call runs, what passes is written this often, ms, so that another device sees it. */
const WRITE_EVERY_MS = 1000;
const RETRY_AFTER_MS = 5000;
/** What calls leave behind waits this long for those that follow at once, ms. In this process writing would also hold their answers up. */
const GATHER_MS = 10;

type Change = Pick<
  Settlement,
  'coldStarts' | 'isReachable' | 'awaitsSignIn' | 'logLevel' | 'subscribed' | 'unsubscribed' | 'asked' | 'answered'
>;

export type ActivityBuffer = {
  message(entry: Omit<ActivityMessage, 'kind' | 'at' | 'message'>, message: JsonRpcMessage): void;
  mark(mark: ActivityMark['mark'], facts?: Omit<ActivityMark, 'kind' | 'at' | 'mark'>): void;
  /** Remembers what the session must know of after a recovery. */
  change(change: Change): void;
  /** Writes the last that a call had to tell before it ended. */
  callNews(news: CallNews): void;
  /** Writes how a call ended. */
  settleCall(call: CallSettlement): void;
  /** Has what waits written, after the answer that is on its way. */
  flush(): void;
};

/** @param collectNews Returns what running calls have to tell since it was last asked. */
export function createActivityBuffer(
  sessionId: string,
  store: Pick<Store, 'settle'>,
  work: BackgroundWork,
  collectNews: () => CallNews[],
): ActivityBuffer {
  let waiting: ActivityRecord[] = [];
  /** Of the messages in them, and how many of the first entries have none any more. */
  let messageBytes = 0;
  let bare = 0;
  /** How many had to give way to later ones since the last write, and when the last of them was. */
  let dropped: { count: number; at: string } | undefined;
  let changes: Change[] = [];
  let lastNews: CallNews[] = [];
  let settledCalls: CallSettlement[] = [];
  /** What was being written when storage failed: goes first, unchanged. */
  let unsure: Settlement | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing = false;
  /** Somebody asked for a write while one was going on. */
  let isWanted = false;
  let hurry = (): void => {};

  const schedule = (ms: number): void => {
    timer ??= setTimeout(flush, ms);
  };
  const add = (record: ActivityRecord): void => {
    const oldest = waiting.length >= MAX_WAITING_ENTRIES ? waiting.shift() : undefined;
    if (oldest) {
      dropped = { count: (dropped?.count ?? 0) + 1, at: oldest.at };
      messageBytes -= bytesOf(oldest);
      bare = Math.max(0, bare - 1);
    }
    waiting.push(record);
    messageBytes += bytesOf(record);
    for (; messageBytes > MAX_WAITING_MESSAGE_BYTES && bare < waiting.length - 1; bare++) {
      const full = waiting[bare] as ActivityRecord;
      messageBytes -= bytesOf(full);
      waiting[bare] = withoutMessage(full);
    }
    if (waiting.length > MAX_WAITING_ENTRIES / 2 || messageBytes > MAX_WAITING_MESSAGE_BYTES / 2) hurry();
    schedule(WRITE_EVERY_MS);
  };
  const next = (): Settlement | undefined => {
    const news = [...lastNews, ...(isTooLong(lastNews) ? [] : collectNews())];
    const runningCalls = news.slice(0, countFitting(news, MAX_NEWS_LENGTH, lengthOfNews));
    if (waiting.length + changes.length + settledCalls.length + runningCalls.length === 0) return undefined;
    // A settlement holds one subscription; nearly always there is none, so that one request does.
    const [change = {}, ...laterChanges] = changes;
    // Nothing is written of a call after its end.
    const isAllTold = runningCalls.length === news.length;
    const ended = isAllTold ? settledCalls.slice(0, countFitting(settledCalls, MAX_RESPONSES_LENGTH, lengthOfEnd)) : [];
    const settlement: Settlement = {
      id: crypto.randomUUID(),
      activity: dropped ? [{ kind: 'mark', at: dropped.at, mark: 'entries-dropped', dropped: dropped.count }, ...waiting] : waiting,
      ...change,
      ...(ended.length > 0 && { settledCalls: ended }),
      ...(runningCalls.length > 0 && { runningCalls }),
    };
    waiting = [];
    messageBytes = 0;
    bare = 0;
    dropped = undefined;
    changes = laterChanges;
    lastNews = news.slice(runningCalls.length);
    settledCalls = settledCalls.slice(ended.length);
    return settlement;
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
    const again = unsure !== undefined;
    // What goes on passing waits for the next write: a server that floods must not keep storage busy without a pause.
    const isDue = (): boolean => isWanted || changes.length + settledCalls.length + lastNews.length > 0;
    for (let settlement = unsure ?? next(), isFirst = true; settlement; isFirst = false) {
      isWanted = false;
      unsure = settlement;
      await store.settle(sessionId, settlement).catch((error: unknown) => {
        // What storage will never take must not stand in the way of what comes after it.
        if (error instanceof AppError && !error.code.startsWith('STORAGE_')) unsure = undefined;
        throw error;
      });
      unsure = undefined;
      settlement = (isFirst && again) || isDue() ? next() : undefined;
    }
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (changes.length > 0) hurry();
    isWanted = writing;
    if (writing) return;
    writing = true;
    const written = write().finally(() => {
      writing = false;
      if (unsure) schedule(RETRY_AFTER_MS);
      // What came in the turn between the last look and now asked for a write that was still going on.
      else if (timer === undefined && waiting.length + changes.length + settledCalls.length + lastNews.length > 0) flush();
    });
    work.add('settle', written);
  };

  return {
    message(entry, message) {
      const keepsBody = entry.bytes <= MAX_ACTIVITY_BODY_BYTES;
      add({ kind: 'message', at: new Date().toISOString(), ...entry, ...(keepsBody && { message }) });
    },
    mark: (mark, facts) => add({ kind: 'mark', at: new Date().toISOString(), mark, ...facts }),
    change(change) {
      const isQuestion = change.asked !== undefined || change.answered !== undefined;
      if (isQuestion && changes.length >= MAX_WAITING_CHANGES) return;
      changes.push(change);
    },
    callNews: (news) => lastNews.push(news),
    settleCall: (call) => settledCalls.push(call),
    flush,
  };
}

/** Bytes of the message in an entry. */
const bytesOf = (record: ActivityRecord): number => (record.kind === 'message' && 'message' in record ? record.bytes : 0);
const withoutMessage = (record: ActivityRecord): ActivityRecord => {
  if (record.kind !== 'message') return record;
  const { message: _, ...entry } = record;
  return entry;
};
const lengthOfEnd = ({ response = '' }: CallSettlement): number => response.length;
const lengthOfNews = ({ events }: CallNews): number => (events?.texts ?? []).reduce((sum, { length }) => sum + length, 0);
const isTooLong = (news: readonly CallNews[]): boolean => news.reduce((sum, one) => sum + lengthOfNews(one), 0) > MAX_NEWS_LENGTH;

/** Returns how many go into one settlement: at least one, then as many as fit. */
function countFitting<T>(items: readonly T[], most: number, lengthOf: (item: T) => number): number {
  let length = 0;
  const beyond = items.findIndex((item, at) => {
    length += lengthOf(item);
    return at > 0 && length > most;
  });
  return beyond < 0 ? items.length : beyond;
}
