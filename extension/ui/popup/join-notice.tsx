/** Owns what a browser says that has asked to join the list of another device: that it waits, was refused, or was removed later. */
import { useEffect } from 'preact/hooks';
import { followJoining, forgetJoining, JOINING_EVERY_MS, joiningError } from '../../state/joining.ts';
import { startOver } from '../../state/sessions.ts';
import { joining } from '../../state/stored-state.ts';
import { wordsFor } from '../../state/words.ts';
import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/notice.tsx';

/** The wait, which ends by itself; nothing where this browser waits for nobody. */
export function JoinNotice() {
  const asked = joining.value;
  const isWaiting = asked !== undefined && !asked.isRefused;
  useEffect(() => {
    if (!isWaiting) return;
    void followJoining();
    const timer = setInterval(() => void followJoining(), JOINING_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);
  if (!asked) return null;
  if (asked.isRefused)
    return (
      <Notice
        tone="warn"
        title="The other device did not let this browser in."
        actions={
          <Button small onClick={() => void forgetJoining()}>
            OK
          </Button>
        }
      >
        Nothing was changed here: your own list is in use. To try again, make a new code there.
      </Notice>
    );
  return (
    <Notice
      tone="info"
      title="Waiting to be let in"
      actions={
        <Button small onClick={() => void forgetJoining()}>
          Stop waiting
        </Button>
      }
    >
      <p>
        On the other device, press <b>Let it in</b> when it shows these digits:
      </p>
      <p class="join-check" role="img" aria-label={[...asked.check].join(' ')}>
        {asked.check}
      </p>
      <p>If it shows others, somebody else was faster: refuse there. Until then you go on with your own list.</p>
      {joiningError.value && <p role="status">{wordsFor(joiningError.value.code).title} It is asked again.</p>}
    </Notice>
  );
}

/** A browser that was removed from a list that it had joined has one of its own to go back to. */
export function RemovedNotice() {
  return (
    <Notice
      tone="warn"
      title="This browser was removed from the list."
      actions={
        <Button small onClick={() => void startOver()}>
          Go back to your own list
        </Button>
      }
    >
      Another device took its access away, or the storage was emptied. What it was shown before stays below as it was last known.
    </Notice>
  );
}
