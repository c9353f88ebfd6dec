import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BadRequestException,
  ConflictException,
  DeleteMedicalTranscriptionJobCommand,
  DeleteTranscriptionJobCommand,
  GetMedicalTranscriptionJobCommand,
  GetTranscriptionJobCommand,
  LimitExceededException,
  ListVocabulariesCommand,
  StartMedicalTranscriptionJobCommand,
  StartTranscriptionJobCommand,
  type TranscribeClient,
  type TranscribeServiceException,
} from '@aws-sdk/client-transcribe';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../../local/services/clock.ts';
import { failureOf } from '../../testClock.ts';
import { medical, recordedResult, standard, transcribeHarness } from './harness.ts';

const named = (name: string) => ({ ...medical, MedicalTranscriptionJobName: name });

const rejection = failureOf<TranscribeServiceException>;

async function statusOf(client: TranscribeClient, name: string) {
  const { MedicalTranscriptionJob: job } = await client.send(new GetMedicalTranscriptionJobCommand(named(name)));
  return job?.TranscriptionJobStatus;
}

/** Recorded from the standard engine. */
const noSuchJob = {
  name: 'BadRequestException',
  message: "The requested job couldn't be found. Check the job name and try your request again.",
};

describe('a medical job', () => {
  test('goes from QUEUED through IN_PROGRESS to COMPLETED on the clock and writes the recorded result', async () => {
    await using stack = await transcribeHarness();
    const client = stack.client();
    const get = async () => {
      const got = await client.send(new GetMedicalTranscriptionJobCommand(named('visit-1')));
      return got.MedicalTranscriptionJob;
    };
    const started = await client.send(
      new StartMedicalTranscriptionJobCommand({ ...medical, OutputEncryptionKMSKeyId: 'alias/medzen' }),
    );
    expect(started.MedicalTranscriptionJob).toMatchObject({
      TranscriptionJobStatus: 'QUEUED',
      CreationTime: new Date('2026-11-20T09:30:00Z'),
    });
    await stack.clock.advance(1_000);
    expect(await get()).toMatchObject({
      TranscriptionJobStatus: 'IN_PROGRESS',
      StartTime: new Date('2026-11-20T09:30:01Z'),
      MediaFormat: 'wav',
      MediaSampleRateHertz: 16_000,
    });
    expect((await get())?.Transcript).toBeUndefined();
    expect(stack.written).toEqual([]);
    await stack.clock.advance(10_000);
    expect(await get()).toEqual({
      MedicalTranscriptionJobName: 'visit-1',
      TranscriptionJobStatus: 'COMPLETED',
      LanguageCode: 'en-US',
      MediaFormat: 'wav',
      MediaSampleRateHertz: 16_000,
      Media: { MediaFileUri: 's3://rec/visit.wav' },
      Specialty: 'PRIMARYCARE',
      Type: 'CONVERSATION',
      CreationTime: new Date('2026-11-20T09:30:00Z'),
      StartTime: new Date('2026-11-20T09:30:01Z'),
      CompletionTime: new Date('2026-11-20T09:30:11Z'),
      Transcript: { TranscriptFileUri: 'https://s3.eu-west-1.amazonaws.com/out/jobs/visit-1.json' },
    });
    expect(stack.written).toEqual([
      {
        bucket: 'out',
        key: 'jobs/visit-1.json',
        kmsKeyId: 'alias/medzen',
        body: JSON.stringify({ ...recordedResult, jobName: 'visit-1', accountId: '111122223333' }),
      },
    ]);
  });

  test('ends without an event, completed or failed', async () => {
    await using stack = await transcribeHarness();
    const client = stack.client();
    await client.send(new StartMedicalTranscriptionJobCommand(medical));
    const absent = { ...named('visit-2'), Media: { MediaFileUri: 's3://rec/absent.wav' } };
    await client.send(new StartMedicalTranscriptionJobCommand(absent));
    await stack.clock.advance(60_000);
    expect(await statusOf(client, 'visit-1')).toBe('COMPLETED');
    expect(await statusOf(client, 'visit-2')).toBe('FAILED');
    expect(stack.events).toEqual([]);
  });
});

