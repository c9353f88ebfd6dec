import { expect, test } from 'vitest';
import { awaitPlace } from '../../../pipeline/steps/awaitPlace.ts';
import { portsOfVisit, recordingId, startInput } from '../visit.ts';

const engine = 'transcribe-medical';
const other = { recordingId: 'rec-other', since: '2026-03-04T10:00:00.000Z' };
const input = { ...startInput, taskToken: 'token-1' };

test('sleeps while all places are taken, and is woken with the one that is given back', async () => {
  const ports = portsOfVisit({ MEDICAL_JOBS: '1' });
  await ports.places.take(engine, other, 900);
  await awaitPlace(ports)(input);
  expect(ports.kept.woken).toEqual([]);
  await ports.places.giveBack(engine, other.recordingId);
  expect(ports.kept.woken).toEqual(['token-1']);
  expect(Object.keys(ports.kept.places.look(engine).leases)).toEqual([recordingId]);
});

test('does not sleep when a place was given back meanwhile', async () => {
  const ports = portsOfVisit({ MEDICAL_JOBS: '1' });
  await awaitPlace(ports)(input);
  expect(ports.kept.woken).toEqual(['token-1']);
});
