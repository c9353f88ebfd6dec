import { loadEngine } from '../local/lexicon/engine.ts';
import { toAssertions } from '../pipeline/clinical/assertion/assertion.ts';
import type { Found } from '../pipeline/clinical/assertion/mention.ts';
import { weights } from '../pipeline/clinical/assertion/weights.ts';
import { toEntities } from '../pipeline/clinical/merge.ts';
import { toTranscript } from '../pipeline/transcript/normalize.ts';
import type { Transcript } from '../pipeline/transcript/transcript.ts';
import { foundIn } from './assertion/samples.ts';
import { toAnswers } from './consultations/documents.ts';
import { type Figure, median } from './figures.ts';
import { contextOf, toLongJob } from './longJobs.ts';

/** A talk, and the mentions that are found in it. */
export interface Talk {
  transcript: Transcript;
  found: Found[];
}

const rounds = 7;

/** How long it takes to decide whether a finding is there, and whether this grows with the length of the talk. */
export async function deciding(): Promise<Figure[]> {
  const [hour, four] = [await toLongTalk(60), await toLongTalk(240)];
  const times = timesOf(hour, four, rounds);
  const time = (name: string, { found }: Talk, ms: readonly number[]): Figure => ({
    name: `${name}, time per mention`,
    value: median(ms),
    unit: 'ms',
    how: `${found.length} mentions: all their cues, likelihoods and homes; median of ${rounds} rounds`,
  });
  return [
    time('60 min', hour, times.short),
    time('240 min', four, times.long),
    {
      name: 'growth, 240 / 60 min',
      value: growthOf(times),
      unit: 'x',
      how: 'time per mention divided by time per mention, alternating, median of the same rounds',
    },
  ];
}

/** The ten-minute consultation again and again, with what the lexicon finds in it. */
export async function toLongTalk(minutes: number): Promise<Talk> {
  const job = toLongJob(minutes, 'newer');
  const transcript = toTranscript(JSON.parse(job.json), contextOf(job));
  const entities = await toEntities(transcript, toAnswers(transcript, loadEngine()), [], undefined);
  return { transcript, found: foundIn({ entities }) };
}

interface Times {
  short: number[];
  long: number[];
}

/** Milliseconds per mention of a short and of a long talk, in turn: other work on the machine slows both. */
export function timesOf(short: Talk, long: Talk, rounds: number): Times {
  const times: Times = { short: [], long: [] };
  msPerMention(short);
  for (let round = 0; round < rounds; round += 1) {
    times.short.push(msPerMention(short));
    times.long.push(msPerMention(long));
  }
  return times;
}

/** How many times as long a mention of the long talk takes. */
export const growthOf = ({ short, long }: Times): number =>
  median(long.map((ms, round) => ms / (short[round] ?? Number.NaN)));

function msPerMention({ transcript, found }: Talk): number {
  const from = performance.now();
  toAssertions(transcript, found, weights);
  return (performance.now() - from) / found.length;
}
