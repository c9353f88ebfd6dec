import { many } from './words.ts';

/** Words of what is drawn on demand: what opens the page need not hold them. */
export const laterWords = {
  /** What corrected roles would change. */
  whatIf: {
    title: 'With the corrected roles, what would change?',
    wait: 'Reading the consultation again',
    nothing: 'No status would change.',
    about: 'Nothing is changed until you take it. Dose, results and contradictions stay as they were found.',
    noClinician: 'Nobody is the clinician now. Correct the other speaker first.',
    noPatient: 'Nobody is the patient now. Correct the other speaker first.',
    otherRole: 'Correct another role',
    otherwise: (count: number) =>
      `This page reads ${many(count, 'finding')} differently even without the corrections, because the consultation was made by another version. These are not listed.`,
    parts: {
      opposite: 'The opposite',
      'one-sided': 'A yes or no becomes something else, or something else a yes or no',
      other: 'Other changes',
      decided: 'You have decided on these already',
      undecidable: 'Cannot be taken: check the transcript',
    },
    none: 'No finding',
    splits: (label: string) => `a part of “${label}” would be this`,
    notOfItsKind: 'this finding cannot have that status',
    becomes: 'would be',
    now: (word: string) => `now: ${word}`,
    because: (reason: string) => `why: ${reason}`,
    take: 'Take',
    takeOne: (label: string, word: string) => `Take ${label}: ${word}`,
    takeAll: (count: number) => `Take all ${count}`,
    takenAll: (count: number) => `${many(count, 'status', 'statuses')} taken`,
  },
} as const;
