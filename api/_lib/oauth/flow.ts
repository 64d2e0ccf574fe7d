/**
 * Owns how a step of a sign-in is taken: what it found is recorded in words, and where it fails, so is what was answered and what to do.
 * Secrets that went out are masked in whatever comes back. The steps themselves are in the other files of this folder.
 */

import { AppError } from '../../../shared/errors.ts';
import type { SignInStep } from '../../../shared/sign-in-contract.ts';
import type { AddressPolicy, ForbiddenReason } from '../egress/address-policy.ts';
import type { Egress } from '../egress/egress.ts';
import { EgressError, toAppError } from '../egress/egress-error.ts';
import { type Exchange, type OAuthFetch, openOAuthFetch } from './exchange.ts';

/** Longest text of another side that is shown, characters. */
const MAX_ANSWER_LENGTH = 400;
/** Discovery, registration or a token: what one act of the user may last, ms. */
const FLOW_TIMEOUT_MS = 40_000;

/** Loaded when the first sign-in needs it: a cold start has no use for it. */
const loadSdk = () => import('@modelcontextprotocol/client');
export type OAuthSdk = Awaited<ReturnType<typeof loadSdk>>;

/** What the steps of one act of the user share. */
export type Flow = {
  sdk: OAuthSdk;
  fetch: OAuthFetch;
  egress: Egress;
  policy: AddressPolicy;
  /** Whether `fetch` may go to private addresses, as far as this backend may: because the MCP server has one itself. */
  isInside: boolean;
  signal: AbortSignal;
  /** Exchanges so far, oldest first. */
  seen: Exchange[];
  /** What must be shown to nobody, should it come back in an answer. */
  secrets: Set<string>;
  record: (step: SignInStep) => Promise<void>;
};

/**
 * Opens a flow that stays on the internet: a server there must not send this backend into the network that it is in. `reaching` widens it.
 * Source: MCP 2026-07-28, Security best practices > SSRF.
 *
 * @param record Takes each step as it happens.
 */
export async function openFlow(egress: Egress, record: (step: SignInStep) => Promise<void>, cancelled?: AbortSignal): Promise<Flow> {
  const seen: Exchange[] = [];
  const timeout = AbortSignal.timeout(FLOW_TIMEOUT_MS);
  const signal = cancelled === undefined ? timeout : AbortSignal.any([cancelled, timeout]);
  const { fetch, policy } = egress.outside;
  const asked = openOAuthFetch(fetch, signal, seen);
  return { sdk: await loadSdk(), fetch: asked, egress, policy, isInside: false, signal, seen, secrets: new Set(), record };
}

/** Returns the flow for a sign-in whose MCP server is inside a network itself: what it names may be there, too. */
export function reaching(flow: Flow, { isInside }: { isInside: boolean }): Flow {
  if (!isInside || flow.isInside) return flow;
  const { egress, signal, seen } = flow;
  return { ...flow, fetch: openOAuthFetch(egress.fetch, signal, seen), policy: egress.policy, isInside };
}

/** A step that we refuse to take, or that cannot be taken, in words for the user. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly hint: string | undefined;
  /** What the other side said, where that may be shown. */
  readonly answer: string | undefined;
  constructor(detail: string, options: { hint?: string; answer?: string } = {}) {
    super(detail);
    this.hint = options.hint;
    this.answer = options.answer;
  }
}

export type Taken<T> = { value: T; detail: string; url?: string };

/**
 * Takes a step and records it.
 *
 * @throws AppError SIGN_IN_FAILED that names what failed and what to do; it has no cause, since an answer may hold what no log should.
 */
