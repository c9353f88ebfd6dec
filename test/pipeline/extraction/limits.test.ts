import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { longestCallMs } from '../../../pipeline/edge/limits.ts';
import { askingMs, charactersADay, mostCharacters, pauses } from '../../../pipeline/extraction/limits.ts';

test('the last call ends before the platform gives up, with time to store what was found', () => {
  const platformMs = 150_000;
  expect(askingMs + pauses.most + longestCallMs('comprehendMedical')).toBeLessThan(platformMs - 20_000);
});

test('the database counts to the same number', () => {
  const sql = readFileSync('supabase/migrations/20261129140000_extraction.sql', 'utf8');
  expect(/most constant integer := (\d+);/.exec(sql)?.[1]).toBe(String(charactersADay));
  expect(mostCharacters).toBeLessThan(charactersADay);
});
