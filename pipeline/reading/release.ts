import { toChart } from './draw.ts';
import type { ChartFinding } from './chart.ts';
import type { Opened } from './opened.ts';
import { type Section, sections, toReviewables } from './patient.ts';
import { type Proof, toProof } from './proof.ts';

/**
 * What the patient reads: plain sentences, each with the words that prove it. It holds no code, and nothing that is only
 * possible, contradicted, called wrong or not yet reviewed.
 */
export interface Released {
  schema: 'medzen.released/1';
  recordingId: string;
  /** Of the review, as it was released. */
  revision: number;
  language: string;
  /** Parts of the talk were not read, or it was not coded. */
  incomplete: boolean;
  sections: Record<Section, ReleasedLine[]>;
}

export interface ReleasedLine {
  finding: string;
  sentence: string;
  evidence: Proof[];
}

/** The patient's document of a consultation as it is reviewed now. The database makes the same when it is released. */
export function toReleased(opened: Opened): Released {
  const { recordingId, revision, recording, findings } = toChart(opened);
  const drawn = new Map(
    Object.values(findings)
      .flat()
      .map((finding) => [finding.id, finding]),
  );
  const lines = toReviewables(opened).flatMap(({ id, choices }) => {
    const finding = drawn.get(id);
    const choice = finding && isForPatient(finding) ? choices[finding.status] : undefined;
    return finding && choice?.section && choice.sentence !== null
      ? [{ section: choice.section, line: toLine(finding, choice.sentence) }]
      : [];
  });
  return {
    schema: 'medzen.released/1',
    recordingId,
    revision,
    language: recording.language,
    incomplete: recording.status !== 'completed',
    sections: Object.fromEntries(
      sections.map((section) => [section, lines.filter((one) => one.section === section).map(({ line }) => line)]),
    ) as Released['sections'],
  };
}

const isForPatient = ({ decision, contradictedBy }: ChartFinding) => decision !== 'open' && contradictedBy.length === 0;

function toLine({ id, label, evidence }: ChartFinding, sentence: string): ReleasedLine {
  return {
    finding: id,
    sentence: sentence.replaceAll('{label}', () => label),
    evidence: evidence.map(toProof),
  };
}
