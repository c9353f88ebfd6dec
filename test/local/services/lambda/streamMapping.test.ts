import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/services/clock.ts';
import type { StreamRecord } from '../../../../local/services/dynamodb/streamRecord.ts';
import type { LambdaRuntime } from '../../../../local/services/lambda/runtime.ts';
import { streamMapping } from '../../../../local/services/lambda/streamMapping.ts';

const seconds = (ms: number) => Math.round(ms / 1000);

/** A mapping over a function that does as it is told with the numbers of its records. */
function start(takes: (batch: readonly string[], at: number) => boolean, more: { batchSize?: number } = {}) {
  const clock = virtualClock(0);
  const batches: { at: number; batch: string[] }[] = [];
  const givenUp: string[] = [];
  let put: (record: StreamRecord) => void = () => undefined;
  const lambda = {
    async invoke(_: string, event: { Records: { dynamodb: { SequenceNumber: string } }[] }) {
      const batch = event.Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      batches.push({ at: seconds(clock.now()), batch });
      return takes(batch, seconds(clock.now())) ? { payload: null } : { error: 'Error', cause: '' };
    },
  } as unknown as LambdaRuntime;
  const mapping = streamMapping({
    subscribe: (onRecord) => (put = onRecord),
    lambda,
    functionName: 'f',
    batchSize: 10,
    batchWindow: 300,
    maximumRecordAge: 3600,
    giveUp: (message) => givenUp.push(message),
    clock,
    ...more,
  });
  const add = (...numbers: string[]) => {
    for (const SequenceNumber of numbers) {
      const dynamodb = { ApproximateCreationDateTime: seconds(clock.now()), SequenceNumber };
      put({ eventID: SequenceNumber, eventName: 'INSERT', eventSourceARN: 'arn:stream', dynamodb });
    }
  };
  return { clock, mapping, batches, givenUp, add };
}

test('records wait for company until the window is over', async () => {
  const { mapping, batches, add, clock } = start(() => true);
  add('1', '2');
  await clock.sleep(100_000);
  add('3');
  await expect.poll(() => batches).toEqual([{ at: 300, batch: ['1', '2', '3'] }]);
  await mapping.close(false);
});

test('a full batch waits for nothing', async () => {
  const { mapping, batches, add } = start(() => true, { batchSize: 2 });
  add('1', '2', '3');
  await expect
    .poll(() => batches)
    .toEqual([
      { at: 0, batch: ['1', '2'] },
      { at: 300, batch: ['3'] },
    ]);
  await mapping.close(false);
});

test('a batch that fails is halved until the one that fails is alone, and no record overtakes another', async () => {
  const { mapping, batches, givenUp, add } = start((batch) => !batch.includes('2'));
  add('1', '2', '3');
  await expect.poll(() => batches.at(-1)?.batch).toEqual(['3']);
  expect(batches.slice(0, 3).map(({ batch }) => batch)).toEqual([['1', '2', '3'], ['1', '2'], ['1']]);
  expect(batches.filter(({ batch }) => batch.join() === '2').length).toBeGreaterThan(10);
  expect(batches.at(-1)?.at).toBeGreaterThan(3600);
  expect(JSON.parse(givenUp.join())).toMatchObject({
    requestContext: { condition: 'RecordAgeExceeded' },
    DDBStreamBatchInfo: { startSequenceNumber: '2', endSequenceNumber: '2', batchSize: 1, streamArn: 'arn:stream' },
  });
  await mapping.close(false);
});

test('what fails for a while is tried until it succeeds', async () => {
  const { mapping, batches, givenUp, add } = start((_, at) => at > 1_000);
  add('1');
  await expect.poll(() => batches.at(-1)?.at ?? 0).toBeGreaterThan(1_000);
  expect(givenUp).toEqual([]);
  await mapping.close(false);
});

test.each([
  [true, [['1']]],
  [false, []],
])('at the end, what still waits is handed over: %j', async (drain, handedOver) => {
  const { mapping, batches, add, clock } = start(() => true);
  const release = clock.hold();
  add('1');
  await mapping.close(drain);
  release();
  expect(batches.map(({ batch }) => batch)).toEqual(handedOver);
});
