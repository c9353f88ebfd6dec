import type { Entity } from '../../../pipeline/clinical/entities.ts';
import { type Role, type Turn, codePoints } from '../../../pipeline/transcript/transcript.ts';
import { readGold, type ToldTurn } from '../../../bench/consultations/gold.ts';
import type { Lists, ListedFinding } from '../../../bench/consultations/items.ts';
import { type Compared, score, type Scored } from '../../../bench/consultations/score.ts';

/** A mention as the pipeline has it. Its words are its id. */
export interface Found {
  words: string;
  category?: string;
  status?: Entity['assertion']['status'];
  reason?: Entity['assertion']['reason'];
}

/** A consultation of a few lines, its gold, and what the pipeline made of it. */
export interface Visit {
  /** `clinician: Any fever?` */
  spoken: readonly string[];
  /** The same by whom it is told, where the transcript has other speakers. */
  told?: readonly string[];
  /** Lines of a `gold.txt`. */
  gold?: string;
  found?: readonly Found[];
  lists?: Lists;
  /** The roles that the transcript gives the speakers; those that are told, unless it errs. */
  heardAs?: Readonly<Record<string, Role>>;
}

export function scoreVisit(visit: Visit): Scored {
  const turns = toldOf(visit.told ?? visit.spoken);
  return score(
    { id: 'visit', isReal: false, turns, findings: readGold(visit.gold ?? '', turns, 'gold.txt') },
    documentsOf(visit),
  );
}

export function toldOf(spoken: readonly string[]): ToldTurn[] {
  return spoken.map((line) => {
    const [, speaker = '', text = ''] = /^(\w+): (.*)$/.exec(line) ?? [];
    return { role: speaker === 'clinician' || speaker === 'patient' ? speaker : 'other', text };
  });
}

export function documentsOf({ spoken, found = [], lists = {}, heardAs = {} }: Visit): Compared {
  const told = toldOf(spoken);
  const text = told.map((turn) => turn.text).join('\n');
  const turns = told.map((turn, index): Turn => {
    const begin = codePoints(told.slice(0, index).reduce((before, each) => `${before}${each.text}\n`, ''));
    const [speaker = ''] = (spoken[index] ?? '').split(':');
    const role = heardAs[speaker] ?? turn.role;
    const end = begin + codePoints(turn.text);
    return { index, speaker, role, startMs: 0, endMs: 0, begin, end, text: turn.text, confidence: null, words: [] };
  });
  const entities = found.map((each) => toEntity(each, text, turns));
  return {
    transcript: { text, turns },
    entities: { schema: 'medzen.entities/2', entities } as unknown as Compared['entities'],
    consultation: lists,
  };
}

function toEntity(
  { words, category = 'MEDICAL_CONDITION', status = 'present', reason = 'stated' }: Found,
  text: string,
  turns: readonly Turn[],
): Entity {
  const at = text.indexOf(words);
  if (at < 0) throw new Error(`nobody says "${words}"`);
  const begin = codePoints(text.slice(0, at));
  const turn = turns.findIndex(({ end }) => begin < end);
  return {
    id: words,
    begin,
    end: begin + codePoints(words),
    text: words,
    category,
    type: '',
    score: 1,
    turn,
    speaker: turns[turn]?.speaker ?? '',
    role: turns[turn]?.role ?? 'unknown',
    startMs: 0,
    endMs: 0,
    assertion: { status, said: status, traits: [], reason, relative: null, decidedBy: null, toCheck: null },
    attributes: [],
    codes: [],
  };
}

/** A finding of a list whose evidence is the mention of these words, or of several. */
export function listed(words: string | readonly string[], more: Partial<ListedFinding> = {}): ListedFinding {
  const all = [words].flat();
  return { label: all[0] ?? '', evidence: all.map((entity) => ({ entity })), ...more };
}
