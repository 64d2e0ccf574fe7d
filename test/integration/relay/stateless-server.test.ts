/** Proves that a server of the stateless revision works through a session: with a client that knows it, and with words for one that does not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Session } from '../../../shared/contract.ts';
import { type ApiClient, clientOf } from '../../support/api-client.ts';
import { endLater } from '../../support/at-end.ts';
import { startProxy } from '../../support/npm-servers.ts';
import { type BackendProcess, startBackend } from '../../support/processes.ts';
import { openV1Client, openV2Client, type SdkClient } from '../../support/sdk-clients.ts';

let proxy: { stateless: string; sse: string };
let backend: BackendProcess;
let api: ApiClient;
let token: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-'));
  endLater(() => rm(folder, { recursive: true }));
  [proxy, backend] = await Promise.all([startProxy(), startBackend({ MOORING_DATA: join(folder, 'mooring.sqlite') })]);
  api = clientOf(backend.url);
  token = await api.register();
});

const endpoint = ({ id }: Session) => ({ url: `${backend.api}/mcp/${id}`, token });

describe('a server of the stateless revision', () => {
  let session: Session;
  let client: SdkClient;
  beforeAll(async () => {
    session = await api.connect(token, proxy.stateless);
    client = await openV2Client(endpoint(session));
  });

  it('is found out when the session is made', () => {
    expect(session).toMatchObject({ revision: 'stateless', protocolVersion: '2026-07-28', transport: 'streamable-http' });
    expect(session.server.name).toMatch(/./);
    expect(session.capabilities).toHaveProperty('tools');
  });

  it('works with a client that knows the revision, as it does directly', async () => {
    const direct = await openV2Client({ url: proxy.stateless });
    expect([client.revision, direct.revision]).toEqual(['stateless', 'stateless']);
    expect(client.capabilities).toEqual(direct.capabilities);
    expect(await client.listTools()).toEqual(await direct.listTools());
    expect(await client.callTool('echo', { message: 'hello' })).toMatchObject({ content: [{ type: 'text', text: 'Echo: hello' }] });
    expect(await client.callTool('get-sum', { a: 1, b: 2 })).toEqual(await direct.callTool('get-sum', { a: 1, b: 2 }));
    expect(await client.listResources()).toEqual(await direct.listResources());
    expect(await client.listPrompts()).toEqual(await direct.listPrompts());
    expect(await client.getPrompt('args-prompt', { city: 'Zürich' })).toEqual(await direct.getPrompt('args-prompt', { city: 'Zürich' }));
  });

  it('needs nothing restored: a killed backend goes on, in a session that was never told of it', async () => {
    await backend.restart();
    expect(await client.callTool('echo', { message: 'after' })).toMatchObject({ content: [{ type: 'text', text: 'Echo: after' }] });
    await vi.waitFor(async () => {
      const { body } = await api.ask('GET', `/sessions/${session.id}`, { token });
      expect(body).toMatchObject({ coldStarts: 1, renewals: 0, revision: 'stateless' });
    });
  });

  it('tells a client of the stateful revisions what is wrong, in the protocol and in words', async () => {
    await expect(openV1Client(endpoint(session))).rejects.toThrow(/stateless revision/);
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'old', version: '1' } };
    expect(await api.rpc(token, session.id, { id: 9, method: 'initialize', params })).toMatchObject({
      status: 400,
      body: { id: 9, error: { code: -32022, data: { supported: ['2026-07-28'], requested: '2025-11-25' } } },
    });
  });

  it('whose changes a client listens to has no call that runs', async () => {
    // One that no call was begun in: what a killed backend began may count for a while.
    const quiet = await api.connect(token, proxy.stateless);
    const left = new AbortController();
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
    const params = { _meta, notifications: { toolsListChanged: true } };
    const listening = await fetch(endpoint(quiet).url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'subscriptions/listen',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'listen:0', method: 'subscriptions/listen', params }),
      signal: left.signal,
    });
    const reader = listening.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!heard.includes('notifications/subscriptions/acknowledged')) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) expect.unreachable(heard);
      heard += value;
    }
    const { body } = await api.ask('GET', `/sessions/${quiet.id}`, { token });
    expect(body).toMatchObject({ running: 0 });
    left.abort();
  });

  it('has no stream of its own to listen to', async () => {
    const answer = await api.ask('GET', `/mcp/${session.id}`, { token, headers: { accept: 'text/event-stream' } });
    expect(answer.status).toBe(405);
  });
});

describe('the same server over HTTP+SSE', () => {
  it.each([openV1Client, openV2Client])('is stateful, and works with %o', async (open) => {
    const session = await api.connect(token, proxy.sse, { transport: 'sse' });
    expect(session).toMatchObject({ revision: 'stateful', transport: 'sse' });
    const client = await open(endpoint(session));
    expect(await client.callTool('echo', { message: 'hello' })).toMatchObject({ content: [{ type: 'text', text: 'Echo: hello' }] });
  });
});
