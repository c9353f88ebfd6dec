import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { nameOf, type OpenApi, toOpenApi } from '../../../infra/openapi/document.ts';
import { askedOf, type RouteRow } from '../../../infra/openapi/route.ts';
import { routes } from '../../../infra/openapi/routes.ts';
import { toSchema } from '../../../infra/openapi/schema.ts';
import { readAction, readBody } from '../../../pipeline/bodies.ts';

const document = toOpenApi(routes, '1.2.3');
const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('the document takes the bodies that the routes take', () => {
  const rows = routes.flatMap((row) =>
    askedOf(row).flatMap(([action, { body }]) =>
      body ? [[action || (row.edgeFunction ?? row.service), row, action, body] as const] : [],
    ),
  );
  /** A value for each field by its name. */
  const good: Readonly<Record<string, unknown>> = {
    userIds: [uuid],
    kind: 'survey',
    values: { rating: 5, name: 'a.b', isGood: true },
    decision: 'given',
    textVersion: '2026-11-29',
    enabled: true,
    muted: false,
    limit: 7,
    nextToken: '1_a',
    size: 9,
    checksum: `${'A'.repeat(43)}=`,
    store: true,
    time: '2026-11-29T10:00:00Z',
    detail: { a: 1 },
    messageType: 'text',
    metadata: { a: [1] },
    reaction: '👍',
    enableRecording: true,
    enableTranscription: false,
    language: 'en-GB',
    transcriptionLanguage: 'en-GB',
    voice: 'Amy',
  };
  const bad = [null, 7.5, 'x'.repeat(7_000), '', {}, [], true, ['a'], '\u{1F4A9}a', 101, { a: {} }, [uuid, uuid, 'b']];

  test.each(rows)('%s', (_, row, action, body) => {
    const validate = toCheck(document, nameOf(row, action, 'request'));
    const full = {
      ...(action !== '' && { action }),
      ...Object.fromEntries(Object.keys(body).map((name) => [name, good[name] ?? uuid])),
    };
    expect([taken(row, full), validate(full)]).toEqual([true, true]);
    for (const name of Object.keys(full)) {
      const { [name as keyof typeof full]: _, ...without } = full;
      expect([name, validate(without)]).toEqual([name, taken(row, without)]);
      for (const value of bad) {
        const given = { ...full, [name]: value };
        // What code alone checks, the document lets pass: it never refuses what a route takes.
        if (taken(row, given)) expect([name, value, validate(given)]).toEqual([name, value, true]);
      }
      // And it refuses what is of another type.
      if (!taken(row, { ...full, [name]: null }))
        expect([name, validate({ ...full, [name]: null })]).toEqual([name, false]);
    }
  });

  function taken(row: RouteRow, body: object): boolean {
    try {
      if ('actions' in row.asked) {
        readAction(Object.fromEntries(askedOf(row).map(([name, asked]) => [name, asked.body ?? {}])), body);
      } else {
        readBody(v.object(row.asked.body ?? {}), body);
      }
      return true;
    } catch {
      return false;
    }
  }
});

function toCheck({ components }: OpenApi, name: string) {
  const ajv = new Ajv2020({ strict: false, formats: { uuid: v.UUID_REGEX, uri: true, 'date-time': true } });
  const schema = components.schemas[name];
  if (schema === undefined) throw new Error(`there is no schema ${name}`);
  return ajv.compile(schema as object);
}

test('a request is found by its action, and each action has its request, its answer and its refusals', () => {
  const post = document.paths['/meetings']?.['post'];
  expect(post?.['requestBody']).toMatchObject({
    content: {
      'application/json': {
        schema: {
          discriminator: {
            propertyName: 'action',
            mapping: { 'batch-join': '#/components/schemas/meetings.batch-join.request' },
          },
        },
      },
    },
  });
  expect(post?.['x-actions']?.['consent']).toEqual({
    request: { $ref: '#/components/schemas/meetings.consent.request' },
    answer: { $ref: '#/components/schemas/meetings.consent.answer' },
    refusals: expect.arrayContaining(['ConsentTextOutdated', 'InvalidToken', 'UnknownUser']) as string[],
  });
});

test('both doors of a route say the same, but for what belongs to a door', () => {
  const http = document.paths['/messaging']?.['post'];
  const edge = document.paths['/functions/v1/chime-messaging']?.['post'];
  expect(edge?.['requestBody']).toEqual(http?.['requestBody']);
  expect(edge?.responses['200']).toEqual(http?.responses['200']);
  expect([Object.keys(edge?.responses ?? {}), Object.keys(http?.responses ?? {})]).toEqual([
    expect.arrayContaining(['421']),
    expect.not.arrayContaining(['421']),
  ]);
  expect(JSON.stringify(http?.responses['429'])).toContain('GatewayRefusal');
  expect(JSON.stringify(edge)).not.toContain('GatewayRefusal');
});

test('a route for anybody, which answers with another status as well, and one for EventBridge', () => {
  const asked = { does: 'Says it.', answer: v.object({ a: v.string() }), also: { 503: v.object({ b: v.string() }) } };
  const common = { service: 'looks', does: '', refusals: [] };
  const { paths } = toOpenApi(
    [
      { ...common, method: 'GET', path: '/looks', caller: 'anybody', asked: { ...asked, refusals: [] } },
      {
        ...common,
        method: 'POST',
        edgeFunction: 'told',
        caller: 'eventBridge',
        asked: { ...asked, body: {}, refusals: [] },
      },
    ],
    '',
  );
  const looks = paths['/looks']?.['get'];
  expect(looks?.['security']).toContainEqual({});
  expect(looks?.responses['503']?.content['application/json']?.schema).toMatchObject({
    anyOf: [{ required: ['b'] }, { anyOf: [{ required: ['error', 'code'] }, { $ref: expect.any(String) as string }] }],
  });
  expect(Object.keys(looks?.responses ?? {})).not.toContain('401');
  expect(paths['/functions/v1/told']?.['post']?.['security']).toEqual([{ eventSecret: [] }]);
});

test('every reference leads somewhere, and every schema is used', () => {
  const text = JSON.stringify(document);
  const used = new Set([...text.matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map(([, name = '']) => name));
  expect([...used].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
});

test('what JSON Schema cannot say is refused, unless code checks it as well', () => {
  expect(() => toSchema(v.date())).toThrow('date');
  expect(
    toSchema(
      v.pipe(
        v.string(),
        v.check((given) => given !== 'a'),
      ),
    ),
  ).toEqual({ type: 'string' });
});
