import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readCodeTable } from '../../pipeline/edge/icd10cm.ts';
import { casesBucket, isAnswersKey, jobKey } from '../cases/recorded.ts';
import { aacFrames } from '../cases/silence.ts';
import { type Chime, createChime } from '../services/chime/chime.ts';
import { type ChimeMessaging, createChimeMessaging } from '../services/chimeMessaging/chimeMessaging.ts';
import { type ChimePipelines, createChimePipelines } from '../services/chimePipelines/chimePipelines.ts';
import type { Clock } from '../services/clock.ts';
import { createCloudFormation } from '../services/cloudFormation.ts';
import { createCloudWatch } from '../services/cloudWatch.ts';
import { createComprehendMedical } from '../services/comprehendMedical/comprehendMedical.ts';
import { RecordedAnswers } from '../services/comprehendMedical/recordedAnswers.ts';
import type { DynamoDb } from '../services/dynamodb/service.ts';
import { type ApiDestination, createApiDestinations } from '../services/eventBridge/apiDestinations.ts';
import { createEventBus, type EventBus } from '../services/eventBridge/eventBridge.ts';
import { objectCreatedEvent } from '../services/eventBridge/objectCreated.ts';
import type { Faults } from '../services/faults.ts';
import type { Json, JsonService } from '../services/jsonService.ts';
import { createIam } from '../services/iam.ts';
import { createKms } from '../services/kms.ts';
import { createLambdaApi } from '../services/lambda/api.ts';
import type { LambdaRuntime } from '../services/lambda/runtime.ts';
import type { InvokeResult } from '../services/stepFunctions/run.ts';
import { createLogs } from '../services/logs/logs.ts';
import { loadEngine } from '../lexicon/engine.ts';
import { createPolly } from '../services/polly/polly.ts';
import { createS3, type ObjectCreated, type S3 } from '../services/s3/s3.ts';
import type { ScopedService } from '../services/scopedService.ts';
import { createSecretsManager } from '../services/secretsManager.ts';
import { createServiceQuotas } from '../services/serviceQuotas.ts';
import { createSqs, type Sqs } from '../services/sqs/sqs.ts';
import { createSts } from '../services/sts.ts';
import { createStepFunctions } from '../services/stepFunctions/stepFunctions.ts';
import { type ChimeChoices, toAlarms, toDocuments, toKeys, toLogSettings, toSecrets, toUsers } from './settings.ts';
import type { Deployment } from './template.ts';
import { createTranscribe, documentedLimits } from '../services/transcribe/transcribe.ts';

export interface ServicesOptions {
  /** Gets every fault of the stack itself, such as an event that was not delivered. */
  onBroken: (error: unknown) => void;
  clock: Clock;
  region: string;
  accountId: string;
  deployment: Deployment;
  dataDir: string | undefined;
  /** Open already; whoever opened it closes it. */
  dynamodb: DynamoDb;
  codeTable: string | undefined;
  jobDelayMs: number;
  /** How many jobs of each engine run at once; by default as many as in a usual account. */
  jobs: number | undefined;
  /** The secrets that the steps may read, by their ARN. */
  secrets: () => Readonly<Record<string, string>>;
  /** What is called over HTTP, once it can be reached. */
  destinations: () => readonly ApiDestination[];
  /** The environment that all functions have, once the stack has one. */
  stepEnv: () => Readonly<Record<string, string>>;
  /** The gateway's URL, once there is one. */
  endpoint: () => string;
  random: (() => number) | undefined;
  chime: ChimeChoices | undefined;
  /** The job result of a recording of which no case has one. */
  heard: ((key: string) => string | undefined) | undefined;
  faults: Faults;
  /** The secret of an access key of this stack. */
  secretOf: (accessKeyId: string) => string | undefined;
  /** An invocation as a state makes it. */
  invoke: (arn: string, payload: Json) => Promise<InvokeResult>;
  lambda: () => LambdaRuntime;
}

