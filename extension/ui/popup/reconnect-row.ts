/** Owns reconnecting a session from its row, and saying so. */
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { startReconnect } from '../../state/reconnecting.ts';
import { announce } from '../kit/announcer.tsx';

export async function reconnectRow(session: StoredSession): Promise<void> {
  const connected = await startReconnect(session);
  if (connected) announce(t('popup_connectedAgain', connected.name));
}
