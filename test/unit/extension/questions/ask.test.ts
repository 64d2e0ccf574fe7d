/** Proves what is read of a server's question, whatever it sends, and which answers go back. */
import { describe, expect, it } from 'vitest';
import { parseAnswerDraft, refuse, toSampled } from '../../../../extension/state/questions/answer.ts';
import { parseAsk, type SamplingAsk } from '../../../../extension/state/questions/ask.ts';
import { beginForm, judgeForm, toForm } from '../../../../extension/state/questions/form.ts';
import { toModelMessages } from '../../../../extension/state/questions/model-reply.ts';
import { pagesRequired } from '../../../../extension/state/questions/url-required.ts';
import { rootProblem, toRoots } from '../../../../extension/state/session-roots.ts';

const ask = (params: unknown, method: 'elicitation/create' | 'sampling/createMessage' = 'elicitation/create') =>
  parseAsk({ method, params });
const form = (properties: object, required: string[] = []) => {
  const asked = ask({ message: 'm', requestedSchema: { type: 'object', properties, required } });
  if (asked.kind !== 'form') throw new Error(asked.kind);
  return asked;
};

describe('a form', () => {
  it('is a form where no mode is named', () => {
    expect(ask({ message: 'Name?', requestedSchema: { type: 'object', properties: {} } })).toMatchObject({
      kind: 'form',
      message: 'Name?',
    });
  });

  it.each([
    ['no parameters', undefined],
    ['no schema', { message: 'x' }],
    ['a schema that is text', { message: 'x', requestedSchema: 'object' }],
    ['a mode that nobody knows', { mode: 'voice', requestedSchema: {} }],
    ['an address that is none', { mode: 'url', url: 7 }],
  ])('with %s is unreadable, and can be refused', (_, params) => {
    const asked = ask(params);
    expect(asked.kind).toBe('unreadable');
    expect(refuse(asked, 'decline')).toEqual({ result: { action: 'decline' } });
  });

  it('draws every kind of field with its default', () => {
    const asked = form({
      text: { type: 'string', default: 'a' },
      mail: { type: 'string', format: 'email' },
      day: { type: 'string', format: 'date' },
      count: { type: 'integer', minimum: 1, default: 3 },
      share: { type: 'number' },
      sure: { type: 'boolean', default: true },
      one: { type: 'string', enum: ['a', 'b'], enumNames: ['Aa', 'Bb'] },
      titled: {
        type: 'string',
        oneOf: [
          { const: 'x', title: 'Ex' },
          { const: 'y', title: 'Why' },
        ],
      },
      many: { type: 'array', items: { type: 'string', enum: ['p', 'q'] }, default: ['p'] },
      manyTitled: { type: 'array', items: { anyOf: [{ const: 'p', title: 'Pee' }] } },
    });
    const made = toForm(asked.schema);
    const members = made.root.control.kind === 'object' ? made.root.control.fields() : [];
    expect(members.map(({ control }) => control.kind)).toEqual([
      'text',
      'text',
      'text',
      'number',
      'number',
      'boolean',
      'choice',
      'choice',
      'choices',
      'choices',
    ]);
    expect(beginForm(made).arguments).toEqual({ text: 'a', count: 3, sure: true, many: ['p'] });
  });

  it.each([
    [{ mail: { type: 'string', format: 'email' } }, { mail: 'nobody' }],
    [{ url: { type: 'string', format: 'uri' } }, { url: 'not a uri' }],
    [{ day: { type: 'string', format: 'date' } }, { day: '2026-02-31' }],
    [{ at: { type: 'string', format: 'date-time' } }, { at: 'noon' }],
    [{ count: { type: 'integer', maximum: 3 } }, { count: 4 }],
    [{ text: { type: 'string', minLength: 2 } }, { text: 'a' }],
    [{ many: { type: 'array', minItems: 1, items: { type: 'string', enum: ['p'] } } }, { many: [] }],
    [{ one: { type: 'string', enum: ['a'] } }, { one: 'b' }],
  ])('with the fields %j does not send %j', (properties, content) => {
    const made = toForm(form(properties).schema);
    expect(judgeForm(made, { ...beginForm(made), arguments: content })).toMatchObject({ kind: 'wrong' });
  });

  it('sends what is valid, and leaves out what is empty', () => {
    const made = toForm(form({ name: { type: 'string' }, age: { type: 'integer' } }, ['name']).schema);
    expect(judgeForm(made, beginForm(made))).toMatchObject({ kind: 'wrong' });
    expect(judgeForm(made, { ...beginForm(made), arguments: { name: 'Ada' } })).toEqual({ kind: 'ok', content: { name: 'Ada' } });
  });

  it.each([
    [{ password: { type: 'string' } }, ['password']],
    [{ x: { type: 'string', title: 'API key' } }, ['x']],
    [{ x: { type: 'string', description: 'Ihr Passwort' } }, ['x']],
    [{ accessToken: { type: 'string' } }, ['accessToken']],
    [{ api_key: { type: 'string' } }, ['api_key']],
    [{ x: { type: 'string', format: 'password' } }, ['x']],
    [
      {
        city: { type: 'string', title: 'Your city' },
        pinned: { type: 'boolean' },
        n: { type: 'integer', description: 'Do not give us your pin or password' },
        tokens: { type: 'integer' },
      },
      [],
    ],
  ])('with the fields %j is warned about for %j', (properties, expected) => {
    expect(form(properties).secretFields).toEqual(expected);
  });
});

