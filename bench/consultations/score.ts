import type { Entity } from '../../pipeline/clinical/entities.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import type { GoldConsultation } from './corpus.ts';
import type { Documents } from './documents.ts';
import type { GoldFinding, ToldTurn } from './gold.ts';
import { type Item, type Lists, toItems } from './items.ts';
import { accepts, graveError, type Layer, layerOf } from './judge.ts';
import { byImportance, type Mention, placeIn, toMentions } from './match.ts';
import { figuresIn } from './wording.ts';

/** Something that the record has wrong. */
export interface Mistake {
  what: string;
  /** Whether it may harm. */
  isGrave: boolean;
  layer: Layer;
  item?: Item;
  finding?: GoldFinding;
  /** The label of a speaker whose role is wrong. */
  speaker?: string;
}

/** How a gold finding that is no trap fares in the record. */
export interface Fate {
  finding: GoldFinding;
  /** An entity or an item meets it. */
  isFound: boolean;
  /** An item meets it, whatever its status. */
  isListed: boolean;
  isRight: boolean;
  /** It is listed as possible only, for a clinician to settle. */
  isToCheck: boolean;
}

export type Note = 'duplicate' | 'dose missing' | 'test value missing';

/** A consultation's record, compared with its gold. */
export interface Scored {
  id: string;
  items: readonly Item[];
  /** Items whose status a finding that they meet accepts. */
  right: readonly Item[];
  /** Items that meet no finding. */
  unmatched: readonly Item[];
  fates: readonly Fate[];
  mistakes: readonly Mistake[];
  /** What is not wrong, but could be better. */
  notes: readonly Note[];
}

/** The documents, as far as they are compared; the lists may be those of the next version. */
export interface Compared extends Pick<Documents, 'entities'> {
  transcript: Pick<Transcript, 'text' | 'turns'>;
  consultation: Lists;
}

/** Compares what the pipeline wrote of a consultation with what a careful clinician found in it. */
export function score(given: Omit<GoldConsultation, 'casePath'>, documents: Compared): Scored {
  const mentions = toMentions(given, documents);
  const items = toItems(documents.consultation, mentions);
  const verdicts = items.map(toVerdict);
  const findings = given.findings.filter(({ importance }) => importance !== 'trap');
  const fates = findings.map((finding) => toFate(finding, mentions, items));
  const of = (kind: Verdict['kind']) => verdicts.filter((verdict) => verdict.kind === kind).map(({ item }) => item);
  return {
    id: given.id,
    items,
    right: of('right'),
    unmatched: of('unmatched'),
    fates,
    mistakes: [
      ...verdicts.flatMap(({ mistakes }) => mistakes),
      ...fates.flatMap((fate) => omissionsOf(fate, mentions)),
      ...wrongRoles(given.turns, documents.transcript),
    ],
    notes: [...verdicts.flatMap(({ notes }) => notes), ...duplicatesOf(verdicts)],
  };
}

interface Verdict {
  item: Item;
  kind: 'right' | 'wrong' | 'unmatched';
  /** The finding that an item is right about: one of the patient's rather than a trap. */
  finding?: GoldFinding;
  mistakes: Mistake[];
  notes: Note[];
}

function toVerdict(item: Item): Verdict {
  const accepting = item.met.filter((finding) => accepts(finding, item));
  const finding = accepting.find(({ importance }) => importance !== 'trap') ?? accepting[0];
  if (finding) return { item, kind: 'right', finding, ...compareFigures(item, finding) };
  const [nearest] = byImportance(item.met);
  if (nearest && item.by === 'turn') {
    return { item, kind: 'wrong', mistakes: [toMistake(item, nearest)], notes: [] };
  }
  const what = 'meets no gold finding';
  return { item, kind: 'unmatched', mistakes: [{ what, isGrave: false, layer: 'lexicon', item }], notes: [] };
}

function toMistake(item: Item, finding: GoldFinding): Mistake {
  const facts = { item, finding, layer: layerOf(item) };
  if (item.status === 'possible' && (finding.status === 'hypothetical' || finding.status === 'other')) {
    return { ...facts, what: 'advice or explanation listed as possible', isGrave: false };
  }
  const grave = graveError(finding, item.status);
  const plain = `${finding.kind}: ${finding.status} shown as ${item.status}`;
  return { ...facts, what: grave ?? plain, isGrave: grave !== undefined };
}

