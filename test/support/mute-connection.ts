/** Owns an MCP connection for tests of the panel's state: a server with nothing, but for what the test answers. */
import type { McpConnection } from '../../extension/gateway/mcp-connection.ts';

export const muteConnection = (answers: Partial<McpConnection> = {}): McpConnection => ({
  capabilities: {},
  read: async () => ({ kind: 'done', value: {} }),
  subscribe: async (uris) => ({ kind: 'done', value: [...uris] }),
  unsubscribe: async () => ({ kind: 'done', value: undefined }),
  setLogLevel: async () => ({ kind: 'done', value: undefined }),
  listTools: async () => ({ kind: 'done', value: { tools: [] } }),
  callTool: async () => ({ kind: 'done', value: {} }),
  close: async () => undefined,
  ...answers,
});
