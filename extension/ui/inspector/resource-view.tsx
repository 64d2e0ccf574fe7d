/**
 * Owns one address as it was read: its contents, whether they have changed since, and the buttons that read it again and watch it.
 * Nothing is read again by itself: what somebody looks at stays until they ask for the new.
 */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { Inspector } from '../../state/inspector.ts';
import type { Reading } from '../../state/inspector-reads.ts';
import type { Remedy } from '../../state/words.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Dot } from '../kit/marks.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { FailureView } from './failure-view.tsx';
import { CopyButton } from './payload-buttons.tsx';
import { durationWords, timeOfDay } from './quantities.ts';
import { ResourceContents } from './resource-contents.tsx';

type Props = { inspector: Inspector; uri: string; canWatch: boolean; remedies: Partial<Record<Remedy, () => void>> };

export function ResourceView({ inspector, uri, canWatch, remedies }: Props) {
  const { resources, room } = inspector;
  const reading = resources.readings.value.get(uri);
  const isWatched = room.state.value.subscriptions.includes(uri);
  const watching = resources.watching.value.get(uri);
  const isChanged = resources.changed.value.has(uri);
  const read = () => void resources.read(uri);
  useSpokenChange(isChanged);
  return (
    <section class="resource-view" aria-label={t('resources_contents')}>
      <div class="button-row">
        <Button kind={isChanged ? 'primary' : 'line'} small onClick={read} aria-disabled={reading?.stop !== undefined || undefined}>
          {t('resources_readAgain')}
        </Button>
        {canWatch && (
          <Button
            small
            aria-pressed={isWatched}
            aria-disabled={watching?.isAsking || undefined}
            title={t('resources_subscribeHint')}
            onClick={() => void resources.watch(uri, !isWatched)}
          >
            {isWatched ? t('resources_subscribed') : t('resources_subscribe')}
          </Button>
        )}
        <CopyButton label={t('resources_copyAddress')} text={() => uri} />
      </div>
      <div class="resource-state" role="status">
        <ReadingState reading={reading} isChanged={isChanged} />
      </div>
      {watching?.refusal !== undefined && (
        <p class="badge warn">{watching.refusal === 'full' ? t('resources_watchedFull') : t('resources_watchedUntold')}</p>
      )}
      {watching?.failure !== undefined && (
        <FailureView failure={watching.failure} act="read" remedies={{ ...remedies, retry: () => void resources.watch(uri, !isWatched) }} />
      )}
      {reading?.failure !== undefined && <FailureView failure={reading.failure} act="read" remedies={{ ...remedies, retry: read }} />}
      {reading?.answer !== undefined && <ResourceContents uri={uri} result={reading.answer.result} />}
    </section>
  );
}

/**
 * One line that is always as high: what it says comes late, and what is below it stays where it is.
 * Its texts are in elements of their own: Firefox does not draw a bare text that takes the place of elements in a flexible box.
 */
function ReadingState({ reading, isChanged }: { reading: Reading | undefined; isChanged: boolean }) {
  if (reading?.stop !== undefined)
    return (
      <>
        <Spinner /> <span>{t('resources_reading')}</span>
        <Button kind="quiet" small onClick={reading.stop}>
          {t('resources_stop')}
        </Button>
      </>
    );
  if (reading?.answer === undefined) return null;
  const at = timeOfDay(new Date(reading.answer.atMs).toISOString());
  if (isChanged)
    return (
      <span class="is-changed">
        <Dot tone="warn" /> <span>{t('resources_changedSince', at)}</span>
      </span>
    );
  return <span>{t('resources_readAt', at, durationWords(reading.answer.durationMs))}</span>;
}

/** Says it to those who do not see the mark; what had changed before it was looked at is there to read. */
function useSpokenChange(isChanged: boolean): void {
  const was = useRef(isChanged);
  useEffect(() => {
    if (isChanged && !was.current) announce(t('resources_changed'));
    was.current = isChanged;
  }, [isChanged]);
}
