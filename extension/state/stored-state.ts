/** Owns the signals that mirror extension storage: every surface that opened them sees each change at once, whoever made it. */
import { computed, signal } from '@preact/signals';
import {
  loadStored,
  type Settings,
  type Stored,
  type StoredCredential,
  type StoredJoining,
  type StoredSession,
} from '../platform/stored.ts';
import { onStoredChange } from '../platform/stored-changes.ts';

/** Undefined until storage was read once. */
export const stored = signal<Stored | undefined>(undefined);

export const settings = computed<Settings | undefined>(() => stored.value?.settings);
export const recentUrls = computed<string[]>(() => stored.value?.recentUrls ?? []);
/** What this browser is at the backend in use; undefined before it is registered there. */
export const credential = computed<StoredCredential | undefined>(() =>
  stored.value?.credentials.find(({ backendUrl }) => backendUrl === settings.value?.backendUrl),
);
/** The workspace that this browser has asked to join at the backend in use. */
export const joining = computed<StoredJoining | undefined>(() => {
  const asked = stored.value?.joining;
  return asked?.backendUrl === settings.value?.backendUrl ? asked : undefined;
});
/**
 * The sessions of the backend in use, ended ones included: live ones first, newest use first. Those of the workspace from before it
 * joined another are kept for the way back.
 */
export const sessions = computed<StoredSession[]>(() => {
  const own = credential.value?.own?.workspaceId;
  const backendUrl = settings.value?.backendUrl;
  return stored.value?.sessions.filter((session) => session.backendUrl === backendUrl && session.workspaceId !== own) ?? [];
});
/** When the backend in use listed its sessions last, ms since 1970; undefined when it never has. */
export const listedAtMs = computed<number | undefined>(() => {
  const { listed, settings: used } = stored.value ?? {};
  return listed !== undefined && listed.backendUrl === used?.backendUrl ? Date.parse(listed.at) : undefined;
});
export const selectedSessionId = computed<string | undefined>(() => stored.value?.selectedSessionId);
/** The session that the panel shows; undefined when there is none or it belongs to another backend. */
export const selectedSession = computed<StoredSession | undefined>(() => sessions.value.find(({ id }) => id === selectedSessionId.value));

/**
 * Reads storage once and follows it from then on.
 *
 * @returns Stops following.
 */
export async function openStored(): Promise<() => void> {
  let reads = 0;
  const read = async () => {
    const turn = ++reads;
    const loaded = await loadStored();
    // A slower, older read must not overwrite a newer one.
    if (turn === reads) stored.value = loaded;
  };
  const stop = onStoredChange((change) => {
    if (change.base) void read();
  });
  await read();
  return stop;
}
