import { join } from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toDocuments } from '../../bench/consultations/documents.ts';
import { readCase } from '../../local/cases/caseFolder.ts';
import { loadEngine } from '../../local/lexicon/engine.ts';
import { toResults } from '../../pipeline/edge/resultRows.ts';
import { toChart } from '../../pipeline/reading/draw.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { toReleased } from '../../pipeline/reading/release.ts';
import { cpuMsOf } from '../cpuTime.ts';
import { patient, provider, session, TestServer } from '../local/services/supabase/server.ts';

type Rows = ReturnType<typeof toResults>;

let server: TestServer;
let visit: Rows;
beforeAll(async () => {
  server = await TestServer.start();
  await server.reset();
  const given = await readCase(join(import.meta.dirname, '../../fixtures/ten-minute-consultation'));
  const documents = await toDocuments(given, { engine: loadEngine(), traits: true }, { recordingId: 'rec-ten' });
  const recording = { bucket: 'recordings', key: 'recordings/m/1.mp4', versionId: 'v1', etag: 'e', size: 1 };
  visit = toResults({ recordingId: 'rec-ten', recording, sessionId: session }, documents);
});
afterAll(() => server.close());

async function answer<T>(client: SupabaseClient, rpc: string, args: object): Promise<T> {
  const { data, error } = await client.rpc(rpc, args);
  if (error) throw new Error(`${rpc}: ${error.code} ${error.message}`);
  return data as T;
}

const store = (p: object) => answer(server.service, 'record_results', { p });

test('a whole review of the ten-minute visit takes seven requests', async () => {
  await store(visit);
  const clinician = server.user(provider);
  let requests = 0;
  const ask = <T>(rpc: string, args: object) => {
    requests += 1;
    return answer<T>(clinician, rpc, { recording: 'rec-ten', ...args });
  };
  let opened = await ask<Opened>('open_consultation', {});
  const change = async (rpc: string, args: object = {}) => {
    const { revision } = await ask<{ revision: number }>(rpc, {
      revision: opened.revision,
      token: crypto.randomUUID(),
      ...args,
    });
    opened = { ...opened, revision };
  };
  const findings = Object.values(toChart(opened).findings).flat();
  const best = findings.flatMap(({ codes }) => codes.slice(0, 1));
  expect(best.length).toBeGreaterThan(30);
  await change('review_codes', {
    decisions: best.flatMap(({ entities, system, code }) =>
      entities.map((entity) => ({ entity, system, code, review: 'accepted' })),
    ),
  });
  await change('review_findings', { decisions: findings.map(({ id }) => ({ finding: id, verdict: 'right' })) });
  const [turn] = opened.turns;
  const [mention] = opened.entities;
  if (!turn || !mention) throw new Error('the visit has words');
  await change('correct_role', { speaker: turn.speaker, from_turn: 0, to_turn: 0, role: 'other' });
  const { begin, end, text: was } = mention;
  await change('correct_words', { turn: mention.turn, begin, end, was, becomes: `${was} indeed` });
  await change('sign_consultation');
  await change('release_results');
  expect(requests).toBe(7);

  const whole = await answer<Opened>(clinician, 'open_consultation', { recording: 'rec-ten' });
  const chart = toChart(whole);
  expect(chart).toMatchObject({ signature: 'signed', release: 'released', open: { findings: 0 } });
  expect(await answer(server.user(patient), 'read_released', { recording: 'rec-ten' })).toEqual(toReleased(whole));
});

/** A visit that goes on and on: its rows, so many times one after the other. */
function longer({ recording, turns, entities, codes }: Rows, times: number, id: string) {
  const end = Math.max(...turns.map((turn) => turn.end)) + 1;
  const each = <T, Row>(rows: readonly T[], to: (row: T, n: number) => Row) =>
    Array.from({ length: times }, (_, n) => rows.map((row) => to(row, n))).flat();
  const renamed = <T>(part: T, n: number): T =>
    JSON.parse(JSON.stringify(part).replaceAll(/("(?:id|entity)":"[^"]+)"/g, `$1-${n}"`)) as T;
  const summary = Object.fromEntries(
    Object.entries(recording.summary).map(([list, value]): [string, unknown] => {
      const isFindings = Array.isArray(value) && list !== 'speakers';
      return [list, isFindings ? each<unknown, unknown>(value, renamed) : value];
    }),
  );
  return {
    recording: {
      ...recording,
      recording_id: id,
      key: `recordings/m/${id}.mp4`,
      summary,
      findings: each(recording.findings, renamed),
    },
    turns: each(turns, (turn, n) => ({
      ...turn,
      index: turn.index + n * turns.length,
      begin: turn.begin + n * end,
      end: turn.end + n * end,
      words: turn.words.map(([from, to, ...rest]) => [from + n * end, to + n * end, ...rest]),
    })),
    entities: each(entities, (entity, n) => ({
      ...entity,
      id: `${entity.id}-${n}`,
      begin: entity.begin + n * end,
      end: entity.end + n * end,
      turn: entity.turn + n * turns.length,
    })),
    codes: each(codes, (code, n) => ({ ...code, entity: `${code.entity}-${n}` })),
  };
}

describe('a talk of four hours', () => {
  const megabytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value)) / 1e6;

  // Two thirds of a second on an idle machine: on a busy one, the same work takes up to twice the processor time.
  test('opens within a second', async () => {
    await store(longer(visit, 24, 'rec-long'));
    let opened: Opened | undefined;
    const open = async () => {
      opened = await answer<Opened>(server.user(provider), 'open_consultation', { recording: 'rec-long' });
    };
    await open();
    const ms = await cpuMsOf(open);
    if (!opened) throw new Error('it did not open');
    const { turns, entities, codes } = opened;
    const rows = `${turns.length} turns, ${entities.length} entities, ${codes.length} codes`;
    process.stdout.write(`a talk of four hours: ${rows}, ${megabytes(opened).toFixed(1)} MB, ${ms.toFixed(0)} ms\n`);
    expect(turns.length).toBe(24 * visit.turns.length);
    expect(ms).toBeLessThan(2 * 1000);
  });

  test('and one with more words than an answer holds opens in pages, which are together all of it', async () => {
    const turns = visit.turns.map((turn) => ({ ...turn, text: turn.text.padEnd(120_000, '.') }));
    await store({ ...longer(visit, 1, 'rec-wordy'), turns });
    const page = (number: number) =>
      answer<Opened>(server.user(provider), 'open_consultation', { recording: 'rec-wordy', page: number });
    const first = await page(0);
    const of = first.page?.of ?? 0;
    expect(of).toBeGreaterThan(2);
    const pages = [first];
    for (let number = 1; number < of; number += 1) pages.push(await page(number));
    expect(pages.map(megabytes).every((size) => size < 8)).toBe(true);
    expect(pages.map((one) => [one.page, one.revision, 'consultation' in one])).toEqual(
      pages.map((_, number) => [{ number, of }, 1, number === 0]),
    );
    const indices = pages.flatMap((one) => one.turns.map(({ index }) => index));
    expect(indices).toEqual(visit.turns.map(({ index }) => index));
    expect(pages.flatMap((one) => one.entities)).toHaveLength(visit.entities.length);
    expect(pages.flatMap((one) => one.codes)).toHaveLength(visit.codes.length);
    const { error, status } = await server
      .user(provider)
      .rpc('open_consultation', { recording: 'rec-wordy', page: of });
    expect([status, error?.code]).toEqual([400, '22023']);
  });
});
