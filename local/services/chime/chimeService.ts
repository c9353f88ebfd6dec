import type * as v from 'valibot';
import type { JsonObject } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import type { ScopedRequest, ScopedService } from '../scopedService.ts';
import { type Answer, json, refuse } from './answers.ts';
import { requireControlRegion } from './regions.ts';

type Schemas = Readonly<Record<string, v.GenericSchema>>;

/** One of Chime's APIs, by its operations. */
export interface ChimeApi<Requests extends Schemas> {
  /** As a refusal calls it. */
  title: string;
  /** Those that have it. */
  regions: readonly string[];
  /** Where another API signs as `chime` too. */
  paths?: RegExp;
  readRoute: (request: ScopedRequest) => { operation: keyof Requests & string; input: JsonObject };
  requests: Requests;
  /** Each with its request as it was read, and the region that was asked. */
  handlers: {
    [Name in keyof Requests]: (request: v.InferOutput<Requests[Name]>, region: string) => Promise<Answer> | Answer;
  };
  /** Lets a call through when the quotas do. @throws ServiceError */
  admit?: (operation: string, region: string) => void;
}

export function chimeService<Requests extends Schemas>(api: ChimeApi<Requests>): ScopedService {
  const { title, regions, paths, readRoute, requests, handlers, admit } = api;
  return {
    scope: 'chime',
    ...(paths && { paths }),
    read: readRoute,
    async answer(request) {
      const { operation, input } = readRoute(request);
      const { region } = request;
      requireControlRegion(title, region, regions);
      admit?.(operation, region);
      const asked = readRequest(operation, requests[operation] as v.GenericSchema, input, 'BadRequestException');
      const { status, body } = await handlers[operation](asked, region);
      return json(status, body);
    },
    refuse,
  };
}
