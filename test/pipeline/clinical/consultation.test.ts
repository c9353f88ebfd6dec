import { describe, expect, test } from 'vitest';
import { type Consultation, toConsultation } from '../../../pipeline/clinical/consultation.ts';
import { lists } from '../../../pipeline/clinical/finding.ts';
import { toEntities } from '../../../pipeline/clinical/merge.ts';
import type { Gap, KeptAnswer, ServiceAnswer } from '../../../pipeline/clinical/extraction.ts';
import type { Transcript } from '../../../pipeline/transcript/transcript.ts';
import { spanOf, transcriptOf } from '../transcriptOf.ts';
import { byRules } from '../byRules.ts';

type ServiceEntity = NonNullable<ServiceAnswer['Entities']>[number];

/** A mention with its codes, best first. */
function mention(transcript: Transcript, words: string, nth: number, more: ServiceEntity = {}): ServiceEntity {
  const { begin, end, text } = spanOf(transcript, words, nth);
  const kind = { Category: 'MEDICAL_CONDITION', Type: 'DX_NAME', Score: 0.8 };
  return { BeginOffset: begin, EndOffset: end, Text: text, ...kind, ...more };
}

const coded = (...codes: [string, number][]): ServiceEntity => ({
  ICD10CMConcepts: codes.map(([Code, Score]) => ({ Code, Description: `${Code} in words`, Score })),
});
const traits = (...names: string[]): ServiceEntity => ({ Traits: names.map((Name) => ({ Name, Score: 0.9 })) });

async function consult(transcript: Transcript, mentions: ServiceEntity[], context = { coded: true, icd10cm: null }) {
  const end = Array.from(transcript.text).length;
  const response = { Entities: mentions, ModelVersion: '3' };
  const answer: KeptAnswer = { operation: 'InferICD10CM', n: 1, begin: 0, end, textSha256: '', response };
  return toConsultation(transcript, await toEntities(transcript, [answer], [], undefined, byRules), context);
}

const labels = (consultation: Consultation) =>
  Object.fromEntries(
    lists
      .map((list): [string, string[]] => [list, consultation[list].map((finding) => finding.label)])
      .filter(([, found]) => found.length > 0),
  );

const visit = transcriptOf([
  [1, 'Headache again. The headache is bad. My head hurts, and HIV was asked.'],
  [0, 'Any asthma?'],
  [1, 'No, never. My mother has it.'],
]);

