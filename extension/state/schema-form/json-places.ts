/** Owns where in a JSON text a place of its value stands: for marks beside what the schema does not allow. Pure. */
import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { t } from '../../platform/i18n.ts';
import { fromPointer, type Json } from './json-value.ts';
import type { Issue } from './schema-check.ts';

export type Mark = { from: number; to: number; message: string };

const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: true };

/** Returns the marks of a text: where it is no JSON, else where its value breaks the schema. */
export function marksOf(text: string, issues: readonly Issue[]): Mark[] {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, STRICT);
  const [first] = errors;
  if (first !== undefined) {
    // At the end of a line there is nothing to put a mark under: it goes under what stands before it.
    const isThere = /\S/.test(text.charAt(first.offset));
    const from = isThere ? first.offset : text.slice(0, first.offset).trimEnd().length - 1;
    return from < 0 ? [] : [{ from, to: isThere ? from + Math.max(1, first.length) : from + 1, message: t('editor_notJson') }];
  }
  if (tree === undefined) return [];
  return issues.map(({ pointer, message }) => {
    const { offset, length } = nodeAt(tree, pointer) ?? tree;
    // A mark under a whole object would be under everything: its bracket is enough.
    const isLong = text.slice(offset, offset + length).includes('\n');
    return { from: offset, to: offset + (isLong ? 1 : length), message };
  });
}

function nodeAt(tree: Node, pointer: string): Node | undefined {
  // The path is read from the tree alone: digits are an index where an array stands.
  let node: Node | undefined = tree;
  for (const part of fromPointer(pointer, {} as Json)) {
    if (node === undefined) return undefined;
    node = findNodeAtLocation(node, [node.type === 'array' ? Number(part) : String(part)]);
  }
  return node;
}
