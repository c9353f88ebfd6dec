import { randomUUID } from 'node:crypto';
import type { Answer } from '../chime/answers.ts';
import type { Meeting } from '../chime/meeting.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../jsonService.ts';
import type { Captures } from './captures.ts';
import { type Concatenations, sinkOf } from './concatenations.ts';
import { arnOf, type Capture, type Concatenation, describe, type Pipeline } from './pipeline.ts';
import type { PipelineStore } from './pipelineStore.ts';
import type { OperationName, Request } from './requests.ts';
import type { Runs } from './runs.ts';
import type { Unverified } from './settings.ts';
import { type Buckets, checkSink, toSink } from './sink.ts';
import type { Spoils } from './spoils.ts';

export interface OperationsContext {
  clock: Clock;
  accountId: string;
  store: PipelineStore;
  runs: Runs;
  captures: Captures;
  concatenations: Concatenations;
  meeting: (id: string) => Meeting | undefined;
  buckets: Buckets;
  spoils: Spoils;
  assumed: Unverified;
  /** `Infinity` for no quota. */
  active: number;
}

type Handlers = { [Name in OperationName]: (request: Request<Name>, region: string) => Answer };

/** The operations, each with its request as it was read and the control region that was asked. */
export function operationsOf(context: OperationsContext): Handlers {
  const { accountId, store, runs, assumed } = context;
  const create = creator(context);
  const described = (pipeline: Pipeline) => describe(pipeline, accountId);

  const find = <Kind extends Pipeline>(all: Kind[], id: string, region: string): Kind => {
    const found = all.find((one) => one.id === id.toLowerCase() && one.region === region && isFound(one, assumed));
    if (!found) throw new ServiceError('NotFoundException', `Media pipeline ${id} not found`, 404);
    return found;
  };
  const remove = (pipeline: Pipeline): Answer => {
    // A failed one has nothing to stop, and nothing is reported of it any more.
    if (pipeline.status === 'Failed') store.save(pipeline, { status: 'Stopped' });
    else runs.stop(pipeline.id);
    return { status: 204 };
  };

  return {
    CreateMediaCapturePipeline: (request, region) => ({
      status: 201,
      body: described(create.capture(request, region)),
    }),
    CreateMediaConcatenationPipeline: (request, region) => ({
      status: 201,
      body: described(create.concatenation(request, region)),
    }),
    GetMediaCapturePipeline: ({ MediaPipelineId }, region) => ({
      status: 200,
      body: described(find(store.captures(), MediaPipelineId, region)),
    }),
    GetMediaPipeline: ({ MediaPipelineId }, region) => ({
      status: 200,
      body: { MediaPipeline: described(find(store.all(), MediaPipelineId, region)) },
    }),
    DeleteMediaCapturePipeline: ({ MediaPipelineId }, region) =>
      remove(find(store.captures(), MediaPipelineId, region)),
    DeleteMediaPipeline: ({ MediaPipelineId }, region) => remove(find(store.all(), MediaPipelineId, region)),
    ListMediaCapturePipelines({ MaxResults: size = 99, NextToken }, region) {
      const all = store.captures().filter((one) => one.region === region && isFound(one, assumed));
      const from = all.findIndex(({ id }) => id === NextToken) + 1;
      if (NextToken !== undefined && from === 0) throw new ServiceError('BadRequestException', 'Invalid NextToken');
      const page = all.slice(from, from + size);
      const next = all.length > from + size ? { NextToken: page.at(-1)?.id } : {};
      const MediaCapturePipelines = page.map((one) => ({
        MediaPipelineId: one.id,
        MediaPipelineArn: arnOf(one, accountId),
      }));
      return { status: 200, body: { MediaCapturePipelines, ...next } };
    },
  };
}

function isFound({ status }: Pipeline, { stopping, failed }: Unverified): boolean {
  if (status === 'Stopping') return stopping === 'found';
  if (status === 'Failed') return failed === 'found';
  return status !== 'Stopped';
}

