import { describe, expect, test } from 'vitest';
import { textLimit } from '../../../../pipeline/edge/liveExtraction.ts';
import { type Extraction, extract } from '../../../../pipeline/api/extraction/extract.ts';
import { PipelineError } from '../../../../pipeline/errors.ts';
import { noRecording } from '../../../../pipeline/extraction/texts.ts';
import { openFiles } from '../../../../pipeline/reading/openFiles.ts';
import type { Opened } from '../../../../pipeline/reading/opened.ts';
import type { Refusal } from '../../../../pipeline/refusals.ts';
import { documentsOf } from '../../consult.ts';
import {
  caller,
  findCoughs,
  memoryExtraction,
  type MemoryExtraction,
  resetsAt,
  sessionId,
} from './memoryExtraction.ts';

const text = 'Ngozi has a cough.\nNo fever.';
const run = (ports: MemoryExtraction, body: object = { text }) =>
  extract(ports)(caller, { params: {}, body }) as Promise<Extraction>;
const busy = async () => Promise.reject(new PipelineError('Throttled', 'busy'));

async function openedTalk(language = 'en-US'): Promise<Opened> {
  const { transcript, entities, consultation } = await documentsOf(['C: Any [cough]?', 'P: No cough.']);
  return { ...openFiles({ ...transcript, language }, entities, consultation), revision: 7 };
}

test('a text is counted, read and answered with what was found, what it cost and what is left', async () => {
  const ports = memoryExtraction({ used: 500 });
  const answer = await run(ports);
  expect(answer).toMatchObject({
    status: 'completed',
    recording: null,
    entities: {
      schema: 'medzen.entities/2',
      recordingId: noRecording,
      entities: [{ begin: 12, end: 17, text: 'cough', codes: [{ code: 'R05.9', rank: 1, billable: null }] }],
    },
    findings: { problems: [{ label: 'cough' }] },
    coverage: { complete: true, gaps: [], asked: 3, failed: 0 },
    limits: { charactersPerDay: 100_000, used: 528, left: 99_472, resetsAt },
    cost: {
      usd: 0.0108,
      units: { DetectEntitiesV2: 1, InferICD10CM: 1, InferRxNorm: 1 },
      pricesAsOf: '2026-07',
    },
    stored: null,
  });
  const [asked, counted, ...calls] = ports.did;
  expect([asked, counted]).toEqual(['ask user of any', 'take 28']);
  expect(calls.toSorted((one, other) => one.localeCompare(other))).toEqual([
    'DetectEntitiesV2 28',
    'InferICD10CM 28',
    'InferRxNorm 28',
  ]);
  expect(ports.measured).toContainEqual(['', 'ComprehendUnits', 1, 'DetectEntitiesV2']);
  expect(ports.measured).toContainEqual(['', 'EstimatedUsd', 0.01]);
});

test('a session is read as its provider reads it, and kept only where she asks for it', async () => {
  const opened = await openedTalk();
  const ports = memoryExtraction({ opened });
  const { recordingId } = opened;
  const answer = await run(ports, { sessionId });
  expect(answer).toMatchObject({ recording: { recordingId, revision: 7 }, stored: null, status: 'completed' });
  expect(ports.did.slice(0, 3)).toEqual([
    `ask user of ${sessionId}`,
    `newest of ${sessionId} with token`,
    `open 0 of ${recordingId} with token`,
  ]);
  expect(ports.kept).toEqual([]);
  const kept = await run(ports, { sessionId, store: true });
  expect(kept).toEqual({ ...answer, limits: kept.limits, stored: 'kept-1' });
  const { status, entities, findings } = answer;
  expect(ports.kept).toEqual([{ recordingId, revision: 7, status, entities, findings }]);
});

test('characters are code points, as the database and the bill count them', async () => {
  const ports = memoryExtraction();
  const { limits, entities } = await run(ports, { text: '😀😀 cough' });
  expect([limits.used, ports.did[1]]).toEqual([8, 'take 8']);
  expect(JSON.stringify({ text: '😀'.repeat(20_000) }).length * 2).toBeLessThan(textLimit);
  // This stand-in counts units of UTF-16, and what it found is found again by its words.
  expect(entities.entities.map(({ begin, end }) => [begin, end])).toEqual([[3, 8]]);
});

