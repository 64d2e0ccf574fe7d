/** Owns where long text is cut into pieces that are drawn one by one: at line ends where there are any, never within a character. Pure. */

const isLowSurrogate = (text: string, at: number): boolean => text.charCodeAt(at) >= 0xdc00 && text.charCodeAt(at) <= 0xdfff;

/** Returns where the next line break is; the end of the text counts as one. */
function breakFrom(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? Math.max(text.length, from) : at;
}

/** Where a piece ends, and how many lines it has: a part of a line counts as one. */
export type Piece = { end: number; lines: number };

/** Returns where the pieces of a text end; see cutLines. */
export const cutPieces = (text: string, maxLength: number, maxLines: number): number[] =>
  cutLines(text, maxLength, maxLines).map(({ end }) => end);

/**
 * Cuts a text into pieces; the last one ends with the text.
 *
 * @param maxLength Characters of a piece: a line that is longer falls into several.
 * @param maxLines Lines of a piece.
 */
export function cutLines(text: string, maxLength: number, maxLines: number): Piece[] {
  const pieces: Piece[] = [];
  // Looked for once each: a text of one line must not be read to its end for every piece.
  let lineBreak = breakFrom(text, 0);
  for (let from = 0; from < text.length; ) {
    const limit = from + maxLength;
    let end = from;
    let lines = 0;
    for (; lines < maxLines && lineBreak < limit && end < text.length; lines++) {
      end = Math.min(lineBreak + 1, text.length);
      lineBreak = breakFrom(text, end);
    }
    if (end === from) end = Math.min(text.length, limit + Number(isLowSurrogate(text, limit)));
    pieces.push({ end, lines: Math.max(1, lines) });
    from = end;
  }
  return pieces.length === 0 ? [{ end: 0, lines: 1 }] : pieces;
}

/** Returns the index of the piece that holds an offset. */
export function pieceAt(ends: readonly number[], offset: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Counts the line breaks between two offsets. */
export function countLines(text: string, from: number, to: number): number {
  let count = 1;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to - 1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
