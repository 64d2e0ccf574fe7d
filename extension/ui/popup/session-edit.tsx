/** Owns the two things that are done in a session's place: renaming it, and asking before it is ended. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_NAME_LENGTH } from '../../../shared/limits.ts';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { end, rename } from '../../state/sessions.ts';
import { announce } from '../kit/announcer.tsx';
import { Button, IconButton } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';

type EditProps = { session: StoredSession; onDone: () => void };

export function RenameForm({ session, onDone }: EditProps) {
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(session.name);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const save = async () => {
    const trimmed = name.trim();
    onDone();
    if (trimmed === '' || trimmed === session.name) return;
    // A failure is shown in the session's row.
    await rename(session, trimmed).then(
      () => announce(t('popup_renamed', trimmed)),
      () => undefined,
    );
  };
  return (
    <form
      class="session-rename"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label={t('popup_newName')} isLabelUnseen>
        {(control) => (
          <input
            {...control}
            ref={input}
            class="input"
            dir="auto"
            maxLength={MAX_NAME_LENGTH}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.preventDefault();
              event.stopPropagation();
              onDone();
            }}
          />
        )}
      </Field>
      <IconButton icon="check" label={t('popup_saveName')} type="submit" />
      <IconButton icon="close" label={t('popup_keepName')} onClick={onDone} />
    </form>
  );
}

/** Asks in place: what is ended can't be brought back. */
export function EndQuestion({ session, onDone }: EditProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  const [isEnding, setEnding] = useState(false);
  useLayoutEffect(() => box.current?.querySelector<HTMLElement>('button')?.focus(), []);
  const confirm = async () => {
    setEnding(true);
    await end(session).then(
      () => announce(t('popup_hasEnded', session.name)),
      () => onDone(),
    );
  };
  return (
    <fieldset
      ref={box}
      class="session-question"
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onDone();
      }}
    >
      <legend>{t('popup_endQuestion')}</legend>
      <p>{t('popup_endMeaning')}</p>
      <div class="session-question-buttons">
        <Button small kind="line" onClick={onDone}>
          {t('popup_keepIt')}
        </Button>
        <Button small kind="danger" busy={isEnding} onClick={() => void confirm()}>
          {t('popup_endSession')}
        </Button>
      </div>
    </fieldset>
  );
}
