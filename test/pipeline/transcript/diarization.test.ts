import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { repairLabels } from '../../../pipeline/transcript/diarization.ts';
import { readJobResult, type Utterance } from '../../../pipeline/transcript/jobResult.ts';
import type { Leaning } from '../../../pipeline/transcript/strayLabels.ts';
import { conversation, type Heard, jobResult, type Line } from '../jobResults.ts';

const noLeaning: Leaning = () => 0;
const asksLeaning: Leaning = (text) => (text.includes('?') ? 2 : -2);

/** No pause: the words go on in one breath. */
const breath = 50;

const read = (words: readonly Heard[]) => readJobResult(jobResult('newer', words)).utterances;
const shown = (utterances: readonly Utterance[]) => utterances.map(({ speaker, text }) => `${speaker.at(-1)}: ${text}`);
const repair = (lines: readonly Line[], leaning = noLeaning) =>
  shown(repairLabels(read(conversation(...lines)), leaning));

/** Enough talk of two people that a few words more are few. */
const talk: readonly Line[] = Array.from({ length: 8 }, (): Line[] => [
  [0, 'And how have you been sleeping since we last spoke about the new tablets?'],
  [1, 'Not well, the noise from the street keeps me up most of the night.'],
]).flat();

describe('mends', () => {
  test.each<{ name: string; heard: Line[]; meant: string[] }>([
    {
      name: 'the first word of an answer under the label of the question',
      heard: [
        [0, 'Does it itch?'],
        [0, 'Um,'],
        [1, 'only in the evening.', breath],
      ],
      meant: ['0: Does it itch?', '1: Um, only in the evening.'],
    },
    {
      name: 'two of them, before an "I"',
      heard: [
        [0, 'Does it itch?'],
        [0, 'Well, sometimes'],
        [1, 'I scratch at night.', breath],
      ],
      meant: ['0: Does it itch?', '1: Well, sometimes I scratch at night.'],
    },
    {
      name: 'a first word set off by a comma, without a pause before it',
      heard: [
        [1, 'Only at night.'],
        [1, 'Right,', breath],
        [0, 'let me look at it.', breath],
      ],
      meant: ['1: Only at night.', '0: Right, let me look at it.'],
    },
    {
      name: 'the last word of a question under the label of the answer',
      heard: [
        [0, 'Did you bring the old'],
        [1, 'bottle?', breath],
        [1, 'It is in the car.'],
      ],
      meant: ['0: Did you bring the old bottle?', '1: It is in the car.'],
    },
    {
      name: 'the last words of a statement before a pause',
      heard: [
        [0, 'We meet again next'],
        [1, 'spring then.', breath],
        [1, 'That suits me.'],
      ],
      meant: ['0: We meet again next spring then.', '1: That suits me.'],
    },
    {
      name: 'the end of a question whose answer is under the wrong label too',
      heard: [
        [0, 'Did you bring the old'],
        [1, 'bottle?', breath],
        [0, 'No.'],
        [0, 'We can do without it.'],
        [1, 'Good.'],
      ],
      meant: ['0: Did you bring the old bottle?', '1: No.', '0: We can do without it.', '1: Good.'],
    },
    {
      name: 'a short answer between two questions',
      heard: [
        [0, 'Any dizziness?'],
        [0, 'No.'],
        [0, 'And any falls?'],
        [1, 'One.'],
      ],
      meant: ['0: Any dizziness?', '1: No.', '0: And any falls?', '1: One.'],
    },
    {
      name: 'an answer in another language',
      heard: [
        [0, 'Nehmen Sie Tabletten?'],
        [0, 'Nein.'],
        [0, 'Rauchen Sie?'],
        [1, 'Selten.'],
      ],
      meant: ['0: Nehmen Sie Tabletten?', '1: Nein.', '0: Rauchen Sie?', '1: Selten.'],
    },
    {
      name: 'a back-channel amid a sentence',
      heard: [
        [1, 'It swelled up and was'],
        [1, 'Mm-hmm.', 100],
        [1, 'quite red by noon.', breath],
        [0, 'Let me see.'],
      ],
      meant: ['1: It swelled up and was', '0: Mm-hmm.', '1: quite red by noon.', '0: Let me see.'],
    },
    {
      name: 'a back-channel between a word and its repetition',
      heard: [
        [1, "At first I'd,"],
        [1, 'OK.', 300],
        [1, "I'd taken two of them.", breath],
        [0, 'Let me see.'],
      ],
      meant: ["1: At first I'd,", '0: OK.', "1: I'd taken two of them.", '0: Let me see.'],
    },
  ])('$name', ({ heard, meant }) => expect(repair(heard)).toEqual(meant));

  test('a third label that is nobody, where it tears a sentence', () => {
    const stray: Line[] = [
      [0, 'Please keep the arm'],
      [2, 'up and dry for a week.', breath],
      [1, 'I will try.'],
    ];
    expect(repair([...talk, ...stray]).slice(-2)).toEqual([
      '0: Please keep the arm up and dry for a week.',
      '1: I will try.',
    ]);
  });
});

