/** Owns taking an ended session out of the popup's list: done at once, because nothing left this computer, and undone as easily. */
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { confirmation } from '../../state/popup-foot.ts';
import { dismiss } from '../../state/removing.ts';
import { announce } from '../kit/announcer.tsx';

export async function removeRow({ id, name }: StoredSession): Promise<void> {
  const rows = [...document.querySelectorAll<HTMLElement>('.session-open')];
  const at = rows.findIndex((row) => row.closest('li')?.contains(document.activeElement));
  const putBack = await dismiss(id);
  // The focus would go with the row.
  if (at >= 0) (rows[at + 1] ?? rows[at - 1])?.focus();
  const say = (text: string, undo?: () => void) => {
    confirmation.value = { text, ...(undo && { undo }) };
    announce(text);
  };
  say(t('popup_removed', name), putBack && (() => void putBack().then(() => say(t('popup_putBack', name)))));
}
