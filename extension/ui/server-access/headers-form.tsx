/** Owns replacing or forgetting the headers of a session. What is kept is told by its names; values come from the user alone. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ServerHeaders } from '../../../shared/requests.ts';
import { asGatewayError, type GatewayError } from '../../gateway/gateway-error.ts';
import { t, tAround } from '../../platform/i18n.ts';
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
  const [before, after] = tAround('session_headersKept');
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
    if (verdict.headers) void send(verdict.headers, 'saving', t('session_headersSaved', name));
    else if (rows[0]) setInvalid({ kind: 'invalid', key: rows[0].key, part: 'name', reason: t('session_headerNameMissing') });
  };
  return (
    <form
      ref={form}
      class="headers-form"
      aria-label={t('session_headersOf', name)}
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
          {before}
          <bdi class="mono">{headerNames.join(', ')}</bdi>
          {after}
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
      <div class="button-row">
        <Button small kind="primary" type="submit" busy={busy === 'saving'}>
          {t('kit_save')}
        </Button>
        <Button small onClick={onDone}>
          {t('kit_cancel')}
        </Button>
        {headerNames.length > 0 && (
          <Button
            small
            kind="quiet"
            busy={busy === 'forgetting'}
            onClick={() => void send({}, 'forgetting', t('session_headersForgotten', name))}
          >
            {t('session_headersForget')}
          </Button>
        )}
      </div>
    </form>
  );
}
