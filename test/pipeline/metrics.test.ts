import { describe, expect, test } from 'vitest';
import { sha256 } from '../../pipeline/digest.ts';
import { sealPlan } from '../../pipeline/clinical/extraction.ts';
import { type MetricName, metrics } from '../../pipeline/metrics.ts';
import { concatenationOf } from '../../pipeline/recording/joined.ts';
import { estimateUsd } from '../../pipeline/clinical/prices.ts';
import { mediaUri } from '../../pipeline/recording/recording.ts';
import type { AuditEntry } from '../../pipeline/audit.ts';
import { act } from '../../pipeline/api/meetings/act.ts';
import { act as write } from '../../pipeline/api/messaging/act.ts';
import { keepRecording } from '../../pipeline/calls/keepRecording.ts';
import { anchorAudit } from '../../pipeline/steps/anchorAudit.ts';
import { awaitTranscription } from '../../pipeline/steps/awaitTranscription.ts';
import { deliverMessages } from '../../pipeline/steps/deliverMessages.ts';
import { carryAudit } from '../../pipeline/steps/carryAudit.ts';
import { extractEntities } from '../../pipeline/steps/extractEntities.ts';
import { inspectAttachment } from '../../pipeline/steps/inspectAttachment.ts';
import { inspectRecording } from '../../pipeline/steps/inspectRecording.ts';
import { recordFailure } from '../../pipeline/steps/recordFailure.ts';
import { startTranscription } from '../../pipeline/steps/startTranscription.ts';
import { startWorkflow } from '../../pipeline/steps/startWorkflow.ts';
import { storeResults } from '../../pipeline/steps/storeResults.ts';
import { speak } from '../../pipeline/api/speak/speak.ts';
import { body, caller, memorySpeech } from './api/speak/memorySpeech.ts';
import { sweepMeetings } from '../../pipeline/steps/sweepMeetings.ts';
import { toTranscript } from '../../pipeline/transcript/normalize.ts';
import { conversation, jobResult } from './jobResults.ts';
import { appointmentId, callerOf, memoryCall, providerId, userOf } from './memoryCall.ts';
import { channelId, memoryChat, strangerId } from './memoryChat.ts';
import type { MemoryPorts } from './memoryPorts.ts';
import { memoryRecording } from './memoryRecording.ts';
import { sha256Base64 } from './sha256Base64.ts';
import { inspected, meetingId, portsOfVisit, recording, recordingId, session, startInput, stepInput } from './visit.ts';

const transcript = toTranscript(
  jobResult(
    'newer',
    conversation([0, 'Where does it hurt?'], [1, 'My knee hurts, since Monday, when I climb stairs.']),
  ),
  { recordingId, ...inspected.inspection },
);
const transcriptKey = `transcripts/${recordingId}/transcript.json`;
const textSha256 = await sha256(transcript.text);
const bytes = { from: 0, to: transcript.text.length };
const [item] = await sealPlan(transcript.text, [{ operation: 'InferRxNorm', n: 1, begin: 0, end: 69, bytes }]);
if (!item) throw new Error('one call was planned');
const call = { ...stepInput, item, provenAt: 0, isFirst: false };
const startedAt = '2026-03-04T10:29:15.000Z';

function portsWithTranscript(): MemoryPorts {
  const ports = portsOfVisit();
  ports.kept.documents.set(`transcripts/${transcriptKey}`, JSON.stringify(transcript));
  ports.kept.documents.set(`transcripts/transcripts/${recordingId}/text.txt`, transcript.text);
  return ports;
}

function portsWithJob(): MemoryPorts {
  const ports = portsOfVisit();
  ports.kept.jobs.set(recordingId, { status: 'IN_PROGRESS', mediaUri: mediaUri(recording), failureReason: undefined });
  return ports;
}

function portsWithoutTrail(): MemoryPorts {
  const ports = portsOfVisit();
  ports.audit.record = () => Promise.reject(new Error('away'));
  return ports;
}

function portsOfRefusedSession(): MemoryPorts {
  const ports = portsOfVisit();
  ports.kept.sessions.set(meetingId, { ...session, transcriptionEnabled: false });
  return ports;
}

/** Its capture ended a minute ago. */
function portsOfCall(): MemoryPorts {
  const ports = portsOfVisit();
  ports.kept.sessions.set(meetingId, { ...session, isCaptured: true });
  const joined = { verdict: 'fits', truncated: false, captureStartedAt: null } as const;
  const captureEndedAt = new Date(ports.now().getTime() - 60_000).toISOString();
  ports.kept.joined.set(concatenationOf(recording.key) ?? '', { ...joined, captureEndedAt });
  return ports;
}

