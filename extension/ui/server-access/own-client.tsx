/** Owns signing in as a client that the user has registered by hand, for servers where Mooring cannot register itself. */

import { useState } from 'preact/hooks';
import { MAX_HEADER_VALUE_LENGTH, MAX_URL_LENGTH } from '../../../shared/limits.ts';
import { t, tAround } from '../../platform/i18n.ts';
import { signInRedirect } from '../../platform/sign-in-window.ts';
import { askSignIn } from '../../state/sign-in.ts';
import { Button } from '../kit/button.tsx';
import { Field } from '../kit/field.tsx';

export function OwnClient({ sessionId }: { sessionId: string }) {
  const [id, setId] = useState('');
  const [secret, setSecret] = useState('');
  const [isEmpty, setEmpty] = useState(false);
  const [before, after] = tAround('signin_ownClientHint');
  const submit = () => {
    const trimmed = id.trim();
    setEmpty(trimmed === '');
    if (trimmed !== '') void askSignIn(sessionId, { id: trimmed, ...(secret !== '' && { secret }) });
  };
  return (
    <details class="own-client">
      <summary>{t('signin_ownClient')}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p class="field-hint">
          {before}
          <bdi class="mono">{signInRedirect()}</bdi>
          {after}
        </p>
        <Field label={t('signin_clientId')} error={isEmpty ? t('signin_clientIdMissing') : undefined}>
          {(control) => (
            <input
              {...control}
              class="input mono"
              dir="ltr"
              autocomplete="off"
              spellcheck={false}
              maxLength={MAX_URL_LENGTH}
              value={id}
              onInput={(event) => setId(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t('signin_clientSecret')} hint={t('signin_clientSecretHint')}>
          {(control) => (
            <input
              {...control}
              class="input mono"
              dir="ltr"
              type="password"
              autocomplete="off"
              maxLength={MAX_HEADER_VALUE_LENGTH}
              value={secret}
              onInput={(event) => setSecret(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button small type="submit">
          {t('signin_beginWithClient')}
        </Button>
      </form>
    </details>
  );
}
