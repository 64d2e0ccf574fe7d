/** Owns the field that filters the sessions: Escape empties it, arrow down goes to the list. */
import { t } from '../../platform/i18n.ts';
import { Field } from '../kit/field.tsx';

type Props = { value: string; onInput: (value: string) => void; onDown: () => void };

export function SessionFilter({ value, onInput, onDown }: Props) {
  return (
    <Field label={t('popup_filterSessions')} isLabelUnseen>
      {(control) => (
        <input
          {...control}
          class="input sessions-filter"
          type="search"
          dir="auto"
          placeholder={t('popup_filter')}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && value !== '') {
              event.preventDefault();
              onInput('');
            } else if (event.key === 'ArrowDown') {
              event.preventDefault();
              onDown();
            }
          }}
        />
      )}
    </Field>
  );
}
