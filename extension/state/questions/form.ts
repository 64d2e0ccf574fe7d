/** Owns how a form that a server asks for is drawn and judged: by the same fields as the arguments of tools. Pure. */
import { type Draft, jsonProblem, startDraft, unreadablePlaces } from '../schema-form/draft.ts';
import type { Field } from '../schema-form/field.ts';
import { toRootField } from '../schema-form/field-model.ts';
import { isJsonObject, type JsonObject } from '../schema-form/json-value.ts';
import { checkValue, type Issue } from '../schema-form/schema-check.ts';

export type QuestionForm = { root: Field; schema: JsonObject; hasFields: boolean };

export const toForm = (schema: JsonObject): QuestionForm => ({
  root: toRootField(schema),
  schema,
  hasFields: isJsonObject(schema['properties']) && Object.keys(schema['properties']).length > 0,
});
export const beginForm = ({ root }: QuestionForm): Draft => startDraft(root);

/** ok: may be sent as it is. What can't be checked is sent: the server checks it once more. */
export type FormVerdict = { kind: 'ok'; content: JsonObject } | { kind: 'wrong'; issues: readonly Issue[] };

export function judgeForm({ schema }: QuestionForm, draft: Draft): FormVerdict {
  const verdict = checkValue(schema, draft.arguments);
  const isUnreadable = jsonProblem(draft) !== undefined || unreadablePlaces(draft).length > 0;
  if (verdict.kind === 'invalid') return { kind: 'wrong', issues: verdict.issues };
  return isUnreadable ? { kind: 'wrong', issues: [] } : { kind: 'ok', content: draft.arguments };
}
