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

/** The kind of thing that an entity names, or undefined for what only describes others (anatomy, times, ages). */
export function kindOf({ category, type }: { category: string; type: string }): Kind | undefined {
  if (category === 'MEDICATION') return 'medicine';
  if (category === 'TEST_TREATMENT_PROCEDURE') return 'test';
  return category === 'MEDICAL_CONDITION' || type === 'ALLERGIES' ? 'condition' : undefined;
}
