/** Proves what the panel keeps of a server's resources and prompts: lists page by page, what was read, what is watched, what was suggested. */
import { signal } from '@preact/signals';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallFailure, McpConnection, Outcome } from '../../../../extension/gateway/mcp-connection.ts';
import { openCompletion, parseSuggestions } from '../../../../extension/state/completion.ts';
import { shareConnection } from '../../../../extension/state/inspector-connection.ts';
import { createPrompts } from '../../../../extension/state/inspector-prompts.ts';
import { createResources } from '../../../../extension/state/inspector-resources.ts';
import { MAX_SUBSCRIPTIONS, parseKeptValues, parseSubscriptions, valuesOf } from '../../../../extension/state/kept-values.ts';
import { parsePrompt, parseResource, parseTemplate } from '../../../../extension/state/offer-shapes.ts';
import { readTemplate } from '../../../../extension/state/uri-templates.ts';
import { muteConnection } from '../../../support/mute-connection.ts';

type Answer = Outcome<{ [member: string]: unknown }>;
const done = (value: { [member: string]: unknown }): Answer => ({ kind: 'done', value });
const failed = (failure: CallFailure): Answer => ({ kind: 'failed', failure });
const unknownMethod: CallFailure = { kind: 'protocol', code: -32_601, message: 'Method not found' };

const OFFERS = { resources: { subscribe: true }, prompts: {}, completions: {} };

/** Resources and prompts of a server whose answers are the test's. */
function openServer(answers: Partial<McpConnection> & { subscriptions?: string[] }) {
  const { subscriptions = [], ...own } = answers;
  const kept = signal(subscriptions);
  const settled: (CallFailure | undefined)[] = [];
  const asked: { method: string; params: unknown }[] = [];
  const { read = async () => done({}) } = own;
  const open = muteConnection({
    capabilities: OFFERS,
    ...own,
    read(method, params, stop) {
      asked.push({ method, params });
      return read(method, params, stop);
    },
  });
  const shared = shareConnection(
    async () => ({ kind: 'done', value: open }),
    () => undefined,
  );
  const onSettled = (failure: CallFailure | undefined) => settled.push(failure);
  const set = (uris: string[]): void => {
    kept.value = uris;
  };
  const store = { get: () => kept.value, set };
  return {
    open,
    shared,
    asked,
    settled,
    kept,
    resources: createResources(shared, store, onSettled),
    prompts: createPrompts(shared, onSettled),
  };
}

describe('a list', () => {
  it('is shown page by page at first, and leaves out what can not be shown or is there already', async () => {
    const second = Promise.withResolvers<Answer>();
    const first = done({
      resources: [{ uri: 'a:1', name: 'One' }, { name: 'no address' }, 7, { uri: 'a:1', name: 'again' }],
      nextCursor: 'x',
    });
    const { resources, asked } = openServer({ read: async (_, { cursor }) => (cursor === 'x' ? second.promise : first) });
    const reading = resources.resources.refresh();
    await expect.poll(() => resources.resources.list.value.items?.map(({ label }) => label)).toEqual(['One']);
    expect(resources.resources.list.value.loading).toBe(true);
    second.resolve(done({ resources: [{ uri: 'a:2' }], nextCursor: 'x' }));
    await reading;
    expect(resources.resources.list.value).toMatchObject({ loading: false, isOffered: true });
    expect(resources.resources.list.value.items?.map(({ label }) => label)).toEqual(['One', 'a:2']);
    expect(asked.map(({ params }) => params)).toEqual([{}, { cursor: 'x' }]);
  });

  it('that the server does not offer is not asked for', async () => {
    const { prompts, asked } = openServer({ capabilities: { tools: {} } });
    await prompts.prompts.refresh();
    expect(prompts.prompts.list.value).toEqual({ items: [], loading: false, isOffered: false });
    expect(asked).toEqual([]);
  });

  it('whose method the server does not know is none', async () => {
    const { resources } = openServer({ read: async () => failed(unknownMethod) });
    await resources.templates.refresh();
    expect(resources.templates.list.value).toEqual({ items: [], loading: false, isOffered: false });
  });

  it('stays when reading it again fails, beside the failure', async () => {
    const answers = [done({ prompts: [{ name: 'a' }] }), failed({ kind: 'network' }), done({ prompts: 'none' })];
    const { prompts, settled } = openServer({ read: async () => answers.shift() ?? done({}) });
    await prompts.prompts.refresh();
    await prompts.prompts.refresh();
    expect(prompts.prompts.list.value).toMatchObject({ items: [{ name: 'a' }], loading: false, failure: { kind: 'network' } });
    await prompts.prompts.refresh();
    expect(prompts.prompts.list.value).toMatchObject({ items: [{ name: 'a' }], failure: { kind: 'unexpected' } });
    expect(settled.map((failure) => failure?.kind)).toEqual([undefined, 'network', 'unexpected']);
  });

  it('that nobody has looked at is not read because it changed', async () => {
    const { resources, asked } = openServer({ read: async () => done({ resources: [], resourceTemplates: [] }) });
    await resources.refreshLists();
    expect(asked).toEqual([]);
    await resources.resources.refresh();
    await resources.refreshLists();
    expect(asked.map(({ method }) => method)).toEqual(['resources/list', 'resources/list']);
  });
});

