import { describe, expect, test } from 'vitest';
import { toAssertions } from '../../../../pipeline/clinical/assertion/assertion.ts';
import { kindOf } from '../../../../pipeline/clinical/assertion/kinds.ts';
import { weights as fitted } from '../../../../pipeline/clinical/assertion/weights.ts';
import { statuses } from '../../../../pipeline/clinical/entities.ts';
import { reasonNames } from '../../../../pipeline/clinical/reasons.ts';
import { byRules } from '../../byRules.ts';
import { type Marked, marked, onAndOn } from '../../marked.ts';

const talks: [string, Marked][] = [
  ['nothing', { ...marked('P: Hm'), found: [] }],
  ['nothing, and nobody who says it', nobody()],
  ['one word', marked('P: [Asthma]')],
  ['one word, and a mark', marked('C: [Asthma]?')],
  ['one speaker of unknown role', marked('U: Any [fever]? No. I take [+ramipril].')],
  ['two patients', marked('C: Any [fever]? / P: No. / Q: Yes, I have a [fever]. / C: Both of you? / P: Just her.')],
  ['an interpreter', marked('C: Any [fever]? / O: He says he had no [fever], he says he stopped the [+aspirin].')],
  ['another language', marked('C: ¿Tiene [fiebre]? / P: No, señor, pero 我有[头痛], et un peu de [toux]. / C: Okay.')],
  ['one medicine, 300 times', marked(Array.from({ length: 300 }, (_, n) => `${'CP'[n % 2]}: I take [+aspirin].`))],
  ['30,000 words without a mark', marked(`P: ${onAndOn(30_000, 200)}`)],
  [
    'a question after, an answer before so many',
    marked([`C: ${onAndOn(5_000, 200)} allergies?`, `P: ${onAndOn(5_000, 200)}`]),
  ],
  [
    'emoji and astral characters',
    marked('C: 🩺🩺 Any [𝒻ever 🤒]? / P: 👨‍👩‍👧 No 🙂, but [𝓬ough] 🤧. / C: 🩻 [#X-ray 🩻]'),
  ],
  ['a turn that is its entity, between two such', marked('C: [Fever] / P: [+Aspirin] / C: [Fever]')],
  ['entities at the begin and at the end', marked('P: [Pain] and no [cough] / C: [Cough] or [pain]')],
  ['an entity over the end of its sentence', marked('P: No [fever. Cough] is bad. I have [pain. So] it is.')],
  ['only marks', marked('P: [?] / C: [...]')],
];

/** A recording in which nobody speaks. */
function nobody(): Marked {
  const { transcript } = marked('P: Hm');
  return { transcript: { ...transcript, text: '', turns: [], speakers: [] }, found: [] };
}

describe.each([
  ['the named rules', byRules],
  ['the fitted weights', fitted],
])('by %s', (_, weights) => {
  test.each(talks)('%s: every finding gets a status, and nothing is invented', (__, { transcript, found }) => {
    const before = JSON.stringify([transcript, found]);
    const assertions = toAssertions(transcript, found, weights);
    expect(assertions.map((one) => one !== undefined)).toEqual(found.map((one) => kindOf(one) !== undefined));
    for (const [at, one] of assertions.entries()) {
      expect(statuses).toContain(one?.status);
      expect(reasonNames).toContain(one?.reason);
      expect(one?.traits).toEqual(found[at]?.traits);
      const [home, decidedBy] = [one?.decidedBy && transcript.turns[one.decidedBy.turn], one?.decidedBy];
      if (decidedBy) expect(home?.begin).toBeLessThanOrEqual(decidedBy.begin);
      if (decidedBy) expect(home?.end).toBeGreaterThanOrEqual(decidedBy.end);
    }
    expect(JSON.stringify([transcript, found])).toBe(before);
    expect(JSON.stringify(toAssertions(transcript, found, weights))).toBe(JSON.stringify(assertions));
  });
});

test('a mention whose turn is not there is left to others', () => {
  const { transcript, found } = marked('P: I have [asthma].');
  expect(toAssertions({ ...transcript, turns: [] }, found, byRules)).toEqual([undefined]);
});
