import { describe, expect, test } from 'vitest';
import type { RecordingStatus } from '../../../pipeline/ehr.ts';
import { type RecordingObject, toRecordingId } from '../../../pipeline/recording/recording.ts';
import { startWorkflow } from '../../../pipeline/steps/startWorkflow.ts';
import type { MemoryPorts } from '../memoryPorts.ts';
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

describe('the same bytes under another name', () => {
  const named = (fileName: string, meeting = 'meeting-7'): RecordingObject => ({
    ...recording,
    key: `recordings/${meeting}/${fileName}`,
  });
  const [first, second] = [named('visit.wav'), named('visit (1).wav')];
  const portsWith = (...objects: RecordingObject[]) => {
    const ports = portsOfVisit();
    for (const { key } of objects) ports.kept.checksums.set(key, 'the same bytes');
    return ports;
  };
  const started = ({ kept }: MemoryPorts) => [...kept.executions.values()].map((input) => input.recording.key);

  test.each<[string, RecordingObject]>([
    ['another name', second],
    ['no extension', named('5f1c2d3e-1111-4222-8333-444455556666')],
    ['a deeper folder', named('2026/visit.wav')],
  ])('are a duplicate, in a row and an entry: %s', async (_, copy) => {
    const ports = portsWith(first, copy);
    for (const object of [first, copy, copy]) await startWorkflow(ports)(created(object));
    expect(started(ports)).toEqual([first.key]);
    const [original = ''] = ports.kept.executions.keys();
    expect([...ports.kept.audit.values()]).toMatchObject([{ action: 'RECORDING_SKIPPED', detail: { original } }]);
    expect([...ports.kept.rows.values()]).toMatchObject([
      { status: 'skipped', error: { name: 'Duplicate' }, duplicateOf: original, recording: { key: copy.key } },
    ]);
  });

  test('in another meeting are another recording', async () => {
    const other = named('visit.wav', 'meeting-8');
    const ports = portsWith(first, other);
    for (const object of [first, other]) await startWorkflow(ports)(created(object));
    expect(started(ports)).toEqual([first.key, other.key]);
  });

  test('are not what two empty objects have', async () => {
    const ports = portsWith(first, second);
    for (const object of [first, second]) await startWorkflow(ports)(created({ ...object, size: 0 }));
    expect(started(ports)).toEqual([first.key, second.key]);
  });

  test('are not what two objects of no meeting have', async () => {
    const [a, b] = [
      { ...recording, key: 'recordings/a.mp4' },
      { ...recording, key: 'recordings/b.mp4' },
    ];
    const ports = portsWith(a, b);
    for (const object of [a, b]) await startWorkflow(ports)(created(object));
    expect(started(ports)).toEqual([a.key, b.key]);
  });

  test.each<RecordingStatus>(['failed', 'skipped'])('are tried again after the first was %s, once', async (status) => {
    const ports = portsWith(first, second, named('visit (2).wav'));
    await startWorkflow(ports)(created(first));
    const [original = ''] = ports.kept.executions.keys();
    ports.kept.rows.set(original, { sessionId: null, status, facts: {}, recording: first });
    for (const object of [second, second, first, named('visit (2).wav')]) await startWorkflow(ports)(created(object));
    expect(started(ports)).toEqual([first.key, second.key]);
    const [, again = ''] = ports.kept.executions.keys();
    expect(ports.kept.rows.get(again)).toMatchObject({ status: 'received', duplicateOf: original });
    expect([...ports.kept.audit.values()].at(-1)).toMatchObject({ detail: { reason: 'Duplicate', original: again } });
  });

  test('are tried again though the start failed at first', async () => {
    const ports = portsWith(first, second);
    await startWorkflow(ports)(created(first));
    const [original = ''] = ports.kept.executions.keys();
    ports.kept.rows.set(original, { sessionId: null, status: 'failed', facts: {}, recording: first });
    const working = ports.executions;
    ports.executions = { ...working, start: () => Promise.reject(new Error('away')) };
    await expect(startWorkflow(ports)(created(second))).rejects.toThrow('away');
    ports.executions = working;
    await startWorkflow(ports)(created(second));
    expect(started(ports)).toEqual([first.key, second.key]);
  });

  test.each<RecordingStatus>(['received', 'transcribing', 'extracting', 'completed', 'partial', 'not_coded'])(
    'are not tried again while the first is %s, nor when it is run again by hand',
    async (status) => {
      const ports = portsWith(first, second);
      await startWorkflow(ports)(created(first));
      const [original = ''] = ports.kept.executions.keys();
      const row = { sessionId: null, facts: {}, recording: first };
      ports.kept.rows.set(original, { ...row, status: 'failed' });
      ports.kept.rows.set(`${original}-r2`, { ...row, status });
      await startWorkflow(ports)(created(second));
      expect(started(ports)).toEqual([first.key]);
    },
  );
});

