/**
 * Owns what a sign-in is made of: at whom, for what, as which client, and its steps as they happen.
 * A step that failed says which, what was answered and what to do.
 */
import type { Authorization, SignInStep } from '../../../shared/sign-in-contract.ts';
import { t } from '../../platform/i18n.ts';
import { now } from '../../state/clock.ts';
import { stepAdvice, stepName } from '../../state/sign-in-words.ts';
import { timeLeft } from '../../state/time-left.ts';
import { Dot } from '../kit/marks.tsx';
import { VisibleText } from '../kit/visible-text-view.tsx';
import { ScopeList } from '../server-access/scope-list.tsx';
import { Fact } from './fact-list.tsx';
import { timeOfDay } from './quantities.ts';

const REGISTRATIONS = {
  'by-hand': t('signin_registeredByHand'),
  'metadata-document': t('signin_registeredByDocument'),
  dynamic: t('signin_registeredDynamically'),
} as const;

/** Nothing where nobody has ever signed in or tried to. */
export function SignInDetails({ authorization }: { authorization: Authorization | undefined }) {
  if (authorization === undefined) return null;
  const { issuer, scopes, steps } = authorization;
  const hasTerms = issuer !== undefined || scopes.length > 0;
  if (!hasTerms && steps.length === 0) return null;
  return (
    <section class="session-part" aria-labelledby="sign-in-details-title">
      <h2 id="sign-in-details-title">{t('signin_details')}</h2>
      {hasTerms && <Terms authorization={authorization} />}
      {steps.length > 0 && <Steps steps={steps} />}
    </section>
  );
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
