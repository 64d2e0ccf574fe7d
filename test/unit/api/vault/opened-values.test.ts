/** What is remembered of opened texts: opened once while it is remembered, never the value of another text, never more than the budget. */
import { expect, it } from 'vitest';
import { openOpenedValues } from '../../../../api/_lib/vault/opened-values.ts';

const LARGE = 'x'.repeat(10_000);

it('reads a text once, and again when it changed or was forgotten', () => {
  const session = openOpenedValues(1_000_000).ofSession();
  let reads = 0;
  const read = (text: string) => session.once('url', text, () => `${text} ${++reads}`);
  expect([read('a'), read('a'), read('b'), read('b'), read('a')]).toEqual(['a 1', 'a 1', 'b 2', 'b 2', 'a 3']);
  expect(session.find('url')).toBe('a 3');
  session.forget();
  expect(session.find('url')).toBeUndefined();
  expect(read('a')).toBe('a 4');
});

it('stays within its bytes, whatever is opened, and forgets first what was asked for longest ago', () => {
  const opened = openOpenedValues(100_000);
  const sessions = Array.from({ length: 50 }, () => opened.ofSession());
  for (const session of sessions) {
    session.once('greeting', '', () => ({ text: LARGE }));
    expect(opened.bytes()).toBeLessThanOrEqual(100_000);
    // Asked for all the time: it stays.
    sessions[0]?.once('greeting', '', () => 'again');
  }
  expect(sessions[0]?.find('greeting')).toEqual({ text: LARGE });
  expect(sessions[1]?.find('greeting')).toBeUndefined();
  expect(sessions.at(-1)?.find('greeting')).toEqual({ text: LARGE });
  for (const session of sessions) session.forget();
  expect(opened.bytes()).toBe(0);
});

it('counts the text that is kept beside a value, and many small values for what they take', () => {
  const opened = openOpenedValues(1_000_000);
  expect(opened.ofSession().once('a', 'x'.repeat(2_000_000), () => 'opened')).toBe('opened');
  expect(opened.bytes()).toBe(0);
  const small = `[${'{},'.repeat(20_000)}{}]`;
  expect(opened.ofSession().once('a', '', () => JSON.parse(small) as unknown)).toHaveLength(20_001);
  expect(opened.bytes()).toBe(0);
});

it('counts a value once when it is replaced', () => {
  const opened = openOpenedValues(1_000_000);
  const session = opened.ofSession();
  for (const text of ['a', 'b', 'c']) session.once('greeting', text, () => LARGE);
  const once = opened.bytes();
  session.forget();
  session.once('greeting', 'd', () => LARGE);
  expect(opened.bytes()).toBe(once);
});
