import { readCase } from '../../../local/cases/caseFolder.ts';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { describe, expect, test } from 'vitest';
import { toDocuments } from '../../../bench/consultations/documents.ts';
import { toReviewables } from '../../../pipeline/reading/patient.ts';
import { openMedicines, openVisit } from './visit.ts';

describe('a finding may be given', () => {
  test('the statuses of its kind, the one it has among them', async () => {
    const [, asthma] = toReviewables(await openVisit());
    expect(asthma).toMatchObject({ kind: 'condition', list: 'ruledOut', status: 'absent', label: 'asthma' });
    expect(Object.keys(asthma?.choices ?? {})).toEqual([
      'present',
      'absent',
      'possible',
      'historical',
      'family',
      'allergic',
    ]);
    expect(asthma?.choices['allergic']).toEqual({ list: 'allergies', section: 'told', sentence: 'Allergy: {label}.' });
  });
  test('a status that it does not have without what the machine heard of the other', async () => {
    const [metformin, ramipril] = toReviewables(await openMedicines());
    expect(metformin?.choices['taking']?.sentence).toBe('You take {label}, 500 mg, twice a day.');
    expect(metformin?.choices['planned']?.sentence).toBe('New: {label}.');
    expect(ramipril?.choices['stopped']?.sentence).toBe('Stop taking {label}.');
    expect(ramipril?.choices['taking']?.sentence).toBe('You take {label}.');
  });
});

test('whole consultations: each finding has its own status among its choices, and no sentence has a code', async () => {
  const engine = loadEngine();
  for (const name of ['ten-minute-consultation', 'long-visit', 'mental-health', 'pediatric-visit-with-parent']) {
    const { entities, consultation } = await toDocuments(await readCase(`fixtures/${name}`), { engine, traits: true });
    const reviewables = toReviewables({ entities: entities.entities, consultation });
    const codes = entities.entities.flatMap((entity) => entity.codes.map(({ code }) => code));
    for (const { list, status, choices } of reviewables) {
      expect(choices[status]?.list).toBe(list);
      for (const { section, sentence } of Object.values(choices)) {
        expect(section === null).toBe(sentence === null);
        expect(codes.filter((code) => sentence?.includes(code))).toEqual([]);
      }
    }
    expect(new Set(reviewables.map(({ id }) => id)).size).toBe(reviewables.length);
  }
});
