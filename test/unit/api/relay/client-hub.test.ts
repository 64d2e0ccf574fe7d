/** Proves that what the server says on its own reaches everybody who listens, or whoever comes next, and that a question takes one answer. */
import { expect, it } from 'vitest';
import { type ClientHub, createClientHub } from '../../../../api/_lib/relay/client-hub.ts';

const news = (n: number) => ({ jsonrpc: '2.0' as const, method: `news/${n}` });

function listenTo(hub: ClientHub) {
  const got: string[] = [];
  let ended = 0;
  const leave = hub.join({
    send: (text) => got.push((JSON.parse(text) as { method: string }).method),
    end() {
      ended++;
      leave();
    },
  });
  return { got, leave, ended: () => ended };
}

it('hands every message to everybody, in order', () => {
  const hub = createClientHub();
  const [first, second] = [listenTo(hub), listenTo(hub)];
  hub.deliver(news(1));
  hub.deliver(news(2));
  expect([first.got, second.got]).toEqual([
    ['news/1', 'news/2'],
    ['news/1', 'news/2'],
  ]);
});

it('keeps what comes while nobody listens, for the first who does and for nobody else', () => {
  const hub = createClientHub();
  hub.deliver(news(1));
  hub.deliver(news(2));
  const [first, second] = [listenTo(hub), listenTo(hub)];
  hub.deliver(news(3));
  expect([first.got, second.got]).toEqual([['news/1', 'news/2', 'news/3'], ['news/3']]);
});

it('keeps at most a hundred messages, the latest', () => {
  const hub = createClientHub();
  for (let n = 1; n <= 250; n++) hub.deliver(news(n));
  const { got } = listenTo(hub);
  expect([got.length, got[0], got.at(-1)]).toEqual([100, 'news/151', 'news/250']);
});

it('hands nothing to who has left, and leaving twice changes nothing', () => {
  const hub = createClientHub();
  const sizes: number[] = [];
  hub.onChange((size) => sizes.push(size));
  const [first, second] = [listenTo(hub), listenTo(hub)];
  first.leave();
  first.leave();
  hub.deliver(news(1));
  expect([first.got, second.got, hub.size()]).toEqual([[], ['news/1'], 1]);
  second.leave();
  expect(sizes).toEqual([1, 2, 1, 0]);
});

it('ends everybody, once', () => {
  const hub = createClientHub();
  const listeners = [listenTo(hub), listenTo(hub), listenTo(hub)];
  hub.end();
  hub.end();
  expect([listeners.map(({ ended }) => ended()), hub.size()]).toEqual([[1, 1, 1], 0]);
});

it('takes an answer again to a question whose answer was lost', () => {
  const hub = createClientHub();
  expect([hub.isFirstAnswer('s:1:0'), hub.isFirstAnswer('s:1:0')]).toEqual([true, false]);
  hub.forgetAnswer('s:1:0');
  expect([hub.isFirstAnswer('s:1:0'), hub.isFirstAnswer('s:1:0')]).toEqual([true, false]);
});

it('takes one answer to each question, and remembers the last five hundred', () => {
  const hub = createClientHub();
  expect([hub.isFirstAnswer('s:1:0'), hub.isFirstAnswer('s:1:0'), hub.isFirstAnswer('s:2:0')]).toEqual([true, false, true]);
  for (let n = 0; n < 499; n++) expect(hub.isFirstAnswer(`s:3:${n}`)).toBe(true);
  expect([hub.isFirstAnswer('s:2:0'), hub.isFirstAnswer('s:3:0'), hub.isFirstAnswer('s:3:498')]).toEqual([false, false, false]);
});
