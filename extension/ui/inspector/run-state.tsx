/** Owns a run on screen: elapsed time and the server's own words while it goes on, then its result or its failure. */
import { useEffect, useState } from 'preact/hooks';
import type { Progress, Tool } from '../../gateway/mcp-connection.ts';
import type { Run } from '../../state/inspector-tools.ts';
import type { Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { FailureView } from './failure-view.tsx';
import { durationWords } from './quantities.ts';
import { ResultView } from './result-view.tsx';
import { VisibleText } from './visible-text-view.tsx';

const TICK_MS = 100;

type Props = { run: Run; tool: Tool; remedies: Partial<Record<Remedy, () => void>> };

export function RunState({ run, tool, remedies }: Props) {
  switch (run.kind) {
    case 'running':
      return <Running run={run} />;
    case 'done':
      return <ResultView result={run.result} durationMs={run.durationMs} outputSchema={tool.outputSchema} />;
    case 'failed':
      return (
        <section class="result" aria-label="Failure">
          <FailureView failure={run.failure} act={run.isUnsent ? 'read' : 'call'} remedies={remedies} />
          <p class="quiet">after {durationWords(run.durationMs)}</p>
        </section>
      );
  }
}

function Running({ run }: { run: Extract<Run, { kind: 'running' }> }) {
  const elapsedMs = useElapsed(run.startedAtMs);
  const { progress } = run;
  return (
    <section class="result running" aria-label="Running">
      <div class="bar">
        <Spinner />
        <b>Running</b>
        <span class="badge tabular">{durationWords(elapsedMs)}</span>
        <span class="spacer" />
        <Button small onClick={run.cancel}>
          Cancel
        </Button>
      </div>
      {progress !== undefined && (
        <div class="progress">
          <progress aria-label="Progress" {...(progress.total !== undefined && { max: progress.total, value: progress.progress })} />
          <p class="quiet" role="status" dir="auto">
            <VisibleText text={progressWords(progress)} />
          </p>
        </div>
      )}
    </section>
  );
}

export function progressWords({ progress, total, message }: Progress): string {
  const count = total === undefined ? String(progress) : `${progress} of ${total}`;
  return typeof message === 'string' && message !== '' ? `${count} · ${message}` : count;
}

function useElapsed(startedAtMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, now - startedAtMs);
}
