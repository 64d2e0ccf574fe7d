/** Proves the state behind the Tools room, and the list on screen: pages, runs, one connection for all, moving by keyboard. */
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallFailure, McpConnection, Outcome, Tool, ToolPage } from '../../../../extension/gateway/mcp-connection.ts';
import { EMPTY_VIEW } from '../../../../extension/state/inspector-activity-filter.ts';
import { shareConnection } from '../../../../extension/state/inspector-connection.ts';
import { draftOfTool, fitDrafts, parseRoomState } from '../../../../extension/state/inspector-room.ts';
import { createTools } from '../../../../extension/state/inspector-tools.ts';
import { draftOf } from '../../../../extension/state/schema-form/draft.ts';
import { badgesOf, titleOf } from '../../../../extension/ui/inspector/tool-badges.tsx';
import { filterTools, ToolList } from '../../../../extension/ui/inspector/tool-list.tsx';
import { PaletteHost } from '../../../../extension/ui/palette/palette-host.tsx';
import { muteConnection } from '../../../support/mute-connection.ts';

const DEAF = { onProgress: () => undefined, onContact: () => undefined };

afterEach(cleanup);

const failed = (failure: CallFailure): Outcome<never> => ({ kind: 'failed', failure });
const page = (names: string[], nextCursor?: string): Outcome<ToolPage> => ({
  kind: 'done',
  value: { tools: names.map((name) => ({ name })), ...(nextCursor !== undefined && { nextCursor }) },
});

/** A connection whose answers are the test's; counts how often it was dialled and closed. */
function connectionOf(answers: Partial<McpConnection>) {
  const counts = { dialled: 0, closed: 0 };
  const connection = muteConnection({
    close: async () => {
      counts.closed++;
    },
    ...answers,
  });
  const dial = async (): Promise<Outcome<McpConnection>> => {
    counts.dialled++;
    return { kind: 'done', value: connection };
  };
  return { counts, shared: shareConnection(dial, () => undefined) };
}

