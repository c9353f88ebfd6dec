import { MemoryPlaces } from '../../local/burst/memoryPlaces.ts';
import { type Anchor, anchorKey } from '../../pipeline/anchor.ts';
import type { AuditEvent, NotedEvent } from '../../pipeline/audit.ts';
import { type Config, toConfig } from '../../pipeline/config.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import type { ServiceAnswer } from '../../pipeline/clinical/extraction.ts';
import type { CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import type { RecordingStatus, Session } from '../../pipeline/ehr.ts';
import type { Claim, Ports, Recorded } from '../../pipeline/ports.ts';
import type { Job, JobRequest } from '../../pipeline/recording/job.ts';
import { toPlaces } from '../../pipeline/edge/places.ts';
import type { MediaFacts } from '../../pipeline/recording/media.ts';
import type { Joined, JoinedFile } from '../../pipeline/recording/joined.ts';
import { firstRunOf, mediaUri, type RecordingObject } from '../../pipeline/recording/recording.ts';
import type { Participant } from '../../pipeline/transcript/roster.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import type { WorkflowInput } from '../../pipeline/workflow.ts';

/** What the health record holds of one recording. */
export interface StoredRow {
  sessionId: string | null;
  status: RecordingStatus;
  facts: Record<string, unknown>;
  error?: { name: string; message: string };
  recording: RecordingObject;
  duplicateOf?: string;
  results?: { transcript: Transcript; entities: Entities; consultation: Consultation };
}

/** Ports over plain collections that a test fills and reads. Any method may be replaced to make a service fail. */
export interface MemoryPorts extends Ports {
  kept: {
    /** By `place/key`. */
    documents: Map<string, string>;
    /** By recording and action: an action is recorded once per recording. */
    audit: Map<string, AuditEvent>;
    /** What the database noted for the trail, not yet carried. */
    noted: NotedEvent[];
    anchors: Map<string, Anchor>;
    rows: Map<string, StoredRow>;
    sessions: Map<string, Session>;
    participants: Participant[];
    /** By the joining: what its file is to the capture of its meeting. Any other is of no capture. */
    joined: Map<string, Joined>;
    /** The files that were compared. */
    compared: JoinedFile[];
    /** The meetings of which somebody was told. */
    told: string[];
    jobs: Map<string, Job>;
    requests: JobRequest[];
    /** By `operation text`; a text without one is answered with no entities. */
    answers: Map<string, ServiceAnswer>;
    tokens: Map<string, string>;
    places: MemoryPlaces;
    /** Tokens of tasks that wait no more. */
    closedTasks: Set<string>;
    woken: string[];
    claims: Map<string, Claim>;
    executions: Map<string, WorkflowInput>;
    /** Of executions that have ended. */
    executionStatus: Map<string, 'succeeded' | 'failed'>;
    /** By key: what the object's bytes are. */
    checksums: Map<string, string>;
    media: Map<string, MediaFacts>;
    codeTable: CodeTable | undefined;
    /** Every effect in its order, such as `tokens.remember` or `audit.record RESULTS_STORED`. */
    effects: string[];
    logged: string[];
    /** `[name, value]`, or `[name, value, dimension]`. */
    measured: (string | number)[][];
  };
}

/** What every step's environment has. */
export const testEnv = {
  AWS_REGION: 'eu-west-1',
  RECORDINGS_BUCKET: 'recordings',
  TRANSCRIPTS_BUCKET: 'transcripts',
  MEDICAL_DATA_BUCKET: 'medical-data',
  KMS_KEY_ID: 'alias/medzen',
  AUDIT_TABLE: 'audit',
  WORKFLOW_TABLE: 'workflow',
  SUPABASE_URL: 'http://127.0.0.1:54321',
  SUPABASE_SERVICE_ROLE_KEY: 'service-role',
} as const;

export function testConfig(more: Readonly<Record<string, string>> = {}): Config {
  return toConfig({
    ...testEnv,
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:transcription',
    ...more,
  });
}

export function memoryPorts(env: Readonly<Record<string, string>> = {}): MemoryPorts {
  const kept: MemoryPorts['kept'] = {
    documents: new Map(),
    audit: new Map(),
    anchors: new Map(),
    noted: [],
    rows: new Map(),
    sessions: new Map(),
    participants: [],
    joined: new Map(),
    compared: [],
    told: [],
    jobs: new Map(),
    requests: [],
    answers: new Map(),
    tokens: new Map(),
    places: new MemoryPlaces(),
    closedTasks: new Set(),
    woken: [],
    claims: new Map(),
    executions: new Map(),
    executionStatus: new Map(),
    checksums: new Map(),
    media: new Map(),
    codeTable: undefined,
    effects: [],
    logged: [],
    measured: [],
  };
  const did = (effect: string) => void kept.effects.push(effect);
  const config = testConfig(env);
  const now = () => new Date('2026-03-04T10:30:00.000Z');
  const executions = executionsOf(kept, did);
  return {
    kept,
    config,
    recordings: {
      checksum: async ({ key }) => kept.checksums.get(key),
      async newest({ key, versionId }) {
        const checksum = kept.checksums.get(key);
        return checksum === undefined ? undefined : { versionId, checksum };
      },
      probe: async ({ key }) => kept.media.get(key),
    },
    documents: {
      read: async (place, key, most) => {
        const text = kept.documents.get(`${place}/${key}`);
        return text && most !== undefined ? Buffer.from(text).subarray(0, most).toString() : text;
      },
      async readRange(place, key, { from, to }) {
        const text = kept.documents.get(`${place}/${key}`);
        return text === undefined ? undefined : Buffer.from(text).subarray(from, to).toString();
      },
      async write(place, key, text) {
        did(`documents.write ${place}/${key}`);
        kept.documents.set(`${place}/${key}`, text);
      },
      async prove(place) {
        did(`documents.prove ${place}`);
        return 0;
      },
    },
    transcription: transcriptionOf(kept, did),
    clinicalText: {
      async ask(operation, text) {
        did(`clinicalText.ask ${operation}`);
        return kept.answers.get(`${operation} ${text}`) ?? { Entities: [], ModelVersion: '1' };
      },
    },
    executions,
    places: toPlaces(kept.places, config.jobs, now, (token) => executions.wake(token, {})),
    tokens: {
      async remember(recordingId, token) {
        did('tokens.remember');
        kept.tokens.set(recordingId, token);
      },
      find: async (recordingId) => kept.tokens.get(recordingId),
    },
    intake: {
      async claim(fingerprint, recordingId) {
        did('intake.claim');
        const claim = kept.claims.get(fingerprint);
        if (!claim) kept.claims.set(fingerprint, { owner: recordingId, started: false });
        return { ...(claim ?? { owner: recordingId, started: false }) };
      },
      async pass(fingerprint, from, to) {
        did('intake.pass');
        const claim = kept.claims.get(fingerprint);
        if (claim?.owner === from) kept.claims.set(fingerprint, { owner: to, started: false, replaces: from });
        return { ...(kept.claims.get(fingerprint) ?? { owner: from, started: false }) };
      },
      async markStarted(fingerprint) {
        did('intake.markStarted');
        const claim = kept.claims.get(fingerprint);
        if (claim) claim.started = true;
      },
    },
    audit: auditOf(kept, did),
    anchors: {
      async keep(anchor) {
        did('anchors.keep');
        kept.anchors.set(anchorKey(anchor), anchor);
      },
    },
    outbox: {
      waiting: async (most) => kept.noted.slice(0, most),
      async markCarried(decision) {
        did(`outbox.markCarried ${decision}`);
        kept.noted = kept.noted.filter(({ event }) => event.decision !== decision);
      },
      trim: async () => did('outbox.trim'),
    },
    ehr: ehrOf(kept, did),
    nudges: {
      async tell(meetingId) {
        did('nudges.tell');
        kept.told.push(meetingId);
      },
    },
    codeTable: async () => kept.codeTable,
    log: (message, facts) => void kept.logged.push(JSON.stringify([message, facts ?? {}])),
    measure: (_recordingId, name, value, ...by) => void kept.measured.push([name, value, ...by]),
    now,
    whileAlive: (work) => work(),
  };
}

type Did = (effect: string) => void;

function executionsOf(kept: MemoryPorts['kept'], did: Did): Ports['executions'] {
  return {
    async start(input) {
      did('executions.start');
      if (kept.executions.has(input.recordingId)) return 'known';
      kept.executions.set(input.recordingId, input);
      return 'started';
    },
    async statusOf(recordingId) {
      return kept.executions.has(recordingId) ? (kept.executionStatus.get(recordingId) ?? 'running') : undefined;
    },
    async wake(token) {
      did('executions.wake');
      if (kept.closedTasks.has(token)) return 'stale';
      kept.closedTasks.add(token);
      kept.woken.push(token);
      return 'woken';
    },
  };
}

function auditOf(kept: MemoryPorts['kept'], did: Did): Ports['audit'] {
  const record = (event: AuditEvent): Recorded => {
    did(`audit.record ${event.action}`);
    const name = `${event.recordingId} ${event.action} ${event.decision ?? ''}`.trimEnd();
    if (kept.audit.has(name)) return 'known';
    kept.audit.set(name, event);
    return 'recorded';
  };
  return {
    record: async (event) => record(event),
    recordAll: async (events) => events.map(record),
    headOf: async () => null,
  };
}

function transcriptionOf(kept: MemoryPorts['kept'], did: Did): Ports['transcription'] {
  return {
    async start(request) {
      did('transcription.start');
      if (kept.jobs.has(request.jobName)) return 'taken';
      kept.requests.push(request);
      kept.jobs.set(request.jobName, {
        status: 'IN_PROGRESS',
        mediaUri: mediaUri(request.media),
        failureReason: undefined,
      });
      return 'started';
    },
    async find(_engine, jobName) {
      did('transcription.find');
      return kept.jobs.get(jobName);
    },
    async remove(_engine, jobName) {
      did('transcription.remove');
      kept.jobs.delete(jobName);
    },
  };
}

function ehrOf(kept: MemoryPorts['kept'], did: Did): Ports['ehr'] {
  const put = (recordingId: string, change: Omit<StoredRow, 'facts'> & { facts?: object }) => {
    const known = kept.rows.get(recordingId);
    kept.rows.set(recordingId, { ...known, ...change, facts: { ...known?.facts, ...change.facts } });
  };
  return {
    findSession: async (meetingId) => kept.sessions.get(meetingId),
    findParticipants: async () => kept.participants,
    async recordJoined(file) {
      did('ehr.recordJoined');
      kept.compared.push(file);
      const none = { verdict: 'none', truncated: false, captureStartedAt: null, captureEndedAt: null } as const;
      return kept.joined.get(file.concatenationId) ?? none;
    },
    findRuns: async (recordingId) =>
      [...kept.rows]
        .filter(([id]) => firstRunOf(id) === firstRunOf(recordingId))
        .map(([id, { status, facts, recording }]) => ({
          recordingId: id,
          status,
          recording,
          engine: (facts['engine'] as string | undefined) ?? null,
          language: (facts['language'] as string | undefined) ?? null,
        })),
    findDuplicates: async ({ recordingId }) =>
      [...kept.rows.values()]
        .filter(({ duplicateOf, error }) => duplicateOf === recordingId && error?.name === 'Duplicate')
        .map(({ recording }) => recording),
    async recordStatus({ recordingId, sessionId, recording }, status, { duplicateOf, ...facts }) {
      did(`ehr.recordStatus ${status}`);
      put(recordingId, { sessionId, recording, status, facts, ...(duplicateOf === undefined ? {} : { duplicateOf }) });
    },
    async recordResults({ recordingId, sessionId, recording }, results) {
      did('ehr.recordResults');
      put(recordingId, { sessionId, recording, status: results.consultation.status, results });
    },
    async recordSkipped({ recordingId, sessionId, recording }, name, message, duplicateOf) {
      did('ehr.recordSkipped');
      const known = duplicateOf === undefined ? {} : { duplicateOf };
      put(recordingId, { sessionId, recording, status: 'skipped', error: { name, message }, ...known });
    },
    async recordFailure({ recordingId, sessionId, recording }, name, message) {
      did('ehr.recordFailure');
      put(recordingId, { sessionId, recording, status: 'failed', error: { name, message } });
    },
  };
}
