/**
 * Owns a server on the official SDK whose tools, resources and prompts have icons, and names as long and as alike as those of large services.
 * It keeps no sessions: each request gets a server of its own, as the SDK wants it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';

/** A teal square of ten pixels. */
export const ICON =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC';

/** As a large service calls its tools. */
export const ALIKE = [
  'create_pending_pull_request_review',
  'create_pending_pull_request_comment',
  'create_and_submit_pull_request_review',
  'getConfluencePageInlineComments',
  'getConfluencePageFooterComments',
];

/** @param beacon Hears of it if a far icon is fetched after all. */
export async function startIconsServer(beacon: string): Promise<{ url: string }> {
  const near = [{ src: ICON, mimeType: 'image/png', sizes: ['10x10'] }];
  const far = [{ src: `${beacon}/icon.png`, mimeType: 'image/png' }];
  const named = (name: string, at: number) => ({ name, ...(at === 0 && { icons: near }), ...(at === 1 && { icons: far }) });
  const serve = (): Server => {
    const server = new Server({ name: 'icons', version: '1' }, { capabilities: { tools: {}, resources: {}, prompts: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: ALIKE.map((name, at) => ({ ...named(name, at), inputSchema: { type: 'object' as const } })),
    }));
    server.setRequestHandler(ListResourcesRequestSchema, () => ({
      resources: ['near', 'far', 'none'].map((name, at) => ({ ...named(name, at), uri: `demo://${name}` })),
    }));
    server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [] }));
    server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => ({ contents: [{ uri, text: `Read ${uri}` }] }));
    server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: ['near', 'far', 'none'].map(named) }));
    return server;
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await serve().connect(transport as Parameters<Server['connect']>[0]);
    await transport.handleRequest(request, response, await json(request));
  };
  const http = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
  const port = await listen(http, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://127.0.0.1:${port}/mcp` };
}
