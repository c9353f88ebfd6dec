import { describe, expect, test } from 'vitest';
import { toAssertions } from '../../../../pipeline/clinical/assertion/assertion.ts';
import type { Weights } from '../../../../pipeline/clinical/assertion/likelihood.ts';
import { type Kind, type Reading, readings, readingOf } from '../../../../pipeline/clinical/assertion/readings.ts';
import type { Assertion, AssertionStatus } from '../../../../pipeline/clinical/entities.ts';
import { type Reason, reasonNames } from '../../../../pipeline/clinical/reasons.ts';
import { byRules } from '../../byRules.ts';
import { marked } from '../../marked.ts';

const assertionsIn = (dialogue: string, weights: Weights): Partial<Assertion>[] => {
  const { transcript, found } = marked(dialogue);
  return toAssertions(transcript, found, weights).map((one) => one ?? {});
};

/** Weights by which every mention is read so, and no other way. */
function always<Of extends Kind>(kind: Of, ...likely: Reading<Of>[]): Weights {
  const row = readings[kind].map((reading) => ((likely as readonly string[]).includes(reading) ? 3 : 0));
  return { condition: {}, medicine: {}, test: {}, [kind]: { any: row } };
}

describe('all mentions of a finding have one home', () => {
  test.each<[string, string, [AssertionStatus, Reason][]]>([
    [
      'whoever names it again names no other',
      "C: Any [fever]? / P: No. / C: Good. / P: I've had no [fever].",
      [
        ['absent', 'answered-no'],
        ['absent', 'denied'],
      ],
    ],
    [
      'the last word on a medicine holds for what was said before',
      'P: I take [+aspirin]. / C: Hm. / P: I stopped taking [+aspirin].',
      [
        ['historical', 'stopped'],
        ['historical', 'stopped'],
      ],
    ],
    [
      'but not what is of a relative',
      'P: I have [asthma]. / C: Hm. / P: My mum has [asthma].',
      [
        ['present', 'stated'],
        ['family', 'of-somebody-else'],
      ],
    ],
    [
      'and not another finding',
      'P: I have [asthma] but no [fever].',
      [
        ['present', 'stated'],
        ['absent', 'denied'],
      ],
    ],
  ])('%s', (_, dialogue, expected) => {
    expect(assertionsIn(dialogue, byRules).map(({ status, reason }) => [status, reason])).toEqual(expected);
  });

  test('where its own words do not say it, the words of the last mention that says it decide', () => {
    const [first] = assertionsIn('P: I take [+aspirin]. / C: Hm. / P: I stopped taking [+aspirin].', byRules);
    expect(first?.decidedBy).toEqual({ turn: 2, begin: 20, end: 45 });
  });
});

describe('the reason of what only the weights say', () => {
  test.each<[string, Weights, AssertionStatus, Reason]>([
    ['P: I have [asthma].', always('condition', 'absent'), 'absent', 'denied'],
    ['C: Any [asthma]?', always('condition', 'absent'), 'absent', 'answered-no'],
    ['C: Any [asthma]?', always('condition', 'present'), 'present', 'answered-yes'],
    ['P: I have [asthma].', always('condition', 'none'), 'possible', 'no-finding'],
    ['P: I have a [nut allergy].', always('condition', 'allergic'), 'possible', 'allergy'],
    ['P: I take [+aspirin].', always('medicine', 'not-allergic'), 'absent', 'allergy-denied'],
    ['P: I have [asthma].', always('condition', 'family'), 'family', 'of-relative'],
    ['P: I take [+aspirin].', always('medicine', 'stopped'), 'historical', 'stopped'],
    ['P: I take [+aspirin].', always('medicine', 'tried-before'), 'historical', 'in-the-past'],
    ['P: I take [+aspirin].', always('medicine', 'advised-against'), 'absent', 'advised-against'],
    ['P: I had an [#ECG].', always('test', 'planned'), 'planned', 'proposed'],
  ])('%s', (line, weights, status, reason) => {
    expect(assertionsIn(line, weights)[0]).toMatchObject({ status, reason, toCheck: null });
  });
});

test('two readings that are about as likely are left to check, the likelier one first', () => {
  const { condition } = always('condition', 'present', 'absent');
  const row = condition['any']?.map((weight, at) =>
    at === readings.condition.indexOf('absent') ? weight + 0.01 : weight,
  );
  const weights = { condition: { any: row ?? [] }, medicine: {}, test: {} };
  expect(assertionsIn('P: I have [asthma].', weights)[0]).toEqual({
    status: 'possible',
    said: 'present',
    traits: [],
    reason: 'unsettled',
    relative: null,
    decidedBy: null,
    toCheck: { readings: ['absent', 'present'] },
  });
});

