/** Proves, over a long list of schemas, that each is drawn, takes what is typed, and sends exactly that; and that none takes long. */
import { describe, expect, it } from 'vitest';
import {
  addItem,
  addMember,
  type Draft,
  setValue,
  showForm,
  showJson,
  startDraft,
  typeJson,
  typeText,
} from '../../../../extension/state/schema-form/draft.ts';
import { chooseVariant, shownVariant } from '../../../../extension/state/schema-form/draft-variants.ts';
import type { Field } from '../../../../extension/state/schema-form/field.ts';
import { MANY } from '../../../../extension/state/schema-form/field-conditions.ts';
import { initialItem } from '../../../../extension/state/schema-form/field-initial.ts';
import { toRootField } from '../../../../extension/state/schema-form/field-model.ts';
import { fromPointer, type Path, readAt } from '../../../../extension/state/schema-form/json-value.ts';
import { checkValue } from '../../../../extension/state/schema-form/schema-check.ts';
import { type Act, SCHEMA_SAMPLES } from '../../../support/schema-samples.ts';

/** Finds the field of a place as the form does: level by level, in the shape that is shown. */
function fieldAt(root: Field, draft: Draft, path: Path): Field {
  let field = root;
  for (const [depth, part] of path.entries()) {
    const at = path.slice(0, depth);
    const { control } = shapeOf(field, draft, at);
    const inner =
      control.kind === 'list' && typeof part === 'number'
        ? control.item(part)
        : control.kind === 'object'
          ? (control.fields(readAt(draft.arguments, at)).find(({ key }) => key === part) ?? control.entry?.(String(part)))
          : undefined;
    if (inner === undefined) throw new Error(`No field at ${path.slice(0, depth + 1).join('/')}, a ${control.kind}`);
    field = inner;
  }
  return field;
}

function shapeOf(field: Field, draft: Draft, path: Path): Field {
  if (field.control.kind !== 'variants') return field;
  const at = shownVariant(draft, path, field.control.variants);
  const shape = at === undefined ? undefined : field.control.variants[at]?.field();
  if (shape === undefined) throw new Error(`No shape is chosen at /${path.join('/')}`);
  return shape;
}

function act(root: Field, draft: Draft, step: Act): Draft {
  const pointer =
    'type' in step ? step.type : 'set' in step ? step.set : 'add' in step ? step.add : 'shape' in step ? step.shape : step.name;
  const path = fromPointer(pointer, draft.arguments);
  const field = fieldAt(root, draft, path);
  if ('type' in step) return typeText(draft, path, shapeOf(field, draft, path), step.text, []);
  if ('set' in step) return setValue(draft, path, step.value);
  if ('shape' in step) {
    if (field.control.kind !== 'variants') throw new Error(`No choice of shapes at ${pointer}`);
    const at = field.control.variants.findIndex(({ label }) => label === step.label);
    if (at < 0) throw new Error(`No ${step.label} in ${field.control.variants.map(({ label }) => label).join(' | ')}`);
    return chooseVariant(draft, path, field.control.variants, at, []);
  }
  const { control } = shapeOf(field, draft, path);
  if ('add' in step) {
    if (control.kind !== 'list') throw new Error(`No list at ${pointer}`);
    const length = (readAt(draft.arguments, path) as unknown[] | undefined)?.length ?? 0;
    return addItem(draft, path, initialItem(control.item(length)));
  }
  const entry = control.kind === 'object' ? control.entry?.(step.as) : undefined;
  if (entry === undefined) throw new Error(`No member may be named ${step.as}`);
  return addMember(draft, path, step.as, initialItem(entry));
}

/** A schema that comes over the network has no members but its own. */
const received = (schema: unknown): unknown => (schema === undefined ? undefined : JSON.parse(JSON.stringify(schema)));

describe.each(SCHEMA_SAMPLES.map((sample) => [sample.name, sample] as const))('%s', (_, sample) => {
  it('is drawn, typed and sent, at once', () => {
    const startedAt = performance.now();
    const schema = received(sample.schema);
    const root = toRootField(schema);
    const { control } = root;
    expect(control.kind === 'object' ? control.fields({}, MANY).map((field) => field.control.kind) : [control.kind]).toEqual(sample.draws);
    let draft = startDraft(root);
    for (const step of sample.acts ?? []) {
      draft = act(root, draft, step);
      checkValue(schema ?? {}, draft.arguments);
    }
    expect(draft.arguments).toEqual(sample.sends);
    expect(JSON.stringify(draft.arguments)).toBe(JSON.stringify(sample.sends));
    const verdict = checkValue(schema ?? {}, draft.arguments);
    expect(verdict.kind, JSON.stringify(verdict)).toBe(sample.verdict ?? 'valid');
    // Through the JSON view and back, nothing changes.
    const viewed = showJson(draft);
    expect(showForm(typeJson(viewed, JSON.stringify(viewed.arguments))).arguments).toEqual(sample.sends);
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});
