import { type MedicationStatus, medicationStatuses, readingOf } from './assertion/readings.ts';
import type { Attribute, Entity } from './entities.ts';
import { inTime } from './evidence.ts';
import { toFigures } from './figures.ts';
import type { Reason } from './reasons.ts';
import { anyOf } from '../phrases.ts';

/** What this consultation changes about a medicine. */
export type MedicationChange = 'new' | 'stopped' | 'dose-changed';

/** How a medicine is taken, in the words that were said but for the dose: every distinct one, in time order, none preferred. */
export interface MedicationFacts {
  status: MedicationStatus;
  change: MedicationChange | null;
  /** Taken when it is needed, not by the clock. */
  asNeeded: boolean;
  /** With its numbers in figures: `entities.json` has the words, as attributes of the evidence's entities. */
  dose: string[];
  form: string[];
  route: string[];
  frequency: string[];
  duration: string[];
}

/** Comprehend Medical's attributes of a medicine. */
const attributeTypes = {
  dose: ['DOSAGE', 'STRENGTH'],
  form: ['FORM'],
  route: ['ROUTE_OR_MODE'],
  frequency: ['FREQUENCY', 'RATE'],
  duration: ['DURATION'],
} as const satisfies Readonly<Partial<Record<keyof MedicationFacts, readonly string[]>>>;

const fields = Object.keys(attributeTypes) as (keyof typeof attributeTypes)[];
const ofField = (field: (typeof fields)[number], { type }: Attribute) =>
  attributeTypes[field].some((known: string) => known === type);

const whenNeeded = anyOf`
  as needed|as required|(?:when|if) (?:needed|required)|prn|p\.r\.n|as and when|when necessary
  (?:when|whenever|if|only when|only if) (?:i|you|he|she|they) (?:really )?needs? (?:it|them|to|one)
`;

/** "We'll go up to ten.", but not "Don't change the dose." */
const changesDose = anyOf`
  (?<!n't |not |never )(?:increase|increasing|decrease|decreasing|reduce|reducing|raise|raising|double|doubling|halve|halving)
  (?<!n't |not |never )(?:adjust|adjusting|titrate|titrating|chang(?:e|ing) (?:the|your) dose)
  (?<!n't |not |never )(?:go|going|put|putting|bring|bringing|push|bump|move|step|take) (?:\w+ ){0,3}(?:up|down) (?:to|on|with|the|your)
`;

/**
 * The facts that all mentions of one medicine give together. Doses and the like are those of its status: what was taken
 * before is not how it is to be taken now. Where the mentions of that status have none, those of all count.
 * @param sentenceOf gives the sentence in which a mention stands
 */
export function toMedicationFacts(
  mentions: readonly Entity[],
  sentenceOf: (mention: Entity) => string,
): MedicationFacts {
  const sorted = mentions.toSorted(inTime);
  const { status, reason } = decide(sorted);
  const final = sorted.filter((mention) => statusOf(mention) === status && saysSo(mention));
  const has = ({ attributes }: Entity) => attributes.some((one) => fields.some((field) => ofField(field, one)));
  const attributes = (final.some(has) ? final : sorted).flatMap((mention) => mention.attributes);
  const said = (field: (typeof fields)[number]) => [
    ...new Set(attributes.filter((one) => ofField(field, one)).map(({ text }) => text)),
  ];
  const doses = new Set(said('dose').map(toFigures));
  const facts = {
    dose: [...doses],
    form: said('form'),
    route: said('route'),
    frequency: said('frequency'),
    duration: said('duration'),
  };
  const isAsNeeded = [...facts.frequency, ...final.map(sentenceOf)].some((words) => whenNeeded.test(words));
  return { status, change: toChange(status, reason, sorted, sentenceOf), asNeeded: isAsNeeded, ...facts };
}

/** Another mention may have decided: "I took 5 mg. Now I take 10 mg." */
const saysSo = ({ assertion: { status, said } }: Entity) => status === said;

/** The mention that decided the status of a medicine. */
export function decidingMention(mentions: readonly Entity[]): Entity | undefined {
  const { by } = decide(mentions.toSorted(inTime));
  return by;
}

interface Decided {
  status: MedicationStatus;
  reason: Reason | undefined;
  by: Entity | undefined;
}

/**
 * An allergy stands, whatever else is said. The last thing that anybody but the clinician says about taking the
 * medicine counts before anything the clinician says. A plan to go on with it, or to take more of it, leaves it as
 * `taking`. That it is not taken counts only where nobody says more of it.
 */
function decide(sorted: readonly Entity[]): Decided {
  const last = sorted.at(-1);
  const by =
    sorted.find((mention) => statusOf(mention) === 'allergic') ??
    // Whoever treats the patient has the last word when the medicine is to be stopped.
    (last?.assertion.reason === 'to-be-stopped' ? last : undefined) ??
    sorted.findLast((mention) => mention.role !== 'clinician' && isTakenOrNot(mention)) ??
    sorted.find(isTakenOrNot) ??
    sorted.findLast((mention) => statusOf(mention) === 'planned') ??
    sorted.findLast((mention) => statusOf(mention) !== undefined);
  const reason = by?.assertion.reason;
  const status = reason === 'to-be-stopped' ? 'stopped' : by && statusOf(by);
  return { status: status ?? 'planned', reason, by };
}

const takenOrNot: ReadonlySet<MedicationStatus | undefined> = new Set(['taking', 'stopped', 'tried-before']);
const isTakenOrNot = (mention: Entity) => takenOrNot.has(statusOf(mention));

/** The status that one mention shows; undefined for a mention that only asks about the medicine or considers it. */
function statusOf({ assertion }: Entity): MedicationStatus | undefined {
  const reading = readingOf('medicine', assertion);
  return medicationStatuses.find((status) => status === reading);
}

function toChange(
  status: MedicationStatus,
  reason: Reason | undefined,
  mentions: readonly Entity[],
  sentenceOf: (mention: Entity) => string,
): MedicationChange | null {
  if (status === 'planned') return 'new';
  if (status === 'stopped') return reason === 'to-be-stopped' ? 'stopped' : null;
  const isChanged = mentions.some((mention) => mention.role === 'clinician' && changesDose.test(sentenceOf(mention)));
  return status === 'taking' && isChanged ? 'dose-changed' : null;
}
