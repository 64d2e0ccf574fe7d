/** Owns how JSON is drawn: coloured, a few hundred lines at a time, more when asked for. Printing is json-lines.ts. */
import { useMemo, useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { type JsonLine, printJson } from './json-lines.ts';

const FIRST_LINES = 200;
/** Lines that one more click draws; each step is laid out only when it comes into view. */
const STEP_LINES = 1000;

/** Draws any JSON value; its cost depends on what is drawn, not on the size of the value. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const reader = useMemo(() => readLines(value), [value]);
  const [wanted, setWanted] = useState(FIRST_LINES);
  const { lines, more } = reader(wanted);
  const blocks: JsonLine[][] = [];
  for (let start = 0; start < lines.length; start += FIRST_LINES) blocks.push(lines.slice(start, start + FIRST_LINES));
  return (
    <div class="code-box">
      {/* Scrollable, so it must be reachable by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <section class="code-scroll" aria-label={label} tabIndex={0} dir="ltr">
        {blocks.map((block, i) => (
          <pre key={i} class="code">
            {block.map((line, j) => (
              <Line key={j} line={line} />
            ))}
          </pre>
        ))}
      </section>
      {more && (
        <Button kind="quiet" small onClick={() => setWanted(wanted + STEP_LINES)}>
          Show more lines
        </Button>
      )}
    </div>
  );
}

function Line({ line }: { line: JsonLine }) {
  return (
    <>
      {'  '.repeat(Math.min(line.indent, 60))}
      {line.tokens.map((token, i) => (
        <span key={i} class={`json-${token.kind}`}>
          {token.kind === 'key' || token.kind === 'text' ? <VisibleText text={token.text} /> : token.text}
        </span>
      ))}
      {'\n'}
    </>
  );
}

/** Returns a reader that prints on as far as it is asked and remembers what it has printed. */
function readLines(value: unknown): (wanted: number) => { lines: JsonLine[]; more: boolean } {
  const printer = printJson(value);
  const printed: JsonLine[] = [];
  let isOver = false;
  return (wanted) => {
    // One line more than wanted, to know whether there is one.
    while (!isOver && printed.length <= wanted) {
      const next = printer.next();
      if (next.done) isOver = true;
      else printed.push(next.value);
    }
    return { lines: printed.slice(0, wanted), more: printed.length > wanted };
  };
}
