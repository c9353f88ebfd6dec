import { describe, expect, test } from 'vitest';
import type { ChartFinding } from '../../../../pipeline/reading/chart.ts';
import { toEntries } from '../../../../pipeline/reading/fhir/entries.ts';
import type { Clinical } from '../../../../pipeline/reading/fhir/frame.ts';
import { toProvenance } from '../../../../pipeline/reading/fhir/provenance.ts';
import { decidedAt, evidence, finding, frame, given, right, storedAt } from './charts.ts';

const within = frame();
function provenanceOf(of: ChartFinding) {
  const each = given(of, within);
  const [resource] = toEntries(each) as [Clinical];
  return { resource, provenance: toProvenance(resource, each) };
}
const agentsOf = (of: ChartFinding) =>
  provenanceOf(of).provenance.agent.map(({ type, who }) => [type?.coding?.[0]?.code, who.reference]);
const partsOf = (more: Parameters<typeof evidence>[0]) => {
  const { provenance } = provenanceOf(finding({ evidence: [evidence(more)] }));
  return provenance.entity?.[0]?.extension?.[0]?.extension;
};

describe('where a finding comes from', () => {
  test('is the machine, when the results were stored', () => {
    const { resource, provenance } = provenanceOf(finding());
    expect(provenance.target).toEqual([{ reference: `urn:uuid:${resource.id}` }]);
    expect(provenance.recorded).toBe(storedAt);
    expect(provenance.reason?.[0]?.coding).toMatchObject([{ code: 'AIAST' }]);
    expect(agentsOf(finding())).toEqual([['author', within.names.urn('Device')]]);
  });

  test('is the machine and the clinician, when she decided', () => {
    expect(provenanceOf(finding(right)).provenance.recorded).toBe(decidedAt);
    expect(agentsOf(finding(right))).toEqual([
      ['author', within.names.urn('Device')],
      ['verifier', within.names.urn('Practitioner/provider')],
    ]);
  });
});

describe('the evidence', () => {
  const media = (times: string) => ({
    url: 'media',
    valueUrl: `https://medzen.example/recordings/${within.chart.recordingId}#t=${times}`,
  });

  test('is the quote, who said it, in which turn, and where it is heard', () => {
    expect(partsOf({})).toEqual([
      { url: 'quote', valueString: 'I have a cough.' },
      { url: 'role', valueCode: 'patient' },
      { url: 'turn', valueUnsignedInt: 1 },
      media('53.000,53.760'),
    ]);
  });

  test('is heard in each of its spans: the question, and the answer', () => {
    const span = { turn: 1, begin: 0, end: 1 };
    const spans = [
      { ...span, startMs: 0, endMs: 1_005 },
      { ...span, startMs: 3_600_000, endMs: 3_600_500 },
    ];
    expect(partsOf({ spans })?.filter(({ url }) => url === 'media')).toEqual([
      media('0.000,1.005'),
      media('3600.000,3600.500'),
    ]);
  });

  test('without spans, as an earlier version stored it, is heard where the mention is', () => {
    expect(partsOf({ spans: [] })?.at(-1)).toEqual(media('53.400,53.760'));
  });

  test('is as it was transcribed, and an unknown role is written so', () => {
    expect(partsOf({ corrected: 'I have a cold.', role: 'unknown' })?.slice(0, 2)).toEqual([
      { url: 'quote', valueString: 'I have a cough.' },
      { url: 'role', valueCode: 'unknown' },
    ]);
  });
});
