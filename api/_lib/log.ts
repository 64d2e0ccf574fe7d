/** Owns the log: one JSON line a request, on standard output. It takes named fields only, so that no body, header or token can slip in. */

export type RequestLog = {
  /** Chosen by us, also sent as `x-request-id`: ties an error that a user reports to its line. */
  requestId: string;
  method: string;
  /** The route's pattern or path; ids in it are identifiers, no credentials. */
  path: string;
  status: number;
  durationMs: number;
  code?: string;
  deviceId?: string;
  /** JSON-RPC method, for what was relayed. */
  rpc?: string;
  /** Name and message of what was behind a failure; no values of ours. */
  cause?: string;
};

export type Log = {
  request(entry: RequestLog): void;
  /** Reports a failure outside of a request: work that went on after its answer. */
  failure(what: string, error: unknown): void;
};

/** @param write Takes one line, with its line feed. */
export function createLog(write: (line: string) => void): Log {
  const line = (fields: object): void => write(`${JSON.stringify({ at: new Date().toISOString(), ...fields })}\n`);
  return {
    request: line,
    failure: (what, error) => line({ failure: what, cause: describeCause(error) }),
  };
}

/** Returns name and message of an error and of what caused it, cut to a bounded length. */
export function describeCause(error: unknown): string {
  const parts: string[] = [];
  for (let current = error; current instanceof Error && parts.length < 4; current = current.cause)
    parts.push(`${current.name}: ${current.message}`);
  return (parts.length > 0 ? parts.join(' < ') : String(error)).slice(0, 400);
}
