import { expect, test, vi } from 'vitest';
import { toSpeechBudgets } from '../../../pipeline/edge/speechBudgets.ts';

test('the database is told who asks and how many characters, and says what it counted', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ outcome: 'tooMany' }));
  const budgets = toSpeechBudgets({ url: 'https://project', readKey: async () => 'key', limitMs: 8_000, fetch });
  const caller = { issuer: 'firebase', subject: 'uid', token: 'a token that stays here' } as const;
  expect(await budgets.take(caller, 23)).toBe('tooMany');
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect([url, JSON.parse(init?.body as string)]).toEqual([
    'https://project/rest/v1/rpc/speech_take',
    { p: { issuer: 'firebase', subject: 'uid', characters: 23 } },
  ]);
});