describe('a standard job', () => {
  test('is answered as recorded: under way at once, with the settings that nobody chose', async () => {
    await using stack = await transcribeHarness();
    const { TranscriptionJob: job } = await stack.client().send(new StartTranscriptionJobCommand(standard));
    expect(job).toEqual({
      TranscriptionJobName: 'visite-1',
      TranscriptionJobStatus: 'IN_PROGRESS',
      LanguageCode: 'fr-FR',
      Media: { MediaFileUri: 's3://rec/visit.wav' },
      Settings: { ChannelIdentification: false, ShowAlternatives: false },
      CreationTime: new Date('2026-11-20T09:30:00Z'),
      StartTime: new Date('2026-11-20T09:30:00Z'),
    });
  });

  test('tells that it completed', async () => {
    await using stack = await transcribeHarness();
    await stack.client().send(new StartTranscriptionJobCommand(standard));
    await stack.clock.advance(1_000);
    expect(stack.events).toEqual([]);
    await stack.clock.advance(10_000);
    expect(stack.events).toEqual([
      {
        source: 'aws.transcribe',
        'detail-type': 'Transcribe Job State Change',
        account: '111122223333',
        region: 'eu-west-1',
        time: '2026-11-20T09:30:11Z',
        resources: [],
        detail: { TranscriptionJobName: 'visite-1', TranscriptionJobStatus: 'COMPLETED' },
      },
    ]);
  });

  test('tells that it failed and why', async () => {
    await using stack = await transcribeHarness({ recordedResult: async () => undefined });
    await stack.client().send(new StartTranscriptionJobCommand(standard));
    await stack.clock.advance(60_000);
    const [event] = stack.events;
    expect(event?.detail.TranscriptionJobStatus).toBe('FAILED');
    expect(event?.detail.FailureReason).toContain('no recorded result');
  });

  test('names the languages its recorded result names', async () => {
    const found = { language_code: 'es-MX', language_identification: [{ score: '0.97', code: 'es-MX' }] };
    await using stack = await transcribeHarness({ recordedResult: async () => ({ results: found }) });
    const { LanguageCode: _, ...identify } = { ...standard, IdentifyLanguage: true };
    const client = stack.client();
    await client.send(new StartTranscriptionJobCommand(identify));
    await stack.clock.advance(60_000);
    const { TranscriptionJob: job } = await client.send(new GetTranscriptionJobCommand(standard));
    expect(job).toMatchObject({ LanguageCode: 'es-MX', IdentifiedLanguageScore: 0.97, IdentifyLanguage: true });
  });
});

describe('the transcript', () => {
  test.each([
    [undefined, 'visit-1.json'],
    ['jobs/', 'jobs/visit-1.json'],
    ['jobs/mine', 'jobs/mine/visit-1.json'],
    ['jobs/mine.json', 'jobs/mine.json'],
    ['jobs/mine.JSON', 'jobs/mine.JSON/visit-1.json'],
  ])('with the OutputKey %s is written to %s', async (OutputKey, key) => {
    await using stack = await transcribeHarness();
    const { OutputKey: _, ...rest } = medical;
    const request = OutputKey === undefined ? rest : { ...rest, OutputKey };
    await stack.client().send(new StartMedicalTranscriptionJobCommand(request));
    await stack.clock.advance(60_000);
    expect(stack.written.map((one) => one.key)).toEqual([key]);
  });

  test('is written byte for byte when it is recorded as text', async () => {
    const broken = '{"jobName": "x", "results": {';
    await using stack = await transcribeHarness({ recordedResult: async () => broken });
    await stack.client().send(new StartMedicalTranscriptionJobCommand(medical));
    await stack.clock.advance(60_000);
    expect(stack.written.map((one) => one.body)).toEqual([broken]);
  });

  test('is looked up by the media and the request', async () => {
    const asked: unknown[] = [];
    await using stack = await transcribeHarness({
      recordedResult: async (uri, request) => {
        asked.push([uri, request['MedicalTranscriptionJobName']]);
        return recordedResult;
      },
    });
    await stack.client().send(new StartMedicalTranscriptionJobCommand(medical));
    await stack.clock.advance(60_000);
    expect(asked).toEqual([['s3://rec/visit.wav', 'visit-1']]);
  });

  test('that cannot be written fails the job', async () => {
    await using stack = await transcribeHarness();
    const client = stack.client();
    await client.send(new StartMedicalTranscriptionJobCommand({ ...medical, OutputBucketName: 'nowhere' }));
    await stack.clock.advance(60_000);
    const { MedicalTranscriptionJob: job } = await client.send(new GetMedicalTranscriptionJobCommand(medical));
    expect(job?.TranscriptionJobStatus).toBe('FAILED');
    expect(job?.FailureReason).toContain('NoSuchBucket');
  });
});

