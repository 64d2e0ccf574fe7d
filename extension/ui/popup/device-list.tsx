/** Owns the devices in the settings: those that are in, one that waits to be let in, and the question before one loses its access. */

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { Device } from '../../../shared/contract.ts';
import { t, tAround } from '../../platform/i18n.ts';
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
  // Buttons below a list that is still to come would move away from under a click.
  const isKnown = error !== undefined || devices.value !== undefined;
  const waiting = known.filter(({ membership }) => membership === 'waiting');
  const members = known.filter(({ membership }) => membership === 'member');
  const self = members.find(({ current }) => current);
  return (
    <section class="devices" aria-labelledby="devices-title">
      <h2 id="devices-title">{t('devices_title')}</h2>
      {error && (
        <p class="devices-note" role="status">
          {wordsFor(error.code).title}
        </p>
      )}
      {!error && devices.value === undefined && (
        <p class="devices-note" role="status">
          <Spinner /> {t('devices_asking')}
        </p>
      )}
      {waiting.map((device) => (
        <WaitingDevice key={device.id} device={device} />
      ))}
      {members.length > 0 && (
        <ul aria-label={t('devices_ofThisList')}>
          {members.map((device) => (
            <DeviceRow key={device.id} device={device} isAlone={members.length === 1} />
          ))}
        </ul>
      )}
      {!error && isKnown && <PairingBox />}
      {joining.value ? <JoinNotice /> : !isKnown ? null : credential.value?.own ? <JoinedNotice self={self} /> : <JoinForm />}
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
  const [before, after] = tAround('devices_shows');
  return (
    <Notice
      tone="warn"
      title={t('devices_asks')}
      actions={
        <>
          <Button small kind="primary" busy={busy === 'admit'} onClick={() => void act('admit', admitDevice(device))}>
            {t('devices_letIn')}
          </Button>
          <Button small busy={busy === 'refuse'} onClick={() => void act('refuse', removeDevice(device))}>
            {t('devices_refuse')}
          </Button>
        </>
      }
    >
      <p>
        {before}
        <bdi>
          <b>
            <VisibleText text={name} />
          </b>
        </bdi>
        {after}
      </p>
      {check !== undefined && (
        <p class="join-check" role="img" aria-label={[...check].join(' ')}>
          {check}
        </p>
      )}
      <p>{t('devices_letInMeaning')}</p>
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
        <span class="device-seen">{current ? t('devices_this') : t('devices_seen', timeAgo(lastSeenAt, now.value))}</span>
      </span>
      {isAsking ? (
        <span class="device-question">
          <Button small kind="danger" onClick={() => void (current ? leaveList(device) : removeDevice(device))}>
            {current ? t('devices_leave') : t('devices_remove')}
          </Button>
          <Button small kind="quiet" onClick={() => setAsking(false)}>
            {t('kit_keep')}
          </Button>
        </span>
      ) : (
        <IconButton
          icon="trash"
          label={current ? t('devices_leaveWith') : t('devices_removeNamed', name)}
          onClick={() => setAsking(true)}
        />
      )}
      {isAsking && (
        <p class="device-warning" role="alert">
          {current ? leaveWords(isAlone) : t('devices_removeMeaning')}
        </p>
      )}
    </li>
  );
}

function leaveWords(isAlone: boolean): string {
  if (credential.value?.own) return t('devices_leaveJoined');
  return isAlone ? t('devices_leaveAlone') : t('devices_leaveOthers');
}

/** The way back to the list that this browser had before it joined this one. */
function JoinedNotice({ self }: { self: Device | undefined }) {
  return (
    <Notice
      tone="info"
      title={t('devices_joined')}
      actions={
        self && (
          <Button small onClick={() => void leaveList(self)}>
            {t('devices_leaveForOwn')}
          </Button>
        )
      }
    >
      {t('devices_joinedMeaning')}
    </Notice>
  );
}
