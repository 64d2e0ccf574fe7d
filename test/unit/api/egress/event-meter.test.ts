/** How large an event has become. */
import { expect, it } from 'vitest';
import { openEventMeter } from '../../../../api/_lib/egress/event-meter.ts';

const measure = (...chunks: string[]): number[] => chunks.map(openMeter());
const openMeter = () => {
  const meter = openEventMeter();
  return (text: string) => meter(Buffer.from(text));
};

it('adds up until the event has ended', () => {
  expect(measure('data: 1', '234\n', '\n', 'data: 2\n', '\ndata')).toEqual([7, 11, 0, 8, 4]);
});

it.each(['\n\n', '\r\r', '\r\n\r\n', '\n\r\n'])('knows the empty line %j, wherever it is cut in two', (emptyLine) => {
  for (let cut = 1; cut < emptyLine.length; cut++)
    expect(measure('a'.repeat(100), emptyLine.slice(0, cut), `${emptyLine.slice(cut)}bc`).at(-1)).toBe(2);
  expect(measure('a'.repeat(100), ...emptyLine, 'bc').at(-1)).toBe(2);
});

it('counts after the last of several events in a chunk', () => {
  expect(measure('data: 1\n\ndata: 2\r\r\r\ndata: 3\n\nabc')).toEqual([3]);
});
