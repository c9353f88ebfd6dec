import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonNames, reasons } from '../../../pipeline/clinical/reasons.ts';
import { root, sources } from '../../house/sources.ts';

const rules = sources('pipeline/clinical/assertion')
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

describe.each(reasonNames)('%s', (name) => {
  test('is written as a constant, and its text for people', () => {
    expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(reasons[name]).toMatch(/^[a-z][a-z ,]{3,60}$/);
  });

  test('is given by a rule', () => expect(rules).toContain(`'${name}'`));
});

test('no two reasons read the same', () => {
  expect(new Set(Object.values(reasons)).size).toBe(reasonNames.length);
});