describe('a name', () => {
  test('is used once, by a failed job too, until the job is deleted', async () => {
    await using stack = await transcribeHarness({ recordedResult: async () => undefined });
    const client = stack.client();
    const start = () => client.send(new StartMedicalTranscriptionJobCommand(medical));
    await start();
    expect(await rejection(start())).toBeInstanceOf(ConflictException);
    const running = await rejection(client.send(new DeleteMedicalTranscriptionJobCommand(medical)));
    expect(running).toBeInstanceOf(BadRequestException);
    await stack.clock.advance(60_000);
    expect(await rejection(start())).toBeInstanceOf(ConflictException);
    await client.send(new DeleteMedicalTranscriptionJobCommand(medical));
    await start();
  });

  test('is case sensitive, and each kind of job has its own', async () => {
    await using stack = await transcribeHarness();
    const client = stack.client();
    await client.send(new StartMedicalTranscriptionJobCommand(medical));
    await client.send(new StartMedicalTranscriptionJobCommand(named('Visit-1')));
    await client.send(new StartTranscriptionJobCommand({ ...standard, TranscriptionJobName: 'visit-1' }));
    const get = client.send(new GetTranscriptionJobCommand({ TranscriptionJobName: 'Visit-1' }));
    expect(await rejection(get)).toMatchObject(noSuchJob);
  });

  test('belongs to the account: another region cannot use it, nor see the job', async () => {
    await using stack = await transcribeHarness();
    await stack.client().send(new StartMedicalTranscriptionJobCommand(medical));
    const far = stack.client('us-east-1');
    const farRequest = { ...medical, Media: { MediaFileUri: 's3://far/visit.wav' }, OutputBucketName: 'far' };
    const again = await rejection(far.send(new StartMedicalTranscriptionJobCommand(farRequest)));
    expect(again).toBeInstanceOf(ConflictException);
    const get = await rejection(far.send(new GetMedicalTranscriptionJobCommand(medical)));
    expect(get).toMatchObject(noSuchJob);
  });

  test('is free again after 90 days', async () => {
    await using stack = await transcribeHarness();
    const client = stack.client();
    await client.send(new StartMedicalTranscriptionJobCommand(medical));
    await stack.clock.advance(91 * 24 * 3600 * 1000);
    const get = await rejection(client.send(new GetMedicalTranscriptionJobCommand(medical)));
    expect(get).toMatchObject(noSuchJob);
  });

  test.each([
    ['Get', new GetTranscriptionJobCommand({ TranscriptionJobName: 'none' })],
    ['Get', new GetMedicalTranscriptionJobCommand(named('none'))],
    ['Delete', new DeleteTranscriptionJobCommand({ TranscriptionJobName: 'none' })],
    ['Delete', new DeleteMedicalTranscriptionJobCommand(named('none'))],
  ])('that no job has is a bad request for %s: %o', async (_, command) => {
    await using stack = await transcribeHarness();
    const sent = stack.client().send(command as GetTranscriptionJobCommand);
    expect(await rejection(sent)).toMatchObject(noSuchJob);
  });
});

