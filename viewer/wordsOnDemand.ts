import { many } from './words.ts';

/** The words of what is drawn on demand, which what opens the page does without. They are of the same table as `words`. */
export const onDemand = {
  waiting: {
    title: 'This recording has no results yet',
    steps: {
      received: 'The recording has arrived',
      transcribing: 'It is being transcribed',
      extracting: 'Findings are being looked for',
      done: 'The consultation opens here by itself',
    },
    now: 'now',
    failed: (why: string) => `Its processing failed, and somebody has to look at it. ${why}`,
    skipped: (why: string) => `It was not processed. ${why}`,
    asking: 'Asking how far it is',
    unanswered: (why: string) => `Nobody answers how far it is now: ${why}`,
  },

  release: {
    title: 'Release to the patient?',
    is: 'The patient reads exactly this, with the words of the talk that each line rests on:',
    nothing: 'Nothing is decided that the patient would read, so there is nothing to release.',
    open: (count: number) => `Left out: ${many(count, 'finding')} that nobody has decided on.`,
    without: 'Codes, and what is possible or not a finding, are never in it.',
    unsigned: 'The consultation is not signed.',
    amended: 'The consultation was changed after it was signed.',
    file: 'This page stores nothing and reaches no patient: the release stands only in the decisions that you download.',
    now: 'Release',
    again: 'Release this version',
    isReleased: (when: string) => `The patient has been able to read this since ${when}.`,
    isOlder: (when: string) => `The patient reads an older version, released ${when}.`,
    withdraw: 'Take the release back',
  },

  code: {
    title: (label: string) => `Add a code to “${label}”`,
    system: 'System',
    code: 'Code',
    bad: (system: string, form: string) => `That is not a code of ${system}: ${form}`,
    forms: {
      'ICD-10-CM': 'a letter and two or more characters, such as J45.909.',
      RxNorm: 'one to eight digits, such as 6809.',
      'SNOMED-CT': 'six to eighteen digits, such as 195967001.',
    },
    own: 'It is kept as your own code, accepted. It is compared with no code table.',
    add: 'Add',
  },

  note: {
    title: (label: string) => `Note on “${label}”`,
    decideFirst: 'Decide on it first: a note belongs to a decision.',
    hint: 'Of your decision. Another decision begins without it. The patient does not read it.',
    keep: 'Keep',
  },
} as const;
