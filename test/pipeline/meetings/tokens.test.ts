import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureToken, joiningToken, meetingToken } from '../../../pipeline/meetings/tokens.ts';

/** Of Chime's API model. */
const clientRequestToken = /^[-_a-zA-Z0-9]{2,64}$/;
const attempt = fc.integer({ min: 1, max: 2 ** 31 - 1 });

test('is one that Chime takes, for every session and attempt', () => {
  fc.assert(fc.property(fc.uuid(), attempt, (id, n) => clientRequestToken.test(meetingToken({ id, attempt: n }))));
});

test('is the same for the same, and another for anything else', () => {
  const session = fc.record({ id: fc.uuid(), attempt });
  fc.assert(
    fc.property(session, session, (one, other) => {
      expect(meetingToken({ ...one })).toBe(meetingToken(one));
      const isSame = one.id === other.id && one.attempt === other.attempt;
      expect(meetingToken(one) === meetingToken(other)).toBe(isSame);
      expect(meetingToken({ ...one, attempt: one.attempt + 1 })).not.toBe(meetingToken(one));
    }),
  );
});

test('of a meeting, each pipeline has its own, which Chime takes', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (meetingId, otherId) => {
      fc.pre(meetingId !== otherId);
      const tokens = [meetingId, otherId].flatMap((id) => [
        captureToken({ meetingId: id }),
        ...[1, 2, 3].map((n) => joiningToken({ meetingId: id }, n)),
      ]);
      expect(new Set(tokens).size).toBe(8);
      expect(tokens.filter((token) => !clientRequestToken.test(token))).toEqual([]);
    }),
  );
});
