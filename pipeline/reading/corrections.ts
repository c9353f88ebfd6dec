import type { Stretch } from '../clinical/entities.ts';
import type { Role } from '../transcript/transcript.ts';
import type { Correction, RoleCorrection, WordsCorrection } from './opened.ts';

type Dated<Kind> = Kind & { id: string; at: string };

/** The clinician's corrections of a transcript. None of them changes its text or an offset. */
export class Corrections {
  readonly words: readonly Dated<WordsCorrection>[];
  readonly #roles: readonly Dated<RoleCorrection>[];

  constructor(all: readonly Correction[]) {
    const sorted = all.toSorted(inOrder);
    this.words = sorted.filter((one) => one.kind === 'words');
    this.#roles = sorted.filter((one) => one.kind === 'role');
  }

  /** The role of a turn's speaker: the latest correction counts. */
  roleOf(turn: { index: number; speaker: string }, heard: Role): Role {
    const by = this.#roles.findLast(
      ({ speaker, fromTurn, toTurn }) => speaker === turn.speaker && fromTurn <= turn.index && turn.index <= toTurn,
    );
    return by?.role ?? heard;
  }

  /** Those that lie inside a stretch, in text order. */
  inside({ begin, end }: Pick<Stretch, 'begin' | 'end'>): Dated<WordsCorrection>[] {
    return this.words.filter((one) => begin <= one.begin && one.end <= end).toSorted((a, b) => a.begin - b.begin);
  }

  /** The text of a stretch, corrected. Offsets are code points. */
  correct(text: string, stretch: Pick<Stretch, 'begin' | 'end'>): string {
    const corrections = this.inside(stretch);
    if (corrections.length === 0) return text;
    const points = Array.from(text);
    for (const { begin, end, becomes } of corrections.toReversed()) {
      points.splice(begin - stretch.begin, end - begin, becomes);
    }
    return points.join('');
  }
}

const inOrder = (a: Correction, b: Correction) => compare(a.at, b.at) || compare(a.id, b.id);

/** By code units, as every machine does it. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
