/** How a mention may be read, by the kind of thing that it names. "none" is no finding: a warning, an example, advice. */
export const readings = {
  condition: ['present', 'absent', 'possible', 'historical', 'family', 'allergic', 'none'],
  medicine: [
    'taking',
    'planned',
    'stopped',
    'not-taking',
    'advised-against',
    'tried-before',
    'allergic',
    'possible',
    'family',
    'none',
  ],
  test: ['present', 'planned', 'absent', 'possible', 'family', 'none'],
} as const;

export type Kind = keyof typeof readings;
export type Reading<Of extends Kind = Kind> = (typeof readings)[Of][number];

/** A cue's log-odds for each reading of a kind, in the order of the readings. */
export type Weights = Readonly<Record<Kind, Readonly<Record<string, readonly number[]>>>>;

/** The kind of thing that an entity names, or undefined for what only describes others (anatomy, times, ages). */
export function kindOf({ category, type }: { category: string; type: string }): Kind | undefined {
  if (category === 'MEDICATION') return 'medicine';
  if (category === 'TEST_TREATMENT_PROCEDURE') return 'test';
  return category === 'MEDICAL_CONDITION' || type === 'ALLERGIES' ? 'condition' : undefined;
}

/** How likely each reading of a mention is by its cues, in the order of {@link readings}: together they are 1. */
export function toLikelihood(kind: Kind, cues: Iterable<string>, table: Weights): number[] {
  const sums = readings[kind].map(() => 0);
  for (const cue of new Set(cues)) {
    const row = table[kind][cue];
    if (row) for (const [at, weight] of row.entries()) sums[at] = (sums[at] ?? 0) + weight;
  }
  const most = Math.max(...sums);
  const odds = sums.map((sum) => Math.exp(sum - most));
  const total = odds.reduce((sum, each) => sum + each, 0);
  return odds.map((each) => each / total);
}
