import { describe, expect, test } from 'vitest';
import type { Audio } from '../../../pipeline/recording/media.ts';
import { regions } from '../../../pipeline/recording/regions.ts';
import { isRead, toRoute } from '../../../pipeline/recording/route.ts';

describe('the route', () => {
  const audio: Audio = { format: 'mp4', channels: 1, sampleRate: 48_000, durationMs: 1 };
  const ireland = regions['eu-west-1'] ?? never();
  const london = regions['eu-west-2'] ?? never();
  const frankfurt = regions['eu-central-1'] ?? never();

  test.each([
    ['US English', 'en-US', audio, ireland, { engine: 'transcribe-medical', coded: true }],
    ['British English', 'en-GB', audio, ireland, { engine: 'transcribe', coded: true }],
    ['Spanish', 'es-ES', audio, ireland, { engine: 'transcribe', coded: false }],
    ['audio of 16 kHz', 'en-US', { ...audio, sampleRate: 16_000 }, ireland, { engine: 'transcribe-medical' }],
    [
      'audio of a hertz less',
      'en-US',
      { ...audio, sampleRate: 15_999 },
      ireland,
      { engine: 'transcribe', coded: true },
    ],
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
  ['en-US', true],
  ['en-ZA', true],
  ['fr-FR', false],
  ['en', false],
])('whether %s is read for entities: %j', (language, read) => {
  expect(isRead(language)).toBe(read);
});
