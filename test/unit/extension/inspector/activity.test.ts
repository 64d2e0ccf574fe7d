/** Proves how activity becomes rows, and how the log grows: pairing, words, filters, pages. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../extension/gateway/gateway-error.ts';
import { type ActivityRow, filterRows, toRows } from '../../../../extension/state/inspector-activity.ts';
import { type ActivityLog, addPage, createActivityLog, type ReadPage } from '../../../../extension/state/inspector-activity-log.ts';
import { ActivityEntry } from '../../../../shared/contract.ts';
import { MAX_ACTIVITY_ENTRIES } from '../../../../shared/limits.ts';

const at = '2026-11-23T09:41:02.000Z';
let seq = 0;
const message = (fields: object): ActivityEntry =>
  ActivityEntry.parse({ seq: ++seq, kind: 'message', at, direction: 'to-server', bytes: 10, ...fields });
const mark = (fields: object): ActivityEntry => ActivityEntry.parse({ seq: ++seq, kind: 'mark', at, ...fields });
const request = (exchange: string, fields: object = {}): ActivityEntry =>
  message({
    exchange,
    method: 'tools/call',
    device: 'Laptop',
    message: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } },
    ...fields,
  });
const answer = (exchange: string, fields: object = {}): ActivityEntry =>
  message({ exchange, direction: 'to-client', durationMs: 14, message: { jsonrpc: '2.0', id: 1, result: {} }, ...fields });

const only = (entry: ActivityEntry): ActivityRow => {
  const [row] = toRows([entry]);
  if (row === undefined) throw new Error('no row');
  return row;
};

describe('rows', () => {
  it('pair a request with its answer, whatever comes between', () => {
    const entries = [request('a'), request('b'), answer('b'), answer('a')];
    const [a, b, ofB, ofA] = toRows(entries);
    expect([a, b, ofB, ofA].map((row) => row && row.kind !== 'mark' && row.partner)).toEqual([ofA?.seq, ofB?.seq, b?.seq, a?.seq]);
    expect(ofA).toMatchObject({ kind: 'answer', label: 'result', subject: 'echo', durationMs: 14 });
  });

  it('leave an answer alone whose request is gone', () => {
    const row = only(answer('lost'));
    expect(row.kind !== 'mark' && row.partner).toBeUndefined();
    expect(row.subject).toBeUndefined();
  });

  it.each([
    ['a request', request('x'), 'request'],
    ['an answer', answer('x'), 'answer'],
    ['a notification', message({ method: 'notifications/message', message: { method: 'notifications/message' } }), 'notification'],
    ['a request that was too large to keep', request('x', { message: undefined }), 'request'],
    ['an answer that was too large to keep', answer('x', { message: undefined }), 'answer'],
    ['an answer that names its method', answer('x', { method: 'tools/call', message: undefined }), 'answer'],
    ['a notification that was too large to keep', message({ method: 'notifications/message', exchange: 'x' }), 'notification'],
    ['a request of the server', message({ direction: 'to-client', message: { id: 1, method: 'ping' } }), 'request'],
  ])('tell %s', (_, entry, kind) => {
    expect(only(entry).kind).toBe(kind);
  });

  it.each([
    [{ method: 'notifications/progress', message: { method: 'notifications/progress', params: { progress: 2, total: 5 } } }, '2/5'],
    [{ method: 'notifications/progress', message: { method: 'notifications/progress', params: { progress: 2 } } }, '2'],
    [{ method: 'notifications/message', message: { method: 'notifications/message', params: { level: 'info' } } }, 'info'],
    [{ method: 'resources/read', message: { id: 1, method: 'resources/read', params: { uri: 'demo://x' } } }, 'demo://x'],
    [{ method: 'tools/list', message: { id: 1, method: 'tools/list' } }, undefined],
  ])('say what a message is about: %j', (fields, subject) => {
    expect(only(message(fields)).subject).toBe(subject);
  });

  it('tell an error of the server and an error of a tool', () => {
    expect(only(answer('x', { message: { id: 1, error: { code: -32602, message: 'b is required' } } }))).toMatchObject({
      isError: true,
      label: 'error -32602 b is required',
    });
    expect(only(answer('x', { message: { id: 1, result: { isError: true } } }))).toMatchObject({ isError: true, label: 'tool error' });
  });

  it.each([
    [{ mark: 'connected' }, 'Connected to the server', false],
    [{ mark: 'cold-start', durationMs: 3 }, 'Backend started cold: session rebuilt, same server session', false],
    [{ mark: 'server-session-renewed' }, 'Server had forgotten the session: signed on again', false],
    [
      { mark: 'server-session-renewed', subscriptionsRestored: 2 },
      'Server had forgotten the session: signed on again, 2 subscriptions restored',
      false,
    ],
    [{ mark: 'entries-dropped', dropped: 100 }, '100 entries are missing here: more came than could be stored', false],
    [{ mark: 'server-stream-opened' }, 'Stream to the server opened again', false],
    [{ mark: 'server-unreachable' }, 'Server could not be reached', true],
    [{ mark: 'outcome-unknown' }, 'Answer lost: the call may have run', true],
    [{ mark: 'client-left' }, 'Client went away while its call ran', false],
  ])('put a mark into words: %j', (fields, label, isError) => {
    expect(only(mark(fields))).toMatchObject({ kind: 'mark', label, isError });
  });
});

describe('a filter', () => {
  const rows = toRows([
    request('a'),
    answer('a', { message: { id: 1, error: { code: 1, message: 'x' } } }),
    request('b'),
    message({ method: 'notifications/progress' }),
    answer('b'),
    mark({ mark: 'cold-start' }),
    mark({ mark: 'outcome-unknown' }),
  ]);
  it.each([
    ['all', ['request', 'answer', 'request', 'notification', 'answer', 'mark', 'mark']],
    ['calls', ['request', 'answer', 'request', 'answer', 'mark', 'mark']],
    ['notifications', ['notification', 'mark', 'mark']],
    ['errors', ['request', 'answer', 'mark']],
  ] as const)('of %s', (filter, kinds) => {
    expect(filterRows(rows, filter).map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('the log', () => {
  const empty: ActivityLog = { entries: undefined, dropped: 0 };
  const entriesFrom = (first: number, count: number): ActivityEntry[] =>
    Array.from({ length: count }, (_, i) => ({ ...mark({ mark: 'connected' }), seq: first + i }));

  it('takes each entry once, though a page comes twice', () => {
    const page = { entries: entriesFrom(1, 3), next: 3 };
    const once = addPage(empty, page);
    expect(addPage(once, page)).toBe(once);
    expect(addPage(once, { entries: entriesFrom(2, 4), next: 5 }).entries?.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('says how many older entries are no longer kept', () => {
    expect(addPage(empty, { entries: entriesFrom(41, 2), next: 42 }).dropped).toBe(40);
  });

  it('keeps as many as the backend does', () => {
    const log = addPage(addPage(empty, { entries: entriesFrom(1, MAX_ACTIVITY_ENTRIES), next: 0 }), {
      entries: entriesFrom(MAX_ACTIVITY_ENTRIES + 1, 10),
      next: 0,
    });
    expect(log.entries).toHaveLength(MAX_ACTIVITY_ENTRIES);
    expect(log.dropped).toBe(10);
  });

  it('reads on from where it is, page after page, until it is stopped', async () => {
    const pages = [entriesFrom(1, 200), entriesFrom(201, 5)];
    const asked: number[] = [];
    const { promise: twice, resolve } = Promise.withResolvers<void>();
    const read: ReadPage = async ({ after }) => {
      asked.push(after);
      if (asked.length === 2) resolve();
      return { entries: pages.shift() ?? [], next: 0 };
    };
    const watch = createActivityLog(read, () => undefined);
    watch.start();
    watch.start();
    await twice;
    watch.stop();
    await Promise.resolve();
    expect(asked).toEqual([0, 200]);
  });

  it('reads at once when nudged', async () => {
    let reads = 0;
    let waiting = Promise.withResolvers<void>();
    const watch = createActivityLog(
      async () => {
        reads++;
        waiting.resolve();
        return { entries: [], next: 0 };
      },
      () => undefined,
    );
    watch.start();
    await waiting.promise;
    waiting = Promise.withResolvers<void>();
    watch.nudge();
    await waiting.promise;
    watch.stop();
    expect(reads).toBe(2);
  });

  it('keeps what it knows when the backend does not answer, and stops when the session is over', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const watch = createActivityLog(async () => {
      throw new GatewayError('SESSION_EXPIRED', 'It is over.');
    }, resolve);
    watch.log.value = addPage(empty, { entries: entriesFrom(1, 2), next: 2 });
    watch.start();
    await ended;
    expect(watch.log.value).toMatchObject({ error: { code: 'SESSION_EXPIRED' }, entries: [{ seq: 1 }, { seq: 2 }] });
    watch.stop();
  });
});
