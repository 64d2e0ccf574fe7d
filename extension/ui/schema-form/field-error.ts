/** Owns what is wrong with a field: unreadable text first, then what is missing, then what the schema says. */
import { t } from '../../platform/i18n.ts';
import { textProblem } from '../../state/schema-form/draft.ts';
import type { Field } from '../../state/schema-form/field.ts';
import { readAt, toPointer } from '../../state/schema-form/json-value.ts';
import type { FieldPlace, Form } from './form-context.ts';

export function fieldError(form: Form, field: Field, { path }: FieldPlace): string | undefined {
  const unreadable = textProblem(form.draft, path);
  if (unreadable !== undefined) return unreadable;
  const value = readAt(form.draft.arguments, path);
  if (value === undefined) return form.attempted && field.required ? t('form_isRequired') : undefined;
  return form.errorAt(toPointer(path), field.control.kind === 'json');
}
