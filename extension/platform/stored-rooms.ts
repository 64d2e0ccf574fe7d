/**
 * Owns what is kept of a session's panel state: one key of extension storage a session, whose values are the panel's.
 * Sessions themselves are stored.ts.
 */
import { actsKey } from './stored-acts.ts';
import { browser } from './web-extension.ts';

/** Characters of JSON that one session's panel state may take: extension storage has 10 MB for everything. */
export const MAX_ROOM_LENGTH = 200_000;

export const roomKey = (sessionId: string): string => `room:${sessionId}`;

/** Answers to questions of a server that are being written: stored-answers.ts, which a popup rarely needs. */
export const ANSWERS_PREFIX = 'answers:';
export const answersKey = (sessionId: string): string => `${ANSWERS_PREFIX}${sessionId}`;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of two changes at once none is lost. */
const exclusively = (step: () => Promise<void>): Promise<void> => navigator.locks.request('mooring:rooms', step) as Promise<void>;

/** Returns what the panel kept for a session; an empty record when nothing. */
export async function loadRoom(sessionId: string): Promise<Record<string, unknown>> {
  const raw = (await browser.storage.local.get(roomKey(sessionId)))[roomKey(sessionId)];
  return isRecord(raw) ? raw : {};
}

/**
 * Keeps one small JSON value of the panel for a session; `undefined` removes it.
 *
 * @throws RangeError when the session's panel state would exceed MAX_ROOM_LENGTH characters; the old value stays.
 */
export function saveRoom(sessionId: string, key: string, value: unknown): Promise<void> {
  return exclusively(async () => {
    const { [key]: _, ...others } = await loadRoom(sessionId);
    const room = value === undefined ? others : { ...others, [key]: value };
    if (JSON.stringify(room).length > MAX_ROOM_LENGTH) throw new RangeError(`The panel state of a session is too large: ${key}`);
    await browser.storage.local.set({ [roomKey(sessionId)]: room });
  });
}

/** Keeps the whole panel state of a session, if it is not too large, for a page that is about to go: after a wait nothing runs in it. */
export async function saveRoomOnLeaving(sessionId: string, room: Record<string, unknown>): Promise<void> {
  if (JSON.stringify(room).length <= MAX_ROOM_LENGTH) await browser.storage.local.set({ [roomKey(sessionId)]: room });
}

/** Hands panel state over to the session that follows an ended one. What its acts came to can be asked of nobody any more. */
export function moveRoom(fromSessionId: string, toSessionId: string): Promise<void> {
  return exclusively(async () => {
    const room = await loadRoom(fromSessionId);
    if (Object.keys(room).length > 0) await browser.storage.local.set({ [roomKey(toSessionId)]: room });
    await browser.storage.local.remove([roomKey(fromSessionId), actsKey(fromSessionId)]);
  });
}
