import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCase } from '../../../local/cases/caseFolder.ts';
import { findCases } from '../../../local/cases/findCases.ts';

const item = (start: string, end: string) => ({
  type: 'pronunciation',
  start_time: start,
  end_time: end,
  alternatives: [{ content: 'Hello', confidence: '1.0' }],
});
const job = JSON.stringify({
  jobName: 'j',
  accountId: '111122223333',
  results: { transcripts: [{ transcript: 'Hello Hello' }], items: [item('0.1', '0.5'), item('61.0', '61.25')] },
  status: 'COMPLETED',
});

let root = '';

/** Writes files under a fresh folder and answers its path. */
async function folder(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true });
    await writeFile(join(root, name, path), content);
  }
  return join(root, name);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cases-'));
});
afterAll(() => rm(root, { recursive: true }));

test.each([
  ['plain', 'visit 1.json', job],
  ['packed', 'visit 1.json.gz', gzipSync(job)],
])('reads a %s job result, with silence a little longer than its last word', async (name, fileName, content) => {
  const path = join(await folder(`one-${name}`, { [fileName]: content }), fileName);
  const read = await readCase(path);
  expect(read).toMatchObject({ name: 'visit 1', jobName: 'visit-1', kind: 'job-result', language: 'en-US' });
  expect(Buffer.from(read.job ?? '').toString()).toBe(job);
  expect(read.standIn).toEqual({ durationMs: 62_050, channels: 1 });
});

test('a job that told channels apart gets a recording of two', async () => {
  const text = JSON.stringify({ results: { channel_labels: { channels: [{ items: [item('0.0', '2.5')] }] } } });
  expect((await readCase(join(await folder('ch', { 'a.json': text }), 'a.json'))).standIn).toEqual({
    durationMs: 3300,
    channels: 2,
  });
});

test('a case is taken raw, truncated or foreign as its job result may be', async () => {
  const at = await folder('raw', { 'cut/job.json': job.slice(0, -40), 'calls/job.json': '{"Participants":[]}' });
  const { cases } = await findCases([join(at, 'cut'), join(at, 'calls')]);
  expect(cases.map((each) => Buffer.from(each.job ?? '').toString())).toEqual([
    job.slice(0, -40),
    '{"Participants":[]}',
  ]);
  expect(cases[0]?.standIn.durationMs).toBe(62_050);
});

test('reads everything a case folder has', async () => {
  const at = await folder('full', {
    'dialogue.txt': 'language: en-GB\nlayout: channels\nchannels: a, b\nduration: 9\n\na: Hello.\n',
    'recording.webm': 'media',
    'answers.json': '[{"operation":"DetectEntitiesV2","text":"Hello.","response":{}}]',
    'session.json':
      '{"session":{"transcription_enabled":true},"participants":[{"role":"provider"}],"operations":["InferSNOMEDCT"],"recording":{"redeliveries":10}}',
    'expected.json': '{"status":"completed","problems":["R05.9","49727002"],"speakers":{"ch_0":"clinician"}}',
    'notes.json': 'not looked at',
  });
  const read = await readCase(at);
  expect(read).toMatchObject({
    name: 'full',
    kind: 'case-folder',
    language: 'en-GB',
    recording: { fileName: 'recording.webm' },
    standIn: { durationMs: 9000, channels: 2 },
    answers: [{ operation: 'DetectEntitiesV2' }],
    session: { operations: ['InferSNOMEDCT'], recording: { redeliveries: 10 } },
    expected: { problems: ['R05.9', '49727002'] },
  });
  expect(JSON.parse(String(read.job))).toMatchObject({
    jobName: 'full',
    results: { transcripts: [{ transcript: 'Hello.' }] },
  });
});

test("a job result's language is the session's", async () => {
  const at = await folder('es', { 'job.json': job, 'session.json': '{"session":{"transcription_language":"es-ES"}}' });
  expect((await readCase(at)).language).toBe('es-ES');
});

test('a folder with only a recording has no job', async () => {
  const read = await readCase(await folder('media', { 'recording.mp4': 'x' }));
  expect(read).not.toHaveProperty('job');
  expect(read.recording?.bytes).toEqual(Buffer.from('x'));
});

test('finds cases at any depth, skips other JSON with the reason, and keeps names apart', async () => {
  const at = await folder('mixed', {
    'a.json': job,
    'a.gold.json': '{"utterances":[]}',
    'manifest.json': '[]',
    'broken.json': '{',
    'b/a.json': job,
    'c/a/job.json.gz': gzipSync(job),
    'c/a-2.json': job,
    'readme.md': 'x',
  });
  const { cases, skipped } = await findCases([at, join(at, 'a.json')]);
  expect(cases.map(({ name }) => name)).toEqual(['a', 'a-3', 'a-4', 'a-2', 'a-5']);
  expect(skipped.map(({ path, reason }) => [path.slice(at.length + 1), reason])).toEqual([
    ['a.gold.json', 'not a job result'],
    ['broken.json', 'not JSON'],
    ['manifest.json', 'not a job result'],
  ]);
});

test.each<[string, Record<string, string | Uint8Array>, string, string]>([
  ['a missing path', {}, 'nowhere.json', 'no such file or folder'],
  ['a folder without cases', { 'x/readme.md': 'x', 'x/y.json': '{}' }, 'x', 'holds no job result and no case folder'],
  ['a file of another kind', { 'x.md': 'x' }, 'x.md', 'neither a recording'],
  [
    'a gzip file that breaks off',
    { 'x.json.gz': gzipSync(job).subarray(0, 50) },
    'x.json.gz',
    'not a complete gzip file',
  ],
  [
    'two job results',
    { 'x/job.json': job, 'x/dialogue.txt': '\na: hi' },
    'x',
    'a case has only one of dialogue.txt and job.json',
  ],
  ['two recordings', { 'x/recording.mp4': 'x', 'x/recording.wav': 'x' }, 'x', 'recording.mp4 and recording.wav'],
  ['a wrong dialogue', { 'x/dialogue.txt': '\n\nhi' }, 'x', 'dialogue.txt: line 3: expected `speaker: text`'],
  ['answers that are no JSON', { 'x/job.json': job, 'x/answers.json': '[' }, 'x', 'answers.json: not JSON'],
  [
    'an unknown column',
    { 'x/job.json': job, 'x/session.json': '{"session":{"enabled":true}}' },
    'x',
    'session.json: session.enabled: ',
  ],
  [
    'no redelivery',
    { 'x/job.json': job, 'x/session.json': '{"recording":{"redeliveries":0}}' },
    'x',
    'session.json: recording.redeliveries: ',
  ],
  [
    'an unknown operation',
    { 'x/job.json': job, 'x/session.json': '{"operations":["DetectPHI"]}' },
    'x',
    'session.json: operations.0: ',
  ],
  ['no operation', { 'x/job.json': job, 'x/session.json': '{"operations":[]}' }, 'x', 'session.json: operations: '],
  ['an unknown status', { 'x/job.json': job, 'x/expected.json': '{"status":"ok"}' }, 'x', 'expected.json: status: '],
  [
    'a code without a dot',
    { 'x/job.json': job, 'x/expected.json': '{"status":"completed","problems":["R059"]}' },
    'x',
    'expected a',
  ],
])('refuses %s in one line', async (name, files, path, message) => {
  const at = await folder(name, files);
  const error: unknown = await findCases([join(at === '' ? root : at, path)]).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'CaseError', message: expect.stringContaining(message) });
  expect(String(error)).not.toContain('\n');
});
