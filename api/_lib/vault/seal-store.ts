/**
 * Seals a store: what it keeps opens nothing without the token of a device. Whoever uses the store notices nothing of it; neither store
 * knows of it. What is sealed how is sealed-session.ts, sealed-calls.ts and sealed-devices.ts; the keys are keyring.ts.
 *
 * Each method is still one request of the store, but for the first call of a device on an instance, whose keys have to be fetched before.
 */
import { AppError } from '../../../shared/errors.ts';
import { SESSION_TTL_SECONDS } from '../../../shared/limits.ts';
import type { Credential, Refused } from '../store/device-registry.ts';
import type { Entered, Entry, NotEntered, Store, StoredSession } from '../store/store.ts';
import { openKeyCache, openServerKeys, type SessionKeys } from './key-cache.ts';
import { type Keyring, openScope } from './keyring.ts';
import { openCall, openEntry, openEvents, openMessage, openResult, sealMessages, sealOpening, sealSettlement } from './sealed-calls.ts';
import { sealDevices, withoutKeys } from './sealed-devices.ts';
import {
  isAhead,
  isSealedAhead,
  openActivity,
  openSecrets,
  openSession,
  sealActivity,
  sealSecrets,
  sealServerSession,
  sealSubscriptions,
  sealUrl,
  tryOpen,
  tryOpenSession,
} from './sealed-session.ts';

/** Purpose of the seal on where the server's own stream stands. */
const STREAM_PLACE = 'stream-place';

const keysChanged = (): AppError =>
  new AppError('RECOVERY_BUSY', 'The keys of the workspace were changed on another instance a moment ago. Try again.');

type Opened<E extends Entered> = { kind: 'ok'; entered: E; keys: SessionKeys };

