import type { CodeableConcept, Coding, Extension } from '@medplum/fhirtypes';
import type { Relative } from '../../clinical/entities.ts';
import type { CodeSystem } from '../../clinical/operations.ts';
import type { ChartCode } from '../chart.ts';
import { legible } from './xhtml.ts';

/** Where the words of the guide on AI transparency stand. It is a ballot: conformance to it is not claimed. */
const aiTransparency = 'http://hl7.org/fhir/uv/aitransparency';

const hl7 = 'http://terminology.hl7.org/CodeSystem';

/** Systems of codes that FHIR, LOINC and HL7 define. */
export const systems = {
  actCode: `${hl7}/v3-ActCode`,
  aiDeviceType: `${aiTransparency}/CodeSystem/AIdeviceTypeCS`,
  allergyClinical: `${hl7}/allergyintolerance-clinical`,
  allergyVerification: `${hl7}/allergyintolerance-verification`,
  conditionCategory: `${hl7}/condition-category`,
  conditionClinical: `${hl7}/condition-clinical`,
  conditionVerification: `${hl7}/condition-ver-status`,
  emptyReason: `${hl7}/list-empty-reason`,
  loinc: 'http://loinc.org',
  observationCategory: `${hl7}/observation-category`,
  observationValue: `${hl7}/v3-ObservationValue`,
  provenanceAgent: `${hl7}/provenance-participant-type`,
  roleCode: `${hl7}/v3-RoleCode`,
} as const;

/** Systems of the codes that are suggested. */
const suggested: Readonly<Record<CodeSystem, string>> = {
  'ICD-10-CM': 'http://hl7.org/fhir/sid/icd-10-cm',
  RxNorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  'SNOMED-CT': 'http://snomed.info/sct',
};

export const extensions = {
  confidence: `${aiTransparency}/StructureDefinition/AIconfidence`,
  narrativeLink: 'http://hl7.org/fhir/StructureDefinition/narrativeLink',
  originalText: 'http://hl7.org/fhir/StructureDefinition/originalText',
} as const;

/** A security label: asserted by a machine until a clinician has decided. */
export function assertedBy(isClinician: boolean): Coding {
  return isClinician
    ? { system: systems.observationValue, code: 'CLINAST', display: 'clinician asserted' }
    : { system: systems.observationValue, code: 'AIAST', display: 'Artificial Intelligence asserted' };
}

export function concept(system: keyof typeof systems, code: string, display?: string): CodeableConcept {
  return { coding: [{ system: systems[system], code, ...(display !== undefined && { display }) }] };
}

/** A suggested code; undefined for one that is no code in FHIR's sense: empty, or with more than single blanks in it. */
export function toCoding({ system, code, description, score, review }: ChartCode): Coding | undefined {
  if (!/^[!-~]+(?: [!-~]+)*$/.test(code)) return undefined;
  const display = textOf(description);
  const isAccepted = review === 'accepted';
  const confidence: Extension[] =
    isAccepted || score === null ? [] : [{ url: extensions.confidence, valueDecimal: score }];
  return {
    ...(confidence.length > 0 && { extension: confidence }),
    system: suggested[system],
    code,
    ...(display !== undefined && { display }),
    userSelected: isAccepted,
  };
}

/** A text as a FHIR string, which is never empty; undefined where nothing is left of it. */
export function textOf(text: string | null | undefined): string | undefined {
  const legibly = legible(text ?? '').trim();
  return legibly === '' ? undefined : legibly;
}

export const relationships: Readonly<Record<Relative, readonly [code: string, display: string]>> = {
  mother: ['MTH', 'mother'],
  father: ['FTH', 'father'],
  brother: ['BRO', 'brother'],
  sister: ['SIS', 'sister'],
  son: ['SONC', 'son'],
  daughter: ['DAUC', 'daughter'],
  aunt: ['AUNT', 'aunt'],
  uncle: ['UNCLE', 'uncle'],
  grandmother: ['GRMTH', 'grandmother'],
  grandfather: ['GRFTH', 'grandfather'],
  cousin: ['COUSN', 'cousin'],
  other: ['FAMMEMB', 'family member'],
};

/** Names of Transcribe for variants of a language that BCP 47 has no region for. */
const ownRegions: Readonly<Record<string, string>> = { AB: 'GB', WL: 'GB' };

/** The transcript's language as BCP 47 has it: Transcribe's English of Scotland and of Wales is British. */
export function toLanguageTag(language: string): string {
  return language.replace(/-(AB|WL)$/, (_, region: string) => `-${ownRegions[region]}`);
}
