import { GetMediaCapturePipelineCommand } from '@aws-sdk/client-chime-sdk-media-pipelines';
import { DeleteMeetingCommand, StartMeetingTranscriptionCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { describe, expect, test } from 'vitest';
import { silentRecording } from '../../../../local/cases/media.ts';
import { aacFrames } from '../../../../local/cases/silence.ts';
import { readMp4, toMp4 } from '../../../../local/services/chimePipelines/sound.ts';
import { unreliable } from '../../../../local/services/chime/delivery.ts';
import { toMeetingEvents } from '../../../../pipeline/transcript/meetingEvents.ts';
import { refusalOf } from '../chime/harness.ts';
import { bucket, joined, minute, pipelinesHarness, type PipelinesHarness, soundOnly } from './harness.ts';
import { durationOf, frameMs } from './measured.ts';

test('a call is captured in chunks and joined when its meeting ends', async () => {
  await using chime = await pipelinesHarness();
  const { clock } = chime;
  const meetingId = await chime.meet();
  const ann = await chime.attend(meetingId, 'ann');
  const captureId = await chime.capture(meetingId);
  expect(await chime.status(captureId)).toBe('Initializing');
  await clock.advance(1_000);
  const get = new GetMediaCapturePipelineCommand({ MediaPipelineId: captureId });
  expect((await chime.client().send(get)).MediaCapturePipeline).toEqual({
    MediaPipelineId: captureId,
    MediaPipelineArn: `arn:aws:chime:eu-central-1:111122223333:media-pipeline/${captureId}`,
    SourceType: 'ChimeSdkMeeting',
    SourceArn: `arn:aws:chime:eu-central-1:111122223333:meeting/${meetingId}`,
    Status: 'InProgress',
    SinkType: 'S3Bucket',
    SinkArn: `arn:aws:s3:::recordings/captures/${meetingId}`,
    CreatedTimestamp: new Date(clock.now() - 1_000),
    UpdatedTimestamp: new Date(clock.now()),
    ChimeSdkMeetingConfiguration: soundOnly,
  });
  const begin = clock.now();
  await clock.advance(12_345);
  ann.device.leave();
  await clock.advance(10 * minute);
  await chime.meetings.send(new DeleteMeetingCommand({ MeetingId: meetingId }));
  const length = clock.now() - begin;
  await clock.advance(2_000);
  expect(chime.told()).toEqual([
    ['InProgress', captureId],
    ['Deleted', captureId],
  ]);
  expect(await refusalOf(chime.status(captureId))).toEqual(['NotFoundException', 404]);

  const joinId = await chime.join(captureId);
  await clock.advance(10_000);
  expect(chime.told().slice(2)).toEqual([
    ['InProgress', joinId],
    ['Deleted', joinId],
  ]);
  const chunks = chime.pipelines.chunks(meetingId);
  const lengths = await Promise.all(chunks.map(({ key }) => durationOf(chime, key)));
  expect(lengths).toHaveLength(Math.ceil(length / 5_000));
  for (const [at, ms] of lengths.entries()) {
    const { from, to } = chunks[at] ?? { from: 0, to: 0 };
    expect(Math.abs(ms - (to - from))).toBeLessThanOrEqual(frameMs + 1);
  }
  const recording = await durationOf(chime, `recordings/m1/audio/${joinId}.mp4`);
  expect(Math.abs(recording - lengths.reduce((sum, ms) => sum + ms, 0))).toBeLessThanOrEqual(chunks.length);
  expect(Math.abs(recording - length)).toBeLessThanOrEqual(frameMs + 1);
  expect(chime.broken).toEqual([]);
  const lines = (await chime.text(`recordings/m1/meeting-events/${joinId}.txt`)).trimEnd().split('\n');
  const about = `"EventParameters":{"AttendeeId":"${ann.id}","MediaModality":""}`;
  expect(lines).toEqual([
    '{"Timestamp":"2026-11-20T09:30:01.000+00:00","EventType":"CaptureStarted"}',
    `{"Timestamp":"2026-11-20T09:30:01.000+00:00","EventType":"AttendeeJoined",${about}}`,
    `{"Timestamp":"2026-11-20T09:30:13.345+00:00","EventType":"AttendeeLeft",${about}}`,
    '{"Timestamp":"2026-11-20T09:40:13.345+00:00","EventType":"CaptureEnded"}',
  ]);
});

/** A call of so many milliseconds, with the files of its recording. */
async function recorded(chime: PipelinesHarness, ms = 12_000) {
  const meetingId = await chime.meet();
  const captureId = await chime.capture(meetingId);
  await chime.clock.advance(1_000 + ms);
  await chime.stop(captureId);
  await chime.clock.advance(2_000);
  const joinId = await chime.join(captureId);
  await chime.clock.advance(10_000);
  return { meetingId, captureId, joinId, audio: `recordings/m1/audio/${joinId}.mp4` };
}

test('the files lie where the guide says, and are reported like any object', async () => {
  await using chime = await pipelinesHarness();
  const { meetingId, joinId } = await recorded(chime);
  expect(chime.written).toEqual([
    `captures/${meetingId}/audio/2026-11-20-09-30-01-000.mp4`,
    `captures/${meetingId}/meeting-events/2026-11-20-09-30-01-000.txt`,
    `captures/${meetingId}/audio/2026-11-20-09-30-06-000.mp4`,
    `captures/${meetingId}/audio/2026-11-20-09-30-11-000.mp4`,
    `captures/${meetingId}/meeting-events/2026-11-20-09-30-11-000.txt`,
    `recordings/m1/audio/${joinId}.mp4`,
    `recordings/m1/meeting-events/${joinId}.txt`,
  ]);
  expect((await chime.s3.head(bucket, `recordings/m1/audio/${joinId}.mp4`))?.contentType).toBe('video/mp4');
});

test('without a prefix they lie in a folder of the pipeline', async () => {
  const Resource = 'arn:aws:s3:::recordings/*';
  await using chime = await pipelinesHarness({
    statements: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::recordings', Resource] }],
  });
  const captureId = await chime.capture(await chime.meet(), { SinkArn: 'arn:aws:s3:::recordings' });
  await chime.clock.advance(7_000);
  await chime.stop(captureId);
  const joinId = await chime.join(captureId, {}, 'arn:aws:s3:::recordings');
  await chime.clock.advance(10_000);
  expect(chime.written[0]).toBe(`${captureId}/audio/2026-11-20-09-30-01-000.mp4`);
  expect(chime.written).toContain(`${joinId}/audio/${joinId}.mp4`);
});

test('what is not asked for is not written, and the audio may come last', async () => {
  await using chime = await pipelinesHarness({ assumed: { written: 'audio last' } });
  const captureId = await chime.capture(await chime.meet());
  await chime.clock.advance(7_000);
  await chime.stop(captureId);
  await chime.join(captureId);
  await chime.join(captureId, {}, undefined, { ...joined, MeetingEvents: { State: 'Disabled' } });
  await chime.clock.advance(10_000);
  const folders = chime.written.filter((key) => key.startsWith('recordings/')).map((key) => key.split('/')[2]);
  expect(folders).toEqual(['meeting-events', 'audio', 'audio']);
});

test('a concatenation waits for its capture, and has a place meanwhile', async () => {
  await using chime = await pipelinesHarness({ limits: { active: 2 } });
  const captureId = await chime.capture(await chime.meet());
  await chime.clock.advance(3_000);
  const joinId = await chime.join(captureId);
  await chime.clock.advance(minute);
  expect(await chime.status(joinId)).toBe('Initializing');
  expect(await refusalOf(chime.capture(await chime.meet('other')))).toEqual(['ResourceLimitExceededException', 400]);
  await chime.stop(captureId);
  await chime.clock.advance(2_000);
  expect(await chime.status(joinId)).toBe('InProgress');
  await chime.clock.advance(5_000);
  expect(await refusalOf(chime.status(joinId))).toEqual(['NotFoundException', 404]);
  expect(await durationOf(chime, `recordings/m1/audio/${joinId}.mp4`)).toBeGreaterThanOrEqual(minute);
});

test('a capture that is stopped at once leaves nothing to join', async () => {
  await using chime = await pipelinesHarness();
  const captureId = await chime.capture(await chime.meet());
  await chime.stop(captureId);
  await chime.clock.advance(2_000);
  const joinId = await chime.join(captureId);
  await chime.clock.advance(10_000);
  expect(chime.told()).toEqual([
    ['Deleted', captureId],
    ['InProgress', joinId],
    ['PermanentFailure', joinId],
  ]);
  expect(chime.written).toEqual([]);
});

describe('what is heard', () => {
  /** Sound whose frames can be told apart, and from silence. */
  const speech = (count: number, sampleRate = 16_000, channels: 1 | 2 = 1) =>
    toMp4({ sampleRate, frames: Array.from({ length: count }, (_, n) => Uint8Array.of(n, 1, 2, 3, 4)) }, (rate) =>
      aacFrames(channels, rate),
    );

  test('is in the chunks of its time, frame for frame, with silence around', async () => {
    await using chime = await pipelinesHarness();
    const meetingId = await chime.meet();
    const captureId = await chime.capture(meetingId);
    await chime.clock.advance(4_000);
    expect(await chime.pipelines.say(meetingId, { audio: await speech(100) })).toBe(100 * frameMs);
    await chime.clock.advance(20_000);
    await chime.stop(captureId);
    await chime.clock.advance(2_000);
    const joinId = await chime.join(captureId);
    await chime.clock.advance(10_000);
    const { frames } = await readMp4(await chime.s3.read(bucket, `recordings/m1/audio/${joinId}.mp4`));
    const numbers = frames.map((frame) => (frame.length === 5 ? frame[0] : undefined));
    const silent = Math.ceil(3_000 / frameMs);
    expect(numbers.findIndex((n) => n !== undefined)).toBe(silent);
    expect(numbers.slice(silent, silent + 100)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(new Set(numbers.slice(silent + 100))).toEqual(new Set([undefined]));
  });

  test('gives the recording its rate', async () => {
    await using chime = await pipelinesHarness();
    const meetingId = await chime.meet();
    await chime.pipelines.say(meetingId, { audio: await speech(10, 48_000) });
    const captureId = await chime.capture(meetingId);
    await chime.clock.advance(8_000);
    await expect(chime.pipelines.say(meetingId, { audio: await speech(10) })).rejects.toThrow('48000 Hz');
    await chime.stop(captureId);
    const [{ key } = { key: '' }] = chime.pipelines.chunks(meetingId);
    expect((await readMp4(await chime.s3.read(bucket, key))).sampleRate).toBe(48_000);
  });

  test.each<[string, () => Promise<Uint8Array>]>([
    ['stereo', () => speech(10, 16_000, 2)],
    ['another codec', () => silentRecording({ durationMs: 1_000, channels: 1, container: 'webm' })],
  ])('is not %s', async (_, make) => {
    await using chime = await pipelinesHarness();
    await expect(chime.pipelines.say(await chime.meet(), { audio: await make() })).rejects.toThrow(
      /cannot be captured|format/i,
    );
  });
});

describe('meeting events', () => {
  test('name who speaks while she may, and nobody in between; the product reads them', async () => {
    await using chime = await pipelinesHarness();
    const meetingId = await chime.meet();
    const [ann, ben] = [await chime.attend(meetingId, 'ann'), await chime.attend(meetingId, 'ben')];
    const captureId = await chime.capture(meetingId);
    await chime.clock.advance(1_000);
    await chime.pipelines.say(meetingId, {
      turns: [
        { attendeeId: ann.id, fromMs: 500, toMs: 5_000 },
        { attendeeId: ben.id, fromMs: 5_000, toMs: 9_000 },
        { attendeeId: ann.id, fromMs: 9_500, toMs: 20_000 },
      ],
    });
    await chime.clock.advance(7_000);
    await chime.mute(meetingId, ben.id, true);
    await chime.clock.advance(4_000);
    await chime.mute(meetingId, ben.id, false);
    ann.device.leave();
    await chime.clock.advance(2_000);
    await chime.stop(captureId);
    await chime.clock.advance(2_000);
    const joinId = await chime.join(captureId);
    await chime.clock.advance(10_000);
    const text = await chime.text(`recordings/m1/meeting-events/${joinId}.txt`);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const names = new Map([
      [ann.id, 'ann'],
      [ben.id, 'ben'],
      ['', 'nobody'],
    ]);
    const begin = Date.parse('2026-11-20T09:30:01Z');
    expect(
      lines.map(({ Timestamp, EventType, EventParameters: about }) =>
        [Date.parse(Timestamp) - begin, EventType, about && names.get(about.AttendeeId)].join(' ').trim(),
      ),
    ).toEqual([
      '0 CaptureStarted',
      '0 AttendeeJoined ann',
      '0 AttendeeJoined ben',
      '500 ActiveSpeaker ann',
      '5000 ActiveSpeaker ben',
      '7000 AttendeeMute ben',
      '7000 ActiveSpeaker nobody',
      '9500 ActiveSpeaker ann',
      '11000 AttendeeLeft ann',
      '11000 AttendeeUnmute ben',
      '11000 ActiveSpeaker nobody',
      '13000 CaptureEnded',
    ]);
    expect(toMeetingEvents(text)).toMatchObject({
      capturedMs: 13_000,
      active: [
        { attendeeId: ann.id, startMs: 500, endMs: 5_000 },
        { attendeeId: ben.id, startMs: 5_000, endMs: 7_000 },
        { attendeeId: ann.id, startMs: 9_500, endMs: 11_000 },
      ],
    });
  });

  interface Line {
    Timestamp: string;
    EventType: string;
    EventParameters?: { AttendeeId: string };
  }
});

test('live transcription leaves its file, without words', async () => {
  await using chime = await pipelinesHarness();
  const meetingId = await chime.meet();
  const captureId = await chime.capture(meetingId);
  await chime.clock.advance(3_000);
  const TranscriptionConfiguration = { EngineTranscribeSettings: { LanguageCode: 'en-GB' } } as const;
  await chime.meetings.send(new StartMeetingTranscriptionCommand({ MeetingId: meetingId, TranscriptionConfiguration }));
  await chime.clock.advance(5_000);
  await chime.meetings.send(new DeleteMeetingCommand({ MeetingId: meetingId }));
  const joinId = await chime.join(captureId);
  await chime.clock.advance(10_000);
  const lines = (await chime.text(`recordings/m1/transcription-messages/${joinId}.txt`)).trimEnd().split('\n');
  const status = {
    transcriptionRegion: 'eu-west-1',
    transcriptionConfiguration: JSON.stringify(TranscriptionConfiguration),
  };
  const begin = Date.parse('2026-11-20T09:30:03Z');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { status: { type: 'started', eventTimeMs: begin, ...status } },
    { status: { type: 'stopped', eventTimeMs: begin + 5_000, ...status } },
  ]);
});

