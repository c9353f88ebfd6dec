import { expect, test } from 'vitest';
import type { Expected } from '../../../local/cases/caseFiles.ts';
import type { Collected } from '../../../local/replay/collect.ts';
import { toOutcome } from '../../../local/replay/outcome.ts';
import { consult } from '../../pipeline/consult.ts';

const medicines = await consult(["P: I'm allergic to [penicillin].", 'C: Do you take [aspirin]?', 'P: No.']);
const habits = await consult(['P: I used to [smoke].'], {
  category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL',
  type: 'TOBACCO_USE',
});
const consultation = { ...medicines, socialHistory: habits.socialHistory };
const collected = { consultation, violations: [] } as unknown as Collected;
const execution = { status: 'SUCCEEDED', output: { status: 'completed' } } as Parameters<typeof toOutcome>[1];
const facts = { name: 'visit', recordingId: 'rec-1', duplicate: false, executions: 1, seconds: 1 };

test.each<[Partial<Expected>, string[]]>([
  [{ allergies: ['penicillin'], medications: ['aspirin'], socialHistory: ['smoking'] }, []],
  [{ medications: ['aspirin, not-taking'], socialHistory: ['smoking, former'] }, []],
  [{ allergies: ['aspirin'] }, ['allergies: expected aspirin, not found']],
  [{ medications: ['aspirin, taking'] }, ['medications: expected aspirin, taking, not found']],
  [{ socialHistory: ['smoking, never'] }, ['socialHistory: expected smoking, never, not found']],
  [{ ruledOut: ['aspirin'] }, ['ruledOut: expected aspirin, not found']],
])('%j differs by %j', (expected, differences) => {
  const outcome = toOutcome(facts, execution, collected, { status: 'completed', ...expected });
  expect(outcome).toMatchObject({ differences, ok: differences.length === 0 });
});
