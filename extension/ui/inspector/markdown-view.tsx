/**
 * Owns Markdown of a server as a page: parsed, never turned into HTML text. Markup in it is shown as text, pictures are named and not loaded,
 * links ask before they open. Import it with `import()`: the parser is large. What each piece of Markdown looks like is markdown-nodes.tsx.
 */

import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { useMemo, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { drawMarkdown } from './markdown-nodes.tsx';
import { cutMarkdown } from './markdown-parts.ts';
import { byteWords } from './quantities.ts';

/** Parts that are drawn at first, and with each further wish. */
const STEP_PARTS = 2;

export function MarkdownView({ text, label }: { text: string; label: string }) {
  const ends = useMemo(() => cutMarkdown(text), [text]);
  const [wanted, setWanted] = useState(STEP_PARTS);
  const shown = ends.slice(0, wanted);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
      <section class="code-scroll markdown" aria-label={label} tabIndex={0} dir="auto">
        {shown.map((end, i) => (
          <Part key={end} text={text.slice(ends[i - 1] ?? 0, end)} />
        ))}
      </section>
      {shown.length < ends.length && (
        <div class="code-foot">
          <Button kind="quiet" small onClick={() => setWanted(wanted + STEP_PARTS)}>
            {t('result_showMore')}
          </Button>
          <span class="quiet">{t('result_shownOf', byteWords(shown.at(-1) ?? 0), byteWords(text.length))}</span>
        </div>
      )}
    </>
  );
}

function Part({ text }: { text: string }) {
  return useMemo(() => {
    const root = parse(text);
    return root === undefined ? <pre class="piece">{text}</pre> : drawMarkdown(root);
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