/** The AWS services of the stack, wired to one another as they are on AWS. */
export interface Services {
  s3: S3;
  bus: EventBus;
  queue: Sqs['queue'];
  chime: Chime;
  pipelines: ChimePipelines;
  messaging: ChimeMessaging;
  /** Puts a message into a queue. */
  send: (queueArn: string, body: string) => void;
  /** How many executions run. */
  running: () => number;
  /** Lets go on what was under way when the process before this one ended, and names the executions among it. */
  resume: () => Promise<string[]>;
  /** Keeps a line that a function wrote. */
  log: (line: string) => void;
  /** Keeps a line of the HTTP API's access log, for operators who ask. */
  logAccess: (line: string) => void;
  /** The services that the gateway routes by `X-Amz-Target`. */
  json: JsonService[];
  /** The services that it routes by the scope of the caller's credentials. But for Chime and Polly, operators alone use them. */
  scoped: ScopedService[];
  close(): Promise<void>;
}

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { clock, region, accountId, deployment, endpoint, invoke, lambda } = options;
  const common = { clock, region, accountId };
  const kept = (name: string) => (options.dataDir === undefined ? {} : { dataDir: join(options.dataDir, name) });

  const { group: accessGroup } = deployment.api.accessLog;
  const groups = [...Object.values(deployment.logGroups), accessGroup];
  const logs = createLogs({ ...common, groups, settings: toLogSettings(deployment) });
  const sqs = await createSqs({ ...common, endpoint, ...kept('sqs') });
  /** Delivers an event, unless it is disturbed: then late, several times or never. */
  const deliver = async (arn: string, body: string, work: () => Promise<void> | void) => {
    const delays = options.faults.disturber?.event(arn, body) ?? [0];
    for (const ms of delays) {
      if (ms === 0) await work();
      else void clock.sleep(ms).then(work).catch(options.onBroken);
    }
  };
  const destinations = createApiDestinations({
    clock,
    find: (arn) => options.destinations().find((one) => one.arn === arn),
    giveUp: async (arn, body) => sqs.send(arn, body),
    onBroken: options.onBroken,
  });
  const bus = createEventBus({
    ...common,
    send: (arn, body) => deliver(arn, body, () => sqs.send(arn, body)),
    call: (target, body) => deliver(target.arn, body, () => destinations.send(target, body)),
  });
  const recordedAnswers = new RecordedAnswers();
  const notifying = new Set(deployment.buckets.filter((bucket) => bucket.notifies).map((bucket) => bucket.name));
  const s3 = await createS3({
    clock,
    region,
    secretOf: options.secretOf,
    ...kept('s3'),
    onObjectCreated: (object) => {
      if (object.bucket === casesBucket && isAnswersKey(object.key)) {
        clock.busy(addAnswers(s3, recordedAnswers, object.key)).catch(options.onBroken);
      }
      return notifying.has(object.bucket) ? publish(bus, object, options) : undefined;
    },
    delivers: (bucket) => notifying.has(bucket),
    onBroken: options.onBroken,
  });
  const { dynamodb } = options;
  const stepFunctions = createStepFunctions({
    ...common,
    invoke,
    onBroken: options.onBroken,
    ...(options.random && { random: options.random }),
    ...kept('stepFunctions'),
  });
  const comprehendMedical = createComprehendMedical({
    clock,
    engine: await engineFor(options),
    recordedAnswers: (operation, text) => recordedAnswers.find(operation, text),
  });
  const transcribe = createTranscribe({
    ...common,
    jobDelayMs: options.jobDelayMs,
    ...(options.jobs === undefined ? {} : { limits: { concurrentJobs: options.jobs } }),
    media: { bucketRegion: () => region, read: (bucket, key) => openMedia(s3, bucket, key) },
    output: {
      async put(bucket, key, body, { kmsKeyId }) {
        const sse = kmsKeyId === undefined ? {} : { sseKmsKeyId: kmsKeyId };
        await s3.put(bucket, key, body, { contentType: 'application/json', ...sse });
      },
    },
    recordedResult: (mediaUri) => readRecordedResult(s3, mediaUri, options.heard),
    onJobState: (event) => bus.put({ version: '0', id: randomUUID(), ...event }),
    onBroken: options.onBroken,
    ...kept('transcribe'),
  });
  const chime = createChime({
    ...options.chime,
    clock,
    accountId,
    // As if its own region's bus had a rule that forwards to this one: the event keeps its region.
    put: (event) => bus.put(event),
    onBroken: options.onBroken,
    ...kept('chime'),
  });
  const pipelines = createChimePipelines({
    delivery: options.chime?.delivery,
    ...options.chime?.pipelines,
    clock,
    accountId,
    chime,
    buckets: {
      regionOf: (name) => (deployment.buckets.some((bucket) => bucket.name === name) ? region : undefined),
      policyOf: (name) => toDocuments(deployment, name).policy,
      put: (bucket, key, body, contentType) => s3.put(bucket, key, body, { contentType }),
      read: async (bucket, key) => ((await s3.head(bucket, key)) ? s3.read(bucket, key) : undefined),
    },
    silenceOf: (sampleRate) => aacFrames(1, sampleRate),
    put: (event) => bus.put(event),
    onBroken: options.onBroken,
    ...kept('chime'),
  });
  const messaging = createChimeMessaging({ ...options.chime?.messaging, clock, accountId, ...kept('chime') });
  return {
    s3,
    bus,
    queue: sqs.queue,
    chime,
    pipelines,
    messaging,
    send: (arn, body) => void sqs.send(arn, body),
    running: () => stepFunctions.running(),
    async resume() {
      const written = (key: string) => s3.head(casesBucket, key).then((head) => head?.lastModified ?? 0);
      const answers = await Promise.all(
        s3
          .keys(casesBucket)
          .filter(isAnswersKey)
          .map(async (key) => ({ key, at: await written(key) })),
      );
      for (const { key } of answers.toSorted((a, b) => a.at - b.at)) await addAnswers(s3, recordedAnswers, key);
      s3.redeliver();
      transcribe.resume();
      chime.resume();
      pipelines.resume();
      return stepFunctions.resume();
    },
    log: (line) => logs.write(line, deployment.logGroups[stepOf(line) ?? '']),
    logAccess: (line) => logs.write(line, accessGroup),
    json: [
      stepFunctions.service,
      dynamodb.service,
      sqs.service,
      bus.service,
      transcribe.service,
      comprehendMedical.service,
      createSecretsManager({ clock, secrets: options.secrets, described: toSecrets(deployment) }),
      logs.service,
      createKms({ clock, keys: toKeys(deployment) }),
      createCloudWatch({ clock, alarms: toAlarms(deployment) }),
      createServiceQuotas(quotas),
    ],
    scoped: [
      pipelines.service,
      messaging.service,
      chime.service,
      createPolly(clock),
      createSts(accountId),
      createIam({ clock, accountId, users: toUsers(deployment, clock.now()) }),
      createCloudFormation({ stackName: deployment.stackName, resources: () => queuesOf(deployment, sqs) }),
      createLambdaApi({
        prefix: `${deployment.stackName}-`,
        runtime: lambda,
        environment: options.stepEnv,
        concurrency: accountConcurrency,
      }),
    ],
    async close() {
      destinations.close();
      transcribe.close();
      await pipelines.close();
      chime.close();
      await stepFunctions.close();
      await sqs.close();
      await s3.close();
    },
  };
}

