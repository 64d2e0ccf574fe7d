/**
 * Owns where JSON is typed: a text area at once, and the editor in its place as soon as it is loaded. What was typed until then, the focus and
 * the selection go over. The editor itself is json-editor.ts.
 */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { marksOf } from '../../state/schema-form/json-places.ts';
import type { Issue } from '../../state/schema-form/schema-check.ts';
import { completionsAt } from '../../state/schema-form/schema-completion.ts';
import type { Schema } from '../../state/schema-form/schema-parts.ts';
import type { ControlProps } from './field-frame.tsx';
import type { JsonEditor } from './json-editor.ts';

type Props = Partial<ControlProps> & {
  text: string;
  /** Its name: no label outside of a shadow root reaches into it. */
  label: string;
  /** Least and most lines that it is high. */
  rows: readonly [least: number, most: number];
  /** What the value has to fit, and the document that its references are in. */
  part: Schema;
  root: Schema;
  /** With places relative to the value. */
  issues: readonly Issue[];
  problem: string | undefined;
  isTabKept?: boolean;
  onType: (text: string) => void;
};

const load = () => import('./json-editor.ts');
type EditorModule = Awaited<ReturnType<typeof load>>;
/** Kept for the next place: it comes without a text area before it. */
let loaded: EditorModule | undefined;

export function JsonInput({ text, label, rows, part, root, issues, problem, isTabKept = false, onType, ...tied }: Props) {
  const [module, setModule] = useState(loaded);
  const area = useRef<HTMLTextAreaElement>(undefined);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<JsonEditor>(undefined);
  const before = useRef<{ from: number; to: number }>(undefined);
  const latest = useRef({ onType, part, root });
  latest.current = { onType, part, root };
  const marks = useMemo(() => marksOf(text, issues), [text, issues]);
  const [least, most] = rows;
  /** Called while the text area is still there, and for the last time: what is typed until then moves the selection. */
  const keepArea = useCallback((next: HTMLTextAreaElement | null) => {
    const input = area.current;
    if (next === null && input !== undefined && document.activeElement === input)
      before.current = { from: input.selectionStart, to: input.selectionEnd };
    area.current = next ?? undefined;
  }, []);

  useEffect(() => {
    if (module !== undefined) return;
    let isGone = false;
    void load().then((arrived) => {
      loaded = arrived;
      if (!isGone) setModule(arrived);
    });
    return () => {
      isGone = true;
    };
  }, [module]);

  useLayoutEffect(() => {
    if (module === undefined || host.current === null) return;
    const opened = module.openJsonEditor(host.current, {
      text,
      label,
      rows,
      isTabKept,
      complete: (typed, offset) => completionsAt(latest.current.part, latest.current.root, typed, offset),
      onType: (typed) => latest.current.onType(typed),
    });
    editor.current = opened;
    return () => opened.destroy();
  }, [module, label, least, most, isTabKept]);

  useLayoutEffect(() => {
    editor.current?.setText(text);
    editor.current?.setMarks(marks);
    editor.current?.setProblem(problem);
  }, [module, text, marks, problem]);

  useLayoutEffect(() => {
    // After the marks: Firefox moves the caret to the start where text that has the focus is drawn anew.
    if (module !== undefined && before.current !== undefined) editor.current?.focus(before.current);
    before.current = undefined;
  }, [module]);

  if (module === undefined)
    return (
      <textarea
        {...tied}
        ref={keepArea}
        class="input mono"
        rows={Math.min(most, Math.max(least, text.split('\n').length))}
        spellcheck={false}
        aria-label={label}
        value={text}
        onInput={(event) => onType(event.currentTarget.value)}
      />
    );
  return (
    <>
      <div ref={host} class="json-editor" data-invalid={problem === undefined ? undefined : 'true'} />
      {isTabKept && <p class="quiet editor-hint">{t('editor_tabHint')}</p>}
    </>
  );
}
