/** Owns what is said about the steps of a sign-in: what each is, and what helps when one fails. */
import type { SignInStep } from '../../shared/sign-in-contract.ts';
import { t } from '../platform/i18n.ts';

type StepName = SignInStep['step'];

/** Each step as the keys of its messages name it; they have no dashes. */
const KEYS = {
  challenge: 'challenge',
  'resource-metadata': 'resourceMetadata',
  'server-metadata': 'serverMetadata',
  registration: 'registration',
  authorization: 'authorization',
  token: 'token',
  refresh: 'refresh',
  'step-up': 'stepUp',
  revocation: 'revocation',
} as const satisfies Record<StepName, string>;

export const stepName = (step: StepName): string => t(`signin_step_${KEYS[step]}`);

/** Returns what to do when a step failed. */
export const stepAdvice = (step: StepName): string => t(`signin_advice_${KEYS[step]}`);
