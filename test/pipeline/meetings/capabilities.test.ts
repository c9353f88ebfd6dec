import { expect, test } from 'vitest';
import { capabilitiesOf, isSame, restraintOf } from '../../../pipeline/meetings/capabilities.ts';
import type { Capabilities, Consent } from '../../../pipeline/meetings/call.ts';
import { newestConsentVersion } from '../../../pipeline/meetings/consentTexts.ts';

const yes: Consent = { decision: 'given', textVersion: 'v2' };
const consents: Readonly<Record<string, Consent | null>> = {
  nothing: null,
  yes,
  'yes to the text of before': { ...yes, textVersion: newestConsentVersion },
  'no to the text of before': { decision: 'refused', textVersion: newestConsentVersion },
  'yes to no text': { ...yes, textVersion: 'v1' },
  no: { ...yes, decision: 'refused' },
  'no more': { ...yes, decision: 'withdrawn' },
};

test.each<[boolean, boolean, boolean, string, ReturnType<typeof restraintOf>, string]>([
  [false, false, false, 'nothing', 'waiting', 'None None None'],
  [false, true, true, 'yes', 'waiting', 'None None None'],
  [false, false, true, 'nothing', 'waiting', 'None None None'],
  [true, false, true, 'nothing', 'consent', 'Receive Receive Receive'],
  [true, true, true, 'nothing', 'consent', 'Receive Receive Receive'],
  [true, false, true, 'yes to no text', 'consent', 'Receive Receive Receive'],
  [true, false, true, 'no to the text of before', 'consent', 'Receive Receive Receive'],
  [true, false, true, 'yes to the text of before', undefined, 'SendReceive SendReceive SendReceive'],
  [true, false, true, 'no', 'consent', 'Receive Receive Receive'],
  [true, false, true, 'no more', 'consent', 'Receive Receive Receive'],
  [true, true, true, 'yes', 'muted', 'Receive SendReceive SendReceive'],
  [true, true, false, 'nothing', 'muted', 'Receive SendReceive SendReceive'],
  [true, false, true, 'yes', undefined, 'SendReceive SendReceive SendReceive'],
  [true, false, false, 'no', undefined, 'SendReceive SendReceive SendReceive'],
  [true, false, false, 'nothing', undefined, 'SendReceive SendReceive SendReceive'],
])('admitted %j, muted %j, recorded %j, said %s: %s, %s', (admitted, muted, isRecorded, said, restraint, flows) => {
  const person = { status: 'joined', admitted, muted, isRecorded, consent: consents[said] ?? null } as const;
  expect(restraintOf(person, 'v2')).toBe(restraint);
  const { Audio, Video, Content } = capabilitiesOf(person, { consentVersion: 'v2' });
  expect([Audio, Video, Content].join(' ')).toBe(flows);
  // Chime refuses content for whoever receives no video.
  if (['SendReceive', 'Receive'].includes(Content)) expect(['SendReceive', 'Receive']).toContain(Video);
});

test('whoever was sent out neither hears nor is heard, whatever else holds, should Chime still have her attendee', () => {
  const person = { status: 'removed', admitted: true, muted: false, isRecorded: true, consent: yes } as const;
  expect(restraintOf(person, 'v2')).toBe('removed');
  expect(capabilitiesOf(person, { consentVersion: 'v2' })).toEqual({ Audio: 'None', Video: 'None', Content: 'None' });
});

test.each(['Audio', 'Video', 'Content'] as const)('two are the same when nothing differs: %s', (flow) => {
  const all: Capabilities = { Audio: 'Receive', Video: 'Receive', Content: 'Receive' };
  expect([isSame(all, { ...all }), isSame(all, { ...all, [flow]: 'None' })]).toEqual([true, false]);
});
