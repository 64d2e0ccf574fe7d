/**
 * Owns the extension's conversation with its backend outside of MCP: one function a call of the HTTP contract.
 * MCP itself goes through mcp-client.ts, to the endpoint that is named here. Registering is registration.ts, devices and how they join
 * pairing.ts, signing in to servers authorization.ts.
 */

import type * as z from 'zod/mini';
import { ActivityPage, CallList, Call as CallView, Health, Session, SessionList } from '../../shared/contract.ts';
import type { ChangeSession, CreateSession } from '../../shared/requests.ts';
import { t } from '../platform/i18n.ts';
import { loadSettings } from '../platform/stored.ts';
import { answersSomething, type Exchange, exchange } from './exchange.ts';
import { asGatewayError, GatewayError } from './gateway-error.ts';
import { credentialFor, replaceCredential } from './registration.ts';

/** Long enough for two transports to be tried at a server that answers slowly. */
export const CONNECT_TIMEOUT_MS = 75_000;
const HEALTH_TIMEOUT_MS = 8_000;

type Call<Answer extends z.ZodMiniType> = Omit<Exchange<Answer>, 'backendUrl' | 'token'>;

/** Sends a request as this device, registering it first where that has not happened. */
export async function asDevice<Answer extends z.ZodMiniType>(call: Call<Answer>): Promise<z.infer<Answer>> {
  const { backendUrl } = await loadSettings();
  const { token } = await credentialFor(backendUrl, call.signal);
  try {
    return await exchange({ ...call, backendUrl, token });
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (error.code !== 'UNAUTHORIZED') throw error;
    // Refused before anything was done: sending it once more as a new device repeats nothing.
    const replaced = await replaceCredential(backendUrl, token, call.signal);
    if (!replaced) throw error;
    return exchange({ ...call, backendUrl, token: replaced.token });
  }
}

/**
 * Asks a backend how it is. Needs no device.
 *
 * @param backendUrl Another address than the one in the settings, to try it out.
 * @throws GatewayError BACKEND_NOT_MOORING when something else answers there, BACKEND_UNREACHABLE when nothing does.
 */
export async function health(options: { backendUrl?: string; signal?: AbortSignal } = {}): Promise<Health> {
  const { signal } = options;
  const backendUrl = options.backendUrl ?? (await loadSettings()).backendUrl;
  try {
    return await exchange({ backendUrl, method: 'GET', path: '/health', answer: Health, signal, timeoutMs: HEALTH_TIMEOUT_MS });
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (error.code !== 'BACKEND_UNREACHABLE' || error.status !== undefined) throw error;
    if (!(await answersSomething(backendUrl, signal ?? AbortSignal.timeout(HEALTH_TIMEOUT_MS)))) throw error;
    throw new GatewayError('BACKEND_NOT_MOORING', t('error_unreadable', backendUrl));
  }
}

/** Connects to a server and returns the new session. Aborting the signal gives up; the backend then ends what it began. */
export function createSession(request: CreateSession, signal?: AbortSignal): Promise<Session> {
  return asDevice({
    method: 'POST',
    path: '/sessions',
    body: request,
    answer: Session,
    idempotencyKey: crypto.randomUUID(),
    signal,
    timeoutMs: CONNECT_TIMEOUT_MS,
  });
}

/** Returns the live sessions of the workspace, newest use first. */
export async function listSessions(signal?: AbortSignal): Promise<Session[]> {
  return (await asDevice({ method: 'GET', path: '/sessions', answer: SessionList, signal })).sessions;
}

export const sessionPath = (sessionId: string) => `/sessions/${encodeURIComponent(sessionId)}`;

/** @throws GatewayError SESSION_EXPIRED or SESSION_NOT_FOUND when it is over. */
export function getSession(sessionId: string, signal?: AbortSignal): Promise<Session> {
  return asDevice({ method: 'GET', path: sessionPath(sessionId), answer: Session, signal });
}

/** Renames a session, or replaces the headers for its server: one that waits for them is connected. */
export function changeSession(sessionId: string, change: ChangeSession, signal?: AbortSignal): Promise<Session> {
  return asDevice({
    method: 'PATCH',
    path: sessionPath(sessionId),
    body: change,
    answer: Session,
    signal,
    ...(change.headers && { timeoutMs: CONNECT_TIMEOUT_MS }),
  });
}

/** Ends a session, and the server session with it. */
export async function endSession(sessionId: string, signal?: AbortSignal): Promise<void> {
  await asDevice({ method: 'DELETE', path: sessionPath(sessionId), signal });
}

/** Returns the entries after a sequence number, oldest first. Does not let the session's time start again. */
export function activity(
  sessionId: string,
  page: { after?: number; limit?: number; signal?: AbortSignal | undefined } = {},
): Promise<ActivityPage> {
  const query = new URLSearchParams({ after: String(page.after ?? 0), ...(page.limit !== undefined && { limit: String(page.limit) }) });
  return asDevice({ method: 'GET', path: `${sessionPath(sessionId)}/activity?${query}`, answer: ActivityPage, signal: page.signal });
}

const callPath = (sessionId: string, key: string) => `${sessionPath(sessionId)}/calls/${encodeURIComponent(key)}`;

/** Returns the calls of a session that run or ended a short while ago, on whichever device they began. */
export async function listCalls(sessionId: string, signal?: AbortSignal): Promise<CallView[]> {
  return (await asDevice({ method: 'GET', path: `${sessionPath(sessionId)}/calls`, answer: CallList, signal })).calls;
}

/** Returns a call with its response, while that is kept. @throws GatewayError CALL_NOT_FOUND */
export function readCall(sessionId: string, key: string, signal?: AbortSignal): Promise<CallView> {
  return asDevice({ method: 'GET', path: callPath(sessionId, key), answer: CallView, signal });
}

/** Asks that a call end, wherever it runs; how it ends is read from the call. @throws GatewayError CALL_NOT_FOUND */
export function cancelCall(sessionId: string, key: string): Promise<CallView> {
  return asDevice({ method: 'DELETE', path: callPath(sessionId, key), answer: CallView });
}

export type McpEndpoint = { url: string; token: string };

/** Returns where any MCP client reaches a session, and the bearer token that it must send. The token is a secret of this device. */
export async function mcpEndpoint(sessionId: string): Promise<McpEndpoint> {
  const { backendUrl } = await loadSettings();
  const { token } = await credentialFor(backendUrl);
  return { url: `${backendUrl}/api/mcp/${encodeURIComponent(sessionId)}`, token };
}
