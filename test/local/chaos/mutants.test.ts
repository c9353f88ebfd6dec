import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutants, mutate } from '../../../local/chaos/mutants.ts';
import { root } from '../../house/sources.ts';

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s can be taken out of its source', (_, mutant) => {
  const text = readFileSync(join(root, mutant.file), 'utf8');
  const without = mutate(text, mutant);
  expect(without).not.toContain(mutant.from);
  expect(without.length).toBe(text.length - mutant.from.length + mutant.to.length);
});

test('a text that is not there, or there twice, is no safeguard', () => {
  const mutant = { name: 'a', file: 'b', from: 'c', to: '' };
  for (const text of ['', 'cc']) expect(() => mutate(text, mutant)).toThrow('a: its text does not stand in b once');
});