/** As many as an account has by default. Here nothing counts them. */
const accountConcurrency = 1_000;

/** What the stand-ins hold a caller to. */
const { concurrentJobs } = documentedLimits;
const quotas = {
  transcribe: [
    { code: 'L-63F366BB', name: 'Number of concurrent medical batch transcription jobs', value: concurrentJobs },
    { code: 'L-6F7AB1C9', name: 'Number of concurrent batch transcription jobs', value: concurrentJobs },
  ],
};

/** The step that wrote a line, by its own word. */
function stepOf(line: string): string | undefined {
  return /"step":"(\w+)"/.exec(line)?.[1];
}

/** What CloudFormation calls the queues; operators look up no other resource. */
function queuesOf({ queues }: Deployment, sqs: Sqs) {
  return Object.fromEntries(
    queues.map(({ id, arn }) => [id, { type: 'AWS::SQS::Queue', physicalId: sqs.url(arn) }] as const),
  );
}

async function engineFor({ codeTable }: ServicesOptions) {
  return loadEngine(codeTable === undefined ? {} : { codeTable: await readCodeTable(codeTable) });
}

/** S3 notifies EventBridge after the write, at its own pace. */
async function publish(bus: EventBus, object: ObjectCreated, options: ServicesOptions): Promise<void> {
  const { clock, region, accountId } = options;
  await bus.put(objectCreatedEvent(object, { region, accountId, time: clock.now(), id: randomUUID() }));
}

async function addAnswers(s3: S3, answers: RecordedAnswers, key: string): Promise<void> {
  answers.add(key, JSON.parse((await s3.read(casesBucket, key)).toString()));
}

async function openMedia(s3: S3, bucket: string, key: string) {
  const head = await s3.head(bucket, key);
  return head && { size: head.size, read: (start: number, end: number) => s3.read(bucket, key, { start, end }) };
}

/** The case's job result, byte for byte; undefined when the case has none, and nobody has heard it. */
async function readRecordedResult(
  s3: S3,
  mediaUri: string,
  heard: ServicesOptions['heard'],
): Promise<string | undefined> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(mediaUri) ?? [];
  const recorded = jobKey(bucket, key);
  if (!(await s3.head(casesBucket, recorded))) return heard?.(key);
  return (await s3.read(casesBucket, recorded)).toString();
}