const { bucket, key, etag, size, versionId } = recording;
const uploaded = (version = versionId) => ({
  'detail-type': 'Object Created',
  detail: { bucket: { name: bucket }, object: { key, etag, size, 'version-id': version } },
});
const wait = { ...inspected, jobName: recordingId, taskToken: 'token-1' };
const store = { ...inspected, transcriptKey, textSha256, startedAt, calls: [] };
const gap = { ...item, error: 'Throttled' };
const uncoded = { ...store, inspection: { ...inspected.inspection, coded: false } };

type Measured = readonly [name: MetricName, value: number, by?: string];

/** Each step with what it measures when it runs, and when it runs again. */
const steps: readonly [
  string,
  () => MemoryPorts,
  (ports: MemoryPorts) => Promise<unknown>,
  once: Measured[],
  again?: Measured[],
][] = [
  ['a recording', portsOfVisit, (p) => inspectRecording(p)(stepInput), [['RecordingsReceived', 1]]],
  [
    'the recording of a call',
    portsOfCall,
    (p) => inspectRecording(p)(stepInput),
    [
      ['RecordingsReceived', 1],
      ['RecordingReadyMs', 60_000],
    ],
  ],
  [
    'a session without transcription',
    portsOfRefusedSession,
    (p) => inspectRecording(p)(stepInput),
    [
      ['RecordingsReceived', 1],
      ['RecordingsSkipped', 1, 'TranscriptionDisabled'],
    ],
  ],
  [
    'the same bytes again',
    portsOfVisit,
    async (p) => {
      for (const version of ['v1', 'v2']) await startWorkflow(p)(uploaded(version));
    },
    [['RecordingsSkipped', 1, 'Duplicate']],
  ],
  [
    'a job',
    portsOfVisit,
    (p) => startTranscription(p)(startInput),
    [
      ['AudioMinutes', 10],
      ['EstimatedUsd', 0.75],
    ],
  ],
  ['a first wait', portsWithJob, (p) => awaitTranscription(p)({ ...wait, waits: 1 }), []],
  [
    'a wait after one that ran out',
    portsWithJob,
    (p) => awaitTranscription(p)({ ...wait, waits: 3 }),
    [['RecordingsOverdue', 1]],
    [['RecordingsOverdue', 1]],
  ],
  [
    'a call',
    portsWithTranscript,
    (p) => extractEntities(p)(call),
    [
      ['ComprehendUnits', 1, 'InferRxNorm'],
      ['EstimatedUsd', 0.00025],
    ],
  ],
  [
    'complete results',
    portsWithTranscript,
    (p) => storeResults(p)(store),
    [
      ['RecordingsCompleted', 1],
      ['ProcessingSeconds', 45],
    ],
  ],
  [
    'results with a gap',
    portsWithTranscript,
    (p) => storeResults(p)({ ...store, calls: [gap] }),
    [
      ['RecordingsPartial', 1],
      ['ProcessingSeconds', 45],
    ],
  ],
  [
    'a transcript that is not coded',
    portsWithTranscript,
    (p) => storeResults(p)(uncoded),
    [
      ['RecordingsNotCoded', 1],
      ['ProcessingSeconds', 45],
    ],
  ],
  [
    'a failure',
    portsOfVisit,
    (p) => recordFailure(p)({ ...stepInput, engine: 'none', failure: { Error: 'States.Timeout' } }),
    [['RecordingsFailed', 1, 'States.Timeout']],
  ],
  [
    'a failure that cannot be written',
    portsWithoutTrail,
    (p) => recordFailure(p)({ ...stepInput, engine: 'none', failure: { Error: 'States.Timeout' } }).catch(() => {}),
    [['FailureNotRecorded', 1]],
    [['FailureNotRecorded', 1]],
  ],
  [
    'an audit entry that somebody changed',
    portsOfVisit,
    (p) => anchorAudit(p)([{ kind: 'modified', entry: { recordingId, meetingId: 'm1', sequence: 1 } as AuditEntry }]),
    [['AuditEntryModified', 1]],
    [['AuditEntryModified', 1]],
  ],
  [
    'that no decision waits for the trail',
    portsOfVisit,
    (p) => carryAudit(p)({}),
    [['AuditNotCarried', 0]],
    [['AuditNotCarried', 0]],
  ],
];

