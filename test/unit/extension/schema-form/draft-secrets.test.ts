/** Proves that what a schema calls a secret is not among what is stored, wherever it stands. */
import { describe, expect, it } from 'vitest';
import { draftOf, typeJson, typeName } from '../../../../extension/state/schema-form/draft.ts';
import { storableDraft } from '../../../../extension/state/schema-form/draft-secrets.ts';
import { chooseVariant } from '../../../../extension/state/schema-form/draft-variants.ts';
import { toRootField } from '../../../../extension/state/schema-form/field-model.ts';

const secret = { type: 'string', format: 'password' };
const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    token: secret,
    box: { type: 'object', properties: { inner: { $ref: '#/$defs/key' }, plain: { type: 'integer' } } },
    list: { type: 'array', items: secret },
    either: { oneOf: [{ type: 'object', properties: { kind: { const: 'a' }, pin: secret } }, { type: 'string' }] },
    map: { type: 'object', additionalProperties: { $ref: '#/$defs/key' } },
  },
  $defs: { key: { type: 'string', writeOnly: true } },
};
const root = toRootField(schema);

describe('a draft that is stored', () => {
  const args = {
    name: 'n',
    token: 'SECRET-1',
    box: { inner: 'SECRET-2', plain: 1 },
    list: ['SECRET-3'],
    either: { kind: 'a', pin: 'SECRET-4' },
    map: { x: 'SECRET-5' },
  };

  it('has no secret, and all the rest', () => {
    expect(storableDraft(root, schema, draftOf(args)).arguments).toEqual({
      name: 'n',
      box: { plain: 1 },
      list: [null],
      either: { kind: 'a' },
      map: {},
    });
  });

  it('has no secret in a shape that was left, nor in text that is no JSON yet', () => {
    const either = root.control.kind === 'object' ? root.control.fields().find(({ key }) => key === 'either') : undefined;
    if (either?.control.kind !== 'variants') throw new Error('no choice of shapes');
    const left = chooseVariant(draftOf(args), ['either'], either.control.variants, 1, []);
    const typed = typeJson({ ...left, view: 'json' }, '{"token": "SECRET-6');
    expect(JSON.stringify(typed)).toContain('SECRET-4');
    expect(JSON.stringify(storableDraft(root, schema, typed))).not.toContain('SECRET');
  });

  it('has nothing of a part that is written as JSON and may hold a secret', () => {
    const shapes = Array.from({ length: 70 }, (_, kind) => ({ type: 'object', properties: { kind: { const: kind }, pin: secret } }));
    const many = {
      type: 'object',
      properties: { any: { oneOf: shapes }, odd: { allOf: [{ $ref: 'x.json' }, { properties: { pin: secret } }] } },
    };
    const typed = draftOf({ any: { kind: 1, pin: 'SECRET-7' }, odd: { pin: 'SECRET-8' } });
    expect(storableDraft(toRootField(many), many, typed).arguments).toEqual({});
  });

  it('has no secret whose field is gone with the condition that it was under', () => {
    const schema = {
      type: 'object',
      properties: { kind: { type: 'string' } },
      if: { properties: { kind: { const: 'a' } } },
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
      then: { properties: { pin: secret } },
    };
    expect(storableDraft(toRootField(schema), schema, draftOf({ kind: 'b', pin: 'SECRET-9' })).arguments).toEqual({ kind: 'b' });
  });

  it('stays as it is where the schema has no secrets', () => {
    const plain = { type: 'object', properties: { name: { type: 'string' } } };
    const draft = typeName(draftOf({ name: 'x' }), [], 'more');
    expect(storableDraft(toRootField(plain), plain, draft)).toBe(draft);
  });
});
