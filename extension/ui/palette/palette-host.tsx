/** Owns when the command palette opens, and what is in it for the session that the panel shows. */
import { useLayoutEffect } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import type { Inspector } from '../../state/inspector.ts';
import { ROOMS } from '../../state/inspector-room.ts';
import type { PaletteEntry } from '../../state/palette.ts';
import { isPaletteOpen, showView } from '../../state/panel-view.ts';
import { select } from '../../state/sessions.ts';
import { IS_MAC } from '../inspector/keys.ts';
import { ROOM_LABELS } from '../inspector/room-labels.ts';
import { titleOf } from '../inspector/tool-badges.tsx';
import { lazily } from '../kit/lazily.tsx';

// Loaded with its first opening.
const Palette = lazily(async () => (await import('./palette.tsx')).Palette);

type Props = { session: StoredSession | undefined; others: readonly StoredSession[]; inspector: Inspector | undefined };

export function PaletteHost({ session, others, inspector }: Props) {
  useLayoutEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(IS_MAC ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      isPaletteOpen.value = !isPaletteOpen.value;
    };
    document.addEventListener('keydown', open);
    return () => document.removeEventListener('keydown', open);
  }, []);
  if (!isPaletteOpen.value) return null;
  return (
    <Palette
      entries={[
        ...(session === undefined || inspector === undefined ? [] : entriesOf(inspector)),
        ...others.map(
          (other): PaletteEntry => ({
            id: `session:${other.id}`,
            kind: 'session',
            label: other.name,
            note: other.url,
            run: () => void select(other.id),
          }),
        ),
        { id: 'import', kind: 'action', label: t('panel_import'), run: () => showView('import') },
        { id: 'export', kind: 'action', label: t('panel_export'), run: () => showView('export') },
      ]}
      onClose={() => {
        isPaletteOpen.value = false;
      }}
    />
  );
}

/** Rooms first, as they are few; then what the server offers. */
function entriesOf({ room, tools }: Inspector): PaletteEntry[] {
  const rooms = ROOMS.map(
    (name): PaletteEntry => ({
      id: `room:${name}`,
      kind: 'action',
      label: t('palette_goTo', ROOM_LABELS[name]),
      run: () => {
        room.update({ room: name });
        requestAnimationFrame(() => document.getElementById(`tab-${name}`)?.focus());
      },
    }),
  );
  const listed = (tools.list.value.tools ?? []).map(
    (tool): PaletteEntry => ({
      id: `tool:${tool.name}`,
      kind: 'tool',
      label: tool.name,
      note: titleOf(tool) || tool.description?.slice(0, 120) || '',
      run: () => room.update({ room: 'tools', tool: tool.name }),
    }),
  );
  return [...rooms, ...listed, { id: 'refresh', kind: 'action', label: t('palette_refresh'), run: () => void tools.refresh() }];
}
