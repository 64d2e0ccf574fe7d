/** Owns reconnecting a session from its row, and saying so. */
import type { StoredSession } from '../../platform/stored.ts';
import { startReconnect } from '../../state/reconnecting.ts';
import { announce } from '../kit/announcer.tsx';

export async function reconnectRow(session: StoredSession): Promise<void> {
  const connected = await startReconnect(session);
  if (connected) announce(`Connected to ${connected.name} again.`);
}
