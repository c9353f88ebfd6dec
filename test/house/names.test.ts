import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { readService, resourcesOf } from '../../infra/service.ts';
import { failures, retried } from '../../pipeline/errors.ts';
import { actionNames } from '../../pipeline/meetings/requests.ts';
import { chatActionNames } from '../../pipeline/messaging/requests.ts';
import { root, sources } from './sources.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface State {
  Type: string;
  Comment?: string;
  Resource?: string;
  Arguments?: { FunctionName: string };
  TimeoutSeconds?: number | string;
  Retry?: { ErrorEquals: string[]; JitterStrategy?: string; MaxAttempts?: number; MaxDelaySeconds?: number }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  ItemProcessor?: { States: Record<string, State> };
}

/** As it is packaged, with its retries written out. */
const service = readService(root);
const machine = resourcesOf(service)['Transcription']?.Properties?.['Definition'] as {
  TimeoutSeconds: number;
  States: Record<string, State>;
};
const states = allStates(machine.States);
const tasks = states.filter(([, state]) => state.Type === 'Task');
const steps = readdirSync(join(root, 'pipeline/steps')).map((file) => file.replace('.ts', ''));
const functions = service.functions ?? {};
const folders = readdirSync(join(root, 'pipeline/api'));
/** The functions that serve routes. */
const api = folders.filter((name) => existsSync(join(root, 'pipeline/api', name, 'lambda.ts')));
/** Routes that edge functions alone serve. */
const edgeOnly = folders.filter((name) => !api.includes(name));
/** A route that takes actions has a file for each. */
const actions: Readonly<Record<string, readonly string[]>> = {
  meetings: actionNames.map((name) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())),
  messaging: chatActionNames,
};

/** Woken by queues, a table's stream or a schedule, not by the machine. */
const outsideTheMachine = [
  'startWorkflow',
  'resumeWorkflow',
  'anchorAudit',
  'carryAudit',
  'followMeeting',
  'sweepMeetings',
  'deliverMessages',
  'inspectAttachment',
];

function allStates(level: Record<string, State>): [string, State][] {
  return Object.entries(level).flatMap(([name, state]) => [
    [name, state],
    ...allStates(state.ItemProcessor?.States ?? {}),
  ]);
}

describe('one name for one step', () => {
  test('every file of pipeline/steps is a function of serverless.yml, and so is every service of pipeline/api; no other', () => {
    expect(Object.keys(functions).toSorted()).toEqual([...steps, ...api].toSorted());
  });

  test('every Task state is a step', () => {
    const named = tasks.map(([name]) => name);
    expect([...named, ...outsideTheMachine].toSorted()).toEqual(steps.toSorted());
  });

  test.each(steps)('%s: file, export, handler, state and test agree', async (step) => {
    const module = (await import(join(root, `pipeline/steps/${step}.ts`))) as Record<string, unknown>;
    expect(Object.keys(module).toSorted()).toEqual([step, 'handler'].toSorted());
    expect(read(`pipeline/steps/${step}.ts`)).toMatch(
      new RegExp(`handler = (lambda|queue|stream|callStep|callQueue|chatStep|chatQueue)\\('${step}', ${step}\\)`),
    );
    expect(functions[step]?.['handler']).toBe(`pipeline/steps/${step}.handler`);
    expect(existsSync(join(root, `test/pipeline/steps/${step}.test.ts`))).toBe(true);
    expect(read('README.md')).toContain(`\`${step}\``);
  });
});

describe.each(api)('%s, which serves routes', (name) => {
  const listed = read(`pipeline/api/${name}/lambda.ts`);
  const routed = [...listed.matchAll(/method: '(\w+)',\s+path: '([^']+)',\s+(?:contentType: [^,]+,\s+)?route: (\w+)/g)];

  test('has its handler where serverless.yml says, and is in the table of README.md', () => {
    expect(functions[name]?.['handler']).toBe(`pipeline/api/${name}/lambda.handler`);
    expect(listed).toMatch(new RegExp(`handler = (?:api|callApi|chatApi|speechApi|healthApi)\\('${name}', `));
    expect(read('README.md')).toContain(`\`${name}\``);
  });

  test('lists the routes that serverless.yml gives it, and no other', () => {
    const events = functions[name]?.['events'] as { httpApi: string }[];
    expect(routed.map(([, method, path]) => `${method} ${path}`)).toEqual(events.map(({ httpApi }) => httpApi));
    for (const { httpApi } of events) expect(read('API.md')).toContain(httpApi);
  });

  const routes = routed.map(([, , , route = '']) => route);

  test.each([...routes, ...(actions[name] ?? [])])('%s: file, export and test agree', async (route) => {
    const module = (await import(join(root, `pipeline/api/${name}/${route}.ts`))) as Record<string, unknown>;
    expect(Object.keys(module)).toContain(route);
    expect(existsSync(join(root, `test/pipeline/api/${name}/${route}.test.ts`))).toBe(true);
  });

  test('has no route that is not listed', () => {
    const files = readdirSync(join(root, 'pipeline/api', name)).map((file) => file.replace('.ts', ''));
    const unlisted = files.filter((file) =>
      new RegExp(`${file}: (?:Public)?Route<`).test(read(`pipeline/api/${name}/${file}.ts`)),
    );
    expect(unlisted.filter((file) => !routes.includes(file))).toEqual([]);
  });
});

