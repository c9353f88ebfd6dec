import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { seedSession } from '../../local/replay/session.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, sessionOf, visit } from './visits.ts';

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

/** A visit whose meeting was captured for so long, and whose chunks are joined for the nth time. */
async function captured(name: string, expectedMs: number, attempt: number) {
  const given = visit(name);
  await seedSession(product.deployment.supabase, given);
  const [meeting, session] = [meetingOf(name), sessionOf(name)];
  await product.sql(`
    insert into public.call_meetings (meeting_id, session_id, attempt, control_region, data, created_at, seen_at, ended_at)
      values ('${meeting}', '${session}', 1, 'eu-central-1', '{}', now(), now(), now());
    insert into public.call_captures (meeting_id, session_id, attempt, started_at, ended_at, expected_ms, state, since,
        is_settled, version)
      values ('${meeting}', '${session}', ${attempt}, '2026-03-04T10:00:00.250Z', now(), ${expectedMs}, 'joining', now(), true, 1)`);
  const { outcome, folder } = await product.run(given);
  const [recording] = await product.rows('recordings', 'recording_id', outcome.recordingId);
  const summary = JSON.parse(
    await readFile(join(folder, 'consultation.json'), 'utf8').catch(() => 'null'),
  ) as Consultation;
  return { outcome, recording, summary };
}

test('the recording of a call began when its capture did, and says nothing of being cut short', async () => {
  const { outcome, recording, summary } = await captured('joined-whole', 1_000, 1);
  expect(outcome.status).toBe('completed');
  expect(Date.parse(String(recording?.['started_at']))).toBe(Date.parse('2026-03-04T10:00:00.250Z'));
  expect(summary.startedAt).toBe('2026-03-04T10:00:00.250Z');
  expect(summary.quality.flags).not.toContain('truncated');
});

test('the last of three files that are too short is transcribed, and says that it is cut short', async () => {
  const { outcome, summary } = await captured('joined-truncated', 3_600_000, 3);
  expect(outcome.status).toBe('completed');
  expect(summary.quality.flags).toContain('truncated');
});
