/**
 * Owns what a user does with sessions: connect, reconnect, rename, end, and bringing the list up to date.
 * The list itself mirrors storage (stored-state.ts), so every surface sees the outcome.
 */
import { signal } from '@preact/signals';
import type { TransportChoice } from '../../shared/contract.ts';
import type { ServerHeaders } from '../../shared/requests.ts';
import * as backend from '../gateway/backend.ts';
import { asGatewayError, type GatewayError } from '../gateway/gateway-error.ts';
import { registerAgain } from '../gateway/registration.ts';
import {
  changeSessions,
  loadSessions,
  loadSettings,
  removeSession,
  type StoredSession,
  saveNewSession,
  saveSelectedSessionId,
} from '../platform/stored.ts';
import { loadCredential } from '../platform/stored-lists.ts';
import { checkBackend, listingError } from './backend-state.ts';
import { findMissing, mergeSessions, toStoredSession, type Verdict } from './merge-sessions.ts';
import { sessions } from './stored-state.ts';

/** How many sessions are asked about one by one when a listing lacks them; the rest wait for the next time. */
const MAX_VERDICTS = 20;

/** False until the backend has listed its sessions once: what is shown comes from storage. */
export const isFresh = signal(false);

/** What went wrong with one session's last action, by session id. */
export const sessionErrors = signal<ReadonlyMap<string, GatewayError>>(new Map());

function setSessionError(sessionId: string, error: GatewayError | undefined): void {
  const errors = new Map(sessionErrors.value);
  if (error) errors.set(sessionId, error);
  else errors.delete(sessionId);
  sessionErrors.value = errors;
}

/** Forgets what went wrong with a session's last action. */
export const clearSessionError = (sessionId: string): void => setSessionError(sessionId, undefined);

/** Ended by this surface: a listing that was under way must not bring one back. */
const endedHere = new Set<string>();

let refreshing: { backendUrl: string; done: Promise<void> } | undefined;

/** Brings the list up to date with the backend; two at once are one. Never throws: `listingError` tells. */
export async function refreshSessions(): Promise<void> {
  const { backendUrl } = await loadSettings();
  // One that still waits for the backend of before must hold up nobody.
  if (refreshing?.backendUrl !== backendUrl) refreshing = { backendUrl, done: refresh(backendUrl) };
  const mine = refreshing;
  await mine.done;
  if (refreshing === mine) refreshing = undefined;
}

const workspaceAt = async (backendUrl: string): Promise<string | undefined> => (await loadCredential(backendUrl))?.workspaceId;

async function refresh(backendUrl: string): Promise<void> {
  const isCurrent = async () => (await loadSettings()).backendUrl === backendUrl;
  try {
    const asked = await workspaceAt(backendUrl);
    const listed = (await backend.listSessions()).filter(({ id }) => !endedHere.has(id));
    const workspaceId = (await workspaceAt(backendUrl)) ?? '';
    // Another workspace came into use meanwhile: nobody can tell whose sessions these are.
    if (asked !== undefined && asked !== workspaceId) return await refresh(backendUrl);
    const place = { backendUrl, workspaceId };
    const missing = findMissing(await loadSessions(), listed, place).slice(0, MAX_VERDICTS);
    const verdicts = new Map<string, Verdict>();
    await Promise.all(
      missing.map(async ({ id }) => {
        const verdict = await judge(id);
        if (verdict) verdicts.set(id, verdict);
      }),
    );
    // The address was changed meanwhile: the same.
    if (!(await isCurrent()) || workspaceId !== ((await workspaceAt(backendUrl)) ?? '')) return;
    const now = new Date().toISOString();
    await changeSessions(
      (known) =>
        mergeSessions(
          known,
          listed.filter(({ id }) => !endedHere.has(id)),
          verdicts,
          { ...place, now },
        ),
      { backendUrl, at: now },
    );
    listingError.value = undefined;
    isFresh.value = true;
  } catch (thrown) {
    if (await isCurrent()) listingError.value = asGatewayError(thrown);
  }
}

