import * as v from 'valibot';
import { dependencies } from '../../pipeline/health.ts';
import { maybe, text, time } from './answers.ts';
import type { RouteRow } from './route.ts';

const state = v.picklist(['ok', 'down']);

const report = v.object({
  status: state,
  checkedAt: time,
  dependencies: v.object(v.entriesFromList(dependencies, state)),
  versions: v.optional(v.object({ service: text, node: text })),
  regions: v.optional(
    v.object({ deployment: text, media: v.array(text), meetings: text, captures: maybe(text), chat: maybe(text) }),
  ),
});

export const health: RouteRow = {
  method: 'GET',
  path: '/health',
  service: 'health',
  does: 'Is it working?',
  caller: 'anybody',
  refusals: [],
  asked: {
    does: 'Says whether all that a visit needs answers; with a token also in which versions and regions.',
    answer: report,
    also: { 503: report },
    refusals: [],
  },
};
