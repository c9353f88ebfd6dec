import { createHmac } from 'node:crypto';

/** The services whose clients are measured alone, in `clients/`. */
export type Service = 's3' | 'dynamodb' | 'supabase';

/** A step's event, and the services that it calls before it gives up, each of which refuses it. */
export interface FirstCall {
  event: unknown;
  services: readonly Service[];
}

const meetingId = '0b0d8b5c-3c1f-4b7a-9c53-0d8a2f6f2a11';
const recordingId = `rec-${'0123456789abcdef'.repeat(2)}`;
const key = `recordings/${meetingId}/audio.mp4`;
const state = {
  recordingId,
  recording: { bucket: 'recordings', key, versionId: 'v', etag: 'e', size: 1_000_000 },
  executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:transcription:a',
};
const inspection = {
  outcome: 'transcribe',
  meetingId,
  sessionId: 's',
  appointmentId: null,
  durationMs: 900_000,
  engine: 'transcribe-medical',
  language: 'en-US',
  speakersBy: 'voice',
  coded: true,
};
const inspected = { ...state, inspection };
const transcriptKey = `transcripts/${recordingId}/transcript.json`;

/** One message of a queue, with EventBridge's event about an object. */
const created = (bucket: string, object: object) => ({
  Records: [
    {
      messageId: 'm',
      body: JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } }),
    },
  ],
});

/** One new entry of the audit table, as its stream reports it. */
const inserted = {
  Records: [
    {
      eventName: 'INSERT',
      dynamodb: {
        NewImage: { meetingId: { S: meetingId }, sequence: { N: '1' }, hash: { S: 'h' }, ttl: { N: '0' } },
      },
    },
  ],
};

const started = { ...inspected, startedAt: '2026-01-01T00:00:00Z', queued: false };

/** Whose tokens the functions take that are measured, and the secret that the refusing server hands out for each id. */
export const tokens = { issuer: 'https://project.example.org/auth/v1', secret: 'key' };

/** Of a user, for longer than anybody measures. */
function tokenOf({ issuer: iss, secret }: typeof tokens): string {
  const claims = { iss, aud: 'authenticated', role: 'authenticated', sub: meetingId, iat: 0, exp: 4e9 };
  const parts = [{ alg: 'HS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...parts, createHmac('sha256', secret).update(parts.join('.')).digest('base64url')].join('.');
}

/** A header with such a token. */
export const bearer = `Bearer ${tokenOf(tokens)}`;

/** A request for a link, as API Gateway sends it. */
const request = {
  rawPath: `/recordings/${recordingId}/link`,
  rawQueryString: '',
  headers: { authorization: bearer },
  requestContext: { domainName: 'api.example.org', http: { method: 'GET' } },
};

/** As Chime tells of it. */
const somebodyJoined = {
  id: 'e',
  source: 'aws.chime',
  'detail-type': 'Chime Meeting State Change',
  detail: {
    eventType: 'chime:AttendeeJoined',
    timestamp: 0,
    meetingId,
    attendeeId: meetingId,
    externalUserId: meetingId,
  },
};

/** Somebody joins; the token is good, and then the database is asked. */
const joins = {
  ...request,
  rawPath: '/meetings',
  requestContext: { domainName: 'api.example.org', http: { method: 'POST' } },
  body: JSON.stringify({ action: 'join', meetingId }),
};

/** Somebody has something read out. */
const speaks = {
  ...joins,
  rawPath: '/speech',
  body: JSON.stringify({ text: 'Take one tablet in the morning.', language: 'en-GB' }),
};

/** Somebody reads a channel. */
const lists = {
  ...joins,
  rawPath: '/messaging',
  body: JSON.stringify({ action: 'listMessages', channelId: meetingId }),
};

/** Somebody asks how the service is. */
const asks = { ...request, rawPath: '/health' };

/** What each function does first on a cold start, by its name. */
export const firstCalls: Readonly<Record<string, FirstCall>> = {
  startWorkflow: { event: created('recordings', { key, size: 1_000_000, etag: 'e' }), services: ['s3'] },
  inspectRecording: { event: state, services: ['supabase'] },
  startTranscription: { event: started, services: ['dynamodb'] },
  awaitPlace: { event: { ...started, taskToken: 't' }, services: ['dynamodb'] },
  awaitTranscription: {
    event: { ...inspected, jobName: recordingId, taskToken: 't', waits: 1 },
    services: ['dynamodb'],
  },
  resumeWorkflow: { event: created('transcripts', { key: `jobs/${recordingId}.json` }), services: ['dynamodb'] },
  normalizeTranscript: { event: inspected, services: ['s3'] },
  extractEntities: {
    event: {
      ...state,
      item: { operation: 'DetectEntitiesV2', n: 0, begin: 0, end: 10, bytes: { from: 0, to: 10 }, textSha256: '' },
      isFirst: true,
      provenAt: 0,
    },
    services: ['s3'],
  },
  storeResults: {
    event: { ...inspected, transcriptKey, calls: [], startedAt: '2026-01-01T00:00:00Z' },
    services: ['s3'],
  },
  anchorAudit: { event: inserted, services: ['s3'] },
  carryAudit: { event: {}, services: ['supabase'] },
  meetings: { event: joins, services: ['supabase'] },
  speak: { event: speaks, services: ['supabase'] },
  followMeeting: {
    event: { Records: [{ messageId: 'm', body: JSON.stringify(somebodyJoined) }] },
    services: ['supabase'],
  },
  sweepMeetings: { event: {}, services: ['supabase'] },
  messaging: { event: lists, services: ['supabase'] },
  health: { event: asks, services: ['supabase', 's3', 'dynamodb'] },
  deliverMessages: { event: {}, services: ['supabase'] },
  inspectAttachment: {
    event: created('attachments', { key: `attachments/${meetingId}/${meetingId}.pdf` }),
    services: ['supabase'],
  },
  reading: { event: request, services: ['supabase'] },
  recordFailure: {
    event: { ...state, engine: 'none', failure: { Error: 'Throttled' } },
    services: ['supabase', 'dynamodb'],
  },
};