test.each(steps)(
  '%s is measured as often as it happens, however often its step runs',
  async (_, toPorts, run, once, again = []) => {
    const ports = toPorts();
    await run(ports);
    expect(ports.kept.measured).toEqual(once);
    ports.kept.measured.length = 0;
    await run(ports);
    expect(ports.kept.measured).toEqual(again);
  },
);

/** What a chat measures, at its door and in its step. */
/** A file is announced as a PDF, and an event tells twice that it has come. */
function fileOf(content: string) {
  return async ({ ports, bucket }: ReturnType<typeof memoryChat>) => {
    const send = (body: object) => write(ports)(callerOf(providerId), { params: {}, body });
    await send({ action: 'createChannel', appointmentId });
    const bytes = new TextEncoder().encode(content);
    const checksum = await sha256Base64(bytes);
    await send({
      action: 'attach',
      channelId,
      name: 'a',
      contentType: 'application/pdf',
      size: bytes.length,
      checksum,
    });
    const [{ key } = { key: '' }] = bucket.rows.values();
    const object = { key, 'version-id': bucket.put(key, bytes) };
    const event = { 'detail-type': 'Object Created', detail: { bucket: { name: 'b' }, object } };
    for (const _ of [1, 2]) await inspectAttachment(ports)(event);
  };
}

const ofChats: readonly [string, (chat: ReturnType<typeof memoryChat>) => Promise<unknown>, Measured[]][] = [
  [
    'a message that is sent twice, and somebody who may not',
    async ({ ports }) => {
      const send = (userId: string, body: object) => write(ports)(callerOf(userId), { params: {}, body });
      await send(providerId, { action: 'createChannel', appointmentId });
      const message = { action: 'sendMessage', channelId, message: 'x', clientToken: 't' };
      for (const userId of [providerId, providerId]) await send(userId, message);
      await send(strangerId, message).catch(() => {});
    },
    [
      ['MessagesAccepted', 1],
      ['MessagesRefused', 1],
    ],
  ],
  ['a file of another type', fileOf('GIF'), [['FilesRefused', 1, 'otherType']]],
  ['a file that becomes a message', fileOf('%PDF-'), [['FilesReady', 1]]],
  [
    'that nothing waits',
    ({ ports }) => deliverMessages(ports)({}),
    [
      ['MessagesLate', 0],
      ['MessagesFailed', 0],
    ],
  ],
];

test.each(ofChats)('of a chat, %s is measured', async (_, run, expected) => {
  const chat = memoryChat();
  await run(chat);
  expect(chat.kept.measured).toEqual(expected);
});

/** What a call measures, at its door and in its steps. */
const ofCalls: readonly [string, (call: ReturnType<typeof memoryCall>) => Promise<unknown>, Measured[]][] = [
  [
    'somebody who comes first, and an end',
    async (call) => {
      const send = (body: object) => act(call.ports)(callerOf(providerId), { params: {}, body });
      await send({ action: 'create', appointmentId });
      await send({ action: 'end', meetingId: call.live()?.meetingId });
    },
    [
      ['MeetingsCreated', 1],
      ['JoinMs', 0],
      ['CallSeconds', 60],
    ],
  ],
  [
    'somebody who is turned away',
    ({ ports }) =>
      act(ports)(callerOf('nobody'), { params: {}, body: { action: 'create', appointmentId } }).catch(() => {}),
    [['MeetingsRefused', 1]],
  ],
  [
    'a meeting that is not made',
    ({ ports }) => {
      ports.meetings.create = () => Promise.reject(new Error('away'));
      return act(ports)(callerOf(providerId), { params: {}, body: { action: 'create', appointmentId } }).catch(
        () => {},
      );
    },
    [
      ['MeetingsFailed', 1],
      ['JoinsFailed', 1],
    ],
  ],
];

test.each(ofCalls)('%s is measured', async (_, run, once) => {
  const call = memoryCall();
  await run(call);
  expect(call.kept.measured).toEqual(once);
});