/** Asks the backend why it did not list a session; undefined when it is alive after all, or nobody can tell now. */
async function judge(sessionId: string): Promise<Verdict | undefined> {
  try {
    await backend.getSession(sessionId);
    return undefined;
  } catch (thrown) {
    const { code, hint } = asGatewayError(thrown);
    if (code !== 'SESSION_EXPIRED' && code !== 'SESSION_NOT_FOUND') return undefined;
    return { code, ...(hint !== undefined && { hint }) };
  }
}

/** Checks backend and sessions at once. */
export async function refreshAll(): Promise<void> {
  await Promise.all([checkBackend(), refreshSessions()]);
}

/** Shows the workspace that has just come into use; what was known of the one before is no longer up to date. */
export async function showOtherWorkspace(): Promise<void> {
  isFresh.value = false;
  listingError.value = undefined;
  await refreshAll();
}

/**
 * Goes back to the workspace from before, or registers this browser anew, because the user asked for it; then shows that one.
 * Never throws: `listingError` tells.
 */
export async function startOver(): Promise<void> {
  try {
    await registerAgain();
  } catch (thrown) {
    listingError.value = asGatewayError(thrown);
    return;
  }
  await showOtherWorkspace();
}

export type ConnectOptions = { url: string; transport: TransportChoice; name?: string; headers?: ServerHeaders };

/**
 * Connects to a server, keeps the new session and selects it.
 *
 * @param replacedId An ended session that the new one follows.
 * @throws GatewayError
 */
export async function connect(options: ConnectOptions, signal?: AbortSignal, replacedId?: string): Promise<StoredSession> {
  const { backendUrl } = await loadSettings();
  const created = await backend.createSession(options, signal);
  const session = toStoredSession(created, backendUrl, options.transport, await workspaceAt(backendUrl));
  await saveNewSession(session, replacedId);
  return session;
}

/**
 * Connects an ended session's server again with the settings that it had; the panel's state goes along.
 *
 * @throws GatewayError; the ended session then stays in the list.
 */
export function reconnect(ended: StoredSession, signal?: AbortSignal): Promise<StoredSession> {
  return report(ended.id, () => connect({ url: ended.url, transport: ended.transportChoice, name: ended.name }, signal, ended.id));
}

/** Renames a session; an ended one is renamed here alone. @throws GatewayError */
export async function rename(session: StoredSession, name: string): Promise<void> {
  if (!session.ended) await report(session.id, () => backend.changeSession(session.id, { name }));
  await changeSessions((known) => known.map((other) => (other.id === session.id ? { ...other, name } : other)));
}

/** Ends a session with its server session, and forgets it. One that is over already is only forgotten. @throws GatewayError */
export async function end(session: StoredSession): Promise<void> {
  await report(session.id, async () => {
    try {
      await backend.endSession(session.id);
    } catch (thrown) {
      const { code } = asGatewayError(thrown);
      if (code !== 'SESSION_NOT_FOUND' && code !== 'SESSION_EXPIRED') throw thrown;
    }
  });
  endedHere.add(session.id);
  await removeSession(session.id);
}

/** Makes a session the one that the panel shows. */
export const select = (sessionId: string): Promise<void> => saveSelectedSessionId(sessionId);

async function report<T>(sessionId: string, act: () => Promise<T>): Promise<T> {
  setSessionError(sessionId, undefined);
  try {
    return await act();
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (error.code !== 'CANCELLED') setSessionError(sessionId, error);
    throw error;
  }
}

/** Returns the earliest end among the live sessions, ms since 1970; undefined when there is none. */
export function nextExpiryMs(): number | undefined {
  const ends = sessions.value.filter(({ ended }) => !ended).map(({ expiresAt }) => Date.parse(expiresAt));
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
