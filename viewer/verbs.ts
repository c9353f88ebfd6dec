import type { ChartCode, ChartFinding } from '../pipeline/reading/chart.ts';
import type { FindingList } from '../pipeline/clinical/finding.ts';
import type { Change, CodeDecision } from './changes.ts';

/**
 * Lists whose codes are those of the patient now. A denied dizziness, a father's cancer and what is only suspected are not
 * coded as what they name.
 */
const coded: ReadonlySet<FindingList> = new Set([
  'allergies',
  'problems',
  'medications',
  'tests',
  'procedures',
  'socialHistory',
]);

/** Whether nobody may agree to it with one key: the machine itself does not know what holds. */
export const mustChoose = ({ toCheck, contradictedBy }: ChartFinding) => toCheck !== null || contradictedBy.length > 0;

/**
 * Accepts a finding as it stands: its best code of each system, unless one was taken already, and sets the other codes
 * aside. One without a code that could be taken is called right. Empty where that is done already.
 */
export function agree(finding: ChartFinding): Change[] {
  const isCoded = coded.has(finding.list) && finding.decision !== 'wrong';
  const taken = isCoded ? bestOfEach(finding.codes) : [];
  const decisions = finding.codes.flatMap((code) => decide(code, taken.includes(code) ? 'accepted' : 'rejected'));
  const isDecided = finding.decision !== 'open' && finding.decision !== 'wrong';
  return [
    ...(taken.length > 0 || isDecided ? [] : [right(finding)]),
    ...(decisions.length > 0 ? [{ kind: 'codes', decisions } as const] : []),
  ];
}

/** The codes that `agree` takes. */
export const wouldTake = (finding: ChartFinding) => (coded.has(finding.list) ? bestOfEach(finding.codes) : []);

function bestOfEach(codes: readonly ChartCode[]): ChartCode[] {
  return [...Map.groupBy(codes, ({ system }) => system).values()].flatMap((same) => {
    // They come with accepted ones first, then by rank.
    const best = same.find(({ review }) => review !== 'rejected');
    return best ? [best] : [];
  });
}

/** Takes one code in the place of the others of its system. */
export function take(finding: ChartFinding, code: ChartCode): Change[] {
  const decisions = finding.codes
    .filter(({ system }) => system === code.system)
    .flatMap((other) => decide(other, other.code === code.code ? 'accepted' : 'rejected'));
  return decisions.length > 0 ? [{ kind: 'codes', decisions }] : [];
}

/** Decides on one code alone. */
export function decideOn(code: ChartCode, review: ChartCode['review']): Change[] {
  const decisions = decide(code, review);
  return decisions.length > 0 ? [{ kind: 'codes', decisions }] : [];
}

/** Sets all codes of a finding aside. The finding itself stays. */
export function reject({ codes }: ChartFinding): Change[] {
  const decisions = codes.flatMap((code) => decide(code, 'rejected'));
  return decisions.length > 0 ? [{ kind: 'codes', decisions }] : [];
}

/** A decision on a code is one on each mention that has it. */
function decide(code: ChartCode, review: ChartCode['review']): CodeDecision[] {
  if (code.review === review) return [];
  return code.entities.map((entity) => ({ entity, system: code.system, code: code.code, review }));
}

const right = ({ id }: ChartFinding): Change => ({ kind: 'findings', decisions: [{ finding: id, verdict: 'right' }] });

/** Calls a finding wrong: it is none. */
export function wrong({ id, decision }: ChartFinding): Change[] {
  if (decision === 'wrong') return [];
  return [{ kind: 'findings', decisions: [{ finding: id, verdict: 'wrong' }] }];
}

/** Says what holds for a finding: as it was found, or something else. */
export function giveStatus(finding: ChartFinding, status: string): Change[] {
  if (status === finding.foundAs) return finding.decision === 'right' ? [] : [right(finding)];
  if (finding.decision !== 'open' && finding.status === status) return [];
  return [{ kind: 'findings', decisions: [{ finding: finding.id, verdict: 'wrong', status }] }];
}
