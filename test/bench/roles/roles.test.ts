import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCorpora } from '../../../bench/roles/corpora.ts';
import { fitCues, fitScale, toStretches } from '../../../bench/roles/fit.ts';
import { fitRoles } from '../../../bench/roles/roles.ts';
import { roleWeights } from '../../../pipeline/transcript/roleWeights.ts';
import { castRoles } from '../../../pipeline/transcript/speakers.ts';

const visit = (id: string, ...lines: readonly [label: string, text: string][]) => ({
  corpus: 'own',
  id,
  turns: lines.map(([label, text]) => ({ label, text })),
  roles: { doctor: 'clinician', patient: 'patient', guest: 'other' } as const,
});

const visits = [
  visit(
    'throat',
    ['doctor', 'Do you have any fever?'],
    ['patient', 'Yes, I feel hot.'],
    ['guest', 'She is up all night.'],
  ),
  visit('knee', ['patient', 'My knee hurts.'], ['doctor', 'How long have you had that?'], ['patient', 'A week.']),
  visit('child', ['doctor', 'Is he eating?'], ['guest', 'He eats a little.'], ['doctor', 'Does your son sleep?']),
];

describe('fitting', () => {
  test('learns which cue is whose', () => {
    const { clinician, other } = fitCues(visits);
    expect(clinician.asks).toBeGreaterThan(0);
    expect(clinician.ownBody).toBeLessThan(0);
    expect(clinician.introduces).toBe(0); // nobody does
    expect(other.saysShe).toBeGreaterThan(0);
    expect(other.i).toBeLessThan(0);
  });

  test('gives the same weights again', () => {
    expect(fitCues(visits)).toEqual(fitCues(visits));
  });

  test('trusts the cues less where they mislead', () => {
    const [first] = visits;
    if (!first) throw new Error('no visit');
    const misled = { ...first, roles: { doctor: 'patient', patient: 'clinician', guest: 'other' } as const };
    const cues = fitCues(visits);
    const scaleOn = (...dialogues: Parameters<typeof fitCues>[0]) =>
      fitScale(dialogues.flatMap((dialogue) => toStretches(dialogue, cues))).scale;
    expect(scaleOn(first, misled)).toBeLessThan(scaleOn(first, first));
  });
});

const corpus = join(import.meta.dirname, '../../../../shared/corpus');

describe.runIf(existsSync(corpus))('mock consultations that nobody of this project wrote', () => {
  test('give the weights that the pipeline has', { timeout: 60_000 }, async () => {
    expect(fitRoles(await readCorpora(corpus))).toEqual(roleWeights);
  });

  test('nobody changes places with the patient, told by the cues of the other corpora', {
    timeout: 60_000,
  }, async () => {
    const dialogues = await readCorpora(corpus);
    const swapped = [...Map.groupBy(dialogues, (dialogue) => dialogue.corpus).values()].flatMap((own) => {
      const cues = fitCues(dialogues.filter((dialogue) => !own.includes(dialogue)));
      return own.filter((dialogue) => {
        const [whole] = toStretches(dialogue, cues).filter(({ turns }) => turns === dialogue.turns.length);
        const cast = castRoles(whole?.standings ?? [], roleWeights);
        return [...cast].some(([label, { role }]) => {
          const told = dialogue.roles[label];
          return (role === 'clinician' && told === 'patient') || (role === 'patient' && told === 'clinician');
        });
      });
    });
    expect(swapped.map(({ id }) => id)).toEqual([]);
  });
});
