/** Proves that nothing in the backend but egress makes requests: no other module has the means. */
import { parseSync } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';
import { listProjectFiles, readProjectFile } from '../../conventions/source-files.ts';

/** api/_local listens and starts processes on the developer's machine; it is no part of what is deployed. */
const files = listProjectFiles().filter((path) => /^api\/.*\.[cm]?[jt]s$/.test(path) && !path.startsWith('api/_local/'));
const mayConnect = (path: string): boolean => /^api\/_lib\/(egress\/|store\/kv)/.test(path);

const NETWORK_MODULE = /^(undici|(node:)?(http|https|http2|net|tls|dns|dns\/promises|dgram)|axios|eventsource|ws)(\/.*)?$/;
/** Tells apart addresses, and connects to nothing. */
const HARMLESS = new Set(['isIP', 'isIPv4', 'isIPv6']);
const NETWORK_GLOBALS = new Set(['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource']);

type Node = { type: string; [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** Returns what gives a file access to the network: modules that it loads, and global functions that it names. */
function findNetworkUse(path: string, text: string): string[] {
  const { module, program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} can't be parsed`);
  const imported = module.staticImports
    .filter(({ entries }) => entries.length === 0 || entries.some((entry) => !entry.isType && !HARMLESS.has(entry.importName.name ?? '')))
    .map((found) => found.moduleRequest.value);
  const reExported = module.staticExports.flatMap((found) => found.entries.flatMap((entry) => entry.moduleRequest?.value ?? []));
  const lazy = module.dynamicImports.map((found) => text.slice(found.moduleRequest.start + 1, found.moduleRequest.end - 1));
  return [
    ...[...imported, ...reExported, ...lazy].filter((specifier) => NETWORK_MODULE.test(specifier)),
    ...findGlobals(program as unknown as Node, new Set()),
  ];
}

const childrenOf = (node: Node): [key: string, child: Node][] =>
  Object.entries(node).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child): [string, Node] => [key, child]),
  );

/** Returns the names that a pattern binds. */
function namesBoundBy(pattern: Node): string[] {
  if (pattern.type === 'Identifier') return [String(pattern['name'])];
  return childrenOf(pattern).flatMap(([key, child]) =>
    key === 'key' || key === 'right' || key === 'typeAnnotation' ? [] : namesBoundBy(child),
  );
}

/** Returns the names that are a file's own inside a node: parameters of a function, declarations of a block. */
const namesDeclaredIn = (node: Node): string[] =>
  childrenOf(node).flatMap(([key, child]) => {
    if (key === 'params') return namesBoundBy(child);
    if (key !== 'body' || child.type !== 'VariableDeclaration') return [];
    return childrenOf(child).flatMap(([, declarator]) => (isNode(declarator['id']) ? namesBoundBy(declarator['id']) : []));
  });

/** Returns the network globals that are used in a node, other than by a name that the file gives to something of its own. */
function findGlobals(node: Node, own: ReadonlySet<string>): string[] {
  if (node.type === 'TSTypeQuery') return [];
  const ownHere = new Set([...own, ...namesDeclaredIn(node)]);
  return childrenOf(node).flatMap(([key, child]) => {
    const name = child.type === 'Identifier' ? String(child['name']) : '';
    if (!NETWORK_GLOBALS.has(name)) return findGlobals(child, ownHere);
    const object = node['object'];
    if (key === 'property' && isNode(object) && ['globalThis', 'global', 'self'].includes(String(object['name']))) return [name];
    const isLabel = (key === 'property' || key === 'key') && node['computed'] !== true;
    return isLabel || ownHere.has(name) ? [] : [name];
  });
}

describe('the backend', () => {
  it('is looked at', () => {
    expect(files.length).toBeGreaterThan(5);
    expect(files.some((path) => !path.startsWith('api/_lib/egress/') && path.startsWith('api/_lib/'))).toBe(true);
  });

  it('makes requests in egress alone', () => {
    const uses = files
      .filter((path) => !mayConnect(path))
      .flatMap((path) => findNetworkUse(path, readProjectFile(path)).map((use) => `${path}: ${use}`));
    expect(uses).toEqual([]);
  });

  it('does make them there', () => {
    const uses = files.filter((path) => path.startsWith('api/_lib/egress/')).flatMap((path) => findNetworkUse(path, readProjectFile(path)));
    expect(uses).toContain('undici');
  });
});

describe('the search', () => {
  it.each([
    ["import { request } from 'node:http';", ['node:http']],
    ["import 'undici';", ['undici']],
    ["import { isIP, connect } from 'node:net';", ['node:net']],
    ["export { lookup } from 'dns';", ['dns']],
    ["await import('node:tls');", ['node:tls']],
    ["await fetch('https://a');", ['fetch']],
    ["await globalThis.fetch('https://a');", ['fetch']],
    ['const send = fetch;', ['fetch']],
    ['open({ fetch });', ['fetch']],
    ['new WebSocket(url);', ['WebSocket']],
    ['function a() { const fetch = egress.fetch; } fetch(url);', ['fetch']],
    ['function a(x = fetch) {}', ['fetch']],
  ])('finds %s', (text, found) => {
    expect([...new Set(findNetworkUse('api/x.ts', text))]).toEqual(found);
  });

  it.each([
    "import { isIP } from 'node:net';",
    "import type { LookupAddress } from 'node:dns';",
    'await egress.fetch(url);',
    'type Parts = { fetch: (url: string) => void };',
    'let f: typeof globalThis.fetch;',
    'open({ fetch: egress.fetch });',
    'const { seen, fetch } = observe(egress); open({ fetch });',
    'const send = (url: string, { fetch }: Parts) => fetch(url);',
    "import { createHash } from 'node:crypto';",
  ])('leaves %s', (text) => {
    expect(findNetworkUse('api/x.ts', text)).toEqual([]);
  });
});
