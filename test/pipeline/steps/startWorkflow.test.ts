import { describe, expect, test } from 'vitest';
import type { RecordingObject } from '../../../pipeline/recording/recording.ts';
import { startWorkflow } from '../../../pipeline/steps/startWorkflow.ts';
import { auditedActions, portsOfVisit, recording } from '../visit.ts';

/** EventBridge's event; the key is as it is. */
const created = ({ bucket, key, versionId, etag, size }: RecordingObject) => ({
  version: '0',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  detail: {
    bucket: { name: bucket },
    object: { key, size, etag, ...(versionId === undefined ? {} : { 'version-id': versionId }) },
    reason: 'CompleteMultipartUpload',
  },
});

/** A notification that S3 sends by itself; the keys are URL-encoded. */
const notified = (objects: readonly RecordingObject[]) => ({
  Records: objects.map(({ bucket, key, versionId, etag, size }) => ({
    eventVersion: '2.6',
    eventName: 'ObjectCreated:Put',
    s3: {
      bucket: { name: bucket },
      object: {
        key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
        size,
        eTag: etag,
        versionId,
      },
    },
  })),
});

test('a recording starts one execution, named by its id and told where the object is', async () => {
  const ports = portsOfVisit();
  await startWorkflow(ports)(created(recording));
  const [input] = ports.kept.executions.values();
  expect(input).toEqual({ recordingId: expect.stringMatching(/^rec-[0-9a-f]{32}$/), recording });
  expect(ports.kept.effects).toEqual(['intake.claim', 'executions.start', 'intake.markStarted']);
});

test('every record of a notification is started, keys with blanks and accents too', async () => {
  const ports = portsOfVisit();
  const objects = ['visit one.m4a', 'consulta n\u00ba 2 + copia.webm'].map((name) => ({
    ...recording,
    key: `recordings/meeting 7/${name}`,
  }));
  for (const { key } of objects) ports.kept.checksums.set(key, key);
  await startWorkflow(ports)(notified(objects));
  expect([...ports.kept.executions.values()].map((input) => input.recording)).toEqual(objects);
});

test('a redelivered event starts nothing, and leaves nothing in the trail', async () => {
  const ports = portsOfVisit();
  await startWorkflow(ports)(created(recording));
  await startWorkflow(ports)(created(recording));
  expect(ports.kept.executions.size).toBe(1);
  expect(ports.kept.effects.filter((effect) => effect === 'executions.start')).toHaveLength(1);
  expect(auditedActions(ports)).toEqual([]);
});

describe('a second version of the same key', () => {
  const again = { ...recording, versionId: 'v2' };

  test('with the same bytes is a duplicate: audited once, never started', async () => {
    const ports = portsOfVisit();
    for (const object of [recording, again, again]) await startWorkflow(ports)(created(object));
    expect(ports.kept.executions.size).toBe(1);
    const [skipped, ...others] = ports.kept.audit.values();
    expect(others).toEqual([]);
    expect(skipped).toMatchObject({
      action: 'RECORDING_SKIPPED',
      appointmentId: 'appointment-3',
      executionArn: null,
      detail: { reason: 'Duplicate', original: [...ports.kept.executions.keys()][0] },
    });
    expect(skipped?.recordingId).not.toBe([...ports.kept.executions.keys()][0]);
  });

  test('with other bytes is another recording', async () => {
    const ports = portsOfVisit();
    await startWorkflow(ports)(created(recording));
    ports.kept.checksums.set(recording.key, 'other bytes');
    await startWorkflow(ports)(created(again));
    expect(ports.kept.executions.size).toBe(2);
  });
});

test('a start that failed after its claim is made good by the redelivery', async () => {
  const ports = portsOfVisit();
  const working = ports.executions;
  ports.executions = { ...working, start: () => Promise.reject(new Error('away')) };
  await expect(startWorkflow(ports)(created(recording))).rejects.toThrow('away');
  ports.executions = working;
  await startWorkflow(ports)(created(recording));
  expect(ports.kept.executions.size).toBe(1);
});

describe('an owner that was never started', () => {
  const again = { ...recording, versionId: 'v2' };

  test('is started by the next upload of the same bytes, once', async () => {
    const ports = portsOfVisit();
    const working = ports.executions;
    ports.executions = { ...working, start: () => Promise.reject(new Error('away')) };
    await expect(startWorkflow(ports)(created(recording))).rejects.toThrow('away');
    const [{ owner } = { owner: '' }] = ports.kept.claims.values();
    ports.executions = working;
    for (const object of [again, again, recording]) await startWorkflow(ports)(created(object));
    expect([...ports.kept.executions.values()]).toEqual([{ recordingId: owner, recording: again }]);
    expect([...ports.kept.audit.values()]).toMatchObject([
      { action: 'RECORDING_SKIPPED', detail: { reason: 'Duplicate', original: owner } },
    ]);
  });

  test('stays the owner when the start fails again: nothing is said to be a duplicate of nothing', async () => {
    const ports = portsOfVisit();
    ports.executions = { ...ports.executions, start: () => Promise.reject(new Error('away')) };
    for (const object of [recording, again])
      await expect(startWorkflow(ports)(created(object))).rejects.toThrow('away');
    expect(auditedActions(ports)).toEqual([]);
  });
});

test('an execution that started before its mark was written is not an error', async () => {
  const ports = portsOfVisit();
  const working = ports.intake;
  ports.intake = { ...working, markStarted: () => Promise.reject(new Error('away')) };
  await expect(startWorkflow(ports)(created(recording))).rejects.toThrow('away');
  ports.intake = working;
  await startWorkflow(ports)(created(recording));
  expect(ports.kept.executions.size).toBe(1);
  expect(auditedActions(ports)).toEqual([]);
});

test.each([
  'captures/meeting-7/audio/2026-03-02-09-30-00-000.mp4',
  'recordings/meeting-7/audio/2026-03-02-09-30-00-000.mp4',
  'recordings/meeting-7/video/7b1f6c0e.mp4',
  'recordings/meeting-7/meeting-events/7b1f6c0e.txt',
  'recordings/meeting-7/',
  'somewhere/else.mp4',
])('%s starts nothing and touches nothing', async (key) => {
  const ports = portsOfVisit();
  ports.kept.checksums.set(key, 'bytes');
  await startWorkflow(ports)(created({ ...recording, key }));
  expect(ports.kept.effects).toEqual([]);
});

test('an object that is gone already starts nothing', async () => {
  const ports = portsOfVisit();
  ports.kept.checksums.clear();
  await startWorkflow(ports)(created(recording));
  expect(ports.kept.effects).toEqual([]);
});

test('no log line carries a key', async () => {
  const ports = portsOfVisit();
  const chunk = { ...recording, key: 'captures/jane doe/audio/2026-03-02-09-30-00-000.mp4' };
  for (const object of [recording, { ...recording, versionId: 'v2' }, chunk])
    await startWorkflow(ports)(created(object));
  expect(ports.kept.logged.length).toBe(3);
  expect(ports.kept.logged.join()).not.toMatch(/recordings\/|captures\/|jane/);
});
