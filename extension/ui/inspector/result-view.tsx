/** Owns how the result of a run is drawn, a tool's own error included. Failures without a result are failure-view.tsx. */
import { useRef, useState } from 'preact/hooks';
import type { ToolResult } from '../../gateway/mcp-connection.ts';
import { formatNumber, t, tCount } from '../../platform/i18n.ts';
import { isJsonObject } from '../../state/schema-form/json-value.ts';
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
const TEXT_FILE = 'text.txt';

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
  const text = textAlone(result);
  // What a person means by the result: its text where it is text alone, else all of it.
  const payload: Payload = isRaw || text === undefined ? { json: result } : { text };
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
        <span class="bar-end">
          <Button kind="quiet" small aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
            {t('result_raw')}
          </Button>
          <CopyButton {...payload} />
          <SaveButton name={'text' in payload ? TEXT_FILE : 'result.json'} {...payload} />
        </span>
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
        <Readable result={result} outputSchema={outputSchema} place={place} isError={isError} isTextAlone={text !== undefined} />
      )}
    </section>
  );
}

type ReadableProps = { result: ToolResult; outputSchema: unknown; place: string | undefined; isError: boolean; isTextAlone: boolean };

function Readable({ result, outputSchema, place, isError, isTextAlone }: ReadableProps) {
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
          isCopiedElsewhere={isTextAlone}
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

/** Returns the text of a result that is one text and nothing else. */
function textAlone({ content, structuredContent }: ToolResult): string | undefined {
  const [only, ...others] = Array.isArray(content) ? (content as unknown[]) : [];
  if (others.length > 0 || structuredContent !== undefined || !isJsonObject(only) || only['type'] !== 'text') return undefined;
  return typeof only['text'] === 'string' ? only['text'] : undefined;
}
