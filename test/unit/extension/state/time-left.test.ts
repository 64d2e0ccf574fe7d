// @vitest-environment node
/** Proves how spans of time are put into words. */
import { describe, expect, it } from 'vitest';
import { timeAgo, timeLeft } from '../../../../extension/state/time-left.ts';

const NOW = Date.parse('2026-11-23T10:00:00.000Z');
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe('time left', () => {
  it.each([
    [1800, 'plenty', '30 min'],
    [1799.9, 'plenty', '29 min'],
    [120, 'plenty', '2 min'],
    [119, 'soon', '1 min'],
    [60, 'soon', '1 min'],
    [59.9, 'soon', '59 s'],
    [0.4, 'soon', '0 s'],
    [0, 'over', ''],
    [-5, 'over', ''],
    [86_400, 'plenty', '24 h'],
  ])('of %d s is %s, "%s"', (seconds, kind, text) => {
    expect(timeLeft(inSeconds(seconds), NOW)).toEqual({ kind, text });
  });

  it('of a time that is none is over', () => {
    expect(timeLeft('soon', NOW)).toEqual({ kind: 'over', text: '' });
  });
});

describe('time ago', () => {
  it.each([
    [-10, 'just now'],
    [0, 'just now'],
    [59, 'just now'],
    [300, '5 min ago'],
    [7_100, '118 min ago'],
    [7_300, '2 h ago'],
    [400_000, '4 d ago'],
  ])('of %d s is "%s"', (seconds, text) => {
    expect(timeAgo(inSeconds(-seconds), NOW)).toBe(text);
  });

  it('of a time that is none is empty', () => {
    expect(timeAgo('', NOW)).toBe('');
  });
});