describe('limits', () => {
  test('no more than 250 jobs run at once', async () => {
    const limits = { start: 1_000, get: 1_000 };
    await using stack = await transcribeHarness({ limits });
    const client = stack.client();
    for (let index = 0; index < 250; index += 1) {
      await stack.raw('StartMedicalTranscriptionJob', named(`visit-${index}`));
    }
    const start = () => client.send(new StartMedicalTranscriptionJobCommand(named('one-more')));
    expect(await rejection(start())).toBeInstanceOf(LimitExceededException);
    await client.send(new StartTranscriptionJobCommand(standard));
    await stack.clock.advance(60_000);
    await start();
  });

  test('no more than 25 jobs are started a second', async () => {
    await using stack = await transcribeHarness();
    const client = stack.client();
    for (let index = 0; index < 25; index += 1) {
      await stack.raw('StartMedicalTranscriptionJob', named(`visit-${index}`));
    }
    const start = () => client.send(new StartMedicalTranscriptionJobCommand(named('one-more')));
    expect(await rejection(start())).toBeInstanceOf(LimitExceededException);
    await stack.clock.advance(40);
    await start();
  });
});

test('jobs survive a restart, and those under way are started again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'transcribe-'));
  try {
    const before = await transcribeHarness({ dataDir });
    await before.client().send(new StartMedicalTranscriptionJobCommand(named('done')));
    await before.clock.advance(60_000);
    await before.client().send(new StartMedicalTranscriptionJobCommand(named('under-way')));
    await before.clock.advance(2_000);
    await before[Symbol.asyncDispose]();
    expect(readdirSync(dataDir)).toEqual(['transcribe.json']);

    await using after = await transcribeHarness({ dataDir });
    const client = after.client();
    after.resume();
    expect(await statusOf(client, 'done')).toBe('COMPLETED');
    expect(await statusOf(client, 'under-way')).toBe('IN_PROGRESS');
    await after.clock.advance(60_000);
    expect(await statusOf(client, 'under-way')).toBe('COMPLETED');
    expect(after.written).toHaveLength(1);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

test('the end of a job that was not reported is reported after the next start, until it is', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'transcribe-'));
  try {
    const reports = async (onJobState: () => Promise<void>) => {
      let count = 0;
      await using stack = await transcribeHarness({ dataDir, onJobState: () => ((count += 1), onJobState()) });
      stack.resume();
      if (
        !(await stack
          .client()
          .send(new GetTranscriptionJobCommand({ TranscriptionJobName: 'visit' }))
          .catch(() => undefined))
      )
        await stack.client().send(new StartTranscriptionJobCommand({ ...standard, TranscriptionJobName: 'visit' }));
      await stack.clock.advance(60_000);
      return count;
    };
    const never = () => new Promise<void>(() => {});
    expect(await reports(never)).toBe(1);
    expect(await reports(() => Promise.resolve())).toBe(1);
    expect(await reports(never)).toBe(0);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

test('a job ends on the clock that jumps, too', async () => {
  const clock = virtualClock(0);
  await using stack = await transcribeHarness({ clock });
  const client = stack.client();
  await clock.busy(client.send(new StartTranscriptionJobCommand(standard)));
  await clock.sleep(3_600_000);
  const { TranscriptionJob: job } = await client.send(new GetTranscriptionJobCommand(standard));
  expect(job).toMatchObject({ TranscriptionJobStatus: 'COMPLETED', CompletionTime: new Date(11_000) });
});

test('a closed stand-in leaves its jobs where they are', async () => {
  await using stack = await transcribeHarness();
  const client = stack.client();
  await client.send(new StartTranscriptionJobCommand(standard));
  stack.close();
  await stack.clock.advance(60_000);
  const { TranscriptionJob: job } = await client.send(new GetTranscriptionJobCommand(standard));
  expect(job?.TranscriptionJobStatus).toBe('IN_PROGRESS');
  expect(stack.events).toEqual([]);
});

test('an operation that is not there answers 501', async () => {
  await using stack = await transcribeHarness();
  const error = await rejection(stack.client().send(new ListVocabulariesCommand()));
  expect(error.name).toBe('NotImplemented');
  expect(error.$metadata.httpStatusCode).toBe(501);
});
