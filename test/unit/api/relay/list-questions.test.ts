/** Proves which of a server's questions are still to be answered, from what storage keeps of them. */
import { expect, it } from 'vitest';
import { listQuestions } from '../../../../api/_lib/relay/open-questions.ts';
import type { StoredSession } from '../../../../api/_lib/store/store.ts';

const stored = (patch: Partial<StoredSession> = {}) =>
  ({ transport: 'streamable-http', epoch: 2, questions: [], ...patch }) as unknown as StoredSession;
const texts = (...messages: object[]) =>
  messages.map((message, at) => ({ number: at + 1, text: JSON.stringify({ jsonrpc: '2.0', ...message }) }));
const form = (id: string) => ({ id, method: 'elicitation/create', params: { message: id } });
const ended = (requestId: string) => ({ method: 'notifications/cancelled', params: { requestId } });

it('lists what nobody has answered, oldest first, with the request as it came', () => {
  const messages = texts(
    form('s:2::1'),
    { method: 'notifications/message' },
    { id: 's:2::2', method: 'sampling/createMessage', params: { maxTokens: 5 } },
    form('s:2::3'),
    ended('s:2::1'),
  );
  expect(listQuestions(stored({ questions: ['s:2::2'] }), messages, 0)).toEqual([
    { id: 's:2::2', method: 'sampling/createMessage', params: { maxTokens: 5 } },
    { id: 's:2::3', method: 'elicitation/create', params: { message: 's:2::3' } },
  ]);
});

it('lists no question that a client answers by itself, nor one of a server session that is gone', () => {
  const messages = texts({ id: 's:2::1', method: 'roots/list' }, form('s:1::1'));
  expect(listQuestions(stored({ questions: ['s:1::1', 's:1::2'] }), messages, 0)).toEqual([]);
});

it('lists one whose request is not kept by its id alone', () => {
  expect(listQuestions(stored({ questions: ['s:2::9'] }), texts(form('s:2::10')), 0)).toEqual([
    { id: 's:2::9' },
    { id: 's:2::10', method: 'elicitation/create', params: { message: 's:2::10' } },
  ]);
  expect(listQuestions(stored({ questions: ['s:2::9'] }), texts(ended('s:2::9')), 0)).toEqual([]);
});

it('knows those of an HTTP+SSE connection by the record, or by the connection itself', () => {
  const sse = stored({ transport: 'sse', questions: ['s:77::1'] });
  const messages = texts(form('s:77::1'), form('s:88::1'), form('s:99::1'));
  expect(listQuestions(sse, messages, 88).map(({ id }) => id)).toEqual(['s:77::1', 's:88::1']);
});
