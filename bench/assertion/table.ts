import type { Weights, WeightsOf } from '../../pipeline/clinical/assertion/likelihood.ts';

/** The text of `weights.json`: one line per cue, in the order of their names, so that a change reads as one. */
export function toTable(weights: Weights, consultations: readonly string[]): string {
  const rows = (table: WeightsOf) =>
    Object.entries(table)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([cue, row]) => `      ${JSON.stringify(cue)}: [${row.join(', ')}]`)
      .join(',\n');
  const kinds = Object.entries(weights).map(([kind, table]) => `    ${JSON.stringify(kind)}: {\n${rows(table)}\n    }`);
  const names = consultations.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
  return `{\n  "weights": {\n${kinds.join(',\n')}\n  },\n  "consultations": [\n${names}\n  ]\n}\n`;
}
