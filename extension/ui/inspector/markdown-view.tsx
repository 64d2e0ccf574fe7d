/**
 * Owns Markdown of a server as a page: parsed, never turned into HTML text. Markup in it is shown as text, pictures are named and not loaded,
 * links ask before they open. Import it with `import()`: the parser is large. What each piece of Markdown looks like is markdown-nodes.tsx.
 */

import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { drawMarkdown, type Root } from './markdown-nodes.tsx';
import { cutMarkdown, isTooNested } from './markdown-parts.ts';
import { byteWords } from './quantities.ts';

/** Parts that are drawn at first, and with each further wish: twenty thousand characters or more. */
const STEP_PARTS = 10;

export function MarkdownView({ text, label }: { text: string; label: string }) {
  const parts = useMemo(() => cutMarkdown(text), [text]);
  const [wanted, setWanted] = useState(STEP_PARTS);
  const shown = parts.slice(0, useOneByOne(Math.min(wanted, parts.length)));
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
      <section class="code-scroll markdown" aria-label={label} tabIndex={0} dir="auto">
        {shown.map((part) => (
          <Part key={part.end} text={part.text} />
        ))}
      </section>
      {wanted < parts.length && (
        <div class="code-foot">
          <Button kind="quiet" small onClick={() => setWanted(wanted + STEP_PARTS)}>
            {t('result_showMore')}
          </Button>
          <span class="quiet">{t('result_shownOf', byteWords(shown.at(-1)?.end ?? 0), byteWords(text.length))}</span>
        </div>
      )}
    </>
  );
}

/** Returns how many of the parts to draw now: one more with every frame. */
function useOneByOne(wanted: number): number {
  const [drawn, setDrawn] = useState(1);
  useEffect(() => {
    if (drawn >= wanted) return;
    const frame = requestAnimationFrame(() => setDrawn(drawn + 1));
    return () => cancelAnimationFrame(frame);
  }, [drawn, wanted]);
  return Math.min(drawn, wanted);
}

function Part({ text }: { text: string }) {
  return useMemo(() => {
    const root = isTooNested(text) ? undefined : parse(text);
    if (root !== undefined) return drawMarkdown(root);
    return (
      <pre class="piece">
        <VisibleText text={text} />
      </pre>
    );
  }, [text]);
}

/** Returns the tree; undefined where the parser gives up on what was made to break it. */
function parse(text: string): Root | undefined {
  try {
    return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  } catch {
    return undefined;
  }
}
