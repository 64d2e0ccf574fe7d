/** Owns what a field of a form is: its name, what is said of it, and the control that it is drawn with. How one is made is field-model.ts. */
import type { Json } from './json-value.ts';
import type { Schema } from './schema-parts.ts';

export type Option = { label: string; value: Json };
export type TextInput = 'text' | 'email' | 'url' | 'date' | 'time' | 'date-time' | 'uuid' | 'password';

/** One of the shapes that a value may have. */
export type Variant = {
  label: string;
  /** Tells whether a value has this shape. */
  fits: (value: Json) => boolean;
  field: () => Field;
};

export type Control =
  | { kind: 'text'; input: TextInput; multiline: boolean; mayBeEmpty: boolean; example?: string; suggestions?: readonly string[] }
  | { kind: 'number'; integer: boolean; minimum?: number; maximum?: number }
  | { kind: 'boolean' }
  | { kind: 'choice'; options: Option[] }
  | { kind: 'choices'; options: Option[] }
  | ({
      kind: 'object';
      /** How many members the schema names, whatever the value. */
      size: number;
      /** Members that the user names: the field of one, undefined for a name that is not allowed. Absent where there are none. */
      entry?: (name: string) => Field | undefined;
    } & Members)
  | { kind: 'list'; item: (index: number) => Field; minItems: number; maxItems: number | undefined }
  | { kind: 'variants'; variants: Variant[] }
  | { kind: 'json' };

export type Field = {
  /** Property name, or the position in a list; empty for the arguments as a whole. */
  key: string | number;
  title?: string;
  description?: string;
  required: boolean;
  nullable: boolean;
  /** The server sets it: shown, not asked for. */
  readOnly: boolean;
  /** A secret: masked, and never stored. */
  secret: boolean;
  deprecated: boolean;
  /** What the user reads beside the name: "integer, 1 to 10". */
  hint: string;
  /** Its name stands above it already: here it is only heard. */
  isBare?: boolean;
  /** Drawn as a button first: the schema contains itself here, or the nesting is deep. */
  folded: boolean;
  initial?: Json;
  control: Control;
  /** What the schema says of this place, with references followed. */
  schema: Schema;
};

/** How the members of an object are made. */
export type Members = {
  /** Fields of the members that such a value may have; what must be there comes first where not all are wanted. */
  fields: (value?: Json, limit?: number) => Field[];
  /** Tells whether the schema names a member for such a value. */
  knows: (name: string, value?: Json) => boolean;
};

/** Where a field is made: what its references refer to, how deep it is, and how fields below it are made. */
export type Place = {
  root: Schema;
  depth: number;
  references: readonly string[];
  toField: (key: string | number, schema: Json, required: boolean, place: Place) => Field;
};
