/** Owns sets that remember their latest members only. */

/** Adds a member; the oldest goes where there are too many. */
export function addLatest<T>(set: Set<T>, member: T, most: number): void {
  set.add(member);
  if (set.size <= most) return;
  for (const oldest of set) {
    set.delete(oldest);
    return;
  }
}
