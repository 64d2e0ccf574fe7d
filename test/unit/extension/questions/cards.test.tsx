// @vitest-environment-options { "settings": { "fetch": { "disableSameOriginPolicy": true } } }
/** Proves what a surface shows of questions, what it sends as an answer, what it keeps, and that a click which was meant for something else is none. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { answersKey } from '../../../../extension/platform/session-keys.ts';
import { saveSettings } from '../../../../extension/platform/stored.ts';
import { askedQuestions, completedElicitations, questionErrors, readQuestions } from '../../../../extension/state/questions/open-list.ts';
import { refreshAll } from '../../../../extension/state/sessions.ts';
import { openStored, stored } from '../../../../extension/state/stored-state.ts';
import { QuestionStack } from '../../../../extension/ui/questions/question-stack.tsx';
import type { Session } from '../../../../shared/contract.ts';
import { aSession, json, openScriptedBackend, problem, type ScriptedBackend } from '../../../support/scripted-backend.ts';

let served: ScriptedBackend;
let session: Session;
let stop: () => void;

beforeEach(async () => {
  fakeBrowser.reset();
  served = await openScriptedBackend();
  await saveSettings({ backendUrl: served.url });
  session = aSession({ name: 'Harbour', questions: 1 });
  served.sessions.set(session.id, session);
  stop = await openStored();
  await refreshAll();
});
afterEach(async () => {
  cleanup();
  stop();
  askedQuestions.value = [];
  questionErrors.value = new Map();
  completedElicitations.value = new Set();
  stored.value = undefined;
  await served.close();
});

const form = (id: string, properties: object = { name: { type: 'string' } }) => ({
  id,
  method: 'elicitation/create',
  params: { message: `Message of ${id}`, requestedSchema: { type: 'object', properties, required: Object.keys(properties) } },
});
const serve = (questions: object[], completed: string[] = []) =>
  served.answer(`GET /api/sessions/${session.id}/questions`, json(200, { questions, completed }));
const answerWith = (outcome: string) => served.answer(`POST /api/sessions/${session.id}/questions`, json(200, { outcome }));
const sent = () => served.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/questions')).map(({ body }) => body);
async function open(...questions: object[]): Promise<void> {
  serve(questions);
  render(<QuestionStack />);
  await readQuestions(session.id);
  await screen.findAllByRole('article', undefined, { timeout: 5000 });
}
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

describe('a question', () => {
  it('is answered with what was entered, once it is valid', async () => {
    await open(form('q1'));
    answerWith('taken');
    press('Send');
    expect(sent()).toEqual([]);
    fireEvent.input(screen.getByRole('textbox', { name: /^name/ }), { target: { value: 'Ada' } });
    press('Send');
    await screen.findByText('Answer sent.');
    expect(sent()).toEqual([{ id: 'q1', result: { action: 'accept', content: { name: 'Ada' } } }]);
  });

  it.each([
    ['Decline', 'decline', 'Declined.'],
    ['Cancel question', 'cancel', 'Question cancelled.'],
  ])('is refused by %s', async (button, action, words) => {
    await open(form('q1'));
    answerWith('taken');
    press(button);
    await screen.findByText(words);
    expect(sent()).toEqual([{ id: 'q1', result: { action } }]);
  });

  it('keeps what was entered where the answer did not get through, and says so', async () => {
    await open(form('q1'));
    served.answer(`POST /api/sessions/${session.id}/questions`, problem('STORAGE_UNAVAILABLE'));
    fireEvent.input(screen.getByRole('textbox', { name: /^name/ }), { target: { value: 'Ada' } });
    press('Send');
    await screen.findByText(/Not sent; what was entered is kept/);
    const kept = (await fakeBrowser.storage.local.get(answersKey(session.id)))[answersKey(session.id)];
    expect(kept).toMatchObject({ answers: { q1: { form: { arguments: { name: 'Ada' } } } } });
    answerWith('taken');
    press('Send');
    await screen.findByText('Answer sent.');
    expect(await fakeBrowser.storage.local.get(answersKey(session.id))).toEqual({});
  });

  it('that can’t be read now is said to be there', async () => {
    served.answer(`GET /api/sessions/${session.id}/questions`, problem('STORAGE_UNAVAILABLE'));
    render(<QuestionStack />);
    await readQuestions(session.id);
    await screen.findByText(/What Harbour asks can’t be read now/);
    serve([form('q1')]);
    await readQuestions(session.id);
    await screen.findByRole('article', undefined, { timeout: 5000 });
    expect(screen.queryByText(/can’t be read now/)).toBeNull();
  });

  it('that somebody else answered says so, and takes no answer any more', async () => {
    await open(form('q1'), form('q2'));
    serve([form('q2')]);
    await readQuestions(session.id);
    await screen.findByText('Answered elsewhere, or no longer asked.');
    expect(screen.getAllByRole('button', { name: 'Decline' })).toHaveLength(1);
    answerWith('answered-before');
    press('Decline');
    await waitFor(() => expect(screen.getAllByText('Answered elsewhere, or no longer asked.')).toHaveLength(2));
  });

  it('whose text is not kept can only be refused', async () => {
    await open({ id: 'q1' });
    answerWith('taken');
    expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
    press('Reject');
    await screen.findByText('Declined.');
    expect(sent()).toMatchObject([{ id: 'q1', error: { code: -32602 } }]);
  });

  it('for a page is done when the server says so', async () => {
    const tab = vi.spyOn(fakeBrowser.tabs, 'create').mockImplementation(async () => ({}) as never);
    const page = {
      id: 'q1',
      method: 'elicitation/create',
      params: { mode: 'url', message: 'm', url: 'https://example.com/x', elicitationId: 'e1' },
    };
    await open(page);
    answerWith('taken');
    expect(tab).not.toHaveBeenCalled();
    press('Open example.com');
    await screen.findByText(/has not said yet that it is done/);
    expect(sent()).toEqual([{ id: 'q1', result: { action: 'accept' } }]);
    expect(tab).toHaveBeenCalledExactlyOnceWith({ url: 'https://example.com/x' });
    serve([], ['e1']);
    await readQuestions(session.id);
    await screen.findByText('The server says that it is done.');
  });

  it('for a page opens nothing where the answer did not get through', async () => {
    const tab = vi.spyOn(fakeBrowser.tabs, 'create').mockImplementation(async () => ({}) as never);
    await open({ id: 'q1', method: 'elicitation/create', params: { mode: 'url', message: 'm', url: 'https://example.com/x' } });
    answerWith('gone');
    press('Open example.com');
    await screen.findByText(/its session began anew/);
    expect(tab).not.toHaveBeenCalled();
  });
});

describe('a request for a model', () => {
  const request = {
    id: 'q1',
    method: 'sampling/createMessage',
    params: { maxTokens: 5, messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }] },
  };
  afterEach(() => {
    delete (globalThis as { LanguageModel?: unknown }).LanguageModel;
  });

  it('is sent only with an answer', async () => {
    await open(request);
    answerWith('taken');
    press('Send answer');
    expect(sent()).toEqual([]);
    fireEvent.input(screen.getByRole('textbox', { name: 'Answer' }), { target: { value: 'Hello' } });
    press('Send answer');
    await screen.findByText('Answer sent.');
    expect(sent()).toEqual([
      { id: 'q1', result: { role: 'assistant', model: 'human', content: { type: 'text', text: 'Hello' }, stopReason: 'endTurn' } },
    ]);
  });

  it('shows its pictures and plays its sound, by their bytes; anything else is there as JSON', async () => {
    const picture = btoa('\x89PNG\r\n\x1a\n........');
    const content = [
      { type: 'image', data: picture, mimeType: 'text/html' },
      { type: 'audio', data: btoa('RIFF....WAVEfmt '), mimeType: 'audio/wav' },
      { type: 'image', data: btoa('<svg onload=alert(1)>'), mimeType: 'image/svg+xml' },
      { type: 'tool_use', id: '1', name: 'look', input: {} },
    ];
    await open({ ...request, params: { maxTokens: 5, messages: [{ role: 'user', content }] } });
    const images = [...document.querySelectorAll('.said img')].map((image) => image.getAttribute('src'));
    expect(images).toEqual([`data:image/png;base64,${picture}`]);
    expect(document.querySelector('.said audio')?.getAttribute('src')).toMatch(/^data:audio\/wav;base64,/);
    expect(screen.getByText(/image · image\/svg\+xml/)).toBeTruthy();
    expect(screen.getByText(/tool_use · look/)).toBeTruthy();
  });

  it('is drafted by the browser’s model after consent, and sent by nobody but the user', async () => {
    const given: unknown[] = [];
    (globalThis as { LanguageModel?: unknown }).LanguageModel = {
      availability: async () => 'available',
      create: async () => ({
        prompt: async (messages: unknown) => {
          given.push(messages);
          return 'A draft';
        },
        destroy: () => undefined,
      }),
    };
    await open(request);
    fireEvent.click(await screen.findByRole('button', { name: /^Draft with the browser/ }));
    expect(given).toEqual([]);
    press('Draft');
    await waitFor(() => expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Answer' }).value).toBe('A draft'));
    expect(given).toEqual([[{ role: 'user', content: 'Hi' }]]);
    expect(sent()).toEqual([]);
  });

  it('offers no draft where the browser has no model', async () => {
    await open(request);
    expect(screen.queryByRole('button', { name: /^Draft/ })).toBeNull();
  });
});

describe('clicks', () => {
  const clicked = (): boolean => {
    let heard = false;
    const button = document.createElement('button');
    document.body.append(button);
    button.addEventListener('click', () => {
      heard = true;
    });
    button.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 }));
    button.remove();
    return heard;
  };

  it('count for nothing right after a question has moved things, and count again a moment later', async () => {
    await open(form('q1'));
    expect(screen.getByRole('region').getAttribute('aria-busy')).toBe('true');
    expect(clicked()).toBe(false);
    await waitFor(() => expect(screen.getByRole('region').getAttribute('aria-busy')).toBe('false'));
    expect(clicked()).toBe(true);
  });

  it('are waited for: a question does not come while the pointer moves', async () => {
    serve([form('q1')]);
    render(<QuestionStack />);
    await new Promise((drawn) => requestAnimationFrame(drawn));
    window.dispatchEvent(new MouseEvent('pointermove'));
    const movedMs = performance.now();
    await readQuestions(session.id);
    await screen.findByRole('article', undefined, { timeout: 5000 });
    expect(performance.now() - movedMs).toBeGreaterThanOrEqual(550);
  });
});

describe('many questions', () => {
  it('are shown a few at a time, and declined at once', async () => {
    await open(...Array.from({ length: 8 }, (_, n) => form(`q${n}`)));
    expect(screen.getAllByRole('article')).toHaveLength(3);
    await screen.findByText('5 more wait.');
    answerWith('taken');
    press('Decline all of Harbour');
    await waitFor(() => expect(sent()).toHaveLength(8));
  });
});
