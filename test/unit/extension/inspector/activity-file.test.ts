/** Proves that activity is saved whole and read again, that a file may say anything, and that a search finds what is there. */
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../extension/gateway/gateway-error.ts';
import { type ActivityRow, toRows } from '../../../../extension/state/inspector-activity.ts';
import { exportActivity } from '../../../../extension/state/inspector-activity-export.ts';
import { MAX_FILE_BYTES, MAX_FILE_ENTRIES, readActivityFile } from '../../../../extension/state/inspector-activity-file.ts';
import type { ReadPage } from '../../../../extension/state/inspector-activity-log.ts';
import { toStatements } from '../../../../extension/state/inspector-activity-readable.ts';
import { nextMatch, openSearch, toMatcher } from '../../../../extension/state/inspector-activity-search.ts';
import type { ServerFacts } from '../../../../extension/state/inspector-activity-secrets.ts';
import { ActivityEntry } from '../../../../shared/contract.ts';
import { aFlawedFile } from '../../../support/activity-files.ts';

const session: ServerFacts & { name: string } = {
  name: 'Weather',
  url: 'https://weather.example/mcp?token=s3cret',
  transport: 'streamable-http',
  revision: 'stateful',
  protocolVersion: '2025-11-25',
  headerNames: ['X-Key'],
  signedIn: true,
};
const at = '2026-11-23T09:41:02.000Z';
const entry = (seq: number, message: unknown = { id: seq, method: 'ping' }): ActivityEntry =>
  ActivityEntry.parse({ seq, kind: 'message', at, direction: 'to-server', bytes: 10, method: 'ping', message });
const entries = (first: number, count: number): ActivityEntry[] => Array.from({ length: count }, (_, i) => entry(first + i));
const never = new AbortController().signal;
const asFile = (text: string | Blob, name = 'a.jsonl'): File => new File([text], name);
const readText = async (text: string) => {
  const verdict = await readActivityFile(asFile(text));
  return verdict.kind === 'ok' ? verdict.file : expect.unreachable(verdict.kind);
};

describe('saving', () => {
  it('takes what the panel has, then what the backend has beyond it, and reads the same again', async () => {
    const pages = [entries(4, 200), entries(204, 3)];
    const asked: number[] = [];
    const read: ReadPage = async ({ after }) => {
      asked.push(after);
      return { entries: pages.shift() ?? [], next: 0 };
    };
    const told: number[] = [];
    const exported = await exportActivity(session, entries(1, 3), read, (count) => told.push(count), never);
    expect(asked).toEqual([3, 203]);
    expect(told).toEqual([3, 203, 206]);
    const text = (await exported?.blob.text()) ?? '';
    expect(text).not.toContain('s3cret');
    const file = await readText(text);
    expect(file.entries).toEqual([...entries(1, 3), ...entries(4, 203)]);
    expect(file).toMatchObject({ missing: 0, leftOut: 0, isNewer: false, bad: { count: 0 } });
    expect(file.session).toEqual({ ...session, url: 'https://weather.example/mcp?token=<token>' });
  });

  it('gives what is known when the backend does not answer, and says so', async () => {
    const failure = new GatewayError('BACKEND_UNREACHABLE', 'It does not answer.');
    const exported = await exportActivity(
      session,
      entries(1, 3),
      () => Promise.reject(failure),
      () => undefined,
      never,
    );
    expect(exported).toMatchObject({ entries: 3, error: { code: 'BACKEND_UNREACHABLE' } });
  });

  it('stops when it is told to, and when a backend says the same without end', async () => {
    const stop = new AbortController();
    const read: ReadPage = async () => {
      stop.abort();
      return { entries: entries(1, 200), next: 0 };
    };
    expect(await exportActivity(session, [], read, () => undefined, stop.signal)).toBeUndefined();
    const same: ReadPage = async () => ({ entries: entries(1, 200), next: 0 });
    expect((await exportActivity(session, entries(1, 200), same, () => undefined, never))?.entries).toBeLessThan(1000);
  });
});

