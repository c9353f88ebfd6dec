import { describe, expect, test } from 'vitest';
import { carryOut } from '../../../pipeline/calls/carryOut.ts';
import { after } from '../../../pipeline/meetings/captureAfter.ts';
import type { Command, Happening } from '../../../pipeline/meetings/recordingLife.ts';
import { patientId, userOf } from '../memoryCall.ts';
import { meetingArn, meetingId, memoryRecording, type MemoryRecordingOptions } from '../memoryRecording.ts';

type Recording = ReturnType<typeof memoryRecording>;
type Before = (recording: Recording) => void;

const captureArn = 'arn:aws:chime:eu-central-1:1:media-pipeline/capture-1';
const start: Command = { do: 'start', token: 'm-capture' };
const join: Command = { do: 'join', token: 'm-join-1', captureArn, drops: null };
const look: Command = { do: 'look', captureId: 'capture-1' };
const lookJoin: Command = { do: 'lookJoin', concatenationId: 'capture-1' };

/** A pipeline in that state, as `capture-1`. */
const withPipeline =
  (state: 'runs' | 'over' | 'failed'): Before =>
  ({ recorded }) => {
    const id = 'capture-1';
    const made = {
      kind: 'capture',
      id,
      arn: captureArn,
      state,
      meetingArn,
      sinkArn: null,
      token: 'm-capture',
    } as const;
    recorded.pipelines.set(id, made);
  };
const refusing =
  (refusal: 'gone' | 'refused'): Before =>
  ({ recorded }) =>
    void (recorded.refusal = refusal);
const nothing: Before = () => {};
const isOver: Before = ({ recorded }) => void (recorded.isOver = true);

test.each<[string, Command, Before, Happening, string[]]>([
  ['reserve', { do: 'reserve' }, nothing, { what: 'reserved' }, []],
  ['refuse', { do: 'refuse', reason: 'NotBegun' }, nothing, { what: 'refused', reason: 'NotBegun' }, []],
  ['start', start, nothing, { what: 'started', captureId: 'capture-1', captureArn }, ['start']],
  ['start again', start, withPipeline('runs'), { what: 'started', captureId: 'capture-1', captureArn }, ['start']],
  ['start, gone', start, refusing('gone'), { what: 'refused', reason: 'MeetingGone' }, ['start']],
  ['start, refused', start, refusing('refused'), { what: 'refused', reason: 'BucketRefused' }, ['start']],
  [
    'start, of a meeting whose ARN nobody has kept',
    start,
    ({ recorded }) => void (recorded.meetingArn = null),
    { what: 'refused', reason: 'MeetingGone' },
    [],
  ],
  ['find', { do: 'find' }, withPipeline('runs'), { what: 'found', captureId: 'capture-1', captureArn }, ['find']],
  ['find, what is over', { do: 'find' }, withPipeline('over'), { what: 'notFound' }, ['find']],
  [
    'stop',
    { do: 'stop', captureId: 'capture-1', reason: 'Ended' },
    withPipeline('runs'),
    { what: 'stopAsked', reason: 'Ended' },
    ['stop'],
  ],
  ['look at what runs', look, withPipeline('runs'), { what: 'ran' }, ['look']],
  [
    'look at what is over with its meeting',
    look,
    (recording) => (isOver(recording), withPipeline('over')(recording)),
    { what: 'over', reason: 'Ended', at: null },
    ['look'],
  ],
  ['look at what has failed', look, withPipeline('failed'), { what: 'over', reason: 'Failed', at: null }, ['look']],
  ['look at what Chime has forgotten', look, isOver, { what: 'over', reason: 'Ended', at: null }, ['look']],
  ['count', { do: 'count' }, nothing, { what: 'counted', expectedMs: 60_000, gapMs: 0 }, ['count']],
  [
    'count nothing',
    { do: 'count' },
    ({ recorded }) => void (recorded.chunks = undefined),
    { what: 'noChunks' },
    ['count'],
  ],
  ['join', join, nothing, { what: 'joining', concatenationId: 'concatenation-1' }, ['join']],
  ['join, refused', join, refusing('refused'), { what: 'busy' }, ['join']],
  [
    'join what is stuck',
    { ...join, drops: 'x' },
    nothing,
    { what: 'joining', concatenationId: 'concatenation-1' },
    ['drop', 'join'],
  ],
  ['look at a joining that has failed', lookJoin, withPipeline('failed'), { what: 'joinFailed' }, ['look']],
  ['look at a joining that is over', lookJoin, withPipeline('over'), { what: 'ran' }, ['look']],
  ['look at a joining that Chime has forgotten', lookJoin, nothing, { what: 'ran' }, ['look']],
  ['give up', { do: 'giveUp', drops: null }, nothing, { what: 'gaveUp' }, []],
  ['give up what is stuck', { do: 'giveUp', drops: 'x' }, nothing, { what: 'gaveUp' }, ['drop']],
  ['discard', { do: 'discard' }, nothing, { what: 'discarded' }, ['remove chunks']],
])('%s', async (_, command, before, happening, calls) => {
  const recording = memoryRecording();
  before(recording);
  expect(await carryOut(recording.ports, recording.toFacts(), command)).toEqual(happening);
  expect(recording.kept.calls).toEqual(calls);
});

