/**
 * The part of the storage contract that keeps what a server says outside of calls' own streams, questions included: the store numbers the
 * messages, so that each reaches every device once and in order, whichever instance it came to.
 */

/** Numbered from 1 in each session, without gaps and never again. */
export type ServerMessage = { number: number; text: string };

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
   * @returns Number of the first; undefined when the session has run out.
   */
  addServerMessages(sessionId: string, id: string, texts: readonly string[]): Promise<number | undefined>;
  /** Returns the messages after a number, oldest first; `gap` when some of them are no longer kept; `last` is the newest number there is. */
  readServerMessages(sessionId: string, after: number): Promise<{ messages: ServerMessage[]; gap: boolean; last: number }>;
  /** Tells whether this answer to a question of the server is the first anywhere. @param owner makes a repetition of the same claim succeed. */
  claimAnswer(sessionId: string, questionId: string, owner: string): Promise<boolean>;
}
