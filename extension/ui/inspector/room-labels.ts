/** Owns how the rooms are called on screen. */
import { t } from '../../platform/i18n.ts';
import type { RoomName } from '../../state/inspector-room.ts';

export const ROOM_LABELS: Record<RoomName, string> = {
  tools: t('panel_tools'),
  resources: t('panel_resources'),
  prompts: t('panel_prompts'),
  activity: t('panel_activity'),
  session: t('panel_session'),
};
