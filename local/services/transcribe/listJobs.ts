import { TranscriptionJobStatus } from '@aws-sdk/client-transcribe';
import * as v from 'valibot';
import { type JsonObject, ServiceError } from '../jsonService.ts';
import { type Job, summarizeJob } from './job.ts';
import { jobName } from './startRequest.ts';

export const listRequest = v.strictObject({
  Status: v.optional(v.picklist(Object.values(TranscriptionJobStatus))),
  JobNameContains: v.optional(jobName),
  NextToken: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(8192))),
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
});

type ListRequest = v.InferOutput<typeof listRequest>;

const DEFAULT_PAGE = 5;

/** One page of jobs, newest first, with the rows under `rowsField`. The token is the number of the last job shown. */
export function listJobs(jobs: Job[], request: ListRequest, rowsField: string): JsonObject {
  const before = request.NextToken === undefined ? Infinity : sequenceOf(request.NextToken);
  const contains = request.JobNameContains?.toLowerCase() ?? '';
  const found = jobs
    .filter((job) => job.sequence < before)
    .filter((job) => request.Status === undefined || job.status === request.Status)
    .filter((job) => job.name.toLowerCase().includes(contains))
    .sort((a, b) => b.sequence - a.sequence);
  const page = found.slice(0, request.MaxResults ?? DEFAULT_PAGE);
  const last = page.at(-1);
  return {
    Status: request.Status,
    NextToken: last && found.length > page.length ? tokenOf(last) : undefined,
    [rowsField]: page.map(summarizeJob),
  };
}

function tokenOf(job: Job): string {
  return Buffer.from(`job ${job.sequence}`).toString('base64url');
}

function sequenceOf(token: string): number {
  const sequence = /^job (\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!sequence) throw new ServiceError('BadRequestException', 'NextToken was not given out by this service');
  return Number(sequence[1]);
}
