/** Everything that the steps count is in this CloudWatch namespace, with the dimension `service`. */
export const metricNamespace = 'MedZen/Consultations';

/** The service that logs and metrics name. */
export const serviceName = 'medzen-consultation-pipeline';

/**
 * What the steps count. The first five tell recordings apart by how they ended, once per recording, because each goes
 * with an audit entry that is written once. `by` is a dimension beside the service; without one there is none, because
 * each of its values is a metric of its own, and billed as one.
 */
export const metrics = {
  /** Recordings that a session may own; of those below each ends up in one. */
  RecordingsReceived: { unit: 'Count' },
  RecordingsCompleted: { unit: 'Count' },
  /** Stored with gaps: a stretch of the text was finally not read. */
  RecordingsPartial: { unit: 'Count' },
  /** Stored as transcripts only: the language or the region is not coded. */
  RecordingsNotCoded: { unit: 'Count' },
  RecordingsFailed: { unit: 'Count', by: 'failure' },
  RecordingsSkipped: { unit: 'Count', by: 'reason' },
  /** A wait ran out, five minutes and the recording's length after the job was started or later, and it has not failed. */
  RecordingsOverdue: { unit: 'Count' },
  /** From the start of the execution until the results were stored; how long the message waited is SQS's to say. */
  ProcessingSeconds: { unit: 'Seconds' },
  /** Of recordings that were given to a speech-to-text engine. */
  AudioMinutes: { unit: 'Count' },
  ComprehendUnits: { unit: 'Count', by: 'operation' },
  /** What jobs and calls cost by list price, counted when they are made: a failed recording has cost something too. */
  EstimatedUsd: { unit: 'None' },
} as const satisfies Record<string, { unit: 'Count' | 'Seconds' | 'None'; by?: string }>;

export type MetricName = keyof typeof metrics;

/** The value of a metric's own dimension: to be said exactly where there is one. */
export type By<Name extends MetricName> = (typeof metrics)[Name] extends { by: string } ? [by: string] : [];
