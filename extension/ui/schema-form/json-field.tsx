/** Owns the control of what no other one fits: JSON, for this part alone; and of what only the server sets. */
import { t } from '../../platform/i18n.ts';
import { clearValue, shownText, typeText } from '../../state/schema-form/draft.ts';
import type { Control, Field } from '../../state/schema-form/field.ts';
import { readAt } from '../../state/schema-form/json-value.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { fieldError } from './field-error.ts';
import { FieldFrame, nameOf } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';
import { JsonInput } from './json-input.tsx';

type Props = { field: Field; control: Extract<Control, { kind: 'json' }>; place: FieldPlace };

export function JsonField({ field, place }: Props) {
  const form = useForm();
  const text = shownText(form.draft, place.path, field);
  return (
    <FieldFrame field={field} error={fieldError(form, field, place)}>
      {(tied) => (
        <JsonInput
          {...tied}
          text={text}
          rows={[2, 12]}
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
