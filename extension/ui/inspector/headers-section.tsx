/** Owns the headers of a session in its room: which are kept, by name alone, and the way to replace or forget them. */

import { useState } from 'preact/hooks';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { Button } from '../kit/button.tsx';
import { HeadersForm } from '../server-access/headers-form.tsx';

export function HeadersSection({ session }: { session: StoredSession }) {
  const [isOpen, setOpen] = useState(false);
  const { headerNames } = session;
  return (
    <section class="session-part" aria-labelledby="headers-title">
      <h2 id="headers-title">{t('session_headers')}</h2>
      {isOpen ? (
        <HeadersForm session={session} onDone={() => setOpen(false)} />
      ) : (
        <>
          {headerNames.length === 0 ? (
            <p class="quiet">{t('session_headersNone')}</p>
          ) : (
            <ul class="scopes" aria-label={t('session_headerNames')}>
              {headerNames.map((name) => (
                <li key={name} class="mono" dir="ltr">
                  {name}
                </li>
              ))}
            </ul>
          )}
          <div class="button-row">
            <Button small onClick={() => setOpen(true)}>
              {headerNames.length === 0 ? t('session_headersAdd') : t('session_headersReplace')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
