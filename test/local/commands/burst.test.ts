import { expect, test } from 'vitest';
import { run } from '../command.ts';

const script = 'local/commands/burst.ts';

test('says how many came to their end, and within what', async () => {
  const { code, stdout } = await run(script, ['--recordings', '20', '--quotas', 'new-account']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^20 recordings at once: 20 completed, 0 failed, 0 lost\nmakespan \d+ s, [\d.]+ x the bound of/,
  );
  expect(stdout).toMatch(/^ {2}Transcribe StartMedicalTranscriptionJob +\d+/m);
});

test('says how it samples when not all are under way at once, and what one of them takes', async () => {
  const { code, stdout } = await run(script, ['--recordings', '20', '--at-once', '5']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^20 recordings: 20 completed, 0 failed, 0 lost\nsampled: at most 5 were under way at once, /);
  expect(stdout).toMatch(/asked for their places 0 times more while they waited\.\nmakespan /);
  expect(stdout).toMatch(/^machinery per recording: 15\.0 transitions, [\d.]+ invocations, /m);
  expect(stdout).toMatch(/\n\d+ s of real time, at most \d+ MiB\n$/);
});

test.each([
  ['--in-stack', /of real time\nat most \d+ MiB\n$/],
  [
    '--against-stack',
    /\nat most \d+ MiB\nthe burst makes as many calls of each service, and its recordings end in the same order\n$/,
  ],
])('%s runs the embedded stack, and says how many completed', async (option, end) => {
  const { code, stdout } = await run(script, ['--recordings', '2', option]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2 recordings in the embedded stack: completed 2\n/);
  expect(stdout).toMatch(end);
});

test('as JSON in one line', async () => {
  const { stdout } = await run(script, ['--recordings', '5', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    recordings: 5,
    completed: 5,
    failed: 0,
    lost: 0,
    bound: { name: 'jobs' },
  });
});

test.each([
  ['--recordings', 'many', 'is not a whole number above 0'],
  ['--at-once', '0', 'is not a whole number above 0'],
  ['--quotas', 'none', 'is none of default, new-account'],
])('%s %s is refused', async (option, value, why) => {
  const { code, stderr } = await run(script, [option, value]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: `burst: ${option} ${value} ${why}\n` });
});
