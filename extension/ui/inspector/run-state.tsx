/** Owns a run on screen: elapsed time and the server's own words while it goes on, then its result or its failure. */
import { useEffect, useState } from 'preact/hooks';
import { awaitsAnswers } from '../../gateway/call-rounds.ts';
import type { Progress, Tool } from '../../gateway/mcp-connection.ts';
import { formatNumber, t } from '../../platform/i18n.ts';
import { now } from '../../state/clock.ts';
import { mayHaveRun } from '../../state/inspector-failure.ts';
import { pagesRequired } from '../../state/questions/url-required.ts';
import type { Run } from '../../state/run.ts';
import { timeAgo } from '../../state/time-left.ts';
import { type Remedy, wordsFor } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { CallDetails } from './call-details.tsx';
import { FailureView } from './failure-view.tsx';
import { durationWords, timeOfDay } from './quantities.ts';
import { ResultView } from './result-view.tsx';

const TICK_MS = 100;

type Props = { run: Run; tool: Tool; remedies: Partial<Record<Remedy, () => void>>; onRunAgain: () => void };

export function RunState({ run, tool, remedies, onRunAgain }: Props) {
  switch (run.kind) {
    case 'running':
      return <Running run={run} />;
    case 'done':
      if (awaitsAnswers(run.result)) return <WaitsElsewhere run={run} />;
      return (
        <ResultView
          result={run.result}
          durationMs={run.durationMs}
          outputSchema={tool.outputSchema}
          origin={originOf(run)}
          place={`tool ${tool.name}`}
        />
      );
    case 'failed':
      return <Failed run={run} remedies={remedies} onRunAgain={onRunAgain} />;
  }
}

/** What the server still wants to know is asked where the call began: its arguments are there alone. */
function WaitsElsewhere({ run }: { run: Extract<Run, { kind: 'done' }> }) {
  return (
    <section class="result" aria-label={t('tools_waitsForAnswer')}>
      <p>{run.device === undefined ? t('tools_waitsThere') : t('tools_waitsOn', run.device)}</p>
      <p class="quiet">{t('tools_waitsAgain')}</p>
    </section>
  );
}

/** Says where and when a call ran that this panel did not begin itself. */
function originOf({ device, endedAtMs }: Extract<Run, { endedAtMs: number }>): string | undefined {
  return device === undefined ? undefined : t('tools_ranOn', device, timeAgo(new Date(endedAtMs).toISOString(), now.value));
}

function Failed({ run, remedies, onRunAgain }: { run: Extract<Run, { kind: 'failed' }> } & Omit<Props, 'run' | 'tool'>) {
  const isInDoubt = !run.isUnsent && mayHaveRun(run.failure);
  const pages = pagesRequired(run.failure);
  return (
    <section class="result" aria-label={isInDoubt ? t('tools_outcomeUnknown') : t('tools_failure')}>
      <FailureView
        failure={run.failure}
        act={run.isUnsent ? 'read' : 'call'}
        remedies={remedies}
        actions={
          (isInDoubt || pages.length > 0) && (
            <Button small onClick={onRunAgain}>
              {t('tools_runAgain')}
            </Button>
          )
        }
      >
        {isInDoubt && <CallDetails run={run} />}
      </FailureView>
      {!isInDoubt && <p class="quiet">{originOf(run) ?? t('tools_after', durationWords(run.durationMs))}</p>}
    </section>
  );
}

function Running({ run }: { run: Extract<Run, { kind: 'running' }> }) {
  const elapsedMs = useElapsed(run.startedAtMs);
  const { progress, device, lost, cancelFailure, isCancelling = false } = run;
  return (
    <section class="result running" aria-label={t('tools_running')}>
      <div class="bar">
        {lost === undefined && <Spinner />}
        <b>{lost === undefined ? t('tools_running') : t('tools_wasRunning')}</b>
        <span class="badge tabular">{durationWords(lost === undefined ? elapsedMs : Math.max(0, lost.sinceMs - run.startedAtMs))}</span>
        <span class="spacer" />
        <Button small busy={isCancelling} onClick={run.cancel}>
          {isCancelling ? t('tools_cancelling') : t('tools_cancel')}
        </Button>
      </div>
      {device !== undefined && (
        <p class="quiet" dir="auto">
          <VisibleText text={t('tools_beganOn', device, timeOfDay(new Date(run.startedAtMs).toISOString()))} />
        </p>
      )}
      {progress !== undefined && (
        <div class="progress">
          <progress
            aria-label={t('tools_progress')}
            {...(progress.total !== undefined && { max: progress.total, value: progress.progress })}
          />
          <p class="quiet" role="status" dir="auto">
            <VisibleText text={progressWords(progress)} />
          </p>
        </div>
      )}
      {lost !== undefined && (
        <p class="badge warn run-lost" role="status">
          {wordsFor(lost.code).title} {t('tools_shownAsOf', timeOfDay(new Date(lost.sinceMs).toISOString()))}
        </p>
      )}
      {cancelFailure !== undefined && (
        <p class="badge warn run-lost" role="status">
          {t('tools_notCancelled')} {wordsFor(cancelFailure).title}
        </p>
      )}
    </section>
  );
}

export function progressWords({ progress, total, message }: Progress): string {
  const count = total === undefined ? formatNumber(progress) : t('tools_progressOf', formatNumber(progress), formatNumber(total));
  return typeof message === 'string' && message !== '' ? `${count} · ${message}` : count;
}

function useElapsed(startedAtMs: number): number {
  const [present, setPresent] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setPresent(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, present - startedAtMs);
}
