import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Finding, MedicationFinding } from '../../pipeline/clinical/findings.ts';
import { defaultOperations, operations } from '../../pipeline/clinical/operations.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import type { Outcome } from './outcome.ts';

/** A consultation as a clinician would skim it, in lines of plain text. */
export function describeConsultation(transcript: Transcript, consultation: Consultation): string[] {
  const { usage, quality, coverage } = consultation;
  return [
    heading('Speakers'),
    ...transcript.speakers.map(
      ({ label, role, roleConfidence, words, speakingMs }) =>
        `  ${role.padEnd(10)} ${label}  ${words} words, ${clock(speakingMs)} of speech` +
        (role === 'unknown' ? '' : `, confidence ${roleConfidence.toFixed(2)}`),
    ),
    ...findings('Problems', consultation.problems),
    ...findings('Medications', consultation.medications.map(withFacts)),
    ...findings('Tests', consultation.tests),
    ...findings('Procedures', consultation.procedures),
    ...findings('Possible', consultation.possible),
    ...findings('Ruled out', consultation.ruledOut),
    ...findings('Family history', consultation.familyHistory),
    ...findings('Past history', consultation.pastHistory),
    ...(quality.flags.length > 0 ? [heading('Quality'), `  ${quality.flags.join(', ')}`] : []),
    ...(coverage.complete ? [] : [heading('Not read'), ...coverage.gaps.map((gap) => `  ${JSON.stringify(gap)}`)]),
    heading('Cost'),
    `  about $${usage.estimatedUsd.toFixed(2)}: ${usage.audioSeconds} s of audio, ` +
      `${usage.characters} characters in ${Object.values(usage.units).reduce((sum, units) => sum + units, 0)} units`,
    '',
    '  Codes are suggestions for review. They come from a stand-in here, not from Comprehend Medical.',
  ];
}

const heading = (text: string) => `\n${text}`;

function findings(title: string, list: readonly Finding[]): string[] {
  const codes = list.map(describeCodes);
  const width = Math.max(9, ...codes.map((text) => text.length));
  return list.length === 0 ? [] : [heading(title), ...list.map((one, n) => describe(one, codes[n] ?? '', width))];
}

/** The systems whose codes everybody here knows by sight: a code of another one says of which. */
const usual = new Set<string>(defaultOperations.flatMap((name) => operations[name].codes?.system ?? []));

/** The best code of each system: "R07.9, SNOMED-CT 29857009". */
function describeCodes({ codes }: Finding): string {
  const best = codes.filter(({ rank }) => rank === 1);
  return best.map(({ system, code }) => (usual.has(system) ? code : `${system} ${code}`)).join(', ');
}

/** "ramipril, taking: 5 mg, every morning" */
function withFacts(medication: MedicationFinding): Finding {
  const { label, status, dose, route, frequency } = medication;
  const facts = [...dose, ...route, ...frequency].join(', ');
  return { ...medication, label: `${label}, ${status}${facts === '' ? '' : `: ${facts}`}` };
}

const quoteLength = 64;

function describe({ label, evidence }: Finding, codes: string, width: number): string {
  const first = evidence[0];
  const more = evidence.length > 1 ? ` (+${evidence.length - 1})` : '';
  const quote = first ? `${clock(first.startMs)} ${first.role}: "${shorten(first.quote.replaceAll('\n', ' / '))}"` : '';
  return `  ${label.padEnd(26)} ${codes.padEnd(width)} ${quote}${more}`;
}

function shorten(text: string): string {
  return text.length <= quoteLength ? text : `${text.slice(0, quoteLength - 1).trimEnd()}…`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One line of a list of cases. */
export function describeOutcome({ name, status, error, words, entities, seconds, ok, differences }: Outcome): string {
  const facts =
    status === 'ignored' ? 'nothing started' : `${words} words, ${entities} entities, ${seconds.toFixed(1)} s`;
  const line = `${ok ? '✓' : '✗'} ${name.padEnd(34)} ${status}${error ? ` (${error})` : ''}  ${facts}`;
  return [line, ...differences.map((difference) => `    ${difference}`)].join('\n');
}
