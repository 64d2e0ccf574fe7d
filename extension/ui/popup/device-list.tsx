/** Owns the list of devices in the settings, with the question before one loses its access. */
import { useEffect, useState } from 'preact/hooks';
import type { Device } from '../../../shared/contract.ts';
import { now } from '../../state/clock.ts';
import { devices, devicesError, refreshDevices, removeDevice } from '../../state/devices.ts';
import { timeAgo } from '../../state/time-left.ts';
import { wordsFor } from '../../state/words.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { Spinner } from '../kit/spinner.tsx';

export function DeviceList() {
  useEffect(() => void refreshDevices(), []);
  const error = devicesError.value;
  return (
    <section class="devices" aria-labelledby="devices-title">
      <h2 id="devices-title">Devices</h2>
      {error ? (
        <p class="devices-note">{wordsFor(error.code).title}</p>
      ) : devices.value === undefined ? (
        <p class="devices-note" role="status">
          <Spinner /> Asking the backend…
        </p>
      ) : (
        <ul>
          {devices.value.map((device) => (
            <DeviceRow key={device.id} device={device} />
          ))}
        </ul>
      )}
    </section>
  );
}

function DeviceRow({ device }: { device: Device }) {
  const [isAsking, setAsking] = useState(false);
  const { name, current, lastSeenAt } = device;
  return (
    <li class="device">
      <span class="device-text">
        <bdi class="clip device-name">{name}</bdi>
        <span class="device-seen">{current ? 'This device' : `Seen ${timeAgo(lastSeenAt, now.value)}`}</span>
      </span>
      {isAsking ? (
        <span class="device-question">
          <Button small kind="danger" onClick={() => void removeDevice(device)}>
            {current ? 'Leave' : 'Remove'}
          </Button>
          <Button small kind="quiet" onClick={() => setAsking(false)}>
            Keep
          </Button>
        </span>
      ) : (
        <IconButton icon="trash" label={current ? 'Leave with this device' : `Remove ${name}`} onClick={() => setAsking(true)} />
      )}
      {isAsking && (
        <p class="device-warning" role="alert">
          {current ? 'Its sessions then stay with your other devices only.' : 'It loses access to all sessions at once.'}
        </p>
      )}
    </li>
  );
}
