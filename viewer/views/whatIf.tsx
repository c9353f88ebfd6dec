import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { reasons } from '../../pipeline/clinical/reasons.ts';
import { type Standing, type WhatIf, whatIf } from '../../pipeline/reading/whatIf.ts';
import { statusWord } from '../facts.ts';
import { laterWords } from '../laterWords.ts';
import type { Review } from '../review.ts';
import type { State } from '../reviewState.ts';
import { asNow, type Line, parts, take, takenTogether, toLines, weightsIn } from '../whatIf.ts';
import { words } from '../words.ts';
import { Said } from './controls.tsx';
import { Modal } from './modal.tsx';
import { Status } from './status.tsx';

const said = laterWords.whatIf;

interface Props {
  review: Review;
  state: State;
}

/** What the corrected roles would change: a list, of which the clinician takes each or all. */
export function WhatIfDialog({ review, state }: Props) {
  const answer = useAnswer(state);
  const [chart] = useState(state.chart);
  const first = useMemo(() => toLines(answer?.changes ?? [], chart), [answer]);
  const lines = asNow(first, state.chart);
  const focus = useFocusOfNext(lines);
  const takeOne: TakeOne = (line, choice) => {
    const { label } = line.change;
    const what = choice === null ? words.said.wrong(label) : words.said.status(label, wordOf(choice));
    void review.takeTogether(take([line], choice), what);
  };
  const goTo = (finding: string) => {
    review.close();
    review.goTo(finding);
  };
  const all = takenTogether(lines);
  // As long as one of a swap is still to be corrected, nobody may take all that follows from half of it.
  const lacks = lackOf(state.chart);
  return (
    <Modal title={said.title} review={review}>
      {lacks !== null && <RolesLeft {...{ review, state, lacks }} />}
      {answer === undefined ? (
        <p role="status">{said.wait}</p>
      ) : (
        <>
          <p role="status">{first.length === 0 ? said.nothing : state.said}</p>
          {first.length > 0 && <p class="quiet">{said.about}</p>}
          {answer.otherwise > 0 && <p class="is-alert">{said.otherwise(answer.otherwise)}</p>}
        </>
      )}
      <div {...focus}>
        {all.length > 0 && lacks === null && (
          <button
            type="button"
            class="button is-main"
            onClick={() => void review.takeTogether(take(all), said.takenAll(all.length))}
          >
            {said.takeAll(all.length)}
          </button>
        )}
        {parts.map((part) => (
          <Part key={part} {...{ part, takeOne, goTo }} lines={lines.filter((line) => line.part === part)} />
        ))}
      </div>
    </Modal>
  );
}

/** Undefined until it is worked out: for a talk of hours that takes a second, so the dialog is drawn before. */
function useAnswer({ opened }: State): WhatIf | undefined {
  const [answer, setAnswer] = useState<WhatIf>();
  useEffect(() => {
    let isWanted = true;
    const work = async () => {
      const weights = await weightsIn(document.getElementById('weights')?.textContent ?? '');
      await new Promise((resolve) => setTimeout(resolve));
      if (isWanted) setAnswer(whatIf(opened, weights));
    };
    void work();
    return () => {
      isWanted = false;
    };
  }, []);
  return answer;
}

/** A line that was taken has no button any more: the focus goes to the next one that has. */
function useFocusOfNext(lines: readonly Line[]) {
  const box = useRef<HTMLDivElement>(null);
  const at = useRef(0);
  const buttons = () => [...(box.current?.querySelectorAll<HTMLElement>('.change .button') ?? [])];
  const done = lines.filter(({ isDone }) => isDone).length;
  useEffect(() => {
    if (done === 0 || box.current?.contains(document.activeElement)) return;
    const left = buttons();
    const next = left[Math.min(at.current, left.length - 1)];
    (next ?? box.current?.closest('dialog')?.querySelector<HTMLElement>('button'))?.focus();
  }, [done]);
  const onFocusCapture = ({ target }: Event) => {
    at.current = Math.max(
      0,
      buttons().findIndex((button) => button === target),
    );
  };
  return { ref: box, onFocusCapture };
}

