/** Owns the keys of extension storage under which something of one session is kept beside the list: what is under them is in files of their own. */
export const ANSWERS_PREFIX = 'answers:';

/** Panel state. */
export const roomKey = (sessionId: string): string => `room:${sessionId}`;
/** Acts whose end is not known. */
export const actsKey = (sessionId: string): string => `acts:${sessionId}`;
/** Answers to questions that are being written. */
export const answersKey = (sessionId: string): string => `${ANSWERS_PREFIX}${sessionId}`;
