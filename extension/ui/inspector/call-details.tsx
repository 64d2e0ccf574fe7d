/** Owns what identifies a call whose outcome nobody knows: what a person needs to look for it at the server. */
import { locale, t } from '../../platform/i18n.ts';
import type { Run } from '../../state/run.ts';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { JsonView } from './json-view.tsx';
import { durationWords, timeOfDay } from './quantities.ts';

export function CallDetails({ run }: { run: Extract<Run, { kind: 'failed' }> }) {
  const began = new Date(run.startedAtMs);
  return (
    <div class="call-details">
      <dl>
        <dt>{t('result_callTool')}</dt>
        <dd dir="auto">
          <VisibleText text={run.tool} />
        </dd>
        <dt>{t('result_callBegan')}</dt>
        <dd>{t('result_callLost', began.toLocaleDateString(locale()), timeOfDay(began.toISOString()), durationWords(run.durationMs))}</dd>
        {run.device !== undefined && (
          <>
            <dt>{t('result_callDevice')}</dt>
            <dd dir="auto">
              <VisibleText text={run.device} />
            </dd>
          </>
        )}
        <dt>{t('result_callKey')}</dt>
        <dd>
          <code>{run.key}</code>
        </dd>
      </dl>
      {run.arguments === undefined ? (
        <p class="quiet">{t('result_callArgumentsElsewhere')}</p>
      ) : (
        <JsonView value={run.arguments} label={t('result_callArguments')} />
      )}
    </div>
  );
}
