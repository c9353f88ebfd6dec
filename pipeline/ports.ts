import type { Anchor } from './anchor.ts';
import type { AuditEvent, ChainHead, NotedEvent } from './audit.ts';
import type { Config } from './config.ts';
import type { Operation } from './clinical/operations.ts';
import type { ServiceAnswer } from './clinical/extraction.ts';
import type { ByteRange } from './clinical/pieces.ts';
import type { Ehr } from './ehr.ts';
import type { CodeTable } from './clinical/icd10cm.ts';
import type { By, MetricName } from './metrics.ts';
import type { Job, JobRequest } from './recording/job.ts';
import type { EngineName } from './recording/route.ts';
import type { MediaFacts } from './recording/media.ts';
import type { RecordingObject } from './recording/recording.ts';
import type { WorkflowInput } from './workflow.ts';

/** Everything through which a step reaches the outside; a route has apiPorts.ts. Ports are roles; the adapters in `edge/` are services. */
export interface Ports {
  config: Config;
  recordings: Recordings;
  documents: Documents;
  transcription: Transcription;
  clinicalText: ClinicalText;
  executions: Executions;
  tokens: Tokens;
  places: Places;
  intake: Intake;
  audit: AuditTrail;
  anchors: Anchors;
  outbox: Outbox;
  ehr: Ehr;
  nudges: Nudges;
  codeTable: () => Promise<CodeTable | undefined>;
  log: Log;
  measure: Measure;
  now: () => Date;
  whileAlive: WhileAlive;
}

/** The recordings bucket. */
export interface Recordings {
  /** A fingerprint of the object's bytes as the store keeps it, or undefined when the object is gone. */
  checksum(object: RecordingObject): Promise<string | undefined>;
  /** The object as it is now, whichever version is asked about; undefined when it is gone. */
  newest(object: RecordingObject): Promise<{ versionId: string | undefined; checksum: string } | undefined>;
  /** Reads the container by ranges; undefined when no container is recognized. */
  probe(object: RecordingObject): Promise<MediaFacts | undefined>;
}

export type DocumentPlace = 'transcripts' | 'medicalData';

/** The recordings bucket holds what Chime writes beside a recording: that is read, and nothing is written there. */
export type ReadablePlace = DocumentPlace | 'recordings';

/** The buckets that hold the pipeline's documents. Every write is encrypted with the configured key. */
export interface Documents {
  /** The document's text, or undefined when there is none; its first `most` bytes only, when that is given. */
  read(place: ReadablePlace, key: string, most?: number): Promise<string | undefined>;
  /**
   * A stretch of the document's UTF-8, as text. It is shorter, or empty, where the document ends before; undefined when
   * there is no document.
   */
  readRange(place: ReadablePlace, key: string, bytes: ByteRange): Promise<string | undefined>;
  /** Writes the whole document or nothing; writing it again replaces it. */
  write(place: DocumentPlace, key: string, text: string, contentType: string): Promise<void>;
  /**
   * Makes sure that the place takes writes, before something is paid for whose result is to be written there: a write
   * of the last minute is proof enough, else an empty document is written under `key`.
   *
   * @param provenAt when somebody else has seen it take a write, in milliseconds since the epoch
   * @returns when it took the write that proves it
   */
  prove(place: DocumentPlace, key: string, provenAt?: number): Promise<number>;
}

/** The speech-to-text service. */
export interface Transcription {
  /** `taken` when a job of that name exists already. */
  start(request: JobRequest): Promise<'started' | 'taken'>;
  find(engine: EngineName, jobName: string): Promise<Job | undefined>;
  /** Frees the name. That there is no such job is no error. */
  remove(engine: EngineName, jobName: string): Promise<void>;
}

/** The service that finds clinical entities and codes in a text. */
export interface ClinicalText {
  /** @throws PipelineError Throttled, ServiceUnavailable; Error named as the service names it for refused input */
  ask(operation: Operation, text: string): Promise<ServiceAnswer>;
}

/** `failed` is also one that was stopped or that ran out of its time. */
export type ExecutionStatus = 'running' | 'succeeded' | 'failed';

/** The workflow's executions. */
export interface Executions {
  /** `known` when an execution of that name was started before, whether it still runs or not. */
  start(input: WorkflowInput): Promise<'started' | 'known'>;
  /** How the execution of a recording's run stands; undefined when there is none, or none that is remembered. */
  statusOf(recordingId: string): Promise<ExecutionStatus | undefined>;
  /** Ends a waiting task. `stale` when the task was already closed: a benign duplicate. */
  wake(token: string, output: Readonly<Record<string, string>>): Promise<'woken' | 'stale'>;
}

