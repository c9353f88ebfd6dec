import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../../pipeline/apiPorts.ts';
import { toRecords } from '../../../pipeline/edge/postgrest.ts';
import type { RefusalName } from '../../../pipeline/refusals.ts';

const caller: Caller = { issuer: 'supabase', subject: 'somebody', token: 'her.own.token' };
const id = `rec-${'0'.repeat(32)}`;
const said = 'the patient has chest pain';

/** The records behind a service that gives one answer, and the request that it got. */
function answering(answer: Response | Error) {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const records = toRecords({ url: 'https://project.supabase.co', apiKey: 'public', limitMs: 8_000, fetch });
  const sent = () => {
    const [url, init] = fetch.mock.calls[0] ?? [];
    return { url, headers: init?.headers, body: JSON.parse(init?.body as string) as unknown };
  };
  return { records, sent };
}

afterEach(() => vi.restoreAllMocks());

describe('every question is asked with the token of whoever asks', () => {
  const headers = { apikey: 'public', authorization: 'Bearer her.own.token', 'content-type': 'application/json' };
  const rpc = 'https://project.supabase.co/rest/v1/rpc';

  test('where a recording lies', async () => {
    const location = { bucket: 'b', key: 'k', versionId: 'v' };
    const { records, sent } = answering(Response.json(location));
    expect(await records.locate(caller, id)).toEqual(location);
    expect(sent()).toEqual({ url: `${rpc}/recording_location`, headers, body: { recording: id } });
  });

  test('which recording of a session is the newest', async () => {
    const { records, sent } = answering(Response.json(id));
    expect(await records.newest(caller, 'session-1')).toBe(id);
    expect(sent()).toEqual({ url: `${rpc}/newest_recording`, headers, body: { session: 'session-1' } });
  });

  test('that it was read', async () => {
    const { records, sent } = answering(new Response(null, { status: 204 }));
    await records.logAccess(caller, id, 'link');
    expect(sent()).toEqual({ url: `${rpc}/log_access`, headers, body: { recording: id, action: 'link' } });
  });

  test('a page of the consultation', async () => {
    const { records, sent } = answering(Response.json({ revision: 4 }));
    expect(await records.open(caller, id, 2)).toEqual({ revision: 4 });
    expect(sent()).toEqual({ url: `${rpc}/open_consultation`, headers, body: { recording: id, page: 2 } });
  });
});

const firebase: Caller = { ...caller, issuer: 'firebase' };
test.each<[string, Response | Error, RefusalName, Caller?]>([
  ['a token that it does not take', new Response(said, { status: 401 }), 'InvalidToken'],
  ['a token of Firebase', new Response(said, { status: 401 }), 'ThirdPartyAuthMissing', firebase],
  ["somebody else's recording", new Response(said, { status: 403 }), 'OnlyTheProvider'],
  ['a recording that is not finished', new Response(said, { status: 409 }), 'NotFinished'],
  ['too many', new Response(said, { status: 429 }), 'TooManyRequests'],
  ['an outage', new Response(said, { status: 503 }), 'ServiceUnavailable'],
  ['a failure of its own', new Response(said, { status: 500 }), 'ServiceUnavailable'],
  ['nothing: it cannot be reached', new TypeError('fetch failed'), 'ServiceUnavailable'],
  ['nothing in time', new DOMException('too late', 'TimeoutError'), 'ServiceUnavailable'],
])('%s is told by its code, and nothing of the text', async (_, answer, code, of = caller) => {
  const refusal = answering(answer).records.locate(of, id);
  await expect(refusal).rejects.toMatchObject({ code });
  await expect(refusal).rejects.not.toThrow(said);
});

test.each([400, 404, 406, 501])('%i is a fault of ours, and its text is left out', async (status) => {
  const refused = answering(new Response(said, { status })).records.open(caller, id, 0);
  const name = status === 501 ? undefined : 'SupabaseRefused';
  if (name)
    await expect(refused).rejects.toMatchObject({ name, message: `open_consultation was answered with ${status}` });
  else await expect(refused).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});

test('a call that takes too long is given up', async () => {
  const limit = vi.spyOn(AbortSignal, 'timeout');
  await answering(Response.json({})).records.locate(caller, id);
  expect(limit).toHaveBeenCalledWith(8_000);
});
