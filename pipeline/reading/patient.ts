import type { FindingList } from '../clinical/finding.ts';
import type { Relative } from '../clinical/entities.ts';
import { byClinician } from '../clinical/reasonGroups.ts';
import { findingsOf } from './draw.ts';
import type { Opened } from './opened.ts';
import { type AnyFinding, type FindingKind, kindOfFinding, listOfStatus, statusOfFinding } from './statuses.ts';

/** The parts of the patient's document, in their order. */
export const sections = ['told', 'denied', 'medicines', 'next'] as const;

export type Section = (typeof sections)[number];

/**
 * What a finding says to the patient if the clinician gives it a status: a plain sentence with `{label}` where its label
 * goes, and the part of the document that it stands in. Both are null for what is not for the patient.
 */
export interface Choice {
  list: FindingList;
  section: Section | null;
  sentence: string | null;
}

/** A finding as the database keeps it for review: what it may be, and what the patient would read of it then. */
export interface Reviewable {
  id: string;
  kind: FindingKind;
  list: FindingList;
  status: string;
  label: string;
  /** Its mentions. */
  entities: string[];
  contradicted: boolean;
  /** By status. */
  choices: Record<string, Choice>;
}

/** The findings of a consultation, in the order in which they are read, each with every status it may be given. */
export function toReviewables(opened: Pick<Opened, 'consultation' | 'entities'>): Reviewable[] {
  const entities = new Map(opened.entities.map((entity) => [entity.id, entity]));
  return findingsOf(opened).map(({ list, finding }) => {
    const kind = kindOfFinding(list, entities.get(finding.id));
    const status = statusOfFinding(list, finding);
    const choices = { ...listOfStatus[kind], [status]: list };
    return {
      id: finding.id,
      kind,
      list,
      status,
      label: finding.label,
      entities: finding.evidence.map(({ entity }) => entity),
      contradicted: finding.contradictedBy !== undefined,
      choices: Object.fromEntries(
        Object.entries(choices).map(([one, home]) => [
          one,
          { list: home, ...sentenceOf(kind, one, { finding, isFound: one === status }) },
        ]),
      ),
    };
  });
}

type Said = Omit<Choice, 'list'>;
const nothing: Said = { section: null, sentence: null };

interface Of {
  finding: AnyFinding;
  /** Whether the status is the one that the machine found: only then do dose, results and reason belong to it. */
  isFound: boolean;
}

/**
 * Plain words, no code, and nothing that is only possible. Symptoms stand in quotation marks: their labels are words of
 * the talk, such as "came up in a rash".
 */
function sentenceOf(kind: FindingKind, status: string, of: Of): Said {
  if (status === 'family') return { section: 'told', sentence: ofFamily(of.finding) };
  switch (kind) {
    case 'condition':
      return ofCondition(status, of);
    case 'medicine':
      return ofMedicine(status, of);
    case 'test':
    case 'procedure':
      return ofAction(status, of);
    case 'habit':
      return ofHabit(status, of.finding);
  }
}

function ofFamily(finding: AnyFinding): string {
  const relative: Relative | null = 'relative' in finding ? finding.relative : null;
  return relative === null || relative === 'other' ? 'In your family: “{label}”.' : `Your ${relative}: “{label}”.`;
}

function ofCondition(status: string, { finding, isFound }: Of): Said {
  switch (status) {
    case 'present':
      return { section: 'told', sentence: 'You told us about “{label}”.' };
    case 'historical':
      return { section: 'told', sentence: 'In the past: “{label}”.' };
    case 'allergic':
      return { section: 'told', sentence: 'Allergy: {label}.' };
    case 'absent': {
      if (!isFound) return { section: 'denied', sentence: 'Not there: “{label}”.' };
      const isRuledOut = byClinician.has(finding.reason);
      const sentence = isRuledOut ? 'Your clinician does not think it is “{label}”.' : 'You said no to “{label}”.';
      return { section: 'denied', sentence };
    }
    default:
      return nothing;
  }
}

const ofMedicines: Readonly<Record<string, string>> = {
  taking: 'You take {label}',
  planned: 'New: {label}',
  stopped: 'You no longer take {label}',
  'not-taking': 'You do not take {label}',
  'advised-against': 'Do not take {label}',
  'tried-before': 'You have tried {label} before',
};

function ofMedicine(status: string, { finding, isFound }: Of): Said {
  if (status === 'allergic') return { section: 'told', sentence: 'Allergy: {label}.' };
  const words = ofMedicines[status];
  if (words === undefined) return nothing;
  const change = isFound && 'change' in finding ? finding.change : null;
  if (change === 'stopped') return { section: 'medicines', sentence: 'Stop taking {label}.' };
  if (change === 'dose-changed') return { section: 'medicines', sentence: 'Your dose of {label} changes.' };
  const how = isFound ? howToTake(finding) : '';
  return { section: 'medicines', sentence: `${words}${how}.` };
}

/** ", 5 mg, twice a day": what was said in one way only. A dose that was said in two ways is for the clinician to say. */
export function howToTake(finding: AnyFinding): string {
  if (!('dose' in finding) || (finding.status !== 'taking' && finding.status !== 'planned')) return '';
  const { dose, frequency, duration, asNeeded } = finding;
  const facts = [dose, frequency, duration].flatMap((said) => (said.length === 1 ? said : []));
  const need = asNeeded && frequency.length === 0 ? ['when you need it'] : [];
  return [...facts, ...need].map((fact) => `, ${fact}`).join('');
}

function ofAction(status: string, { finding, isFound }: Of): Said {
  if (status === 'planned') return { section: 'next', sentence: 'Planned: {label}.' };
  if (status === 'historical') return { section: 'told', sentence: 'In the past: “{label}”.' };
  const results = isFound && 'results' in finding ? finding.results : [];
  if (status !== 'present' || results.length === 0) return nothing;
  const values = results.map(({ value, unit }) => (unit === null ? value : `${value} ${unit}`));
  return { section: 'told', sentence: `Your {label}: ${values.join(', then ')}.` };
}

const habits = {
  smoking: { current: 'You smoke.', former: 'You used to smoke.', never: 'You do not smoke.' },
  alcohol: { current: 'You drink alcohol.', former: 'You used to drink alcohol.', never: 'You do not drink alcohol.' },
  drugs: { current: 'You use drugs.', former: 'You used to use drugs.', never: 'You do not use drugs.' },
} as const;

function ofHabit(status: string, finding: AnyFinding): Said {
  if (!('kind' in finding)) return nothing;
  const sentence: string | undefined = (habits[finding.kind] as Readonly<Record<string, string>>)[status];
  return sentence === undefined ? nothing : { section: 'told', sentence };
}
