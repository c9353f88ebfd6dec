import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Chart, ChartTurn } from '../../pipeline/reading/chart.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import { type Mark, paint, turnId } from '../highlights.ts';
import { searchMarks } from '../marks.ts';
import type { TurnText } from '../turnText.ts';
import { words } from '../words.ts';
import { Said } from './controls.tsx';

const { transcript } = words;

interface Props {
  chart: Chart;
  texts: readonly TurnText[];
  /** Turns that prove the selected finding: marked as a whole, too, where words cannot be. */
  evidenceTurns: ReadonlySet<number>;
  playFrom: (ms: number) => void;
  restore: (correction: string) => void;
  correctSelection: () => void;
}

export const searchId = 'search';
export const transcriptId = 'transcript';
const playFromId = 'play-here';

/** The whole talk: a plain paragraph for each turn. */
export function Transcript({ chart, texts, evidenceTurns, playFrom, restore, correctSelection }: Props) {
  // The same nodes as long as nobody corrects anything: thousands of turns are not compared at each press.
  const turns = useMemo(
    () => chart.turns.map((turn, at) => drawTurn({ turn, playFrom, restore, text: texts[at]?.text ?? '' })),
    [texts],
  );
  useEffect(() => markTurns(evidenceTurns), [evidenceTurns, turns]);
  return (
    <section class="transcript" aria-labelledby="transcript-title">
      <div class="transcript-head">
        <h2 id="transcript-title">{transcript.title}</h2>
        <Search texts={texts} />
        <button type="button" class="button" onClick={correctSelection}>
          {transcript.correctSelection}
        </button>
      </div>
      {chart.recording.engine === 'imported' && <p class="quiet">{transcript.imported}</p>}
      <p id={playFromId} hidden>
        {transcript.playFrom}
      </p>
      <div class="turns pane" id={transcriptId} role="region" aria-label={transcript.title} tabIndex={0}>
        {turns.length === 0 ? <p class="none">{transcript.none}</p> : turns}
      </div>
    </section>
  );
}

type TurnProps = Pick<Props, 'playFrom' | 'restore'> & { turn: ChartTurn; text: string };

/** A turn, of few elements and no component of its own: four hours have three thousand of them. */
function drawTurn({
  turn: { index, role, heardRole, startMs, speaker, corrections },
  text,
  playFrom,
  restore,
}: TurnProps) {
  return (
    <div key={index} class={`turn is-${role}`}>
      <button type="button" class="when" aria-describedby={playFromId} onClick={() => playFrom(startMs)}>
        <b>{role === 'unknown' ? speaker : words.roles[role]}</b>
        {` ${toClock(startMs)}`}
      </button>
      <p id={turnId(index)} dir="auto">
        {text}
      </p>
      {role !== heardRole && <p class="note">{transcript.heardAs(words.roles[heardRole])}</p>}
      {corrections.map(({ id, was, becomes }) => (
        <p class="note" key={id}>
          <Said text={becomes} />: {transcript.correction(was)}{' '}
          <button type="button" class="link" onClick={() => restore(id)}>
            {transcript.restore}
          </button>
        </p>
      ))}
    </div>
  );
}

const evidenceClass = 'has-evidence';

function markTurns(turns: ReadonlySet<number>): void {
  for (const marked of document.querySelectorAll(`.${evidenceClass}`)) marked.classList.remove(evidenceClass);
  for (const turn of turns) document.getElementById(turnId(turn))?.closest('.turn')?.classList.add(evidenceClass);
}

function Search({ texts }: Pick<Props, 'texts'>) {
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const marks = useMemo(() => searchMarks(wanted, texts), [wanted, texts]);
  useEffect(() => paint('search', marks), [marks]);
  const go = (to: number) => {
    const mark = marks[to];
    setAt(to);
    if (mark) showTurn(mark);
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        go(marks.length === 0 ? 0 : (at + 1) % marks.length);
      }}
    >
      <input
        id={searchId}
        type="search"
        value={wanted}
        placeholder={transcript.search}
        aria-label={transcript.search}
        onInput={({ currentTarget }) => {
          setWanted(currentTarget.value);
          setAt(-1);
        }}
      />
      <span role="status" class="quiet">
        {wanted.trim() === '' ? '' : transcript.matches(Math.max(1, at + 1), marks.length)}
      </span>
    </form>
  );
}

/** After so many frames, what stands around a turn has its own height. */
const settleFrames = 4;

/** Scrolls the transcript's own pane, never the page: in a narrow window that would take the findings away. */
export function showTurn({ turn }: Pick<Mark, 'turn'>, isForced = true): void {
  const pane = document.getElementById(transcriptId);
  const paragraph = document.getElementById(turnId(turn))?.closest('.turn');
  if (!pane || !(paragraph instanceof HTMLElement)) return;
  const isScroller = pane.scrollHeight > pane.clientHeight + 1 && getComputedStyle(pane).overflowY === 'auto';
  if (isScroller) {
    // Turns that were never drawn have an estimated height until they are, and those above move this one.
    const settle = (frames: number) => {
      pane.scrollTop +=
        paragraph.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 4;
      if (frames > 0) requestAnimationFrame(() => settle(frames - 1));
    };
    settle(settleFrames);
  } else if (isForced) paragraph.scrollIntoView({ block: 'center' });
}
