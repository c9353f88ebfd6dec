import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Entity } from '../../pipeline/clinical/entities.ts';
import { GroupNames } from '../../pipeline/clinical/groups.ts';
import { toMedicationFacts } from '../../pipeline/clinical/medications.ts';
import type { Documents } from '../consultations/documents.ts';
import type { ListedFinding, ListName } from '../consultations/items.ts';
import { hearEntities } from './hear.ts';
import { type Kind, type Reading, toLikelihood, type Weights } from './likelihood.ts';
import { toVerdicts, type Weighed } from './verdicts.ts';

/** The consultation with its findings under the lists that the weights put them in. */
export function relist({ transcript, entities, consultation }: Documents, weights: Weights): Lists {
  const lists = emptyLists();
  const heard = hearEntities(transcript, entities.entities);
  const names = new GroupNames(entities.entities);
  const groups = new Map<string, { kind: Kind; mentions: Weighed<Entity>[] }>();
  for (const [at, mention] of entities.entities.entries()) {
    const one = heard[at];
    if (!one || isOnlyAllergy(mention)) continue;
    const group = groups.get(names.of(mention)) ?? { kind: one.kind, mentions: [] };
    groups.set(names.of(mention), group);
    group.mentions.push({ mention, likelihood: toLikelihood(one.kind, one.cues, weights) });
  }
  for (const { kind, mentions } of groups.values()) {
    for (const { reading, mentions: own } of toVerdicts(kind, mentions)) add(lists, kind, reading, own, consultation);
  }
  return lists;
}

type Lists = Record<ListName, ListedFinding[]>;

const emptyLists = (): Lists => ({
  allergies: [],
  problems: [],
  medications: [],
  tests: [],
  procedures: [],
  ruledOut: [],
  familyHistory: [],
  pastHistory: [],
  socialHistory: [],
  possible: [],
});

/** "Any allergies?" is a question about things that have names of their own, unless there are none. */
const isOnlyAllergy = ({ text, assertion: { status } }: Entity) =>
  /^(?:\w+ )?allerg\w+$/i.test(text) && status !== 'absent';

const elsewhere: Readonly<Partial<Record<Reading, ListName>>> = {
  family: 'familyHistory',
  possible: 'possible',
  absent: 'ruledOut',
  'not-taking': 'ruledOut',
  'advised-against': 'ruledOut',
  historical: 'pastHistory',
};

function add(lists: Lists, kind: Kind, reading: Reading, mentions: readonly Entity[], { tests }: Consultation): void {
  const [first] = mentions;
  if (!first) return;
  const finding = toFinding(mentions);
  const list = elsewhere[reading];
  if (list) lists[list].push(finding);
  else if (kind === 'medicine') lists.medications.push({ ...finding, ...factsOf(mentions, reading) });
  else if (kind === 'condition') {
    lists.problems.push(reading === 'allergic' ? { ...finding, label: `allergy: ${finding.label}` } : finding);
  } else {
    const planned = reading === 'planned' ? { planned: true as const } : {};
    const ids = new Set(mentions.map(({ id }) => id));
    const results = tests.find(({ evidence }) => evidence.some(({ entity }) => ids.has(entity)))?.results ?? [];
    if (first.type === 'TEST_NAME') lists.tests.push({ ...finding, ...planned, results });
    else lists.procedures.push({ ...finding, ...planned });
  }
}

/** Enough of a finding to be met by the gold. */
function toFinding(mentions: readonly Entity[]): ListedFinding {
  return { label: mentions[0]?.text ?? '', evidence: mentions.map(({ id }) => ({ entity: id })) };
}

function factsOf(mentions: readonly Entity[], reading: Reading): Pick<ListedFinding, 'status' | 'dose'> {
  const isStatus = reading === 'allergic' || reading === 'planned' || reading === 'taking';
  return { dose: toMedicationFacts(mentions, () => '').dose, status: isStatus ? reading : 'stopped' };
}
