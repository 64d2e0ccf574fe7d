// @vitest-environment node
/** Proves that every answer is parsed, every failure has its code, and no token or session is thrown away without the backend's word. */
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import * as backend from '../../../../extension/gateway/backend.ts';
import type { GatewayError } from '../../../../extension/gateway/gateway-error.ts';
import { registerAgain } from '../../../../extension/gateway/registration.ts';
import { changeSessions, saveSettings } from '../../../../extension/platform/stored.ts';
import { loadCredential, saveCredential } from '../../../../extension/platform/stored-lists.ts';
import { toStoredSession } from '../../../../extension/state/merge-sessions.ts';
import { aSession, html, json, openScriptedBackend, problem, type ScriptedBackend, silence } from '../../../support/scripted-backend.ts';

let served: ScriptedBackend;
beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  await saveSettings({ backendUrl: served.url });
});
afterEach(() => served.close());

const failureOf = async (act: Promise<unknown>): Promise<GatewayError> => {
  const outcome = await act.then(
    () => undefined,
    (thrown: GatewayError) => thrown,
  );
  if (!outcome) throw new Error('It did not fail.');
  return outcome;
};
const routes = () => served.requests.map(({ method, path }) => `${method} ${path}`);
const remember = (token: string) => saveCredential({ backendUrl: served.url, deviceId: 'd', workspaceId: 'w', token });
const rememberLiveSession = () => changeSessions(() => [toStoredSession(aSession(), served.url, 'auto')]);

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('a device', () => {
  it('is registered by itself, once, however many surfaces ask at the same time', async () => {
    await saveSettings({ deviceName: 'Laptop', accessCode: 'sesame' });
    await Promise.all([backend.listSessions(), backend.listSessions(), backend.listSessions()]);
    const registrations = served.requests.filter(({ path }) => path === '/api/devices');
    expect(registrations.map(({ body }) => body)).toEqual([{ name: 'Laptop', accessCode: 'sesame' }]);
    expect(await loadCredential(served.url)).toEqual({
      backendUrl: served.url,
      deviceId: 'device-1',
      workspaceId: 'workspace-1',
      token: 'token-1',
    });
  });

  it('sends its token as a bearer and nowhere else', async () => {
    await remember('secret-token');
    await backend.createSession({ url: 'https://mcp.example.com/mcp' });
    const [request] = served.requests;
    expect(request?.headers.authorization).toBe('Bearer secret-token');
    expect(request?.path).toBe('/api/sessions');
    expect(JSON.stringify(request?.body)).not.toContain('secret-token');
  });

  it('is registered anew when the backend does not know it and no session would be lost', async () => {
    await remember('forgotten');
    served.answer('GET /api/sessions', undefined);
    let refused = false;
    served.answer('GET /api/sessions', (response) => {
      (refused ? json(200, { sessions: [] }) : problem('UNAUTHORIZED'))(response);
      refused = true;
    });
    expect(await backend.listSessions()).toEqual([]);
    expect(routes()).toEqual(['GET /api/sessions', 'POST /api/devices', 'GET /api/sessions']);
    expect((await loadCredential(served.url))?.token).toBe('token-1');
  });

  it('is not registered anew when that would lose sessions: the user is told', async () => {
    await remember('forgotten');
    await rememberLiveSession();
    served.answer('GET /api/sessions', problem('UNAUTHORIZED'));
    expect((await failureOf(backend.listSessions())).code).toBe('UNAUTHORIZED');
    expect(routes()).not.toContain('POST /api/devices');
    expect((await loadCredential(served.url))?.token).toBe('forgotten');
  });

  it('is registered anew beside live sessions when the backend keeps none over a cold start', async () => {
    await remember('forgotten');
    await rememberLiveSession();
    served.health.storage = { kind: 'embedded', persistent: false, writable: true };
    served.answer('GET /api/sessions', problem('UNAUTHORIZED'));
    await failureOf(backend.listSessions());
    expect((await loadCredential(served.url))?.token).toBe('token-1');
  });

  it('is registered anew when the user asks for it', async () => {
    await remember('forgotten');
    await rememberLiveSession();
    await registerAgain();
    expect((await loadCredential(served.url))?.token).toBe('token-1');
  });

  it.each([
    ['storage that is out', () => served.answer('GET /api/sessions', problem('STORAGE_UNAVAILABLE')), 'STORAGE_UNAVAILABLE'],
    ['a fault of the backend', () => served.answer('GET /api/sessions', problem('INTERNAL')), 'INTERNAL'],
    ['a fault of the platform', () => served.answer('GET /api/sessions', html(504)), 'BACKEND_UNREACHABLE'],
    ['a login page before it', () => served.answer('GET /api/sessions', html(401)), 'BACKEND_NOT_MOORING'],
    ['a dead backend', () => served.close(), 'BACKEND_UNREACHABLE'],
  ])('keeps its token over %s', async (_, breakIt, code) => {
    await remember('kept');
    await breakIt();
    expect((await failureOf(backend.listSessions())).code).toBe(code);
    expect((await loadCredential(served.url))?.token).toBe('kept');
  });
});

