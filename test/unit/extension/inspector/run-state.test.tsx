/** Proves how a run reads that began elsewhere, is not heard of, or whose outcome nobody knows. */
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallFailure } from '../../../../extension/gateway/mcp-connection.ts';
import { now } from '../../../../extension/state/clock.ts';
import type { Run } from '../../../../extension/state/run.ts';
import { RunState } from '../../../../extension/ui/inspector/run-state.tsx';

afterEach(cleanup);

const BASE = { key: 'key-of-act', tool: 'slow', arguments: { city: 'Oslo' }, startedAtMs: Date.parse('2026-11-23T10:00:00Z') };
const never = (): never => expect.unreachable();

function show(run: Run, onRunAgain: () => void = never) {
  return render(<RunState run={run} tool={{ name: 'slow' }} remedies={{ retry: never }} onRunAgain={onRunAgain} />);
}

describe('a run on screen', () => {
  it('that ended elsewhere says where and when', () => {
    now.value = Date.parse('2026-11-23T10:02:30Z');
    const endedAtMs = Date.parse('2026-11-23T10:00:03Z');
    show({ ...BASE, kind: 'done', device: 'Laptop', durationMs: 3000, endedAtMs, result: { content: [{ type: 'text', text: 'ahoy' }] } });
    expect(screen.getByText('Ran on Laptop, 2 min ago')).toBeTruthy();
    expect(screen.getByText('ahoy')).toBeTruthy();
  });

  it('that waits for an answer elsewhere says where it goes on, and shows no result', () => {
    const result = { resultType: 'input_required', inputRequests: { a: { method: 'elicitation/create' } } };
    show({ ...BASE, kind: 'done', device: 'Laptop', durationMs: 3000, endedAtMs: BASE.startedAtMs + 3000, result });
    expect(screen.getByRole('region', { name: 'The server waits for an answer' }).textContent).toContain('on “Laptop”');
    expect(screen.queryByText(/elicitation/)).toBeNull();
  });

  it('that goes on elsewhere says where it began', () => {
    show({ ...BASE, kind: 'running', device: 'Laptop', cancel: never });
    expect(screen.getByText(/^Began on Laptop at \d\d:\d\d:\d\d$/)).toBeTruthy();
  });

  it('that nobody hears of is shown as it was, and marked so', () => {
    const progress = { progress: 2, total: 5 };
    show({ ...BASE, kind: 'running', progress, cancel: never, lost: { code: 'STORAGE_UNAVAILABLE', sinceMs: BASE.startedAtMs + 4000 } });
    expect(screen.getByText('Was running')).toBeTruthy();
    expect(screen.getByText('4.0 s')).toBeTruthy();
    expect(screen.getByText('2 of 5')).toBeTruthy();
    expect(screen.getByText(/^Storage is not answering\. Shown as of \d\d:\d\d:\d\d/)).toBeTruthy();
  });

  it('that is being cancelled takes no second wish, and says when the first did not get through', () => {
    let cancelled = 0;
    show({ ...BASE, kind: 'running', isCancelling: true, cancel: () => cancelled++ });
    fireEvent.click(screen.getByRole('button', { name: /Cancelling/ }));
    expect(cancelled).toBe(0);
    cleanup();
    show({ ...BASE, kind: 'running', cancelFailure: 'BACKEND_UNREACHABLE', cancel: () => cancelled++ });
    expect(screen.getByText('It could not be cancelled. The backend is not answering.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(cancelled).toBe(1);
  });

  const ended = { ...BASE, kind: 'failed', durationMs: 3000, endedAtMs: BASE.startedAtMs + 3000, isUnsent: false } as const;

  it.each<CallFailure>([
    { kind: 'mooring', code: 'CALL_OUTCOME_UNKNOWN', detail: 'The stream was lost. It may have run. Check before you run it again.' },
    { kind: 'mooring', code: 'CALL_NOT_FOUND', detail: '' },
    { kind: 'interrupted' },
    { kind: 'network' },
  ])('that may have run says so once, with what identifies it, and runs again only on purpose: %j', (failure) => {
    let again = 0;
    const { container } = show({ ...ended, failure, device: 'Laptop' }, () => again++);
    expect(container.textContent?.match(/may have run/g)).toHaveLength(1);
    expect(screen.getByText('key-of-act')).toBeTruthy();
    expect(screen.getByText('Laptop')).toBeTruthy();
    expect(screen.getByText('"Oslo"')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Run again' }));
    expect(again).toBe(1);
  });

  it('that certainly ended has no such button', () => {
    show({ ...ended, failure: { kind: 'protocol', code: -32602, message: 'b is required' } });
    expect(screen.queryByRole('button', { name: 'Run again' })).toBeNull();
    expect(screen.getByText('after 3.0 s')).toBeTruthy();
  });
});