describe('what was read', () => {
  it('stays while it is read again, and when that fails', async () => {
    const again = Promise.withResolvers<Answer>();
    const answers = [Promise.resolve(done({ contents: [1] })), again.promise];
    const { resources } = openServer({ read: () => answers.shift() ?? again.promise });
    await resources.read('a:1');
    const reading = resources.read('a:1');
    // A second wish at the same time is none.
    await resources.read('a:1');
    expect(resources.readings.value.get('a:1')).toMatchObject({ answer: { result: { contents: [1] } }, stop: expect.any(Function) });
    again.resolve(failed({ kind: 'interrupted' }));
    await reading;
    expect(resources.readings.value.get('a:1')).toMatchObject({ answer: { result: { contents: [1] } }, failure: { kind: 'interrupted' } });
    expect(resources.readings.value.get('a:1')?.stop).toBeUndefined();
  });

  it('can be stopped', async () => {
    const { resources, asked } = openServer({
      read: (_, __, stop) => new Promise((resolve) => stop?.addEventListener('abort', () => resolve(failed({ kind: 'cancelled' })))),
    });
    const reading = resources.read('a:1');
    await expect.poll(() => asked.length).toBe(1);
    resources.readings.value.get('a:1')?.stop?.();
    await reading;
    expect(resources.readings.value.get('a:1')).toMatchObject({ failure: { kind: 'cancelled' } });
  });

  it('of a prompt is asked for without the arguments that are empty', async () => {
    const { prompts, asked } = openServer({ read: async () => done({ messages: [] }) });
    await prompts.get('p', { city: 'Ulm', state: '' });
    await prompts.get('q', {});
    expect(asked.map(({ params }) => params)).toEqual([{ name: 'p', arguments: { city: 'Ulm' } }, { name: 'q' }]);
  });

  it('is kept of the last ten only', async () => {
    const { resources } = openServer({ read: async () => done({ contents: [] }) });
    for (let i = 0; i < 12; i++) await resources.read(`a:${i}`);
    expect([...resources.readings.value.keys()]).toEqual(Array.from({ length: 10 }, (_, i) => `a:${i + 2}`));
  });
});

