import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Dialogue, readConsultations } from '../../../bench/roles/corpora.ts';
import { fitRoles, toStretches, toTurns } from '../../../bench/roles/fit.ts';
import { describeConfidence, describeWords } from '../../../bench/roles/measure.ts';
import { readDialogues } from '../../../bench/roles/roles.ts';
import { roleWeights } from '../../../pipeline/transcript/roleWeights.ts';

const visit = (id: string, ...lines: readonly [label: string, text: string][]): Dialogue => ({
  corpus: 'own',
  id,
  turns: lines.map(([label, text]) => ({ label, text })),
  roles: { doctor: 'clinician', patient: 'patient', guest: 'other' },
});

const visits = [
  visit(
    'throat',
    ['doctor', 'Do you have any fever?'],
    ['patient', 'Yes, I feel hot. My throat hurts.'],
    ['guest', 'She is up all night.'],
  ),
  visit('knee', ['patient', 'My knee hurts.'], ['doctor', 'How long have you had that?'], ['patient', 'A week.']),
  visit('child', ['doctor', 'Is he eating?'], ['guest', 'He eats a little.'], ['doctor', 'Does your son sleep?']),
];

describe('fitting', () => {
  test('learns which cue is whose', () => {
    const { clinician, other } = fitRoles(visits);
    expect(clinician.asks).toBeGreaterThan(0);
    expect(clinician.ownBody).toBeLessThan(0);
    expect(clinician.introduces).toBe(0); // nobody does
    expect(other.saysShe).toBeGreaterThan(0);
    expect(other.ownBody).toBeLessThan(0);
  });

  test('gives the same weights again', () => {
    expect(fitRoles(visits)).toEqual(fitRoles(visits));
  });

  test('a patient who is out-talked is heard as silent too', () => {
    const [, , child] = visits;
    const talk = visit(
      'ear',
      ['doctor', 'Does it hurt?'],
      ['patient', 'Yes.'],
      ['guest', 'He cried all night and he would not eat his breakfast either.'],
    );
    expect(fitRoles([talk]).silentPrior).toBeGreaterThan(fitRoles(visits.slice(0, 2)).silentPrior);
    expect(fitRoles([child!]).silentPrior).toBeGreaterThan(0);
  });
});

test('what a speaker says in one go is one turn, and a stretch has two speakers', () => {
  const lines = Array.from({ length: 20 }, (_, at): [string, string] => [at < 12 ? 'doctor' : 'patient', 'Well. Yes.']);
  const dialogue = visit('long', ...lines, ['doctor', 'Well.'], ['patient', 'Bye.']);
  expect(toTurns(dialogue).map(({ words }) => words.length)).toEqual([24, 16, 1, 1]);
  expect(toStretches(dialogue).map(({ turns, isWhole }) => [turns.length, isWhole])).toEqual([[4, true]]);
});

describe('measuring', () => {
  const asks: [string, string] = ['doctor', 'Do you have any pain? I am going to examine your knee.'];
  const complains: [string, string] = ['patient', "I've had pain in my knee, it hurts when I walk."];
  const longVisit = (id: string): Dialogue => ({
    ...visit(id, ...Array.from({ length: 12 }, (_, at) => (at % 2 ? complains : asks))),
    roles: { doctor: 'clinician', patient: 'patient' },
  });
  const wrong = { ...longVisit('swapped'), roles: { doctor: 'patient', patient: 'clinician' } as const };

  test('counts the words under a wrong role, and names the speakers', () => {
    const judged = [longVisit('right'), wrong].map((dialogue) => ({ dialogue, weights: roleWeights }));
    const [line, ...errors] = describeWords(judged);
    expect(line).toContain('wrong  50.00 %   unknown   0.00 %   of    276 words in   2 dialogues');
    expect(errors.map((error) => error.trim().slice(0, -5))).toEqual([
      'swapped doctor: clinician',
      'swapped patient: patient',
    ]);
  });

  test('shows what a confidence is worth', () => {
    const lines = describeConfidence([{ dialogue: wrong, weights: roleWeights }]);
    expect(lines.at(-1)).toContain('given, 0.0 % right');
  });

  test('a second clinician may be called one, but not the patient', () => {
    const { turns } = longVisit('student');
    const told = turns.map(({ label, text }) => ({ label: label === 'doctor' ? 'student' : label, text }));
    const dialogue: Dialogue = {
      corpus: 'own',
      id: 'student',
      turns: told,
      roles: { student: 'other', patient: 'patient' },
    };
    expect(describeWords([{ dialogue, weights: roleWeights }])).toHaveLength(1);
  });
});

test('a child is the patient where nobody else is', async () => {
  const dialogues = await readConsultations(join(import.meta.dirname, '../../../fixtures/consultations'));
  const rolesIn = (id: string) => dialogues.find((dialogue) => dialogue.id === id)?.roles;
  expect(rolesIn('child-with-fever')).toEqual({ clinician: 'clinician', mother: 'other', child: 'patient' });
  expect(rolesIn('buprenorphine-clinic-few-words')).toMatchObject({ nurse: 'other', patient: 'patient' });
});

const corpus = join(import.meta.dirname, '../../../../shared/corpus');

describe.runIf(existsSync(corpus))('mock consultations', () => {
  test('give the weights that the pipeline has', async () => {
    expect(fitRoles(await readDialogues(corpus))).toEqual(roleWeights);
  });

  test('one speaker at most changes places with the patient, told by the cues of the other fifths', async () => {
    const dialogues = await readDialogues(corpus);
    const isHeld = (at: number) => at % 5 === 0;
    const weights = fitRoles(dialogues.filter((_, at) => !isHeld(at)));
    const held = dialogues.filter((_, at) => isHeld(at)).map((dialogue) => ({ dialogue, weights }));
    expect(describeWords(held).filter((line) => line.startsWith('    ')).length).toBeLessThanOrEqual(1);
  });
});
