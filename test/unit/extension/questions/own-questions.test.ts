// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves how a panel asks what comes with its own call: everywhere it can, here in any case, and with the first answer whoever gave it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { OwnQuestion } from '../../../../extension/gateway/client-questions.ts';
import { PANEL_LEFT } from '../../../../extension/gateway/mcp-connection.ts';
import { saveSettings } from '../../../../extension/platform/stored.ts';
import { answer, askedQuestions, readQuestions } from '../../../../extension/state/questions/open-list.ts';
import { askEverywhere } from '../../../../extension/state/questions/own-questions.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

const ASKED = 's:1::"act.x"';
const ADA = { result: { action: 'accept', content: { name: 'Ada' } } };
const GRACE = { result: { action: 'accept', content: { name: 'Grace' } } };
const QUESTION: OwnQuestion = {
  id: 'act.x',
  method: 'elicitation/create',
  params: { message: 'Name?', requestedSchema: { type: 'object', properties: {} } },
  outlivesPanel: true,
};

let served: ScriptedBackend;
let sessionId: string;
let inputs: string;
let questions: string;
beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  await saveSettings({ backendUrl: served.url });
  const session = aSession({ revision: 'stateless' });
  sessionId = session.id;
  served.sessions.set(session.id, session);
  inputs = `/api/sessions/${sessionId}/input-requests`;
  questions = `/api/sessions/${sessionId}/questions`;
  served.answer(`POST ${inputs}`, json(200, { id: ASKED }));
  served.answer(`DELETE ${inputs}`, (response) => response.writeHead(204).end());
  served.answer(`GET ${questions}`, json(200, { questions: [{ ...QUESTION, id: ASKED }], completed: [] }));
});
afterEach(async () => {
  askedQuestions.value = [];
  await served.close();
});

function ask(question = QUESTION) {
  const stop = new AbortController();
  const outcome = askEverywhere(sessionId, question, stop.signal).then(
    (given) => ({ given }),
    (reason: unknown) => ({ reason }),
  );
  return { stop, outcome };
}
const shown = async () => {
  await expect.poll(() => askedQuestions.value.length).toBe(1);
  return askedQuestions.value[0] ?? expect.unreachable('no question');
};
const requests = (method: string, path: string) => served.requests.filter((one) => one.method === method && one.path.startsWith(path));
const answeredElsewhere = () => {
  served.answer(`GET ${questions}`, json(200, { questions: [], completed: [] }));
  served.answer(`POST ${inputs}`, json(200, { id: ASKED, answer: GRACE }));
};

describe('a question of the panel’s own call', () => {
  it('is handed in, and answered here by way of the backend, so that it closes everywhere', async () => {
    const { outcome } = ask();
    const question = await shown();
    expect(question).toMatchObject({ id: ASKED, ask: { kind: 'form', message: 'Name?' } });
    expect(requests('POST', inputs)[0]?.body).toEqual({ id: 'act.x', method: QUESTION.method, params: QUESTION.params });
    served.answer(`POST ${questions}`, json(200, { outcome: 'taken' }));
    expect(await answer(question, 'accept', ADA)).toBe(true);
    expect(await outcome).toEqual({ given: ADA });
    expect(requests('POST', questions).map(({ body }) => body)).toEqual([{ id: ASKED, ...ADA }]);
  });

  it('is not asked here when it was answered before', async () => {
    answeredElsewhere();
    expect(await ask().outcome).toEqual({ given: GRACE });
    expect(askedQuestions.value).toEqual([]);
  });

  it('takes the answer that somebody gives elsewhere, and says so', async () => {
    const { outcome } = ask();
    await shown();
    answeredElsewhere();
    await readQuestions(sessionId);
    expect(await outcome).toEqual({ given: GRACE });
    expect(askedQuestions.value[0]?.phase).toMatchObject({ kind: 'ended', end: 'elsewhere' });
  });

  it('stays while the backend has lost it, and is handed in again', async () => {
    const { outcome, stop } = ask();
    await shown();
    served.answer(`GET ${questions}`, json(200, { questions: [], completed: [] }));
    await readQuestions(sessionId);
    await expect.poll(() => requests('POST', inputs).length).toBe(2);
    expect(askedQuestions.value[0]?.phase).toEqual({ kind: 'open' });
    stop.abort();
    await outcome;
  });

  it('gives way to an answer that was faster than the one given here', async () => {
    const { outcome } = ask();
    const question = await shown();
    served.answer(`POST ${questions}`, json(200, { outcome: 'answered-before' }));
    answeredElsewhere();
    expect(await answer(question, 'accept', ADA)).toBe(false);
    expect(await outcome).toEqual({ given: GRACE });
  });

  it.each(['STORAGE_UNAVAILABLE', 'RATE_LIMITED'] as const)('is asked here alone while the backend answers %s', async (code) => {
    served.answer(`POST ${inputs}`, problem(code));
    const { outcome } = ask();
    const question = await shown();
    await readQuestions(sessionId);
    expect(await answer(question, 'decline', { result: { action: 'decline' } })).toBe(true);
    expect(await outcome).toEqual({ given: { result: { action: 'decline' } } });
    expect(requests('POST', questions)).toEqual([]);
  });

  it('is answered here though the backend has gone since it was handed in', async () => {
    const { outcome } = ask();
    const question = await shown();
    served.answer(`POST ${questions}`, problem('STORAGE_UNAVAILABLE'));
    expect(await answer(question, 'accept', ADA)).toBe(true);
    expect(await outcome).toEqual({ given: ADA });
  });

  it('goes everywhere when its call is cancelled', async () => {
    const { outcome, stop } = ask();
    await shown();
    stop.abort('Cancelled by the user');
    expect(await outcome).toEqual({ reason: 'Cancelled by the user' });
    expect(askedQuestions.value).toEqual([]);
    await expect.poll(() => requests('DELETE', inputs).map(({ path }) => path)).toEqual([`${inputs}/act.x`]);
  });

  it.each([
    [true, 0],
    [false, 1],
  ])('is still asked elsewhere when only the panel goes, if its call goes on: %s', async (outlivesPanel, withdrawn) => {
    const { outcome, stop } = ask({ ...QUESTION, outlivesPanel });
    await shown();
    stop.abort(PANEL_LEFT);
    expect(await outcome).toEqual({ reason: PANEL_LEFT });
    expect(askedQuestions.value).toEqual([]);
    await expect.poll(() => requests('DELETE', inputs).length).toBe(withdrawn);
  });
});
