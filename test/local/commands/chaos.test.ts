import { expect, test } from 'vitest';
import { run } from '../command.ts';

const command = 'local/commands/chaos.ts';
const lost = '{"meetings":[{"kind":"usual","recordings":1}],"faults":[{"at":[0,"startWorkflow",1],"do":"never"}]}';

test.each([
  [['--runs', 'many'], '--runs many is not a number of runs'],
  [['--schedule', '{}'], '--schedule is not a schedule'],
])('%j is bad usage', async (args, message) => {
  const { code, stderr } = await run(command, args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
});

test('a finding is printed as the command that plays it again', async () => {
  const { code, stdout } = await run(command, ['--schedule', lost]);
  expect(code).toBe(1);
  expect(stdout).toContain('every recording ends: rec-');
  expect(stdout).toContain(`npm run chaos -- --schedule '${lost}'`);
});
