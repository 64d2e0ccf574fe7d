/** Owns exporting: which sessions, for which client, and the file to copy or save. */
import { useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { CONFIG_FORMATS, type ConfigFormat, writeConfig } from '../../state/client-configs/write-config.ts';
import { sessions } from '../../state/stored-state.ts';
import { CopyButton, SaveButton } from '../inspector/payload-buttons.tsx';
import { Field } from '../kit/field.tsx';
import { Empty } from '../kit/marks.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';

const FORMAT_LABELS: Record<ConfigFormat, () => string> = {
  'mcp-json': () => t('config_formatPlain'),
  'claude-code': () => 'Claude Code (.mcp.json)',
  'claude-desktop': () => 'Claude Desktop (claude_desktop_config.json)',
  cursor: () => 'Cursor (.cursor/mcp.json)',
  vscode: () => 'VS Code (.vscode/mcp.json)',
  'server-json': () => t('config_formatRegistry'),
};

export function ExportView() {
  const [format, setFormat] = useState<ConfigFormat>('mcp-json');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const listed = sessions.value;
  const chosen = listed.filter(({ id }) => !left.has(id));
  const { fileName, text } = writeConfig(format, chosen);
  if (listed.length === 0)
    return (
      <Empty title={t('config_nothingToExport')}>
        <p>{t('config_nothingToExportHint')}</p>
      </Empty>
    );
  return (
    <section class="server-lists" aria-label={t('config_export')}>
      <fieldset class="export-sessions">
        <legend>{t('config_sessions')}</legend>
        {listed.map(({ id, name, url }) => (
          <label key={id} class="import-choice">
            <input
              type="checkbox"
              checked={!left.has(id)}
              onChange={({ currentTarget }) => {
                const next = new Set(left);
                if (currentTarget.checked) next.delete(id);
                else next.add(id);
                setLeft(next);
              }}
            />
            <span class="import-text">
              <b dir="auto">
                <VisibleText text={name} />
              </b>
              <span class="quiet mono import-address" dir="ltr">
                <VisibleText text={url} />
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t('config_format')} hint={t('config_secretsHint')}>
        {(control) => (
          <select {...control} class="input" value={format} onChange={(event) => setFormat(event.currentTarget.value as ConfigFormat)}>
            {CONFIG_FORMATS.map((name) => (
              <option key={name} value={name}>
                {FORMAT_LABELS[name]()}
              </option>
            ))}
          </select>
        )}
      </Field>
      <textarea class="input mono export-text" dir="ltr" readOnly rows={14} spellcheck={false} aria-label={fileName} value={text} />
      <div class="import-copy">
        <CopyButton text={() => text} />
        <SaveButton name={fileName.replace(/^\./, '')} text={text} />
      </div>
    </section>
  );
}
