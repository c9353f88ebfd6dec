import type { CaptureReason } from './capture.ts';

/**
 * The life of a recording is a loop: read the facts, decide what is due, do it, write what came of it over the version that
 * was read, and again, until nothing is due or what happened changed nothing. Everything that is told from outside only
 * wakes it: what is told twice, late, in the wrong order or never changes nothing but the time.
 */
export interface LifeSettings {
  /** Whether the deployment records. */
  records: boolean;
  /** Of the text that counts. */
  consentVersion: string;
  /** How long a recording may be, in milliseconds. */
  longestMs: number;
  /** Whether the media of the meeting is where the bucket is: a capture writes nowhere else. */
  isHere: boolean;
  /** A sweep also asks Chime, which may not have told of an end. */
  isSweep: boolean;
}

/** What is to be done. Each may be done again with the same effect. */
export type Command =
  /** Nothing at Chime: from here on, whoever has not agreed is kept from sending. */
  | { do: 'reserve' }
  /** Nothing at Chime: it never asked for a capture. */
  | { do: 'refuse'; reason: CaptureReason }
  /** Bring every attendee of the meeting to what its row allows now. */
  | { do: 'settle' }
  | { do: 'start'; token: string }
  /** Is there one of an answer that was lost? */
  | { do: 'find' }
  | { do: 'stop'; captureId: string; reason: CaptureReason }
  | { do: 'look'; captureId: string }
  | { do: 'count' }
  /** @property drops a joining that takes too long */
  | { do: 'join'; token: string; captureArn: string; drops: string | null }
  | { do: 'lookJoin'; concatenationId: string }
  /** The last joining has failed, or takes too long. */
  | { do: 'giveUp'; drops: string | null }
  /** Drop every joining, and then remove the chunks and whatever was joined. */
  | { do: 'discard' }
  | { do: 'stopCaptions' };

/** What came of a command, or what Chime tells. Times are ISO 8601, lengths are in milliseconds. */
export type Happening =
  | { what: 'reserved' }
  | { what: 'refused'; reason: CaptureReason }
  | { what: 'settled' }
  | { what: 'started'; captureId: string; captureArn: string }
  | { what: 'notFound' }
  | { what: 'found'; captureId: string; captureArn: string }
  | { what: 'stopAsked'; reason: CaptureReason }
  /** The capture or the joining that was looked at still runs, or its file is on its way. */
  | { what: 'ran' }
  /** @property at null: nobody knows when */
  | { what: 'over'; reason: CaptureReason; at: string | null }
  | { what: 'counted'; expectedMs: number; gapMs: number }
  | { what: 'noChunks' }
  | { what: 'joining'; concatenationId: string }
  /** Of the newest joining. */
  | { what: 'joinFailed' }
  /** As many pipelines run as may, or Chime takes no joining now. */
  | { what: 'busy' }
  | { what: 'gaveUp' }
  | { what: 'discarded' };
