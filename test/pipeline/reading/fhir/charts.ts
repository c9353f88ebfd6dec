import { type Finding, lists } from '../../../../pipeline/clinical/finding.ts';
import type { Chart, ChartCode, ChartEvidence, ChartFinding } from '../../../../pipeline/reading/chart.ts';
import type { Frame, Given } from '../../../../pipeline/reading/fhir/frame.ts';
import { Names } from '../../../../pipeline/reading/fhir/names.ts';

export const base = 'https://medzen.example';
export const storedAt = '2026-03-04T11:00:00.000Z';
export const decidedAt = '2026-03-04T12:00:00.000Z';

/** A decision of the provider on a finding. */
export const right = { decision: 'right', decidedAt, decidedBy: 'provider' } as const;

export const code = (more: Partial<ChartCode> = {}): ChartCode => ({
  entities: ['medical_condition:2-7'],
  system: 'ICD-10-CM',
  code: 'R05.9',
  description: 'Cough, unspecified',
  score: 0.8,
  rank: 1,
  billable: true,
  source: 'pipeline',
  review: 'suggested',
  reviewedAt: null,
  reviewedBy: null,
  note: null,
  ...more,
});

const said: ChartEvidence = {
  entity: 'medical_condition:2-7',
  turn: 1,
  role: 'patient',
  quote: 'I have a cough.',
  corrected: 'I have a cough.',
  spans: [{ turn: 1, begin: 20, end: 35, startMs: 53_000, endMs: 53_760 }],
  startMs: 53_400,
  endMs: 53_760,
};
export const evidence = (more: Partial<ChartEvidence> = {}): ChartEvidence => ({ ...said, ...more });

interface Facts {
  facts?: object;
}

/** A finding, a cough unless it is said otherwise; `facts` are what its list says besides. */
export function finding({ facts = {}, ...more }: Partial<ChartFinding> & Facts = {}): ChartFinding {
  const { list = 'problems', status = 'present', label = 'cough', decision = 'open' } = more;
  const found: Finding = {
    id: 'medical_condition:2-7',
    evidence: [],
    label,
    codes: [],
    score: 0.9,
    reason: 'stated',
    toCheck: null,
  };
  return {
    id: found.id,
    kind: 'condition',
    found: { ...found, ...facts },
    foundIn: list,
    foundAs: status,
    list,
    status,
    label,
    decision,
    decidedAt: null,
    decidedBy: null,
    note: null,
    reason: 'stated',
    toCheck: null,
    contradictedBy: [],
    codes: [code()],
    evidence: [said],
    ...more,
  };
}

/** A chart with these findings, each in its list; those called wrong are dropped. */
export function chart(findings: readonly ChartFinding[] = [], more: Partial<Chart> = {}): Chart {
  const kept = findings.filter(({ decision }) => decision !== 'wrong');
  return {
    notLookedFor: [],
    recordingId: 'rec-0123456789abcdef0123456789abcdef',
    revision: 1,
    session: {
      sessionId: 'session',
      meetingId: 'meeting',
      appointmentId: 'appointment',
      providerId: 'provider',
      patientId: 'patient',
      status: 'ended',
    },
    recording: {
      status: 'completed',
      language: 'en-US',
      engine: 'transcribe-medical',
      durationMs: 60_000,
      startedAt: null,
      storedAt,
      signedAt: null,
      signedBy: null,
      signedRevision: null,
      releasedAt: null,
      releasedRevision: null,
      firstExportedAt: null,
    },
    speakers: [],
    turns: [],
    findings: Object.fromEntries(
      lists.map((list) => [list, kept.filter((one) => one.list === list)]),
    ) as Chart['findings'],
    dropped: findings.filter(({ decision }) => decision === 'wrong'),
    quality: { words: 10, meanConfidence: 0.9, lowConfidenceWords: 0, flags: [] },
    gaps: [],
    unmapped: [],
    versions: { pipeline: '0.1.0', transcriptSchema: '1', entitiesSchema: '2', icd10cm: null },
    open: { findings: 0, codes: 0 },
    signature: 'unsigned',
    release: 'unreleased',
    ...more,
  };
}

export function frame(of: Chart = chart()): Frame {
  return { chart: of, base, names: new Names(of.recordingId) };
}

export function given(of: ChartFinding, within: Frame = frame()): Given {
  return { finding: of, anchor: 'e-problems-0', frame: within };
}

/** What somebody dictates or types who wants to break a document: all of it is text. */
export const hostile: readonly (readonly [name: string, text: string])[] = [
  ['markup', '</div><script>alert("1")</script>&amp;<!--'],
  ['marks of direction', '\u{202e}gnisrever\u{2066}'],
  ['a word of 10,000 characters', 'a'.repeat(10_000)],
  ['emoji', 'cough \u{1f637}\u{1f468}\u{200d}\u{1f469}'],
  ['a closing of CDATA', ']]><![CDATA['],
];
