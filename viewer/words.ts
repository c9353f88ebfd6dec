import type { QualityFlag, Role } from '../pipeline/transcript/transcript.ts';

/** A count with what is counted. */
export const many = (count: number, one: string, more = `${one}s`) =>
  // The browser's own numbers of a language take 25 ms to load: only what has a thousand of something needs them.
  `${count < 1000 ? count : count.toLocaleString('en-GB')} ${count === 1 ? one : more}`;

/**
 * Every word of what opens the page; the others are in `laterWords.ts`. Another language is two other tables of these
 * shapes.
 */
export const words = {
  months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'],
  title: 'Consultation',
  skip: 'Skip to the findings',

  roles: { clinician: 'Clinician', patient: 'Patient', other: 'Other', unknown: 'Role unknown' } satisfies Record<
    Role,
    string
  >,

  /** Status of a finding: its sign, so that it is not told by colour alone, and its word. */
  statuses: {
    allergic: ['!', 'Allergy'],
    present: ['●', 'Present'],
    absent: ['⊘', 'Denied'],
    'ruled-out': ['⊘', 'Ruled out'],
    possible: ['?', 'Possible'],
    historical: ['↶', 'Past'],
    family: ['⌂', 'Family'],
    taking: ['●', 'Takes'],
    planned: ['+', 'Planned'],
    stopped: ['■', 'Stopped'],
    'not-taking': ['⊘', 'Not taking'],
    'advised-against': ['⊘', 'Advised against'],
    'tried-before': ['↶', 'Tried before'],
    current: ['●', 'Current'],
    former: ['↶', 'Former'],
    never: ['⊘', 'Never'],
  } as Readonly<Record<string, readonly [sign: string, word: string]>>,
  medicineChanges: { new: 'starts', stopped: 'stops', 'dose-changed': 'dose changes' },
  habits: { smoking: 'Smoking', alcohol: 'Alcohol', drugs: 'Drugs' },

  groups: {
    check: 'To check',
    contradicted: 'Contradicts itself',
    allergies: 'Allergies',
    changes: 'Medicines that change',
    problems: 'Problems',
    medicines: 'Other medicines',
    tests: 'Tests',
    procedures: 'Procedures and referrals',
    possible: 'Possible',
    denied: 'Denied or ruled out',
    family: 'Family history',
    past: 'Past history',
    social: 'Social history',
  },

  glance: {
    title: 'At a glance',
    patient: 'Patient',
    nobody: 'patient not known',
    appointment: 'appointment',
    started: (when: string) => when,
    stored: (when: string) => `stored ${when}`,
    undated: 'date not known',
    signature: { unsigned: 'Not signed', signed: 'Signed', amended: 'Changed after signing' },
    release: { unreleased: 'Not released', released: 'Released', older: 'Older version released' },
    roles: 'Roles',
    rolesSure: 'sure',
    rolesUnsure: 'not sure',
    rolesCorrected: 'corrected',
    read: 'Read',
    readAll: 'All of it was read',
    readPartly: (count: number) => `${many(count, 'stretch', 'stretches')} not read`,
    notCoded: 'Not coded: nobody looked for findings in this language or region',
    noSpeech: 'No speech was heard in the recording',
    waits: 'Waits for you',
    findings: (count: number) => `${many(count, 'finding')} to decide`,
    codes: (count: number) => `${many(count, 'code')} to accept or set aside`,
    nothingWaits: 'Everything is decided',
    starts: 'Starts',
    changes: 'Changes dose',
    stops: 'Stops',
    medicines: 'Medicines that change',
    more: (count: number) => `and ${count} more`,
    /** An empty list says what it does not mean. */
    noneHeard: 'None heard',
    noneInRead: 'None in what was read',
    notLookedFor: 'Not looked for',
    noAllergy: 'None mentioned. Ask if it matters.',
    nothingToCheck: 'Nothing',
  },

  flags: {
    'no-speech': 'no speech',
    'single-speaker': 'one speaker only',
    'dual-mono': 'both channels are the same',
    crosstalk: 'one channel heard the other',
    'marks-differ': 'punctuation differs',
    'word-without-text': 'a word has no text',
    repetition: 'a word is repeated',
    'low-confidence': 'hard to hear',
    truncated: 'the recording is cut short',
  } satisfies Record<QualityFlag, string>,

  findings: {
    title: 'Findings',
    noneNotCoded: 'No findings, because nobody looked for them: the consultation was not coded.',
    noneSilent: 'No findings, because no speech was heard.',
    nonePartly: 'No findings in the part that was read.',
    noneAll: 'All of it was read, and no findings were made of it.',
    gaps: 'Not read',
    gap: (from: string, to: string) => `${from} to ${to} was not read. Listen to it.`,
    unmapped: 'Said, but tied to no finding',
    unsure: 'unsure',
    noCode: 'no code',
    setAside: 'set aside',
    decision: {
      open: '',
      'by-code': 'code accepted',
      right: 'right',
      changed: 'status changed',
      wrong: 'not a finding',
    },
    was: (word: string) => `was ${word}`,
  },

  transcript: {
    title: 'Transcript',
    none: 'There is no transcript: no speech was heard.',
    imported: 'Words from an imported transcript',
    heardAs: (role: string) => `heard as ${role.toLowerCase()}`,
    correction: (was: string) => `corrected; was “${was}”`,
    restore: 'Restore',
    playFrom: 'Play from here',
    search: 'Search the transcript',
    matches: (at: number, of: number) => (of === 0 ? 'not found' : `${at} of ${of}`),
    correctSelection: 'Correct selected words',
  },

  player: {
    title: 'Recording',
    play: 'Play',
    pause: 'Pause',
    speed: (rate: number) => `${rate}×`,
    position: 'Position in the recording',
    nothing: 'Nothing is playing',
    silent: 'The recording is a silent stand-in: nothing can be heard in it.',
    noAudio: 'There is no recording beside this page. The words can be read, not heard.',
    failed: {
      noMedia:
        'The recording beside this page cannot be opened: it was moved, or it is of a kind that this browser does not play.',
      network: 'The recording could not be read any further.',
      decode: 'The recording is damaged here.',
      cannotSeek:
        'This recording cannot be played from the middle, so nothing is played: the wrong words would be heard.',
      tooShort: 'The recording ends before these words.',
      blocked: 'The browser did not allow the sound. Press Hear again.',
    },
  },

  actions: {
    next: 'Next',
    previous: 'Previous',
    hear: 'Hear',
    agree: 'Accept',
    reject: 'Set codes aside',
    pick: 'Take code 1 to 9',
    wrong: 'Not a finding',
    status: 'Change status',
    correct: 'Correct words',
    undo: 'Undo',
    search: 'Search',
    play: 'Play or pause',
    back: 'Back 5 s',
    forward: 'On 5 s',
    slower: 'Slower',
    faster: 'Faster',
    help: 'All keys',
    role: 'Correct roles',
    documents: 'Documents',
    sign: 'Sign',
    download: 'Download decisions',
    setAside: (code: string) => `Set ${code} aside`,
    restore: (code: string) => `Take back the decision on ${code}`,
  },

  said: {
    agreed: (label: string, codes: string) => `${label}: accepted${codes === '' ? '' : ` ${codes}`}`,
    rejected: (label: string) => `${label}: its codes are set aside`,
    wrong: (label: string) => `${label}: not a finding`,
    status: (label: string, word: string) => `${label}: ${word}`,
    role: (speaker: string, role: string) => `${speaker} is now: ${role}`,
    corrected: (was: string, becomes: string) => `“${was}” is corrected to “${becomes}”`,
    undone: (what: string) => `Taken back: ${what}`,
    nothingToUndo: 'There is nothing to take back',
    nothingToDo: 'That is decided already',
    noSuchCode: (n: number) => `There is no code ${n}`,
    signed: 'Signed',
    copied: 'Copied',
    noSelection: 'Select words in the transcript first',
    left: (count: number) => (count === 0 ? 'Nothing is left to decide.' : `${count} left.`),
    lettersOff: 'Letter keys are off',
    lettersOn: 'Letter keys are on',
    failed: (why: string) => `Not done: ${why}`,
  },

  refused: (count: number) => `${many(count, 'decision is', 'decisions are')} not stored yet.`,
  tryAgain: 'Try again',
  notStored: 'Nothing is stored: decisions live in this page until you download them.',

  faults: {
    later:
      'This consultation was written by a later version than this page can read. Nothing of it is shown, because it could be shown wrong.',
    stale: 'somebody decided in the meantime; look at it again, then try again',
    signedOut: 'you are no longer signed in; sign in, then try again',
    notYours: 'this consultation is not yours, or is not there',
    refused: 'the health record refused it',
    offline: 'the health record cannot be reached; try again',
    unreadable: 'The consultation in this page cannot be read: the file is damaged.',
  },
} as const;
