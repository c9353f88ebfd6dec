import { expect, test } from 'vitest';
import { settleHeard } from '../../../pipeline/calls/settleHeard.ts';
import { memoryCall, patientId, providerId, rowOf, sessionId, userOf } from '../memoryCall.ts';
import { captioned, guestId } from './captioned.ts';

test('whoever has not agreed is kept from sending, and may send again; nobody else is looked at', async () => {
  const { ports, kept, audio, switchOn } = await captioned();
  const rows = () => [providerId, patientId, guestId].map((id) => kept.rows.get(id) ?? rowOf(id));
  switchOn();
  await settleHeard(ports, sessionId, rows());
  expect(audio()).toEqual(['SendReceive', 'SendReceive', 'Receive']);
  kept.captions.on = false;
  await settleHeard(ports, sessionId, rows());
  expect(audio()).toEqual(['SendReceive', 'SendReceive', 'SendReceive']);
  expect(kept.calls.filter((name) => name === 'setCapabilities')).toHaveLength(3);
});

test('whoever waits is not looked at: nothing of that person is heard anyway', async () => {
  const { ports, kept } = await captioned();
  await settleHeard(ports, sessionId, [rowOf(guestId, { attendeeId: 'a', attendeeMeetingId: 'm' })]);
  expect(kept.calls).toEqual([]);
});

test('a crowd is brought to its rows a few at a time', async () => {
  let most = 0;
  let now = 0;
  const { ports } = memoryCall();
  const crowd = Array.from({ length: 23 }, (_, n) => {
    return rowOf(userOf(n + 10), { admitted: true, attendeeId: `a${n}`, attendeeMeetingId: 'm' });
  });
  const set = new Set<string>();
  ports.meetings.setCapabilities = async (_, attendeeId) => {
    most = Math.max(most, (now += 1));
    await new Promise(setImmediate);
    now -= 1;
    set.add(attendeeId);
    return 'gone';
  };
  await settleHeard(ports, sessionId, crowd);
  expect([set.size, most]).toEqual([23, 5]);
});
