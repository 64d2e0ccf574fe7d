/** Proves what the JSON editor offers and marks: the keys and values that a schema knows at a place, and the place that a fault is at. */
import { describe, expect, it } from 'vitest';
import { marksOf } from '../../../../extension/state/schema-form/json-places.ts';
import { checkValue } from '../../../../extension/state/schema-form/schema-check.ts';
import { completionsAt } from '../../../../extension/state/schema-form/schema-completion.ts';

const schema = {
  type: 'object',
  required: ['mode'],
  properties: {
    mode: { enum: ['fast', 'slow'], description: 'How' },
    on: { type: 'boolean' },
    list: { type: 'array', items: { $ref: '#/$defs/item' } },
    either: {
      oneOf: [
        { type: 'object', properties: { a: { const: 1 } } },
        { type: 'object', properties: { b: { default: 'x' } } },
      ],
    },
  },
  $defs: { item: { type: 'object', properties: { name: { type: 'string', examples: ['n'] }, next: { $ref: '#/$defs/item' } } } },
};

/** Completes at the bar. */
const complete = (marked: string) => {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = completionsAt(schema, schema, text, offset);
  return found && { replaces: text.slice(found.from, found.to), inserts: found.items.map(({ insert }) => insert) };
};

describe('completion', () => {
  it.each<[string, string, string[]]>([
    ['{|}', '', ['"mode": ', '"on": ', '"list": ', '"either": ']],
    ['{"m|}', '"m}', ['"mode": ', '"on": ', '"list": ', '"either": ']],
    ['{"mode": "fast", "|"}', '""', ['"on": ', '"list": ', '"either": ']],
    ['{"o|": true}', '"o"', ['"mode"', '"on"', '"list"', '"either"']],
    ['{"mode": |}', '', ['"fast"', '"slow"']],
    ['{"mode": "f|"}', '"f"', ['"fast"', '"slow"']],
    ['{"on": t|}', 't', ['true', 'false']],
    ['{"list": [|]}', '', ['{}']],
    ['{"list": [{"|"}]}', '""', ['"name": ', '"next": ']],
    ['{"list": [{"next": {"name": |}}]}', '', ['"n"']],
    ['{"either": {|}}', '', ['"a": ', '"b": ']],
    ['{"either": {"b": |}}', '', ['"x"']],
  ])('at %s', (marked, replaces, inserts) => {
    expect(complete(marked)).toEqual({ replaces, inserts });
  });

  it('offers nothing where the schema knows nothing', () => {
    expect(complete('{"other": {|}}')?.inserts).toEqual([]);
  });
});

describe('a mark', () => {
  const marked = (text: string) => {
    const verdict = checkValue(schema, JSON.parse(text));
    return marksOf(text, verdict.kind === 'invalid' ? verdict.issues : []).map(({ from, to }) => text.slice(from, to));
  };

  it.each([
    ['{"mode": "none"}', ['"none"']],
    ['{"mode": "fast", "list": [{}, {"name": 7}]}', ['7']],
    ['{"on": 1}', ['{"on": 1}', '1']],
    ['{\n"on": true}', ['{']],
    ['{"mode": "fast"}', []],
  ])('stands where the fault is: %s', (text, parts) => {
    expect(marked(text)).toEqual(parts);
  });

  it.each([
    ['{"mode" 1}', '1'],
    ['{"mode": \n', ':'],
    ['', undefined],
    ['  ', undefined],
  ])('of text that is no JSON has an extent: %j', (text, part) => {
    const [mark] = marksOf(text, []);
    expect(mark && text.slice(mark.from, mark.to)).toBe(part);
  });
});
