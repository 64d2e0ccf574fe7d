/** Owns what a server said in its log, and how fast it answered lately: both read off the activity. Pure. */
import type { ActivityEntry } from '../../shared/contract.ts';
import { isRecord } from '../platform/stored-repair.ts';

/** RFC 5424's levels, least urgent first. Source: MCP 2025-11-25, Logging > Log Levels. */
export const LOG_LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Makes a stored level usable: undefined for what is none. */
export const parseLogLevel = (raw: unknown): LogLevel | undefined => LOG_LEVELS.find((level) => level === raw);

export type LogLine = { seq: number; at: string; level: LogLevel; logger: string; text: string };

/** Lines that are shown; older ones are in Activity. */
export const MAX_LOG_LINES = 200;
/** Answers whose time is looked at. */
const MAX_LATENCIES = 24;

/** Returns the newest log lines of at least a level, oldest first; a level that MCP does not know counts as info. */
export function readServerLog(entries: readonly ActivityEntry[], least: LogLevel): LogLine[] {
  const lines = entries.flatMap((entry) => toLine(entry) ?? []);
  return lines.filter(({ level }) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)).slice(-MAX_LOG_LINES);
}

function toLine(entry: ActivityEntry): LogLine | undefined {
  if (entry.kind !== 'message' || entry.direction !== 'to-client' || entry.method !== 'notifications/message') return undefined;
  const params = isRecord(entry.message) ? entry.message['params'] : undefined;
  if (!isRecord(params)) return undefined;
  const level = LOG_LEVELS.find((name) => name === params['level']) ?? 'info';
  const { data, logger } = params;
  const text = typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
  return { seq: entry.seq, at: entry.at, level, logger: typeof logger === 'string' ? logger : '', text };
}

export type Latency = {
  /** Milliseconds of the last answers, oldest first. */
  lastMs: number[];
  medianMs: number;
  worstMs: number;
};

/** Returns how long the last answers of the server took; undefined where there is none. */
export function readLatency(entries: readonly ActivityEntry[]): Latency | undefined {
  const lastMs = entries
    .flatMap((entry) =>
      entry.kind === 'message' && entry.direction === 'to-client' && entry.durationMs !== undefined ? [entry.durationMs] : [],
    )
    .slice(-MAX_LATENCIES);
  const sorted = lastMs.toSorted((a, b) => a - b);
  const medianMs = sorted[Math.floor((sorted.length - 1) / 2)];
  const worstMs = sorted.at(-1);
  return medianMs === undefined || worstMs === undefined ? undefined : { lastMs, medianMs, worstMs };
}
