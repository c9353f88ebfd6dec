import { type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';

/** Its other fields are for the operation to read. */
type Entry = { Id: string; [field: string]: unknown };

/**
 * Runs a batch of up to ten entries: each succeeds or fails on its own, and the answer says which. A stand-in's own
 * refusal (NotImplemented) fails the whole request, so that nobody takes it for a wrong entry.
 */
export function runBatch(entries: Entry[], run: (entry: JsonObject) => JsonObject): JsonObject {
  checkEntries(entries.map(({ Id: id }) => id));
  const successful: JsonObject[] = [];
  const failed: JsonObject[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...run(entry as JsonObject) });
    } catch (error) {
      if (!(error instanceof ServiceError) || error instanceof NotImplemented) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.name, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function checkEntries(ids: string[]): void {
  if (ids.length === 0) throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry.');
  if (ids.length > 10) {
    throw new ServiceError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10: ${ids.length}.`,
    );
  }
  if (new Set(ids).size < ids.length) throw new ServiceError('BatchEntryIdsNotDistinct', 'An Id is repeated.');
  const wrong = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (wrong !== undefined) throw new ServiceError('InvalidBatchEntryId', `'${wrong}' is not a batch entry id.`);
}
