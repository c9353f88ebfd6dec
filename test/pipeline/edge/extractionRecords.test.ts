import { expect, test, vi } from 'vitest';
import { toExtractions } from '../../../pipeline/edge/extractionRecords.ts';
import type { Extracted, Extractions } from '../../../pipeline/extractionPorts.ts';

const caller = { issuer: 'firebase', subject: 'uid', token: 'a token that stays here' } as const;
const who = { issuer: 'firebase', subject: 'uid' };
const taken = { used: 40, day: '2026-11-29' };
const extracted = { recordingId: 'rec-1', revision: 2, status: 'partial', entities: {}, findings: {} } as Extracted;

test.each<[what: string, ask: (of: Extractions) => Promise<unknown>, answer: object, sent: object, given: unknown]>([
  [
    'extraction_ask',
    (of) => of.ask(caller, 's-1'),
    { outcome: 'granted', ...taken },
    { ...who, sessionId: 's-1' },
    taken,
  ],
  [
    'extraction_ask',
    (of) => of.ask(caller, null),
    { outcome: 'notProvider' },
    { ...who, sessionId: null },
    'notProvider',
  ],
  [
    'extraction_take',
    (of) => of.take(caller, 7),
    { outcome: 'tooMany', ...taken },
    { ...who, characters: 7 },
    { outcome: 'tooMany', ...taken },
  ],
  [
    'extraction_give_back',
    (of) => of.giveBack(caller, 7, taken.day),
    taken,
    { ...who, characters: 7, day: taken.day },
    taken,
  ],
  ['keep_extraction', (of) => of.keep(caller, extracted), { id: 'k-1' }, { ...who, ...extracted }, { id: 'k-1' }],
  ['keep_extraction', (of) => of.keep(caller, extracted), { id: null }, { ...who, ...extracted }, 'notProvider'],
])('%s is asked as the service role, with no token of the caller: %#', async (name, ask, answer, p, given) => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json(answer));
  const extractions = toExtractions({ url: 'https://project', readKey: async () => 'key', limitMs: 8_000, fetch });
  expect(await ask(extractions)).toEqual(given);
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect([url, JSON.parse(init?.body as string)]).toEqual([`https://project/rest/v1/rpc/${name}`, { p }]);
  expect(new Headers(init?.headers).get('authorization')).toBe('Bearer key');
});
