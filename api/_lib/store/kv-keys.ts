/** Owns the names of all keys in Redis. What is written to them is in the kv-*-scripts.ts. */

import type { Credential } from './device-registry.ts';

export const deviceKey = (tokenHash: string): string => `mooring:device:${tokenHash}`;
export const sessionKey = (id: string): string => `mooring:session:${id}`;
export const activityKey = (id: string): string => `mooring:activity:${id}`;
export const lockKey = (id: string): string => `mooring:lock:${id}`;
/** Says whose session it was, for a while after it has run out. */
export const goneKey = (id: string): string => `mooring:gone:${id}`;
/** Sorted by last use, microseconds, so that no two are equal. */
export const sessionsKey = (workspaceId: string): string => `mooring:workspace:${workspaceId}:sessions`;
/** Device id to hash of the token. */
export const devicesKey = (workspaceId: string): string => `mooring:workspace:${workspaceId}:devices`;
/** Index of the ledger: keys of calls; running ones sorted below 0 by their begin, settled ones above 0 by their end, microseconds. */
export const callsKey = (id: string): string => `mooring:calls:${id}`;
/** Each followed by session, ':' and key of the call. The lease ends by itself; who looks, looks whether it is there. */
export const CALL_PREFIX = 'mooring:call:';
export const LEASE_PREFIX = 'mooring:lease:';
export const EVENTS_PREFIX = 'mooring:events:';
/** Ids of the settlements of the last minute. */
export const settlementsKey = (id: string): string => `mooring:settlements:${id}`;
/** Who holds the server's stream, as long as the lease lasts. */
export const streamKey = (id: string): string => `mooring:stream:${id}`;
export const messagesKey = (id: string): string => `mooring:messages:${id}`;
/** Which messages have been added of late: id to number of the first. */
export const additionsKey = (id: string): string => `mooring:additions:${id}`;
/** Questions of the server and who answered first, in turn. */
export const answersKey = (id: string): string => `mooring:answers:${id}`;
/** Followed by session, ':' and question: who is sending an answer to it, as long as the lease lasts. */
export const ANSWERING_PREFIX = 'mooring:answering:';
export const answerLeaseKey = (id: string, question: string): string => `${ANSWERING_PREFIX}${id}:${question}`;
/** Followed by workspace, ':' and the server's key: what makes the server let the workspace's sessions in. */
export const SECRETS_PREFIX = 'mooring:secrets:';
export const PROBE_KEY = 'mooring:probe';
/** A bucket of an allowance; its name tells nobody whose it is. */
export const allowanceKey = (name: string): string => `mooring:allowance:${name}`;

/** Keys of the workspace: ring and version. Devices' own are with the device. */
export const workspaceKeysKey = (workspaceId: string): string => `mooring:workspace:${workspaceId}:keys`;
/** Hash of the code of the workspace's open pairing, and the id of the device that shows it. */
export const openPairingKey = (workspaceId: string): string => `mooring:workspace:${workspaceId}:pairing`;
/** Hash of a code to the workspace that it leads to. */
export const pairingKey = (code: string): string => `mooring:pairing:${code}`;
/** Wrong codes of the last minute. */
export const PAIRING_MISSES_KEY = 'mooring:pairing-misses';

/** Keys of the device and of its workspace's devices: the first ones of every script that checks a token. */
export const deviceKeys = ({ tokenHash, workspaceId }: Credential): string[] => [deviceKey(tokenHash), devicesKey(workspaceId)];
/** The same and those of the session: the first ones of every script that enters one. */
export const entryKeys = (credential: Credential, id: string): string[] => [...deviceKeys(credential), sessionKey(id), goneKey(id)];
/** Those of the workspace's devices, which tell that it is there, and of what is kept for a server. */
export const secretsKeys = (workspaceId: string, serverKey: string): string[] => [
  devicesKey(workspaceId),
  `${SECRETS_PREFIX}${workspaceId}:${serverKey}`,
];
/** All keys of a session but those of its calls. */
export const allSessionKeys = (id: string): string[] => [
  ...[sessionKey(id), goneKey(id), ...keptKeys(id), lockKey(id), streamKey(id), settlementsKey(id), additionsKey(id)],
];
/** What a use of the session lets live on: the ledger's index first. */
export const keptKeys = (id: string): string[] => [callsKey(id), activityKey(id), messagesKey(id), answersKey(id)];
