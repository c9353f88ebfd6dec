import { expect, test } from 'vitest';
import { mediaTypeOf } from '../../../pipeline/recording/mediaType.ts';

test.each<[string, string | null | undefined, string]>([
  ['recordings/m/audio/a.mp4', undefined, 'video/mp4'],
  ['recordings/m/a.MP3', null, 'audio/mpeg'],
  ['recordings/m/a.webm', 'audio/webm', 'audio/webm'],
  ['recordings/m/a.webm', 'audio/x-m4a', 'audio/x-m4a'],
  ['recordings/m/a.wav', 'text/html', 'audio/wav'],
  ['recordings/m/a.wav', 'audio/wav; charset=<script>', 'audio/wav'],
  ['recordings/m/a.html', 'text/html', 'application/octet-stream'],
  ['recordings/m/a.svg', undefined, 'application/octet-stream'],
  ['recordings/m/constructor', undefined, 'application/octet-stream'],
  ['recordings/m/a.constructor', undefined, 'application/octet-stream'],
  ['recordings/m.mp3/a', undefined, 'application/octet-stream'],
])('%s, given %s, is shown as %s', (key, given, type) => {
  expect(mediaTypeOf(key, given)).toBe(type);
});
