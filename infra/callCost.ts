import { prices } from '../pipeline/clinical/prices.ts';
import { speechPrices } from '../pipeline/speech/prices.ts';
import { type Line, toBill, type Workload } from './cost.ts';

/** A visit by video: what its call is billed by, besides its length. */
export interface Call {
  /** Who is in the meeting; the capture's own attendee is not billed. */
  people: number;
  isRecorded: boolean;
  /** The engine of live captions. */
  captions: 'medical' | 'standard' | 'no';
  /** Characters that are read out to somebody, by the neural engine. */
  spoken: number;
}

/** Where a price comes from. None was confirmed by AWS's own page. */
const marks = {
  thirdParty: 'unconfirmed: third parties say so',
  recalled: 'unconfirmed: from memory',
} as const;

/** List prices in USD per minute of a call, and of speech per character, each as good as its mark. */
export const callPrices = {
  /** For each attendee, in steps of a tenth of a minute. */
  attendee: { usd: 0.0017, mark: marks.thirdParty },
  /** For the whole meeting; audio alone may cost less. */
  capture: { usd: 0.0125, mark: marks.thirdParty },
  /** For each minute of the joined recording. */
  concatenation: { usd: 0.005, mark: marks.recalled },
  medical: { usd: prices.audioMinute['transcribe-medical'], mark: marks.recalled },
  standard: { usd: prices.audioMinute.transcribe, mark: marks.recalled },
  speech: { usd: speechPrices.neural / 1_000_000, mark: marks.recalled },
} as const;

/** The longest that Chime lets a meeting live, in minutes: a capture keeps its meeting alive. */
const meetingMinutes = 24 * 60;

interface CallLine extends Line {
  mark: string;
}

/** What the call itself costs, for one visit and for the month; the last line is the sum. */
export function toCallBill(
  { minutes, consultations }: Pick<Workload, 'minutes' | 'consultations'>,
  { people, isRecorded, captions, spoken }: Call,
): CallLine[] {
  const line = (item: string, of: keyof typeof callPrices, quantity: string, billed: number): CallLine => {
    const { usd, mark } = callPrices[of];
    return { item, quantity, each: billed * usd, month: billed * usd * consultations, mark };
  };
  const tenths = Math.ceil(minutes * 10) / 10;
  const attended = Number((people * tenths).toFixed(1));
  const length = `${minutes} min`;
  const lines = [
    line('meeting', 'attendee', `${attended} attendee minutes`, attended),
    ...(isRecorded ? [line('capture', 'capture', length, minutes)] : []),
    ...(isRecorded ? [line('concatenation', 'concatenation', length, minutes)] : []),
    ...(captions === 'no' ? [] : [line(`captions, ${captions}`, captions, length, minutes)]),
    ...(spoken === 0 ? [] : [line('speech, neural', 'speech', count(spoken, 'character'), spoken)]),
  ];
  return [...lines, sum('the call', length, lines)];
}

function sum(item: string, quantity: string, lines: readonly Line[]): CallLine {
  const total = (of: 'each' | 'month') => lines.reduce((usd, one) => usd + one[of], 0);
  return { item, quantity, each: total('each'), month: total('month'), mark: '' };
}

/** What a capture that nobody stops costs at most, in USD: up to its cap, and without one, until its meeting ends. */
export function toForgotten(capMinutes: number): { capped: number; uncapped: number } {
  const usd = (minutes: number) => minutes * callPrices.capture.usd;
  return { capped: usd(Math.min(capMinutes, meetingMinutes)), uncapped: usd(meetingMinutes) };
}

/**
 * The bill of visits by video as a Markdown table: before the AI part, the AI part, and both. Nothing is made of a call
 * that is not recorded.
 */
export function toCallTable(workload: Workload, call: Call, capMinutes: number): string[] {
  const { minutes, consultations } = workload;
  const lines = toCallBill(workload, call);
  const [part, made] = [lines.at(-1), toBill(workload).at(-1)];
  const ai = {
    ...sum('the AI part', `${minutes} min`, made ? [made] : []),
    mark: `unconfirmed: third parties, ${prices.asOf}`,
  };
  const both = call.isRecorded && part ? [ai, sum('together', `${minutes} min`, [part, ai])] : [];
  const recorded = call.isRecorded ? 'recorded' : 'not recorded';
  const captions = call.captions === 'no' ? 'no captions' : `${call.captions} captions`;
  return [
    `The call: ${count(consultations, 'visit')} of ${count(minutes, 'minute')} a month, ${call.people === 1 ? '1 person' : `${call.people} people`}, ${recorded}, ${captions}; list prices in USD`,
    '',
    '| item | of one visit | USD each | USD a month | its price |',
    '| --- | ---: | ---: | ---: | --- |',
    ...[...lines, ...both].map(
      ({ item, quantity, each, month, mark }) =>
        `| ${item} | ${quantity} | ${each.toFixed(4)} | ${month.toFixed(2)} | ${mark} |`,
    ),
    ...(call.isRecorded ? ['', describeForgotten(capMinutes)] : []),
  ];
}

function describeForgotten(capMinutes: number): string {
  const { capped, uncapped } = toForgotten(capMinutes);
  return (
    `A capture that is forgotten costs ${capped.toFixed(2)} USD at most: it ends after ${count(capMinutes, 'minute')} (CAPTURE_MINUTES). ` +
    `Without that cap it would last until Chime ends its meeting after 24 hours, for ${uncapped.toFixed(2)} USD.`
  );
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
