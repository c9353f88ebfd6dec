import { many } from './words.ts';

/** Every word of what is drawn on demand. */
export const laterWords = {
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
    stale: 'this recording has no results yet',
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
} as const;
