/** Authorization servers and MCP servers that mean harm, or are broken: what is refused, before what was sent, in which words. */
import { describe, expect, it } from 'vitest';
import { beginSignIn } from '../../../api/_lib/oauth/begin.ts';
import { endSignIn } from '../../../api/_lib/oauth/end.ts';
import { decodeOAuthState, type OAuthState, type PendingSignIn } from '../../../api/_lib/oauth/oauth-state.ts';
import { revoke } from '../../../api/_lib/oauth/revoke.ts';
import { startServer } from '../egress/test-servers.ts';
import { json, type ScriptedAuthorization, startScriptedAuthorization } from './scripted-authorization.ts';
import { openTestFlow, wishes } from './test-flow.ts';

const nothing = decodeOAuthState(undefined);

async function begin(as: ScriptedAuthorization, state: OAuthState = nothing, policy?: Parameters<typeof openTestFlow>[0]) {
  const { flow, steps } = await openTestFlow(policy);
  const result = await beginSignIn(flow, state, { ...wishes, serverUrl: as.serverUrl, deviceId: 'a' }).catch((error: unknown) => error);
  return { flow, steps, result, last: steps.at(-1) };
}

/** Begins a sign-in that is in order, for what comes back to be wrong. */
async function begun(as: ScriptedAuthorization): Promise<{ pending: PendingSignIn } & Awaited<ReturnType<typeof openTestFlow>>> {
  const { flow, steps } = await openTestFlow();
  const { pending } = await beginSignIn(flow, nothing, { ...wishes, serverUrl: as.serverUrl, deviceId: 'a' });
  steps.length = 0;
  return { flow, steps, pending };
}

