import type { Finding, FindingList } from '../../pipeline/clinical/finding.ts';

/** The heading under which a list of a consultation is shown, in the order of the headings. */
export const headings: Readonly<Record<FindingList, string>> = {
  allergies: 'Allergies',
  problems: 'Problems',
  medications: 'Medications',
  tests: 'Tests',
  procedures: 'Procedures',
  possible: 'Possible',
  ruledOut: 'Ruled out',
  familyHistory: 'Family history',
  pastHistory: 'Past history',
  socialHistory: 'Social history',
};

/** Of what is possible, findings with two readings stand under a heading of their own. */
export const headingToCheck = 'To check';

/** Where a finding of the list is shown. */
export const headingOf = (list: FindingList, { toCheck }: Pick<Finding, 'toCheck'>) =>
  list === 'possible' && toCheck !== null ? headingToCheck : headings[list];
