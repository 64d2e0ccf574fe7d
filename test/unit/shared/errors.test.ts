/** The table of error codes. */
import { describe, expect, it } from 'vitest';
import { AppError, ERROR_TABLE, isErrorCode, toProblem } from '../../../shared/errors.ts';

describe('ERROR_TABLE', () => {
  it('has an HTTP error status and a title for every code', () => {
    const rows = Object.entries(ERROR_TABLE);
    expect(rows.length).toBeGreaterThan(30);
    for (const [, { status, title }] of rows) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title).not.toBe('');
    }
  });
});

describe('toProblem', () => {
  it('has the members of RFC 9457 and ours, and nothing of the cause', () => {
    const error = new AppError('SESSION_NOT_FOUND', 'Gone.', { cause: new Error('secret'), hint: 'Reconnect.' });
    expect(toProblem(error)).toEqual({
      type: 'about:blank',
      title: 'The backend does not have this session',
      status: 404,
      detail: 'Gone.',
      code: 'SESSION_NOT_FOUND',
      hint: 'Reconnect.',
    });
  });
});

describe('isErrorCode', () => {
  it('knows its codes and no inherited name', () => {
    expect(isErrorCode('SESSION_EXPIRED')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
  });
});
