import { type Found, hear, hearEntities } from './hear.ts';
import type { AssertionStatus } from '../../pipeline/clinical/entities.ts';
import { readAssertionDialogues, spanOf, transcriptOf } from '../assertionDialogues.ts';
import { type Kind, type Reading, readings } from './likelihood.ts';
import { readAnnotated } from '../consultations/documents.ts';
import type { GoldFinding, GoldKind, GoldStatus } from '../consultations/gold.ts';
import { labelOf, toMentions } from '../consultations/match.ts';
import type { Sample } from './fit.ts';

/** The labelled mentions of all annotated consultations in some folders, with the service's traits and without. */
export async function readSamples(folders: readonly string[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const folder of folders) {
    for (const traits of [true, false]) {
      for await (const { given, documents } of readAnnotated(folder, traits)) {
        const { transcript, entities } = documents;
        const heard = hearEntities(transcript, entities.entities);
        for (const [at, mention] of toMentions(given, documents).entries()) {
          const [gold, one] = [labelOf(mention), heard[at]];
          if (!gold || !one) continue;
          const label = indexOf(one.kind, gold, gold.status);
          if (label === undefined) continue;
          const others = gold.alsoAccepted.flatMap((status) => indexOf(one.kind, gold, status) ?? []);
          samples.push({
            consultation: given.id,
            kind: one.kind,
            cues: new Set(one.cues),
            label,
            accepted: new Set([label, ...others]),
            weight: 1,
          });
        }
      }
    }
  }
  return samples;
}

/** The short dialogues that the named rules are developed on: they keep a line that stands alone readable. */
export function readShortSamples(path: string): Sample[] {
  return readAssertionDialogues(path).flatMap((dialogue) => {
    const transcript = transcriptOf(dialogue);
    const found = dialogue.marks.map((mark): Found => {
      const { begin, end } = spanOf(transcript, mark);
      const turn = transcript.turns.findIndex((one) => begin < one.end);
      const { speaker = '', role = 'unknown' } = transcript.turns[turn] ?? {};
      const type = shortTypes[mark.category] ?? '';
      return {
        begin,
        end,
        text: mark.words,
        category: mark.category,
        type,
        score: 1,
        turn,
        speaker,
        role,
        startMs: 0,
        endMs: 0,
        traits: [],
        attributes: [],
        codes: [],
      };
    });
    return hear(transcript, found).flatMap((one, at) => {
      const status = dialogue.marks[at]?.expected;
      const reading = one && status && shortReadings[one.kind][status];
      if (!one || !reading) return [];
      const label = (readings[one.kind] as readonly string[]).indexOf(reading);
      return [
        {
          consultation: 'fixtures/assertions',
          kind: one.kind,
          cues: new Set(one.cues),
          label,
          accepted: new Set([label]),
          weight: shortWeight,
        },
      ];
    });
  });
}

/** A whole consultation says more about how people talk than a line. */
const shortWeight = 0.5;
const shortTypes: Readonly<Record<string, string>> = {
  MEDICATION: 'GENERIC_NAME',
  MEDICAL_CONDITION: 'DX_NAME',
  TEST_TREATMENT_PROCEDURE: 'TEST_NAME',
};
const shortReadings: Readonly<Record<Kind, Partial<Record<AssertionStatus, Reading>>>> = {
  condition: { present: 'present', absent: 'absent', historical: 'historical', family: 'family' },
  medicine: { present: 'taking', absent: 'not-taking', historical: 'stopped', family: 'family', planned: 'planned' },
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
  const reading = isAllergy ? 'allergic' : tables[kind][status];
  const at = (readings[kind] as readonly string[]).indexOf(reading ?? '');
  return at < 0 ? undefined : at;
}
