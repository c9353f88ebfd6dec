import { describe, expect, test } from 'vitest';
import type { AssertionStatus, Attribute, Entity } from '../../../pipeline/clinical/entities.ts';
import { toMedicationFacts } from '../../../pipeline/clinical/medications.ts';
import type { Reason } from '../../../pipeline/clinical/reasons.ts';
import type { Role } from '../../../pipeline/transcript/transcript.ts';
import { consult } from '../consult.ts';

describe('a medicine', () => {
  test('tells how it is taken, every distinct value in the order in which it was said', async () => {
    const { medications } = await consult([
      'P: I take [ramipril] [5 mg|DOSAGE] [every morning|FREQUENCY].',
      "C: Then we'll go up with the [ramipril] to [10 mg|DOSAGE] [by mouth|ROUTE_OR_MODE].",
    ]);
    expect(medications).toMatchObject([
      {
        label: 'ramipril',
        status: 'taking',
        dose: ['5 mg', '10 mg'],
        frequency: ['every morning'],
        route: ['by mouth'],
        form: [],
        duration: [],
        evidence: [{ role: 'patient' }, { role: 'clinician' }],
      },
    ]);
  });

  test.each<[string, string[], string]>([
    ['that was stopped', ['P: I was on [sertraline] but I came off it in March.'], 'stopped'],
    [
      'that was stopped, whatever the clinician says of it',
      ['P: I stopped the [sertraline].', 'C: So, the [sertraline].'],
      'stopped',
    ],
    ['that the clinician stops', ['P: I take [diclofenac] daily.', "C: Let's stop the [diclofenac]."], 'stopped'],
    ['that is taken again', ['P: I stopped the [sertraline].', 'P: Now I take [sertraline] again.'], 'taking'],
    ['that is proposed', ["C: I'll start you on [amoxicillin]."], 'planned'],
    ['that is not tolerated', ['C: Any allergies?', 'P: [Penicillin].'], 'allergic'],
    [
      'that is not tolerated, though it was taken',
      ['P: I took [penicillin] once.', 'P: I am allergic to [penicillin].'],
      'allergic',
    ],
    ['that was asked about and is taken', ['C: Are you taking [ibuprofen]?', 'P: Yes.'], 'taking'],
  ])('%s', async (_, lines, status) => {
    const { medications, possible, pastHistory } = await consult(lines);
    expect(medications).toMatchObject([{ status }]);
    expect([...possible, ...pastHistory]).toEqual([]);
  });
});

/** A mention of one medicine: when it is said, by whom, and what the dialogue makes of it. */
function mention(startMs: number, role: Role, status: AssertionStatus, more: Partial<Entity> = {}): Entity {
  const { begin = startMs, ...rest } = more;
  return {
    id: `medication:${begin}-${begin + 8}`,
    begin,
    end: begin + 8,
    text: 'ramipril',
    category: 'MEDICATION',
    type: 'GENERIC_NAME',
    score: 0.9,
    turn: 0,
    speaker: 'spk_1',
    role,
    startMs,
    endMs: startMs + 500,
    assertion: { status, traits: [], reason: 'stated', relative: null, decidedBy: null },
    attributes: [],
    codes: [],
    ...rest,
  };
}

const because = (status: AssertionStatus, reason: Reason): Partial<Entity> => ({
  assertion: { status, traits: [], reason, relative: null, decidedBy: null },
});
const allergy = because('possible', 'allergy');
const toBeStopped = because('planned', 'to-be-stopped');

describe('of several mentions', () => {
  test.each<[string, Entity[], string]>([
    [
      'the last of the patient counts, in time and not in the list',
      [mention(2_000, 'patient', 'present'), mention(1_000, 'patient', 'historical')],
      'taking',
    ],
    [
      'of one time, the later in the text',
      [mention(1_000, 'patient', 'historical', { begin: 9 }), mention(1_000, 'patient', 'present', { begin: 3 })],
      'stopped',
    ],
    [
      'a relative speaks for the patient',
      [mention(1, 'patient', 'present'), mention(2, 'other', 'historical')],
      'stopped',
    ],
    [
      'the clinician counts where nobody else says',
      [mention(1, 'patient', 'possible'), mention(2, 'clinician', 'historical')],
      'stopped',
    ],
    ['a question says nothing', [mention(1, 'patient', 'present'), mention(2, 'patient', 'possible')], 'taking'],
    ['a plan leaves it as taken', [mention(1, 'clinician', 'planned'), mention(2, 'patient', 'present')], 'taking'],
    [
      'the clinician has the last word when it is to stop',
      [mention(1, 'patient', 'present'), mention(2, 'clinician', 'planned', toBeStopped)],
      'stopped',
    ],
    [
      'and not when it is taken after that',
      [mention(1, 'clinician', 'planned', toBeStopped), mention(2, 'patient', 'present')],
      'taking',
    ],
    [
      'an allergy stands, whatever is said after it',
      [mention(1, 'patient', 'possible', allergy), mention(2, 'clinician', 'planned', toBeStopped)],
      'allergic',
    ],
  ])('%s', (_, mentions, status) => {
    expect(toMedicationFacts(mentions).status).toBe(status);
  });
});

test.each([
  ['DOSAGE', 'dose'],
  ['STRENGTH', 'dose'],
  ['FORM', 'form'],
  ['ROUTE_OR_MODE', 'route'],
  ['FREQUENCY', 'frequency'],
  ['RATE', 'frequency'],
  ['DURATION', 'duration'],
  ['TEST_VALUE', undefined],
])('what the service calls %s is read as %s, each wording once', (type, field) => {
  const said = (text: string): Attribute => {
    const place = { begin: 0, end: 1, score: 0.9, relationshipType: null, relationshipScore: null, traits: [] };
    return { type, text, ...place };
  };
  const { status: _, ...facts } = toMedicationFacts([
    mention(2, 'patient', 'present', { attributes: [said('two'), said('one')] }),
    mention(1, 'patient', 'present', { attributes: [said('one')] }),
  ]);
  const none = { dose: [], form: [], route: [], frequency: [], duration: [] };
  expect(facts).toEqual({ ...none, ...(field ? { [field]: ['one', 'two'] } : {}) });
});
