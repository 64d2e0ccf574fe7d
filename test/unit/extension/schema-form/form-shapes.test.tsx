/** Proves on screen what the simple controls do not show: shapes that keep what was typed, members named by the user, secrets, conditions. */
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useMemo, useState } from 'preact/hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { type Draft, startDraft } from '../../../../extension/state/schema-form/draft.ts';
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
  const issues = verdict.kind === 'invalid' ? verdict.issues : [];
  return <SchemaForm root={root} draft={draft} issues={issues} attempted={attempted} onChange={setDraft} />;
}

const show = (schema: object, attempted = false) => render(<Harness schema={schema} attempted={attempted} />);
const type = (name: RegExp | string, value: string) => fireEvent.input(screen.getByLabelText(name), { target: { value } });
const choose = (name: string, label: string) => {
  const select = screen.getByLabelText(name) as HTMLSelectElement;
  const option = [...select.options].find((candidate) => candidate.textContent === label);
  fireEvent.change(select, { target: { value: option?.value ?? expect.unreachable(label) } });
};
const kindOf = (kind: string, properties: object) => ({
  type: 'object',
  properties: { kind: { const: kind }, ...properties },
  required: ['kind'],
});

describe('a choice of shapes', () => {
  const schema = {
    type: 'object',
    properties: {
      it: { oneOf: [kindOf('a', { n: { type: 'number' }, both: { type: 'string' } }), kindOf('b', { both: { type: 'string' } })] },
    },
  };

  it('keeps what was typed in each, and takes over what both have', () => {
    show(schema);
    choose('Shape of it', 'a');
    expect(sent()).toEqual({ it: { kind: 'a' } });
    type(/^n\b/, '1x');
    type(/^both\b/, 'shared');
    choose('Shape of it', 'b');
    expect(sent()).toEqual({ it: { kind: 'b', both: 'shared' } });
    choose('Shape of it', 'a');
    expect((screen.getByLabelText(/^n\b/) as HTMLInputElement).value).toBe('1x');
    choose('Shape of it', 'not set');
    expect(sent()).toEqual({});
    choose('Shape of it', 'a');
    expect((screen.getByLabelText(/^n\b/) as HTMLInputElement).value).toBe('1x');
  });

  it('that is needed says so', () => {
    show({ ...schema, required: ['it'] }, true);
    expect(screen.getByText('Required.')).toBeTruthy();
  });
});

describe('members that the user names', () => {
  it('are added, sent empty, and removed', () => {
    show({ type: 'object', properties: { map: { type: 'object', additionalProperties: { type: 'string' } } } });
    type('Name of a new member', 'x');
    fireEvent.keyDown(screen.getByLabelText('Name of a new member'), { key: 'Enter' });
    expect(sent()).toEqual({ map: { x: '' } });
    type(/^x/, 'v');
    type(/^x/, '');
    expect(sent()).toEqual({ map: { x: '' } });
    fireEvent.click(screen.getByLabelText('Remove x'));
    expect(sent()).toEqual({});
  });

  it('get no name twice, and none that the schema forbids', () => {
    show({ type: 'object', properties: {}, patternProperties: { '^x': {} }, additionalProperties: false });
    type('Name of a new member', 'y');
    expect(screen.getByText('The schema allows no member named “y”.')).toBeTruthy();
    type('Name of a new member', 'x');
    fireEvent.click(screen.getByText('Add'));
    type('Name of a new member', 'x');
    expect(screen.getByText('“x” is there already.')).toBeTruthy();
    expect((screen.getByText('Add') as HTMLButtonElement).disabled).toBe(true);
  });
});

describe('what is empty', () => {
  it('is not sent unless it is meant', () => {
    show({ type: 'object', properties: { text: { type: 'string' }, list: { type: 'array', items: {} } } });
    fireEvent.click(screen.getByText('Send empty text'));
    fireEvent.click(screen.getByText('Send empty list'));
    expect(sent()).toEqual({ text: '', list: [] });
    for (const button of screen.getAllByText('Do not send')) fireEvent.click(button);
    expect(sent()).toEqual({});
  });
});

describe('a secret', () => {
  it('is masked until it is to be seen', () => {
    show({ type: 'object', properties: { token: { type: 'string', format: 'password' } } });
    expect((screen.getByLabelText(/token/) as HTMLInputElement).type).toBe('password');
    fireEvent.click(screen.getByText('Show'));
    expect((screen.getByLabelText(/token/) as HTMLInputElement).type).toBe('text');
  });
});

describe('10,000 members', () => {
  it('are drawn a hundred at a time, what must be there first', () => {
    const properties = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`p${at}`, { type: 'string' }]));
    show({ type: 'object', properties, required: ['p9999'] });
    expect(screen.getAllByRole('textbox')).toHaveLength(100);
    expect(screen.getByLabelText(/^p9999/)).toBeTruthy();
    fireEvent.click(screen.getByText('Show 100 more'));
    expect(screen.getAllByRole('textbox')).toHaveLength(200);
  });
});
