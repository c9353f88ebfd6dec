import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { toResults } from '../../../pipeline/edge/resultRows.ts';
import { toEhr } from '../../../pipeline/edge/supabase.ts';
import type { Ehr } from '../../../pipeline/ehr.ts';
import { documentsOf } from '../consult.ts';
import { meetingId, recording, recordingId, session } from '../visit.ts';

/** What the server was asked. */
interface Asked {
  path: string;
  query: Record<string, string>;
  authorization: string | undefined;
  body: unknown;
}

let reply: { status: number; body?: unknown };
let asked: Asked[];
let ehr: Ehr;

/** Answers as the test says and remembers the request. */
const server = createServer((request, response) => {
  void text(request).then((sent) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    const query = Object.fromEntries(searchParams);
    asked.push({ path, query, authorization: request.headers.authorization, body });
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    return response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  });
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  ehr = toEhr(`http://127.0.0.1:${port}`, 'service-role');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  reply = { status: 204 };
  asked = [];
});

const row = { recordingId, recording, sessionId: session.sessionId };
const written = {
  recording_id: recordingId,
  session_id: session.sessionId,
  bucket: recording.bucket,
  key: recording.key,
  version_id: 'v1',
};

describe('a session', () => {
  const stored = {
    id: session.sessionId,
    appointment_id: 'appointment-3',
    transcription_enabled: true,
    transcription_language: 'en-US',
    media_region: 'eu-west-1',
    is_captured: false,
  };

  test('is found by any meeting that it ever had, in one request, as the service role', async () => {
    reply = { status: 200, body: stored };
    expect(await ehr.findSession(meetingId)).toEqual(session);
    expect(asked).toMatchObject([
      {
        path: '/rest/v1/rpc/session_of_meeting',
        body: { meeting: meetingId },
        authorization: 'Bearer service-role',
      },
    ]);
  });

  test('of nobody is undefined', async () => {
    reply = { status: 200, body: null };
    expect(await ehr.findSession(meetingId)).toBeUndefined();
  });

  test('may be asked about by a meeting that was captured', async () => {
    reply = { status: 200, body: { ...stored, is_captured: true } };
    expect(await ehr.findSession(meetingId)).toEqual({ ...session, isCaptured: true });
  });

  test.each([null, false])('whose consent is %j does not want a transcript', async (transcription_enabled) => {
    reply = { status: 200, body: { ...stored, transcription_enabled } };
    expect(await ehr.findSession(meetingId)).toMatchObject({ transcriptionEnabled: false });
  });
});

test('the attendees of a meeting have roles, also those of one that is no longer the session’s', async () => {
  reply = { status: 200, body: [{ attendee_id: 'a-1', role: 'provider' }] };
  expect(await ehr.findParticipants(meetingId)).toEqual([{ attendeeId: 'a-1', role: 'provider' }]);
  expect(asked).toMatchObject([{ path: '/rest/v1/rpc/participants_of_meeting', body: { meeting: meetingId } }]);
});

describe('a recording', () => {
  test.each([recordingId, `${recordingId}-r3`])('has runs, whichever of them asks: %s', async (id) => {
    const object = { bucket: 'recordings', key: 'recordings/meeting-7/visit.wav' };
    const job = { status: 'failed', engine: 'transcribe', language: 'es-ES' };
    const body = [
      { recording_id: recordingId, ...object, version_id: 'v1', ...job },
      { recording_id: `${recordingId}-r2`, ...object, version_id: null, ...job, engine: null, language: null },
    ];
    reply = { status: 200, body };
    expect(await ehr.findRuns(id)).toEqual([
      { recordingId, recording: { ...object, versionId: 'v1' }, ...job },
      { recordingId: `${recordingId}-r2`, recording: object, ...job, engine: null, language: null },
    ]);
    const query = { recording_id: `like.${recordingId}%`, order: 'created_at.asc' };
    expect(asked).toMatchObject([{ path: '/rest/v1/recordings', query }]);
  });

  test.each<[string, string, string | null, string[]]>([
    ['of its own', recordingId, null, ['c']],
    ['of the run before it', `${recordingId}-r2`, null, ['c']],
    ['of the first of all, which came to nothing', recordingId, 'rec-first', ['a']],
  ])('has the duplicates %s', async (_, id, duplicate_of, found) => {
    const one = (recording_id: string, of: string | null, error_name: string | null, key: string) => ({
      recording_id,
      bucket: 'recordings',
      key,
      duplicate_of: of,
      error_name,
    });
    const body = [
      one(id, duplicate_of, null, 'own'),
      one('rec-a', 'rec-first', 'Duplicate', 'a'),
      one('rec-b', recordingId, 'TranscriptionFailed', 'b'),
      one('rec-c', recordingId, 'Duplicate', 'c'),
      one('rec-d', null, null, 'd'),
    ];
    reply = { status: 200, body };
    const duplicates = await ehr.findDuplicates({ recordingId: id, sessionId: session.sessionId });
    expect(duplicates).toEqual(found.map((key) => ({ bucket: 'recordings', key })));
    expect(asked).toMatchObject([{ query: { session_id: `eq.${session.sessionId}` } }]);
  });
});

