import { expect, test } from 'vitest';
import { toEvidence } from '../../../pipeline/clinical/evidence.ts';
import type { Transcript } from '../../../pipeline/transcript/transcript.ts';
import { answer, mention, merged } from '../answers.ts';
import { spanOf, transcriptOf } from '../transcriptOf.ts';

/** The evidence of the nth mentions of the words. */
async function evidenceOf(transcript: Transcript, words: string, ...nths: number[]) {
  const mentions = nths.map((nth) => mention(transcript, words, {}, nth));
  const { entities } = await merged(transcript, answer(transcript, 'InferICD10CM', mentions));
  return toEvidence(transcript, entities.toReversed());
}

/** Words of a turn with the times of the first and the last of them, given by their places in the turn. */
function spanIn(transcript: Transcript, words: string, turn: number, [first, last]: [number, number]) {
  const { begin, end } = spanOf(transcript, words);
  const timed = transcript.turns[turn]?.words ?? [];
  return { turn, begin, end, startMs: timed[first]?.[2], endMs: timed[last]?.[3] };
}

const visit = transcriptOf([
  [1, 'Headache again. The headache is bad.'],
  [0, 'Any asthma?'],
  [1, 'No, never. I am well.'],
]);

test('of a question is the question with its answer, in words and seconds', async () => {
  const asked = visit.turns[1]?.words[1];
  expect(await evidenceOf(visit, 'asthma', 1)).toEqual([
    {
      entity: expect.stringMatching(/^medical_condition:\d+-\d+$/) as string,
      turn: 1,
      role: 'clinician',
      quote: 'Any asthma?\nNo, never.',
      spans: [spanIn(visit, 'Any asthma?', 1, [0, 1]), spanIn(visit, 'No, never.', 2, [0, 1])],
      startMs: asked?.[2],
      endMs: asked?.[3],
    },
  ]);
});

test('of an answer that names an allergy is the question before it', async () => {
  const transcript = transcriptOf([
    [0, 'Hello. Any allergies?'],
    [1, 'Penicillin. It was bad.'],
  ]);
  const penicillin = mention(transcript, 'Penicillin', { Category: 'MEDICATION' });
  const { entities } = await merged(transcript, answer(transcript, 'InferRxNorm', [penicillin]));
  expect(toEvidence(transcript, entities)).toMatchObject([{ quote: 'Any allergies?\nPenicillin.' }]);
});

test('of a statement is its sentence', async () => {
  expect(await evidenceOf(visit, 'headache', 1)).toMatchObject([{ turn: 0, quote: 'The headache is bad.' }]);
});

test('is every mention in the order in which it was said, channels that overlap included', async () => {
  const channels = transcriptOf(
    [
      [0, 'So what you say is that there has been a cough.'],
      [1, 'A cough. Yes.', -2_000],
      [0, 'Right, a cough.', 2_000],
    ],
    { layout: 'channels' },
  );
  const starts = (await evidenceOf(channels, 'cough', 3, 1, 2)).map(({ startMs }) => startMs);
  expect(starts).toHaveLength(3);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

test('plays every word that it quotes', async () => {
  for (const { quote, spans } of [...(await evidenceOf(visit, 'asthma', 1)), ...(await evidenceOf(visit, 'bad', 1))]) {
    const played = spans.map(({ begin, end }) => Array.from(visit.text).slice(begin, end).join(''));
    expect(played.join('\n')).toBe(quote);
  }
});

test('of words that a full stop cuts goes on to their end', async () => {
  const herbs = transcriptOf([[1, "I take St. John's wort. It helps."]]);
  expect(await evidenceOf(herbs, "St. John's wort", 1)).toMatchObject([{ quote: "I take St. John's wort." }]);
});
