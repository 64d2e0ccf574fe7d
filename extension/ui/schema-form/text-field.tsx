/** Owns the control of a text: one line or several, a date, a secret, with completion where a schema has a long list of values. */
import { useId, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { clearValue, setValue } from '../../state/schema-form/draft.ts';
import type { Control, Field, TextInput } from '../../state/schema-form/field.ts';
import { readAt } from '../../state/schema-form/json-value.ts';
import { Button } from '../kit/button.tsx';
import { fieldError } from './field-error.ts';
import { type ControlProps, FieldFrame } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';
import { NullButton } from './value-fields.tsx';

type TextControl = Extract<Control, { kind: 'text' }>;
type Props = { field: Field; control: TextControl; place: FieldPlace };

/** Completions that are offered at a time. */
const MAX_OFFERED = 50;

const EXAMPLES: Partial<Record<TextInput, string>> = {
  email: 'name@example.com',
  url: 'https://example.com/',
  date: '2026-01-31',
  time: '14:30:00Z',
  'date-time': '2026-01-31T14:30:00Z',
};

export function TextField({ field, control, place }: Props) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const [isShown, setShown] = useState(false);
  const isItem = typeof field.key === 'number';
  // A value of another type came through the JSON view: shown, and replaced by what is typed.
  const shown = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  const change = (text: string) =>
    form.change(
      text === '' && !isItem && place.keepsEmpty !== true
        ? clearValue(form.draft, place.path, place.prunable)
        : setValue(form.draft, place.path, text),
    );
  const example = control.example ?? EXAMPLES[control.input] ?? '';
  const shared: Typed = {
    value: shown,
    autocomplete: 'off',
    placeholder: value === null ? 'null' : value === '' ? t('form_emptyText') : example,
    onInput: (event) => change(event.currentTarget.value),
  };
  const sendEmpty = (
    <Button kind="quiet" small onClick={() => form.change(setValue(form.draft, place.path, ''))}>
      {t('form_sendEmptyText')}
    </Button>
  );
  const made = MAKERS[control.input];
  const isSecret = control.input === 'password';
  return (
    <FieldFrame
      field={field}
      error={fieldError(form, field, place)}
      remedy={control.mayBeEmpty && value === undefined && sendEmpty}
      aside={
        <>
          {control.mayBeEmpty && value === undefined && !field.required && !isItem && <span class="when-near">{sendEmpty}</span>}
          {value === '' && !isItem && place.keepsEmpty !== true && (
            <Button kind="quiet" small onClick={() => form.change(clearValue(form.draft, place.path, place.prunable))}>
              {t('form_doNotSend')}
            </Button>
          )}
          {made !== undefined && value === undefined && (
            <Button kind="quiet" small onClick={() => change(made())}>
              {control.input === 'uuid' ? t('form_newUuid') : t('form_now')}
            </Button>
          )}
          {isSecret && (
            <Button kind="quiet" small aria-pressed={isShown} onClick={() => setShown(!isShown)}>
              {isShown ? t('form_hideSecret') : t('form_showSecret')}
            </Button>
          )}
          <NullButton field={field} place={place} />
        </>
      }
    >
      {(tied) => <TextInputOf tied={tied} typed={shared} control={control} isMasked={isSecret && !isShown} />}
    </FieldFrame>
  );
}

type Typed = { value: string; autocomplete: string; placeholder: string; onInput: (event: { currentTarget: { value: string } }) => void };

function TextInputOf({ tied, typed, control, isMasked }: { tied: ControlProps; typed: Typed; control: TextControl; isMasked: boolean }) {
  const list = useId();
  const props = { ...tied, ...typed, class: 'input', spellcheck: false };
  if (control.multiline || typed.value.includes('\n')) return <textarea {...props} dir="auto" rows={4} />;
  if (isMasked) return <input {...props} type="password" autocomplete="new-password" />;
  // A browser shows nothing of a date that it can't read: then it is text.
  if (control.input === 'date' && (typed.value === '' || /^\d{4}-\d\d-\d\d$/.test(typed.value))) return <input {...props} type="date" />;
  const offered = control.suggestions === undefined ? [] : offer(control.suggestions, typed.value);
  return (
    <>
      <input {...props} type="text" dir="auto" inputMode={inputModeOf(control.input)} {...(offered.length > 0 && { list })} />
      {offered.length > 0 && (
        <datalist id={list}>
          {offered.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      )}
    </>
  );
}

function offer(suggestions: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase();
  const found: string[] = [];
  for (const text of suggestions) {
    if (text.toLowerCase().includes(wanted)) found.push(text);
    if (found.length === MAX_OFFERED) break;
  }
  return found;
}

const inputModeOf = (input: TextInput) => (input === 'email' || input === 'url' ? input : 'text');

/** Values that nobody likes to type. */
const MAKERS: Partial<Record<TextInput, () => string>> = {
  uuid: () => crypto.randomUUID(),
  time: () => new Date().toISOString().slice(11, 19).concat('Z'),
  'date-time': () => new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
};