describe('a file', () => {
  it('is read line by line, what is no entry is counted', async () => {
    const file = await readText(aFlawedFile());
    expect(file).toMatchObject({ bad: { count: 4, lines: [3, 4, 5, 6] }, missing: 1, isNewer: true, leftOut: 0 });
    expect(file.entries).toHaveLength(15);
  });

  it('without its first line is read all the same; one with an address that is none has no server', async () => {
    expect((await readText(`${JSON.stringify(entry(1))}\r\n\n${JSON.stringify(entry(2))}`)).entries).toHaveLength(2);
    const header = (url: string) => `${JSON.stringify({ format: 'mooring-activity', version: 1, session: { ...session, url } })}\n`;
    for (const url of ['javascript:alert(1)', 'x', 'file:///etc/passwd']) expect((await readText(header(url))).session).toBeUndefined();
  });

  it('that is something else, or too large, is refused', async () => {
    for (const text of ['', 'hello', '[]', '{}\n{}', 'null\n'.repeat(1000)])
      expect(await readActivityFile(asFile(text))).toEqual({ kind: 'no-activity' });
    const large = { size: MAX_FILE_BYTES + 1, name: 'large' } as File;
    expect(await readActivityFile(large)).toEqual({ kind: 'too-large' });
    const gone = { size: 1, name: 'gone', stream: () => new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) }) };
    expect(await readActivityFile(gone as unknown as File)).toEqual({ kind: 'unreadable' });
  });

  it('never fills the memory with one line, nor with more entries than are shown', async () => {
    const long = await readText(`${JSON.stringify(entry(1))}\n${'x'.repeat(5_000_000)}\n${JSON.stringify(entry(2))}\n`);
    expect(long).toMatchObject({ bad: { count: 1, lines: [2] }, entries: [{ seq: 1 }, { seq: 2 }] });
    const line = (seq: number) => `{"seq":${seq},"kind":"mark","at":"","mark":"connected"}\n`;
    const many = await readText(Array.from({ length: MAX_FILE_ENTRIES + 3 }, (_, i) => line(i + 1)).join(''));
    expect(many).toMatchObject({ leftOut: 3, bad: { count: 0 } });
    expect(many.entries).toHaveLength(MAX_FILE_ENTRIES);
  });
});

describe('a search', () => {
  const rowOf = (message: unknown): ActivityRow => {
    const row = toRows([entry(1, message)])[0];
    return row ?? expect.unreachable();
  };
  it.each([
    ['ECHO', { id: 1, method: 'x', params: { name: 'echo' } }, true],
    ['say "hi"', { id: 1, method: 'x', params: { text: 'Say "hi" \\' } }, true],
    ['"name":"echo"', { id: 1, method: 'x', params: { name: 'echo' } }, true],
    ['nothing', { id: 1, method: 'x' }, false],
  ])('for %s in %j', (query, message, isFound) => {
    expect(toMatcher(query)(rowOf(message))).toBe(isFound);
  });

  let search: ReturnType<typeof openSearch>;
  beforeEach(() => {
    search = openSearch();
    return () => search.close();
  });
  const done = (query: string) => expect.poll(() => search.state.value.query === query && !search.state.value.isSearching).toBe(true);

  it('finds what comes later too, once, and begins anew with other rows', async () => {
    const rows = toRows([entry(1), entry(2, { id: 2, method: 'x', params: { name: 'needle' } })]);
    search.setRows(rows);
    search.search(' needle ');
    await done('needle');
    expect(search.state.value.found).toEqual([2]);
    const grown = toRows([...entries(1, 2), entry(3, { id: 3, method: 'x', params: { name: 'needle' } })]);
    search.setRows(grown);
    expect(search.state.value.found).toEqual([2, 3]);
    search.setRows(rows);
    expect(search.state.value.found).toEqual([2]);
    search.search('');
    expect(search.state.value).toEqual({ query: '', found: [], isSearching: false });
  });

  it('goes round', () => {
    expect([nextMatch([2, 5], undefined, 1), nextMatch([2, 5], undefined, -1)]).toEqual([2, 5]);
    expect([nextMatch([2, 5], 3, 1), nextMatch([2, 5], 5, 1), nextMatch([2, 5], 2, -1), nextMatch([2, 5], 9, -1)]).toEqual([5, 2, 5, 5]);
    expect(nextMatch([], 3, 1)).toBeUndefined();
  });
});

describe('a message in words', () => {
  const say = (message: object, facts: object = {}) => {
    const row = toRows([ActivityEntry.parse({ seq: 1, kind: 'message', at, direction: 'to-server', bytes: 1, message, ...facts })])[0];
    return row !== undefined && row.kind !== 'mark' && row.kind !== 'gap' ? toStatements(row) : expect.unreachable();
  };
  it.each([
    [
      { id: 1, method: 'tools/call', params: { name: 'x', arguments: { city: 'Oslo', days: [1, 2], deep: { a: 1 } } } },
      { method: 'tools/call' },
      ['city: Oslo', 'days: 1, 2', 'deep: {"a":1}'],
    ],
    [
      {
        id: 1,
        result: {
          content: [
            { type: 'text', text: 'ahoy' },
            { type: 'image', mimeType: 'image/png' },
          ],
          isError: true,
        },
      },
      {},
      ['Text: ahoy', 'image: image/png'],
    ],
    [{ id: 1, result: { tools: [{ name: 'a' }, { name: 'b' }] } }, {}, ['tools: 2 items: a, b']],
    [{ id: 1, error: { code: -1, message: 'no' } }, {}, ['code: -1', 'message: no']],
    [{ id: 1, result: 7 }, {}, []],
    [{ id: 1, result: { content: [null, 4] } }, {}, ['Content: ', 'Content: ']],
  ])('%j', (message, facts, expected) => {
    expect(say(message, facts).map(({ name, text }) => `${name}: ${text}`)).toEqual(expected);
  });

  it('stays short, whatever is in it', () => {
    const said = say({
      id: 1,
      method: 'x',
      params: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, 'x'.repeat(9000)])),
    });
    expect(said.length).toBeLessThan(50);
    expect(said[0]?.text.length).toBeLessThan(2100);
  });
});
