/** Owns the controls that hold one value: text, number, choice, several choices, yes or no, JSON. What they edit is state/schema-form/draft.ts. */
import { clearValue, setValue, shownText, textProblem, typeText } from '../../state/schema-form/draft.ts';
import type { Control, Field, Option } from '../../state/schema-form/field-model.ts';
import { isSameJson, type Json, readAt, toPointer } from '../../state/schema-form/json-value.ts';
import { Button } from '../kit/button.tsx';
import { FieldFrame } from './field-frame.tsx';
import { type FieldPlace, type Form, useForm } from './form-context.ts';

type Props<Kind extends Control['kind']> = { field: Field; control: Extract<Control, { kind: Kind }>; place: FieldPlace };

/** Returns what is wrong with a field: unreadable text first, then what is missing, then what the schema says. */
export function fieldError(form: Form, field: Field, { path }: FieldPlace): string | undefined {
  const unreadable = textProblem(form.draft, path);
  if (unreadable !== undefined) return unreadable;
  const value = readAt(form.draft.arguments, path);
  if (value === undefined) return form.attempted && field.required ? 'Required.' : undefined;
  return form.errorAt(toPointer(path), field.control.kind === 'json');
}

/** Lets a value be null where the schema allows it: a button, since null is none of the values that a control can show. */
function NullButton({ field, place }: { field: Field; place: FieldPlace }) {
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

export function TextField({ field, control, place }: Props<'text'>) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  const error = fieldError(form, field, place);
  const isItem = typeof field.key === 'number';
  const change = (text: string) =>
    form.change(text === '' && !isItem ? clearValue(form.draft, place.path, place.prunable) : setValue(form.draft, place.path, text));
  // A value of another type came through the JSON view: shown, and replaced by what is typed.
  const shown = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  const shared = {
    value: shown,
    dir: 'auto' as const,
    spellcheck: false,
    autocomplete: 'off',
    placeholder: value === null ? 'null' : (control.example ?? (value === '' ? 'empty text' : '')),
    onInput: (event: { currentTarget: { value: string } }) => change(event.currentTarget.value),
  };

  const remedy = control.mayBeEmpty && value === undefined && (
    <Button kind="quiet" small onClick={() => form.change(setValue(form.draft, place.path, ''))}>
      Send empty text
    </Button>
  );
  return (
    <FieldFrame field={field} error={error} aside={<NullButton field={field} place={place} />} remedy={remedy}>
      {(tied) => (
        <>
          {control.multiline ? (
            <textarea {...tied} {...shared} class="input" rows={4} />
          ) : control.input === 'date' ? (
            <input {...tied} {...shared} class="input" type="date" />
          ) : (
            <input {...tied} {...shared} class="input" inputMode={inputModeOf(control.input)} />
          )}
        </>
      )}
    </FieldFrame>
  );
}

const inputModeOf = (input: Extract<Control, { kind: 'text' }>['input']) => (input === 'email' || input === 'url' ? input : 'text');

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
  if (!field.required) options.push({ label: 'not set', value: undefined });
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
          {(!field.required || at < 0) && <option value="">{field.required ? 'Choose…' : 'not set'}</option>}
          {isOther && <option value="other">{JSON.stringify(value)}</option>}
          {control.options.map((option, i) => (
            <option key={option.label} value={String(i)}>
              {option.label}
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
          {control.options.map((option) => (
            <label key={option.label} class="check">
              <input
                type="checkbox"
                checked={chosen.some((item) => isSameJson(item, option.value))}
                aria-invalid={tied['aria-invalid']}
                onChange={(event) => toggle(option, event.currentTarget.checked)}
              />
              {option.label}
            </label>
          ))}
        </div>
      )}
    </FieldFrame>
  );
}

export function JsonField({ field, place }: Props<'json'>) {
  const form = useForm();
  const text = shownText(form.draft, place.path, field);
  return (
    <FieldFrame field={field} error={fieldError(form, field, place)}>
      {(tied) => (
        <textarea
          {...tied}
          class="input mono"
          rows={Math.min(12, Math.max(2, text.split('\n').length))}
          spellcheck={false}
          value={text}
          onInput={(event) => form.change(typeText(form.draft, place.path, field, event.currentTarget.value, place.prunable))}
        />
      )}
    </FieldFrame>
  );
}
