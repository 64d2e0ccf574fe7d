/** Owns a server of the stateless revision, of the official SDK, with a tool that wants some of its arguments repeated in headers. */
import { serve } from '@hono/node-server';
import { createMcpHandler, fromJsonSchema, type JsonSchemaType, McpServer } from '@modelcontextprotocol/server';
import { findFreePort } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';

const SCHEMA: object = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    where: { type: 'object', properties: { shelf: { type: 'integer', 'x-mcp-header': 'Shelf' }, isCold: { type: 'boolean' } } },
    note: { type: 'string' },
  },
};

/** Starts it and returns its address. The tool `store` says what it was called with. */
export async function startHeaderServer(): Promise<string> {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'headers', version: '1' });
    server.registerTool('store', { inputSchema: fromJsonSchema(SCHEMA as JsonSchemaType) }, async (args) => ({
      content: [{ type: 'text', text: JSON.stringify(args) }],
    }));
    return server;
  });
  const port = await findFreePort(0);
  const listening = serve({ fetch: (request) => handler.fetch(request), hostname: '127.0.0.1', port });
  endLater(async () => void listening.close());
  return `http://127.0.0.1:${port}/mcp`;
}
