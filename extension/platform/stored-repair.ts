/** Owns reading by repair: what can't be used is left out, whatever it is. Pure. */
import type * as z from 'zod/mini';

/** Returns the items of a list that fit the schema, in order; a value that is no list has none. */
export function repairList<Item extends z.ZodMiniType>(item: Item, raw: unknown): z.infer<Item>[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((value) => {
    const parsed = item.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
