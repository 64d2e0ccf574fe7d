/** Owns the choice between shapes on screen, and the field of the one that is chosen. */
import { t } from '../../platform/i18n.ts';
import { chooseVariant, shownVariant } from '../../state/schema-form/draft-variants.ts';
import type { Control, Field } from '../../state/schema-form/field.ts';
import { readAt } from '../../state/schema-form/json-value.ts';
import { spellHidden } from '../kit/visible-text.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { FieldFrame, nameOf } from './field-frame.tsx';
import { type FieldPlace, useForm } from './form-context.ts';
import { NullButton } from './value-fields.tsx';

type Props = { field: Field; control: Extract<Control, { kind: 'variants' }>; place: FieldPlace };

export function VariantsField({ field, control, place }: Props) {
  const form = useForm();
  const { variants } = control;
  const isNull = field.nullable && readAt(form.draft.arguments, place.path) === null;
  const at = isNull ? undefined : shownVariant(form.draft, place.path, variants);
  const shape = at === undefined ? undefined : variants[at]?.field();
  const isMissing = at === undefined && !isNull && field.required && form.attempted && typeof field.key === 'string';
  const choose = (value: string) =>
    form.change(chooseVariant(form.draft, place.path, variants, value === '' ? undefined : Number(value), place.prunable));
  return (
    <FieldFrame
      field={field}
      error={isMissing ? t('form_isRequired') : undefined}
      isGroup
      aside={<NullButton field={field} place={place} />}
    >
      {(tied) => (
        <>
          <select
            class="input"
            id={tied.id}
            aria-label={t('form_shapeOf', nameOf(field))}
            aria-invalid={tied['aria-invalid']}
            aria-describedby={tied['aria-describedby']}
            value={at === undefined ? '' : String(at)}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            {(at === undefined || (!field.required && typeof field.key === 'string')) && (
              <option value="">{field.required || isNull ? t('form_choose') : t('form_notSet')}</option>
            )}
            {variants.map(({ label }, index) => (
              <option key={label} value={String(index)}>
                {spellHidden(label)}
              </option>
            ))}
          </select>
          {shape !== undefined && (
            <div class="variant" key={at}>
              {shape.description !== undefined && shape.description !== field.description && (
                <p class="arg-about" dir="auto">
                  <VisibleText text={shape.description} />
                </p>
              )}
              {form.draw({ ...shape, isBare: true, nullable: false }, place)}
            </div>
          )}
        </>
      )}
    </FieldFrame>
  );
}