describe('mentions are one finding', () => {
  test('when they share their best code, under the words of the surest', async () => {
    const consultation = await consult(visit, [
      mention(visit, 'Headache', 1, { Score: 0.99, ...coded(['R51.9', 0.7]) }),
      mention(visit, 'head hurts', 1, { Score: 0.6, ...coded(['R51.9', 0.9], ['G44.1', 0.3]) }),
    ]);
    expect(consultation.problems).toHaveLength(1);
    expect(consultation.problems[0]).toMatchObject({
      label: 'headache',
      codes: [
        { code: 'R51.9', score: 0.9, rank: 1 },
        { code: 'G44.1', score: 0.3, rank: 2 },
      ],
    });
  });

  test('when they share their words and one of them has a code', async () => {
    const consultation = await consult(visit, [
      mention(visit, 'Headache', 1),
      mention(visit, 'headache', 1, coded(['R51.9', 0.7])),
    ]);
    expect(labels(consultation)).toEqual({ problems: ['headache'] });
    expect(consultation.problems[0]?.evidence.map((evidence) => evidence.quote)).toEqual([
      'Headache again.',
      'The headache is bad.',
    ]);
  });

  describe('with SNOMED CT switched on', () => {
    const both = (icd: [string, number][], snomed: [string, number][]): ServiceEntity => ({
      ...coded(...icd),
      SNOMEDCTConcepts: snomed.map(([Code, Score]) => ({ Code, Description: `${Code} in words`, Score })),
    });
    const headache: [string, number][] = [['25064002', 0.98]];

    test('the codes of ICD-10-CM come first, however sure the other ones are', async () => {
      const { problems } = await consult(visit, [
        mention(visit, 'Headache', 1, both([['R51.9', 0.5]], headache)),
        mention(visit, 'headache', 1, both([['R51.9', 0.6]], headache)),
      ]);
      expect(problems.map(({ codes }) => codes.map(({ code, rank }) => [code, rank]))).toEqual([
        [
          ['R51.9', 1],
          ['25064002', 1],
        ],
      ]);
    });

    test('what ICD-10-CM parts stays parted, though one concept covers it', async () => {
      const { problems } = await consult(visit, [
        mention(visit, 'Headache', 1, both([['R51.9', 0.5]], headache)),
        mention(visit, 'head hurts', 1, both([['G44.1', 0.5]], headache)),
      ]);
      expect(problems).toHaveLength(2);
    });

    test('a mention that only SNOMED CT has coded stays with its words', async () => {
      const { problems } = await consult(visit, [
        mention(visit, 'Headache', 1, both([], headache)),
        mention(visit, 'headache', 1, both([['R51.9', 0.5]], [])),
      ]);
      expect(problems).toMatchObject([{ codes: [{ code: 'R51.9' }, { code: '25064002' }], evidence: [{}, {}] }]);
    });

    test('where ICD-10-CM has nothing to say, a shared concept joins', async () => {
      const { problems } = await consult(visit, [
        mention(visit, 'headache', 1, both([], headache)),
        mention(visit, 'head hurts', 1, both([], headache)),
      ]);
      expect(problems).toMatchObject([{ codes: [{ system: 'SNOMED-CT', code: '25064002', rank: 1 }] }]);
      expect(problems[0]?.evidence).toHaveLength(2);
    });

    test('a test is one by its words, whatever concepts its mentions are given', async () => {
      const scan = { Category: 'TEST_TREATMENT_PROCEDURE', Type: 'TEST_NAME' };
      const { tests } = await consult(visit, [
        mention(visit, 'Headache', 1, { ...scan, ...both([], [['75367002', 0.6]]) }),
        mention(visit, 'headache', 1, { ...scan, ...both([], [['46973005', 0.7]]) }),
      ]);
      expect(tests).toMatchObject([{ codes: [{ code: '46973005' }, { code: '75367002' }], evidence: [{}, {}] }]);
    });
  });

  test('left to check when one is denied and the other is told', async () => {
    const consultation = await consult(visit, [
      mention(visit, 'Headache', 1, coded(['R51.9', 0.7])),
      mention(visit, 'headache', 1, { ...coded(['R51.9', 0.7]), ...traits('NEGATION') }),
    ]);
    expect(labels(consultation)).toEqual({ possible: ['headache'] });
    expect(consultation.possible).toMatchObject([{ toCheck: { readings: ['present', 'absent'] } }]);
  });

  test('an abbreviation keeps its capitals', async () => {
    expect(labels(await consult(visit, [mention(visit, 'HIV', 1)]))).toEqual({ problems: ['HIV'] });
  });
});