/** @param ttlSeconds Lifetime of a session from its last use, as the store has it. */
export function sealStore(inner: Store, { ttlSeconds = SESSION_TTL_SECONDS }: { ttlSeconds?: number } = {}): Store {
  const cache = openKeyCache({ ttlSeconds });

  /** Opens what was entered. @throws AppError SECRETS_UNREADABLE */
  function enter<E extends Entered>(credential: Credential, id: string, answer: E | NotEntered): Opened<E> | NotEntered {
    if (answer.kind !== 'ok') return answer;
    const met = meet(credential, id, answer);
    if (!met) return { kind: 'unauthorized' };
    return { kind: 'ok', entered: { ...answer, device: withoutKeys(answer.device), session: openSession(met, answer.session) }, keys: met };
  }
  /** Returns the keys of a session that was entered; undefined for a device that has none: it has to register anew. */
  function meet(credential: Credential, id: string, { device }: Entered): SessionKeys | undefined {
    const keyring = cache.ofDevice(device, credential);
    return keyring && cache.meet(id, keyring);
  }
  /** Returns the keys of a session that somebody entered here; undefined when there is no such session (any more). @throws AppError INTERNAL */
  async function find(id: string): Promise<SessionKeys | undefined> {
    const keys = cache.ofSession(id);
    if (keys || !(await inner.loadSession(id))) return keys;
    throw new AppError('INTERNAL', 'The keys of the session are not in memory. Try again.');
  }
  async function load(id: string): Promise<StoredSession | undefined> {
    const stored = await inner.loadSession(id);
    const keys = stored && (await find(id));
    // To take it for lost would have it written over.
    if (keys && isAhead(keys, stored)) throw keysChanged();
    return keys && openSession(keys, stored);
  }
  const enterOnly = (credential: Credential, id: string, answer: Entry): Entry => {
    const opened = enter(credential, id, answer);
    return opened.kind === 'ok' ? opened.entered : opened;
  };

  return {
    ...inner,
    ...sealDevices(inner, cache),

    async enter(credential, id, options) {
      return enterOnly(credential, id, await inner.enter(credential, id, options));
    },
    async renameSession(credential, id, name) {
      return enterOnly(credential, id, await inner.renameSession(credential, id, name));
    },
    async removeSession(credential, id) {
      const answer = await inner.removeSession(credential, id);
      if (answer.kind !== 'ok') return answer;
      const keys = meet(credential, id, answer);
      cache.forget(id);
      return keys
        ? { ...answer, device: withoutKeys(answer.device), session: tryOpenSession(keys, answer.session) }
        : { kind: 'unauthorized' };
    },
    async readActivity(credential, id, page) {
      const answer = await inner.readActivity(credential, id, page);
      const opened = enter(credential, id, answer);
      if (opened.kind !== 'ok') return { ...opened, entries: [] };
      return { ...opened.entered, entries: openActivity(opened.keys.scope, answer.entries) };
    },
    async listSessions(credential) {
      const answer = await inner.listSessions(credential);
      if (answer.kind !== 'ok') return answer;
      const { device } = answer;
      const keyring = cache.ofDevice(device, credential);
      if (!keyring) return { kind: 'unauthorized' };
      const sessions = answer.sessions.flatMap((stored) => {
        const session = tryOpenSession(cache.meet(stored.id, keyring), stored);
        // One that cannot be opened is told by itself, when it is asked for.
        return session === stored ? [] : [session];
      });
      return { kind: 'ok', device: withoutKeys(device), sessions };
    },

    async findServer(credential, url) {
      const known = await keysOf(credential);
      if (known.kind !== 'ok') return known;
      const answer = await inner.findServer(credential, url, openServerKeys(known.keyring, url).serverKey);
      if (answer.kind !== 'ok') return answer;
      const keyring = cache.ofDevice(answer.device, credential);
      if (!keyring) return { kind: 'unauthorized' };
      // Secrets that cannot be opened are none: the server will ask for new ones.
      const secrets = openSecrets(openServerKeys(keyring, url), answer.secrets) ?? {};
      return { ...answer, device: withoutKeys(answer.device), secrets };
    },
    async createSession(record, serverSession, activity) {
      const keyring = cache.ofWorkspace(record.workspaceId);
      const scope = openScope(keyring, 'session', record.id);
      const { serverKey } = openServerKeys(keyring, record.url);
      const sealed = serverSession && sealServerSession(scope, serverSession);
      const stored = await inner.createSession(
        { ...record, url: sealUrl(scope, record.url) },
        sealed,
        sealActivity(scope, activity),
        serverKey,
      );
      return openSession(cache.meet(record.id, keyring), stored);
    },
    loadSession: load,
    async touchSession(id) {
      // What lives on is still asked for.
      cache.ofSession(id);
      return inner.touchSession(id);
    },
    async publishServerSession(id, fence, serverSession, spoken) {
      const keys = await find(id);
      if (!keys) return 'absent';
      return inner.publishServerSession(id, fence, sealServerSession(keys.scope, serverSession), spoken);
    },
    async loadServerSecrets(server) {
      const keyring = cache.ofWorkspace(server.workspaceId);
      const keys = openServerKeys(keyring, server.url);
      const kept = await inner.loadServerSecrets(server, keys.serverKey);
      if (kept && isSealedAhead(keyring, kept)) throw keysChanged();
      return kept && { ...kept, secrets: openSecrets(keys, kept.secrets) ?? {} };
    },
    async saveServerSecrets(server, expectedVersion, secrets) {
      const keys = openServerKeys(cache.ofWorkspace(server.workspaceId), server.url);
      return inner.saveServerSecrets(server, expectedVersion, sealSecrets(keys, secrets), keys.serverKey);
    },
    async settle(id, settlement) {
      const keys = await find(id);
      if (!keys) return;
      const { scope } = keys;
      const sealed = sealSettlement(scope, settlement);
      if (!settlement.unsubscribed) return inner.settle(id, sealed);
      const [newest = '', ...earlier] = sealSubscriptions(scope, settlement.unsubscribed);
      await inner.settle(id, { ...sealed, unsubscribed: newest });
      for (const [at, unsubscribed] of earlier.entries())
        await inner.settle(id, { id: `${settlement.id} ${at}`, activity: [], unsubscribed });
    },

    async enterCall(credential, id, opening) {
      const known = await keysOf(credential);
      if (known.kind !== 'ok') return known;
      const { keyring } = known;
      const answer = await inner.enterCall(credential, id, sealOpening(keyring, cache.scopeFor(id, keyring), id, opening));
      try {
        const opened = enter(credential, id, answer);
        return opened.kind === 'ok' ? { ...opened.entered, entry: openEntry(opened.keys.scope, opened.entered.entry) } : opened;
      } catch (error) {
        // It was entered, and nothing of it will ever be sent.
        const { key, owner } = opening;
        await inner.settle(id, { id: crypto.randomUUID(), activity: [], settledCalls: [{ key, owner, state: 'failed' }] });
        throw error;
      }
    },
    async readCall(credential, id, key, range) {
      const opened = enter(credential, id, await inner.readCall(credential, id, key, range));
      if (opened.kind !== 'ok') return opened;
      const { scope } = opened.keys;
      const { result, events, gap } = opened.entered;
      return { ...opened.entered, ...openEvents(scope, key, { events, gap }), result: result && openResult(scope, result) };
    },
    async adoptCall(id, key, owner, leaseMs) {
      const keys = await find(id);
      const call = keys && (await inner.adoptCall(id, key, owner, leaseMs));
      return call && openCall(keys.scope, call);
    },
    async listCalls(credential, id) {
      const opened = enter(credential, id, await inner.listCalls(credential, id));
      if (opened.kind !== 'ok') return opened;
      return { ...opened.entered, calls: opened.entered.calls.map((call) => openCall(opened.keys.scope, call)) };
    },
    async requestCancel(credential, id, key) {
      const opened = enter(credential, id, await inner.requestCancel(credential, id, key));
      if (opened.kind !== 'ok') return opened;
      const { call } = opened.entered;
      return { ...opened.entered, call: call && openCall(opened.keys.scope, call) };
    },

    async addServerMessages(id, addition, texts, cursor) {
      const keys = await find(id);
      if (!keys) return undefined;
      const place = cursor === undefined ? undefined : keys.scope.seal(STREAM_PLACE, cursor);
      return inner.addServerMessages(id, addition, sealMessages(keys.scope, texts), place);
    },
    async readServerMessages(id, after) {
      const { cursor, ...read } = await inner.readServerMessages(id, after);
      // Whoever listens still needs them, even where nothing is said for long.
      const known = cache.ofSession(id);
      const keys = read.messages.length === 0 && cursor === undefined ? known : await find(id);
      if (!keys) return { ...read, messages: [] };
      const place = cursor === undefined ? undefined : tryOpen(keys.scope, STREAM_PLACE, cursor);
      return {
        ...read,
        messages: read.messages.map(({ number, text }) => ({ number, text: openMessage(keys.scope, text) })),
        ...(place !== undefined && { cursor: place }),
      };
    },

    async close() {
      cache.close();
      await inner.close();
    },
  };

  /** Returns the keys of a device, as it opened them last: what is sealed with them goes nowhere if its token is not known any more. */
  async function keysOf(credential: Credential): Promise<{ kind: 'ok'; keyring: Keyring } | Refused> {
    const known = cache.known(credential);
    if (known) return { kind: 'ok', keyring: known };
    const device = await inner.findDevice(credential);
    if (device?.membership === 'waiting') return { kind: 'waiting' };
    const keyring = device && cache.ofDevice(device, credential);
    return keyring ? { kind: 'ok', keyring } : { kind: 'unauthorized' };
  }
}
