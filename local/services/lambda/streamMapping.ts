import type { Clock } from '../clock.ts';
import type { StreamRecord } from '../dynamodb/streamRecord.ts';
import type { LambdaRuntime } from './runtime.ts';

export interface StreamMappingOptions {
  /** Connects the stream: its records are handed over in their order. */
  subscribe: (onRecord: (record: StreamRecord) => void) => void;
  lambda: LambdaRuntime;
  functionName: string;
  batchSize: number;
  /** How long records wait for company, in seconds. */
  batchWindow: number;
  /** Records that are older are given up, in seconds. */
  maximumRecordAge: number;
  /** Told of records that were handed over or given up. */
  taken?: (records: readonly StreamRecord[]) => void;
  /** Takes what is said of records that were given up: never the records themselves. */
  giveUp: (message: string) => void;
  clock: Clock;
  onBroken?: (error: unknown) => void;
}

/** Pauses between the tries of a batch that fails, in milliseconds: they double, up to the last. */
const pauses = { first: 1_000, longest: 60_000 };

/**
 * Feeds a stream's records to a function, one batch after the other: a later record never overtakes one that fails. A
 * batch that fails is halved until the record that fails is alone; that one is tried until it is too old.
 */
export function streamMapping(options: StreamMappingOptions): { close(drain: boolean): Promise<void> } {
  const { clock, batchSize, batchWindow } = options;
  const stop = new AbortController();
  const waiting: StreamRecord[] = [];
  let wake: (() => void) | undefined;
  let full: (() => void) | undefined;
  options.subscribe((record) => {
    waiting.push(record);
    wake?.();
    if (waiting.length >= batchSize) full?.();
  });

  async function feed(): Promise<void> {
    while (!stop.signal.aborted) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      await gather();
      if (!stop.signal.aborted)
        waiting.unshift(...(await handOver(options, waiting.splice(0, batchSize), stop.signal)));
    }
  }

  /** Waits until the batch is full or its window is over. */
  async function gather(): Promise<void> {
    if (waiting.length >= batchSize || batchWindow === 0) return;
    const over = new AbortController();
    full = () => over.abort();
    await clock.sleep(batchWindow * 1000, AbortSignal.any([over.signal, stop.signal])).catch(() => undefined);
    full = undefined;
  }

  const feeding = feed();
  return {
    /** Takes no more records. Those that still wait are handed over once, or forgotten. */
    async close(drain) {
      stop.abort();
      wake?.();
      await feeding;
      if (drain && waiting.length > 0) await invoke(options, waiting.splice(0));
    },
  };
}

/** Answers what was not handed over, because the mapping ended meanwhile. */
async function handOver(
  options: StreamMappingOptions,
  batch: StreamRecord[],
  signal: AbortSignal,
): Promise<StreamRecord[]> {
  const { clock } = options;
  const [record, ...more] = batch;
  if (!record) return [];
  for (let pause = pauses.first; ; pause = Math.min(2 * pause, pauses.longest)) {
    if (signal.aborted) return batch;
    if (await invoke(options, batch)) return [];
    if (more.length > 0) {
      const half = Math.ceil(batch.length / 2);
      const left = await handOver(options, batch.slice(0, half), signal);
      return [...left, ...(await handOver(options, batch.slice(half), signal))];
    }
    if (clock.now() - timeOf(record) > options.maximumRecordAge * 1000) {
      giveUp(options, record);
      options.taken?.([record]);
      return [];
    }
    await clock.sleep(pause, signal).catch(() => undefined);
  }
}

const dynamodbOf = (record: StreamRecord) =>
  record['dynamodb'] as { ApproximateCreationDateTime: number; SequenceNumber: string };

const timeOf = (record: StreamRecord) => dynamodbOf(record).ApproximateCreationDateTime * 1000;

/** Whether the function took the batch. */
async function invoke(options: StreamMappingOptions, batch: readonly StreamRecord[]): Promise<boolean> {
  const { lambda, functionName, clock, onBroken = console.error } = options;
  try {
    const isTaken = 'payload' in (await clock.busy(lambda.invoke(functionName, { Records: [...batch] })));
    if (isTaken) options.taken?.(batch);
    return isTaken;
  } catch (error) {
    onBroken(error);
    return false;
  }
}

/** The form in which Lambda tells of records that were given up: where they are in the stream, for as long as they are. */
function giveUp({ functionName, giveUp: send }: StreamMappingOptions, record: StreamRecord): void {
  const { SequenceNumber } = dynamodbOf(record);
  const [streamArn, startSequenceNumber] = [record.eventSourceARN, SequenceNumber];
  send(
    JSON.stringify({
      requestContext: { condition: 'RecordAgeExceeded', functionArn: functionName },
      version: '1.0',
      DDBStreamBatchInfo: { startSequenceNumber, endSequenceNumber: startSequenceNumber, batchSize: 1, streamArn },
    }),
  );
}
