/** Owns how long text from outside is drawn: in steps, each laid out only when it comes into view. */
import { useMemo, useState } from 'preact/hooks';
import { parseJsonText } from '../../../shared/json-text.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { useLook } from './content-context.ts';
import { JsonView } from './json-view.tsx';
import { byteWords } from './quantities.ts';

const FIRST_LENGTH = 20_000;
const STEP_LENGTH = 100_000;
/** Longest text that is tried as JSON without being asked, characters. */
const MAX_JSON_LENGTH = 500_000;

type Props = {
  text: string;
  label: string;
  /** Names where it is, for the look that is remembered; see content-context.ts. */
  place?: string | undefined;
};

export function TextView({ text, label, place }: Props) {
  const [shown, setShown] = useState(FIRST_LENGTH);
  const [look, setLook] = useLook(place);
  const asJson = look === 'json';
  const json = useMemo(() => readJson(text), [text]);
  const ends = cutAt(text, shown);
  return (
    <div class="code-box">
      {asJson && json !== undefined ? (
        <JsonView value={json} label={label} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard
        <section class="code-scroll" aria-label={label} tabIndex={0}>
          {ends.map((end, i) => (
            <pre key={end} class="code wrap" dir="auto">
              <VisibleText text={text.slice(ends[i - 1] ?? 0, end)} />
            </pre>
          ))}
        </section>
      )}
      <div class="code-foot">
        {!asJson && shown < text.length && (
          <>
            <Button kind="quiet" small onClick={() => setShown(shown + STEP_LENGTH)}>
              Show more
            </Button>
            <span class="quiet">
              {byteWords(ends.at(-1) ?? 0)} of {byteWords(text.length)}
            </span>
          </>
        )}
        {json !== undefined && (
          <Button kind="quiet" small aria-pressed={asJson} onClick={() => setLook(asJson ? 'plain' : 'json')}>
            {asJson ? 'as sent' : 'formatted'}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Returns where the drawn steps end: at line ends where there are any near, never between the halves of a character. */
function cutAt(text: string, shown: number): number[] {
  const ends: number[] = [];
  for (let aim = FIRST_LENGTH; ; aim += STEP_LENGTH) {
    const limit = Math.min(aim, shown);
    if (limit >= text.length) return [...ends, text.length];
    const line = text.lastIndexOf('\n', limit) + 1;
    const end = line > limit - 2000 && line > (ends.at(-1) ?? 0) ? line : limit + Number(isLowSurrogate(text, limit));
    ends.push(end);
    if (aim >= shown) return ends;
  }
}

const isLowSurrogate = (text: string, at: number): boolean => text.charCodeAt(at) >= 0xdc00 && text.charCodeAt(at) <= 0xdfff;

/** Servers often send JSON as text. */
function readJson(text: string): unknown {
  if (text.length > MAX_JSON_LENGTH || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}
