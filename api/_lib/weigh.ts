/** Owns how much memory a value takes that was made from JSON, about: for caches that are bounded by bytes. Pure. */

/** What V8 takes for a text, an array or an object beside what is in it, and for a member with its place. Bytes, rounded up. */
const TEXT_BYTES = 24;
const HOLDER_BYTES = 56;
const MEMBER_BYTES = 32;

/** Returns about how many bytes of memory a value takes. Small values in large numbers count for what they take, not for their text. */
export function weigh(value: unknown): number {
  let bytes = 0;
  // Not by calling itself: a server decides how deep its JSON is.
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'string') bytes += TEXT_BYTES + 2 * one.length;
    else if (Array.isArray(one)) {
      bytes += HOLDER_BYTES + MEMBER_BYTES * one.length;
      for (const member of one) open.push(member);
    } else if (typeof one === 'object' && one !== null) {
      bytes += HOLDER_BYTES;
      for (const [name, member] of Object.entries(one)) {
        bytes += MEMBER_BYTES + TEXT_BYTES + 2 * name.length;
        open.push(member);
      }
    } else bytes += TEXT_BYTES;
  }
  return bytes;
}
