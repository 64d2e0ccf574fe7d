/**
 * Owns the order of the layers, as data, and the verdict whether an import keeps it. Pure.
 * A file may import its own layer and those below; layers in one row do not know each other.
 */

const EXTENSION = [['entrypoints'], ['ui'], ['state'], ['gateway'], ['platform'], ['public']];
const BACKEND = [
  ['vercel'],
  ['compose'],
  ['app'],
  ['routes'],
  ['access', 'device-watch', 'pairing'],
  ['sessions'],
  ['relay'],
  ['oauth'],
  ['http'],
  ['allowances'],
  ['settings'],
  ['vault'],
  ['egress', 'store'],
  ['background-work'],
  ['log'],
  ['limits'],
];
/** Tops of the tree: who may import whom at all. `test` may import everything. */
const TOPS: Record<string, readonly string[]> = {
  extension: ['extension', 'shared'],
  api: ['api', 'shared'],
  shared: ['shared'],
};

export type LayerVerdict = { kind: 'ok' } | { kind: 'forbidden'; reason: string };

/** Judges one import between two files of the project. */
export function judgeImport(from: string, to: string): LayerVerdict {
  const [top = '', folder = ''] = from.split('/');
  if (top === 'test') return { kind: 'ok' };
  const [targetTop = '', targetFolder = ''] = to.split('/');
  if (!TOPS[top]?.includes(targetTop)) return { kind: 'forbidden', reason: `${top} does not import ${targetTop}` };
  if (targetTop === 'shared') return { kind: 'ok' };
  if (top === 'extension') return judgeOrder(EXTENSION, folder, targetFolder);
  // What runs the backend on this machine may compose it; nothing in it may know the machine.
  if (folder === '_local') return { kind: 'ok' };
  if (targetFolder === '_local') return { kind: 'forbidden', reason: 'the backend does not import what runs it' };
  return judgeOrder(BACKEND, backendModule(from), backendModule(to));
}

/** Folder or file name directly in api/_lib. */
const backendModule = (path: string): string => (path.split('/')[2] ?? '').replace(/\.ts$/, '');

function judgeOrder(layers: readonly (readonly string[])[], from: string, to: string): LayerVerdict {
  const [fromRow, toRow] = [from, to].map((name) => layers.findIndex((row) => row.includes(name)));
  for (const [name, row] of [
    [from, fromRow],
    [to, toRow],
  ])
    if (row === -1) return { kind: 'forbidden', reason: `${name} has no place in the order of layers` };
  if (from === to || (fromRow ?? 0) < (toRow ?? 0)) return { kind: 'ok' };
  return { kind: 'forbidden', reason: `${from} does not import ${to}` };
}

/** Returns the first cycle that it finds, as a path that ends where it begins; undefined when there is none. */
export function findCycle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
