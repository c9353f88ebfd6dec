import { describe, expect, test } from 'vitest';
import {
  classifyKey,
  earlierRunsOf,
  firstRunOf,
  printable,
  hasMediaName,
  meetingEventsKey,
  recordingOfJobKey,
  runNumberOf,
  toRecordingId,
  toRunId,
} from '../../../pipeline/recording/recording.ts';

describe('the recording id', () => {
  const object = { bucket: 'b', key: 'recordings/m/a.mp4', versionId: 'v1', etag: 'e1' };

  test('is a legal execution name, job name and S3 folder', async () => {
    expect(await toRecordingId(object)).toMatch(/^rec-[0-9a-f]{32}$/);
  });

  test('is the digest of bucket, key and version, so it is the same everywhere and always', async () => {
    expect(await toRecordingId(object)).toBe('rec-be305006cafdaa291a29b90bc75c1bec');
  });

  test.each([
    ['version', { ...object, versionId: 'v2' }],
    ['key', { ...object, key: 'recordings/m/b.mp4' }],
    ['bucket', { ...object, bucket: 'c' }],
  ])('changes with the %s', async (_, other) => {
    expect(await toRecordingId(other)).not.toBe(await toRecordingId(object));
  });

  test('falls back to the etag without a version', async () => {
    const { versionId: _, ...plain } = object;
    expect(await toRecordingId(plain)).not.toBe(await toRecordingId({ ...plain, etag: 'e2' }));
  });
});

