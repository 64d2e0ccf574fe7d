/** `/sessions`: making a session by connecting to a server, seeing, renaming and ending sessions, and reading their activity. */
import { type ActivityPage, ChangeSession, CreateSession, type Session } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_ACTIVITY_PAGE } from '../../../shared/limits.ts';
import { parseServerUrl } from '../../../shared/server-url.ts';
import { mintId, readCredential, unauthorized } from '../access.ts';
import { readBody } from '../http/body.ts';
import { endServerSession } from '../relay/handshake.ts';
import { adoptSseSession } from '../relay/sse-link.ts';
import { type Connected, connectServer } from '../sessions/connect.ts';
import { serverInfoOf, toSession } from '../sessions/session-view.ts';
import type { StoredSession } from '../store/store.ts';
import type { Parts, Route, RouteContext } from './context.ts';
import { requireEntered } from './entry.ts';

const credentialOf = (c: RouteContext) => readCredential(c.req.header('authorization'));
const idOf = (c: RouteContext): string => c.req.param('id') ?? '';

async function create(c: RouteContext, parts: Parts): Promise<Response> {
  const { store, egress, sessions } = parts;
  const credential = credentialOf(c);
  const request = await readBody(c.req.raw, CreateSession);
  const address = parseServerUrl(request.url);
  if (address.kind === 'invalid') throw new AppError('SERVER_URL_INVALID', address.reason);
  // Before anything is sent for somebody: a token that is not known reaches no server.
  if (!(await store.findDevice(credential))) throw unauthorized();
  const connected = await connectServer(address.url, request.transport ?? 'auto', egress, c.req.raw.signal);
  const stored = await keep(parts, connected, credential.workspaceId, address.url, request.name);
  if (connected.sse) adoptSseSession(sessions.meet(stored, { isNew: true }), connected.sse);
  else sessions.meet(stored, { isNew: true });
  return c.json(toSession(stored), 201);
}

/** Stores a session for a connected server. When that fails the server session is ended: nobody would know of it. */
async function keep(
  parts: Parts,
  connected: Connected,
  workspaceId: string,
  url: string,
  name: string | undefined,
): Promise<StoredSession> {
  const { transport, revision, serverSession, sse } = connected;
  const at = new Date().toISOString();
  const record = { id: mintId(), workspaceId, name: name ?? defaultName(connected, url), url, transport, revision, createdAt: at };
  try {
    return await parts.store.createSession(record, serverSession, [{ kind: 'mark', at, mark: 'connected' }]);
  } catch (error) {
    if (sse) void sse.transport.close();
    const orphan = { url, transport, serverSession };
    parts.work.add('end orphaned server session', endServerSession(orphan, parts.egress));
    throw error;
  }
}

function defaultName({ serverSession }: Connected, url: string): string {
  const server = serverInfoOf(serverSession);
  return (server.title ?? server.name) || new URL(url).host;
}

async function list(c: RouteContext, { store }: Parts): Promise<Response> {
  const found = await store.listSessions(credentialOf(c));
  if (!found) throw unauthorized();
  return c.json({ sessions: found.map(toSession) });
}

async function show(c: RouteContext, { store, settings }: Parts): Promise<Response> {
  const { session } = requireEntered(await store.enter(credentialOf(c), idOf(c), { touch: false }), settings);
  return c.json(toSession(session));
}

async function rename(c: RouteContext, { store, settings, sessions }: Parts): Promise<Response> {
  const credential = credentialOf(c);
  const { name = '' } = await readBody(c.req.raw, ChangeSession);
  const { session } = requireEntered(await store.renameSession(credential, idOf(c), name), settings);
  const live = sessions.find(session.id);
  if (live) live.stored = { ...live.stored, name };
  const view: Session = toSession(session);
  return c.json(view);
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
  { path: '/sessions/:id', methods: { GET: show, PATCH: rename, DELETE: end } },
  { path: '/sessions/:id/activity', methods: { GET: activity } },
];