describe('a quota that is used up', () => {
  const full: MemoryRecordingOptions = { quota: 0 };

  test.each<[string, Command, Happening]>([
    ['refuses a capture for good', start, { what: 'refused', reason: 'QuotaFull' }],
    ['puts off a joining', join, { what: 'busy' }],
  ])('%s', async (_, command, happening) => {
    const { ports, toFacts } = memoryRecording(full);
    expect(await carryOut(ports, toFacts(), command)).toEqual(happening);
  });
});

test('to discard drops every joining before it removes what they wrote', async () => {
  const { ports, toFacts, kept, recorded } = memoryRecording();
  const over = { ...toFacts(), capture: after(null, { what: 'reserved' }, new Date(kept.clock)) };
  const capture = over.capture && { ...over.capture, concatenationIds: ['one', 'two'] };
  await carryOut(ports, { ...over, capture }, { do: 'discard' });
  expect(kept.calls).toEqual(['drop', 'drop', 'remove chunks']);
  expect(recorded.removed).toEqual([meetingId, 'one', 'two']);
});

test('to settle brings everybody who has an attendee to what her row allows', async () => {
  const { ports, toFacts, seat, kept, audioOf } = memoryRecording();
  seat(userOf(3));
  for (const row of kept.rows.values()) row.isRecorded = true;
  expect(await carryOut(ports, toFacts(), { do: 'settle' })).toEqual({ what: 'settled' });
  expect([audioOf(patientId), audioOf(userOf(3))]).toEqual(['SendReceive', 'Receive']);
});

describe('captions that end', () => {
  test.each([
    ['with a no', { isSpoilt: true }, 'Withdrawn'],
    ['with the meeting', { isOver: true }, 'Ended'],
  ])('%s', async (_, facts, reason) => {
    const { ports, toFacts, seat, kept, audioOf } = memoryRecording();
    const third = userOf(3);
    seat(third);
    kept.captions.on = true;
    const attendee = kept.rooms.get(meetingId)?.attendees.get(kept.rows.get(third)?.attendeeId ?? '');
    if (attendee) attendee.Capabilities = { Audio: 'Receive', Video: 'Receive', Content: 'Receive' };
    const set: object[] = [];
    const { calls } = ports;
    ports.calls = { ...calls, setCaptions: (captions) => (set.push(captions), calls.setCaptions(captions)) };
    expect(await carryOut(ports, { ...toFacts(), ...facts }, { do: 'stopCaptions' })).toBeUndefined();
    expect(set).toEqual([{ meetingId, on: false, by: null, at: '2026-11-28T09:00:00.000Z', reason }]);
    expect([kept.calls[0], audioOf(third)]).toEqual(['stopCaptions', 'SendReceive']);
  });
});

test.each<[Command]>([
  [start],
  [{ do: 'find' }],
  [look],
  [{ do: 'count' }],
  [join],
  [{ do: 'discard' }],
  [{ do: 'settle' }],
])('$do fails with what it asks', async (command) => {
  const { ports, toFacts } = memoryRecording({ fault: () => 'before' });
  await expect(carryOut(ports, toFacts(), command)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
});