describe('metadata', () => {
  it('without S256 is refused, and nobody is registered there', async () => {
    for (const methods of [undefined, [], ['plain']]) {
      const as = await startScriptedAuthorization({ metadata: { code_challenge_methods_supported: methods } });
      const { result, last } = await begin(as);
      expect(result).toMatchObject({ code: 'SIGN_IN_FAILED' });
      expect(last).toMatchObject({ step: 'server-metadata', ok: false, detail: expect.stringContaining('PKCE') });
      expect(as.asked).not.toContain('POST /register');
    }
  });

  it('of another issuer is refused', async () => {
    const as = await startScriptedAuthorization({ metadata: { issuer: 'https://accounts.example.org' } });
    const { result, last } = await begin(as);
    expect(result).toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(last).toMatchObject({ step: 'server-metadata', ok: false, answer: 'issuer https://accounts.example.org' });
    expect(as.asked).not.toContain('POST /register');
  });

  it('that names another authorization server than before stops, and sends nothing of the old one', async () => {
    const as = await startScriptedAuthorization();
    const old = { id: 'old-client', secret: 'old-secret', registration: 'dynamic' as const, redirectUris: [wishes.redirectUri] };
    const state: OAuthState = {
      ...nothing,
      issuer: 'https://old.example.com',
      clients: [{ issuer: 'https://old.example.com', client: old }],
    };
    const { result, last } = await begin(as, state);
    expect(result).toMatchObject({ code: 'SIGN_IN_FAILED', hint: expect.stringContaining('sign out') });
    expect(last).toMatchObject({ step: 'server-metadata', ok: false, detail: expect.stringContaining('https://old.example.com') });
    expect(as.asked.filter((line) => line.startsWith('POST'))).toEqual([]);
    expect(JSON.stringify(as.bodies)).not.toContain('old-');
  });

  it('does not show a client of one issuer to another one', async () => {
    const as = await startScriptedAuthorization();
    const old = { id: 'old-client', secret: 'old-secret', registration: 'by-hand' as const, redirectUris: [] };
    const { result } = await begin(as, { ...nothing, clients: [{ issuer: 'https://old.example.com', client: old }] });
    expect(result).toMatchObject({ pending: { client: { id: 'registered', registration: 'dynamic' } } });
  });

  it.each(['javascript:alert(1)//', 'data:text/html,hello', 'file:///etc/passwd', 'vbscript:x', 'http://example.com/authorize'])(
    'with %s as an endpoint is refused',
    async (address) => {
      for (const name of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint']) {
        const as = await startScriptedAuthorization({ metadata: { [name]: address } });
        const { result, last } = await begin(as);
        expect(result, name).toMatchObject({ code: 'SIGN_IN_FAILED' });
        expect(last, name).toMatchObject({ step: 'server-metadata', ok: false, answer: address });
        expect(as.asked).not.toContain('POST /register');
      }
    },
  );

  it('with private endpoints is refused by a hosted backend', async () => {
    const inside = await startServer();
    for (const address of [
      `http://127.0.0.1:${inside.port}/token`,
      'https://169.254.169.254/latest',
      'https://10.0.0.1/token',
      'https://kv.internal/',
    ]) {
      const as = await startScriptedAuthorization({ metadata: { token_endpoint: address } });
      const { result, last } = await begin(as, nothing, { kind: 'hosted', allow: as.hosts });
      expect(result).toMatchObject({ code: 'SIGN_IN_FAILED' });
      expect(last).toMatchObject({ step: 'server-metadata', ok: false, answer: address });
    }
    expect(inside.connections()).toBe(0);
  });

  it('at a private address is not fetched by a hosted backend', async () => {
    const inside = await startServer();
    const as = await startScriptedAuthorization({ authorizationServers: [`http://127.0.0.1:${inside.port}`] });
    const { result, last } = await begin(as, nothing, { kind: 'hosted', allow: as.hosts });
    expect(result).toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(last).toMatchObject({ step: 'resource-metadata', ok: false });
    expect(inside.connections()).toBe(0);
  });

  it('of the resource at a private address, named by its challenge, is not fetched by a hosted backend', async () => {
    const inside = await startServer();
    const as = await startScriptedAuthorization();
    const url = `http://127.0.0.1:${inside.port}/meta`;
    const state: OAuthState = { ...nothing, challenge: { kind: 'sign-in', resourceMetadataUrl: url, scopes: [] } };
    const { steps } = await begin(as, state, { kind: 'hosted', allow: as.hosts });
    expect(steps[0]).toMatchObject({ step: 'resource-metadata', ok: false, answer: url });
    expect(inside.connections()).toBe(0);
  });

  it('of 20 MB is read no further than its limit', async () => {
    const as = await startScriptedAuthorization();
    let sent = 0;
    as.answer('/.well-known/oauth-authorization-server', (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(65_536, 0x20);
      const more = (): void => {
        while (sent < 20_000_000 && !response.destroyed) {
          sent += chunk.byteLength;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    const { result, last } = await begin(as);
    expect(result).toMatchObject({ code: 'SIGN_IN_FAILED', message: expect.stringContaining('larger') });
    expect(last).toMatchObject({ step: 'server-metadata', ok: false });
    expect(sent).toBeLessThan(20_000_000);
  });

  it('that does not come ends in words', async () => {
    const as = await startScriptedAuthorization();
    as.answer('/.well-known/oauth-authorization-server', () => {});
    const { flow, steps } = await openTestFlow({ kind: 'local' }, AbortSignal.timeout(500));
    await expect(beginSignIn(flow, nothing, { ...wishes, serverUrl: as.serverUrl, deviceId: 'a' })).rejects.toMatchObject({
      code: 'SIGN_IN_FAILED',
      message: expect.stringContaining('did not answer in time'),
    });
    expect(steps.at(-1)).toMatchObject({ step: 'server-metadata', ok: false });
  });

  it('that is elsewhere, by a redirect, is not fetched', async () => {
    const elsewhere = await startServer();
    const as = await startScriptedAuthorization();
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])
      as.answer(path, (_, response) => response.writeHead(302, { location: `${elsewhere.url}/metadata` }).end());
    const { result, last } = await begin(as);
    expect(result).toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(last).toMatchObject({ step: 'server-metadata', ok: false, answer: expect.stringContaining('302 at') });
    expect(elsewhere.connections()).toBe(0);
  });

  it('of another resource is refused', async () => {
    const as = await startScriptedAuthorization({ resource: 'https://bank.example.com/mcp' });
    const { result, last } = await begin(as);
    expect(result).toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(last).toMatchObject({ step: 'resource-metadata', ok: false, detail: expect.stringContaining('https://bank.example.com/mcp') });
  });
});

describe('registration', () => {
  it('that is refused says what was answered', async () => {
    const as = await startScriptedAuthorization();
    as.answer('/register', (_, response) => json(response, 400, { error: 'invalid_redirect_uri', error_description: 'not from here' }));
    const { last } = await begin(as);
    expect(last).toMatchObject({ step: 'registration', ok: false, answer: 'status 400, invalid_redirect_uri: not from here' });
  });

  it('that is not offered says how to do it by hand', async () => {
    const as = await startScriptedAuthorization({ metadata: { registration_endpoint: undefined } });
    const { result } = await begin(as);
    expect(result).toMatchObject({ code: 'SIGN_IN_FAILED', hint: expect.stringContaining(wishes.redirectUri) });
  });
});

describe('an answer of the browser', () => {
  it('that names another issuer is not used, whatever it says', async () => {
    const as = await startScriptedAuthorization();
    for (const iss of ['https://evil.example.com', `${as.issuer}/`]) {
      const { flow, steps, pending } = await begun(as);
      const evil = { state: 'x', iss, error: 'temporarily_unavailable', errorDescription: 'Go to https://evil.example.com instead' };
      for (const returned of [{ state: 'x', code: 'the-code', iss }, evil])
        await expect(endSignIn(flow, pending, returned)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
      expect(as.asked).not.toContain('POST /token');
      expect(steps.map(({ step, ok, answer }) => ({ step, ok, answer }))).toEqual([
        { step: 'authorization', ok: false, answer: undefined },
        { step: 'authorization', ok: false, answer: undefined },
      ]);
      expect(JSON.stringify(steps)).not.toMatch(/evil|temporarily|the-code/);
    }
  });

  it('that does not name an issuer is not used where the server promised one', async () => {
    const as = await startScriptedAuthorization({ metadata: { authorization_response_iss_parameter_supported: true } });
    const { flow, pending } = await begun(as);
    await expect(endSignIn(flow, pending, { state: 'x', code: 'the-code' })).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(as.asked).not.toContain('POST /token');
  });

  it('that is an error of the right server is told', async () => {
    const as = await startScriptedAuthorization();
    const { flow, steps, pending } = await begun(as);
    const returned = { state: 'x', iss: as.issuer, error: 'access_denied', errorDescription: 'no' };
    await expect(endSignIn(flow, pending, returned)).rejects.toMatchObject({ message: 'The sign-in was declined.' });
    expect(steps.at(-1)).toMatchObject({ step: 'authorization', ok: false, answer: 'access_denied: no' });
  });
});

describe('a token endpoint', () => {
  it.each([301, 302, 303, 307, 308])('that redirects elsewhere with %i gets no further: the code is not sent on', async (status) => {
    const elsewhere = await startServer();
    const as = await startScriptedAuthorization();
    as.answer('/token', (_, response) => response.writeHead(status, { location: `${elsewhere.url}/token` }).end());
    const { flow, steps, pending } = await begun(as);
    await expect(endSignIn(flow, pending, { state: 'x', code: 'the-code' })).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(steps.at(-1)).toMatchObject({ step: 'token', ok: false, detail: expect.stringContaining('redirects') });
    expect(elsewhere.connections()).toBe(0);
  });

  it('that repeats what it was sent tells no secret', async () => {
    const as = await startScriptedAuthorization();
    as.answer('/token', ({ body }, response) => json(response, 400, { error: 'invalid_grant', error_description: `You sent ${body}` }));
    const { flow, steps, pending } = await begun(as);
    await endSignIn(flow, pending, { state: 'the-state', code: 'the-code' }).catch(() => {});
    expect(steps.at(-1)?.answer).toContain('invalid_grant: You sent');
    expect(JSON.stringify(steps)).not.toContain('the-code');
    expect(JSON.stringify(steps)).not.toContain(pending.verifier);
  });

  it.each([
    { access_token: 'a', token_type: 'DPoP' },
    { access_token: 'a\r\nx-evil: 1', token_type: 'Bearer' },
    { access_token: '', token_type: 'Bearer' },
    { access_token: 'a'.repeat(20_000), token_type: 'Bearer' },
    { token_type: 'Bearer' },
    'nonsense',
  ])('that gives %j gives no sign-in', async (answer) => {
    const as = await startScriptedAuthorization();
    as.answer('/token', (_, response) => json(response, 200, answer));
    const { flow, steps, pending } = await begun(as);
    await expect(endSignIn(flow, pending, { state: 'x', code: 'the-code' })).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(steps.at(-1)).toMatchObject({ step: 'token', ok: false });
  });
});

it('a revocation endpoint that refuses does not keep the user signed in, and says so', async () => {
  const as = await startScriptedAuthorization();
  as.answer('/revoke', (_, response) => json(response, 503, {}));
  const { flow, steps, pending } = await begun(as);
  const grant = await endSignIn(flow, pending, { state: 'x', code: 'the-code' });
  await revoke(flow, grant);
  expect(steps.filter(({ step }) => step === 'revocation').map(({ ok }) => ok)).toEqual([false, false]);
});
