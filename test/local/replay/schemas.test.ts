import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCase } from '../../../local/cases/caseFolder.ts';
import type { Collected } from '../../../local/replay/collect.ts';
import { toOutcome } from '../../../local/replay/outcome.ts';
import { type Described, described, violationsOf } from '../../../local/replay/schemas.ts';
import { TestStack } from '../../workflow/testStack.ts';

type Json = Readonly<Record<string, unknown>>;

/** What may be left out, and what has the keys of the day. */
const optional = ['relabelled', 'unplaced', 'contradictedBy', 'hint', 'planned', 'models'];
const maps = ['/engine/operations', '/usage/units', '/usage/calls', '/versions/models'];

let product: TestStack;
let collected: Collected;
const documents = new Map<Described, Json>();

beforeAll(async () => {
  product = await TestStack.shared();
  const given = await readCase(join(import.meta.dirname, '../../../fixtures/ten-minute-consultation'));
  const { outcome, collected: of } = await product.run(given);
  collected = of;
  documents.set('transcript', of.transcript as unknown as Json);
  documents.set('consultation', of.consultation as unknown as Json);
  documents.set('entities', (await product.entities(outcome.recordingId)) as unknown as Json);
});

const documentOf = (name: Described) => documents.get(name) ?? {};

/** Every object inside a document, with the place where it stands; of a list the first few. */
function* objectsIn(value: unknown, place = ''): Generator<[place: string, object: Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [place, value as Json];
  const inside = Object.entries(value).slice(0, Array.isArray(value) ? 12 : undefined);
  for (const [key, inner] of inside) yield* objectsIn(inner, `${place}/${key}`);
}

/** The document with one object in it changed. */
function changed(document: Json, place: string, change: (object: Json) => Json): Json {
  const [first = '', ...rest] = place.split('/').slice(1);
  if (place === '') return change(document);
  const inner = changed(document[first] as Json, rest.map((key) => `/${key}`).join(''), change);
  if (!Array.isArray(document)) return { ...document, [first]: inner };
  return document.with(Number(first), inner) as unknown as Json;
}

describe.each(described)('%s.json', (name) => {
  test('what the pipeline writes is as described', async () => {
    expect(await violationsOf(name, documentOf(name))).toEqual([]);
  });

  test('any field left out is noticed', async () => {
    const unnoticed: string[] = [];
    let tried = 0;
    for (const [place, object] of objectsIn(documentOf(name))) {
      if (maps.includes(place)) continue;
      for (const key of Object.keys(object).filter((field) => !optional.includes(field))) {
        const without = changed(documentOf(name), place, ({ [key]: _left, ...rest }) => rest);
        tried += 1;
        if ((await violationsOf(name, without)).length === 0) unnoticed.push(`${place}/${key}`);
      }
    }
    expect(unnoticed).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  });

  test('any field that nobody has described is noticed', async () => {
    const unnoticed: string[] = [];
    for (const [place] of objectsIn(documentOf(name))) {
      const more = changed(documentOf(name), place, (object) => ({ ...object, undescribed: 'x' }));
      if ((await violationsOf(name, more)).length === 0) unnoticed.push(place);
    }
    expect(unnoticed).toEqual([]);
  });

  test('any value of another type is noticed', async () => {
    const unnoticed: string[] = [];
    for (const [place, object] of objectsIn(documentOf(name))) {
      for (const key of Object.keys(object)) {
        const other = changed(documentOf(name), place, (of) => ({ ...of, [key]: { not: 'this' } }));
        if ((await violationsOf(name, other)).length === 0) unnoticed.push(`${place}/${key}`);
      }
    }
    expect(unnoticed).toEqual([]);
  });
});

test.each<[Described, string, (document: Json) => Json]>([
  ['transcript', 'a schema of another version', (of) => ({ ...of, schema: 'medzen.transcript/2' })],
  ['transcript', 'an unknown flag', (of) => ({ ...of, quality: { ...(of['quality'] as Json), flags: ['nice'] } })],
  ['transcript', 'seconds with a fraction', (of) => ({ ...of, durationMs: 12.5 })],
  ['entities', 'a score above 1', (of) => changed(of, '/entities/0', (entity) => ({ ...entity, score: 1.2 }))],
  [
    'entities',
    'a status of our own',
    (of) => changed(of, '/entities/0/assertion', (one) => ({ ...one, status: 'yes' })),
  ],
  ['entities', 'an id of the service', (of) => changed(of, '/entities/0', (entity) => ({ ...entity, id: '7' }))],
  [
    'consultation',
    'a finding that nothing proves',
    (of) => changed(of, '/problems/0', (one) => ({ ...one, evidence: [] })),
  ],
  [
    'consultation',
    'a confirmed code',
    (of) => changed(of, '/problems/0/codes/0', (one) => ({ ...one, confirmed: true })),
  ],
])('%s: %s is noticed', async (name, _what, change) => {
  expect(await violationsOf(name, change(documentOf(name)))).not.toEqual([]);
});

test.each(['role', 'speaker', 'quality', 'gap', 'coverage'])(
  'a %s is described alike in every schema',
  async (shared) => {
    const schemas = described.map(
      (name) => import(`../../../pipeline/schemas/${name}.schema.json`, { with: { type: 'json' } }),
    );
    const defs = (await Promise.all(schemas)).map(({ default: schema }) => (schema as { $defs: Json }).$defs);
    const [first, ...others] = defs.flatMap((of) => (shared in of ? [of[shared]] : []));
    expect(others).not.toEqual([]);
    expect(others).toEqual(others.map(() => first));
  },
);

test('a violation says where and which rule, never what was said', async () => {
  const broken = changed(documentOf('transcript'), '/turns/0', (turn) => ({ ...turn, role: turn['text'] }));
  expect(await violationsOf('transcript', broken)).toEqual(['transcript.json/turns/0/role enum']);
});

test('a case whose document breaks its schema did not succeed', () => {
  const facts = {
    name: 'x',
    recordingId: 'rec-1',
    duplicate: false,
    executions: 1,
    seconds: 1,
    meetingId: 'm',
    folder: 'out',
  };
  const execution = { status: 'SUCCEEDED', output: { status: 'completed' }, states: [] } as never;
  const outcome = (violations: string[]) => toOutcome(facts, execution, { ...collected, violations }, undefined);
  expect(outcome([]).ok).toBe(true);
  const violated = outcome(['entities.json/entities/3/role enum']);
  expect(violated).toMatchObject({ ok: false, differences: ['SchemaViolation: entities.json/entities/3/role enum'] });
});
