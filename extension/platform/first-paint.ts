/** Owns knowing when a surface is seen for the first time. */

/** A surface that is not shown has no paint to wait for. */
const MAX_WAIT_MS = 100;

/** Resolves when the first content is on the screen, not only drawn: work before that would compete with the browser showing it. */
export function firstPaint(): Promise<void> {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((paints) => {
      if (paints.getEntriesByName('first-contentful-paint').length > 0) end();
    });
    const timer = setTimeout(end, MAX_WAIT_MS);
    function end(): void {
      observer.disconnect();
      clearTimeout(timer);
      resolve();
    }
    observer.observe({ type: 'paint', buffered: true });
  });
}
