/** Owns how the runs of a session reach the backend and extension storage. What they make of it is inspector-runs.ts. */
import type { Call } from '../../shared/contract.ts';
import * as backend from '../gateway/backend.ts';
import { followCall } from '../gateway/call-stream.ts';
import { asGatewayError } from '../gateway/gateway-error.ts';
import type { CallWatch, Outcome, ToolResult } from '../gateway/mcp-connection.ts';
import { loadActs, removeAct, type StoredAct, saveAct } from '../platform/stored-acts.ts';
import { fromGateway } from './inspector-failure.ts';
import { sessions } from './stored-state.ts';

/** What runs need of the backend and of extension storage. */
export type CallReach = {
  loadActs: () => Promise<StoredAct[]>;
  saveAct: (act: StoredAct, replaced: readonly string[]) => Promise<void>;
  removeAct: (key: string) => Promise<void>;
  list: (signal: AbortSignal) => Promise<Call[]>;
  read: (key: string, signal: AbortSignal) => Promise<Call>;
  cancel: (key: string) => Promise<unknown>;
  follow: (key: string, watch: CallWatch, signal: AbortSignal) => Promise<Outcome<ToolResult>>;
  /** Whether the server waits for an answer of the user's. */
  isAsking: () => boolean;
};

export const callReachOf = (sessionId: string): CallReach => ({
  loadActs: () => loadActs(sessionId),
  saveAct: (act, replaced) => saveAct(sessionId, act, replaced),
  removeAct: (key) => removeAct(sessionId, key),
  list: (stop) => backend.listCalls(sessionId, stop),
  read: (key, stop) => backend.readCall(sessionId, key, stop),
  cancel: (key) => backend.cancelCall(sessionId, key),
  isAsking: () => (sessions.peek().find(({ id }) => id === sessionId)?.questions ?? 0) > 0,
  async follow(key, watch, stop) {
    try {
      return await followCall({ ...(await backend.mcpEndpoint(sessionId)), key, onContact: watch.onContact, signal: stop }, watch);
    } catch (thrown) {
      return { kind: 'failed', failure: fromGateway(asGatewayError(thrown)) };
    }
  },
});
