import { expect, test } from 'vitest';
import { unreadable } from '../../../local/replay/unreadable.ts';

test.each([
  [{ code: '42501', message: 'permission denied' }, 'the table t cannot be read (42501): see SupabaseRefused'],
  [{ code: '', message: 'TypeError: fetch failed\n    at x' }, 'Supabase does not answer (fetch failed). Look at its'],
  [{ message: '' }, 'Supabase does not answer (nothing was said). Look at'],
])('%j', (error, message) => {
  const refusal = unreadable('t', error);
  expect(refusal.message).toContain(message);
  expect(refusal.exitCode).toBe(1);
});