test.each([
  'captures/meeting-7/audio/2026-03-02-09-30-00-000.mp4',
  'recordings/meeting-7/audio/2026-03-02-09-30-00-000.mp4',
  'recordings/meeting-7/video/7b1f6c0e.mp4',
  'recordings/meeting-7/meeting-events/7b1f6c0e.txt',
])('%s starts nothing and touches nothing', async (key) => {
  const ports = portsOfVisit();
  ports.kept.checksums.set(key, 'bytes');
  await startWorkflow(ports)(created({ ...recording, key }));
  expect(ports.kept.effects).toEqual([]);
});

test.each([
  'recordings/meeting-7/5f1c2d3e-1111-4222-8333-444455556666',
  'recordings/meeting-7/2026/visit.wav',
  'recordings/meeting-7/consent.pdf',
  'recordings/meeting-7/',
  'recordings/visit.mp4',
])('%s is looked into', async (key) => {
  const ports = portsOfVisit();
  ports.kept.checksums.set(key, 'bytes');
  await startWorkflow(ports)(created({ ...recording, key }));
  expect([...ports.kept.executions.values()]).toMatchObject([{ recording: { key } }]);
});

test('an object outside the folders of recordings is not touched, and leaves a row and an entry', async () => {
  const ports = portsOfVisit();
  for (let n = 0; n < 2; n += 1) await startWorkflow(ports)(created({ ...recording, key: 'somewhere/else.mp4' }));
  expect(ports.kept.executions.size).toBe(0);
  expect([...ports.kept.rows.values()]).toMatchObject([{ status: 'skipped', error: { name: 'NotARecording' } }]);
  expect([...ports.kept.audit.values()]).toMatchObject([
    { action: 'RECORDING_SKIPPED', meetingId: 'unknown', detail: { reason: 'NotARecording' } },
  ]);
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

describe('a key that nobody can print is refused by name', () => {
  test.each([
    ['in its meeting', 'recordings/meeting-7\r\n/visit.mp4', null, 'unknown'],
    ['in its file', 'recordings/meeting-7/vi\u0000sit.mp4', 'session', 'meeting-7'],
  ])('%s', async (_, key, hasSession, meeting) => {
    const ports = portsOfVisit();
    const asked: string[] = [];
    const working = ports.ehr;
    ports.ehr = {
      ...working,
      findSession: (id) => {
        asked.push(id);
        return working.findSession(id);
      },
    };
    await startWorkflow(ports)(created({ ...recording, key }));
    expect(ports.kept.executions.size).toBe(0);
    const [row] = ports.kept.rows.values();
    expect(row).toMatchObject({ status: 'skipped', error: { name: 'KeyUnprintable' } });
    expect(row?.sessionId === null).toBe(hasSession === null);
    expect([...ports.kept.audit.values()]).toMatchObject([{ action: 'RECORDING_SKIPPED', meetingId: meeting }]);
    const reached = [asked, [...ports.kept.rows.values()], [...ports.kept.audit.values()], ports.kept.logged];
    expect(JSON.stringify(reached)).not.toMatch(/\\r|\\n|\\u0000/);
  });
});

describe('the same bytes under the same name', () => {
  const version = (versionId: string) => ({ ...recording, versionId });
  const [first, second, third] = [version('v1'), version('v2'), version('v3')];

  /** A first upload, whose execution was started. */
  async function uploaded() {
    const ports = portsOfVisit();
    await startWorkflow(ports)(created(first));
    const [original = ''] = ports.kept.executions.keys();
    const end = (id: string, status: RecordingStatus) =>
      ports.kept.rows.set(id, { sessionId: null, status, facts: {}, recording: first });
    return { ports, original, end, runs: () => [...ports.kept.executions.keys()] };
  }

  test.each<[string, RecordingStatus]>([
    ['failed', 'failed'],
    ['was skipped', 'skipped'],
  ])('run the first again when it %s, over its own version', async (_, status) => {
    const { ports, original, end, runs } = await uploaded();
    end(original, status);
    for (const object of [second, second]) await startWorkflow(ports)(created(object));
    expect(runs()).toEqual([original, `${original}-r2`]);
    expect(ports.kept.executions.get(`${original}-r2`)?.recording).toEqual(first);
    const upload = await toRecordingId(second);
    expect(ports.kept.audit.get(`${original}-r2 REPROCESSED`)).toMatchObject({
      appointmentId: 'appointment-3',
      detail: { original, uploaded: upload },
    });
    expect(ports.kept.rows.get(upload)).toMatchObject({ status: 'skipped', duplicateOf: original });
  });

  test.each<[string, RecordingStatus | undefined, 'succeeded' | 'failed' | undefined, boolean]>([
    ['was stopped while its row says `transcribing`', 'transcribing', 'failed', true],
    ['is under way', 'transcribing', undefined, false],
    ['has just begun', undefined, undefined, false],
    ['has results', 'completed', 'succeeded', false],
    ['was skipped, which its row does not say yet', undefined, 'succeeded', false],
  ])('where the first %s', async (_, status, execution, isRunAgain) => {
    const { ports, original, end, runs } = await uploaded();
    if (status) end(original, status);
    if (execution) ports.kept.executionStatus.set(original, execution);
    await startWorkflow(ports)(created(second));
    expect(runs().slice(1)).toEqual(isRunAgain ? [`${original}-r2`] : []);
    expect(ports.kept.executions.get(`${original}-r2`)?.recording.versionId).toBe(isRunAgain ? 'v1' : undefined);
  });

  test('are a recording of their own where the first was stopped before it had a row', async () => {
    const { ports, original, runs } = await uploaded();
    ports.kept.executionStatus.set(original, 'failed');
    await startWorkflow(ports)(created(second));
    expect(runs()).toEqual([original, await toRecordingId(second)]);
  });

  test('are not run again because an event comes late: each upload starts one run', async () => {
    const { ports, original, end, runs } = await uploaded();
    end(original, 'failed');
    ports.ehr = { ...ports.ehr, recordSkipped: () => Promise.reject(new Error('away')) };
    await expect(startWorkflow(ports)(created(second))).rejects.toThrow('away');
    end(`${original}-r2`, 'failed');
    await expect(startWorkflow(ports)(created(second))).rejects.toThrow('away');
    expect(runs()).toEqual([original, `${original}-r2`]);
  });

  test('are run again by the redelivery when the start has failed', async () => {
    const { ports, original, end, runs } = await uploaded();
    end(original, 'failed');
    const working = ports.executions;
    ports.executions = { ...working, start: () => Promise.reject(new Error('away')) };
    await expect(startWorkflow(ports)(created(second))).rejects.toThrow('away');
    ports.executions = working;
    await startWorkflow(ports)(created(second));
    expect(runs()).toEqual([original, `${original}-r2`]);
  });

  test('join a run of it that an operator has just started', async () => {
    const { ports, original, end, runs } = await uploaded();
    end(original, 'failed');
    await ports.executions.start({ recordingId: `${original}-r2`, recording: first });
    await startWorkflow(ports)(created(second));
    expect(runs()).toEqual([original, `${original}-r2`]);
    ports.kept.executionStatus.set(`${original}-r2`, 'failed');
    await startWorkflow(ports)(created(third));
    expect(runs()).toEqual([original, `${original}-r2`, `${original}-r3`]);
  });

  test('are given up after three more runs', async () => {
    const { ports, original, end, runs } = await uploaded();
    for (const n of [1, 2, 3, 4, 5, 6]) {
      end(runs().at(-1) ?? '', 'failed');
      await startWorkflow(ports)(created(version(`again-${n}`)));
    }
    expect(runs()).toEqual([original, ...[2, 3, 4].map((n) => `${original}-r${n}`)]);
    expect(ports.kept.logged.filter((line) => line.includes('not run again by itself'))).toHaveLength(3);
  });
});
