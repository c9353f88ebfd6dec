import { kindOf } from '../clinical/assertion/kinds.ts';
import type { Entity } from '../clinical/entities.ts';
import type { FindingList, Findings } from '../clinical/finding.ts';

/** What a finding is about: it says which statuses a clinician may give it. */
export type FindingKind = 'condition' | 'medicine' | 'test' | 'procedure' | 'habit';

/** Any finding of a consultation, with the facts of its list. */
export type AnyFinding = Findings[FindingList][number];

const medicines = ['taking', 'planned', 'stopped', 'not-taking', 'advised-against', 'tried-before'] as const;

/** By kind, the statuses that a clinician may give a finding, and the list in which each puts it. */
export const listOfStatus: Readonly<Record<FindingKind, Readonly<Record<string, FindingList>>>> = {
  condition: {
    present: 'problems',
    absent: 'ruledOut',
    possible: 'possible',
    historical: 'pastHistory',
    family: 'familyHistory',
    allergic: 'allergies',
  },
  medicine: {
    ...(Object.fromEntries(medicines.map((status) => [status, 'medications'])) as Record<string, 'medications'>),
    allergic: 'allergies',
    absent: 'ruledOut',
    possible: 'possible',
    family: 'familyHistory',
  },
  test: ofAction('tests'),
  procedure: ofAction('procedures'),
  habit: {
    current: 'socialHistory',
    former: 'socialHistory',
    never: 'socialHistory',
    possible: 'possible',
    family: 'familyHistory',
  },
};

function ofAction(list: 'tests' | 'procedures'): Record<string, FindingList> {
  return {
    present: list,
    planned: list,
    absent: 'ruledOut',
    possible: 'possible',
    historical: 'pastHistory',
    family: 'familyHistory',
  };
}

/** The kind of a finding: its list says it, or else the entity of its first mention. */
export function kindOfFinding(list: FindingList, first: Pick<Entity, 'category' | 'type'> | undefined): FindingKind {
  if (list === 'medications') return 'medicine';
  if (list === 'tests') return 'test';
  if (list === 'procedures') return 'procedure';
  if (list === 'socialHistory') return 'habit';
  const kind = first && kindOf(first);
  if (kind === 'test') return first?.type === 'TEST_NAME' ? 'test' : 'procedure';
  return kind ?? 'habit';
}

/** The status that the machine gave a finding, in the words of its kind. */
export function statusOfFinding(list: FindingList, finding: AnyFinding): string {
  switch (list) {
    case 'allergies':
      return 'allergic';
    case 'problems':
      return 'present';
    case 'ruledOut':
      return 'absent';
    case 'pastHistory':
      return 'historical';
    case 'familyHistory':
      return 'family';
    case 'possible':
      return 'possible';
    case 'medications':
    case 'socialHistory':
      return 'status' in finding ? finding.status : 'possible';
    case 'tests':
    case 'procedures':
      return 'planned' in finding && finding.planned ? 'planned' : 'present';
  }
}
