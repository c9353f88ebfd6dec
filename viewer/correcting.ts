import type { ChartFinding, ChartTurn } from '../pipeline/reading/chart.ts';
import type { Opened, OpenedEntity } from '../pipeline/reading/opened.ts';
import type { Role } from '../pipeline/transcript/transcript.ts';
import type { Change } from './changes.ts';
import { laterWords } from './laterWords.ts';
import type { Mark } from './highlights.ts';
import { toTexts } from './marks.ts';
import type { Review } from './review.ts';
import type { Picked } from './reviewState.ts';
import type { TurnText } from './turnText.ts';
import { words } from './words.ts';

/** Asks what was said, of the selected words, or else of the mention that names the selected finding. */
export function correct(review: Review, selected: Mark | undefined): void {
  const { chart, opened } = review.state;
  const picked = selected && toPicked(selected, chart.turns, toTexts(chart.turns));
  const entity = mentionOf(review.finding(), opened.entities);
  const turn = entity && chart.turns[entity.turn];
  const mention = entity && turn && pickedOf(turn, entity.begin, entity.end);
  const wanted = picked ?? mention;
  if (wanted) review.show({ kind: 'words', ...wanted });
  else review.say(laterWords.said.noSelection);
}

/** The correction of words; empty where it changes nothing. */
export function correctWords({ corrections }: Opened, picked: Picked, becomes: string): Change[] {
  const { turn, begin, end, was } = picked;
  const text = becomes.trim();
  if (text === '' || text === was) return [];
  // No two corrections overlap: one of the same words takes the place of what was corrected before.
  const earlier = corrections.flatMap((one): Change[] =>
    one.kind === 'words' && one.begin < end && begin < one.end ? [{ kind: 'withdraw', correction: one.id }] : [],
  );
  return [...earlier, { kind: 'words', turn, begin, end, was, becomes: text }];
}

/** Corrects a role, of one turn or of all, and then shows what else this would change. Nothing where it is that already. */
export async function correctRole(review: Review, speaker: string, role: Role, turn: number | null): Promise<void> {
  const [fromTurn, toTurn] = turn === null ? [0, review.state.chart.turns.length - 1] : [turn, turn];
  const { corrections } = review.state.opened;
  const said = laterWords.said.role(speaker, words.roles[role]);
  const isRole = review.state.chart.turns.every(
    (one) => one.speaker !== speaker || (turn !== null && one.index !== turn) || one.role === role,
  );
  await review.decide(isRole ? [] : [{ kind: 'role', speaker, fromTurn, toTurn, role }], said);
  const { opened, dialog } = review.state;
  if (opened.corrections !== corrections && dialog === null) review.show({ kind: 'whatIf' });
}

/** The words of a turn that a selection touches, whole: nobody selects to the letter. */
export function toPicked(mark: Mark, turns: readonly ChartTurn[], texts: readonly TurnText[]): Picked | undefined {
  const [turn, text] = [turns[mark.turn], texts[mark.turn]];
  if (!turn || !text) return undefined;
  const [from, to] = [text.toOffset(mark.start), text.toOffset(mark.end, true)];
  const touched = turn.words.filter((word) => word[0] < to && word[1] > from);
  const [first, last] = [touched[0], touched.at(-1)];
  return first && last ? pickedOf(turn, first[0], last[1]) : undefined;
}

/** The mention that names a finding: to correct its words corrects the label. */
export function mentionOf(
  finding: ChartFinding | undefined,
  entities: readonly OpenedEntity[],
): OpenedEntity | undefined {
  const mentions = new Set(finding?.evidence.map(({ entity }) => entity));
  const said = entities.filter(({ id }) => mentions.has(id));
  const label = finding?.found.label.toLowerCase();
  return said.find(({ text }) => text.toLowerCase() === label) ?? said[0];
}

/** Words as they were transcribed, by their offsets. */
export function pickedOf(turn: ChartTurn, begin: number, end: number): Picked {
  const points = Array.from(turn.text);
  return { turn: turn.index, begin, end, was: points.slice(begin - turn.begin, end - turn.begin).join('') };
}
