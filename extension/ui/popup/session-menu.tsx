/** Owns what can be done with a session from its menu in the popup. */
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { endpointConfig, endpointUrl } from '../../state/endpoint.ts';
import { type MenuItem, MenuList, type MenuPlace } from '../kit/menu-list.tsx';
import { copyWithWord } from './copying.ts';
import { reconnectRow } from './reconnect-row.ts';
import { removeRow } from './remove-row.ts';
import { showInspector } from './show-inspector.ts';

/** What stands in a session's place, or below it. */
export type Mode = 'shown' | 'renaming' | 'ending' | 'headers' | 'signing-in';

type Props = MenuPlace & { session: StoredSession; setMode: (mode: Mode) => void };

export function SessionMenu({ session, setMode, ...place }: Props) {
  return <MenuList {...place} items={menuOf(session, setMode)} />;
}

function menuOf(session: StoredSession, setMode: (mode: Mode) => void): MenuItem[] {
  const serverName = session.server.name;
  const rename = { label: t('popup_rename'), onSelect: () => setMode('renaming') };
  if (session.ended)
    return [
      { label: t('popup_reconnect'), onSelect: () => void reconnectRow(session) },
      rename,
      { label: t('popup_copyServerAddress'), onSelect: () => void copyWithWord(session.url, t('popup_addressCopied')) },
      { label: t('popup_remove'), isDanger: true, startsGroup: true, onSelect: () => void removeRow(session) },
    ];
  return [
    {
      label: t('extension_openInspector'),
      ...(serverName !== session.name && serverName !== '' && { note: serverName }),
      onSelect: () => void showInspector(session.id),
    },
    rename,
    {
      label: t('popup_copyEndpoint'),
      note: t('popup_copyEndpointNote'),
      startsGroup: true,
      onSelect: () => void copyWithWord(endpointUrl(session), t('popup_endpointCopied')),
    },
    {
      label: t('popup_copyConfig'),
      note: t('popup_copyConfigNote'),
      onSelect: () => void endpointConfig(session).then((config) => copyWithWord(config, t('popup_configCopied'))),
    },
    {
      label: t('popup_headers'),
      ...(session.headerNames.length > 0 && { note: session.headerNames.join(', ') }),
      startsGroup: true,
      onSelect: () => setMode('headers'),
    },
    { label: t('popup_end'), isDanger: true, startsGroup: true, onSelect: () => setMode('ending') },
  ];
}
