/** Owns a server's own messages in the embedded store: who reads its stream, the messages with their numbers, who answers. */
import { MAX_SERVER_MESSAGES } from '../../../shared/limits.ts';
import { MAX_ANSWER_ATTEMPTS, MAX_ANSWERS, MAX_STORED_MESSAGES_BYTES, WRITTEN_TTL_MS } from '../limits.ts';
import { encodeEventId, encodeNumbered } from './call-codec.ts';

import type { EmbeddedCore } from './embedded-core.ts';
import { encodeText } from './record-codec.ts';
import type { ServerMessages } from './server-messages.ts';

const LIMITS = { number: MAX_SERVER_MESSAGES, bytes: MAX_STORED_MESSAGES_BYTES };

export function openEmbeddedServerMessages({ rows, transact, isLive, findLive }: EmbeddedCore): ServerMessages {
  return {
    async holdServerStream(id, owner, leaseMs) {
      return transact((nowMs) => {
        if (!isLive(id, nowMs)) return false;
        const holder = rows.findStream.get(id, nowMs)?.['owner'];
        if (holder !== undefined && holder !== owner) return false;
        rows.holdStream.run(id, owner, nowMs + leaseMs);
        return true;
      });
    },
    async releaseServerStream(id, owner) {
      transact(() => rows.releaseStream.run(id, owner));
    },
    async addServerMessages(id, addition, texts, cursor) {
      const place = encodeEventId(cursor);
      const kept = encodeNumbered({ from: 0, texts }, LIMITS);
      return transact((nowMs) => {
        const row = findLive(id, nowMs);
        if (row === undefined) return undefined;
        const known = rows.findAddition.get(id, addition, nowMs);
        if (known !== undefined) return Number(known['first']);
        const first = Number(row['messages']) + 1;
        if (place !== '') rows.setCursor.run(place, id);
        if (texts.length === 0) return first;
        // Messages have no gaps: where one cannot be kept, those before it go too.
        if (kept.from > 0) rows.removeMessages.run(id);
        kept.texts.forEach((text, at) => {
          rows.addMessage.run(id, first + kept.from + at, text);
        });
        rows.countMessages.run(first + texts.length - 1, id);
        rows.capMessages.run(id, MAX_SERVER_MESSAGES, MAX_STORED_MESSAGES_BYTES);
        rows.addAddition.run(id, addition, first, nowMs + WRITTEN_TTL_MS);
        return first;
      });
    },
    async readServerMessages(id, after) {
      return transact((nowMs) => {
        const row = findLive(id, nowMs);
        const last = Number(row?.['messages'] ?? 0);
        const place = row?.['stream_cursor'];
        const cursor = typeof place === 'string' ? { cursor: place } : {};
        if (last <= after) return { messages: [], gap: false, last, ...cursor };
        const first = Number(rows.firstMessage.get(id)?.['first'] ?? last + 1);
        const found = rows.findMessages.all(id, after);
        const messages = found.map((row) => ({ number: Number(row['number']), text: String(row['text']) }));
        return { messages, gap: after + 1 < first, last, ...cursor };
      });
    },
    async claimAnswer(id, questionId, owner, leaseMs) {
      const question = encodeText(questionId, 'The id of the question');
      return transact((nowMs) => {
        if (!isLive(id, nowMs)) return 'answered';
        const known = rows.findAnswer.get(id, question);
        if (known?.['lease_ends_at'] === null) return 'answered';
        if (Number(known?.['lease_ends_at'] ?? 0) > nowMs) return known?.['owner'] === owner ? 'claimed' : 'held';
        if (Number(known?.['attempts'] ?? 0) >= MAX_ANSWER_ATTEMPTS) return 'answered';
        rows.claimAnswer.run(id, question, owner, nowMs + leaseMs);
        rows.capAnswers.run(id, MAX_ANSWERS);
        return 'claimed';
      });
    },
    async settleAnswer(id, questionId, owner, outcome) {
      const question = encodeText(questionId, 'The id of the question');
      transact((nowMs) => {
        const known = rows.findAnswer.get(id, question);
        const leaseEndsAt = known?.['lease_ends_at'];
        // One that was sent counts as long as nobody else has begun.
        if (typeof leaseEndsAt !== 'number' || known?.['owner'] !== owner) return;
        if (outcome === 'sent') rows.finishAnswer.run(id, question);
        else if (leaseEndsAt > nowMs) rows.reopenAnswer.run(id, question);
      });
    },
  };
}
