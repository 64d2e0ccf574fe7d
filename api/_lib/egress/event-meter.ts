/** Owns how large an event of a stream has become that has not ended yet. Pure; what is too large is judged in hop.ts. */

/** An event ends with an empty line; a line with any of three marks. Source: HTML standard, 9.2.6 Interpreting an event stream. */
const EMPTY_LINES = ['\n\n', '\r\r', '\n\r\n'];
/** An empty line that the end of a chunk cuts in two begins this many bytes before it at most. */
const CUT_BYTES = 2;

/** Returns where the last event in these bytes ends; below 0 where none does. */
const findEnd = (bytes: Buffer): number =>
  Math.max(...EMPTY_LINES.map((line) => ({ at: bytes.lastIndexOf(line), line })).map(({ at, line }) => (at < 0 ? -1 : at + line.length)));

/**
 * Returns a function that takes the stream's bytes, chunk by chunk, and returns how many belong to an event without an end.
 *
 * It copies no more than what may be cut in two: everything that a server streams passes here.
 */
export function openEventMeter(): (chunk: Uint8Array) => number {
  let tail: Buffer = Buffer.alloc(0);
  let open = 0;
  return (chunk) => {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const seam = Buffer.concat([tail, bytes.subarray(0, CUT_BYTES)]);
    const end = Math.max(findEnd(bytes), findEnd(seam) - tail.length);
    open = end >= 0 ? bytes.length - end : open + bytes.length;
    tail = Buffer.from(bytes.length < CUT_BYTES ? seam.subarray(-CUT_BYTES) : bytes.subarray(-CUT_BYTES));
    return open;
  };
}
