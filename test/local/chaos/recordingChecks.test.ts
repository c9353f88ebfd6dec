import { describe, expect, test } from 'vitest';
import { plainCall } from '../../../local/chaos/callPlan.ts';
import type { CallTraces, MeetingTruth } from '../../../local/chaos/callTraces.ts';
import type { Seen } from '../../../local/chaos/disturber.ts';
import type { Evidence } from '../../../local/chaos/evidence.ts';
import { callNumber, type Fault } from '../../../local/chaos/harms.ts';
import { recordingChecks } from '../../../local/chaos/recordingChecks.ts';

const minute = 60_000;
const open = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' } as const;
const silent = { Audio: 'Receive', Video: 'Receive', Content: 'Receive' } as const;
const people = { provider: 'provider', patient: 'patient', third: 'third' };
const attendee = (id: string) => ({ id, externalUserId: id, joinToken: '', capabilities: open });
const presence = (id: string, to = 20 * minute) => ({ attendeeId: id, externalUserId: id, from: 0, to });
const voice = (id: string, from: number, to: number) => ({ attendeeId: id, externalUserId: id, from, to });
const given = (userId: string) => ({
  userId,
  meetingId: 'm',
  decision: 'given' as const,
  sentAt: minute,
  answeredAt: minute,
});
const no = { ...given('patient'), decision: 'withdrawn' as const, sentAt: 3 * minute, answeredAt: 3 * minute };
const ledger = (user_id: string, decision: string) => ({ meeting_id: 'm', user_id, decision });

/** Two people meet for twenty minutes, agree after one and are recorded for four. */
const meeting: MeetingTruth = {
  id: 'm',
  createdAt: 0,
  endedAt: 20 * minute,
  end: 'deleted',
  attendees: [attendee('provider'), attendee('patient')],
  presences: [presence('provider'), presence('patient')],
  pipelines: [{ kind: 'capture', id: 'c', createdAt: minute, endedAt: 5 * minute }],
  chunks: [{ from: minute, to: 5 * minute, voices: [voice('patient', minute, 3 * minute)] }],
  keys: ['recordings/m/audio/j.mp4'],
  lengths: { 'recordings/m/audio/j.mp4': 4 * minute },
};
const call: CallTraces = {
  sessions: [{ id: 's', recording_state: 'ready' }],
  meetings: [],
  participants: [],
  presence: [],
  captures: [{ meeting_id: 'm', session_id: 's', state: 'joined', reason: 'LongEnough', concatenation_id: 'j' }],
  consents: [ledger('provider', 'given'), ledger('patient', 'given')],
  recordings: [{ recording_id: 'r', status: 'completed' }],
  plan: plainCall,
  people,
  said: [given('provider'), given('patient')],
  endsAskedAt: [20 * minute],
  lost: [],
  truth: [meeting],
};
const job = { operation: 'StartMedicalTranscriptionJob', status: 200, input: 's3://b/recordings/m/audio/j.mp4' };

function broken(changed: Partial<CallTraces>, more: Partial<Evidence> = {}): string[] {
  const evidence = {
    hits: [],
    calls: [job as unknown as Seen],
    unanswered: 0,
    ...more,
  } as unknown as Evidence;
  return Object.entries(recordingChecks).flatMap(([rule, check]) =>
    check({ ...evidence, call: { ...call, ...changed } }).length > 0 ? rule : [],
  );
}
const truth = (changed: Partial<MeetingTruth>) => ({ truth: [{ ...meeting, ...changed }] });
const captured = (changed: object) => ({ captures: [{ ...call.captures[0], ...changed }] });
const told = (recording_state: string) => ({ sessions: [{ id: 's', recording_state }] });
const withdrawn = {
  plan: { ...plainCall, discards: true },
  consents: [...call.consents, ledger('patient', 'withdrawn')],
};
const capture = (createdAt: number, endedAt: number) => ({ kind: 'capture' as const, id: 'c', createdAt, endedAt });

const at = (name: string, harm: Fault['do']): Fault => ({ at: [callNumber, name, 1], do: harm });
const spoilt = (name: 'captureFails' | 'joinFails', times: number) => ({
  plan: { ...plainCall, spoils: [{ name, times, afterMs: 0 }] },
});
/** Silent from the beginning of the recording until so many minutes. */
const silentTo = (minutes: number) => ({
  ...attendee('patient'),
  earlier: [
    { until: minute, capabilities: open },
    { until: minutes * minute, capabilities: silent },
  ],
});

