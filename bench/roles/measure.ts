import type { RoleWeights } from '../../pipeline/transcript/roleCues.ts';
import { assignRoles, castRoles, toStandings } from '../../pipeline/transcript/speakers.ts';
import type { Role } from '../../pipeline/transcript/transcript.ts';
import { colleagues, type Dialogue } from './corpora.ts';
import { type Stretch, toStretches, toTurns } from './fit.ts';

/** Below this many turns a dialogue is an excerpt: it counts among the stretches only. */
const wholeTurns = 12;

/** A dialogue with the weights to judge it by: those that it was left out of, where it has been in a fit. */
export interface Judged {
  dialogue: Dialogue;
  weights: RoleWeights;
}

/** Words under a right role, under none and under a wrong one; the dialogues, and the speakers with a wrong role. */
interface Tally {
  words: number;
  unknown: number;
  wrong: number;
  dialogues: number;
  errors: string[];
}

const kinds = ['clinician and patient', 'patient silent', 'others too'] as const;

function kindOf({ roles }: Dialogue): (typeof kinds)[number] {
  const told = Object.values(roles);
  if (!told.includes('other')) return 'clinician and patient';
  return told.includes('patient') ? 'others too' : 'patient silent';
}

function isRight({ roles }: Dialogue, label: string, role: Role): boolean {
  return roles[label] === role || (role === 'clinician' && colleagues.has(label));
}

/** The share of words under a wrong role and under none, by corpus and by who is in the room, with the errors. */
export function describeWords(judged: readonly Judged[]): string[] {
  const whole = judged.filter(({ dialogue }) => toTurns(dialogue).length >= wholeTurns);
  return [...Map.groupBy(whole, ({ dialogue }) => dialogue.corpus)].flatMap(([corpus, own]) =>
    kinds.flatMap((kind) => {
      const tally = tallyOf(own.filter(({ dialogue }) => kindOf(dialogue) === kind));
      if (tally.dialogues === 0) return [];
      const share = (words: number) => `${((100 * words) / tally.words).toFixed(2)} %`.padStart(8);
      const shares = `wrong ${share(tally.wrong)}   unknown ${share(tally.unknown)}`;
      const counts = `of ${String(tally.words).padStart(6)} words in ${String(tally.dialogues).padStart(3)} dialogues`;
      return [`  ${corpus.padEnd(14)} ${kind.padEnd(22)} ${shares}   ${counts}`, ...tally.errors];
    }),
  );
}

function tallyOf(judged: readonly Judged[]): Tally {
  const tally: Tally = { words: 0, unknown: 0, wrong: 0, dialogues: judged.length, errors: [] };
  for (const { dialogue, weights } of judged) {
    const turns = toTurns(dialogue);
    const words = Map.groupBy(turns, ({ speaker }) => speaker);
    for (const [label, { role, roleConfidence }] of assignRoles(turns, weights)) {
      const said = words.get(label)?.reduce((sum, turn) => sum + turn.words.length, 0) ?? 0;
      tally.words += said;
      if (role === 'unknown') tally.unknown += said;
      else if (!isRight(dialogue, label, role)) {
        tally.wrong += said;
        tally.errors.push(`    ${dialogue.id} ${label}: ${role} ${roleConfidence.toFixed(2)}`);
      }
    }
  }
  return tally;
}

/** The worth of a confidence in stretches of all lengths: of the roles given with about that confidence, how many are right. */
export function describeConfidence(judged: readonly Judged[]): string[] {
  const bins = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01];
  const given = judged.flatMap(({ dialogue, weights }) =>
    toStretches(dialogue).flatMap((stretch) => partsOf(stretch, weights)),
  );
  return bins.slice(0, -1).map((low, at) => {
    const high = bins[at + 1] ?? 1;
    const inside = given.filter(({ confidence }) => confidence >= low && confidence < high);
    const right = inside.filter((one) => one.right).length;
    const share = inside.length === 0 ? '' : `, ${((100 * right) / inside.length).toFixed(1)} % right`;
    return `  ${low.toFixed(2)} to ${Math.min(1, high).toFixed(2)}  ${String(inside.length).padStart(5)} given${share}`;
  });
}

function partsOf({ dialogue, turns }: Stretch, weights: RoleWeights) {
  return [...castRoles(toStandings(turns, weights), weights)].map(([label, { role, confidence }]) => ({
    confidence,
    right: isRight(dialogue, label, role),
  }));
}
