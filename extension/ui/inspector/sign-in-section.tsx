/** Owns the sign-in of a session in its room: how it stands, signing in and signing out. What it is made of comes later: sign-in-details.tsx. */
import { useState } from 'preact/hooks';
import type { Authorization } from '../../../shared/sign-in-contract.ts';
import { asGatewayError, type GatewayError } from '../../gateway/gateway-error.ts';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { askSignIn, endAuthorization, signInStages } from '../../state/sign-in.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Failure } from '../kit/notice.tsx';
import { SignInCard } from '../server-access/sign-in-card.tsx';

type Props = { session: StoredSession; authorization: Authorization | undefined };

export function SignInSection({ session, authorization }: Props) {
  const { id, status, signedIn } = session;
  const waits = status === 'authorization-required';
  const isOn = signInStages.value.has(id);
  return (
    <section class="session-part" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{t('signin_title')}</h2>
      <p class={waits ? 'badge warn' : 'quiet'}>{stateWords(authorization?.state, waits, signedIn)}</p>
      <SignInCard session={session} />
      {!isOn && (waits || signedIn) && <Buttons session={session} waits={waits} />}
    </section>
  );
}

function stateWords(state: Authorization['state'] | undefined, waits: boolean, signedIn: boolean): string {
  if (state === 'begun') return t('signin_stateBegun');
  if (waits) return signedIn ? t('signin_stateAgain') : t('signin_stateAsked');
  return state === 'signed-in' || signedIn ? t('signin_stateDone') : t('signin_stateNone');
}

function Buttons({ session, waits }: { session: StoredSession; waits: boolean }) {
  const [isLeaving, setLeaving] = useState(false);
  const [error, setError] = useState<GatewayError>();
  const leave = async () => {
    setLeaving(true);
    setError(undefined);
    await endAuthorization(session.id).then(
      () => announce(t('signin_signedOut')),
      (thrown) => setError(asGatewayError(thrown)),
    );
    setLeaving(false);
  };
  return (
    <>
      {error && <Failure failure={error} act={(remedy) => (remedy === 'retry' ? () => void leave() : undefined)} />}
      <div class="button-row">
        <Button small kind={waits ? 'primary' : 'line'} onClick={() => void askSignIn(session.id)}>
          {session.signedIn ? t('signin_signInAgain') : t('popup_signIn')}
        </Button>
        {session.signedIn && (
          <Button small busy={isLeaving} onClick={() => void leave()}>
            {t('signin_signOut')}
          </Button>
        )}
      </div>
    </>
  );
}
