/** Owns how large an event of a stream has become that has not ended yet. Pure; what is too large is judged in hop.ts. */

/** An event ends with an empty line; a line with any of three marks. Source: HTML standard, 9.2.6 Interpreting an event stream. */
const EMPTY_LINES = ['\n\n', '\r\r', '\n\r\n'];
const LONGEST = 3;

/** Returns a function that takes the stream's bytes, chunk by chunk, and returns how many belong to an event without an end. */
export function openEventMeter(): (chunk: Uint8Array) => number {
  let tail: Uint8Array = Buffer.alloc(0);
  let open = 0;
  return (chunk) => {
    // An empty line may be cut in two by the end of a chunk.
    const bytes = Buffer.concat([tail, chunk]);
    const ends = EMPTY_LINES.map((line) => ({ at: bytes.lastIndexOf(line), length: line.length })).filter(({ at }) => at >= 0);
    open = ends.length > 0 ? bytes.length - Math.max(...ends.map(({ at, length }) => at + length)) : open + chunk.byteLength;
    tail = bytes.subarray(1 - LONGEST);
    return open;
  };
}
