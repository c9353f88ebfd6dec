import type { GenericSchema, ObjectEntries } from 'valibot';
import type { RefusalName } from '../../pipeline/refusals.ts';

/** What is asked of a route, or of one of its actions. */
export interface Asked {
  /** One sentence: what it does. */
  does: string;
  /** The fields of its body, of an action those besides `action`; none of a GET. */
  body?: ObjectEntries;
  /** Of the answer with status 200. */
  answer: GenericSchema;
  /** Of answers with another status that are no refusals. */
  also?: Readonly<Record<number, GenericSchema>>;
  /** Of the answer; JSON unless it is said. */
  contentType?: string;
  /** Why it may be refused, besides what any request of its route may meet. */
  refusals: readonly RefusalName[];
}

/** A route, as both doors have it. */
export interface RouteRow {
  method: 'GET' | 'POST';
  /** Its path at the HTTP API; undefined where it has no door there. */
  path?: string;
  /** The published name of its edge function; undefined where it has none. */
  edgeFunction?: string;
  /** In one word, as the service is called. */
  service: string;
  does: string;
  /** The variable parts of the path. */
  params?: ObjectEntries;
  /** Whose request is taken: that of a user who has signed in; anybody's, who may say who she is; EventBridge's. */
  caller: 'user' | 'anybody' | 'eventBridge';
  /** Why any request of it may be refused, besides what the door itself refuses. */
  refusals: readonly RefusalName[];
  /** One thing, or by the field `action` of the body what is asked. */
  asked: Asked | { actions: Readonly<Record<string, Asked>> };
}

/** What is asked, by the action; under an empty name where there is but one thing. */
export function askedOf({ asked }: RouteRow): [action: string, asked: Asked][] {
  return 'actions' in asked ? Object.entries(asked.actions) : [['', asked]];
}

/** What the door itself refuses of any request of a route. */
export function doorRefusals({ method, caller, refusals }: RouteRow, door: 'http' | 'edge'): RefusalName[] {
  return [
    ...refusals,
    ...(caller === 'user' ? (['InvalidToken', 'KeysUnavailable'] as const) : []),
    ...(method === 'POST' ? (['InvalidRequest', 'PayloadTooLarge'] as const) : []),
    ...(door === 'edge' ? (['WrongRegion'] as const) : []),
    'InternalError',
    'ServiceUnavailable',
  ];
}
