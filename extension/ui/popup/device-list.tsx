/** Owns the devices in the settings: those that are in, one that waits to be let in, and the question before one loses its access. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { Device } from '../../../shared/contract.ts';
import { now } from '../../state/clock.ts';
import {
  admitDevice,
  DEVICES_EVERY_MS,
  devices,
  devicesError,
  leaveList,
  refreshDevices,
  removeDevice,
  showOtherDevices,
} from '../../state/devices.ts';
import { pairingState } from '../../state/pairing.ts';
import { credential, joining } from '../../state/stored-state.ts';
import { timeAgo } from '../../state/time-left.ts';
import { wordsFor } from '../../state/words.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { Notice } from '../kit/notice.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { JoinForm } from './join-form.tsx';
import { JoinNotice } from './join-notice.tsx';
import { PairingBox } from './pairing-box.tsx';

export function DeviceList() {
  const known = devices.value ?? [];
  const isExpecting = pairingState.value.kind === 'open' || known.some(({ membership }) => membership === 'waiting');
  const workspaceId = credential.value?.workspaceId;
  // Anew when this browser is in another list.
  useLayoutEffect(showOtherDevices, [workspaceId]);
  useEffect(() => {
    if (!isExpecting) return;
    const timer = setInterval(() => void refreshDevices(), DEVICES_EVERY_MS);
    return () => clearInterval(timer);
  }, [isExpecting]);
  const error = devicesError.value;
  const waiting = known.filter(({ membership }) => membership === 'waiting');
  const members = known.filter(({ membership }) => membership === 'member');
  const self = members.find(({ current }) => current);
  return (
    <section class="devices" aria-labelledby="devices-title">
      <h2 id="devices-title">Devices</h2>
      {error && (
        <p class="devices-note" role="status">
          {wordsFor(error.code).title}
        </p>
      )}
      {!error && devices.value === undefined && (
        <p class="devices-note" role="status">
          <Spinner /> Asking the backend…
        </p>
      )}
      {waiting.map((device) => (
        <WaitingDevice key={device.id} device={device} />
      ))}
      {members.length > 0 && (
        <ul aria-label="Devices of this list">
          {members.map((device) => (
            <DeviceRow key={device.id} device={device} isAlone={members.length === 1} />
          ))}
        </ul>
      )}
      {!error && <PairingBox />}
      {joining.value ? <JoinNotice /> : credential.value?.own ? <JoinedNotice self={self} /> : <JoinForm />}
    </section>
  );
}

/** Somebody has used the code: the user says whether it is the one that they meant. */
function WaitingDevice({ device }: { device: Device }) {
  const [busy, setBusy] = useState<'admit' | 'refuse'>();
  const act = async (kind: 'admit' | 'refuse', work: Promise<void>) => {
    setBusy(kind);
    await work;
    setBusy(undefined);
  };
  const { name, check } = device;
  return (
    <Notice
      tone="warn"
      title="A device asks to be let in"
      actions={
        <>
          <Button small kind="primary" busy={busy === 'admit'} onClick={() => void act('admit', admitDevice(device))}>
            Let it in
          </Button>
          <Button small busy={busy === 'refuse'} onClick={() => void act('refuse', removeDevice(device))}>
            Refuse
          </Button>
        </>
      }
    >
      <p>
        <bdi>
          <b>
            <VisibleText text={name} />
          </b>
        </bdi>{' '}
        shows:
      </p>
      {check !== undefined && (
        <p class="join-check" role="img" aria-label={[...check].join(' ')}>
          {check}
        </p>
      )}
      <p>
        Let it in only if these digits stand on its screen. It then sees and uses every session of this list, headers and sign-ins included.
      </p>
    </Notice>
  );
}

function DeviceRow({ device, isAlone }: { device: Device; isAlone: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const { name, current, lastSeenAt } = device;
  return (
    <li class="device">
      <span class="device-text">
        <span class="clip">
          <bdi>
            <VisibleText text={name} />
          </bdi>
        </span>
        <span class="device-seen">{current ? 'This device' : `Seen ${timeAgo(lastSeenAt, now.value)}`}</span>
      </span>
      {isAsking ? (
        <span class="device-question">
          <Button small kind="danger" onClick={() => void (current ? leaveList(device) : removeDevice(device))}>
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
          {current
            ? leaveWords(isAlone)
            : 'It loses access to all sessions at once. They go on here; what it was shown stays on its screen.'}
        </p>
      )}
    </li>
  );
}

function leaveWords(isAlone: boolean): string {
  if (credential.value?.own) return 'The sessions of this list stay with the other devices, and you are back in your own list.';
  const fate = isAlone ? 'No device reaches its sessions any more' : 'Its sessions stay with the other devices only';
  return `${fate}; their addresses are kept here. This browser then begins a new list.`;
}

/** The way back to the list that this browser had before it joined this one. */
function JoinedNotice({ self }: { self: Device | undefined }) {
  return (
    <Notice
      tone="info"
      title="This list belongs to another device."
      actions={
        self && (
          <Button small onClick={() => void leaveList(self)}>
            Leave and go back to your own list
          </Button>
        )
      }
    >
      What you connect here, its devices use too. The sessions that this browser had before are kept in a list of their own.
    </Notice>
  );
}
