import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Gap } from '../../pipeline/clinical/extraction.ts';
import type {
  ActionFinding,
  FamilyFinding,
  Finding,
  MedicationFinding,
  SocialFinding,
} from '../../pipeline/clinical/finding.ts';
import { reasons } from '../../pipeline/clinical/reasons.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { counted } from '../commandLine.ts';
import { clock, toColumns, toLegend } from './columns.ts';

/** A consultation as a clinician would skim it, in lines of plain text. */
export function describeConsultation(transcript: Transcript, consultation: Consultation): string[] {
  const { usage, quality, coverage, possible } = consultation;
  const [toCheck, suspected] = [possible.filter(isToCheck), possible.filter((finding) => !isToCheck(finding))];
  const sections = [
    { title: 'Allergies', findings: consultation.allergies },
    { title: 'Problems', findings: consultation.problems },
    { title: 'Medications', findings: consultation.medications.map(withFacts) },
    { title: 'Tests', findings: consultation.tests.map(withResults) },
    { title: 'Procedures', findings: consultation.procedures.map(withResults) },
    { title: 'To check', findings: toCheck.map(withReadings) },
    { title: 'Possible', findings: suspected.map(withReason) },
    { title: 'Ruled out', findings: consultation.ruledOut },
    { title: 'Family history', findings: consultation.familyHistory.map(withRelative) },
    { title: 'Past history', findings: consultation.pastHistory },
    { title: 'Social history', findings: consultation.socialHistory.map(withHabit) },
  ];
  const units = Object.values(usage.units).reduce((sum, each) => sum + each, 0);
  const { engine } = transcript;
  return [
    ...(engine.name === 'imported'
      ? [heading('Words'), `  imported: ${engine.jobName}; nothing was transcribed here`]
      : []),
    heading('Speakers'),
    ...transcript.speakers.map(
      ({ label, role, roleConfidence, words, speakingMs }) =>
        `  ${role.padEnd(10)} ${label}  ${counted(words, 'word')}, ${clock(speakingMs)} of speech` +
        (role === 'unknown' ? '' : `, role confidence ${roleConfidence.toFixed(2)}`),
    ),
    ...toColumns(sections),
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
