import type { Chart } from '../pipeline/reading/chart.ts';
import type { Opened } from '../pipeline/reading/opened.ts';
import type { Change } from './changes.ts';
import type { DocumentKind } from './documents.ts';
import type { Group } from './order.ts';
import type { Fault } from './source.ts';

/** Words of one turn that the clinician wants to correct, by code points of the transcript's text. */
export interface Picked {
  turn: number;
  begin: number;
  end: number;
  was: string;
}

export type Dialog =
  | { kind: 'status'; finding: string }
  | ({ kind: 'words' } & Picked)
  | { kind: 'roles'; speaker: string; turn: number | null }
  | { kind: 'documents'; document: DocumentKind }
  | { kind: 'keys' }
  | { kind: 'code'; finding: string }
  | { kind: 'note'; finding: string }
  | { kind: 'release' }
  | { kind: 'sign' }
  /** What the corrected roles would change. */
  | { kind: 'whatIf' };

export interface State {
  opened: Opened;
  chart: Chart;
  /** Where each finding stands, taken when the consultation was opened. */
  order: ReadonlyMap<Group, readonly string[]>;
  selected: string | null;
  /** Grows with each move by key, after which the line has the focus. */
  moves: number;
  dialog: Dialog | null;
  lettersWork: boolean;
  /** What was done last, said aloud too. */
  said: string;
  /** Decisions that are in no download yet, where the source stores none. */
  unsaved: number;
  /** It was changed elsewhere: what stands here is not what there is now. */
  isOutdated: boolean;
  /** Presses that the source refused: they are kept, to be made again. */
  refused: readonly Refused[];
}

/** A press that could not be made, and why. */
export interface Refused {
  changes: readonly Change[];
  what: string;
  fault: Fault;
}
