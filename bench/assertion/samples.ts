import { type Heard, hear } from '../../pipeline/clinical/assertion/hear.ts';
import type { Found } from '../../pipeline/clinical/assertion/mention.ts';
import { type Kind, mayBeAllergy, type Reading, readings } from '../../pipeline/clinical/assertion/readings.ts';
import { type Expected, foundIn as foundInLines, readAssertionDialogues, transcriptOf } from '../assertionDialogues.ts';
import type { GoldConsultation } from '../consultations/corpus.ts';
import { type Documents, readAnnotated, type Variant, variants } from '../consultations/documents.ts';
import type { GoldFinding, GoldKind, GoldStatus } from '../consultations/gold.ts';
import { labelOf, toMentions } from '../consultations/match.ts';
import type { Sample } from './fit.ts';

/** An annotated consultation in one of its variants, and what is heard of its mentions. */
export interface Visit {
  folder: string;
  variant: Variant;
  given: GoldConsultation;
  documents: Documents;
  /** None of noisy labels: those are for judging only. */
  samples: Sample[];
}

/** Reads the annotated consultations of some folders, each in all its variants. */
export async function readVisits(folders: readonly string[]): Promise<Visit[]> {
  const visits: Visit[] = [];
  const seen = new Set<string>();
  for (const folder of folders) {
    const known = new Set(seen);
    for (const variant of variants) {
      for await (const { given, documents } of readAnnotated(folder, variant)) {
        // The fixtures hold the invented consultations of the corpus too.
        if (known.has(given.id)) continue;
        seen.add(given.id);
        const samples = variant === 'noisy labels' ? [] : samplesOf(given, documents);
        visits.push({ folder, variant, given, documents, samples });
      }
    }
  }
  return visits;
}

function samplesOf(given: GoldConsultation, documents: Documents): Sample[] {
  const heard = hear(documents.transcript, foundIn(documents));
  return toMentions(given, documents).flatMap((mention, at) => {
    const [gold, one] = [labelOf(mention), heard[at]];
    return (gold && one && toSample(given, one, gold)) ?? [];
  });
}

/** The mentions as they were before anything was said about whether they are there. */
export function foundIn({ entities }: Pick<Documents, 'entities'>): Found[] {
  return entities.entities.map(({ assertion, ...entity }) => ({ ...entity, traits: assertion.traits }));
}

const historical = readings.condition.indexOf('historical');

/** What people said counts more than what somebody wrote, of which there is far more. */
const realWeight = 4;

function toSample({ id, isReal }: GoldConsultation, { mention, cues }: Heard, gold: GoldFinding): Sample | undefined {
  const { kind } = mention;
  // The gold of an allergy gives the words for what it did too.
  const isReaction = gold.kind === 'allergy' && !mayBeAllergy(mention.entity);
  const label = isReaction ? historical : indexOf(kind, gold, gold.status);
  if (label === undefined) return undefined;
  const others = gold.alsoAccepted.flatMap((status) => indexOf(kind, gold, status) ?? []);
  const accepted = new Set([label, ...others]);
  return { consultation: id, kind, cues, label, accepted, weight: isReal ? realWeight : 1 };
}

/** The short dialogues that the named rules are developed on: they keep a line that stands alone readable. */
export function readShortSamples(path: string): Sample[] {
  return readAssertionDialogues(path).flatMap((dialogue) => {
    const transcript = transcriptOf(dialogue);
    const found = foundInLines(dialogue, transcript);
    return hear(transcript, found).flatMap((one, at) => {
      const status = dialogue.marks[at]?.expected;
      const reading = one && status && shortReadings[one.mention.kind][status];
      if (!one || !reading) return [];
      const label = (readings[one.mention.kind] as readonly string[]).indexOf(reading);
      return [
        {
          consultation: 'fixtures/assertions',
          kind: one.mention.kind,
          cues: one.cues,
          label,
          accepted: new Set([label]),
          weight: shortWeight,
        },
      ];
    });
  });
}

/** Lines that stand alone are few, and plain: they keep plain talk readable. */
const shortWeight = 6;
const shortReadings: Readonly<Record<Kind, Partial<Record<Expected, Reading>>>> = {
  condition: {
    present: 'present',
    absent: 'absent',
    historical: 'historical',
    family: 'family',
    open: 'possible',
    allergic: 'allergic',
  },
  medicine: {
    present: 'taking',
    absent: 'not-taking',
    historical: 'stopped',
    family: 'family',
    planned: 'planned',
    open: 'possible',
    allergic: 'allergic',
    'not-allergic': 'not-allergic',
  },
  test: { present: 'present', absent: 'absent', historical: 'present', family: 'family', planned: 'planned' },
};

type Table = Partial<Record<GoldStatus, Reading>>;
const conditions: Table = {
  present: 'present',
  taking: 'present',
  allergic: 'allergic',
  absent: 'absent',
  not_taking: 'absent',
  advised_against: 'absent',
  family: 'family',
  other: 'family',
  stopped: 'historical',
  past: 'historical',
  historical: 'historical',
  possible: 'possible',
  planned: 'possible',
  hypothetical: 'none',
};
const medicines: Table = {
  taking: 'taking',
  present: 'taking',
  planned: 'planned',
  stopped: 'stopped',
  past: 'tried-before',
  historical: 'tried-before',
  not_taking: 'not-taking',
  absent: 'not-taking',
  advised_against: 'advised-against',
  allergic: 'allergic',
  possible: 'possible',
  family: 'family',
  other: 'family',
  hypothetical: 'none',
};
const tests: Table = {
  present: 'present',
  historical: 'present',
  stopped: 'present',
  past: 'present',
  taking: 'present',
  planned: 'planned',
  absent: 'absent',
  not_taking: 'absent',
  advised_against: 'absent',
  possible: 'possible',
  family: 'family',
  other: 'family',
  hypothetical: 'none',
};
const tables: Readonly<Record<Kind, Table>> = { condition: conditions, medicine: medicines, test: tests };

function indexOf(kind: Kind, { kind: what }: GoldFinding, status: GoldStatus): number | undefined {
  const isAllergy =
    (what satisfies GoldKind) === 'allergy' && kind !== 'test' && (status === 'present' || status === 'allergic');
  const isNone = (what satisfies GoldKind) === 'allergy' && kind === 'medicine' && status === 'absent';
  const reading = isAllergy ? 'allergic' : isNone ? 'not-allergic' : tables[kind][status];
  const at = (readings[kind] as readonly string[]).indexOf(reading ?? '');
  return at < 0 ? undefined : at;
}
