/**
 * Owns the sign-in of a session in its room: how it stands, as whom and what for, the steps as they happen, and signing out.
 * A step that failed says which, what was answered and what to do.
 */

import { useState } from 'preact/hooks';
import type { Authorization, SignInStep } from '../../../shared/sign-in-contract.ts';
import { asGatewayError, type GatewayError } from '../../gateway/gateway-error.ts';
import { t } from '../../platform/i18n.ts';
import type { StoredSession } from '../../platform/stored.ts';
import { now } from '../../state/clock.ts';
import { askSignIn, endAuthorization, signInStages } from '../../state/sign-in.ts';
import { stepAdvice, stepName } from '../../state/sign-in-words.ts';
import { timeLeft } from '../../state/time-left.ts';
import { announce } from '../kit/announcer.tsx';
import { Button } from '../kit/button.tsx';
import { Dot } from '../kit/marks.tsx';
import { Failure } from '../kit/notice.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ScopeList } from '../server-access/scope-list.tsx';
import { SignInCard } from '../server-access/sign-in-card.tsx';
import { Fact } from './fact-list.tsx';
import { timeOfDay } from './quantities.ts';

type Props = { session: StoredSession; authorization: Authorization | undefined };

const REGISTRATIONS = {
  'by-hand': t('signin_registeredByHand'),
  'metadata-document': t('signin_registeredByDocument'),
  dynamic: t('signin_registeredDynamically'),
} as const;

export function SignInSection({ session, authorization }: Props) {
  const { id, status, signedIn } = session;
  const waits = status === 'authorization-required';
  const isOn = signInStages.value.has(id);
  return (
    <section class="session-part" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{t('signin_title')}</h2>
      <p class={waits ? 'badge warn' : 'quiet'}>{stateWords(authorization?.state, waits, signedIn)}</p>
      {authorization && (authorization.issuer !== undefined || authorization.scopes.length > 0) && <Terms authorization={authorization} />}
      <SignInCard session={session} />
      {!isOn && (waits || signedIn) && <Buttons session={session} waits={waits} />}
      {authorization && authorization.steps.length > 0 && <Steps steps={authorization.steps} />}
    </section>
  );
}

function stateWords(state: Authorization['state'] | undefined, waits: boolean, signedIn: boolean): string {
  if (state === 'begun') return t('signin_stateBegun');
  if (waits) return signedIn ? t('signin_stateAgain') : t('signin_stateAsked');
  return state === 'signed-in' || signedIn ? t('signin_stateDone') : t('signin_stateNone');
}

function Terms({ authorization }: { authorization: Authorization }) {
  const { issuer, resource, clientId, registration, scopes, expiresAt, refreshes } = authorization;
  return (
    <dl class="facts-list">
      <Fact name={t('signin_issuer')} text={issuer} isCode />
      <Fact name={t('signin_for')} text={resource} isCode />
      <Fact name={t('signin_client')} text={clientId} isCode />
      <Fact name={t('signin_registration')} text={registration && REGISTRATIONS[registration]} />
      {scopes.length > 0 && (
        <>
          <dt>{t('signin_allows')}</dt>
          <dd>
            <ScopeList scopes={scopes} />
          </dd>
        </>
      )}
      <Fact name={t('signin_token')} text={tokenWords(expiresAt, refreshes, now.value)} />
    </dl>
  );
}

function tokenWords(expiresAt: string | undefined, refreshes: boolean, nowMs: number): string | undefined {
  if (expiresAt === undefined) return refreshes ? t('signin_tokenRenewed') : undefined;
  const left = timeLeft(expiresAt, nowMs);
  if (left.kind === 'over') return refreshes ? t('signin_tokenOverRenewed') : t('signin_tokenOver');
  return t(refreshes ? 'signin_tokenEndsRenewed' : 'signin_tokenEnds', left.text);
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
      <div class="form-buttons">
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

function Steps({ steps }: { steps: readonly SignInStep[] }) {
  return (
    <ol class="steps" aria-label={t('signin_steps')}>
      {steps.map((step, at) => (
        <Step key={`${step.at} ${at}`} step={step} isLast={at === steps.length - 1} />
      ))}
    </ol>
  );
}

function Step({ step, isLast }: { step: SignInStep; isLast: boolean }) {
  const { at, ok, url, detail, answer } = step;
  return (
    <li class={`step${ok ? '' : ' failed'}`}>
      <Dot tone={ok ? 'ok' : 'bad'} label={ok ? t('signin_stepDone') : t('signin_stepFailed')} />
      <div class="step-text">
        <p>
          <b>{stepName(step.step)}</b> <time dateTime={at}>{timeOfDay(at)}</time>
        </p>
        <p dir="auto">
          <VisibleText text={detail} />
        </p>
        {url !== undefined && (
          <p class="mono step-url" dir="ltr">
            <VisibleText text={url} />
          </p>
        )}
        {answer !== undefined && (
          <p class="notice-detail" dir="auto">
            <VisibleText text={answer} />
          </p>
        )}
        {!ok && isLast && <p class="step-advice">{stepAdvice(step.step)}</p>}
      </div>
    </li>
  );
}
