import { describe, expect, test } from 'vitest';
import type { Chart, ChartFinding } from '../../../../pipeline/reading/chart.ts';
import { toBundle } from '../../../../pipeline/reading/fhir.ts';
import { transcriptOf } from '../../transcriptOf.ts';
import { base, chart, decidedAt, finding, frame, right } from './charts.ts';
import { compositionOf, sectionsOf } from './parsed.ts';

const made = (findings: readonly ChartFinding[] = [], more: Partial<Chart> = {}) =>
  toBundle(chart(findings, more), { base });
const { recording, quality } = chart();

describe('the document', () => {
  const signedAt = '2026-03-04T13:00:00.000Z';
  const signed = { ...recording, signedAt, signedBy: 'provider', signedRevision: 1 };
  const { names } = frame();
  const provider = names.ref('Practitioner/provider');

  test('is preliminary and of the machine until it is signed', () => {
    const composition = compositionOf(made());
    expect(composition).toMatchObject({
      status: 'preliminary',
      title: 'Consultation, prepared by machine',
      author: [names.ref('Device')],
      language: 'en-US',
      type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
      meta: { security: [{ code: 'AIAST' }] },
    });
    expect(composition).not.toHaveProperty('attester');
  });

  test.each([
    ['signed', 'final'],
    ['amended', 'amended'],
  ] as const)('is %s: %s', (signature, status) => {
    expect(compositionOf(made([], { recording: signed, signature }))).toMatchObject({
      status,
      title: 'Consultation',
      author: [names.ref('Device'), provider],
      attester: [{ mode: 'legal', time: signedAt, party: provider }],
      meta: { security: [{ code: 'CLINAST' }] },
    });
  });
});

describe('a section', () => {
  const emptyReasonsOf = (more: Partial<Chart>) => {
    const sections = Object.values(sectionsOf(made([finding()], more)));
    return new Map(sections.map(({ title, emptyReason }) => [title, emptyReason?.coding?.[0]?.code]));
  };

  test('with a finding has its words and its resource', () => {
    const { Problems } = sectionsOf(made([finding()]));
    expect(Problems?.entry).toHaveLength(1);
    expect(Problems?.lines[0]).toBe('cough');
    expect(Problems).not.toHaveProperty('emptyReason');
  });

  test('with a finding that is no resource has its words, and is not empty', () => {
    const { [`Possible, to be checked`]: possible } = sectionsOf(made([finding({ list: 'possible' })]));
    expect(possible?.lines[0]).toBe('cough');
    expect(possible).not.toHaveProperty('entry');
    expect(possible).not.toHaveProperty('emptyReason');
  });

  test.each<[string, Partial<Chart>, string, string]>([
    ['nothing was mentioned', {}, 'notasked', 'Nothing of this was mentioned.'],
    [
      'a part was not read',
      { gaps: [{ operation: 'InferICD10CM', begin: 0, end: 3, error: 'Throttled' }] },
      'unavailable',
      'Nothing was found, and a part of the talk was not read.',
    ],
    [
      'nothing is coded',
      { recording: { ...recording, status: 'not_coded' } },
      'unavailable',
      'Not read: the words were transcribed, and no findings were looked for in this language or region.',
    ],
    [
      'a part was not recorded',
      { quality: { ...quality, flags: ['truncated'] } },
      'unavailable',
      'Nothing was found, and a part of the talk is not in the recording.',
    ],
    ['nobody speaks', { quality: { ...quality, flags: ['no-speech'] } }, 'unavailable', 'No speech was recognized.'],
  ])('is empty because %s', (_, more, reason, text) => {
    expect(emptyReasonsOf(more).get('Tests')).toBe(reason);
    expect(emptyReasonsOf(more).get('Problems')).toBeUndefined();
    expect(emptyReasonsOf(more).get('Sources')).toBeUndefined();
    expect(sectionsOf(made([], more))['Tests']?.lines).toEqual([text]);
  });

  test('that says when what was not read was said is the first', () => {
    const { turns } = transcriptOf([
      [0, 'What brings you in?'],
      [1, 'I have a cough.'],
    ]);
    const gaps = [
      { operation: 'InferRxNorm', begin: turns[1]?.begin ?? 0, end: turns[1]?.end ?? 0, error: 'Throttled' },
    ] as const;
    const [first] = Object.values(
      sectionsOf(
        made([], { turns: turns.map((turn) => ({ ...turn, heardRole: turn.role, corrections: [] })), gaps: [...gaps] }),
      ),
    );
    expect(first?.title).toBe('Not read');
    expect(first?.lines[0]).toMatch(/^\d:\d\d to \d:\d\d: InferRxNorm failed with Throttled$/);
  });

  test('that says that the recording is cut short is the first', () => {
    const cut = { quality: { ...quality, flags: ['truncated' as const] } };
    const [first] = Object.values(sectionsOf(made([finding()], cut)));
    expect(first).toMatchObject({
      title: 'Not read',
      lines: ['The recording is cut short: something that was said is not in it.'],
    });
    expect(Object.values(sectionsOf(made([finding()])))[0]?.title).not.toBe('Not read');
  });

  test('names both sources, always', () => {
    const sections = Object.values(sectionsOf(made()));
    const { names } = frame();
    expect(sections.at(-1)).toMatchObject({
      title: 'Sources',
      entry: [names.ref('DocumentReference/recording'), names.ref('DocumentReference/transcript')],
    });
  });
});

describe('what is withdrawn', () => {
  const exported = { ...recording, firstExportedAt: '2026-03-04T11:30:00.000Z' };
  const wrong = finding({ ...right, decision: 'wrong', decidedAt });

  test('has a section of its own, and its resource', () => {
    const { Withdrawn, Problems } = sectionsOf(made([wrong], { recording: exported }));
    expect(Withdrawn?.entry).toHaveLength(1);
    expect(Withdrawn?.lines[1]).toContain('the clinician says that it is wrong');
    expect(Problems?.emptyReason).toBeDefined();
  });

  test('says where it stands now', () => {
    const moved = { ...finding(), ...right, decision: 'changed', list: 'ruledOut', status: 'absent' } as const;
    const { Withdrawn } = sectionsOf(made([moved], { recording: exported }));
    expect(Withdrawn?.lines).toEqual(['cough', 'now: absent']);
  });

  test('is nowhere if nobody was given it', () => {
    expect(JSON.stringify(made([wrong]))).not.toContain('cough');
  });
});