test.each([
  [
    'recordings/m1/audio/7b1f6c0e-52aa-4f0c-9d53-0a1b2c3d4e5f.mp4',
    { kind: 'recording', meetingId: 'm1', source: 'chime' },
  ],
  ['recordings/m1/visit.webm', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m 1/visit one.m4a', { kind: 'recording', meetingId: 'm 1', source: 'upload' }],
  ['recordings/m1/5f1c2d3e-1111-4222-8333-444455556666', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/2026/visit.wav', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/2026/03/02/visit', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/2026/video/visit.mp4', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/2026-03-02-visit.mp4', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/audio/notes.txt', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/audio/visit.MP4', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/video', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/.hidden', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/m1/', { kind: 'recording', meetingId: 'm1', source: 'upload' }],
  ['recordings/visit.mp4', { kind: 'recording', meetingId: undefined }],
  ['recordings//visit.mp4', { kind: 'recording', meetingId: undefined }],
  ['recordings/', { kind: 'recording', meetingId: undefined }],
  ['recordings/m1/audio/2026-03-02-09-30-00-000.mp4', { kind: 'artifact', what: 'capture chunk' }],
  ['recordings/m1/2026-03-02-09-30-00-000.mp4', { kind: 'artifact', what: 'capture chunk' }],
  ['recordings/m1/p1/audio/2026-03-02-09-30-00-000.mp4', { kind: 'artifact', what: 'capture chunk' }],
  ['recordings/m1/p1/video/2026-03-02-09-30-00-000.mp4', { kind: 'artifact', what: 'capture chunk' }],
  ['captures/m1/audio/2026-03-02-09-30-00-000.mp4', { kind: 'artifact', what: 'capture chunk' }],
  ['captures/m1/whatever.mp4', { kind: 'artifact', what: 'capture chunk' }],
  ['recordings/m1/video/7b1f6c0e.mp4', { kind: 'artifact', what: 'meeting artifact' }],
  ['recordings/m1/composited-video/7b1f6c0e.mp4', { kind: 'artifact', what: 'meeting artifact' }],
  ['recordings/m1/data-channel/7b1f6c0e.txt', { kind: 'artifact', what: 'meeting artifact' }],
  ['recordings/m1/meeting-events/7b1f6c0e.txt', { kind: 'artifact', what: 'meeting artifact' }],
  ['recordings/m1/transcription-messages/7b1f6c0e.txt', { kind: 'artifact', what: 'meeting artifact' }],
  ['elsewhere/m1/visit.mp4', { kind: 'stray' }],
  ['visit.mp4', { kind: 'stray' }],
  ['', { kind: 'stray' }],
  ['recordings/m1\r\n/visit.mp4', { kind: 'unprintable', meetingId: undefined }],
  ['recordings/m\u0000/visit.mp4', { kind: 'unprintable', meetingId: undefined }],
  ['recordings/m\u0085\u2028/visit.mp4', { kind: 'unprintable', meetingId: undefined }],
  ['recordings/m\ud800/visit.mp4', { kind: 'unprintable', meetingId: undefined }],
  ['recordings/m1/vi\nsit.mp4', { kind: 'unprintable', meetingId: 'm1' }],
  ['recordings/réunion-\u{1fa7a}/a b.mp4', { kind: 'recording', meetingId: 'réunion-\u{1fa7a}' }],
])('%s', (key, kind) => {
  expect(classifyKey(key)).toMatchObject(kind);
});

test.each([
  ['recordings/m/visit.webm', true],
  ['recordings/m/VISIT.MP4', true],
  ['recordings/m/a.b/visit.3gp', true],
  ['recordings/m/visit.amr', true],
  ['recordings/m/visit', false],
  ['recordings/m.mp4/visit', false],
  ['recordings/m/visit.mp4.part', false],
  ['recordings/m/consent.pdf', false],
  ['recordings/m/Thumbs.db', false],
  ['recordings/m/mp4', false],
  ['recordings/m/visit.mp4/', false],
])('the name of %s promises media: %s', (key, promised) => {
  expect(hasMediaName(key)).toBe(promised);
});

test.each([
  ['jobs/rec-0123456789abcdef0123456789abcdef.json', 'rec-0123456789abcdef0123456789abcdef'],
  ['jobs/rec-0123456789abcdef0123456789abcdef-r2.json', 'rec-0123456789abcdef0123456789abcdef-r2'],
  ['jobs/.write_access_check_file.temp', undefined],
  ['transcripts/rec-0123456789abcdef0123456789abcdef.json', undefined],
])('the job output %s belongs to %s', (key, recordingId) => {
  expect(recordingOfJobKey(key)).toBe(recordingId);
});

test.each([
  ['recordings/m1/audio/7b1f6c0e.mp4', 'recordings/m1/meeting-events/7b1f6c0e.txt'],
  ['recordings/m1/visit.webm', undefined],
  ['recordings/m1/audio/notes.txt', undefined],
  ['recordings/m1/2026/audio/visit.mp4', undefined],
  ['recordings/m1/audio/2026-03-02-09-30-00-000.mp4', undefined],
])('the meeting events of %s are at %s', (key, events) => {
  expect(meetingEventsKey(key)).toBe(events);
});

test('what nobody can print is written as its code point', () => {
  expect(printable('a\u0000b\r\nc\u2028é\u{1fa7a}')).toBe('a\\u{0}b\\u{d}\\u{a}c\\u{2028}é\u{1fa7a}');
});

describe('the runs of a recording', () => {
  test.each<[id: string, first: string, number: number, earlier: string[]]>([
    ['rec-a', 'rec-a', 1, []],
    ['rec-a-r2', 'rec-a', 2, ['rec-a']],
    ['rec-a-r4', 'rec-a', 4, ['rec-a-r3', 'rec-a-r2', 'rec-a']],
  ])('%s', (id, first, number, earlier) => {
    expect([firstRunOf(id), runNumberOf(id), earlierRunsOf(id)]).toEqual([first, number, earlier]);
    expect(toRunId(first, number)).toBe(id);
  });

  test.each([11, 12, 1_000_000_000])('before run %i are ten that are looked at, the first among them', (number) => {
    const earlier = earlierRunsOf(`rec-a-r${number}`);
    expect(earlier).toHaveLength(10);
    expect([earlier[0], earlier.at(-1)]).toEqual([`rec-a-r${number - 1}`, 'rec-a']);
  });
});
