/** Owns what is said about the steps of a sign-in: what each is, and what helps when one fails. Pure. */
import type { SignInStep } from '../../shared/sign-in-contract.ts';

type StepName = SignInStep['step'];

const NAMES: Record<StepName, string> = {
  challenge: 'The server asked for sign-in',
  'resource-metadata': 'What the server says about its sign-in',
  'server-metadata': 'What the authorization server can do',
  registration: 'Registration of Mooring as a client',
  authorization: 'In the browser',
  token: 'Exchange of the code for a token',
  refresh: 'Renewal of the token',
  'step-up': 'More permissions',
  revocation: 'Sign-out',
};

const ADVICE: Record<StepName, string> = {
  challenge: 'Check the address of the server. If it wants a key instead of a sign-in, enter it as a header.',
  'resource-metadata': 'The server does not say where to sign in. If it wants a key instead, enter it as a header; else tell its owner.',
  'server-metadata': 'The authorization server cannot be used as it is. Tell its owner what was answered.',
  registration: 'This authorization server registers no clients by itself. Register one there by hand, and enter its ID below “Sign in”.',
  authorization: 'Sign in again. If you did not refuse yourself, your account may lack what the server asks for.',
  token: 'Sign in again, and do not take long in the window. If it fails each time, tell the owner of the server what was answered.',
  refresh: 'Sign in again: the earlier sign-in has ended.',
  'step-up': 'Sign in again and allow what is asked for, or do without what needed it.',
  revocation: 'The token is forgotten here. To be sure, end Mooring’s access in your account there.',
};

export const stepName = (step: StepName): string => NAMES[step];

/** Returns what to do when a step failed. */
export const stepAdvice = (step: StepName): string => ADVICE[step];
