import { expect, test } from 'vitest';
import { cuesOf } from '../../../../pipeline/clinical/assertion/cues.ts';
import { mentionsIn } from '../../marked.ts';

test('a mention is heard by every family of cues', () => {
  const { talk, mentions } = mentionsIn(
    "C: Any [fever], no? / P: No. / C: Good. / P: It's my [fever] that comes back.",
  );
  const [first, last] = mentions;
  if (!first || !last) throw new Error('nothing is marked');
  const bounds = { from: 0, to: Infinity };
  const cues = cuesOf(first, { talk, mates: { earlier: [], later: [last] }, sentence: [first], bounds });
  const families = [
    'any',
    'asked',
    'type DX_NAME',
    'c? before whether',
    'word before any',
    'no trait',
    'ruled present',
    'asked answered no',
    'fifth 0',
    'not for the last time',
    'seg cc= , no',
    'pre c any',
  ];
  expect([...cues]).toEqual(expect.arrayContaining(families));
});

test('only the other mentions of its sentence stand beside it', () => {
  const { talk, mentions } = mentionsIn('P: I have [fever].');
  const [only] = mentions;
  if (!only) throw new Error('nothing is marked');
  const cues = cuesOf(only, { talk, mates: { earlier: [], later: [] }, sentence: [only], bounds: { from: 0, to: 99 } });
  expect([...cues].filter((cue) => /^(?:left|right) /.test(cue))).toEqual([]);
});
