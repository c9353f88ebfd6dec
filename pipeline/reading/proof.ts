import type { Role } from '../transcript/transcript.ts';
import type { ChartEvidence } from './chart.ts';

/** What proves a sentence: the words as the clinician corrected them. Times are milliseconds of the recording. */
export interface Proof {
  role: Role;
  quote: string;
  startMs: number;
  endMs: number;
}

/** The whole quote, from the first word of its first span to the last of its last, so that the answer is heard too. */
export function toProof({ role, corrected, spans, startMs, endMs }: ChartEvidence): Proof {
  return { role, quote: corrected, startMs: spans[0]?.startMs ?? startMs, endMs: spans.at(-1)?.endMs ?? endMs };
}
