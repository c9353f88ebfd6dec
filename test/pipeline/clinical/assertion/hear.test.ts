import { expect, test } from 'vitest';
import { hear } from '../../../../pipeline/clinical/assertion/hear.ts';
import { answer, merged, mention } from '../../answers.ts';
import type { Line } from '../../jobResults.ts';
import { transcriptOf } from '../../transcriptOf.ts';

/** The cues of a mention in a talk: 0 is the clinician, 1 the patient. */
async function cuesOf(lines: Line[], words: string, more = {}): Promise<readonly string[]> {
  const transcript = transcriptOf(lines);
  const { entities } = await merged(
    transcript,
    answer(transcript, 'DetectEntitiesV2', [mention(transcript, words, more)]),
  );
  const found = entities.map(({ assertion, ...entity }) => ({ ...entity, traits: assertion.traits }));
  return [...(hear(transcript, found)[0]?.cues ?? [])];
}

const medicine = { Category: 'MEDICATION', Type: 'GENERIC_NAME' };

test.each<[string, Line[], string, object, string[]]>([
  [
    'a question and the no to it',
    [
      [0, 'Any chest pain at all?'],
      [1, 'No, nothing like that.'],
    ],
    'chest pain',
    {},
    ['asked', 'asked answered no', 'asked answered with no', 'c? before whether'],
  ],
  [
    'an answer that takes the words up',
    [
      [0, 'Any fever or cough?'],
      [1, 'Well, no fever, but the cough, yes.'],
    ],
    'cough',
    {},
    ['asked with 1 others', 'echo plain', 'echo after no', 'echo then yes'],
  ],
  [
    'a stop that is said of "it"',
    [
      [1, 'I take ramipril.'],
      [0, "Right. Let's stop that today."],
    ],
    'ramipril',
    medicine,
    ['patientStated', 'p before take', 'it c stop'],
  ],
  [
    'a condition in which it would come',
    [[0, 'Come back if you get a fever.']],
    'fever',
    {},
    ['stated', 'c before if', 'c sentence comeBack', "the clinician's alone"],
  ],
  [
    'a plan, and that it is one',
    [[0, "I'll start you on omeprazole, okay?"]],
    'omeprazole',
    medicine,
    ['tagged', 'c? before start', 'c? before will'],
  ],
])('%s', async (_, lines, words, more, cues) => {
  expect(await cuesOf(lines, words, more)).toEqual(expect.arrayContaining(cues));
});

test('what describes other findings is not heard', async () => {
  expect(await cuesOf([[1, 'My knee hurts.']], 'knee', { Category: 'ANATOMY', Type: 'SYSTEM_ORGAN_SITE' })).toEqual([]);
});
