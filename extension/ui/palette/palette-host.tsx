/** Owns the keys that act anywhere in the panel: to the filter of a room, and to the command palette; and what is in that for the shown session. */
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import type { Inspector } from '../../state/inspector.ts';
import { ROOMS, type RoomName } from '../../state/inspector-room.ts';
import type { PaletteEntry } from '../../state/palette.ts';
import { isPaletteOpen, showView } from '../../state/panel-view.ts';
import { select } from '../../state/sessions.ts';
import { IS_MAC } from '../inspector/keys.ts';
import { ROOM_LABELS } from '../inspector/room-labels.ts';
import { titleOf } from '../inspector/tool-badges.tsx';
import { lazily } from '../kit/lazily.tsx';

// Loaded with its first opening.
const Palette = lazily(async () => (await import('./palette.tsx')).Palette);

/** Characters of a note; what is longer is a description. */
const MAX_NOTE = 120;

type Props = { session: StoredSession | undefined; others: readonly StoredSession[]; inspector: Inspector | undefined };

export function PaletteHost({ session, others, inspector }: Props) {
  useLayoutEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key === '/' && !isTyping(event.target)) {
        const filter = document.querySelector<HTMLInputElement>('.room [type=search]');
        if (filter === null) return;
        event.preventDefault();
        filter.focus();
        return filter.select();
      }
      if (event.key.toLowerCase() !== 'k' || !(IS_MAC ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      isPaletteOpen.value = !isPaletteOpen.value;
    };
    document.addEventListener('keydown', open);
    return () => document.removeEventListener('keydown', open);
  }, []);
  const isOpen = isPaletteOpen.value;
  // What nobody has looked at yet is read now; it is found as soon as it is there.
  useEffect(() => {
    if (!isOpen || inspector === undefined || session?.ended) return;
    for (const list of [inspector.resources.resources, inspector.prompts.prompts])
      if (list.list.peek().items === undefined && !list.list.peek().loading) void list.refresh();
  }, [isOpen, inspector, session?.ended]);
  if (!isOpen) return null;
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

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.shadowRoot !== null || target.matches('input:not([type=radio], [type=checkbox]), textarea, select'));

/** Rooms first, as they are few; then what the server offers. */
function entriesOf({ room, tools, resources, prompts, openResource, goTo }: Inspector): PaletteEntry[] {
  const go = (name: RoomName, focus: () => void) => {
    room.update({ room: name });
    requestAnimationFrame(focus);
  };
  return [
    ...ROOMS.map(
      (name): PaletteEntry => ({
        id: `room:${name}`,
        kind: 'action',
        label: t('palette_goTo', ROOM_LABELS[name]),
        run: () => go(name, () => document.getElementById(`tab-${name}`)?.focus()),
      }),
    ),
    ...(tools.list.value.tools ?? []).map(
      (tool): PaletteEntry => ({
        id: `tool:${tool.name}`,
        kind: 'tool',
        label: tool.name,
        note: titleOf(tool) || tool.description?.slice(0, MAX_NOTE) || '',
        run: () => goTo({ room: 'tools', tool: tool.name }),
      }),
    ),
    ...(prompts.prompts.list.value.items ?? []).map(
      (prompt): PaletteEntry => ({
        id: `prompt:${prompt.name}`,
        kind: 'prompt',
        label: prompt.label,
        note: (prompt.label === prompt.name ? prompt.description : prompt.name).slice(0, MAX_NOTE),
        run: () => goTo({ room: 'prompts', prompt: prompt.name }),
      }),
    ),
    ...(resources.resources.list.value.items ?? []).map(
      ({ uri, label }): PaletteEntry => ({
        id: `resource:${uri}`,
        kind: 'resource',
        label,
        note: uri.slice(0, MAX_NOTE),
        run: () => openResource(uri),
      }),
    ),
    {
      id: 'filter',
      kind: 'action',
      label: t('palette_filter'),
      keys: ['/'],
      run: () => requestAnimationFrame(() => document.querySelector<HTMLElement>('.room [type=search]')?.focus()),
    },
    {
      id: 'refresh',
      kind: 'action',
      label: t('palette_refresh'),
      run: () => void Promise.all([tools.refresh(), resources.refreshLists(), prompts.prompts.refreshIfRead()]),
    },
  ];
}
