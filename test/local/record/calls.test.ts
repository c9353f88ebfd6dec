import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../local/commandLine.ts';
import { type Call, type Documents, operationsOf, readCalls, toAnswers } from '../../../local/record/calls.ts';
import { sha256 } from '../../../pipeline/digest.ts';
import type { Gap, KeptAnswer, PlanItem } from '../../../pipeline/clinical/extraction.ts';
import type { Operation } from '../../../pipeline/clinical/operations.ts';

const text = 'I have a cough.';
const span = { begin: 0, end: text.length };
const operations: readonly Operation[] = ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'];
const sum = { modelVersion: '1', calls: 1, units: 1 };

/** As far as the calls are read from them. */
function documents(answered: readonly Operation[], gaps: readonly Gap[] = []): Documents {
  return {
    transcript: { text, quality: { words: 4 } },
    entities: { engine: { operations: Object.fromEntries(answered.map((name) => [name, sum])) }, coverage: { gaps } },
    consultation: { status: gaps.length === 0 ? 'completed' : 'partial' },
  } as unknown as Documents;
}

async function kept(operation: Operation, of = text): Promise<KeptAnswer> {
  return { operation, n: 1, ...span, textSha256: await sha256(of), response: { Entities: [], ModelVersion: '1' } };
}

const keptFor = ({ operation }: PlanItem) => kept(operation);
const gapOf = (operation: Operation, error: string): Gap => ({ operation, ...span, error });

test('every call of the plan is found, in its order', async () => {
  const calls = await readCalls(documents([...operations].reverse()), keptFor);
  expect(calls.map(({ ended }) => ended.operation)).toEqual(operations);
  expect(toAnswers(calls)).toEqual(
    operations.map((operation) => ({ operation, text, response: { Entities: [], ModelVersion: '1' } })),
  );
});

test('a call that left a gap is one, whatever was kept of it', async () => {
  const calls = await readCalls(documents(operations.slice(0, 2), [gapOf('InferRxNorm', 'Throttled')]), keptFor);
  expect(calls.at(-1)).toEqual({ text, ended: gapOf('InferRxNorm', 'Throttled') });
});

test.each(['AnswerTruncated', 'OffsetMismatch'])('%s is in the answer itself', async (error) => {
  const calls = await readCalls(documents(operations, [gapOf('InferRxNorm', error)]), keptFor);
  expect(calls.filter(({ ended }) => 'error' in ended)).toEqual([]);
});

test('an answer to another text is none', async () => {
  const calls = readCalls(documents(operations), ({ operation }) => kept(operation, 'of an earlier normalization'));
  await expect(calls).rejects.toThrow(
    'these kept answers are missing or were made for another text: DetectEntitiesV2-1, Infer',
  );
});

test.each<[answered: Operation[]]>([[['InferICD10CM']], [[...operations, 'InferSNOMEDCT']]])(
  'of a text that %j have read, those calls are found',
  async (answered) => {
    const calls = await readCalls(documents(answered), keptFor);
    expect(calls.map(({ ended }) => ended.operation)).toEqual(answered);
  },
);

describe('the operations of a text', () => {
  test('are those that answered and those that left a gap, in the order of the table', () => {
    const { entities } = documents(['InferSNOMEDCT'], [gapOf('DetectEntitiesV2', 'Throttled')]);
    expect(operationsOf(entities)).toEqual(['DetectEntitiesV2', 'InferSNOMEDCT']);
  });

  test('without words are what is called by default', () => {
    expect(operationsOf(documents([]).entities)).toEqual(operations);
  });
});

test.each([
  ['InvalidRequestException', 'InvalidRequestException'],
  ['TextSizeLimitExceededException', 'TextSizeLimitExceededException'],
])('a gap named %s is answered as %s', (error, name) => {
  const call: Call = { text, ended: gapOf('InferRxNorm', error) };
  expect(toAnswers([call])).toEqual([{ operation: 'InferRxNorm', text, error: { name } }]);
});

test.each(['States.Timeout', 'Throttled', 'ServiceUnavailable', 'Runtime.ExitError', 'TypeError'])(
  'a gap named %s is refused',
  (error) => {
    const answers = () => toAnswers([{ text, ended: gapOf('InferRxNorm', error) }]);
    expect(answers).toThrow(CommandError);
    expect(answers).toThrow(`a gap of InferRxNorm is a ${error}`);
  },
);

test('two answers to one text are refused, without the text', async () => {
  const answer = await kept('InferRxNorm');
  const other: KeptAnswer = { ...answer, response: { Entities: [], ModelVersion: '2' } };
  const answers = () => toAnswers([answer, other].map((ended) => ({ text, ended })));
  expect(answers).toThrow(CommandError);
  expect(answers).toThrow(/two answers of InferRxNorm to one text/);
  expect(answers).not.toThrow(/cough/);
});