/** Two clinicians, or none: one correction of a swap is still to be made. */
function lackOf({ turns, speakers }: State['chart']): string | null {
  const has = (role: string) => speakers.length < 2 || turns.some((turn) => turn.role === role);
  if (!has('clinician')) return said.noClinician;
  return has('patient') ? null : said.noPatient;
}

function RolesLeft({ review, state: { chart }, lacks }: Props & { lacks: string }) {
  const { turns, speakers } = chart;
  const isAsHeard = (label: string) => turns.every((turn) => turn.speaker !== label || turn.role === turn.heardRole);
  const { label: speaker = '' } = speakers.find(({ label }) => isAsHeard(label)) ?? {};
  return (
    <p class="is-alert">
      {lacks}{' '}
      <button type="button" class="link" onClick={() => review.show({ kind: 'roles', speaker, turn: null })}>
        {said.otherRole}
      </button>
    </p>
  );
}

type TakeOne = (line: Line, choice: string | null) => void;

interface PartProps {
  part: (typeof parts)[number];
  lines: readonly Line[];
  takeOne: TakeOne;
  goTo: (finding: string) => void;
}

function Part({ part, lines, takeOne, goTo }: PartProps) {
  if (lines.length === 0) return null;
  return (
    <section>
      <h3>{said.parts[part]}</h3>
      <ul>
        {lines.map((line, at) => (
          <LineView key={line.change.finding ?? at} {...{ line, takeOne, goTo }} />
        ))}
      </ul>
    </section>
  );
}

function LineView({ line, takeOne, goTo }: Omit<PartProps, 'part' | 'lines'> & { line: Line }) {
  const { change, choices, finding, isDone } = line;
  const { label, before, after } = change;
  return (
    <li class="change">
      <div>
        {finding === undefined ? (
          <b>
            <Said text={label} />
          </b>
        ) : (
          <button type="button" class="link" onClick={() => goTo(finding.id)}>
            <Said text={label} />
          </button>
        )}
        <p>
          <StandingView standing={before} /> {said.becomes} <StandingView standing={after} />
          {detailOf(line).map((detail) => (
            <span class="quiet" key={detail}>{` · ${detail}`}</span>
          ))}
        </p>
      </div>
      {isDone && finding ? (
        <span class="mark is-done">{`✓ ${decidedAs(finding)}`}</span>
      ) : (
        <span class="buttons">
          {choices.map((choice) => (
            <button
              key={choice}
              type="button"
              class="button"
              aria-label={said.takeOne(label, wordOf(choice))}
              onClick={() => takeOne(line, choice)}
            >
              {choices.length === 1 ? said.take : wordOf(choice)}
            </button>
          ))}
        </span>
      )}
    </li>
  );
}

function StandingView({ standing }: { standing: Standing | null }) {
  if (standing === null) return <span class="quiet">{said.none}</span>;
  return (
    <>
      <Status status={statusWord(standing.status)} />
      {standing.toCheck !== null && ' '}
      {standing.toCheck !== null && <span class="mark">{words.groups.check}</span>}
    </>
  );
}

/** No finding, or the word of a status. */
const wordOf = (status: string | null) => (status === null ? said.none : statusWord(status).word);

/** Why it would stand so, and why it cannot simply be taken. */
function detailOf({ change: { after, finding: id, splitsFrom }, part, finding }: Line): string[] {
  return [
    ...(after ? [said.because(reasons[after.reason])] : []),
    ...(part === 'decided' && finding ? [said.now(decidedAs(finding))] : []),
    ...(splitsFrom === null ? [] : [said.splits(splitsFrom)]),
    ...(part === 'undecidable' && id !== null ? [said.notOfItsKind] : []),
  ];
}

const decidedAs = ({ decision, status }: NonNullable<Line['finding']>) =>
  decision === 'wrong' ? words.findings.decision.wrong : statusWord(status).word;