test('where nobody is told apart, the rules decide whatever the weights say', () => {
  const statuses = (dialogue: string) =>
    assertionsIn(dialogue, always('condition', 'present')).map(({ status }) => status);
  expect(statuses('U: He has no [fever].')).toEqual(['absent']);
  expect(statuses('P: I have no [fever].')).toEqual(['present']);
});

test('whose it is, is said where it is of the family, and only there', () => {
  expect(assertionsIn('P: My mum has [asthma].', byRules)[0]?.relative).toBe('mother');
  expect(assertionsIn('P: My mum has [asthma].', always('condition', 'present'))[0]?.relative).toBeNull();
  expect(assertionsIn('P: It is my aunt, [asthma].', always('condition', 'family'))[0]?.relative).toBe('aunt');
});

test('a no for the family is no word on the patient, whatever the weights say', () => {
  const lines = 'C: Does anybody in the family have [asthma]? / P: No. / C: And you? / P: I have [asthma].';
  const [family, own] = assertionsIn(lines, always('condition', 'present'));
  expect([family?.reason, own?.status]).toEqual(['answered-no-of-family', 'present']);
});

test('what only describes findings has no assertion', () => {
  expect(assertionsIn('P: My [@knee] hurts.', byRules)).toEqual([{}]);
});

describe('the reading that a ruling amounts to', () => {
  test.each<[Kind, AssertionStatus, Reason, Reading]>([
    ['condition', 'present', 'stated', 'present'],
    ['condition', 'planned', 'future-trait', 'possible'],
    ['condition', 'possible', 'allergy', 'allergic'],
    ['medicine', 'present', 'stated', 'taking'],
    ['medicine', 'absent', 'denied', 'not-taking'],
    ['medicine', 'absent', 'advised-against', 'advised-against'],
    ['medicine', 'historical', 'stopped', 'stopped'],
    ['medicine', 'historical', 'in-the-past', 'tried-before'],
    ['medicine', 'possible', 'allergy', 'allergic'],
    ['test', 'historical', 'in-the-past', 'present'],
    ['test', 'planned', 'proposed', 'planned'],
  ])('of a %s that is %s (%s): %s', (kind, status, reason, reading) => {
    expect(readingOf(kind, { status, reason })).toBe(reading);
  });

  test('is one of the kind, for all that rules can say', () => {
    for (const kind of ['condition', 'medicine', 'test'] as const) {
      for (const status of ['present', 'absent', 'possible', 'historical', 'family'] as const) {
        for (const reason of reasonNames.filter((one) => one !== 'allergy')) {
          expect(readings[kind]).toContain(readingOf(kind, { status, reason }));
        }
      }
    }
  });
});

describe('what was answered is shown beside a question', () => {
  const asked = 'C: Any [asthma]? / P: The weather was nice. I slept.';
  const answer = { turn: 1, begin: 12, end: 33 };

  test.each<[string, string, Weights, object]>([
    [
      'that is left open',
      asked,
      always('condition', 'present', 'absent'),
      { toCheck: { readings: ['present', 'absent'] }, decidedBy: answer },
    ],
    [
      'that the weights decide',
      asked,
      always('condition', 'absent'),
      { status: 'absent', reason: 'answered-no', decidedBy: answer },
    ],
    ['and not beside a statement', 'P: I have [asthma]. / C: Hm.', always('condition', 'absent'), { decidedBy: null }],
  ])('%s', (_, dialogue, weights, expected) => {
    expect(assertionsIn(dialogue, weights)[0]).toMatchObject(expected);
  });
});

test('what names no allergy is none, however likely the weights say it is', () => {
  const [one] = assertionsIn('P: I have [sleep apnoea].', always('condition', 'allergic', 'present'));
  expect(one).toMatchObject({ status: 'present', toCheck: null });
});

test('an allergy that was asked about and passed over is left to check', () => {
  const dialogue = 'C: Are you allergic to [+penicillin]? / P: ANSWER';
  const said = (answer: string) => assertionsIn(dialogue.replace('ANSWER', answer), always('medicine', 'allergic'))[0];
  const toCheck = { readings: ['possible', 'absent'] };
  expect(said('It hurts when I breathe.')).toMatchObject({ status: 'possible', reason: 'unsettled', toCheck });
  expect(said('Yes.')).toMatchObject({ status: 'possible', reason: 'allergy', toCheck: null });
});

test('a question about an allergy that nobody answered leaves open whether there is one', () => {
  const [one] = assertionsIn(
    'C: Are you [allergic to penicillin]? / P: It hurts when I breathe.',
    always('condition', 'allergic'),
  );
  expect(one).toMatchObject({ status: 'possible', toCheck: { readings: ['present', 'absent'] } });
});
