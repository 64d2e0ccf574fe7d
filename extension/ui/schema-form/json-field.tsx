/** Owns the control of what no other one fits: JSON, for this part alone; and of what only the server sets. */
import { useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { clearValue, shownText, typeText } from '../../state/schema-form/draft.ts';
import type { Control, Field } from '../../state/schema-form/field.ts';
import { readAt, toPointer } from '../../state/schema-form/json-value.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { fieldError } from './field-error.ts';
import { FieldFrame, nameOf } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';
import { JsonInput } from './json-input.tsx';

type Props = { field: Field; control: Extract<Control, { kind: 'json' }>; place: FieldPlace };

const ROWS = [2, 12] as const;

export function JsonField({ field, place }: Props) {
  const form = useForm();
  const text = shownText(form.draft, place.path, field);
  const error = fieldError(form, field, place);
  const issues = useMemo(() => form.issuesWithin(toPointer(place.path)), [form.issuesWithin, toPointer(place.path)]);
  return (
    <FieldFrame field={field} error={error}>
      {(tied) => (
        <JsonInput
          {...tied}
          text={text}
          label={`${nameOf(field)} ${field.hint}`}
          rows={ROWS}
          part={field.schema}
          root={form.root}
          issues={issues}
          problem={error}
          onType={(typed) => form.change(typeText(form.draft, place.path, field, typed, place.prunable))}
        />
      )}
    </FieldFrame>
  );
}

/** A member that the server sets by itself: a value that is there all the same came through the JSON view. */
export function ReadOnlyField({ field, place }: { field: Field; place: FieldPlace }) {
  const form = useForm();
  const value = readAt(form.draft.arguments, place.path);
  return (
    <FieldFrame field={field} error={fieldError(form, { ...field, required: false }, place)} isGroup>
      {() => (
        <p class="quiet" dir="auto">
          {value === undefined ? t('form_readOnly') : <VisibleText text={JSON.stringify(value)} />}{' '}
          {value !== undefined && typeof field.key === 'string' && (
            <Button kind="quiet" small onClick={() => form.change(clearValue(form.draft, place.path, place.prunable))}>
              {t('form_removeNamed', nameOf(field))}
            </Button>
          )}
        </p>
      )}
    </FieldFrame>
  );
}
