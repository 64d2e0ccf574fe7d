/**
 * The part of the storage contract that keeps what a server says outside of calls' own streams, questions included: the store numbers the
 * messages, so that each reaches every device once and in order, whichever instance it came to.
 */

/** Numbered from 1 in each session, without gaps and never again. */
export type ServerMessage = { number: number; text: string };

/**
 * claimed: it is this one's to send, until its lease lapses · held: another is being sent, or was when its instance died · answered: nobody
 * need answer any more, or the session has run out.
 */
export type AnswerClaim = 'claimed' | 'held' | 'answered';

export type ServerMessagesRead = {
  messages: ServerMessage[];
  /** Whether some of them are no longer kept. */
  gap: boolean;
  /** The newest number there is. */
  last: number;
  /** Where the server's own stream stood when the last messages of it were added. */
  cursor?: string;
};

export interface ServerMessages {
  /**
   * Takes or lengthens the lease on the server's own stream: one instance reads it for all.
   *
   * @returns False while another owner holds it, or when the session has run out.
   */
  holdServerStream(sessionId: string, owner: string, leaseMs: number): Promise<boolean>;
  /** Gives the lease back if this owner still holds it. */
  releaseServerStream(sessionId: string, owner: string): Promise<void>;
  /**
   * Appends messages, in their order.
   *
   * @param id Unique to these messages: the same ones again, after a lost answer, are not appended twice (remembered for 60 s).
   * @param cursor Where the server's own stream stands after them: kept in the same step, so that who takes the stream over misses none and
   *   repeats none. Left out, it stays as it was; one that is too long is as none.
   * @returns Number of the first; undefined when the session has run out.
   */
  addServerMessages(sessionId: string, id: string, texts: readonly string[], cursor?: string): Promise<number | undefined>;
  /** Returns the messages after a number, oldest first. */
  readServerMessages(sessionId: string, after: number): Promise<ServerMessagesRead>;
  /**
   * Lets an answer to a question of the server be sent, if no other is or was.
   *
   * A claim whose lease lapsed passes on to whoever asks next, at most MAX_ANSWER_ATTEMPTS times in all: its answer may have reached the server.
   *
   * @param owner Unique to this answer: a repetition of the same claim succeeds.
   */
  claimAnswer(sessionId: string, questionId: string, owner: string, leaseMs: number): Promise<AnswerClaim>;
  /** Ends a claim that this owner has: the question is answered, or, where the server could not be told, open as it was before. */
  settleAnswer(sessionId: string, questionId: string, owner: string, outcome: 'sent' | 'failed'): Promise<void>;
}
