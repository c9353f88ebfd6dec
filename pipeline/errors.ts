/**
 * The failure table. A failure is matched by its name: Step Functions compares it in Retry and Catch, the database
 * stores it, the runbook explains it. There is one class and it is never subclassed.
 */
export const failures = {
  // The input is wrong: trying again cannot help.
  UnsupportedMedia: 'input',
  RecordingEmpty: 'input',
  RecordingTooLong: 'input',
  RecordingTooLarge: 'input',
  RegionNotAllowed: 'input',
  LanguageNotSupported: 'input',
  TranscriptionFailed: 'input',
  TranscriptShapeUnknown: 'input',
  TextReplaced: 'input',
  // Something is late: it is asked for again for ten minutes, and then the failure is final.
  UnknownMeeting: 'late',
  NotThereYet: 'late',
  // The event came before its transcript, or was no event of the job: the workflow asks the job and waits on.
  TranscriptNotReady: 'early',
  // There is nothing to do: skipped and audited, not an error.
  TranscriptionDisabled: 'skip',
  NotARecording: 'skip',
  KeyUnprintable: 'skip',
  Duplicate: 'skip',
  Incomplete: 'skip',
  ConsentWithdrawn: 'skip',
  // The service is busy: retried with full jitter for as long as the execution lives.
  Throttled: 'busy',
  ServiceUnavailable: 'busy',
  AnswerNotKept: 'busy',
} as const satisfies Record<string, Kind>;

type Kind = 'input' | 'late' | 'early' | 'skip' | 'busy';

export type FailureName = keyof typeof failures;

/** The names of ours that a state's `Retry` lists: in every state, and where something may be late. */
export const retried = { busy: namesOf('busy'), late: namesOf('late') };

/** Why a recording was left alone. */
export type SkipReason = { [Name in FailureName]: (typeof failures)[Name] extends 'skip' ? Name : never }[FailureName];

function namesOf(kind: Kind): FailureName[] {
  return (Object.keys(failures) as FailureName[]).filter((name) => failures[name] === kind);
}

/**
 * The pipeline's only error. `message` carries ids, counts and shapes, never what was said or who said it:
 * it ends in the execution history, the log and the database.
 */
export class PipelineError extends Error {
  override readonly name: FailureName;

  constructor(name: FailureName, message: string) {
    super(message);
    this.name = name;
  }
}
