/** Proves which questions of a stateless server still wait for a person, from what storage keeps of them. */
import { expect, it } from 'vitest';
import { askInput, listInputs, staleInputs } from '../../../../api/_lib/relay/input-requests.ts';
import type { LiveSession, RelayParts } from '../../../../api/_lib/relay/live-session.ts';
import type { StoredSession } from '../../../../api/_lib/store/store.ts';

const NOW_MS = Date.parse('2026-11-26T10:00:00Z');
const stored = (patch: Partial<StoredSession> = {}) => ({ epoch: 1, questions: [], ...patch }) as unknown as StoredSession;
const texts = (...messages: object[]) =>
  messages.map((message, at) => ({ number: at + 1, text: JSON.stringify({ jsonrpc: '2.0', ...message }) }));
const asked = (id: string, minutesAgo = 0) => ({
  id,
  method: 'elicitation/create',
  params: { message: id },
  askedAt: new Date(NOW_MS - minutesAgo * 60_000).toISOString(),
});
const list = (...messages: object[]) => listInputs(stored(), texts(...messages), NOW_MS).map(({ id }) => id);

it('are those that were neither answered nor withdrawn, oldest first, as the server asked them', () => {
  expect(listInputs(stored(), texts(asked('s:1::"a"')), NOW_MS)).toEqual([
    { id: 's:1::"a"', method: 'elicitation/create', params: { message: 's:1::"a"' } },
  ]);
  const answer = { id: 's:1::"a"', result: { action: 'cancel' } };
  const refusal = { id: 's:1::"b"', error: { code: -1, message: 'No' } };
  const withdrawal = { method: 'notifications/cancelled', params: { requestId: 's:1::"c"' } };
  expect(list(asked('s:1::"a"'), asked('s:1::"b"'), asked('s:1::"c"'), asked('s:1::"d"'), answer, refusal, withdrawal)).toEqual([
    's:1::"d"',
  ]);
});

it('are asked again when they are handed in again after they were withdrawn', () => {
  const withdrawal = { method: 'notifications/cancelled', params: { requestId: 's:1::"a"' } };
  expect(list(asked('s:1::"a"'), withdrawal, asked('s:1::"a"'))).toEqual(['s:1::"a"']);
});

it('are not those of a call that is no longer kept, or of a connection that was replaced', () => {
  expect(list(asked('s:1::"a"', 16), asked('s:1::"b"', 14), asked('s:0::"c"'))).toEqual(['s:1::"b"']);
});

it('does not trip over an answer to what is not kept any more', () => {
  expect(list({ id: 's:1::"a"', result: {} }, asked('s:1::"b"'))).toEqual(['s:1::"b"']);
});

it('tells which the record still counts though nobody can answer them', () => {
  expect(staleInputs(stored({ questions: ['s:1::"a"', 's:1::"b"'] }), [{ id: 's:1::"b"' }])).toEqual(['s:1::"a"']);
});

it('are answered by the first of several answers, whatever came after it', async () => {
  const answers = ['Ada', 'Grace'].map((name) => ({ id: 's:1::"a"', result: { action: 'accept', content: { name } } }));
  const store = { readServerMessages: async () => ({ messages: texts(asked('s:1::"a"'), ...answers), gap: false, last: 3 }) };
  const state = await askInput({ stored: stored({ id: 's' }) } as LiveSession, { store } as unknown as RelayParts, {
    id: 'a',
    method: 'elicitation/create',
  });
  expect(state).toEqual({ id: 's:1::"a"', answer: { result: { action: 'accept', content: { name: 'Ada' } } } });
});
