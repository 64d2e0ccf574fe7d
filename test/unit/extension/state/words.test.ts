// @vitest-environment node
/** Proves that every way to fail has its sentences and its button. */
import { describe, expect, it } from 'vitest';
import { describeFailure, hasWords, type Remedy, wordsFor } from '../../../../extension/state/words.ts';
import { ERROR_TABLE } from '../../../../shared/errors.ts';

const CODES = [...Object.keys(ERROR_TABLE), 'BACKEND_UNREACHABLE', 'BACKEND_NOT_MOORING', 'SIGN_IN_WINDOW_CLOSED', 'CANCELLED'];
const LABELS: Record<Remedy, string> = {
  retry: 'Try again',
  reconnect: 'Reconnect',
  'open-settings': 'Open settings',
  'register-again': 'Register again',
  'edit-address': 'Change the address',
  'edit-headers': 'Change the headers',
  'sign-in': 'Sign in',
  'copy-details': 'Copy details',
  dismiss: 'OK',
};

describe('the words', () => {
  it.each(CODES)('for %s are sentences with a button that says what it does', (code) => {
    expect(hasWords(code)).toBe(true);
    const { title, meaning, remedy, label } = wordsFor(code);
    expect(title).toMatch(/^[A-Z].*\.$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(label).toBe(LABELS[remedy]);
    // In the user's words, calmly: no codes, no blame, no shouting.
    expect(`${title} ${meaning}`).not.toMatch(/\b[1-5]\d\d\b|!|\berror code\b|\boops\b/i);
    expect(title.length).toBeLessThanOrEqual(60);
  });

  it('for failures that may pass offer to try again', () => {
    const retryable = Object.entries(ERROR_TABLE).filter(([, { retryable }]) => retryable);
    expect(retryable.length).toBeGreaterThan(5);
    const others = retryable.filter(([code]) => wordsFor(code).remedy !== 'retry').map(([code]) => code);
    // A name that cannot be found is a typing mistake before it is an outage.
    expect(others).toEqual(['SERVER_NAME_UNKNOWN']);
  });

  it('for an ended session offer to reconnect', () => {
    expect(wordsFor('SESSION_EXPIRED').remedy).toBe('reconnect');
    expect(wordsFor('SESSION_NOT_FOUND').remedy).toBe('reconnect');
  });

  it('for a call whose answer was lost do not offer to repeat it', () => {
    expect(wordsFor('CALL_OUTCOME_UNKNOWN').remedy).toBe('copy-details');
  });

  it('for a code of a newer backend are those for a fault of ours', () => {
    expect(wordsFor('TEAPOT')).toEqual(wordsFor('INTERNAL'));
    expect(wordsFor('toString')).toEqual(wordsFor('INTERNAL'));
  });
});

describe('the details', () => {
  it('name what is known and nothing else', () => {
    expect(describeFailure({ code: 'INTERNAL', detail: 'It broke.', status: 500 }, { extension: '0.1.0' })).toBe(
      'code: INTERNAL\nstatus: 500\ndetail: It broke.\nextension: 0.1.0',
    );
  });
});
