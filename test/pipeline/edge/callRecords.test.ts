import { expect, test, vi } from 'vitest';
import type { Calls } from '../../../pipeline/callPorts.ts';
import type { Capture } from '../../../pipeline/meetings/capture.ts';
import { toCalls } from '../../../pipeline/edge/callRecords.ts';
import { userOf } from '../memoryCall.ts';

const sessionId = userOf(1);
const userId = userOf(2);
const meetingId = 'meeting-1';
const at = '2026-11-28T09:00:00.000Z';

/** The calls behind a service that gives one answer, and the request that it got. */
function answering(answer: Response) {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => answer.clone());
  const readKey = async () => 'service-role';
  const calls = toCalls({ url: 'https://project.supabase.co', readKey, limitMs: 8_000, fetch });
  const sent = () => {
    const [url, init] = fetch.mock.calls[0] ?? [];
    return { url, method: init?.method, headers: init?.headers, body: JSON.parse(init?.body as string) as unknown };
  };
  return { calls, sent };
}

const meeting = { MeetingId: meetingId };
const opening = { appointmentId: userOf(3), userId, wishes: null, mediaRegion: 'eu-west-1', waitingRoom: true };
const seat = { sessionId, meetingId, userId, attendeeId: 'a', replaces: null };
const event = { eventId: 'e', kind: 'joined', at, meetingId, attendeeId: 'a', userId } as const;

const consent = {
  sessionId,
  meetingId,
  userId,
  decision: 'given',
  textVersion: '2026-11-29',
  textSha256: 'a'.repeat(64),
  language: 'en',
  withdrawn: 'keep',
  at,
} as const;

const captions = {
  meetingId,
  on: true,
  language: 'en-US',
  engine: 'transcribe-medical',
  region: 'eu-west-1',
  textVersion: '2026-11-29',
  by: userId,
  at,
} as const;

const capture: Capture = {
  state: 'starting',
  reason: null,
  since: at,
  captureId: null,
  captureArn: null,
  startedAt: null,
  endedAt: null,
  expectedMs: null,
  gapMs: null,
  joinedMs: null,
  attempt: 0,
  concatenationId: null,
  concatenationIds: [],
  isSettled: false,
};

/** Each call, the function that it asks, and the object that this one is given. */
const asked: readonly (readonly [string, (calls: Calls) => Promise<unknown>, object])[] = [
  [
    'call_context',
    (calls) => calls.context({ issuer: 'firebase', subject: 'uid' }, { action: 'join', meetingId }),
    { issuer: 'firebase', subject: 'uid', action: 'join', meetingId },
  ],
  ['open_session', (calls) => calls.openSession(opening), opening],
  ['call_participant', (calls) => calls.participant({ sessionId, userId }), { sessionId, userId }],
  [
    'record_meeting',
    (calls) => calls.recordMeeting({ sessionId, attempt: 2, controlRegion: 'eu-central-1', userId }, meeting),
    { sessionId, attempt: 2, controlRegion: 'eu-central-1', userId, meeting },
  ],
  ['record_attendee', (calls) => calls.recordAttendee(seat), seat],
  [
    'renew_meeting',
    (calls) => calls.renewMeeting({ sessionId, meetingId, at, isLeft: true }),
    { sessionId, meetingId, at, isLeft: true },
  ],
  [
    'fail_session',
    (calls) => calls.failSession({ sessionId, attempt: 1, error: 'ChimeUnavailable' }),
    { sessionId, attempt: 1, error: 'ChimeUnavailable' },
  ],
  [
    'invite',
    (calls) => calls.invite({ sessionId, userIds: [userId], waitingRoom: false }),
    { sessionId, userIds: [userId], waitingRoom: false },
  ],
  [
    'set_participant',
    (calls) => calls.setParticipant({ sessionId, userId, muted: false }),
    { sessionId, userId, muted: false },
  ],
  ['record_consent', (calls) => calls.recordConsent(consent), consent],
  ['call_status', (calls) => calls.status(sessionId), { sessionId }],
  [
    'record_report',
    (calls) => calls.report({ sessionId, userId, kind: 'quality', values: { rtt: 1 } }),
    { sessionId, userId, kind: 'quality', values: { rtt: 1 } },
  ],
  [
    'refuse_access',
    (calls) => calls.refuseAccess({ userId, meetingId, action: 'end', code: 'OnlyTheProvider' }),
    { userId, meetingId, action: 'end', code: 'OnlyTheProvider' },
  ],
  [
    'close_session',
    (calls) => calls.closeSession({ sessionId, endedBy: null, at, quietSince: at }),
    { sessionId, endedBy: null, at, quietSince: at },
  ],
  ['meeting_ended', (calls) => calls.meetingEnded({ meetingId, at }), { meetingId, at }],
  ['meeting_seen', (calls) => calls.meetingSeen({ meetingId, at }), { meetingId, at }],
  ['record_presence', (calls) => calls.recordPresence(event), event],
  ['recording_facts', (calls) => calls.recordingFacts({ pipelineId: 'capture-1' }), { pipelineId: 'capture-1' }],
  [
    'keep_capture',
    (calls) => calls.keepCapture({ meetingId, version: 0, touched: null, capture, at }),
    { meetingId, version: 0, touched: null, capture, at },
  ],
  ['known_pipelines', (calls) => calls.knownPipelines(['capture-1']), { ids: ['capture-1'] }],
  ['set_captions', (calls) => calls.setCaptions(captions), captions],
  ['calls_to_sweep', (calls) => calls.toSweep(at, 250), { at, most: 250 }],
];

test.each(asked)('%s is asked as the service role, with one object', async (name, ask, p) => {
  const { calls, sent } = answering(Response.json({ answer: name }));
  expect(await ask(calls)).toEqual({ answer: name });
  expect(sent()).toEqual({
    url: `https://project.supabase.co/rest/v1/rpc/${name}`,
    method: 'POST',
    headers: { apikey: 'service-role', authorization: 'Bearer service-role', 'content-type': 'application/json' },
    body: { p },
  });
});

test('every call of the port is asked here', () => {
  expect(Object.keys(answering(new Response()).calls)).toHaveLength(asked.length);
});
