/** Owns what an operator can put a stop to at once, without ending what is there, and the words of the refusal. */
import { AppError } from '../../shared/errors.ts';

/** devices: none registers or joins · sessions: none is connected, no sign-in begins · calls: no tool is called. */
const PAUSABLE = ['devices', 'sessions', 'calls'] as const;
export type Pausable = (typeof PAUSABLE)[number];

const isPausable = (value: string): value is Pausable => PAUSABLE.some((one) => one === value);

/** Reads a comma-separated list of what is paused. */
export function parsePaused(value: string | undefined): { paused: readonly Pausable[] } | { problems: string[] } {
  const entries = (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.every(isPausable)) return { paused: entries };
  return { problems: [`MOORING_PAUSE must be a comma-separated list of ${PAUSABLE.join(', ')}.`] };
}

const WORDS: Readonly<Record<Pausable, string>> = {
  devices: 'This backend takes no new devices for now.',
  sessions: 'This backend connects no new sessions for now. Those that are there go on.',
  calls: 'This backend calls no tools for now. Nothing was sent to the server.',
};

/** @throws AppError PAUSED */
export function checkPaused({ paused }: { paused: readonly Pausable[] }, what: Pausable): void {
  if (!paused.includes(what)) return;
  throw new AppError('PAUSED', WORDS[what], { hint: 'Whoever runs it has paused this with MOORING_PAUSE. Try again later.' });
}
