/** Owns runs whose backend is a test's, over real extension storage, and calls as a backend keeps them. */
import { expect } from 'vitest';
import type { CallFailure, CallWatch, McpConnection, Outcome, ToolResult } from '../../extension/gateway/mcp-connection.ts';
import { loadActs, removeAct, saveAct } from '../../extension/platform/stored-acts.ts';
import type { CallReach } from '../../extension/state/call-reach.ts';
import { shareConnection } from '../../extension/state/inspector-connection.ts';
import { createRuns } from '../../extension/state/inspector-runs.ts';
import type { Run } from '../../extension/state/run.ts';
import type { Call } from '../../shared/contract.ts';
import { muteConnection } from './mute-connection.ts';

export const SESSION = 'session-1';
export const RESULT: ToolResult = { content: [{ type: 'text', text: 'ahoy' }] };
export const BEGAN = '2026-11-23T10:00:00.000Z';
export const ENDED = '2026-11-23T10:00:03.000Z';

export const failed = (failure: CallFailure): Outcome<never> => ({ kind: 'failed', failure });
export const aCall = (patch: Partial<Call> = {}): Call => ({
  key: 'key-elsewhere',
  method: 'tools/call',
  label: 'slow',
  device: 'Laptop',
  state: 'sent',
  startedAt: BEGAN,
  cancelRequested: false,
  ...patch,
});

type Followed = { key: string; watch: CallWatch; end: (outcome: Outcome<ToolResult>) => void };

/** Runs whose backend is the test's, over real extension storage. */
export function openRuns(answers: { callTool?: McpConnection['callTool']; reach?: Partial<CallReach>; limitMs?: number } = {}) {
  const calls: Call[] = [];
  const followed: Followed[] = [];
  const cancelled: string[] = [];
  const connection = muteConnection({ callTool: answers.callTool ?? (async () => ({ kind: 'done', value: RESULT })) });
  const reach: CallReach = {
    loadActs: () => loadActs(SESSION),
    saveAct: (act, replaced) => saveAct(SESSION, act, replaced),
    removeAct: (key) => removeAct(SESSION, key),
    list: async () => calls,
    read: async (key) => calls.find((call) => call.key === key) ?? expect.unreachable(key),
    cancel: async (key) => cancelled.push(key),
    follow: (key, watch) => new Promise((end) => followed.push({ key, watch, end })),
    isAsking: () => false,
    ...answers.reach,
  };
  const shared = shareConnection(
    async () => ({ kind: 'done', value: connection }),
    () => undefined,
  );
  const runs = createRuns(
    shared,
    reach,
    (tool) => ({ title: `Arguments of ${tool}` }),
    () => answers.limitMs,
    () => undefined,
    () => undefined,
  );
  const shown = (): Run | undefined => runs.runs.value.get('slow');
  return { ...runs, calls, followed, cancelled, shown };
}
