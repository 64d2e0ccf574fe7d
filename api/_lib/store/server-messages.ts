/**
 * The part of the storage contract that keeps what a server says on its own: one instance holds the server's stream under a lease and
 * writes, every instance reads, so that each message reaches every device once and in order.
 */

/** Place in the order of a session's server messages: a holder's fence, then a number that it counts from 1. */
export type Place = { fence: number; number: number };

export type ServerMessage = Place & { text: string };

export interface ServerMessages {
  /**
   * Takes or lengthens the lease on the server's stream; undefined when another owner holds it or the session has run out.
   *
   * @returns The holder's fence: larger than that of every earlier holder. The same owner keeps its fence.
   */
  holdServerStream(sessionId: string, owner: string, leaseMs: number): Promise<{ fence: number } | undefined>;
  releaseServerStream(sessionId: string, owner: string): Promise<void>;
  /** Returns the messages after a place, oldest first; `gap` when some of them are no longer kept. */
  readServerMessages(sessionId: string, after: Place): Promise<{ messages: ServerMessage[]; gap: boolean; last: Place }>;
  /** Tells whether this answer to a question of the server is the first anywhere. @param owner makes a repetition of the same claim succeed. */
  claimAnswer(sessionId: string, questionId: string, owner: string): Promise<boolean>;
}
