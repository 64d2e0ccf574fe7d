/** Owns the headers of a session in its room: which are kept, by name alone, and the way to replace or forget them. */
import { useState } from 'preact/hooks';
import type { StoredSession } from '../../platform/stored.ts';
import { Button } from '../kit/button.tsx';
import { HeadersForm } from '../server-access/headers-form.tsx';

export function HeadersSection({ session }: { session: StoredSession }) {
  const [isOpen, setOpen] = useState(false);
  const { headerNames } = session;
  return (
    <section class="session-part" aria-labelledby="headers-title">
      <h2 id="headers-title">Headers</h2>
      {isOpen ? (
        <HeadersForm session={session} onDone={() => setOpen(false)} />
      ) : (
        <>
          {headerNames.length === 0 ? (
            <p class="quiet">None are sent beyond MCP’s own.</p>
          ) : (
            <ul class="scopes" aria-label="Names of the headers">
              {headerNames.map((name) => (
                <li key={name} class="mono" dir="ltr">
                  {name}
                </li>
              ))}
            </ul>
          )}
          <div class="form-buttons">
            <Button small onClick={() => setOpen(true)}>
              {headerNames.length === 0 ? 'Add headers…' : 'Replace or forget…'}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
