import { expect, test } from 'vitest';
import { done } from '../../../../pipeline/api/messaging/done.ts';

test.each(['kept', 'known'])('what was %s is handed on', (outcome) => {
  expect(done({ outcome, more: 1 })).toEqual({ outcome, more: 1 });
});

test.each([
  ['closed', 'ChannelArchived', 409],
  ['notMember', 'NotAParticipant', 403],
  ['isParty', 'InvalidRequest', 400],
])('%s is refused as %s', (outcome, code, status) => {
  expect(() => done({ outcome })).toThrow(expect.objectContaining({ code, status }));
});
