import type { Config } from '../../pipeline/config.ts';
import { type PlaceStore, toPlaces } from '../../pipeline/edge/places.ts';
import type { RecordingStatus } from '../../pipeline/ehr.ts';
import type { Ports } from '../../pipeline/ports.ts';
import type { WorkflowInput } from '../../pipeline/workflow.ts';
import type { Account } from './account.ts';
import type { Jobs } from './jobs.ts';
import type { Kept } from './kept.ts';
import { MemoryPlaces } from './memoryPlaces.ts';

/** The workflow's executions, in process. */
export interface Machine {
  start(input: WorkflowInput): 'started' | 'known';
  wake(token: string, output: Readonly<Record<string, string>>): 'woken' | 'stale';
}

/** How long a recording of the burst is. */
export const recordingMs = 900_000;

/** The ports of the steps over the account: what the adapters would call on the wire is counted, and takes its time. */
export function toPorts(account: Account, config: Config, jobs: Jobs, machine: Machine, kept: Kept): Ports {
  const s3 = (operation: string) => account.call('S3', operation);
  const dynamodb = (operation: string) => account.call('DynamoDB', operation);
  const now = () => new Date(account.clock.now());
  const executions: Ports['executions'] = {
    async start(input) {
      const refuses = () => account.exceeds('StartExecution', account.quota.startExecutions);
      await account.limited('Step Functions', 'StartExecution', refuses);
      return machine.start(input);
    },
    statusOf: () => Promise.reject(new Error('no recording of a burst is run again')),
    async wake(token, output) {
      await account.call('Step Functions', 'SendTaskSuccess');
      return machine.wake(token, output);
    },
  };
  const wake = (token: string) => executions.wake(token, { wokenBy: 'place' });
  return {
    config,
    now,
    executions,
    places: toPlaces(counted(account, new MemoryPlaces()), config.jobs, now, wake),
    transcription: jobs,
    log: () => {},
    measure: () => {},
    whileAlive: (work) => work(),
    codeTable: async () => undefined,
    recordings: {
      checksum: async ({ key }) => s3('HeadObject').then(() => key),
      newest: async ({ key, versionId }) => s3('HeadObject').then(() => ({ versionId, checksum: key })),
      async probe() {
        await s3('GetObject');
        const audio = { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: recordingMs };
        return { container: 'MP4', format: 'mp4', audio, audioTracks: 1, truncated: false };
      },
    },
    documents: {
      read: async () => s3('GetObject').then(() => ''),
      readRange: async () => s3('GetObject').then(() => ''),
      write: () => s3('PutObject'),
      // A warm function has written an answer in the last minute.
      prove: async () => account.clock.now(),
    },
    clinicalText: {
      async ask(operation, text) {
        const { clinicalCalls, clinicalCharacters } = account.quota;
        const refuses = () =>
          account.exceeds(`${operation} calls`, clinicalCalls) ||
          account.exceeds(`${operation} characters`, clinicalCharacters, text.length);
        await account.limited('Comprehend Medical', operation, refuses);
        return { Entities: [], ModelVersion: '1' };
      },
    },
    tokens: {
      remember: async (recordingId, token) => dynamodb('PutItem').then(() => void kept.tokens.set(recordingId, token)),
      find: async (recordingId) => dynamodb('GetItem').then(() => kept.tokens.get(recordingId)),
    },
    intake: {
      async claim(fingerprint, owner) {
        await dynamodb('PutItem');
        return kept.claim(fingerprint, owner);
      },
      pass: async () => Promise.reject(new Error('no recording of a burst is tried again')),
      async markStarted(fingerprint) {
        await dynamodb('UpdateItem');
        kept.markStarted(fingerprint);
      },
    },
    audit: {
      record: async ({ recordingId, action }) => {
        await dynamodb('TransactWriteItems');
        return kept.record(recordingId ?? '', action);
      },
      recordAll: async (events) => {
        await dynamodb('TransactWriteItems');
        return events.map(({ recordingId, action }) => kept.record(recordingId ?? '', action));
      },
      headOf: async () => null,
    },
    outbox: {
      waiting: () => Promise.reject(new Error('nobody reviews a burst')),
      markCarried: () => Promise.reject(new Error('nobody reviews a burst')),
      trim: () => Promise.reject(new Error('nobody reads a burst')),
    },
    anchors: { keep: () => Promise.reject(new Error('no trail of a burst is anchored')) },
    nudges: { tell: () => Promise.reject(new Error('no recording of a burst was captured')) },
    ehr: ehrOf(account, kept),
  };
}

function ehrOf(account: Account, kept: Kept): Ports['ehr'] {
  const put = async (operation: string, recordingId: string, status: RecordingStatus) => {
    await account.query(operation);
    kept.statuses.set(recordingId, status);
  };
  return {
    async findSession(meetingId) {
      await account.query('session_of_meeting');
      const session = { sessionId: meetingId, appointmentId: null, transcriptionEnabled: true, language: 'en-US' };
      return { ...session, mediaRegion: 'eu-west-1', isCaptured: false };
    },
    findRuns: () => Promise.reject(new Error('no recording of a burst is run again')),
    findDuplicates: async () => account.query('recordings').then(() => []),
    findParticipants: async () => account.query('participants_of_meeting').then(() => []),
    recordJoined: () => Promise.reject(new Error('no recording of a burst was captured')),
    recordStatus: ({ recordingId }, status) => put('record_status', recordingId, status),
    recordResults: ({ recordingId }) => put('record_results', recordingId, 'completed'),
    recordSkipped: ({ recordingId }) => put('record_failure', recordingId, 'skipped'),
    recordFailure: ({ recordingId }) => put('record_failure', recordingId, 'failed'),
  };
}

/** The requests that the table's adapter would make. */
function counted(account: Account, store: MemoryPlaces): PlaceStore {
  const request =
    <Args extends unknown[], Answer>(operation: string, send: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      await account.call('DynamoDB', operation);
      return send(...args);
    };
  return {
    read: request('GetItem', (engine) => store.read(engine)),
    change: request('UpdateItem', (engine, change) => store.change(engine, change)),
    line: request('Query', (engine, most) => store.line(engine, most)),
    join: request('PutItem', (engine, waiter) => store.join(engine, waiter)),
    leave: request('DeleteItem', (engine, waiter) => store.leave(engine, waiter)),
  };
}
