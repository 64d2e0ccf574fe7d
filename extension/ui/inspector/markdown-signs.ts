/** Owns whether a text looks as if it were meant as Markdown: then it is offered to be read so. Pure; a wrong guess costs one button. */

const READ_LENGTH = 20_000;
/** Headings, quotes, fences, tables, links, emphasis: what nobody types by accident. */
const SIGNS = [
  /^ {0,3}#{1,6} \S/m,
  /^ {0,3}(`{3}|~{3})/m,
  /^ {0,3}> ?\S/m,
  /^\|.*\|[^\S\n]*\n\|[ :|-]+\|/m,
  /!?\[[^\]\n]{1,200}\]\([^)\s]{1,500}/,
  /(^|\W)\*\*\S[^\n]{0,200}?\S\*\*(\W|$)/,
];
/** One line that begins so is a dash; two are a list. */
const LIST_ITEM = /^ {0,3}([*+-]|\d{1,9}[.)]) +\S/gm;

export function looksLikeMarkdown(text: string): boolean {
  const head = text.slice(0, READ_LENGTH);
  if (/^\s*[[{]/.test(head)) return false;
  return SIGNS.some((sign) => sign.test(head)) || (head.match(LIST_ITEM)?.length ?? 0) > 1;
}