describe('a failure', () => {
  beforeEach(() => remember('t'));

  it('has code, detail, hint and status of the backend', async () => {
    served.answer('POST /api/sessions', problem('SERVER_ADDRESS_FORBIDDEN', 'Not 10.0.0.1.', 'Set MOORING_ALLOW_PRIVATE.'));
    const failure = await failureOf(backend.createSession({ url: 'http://10.0.0.1/mcp' }));
    expect({ ...failure, detail: failure.detail }).toMatchObject({
      code: 'SERVER_ADDRESS_FORBIDDEN',
      detail: 'Not 10.0.0.1.',
      hint: 'Set MOORING_ALLOW_PRIVATE.',
      status: 422,
    });
  });

  it.each([
    ['an answer of another shape', json(200, { sessions: [{ id: 1 }] }), 'BACKEND_NOT_MOORING'],
    ['a web page', html(200), 'BACKEND_NOT_MOORING'],
    ['an empty answer', html(200, ''), 'BACKEND_NOT_MOORING'],
    ['a 404 of something else', html(404), 'BACKEND_NOT_MOORING'],
    ['a 502 of a proxy', html(502), 'BACKEND_UNREACHABLE'],
    ['a code of a newer backend', json(418, { code: 'TEAPOT', detail: 'Short and stout.' }), 'TEAPOT'],
  ])('has a code for %s', async (_, reply, code) => {
    served.answer('GET /api/sessions', reply);
    expect((await failureOf(backend.listSessions())).code).toBe(code);
  });

  it('is no redirect that was followed', async () => {
    served.answer('GET /api/sessions', (response) => response.writeHead(302, { location: '/login' }).end());
    expect((await failureOf(backend.listSessions())).code).toBe('BACKEND_UNREACHABLE');
    expect(routes()).toEqual(['GET /api/sessions']);
  });

  it('is CANCELLED when the caller stopped it, and the connection is given up', async () => {
    const abort = new AbortController();
    const gone = new Promise<void>((resolve) => {
      served.answer('POST /api/sessions', (response) => {
        response.on('close', resolve);
        abort.abort();
      });
    });
    expect((await failureOf(backend.createSession({ url: 'https://mcp.example.com/mcp' }, abort.signal))).code).toBe('CANCELLED');
    await gone;
  });

  it('is CANCELLED before anything was sent, too', async () => {
    served.answer('POST /api/sessions', silence);
    const failure = await failureOf(backend.createSession({ url: 'https://mcp.example.com/mcp' }, AbortSignal.abort()));
    expect(failure.code).toBe('CANCELLED');
    expect(routes()).toEqual([]);
  });
});

describe('health', () => {
  it('needs no device', async () => {
    expect(await backend.health()).toEqual(served.health);
    expect(routes()).toEqual(['GET /api/health']);
  });

  it('tells an address where nothing answers from one where something else does', async () => {
    expect((await failureOf(backend.health({ backendUrl: `http://127.0.0.1:${await unusedPort()}` }))).code).toBe('BACKEND_UNREACHABLE');
    served.answer('GET /api/health', html(200));
    expect((await failureOf(backend.health())).code).toBe('BACKEND_NOT_MOORING');
  });
});

describe('sessions', () => {
  it('are made with a key that makes repeating harmless, a new one each time', async () => {
    await backend.createSession({ url: 'https://a.example.com/mcp', transport: 'sse', name: 'A' });
    await backend.createSession({ url: 'https://a.example.com/mcp' });
    const made = served.requests.filter(({ method, path }) => method === 'POST' && path === '/api/sessions');
    expect(made[0]?.body).toEqual({ url: 'https://a.example.com/mcp', transport: 'sse', name: 'A' });
    const keys = made.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys).size).toBe(2);
  });

  it('are renamed, read and ended by their id alone', async () => {
    const session = await backend.createSession({ url: 'https://a.example.com/mcp' });
    expect((await backend.changeSession(session.id, { name: 'New' })).name).toBe('New');
    expect((await backend.getSession(session.id)).name).toBe('New');
    await backend.endSession(session.id);
    expect((await failureOf(backend.getSession(session.id))).code).toBe('SESSION_NOT_FOUND');
  });

  it('have an endpoint for any MCP client', async () => {
    await remember('t');
    expect(await backend.mcpEndpoint('a b/c')).toEqual({ url: `${served.url}/api/mcp/a%20b%2Fc`, token: 't' });
  });
});
