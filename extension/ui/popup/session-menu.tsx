/** Owns what can be done with a session from its menu in the popup. */
import type { StoredSession } from '../../platform/stored.ts';
import { endpointConfig, endpointUrl } from '../../state/endpoint.ts';
import { dismiss } from '../../state/sessions.ts';
import { type MenuItem, MenuList, type MenuPlace } from '../kit/menu-list.tsx';
import { copyWithWord } from './copying.ts';
import { reconnectRow } from './reconnect-row.ts';
import { showInspector } from './show-inspector.ts';

/** What stands in a session's place, or below it. */
export type Mode = 'shown' | 'renaming' | 'ending' | 'headers' | 'signing-in';

type Props = MenuPlace & { session: StoredSession; setMode: (mode: Mode) => void };

export function SessionMenu({ session, setMode, ...place }: Props) {
  return <MenuList {...place} items={menuOf(session, setMode)} />;
}

function menuOf(session: StoredSession, setMode: (mode: Mode) => void): MenuItem[] {
  const serverName = session.server.name;
  const rename = { label: 'Rename', onSelect: () => setMode('renaming') };
  if (session.ended)
    return [
      { label: 'Reconnect', onSelect: () => void reconnectRow(session) },
      rename,
      { label: 'Copy the server’s address', onSelect: () => void copyWithWord(session.url, 'Address copied') },
      { label: 'Remove from the list', isDanger: true, startsGroup: true, onSelect: () => void dismiss(session.id) },
    ];
  return [
    {
      label: 'Open the inspector',
      ...(serverName !== session.name && serverName !== '' && { note: serverName }),
      onSelect: () => void showInspector(session.id),
    },
    rename,
    {
      label: 'Copy endpoint for another client',
      note: 'The address; the client also needs a token',
      startsGroup: true,
      onSelect: () => void copyWithWord(endpointUrl(session), 'Endpoint copied'),
    },
    {
      label: 'Copy configuration with token',
      note: 'The token is a secret: it opens all your sessions',
      onSelect: () => void endpointConfig(session).then((config) => copyWithWord(config, 'Configuration copied. Keep it secret.')),
    },
    {
      label: 'Headers…',
      ...(session.headerNames.length > 0 && { note: session.headerNames.join(', ') }),
      startsGroup: true,
      onSelect: () => setMode('headers'),
    },
    { label: 'End the session…', isDanger: true, startsGroup: true, onSelect: () => setMode('ending') },
  ];
}
