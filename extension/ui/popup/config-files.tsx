/** Owns the way from the settings to the inspector's page for config files. */
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { showInspector } from './show-inspector.ts';

export function ConfigFiles() {
  const open = (view: 'import' | 'export') => void showInspector(undefined, { view });
  return (
    <section class="devices" aria-labelledby="config-files-title">
      <h2 id="config-files-title">{t('config_title')}</h2>
      <p class="field-hint">{t('config_settingsHint')}</p>
      <div class="settings-buttons">
        <Button small onClick={() => open('import')}>
          {t('config_import')}
        </Button>
        <Button small onClick={() => open('export')}>
          {t('config_export')}
        </Button>
      </div>
    </section>
  );
}
