import type { Reason } from '../../pipeline/clinical/reasons.ts';
import type { GoldFinding, GoldKind, GoldStatus } from './gold.ts';
import type { FindingList } from '../../pipeline/clinical/finding.ts';
import type { Item, ShownStatus } from './items.ts';

type Accepted = Partial<Record<GoldStatus, readonly ShownStatus[]>>;

const conditions: readonly GoldKind[] = ['symptom', 'problem'];
const actions: readonly GoldKind[] = ['test', 'procedure'];

const done: readonly ShownStatus[] = ['present', 'historical'];
const over: readonly ShownStatus[] = ['stopped', 'historical', 'past'];

/** What the record may show besides the very status that the gold has, because it says the same in a list's own words. */
const likewise: Readonly<Record<GoldKind, Accepted>> = {
  symptom: { present: ['allergic'] },
  problem: { present: ['allergic'] },
  test: { present: done, historical: done, not_taking: ['absent'] },
  procedure: { present: done, historical: done, not_taking: ['absent'] },
  medication: {
    stopped: over,
    past: over,
    historical: over,
    not_taking: ['absent'],
    advised_against: ['absent', 'stopped', 'not_taking'],
    hypothetical: ['planned'],
  },
  allergy: { present: ['allergic'], absent: ['absent'] },
};

/** Where what was done is at home. A habit is no test. */
const listsOfDone: readonly FindingList[] = ['tests', 'procedures', 'pastHistory', 'problems'];

/** Whether an item's status is one that the gold has for the finding: the annotator's own, or another defensible one. */
export function accepts(finding: GoldFinding, item: Item): boolean {
  // A relative's illness may be told as another person's.
  if (finding.status === 'other' && item.status === 'family') return true;
  return [finding.status, ...finding.alsoAccepted].some((wanted) => acceptsAs(wanted, finding.kind, item));
}

function acceptsAs(wanted: GoldStatus, kind: GoldKind, item: Item): boolean {
  const isLikewise = likewise[kind][wanted]?.includes(item.status) ?? false;
  if (kind === 'allergy') return isLikewise || (wanted === 'present' && item.status === 'present' && saysAllergy(item));
  if (wanted === item.status) return true;
  return isLikewise && (!actions.includes(kind) || item.status === 'absent' || listsOfDone.includes(item.list));
}

/** A problem list that has no list of allergies beside it calls the allergy by its name. */
function saysAllergy({ mentions }: Item): boolean {
  return mentions.some(({ entity }) => entity.text.toLowerCase().includes('allerg'));
}

interface GraveRule {
  kinds: readonly GoldKind[];
  shown: readonly ShownStatus[];
  /** What the gold has; whatever it is when this is left out. */
  meant?: readonly GoldStatus[];
  /** What the gold must not have. */
  unless?: GoldStatus;
  name: string;
}

const medicines: readonly GoldKind[] = ['medication'];
const allButMedicines: readonly GoldKind[] = [...conditions, ...actions];
const notTaken: readonly ShownStatus[] = ['absent', 'not_taking', 'past', 'advised_against'];
const noLonger: readonly GoldStatus[] = ['stopped', 'past', 'historical'];

/** The errors that may harm: a reader who trusts the record would treat, withhold or reassure wrongly. */
const graveRules: readonly GraveRule[] = [
  { kinds: allButMedicines, shown: ['present'], meant: ['absent'], name: 'absent shown as present' },
  { kinds: allButMedicines, shown: ['present'], meant: ['family'], name: "a relative's shown as the patient's" },
  { kinds: conditions, shown: ['present'], meant: ['other'], name: "another person's shown as the patient's" },
  { kinds: conditions, shown: ['present'], meant: ['hypothetical'], name: 'hypothetical shown as present' },
  { kinds: conditions, shown: ['present'], meant: ['possible'], name: 'suspected shown as present' },
  { kinds: conditions, shown: ['absent'], meant: ['present'], name: 'present shown as ruled out' },
  { kinds: conditions, shown: ['absent'], meant: ['historical'], name: 'past illness shown as ruled out' },
  { kinds: conditions, shown: ['absent'], meant: ['family'], name: 'family illness shown as ruled out' },
  { kinds: medicines, shown: ['taking'], meant: noLonger, name: 'stopped shown as taking' },
  { kinds: medicines, shown: ['taking'], meant: ['planned'], name: 'planned shown as taking' },
  { kinds: medicines, shown: ['taking'], meant: ['not_taking'], name: 'not taken shown as taking' },
  { kinds: medicines, shown: ['taking'], meant: ['advised_against'], name: 'advised against shown as taking' },
  { kinds: medicines, shown: ['taking'], meant: ['hypothetical'], name: 'hypothetical shown as taking' },
  { kinds: medicines, shown: ['stopped'], meant: ['taking'], name: 'taking shown as stopped' },
  { kinds: medicines, shown: ['stopped'], meant: ['planned'], name: 'planned shown as stopped' },
  { kinds: medicines, shown: notTaken, meant: ['taking'], name: 'taking shown as ruled out' },
  { kinds: medicines, shown: notTaken, meant: ['planned'], name: 'planned shown as ruled out' },
  { kinds: medicines, shown: ['allergic'], name: 'shown as an allergy' },
  { kinds: ['allergy'], shown: ['present', 'allergic'], unless: 'present', name: 'denied allergy shown as present' },
];

/** What is grave about showing a finding with a status that is not accepted; undefined when nothing is. */
export function graveError({ kind, status }: GoldFinding, shown: ShownStatus): string | undefined {
  const rule = graveRules
    .filter(({ kinds, shown: all }) => kinds.includes(kind) && all.includes(shown))
    .find(({ meant, unless }) => status !== unless && (meant?.includes(status) ?? true));
  return rule?.name;
}

/** `lexicon`: what stands in for the service found nothing, or found what is nothing. `trait`: a trait of it decided. `logic`: the product's own. */
export type Layer = 'lexicon' | 'trait' | 'logic';

/** The reasons that rest on a trait of the service. */
export const byTrait: ReadonlySet<Reason> = new Set([
  'negation-trait',
  'family-negation-trait',
  'family-trait',
  'history-trait',
  'future-trait',
  'hypothetical-trait',
  'low-confidence-trait',
]);

/** Which layer decided an item's status, by the reasons of the mentions that have it; of all, where none has. */
export function layerOf({ mentions, status }: Pick<Item, 'mentions' | 'status'>): Layer {
  const assertions = mentions.map(({ entity }) => entity.assertion);
  const same = assertions.filter((assertion) => assertion.status === status);
  const deciding = same.length > 0 ? same : assertions;
  return deciding.some(({ reason }) => byTrait.has(reason)) ? 'trait' : 'logic';
}
