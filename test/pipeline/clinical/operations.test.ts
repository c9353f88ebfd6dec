import { expect, test } from 'vitest';
import { maxTextBytes } from '../../../local/services/comprehendMedical/limits.ts';
import { defaultOperations, isOperation, operationNames, operations } from '../../../pipeline/clinical/operations.ts';

test('a call carries as many bytes as the stand-in takes: the two tables are written apart', () => {
  const bytes = Object.fromEntries(operationNames.map((name) => [name, operations[name].bytes]));
  expect(bytes).toEqual(maxTextBytes);
});

test('the operation that tells what an entity is has the first say on it', () => {
  expect(operationNames[0]).toBe('DetectEntitiesV2');
  expect(operations.DetectEntitiesV2.codes).toBeNull();
});

test('every other operation has a code system and a field of its own', () => {
  const codes = operationNames.slice(1).map((name) => operations[name].codes);
  expect(codes).not.toContain(null);
  expect(new Set(codes.map((of) => of?.system)).size).toBe(codes.length);
  expect(new Set(codes.map((of) => of?.field)).size).toBe(codes.length);
});

test('a deployment that does not say calls all but SNOMED CT', () => {
  expect(operationNames.filter((name) => !defaultOperations.includes(name))).toEqual(['InferSNOMEDCT']);
});

test.each([
  ['InferRxNorm', true],
  ['DetectPHI', false],
  ['inferrxnorm', false],
  ['toString', false],
  ['', false],
])('%j is an operation of ours: %j', (name, expected) => {
  expect(isOperation(name)).toBe(expected);
});
