/** Proves that a sign-in serves an HTTP+SSE server as well: its stream, its messages, and a token that is renewed between two of them. */
import { request as ask, createServer } from 'node:http';
import { expect, it } from 'vitest';
import { listen } from '../../../api/_local/listen.ts';
import type { Session } from '../../../shared/contract.ts';
import type { SignInBegun } from '../../../shared/sign-in-contract.ts';
import { startInProcess } from '../../support/api-client.ts';
import { endLater } from '../../support/at-end.ts';
import { startAuthorizationServer } from '../../support/authorization-server.ts';
import { startScriptedSseServer } from '../../support/scripted-server-sse.ts';
import { browse, REDIRECT_URI } from '../../support/sign-in-browser.ts';
import { json } from './scripted-authorization.ts';

it('signs in, and renews the token for the next message', async () => {
  const as = await startAuthorizationServer();
  const inner = new URL((await startScriptedSseServer()).url);
  const expired = new Set<string>();
  let lastToken = '';
  const door = createServer((request, response) => {
    const { url = '/', method, headers } = request;
    if (url.startsWith('/.well-known/oauth-protected-resource'))
      return json(response, 200, {
        resource: `${origin}${inner.pathname}`,
        authorization_servers: [as.issuer],
        scopes_supported: ['tools:read'],
      });
    lastToken = headers.authorization?.slice('Bearer '.length) ?? '';
    if (lastToken === '' || expired.has(lastToken))
      return void response.writeHead(401, { 'www-authenticate': 'Bearer scope="tools:read"' }).end();
    const passed = ask({ host: inner.hostname, port: inner.port, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  const origin = `http://127.0.0.1:${await listen(door, { host: '127.0.0.1', port: 0 })}`;
  endLater(async () => {
    door.close();
    door.closeAllConnections();
  });
  const api = await startInProcess();
  const token = await api.register();
  const created = await api.ask('POST', '/sessions', { token, body: { url: `${origin}${inner.pathname}`, transport: 'sse' } });
  expect(created).toMatchObject({ status: 202 });
  const { id } = created.body as Session;
  const begun = await api.ask('POST', `/sessions/${id}/sign-in`, { token, body: { redirectUri: REDIRECT_URI } });
  const returned = await browse((begun.body as SignInBegun).authorizationUrl);
  expect(await api.ask('POST', `/sessions/${id}/authorization`, { token, body: returned })).toMatchObject({
    status: 200,
    body: { status: 'live', transport: 'sse' },
  });
  const call = () => api.rpc(token, id, { id: 1, method: 'tools/call', params: { name: 'act', arguments: {} } });
  expect((await call()).body).toMatchObject({ result: {} });
  const first = lastToken;
  expired.add(first);
  expect((await call()).body).toMatchObject({ result: {} });
  expect(lastToken).not.toBe(first);
  expect(as.tokenRequests.map((request) => request.get('grant_type'))).toEqual(['authorization_code', 'refresh_token']);
});
