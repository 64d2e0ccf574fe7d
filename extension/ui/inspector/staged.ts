/** Owns drawing a long list over several frames, so that no single one is long. */
import { useEffect, useState } from 'preact/hooks';

/** Rows that one frame can take beside everything else. */
const STEP = 200;

/** Returns how many of a list's items to draw now; it grows with every frame until it is all of them. */
export function useStaged(total: number): number {
  const [drawn, setDrawn] = useState(STEP);
  const isWhole = drawn >= total;
  useEffect(() => {
    if (isWhole) return;
    const frame = requestAnimationFrame(() => setDrawn(drawn + STEP));
    return () => cancelAnimationFrame(frame);
  }, [isWhole, drawn]);
  // What is added later comes a few at a time: no need to wait for it.
  return isWhole ? total : drawn;
}
