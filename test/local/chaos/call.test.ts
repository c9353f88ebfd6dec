import { expect, test } from 'vitest';
import { openIn, wrongSecondsIn } from '../../../local/chaos/callChecks.ts';
import { replay } from '../../../local/chaos/campaign.ts';
import { plainCall } from '../../../local/chaos/callPlan.ts';
import { callNumber, type Fault } from '../../../local/chaos/harms.ts';
import type { Schedule } from '../../../local/chaos/schedule.ts';

const beside = (...faults: Fault[]): Schedule => ({
  meetings: [{ kind: 'usual', recordings: 1 }],
  faults,
  call: plainCall,
});

test('a call beside a recording ends, is recorded and adds up, whatever happens to it', async () => {
  const { findings, faults } = await replay([
    beside(),
    beside({ at: [callNumber, 'chime', 1], do: 'throttled' }, { at: [callNumber, 'chime', 3], do: 'lost-after' }),
    beside(
      { at: [callNumber, 'meetings', 5], do: 'exit-after' },
      { at: [callNumber, 'followMeeting', 2], do: 'never' },
    ),
    beside({ at: [callNumber, 'supabase', 8], do: 'away', minutes: 30 }),
    beside(
      { at: [callNumber, 'meetings', 1], do: 'dead-after' },
      { at: [callNumber, 'CreateMediaCapturePipeline', 1], do: 'lost-after' },
    ),
  ]);
  expect(findings).toEqual([]);
  expect(faults.hit).toBeGreaterThanOrEqual(6);
});

const ended = {
  sessions: [{ id: 's', status: 'ended', is_recording: false }],
  meetings: [{ meeting_id: 'm', ended_at: '2026-11-28T09:10:00Z' }],
  participants: [{ id: 'p', user_id: 'u', video_call_id: 's', status: 'left', duration_seconds: 90 }],
  presence: [
    { id: 1, session_id: 's', user_id: 'u', joined_at: '2026-11-28T09:00:00Z', left_at: '2026-11-28T09:01:00Z' },
    { id: 2, session_id: 's', user_id: 'u', joined_at: '2026-11-28T09:00:30Z', left_at: '2026-11-28T09:01:30Z' },
  ],
  captures: [{ meeting_id: 'm', state: 'joined' }],
  truth: [{ id: 'm', endedAt: 2, pipelines: [{ kind: 'capture' as const, id: 'c', createdAt: 1, endedAt: 2 }] }],
};

test('a call that has ended leaves nothing open, and its overlapping stays count once', () => {
  expect([openIn(ended), wrongSecondsIn(ended)]).toEqual([[], []]);
});

test.each<[string, Partial<Parameters<typeof openIn>[0]>]>([
  ['session s is active', { sessions: [{ id: 's', status: 'active' }] }],
  ['session s is recorded', { sessions: [{ id: 's', status: 'ended', is_recording: true }] }],
  ['meeting m is open', { meetings: [{ meeting_id: 'm', ended_at: null }] }],
  ['interval 3 is open', { presence: [{ id: 3, left_at: null }] }],
  ['participant p is there', { participants: [{ id: 'p', status: 'joined' }] }],
  ['the recording of m is joining', { captures: [{ meeting_id: 'm', state: 'joining' }] }],
  ['Chime has meeting m', { truth: [{ id: 'm', pipelines: [] }] }],
  [
    'Chime runs capture c',
    { truth: [{ id: 'm', endedAt: 2, pipelines: [{ kind: 'capture', id: 'c', createdAt: 1 }] }] },
  ],
])('%s', (what, change) => {
  expect(openIn({ ...ended, ...change })).toEqual([what]);
});

test('a length that is not that of the stays is told', () => {
  const participants = ended.participants.map((one) => ({ ...one, duration_seconds: 120 }));
  expect(wrongSecondsIn({ ...ended, participants })).toEqual(['participant p: 120 s, not 90']);
});