/** A dose or a value of the gold, where the item is of the list that shows it. One figure in common is enough. */
function compareFigures(item: Item, finding: GoldFinding): Pick<Verdict, 'mistakes' | 'notes'> {
  const wanted = figuresIn(finding.value ?? '');
  if (wanted.size === 0) return { mistakes: [], notes: [] };
  const { dose = [], results = [] } = item.finding;
  if (finding.kind === 'medication' && item.list === 'medications') {
    const wrong: Mistake = { what: 'wrong dose', isGrave: true, layer: 'logic', item, finding };
    return compareWith(wanted, figuresIn(dose.join(' ')), wrong, 'dose missing');
  }
  if (finding.kind === 'test' && item.list === 'tests') {
    const shown = figuresIn(results.map(({ value, unit }) => `${value} ${unit ?? ''}`).join(' '));
    const wrong: Mistake = { what: 'wrong test value', isGrave: true, layer: 'lexicon', item, finding };
    return compareWith(wanted, shown, wrong, 'test value missing');
  }
  return { mistakes: [], notes: [] };
}

function compareWith(wanted: Set<number>, shown: Set<number>, wrong: Mistake, missing: Note) {
  if (shown.size === 0) return { mistakes: [], notes: [missing] };
  return { mistakes: wanted.isDisjointFrom(shown) ? [wrong] : [], notes: [] };
}

/** Items of one list that are right about the same finding, beyond the first. */
function duplicatesOf(verdicts: readonly Verdict[]): Note[] {
  const seen = new Map<GoldFinding, Set<string>>();
  return verdicts.flatMap(({ item, finding }): Note[] => {
    if (!finding) return [];
    const lists = seen.get(finding) ?? new Set();
    seen.set(finding, lists);
    if (lists.has(item.list)) return ['duplicate'];
    lists.add(item.list);
    return [];
  });
}

function toFate(finding: GoldFinding, mentions: readonly Mention[], items: readonly Item[]): Fate {
  const listed = items.filter((item) => item.met.includes(finding) && (item.by === 'turn' || accepts(finding, item)));
  const isRight = listed.some((item) => accepts(finding, item));
  return {
    finding,
    isFound: listed.length > 0 || entitiesOf(finding, mentions).length > 0,
    isListed: listed.length > 0,
    isRight,
    isToCheck: listed.length > 0 && !isRight && listed.every(({ status }) => status === 'possible'),
  };
}

/** The entities that are a finding. Where it is in the body is not the finding itself. */
function entitiesOf(finding: GoldFinding, mentions: readonly Mention[]): Entity[] {
  return mentions
    .filter(({ entity, strong }) => strong.includes(finding) && entity.category !== 'ANATOMY')
    .map(({ entity }) => entity);
}

/** "Allergies", "any allergies", "allergic to": the word says that there may be one, not to what. */
const namesNoAllergen = /^(?:[\p{L}\p{N}_]+ )?allerg/iu;

/** What the record leaves out, beyond what the stand-in for the service did not find. */
function omissionsOf({ finding, isFound, isListed, isRight }: Fate, mentions: readonly Mention[]): Mistake[] {
  const entities = entitiesOf(finding, mentions);
  const omissions: Mistake[] = [];
  if (!isRight && finding.kind === 'allergy' && finding.status === 'present') {
    const isNamed = entities.some(({ text }) => !namesNoAllergen.test(text));
    omissions.push({ what: 'allergy missed', isGrave: true, layer: isNamed ? 'logic' : 'lexicon', finding });
  }
  if (isFound && !isListed) {
    const isHabit = entities[0]?.category === 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL';
    const what = isHabit ? 'social history in no list' : `found (${entities[0]?.assertion.reason}), in no list`;
    omissions.push({ what, isGrave: false, layer: 'logic', finding });
  }
  return omissions;
}

/**
 * Speakers whose role is not that of the turns they are heard in. A label may mix voices: the pair of told and shown
 * role that most of its turns have decides.
 */
function wrongRoles(told: readonly ToldTurn[], { text, turns }: Compared['transcript']): Mistake[] {
  const toldTurnOf = placeIn(told, text);
  const bySpeaker = Map.groupBy(turns, ({ speaker }) => speaker);
  return [...bySpeaker].flatMap(([speaker, own]): Mistake[] => {
    const pairs = Map.groupBy(
      own.map(({ begin, role }) => ({ told: told[toldTurnOf(begin) ?? -1]?.role ?? 'other', shown: role })),
      (pair) => `${pair.told} ${pair.shown}`,
    );
    const [most] = [...pairs.values()].sort((a, b) => b.length - a.length);
    const pair = most?.[0];
    if (!pair || pair.told === 'other' || pair.told === pair.shown) return [];
    return [{ what: 'role wrong', isGrave: true, layer: 'logic', speaker }];
  });
}
