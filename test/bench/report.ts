/** Owns how results of the benchmark are told: one row for each number, beside its goal and a direct connection of the same run. Pure. */
import type { Spread } from './spread.ts';

export type Unit = 'ms' | 'requests' | 'handshakes' | 'kB' | 'kB gzip' | 'calls/s' | 'keys';

export type Row = {
  /** What `--only` and the JSON call it. */
  name: string;
  what: string;
  unit: Unit;
  /** What is compared with the goal. */
  value: number;
  /** Absent where every run gives the same. */
  spread?: Spread;
  /** The same without Mooring in between, measured in the same run. */
  direct?: { what: string; value: number; spread?: Spread };
  /** The highest value that is good enough; absent for a number that only explains another one. */
  goal?: number;
  note?: string;
};

export type Machine = { node: string; cores: number; cpu: string; loadAtStart: number; loadAtEnd: number };

export const isReached = ({ value, goal }: Row): boolean | undefined => (goal === undefined ? undefined : value <= goal);

const DIGITS: Record<Unit, number> = { ms: 2, requests: 1, handshakes: 0, kB: 1, 'kB gzip': 1, 'calls/s': 0, keys: 0 };

/** Returns the whole table as text. */
export function formatTable(rows: readonly Row[], machine: Machine): string {
  const head = ['what', 'measured', 'p10–p90 (runs)', 'direct', 'goal', 'reached'];
  const cells = rows.map((row) => {
    const show = (value: number): string => value.toFixed(DIGITS[row.unit]);
    const reached = isReached(row);
    return [
      row.what,
      `${show(row.value)} ${row.unit}`,
      row.spread === undefined ? '' : `${show(row.spread.p10)}–${show(row.spread.p90)} (${row.spread.count})`,
      row.direct === undefined ? '' : `${show(row.direct.value)} (${row.direct.what})`,
      row.goal === undefined ? '' : `≤ ${row.goal}`,
      reached === undefined ? '' : reached ? 'yes' : 'NO',
    ];
  });
  const widths = head.map((title, at) => Math.max(...[head, ...cells].map((line) => (line[at] ?? title).length)));
  const toLine = (line: readonly string[]): string =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const notes = rows.flatMap(({ what, note }) => (note === undefined ? [] : [`${what}: ${note}`]));
  return [describeMachine(machine), '', toLine(head), ...cells.map(toLine), ...(notes.length > 0 ? ['', ...notes] : []), ''].join('\n');
}

function describeMachine({ node, cores, cpu, loadAtStart, loadAtEnd }: Machine): string {
  const load = `load ${loadAtStart.toFixed(1)} at the start, ${loadAtEnd.toFixed(1)} at the end`;
  return `Node ${node}, ${cores} cores (${cpu}), ${load}. Medians; everything on this machine over loopback.`;
}

/** Returns the same as data, each row with its verdict. */
export function toJson(rows: readonly Row[], machine: Machine): string {
  const judged = rows.map((row) => ({ ...row, reached: isReached(row) ?? null }));
  return `${JSON.stringify({ at: new Date().toISOString(), machine, rows: judged }, undefined, 2)}\n`;
}