describe('what is watched', () => {
  it('is marked when it, or a part of it, changes, until it is read', async () => {
    const { resources, kept } = openServer({ read: async () => done({ contents: [] }) });
    await resources.watch('a:/x', true);
    expect(kept.value).toEqual(['a:/x']);
    resources.markChanged('a:/x/deep');
    resources.markChanged('a:/xylophone');
    expect([...resources.changed.value]).toEqual(['a:/x/deep', 'a:/x', 'a:/xylophone']);
    await resources.read('a:/x');
    expect(resources.changed.value.has('a:/x')).toBe(false);
    await resources.watch('a:/x', false);
    expect(kept.value).toEqual([]);
  });

  it('and changes while it is read is marked', async () => {
    const answer = Promise.withResolvers<Answer>();
    const { resources } = openServer({ read: () => answer.promise });
    const reading = resources.read('a:1');
    resources.markChanged('a:1');
    answer.resolve(done({ contents: [] }));
    await reading;
    expect(resources.changed.value.has('a:1')).toBe(true);
  });

  it('is so only when the server says so', async () => {
    const untold = openServer({ subscribe: async () => ({ kind: 'done', value: [] }) });
    await untold.resources.watch('a:1', true);
    expect(untold.resources.watching.value.get('a:1')).toEqual({ refusal: 'untold' });
    const broken = openServer({ subscribe: async () => ({ kind: 'failed', failure: { kind: 'network' } }) });
    await broken.resources.watch('a:1', true);
    expect(broken.resources.watching.value.get('a:1')).toEqual({ failure: { kind: 'network' } });
    const full = openServer({ subscriptions: Array.from({ length: MAX_SUBSCRIPTIONS }, (_, i) => `a:${i}`) });
    await full.resources.watch('b:1', true);
    expect(full.resources.watching.value.get('b:1')).toEqual({ refusal: 'full' });
    expect([...untold.kept.value, ...broken.kept.value, full.kept.value.length]).toEqual([MAX_SUBSCRIPTIONS]);
  });

  it('is asked for again over each new connection, and opens one', async () => {
    const asked: (readonly string[])[] = [];
    const server = openServer({
      subscriptions: ['a:1', 'a:2'],
      subscribe: async (uris) => {
        asked.push(uris);
        return { kind: 'done', value: [...uris] };
      },
    });
    await server.resources.watchAgain(server.open);
    expect(asked).toEqual([['a:1', 'a:2']]);
    expect(server.resources.canWatch.value).toBe(true);
    const use = vi.spyOn(server.shared, 'use');
    await server.resources.keepWatching();
    expect(use).toHaveBeenCalledTimes(1);
    server.kept.value = [];
    await server.resources.keepWatching();
    expect(use).toHaveBeenCalledTimes(1);
  });

  it('can be any number of resources without end', () => {
    const { resources } = openServer({});
    for (let i = 0; i < 1500; i++) resources.markChanged(`a:${i}`);
    expect(resources.changed.value.size).toBe(1000);
    expect(resources.changed.value.has('a:1499')).toBe(true);
  });
});

