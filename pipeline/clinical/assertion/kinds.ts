import type { Kind } from './readings.ts';

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
