import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Operation } from '../../pipeline/clinical/operations.ts';
import type { Chime } from '../services/chime/chime.ts';
import type { ChimeMessaging } from '../services/chimeMessaging/chimeMessaging.ts';
import type { ChimePipelines } from '../services/chimePipelines/chimePipelines.ts';
import { type Clock, skippingClock } from '../services/clock.ts';
import { claim, watchDisk } from './dataDir.ts';
import { deploy } from './deploy.ts';
import { createDynamoDb } from '../services/dynamodb/service.ts';
import { Faults } from '../services/faults.ts';
import { type Json, type JsonObject, ServiceError } from '../services/jsonService.ts';
import type { InvokeResult } from '../services/stepFunctions/stepFunctions.ts';
import { startApiGateway } from '../services/apiGateway/apiGateway.ts';
import { type ObservedCall, startGateway } from '../services/gateway.ts';
import { createLambda, type LambdaRuntime } from '../services/lambda/runtime.ts';
import { type EdgeOptions, startEdge, usualChimeRegion } from './edge.ts';
import { reachable } from './callbacks.ts';
import { environmentOf, namesIn, withoutEmpty } from './environment.ts';
import { leavesWork } from './leavesWork.ts';
import { startMappings } from './mappings.ts';
import { startServices } from './wiring.ts';
import { readMigrations } from './migrations.ts';
import { openDatabase } from '../services/supabase/database.ts';
import { startPostgresPort } from '../services/supabase/postgresPort.ts';
import { startPostgrest } from '../services/supabase/postgrest.ts';
import type { ChimeChoices } from './settings.ts';
import { type Deployment, readDeployment } from './template.ts';

export interface StackOptions {
  /** By default, a clock on which work takes its time and waiting takes none. */
  clock?: Clock;
  region?: string;
  /** Keeps everything in this directory; without it the stack lives and dies with the process. */
  dataDir?: string | undefined;
  /** The folder of `serverless.yml` and `infra/`; by default the project's own. */
  service?: string;
  /** Keeps the prepared database image between starts; by default beside the installed packages. */
  cacheDir?: string;
  /** Ports of the AWS endpoint, of Supabase's and of its database; by default free ones. */
  awsPort?: number | undefined;
  supabasePort?: number | undefined;
  databasePort?: number | undefined;
  /** The port of the HTTP API; by default a free one. */
  apiPort?: number | undefined;
  /** The origins whose pages may ask Supabase and the HTTP API; by default all, as on the real ones. */
  pages?: readonly string[];
  /** How long a transcription job works, in milliseconds. */
  jobDelayMs?: number;
  /** How many jobs of each engine the account runs at once, and the steps count on; by default as many as is usual. */
  jobs?: number | undefined;
  /** The location of the ICD-10-CM table, when there is one. */
  codeTable?: string | undefined;
  /** The Comprehend Medical operations to call; by default those of `serverless.yml`. */
  operations?: readonly Operation[] | undefined;
  /** Gets each line that a step logs; by default standard error does. */
  onLog?: (line: string) => void;
  /** Gets each line of the HTTP API's access log. */
  onAccess?: (line: string) => void;
  /** Gets every call to an AWS service; its access key id names the function that made it. */
  onCall?: (call: ObservedCall) => void;
  /** Gets the method and the path of every request to PostgREST. */
  onRequest?: (method: string, path: string) => void;
  /** How many times as fast as the machine's clock time passes in functions; by default it passes as there. */
  speed?: number;
  /** Modules that are loaded before the steps: they stand in for what those cannot reach here. */
  preload?: readonly URL[];
  /** From 0 up to 1, for the jitter of retries. */
  random?: () => number;
  /** How the stand-ins for Chime behave where it may be chosen. */
  chime?: ChimeChoices | undefined;
  /** What Transcribe makes of a recording of which no case says it, by its key: silence has no words of its own. */
  heard?: ((key: string) => string | undefined) | undefined;
  /** Variables that are added to the steps' environment, or replace its own. */
  stepEnv?: Readonly<Record<string, string>>;
  /** Of `serverless.yml`, instead of the defaults. */
  parameters?: Readonly<Record<string, unknown>>;
  /** How the edge functions run; by default in Node, as far as they are asked. */
  edge?: EdgeOptions | undefined;
}

