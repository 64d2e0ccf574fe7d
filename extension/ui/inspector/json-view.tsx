/**
 * Owns how JSON is drawn: a tree of lines that fold, by mouse and by keyboard, searched and wrapped when asked.
 * Which lines there are is json-tree.ts. Source for the keys: WAI-ARIA Authoring Practices 1.2, Tree View.
 */
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { CodeBox } from './code-box.tsx';
import { useWrap } from './content-context.ts';
import { useFind, useFoundInView } from './find-bar.tsx';
import { findInJson, type JsonMatch } from './find-matches.ts';
import { JsonLine } from './json-line.tsx';
import { type Folds, foldAll, toLines, unfoldAll, wayTo } from './json-tree.ts';
import { moveInTree } from './json-tree-keys.ts';
import { Rows } from './rows.tsx';

const LINE_HEIGHT = 18;
/** Lines up to which all of them are drawn. */
const FEW_LINES = 150;
/** Lines up to which a value is seen at a glance: it needs no tools. */
const GLANCE = 12;

type Props = { value: unknown; label: string };

/** Draws any JSON value; its cost depends on what is unfolded, not on the size of the value. */
export function JsonView({ value, label }: Props) {
  const [folds, setFolds] = useState<Folds>(new Map());
  const lines = useMemo(() => toLines(value, folds), [value, folds]);
  const [active, setActive] = useState<string>();
  const [wish, setWish] = useState(0);
  const [isWrapped, setWrapped] = useWrap(false);
  const find = useFind<JsonMatch>(value, (word) => findInJson(value, word));
  const tree = useRef<HTMLDivElement>(null);
  const id = useId();
  const go = (wanted: string) => {
    setActive(wanted);
    setWish((count) => count + 1);
  };
  // A step of the search unfolds what holds the match and goes there.
  useEffect(() => {
    if (find.match === undefined) return;
    const { path, inKey, offset } = find.match;
    const way = wayTo(value, path, inKey ? undefined : offset);
    setFolds((before) => new Map([...before, ...way.folds]));
    go(way.id);
  }, [find.match, find.steps]);
  useFoundInView(tree, find.match === undefined ? undefined : find.steps);
  const keyOf = useCallback((index: number) => lines[index]?.id ?? index, [lines]);
  const activeAt = Math.max(
    0,
    lines.findIndex((line) => line.id === active),
  );
  const toggle = (wanted: string, isOpen: boolean) => {
    setFolds(new Map(folds).set(wanted, isOpen));
    setActive(wanted);
  };
  return (
    <CodeBox
      label={label}
      find={lines.length > GLANCE ? find : undefined}
      wrap={lines.length > GLANCE || isLong(value) ? { isOn: isWrapped, set: setWrapped } : undefined}
      focus={() => tree.current?.focus()}
      tools={
        lines.length > GLANCE && (
          <>
            <Button kind="quiet" small onClick={() => setFolds(foldAll(value))}>
              {t('result_foldAll')}
            </Button>
            <Button kind="quiet" small onClick={() => setFolds(unfoldAll(value))}>
              {t('result_unfoldAll')}
            </Button>
          </>
        )
      }
    >
      <section aria-label={label} dir="ltr">
        <div
          ref={tree}
          class={`code-scroll code tree${isWrapped ? ' wrap' : ''}`}
          role="tree"
          aria-label={label}
          tabIndex={0}
          aria-activedescendant={`${id}-${activeAt}`}
          onKeyDown={(event) => {
            const move = event.altKey || event.ctrlKey || event.metaKey ? undefined : moveInTree(lines, activeAt, event.key);
            if (move === undefined) return;
            event.preventDefault();
            if (move.kind === 'go') go(move.id);
            else toggle(move.id, move.isOpen);
          }}
        >
          <Rows
            count={lines.length}
            few={FEW_LINES}
            scroller={tree}
            estimate={() => LINE_HEIGHT}
            layout={isWrapped}
            keyOf={keyOf}
            target={active === undefined ? undefined : { index: activeAt, wish }}
            draw={(index) => {
              const line = lines[index];
              if (line === undefined) return <div key={index} data-index={index} />;
              return (
                <JsonLine
                  key={line.id}
                  line={line}
                  index={index}
                  domId={`${id}-${index}`}
                  isActive={line.id === active}
                  word={find.word}
                  onToggle={(isOpen) => toggle(line.id, isOpen)}
                  onPick={() => setActive(line.id)}
                />
              );
            }}
          />
        </div>
      </section>
    </CodeBox>
  );
}

const isLong = (value: unknown): boolean => typeof value === 'string' && value.length > 60;
