/** Owns adding a device: the code that it has to enter, large enough to be read across a desk, and how long it holds. */

import { useEffect } from 'preact/hooks';
import type { Pairing } from '../../../shared/contract.ts';
import { t, tAround } from '../../platform/i18n.ts';
import { now } from '../../state/clock.ts';
import { devices } from '../../state/devices.ts';
import { closePairing, findPairing, groupCode, newPairing, pairingState, secondsLeft, wasUsed } from '../../state/pairing.ts';
import { Button } from '../kit/button.tsx';
import { Failure } from '../kit/notice.tsx';
import { copyWithWord } from './copying.ts';

export function PairingBox() {
  useEffect(() => void findPairing(), []);
  const state = pairingState.value;
  if (state.kind === 'open' && !wasUsed(state.pairing, devices.value ?? [])) return <Code pairing={state.pairing} />;
  return (
    <>
      {state.kind === 'failed' && (
        <Failure failure={state.error} act={(remedy) => (remedy === 'retry' ? () => void newPairing() : undefined)} />
      )}
      <div class="button-row">
        <Button small busy={state.kind === 'asking'} onClick={() => void newPairing()}>
          {t('devices_addMore')}
        </Button>
      </div>
    </>
  );
}

function Code({ pairing }: { pairing: Pairing }) {
  const { code, expiresAt } = pairing;
  const seconds = secondsLeft(expiresAt, now.value);
  const isOver = seconds === 0;
  const [before, after] = tAround('devices_enterThere');
  const spelled = groupCode(code).map((group) => [...group].join(' '));
  return (
    <section class="pairing" aria-label={t('devices_add')}>
      <p>
        {before}
        <b>{t('devices_join')}</b>
        {after}
      </p>
      <p class={`pairing-code${isOver ? ' over' : ''}`} role="img" aria-label={t('devices_codeSpelled', spelled.join(', '))}>
        {groupCode(code).map((group, at) => (
          <span key={at}>{group}</span>
        ))}
      </p>
      {isOver ? (
        <p role="status">{t('devices_codeOver')}</p>
      ) : (
        // The countdown is seen; said aloud each second it would drown everything else.
        <p aria-hidden="true">{t('devices_codeHolds', `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`)}</p>
      )}
      <div class="button-row">
        {!isOver && (
          <Button small onClick={() => void copyWithWord(code, t('devices_codeCopied'))}>
            {t('kit_copy')}
          </Button>
        )}
        <Button small kind={isOver ? 'primary' : 'quiet'} onClick={() => void newPairing()}>
          {t('devices_newCode')}
        </Button>
        <Button small kind="quiet" onClick={() => void closePairing()}>
          {t('kit_close')}
        </Button>
      </div>
    </section>
  );
}
