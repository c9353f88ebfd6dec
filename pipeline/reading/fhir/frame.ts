import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  Encounter,
  Extension,
  FamilyMemberHistory,
  Identifier,
  MedicationRequest,
  MedicationStatement,
  Meta,
  Observation,
  Patient,
  Procedure,
  Reference,
  ServiceRequest,
} from '@medplum/fhirtypes';
import type { Chart, ChartCode, ChartFinding } from '../chart.ts';
import type { Names } from './names.ts';
import { assertedBy, extensions, textOf, toCoding } from './terms.ts';

/** What a finding may become. */
export type Clinical =
  | AllergyIntolerance
  | Condition
  | FamilyMemberHistory
  | MedicationRequest
  | MedicationStatement
  | Observation
  | Procedure
  | ServiceRequest;

/** What all resources of one document share. */
export interface Frame {
  chart: Chart;
  /** Where the deployment is reached, without a slash at its end. */
  base: string;
  names: Names;
}

/** A finding and the place in the narrative where its words stand. */
export interface Given {
  finding: ChartFinding;
  anchor: string;
  frame: Frame;
}

export const isDecided = ({ decision }: ChartFinding) => decision !== 'open';

/**
 * What every resource made of a finding begins with.
 * @param part tells apart the resources of one type that are made of the same finding
 */
export function headOf<Type extends Clinical['resourceType']>(
  resourceType: Type,
  { finding, anchor, frame }: Given,
  part = '',
): { resourceType: Type; id: string; meta: Meta; extension: Extension[]; identifier: Identifier[] } {
  const { names, chart } = frame;
  return {
    resourceType,
    id: names.id(`${resourceType}/${finding.id}${part}`),
    meta: { security: [assertedBy(isDecided(finding))] },
    extension: [{ url: extensions.narrativeLink, valueUrl: `${names.urn('Composition')}#${anchor}` }],
    // Our ids have characters that an id of FHIR may not have.
    identifier: [identifierOf(frame, 'finding', `${chart.recordingId}/${finding.id}`)],
  };
}

export function identifierOf(
  { base }: Pick<Frame, 'base'>,
  what: 'user' | 'meeting' | 'appointment' | 'recording' | 'finding',
  value: string,
): Identifier {
  return { system: `${base}/sid/${what}`, value: textOf(value) ?? 'none' };
}

export function patientOf({ names }: Frame): Reference<Patient> {
  return names.ref<Patient>('Patient');
}

export function encounterOf({ names }: Frame): Reference<Encounter> {
  return names.ref<Encounter>('Encounter');
}

/** Where the recording is reached, by whoever may: never a link that is signed, and that ends. */
export function addressOf({ base, chart }: Frame): string {
  return `${base}/recordings/${encodeURIComponent(chart.recordingId.toWellFormed())}`;
}

/**
 * The finding's label and its best code. The codings of a concept must mean the same: a second code is another disease,
 * and does not stand beside the first.
 */
export function conceptOf(finding: ChartFinding): CodeableConcept {
  const best = finding.codes.find(isExported);
  const coding = best && toCoding(best);
  return { ...uncodedConceptOf(finding), ...(coding && { coding: [coding] }) };
}

/** A code that the table of ICD-10-CM does not have is a code only where a clinician says so. */
const isExported = ({ review, hint }: ChartCode) =>
  review === 'accepted' || (review === 'suggested' && hint !== 'not in the code table');

/** The finding's label, and the words in which it was first said. */
export function uncodedConceptOf({ label, evidence }: ChartFinding): CodeableConcept {
  const said = textOf(evidence[0]?.quote);
  return {
    ...(said !== undefined && { extension: [{ url: extensions.originalText, valueString: said }] }),
    text: textOf(label) ?? 'without words',
  };
}
