import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readOptions, runCommand } from '../commandLine.ts';

const usage = 'npm run openapi -- [--out FILE]';
const about = {
  does: 'Writes the OpenAPI document of the HTTP API and of the edge functions, from the schemas of their routes.',
};
const options = {
  out: { type: 'string', default: 'out/openapi.json', value: 'FILE', help: 'where the document goes' },
} as const;

await runCommand('openapi', async () => {
  const { out } = readOptions(process.argv.slice(2), options, usage, about);
  // Loaded once the arguments are right: --help needs none of it.
  const { toOpenApi } = await import('../../infra/openapi/document.ts');
  const { routes } = await import('../../infra/openapi/routes.ts');
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
  const document = toOpenApi(routes, version);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(document, null, 2)}\n`);
  const count = Object.keys(document.paths).length;
  process.stdout.write(`${count} paths are described in ${out}\n`);
  return 0;
});
