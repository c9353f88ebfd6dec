import { expect, test } from 'vitest';
import { bestCode, codeOf, rankCodes } from '../../../pipeline/clinical/codes.ts';
import type { Code } from '../../../pipeline/clinical/entities.ts';
import type { CodeSystem } from '../../../pipeline/clinical/operations.ts';

const suggested = (system: CodeSystem, code: string, score: number): Code => ({
  system,
  code,
  description: '',
  score,
  rank: 9,
  billable: null,
});
const written = (codes: readonly Code[]) => codes.map(({ code, score, rank }) => [code, score, rank]);

const mixed = [
  suggested('SNOMED-CT', '29857009', 0.99),
  suggested('ICD-10-CM', 'R07.89', 0.4),
  suggested('SNOMED-CT', '49727002', 0.2),
  suggested('RxNorm', '1191', 0.9),
  suggested('ICD-10-CM', 'R07.9', 0.7),
];

test('codes stand system by system as in the table of operations, and are ranked within each', () => {
  expect(written(rankCodes(mixed))).toEqual([
    ['R07.9', 0.7, 1],
    ['R07.89', 0.4, 2],
    ['1191', 0.9, 1],
    ['29857009', 0.99, 1],
    ['49727002', 0.2, 2],
  ]);
});

test('a code that is given twice is one, with its best score; the same sign in another system is another', () => {
  const codes = [
    suggested('RxNorm', '1191', 0.3),
    suggested('SNOMED-CT', '1191', 0.8),
    suggested('RxNorm', '1191', 0.5),
  ];
  expect(written(rankCodes(codes))).toEqual([
    ['1191', 0.5, 1],
    ['1191', 0.8, 1],
  ]);
});

test('of two with the same score the one that came first is better', () => {
  const codes = [suggested('RxNorm', 'B', 0.5), suggested('RxNorm', 'A', 0.5)];
  expect(rankCodes(codes).map(({ code }) => code)).toEqual(['B', 'A']);
});

test('the best code is that of one system, and says which', () => {
  const ranked = rankCodes(mixed);
  expect(codeOf(ranked, 'SNOMED-CT')).toBe('29857009');
  expect(bestCode(ranked, 'SNOMED-CT')).toBe('SNOMED-CT 29857009');
  expect(bestCode(ranked, 'ICD-10-CM')).toBe('ICD-10-CM R07.9');
  expect(bestCode(ranked.slice(0, 2), 'RxNorm')).toBeUndefined();
});