describe('a finding is read where it belongs', () => {
  const told = transcriptOf([[1, 'There was some asthma in it.']]);
  const kind = (Category: string, Type: string): ServiceEntity => ({ Category, Type });

  test.each<[string, ServiceEntity, string | undefined]>([
    ['a condition', kind('MEDICAL_CONDITION', 'DX_NAME'), 'problems'],
    ['a medicine', kind('MEDICATION', 'GENERIC_NAME'), 'medications'],
    ['a test', kind('TEST_TREATMENT_PROCEDURE', 'TEST_NAME'), 'tests'],
    ['a procedure', kind('TEST_TREATMENT_PROCEDURE', 'PROCEDURE_NAME'), 'procedures'],
    ['a treatment', kind('TEST_TREATMENT_PROCEDURE', 'TREATMENT_NAME'), 'procedures'],
    ['what is denied', traits('NEGATION'), 'ruledOut'],
    ['what runs in the family', traits('PERTAINS_TO_FAMILY'), 'familyHistory'],
    ['what was once', traits('PAST_HISTORY'), 'pastHistory'],
    ['what may be', traits('HYPOTHETICAL'), 'possible'],
    ['a medicine that is planned', { ...kind('MEDICATION', 'GENERIC_NAME'), ...traits('FUTURE') }, 'medications'],
    ['a condition that is to come', traits('FUTURE'), 'possible'],
    ['a part of the body', kind('ANATOMY', 'SYSTEM_ORGAN_SITE'), undefined],
    ['a time', kind('TIME_EXPRESSION', 'TIME_TO_DX_NAME'), undefined],
    ['an allergy', kind('BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'ALLERGIES'), 'allergies'],
    ['a habit', kind('BEHAVIORAL_ENVIRONMENTAL_SOCIAL', 'TOBACCO_USE'), 'socialHistory'],
    ['a medicine that is not taken', { ...kind('MEDICATION', 'GENERIC_NAME'), ...traits('NEGATION') }, 'medications'],
  ])('%s', async (_, more, list) => {
    expect(labels(await consult(told, [mention(told, 'asthma', 1, more)]))).toEqual(list ? { [list]: ['asthma'] } : {});
  });
});

test.each<[string, boolean, Gap[]]>([
  ['completed', true, []],
  ['partial', true, [{ operation: 'InferRxNorm', begin: 0, end: 9, error: 'Throttled' }]],
  ['not_coded', false, []],
])('the status is %s', async (status, isCoded, gaps) => {
  const found = await toEntities(visit, [], gaps, undefined);
  const consultation = toConsultation(visit, found, { coded: isCoded, icd10cm: null });
  expect(consultation).toMatchObject({ status, coverage: { complete: gaps.length === 0, gaps } });
});

test('carries identity, speakers, usage and versions', async () => {
  const characters = Array.from(visit.text).length;
  const calls = ['InferICD10CM-1', 'InferRxNorm-1', 'InferRxNorm-2'].map((name): KeptAnswer => {
    const [operation, n] = name.split('-') as ['InferICD10CM' | 'InferRxNorm', string];
    return { operation, n: Number(n), begin: 0, end: characters, textSha256: '', response: { Entities: [] } };
  });
  const entities = await toEntities(visit, calls, [], undefined);
  expect(toConsultation(visit, entities, { coded: true, icd10cm: 'FY2031' })).toMatchObject({
    schema: 'medzen.consultation/2',
    recordingId: visit.recordingId,
    meetingId: 'meeting-7',
    appointmentId: 'appointment-3',
    startedAt: null,
    speakers: visit.speakers,
    quality: visit.quality,
    usage: {
      audioSeconds: 600,
      characters,
      units: { InferICD10CM: 2, InferRxNorm: 4 },
      calls: { 'transcribe-medical': 1, InferICD10CM: 1, InferRxNorm: 2 },
      estimatedUsd: 0.752,
    },
    versions: {
      transcriptSchema: 'medzen.transcript/1',
      entitiesSchema: 'medzen.entities/2',
      icd10cm: 'FY2031',
      models: { InferICD10CM: '', InferRxNorm: '' },
    },
  });
});

test('bills no speech-to-text for words that another recognizer made', async () => {
  const imported = { ...visit, engine: { ...visit.engine, name: 'imported' as const } };
  const { usage } = toConsultation(imported, await toEntities(imported, [], [], undefined), {
    coded: true,
    icd10cm: null,
  });
  expect(usage).toMatchObject({ audioSeconds: 600, calls: {}, estimatedUsd: 0 });
});

test('of silence is complete and empty', async () => {
  const silence = transcriptOf([]);
  const consultation = toConsultation(silence, await toEntities(silence, [], [], undefined), {
    coded: true,
    icd10cm: null,
  });
  expect(consultation).toMatchObject({ status: 'completed', quality: { flags: ['no-speech'] }, problems: [] });
});
