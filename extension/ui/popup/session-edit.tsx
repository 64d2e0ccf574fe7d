/** Owns the two things that are done in a session's place: renaming it, and asking before it is ended. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_NAME_LENGTH } from '../../../shared/limits.ts';
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
      () => announce(`Renamed to ${trimmed}.`),
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
      <Field label="New name" isLabelUnseen>
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
      <IconButton icon="check" label="Save the name" type="submit" />
      <IconButton icon="close" label="Keep the old name" onClick={onDone} />
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
      () => announce(`${session.name} has ended.`),
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
      <legend>End this session?</legend>
      <p>The server forgets it too, on all your devices. This can’t be undone.</p>
      <div class="session-question-buttons">
        <Button small kind="line" onClick={onDone}>
          Keep it
        </Button>
        <Button small kind="danger" busy={isEnding} onClick={() => void confirm()}>
          End session
        </Button>
      </div>
    </fieldset>
  );
}