/** Finds or makes the pipeline of a request. */
function creator(context: OperationsContext) {
  const { clock, accountId, store, captures, concatenations, meeting: meetingOf, buckets, spoils, assumed } = context;
  const active = (pipelines: Pipeline[]) => pipelines.filter(({ endedAt }) => endedAt === undefined);

  /** The pipeline of a token, if there is one. @throws ServiceError BadRequestException */
  const known = <Kind extends Pipeline>(all: Kind[], token: string | undefined, region: string): Kind | undefined => {
    const before = all.findLast((one) => token !== undefined && one.token === token && one.region === region);
    if (before?.endedAt === undefined || assumed.endedToken === 'ended') return before;
    if (assumed.endedToken === 'new') return undefined;
    throw new ServiceError('BadRequestException', 'The pipeline of this ClientRequestToken has ended');
  };
  const requirePlace = (region: string) => {
    const count = active(store.all()).filter((one) => one.region === region).length;
    if (count < context.active) return;
    throw new ServiceError('ResourceLimitExceededException', `${count} media pipelines are active in ${region}`);
  };
  const unknown = (what: string) =>
    new ServiceError(
      assumed.unknownSource,
      `${what} not found`,
      assumed.unknownSource === 'NotFoundException' ? 404 : 400,
    );
  const common = (token: string | undefined, region: string) => {
    const now = clock.now();
    return { id: randomUUID(), region, token, status: 'Initializing' as const, createdAt: now, updatedAt: now };
  };
  const spoiled = (kind: Pipeline['kind'], meetingId: string) => {
    const spoil = spoils.next(kind, meetingId);
    return spoil ? { spoil } : {};
  };

  return {
    capture(request: Request<'CreateMediaCapturePipeline'>, region: string): Capture {
      const before = known(store.captures(), request.ClientRequestToken, region);
      if (before) return before;
      const meeting = meetingOf(meetingIn(request.SourceArn, accountId) ?? '');
      if (!meeting || meeting.endedAt !== undefined) throw unknown(`Meeting ${request.SourceArn}`);
      const own = common(request.ClientRequestToken, region);
      const { MediaRegion: mediaRegion } = meeting.request;
      const { limitedPolicy: limited } = assumed;
      checkSink(toSink(request.SinkArn, own.id), buckets, { accountId, region }, { mediaRegion, limited });
      if (active(store.captures()).some((one) => one.kind === 'capture' && one.meetingId === meeting.id)) {
        const name = assumed.secondCapture;
        throw new ServiceError(name, 'The meeting is captured already', name === 'ConflictException' ? 409 : 400);
      }
      requirePlace(region);
      const { chunkMs, sampleRate } = assumed;
      const nothing = { stretches: [], written: own.createdAt, texts: [], chunkMs, sampleRate };
      const spoil = spoiled('capture', meeting.id);
      const capture: Capture = { ...own, ...spoil, ...nothing, kind: 'capture', meetingId: meeting.id, request };
      store.add(capture);
      captures.run(capture);
      return capture;
    },

    concatenation(request: Request<'CreateMediaConcatenationPipeline'>, region: string): Concatenation {
      const before = known(store.concatenations(), request.ClientRequestToken, region);
      if (before) return before;
      const arn = request.Sources[0]?.MediaCapturePipelineSourceConfiguration.MediaPipelineArn ?? '';
      const capture = store.captures().find((one) => arnOf(one, accountId) === arn && one.region === region);
      const meeting = capture && meetingOf(capture.meetingId);
      if (!capture || !meeting) throw unknown(`Media pipeline ${arn}`);
      const own = { ...common(request.ClientRequestToken, region), kind: 'concatenation' as const, request };
      const pipeline: Concatenation = { ...own, captureId: capture.id };
      const { MediaRegion: mediaRegion } = meeting.request;
      checkSink(sinkOf(pipeline), buckets, { accountId, region }, { mediaRegion, limited: assumed.limitedPolicy });
      requirePlace(region);
      Object.assign(pipeline, spoiled('concatenation', meeting.id));
      store.add(pipeline);
      concatenations.run(pipeline, capture);
      return pipeline;
    },
  };
}

/** The meeting of an ARN, in today's form or in that of older programs; undefined for another account's. */
function meetingIn(arn: string, accountId: string): string | undefined {
  const [, account, id] = /^arn:aws:chime:[a-z0-9-]*:(\d+):meeting[/:]([\w-]+)$/.exec(arn) ?? [];
  return account === accountId ? id : undefined;
}
