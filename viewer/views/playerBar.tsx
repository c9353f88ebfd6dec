import { toClock } from '../../pipeline/reading/clock.ts';
import type { Playing } from '../player.ts';
import { words } from '../words.ts';
import { type Act, ActionButton, Said } from './controls.tsx';
import { later } from './later.tsx';

const { player } = words;
const Silent = later(async () => (await import('./silent.tsx')).Silent);

interface Props {
  playing: Playing;
  durationMs: number;
  /** Who says what at this time. */
  heard: { role: string; text: string } | undefined;
  /** The recording is a silence in the place of one, or there is none. */
  notice: string | null;
  act: Act;
  seek: (ms: number) => void;
}

/** What plays: its role, its time and its text, and the buttons for it. */
export function PlayerBar({ playing, durationMs, heard, notice, act, seek }: Props) {
  const { state, atMs, rate, silence } = playing;
  const time = `${toClock(atMs)} / ${toClock(durationMs)}`;
  return (
    <section class="player" aria-label={player.title}>
      <div class="buttons">
        <ActionButton action="play" act={act}>
          {state === 'playing' ? player.pause : player.play}
        </ActionButton>
        <ActionButton action="back" act={act} />
        <ActionButton action="forward" act={act} />
        <ActionButton action="slower" act={act} />
        <span class="rate">{player.speed(rate)}</span>
        <ActionButton action="faster" act={act} />
      </div>
      <input
        type="range"
        min={0}
        max={Math.max(1, Math.round(durationMs / 1000))}
        value={Math.round(atMs / 1000)}
        aria-label={player.position}
        aria-valuetext={time}
        onChange={({ currentTarget }) => seek(Number(currentTarget.value) * 1000)}
      />
      <span class="time">{time}</span>
      <p class="heard">
        {silence !== null ? (
          <Silent silence={silence} />
        ) : heard && (state !== 'idle' || atMs > 0) ? (
          <>
            <b>{heard.role}:</b> <Said text={heard.text} />
          </>
        ) : (
          <span class="quiet">{notice ?? player.nothing}</span>
        )}
      </p>
    </section>
  );
}
