import { describe, expect, test } from 'vitest';
import { readJobResult } from '../../../pipeline/transcript/jobResult.ts';
import { cutBefore, type Spoken, textOf, toSpoken } from '../../../pipeline/transcript/spoken.ts';
import { findNobody, giveAway, type Leaning } from '../../../pipeline/transcript/strayLabels.ts';
import { conversation, jobResult, type Line } from '../jobResults.ts';

const noLeaning: Leaning = () => 0;
const asksLeaning: Leaning = (text) => (text.includes('?') ? 2 : -2);

/** No pause: the words go on in one breath. */
const breath = 50;

const spokenIn = (lines: readonly Line[]) =>
  toSpoken(readJobResult(jobResult('newer', conversation(...lines))).utterances);

/** One line for each run of a label. */
const shown = (spoken: readonly Spoken[]) =>
  cutBefore(spoken, (word, before) => word.label !== before.label).map(
    ({ begin, end }) => `${spoken[begin]?.label.at(-1)}: ${textOf(spoken.slice(begin, end))}`,
  );

/** Enough talk of two people that a few words more are few. */
const talk: readonly Line[] = Array.from({ length: 8 }, (): Line[] => [
  [0, 'And how have you been sleeping since we last spoke about the new tablets?'],
  [1, 'Not well, the noise from the street keeps me up most of the night.'],
]).flat();

const tearing: readonly Line[] = [
  [0, 'Please keep the arm'],
  [2, 'up and dry for a week.', breath],
];

describe('a third label with few words', () => {
  test.each<[string, readonly Line[]]>([
    ['tears a sentence', tearing],
    [
      'goes from one sentence to the next in one breath',
      [
        [0, 'Keep it dry.'],
        [2, 'Change the dressing every morning.', breath],
        [0, 'Come back on Monday.', breath],
      ],
    ],
    [
      'hangs on others with half of its words',
      [...tearing, [1, 'I will.'], [2, 'That will do for now, then.'], [0, 'Yes.']],
    ],
  ])('is nobody when it %s', (_, lines) => {
    expect(findNobody(spokenIn([...talk, ...lines]))).toEqual({ people: ['spk_0', 'spk_1'], strays: ['spk_2'] });
  });

  test.each<[string, readonly Line[]]>([
    [
      'has sentences of its own',
      [
        [2, 'Your blood pressure is fine.'],
        [0, 'Thank you.'],
        [2, 'I will wait outside.'],
        [1, 'Bye.'],
      ],
    ],
    [
      'cuts in',
      [
        [1, 'I have been'],
        [2, 'Do mention the rash.', breath],
        [1, 'itching a bit.', breath],
        [0, 'I see.'],
      ],
    ],
    [
      'speaks of the patient as of another, in a torn sentence',
      [
        [1, 'It was really'],
        [2, 'bad because she cried all night.', breath],
        [0, 'I see.'],
      ],
    ],
    [
      'hangs on others with less of them',
      [...tearing, [1, 'I will.'], [2, 'That will do for now, I think.'], [0, 'Yes.']],
    ],
  ])('is a person when it %s', (_, lines) => {
    expect(findNobody(spokenIn([...talk, ...lines]))).toEqual({ people: ['spk_0', 'spk_1', 'spk_2'], strays: [] });
  });
});

test.each<[string, readonly Line[]]>([
  [
    'the first two labels are people, however little one says',
    [...talk.filter(([who]) => who === 0), [0, 'Keep it'], [1, 'up and dry.', breath]],
  ],
  ['a label with more than six words in a hundred is a person', [...talk.slice(0, 4), ...tearing]],
])('%s', (_, lines) => {
  expect(findNobody(spokenIn(lines)).strays).toEqual([]);
});

describe('the words of a nobody are given', () => {
  const given = (lines: readonly Line[], leaning: Leaning) => {
    const spoken = spokenIn([...talk, ...lines]);
    const { people, strays } = findNobody(spoken);
    giveAway(spoken, strays, people, leaning);
    return shown(spoken);
  };

  test('across a question and its answer, by their seam', () => {
    const stray: Line[] = [
      [0, 'Now we need'],
      [2, 'to talk of sport. Do you swim?', breath],
      [2, 'Sometimes', 600],
      [1, 'in the lake.', breath],
    ];
    expect(given(stray, noLeaning).slice(-2)).toEqual([
      '0: Now we need to talk of sport. Do you swim?',
      '1: Sometimes in the lake.',
    ]);
  });

  test('between two sentences of one breath, to the one who speaks both', () => {
    const stray: Line[] = [
      [0, 'Keep it dry.'],
      [2, 'Change the dressing every morning.', breath],
      [0, 'Come back on Monday.', breath],
    ];
    expect(given(stray, noLeaning).at(-1)).toBe(
      '0: Keep it dry. Change the dressing every morning. Come back on Monday.',
    );
  });

  test('in whole turns to the one who talks so, when nothing else tells', () => {
    const stray: Line[] = [...tearing, [1, 'That is long.', 300], [2, 'Too long.', 120], [0, 'Sorry.', 120]];
    expect(given(stray, noLeaning)).toContain('2: Too long.');
    expect(given(stray, asksLeaning)).toContain('1: That is long. Too long.');
  });
});
