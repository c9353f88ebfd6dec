import type { SkipReason } from '../errors.ts';
import { classifyKey } from './recording.ts';

/** The file in which Chime has joined the chunks of a meeting's capture. */
export interface JoinedFile {
  meetingId: string;
  /** The MediaPipelineId of the joining: Chime names the file by it. */
  concatenationId: string;
  /** Its first run: a re-run is about the same file. */
  recordingId: string;
  /** The length of its sound; 0 where that cannot be read. */
  joinedMs: number;
  /** Where its clinician asks for a link to it; null in a deployment that has no HTTP API. */
  url: string | null;
  /** ISO 8601. */
  at: string;
}

/**
 * What a joined file is to the capture of its meeting.
 *   none       there is no such capture: a file of another client, or of before calls were recorded
 *   fits       as long as what was captured
 *   short      shorter: the chunks are joined again
 *   truncated  shorter, after the last try: it counts
 *   other      another file of the capture counts already
 *   discarded  nothing of the capture is kept
 */
export type Verdict = 'none' | 'fits' | 'short' | 'truncated' | 'other' | 'discarded';

/** Times are ISO 8601, and null where nobody knows. */
export interface Joined {
  verdict: Verdict;
  /** Something that was said is missing: in the file, or in what was captured. */
  truncated: boolean;
  captureStartedAt: string | null;
  captureEndedAt: string | null;
}

/** The verdicts on a file that is not transcribed. `wakes`: the meeting's recording has something left to do. */
export const skippedAs: Readonly<Partial<Record<Verdict, { reason: SkipReason; why: string; wakes: boolean }>>> = {
  short: {
    reason: 'Incomplete',
    why: 'the joined file is shorter than what was captured: its chunks are joined again',
    wakes: true,
  },
  other: { reason: 'Duplicate', why: 'another joined file of the same capture is the recording', wakes: false },
  discarded: {
    reason: 'ConsentWithdrawn',
    why: 'somebody withdrew, and nothing that was captured is kept',
    wakes: true,
  },
};

const pipelineId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The joining that wrote an object; undefined when the key is that of any other recording. */
export function concatenationOf(key: string): string | undefined {
  const kind = classifyKey(key);
  if (kind.kind !== 'recording' || kind.source !== 'chime') return undefined;
  const name = key.slice(key.lastIndexOf('/') + 1).replace(/\.mp4$/, '');
  return pipelineId.test(name) ? name : undefined;
}
