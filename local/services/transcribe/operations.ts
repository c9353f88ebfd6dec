import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type JsonObject, NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import { TokenBucket } from '../tokenBucket.ts';
import { describeJob, isTerminal, type Job, type JobKind, wireNames } from './job.ts';
import type { JobStore } from './jobStore.ts';
import type { MediaSource } from './mediaFacts.ts';
import { requireRegion } from './regions.ts';
import { parseS3Uri } from './s3Uri.ts';
import { jobName, type MedicalRequest, medicalRequest, type StandardRequest, standardRequest } from './startRequest.ts';

/**
 * The quotas of an account, for each kind of job separately: jobs at once, and requests per second for each operation.
 */
export interface TranscribeLimits {
  concurrentJobs: number;
  start: number;
  get: number;
  delete: number;
}

/** Everything that the operations need. */
export interface OperationsContext {
  clock: Clock;
  defaultRegion: string;
  jobs: JobStore;
  media: MediaSource;
  limits: TranscribeLimits | 'off';
  medicalRegions: readonly string[];
  defaultPrefix: (job: Job) => string;
  /** Starts a new job. */
  run: (job: Job) => void;
}

type Verb = 'start' | 'get' | 'delete';
/**
 * Recorded from the standard engine, though the API model lists NotFoundException for Get. The medical engine is taken
 * to answer in the same way.
 */
const noSuchJob = "The requested job couldn't be found. Check the job name and try your request again.";

type Handler = (input: JsonObject, region: string) => JsonObject;

/** Start, Get and Delete of one kind of job. */
export function operationsOf(kind: JobKind, context: OperationsContext): Record<string, Operation> {
  const { job, name } = wireNames[kind];
  const byName = v.strictObject({ [name]: jobName });
  const find = (operation: string, input: JsonObject, region: string): Job => {
    const request = readRequest(operation, byName, input, 'BadRequestException');
    const found = context.jobs.find(kind, request[name] ?? '');
    if (found?.region !== region) throw badRequest(noSuchJob);
    return found;
  };
  const describe = (found: Job): JsonObject => ({ [job]: describeJob(found, context.defaultPrefix(found)) });
  const operation = (verb: Verb, handler: Handler): Operation => admitted(kind, verb, context, handler);

  return {
    [`Start${job}`]: operation('start', (input, region) => describe(start(kind, input, region, context))),
    [`Get${job}`]: operation('get', (input, region) => describe(find(`Get${job}`, input, region))),
    [`Delete${job}`]: operation('delete', (input, region) => {
      const found = find(`Delete${job}`, input, region);
      if (!isTerminal(found)) throw badRequest(`The job is ${found.status}: only a job that has ended can be deleted`);
      context.jobs.remove(found);
      return {};
    }),
  };
}

/** Lets a call through to its handler when the engine exists in its region and the request rate allows it. */
function admitted(kind: JobKind, verb: Verb, context: OperationsContext, handler: Handler): Operation {
  const { clock, limits, medicalRegions, defaultRegion } = context;
  const bucket = limits === 'off' ? undefined : new TokenBucket(clock, limits[verb]);
  return (input, call) => {
    const region = call.region || defaultRegion;
    requireRegion(kind, region, medicalRegions);
    if (bucket?.has() === false) throw new ServiceError('LimitExceededException', `Too many ${verb} requests`);
    bucket?.take();
    return handler(input, region);
  };
}

function start(kind: JobKind, input: JsonObject, region: string, context: OperationsContext): Job {
  const { clock, jobs, media } = context;
  const { name, request } = readStart(kind, input);
  requireSameRegion('media', bucketRegion(request.Media.MediaFileUri, media), region);
  requireSameRegion('output', media.bucketRegion(request.OutputBucketName), region);
  if (jobs.find(kind, name)) throw new ServiceError('ConflictException', 'There is a job of this name already');
  requireRoom(kind, region, context);
  const createdAt = clock.now();
  const state = kind === 'standard' ? ({ status: 'IN_PROGRESS', startedAt: createdAt } as const) : queued;
  const job: Job = { kind, name, region, createdAt, ...state, request };
  jobs.put(job);
  context.run(job);
  return job;
}

/** A standard job is answered as being under way (recorded), a medical job as queued (documented). */
const queued = { status: 'QUEUED' } as const;

function readStart(kind: JobKind, input: JsonObject): { name: string; request: MedicalRequest | StandardRequest } {
  const operation = `Start${wireNames[kind].job}`;
  if (kind === 'medical') {
    const request = readRequest(operation, medicalRequest, input, 'BadRequestException');
    return { name: request.MedicalTranscriptionJobName, request };
  }
  if (input['OutputBucketName'] === undefined) throw new NotImplemented(`${operation} without OutputBucketName`);
  const request = readRequest(operation, standardRequest, input, 'BadRequestException');
  return { name: request.TranscriptionJobName, request };
}

/** The region of the media's bucket, or else the one that the address names; undefined when neither is known. */
function bucketRegion(mediaFileUri: string, media: MediaSource): string | undefined {
  const location = parseS3Uri(mediaFileUri);
  if (!location) throw badRequest('MediaFileUri is not the address of an S3 object');
  return media.bucketRegion(location.bucket) ?? location.region;
}

function requireSameRegion(what: string, bucket: string | undefined, request: string): void {
  if (bucket !== undefined && bucket !== request) {
    throw badRequest(`The ${what} bucket is in ${bucket}: it must be in the region of the request, ${request}`);
  }
}

function requireRoom(kind: JobKind, region: string, { jobs, limits }: OperationsContext): void {
  if (limits === 'off') return;
  const active = jobs.all().filter((job) => job.kind === kind && job.region === region && !isTerminal(job));
  if (active.length < limits.concurrentJobs) return;
  throw new ServiceError('LimitExceededException', `${active.length} jobs are under way: no more can run at once`);
}

function badRequest(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}
