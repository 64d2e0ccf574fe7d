/** Owns how the result of a run is drawn, a tool's own error included. Failures without a result are failure-view.tsx. */
import { useRef, useState } from 'preact/hooks';
import type { ToolResult } from '../../gateway/mcp-connection.ts';
import { formatNumber, t, tCount } from '../../platform/i18n.ts';
import { Button } from '../kit/button.tsx';
import { Dot } from '../kit/marks.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ContentBlock, Foldable } from './content-block.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton, type Payload, SaveButton } from './payload-buttons.tsx';
import { durationWords } from './quantities.ts';
import { StructuredContent } from './structured-content.tsx';

/** Blocks that are drawn at first. */
const MAX_BLOCKS = 100;

type Props = {
  result: ToolResult;
  durationMs: number;
  outputSchema: unknown;
  /** Where and when it ran, where that was not here and now. */
  origin: string | undefined;
  /** Names where it is, for what is remembered of it; see content-context.ts. */
  place?: string;
};

export function ResultView({ result, durationMs, outputSchema, origin, place }: Props) {
  const [isRaw, setRaw] = useState(false);
  const section = useRef<HTMLElement>(null);
  const isError = result.isError === true;
  return (
    <section
      ref={section}
      class={isError ? 'result is-error' : 'result'}
      aria-label={isError ? t('result_toolError') : t('result_result')}
      onKeyDown={(event) => {
        // Where nothing of it has the focus: what is inside takes the key itself.
        if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
        const find = section.current?.querySelector<HTMLElement>('[data-find]');
        if (!find) return;
        event.preventDefault();
        find.click();
      }}
    >
      <div class="bar result-bar">
        <Dot tone={isError ? 'bad' : 'ok'} />
        <b class={isError ? 'is-bad' : undefined}>{isError ? t('result_toolError') : t('result_result')}</b>
        <span class="badge">{durationWords(durationMs)}</span>
        <span class="spacer" />
        <Button kind="quiet" small aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
          {t('result_raw')}
        </Button>
        <CopyButton {...(isRaw ? { json: result } : payloadOf(result))} />
        <SaveButton name="result.json" json={result} />
      </div>
      {isError && <p class="quiet">{t('result_toolErrorMeaning')}</p>}
      {origin !== undefined && (
        <p class="quiet" dir="auto">
          <VisibleText text={origin} />
        </p>
      )}
      {isRaw ? (
        <JsonView value={result} label={t('result_whole')} />
      ) : (
        <Readable result={result} outputSchema={outputSchema} place={place} isError={isError} />
      )}
    </section>
  );
}

type ReadableProps = { result: ToolResult; outputSchema: unknown; place: string | undefined; isError: boolean };

function Readable({ result, outputSchema, place, isError }: ReadableProps) {
  const blocks = Array.isArray(result.content) ? (result.content as unknown[]) : [];
  const shown = blocks.slice(0, MAX_BLOCKS);
  const lacksStructure = outputSchema !== undefined && result.structuredContent === undefined && !isError;
  return (
    <>
      {shown.map((block, i) => (
        <ContentBlock
          key={i}
          block={block}
          position={blocks.length > 1 ? t('result_position', formatNumber(i + 1), formatNumber(blocks.length)) : ''}
          place={place === undefined ? undefined : `${place} ${i}`}
        />
      ))}
      {blocks.length > shown.length && <p class="quiet">{tCount('result_moreBlocks', blocks.length - shown.length)}</p>}
      {blocks.length === 0 && result.structuredContent === undefined && <p class="quiet">{t('result_empty')}</p>}
      {lacksStructure && <p class="badge warn run-lost">{t('result_lacksStructure')}</p>}
      {result.structuredContent !== undefined && <StructuredContent value={result.structuredContent} outputSchema={outputSchema} />}
      {result._meta !== undefined && <Foldable title={t('result_meta')} value={result._meta} />}
    </>
  );
}

/** Copies what a person means by the result: its text where it is text alone, else all of it. */
function payloadOf(result: ToolResult): Payload {
  const [only, ...others] = Array.isArray(result.content) ? (result.content as unknown[]) : [];
  if (others.length === 0 && result.structuredContent === undefined && typeof only === 'object' && only !== null && 'text' in only)
    return { text: String(only.text) };
  return { json: result };
}
