import {
  DeleteMedicalTranscriptionJobCommand,
  DeleteTranscriptionJobCommand,
  GetMedicalTranscriptionJobCommand,
  GetTranscriptionJobCommand,
  StartMedicalTranscriptionJobCommand,
  StartTranscriptionJobCommand,
  TranscribeClient,
} from '@aws-sdk/client-transcribe';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { toTranscription } from '../../../pipeline/edge/transcribe.ts';
import type { JobRequest } from '../../../pipeline/recording/job.ts';
import { transcribeHarness } from '../../local/services/transcribe/harness.ts';
import { testConfig } from '../memoryPorts.ts';
import { recording, recordingId } from '../visit.ts';
import { serviceError } from './serviceError.ts';

const transcribe = new TranscribeClient({ region: 'eu-west-1' });
const client = mockClient(transcribe);
beforeEach(() => void client.reset());

const transcription = toTranscription(testConfig({ MAX_SPEAKERS: '3' }), transcribe);
const medical: JobRequest = {
  engine: 'transcribe-medical',
  jobName: recordingId,
  media: recording,
  language: 'en-US',
  speakersBy: 'voice',
  outputKey: `jobs/${recordingId}.json`,
};
const spanish: JobRequest = { ...medical, engine: 'transcribe', language: 'es-ES' };

const common = {
  Media: { MediaFileUri: `s3://recordings/${recording.key}` },
  OutputBucketName: 'transcripts',
  OutputKey: `jobs/${recordingId}.json`,
  OutputEncryptionKMSKeyId: 'alias/medzen',
  Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: 3 },
};

describe('a job is asked for', () => {
  test('of Transcribe Medical with all that it needs and nothing it would refuse', async () => {
    client.on(StartMedicalTranscriptionJobCommand).resolves({});
    expect(await transcription.start(medical)).toBe('started');
    expect(client.commandCalls(StartMedicalTranscriptionJobCommand).map((call) => call.args[0].input)).toEqual([
      {
        ...common,
        MedicalTranscriptionJobName: recordingId,
        LanguageCode: 'en-US',
        Specialty: 'PRIMARYCARE',
        Type: 'CONVERSATION',
      },
    ]);
  });

  test('of Transcribe in its language; no format or rate is guessed', async () => {
    client.on(StartTranscriptionJobCommand).resolves({});
    expect(await transcription.start(spanish)).toBe('started');
    expect(client.commandCalls(StartTranscriptionJobCommand).map((call) => call.args[0].input)).toEqual([
      { ...common, TranscriptionJobName: recordingId, LanguageCode: 'es-ES' },
    ]);
  });

  test('by channel without speaker labels: one job has one of the two', async () => {
    client.on(StartMedicalTranscriptionJobCommand).resolves({});
    await transcription.start({ ...medical, speakersBy: 'channel' });
    const [call] = client.commandCalls(StartMedicalTranscriptionJobCommand);
    expect(call?.args[0].input.Settings).toEqual({ ChannelIdentification: true });
  });
});

describe('the service answers the start', () => {
  test('with a conflict: the name is taken', async () => {
    client.onAnyCommand().rejects(serviceError('ConflictException'));
    expect(await transcription.start(medical)).toBe('taken');
  });

  test.each([
    ['BadRequestException', 400, 'TranscriptionFailed'],
    ['LimitExceededException', 400, 'Throttled'],
    ['ThrottlingException', 400, 'Throttled'],
    ['InternalFailureException', 500, 'ServiceUnavailable'],
    ['AccessDeniedException', 400, 'AccessDeniedException'],
  ])('with %s: %s means %s', async (name, status, expected) => {
    client.onAnyCommand().rejects(serviceError(name, status));
    await expect(transcription.start(medical)).rejects.toMatchObject({ name: expected });
  });
});

/** As recorded from the service, and as its API model says. */
const missing = [
  {
    name: 'BadRequestException',
    message: "The requested job couldn't be found. Check the job name and try your request again.",
  },
  { name: 'NotFoundException', message: "We can't find the requested resource." },
];

describe('a job is found', () => {
  test('by its status, its media and why it failed', async () => {
    client.on(GetMedicalTranscriptionJobCommand).resolves({
      MedicalTranscriptionJob: {
        TranscriptionJobStatus: 'FAILED',
        Media: { MediaFileUri: 's3://recordings/a.mp4' },
        FailureReason: 'The media format provided does not match the detected media format.',
      },
    });
    expect(await transcription.find('transcribe-medical', recordingId)).toEqual({
      status: 'FAILED',
      mediaUri: 's3://recordings/a.mp4',
      failureReason: 'The media format provided does not match the detected media format.',
    });
    const [call] = client.commandCalls(GetMedicalTranscriptionJobCommand);
    expect(call?.args[0].input).toEqual({ MedicalTranscriptionJobName: recordingId });
  });

  test('at the engine that has it', async () => {
    client.on(GetTranscriptionJobCommand).resolves({ TranscriptionJob: { TranscriptionJobStatus: 'COMPLETED' } });
    expect(await transcription.find('transcribe', recordingId)).toMatchObject({ status: 'COMPLETED' });
    expect(client.calls()).toHaveLength(1);
  });

  test.each(missing)('or not: with $name there is none', async ({ name, message }) => {
    client.onAnyCommand().rejects(serviceError(name, 400, message));
    expect(await transcription.find('transcribe-medical', recordingId)).toBeUndefined();
  });

  test.each([
    ['BadRequestException', 'BadRequestException'],
    ['LimitExceededException', 'Throttled'],
  ])('or nobody knows: %s means %s', async (name, expected) => {
    client.onAnyCommand().rejects(serviceError(name));
    await expect(transcription.find('transcribe-medical', recordingId)).rejects.toMatchObject({ name: expected });
  });
});

test.each([
  ['transcribe-medical', DeleteMedicalTranscriptionJobCommand, { MedicalTranscriptionJobName: recordingId }],
  ['transcribe', DeleteTranscriptionJobCommand, { TranscriptionJobName: recordingId }],
] as const)('a job of %s is removed there', async (engine, command, input) => {
  client.onAnyCommand().resolves({});
  await transcription.remove(engine, recordingId);
  expect(client.calls().map((call) => call.args[0])).toEqual([expect.any(command)]);
  expect(client.calls()[0]?.args[0].input).toEqual(input);
});

describe('the removal of a job', () => {
  test.each(missing)('that is not there has nothing to do: $name', async ({ name, message }) => {
    client.onAnyCommand().rejects(serviceError(name, 400, message));
    await transcription.remove('transcribe', recordingId);
    expect(client.calls()).toHaveLength(1);
  });

  test.each([
    ['BadRequestException', 'BadRequestException'],
    ['LimitExceededException', 'Throttled'],
  ])('fails with %s as %s', async (name, expected) => {
    client.onAnyCommand().rejects(serviceError(name));
    await expect(transcription.remove('transcribe', recordingId)).rejects.toMatchObject({ name: expected });
  });
});

test.each(['transcribe', 'transcribe-medical'] as const)('the stand-in of %s says it so too', async (engine) => {
  await using stack = await transcribeHarness();
  const adapter = toTranscription(testConfig(), stack.client());
  expect(await adapter.find(engine, recordingId)).toBeUndefined();
  await adapter.remove(engine, recordingId);
});
