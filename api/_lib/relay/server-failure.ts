/** Owns turning whatever broke an exchange with a server into our failure, with what is known about whether the server got it. */
import { AppError } from '../../../shared/errors.ts';
import { classifyFailure, toAppError } from '../egress/egress-error.ts';
import { NotLetIn } from './server-access.ts';

export type ServerFailure = { error: AppError; ran: 'no' | 'unknown' };

/** @param url The address that the user typed: the only one that the failure may name. */
export function toServerFailure(error: unknown, url: string): ServerFailure {
  if (error instanceof NotLetIn) return { error: error.failure, ran: 'no' };
  if (error instanceof AppError) return { error, ran: 'unknown' };
  const failure = classifyFailure(error);
  return { error: toAppError(failure, new URL(url).host), ran: failure.sent ? 'unknown' : 'no' };
}
