import { many } from './words.ts';

/** Every word of what is drawn on demand. */
export const laterWords = {
  /** What was done last. */
  said: {
    role: (speaker: string, role: string) => `${speaker} is now: ${role}`,
    corrected: (was: string, becomes: string) => `“${was}” is corrected to “${becomes}”`,
    signed: 'Signed',
    released: 'Released to the patient',
    releaseWithdrawn: 'The release is taken back',
    codeAdded: (label: string, code: string) => `${label}: added ${code}`,
    noted: (label: string) => `${label}: note kept`,
    lettersOff: 'Letter keys are off',
    lettersOn: 'Letter keys are on',
    noSelection: 'Select words of one turn in the transcript first',
  },

  /** Why nothing is heard. */
  silences: {
    noMedia:
      'The recording beside this page cannot be opened: it was moved, or it is of a kind that this browser does not play.',
    network: 'The recording cannot be reached now. Press Hear again.',
    signedOut: 'You are no longer signed in. Sign in, then press Hear again.',
    decode: 'The recording is damaged here.',
    cannotSeek:
      'This recording cannot be played from the middle, so nothing is played: the wrong words would be heard.',
    tooShort: 'The recording ends before these words.',
    blocked: 'The browser did not allow the sound. Press Hear again.',
  },
  /** Why nothing of a consultation is shown, besides what may also be in the way of a decision. */
  faults: {
    later:
      'This consultation was written by a later version than this page can read. Nothing of it is shown, because it could be shown wrong.',
    unreadable: 'The consultation in this page cannot be read: the file is damaged.',
    nobody: 'nobody is signed in here; open this consultation from the health record',
  },

  detail: {
    toCheck: (first: string, second: string) => `Two readings are about as likely: ${first} or ${second}. Choose one.`,
    contradicted: (where: string) => `Elsewhere it stands as: ${where}. Choose what holds.`,
    because: (reason: string) => `Why: ${reason}`,
    moreEvidence: (count: number) => `${many(count, 'more place')} where it is said`,
    asTranscribed: 'as transcribed',
    moreCodes: (count: number) => many(count, 'other code'),
    noDescription: 'no description',
    billable: { yes: 'billable', no: 'not billable' },
    review: { suggested: 'suggested', accepted: '✓ accepted', rejected: '✕ set aside' },
    own: 'your own code',
    note: 'Note',
    agreeTo: (codes: string) => `Accept ${codes}`,
    agreeAs: (word: string) => `Right: ${word.toLowerCase()}`,
    otherStatus: 'Another status',
    take: (code: string) => `Take ${code}`,
  },

  dialogs: {
    close: 'Close',
    status: (label: string) => `What holds for “${label}”?`,
    likely: 'likely',
    asFound: 'as it was found',
    words: 'Correct words',
    was: 'As transcribed',
    becomes: 'What was said',
    save: 'Correct',
    roles: 'Who speaks?',
    speaker: 'Speaker',
    role: 'Role',
    allTurns: 'All turns of this speaker',
    oneTurn: (time: string) => `Only the turn at ${time}`,
    keys: 'Keys',
    letters: 'Letter and digit keys work',
    sign: 'Sign this consultation?',
    signOpen: (findings: number, codes: number) =>
      `${many(findings, 'finding')} and ${many(codes, 'code')} are not decided. They stay out of the note and of the patient’s document.`,
    signAll: 'Everything is decided.',
    signFile: 'This page stores nothing: the signature stands only in the decisions that you download.',
    signNow: 'Sign',
    documents: 'Documents',
    note: 'Note',
    patient: 'For the patient',
    captions: 'Captions',
    fhir: 'FHIR R4',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'Not copied: the browser does not allow it here. Use Download.',
    save2: 'Download',
    beginning: 'Its beginning is shown here. Copy and Download give all of it.',
    unreviewed: (count: number) => `${many(count, 'finding is', 'findings are')} not decided and not in this document.`,
    unreviewedInFhir: (count: number) =>
      `${many(count, 'finding is', 'findings are')} not decided. This document has them, marked as found by a machine and not confirmed.`,
  },

  patientDocument: {
    told: 'What you told us',
    denied: 'What you do not have',
    medicines: 'Your medicines',
    next: 'What happens next',
    incomplete: 'Parts of the conversation were not read.',
    empty: 'Nothing is decided yet.',
  },

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
      'one-sided': 'To or from a plain yes or no',
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
