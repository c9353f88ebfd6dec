import * as v from 'valibot';
import { body } from '../../pipeline/extraction/requests.ts';
import { count, maybe, recordingId, text, time, uuid } from './answers.ts';
import type { RouteRow } from './route.ts';

/** Lists of `consultation.json`, and `entities.json`: pipeline/schemas/ has their fields. */
const documents = v.looseObject({});

export const extraction: RouteRow = {
  method: 'POST',
  edgeFunction: 'chime-entity-extraction',
  service: 'extraction',
  does: 'Entities of a text.',
  caller: 'user',
  refusals: ['UnknownUser', 'TooManyRequests'],
  asked: {
    does: 'Reads a text, or what was said in a session, for entities.',
    body: body.entries,
    answer: v.object({
      status: v.picklist(['completed', 'partial', 'not_coded']),
      recording: maybe(v.object({ recordingId, revision: count })),
      entities: documents,
      findings: documents,
      coverage: v.looseObject({ complete: v.boolean(), asked: count, failed: count }),
      limits: v.object({ charactersPerDay: count, used: count, left: count, resetsAt: time }),
      cost: v.object({ usd: v.number(), units: v.record(v.string(), count), pricesAsOf: text }),
      stored: maybe(uuid),
    }),
    refusals: [
      'OnlyTheProvider',
      'TextTooLong',
      'LanguageNotSupported',
      'ThirdPartyAuthMissing',
      'NotFinished',
      'ChangedMeanwhile',
    ],
  },
};