/** What the steps of the call measure of what is recorded. */
const ofRecordings: readonly [string, (call: ReturnType<typeof memoryRecording>) => Promise<unknown>, Measured[]][] = [
  [
    'a sweep that finds nothing',
    ({ ports }) => sweepMeetings(ports)({}),
    [
      ['CapturesOrphaned', 0],
      ['SweepFound', 0],
      ['CapturesRunning', 0],
      ['CapturesOld', 0],
    ],
  ],
  [
    'a recording that cannot begin',
    ({ ports, recorded }) => {
      recorded.refusal = 'refused';
      return keepRecording(ports, 'meeting-1');
    },
    [['RecordingsLost', 1, 'BucketRefused']],
  ],
  [
    'a joining that is stuck',
    async ({ ports, recorded, kept }) => {
      await keepRecording(ports, 'meeting-1');
      recorded.isOver = true;
      await keepRecording(ports, 'meeting-1');
      await keepRecording(ports, 'meeting-1', {
        told: ({ capture }) =>
          capture?.state === 'stopping' ? { what: 'over', reason: 'Ended', at: null } : undefined,
      });
      kept.clock += 61 * 60_000;
      await keepRecording(ports, 'meeting-1');
    },
    [['JoiningsStuck', 1]],
  ],
  [
    'somebody who is heard without having agreed',
    async ({ ports, seat }) => {
      await keepRecording(ports, 'meeting-1');
      seat(userOf(3));
      ports.calls.toSweep = async () => ({ ...nothingToSweep, recordings: ['meeting-1'] });
      await sweepMeetings(ports)({});
    },
    [
      ['ConsentMissing', 1],
      ['CapturesOrphaned', 0],
      ['SweepFound', 0],
      ['CapturesRunning', 0],
      ['CapturesOld', 0],
    ],
  ],
];
const nothingToSweep = { meetings: [], stranded: 0, recordings: [], running: 0, oldestMs: 0 };

test.each(ofRecordings)('%s is measured', async (_, run, once) => {
  const call = memoryRecording();
  await run(call);
  expect(call.kept.measured).toEqual(once);
});

/** What the route that speaks measures. */
const ofSpeech: readonly Measured[] = [
  ['SpeechCharacters', 21, 'neural'],
  ['EstimatedUsd', 0.000336],
];

test('a text that is spoken is measured', async () => {
  const ports = memorySpeech();
  await speak(ports)(caller, { params: {}, body });
  expect(ports.measured.map(([, ...facts]) => facts)).toEqual(ofSpeech);
});

test('every metric is measured by some step or route', () => {
  const called = [...ofCalls, ...ofChats, ...ofRecordings].map(([, , once]) => once);
  const all = [...steps.map(([, , , once]) => once), ...called, ofSpeech];
  const measured = all.flatMap((once) => once.map(([name]) => name));
  expect([...new Set(measured)].toSorted()).toEqual(Object.keys(metrics).toSorted());
});

describe('what is not done is not measured', () => {
  test('a call that failed', async () => {
    const ports = portsWithTranscript();
    ports.clinicalText.ask = () => Promise.reject(new Error('away'));
    await expect(extractEntities(ports)(call)).rejects.toThrow('away');
    expect(ports.kept.measured).toEqual([]);
  });

  test('a wait for a job that has failed', async () => {
    const ports = portsWithJob();
    ports.kept.jobs.set(recordingId, { status: 'FAILED', mediaUri: mediaUri(recording), failureReason: 'no speech' });
    await expect(awaitTranscription(ports)({ ...wait, waits: 2 })).rejects.toMatchObject({
      name: 'TranscriptionFailed',
    });
    expect(ports.kept.measured).toEqual([]);
  });

  test('results that the health record refused', async () => {
    const ports = portsWithTranscript();
    ports.ehr.recordResults = () => Promise.reject(new Error('refused'));
    await expect(storeResults(ports)(store)).rejects.toThrow('refused');
    expect(ports.kept.measured).toEqual([]);
  });
});

test('a failure counts even when the health record is away and the step is tried again', async () => {
  const ports = portsOfVisit();
  ports.ehr.recordFailure = () => Promise.reject(new Error('away'));
  const run = () => recordFailure(ports)({ ...stepInput, engine: 'none', failure: { Error: 'Throttled' } });
  await expect(run()).rejects.toThrow('away');
  await expect(run()).rejects.toThrow('away');
  const failed = ports.kept.measured.filter(([name]) => name === 'RecordingsFailed');
  expect(failed).toEqual([['RecordingsFailed', 1, 'Throttled']]);
});

test('the cost that is measured as it is made is the cost that the results tell', async () => {
  const ports = portsWithTranscript();
  await startTranscription(ports)(startInput);
  for (const operation of ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'] as const)
    await extractEntities(ports)({ ...call, item: { ...item, operation } });
  const usd = ports.kept.measured.flatMap(([name, value]) => (name === 'EstimatedUsd' ? [Number(value)] : []));
  const told = estimateUsd('transcribe-medical', 600, { DetectEntitiesV2: 1, InferICD10CM: 1, InferRxNorm: 1 });
  expect(usd.reduce((sum, one) => sum + one, 0)).toBeCloseTo(told, 4);
});
