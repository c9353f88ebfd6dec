import { expect, test } from 'vitest';
import { compare, type Compared } from '../../../local/replay/compare.ts';
import { type FindingList, lists } from '../../../pipeline/clinical/finding.ts';

interface Said {
  list: FindingList;
  label: string;
  id?: string;
  code?: string;
  status?: string;
}

function consultation(...said: Said[]): Compared {
  const of = (wanted: FindingList) =>
    said
      .filter(({ list }) => list === wanted)
      .map(({ label, id = label, code, status }) => ({
        id,
        label,
        codes: code === undefined ? [] : [{ system: 'ICD-10-CM', code }],
        toCheck: null,
        ...(status === undefined ? {} : { status }),
      }));
  const found = Object.fromEntries(lists.map((list) => [list, of(list)]));
  return { status: 'completed', ...found } as unknown as Compared;
}

const cough: Said = { list: 'problems', label: 'cough', code: 'R05.9' };
const fever: Said = { list: 'ruledOut', label: 'fever' };
const aspirin: Said = { list: 'medications', label: 'aspirin', status: 'taking' };

test.each<[what: string, before: Said[], after: Said[], lines: string[]]>([
  ['the same', [cough, fever], [cough, fever], []],
  ['the same at another place in the text', [cough], [{ ...cough, id: 'further on' }], []],
  ['added', [cough], [cough, fever], ['+ Ruled out: fever']],
  ['gone', [cough, fever], [fever], ['- Problems: cough (R05.9)']],
  ['in another list', [cough], [{ ...cough, list: 'possible' }], ['~ Possible: cough: list Problems → Possible']],
  [
    'of another status',
    [aspirin],
    [{ ...aspirin, status: 'stopped' }],
    ['~ Medications: aspirin: status taking → stopped'],
  ],
  ['with another code', [cough], [{ ...cough, code: 'R05.1' }], ['~ Problems: cough: codes R05.9 → R05.1']],
  ['without its code', [cough], [{ list: 'problems', label: 'cough' }], ['~ Problems: cough: codes R05.9 → none']],
  [
    'changed in several ways',
    [cough],
    [{ ...cough, id: 'further on', list: 'possible', code: 'R05.1' }],
    ['~ Possible: cough: list Problems → Possible; codes R05.9 → R05.1'],
  ],
  [
    'twice in the talk, and one of them gone: the one that stayed is the same',
    [cough, { ...cough, id: 'later', list: 'pastHistory' }],
    [{ ...cough, id: 'later', list: 'pastHistory' }],
    ['- Problems: cough (R05.9)'],
  ],
])('%s', (_, before, after, lines) => {
  expect(compare(consultation(...before), consultation(...after))).toEqual(lines);
});

test('a run without a consultation has lost its findings', () => {
  expect(compare(consultation(cough), undefined)).toEqual([
    '~ the consultation: completed → no consultation',
    '- Problems: cough (R05.9)',
  ]);
  expect(compare(undefined, undefined)).toEqual([]);
});
