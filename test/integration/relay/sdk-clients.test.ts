/** Proves that the official SDK clients, as they come from npm, work against a session's endpoint as they do against the server itself. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiClient, clientOf } from '../../support/api-client.ts';
import { type Everything, startEverything } from '../../support/everything.ts';
import { type BackendProcess, startBackend } from '../../support/processes.ts';
import { type OpenSdkClient, openV1Client, openV2Client, type SdkClient } from '../../support/sdk-clients.ts';

const clients: [string, OpenSdkClient][] = [
  ['the v1 client', openV1Client],
  ['the v2 client', openV2Client],
];
const text = (value: unknown) => ({ type: 'text', text: value });
const LATER = { timeout: 8000 };

describe.each(['streamable-http', 'sse'] as const)('with a server over %s,', (transport) => {
  let server: Everything;
  let backend: BackendProcess;
  let api: ApiClient;
  let token: string;
  beforeAll(async () => {
    [server, backend] = await Promise.all([startEverything(transport), startBackend()]);
    api = clientOf(backend.url);
    token = await api.register();
  });

  describe.each(clients)('%s', (_name, open) => {
    let client: SdkClient;
    let direct: SdkClient;
    let serverSession: string;
    beforeAll(async () => {
      const { id } = await api.connect(token, server.url, { transport });
      serverSession = (await server.seen()).serverSessions.at(-1) ?? '';
      // Of each session one: a client opens its stream again whenever the server has ended it.
      const streams = async () => {
        const { exchanges } = await server.seen();
        const opened = exchanges.filter(({ httpMethod, status }) => httpMethod === 'GET' && status === 200);
        return transport === 'sse' ? opened.length : new Set(opened.map((exchange) => exchange.serverSession)).size;
      };
      const before = await streams();
      [client, direct] = await Promise.all([open({ url: `${backend.api}/mcp/${id}`, token }), open({ url: server.url, transport })]);
      // What the server says on its own needs its stream: of the direct client, and over Streamable HTTP of the session too.
      await vi.waitFor(async () => expect(await streams()).toBe(before + (transport === 'sse' ? 1 : 2)), LATER);
    });

    it('sees the same server', () => {
      expect(client.serverInfo).toEqual(direct.serverInfo);
      expect(client.capabilities).toEqual(direct.capabilities);
      expect(client.instructions).toEqual(direct.instructions);
      expect(client.instructions).toEqual(expect.stringMatching(/./));
      expect(client.revision).toBe('stateful');
    });

    it('lists and calls tools, with every kind of content', async () => {
      const listed = await client.listTools();
      expect(listed).toEqual(await direct.listTools());
      const names = (listed['tools'] as { name: string }[]).map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining(['echo', 'get-sum', 'get-roots-list', 'trigger-elicitation-request', 'trigger-sampling-request']),
      );
      expect(await client.callTool('echo', { message: '"é\u2028😀' })).toMatchObject({ content: [text('Echo: "é\u2028😀')] });
      const calls: [string, Record<string, unknown>][] = [
        ['get-sum', { a: 2, b: 40 }],
        ['get-tiny-image', {}],
        ['get-structured-content', { location: 'Chicago' }],
        ['get-annotated-message', { messageType: 'success', includeImage: true }],
        ['get-resource-links', { count: 3 }],
      ];
      for (const [name, args] of calls) expect(await client.callTool(name, args)).toEqual(await direct.callTool(name, args));
    });

    it('gets the errors of tools, of arguments and of the protocol as the server gave them', async () => {
      const failure = (promise: Promise<unknown>) =>
        promise.catch(({ name, code, message, data }) => ({ failed: { name, code, message, data } }));
      for (const [name, args] of [
        ['get-sum', { a: 'not a number' }],
        ['no-such-tool', {}],
        ['trigger-url-elicitation', { url: 'not a url' }],
      ] as const)
        expect(await failure(client.callTool(name, args))).toEqual(await failure(direct.callTool(name, args)));
      const uri = 'demo://nothing/here';
      const missing = await failure(client.readResource(uri));
      expect(missing).toMatchObject({ failed: { code: expect.any(Number) } });
      expect(missing).toEqual(await failure(direct.readResource(uri)));
    });

    it('lists and reads resources, texts and blobs', async () => {
      expect(await client.listResources()).toEqual(await direct.listResources());
      expect(await client.listResourceTemplates()).toEqual(await direct.listResourceTemplates());
      const textUri = 'demo://resource/dynamic/text/7';
      expect(await client.readResource(textUri)).toMatchObject({
        contents: [{ uri: textUri, mimeType: 'text/plain', text: expect.stringContaining('Resource 7: This is a plaintext resource') }],
      });
      const { contents } = (await client.readResource('demo://resource/dynamic/blob/8')) as { contents: { blob: string }[] };
      expect(Buffer.from(contents[0]?.blob ?? '', 'base64').toString()).toContain('Resource 8: This is a base64 blob');
    });

    it('lists and gets prompts, and completes their arguments', async () => {
      expect(await client.listPrompts()).toEqual(await direct.listPrompts());
      expect(await client.getPrompt('args-prompt', { city: 'Zürich' })).toMatchObject({
        messages: [{ role: 'user', content: text("What's weather in Zürich?") }],
      });
      expect(await client.complete('completable-prompt', { name: 'department', value: 'S' })).toMatchObject({
        completion: { values: ['Sales', 'Support'] },
      });
      expect(await client.complete('completable-prompt', { name: 'name', value: 'A' }, { department: 'Engineering' })).toMatchObject({
        completion: { values: ['Alice'] },
      });
    });

    it('answers a ping', async () => {
      expect(await client.ping()).toEqual({});
    });

    it('sets the log level and gets the log', async () => {
      await client.setLoggingLevel('debug');
      await client.callTool('toggle-simulated-logging');
      await expect
        .poll(() => client.side.notified, LATER)
        .toContainEqual({
          method: 'notifications/message',
          params: { level: expect.any(String), data: expect.stringContaining(serverSession) },
        });
      await client.callTool('toggle-simulated-logging');
    });

    it('subscribes to a resource and hears of its changes', async () => {
      const uri = 'demo://resource/dynamic/text/1';
      await client.subscribe(uri);
      await client.callTool('toggle-subscriber-updates');
      await expect.poll(() => client.side.notified, LATER).toContainEqual({ method: 'notifications/resources/updated', params: { uri } });
      await client.callTool('toggle-subscriber-updates');
      await client.unsubscribe(uri);
      const { exchanges } = await server.seen();
      const told = exchanges.flatMap(({ body, method = '' }) => (/subscribe$/.test(method) ? [[method, JSON.parse(body).params]] : []));
      expect(told.slice(-2)).toEqual([
        ['resources/subscribe', { uri }],
        ['resources/unsubscribe', { uri }],
      ]);
    });

    it('follows the progress of a call', async () => {
      const seen: [number, number | undefined][] = [];
      const result = await client.callTool(
        'trigger-long-running-operation',
        { duration: 0.3, steps: 3 },
        { onprogress: ({ progress, total }) => seen.push([progress, total]) },
      );
      expect(result).toMatchObject({ content: [text(expect.stringContaining('Steps: 3'))] });
      // Both SDKs may resolve the call before they hand on a progress that came just before it.
      await expect
        .poll(() => seen)
        .toEqual([
          [1, 3],
          [2, 3],
          [3, 3],
        ]);
    });

    it('cancels a call: its promise rejects, and the server is told by the id that it knows', async () => {
      const abort = new AbortController();
      const running = client.callTool(
        'trigger-long-running-operation',
        { duration: 60, steps: 600 },
        { signal: abort.signal, onprogress: () => abort.abort(new Error('enough')) },
      );
      await expect(running).rejects.toThrow('enough');
      const ids = async () => {
        const { exchanges } = await server.seen();
        const messages = exchanges
          .filter(({ serverSession: at }) => at === serverSession)
          .flatMap(({ body }) => (body === '' ? [] : [JSON.parse(body)]));
        const called = messages.findLast(({ method }) => method === 'tools/call')?.id;
        const cancelled = messages.filter(({ method }) => method === 'notifications/cancelled').map(({ params }) => params.requestId);
        return { called: typeof called, cancelled: cancelled.map((id) => id === called) };
      };
      await expect.poll(ids, LATER).toEqual({ called: 'string', cancelled: [true] });
      expect(await client.callTool('get-sum', { a: 1, b: 1 })).toMatchObject({ content: [text('The sum of 1 and 1 is 2.')] });
    });

    it('is asked for input by a form, and by a URL', async () => {
      expect(JSON.stringify(await client.callTool('trigger-elicitation-request'))).toContain('Ada Lovelace');
      expect(client.side.asked.at(-1)).toMatchObject({ method: 'elicitation/create', params: { requestedSchema: { type: 'object' } } });
      client.side.elicitation = { action: 'decline' };
      expect(JSON.stringify(await client.callTool('trigger-elicitation-request'))).toMatch(/declined/i);
      client.side.elicitation = { action: 'accept' };
      const url = 'https://sign-in.example/begin?x=1';
      const answer = await client.callTool('trigger-url-elicitation', { url, message: 'Open it', elicitationId: 'e-1' });
      expect(JSON.stringify(answer)).toContain('User completed the URL elicitation');
      expect(client.side.asked.at(-1)).toMatchObject({ params: { mode: 'url', url, message: 'Open it', elicitationId: 'e-1' } });
      const required = client.callTool('trigger-url-elicitation', { url, errorPath: true });
      await expect(required).rejects.toMatchObject({ code: -32042, data: { elicitations: [{ mode: 'url' }] } });
    });

    it('is asked for a sample of a model', async () => {
      expect(JSON.stringify(await client.callTool('trigger-sampling-request', { prompt: 'Say something', maxTokens: 10 }))).toContain(
        'sampled',
      );
      expect(client.side.asked.at(-1)).toMatchObject({ method: 'sampling/createMessage', params: { maxTokens: 10 } });
    });

    it('tells its roots, and that they changed', async () => {
      expect(JSON.stringify(await client.callTool('get-roots-list'))).toContain('file:///first');
      client.side.roots = [{ uri: 'file:///second', name: 'Second' }];
      await client.sendRootsListChanged();
      await expect.poll(async () => JSON.stringify(await client.callTool('get-roots-list')), LATER).toContain('file:///second');
    });
  });
});
