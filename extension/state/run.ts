/** Owns what is known of one run of a tool: that it goes on, or how it ended. */
import type { CallFailure, Progress, ToolResult } from '../gateway/mcp-connection.ts';

export type Arguments = { [name: string]: unknown };

export type Run = {
  /** Idempotency-Key of the act. */
  key: string;
  tool: string;
  /** Undefined for a call of another device: only the one that sent it knows them. */
  arguments: Arguments | undefined;
  startedAtMs: number;
  /** Name of the device where it began; undefined for a run that this panel began itself. */
  device?: string;
} & (
  | {
      kind: 'running';
      progress?: Progress;
      cancel: () => void;
      isCancelling?: boolean;
      /** Why the wish to cancel did not get through. */
      cancelFailure?: string;
      /** Since when, and why, nothing is heard of it: what is shown is the last that was known. */
      lost?: { code: string; sinceMs: number };
    }
  | { kind: 'done'; durationMs: number; endedAtMs: number; result: ToolResult }
  | { kind: 'failed'; durationMs: number; endedAtMs: number; failure: CallFailure; isUnsent: boolean }
);
