import { lengthOf, secondsPerFrame, type SilenceOf, type Sound } from './sound.ts';

/** Somebody has the word; milliseconds since the speech began. */
export interface Turn {
  attendeeId: string;
  fromMs: number;
  toMs: number;
}

/** Something that is heard in a meeting from a time on. */
export interface Speech {
  /** Milliseconds since the epoch. */
  at: number;
  sound: Sound | undefined;
  turns: readonly Turn[];
}

/** The sound of a meeting between two times: what was laid last, and silence where nothing was. */
export function soundOf(
  speeches: readonly Speech[],
  sampleRate: number,
  { begin, from, to }: { begin: number; from: number; to: number },
  silenceOf: SilenceOf,
): Sound & { isSilent: boolean } {
  const { frame: silent } = silenceOf(sampleRate);
  const frameMs = secondsPerFrame(sampleRate) * 1000;
  const fitting = speeches.filter(({ sound }) => sound?.sampleRate === sampleRate);
  // Frames stand in one row since the capture's beginning: none is cut, and none is missing between two chunks.
  const first = Math.ceil((from - begin) / frameMs);
  const end = Math.ceil((to - begin) / frameMs);
  const frames = Array.from({ length: Math.max(0, end - first) }, (_, n) => {
    const at = begin + (first + n) * frameMs;
    const heard = fitting.findLast((speech) => isHeard(speech, at));
    return heard?.sound?.frames[Math.round((at - heard.at) / frameMs)] ?? silent;
  });
  return { sampleRate, frames, isSilent: frames.every((frame) => frame === silent) };
}

function isHeard({ at, sound }: Speech, time: number): boolean {
  return sound !== undefined && at <= time && time < at + lengthOf(sound) * 1000;
}
