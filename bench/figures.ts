/** One measured number, and how it was measured: without that, it cannot be compared with anything. */
export interface Figure {
  name: string;
  value: number;
  /** `x` is a ratio of two things measured side by side in the same run: only ratios compare between machines. */
  unit: 'x' | 'ms' | 's' | 'MB' | 'KB' | 'reads' | 'calls' | 'USD' | '%' | '/min' | '/visit';
  /** What was measured, how often and with which clock or counter. */
  how: string;
}

/** Why there is nothing to measure on this machine, in one line. */
export interface Skipped {
  skipped: string;
}

/** Takes a line of what stands behind the figures. */
export type Say = (line: string) => void;

/**
 * Runs to its end and returns figures. Throws when the work that it measures fails: a failure has no speed. A benchmark
 * that measures on a corpus takes the folder that holds it.
 */
export type Benchmark = (corpus?: string, say?: Say) => Promise<Figure[] | Skipped>;

/** The middle of the values, or the mean of the two in the middle. @throws RangeError for no values */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('no values to take a median of');
  return (low + high) / 2;
}

/**
 * The smallest value that at least `percent` of the values do not exceed (nearest rank).
 * @throws RangeError for no values
 */
export function percentile(values: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * values.length));
  const value = values.toSorted((a, b) => a - b)[rank - 1];
  if (value === undefined) throw new RangeError('no values to take a percentile of');
  return value;
}

/** The lines of an aligned table: name, value with its unit, and how it was measured. */
export function toTable(figures: readonly Figure[]): string[] {
  const rows = figures.map(({ name, value, unit, how }) => ({ name, value: `${toDigits(value)} ${unit}`, how }));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(({ name, value, how }) => `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}  ${how}`);
}

/** Three significant digits say all that a benchmark knows; larger numbers are whole. */
function toDigits(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
