import type { JsonObject } from '../jsonService.ts';
import type { ScopedRequest } from '../scopedService.ts';
import { paged, readRouteOf, type Route } from '../chime/routing.ts';
import type { OperationName } from './requests.ts';

const captures = /^\/sdk-media-capture-pipelines$/;
const capture = /^\/sdk-media-capture-pipelines\/(?<MediaPipelineId>[^/]+)$/;
const concatenations = /^\/sdk-media-concatenation-pipelines$/;
const pipelines = /^\/sdk-media-pipelines$/;
const pipeline = /^\/sdk-media-pipelines\/(?<MediaPipelineId>[^/]+)$/;

/** All paths of the API begin so, and those of no other API that signs as `chime`. */
export const paths = /^\/(?:sdk-)?media-/;

const routes: Readonly<Record<OperationName, Route>> = {
  CreateMediaCapturePipeline: { method: 'POST', path: captures },
  ListMediaCapturePipelines: { method: 'GET', path: captures, query: paged },
  GetMediaCapturePipeline: { method: 'GET', path: capture },
  DeleteMediaCapturePipeline: { method: 'DELETE', path: capture },
  CreateMediaConcatenationPipeline: { method: 'POST', path: concatenations },
  GetMediaPipeline: { method: 'GET', path: pipeline },
  DeleteMediaPipeline: { method: 'DELETE', path: pipeline },
};

/** What the service has besides, as far as it could be taken for part of the stand-in. */
const missing: Readonly<Record<string, Route>> = {
  ListMediaPipelines: { method: 'GET', path: pipelines },
  CreateMediaLiveConnectorPipeline: { method: 'POST', path: /^\/sdk-media-live-connector-pipelines$/ },
  CreateMediaStreamPipeline: { method: 'POST', path: /^\/sdk-media-stream-pipelines$/ },
  CreateMediaInsightsPipeline: { method: 'POST', path: /^\/media-insights-pipelines$/ },
};

/** The operation of a request, and its input. @throws NotImplemented */
export function readRoute(request: ScopedRequest): { operation: OperationName; input: JsonObject } {
  return readRouteOf({ routes, missing }, request);
}
