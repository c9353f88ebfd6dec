import type { Entity } from './entities.ts';

export type MedicationStatus = 'allergic' | 'taking' | 'stopped' | 'planned';

/** How a medicine is taken, in the words that were said: every distinct one, in time order, none preferred. */
export interface MedicationFacts {
  status: MedicationStatus;
  dose: string[];
  form: string[];
  route: string[];
  frequency: string[];
  duration: string[];
}

/** Comprehend Medical's attributes of a medicine. */
const attributeTypes: Readonly<Record<Exclude<keyof MedicationFacts, 'status'>, readonly string[]>> = {
  dose: ['DOSAGE', 'STRENGTH'],
  form: ['FORM'],
  route: ['ROUTE_OR_MODE'],
  frequency: ['FREQUENCY', 'RATE'],
  duration: ['DURATION'],
};

/** The facts that all mentions of one medicine give together. */
export function toMedicationFacts(mentions: readonly Entity[]): MedicationFacts {
  const inTime = mentions.toSorted((a, b) => a.startMs - b.startMs || a.begin - b.begin);
  const said = (field: keyof typeof attributeTypes) => [
    ...new Set(
      inTime
        .flatMap(({ attributes }) => attributes)
        .filter(({ type }) => attributeTypes[field].includes(type))
        .map(({ text }) => text),
    ),
  ];
  return {
    status: toStatus(inTime),
    dose: said('dose'),
    form: said('form'),
    route: said('route'),
    frequency: said('frequency'),
    duration: said('duration'),
  };
}

/**
 * An allergy stands, whatever else is said. The last thing that anybody but the clinician says about taking the
 * medicine counts before anything the clinician says. A plan to go on with it, or to take more of it, leaves it as
 * `taking`.
 */
function toStatus(mentions: readonly Entity[]): MedicationStatus {
  const statuses = mentions.map(statusOf).filter((status) => status !== undefined);
  if (statuses.includes('allergic')) return 'allergic';
  // Whoever treats the patient has the last word when the medicine is to be stopped.
  if (mentions.at(-1)?.assertion.reason === 'to-be-stopped') return 'stopped';
  const last = mentions.findLast((mention) => mention.role !== 'clinician' && isTakenOrNot(statusOf(mention)));
  return (last && statusOf(last)) ?? statuses.find(isTakenOrNot) ?? 'planned';
}

const isTakenOrNot = (status: MedicationStatus | undefined) => status === 'taking' || status === 'stopped';

/** The status that one mention shows; undefined for a mention that only asks about the medicine or considers it. */
function statusOf({ assertion: { status, reason } }: Entity): MedicationStatus | undefined {
  if (reason === 'allergy') return 'allergic';
  if (status === 'present') return 'taking';
  if (status === 'historical') return 'stopped';
  return status === 'planned' ? 'planned' : undefined;
}
