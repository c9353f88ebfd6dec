import { Allergies, asksForOthers } from './allergies.ts';
import type { Entity, Relative } from './entities.ts';
import type { FindingList } from './finding.ts';
import { kindOf } from './assertion/readings.ts';
import { GroupNames } from './groups.ts';
import { deniedOfFamily } from './reasonGroups.ts';
import { type SocialKind, statementOf, toHabits } from './socialHistory.ts';
import type { Transcript } from '../transcript/transcript.ts';

/** A finding to be: the mentions that are one, and the list that they stand in. */
export interface Home {
  list: FindingList;
  /** The same for mentions of the same thing in every list. */
  name: string;
  mentions: Entity[];
  /** Those of the mentions that put the finding in this list; the others are more evidence. */
  deciding: Entity[];
  /** The habit that the mentions speak of, if they do. */
  habit: SocialKind | undefined;
}

/**
 * Gives the entities their homes, in the order of their first mention. An entity has one home or none: none has what
 * only describes other findings (anatomy, times, ages) and what says nothing about the patient.
 */
export function toHomes(transcript: Transcript, entities: readonly Entity[]): Home[] {
  const names = new GroupNames(entities);
  const habits = toHabits(entities);
  const allergies = new Allergies(entities);
  const homes = new Homes();
  for (const entity of entities) {
    if (names.isList(entity) || asksForOthers(transcript, entity)) continue;
    const habit = habits.get(entity);
    const list = habit ? listOfHabit(transcript, entity) : listOf(entity, allergies);
    const name = habit ? `habit ${habit}` : names.of(allergies.medicineOf(entity) ?? entity);
    if (list) homes.add({ list, name, mentions: [entity], deciding: [entity], habit });
  }
  homes.join('possible', ['problems', 'allergies', 'medications', 'socialHistory']);
  homes.join('medications', ['allergies']);
  homes.join('notTaken', ['allergies']);
  homes.settleNotTaken();
  return homes.all();
}

/** Medicines that somebody says are not taken wait here until it is known what else is said of them. */
type Place = FindingList | 'notTaken';

type Placed = Omit<Home, 'list'> & { list: Place };

class Homes {
  readonly #homes = new Map<string, Placed>();

  add(home: Placed): void {
    const known = this.#homes.get(keyOf(home.list, home.name));
    if (!known) this.#homes.set(keyOf(home.list, home.name), home);
    known?.mentions.push(...home.mentions);
    known?.deciding.push(...home.deciding);
  }

  /** What stands in one list and in another of these is one finding, of the other list, with more evidence. */
  join(from: Place, others: readonly FindingList[]): void {
    for (const home of this.#in(from)) {
      const other = others.map((list) => this.#homes.get(keyOf(list, home.name))).find((one) => one !== undefined);
      if (!other) continue;
      other.mentions.push(...home.mentions);
      this.#homes.delete(keyOf(from, home.name));
    }
  }

  /** A medicine that is not taken is no more than that, unless somebody says that it is: then the two contradict. */
  settleNotTaken(): void {
    for (const home of this.#in('notTaken')) {
      this.#homes.delete(keyOf('notTaken', home.name));
      const isTaken = this.#homes.has(keyOf('medications', home.name));
      this.add({ ...home, list: isTaken ? 'ruledOut' : 'medications' });
    }
  }

  all(): Home[] {
    return [...this.#homes.values()].flatMap(({ list, ...home }) => {
      if (list === 'notTaken') return [];
      return list === 'familyHistory' ? byRelative({ list, ...home }) : [{ list, ...home }];
    });
  }

  #in(list: Place) {
    return [...this.#homes.values()].filter((home) => home.list === list);
  }
}

const keyOf = (list: Place, name: string) => `${list} ${name}`;

/** What the mother has and what the father has are two findings; mentions that name nobody belong to the first. */
function byRelative(home: Home): Home[] {
  const first = home.mentions.find(({ assertion }) => assertion.relative !== null)?.assertion.relative ?? null;
  const groups = Map.groupBy(home.mentions, ({ assertion }): Relative | null => assertion.relative ?? first);
  return [...groups.values()].map((mentions) => ({ ...home, mentions, deciding: mentions }));
}

/** The list of a mention of a habit. */
function listOfHabit(transcript: Transcript, entity: Entity): FindingList | undefined {
  if (statementOf(transcript, entity) !== undefined) {
    return deniedOfFamily.has(entity.assertion.reason) ? undefined : 'socialHistory';
  }
  const isCondition = entity.category === 'MEDICAL_CONDITION';
  if (entity.assertion.status === 'family') return isCondition ? 'familyHistory' : undefined;
  return isCondition || entity.assertion.toCheck ? 'possible' : undefined;
}

/** The list that a mention belongs to by itself; undefined for one that only describes other findings. */
function listOf(entity: Entity, allergies: Allergies): Place | undefined {
  const { status, reason } = entity.assertion;
  const home = homeOf(entity.category, entity.type);
  // A condition that no relative has says nothing about the patient.
  if (!home || reason === 'no-finding' || deniedOfFamily.has(reason)) return undefined;
  if (status !== 'family' && allergies.asksForNamed(entity)) return undefined;
  if (allergies.has(entity)) return 'allergies';
  switch (status) {
    case 'absent':
      return home === 'medications' && reason !== 'allergy-denied' ? 'notTaken' : 'ruledOut';
    case 'family':
      return 'familyHistory';
    case 'historical':
      return home === 'medications' ? home : 'pastHistory';
    case 'possible':
      return 'possible';
    case 'planned':
      return home === 'problems' || home === 'allergies' ? 'possible' : home;
    case 'present':
      return home;
  }
}

function homeOf(category: string, type: string): FindingList | undefined {
  switch (kindOf({ category, type })) {
    case 'condition':
      return type === 'ALLERGIES' ? 'allergies' : 'problems';
    case 'medicine':
      return 'medications';
    case 'test':
      return type === 'TEST_NAME' ? 'tests' : 'procedures';
    case undefined:
      return undefined;
  }
}