describe('nothing is asked and nothing is counted', () => {
  test.each<[what: string, given: Parameters<typeof memoryExtraction>[0], body: object, code: string]>([
    ['for nobody of the health record', { asker: 'unknown' }, { text }, 'UnknownUser'],
    ['for who is no provider', { asker: 'notProvider' }, { text }, 'OnlyTheProvider'],
    ["for who is not that session's", { asker: 'notProvider' }, { sessionId }, 'OnlyTheProvider'],
    ['for too many requests', { asker: 'tooMany' }, { text }, 'TooManyRequests'],
    ['for a bad body', {}, { text: '' }, 'InvalidRequest'],
    ['for another language', {}, { text, language: 'es-ES' }, 'LanguageNotSupported'],
  ])('%s', async (_, given, body, code) => {
    const ports = memoryExtraction(given);
    await expect(run(ports, body)).rejects.toMatchObject({ code });
    expect(ports.did.filter((one) => !one.startsWith('ask '))).toEqual([]);
  });

  test('for a session in another language', async () => {
    const ports = memoryExtraction({ opened: await openedTalk('fr-FR') });
    await expect(run(ports, { sessionId })).rejects.toMatchObject({ code: 'LanguageNotSupported' });
    expect(ports.did.length).toBe(3);
  });

  test('in a region that has no Comprehend Medical: that is said, not failed', async () => {
    const ports = memoryExtraction({ region: 'eu-central-1', used: 40 });
    const answer = await run(ports);
    expect(answer).toMatchObject({
      status: 'not_coded',
      coverage: { asked: 0, failed: 0 },
      limits: { used: 40 },
      cost: { usd: 0, units: {} },
    });
    expect(ports.did).toEqual(['ask user of any']);
  });

  test('for a recording in which nobody speaks', async () => {
    const opened = await openedTalk();
    const { quality } = opened.consultation;
    const silent = {
      ...opened,
      turns: [],
      consultation: { ...opened.consultation, quality: { ...quality, words: 0 } },
    };
    const ports = memoryExtraction({ opened: silent });
    expect(await run(ports, { sessionId })).toMatchObject({ status: 'completed', coverage: { asked: 0 } });
    expect(ports.did.length).toBe(3);
  });

  test('for a recording that is longer than a day has characters', async () => {
    const opened = await openedTalk();
    const [turn] = opened.turns;
    const long = turn && { ...turn, end: 100_001, text: 'a'.repeat(100_001) };
    const ports = memoryExtraction({ opened: { ...opened, turns: long ? [long] : [] } });
    await expect(run(ports, { sessionId })).rejects.toMatchObject({ code: 'TextTooLong' });
    expect(ports.did.length).toBe(3);
  });
});

test('what is too much for the day is refused until it ends', async () => {
  const ports = memoryExtraction({ used: 99_973 });
  const refusal = await run(ports).catch((error: unknown) => error as Refusal);
  expect(refusal).toMatchObject({ code: 'TooManyRequests', retryAfter: 6 * 3_600 });
  expect((refusal as Refusal).message).toContain('27 are left until 2026-11-30T00:00:00.000Z');
  expect(ports.did).toEqual(['ask user of any', 'take 28']);
});

describe('while the service fails', () => {
  test('for a part, that part is a gap by name, and the rest is answered', async () => {
    const ports = memoryExtraction({
      ask: async (operation, said) => (operation === 'InferRxNorm' ? busy() : findCoughs(operation, said)),
      opened: await openedTalk(),
    });
    let ms = 0;
    ports.now = () => new Date(Date.parse('2026-11-29T18:00:00.000Z') + (ms += 1_000));
    const answer = await run(ports, { sessionId, store: true });
    expect(answer).toMatchObject({
      status: 'partial',
      coverage: { complete: false, asked: 3, failed: 1, gaps: [{ operation: 'InferRxNorm', error: 'Throttled' }] },
      cost: { units: { DetectEntitiesV2: 1, InferICD10CM: 1 } },
      stored: 'kept-1',
    });
    expect(ports.kept[0]?.status).toBe('partial');
    expect(ports.logged).toEqual([['a call failed', { operation: 'InferRxNorm', n: 1, error: 'Throttled' }]]);
  });

  test('for everything, that is refused, and the characters are given back', async () => {
    const ports = memoryExtraction({ ask: async () => Promise.reject(new Error(text)), used: 5 });
    const refusal = await run(ports).catch((error: unknown) => error as Refusal);
    expect(refusal).toMatchObject({ code: 'ServiceUnavailable' });
    expect(ports.did.at(-1)).toBe('give back 28 of 2026-11-29');
    expect(JSON.stringify([ports.logged, (refusal as Refusal).message, ports.measured])).not.toMatch(/Ngozi|cough/);
  });
});

test('who is no longer the provider when it is to be kept is refused', async () => {
  const ports = memoryExtraction({ opened: await openedTalk(), lostMeanwhile: true });
  await expect(run(ports, { sessionId, store: true })).rejects.toMatchObject({ code: 'OnlyTheProvider' });
});
