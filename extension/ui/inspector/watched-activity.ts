/** Owns when a session's activity is read: while a room that shows it is on screen. */
import { useEffect } from 'preact/hooks';
import type { Inspector } from '../../state/inspector.ts';

/** Reads while the room is on screen and the panel is seen; a hidden panel costs nothing. */
export function useWatchedActivity(activity: Inspector['activity']): void {
  useEffect(() => {
    const follow = () => (document.visibilityState === 'visible' ? activity.start() : activity.stop());
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      activity.stop();
    };
  }, [activity]);
}
