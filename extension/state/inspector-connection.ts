/** Owns the panel's one MCP connection to a session: opened with the first use, shared by all, opened again when it is of no use any more. */
import type { Revision } from '../../shared/contract.ts';
import { getSession, mcpEndpoint } from '../gateway/backend.ts';
import type { QuestionHandlers } from '../gateway/client-questions.ts';
import { asGatewayError } from '../gateway/gateway-error.ts';
import type { CallFailure, McpConnection, Outcome, ServerChange } from '../gateway/mcp-connection.ts';
import { extensionVersion } from '../platform/browser-shell.ts';
import { fromGateway } from './inspector-failure.ts';
import { hearQuestion } from './questions/freshness.ts';
import { askEverywhere } from './questions/own-questions.ts';

export type Dial = (onChange: (change: ServerChange) => void) => Promise<Outcome<McpConnection>>;

/** Returns how a session is reached; the client is loaded when it is dialled, not before. */
export function dialSession(session: { id: string; revision: Revision }): Dial {
  return async (onChange) => {
    try {
      const [{ openMcp }, endpoint] = await Promise.all([import('../gateway/mcp-client.ts'), mcpEndpoint(session.id)]);
      return await openMcp({
        ...endpoint,
        revision: session.revision,
        version: extensionVersion(),
        onChange,
        questions: questionsOf(session.id),
      });
    } catch (thrown) {
      return { kind: 'failed', failure: fromGateway(asGatewayError(thrown)) };
    }
  };
}

const questionsOf = (sessionId: string): QuestionHandlers => ({
  onQuestion: () => hearQuestion(sessionId),
  ask: (question, signal) => askEverywhere(sessionId, question, signal),
  roots: async () => (await getSession(sessionId)).roots,
});

export type SharedConnection = {
  /** Runs one act on the open connection, opening it first where there is none. */
  use: <T>(act: (connection: McpConnection) => Promise<Outcome<T>>) => Promise<Outcome<T>>;
  close: () => Promise<void>;
};

type Held = { opened: Promise<Outcome<McpConnection>>; uses: number };

/** Failures after which the connection itself is in doubt: a backend that was replaced may not know it. */
const DOUBTFUL: readonly CallFailure['kind'][] = ['network', 'interrupted', 'unexpected', 'mooring'];

/** @param onOpened Called with each connection that was opened: what the one before was told is told again. */
export function shareConnection(
  dial: Dial,
  onChange: (change: ServerChange) => void,
  onOpened: (connection: McpConnection) => void = () => undefined,
): SharedConnection {
  let current: Held | undefined;

  async function open(): Promise<Outcome<McpConnection>> {
    const opened = await dial(onChange);
    if (opened.kind === 'done') onOpened(opened.value);
    return opened;
  }

  /** The next act opens a new connection instead of failing the same way; what still waits on the old one may get its answer. */
  function forget(held: Held): void {
    if (current === held) current = undefined;
  }

  async function closeIfUnused(held: Held): Promise<void> {
    if (current === held || held.uses > 0) return;
    const connection = await held.opened;
    if (connection.kind === 'done') await connection.value.close().catch(() => undefined);
  }

  return {
    async use(act) {
      current ??= { opened: open(), uses: 0 };
      const held = current;
      held.uses++;
      const connection = await held.opened;
      const outcome = connection.kind === 'failed' ? { ...connection, isUnsent: true } : await act(connection.value);
      held.uses--;
      if (connection.kind === 'failed' || (outcome.kind === 'failed' && DOUBTFUL.includes(outcome.failure.kind))) forget(held);
      void closeIfUnused(held);
      return outcome;
    },
    async close() {
      const held = current;
      if (held === undefined) return;
      forget(held);
      held.uses = 0;
      await closeIfUnused(held);
    },
  };
}