describe.each(edgeOnly)('%s, which edge functions alone serve', (name) => {
  const published = readdirSync(join(root, 'supabase/functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => read(`supabase/functions/${entry.name}/index.ts`));
  const routes = readdirSync(join(root, 'pipeline/api', name)).map((file) => file.replace('.ts', ''));

  test.each(routes)('%s: file, export, test and one published function agree', async (route) => {
    const module = (await import(join(root, `pipeline/api/${name}/${route}.ts`))) as Record<string, unknown>;
    expect(Object.keys(module)).toEqual([route]);
    expect(existsSync(join(root, `test/pipeline/api/${name}/${route}.test.ts`))).toBe(true);
    expect(published.filter((text) => text.includes(`pipeline/api/${name}/${route}.ts`))).toHaveLength(1);
  });
});

describe('the state machine', () => {
  test.each(tasks)('%s calls its own function, with Retry, Catch and a timeout', (name, state) => {
    expect(state.Arguments?.FunctionName).toBe(`\${${name}Arn}`);
    expect(state.TimeoutSeconds).toBeDefined();
    expect(state.Catch?.some((rule) => rule.ErrorEquals.includes('States.ALL'))).toBe(true);
    expect(state.Retry?.length).toBeGreaterThan(0);
  });

  test.each(tasks)(
    '%s retries each name by one rule: of ours, what is busy, and what is late where that may be',
    (name, state) => {
      const named = state.Retry?.flatMap((rule) => rule.ErrorEquals) ?? [];
      expect(named).toEqual([...new Set(named)]);
      expect(named).toEqual(expect.arrayContaining(retried.busy));
      const ours = named.filter((name) => Object.hasOwn(failures, name));
      const isLate = ours.includes('NotThereYet');
      expect(ours.toSorted()).toEqual([...retried.busy, ...(isLate ? retried.late : [])].toSorted());
      expect(isLate).toBe(!['awaitPlace', 'awaitTranscription', 'normalizeTranscript', 'recordFailure'].includes(name));
      // There, the state's own time is how long it waits.
      expect(named.includes('States.Timeout')).toBe(!['awaitPlace', 'awaitTranscription'].includes(name));
    },
  );

  test('every rule of retry.yml is named by a state', () => {
    const rules = parse(read('state-machines/retry.yml')) as Record<string, object>;
    const used = tasks.flatMap(([, { Retry = [] }]) => Retry);
    expect(Object.keys(rules).filter((name) => !used.some((rule) => isDeepStrictEqual(rule, rules[name])))).toEqual([]);
  });

  test('every Catch outside the Map leads to recordFailure, and recordFailure to the end', () => {
    for (const [name, state] of Object.entries(machine.States)) {
      const last = state.Catch?.at(-1)?.Next;
      if (last !== undefined)
        expect([name, last]).toEqual([name, name === 'recordFailure' ? 'failed' : 'recordFailure']);
    }
  });

  test('every state has a comment', () => {
    expect(states.filter(([, state]) => !state.Comment).map(([name]) => name)).toEqual([]);
  });
});

describe('one name for a source file and its test', () => {
  /** Types need no test: nothing of them is left when the code runs. */
  const isOfTypesOnly = (text: string) => !/^export (?!type\b|interface\b)/m.test(text);

  test.each<[string, boolean]>([
    ["import type { A } from './a.ts';\n\nexport type B = A;\nexport interface C {}", true],
    ["export type { A } from './a.ts';", true],
    ["export type A = string;\nexport const statuses = ['present'] as const;", false],
    ['interface A {}\n\nexport async function read(): Promise<A> {}', false],
    ["export { read } from './a.ts';", false],
  ])('%j is of types only: %j', (text, expected) => {
    expect(isOfTypesOnly(text)).toBe(expected);
  });

  test('every file of the pipeline that is more than types has a test of its own name', () => {
    const untested = sources('pipeline')
      .filter((file) => !isOfTypesOnly(read(file)))
      .map((file) => `test/${file.replace(/\.ts$/, '.test.ts')}`)
      .filter((file) => !existsSync(join(root, file)));
    expect(untested).toEqual([]);
  });

  test('every test of the pipeline is named after what it tests: `merge.offsets.test.ts` after `merge.ts`', () => {
    const nameless = sources('test/pipeline').filter((file) => {
      const [, subject = ''] = /^([^.]+)\.(?:\w+\.)?test\.ts$/.exec(file) ?? [];
      // A helper of the tests may have a test as well.
      const sought = [subject.replace('test/', ''), subject].map((path) => join(root, `${path}.ts`));
      return file.endsWith('.test.ts') && !sought.some((path) => existsSync(path));
    });
    expect(nameless).toEqual([]);
  });
});

describe('one name for an npm script and its file', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const commands = Object.entries(scripts).flatMap(([script, line]) =>
    (line.match(/\S+\.ts\b/g) ?? []).map((file): [string, string] => [script, file]),
  );

  test.each(commands)('%s runs %s, a command or what measures', (script, file) => {
    expect(file).toMatch(new RegExp(`^(?:local/commands|bench(?:/\\w+)*)/${script}\\.ts$`));
    expect(existsSync(join(root, file))).toBe(true);
  });

  test('every file of local/commands is the file of a script, but the one that runs them all', () => {
    const files = readdirSync(join(root, 'local/commands')).map((file) => `local/commands/${file}`);
    const run = commands.map(([, file]) => file).filter((file) => file.startsWith('local/commands/'));
    expect(files.toSorted()).toEqual(['local/commands/run.mjs', ...run].toSorted());
  });
});
