/** Proves the form on screen: what a user does with its controls is what would be sent, and errors are tied to their fields. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { useMemo, useState } from 'preact/hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { type Draft, showForm, showJson, startDraft } from '../../../../extension/state/schema-form/draft.ts';
import { toRootField } from '../../../../extension/state/schema-form/field-model.ts';
import { checkValue } from '../../../../extension/state/schema-form/schema-check.ts';
import { SchemaForm } from '../../../../extension/ui/schema-form/schema-form.tsx';

afterEach(cleanup);

let latest: Draft;
const sent = () => latest.arguments;

function Harness({ schema, attempted }: { schema: object; attempted: boolean }) {
  const root = useMemo(() => toRootField(schema), [schema]);
  const [draft, setDraft] = useState(() => startDraft(root));
  latest = draft;
  const verdict = checkValue(schema, draft.arguments);
  return (
    <>
      <SchemaForm
        root={root}
        draft={draft}
        issues={verdict.kind === 'invalid' ? verdict.issues : []}
        attempted={attempted}
        onChange={setDraft}
      />
      <button type="button" onClick={() => setDraft(draft.view === 'form' ? showJson(draft) : showForm(draft))}>
        switch
      </button>
    </>
  );
}

const show = (properties: object, options: { required?: string[]; attempted?: boolean; more?: object } = {}) =>
  render(
    <Harness
      schema={{ type: 'object', properties, required: options.required ?? [], ...options.more }}
      attempted={options.attempted ?? false}
    />,
  );
const type = (name: RegExp, value: string) => fireEvent.input(screen.getByLabelText(name), { target: { value } });
const shownIn = (name: RegExp): string => (screen.getByLabelText(name) as HTMLInputElement).value;

describe('a text field', () => {
  it('that is emptied is not sent', () => {
    show({ name: { type: 'string', default: 'x' } });
    expect(sent()).toEqual({ name: 'x' });
    type(/name/, '');
    expect(sent()).toEqual({});
  });

  it('that is required says so once the user has tried, and can send empty text on purpose', () => {
    show({ name: { type: 'string' } }, { required: ['name'], attempted: true });
    const input = screen.getByLabelText(/name/);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(input.getAttribute('aria-describedby')?.split(' ').at(-1) ?? '')?.textContent).toContain('Required.');
    fireEvent.click(screen.getByText('Send empty text'));
    expect(sent()).toEqual({ name: '' });
    expect(input.getAttribute('aria-invalid')).toBeNull();
  });

  it('shows what breaks the schema while it is typed', () => {
    show({ name: { type: 'string', minLength: 3 } });
    type(/name/, 'ab');
    expect(screen.getByText(/too short/)).toBeTruthy();
  });

  it('shows names and descriptions as text', () => {
    const { container } = show({ '<b>x</b>': { type: 'string', description: '<img src=x onerror=alert(1)>' } });
    expect(container.querySelector('b, img')).toBeNull();
    expect(container.textContent).toContain('<img src=x onerror=alert(1)>');
  });
});

describe('a number field', () => {
  it('sends numbers, and keeps what is none in sight', () => {
    show({ count: { type: 'integer' } });
    type(/count/, '7');
    expect(sent()).toEqual({ count: 7 });
    type(/count/, '7x');
    expect(sent()).toEqual({});
    expect(shownIn(/count/)).toBe('7x');
    expect(screen.getByText('Enter a number.')).toBeTruthy();
  });

  it('can be null where the schema allows it', () => {
    show({ count: { type: ['integer', 'null'] } });
    fireEvent.click(screen.getByText('null'));
    expect(sent()).toEqual({ count: null });
    fireEvent.click(screen.getByText('null ✓'));
    expect(sent()).toEqual({});
  });
});

describe('choices', () => {
  it('keep "not set" apart from false', () => {
    show({ on: { type: 'boolean' } });
    expect(sent()).toEqual({});
    fireEvent.click(screen.getByLabelText('false'));
    expect(sent()).toEqual({ on: false });
    fireEvent.click(screen.getByLabelText('not set'));
    expect(sent()).toEqual({});
  });

  it('send the value, not its label, and numbers as numbers', () => {
    show({
      size: {
        oneOf: [
          { const: 1, title: 'Small' },
          { const: 2, title: 'Large' },
        ],
      },
    });
    fireEvent.change(screen.getByLabelText(/size/), { target: { value: '1' } });
    expect(sent()).toEqual({ size: 2 });
  });

  it('of several send a list in the order of choosing', () => {
    show({ regions: { type: 'array', uniqueItems: true, items: { enum: ['eu', 'us'] } } });
    fireEvent.click(screen.getByLabelText('us'));
    fireEvent.click(screen.getByLabelText('eu'));
    expect(sent()).toEqual({ regions: ['us', 'eu'] });
    fireEvent.click(screen.getByLabelText('us'));
    fireEvent.click(screen.getByLabelText('eu'));
    expect(sent()).toEqual({});
  });
});

describe('a nested object', () => {
  it('is sent with its first member and gone with its last', () => {
    show({ box: { type: 'object', properties: { inner: { type: 'object', properties: { a: { type: 'string' } } } } } });
    type(/^a/, 'x');
    expect(sent()).toEqual({ box: { inner: { a: 'x' } } });
    type(/^a/, '');
    expect(sent()).toEqual({});
  });

  it('that contains itself is added by hand, as deep as wanted', () => {
    show(
      { node: { $ref: '#/$defs/node' } },
      { more: { $defs: { node: { type: 'object', properties: { v: { type: 'string' }, next: { $ref: '#/$defs/node' } } } } } },
    );
    fireEvent.click(screen.getByText('Add next'));
    fireEvent.click(screen.getByText('Add next'));
    expect(sent()).toEqual({ node: { next: { next: {} } } });
    const [remove] = screen.getAllByText('Remove next');
    if (remove) fireEvent.click(remove);
    expect(sent()).toEqual({});
  });
});

describe('a list', () => {
  it('grows, moves and shrinks', () => {
    show({ tags: { type: 'array', items: { type: 'string' }, maxItems: 2 } });
    const add = screen.getByLabelText('Add item to tags');
    fireEvent.click(add);
    fireEvent.click(add);
    type(/^1/, 'a');
    type(/^2/, 'b');
    expect(sent()).toEqual({ tags: ['a', 'b'] });
    expect((add as HTMLButtonElement).disabled).toBe(true);
    fireEvent.click(screen.getByLabelText('Move item 2 up'));
    expect(sent()).toEqual({ tags: ['b', 'a'] });
    fireEvent.click(screen.getByLabelText('Remove item 1'));
    expect(sent()).toEqual({ tags: ['a'] });
  });

  it('of objects has a form for each', () => {
    show({ rows: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } } });
    fireEvent.click(screen.getByLabelText('Add item to rows'));
    const [item] = screen.getAllByRole('listitem');
    if (item) fireEvent.input(within(item).getByLabelText(/id/), { target: { value: '5' } });
    expect(sent()).toEqual({ rows: [{ id: 5 }] });
  });
});

describe('what no control fits', () => {
  it('is typed as JSON, that part alone', () => {
    show({ labels: { not: { required: ['a'] } }, name: { type: 'string' } });
    type(/labels/, '{"b": "c"}');
    type(/name/, 'x');
    expect(sent()).toEqual({ labels: { b: 'c' }, name: 'x' });
    type(/labels/, '{"a": 1}');
    expect(screen.getByText('The schema excludes this value.')).toBeTruthy();
  });
});

describe('the JSON view', () => {
  it('and the form show the same arguments', () => {
    show({ name: { type: 'string' } });
    type(/name/, 'x');
    fireEvent.click(screen.getByText('switch'));
    expect(JSON.parse(shownIn(/Arguments as JSON/))).toEqual({ name: 'x' });
    type(/Arguments as JSON/, '{"name": "y", "other": 1}');
    fireEvent.click(screen.getByText('switch'));
    expect(shownIn(/name/)).toBe('y');
    expect(screen.getByText(/Sent too/).textContent).toContain('other');
    expect(sent()).toEqual({ name: 'y', other: 1 });
  });

  it('keeps text that is no JSON, and says why', () => {
    show({ name: { type: 'string' } });
    fireEvent.click(screen.getByText('switch'));
    type(/Arguments as JSON/, '{"name": ');
    fireEvent.click(screen.getByText('switch'));
    expect(shownIn(/Arguments as JSON/)).toBe('{"name": ');
    expect(screen.getByText(/not JSON yet/)).toBeTruthy();
    fireEvent.click(screen.getByText('Discard this text'));
    expect(screen.getByLabelText(/name/)).toBeTruthy();
  });
});
