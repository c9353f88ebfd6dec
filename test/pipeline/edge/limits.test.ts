import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChimeSDKIdentityClient } from '@aws-sdk/client-chime-sdk-identity';
import { ChimeSDKMediaPipelinesClient } from '@aws-sdk/client-chime-sdk-media-pipelines';
import { ChimeSDKMeetingsClient } from '@aws-sdk/client-chime-sdk-meetings';
import { ChimeSDKMessagingClient } from '@aws-sdk/client-chime-sdk-messaging';
import { ComprehendMedicalClient } from '@aws-sdk/client-comprehendmedical';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { TranscribeClient } from '@aws-sdk/client-transcribe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readService } from '../../../infra/service.ts';
import { toCalls } from '../../../pipeline/edge/callRecords.ts';
import { toChannels } from '../../../pipeline/edge/channels.ts';
import { toMeetings } from '../../../pipeline/edge/chime.ts';
import { toChunks } from '../../../pipeline/edge/chunks.ts';
import { toClinicalText } from '../../../pipeline/edge/comprehendMedical.ts';
import { toAuditTrail } from '../../../pipeline/edge/auditTrail.ts';
import { toIntake, toTokens } from '../../../pipeline/edge/dynamodb.ts';
import { limits, longestCallMs, type Service, supabaseMs, withLimit } from '../../../pipeline/edge/limits.ts';
import { readObject, toDocuments, toRecordings } from '../../../pipeline/edge/s3.ts';
import { readSecret } from '../../../pipeline/edge/secrets.ts';
import { toExecutions } from '../../../pipeline/edge/stepFunctions.ts';
import { toPipelines } from '../../../pipeline/edge/pipelines.ts';
import { toOutbox } from '../../../pipeline/edge/outbox.ts';
import { toEhr } from '../../../pipeline/edge/supabase.ts';
import { toTranscription } from '../../../pipeline/edge/transcribe.ts';
import { root, sources } from '../../house/sources.ts';
import { testConfig } from '../memoryPorts.ts';
import { recording } from '../visit.ts';

/** Short enough for a test, and long enough for an answer that comes. */
const brief = { connect: 1_000, silence: 150, attempts: 1 };
/** What flows has a pause of this length between its bytes: in all they take longer than the silence that is allowed. */
const stepMs = 150;
const flowing = { ...brief, silence: 1_000 };
const config = testConfig();
const now = () => new Date();

/** Servers that take a call and then hang, each at another point, and one whose answer flows slowly. */
const servers = {
  'never answers': hanging(() => {}),
  'hangs in the body': hanging((response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '100' });
    response.write('{"Entities": [');
  }),
  'flows slowly': hanging((response) => {
    response.writeHead(200, { 'content-length': '12' });
    let sent = 0;
    const timer = setInterval(() => {
      response.write('x');
      sent += 1;
      if (sent === 12) clearInterval(timer);
    }, stepMs);
  }),
};
type Fault = keyof typeof servers;

function hanging(answer: (response: ServerResponse) => void): Server {
  return createServer((request, response) => {
    request.resume();
    answer(response);
  });
}

beforeAll(async () => {
  for (const server of Object.values(servers)) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  for (const server of Object.values(servers)) {
    server.closeAllConnections();
    server.close();
  }
});

const urlOf = (fault: Fault) => `http://127.0.0.1:${(servers[fault].address() as AddressInfo).port}`;
const at = (fault: Fault, service: Service, limit = brief) => ({
  ...withLimit(service, limit),
  endpoint: urlOf(fault),
  region: 'eu-west-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
});

const calls: Record<string, (fault: Fault) => Promise<unknown>> = {
  's3 read': (fault) => toDocuments(config, new S3Client(at(fault, 's3'))).read('transcripts', 'a.json'),
  's3 write': (fault) =>
    toDocuments(config, new S3Client(at(fault, 's3'))).write('transcripts', 'a', 'b', 'text/plain'),
  's3 probe': (fault) => toRecordings(config, new S3Client(at(fault, 's3'))).probe(recording),
  's3 object': (fault) => readObject('bucket', 'key', new S3Client(at(fault, 's3'))),
  'dynamodb audit': (fault) =>
    toAuditTrail(config, now, new DynamoDBClient(at(fault, 'dynamodb'))).record({
      action: 'RECORDING_RECEIVED',
      meetingId: 'm1',
      appointmentId: null,
      recordingId: 'rec-1',
      executionArn: null,
      actor: 'test',
    }),
  'dynamodb tokens': (fault) => toTokens(config, now, new DynamoDBClient(at(fault, 'dynamodb'))).find('rec-1'),
  'dynamodb intake': (fault) => toIntake(config, now, new DynamoDBClient(at(fault, 'dynamodb'))).claim('f', 'rec-1'),
  transcribe: (fault) =>
    toTranscription(config, new TranscribeClient(at(fault, 'transcribe'))).find('transcribe', 'job'),
  comprehendMedical: (fault) =>
    toClinicalText(new ComprehendMedicalClient(at(fault, 'comprehendMedical'))).ask('InferRxNorm', 'aspirin'),
  stepFunctions: (fault) => toExecutions(config, new SFNClient(at(fault, 'stepFunctions'))).wake('token', {}),
  's3 chunks': (fault) => toChunks('recordings', new S3Client(at(fault, 's3'))).count('m'),
  secretsManager: (fault) => readSecret('key', new SecretsManagerClient(at(fault, 'secretsManager'))),
  'supabase read': (fault) => toEhr(urlOf(fault), 'key', { usual: 150, results: 150 }).findSession('m1'),
  'supabase call': (fault) =>
    toCalls({ url: urlOf(fault), readKey: async () => 'key', limitMs: 150 }).status('session'),
  'supabase outbox': (fault) => toOutbox(urlOf(fault), 'key', { usual: 150, results: 150 }).waiting(1),
  'supabase write': (fault) =>
    toEhr(urlOf(fault), 'key', { usual: 150, results: 150 }).recordFailure(
      { recordingId: 'rec-1', sessionId: null, recording },
      'Throttled',
      '',
    ),
};

