/** Proves that both views edit the same arguments, that nothing typed is lost, and that what is sent is what is shown. */
import { describe, expect, it } from 'vitest';
import {
  addItem,
  clearValue,
  type Draft,
  discardJson,
  jsonProblem,
  jsonTextOf,
  moveItem,
  parseDraft,
  removeItem,
  setValue,
  showForm,
  showJson,
  shownText,
  startDraft,
  textProblem,
  typeJson,
  typeText,
  unreadablePlaces,
} from '../../../../extension/state/schema-form/draft.ts';
import type { Field } from '../../../../extension/state/schema-form/field.ts';
import { toRootField } from '../../../../extension/state/schema-form/field-model.ts';
import { readNumber } from '../../../../extension/state/schema-form/read-text.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    count: { type: 'integer', default: 3 },
    free: {},
    box: { type: 'object', properties: { a: { type: 'number' }, inner: { type: 'object', properties: { b: { type: 'string' } } } } },
    list: { type: 'array', items: { type: 'number' } },
  },
};
const root = toRootField(SCHEMA);
const fields = root.control.kind === 'object' ? root.control.fields() : [];
const field = (key: string): Field => {
  const found = fields.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no field ${key}`);
  return found;
};
const numberItem = (): Field => {
  const { control } = field('list');
  if (control.kind !== 'list') throw new Error('no list');
  return control.item(0);
};
const start = (args: Draft['arguments'] = {}): Draft => ({ ...startDraft(root), arguments: args });

describe('a number field', () => {
  it.each([
    ['5', 5],
    [' -1.50 ', -1.5],
    ['.5', 0.5],
    ['+3', 3],
    ['1e3', 1000],
  ])('reads %j', (text, value) => {
    expect(readNumber(text)).toEqual({ kind: 'value', value });
  });

  it.each(['abc', '1,5', '5 kg', '1e', '-', '0x10', 'Infinity', '1e999', '9007199254740993'])('does not read %j', (text) => {
    expect(readNumber(text).kind).toBe('unreadable');
  });

  it('keeps the text as typed, and sends the number', () => {
    const draft = typeText(start(), ['count'], field('count'), '1.50', []);
    expect(draft.arguments).toEqual({ count: 1.5 });
    expect(shownText(draft, ['count'], field('count'))).toBe('1.50');
  });

  it('keeps text that is no number, and sends neither it nor the number before it', () => {
    const draft = typeText(start({ count: 3 }), ['count'], field('count'), '12a', []);
    expect(draft.arguments).toEqual({});
    expect(shownText(draft, ['count'], field('count'))).toBe('12a');
    expect(textProblem(draft, ['count'])).toBe('Enter a number.');
    expect(unreadablePlaces(draft)).toEqual(['/count']);
  });

  it('that is emptied is not sent', () => {
    const draft = typeText(start({ count: 3 }), ['count'], field('count'), '', []);
    expect(draft.arguments).toEqual({});
    expect(unreadablePlaces(draft)).toEqual([]);
  });

  it('shows what the JSON view has put in the place of its text', () => {
    const typed = typeText(start(), ['count'], field('count'), '12a', []);
    const draft = showForm(typeJson(showJson(typed), '{"count": 12}'));
    expect(shownText(draft, ['count'], field('count'))).toBe('12');
    expect(unreadablePlaces(draft)).toEqual([]);
  });

  it('still shows its text after a look at the JSON view', () => {
    const typed = typeText(start(), ['count'], field('count'), '12a', []);
    const draft = showForm(typeJson(showJson(typed), '{"name": "x"}'));
    expect(shownText(draft, ['count'], field('count'))).toBe('12a');
  });
});

describe('a JSON field', () => {
  it('keeps text that is no JSON yet', () => {
    const draft = typeText(start(), ['free'], field('free'), '{"a":', []);
    expect(draft.arguments).toEqual({});
    expect(shownText(draft, ['free'], field('free'))).toBe('{"a":');
    expect(textProblem(draft, ['free'])).toMatch(/^This is not JSON yet/);
  });

  it('keeps the spelling of JSON that it can read', () => {
    const draft = typeText(start(), ['free'], field('free'), '{ "a":1 }', []);
    expect(draft.arguments).toEqual({ free: { a: 1 } });
    expect(shownText(draft, ['free'], field('free'))).toBe('{ "a":1 }');
  });

  it('refuses JSON that is nested without end', () => {
    const draft = typeText(start(), ['free'], field('free'), '['.repeat(10_000) + ']'.repeat(10_000), []);
    expect(draft.arguments).toEqual({});
    expect(textProblem(draft, ['free'])).toBeDefined();
  });
});

describe('a number in JSON', () => {
  it.each([
    ['12345678901234567890', 'lose digits'],
    ['-9007199254740993', 'lose digits'],
    ['1e400', 'too large'],
  ])('that would not be sent as it is written is told, with the number: %s', (number, problem) => {
    const typed = typeJson(start({ count: 1 }), `{"a": [{"b": ${number}}]}`);
    expect(jsonProblem(typed)).toContain(`${number}: `);
    expect(jsonProblem(typed)).toContain(problem);
    expect(typed.arguments).toEqual({ count: 1 });
    const inField = typeText(start(), ['free'], field('free'), number, []);
    expect([textProblem(inField, ['free']), inField.arguments]).toEqual([expect.stringContaining(problem), {}]);
  });

  it.each([
    '9007199254740991',
    '1000000000000000000000',
    '9223372036854776000',
    '1e300',
    '0.12345678901234567890',
    '"12345678901234567890"',
  ])('that stays what it is, or is text, is sent: %s', (number) => {
    expect(jsonProblem(typeJson(start(), `{"a": ${number}}`))).toBeUndefined();
  });
});

describe('the JSON view', () => {
  it('shows the arguments of the form', () => {
    expect(JSON.parse(jsonTextOf(showJson(setValue(start(), ['name'], 'x'))))).toEqual({ name: 'x' });
  });

  it('keeps keys that no field knows, through the form and back', () => {
    const form = showForm(typeJson(showJson(start()), '{"other": [1], "name": "a"}'));
    const edited = setValue(form, ['name'], 'b');
    expect(JSON.parse(jsonTextOf(showJson(edited)))).toEqual({ other: [1], name: 'b' });
  });

  it.each(['{"a":', '[1]', '"x"', ''])('stays while its text is no object: %j', (text) => {
    const draft = typeJson(showJson(start({ name: 'x' })), text);
    expect(jsonProblem(draft)).toBeDefined();
    expect(showForm(draft)).toBe(draft);
    expect(jsonTextOf(draft)).toBe(text);
    expect(draft.arguments).toEqual({ name: 'x' });
  });

  it('goes back to the last readable arguments when its text is given up', () => {
    const draft = discardJson(typeJson(showJson(start({ name: 'x' })), '{'));
    expect(draft).toEqual(start({ name: 'x' }));
  });

  it('takes members named like those of every object', () => {
    const draft = typeJson(showJson(start()), '{"__proto__": {"polluted": true}}');
    expect(Object.hasOwn(draft.arguments, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(jsonTextOf(showJson(setValue({ ...draft, jsonText: jsonTextOf(draft) }, ['name'], 'x')))).toContain('__proto__');
  });
});

describe('nested values', () => {
  it('make the objects on their way, and take optional ones with them when they go', () => {
    const set = setValue(start(), ['box', 'inner', 'b'], 'x');
    expect(set.arguments).toEqual({ box: { inner: { b: 'x' } } });
    expect(clearValue(set, ['box', 'inner', 'b'], [['box'], ['box', 'inner']]).arguments).toEqual({});
    expect(clearValue(set, ['box', 'inner', 'b'], [['box', 'inner']]).arguments).toEqual({ box: {} });
    expect(clearValue(set, ['box', 'inner', 'b'], []).arguments).toEqual({ box: { inner: {} } });
  });

  it('leave an object that holds something else', () => {
    const set = setValue(start({ box: { a: 1 } }), ['box', 'inner', 'b'], 'x');
    expect(clearValue(set, ['box', 'inner', 'b'], [['box'], ['box', 'inner']]).arguments).toEqual({ box: { a: 1 } });
  });
});

describe('lists', () => {
  const typed = (texts: string[]): Draft =>
    texts.reduce((draft, text, i) => typeText(addItem(draft, ['list'], null), ['list', i], numberItem(), text, []), start());
  const shown = (draft: Draft): string[] => {
    const list = draft.arguments['list'];
    return Array.isArray(list) ? list.map((_, i) => shownText(draft, ['list', i], numberItem())) : [];
  };

  it('grow, and keep each text with its item when items move', () => {
    const draft = typed(['1', '2x', '3.0']);
    expect(draft.arguments).toEqual({ list: [1, null, 3] });
    expect(shown(moveItem(draft, ['list'], 0, 2))).toEqual(['2x', '3.0', '1']);
    expect(shown(moveItem(draft, ['list'], 2, 0))).toEqual(['3.0', '1', '2x']);
    expect(moveItem(draft, ['list'], 0, 3)).toBe(draft);
  });

  it('close the gap of a removed item', () => {
    const draft = removeItem(typed(['1', '2x', '3.0']), ['list'], 0, []);
    expect(shown(draft)).toEqual(['2x', '3.0']);
    expect(draft.arguments).toEqual({ list: [null, 3] });
  });

  it('are not sent when their last item is gone', () => {
    expect(removeItem(typed(['1']), ['list'], 0, []).arguments).toEqual({});
  });
});

describe('a stored draft', () => {
  it('comes back as it was', () => {
    const draft = typeJson(showJson(typeText(start(), ['count'], field('count'), '12a', [])), '{"a":');
    expect(parseDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  });

  it.each([undefined, null, 7, [], {}, { arguments: [] }])('is none when it is %j', (stored) => {
    expect(parseDraft(stored)).toBeUndefined();
  });

  it('loses only what can not be used', () => {
    const texts = { '/a': 7, '/b': { text: 'x' } };
    const repaired = {
      view: 'form',
      arguments: { a: 1 },
      notes: { texts: { '/b': { as: 'json', text: 'x' } }, choices: {}, names: {} },
    };
    expect(parseDraft({ view: 'x', arguments: { a: 1 }, texts, jsonText: 1 })).toEqual(repaired);
    expect(parseDraft({ arguments: { a: 1 }, notes: { texts, choices: { '/c': {} }, names: { '/d': 1 } } })).toEqual(repaired);
  });
});
