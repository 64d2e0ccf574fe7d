/** Proves what is remembered of a server's tools: bounded, repaired, the same in every window, and gone with the servers used longest ago. */
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { changeTools, loadTools, MAX_RECENT_OF_A_TOOL, parseTools } from '../../../../extension/platform/stored-tools.ts';
import { openToolMemory } from '../../../../extension/state/tool-memory.ts';

const URL_A = 'https://a.example/mcp';
const AT = '2026-11-23T10:00:00.000Z';

beforeEach(() => fakeBrowser.reset());

describe('what is remembered of tools', () => {
  it('is there when it is opened again, in every session with the server', async () => {
    const first = await openToolMemory(URL_A, 'session-1');
    await first.toggleFavourite('echo');
    await first.remember('echo', { message: 'a' }, AT);
    await first.allow('wipe');
    await first.setTimeLimit(null);
    const again = await openToolMemory(URL_A, 'session-1');
    expect(again.kept.value).toEqual(first.kept.value);
    expect([again.isAllowed('wipe'), again.timeLimit()]).toEqual([true, null]);
    const other = await openToolMemory(URL_A, 'session-2');
    expect(other.kept.value.favourites).toEqual(['echo']);
    expect(other.isAllowed('wipe')).toBe(false);
    expect((await openToolMemory('https://b.example/mcp', 'session-3')).kept.value.favourites).toEqual([]);
  });

  it('has each set of arguments once, the newest first, and no more than it may', async () => {
    const memory = await openToolMemory(URL_A, 'session-1');
    for (let n = 0; n < MAX_RECENT_OF_A_TOOL + 3; n++) await memory.remember('echo', { n }, AT);
    await memory.remember('echo', { n: 5 }, AT);
    await memory.remember('other', {}, AT);
    const kept = memory.recentOf('echo').map((run) => run.arguments['n']);
    expect(kept).toHaveLength(MAX_RECENT_OF_A_TOOL);
    expect(kept.slice(0, 2)).toEqual([5, 12]);
    await memory.remember('huge', { text: 'x'.repeat(20_000) }, AT);
    expect(memory.recentOf('huge')).toEqual([]);
    await memory.forget('echo');
    expect([memory.recentOf('echo').length, memory.recentOf('other').length]).toEqual([0, 1]);
  });

  it('loses nothing when two windows change it at once', async () => {
    const [one, two] = await Promise.all([openToolMemory(URL_A, 's'), openToolMemory(URL_A, 's')]);
    await Promise.all([one.toggleFavourite('a'), two.toggleFavourite('b')]);
    expect((await loadTools(URL_A)).favourites.toSorted()).toEqual(['a', 'b']);
  });

  it('goes with the servers that were used longest ago', async () => {
    for (let n = 0; n < 45; n++) await changeTools(`https://${n}.example/`, (tools) => ({ ...tools, favourites: ['x'] }));
    expect((await loadTools('https://0.example/')).favourites).toEqual([]);
    expect((await loadTools('https://44.example/')).favourites).toEqual(['x']);
    expect(Object.keys(await fakeBrowser.storage.local.get()).filter((key) => key.startsWith('tools:'))).toHaveLength(40);
  });

  it.each([undefined, null, 7, [], { favourites: 7, recent: 'x', allowed: [1], timeLimitSeconds: -1 }, { recent: [{ tool: 'a' }] }])(
    'is repaired, whatever was stored: %j',
    (raw) => {
      expect(parseTools(raw)).toEqual({ favourites: [], recent: [], allowed: [], timeLimitSeconds: undefined });
    },
  );
});