test('events come in the control region, and as unreliably as a test wants', async () => {
  await using chime = await pipelinesHarness();
  const meetingId = await chime.meet();
  const captureId = await chime.capture(meetingId, {}, 'us-east-1');
  await chime.clock.advance(1_000);
  expect(chime.events.at(-1)).toMatchObject({
    'detail-type': 'Chime Media Pipeline State Change',
    source: 'aws.chime',
    region: 'us-east-1',
    account: '111122223333',
    detail: {
      version: '0',
      eventType: 'chime:MediaPipelineInProgress',
      timestamp: chime.clock.now(),
      meetingId,
      externalMeetingId: 'visit-1',
      mediaPipelineId: captureId,
      mediaRegion: 'eu-west-1',
    },
  });
  await using lossy = await pipelinesHarness({ delivery: unreliable({ seed: 1, lost: 1 }) });
  await recorded(lossy);
  expect(lossy.told()).toEqual([]);
});

test('the pipeline is somebody in the meeting, and keeps it alive', async () => {
  await using chime = await pipelinesHarness();
  const meetingId = await chime.meet();
  const captureId = await chime.capture(meetingId);
  await chime.clock.advance(60 * minute);
  const [meeting] = chime.chime.meetings();
  expect(meeting?.attendees.map(({ externalUserId }) => externalUserId)).toEqual([`aws:MediaPipeline-${captureId}`]);
  expect(meeting?.endedAt).toBeUndefined();
  await chime.stop(captureId);
  await chime.clock.advance(6 * minute);
  expect(meeting?.end).toBe('silent');
});
