/** Owns what a client sent, as the relay takes it: parsed, sized, and with whose it is. */
import type { ParsedMessage } from '../../../shared/json-rpc.ts';
import type { CallEntry, CallOpening } from '../store/call-ledger.ts';
import type { Credential } from '../store/device-registry.ts';

/** What is known of it before it is entered. */
export type EnteringMessage = {
  parsed: ParsedMessage;
  bytes: number;
  /** `Mcp-Session-Id` that this client was given; a client that sends none gets one for this message alone. */
  connection: string;
  /** `Idempotency-Key`: the client's own name for the user's act. */
  idempotencyKey: string | undefined;
  acceptsStream: boolean;
  /** Revision that the client says it speaks; undefined before it knows. */
  clientRevision: string | undefined;
  /** Headers of the stateless revision; they go to such servers only. */
  headers: Readonly<Record<string, string>>;
  credential: Credential;
};

export type ClientMessage = EnteringMessage & {
  /** Aborted when the client goes away; with an AppError when it has to, which is its last word. */
  left: AbortSignal;
  /** Called when the client gets nothing more. */
  done(): void;
};

/** How a request was entered in the ledger. */
export type LedgerEntry = { opening: CallOpening; entry: CallEntry };
