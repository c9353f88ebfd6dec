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
  UnknownMeeting: 'input',
  RegionNotAllowed: 'input',
  LanguageNotSupported: 'input',
  TranscriptionFailed: 'input',
  TranscriptShapeUnknown: 'input',
  TextReplaced: 'input',
  // There is nothing to do: skipped and audited, not an error.
  TranscriptionDisabled: 'skip',
  NotARecording: 'skip',
  Duplicate: 'skip',
  // The service is busy: retried with full jitter, a bounded number of times.
  Throttled: 'busy',
  ServiceUnavailable: 'busy',
} as const satisfies Record<string, 'input' | 'skip' | 'busy'>;

export type FailureName = keyof typeof failures;

/** The names that an ASL `Retry` may list, besides Lambda's own transient errors. */
export const retryable = namesOf('busy');

/** Why a recording was left alone. */
export type SkipReason = { [Name in FailureName]: (typeof failures)[Name] extends 'skip' ? Name : never }[FailureName];

function namesOf(kind: 'input' | 'skip' | 'busy'): FailureName[] {
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
