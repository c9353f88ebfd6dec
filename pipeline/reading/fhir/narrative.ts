import { toClock } from '../clock.ts';
import { reasons } from '../../clinical/reasons.ts';
import type { ChartEvidence, ChartFinding } from '../chart.ts';
import { resultsOf, wordsOfResult } from './actions.ts';
import { relativeOf } from './conditions.ts';
import { isDecided } from './frame.ts';
import { factsOf, wordsOf } from './medications.ts';
import { anchored, element, type Xhtml } from './xhtml.ts';

/** A finding as people read it: what it is and what was decided about it, and the words with who said them and when. */
export function toItem(anchor: string, finding: ChartFinding): Xhtml {
  // Paragraphs of their own: marks that turn the direction of a text end with theirs.
  return anchored(
    anchor,
    element('p', element('b', finding.label)),
    element('p', factsIn(finding).join('; ')),
    element('ul', ...finding.evidence.map(toProof)),
  );
}

const statusWords: Readonly<Record<string, string>> = {
  absent: 'said not to be so',
  historical: 'in the past',
  family: 'in the family',
  'not-taking': 'not taken',
  'advised-against': 'advised against',
  'tried-before': 'tried before',
};

const decisionWords: Readonly<Record<ChartFinding['decision'], string>> = {
  open: 'found by machine, not reviewed',
  'by-code': 'accepted by the clinician',
  right: 'confirmed by the clinician',
  changed: 'decided by the clinician',
  wrong: 'withdrawn: the clinician says that it is wrong',
};

function factsIn(finding: ChartFinding): string[] {
  const { status, decision, reason, note } = finding;
  return [
    statusWords[status] ?? status,
    relativeOf(finding) ?? '',
    wordsOf(factsOf(finding) ?? {}),
    factsOf(finding)?.change === 'dose-changed' ? 'the dose changes' : '',
    ...resultsOf(finding).map(wordsOfResult),
    ...codesIn(finding),
    ...(isDecided(finding) ? [] : doubtsIn(finding)),
    // Version 1 wrote sentences for reasons, or none.
    decision === 'changed' ? '' : (reasons[reason] ?? ''),
    decisionWords[decision],
    note === null ? '' : `note: ${note}`,
  ].filter((fact) => fact !== '');
}

function codesIn({ codes }: ChartFinding): string[] {
  const best = codes.find(({ review }) => review !== 'rejected');
  if (!best) return [];
  const { system, code, description, review, billable, hint } = best;
  return [
    `${system} ${code} ${description ?? ''}`.trim() + (review === 'accepted' ? '' : ' (suggested)'),
    ...(billable === false ? ['not billable'] : []),
    ...(hint ? [hint] : []),
  ];
}

/** What a clinician must decide on before it is exported. */
function doubtsIn({ toCheck, contradictedBy }: ChartFinding): string[] {
  return [
    ...(toCheck ? [`to be checked: ${toCheck.readings.join(' or ')}`] : []),
    ...(contradictedBy.length > 0 ? ['contradicted: somebody says yes, and somebody says no'] : []),
  ];
}

function toProof({ role, quote, corrected, spans, startMs }: ChartEvidence): Xhtml {
  const correction = corrected === quote ? undefined : element('p', 'corrected: ', ...toLines(corrected));
  const heardFrom = spans[0]?.startMs ?? startMs;
  return element('li', element('p', `${role}, ${toClock(heardFrom)}: `, ...toLines(quote)), correction);
}

/** A quote of several stretches has a line for each. */
function toLines(quote: string): (Xhtml | string)[] {
  return quote.split('\n').flatMap((line, at) => [...(at > 0 ? [' '] : []), element('q', line)]);
}
