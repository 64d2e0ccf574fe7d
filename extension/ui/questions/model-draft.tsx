/** Owns letting the browser's own language model draft an answer: only where there is one, only after consent, and never sent by itself. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatNumber, t } from '../../platform/i18n.ts';
import type { SamplingAsk } from '../../state/questions/ask.ts';
import { draftReply, findModel, type ModelAvailability } from '../../state/questions/model-reply.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Spinner } from '../kit/spinner.tsx';

type Stage = { kind: 'offered' } | { kind: 'asking' } | { kind: 'working'; share?: number } | { kind: 'failed'; message: string };

export function ModelDraft({ ask, onDraft }: { ask: SamplingAsk; onDraft: (text: string) => void }) {
  const [model, setModel] = useState<ModelAvailability>('none');
  const [stage, setStage] = useState<Stage>({ kind: 'offered' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => {
    void findModel().then(setModel);
    return () => running.current?.abort();
  }, []);
  if (model === 'none') return null;
  const run = async () => {
    const stop = new AbortController();
    running.current = stop;
    setStage({ kind: 'working' });
    const outcome = await draftReply(ask, stop.signal, (share) => setStage({ kind: 'working', share }));
    if (outcome.kind === 'done') {
      onDraft(outcome.text);
      announce(t('questions_drafted'));
    }
    setStage(outcome.kind === 'failed' ? { kind: 'failed', message: outcome.message } : { kind: 'offered' });
  };
  if (stage.kind === 'working')
    return (
      <p class="question-note" role="status">
        <Spinner />{' '}
        {stage.share === undefined || stage.share >= 1 ? t('questions_drafting') : t('questions_fetchingModel', percent(stage.share))}{' '}
        <Button small kind="quiet" onClick={() => running.current?.abort()}>
          {t('questions_stopDrafting')}
        </Button>
      </p>
    );
  return (
    <div class="model-draft">
      {stage.kind !== 'asking' && (
        <Button small onClick={() => setStage({ kind: 'asking' })}>
          {t('questions_draft')}
        </Button>
      )}
      {stage.kind === 'failed' && (
        <p class="field-error" role="alert">
          {t('questions_draftFailed')} {stage.message}
        </p>
      )}
      {stage.kind === 'asking' && (
        <>
          <p class="question-note">
            {t('questions_draftConsent')} {model === 'to-download' && t('questions_draftDownload')}
          </p>
          <div class="button-row question-buttons">
            <Button small kind="primary" onClick={() => void run()}>
              {t('questions_draftNow')}
            </Button>
            <Button small kind="quiet" onClick={() => setStage({ kind: 'offered' })}>
              {t('questions_draftNot')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

const percent = (share: number): string => formatNumber(share, { style: 'percent', maximumFractionDigits: 0 });
