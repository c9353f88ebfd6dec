import { expect, test } from 'vitest';
import { askFor } from '../../../pipeline/clinical/asking.ts';
import { callsOf, type KeptAnswer, type PlanItem } from '../../../pipeline/clinical/extraction.ts';
import { sha256 } from '../../../pipeline/digest.ts';

const text = 'A headache. '.repeat(60);
const item: PlanItem = { operation: 'InferRxNorm', n: 3, begin: 40, end: 40 + text.length };
const tooLong = Object.assign(new Error('too long'), { name: 'TextSizeLimitExceededException' });

test('an answer is kept with the digest of the text that was asked for', async () => {
  const response = { Entities: [], ModelVersion: '2.0.0' };
  const kept = await askFor(item, text, { ask: async () => response, askForPart: () => expect.unreachable() });
  expect(kept).toEqual({ ...item, textSha256: await sha256(text), response });
});

test('a text that is too long is asked for in parts, whose answers are those to the whole', async () => {
  const parts: [number, number, string][] = [];
  const askForPart = async (part: PlanItem, of: string): Promise<KeptAnswer> => {
    parts.push([part.begin, part.end, of]);
    return { ...part, textSha256: '', response: { Entities: [{ BeginOffset: 2, EndOffset: 10, Text: 'headache' }] } };
  };
  const cut: number[] = [];
  const ask = async () => Promise.reject(tooLong);
  const kept = await askFor(item, text, { ask, askForPart, onCut: (n) => cut.push(n) });
  expect(parts.map(([, , of]) => of).join('')).toBe(text);
  expect([parts[0]?.[0], parts.at(-1)?.[1], cut]).toEqual([item.begin, item.end, [parts.length]]);
  expect(kept.response.Entities?.map(({ BeginOffset }) => BeginOffset)).toEqual(
    parts.map(([begin]) => begin - item.begin + 2),
  );
  expect([callsOf(kept).length, kept.textSha256]).toEqual([parts.length, await sha256(text)]);
});

test.each<[what: string, of: string, error: Error]>([
  ['a short text', 'Any cough?', tooLong],
  ['anything else', text, new Error('refused')],
])('%s fails as it is', async (_, of, error) => {
  const askForPart = () => expect.unreachable();
  await expect(askFor(item, of, { ask: () => Promise.reject(error), askForPart })).rejects.toBe(error);
});