describe.each(['never answers', 'hangs in the body'] as const)('a service that %s is busy', (fault) => {
  test.each(Object.keys(calls))('%s', async (name) => {
    await expect(calls[name]?.(fault)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  });
});

test.each(['never answers', 'hangs in the body'] as const)('Chime, when it %s, cannot be reached', async (fault) => {
  const meetings = toMeetings(new ChimeSDKMeetingsClient(at(fault, 'chime')));
  await expect(meetings.exists('meeting')).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  const pipelines = toPipelines(new ChimeSDKMediaPipelinesClient(at(fault, 'chime')), 'recordings');
  await expect(pipelines.list()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  const messaging = new ChimeSDKMessagingClient(at(fault, 'chime'));
  const channels = toChannels({ messaging, identity: new ChimeSDKIdentityClient(at(fault, 'chime')) }, 'arn:instance');
  const user = channels.ensureUser({ userId: 'user', role: 'patient' });
  await expect(user).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  const message = channels.redact({ channelArn: 'arn:channel', by: 'arn:user', chimeMessageId: 'message' });
  await expect(message).rejects.toMatchObject({ code: 'ChimeUnavailable' });
});

test('what flows is not cut, however long it takes in all', async () => {
  const text = await toDocuments(config, new S3Client(at('flows slowly', 's3', flowing))).read('transcripts', 'a.json');
  expect(text).toBe('x'.repeat(12));
});

describe('a call at its slowest ends before its function does', () => {
  const { functions = {} } = readService(root);
  const usedBy: Record<Service, string[]> = {
    s3: [
      'startWorkflow',
      'inspectRecording',
      'startTranscription',
      'normalizeTranscript',
      'extractEntities',
      'storeResults',
      'followMeeting',
      'sweepMeetings',
      'speak',
    ],
    eventBridge: ['meetings'],
    dynamodb: Object.keys(functions),
    secretsManager: [
      'startWorkflow',
      'inspectRecording',
      'recordFailure',
      'meetings',
      'speak',
      'followMeeting',
      'sweepMeetings',
    ],
    stepFunctions: [
      'startWorkflow',
      'awaitPlace',
      'awaitTranscription',
      'resumeWorkflow',
      'normalizeTranscript',
      'recordFailure',
    ],
    transcribe: ['startTranscription', 'awaitTranscription'],
    polly: ['speak'],
    health: ['health'],
    chime: ['meetings', 'followMeeting', 'sweepMeetings'],
    chimeElsewhere: ['meetings'],
    comprehendMedical: ['extractEntities'],
  };
  const timeoutMs = (step: string) => Number(functions[step]?.['timeout']) * 1000;

  test.each(Object.keys(limits) as Service[])('%s', (service) => {
    for (const step of usedBy[service]) expect([step, longestCallMs(service) < timeoutMs(step)]).toEqual([step, true]);
  });

  test('and so does a call of Supabase', () => {
    expect(supabaseMs.results).toBeLessThan(timeoutMs('storeResults') - 30_000);
    expect(2 * supabaseMs.usual).toBeLessThan(timeoutMs('recordFailure'));
  });

  test('and so does a sweep whose last meeting begins at its limit, while everything hangs', () => {
    // So long it begins to look at meetings, as its own test holds.
    const sweepMs = 120_000;
    // Whether Chime has it and its end there; what the database keeps of both, and that it is closed.
    const oneMs = 2 * longestCallMs('chime') + 3 * supabaseMs.usual;
    // Of a recording: how it stands, a joining that is dropped and made anew, and what is kept of it.
    const recordingMs = 2 * longestCallMs('chime') + 2 * supabaseMs.usual;
    expect(sweepMs + Math.max(oneMs, recordingMs)).toBeLessThan(timeoutMs('sweepMeetings'));
  });

  test('the SDK makes the attempts that are counted', async () => {
    expect(await new S3Client(withLimit('s3')).config.maxAttempts()).toBe(3);
    expect(await new ComprehendMedicalClient(withLimit('comprehendMedical')).config.maxAttempts()).toBe(2);
  });
});

test('no client of the pipeline is made without its limits', () => {
  const made = sources('pipeline').flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/new \w+Client\((.*)/g)].map(([call]) => call),
  );
  expect(made.length).toBeGreaterThan(7);
  expect(made.filter((call) => !call.includes('withLimit('))).toEqual([]);
});
