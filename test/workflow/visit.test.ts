import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecordedCall, type RecordingHouse, recordingHouse, toDialogue } from './recordedCall.ts';

let at: RecordingHouse;
beforeAll(async () => {
  at = await recordingHouse();
});
afterAll(() => at.house[Symbol.asyncDispose]());

const soreThroat = toDialogue([
  'clinician: Good morning. I have read your notes, so tell me what has been going on since we last spoke.',
  'patient: I have had a sore throat and a cough for three days, and I feel rotten.',
  'clinician: Any fever, or any trouble with your breathing at night?',
  'patient: No. I take lisinopril for high blood pressure, and that is all.',
]);

test.each(['supabase', 'firebase'] as const)('a visit becomes codes: tokens of %s', async (family) => {
  const call = await RecordedCall.meet(at, family);
  await call.agree();
  await call.say(soreThroat);
  await call.end();
  const rows = await call.recordings();
  const id = String(rows[0]?.['recording_id']);
  const { turns, codes } = await at.house.product.results(id);
  await at.house.carry();
  expect(rows).toHaveLength(1);
});
