import type { FindingList } from '../../clinical/finding.ts';
import type { ChartFinding } from '../chart.ts';
import type { FindingKind } from '../statuses.ts';
import { toDenial, toHabit, toProcedure, toResults, toServiceRequest } from './actions.ts';
import { toAllergy, toCondition, toFamilyHistory } from './conditions.ts';
import { type Clinical, type Given, isDecided } from './frame.ts';
import { toRequest, toStatement, toTaking } from './medications.ts';
import { assertedBy, concept } from './terms.ts';

/** What a finding becomes that stands in this list. */
interface Row {
  list: FindingList;
  kind?: FindingKind;
  status?: string;
  /** Only once a clinician has decided on it. */
  decided?: true;
  make: (given: Given) => Clinical[];
}

const problem = toCondition({ clinical: 'active', category: 'encounter-diagnosis', decided: 'confirmed' });
const candidate = toCondition({ clinical: 'active', category: 'encounter-diagnosis', decided: 'provisional' });
/** Never `resolved`: that it is over is not known. */
const past = toCondition({ clinical: 'inactive', category: 'problem-list-item', decided: 'confirmed' });

/** The mapping. A finding without a row stands in the narrative alone. */
const rows: readonly Row[] = [
  { list: 'allergies', make: toAllergy },
  { list: 'problems', make: toProblem },
  { list: 'medications', status: 'taking', make: toTaking },
  { list: 'medications', status: 'stopped', make: toStatement('stopped') },
  { list: 'medications', status: 'planned', make: toRequest },
  { list: 'medications', status: 'allergic', make: toAllergy },
  { list: 'medications', status: 'not-taking', decided: true, make: toStatement('not-taken') },
  { list: 'medications', status: 'tried-before', decided: true, make: toStatement('completed') },
  { list: 'tests', status: 'planned', make: toServiceRequest },
  { list: 'tests', status: 'present', make: toResults },
  { list: 'procedures', status: 'planned', make: toServiceRequest },
  { list: 'procedures', status: 'present', make: toProcedure },
  { list: 'ruledOut', kind: 'condition', make: toDenial },
  { list: 'ruledOut', kind: 'medicine', decided: true, make: toNotTaken },
  { list: 'familyHistory', kind: 'condition', make: toFamilyHistory },
  { list: 'pastHistory', kind: 'condition', make: past },
  { list: 'pastHistory', kind: 'procedure', make: toProcedure },
  { list: 'socialHistory', kind: 'habit', make: toHabit },
  { list: 'possible', kind: 'condition', decided: true, make: candidate },
];

/** The resources of a finding; none while two readings contradict each other, until a clinician decides. */
export function toEntries(given: Given): Clinical[] {
  const { finding } = given;
  if (!isDecided(finding) && (finding.contradictedBy.length > 0 || finding.toCheck !== null)) return [];
  return rows.filter((row) => isOf(row, finding)).flatMap(({ make }) => make(given));
}

function isOf({ list, kind, status, decided }: Row, finding: ChartFinding): boolean {
  return (
    list === finding.list &&
    (kind ?? finding.kind) === finding.kind &&
    (status ?? finding.status) === finding.status &&
    (!decided || isDecided(finding))
  );
}

/** Version 1 of the consultation had no list of allergies: one was a problem, and its medicine could be one as well. */
const formerAllergy = /^allergy: /;

function toProblem(given: Given): Clinical[] {
  const { finding, frame } = given;
  if (!formerAllergy.test(finding.label)) return problem(given);
  const label = finding.label.replace(formerAllergy, '');
  const isSame = (other: ChartFinding) =>
    other.status === 'allergic' && other.label.toLowerCase() === label.toLowerCase();
  if (frame.chart.findings.medications.some(isSame)) return [];
  return toAllergy({ ...given, finding: { ...finding, label } });
}

/** "Not allergic to it" says nothing of whether it is taken. */
function toNotTaken(given: Given): Clinical[] {
  return given.finding.reason === 'allergy-denied' ? [] : toStatement('not-taken')(given);
}

/**
 * What somebody was given and a clinician has called wrong since. Those who have it must learn of it; others never had
 * it, and get nothing.
 */
export function toWithdrawn(given: Given, kept: readonly Clinical[]): Clinical[] {
  const { finding, frame } = given;
  const { firstExportedAt } = frame.chart.recording;
  const isOverruled = finding.decision === 'wrong' || finding.decision === 'changed';
  const wasExported = firstExportedAt !== null && finding.decidedAt !== null && finding.decidedAt > firstExportedAt;
  if (!isOverruled || !wasExported) return [];
  const ids = new Set(kept.map(({ id }) => id));
  const before = toEntries({ ...given, finding: asFound(finding) });
  return before.filter(({ id }) => !ids.has(id)).map(inError);
}

/** A finding as it stood before anybody decided on it. */
function asFound(finding: ChartFinding): ChartFinding {
  const { found, foundIn, foundAs } = finding;
  return {
    ...finding,
    list: foundIn,
    status: foundAs,
    decision: 'open',
    contradictedBy: found.contradictedBy ?? [],
    toCheck: found.toCheck ?? null,
  };
}

/** Conditions and allergies in error have no clinical status (con-5, ait-2). */
function inError(resource: Clinical): Clinical {
  const meta = { security: [assertedBy(true)] };
  if (resource.resourceType === 'Condition') {
    const { clinicalStatus: _, ...rest } = resource;
    return { ...rest, meta, verificationStatus: concept('conditionVerification', 'entered-in-error') };
  }
  if (resource.resourceType === 'AllergyIntolerance') {
    const { clinicalStatus: _, ...rest } = resource;
    return { ...rest, meta, verificationStatus: concept('allergyVerification', 'entered-in-error') };
  }
  return { ...resource, meta, status: 'entered-in-error' };
}
