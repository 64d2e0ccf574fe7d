/** Owns what the keys do in a JSON tree. Pure. Source: WAI-ARIA Authoring Practices 1.2, Tree View > Keyboard Interaction. */
import type { TreeLine } from './json-tree.ts';

export type TreeMove = { kind: 'go'; id: string } | { kind: 'fold'; id: string; isOpen: boolean };

/** Lines that one press of Page Up or Page Down passes. */
const PAGE = 20;

const isOpenOf = (line: TreeLine | undefined): boolean | undefined =>
  line?.kind === 'value' || line?.kind === 'range' ? line.isOpen : undefined;

/** Returns what a key does at a line; undefined for a key that the tree does not take. */
export function moveInTree(lines: readonly TreeLine[], at: number, key: string): TreeMove | undefined {
  const line = lines[at];
  if (line === undefined) return undefined;
  const isOpen = isOpenOf(line);
  switch (key) {
    case 'ArrowDown':
      return go(lines, at + 1, 1) ?? go(lines, at, 1);
    case 'ArrowUp':
      return go(lines, at - 1, -1) ?? go(lines, at, 1);
    case 'Home':
      return go(lines, 0, 1);
    case 'End':
      return go(lines, lines.length - 1, -1);
    case 'PageDown':
      return go(lines, Math.min(lines.length - 1, at + PAGE), -1);
    case 'PageUp':
      return go(lines, Math.max(0, at - PAGE), 1);
    case 'ArrowRight':
      if (isOpen === false) return { kind: 'fold', id: line.id, isOpen: true };
      return isOpen ? go(lines, at + 1, 1) : go(lines, at, 1);
    case 'ArrowLeft':
      if (isOpen) return { kind: 'fold', id: line.id, isOpen: false };
      return go(lines, parentOf(lines, at), 1);
    case 'Enter':
    case ' ':
      return isOpen === undefined ? go(lines, at, 1) : { kind: 'fold', id: line.id, isOpen: !isOpen };
    default:
      return undefined;
  }
}

/** Goes to the next line in a direction that is no mere end of one above. */
function go(lines: readonly TreeLine[], from: number, step: 1 | -1): TreeMove | undefined {
  for (let at = from; ; at += step) {
    const line = lines[at];
    if (line === undefined) return undefined;
    if (line.kind !== 'end') return { kind: 'go', id: line.id };
  }
}

function parentOf(lines: readonly TreeLine[], at: number): number {
  const depth = lines[at]?.depth ?? 0;
  for (let above = at - 1; above >= 0; above--) if ((lines[above]?.depth ?? 0) < depth) return above;
  return at;
}
