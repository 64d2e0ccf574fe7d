/** Owns the popup's way to say what is in the way or waited for. The sentences are loaded with the first of them. */
import { lazily } from '../kit/lazily.tsx';

export const Failure = lazily(async () => (await import('../kit/notice.tsx')).Failure);
export const NoBackend = lazily(async () => (await import('./no-backend.tsx')).NoBackend);
export const JoinNotice = lazily(async () => (await import('./join-notice.tsx')).JoinNotice);
export const RemovedNotice = lazily(async () => (await import('./join-notice.tsx')).RemovedNotice);
