/**
 * Owns ending the open streams of a device that was removed: on this instance at once, after a removal elsewhere when the device is looked
 * at the next time. A device is looked at once for all its streams, and only while it has any.
 */
import { AppError } from '../../shared/errors.ts';
import type { Credential } from './store/device-registry.ts';
import type { Store } from './store/store.ts';

/** Well within the 15 s in which a removed device hears nothing more, an answer of storage that comes late included. ms */
const LOOK_EVERY_MS = 10_000;

export type DeviceWatch = {
  /**
   * Watches the device for one answer, which may be a stream.
   *
   * @param gone Aborted when the client goes away.
   */
  watch(credential: Credential, deviceId: string, gone: AbortSignal): Watch;
  /** Ends what this instance serves of a device that has just been removed. */
  end(deviceId: string): void;
  close(): void;
};

export type Watch = {
  /** Aborted when the client goes, or when the device is removed: then its reason is an AppError, the last word. */
  readonly left: AbortSignal;
  /** To be called when the answer is over. */
  done(): void;
};

type Watched = { credential: Credential; streams: Set<AbortController>; timer: NodeJS.Timeout };

/** The last word of the streams. */
const removed = (): AppError =>
  new AppError('UNAUTHORIZED', 'This device was removed from its workspace. What it had open has ended.', {
    hint: 'Pair it again from a device that is still in, or begin anew.',
  });

/** @param lookEveryMs For tests with several instances in one process. */
export function openDeviceWatch(store: Pick<Store, 'findDevice'>, lookEveryMs = LOOK_EVERY_MS): DeviceWatch {
  const devices = new Map<string, Watched>();
  const forget = (deviceId: string, { timer }: Watched): void => {
    clearInterval(timer);
    devices.delete(deviceId);
  };
  const end = (deviceId: string): void => {
    const watched = devices.get(deviceId);
    if (!watched) return;
    forget(deviceId, watched);
    for (const stream of [...watched.streams]) stream.abort(removed());
  };
  const look = async (deviceId: string, watched: Watched): Promise<void> => {
    if (watched.streams.size === 0) return forget(deviceId, watched);
    const device = await store.findDevice(watched.credential);
    if (device?.membership !== 'member') end(deviceId);
  };
  const open = (deviceId: string, credential: Credential): Watched => {
    // An outage ends no stream: the next look tells.
    const timer = setInterval(() => void look(deviceId, watched).catch(() => {}), lookEveryMs).unref();
    const watched: Watched = { credential, streams: new Set(), timer };
    devices.set(deviceId, watched);
    return watched;
  };
  return {
    watch(credential, deviceId, gone) {
      if (gone.aborted) return { left: gone, done: () => {} };
      const { streams } = devices.get(deviceId) ?? open(deviceId, credential);
      const stream = new AbortController();
      const done = (): void => {
        streams.delete(stream);
        gone.removeEventListener('abort', leave);
      };
      const leave = (): void => {
        done();
        stream.abort(gone.reason);
      };
      streams.add(stream);
      gone.addEventListener('abort', leave);
      return { left: stream.signal, done };
    },
    end,
    close() {
      for (const [deviceId, watched] of devices) forget(deviceId, watched);
    },
  };
}
