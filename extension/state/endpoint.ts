/** Owns what another MCP client needs to use a session: its address, and a configuration with the token. */
import { mcpEndpoint } from '../gateway/backend.ts';
import type { StoredSession } from '../platform/stored.ts';

/** Returns the address of a session's MCP endpoint. It opens nothing without a token. */
export const endpointUrl = ({ backendUrl, id }: StoredSession): string => `${backendUrl}/api/mcp/${encodeURIComponent(id)}`;

/** Returns the configuration that most MCP clients read. It holds this device's token: whoever has it uses all of its sessions. */
export async function endpointConfig(session: StoredSession): Promise<string> {
  const { url, token } = await mcpEndpoint(session.id);
  const server = { type: 'http', url, headers: { Authorization: `Bearer ${token}` } };
  return JSON.stringify({ mcpServers: { [session.name]: server } }, null, 2);
}