test('a joined file is compared by the database, which answers what it is', async () => {
  const joined = {
    verdict: 'fits',
    truncated: false,
    captureStartedAt: '2026-03-04T10:00:00.000Z',
    captureEndedAt: null,
  } as const;
  const file = { meetingId, concatenationId: 'c', recordingId, joinedMs: 5, url: null, at: '2026-03-04T10:30:00.000Z' };
  reply = { status: 200, body: joined };
  expect(await ehr.recordJoined(file)).toEqual(joined);
  expect(asked).toMatchObject([{ path: '/rest/v1/rpc/record_joined', body: { p: file } }]);
  reply = { status: 503 };
  await expect(ehr.recordJoined(file)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});

describe('a write goes through a function of the database', () => {
  test('for the status, with the facts that are known and no others', async () => {
    await ehr.recordStatus(row, 'transcribing', { language: 'en-US', engine: 'transcribe', durationMs: 5 });
    expect(asked).toMatchObject([{ path: '/rest/v1/rpc/record_status' }]);
    expect(asked[0]?.body).toEqual({
      p: { ...written, status: 'transcribing', language: 'en-US', engine: 'transcribe', duration_ms: 5 },
    });
  });

  test('for a recording without session or version', async () => {
    const { versionId: _, ...unversioned } = recording;
    await ehr.recordStatus({ recordingId, recording: unversioned, sessionId: null }, 'received', {});
    expect(asked[0]?.body).toEqual({ p: { ...written, session_id: null, version_id: null, status: 'received' } });
  });

  test.each([
    ['a failure', 'failed', () => ehr.recordFailure(row, 'UnsupportedMedia', 'no audio')],
    ['a skip', 'skipped', () => ehr.recordSkipped(row, 'TranscriptionDisabled', 'no audio')],
  ])('for %s', async (_, status, write) => {
    await write();
    expect(asked).toMatchObject([
      { path: '/rest/v1/rpc/record_failure', body: { p: { ...written, status, error_message: 'no audio' } } },
    ]);
  });

  test('for a duplicate, skipped or tried again, with the name of the original', async () => {
    await ehr.recordSkipped(row, 'Duplicate', 'm', 'rec-first');
    await ehr.recordStatus(row, 'received', { duplicateOf: 'rec-first' });
    expect(asked).toMatchObject([
      { body: { p: { status: 'skipped', error_name: 'Duplicate', duplicate_of: 'rec-first' } } },
      { body: { p: { status: 'received', duplicate_of: 'rec-first' } } },
    ]);
  });

  test('for the results, all in one call', async () => {
    const documents = await documentsOf(['C: Any [cough]?', 'P: Yes.']);
    await ehr.recordResults(row, documents);
    const p = JSON.parse(JSON.stringify(toResults(row, documents))) as object;
    expect(asked).toMatchObject([{ path: '/rest/v1/rpc/record_results', body: { p } }]);
  });
});

describe('an answer that is an error is thrown, never taken for success', () => {
  // The client asks again after one, two and four seconds: here its waits take no time.
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }).setTimerTickMode('nextTimerAsync'),
  );
  afterEach(() => void vi.useRealTimers());

  const words = 'patient said chest pain';
  test.each<[string, { status: number; body: object }, string]>([
    ['too many requests', { status: 429, body: { message: words } }, 'Throttled'],
    ['a gateway that is away', { status: 503, body: { message: words } }, 'ServiceUnavailable'],
    ['a deadlock', { status: 500, body: { code: '40P01', message: words } }, 'ServiceUnavailable'],
    ['a lost serialization', { status: 400, body: { code: '40001', message: words } }, 'ServiceUnavailable'],
    ['a full database', { status: 400, body: { code: '53100', message: words } }, 'ServiceUnavailable'],
    ['a missing function', { status: 404, body: { code: 'PGRST202', message: words } }, 'SupabaseRefused'],
    ['a violated constraint', { status: 409, body: { code: '23505', message: words } }, 'SupabaseRefused'],
  ])('%s', async (_, answered, name) => {
    reply = answered;
    for (const call of [() => ehr.findSession(meetingId), () => ehr.recordStatus(row, 'received', {})]) {
      const failure = await call().catch((error: unknown) => error);
      expect(failure).toMatchObject({ name });
      expect(String(failure)).not.toContain('chest');
    }
  });

  test('nobody listens', async () => {
    const nowhere = toEhr('http://127.0.0.1:1', 'service-role');
    await expect(nowhere.recordStatus(row, 'received', {})).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  });
});
