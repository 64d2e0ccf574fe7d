/** Owns the popup's header: the name, where sessions are kept, the way to the settings. */

import { useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { storageSummary } from '../../state/backend-state.ts';
import { IconButton } from '../kit/button.tsx';
import { Chip } from '../kit/marks.tsx';
import { Logo } from './logo.tsx';
import { openSettings } from './open-settings.ts';

export function Header() {
  const [isExplained, setExplained] = useState(false);
  const { tone, label, explanation } = storageSummary.value;
  return (
    <>
      <header class="popup-header">
        <Logo />
        <h1>Mooring</h1>
        <Chip
          tone={tone}
          title={explanation}
          isExpanded={isExplained}
          controls="storage-explanation"
          onClick={() => setExplained(!isExplained)}
        >
          {label}
        </Chip>
        <span class="popup-spacer" />
        <IconButton icon="settings" label={t('settings_title')} onClick={openSettings} />
      </header>
      <p class="popup-explanation" id="storage-explanation" role="status">
        {isExplained ? explanation : ''}
      </p>
    </>
  );
}
