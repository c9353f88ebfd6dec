import { beforeAll, expect, test } from 'vitest';
import { toCaptions } from '../../../pipeline/reading/captions.ts';
import { toChart } from '../../../pipeline/reading/draw.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { toWebVtt } from '../../../pipeline/transcript/webvtt.ts';
import { corrected, openVisit, overlaid } from './visit.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});
const captions = (of: Opened) => toCaptions(toChart(of));

test('without corrections they are those of the transcript', () => {
  expect(captions(opened)).toBe(toWebVtt(opened));
});

test('a corrected word is read with its turn, at the same time', () => {
  const of = corrected(corrected(opened, 'cough', '😀 very bad cold'), 'have', 'had');
  expect(captions(of)).toBe(captions(opened).replace('I have a cough.', 'I had a 😀 very bad cold.'));
});

test('a correction of every word leaves a caption that can be read', () => {
  const [turn] = opened.turns;
  if (!turn) throw new Error('no turn');
  const { begin, end, text } = turn;
  const of = overlaid(opened, { kind: 'words', turn: 0, begin, end, was: text, becomes: 'Hm <b>?' });
  const [, first] = captions(of).split('\n\n');
  expect(first).toMatch(/^[\d:.]+ --> [\d:.]+\n<v [^>]+>Hm &lt;b&gt;\?<\/v>$/);
});

test('a corrected role speaks in the voice tag', () => {
  const speaker = opened.turns[1]?.speaker ?? '';
  const of = overlaid(opened, { kind: 'role', speaker, fromTurn: 0, toTurn: 5, role: 'other' });
  expect(captions(of)).toContain(`<v other (${speaker})>`);
});
