import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slice } from '../../../pipeline/clinical/extraction.ts';
import { toFindings } from '../../../pipeline/clinical/findings.ts';
import { noRecording, ofOpened, ofText } from '../../../pipeline/extraction/texts.ts';
import { openFiles } from '../../../pipeline/reading/openFiles.ts';
import { codePoints } from '../../../pipeline/transcript/transcript.ts';
import { answer, mention, merged } from '../answers.ts';
import { documentsOf } from '../consult.ts';
import { transcriptOf } from '../transcriptOf.ts';

describe('a recording', () => {
  test.each<[string, readonly string[]]>([
    ['of a dialogue', ['C: Any [cough]? 😀', 'P: No.', 'C: And a [fever]?', 'P: Yes, since Monday.']],
    ['of one speaker', ['P: I have a [cough].']],
  ])('%s is opened as the workflow had it', async (_, lines) => {
    const { transcript, entities, consultation } = await documentsOf(lines);
    const opened = openFiles(transcript, entities, consultation);
    const { engine, ...rest } = ofOpened(opened);
    const { engine: had, ...same } = transcript;
    expect([rest, engine.name, engine.shape === 'plain']).toEqual([same, had.name, had.shape === 'plain']);
  });

  test('of nobody knows whom is one of a plain shape', async () => {
    const transcript = transcriptOf([[0, 'Any cough? No.']], { layout: 'plain' });
    const { consultation, entities } = await documentsOf(['P: Any [cough]? No.']);
    const { speakers, quality } = transcript;
    const opened = openFiles(transcript, entities, { ...consultation, speakers, quality });
    expect(ofOpened(opened).engine.shape).toBe('plain');
  });
});

test('a text has a turn for each line that is not blank, and offsets of the whole', () => {
  const { turns, text, recordingId, quality } = ofText('  Any cough? 😀\r\n\n \t\nNo, 😀 none.\n', 'en-US');
  expect(text).toBe('  Any cough? 😀\r\n\n \t\nNo, 😀 none.\n');
  expect(turns.map(({ index, begin, end, words }) => [index, begin, end, words.map(([b, e]) => [b, e])])).toEqual([
    [
      0,
      0,
      15,
      [
        [2, 5],
        [6, 12],
        [13, 14],
      ],
    ],
    [
      1,
      20,
      31,
      [
        [20, 23],
        [24, 25],
        [26, 31],
      ],
    ],
  ]);
  expect([recordingId, quality.words]).toEqual([noRecording, 6]);
});

test('whatever the text is, turns and words are what stands at their offsets', () => {
  const character = fc.constantFrom('a', 'é', '😀', '\n', '\r', ' ', '\t', '.', '\u2028', 'e\u0301');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 60 }), (text) => {
      const { turns } = ofText(text, 'en-US');
      for (const turn of turns) {
        expect(slice(text, turn)).toBe(turn.text);
        for (const [begin, end] of turn.words) expect(slice(text, { begin, end })).toMatch(/^\S+$/);
      }
      expect(turns.flatMap(({ words }) => words).length).toBe(text.match(/\S+/g)?.length ?? 0);
      for (const [at, turn] of turns.entries()) expect(turn.begin).toBeGreaterThanOrEqual(turns[at - 1]?.end ?? 0);
      expect(turns.at(-1)?.end ?? 0).toBeLessThanOrEqual(codePoints(text));
    }),
  );
});

test.each<[text: string, status: string]>([
  ['Any cough? No.', 'absent'],
  ['Any cough?\nNo.', 'absent'],
  ['Any cough?\nYes, since Monday.', 'present'],
  ['No known allergies\nHas a cough', 'present'],
  ['Patient denies cough.', 'absent'],
  ['Patient has a cough.', 'present'],
])('what %j says of a cough: %s', async (text, status) => {
  const transcript = ofText(text, 'en-US');
  const traits = text.includes('denies') ? { Traits: [{ Name: 'NEGATION', Score: 0.9 }] } : {};
  const { entities } = await merged(
    transcript,
    answer(transcript, 'InferICD10CM', [mention(transcript, 'cough', traits)]),
  );
  expect(entities.map(({ assertion }) => assertion.status)).toEqual([status]);
  expect(toFindings(transcript, entities, false)[status === 'absent' ? 'ruledOut' : 'problems'].length).toBe(1);
});
