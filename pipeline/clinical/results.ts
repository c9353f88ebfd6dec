import type { Entity } from './entities.ts';
import { inTime } from './evidence.ts';
import { toFigures } from './figures.ts';

/** A value of a test or a procedure. */
export interface Result {
  /** Its numbers in figures: "7.2", "168/102", "normal". */
  value: string;
  /** The words that were said. */
  said: string;
  unit: string | null;
  startMs: number;
}

/** "120 millimetres": a unit follows its value, at most this many characters later. */
const nextTo = 1;

/** The values that were said, in time order, each with the unit that follows it. */
export function toResults(mentions: readonly Entity[]): Result[] {
  return mentions.toSorted(inTime).flatMap(({ attributes, startMs }) => {
    const values = attributes.filter(({ type }) => type === 'TEST_VALUE');
    const units = attributes.filter(({ type }) => type === 'TEST_UNIT' || type === 'TEST_UNITS');
    return values.map(({ text, end }) => ({
      value: toFigures(text),
      said: text,
      unit: units.find(({ begin }) => begin >= end && begin - end <= nextTo)?.text ?? null,
      startMs,
    }));
  });
}

/** Whether something is planned and nobody says that it was done; being asked about or considered does not count. */
export function isToCome(mentions: readonly Entity[]): boolean {
  const statuses = mentions.map(({ assertion }) => assertion.status);
  return statuses.includes('planned') && !statuses.includes('present');
}