describe('suggestions', () => {
  afterEach(() => vi.useRealTimers());
  const question = (value: string) =>
    ({ ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value }, known: { b: 'x' } }) as const;

  it('are asked for once nothing more is typed, and what is outdated is given up', async () => {
    vi.useFakeTimers();
    const given: AbortSignal[] = [];
    const { shared, asked } = openServer({
      read: async (_, params, stop) => {
        if (stop) given.push(stop);
        const { value } = params['argument'] as { value: string };
        return value === 'slow' ? new Promise(() => undefined) : done({ completion: { values: [`${value}1`], total: 3 } });
      },
    });
    const completion = openCompletion(shared);
    completion.want(question('f'));
    completion.want(question('fo'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual(
      [{ method: 'completion/complete', params: { ...question('fo'), known: undefined, context: { arguments: { b: 'x' } } } }].map(
        ({ method, params: { known: _, ...params } }) => ({ method, params }),
      ),
    );
    expect(completion.suggestions.value).toEqual({ value: 'fo', values: ['fo1'], more: 2 });
    completion.want(question('slow'));
    await vi.advanceTimersByTimeAsync(1000);
    completion.want(question('g'));
    expect(given.at(-1)?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(completion.suggestions.value?.value).toBe('g');
    completion.want(question('h'));
    completion.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(3);
  });

  it('are not asked of a server that has none', async () => {
    vi.useFakeTimers();
    const { shared, asked } = openServer({ capabilities: {} });
    openCompletion(shared).want(question('f'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([]);
  });

  it.each<[unknown, { values: string[]; more: number | undefined }]>([
    [{ values: ['a', 7, 'a', 'b'] }, { values: ['a', 'b'], more: 0 }],
    [
      { values: ['a'], hasMore: true },
      { values: ['a'], more: undefined },
    ],
    [
      { values: ['a'], total: 10, hasMore: true },
      { values: ['a'], more: 9 },
    ],
    [
      { values: Array.from({ length: 150 }, (_, i) => String(i)) },
      { values: Array.from({ length: 100 }, (_, i) => String(i)), more: undefined },
    ],
    ['nothing', { values: [], more: 0 }],
  ])('are made usable: %j', (completion, expected) => {
    expect(parseSuggestions('x', { completion })).toEqual({ value: 'x', ...expected });
  });
});

describe('shapes', () => {
  it('are read leniently, and what is no such thing is none', () => {
    expect(parseResource({ uri: 'a:1', size: -1, mimeType: 7, title: '', name: 'n' })).toMatchObject({
      label: 'n',
      size: undefined,
      mimeType: '',
    });
    expect(parseTemplate({ uriTemplate: 'a:{x}', description: [] })).toMatchObject({ label: 'a:{x}', description: '' });
    expect(
      parsePrompt({ name: 'p', title: 'P', arguments: [{ name: 'a', required: true }, { name: 'a' }, 7, { title: 'x' }] }),
    ).toMatchObject({
      label: 'P',
      arguments: [{ name: 'a', title: '', description: '', isRequired: true }],
    });
    for (const raw of [undefined, null, [], 'x', {}, { uri: 7, uriTemplate: 7, name: 7 }, { uri: '', uriTemplate: '', name: '' }])
      expect([parseResource(raw), parseTemplate(raw), parsePrompt(raw)]).toEqual([undefined, undefined, undefined]);
  });

  it('of what is kept are repaired', () => {
    expect(parseKeptValues({ p: { a: 'x', b: 7 }, q: 'none', r: ['y'] })).toEqual({ p: { a: 'x' } });
    expect(parseSubscriptions(['a:1', 'a:1', 7, `a:${'x'.repeat(3000)}`])).toEqual(['a:1']);
    expect(valuesOf({}, 'constructor')).toEqual({});
    expect(valuesOf(parseKeptValues(JSON.parse('{"__proto__":{"a":"x"}}')), '__proto__')).toEqual({ a: 'x' });
  });

  it('of templates become addresses', () => {
    const read = (template: string, values: { [name: string]: string }) => {
      const made = readTemplate(template);
      return made.kind === 'template' ? { uri: made.expand(values), variables: made.variables } : made;
    };
    expect(read('a://x/{id}/y{?q,lang}', { id: 'ü /', q: 'a b' })).toEqual({
      uri: 'a://x/%C3%BC%20%2F/y?q=a%20b',
      variables: [
        { name: 'id', isOptional: false, isList: false },
        { name: 'q', isOptional: true, isList: false },
        { name: 'lang', isOptional: true, isList: false },
      ],
    });
    expect(read('a://{+path}{/more*}{?q,tags*}', { path: 'b/c', more: 'd,e' })).toMatchObject({
      uri: 'a://b/c/d/e',
      variables: [{ isList: false }, { isList: true }, { isList: false, isOptional: true }, { isList: true, isOptional: true }],
    });
    expect(read('a://{id}', {})).toMatchObject({ uri: 'a://' });
    expect(read('a://{id', {})).toMatchObject({ kind: 'unreadable' });
  });
});
