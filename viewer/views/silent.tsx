import { laterWords } from '../laterWords.ts';
import type { Silence } from '../player.ts';
import { words } from '../words.ts';

/** Why nothing is heard. */
export function Silent({ silence }: { silence: Silence }) {
  return <b role="alert">{silence === 'noAudio' ? words.player.noAudio : laterWords.silences[silence]}</b>;
}
