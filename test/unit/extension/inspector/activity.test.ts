/** Proves how activity becomes rows, and how the log grows: pairing, words, filters, pages. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../extension/gateway/gateway-error.ts';
import { type ActivityRow, findCall, indexOfRow, isMessage, partnerOf, toRows } from '../../../../extension/state/inspector-activity.ts';
import { EMPTY_VIEW, facetsOf, filterRows, parseActivityView } from '../../../../extension/state/inspector-activity-filter.ts';
import {
  type ActivityLog,
  addPage,
  createActivityLog,
  fitEntries,
  type ReadPage,
} from '../../../../extension/state/inspector-activity-log.ts';
import { ActivityEntry } from '../../../../shared/contract.ts';
import { MAX_ACTIVITY_PAGE } from '../../../../shared/limits.ts';

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
  const row = toRows([entry]).at(-1);
  if (row === undefined) throw new Error('no row');
  return row;
};

describe('rows', () => {
  it('pair a request with its answer, whatever comes between', () => {
    const entries = [request('a'), request('b'), answer('b'), answer('a')];
    const rows = toRows(entries).filter(isMessage);
    const [a, b, ofB, ofA] = rows;
    expect(rows.map(({ partner }) => partner)).toEqual([ofA?.seq, ofB?.seq, b?.seq, a?.seq]);
    expect(rows.map((row) => partnerOf(rows, row))).toEqual([ofA, ofB, b, a]);
    expect(ofA).toMatchObject({ kind: 'answer', label: 'result', subject: 'echo', durationMs: 14 });
  });

  it('leave an answer alone whose request is gone', () => {
    const row = only(answer('lost'));
    expect(isMessage(row) && row.partner).toBeUndefined();
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
    [{ mark: 'entries-dropped', dropped: 100 }, '100 entries are missing here', false],
    [{ mark: 'server-stream-opened' }, 'Stream to the server opened again', false],
    [{ mark: 'server-unreachable' }, 'Server could not be reached', true],
    [{ mark: 'outcome-unknown' }, 'Answer lost: the call may have run', true],
    [{ mark: 'client-left' }, 'Client went away while its call ran', false],
  ])('put a mark into words: %j', (fields, label, isError) => {
    expect(only(mark(fields))).toMatchObject({ kind: 'mark', label, isError });
  });
});

describe('gaps', () => {
  it('are told where numbers are missing, at the start and between', () => {
    const entries = [
      { ...mark({ mark: 'connected' }), seq: 41 },
      { ...mark({ mark: 'cold-start' }), seq: 44 },
    ];
    const rows = toRows(entries);
    expect(rows.map(({ kind, label }) => [kind, label])).toEqual([
      ['gap', '40 older entries are not kept any more'],
      ['mark', 'Connected to the server'],
      ['gap', '2 entries are missing here'],
      ['mark', 'Backend started cold: session rebuilt, same server session'],
    ]);
    expect(rows.map(({ seq }) => indexOfRow(rows, seq))).toEqual([0, 1, 2, 3]);
    expect(indexOfRow(rows, 42)).toBe(-1);
  });
});

describe('the messages of an act', () => {
  it('are found by its key', () => {
    const rows = toRows([request('a', { key: 'act-of-a' }), request('b', { key: 'act-of-b' }), answer('b', { key: 'act-of-b' })]);
    expect(findCall(rows, 'act-of-b')?.entry).toMatchObject({ exchange: 'b', direction: 'to-server' });
    expect(findCall(rows, 'act-of-c')).toBeUndefined();
  });
});

describe('a filter', () => {
  const rows = toRows([
    request('a'),
    answer('a', { device: 'Laptop', method: 'tools/call', message: { id: 1, error: { code: 1, message: 'x' } } }),
    request('b', { device: 'Phone', method: 'tools/list' }),
    message({ method: 'notifications/progress', direction: 'to-client' }),
    answer('b'),
    mark({ mark: 'cold-start' }),
    mark({ mark: 'outcome-unknown' }),
  ]).filter(({ kind }) => kind !== 'gap');
  it.each([
    ['all', ['request', 'answer', 'request', 'notification', 'answer', 'mark', 'mark']],
    ['calls', ['request', 'answer', 'request', 'answer', 'mark', 'mark']],
    ['notifications', ['notification', 'mark', 'mark']],
    ['marks', ['mark', 'mark']],
    ['errors', ['request', 'answer', 'mark']],
  ] as const)('of %s', (kind, kinds) => {
    expect(filterRows(rows, { ...EMPTY_VIEW, kind }).map((row) => row.kind)).toEqual(kinds);
  });

  it.each([
    [{ direction: 'to-client' as const }, ['answer', 'notification', 'answer']],
    // An answer that does not name its method has that of its request.
    [{ method: 'tools/list' }, ['request', 'answer']],
    [{ device: 'Laptop' }, ['request', 'answer']],
    [{ device: 'Phone', direction: 'to-client' as const }, []],
  ])('that is narrow shows messages alone: %j', (narrow, kinds) => {
    expect(filterRows(rows, { ...EMPTY_VIEW, ...narrow }).map((row) => row.kind)).toEqual(kinds);
  });

  it('offers what there is, and what is chosen though it is gone', () => {
    expect(facetsOf(rows, { ...EMPTY_VIEW, device: 'Tablet' })).toEqual({
      methods: ['notifications/progress', 'tools/call', 'tools/list'],
      devices: ['Laptop', 'Phone', 'Tablet'],
    });
  });

  it('is remembered, whatever was stored', () => {
    const view = { kind: 'errors', direction: 'to-server', method: 'ping', device: 'Phone', query: 'x', selected: 4 } as const;
    expect(parseActivityView(JSON.parse(JSON.stringify(view)))).toEqual(view);
    for (const raw of [undefined, null, 'x', [], { kind: 'x', direction: 1, method: '', device: 'x'.repeat(600), query: 3, selected: 'x' }])
      expect(parseActivityView(raw)).toEqual(EMPTY_VIEW);
  });
});

describe('the log', () => {
  const empty: ActivityLog = { entries: undefined, isCaughtUp: false };
  const entriesFrom = (first: number, count: number): ActivityEntry[] =>
    Array.from({ length: count }, (_, i) => ({ ...mark({ mark: 'connected' }), seq: first + i }));

  it('takes each entry once, though a page comes twice', () => {
    const page = { entries: entriesFrom(1, 3), next: 3 };
    const once = addPage(empty, page);
    expect(addPage(once, page)).toBe(once);
    expect(addPage(once, { entries: entriesFrom(2, 4), next: 5 }).entries?.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('knows when it has read all that there is', () => {
    const full = addPage(empty, { entries: entriesFrom(1, MAX_ACTIVITY_PAGE), next: 0 });
    expect(full.isCaughtUp).toBe(false);
    expect(addPage(full, { entries: [], next: 0 }).isCaughtUp).toBe(true);
  });

  it('keeps the newest, by number and by size', () => {
    expect(fitEntries(entriesFrom(1, 5), 3).map((entry) => entry.seq)).toEqual([3, 4, 5]);
    const large = [1, 2, 3].map((at) => ({ ...message({ bytes: 40, message: {} }), seq: at }));
    const unkept = { ...message({ bytes: 1000 }), seq: 4 };
    expect(fitEntries([...large, unkept], 100, 90).map((entry) => entry.seq)).toEqual([2, 3, 4]);
    const few = entriesFrom(1, 2);
    expect(fitEntries(few)).toBe(few);
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
