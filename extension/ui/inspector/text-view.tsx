/**
 * Owns how text from outside is drawn: as it is, as Markdown or, where it is JSON, as a tree; whichever the user chose here last.
 * Long text is drawn piece by piece where it is seen; text-pieces.ts cuts it.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { parsePiecewise } from '../../../shared/json-piecewise.ts';
import { isTooDeep } from '../../../shared/json-text.ts';
import { t } from '../../platform/i18n.ts';
import { inSlices } from '../../platform/in-slices.ts';
import { Button } from '../kit/button.tsx';
import { lazily } from '../kit/lazily.tsx';
import { CodeBox } from './code-box.tsx';
import { useLook, useWrap } from './content-context.ts';
import { useFind, useFoundInView } from './find-bar.tsx';
import { findInText, type TextMatch } from './find-matches.ts';
import { JsonView } from './json-view.tsx';
import { looksLikeMarkdown } from './markdown-signs.ts';
import { MarkedText } from './marked-text.tsx';
import { CopyButton, SaveButton } from './payload-buttons.tsx';
import { byteWords } from './quantities.ts';
import { Rows } from './rows.tsx';
import { countLines, cutLines, pieceAt } from './text-pieces.ts';

const MarkdownView = lazily(async () => (await import('./markdown-view.tsx')).MarkdownView);

const PIECE_LENGTH = 4000;
const PIECE_LINES = 50;
/** Pieces up to which all of them are drawn. */
const FEW_PIECES = 6;
const LINE_HEIGHT = 18;
/** Characters of a line in a box of the usual width: what is not seen yet is guessed. */
const LINE_LENGTH = 60;
/** Text that is seen at a glance needs no tools. */
const GLANCE_LENGTH = 400;
const GLANCE_LINES = 6;

const keyOfPiece = (index: number): number => index;

type Props = {
  text: string;
  label: string;
  /** Names where it is, for the look that is remembered; see content-context.ts. */
  place?: string | undefined;
  /** Under what name it is saved. */
  fileName?: string;
  /** Even where it is short; its size stands elsewhere. */
  hasTools?: boolean;
  /** The buttons that copy and save it stand elsewhere. */
  isCopiedElsewhere?: boolean | undefined;
};

export function TextView({ text, label, place, fileName = 'text.txt', hasTools = false, isCopiedElsewhere = false }: Props) {
  const [look, setLook] = useLook(place);
  const [isWrapped, setWrapped] = useWrap(true);
  const pieces = useMemo(() => cutLines(text, PIECE_LENGTH, PIECE_LINES), [text]);
  const ends = useMemo(() => pieces.map(({ end }) => end), [pieces]);
  // Asked for every piece whenever one was measured: counted once.
  const heights = useMemo(
    () => pieces.map(({ end, lines }, at) => guessHeight(lines, end - (ends[at - 1] ?? 0), isWrapped)),
    [pieces, ends, isWrapped],
  );
  const json = useJson(text, look === 'json');
  const isGlance = text.length <= GLANCE_LENGTH && countLines(text, 0, text.length) <= GLANCE_LINES;
  const find = useFind<TextMatch>(text, (word) => findInText(text, word));
  const scroller = useRef<HTMLElement>(null);
  const current = find.match?.from ?? -1;
  const hasMarkdown = useMemo(() => looksLikeMarkdown(text), [text]) || look === 'markdown';
  const isPlain = !(look === 'markdown' || (look === 'json' && json.value !== undefined));
  useFoundInView(scroller, find.match === undefined ? undefined : find.steps);
  const choice = (name: 'markdown' | 'json', words: string) => (
    <Button kind="quiet" small aria-pressed={look === name} onClick={() => setLook(look === name ? 'plain' : name)}>
      {words}
    </Button>
  );
  return (
    <CodeBox
      label={label}
      find={isGlance || !isPlain ? undefined : find}
      wrap={isGlance || !isPlain ? undefined : { isOn: isWrapped, set: setWrapped }}
      focus={() => scroller.current?.focus()}
      tools={
        (!isGlance || hasTools || hasMarkdown || json.isLikely) && (
          <>
            {hasMarkdown && choice('markdown', t('result_markdown'))}
            {json.isLikely && choice('json', t('result_json'))}
            {(!isGlance || hasTools) && (
              <span class="bar-end">
                {!hasTools && <span class="quiet">{byteWords(text.length)}</span>}
                {!isCopiedElsewhere && (
                  <>
                    <CopyButton text={() => text} />
                    <SaveButton name={fileName} text={text} />
                  </>
                )}
              </span>
            )}
          </>
        )
      }
    >
      {look === 'json' && json.isBroken && <p class="quiet">{t('result_noJson')}</p>}
      {look === 'markdown' ? (
        <MarkdownView text={text} label={label} />
      ) : isPlain ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard
        <section ref={scroller} class={`code-scroll code text${isWrapped ? ' wrap' : ''}`} aria-label={label} tabIndex={0}>
          <Rows
            count={ends.length}
            few={FEW_PIECES}
            scroller={scroller}
            layout={isWrapped}
            keyOf={keyOfPiece}
            estimate={(index) => heights[index] ?? LINE_HEIGHT}
            target={current < 0 ? undefined : { index: pieceAt(ends, current), wish: find.steps }}
            draw={(index) => {
              const from = ends[index - 1] ?? 0;
              return (
                <pre key={index} data-index={index} class="piece" dir="auto">
                  <MarkedText text={text.slice(from, ends[index])} word={find.word} current={current - from} />
                </pre>
              );
            }}
          />
        </section>
      ) : (
        <JsonView value={json.value} label={label} />
      )}
    </CodeBox>
  );
}

const guessHeight = (lines: number, length: number, isWrapped: boolean): number =>
  LINE_HEIGHT * (isWrapped ? Math.max(lines, Math.ceil(length / LINE_LENGTH)) : lines);

/** Servers often send JSON as text: it is read when somebody wants to see it so. */
function useJson(text: string, isWanted: boolean): { isLikely: boolean; isBroken: boolean; value: unknown } {
  const isLikely = useMemo(() => /^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text.slice(-100)), [text]);
  const [read, setRead] = useState<{ text: string; value: unknown }>();
  useEffect(() => {
    if (!isWanted || !isLikely || read?.text === text) return;
    const stop = new AbortController();
    void readJson(text, stop.signal).then((value) => {
      if (!stop.signal.aborted) setRead({ text, value });
    });
    return () => stop.abort();
  }, [text, isWanted, isLikely]);
  const isRead = read?.text === text;
  return { isLikely, isBroken: isRead && read.value === undefined, value: isRead ? read.value : undefined };
}

async function readJson(text: string, signal: AbortSignal): Promise<unknown> {
  if (isTooDeep(text)) return undefined;
  return inSlices(parsePiecewise(text), signal).catch(() => undefined);
}
