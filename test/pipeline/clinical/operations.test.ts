import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { maxTextBytes } from '../../../local/services/comprehendMedical/limits.ts';
import {
  codeSystems,
  defaultOperations,
  isOperation,
  operationNames,
  operations,
  toOperations,
} from '../../../pipeline/clinical/operations.ts';
import { newestIn } from '../migrations.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('a list of operations', () => {
  test('is read in the order of the table, each once', () => {
    expect(toOperations('InferRxNorm, DetectEntitiesV2,InferRxNorm,', 'X')).toEqual([
      'DetectEntitiesV2',
      'InferRxNorm',
    ]);
  });

  test.each([
    ['DetectEntitiesV2,DetectPHI', 'DetectPHI'],
    ['toString', 'toString'],
    ['', 'no operation'],
    [' ,', 'no operation'],
  ])('"%s" is refused', (list, named) => {
    expect(() => toOperations(list, 'OPERATIONS')).toThrow(
      `OPERATIONS names ${named}; there are DetectEntitiesV2, InferICD10CM, InferRxNorm, InferSNOMEDCT`,
    );
  });
});

test('SNOMED CT costs more than all codes of the others together, and is called only where somebody says so', () => {
  expect(defaultOperations).toEqual(['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm']);
  expect(operations.InferSNOMEDCT.usdPerUnit).toBeGreaterThan(
    operations.InferICD10CM.usdPerUnit + operations.InferRxNorm.usdPerUnit,
  );
});

/** Every `enum` inside a JSON Schema. */
function* enumsIn(schema: unknown): Generator<unknown[]> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'enum' && Array.isArray(value)) yield value;
    else yield* enumsIn(value);
  }
}

describe('a row that is added is told everywhere:', () => {
  test.each(['entities', 'consultation'])('%s.schema.json lists every operation and every code system', (name) => {
    const enums = [...enumsIn(JSON.parse(read(`pipeline/schemas/${name}.schema.json`)))];
    for (const known of [operationNames, codeSystems]) {
      const listed = enums.filter((values) => values.some((value) => known.some((one) => one === value)));
      expect(listed).not.toEqual([]);
      expect(listed).toEqual(listed.map(() => [...known]));
    }
  });

  test('the database takes codes of every system', () => {
    const constraint = newestIn(/clinical_codes_system_listed check \(system in \(([^)]*)\)\)/);
    const argument = newestIn(/"entity": "string", "system": \[([^\]]*)\]/);
    expect(constraint.split(', ')).toEqual(codeSystems.map((system) => `'${system}'`));
    expect(argument.split(', ')).toEqual(codeSystems.map((system) => `"${system}"`));
  });

  test('a deployment that says nothing calls what the table has by default', () => {
    const { params } = parse(read('serverless.yml')) as { params: { default: { operations: string } } };
    expect(params.default.operations).toBe(defaultOperations.join(','));
  });

  test('the stand-in takes as many bytes as the plan cuts', () => {
    expect(maxTextBytes).toEqual(Object.fromEntries(operationNames.map((name) => [name, operations[name].bytes])));
  });
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

test.each([
  ['InferRxNorm', true],
  ['DetectPHI', false],
  ['inferrxnorm', false],
  ['toString', false],
  ['', false],
])('%j is an operation of ours: %j', (name, expected) => {
  expect(isOperation(name)).toBe(expected);
});
