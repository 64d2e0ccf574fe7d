/**
 * Owns the JSON editor itself: CodeMirror, in a shadow root. Loaded when JSON is typed for the first time; where it stands is json-input.tsx.
 *
 * In a shadow root its styles are adopted style sheets: as `style` elements the extension's content security policy would refuse them.
 */
import { autocompletion, type CompletionContext, type CompletionResult, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, tooltips } from '@codemirror/view';
import type { Mark } from '../../state/schema-form/json-places.ts';
import type { Completions } from '../../state/schema-form/schema-completion.ts';
import { colours, looks } from './json-editor-looks.ts';
import { editorPhrases } from './json-editor-words.ts';

export type JsonEditorOptions = {
  text: string;
  /** Its name for screen readers. */
  label: string;
  /** Least and most lines that it is high. */
  rows: readonly [least: number, most: number];
  /** Tab indents; Escape, then Tab leaves. Where it is false, Tab leaves. */
  isTabKept: boolean;
  complete: (text: string, offset: number) => Completions | undefined;
  onType: (text: string) => void;
};

export type JsonEditor = {
  /** Shows another text than what is typed; where it is the same, nothing happens. */
  setText(text: string): void;
  setMarks(marks: readonly Mark[]): void;
  /** Says beside the name what is wrong; undefined when nothing is. */
  setProblem(problem: string | undefined): void;
  /** Gives it the focus, with this much selected. */
  focus(selection?: { from: number; to: number }): void;
  destroy(): void;
};

export function openJsonEditor(host: HTMLElement, options: JsonEditorOptions): JsonEditor {
  const root = host.shadowRoot ?? shadowOf(host);
  const described = new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        json(),
        history(),
        search({ top: true }),
        highlightSelectionMatches(),
        bracketMatching(),
        indentOnInput(),
        codeFolding(),
        foldGutter(),
        autocompletion({ override: [(context) => completeFrom(context, options.complete)], icons: false }),
        keymap.of([
          ...completionKeymap,
          ...searchKeymap,
          ...lintKeymap,
          ...foldKeymap,
          ...historyKeymap,
          // Runs the tool: it is the form's.
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
          ...(options.isTabKept ? [indentWithTab] : []),
        ]),
        // The rooms around it are containers: what is fixed in them is not fixed to the window.
        tooltips({ position: 'absolute' }),
        EditorView.lineWrapping,
        EditorState.tabSize.of(2),
        EditorState.phrases.of(editorPhrases()),
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          // Else Chromium keeps the looks of text that is typed over in style attributes, and reports each as a violation of the policy.
          contenteditable: 'plaintext-only',
          spellcheck: 'false',
          autocapitalize: 'off',
          autocorrect: 'off',
        }),
        described.of([]),
        looks(options.rows),
        colours,
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isSetting) options.onType(update.state.doc.toString());
        }),
      ],
    }),
  });
  let isSetting = false;
  let problem: string | undefined;
  return {
    setText(text) {
      const { doc } = view.state;
      if (doc.toString() === text) return;
      isSetting = true;
      view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
      isSetting = false;
    },
    setMarks(marks) {
      const { length } = view.state.doc;
      const diagnostics = marks
        .map(({ from, to, message }) => ({ from: Math.min(from, length), to: Math.min(to, length), severity: 'error' as const, message }))
        // What is typed meanwhile may have left a mark without extent.
        .filter(({ from, to }) => from < to);
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    setProblem(next) {
      if (next === problem) return;
      problem = next;
      view.dispatch({ effects: described.reconfigure(describe(next)) });
    },
    focus(selection) {
      if (selection) view.dispatch({ selection: { anchor: selection.from, head: selection.to } });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

function shadowOf(host: HTMLElement): ShadowRoot {
  const root = host.attachShadow({ mode: 'open' });
  // What is typed in it is nobody's shortcut; with a modifier it may be the form's.
  root.addEventListener('keydown', (event) => {
    if (event instanceof KeyboardEvent && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  return root;
}

/** From outside of its shadow root nothing can describe it. */
const describe = (problem: string | undefined): Extension =>
  problem === undefined ? [] : EditorView.contentAttributes.of({ 'aria-invalid': 'true', 'aria-description': problem });

function completeFrom(context: CompletionContext, complete: JsonEditorOptions['complete']): CompletionResult | null {
  const text = context.state.doc.toString();
  // Unasked only where something was begun: a list over the rest of the text would be in the way.
  if (!context.explicit && !/["\w]$/.test(text.slice(Math.max(0, context.pos - 1), context.pos))) return null;
  const found = complete(text, context.pos);
  if (found === undefined || found.items.length === 0) return null;
  const isQuoted = text[found.from] === '"';
  return {
    from: found.from,
    to: found.to,
    options: found.items.map(({ label, insert, detail, about }) => ({
      // What was begun with a quotation mark is looked for with one.
      label: isQuoted ? insert.replace(/: $/, '') : label,
      displayLabel: label,
      detail,
      apply: insert,
      ...(about !== undefined && { info: about }),
    })),
    validFor: /^"?[^"\n]*$/,
  };
}
