import {
  DeleteMedicalTranscriptionJobCommand,
  DeleteTranscriptionJobCommand,
  GetMedicalTranscriptionJobCommand,
  GetTranscriptionJobCommand,
  StartMedicalTranscriptionJobCommand,
  StartTranscriptionJobCommand,
  TranscribeClient,
  type LanguageCode,
  type MedicalTranscriptionJob,
  type TranscriptionJob,
} from '@aws-sdk/client-transcribe';
import type { Config } from '../config.ts';
import { PipelineError } from '../errors.ts';
import type { Job, JobRequest, Transcription } from '../ports.ts';
import { mediaUri } from '../recording/recording.ts';
import { isNamed, request } from './failure.ts';

export function toTranscription(config: Config, client = new TranscribeClient({})): Transcription {
  return {
    async start(job) {
      try {
        await request('Transcribe', () => startJob(client, config, job));
        return 'started';
      } catch (error) {
        if (isNamed(error, 'ConflictException')) return 'taken';
        if (isNamed(error, 'BadRequestException')) {
          throw new PipelineError('TranscriptionFailed', 'Transcribe refused the request for the job');
        }
        throw error;
      }
    },
    async find(engine, jobName) {
      try {
        return await request('Transcribe', async () => {
          if (engine === 'transcribe') {
            const answer = await client.send(new GetTranscriptionJobCommand({ TranscriptionJobName: jobName }));
            return toJob(answer.TranscriptionJob);
          }
          const answer = await client.send(
            new GetMedicalTranscriptionJobCommand({ MedicalTranscriptionJobName: jobName }),
          );
          return toJob(answer.MedicalTranscriptionJob);
        });
      } catch (error) {
        if (isNamed(error, 'NotFoundException')) return undefined;
        throw error;
      }
    },
    async remove(engine, jobName) {
      await request<unknown>('Transcribe', () =>
        engine === 'transcribe'
          ? client.send(new DeleteTranscriptionJobCommand({ TranscriptionJobName: jobName }))
          : client.send(new DeleteMedicalTranscriptionJobCommand({ MedicalTranscriptionJobName: jobName })),
      );
    },
  };
}

/** MediaFormat and MediaSampleRateHertz stay away: the service detects both, and a wrong guess fails the job. */
function startJob(client: TranscribeClient, config: Config, job: JobRequest): Promise<unknown> {
  const common = {
    Media: { MediaFileUri: mediaUri(job.media) },
    OutputBucketName: config.transcriptsBucket,
    OutputKey: job.outputKey,
    OutputEncryptionKMSKeyId: config.kmsKeyId,
    Settings:
      job.speakersBy === 'channel'
        ? { ChannelIdentification: true }
        : { ShowSpeakerLabels: true, MaxSpeakerLabels: config.maxSpeakers },
  };
  if (job.engine === 'transcribe') {
    return client.send(
      new StartTranscriptionJobCommand({
        ...common,
        TranscriptionJobName: job.jobName,
        LanguageCode: job.language as LanguageCode,
      }),
    );
  }
  return client.send(
    new StartMedicalTranscriptionJobCommand({
      ...common,
      MedicalTranscriptionJobName: job.jobName,
      LanguageCode: 'en-US',
      Specialty: 'PRIMARYCARE',
      Type: 'CONVERSATION',
    }),
  );
}

function toJob(job: MedicalTranscriptionJob | TranscriptionJob | undefined): Job | undefined {
  return (
    job && {
      status: job.TranscriptionJobStatus ?? 'QUEUED',
      mediaUri: job.Media?.MediaFileUri,
      failureReason: job.FailureReason,
    }
  );
}
