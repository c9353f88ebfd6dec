import { codeOf } from './codes.ts';
import type { Code, Entity } from './entities.ts';
import { inTime, toQuote } from './evidence.ts';
import { anyOf } from '../phrases.ts';
import { sentenceAt, wordsOf } from '../transcript/sentences.ts';
import type { Dialogue } from '../transcript/transcript.ts';

export const socialKinds = ['smoking', 'alcohol', 'drugs'] as const;
export type SocialKind = (typeof socialKinds)[number];

export const socialStatuses = ['current', 'former', 'never'] as const;
export type SocialStatus = (typeof socialStatuses)[number];

export interface SocialFacts {
  kind: SocialKind;
  status: SocialStatus;
}

/** Comprehend Medical's types of a habit. */
const kindOfType: Readonly<Record<string, SocialKind>> = {
  TOBACCO_USE: 'smoking',
  ALCOHOL_CONSUMPTION: 'alcohol',
  REC_DRUG_USE: 'drugs',
};

/**
 * ICD-10-CM codes of use, abuse and dependence, uncomplicated or in remission. Intoxication, withdrawal and what else a
 * substance causes stays a problem.
 */
const kindsOfCode: readonly (readonly [SocialKind, RegExp])[] = [
  ['smoking', /^(?:F17(?:\.2(?:[0129][0189]?)?)?|Z72\.0|Z87\.891)$/],
  ['alcohol', /^F10(?:\.[129][01]?)?$/],
  ['drugs', /^F1[1-689](?:\.[129][01]?)?$/],
];

/** What a code of ICD-10-CM says that only was. */
const formerCode = /^(?:Z87\.891|F17\.2[0129]1|F1[0-689]\.[129]1)$/;

/**
 * Says of which habit each mention speaks. The code of a condition says it for smoking; alcohol and drugs must be what
 * the service tags in the same words, since a dependence that is named alone is a diagnosis.
 */
export function toHabits(entities: readonly Entity[]): ReadonlyMap<Entity, SocialKind> {
  const tagged = entities.filter(({ type }) => kindOfType[type] !== undefined);
  const kindOf = (entity: Entity): SocialKind | undefined => {
    const own = kindOfType[entity.type];
    if (own !== undefined || entity.category !== 'MEDICAL_CONDITION') return own;
    const code = codeOf(entity.codes, 'ICD-10-CM') ?? '';
    const kind = kindsOfCode.find(([, pattern]) => pattern.test(code))?.[0];
    const isTagged = tagged.some(
      ({ type, begin, end }) => kindOfType[type] === kind && begin < entity.end && entity.begin < end,
    );
    return kind === 'smoking' || isTagged ? kind : undefined;
  };
  return new Map(
    entities.flatMap((entity): [Entity, SocialKind][] => {
      const kind = kindOf(entity);
      return kind ? [[entity, kind]] : [];
    }),
  );
}

const abstains = /^(?:non|never)\b|^teetotal/i;
const gaveUp = /^(?:ex|former)\b|\b(?:gave|given) up\b|\b(?:quit|stopped)\b/i;
/** "I don't smoke any more." is no never. */
const noLonger = anyOf`
  any ?more|no longer|(?:gave|given|giving) (?:\w+ )?up|quit|stopped|packed (?:\w+ )?in|used to
  ex-?\w+
`;

const usedTo = /\bused to (?:\w+ )?$/i;

/** An ex-smoker has no nicotine dependence, and a habit that the patient never had has no code. */
export function isCodeOf(status: SocialStatus, { system, code }: Pick<Code, 'system' | 'code'>): boolean {
  if (status === 'never') return false;
  return system !== 'ICD-10-CM' || formerCode.test(code) === (status === 'former');
}

/** What its sentence says before a mention. */
function aheadOf({ turns }: Dialogue, { turn: index, begin }: Entity): string {
  const turn = turns[index];
  return turn ? wordsOf(turn, { begin: sentenceAt(turn, begin).begin, end: begin }) : '';
}

/** What one mention says of the habit; undefined for one that asks, supposes or speaks of somebody else. */
export function statementOf(transcript: Dialogue, mention: Entity): SocialStatus | undefined {
  const { text, codes, assertion } = mention;
  const denies = abstains.test(text);
  if (assertion.status === 'historical') return 'former';
  if (assertion.status === 'present' && !denies) {
    const isFormer = gaveUp.test(text) || usedTo.test(aheadOf(transcript, mention));
    return isFormer || formerCode.test(codeOf(codes, 'ICD-10-CM') ?? '') ? 'former' : 'current';
  }
  if (assertion.status === 'absent' && denies) return 'current';
  if (assertion.status !== 'absent' && assertion.status !== 'present') return undefined;
  return noLonger.test(toQuote(transcript, mention)) ? 'former' : 'never';
}

/**
 * The mention that says what is so now: the last statement of the patient's side, else of the clinician's. "Do you
 * smoke?" "No." is no never where anybody says that it was once so.
 */
export function decidingStatement(transcript: Dialogue, mentions: readonly Entity[]): Entity | undefined {
  const statements = mentions.toSorted(inTime).filter((mention) => statementOf(transcript, mention) !== undefined);
  const isOfClinician = ({ role, assertion: { decidedBy } }: Entity) =>
    ((decidedBy && transcript.turns[decidedBy.turn]?.role) ?? role) === 'clinician';
  const last = statements.findLast((mention) => !isOfClinician(mention)) ?? statements.at(-1);
  const saysOnce = (mention: Entity) => statementOf(transcript, mention) === 'former';
  return last && statementOf(transcript, last) === 'never' ? (statements.findLast(saysOnce) ?? last) : last;
}