describe('leaves alone', () => {
  test.each<{ name: string; heard: Line[] }>([
    { name: 'nothing at all', heard: [] },
    { name: 'one speaker', heard: [[0, 'Hello there. Any pain? No. And any cough?']] },
    { name: 'turns of whole sentences', heard: [...talk] },
    {
      name: 'the end of a sentence that a word cut in on',
      heard: [
        [0, 'It was on the'],
        [1, 'Yeah,', breath],
        [0, 'left.', breath],
        [1, 'So I see.'],
      ],
    },
    {
      name: 'a real interjection',
      heard: [
        [1, 'It hurts when I'],
        [0, 'Yeah.', breath],
        [1, 'lift the arm.', breath],
      ],
    },
    {
      name: 'an interjection in lower case',
      heard: [
        [1, 'It hurts when I'],
        [0, 'mm-hmm.', breath],
        [1, 'lift the arm.'],
      ],
    },
    {
      name: 'an interruption amid a sentence',
      heard: [
        [0, 'So. And'],
        [1, 'just give me something for it.', breath],
        [0, 'We will see.'],
      ],
    },
    {
      name: 'an interruption with a sentence of its own',
      heard: [
        [0, 'So we could,'],
        [1, 'Wait. That is not what I said.', breath],
        [0, 'Sorry.'],
      ],
    },
    {
      name: 'a filler before one says OK',
      heard: [
        [0, 'That is fine. Um, OK. um, where was I?'],
        [1, 'My arm.'],
      ],
    },
    {
      name: 'a rhetorical yes without a pause',
      heard: [
        [0, 'You can lift it? Yes.'],
        [1, 'A little.'],
      ],
    },
    {
      name: 'an echoed question',
      heard: [
        [0, 'Any pain?'],
        [0, 'No?'],
        [0, 'And any cough?'],
        [1, 'No.'],
      ],
    },
    {
      name: 'an answer that one of two others gave',
      heard: [
        [0, 'Any dizziness?'],
        [0, 'No.'],
        [0, 'And any falls?'],
        [1, 'One.'],
        [2, 'I saw two of them last week.'],
      ],
    },
    {
      name: 'words without any marks',
      heard: [
        [0, 'does it itch'],
        [1, 'a little'],
        [0, 'since when', breath],
        [1, 'monday', breath],
      ],
    },
    {
      name: 'a script without capitals',
      heard: [
        [0, '痛み は あります か。'],
        [1, '少し あり', breath],
        [0, 'ます。', breath],
        [1, 'はい。'],
      ],
    },
  ])('$name', ({ heard }) => {
    const utterances = read(conversation(...heard));
    expect(repairLabels(utterances, noLeaning)).toEqual(utterances);
    expect(repairLabels(utterances, asksLeaning)).toEqual(utterances);
  });

  test('two who talk at once', () => {
    const [one, two] = [conversation([0, 'So I would suggest']), conversation([1, 'No. Never that one.'])];
    const both = [...one, ...two].toSorted((a, b) => a.startMs - b.startMs);
    expect(repairLabels(read(both), noLeaning)).toEqual(read(both));
  });
});

const written = fc.constantFrom('OK', 'yes', 'No', 'um', 'I', "I'd", 'she', 'pain', 'Any', 'mm-hmm', 'night', '痛み');
const words = fc
  .array(
    fc.record({
      speaker: fc.constantFrom(0, 0, 0, 1, 1, 1, 2),
      gapMs: fc.constantFrom(-100, 0, 0, 120, 200, 1500),
      repeat: fc.integer({ min: 1, max: 6 }),
      text: written,
      marks: fc.constantFrom<string[]>([], [], [','], ['.'], ['?'], ['?', '!']),
    }),
    { maxLength: 40 },
  )
  .map((runs) => {
    let at = 0;
    return runs.flatMap(({ gapMs, repeat, ...word }) =>
      Array.from({ length: repeat }, (_, nth): Heard => {
        const startMs = Math.max(0, at + (nth === 0 ? gapMs : 0));
        at = startMs + 200;
        return { ...word, marks: nth === repeat - 1 ? word.marks : [], startMs, endMs: at, confidence: '0.9' };
      }),
    );
  });

test('words, their order and their text stay, turns are maximal, and mending twice is mending once', () => {
  fc.assert(
    fc.property(words, fc.constantFrom(noLeaning, asksLeaning), (heard, leaning) => {
      const given = read(heard);
      const mended = repairLabels(given, leaning);
      const tokensOf = (utterances: readonly Utterance[]) => utterances.flatMap(({ tokens }) => tokens);
      expect(tokensOf(mended)).toEqual(tokensOf(given));
      expect(mended.map(({ text }) => text).join(' ')).toBe(given.map(({ text }) => text).join(' '));
      for (const [at, { speaker }] of mended.entries()) expect(speaker).not.toBe(mended[at - 1]?.speaker);
      expect(repairLabels(mended, leaning)).toEqual(mended);
    }),
  );
});

test('whole sentences with pauses between them keep their labels', () => {
  const line = fc.tuple(
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom('Any pain today?', 'It was worse at night.', 'I see.', 'Well, it comes and goes.'),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const given = read(conversation(...lines));
      expect(repairLabels(given, asksLeaning)).toEqual(given);
    }),
  );
});
