import { expect, test } from 'vitest';
import { takeIn } from '../../../pipeline/calls/takeIn.ts';
import { after } from '../../../pipeline/meetings/captureAfter.ts';
import { meetingArn, memoryRecording, type MadePipeline } from '../memoryRecording.ts';

const sinkArn = 'arn:aws:s3:::recordings/captures/meeting-1';

/** A capture that runs at Chime, and that no recording knows. */
function orphan(more: Partial<MadePipeline> = {}) {
  const all = memoryRecording();
  const { recorded, kept, ports } = all;
  const arn = 'arn:aws:chime:eu-central-1:1:media-pipeline/o';
  recorded.pipelines.set('o', {
    kind: 'capture',
    id: 'o',
    arn,
    state: 'runs',
    token: 't',
    meetingArn,
    sinkArn,
    ...more,
  });
  const reserve = () => void (recorded.capture = after(null, { what: 'reserved' }, new Date(kept.clock)));
  return { ...all, take: () => takeIn(ports, 'o'), state: () => recorded.pipelines.get('o')?.state, reserve };
}

test('the recording that waits for it takes it on', async () => {
  const { take, state, reserve, recorded } = orphan();
  reserve();
  expect([await take(), state()]).toEqual(['taken', 'runs']);
  expect(recorded.capture).toMatchObject({ state: 'running', captureId: 'o' });
});

test('one that was refused meanwhile does not: it is stopped', async () => {
  const { take, state, recorded, reserve } = orphan();
  reserve();
  recorded.capture = recorded.capture && { ...recorded.capture, state: 'refused', reason: 'NotBegun', isSettled: true };
  expect([await take(), state(), recorded.capture?.captureId]).toEqual(['stopped', 'over', null]);
});

test('nor does one that has another', async () => {
  const { take, state, recorded, reserve } = orphan();
  reserve();
  const other = { state: 'running', captureId: 'other', captureArn: 'a', startedAt: recorded.capture?.since } as const;
  recorded.capture = recorded.capture && {
    ...recorded.capture,
    ...other,
    startedAt: recorded.capture.since,
    isSettled: true,
  };
  expect([await take(), state(), recorded.capture?.captureId]).toEqual(['stopped', 'over', 'other']);
});

test('one of a meeting that is not recorded is stopped, before anything begins, and so is one of a meeting that nobody knows', async () => {
  const { take, state, recorded } = orphan();
  expect([await take(), state(), recorded.capture]).toEqual(['stopped', 'over', null]);
  const unknown = orphan({ sinkArn: 'arn:aws:s3:::recordings/captures/meeting-9' });
  expect([await unknown.take(), unknown.state()]).toEqual(['stopped', 'over']);
});

test('one that another function keeps at the same moment is taken on once', async () => {
  const { ports, reserve, recorded, state } = orphan();
  reserve();
  expect(await Promise.all([takeIn(ports, 'o'), takeIn(ports, 'o')])).toEqual(['taken', 'taken']);
  expect([state(), recorded.states]).toEqual(['runs', ['running']]);
});

test('one that is awaited where its meeting is controlled is left to those who wait', async () => {
  const { take, state, reserve, kept } = orphan();
  reserve();
  Object.assign(kept.meetings[0] ?? {}, { controlRegion: 'af-south-1' });
  expect([await take(), state()]).toEqual(['left', 'runs']);
});

test.each<[string, Partial<MadePipeline>]>([
  ['writes into another bucket', { sinkArn: 'arn:aws:s3:::recordings-of-others/captures/meeting-1' }],
  ['writes elsewhere in the bucket', { sinkArn: 'arn:aws:s3:::recordings/other/meeting-1' }],
  ['says nothing of where it writes', { sinkArn: null }],
  ['joins', { kind: 'concatenation', sinkArn: null }],
  ['has ended', { state: 'over' }],
])('a pipeline that %s is left alone', async (_, more) => {
  const { take, state, kept } = orphan(more);
  expect([await take(), state(), kept.calls]).toEqual(['left', more.state ?? 'runs', ['look']]);
});

test('one that Chime has forgotten is none', async () => {
  const { ports } = memoryRecording();
  expect(await takeIn(ports, 'nobody')).toBe('left');
});
