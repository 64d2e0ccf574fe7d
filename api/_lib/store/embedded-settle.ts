/** Owns how the embedded store writes a settlement, as one transaction. */
import { MAX_CALL_EVENTS } from '../../../shared/limits.ts';
import { MAX_QUESTIONS, MAX_STORED_EVENTS_BYTES, MAX_SUBSCRIPTIONS, WRITTEN_TTL_MS } from '../limits.ts';
import { encodeEventId, encodeNumbered, encodeProgress, encodeResponse } from './call-codec.ts';

import type { CallNews, CallSettlement } from './call-ledger.ts';
import type { EmbeddedCore } from './embedded-core.ts';
import { openLedger } from './embedded-ledger.ts';
import { encodeActivity, encodeText } from './record-codec.ts';
import type { Store } from './store.ts';

const LIMITS = { number: MAX_CALL_EVENTS, bytes: MAX_STORED_EVENTS_BYTES };
const NO_EVENTS = { from: 1, texts: [] };

const encodeNews = ({ key, owner, progress, serverEventId, events = NO_EVENTS }: CallNews) => ({
  ...{ key, owner, progress: encodeProgress(progress) },
  ...{ eventId: encodeEventId(serverEventId), events: encodeNumbered(events, LIMITS) },
});
const encodeEnd = (call: CallSettlement) => ({ key: call.key, owner: call.owner, state: call.state, ...encodeResponse(call) });

export function openEmbeddedSettle(core: EmbeddedCore): Store['settle'] {
  const { rows, transact, isLive, append } = core;
  const ledger = openLedger(core);

  function writeNews(id: string, { key, owner, progress, eventId, events }: ReturnType<typeof encodeNews>, nowMs: number): void {
    const asked = { id, key, owner, nowMs };
    const row = ledger.findRow(asked);
    if (row === undefined || ledger.judge('settle', asked, row)?.move !== 'write') return;
    if (progress !== '') rows.setProgress.run(progress, id, key);
    if (eventId !== '') rows.setServerEventId.run(eventId, id, key);
    keepEvents(id, key, Number(row['events']), events);
  }
  /** Leaves out what is stored already; where numbers are missed, what came before them goes. */
  function keepEvents(id: string, key: string, stored: number, { from, texts }: { from: number; texts: readonly string[] }): void {
    if (texts.length === 0 && from <= stored + 1) return;
    if (from > stored + 1) rows.removeCallEvents.run(id, key);
    texts.forEach((text, at) => {
      if (from + at > stored) rows.addCallEvent.run(id, key, from + at, text);
    });
    rows.countCallEvents.run(Math.max(stored, from + texts.length - 1), id, key);
    rows.capCallEvents.run(id, key, MAX_CALL_EVENTS, MAX_STORED_EVENTS_BYTES);
  }
  function writeEnd(id: string, { key, owner, state, response, droppedBytes }: ReturnType<typeof encodeEnd>, nowMs: number): void {
    const asked = { id, key, owner, nowMs };
    if (ledger.judge('settle', asked, ledger.findRow(asked))?.move !== 'write') return;
    if (response !== '' || droppedBytes !== undefined) rows.setResponse.run(response || null, droppedBytes ?? null, id, key);
    ledger.finish(asked, state);
  }

  return async (id, settlement) => {
    const {
      coldStarts = 0,
      isReachable,
      awaitsSignIn,
      logLevel,
      subscribed,
      unsubscribed,
      asked,
      answered,
      runningCalls = [],
      settledCalls = [],
    } = settlement;
    const entries = encodeActivity(settlement.activity);
    for (const text of [logLevel, subscribed, unsubscribed, asked, answered]) encodeText(text ?? '', 'A value of the call');
    const news = runningCalls.map(encodeNews);
    const ends = settledCalls.map(encodeEnd);
    transact((nowMs) => {
      const live = isLive(id, nowMs);
      if (live) {
        if (rows.findSettlement.get(id, settlement.id, nowMs) !== undefined) return;
        rows.addSettlement.run(id, settlement.id, nowMs + WRITTEN_TTL_MS);
        if (coldStarts > 0) rows.countColdStarts.run(coldStarts, id);
        if (isReachable !== undefined) rows.setReachable.run(isReachable ? 1 : 0, id);
        if (awaitsSignIn !== undefined) rows.setAwaits.run(awaitsSignIn ? 1 : 0, id);
        if (answered) rows.answer.run(id, answered, answered);
        if (asked && rows.questions.all(id).length < MAX_QUESTIONS) rows.ask.run(id, asked);
        if (logLevel) rows.setLogLevel.run(logLevel, id);
        if (unsubscribed) rows.unsubscribe.run(id, unsubscribed);
        if (subscribed && rows.subscriptions.all(id).length < MAX_SUBSCRIPTIONS) rows.subscribe.run(id, subscribed);
        append(id, entries);
        for (const one of news) writeNews(id, one, nowMs);
      }
      // The end of a call is written even where the session has run out in between, because its entry may outlive it.
      for (const one of ends) writeEnd(id, one, nowMs);
    });
  };
}
