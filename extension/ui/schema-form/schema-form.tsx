/** Owns the arguments of one tool on screen: the form drawn from its schema, and the same arguments as JSON. */
import { useCallback, useMemo } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { type Draft, discardJson, jsonProblem, jsonTextOf, typeJson } from '../../state/schema-form/draft.ts';
import type { Field } from '../../state/schema-form/field.ts';
import type { Issue } from '../../state/schema-form/schema-check.ts';
import { Button } from '../kit/button.tsx';
import { Field as LabelledField } from '../kit/field.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { type FieldPlace, type Form, FormContext } from './form-context.ts';
import { JsonField, ReadOnlyField } from './json-field.tsx';
import { JsonInput } from './json-input.tsx';
import { ListField } from './list-fields.tsx';
import { Members, ObjectField } from './object-fields.tsx';
import { TextField } from './text-field.tsx';
import { BooleanField, ChoiceField, ChoicesField, NumberField } from './value-fields.tsx';
import { VariantsField } from './variants-field.tsx';

type Props = {
  /** The arguments as a whole: `toRootField` of the schema. */
  root: Field;
  draft: Draft;
  issues: readonly Issue[];
  attempted: boolean;
  onChange: (draft: Draft) => void;
};

export function SchemaForm({ root, draft, issues, attempted, onChange }: Props) {
  const errors = useMemo(() => byPlace(issues), [issues]);
  const issuesWithin = useCallback(
    (pointer: string) =>
      issues.flatMap((issue) =>
        issue.pointer === pointer || issue.pointer.startsWith(`${pointer}/`)
          ? [{ ...issue, pointer: issue.pointer.slice(pointer.length) }]
          : [],
      ),
    [issues],
  );
  if (draft.view === 'json') return <JsonArguments root={root} draft={draft} issues={issues} onChange={onChange} />;
  const form: Form = {
    draft,
    change: onChange,
    attempted,
    draw: drawField,
    root: root.schema,
    issuesWithin,
    errorAt: (pointer, within) => {
      const own = errors.get(pointer);
      if (own !== undefined || !within) return own;
      const inside = issues.find((issue) => issue.pointer.startsWith(`${pointer}/`));
      return inside && `${inside.pointer.slice(pointer.length)}: ${inside.message}`;
    },
  };
  const { control } = root;
  const whole = errors.get('');
  return (
    <FormContext.Provider value={form}>
      {control.kind === 'object' ? (
        <>
          {control.size === 0 && Object.keys(draft.arguments).length === 0 && (
            <p class="quiet">{control.entry === undefined ? t('form_noArguments') : t('form_noNamedArguments')}</p>
          )}
          <Members control={control} path={[]} prunable={[]} />
          {whole !== undefined && (
            <p class="field-error">
              <VisibleText text={whole} />
            </p>
          )}
        </>
      ) : (
        drawField({ ...root, isBare: true }, { path: [], prunable: [] })
      )}
    </FormContext.Provider>
  );
}

const ROWS = [6, 24] as const;

function JsonArguments({ root, draft, issues, onChange }: Omit<Props, 'attempted'>) {
  const text = jsonTextOf(draft);
  const problem = jsonProblem(draft);
  const [first] = issues;
  const mismatch = first && `${first.pointer === '' ? '' : `${first.pointer}: `}${first.message}`;
  return (
    <>
      <LabelledField label={t('form_argumentsAsJson')} error={problem ?? mismatch}>
        {(control) => (
          <JsonInput
            {...control}
            text={text}
            label={t('form_argumentsAsJson')}
            rows={ROWS}
            part={root.schema}
            root={root.schema}
            issues={issues}
            problem={problem ?? mismatch}
            isTabKept
            onType={(typed) => onChange(typeJson(draft, typed))}
          />
        )}
      </LabelledField>
      {problem !== undefined && (
        <Button kind="quiet" small onClick={() => onChange(discardJson(draft))}>
          {t('form_discardText')}
        </Button>
      )}
    </>
  );
}

/** The first error of each place; a missing member is told at the member, by the field itself. */
function byPlace(issues: readonly Issue[]): ReadonlyMap<string, string> {
  const errors = new Map<string, string>();
  for (const { pointer, keyword, message } of issues) if (keyword !== 'required' && !errors.has(pointer)) errors.set(pointer, message);
  return errors;
}

function drawField(field: Field, place: FieldPlace) {
  const { control } = field;
  const key = String(field.key);
  if (field.readOnly) return <ReadOnlyField key={key} field={field} place={place} />;
  switch (control.kind) {
    case 'text':
      return <TextField key={key} field={field} control={control} place={place} />;
    case 'number':
      return <NumberField key={key} field={field} control={control} place={place} />;
    case 'boolean':
      return <BooleanField key={key} field={field} control={control} place={place} />;
    case 'choice':
      return <ChoiceField key={key} field={field} control={control} place={place} />;
    case 'choices':
      return <ChoicesField key={key} field={field} control={control} place={place} />;
    case 'object':
      return <ObjectField key={key} field={field} control={control} place={place} />;
    case 'list':
      return <ListField key={key} field={field} control={control} place={place} />;
    case 'variants':
      return <VariantsField key={key} field={field} control={control} place={place} />;
    case 'json':
      return <JsonField key={key} field={field} control={control} place={place} />;
  }
}
