import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { ChartEvidence } from '../../pipeline/reading/chart.ts';
import { toGlance } from '../glance.ts';
import { toIntervals } from '../hearing.ts';
import { paint } from '../highlights.ts';
import { correctedMarks, evidenceMarks, findingMarks, spokenAt, toTexts, unsureMarks } from '../marks.ts';
import type { Player } from '../player.ts';
import type { Review } from '../review.ts';
import type { State } from '../reviewState.ts';
import type { Audio } from '../source.ts';
import { words } from '../words.ts';
import type { Act } from './controls.tsx';
import { lineId } from './finding.tsx';
import { Findings } from './findings.tsx';
import { GlanceView } from './glance.tsx';
import { Header } from './header.tsx';
import { later } from './later.tsx';
import { PlayerBar } from './playerBar.tsx';
import { showTurn, Transcript } from './transcript.tsx';

const Dialogs = later(async () => (await import('./dialogs.tsx')).Dialogs);

interface Props {
  review: Review;
  player: Player;
  /** Undefined while nobody knows. */
  audio: Audio | null | undefined;
  act: Act;
  save: (file: { text: string; fileName: string; mediaType: string }) => void;
}

/** The whole page of a consultation. */
export function Page({ review, player, audio, act, save }: Props) {
  useChanges(review);
  const { state } = review;
  const { chart, selected, moves } = state;
  const texts = useMemo(() => toTexts(chart.turns), [state.opened.corrections]);
  const finding = review.finding();
  const evidenceTurns = useMemo(
    () => new Set(finding?.evidence.flatMap(({ spans }) => spans.map(({ turn }) => turn))),
    [selected, texts],
  );
  const seen = useMemo(() => toGlance(chart), [chart]);
  const glance = useMemo(() => {
    const correctRoles = () => review.show(rolesDialog(review));
    const isCorrected = state.opened.corrections.some(({ kind }) => kind === 'role');
    const showWhatIf = isCorrected ? () => review.show({ kind: 'whatIf' }) : null;
    return <GlanceView {...{ chart, seen, correctRoles, showWhatIf }} goTo={(id) => review.goTo(id)} />;
  }, [seen]);
  useHighlights(state, texts, finding);
  useEffect(() => {
    const turn = finding?.evidence[0]?.spans[0]?.turn;
    if (turn !== undefined) showTurn({ turn }, false);
  }, [selected]);
  useEffect(() => {
    if (moves > 0 && selected !== null) focusLine(selected);
  }, [moves]);
  const hear = (evidence: ChartEvidence) => {
    const intervals = toIntervals(evidence.spans.length > 0 ? evidence.spans : [evidence], chart.recording.durationMs);
    void player.hear(evidence.entity, intervals);
  };
  const show = (dialog: 'documents' | 'sign' | 'release') =>
    review.show(dialog === 'documents' ? { kind: 'documents', document: 'note' } : { kind: dialog });
  const download = () =>
    save({
      text: review.download(),
      fileName: `${chart.recordingId}-decisions.json`,
      mediaType: 'application/json',
    });
  return (
    <>
      <a class="skip" href="#findings">
        {words.skip}
      </a>
      <Header {...{ state, act }} open={show} />
      <main>
        {glance}
        <div class="panes">
          <Findings
            {...{ state, seen, act, hear }}
            select={(id) => review.select(id)}
            hearGap={(startMs, endMs) => void player.hear(`gap ${startMs}`, [{ startMs, endMs }])}
            giveStatus={(id, status) => void review.giveStatus(id, status)}
            decideOnCode={(n, to) => void review.decideOnCode(n, to)}
          />
          <Transcript
            {...{ chart, texts, evidenceTurns }}
            playFrom={(ms) => void player.playFrom(ms)}
            restore={(correction) => void review.withdraw(correction)}
            correctSelection={() => act('correct')}
          />
        </div>
      </main>
      <footer>
        <div class="last">
          <p role="status">{state.said}</p>
          {state.isOutdated && (
            <p class="is-alert" role="alert">
              {words.outdated}{' '}
              <button type="button" class="link" onClick={() => void review.load()}>
                {words.load}
              </button>
            </p>
          )}
          {state.refused.length > 0 && (
            <p class="is-alert">
              {words.refused(state.refused.length)}{' '}
              <button type="button" class="link" onClick={() => void review.repeat()}>
                {words.tryAgain}
              </button>
            </p>
          )}
          {!review.stores && (
            <p class="quiet">
              {words.notStored}{' '}
              {state.unsaved > 0 && (
                <button type="button" class="link" onClick={download}>
                  {`${words.actions.download} (${state.unsaved})`}
                </button>
              )}
            </p>
          )}
        </div>
        <Bar {...{ review, player, audio, act }} />
      </footer>
      {state.dialog !== null && <Dialogs {...{ review, state, save }} />}
    </>
  );
}

/** Of the speaker of the selected finding, where there is one. */
function rolesDialog(review: Review) {
  const { chart } = review.state;
  const turn = review.finding()?.evidence[0]?.turn ?? null;
  const speaker = chart.turns[turn ?? -1]?.speaker ?? chart.speakers[0]?.label ?? '';
  return { kind: 'roles', speaker, turn } as const;
}

/** The bar by itself, so that the passing of time draws nothing else. */
function Bar({ review, player, audio, act }: Omit<Props, 'save'>) {
  useChanges(player);
  const { chart } = review.state;
  const { now } = player;
  const turn = chart.turns[spokenAt(chart.turns, now.atMs)?.turn ?? -1];
  const heard = turn && { role: words.roles[turn.role], text: turn.text };
  const notice = audio === null ? words.player.noAudio : audio?.isSilent ? words.player.silent : null;
  return (
    <PlayerBar
      playing={now}
      durationMs={chart.recording.durationMs}
      {...{ heard, notice, act }}
      seek={(ms) => void player.jump((ms - player.atMs) / 1000)}
    />
  );
}

function useChanges(of: { subscribe(listener: () => void): () => void }): void {
  const [, draw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => of.subscribe(() => draw(undefined)), [of]);
}

function useHighlights(state: State, texts: ReturnType<typeof toTexts>, finding: ReturnType<Review['finding']>): void {
  const { chart, opened } = state;
  const entities = useMemo(() => new Map(opened.entities.map((entity) => [entity.id, entity])), [opened.entities]);
  useEffect(() => paint('unsure', unsureMarks(chart.turns, texts)), [texts]);
  useEffect(() => paint('corrected', correctedMarks(texts)), [texts]);
  useEffect(() => paint('finding', findingMarks(chart, entities, texts)), [texts, chart]);
  useEffect(() => paint('evidence', evidenceMarks(finding, texts)), [texts, finding?.id]);
}

function focusLine(finding: string): void {
  const line = document.getElementById(lineId(finding));
  line?.focus({ preventScroll: true });
  line?.closest('li')?.scrollIntoView({ block: 'nearest' });
}