describe('the list of tools', () => {
  it('is all pages, and asks no page twice', async () => {
    const asked: (string | undefined)[] = [];
    const pages: Record<string, Outcome<ToolPage>> = { first: page(['a', 'b'], '2'), 2: page(['c', 'a'], '3'), 3: page(['d'], '2') };
    const { shared } = connectionOf({
      listTools: async (cursor) => {
        asked.push(cursor);
        return pages[cursor ?? 'first'] ?? page([]);
      },
    });
    const tools = createTools(shared, () => undefined);
    await tools.refresh();
    expect(tools.list.value.tools?.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(asked).toEqual([undefined, '2', '3']);
  });

  it('stays when reading it again fails, beside the failure', async () => {
    const answers = [page(['a']), failed({ kind: 'network' })];
    const { shared } = connectionOf({ listTools: async () => answers.shift() ?? page([]) });
    const tools = createTools(shared, () => undefined);
    await tools.refresh();
    await tools.refresh();
    expect(tools.list.value).toEqual({ tools: [{ name: 'a' }], loading: false, failure: { kind: 'network' } });
  });

  it('is the one that was asked for last, though an older one comes later', async () => {
    const slow = Promise.withResolvers<Outcome<ToolPage>>();
    const answers = [slow.promise, Promise.resolve(page(['new']))];
    const { shared } = connectionOf({ listTools: () => answers.shift() ?? Promise.resolve(page([])) });
    const tools = createTools(shared, () => undefined);
    const first = tools.refresh();
    await tools.refresh();
    slow.resolve(page(['old']));
    await first;
    expect(tools.list.value.tools).toEqual([{ name: 'new' }]);
  });
});

describe('the connection', () => {
  it('is opened once for all that use it', async () => {
    const { shared, counts } = connectionOf({});
    await Promise.all([shared.use((open) => open.listTools(undefined)), shared.use((open) => open.listTools(undefined))]);
    await shared.close();
    expect(counts).toEqual({ dialled: 1, closed: 1 });
  });

  it.each(['network', 'interrupted'] as const)('is opened again after: %s', async (kind) => {
    const { shared, counts } = connectionOf({ listTools: async () => failed({ kind }) });
    await shared.use((open) => open.listTools(undefined));
    await shared.use((open) => open.listTools(undefined));
    await expect.poll(() => counts).toEqual({ dialled: 2, closed: 2 });
  });

  it.each<CallFailure>([{ kind: 'cancelled' }, { kind: 'timeout' }, { kind: 'protocol', code: 1, message: '' }])(
    'goes on after: %j',
    async (failure) => {
      const { shared, counts } = connectionOf({ listTools: async () => failed(failure) });
      await shared.use((open) => open.listTools(undefined));
      await shared.use((open) => open.listTools(undefined));
      expect(counts).toEqual({ dialled: 1, closed: 0 });
    },
  );

  it('in doubt stays open for the calls that still wait on it', async () => {
    const slow = Promise.withResolvers<Outcome<{ content: [] }>>();
    const { shared, counts } = connectionOf({ listTools: async () => failed({ kind: 'network' }), callTool: () => slow.promise });
    const waiting = shared.use((open) => open.callTool('key-of-act', { name: 'a', arguments: {} }, DEAF));
    await shared.use((open) => open.listTools(undefined));
    expect(counts.closed).toBe(0);
    slow.resolve({ kind: 'done', value: { content: [] } });
    expect(await waiting).toMatchObject({ kind: 'done' });
    await expect.poll(() => counts.closed).toBe(1);
  });

  it('that could not be opened has sent nothing, and is tried again', async () => {
    let dialled = 0;
    const shared = shareConnection(
      async () => {
        dialled++;
        return failed({ kind: 'network' });
      },
      () => undefined,
    );
    expect(await shared.use((open) => open.listTools(undefined))).toEqual({ kind: 'failed', failure: { kind: 'network' }, isUnsent: true });
    await shared.use((open) => open.listTools(undefined));
    expect(dialled).toBe(2);
  });
});

describe('what the panel remembers', () => {
  it('is repaired, whatever was stored', () => {
    const lists = { resource: undefined, template: undefined, resourceFilter: '', subscriptions: [], templateValues: {} };
    const prompts = { prompt: undefined, promptFilter: '', promptValues: {} };
    const fresh = {
      room: 'tools',
      tool: undefined,
      toolFilter: '',
      activity: EMPTY_VIEW,
      drafts: {},
      looks: {},
      logShown: 'debug',
      ...lists,
      ...prompts,
    };
    const broken = { resource: [], subscriptions: 'all', templateValues: { a: 7 }, promptValues: [{ x: 'y' }], promptFilter: null };
    for (const raw of [undefined, null, 7, [], { room: 'x', tool: 7, drafts: 'y', activityFilter: 1 }, broken])
      expect(parseRoomState(raw)).toEqual(fresh);
  });

  it('has the roots that were typed, as far as they are some', () => {
    const rows = [{ uri: 'file:///a', name: 'A' }, { uri: 7 }, 'x', { uri: `file:///${'x'.repeat(5000)}`, name: '' }];
    const roots = parseRoomState({ roots: rows }).roots ?? [];
    expect(roots.slice(0, 2)).toEqual([
      { uri: 'file:///a', name: 'A' },
      { uri: '', name: '' },
    ]);
    expect(roots[2]?.uri.length).toBe(2000);
    expect(parseRoomState({ roots: Array.from({ length: 99 }, () => rows[0]) }).roots?.length).toBe(32);
  });

  it('has arguments for a tool with the name of what every object has only when some were typed', () => {
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(draftOfTool(parseRoomState({}).drafts, name)).toBeUndefined();
      const { drafts } = parseRoomState(JSON.parse(`{"drafts": {"${name}": {"arguments": {"a": 1}}}}`));
      expect(draftOfTool(drafts, name)?.arguments).toEqual({ a: 1 });
    }
  });

  it('loses the oldest arguments first when it is too much', () => {
    const draft = (text: string) => draftOf({ text });
    const drafts = { old: draft('x'.repeat(80)), middle: draft('y'.repeat(80)), latest: draft('z'.repeat(80)) };
    expect(Object.keys(fitDrafts(drafts, 400))).toEqual(['middle', 'latest']);
    expect(Object.keys(fitDrafts(drafts, 10_000))).toEqual(['old', 'middle', 'latest']);
  });
});

