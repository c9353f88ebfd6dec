import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { portableAdapters, root, sources } from './sources.ts';

type Packages = 'none' | 'any' | readonly string[];

/** A room: the files in it, the rooms they may import besides their own, and what else. */
interface Room {
  files: RegExp;
  imports: readonly string[];
  packages: Packages;
  builtins: boolean;
}

const pure = { packages: ['valibot'], builtins: false } as const;
/** Types of FHIR, of which nothing is left when the code runs, and a digest that every browser has. */
const withFhir = { ...pure, packages: [...pure.packages, '@medplum/fhirtypes', '@noble/hashes/legacy.js'] } as const;
const free = { packages: 'any', builtins: true } as const;
const documents = [
  'ground',
  'recording',
  'meetings',
  'messaging',
  'speech',
  'transcript',
  'clinical',
  'reading',
  'extraction',
];
const product = [...documents, 'contract', 'ports', 'calls', 'edge', 'door', 'steps', 'routes', 'services of routes'];
const bench = ['services', 'infra', 'local', 'viewer', 'edge functions', ...product];

/** The law, from the ground up. Types count: a type draws a line as well as a value. */
const rooms: Readonly<Record<string, Room>> = {
  ground: {
    files: /^pipeline\/(?:errors|refusals|rights|client|bodies|digest|metrics|audit|anchor|phrases|health)\.ts$/,
    imports: [],
    ...pure,
  },
  recording: { files: /^pipeline\/recording\//, imports: ['ground'], ...pure },
  meetings: { files: /^pipeline\/meetings\//, imports: ['ground', 'recording'], ...pure },
  messaging: { files: /^pipeline\/messaging\//, imports: ['ground', 'meetings'], ...pure },
  speech: { files: /^pipeline\/speech\//, imports: ['ground'], ...pure },
  transcript: { files: /^pipeline\/transcript\//, imports: ['ground', 'recording'], ...pure },
  clinical: { files: /^pipeline\/clinical\//, imports: ['ground', 'recording', 'transcript'], ...pure },
  reading: { files: /^pipeline\/reading\//, imports: ['ground', 'recording', 'transcript', 'clinical'], ...withFhir },
  extraction: {
    files: /^pipeline\/extraction\//,
    imports: ['ground', 'recording', 'transcript', 'clinical', 'reading'],
    ...pure,
  },
  contract: { files: /^pipeline\/(?:config|callConfig|callbackConfig|workflow)\.ts$/, imports: documents, ...pure },
  ports: {
    files:
      /^pipeline\/(?:ehr|ports|apiPorts|callPorts|callbackPorts|capturePorts|chatPorts|extractionPorts|speechPorts|healthPorts)\.ts$/,
    imports: [...documents, 'contract'],
    ...pure,
  },
  calls: {
    files: /^pipeline\/(?:calls|chats)\//,
    imports: [...documents, 'contract', 'ports'],
    packages: 'none',
    builtins: false,
  },
  edge: {
    files: /^pipeline\/edge\/(?!(?:lambda|apiGateway|callLambda|chatLambda|speechLambda|healthLambda)\.ts)/,
    imports: [...documents, 'contract', 'ports'],
    ...free,
  },
  door: {
    files: /^pipeline\/edge\/(?:lambda|apiGateway|callLambda|chatLambda|speechLambda|healthLambda)\.ts$/,
    imports: [...documents, 'contract', 'ports', 'edge'],
    ...free,
  },
  steps: {
    files: /^pipeline\/steps\//,
    imports: [...documents, 'contract', 'ports', 'calls', 'door'],
    packages: 'none',
    builtins: false,
  },
  routes: {
    files: /^pipeline\/api\/\w+\/(?!lambda\.ts)/,
    imports: [...documents, 'ports', 'calls'],
    packages: 'none',
    builtins: false,
  },
  'services of routes': {
    files: /^pipeline\/api\/\w+\/lambda\.ts$/,
    imports: ['routes', 'door'],
    packages: 'none',
    builtins: false,
  },
  'edge functions': {
    files: /^supabase\/functions\//,
    imports: ['routes', 'edge'],
    packages: 'none',
    builtins: false,
  },
  viewer: { files: /^viewer\//, imports: documents, packages: ['preact', 'preact/hooks'], builtins: false },
  infra: { files: /^infra\//, imports: documents, ...free },
  services: { files: /^local\/services\//, imports: [], ...free },
  local: { files: /^local\/(?!services\/)/, imports: ['services', 'infra', 'viewer', ...product], ...free },
  bench: { files: /^bench\//, imports: bench, ...free },
  test: { files: /^(?:test\/|vitest\.config\.ts$)/, imports: ['bench', ...bench], ...free },
};

const all = sources('.');
const filesOf = (room: string) => all.filter((file) => lawOf(room).files.test(file));
const roomsOf = (file: string) => Object.keys(rooms).filter((room) => lawOf(room).files.test(file));

/** Static and dynamic imports alike. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function lawOf(room: string): Room {
  const law = rooms[room];
  if (!law) throw new Error(`there is no room ${room}`);
  return law;
}

/** What a file of a room may not import, if this is such a thing. */
function trespass(file: string, room: string, specifier: string): string | undefined {
  const { imports, packages, builtins } = lawOf(room);
  if (specifier.startsWith('.')) {
    const [to = 'no room'] = roomsOf(join(dirname(file), specifier));
    return to === room || imports.includes(to) ? undefined : `${file} (${room}) imports ${specifier} (${to})`;
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return builtins ? undefined : `${file} (${room}) imports the built-in ${specifier}`;
  }
  const isAllowed = packages === 'any' || (packages !== 'none' && packages.includes(specifier));
  return isAllowed ? undefined : `${file} (${room}) imports the package ${specifier}`;
}

test('every source file stands in one room', () => {
  expect(all.filter((file) => roomsOf(file).length !== 1)).toEqual([]);
});

test.each(Object.keys(rooms))('%s imports only from the rooms below it', (room) => {
  const files = filesOf(room);
  expect(files.length).toBeGreaterThan(0);
  const trespasses = files.flatMap((file) => importsOf(file).map((specifier) => trespass(file, room, specifier)));
  expect(trespasses.filter((found) => found !== undefined)).toEqual([]);
});

describe('the law sees', () => {
  test.each([
    ['a service that imports the product', 'local/services/clock.ts', '../../pipeline/errors.ts'],
    ['a service that imports a case', 'local/services/clock.ts', '../cases/words.ts'],
    ['a document that imports an adapter', 'pipeline/clinical/merge.ts', '../edge/s3.ts'],
    ['a document that looks sideways', 'pipeline/transcript/normalize.ts', '../clinical/entities.ts'],
    ['a document that imports a package with I/O', 'pipeline/clinical/merge.ts', '@aws-sdk/client-s3'],
    ['a document that imports a built-in', 'pipeline/digest.ts', 'node:crypto'],
    ['a step that imports another', 'pipeline/edge/s3.ts', '../steps/storeResults.ts'],
    ['a step that imports an adapter', 'pipeline/steps/storeResults.ts', '../edge/s3.ts'],
    ['a route that imports an adapter', 'pipeline/api/reading/issueLink.ts', '../../edge/links.ts'],
    ['a route that imports a built-in', 'pipeline/api/reading/issueLink.ts', 'node:crypto'],
    [
      'an edge function that imports a step',
      'supabase/functions/a/index.ts',
      '../../../pipeline/steps/storeResults.ts',
    ],
    ['an edge function that imports a package', 'supabase/functions/a/index.ts', 'jose'],
    ['infra that leans on local', 'infra/package.ts', '../local/commandLine.ts'],
    ['the product that leans on its tests', 'pipeline/config.ts', '../test/pipeline/visit.ts'],
    ['a page that imports an adapter', 'viewer/review.ts', '../pipeline/edge/s3.ts'],
    ['a page that imports another package', 'viewer/review.ts', '@aws-sdk/client-s3'],
  ])('%s', (_, file, specifier) => {
    const [room = ''] = roomsOf(file);
    expect(trespass(file, room, specifier)).toContain(`${file} (${room}) imports`);
  });
});

test('a step imports no other step', () => {
  const trespasses = filesOf('steps').flatMap((file) => importsOf(file).filter((name) => /^\.\/|\/steps\//.test(name)));
  expect(trespasses).toEqual([]);
});

test('a route imports nothing of another service', () => {
  const foreign = filesOf('routes').flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => join(dirname(file), specifier))
      .filter((path) => path.startsWith('pipeline/api/') && dirname(path) !== dirname(file)),
  );
  expect(foreign).toEqual([]);
});

/** What another runtime than Node loads as well. */
const portable = portableAdapters.map((name) => `pipeline/edge/${name}.ts`);
const { imports: mapped } = JSON.parse(readFileSync(join(root, 'supabase/functions/deno.json'), 'utf8')) as {
  imports: Record<string, string>;
};

test.each([...portable, ...filesOf('routes')])('%s makes do with Web standards', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  expect(text).not.toMatch(/\bprocess\.|\bBuffer\b|\brequire\(/);
  const far = importsOf(file).filter((name) => !name.startsWith('.') && !(name in mapped));
  expect(far).toEqual([]);
  const near = importsOf(file).flatMap((name) => (name.startsWith('.') ? [join(dirname(file), name)] : []));
  expect(near.filter((name) => name.startsWith('pipeline/edge/') && !portable.includes(name))).toEqual([]);
});

test('documents know neither environment, clock nor chance', () => {
  const forbidden = /process\.|Date\.now|new Date\(\)|Math\.random|randomUUID|console\.|\bBuffer\b/;
  const pureFiles = [...documents, 'contract', 'ports'].flatMap(filesOf);
  expect(pureFiles.filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test('the environment is read in one file of the pipeline', () => {
  const readers = sources('pipeline').filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
  expect(readers).toEqual(['pipeline/edge/lambda.ts']);
});
