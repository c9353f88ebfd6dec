import { describe, expect, test } from 'vitest';
import { recordFailure } from '../../../pipeline/steps/recordFailure.ts';
import { meetingId, portsOfVisit, recording, recordingId, session, stepInput } from '../visit.ts';

const cause = JSON.stringify({ errorType: 'UnsupportedMedia', errorMessage: 'no audio track', trace: ['at x.ts:1:1'] });
const engine = 'transcribe-medical';
const input = { ...stepInput, engine, failure: { Error: 'UnsupportedMedia', Cause: cause } } as const;

test('session, recording and trail say what failed', async () => {
  const ports = portsOfVisit();
  expect(await recordFailure(ports)(input)).toEqual({ name: 'UnsupportedMedia', message: 'no audio track' });
  expect(ports.kept.rows.get(recordingId)).toMatchObject({
    sessionId: session.sessionId,
    status: 'failed',
    error: { name: 'UnsupportedMedia', message: 'no audio track' },
  });
  expect([...ports.kept.audit.values()]).toEqual([
    {
      action: 'RECORDING_FAILED',
      meetingId,
      appointmentId: 'appointment-3',
      recordingId,
      executionArn: stepInput.executionArn,
      actor: 'recordFailure',
      detail: { error: 'UnsupportedMedia' },
    },
  ]);
});

test('a repeat leaves one entry and the same row', async () => {
  const ports = portsOfVisit();
  await recordFailure(ports)(input);
  const row = ports.kept.rows.get(recordingId);
  await recordFailure(ports)(input);
  expect(ports.kept.rows.get(recordingId)).toEqual(row);
  expect(ports.kept.audit.size).toBe(1);
});

test.each([
  ['is missing', undefined, ''],
  ['is plain text', 'The state timed out', 'The state timed out'],
  ['is JSON of another kind', '{"code":7}', ''],
  ['is very long', 'x'.repeat(2000), 'x'.repeat(500)],
])('a cause that %s gives the message %#', async (_, Cause, message) => {
  const failure = { Error: 'States.Timeout', ...(Cause === undefined ? {} : { Cause }) };
  expect(await recordFailure(portsOfVisit())({ ...input, failure })).toEqual({ name: 'States.Timeout', message });
});

test('a meeting that stayed unknown is received first: nothing was recorded while its session could still come', async () => {
  const ports = portsOfVisit();
  ports.kept.sessions.clear();
  const unknown = { ...input, failure: { Error: 'UnknownMeeting' } };
  for (let n = 0; n < 2; n += 1) await recordFailure(ports)(unknown);
  expect([...ports.kept.audit.values()].map(({ action }) => action)).toEqual([
    'RECORDING_RECEIVED',
    'RECORDING_FAILED',
  ]);
  expect(ports.kept.measured).toEqual([
    ['RecordingsReceived', 1],
    ['RecordingsFailed', 1, 'UnknownMeeting'],
  ]);
});

describe('when one store is away', () => {
  const away = () => Promise.reject(new Error('away'));

  test('each try that could not write is counted, and the one that can is not', async () => {
    const ports = portsOfVisit();
    const working = ports.audit;
    ports.audit = { ...working, record: away };
    for (let n = 0; n < 2; n += 1) await expect(recordFailure(ports)(input)).rejects.toThrow('away');
    expect(ports.kept.measured).toEqual([
      ['FailureNotRecorded', 1],
      ['FailureNotRecorded', 1],
    ]);
    ports.audit = working;
    await recordFailure(ports)(input);
    expect(ports.kept.measured.slice(2)).toEqual([['RecordingsFailed', 1, 'UnsupportedMedia']]);
  });

  test('a row that was written without its session is written again: the session would not show the failure', async () => {
    const ports = portsOfVisit();
    const working = ports.ehr;
    ports.ehr = { ...working, findSession: away };
    await expect(recordFailure(ports)(input)).rejects.toThrow('away');
    ports.ehr = working;
    await recordFailure(ports)(input);
    expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'failed', sessionId: session.sessionId });
  });

  test('the trail is written without the health record, and the step is tried again', async () => {
    const ports = portsOfVisit();
    ports.ehr.findSession = away;
    ports.ehr.recordFailure = away;
    await expect(recordFailure(ports)(input)).rejects.toThrow('away');
    expect([...ports.kept.audit.values()]).toMatchObject([{ action: 'RECORDING_FAILED', appointmentId: null }]);
  });

  test('the health record is written without the trail, and the step is tried again', async () => {
    const ports = portsOfVisit();
    ports.audit.record = away;
    await expect(recordFailure(ports)(input)).rejects.toThrow('away');
    expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'failed' });
  });
});

test.each([
  ['of an unknown meeting', recording.key, meetingId],
  ['outside every meeting', 'stray.mp4', 'unknown'],
])('a recording %s is recorded all the same', async (_, key, meeting) => {
  const ports = portsOfVisit();
  ports.kept.sessions.clear();
  await recordFailure(ports)({ ...input, recording: { ...recording, key } });
  expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'failed', sessionId: null });
  expect([...ports.kept.audit.values()]).toMatchObject([{ meetingId: meeting, appointmentId: null }]);
});

describe('the place of a recording that failed', () => {
  const ticket = { recordingId, since: '2026-03-04T10:29:50.000Z' };

  test('is given back', async () => {
    const ports = portsOfVisit();
    await ports.places.take(engine, ticket, 900);
    await recordFailure(ports)(input);
    expect(ports.kept.places.look(engine).used).toBe(0);
  });

  test('is kept until its time is over when it cannot be given back: the failure shows', async () => {
    const ports = portsOfVisit();
    await ports.places.take(engine, ticket, 900);
    ports.places.giveBack = () => Promise.reject(new Error('away'));
    await recordFailure(ports)(input);
    expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'failed' });
  });

  test('is not looked for where no engine was chosen', async () => {
    const ports = portsOfVisit();
    ports.places.giveBack = () => expect.fail('there is none');
    expect(await recordFailure(ports)({ ...input, engine: 'none' })).toMatchObject({ name: 'UnsupportedMedia' });
  });
});
