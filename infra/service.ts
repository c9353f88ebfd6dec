import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { capitalize, expand, mapStrings } from './expand.ts';
import { refusal } from './refusal.ts';
import { fillRetries, type RetryRules } from './retries.ts';
import type { Resource } from './template.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A service file with everything that it includes filled in: only serverless variables are left to be looked up. */
export interface Service extends Fields {
  functions?: Readonly<Record<string, Fields>>;
  resources: readonly Part[];
}

/** One entry under `resources`, as osls merges them into the template. */
interface Part extends Fields {
  Resources?: Readonly<Record<string, Resource>>;
}

/**
 * Reads a service file as it is packaged, and as the embedded stack runs it:
 * - `${file(path)}` becomes the content of the file; the path begins at `root`;
 * - each function gets the handler, role and zip that follow from its name, unless it has its own;
 * - `forEachFunction` is written out for all functions, `forEachTask` for those that the state machine calls, `forEachApi`
 *   for those that have routes
 *   ({@link expand});
 * - a rule that a `Retry` names is taken from `retry.yml` beside the state machine.
 * @throws TemplateInvalid naming what is missing: a file, a retry rule, a function's role, a task's function
 */
export function readService(root: string, file = 'serverless.yml'): Service {
  const written = readDocument(root, file) as Service;
  const functions = written.functions && toFunctions(written.functions);
  const names = Object.keys(functions ?? {});
  const loops = {
    forEachFunction: names,
    forEachTask: names.filter((name) => isTask(name, written)),
    forEachApi: names.filter((name) => hasRoute(functions?.[name])),
  };
  const service = { ...(expand(written, loops) as Service), ...(functions && { functions }) };
  const resources = resourcesOf(service);
  for (const [name, { role }] of Object.entries(functions ?? {})) checkRole(name, role, resources);
  for (const [id, resource] of Object.entries(resources)) checkSubstitutions(id, resource);
  return service;
}

/** The resources of all parts by their logical ids. @throws TemplateInvalid for an id that is in two parts */
export function resourcesOf({ resources }: Service): Readonly<Record<string, Resource>> {
  const all: Record<string, Resource> = {};
  for (const [id, resource] of resources.flatMap(({ Resources = {} }) => Object.entries(Resources))) {
    if (Object.hasOwn(all, id)) throw refusal('TemplateInvalid', `the resource ${id} stands in two files`);
    all[id] = resource;
  }
  return all;
}

function toFunctions(functions: Readonly<Record<string, Fields>>): Readonly<Record<string, Fields>> {
  const complete = Object.entries(functions).map(([name, own]) => {
    const byName = {
      handler: `pipeline/steps/${name}.handler`,
      role: `${capitalize(name)}Role`,
      package: { artifact: `.build/${name}.zip` },
    };
    return [name, { ...byName, ...own }];
  });
  return Object.fromEntries(complete) as Readonly<Record<string, Fields>>;
}

const stateMachine = 'AWS::StepFunctions::StateMachine';

/** Whether the state machine calls a function: a task names its function's ARN, as in `${storeResultsArn}`. */
function isTask(name: string, { resources }: Service): boolean {
  const all = resources.flatMap(({ Resources = {} }) => Object.values(Resources));
  return JSON.stringify(all.filter(({ Type }) => Type === stateMachine)).includes(`\${${name}Arn}`);
}

const hasRoute = (own?: Fields) => ((own?.['events'] ?? []) as readonly object[]).some((event) => 'httpApi' in event);

function checkRole(name: string, role: unknown, resources: Readonly<Record<string, Resource>>): void {
  if (resources[String(role)]?.Type === 'AWS::IAM::Role') return;
  throw refusal('TemplateInvalid', `the function ${name} has no role: infra/ has no AWS::IAM::Role ${String(role)}`);
}

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
  const document = mapStrings(parseFile(root, path), (text) => include(root, path, text));
  if (!path.endsWith('.asl.json')) return document;
  const rules = readDocument(root, join(dirname(path), 'retry.yml')) as RetryRules;
  return fillRetries(document as Parameters<typeof fillRetries>[0], rules);
}

/** Reads YAML or JSON: JSON is YAML too. */
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
