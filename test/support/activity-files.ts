/** Owns files of activity as somebody may open them: long ones, and ones with every flaw. */
const AT = '2026-11-23T09:41:02.000Z';
const session = {
  name: 'Weather <b>station</b>',
  url: 'https://weather.example/mcp',
  transport: 'streamable-http',
  revision: 'stateful',
  protocolVersion: '2025-11-25',
  headerNames: ['X-Api-Key'],
  signedIn: false,
};
const toLines = (values: readonly unknown[]): string =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('');
const header = (entries: number, version = 1) => ({ format: 'mooring-activity', version, exportedAt: AT, entries, session });

/** A file with calls of many tools, each a request and its answer. */
export function aFileOf(count: number): string {
  const entries = Array.from({ length: count }, (_, at) => {
    const call = at - (at % 2);
    const base = {
      seq: at + 1,
      kind: 'message',
      at: new Date(Date.parse(AT) + at * 10).toISOString(),
      bytes: 200 + (at % 900),
      exchange: `x-${call}`,
    };
    return at % 2 === 0
      ? {
          ...base,
          direction: 'to-server',
          device: 'Laptop',
          method: 'tools/call',
          message: {
            jsonrpc: '2.0',
            id: at,
            method: 'tools/call',
            params: { name: `number-${at}`, arguments: { text: 'words '.repeat(at % 20) } },
          },
        }
      : {
          ...base,
          direction: 'to-client',
          method: 'tools/call',
          durationMs: at % 300,
          message: { jsonrpc: '2.0', id: call, result: { content: [{ type: 'text', text: `This is the answer to number-${at}` }] } },
        };
  });
  return toLines([header(count), ...entries]);
}

/** Lines that are no entries, gaps, texts without end and hidden characters, by a version that does not exist yet. */
export function aFlawedFile(): string {
  const message = { kind: 'message', at: AT, direction: 'to-server', bytes: 300 };
  return toLines([
    header(20, 9),
    { seq: 1, kind: 'mark', at: AT, mark: 'connected' },
    'no JSON at all',
    { seq: 1, kind: 'mark', at: AT, mark: 'connected' },
    { seq: 2, kind: 'message' },
    `{"seq":3,"deep":${'['.repeat(300)}${']'.repeat(300)}}`,
    { seq: 9, kind: 'mark', at: AT, mark: 'server-session-renewed', durationMs: 41, subscriptionsRestored: 2 },
    {
      ...message,
      seq: 10,
      bytes: 48_000,
      exchange: 'a',
      method: 'tools/call',
      device: 'A device with a rather long name, on the third floor',
    },
    {
      ...message,
      seq: 11,
      exchange: 'b',
      method: 'tools/call',
      device: 'Phone',
      message: {
        id: 1,
        method: 'tools/call',
        params: {
          name: `a-tool-${'with-a-very-long-name-'.repeat(12)}`,
          arguments: { text: 'safe\u202egnp.exe <img src=x onerror=alert(1)>' },
        },
      },
    },
    {
      ...message,
      seq: 12,
      exchange: 'b',
      direction: 'to-client',
      durationMs: 93_000,
      message: { id: 1, error: { code: -32_603, message: 'An error that goes on '.repeat(30) } },
    },
    {
      ...message,
      seq: 13,
      direction: 'to-client',
      method: 'notifications/message',
      message: { method: 'notifications/message', params: { level: 'warning', logger: 'station', data: 'خادم الطقس' } },
    },
    { seq: 14, kind: 'mark', at: 'no time', mark: 'outcome-unknown', code: 'CALL_OUTCOME_UNKNOWN' },
    {
      ...message,
      seq: 15,
      direction: 'to-client',
      method: 'notifications/progress',
      message: { method: 'notifications/progress', params: { progress: 3, total: 4 } },
    },
    ...Array.from({ length: 7 }, (_, at) => ({ ...message, seq: 16 + at, method: 'ping', message: { id: at, method: 'ping' } })),
  ]);
}
