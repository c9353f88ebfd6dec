import type { ChartCode, ChartFinding } from '../pipeline/reading/chart.ts';
import type { CodeSystem } from '../pipeline/clinical/operations.ts';
import { type Change, type CodeDecision, noted } from './changes.ts';
import { decideOn } from './verbs.ts';

/** What a code of each system looks like, as the database checks it. */
export const codeForms: Readonly<Record<CodeSystem, RegExp>> = {
  'ICD-10-CM': /^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$/,
  RxNorm: /^[0-9]{1,8}$/,
  'SNOMED-CT': /^[0-9]{6,18}$/,
};

/** Adds a code that the clinician typed; undefined where it has not the form of one of that system. */
export function addCode({ id, codes }: ChartFinding, system: CodeSystem, typed: string): Change[] | undefined {
  const code = typed.trim().toUpperCase();
  if (!codeForms[system].test(code)) return undefined;
  const own = codes.find((one) => one.system === system && one.code === code);
  return own ? decideOn(own, 'accepted') : [{ kind: 'addCode', finding: id, system, code }];
}

/** What of a finding a note can be put to: a decision on the finding itself, or on its codes. */
export function notableOf({ decision, codes }: ChartFinding): 'finding' | readonly ChartCode[] {
  if (decision !== 'open' && decision !== 'by-code') return 'finding';
  return codes.filter(({ review }) => review === (decision === 'open' ? 'rejected' : 'accepted'));
}

/** The note on the decision as it stands. */
export function noteOf(finding: ChartFinding): string {
  const notable = notableOf(finding);
  return (notable === 'finding' ? finding.note : notable[0]?.note) ?? '';
}

/** Longer notes, and control characters in them, are refused by the database. */
export const longestNote = 2000;

/** Puts a note to the decision as it stands; an empty one takes the note away. Nothing where nothing is decided. */
export function putNote(finding: ChartFinding, typed: string): Change[] {
  const notable = notableOf(finding);
  const note = noted(typed.replaceAll(/(?!\n)\p{Cc}/gu, ' ').trim());
  if ((note.note ?? '') === noteOf(finding)) return [];
  if (notable !== 'finding') {
    const decisions = notable.flatMap(({ system, code, review, entities }) =>
      entities.map((entity): CodeDecision => ({ entity, system, code, review, ...note })),
    );
    return decisions.length > 0 ? [{ kind: 'codes', decisions }] : [];
  }
  const { id, decision, status } = finding;
  const verdict =
    decision === 'right'
      ? ({ verdict: 'right' } as const)
      : ({ verdict: 'wrong', ...(decision === 'changed' && { status }) } as const);
  return [{ kind: 'findings', decisions: [{ finding: id, ...verdict, ...note }] }];
}
