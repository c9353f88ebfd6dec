import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { mapStrings } from './expand.ts';
import { refusal } from './refusal.ts';
import type { Resource } from './template.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A service file with everything in it that it includes: nothing is left to be looked up but serverless variables. */
export interface Service extends Fields {
  functions?: Readonly<Record<string, Fields>>;
  resources: readonly Part[];
}

/** One entry under `resources`, as osls merges them into the template. */
interface Part extends Fields {
  Resources?: Readonly<Record<string, Resource>>;
}

/**
 * Reads a service file as it is packaged, and as the embedded stack runs it: `${file(path)}` becomes the content of the
 * file; the path begins at `root`.
 * @throws TemplateInvalid naming a file that cannot be read, and a resource that stands in two files
 */
export function readService(root: string, file = 'serverless.yml'): Service {
  const service = readDocument(root, file) as Service;
  const resources = resourcesOf(service);
  for (const [id, resource] of Object.entries(resources)) checkSubstitutions(id, resource);
  return service;
}

/** The resources of all parts by their logical ids. @throws TemplateInvalid for an id that stands in two parts */
export function resourcesOf({ resources }: Service): Readonly<Record<string, Resource>> {
  const all: Record<string, Resource> = {};
  for (const [id, resource] of resources.flatMap(({ Resources = {} }) => Object.entries(Resources))) {
    if (Object.hasOwn(all, id)) throw refusal('TemplateInvalid', `the resource ${id} stands in two files`);
    all[id] = resource;
  }
  return all;
}

const stateMachine = 'AWS::StepFunctions::StateMachine';

function checkSubstitutions(id: string, { Type, Properties = {} }: Resource): void {
  if (Type !== stateMachine) return;
  const known = Object.keys(Properties['DefinitionSubstitutions'] ?? {});
  for (const [, name = ''] of JSON.stringify(Properties['Definition']).matchAll(/\$\{(\w+)\}/g)) {
    if (known.includes(name)) continue;
    const why = 'there is no such function, and DefinitionSubstitutions has no such entry';
    throw refusal('TemplateInvalid', `the state machine ${id} names \${${name}}: ${why}`);
  }
}

/** A file with the files that it includes. */
function readDocument(root: string, path: string): unknown {
  return mapStrings(parseFile(root, path), (text) => include(root, path, text));
}

/** JSON is YAML too. */
function parseFile(root: string, path: string): unknown {
  try {
    return parse(readFileSync(join(root, path), 'utf8'), { merge: true });
  } catch (error) {
    throw refusal('TemplateInvalid', `${path} cannot be read: ${(error as Error).message}`);
  }
}

function include(root: string, from: string, text: string): unknown {
  if (!text.includes('${file(')) return text;
  const [, path] = /^\$\{file\(([^)]+)\)\}$/.exec(text) ?? [];
  if (path === undefined) throw refusal('TemplateInvalid', `${from}: ${text} does more than include a file`);
  return readDocument(root, path);
}
