import { recordingOfJob } from '../recording/recording.ts';
import { Refusal } from '../refusals.ts';

/**
 * The recording that a request names.
 * @throws Refusal OnlyTheProvider for what is no recording's id: the same answer as for somebody else's
 */
export function askedRecording(id: string | undefined): string {
  const recordingId = recordingOfJob(id ?? '');
  if (recordingId === undefined) throw new Refusal('OnlyTheProvider');
  return recordingId;
}
