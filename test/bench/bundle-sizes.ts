/** Measures the script of popup and side panel: what a page loads before anything is done in it, and what it may load later. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseAst } from 'rolldown/parseAst';
import { extensionFolder } from '../../api/_local/build-folders.ts';
import type { Row } from './report.ts';

const SCRIPT = /<script\b[^>]*\bsrc="([^"]+\.js)"/g;
const PRELOAD = /<link\b[^>]*\brel="modulepreload"[^>]*\bhref="([^"]+\.js)"/g;

/** Returns a row for each page. Each file is compressed by itself, as a store's archive and a server do. */
export function measureBundleSizes(): Row[] {
  const folder = extensionFolder('chrome');
  return [
    toRow(folder, { name: 'popup-size', what: 'popup script, gzip', page: 'popup.html', goal: 30 }),
    toRow(folder, { name: 'panel-size', what: 'side panel script before the first interaction, gzip', page: 'sidepanel.html', goal: 150 }),
  ];
}

function toRow(folder: string, { name, what, page, goal }: { name: string; what: string; page: string; goal: number }): Row {
  const html = readFileSync(`${folder}/${page}`, 'utf8');
  const entries = [SCRIPT, PRELOAD].flatMap((pattern) => [...html.matchAll(pattern)].map(([, path = '']) => posix.resolve('/', path)));
  const early = new Set<string>();
  const late = new Set<string>();
  for (const entry of entries) follow(folder, entry, early, late);
  const lateOnly = new Set<string>();
  for (const entry of late) if (!early.has(entry)) follow(folder, entry, lateOnly, new Set());
  const sizeOf = (paths: Iterable<string>): { raw: number; gzip: number } => {
    const texts = [...paths].map((path) => readFileSync(`${folder}${path}`));
    const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0) / 1000;
    return { raw: sum(texts.map((text) => text.byteLength)), gzip: sum(texts.map((text) => gzipSync(text, { level: 9 }).byteLength)) };
  };
  const size = sizeOf(early);
  const later = sizeOf([...lateOnly].filter((path) => !early.has(path)));
  return {
    name,
    what,
    unit: 'kB gzip',
    value: size.gzip,
    goal,
    note: `${early.size} files, ${size.raw.toFixed(1)} kB raw; loaded later, where needed: ${later.gzip.toFixed(1)} kB gzip.`,
  };
}

/** Adds a script and all that it imports statically to `early`, and what it imports lazily to `late`. Paths begin at the folder. */
function follow(folder: string, path: string, early: Set<string>, late: Set<string>): void {
  if (early.has(path)) return;
  early.add(path);
  const imports: { source: string; isLazy: boolean }[] = [];
  collectImports(parseAst(readFileSync(`${folder}${path}`, 'utf8')), imports);
  for (const { source, isLazy } of imports) {
    const target = posix.resolve(posix.dirname(path), source);
    if (isLazy) late.add(target);
    else follow(folder, target, early, late);
  }
}

function collectImports(node: unknown, found: { source: string; isLazy: boolean }[]): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const child of node) collectImports(child, found);
    return;
  }
  const { type, source, ...others } = node as Record<string, unknown>;
  const path = readText(source);
  if (path !== undefined) found.push({ source: path, isLazy: type === 'ImportExpression' });
  else collectImports(source, found);
  for (const child of Object.values(others)) collectImports(child, found);
}

/** The text of a literal; the minifier writes some with backticks. */
function readText(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if ('value' in node && typeof node.value === 'string') return node.value;
  if (!('quasis' in node) || !Array.isArray(node.quasis) || node.quasis.length !== 1) return undefined;
  const [{ value }] = node.quasis as [{ value: { cooked: string } }];
  return value.cooked;
}
