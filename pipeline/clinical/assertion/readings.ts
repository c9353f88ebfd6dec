import type { Assertion } from '../entities.ts';
import { anyOf } from '../../phrases.ts';
import { stopping } from '../reasonGroups.ts';

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
  medicine: [...medicationStatuses, 'possible', 'family', 'none', 'not-allergic'],
  test: ['present', 'planned', 'absent', 'possible', 'family', 'none'],
} as const;

export type Kind = keyof typeof readings;
export type Reading<Of extends Kind = Kind> = (typeof readings)[Of][number];

/** Types that only describe what another entity names, whatever category an operation gives them. */
const describing: ReadonlySet<string> = new Set(
  [
    ['ACUITY', 'DIRECTION', 'QUALITY', 'QUANTITY', 'SYSTEM_ORGAN_SITE', 'TEST_VALUE', 'TEST_UNIT', 'TEST_UNITS'],
    ['DOSAGE', 'DURATION', 'FORM', 'FREQUENCY', 'RATE', 'ROUTE_OR_MODE', 'STRENGTH'],
  ].flat(),
);

/** The kind of thing that an entity names, or undefined for what only describes others (anatomy, times, ages). */
export function kindOf({ category, type }: { category: string; type: string }): Kind | undefined {
  if (describing.has(type) || type.startsWith('TIME_')) return undefined;
  if (category === 'MEDICATION') return 'medicine';
  if (category === 'TEST_TREATMENT_PROCEDURE') return 'test';
  return category === 'MEDICAL_CONDITION' || type === 'ALLERGIES' ? 'condition' : undefined;
}

const allergyWords = anyOf`
  \w*allerg\w*|anaphyla\w+|intoleran\w+|(?:bad )?reactions?|\w+ stings?|poison (?:ivy|oak|sumac)
`;

/** Hives and a wheeze are what an allergy does, not what the patient is allergic to. */
export function mayBeAllergy({ category, type, text }: { category: string; type: string; text: string }): boolean {
  return category !== 'MEDICAL_CONDITION' || type === 'ALLERGIES' || allergyWords.test(text);
}

/** The reading that a status with its reason amounts to. */
export function readingOf(kind: Kind, { status, reason }: Pick<Assertion, 'status' | 'reason'>): Reading {
  if (reason === 'allergy') return 'allergic';
  if (reason === 'allergy-denied') return kind === 'medicine' ? 'not-allergic' : 'absent';
  if (kind === 'medicine') {
    if (status === 'present') return 'taking';
    if (status === 'absent') return reason === 'advised-against' ? reason : 'not-taking';
    if (status === 'historical') return stopping.has(reason) ? 'stopped' : 'tried-before';
  }
  if (kind === 'test' && status === 'historical') return 'present';
  if (kind === 'condition' && status === 'planned') return 'possible';
  return status;
}
