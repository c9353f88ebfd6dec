import { describe, expect, test } from 'vitest';
import { unreliable } from '../../../../local/services/chime/delivery.ts';
import type { BusEvent } from '../../../../local/services/eventBridge/rule.ts';
import { createEventBus } from '../../../../local/services/eventBridge/eventBridge.ts';
import { ManualClock } from '../../testClock.ts';
import { chimeHarness, onManualClock } from './harness.ts';

test('an event says what happened where, to whom, in the control region', async () => {
  await using chime = await onManualClock();
  const meetingId = await chime.create();
  const { AttendeeId, JoinToken } = await chime.attend(meetingId, 'ann');
  chime.people.join(meetingId, JoinToken);
  const common = {
    version: '0',
    timestamp: chime.clock.now(),
    meetingId,
    externalMeetingId: 'visit-1',
    mediaRegion: 'eu-west-1',
  };
  expect(chime.events[0]).toEqual({
    version: '0',
    id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
    'detail-type': 'Chime Meeting State Change',
    source: 'aws.chime',
    account: '111122223333',
    time: '2026-11-20T09:30:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: { ...common, eventType: 'chime:MeetingStarted' },
  });
  const ann = { attendeeId: AttendeeId, externalUserId: 'ann' };
  expect(chime.events.slice(1).map(({ detail }) => detail)).toEqual([
    { ...common, ...ann, eventType: 'chime:AttendeeAdded' },
    { ...common, ...ann, eventType: 'chime:AttendeeAuthorized' },
    { ...common, ...ann, eventType: 'chime:AttendeeJoined', networkType: 'Voip' },
  ]);
  expect(new Set(chime.events.map(({ id }) => id)).size).toBe(4);
});

test('a rule of the bus gets what it asks for', async () => {
  const clock = new ManualClock();
  const bodies: string[] = [];
  const place = { clock, region: 'eu-west-1', accountId: '111122223333' };
  const bus = createEventBus({ ...place, send: async (_, body) => void bodies.push(body) });
  const detail = { eventType: ['chime:MeetingEnded', { prefix: 'chime:Attendee' }] };
  bus.putRule({ name: 'meetings', pattern: { source: ['aws.chime'], detail }, targets: [{ arn: 'queue' }] });
  await using chime = await chimeHarness(clock, { put: bus.put });
  const meetingId = await chime.create();
  await chime.attend(meetingId, 'ann');
  await clock.advance(5 * 60_000 + 1);
  const types = bodies.map((body) => (JSON.parse(body) as BusEvent).detail['eventType']);
  expect(types).toEqual(['chime:AttendeeAdded', 'chime:MeetingEnded']);
});

test('an event that cannot be delivered is a defect of the stack, not of the call', async () => {
  await using chime = await chimeHarness(new ManualClock(), { put: () => Promise.reject(new Error('no bus')) });
  await expect(chime.create()).resolves.toBeDefined();
  expect(chime.broken).toEqual([new Error('no bus')]);
});

test('what is on its way when the stand-in closes is lost', async () => {
  const chime = await chimeHarness(new ManualClock(), { delivery: () => [0, 1000] });
  await chime.create();
  await chime[Symbol.asyncDispose]();
  await chime.clock.advance(2000);
  expect([chime.told(), chime.broken]).toEqual([['MeetingStarted'], []]);
});

describe('on their way', () => {
  const busy = async (delivery: ReturnType<typeof unreliable>) => {
    await using chime = await onManualClock({ delivery });
    const meetingId = await chime.create();
    for (let n = 0; n < 40; n++) await chime.attend(meetingId, `person-${String(n).padStart(2, '0')}`);
    await chime.clock.advance(60_000);
    return chime.events.flatMap(({ detail }) => detail['externalUserId'] ?? []).map(String);
  };
  const sorted = Array.from({ length: 40 }, (_, n) => `person-${String(n).padStart(2, '0')}`);

  test('events arrive once and in order by default', async () => {
    expect(await busy(() => [0])).toEqual(sorted);
  });

  test('some are lost', async () => {
    const seen = await busy(unreliable({ seed: 1, lost: 0.3 }));
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.length).toBeLessThan(40);
    expect(seen).toEqual(sorted.filter((name) => seen.includes(name)));
  });

  test('some come twice', async () => {
    const seen = await busy(unreliable({ seed: 1, twice: 0.3 }));
    expect(seen.length).toBeGreaterThan(40);
    expect([...new Set(seen)]).toEqual(sorted);
  });

  test('some are late, and so overtaken', async () => {
    const seen = await busy(unreliable({ seed: 1, late: 0.3 }));
    expect(seen).not.toEqual(sorted);
    expect(seen.toSorted()).toEqual(sorted);
  });

  test('the same seed spoils the same, another others', async () => {
    const spoil = (seed: number) => busy(unreliable({ seed, lost: 0.2, twice: 0.2, late: 0.2 }));
    const [one, same, other] = [await spoil(7), await spoil(7), await spoil(8)];
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('copies of an event have one id', async () => {
    await using chime = await onManualClock({ delivery: () => [0, 1000] });
    await chime.create();
    await chime.clock.advance(1000);
    expect(chime.events).toHaveLength(2);
    expect(chime.events[1]).toEqual(chime.events[0]);
  });
});
