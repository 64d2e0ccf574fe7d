/** Owns the field for another device's code, with what joining means before anything is asked. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_PAIRING_CODE_LENGTH } from '../../../shared/limits.ts';
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
      <div class="form-buttons">
        <Button small kind="quiet" onClick={() => setOpen(true)}>
          Join another device’s list…
        </Button>
      </div>
    );
  const own = sessions.value.length;
  return (
    <form
      class="join-form"
      aria-label="Join another device’s list"
      onSubmit={(event) => {
        event.preventDefault();
        void submitCode(code);
      }}
    >
      <Notice tone="warn" title="You are joining a list that belongs to another device.">
        <p>Its devices see and use every session that you connect from then on, with its headers and sign-ins. Join only your own.</p>
        <p>
          {own === 0 ? 'Your own list' : own === 1 ? 'Your own list, with its session,' : `Your own list, with its ${own} sessions,`} is
          kept apart: you can leave and go back to it.
        </p>
      </Notice>
      <Field label="Code of the other device" error={state.kind === 'invalid' ? state.reason : undefined}>
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
      <div class="form-buttons">
        <Button small kind="primary" type="submit" busy={state.kind === 'asking'}>
          Ask to join
        </Button>
        <Button small onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
