import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Consent, ConsentDecision } from '../../../pipeline/meetings/call.ts';
import {
  hasAgreed,
  isWished,
  mayRecord,
  type RecordingReason,
  type RecordingState,
  recordingReasons,
  standingOf,
  toAgree,
} from '../../../pipeline/meetings/consent.ts';
import { decided } from './decided.ts';

const version = 'v2';
const said = (decision: ConsentDecision, textVersion = version): Consent => ({ decision, textVersion });
const yes = said('given');

test.each<[string, Consent | null, ConsentDecision | null]>([
  ['nothing', null, null],
  ['yes', yes, 'given'],
  ['yes to an older text', said('given', 'v1'), null],
  ['no', said('refused'), 'refused'],
  ['no to an older text', said('refused', 'v1'), 'refused'],
  ['no more', said('withdrawn', 'v1'), 'withdrawn'],
])('whoever said %s', (_, consent, standing) => {
  expect(standingOf(consent, version)).toBe(standing);
  expect(hasAgreed(consent, version)).toBe(standing === 'given');
});

test.each<[ConsentDecision, Consent | null, ConsentDecision | undefined]>([
  ['given', null, 'given'],
  ['given', yes, undefined],
  ['given', said('given', 'v1'), 'given'],
  ['given', said('refused'), undefined],
  ['given', said('withdrawn'), undefined],
  ['refused', null, 'refused'],
  ['refused', yes, 'withdrawn'],
  ['refused', said('given', 'v1'), 'withdrawn'],
  ['refused', said('refused'), undefined],
  ['refused', said('withdrawn'), undefined],
  ['withdrawn', null, 'refused'],
  ['withdrawn', yes, 'withdrawn'],
  ['withdrawn', said('refused'), undefined],
  ['withdrawn', said('withdrawn'), undefined],
])('%s after %j: %s', (decision, before, expected) => {
  expect(decided(said(decision), before)).toEqual(expected && said(expected));
});

test.each([
  [false, false, true],
  [true, false, true],
  [true, true, true],
  [false, true, false],
])('wished %j, the provider came %j: %j', (recordingEnabled, providerCame, expected) => {
  expect(isWished({ recordingEnabled, providerCame })).toBe(expected);
});

const person = (role: string, consent: Consent | null = yes) => ({ userId: role, role, consent });
const both = [person('provider'), person('patient')];
const agreed: RecordingState = {
  records: true,
  isWished: true,
  isSpoilt: false,
  isRecording: false,
  present: both,
  version,
};

test.each<[RecordingReason, Partial<RecordingState>, string[]]>([
  ['Agreed', {}, []],
  ['Agreed', { present: [...both, person('other')] }, []],
  ['NotHere', { records: false, present: [person('provider', null)] }, []],
  ['NotWished', { isWished: false, present: [person('provider', null)] }, []],
  ['Refused', { isSpoilt: true, present: [person('provider', null)] }, []],
  ['Refused', { isSpoilt: true, isRecording: true }, []],
  ['Running', { isWished: false, isRecording: true, present: [...both, person('other', null)] }, ['other']],
  ['Running', { records: false, isRecording: true, present: [...both, person('other', null)] }, ['other']],
  ['Over', { isDone: true, present: [...both, person('other', null)] }, ['other']],
  ['Refused', { isDone: true, isSpoilt: true }, []],
  ['NotTogether', { present: [person('provider'), person('other')] }, []],
  ['NotTogether', { present: [person('patient', null)] }, ['patient']],
  ['NotTogether', { present: [] }, []],
  ['NotAgreed', { present: [person('provider'), person('patient', null)] }, ['patient']],
  ['NotAgreed', { present: [person('provider'), person('patient', said('given', 'v1'))] }, ['patient']],
  ['NotAgreed', { present: [...both, person('other', null)] }, ['other']],
  ['Running', { isRecording: true, present: [...both, person('other', null)] }, ['other']],
  ['Running', { isRecording: true, present: [] }, []],
])('%s: %j', (reason, more, missing) => {
  const state = { ...agreed, ...more };
  expect(mayRecord(state)).toEqual({ may: reason === 'Agreed' || reason === 'Running', reason });
  expect(toAgree(state)).toEqual(missing);
  expect(recordingReasons[reason]).toMatch(/\.$/);
});

describe('whatever provider, patient and a third person say, in whatever order', () => {
  const people = ['provider', 'patient', 'other'] as const;
  const event = fc.oneof(
    fc.record({
      who: fc.constantFrom(...people),
      what: fc.constantFrom<ConsentDecision>('given', 'given', 'refused', 'withdrawn'),
      textVersion: fc.constantFrom('v1', 'v2', 'v2'),
    }),
    fc.constant('renewed' as const),
  );

  test('a meeting may be recorded if everybody said yes to this text last, and nobody has said no in it', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let standing = new Map<string, Consent>();
        let isSpoilt = false;
        for (const one of events) {
          // The next meeting begins anew.
          if (one === 'renewed') [standing, isSpoilt] = [new Map(), false];
          else {
            const becomes = decided(said(one.what, one.textVersion), standing.get(one.who) ?? null);
            if (becomes) standing.set(one.who, becomes);
            isSpoilt ||= becomes !== undefined && becomes.decision !== 'given';
          }
        }
        // The same from the end: what was said since the last renewal, and of each person the last of it.
        const ofMeeting = events
          .slice(events.lastIndexOf('renewed') + 1)
          .flatMap((one) => (one === 'renewed' ? [] : one));
        const last = (who: string) => ofMeeting.findLast((one) => one.who === who);
        const anyNo = ofMeeting.some(({ what }) => what !== 'given');
        const allYes = people.every((who) => last(who)?.textVersion === 'v2');
        const present = people.map((role) => ({ userId: role, role, consent: standing.get(role) ?? null }));
        const { may, reason } = mayRecord({ ...agreed, isSpoilt, present });
        expect([may, reason === 'Refused']).toEqual([!anyNo && allYes, anyNo]);
      }),
      { numRuns: 2_000 },
    );
  });
});
