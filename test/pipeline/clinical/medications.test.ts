import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AssertionStatus, Attribute, Entity } from '../../../pipeline/clinical/entities.ts';
import { medicationStatuses } from '../../../pipeline/clinical/assertion/readings.ts';
import { decidingMention, toMedicationFacts } from '../../../pipeline/clinical/medications.ts';
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

  test('has its doses in figures, each once', async () => {
    const { medications } = await consult([
      'P: I take [ramipril], [two point five milligrams|DOSAGE] [one a day|FREQUENCY].',
      'C: So [ramipril] [2.5 milligrams|DOSAGE], then [half a tablet|DOSAGE].',
    ]);
    expect(medications).toMatchObject([{ dose: ['2.5 milligrams', 'half a tablet'], frequency: ['one a day'] }]);
  });

  test.each<[string, string[], string]>([
    ['that was stopped', ['P: I was on [sertraline] but I came off it in March.'], 'stopped'],
    ['that the clinician stops', ['P: I take [diclofenac] daily.', "C: Let's stop the [diclofenac]."], 'stopped'],
    ['that is proposed', ["C: I'll start you on [amoxicillin]."], 'planned'],
    ['that was tried long ago', ['P: I had [sertraline] years ago.'], 'tried-before'],
    ['that nobody takes', ['C: Do you take [aspirin]?', 'P: No.'], 'not-taking'],
    ['that the patient does not want', ['C: Would you like to try some [aspirin]?', 'P: No, thanks.'], 'not-taking'],
    ['that is advised against', ["C: You don't need [amoxicillin]."], 'advised-against'],
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
    assertion: {
      status,
      said: status,
      traits: [],
      reason: status === 'historical' ? 'stopped' : 'stated',
      relative: null,
      decidedBy: null,
      toCheck: null,
    },
    attributes: [],
    codes: [],
    ...rest,
  };
}

const because = (status: AssertionStatus, reason: Reason): Partial<Entity> => ({
  assertion: { status, said: status, traits: [], reason, relative: null, decidedBy: null, toCheck: null },
});
const allergy = because('possible', 'allergy');
const toBeStopped = because('planned', 'to-be-stopped');

describe('how it is taken', () => {
  const dosed = (text: string): Partial<Entity> => ({
    attributes: [
      { type: 'DOSAGE', begin: 0, end: 1, text, score: 1, relationshipType: null, relationshipScore: null, traits: [] },
    ],
  });
  const saying = (said: AssertionStatus): Partial<Entity> => {
    const { assertion } = mention(0, 'patient', 'present');
    return { assertion: { ...assertion, said } };
  };

  test('is what the mentions say that say its status themselves', () => {
    const before = mention(0, 'patient', 'present', { ...dosed('5 mg'), ...saying('historical') });
    const facts = toMedicationFacts([before, mention(1000, 'patient', 'present', dosed('10 mg'))], () => '');
    expect(facts).toMatchObject({ status: 'taking', dose: ['10 mg'] });
  });

  test('is what any mention says, where those say nothing', () => {
    const considered = mention(0, 'clinician', 'present', { ...dosed('5 mg'), ...saying('possible') });
    const facts = toMedicationFacts([considered, mention(1000, 'patient', 'present')], () => '');
    expect(facts).toMatchObject({ status: 'taking', dose: ['5 mg'] });
  });

  test.each<[string, boolean]>([
    ['P: I take [paracetamol] when I need it.', true],
    ['P: I take [paracetamol] [as required|FREQUENCY].', true],
    ['P: I take [paracetamol] [twice a day|FREQUENCY].', false],
    ['P: I need to take [paracetamol].', false],
  ])('%s as needed: %j', async (line, asNeeded) => {
    const { medications } = await consult([line]);
    expect(medications).toMatchObject([{ status: 'taking', asNeeded }]);
  });
});

test.each<[string, string[], string | null]>([
  ['is prescribed', ["C: I'll start you on [ramipril]."], 'new'],
  ['is stopped today', ['P: I take [ramipril].', "C: Let's stop the [ramipril]."], 'stopped'],
  ['was stopped before', ['P: I stopped the [ramipril] in May.'], null],
  ['is taken as before', ['P: I take [ramipril].', 'C: Carry on with the [ramipril].'], null],
  ['is taken in another dose', ['P: I take [ramipril].', "C: We'll increase the [ramipril] to ten."], 'dose-changed'],
  ['was taken in another dose', ['P: They increased my [ramipril]. I take [ramipril].'], null],
  ['keeps its dose', ['P: I take [ramipril].', "C: We don't increase the [ramipril]."], null],
])('a medicine that %s: %s', async (_, lines, change) => {
  const { medications } = await consult(lines);
  expect(medications.map((medication) => medication.change)).toEqual([change]);
});

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
    expect(toMedicationFacts(mentions, () => '').status).toBe(status);
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
  const mentions = [
    mention(2, 'patient', 'present', { attributes: [said('twice'), said('once')] }),
    mention(1, 'patient', 'present', { attributes: [said('once')] }),
  ];
  const { status: _, change: __, asNeeded: ___, ...facts } = toMedicationFacts(mentions, () => '');
  const none = { dose: [], form: [], route: [], frequency: [], duration: [] };
  expect(facts).toEqual({ ...none, ...(field ? { [field]: ['once', 'twice'] } : {}) });
});

test('the mention that decides is the one that has the status', () => {
  const taken = mention(1, 'patient', 'present');
  const mentions = [taken, mention(2, 'clinician', 'planned'), mention(3, 'patient', 'possible')];
  expect(decidingMention(mentions)).toBe(taken);
  expect(decidingMention([mention(1, 'patient', 'possible')])).toBeUndefined();
});

test('the described document knows the same statuses', async () => {
  const path = join(import.meta.dirname, '../../../pipeline/schemas/consultation.schema.json');
  const { $defs } = JSON.parse(await readFile(path, 'utf8')) as {
    $defs: { medication: { properties: { status: { enum: string[] } } } };
  };
  expect($defs.medication.properties.status.enum).toEqual(medicationStatuses);
});
