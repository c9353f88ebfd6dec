import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureReasons, captureStates } from '../../../pipeline/meetings/capture.ts';
import { newestIn } from '../migrations.ts';

test('the database knows the same states', () => {
  const listed = newestIn(/call_captures_state_listed check \(state in\s*\(([^)]*)\)/);
  expect(listed.split(',').map((name) => name.trim().replaceAll("'", ''))).toEqual([...captureStates]);
});

test.each(Object.keys(captureReasons))('%s is a name that the database takes, and the runbook explains it', (name) => {
  const pattern = newestIn(/call_captures_reason_is_a_name check \(reason ~ '([^']*)'/);
  expect(name).toMatch(new RegExp(pattern || 'no pattern'));
  expect(readFileSync(join(import.meta.dirname, '../../../RUNBOOK.md'), 'utf8')).toContain(`\`${name}\``);
});
