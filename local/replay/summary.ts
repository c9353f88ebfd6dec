import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Evidence } from '../../pipeline/clinical/evidence.ts';
import type { Gap } from '../../pipeline/clinical/extraction.ts';
import type {
  ActionFinding,
  FamilyFinding,
  Finding,
  MedicationFinding,
  SocialFinding,
} from '../../pipeline/clinical/finding.ts';
import { reasons } from '../../pipeline/clinical/reasons.ts';
import { wordsOf } from '../../pipeline/transcript/sentences.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { counted } from '../commandLine.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import { toColumns, toLegend } from './columns.ts';
import { headings, headingToCheck } from './headings.ts';

/** A consultation as a clinician would skim it, in lines of plain text. */
export function describeConsultation(transcript: Transcript, consultation: Consultation): string[] {
  const { usage, quality, coverage, possible } = consultation;
  const [toCheck, suspected] = [possible.filter(isToCheck), possible.filter((finding) => !isToCheck(finding))];
  const sections = [
    { title: headings.allergies, findings: consultation.allergies },
    { title: headings.problems, findings: consultation.problems },
    { title: headings.medications, findings: consultation.medications.map(withFacts) },
    { title: headings.tests, findings: consultation.tests.map(withResults) },
    { title: headings.procedures, findings: consultation.procedures.map(withResults) },
    { title: headingToCheck, findings: toCheck.map(withReadings) },
    { title: headings.possible, findings: suspected.map(withReason) },
    { title: headings.ruledOut, findings: consultation.ruledOut },
    { title: headings.familyHistory, findings: consultation.familyHistory.map(withRelative) },
    { title: headings.pastHistory, findings: consultation.pastHistory },
    { title: headings.socialHistory, findings: consultation.socialHistory.map(withHabit) },
  ];
  const units = Object.values(usage.units).reduce((sum, each) => sum + each, 0);
  const { engine } = transcript;
  return [
    ...(engine.name === 'imported'
      ? [heading('Words'), `  imported: ${engine.jobName}; nothing was transcribed here`]
      : []),
    heading('Speakers'),
    ...describeSpeakers(transcript.speakers),
    ...toColumns(sections, (evidence) => mentionIn(transcript, evidence)),
    '',
    ...toLegend(sections.flatMap(({ findings }) => findings)),
    '  Codes are suggestions for a clinician to review. The embedded stack takes them from a word list or from',
    "  a case's recorded answers; only a deployment on AWS asks Comprehend Medical.",
    ...(quality.flags.length > 0 ? [heading('Quality'), `  ${quality.flags.join(', ')}`] : []),
    ...(coverage.complete ? [] : [heading('Not read'), ...coverage.gaps.map(describeGap)]),
    heading('Cost'),
    `  about $${usage.estimatedUsd.toFixed(2)} at list price: ${counted(usage.audioSeconds, 'second')} of audio, ` +
      `${counted(usage.characters, 'character')} billed as ${counted(units, 'unit')}`,
  ];
}

/** A line for each speaker, in columns. */
function describeSpeakers(speakers: Transcript['speakers']): string[] {
  const rows = speakers.map((speaker) => ({ ...speaker, words: counted(speaker.words, 'word') }));
  const labelWidth = Math.max(0, ...rows.map(({ label }) => label.length));
  const wordsWidth = Math.max(0, ...rows.map(({ words }) => words.length));
  return rows.map(
    ({ label, role, roleConfidence, roleEvidence, words, speakingMs }) =>
      `  ${role.padEnd(10)} ${label.padEnd(labelWidth)}  ${words.padStart(wordsWidth)}, ${toClock(speakingMs)} of speech` +
      (role === 'unknown' ? '' : `, role confidence ${roleConfidence.toFixed(2)}${sources[roleEvidence]}`),
  );
}

/** What a role is known by, where that is not what was said. */
const sources = { roster: " by the meeting's own record of who spoke when", dialogue: '', none: '' } as const;

/** The words of the mention itself: evidence quotes the sentence around it as well. */
function mentionIn({ turns }: Transcript, { turn: index, startMs, endMs }: Evidence): string {
  const turn = turns[index];
  const said = turn?.words.filter((word) => word[2] >= startMs && word[3] <= endMs) ?? [];
  const [first, last] = [said[0], said.at(-1)];
  return turn && first && last ? wordsOf(turn, { begin: first[0], end: last[1] }) : '';
}

const heading = (text: string) => `\n${text}`;

function describeGap({ operation, begin, end, error }: Gap): string {
  return `  ${operation} did not read characters ${begin} to ${end}: ${error}`;
}

const isToCheck = (finding: Finding) => finding.toCheck !== null;

/** "ECG, planned", "blood pressure: 150 mmHg" */
function withResults(finding: ActionFinding): Finding {
  const values = [
    ...new Set(finding.results.map(({ value, unit }) => (unit === null ? value : `${value} ${unit}`))),
  ].join(', ');
  return labelled(finding, [finding.planned && 'planned'], values);
}

/** "metformin, taking, dose-changed, as needed: 500 mg, every morning"; "ramipril, stopped" says it once. */
function withFacts(medication: MedicationFinding): Finding {
  const { status, change, asNeeded, dose, route, frequency } = medication;
  const facts = new Set([status, change, asNeeded && 'as needed']);
  return labelled(medication, [...facts], [...dose, ...route, ...frequency].join(', '));
}

const withHabit = (finding: SocialFinding) => labelled(finding, [finding.kind, finding.status]);
const withRelative = (finding: FamilyFinding) => labelled(finding, [finding.relative]);
const withReason = (finding: Finding) => labelled(finding, [], reasons[finding.reason]);
const withReadings = (finding: Finding) =>
  labelled(finding, [finding.toCheck?.readings.join(' or ')], reasons[finding.reason]);

/** The finding with what is said of it after its label. */
function labelled(finding: Finding, words: readonly (string | false | null | undefined)[], facts = ''): Finding {
  const label = [finding.label, ...words.filter(Boolean)].join(', ');
  return { ...finding, label: facts === '' ? label : `${label}: ${facts}` };
}
