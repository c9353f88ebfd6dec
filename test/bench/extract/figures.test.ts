import { expect, test } from 'vitest';
import { extract } from '../../../bench/extract.ts';
import { caseReportFigures } from '../../../bench/extract/caseReports.ts';
import { consultationFigures, type Noted } from '../../../bench/extract/consultations.ts';
import { readNoteFacts } from '../../../bench/extract/noteFacts.ts';
import { loadEngine } from '../../../local/lexicon/engine.ts';

const valuesOf = (figures: readonly { name: string; value: number }[]) =>
  Object.fromEntries(figures.map(({ name, value }) => [name, Math.round(value)]));

test('without the corpora nothing is measured, and it is said why', async () => {
  expect(await extract('no/such/folder')).toEqual({
    skipped: expect.stringMatching(/^no\/such\/folder\/\S+ is missing$/) as string,
  });
});

test('a case report: denied findings count, a divided code is met from below, fears do not count', () => {
  const reports = [{ text: 'There was headache but no fever. He may have pneumonia.', codes: ['R51', 'R50.9', 'I10'] }];
  expect(valuesOf(caseReportFigures(reports, loadEngine(), 'x'))).toMatchObject({
    'case reports, development half, x, code recall': 67,
    'case reports, development half, x, code precision': 100,
    'case reports, development half, x, category recall': 67,
  });
});

test('a consultation: found is found in any list, agreed only in its own', () => {
  const facts = readNoteFacts(
    [
      'c1\tabsent\tfever\tR50',
      'c1\tabsent\tcough\tR05',
      'c1\tpresent\theadache\tR51',
      'c1\tpresent\tdizziness\tR42',
      'c1\tmedicine\taspirin\taspirin',
    ].join('\n'),
  );
  const findings: Noted['findings'] = [
    { list: 'ruledOut', code: 'R50.9', words: 'fever', isMedicine: false },
    { list: 'problems', code: 'R05.9', words: 'cough', isMedicine: false },
    { list: 'problems', code: 'R51.9', words: 'headache', isMedicine: false },
    { list: 'problems', code: 'I10', words: 'hypertension', isMedicine: false },
    { list: 'problems', code: '', words: 'something without a code', isMedicine: false },
    { list: 'medications', code: '', words: 'aspirin', isMedicine: true },
  ];
  const figures = consultationFigures([{ id: 'c1', facts: facts.get('c1') ?? [], findings }], 'x');
  expect(valuesOf(figures)).toMatchObject({
    'consultations, development half, x, recall of facts': 80,
    'consultations, development half, x, precision': 80,
    'consultations, development half, x, negated facts ruled out': 50,
    'consultations, development half, x, present facts as problems': 100,
  });
});
