import type {
  Dosage,
  MedicationRequest,
  MedicationStatement,
  Patient,
  Practitioner,
  Reference,
} from '@medplum/fhirtypes';
import type { MedicationFacts } from '../../clinical/medications.ts';
import type { ChartFinding } from '../chart.ts';
import {
  type Clinical,
  conceptOf,
  encounterOf,
  type Frame,
  type Given,
  headOf,
  isDecided,
  patientOf,
} from './frame.ts';
import { practitionerPath } from './people.ts';
import { textOf } from './terms.ts';

/** A medicine that is taken; one whose dose changes today is also a proposal to take it so from now on. */
export function toTaking(given: Given): Clinical[] {
  const facts = factsOf(given.finding);
  if (facts?.change !== 'dose-changed') return [statement('active', given, facts)];
  const [before, after] = dosesOf(facts);
  return [statement('active', given, before), request(given, after)];
}

export const toStatement = (status: MedicationStatement['status']) => (given: Given) => [
  statement(status, given, factsOf(given.finding)),
];

/** A proposal or a plan, never an order: prescribing is for the clinician's own system. */
export const toRequest = (given: Given): Clinical[] => [request(given, factsOf(given.finding))];

function statement(
  status: MedicationStatement['status'],
  given: Given,
  facts: Partial<MedicationFacts> | undefined,
): MedicationStatement {
  const { finding, frame } = given;
  const informant = isDecided(finding) ? informantOf(finding, frame) : undefined;
  const dosage = facts && dosageOf(facts);
  return {
    ...headOf('MedicationStatement', given),
    status,
    medicationCodeableConcept: conceptOf(finding),
    subject: patientOf(frame),
    context: encounterOf(frame),
    ...(informant && { informationSource: informant }),
    ...(dosage && { dosage: [dosage] }),
  };
}

function request(given: Given, facts: Partial<MedicationFacts> | undefined): MedicationRequest {
  const { finding, frame } = given;
  const dosage = facts && dosageOf(facts);
  return {
    ...headOf('MedicationRequest', given),
    status: 'draft',
    intent: isDecided(finding) ? 'plan' : 'proposal',
    medicationCodeableConcept: conceptOf(finding),
    subject: patientOf(frame),
    encounter: encounterOf(frame),
    ...(dosage && { dosageInstruction: [dosage] }),
  };
}

/** How a medicine is taken, as it was found: it says nothing of another status that the clinician gives it. */
export function factsOf({ found, foundAs, status }: ChartFinding): MedicationFacts | undefined {
  return 'dose' in found && status === foundAs ? found : undefined;
}

/** Of two doses the first is the old one. Of one, or of more, nobody can say which is which without the words. */
function dosesOf(facts: MedicationFacts): [before: Partial<MedicationFacts>, after: Partial<MedicationFacts>] {
  const [first, last, ...others] = facts.dose;
  if (first === undefined || last === undefined || others.length > 0) {
    const unclear = { dose: ['dose changes, see the words'] };
    return [unclear, unclear];
  }
  return [
    { ...facts, dose: [first] },
    { ...facts, dose: [last] },
  ];
}

function dosageOf({ asNeeded = false, ...facts }: Partial<MedicationFacts>): Dosage | undefined {
  const text = textOf(wordsOf({ ...facts, asNeeded }));
  if (text === undefined) return undefined;
  return { text, ...(asNeeded && { asNeededBoolean: true }) };
}

/** "5 mg, tablet, twice a day", in the words that were said. */
export function wordsOf(facts: Partial<MedicationFacts>): string {
  const { dose = [], form = [], route = [], frequency = [], duration = [], asNeeded } = facts;
  const said = [dose, form, route, frequency, duration].flat();
  return [...said, ...(asNeeded && frequency.length === 0 ? ['as needed'] : [])].join(', ');
}

/** By the role of whoever speaks of it: the patient before the clinician; nobody where no role is known. */
function informantOf({ evidence }: ChartFinding, frame: Frame): Reference<Patient | Practitioner> | undefined {
  const roles = evidence.map(({ role }) => role);
  if (roles.includes('patient')) return patientOf(frame);
  const { providerId } = frame.chart.session;
  if (!roles.includes('clinician') || providerId === null) return undefined;
  return frame.names.ref<Practitioner>(practitionerPath(providerId));
}
