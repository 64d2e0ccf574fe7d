/**
 * Owns the rows in which headers for a server are typed: name and value, the value masked unless it is being looked at.
 * A paste of several lines becomes several rows.
 */

import { useId, useState } from 'preact/hooks';
import { MAX_HEADER_NAME_LENGTH, MAX_HEADER_VALUE_LENGTH, MAX_SERVER_HEADERS } from '../../../shared/limits.ts';
import { t, tAround, tCount } from '../../platform/i18n.ts';
import { type HeaderRow, type HeadersVerdict, headerRow, parsePastedHeaders, pasteRows } from '../../state/header-rows.ts';
import { announce } from '../kit/announcer.tsx';
import { Button, IconButton } from '../kit/button.tsx';

type Props = {
  rows: readonly HeaderRow[];
  onChange: (rows: HeaderRow[]) => void;
  invalid?: Extract<HeadersVerdict, { kind: 'invalid' }> | undefined;
};

export function HeaderFields({ rows, onChange, invalid }: Props) {
  const id = useId();
  const [before, after] = tAround('session_headersHint');
  const add = () => {
    const row = headerRow();
    onChange([...rows, row]);
    requestAnimationFrame(() => document.getElementById(`${id}-${row.key}-name`)?.focus());
  };
  return (
    <fieldset class="headers">
      <legend class="field-label">{t('session_headers')}</legend>
      <p class="field-hint">
        {before}
        <code>Authorization: Bearer …</code>
        {after}
      </p>
      {rows.map((row, at) => (
        <Row
          key={row.key}
          id={`${id}-${row.key}`}
          row={row}
          position={at + 1}
          invalid={invalid?.key === row.key ? invalid : undefined}
          onEdit={(patch) => onChange(rows.map((other) => (other.key === row.key ? { ...other, ...patch } : other)))}
          onPaste={(text) => {
            const pasted = parsePastedHeaders(text);
            if (pasted.length === 0) return false;
            onChange(pasteRows(rows, pasted));
            announce(tCount('session_headersPasted', pasted.length));
            return true;
          }}
          onRemove={() => onChange(rows.filter((other) => other.key !== row.key))}
        />
      ))}
      {rows.length < MAX_SERVER_HEADERS && (
        <Button small kind="quiet" onClick={add}>
          {t('session_headerAdd')}
        </Button>
      )}
    </fieldset>
  );
}

type RowProps = {
  id: string;
  row: HeaderRow;
  position: number;
  invalid: Props['invalid'];
  onEdit: (patch: Partial<HeaderRow>) => void;
  /** Returns whether the text was taken as headers. */
  onPaste: (text: string) => boolean;
  onRemove: () => void;
};

function Row({ id, row, position, invalid, onEdit, onPaste, onRemove }: RowProps) {
  const [isShown, setShown] = useState(false);
  const paste = (event: ClipboardEvent) => {
    if (onPaste(event.clipboardData?.getData('text') ?? '')) event.preventDefault();
  };
  const control = (part: 'name' | 'value') => ({
    id: `${id}-${part}`,
    'aria-invalid': invalid?.part === part ? ('true' as const) : undefined,
    'aria-describedby': invalid?.part === part ? `${id}-error` : undefined,
    autocomplete: 'off' as const,
    spellcheck: false,
  });
  return (
    // What was looked at is masked again as soon as the row is left.
    <div
      class="header-row"
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setShown(false);
      }}
    >
      <input
        {...control('name')}
        class="input mono"
        dir="ltr"
        aria-label={t('session_headerNameAt', position)}
        placeholder={t('session_headerName')}
        maxLength={MAX_HEADER_NAME_LENGTH}
        value={row.name}
        onPaste={paste}
        onInput={(event) => onEdit({ name: event.currentTarget.value })}
      />
      <input
        {...control('value')}
        class="input mono"
        dir="ltr"
        {...(isShown ? { type: 'text' } : { type: 'password' })}
        aria-label={t('session_headerValueAt', position)}
        placeholder={t('session_headerValue')}
        maxLength={MAX_HEADER_VALUE_LENGTH}
        value={row.value}
        onPaste={paste}
        onInput={(event) => onEdit({ value: event.currentTarget.value })}
      />
      <IconButton icon="eye" label={t('session_headerShowAt', position)} aria-pressed={isShown} onClick={() => setShown(!isShown)} />
      <IconButton icon="close" label={t('session_headerRemoveAt', position)} onClick={onRemove} />
      {invalid && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {invalid.reason}
        </p>
      )}
    </div>
  );
}
