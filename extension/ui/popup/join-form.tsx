/** Owns the field for another device's code, with what joining means before anything is asked. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_PAIRING_CODE_LENGTH } from '../../../shared/limits.ts';
import { t, tCount } from '../../platform/i18n.ts';
import { joinForm, submitCode } from '../../state/joining.ts';
import { sessions } from '../../state/stored-state.ts';
import { Button } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';
import { Failure, Notice } from '../kit/notice.tsx';

export function JoinForm() {
  const [isOpen, setOpen] = useState(false);
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const state = joinForm.value;
  useLayoutEffect(() => {
    if (isOpen) field.current?.focus();
  }, [isOpen]);
  if (!isOpen)
    return (
      <div class="button-row">
        <Button small kind="quiet" onClick={() => setOpen(true)}>
          {t('devices_joinMore')}
        </Button>
      </div>
    );
  const own = sessions.value.length;
  return (
    <form
      class="join-form"
      aria-label={t('devices_join')}
      onSubmit={(event) => {
        event.preventDefault();
        void submitCode(code);
      }}
    >
      <Notice tone="warn" title={t('devices_joining')}>
        <p>{t('devices_joiningMeaning')}</p>
        <p>{own === 0 ? t('devices_ownKept') : tCount('devices_ownKeptWith', own)}</p>
      </Notice>
      <Field label={t('devices_code')} error={state.kind === 'invalid' ? state.reason : undefined}>
        {(control) => (
          <input
            {...control}
            ref={field}
            class="input mono join-code"
            dir="ltr"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={MAX_PAIRING_CODE_LENGTH}
            placeholder="XXXX XXXX"
            value={code}
            onInput={(event) => {
              setCode(event.currentTarget.value);
              joinForm.value = { kind: 'idle' };
            }}
          />
        )}
      </Field>
      {state.kind === 'failed' && (
        <Failure
          failure={state.error}
          act={(remedy) =>
            remedy === 'retry' ? () => void submitCode(code) : remedy === 'dismiss' ? () => field.current?.select() : undefined
          }
        />
      )}
      <div class="button-row">
        <Button small kind="primary" type="submit" busy={state.kind === 'asking'}>
          {t('devices_askToJoin')}
        </Button>
        <Button small onClick={() => setOpen(false)}>
          {t('kit_cancel')}
        </Button>
      </div>
    </form>
  );
}
