import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classifyKey } from '../../pipeline/recording/recording.ts';
import { Command, run } from '../local/command.ts';
import { TestStack } from './testStack.ts';

/**
 * The process of a replay is killed, as the system kills one that takes too much memory. Whoever opens its directory
 * again finds nothing lost and pays nothing twice.
 */
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterAll(() => rm(root, { recursive: true }));

const fixture = join(import.meta.dirname, '../../fixtures/ten-minute-consultation');
const replay = 'local/commands/replay.ts';

/** Every JSON file of a folder. */
async function documentsIn<T>(folder: string): Promise<T[]> {
  const names = await readdir(folder, { recursive: true });
  const texts = names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8'));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as T);
}

/** The answers of Comprehend Medical that are kept, by their keys. */
async function answersIn(dataDir: string): Promise<string[]> {
  const versions = await documentsIn<{ key: string }>(join(dataDir, 's3/records/versions'));
  return versions.filter(({ key }) => /^answers\/.*\.json$/.test(key)).map(({ key }) => key);
}

/** Kills a replay as soon as it has said this. */
async function killedAt(moment: string) {
  const dataDir = join(root, moment);
  const args = [fixture, '--data', dataDir, '--out', join(root, 'out')];
  const command = new Command(replay, args);
  await command.said(moment);
  // The command runs in a process of its own, whose number is in its directory.
  const { pid } = JSON.parse(await readFile(join(dataDir, 'owner.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await command.finished();
  return { dataDir, args, kept: await answersIn(dataDir) };
}

/** Whether everything of the one recording came to its end, once. */
async function expectWhole(product: TestStack, dataDir: string): Promise<void> {
  const [recordingId = '', ...others] = await product.executions();
  expect(others).toEqual([]);
  expect(await product.ended(recordingId)).toMatchObject({ status: 'SUCCEEDED', error: null });
  expect(await product.recording(recordingId)).toMatchObject({ status: 'completed' });
  const [jobs] = await documentsIn<{ jobs: object[] }>(join(dataDir, 'transcribe'));
  expect(jobs?.jobs).toMatchObject([{ status: 'COMPLETED' }]);
  // A text that was answered is not asked again, and so no answer is kept twice.
  const answers = await answersIn(dataDir);
  expect(answers.toSorted()).toEqual([...new Set(answers)].toSorted());
  const { recording } = await product.inputOf(recordingId);
  const { meetingId = '' } = classifyKey(recording.key);
  expect(await product.chain(meetingId)).toMatchObject({ faults: [] });
  const actions = (await product.audit(meetingId)).map(({ action }) => action);
  expect(actions.filter((action) => action === 'RESULTS_STORED')).toHaveLength(1);
}

test.each(['startTranscription', 'awaitTranscription', 'normalizeTranscript'])(
  'a replay that is killed after %s goes on by itself when its directory is opened again',
  async (moment) => {
    const { dataDir, kept } = await killedAt(moment);
    const product = await TestStack.start({ dataDir });
    const calls = product.countCalls();
    await expectWhole(product, dataDir);
    const paid = calls(/^(Detect|Infer)/);
    expect(kept.length + paid).toBe((await answersIn(dataDir)).length);
    expect(calls(/^Start.*TranscriptionJob$/)).toBeLessThanOrEqual(1);
    await product.stop();
  },
);

test('the same command shows what was killed in the Map to its end, and runs nothing anew', async () => {
  const { dataDir, args } = await killedAt('extractEntities');
  const again = await run(replay, args);
  expect(again).toMatchObject({ code: 0 });
  // A machine that was slow to kill it has let it come to its end.
  expect(again.stdout).toMatch(/^✓ ten-minute-consultation +(completed|duplicate)/m);
  const product = await TestStack.start({ dataDir });
  expect(product.stack.resumed).toEqual([]);
  await expectWhole(product, dataDir);
  await product.stop();
});

test('a second command on a directory that is in use is refused, and changes nothing', async () => {
  const dataDir = join(root, 'in-use');
  const product = await TestStack.start({ dataDir });
  const refused = await run(replay, [fixture, '--data', dataDir, '--out', join(root, 'out')]);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toMatch(
    /^replay: DirectoryInUse: .* is in use by process \d+ \(.*\): wait until it ends, or stop it/m,
  );
  await product.stop();
});
