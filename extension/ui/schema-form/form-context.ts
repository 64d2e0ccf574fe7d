/** Owns what every part of a form shares: the draft, the errors by place, and how a field inside another is drawn. */
import { createContext, type VNode } from 'preact';
import { useContext } from 'preact/hooks';
import type { Draft } from '../../state/schema-form/draft.ts';
import type { Field } from '../../state/schema-form/field.ts';
import type { Path } from '../../state/schema-form/json-value.ts';
import type { Issue } from '../../state/schema-form/schema-check.ts';
import type { Schema } from '../../state/schema-form/schema-parts.ts';

export type FieldPlace = {
  path: Path;
  /** The optional objects around it that vanish with their last member. */
  prunable: readonly Path[];
  /** Emptied text is sent as such: the member has a button that takes it away. */
  keepsEmpty?: boolean;
};

export type Form = {
  draft: Draft;
  change: (draft: Draft) => void;
  /** What is wrong at a place, as JSON Pointer; with `within`, anywhere below it too. */
  errorAt: (pointer: string, within: boolean) => string | undefined;
  /** What the schema says of a place and below it, with places relative to it. */
  issuesWithin: (pointer: string) => Issue[];
  /** The schema of all arguments: the document that references are in. */
  root: Schema;
  /** Whether the user has tried to run: from then on, what is missing is an error. */
  attempted: boolean;
  /** Draws a field; handed down because fields contain fields. */
  draw: (field: Field, place: FieldPlace) => VNode;
};

export const FormContext = createContext<Form | undefined>(undefined);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error('A field is drawn outside of a form');
  return form;
}
