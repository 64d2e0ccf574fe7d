/** Owns how the result of a run is drawn, a tool's own error included. Failures without a result are failure-view.tsx. */
import { useState } from 'preact/hooks';
import type { ToolResult } from '../../gateway/mcp-connection.ts';
import { Dot } from '../kit/marks.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ContentBlock } from './content-block.tsx';
import { JsonView } from './json-view.tsx';
import { CopyButton } from './payload-buttons.tsx';
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
};

export function ResultView({ result, durationMs, outputSchema, origin }: Props) {
  const isError = result.isError === true;
  const blocks = Array.isArray(result.content) ? result.content : [];
  const shown = blocks.slice(0, MAX_BLOCKS);
  const lacksStructure = outputSchema !== undefined && result.structuredContent === undefined && !isError;
  return (
    <section class="result" aria-label={isError ? 'Tool error' : 'Result'}>
      <div class="bar">
        <Dot tone={isError ? 'bad' : 'ok'} />
        <b class={isError ? 'is-bad' : undefined}>{isError ? 'Tool error' : 'Result'}</b>
        <span class="badge">{durationWords(durationMs)}</span>
        <span class="spacer" />
        <CopyButton text={() => copyOf(result)} />
      </div>
      {origin !== undefined && (
        <p class="quiet" dir="auto">
          <VisibleText text={origin} />
        </p>
      )}
      {shown.map((block, i) => (
        <ContentBlock key={i} block={block} position={blocks.length > 1 ? `${i + 1} of ${blocks.length}` : ''} />
      ))}
      {blocks.length > shown.length && <p class="quiet">{blocks.length - shown.length} more blocks are in the whole result below.</p>}
      {blocks.length === 0 && result.structuredContent === undefined && <p class="quiet">The result is empty.</p>}
      {lacksStructure && <p class="badge warn">The tool promises structured content (outputSchema), but sent none.</p>}
      {result.structuredContent !== undefined && <StructuredContent value={result.structuredContent} outputSchema={outputSchema} />}
      {result._meta !== undefined && <Foldable title="_meta" value={result._meta} />}
      <Foldable title="Whole result as JSON" value={result} />
    </section>
  );
}

function Foldable({ title, value }: { title: string; value: unknown }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <JsonView value={value} label={title} />}
    </details>
  );
}

/** Copies what a person means by the result: its text where it is text alone, else all of it. */
function copyOf(result: ToolResult): string {
  const [only, ...others] = Array.isArray(result.content) ? (result.content as unknown[]) : [];
  if (others.length === 0 && result.structuredContent === undefined && typeof only === 'object' && only !== null && 'text' in only)
    return String(only.text);
  return JSON.stringify(result, null, 2);
}
