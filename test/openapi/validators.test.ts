import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type OpenApi, toOpenApi } from '../../infra/openapi/document.ts';
import { routes } from '../../infra/openapi/routes.ts';

/** `npm ci --prefix test/openapi` installs them. */
const isInstalled = existsSync(join(import.meta.dirname, 'node_modules'));

describe.runIf(isInstalled)('the OpenAPI document', () => {
  const document = toOpenApi(routes, '1.2.3');
  let faultsOf: (given: object) => Promise<string[]>;
  beforeAll(async () => {
    const { validators } = await import('./validators.mjs');
    faultsOf = async (given) => (await Promise.all(Object.values(validators).map((find) => find(given)))).flat();
  });

  test('has no fault', async () => {
    expect(await faultsOf(document)).toEqual([]);
  });

  test.each<[fault: string, change: (given: OpenApi) => void]>([
    ['a parameter that is not said', (given) => delete given.paths['/recordings/{id}/link']?.['get']?.['parameters']],
    [
      'no description of an answer',
      (given) => delete (post(given).responses['200'] as { description?: string }).description,
    ],
    ['a reference to nothing', (given) => delete given.components.schemas['meetings.end.answer']],
    ['a way to sign in that there is not', (given) => (post(given)['security'] = 'userToken')],
    ['another operation of that name', (given) => Object.assign(post(given), { operationId: 'chime-messaging' })],
    ['a field of no version', (given) => Object.assign(given, { routes: [] })],
  ])('with %s is refused', async (_, change) => {
    const given = structuredClone(document);
    change(given);
    expect(await faultsOf(given)).not.toEqual([]);
  });

  function post(given: OpenApi) {
    const operation = given.paths['/meetings']?.['post'];
    if (!operation) throw new Error('there is no POST /meetings');
    return operation;
  }
});
