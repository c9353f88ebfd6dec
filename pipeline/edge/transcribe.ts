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
import type { Transcription } from '../ports.ts';
import type { Job, JobRequest } from '../recording/job.ts';
import { mediaUri } from '../recording/recording.ts';
import type { EngineName } from '../recording/route.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

/** The requests for the jobs of one engine. */
interface Api {
  start(client: TranscribeClient, job: JobRequest, common: CommonFields): Promise<unknown>;
  find(client: TranscribeClient, jobName: string): Promise<MedicalTranscriptionJob | TranscriptionJob | undefined>;
  remove(client: TranscribeClient, jobName: string): Promise<unknown>;
}

const apis: Readonly<Record<EngineName, Api>> = {
  transcribe: {
    start: (client, job, common) =>
      client.send(
        new StartTranscriptionJobCommand({
          ...common,
          TranscriptionJobName: job.jobName,
          LanguageCode: job.language as LanguageCode,
        }),
      ),
    find: async (client, TranscriptionJobName) => {
      const { TranscriptionJob } = await client.send(new GetTranscriptionJobCommand({ TranscriptionJobName }));
      return TranscriptionJob;
    },
    remove: (client, TranscriptionJobName) => client.send(new DeleteTranscriptionJobCommand({ TranscriptionJobName })),
  },
  'transcribe-medical': {
    start: (client, job, common) =>
      client.send(
        new StartMedicalTranscriptionJobCommand({
          ...common,
          MedicalTranscriptionJobName: job.jobName,
          LanguageCode: 'en-US',
          Specialty: 'PRIMARYCARE',
          Type: 'CONVERSATION',
        }),
      ),
    find: async (client, MedicalTranscriptionJobName) => {
      const command = new GetMedicalTranscriptionJobCommand({ MedicalTranscriptionJobName });
      return (await client.send(command)).MedicalTranscriptionJob;
    },
    remove: (client, MedicalTranscriptionJobName) =>
      client.send(new DeleteMedicalTranscriptionJobCommand({ MedicalTranscriptionJobName })),
  },
};

export function toTranscription(config: Config, client = new TranscribeClient(withLimit('transcribe'))): Transcription {
  return {
    async start(job) {
      try {
        await request('Transcribe', () => apis[job.engine].start(client, job, toCommonFields(config, job)));
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
        return toJob(await request('Transcribe', () => apis[engine].find(client, jobName)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async remove(engine, jobName) {
      try {
        await request('Transcribe', () => apis[engine].remove(client, jobName));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
  };
}

/**
 * Whether there is no job of the name. The API model says NotFoundException, the service answers BadRequestException
 * ("The requested job couldn't be found. ..."), which it uses for other faults too.
 */
function isMissing(error: unknown): boolean {
  if (isNamed(error, 'NotFoundException')) return true;
  return isNamed(error, 'BadRequestException') && (error as Error).message.includes("couldn't be found");
}

type CommonFields = ReturnType<typeof toCommonFields>;

/** MediaFormat and MediaSampleRateHertz are left out: the service detects both, and a wrong guess fails the job. */
function toCommonFields(config: Config, job: JobRequest) {
  return {
    Media: { MediaFileUri: mediaUri(job.media) },
    OutputBucketName: config.transcriptsBucket,
    OutputKey: job.outputKey,
    OutputEncryptionKMSKeyId: config.kmsKeyId,
    Settings:
      job.speakersBy === 'channel'
        ? { ChannelIdentification: true }
        : { ShowSpeakerLabels: true, MaxSpeakerLabels: config.maxSpeakers },
  };
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
