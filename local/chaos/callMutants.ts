/** A safeguard of the product, and the text without which it is gone. */
export interface Mutant {
  name: string;
  file: string;
  /** Stands in the file once. */
  from: string;
  to: string;
  /** Found by calls alone, which are sooner played. */
  ofCalls?: boolean;
}

/** Those of the recording of calls. */
export const ofCalls: readonly Mutant[] = [
  {
    name: 'the consent of everybody who is there',
    file: 'pipeline/meetings/consent.ts',
    from: "  return toAgree(state).length === 0 ? 'Agreed' : 'NotAgreed';\n",
    to: "  return 'Agreed';\n",
  },
  {
    name: 'the question whether a recording may begin',
    file: 'pipeline/meetings/captureDue.ts',
    from: ' && facts.meetingArn !== null && mayRecord(state).may;',
    to: ' && facts.meetingArn !== null && state.isWished;',
  },
  {
    name: 'the silence of whoever has not agreed',
    file: 'pipeline/meetings/capabilities.ts',
    from: "  if (person.isRecorded && !mayBeHeard(person.consent, consentVersion)) return 'consent';\n",
    to: '',
  },
  {
    name: 'the settling of those who may be heard',
    file: 'pipeline/meetings/captureAfter.ts',
    from: '    concatenationIds: [],\n    isSettled: false,\n',
    to: '    concatenationIds: [],\n    isSettled: true,\n',
  },
  {
    name: 'the settling before a capture',
    file: 'pipeline/meetings/captureDue.ts',
    from: "  return isSettled ? { do: 'start', token: captureToken(facts) } : { do: 'settle' };\n",
    to: "  return { do: 'start', token: captureToken(facts) };\n",
  },
  {
    name: 'the settling after it',
    file: 'pipeline/meetings/captureDue.ts',
    from: "  return isSettled ? undefined : { do: 'settle' };\n",
    to: '  return isSettled ? undefined : undefined;\n',
  },
  {
    name: 'the token of a capture',
    file: 'pipeline/meetings/tokens.ts',
    from: '  return `${meetingId}-capture`;\n',
    to: '  return `${meetingId}-${crypto.randomUUID().slice(0, 8)}`;\n',
  },
  {
    name: 'the stop after a no',
    file: 'pipeline/meetings/captureDue.ts',
    from: "  if (facts.isSpoilt) return stop('Withdrawn');\n",
    to: '',
  },
  {
    name: 'the longest recording',
    file: 'pipeline/meetings/captureDue.ts',
    from: "  return isLong ? stop('LongEnough') : undefined;\n",
    to: '  return isLong ? undefined : undefined;\n',
  },
  {
    name: 'the grace of a sweep',
    file: 'pipeline/steps/sweepMeetings.ts',
    from: '(open.unaccounted === 0 ? graceMs : longGraceMs)',
    to: '0',
  },
  {
    name: 'the sweep of recordings of open meetings',
    file: 'pipeline/steps/sweepMeetings.ts',
    from: '    if (isRecorded(meeting.meetingId)) await attempt(() => sweepRecording(ports, meeting.meetingId, until));\n',
    to: '',
  },
  {
    name: 'the sweep of recordings of ended meetings',
    file: 'pipeline/steps/sweepMeetings.ts',
    from: 'recordings.filter((id) => !open.has(id))',
    to: 'recordings.filter(() => false)',
  },
  {
    name: 'the length of a joined file',
    file: 'supabase/migrations/20261128170000_capture.sql',
    from: "when ms > 0 and ms >= coalesce(capture.expected_ms, 0) - 2000 then 'fits'",
    to: "when ms > 0 then 'fits'",
  },
  {
    name: 'the discarding after a withdrawal',
    file: 'pipeline/meetings/captureDue.ts',
    from: "  return isWithdrawn && withdrawn === 'discard';\n",
    to: '  return isWithdrawn && false;\n',
  },
  {
    name: 'the reason of a stop',
    file: 'pipeline/meetings/captureAfter.ts',
    from: '  if (capture !== null && capture.reason !== null) return capture.reason;\n',
    to: '',
  },
];
