/** Owns the popup's way to say that something failed. The sentences are loaded with the first failure. */
import { lazily } from '../kit/lazily.tsx';

export const Failure = lazily(async () => (await import('../kit/notice.tsx')).Failure);
export const NoBackend = lazily(async () => (await import('./no-backend.tsx')).NoBackend);
