/**
 * Owns a sign-in on screen, from the question where it leads to its end: what the user agrees to is seen before a window opens.
 * Everything in it comes from elsewhere and is text.
 */

import { useEffect, useRef } from 'preact/hooks';
import type { SignInBegun } from '../../../shared/sign-in-contract.ts';
import { t, tAround } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { hostOf } from '../../state/server-words.ts';
import { askSignIn, dropSignIn, openSignIn, signInStages } from '../../state/sign-in.ts';
import { signInHost } from '../../state/sign-in-address.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Failure } from '../kit/notice.tsx';
import { Spinner } from '../kit/spinner.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { OwnClient } from './own-client.tsx';
import { ScopeList } from './scope-list.tsx';

type Props = {
  session: Pick<StoredSession, 'id' | 'name'>;
  /** Asks at once where the sign-in leads: the user has just pressed its button. */
  begins?: boolean;
  /** Called when it is over, whichever way. */
  onDone?: () => void;
};

export function SignInCard({ session, begins = false, onDone }: Props) {
  const { id, name } = session;
  const stage = signInStages.value.get(id);
  const wasOn = useRef(false);
  useEffect(() => {
    if (begins && (!stage || stage.kind === 'failed')) void askSignIn(id);
  }, [begins, id]);
  useEffect(() => {
    if (wasOn.current && !stage) onDone?.();
    wasOn.current = stage !== undefined;
  }, [stage, onDone]);
  const card = useRef<HTMLElement>(null);
  // What had the focus went with the stage before.
  useEffect(() => {
    if (stage && document.activeElement === document.body) card.current?.querySelector<HTMLElement>('button')?.focus();
  }, [stage?.kind]);
  if (!stage) return null;
  const again = () => void askSignIn(id);
  const drop = () => void dropSignIn(id);
  return (
    <section ref={card} class="sign-in" aria-label={t('popup_signInTo', name)}>
      {stage.kind === 'asking' && (
        <p class="sign-in-line" role="status">
          <Spinner /> {t('signin_asking')}
          <Button small onClick={drop}>
            {t('kit_cancel')}
          </Button>
        </p>
      )}
      {stage.kind === 'begun' && <Consent begun={stage.begun} sessionId={id} onCancel={drop} />}
      {stage.kind === 'window' && (
        <>
          <p class="sign-in-line" role="status">
            <Spinner /> {t('signin_inWindow')}
          </p>
          <p class="sign-in-note">{t('signin_goesOn')}</p>
          <div class="button-row">
            <Button small kind="quiet" onClick={again}>
              {t('signin_beginAgain')}
            </Button>
          </div>
        </>
      )}
      {stage.kind === 'ending' && (
        <p class="sign-in-line" role="status">
          <Spinner /> {t('signin_ending')}
        </p>
      )}
      {stage.kind === 'failed' && (
        <>
          <Failure failure={stage.failure} act={(remedy) => (remedy === 'sign-in' || remedy === 'retry' ? again : undefined)}>
            <Button small kind="quiet" onClick={drop}>
              {t('kit_dismiss')}
            </Button>
          </Failure>
          <OwnClient sessionId={id} />
        </>
      )}
    </section>
  );
}

/** Where it leads and what would be allowed: nothing opens before this was seen. */
function Consent({ begun, sessionId, onCancel }: { begun: SignInBegun; sessionId: string; onCancel: () => void }) {
  const { authorizationUrl, issuer, scopes, resource } = begun;
  const [before, after] = tAround('signin_at');
  const place = signInHost(authorizationUrl);
  const issuerHost = hostOf(issuer);
  useEffect(() => {
    announce(place ? t('signin_atQuestion', place.host) : t('signin_addressForbidden'));
  }, []);
  return (
    <>
      <p class="sign-in-title">
        {before}
        <bdi class="mono">{place?.host ?? authorizationUrl}</bdi>
        {after}
      </p>
      {place?.isForeignScript && (
        <p class="sign-in-warning" role="alert">
          {t('signin_otherScript')}
        </p>
      )}
      {place === undefined && (
        <p class="sign-in-warning" role="alert">
          {t('signin_noAddress')}
        </p>
      )}
      <dl class="facts-list">
        {issuerHost !== place?.host && (
          <>
            <dt>{t('signin_issuer')}</dt>
            <dd>
              <VisibleText text={issuer} />
            </dd>
          </>
        )}
        <dt>{t('signin_for')}</dt>
        <dd>
          <VisibleText text={resource} />
        </dd>
        <dt>{t('signin_allows')}</dt>
        <dd>{scopes.length === 0 ? t('signin_allowsDefault') : <ScopeList scopes={scopes} />}</dd>
      </dl>
      <p class="sign-in-note">{t('signin_windowNote')}</p>
      <div class="button-row">
        {place && (
          <Button small kind="primary" onClick={() => void openSignIn(sessionId, begun)}>
            {t('signin_continue')}
          </Button>
        )}
        <Button small onClick={onCancel}>
          {t('kit_cancel')}
        </Button>
      </div>
      <OwnClient sessionId={sessionId} />
    </>
  );
}
