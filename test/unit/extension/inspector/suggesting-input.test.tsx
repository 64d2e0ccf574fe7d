/** Proves the input with suggestions as people use it: by keyboard while typing, by pointer, and never against what was meant. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { McpConnection } from '../../../../extension/gateway/mcp-connection.ts';
import { shareConnection } from '../../../../extension/state/inspector-connection.ts';
import { ArgumentFields } from '../../../../extension/ui/inspector/argument-fields.tsx';
import { muteConnection } from '../../../support/mute-connection.ts';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const WORDS = ['Sales', 'Support', 'Marketing'];
const suggest: McpConnection['read'] = async (_, params) => {
  const { value } = params['argument'] as { value: string };
  return { kind: 'done', value: { completion: { values: WORDS.filter((word) => word.startsWith(value)) } } };
};

/** Draws one required argument; `read` answers for the server. */
function draw(read: McpConnection['read'] = suggest): { input: () => HTMLInputElement } {
  const open = muteConnection({ capabilities: { completions: {} }, read });
  const connection = shareConnection(
    async () => ({ kind: 'done', value: open }),
    () => undefined,
  );
  function Form() {
    const [values, setValues] = useState<{ [name: string]: string }>({});
    const given = [{ name: 'department', description: 'Choose one.', isRequired: true }];
    return (
      <ArgumentFields
        arguments={given}
        values={values}
        completesOf={{ type: 'ref/prompt', name: 'p' }}
        connection={connection}
        attempted={false}
        onValues={setValues}
      />
    );
  }
  render(<Form />);
  return { input: () => screen.getByRole<HTMLInputElement>('combobox', { name: 'department *' }) };
}

const type = (input: HTMLInputElement, value: string) => fireEvent.input(input, { target: { value } });
const options = () => screen.queryAllByRole('option').map(({ textContent }) => textContent);
const active = (input: HTMLInputElement) => document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent;

describe('suggestions', () => {
  it('are moved through by keyboard; Enter takes one, and what was typed stays otherwise', async () => {
    const { input } = draw();
    type(input(), 'S');
    await waitFor(() => expect(options()).toEqual(['Sales', 'Support']));
    expect(input().getAttribute('aria-expanded')).toBe('true');
    fireEvent.keyDown(input(), { key: 'ArrowDown' });
    fireEvent.keyDown(input(), { key: 'ArrowDown' });
    expect(active(input())).toBe('Support');
    fireEvent.keyDown(input(), { key: 'ArrowDown' });
    expect(active(input())).toBe('Sales');
    fireEvent.keyDown(input(), { key: 'ArrowUp' });
    fireEvent.keyDown(input(), { key: 'Enter' });
    expect(input().value).toBe('Support');
    expect([options(), input().getAttribute('aria-expanded')]).toEqual([[], 'false']);
    type(input(), 'Sa');
    await waitFor(() => expect(options()).toEqual(['Sales']));
    fireEvent.keyDown(input(), { key: 'Escape' });
    expect([options(), input().value]).toEqual([[], 'Sa']);
  });

  it('let Enter through while none is active, so that a form is sent', async () => {
    const { input } = draw();
    type(input(), 'S');
    await waitFor(() => expect(options()).toEqual(['Sales', 'Support']));
    expect(fireEvent.keyDown(input(), { key: 'Enter' })).toBe(true);
    fireEvent.keyDown(input(), { key: 'ArrowDown' });
    expect(fireEvent.keyDown(input(), { key: 'Enter' })).toBe(false);
  });

  it('for an earlier text are shown only as far as they fit what is typed by now', async () => {
    const later = new Promise<never>(() => undefined);
    const { input } = draw((method, params) => ((params['argument'] as { value: string }).value === 'S' ? suggest(method, params) : later));
    type(input(), 'S');
    await waitFor(() => expect(options()).toEqual(['Sales', 'Support']));
    type(input(), 'Su');
    expect(options()).toEqual(['Support']);
    type(input(), 'Sux');
    expect(options()).toEqual([]);
  });

  it('that come just under a pointer take no click that meant something else', async () => {
    const { input } = draw();
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    type(input(), 'S');
    await waitFor(() => expect(options()).toEqual(['Sales', 'Support']));
    fireEvent.click(screen.getByRole('option', { name: 'Sales' }));
    expect(input().value).toBe('S');
    now.mockReturnValue(2000);
    fireEvent.click(screen.getByRole('option', { name: 'Sales' }));
    expect(input().value).toBe('Sales');
  });

  it('are none where the server fails, and typing goes on', async () => {
    const read = vi.fn<McpConnection['read']>(async () => ({ kind: 'failed', failure: { kind: 'timeout' } }));
    const { input } = draw(read);
    type(input(), 'S');
    await waitFor(() => expect(read).toHaveBeenCalled());
    expect([options(), input().value]).toEqual([[], 'S']);
  });
});
