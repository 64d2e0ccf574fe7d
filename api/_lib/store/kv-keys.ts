/** Owns the names of all keys in Redis. What is written to them is in kv-session-scripts.ts and kv-device-scripts.ts. */

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
export const PROBE_KEY = 'mooring:probe';
