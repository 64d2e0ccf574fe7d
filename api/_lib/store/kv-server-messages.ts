/** Owns a server's own messages in Redis: which script each method runs, and what its answer means. The scripts are kv-message-scripts.ts. */
import * as z from 'zod/mini';

import { MAX_SERVER_MESSAGES } from '../../../shared/limits.ts';
import { MAX_STORED_MESSAGES_BYTES } from '../limits.ts';
import { encodeEventId, encodeNumbered } from './call-codec.ts';

import { NumberAnswer, parseAnswer, parseStatus } from './kv-answers.ts';
import type { RunScript } from './kv-client.ts';
import { additionsKey, answerLeaseKey, answersKey, messagesKey, sessionKey, streamKey } from './kv-keys.ts';
import * as scripts from './kv-message-scripts.ts';
import { encodeText } from './record-codec.ts';
import type { ServerMessages } from './server-messages.ts';

const MessagesAnswer = z.tuple([z.literal('ok'), z.number(), z.array(z.string()), z.number(), z.string()]);

export function openKvServerMessages(run: RunScript): ServerMessages {
  return {
    async holdServerStream(id, owner, leaseMs) {
      return parseStatus(await run(scripts.HOLD_STREAM, [sessionKey(id), streamKey(id)], [owner, leaseMs])) === 'ok';
    },
    async releaseServerStream(id, owner) {
      parseStatus(await run(scripts.RELEASE_STREAM, [streamKey(id)], [owner]));
    },
    async addServerMessages(id, addition, texts, cursor) {
      const kept = encodeNumbered({ from: 0, texts }, { number: MAX_SERVER_MESSAGES, bytes: MAX_STORED_MESSAGES_BYTES });
      const keys = [sessionKey(id), messagesKey(id), additionsKey(id)];
      const answer = await run(scripts.ADD_MESSAGES, keys, [addition, encodeEventId(cursor), kept.from, ...kept.texts]);
      return parseStatus(answer) === 'ok' ? parseAnswer(NumberAnswer, answer)[1] : undefined;
    },
    async readServerMessages(id, after) {
      const answer = await run(scripts.READ_MESSAGES, [sessionKey(id), messagesKey(id)], [after]);
      const [, first, texts, last, cursor] = parseAnswer(MessagesAnswer, answer);
      const from = Math.max(first, after + 1);
      return {
        messages: texts.map((text, at) => ({ number: from + at, text })),
        gap: after + 1 < first,
        last,
        ...(cursor !== '' && { cursor }),
      };
    },
    async claimAnswer(id, questionId, owner, leaseMs) {
      const question = encodeText(questionId, 'The id of the question');
      const keys = [sessionKey(id), answersKey(id), answerLeaseKey(id, question)];
      const status = parseStatus(await run(scripts.CLAIM_ANSWER, keys, [question, owner, leaseMs]));
      if (status === 'ok') return 'claimed';
      return status === 'held' ? 'held' : 'answered';
    },
    async settleAnswer(id, questionId, owner, outcome) {
      const question = encodeText(questionId, 'The id of the question');
      const keys = [sessionKey(id), answersKey(id), answerLeaseKey(id, question)];
      parseStatus(await run(scripts.SETTLE_ANSWER, keys, [question, owner, outcome]));
    },
  };
}
