import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toResults } from '../../pipeline/edge/resultRows.ts';
import { documentsOf } from '../pipeline/consult.ts';
import { Clinic, patient, provider, session, tokenOf } from './clinic.ts';

/** The database with a consultation that was reviewed and released, before there were documents for patients. */
let clinic: Clinic;
let upgrade: string;
beforeAll(async () => {
  ({ clinic, upgrade } = await Clinic.before('20261128130000_reading.sql'));
  await clinic.answer('service_role', 'record_results', { p: await resultsOf('I have a [cough].') });
  const [code] = await clinic.rows<{ entity_id: string; code: string }>('select * from public.clinical_codes');
  const reviewed = { p_recording_id: 'rec-1', p_entity_id: code?.entity_id, p_system: 'ICD-10-CM', p_code: code?.code };
  await clinic.answer(provider, 'review_code', { ...reviewed, p_review: 'rejected' });
  // A second window that has not seen the first: nothing told it.
  await clinic.answer(provider, 'review_code', { ...reviewed, p_review: 'accepted' });
  await clinic.answer(provider, 'release_results', { p_recording_id: 'rec-1' });
});
afterAll(() => clinic.db.close());

const visit = { category: 'MEDICAL_CONDITION', type: 'DX_NAME', codes: { cough: 'R05.9' } };

/** As the pipeline gave them then. */
async function resultsOf(line: string) {
  const documents = await documentsOf([`P: ${line}`], visit);
  const recording = { bucket: 'recordings', key: 'recordings/m/1.mp4', versionId: 'v1', etag: 'e', size: 1 };
  const rows = toResults({ recordingId: 'rec-1', recording, sessionId: session }, documents);
  const without = (row: object, names: string[]) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
  return {
    recording: without(rows.recording, ['started_at', 'unmapped', 'findings']),
    turns: rows.turns.map((row) => without(row, ['words', 'relabelled'])),
    entities: rows.entities.map((row) => without(row, ['said', 'relative', 'decided_by', 'to_check'])),
    codes: rows.codes,
  };
}

/** What the patient reads of tables: rows as text, or the code of the refusal. */
async function reads(columns: string, table: string): Promise<string> {
  const claims = JSON.stringify({
    role: 'authenticated',
    sub: patient,
    iss: 'https://mock.supabase.co/auth/v1',
    aud: 'authenticated',
  });
  return clinic.db
    .transaction(async (tx) => {
      await tx.query("select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)", [
        claims,
      ]);
      return JSON.stringify((await tx.query(`select ${columns} from public.${table}`)).rows);
    })
    .catch((error: unknown) => (error as { code: string }).code);
}

const raw = 'bucket, key, usage, summary';

describe('before', () => {
  test('the patient reads where the recording lies, what it cost, the raw summary and every word', async () => {
    expect(await reads(raw, 'recordings')).toMatch(/recordings\/m\/1\.mp4.*estimatedUsd.*R05\.9/);
    expect(await reads('text', 'transcript_turns')).toContain('I have a cough.');
    expect(await reads('transcript', 'video_call_sessions')).toContain('I have a cough.');
  });

  test('a repeat changes what she reads, and nobody has seen it', async () => {
    const other = await resultsOf('I have a [cough] daily.');
    await clinic.answer('service_role', 'record_results', { p: other });
    expect(await reads('text', 'transcript_turns')).toContain('daily');
  });

  test('the second window has overwritten the first, and no read or decision has left a trace', async () => {
    expect(await clinic.rows('select review from public.clinical_codes')).toEqual([{ review: 'accepted' }]);
    const logs = "select relname from pg_class where relname like '%\\_log' and relnamespace = 'public'::regnamespace";
    expect(await clinic.rows(logs)).toEqual([]);
  });
});

describe('after', () => {
  beforeAll(async () => {
    for (let time = 0; time < 2; time += 1) await clinic.db.exec(upgrade);
  });

  test('the patient reads none of it, and the session again, which says nothing', async () => {
    expect(await reads(raw, 'recordings')).toBe('42501');
    expect(await reads('text', 'transcript_turns')).toBe('42501');
    expect(JSON.parse(await reads('*', 'video_call_sessions'))).toMatchObject([{ id: session, transcript: null }]);
    expect(await clinic.call(patient, 'read_released', { recording: 'rec-1' })).toMatchObject({ state: 'PT404' });
  });

  test('the release has ended, and the log says whose it was', async () => {
    expect(await clinic.rows('select released_at, revision from public.recordings')).toEqual([
      { released_at: null, revision: 1 },
    ]);
    expect(await clinic.rows('select action, detail, revision from public.review_log')).toMatchObject([
      { action: 'release-ended', detail: { releasedBy: provider }, revision: 1 },
    ]);
  });

  test('the review is still there, and the consultation opens with what it lacks left empty', async () => {
    const opened = await clinic.opened('rec-1');
    expect(opened).toMatchObject({
      revision: 1,
      codes: [{ review: 'accepted' }],
      turns: [{ words: [] }],
      unmapped: [],
    });
    const token = tokenOf('sign');
    expect(await clinic.call(provider, 'sign_consultation', { recording: 'rec-1', revision: 1, token })).toEqual({
      state: 'PT409',
      detail: { revision: 1 },
    });
  });

  test('it is reviewed and released once it was processed again, and the review outlives that', async () => {
    const documents = await documentsOf(['P: I have a [cough] daily.'], visit);
    const recording = { bucket: 'recordings', key: 'recordings/m/1.mp4', versionId: 'v1', etag: 'e', size: 1 };
    const p = toResults({ recordingId: 'rec-1', recording, sessionId: session }, documents);
    await clinic.answer('service_role', 'record_results', { p });
    expect(await clinic.opened('rec-1')).toMatchObject({ revision: 2, codes: [{ review: 'accepted' }] });
    await clinic.answer(provider, 'release_results', { recording: 'rec-1', revision: 2, token: tokenOf('release') });
    const document = await clinic.answer(patient, 'read_released', { recording: 'rec-1' });
    expect(JSON.stringify(document)).toContain('cough');
  });
});

test('a deployment that wants the transcript in the session has it there, for the provider', async () => {
  await clinic.rows("insert into pipeline.settings values ('session_transcript', 'on')");
  const documents = await documentsOf(['P: I have a [cough] twice.'], visit);
  const recording = { bucket: 'recordings', key: 'recordings/m/2.mp4', versionId: 'v1', etag: 'e', size: 1 };
  const p = toResults({ recordingId: 'rec-2', recording, sessionId: session }, documents);
  await clinic.answer('service_role', 'record_results', { p });
  expect(await clinic.rows('select transcript from public.video_call_sessions')).toEqual([
    { transcript: 'I have a cough daily.\nI have a cough twice.' },
  ]);
  expect(await reads('*', 'video_call_sessions')).toBe('[]');
  // The migrations apply again over it, as an embedded stack with a data directory does it.
  await clinic.db.exec(upgrade);
  await clinic.rows('delete from pipeline.settings');
  expect(await clinic.rows('select pipeline.hide_transcripts() as hidden')).toEqual([{ hidden: 1 }]);
  expect(JSON.parse(await reads('*', 'video_call_sessions'))).toMatchObject([{ transcript: null }]);
});
