/** Owns replacing or forgetting the headers of a session. What is kept is told by its names; values come from the user alone. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ServerHeaders } from '../../../shared/contract.ts';
import { asGatewayError, type GatewayError } from '../../gateway/gateway-error.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { type HeadersVerdict, headerRow, readRows } from '../../state/header-rows.ts';
import { changeHeaders } from '../../state/session-change.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Failure } from '../kit/notice.tsx';
import { HeaderFields } from './header-fields.tsx';

type Props = { session: Pick<StoredSession, 'id' | 'name' | 'headerNames'>; onDone: () => void };

export function HeadersForm({ session, onDone }: Props) {
  const { id, name, headerNames } = session;
  const form = useRef<HTMLFormElement>(null);
  const [rows, setRows] = useState(() => (headerNames.length > 0 ? headerNames.map((kept) => headerRow(kept)) : [headerRow()]));
  const [invalid, setInvalid] = useState<Extract<HeadersVerdict, { kind: 'invalid' }>>();
  const [busy, setBusy] = useState<'saving' | 'forgetting'>();
  const [error, setError] = useState<GatewayError>();
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), []);

  const send = async (headers: ServerHeaders, kind: 'saving' | 'forgetting', word: string) => {
    setBusy(kind);
    setError(undefined);
    try {
      await changeHeaders(id, headers);
      announce(word);
      onDone();
    } catch (thrown) {
      setError(asGatewayError(thrown));
    }
    setBusy(undefined);
  };
  const save = () => {
    const verdict = readRows(rows);
    setInvalid(verdict.kind === 'invalid' ? verdict : undefined);
    if (verdict.kind === 'invalid') return;
    if (verdict.headers) void send(verdict.headers, 'saving', `Headers of ${name} saved.`);
    else if (rows[0]) setInvalid({ kind: 'invalid', key: rows[0].key, part: 'name', reason: 'Enter the name of the header.' });
  };
  return (
    <form
      ref={form}
      class="headers-form"
      aria-label={`Headers of ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onDone();
      }}
    >
      {headerNames.length > 0 && (
        <p class="headers-kept">
          Kept for this server: <bdi class="mono">{headerNames.join(', ')}</bdi>. What you save here takes their place.
        </p>
      )}
      <HeaderFields
        rows={rows}
        invalid={invalid}
        onChange={(changed) => {
          setRows(changed);
          setInvalid(undefined);
        }}
      />
      {error && (
        <Failure
          failure={error}
          act={(remedy) => (remedy === 'edit-headers' ? () => form.current?.querySelector('input')?.focus() : undefined)}
        />
      )}
      <div class="form-buttons">
        <Button small kind="primary" type="submit" busy={busy === 'saving'}>
          Save
        </Button>
        <Button small onClick={onDone}>
          Cancel
        </Button>
        {headerNames.length > 0 && (
          <Button
            small
            kind="quiet"
            busy={busy === 'forgetting'}
            onClick={() => void send({}, 'forgetting', `Headers of ${name} forgotten.`)}
          >
            Forget them
          </Button>
        )}
      </div>
    </form>
  );
}
