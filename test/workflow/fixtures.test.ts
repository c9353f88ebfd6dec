import { HeadObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../local/cases/caseFolder.ts';
import { findCases } from '../../local/cases/findCases.ts';
import { toGroups } from '../../local/replay/groups.ts';
import type { Run } from '../../local/replay/runCase.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import { fixtureFolders } from '../local/cases/fixtureFolders.ts';
import { leaks } from './spoken.ts';
import { TestStack } from './testStack.ts';

const { cases } = await findCases(fixtureFolders());
const names = cases.map(({ name }) => name);

interface Replayed {
  product: TestStack;
  given: Case;
  run: Run;
  entities: Entities | undefined;
}

const products: TestStack[] = [];
const replayed = new Map<string, Replayed>();

beforeAll(async () => {
  for (const { operations, cases: own } of toGroups(cases)) {
    const product = await TestStack.start({ operations });
    products.push(product);
    await Promise.all(
      own.map(async (given) => {
        const run = await product.run(given);
        replayed.set(given.name, { product, given, run, entities: await product.entities(run.outcome.recordingId) });
      }),
    );
  }
});
afterAll(() => Promise.all(products.map((product) => product.stop())));

function of(name: string): Replayed {
  const found = replayed.get(name);
  if (!found) throw new Error(`${name} was not replayed`);
  return found;
}

test('there are fixtures, and each says what must come out', () => {
  expect(names.length).toBeGreaterThan(10);
  expect([...replayed.values()].filter(({ given }) => !given.expected)).toEqual([]);
});

describe.each(names)('%s', (name) => {
  test('ends as its expected.json says', () => {
    const { outcome } = of(name).run;
    expect({ differences: outcome.differences, ok: outcome.ok }).toEqual({ differences: [], ok: true });
  });

  test('every offset points at its own words', () => {
    const { run, entities } = of(name);
    const { transcript } = run.collected;
    if (!transcript) return expect(entities).toBeUndefined();
    const points = Array.from(transcript.text);
    const at = ({ begin, end }: { begin: number; end: number }) => points.slice(begin, end).join('');
    expect(transcript.turns.map((turn) => turn.text).join('\n')).toBe(transcript.text);
    const spans = [
      ...transcript.turns,
      ...(entities?.entities ?? []),
      ...(entities?.entities ?? []).flatMap((entity) => entity.attributes),
    ];
    expect(spans.map(at)).toEqual(spans.map(({ text }) => text));
    for (const { text, begin, end, words } of transcript.turns) {
      const edges = [begin, ...words.flatMap(([from, to]) => [from, to]), end];
      expect(edges).toEqual(edges.toSorted((a, b) => a - b));
      const between = words.map(([, to], index) => at({ begin: to, end: words[index + 1]?.[0] ?? end })).join('');
      expect(`${text}: ${between}`).toMatch(/: [\p{P}\s]*$/u);
    }
  });

  test('the database says what the files say', async () => {
    const { product, run, entities } = of(name);
    const { recordingId, status } = run.outcome;
    const { transcript } = run.collected;
    const rows = await product.results(recordingId);
    const wanted = entities?.entities ?? [];
    const sorted = (lines: unknown[][]) => lines.map((line) => line.join(' ')).toSorted();
    expect(sorted(rows.turns.map((row) => [row['index'], row['speaker'], row['role'], row['text']]))).toEqual(
      sorted((transcript?.turns ?? []).map(({ index, speaker, role, text }) => [index, speaker, role, text])),
    );
    expect(sorted(rows.entities.map((row) => [row['entity_id'], row['text'], row['assertion_status']]))).toEqual(
      sorted(wanted.map(({ id, text, assertion }) => [id, text, assertion.status])),
    );
    expect(sorted(rows.codes.map((row) => [row['entity_id'], row['system'], row['code']]))).toEqual(
      sorted(wanted.flatMap(({ id, codes }) => codes.map(({ system, code }) => [id, system, code]))),
    );
    expect((await product.recording(recordingId))?.['status']).toBe(status === 'ignored' ? undefined : status);
  });

  test('the audit chain is whole, and each action is in it once', async () => {
    const { product, run } = of(name);
    const meetingId = run.collected.audit[0]?.meetingId;
    if (meetingId === undefined) return expect(run.outcome.status).toBe('ignored');
    expect((await product.chain(meetingId)).faults).toEqual([]);
    const actions = run.collected.audit.map(({ action }) => action);
    expect(actions.length).toBe(new Set(actions).size);
  });

  test('nothing that was said is in the execution history, in the log or in the audit trail', async () => {
    const { product, run } = of(name);
    const spoken = run.collected.transcript?.text ?? '';
    const history = run.outcome.executions === 0 ? [] : await product.history(run.outcome.recordingId);
    expect(leaks(spoken, JSON.stringify(history))).toEqual([]);
    expect(leaks(spoken, product.log.join('\n'))).toEqual([]);
    expect(leaks(spoken, JSON.stringify(run.collected.audit))).toEqual([]);
  });
});

test('a leak would be found', () => {
  const spoken = of('ten-minute-consultation').run.collected.transcript?.text ?? '';
  const words = spoken.split(/\s+/).slice(20, 26);
  expect(leaks(spoken, JSON.stringify({ Cause: `refused: ${words.join(' ')}` }))).not.toEqual([]);
});

test('every document is encrypted with the configured key', async () => {
  const { product } = of('ten-minute-consultation');
  const { s3 } = product.deployment.clients;
  const { transcriptsBucket, medicalDataBucket, kmsKeyId } = product.deployment.target;
  const kinds = new Set<string>();
  for (const Bucket of [transcriptsBucket, medicalDataBucket]) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      for (const { Key = '' } of Contents) {
        const { ServerSideEncryption, SSEKMSKeyId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
        expect({ Key, ServerSideEncryption, SSEKMSKeyId }).toEqual({
          Key,
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: kmsKeyId,
        });
        kinds.add(Key.split('/')[0] ?? '');
      }
    }
  }
  expect([...kinds].toSorted()).toEqual(['answers', 'jobs', 'results', 'transcripts']);
});
