import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executionArn } from '../../../local/replay/execution.ts';
import { watch } from '../../../local/replay/watch.ts';
import { realClock } from '../../../local/services/clock.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';

let product: TestStack;
let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'watch-'));
  // The jobs outlast the test.
  product = await TestStack.start({ clock: realClock(), jobDelayMs: 3_600_000 });
});
afterAll(async () => {
  await product.stop();
  await rm(out, { recursive: true });
});

test('an execution that is stopped and redriven is shown twice, and no finished state of it', async () => {
  const lines: string[] = [];
  const over = new AbortController();
  const said = (text: string) => lines.filter((line) => line.includes(text)).length;
  const { sfn } = product.deployment.clients;
  const watching = watch(product.deployment, { out, say: (line) => lines.push(line), pollMs: 20, signal: over.signal });
  const { recordingId } = await product.upload(visit('redriven'));
  const executionArnOf = { executionArn: executionArn(product.deployment, recordingId) };

  await expect.poll(() => said('startTranscription')).toBe(1);
  await sfn.send(new StopExecutionCommand(executionArnOf));
  await expect.poll(() => said('failed (ABORTED)')).toBe(1);
  await expect.poll(() => said('npm run audit')).toBe(1);
  await sfn.send(new RedriveExecutionCommand(executionArnOf));
  await expect.poll(() => said('goes on, redriven: recordings/')).toBe(1);
  await sfn.send(new StopExecutionCommand(executionArnOf));
  await expect.poll(() => said('failed (ABORTED)')).toBe(2);

  over.abort();
  await watching;
  expect([said('begins: recordings/'), said('inspectRecording'), said('startTranscription')]).toEqual([1, 1, 1]);
});
