import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtinModules } from 'node:module';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const sources = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** Static and dynamic imports alike; types count too, because a type draws a line as well as a value. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

const isBuiltin = (name: string) => name.startsWith('node:') || builtinModules.includes(name);

interface Room {
  name: string;
  files: string[];
  allows: (specifier: string) => boolean;
}

const documents = sources('pipeline').filter((file) => /^pipeline\/(?:assertion\/)?[^/]+\.ts$/.test(file));

const rooms: Room[] = [
  {
    name: 'documents import documents and valibot, nothing that reaches outside',
    files: documents,
    allows: (name) => /^(?:\.|\.\.|\.\/assertion)\/[^/]+\.ts$/.test(name) || name === 'valibot',
  },
  {
    name: 'steps import documents, ports and the door',
    files: sources('pipeline/steps'),
    allows: (name) => /^\.\.\/[^/]+\.ts$/.test(name) || name === '../edge/lambda.ts',
  },
  {
    name: 'edges never import a step, nor anything outside the pipeline',
    files: sources('pipeline/edge'),
    allows: (name) => /^\.\.?\/[^/]+\.ts$/.test(name) || isBuiltin(name) || !name.startsWith('.'),
  },
];

test.each(rooms)('$name', ({ files, allows }) => {
  expect(files.length).toBeGreaterThan(0);
  const trespasses = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !allows(name))
      .map((name) => `${file} imports ${name}`),
  );
  expect(trespasses).toEqual([]);
});

test('documents know neither environment, clock nor chance', () => {
  const forbidden = /process\.|Date\.now|new Date\(\)|Math\.random|randomUUID|console\./;
  const trespasses = documents.filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')));
  expect(trespasses).toEqual([]);
});

test('the environment is read in one file of the pipeline', () => {
  const readers = sources('pipeline').filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
  expect(readers).toEqual(['pipeline/edge/lambda.ts']);
});
