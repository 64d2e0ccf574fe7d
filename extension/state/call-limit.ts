/** Owns the time that a call may be silent: what is heard of it begins it anew, and a user who is being asked something is no silence. */

export type CallLimit = {
  /** Something was heard: the time begins again. */
  extend: () => void;
  stop: () => void;
};

/**
 * Waits for silence.
 *
 * @param limitMs Undefined: for ever.
 * @param isExcused Whether it is somebody else who keeps the server waiting.
 * @param onSilence Called once the time is over, and again after another such time, until it is stopped.
 */
export function startLimit(limitMs: number | undefined, isExcused: () => boolean, onSilence: () => void): CallLimit {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const extend = () => {
    stop();
    if (limitMs === undefined) return;
    timer = setTimeout(() => {
      if (!isExcused()) onSilence();
      extend();
    }, limitMs);
  };
  extend();
  return { extend, stop };
}
