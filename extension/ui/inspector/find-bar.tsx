/** Owns looking for a word in what one box shows: the field, the count, forth and back. Where it is found is find-matches.ts. */
import type { RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { formatNumber, t } from '../../platform/i18n.ts';
import { inSlices } from '../../platform/in-slices.ts';
import { IconButton } from '../kit/button.tsx';
import { MAX_MATCHES } from './find-matches.ts';

/** Quiet time after the last letter before a long text is gone through, milliseconds. */
const TYPING_MS = 120;

export type Find<Match> = {
  isOpen: boolean;
  word: string;
  /** Undefined while it is looked for. */
  matches: readonly Match[] | undefined;
  /** Index of the match that the user is at. */
  at: number;
  match: Match | undefined;
  /** Grows with every step: the same match is shown again when it is asked for again. */
  steps: number;
  open: () => void;
  close: () => void;
  type: (word: string) => void;
  step: (by: 1 | -1) => void;
};

/** Keeps what is looked for in a subject; `find` goes through it and yields in between. */
export function useFind<Match>(subject: unknown, find: (word: string) => Generator<void, Match[]>): Find<Match> {
  const [isOpen, setOpen] = useState(false);
  const [word, setWord] = useState('');
  const [matches, setMatches] = useState<readonly Match[] | undefined>([]);
  const [[at, steps], setAt] = useState<[at: number, steps: number]>([0, 0]);
  useEffect(() => {
    if (!isOpen || word === '') return setMatches([]);
    const stop = new AbortController();
    setMatches(undefined);
    const timer = setTimeout(async () => {
      const found = await inSlices(find(word), stop.signal).catch(() => undefined);
      if (stop.signal.aborted || found === undefined) return;
      setMatches(found);
      setAt(([, count]) => [0, count + 1]);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort(new DOMException('Something else is looked for', 'AbortError'));
    };
  }, [subject, word, isOpen]);
  const count = matches?.length ?? 0;
  return {
    ...{ isOpen, word: isOpen ? word : '', matches, at, match: isOpen ? matches?.[at] : undefined, steps },
    open: () => setOpen(true),
    close: () => setOpen(false),
    type: setWord,
    step: (by) => count > 0 && setAt([(at + by + count) % count, steps + 1]),
  };
}

/** Brings the match into view, sideways and in the page too, after the row that holds it has been drawn and has its height. */
export function useFoundInView(scroller: RefObject<HTMLElement | null>, step: number | undefined): void {
  useEffect(() => {
    if (step === undefined) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        const found = scroller.current?.querySelector('.found.current, .is-active .found, .is-active');
        found?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [step]);
}

/** The bar; it has the focus as soon as it is there. */
export function FindBar({ find, label, onClose }: { find: Find<unknown>; label: string; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => input.current?.select(), []);
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') find.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search class="find-bar" onKeyDown={keys}>
      <input
        ref={input}
        class="input small"
        type="text"
        value={find.word}
        placeholder={t('result_find')}
        aria-label={t('result_findIn', label)}
        aria-describedby={id}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => find.type(currentTarget.value)}
      />
      <span class="find-count tabular" id={id} role="status">
        {countWords(find)}
      </span>
      <IconButton icon="chevron-up" label={t('result_findPrevious')} onClick={() => find.step(-1)} />
      <IconButton icon="chevron" label={t('result_findNext')} onClick={() => find.step(1)} />
      <IconButton icon="close" label={t('result_findClose')} onClick={onClose} />
    </search>
  );
}

function countWords({ word, matches, at }: Find<unknown>): string {
  if (word === '') return '';
  if (matches === undefined) return '…';
  if (matches.length === 0) return t('result_findNone');
  const count = matches.length >= MAX_MATCHES ? `${formatNumber(MAX_MATCHES)}+` : formatNumber(matches.length);
  return t('result_findCount', formatNumber(at + 1), count);
}
