import { describe, expect, test } from 'vitest';
import { regions } from '../../../pipeline/recording/regions.ts';
import { type Audio, checkSize, type MediaFacts, toAudio } from '../../../pipeline/recording/media.ts';
import {
  classifyKey,
  meetingEventsKey,
  recordingOfJobKey,
  toRecordingId,
} from '../../../pipeline/recording/recording.ts';
import { toLanguage, toRoute } from '../../../pipeline/recording/route.ts';

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
  ['recordings/m1/audio/2026-03-02-09-30-00-000.mp4', { kind: 'other', what: 'capture chunk' }],
  ['captures/m1/audio/2026-03-02-09-30-00-000.mp4', { kind: 'other', what: 'capture chunk' }],
  ['captures/m1/whatever.mp4', { kind: 'other', what: 'capture chunk' }],
  ['recordings/m1/video/7b1f6c0e.mp4', { kind: 'other', what: 'meeting artifact' }],
  ['recordings/m1/composited-video/7b1f6c0e.mp4', { kind: 'other', what: 'meeting artifact' }],
  ['recordings/m1/meeting-events/7b1f6c0e.txt', { kind: 'other', what: 'meeting artifact' }],
  ['recordings/m1/audio/notes.txt', { kind: 'other', what: 'meeting artifact' }],
  ['recordings/m1/', { kind: 'other', what: 'unknown place' }],
  ['recordings/visit.mp4', { kind: 'other', what: 'unknown place' }],
  ['recordings/m1/.hidden', { kind: 'other', what: 'unknown place' }],
  ['elsewhere/m1/visit.mp4', { kind: 'other', what: 'unknown place' }],
])('%s', (key, kind) => {
  expect(classifyKey(key)).toMatchObject(kind);
});

test.each([
  ['jobs/rec-0123456789abcdef0123456789abcdef.json', 'rec-0123456789abcdef0123456789abcdef'],
  ['jobs/rec-0123456789abcdef0123456789abcdef-r2.json', 'rec-0123456789abcdef0123456789abcdef-r2'],
  ['jobs/.write_access_check_file.temp', undefined],
  ['transcripts/rec-0123456789abcdef0123456789abcdef.json', undefined],
])('the job output %s belongs to %s', (key, recordingId) => {
  expect(recordingOfJobKey(key)).toBe(recordingId);
});

const good: MediaFacts = {
  format: 'mp4',
  audio: { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: 600_000 },
};
const withAudio = (change: Partial<NonNullable<MediaFacts['audio']>>): MediaFacts => ({
  ...good,
  audio: { codec: 'aac', channels: 1, sampleRate: 48_000, durationMs: 600_000, ...change },
});

describe('refuses by name', () => {
  test.each<[string, MediaFacts | undefined, string]>([
    ['what is no container', undefined, 'UnsupportedMedia'],
    ['a container that Transcribe does not take', { ...good, format: undefined }, 'UnsupportedMedia'],
    ['video without audio', { format: 'mp4', audio: undefined }, 'UnsupportedMedia'],
    [
      'an unknown codec',
      { ...good, audio: { codec: undefined, channels: 1, sampleRate: 16_000, durationMs: 9e5 } },
      'UnsupportedMedia',
    ],
    ['three channels', withAudio({ channels: 3 }), 'UnsupportedMedia'],
    ['4 kHz', withAudio({ sampleRate: 4_000 }), 'UnsupportedMedia'],
    ['96 kHz', withAudio({ sampleRate: 96_000 }), 'UnsupportedMedia'],
    ['499 ms', withAudio({ durationMs: 499 }), 'RecordingEmpty'],
    ['four hours and a millisecond', withAudio({ durationMs: 14_400_001 }), 'RecordingTooLong'],
  ])('%s', (_, facts, name) => {
    expect(() => toAudio(facts)).toThrow(expect.objectContaining({ name }));
  });

  test.each([
    [0, 'RecordingEmpty'],
    [2 * 1024 ** 3 + 1, 'RecordingTooLarge'],
  ])('%i bytes', (size, name) => {
    expect(() => checkSize(size)).toThrow(expect.objectContaining({ name }));
  });

  test.each([
    withAudio({ durationMs: 500 }),
    withAudio({ durationMs: 14_400_000 }),
    withAudio({ channels: 2, sampleRate: 8_000 }),
  ])('but not the limits themselves', (facts) => {
    expect(toAudio(facts)).toMatchObject({ format: 'mp4' });
  });
});

describe('the route', () => {
  const audio: Audio = { format: 'mp4', channels: 1, sampleRate: 48_000, durationMs: 1 };
  const ireland = regions['eu-west-1'] ?? never();
  const london = regions['eu-west-2'] ?? never();
  const frankfurt = regions['eu-central-1'] ?? never();

  test.each([
    ['US English', 'en-US', audio, ireland, { engine: 'transcribe-medical', coded: true }],
    ['British English', 'en-GB', audio, ireland, { engine: 'transcribe', coded: true }],
    ['Spanish', 'es-ES', audio, ireland, { engine: 'transcribe', coded: false }],
    ['telephone audio', 'en-US', { ...audio, sampleRate: 8_000 }, ireland, { engine: 'transcribe', coded: true }],
    ['a region without Transcribe Medical', 'en-US', audio, london, { engine: 'transcribe', coded: true }],
    ['a region without Comprehend Medical', 'en-US', audio, frankfurt, { engine: 'transcribe', coded: false }],
  ])('of %s', (_, language, media, abilities, route) => {
    expect(toRoute(language, media, 'chime', abilities)).toMatchObject(route);
  });

  test('tells speakers apart by channel only where each has one', () => {
    const stereo = { ...audio, channels: 2 };
    expect(toRoute('en-US', stereo, 'upload', ireland).speakersBy).toBe('channel');
    expect(toRoute('en-US', stereo, 'chime', ireland).speakersBy).toBe('voice');
    expect(toRoute('en-US', audio, 'upload', ireland).speakersBy).toBe('voice');
  });
});

function never(): never {
  throw new Error('the region table has lost a region');
}

test.each([
  [null, 'en-US'],
  ['', 'en-US'],
  ['en', 'en-US'],
  ['en_gb', 'en-GB'],
  ['ES-mx', 'es-MX'],
  ['fr', 'fr-FR'],
])('the language %j is %s', (text, language) => {
  expect(toLanguage(text)).toBe(language);
});

test.each(['english', 'xx', 'en-USA', '-', 'e-US'])('%j is no language code', (text) => {
  expect(() => toLanguage(text)).toThrow(expect.objectContaining({ name: 'TranscriptionFailed' }));
});

test.each([
  ['recordings/m1/audio/7b1f6c0e.mp4', 'recordings/m1/meeting-events/7b1f6c0e.txt'],
  ['recordings/m1/visit.webm', undefined],
  ['recordings/m1/audio/2026-03-02-09-30-00-000.mp4', undefined],
])('the meeting events of %s are at %s', (key, events) => {
  expect(meetingEventsKey(key)).toBe(events);
});
