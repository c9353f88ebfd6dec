import { expect, test } from 'vitest';
import { concatenationOf } from '../../../pipeline/recording/joined.ts';

const id = '7b1f6c0e-52aa-4f0c-9d53-0a1b2c3d4e5f';

test.each<[string, string | undefined]>([
  [`recordings/meeting-7/audio/${id}.mp4`, id],
  [`recordings/meeting-7/audio/${id.toUpperCase()}.mp4`, id.toUpperCase()],
  ['recordings/meeting-7/audio/visit.mp4', undefined],
  [`recordings/meeting-7/audio/again-${id}.mp4`, undefined],
  [`recordings/meeting-7/audio/${id}.m4a`, undefined],
  [`recordings/meeting-7/${id}.mp4`, undefined],
  [`recordings/meeting-7/audio/2026/${id}.mp4`, undefined],
  [`recordings/meeting-7/composited-video/${id}.mp4`, undefined],
  [`captures/meeting-7/audio/${id}.mp4`, undefined],
  ['recordings/meeting-7/audio/2026-03-02-09-30-00-000.mp4', undefined],
])('the joining that wrote %s is %s', (key, joining) => {
  expect(concatenationOf(key)).toBe(joining);
});
