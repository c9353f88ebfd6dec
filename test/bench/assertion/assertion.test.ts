import { expect, test } from 'vitest';
import { run } from '../../local/command.ts';

test('a folder that is not there is one line that says what to name', async () => {
  const { code, stdout, stderr } = await run('bench/assertion/assertion.ts', ['nope']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe('assertion: there is no folder nope: name one such as fixtures/consultations\n');
});
