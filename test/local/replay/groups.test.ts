import { expect, test } from 'vitest';
import type { Case } from '../../../local/cases/caseFolder.ts';
import { toGroups } from '../../../local/replay/groups.ts';
import { defaultOperations, type Operation } from '../../../pipeline/clinical/operations.ts';
import { visit } from '../../workflow/visits.ts';

const naming = (name: string, operations?: Operation[]): Case =>
  visit(name, operations ? { session: { operations } } : {});
const written = (cases: readonly Case[], otherwise?: readonly Operation[]) =>
  toGroups(cases, otherwise).map((group) => [group.operations.join(), ...group.cases.map(({ name }) => name)]);

const usual = defaultOperations.join();

test('cases that name no operations share a stack with those that name the same ones, in whatever order', () => {
  const same = [...defaultOperations].reverse();
  expect(written([naming('a'), naming('b', ['InferSNOMEDCT']), naming('c', same), naming('d')])).toEqual([
    [usual, 'a', 'c', 'd'],
    ['InferSNOMEDCT', 'b'],
  ]);
});

test('the same words with other answers, or with none, are run apart', () => {
  const lines = ['clinician: Hello.', 'patient: I have a cough.'];
  const answering = (name: string, answers?: unknown) => ({
    ...visit(name, {}, lines),
    ...(answers !== undefined && { answers }),
  });
  const one = [{ operation: 'InferICD10CM', text: 'x', response: {} }];
  const other = visit('d', {}, ['clinician: Hello.', 'patient: I have a rash.']);
  const cases = [answering('a', one), answering('b'), answering('c', []), other, answering('e', one), answering('f')];
  expect(written(cases)).toEqual([
    [usual, 'a', 'd', 'e'],
    [usual, 'b', 'f'],
    [usual, 'c'],
  ]);
});

test('what is asked for is called for the cases that do not say', () => {
  const cases = [naming('a'), naming('b', ['InferSNOMEDCT', 'InferICD10CM'])];
  expect(written(cases, ['InferRxNorm'])).toEqual([
    ['InferRxNorm', 'a'],
    ['InferICD10CM,InferSNOMEDCT', 'b'],
  ]);
});