describe('a tool', () => {
  it.each<[Tool['annotations'], string[]]>([
    [undefined, []],
    [{ readOnlyHint: true, destructiveHint: true }, ['read-only']],
    [{ readOnlyHint: false, destructiveHint: true, openWorldHint: true }, ['destructive', 'open world']],
    [{ destructiveHint: false, idempotentHint: true }, ['additive', 'idempotent']],
    [{ readOnlyHint: 'yes' }, []],
  ])('with %j has the badges %j', (annotations, labels) => {
    expect(badgesOf({ name: 'x', ...(annotations && { annotations }) }).map(({ label }) => label)).toEqual(labels);
  });

  it('has the title that the server gives it, wherever that is', () => {
    expect(titleOf({ name: 'x', title: 'X' })).toBe('X');
    expect(titleOf({ name: 'x', annotations: { title: 'X' } })).toBe('X');
    expect(titleOf({ name: 'x', title: 'x' })).toBe('');
  });
});

describe('the list on screen', () => {
  const tools: Tool[] = [{ name: 'get-sum', title: 'Adds' }, { name: 'get-env', description: 'Reads the environment' }, { name: 'echo' }];
  /** As in the panel: the key that leads to the filter is the panel's. */
  const show = (selected: string[], filters: string[] = [], favourites: string[] = []) =>
    render(
      <>
        <PaletteHost session={undefined} others={[]} inspector={undefined} />
        <div class="room">
          <ToolList
            tools={tools}
            selected={undefined}
            filter=""
            runs={new Map()}
            favourites={favourites}
            onFilter={(filter) => filters.push(filter)}
            onSelect={(name) => selected.push(name)}
          />
        </div>
      </>,
    );

  it('is filtered by every word, in name, title and description', () => {
    expect(filterTools(tools, 'GET adds').map(({ name }) => name)).toEqual(['get-sum']);
    expect(filterTools(tools, 'environment').map(({ name }) => name)).toEqual(['get-env']);
    expect(filterTools(tools, ' ')).toHaveLength(3);
    expect(filterTools(tools, 'none')).toEqual([]);
  });

  it('is walked through by keyboard, from the filter and back', () => {
    const selected: string[] = [];
    show(selected);
    fireEvent.keyDown(document.body, { key: '/' });
    expect(document.activeElement).toBe(screen.getByLabelText('Filter tools'));
    const press = (key: string) => document.activeElement && fireEvent.keyDown(document.activeElement, { key });
    press('ArrowDown');
    press('ArrowDown');
    expect(document.activeElement?.textContent).toContain('get-env');
    press('Enter');
    press('End');
    press(' ');
    press('Home');
    press('ArrowUp');
    expect(selected).toEqual(['get-env', 'echo']);
    expect(document.activeElement).toBe(screen.getByLabelText('Filter tools'));
    press('Enter');
    expect(selected.at(-1)).toBe('get-sum');
  });

  it('has the favourites first', () => {
    show([], [], ['echo']);
    expect(screen.getAllByRole('option').map((option) => option.querySelector('.option-name')?.textContent)).toEqual([
      'echo',
      'get-sum',
      'get-env',
    ]);
  });

  it('lets a slash be typed where text is typed', () => {
    const input = document.body.appendChild(document.createElement('input'));
    show([]);
    input.focus();
    fireEvent.keyDown(input, { key: '/' });
    expect(document.activeElement).toBe(input);
    input.remove();
  });
});
