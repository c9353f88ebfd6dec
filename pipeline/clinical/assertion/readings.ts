import type { Assertion } from '../entities.ts';
import { stopping } from '../reasons.ts';

/** By these a medicine stands in the list of medicines. */
export const medicationStatuses = [
  'taking',
  'planned',
  'stopped',
  'not-taking',
  'advised-against',
  'tried-before',
  'allergic',
] as const;

export type MedicationStatus = (typeof medicationStatuses)[number];

/** How a mention may be read, by the kind of thing that it names. "none" is no finding: a warning, an example, advice. */
export const readings = {
  condition: ['present', 'absent', 'possible', 'historical', 'family', 'allergic', 'none'],
  medicine: [...medicationStatuses, 'possible', 'family', 'none'],
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

/** The reading that a status with its reason amounts to. */
export function readingOf(kind: Kind, { status, reason }: Pick<Assertion, 'status' | 'reason'>): Reading {
  if (reason === 'allergy') return 'allergic';
  if (kind === 'medicine') {
    if (status === 'present') return 'taking';
    if (status === 'absent') return reason === 'advised-against' ? reason : 'not-taking';
    if (status === 'historical') return stopping.has(reason) ? 'stopped' : 'tried-before';
  }
  if (kind === 'test' && status === 'historical') return 'present';
  if (kind === 'condition' && status === 'planned') return 'possible';
  return status;
}
