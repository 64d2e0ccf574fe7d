/** Owns how a settlement becomes the arguments of its script, kv-settle-script.ts. */
import { MAX_ACTIVITY_ENTRIES, MAX_CALL_EVENTS } from '../../../shared/limits.ts';
import { MAX_QUESTIONS, MAX_STORED_EVENTS_BYTES, MAX_SUBSCRIPTIONS } from '../limits.ts';
import { encodeEventId, encodeNumbered, encodeProgress, encodeResponse } from './call-codec.ts';

import type { CallNews, CallSettlement } from './call-ledger.ts';
import { parseStatus } from './kv-answers.ts';
import type { RunScript } from './kv-client.ts';
import { activityKey, callsKey, sessionKey, settlementsKey } from './kv-keys.ts';
import { SETTLE } from './kv-settle-script.ts';
import { encodeActivity, encodeText } from './record-codec.ts';
import type { Store } from './store.ts';

type Values = (string | number)[];

const counted = (texts: readonly string[]): Values => [texts.length, ...texts];

function toNewsValues({ key, owner, progress, serverEventId, events = { from: 1, texts: [] } }: CallNews): Values {
  const { from, texts } = encodeNumbered(events, { number: MAX_CALL_EVENTS, bytes: MAX_STORED_EVENTS_BYTES });
  return [key, owner, encodeProgress(progress), encodeEventId(serverEventId), from, ...counted(texts)];
}

function toEndValues(call: CallSettlement): Values {
  const { key, owner, state } = call;
  const kept = encodeResponse(call);
  return [key, owner, state, kept.response, kept.droppedBytes ?? ''];
}

export function openKvSettle(run: RunScript): Store['settle'] {
  return async (id, settlement) => {
    const {
      coldStarts = 0,
      isReachable,
      awaitsSignIn,
      logLevel = '',
      subscribed = '',
      unsubscribed = '',
      asked = '',
      answered = '',
      runningCalls = [],
      settledCalls = [],
    } = settlement;
    const activity = encodeActivity(settlement.activity);
    const toFlag = (value: boolean | undefined) => (value === undefined ? '' : Number(value));
    const encode = (text: string) => encodeText(text, 'A value of the call');
    const values = [
      ...[id, settlement.id, coldStarts, ...[logLevel, subscribed, unsubscribed].map(encode), MAX_SUBSCRIPTIONS, toFlag(isReachable)],
      ...[encode(asked), encode(answered), MAX_QUESTIONS],
      ...[MAX_ACTIVITY_ENTRIES, activity.dropped, toFlag(awaitsSignIn), ...counted(activity.texts)],
      ...[runningCalls.length, ...runningCalls.flatMap(toNewsValues)],
      ...[settledCalls.length, ...settledCalls.flatMap(toEndValues)],
    ];
    parseStatus(await run(SETTLE, [sessionKey(id), activityKey(id), callsKey(id), settlementsKey(id)], values));
  };
}