/** The tokens by which waiting executions are woken, one per recording. */
export interface Tokens {
  remember(recordingId: string, token: string): Promise<void>;
  find(recordingId: string): Promise<string | undefined>;
}

/** A recording that wants a job, and its turn. */
export interface Ticket {
  recordingId: string;
  /** When its execution started, ISO 8601: first come, first served. */
  since: string;
  /** Whether it has been in the line. */
  queued?: boolean;
}

/** The jobs that each engine takes at once, counted before a job is started. */
export interface Places {
  /**
   * Takes a place, or renews the one that the recording has. `full` when there is none, or none for it before others.
   * @param forSeconds after which a place that was never given back is another's
   */
  take(engine: EngineName, ticket: Ticket, forSeconds: number): Promise<'taken' | 'full'>;
  /** Joins the line: the token is woken when a place is the recording's, which may be at once. */
  wait(engine: EngineName, ticket: Ticket, token: string): Promise<void>;
  /** Gives the place to the first of the line. That the recording has none is no error. */
  giveBack(engine: EngineName, recordingId: string): Promise<void>;
}

/** The recording that owns a fingerprint, and whether its execution was started. */
export interface Claim {
  owner: string;
  started: boolean;
  /** The recording that owned the fingerprint before, if it was passed on. */
  replaces?: string;
}

/** Remembers which recordings were taken in, for longer than Step Functions remembers the names of executions. */
export interface Intake {
  /**
   * Claims `fingerprint` for `recordingId`. Answers the recording that owns it: the first to claim, until it is passed
   * on.
   */
  claim(fingerprint: string, recordingId: string): Promise<Claim>;
  /**
   * Passes the claim of a recording that came to nothing on to another, not yet started. Answers the claim as it then
   * is: if it was no longer `from`'s, it stays with its owner.
   */
  pass(fingerprint: string, from: string, to: string): Promise<Claim>;
  markStarted(fingerprint: string): Promise<void>;
}

/** The append-only trail. */
export interface AuditTrail {
  /**
   * Records an action once per recording, or per decision: `known` when it is there already.
   * @param after where the meeting's chain is believed to end; it is looked up where nothing is believed, or wrongly
   */
  record(event: AuditEvent, after?: ChainHead | null): Promise<Recorded>;
  /** Records actions of one recording in one transaction, in their order; those that are there already stay as they are. */
  recordAll(events: readonly AuditEvent[], after?: ChainHead | null): Promise<Recorded[]>;
  /** Where the meeting's chain ended when this trail last added to it; null when it has not. */
  headOf(meetingId: string): Promise<ChainHead | null>;
}

/** Hashes of audit entries, where nobody can change them before their time. */
export interface Anchors {
  /** Keeps the anchor; keeping it again changes nothing. */
  keep(anchor: Anchor): Promise<void>;
}

export interface Outbox {
  /** Events that are not in the trail yet, the oldest first. */
  waiting(most: number): Promise<NotedEvent[]>;
  /** Repeating it changes nothing. */
  markCarried(decision: string): Promise<void>;
  /** Removes entries of the logs of access and of what was carried, whose time is over. */
  trim(): Promise<void>;
}

export type Recorded = 'recorded' | 'known';

/** Tells the function that follows calls that something has happened in a meeting. */
export interface Nudges {
  /**
   * @param said what Chime has told of its captions, in Chime's own words, so that it is followed as if Chime told it again
   * @throws Refusal ServiceUnavailable
   */
  tell(meetingId: string, said?: { eventType: string; timestamp: number }): Promise<void>;
}

/** Repeats work that fails because a service is busy, for as long as the invocation lives. */
export type WhileAlive = <T>(work: () => Promise<T>) => Promise<T>;

/** Writes a line to the log: ids, counts and shapes only. */
export type Log = (message: string, facts?: Readonly<Record<string, string | number | boolean | null>>) => void;

/** Adds to a metric. `by` is its dimension's value, for the metrics that have one. Never fails and never waits. */
export type Measure = <Name extends MetricName>(
  recordingId: string,
  name: Name,
  value: number,
  ...by: By<Name>
) => void;
