/** Proves that imports go one way, in the real tree and in the rules themselves. */
import { describe, expect, it } from 'vitest';
import { findCycle, judgeImport } from './layers.ts';
import { listImports, listSourceFiles, readProjectFile } from './source-files.ts';

const files = listSourceFiles();
const imports = new Map(files.map((path) => [path, listImports(path, readProjectFile(path))]));
const edges = [...imports].flatMap(([from, found]) => found.flatMap(({ path }) => (path === undefined ? [] : [{ from, to: path }])));

describe('the order of layers', () => {
  it.each([
    ['extension/ui/inspector/room.tsx', 'extension/state/sessions.ts', 'ok'],
    ['extension/state/sessions.ts', 'extension/ui/kit/button.tsx', 'forbidden'],
    ['extension/gateway/backend.ts', 'api/_lib/settings.ts', 'forbidden'],
    ['api/_lib/routes/health.ts', 'extension/state/sessions.ts', 'forbidden'],
    ['api/_lib/relay/relay.ts', 'api/_lib/egress/egress.ts', 'ok'],
    ['api/_lib/egress/egress.ts', 'api/_lib/store/store.ts', 'forbidden'],
    ['api/_lib/settings.ts', 'api/_local/listen.ts', 'forbidden'],
    ['api/_lib/novelty/novelty.ts', 'api/_lib/store/store.ts', 'forbidden'],
    ['shared/errors.ts', 'shared/limits.ts', 'ok'],
    ['shared/errors.ts', 'api/_lib/log.ts', 'forbidden'],
    ['test/unit/a.test.ts', 'extension/ui/kit/button.tsx', 'ok'],
  ])('judges %s → %s as %s', (from, to, kind) => {
    expect(judgeImport(from, to).kind).toBe(kind);
  });

  it('is kept by every import of the project', () => {
    expect(edges.length).toBeGreaterThan(20);
    for (const top of ['extension', 'api', 'shared', 'test']) expect(files.some((path) => path.startsWith(`${top}/`))).toBe(true);
    const broken = edges.flatMap(({ from, to }) => {
      const verdict = judgeImport(from, to);
      return verdict.kind === 'ok' ? [] : [`${from} → ${to}: ${verdict.reason}`];
    });
    expect(broken).toEqual([]);
  });

  it('finds a cycle where there is one', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c', 'd']],
          ['d', ['b']],
        ]),
      ),
    ).toEqual(['b', 'd', 'b']);
    expect(
      findCycle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
        ]),
      ),
    ).toBeUndefined();
  });

  it('has no cycle, types included', () => {
    const graph = new Map([...imports].map(([from, found]) => [from, found.flatMap(({ path }) => path ?? [])]));
    expect(findCycle(graph)).toBeUndefined();
  });
});

describe('imports', () => {
  it('name the file with its extension', () => {
    const bare = edges.filter(({ to }) => !/\.(tsx?|css|json|svg|png)$/.test(to));
    expect(bare).toEqual([]);
  });

  it('of browser.* stay in extension/platform', () => {
    const touching = [...imports].filter(([, found]) =>
      found.some(({ specifier }) => /^(webextension-polyfill|wxt\/browser)$/.test(specifier)),
    );
    const elsewhere = touching.map(([path]) => path).filter((path) => !/^(extension\/platform|test)\//.test(path));
    expect(elsewhere).toEqual([]);
  });

  it('are all seen: static, re-exported, lazy and of types', () => {
    const text = `import type { A } from './a.ts'; export { b } from '../b.ts'; export * from './c.ts'; const d = await import('./d.ts'); import 'e';`;
    expect(listImports('api/x/y.ts', text)).toEqual([
      { specifier: './a.ts', path: 'api/x/a.ts' },
      { specifier: 'e', path: undefined },
      { specifier: '../b.ts', path: 'api/b.ts' },
      { specifier: './c.ts', path: 'api/x/c.ts' },
      { specifier: './d.ts', path: 'api/x/d.ts' },
    ]);
  });
});
