/** Owns the arguments of one tool on screen: the form drawn from its schema, and the same arguments as JSON. */
import { useMemo } from 'preact/hooks';
import { type Draft, discardJson, jsonProblem, jsonTextOf, typeJson } from '../../state/schema-form/draft.ts';
import type { Field } from '../../state/schema-form/field-model.ts';
import type { Issue } from '../../state/schema-form/schema-check.ts';
import { Button } from '../kit/button.tsx';
import { Field as LabelledField } from '../kit/field.tsx';
import { type FieldPlace, type Form, FormContext } from './form-context.ts';
import { ListField, ObjectField } from './group-fields.tsx';
import { BooleanField, ChoiceField, ChoicesField, JsonField, NumberField, TextField } from './value-fields.tsx';

type Props = {
  fields: readonly Field[];
  draft: Draft;
  issues: readonly Issue[];
  attempted: boolean;
  onChange: (draft: Draft) => void;
};

export function SchemaForm({ fields, draft, issues, attempted, onChange }: Props) {
  const errors = useMemo(() => byPlace(issues), [issues]);
  if (draft.view === 'json') return <JsonArguments draft={draft} issues={issues} onChange={onChange} />;
  const form: Form = {
    draft,
    change: onChange,
    attempted,
    draw: drawField,
    errorAt: (pointer, within) => {
      const own = errors.get(pointer);
      if (own !== undefined || !within) return own;
      const inside = issues.find((issue) => issue.pointer.startsWith(`${pointer}/`));
      return inside && `${inside.pointer.slice(pointer.length)}: ${inside.message}`;
    },
  };
  const whole = errors.get('');
  return (
    <FormContext.Provider value={form}>
      {fields.length === 0 && Object.keys(draft.arguments).length === 0 && <p class="quiet">This tool takes no arguments.</p>}
      {fields.map((field) => drawField(field, { path: [field.key], prunable: [] }))}
      <UnknownKeys fields={fields} draft={draft} />
      {whole !== undefined && <p class="field-error">{whole}</p>}
    </FormContext.Provider>
  );
}

/** Arguments that the schema does not name are sent all the same: said, so that nobody wonders. */
function UnknownKeys({ fields, draft }: { fields: readonly Field[]; draft: Draft }) {
  const known = new Set(fields.map(({ key }) => String(key)));
  const unknown = Object.keys(draft.arguments).filter((key) => !known.has(key));
  if (unknown.length === 0) return null;
  return <p class="quiet">Sent too, though the schema does not name it: {unknown.join(', ')}</p>;
}

function JsonArguments({ draft, issues, onChange }: Pick<Props, 'draft' | 'issues' | 'onChange'>) {
  const text = jsonTextOf(draft);
  const problem = jsonProblem(draft);
  const [first] = issues;
  const mismatch = first && `${first.pointer === '' ? '' : `${first.pointer}: `}${first.message}`;
  return (
    <>
      <LabelledField label="Arguments as JSON" error={problem ?? mismatch}>
        {(control) => (
          <textarea
            {...control}
            class="input mono"
            spellcheck={false}
            rows={Math.min(24, Math.max(6, text.split('\n').length + 1))}
            value={text}
            onInput={(event) => onChange(typeJson(draft, event.currentTarget.value))}
          />
        )}
      </LabelledField>
      {problem !== undefined && (
        <Button kind="quiet" small onClick={() => onChange(discardJson(draft))}>
          Discard this text
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
    case 'json':
      return <JsonField key={key} field={field} control={control} place={place} />;
  }
}
