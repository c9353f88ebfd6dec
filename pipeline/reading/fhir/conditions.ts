import type { AllergyIntolerance, Condition, DocumentReference, FamilyMemberHistory } from '@medplum/fhirtypes';
import type { Relative } from '../../clinical/entities.ts';
import type { ChartFinding } from '../chart.ts';
import { type Clinical, conceptOf, encounterOf, type Given, headOf, isDecided, patientOf } from './frame.ts';
import { concept, relationships } from './terms.ts';

interface ConditionKind {
  clinical: 'active' | 'inactive';
  category: 'encounter-diagnosis' | 'problem-list-item';
  /** How sure the clinician is of it, once she has decided; what nobody has decided on is unconfirmed. */
  decided: 'confirmed' | 'provisional';
}

export const toCondition =
  ({ clinical, category, decided }: ConditionKind) =>
  (given: Given): Clinical[] => {
    const { finding, frame } = given;
    const condition: Condition = {
      ...headOf('Condition', given),
      clinicalStatus: concept('conditionClinical', clinical),
      verificationStatus: concept('conditionVerification', isDecided(finding) ? decided : 'unconfirmed'),
      category: [concept('conditionCategory', category)],
      code: conceptOf(finding),
      subject: patientOf(frame),
      encounter: encounterOf(frame),
      evidence: [{ detail: [frame.names.ref<DocumentReference>('DocumentReference/transcript')] }],
    };
    return [condition];
  };

export function toAllergy(given: Given): Clinical[] {
  const { finding, frame } = given;
  const isMedicine = finding.kind === 'medicine' || finding.codes.some(({ system }) => system === 'RxNorm');
  const allergy: AllergyIntolerance = {
    ...headOf('AllergyIntolerance', given),
    clinicalStatus: concept('allergyClinical', 'active'),
    verificationStatus: concept('allergyVerification', isDecided(finding) ? 'confirmed' : 'unconfirmed'),
    ...(isMedicine && { category: ['medication'] }),
    code: conceptOf(finding),
    patient: patientOf(frame),
    encounter: encounterOf(frame),
  };
  return [allergy];
}

export function toFamilyHistory(given: Given): Clinical[] {
  const { finding, frame } = given;
  const history: FamilyMemberHistory = {
    ...headOf('FamilyMemberHistory', given),
    status: 'partial',
    patient: patientOf(frame),
    relationship: relationshipOf(finding),
    condition: [{ code: conceptOf(finding) }],
  };
  return [history];
}

/** Whose it is, by a code once a clinician has decided; before, the machine's own reading is no more than a text. */
function relationshipOf(finding: ChartFinding): FamilyMemberHistory['relationship'] {
  const relative = relativeOf(finding);
  const [code, display] = relationships[isDecided(finding) && relative ? relative : 'other'];
  return { ...concept('roleCode', code, display), text: relative ?? 'relative, see the words' };
}

export function relativeOf({ found }: ChartFinding): Relative | null {
  const relative = 'relative' in found ? found.relative : null;
  return relative === 'other' ? null : relative;
}
