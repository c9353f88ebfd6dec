import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toOpenApi } from '../../../infra/openapi/document.ts';
import { routes } from '../../../infra/openapi/routes.ts';
import { run } from '../command.ts';

test('writes the document of all routes, of the version of the product', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  try {
    const out = join(folder, 'deeper/openapi.json');
    const { code, stdout, stderr } = await run('local/commands/openapi.ts', ['--out', out]);
    const count = Object.keys(toOpenApi(routes, '').paths).length;
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${count} paths are described in ${out}\n`,
      stderr: '',
    });
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    const written = JSON.parse(await readFile(out, 'utf8')) as object;
    expect(written).toEqual(JSON.parse(JSON.stringify(toOpenApi(routes, version))));
  } finally {
    await rm(folder, { recursive: true });
  }
});
