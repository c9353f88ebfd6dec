import type { CodeableConcept, Observation, Procedure, ServiceRequest } from '@medplum/fhirtypes';
import type { Result } from '../../clinical/results.ts';
import type { ChartFinding } from '../chart.ts';
import {
  type Clinical,
  conceptOf,
  encounterOf,
  type Given,
  headOf,
  isDecided,
  patientOf,
  uncodedConceptOf,
} from './frame.ts';
import { concept, textOf } from './terms.ts';

/** Whether and when it was done is not known until a clinician says so. */
export function toProcedure(given: Given): Clinical[] {
  const { finding, frame } = given;
  const procedure: Procedure = {
    ...headOf('Procedure', given),
    status: isDecided(finding) ? 'completed' : 'unknown',
    code: conceptOf(finding),
    subject: patientOf(frame),
    encounter: encounterOf(frame),
  };
  return [procedure];
}

export function toServiceRequest(given: Given): Clinical[] {
  const { finding, frame } = given;
  const request: ServiceRequest = {
    ...headOf('ServiceRequest', given),
    status: 'draft',
    intent: isDecided(finding) ? 'plan' : 'proposal',
    code: conceptOf(finding),
    subject: patientOf(frame),
    encounter: encounterOf(frame),
  };
  return [request];
}

/** A condition that the patient says she does not have: an answer, which rules nothing out. */
export const toDenial = (given: Given): Clinical[] => [
  observation(given, { category: 'survey', code: conceptOf(given.finding), value: { valueBoolean: false } }),
];

/** A habit. The question has a code of its own; that of the finding would be an answer. */
export function toHabit(given: Given): Clinical[] {
  const { finding } = given;
  const isSmoking = 'kind' in finding.found && finding.found.kind === 'smoking';
  const code = {
    ...uncodedConceptOf(finding),
    ...(isSmoking && concept('loinc', '72166-2', 'Tobacco smoking status')),
  };
  return [observation(given, { category: 'social-history', code, value: { valueString: finding.status } })];
}

/** Vital signs are examined: the category of their own demands what nobody says aloud. */
const vitalSigns = /^(?:blood pressure|pulse|oxygen saturation|temperature|respiratory rate|weight|height|bmi)$/i;

/** One observation for each value. A test without one may not even have been done. */
export function toResults(given: Given): Clinical[] {
  const { finding } = given;
  const category = vitalSigns.test(finding.label) ? 'exam' : undefined;
  return resultsOf(finding).flatMap((result, at) => {
    const value = valueOf(result, isDecided(finding));
    return value ? [observation(given, { category, code: conceptOf(finding), value, part: `/${at}` })] : [];
  });
}

/** The values, as they were found: they say nothing of another status that the clinician gives the test. */
export function resultsOf({ found, foundAs, status }: ChartFinding): Result[] {
  return 'results' in found && status === foundAs ? found.results : [];
}

/** A result as it was said; documents of version 1 have no more than its value. */
export function wordsOfResult({ value, said, unit }: Pick<Result, 'value' | 'said' | 'unit'>): string {
  return [said ?? value, unit ?? ''].join(' ').trim();
}

type Value = Pick<Observation, 'valueString' | 'valueQuantity' | 'valueBoolean'>;

/** The words, and a number only once a clinician has decided, where the number and its unit are apart. */
function valueOf({ value, said, unit }: Result, isDecided: boolean): Value | undefined {
  const unitText = textOf(unit);
  if (isDecided && unitText !== undefined && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)) {
    return { valueQuantity: { value: Number(value), unit: unitText } };
  }
  const words = textOf(wordsOfResult({ value, said, unit }));
  return words === undefined ? undefined : { valueString: words };
}

interface Observed {
  category: 'survey' | 'social-history' | 'exam' | undefined;
  code: CodeableConcept;
  value: Value;
  part?: string;
}

function observation(given: Given, { category, code, value, part }: Observed): Observation {
  const { finding, frame } = given;
  return {
    ...headOf('Observation', given, part),
    status: isDecided(finding) ? 'final' : 'preliminary',
    ...(category && { category: [concept('observationCategory', category)] }),
    code,
    subject: patientOf(frame),
    encounter: encounterOf(frame),
    ...value,
  };
}