test.each<[string, Partial<CallTraces>, Partial<Evidence>?]>([
  ['a call that went well', {}],
  ['a meeting that Chime has ended by itself', { endsAskedAt: [], lost: ['m'] }],
  ['somebody who is silent while it is recorded, and until it is noticed', truth({ attendees: [silentTo(10)] })],
  ['a failure of which Chime has told', { ...captured({ reason: 'Failed' }), ...spoilt('captureFails', 1) }],
  ['a failure for a fault', captured({ reason: 'Failed' }), { hits: [at('supabase', 'throttled')] }],
  [
    'a recording that could not be joined three times',
    { ...captured({ state: 'missing' }), ...told('missing'), ...spoilt('joinFails', 3) },
  ],
  [
    'a withdrawal after which nothing is left',
    {
      ...withdrawn,
      ...captured({ state: 'discarded' }),
      ...told('discarded'),
      ...truth({ keys: [], lengths: {} }),
    },
  ],
])('%s breaks no rule', (_, change, more) => expect(broken(change, more)).toEqual([]));

describe('a check of the recording sees', () => {
  test.each<[string, string, Partial<CallTraces>]>([
    ['a capture that outlives its cap', 'a capture ends in time', truth({ pipelines: [capture(minute, 12 * minute)] })],
    [
      'a capture that outlives its meeting',
      'a capture ends in time',
      truth({ pipelines: [capture(19 * minute, 22 * minute)] }),
    ],
    [
      'a capture that outlives a no',
      'a capture ends in time',
      { said: [...call.said, no], ...truth({ pipelines: [capture(minute, 6 * minute)] }) },
    ],
    [
      'a voice before its consent',
      'nobody is heard who has not agreed',
      truth({ chunks: [{ ...meeting.chunks[0], from: minute, to: 5 * minute, voices: [voice('patient', 0, 1)] }] }),
    ],
    [
      'a voice that the ledger does not know',
      'nobody is heard who has not agreed',
      { consents: [ledger('provider', 'given')] },
    ],
    [
      'a voice after a no',
      'nobody is heard who has not agreed',
      { said: [...call.said, { ...no, answeredAt: 2 * minute }] },
    ],
    [
      'a recording that began without somebody',
      'a recording begins when everybody there has agreed',
      truth({ presences: [...meeting.presences, { ...presence('third'), from: -minute }] }),
    ],
    [
      'a call that nobody recorded',
      'what all agreed to is recorded',
      { captures: [], ...truth({ pipelines: [], chunks: [] }) },
    ],
    [
      'half a file that is shown as whole',
      'a recording is joined, or said to be lost',
      truth({ lengths: { 'recordings/m/audio/j.mp4': 2 * minute } }),
    ],
    ['a file that is nowhere', 'a recording is joined, or said to be lost', truth({ lengths: {} })],
    ['a recording that is listed nowhere', 'a recording is joined, or said to be lost', { captures: [] }],
    ['a session that says something else', 'a recording is joined, or said to be lost', told('missing')],
    [
      'chunks of a recording that is said to be refused',
      'a recording is joined, or said to be lost',
      { ...captured({ state: 'refused' }), ...told('refused') },
    ],
    [
      'chunks of a recording that is said to have none',
      'a recording is joined, or said to be lost',
      { ...captured({ state: 'missing', reason: 'NoChunks' }), ...told('missing') },
    ],
    [
      'a recording that is lost',
      'a recording is not lost without need',
      { ...captured({ state: 'missing' }), ...told('missing'), ...spoilt('joinFails', 2) },
    ],
    ['a failure that was none', 'a recording that was stopped has not failed', captured({ reason: 'Failed' })],
    [
      'somebody who stays silent',
      'nobody is silenced without a recording',
      truth({ attendees: [{ ...attendee('patient'), capabilities: silent }] }),
    ],
    [
      'somebody who stays silent after it',
      'nobody is silenced without a recording',
      truth({ attendees: [silentTo(12)] }),
    ],
    [
      'chunks that are left after a withdrawal',
      'what is discarded is gone',
      { ...withdrawn, ...captured({ state: 'discarded' }) },
    ],
    ['a withdrawal that nothing is said of', 'what is discarded is gone', { ...withdrawn, ...truth({ keys: [] }) }],
    ['a call that is ended too soon', 'a call outlasts whoever comes back', { endsAskedAt: [] }],
    [
      'a recording that never ends',
      'a talk is transcribed once',
      { recordings: [{ recording_id: 'r', status: 'transcribing' }] },
    ],
  ])('%s', (_, rule, change) => expect(broken(change)).toContain(rule));

  test('two jobs for one talk', () => {
    const calls = [job, { ...job, input: job.input.replace('j.mp4', 'k.mp4') }] as unknown as Seen[];
    expect(broken({}, { calls })).toEqual(['a talk is transcribed once']);
  });

  test('what a fault may cost, and no more', () => {
    const late = truth({ pipelines: [capture(minute, 14 * minute)] });
    const hits = [at('followMeeting', 'never')];
    expect(broken(late)).toContain('a capture ends in time');
    expect(broken(late, { hits })).not.toContain('a capture ends in time');
  });
});
