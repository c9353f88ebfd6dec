import {
  type StartMedicalTranscriptionJobCommandInput,
  type StartTranscriptionJobCommandInput,
  TranscribeClient,
} from '@aws-sdk/client-transcribe';
import type { JsonObject } from '../../../../local/services/jsonService.ts';
import type { JobStateEvent } from '../../../../local/services/transcribe/jobStateEvent.ts';
import type { MediaObject } from '../../../../local/services/transcribe/mediaFacts.ts';
import { createTranscribe, type TranscribeOptions } from '../../../../local/services/transcribe/transcribe.ts';
import { serve } from '../../serve.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';
import { wav } from './wav.ts';

export const recordedResult = {
  jobName: 'as-recorded',
  accountId: '999999999999',
  status: 'COMPLETED',
  results: { transcripts: [{ transcript: 'Good morning.' }], items: [] },
};

interface Written {
  bucket: string;
  key: string;
  body: string;
  kmsKeyId?: string;
}

/** The stand-in behind real HTTP on a clock that stands still, with two buckets in eu-west-1 and one in us-east-1. */
export async function transcribeHarness(options: Partial<TranscribeOptions> = {}) {
  const clock = new ManualClock();
  const objects = new Map<string, MediaObject>();
  const written: Written[] = [];
  const events: JobStateEvent[] = [];
  const regions: Record<string, string> = { rec: 'eu-west-1', out: 'eu-west-1', far: 'us-east-1' };
  const stand = createTranscribe({
    clock,
    accountId: '111122223333',
    media: {
      read: async (bucket, key) => objects.get(`${bucket}/${key}`),
      bucketRegion: (bucket) => regions[bucket],
    },
    output: {
      put: async (bucket, key, body, { kmsKeyId }) => {
        if (!(bucket in regions)) throw new Error('NoSuchBucket');
        const text = Buffer.from(body).toString();
        written.push({ bucket, key, body: text, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) });
      },
    },
    recordedResult: async () => recordedResult,
    onJobState: (event) => void events.push(event),
    jobDelayMs: 10_000,
    ...options,
  });
  const server = await serve(stand.service, clock);
  const put = (key: string, bytes: Uint8Array) => objects.set(`rec/${key}`, mediaObject(bytes));
  put('visit.wav', wav());
  return {
    clock,
    objects,
    written,
    events,
    put,
    close: stand.close,
    resume: stand.resume,
    client: (region = 'eu-west-1') => new TranscribeClient(clientConfig(server.endpoint, region)),
    /** Calls an operation as no SDK would: with any body. */
    raw: (operation: string, body: JsonObject, region = 'eu-west-1') =>
      Promise.try(() => stand.service.operations[operation]?.(body, { region, accessKeyId: 'AKIATEST' })),
    [Symbol.asyncDispose]: async () => {
      stand.close();
      await server.close();
    },
  };
}

export function mediaObject(bytes: Uint8Array): MediaObject {
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

export const medical = {
  MedicalTranscriptionJobName: 'visit-1',
  LanguageCode: 'en-US',
  Media: { MediaFileUri: 's3://rec/visit.wav' },
  OutputBucketName: 'out',
  OutputKey: 'jobs/visit-1.json',
  Specialty: 'PRIMARYCARE',
  Type: 'CONVERSATION',
} satisfies StartMedicalTranscriptionJobCommandInput;

export const standard = {
  TranscriptionJobName: 'visite-1',
  LanguageCode: 'fr-FR',
  Media: { MediaFileUri: 's3://rec/visit.wav' },
  OutputBucketName: 'out',
  OutputKey: 'jobs/visite-1.json',
} satisfies StartTranscriptionJobCommandInput;
