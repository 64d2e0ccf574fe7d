/** Owns the panel's page for config files: importing and exporting, and the way back to the rooms. */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { type PanelView, panelView } from '../../state/panel-view.ts';
import { IconButton } from '../kit/button.tsx';
import { ExportView } from './export-view.tsx';
import { ImportView } from './import-view.tsx';

const TABS = ['import', 'export'] as const satisfies readonly PanelView[];
const LABELS = { import: () => t('config_import'), export: () => t('config_export') };

export function ServerListsPage({ view }: { view: (typeof TABS)[number] }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const leave = () => {
    panelView.value = 'session';
  };
  const move = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const next = view === 'import' ? 'export' : 'import';
    panelView.value = next;
    document.getElementById(`lists-tab-${next}`)?.focus();
  };
  return (
    <div class="server-lists-page">
      <header class="panel-head">
        <IconButton icon="back" label={t('config_back')} onClick={leave} />
        <h1 ref={title} class="page-title" tabIndex={-1}>
          {t('config_title')}
        </h1>
      </header>
      <div class="tabs" role="tablist" aria-label={t('config_title')} onKeyDown={move}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`lists-tab-${name}`}
            class="tab"
            aria-selected={name === view}
            aria-controls="lists-panel"
            tabIndex={name === view ? 0 : -1}
            onClick={() => {
              panelView.value = name;
            }}
          >
            {LABELS[name]()}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="lists-panel" aria-labelledby={`lists-tab-${view}`}>
        {view === 'import' ? <ImportView takesFiles onDone={leave} /> : <ExportView />}
      </div>
    </div>
  );
}
