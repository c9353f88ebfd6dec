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
import type { Outcome } from './outcome.ts';

/** A consultation as a clinician would skim it, in lines of plain text. */
export function describeConsultation(transcript: Transcript, consultation: Consultation): string[] {
  const { usage, quality, coverage, possible } = consultation;
  const [toCheck, suspected] = [possible.filter(isToCheck), possible.filter((finding) => !isToCheck(finding))];
  const units = Object.values(usage.units).reduce((sum, each) => sum + each, 0);
  return [
    heading('Speakers'),
    ...transcript.speakers.map(
      ({ label, role, roleConfidence, words, speakingMs }) =>
        `  ${role.padEnd(10)} ${label}  ${counted(words, 'word')}, ${clock(speakingMs)} of speech` +
        (role === 'unknown' ? '' : `, role confidence ${roleConfidence.toFixed(2)}`),
    ),
    ...findings('Allergies', consultation.allergies),
    ...findings('Problems', consultation.problems),
    ...findings('Medications', consultation.medications.map(withFacts)),
    ...findings('Tests', consultation.tests.map(withResults)),
    ...findings('Procedures', consultation.procedures.map(withResults)),
    ...findings('To check', toCheck.map(withReadings)),
    ...findings('Possible', suspected.map(withReason)),
    ...findings('Ruled out', consultation.ruledOut),
    ...findings('Family history', consultation.familyHistory.map(withRelative)),
    ...findings('Past history', consultation.pastHistory),
    ...findings('Social history', consultation.socialHistory.map(withHabit)),
    ...(quality.flags.length > 0 ? [heading('Quality'), `  ${quality.flags.join(', ')}`] : []),
    ...(coverage.complete ? [] : [heading('Not read'), ...coverage.gaps.map(describeGap)]),
    heading('Cost'),
    `  about $${usage.estimatedUsd.toFixed(2)} at list price: ${counted(usage.audioSeconds, 'second')} of audio, ` +
      `${counted(usage.characters, 'character')} billed as ${counted(units, 'unit')}`,
    '',
    '  Codes are suggestions for a clinician to review. The embedded stack takes them from a word list or from',
    "  a case's recorded answers; only a deployment on AWS asks Comprehend Medical.",
  ];
}

const heading = (text: string) => `\n${text}`;

function findings(title: string, list: readonly Finding[]): string[] {
  if (list.length === 0) return [];
  const labelWidth = Math.max(...list.map(({ label }) => label.length));
  const codesWidth = Math.max(...list.map((finding) => codesOf(finding).length));
  return [
    heading(title),
    ...list.map((finding) => {
      const columns = `${finding.label.padEnd(labelWidth)}  ${codesOf(finding).padEnd(codesWidth)}`;
      return `  ${columns}  ${quoteOf(finding)}`.trimEnd();
    }),
  ];
}

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

const quoteLength = 64;

/**
 * The best code of each system: "R07.9, SNOMED-CT 29857009". An ICD-10-CM code is known by its form; others are named.
 */
function codesOf({ codes }: Finding): string {
  const best = codes.filter(({ system }, at) => codes.findIndex((code) => code.system === system) === at);
  return best.map(({ system, code }) => (system === 'ICD-10-CM' ? code : `${system} ${code}`)).join(', ');
}

/** The first mention, and how many follow it. */
function quoteOf({ evidence }: Finding): string {
  const first = evidence[0];
  if (!first) return '';
  const more = evidence.length > 1 ? ` (+${evidence.length - 1})` : '';
  return `${clock(first.startMs).padStart(5)} ${first.role}: "${shorten(first.quote.replaceAll('\n', ' / '))}"${more}`;
}

function shorten(text: string): string {
  return text.length <= quoteLength ? text : `${text.slice(0, quoteLength - 1).trimEnd()}…`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One line of a list of cases; below it why it failed and what differs. */
export function describeOutcome(outcome: Outcome): string {
  const { name, status, error, failure, folder, words, entities, seconds, ok, differences } = outcome;
  const isRead = status !== 'failed' && status !== 'skipped';
  const results = isRead ? [counted(words, 'word'), counted(entities, 'entity', 'entities')] : [];
  const facts = status === 'ignored' ? ['no execution started'] : [...results, `${seconds.toFixed(1)} s`];
  const line = `${ok ? '✓' : '✗'} ${name.padEnd(34)} ${status}${error ? ` (${error})` : ''}  ${facts.join(', ')}`;
  const why = failure
    ? [`${failure.step ?? 'The workflow'}: ${failure.message}`, `See ${failure.runbook}; the files are in ${folder}`]
    : [];
  return [line, ...[...why, ...differences].flatMap((more) => wrapped(more, '    '))].join('\n');
}

/** The commands that take a recording further, with its ids; only a finished one can be made a case of. `keptBy` is the option by which they find the stack. */
export function describeIds({ name, status, recordingId, meetingId }: Outcome, keptBy: string): string[] {
  const stack = keptBy === '' ? '' : ` ${keptBy}`;
  const isFinished = status === 'completed' || status === 'partial' || status === 'not_coded';
  return [
    ...(isFinished ? [`    npm run record -- ${recordingId} --out fixtures/${name}${stack}`] : []),
    `    npm run audit -- verify ${meetingId}${stack}`,
  ];
}

const lineLength = 110;

/** A text in lines of a terminal's width, all but the first further to the right. A word is never cut. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${word}`.length <= lineLength) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${indent}${lines.length > 0 ? '  ' : ''}${word}`);
  }
  return lines;
}