describe('a page', () => {
  it('is opened only where it is a web page', () => {
    expect(ask({ mode: 'url', url: 'https://example.com/a', message: 'm', elicitationId: 'e' })).toMatchObject({
      kind: 'url',
      link: { host: 'example.com' },
      elicitationId: 'e',
    });
    expect(ask({ mode: 'url', url: 'javascript:alert(1)' })).toMatchObject({ kind: 'url', link: undefined });
    expect(ask({ mode: 'url', url: 'https://ex\u0430mple.com/' })).toMatchObject({ link: { host: 'xn--exmple-4nf.com' } });
  });

  it('is named by a refusal of a tool', () => {
    const data = { elicitations: [{ mode: 'url', url: 'https://example.com', message: 'm', elicitationId: 'e' }, 5, { url: 1 }] };
    expect(pagesRequired({ kind: 'protocol', code: -32042, message: '', data })).toMatchObject([{ url: 'https://example.com' }]);
    expect(pagesRequired({ kind: 'protocol', code: -32041, message: '', data })).toEqual([]);
    expect(pagesRequired({ kind: 'protocol', code: -32042, message: '' })).toEqual([]);
  });
});

describe('a request for a model', () => {
  const request = {
    messages: [
      { role: 'user', content: { type: 'text', text: 'Hi' } },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Yes?' },
          { type: 'image', data: '' },
        ],
      },
      7,
    ],
    systemPrompt: 'Be brief.',
    maxTokens: 9,
    modelPreferences: { hints: [{ name: 'm' }] },
    tools: [{ name: 'look', inputSchema: { type: 'object' } }, { name: 4 }],
  };
  const asked = ask(request, 'sampling/createMessage') as SamplingAsk;

  it('is read whole', () => {
    expect(asked).toMatchObject({
      kind: 'sampling',
      systemPrompt: 'Be brief.',
      wishes: [
        ['maxTokens', 9],
        ['modelPreferences', { hints: [{ name: 'm' }] }],
      ],
      tools: [{ name: 'look' }],
      request,
    });
    expect(asked.messages.map(({ role, blocks }) => [role, blocks.length])).toEqual([
      ['user', 1],
      ['assistant', 2],
      ['user', 1],
    ]);
    expect(toModelMessages(asked)).toEqual([
      { role: 'user', text: 'Hi' },
      { role: 'assistant', text: 'Yes?' },
    ]);
  });

  it('is answered in words, or by calling a tool, and not by nothing', () => {
    const words = { result: { role: 'assistant', model: 'human', content: { type: 'text', text: 'Hello' }, stopReason: 'endTurn' } };
    expect(toSampled({ text: 'Hello', model: ' ' }, asked, 'i')).toEqual({ kind: 'ok', body: words });
    expect(toSampled({ text: ' ', model: 'x' }, asked, 'i')).toEqual({ kind: 'empty' });
    expect(toSampled({ text: '', model: 'x', tool: 'look', input: '[]' }, asked, 'i')).toEqual({ kind: 'unreadable' });
    expect(toSampled({ text: '', model: 'x', tool: 'look', input: '{"a":1}' }, asked, 'i')).toMatchObject({
      body: { result: { content: [{ type: 'tool_use', id: 'i', name: 'look', input: { a: 1 } }], stopReason: 'toolUse' } },
    });
    expect(toSampled({ text: 'a', model: 'x', tool: 'other' }, asked, 'i')).toMatchObject({ body: { result: { stopReason: 'endTurn' } } });
  });

  it('is rejected as the protocol says', () => {
    expect(refuse(asked, 'decline')).toEqual({ error: { code: -1, message: 'User rejected sampling request' } });
    expect(ask({ messages: 'none' }, 'sampling/createMessage').kind).toBe('unreadable');
    expect(refuse(parseAsk({ method: undefined, params: undefined }), 'decline')).toMatchObject({ error: { code: -32602 } });
  });
});

describe('what was kept', () => {
  it.each([undefined, null, 4, [], { form: 4 }, { reply: 'x' }])('is repaired from %j', (stored) => {
    expect(parseAnswerDraft(stored)).toEqual({});
  });
  it('comes back as it was', () => {
    const draft = { reply: { text: 'a', model: 'b', tool: 'c', input: '{' } };
    expect(parseAnswerDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  });
});

describe('roots', () => {
  it('are file addresses, each once, without what is empty', () => {
    const rows = [
      { uri: ' file:///srv/a b ', name: '' },
      { uri: 'file:///srv/a%20b', name: 'A' },
      { uri: '', name: 'x' },
    ];
    expect(toRoots(rows)).toEqual([{ uri: 'file:///srv/a%20b', name: 'A' }]);
  });
  it.each([
    ['https://example.com', 'not-file'],
    ['srv/a', 'not-a-url'],
    ['file:/srv', 'not-file'],
    ['file://[', 'not-a-url'],
    [`file:///${'a'.repeat(1100)}`, 'too-long'],
    ['', undefined],
    ['FILE:///srv', undefined],
  ])('%s: %s', (uri, problem) => {
    expect(rootProblem({ uri, name: '' })).toBe(problem);
  });
});
