import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureReasons, captureStates } from '../../../pipeline/meetings/capture.ts';
import { root } from '../../house/sources.ts';

const migration = readFileSync(join(root, 'supabase/migrations/20261128170000_capture.sql'), 'utf8');

test('the database knows every state, and no other', () => {
  const [, listed = ''] = /call_captures_state_listed check \(state in\s*\(([^)]+)\)/.exec(migration) ?? [];
  expect([...listed.matchAll(/'(\w+)'/g)].map(([, state]) => state)).toEqual([...captureStates]);
});

test.each(Object.entries(captureReasons))('%s can be kept, and is said in a sentence', (reason, sentence) => {
  const [, name = '$^'] = /call_captures_reason_is_a_name check \(reason ~ '([^']+)'\)/.exec(migration) ?? [];
  expect(reason).toMatch(new RegExp(name));
  expect(sentence).toMatch(/^[A-Z].+\.$/);
});
