/** The CloudWatch namespace of all metrics that the steps write, each with the dimension `service`. */
export const metricNamespace = 'MedZen/Consultations';

/** The service that logs and metrics name. */
export const serviceName = 'medzen-consultation-pipeline';

/**
 * The metrics that the steps write. Each recording that was received is counted again when it has ended: as completed,
 * partial, not coded, failed or skipped. Each of these counts goes with an audit entry that is written once per
 * recording. `by` is a second dimension. Few metrics have one, because CloudWatch bills each of its values as a metric.
 */
export const metrics = {
  /** Recordings that reached the workflow: objects that are not recordings, and duplicates, are skipped before that. */
  RecordingsReceived: { unit: 'Count' },
  /** Stored with transcript, findings and codes. */
  RecordingsCompleted: { unit: 'Count' },
  /** Stored with gaps: Comprehend Medical did not read some stretch of the text. */
  RecordingsPartial: { unit: 'Count' },
  /** Stored with a transcript only: the language or the region is not coded. */
  RecordingsNotCoded: { unit: 'Count' },
  /** Failed for good, by the name of the failure. */
  RecordingsFailed: { unit: 'Count', by: 'failure' },
  /** Tries that could not write a failure everywhere: until one can, the session does not say that it failed. */
  FailureNotRecorded: { unit: 'Count' },
  /** Audit entries that were changed or taken away before their time: nothing of the pipeline does that. */
  AuditEntryModified: { unit: 'Count' },
  /** Decisions of clinicians that the trail has not got ten minutes after they were made; 0 is measured too. */
  AuditNotCarried: { unit: 'Count' },
  /** Not transcribed, and rightly so, by the reason. */
  RecordingsSkipped: { unit: 'Count', by: 'reason' },
  /**
   * Waits that ran out although the job had not failed: five minutes and the recording's length after its start, or
   * later.
   */
  RecordingsOverdue: { unit: 'Count' },
  /** From the start of the execution until the results are stored. SQS has a metric for how long its message waited. */
  ProcessingSeconds: { unit: 'Seconds' },
  /** The length of the recordings that were given to a speech-to-text engine. */
  AudioMinutes: { unit: 'Count' },
  /** Units of 100 characters that Comprehend Medical bills, by operation. */
  ComprehendUnits: { unit: 'Count', by: 'operation' },
  /** Meetings that Chime made: one for each visit, and one more whenever the last was over. */
  MeetingsCreated: { unit: 'Count' },
  /** Requests of the call that were turned away. */
  MeetingsRefused: { unit: 'Count' },
  /** Meetings that Chime did not make. */
  MeetingsFailed: { unit: 'Count' },
  /** From a request that was granted until its answer, of `create` and `join`. */
  JoinMs: { unit: 'Milliseconds' },
  /** Requests of `create` and `join` that were answered with 5xx. Those that succeeded are as many as JoinMs has values. */
  JoinsFailed: { unit: 'Count' },
  /** How long somebody was in a call that has ended. */
  CallSeconds: { unit: 'Seconds' },
  /** Calls that the sweep found over, and that no event had closed. */
  SweepFound: { unit: 'Count' },
  /** Captures that run, at each sweep; 0 is measured too. */
  CapturesRunning: { unit: 'Count' },
  /** Captures that run for longer than any may, at each sweep: Chime could not be asked to stop them. */
  CapturesOld: { unit: 'Count' },
  /** Captures that no recording knew, and that the sweep has stopped or taken on. */
  CapturesOrphaned: { unit: 'Count' },
  /** People who could be heard by a capture without having agreed, as the sweep found them. It has silenced them. */
  ConsentMissing: { unit: 'Count' },
  /** Calls that were to be recorded and were not, or of whose recording nothing is left, by the reason. */
  RecordingsLost: { unit: 'Count', by: 'reason' },
  /** Chunks that were not joined within the hour, and were given to be joined again. */
  JoiningsStuck: { unit: 'Count' },
  /** From the end of a capture until its joined file is there. */
  RecordingReadyMs: { unit: 'Milliseconds' },
  /** Characters that Polly was paid to speak, by the engine; what was spoken before is not among them. */
  SpeechCharacters: { unit: 'Count', by: 'engine' },
  /** Messages that were kept. */
  MessagesAccepted: { unit: 'Count' },
  /** Requests of the chat that were turned away. */
  MessagesRefused: { unit: 'Count' },
  /** Messages that Chime has not got, or not as they stand, for more than ten minutes, each minute; 0 is measured too. */
  MessagesLate: { unit: 'Count' },
  /** Messages that Chime did not take for a day, or never will; 0 is measured too. */
  MessagesFailed: { unit: 'Count' },
  /** Files that became messages, which are counted here alone. */
  FilesReady: { unit: 'Count' },
  /** Files that did not, by the reason. */
  FilesRefused: { unit: 'Count', by: 'reason' },
  /** List prices of jobs and calls, counted when they are made: a recording that fails later has its costs too. */
  EstimatedUsd: { unit: 'None' },
} as const satisfies Record<string, { unit: 'Count' | 'Seconds' | 'Milliseconds' | 'None'; by?: string }>;

export type MetricName = keyof typeof metrics;

/** The value of a metric's second dimension, required exactly where the metric has one. */
export type By<Name extends MetricName> = (typeof metrics)[Name] extends { by: string } ? [by: string] : [];
