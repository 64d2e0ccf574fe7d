/** Owns the looks of the JSON editor, in the colours of the design's tokens: they reach into its shadow root. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Height of a line, px; a text area before it is as high. */
const LINE = 18;

const theme = EditorView.theme({
  '&': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    background: 'var(--bg)',
    color: 'var(--ink)',
    fontSize: '12px',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px', borderColor: 'var(--accent)' },
  '&:has([aria-invalid=true])': { borderColor: 'var(--bad)' },
  '.cm-scroller': { borderRadius: 'var(--radius)', fontFamily: 'var(--mono)', lineHeight: `${LINE}px`, overflow: 'auto' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 8px 0 2px' },
  '.cm-gutters': { background: 'none', border: '0', color: 'var(--ink-3)' },
  '.cm-foldGutter': { width: '14px', cursor: 'pointer' },
  '.cm-foldPlaceholder': { background: 'var(--bg-sunk)', border: '1px solid var(--line)', color: 'var(--ink-2)', padding: '0 4px' },
  '.cm-selectionBackground, ::selection': { background: 'color-mix(in oklab, var(--accent), transparent 70%)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--accent-soft)', outline: '1px solid var(--accent)' },
  '&.cm-focused .cm-nonmatchingBracket': { background: 'var(--bad-soft)' },
  '.cm-selectionMatch, .cm-searchMatch': { background: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { background: 'var(--accent-soft)', outline: '2px solid var(--accent)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)', textUnderlineOffset: '3px' },
  '.cm-tooltip, .cm-panels': {
    background: 'var(--bg-raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-s)',
    color: 'var(--ink)',
    fontFamily: 'var(--font)',
    maxWidth: 'calc(100vw - 24px)',
  },
  '.cm-panels': { borderRadius: 'var(--radius) var(--radius) 0 0', border: '0', borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '6px 28px 6px 8px' },
  '.cm-panel.cm-search label': { fontSize: '11px', marginInlineEnd: '8px' },
  '.cm-textfield': {
    background: 'var(--bg)',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    color: 'var(--ink)',
    fontSize: '12px',
  },
  '.cm-button': { background: 'none', border: '1px solid var(--line-strong)', borderRadius: '4px', color: 'var(--ink)', fontSize: '11px' },
  '.cm-panel.cm-search [name=close], .cm-panel.cm-panel-lint [name=close]': {
    color: 'var(--ink-2)',
    fontSize: '16px',
    width: '24px',
    height: '24px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12px', maxHeight: '200px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent)', color: 'var(--accent-ink)' },
  '.cm-completionDetail': { color: 'var(--ink-2)', fontStyle: 'normal', marginInlineStart: '8px' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': { padding: '4px 8px', maxWidth: '240px', fontSize: '11px', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic': { borderInlineStart: '3px solid var(--bad)', padding: '4px 8px', fontSize: '12px', whiteSpace: 'pre-wrap' },
});

/** @param rows Least and most lines that it is high. */
export const looks = ([least, most]: readonly [number, number]): Extension => [
  theme,
  EditorView.theme({
    '.cm-content, .cm-gutter': { minHeight: `${least * LINE + 12}px` },
    '.cm-scroller': { maxHeight: `${most * LINE + 12}px` },
  }),
];

export const colours: Extension = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: 'var(--accent)' },
    { tag: tags.string, color: 'var(--ink)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
    { tag: [tags.punctuation, tags.separator, tags.bracket], color: 'var(--ink-2)' },
    { tag: tags.invalid, color: 'var(--bad)' },
  ]),
);