export interface Stack {
  /** Everything that a client of the deployment needs, as environment variables. */
  env: Record<string, string>;
  deployment: Deployment;
  faults: Faults;
  lambda: LambdaRuntime;
  clock: Clock;
  /**
   * The side of Chime that has no API: the people who join its meetings, what they say and what it was really like; with
   * the pipelines that record them, and with what was written in its channels.
   */
  chime: Pick<Chime, 'people' | 'meetings' | 'assumed'> & { pipelines: ChimePipelines; messaging: ChimeMessaging };
  /** Puts a message into a queue. @throws ServiceError QueueDoesNotExist */
  send(queueArn: string, body: string): void;
  /** The messages that a queue holds. @throws ServiceError QueueDoesNotExist */
  bodies(queueArn: string): string[];
  /** How many milliseconds the oldest message of a queue has been there; 0 when there is none. */
  age(queueArn: string): number;
  /** How many messages the stack's queues hold, but for the dead-letter queues, how many executions run and schedules tick. */
  underWay(): { messages: number; executions: number; ticks: number };
  /** Runs statements in the database. Its clock is the machine's: what is to be old is made so. */
  sql(statements: string): Promise<void>;
  /** A JWT of the Supabase project for a caller with these claims. */
  signJwt(claims: JsonObject): string;
  /** The executions that were under way when the directory's last process ended, and now go on. */
  resumed: readonly string[];
  /** Rejects with DirectoryFull when a write finds no room: nothing that is waited for may come then. */
  full: Promise<never>;
  /** @throws the fault, when the stack itself was at fault meanwhile: what ran on it is worth nothing then. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const accountId = '111122223333';
/** As if it had been made by hand, once for the deployment. */
const appInstanceId = '00000000-0000-4000-8000-000000000000';
/** Of whoever uses the stack; the functions have keys of their own, with the same secret. */
const accessKeyId = 'AKIALOCALSTACKONLY00';
const secretKey = 'local';
const jwtSecret = 'a secret that guards nothing: the embedded stack is for mock consultations only';
const speechKey = 'another one';
export const callbackSecret = 'a third one, by which edge functions know the event bus'.replaceAll(/\W+/g, '-');

/**
 * The whole deployment of `serverless.yml` and `infra/` on this machine: every AWS service behind one port, Supabase
 * and its database behind two others, the steps in a thread of their own that knows environment variables and nothing else.
 *
 * @throws DirectoryInUse, DirectoryFull
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const disk = watchDisk(options.dataDir);
  try {
    return await open(options, disk);
  } catch (error) {
    throw disk.judge(error);
  }
}

async function open(options: StackOptions, disk: ReturnType<typeof watchDisk>): Promise<Stack> {
  const { clock = skippingClock(), region = 'eu-west-1', dataDir, codeTable } = options;
  const { onLog = (line: string) => void process.stderr.write(`${line}\n`) } = options;
  const place = { region, accountId, stage: 'local' };
  const deployment = readDeployment(options.service ?? root, place, options.parameters);
  const faults = new Faults();
  await using closers = new AsyncDisposableStack();
  const broken: unknown[] = [];
  const onBroken = (error: unknown) => void broken.push(disk.judge(error));
  closers.defer(() => tell(broken));
  const common = { clock, region, accountId };
  // A directory belongs to this process before anything in it is touched.
  const claimed = dataDir === undefined ? undefined : await claim({ ...common, dataDir });
  closers.defer(() => claimed?.close());

  // The database takes longest and works in threads of its own at first: everything else starts meanwhile.
  const opening = openDatabase({
    preparation: await readMigrations({ hasRealtime: true }),
    cacheDir: options.cacheDir ?? join(root, 'node_modules/.cache/medzen'),
    ...(dataDir === undefined ? {} : { dataDir: join(dataDir, 'postgres') }),
  });
  closers.defer(async () => (await opening.catch(() => undefined))?.close());

  const secrets = () => ({
    [deployment.environment['SUPABASE_KEY_SECRET'] ?? '']: postgrest.serviceRoleKey,
    [environmentOf(deployment, 'reading')['SUPABASE_JWT_SECRET_ARN'] ?? '']: jwtSecret,
    [environmentOf(deployment, 'speak')['SPEECH_KEY_SECRET'] ?? '']: speechKey,
    [deployment.callbackSecretArn]: callbackSecret,
  });
  const dynamodb = claimed ?? (await createDynamoDb(common));
  const services = await startServices({
    ...common,
    dynamodb,
    deployment,
    dataDir,
    codeTable,
    onBroken,
    jobDelayMs: options.jobDelayMs ?? 0,
    jobs: options.jobs,
    secretOf: (id) =>
      id === accessKeyId || deployment.functions.some(({ name }) => name === id) ? secretKey : undefined,
    secrets: () => secrets(),
    destinations: () => deployment.destinations.map((one) => reachable(one, postgrest.url, secrets())),
    endpoint: () => gateway.url,
    invoke: (arn, payload) => invoke(arn, payload),
    stepEnv: () => stepEnv,
    random: options.random,
    chime: options.chime,
    heard: options.heard,
    faults,
    lambda: () => lambda,
  });
  closers.defer(() => services.close());
  const gateway = await startGateway({
    clock,
    faults,
    services: services.json,
    scoped: services.scoped,
    fallback: (request, response) => services.s3.handle(request, response),
    onCall: options.onCall,
    onBroken,
    // In hurried functions it is as late as on the stack's clock, in others as late as on the machine's.
    tellsTime: options.speed !== undefined,
    ...(options.awsPort === undefined ? {} : { port: options.awsPort }),
  });
  closers.defer(() => gateway.close());

  const database = await opening;
  const postgrest = await startPostgrest({
    db: database.db,
    clock,
    jwtSecret,
    ...(options.pages && { allowedOrigins: options.pages }),
    onRequest: (method, path) => {
      options.onRequest?.(method, path);
      if (leavesWork(path)) mappings.arm();
    },
    onFailure: (error) => void disk.judge(error),
    faults,
    isAway: (operation) => faults.isAway('supabase', operation, { accessKeyId: '', region: '' }, clock.now()),
    functions: (incoming, outgoing) => edge.handle(incoming, outgoing),
    ...(options.supabasePort === undefined ? {} : { port: options.supabasePort }),
  });
  closers.defer(() => postgrest.close());
  const postgres = await startPostgresPort({
    db: database.db,
    clock,
    ...(options.databasePort === undefined ? {} : { port: options.databasePort }),
  });
  closers.defer(() => postgres.close());

  const logAccess = (line: string) => {
    services.logAccess(line);
    options.onAccess?.(line);
  };
  const api = await startApiGateway({
    ...place,
    cors: deployment.api.cors,
    throttle: deployment.api.throttle,
    accessLog: { format: deployment.api.accessLog.format, write: (line) => logAccess(line) },
    ...(options.pages && { cors: { ...deployment.api.cors, allowedOrigins: options.pages } }),
    apiId: 'local',
    clock,
    routes: deployment.functions.flatMap(({ name, routes }) => routes.map((key) => ({ key, functionName: name }))),
    invoke(name, event) {
      faults.check('Lambda', name, {}, { region, accessKeyId: 'apigateway' }, clock.now());
      return lambda.invoke(name, event);
    },
    port: options.apiPort,
    onBroken,
  });
  closers.defer(() => api.close());

  const stepEnv = {
    ...deployment.environment,
    AWS_ENDPOINT_URL: gateway.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretKey,
    SUPABASE_URL: postgrest.url,
    SUPABASE_ANON_KEY: postgrest.signJwt({ role: 'anon' }),
    API_URL: api.url,
    APP_INSTANCE_ARN: services.messaging.appInstance(usualChimeRegion, appInstanceId),
    ICD10CM_TABLE: codeTable ?? '',
    ...(options.operations && { OPERATIONS: options.operations.join(',') }),
    ...(options.jobs !== undefined && { MEDICAL_JOBS: `${options.jobs}`, STANDARD_JOBS: `${options.jobs}` }),
    ...options.stepEnv,
  };
  const edge = startEdge(root, options.edge, {
    region,
    env: {
      ...stepEnv,
      ...withoutEmpty(environmentOf(deployment, 'meetings')),
      ...(deployment.destinations.length > 0 && { CALLBACK_SECRETS: callbackSecret, AWS_ACCOUNT_ID: accountId }),
    },
    serviceRoleKey: postgrest.serviceRoleKey,
    jwtSecret,
    onLog,
  });
  closers.defer(() => edge.close());
  const lambda = await createLambda({
    clock,
    root: pathToFileURL(`${root}/`),
    accountId,
    env: stepEnv,
    faults,
    ...(options.speed === undefined ? {} : { speed: options.speed }),
    ...(options.preload && { preload: options.preload }),
    functions: deployment.functions.map(({ environment, ...definition }) => ({
      ...definition,
      // On AWS, each function has its own role. What the template leaves open is what this stack has.
      env: { ...withoutEmpty(environment), ...options.stepEnv, AWS_ACCESS_KEY_ID: definition.name },
    })),
    onLog: (line) => {
      services.log(line);
      onLog(line);
    },
  });
  closers.defer(() => lambda.close());
  /** An invocation of the machine, or the error that is injected for it: target `Lambda`, the function's name. */
  const invoke = async (arn: string, payload: Json): Promise<InvokeResult> => {
    try {
      const { name } = lambda.definition(arn);
      faults.check('Lambda', name, {}, { region, accessKeyId: 'states' }, clock.now());
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { error: error.name, cause: JSON.stringify({ errorType: error.name, errorMessage: error.message }) };
    }
    return lambda.invoke(arn, payload);
  };
  const env = {
    ...stepEnv,
    SUPABASE_SERVICE_ROLE_KEY: postgrest.serviceRoleKey,
    SUPABASE_DB_URL: postgres.url,
    ...namesIn(deployment),
  };
  await deploy(deployment, env, services);
  const mappings = startMappings({ deployment, services, dynamodb, lambda, clock, onBroken });
  // What outlives the stack has to be complete.
  closers.defer(() => mappings.close(dataDir !== undefined));
  if (dataDir !== undefined) mappings.arm();
  const resumed = await services.resume();
  const running = closers.move();
  return {
    env,
    deployment,
    faults,
    lambda,
    clock,
    chime: { ...services.chime, pipelines: services.pipelines, messaging: services.messaging },
    send: (arn, body) => void services.queue(arn).send(body, 'operator'),
    bodies: (arn) => services.queue(arn).state.messages.map(({ body }) => body),
    age: (arn) => Math.max(0, ...services.queue(arn).state.messages.map(({ sentAt }) => clock.now() - sentAt)),
    underWay() {
      const fed = deployment.functions.flatMap(({ queue }) => (queue ? [services.queue(queue.arn).counts()] : []));
      const messages = fed.reduce((sum, { visible, notVisible }) => sum + visible + notVisible, 0);
      return { messages, executions: services.running(), ticks: mappings.ticks() };
    },
    sql: async (statements) => void (await database.db.exec(statements)),
    signJwt: (claims) => postgrest.signJwt(claims),
    full: disk.full,
    resumed,
    stop: () => running.disposeAsync().catch((error: unknown) => Promise.reject(disk.judge(error) as Error)),
  };
}

function tell(broken: readonly unknown[]): void {
  if (broken.length === 1) throw broken[0];
  if (broken.length > 1) throw new AggregateError(broken, broken.map(String).join('; '));
}