export async function takeStep<T>(flow: Flow, step: SignInStep['step'], act: () => Promise<Taken<T>>): Promise<T> {
  const before = flow.seen.length;
  try {
    const { value, detail, url } = await act();
    const last = url ?? flow.seen.slice(before).at(-1)?.url;
    await flow.record({ at: now(), step, ok: true, ...(last !== undefined && { url: last }), detail });
    return value;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const failure = explain(flow, error, flow.seen.slice(before));
    const last = flow.seen.slice(before).at(-1)?.url;
    const { detail, answer, hint } = failure;
    await flow.record({
      at: now(),
      step,
      ok: false,
      ...(last !== undefined && { url: last }),
      detail: hint === undefined ? detail : `${detail} ${hint}`,
      ...(answer !== undefined && { answer }),
    });
    throw new AppError('SIGN_IN_FAILED', detail, hint === undefined ? {} : { hint });
  }
}

const now = (): string => new Date().toISOString();

/** What is the same in words whatever a name resolved to. */
const LEADS_INSIDE: ReadonlySet<ForbiddenReason | undefined> = new Set(['name', 'address'] as const);

export type Explained = { detail: string; hint?: string; answer?: string };

/** Returns what went wrong, from what was answered and never from the text of an error that is not ours. */
export function explain(flow: Flow, error: unknown, exchanges: readonly Exchange[]): Explained {
  const last = exchanges.at(-1);
  const answer = last === undefined ? undefined : describeAnswer(flow, last);
  if (error instanceof Refusal)
    return {
      detail: error.message,
      ...(error.hint !== undefined && { hint: error.hint }),
      ...optional('answer', error.answer === undefined ? answer : mask(flow, error.answer)),
    };
  if (last === undefined) return { detail: 'The sign-in could not be prepared.' };
  const { host } = new URL(last.url);
  if (error instanceof EgressError && !flow.isInside && LEADS_INSIDE.has(error.reason))
    return {
      detail: `The server is on the internet, so its sign-in has to be there, too: this backend does not follow it to ${host}.`,
      hint: 'Nothing was sent there. Whoever runs the server has to correct it. If it is a server of your own network, connect to it by its address there.',
    };
  if (error instanceof EgressError) {
    const { message, hint, code } = toAppError(error, host);
    // Its outcome is of no interest for itself: only a token may have been given out, and then another sign-in takes its place.
    const detail = code === 'CALL_OUTCOME_UNKNOWN' ? `The connection to ${host} was lost before its answer was complete.` : message;
    return { detail, ...optional('hint', hint), ...optional('answer', last.status === undefined ? undefined : `status ${last.status}`) };
  }
  if (last.status !== undefined && (last.status < 200 || last.status > 299))
    return { detail: `${host} answered ${last.status}.`, ...optional('answer', answer) };
  return { detail: `${host} answered, but not as the OAuth specifications have it.`, ...optional('answer', answer) };
}

const optional = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

/** Returns status and, as OAuth has it, error and description. Any other text is told by its media type alone: it may be a page. */
export function describeAnswer(flow: Flow, { status, text, mediaType }: Exchange): string | undefined {
  if (status === undefined) return undefined;
  const error = readOAuthError(text);
  if (error === undefined) return `status ${status}${mediaType === undefined ? '' : `, ${mediaType.slice(0, 80)}`}`;
  return mask(flow, `status ${status}, ${error}`);
}

/** Returns `error` and `error_description` of an answer as one text. Source: RFC 6749, section 5.2. */
function readOAuthError(text: string | undefined): string | undefined {
  const code = readErrorCode(text);
  if (code === undefined) return undefined;
  const { error_description: description } = JSON.parse(text ?? '') as { error_description?: unknown };
  return typeof description === 'string' ? `${code}: ${description}` : code;
}

/** Returns the `error` of an OAuth answer. */
export function readErrorCode(text: string | undefined): string | undefined {
  try {
    const { error } = JSON.parse(text ?? '') as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the text without any secret of this sign-in, cut to what a person reads. */
export function mask(flow: Flow, text: string): string {
  let masked = text;
  for (const secret of flow.secrets) if (secret !== '') masked = masked.replaceAll(secret, '•••');
  return masked.slice(0, MAX_ANSWER_LENGTH);
}
