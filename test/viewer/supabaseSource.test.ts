import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { apply, type Change } from '../../viewer/changes.ts';
import { SupabaseSource } from '../../viewer/supabaseSource.ts';
import { findingOf, openVisit } from '../pipeline/reading/visit.ts';
import { sourceContract } from './sourceContract.ts';

let visit: Opened;
beforeAll(async () => {
  visit = await openVisit();
});

type Body = Record<string, unknown> & { revision: number; token: string; page: number };

/** The functions of the database, as far as the page calls them: by the rules that it is to keep. */
class FakeDatabase {
  opened: Opened = visit;
  pages = 1;
  calls: { name: string; body: Body; headers: Record<string, string> }[] = [];
  /** A status that it answers instead. */
  refuses: number | 'nothing' | undefined;
  readonly #done = new Map<string, number>();

  readonly fetch = (url: string, { body, headers }: RequestInit): Promise<Response> => {
    const name = url.split('/').at(-1) ?? '';
    const parameters = JSON.parse(typeof body === 'string' ? body : '{}') as Body;
    this.calls.push({ name, body: parameters, headers: headers as Record<string, string> });
    if (this.refuses === 'nothing') return Promise.reject(new TypeError('Failed to fetch'));
    if (this.refuses !== undefined) return Promise.resolve(new Response('{}', { status: this.refuses }));
    return Promise.resolve(this.#answer(name, parameters));
  };

  #answer(name: string, body: Body): Response {
    if (name === 'link') return Response.json({ url: 'https://bucket/recording.mp4?signed' });
    if (name === 'log_access') return new Response(null, { status: 204 });
    if (name === 'open_consultation') return Response.json(this.#page(body.page));
    const before = this.#done.get(body.token);
    if (before !== undefined) return Response.json({ revision: before });
    if (body.revision !== this.opened.revision) return Response.json({}, { status: 409 });
    const stamp = { at: '2026-03-04T12:00:00.000Z', by: 'provider', id: `of-the-database-${this.#done.size}` };
    this.opened = apply(this.opened, toChange(name, body), stamp);
    this.#done.set(body.token, this.opened.revision);
    return Response.json({ revision: this.opened.revision });
  }

  #page(page: number): Partial<Opened> {
    const { turns, ...rest } = this.opened;
    const size = Math.ceil(turns.length / this.pages);
    const { schema, recordingId, revision } = rest;
    return {
      ...(page === 0 ? rest : { schema, recordingId, revision, entities: [], codes: [] }),
      turns: turns.slice(page * size, (page + 1) * size),
      ...(this.pages > 1 ? { page: { number: page, of: this.pages } } : {}),
    };
  }
}

/** The call as the database understands it. */
function toChange(name: string, { decisions, correction, ...body }: Record<string, unknown>): Change {
  const { from_turn: fromTurn, to_turn: toTurn, speaker, role, turn, begin, end, was, becomes } = body;
  const changes: Record<string, unknown> = {
    review_codes: { kind: 'codes', decisions },
    review_findings: { kind: 'findings', decisions },
    correct_role: { kind: 'role', speaker, fromTurn, toTurn, role },
    correct_words: { kind: 'words', turn, begin, end, was, becomes },
    withdraw_correction: { kind: 'withdraw', correction },
    sign_consultation: { kind: 'sign' },
  };
  return changes[name] as Change;
}

let database: FakeDatabase;
let tokens: string[];
beforeEach(() => {
  database = new FakeDatabase();
  tokens = [];
});

function sourceOf(): SupabaseSource {
  const place = {
    recording: visit.recordingId,
    url: 'https://project.supabase.co',
    apiKey: 'public',
    api: 'https://api.example',
  };
  return new SupabaseSource(place, {
    fetch: database.fetch,
    token: () => Promise.resolve(tokens.shift() ?? 'jwt'),
    now: () => new Date('2026-03-04T12:00:00Z'),
  });
}

sourceContract('the database', () => {
  database.opened = { ...visit, session: { ...visit.session, providerId: 'provider' } };
  return Promise.resolve({ source: sourceOf(), finding: findingOf(visit, 'cough').id });
});

test('pages are put together, and read again when somebody decides meanwhile', async () => {
  database.pages = 3;
  expect(await sourceOf().open()).toEqual(visit);
  const decided = { ...visit, revision: 2 };
  const { fetch } = database;
  const hasty = Object.assign(database, {
    fetch: (url: string, request: RequestInit) => {
      if (database.calls.length === 4) database.opened = decided;
      return fetch(url, request);
    },
  });
  expect((await sourceOf().open()).revision).toBe(2);
  expect(hasty.calls.map(({ body }) => body.page)).toEqual([0, 1, 2, 0, 1, 0, 1, 2]);
});

test('every call carries the token of now, in no address', async () => {
  tokens = ['first', 'second'];
  const source = sourceOf();
  await source.open();
  await source.audio();
  expect(database.calls.map(({ headers }) => headers['authorization'])).toEqual(['Bearer first', 'Bearer second']);
});

test('it is written down that FHIR is given away, and none is given where that fails', async () => {
  await sourceOf().handOut(visit);
  expect(database.calls.map(({ name, body }) => [name, body])).toEqual([
    ['log_access', { recording: visit.recordingId, action: 'fhir' }],
  ]);
  database.refuses = 403;
  await expect(sourceOf().handOut(visit)).rejects.toMatchObject({ fault: 'notYours' });
});

test('the recording is a fresh link each time; none where it is gone', async () => {
  expect(await sourceOf().audio()).toEqual({ url: 'https://bucket/recording.mp4?signed', isSilent: false });
  database.refuses = 404;
  expect(await sourceOf().audio()).toBeNull();
});

describe('a refusal says what can be done', () => {
  test.each([
    [401, 'signedOut'],
    [403, 'notYours'],
    [409, 'stale'],
    [400, 'refused'],
    [503, 'offline'],
    ['nothing' as const, 'offline'],
  ])('%s', async (status, fault) => {
    database.refuses = status;
    await expect(sourceOf().change(visit, { kind: 'sign' }, 'token')).rejects.toMatchObject({ fault });
  });
  test('a later schema', async () => {
    database.opened = { ...visit, schema: 'medzen.opened/2' as 'medzen.opened/1' };
    await expect(sourceOf().open()).rejects.toMatchObject({ fault: 'later' });
  });
});
