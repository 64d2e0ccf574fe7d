/** Owns the panel's one MCP connection to a session: opened with the first use, shared by all, opened again when it is of no use any more. */
import type { Revision } from '../../shared/contract.ts';
import { mcpEndpoint } from '../gateway/backend.ts';
import { asGatewayError } from '../gateway/gateway-error.ts';
import type { McpConnection, Outcome } from '../gateway/mcp-connection.ts';
import { extensionVersion } from '../platform/browser-shell.ts';
import { fromGateway } from './inspector-failure.ts';

export type Dial = (onToolsChanged: () => void) => Promise<Outcome<McpConnection>>;

/** Returns how a session is reached; the client is loaded when it is dialled, not before. */
export function dialSession(session: { id: string; revision: Revision }): Dial {
  return async (onToolsChanged) => {
    try {
      const [{ openMcp }, endpoint] = await Promise.all([import('../gateway/mcp-client.ts'), mcpEndpoint(session.id)]);
      return await openMcp({ ...endpoint, revision: session.revision, version: extensionVersion(), onToolsChanged });
    } catch (thrown) {
      return { kind: 'failed', failure: fromGateway(asGatewayError(thrown)) };
    }
  };
}

export type SharedConnection = {
  /** Runs one act on the open connection, opening it first where there is none. */
  use: <T>(act: (connection: McpConnection) => Promise<Outcome<T>>) => Promise<Outcome<T>>;
  close: () => Promise<void>;
};

export function shareConnection(dial: Dial, onToolsChanged: () => void): SharedConnection {
  let current: Promise<Outcome<McpConnection>> | undefined;

  function forget(opened: Promise<Outcome<McpConnection>>): void {
    if (current === opened) current = undefined;
  }

  return {
    async use(act) {
      current ??= dial(onToolsChanged);
      const opened = current;
      const connection = await opened;
      if (connection.kind === 'failed') {
        forget(opened);
        return { ...connection, isUnsent: true };
      }
      const outcome = await act(connection.value);
      // A backend that was replaced may not know this connection: the next act makes a new one instead of failing the same way.
      if (outcome.kind === 'failed' && ['network', 'interrupted', 'unexpected', 'mooring'].includes(outcome.failure.kind)) {
        forget(opened);
        void connection.value.close().catch(() => undefined);
      }
      return outcome;
    },
    async close() {
      const opened = current;
      current = undefined;
      const connection = await opened;
      if (connection?.kind === 'done') await connection.value.close().catch(() => undefined);
    },
  };
}
