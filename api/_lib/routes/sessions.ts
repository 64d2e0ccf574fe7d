/** `/sessions`: making a session by connecting to a server, seeing, renaming and ending sessions, and reading their activity. */
import type { ActivityPage } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_ACTIVITY_PAGE } from '../../../shared/limits.ts';
import { ChangeSession, CreateSession, type ServerHeaders } from '../../../shared/requests.ts';
import { parseRootUri, type Root } from '../../../shared/roots.ts';
import { parseServerHeaders } from '../../../shared/server-headers.ts';
import { parseServerUrl } from '../../../shared/server-url.ts';
import { mintId, readCredential } from '../access.ts';
import { readBody } from '../http/body.ts';
import { checkPaused } from '../pause.ts';
import { endServerSession } from '../relay/handshake.ts';
import { changeServerSecrets } from '../relay/server-secrets.ts';
import { adoptSseSession } from '../relay/sse-link.ts';
import { connectServer } from '../sessions/connect.ts';
import { connectSignedIn } from '../sessions/connect-signed-in.ts';
import { connectWaiting } from '../sessions/connect-waiting.ts';
import { keepSession } from '../sessions/keep-session.ts';
import { toSession } from '../sessions/session-view.ts';
import type { StoredSession } from '../store/store.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered, requireMember } from './entry.ts';

const credentialOf = (c: RouteContext) => readCredential(c.req.header('authorization'));
const idOf = (c: RouteContext): string => c.req.param('id') ?? '';

async function create(c: RouteContext, parts: Parts): Promise<Response> {
  const { store, egress, sessions, gate } = parts;
  const credential = credentialOf(c);
  const request = await readBody(c.req.raw, CreateSession);
  const address = parseServerUrl(request.url);
  if (address.kind === 'invalid') throw new AppError('SERVER_URL_INVALID', address.reason);
  const headers = request.headers && readHeaders(request.headers);
  // Before anything is sent for somebody: a token that is not known reaches no server.
  const found = requireMember(await store.findServer(credential, address.url));
  checkPaused(parts.settings, 'sessions');
  const who = { address: c.env.clientAddress, workspaceId: credential.workspaceId };
  await gate.begin('session', who, async () => requireMember(await store.listSessions(credential)).sessions.length);
  const server = { url: address.url, secrets: headers === undefined ? found.secrets : { ...found.secrets, headers } };
  const connected = await connectServer(server, request.transport ?? 'auto', egress, c.req.raw.signal).catch(orWaiting);
  const stored = await keepSession(parts, credential, mintId(), server, connected, request);
  const live = sessions.meet(stored, { isNew: true });
  if (connected?.sse) adoptSseSession(live, parts, connected.sse);
  // The sign-in of an earlier session may only have to be renewed.
  const ready = connected ? stored : await connectSignedIn(parts, stored, c.req.raw.signal, { wasRefused: true }).catch(orWaiting);
  return c.json(toSession(ready ?? live.stored), ready === undefined ? 202 : 201);
}

/** A server that lets us in only after a sign-in, or with other headers, gets a session that waits for it. */
function orWaiting(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'SERVER_SIGN_IN_REQUIRED') return undefined;
  throw error;
}

function readHeaders(given: ServerHeaders): ServerHeaders {
  const parsed = parseServerHeaders(given);
  if (parsed.kind === 'invalid') throw new AppError('HEADERS_INVALID', parsed.reason);
  return parsed.headers;
}

async function list(c: RouteContext, { store }: Parts): Promise<Response> {
  const found = requireMember(await store.listSessions(credentialOf(c)));
  return c.json({ sessions: found.sessions.map(toSession) });
}

async function show(c: RouteContext, { store, settings }: Parts): Promise<Response> {
  const { session } = requireEntered(await store.enter(credentialOf(c), idOf(c), { touch: false }), settings);
  return c.json(toSession(session));
}

async function change(c: RouteContext, parts: Parts): Promise<Response> {
  const { store, settings, sessions, gate } = parts;
  const credential = credentialOf(c);
  const request = await readBody(c.req.raw, ChangeSession);
  const headers = request.headers && readHeaders(request.headers);
  const entry =
    request.name === undefined
      ? await store.enter(credential, idOf(c), { touch: false })
      : await store.renameSession(credential, idOf(c), request.name);
  const { session } = requireEntered(entry, settings);
  const live = sessions.find(session.id);
  if (live) live.stored = { ...live.stored, name: session.name };
  // A server is asked with them.
  if (headers) await gate.begin('session', { address: c.env.clientAddress, workspaceId: session.workspaceId });
  const rooted =
    request.roots === undefined ? session : await parts.relay.changeRoots(requireEntered(entry, settings), readRoots(request.roots));
  const changed = headers === undefined ? rooted : await replaceHeaders(parts, rooted, headers, c.req.raw.signal);
  return c.json(toSession(changed));
}

function readRoots(given: readonly Root[]): Root[] {
  return given.map(({ uri, name }) => {
    const verdict = parseRootUri(uri);
    if (verdict.kind === 'invalid') throw new AppError('BODY_INVALID', 'Each root must be a file:// URI, as file:///srv/project.');
    return { uri: verdict.uri, ...(name !== undefined && name !== '' && { name }) };
  });
}

/** Replaces the headers of the session's server; a session that waits is connected with them. */
async function replaceHeaders(parts: Parts, session: StoredSession, headers: ServerHeaders, left: AbortSignal): Promise<StoredSession> {
  const changed = await changeServerSecrets(parts.store, session, (secrets) => ({ ...secrets, headers }));
  const live = parts.sessions.meet(changed);
  live.stored = { ...live.stored, secrets: changed.secrets, secretsVersion: changed.secretsVersion };
  live.activity.mark('headers-changed');
  live.activity.flush();
  return changed.awaitsSignIn ? connectWaiting(parts, session.id, left) : changed;
}

async function end(c: RouteContext, { store, settings, egress, sessions }: Parts): Promise<Response> {
  const { session } = requireEntered(await store.removeSession(credentialOf(c), idOf(c)), settings);
  sessions.drop(session.id);
  await endServerSession(session, egress);
  return c.body(null, 204);
}

async function activity(c: RouteContext, { store, settings }: Parts): Promise<Response> {
  const page = {
    after: readCount(c, 'after', 0, Number.MAX_SAFE_INTEGER),
    limit: readCount(c, 'limit', MAX_ACTIVITY_PAGE, MAX_ACTIVITY_PAGE),
  };
  const { entries } = requireEntered(await store.readActivity(credentialOf(c), idOf(c), page), settings);
  const body: ActivityPage = { entries, next: entries.at(-1)?.seq ?? page.after };
  return c.json(body);
}

function readCount(c: RouteContext, name: string, fallback: number, max: number): number {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= max) return value;
  throw new AppError('QUERY_INVALID', `\`${name}\` must be a whole number from 0 to ${max}.`);
}

export const SESSION_ROUTES: readonly Route[] = [
  { path: '/sessions', methods: { GET: list, POST: create } },
  { path: '/sessions/:id', methods: { GET: show, PATCH: change, DELETE: end } },
  { path: '/sessions/:id/activity', methods: { GET: activity } },
];
