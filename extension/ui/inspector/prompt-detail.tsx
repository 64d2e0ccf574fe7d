/** Owns one prompt on screen: its arguments, the button that asks the server for its messages, and what came of it. */
import { useRef, useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import { valuesOf } from '../../state/kept-values.ts';
import type { Prompt } from '../../state/offer-shapes.ts';
import type { Remedy } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Kbd } from '../kit/marks.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { onSubmitKeys } from '../kit/submit-keys.ts';
import { ArgumentFields, missingOf } from './argument-fields.tsx';
import { FailureView } from './failure-view.tsx';
import { COMMAND_KEY } from './keys.ts';
import { OfferDetail } from './offer-detail.tsx';
import { PromptMessages } from './prompt-messages.tsx';
import { durationWords, timeOfDay } from './quantities.ts';

type Props = { prompt: Prompt; inspector: Inspector; remedies: Partial<Record<Remedy, () => void>>; onBack: () => void };

export function PromptDetail({ prompt, inspector, remedies, onBack }: Props) {
  const { room, prompts, connection } = inspector;
  const { name } = prompt;
  const values = valuesOf(room.state.value.promptValues, name);
  const reading = prompts.readings.value.get(name);
  const isRunning = reading?.stop !== undefined;
  const [attempted, setAttempted] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const missing = missingOf(prompt.arguments, values);
  const start = () => {
    setAttempted(false);
    void prompts.get(name, values);
  };
  const submit = () => {
    if (isRunning) return;
    if (missing.length === 0) return start();
    setAttempted(true);
    // The errors are drawn first, then the first of them is where the user goes on.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  return (
    <OfferDetail
      id="prompt-name"
      title={name}
      identifier={prompt.label}
      isIdentifierProse
      description={prompt.description}
      entry={prompt.entry}
      onBack={onBack}
    >
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        onKeyDown={onSubmitKeys(submit)}
      >
        <ArgumentFields
          arguments={prompt.arguments}
          values={values}
          completesOf={{ type: 'ref/prompt', name }}
          connection={connection}
          attempted={attempted}
          onValues={(next) => room.setValues('promptValues', name, next)}
        />
        {prompt.arguments.length === 0 && <p class="quiet">{t('prompts_noArguments')}</p>}
        <div class="bar actions">
          {/* The second half of a double click is no second act, though the first may have ended already. */}
          <Button kind="primary" type="submit" aria-disabled={isRunning || undefined}>
            {t('prompts_get')}
          </Button>
          {attempted && missing.length > 0 && (
            <Button kind="quiet" onClick={start}>
              {t('prompts_getAnyway')}
            </Button>
          )}
          <span class="spacer" />
          <Kbd keys={[COMMAND_KEY, '↵']} />
        </div>
      </form>
      <div class="resource-state" role="status">
        {isRunning ? (
          <>
            <Spinner /> <span>{t('prompts_getting')}</span>
            <Button kind="quiet" small onClick={reading.stop}>
              {t('resources_stop')}
            </Button>
          </>
        ) : (
          reading?.answer !== undefined && (
            <span>
              {t('prompts_gotAt', timeOfDay(new Date(reading.answer.atMs).toISOString()), durationWords(reading.answer.durationMs))}
            </span>
          )
        )}
      </div>
      {reading?.failure !== undefined && <FailureView failure={reading.failure} act="read" remedies={{ ...remedies, retry: start }} />}
      {reading?.answer !== undefined && <PromptMessages name={name} result={reading.answer.result} />}
    </OfferDetail>
  );
}
