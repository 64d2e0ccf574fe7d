/** Owns what a list of measured values comes to: its median and how far the values lie apart. Pure. */

export type Spread = { median: number; p10: number; p90: number; count: number };

/** Returns the value below which the share `p` (0 to 1) of the values lies; between two values it is interpolated. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError('There is no percentile of no values.');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const medianOf = (values: readonly number[]): number => percentile(values, 0.5);

/** Returns median, tenth and ninetieth percentile. */
export function toSpread(values: readonly number[]): Spread {
  return { median: medianOf(values), p10: percentile(values, 0.1), p90: percentile(values, 0.9), count: values.length };
}
