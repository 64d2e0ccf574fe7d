/** Owns what identifies a call whose outcome nobody knows: what a person needs to look for it at the server. */
import type { Run } from '../../state/inspector-runs.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { JsonView } from './json-view.tsx';
import { durationWords, timeOfDay } from './quantities.ts';

export function CallDetails({ run }: { run: Extract<Run, { kind: 'failed' }> }) {
  const began = new Date(run.startedAtMs);
  return (
    <div class="call-details">
      <dl>
        <dt>Tool</dt>
        <dd dir="auto">
          <VisibleText text={run.tool} />
        </dd>
        <dt>Began</dt>
        <dd>
          {began.toLocaleDateString()} {timeOfDay(began.toISOString())}, lost after {durationWords(run.durationMs)}
        </dd>
        {run.device !== undefined && (
          <>
            <dt>Device</dt>
            <dd dir="auto">
              <VisibleText text={run.device} />
            </dd>
          </>
        )}
        <dt>Call</dt>
        <dd>
          <code>{run.key}</code>
        </dd>
      </dl>
      {run.arguments === undefined ? (
        <p class="quiet">Its arguments are known only where it began.</p>
      ) : (
        <JsonView value={run.arguments} label="Arguments of the call" />
      )}
    </div>
  );
}
