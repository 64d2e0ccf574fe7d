/** Owns what a room says while nothing is chosen in it: what will stand here, and the key that finds everything. */
import type { ComponentChildren } from 'preact';
import { t } from '../../platform/i18n.ts';
import { Kbd } from '../kit/marks.tsx';
import { COMMAND_KEY } from './keys.ts';

export function ChooseHint({ children }: { children: ComponentChildren }) {
  return (
    <>
      <p>{children}</p>
      <p class="quiet">
        <Kbd keys={[COMMAND_KEY, 'K']} /> {t('palette_title')}
      </p>
    </>
  );
}
