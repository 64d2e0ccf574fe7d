/**
 * Owns a server of the stateless revision that wants to know things before its tools are done, made with the official server package: each
 * round is a request of its own, and nothing is kept between them. It counts what it finished.
 */
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, fromJsonSchema, inputRequired, inputResponse, McpServer } from '@modelcontextprotocol/server';
import { listen } from '../../api/_local/listen.ts';
import { endLater } from './at-end.ts';

export type AskingServer = {
  readonly url: string;
  /** What its tools did, in order. */
  readonly done: readonly string[];
};

const NAME_FORM = { type: 'object' as const, properties: { name: { type: 'string' as const, title: 'Your name' } }, required: ['name'] };
const askName = (message: string) => inputRequired.elicit({ message, requestedSchema: NAME_FORM });
const answerOf = (given: ReturnType<typeof inputResponse>): string => {
  if (given.kind !== 'elicit') return given.kind;
  return given.action === 'accept' ? String(given.content?.['name']) : given.action;
};

export async function startAskingServer(): Promise<AskingServer> {
  const done: string[] = [];
  const finish = (text: string) => {
    done.push(text);
    return { content: [{ type: 'text' as const, text }] };
  };
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'Asking server', version: '1.0.0' });
    server.registerTool(
      'greet',
      { description: 'Asks for a name first.', inputSchema: fromJsonSchema<{ mood?: string }>(MOOD) },
      async ({ mood }, { mcpReq }) => {
        const given = inputResponse(mcpReq.inputResponses, 'name');
        if (given.kind === 'missing') return inputRequired({ inputRequests: { name: askName('What is your name?') } });
        return finish(`Hello ${answerOf(given)}${mood === undefined ? '' : `, ${mood}`}`);
      },
    );
    server.registerTool('two-rounds', { description: 'Asks twice, once after the other.' }, async ({ mcpReq }) => {
      const [first, second] = [inputResponse(mcpReq.inputResponses, 'first'), inputResponse(mcpReq.inputResponses, 'second')];
      if (second.kind !== 'missing') return finish(`${mcpReq.requestState<string>()} and ${answerOf(second)}`);
      if (first.kind !== 'missing')
        return inputRequired({ inputRequests: { second: askName('And of your friend?') }, requestState: answerOf(first) });
      return inputRequired({ inputRequests: { first: askName('What is your name?') } });
    });
    server.registerTool('reply', { description: 'Asks for words of a model.' }, async ({ mcpReq }) => {
      const given = inputResponse(mcpReq.inputResponses, 'model');
      if (given.kind === 'missing') {
        const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'Say something kind.' } }];
        return inputRequired({ inputRequests: { model: inputRequired.createMessage({ messages, maxTokens: 100 }) } });
      }
      return finish(JSON.stringify(given));
    });
    server.registerPrompt('letter', { description: 'Asks for a name first.' }, async ({ mcpReq }) => {
      const given = inputResponse(mcpReq.inputResponses, 'name');
      if (given.kind === 'missing') return inputRequired({ inputRequests: { name: askName('Who gets the letter?') } });
      return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text: `Dear ${answerOf(given)}` } }] };
    });
    server.registerResource('diary', 'asking://diary', { description: 'Asks for a name first.' }, async ({ href }, { mcpReq }) => {
      const given = inputResponse(mcpReq.inputResponses, 'name');
      if (given.kind === 'missing') return inputRequired({ inputRequests: { name: askName('Whose diary is it?') } });
      return { contents: [{ uri: href, mimeType: 'text/plain', text: `Diary of ${answerOf(given)}` }] };
    });
    return server;
  });
  const handle = toNodeHandler(handler);
  const server = createServer((request, response) => void handle(request as Parameters<typeof handle>[0], response));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  endLater(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}/mcp`, done };
}

const MOOD = { type: 'object', properties: { mood: { type: 'string' } } };
