import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Case } from '../../local/cases/caseFolder.ts';
import { findCases } from '../../local/cases/findCases.ts';
import type { Run } from '../../local/replay/runCase.ts';
import { TestStack } from './testStack.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus');
const folders = ['primock57', 'dialogues/transcribe'].map((folder) => join(corpus, folder));
const isThere = folders.every((folder) => existsSync(folder));
const cases = isThere ? (await findCases(folders)).cases : [];

interface Results {
  transcripts: { transcript: string }[];
  channel_labels?: { channels: { items: { type: string; alternatives: { content: string }[] }[] }[] };
}

describe.runIf(isThere)('job results of consultations that nobody of this project wrote', () => {
  let product: TestStack;
  const runs = new Map<string, Run>();

  beforeAll(async () => {
    product = await TestStack.shared();
    const waiting = [...cases];
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) runs.set(next.name, await product.run(next));
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  });

  const resultsOf = ({ job = '' }: Case) => (JSON.parse(Buffer.from(job).toString()) as { results: Results }).results;

  test('there are some of each layout', () => {
    const isTwoChannel = (given: Case) => resultsOf(given).channel_labels !== undefined;
    expect(cases.filter(isTwoChannel).length).toBeGreaterThan(2);
    expect(cases.filter((given) => !isTwoChannel(given)).length).toBeGreaterThan(20);
  });

  test.each(cases)('$name', (given) => {
    const { outcome, collected } = runs.get(given.name) ?? {};
    expect(outcome).toMatchObject({ status: 'completed', ok: true });
    const { channel_labels: channels, transcripts } = resultsOf(given);
    const turns = collected?.transcript?.turns.map(({ text }) => text) ?? [];
    if (!channels) return expect(turns.join(' ')).toBe(transcripts[0]?.transcript);
    const items = channels.channels.flatMap((channel) => channel.items);
    const spoken = items
      .filter(({ type }) => type === 'pronunciation')
      .map(({ alternatives }) => alternatives[0]?.content ?? '');
    const words = collected?.transcript?.turns.flatMap((turn) =>
      turn.words.map(([begin, end]) =>
        Array.from(collected.transcript?.text ?? '')
          .slice(begin, end)
          .join(''),
      ),
    );
    expect(words?.toSorted()).toEqual(spoken.toSorted());
  });

  test('a text of several calls has codes from its first minute to its last', async () => {
    const { outcome, collected } = runs.get('OSCE-RES0054.speaker') ?? {};
    const { transcript, consultation } = collected ?? {};
    expect(Buffer.byteLength(transcript?.text ?? '')).toBeGreaterThan(10_000);
    expect(consultation?.usage.calls['InferICD10CM']).toBeGreaterThan(1);
    const { codes, entities } = await product.results(outcome?.recordingId ?? '');
    const startOf = new Map(entities.map((row) => [row['entity_id'], Number(row['start_ms'])]));
    const coded = codes
      .filter((row) => row['system'] === 'ICD-10-CM')
      .map((row) => startOf.get(row['entity_id']) ?? Number.NaN)
      .toSorted((a, b) => a - b);
    const lastTurn = transcript?.turns.at(-1)?.endMs ?? 0;
    expect(coded[0]).toBeLessThan(60_000);
    expect(coded.at(-1)).toBeGreaterThan(lastTurn - 60_000);
    const gaps = coded.map((at, index) => (coded[index + 1] ?? lastTurn) - at);
    expect(Math.max(...gaps)).toBeLessThan(120_000);
  });

  test('every meeting has a whole chain of its own', async () => {
    for (const { collected } of runs.values()) {
      const meetingId = collected.audit[0]?.meetingId ?? '';
      expect(await product.chain(meetingId)).toEqual({ entries: 6, faults: [] });
    }
  });
});
