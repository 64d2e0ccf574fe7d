/** Owns the controls that hold one value but text: number, choice, several choices, yes or no. What they edit is state/schema-form/draft.ts. */
import { t } from '../../platform/i18n.ts';
import { clearValue, setValue, shownText, typeText } from '../../state/schema-form/draft.ts';
import type { Control, Field, Option } from '../../state/schema-form/field.ts';
import { isSameJson, type Json, readAt } from '../../state/schema-form/json-value.ts';
import { Button } from '../kit/button.tsx';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { fieldError } from './field-error.ts';
import { FieldFrame } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';

type Props<Kind extends Control['kind']> = { field: Field; control: Extract<Control, { kind: Kind }>; place: FieldPlace };

/** Lets a value be null where the schema allows it: a button, since null is none of the values that a control can show. */
export function NullButton({ field, place }: { field: Field; place: FieldPlace }) {
  const form = useForm();
  if (!field.nullable) return null;
  const isNull = readAt(form.draft.arguments, place.path) === null;
  return (
    <Button
      kind="quiet"
      small
      aria-pressed={isNull}
      onClick={() => form.change(isNull ? clearValue(form.draft, place.path, place.prunable) : setValue(form.draft, place.path, null))}
    >
      {isNull ? 'null ✓' : 'null'}
    </Button>
  );
}

export function NumberField({ field, control, place }: Props<'number'>) {
  const form = useForm();
  return (
    <FieldFrame field={field} error={fieldError(form, field, place)} aside={<NullButton field={field} place={place} />}>
      {(tied) => (
        // Not type=number: browsers drop what they can't read, and nothing typed may get lost.
        <input
          {...tied}
          class="input"
          type="text"
          inputMode={control.integer && (control.minimum ?? -1) >= 0 ? 'numeric' : 'text'}
          autocomplete="off"
          placeholder={readAt(form.draft.arguments, place.path) === null ? 'null' : ''}
          value={shownText(form.draft, place.path, field)}
          onInput={(event) => form.change(typeText(form.draft, place.path, field, event.currentTarget.value, place.prunable))}
        />
      )}
    </FieldFrame>
  );
}

/** A choice as radio buttons: nothing chosen is visibly different from false. */
export function BooleanField({ field, place }: Props<'boolean'>) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const options: { label: string; value: Json | undefined }[] = [
    { label: 'true', value: true },
    { label: 'false', value: false },
  ];
  if (field.nullable) options.push({ label: 'null', value: null });
  if (!field.required) options.push({ label: t('form_notSet'), value: undefined });
  return (
    <FieldFrame field={field} error={fieldError(form, field, place)} isGroup>
      {(tied) => (
        <div class="segments">
          {options.map((option) => (
            <label key={option.label} class="segment">
              <input
                type="radio"
                name={tied.id}
                checked={isSameJson(value, option.value)}
                aria-invalid={tied['aria-invalid']}
                onChange={() =>
                  form.change(
                    option.value === undefined
                      ? clearValue(form.draft, place.path, place.prunable)
                      : setValue(form.draft, place.path, option.value),
                  )
                }
              />
              <span>{option.label}</span>
            </label>
          ))}
        </div>
      )}
    </FieldFrame>
  );
}

export function ChoiceField({ field, control, place }: Props<'choice'>) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const at = control.options.findIndex((option) => isSameJson(option.value, value));
  const isOther = value !== undefined && at < 0;
  const change = (index: string) => {
    const option = control.options[Number(index)];
    if (index === '') form.change(clearValue(form.draft, place.path, place.prunable));
    else if (option !== undefined) form.change(setValue(form.draft, place.path, option.value));
  };
  return (
    <FieldFrame field={field} error={fieldError(form, field, place)} aside={<NullButton field={field} place={place} />}>
      {(tied) => (
        <select
          {...tied}
          class="input"
          value={isOther ? 'other' : at < 0 ? '' : String(at)}
          onChange={(event) => change(event.currentTarget.value)}
        >
          {(!field.required || at < 0) && <option value="">{field.required ? t('form_choose') : t('form_notSet')}</option>}
          {isOther && <option value="other">{spellHidden(JSON.stringify(value))}</option>}
          {control.options.map((option, i) => (
            <option key={i} value={String(i)}>
              {spellHidden(option.label)}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}

export function ChoicesField({ field, control, place }: Props<'choices'>) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const chosen: Json[] = Array.isArray(value) ? value : [];
  const toggle = (option: Option, isOn: boolean) => {
    const rest = chosen.filter((item) => !isSameJson(item, option.value));
    const next = isOn ? [...rest, option.value] : rest;
    form.change(
      next.length === 0 && !field.required ? clearValue(form.draft, place.path, place.prunable) : setValue(form.draft, place.path, next),
    );
  };
  return (
    <FieldFrame field={field} error={fieldError(form, field, place)} isGroup>
      {(tied) => (
        <div class="checks">
          {control.options.map((option, i) => (
            <label key={i} class="check">
              <input
                type="checkbox"
                checked={chosen.some((item) => isSameJson(item, option.value))}
                aria-invalid={tied['aria-invalid']}
                onChange={(event) => toggle(option, event.currentTarget.checked)}
              />
              <span dir="auto">
                <VisibleText text={option.label} />
              </span>
            </label>
          ))}
        </div>
      )}
    </FieldFrame>
  );
}
