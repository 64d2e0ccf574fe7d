/** Owns drawing a long list as far as it is looked at: some rows at first, more as the end of them comes into view or is jumped to. */
import { useEffect, useState } from 'preact/hooks';

const FIRST = 100;
/** Rows that one frame can take beside everything else. */
const STEP = 100;
/** Distance to the end of what is drawn at which more is drawn, px. */
const NEAR = 800;

/**
 * Returns how many rows to draw, what to call when the list is scrolled, and what brings a row to be drawn and then calls back.
 *
 * @param of Names the list: another one begins anew.
 */
export function useGrowing(total: number, of: string) {
  const [state, setState] = useState({ of, drawn: FIRST });
  const [wish, setWish] = useState<{ index: number; then: () => void }>();
  const drawn = Math.min(total, state.of === of ? state.drawn : FIRST);
  const grow = () => setState({ of, drawn: drawn + STEP });
  const isReached = wish !== undefined && (wish.index < drawn || drawn >= total);
  useEffect(() => {
    if (wish === undefined) return;
    if (isReached) {
      setWish(undefined);
      return wish.then();
    }
    // Frame by frame, so that no single one is long.
    const frame = requestAnimationFrame(grow);
    return () => cancelAnimationFrame(frame);
  }, [wish, isReached, drawn]);
  return {
    drawn,
    onScroll({ currentTarget: { scrollTop, clientHeight, scrollHeight } }: { currentTarget: HTMLElement }): void {
      if (drawn < total && scrollTop + clientHeight > scrollHeight - NEAR) grow();
    },
    bring(index: number, then: () => void): void {
      if (index < drawn) then();
      else setWish({ index, then });
    },
  };
}
