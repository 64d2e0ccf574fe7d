/** Proves what is read of a server off the activity: its log, and how fast it answers. */
import { describe, expect, it } from 'vitest';
import { MAX_LOG_LINES, readLatency, readServerLog } from '../../../../extension/state/server-log.ts';
import type { ActivityEntry } from '../../../../shared/contract.ts';

const AT = '2026-11-25T10:00:00.000Z';
const logged = (seq: number, params: unknown): ActivityEntry => ({
  kind: 'message',
  seq,
  at: AT,
  direction: 'to-client',
  bytes: 1,
  method: 'notifications/message',
  message: { jsonrpc: '2.0', method: 'notifications/message', params },
});
const answered = (seq: number, durationMs: number): ActivityEntry => ({
  kind: 'message',
  seq,
  at: AT,
  direction: 'to-client',
  bytes: 1,
  durationMs,
});

describe('the log of a server', () => {
  it('has its lines with level, logger and text, from a level on', () => {
    const entries = [
      logged(1, { level: 'debug', data: 'quiet' }),
      logged(2, { level: 'warning', logger: 'db', data: { slow: true } }),
      answered(3, 5),
      logged(4, { level: 'emergency', data: 'loud' }),
    ];
    expect(readServerLog(entries, 'notice')).toStrictEqual([
      { seq: 2, at: AT, level: 'warning', logger: 'db', text: '{"slow":true}' },
      { seq: 4, at: AT, level: 'emergency', logger: '', text: 'loud' },
    ]);
    expect(readServerLog(entries, 'debug')).toHaveLength(3);
  });

  it('takes what it is sent for what it can be', () => {
    const odd = [logged(1, { level: 'shout', data: 'x' }), logged(2, undefined), logged(3, [7]), logged(4, { data: undefined, logger: 5 })];
    expect(readServerLog(odd, 'debug').map(({ seq, level, text }) => [seq, level, text])).toStrictEqual([
      [1, 'info', 'x'],
      [4, 'info', ''],
    ]);
  });

  it('has so many lines and no more, the newest', () => {
    const many = Array.from({ length: MAX_LOG_LINES + 3 }, (_, at) => logged(at + 1, { level: 'info', data: at }));
    const lines = readServerLog(many, 'debug');
    expect([lines.length, lines[0]?.seq, lines.at(-1)?.seq]).toStrictEqual([MAX_LOG_LINES, 4, MAX_LOG_LINES + 3]);
  });
});

describe('latency', () => {
  it('is that of the last answers', () => {
    const entries = [answered(1, 900), ...Array.from({ length: 24 }, (_, at) => answered(at + 2, at + 1))];
    expect(readLatency(entries)).toStrictEqual({ lastMs: Array.from({ length: 24 }, (_, at) => at + 1), medianMs: 12, worstMs: 24 });
    expect(readLatency([answered(1, 7)])).toStrictEqual({ lastMs: [7], medianMs: 7, worstMs: 7 });
    expect(readLatency([logged(1, {})])).toBeUndefined();
  });
});
