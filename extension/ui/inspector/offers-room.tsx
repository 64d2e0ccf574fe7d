/**
 * Owns what the rooms of resources and prompts have in common: waiting, failing, having nothing, and list and detail side by side where there
 * is room, one after the other where there is not.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { backendState } from '../../state/backend-state.ts';
import type { ListState } from '../../state/inspector-list.ts';
import type { Remedy } from '../../state/words.ts';
import { Empty } from '../kit/marks.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { FailureView } from './failure-view.tsx';
import { useShown } from './shown.ts';
import { submitFromList } from './submit-from-list.ts';

type ListOwner = { list: { value: ListState<unknown> }; refresh: () => Promise<void> };

/** Reads lists once when the room is opened and once when the backend is back: after a failure it is the user who tries again. */
function useRead(lists: readonly ListOwner[], isEnded: boolean): void {
  const isBackendReady = backendState.value.kind === 'ready';
  useEffect(() => {
    if (isEnded) return;
    for (const { list, refresh } of lists) {
      const { items, failure, loading } = list.value;
      if (!loading && (items === undefined || failure !== undefined)) void refresh();
    }
  }, [isBackendReady, isEnded]);
}

type Props = {
  /** Of each list that the room shows. */
  lists: readonly ListOwner[];
  words: { reading: string; none: string; noneMeaning: string; notOfferedMeaning: string };
  remedies: Partial<Record<Remedy, () => void>>;
  isEnded: boolean;
  selected: string | undefined;
  /** How often somebody was sent to what is selected. */
  arrivals: number;
  /** Whether there is something to look at although the lists are empty. */
  hasMore: boolean;
  /** Id of the heading of the detail, where the focus goes. */
  headingId: string;
  list: (select: (key: string) => void, trouble: ComponentChildren) => ComponentChildren;
  detail: (back: () => void) => ComponentChildren;
  onSelect: (key: string) => void;
};

export function OffersRoom({ lists, words, remedies, isEnded, selected, arrivals, hasMore, headingId, list, detail, onSelect }: Props) {
  useRead(lists, isEnded);
  /** Matters only where list and detail do not fit beside each other. */
  const isDetailOpen = useSignal(selected !== undefined);
  useShown(isDetailOpen, arrivals);
  const states = lists.map((owner) => owner.list.value);
  const failed = states.find(({ failure }) => failure !== undefined)?.failure;
  const isLoading = states.some(({ loading }) => loading);
  const retry = () => {
    for (const owner of lists) if (owner.list.value.failure !== undefined) void owner.refresh();
  };
  const broken = failed !== undefined && <FailureView failure={failed} act="read" remedies={{ ...remedies, retry }} busy={isLoading} />;
  // All lists have something before any is shown: what came later would stand above what is there.
  const isWaiting = states.some(({ items, failure: own }) => items === undefined && own === undefined);
  if (!hasMore && (isWaiting || states.every(({ items }) => items === undefined))) {
    // An ended session is not asked: the notice above says what to do.
    if (isEnded && !broken) return null;
    return (
      <div class="waiting">
        {broken || (
          <p class="quiet waiting-line" role="status">
            <Spinner /> {words.reading}
          </p>
        )}
      </div>
    );
  }
  const isEmpty = states.every(({ items, failure, loading }) => items?.length === 0 && failure === undefined && !loading);
  if (isEmpty && !hasMore) {
    const isOffered = states.some((state) => state.isOffered);
    return <Empty title={words.none}>{isOffered ? words.noneMeaning : words.notOfferedMeaning}</Empty>;
  }

  const select = (key: string) => {
    onSelect(key);
    isDetailOpen.value = true;
    requestAnimationFrame(() => {
      // Only where the list has given way to it: beside the list, the focus stays there.
      if (document.activeElement === document.body || document.querySelector('.tool-list')?.checkVisibility() === false)
        document.getElementById(headingId)?.focus();
    });
  };
  const back = () => {
    isDetailOpen.value = false;
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.tool-list [role=option][tabindex="0"]')?.focus());
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside of it
    <div class="tools-room" onKeyDown={submitFromList} data-open={isDetailOpen.value && selected !== undefined}>
      {/* Where there is no room for both, the side steps back. */}
      {list(select, broken && <div class="offer-trouble">{broken}</div>)}
      <div class="tool-side">
        {broken}
        {detail(back)}
      </div>
    </div>
  );
}
